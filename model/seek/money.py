"""What a search for money is asked and answers: what an amount buys, and the saving that harms least.

Amounts are DKK, net of refund, as the budget counts them: the difference from the scenario without its changes.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Final, Literal

from model.budget.amounts import MILLION, Amount
from model.explain.persons import PersonChange
from model.goals.results import IndicatorResult
from model.goals.status_text import DrawnStatus, status_words
from model.language.catalogue import text
from model.language.drawn_range import DrawnRange
from model.scenario.scenario import Scenario
from model.seek.answer import FreeLever, LeverMove, Target

Mode = Literal["buy", "save"]
EffectKind = Literal["hidden", "same", "either", "better", "worse"]

# From so much on, most of an amount rests on assumed prices.
MOSTLY: Final = 0.5
# A saving that fewer of the draws reach is not sure.
SURE: Final = 0.9
# A direction that so many of the draws agree on is told, and one that fewer than the other have is not.
AGREED: Final = 0.9
_RARE: Final = 0.05


@dataclass(frozen=True)
class MoneyOptions:
    """What is asked of the money, and within what limits.

    ``amount`` DKK a year: that the dearest year may cost (buy), or that ``year`` must be cheaper (save). ``goals`` are
    indicators as ``Target`` names them, by default each goal's first; ``limits`` values that must hold at the end, a
    limit without a value being today's. ``levers`` may move; by default all that have a price and are a decision.
    """

    amount: float
    year: int | None = None
    goals: tuple[str, ...] = ()
    limits: tuple[Target, ...] = ()
    levers: tuple[FreeLever, ...] = ()
    from_: datetime.date | None = None
    phase_in_weeks: int = 0
    costless_levers: tuple[str, ...] = ()
    draws: int | None = None  # how many are run for the ranges; as many as everywhere by default, 0 for none


@dataclass(frozen=True, eq=False)
class GoalEffect:
    """A goal's indicator with the changes and without them at the end, and the range of the difference."""

    goal: str
    goal_number: int
    indicator: IndicatorResult
    range: DrawnRange | None = None
    drawn: DrawnStatus | None = None

    @property
    def key(self) -> str:
        """Return ``goal.indicator``."""
        return f"{self.goal}.{self.indicator.id}"

    @property
    def gain(self) -> float:
        """Return the difference, above zero for the better."""
        return self.indicator.change * (-1.0 if self.indicator.direction == "down" else 1.0)

    @property
    def kind(self) -> EffectKind:
        """Return what may be said of it: a direction only where nine of ten draws agree on it."""
        indicator = self.indicator
        if indicator.suppressed:
            return "hidden"
        drawn = self.drawn
        if drawn is not None and max(drawn.better, drawn.worse) < AGREED:
            return "same" if max(drawn.better, drawn.worse) < _RARE else "either"
        if indicator.better is None:
            return "same"
        return "better" if indicator.better else "worse"

    def status(self, language: str) -> tuple[str, str]:
        """Return the goal's status as the components' key and in words, as every page has it."""
        return status_words(self.indicator, language, self.drawn)

    def ends(self, language: str) -> str:
        """Return between what the difference lies in nine of ten draws: "+1 til +4"; empty where not known."""
        if self.indicator.suppressed or self.range is None or not self.range.is_known:
            return ""
        return self.range.signed_ends(language, self.indicator.decimals)

    def shown(self, language: str) -> str:
        """Return the difference with its range: "+1,8 procentpoint (+1,2 til +2,4)"."""
        if self.indicator.suppressed:
            return text("disclosure.not_shown", language)
        ends = self.ends(language)
        change = self.indicator.shown_change(language)
        return f"{change} ({ends})" if ends else change


@dataclass(frozen=True, eq=False)
class LeverYield:
    """What one lever does alone: as far as the amount reaches, or until the saving is found."""

    move: LeverMove
    scenario: Scenario
    amount: Amount  # of the dearest year (buy) or of the year asked for (save)
    effects: tuple[GoalEffect, ...]
    persons: PersonChange
    score: float  # gain or harm, in shares of the most that one lever does

    @property
    def millions(self) -> float:
        """Return the size of the amount in millions."""
        return abs(self.amount.central) / MILLION

    def per_million(self, effect: GoalEffect) -> tuple[float, float, float]:
        """Return a goal's difference per million of the central run's amount: central, low, high."""
        change = effect.indicator.change
        low, high = (change, change) if effect.range is None else (effect.range.low, effect.range.high)
        return change / self.millions, low / self.millions, high / self.millions


@dataclass(frozen=True, eq=False)
class MoneyPoint:
    """The best that a budget a year reaches."""

    budget: float
    cost: float  # of the dearest year
    scenario: Scenario
    effects: tuple[GoalEffect, ...]


@dataclass(frozen=True, eq=False)
class LimitHeld:
    """A value that a goal must keep, and whether it does."""

    effect: GoalEffect
    limit: float
    held: bool

    def shown(self, language: str) -> str:
        """Return the limit as people read it, as exact as it was set: "2,6 %"."""
        return replace(self.effect.indicator, target=self.limit).shown_target(language)


@dataclass(frozen=True, eq=False)
class MoneyAnswer:
    """What the amount buys, or what the saving takes."""

    mode: Mode
    asked: float
    year: int | None
    scenario: Scenario
    moves: tuple[LeverMove, ...]
    effects: tuple[GoalEffect, ...]
    persons: PersonChange
    years: tuple[int, ...]
    year_amounts: tuple[Amount, ...]
    total_amount: Amount
    share_assumed: float
    yields: tuple[LeverYield, ...]  # each lever alone, the best first
    limits: tuple[LimitHeld, ...]
    left_out: tuple[str, ...]  # keys of goals that cannot be followed
    chance: float | None  # share of the draws in which the saving is reached (save)
    met: bool
    runs: int
    free: tuple[LeverYield, ...] = ()  # that better a goal at no cost to speak of; not in the mix (buy)
    points: tuple[MoneyPoint, ...] = ()  # the curve (buy)
    unseen: tuple[LeverMove, ...] = ()  # that could save, and move no goal that the model sees (save)

    @property
    def moved(self) -> tuple[LeverMove, ...]:
        """Return the levers that the answer moves."""
        return tuple(move for move in self.moves if move.moved)

    @property
    def measured(self) -> Amount:
        """Return the amount that the question is about: the dearest year's, or that of the year asked for."""
        if self.mode == "save" and self.year is not None:
            return self.year_amounts[self.years.index(self.year)]
        return max(self.year_amounts, key=lambda amount: amount.central)

    @property
    def measured_year(self) -> int:
        """Return the year of that amount."""
        return self.years[self.year_amounts.index(self.measured)]

    @property
    def missing(self) -> float:
        """Return what the saving lacks, DKK."""
        return max(0.0, self.asked + self.measured.central) if self.mode == "save" else 0.0
