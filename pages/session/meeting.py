"""The meeting that a visit leads or sits in, and what the bar of a meeting does.

All of a meeting is in its files (``model/workshop``); a visit only knows its own secret.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from model.files.problems import FileProblem
from model.language.messages import Text
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting, Refused
from model.workshop.meetings import Seat, facilitated, seat_of
from pages.session.actions import perform
from pages.session.card_draft import hand_in_cards
from pages.session.notices import Notice
from pages.session.session import Session
from pages.session.table_draft import hand_in


def led_meeting(session: Session) -> Meeting | None:
    """Return the meeting that this visit leads; None where it leads none."""
    return facilitated(session.facilitator) if session.facilitator else None


def own_seat(session: Session) -> Seat | None:
    """Return the table that this visit sits at; None where it sits at none."""
    return seat_of(session.seat) if session.seat else None


def perform_in_meeting(session: Session, entry: Mapping[str, Any]) -> None:
    """Do what was pressed in the bar of a meeting; what a visit may not do is left alone."""
    which = str(entry.get("id"))
    if which in ("present", "language"):
        perform(session, {"id": which})
        return
    try:
        _in_led_meeting(session, which, entry)
        _at_own_table(session, which)
        if session.seat and which in ("hand_in", "take_back"):
            hand_in(session, entry.get("step"), back=which == "take_back")
            hand_in_cards(session, entry.get("step"), back=which == "take_back")
    except (Refused, FileProblem) as problem:
        session.notice = Notice("warning", Text(da=problem.text("da"), en=problem.text("en")))


def _in_led_meeting(session: Session, which: str, entry: Mapping[str, Any]) -> None:
    """Do what the facilitator has pressed, once: ``entry`` has the step that the window shows."""
    meeting = led_meeting(session)
    do = _FACILITATOR.get(which)
    if meeting is None or do is None or entry.get("step") != meeting.progress.step:
        return
    do(meeting, meeting.step)


def _at_own_table(session: Session, which: str) -> None:
    """Do what a table has pressed: ready, more time, or neither any more."""
    seat = own_seat(session) if which in ("ready", "more_time", "quiet") else None
    if seat is not None:
        step = seat.meeting.step
        seat.meeting.signal(seat.table.id, step, ready=which == "ready", more_time=which == "more_time")


def _by(way: int) -> Callable[[Meeting, CourseStep], None]:
    """Return what goes so many steps forward or back."""

    def go(meeting: Meeting, _: CourseStep) -> None:
        now = meeting.progress.step
        meeting.go(now, now + way)

    return go


_FACILITATOR: Final[Mapping[str, Callable[[Meeting, CourseStep], None]]] = {
    "next": _by(1),
    "back": _by(-1),
    "close": lambda meeting, step: meeting.close(step),
    "show": lambda meeting, step: meeting.close(step, shown=True),
    "open": lambda meeting, step: meeting.open_again(step),
    "again": lambda meeting, step: meeting.ask_again(step),
    "clock": lambda meeting, _: meeting.set_clock(on=not meeting.progress.clock),
    "invite": lambda meeting, _: meeting.set_inviting(on=not meeting.progress.inviting),
}
