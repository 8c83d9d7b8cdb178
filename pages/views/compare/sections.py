"""Draw the sections of the page Compare: names, verdict, pictures, and below them what explains them."""

from __future__ import annotations

from html import escape
from typing import Any, Final

import streamlit as st

from model.documents.comparison import Compared
from model.documents.comparison_charts import LETTERS, goals_chart, money_chart, often_chart
from model.parameters.assumption_sets import assumption_sets
from model.scenario.scenario import Scenario
from model.uncertainty.comparison import Verdict
from pages.components.chart_with_table import ChartWords, chart_with_table, figure, table, table_expander
from pages.components.comparison_room import says_verdict, view_choice
from pages.components.escape_markdown import escape_markdown
from pages.components.job_progress import show_when_done
from pages.components.theme import palette
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.compare.choice import choice, ready_buttons
from pages.views.compare.downloads import downloads
from pages.views.compare.jobs import draws_job, sets_job
from pages.views.compare.view import ComparisonView


def head(
    session: Session,
    results: ScenarioResults,
    view: ComparisonView | None,
    offered: dict[str, tuple[str, Scenario]],
) -> None:
    """Draw the names with their marks and colours, the choice, and what can be taken along."""
    with st.container(horizontal=True, vertical_alignment="center", key="compare-head"):
        if view is not None and session.present:
            view_choice(session, view.compared)
        elif view is not None:
            st.html(_names(view.compared))
        if not session.compared:
            ready_buttons(session, offered)
        with st.popover(session.text("page_compare.change"), width="content"):
            choice(session, offered)
        if view is not None and not session.present:
            with st.popover(session.text("page_compare.take"), width="content"):
                downloads(session, results, view)


def _names(compared: Compared) -> str:
    """Return the names of all scenarios with their marks: what tells the marks of both pictures."""
    look = palette()
    items = [
        (
            look.baseline if mark is None else look.proposals[mark],
            "┆" if mark is None else LETTERS[mark],
            side.name,
        )
        for side, mark in zip(compared.sides, compared.marks, strict=True)
    ]
    if all(mark is not None for mark in compared.marks):
        items.append((look.baseline, "┆", compared.text("mark.now")))
    items.append((look.ink, "┃", compared.text("mark.target")))
    return '<ul class="ik-proposals">' + "".join(
        f'<li><span aria-hidden="true" style="color:{colour}">{mark}</span> {escape(name)}</li>'
        for colour, mark, name in items
    ) + "</ul>"  # fmt: skip


def verdict(session: Session, results: ScenarioResults, view: ComparisonView, compared: Compared) -> None:
    """Draw the verdict in words, or how far the work for it is."""
    with st.container(key="compare-verdict"):
        if not view.same_economy:
            st.warning(escape_markdown(session.text("page_compare.other_economy")))

        if not compared.drawn:
            st.info(escape_markdown(session.text("page_compare.nothing")))
            return

        def said(_: Any) -> None:
            """Draw the sentences; on the big screen beside its own view they would be too much."""
            if session.present and not says_verdict(session):
                return
            st.markdown(f"**{escape_markdown(' '.join(compared.verdict))}**")

        show_when_done(session, "compare-verdict", lambda: draws_job(session, results, view), said)


def pictures(session: Session, view: ComparisonView, compared: Compared) -> None:
    """Draw goals and money beside each other."""
    goals = goals_chart(compared, palette())
    height = float(goals[1]["height"]) - _AXIS
    amounts = " ".join(view.amount_sentences(compared))
    few = len(compared.drawn) <= _MOST_SENTENCES
    with st.container(key="compare-pictures"):
        figure(
            session,
            "compare-goals",
            goals,
            ChartWords(
                session.text("page_compare.goals.name"),
                session.text("page_compare.goals.reading"),
                view.goals_sentence(compared),
            ),
            rows=view.goals(compared),
            scenarios=view.scenarios,
            paper=goals_chart(compared, palette(), legend=True),
        )
        figure(
            session,
            "compare-money",
            money_chart(compared, palette(), height),
            ChartWords(
                session.text("page_compare.money.name"),
                amounts if amounts and few else session.text("page_compare.money.reading"),
                "" if few else amounts,
            ),
            rows=view.budget(compared),
            scenarios=view.scenarios,
            paper=money_chart(compared, palette(), height, legend=True),
        )


_MOST_SENTENCES: Final = 2  # below the picture of money; those of more are in its text alternative
_AXIS: Final = 40.0  # of the years, and the unit above


def below(session: Session, results: ScenarioResults, view: ComparisonView, compared: Compared) -> None:
    """Draw how often each is best, where the proposals differ, and the tables, folded."""
    if compared.shares is not None:
        st.header(session.text("page_compare.sure"), anchor=False)
        figure(
            session,
            "compare-often",
            often_chart(compared, palette()),
            ChartWords(
                session.text("page_compare.sure"),
                session.text("page_compare.sure.text"),
                view.often_sentence(compared),
            ),
            rows=view.often(compared),
            scenarios=view.scenarios,
            paper=often_chart(compared, palette(), legend=True),
        )
    st.header(session.text("page_compare.levers"), anchor=False)
    levers = view.levers()
    if levers:
        table(levers, "compare-levers", session)
    else:
        st.markdown(escape_markdown(session.text("page_compare.same_levers")))
    st.header(session.text("page_compare.verdict"), anchor=False)
    _sets(session, results, view)
    table_expander(
        session, "compare-all-goals", view.goals(compared, every=True), label=session.text("page_compare.all")
    )
    _week_by_week(session, view)


def _sets(session: Session, results: ScenarioResults, view: ComparisonView) -> None:
    """Draw whether the verdict holds under each set of assumptions."""

    def verdicts(by_set: dict[str, dict[str, Verdict]]) -> None:
        """Draw the best scenario under each set of assumptions."""
        names = {key: set_.name.text(session.language) for key, set_ in assumption_sets().items()}
        st.markdown(escape_markdown(view.verdict_sentence(by_set)))
        table_expander(
            session,
            "compare-verdicts",
            view.verdicts(by_set, names),
            label=session.text("page_compare.verdict.table"),
        )

    st.caption(escape_markdown(session.text("page_compare.verdict.text")))
    show_when_done(session, "compare-sets", lambda: sets_job(session, results, view), verdicts)


def _week_by_week(session: Session, view: ComparisonView) -> None:
    """Draw one goal week by week in all scenarios."""
    hidden = {goal.key for goal in view.compared.goals() if goal.suppressed}
    titles = {key: title for key, title in view.titles().items() if key not in hidden}
    if not titles:
        return
    if session.compared_indicator not in titles:
        session.compared_indicator = next(iter(titles))

    def take_choice() -> None:
        """Store the indicator in the session."""
        session.compared_indicator = st.session_state["compare-indicator"]

    st.header(session.text("page_compare.weeks"), anchor=False)
    st.selectbox(
        session.text("page_compare.chart"),
        list(titles),
        index=list(titles).index(session.compared_indicator),
        format_func=lambda key: titles[key],
        key="compare-indicator",
        on_change=take_choice,
        width=420,
    )
    drawn = view.chart(session.compared_indicator, palette())
    chart_with_table(session, "compare-chart", **drawn, scenarios=view.scenarios)
