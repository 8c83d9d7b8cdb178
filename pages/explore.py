"""Explore: levers to the left, goals, budget and the chart of the goal in focus to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from pages.components import mount
from pages.session.session import Session
from pages.shell.page import EXPLORE, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw levers, goals, budget and the chart; below them the way to why it moves."""
    from pages.components.theme import palette
    from pages.session.certainty import with_certainty
    from pages.session.live_band import live_band
    from pages.views.explore.cards import focus_list, result_cards
    from pages.views.explore.focus_chart import focus_chart
    from pages.views.explore.leads import leads
    from pages.views.explore.lever_panel import lever_panel

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
    leads(session)


show_page(EXPLORE, draw)
