"""A measure: a few changes of levers with a title, a reason, a source and, where the model has none, a price.

A change sets a lever (``to``) or adds to it (``add``), and begins so many weeks after the scenario that it is laid on:
a card fits any period. Immutable data.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from model.domain import FIRM_KINDS
from model.files.invisible_characters import INVISIBLE
from model.files.problems import Path, sanitised, suggestion
from model.files.validation_problems import bilingual_error, bilingual_errors
from model.municipality.municipality_list import municipalities
from model.scenario.levers import HORIZON, LEVER_BY_ID, Lever, Value, check_group, check_value
from model.scenario.parts import NAME_LENGTH, Line, Lines, Number, ScenarioPart, as_floats, known_lever
from model.scenario.scenario import Scenario, plain_number

FORMAT: Final = 1
QUALITIES: Final = ("document", "statistic", "study", "derived", "assumption")
UNITS: Final = ("dkk_a_year", "dkk_once")
Quality = Literal["document", "statistic", "study", "derived", "assumption"]
_MOST_CHANGES: Final = 50
_MOST_WEEKS: Final = 520
_MOST_DKK: Final = 1e10
_DAYS: Final = 7


class Price(ScenarioPart):
    """What a measure costs beside what the model prices itself, DKK; below zero it saves."""

    value: Number
    low: Number
    high: Number
    unit: Literal["dkk_a_year", "dkk_once"]
    source: Lines = Field(min_length=1)
    quality: Quality = "assumption"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Check that the value lies in its range, and that the range is one of money."""
        if not self.low <= self.value <= self.high:
            raise bilingual_errors(
                [(("value",),
                  "Prisen skal ligge i sit spænd: low er mindst, high er størst.",
                  "The price must lie in its range: low is the smallest, high the largest.")]
            )  # fmt: skip
        if max(abs(self.low), abs(self.high)) > _MOST_DKK:
            raise bilingual_errors([(("value",), "Beløbet er for stort.", "The amount is too large.")])
        if self.quality == "assumption" and self.low == self.high:
            raise bilingual_errors(
                [(("high",),
                  "En antaget pris skal have et spænd: low og high må ikke være ens.",
                  "An assumed price needs a range: low and high may not be equal.")]
            )  # fmt: skip
        return self


