"""Compute the scenario on screen, keep the result for the next run, and put it into words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import Amount, year_amounts
from model.budget.budget import budget
from model.budget.result import BudgetResult
from model.documents.axis import chosen_weeks
from model.explain.headline import Explanation, explain
from model.goals.evaluate import evaluate_goals
from model.goals.results import GoalResult, IndicatorResult, suppress
from model.goals.series import indicator_key
from model.goals.status_text import status_words
from model.language.catalogue import long_date, number, text
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.texts import without_texts
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
from model.uncertainty.band_text import drawn_status
from model.uncertainty.draws import SingleFlightCache
from pages.session.lever_effects import LeverEffects, lever_effects
from pages.session.session import Session

if TYPE_CHECKING:
    from model.uncertainty.bands import Band, Fan

Floats = NDArray[np.float64]

# Answers kept for undo, redo and other visitors of the same scenario; the outcomes themselves are not.
_MOST_KEPT: Final = 96
# Whole runs are large: only the latest few, for the pages that read more of them than the answer.
_MOST_RUNS: Final = 6


@dataclass(frozen=True, eq=False)
class ScenarioResults:
    """All that the page shows of one scenario, in any language. It belongs to that scenario and no other."""

    scenario: Scenario
    municipality: Municipality
    goals: tuple[GoalResult, ...]
    budget: BudgetResult
    explanation: Explanation
    absolute: LeverEffects
    fan: Fan | None = None  # over the draws that are run so far; None: nothing is known yet

    @property
    def key_indicators(self) -> tuple[str, ...]:
        """Return the keys of the goals' first indicators whose figures are shown."""
        return tuple(indicator_key(goal, goal.key) for goal in self.goals if not goal.key.suppressed)

    @cached_property
    def year_amounts(self) -> tuple[Amount, ...]:
        """Return the net difference of each budget year as it is told."""
        return year_amounts(self.budget, None if self.fan is None else self.fan.ranges)

    @property
    def total_amount(self) -> Amount:
        """Return the net difference over the whole run as it is told."""
        return self.explanation.amount

    def band(self, key: str) -> Band | None:
        """Return the band of an indicator, by its key, where it is known."""
        return None if self.fan is None else self.fan.indicators.get(key)

    def goal(self, goal_id: str | None) -> GoalResult:
        """Return the goal of that id; else the first."""
        return next((goal for goal in self.goals if goal.id == goal_id), self.goals[0])

    def indicator(self, goal_id: str | None, indicator_id: str | None) -> IndicatorResult:
        """Return the indicator of that id in the goal; else the goal's key indicator."""
        goal = self.goal(goal_id)
        return next((i for i in goal.indicators if i.id == indicator_id), goal.key)


# Ten who open the same link at once wait for one run.
_kept: Final = SingleFlightCache(_MOST_KEPT)
_runs: Final = SingleFlightCache(_MOST_RUNS)


def runs(scenario: Scenario) -> tuple[Outcome, Outcome]:
    """Return the scenario's run and its baseline's, which are one object where no lever is moved."""
    municipality, plain = municipality_of(scenario), without_texts(scenario)

    def made() -> tuple[Outcome, Outcome]:
        base = baseline(municipality, plain)
        return simulate(municipality, plain) if plain.changes else base, base

    outcomes: tuple[Outcome, Outcome] = _runs.get((municipality.key, scenario.key), made)
    return outcomes


def scenario_results(scenario: Scenario) -> ScenarioResults:
    """Run the model for a scenario, or return what it answered before."""
    municipality = municipality_of(scenario)
    results: ScenarioResults = _kept.get(
        (municipality.key, scenario.key), lambda: _results(scenario, municipality)
    )
    # The same levers under another name, by this visitor or another: words are each scenario's own.
    return results if results.scenario is scenario else replace(results, scenario=scenario)


def _results(scenario: Scenario, municipality: Municipality) -> ScenarioResults:
    outcome, base = runs(scenario)
    goals = suppress(evaluate_goals(outcome, base))
    amounts = budget(outcome, base)
    return ScenarioResults(
        scenario=scenario,
        municipality=municipality,
        goals=goals,
        budget=amounts,
        explanation=explain(outcome, base, goals, amounts),
        absolute=lever_effects(outcome, base),
    )


# --- the board ------------------------------------------------------------------------------------


def status_of(session: Session, indicator: IndicatorResult, band: Band | None = None) -> tuple[str, str]:
    """Return a status as the components' key and as words, with its chance where the band is known."""
    return status_words(indicator, session.language, drawn_status(band, indicator))


def target_text(session: Session, indicator: IndicatorResult, area: str = "page") -> str:
    """Return the target in words: a number, or a direction; ``area`` is "documents" for a column of targets."""
    if indicator.target is None:
        return session.text(f"{area}.target.{indicator.direction}")
    shown = indicator.shown_target(session.language)
    kind = "rank" if indicator.unit == "rank" else indicator.direction
    return session.text(f"{area}.target.{kind}_to", target=shown)


# --- the budget -----------------------------------------------------------------------------------


# --- the goal in focus ----------------------------------------------------------------------------


def indicator_sentence(session: Session, indicator: IndicatorResult) -> str:
    """Describe the chart in one sentence, for those who cannot see it and those who want the figures."""
    language = session.language
    last = long_date(indicator.last_day, language)
    values: dict[str, object] = {
        "title": indicator.title.text(language),
        "before": indicator.shown(indicator.value_baseline, language),
        "after": indicator.shown(indicator.value_scenario, language),
        "change": indicator.shown_change(language),
        "end": last,
    }
    key = "focus.sentence" if values["before"] != values["after"] else "focus.sentence_same"
    said = session.page_text(key, **values)
    if indicator.target is not None:
        said += " " + session.page_text("focus.sentence_target", target=target_text(session, indicator))
    return said


def announcement(results: ScenarioResults, session: Session) -> str:
    """Return what a screen reader hears when the slider rests: the sentence."""
    return results.explanation.headline.text(session.language)


def table_rows(
    session: Session, indicator: IndicatorResult, every: int, third: IndicatorResult | None = None
) -> list[dict[str, str]]:
    """Return the chart's figures as texts, one row per ``every`` weeks; ``third``: of the administration's proposal."""
    language = session.language
    courses = [
        (session.page_text("table.baseline"), indicator.baseline),
        (session.page_text("table.scenario"), indicator.scenario),
    ]
    if third is not None:
        courses.append((text("documents.beside.column", language), third.scenario))
    rows = []
    for i in chosen_weeks(len(indicator.weeks), max(2, len(indicator.weeks) // every)):
        shown = {head: number(float(course[i]), language, indicator.decimals) for head, course in courses}
        rows.append({session.page_text("table.week"): long_date(indicator.weeks[i], language), **shown})
    return rows
