"""Draw the sections of the page Compare: levers, goals, the chart, the budget, and how certain the verdict is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import streamlit as st

from model.parameters.assumption_sets import assumption_sets
from model.scenario.texts import without_texts
from model.uncertainty.comparison import Verdict, WinShares, by_assumption_set, over_draws
from model.uncertainty.draws import draws_for
from pages.components.chart_with_table import chart_with_table, table, table_expander
from pages.components.escape_markdown import escape_markdown
from pages.components.job_progress import show_when_done
from pages.components.theme import palette
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.compare.view import ComparisonView


def columns_side_by_side(session: Session, view: ComparisonView) -> None:
    """Draw levers, goals and the chart."""
    st.header(session.text("page_compare.levers"), anchor=False)
    levers = view.levers()
    if levers:
        table(levers, "compare-levers", session)
    else:
        st.markdown(escape_markdown(session.text("page_compare.same_levers")))
    st.header(session.text("page_compare.goals"), anchor=False)
    table(view.goals(), "compare-goals", session)
    table_expander(
        session, "compare-all-goals", view.goals(every=True), label=session.text("page_compare.all")
    )
    titles = view.titles()
    if session.compared_indicator not in titles:
        session.compared_indicator = next(iter(titles))

    def take_choice() -> None:
        """Store the indicator in the session."""
        session.compared_indicator = st.session_state["compare-indicator"]

    st.selectbox(
        session.text("page_compare.chart"),
        list(titles),
        index=list(titles).index(session.compared_indicator),
        format_func=lambda key: titles[key],
        key="compare-indicator",
        on_change=take_choice,
        width="stretch" if session.present else 420,
    )
    drawn = view.chart(session.compared_indicator, palette())
    chart_with_table(session, "compare-chart", **drawn, scenarios=view.scenarios)


def certainty(session: Session, results: ScenarioResults, view: ComparisonView) -> None:
    """Draw the budget with its band, who beats whom, and the verdict under each set of assumptions."""

    def win_shares(shares: dict[str, WinShares]) -> None:
        """Draw the budget's bands and how often each scenario beats each."""
        table(view.budget(shares), "compare-budget", session)
        for sentence in view.amount_sentences(shares):
            st.markdown(escape_markdown(sentence))
        st.header(session.text("page_compare.sure"), anchor=False)
        for sentence in view.conclusions(shares):
            st.markdown(f"**{escape_markdown(sentence)}**")
        st.caption(escape_markdown(session.text("page_compare.sure.text")))
        table(view.win_shares(shares), "compare-sure", session)

    def verdicts(by_set: dict[str, dict[str, Verdict]]) -> None:
        """Draw the best scenario under each set of assumptions."""
        names = {key: set_.name.text(session.language) for key, set_ in assumption_sets().items()}
        st.markdown(escape_markdown(view.verdict_sentence(by_set)))
        table(view.verdicts(by_set, names), "compare-verdicts", session)

    st.header(session.text("page_compare.budget"), anchor=False)
    _sets_job(session, results, view)  # the quicker one goes first
    if not _draws_job(session, results, view).is_ready:
        table(view.budget(), "compare-budget-now", session)
    show_when_done(session, "compare-sure", lambda: _draws_job(session, results, view), win_shares)
    st.header(session.text("page_compare.verdict"), anchor=False)
    st.caption(escape_markdown(session.text("page_compare.verdict.text")))
    show_when_done(session, "compare-sets", lambda: _sets_job(session, results, view), verdicts)


def _draws_job(session: Session, results: ScenarioResults, view: ComparisonView) -> Job:
    """Compare the scenarios over all draws of the uncertain numbers."""

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Make the draws and compare."""
        draws = draws_for(results.municipality, cancel=cancel, progress=progress)
        return over_draws(
            draws,
            [without_texts(s) for s in view.scenarios],
            view.directions(),
            least=view.least(),
            cancel=cancel,
            progress=progress,
        )

    return _job(session, results, view, "compare-sure", work)


def _sets_job(session: Session, results: ScenarioResults, view: ComparisonView) -> Job:
    """Compare the scenarios under each set of assumptions."""

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Compare."""
        return by_assumption_set(
            [without_texts(s) for s in view.scenarios], view.directions(), cancel=cancel, progress=progress
        )

    return _job(session, results, view, "compare-sets", work)


def _job(
    session: Session, results: ScenarioResults, view: ComparisonView, name: str, work: Callable[..., Any]
) -> Job:
    """Begin the work, or return the job that does it already."""
    key = (name, results.municipality.key, tuple(s.key for s in view.scenarios), tuple(view.directions()))
    session.jobs[name] = STUDIES.request(key, work, before=session.jobs.get(name))
    return session.jobs[name]
