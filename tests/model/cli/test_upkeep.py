"""Test the commands of whoever runs the app on a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.files.folders import DATA_VARIABLE
from tests.command_line import called


def test_compile_says_where_the_engine_lies() -> None:
    status, out, _ = called("compile", "--json")
    assert status == 0
    assert list(Path(json.loads(out)["folder"]).glob("run.*.nbi"))


def test_backup_and_restore_are_one_command_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = str(tmp_path / "copy.zip")
    scenario = tmp_path / "data" / "scenarios" / "a.yaml"
    scenario.parent.mkdir(parents=True)
    scenario.write_text("format: 2\n", encoding="utf-8")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    status, out, _ = called("backup", copy)
    assert (status, out) == (0, f"{copy} er skrevet. Antal filer: 1.\n")
    status, _, err = called("restore", copy)
    assert status == 2
    assert "--replace" in err
    scenario.write_text("changed", encoding="utf-8")
    status, out, _ = called("restore", copy, "--replace", "--json")
    assert status == 0
    assert scenario.read_text(encoding="utf-8") == "format: 2\n"
    kept = Path(json.loads(out)["replaced"]) / "scenarios" / "a.yaml"
    assert kept.read_text(encoding="utf-8") == "changed"
    (tmp_path / "copy.zip").write_bytes(b"PK")
    status, _, err = called("restore", copy, "--language", "en")
    assert (status, err) == (2, f"{copy} is no whole backup of this app. Nothing is changed.\n")
