"""Which levers a search may move: those with one figure, those with a price, and those that move some goals."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Final

import numpy as np

from model.budget.warnings import UNPRICED
from model.domain import N_GROUPS
from model.goals.evaluate import goal_evaluator
from model.goals.results import tolerance
from model.goals.series import EPSILON
from model.municipality.municipality import Municipality
from model.scenario.levers import LEVERS, baseline_value, bounds
from model.scenario.scenario import Scenario, municipality_of, without_changes
from model.seek.answer import FreeLever
from model.simulation.outcome import Outcome, outcome_from
from model.simulation.run_engine import prepare, run_many
from model.simulation.run_paths import build_run_paths
from model.simulation.simulate import baseline

# A result rather than a decision: nobody can order it, so that no money is spent on it or saved by it unasked.
RESULTS: Final = ("partial_return",)


def every_lever() -> tuple[FreeLever, ...]:
    """Return all levers with one figure, each target group's by itself."""
    return tuple(
        FreeLever(lever.id, group)
        for lever in LEVERS
        if lever.scope != "mix"
        for group in (lever.groups if lever.scope == "group" else (None,))
    )


def decided_levers(municipality: Municipality) -> tuple[FreeLever, ...]:
    """Return the levers that money is sought for unless others are named: with a price, and a decision."""
    return tuple(
        free
        for free in every_lever()
        if free.lever not in UNPRICED and free.lever not in RESULTS and _has_room(municipality, free)
    )


def _has_room(municipality: Municipality, free: FreeLever) -> bool:
    """Return whether a lever has a value to move to."""
    lever = next(lever for lever in LEVERS if lever.id == free.lever)
    low, high = bounds(lever, municipality)
    now = float(baseline_value(lever, municipality, free.group))
    return low < high and low <= now <= high


def levers_that_move(scenario: Scenario, keys: Collection[str]) -> tuple[FreeLever, ...]:
    """Return the levers of which an end moves one of some indicators (``goal.indicator``) by what counts as movement.

    Each lever is tried alone at both its ends, from the scenario's start, without the scenario's own changes.
    """
    moved = _moved_by_lever(without_changes(scenario).copy_with(name=scenario.municipality, description=""))
    return tuple(free for free, those in moved if those & set(keys))


@lru_cache(maxsize=8)
def _moved_by_lever(scenario: Scenario) -> tuple[tuple[FreeLever, frozenset[str]], ...]:
    """Return for every lever the keys of the indicators that it can move."""
    municipality = municipality_of(scenario)
    base = baseline(municipality, scenario)
    evaluator = goal_evaluator(municipality.goals)
    tried: list[tuple[FreeLever, Scenario]] = []
    for free in every_lever():
        lever = next(lever for lever in LEVERS if lever.id == free.lever)
        now = float(baseline_value(lever, municipality, free.group))
        for end in bounds(lever, municipality):
            if end != now:
                tried.append((free, scenario.with_change(free.lever, end, free.group)))
    paths = [build_run_paths(municipality, one, one.years * 52) for _, one in tried]
    no_limits = np.full((2, N_GROUPS), -1, dtype=np.int64)

    def figures(outcome: Outcome) -> np.ndarray:
        return np.array([figure.end for figure in evaluator.figures(outcome, base).values()])

    def reduce(b: int, record: np.ndarray, firm: np.ndarray) -> np.ndarray:
        return figures(outcome_from(record, firm, no_limits, paths[b], municipality, None))

    before = figures(base)
    least = np.array(
        [tolerance(s.smallest_movement, v) for s, v in zip(evaluator.specs, before, strict=True)]
    )
    keys = np.array([f"{goal}.{indicator}" for goal, indicator in evaluator.keys])
    runs = run_many(prepare((municipality.engine,)), paths, [(0, i) for i in range(len(paths))], reduce)
    moved: dict[FreeLever, frozenset[str]] = {free: frozenset() for free in every_lever()}
    for (free, _), after in zip(tried, runs, strict=True):
        with np.errstate(invalid="ignore"):
            moved[free] |= frozenset(keys[np.abs(np.asarray(after) - before) >= least - EPSILON])
    return tuple(moved.items())
