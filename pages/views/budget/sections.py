"""Draw the parts of the page Budget: its first screen, and the tables that are folded away."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from model.budget.amounts import MILLION
from pages.components.chart_with_table import chart_with_table, table_expander
from pages.components.escape_markdown import escape_markdown
from pages.components.job_progress import show_when_done
from pages.components.persistent_widget import restore_value, store_value
from pages.components.room_rows import RoomLine, RoomRow, room_rows
from pages.components.theme import Palette
from pages.session.session import Session
from pages.views.budget.behind import parts_job, purse_chart, tornado_chart, tornado_job
from pages.views.budget.charts import KINDS, colours
from pages.views.budget.first_screen import Chance, colour_of, columns
from pages.views.budget.view import BudgetView

if TYPE_CHECKING:
    from model.uncertainty.tornado import Swing
    from pages.session.results import ScenarioResults

_TORNADO: Final = "budget-tornado-asked"
_LEAST: Final = "budget-least"


def first_screen(session: Session, view: BudgetView, look: Palette) -> None:
    """Draw the columns of the years and, beside them, the chance of saving so much."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        chart_with_table(session, "budget-columns", **columns(view, look))
    with right:
        _chance(session, view, look)


def big_screen(session: Session, view: BudgetView, look: Palette) -> None:
    """Draw for a room: the years as bars with their ranges, and the total, each in figures."""
    names = (*map(str, view.result.years), session.text("page_budget.total"))
    told = list(zip(names, (*view.amounts, view.total), strict=True))
    if view.third is not None:
        told.append((session.text("page_budget.room.third"), view.third.total))
    rows = [
        RoomRow(
            name=name,
            value=view.label_of(amount),
            ends=amount.signed_ends(session.language),
            at=amount.central / MILLION,
            low=None if amount.range is None else amount.range.low / MILLION,
            high=None if amount.range is None else amount.range.high / MILLION,
            colour=colours(look).range[KINDS.index(colour_of(amount))],
            start=0.0,
            whole=amount is view.total,
        )
        for name, amount in told
    ]
    with st.container(key="room"):
        st.html(f'<p class="ik-room-head"><span>{escape(session.text("page_budget.room.unit"))}</span></p>')
        room_rows(rows, [RoomLine(0.0, look.quiet)])
        st.caption(escape_markdown(session.text("page_budget.room")))


def _chance(session: Session, view: BudgetView, look: Palette) -> None:
    """Draw how many calculations save at least so much a year, with a slider for how much."""
    st.header(session.text("page_budget.chance"), anchor=False)
    if view.ranges is None:
        st.markdown(escape_markdown(session.text("page_budget.chance.soon")))
        return
    chance = Chance(view, view.ranges)
    options = chance.options
    restore_value(session, _LEAST, 0.0, options)
    st.select_slider(
        session.text("page_budget.chance.ask"), options, format_func=chance.option_label, key=_LEAST
    )
    least = float(store_value(session, _LEAST))
    with st.container(key="budget-chance"):
        st.markdown(f"**{escape_markdown(chance.sentence(least))}**")
    dots = chance.dots(least, look)
    st.vega_lite_chart(dots["table"], dots["spec"], theme=None, alt=dots["name"], width="stretch")
    st.caption(escape_markdown(chance.note()))


def who_pays(session: Session, results: ScenarioResults, view: BudgetView, look: Palette) -> None:
    """Draw what the municipality, the state and the citizens pay or get, and what is not known of it."""
    st.header(session.text("page_budget.purses"), anchor=False)
    band = session.band
    if session.draws is None or not session.draws.is_ready or band is None or not band.is_ready:
        st.markdown(escape_markdown(session.text("page_budget.chance.soon")))
        return
    show_when_done(
        session,
        "budget-purses",
        lambda: parts_job(session, results),
        lambda draws: chart_with_table(session, "budget-purses", **purse_chart(view, draws, look)),
    )
    st.caption(escape_markdown(session.text("page_budget.purse.note")))


def what_moves_it(session: Session, results: ScenarioResults, view: BudgetView, look: Palette) -> None:
    """Draw which assumptions move the amount most, once it is asked for."""
    st.header(session.text("page_budget.tornado"), anchor=False)
    asked = f"{results.municipality.key} {results.scenario.key}"
    if session.widget_values.get(_TORNADO) != asked:

        def ask() -> None:
            """Remember for which scenario it was asked."""
            session.widget_values[_TORNADO] = asked

        st.button(session.text("page_budget.tornado.ask"), key="budget-tornado-ask", on_click=ask)
        return

    def show(swings: Sequence[Swing]) -> None:
        """Draw the chart, or that nothing moves the amount."""
        parts = tornado_chart(view, swings, look)
        if parts is None:
            st.markdown(escape_markdown(session.text("page_budget.tornado.none")))
            return
        chart_with_table(session, "budget-tornado", **parts)

    show_when_done(session, "budget-tornado", lambda: tornado_job(session, results), show)


def tables(session: Session, view: BudgetView) -> None:
    """Draw the tables of the account, folded away."""
    st.caption(escape_markdown(view.price_note()))
    if view.parts_note():
        st.caption(escape_markdown(view.parts_note()))
    for key, rows, label in (
        ("budget-years", view.years(), "gross_refund"),
        ("budget-functions", view.functions(), "functions"),
        ("budget-components", view.components(), "components"),
    ):
        table_expander(session, key, rows, label=session.text(f"page_budget.{label}"))
