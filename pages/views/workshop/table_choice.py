"""Ask the facilitator for which table, or party, a proposal is typed in."""

from __future__ import annotations

import streamlit as st

from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from pages.session.session import Session


def table_choice(session: Session, meeting: Meeting, step: CourseStep, prefix: str) -> str | None:
    """Draw the choice and return the table's id; None until one is chosen. ``prefix`` begins the field's key."""
    names = {table.id: table.name for table in meeting.tables()}
    kind = "party" if meeting.course.budget_round else "table"
    return st.selectbox(
        session.text(f"page_workshop.build.choose.{kind}"),
        list(names),
        index=None,
        format_func=lambda table: names.get(table, ""),
        placeholder=session.text("page_workshop.build.choose"),
        key=f"{prefix}-table-{meeting.round_of(step)}",
    )
