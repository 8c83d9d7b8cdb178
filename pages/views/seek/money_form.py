"""Draw the questions of money: an amount and, folded away, the goals, the limits and the levers."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from model.seek.offered import decided_levers
from pages.components.number_field import field_entry, number_field
from pages.session.questions import MoneyQuestion
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.session.sliders import item_of
from pages.views.seek.limits import limit_fields, limits_are_readable
from pages.views.seek.money_question import change_money, stop_money
from pages.views.seek.view import indicator_names, offered_levers, years_of


def current_money(session: Session, mode: str) -> MoneyQuestion:
    """Return the session's question of money, with a year that the scenario covers."""
    question = session.money.get(mode, MoneyQuestion())
    years = years_of(session)
    if mode == "save" and question.year not in years:
        question = replace(question, year=years[0])
    session.money[mode] = question
    return question


def money_form(session: Session, results: ScenarioResults, mode: str) -> None:
    """Draw the amount (and the year of a saving), the button, and what is folded away."""
    question = current_money(session, mode)
    field = f"seek-million-{mode}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=320):
            entry = number_field(
                session,
                session.text(f"page_seek.million.{mode}"),
                question.million,
                field,
                minimum=0.0,
                optional=True,
                placeholder=session.text("page_seek.million.example"),
                on_change=lambda: _take(session, mode, field),
            )
        if mode == "save":
            years = years_of(session)
            with st.container(width=160):
                st.selectbox(
                    session.text("page_seek.year"),
                    years,
                    index=years.index(question.year or years[0]),
                    key="seek-save-year",
                    on_change=lambda: change_money(session, mode, year=st.session_state["seek-save-year"]),
                )
        asked = st.button(session.text("page_seek.start"), type="primary", key=f"seek-start-{mode}")
    if asked and entry.problem is None:
        if not question.million:
            st.warning(session.text("page_seek.no_amount"))
        elif mode == "save" and not limits_are_readable(question):
            st.warning(session.text("page_seek.limit.unreadable", where=session.text("page_seek.more.save")))
        else:
            session.sought_money[mode] = question
    with st.expander(session.text(f"page_seek.more.{mode}")):
        _choices(session, results, mode, question)


def _choices(session: Session, results: ScenarioResults, mode: str, question: MoneyQuestion) -> None:
    """Draw the choice of goals, of goals that may not get worse, and of levers."""
    names = indicator_names(session, results)
    _several(session, mode, "goals", names, question.goals)
    if mode == "save":
        limit_fields(session, results, question)
    every = offered_levers(session.language)
    items = [item_of(free.lever, free.group) for free in decided_levers(session.municipality)]
    _several(session, mode, "levers", {item: every[item] for item in items}, question.levers)
    if session.scenario.changes:
        st.caption(session.text("page_seek.begins_without"))


def _several(session: Session, mode: str, field: str, names: dict[str, str], chosen: tuple[str, ...]) -> None:
    """Draw a choice of several; none chosen means all."""
    key = f"seek-{mode}-{field}"
    st.multiselect(
        session.text(f"page_seek.money.{field}"),
        list(names),
        default=[item for item in chosen if item in names],
        format_func=lambda item: names[item],
        placeholder=session.text(f"page_seek.money.{field}.none"),
        key=key,
        on_change=lambda: change_money(session, mode, **{field: tuple(st.session_state[key])}),
    )


def _take(session: Session, mode: str, field: str) -> None:
    """Take the amount into the question; one that cannot be read leaves the question and drops the answer."""
    entry = field_entry(field, minimum=0.0, optional=True)
    if entry.problem is None:
        change_money(session, mode, million=entry.value)
    else:
        stop_money(session, mode)
