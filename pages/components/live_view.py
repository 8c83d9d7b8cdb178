"""Draw levers, goals, budget and the chart of the goal in focus: the live view of the first page and of a table."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages.components import mount
from pages.components.cards import focus_list, result_cards
from pages.components.focus_chart import focus_chart
from pages.components.lever_panel import lever_panel
from pages.components.theme import palette
from pages.session.certainty import with_certainty
from pages.session.live_band import live_band
from pages.session.results import ScenarioResults
from pages.session.session import Session


def live_view(session: Session, results: ScenarioResults) -> ScenarioResults:
    """Draw the view. Return the results with what is known so far of their certainty."""
    known = live_band(session, results)
    results = with_certainty(results, known.certainty)
    data = {
        "panel": lever_panel(session, results),
        "board": result_cards(session, results),
        "list": focus_list(session, results, known.words),
    }
    table, spec, name = focus_chart(session, results, palette(), known.band)
    with st.container(key="page"):
        mount.explore_view(key="live", data=data)
        height: Literal["stretch", "content"] = "stretch" if session.present else "content"
        st.vega_lite_chart(table, spec, theme=None, alt=name, width="stretch", height=height)
    if known.again:
        session.poll_after(*known.again)
    return results
