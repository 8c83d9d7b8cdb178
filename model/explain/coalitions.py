"""Changed levers as players of a game: their coalitions as scenarios, and the figures of all coalitions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX
from model.explain.case_runs import CaseFigures
from model.explain.contributions import Contributions, LeverTarget
from model.goals.series import NET, PERSONS
from model.scenario.levers import LEVER_INDEX
from model.scenario.scenario import Scenario
from model.simulation.outcome import Outcome

# Two levers together are looked at up to so many levers.
Floats = NDArray[np.float64]

MAX_LEVERS_IN_PAIRS: Final = 12


def lever_targets(scenario: Scenario, merge_groups: bool) -> list[tuple[LeverTarget, ...]]:
    """List what is changed, in the order of levers and groups; ``merge_groups`` takes a lever's groups as one."""
    every = sorted(
        {change.target for change in scenario.changes},
        key=lambda t: (LEVER_INDEX[t[0]], GROUP_INDEX.get(t[1] or "", -1)),
    )
    if not merge_groups:
        return [(target,) for target in every]
    return [
        tuple(target for target in every if target[0] == lever)
        for lever in dict.fromkeys(t[0] for t in every)
    ]


def differs_from_baseline(part: tuple[LeverTarget, ...], outcome: Outcome, base: Outcome) -> bool:
    """Return whether a lever differs from the baseline in any week."""
    for lever, group in part:
        after, before = getattr(outcome.paths, lever), getattr(base.paths, lever)
        if group is not None:
            after, before = after[:, GROUP_INDEX[group]], before[:, GROUP_INDEX[group]]
        if not np.array_equal(after, before):
            return True
    return False


def targets_in_coalition(active: Sequence[tuple[LeverTarget, ...]], mask: int) -> set[LeverTarget]:
    """Return the levers and target groups of a coalition, a bit mask over ``active``."""
    return {target for i, part in enumerate(active) if mask >> i & 1 for target in part}


def with_changes_of(scenario: Scenario, targets: Iterable[LeverTarget]) -> Scenario:
    """Return the scenario with the changes of some levers and target groups alone."""
    chosen = set(targets)
    changes = tuple(change for change in scenario.changes if change.target in chosen)
    return scenario.copy_with(changes=changes, results=None, workshop=None)


def small_coalitions(n: int) -> set[int]:
    """List the coalitions of one lever and of two, as bit masks; none where the levers are too many."""
    alone = {1 << i for i in range(n)} if n <= MAX_LEVERS_IN_PAIRS else set()
    return {a | b for a in alone for b in alone}


class CoalitionTable:
    """The figures of all coalitions as gains over the empty one; columns: ends, at target dates, persons, net."""

    def __init__(self, figures: CaseFigures, masks: list[int]) -> None:
        self.figures = figures
        self.row = {mask: i for i, mask in enumerate(masks)}
        self.k = len(figures.keys)
        self.persons = 2 * self.k
        values = np.column_stack(
            [
                figures.ends,
                figures.at_target,
                figures.persons.sum(axis=1),
                figures.net,
                figures.net.sum(axis=1),
            ]
        )
        self.start: Floats = values[0]
        self.gains: Floats = values - values[0]
        self.net_total: int = values.shape[1] - 1

    def column(self, key: str, column: int, start: float, parts: Floats, errors: Floats) -> Contributions:
        """Return one column's contributions, its baseline being ``start``."""
        return Contributions(
            key,
            start,
            start + float(self.gains[-1, column]),
            tuple(parts[:, column].tolist()),
            tuple(errors[:, column].tolist()),
        )

    def indicator(self, key: str, parts: Floats, errors: Floats) -> Contributions | None:
        """Return an indicator's contributions; None where some run has no value."""
        column = self.position(key)
        if not np.isfinite(self.gains[:, column]).all():
            return None
        at_end = self.column(key, column, float(self.start[column]), parts, errors)
        target_column = self.k + column
        if not np.isfinite(self.gains[:, target_column]).all():
            return at_end
        at_target = self.column(key, target_column, float(self.start[target_column]), parts, errors)
        return Contributions(
            key, at_end.baseline, at_end.scenario, at_end.parts, at_end.standard_errors, at_target
        )

    def position(self, key: str) -> int:
        """Return the column of a figure at the horizon's end."""
        if key == PERSONS:
            return self.persons
        if key == NET:
            return self.net_total
        goal, _, indicator = key.partition(".")
        return self.figures.keys.index((goal, indicator))
