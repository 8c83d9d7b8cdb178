"""What a scenario gave when it was saved, kept in its file, and how far today's result is from that.

The figures are few, so that a file stays readable: each goal's key indicator, the indicator that the headline
speaks of, the number on public support and the net cost.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from model.budget.amounts import Amount
from model.budget.result import BudgetResult
from model.budget.warnings import UNPRICED
from model.domain import MODEL_VERSION
from model.explain.headline import Explanation
from model.explain.most_moved import most_moved
from model.goals.results import GoalResult, IndicatorResult
from model.goals.series import NET, PERSONS, indicator_key
from model.language.catalogue import money, number, text
from model.language.drawn_range import ENOUGH_DRAWS, DrawnRange
from model.scenario.parts import Results
from model.scenario.scenario import Scenario
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

_SIGNIFICANT: Final = 9
# Figures are the same where they agree to this share of themselves; other processors agree far better.
_SAME: Final = 1e-6
# No smaller difference is told: a millionth of a person or a per cent, one krone.
_SMALLEST: Final = 1e-6
_SMALLEST_DKK: Final = 1.0
_MOST_DECIMALS: Final = 9


def all_figures(
    outcome: Outcome, goals: tuple[GoalResult, ...], budget: BudgetResult
) -> dict[str, float | None]:
    """Return every figure that a file may keep, by key: to nine significant digits, None where not defined.

    Indicators at the horizon's end, persons as the mean of the last 52 weeks, DKK over the whole run.
    """
    figures = {indicator_key(g, i): _kept(i.value_scenario) for g in goals for i in g.indicators}
    figures[PERSONS] = _kept(float(totals_by_group(outcome).last_year("caseload").sum()))
    figures[NET] = _kept(budget.total_difference)
    return figures


def results_of(
    outcome: Outcome,
    goals: tuple[GoalResult, ...],
    budget: BudgetResult,
    explanation: Explanation,
    language: str,
) -> Results:
    """Return what is written into a scenario's file on save, its headline in a language ("da" or "en")."""
    band = explanation.amount.range
    if band is not None and band.draws < ENOUGH_DRAWS:
        band = None  # a range over few draws must say over how many
    figures = all_figures(outcome, goals, budget)
    moved = most_moved(goals)
    chosen = [indicator_key(goal, goal.key) for goal in goals]
    chosen += [indicator_key(*moved)] if moved is not None else []
    kept = {key: figures[key] for key in (*chosen, PERSONS, NET)}
    return Results(
        headline=explanation.headline.text(language),
        model_version=MODEL_VERSION,
        baseline_sha256=outcome.municipality.key,
        figures={key: value for key, value in kept.items() if value is not None},
        net_before_dkk=None if band is None else _kept(float(budget.net.baseline.sum())),
        net_low_dkk=None if band is None else _kept(band.low),
        net_high_dkk=None if band is None else _kept(band.high),
    )


def stored_amount(scenario: Scenario) -> Amount | None:
    """Return the net difference that a scenario's file holds, with its range; None where either is not stored."""
    results = scenario.results
    if results is None or results.net_low_dkk is None or results.net_high_dkk is None:
        return None
    central, level = results.figures.get(NET), results.net_before_dkk
    if central is None or level is None:
        return None
    # A range over fewer draws is not stored.
    band = DrawnRange(float(results.net_low_dkk), float(results.net_high_dkk), ENOUGH_DRAWS)
    moved = {change.lever for change in scenario.changes}
    unpriced = tuple(lever for lever in UNPRICED if lever in moved)
    return Amount(float(central), float(level), scenario.years, band, unpriced)


