"""Decide the status of an indicator: whether it reaches its target by its date, or which way it moves."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from model.goals.results import Status
from model.goals.series import EPSILON, YEAR, Floats, value_at_week
from model.municipality.goal_specs import IndicatorSpec, national_levels
from model.scenario.scenario import Scenario
from model.simulation.outcome import Outcome

# An indicator that rests on fewer full-time persons than this has no status.
FEWEST_PERSONS: Final = 20.0


def target_of(spec: IndicatorSpec, level: float | None) -> float | None:
    """Return an indicator's target: its own, or the national level where it is compared with that."""
    return float(level) if spec.comparator == "national" and level is not None else spec.target


def national_levels_of(outcome_or_scenario: Outcome | Scenario | None) -> Mapping[str, float]:
    """Return the national levels among the assumptions of a scenario (or of a run's), by id."""
    scenario = (
        outcome_or_scenario.scenario if isinstance(outcome_or_scenario, Outcome) else outcome_or_scenario
    )
    if scenario is None or not scenario.assumptions:
        return {}
    return national_levels(scenario.municipality, {a.parameter: a.value for a in scenario.assumptions})


@dataclass(frozen=True, eq=False)
class StatusRule:
    """The figures that decide the status of one indicator, and the rule."""

    spec: IndicatorSpec
    target: float | None
    start: float  # baseline, mean of the first year
    baseline: float  # at the horizon's end
    scenario: float  # at the horizon's end
    persons: float  # full-time persons that the scenario's value rests on
    values: Floats  # [T] weekly, scenario
    window: int  # weeks that one value looks back over
    target_week: int
    last_week: int

    @property
    def sign(self) -> float:
        """Return 1 where more is better, -1 where less is."""
        return 1.0 if self.spec.direction == "up" else -1.0

    def value_at(self, week: int) -> float:
        """Return the value that counts at ``week``; at the end the one that the card shows."""
        return self.scenario if week == self.last_week else value_at_week(self.values, self.window, week)

    def meets(self, value: float, target: float) -> bool:
        """Return whether the value as shown reaches the target."""
        return bool(self.sign * (round(value, self.spec.decimals) - target) >= -EPSILON)

    def gap(self, value: float, target: float) -> float:
        """Return how far a value is from the target, in the indicator's unit; 0 where it reaches it."""
        return max(0.0, self.sign * (target - value))

    def status(self) -> tuple[Status, int | None, str | None]:
        """Return the status, the week since which the target is reached, and the key of a note on the status."""
        spec, smallest = self.spec, self.spec.smallest_movement
        if spec.direction == "watch":
            return "none", None, None
        if (note := self._why_no_status()) is not None:
            return "none", None, note
        if self.target is None:
            return _status_by_change(self.sign * (self.scenario - self.baseline), smallest), None, None
        value = self.value_at(self.target_week)
        if self.meets(value, self.target):
            return "reached", self.reached_since(self.target), None
        narrower = self.gap(self.start, self.target) - self.gap(value, self.target)
        if spec.every_year and narrower >= smallest - EPSILON and not self._narrows_every_year(self.target):
            return "standing_still", None, "goals.note.not_every_year"
        return _status_by_change(narrower, smallest), None, None

    def _why_no_status(self) -> str | None:
        """Return the key of the note on why there can be no status, None where there is one."""
        if self.spec.comparator == "national" and self.target is None:
            return "goals.note.national_unknown"
        if not np.isfinite(self.scenario) or not np.isfinite(self.start):
            return "goals.note.too_short"
        if self.persons < FEWEST_PERSONS:
            return "goals.note.few_persons"
        return None

    def _narrows_every_year(self, target: float) -> bool:
        """Return whether the gap to the target is smaller at the end of each year than the year before."""
        ends = range(YEAR, self.target_week + 2, YEAR)
        gaps = [self.gap(self.start, target), *(self.gap(self.value_at(end - 1), target) for end in ends)]
        return all(later < earlier for earlier, later in itertools.pairwise(gaps))

    def reached_since(self, target: float) -> int | None:
        """Return the week from which weekly values meet the target to its date; None where the last does not.

        Week 0 where the start meets it already.
        """
        if self.meets(self.start, target):
            return 0
        values = np.round(self.values[: self.target_week + 1], self.spec.decimals)
        missed = np.flatnonzero(~(self.sign * (values - target) >= -EPSILON))
        since = int(missed[-1]) + 1 if len(missed) else 0
        return since if since <= self.target_week else None


def _status_by_change(gain: float, smallest: float) -> Status:
    """Return the status of a movement towards (gain > 0) or away from what is wanted."""
    if abs(gain) < smallest - EPSILON:
        return "standing_still"
    return "on_the_way" if gain > 0 else "moving_away"
