"""What would it take? A goal, what may move and what it may cost: the smallest change, or the nearest it gets."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.notices import Notice, both_languages
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import SEEK, show_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pages.session.questions import Question
    from pages.session.results import ScenarioResults


def draw(session: Session, results: ScenarioResults) -> None:
    """The page under the bar."""
    from pages.views.seek.view import first_question, offered_indicators, years_of

    active_levers(session)
    st.markdown(escape_markdown(session.text("page_seek.intro")))
    question = session.question
    offered = offered_indicators(results)
    if question is None or question.indicator not in offered or question.year not in years_of(session):
        question = session.question = first_question(session, results)
    ask(session, results, question)
    if session.sought is not None:
        answer(session, results, session.sought)


# --- the question ---------------------------------------------------------------------------------


def ask(session: Session, results: ScenarioResults, question: Question) -> None:
    """The form. Every field changes the visit's question, so that it survives a look at another page."""
    from pages.views.seek.view import CERTAINTIES, MOST_LEVERS, offered_indicators, offered_levers, years_of

    offered = offered_indicators(results)
    numbers = {f"{goal.id}.{i.id}": goal.number for goal in results.goals for i in goal.indicators}
    names = {
        key: session.text("page_seek.item", number=numbers[key], indicator=i.title.text(session.language))
        for key, i in offered.items()
    }
    levers = offered_levers(session.language)
    left, right = (st.container(), st.container()) if session.present else st.columns([3, 2], gap="large")
    with left:
        st.selectbox(
            session.text("page_seek.indicator"),
            list(names),
            index=list(names).index(question.indicator),
            format_func=lambda key: names[key],
            key="seek-indicator",
            on_change=lambda: about(session, results),
        )
        with st.container(horizontal=True):
            target(session, question, offered[question.indicator])
            st.selectbox(
                session.text("page_seek.by"),
                years_of(session),
                index=years_of(session).index(question.year),
                format_func=lambda year: session.text("page_seek.by.end", year=year),
                key="seek-year",
                on_change=lambda: change(session, year=st.session_state["seek-year"]),
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
    with right:
        st.number_input(
            session.text("page_seek.budget"),
            value=question.million_a_year,
            min_value=0.0,
            step=1.0,
            format="%.1f",
            placeholder=session.text("page_seek.budget.none"),
            help=session.text("page_seek.budget.help"),
            key="seek-budget",
            on_change=lambda: change(session, million_a_year=st.session_state["seek-budget"]),
        )
        st.radio(
            session.text("page_seek.certainty"),
            list(CERTAINTIES),
            index=list(CERTAINTIES).index(question.certainty),
            format_func=lambda key: session.text(f"page_seek.certainty.{key}"),
            key="seek-certainty",
            on_change=lambda: change(session, certainty=st.session_state["seek-certainty"]),
        )
        if st.button(session.text("page_seek.start"), type="primary", key="seek-start"):
            begin(session)


def target(session: Session, question: Question, indicator: Any) -> None:
    """The value to reach."""
    from model.documents.charts import unit_label

    unit = unit_label(indicator, session.language)
    key = "page_seek.target" + ("" if unit else ".plain") + ("" if indicator.direction == "up" else ".down")
    field = f"seek-target-{question.indicator}"
    st.number_input(
        session.text(key, **({"unit": unit} if unit else {})),
        value=float(question.target),
        step=float(10.0**-indicator.decimals) if indicator.decimals else 1.0,
        format=f"%.{indicator.decimals}f",
        help=session.text("page_seek.now", value=indicator.shown(indicator.value_scenario, session.language)),
        key=field,
        on_change=lambda: change(session, target=float(st.session_state[field])),
    )


def change(session: Session, **fields: Any) -> None:
    """Another question; the answer to the last one goes."""
    if session.question is not None:
        session.question = replace(session.question, **fields)
    stop(session)


def about(session: Session, results: ScenarioResults) -> None:
    """The question about another indicator."""
    from pages.views.seek.view import offered_indicators, with_indicator

    key = st.session_state["seek-indicator"]
    if session.question is not None:
        session.question = with_indicator(
            replace(session.question, indicator=key), offered_indicators(results)[key]
        )
    stop(session)


def begin(session: Session) -> None:
    """Searches."""
    if session.question is None or not session.question.levers:
        st.warning(escape_markdown(session.text("page_seek.no_levers")))
        return
    session.sought = session.question
    session.drawn_curve = False


def stop(session: Session) -> None:
    """No answer is wanted any more."""
    for name in ("seek", "curve"):
        if name in session.jobs:
            session.jobs[name].stop()
    session.sought = None


# --- the answer -----------------------------------------------------------------------------------


def answer(session: Session, results: ScenarioResults, question: Question) -> None:
    """Progress, then the answer in words and figures."""
    from pages.components.job_progress import show_when_done

    st.header(session.text("page_seek.answer"), anchor=False)
    if not job(session, results, question).done.is_set():
        st.button(session.text("page_seek.stop"), key="seek-stop", on_click=lambda: stop(session))
    show_when_done(
        session,
        "seek",
        lambda: job(session, results, question),
        lambda sought: told(session, results, question, sought),
    )


def job(session: Session, results: ScenarioResults, question: Question) -> Job:
    """The search."""
    municipality, scenario = results.municipality, results.scenario

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
                from_=session.start_of_changes,
                phase_in_weeks=session.phase_in_weeks,
                cancel=cancel,
                progress=progress,
            )
        except CannotSeek as problem:
            # What cannot be sought is an answer too: it says what would be right.
            return problem

    key = ("seek", municipality.key, scenario.key, question, session.start_of_changes, session.phase_in_weeks)
    session.jobs["seek"] = STUDIES.request(key, work, before=session.jobs.get("seek"))
    return session.jobs["seek"]


