"""What would it take? A goal, what may move and what it may cost: the smallest change, or the nearest it gets."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.components.escape_markdown import plain
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Notice, Visit
from pages.shell.active_levers import strip
from pages.shell.notices import both_languages
from pages.shell.page import SEEK, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pages.session.results import Answer
    from pages.views.seek.view import Question


def draw(here: Visit, found: Answer) -> None:
    """The page under the bar."""
    from pages.views.seek.view import first_question, offered_indicators, years_of

    strip(here)
    st.markdown(plain(here.words("page_seek.intro")))
    question = here.question
    offered = offered_indicators(found)
    if question is None or question.indicator not in offered or question.year not in years_of(here):
        question = here.question = first_question(here, found)
    ask(here, found, question)
    if here.sought is not None:
        answer(here, found, here.sought)


# --- the question ---------------------------------------------------------------------------------


def ask(here: Visit, found: Answer, question: Question) -> None:
    """The form. Every field changes the visit's question, so that it survives a look at another page."""
    from pages.views.seek.view import CERTAINTIES, MOST_LEVERS, offered_indicators, offered_levers, years_of

    offered = offered_indicators(found)
    numbers = {f"{goal.id}.{i.id}": goal.number for goal in found.goals for i in goal.indicators}
    names = {
        key: here.words("page_seek.item", number=numbers[key], indicator=i.title.get(here.language))
        for key, i in offered.items()
    }
    levers = offered_levers(here.language)
    left, right = (st.container(), st.container()) if here.present else st.columns([3, 2], gap="large")
    with left:
        st.selectbox(
            here.words("page_seek.indicator"),
            list(names),
            index=list(names).index(question.indicator),
            format_func=lambda key: names[key],
            key="seek-indicator",
            on_change=lambda: about(here, found),
        )
        with st.container(horizontal=True):
            target(here, question, offered[question.indicator])
            st.selectbox(
                here.words("page_seek.by"),
                years_of(here),
                index=years_of(here).index(question.year),
                format_func=lambda year: here.words("page_seek.by.end", year=year),
                key="seek-year",
                on_change=lambda: change(here, year=st.session_state["seek-year"]),
            )
        st.multiselect(
            here.words("page_seek.levers"),
            list(levers),
            default=[item for item in question.levers if item in levers],
            format_func=lambda item: levers[item],
            max_selections=MOST_LEVERS,
            placeholder=here.words("page_seek.levers"),
            key="seek-levers",
            on_change=lambda: change(here, levers=tuple(st.session_state["seek-levers"])),
        )
    with right:
        st.number_input(
            here.words("page_seek.budget"),
            value=question.million_a_year,
            min_value=0.0,
            step=1.0,
            format="%.1f",
            placeholder=here.words("page_seek.budget.none"),
            help=here.words("page_seek.budget.help"),
            key="seek-budget",
            on_change=lambda: change(here, million_a_year=st.session_state["seek-budget"]),
        )
        st.radio(
            here.words("page_seek.certainty"),
            list(CERTAINTIES),
            index=list(CERTAINTIES).index(question.certainty),
            format_func=lambda key: here.words(f"page_seek.certainty.{key}"),
            key="seek-certainty",
            on_change=lambda: change(here, certainty=st.session_state["seek-certainty"]),
        )
        if st.button(here.words("page_seek.start"), type="primary", key="seek-start"):
            begin(here)


def target(here: Visit, question: Question, indicator: Any) -> None:
    """The value to reach."""
    from model.documents.charts import unit_label

    unit = unit_label(indicator, here.language)
    key = "page_seek.target" + ("" if unit else ".plain") + ("" if indicator.direction == "up" else ".down")
    field = f"seek-target-{question.indicator}"
    st.number_input(
        here.words(key, **({"unit": unit} if unit else {})),
        value=float(question.target),
        step=float(10.0**-indicator.decimals) if indicator.decimals else 1.0,
        format=f"%.{indicator.decimals}f",
        help=here.words("page_seek.now", value=indicator.shown(indicator.value_scenario, here.language)),
        key=field,
        on_change=lambda: change(here, target=float(st.session_state[field])),
    )


def change(here: Visit, **fields: Any) -> None:
    """Another question; the answer to the last one goes."""
    if here.question is not None:
        here.question = replace(here.question, **fields)
    stop(here)


def about(here: Visit, found: Answer) -> None:
    """The question about another indicator."""
    from pages.views.seek.view import offered_indicators, with_indicator

    key = st.session_state["seek-indicator"]
    if here.question is not None:
        here.question = with_indicator(replace(here.question, indicator=key), offered_indicators(found)[key])
    stop(here)


def begin(here: Visit) -> None:
    """Searches."""
    if here.question is None or not here.question.levers:
        st.warning(plain(here.words("page_seek.no_levers")))
        return
    here.sought = here.question
    here.drawn_curve = False


def stop(here: Visit) -> None:
    """No answer is wanted any more."""
    for name in ("seek", "curve"):
        if name in here.jobs:
            here.jobs[name].stop()
    here.sought = None


