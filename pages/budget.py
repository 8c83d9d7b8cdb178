"""Budget: what the scenario costs and saves per year, function and kind, and what lies behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.components.escape_markdown import plain
from pages.session.session import Visit
from pages.shell.active_levers import strip
from pages.shell.page import BUDGET, show

if TYPE_CHECKING:
    from pages.session.results import Answer


def draw(here: Visit, found: Answer) -> None:
    """The page under the bar."""
    from pages.components.chart_with_table import columns, figure, figures, table
    from pages.components.theme import palette
    from pages.session.results import runs
    from pages.views.budget.view import Account

    look = palette()
    strip(here)
    view = Account(here, found, *runs(here.scenario))
    with st.container(key="headline"):
        st.markdown(plain(view.headline()))
    prices(here, found)

    st.header(here.words("page_budget.by_kind"), anchor=False)
    figure(here, "budget-kinds", **view.kinds(look))

    left, right = columns(here)
    with left:
        st.header(here.words("page_budget.gross_refund"), anchor=False)
        table(view.years(), "budget-years", here)
        st.caption(plain(view.price_note()))
    with right:
        st.header(here.words("page_budget.functions"), anchor=False)
        table(view.functions(), "budget-functions", here)
    figures(here, "budget-components", view.components(), label=here.words("page_budget.components"))

    st.header(here.words("page_budget.place"), anchor=False)
    st.markdown(plain(view.place_sentence()))
    table(view.place(), "budget-place", here)
    st.caption(plain(here.words("page_budget.place.note")))

    st.header(here.words("page_budget.ladder"), anchor=False)
    figure(here, "budget-ladder", **view.ladder(look))
    st.caption(plain(here.words("page_budget.ladder.note")))

    st.header(here.words("page_budget.assumptions"), anchor=False)
    st.markdown(plain(view.assumed()))
    st.markdown(plain(found.budget.ministry_check.told.get(here.language)))
    st.caption(plain(found.budget.note.get(here.language)))
    if found.budget.warnings:
        st.header(here.words("page_budget.watch"), anchor=False)
        for warning in found.budget.warnings:
            st.warning(plain(warning.get(here.language)))


def prices(here: Visit, found: Answer) -> None:
    """Current or constant prices."""
    year = found.budget.years[0]
    options = {
        False: here.words("page_budget.prices.current"),
        True: here.words("page_budget.prices.constant", year=year),
    }

    def take() -> None:
        picked = st.session_state.get("budget-prices")
        here.constant_prices = here.constant_prices if picked is None else bool(picked)

    st.segmented_control(
        here.words("page_budget.prices"),
        list(options),
        default=here.constant_prices,
        format_func=lambda constant: options[constant],
        key="budget-prices",
        on_change=take,
    )


show(BUDGET, draw)