def told(session: Session, results: ScenarioResults, question: Question, sought: Any) -> None:
    """The answer in words, the levers, the cost, and what stands in the way."""
    from model.seek.answer import CannotSeek
    from pages.components.chart_with_table import columns, table
    from pages.views.seek.view import cost, moves

    if isinstance(sought, CannotSeek):
        st.warning(escape_markdown(sought.text(session.language)))
        return
    verdict = "not_needed" if not sought.needed else "reached" if sought.reached else "not_reached"
    st.subheader(session.text(f"page_seek.answer.{verdict}"), anchor=False)
    st.markdown(in_points(sought.told(session.language)))
    left, right = columns(session)
    with left:
        st.subheader(session.text("page_seek.moves"), anchor=False)
        table(moves(session, sought), "seek-moves", session)
        name = session.text(
            "page_seek.use.name", indicator=sought.readings[0].indicator.title.text(session.language)
        )
        st.button(
            session.text("page_seek.use"),
            key="seek-use",
            type="primary",
            help=session.text("page_seek.use.help"),
            disabled=not any(move.moved for move in sought.moves),
            on_click=lambda: use(session, sought.as_scenario(name, session.language)),
        )
    with right:
        st.subheader(session.text("page_seek.cost"), anchor=False)
        table(cost(session, sought), "seek-cost", session)
    money(session, results, question)


def in_points(sentences: Sequence[str]) -> str:
    """Sentences as paragraphs, those that begin with a dash as points of a list."""
    point = "- "
    said = ""
    for sentence in sentences:
        if sentence.startswith(point):
            said += f"\n{point}{escape_markdown(sentence.removeprefix(point))}"
        else:
            said += f"\n\n{escape_markdown(sentence)}\n"
    return said.strip()


def use(session: Session, scenario: Any) -> None:
    """The answer becomes the scenario on screen, as one step that can be undone."""
    session.sought = None
    session.set_scenario(scenario)
    session.notice = Notice("success", both_languages("page.seek_used"))


def money(session: Session, results: ScenarioResults, question: Question) -> None:
    """The curve of budget against goal, on demand."""
    from pages.components.chart_with_table import chart_with_table
    from pages.components.job_progress import show_when_done
    from pages.components.theme import palette
    from pages.views.seek.view import curve

    st.header(session.text("page_seek.curve"), anchor=False)
    st.markdown(escape_markdown(session.text("page_seek.curve.text")))
    if not session.drawn_curve:

        def wanted() -> None:
            session.drawn_curve = True

        st.button(session.text("page_seek.curve.start"), key="seek-curve", on_click=wanted)
        return
    show_when_done(
        session,
        "curve",
        lambda: curve_job(session, results, question),
        lambda drawn: chart_with_table(session, "seek-curve", **curve(session, drawn, palette())),
    )


def curve_job(session: Session, results: ScenarioResults, question: Question) -> Job:
    """The search for the curve."""
    municipality, scenario = results.municipality, results.scenario

    def work(cancel: threading.Event, progress: Progress) -> Any:
        from model.seek.seek import curve

        return curve(
            municipality,
            scenario,
            question.wish(scenario.end),
            question.free,
            from_=session.start_of_changes,
            phase_in_weeks=session.phase_in_weeks,
            cancel=cancel,
            progress=progress,
        )

    key = (
        "curve",
        municipality.key,
        scenario.key,
        question,
        session.start_of_changes,
        session.phase_in_weeks,
    )
    session.jobs["curve"] = STUDIES.request(key, work, before=session.jobs.get("curve"))
    return session.jobs["curve"]


show_page(SEEK, draw)
