"""Test what Windows does differently with files: open ones stand in the way, and folders cannot be locked."""

from __future__ import annotations

import errno
import importlib
import os
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from model.files import atomic_write, process_lock
from model.files.atomic_write import locked, patiently, write_atomically
from model.files.problems import system_reason
from model.scenario.files import file_name


def refusal(winerror: int | None) -> PermissionError:
    """Return what Windows says of a file that it does not let go; None: what other systems say."""
    error = PermissionError(errno.EACCES, "Access is denied")
    if winerror is not None:
        error.winerror = winerror  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize("winerror", [5, 32, 33])
def test_a_file_that_somebody_reads_is_replaced_when_he_has_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, winerror: int
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("old")
    open_for, plain = [3], Path.replace

    def replace(self: Path, target: Any) -> Path:
        if open_for[0]:
            open_for[0] -= 1
            raise refusal(winerror)
        return plain(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["x.yaml"]


def test_a_file_that_stays_open_is_told_as_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic_write, "_PATIENCE", 0.05)
    tries: list[int] = []

    def change() -> None:
        tries.append(1)
        raise refusal(32)

    with pytest.raises(PermissionError) as told:
        patiently(change)
    assert len(tries) > 1
    assert "har filen åben" in system_reason(told.value, "da")
    assert "has the file open" in system_reason(told.value, "en")


def test_elsewhere_a_refusal_is_final() -> None:
    tries: list[int] = []

    def change() -> None:
        tries.append(1)
        raise refusal(None)

    with pytest.raises(PermissionError):
        patiently(change)
    assert len(tries) == 1


@pytest.mark.parametrize(
    "name", ["COM¹", "com²", "LPT³", "con", "NUL.yaml", "Aux", "com0", "PRN", "com¹.yaml"]
)
def test_names_of_devices_are_no_names_of_files(name: str) -> None:
    assert file_name(name).endswith("-scenarie.yaml")


class Locks(types.ModuleType):
    """Stand in for Windows' module of locks, which another holds for a while."""

    LK_NBLCK = 2

    def __init__(self, held: int, fault: int = errno.EACCES) -> None:
        super().__init__("msvcrt")
        self.held, self.fault, self.had = held, fault, 0

    def locking(self, handle: int, mode: int, count: int) -> None:
        """Lock the first byte."""
        assert (mode, count) == (self.LK_NBLCK, 1)
        if self.held:
            self.held -= 1
            raise OSError(self.fault, os.strerror(self.fault))
        self.had += 1


def on_windows(monkeypatch: pytest.MonkeyPatch, locks: Locks) -> None:
    """Let locks be had as Windows has them."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", locks)
    monkeypatch.setattr(process_lock, "_PAUSE", 0.0)
    monkeypatch.setattr(process_lock, "_is_windows", lambda: True)
    with pytest.raises(ImportError):
        importlib.import_module("fcntl")


def test_windows_locks_a_file_in_the_folder_and_waits_for_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locks = Locks(held=5)
    on_windows(monkeypatch, locks)
    with locked(tmp_path):
        assert locks.had == 1
    assert locks.held == 0
    assert [p.name for p in tmp_path.iterdir()] == [".lock"]


def test_a_drive_without_locks_is_told_on_windows_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    on_windows(monkeypatch, Locks(held=99, fault=errno.EINVAL))
    with locked(tmp_path):
        pass
    assert "cannot be locked" in caplog.text
