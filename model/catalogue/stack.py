"""Lay measures and scenarios on top of each other: one scenario, and where they meet on the same lever.

The rule, per lever and target group: of those that set it the last one counts, and only that one; those that add to it
all count, in any order, on top of what is set (or of the baseline). So order matters between two that set the same
lever, and nowhere else, and each such meeting is told.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from model.catalogue.measure import Measure, Price, begins
from model.domain import GROUP_INDEX
from model.language.catalogue import listed, number, text
from model.language.messages import Localized, Message, Phrase
from model.municipality.municipality import Municipality
from model.scenario.diff import lever_name, lever_value
from model.scenario.levers import LEVER_BY_ID, LEVER_INDEX, baseline_value, bounds
from model.scenario.parts import TEXT_LENGTH, Change
from model.scenario.scenario import Scenario, municipality_of

Target = tuple[str, str | None]
Kind = Literal["replaced", "adds", "added_to_set", "clipped", "outside_period"]

_DAYS: Final = 7
_DECIMALS: Final = 6


@dataclass(frozen=True)
class Step:
    """One lever set to a value, or moved by one (``adds``), from a day on."""

    lever: str
    group: str | None
    value: Any
    adds: bool
    from_: datetime.date
    phase_in_weeks: int = 0
    why: str = ""

    @property
    def target(self) -> Target:
        """Return what is changed: lever and target group."""
        return self.lever, self.group

    def share(self, day: datetime.date) -> float:
        """Return how much of the step is phased in on a day, 0 to 1."""
        days, phase = (day - self.from_).days, self.phase_in_weeks * _DAYS
        if days < 0:
            return 0.0
        return 1.0 if days >= phase else days / phase


@dataclass(frozen=True)
class Layer:
    """A measure or a scenario on its way into a stack."""

    key: str
    title: str
    steps: tuple[Step, ...]
    reason: str = ""
    source: str = ""
    quality: str = ""
    price: Price | None = None
    without: tuple[str, ...] = ()  # levers that begin after the period and are left out

    @property
    def levers(self) -> frozenset[str]:
        """Return the ids of the levers that it moves."""
        return frozenset(step.lever for step in self.steps)

    @property
    def begins(self) -> datetime.date | None:
        """Return the day of its first step; None where it has none."""
        return min((step.from_ for step in self.steps), default=None)


@dataclass(frozen=True)
class Conflict:
    """Where layers meet: which lever, which layers in order, and the sentence that tells what counts."""

    kind: Kind
    target: Target
    layers: tuple[int, ...]
    message: Localized


@dataclass(frozen=True)
class Stack:
    """Layers laid on top of each other."""

    base: Scenario  # municipality, period, economy and assumptions
    layers: tuple[Layer, ...]
    scenario: Scenario  # all together
    conflicts: tuple[Conflict, ...] = ()


def layer_of_measure(measure: Measure, base: Scenario, key: str = "") -> Layer:
    """Return a measure as it lies in a scenario's period; what would begin after it is left out."""
    steps, without = [], []
    for change in measure.changes:
        start = begins(change, base.start)
        if start >= base.end:
            without.append(change.lever)
            continue
        adds = change.add is not None
        value = change.add if adds else change.to
        why = change.why or measure.reason
        steps.append(Step(change.lever, change.group, value, adds, start, change.phase_in_weeks, why))
    return Layer(
        key or measure.title,
        measure.title,
        tuple(steps),
        measure.reason,
        measure.source,
        measure.quality,
        measure.price,
        tuple(dict.fromkeys(without)),
    )


def layer_of_scenario(scenario: Scenario, key: str = "") -> Layer:
    """Return a scenario's changes as a layer: each sets its lever."""
    steps = tuple(
        Step(c.lever, c.group, c.to, False, c.from_, c.phase_in_weeks, c.why) for c in scenario.changes
    )
    return Layer(key or scenario.name, scenario.name, steps, scenario.description)


