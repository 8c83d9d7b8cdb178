"""Uncertainty: bands, chances, which assumptions matter most, and a room's own assumption."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.components.escape_markdown import plain
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Visit
from pages.shell.active_levers import strip
from pages.shell.page import UNCERTAINTY, show

if TYPE_CHECKING:
    from pages.session.results import Answer


def draw(here: Visit, found: Answer) -> None:
    """The page under the bar."""
    from pages.components.job_progress import when_ready

    strip(here)
    focus(here, found)
    when_ready(here, "fan", lambda: fan_job(here, found), lambda fan: bands(here, found, fan))
    st.header(here.words("page_sure.change"), anchor=False)
    own_assumption(here, found)


def focus(here: Visit, found: Answer) -> None:
    """Which measuring point; the same as on the first page."""
    items = {
        (goal.id, indicator.id): here.words(
            "page_sure.indicator_item", number=goal.number, indicator=indicator.title.get(here.language)
        )
        for goal in found.goals
        for indicator in goal.indicators
    }
    now = (found.goal(here.goal).id, found.indicator(here.goal, here.indicator).id)

    def take() -> None:
        here.goal, here.indicator = st.session_state["sure-indicator"]

    st.selectbox(
        here.words("page_sure.indicator"),
        list(items),
        index=list(items).index(now),
        format_func=lambda key: items[key],
        key="sure-indicator",
        on_change=take,
        width="stretch" if here.present else 560,
    )


def fan_job(here: Visit, found: Answer) -> Job:
    """All bands of the scenario on screen."""
    from pages.views.explore.live_band import fan_study

    here.jobs["fan"] = fan_study(found, here.jobs.get("fan"))
    return here.jobs["fan"]


def bands(here: Visit, found: Answer, fan: Any) -> None:
    """Everything that the draws say."""
    from model.language.catalogue import text
    from pages.components.chart_with_table import columns, figure, table
    from pages.components.job_progress import when_ready
    from pages.components.theme import palette
    from pages.views.uncertainty.view import Doubt

    view, look = Doubt(here, found, fan), palette()
    if view.hidden:
        st.info(plain(view.hidden))
    else:
        left, right = columns(here)
        with left:
            st.header(here.words("page_sure.level"), anchor=False)
            figure(here, "sure-level", **view.level(look))
        with right:
            st.header(here.words("page_sure.difference"), anchor=False)
            figure(here, "sure-difference", **view.difference(look))
    st.header(here.words("page_sure.chances"), anchor=False)
    table(view.chances(), "sure-chances", here)
    st.caption(plain(here.words("page_sure.chance.note")))
    if here.scenario.changes:
        st.markdown(plain(view.cost()))
    if not view.hidden:
        st.header(here.words("page_sure.tornado"), anchor=False)
        by_difference(here)
        when_ready(
            here, "tornado", lambda: tornado_job(here, found), lambda swings: tornado(here, view, swings)
        )
    with st.expander(here.words("page_sure.how")):
        for key in ("range", "given", "fixed"):
            st.markdown(plain(text(f"uncertainty.{key}", here.language)))
        st.markdown(plain(text("uncertainty.band", here.language, count=fan.draws.count)))
        if fan.draws.refused:
            st.markdown(plain(text("uncertainty.refused", here.language, count=fan.draws.refused)))


def by_difference(here: Visit) -> None:
    """The tornado of the level or of the difference."""
    options = {True: "difference", False: "level"}

    def take() -> None:
        picked = st.session_state.get("sure-by")
        here.tornado_of_level = here.tornado_of_level if picked is None else not picked

    st.segmented_control(
        here.words("page_sure.tornado.by"),
        list(options),
        default=not here.tornado_of_level,
        format_func=lambda key: here.words(f"page_sure.tornado.by.{options[key]}"),
        key="sure-by",
        on_change=take,
    )


def tornado_job(here: Visit, found: Answer) -> Job:
    """Each family of assumptions at both its ends."""
    from model.library.stored_results import indicator_key

    municipality, scenario = found.municipality, found.scenario
    indicator = indicator_key(found.goal(here.goal), found.indicator(here.goal, here.indicator))
    difference = not here.tornado_of_level

    def work(cancel: threading.Event, progress: Progress) -> Any:
        from model.uncertainty.tornado import tornado

        return tornado(
            municipality, scenario, indicator, by_difference=difference, cancel=cancel, progress=progress
        )

    key = ("tornado", municipality.key, scenario.key, indicator, difference)
    here.jobs["tornado"] = STUDIES.ask(key, work, before=here.jobs.get("tornado"))
    return here.jobs["tornado"]


def tornado(here: Visit, view: Any, swings: Any) -> None:
    """The chart, or that nothing moves it."""
    from pages.components.chart_with_table import figure
    from pages.components.theme import palette

    parts = view.tornado(swings, palette(), by_difference=not here.tornado_of_level)
    if parts is None:
        st.markdown(plain(here.words("page_sure.tornado.none")))
        return
    figure(here, "sure-tornado", **parts)
    st.caption(plain(here.words("page_sure.tornado.note")))


# --- a room's own assumption ----------------------------------------------------------------------


def own_assumption(here: Visit, found: Answer) -> None:
    """What has been assumed differently, and a form for one more."""
    from model.municipality.municipality import load_municipality

    st.markdown(plain(here.words("page_sure.change.text")))
    municipality = found.municipality
    labels = {p.id: p.label(here.language) for p in municipality.register}
    kept(here, labels)
    plain_register = load_municipality(municipality.id, here.scenario.assumption_set).register
    uncertain = {p.id: p for p in plain_register if p.uncertain}
    chosen = st.selectbox(
        here.words("page_sure.change.choose"),
        list(uncertain),
        index=None,
        format_func=lambda key: labels.get(key, key),
        placeholder=here.words("page_sure.change.search"),
        key="assume-which",
    )
    if chosen is None:
        return
    form(here, uncertain[chosen])


def kept(here: Visit, labels: dict[str, str]) -> None:
    """Each assumption of the scenario, with a way back."""
    if not here.scenario.assumptions:
        return
    st.markdown(f"**{plain(here.words('page_sure.change.kept'))}**")
    for i, assumption in enumerate(here.scenario.assumptions):
        why = here.words("page_sure.change.why_row", why=assumption.why) if assumption.why else ""
        words = here.words(
            "page_sure.change.row",
            parameter=labels.get(assumption.parameter, assumption.parameter),
            value=figure_of(assumption.value, here),
            why=why,
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(words))
            st.button(
                here.words("page_sure.change.remove"),
                key=f"assume-remove-{i}",
                on_click=lambda a=assumption: here.become(here.history.now.without_assumption(a.parameter)),
            )


def figure_of(value: float | None, here: Visit) -> str:
    """A number with as many decimals as it has, four at most."""
    from model.language.catalogue import number

    if value is None:
        return number(None, here.language)
    decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
    return number(value, here.language, decimals)


def form(here: Visit, parameter: Any) -> None:
    """One's own figure for a number, and why."""
    sourced = parameter.value
    st.caption(
        plain(
            here.words(
                "page_sure.change.is",
                value=figure_of(sourced.value, here),
                low=figure_of(sourced.low, here),
                high=figure_of(sourced.high, here),
                quality=here.words(f"domain.quality.{sourced.quality}"),
                source=parameter.source(here.language),
            )
        )
    )
    with st.form(key="assume-form", border=False):
        value = st.number_input(
            here.words("page_sure.change.value"),
            value=float(sourced.value),
            format="%.4g",
            key=f"assume-{parameter.id}",
        )
        why = st.text_input(here.words("page_sure.change.why"), max_chars=300, key="assume-why")
        if st.form_submit_button(here.words("page_sure.change.apply"), type="primary"):
            assume(here, parameter.id, float(value), why or "")


def assume(here: Visit, parameter: str, value: float, why: str) -> None:
    """Takes the figure into the scenario, or says what is wrong with it."""
    from pydantic import ValidationError

    from model.files.problems import FileProblem
    from model.parameters.files import BadParameter
    from pages.session.session import encode_checked

    try:
        assumed = here.history.now.assuming(parameter, value, why)
        encode_checked(assumed)
    except FileProblem as problem:
        for line in problem.lines(here.language):
            st.error(plain(line))
        return
    except (BadParameter, ValidationError, ValueError) as problem:
        said = problem.text(here.language) if isinstance(problem, BadParameter) else here.text("error.move")
        st.error(plain(said))
        return
    here.become(assumed)
    st.rerun()


show(UNCERTAINTY, draw)