@dataclass(frozen=True)
class StoredFigure:
    """One stored figure and what it is today; ``now`` is None where it is measured no longer."""

    figure: str
    stored: float
    today: float | None
    indicator: IndicatorResult | None

    @property
    def difference(self) -> float | None:
        """Return today's figure less the stored one."""
        return None if self.today is None else self.today - self.stored

    def text(self, language: str) -> str:
        """Return a sentence: ``Deltagelse ...: 21,0 % nu, 20,1 % da det blev gemt (+0,9)``."""
        if self.indicator is not None:
            label = self.indicator.title.text(language)
        else:
            known = self.figure in (PERSONS, NET)
            label = text(f"results.{self.figure}", language) if known else self.figure
        if self.today is None:
            return text("results.gone", language, label=label, then=self._shown(self.stored, language, 0))
        difference = self.today - self.stored
        decimals = self._decimals(language)
        return text(
            "results.moved_figure",
            language,
            label=label,
            now=self._shown(self.today, language, decimals),
            then=self._shown(self.stored, language, decimals),
            change=self._shown_change(difference, language, decimals),
        )

    def _decimals(self, language: str) -> int:
        """Return as many decimals as it takes to see that the two differ."""
        fewest = self.indicator.decimals if self.indicator is not None else 0
        for decimals in range(fewest, _MOST_DECIMALS):
            if self._shown(self.today, language, decimals) != self._shown(self.stored, language, decimals):
                return decimals
        return _MOST_DECIMALS

    def _shown(self, value: float | None, language: str, decimals: int) -> str:
        """Return a value with its unit as people read it."""
        if self.figure == NET:
            return money(value, language, in_full=True)
        unit = self.indicator.unit if self.indicator is not None else "persons"
        fewest = self.indicator.decimals if self.indicator is not None else 0
        shown = number(value, language, max(decimals, fewest))
        if self.figure != PERSONS and self.indicator is None:
            return shown
        return text(f"goals.unit.{unit}", language, n=shown)

    def _shown_change(self, difference: float, language: str, decimals: int) -> str:
        """Return a difference as people read it, with its sign."""
        if self.figure == NET:
            return money(difference, language, in_full=True, signed=True)
        return number(difference, language, decimals, signed=True)


@dataclass(frozen=True)
class StoredComparison:
    """A file's stored results beside today's."""

    results: Results
    changed: tuple[StoredFigure, ...]
    same_version: bool
    same_inputs: bool
    same_headline: bool

    @property
    def same(self) -> bool:
        """Return whether today's result is the stored one. Without stored figures the headline decides."""
        return not self.changed and (self.same_headline or bool(self.results.figures))

    def lines(self, language: str) -> tuple[str, ...]:
        """Return what a person who opens the scenario is told."""
        version = self.results.model_version
        if self.same:
            return (text("results.same", language, version=version),)
        out = [text("results.differs", language, version=version)]
        out += [f"- {moved.text(language)}" for moved in self.changed]
        if not self.same_version:
            out.append(text("results.other_version", language, then=version, now=MODEL_VERSION))
        if not self.same_inputs:
            out.append(text("results.other_inputs", language))
        if self.results.headline and not self.same_headline:
            out.append(text("results.headline_then", language, headline=self.results.headline))
        return tuple(out)


def compare_with_today(
    results: Results,
    outcome: Outcome,
    goals: tuple[GoalResult, ...],
    budget: BudgetResult,
    headlines: Iterable[str],
) -> StoredComparison:
    """Compare stored results with a run of the same scenario; ``headlines`` are today's, one per language."""
    today = all_figures(outcome, goals, budget)
    indicators = {indicator_key(g, i): i for g in goals for i in g.indicators}
    moved = []
    for figure, then in results.figures.items():
        now = today.get(figure)
        if now is None or not _same(figure, then, now):
            moved.append(StoredFigure(figure, then, now, indicators.get(figure)))
    return StoredComparison(
        results,
        tuple(moved),
        same_version=results.model_version == MODEL_VERSION,
        same_inputs=results.baseline_sha256 == outcome.municipality.key,
        same_headline=results.headline in headlines,
    )


def _same(figure: str, then: float, now: float) -> bool:
    """Return whether a figure is the same as then, but for rounding."""
    smallest = _SMALLEST_DKK if figure == NET else _SMALLEST
    return abs(now - then) <= max(_SAME * max(abs(now), abs(then)), smallest)


def _kept(value: float) -> float | None:
    """Round a figure to the digits that are kept, None where it is not defined."""
    return float(f"{value:.{_SIGNIFICANT}g}") + 0.0 if math.isfinite(value) else None
