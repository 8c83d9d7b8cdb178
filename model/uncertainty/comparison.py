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
from model.municipality.goal_specs import Direction
from model.parameters.assumption_sets import assumption_sets
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from model.uncertainty.draws import Draws, check_cancel
from model.uncertainty.fan import BUDGET, beats, end_values

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

# The band that is shown: nine of ten draws.
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True, eq=False)
class Sure:
    """One figure of S scenarios over the draws."""

    low: tuple[float, ...]  # [S] of the difference from the baseline, 5 per cent of the draws lie below
    high: tuple[float, ...]  # [S] 95 per cent
    chance: tuple[float | None, ...]  # [S] share of the draws that meet the target; None where there is none
    better: Mapping[tuple[int, int], float]  # (a, b): share of the draws in which a is strictly better than b


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
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Mapping[str, Sure]:
    """How sure each figure is, by indicator and under ``budget`` (net cost over the whole run, DKK).

    ``scenarios`` have the draws' municipality and assumptions and the same years. Raises as ``fan.end_values``.
    """
    values = end_values(draws, scenarios, tuple(indicators), cancel=cancel, progress=progress)
    found = {}
    for key, direction in {**indicators, BUDGET: "down"}.items():
        value = values[key]
        level, difference = value.scenario, value.difference
        if key == BUDGET:
            level, difference = level.sum(axis=2), difference.sum(axis=2)
        pairs = itertools.permutations(range(len(scenarios)), 2)
        # Scenarios of their own economy have baselines of their own: what they come to is what counts.
        found[key] = Sure(
            low=_quantile(difference, _LOW),
            high=_quantile(difference, _HIGH),
            chance=_chances(value.met, len(scenarios)),
            better={(a, b): beats(level[a], level[b], direction) for a, b in pairs},
        )
    return found


def _quantile(values: Floats, q: float) -> tuple[float, ...]:
    out = []
    for row in values:
        known = row[np.isfinite(row)]
        out.append(float(np.quantile(known, q)) if len(known) else float("nan"))
    return tuple(out)


def _chances(met: Floats | None, scenarios: int) -> tuple[float | None, ...]:
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
    """The verdict on each figure under each named set: {set: {indicator or ``budget``: Verdict}}.

    What the scenarios' own ``assumptions`` say stays as it is.
    """
    found: dict[str, Mapping[str, Verdict]] = {}
    sets = tuple(assumption_sets())
    done = 0
    for name in sets:
        rows: dict[str, list[tuple[float, float]]] = {key: [] for key in (*indicators, BUDGET)}
        steps = {BUDGET: _SAME_DKK}
        for scenario in scenarios:
            check_cancel(cancel)
            assumed = scenario.copy_with(assumption_set=name)
            municipality = municipality_of(assumed)
            before = baseline(municipality, assumed)
            after = simulate(municipality, assumed) if assumed.changes else before
            for goal in evaluate_goals(after, before):
                for indicator in goal.indicators:
                    key = indicator_key(goal, indicator)
                    if key in rows:
                        rows[key].append((indicator.change, indicator.value_scenario))
                        steps[key] = 10.0**-indicator.decimals
            net = budget(after, before)
            rows[BUDGET].append((net.total_difference, float(net.net.scenario.sum())))
            done += 1
            if progress is not None:
                progress(done, len(sets) * len(scenarios))
        found[name] = {
            key: Verdict(
                tuple(change for change, _ in values), _best([v for _, v in values], direction, steps[key])
            )
            for (key, values), direction in zip(rows.items(), (*indicators.values(), "down"), strict=True)
        }
    return found


# Costs that differ by less than this are the same: they are shown in tenths of a million.
_SAME_DKK = 100_000.0


def _best(levels: Sequence[float], direction: Direction | str, step: float) -> int | None:
    """The best level; none where the best two are the same as people read them, in steps of ``step``."""
    values = np.array(levels, dtype=float)
    if direction == "watch" or not np.isfinite(values).all():
        return None
    read = np.round(values / step)
    signed = read if direction == "up" else -read
    order = np.argsort(-signed, kind="stable")
    if len(order) > 1 and signed[order[0]] == signed[order[1]]:
        return None
    return int(order[0])
