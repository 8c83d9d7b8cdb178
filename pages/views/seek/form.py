"""Draw the form of the page What would it take, and change the question that it asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from model.documents.charts import unit_label
from model.goals.results import IndicatorResult
from model.language.catalogue import listed
from model.scenario.levers import LEVER_BY_ID
from pages.components.escape_markdown import escape_markdown
from pages.components.number_field import NumberEntry, field_entry, number_field
from pages.session.questions import Question
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.seek.further_goals import add_goal, further_goal
from pages.views.seek.question import change, stop_search
from pages.views.seek.view import (
    CERTAINTIES,
    MOST_LEVERS,
    indicator_names,
    levers_of_goal,
    offered_indicators,
    with_indicator,
    years_of,
)


def form(session: Session, results: ScenarioResults, question: Question) -> None:
    """Draw the form. Every field changes the session's question, so that it survives a look at another page."""
    left, right = (st.container(), st.container()) if session.present else st.columns([3, 2], gap="large")
    with left:
        target = _goal_fields(session, results, question)
        further = [further_goal(session, results, question, i) for i in range(len(question.more))]
        add_goal(session, results, question)
        _lever_field(session, question)
        _costless_field(session, question)
    with right:
        budget = _budget_field(session, question)
        _certainty_field(session, question)
        # What cannot be read is not searched for, and neither is the number before it: the field says what is wrong.
        # The button is never disabled: the press that ends the typing of a number would be lost.
        unreadable = any(entry.problem is not None for entry in (target, budget, *further))
        if st.button(session.text("page_seek.start"), type="primary", key="seek-start") and not unreadable:
            start_search(session)


def _goal_fields(session: Session, results: ScenarioResults, question: Question) -> NumberEntry:
    """Draw the indicator, its target and the year; return what stands in the field of the target."""
    offered = offered_indicators(results)
    names = indicator_names(session, results)
    years = years_of(session)
    st.selectbox(
        session.text("page_seek.indicator"),
        list(names),
        index=list(names).index(question.indicator),
        format_func=lambda key: names[key],
        key="seek-indicator",
        on_change=lambda: change_indicator(session, results),
    )
    with st.container(horizontal=True):
        with st.container():
            target = _target_field(session, question, offered[question.indicator])
        st.selectbox(
            session.text("page_seek.by"),
            years,
            index=years.index(question.year),
            format_func=lambda year: session.text("page_seek.by.end", year=year),
            key="seek-year",
            on_change=lambda: change(session, year=st.session_state["seek-year"]),
        )
    return target


def _target_field(session: Session, question: Question, indicator: IndicatorResult) -> NumberEntry:
    """Draw the value to reach."""
    unit = unit_label(indicator, session.language)
    key = "page_seek.target" + ("" if unit else ".plain") + ("" if indicator.direction == "up" else ".down")
    field = f"seek-target-{question.indicator}"
    return number_field(
        session,
        session.text(key, **({"unit": unit} if unit else {})),
        float(question.target),
        field,
        help=session.text("page_seek.now", value=indicator.shown(indicator.value_scenario, session.language)),
        on_change=lambda: _take(session, "target", field_entry(field)),
    )


def _lever_field(session: Session, question: Question) -> None:
    """Draw the choice of the levers that may move."""
    levers = levers_of_goal(
        session, (question.indicator, *(goal.indicator for goal in question.more)), question.levers
    )
    st.multiselect(
        session.text("page_seek.levers"),
        list(levers),
        default=[item for item in question.levers if item in levers],
        format_func=lambda item: levers[item],
        max_selections=MOST_LEVERS,
        placeholder=session.text("page_seek.levers"),
        key="seek-levers",
        on_change=lambda: change(session, levers=tuple(st.session_state["seek-levers"])),
    )


def _costless_field(session: Session, question: Question) -> None:
    """Ask whether the chosen levers without a price cost nothing; nothing where all have one."""
    if not question.unpriced_levers:
        return
    labels = [LEVER_BY_ID[lever].label.text(session.language) for lever in question.unpriced_levers]
    st.checkbox(
        session.text("page_seek.costless", levers=listed(labels, session.language)),
        value=question.costless,
        help=session.text("page_seek.costless.help"),
        key="seek-costless",
        on_change=lambda: change(session, costless=st.session_state["seek-costless"]),
    )


def _budget_field(session: Session, question: Question) -> NumberEntry:
    """Draw the yearly budget; empty for no limit."""
    limits: dict[str, Any] = {"minimum": 0.0, "optional": True}
    return number_field(
        session,
        session.text("page_seek.budget"),
        question.million_a_year,
        "seek-budget",
        **limits,
        placeholder=session.text("page_seek.budget.none"),
        help=session.text("page_seek.budget.help"),
        on_change=lambda: _take(session, "million_a_year", field_entry("seek-budget", **limits)),
    )


def _take(session: Session, name: str, entry: NumberEntry) -> None:
    """Take a number into the question; one that cannot be read leaves the question and drops the answer."""
    if entry.problem is None:
        change(session, **{name: entry.value})
    else:
        stop_search(session)


def _certainty_field(session: Session, question: Question) -> None:
    """Draw the choice of how certain the answer is to be."""
    st.radio(
        session.text("page_seek.certainty"),
        list(CERTAINTIES),
        index=list(CERTAINTIES).index(question.certainty),
        format_func=lambda key: session.text(f"page_seek.certainty.{key}"),
        key="seek-certainty",
        on_change=lambda: change(session, certainty=st.session_state["seek-certainty"]),
    )


def change_indicator(session: Session, results: ScenarioResults) -> None:
    """Ask about another indicator and drop the answer to the last one."""
    key = st.session_state["seek-indicator"]
    if session.question is not None:
        session.question = with_indicator(
            replace(session.question, indicator=key), offered_indicators(results)[key]
        )
    stop_search(session)


def start_search(session: Session) -> None:
    """Start a search for the session's question."""
    if session.question is None or not session.question.levers:
        st.warning(escape_markdown(session.text("page_seek.no_levers")))
        return
    session.sought = session.question
    session.drawn_curve = False
