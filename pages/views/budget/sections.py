"""Draw the parts of the page Budget: its first screen, and the tables that are folded away."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.components.chart_with_table import chart_with_table, table_expander
from pages.components.escape_markdown import escape_markdown
from pages.components.persistent_widget import restore_value, store_value
from pages.components.theme import Palette
from pages.session.session import Session
from pages.views.budget.first_screen import Chance, columns
from pages.views.budget.view import BudgetView

_LEAST: Final = "budget-least"


def first_screen(session: Session, view: BudgetView, look: Palette) -> None:
    """Draw the columns of the years and, beside them, the chance of saving so much."""
    if session.present:
        left, right = st.container(), st.container()
    else:
        left, right = st.columns([3, 2], gap="large")
    with left:
        chart_with_table(session, "budget-columns", **columns(view, look))
    with right:
        _chance(session, view, look)


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
