"""What a search for a goal is asked and answers: wishes, free levers, the answer's figures and its sentences."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from model.disclosure import is_small
from model.domain import OFFER_GROUPS
from model.explain.limits import GROWTH
from model.goals.results import IndicatorResult
from model.language.catalogue import LANGUAGES, group_name, long_date, money, number, percent, text
from model.language.messages import Localized, Text
from model.scenario.diff import lever_name
from model.scenario.levers import LEVER_BY_ID, decimals_of, value_text
from model.scenario.scenario import NAME_LENGTH, TEXT_LENGTH, Scenario

InsteadKind = Literal["job_exits", "displacement", "effects", "both", "budget"]

PERSON: Final = 0.5  # smaller differences in full-time persons are not told
DKK: Final = 1.0  # less than one krone is nothing


class CannotSeek(ValueError):
    """What is asked for cannot be sought; the message says what would be right."""

    def __init__(self, key: str, **values: Any) -> None:
        self.words = both(f"error.{key}", **values)
        super().__init__(self.words.en)

    def text(self, language: str) -> str:
        """The message in "da" or "en"."""
        return self.words.text(language)


def both(key: str, **values: Any) -> Text:
    """A text in both languages; a value may be a function of the language."""
    return Text(
        **{
            language: text(
                f"seek.{key}", language, **{k: v(language) if callable(v) else v for k, v in values.items()}
            )
            for language in LANGUAGES
        }
    )


@dataclass(frozen=True)
class Wish:
    """An indicator and the value that it should reach.

    ``indicator`` is ``goal.indicator`` (as ``stored_results.indicator_key``), a goal's number or id (then its key
    indicator) or an indicator's id. ``target`` in the indicator's unit, by default its own or the national level
    that the scenario holds; ``by`` is the last day that counts, by default the indicator's date or the end.
    """

    indicator: str
    target: float | None = None
    by: datetime.date | None = None


@dataclass(frozen=True)
class Free:
    """A lever that may be moved, in the unit people see; ``weight`` is the price of moving it over its full span."""

    lever: str
    group: str | None = None
    low: float | None = None
    high: float | None = None
    weight: float = 1.0


# --- what is answered ----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Reading:
    """One wish and what the answer's run gives: values at the wish's date, in the indicator's unit.

    Values that are too small to be shown are NaN, and ``hidden`` says so.
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
    hidden: bool = False

    def shown(self, value: float, language: str) -> str:
        """A value of the indicator as people read it, or that it is not shown."""
        if math.isfinite(value):
            return self.indicator.shown(value, language)
        return text("disclosure.not_shown", language)

    @property
    def key(self) -> str:
        """``goal.indicator``."""
        return f"{self.goal}.{self.indicator.id}"


@dataclass(frozen=True)
class Move:
    """One lever of the answer, in the unit people see."""

    lever: str
    group: str | None
    before: float
    after: float
    low: float
    high: float

    @property
    def moved(self) -> bool:
        """Whether the answer moves it."""
        return self.after != self.before

    @property
    def at_bound(self) -> Literal["low", "high"] | None:
        """The bound that it is moved to, if it is."""
        if not self.moved:
            return None
        return "high" if self.after >= self.high else "low" if self.after <= self.low else None

    def label(self, language: str) -> str:
        """Name of the lever, with the target group."""
        return lever_name(self.lever, self.group, language)

    def shown(self, value: float, language: str) -> str:
        """A value with its unit, as exact as where the lever comes from and goes to."""
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
    def hidden(self) -> bool:
        """Whether it counts too few to be shown."""
        counts = (self.inflow, self.outflow, self.baseline_inflow, self.baseline_outflow)
        return any(map(is_small, counts))

    @property
    def exceeds(self) -> bool:
        """Whether clearly more come than leave, and not only as much as in the baseline."""
        own = self.inflow - self.outflow
        more = own - (self.baseline_inflow - self.baseline_outflow)
        return min(own, more) >= max(PERSON, GROWTH * self.outflow)


@dataclass(frozen=True, eq=False)
class After:
    """What happens after the date: a year on (the run is prolonged for it), or as far as a run can go."""

    date: datetime.date
    values: tuple[float, ...]  # per wish; NaN where it is too small to be shown
    still_reached: tuple[bool, ...]
    fading: tuple[bool, ...]  # the gain over the baseline is clearly smaller than at the date
    flows: tuple[Flow, ...]


