"""Test that a backup holds all that users have saved, and comes back whole or not at all."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest

from model.files.backup import NoBackup, NotEmpty, restore_backup, write_backup
from model.files.folders import DATA_VARIABLE

SAVED = {
    "scenarios/én.yaml": b"one",
    "scenarios/.bin/20260101 to.yaml": b"deleted",
    "workshops/ABCD/tables/1.yaml": b"table",
    "municipalities/ballerup.2026.yaml": b"figures",
    "tables/read.yaml": b"columns",
    "measures/kort.yaml": b"card",
    "decided/2026.yaml": b"decision",
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv(DATA_VARIABLE, str(folder))
    fill(folder, SAVED)
    return folder


def fill(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_what_was_saved_comes_back_on_another_server(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Neither a save that was broken off nor the compiled engine is anybody's work.
    fill(data, {"scenarios/.x.1.2.tmp": b"half", ".engine/kernel/run.nbc": b"machine code"})
    assert write_backup(tmp_path / "copy.zip") == (len(SAVED), ())
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "new"))
    assert restore_backup(tmp_path / "copy.zip") == (len(SAVED), None)
    assert content(tmp_path / "new") == SAVED


def test_files_that_are_there_stay_unless_they_are_to_be_replaced(data: Path, tmp_path: Path) -> None:
    write_backup(tmp_path / "copy.zip")
    later = {"scenarios/én.yaml": b"changed", "scenarios/to.yaml": b"new"}
    fill(data, later)
    with pytest.raises(NotEmpty):
        restore_backup(tmp_path / "copy.zip")
    assert content(data) == SAVED | later
    restored = restore_backup(tmp_path / "copy.zip", replace=True)
    assert restored.aside is not None
    assert content(restored.aside) == SAVED | later
    aside = restored.aside.name + "/"
    assert {name: kept for name, kept in content(data).items() if not name.startswith(aside)} == SAVED


def test_a_damaged_backup_changes_nothing(data: Path, tmp_path: Path) -> None:
    write_backup(tmp_path / "copy.zip")
    whole = (tmp_path / "copy.zip").read_bytes()
    middle = whole.index(b"\xc3\xa9n.yaml") + 10
    for broken in (whole[: len(whole) // 2], b"", whole[:middle] + b"\xff\xff\xff" + whole[middle + 3 :]):
        (tmp_path / "copy.zip").write_bytes(broken)
        with pytest.raises(NoBackup):
            restore_backup(tmp_path / "copy.zip", replace=True)
        assert content(data) == SAVED


@pytest.mark.parametrize(
    "name", ["scenarios/../../x", "/scenarios/x", "scenarios\\..\\x", "app.py", "model/x.py"]
)
def test_an_archive_reaches_no_other_folder(name: str, data: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "copy.zip", "w") as archive:
        archive.comment = b"Indsatskompas"
        archive.writestr(name, b"x")
    with pytest.raises(NoBackup):
        restore_backup(tmp_path / "copy.zip", replace=True)
    assert content(data) == SAVED


def test_a_backup_that_cannot_be_written_leaves_the_former_one(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_backup(tmp_path / "copy.zip")
    before = (tmp_path / "copy.zip").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space"):
        write_backup(tmp_path / "copy.zip")
    assert (tmp_path / "copy.zip").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".tmp"] == []


@pytest.mark.skipif(sys.platform != "linux", reason="only there may a name be any bytes")
def test_a_name_that_no_archive_can_hold_is_told(data: Path, tmp_path: Path) -> None:
    (data / "scenarios" / os.fsdecode(b"bl\xe5.yaml")).write_bytes(b"x")
    written = write_backup(tmp_path / "copy.zip")
    assert (written.files, len(written.left_out)) == (len(SAVED), 1)