def stack(base: Scenario, layers: Sequence[Layer], name: str = "", description: str = "") -> Stack:
    """Lay layers on a scenario's baseline, period, economy and assumptions; the base's own changes are not kept.

    Raises pydantic's ValidationError where name or description cannot be used.
    """
    municipality = municipality_of(base)
    conflicts: list[Conflict] = []
    changes: list[Change] = []
    for at, layer in enumerate(layers):
        for lever in layer.without:
            conflicts.append(_told("outside_period", (lever, None), (at,), layers))
    for target in _targets(layers):
        steps = [[s for s in layer.steps if s.target == target] for layer in layers]
        changes += _changes_of(target, steps, layers, base, municipality, conflicts)
    scenario = base.copy_with(
        name=name or base.name,
        description=description,
        changes=tuple(changes),
        cards=(),
        workshop=None,
        results=None,
    )
    return Stack(base, tuple(layers), scenario, tuple(conflicts))


def with_layers(whole: Stack, chosen: Sequence[int]) -> Scenario:
    """Return the scenario of some of a stack's layers, by their places; their order stays."""
    return stack(whole.base, [whole.layers[i] for i in sorted(chosen)]).scenario


def _targets(layers: Sequence[Layer]) -> list[Target]:
    """List what the layers change, in the order of levers and groups."""
    every = {step.target for layer in layers for step in layer.steps}
    return sorted(every, key=lambda t: (LEVER_INDEX[t[0]], GROUP_INDEX.get(t[1] or "", -1)))


def _changes_of(
    target: Target,
    steps: Sequence[Sequence[Step]],
    layers: Sequence[Layer],
    base: Scenario,
    municipality: Municipality,
    conflicts: list[Conflict],
) -> list[Change]:
    """Return the changes that the layers' steps of one target come to, and note where layers meet."""
    setting = [i for i, of_layer in enumerate(steps) if any(not s.adds for s in of_layer)]
    adding = [i for i, of_layer in enumerate(steps) if any(s.adds for s in of_layer)]
    sets = [s for i in setting[-1:] for s in steps[i] if not s.adds]
    adds = [s for of_layer in steps for s in of_layer if s.adds]
    if len(setting) > 1:
        conflicts.append(_told("replaced", target, tuple(setting), layers, counts=setting[-1]))
    if len(adding) > 1:
        total = sum(s.value for s in adds)
        conflicts.append(_told("adds", target, tuple(adding), layers, total=total))
    if setting and [i for i in adding if i != setting[-1]]:
        who = (setting[-1], *(i for i in adding if i != setting[-1]))
        conflicts.append(_told("added_to_set", target, who, layers, counts=setting[-1]))
    if not adds:
        return [_change(s.lever, s.group, s.value, s.from_, s.phase_in_weeks, s.why) for s in sets]
    path = _Path(target, sets, adds, base, municipality)
    made = path.changes()
    if path.clipped is not None:
        who = tuple(dict.fromkeys((*setting[-1:], *adding)))
        conflicts.append(_told("clipped", target, who, layers, limit=path.clipped))
    return made


