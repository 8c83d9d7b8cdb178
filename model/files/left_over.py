"""Remove what saves that were killed have left, and what has lain in the bins for a year."""

from __future__ import annotations

import contextlib
import datetime
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from model.files.binned import BIN, binned_files
from model.files.folders import readable_name

_log = logging.getLogger(__name__)
# The names of files and folders that are renamed when they are whole.
_TEMPORARY: Final = re.compile(r"\..+\.tmp", re.DOTALL)
# No save takes so long; a younger one may be another server's.
_SAVING: Final = datetime.timedelta(hours=1)
KEPT: Final = datetime.timedelta(days=365)


def remove_left_over(root: Path, now: datetime.datetime) -> int:
    """Remove what is left over in a data folder and below it; return how many there were. Raises nothing."""
    removed = 0
    for path in [*_temporary(root, now), *_long_deleted(root, now)]:
        try:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        except OSError as error:
            _log.warning(
                "%s is left over and cannot be removed: %s", readable_name(path.name), error.strerror
            )
        else:
            removed += 1
            _log.info("%s was left over and has been removed", readable_name(path.name))
    return removed


def _temporary(root: Path, now: datetime.datetime) -> Iterator[Path]:
    """Yield the temporary files and folders that nobody writes any more."""
    for path in _below(root, "*.tmp"):
        with contextlib.suppress(OSError):
            changed = datetime.datetime.fromtimestamp(path.lstat().st_mtime, tz=datetime.UTC)
            if _TEMPORARY.fullmatch(path.name) and now - changed > _SAVING:
                yield path


def _long_deleted(root: Path, now: datetime.datetime) -> Iterator[Path]:
    """Yield the deleted files that were kept for as long as is promised."""
    for folder in _below(root, BIN):
        with contextlib.suppress(OSError):
            yield from (p for p, _, when in binned_files(folder.parent, any_name=True) if now - when > KEPT)


def _below(root: Path, pattern: str) -> list[Path]:
    """Return what has such a name in a folder and those below it; what cannot be read is left out."""
    try:
        return sorted(root.rglob(pattern))
    except OSError:
        return []
