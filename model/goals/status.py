"""Decide the status of an indicator: whether it reaches its target, or how it compares with the baseline."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.goals.results import PROCESS, Status, tolerance
from model.goals.series import EPSILON, YEAR, Floats, date_of_week, value_at_week
from model.language.catalogue import number
from model.language.messages import Message, Phrase
from model.municipality.goal_specs import TYPED_IN, IndicatorSpec, national_levels
from model.scenario.scenario import Scenario
from model.simulation.outcome import Outcome

# An indicator that rests on fewer full-time persons than this has no status.
FEWEST_PERSONS: Final = 20.0


def target_of(spec: IndicatorSpec, level: float | None) -> float | None:
    """Return an indicator's target: its own, or the level that the user has typed in."""
    return float(level) if spec.comparator in TYPED_IN and level is not None else spec.target


def national_levels_of(outcome_or_scenario: Outcome | Scenario | None) -> Mapping[str, float]:
    """Return the national levels among the assumptions of a scenario (or of a run's), by id."""
    scenario = (
        outcome_or_scenario.scenario if isinstance(outcome_or_scenario, Outcome) else outcome_or_scenario
    )
    if scenario is None or not scenario.assumptions:
        return {}
    return national_levels(scenario.municipality, {a.parameter: a.value for a in scenario.assumptions})


@dataclass(frozen=True)
class StatusFinding:
    """What the rule comes to for one indicator."""

    status: Status
    reached_since: int | None = None  # week
    share_of_way: float | None = None  # of the baseline's distance that is closed, 0-1
    reached_in: int | None = None  # calendar year
    note: Message | None = None  # why there is no status, or what to know about it


@dataclass(frozen=True, eq=False)
class StatusRule:
    """The figures that decide the status of one indicator, and the rule: always beside the baseline.

    The baseline has the same economy and the same rules, so that a recovery is nobody's success.
    """

    spec: IndicatorSpec
    target: float | None
    start: float  # baseline, mean of the first year
    baseline: float  # at the horizon's end
    scenario: float  # at the horizon's end
    persons: float  # full-time persons that the scenario's value rests on
    baseline_values: Floats  # [T] weekly
    values: Floats  # [T] weekly, scenario
    weeks: NDArray[np.datetime64]  # [T] Mondays
    window: int  # weeks that one value looks back over
    target_week: int
    smallest: float  # movement that counts, in the indicator's unit

    @property
    def last_week(self) -> int:
        """Return the number of the run's last week."""
        return len(self.weeks) - 1

    @property
    def sign(self) -> float:
        """Return 1 where more is better, -1 where less is."""
        return 1.0 if self.spec.direction == "up" else -1.0

    def value_at(self, week: int) -> float:
        """Return the value that counts at ``week``; at the end the one that the card shows."""
        return self.scenario if week == self.last_week else value_at_week(self.values, self.window, week)

    def baseline_at(self, week: int) -> float:
        """Return the baseline's value that counts at ``week``."""
        if week == self.last_week:
            return self.baseline
        return value_at_week(self.baseline_values, self.window, week)

    def meets(self, value: float, target: float) -> bool:
        """Return whether the value as shown reaches the target."""
        return bool(self.sign * (round(value, self.spec.decimals) - target) >= -EPSILON)

    def gap(self, value: float, target: float) -> float:
        """Return how far a value is from the target, in the indicator's unit; 0 where it reaches it."""
        return max(0.0, self.sign * (target - value))

    def is_met(self) -> bool | None:
        """Return whether the target is met by its date; None where there is none, or can be no status."""
        if self.target is None or self.spec.direction == "watch" or self._why_no_status() is not None:
            return None
        return self.meets(self.value_at(self.target_week), self.target)

    def finding(self) -> StatusFinding:
        """Return the status, and what is told beside it."""
        if self.spec.direction == "watch":
            return StatusFinding("none")
        if (note := self._why_no_status()) is not None:
            return StatusFinding("none", note=Message(note))
        if self.spec.metric in PROCESS:
            return self._effort()
        if self.target is None:
            unknown = self.spec.comparator if self.spec.comparator in TYPED_IN else None
            return StatusFinding(
                self._beside_baseline(self.sign * (self.scenario - self.baseline)),
                note=Message(f"goals.note.{unknown}_unknown") if unknown else None,
            )
        return self._towards(self.target)

    def _towards(self, target: float) -> StatusFinding:
        """Return the status of a result with a target."""
        value, before = self.value_at(self.target_week), self.baseline_at(self.target_week)
        pace = self._pace_note(target)
        if self.meets(value, target):
            status: Status = "reached_anyway" if self.meets(before, target) else "reached"
            return StatusFinding(status, self.reached_since(target), note=pace)
        distance = self.gap(before, target)
        closed = distance - self.gap(value, target)
        status = self._beside_baseline(closed)
        if status != "better":
            return StatusFinding(status, note=pace)
        year = self._year_of_reaching(value, target)
        return StatusFinding(
            status if year is None else "better_in_time",
            share_of_way=closed / distance,
            reached_in=year,
            note=pace,
        )

    def _effort(self) -> StatusFinding:
        """Return the status of what is done: more or less of it, or as much as was aimed at."""
        if self.target is not None and self.meets(self.value_at(self.target_week), self.target):
            return StatusFinding("effort_reached", self.reached_since(self.target))
        change = self.scenario - self.baseline
        if abs(change) < self._tolerance(self.baseline) - EPSILON:
            return StatusFinding("same")
        return StatusFinding("more_effort" if change > 0 else "less_effort")

    def _beside_baseline(self, gain: float) -> Status:
        """Return how a movement towards (gain > 0) or away from what is wanted compares with the baseline."""
        if abs(gain) < self._tolerance(self.baseline) - EPSILON:
            return "same"
        return "better" if gain > 0 else "worse"

    def _tolerance(self, level: float) -> float:
        return tolerance(self.smallest, level)

    def _year_of_reaching(self, value: float, target: float) -> int | None:
        """Return the year in which a straight line of the last two years reaches the target.

        None where it does not within as many years after the target's date as the run has.
        """
        before = max(0, self.target_week - 2 * YEAR)
        weeks = self.target_week - before
        pace = self.sign * (value - self.value_at(before)) / weeks if weeks else 0.0  # a week
        if not pace > EPSILON:
            return None
        more = math.ceil(self.gap(value, target) / pace)
        if more > len(self.weeks):
            return None
        return date_of_week(self.weeks[self.target_week] + np.timedelta64(7 * more, "D")).year

    def _why_no_status(self) -> str | None:
        """Return the key of the note on why there can be no status, None where there is one."""
        if not np.isfinite(self.scenario) or not np.isfinite(self.start):
            return "goals.note.too_short"
        if self.persons < FEWEST_PERSONS:
            return "goals.note.few_persons"
        return None

    def _pace_note(self, target: float) -> Message | None:
        """Return by how much the gap narrows or widens a year, where it must narrow every year."""
        years = (self.target_week + 1) / YEAR
        if not self.spec.every_year or years < 1:
            return None
        narrower = (self.gap(self.start, target) - self.gap(self.value_at(self.target_week), target)) / years
        if abs(narrower) < 0.1 * self.spec.smallest_movement:
            return Message("goals.note.pace_same")
        kind = "narrower" if narrower > 0 else "wider"
        if narrower > 0 and not self._narrows_every_year(target):
            kind = "not_every_year"
        pace = Phrase(number, abs(narrower), decimals=self.spec.decimals + 1)
        return Message(f"goals.note.pace_{kind}", n=pace)

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
