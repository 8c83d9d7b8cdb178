"""Hold a file or a folder against other processes, by whatever lock the system has."""

from __future__ import annotations

import contextlib
import errno
import importlib
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from model.files.folders import readable_name
from model.files.problems import sanitised

_log = logging.getLogger(__name__)
# Windows locks files and no folders.
_LOCK_FILE: Final = ".lock"
# How long between two tries where the system cannot wait by itself, s.
_PAUSE: Final = 0.02
# What Windows says of a lock that another holds.
_HELD: Final = (errno.EACCES, errno.EDEADLK)
_told: Final[set[Path]] = set()


def lock_place(folder: Path) -> tuple[Path, int]:
    """Return what is locked to hold a folder, and the flags that it is opened with."""
    if _is_windows():
        return folder / _LOCK_FILE, os.O_RDWR | os.O_CREAT
    return folder, os.O_RDONLY


def _is_windows() -> bool:
    """Return whether this is Windows, which opens no folders."""
    return os.name == "nt"


@contextlib.contextmanager
def one_process_at_a_time(path: Path, flags: int, mode: int = 0o600) -> Iterator[None]:
    """Hold the lock of a file or folder, opened so, against other processes.

    Where there are no locks, as on some network drives, it is held against none, and the log says so once. Raises
    OSError where it cannot be opened.
    """
    handle = os.open(path, flags, mode)
    try:
        try:
            _wait_for(handle)
        except OSError as error:
            _tell(path, error)
        yield
    finally:
        # The lock goes with the handle.
        os.close(handle)


def _wait_for(handle: int) -> None:
    """Wait until the lock is had. Raises OSError where there are none."""
    try:
        fcntl = importlib.import_module("fcntl")
    except ImportError:
        _wait_on_windows(handle)
        return
    fcntl.flock(handle, fcntl.LOCK_EX)


def _wait_on_windows(handle: int) -> None:
    """Wait until the first byte of a file is locked; its own call gives up after ten tries."""
    msvcrt = importlib.import_module("msvcrt")
    while True:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno not in _HELD:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _tell(path: Path, error: OSError) -> None:
    """Say once for each place that two servers may not save in it."""
    if path in _told:
        return
    _told.add(path)
    _log.warning(
        "%s cannot be locked (%s): let one server alone save there; two that save one file in the same moment lose "
        "one of the two saves",
        sanitised(readable_name(str(path))),
        error.strerror,
    )
