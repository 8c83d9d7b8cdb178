"""Draw the limits of a saving: which goals may not get worse than a value, and the value of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from model.documents.charts import unit_label
from model.goals.results import IndicatorResult
from pages.components.number_field import field_entry, number_field
from pages.session.questions import GoalLimit, MoneyQuestion
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.seek.money_question import change_money, stop_money
from pages.views.seek.view import indicator_names, offered_indicators

MODE = "save"
_CHOICE = "seek-save-limits"


def limit_field(indicator: str) -> str:
    """Return the key of the field that holds an indicator's limit."""
    return f"seek-limit-{indicator}"


def limits_are_readable(question: MoneyQuestion) -> bool:
    """Return whether every limit that is drawn can be read."""
    return all(
        field_entry(limit_field(limit.indicator), optional=True).problem is None for limit in question.limits
    )


def limit_fields(session: Session, results: ScenarioResults, question: MoneyQuestion) -> None:
    """Draw the choice of the goals with a limit and, for each, the field of its value."""
    names = indicator_names(session, results)
    offered = offered_indicators(results)
    st.multiselect(
        session.text("page_seek.money.limits"),
        list(names),
        default=[limit.indicator for limit in question.limits if limit.indicator in names],
        format_func=lambda key: names[key],
        placeholder=session.text("page_seek.money.limits.none"),
        help=session.text("page_seek.limit.help"),
        key=_CHOICE,
        on_change=lambda: _choose(session, question),
    )
    for limit in question.limits:
        if limit.indicator in offered:
            _field(session, limit, names[limit.indicator], offered[limit.indicator])


def _field(session: Session, limit: GoalLimit, name: str, indicator: IndicatorResult) -> None:
    """Draw the value of one limit; empty for what it is without changes."""
    unit = unit_label(indicator, session.language)
    text = f"page_seek.limit.{indicator.direction}" + ("" if unit else ".plain")
    today = indicator.shown(indicator.value_baseline, session.language)
    field = limit_field(limit.indicator)
    with st.container(width=480):
        number_field(
            session,
            session.text(text, indicator=name, **({"unit": unit} if unit else {})),
            limit.value,
            field,
            optional=True,
            placeholder=session.text("page_seek.limit.today", value=today),
            on_change=lambda: _take(session, limit.indicator, field),
        )


def _choose(session: Session, question: MoneyQuestion) -> None:
    """Take the goals that have a limit; a value that was given is kept."""
    known = {limit.indicator: limit for limit in question.limits}
    chosen: Any = st.session_state[_CHOICE]
    change_money(session, MODE, limits=tuple(known.get(key, GoalLimit(key)) for key in chosen))


def _take(session: Session, indicator: str, field: str) -> None:
    """Take a value into the question; one that cannot be read leaves the question and drops the answer."""
    entry = field_entry(field, optional=True)
    if entry.problem is not None:
        stop_money(session, MODE)
        return
    limits = session.money[MODE].limits
    change_money(
        session,
        MODE,
        limits=tuple(
            replace(limit, value=entry.value) if limit.indicator == indicator else limit for limit in limits
        ),
    )
