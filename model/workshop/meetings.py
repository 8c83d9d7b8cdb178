"""Begin meetings and find them again: by the facilitator's key, by a table's key, or by the code."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.files.atomic_write import locked, patiently
from model.files.problems import FileProblem, single_problem, system_reason
from model.language.messages import Message
from model.workshop.cards import catalogue_cards
from model.workshop.codes import (
    BY_ADDRESS,
    BY_VISIT,
    is_key,
    key_hash,
    new_code,
    new_key,
    read_code,
)
from model.workshop.course import Course, to_dict
from model.workshop.course_files import SCENARIOS as SHIPPED_SCENARIOS
from model.workshop.course_files import data_folder
from model.workshop.meeting import SCENARIOS, Meeting, Refused
from model.workshop.meeting_cards import keep_cards
from model.workshop.meeting_parts import MeetingHead, Progress, Table, timestamp
from model.workshop.yaml_files import write

_log = logging.getLogger(__name__)
_BETWEEN: Final = "."


@dataclass(frozen=True)
class Seat:
    """A table's place in a meeting; ``address`` is what its device keeps in the address."""

    meeting: Meeting
    table: Table
    address: str


def begin(course: Course, *, folder: Path | None = None) -> tuple[Meeting, str]:
    """Begin a meeting. Return it with what the facilitator's address keeps: a secret. Raises FileProblem.

    The course, its scenarios and its cards are copied, so that the meeting stays as it is when files change. The
    folder is whole or not there.
    """
    root = folder or data_folder()
    key = new_key()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with locked(root):
            code = new_code()
            while (root / code).exists():
                code = new_code()
            making = root / f".{code}.tmp"
            shutil.rmtree(making, ignore_errors=True)
            for step in course.steps:
                if step.scenario:
                    to = making / SCENARIOS / step.scenario
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(SHIPPED_SCENARIOS / step.scenario, to)
            named = [name for step in course.steps for name in step.cards]
            keep_cards(making, named, catalogue_cards(course.municipality))
            write(making / "course.yaml", to_dict(course))
            head = MeetingHead(code=code, begun=timestamp(), key_sha256=key_hash(key))
            write(making / "meeting.yaml", dict(head))
            write(making / "progress.yaml", Progress(since=head.begun).plain())
            patiently(lambda: making.rename(root / code))
    except OSError as error:
        raise single_problem(
            f"Mødet kunne ikke begyndes: {system_reason(error, 'da')}. Intet er ændret.",
            f"The meeting could not be begun: {system_reason(error, 'en')}. Nothing was changed.",
        ) from error
    _log.info("meeting %s begun: %s", code, course.title)
    return Meeting(root / code), f"{code}{_BETWEEN}{key}"


def by_code(typed: str, *, folder: Path | None = None) -> Meeting | None:
    """Return the meeting of a code as somebody has typed it, or None. Whoever lets people try limits that."""
    code = read_code(typed)
    path = (folder or data_folder()) / code
    return Meeting(path) if code and (path / "meeting.yaml").is_file() else None


def try_code(typed: str, visit: str, address: str, *, folder: Path | None = None) -> Meeting:
    """Return the meeting of a typed code. Raises Refused where there is none, and where too many were wrong."""
    limits = ((BY_VISIT, visit), (BY_ADDRESS, address))
    if not all(limit.allows(caller) for limit, caller in limits):
        raise Refused(Message("workshop.error.too_often"))
    meeting = by_code(typed, folder=folder)
    if meeting is None:
        for limit, caller in limits:
            limit.note_wrong(caller)
        raise Refused(Message("workshop.error.no_meeting"))
    return meeting


def facilitated(address: str, *, folder: Path | None = None) -> Meeting | None:
    """Return the meeting whose facilitator has this in the address; None where it opens none."""
    code, _, key = address.partition(_BETWEEN)
    meeting = by_code(code, folder=folder)
    try:
        return meeting if meeting is not None and is_key(key, meeting.head.key_sha256) else None
    except (FileProblem, FileNotFoundError):
        return None


def join(meeting: Meeting, name: str) -> Seat:
    """Join a meeting as a new table with a device of its own. Raises Refused, FileProblem."""
    table, key = meeting.add_table(name, with_key=True)
    return Seat(meeting, table, seat_address(meeting, table, key))


def seat_address(meeting: Meeting, table: Table, key: str) -> str:
    """Return what the device of a table keeps in the address."""
    return _BETWEEN.join((meeting.code, table.id, key))


def seat_of(address: str, *, folder: Path | None = None) -> Seat | None:
    """Return the table whose device has this in the address; None where it opens none."""
    code, _, rest = address.partition(_BETWEEN)
    table_id, _, key = rest.partition(_BETWEEN)
    meeting = by_code(code, folder=folder)
    table = None if meeting is None else meeting.table(table_id)
    if meeting is None or table is None or not table.key_sha256 or not is_key(key, table.key_sha256):
        return None
    return Seat(meeting, table, address)


def meetings(*, folder: Path | None = None) -> tuple[Meeting, ...]:
    """List all meetings of this server, the latest first."""
    root = folder or data_folder()
    try:
        found = [Meeting(path) for path in root.iterdir() if (path / "meeting.yaml").is_file()]
    except OSError:
        return ()
    return tuple(sorted(found, key=_begun, reverse=True))


def _begun(meeting: Meeting) -> str:
    """Return when a meeting was begun; "" where its file is damaged."""
    try:
        return meeting.head.begun
    except (FileProblem, FileNotFoundError):
        return ""
