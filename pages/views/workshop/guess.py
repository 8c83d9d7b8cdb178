"""Draw a step of guessing: each table guesses for itself where the goal ends; then all is shown, with the run."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model.files.problems import FileProblem
from model.language.catalogue import number
from model.workshop.answers import Answer
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import Table
from model.workshop.reveal import may_guess
from pages.components import mount
from pages.components.chart_with_table import table_expander
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.theme import palette
from pages.session.guess import TYPED_IN, GuessFrame, guess_frame
from pages.session.session import Session
from pages.views.workshop.frame import asked
from pages.views.workshop.guess_view import graph, guess_of, range_job, reveal, rows


def stage(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw what the room sees: the question and the empty graph, then the spread of guesses and the run."""
    shown = meeting.is_shown(step)
    if not (shown and session.present):
        asked(session, step)
    frame = _frame(session, meeting, step)
    if frame is None:
        return
    # It takes some seconds, and the room need not wait for it when the answers are shown.
    range_job(session, frame.results)
    data = {**graph(session, frame), "mode": "watch", "status": _answered(session, meeting, step)}
    seen = reveal(session, meeting, step, frame) if shown else None
    _mount(session, meeting, step, _revealed(session, data, seen), key="guess-stage")
    _table(session, frame, seen, "guess-stage")


def desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw where the facilitator types in for tables without devices, and begins anew."""
    _typing_in(session, meeting, step)
    _begin_anew(session, meeting, step)


def _typing_in(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the graph for a table without a device; what was typed is not shown afterwards."""
    frame = _frame(session, meeting, step, told=False)
    tables = meeting.tables()
    if frame is None or not tables:
        return
    answers = meeting.answers(step)
    open_to = [table for table in tables if may_guess(meeting, step, answers.get(table.id))]
    if not open_to:
        st.caption(session.text("page_workshop.guess.pick.closed"))
        return
    names = {
        table.id: session.text("page_workshop.guess.pick.guessed", name=table.name)
        if table.id in answers
        else table.name
        for table in open_to
    }
    # A new field for each guess: the next table begins with an empty one.
    typed = session.widget_values.get(TYPED_IN, 0)
    chosen = st.selectbox(
        session.text("page_workshop.guess.pick"),
        list(names),
        index=None,
        format_func=lambda one: names[one],
        placeholder=session.text("page_workshop.guess.pick.none"),
        key=f"guess-for-{meeting.round_of(step)}-{typed}",
    )
    if meeting.is_closed(step):
        st.caption(session.text("page_workshop.guess.pick.late"))
    if chosen is None:
        return
    st.caption(session.text("page_workshop.guess.pick.hint"))
    data = {**graph(session, frame), "mode": "guess", "status": "", "own": None, "first": None}
    for word in ("save", "value"):
        data["words"][word] = session.text(f"page_workshop.guess.pick.{word}")
    _mount(session, meeting, step, data, key=f"guess-desk-{typed}", table=chosen)


def _begin_anew(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Offer to lay the round's guesses aside, in two presses."""
    if not meeting.answers(step):
        return
    with st.popover(session.text("page_workshop.guess.clear")):
        st.markdown(session.text("page_workshop.guess.clear.words"))
        if st.button(session.text("page_workshop.guess.clear.yes"), key="guess-clear"):
            meeting.clear(step)
            st.rerun()


def device(session: Session, meeting: Meeting, step: CourseStep, table: Table) -> None:
    """Draw a table's own screen: its guess until it is closed, and the reveal once it has guessed."""
    asked(session, step)
    frame = _frame(session, meeting, step)
    if frame is None:
        return
    answer = meeting.answer(step, table.id)
    first = None
    if meeting.round_of(step) != step.id:
        first = meeting.answer(step, table.id, round_=step.id)
    data = {
        **graph(session, frame),
        "mode": "guess" if may_guess(meeting, step, answer) else "locked",
        "status": _own_status(session, meeting, step, frame, answer, first),
        "own": guess_of(None if answer is None else answer.guess),
        "first": guess_of(None if first is None else first.guess),
        "keep": True,
    }
    if answer is not None and answer.late:
        data["words"]["saved"] = session.text("page_workshop.guess.late_saved", value="{value}")
    seen = None
    if answer is not None and meeting.is_shown(step):
        seen = reveal(session, meeting, step, frame, own=table.id)
    _mount(session, meeting, step, _revealed(session, data, seen), key="guess-device", table=table.id)
    _table(session, frame, seen, "guess-device")


def _frame(session: Session, meeting: Meeting, step: CourseStep, *, told: bool = True) -> GuessFrame | None:
    """Return what is guessed on; None, and why where that is ``told``, if it cannot be shown."""
    try:
        frame = guess_frame(meeting, step)
    except FileProblem as problem:
        if told:
            show_problem(problem, session.language)
        return None
    if not frame.indicator.suppressed:
        return frame
    note = frame.indicator.status_note
    if told and note is not None:
        st.info(escape_markdown(note.text(session.language)))
    return None


def _mount(
    session: Session, meeting: Meeting, step: CourseStep, data: dict[str, Any], *, key: str, table: str = ""
) -> None:
    """Draw the graph; what is sent from it says for which step, round and table it is meant."""
    which = meeting.round_of(step)
    data = {
        **data,
        "language": session.language,
        "present": session.present,
        "colours": {"guess": palette().proposals[1], "quiet": palette().baseline},
        "send": {"step": step.id, "round": which, "table": table},
        "where": f"{meeting.code}-{which}-{table}",
    }
    mount.guess_axis(key=key, data=data)


def _revealed(session: Session, data: dict[str, Any], seen: dict[str, Any] | None) -> dict[str, Any]:
    """Return the data with the reveal, where there is one; its axis has room for all that is shown."""
    if seen is None:
        return {**data, "reveal": None}
    words = " ".join(part for part in (seen["sentence"], seen["note"]) if part)
    alt = session.text("page_workshop.guess.alt_shown", title=data["title"], words=words)
    return {**data, "mode": "shown", "status": "", "axis": seen["axis"], "alt": alt, "reveal": seen}


def _answered(session: Session, meeting: Meeting, step: CourseStep) -> str:
    """Return how many of the tables have answered, for the room."""
    done, of = len(meeting.answers(step)), len(meeting.tables())
    if not of:
        return ""
    words = session.text(
        "page_workshop.answered", n=number(done, session.language), of=number(of, session.language)
    )
    if not meeting.is_closed(step):
        return words
    return session.text("page_workshop.guess.closed", answered=words)


def _own_status(
    session: Session,
    meeting: Meeting,
    step: CourseStep,
    frame: GuessFrame,
    answer: Answer | None,
    first: Answer | None,
) -> str:
    """Return what a table is told about its guess; whether it is saved the component says."""
    guess = None if answer is None else answer.guess
    if not may_guess(meeting, step, answer) and guess is not None:
        low, high = (frame.indicator.shown(value, session.language) for value in (guess.low, guess.high))
        value = low if guess.is_point else session.text("budget.amount.between", low=low, high=high)
        return session.text("page_workshop.guess.locked", value=value)
    if meeting.is_closed(step):
        return session.text("page_workshop.guess.late_open")
    if meeting.round_of(step) == step.id:
        return ""
    return session.text(f"page_workshop.guess.{'second' if first is not None else 'second_alone'}")


def _table(session: Session, frame: GuessFrame, seen: dict[str, Any] | None, key: str) -> None:
    """Draw the figures behind the graph, folded away; the big screen has none."""
    if not session.present:
        label = session.text("page_workshop.guess.table")
        table_expander(session, key, rows(session, frame, seen), label=label)
