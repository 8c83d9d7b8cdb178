"""What each changed lever adds to the figures of a run: plain data, from which sentences and tables are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.disclosure import is_small
from model.explain.limits import limits
from model.explain.most_moved import most_moved
from model.goals.results import GoalResult
from model.goals.series import NET, indicator_key
from model.language.messages import Localized
from model.scenario.parts import Change
from model.simulation.outcome import Outcome

Floats = NDArray[np.float64]
LeverTarget = tuple[str, str | None]


@dataclass(frozen=True)
class LeverPart:
    """One lever that the scenario changes: for one target group, or for several together."""

    targets: tuple[LeverTarget, ...]
    changes: tuple[Change, ...]
    label: Localized  # "Samtaler, dagpenge (1,5 til 4)"
    no_effect: Localized | None  # why it moves no result, where it moves none

    @property
    def lever(self) -> str:
        """Return the lever's id."""
        return self.targets[0][0]


@dataclass(frozen=True)
class Contributions:
    """What each lever adds to one figure, in the figure's unit and in the order of ``Attribution.levers``."""

    key: str
    baseline: float
    scenario: float
    parts: tuple[float, ...]
    standard_errors: tuple[float, ...]  # 0 where exact
    at_target: Contributions | None = (
        None  # the same at the indicator's target date, where that comes earlier
    )

    @property
    def change(self) -> float:
        """Return scenario less baseline: what the parts sum to."""
        return self.scenario - self.baseline

    def without_few(self) -> Contributions:
        """Leave out the target date of a count of persons where that count is too small to be shown."""
        early = self.at_target
        if early is None or not (is_small(early.baseline) or is_small(early.scenario)):
            return self
        return replace(self, at_target=None)


@dataclass(frozen=True, eq=False)
class BudgetContributions:
    """What each lever adds to the municipality's net expenditure, DKK: n levers, Y budget years."""

    years: tuple[int, ...]
    parts: Floats  # [n, Y]
    standard_errors: Floats  # [n, Y]
    change: Floats  # [Y] scenario less baseline
    total: Contributions  # over the whole run; its baseline is 0, since only the difference is priced


@dataclass(frozen=True)
class Interaction:
    """What two levers do to one figure each alone and together; numbers of ``Attribution.levers``."""

    key: str
    first: int
    second: int
    alone: tuple[float, float]
    together: float
    reason: Localized | None

    @property
    def rest(self) -> float:
        """Return what is more (or less) when both are moved than the sum of each alone."""
        return self.together - sum(self.alone)


@dataclass(frozen=True, eq=False)
class Attribution:
    """Contributions of n levers; ``exact`` or, above eight levers, from random orders with standard errors."""

    levers: tuple[LeverPart, ...]
    indicators: Mapping[str, Contributions]  # by "goal.indicator"
    persons: Contributions  # full-time persons on public support, mean of the last 52 weeks
    budget: BudgetContributions
    interactions: tuple[Interaction, ...]  # pairs of levers whose rest is worth reporting, the largest first
    left_out: tuple[str, ...]  # indicators that are not defined in some of the runs
    suppressed: tuple[str, ...]  # those too small to be shown: a contribution would give them away
    exact: bool
    runs: int
    orders: int  # random orders drawn; 0 where exact
    goals: tuple[GoalResult, ...]
    outcome: Outcome
    baseline: Outcome

    @property
    def standard_errors(self) -> Mapping[str, tuple[float, ...]]:
        """Return the standard error of every contribution by figure; zeros where exact."""
        errors = {key: c.standard_errors for key, c in self.indicators.items()}
        return errors | {c.key: c.standard_errors for c in (self.persons, self.budget.total)}

    def figure(self, key: str) -> Contributions:
        """Return the contributions to one figure: an indicator, the persons or the net total. Raises KeyError."""
        if key == self.persons.key:
            return self.persons
        return self.budget.total if key == NET else self.indicators[key]

    def reported_keys(self) -> tuple[str, ...]:
        """List the figures worth a sentence: what moved most, goals' first indicators if they moved, persons, money."""
        keys = [indicator_key(*moved)] if (moved := most_moved(self.goals)) else []
        keys += [indicator_key(goal, goal.key) for goal in self.goals if goal.key.moved]
        keys = [key for key in dict.fromkeys(keys) if key in self.indicators]
        return (*keys, self.persons.key, NET)

    def limits(self) -> tuple[Localized, ...]:
        """Return what holds the scenario back, as the explanation of the run reports it."""
        return limits(self.outcome, self.baseline)
