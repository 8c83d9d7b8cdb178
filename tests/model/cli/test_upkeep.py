"""Test the commands of whoever runs the app on a server."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command_line import called


def test_compile_says_where_the_engine_lies() -> None:
    status, out, _ = called("compile", "--json")
    assert status == 0
    assert list(Path(json.loads(out)["folder"]).glob("run.*.nbi"))
