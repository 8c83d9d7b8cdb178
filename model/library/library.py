"""The scenarios of a folder as a library: list, search, duplicate, rename, delete with a way back, export.

What a page sends back is a key that is looked up here; a name that somebody wrote never becomes a path but
through ``file_name``.
"""

from __future__ import annotations

import datetime
import io
import logging
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from model.files.binned import BIN, binned_files, binned_path
from model.files.folders import is_readable_name, readable_name
from model.files.problems import FileProblem, Problem, sanitised, single_problem, system_reason
from model.language.catalogue import LANGUAGES
from model.language.search import finds, searchable
from model.municipality.municipality_list import municipalities
from model.scenario.diff import lever_name
from model.scenario.files import (
    SUFFIX,
    ReadScenario,
    SaveConflict,
    SavedScenario,
    file_name,
    load_scenario,
    load_with_warnings,
    move_file,
    rename_scenario,
    save_scenario,
    scenario_files,
)
from model.scenario.parts import NAME_LENGTH
from model.scenario.scenario import Scenario

OWN: Final = "own"
SHIPPED: Final = "shipped"

_log = logging.getLogger(__name__)
_MOST_KEPT: Final = 1024
# A name that is taken gets a number; a folder with more copies than this is somebody's mistake.
_MOST_COPIES: Final = 999
# The oldest time that a zip archive can hold.
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Entry:
    """One scenario that can be opened. ``key`` is its name in the library, for pages to send back."""

    key: str
    path: Path
    scenario: Scenario
    own: bool
    changed: datetime.datetime | None  # when the file was last written; None for those that ship
    warnings: tuple[Problem, ...] = ()  # what to ask whoever opens it

    @property
    def file(self) -> str:
        """Return the file's name below its folder, as text."""
        return self.key.partition("/")[2]

    @property
    def saved(self) -> datetime.date | None:
        """Return when it was saved: as the file says, or else when it was last written."""
        stored = self.scenario.results.saved if self.scenario.results is not None else None
        return stored or (self.changed.date() if self.changed is not None else None)


@dataclass(frozen=True)
class Broken:
    """A file that holds no scenario, and why."""

    key: str
    path: Path
    own: bool
    problem: FileProblem

    @property
    def name(self) -> str:
        """Return the file's name, as text."""
        return readable_name(self.path.name)


@dataclass(frozen=True)
class Binned:
    """A deleted file, as it stood. ``name`` is the file's name before, as the system has it."""

    key: str
    path: Path
    name: str
    deleted: datetime.datetime


