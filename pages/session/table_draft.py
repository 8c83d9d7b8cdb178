"""A table's proposal on its own device: put on screen from the meeting's files, and kept there after each gesture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from model.files.problems import FileProblem
from model.language.messages import LocalizedError, Text
from model.scenario.levers import LEVER_BY_ID
from model.scenario.parts import Change
from model.scenario.texts import as_typed
from model.workshop.answers import Answer, Draft
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting, Refused, with_changes
from model.workshop.meetings import Seat, seat_of
from pages.session.history import History, Step
from pages.session.notices import Notice, both_languages
from pages.session.session import MAIN_VIEW, Session

# One sentence.
REASON_LENGTH: Final = 200


@dataclass(frozen=True)
class TableDraft:
    """The proposal on screen as the files last had it. ``place``: meeting, table and round."""

    place: tuple[str, str, str]
    answer: Answer | None
    changes: tuple[Change, ...]
    locked: bool  # handed in, or the step takes no more answers


def is_drafted(step: CourseStep) -> bool:
    """Return whether tables build a step with sliders."""
    return step.kind == "build" and step.instrument == "levers"


def may_move(session: Session, item: str) -> bool:
    """Return whether a slider may be moved now: in a meeting's step only those that it opens, until handed in."""
    if session.opened_levers is None:
        return True
    return item in session.opened_levers and session.drafted is not None and not session.drafted.locked


def sync_draft(session: Session) -> None:
    """Keep in the files what the table has done since, and put on screen what they have otherwise.

    It is called before the browser's log is done, so that it is done to the right proposal, and after it.
    """
    with session.lock:
        seat = seat_of(session.seat) if session.seat else None
        step = None if seat is None else seat.meeting.step
        if seat is None or step is None or not is_drafted(step):
            session.drafted = session.opened_levers = None
            return
        try:
            _sync(session, seat, step)
        except (Refused, FileProblem) as problem:
            _tell(session, problem)


def _sync(session: Session, seat: Seat, step: CourseStep) -> None:
    """Keep or show the proposal of the step that the room is at."""
    meeting, table = seat.meeting, seat.table
    place = (meeting.code, table.id, meeting.round_of(step))
    known, answer = session.drafted, meeting.answer(step, table.id)
    if known is None or known.place != place:
        if known is not None and session.history.current.changes != known.changes:
            # The room went on before the gesture was over.
            session.notice = Notice("warning", both_languages("workshop.error.closed"))
        session.goal, session.indicator = step.goal or None, step.indicator or None
        _show(session, seat, step, place)
        return
    mine = session.history.current.changes
    if mine == known.changes and answer == known.answer:
        if known.locked != _is_locked(meeting, step, answer):
            _show(session, seat, step, place, anew=False)
        return
    if mine != known.changes and not _is_locked(meeting, step, answer):
        theirs = meeting.changes_of(step, table.id)
        meeting.save_draft(step, table.id, Draft(changes=_merged(known.changes, mine, theirs)))
    elif mine != known.changes:
        session.notice = Notice("warning", both_languages("page_workshop.build.not_kept"))
    _show(session, seat, step, place, anew=meeting.changes_of(step, table.id) != mine)


def _show(
    session: Session, seat: Seat, step: CourseStep, place: tuple[str, str, str], *, anew: bool = True
) -> None:
    """Note what the files have; ``anew``: put it on screen, else it stands there already."""
    meeting = seat.meeting
    answer, changes = meeting.answer(step, seat.table.id), meeting.changes_of(step, seat.table.id)
    locked = _is_locked(meeting, step, answer)
    session.drafted = TableDraft(place, answer, changes, locked)
    session.opened_levers = step.levers
    if locked:
        session.live = None
    if anew:
        scenario = with_changes(meeting.base(seat.table.name), changes)
        session.history = History((Step(scenario, "start"),))
        session.live = session.opened = session.followed = session.animation = None
        session.view = MAIN_VIEW
        session.scales.clear()


def _is_locked(meeting: Meeting, step: CourseStep, answer: Answer | None) -> bool:
    """Return whether the proposal stands: it is handed in, or the step is closed."""
    return meeting.is_closed(step) or (answer is not None and answer.handed_in)


def _merged(before: Sequence[Change], mine: Sequence[Change], theirs: Sequence[Change]) -> tuple[Change, ...]:
    """Return what another window has made of a proposal, with what was changed in this one."""

    def of(changes: Sequence[Change], target: tuple[str, str | None]) -> list[Change]:
        return [change for change in changes if change.target == target]

    targets = dict.fromkeys(change.target for change in (*theirs, *mine, *before))
    found: list[Change] = []
    for target in targets:
        own = of(mine, target)
        found += own if own != of(before, target) else of(theirs, target)
    return tuple(found)


def give_reason(session: Session, item: str, typed: str) -> None:
    """Write why a slider is moved, at its last change."""
    if not may_move(session, item) or session.opened_levers is None:
        return
    lever, _, group = item.partition(":")
    target = (lever, group if LEVER_BY_ID[lever].scope == "group" else None)
    scenario, why = session.history.current, as_typed(typed, REASON_LENGTH, lines=False)
    last = next((change for change in reversed(scenario.changes) if change.target == target), None)
    if last is None or last.why == why:
        return
    changes = tuple(
        change.model_copy(update={"why": why}) if change is last else change for change in scenario.changes
    )
    session.live = None
    session.history = session.history.append(scenario.copy_with(changes=changes))


def hand_in(session: Session, shown_step: object, *, back: bool = False) -> None:
    """Hand the proposal in, or take it back; ``shown_step`` is the step that the window shows. Raises Refused."""
    sync_draft(session)
    seat, draft = seat_of(session.seat), session.drafted
    if seat is None or draft is None or shown_step != seat.meeting.progress.step:
        return
    seat.meeting.save_draft(
        seat.meeting.step, seat.table.id, Draft(changes=draft.changes), handed_in=not back
    )
    sync_draft(session)


def _tell(session: Session, problem: LocalizedError | FileProblem) -> None:
    """Tell what is in the way."""
    session.notice = Notice("warning", Text(da=problem.text("da"), en=problem.text("en")))
