"""Hold what goals come to: indicators of a run beside its baseline, and what of them is too small to be shown."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from model.disclosure import LIMIT, are_small, is_small
from model.goals.series import EPSILON, Floats
from model.language.catalogue import number, text
from model.language.messages import Localized, Message, Phrase
from model.municipality.goal_specs import Direction, Unit
from model.parameters.sourced_value import Quality
from model.scenario.levers import decimals_of

Status = Literal[
    "reached",  # the target, by its date
    "reached_anyway",  # the baseline reaches it too
    "better_in_time",  # a straight line of the last two years reaches it some years after the date
    "better",  # than the baseline under the same economy
    "same",
    "worse",
    "more_effort",  # what is done, not what comes of it
    "less_effort",
    "effort_reached",
    "none",
]
REACHED: Final = frozenset({"reached", "reached_anyway", "effort_reached"})
# Metrics of what is done: an effort, never a success.
PROCESS: Final = frozenset(
    {
        "meetings",
        "meetings_in_half_year",
        "places_filled",
        "places_unfilled",
        "starts_per_quarter",
        "caseworker_changes",
        "participants",
        "offer_use_ratio",
    }
)
# Metrics of money: they need a price for every lever that is moved.
MONEY: Final = frozenset({"saved_per_year"})
# Two levels that differ by less than this share of themselves are equal: an independent model agrees no better.
EQUAL_SHARE: Final = 0.001

_DIFFERENCE_UNITS: Final = {"percent": "points", "rank": "places_of_rank"}
# Units of an indicator that itself counts persons; a qualification is a person who completes one.
_COUNTED: Final = frozenset({"persons", "starts", "qualifications"})


@dataclass(frozen=True, eq=False)
class IndicatorResult:
    """One indicator of a run beside its baseline. Weekly arrays have T values, NaN where not defined."""

    id: str
    title: Localized
    unit: Unit
    decimals: int
    direction: Direction
    weeks: NDArray[np.datetime64]
    baseline: Floats
    scenario: Floats
    value_start: float  # baseline, mean of the first year
    value_baseline: float  # at the horizon's end: mean of the last 52 weeks, or the last 52-week figure
    value_scenario: float
    count_baseline: float | None  # the absolute number behind a share, at the horizon's end
    count_scenario: float | None
    persons: float  # full-time persons that the scenario's value rests on, at the horizon's end
    persons_baseline: float  # the same of the baseline's value
    target: float | None
    target_date: datetime.date | None
    comparator: Floats | None  # weekly
    comparator_quality: Quality | None
    comparator_source: Localized | None
    status: Status
    reached_on: datetime.date | None
    share_of_way: float | None  # of the baseline's distance to the target that the scenario closes, 0-1
    reached_in: int | None  # the year in which a straight line of the last two years reaches the target
    assumed: bool  # the status rests on an assumed comparator: no tick
    note: Localized | None  # what it counts
    status_note: Localized | None  # why there is no status, or what to know about it
    smallest_movement: float
    metric: str
    groups: tuple[str, ...]
    make_parts: Callable[[], tuple[IndicatorResult, ...]] | None = None
    blanked: bool = False  # its figures are taken out, see suppress()

    @property
    def suppressed(self) -> bool:
        """Return whether its figures must not be shown: too few are behind them, or they count too few."""
        counted = (self.value_baseline, self.value_scenario) if counts_persons(self.unit) else ()
        few = self.persons < LIMIT or self.persons_baseline < LIMIT
        return self.blanked or few or any(is_small(value) for value in counted)

    @cached_property
    def parts(self) -> tuple[IndicatorResult, ...]:
        """Return the same indicator by target group, where the goal asks for it; made when first asked for."""
        return self.make_parts() if self.make_parts is not None else ()

    @property
    def last_day(self) -> datetime.date:
        """Return the horizon's last day: the Sunday of the last week, which its values run to."""
        monday: datetime.date = self.weeks[-1].astype("datetime64[D]").item()
        return monday + datetime.timedelta(days=6)

    @property
    def change(self) -> float:
        """Return scenario less baseline at the horizon's end, in the indicator's unit."""
        return self.value_scenario - self.value_baseline

    @property
    def moved(self) -> bool:
        """Return whether the change is at least what counts as movement; what is less is equal, everywhere."""
        return bool(abs(self.change) >= tolerance(self.smallest_movement, self.value_baseline) - EPSILON)

    @property
    def reached(self) -> bool:
        """Return whether the target is met by its date, with the scenario or without it."""
        return self.status in REACHED

    @property
    def better(self) -> bool | None:
        """Return whether the scenario is better; None where it stands still or is only watched."""
        if self.direction == "watch" or not self.moved:
            return None
        return (self.change > 0) == (self.direction == "up")

    def shown(self, value: float, language: str) -> str:
        """Return a value of this indicator as people read it: ``2,67 %``, ``nr. 16``."""
        if self.blanked and not math.isfinite(value):
            return text("disclosure.not_shown", language)
        return text(f"goals.unit.{self.unit}", language, n=number(value, language, self.decimals))

    def shown_target(self, language: str) -> str:
        """Return the target as people read it, as exact as it was set: ``85 %``. Empty where there is none."""
        if self.target is None:
            return ""
        n = number(self.target, language, min(decimals_of(self.target), max(self.decimals, 0)))
        return text(f"goals.unit.{self.unit}", language, n=n)

    def difference_unit(self, language: str) -> str:
        """Return the unit of a difference alone: ``procentpoint``."""
        return text(f"goals.unit.{_DIFFERENCE_UNITS.get(self.unit, self.unit)}", language, n="").strip()

    def shown_change(self, language: str) -> str:
        """Return the change as people read it, with its sign; differences of per cent are percentage points.

        It is the change of the values that stand beside it: 33,2 and 35,1 differ by 1,9.
        """
        before, after = (round(value, self.decimals) for value in (self.value_baseline, self.value_scenario))
        return self.shown_difference(after - before, language)

    def shown_difference(self, difference: float, language: str, decimals: int | None = None) -> str:
        """Return any difference in this indicator as people read it, with its sign."""
        unit = _DIFFERENCE_UNITS.get(self.unit, self.unit)
        n = number(difference, language, self.decimals if decimals is None else decimals, signed=True)
        return text(f"goals.unit.{unit}", language, n=n)


