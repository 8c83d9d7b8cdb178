"""Which of some scenarios is better: over the same draws of all assumptions, and under each named set of them.

Nothing is added up to one score: each indicator and the cost has a verdict of its own.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.budget.budget import budget
from model.goals.evaluate import evaluate_goals
from model.goals.series import indicator_key
from model.language.drawn_range import DrawnRange, range_of_draws
from model.municipality.goal_specs import Direction
from model.parameters.assumption_sets import assumption_sets
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from model.uncertainty.draw_runs import FanOptions
from model.uncertainty.draws import Draws, check_cancel
from model.uncertainty.end_values import BUDGET, beats, end_values

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

# The band that is shown: nine of ten draws.
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True, eq=False)
class WinShares:
    """One figure of S scenarios over the draws."""

    low: tuple[float, ...]  # [S] of the difference from the baseline, 5 per cent of the draws lie below
    high: tuple[float, ...]  # [S] 95 per cent
    chance: tuple[float | None, ...]  # [S] share of the draws that meet the target; None where there is none
    draws: int
    better: Mapping[tuple[int, int], float]  # (a, b): share of the draws in which a is better than b
    first: tuple[
        float, ...
    ]  # [S] share of the draws in which it is better than every other; the rest is equal
    years: tuple[
        tuple[DrawnRange, ...], ...
    ] = ()  # [S][Y] of the budget: the range of each year's difference, DKK

    @property
    def equal(self) -> float:
        """Return the share of the draws in which no scenario is better than every other."""
        return max(0.0, 1.0 - sum(self.first))


@dataclass(frozen=True, eq=False)
class Verdict:
    """One figure of S scenarios under one named set of assumptions."""

    differences: tuple[float, ...]  # [S] from the baseline
    best: int | None  # None where two or more are equally good, or where the figure is only watched


def over_draws(
    draws: Draws,
    scenarios: Sequence[Scenario],
    indicators: Mapping[str, Direction],
    *,
    least: Mapping[str, float] | None = None,
    prices: Sequence[Floats] | None = None,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Mapping[str, WinShares]:
    """Compute how sure each figure is, by indicator and under ``budget`` (net cost over the whole run, DKK).

    ``scenarios`` have the draws' municipality and assumptions and the same years. Scenarios whose
    figures differ by less than ``least`` (by key, in the figure's unit) are equal. ``prices`` are what each costs
    beside the model's money, DKK [Y, 3]: value, low, high. Their ends widen the ranges by the most that they can, and
    who is cheapest is told by their values. Raises as ``fan.end_values``.
    """
    values = end_values(draws, scenarios, FanOptions(tuple(indicators)), cancel=cancel, progress=progress)
    equal_below = least or {}
    shares = {}
    for key, direction in {**indicators, BUDGET: "down"}.items():
        value = values[key]
        level, difference = value.scenario, value.difference
        by_year: tuple[tuple[DrawnRange, ...], ...] = ()
        beside = np.zeros((len(scenarios), 3))
        if key == BUDGET:
            if prices is not None:
                beside = np.asarray(prices).sum(axis=1)
            by_year = _of_years(difference, prices)
            level, difference = level.sum(axis=2) + beside[:, :1], difference.sum(axis=2)
        pairs = itertools.permutations(range(len(scenarios)), 2)
        # Scenarios of their own economy have baselines of their own: what they come to is what counts.
        shares[key] = WinShares(
            low=_quantile(difference + beside[:, 1:2], _LOW),
            high=_quantile(difference + beside[:, 2:3], _HIGH),
            chance=_chances(value.met, len(scenarios)),
            draws=level.shape[1],
            better={
                (a, b): beats(level[a], level[b], direction, equal_below.get(key, 0.0)) for a, b in pairs
            },
            first=_first(level, direction, equal_below.get(key, 0.0)),
            years=by_year,
        )
    return shares


def _of_years(difference: Floats, prices: Sequence[Floats] | None) -> tuple[tuple[DrawnRange, ...], ...]:
    """Return the range of each scenario's difference in each year [S, draws, Y], with the ends of its own prices."""
    found = []
    for at, side in enumerate(difference):
        of_side = np.zeros((side.shape[1], 3)) if prices is None else prices[at]
        ranges = [range_of_draws(year) for year in side.T]
        found.append(
            tuple(
                DrawnRange(one.low + float(low), one.high + float(high), one.draws)
                for one, (_, low, high) in zip(ranges, of_side, strict=True)
            )
        )
    return tuple(found)


def _first(levels: Floats, direction: Direction, least: float) -> tuple[float, ...]:
    """Return how often each scenario is better than every other, as a share of the draws; levels [S, count].

    The best of a draw must be ``least`` better than the next one, as in ``beats``. Draws in which one has no value
    count for none.
    """
    known = levels[:, np.isfinite(levels).all(axis=0)]
    if direction == "watch" or not known.size:
        return (0.0,) * len(levels)
    signed = known if direction == "up" else -known
    order = np.sort(signed, axis=0)
    lead = order[-1] - order[-2] if len(levels) > 1 else np.full(known.shape[1], np.inf)
    clear = (lead > 0) & (lead >= least)
    return tuple(float(((signed == order[-1])[side] & clear).mean()) for side in range(len(levels)))


def _quantile(values: Floats, q: float) -> tuple[float, ...]:
    """Return a quantile of the draws of each scenario, values [S, count]; NaN where no draw has a value."""
    out = []
    for row in values:
        known = row[np.isfinite(row)]
        out.append(float(np.quantile(known, q)) if len(known) else float("nan"))
    return tuple(out)


def _chances(met: Floats | None, scenarios: int) -> tuple[float | None, ...]:
    """Return the share of the draws in which each scenario meets its target, met [S, count]."""
    if met is None:
        return (None,) * scenarios
    return tuple(float(row[np.isfinite(row)].mean()) if np.isfinite(row).any() else None for row in met)


def by_assumption_set(
    scenarios: Sequence[Scenario],
    indicators: Mapping[str, Direction],
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Mapping[str, Mapping[str, Verdict]]:
    """Compare every figure under each named set of assumptions: {set: {indicator or ``budget``: Verdict}}.

    What the scenarios' own ``assumptions`` say stays as it is.
    """
    views = {name: [s.copy_with(assumption_set=name) for s in scenarios] for name in assumption_sets()}
    return by_view(views, indicators, cancel=cancel, progress=progress)


def by_view(
    views: Mapping[str, Sequence[Scenario]],
    indicators: Mapping[str, Direction],
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Mapping[str, Mapping[str, Verdict]]:
    """Compare every figure of the same scenarios as each view assumes: {view: {indicator or ``budget``: Verdict}}.

    ``views``: by name, the scenarios in their order with the assumptions of that view.
    """
    verdicts: dict[str, Mapping[str, Verdict]] = {}
    of = sum(len(scenarios) for scenarios in views.values())
    done = 0
    for name, scenarios in views.items():
        figures = []
        for scenario in scenarios:
            check_cancel(cancel)
            figures.append(_figures_of(scenario))
            done += 1
            if progress is not None:
                progress(done, of)
        verdicts[name] = {
            key: _verdict([of_scenario[key] for of_scenario in figures if key in of_scenario], direction)
            for key, direction in {**indicators, BUDGET: "down"}.items()
        }
    return verdicts


@dataclass(frozen=True)
class _SetFigure:
    """One figure of one scenario as one view assumes."""

    change: float  # from the baseline
    level: float
    step: float  # levels that are the same in steps of this are equally good


def _figures_of(scenario: Scenario) -> dict[str, _SetFigure]:
    """Run a scenario under its own assumptions: every indicator and the net cost, by key."""
    municipality = municipality_of(scenario)
    before = baseline(municipality, scenario)
    after = simulate(municipality, scenario) if scenario.changes else before
    figures = {
        indicator_key(goal, i): _SetFigure(i.change, i.value_scenario, 10.0**-i.decimals)
        for goal in evaluate_goals(after, before)
        for i in goal.indicators
    }
    net = budget(after, before)
    figures[BUDGET] = _SetFigure(net.total_difference, float(net.net.scenario.sum()), _SAME_DKK)
    return figures


def _verdict(figures: Sequence[_SetFigure], direction: Direction | str) -> Verdict:
    """Compare one figure of several scenarios."""
    best = _best([figure.level for figure in figures], direction, figures[-1].step if figures else _SAME_DKK)
    return Verdict(tuple(figure.change for figure in figures), best)


# Costs that differ by less than this are the same: they are shown in tenths of a million.
_SAME_DKK = 100_000.0


def _best(levels: Sequence[float], direction: Direction | str, step: float) -> int | None:
    """Return the best level; none where the best two are the same as people read them, in steps of ``step``."""
    values = np.array(levels, dtype=float)
    if direction == "watch" or not np.isfinite(values).all():
        return None
    read = np.round(values / step)
    signed = read if direction == "up" else -read
    order = np.argsort(-signed, kind="stable")
    if len(order) > 1 and signed[order[0]] == signed[order[1]]:
        return None
    return int(order[0])
