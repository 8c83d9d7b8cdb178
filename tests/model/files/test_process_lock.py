"""Test the lock between processes: one waits for the other, and where nothing can be opened that is said."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.files.process_lock import one_process_at_a_time
from tests.folders import ROOT

CHILD = """
import os, sys
from pathlib import Path
from model.files.process_lock import one_process_at_a_time
lock, told = map(Path, sys.argv[1:])
print("asks", flush=True)
with one_process_at_a_time(lock, os.O_RDWR | os.O_CREAT):
    print(told.read_text(), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
def test_another_process_waits_until_the_lock_is_left(tmp_path: Path) -> None:
    lock, told = tmp_path / "lock", tmp_path / "told"
    told.write_text("too early")
    with one_process_at_a_time(lock, os.O_RDWR | os.O_CREAT):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(lock), str(told)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "asks\n"
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.5)
        told.write_text("after the other")
    assert child.communicate(timeout=60)[0] == "after the other\n"
    assert child.returncode == 0


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError),
        one_process_at_a_time(tmp_path / "no" / "lock", os.O_RDWR | os.O_CREAT),
    ):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has locks of its own")
def test_a_drive_that_has_no_locks_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As network drives do: two servers that save there have only the hash between them."""
    import fcntl

    def refuse(handle: int, mode: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    for _ in range(3):
        with one_process_at_a_time(tmp_path, os.O_RDONLY):
            pass
    (told,) = caplog.records
    assert "No locks available" in told.getMessage()
    assert str(tmp_path)[:20] in told.getMessage()