@dataclass(frozen=True)
class Instead:
    """What would have to hold: a net ratio of job exits, effects at the end of their range, or a larger budget."""

    kind: InsteadKind
    reached: bool
    factor: float | None  # job exits: needed with no lever moved
    factor_beside: float | None  # the same on top of the answer's levers
    groups: tuple[str, ...]
    value: float | None  # of the first wish under it; NaN where it is too small to be shown
    amount: float | None = None  # DKK a year, where a larger budget is enough: the cheapest that was found


@dataclass(frozen=True, eq=False)
class Answer:
    """What it takes, or the nearest it gets. Amounts in DKK, difference from the baseline."""

    reached: bool
    needed: bool  # False: the scenario reaches it as it is
    scenario: Scenario
    readings: tuple[Reading, ...]
    moves: tuple[Move, ...]
    idle: tuple[Move, ...]  # free levers that move nothing of what is asked for
    years: tuple[int, ...]
    cost: tuple[float, ...]
    cost_total: float
    share_assumed: float
    budget_per_year: float | None
    budget_binds: bool
    certainty: float | None
    chance: float | None  # share of the draws that reach all wishes
    after: After
    limits: tuple[Text, ...]  # of the model: ceilings, unfilled places, starts
    instead: tuple[Instead, ...]
    side_effects: tuple[Localized, ...]  # what gets worse than in the baseline
    change: float  # weighted, 1 = a lever of weight 1 over its full span
    runs: int

    @property
    def binding(self) -> tuple[Text, ...]:
        """What stands in the way of more: levers at their bounds, the budget, the model's limits."""
        found = [
            both(
                f"binding.{move.at_bound}",
                lever=move.label,
                value=lambda language, m=move: m.shown(m.after, language),
            )
            for move in self.moves
            if move.at_bound is not None
        ]
        if self.budget_binds:
            found.append(both("binding.budget", amount=lambda lang: money(self.budget_per_year, lang)))
        return (*found, *self.limits)

    def told(self, language: str) -> tuple[str, ...]:
        """The answer in sentences."""
        return tuple(_told(self, language))

    def as_scenario(self, name: str, language: str) -> Scenario:
        """The answer to be kept: under a name of its own, what was found as its description."""
        description = "\n".join(self.told(language))
        return self.scenario.copy_with(name=name[:NAME_LENGTH], description=description[:TEXT_LENGTH])


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """The most that a budget reaches. ``cost`` is the dearest year's, DKK beyond the baseline."""

    budget: float
    value: float  # NaN where it is too small to be shown
    reached: bool
    cost: float
    scenario: Scenario
    moves: tuple[Move, ...]
    hidden: bool = False


@dataclass(frozen=True, eq=False)
class Curve:
    """Budget a year against the first wish; a larger budget never reaches less."""

    indicator: IndicatorResult
    target: float
    by: datetime.date
    points: tuple[CurvePoint, ...]
    runs: int


# --- in words ------------------------------------------------------------------------------------


def _told(answer: Answer, language: str) -> list[str]:
    def says(key: str, **values: Any) -> str:
        return text(f"seek.{key}", language, **values)

    out = []
    if not answer.needed:
        out.append(says("told.nothing_needed"))
    else:
        central = all(reading.reached for reading in answer.readings)
        lacks = answer.certainty is not None and central and (answer.chance or 0.0) < answer.certainty
        out.append(says(f"told.{'reached' if answer.reached else 'not_sure' if lacks else 'out_of_reach'}"))
    out += [_told_reading(reading, answer, language) for reading in answer.readings]
    if answer.chance is not None:
        shares = percent(answer.chance, language), percent(answer.certainty or 0.0, language)
        out.append(says("told.chance", share=shares[0], asked=shares[1]))
    moved = [move for move in answer.moves if move.moved]
    if answer.needed:
        out += _told_moves(answer, moved, language)
    for move in answer.idle:
        out.append(says("told.idle", lever=move.label(language)))
    if answer.needed and moved:
        out.append(_told_cost(answer, language))
    if answer.reached:
        out += _told_after(answer, language)
    if answer.side_effects:
        out.append(says("told.side_effects"))
        out += [f"- {words.text(language)}" for words in answer.side_effects]
    if answer.binding and answer.needed:
        out.append(says("told.binding"))
        out += [f"- {words.text(language)}" for words in answer.binding]
    out += [words for instead in answer.instead for words in _told_instead(instead, answer, language)]
    return out


