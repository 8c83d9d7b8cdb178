"""Uncertainty: bands, chances, which assumptions matter most, and a room's own assumption."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import UNCERTAINTY, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw the bands of the indicator in focus, and the form for an own assumption."""
    # Imported once the model is ready: Altair is slow to load, and the page says first that it waits.
    from pages.components.job_progress import show_when_done
    from pages.views.uncertainty.own_assumption import own_assumption
    from pages.views.uncertainty.sections import ask_all, fan_job, fan_section, indicator_choice

    active_levers(session)
    indicator_choice(session, results)
    ask_all(session, results)
    show_when_done(
        session, "fan", lambda: fan_job(session, results), lambda fan: fan_section(session, results, fan)
    )
    st.header(session.text("page_sure.change"), anchor=False)
    own_assumption(session, results)


show_page(UNCERTAINTY, draw)
