"""What a search for a goal is asked and answers: targets, free levers, the answer's figures and its sentences."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Final, Literal

from model.budget.amounts import Amount
from model.disclosure import is_small
from model.explain.limits import GROWTH
from model.goals.benchmark import Area
from model.goals.results import IndicatorResult
from model.language.catalogue import money, text
from model.language.messages import Localized, LocalizedError, Message, Phrase
from model.scenario.diff import lever_name
from model.scenario.levers import LEVER_BY_ID, decimals_of, value_text
from model.scenario.scenario import Scenario

AlternativeKind = Literal["job_exits", "displacement", "effects", "both", "budget"]

PERSON: Final = 0.5  # smaller differences in full-time persons are not told
DKK: Final = 1.0  # less than one krone is nothing


class CannotSeek(LocalizedError):
    """What is asked for cannot be sought; the message says what would be right."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(Message(f"seek.error.{key}", **values))
        self.unpriced = key == "unpriced"  # would be sought if the levers were said to cost nothing


@dataclass(frozen=True)
class Target:
    """An indicator and the value that it should reach.

    ``indicator`` is ``goal.indicator`` (as ``stored_results.indicator_key``), a goal's number or id (then its key
    indicator) or an indicator's id. ``target`` in the indicator's unit, by default its own or the national level
    that the scenario holds; ``by`` is the last day that counts, by default the indicator's date or the end.
    """

    indicator: str
    target: float | None = None
    by: datetime.date | None = None


@dataclass(frozen=True)
class FreeLever:
    """A lever that may be moved, in the unit people see; ``weight`` is the price of moving it over its full span."""

    lever: str
    group: str | None = None
    low: float | None = None
    high: float | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class SeekOptions:
    """Within what limits a search looks, and how sure it must be."""

    budget_per_year: float | None = (
        None  # the most that any budget year may cost net beyond the baseline, DKK
    )
    certainty: float | None = (
        None  # share (0-1) of the draws that must reach all targets; None: the central run alone
    )
    from_: datetime.date | None = None  # when the levers change; the scenario's start by default
    phase_in_weeks: int = 0
    area: Area | None = None  # as for ``evaluate_goals``
    peers_stand_still: bool = False
    seed: int = 1
    costless_levers: tuple[str, ...] = ()  # ids of levers without a price that the user says cost nothing


@dataclass(frozen=True, eq=False)
class TargetReading:
    """One target and what the answer's run gives: values at the target's date, in the indicator's unit.

    Values that are too small to be shown are NaN, and ``suppressed`` says so.
    """

    goal: str
    goal_number: int
    indicator: IndicatorResult
    target: float
    by: datetime.date
    week: int
    before: float  # the scenario as it was given
    value: float
    reached: bool
    persons_missing: float | None  # full-time persons too many on dagpenge, where a rank is asked for
    chance: float | None  # share of the draws that reach it
    suppressed: bool = False

    def shown(self, value: float, language: str) -> str:
        """Format a value of the indicator as people read it, or say that it is not shown."""
        if math.isfinite(value):
            return self.indicator.shown(value, language)
        return text("disclosure.not_shown", language)

    @property
    def key(self) -> str:
        """Return ``goal.indicator``."""
        return f"{self.goal}.{self.indicator.id}"


@dataclass(frozen=True)
class LeverMove:
    """One lever of the answer, in the unit people see."""

    lever: str
    group: str | None
    before: float
    after: float
    low: float
    high: float

    @property
    def moved(self) -> bool:
        """Return whether the answer moves it."""
        return self.after != self.before

    @property
    def at_bound(self) -> Literal["low", "high"] | None:
        """Return the bound that it is moved to, if it is."""
        if not self.moved:
            return None
        return "high" if self.after >= self.high else "low" if self.after <= self.low else None

    def label(self, language: str) -> str:
        """Return the name of the lever, with the target group."""
        return lever_name(self.lever, self.group, language)

    def shown(self, value: float, language: str) -> str:
        """Format a value with its unit, as exact as where the lever comes from and goes to."""
        exact = max((self.before, self.after), key=decimals_of)
        return value_text(LEVER_BY_ID[self.lever], value, language, beside=exact)


