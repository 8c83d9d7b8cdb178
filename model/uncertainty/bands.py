"""Bands over the draws: quantiles of a scenario, of its baseline and of their difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import BudgetRanges
from model.goals.series import NET, PERSONS
from model.language.drawn_range import DrawnRange, range_of_draws
from model.municipality.goal_specs import IndicatorSpec
from model.scenario.scenario import Scenario
from model.uncertainty.draw_runs import BaselineRuns, CentralRuns, ScenarioRuns
from model.uncertainty.draws import DrawsSummary
from model.uncertainty.months_ahead import Holds

Floats = NDArray[np.float64]


# As many possible courses as a room watches one after another.
POSSIBLE: Final = 10
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Quantiles:
    """One quantity over the draws: n is T weeks, Y budget years, or nothing (a single figure)."""

    central: Floats  # [n] the deterministic run
    low: Floats  # [n] 5 per cent of the draws lie below
    lower: Floats  # [n] 25 per cent
    median: Floats  # [n]
    upper: Floats  # [n] 75 per cent
    high: Floats  # [n] 95 per cent
    ends: Floats  # [count] per draw: at the horizon's end, or in total


@dataclass(frozen=True, eq=False)
class Band:
    """One indicator of a scenario and of its baseline over the same draws. A week in which some draw has no value
    (its window is not full) is NaN. Levels, and whether they meet a target, hold what ``holds`` says; the difference
    holds the assumptions alone.
    """

    key: str
    spec: IndicatorSpec
    holds: Holds
    weeks: NDArray[np.datetime64]  # [T]
    scenario: Quantiles  # [T]
    baseline: Quantiles
    difference: Quantiles  # scenario less baseline, draw by draw
    central_ends: tuple[float, float]  # of the central run at the horizon's end: scenario, baseline
    target: float | None
    met: Floats  # [count] 1 where the scenario meets its target by its date, 0 where not, NaN where none can be
    met_baseline: Floats
    possible: tuple[Floats, Floats]  # [n, T] each: assumptions of the first draws, scenario and baseline

    @property
    def chance(self) -> float | None:
        """Return the share of the draws in which the scenario meets its target by its date; None without a target."""
        return _share_met(self.met)

    @property
    def chance_baseline(self) -> float | None:
        """Return the same of the baseline."""
        return _share_met(self.met_baseline)

    def difference_lines(self) -> tuple[Floats, Floats]:
        """Return the lower and upper line of the difference, laid on the baseline's line: [T] each.

        The draws move scenario and baseline alike; what they leave open is the difference between the two.
        """
        line = self.baseline.central
        return line + self.difference.low, line + self.difference.high

    def level_lines(self) -> tuple[Floats, Floats]:
        """Return the lower and upper line of the scenario's level: [T] each."""
        return self.scenario.low, self.scenario.high

    @property
    def central(self) -> Floats:
        """Return the scenario's deterministic line [T]."""
        return self.scenario.central

    @property
    def low(self) -> Floats:
        """Return the scenario's 5 per cent quantile [T]."""
        return self.scenario.low

    @property
    def median(self) -> Floats:
        """Return the scenario's median [T]."""
        return self.scenario.median

    @property
    def high(self) -> Floats:
        """Return the scenario's 95 per cent quantile [T]."""
        return self.scenario.high


@dataclass(frozen=True, eq=False)
class BudgetBand:
    """Net municipal expenditure, DKK, over the same draws: per budget year [Y] and over the whole run []."""

    years: tuple[int, ...]
    scenario: Quantiles
    baseline: Quantiles
    difference: Quantiles
    total_scenario: Quantiles
    total_baseline: Quantiles
    total_difference: Quantiles
    ranges: BudgetRanges  # the differences of the draws, as amounts are told


@dataclass(frozen=True, eq=False)
class Fan:
    """Scenario and baseline over the same draws."""

    draws: DrawsSummary
    scenario: Scenario | None
    weeks: NDArray[np.datetime64]
    indicators: Mapping[str, Band]  # by ``goal.indicator``
    budget: BudgetBand | None  # None where it was not asked for
    persons: Floats  # [count] difference in full-time persons on support, mean of the last year

    @property
    def ranges(self) -> BudgetRanges | None:
        """Return the ranges of the budget's differences; None where it was not asked for."""
        return None if self.budget is None else self.budget.ranges

    def difference_ranges(self) -> Mapping[str, DrawnRange]:
        """Return between what the difference in every figure lies: indicators, persons and, if asked for, money."""
        ranges = {key: range_of_draws(band.difference.ends) for key, band in self.indicators.items()}
        ranges[PERSONS] = range_of_draws(self.persons)
        if self.ranges is not None:
            ranges[NET] = self.ranges.total
        return {key: drawn for key, drawn in ranges.items() if drawn.is_known}


def quantiles_of(
    values: Floats, central: Floats, ends: Floats, spec: IndicatorSpec | None = None
) -> Quantiles:
    """Compute quantiles over the draws of ``values`` [count, n]; a place of rank stays one that some draw has."""
    method: Any = "inverted_cdf" if spec is not None and spec.unit == "rank" else "linear"
    known = np.isfinite(values).all(axis=0)
    quantiles = np.full((len(QUANTILES), *values.shape[1:]), np.nan)
    if known.any():
        quantiles[:, known] = np.quantile(values[:, known], QUANTILES, axis=0, method=method)
    low, lower, median, upper, high = quantiles
    return Quantiles(central, low, lower, median, upper, high, ends)


def budget_band(before: BaselineRuns, runs: ScenarioRuns, central: CentralRuns) -> BudgetBand:
    """Compute the bands of net expenditure, per budget year and over the whole run."""

    def per_year(values: Floats, middle: Floats) -> Quantiles:
        return quantiles_of(values, middle, values.sum(axis=1))

    def total(values: Floats, middle: Floats) -> Quantiles:
        ends = values.sum(axis=1)
        low, lower, median, upper, high = (np.asarray(q) for q in np.quantile(ends, QUANTILES))
        return Quantiles(np.asarray(middle.sum()), low, lower, median, upper, high, ends)

    figures = (
        (runs.net, central.after_net),
        (before.net, central.before_net.net),
        (runs.net - before.net, central.after_net - central.before_net.net),
    )
    yearly = [per_year(*pair) for pair in figures]
    totals = [total(*pair) for pair in figures]
    return BudgetBand(
        years=central.before_net.years,
        scenario=yearly[0],
        baseline=yearly[1],
        difference=yearly[2],
        total_scenario=totals[0],
        total_baseline=totals[1],
        total_difference=totals[2],
        ranges=BudgetRanges(runs.net - before.net),
    )


def _share_met(met: Floats) -> float | None:
    """Return the share of the draws that meet a target, of those [count] in which it can be met; None if none."""
    known = met[np.isfinite(met)]
    return float(known.mean()) if len(known) else None
