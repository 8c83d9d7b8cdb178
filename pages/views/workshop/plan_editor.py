"""Draw the page on which a course is written: its head, its steps in order, and what saves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from model.files.problems import FileProblem
from model.language.catalogue import number
from model.municipality.municipality_list import municipalities
from model.scenario.files import SaveConflict, file_name
from model.scenario.parts import NAME_LENGTH, TEXT_LENGTH
from model.workshop.course import KINDS, MOST_STEPS, Course, Kind
from model.workshop.course_files import course_at, save_course
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.number_field import number_entry
from pages.session.notices import Notice, both_languages
from pages.session.scenario_store import municipality_name
from pages.session.session import Session
from pages.views.workshop.plan_draft import (
    Fault,
    PlanDraft,
    StepDraft,
    close_draft,
    course_or_faults,
    drop_draft,
    faults_at,
)
from pages.views.workshop.plan_step import held, step_fields, tell

_NEW_KIND: Final = "plan-new-kind"
_DESCRIPTION: Final = 72  # px: two lines


def plan_editor(session: Session, draft: PlanDraft) -> None:
    """Draw a draft. What is wrong is told once somebody has tried to save."""
    draft.follow_municipality()
    faults = course_or_faults(draft)[1] if draft.checked else ()
    with st.container(key="plan-editor"):
        _head(session, draft, faults)
        _steps(session, draft, faults)
        _add(session, draft)
        _finish(session, draft, faults)


def _head(session: Session, draft: PlanDraft, faults: Sequence[Fault]) -> None:
    """Draw title, municipality and description."""
    key, text = f"plan-{draft.uid}", session.text
    st.button(text("page_plan.back"), key="plan-back", on_click=lambda: close_draft(session))
    title, town = st.columns([2, 1])
    with title:
        st.text_input(
            text("page_plan.title"), max_chars=NAME_LENGTH, **held(draft.head, "title", f"{key}-title")
        )
        tell(session, faults, 0, "title")
    with town:
        st.selectbox(
            text("page_plan.municipality"),
            [info.id for info in municipalities()],
            format_func=lambda one: municipality_name(one, session.language),
            **held(draft.head, "municipality", f"{key}-town"),
        )
        if draft.elsewhere:
            st.caption(text("page_plan.other_town"))
    st.text_area(
        text("page_plan.description"),
        max_chars=TEXT_LENGTH,
        height=_DESCRIPTION,
        **held(draft.head, "description", f"{key}-description"),
    )
    tell(session, faults, 0, "description", "municipality", "baseline", "rules", "course", "author")


# --- steps ----------------------------------------------------------------------------------------


def _steps(session: Session, draft: PlanDraft, faults: Sequence[Fault]) -> None:
    """Draw the steps in order, the fields of one of them below its line."""
    st.header(session.text("page_plan.steps"), anchor=False)
    tell(session, faults, 0, "steps")
    for n, step in enumerate(draft.steps, start=1):
        is_open = step.uid == draft.open_step
        with st.container(border=True, key=f"plan-step-{step.uid}"):
            _line(session, draft, n, step, bad=bool(faults_at(faults, step.uid)))
            if is_open:
                step_fields(session, draft, step, faults)
    if draft.removed is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="plan-removed"):
            name = draft.removed[1].values["title"] or session.text(f"page_plan.kind.{draft.removed[1].kind}")
            st.markdown(escape_markdown(session.text("page_plan.removed", name=name)))
            st.button(session.text("page_plan.put_back"), key="plan-put-back", on_click=draft.put_back)
    minutes = sum(number_entry(step.values["minutes"], optional=True).value or 0.0 for step in draft.steps)
    st.caption(
        session.text(
            "page_plan.total",
            steps=number(len(draft.steps), session.language),
            minutes=number(minutes, session.language),
        )
    )


def _line(session: Session, draft: PlanDraft, n: int, step: StepDraft, *, bad: bool) -> None:
    """Draw one step's line: its number, kind, title and minutes, and what moves, opens or removes it."""
    text, key, is_open = session.text, f"plan-{step.uid}", step.uid == draft.open_step
    name = step.values["title"] or text("page_plan.untitled")
    parts = [text(f"page_plan.kind.{step.kind}")]
    if step.values["minutes"].strip():
        parts.append(text("page_plan.minutes_short", n=step.values["minutes"].strip()))
    if bad:
        parts.append(text("page_plan.bad"))
    words, buttons = st.columns([3, 2], vertical_alignment="center")
    words.markdown(
        f"**{n}\\. {escape_markdown(name)}**  \n{escape_markdown(' · '.join(parts))}", width="stretch"
    )

    def toggle() -> None:
        draft.open_step = 0 if is_open else step.uid

    spoken = {"n": n, "name": name}
    with buttons.container(horizontal=True, key=f"{key}-buttons"):
        st.button(
            text("page_plan.close" if is_open else "page_plan.edit"),
            key=f"{key}-open",
            on_click=toggle,
            help=text("page_plan.close.help" if is_open else "page_plan.edit.help", **spoken),
        )
        for by, which in ((-1, "up"), (1, "down")):
            st.button(
                text(f"page_plan.{which}"),
                key=f"{key}-{which}",
                help=text(f"page_plan.{which}.help", **spoken),
                disabled=not 0 <= n - 1 + by < len(draft.steps),
                on_click=_moving(draft, step, by),
            )
        st.button(
            text("page_plan.remove"),
            key=f"{key}-remove",
            help=text("page_plan.remove.help", **spoken),
            on_click=lambda: draft.remove(step),
        )


