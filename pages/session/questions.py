"""Hold a question of the page "What would it take?" for the session."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from model.seek.answer import FreeLever, Target
    from model.seek.money import MoneyOptions

# Levers that the municipalities' plans speak of first; the visitor may choose others.
FIRST: Final = ("firm_places", "activation_rate:kontanthjaelp_aktivitetsparat")


def free_levers(items: tuple[str, ...]) -> tuple[FreeLever, ...]:
    """Return sliders' ids as levers that may move."""
    from model.seek.answer import FreeLever

    return tuple(
        FreeLever(lever, group or None) for lever, _, group in (item.partition(":") for item in items)
    )


@dataclass(frozen=True)
class GoalLimit:
    """A goal's indicator that a saving may not make worse than a value; without one, than it is without changes."""

    indicator: str
    value: float | None = None


@dataclass(frozen=True)
class MoneyQuestion:
    """What is asked of money: an amount a year to spend, or (with a year) to save."""

    million: float | None = None
    year: int | None = None  # of a saving
    goals: tuple[str, ...] = ()  # none: all
    limits: tuple[GoalLimit, ...] = ()
    levers: tuple[str, ...] = ()  # none: all that have a price and are a decision

    def options(self, from_: datetime.date | None, phase_in_weeks: int) -> MoneyOptions:
        """Return the question as the model takes it."""
        from model.seek.answer import Target
        from model.seek.money import MoneyOptions

        return MoneyOptions(
            amount=1e6 * (self.million or 0.0),
            year=self.year,
            goals=self.goals,
            limits=tuple(Target(limit.indicator, limit.value) for limit in self.limits),
            levers=free_levers(self.levers),
            from_=from_,
            phase_in_weeks=phase_in_weeks,
        )


@dataclass(frozen=True)
class FurtherGoal:
    """One more goal that is to be reached at the same time: an indicator, its value and year."""

    indicator: str
    target: float
    year: int

    def wish(self, end: datetime.date) -> Target:
        """Return the wish as the model takes it, due when the year or the scenario ends (``end``, the day after)."""
        return _wish(self.indicator, self.target, self.year, end)


def _wish(indicator: str, target: float, year: int, end: datetime.date) -> Target:
    """Return a wish as the model takes it."""
    from model.seek.answer import Target

    last = min(datetime.date(year, 12, 31), end - datetime.timedelta(days=1))
    return Target(indicator, target, last)


@dataclass(frozen=True)
class Question:
    """What is asked: an indicator, its value and year, the levers that may move, the budget and how sure."""

    indicator: str
    target: float
    year: int
    levers: tuple[str, ...] = FIRST
    million_a_year: float | None = None
    certainty: str = "central"
    more: tuple[FurtherGoal, ...] = ()  # to be reached at the same time
    costless: bool = False  # the levers without a price cost the municipality nothing

    def wish(self, end: datetime.date) -> Target:
        """Return the wish as the model takes it, due when the year or the scenario ends (``end``, the day after)."""
        return _wish(self.indicator, self.target, self.year, end)

    def wishes(self, end: datetime.date) -> tuple[Target, ...]:
        """Return all wishes, the first goal's first."""
        return (self.wish(end), *(goal.wish(end) for goal in self.more))

    @property
    def free(self) -> tuple[FreeLever, ...]:
        """Return the free levers as the model takes them."""
        return free_levers(self.levers)

    @property
    def unpriced_levers(self) -> tuple[str, ...]:
        """Return the ids of the levers that may move and have no price."""
        from model.budget.warnings import UNPRICED

        return tuple(lever for lever in UNPRICED if lever in {free.lever for free in self.free})

    @property
    def costless_levers(self) -> tuple[str, ...]:
        """Return the ids of the levers without a price that are said to cost nothing."""
        return self.unpriced_levers if self.costless else ()

    @property
    def budget(self) -> float | None:
        """Return the budget in DKK a year."""
        return None if self.million_a_year is None else 1e6 * self.million_a_year