class MeasureChange(ScenarioPart):
    """One lever set to a value, or moved by one, from so many weeks after the start on."""

    lever: str
    group: str | None = None
    to: Any = None
    add: Number | None = None
    after_weeks: int = 0
    phase_in_weeks: int = 0
    why: Lines = ""

    @field_validator("lever")
    @classmethod
    def _known(cls, value: str) -> str:
        """Check that the lever exists."""
        return known_lever(value)

    @field_validator("phase_in_weeks", "after_weeks")
    @classmethod
    def _weeks(cls, value: int, info: Any) -> int:
        """Check a number of weeks."""
        most = HORIZON.most_phase_in_weeks if info.field_name == "phase_in_weeks" else _MOST_WEEKS
        if not 0 <= value <= most:
            raise bilingual_error(
                f"Antal uger skal være mellem 0 og {most}; her står {sanitised(value)}.",
                f"The number of weeks must be between 0 and {most}; here it is {sanitised(value)}.",
            )
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Check target group and value against the lever."""
        lever = LEVER_BY_ID[self.lever]
        faults: list[tuple[Path, str, str]] = []
        wrong = check_group(lever, self.group)
        if wrong:
            faults.append((("group",), wrong.da, wrong.en))
        if (self.to is None) == (self.add is None):
            faults.append(
                ((), "Skriv enten to (sæt til) eller add (læg til), og kun det ene.",
                 "Write either to (set to) or add (add so much), and only one of them.")
            )  # fmt: skip
        elif self.add is not None:
            faults += _faults_of_addition(lever, self.add)
        else:
            wrong = check_value(lever, self.to)
            if wrong:
                faults.append((("to",), wrong.da, wrong.en))
        if faults:
            raise bilingual_errors(faults)
        if self.to is not None:
            object.__setattr__(self, "to", as_floats(self.to))
        return self

    @property
    def target(self) -> tuple[str, str | None]:
        """Return what is changed: lever and target group."""
        return self.lever, self.group


def _faults_of_addition(lever: Lever, add: float) -> list[tuple[Path, str, str]]:
    """Return what is wrong with an amount that is added to a lever."""
    label_da, label_en = lever.label.da, lever.label.en
    if lever.scope == "mix":
        return [(("add",), f"»{label_da}« kan kun sættes (to).", f"“{label_en}” can only be set (to).")]
    width = (lever.cap or lever.maximum) - lever.minimum
    if add == 0.0 or abs(add) > width:
        return [
            (("add",),
             f"Til »{label_da}« kan lægges op til {width:g} eller trækkes op til {width:g} fra; her står {add:g}.",
             f"To “{label_en}” up to {width:g} can be added or taken away; here it is {add:g}.")
        ]  # fmt: skip
    if lever.integer and not float(add).is_integer():
        return [
            (("add",),
             f"»{label_da}« skal ændres med et helt tal; her står {add:g}.",
             f"“{label_en}” must be changed by a whole number; here it is {add:g}.")
        ]  # fmt: skip
    return []


class Measure(ScenarioPart):
    """One card."""

    measure: int = FORMAT
    title: Line = Field(min_length=1)
    municipality: str | None = Field(default=None, max_length=NAME_LENGTH)
    reason: Lines = Field(min_length=1)
    source: Lines = Field(min_length=1)
    quality: Quality = "assumption"
    author: Line = ""
    price: Price | None = None
    changes: tuple[MeasureChange, ...] = Field(strict=False)

    @field_validator("measure")
    @classmethod
    def _this_format(cls, value: int) -> int:
        """Check that the format is the one that this version reads."""
        if value != FORMAT:
            raise bilingual_error(
                f"Kortet har format {sanitised(value)}; denne udgave læser format {FORMAT}.",
                f"The card has format {sanitised(value)}; this version reads format {FORMAT}.",
            )
        return value

    @field_validator("title")
    @classmethod
    def _has_title(cls, value: str) -> str:
        """Check that there is a title that can be seen."""
        if not INVISIBLE.sub("", value):
            raise bilingual_error("Kortet skal have en titel.", "The card must have a title.")
        return value

    @field_validator("municipality")
    @classmethod
    def _known_municipality(cls, value: str | None) -> str | None:
        """Check that the municipality exists."""
        known = [info.id for info in municipalities()]
        if value is not None and value not in known:
            raise bilingual_error(
                f"Kommunen »{sanitised(value)}« kendes ikke.{suggestion(value, known, 'da')}",
                f"The municipality “{sanitised(value)}” is not known.{suggestion(value, known, 'en')}",
            )
        return value

    @field_validator("changes")
    @classmethod
    def _some_changes(cls, value: tuple[MeasureChange, ...]) -> tuple[MeasureChange, ...]:
        """Check the number of changes; here, where all of them can be used, so that a wrong one is told alone."""
        if not 1 <= len(value) <= _MOST_CHANGES:
            raise bilingual_error(
                f"Et kort skal have mellem 1 og {_MOST_CHANGES} ændringer; her er {len(value)}.",
                f"A card must have between 1 and {_MOST_CHANGES} changes; here are {len(value)}.",
            )
        return value

    @model_validator(mode="after")
    def _changes_agree(self) -> Self:
        """Check that no lever is changed twice at one time."""
        seen: dict[tuple[str, str | None, int], int] = {}
        faults: list[tuple[Path, str, str]] = []
        for i, change in enumerate(self.changes):
            first = seen.setdefault((*change.target, change.after_weeks), i)
            if first != i:
                faults.append(
                    (("changes", i),
                     f"»{change.lever}« er ændret to gange i samme uge (ændring {first + 1} og {i + 1}). Slet den ene.",
                     f"“{change.lever}” is changed twice in one week (changes {first + 1} and {i + 1}). Delete one.")
                )  # fmt: skip
        if faults:
            raise bilingual_errors(faults)
        return self

    def fits(self, municipality: str) -> bool:
        """Return whether the card is offered in a municipality."""
        return self.municipality is None or self.municipality == municipality


def to_dict(measure: Measure) -> dict[str, Any]:
    """Return a measure as plain data in the order of the file; fields that say nothing are left out."""
    out: dict[str, Any] = {"measure": measure.measure, "title": measure.title}
    for field in ("municipality", "reason", "source", "quality", "author"):
        if getattr(measure, field):
            out[field] = getattr(measure, field)
    if measure.price is not None:
        price = measure.price
        out["price"] = {
            **{name: plain_number(getattr(price, name)) for name in ("value", "low", "high")},
            "unit": price.unit,
            "source": price.source,
            "quality": price.quality,
        }
    out["changes"] = [_plain_change(change) for change in measure.changes]
    return out


def _plain_change(change: MeasureChange) -> dict[str, Any]:
    """Return a change as plain data."""
    out: dict[str, Any] = {"lever": change.lever}
    if change.group is not None:
        out["group"] = change.group
    if change.add is not None:
        out["add"] = plain_number(change.add)
    else:
        out["to"] = _plain_value(change.to)
    for field in ("after_weeks", "phase_in_weeks", "why"):
        if getattr(change, field):
            out[field] = getattr(change, field)
    return out


def _plain_value(value: Value) -> Any:
    """Return a lever's value as plain data."""
    if isinstance(value, Mapping):
        return {kind: plain_number(value[kind]) for kind in FIRM_KINDS if kind in value}
    return plain_number(value)


def from_scenario(scenario: Scenario, **fields: Any) -> Measure:
    """Return a scenario's changes as a card: every lever set to its value, so many weeks after the start.

    ``fields`` are the card's own: title, reason, source, quality, author, price. Raises pydantic's ValidationError.
    """
    changes = [
        {
            "lever": change.lever,
            "group": change.group,
            "to": change.to,
            "after_weeks": (change.from_ - scenario.start).days // _DAYS,
            "phase_in_weeks": change.phase_in_weeks,
            "why": change.why,
        }
        for change in scenario.changes
    ]
    # Days within one week become one week: of two changes the later is what stands.
    last = {(c["lever"], c["group"], c["after_weeks"]): c for c in changes}
    return Measure.model_validate(
        {"municipality": scenario.municipality, **fields, "changes": tuple(last.values())}
    )


def begins(change: MeasureChange, start: datetime.date) -> datetime.date:
    """Return the day from which a change holds in a scenario that starts then."""
    return start + datetime.timedelta(weeks=change.after_weeks)
