"""Run the program's commands in this process."""

from __future__ import annotations

import io
from pathlib import Path

from model.cli import main


def called(*arguments: str | Path) -> tuple[int, str, str]:
    """Return exit status, standard output and errors of one command."""
    out, err = io.StringIO(), io.StringIO()
    return main.main([str(argument) for argument in arguments], out, err), out.getvalue(), err.getvalue()
