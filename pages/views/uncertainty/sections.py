"""Draw the sections of the page Uncertainty: bands, chances and the tornado, with the jobs that they wait for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import streamlit as st

from model.goals.series import indicator_key
from model.language.catalogue import text
from model.scenario.texts import without_texts
from model.uncertainty.bands import Fan
from model.uncertainty.tornado import Swing, TornadoOptions, tornado
from pages.components.chart_with_table import chart_with_table, columns, table
from pages.components.escape_markdown import escape_markdown
from pages.components.job_progress import show_when_done
from pages.components.theme import palette
from pages.session import bands
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.uncertainty.view import UncertaintyView


def indicator_choice(session: Session, results: ScenarioResults) -> None:
    """Draw the choice of the indicator, the same as on the first page."""
    items = {
        (goal.id, indicator.id): session.text(
            "page_sure.indicator_item", number=goal.number, indicator=indicator.title.text(session.language)
        )
        for goal in results.goals
        for indicator in goal.indicators
    }
    now = (results.goal(session.goal).id, results.indicator(session.goal, session.indicator).id)

    def take_choice() -> None:
        """Put the chosen indicator in focus."""
        session.goal, session.indicator = st.session_state["sure-indicator"]

    st.selectbox(
        session.text("page_sure.indicator"),
        list(items),
        index=list(items).index(now),
        format_func=lambda key: items[key],
        key="sure-indicator",
        on_change=take_choice,
        width="stretch" if session.present else 560,
    )


def ask_all(session: Session, results: ScenarioResults) -> None:
    """Begin all that the page waits for, in the order in which it is read: no part waits for a look at the last."""
    fan_job(session, results)
    if not results.indicator(session.goal, session.indicator).suppressed:
        tornado_job(session, results)


def fan_job(session: Session, results: ScenarioResults) -> Job:
    """Begin the bands of the scenario on screen, or return the job that makes them."""
    return bands.fan_job(session, results)


def fan_section(session: Session, results: ScenarioResults, fan: Fan) -> None:
    """Draw everything that the draws give."""
    view, colours = UncertaintyView(session, results, fan), palette()
    if view.suppressed:
        st.info(escape_markdown(view.suppressed))
    else:
        left, right = columns(session)
        with left:
            st.header(session.text("page_sure.level"), anchor=False)
            chart_with_table(session, "sure-level", **view.level(colours))
        with right:
            st.header(session.text("page_sure.difference"), anchor=False)
            chart_with_table(session, "sure-difference", **view.difference(colours))
    st.header(session.text("page_sure.chances"), anchor=False)
    table(view.chances(), "sure-chances", session)
    st.caption(escape_markdown(session.text("page_sure.chance.note")))
    if session.scenario.changes:
        st.markdown(escape_markdown(view.cost()))
    if not view.suppressed:
        st.header(session.text("page_sure.tornado"), anchor=False)
        _tornado_choice(session)
        show_when_done(
            session,
            "tornado",
            lambda: tornado_job(session, results),
            lambda swings: tornado_chart(session, view, swings),
        )
    with st.expander(session.text("page_sure.how")):
        for key in ("range", "given", "fixed"):
            st.markdown(escape_markdown(text(f"uncertainty.{key}", session.language)))
        st.markdown(escape_markdown(text("uncertainty.band", session.language, count=fan.draws.count)))
        st.markdown(escape_markdown(text("uncertainty.months", session.language)))
        if fan.draws.refused:
            st.markdown(
                escape_markdown(text("uncertainty.refused", session.language, count=fan.draws.refused))
            )


def _tornado_choice(session: Session) -> None:
    """Draw the choice between the tornado of the level and of the difference."""
    options = {True: "difference", False: "level"}

    def take_choice() -> None:
        """Store the choice in the session."""
        picked = st.session_state.get("sure-by")
        session.tornado_of_level = session.tornado_of_level if picked is None else not picked

    st.segmented_control(
        session.text("page_sure.tornado.by"),
        list(options),
        default=not session.tornado_of_level,
        format_func=lambda key: session.text(f"page_sure.tornado.by.{options[key]}"),
        key="sure-by",
        on_change=take_choice,
    )


def tornado_job(session: Session, results: ScenarioResults) -> Job:
    """Begin the tornado of the indicator in focus, or return the job that makes it."""
    municipality, scenario = results.municipality, without_texts(results.scenario)
    indicator = indicator_key(results.goal(session.goal), results.indicator(session.goal, session.indicator))
    difference = not session.tornado_of_level

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Compute the swings."""
        return tornado(
            municipality,
            scenario,
            indicator,
            TornadoOptions(by_difference=difference),
            cancel=cancel,
            progress=progress,
        )

    key = ("tornado", municipality.key, scenario.key, indicator, difference)
    return session.ask(STUDIES, "tornado", key, work)


def tornado_chart(session: Session, view: UncertaintyView, swings: Sequence[Swing]) -> None:
    """Draw the tornado, or a note that nothing moves the indicator."""
    parts = view.tornado(swings, palette(), by_difference=not session.tornado_of_level)
    if parts is None:
        st.markdown(escape_markdown(session.text("page_sure.tornado.none")))
        return
    chart_with_table(session, "sure-tornado", **parts)
    st.caption(escape_markdown(session.text("page_sure.tornado.note")))