def tolerance(smallest: float, level: float) -> float:
    """Return the difference below which two values are equal: the smallest that is shown, or 0.1 % of the level."""
    return max(smallest, EQUAL_SHARE * abs(level)) if math.isfinite(level) else smallest


@dataclass(frozen=True, eq=False)
class GoalResult:
    """One goal: its indicators side by side, never a score."""

    id: str
    number: int
    title: Localized
    short: Localized  # the title in a word or two
    quote: str
    quote_in_english: str
    source: Localized
    focus_groups: tuple[str, ...]
    indicators: tuple[IndicatorResult, ...]
    key_indicator: str
    not_measured: tuple[Localized, ...]

    @property
    def key(self) -> IndicatorResult:
        """Return the indicator that a small card shows first."""
        return next(i for i in self.indicators if i.id == self.key_indicator)

    def indicator(self, indicator_id: str) -> IndicatorResult:
        """Return one indicator by id. Raises KeyError."""
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        raise KeyError(indicator_id)


def counts_persons(unit: str) -> bool:
    """Return whether an indicator in this unit counts persons itself, so that its small values are not shown."""
    return unit in _COUNTED


def without_small(values: Any, unit: str) -> Floats:
    """Return figures with NaN where they are small counts of persons; all of them in a unit that counts nobody."""
    array = np.asarray(values, dtype=np.float64)
    if not counts_persons(unit):
        return array
    return np.where(are_small(array), np.nan, array)


def suppressed_indicators(goals: Sequence[GoalResult]) -> frozenset[str]:
    """Return the keys of the indicators whose figures must not be shown."""
    return frozenset(f"{goal.id}.{i.id}" for goal in goals for i in goal.indicators if i.suppressed)


def suppress(goals: Sequence[GoalResult]) -> tuple[GoalResult, ...]:
    """Return goals as they may be shown and leave the app: suppressed figures are NaN, and without a status."""
    return tuple(
        replace(goal, indicators=tuple(_suppress(i) for i in goal.indicators))
        if any(i.suppressed or i.make_parts for i in goal.indicators)
        else goal
        for goal in goals
    )


def _suppress(indicator: IndicatorResult) -> IndicatorResult:
    """Return an indicator, and its parts, with figures taken out that must not be shown."""
    make_parts = indicator.make_parts
    if make_parts is not None:
        indicator = replace(indicator, make_parts=lambda: tuple(_suppress(part) for part in make_parts()))
    if not indicator.suppressed or indicator.blanked:
        return indicator
    nothing, nan = np.full_like(indicator.scenario, np.nan), float("nan")
    return replace(
        indicator,
        baseline=nothing,
        scenario=nothing,
        value_start=nan,
        value_baseline=nan,
        value_scenario=nan,
        count_baseline=None,
        count_scenario=None,
        comparator=None if indicator.comparator is None else nothing,
        status="none",
        reached_on=None,
        share_of_way=None,
        reached_in=None,
        status_note=Message("disclosure.note", limit=Phrase(number, LIMIT)),
        make_parts=None,
        blanked=True,
    )