@dataclass(frozen=True)
class Library:
    """The visitors' own folder and the one that ships, which is only read."""

    own: Path
    shipped: Path

    # --- what there is ----------------------------------------------------------------------------

    def listing(self) -> tuple[tuple[Entry, ...], tuple[Broken, ...]]:
        """List all scenarios, one's own first and the latest of them first, and the files that hold none."""
        entries: list[Entry] = []
        broken: list[Broken] = []
        for path, own in self._files():
            below = path.relative_to(self.own if own else self.shipped).as_posix()
            key = f"{OWN if own else SHIPPED}/{readable_name(below)}"
            if not is_readable_name(below):
                broken.append(Broken(key, path, own, _unreadable_name(path)))
                continue
            try:
                stat = path.stat()
                read = _loaded(path, stat.st_mtime_ns, stat.st_size)
            except FileProblem as error:
                broken.append(Broken(key, path, own, error))
            except OSError as error:
                _log.warning("%s cannot be read: %s", path.name, error)
                problem = single_problem(
                    f"Filen kan ikke læses: {system_reason(error, 'da')}.",
                    f"The file cannot be read: {system_reason(error, 'en')}.",
                    name=path.name,
                )
                broken.append(Broken(key, path, own, problem))
            else:
                changed = datetime.datetime.fromtimestamp(stat.st_mtime, tz=datetime.UTC).astimezone()
                entries.append(Entry(key, path, read.scenario, own, changed if own else None, read.warnings))
        latest = [e for e in entries if e.own]
        latest.sort(key=lambda e: (-e.changed.timestamp() if e.changed else 0.0, e.scenario.name))
        return (*latest, *(e for e in entries if not e.own)), tuple(broken)

    def _files(self) -> Iterator[tuple[Path, bool]]:
        """Yield the path of each file, and whether it is one's own."""
        for path in scenario_files(self.own) if self.own.is_dir() else ():
            yield path, True
        for path in scenario_files(self.shipped) if self.shipped.is_dir() else ():
            if not path.is_relative_to(self.own):
                yield path, False

    def find(self, key: str) -> Entry | Broken | None:
        """Return what has that key today, or None."""
        entries, broken = self.listing()
        for entry in entries:
            if entry.key == key:
                return entry
        return next((file for file in broken if file.key == key), None)

    # --- what can be done -------------------------------------------------------------------------

    def save(self, scenario: Scenario, *, expected_hash: str | None = None) -> SavedScenario:
        """Save under the scenario's own name among one's own. Raises SaveConflict and FileProblem."""
        return save_scenario(scenario, self.own, scenario.name, expected_hash=expected_hash)

    def free_name(self, name: str, folder: Path | None = None) -> str:
        """Return ``name``, or the first of ``name 2``, ``name 3`` ... that is free in a folder, one's own unless given.

        Raises FileProblem.
        """
        home = self.own if folder is None else folder
        if not (home / file_name(name)).exists():
            return name
        for number in range(2, _MOST_COPIES + 1):
            tried = _numbered(name, number)
            if not (home / file_name(tried)).exists():
                return tried
        raise single_problem(
            f"Der er for mange scenarier, der hedder »{sanitised(name)}«. Giv kopien et andet navn.",
            f"Too many scenarios are called “{sanitised(name)}”. Give the copy another name.",
        )

    def duplicate(self, entry: Entry, name: str) -> tuple[Scenario, SavedScenario]:
        """Save a copy among one's own under ``name``, or the first free one like it. Raises FileProblem."""
        while True:
            copy = entry.scenario.copy_with(name=self.free_name(name))
            try:
                return copy, self.save(copy)
            except SaveConflict:
                continue  # somebody took the name just now; the next one is free

    def rename(self, entry: Entry, name: str) -> tuple[Scenario, SavedScenario]:
        """Give one of one's own, and its file, another name. Raises SaveConflict where it is taken."""
        self._may_change(entry)
        return rename_scenario(entry.path, name)

    def delete(self, entry: Entry | Broken, now: datetime.datetime) -> Binned:
        """Move a file into the bin beside it, under the time. Raises SaveConflict and FileProblem."""
        self._may_change(entry)
        to, moment = binned_path(entry.path.parent, entry.path.name, now)
        move_file(entry.path, to, lock=entry.path.parent)
        _log.info("%s deleted, kept as %s", readable_name(entry.path.name), readable_name(to.name))
        return self._binned(to, entry.path.name, moment)

    def deleted(self) -> tuple[Binned, ...]:
        """Return what lies in the bins, the latest first."""
        binned = [
            self._binned(path, name, when)
            for folder in (self.own.rglob(BIN) if self.own.is_dir() else ())
            for path, name, when in binned_files(folder.parent, any_name=True)
        ]
        return tuple(sorted(binned, key=lambda b: (b.deleted, b.path.name), reverse=True))

    def restore(self, key: str) -> str:
        """Bring a deleted file back; its name, or another where that is taken by now.

        Returns the file's name. Raises SaveConflict where the bin no longer has it, FileProblem.
        """
        binned = next((b for b in self.deleted() if b.key == key), None)
        if binned is None:
            raise _no_longer_deleted()
        home = binned.path.parent.parent
        while True:
            try:
                return self._brought_back(binned, home)
            except SaveConflict:
                # Somebody took the name just now and the next one is free; or somebody else brought it back.
                if not binned.path.exists():
                    raise _no_longer_deleted() from None

    def _brought_back(self, binned: Binned, home: Path) -> str:
        """Move a deleted file into a folder and return its name there. Raises SaveConflict, FileProblem."""
        if not (home / binned.name).exists():
            move_file(binned.path, home / binned.name, lock=home)
            _log.info("%s brought back", readable_name(binned.name))
            return binned.name
        # The name has been taken since: the scenario comes back under a free one, and so does its file.
        name = self.free_name(load_scenario(binned.path).name, home)
        _, saved = rename_scenario(binned.path, name, home)
        _log.info("%s brought back as %s", readable_name(binned.name), saved.path.name)
        return saved.path.name

    def exported(self) -> bytes:
        """Pack all files of one's own into one zip archive, as they stand."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in scenario_files(self.own) if self.own.is_dir() else ():
                try:
                    data = path.read_bytes()
                except OSError as error:
                    _log.warning("%s left out of the archive: %s", readable_name(path.name), error)
                    continue
                name = zipfile.ZipInfo(readable_name(path.relative_to(self.own).as_posix()), _ZIP_EPOCH)
                name.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(name, data)
        return packed.getvalue()

    def _may_change(self, entry: Entry | Broken) -> None:
        """Raise FileProblem for a scenario that ships."""
        if not entry.own or not entry.path.is_relative_to(self.own):
            raise single_problem(
                "Scenarier, der følger med, kan ikke ændres. Lav en kopi, og ret i den.",
                "Scenarios that ship with the program cannot be changed. Make a copy and change that.",
                name=entry.path.name,
            )

    def _binned(self, path: Path, name: str, deleted: datetime.datetime) -> Binned:
        """Return a file in a bin by its path, its name before, and when it was deleted."""
        return Binned(f"bin/{readable_name(path.relative_to(self.own).as_posix())}", path, name, deleted)


def _no_longer_deleted() -> SaveConflict:
    """Return the problem of a scenario that the bin no longer has."""
    problem = single_problem(
        "Scenariet ligger ikke længere blandt de slettede.",
        "The scenario is no longer among the deleted ones.",
    )
    return SaveConflict(problem.problems)


def _unreadable_name(path: Path) -> FileProblem:
    """Return the problem of a file whose name no page and no archive can hold."""
    return single_problem(
        "Filens navn kan ikke læses, for det er skrevet i et andet tegnsæt. Giv filen et nyt navn i mappen.",
        "The file's name cannot be read: it is written in another character set. Give it another name in its folder.",
        name=readable_name(path.name),
    )


def _numbered(name: str, number: int) -> str:
    """Return ``name 2``, shortened until the number is part of the file's name too."""
    tail = f" {number}"
    base = name[: NAME_LENGTH - len(tail)].rstrip()
    while len(base) > 1 and not file_name(base + tail).endswith(f"-{number}{SUFFIX}"):
        base = base[:-1].rstrip()
    return base + tail


@lru_cache(maxsize=_MOST_KEPT)
def _loaded(path: Path, changed_at: int, size: int) -> ReadScenario:
    """Read a scenario, once for each state of its file."""
    return load_with_warnings(path)


def search(entries: Iterable[Entry], words: str, municipality: str | None = None) -> tuple[Entry, ...]:
    """Return entries whose name, description, town, levers or stored headline hold every word; empty finds all."""
    return tuple(
        e
        for e in entries
        if (municipality is None or e.scenario.municipality == municipality)
        and finds(words, _words_of(e.scenario))
    )


@lru_cache(maxsize=_MOST_KEPT)
def _words_of(scenario: Scenario) -> str:
    """Return all that a search looks through in a scenario."""
    town = next((i.name for i in municipalities() if i.id == scenario.municipality), scenario.municipality)
    levers = [
        lever_name(change.lever, change.group, language)
        for change in scenario.changes
        for language in LANGUAGES
    ]
    why = [change.why for change in scenario.changes]
    headline = scenario.results.headline if scenario.results is not None else ""
    return searchable(scenario.name, scenario.description, scenario.author, town, *levers, *why, headline)
