"""A scenario: what a municipality does differently from its baseline, when and why. Immutable data."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import (
    BeforeValidator,
    Field,
    field_validator,
    model_validator,
)

from model.domain import FIRM_KINDS, GROUP_INDEX, WEEKS_PER_YEAR
from model.files.invisible_characters import INVISIBLE
from model.files.problems import Path, sanitised
from model.files.validation_problems import bilingual_error, bilingual_errors
from model.municipality.rules import FIRST_RULES, RULES, UnknownRules
from model.municipality.vintages import FIRST, UnknownVintage, vintage, vintage_names
from model.scenario.economy import UNCHANGED, FileDate, OwnEconomy
from model.scenario.levers import HORIZON, LEVER_INDEX, Value
from model.scenario.parts import (
    MOST_ASSUMPTIONS,
    NAME_LENGTH,
    Assumption,
    Change,
    Economy,
    Line,
    Lines,
    Results,
    ScenarioPart,
    Workshop,
)
from model.scenario.projection import STANDS_STILL, OwnProjection, Projection

if TYPE_CHECKING:
    from model.municipality.municipality import Municipality

# Format 2 has the starting figures and the rules that hold. What stands on the first of both is still written as format
# 1, so that files, links and hashes of before stay as they are.
FORMAT: Final = 2
FORMAT_BEFORE: Final = 1
# How long after its figures' date a scenario may begin.
_MOST_YEARS_AFTER: Final = 10
EVIDENCE: Final = "evidence"


_MOST_CARDS: Final = 40


class Scenario(ScenarioPart):
    """A municipality's baseline with changes. Levers that are not named are as in the baseline."""

    format: int = FORMAT_BEFORE
    name: Line = Field(min_length=1)
    municipality: str = Field(min_length=1, max_length=NAME_LENGTH)
    description: Lines = ""
    author: Line = ""
    # The starting figures, by vintage; a number in files.
    baseline: Annotated[str, BeforeValidator(lambda v: str(v) if type(v) is int else v)] = FIRST
    rules: str = FIRST_RULES
    start: FileDate = HORIZON.start
    years: int = HORIZON.years
    economy: Economy = UNCHANGED
    projection: Projection = STANDS_STILL
    assumption_set: str = EVIDENCE
    changes: tuple[Change, ...] = Field(default=(), strict=False)
    assumptions: tuple[Assumption, ...] = Field(default=(), strict=False, max_length=MOST_ASSUMPTIONS)
    # Keys of the measures that the changes were laid of, in order; they move no result.
    cards: tuple[Line, ...] = Field(default=(), strict=False, max_length=_MOST_CARDS)
    workshop: Workshop | None = None
    results: Results | None = None

    @field_validator("format")
    @classmethod
    def _this_format(cls, value: int) -> int:
        """Check that the format is one that this version reads."""
        if value not in (FORMAT_BEFORE, FORMAT):
            raise bilingual_error(
                f"Filen har format {sanitised(value)}; denne udgave læser format {FORMAT_BEFORE} og {FORMAT}."
                + (" Den er gemt i en nyere udgave. Opdatér programmet." if value > FORMAT else ""),
                f"The file has format {sanitised(value)}; this version reads format {FORMAT_BEFORE} and {FORMAT}."
                + (" It was saved by a newer version. Update the program." if value > FORMAT else ""),
            )
        return value

    @field_validator("name")
    @classmethod
    def _has_name(cls, value: str) -> str:
        """Check that there is a name that can be seen."""
        if not INVISIBLE.sub("", value):
            raise bilingual_error("Scenariet skal have et navn.", "The scenario must have a name.")
        return value

    @model_validator(mode="before")
    @classmethod
    def _start_of_figures(cls, data: Any) -> Any:
        """Begin where new scenarios on these figures begin, where nothing is said."""
        name = str(data.get("baseline", FIRST)) if isinstance(data, dict) else FIRST
        if name == FIRST or name not in vintage_names() or "start" in data:
            return data
        return {**data, "start": vintage(name).default_start}

    @field_validator("baseline")
    @classmethod
    def _known_figures(cls, value: str) -> str:
        """Check that there are starting figures of that name."""
        if value not in vintage_names():
            error = UnknownVintage(value)
            raise bilingual_error(error.text("da"), error.text("en"))
        return value

    @field_validator("rules")
    @classmethod
    def _known_rules(cls, value: str) -> str:
        """Check that there are rules of that name."""
        if value not in RULES:
            error = UnknownRules(value)
            raise bilingual_error(error.text("da"), error.text("en"))
        return value

    @model_validator(mode="after")
    def _start_after_figures(self) -> Self:
        """Check that the figures are older than the start, and set the format that the scenario is written in."""
        if self.baseline != FIRST:
            figures = vintage(self.baseline)
            latest = figures.start + datetime.timedelta(weeks=_MOST_YEARS_AFTER * WEEKS_PER_YEAR)
            if not figures.start <= self.start <= latest:
                first, last, given = figures.start.isoformat(), latest.isoformat(), self.start.isoformat()
                da = f"Med {figures.dated.da} skal starten ligge mellem {first} og {last}; her står {given}."
                en = f"With {figures.dated.en} the start must lie between {first} and {last}; here it is {given}."
                raise bilingual_errors([(("start",), da, en)])
        elif self.projection != STANDS_STILL:
            da = f"Tallene fra {FIRST} har ingen måneder at fremskrive fra. Vælg nyere, eller skriv {STANDS_STILL}."
            en = f"The figures of {FIRST} have no months to project from. Choose newer, or write {STANDS_STILL}."
            raise bilingual_errors([(("projection",), da, en)])
        is_first = (self.baseline, self.rules) == (FIRST, FIRST_RULES)
        object.__setattr__(self, "format", FORMAT_BEFORE if is_first else FORMAT)
        return self

    @field_validator("start")
    @classmethod
    def _monday(cls, value: datetime.date) -> datetime.date:
        """Check that the start is a Monday within bounds."""
        if value.weekday() != 0:
            before = value - datetime.timedelta(days=value.weekday())
            raise bilingual_error(
                f"Starten skal være en mandag, for eksempel {before.isoformat()}.",
                f"The start must be a Monday, for instance {before.isoformat()}.",
            )
        if not _EARLIEST <= value <= _LATEST:
            raise bilingual_error(
                f"Starten skal ligge mellem {_EARLIEST.isoformat()} og {_LATEST.isoformat()}.",
                f"The start must lie between {_EARLIEST.isoformat()} and {_LATEST.isoformat()}.",
            )
        return value

    @field_validator("years")
    @classmethod
    def _some_years(cls, value: int) -> int:
        """Check the number of years."""
        if not 1 <= value <= HORIZON.most_years:
            raise bilingual_error(
                f"Antal år skal være mellem 1 og {HORIZON.most_years}; her står {sanitised(value)}.",
                f"The number of years must be between 1 and {HORIZON.most_years}; here it is {sanitised(value)}.",
            )
        return value

    @model_validator(mode="after")
    def _changes_agree(self) -> Self:
        """Check changes and assumptions together, and sort the changes."""
        faults: list[tuple[Path, str, str]] = []
        if len(self.changes) > HORIZON.most_changes:
            faults.append(
                (
                    ("changes",),
                    f"Højst {HORIZON.most_changes} ændringer.",
                    f"At most {HORIZON.most_changes} changes.",
                )
            )
        seen: dict[tuple[str, str | None, datetime.date], int] = {}
        for i, change in enumerate(self.changes):
            if not self.start <= change.from_ < self.end:
                period = self.start.isoformat(), (self.end - datetime.timedelta(days=1)).isoformat()
                faults.append(
                    (
                        ("changes", i, "from"),
                        f"Datoen skal ligge i scenariets periode, {period[0]} til {period[1]}.",
                        f"The date must lie in the scenario's period, {period[0]} to {period[1]}.",
                    )
                )
            first = seen.setdefault((*change.target, change.from_), i)
            if first != i:
                date, nth, other = change.from_.isoformat(), first + 1, i + 1
                faults.append(
                    (
                        ("changes", i),
                        f"»{change.lever}« er ændret to gange pr. {date} "
                        f"(ændring {nth} og {other}). Slet den ene.",
                        f"“{change.lever}” is changed twice on {date} "
                        f"(changes {nth} and {other}). Delete one.",
                    )
                )
        named: dict[str, int] = {}
        for i, assumption in enumerate(self.assumptions):
            first = named.setdefault(assumption.parameter, i)
            if first != i:
                faults.append(
                    (
                        ("assumptions", i, "parameter"),
                        f"Antagelsen »{sanitised(assumption.parameter)}« står to gange. Slet den ene.",
                        f"The assumption “{sanitised(assumption.parameter)}” stands twice. Delete one of them.",
                    )
                )
        if faults:
            raise bilingual_errors(faults)
        # One order whatever the order of writing: equal scenarios compare equal and give equal files.
        object.__setattr__(self, "changes", tuple(sorted(self.changes, key=_change_order)))
        return self

    @property
    def weeks(self) -> int:
        """Return the weeks in the horizon."""
        return self.years * WEEKS_PER_YEAR

    @property
    def world(self) -> str:
        """Return a key of what the baseline runs under besides figures and rules: economy and projection."""
        return repr((self.economy, self.projection))

    @property
    def end(self) -> datetime.date:
        """Return the first day after the horizon."""
        return self.start + datetime.timedelta(weeks=self.weeks)

    @cached_property
    def key(self) -> str:
        """Return the SHA-256 of all that can move a result: equal keys give equal runs."""
        plain = to_dict(self)
        moving = {k: v for k, v in plain.items() if k in _MOVES_RESULTS}
        moving["changes"] = [{k: v for k, v in c.items() if k != "why"} for c in plain.get("changes", ())]
        moving["assumptions"] = [
            {k: v for k, v in a.items() if k != "why"} for a in plain.get("assumptions", ())
        ]
        return hashlib.sha256(canonical_json(moving).encode()).hexdigest()

    def __hash__(self) -> int:
        return hash(self.key)

    def with_change(
        self,
        lever: str,
        to: Value,
        group: str | None = None,
        *,
        from_: datetime.date | None = None,
        phase_in_weeks: int = 0,
        why: str = "",
    ) -> Scenario:
        """Return this scenario with one change more; one of the same lever, group and date is replaced.

        ``from_`` defaults to the start. Raises pydantic's ValidationError where the change is not allowed.
        """
        data: dict[str, Any] = {"lever": lever, "to": to, "from": from_ or self.start, "why": why}
        if group is not None:
            data["group"] = group
        change = Change.model_validate({**data, "phase_in_weeks": phase_in_weeks})
        key = (*change.target, change.from_)
        others = (c for c in self.changes if (*c.target, c.from_) != key)
        return self.copy_with(changes=(*others, change))

    def without(self, lever: str, group: str | None = None, from_: datetime.date | None = None) -> Scenario:
        """Return this scenario with the lever as in the baseline (only its change of ``from_`` if given)."""
        others = (
            c for c in self.changes if c.target != (lever, group) or (from_ is not None and c.from_ != from_)
        )
        return self.copy_with(changes=tuple(others))

    def with_assumption(self, parameter: str, value: float, why: str = "") -> Scenario:
        """Return this scenario with one number assumed differently, in place of an earlier assumption.

        The number's name and bounds are checked where it meets its municipality (:func:`municipality_of`).
        """
        own = Assumption.model_validate({"parameter": parameter, "value": value, "why": why})
        others = (a for a in self.assumptions if a.parameter != own.parameter)
        return self.copy_with(assumptions=(*others, own))

    def without_assumption(self, parameter: str) -> Scenario:
        """Return this scenario with the number as the municipality has it."""
        return self.copy_with(assumptions=tuple(a for a in self.assumptions if a.parameter != parameter))

    def copy_with(self, **fields: Any) -> Scenario:
        """Return this scenario with other values in some fields, checked as a whole."""
        present = {name: getattr(self, name) for name in type(self).model_fields}
        return Scenario.model_validate({**present, **fields})

    def change_of(self, lever: str, group: str | None = None) -> Change | None:
        """Return the last change of a lever, or None where it is as in the baseline."""
        return next((c for c in reversed(self.changes) if c.target == (lever, group)), None)