def _moving(draft: PlanDraft, step: StepDraft, by: int) -> Callable[[], None]:
    """Return what moves a step."""

    def move() -> None:
        draft.move(step, by)

    return move


def _add(session: Session, draft: PlanDraft) -> None:
    """Draw what adds a step of a kind."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="plan-add"):
        st.selectbox(
            session.text("page_plan.add.kind"),
            KINDS,
            format_func=lambda one: session.text(f"page_plan.kind.{one}"),
            key=_NEW_KIND,
            width=260,
        )

        def add() -> None:
            kind: Kind = st.session_state[_NEW_KIND]
            draft.add(kind, session.text(f"page_plan.first_title.{kind}"))

        st.button(
            session.text("page_plan.add"),
            key="plan-add-do",
            on_click=add,
            disabled=len(draft.steps) >= MOST_STEPS,
        )


# --- saving ---------------------------------------------------------------------------------------


def _finish(session: Session, draft: PlanDraft, faults: Sequence[Fault]) -> None:
    """Draw what saves the course, gives it as a file or drops what was typed."""
    if faults:
        st.error(escape_markdown(session.text("page_plan.faults", n=len(faults))))
        st.markdown("\n".join(f"- {escape_markdown(_place(session, draft, fault))}" for fault in faults))
    refused = st.container()
    with st.container(horizontal=True, key="plan-finish"):
        save = st.button(session.text("page_plan.save"), type="primary", key="plan-save")
        st.download_button(
            session.text("page_plan.download"),
            data=draft.text(),
            file_name=_file_name(draft),
            mime="application/yaml",
            on_click="ignore",
            key="plan-download",
        )
        st.button(
            session.text("page_plan.drop"), key="plan-drop", on_click=lambda: drop_draft(session, draft)
        )
    if save:
        with refused:
            _save(session, draft)


def _file_name(draft: PlanDraft) -> str:
    """Return what the downloaded file is called."""
    try:
        return file_name(draft.head["title"])
    except FileProblem:
        return "plan.yaml"


def _place(session: Session, draft: PlanDraft, fault: Fault) -> str:
    """Return a fault with the step that it is in."""
    words = fault.words.text(session.language)
    n = next((n for n, step in enumerate(draft.steps, start=1) if step.uid == fault.step), 0)
    return session.text("page_plan.fault.in_step", n=n, words=words) if n else words


def _save(session: Session, draft: PlanDraft) -> None:
    """Save the course and go back to the list; or show what is wrong, in the first step that has a fault."""
    draft.checked = True
    course, faults = course_or_faults(draft)
    if course is None:
        in_steps = [fault.step for fault in faults if fault.step]
        if in_steps and draft.open_step not in in_steps:
            draft.open_step = in_steps[0]
        st.rerun()
    if draft.key and course_at(draft.key) != draft.saved:
        st.error(session.text("page_plan.changed"))
        return
    if _keep(session, draft, course):
        st.rerun()


def _keep(session: Session, draft: PlanDraft, course: Course) -> bool:
    """Write the file, and return whether that was done."""
    try:
        save_course(course, replaces=draft.key)
    except SaveConflict as problem:
        st.error(escape_markdown(problem.problems[0].text(session.language)))
        return False
    except FileProblem as problem:
        show_problem(problem, session.language)
        return False
    drop_draft(session, draft)
    session.notice = Notice("success", both_languages("page_plan.saved", name=course.title))
    return True
