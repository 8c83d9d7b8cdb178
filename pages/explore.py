"""Explore: levers to the left, goals, budget and the chart of the goal in focus to the right."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.components import mount
from pages.session.session import MAIN_VIEW, Visit
from pages.shell import notices
from pages.shell.page import EXPLORE, sent, show

# --- what the browser sends -----------------------------------------------------------------------


def on_reset(here: Visit) -> None:
    """A slider's own way back."""
    here.gesture(sent("live", "gesture"))
    asked = sent("live", "reset")
    if asked:
        here.reset(str(asked["id"]), str(asked["to"]))
        here.whole_page = True


def on_view(here: Visit) -> None:
    """Another set of levers in the panel."""
    here.view = str(sent("live", "view") or MAIN_VIEW)


def on_focus(here: Visit) -> None:
    """Another goal in focus."""
    here.goal = sent("live", "focus") or here.goal
    here.indicator = None


def on_indicator(here: Visit) -> None:
    """Another measuring point in the chart."""
    here.indicator = sent("live", "indicator") or here.indicator


def on_table(here: Visit) -> None:
    """The chart's figures as a table."""
    if sent("live", "table"):
        here.dialog = "table"
        here.whole_page = True


# --- the page -------------------------------------------------------------------------------------


@st.fragment
def live(here: Visit) -> None:
    """What follows the slider. It runs alone while a slider moves; when the gesture ends, the whole page runs."""
    notices.guarded(here, lambda: _live(here))


def _live(here: Visit) -> None:
    from pages.components.theme import palette
    from pages.session.results import answer, board, focus_list
    from pages.views.explore.focus_chart import chart_for
    from pages.views.explore.lever_panel import panel
    from pages.views.explore.live_band import sure

    if here.whole_page:
        st.rerun()

    def safely(action: Any) -> Any:
        return lambda: notices.safely(here, lambda: action(here))

    # Everything is worked out before anything is drawn: once the sliders have their answer they may send the next
    # value, and that would break off what is not drawn yet.
    found = answer(here.scenario, here.language)
    known = sure(here, found)
    data = {
        "panel": panel(here, found),
        "board": board(here, found),
        "list": focus_list(here, found, known.words),
        "again": known.again,
    }
    table, spec, name = chart_for(here, found, palette(), known.band)
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
    before = here.answered
    here.gesture(result.get("gesture"))
    if here.answered != before:
        st.rerun()


def draw(here: Visit, found: Any) -> None:
    """Levers, goals, budget and the chart; below them why it moves."""
    from pages.views.explore.contributions import why

    with st.container(key="page"):
        live(here)
    if not here.present:
        why(here, found)


show(EXPLORE, draw)
