"""Write all that users have saved into one archive, and put it back.

Files are saved by renaming, so that a backup of a running app holds each as it was before a save or after it.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from model.files.folders import DATA_VARIABLE, ROOT, is_readable_name

# What the archive calls the folders of the users' data, and where they lie in an app without a data folder.
_BESIDE_THE_PROGRAM: Final = {
    "scenarios": "scenarios/mine",
    "measures": "measures/mine",
    "workshops": "workshops/mine",
    "municipalities": "municipalities",
    "tables": "tables",
    "decided": "decided",
}
_UNFINISHED: Final = ".tmp"
# Tells an archive of this app from any other.
_MARK: Final = b"Indsatskompas"
_ASIDE: Final = ".replaced-"
_INCOMING: Final = ".restoring-"


class NoBackup(Exception):
    """A file is no backup of this app, or is damaged."""


class NotEmpty(Exception):
    """There are files already where a backup should go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(str(folder))


class Written(NamedTuple):
    """What a backup holds: how many files, and the names that no archive can hold."""

    files: int
    left_out: tuple[str, ...]


class Restored(NamedTuple):
    """What was put back: how many files, and where those lie now that were there before."""

    files: int
    aside: Path | None


def write_backup(to: Path) -> Written:
    """Write the archive, whole or not at all. Raises OSError."""
    unfinished = to.with_name(f".{to.name}.{os.getpid()}{_UNFINISHED}")
    try:
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            archive.comment = _MARK
            written = _fill(archive)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(to)
    finally:
        unfinished.unlink(missing_ok=True)
    return written


def _fill(archive: zipfile.ZipFile) -> Written:
    """Put the files of all folders into the archive."""
    count, left_out = 0, []
    for name, folder in _folders():
        for path in _files_in(folder):
            inside = f"{name}/{path.relative_to(folder).as_posix()}"
            if not is_readable_name(inside):
                left_out.append(inside)
                continue
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
                archive.writestr(_entry(inside, path), path.read_bytes())
                count += 1
    return Written(count, tuple(left_out))


def restore_backup(source: Path, *, replace: bool = False) -> Restored:
    """Put back what an archive holds; with ``replace`` what is there is moved aside, never deleted.

    Raises NoBackup before anything is touched, NotEmpty, OSError.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            names = _checked_names(archive)
            _must_be_empty(names, replace)
            incoming = _new_folder(_INCOMING)
            try:
                for inside in names:
                    target = incoming / inside
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.read(inside))
                return Restored(len(names), _put_in_place(incoming))
            finally:
                shutil.rmtree(incoming, ignore_errors=True)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise NoBackup(str(error)) from error


def _data_folder() -> Path | None:
    given = os.environ.get(DATA_VARIABLE)
    return Path(given).expanduser() if given else None


def _place_of(name: str) -> Path:
    """Return where a folder of the archive lies."""
    data = _data_folder()
    return ROOT / _BESIDE_THE_PROGRAM[name] if data is None else data / name


def _folders() -> list[tuple[str, Path]]:
    """Return the folders of the users' data that are there, with the name that the archive gives them."""
    places = ((name, _place_of(name)) for name in _BESIDE_THE_PROGRAM)
    return [(name, place) for name, place in places if place.is_dir()]


def _files_in(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and those below it, deleted ones too, without what a save has left half done."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix != _UNFINISHED:
            yield path


def _entry(inside: str, path: Path) -> zipfile.ZipInfo:
    """Return the archive's head of a file: its time, readable by its owner and group."""
    entry = zipfile.ZipInfo.from_file(path, inside, strict_timestamps=False)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o640 << 16
    return entry


def _checked_names(archive: zipfile.ZipFile) -> list[str]:
    """Return the files of an archive. Raises NoBackup where one is damaged or would lie outside the folders."""
    if archive.comment != _MARK:
        raise NoBackup("without the app's mark")
    names = [entry.filename for entry in archive.infolist()]
    for name in names:
        path = PurePosixPath(name)
        outside = path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name
        if outside or len(path.parts) < 2 or path.parts[0] not in _BESIDE_THE_PROGRAM:
            raise NoBackup(name)
    damaged = archive.testzip()
    if damaged is not None or len(set(names)) != len(names):
        raise NoBackup(damaged or "a name twice")
    return names


def _must_be_empty(names: list[str], replace: bool) -> None:
    """Raise NotEmpty where files lie in a folder of the users' data, unless they are to be replaced."""
    for _, place in _folders():
        if names and not replace and next(_files_in(place), None) is not None:
            raise NotEmpty(place)


def _new_folder(prefix: str) -> Path:
    """Make a folder in the data folder, so that what lies in it can be renamed into its place."""
    root = _data_folder() or ROOT
    folder = root / f"{prefix}{datetime.datetime.now().astimezone():%Y%m%d-%H%M%S}-{os.getpid()}"
    folder.mkdir(parents=True)
    return folder


def _put_in_place(incoming: Path) -> Path | None:
    """Move what was there aside and what has come into its place; return where the former lies, if anything was."""
    there = _folders()
    used = [(name, place) for name, place in there if any(place.iterdir())]
    aside = _new_folder(_ASIDE) if used else None
    for name, place in used:
        if aside is not None:
            place.replace(aside / name)
    for folder in sorted(incoming.iterdir()):
        place = _place_of(folder.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir():  # with nothing in it
            place.rmdir()
        folder.replace(place)
    return aside
