"""Draw what is done with courses as files: write one, change one, delete one and bring it back, open one."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Final

import streamlit as st

from model.files.problems import FileProblem
from model.language.catalogue import long_date, time_of_day
from model.scenario.parts import NAME_LENGTH
from model.workshop.course_files import StoredCourse, read_course
from model.workshop.deleted_courses import (
    DeletedCourse,
    bring_back_course,
    delete_course,
    deleted_courses,
)
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.upload_area import SCENARIO_MEGABYTES, SCENARIO_TYPES, upload_area
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
from pages.views.workshop.plan_draft import draft_of, drafts, drop_draft, new_draft, open_draft

# The course that was deleted last, until something else is done.
UNDO: Final = "plan-undo"
# Another uploader each time a file was opened: the old one would open it again.
_TURN: Final = "plan-upload-turn"


def plans_head(session: Session) -> None:
    """Draw what begins an empty course, what is being written, and what undoes the last deletion."""
    st.button(session.text("page_plan.new"), key="plan-new", on_click=_doing(_new, session))
    for draft in drafts(session):
        with st.container(
            horizontal=True, border=True, vertical_alignment="center", key=f"plan-draft-{draft.uid}"
        ):
            name = draft.head["title"] or session.text("page_plan.untitled")
            st.markdown(escape_markdown(session.text("page_plan.unsaved", name=name)))
            st.button(
                session.text("page_plan.go_on"),
                key=f"plan-go-on-{draft.uid}",
                type="primary",
                on_click=_doing(open_draft, session, draft),
            )
            st.button(
                session.text("page_plan.drop"),
                key=f"plan-drop-{draft.uid}",
                on_click=_doing(drop_draft, session, draft),
            )
    gone = session.widget_values.get(UNDO)
    if isinstance(gone, DeletedCourse):
        with st.container(horizontal=True, border=True, vertical_alignment="center", key="plan-undo"):
            st.markdown(escape_markdown(session.text("page_plan.deleted", name=gone.title)))
            st.button(
                session.text("page_plan.undo"),
                type="primary",
                key="plan-undo-do",
                on_click=_doing(_bring_back, session, gone),
            )


def plan_buttons(session: Session, stored: StoredCourse) -> None:
    """Draw, beside the button that begins a meeting, what changes this course or a copy of it."""
    if stored.own:
        st.button(
            session.text("page_plan.edit"),
            key=f"plan-edit-{stored.key}",
            on_click=_doing(_edit, session, stored),
        )
    st.button(
        session.text("page_plan.copy"), key=f"plan-copy-{stored.key}", on_click=_doing(_copy, session, stored)
    )
    if stored.own:
        st.button(
            session.text("page_plan.delete"),
            key=f"plan-delete-{stored.key}",
            on_click=_doing(_delete, session, stored),
        )


def plans_foot(session: Session) -> None:
    """Draw what opens a course from a file, and what brings deleted ones back."""
    _upload(session)
    _deleted(session)


def _upload(session: Session) -> None:
    """Draw the way in for a file; a broken one is told with its lines."""
    turn = session.widget_values.setdefault(_TURN, 0)
    with st.expander(session.text("page_plan.upload")):
        file = upload_area(
            session,
            "scenario",
            session.text("page_plan.upload.file"),
            SCENARIO_TYPES,
            SCENARIO_MEGABYTES,
            key=f"plan-upload-{turn}",
        )
        if file is None:
            return
        data = file.getvalue()
        try:
            course = read_course(data, file.name)
        except FileProblem as problem:
            show_problem(problem, session.language, data)
            return
    session.widget_values[_TURN] = turn + 1
    draft = draft_of(course, session.language)
    # It is nowhere on this server yet, so it is kept until it is saved or dropped.
    draft.begun = {}
    open_draft(session, draft)
    st.rerun()


def _deleted(session: Session) -> None:
    """Draw the deleted courses, folded; nothing where there are none."""
    files = deleted_courses()
    if not files:
        return
    with st.expander(session.text("page_plan.deleted.all")):
        for file in files:
            local = file.deleted.astimezone()
            when = session.text(
                "page_plan.deleted.when",
                date=long_date(local.date(), session.language),
                time=time_of_day(local, session.language),
            )
            with st.container(horizontal=True, vertical_alignment="center", key=f"plan-bin-{file.path.name}"):
                st.markdown(escape_markdown(file.title) + "  \n" + escape_markdown(when))
                st.button(
                    session.text("page_plan.deleted.back"),
                    key=f"plan-back-{file.path.name}",
                    on_click=_doing(_bring_back, session, file),
                )


# --- doing it -------------------------------------------------------------------------------------


def _doing(do: Callable[..., None], *values: object) -> Callable[[], None]:
    """Return what does something with what stands here now, once a button is pressed."""

    def press() -> None:
        do(*values)

    return press


def _new(session: Session) -> None:
    """Begin an empty course for the municipality on screen."""
    open_draft(session, new_draft(session.scenario.municipality))


def _edit(session: Session, stored: StoredCourse) -> None:
    """Change one's own course in place."""
    open_draft(session, draft_of(stored.course, session.language, key=stored.key))


def _copy(session: Session, stored: StoredCourse) -> None:
    """Begin from a copy of a course."""
    title = session.text("page_plan.copy_of", name=stored.course.title)[:NAME_LENGTH]
    open_draft(session, draft_of(stored.course, session.language, title=title))


def _delete(session: Session, stored: StoredCourse) -> None:
    """Delete one's own course, and leave what undoes it."""
    try:
        session.widget_values[UNDO] = delete_course(stored, datetime.datetime.now().astimezone())
    except FileProblem as problem:
        session.notice = Notice("warning", problem_text(problem))


def _bring_back(session: Session, file: DeletedCourse) -> None:
    """Bring a course back, or say why not."""
    session.widget_values.pop(UNDO, None)
    try:
        bring_back_course(file)
    except FileProblem as problem:
        session.notice = Notice("warning", problem_text(problem))
    else:
        session.notice = Notice("success", both_languages("page_plan.deleted.is_back", name=file.title))
