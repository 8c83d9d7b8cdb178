"""Choose which of a step's pictures the room sees: the files have it, so the facilitator's other windows follow."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from model.files.problems import FileProblem
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from pages.components.persistent_widget import persistent_choice
from pages.session.meeting import own_seat
from pages.session.notices import Notice, problem_text
from pages.session.session import Session
from pages.views.workshop.held_field import held, is_typed


def is_led(session: Session) -> bool:
    """Return whether this window is the facilitator's and not a table's own."""
    return own_seat(session) is None


def picture_choice(session: Session, meeting: Meeting, step: CourseStep, names: Mapping[str, str]) -> str:
    """Ask which picture the room sees, and return it; at first the first. A table's device chooses for itself."""
    label = session.text("page_compare.view")
    if not is_led(session):
        key = f"meeting-picture-of-{step.id}"
        choose = st.segmented_control
        return persistent_choice(session, key, tuple(names), label, names.__getitem__, widget=choose)
    now = meeting.progress.picture
    chosen = now if now in names else next(iter(names))
    field = f"meeting-picture-{step.id}"
    key = held(field, chosen)

    def show() -> None:
        """Show the room what was chosen."""
        if not is_typed(field, key):
            return
        try:
            meeting.set_picture(step, str(st.session_state[key]))
        except FileProblem as problem:
            session.notice = Notice("warning", problem_text(problem))

    st.segmented_control(
        label,
        tuple(names),
        required=True,
        format_func=names.__getitem__,
        label_visibility="collapsed",
        key=key,
        on_change=show,
    )
    return chosen
