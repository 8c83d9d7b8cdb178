"""Compare: two to four scenarios side by side, and how sure it is which one is best."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session import scenario_store
from pages.session.jobs import STUDIES, Progress
from pages.session.session import Session
from pages.shell.page import COMPARE, show_page

if TYPE_CHECKING:
    from model.scenario.scenario import Scenario
    from pages.session.results import ScenarioResults
    from pages.views.compare.view import ComparisonView

SCREEN = "screen"
BASELINE = "baseline"


def draw(session: Session, results: ScenarioResults) -> None:
    """The page under the bar."""
    from pages.views.compare.view import FEWEST, MOST, ComparisonView

    offered = choices(session)
    chosen = chooser(session, offered, MOST)
    scenarios = ready(session, [(offered[key][0], offered[key][1]) for key in chosen])
    if len(scenarios) < FEWEST:
        st.info(escape_markdown(session.text("page_compare.few")))
        return
    versus = ComparisonView(session, scenarios)
    st.caption(escape_markdown(session.text("page_compare.common")))
    if not versus.same_economy:
        st.warning(escape_markdown(session.text("page_compare.other_economy")))
    sides(session, versus)
    how_sure(session, results, versus)


def choices(session: Session) -> dict[str, tuple[str, Scenario]]:
    """All that can be compared: what is on screen, the baseline, own and shipped scenarios of the municipality."""
    from model.scenario.scenario import without_changes

    now = session.scenario
    found = {
        SCREEN: (session.text("page_compare.on_screen"), now),
        BASELINE: (session.text("page_compare.baseline"), without_changes(now)),
    }
    for entry in scenario_store.library().listing()[0]:
        if entry.scenario.municipality == now.municipality:
            found[str(entry.path)] = (entry.scenario.name, entry.scenario)
    return found


def chooser(session: Session, offered: dict[str, tuple[str, Scenario]], most: int) -> list[str]:
    """Which are compared; kept in the visit, so that it survives a look at another page."""
    known = [key for key in session.compared if key in offered] or [SCREEN, BASELINE]

    def take() -> None:
        session.compared = tuple(st.session_state.get("compared") or ())

    return st.multiselect(
        session.text("page_compare.choose"),
        list(offered),
        default=known,
        format_func=lambda key: offered[key][0],
        max_selections=most,
        key="compared",
        on_change=take,
        placeholder=session.text("page_compare.choose"),
    )


def ready(session: Session, chosen: list[tuple[str, Scenario]]) -> list[tuple[str, Scenario]]:
    """The chosen scenarios under the assumptions on screen; one of other years is taken out, and that is said."""
    now = session.scenario
    out = []
    for name, scenario in chosen:
        if scenario.years != now.years:
            said = session.text("page_compare.other_years", name=name, years=scenario.years, others=now.years)
            st.warning(escape_markdown(said))
            continue
        common = scenario.replaced(assumption_set=now.assumption_set, assumptions=now.assumptions)
        out.append((name, common))
    return out


def sides(session: Session, versus: ComparisonView) -> None:
    """Levers, goals and the chart."""
    from pages.components.chart_with_table import chart_with_table, table, table_expander
    from pages.components.theme import palette

    st.header(session.text("page_compare.levers"), anchor=False)
    levers = versus.levers()
    if levers:
        table(levers, "compare-levers", session)
    else:
        st.markdown(escape_markdown(session.text("page_compare.same_levers")))
    st.header(session.text("page_compare.goals"), anchor=False)
    table(versus.goals(), "compare-goals", session)
    table_expander(
        session, "compare-all-goals", versus.goals(every=True), label=session.text("page_compare.all")
    )
    titles = versus.titles()
    if session.compared_indicator not in titles:
        session.compared_indicator = next(iter(titles))

    def take() -> None:
        session.compared_indicator = st.session_state["compare-indicator"]

    st.selectbox(
        session.text("page_compare.chart"),
        list(titles),
        index=list(titles).index(session.compared_indicator),
        format_func=lambda key: titles[key],
        key="compare-indicator",
        on_change=take,
        width="stretch" if session.present else 420,
    )
    chart_with_table(session, "compare-chart", **versus.chart(session.compared_indicator, palette()))


def how_sure(session: Session, results: ScenarioResults, versus: ComparisonView) -> None:
    """Budget with its band, who beats whom, and the verdict under each set of assumptions."""
    from model.parameters.assumption_sets import assumption_sets
    from model.uncertainty.comparison import by_assumption_set, over_draws
    from model.uncertainty.draws import draws_for
    from pages.components.chart_with_table import table
    from pages.components.job_progress import show_when_done

    scenarios = [side.scenario for side in versus.sides]
    directions = versus.directions()
    question = (results.municipality.key, tuple(scenario.key for scenario in scenarios), tuple(directions))

    def draws(cancel: threading.Event, progress: Progress) -> Any:
        made = draws_for(results.municipality, cancel=cancel, progress=progress)
        return over_draws(made, scenarios, directions, cancel=cancel, progress=progress)

    def sets(cancel: threading.Event, progress: Progress) -> Any:
        return by_assumption_set(scenarios, directions, cancel=cancel, progress=progress)

    def ask(name: str, work: Any) -> Any:
        session.jobs[name] = STUDIES.request((name, *question), work, before=session.jobs.get(name))
        return session.jobs[name]

    def drawn(sure: Any) -> None:
        table(versus.budget(sure), "compare-budget", session)
        st.header(session.text("page_compare.sure"), anchor=False)
        st.markdown(escape_markdown(session.text("page_compare.sure.text")))
        table(versus.sure(sure), "compare-sure", session)

    def judged(verdicts: Any) -> None:
        names = {key: kept.name.text(session.language) for key, kept in assumption_sets().items()}
        st.markdown(escape_markdown(versus.turns(verdicts)))
        table(versus.verdicts(verdicts, names), "compare-verdicts", session)

    st.header(session.text("page_compare.budget"), anchor=False)
    ask("compare-sets", sets)  # the quicker one goes first
    if not ask("compare-sure", draws).is_ready:
        table(versus.budget(), "compare-budget-now", session)
    show_when_done(session, "compare-sure", lambda: ask("compare-sure", draws), drawn)
    st.header(session.text("page_compare.verdict"), anchor=False)
    st.caption(escape_markdown(session.text("page_compare.verdict.text")))
    show_when_done(session, "compare-sets", lambda: ask("compare-sets", sets), judged)


show_page(COMPARE, draw)