@dataclass(frozen=True)
class Flow:
    """A target group in the year after the date: full-time persons in and out, and the same in the baseline."""

    group: str
    inflow: float
    outflow: float
    baseline_inflow: float
    baseline_outflow: float

    @property
    def suppressed(self) -> bool:
        """Return whether it counts too few to be shown."""
        counts = (self.inflow, self.outflow, self.baseline_inflow, self.baseline_outflow)
        return any(map(is_small, counts))

    @property
    def exceeds(self) -> bool:
        """Return whether clearly more come than leave, and not only as much as in the baseline."""
        own = self.inflow - self.outflow
        more = own - (self.baseline_inflow - self.baseline_outflow)
        return min(own, more) >= max(PERSON, GROWTH * self.outflow)


@dataclass(frozen=True, eq=False)
class After:
    """What happens after the date: a year on (the run is prolonged for it), or as far as a run can go."""

    date: datetime.date
    values: tuple[float, ...]  # per target; NaN where it is too small to be shown
    still_reached: tuple[bool, ...]
    fading: tuple[bool, ...]  # the gain over the baseline is clearly smaller than at the date
    flows: tuple[Flow, ...]


@dataclass(frozen=True)
class Alternative:
    """What would have to hold: a net ratio of job exits, effects at the end of their range, or a larger budget."""

    kind: AlternativeKind
    reached: bool
    factor: float | None  # job exits: needed with no lever moved
    factor_beside: float | None  # the same on top of the answer's levers
    groups: tuple[str, ...]
    value: float | None  # of the first target under it; NaN where it is too small to be shown
    amount: float | None = None  # DKK a year, where a larger budget is enough: the cheapest that was found


@dataclass(frozen=True, eq=False)
class SeekAnswer:
    """What it takes, or the nearest it gets. Amounts in DKK, difference from the baseline."""

    reached: bool
    needed: bool  # False: the scenario reaches it as it is
    scenario: Scenario
    readings: tuple[TargetReading, ...]
    moves: tuple[LeverMove, ...]
    unused: tuple[LeverMove, ...]  # free levers that move nothing of what is asked for
    years: tuple[int, ...]
    year_amounts: tuple[Amount, ...]
    total_amount: Amount
    costless: tuple[str, ...]  # ids of moved levers without a price that the user says cost nothing
    share_assumed: float
    budget_per_year: float | None
    budget_binds: bool
    certainty: float | None
    chance: float | None  # share of the draws that reach all targets
    after: After
    limits: tuple[Localized, ...]  # of the model: ceilings, unfilled places, starts
    alternatives: tuple[Alternative, ...]
    side_effects: tuple[Localized, ...]  # what gets worse than in the baseline
    change: float  # weighted, 1 = a lever of weight 1 over its full span
    runs: int

    @property
    def cost(self) -> tuple[float, ...]:
        """Return the net difference per budget year in the central run, DKK."""
        return tuple(amount.central for amount in self.year_amounts)

    @property
    def cost_total(self) -> float:
        """Return the net difference of all years together in the central run, DKK."""
        return self.total_amount.central

    @property
    def binding(self) -> tuple[Localized, ...]:
        """List what stands in the way of more: levers at their bounds, the budget, the model's limits."""
        reasons: list[Localized] = [
            Message(
                f"seek.binding.{move.at_bound}",
                lever=Phrase(move.label),
                value=Phrase(move.shown, move.after),
            )
            for move in self.moves
            if move.at_bound is not None
        ]
        if self.budget_binds:
            reasons.append(Message("seek.binding.budget", amount=Phrase(money, self.budget_per_year)))
        return (*reasons, *self.limits)


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """The most that a budget reaches. ``cost`` is the dearest year's, DKK beyond the baseline."""

    budget: float
    value: float  # NaN where it is too small to be shown
    reached: bool
    cost: float
    scenario: Scenario
    moves: tuple[LeverMove, ...]
    suppressed: bool = False


@dataclass(frozen=True, eq=False)
class Curve:
    """Budget a year against the first target; a larger budget never reaches less."""

    indicator: IndicatorResult
    target: float
    by: datetime.date
    points: tuple[CurvePoint, ...]
    runs: int
