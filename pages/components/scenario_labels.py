"""Name the scenarios of the library in lists; those of one name are told apart by their file and its time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from model.language.catalogue import short_day, time_of_day
from model.library.library import Entry
from pages.session import scenario_store
from pages.session.session import Session

# A list shows one line of an entry: of a long name the beginning, of a long file's name both ends.
_NAME: Final = 30
_FILE: Final = 34
_FILE_END: Final = 22


def name_and_place(session: Session, entry: Entry) -> str:
    """Return a scenario's name and whose it is."""
    where = (
        session.page_text("open.own")
        if entry.own
        else scenario_store.municipality_name(entry.scenario.municipality, session.language)
    )
    return f"{entry.scenario.name} ({where})"


def name_alone(_: Session, entry: Entry) -> str:
    """Return a scenario's name."""
    return entry.scenario.name


def scenario_labels(
    session: Session, entries: Sequence[Entry], label: Callable[[Session, Entry], str] = name_and_place
) -> dict[str, str]:
    """Label each entry for a list to choose from, by its key; equal labels get their file and its time."""
    labels = {entry.key: label(session, entry) for entry in entries}
    alike = equal(labels)
    return {
        entry.key: _told_apart(session, entry) if entry.key in alike else labels[entry.key]
        for entry in entries
    }


def equal(labels: dict[str, str]) -> frozenset[str]:
    """Return the keys whose labels look like another's."""
    looks = {key: " ".join(label.split()).casefold() for key, label in labels.items()}
    count = Counter(looks.values())
    return frozenset(key for key, look in looks.items() if count[look] > 1)


def file_and_time(session: Session, entry: Entry) -> str:
    """Return the name of an entry's file, and when it was last written where it is one's own."""
    return _with_time(session, entry, entry.file, "open.file")


def _told_apart(session: Session, entry: Entry) -> str:
    """Return name, file and time, short enough for one line."""
    name, file = entry.scenario.name, entry.file
    if len(name) > _NAME:
        name = name[: _NAME - 1].rstrip() + "…"
    if len(file) > _FILE:
        file = file[: _FILE - _FILE_END - 1] + "…" + file[-_FILE_END:]
    return f"{name} ({_with_time(session, entry, file, 'open.copy')})"


def _with_time(session: Session, entry: Entry, file: str, key: str) -> str:
    if entry.changed is None:
        return file
    date, time = short_day(entry.changed, session.language), time_of_day(entry.changed, session.language)
    return session.page_text(key, file=file, date=date, time=time)
