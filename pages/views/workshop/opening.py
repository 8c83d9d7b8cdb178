"""Draw the opening: five sentences on why and how far to believe the model, and one worked example with its why."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

import streamlit as st

from model.files.problems import FileProblem
from model.goals.series import indicator_key
from model.municipality.caseload_basis import CaseloadBasis, caseload_basis
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario, municipality_of
from model.validation.backtest_municipal import shipped_backtest
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import Table
from model.workshop.opening import (
    assumed_sentence,
    backtest_sentence,
    left_out_sentence,
    sources_sentence,
    use_sentence,
)
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.persistent_widget import persistent_choice
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.meeting_ranges import results_with_ranges
from pages.session.results import status_of
from pages.session.session import Session
from pages.shell.active_levers import changes_in_words
from pages.views.workshop.frame import asked

_BACKTEST = "meeting-backtest"
_LOOK = 500  # ms
_SENTENCES, _EXAMPLE = "sentences", "example"


@lru_cache(maxsize=8)
def _basis(municipality: Municipality) -> CaseloadBasis:
    """Return what a municipality's caseload rests on."""
    return caseload_basis(municipality)


def stage(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the sentences, then the example."""
    asked(session, step)
    base = meeting.base()
    municipality = municipality_of(base)
    try:
        scenario = meeting.scenario(step)
    except FileProblem as problem:
        show_problem(problem, session.language)
        scenario = None
    # The big screen has room for one of them at a time.
    which = _view(session) if session.present and scenario is not None else ""
    with st.container(key="opening"):
        if which != _EXAMPLE:
            lines = [f"1. {escape_markdown(words)}" for words in _sentences(session, municipality)]
            st.markdown("\n".join(lines))
        if scenario is not None and which != _SENTENCES:
            _example(session, scenario, step)


def _view(session: Session) -> str:
    """Ask what the room sees, and return it."""
    return persistent_choice(
        session,
        "meeting-opening",
        (_SENTENCES, _EXAMPLE),
        session.text("page_compare.view"),
        lambda name: session.text(f"page_workshop.opening.view.{name}"),
        widget=st.segmented_control,
    )


def desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw nothing: there is nothing to type in."""


def device(session: Session, meeting: Meeting, step: CourseStep, table: Table) -> None:
    """Draw the same as on the big screen."""
    stage(session, meeting, step)


def _sentences(session: Session, municipality: Municipality) -> list[str]:
    """Return the five sentences; that of the back-test says that it is being made until it is there."""
    job = _backtest_job(session)
    if job.is_ready:
        tested = backtest_sentence(municipality, job.result).text(session.language)
    else:
        tested = session.text("workshop.opening.backtest.soon")
        session.poll_after(_LOOK, _LOOK)
    first, *rest = (
        sources_sentence(municipality, _basis(municipality)),
        assumed_sentence(municipality),
        left_out_sentence(),
        use_sentence(),
    )
    language = session.language
    return [first.text(language), tested, *(sentence.text(language) for sentence in rest)]


def _backtest_job(session: Session) -> Job:
    """Return the back-test of the 98 municipalities, made before or begun now."""

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Run the back-test."""
        return shipped_backtest()

    return session.ask(STUDIES, _BACKTEST, ("backtest-98",), work)


def _example(session: Session, scenario: Scenario, step: CourseStep) -> None:
    """Write what the example changes, what moves, what it costs with its range, and why."""
    results, known = results_with_ranges(session, scenario, "meeting-example")
    indicator = results.indicator(step.goal or None, step.indicator or None)
    with st.container(border=True, key="opening-example"):
        st.markdown(
            f"**{escape_markdown(session.text('page_workshop.opening.example', name=scenario.name))}**"
        )
        lines = changes_in_words(scenario, results.municipality, session.language)
        st.markdown("\n".join(f"- {escape_markdown(line)}" for line in lines))
        if not known:
            st.caption(session.text("page_workshop.opening.ranges_soon"))
            return
        st.markdown(escape_markdown(results.explanation.headline.text(session.language)))
        if not indicator.suppressed and not session.present:
            _, words = status_of(
                session, indicator, results.band(indicator_key(results.goal(step.goal or None), indicator))
            )
            before, after = (indicator.shown(value, session.language) for value in (
                indicator.value_baseline, indicator.value_scenario))  # fmt: skip
            title = indicator.title.text(session.language)
            st.markdown(
                escape_markdown(
                    session.text(
                        "page_workshop.opening.moves", title=title, before=before, after=after, status=words
                    )
                )
            )
