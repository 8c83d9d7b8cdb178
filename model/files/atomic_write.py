"""Files that are whole or not there: canonical YAML, one save at a time, temporary file and rename."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath
from typing import Any, Final
from weakref import WeakValueDictionary

import yaml

from model.files import strict_yaml
from model.files.folders import shortened
from model.files.problems import OPEN_ELSEWHERE
from model.files.process_lock import lock_place, one_process_at_a_time

# A line of a written file; longer texts are folded.
_WIDTH: Final = 90
# Of a temporary file's name, so that it fits wherever the file's own does.
_STEM_BYTES: Final = 100
# How long an open file is waited for, and before the first new try, s.
_PATIENCE: Final = 1.0
_PAUSE: Final = 0.01


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
    with _nameable(), _lock_of(folder), one_process_at_a_time(*lock_place(folder)):
        yield


@contextlib.contextmanager
def _nameable() -> Iterator[None]:
    """Tell a name that this system's character set cannot write as what it is: a refusal of the disk (OSError)."""
    try:
        yield
    except UnicodeEncodeError as error:
        if error.encoding.replace("-", "").lower() == "utf8":
            raise
        raise OSError(errno.EILSEQ, os.strerror(errno.EILSEQ)) from error


def _lock_of(folder: FilePath) -> threading.Lock:
    """Return the lock of a folder in this process, the same by whatever name the folder is reached."""
    place = os.path.normcase(os.path.realpath(folder))
    with _finding:
        lock = _saving.get(place)
        if lock is None:
            lock = _saving[place] = threading.Lock()
        return lock


def patiently(change: Callable[[], object]) -> None:
    """Do a change of a file's name; on Windows again for a second while another program has the file open."""
    until, pause = time.monotonic() + _PATIENCE, _PAUSE
    while True:
        try:
            change()
        except PermissionError as error:
            if getattr(error, "winerror", None) not in OPEN_ELSEWHERE or time.monotonic() > until:
                raise
            time.sleep(pause)
            pause *= 2
        else:
            return


def write_atomically(path: FilePath, data: bytes) -> None:
    """Replace a file by writing a temporary one beside it and renaming it. Raises OSError."""
    temporary = path.with_name(
        f".{shortened(path.stem, _STEM_BYTES)}.{os.getpid()}.{threading.get_ident()}.tmp"
    )
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
        patiently(lambda: temporary.replace(path))
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
