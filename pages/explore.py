"""Explore: levers to the left, goals, budget and the chart of the goal in focus to the right."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.components import mount
from pages.session.session import MAIN_VIEW, Session
from pages.shell import notices
from pages.shell.page import EXPLORE, sent, show_page

# --- what the browser sends -----------------------------------------------------------------------


def on_reset(session: Session) -> None:
    """A slider's own way back."""
    session.gesture(sent("live", "gesture"))
    asked = sent("live", "reset")
    if asked:
        session.reset(str(asked["id"]), str(asked["to"]))
        session.whole_page = True


def on_view(session: Session) -> None:
    """Another set of levers in the panel."""
    session.view = str(sent("live", "view") or MAIN_VIEW)


def on_focus(session: Session) -> None:
    """Another goal in focus."""
    session.goal = sent("live", "focus") or session.goal
    session.indicator = None


def on_indicator(session: Session) -> None:
    """Another measuring point in the chart."""
    session.indicator = sent("live", "indicator") or session.indicator


def on_table(session: Session) -> None:
    """The chart's figures as a table."""
    if sent("live", "table"):
        session.dialog = "table"
        session.whole_page = True


# --- the page -------------------------------------------------------------------------------------


@st.fragment
def live(session: Session) -> None:
    """What follows the slider. It runs alone while a slider moves; when the gesture ends, the whole page runs."""
    notices.draw_guarded(session, lambda: _live(session))


def _live(session: Session) -> None:
    from pages.components.theme import palette
    from pages.session.results import scenario_results
    from pages.views.explore.cards import focus_list, result_cards
    from pages.views.explore.focus_chart import focus_chart
    from pages.views.explore.lever_panel import lever_panel
    from pages.views.explore.live_band import live_band

    if session.whole_page:
        st.rerun()

    def safely(action: Any) -> Any:
        return lambda: notices.catch_errors(session, lambda: action(session))

    # Everything is worked out before anything is drawn: once the sliders have their answer they may send the next
    # value, and that would break off what is not drawn yet.
    results = scenario_results(session.scenario, session.language)
    known = live_band(session, results)
    data = {
        "panel": lever_panel(session, results),
        "board": result_cards(session, results),
        "list": focus_list(session, results, known.words),
        "again": known.again,
    }
    table, spec, name = focus_chart(session, results, palette(), known.band)
    result = mount.explore_view(
        key="live",
        data=data,
        on_gesture_change=safely(lambda visit: visit.gesture(sent("live", "gesture"))),
        on_reset_change=safely(on_reset),
        on_view_change=safely(on_view),
        on_focus_change=safely(on_focus),
        on_indicator_change=safely(on_indicator),
        on_table_change=safely(on_table),
        on_again_change=lambda: None,
    )
    st.vega_lite_chart(table, spec, theme=None, alt=name, width="stretch")
    # After a reconnect the first value comes without a callback.
    before = session.answered
    session.gesture(result.get("gesture"))
    if session.answered != before:
        st.rerun()


def draw(session: Session, found: Any) -> None:
    """Levers, goals, budget and the chart; below them why it moves."""
    from pages.views.explore.contributions import contributions

    with st.container(key="page"):
        live(session)
    if not session.present:
        contributions(session, found)


show_page(EXPLORE, draw)
