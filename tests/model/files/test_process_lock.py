"""Test the lock between processes: one waits for the other, and where nothing can be opened that is said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.files.atomic_write import one_process_at_a_time
from tests.folders import ROOT

CHILD = """
import os, sys
from pathlib import Path
from model.files.atomic_write import one_process_at_a_time
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
