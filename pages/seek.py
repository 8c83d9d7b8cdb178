"""What would it take? A goal, what may move and what it may cost: the smallest change, or the nearest it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import SEEK, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw the question, and below it the answer once it is asked for."""
    # Imported once the model is ready: Altair is slow to load, and the page says first that it waits.
    from pages.views.seek.answer import answer
    from pages.views.seek.form import form
    from pages.views.seek.view import current_question

    active_levers(session)
    st.markdown(escape_markdown(session.text("page_seek.intro")))
    form(session, results, current_question(session, results))
    if session.sought is not None:
        answer(session, results, session.sought)


show_page(SEEK, draw)
