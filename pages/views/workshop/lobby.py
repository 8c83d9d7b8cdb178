"""Draw the way into a meeting: join with a code, or lead one by a course."""

from __future__ import annotations

import streamlit as st

from model.files.problems import FileProblem
from model.language.catalogue import number
from model.workshop.course import Course
from model.workshop.course_files import StoredCourse, courses
from model.workshop.meeting import Refused
from model.workshop.meetings import begin, join, try_code
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.session.scenario_store import municipality_name
from pages.session.session import Session
from pages.views.workshop.frame import bar, common_buttons
from pages.views.workshop.paper import paper
from pages.views.workshop.plan_draft import opened
from pages.views.workshop.plan_editor import plan_editor
from pages.views.workshop.plan_file import sync_drafts
from pages.views.workshop.plan_list import plan_buttons, plans_foot, plans_head


def lobby_page(session: Session) -> None:
    """Draw both ways; who came with a code in the address is asked for the table's name alone."""
    sync_drafts(session)
    buttons = [one for one in common_buttons(session) if one["id"] == "language"]
    draft = None if session.invited else opened(session)
    heading = "page_workshop.heading" if draft is None else "page_plan.heading"
    bar(session, None, session.text(heading), buttons)
    if session.facilitator or session.seat:
        st.warning(session.text("page_workshop.lost_key"))
    if session.invited:
        _join(session)
        return
    if draft is not None:
        plan_editor(session, draft)
        return
    sit, lead = st.columns([1, 2], gap="large")
    with sit:
        _join(session)
    with lead:
        _lead(session)


def _join(session: Session) -> None:
    """Ask for code and name, and take a seat."""
    st.header(session.text("page_workshop.join"), anchor=False)
    with st.form("join", border=False):
        code = st.text_input(
            session.text("page_workshop.join.code"), value=session.invited, max_chars=12, key="code"
        )
        name = st.text_input(session.text("page_workshop.join.name"), max_chars=60, key="table-name")
        st.caption(session.text("page_workshop.join.hint"))
        if not st.form_submit_button(session.text("page_workshop.join.button"), type="primary"):
            return
    try:
        seat = join(try_code(code, session.token, str(st.context.ip_address or "")), name)
    except (Refused, FileProblem) as problem:
        st.error(escape_markdown(problem.text(session.language)))
        return
    session.seat, session.invited, session.facilitator = seat.address, "", ""
    st.rerun()


def _lead(session: Session) -> None:
    """List the courses, each with a button that begins a meeting."""
    st.header(session.text("page_workshop.lead"), anchor=False)
    st.markdown(session.text("page_workshop.lead.words"))
    plans_head(session)
    found, broken = courses()
    here = session.scenario.municipality
    found = tuple(sorted(found, key=lambda stored: stored.course.municipality != here))
    for stored in found:
        with st.container(border=True):
            _course(session, stored)
    for file in broken:
        show_problem(file.problem, session.language)
    plans_foot(session)


def _course(session: Session, stored: StoredCourse) -> None:
    """Draw one course: what it is, how long it takes, its steps, and the button."""
    course = stored.course
    st.markdown(f"**{escape_markdown(course.title)}**")
    if course.description:
        st.markdown(escape_markdown(course.description))
    st.caption(_facts(session, course))
    with st.container(horizontal=True, key=f"course-{stored.key}"):
        pressed = st.button(session.text("page_workshop.begin"), key=f"begin-{stored.key}", type="primary")
        paper(session, course, stored.key)
        plan_buttons(session, stored)
    if pressed:
        try:
            _, session.facilitator = begin(course)
        except FileProblem as problem:
            show_problem(problem, session.language)
        else:
            session.seat = session.invited = ""
            st.rerun()


def _facts(session: Session, course: Course) -> str:
    """Return municipality, steps and minutes in one line."""
    return session.text(
        "page_workshop.facts",
        town=municipality_name(course.municipality, session.language),
        steps=number(len(course.steps), session.language),
        minutes=number(course.minutes, session.language),
    )
