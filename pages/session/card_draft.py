"""A party's proposal of cards: kept in the meeting's files at each change, and never only on a page."""

from __future__ import annotations

from collections.abc import Callable

from model.files.problems import FileProblem
from model.workshop.answers import Answer, Draft
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting, Refused
from model.workshop.meetings import seat_of
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session

Keys = tuple[str, ...]


def is_locked(meeting: Meeting, step: CourseStep, answer: Answer | None) -> bool:
    """Return whether the cards stand: they are handed in, or the step is closed."""
    return meeting.is_closed(step) or (answer is not None and answer.handed_in)


def change_cards(
    session: Session, meeting: Meeting, step: CourseStep, table: str, change: Callable[[Keys], Keys]
) -> None:
    """Change a party's cards as its files have them, and keep them there; what is in the way is told."""
    try:
        if is_locked(meeting, step, meeting.answer(step, table)):
            session.notice = Notice("warning", both_languages("page_workshop.build.not_kept"))
            return
        keys = meeting.cards_of(step, table) or ()
        meeting.save_draft(step, table, Draft(cards=change(keys)))
    except (Refused, FileProblem) as problem:
        session.notice = Notice("warning", problem_text(problem))


def set_handed_in(
    session: Session, meeting: Meeting, step: CourseStep, table: str, *, handed_in: bool
) -> None:
    """Hand a party's cards in, or take them back; what is in the way is told."""
    try:
        keys = meeting.cards_of(step, table) or ()
        meeting.save_draft(step, table, Draft(cards=keys), handed_in=handed_in)
    except (Refused, FileProblem) as problem:
        session.notice = Notice("warning", problem_text(problem))


def hand_in_cards(session: Session, shown_step: object, *, back: bool) -> None:
    """Do what a party's device asks, where the room is at cards; ``shown_step`` is the step that the window shows."""
    seat = seat_of(session.seat)
    if seat is None or shown_step != seat.meeting.progress.step:
        return
    step = seat.meeting.step
    if step.kind == "build" and step.instrument == "cards":
        set_handed_in(session, seat.meeting, step, seat.table.id, handed_in=not back)
