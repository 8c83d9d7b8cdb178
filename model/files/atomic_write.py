"""Files that are whole or not there: canonical YAML, one save at a time, temporary file and rename."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any, Final
from weakref import WeakValueDictionary

import yaml

from model.files import strict_yaml

# A line of a written file; longer texts are folded.
_WIDTH: Final = 90


class _Dumper(yaml.SafeDumper):
    """Plain YAML that reads back as written, here (strict_yaml) and in readers of YAML 1.1 and 1.2."""

    def ignore_aliases(self, data: Any) -> bool:
        """Return True: a value that stands twice is written twice."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their name."""
        # Entries of a list are indented under its name, as people write them.
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """Represent a text: in a block where it has lines, else plain or quoted."""
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _represent_float(dumper: yaml.SafeDumper, value: float) -> yaml.ScalarNode:
    """Represent a decimal number as this reader and others read it."""
    return dumper.represent_scalar("tag:yaml.org,2002:float", repr(value))


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(float, _represent_float)
# Numbers as strict_yaml reads them: a text like 1e3 is quoted, and a number like 1e-07 is not.
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(rf"(?:{strict_yaml.FLOAT_PATTERN})\Z"), list("-+0123456789")
)


def yaml_text(plain: Any) -> str:
    """Return plain data as YAML that reads back as written: the same bytes for the same data."""
    text: str = yaml.dump(
        plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, line_break="\n"
    )
    return text


# One lock for each folder that somebody saves in now: a disk that lets one of them wait holds up no other.
_saving: Final[WeakValueDictionary[str, threading.Lock]] = WeakValueDictionary()
_finding = threading.Lock()


@contextlib.contextmanager
def locked(folder: FilePath) -> Iterator[None]:
    """Hold a folder's lock: one save at a time in this process, and across processes where the system can."""
    # Where there are no locks, as on some network drives, the hash still finds all but a simultaneous save.
    with _lock_of(folder), one_process_at_a_time(folder, os.O_RDONLY):
        yield


def _lock_of(folder: FilePath) -> threading.Lock:
    """Return the lock of a folder in this process, the same by whatever name the folder is reached."""
    place = os.path.normcase(os.path.realpath(folder))
    with _finding:
        lock = _saving.get(place)
        if lock is None:
            lock = _saving[place] = threading.Lock()
        return lock


@contextlib.contextmanager
def one_process_at_a_time(path: FilePath, flags: int, mode: int = 0o600) -> Iterator[None]:
    """Hold the lock of a file or folder, opened so, against other processes; where there are no locks, against none.

    Raises OSError where it cannot be opened.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    handle = os.open(path, flags, mode)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_atomically(path: FilePath, data: bytes) -> None:
    """Replace a file by writing a temporary one beside it and renaming it. Raises OSError."""
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.{threading.get_ident()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(temporary, flags, 0o666)
    except FileExistsError:  # left by a process of the same number that was killed
        temporary.unlink()
        handle = os.open(temporary, flags, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    with contextlib.suppress(OSError):  # the rename itself; not every system can flush a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