# --- the answer -----------------------------------------------------------------------------------


def answer(here: Visit, found: Answer, question: Question) -> None:
    """Progress, then the answer in words and figures."""
    from pages.components.job_progress import when_ready

    st.header(here.words("page_seek.answer"), anchor=False)
    if not job(here, found, question).done.is_set():
        st.button(here.words("page_seek.stop"), key="seek-stop", on_click=lambda: stop(here))
    when_ready(
        here, "seek", lambda: job(here, found, question), lambda sought: told(here, found, question, sought)
    )


def job(here: Visit, found: Answer, question: Question) -> Job:
    """The search."""
    municipality, scenario = found.municipality, found.scenario

    def work(cancel: threading.Event, progress: Progress) -> Any:
        from model.seek.answer import CannotSeek
        from model.seek.seek import seek
        from pages.views.seek.view import CERTAINTIES

        try:
            return seek(
                municipality,
                scenario,
                (question.wish(scenario.end),),
                question.free,
                budget_per_year=question.budget,
                certainty=CERTAINTIES[question.certainty],
                from_=here.start_of_changes,
                phase_in_weeks=here.phase_in_weeks,
                cancel=cancel,
                progress=progress,
            )
        except CannotSeek as problem:
            # What cannot be sought is an answer too: it says what would be right.
            return problem

    key = ("seek", municipality.key, scenario.key, question, here.start_of_changes, here.phase_in_weeks)
    here.jobs["seek"] = STUDIES.ask(key, work, before=here.jobs.get("seek"))
    return here.jobs["seek"]


def told(here: Visit, found: Answer, question: Question, sought: Any) -> None:
    """The answer in words, the levers, the cost, and what stands in the way."""
    from model.seek.answer import CannotSeek
    from pages.components.chart_with_table import columns, table
    from pages.views.seek.view import cost, moves

    if isinstance(sought, CannotSeek):
        st.warning(plain(sought.text(here.language)))
        return
    verdict = "not_needed" if not sought.needed else "reached" if sought.reached else "not_reached"
    st.subheader(here.words(f"page_seek.answer.{verdict}"), anchor=False)
    st.markdown(in_points(sought.told(here.language)))
    left, right = columns(here)
    with left:
        st.subheader(here.words("page_seek.moves"), anchor=False)
        table(moves(here, sought), "seek-moves", here)
        name = here.words(
            "page_seek.use.name", indicator=sought.readings[0].indicator.title.get(here.language)
        )
        st.button(
            here.words("page_seek.use"),
            key="seek-use",
            type="primary",
            help=here.words("page_seek.use.help"),
            disabled=not any(move.moved for move in sought.moves),
            on_click=lambda: use(here, sought.as_scenario(name, here.language)),
        )
    with right:
        st.subheader(here.words("page_seek.cost"), anchor=False)
        table(cost(here, sought), "seek-cost", here)
    money(here, found, question)


def in_points(sentences: Sequence[str]) -> str:
    """Sentences as paragraphs, those that begin with a dash as points of a list."""
    point = "- "
    said = ""
    for sentence in sentences:
        if sentence.startswith(point):
            said += f"\n{point}{plain(sentence.removeprefix(point))}"
        else:
            said += f"\n\n{plain(sentence)}\n"
    return said.strip()


def use(here: Visit, scenario: Any) -> None:
    """The answer becomes the scenario on screen, as one step that can be undone."""
    here.sought = None
    here.become(scenario)
    here.notice = Notice("success", both_languages("page.seek_used"))


def money(here: Visit, found: Answer, question: Question) -> None:
    """The curve of budget against goal, on demand."""
    from pages.components.chart_with_table import figure
    from pages.components.job_progress import when_ready
    from pages.components.theme import palette
    from pages.views.seek.view import curve

    st.header(here.words("page_seek.curve"), anchor=False)
    st.markdown(plain(here.words("page_seek.curve.text")))
    if not here.drawn_curve:

        def wanted() -> None:
            here.drawn_curve = True

        st.button(here.words("page_seek.curve.start"), key="seek-curve", on_click=wanted)
        return
    when_ready(
        here,
        "curve",
        lambda: curve_job(here, found, question),
        lambda drawn: figure(here, "seek-curve", **curve(here, drawn, palette())),
    )


def curve_job(here: Visit, found: Answer, question: Question) -> Job:
    """The search for the curve."""
    municipality, scenario = found.municipality, found.scenario

    def work(cancel: threading.Event, progress: Progress) -> Any:
        from model.seek.seek import curve

        return curve(
            municipality,
            scenario,
            question.wish(scenario.end),
            question.free,
            from_=here.start_of_changes,
            phase_in_weeks=here.phase_in_weeks,
            cancel=cancel,
            progress=progress,
        )

    key = ("curve", municipality.key, scenario.key, question, here.start_of_changes, here.phase_in_weeks)
    here.jobs["curve"] = STUDIES.ask(key, work, before=here.jobs.get("curve"))
    return here.jobs["curve"]


show(SEEK, draw)
