"""Uncertainty: bands, chances, which assumptions matter most, and a room's own assumption."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import UNCERTAINTY, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, results: ScenarioResults) -> None:
    """The page under the bar."""
    from pages.components.job_progress import show_when_done

    active_levers(session)
    focus(session, results)
    show_when_done(
        session, "fan", lambda: fan_job(session, results), lambda fan: bands(session, results, fan)
    )
    st.header(session.text("page_sure.change"), anchor=False)
    own_assumption(session, results)


def focus(session: Session, results: ScenarioResults) -> None:
    """Which measuring point; the same as on the first page."""
    items = {
        (goal.id, indicator.id): session.text(
            "page_sure.indicator_item", number=goal.number, indicator=indicator.title.text(session.language)
        )
        for goal in results.goals
        for indicator in goal.indicators
    }
    now = (results.goal(session.goal).id, results.indicator(session.goal, session.indicator).id)

    def take() -> None:
        session.goal, session.indicator = st.session_state["sure-indicator"]

    st.selectbox(
        session.text("page_sure.indicator"),
        list(items),
        index=list(items).index(now),
        format_func=lambda key: items[key],
        key="sure-indicator",
        on_change=take,
        width="stretch" if session.present else 560,
    )


def fan_job(session: Session, results: ScenarioResults) -> Job:
    """All bands of the scenario on screen."""
    from pages.session.bands import fan_job

    session.jobs["fan"] = fan_job(results, session.jobs.get("fan"))
    return session.jobs["fan"]


def bands(session: Session, results: ScenarioResults, fan: Any) -> None:
    """Everything that the draws say."""
    from model.language.catalogue import text
    from pages.components.chart_with_table import chart_with_table, columns, table
    from pages.components.job_progress import show_when_done
    from pages.components.theme import palette
    from pages.views.uncertainty.view import UncertaintyView

    view, look = UncertaintyView(session, results, fan), palette()
    if view.hidden:
        st.info(escape_markdown(view.hidden))
    else:
        left, right = columns(session)
        with left:
            st.header(session.text("page_sure.level"), anchor=False)
            chart_with_table(session, "sure-level", **view.level(look))
        with right:
            st.header(session.text("page_sure.difference"), anchor=False)
            chart_with_table(session, "sure-difference", **view.difference(look))
    st.header(session.text("page_sure.chances"), anchor=False)
    table(view.chances(), "sure-chances", session)
    st.caption(escape_markdown(session.text("page_sure.chance.note")))
    if session.scenario.changes:
        st.markdown(escape_markdown(view.cost()))
    if not view.hidden:
        st.header(session.text("page_sure.tornado"), anchor=False)
        by_difference(session)
        show_when_done(
            session,
            "tornado",
            lambda: tornado_job(session, results),
            lambda swings: tornado(session, view, swings),
        )
    with st.expander(session.text("page_sure.how")):
        for key in ("range", "given", "fixed"):
            st.markdown(escape_markdown(text(f"uncertainty.{key}", session.language)))
        st.markdown(escape_markdown(text("uncertainty.band", session.language, count=fan.draws.count)))
        if fan.draws.refused:
            st.markdown(
                escape_markdown(text("uncertainty.refused", session.language, count=fan.draws.refused))
            )


def by_difference(session: Session) -> None:
    """The tornado of the level or of the difference."""
    options = {True: "difference", False: "level"}

    def take() -> None:
        picked = st.session_state.get("sure-by")
        session.tornado_of_level = session.tornado_of_level if picked is None else not picked

    st.segmented_control(
        session.text("page_sure.tornado.by"),
        list(options),
        default=not session.tornado_of_level,
        format_func=lambda key: session.text(f"page_sure.tornado.by.{options[key]}"),
        key="sure-by",
        on_change=take,
    )


def tornado_job(session: Session, results: ScenarioResults) -> Job:
    """Each family of assumptions at both its ends."""
    from model.goals.series import indicator_key

    municipality, scenario = results.municipality, results.scenario
    indicator = indicator_key(results.goal(session.goal), results.indicator(session.goal, session.indicator))
    difference = not session.tornado_of_level

    def work(cancel: threading.Event, progress: Progress) -> Any:
        from model.uncertainty.tornado import tornado

        return tornado(
            municipality, scenario, indicator, by_difference=difference, cancel=cancel, progress=progress
        )

    key = ("tornado", municipality.key, scenario.key, indicator, difference)
    session.jobs["tornado"] = STUDIES.request(key, work, before=session.jobs.get("tornado"))
    return session.jobs["tornado"]


def tornado(session: Session, view: Any, swings: Any) -> None:
    """The chart, or that nothing moves it."""
    from pages.components.chart_with_table import chart_with_table
    from pages.components.theme import palette

    parts = view.tornado(swings, palette(), by_difference=not session.tornado_of_level)
    if parts is None:
        st.markdown(escape_markdown(session.text("page_sure.tornado.none")))
        return
    chart_with_table(session, "sure-tornado", **parts)
    st.caption(escape_markdown(session.text("page_sure.tornado.note")))


# --- a room's own assumption ----------------------------------------------------------------------


def own_assumption(session: Session, results: ScenarioResults) -> None:
    """What has been assumed differently, and a form for one more."""
    from model.municipality.municipality import load_municipality

    st.markdown(escape_markdown(session.text("page_sure.change.text")))
    municipality = results.municipality
    labels = {p.id: p.label(session.language) for p in municipality.register}
    kept(session, labels)
    plain_register = load_municipality(municipality.id, session.scenario.assumption_set).register
    uncertain = {p.id: p for p in plain_register if p.uncertain}
    chosen = st.selectbox(
        session.text("page_sure.change.choose"),
        list(uncertain),
        index=None,
        format_func=lambda key: labels.get(key, key),
        placeholder=session.text("page_sure.change.search"),
        key="assume-which",
    )
    if chosen is None:
        return
    form(session, uncertain[chosen])


def kept(session: Session, labels: dict[str, str]) -> None:
    """Each assumption of the scenario, with a way back."""
    if not session.scenario.assumptions:
        return
    st.markdown(f"**{escape_markdown(session.text('page_sure.change.kept'))}**")
    for i, assumption in enumerate(session.scenario.assumptions):
        why = session.text("page_sure.change.why_row", why=assumption.why) if assumption.why else ""
        words = session.text(
            "page_sure.change.row",
            parameter=labels.get(assumption.parameter, assumption.parameter),
            value=figure_of(assumption.value, session),
            why=why,
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(escape_markdown(words))
            st.button(
                session.text("page_sure.change.remove"),
                key=f"assume-remove-{i}",
                on_click=lambda a=assumption: session.set_scenario(
                    session.history.current.without_assumption(a.parameter)
                ),
            )


def figure_of(value: float | None, session: Session) -> str:
    """A number with as many decimals as it has, four at most."""
    from model.language.catalogue import number

    if value is None:
        return number(None, session.language)
    decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
    return number(value, session.language, decimals)


def form(session: Session, parameter: Any) -> None:
    """One's own figure for a number, and why."""
    sourced = parameter.value
    st.caption(
        escape_markdown(
            session.text(
                "page_sure.change.is",
                value=figure_of(sourced.value, session),
                low=figure_of(sourced.low, session),
                high=figure_of(sourced.high, session),
                quality=session.text(f"domain.quality.{sourced.quality}"),
                source=parameter.source(session.language),
            )
        )
    )
    with st.form(key="assume-form", border=False):
        value = st.number_input(
            session.text("page_sure.change.value"),
            value=float(sourced.value),
            format="%.4g",
            key=f"assume-{parameter.id}",
        )
        why = st.text_input(session.text("page_sure.change.why"), max_chars=300, key="assume-why")
        if st.form_submit_button(session.text("page_sure.change.apply"), type="primary"):
            assume(session, parameter.id, float(value), why or "")


def assume(session: Session, parameter: str, value: float, why: str) -> None:
    """Takes the figure into the scenario, or says what is wrong with it."""
    from pydantic import ValidationError

    from model.files.problems import FileProblem
    from model.parameters.ids import BadParameter
    from pages.session.session import encode_checked

    try:
        assumed = session.history.current.assuming(parameter, value, why)
        encode_checked(assumed)
    except FileProblem as problem:
        for line in problem.lines(session.language):
            st.error(escape_markdown(line))
        return
    except (BadParameter, ValidationError, ValueError) as problem:
        said = (
            problem.text(session.language)
            if isinstance(problem, BadParameter)
            else session.page_text("error.move")
        )
        st.error(escape_markdown(said))
        return
    session.set_scenario(assumed)
    st.rerun()


show_page(UNCERTAINTY, draw)