class _Path:
    """The weekly course of one lever: what is set, and on it what is added, each phased in on its own dates."""

    def __init__(
        self,
        target: Target,
        sets: Sequence[Step],
        adds: Sequence[Step],
        base: Scenario,
        municipality: Municipality,
    ) -> None:
        self.target = target
        self.sets = sorted(sets, key=lambda s: s.from_)
        self.adds = adds
        self.base = base
        self.lever = LEVER_BY_ID[target[0]]
        self.start = float(baseline_value(self.lever, municipality, target[1]))
        self.low, self.high = bounds(self.lever, municipality)
        self.clipped: float | None = None
        whys = dict.fromkeys(s.why for s in (*self.sets, *adds) if s.why)
        self.why = " ".join(whys)[:TEXT_LENGTH]

    def changes(self) -> list[Change]:
        """Return the course as changes: a straight line from each day on which something begins or ends to the next.

        Where a jump and a slope begin on one day, the jump goes to the end of the first week, and the slope goes on.
        """
        days = sorted(
            {s.from_ for s in (*self.sets, *self.adds)}
            | {s.from_ + datetime.timedelta(weeks=s.phase_in_weeks) for s in (*self.sets, *self.adds)}
        )
        made: list[Change] = []
        value = self.start
        for at, day in enumerate(days):
            if day >= self.base.end:
                break
            until = days[at + 1] if at + 1 < len(days) else None
            now, end = self._at(day), self._just_before(until) if until is not None else self._at(day)
            weeks = 0 if until is None else math.ceil((until - day).days / _DAYS)
            if now != value and end != now and weeks > 1:
                jump = self._at(day + datetime.timedelta(weeks=1))
                made.append(self._change(day, jump, 0))
                made.append(self._change(day + datetime.timedelta(weeks=1), end, weeks - 1))
            elif end != now and now == value:
                made.append(self._change(day, end, weeks))
            elif end != value:
                made.append(self._change(day, end, 0))
            value = end
        return made

    def _change(self, day: datetime.date, value: float, weeks: int) -> Change:
        fitting = min(max(value, self.low), self.high)
        if abs(fitting - value) > 10.0**-_DECIMALS:
            self.clipped = fitting
        fitting = float(round(fitting)) if self.lever.integer else round(fitting, _DECIMALS)
        return _change(*self.target, fitting, day, weeks, self.why)

    def _at(self, day: datetime.date) -> float:
        return self._set_at(day, day) + self._added(day, day)

    def _just_before(self, day: datetime.date) -> float:
        """Return the value to which the course comes on a day, before anything that begins on it."""
        eve = day - datetime.timedelta(days=1)
        return self._set_at(day, eve) + self._added(day, eve)

    def _added(self, day: datetime.date, begun_by: datetime.date) -> float:
        """Return what is added on a day, by the steps that have begun by another."""
        return sum(float(s.value) * s.share(day) for s in self.adds if s.from_ <= begun_by)

    def _set_at(self, day: datetime.date, begun_by: datetime.date) -> float:
        """Return what is set on a day, of the steps that have begun by another."""
        value = self.start
        begun = [s for s in self.sets if s.from_ <= begun_by]
        for at, step in enumerate(begun):
            until = begun[at + 1].from_ if at + 1 < len(begun) else day
            value += (float(step.value) - value) * step.share(until)
        return value


def _change(
    lever: str, group: str | None, to: Any, from_: datetime.date, phase_in_weeks: int, why: str
) -> Change:
    """Return a change of a scenario."""
    return Change.model_validate(
        {
            "lever": lever,
            "group": group,
            "to": dict(to) if isinstance(to, Mapping) else to,
            "from": from_,
            "phase_in_weeks": phase_in_weeks,
            "why": why,
        }
    )


def _told(
    kind: Kind,
    target: Target,
    who: tuple[int, ...],
    layers: Sequence[Layer],
    *,
    counts: int | None = None,
    total: float | None = None,
    limit: float | None = None,
) -> Conflict:
    """Return a meeting of layers with the sentence that tells it."""
    lever, group = target
    values: dict[str, object] = {
        "lever": Phrase(lever_name, lever, group),
        "cards": Phrase(_titles, tuple(layers[i].title for i in who if i != counts)),
    }
    if counts is not None:
        values["counts"] = layers[counts].title
    if total is not None:
        values["total"] = Phrase(signed_value, lever, total)
    if limit is not None:
        values["limit"] = Phrase(lever_value, lever, limit)
    return Conflict(kind, target, who, Message(f"catalogue.conflict.{kind}", **values))


def _titles(titles: Sequence[str], language: str) -> str:
    """Return titles in quotation marks, as a list."""
    return listed([text("catalogue.quoted", language, title=title) for title in titles], language)


def signed_value(lever: str, value: float, language: str) -> str:
    """Return what is added to a lever, with its sign and unit; of per cent it is percentage points."""
    unit = LEVER_BY_ID[lever].unit
    if unit.startswith("percent_"):
        n = number(value, language, _decimals(value), signed=True)
        return text("goals.unit.points", language, n=n)
    if unit.startswith("index"):
        return number(value, language, _decimals(value), signed=True)
    return ("+" if value > 0 else "\u2212") + lever_value(lever, abs(value), language)


def _decimals(value: float) -> int:
    """Return the decimals that a value is written with, at most two."""
    return next((d for d in (0, 1) if round(value, d) == value), 2)