def _told_reading(reading: Reading, answer: Answer, language: str) -> str:
    indicator = reading.indicator
    key = "up" if indicator.direction == "up" else "down"
    said = text(
        f"seek.told.reading_{key}" if answer.needed else f"seek.told.reading_now_{key}",
        language,
        goal=reading.goal_number,
        title=indicator.title.text(language),
        value=reading.shown(reading.value, language),
        before=reading.shown(reading.before, language),
        target=indicator.shown(reading.target, language),
        date=long_date(reading.by, language),
    )
    if reading.persons_missing:
        missing = math.ceil(reading.persons_missing)
        key = "persons_missing" if missing > 1 else "person_missing"
        said += " " + text(f"seek.told.{key}", language, n=number(missing, language))
    return said


def _told_moves(answer: Answer, moved: Sequence[Move], language: str) -> list[str]:
    if not moved:
        return [text("seek.told.no_move", language)]
    found = []
    for move in moved:
        change = answer.scenario.change_of(move.lever, move.group)
        assert change is not None
        found.append(
            text(
                "seek.told.move_phased" if change.phase_in_weeks else "seek.told.move",
                language,
                lever=move.label(language),
                before=number(move.before, language, decimals_of(move.before, move.after)),
                after=move.shown(move.after, language),
                date=long_date(change.from_, language),
                weeks=number(change.phase_in_weeks, language),
            )
        )
    return found


def _told_cost(answer: Answer, language: str) -> str:
    dearest = int(np.argmax(answer.cost))
    key = "cost" if answer.cost[dearest] > DKK else "saves_every_year"
    return text(
        f"seek.told.{key}",
        language,
        year=str(answer.years[dearest]),
        most=money(answer.cost[dearest], language),
        total=money(answer.cost_total, language, signed=True),
        years=number(len(answer.years), language),
        share=percent(answer.share_assumed, language),
    )


def _told_after(answer: Answer, language: str) -> list[str]:
    after, found = answer.after, []
    few = text("disclosure.not_shown", language)
    for i, reading in enumerate(answer.readings):
        key = "after_fades" if after.fading[i] else "after_holds" if after.still_reached[i] else "after_lost"
        if after.fading[i] and after.still_reached[i]:
            key = "after_fades_but_holds"
        found.append(
            text(
                f"seek.told.{key}",
                language,
                title=reading.indicator.title.text(language),
                value=reading.shown(after.values[i], language),
                date=long_date(after.date, language),
            )
        )
    for flow in after.flows:
        if flow.exceeds:
            found.append(
                text(
                    "seek.told.inflow",
                    language,
                    group=group_name(flow.group, language, short=True),
                    inflow=few if flow.hidden else number(flow.inflow, language),
                    outflow=few if flow.hidden else number(flow.outflow, language),
                    date=long_date(after.date, language),
                )
            )
    if not any(flow.exceeds for flow in after.flows):
        found.append(text("seek.told.no_inflow", language, date=long_date(after.date, language)))
    return found


def _told_instead(instead: Instead, answer: Answer, language: str) -> list[str]:
    if instead.kind == "job_exits":
        if instead.factor is None:
            return []
        groups = instead.groups
        everyone = len(groups) == len(OFFER_GROUPS)
        names = ", ".join(group_name(g, language, short=True) for g in groups)
        who = text("seek.told.all_groups", language) if everyone else names
        key = "ratio" if instead.factor_beside is None else "ratio_beside"
        ratios = [number(ratio, language, 2) for ratio in (instead.factor, instead.factor_beside)]
        return [text(f"seek.told.{key}", language, groups=who, ratio=ratios[0], beside=ratios[1])]
    if instead.kind == "budget":
        return [text("seek.told.budget_enough", language, amount=money(instead.amount, language))]
    reading = answer.readings[0]
    value = reading.shown(math.nan if instead.value is None else instead.value, language)
    verb = "enough" if instead.reached else "not_enough"
    return [text(f"seek.told.{instead.kind}_{verb}", language, value=value)]