# A baseline of today says nothing of a start outside these.
_EARLIEST: Final = datetime.date(2015, 1, 1)
_LATEST: Final = datetime.date(2060, 1, 1)

_MOVES_RESULTS: Final = frozenset(
    ("municipality", "baseline", "rules", "start", "years", "economy", "projection", "assumption_set")
)


def _change_order(change: Change) -> tuple[datetime.date, int, int]:
    """Return what changes are sorted by: date, lever, target group."""
    return change.from_, LEVER_INDEX[change.lever], GROUP_INDEX.get(change.group or "", -1)


def possible_years(scenario: Scenario) -> range:
    """Return the numbers of years that a scenario may look ahead: in each all of its changes have begun."""
    weeks = [(change.from_ - scenario.start).days // 7 for change in scenario.changes]
    return range(max(weeks, default=0) // WEEKS_PER_YEAR + 1, HORIZON.most_years + 1)


def without_changes(scenario: Scenario) -> Scenario:
    """Return what a scenario is compared with: the same without its changes."""
    return scenario.copy_with(changes=(), cards=(), workshop=None, results=None)


def municipality_of(scenario: Scenario) -> Municipality:
    """Return the scenario's municipality with the scenario's own assumptions in place.

    National levels typed in for the goals (``national_level.GOAL.INDICATOR``) move no run; their names are checked.
    """
    from model.municipality.goal_specs import national_levels
    from model.municipality.municipality import load_municipality

    overrides = {a.parameter: a.value for a in scenario.assumptions}
    for parameter in national_levels(scenario.municipality, overrides):
        del overrides[parameter]
    return load_municipality(
        scenario.municipality,
        scenario.assumption_set,
        overrides or None,
        figures=scenario.baseline,
        rules=scenario.rules,
    )


def to_dict(scenario: Scenario) -> dict[str, Any]:
    """Return the scenario as plain data in the order of the file; fields that say nothing are left out."""
    out: dict[str, Any] = {
        "format": scenario.format,
        "name": scenario.name,
        "municipality": scenario.municipality,
    }
    for field in ("description", "author"):
        if getattr(scenario, field):
            out[field] = getattr(scenario, field)
    if scenario.format != FORMAT_BEFORE:
        out["baseline"] = int(scenario.baseline) if scenario.baseline.isdecimal() else scenario.baseline
        out["rules"] = scenario.rules
    out["start"] = scenario.start
    out["years"] = scenario.years
    economy = scenario.economy
    out["economy"] = economy if isinstance(economy, str) else _plain_economy(economy)
    projection = scenario.projection
    if projection != STANDS_STILL:
        out["projection"] = projection if isinstance(projection, str) else _plain_projection(projection)
    if scenario.assumption_set != EVIDENCE:
        out["assumption_set"] = scenario.assumption_set
    out["changes"] = [plain_change(change) for change in scenario.changes]
    if scenario.assumptions:
        out["assumptions"] = [
            {"parameter": a.parameter, "value": plain_number(a.value), **({"why": a.why} if a.why else {})}
            for a in scenario.assumptions
        ]
    if scenario.cards:
        out["cards"] = list(scenario.cards)
    if scenario.workshop is not None:
        notes = {field: text for field, text in scenario.workshop if text}
        if notes:
            out["workshop"] = notes
    if scenario.results is not None:
        results = {field: value for field, value in scenario.results if value not in ("", None, {})}
        if "figures" in results:
            results["figures"] = {k: plain_number(v) for k, v in sorted(results["figures"].items())}
        out["results"] = results
    return out


def _plain_economy(economy: OwnEconomy) -> dict[str, Any]:
    """Return an own economy as plain data."""
    return {
        side: [{"from": p.from_, "index": plain_number(p.index)} for p in points]
        for side, points in economy
        if points
    }


def _plain_projection(projection: OwnProjection) -> dict[str, Any]:
    """Return an own projection as plain data."""
    return {
        benefit: [{"from": p.from_, "persons": plain_number(p.persons)} for p in points]
        for benefit, points in projection
        if points
    }


def plain_change(change: Change) -> dict[str, Any]:
    """Return a change as plain data; fields that say nothing are left out."""
    out: dict[str, Any] = {"lever": change.lever}
    if change.group is not None:
        out["group"] = change.group
    if isinstance(change.to, Mapping):
        out["to"] = {kind: plain_number(change.to[kind]) for kind in FIRM_KINDS if kind in change.to}
    else:
        out["to"] = plain_number(change.to)
    out["from"] = change.from_
    if change.phase_in_weeks:
        out["phase_in_weeks"] = change.phase_in_weeks
    if change.why:
        out["why"] = change.why
    return out


def plain_number(value: float) -> int | float:
    """Return 400 rather than 400.0."""
    return int(value) if float(value).is_integer() else float(value)


def canonical_json(plain: Any) -> str:
    """Return plain data as JSON in one way: sorted, without blanks, letters kept, dates as text."""
    return json.dumps(
        plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_date_text
    )


def _date_text(value: object) -> str:
    """Return a date as text, for JSON. Raises TypeError for anything else."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a file")
