"""Draw the facilitator's page: the step as the room sees it, and beside it what only the facilitator needs."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model.scenario.period import use_names_of
from model.workshop.course import ASKING, CourseStep
from model.workshop.meeting import Meeting, Refused
from model.workshop.meeting_parts import Table
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.session.session import Session
from pages.views.workshop.afterwards import afterwards
from pages.views.workshop.frame import bar, button, common_buttons, follow
from pages.views.workshop.invitation import invitation, room_invitation
from pages.views.workshop.kinds import view_of


def facilitator_page(session: Session, meeting: Meeting) -> None:
    """Draw the step that the room is at."""
    use_names_of(meeting.base())
    stamp = meeting.stamp()
    step = meeting.step
    bar(
        session,
        meeting,
        step.title,
        buttons(session, meeting, step),
        code=session.text("page_workshop.code_short", code=meeting.code),
        keys=True,
    )
    if session.present:
        _room(session, meeting, step)
    else:
        _desk(session, meeting, step)
    follow(meeting.stamp, stamp)


def _room(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the big screen: the step, or how tables join."""
    with st.container(key="meeting-stage"):
        if meeting.progress.inviting:
            room_invitation(session, meeting)
        else:
            view_of(step).stage(session, meeting, step)


def _desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the step, and beside it what the facilitator needs at each, the note first."""
    view = view_of(step)
    with st.container(key="meeting-body"):
        left, right = st.columns([13, 7], gap="medium")
    with left:
        with st.container(key="meeting-stage"):
            view.stage(session, meeting, step)
        with st.container(key="meeting-desk"):
            view.desk(session, meeting, step)
    with right, st.container(key="meeting-side"):
        _note(session, step)
        if view.side is not None:
            view.side(session, meeting, step)
        _tables(session, meeting, step)
        invitation(session, meeting)
        afterwards(session, meeting)
        for problem in meeting.broken_files():
            show_problem(problem, session.language)


def buttons(session: Session, meeting: Meeting, step: CourseStep) -> list[dict[str, Any]]:
    """Return what the facilitator can press in this step; what comes next always stands last, at the same place."""
    progress, last = meeting.progress, len(meeting.course.steps) - 1

    def words(key: str) -> str:
        return session.text(f"page_workshop.bar.{key}")

    main: list[dict[str, Any]] = []
    own: list[dict[str, Any]] = []
    if step.kind in ASKING:
        closed, shown = meeting.is_closed(step), meeting.is_shown(step)
        if not closed:
            main = [button("close", words("close"), main=True)]
        elif not shown:
            main = [button("show", words("show"), main=True)]
            own.append(button("open", words("open")))
            # A second guess after the talk is worth most before anybody has seen the answer.
            if step.kind == "guess" and step.id not in progress.again:
                own.append(button("again", words("again")))
        elif step.kind == "guess" and step.id not in progress.again:
            own.append(button("again", words("again")))
        elif step.kind != "guess":
            own.append(button("open", words("open")))
    if step.minutes is not None and not session.present:
        own.append(button("clock", words("clock"), pressed=progress.clock))
    return [
        *own,
        button("invite", words("invite"), pressed=progress.inviting),
        *common_buttons(session),
        button("back", words("back"), disabled=progress.step == 0),
        button("next", words("next"), disabled=progress.step >= last, main=not main),
        *main,
    ]


def _note(session: Session, step: CourseStep) -> None:
    """Write the speaker's note, which only the facilitator sees."""
    if step.note:
        with st.container(border=True, key="meeting-note"):
            st.caption(session.text("page_workshop.note"))
            st.markdown(escape_markdown(step.note))


def _tables(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """List the tables with what they have done in this step; add one, as where there are no devices."""
    tables = meeting.tables()
    answers = meeting.answers(step) if step.kind in ASKING else {}
    count = {0: "none", 1: "one"}.get(len(tables), "many") + ("_party" if meeting.course.budget_round else "")
    st.subheader(session.text(f"page_workshop.tables.{count}", n=len(tables)), anchor=False)
    which = meeting.round_of(step)
    lines = []
    for table in tables:
        said = []
        if step.kind in ASKING:
            answer = answers.get(table.id)
            done = "guessed" if step.kind == "guess" else "handed_in"
            state = "none" if answer is None else done if answer.handed_in else "draft"
            said.append(session.text(f"page_workshop.state.{state}"))
            if answer is not None and answer.late:
                said.append(session.text("page_workshop.state.late"))
        said += _signals(session, table, which)
        lines.append(
            f"- {escape_markdown(': '.join(part for part in (table.name, ', '.join(said)) if part))}"
        )
    st.markdown("\n".join(lines))
    _add_table(session, meeting)


def _signals(session: Session, table: Table, which: str) -> list[str]:
    """Return what a table has said of the step: that it is ready, or wants more time."""
    return [
        session.text(f"page_workshop.state.{name}")
        for name in ("ready", "more_time")
        if getattr(table, name) == which
    ]


def _add_table(session: Session, meeting: Meeting) -> None:
    """Ask for the name of a table that has no device."""
    kind = "party" if meeting.course.budget_round else "table"
    with st.form("add-table", clear_on_submit=True, border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(session.text(f"page_workshop.add.{kind}"), max_chars=60, key="new-table")
            added = st.form_submit_button(session.text("page_workshop.add.button"))
        if added:
            try:
                meeting.add_table(name)
            except Refused as problem:
                st.error(problem.text(session.language))
            else:
                st.rerun()
