"""Draw the goals beyond the first that are to be reached at the same time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from pages.components.number_field import NumberEntry, field_entry, number_field
from pages.session.questions import FurtherGoal, Question
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.seek.question import change, stop_search
from pages.views.seek.view import indicator_names, offered_indicators, with_indicator, years_of

_MOST: Final = 3


def further_goal(session: Session, results: ScenarioResults, question: Question, i: int) -> NumberEntry:
    """Draw one more goal with its value and year, and the button that takes it away; return what its value says."""
    goal, names, years = question.more[i], indicator_names(session, results), years_of(session)
    offered = offered_indicators(results)
    indicator = offered.get(goal.indicator)
    # A field of its own for every indicator: another goal begins with its own value.
    field = f"seek-target-{i + 2}-{goal.indicator}"
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"seek-goal-{i + 2}"):
        with st.container():
            st.selectbox(
                session.text("page_seek.indicator_more", number=i + 2),
                list(names),
                index=list(names).index(goal.indicator) if indicator is not None else 0,
                format_func=lambda key: names[key],
                key=f"seek-indicator-{i + 2}",
                on_change=lambda: _other_indicator(session, results, question, i),
            )
        with st.container(width=150):
            down = indicator is not None and indicator.direction == "down"
            entry = number_field(
                session,
                session.text("page_seek.target.plain" + (".down" if down else "")),
                goal.target,
                field,
                on_change=lambda: _take(session, question, i, field),
            )
        with st.container(width=190):
            st.selectbox(
                session.text("page_seek.by"),
                years,
                index=years.index(goal.year) if goal.year in years else len(years) - 1,
                format_func=lambda year: session.text("page_seek.by.end", year=year),
                key=f"seek-year-{i + 2}",
                on_change=lambda: _change(session, question, i, year=st.session_state[f"seek-year-{i + 2}"]),
            )
        st.button(
            session.text("page_seek.goal_away"),
            key=f"seek-goal-away-{i + 2}",
            on_click=lambda: change(session, more=(*question.more[:i], *question.more[i + 1 :])),
        )
    return entry


def add_goal(session: Session, results: ScenarioResults, question: Question) -> None:
    """Draw the button that adds a goal: the next that is not asked for yet, at its own target."""
    asked = {question.indicator, *(goal.indicator for goal in question.more)}
    offered = offered_indicators(results)
    first = {key.partition(".")[0] for key in asked}
    free = [key for key in offered if key not in asked]
    free.sort(key=lambda key: key.partition(".")[0] in first)
    if not free or len(question.more) >= _MOST:
        return
    wish = with_indicator(replace(question, indicator=free[0]), offered[free[0]])
    goal = FurtherGoal(wish.indicator, wish.target, question.year)
    st.button(
        session.text("page_seek.goal_more"),
        key="seek-goal-more",
        type="tertiary",
        on_click=lambda: change(session, more=(*question.more, goal)),
    )


def _change(session: Session, question: Question, i: int, **fields: Any) -> None:
    """Change one of the further goals and drop the answer."""
    more = list(question.more)
    more[i] = replace(more[i], **fields)
    change(session, more=tuple(more))


def _take(session: Session, question: Question, i: int, field: str) -> None:
    """Take a value into the question; one that cannot be read leaves the question and drops the answer."""
    entry = field_entry(field)
    if entry.problem is None:
        _change(session, question, i, target=entry.value)
    else:
        stop_search(session)


def _other_indicator(session: Session, results: ScenarioResults, question: Question, i: int) -> None:
    """Ask of one of the further goals about another indicator, at its own target."""
    key = st.session_state[f"seek-indicator-{i + 2}"]
    wish = with_indicator(replace(question, indicator=key), offered_indicators(results)[key])
    _change(session, question, i, indicator=key, target=wish.target)
