"""Budget: what the scenario costs and saves per year, function and kind, and what lies behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import BUDGET, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults
    from pages.views.budget.view import BudgetView


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw the headline, the tables and charts of expenditure, and what they rest on."""
    from pages.components.chart_with_table import chart_with_table, table
    from pages.components.theme import palette
    from pages.session.certainty import with_certainty
    from pages.session.live_band import live_band
    from pages.session.reference import reference_ranges
    from pages.session.results import runs
    from pages.views.budget.place_range import place_ranges
    from pages.views.budget.sections import big_screen, first_screen, tables, what_moves_it, who_pays
    from pages.views.budget.view import BudgetView

    look = palette()
    if not session.present:
        active_levers(session)
    known = live_band(session, results)
    results = with_certainty(results, known.certainty)
    if known.again:
        session.poll_after(*known.again)
    third_ranges = reference_ranges(session)
    view = BudgetView(
        *(session, results, *runs(session.scenario), place_ranges(session, results)),
        third_ranges=third_ranges,
    )
    with st.container(key="headline"):
        st.markdown(escape_markdown(view.headline()))
    if session.present:
        if session.scenario.changes:
            big_screen(session, view, look)
        return
    if session.scenario.changes:
        first_screen(session, view, look)
        who_pays(session, results, view, look)
        what_moves_it(session, results, view, look)
        st.header(session.text("page_budget.by_kind"), anchor=False)
        prices(session, results)
        chart_with_table(session, "budget-kinds", **view.kinds(look))
    else:
        st.markdown(escape_markdown(session.text("page_budget.columns.nothing")))
        if view.third is not None:
            st.markdown(escape_markdown(view.third.sentence()))
        prices(session, results)
    tables(session, view)

    st.header(session.text("page_budget.place"), anchor=False)
    st.markdown(escape_markdown(view.place_sentence()))
    table(view.place(), "budget-place", session)
    st.caption(escape_markdown(session.text("page_budget.place.note")))

    st.header(session.text("page_budget.ladder"), anchor=False)
    chart_with_table(session, "budget-ladder", **view.ladder(look))
    st.caption(escape_markdown(session.text("page_budget.ladder.note")))

    what_it_rests_on(session, results, view)


def what_it_rests_on(session: Session, results: ScenarioResults, view: BudgetView) -> None:
    """Draw how sure the prices are, and what to watch."""
    st.header(session.text("page_budget.assumptions"), anchor=False)
    st.markdown(escape_markdown(view.assumed()))
    st.markdown(escape_markdown(results.budget.ministry_check.sentence.text(session.language)))
    st.caption(escape_markdown(results.budget.note.text(session.language)))
    if results.budget.warnings:
        st.header(session.text("page_budget.watch"), anchor=False)
        for warning in results.budget.warnings:
            st.warning(escape_markdown(warning.text(session.language)))


def prices(session: Session, results: ScenarioResults) -> None:
    """Draw the choice between current and constant prices."""
    year = results.budget.years[0]
    options = {
        False: session.text("page_budget.prices.current"),
        True: session.text("page_budget.prices.constant", year=year),
    }

    def take() -> None:
        """Store the choice in the session."""
        picked = st.session_state.get("budget-prices")
        session.constant_prices = session.constant_prices if picked is None else bool(picked)

    st.segmented_control(
        session.text("page_budget.prices"),
        list(options),
        default=session.constant_prices,
        format_func=lambda constant: options[constant],
        key="budget-prices",
        on_change=take,
    )


show_page(BUDGET, draw)
