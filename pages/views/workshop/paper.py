"""Offer a course's cards and sheets as a PDF, for tables without a screen of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from model.workshop.course import ASKING, Course
from model.workshop.course_files import SCENARIOS, scenario_problem
from pages.components.file_problems import show_problem
from pages.session.session import Session

_USUAL = 6
_MOST = 12


def paper(
    session: Session, course: Course, key: str, *, names: Sequence[str] = (), folder: Path = SCENARIOS
) -> None:
    """Draw the button, and how many tables there are; ``names`` are those of a meeting's tables, where it has some."""
    if not any(step.kind in ASKING for step in course.steps):
        return
    with st.popover(session.text("page_workshop.paper"), key=f"paper-{key}"):
        st.markdown(session.text("page_workshop.paper.words"))
        problems = [p for step in course.steps if (p := scenario_problem(course, step, folder)) is not None]
        if problems:
            show_problem(problems[0], session.language)
            return
        count = st.number_input(
            session.text(f"page_workshop.paper.{'parties' if course.budget_round else 'tables'}"),
            1,
            max(_MOST, len(names)),
            len(names) or _USUAL,
            key=f"paper-tables-{key}",
        )
        blank = [""] * max(int(count) - len(names), 0)
        st.download_button(
            session.text("page_workshop.paper.button"),
            data=_later(course, session.language, [*names[: int(count)], *blank], folder),
            file_name=f"{session.text('page_workshop.paper.file')}.pdf",
            mime="application/pdf",
            on_click="ignore",
            key=f"paper-file-{key}",
            type="primary",
        )


def _later(course: Course, language: str, tables: Sequence[str], folder: Path) -> Callable[[], bytes]:
    """Return what makes the file when its button is pressed."""

    def make() -> bytes:
        # weasyprint takes a second to load.
        from model.documents.workshop_sheets import workshop_sheets

        return workshop_sheets(course, language, tables, folder=folder)

    return make
