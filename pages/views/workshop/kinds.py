"""Say who draws a step: for each kind what the room sees, what the facilitator does, and what a table's device shows.

A kind's module has three functions:

- ``stage(session, meeting, step)``: what the room sees, on the big screen and above the facilitator's own part;
- ``desk(session, meeting, step)``: what only the facilitator does, on the normal page, such as typing in for a table;
- ``device(session, meeting, step, table)``: what a table sees and does on its own device.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from model.workshop.course import CourseStep, Kind
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import Table
from pages.session.session import Session
from pages.views.workshop import beliefs, build, build_cards, decide, guess, opening, show, text_step

Stage = Callable[[Session, Meeting, CourseStep], None]
Device = Callable[[Session, Meeting, CourseStep, Table], None]


@dataclass(frozen=True)
class KindView:
    """Who draws a step of one kind."""

    stage: Stage
    desk: Stage
    device: Device
    # What of the desk stands beside the stage, below the note, where there is not room for all of it below the stage.
    side: Stage | None = None


_TEXT: Final = KindView(text_step.stage, text_step.desk, text_step.device)
KINDS: Final[Mapping[Kind, KindView]] = {
    "opening": KindView(opening.stage, opening.desk, opening.device),
    "guess": KindView(guess.stage, text_step.desk, guess.device, side=guess.desk),
    "build": KindView(build.stage, build.desk, build.device),
    "beliefs": KindView(beliefs.stage, beliefs.desk, beliefs.device),
    "show": KindView(show.stage, show.desk, show.device),
    "decide": KindView(decide.stage, decide.desk, decide.device, side=decide.side),
    "text": _TEXT,
}
_CARDS: Final = KindView(build_cards.stage, build_cards.desk, build_cards.device)


def view_of(step: CourseStep) -> KindView:
    """Return who draws a step; one in which proposals are built of cards has a view of its own."""
    return _CARDS if step.kind == "build" and step.instrument == "cards" else KINDS[step.kind]
