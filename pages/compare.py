"""Compare: two to four scenarios side by side, and how sure it is which one is best."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.components.escape_markdown import plain
from pages.session import scenario_store
from pages.session.jobs import STUDIES, Progress
from pages.session.session import Visit
from pages.shell.page import COMPARE, show

if TYPE_CHECKING:
    from model.scenario.scenario import Scenario
    from pages.session.results import Answer
    from pages.views.compare.view import Versus

SCREEN = "screen"
BASELINE = "baseline"


def draw(here: Visit, found: Answer) -> None:
    """The page under the bar."""
    from pages.views.compare.view import FEWEST, MOST, Versus

    offered = choices(here)
    chosen = chooser(here, offered, MOST)
    scenarios = ready(here, [(offered[key][0], offered[key][1]) for key in chosen])
    if len(scenarios) < FEWEST:
        st.info(plain(here.words("page_compare.few")))
        return
    versus = Versus(here, scenarios)
    st.caption(plain(here.words("page_compare.common")))
    if not versus.same_economy:
        st.warning(plain(here.words("page_compare.other_economy")))
    sides(here, versus)
    how_sure(here, found, versus)


def choices(here: Visit) -> dict[str, tuple[str, Scenario]]:
    """All that can be compared: what is on screen, the baseline, own and shipped scenarios of the municipality."""
    from model.scenario.scenario import without_changes

    now = here.scenario
    found = {
        SCREEN: (here.words("page_compare.on_screen"), now),
        BASELINE: (here.words("page_compare.baseline"), without_changes(now)),
    }
    for entry in scenario_store.library().listing()[0]:
        if entry.scenario.municipality == now.municipality:
            found[str(entry.path)] = (entry.scenario.name, entry.scenario)
    return found


def chooser(here: Visit, offered: dict[str, tuple[str, Scenario]], most: int) -> list[str]:
    """Which are compared; kept in the visit, so that it survives a look at another page."""
    known = [key for key in here.compared if key in offered] or [SCREEN, BASELINE]

    def take() -> None:
        here.compared = tuple(st.session_state.get("compared") or ())

    return st.multiselect(
        here.words("page_compare.choose"),
        list(offered),
        default=known,
        format_func=lambda key: offered[key][0],
        max_selections=most,
        key="compared",
        on_change=take,
        placeholder=here.words("page_compare.choose"),
    )


def ready(here: Visit, chosen: list[tuple[str, Scenario]]) -> list[tuple[str, Scenario]]:
    """The chosen scenarios under the assumptions on screen; one of other years is taken out, and that is said."""
    now = here.scenario
    out = []
    for name, scenario in chosen:
        if scenario.years != now.years:
            said = here.words("page_compare.other_years", name=name, years=scenario.years, others=now.years)
            st.warning(plain(said))
            continue
        common = scenario.replaced(assumption_set=now.assumption_set, assumptions=now.assumptions)
        out.append((name, common))
    return out


def sides(here: Visit, versus: Versus) -> None:
    """Levers, goals and the chart."""
    from pages.components.chart_with_table import figure, figures, table
    from pages.components.theme import palette

    st.header(here.words("page_compare.levers"), anchor=False)
    levers = versus.levers()
    if levers:
        table(levers, "compare-levers", here)
    else:
        st.markdown(plain(here.words("page_compare.same_levers")))
    st.header(here.words("page_compare.goals"), anchor=False)
    table(versus.goals(), "compare-goals", here)
    figures(here, "compare-all-goals", versus.goals(every=True), label=here.words("page_compare.all"))
    titles = versus.titles()
    if here.compared_indicator not in titles:
        here.compared_indicator = next(iter(titles))

    def take() -> None:
        here.compared_indicator = st.session_state["compare-indicator"]

    st.selectbox(
        here.words("page_compare.chart"),
        list(titles),
        index=list(titles).index(here.compared_indicator),
        format_func=lambda key: titles[key],
        key="compare-indicator",
        on_change=take,
        width="stretch" if here.present else 420,
    )
    figure(here, "compare-chart", **versus.chart(here.compared_indicator, palette()))


def how_sure(here: Visit, found: Answer, versus: Versus) -> None:
    """Budget with its band, who beats whom, and the verdict under each set of assumptions."""
    from model.parameters.files import assumption_sets
    from model.uncertainty.comparison import by_assumption_set, over_draws
    from model.uncertainty.draws import draws_for
    from pages.components.chart_with_table import table
    from pages.components.job_progress import when_ready

    scenarios = [side.scenario for side in versus.sides]
    directions = versus.directions()
    question = (found.municipality.key, tuple(scenario.key for scenario in scenarios), tuple(directions))

    def draws(cancel: threading.Event, progress: Progress) -> Any:
        made = draws_for(found.municipality, cancel=cancel, progress=progress)
        return over_draws(made, scenarios, directions, cancel=cancel, progress=progress)

    def sets(cancel: threading.Event, progress: Progress) -> Any:
        return by_assumption_set(scenarios, directions, cancel=cancel, progress=progress)

    def ask(name: str, work: Any) -> Any:
        here.jobs[name] = STUDIES.ask((name, *question), work, before=here.jobs.get(name))
        return here.jobs[name]

    def drawn(sure: Any) -> None:
        table(versus.budget(sure), "compare-budget", here)
        st.header(here.words("page_compare.sure"), anchor=False)
        st.markdown(plain(here.words("page_compare.sure.text")))
        table(versus.sure(sure), "compare-sure", here)

    def judged(verdicts: Any) -> None:
        names = {key: kept.name.get(here.language) for key, kept in assumption_sets().items()}
        st.markdown(plain(versus.turns(verdicts)))
        table(versus.verdicts(verdicts, names), "compare-verdicts", here)

    st.header(here.words("page_compare.budget"), anchor=False)
    ask("compare-sets", sets)  # the quicker one goes first
    if not ask("compare-sure", draws).is_ready:
        table(versus.budget(), "compare-budget-now", here)
    when_ready(here, "compare-sure", lambda: ask("compare-sure", draws), drawn)
    st.header(here.words("page_compare.verdict"), anchor=False)
    st.caption(plain(here.words("page_compare.verdict.text")))
    when_ready(here, "compare-sets", lambda: ask("compare-sets", sets), judged)


show(COMPARE, draw)
