"""Name the files that are deleted and kept in a folder's bin, and find them again."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from model.files.folders import is_readable_name, shortened

BIN: Final = ".bin"
_STAMP: Final = "%Y%m%dT%H%M%S"
_BINNED: Final = re.compile(r"(\d{8}T\d{6})(?:-\d+)?\.(.+\.ya?ml)")
_MOST_AT_ONCE: Final = 1000
# A file's name has at most 255 bytes in most systems; stamp and number need some of them.
_NAME_BYTES: Final = 255 - len("20260101T000000-1000..yaml")


def binned_path(folder: Path, name: str, now: datetime.datetime) -> tuple[Path, datetime.datetime]:
    """Return where a file goes that is deleted from a folder ``now``, and that moment to the second."""
    moment = now.astimezone(datetime.UTC).replace(microsecond=0)
    stamp = moment.strftime(_STAMP)
    stem, dot, suffix = name.rpartition(".")
    kept = f"{shortened(stem, _NAME_BYTES)}{dot}{suffix}"
    names = (f"{stamp}{f'-{n}' if n > 1 else ''}.{kept}" for n in range(1, _MOST_AT_ONCE))
    return next(folder / BIN / one for one in names if not (folder / BIN / one).exists()), moment


def binned_files(folder: Path, *, any_name: bool = False) -> Iterator[tuple[Path, str, datetime.datetime]]:
    """Yield each file in a folder's bin, its name before, and when it was deleted; what is none is left out.

    ``any_name``: also those whose name is no text.
    """
    bin_folder = folder / BIN
    for path in bin_folder.iterdir() if bin_folder.is_dir() else ():
        named = _BINNED.fullmatch(path.name)
        if named is None or not path.is_file():
            continue
        if not any_name and not is_readable_name(path.name):
            continue
        try:
            when = datetime.datetime.strptime(named.group(1), _STAMP).replace(tzinfo=datetime.UTC)
        except ValueError:  # digits that are no time
            continue
        yield path, named.group(2), when
