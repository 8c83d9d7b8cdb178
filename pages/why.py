"""Why: what moves the money and the persons, by lever and by kind, and what an average newcomer meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import WHY, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw the sentence and beside it the two waterfalls; below them the newcomer, and every goal."""
    # Imported once the model is ready: Altair is slow to load, and the page says first that it waits.
    from pages.session.certainty import with_certainty
    from pages.session.live_band import live_band
    from pages.views.why import newcomer, sections

    if not session.present:
        active_levers(session)
    known = live_band(session, results)
    results = with_certainty(results, known.certainty)
    if known.again:
        session.poll_after(*known.again)
    if not results.scenario.changes:
        st.markdown(escape_markdown(session.text("page_why.none")))
    else:
        with st.container(key="headline"):
            # The whole of it is longer than a room reads.
            told = results.explanation
            words = (
                told.short_headline(session.language)
                if session.present
                else told.headline.text(session.language)
            )
            st.markdown(escape_markdown(words))
        sections.waterfalls(session, results)
    if session.present:
        return
    newcomer.draw(session, results)
    if results.scenario.changes:
        sections.goals(session, results)


show_page(WHY, draw)
