"""Parameters as data: reads ``model/data/*.yaml`` into numbers with sources and builds the engine's arrays.

Every number has an id, ``table.group.kind`` or the like; overrides, assumption sets, register and arrays
go by that id. A cell without a row takes the nearest group's prior, then the table's ``all``.
"""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.domain import (
    DURATION_CLASSES,
    EXITS,
    FIRM_KINDS,
    GROUP_INDEX,
    GROUPS,
    KINDS,
    N_DURATIONS,
    N_EXITS,
    N_FIRM,
    N_GROUPS,
    N_KINDS,
    N_ORIGINS,
    OFFER_GROUPS,
    ORIGINS,
    OTHER_KINDS,
    SELF_SUPPORT_EXITS,
)
from model.engine.levers import ENGINE_LEVERS, GROUP_LEVERS, MUNICIPAL_LEVERS, EngineLever
from model.engine.parameters import EngineParameters
from model.files.folders import DATA_FOLDER
from model.files.problems import FileProblem, Problem, suggestion
from model.files.strict_yaml import DATA_BYTES, DATA_NODES, Document, load_data_file, load_file, problems_from
from model.language import catalogue
from model.language.messages import LocalizedError, Message, Text
from model.parameters.sourced_value import Quality, SourcedValue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Later files win where two give the same id; a municipality's own file comes last.
PARAMETER_FILES: Final = ("effects.yaml", "flows.yaml", "exits.yaml", "offers.yaml", "national.yaml")
ASSUMPTION_SETS_FILE: Final = "assumption_sets.yaml"

ALL: Final = "all"
_BOUNDS = [*DURATION_CLASSES, N_DURATIONS]
# Names of the seven classes in ids: w0_4, w5_13, ..., w104.
CLASS_NAMES: Final = tuple(
    f"w{low}" if low == DURATION_CLASSES[-1] else f"w{low}_{high - 1}" for low, high in pairwise(_BOUNDS)
)
MONTH_NAMES: Final = tuple(f"m{m:02d}" for m in range(1, 13))
WEEK_NAMES: Final = tuple(f"w{w:02d}" for w in range(53))
_LISTS: Final = {len(CLASS_NAMES): CLASS_NAMES, len(MONTH_NAMES): MONTH_NAMES, len(WEEK_NAMES): WEEK_NAMES}
_DAYS_IN_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

BENCHMARK_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "dagpenge": ("dagpenge",),
    "sygedagpenge": ("sygedagpenge", "jobafklaring"),
    "kontanthjaelp": (
        "kontanthjaelp_jobparat",
        "kontanthjaelp_aktivitetsparat",
        "uddannelseshjaelp_uddannelsesparat",
        "uddannelseshjaelp_aktivitetsparat",
        "sho",
        "ressourceforloeb",
        "ledighedsydelse",
        "revalidering",
    ),
}
OUTSIDE_BENCHMARK: Final = ("fleksjob", "foertidspension")
PROGRESSIONS: Final = (
    ("kontanthjaelp_aktivitetsparat", "kontanthjaelp_jobparat"),
    ("uddannelseshjaelp_aktivitetsparat", "uddannelseshjaelp_uddannelsesparat"),
)
EDUCATION_KINDS: Final = ("course", "education")

_SCALARS: Final[Mapping[str, tuple[float, float]]] = {
    "displacement": (0.0, 0.95),
    "diminishing": (0.0, 2.0),
    "diminishing_floor": (0.0001, 1.0),
    "early_weeks": (1.0, 104.0),
    "motivation_weeks": (1.0, 104.0),
    "newcomer_weeks": (1.0, 104.0),
    "max_meetings": (0.5, 26.0),
    "ratio_low": (0.0, 1.0),
    "ratio_high": (1.0, 10.0),
    "max_start_share": (0.01, 1.0),
    "return_hazard_early": (0.0, 0.5),
    "return_hazard_later": (0.0, 0.5),
    "return_to_benefit_share": (0.0, 1.0),
    "pool_leave": (0.0, 0.5),
    "pool_stage_weeks_early": (1.0, 104.0),
    "pool_stage_weeks_later": (1.0, 208.0),
    **{
        lever.id: (lever.engine.low, lever.engine.high)
        for lever in MUNICIPAL_LEVERS
        if lever.engine.low is not None and lever.engine.high is not None
    },
}
_RULES: Final[Mapping[str, tuple[float, float]]] = {
    "sygedagpenge_reassessment_week": (0.0, 104.0),
    "sygedagpenge_reassessment_length": (1.0, 52.0),
    "sygedagpenge_reassessment_share": (0.0, 0.95),
    "sygedagpenge_later_reassessment": (0.0, 0.5),
    "dagpenge_expiry": (0.0, 0.9),
    "dagpenge_expiry_to_kontanthjaelp_share": (0.0, 1.0),
    "uddannelsesparat_turn_30": (0.0, 0.2),
    "aktivitetsparat_turn_30": (0.0, 0.2),
}


@dataclass(frozen=True)
class _Table:
    """Allowed parts of the ids of one table, in order, and the bounds of its values."""

    axes: tuple[tuple[str, ...], ...]
    low: float
    high: float
    optional_last: bool = False
    by_nearest: bool = False


_OFFER_OR_ALL = (ALL, *OFFER_GROUPS)
_GROUP_OR_ALL = (ALL, *GROUPS)


def _effects() -> dict[str, _Table]:
    out = {
        f"hr_{exit_kind}_{when}": _Table((_OFFER_OR_ALL, KINDS), 0.0, 10.0, by_nearest=True)
        for exit_kind in ("job", "education", "progression")
        for when in ("during", "after")
    }
    for name in ("offer_weeks", "effect_weeks"):
        out[name] = _Table((_OFFER_OR_ALL, KINDS), 1.0, 520.0, by_nearest=True)
    for name in ("hr_meeting", "hr_mentor_job", "hr_mentor_education", "hr_caseworker"):
        out[name] = _Table((_OFFER_OR_ALL,), 0.1, 10.0, by_nearest=True)
    for name in ("hr_partial_return", "hr_motivation", "hr_early"):
        out[name] = _Table((OFFER_GROUPS,), 0.1, 10.0)
    return out


def _lever_tables() -> dict[str, _Table]:
    """Return the tables of baseline values of the levers that differ by target group."""
    out = {}
    for lever in GROUP_LEVERS:
        column = lever.engine
        if column.low is not None and column.high is not None:
            groups = _OFFER_OR_ALL if column.row_for_all else OFFER_GROUPS
            out[lever.id] = _Table((groups,), column.low, column.high)
    return out


TABLES: Final[Mapping[str, _Table]] = {
    **_effects(),
    "displaced": _Table((_GROUP_OR_ALL,), 0.0, 1.0),
    "exit": _Table((GROUPS, EXITS, CLASS_NAMES), 0.0, 0.9, optional_last=True),
    "origin_factor": _Table((_GROUP_OR_ALL, ORIGINS), 0.01, 5.0),
    "return_factor": _Table((_GROUP_OR_ALL,), 0.0, 2.0),
    "season_inflow": _Table((GROUPS, WEEK_NAMES), 0.0, 20.0),
    "season_education_month": _Table((("uddannelseshjaelp",), MONTH_NAMES), 0.0, 20.0),
    "economy_inflow_sensitivity": _Table((GROUPS,), -3.0, 3.0),
    "economy_job_sensitivity": _Table((GROUPS,), -3.0, 3.0),
    "firm_mix": _Table((OFFER_GROUPS, FIRM_KINDS), 0.0, 1e6),
    "additional_firm_mix": _Table((FIRM_KINDS,), 0.0, 1e6),
    "other_mix": _Table((OFFER_GROUPS, OTHER_KINDS), 0.0, 1e6),
    "use_factor": _Table((_OFFER_OR_ALL, ORIGINS), 0.01, 10.0),
    "firm_ceiling": _Table((_OFFER_OR_ALL,), 0.0, 1.0),
    **_lever_tables(),
    "split": _Table((tuple(g for g in GROUPS if g not in (*OUTSIDE_BENCHMARK, "dagpenge")),), 0.0, 1e9),
    "per_population": _Table((("fleksjob", "foertidspension", "people_18_29"),), 0.0, 1.0),
    "population": _Table((("people_16_66", "people_18_29"),), 1.0, 1e8),
    "population_share": _Table((ORIGINS[1:],), 0.0, 0.9),
    "overrepresentation": _Table((GROUPS, ORIGINS[1:]), 0.0, 1e4),
    "firm_use_share": _Table((OFFER_GROUPS,), 0.0, 1.0),
    "firm_use": _Table((OFFER_GROUPS,), 0.0, 1e7),
    "stock": _Table((GROUPS, ORIGINS), 0.0, 1e8, optional_last=True),
    "benchmark": _Table((tuple(BENCHMARK_GROUPS),), 0.0, 1e8),
    "rule": _Table((tuple(_RULES),), 0.0, 104.0),
}


class UnknownParameter(LookupError):
    """An override or a rule names a parameter that does not exist."""

    def __init__(self, parameter: str, known: Iterable[str]) -> None:
        self.parameter = parameter
        self._known = tuple(known)
        super().__init__(self.text("en"))

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: str) -> str:
        """What is wrong and which name comes nearest, in "da" or "en"."""
        said = catalogue.text("parameters.error.unknown", language, parameter=self.parameter)
        return said + suggestion(self.parameter, self._known, language, most=0)


class BadParameter(LocalizedError):
    """Values that the engine cannot run on; says which and why."""


def _bad(key: str, **values: object) -> BadParameter:
    return BadParameter(Message(key, **values))


@dataclass(frozen=True)
class Parameter:
    """One number of the register. ``follows`` names the parameter whose value it takes, "" where it has one.

    ``computed`` marks figures worked out from other parameters (a stock from the benchmark's total and the
    split, for instance); such a figure may be overridden too, but a draw of uncertain values leaves it alone.
    """

    id: str
    value: SourcedValue
    follows: str = ""
    computed: bool = False
    source_da: str = ""

    @property
    def uncertain(self) -> bool:
        """Whether a draw may move it: it has a range of its own."""
        return not self.follows and not self.computed and self.value.low is not None

    def source(self, language: str) -> str:
        """Where the number comes from; names of documents and tables stay as they are."""
        return self.source_da if language == "da" and self.source_da else self.value.source

    def label(self, language: str) -> str:
        """What the number is, in words."""
        return label(self.id, language, self.value.label)


def label(parameter: str, language: str, own: Text | None = None) -> str:
    """Words for a parameter id: its table's text and the names of its parts."""
    if own is not None:
        return own.text(language)
    parts = parameter.split(".")
    if catalogue.has_text(f"parameters.label.{parameter}", language):
        return catalogue.text(f"parameters.label.{parameter}", language)
    head = f"parameters.label.{parts[0]}"
    if not catalogue.has_text(head, language):
        return parameter
    return ", ".join(
        [catalogue.text(head, language), *(_part_name(p, language, parts[0]) for p in parts[1:])]
    )


def unit_name(unit: str, language: str) -> str:
    """A unit of the register in words: ``hazard ratio`` is ``faktor på afgangen`` in Danish."""
    key = "parameters.unit." + re.sub(r"\W+", "_", unit.casefold()).strip("_")
    return catalogue.text(key, language)


def _part_name(part: str, language: str, table: str = "") -> str:
    # "education" is a destination and an offer.
    if table == "exit" and part in SELF_SUPPORT_EXITS:
        return catalogue.name("exit", part, language)
    if part in GROUPS:
        return catalogue.name("group", part, language)
    if part in ORIGINS:
        return catalogue.name("origin", part, language)
    if part in KINDS:
        return catalogue.name("kind", part, language)
    if part in SELF_SUPPORT_EXITS:
        return catalogue.name("exit", part, language)
    if part in MONTH_NAMES:
        return catalogue.month_name(int(part[1:]), language)
    if part in CLASS_NAMES:
        low, _, high = part[1:].partition("_")
        key = "parameters.part.weeks" if high else "parameters.part.weeks_and_more"
        return catalogue.text(key, language, low=low, high=high)
    if part in WEEK_NAMES:
        return catalogue.text("parameters.part.week_of_year", language, week=int(part[1:]) + 1)
    return catalogue.text(f"parameters.part.{part}", language)


# --- Files ---


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _RowModel(_Strict):
    """A number, [value, low, high], several values under one source, or a mapping with its own fields."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    values: dict[str, float] | None = None
    spread: tuple[float, float] | None = None
    unit: str | None = None
    as_of: str | None = None
    quality: Quality | None = None
    source: str | None = None
    note: str | None = None
    label: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, row: Any) -> Any:
        if isinstance(row, int | float) and not isinstance(row, bool):
            return {"value": row}
        if isinstance(row, list):
            if len(row) != 3:
                raise ValueError("[value, low, high]")
            return dict(zip(("value", "low", "high"), row, strict=True))
        if isinstance(row, dict) and isinstance(row.get("values"), list):
            names = _LISTS.get(len(row["values"]))
            if names is None:
                raise ValueError(f"values: {' / '.join(map(str, _LISTS))}")
            return {**row, "values": dict(zip(names, row["values"], strict=True))}
        return row

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.value is None) == (self.values is None):
            raise ValueError("value / values")
        if self.spread is not None and not 0 <= self.spread[0] <= 1 <= self.spread[1]:
            raise ValueError("spread: [0-1, >= 1]")
        return self


class _TableModel(_Strict):
    table: str
    unit: str
    as_of: str | None = None
    quality: Quality | None = None
    source: str | None = None
    rows: dict[str, _RowModel]


class _Defaults(_Strict):
    as_of: str
    quality: Quality
    source: str


class MunicipalityHeader(_Strict):
    """Head of a municipality's own file."""

    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    name: str
    start: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")


class _FileModel(_Strict):
    municipality: MunicipalityHeader | None = None
    sources: dict[str, Text | str] = {}
    notes: dict[str, Text] = {}
    defaults: _Defaults
    nearest: dict[str, str] = {}
    tables: list[_TableModel]


@dataclass(frozen=True)
class ParameterFile:
    """What one file holds: values by id, which group lends its priors to which, and a municipality's head."""

    values: Mapping[str, SourcedValue]
    nearest: Mapping[str, str]
    municipality: MunicipalityHeader | None
    danish_sources: Mapping[str, str]  # by the English text that the values carry


def read_parameters(document: Document) -> ParameterFile:
    """Check a parsed file and expand its tables. Raises FileProblem with line and column of every fault."""
    try:
        model = _FileModel.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, document.name) from error
    problems: list[Problem] = []
    values: dict[str, SourcedValue] = {}
    for group, other in model.nearest.items():
        for name in (group, other):
            if name not in OFFER_GROUPS:
                problems.append(_unknown(document, ("nearest", group), name, OFFER_GROUPS))
    for group in model.nearest:
        seen = [group]
        while seen[-1] in model.nearest and model.nearest[seen[-1]] not in seen:
            seen.append(model.nearest[seen[-1]])
        if seen[-1] in model.nearest:
            said = {k: catalogue.text("parameters.error.circle", k, group=group) for k in ("da", "en")}
            problems.append(document.problem(("nearest", group), said["da"], said["en"]))
    for t, table in enumerate(model.tables):
        if table.table not in TABLES and table.table != "scalars":
            problems.append(_unknown(document, ("tables", t, "table"), table.table, (*TABLES, "scalars")))
            continue
        for key, row in table.rows.items():
            path = ("tables", t, "rows", key)
            faults = _reference_faults(row, table, model)
            if faults:
                problems.extend(_unknown(document, path, *fault) for fault in faults)
                continue
            stem = key if table.table == "scalars" else f"{table.table}.{key}"
            for suffix, number in (row.values or {"": row.value or 0.0}).items():
                parameter = f"{stem}.{suffix}" if suffix else stem
                fault = _id_fault(parameter)
                if fault is not None:
                    problems.append(_unknown(document, path, *fault))
                    continue
                if parameter in values:
                    said = {
                        k: catalogue.text("parameters.error.twice", k, parameter=parameter)
                        for k in ("da", "en")
                    }
                    problems.append(document.problem(path, said["da"], said["en"]))
                    continue
                try:
                    values[parameter] = _sourced(number, row, table, model)
                    check_bounds(parameter, values[parameter].value)
                except ValidationError as error:
                    said_by = str(error.errors()[0]["ctx"]["error"] if "ctx" in error.errors()[0] else error)
                    problems.append(
                        document.problem(path, f"»{parameter}«: {said_by}", f"“{parameter}”: {said_by}")
                    )
                except BadParameter as error:
                    problems.append(document.problem(path, error.da, error.en))
    if problems:
        raise FileProblem(problems, document.name)
    danish = {s.en: s.da for s in model.sources.values() if isinstance(s, Text)}
    return ParameterFile(values, dict(model.nearest), model.municipality, danish)


def _reference_faults(
    row: _RowModel, table: _TableModel, model: _FileModel
) -> list[tuple[str, tuple[str, ...]]]:
    """Notes that the file does not have, and sources that look like a key but are none of the file's."""
    out = []
    if row.note is not None and row.note not in model.notes:
        out.append((row.note, tuple(model.notes)))
    source = row.source or table.source or model.defaults.source
    if " " not in source and source not in model.sources:
        out.append((source, tuple(model.sources)))
    return out


def _unknown(document: Document, path: Sequence[str | int], word: str, known: Iterable[str]) -> Problem:
    known = tuple(known)
    said = {
        language: catalogue.text("parameters.error.unknown_name", language, name=word)
        + suggestion(word, known, language)
        for language in ("da", "en")
    }
    return document.problem(path, said["da"], said["en"])


def _sourced(number: float, row: _RowModel, table: _TableModel, model: _FileModel) -> SourcedValue:
    low, high = row.low, row.high
    if row.spread is not None:
        ends = (number * row.spread[0], number * row.spread[1])
        low, high = min(ends), max(ends)
    source = row.source or table.source or model.defaults.source
    named = model.sources.get(source, source)
    return SourcedValue(
        value=number,
        low=low,
        high=high,
        unit=row.unit or table.unit,
        as_of=row.as_of or table.as_of or model.defaults.as_of,
        source=named.en if isinstance(named, Text) else named,
        quality=row.quality or table.quality or model.defaults.quality,
        label=row.label,
        note=model.notes[row.note] if row.note else None,
    )


def _id_fault(parameter: str) -> tuple[str, tuple[str, ...]] | None:
    """The part of an id that is unknown and what could stand there, or None for a legal id."""
    parts = parameter.split(".")
    if len(parts) == 1:
        return None if parameter in _SCALARS else (parameter, tuple(_SCALARS))
    table = TABLES.get(parts[0])
    if table is None:
        return parts[0], tuple(TABLES)
    axes = table.axes
    if table.optional_last and len(parts) - 1 == len(axes) - 1:
        axes = axes[:-1]
    if len(parts) - 1 != len(axes):
        return parameter, ()
    for part, axis in zip(parts[1:], axes, strict=True):
        if part not in axis:
            return part, axis
    if parts[0] == "exit" and parts[1] == parts[2]:
        return parts[2], tuple(e for e in EXITS if e != parts[1])
    return None


def is_parameter(parameter: str) -> bool:
    """Whether an id can exist at all (it need not have a row)."""
    return _id_fault(parameter) is None


def check_bounds(parameter: str, value: float) -> None:
    """Raises BadParameter where a value is no number or outside what its table allows."""
    head, _, rest = parameter.partition(".")
    if not rest:
        low, high = _SCALARS[parameter]
    elif head == "rule":
        low, high = _RULES[rest]
    else:
        low, high = TABLES[head].low, TABLES[head].high
    if not (math.isfinite(value) and low <= value <= high):
        raise _bad("parameters.error.bounds", parameter=parameter, value=value, low=low, high=high)


def load_parameter_file(path: Path) -> ParameterFile:
    """Read one parameter file. Raises FileProblem."""
    if path.is_relative_to(DATA_FOLDER):
        return read_parameters(load_data_file(path))
    return read_parameters(load_file(path, max_bytes=DATA_BYTES, max_nodes=DATA_NODES))


@lru_cache(maxsize=1)
def national_parameters() -> ParameterFile:
    """The files that hold for every municipality, merged."""
    values: dict[str, SourcedValue] = {}
    lenders: dict[str, str] = {}
    danish: dict[str, str] = {}
    for name in PARAMETER_FILES:
        file = load_parameter_file(DATA_FOLDER / name)
        values.update(file.values)
        lenders.update(file.nearest)
        danish.update(file.danish_sources)
    return ParameterFile(values, lenders, None, danish)


# --- Assumption sets ---


class _RuleModel(_Strict):
    pattern: str
    use: Literal["low", "central", "high"] | float


class AssumptionSet(_Strict):
    """A named set of assumptions: rules by pattern of parameter id, later rules win."""

    name: Text
    description: Text
    rules: tuple[_RuleModel, ...]

    def apply(self, values: Mapping[str, SourcedValue]) -> dict[str, float]:
        """Values by id. Raises UnknownParameter for a rule that fits no parameter."""
        out = {parameter: sourced.value for parameter, sourced in values.items()}
        for rule in self.rules:
            fits = fnmatch.filter(values, rule.pattern)
            if not fits:
                raise UnknownParameter(rule.pattern, values)
            for parameter in fits:
                sourced = values[parameter]
                if isinstance(rule.use, str):
                    chosen = {"low": sourced.low, "high": sourced.high}.get(rule.use)
                    out[parameter] = sourced.value if chosen is None else chosen
                else:
                    out[parameter] = rule.use
        return out


class _AssumptionFile(_Strict):
    sets: dict[str, AssumptionSet]


@lru_cache(maxsize=1)
def assumption_sets() -> Mapping[str, AssumptionSet]:
    """The named sets, in the file's order. Raises FileProblem."""
    document = load_data_file(DATA_FOLDER / ASSUMPTION_SETS_FILE)
    try:
        return _AssumptionFile.model_validate(document.data).sets
    except ValidationError as error:
        raise problems_from(error, document, document.name) from error


class UnknownAssumptionSet(LookupError):
    """No set of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(self.text("en"))

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: str) -> str:
        """What is wrong and what there is, in "da" or "en"."""
        said = catalogue.text("parameters.error.unknown_set", language, name=self.name)
        return said + suggestion(self.name, assumption_sets(), language)


# --- Arrays ---


def _lever_value(lever: EngineLever, value: Floats) -> Any:
    """Return a lever's baseline by target group, or as a plain number; whole weeks where the lever counts weeks."""
    rounded = np.round(value) if lever.engine.whole else value
    return rounded if lever.scope == "group" else float(rounded)


class Blueprint:
    """Where each array cell of the engine takes its value: made once per set of ids, used for many draws.

    ``build`` takes values in the order of ``ids`` and only indexes, so that a draw is cheap.
    """

    def __init__(self, ids: Sequence[str], lenders: Mapping[str, str]) -> None:
        self.ids = tuple(ids)
        self.position = {parameter: i for i, parameter in enumerate(self.ids)}
        self.lenders = dict(lenders)
        self._one = len(self.ids)
        self._zero = len(self.ids) + 1
        tables = (t for t in TABLES if t.startswith("hr_") and len(TABLES[t].axes) == 2)
        self._by_kind = {
            t: self._array(t, (N_GROUPS, N_KINDS), (GROUPS, KINDS), self._one)
            for t in (*tables, "offer_weeks", "effect_weeks")
        }
        self._by_group = {
            t: self._array(t, (N_GROUPS,), (GROUPS,), self._one)
            for t in TABLES
            if t.startswith("hr_") and len(TABLES[t].axes) == 1
        }
        self._levers = {
            t: self._array(t, (N_GROUPS,), (GROUPS,), none)
            for t, none in (
                ("displaced", self._one),
                ("return_factor", self._one),
                ("economy_inflow_sensitivity", self._zero),
                ("economy_job_sensitivity", self._zero),
                ("firm_ceiling", self._zero),
                ("firm_use", -1),
                ("firm_use_share", self._zero),
                ("stock", -1),
                ("split", self._zero),
            )
        }
        self._baselines = tuple(
            (lever, self._baseline(lever, len(self.ids) + 2 + i))
            for i, lever in enumerate(ENGINE_LEVERS)
            if not lever.engine.computed
        )
        self._origin_factor = self._array(
            "origin_factor", (N_GROUPS, N_ORIGINS), (GROUPS, ORIGINS), self._one
        )
        self._use_factor = self._array("use_factor", (N_GROUPS, N_ORIGINS), (GROUPS, ORIGINS), self._one)
        self._over = self._array("overrepresentation", (N_GROUPS, N_ORIGINS), (GROUPS, ORIGINS), self._one)
        self._own_stock = self._array("stock", (N_GROUPS, N_ORIGINS), (GROUPS, ORIGINS), -1)
        self._firm_mix = self._array("firm_mix", (N_GROUPS, N_FIRM), (GROUPS, FIRM_KINDS), self._zero)
        self._other_mix = self._array(
            "other_mix", (N_GROUPS, len(OTHER_KINDS)), (GROUPS, OTHER_KINDS), self._zero
        )
        self._additional = self._array("additional_firm_mix", (N_FIRM,), (FIRM_KINDS,), self._zero)
        self._exits = np.full((N_GROUPS, N_EXITS, len(CLASS_NAMES)), self._zero)
        for g, group in enumerate(GROUPS):
            for e, to in enumerate(EXITS):
                for c, name in enumerate(CLASS_NAMES):
                    found = self.position.get(
                        f"exit.{group}.{to}.{name}", self.position.get(f"exit.{group}.{to}", self._zero)
                    )
                    self._exits[g, e, c] = found
        self._season = self._array(
            "season_inflow", (N_GROUPS, len(WEEK_NAMES)), (GROUPS, WEEK_NAMES), self._one
        )
        self._months = np.array(
            [self._need(f"season_education_month.uddannelseshjaelp.{m}") for m in MONTH_NAMES]
        )
        for name in _SCALARS:
            self._need(name)
        for name in _RULES:
            self._need(f"rule.{name}")

    def resolve(self, table: str, *parts: str) -> str | None:
        """Id of the parameter that gives a cell its value: its own, the nearest group's, ``all``, or None."""
        exact = ".".join((table, *parts))
        if exact in self.position:
            return exact
        if not parts or parts[0] not in GROUPS:
            return None
        rest = parts[1:]
        if TABLES[table].by_nearest and parts[0] in OFFER_GROUPS:
            group = self.lenders.get(parts[0])
            while group is not None:
                found = ".".join((table, group, *rest))
                if found in self.position:
                    return found
                group = self.lenders.get(group)
        if (
            parts[0] not in OFFER_GROUPS
            and ALL in TABLES[table].axes[0]
            and GROUPS[-1] not in TABLES[table].axes[0]
        ):
            return None
        found = ".".join((table, ALL, *rest))
        return found if found in self.position else None

    def _need(self, parameter: str) -> int:
        if parameter not in self.position:
            raise _bad("parameters.error.missing", parameter=parameter)
        return self.position[parameter]

    def _array(self, table: str, shape: tuple[int, ...], axes: tuple[Sequence[str], ...], none: int) -> Ints:
        out = np.full(shape, none, dtype=np.int64)
        for where in np.ndindex(*shape):
            found = self.resolve(table, *(axis[i] for axis, i in zip(axes, where, strict=True)))
            if found is not None:
                out[where] = self.position[found]
        return out

    def _baseline(self, lever: EngineLever, default: int) -> Ints:
        """Return where the baseline of a lever stands among the values; ``default`` is the place of its default."""
        if not lever.engine.has_parameter:
            return np.full(N_GROUPS if lever.scope == "group" else (), default, dtype=np.int64)
        if lever.scope == "group":
            return self._array(lever.id, (N_GROUPS,), (GROUPS,), default)
        return np.array(self._need(lever.id))

    def build(self, values: Floats) -> EngineParameters:
        """The engine's arrays from values in the order of ``ids``. BadParameter where they cannot run."""
        # After the parameters: the constants, then each lever's default.
        defaults = [lever.engine.default or 0.0 for lever in ENGINE_LEVERS]
        v = np.concatenate([np.asarray(values, dtype=np.float64), [1.0, 0.0], defaults])

        def one(parameter: str) -> float:
            return float(v[self.position[parameter]])

        stock = self._stock(v)
        totals = stock.sum(axis=1)
        firm_use = np.where(
            self._levers["firm_use"] >= 0,
            v[self._levers["firm_use"]],
            v[self._levers["firm_use_share"]] * totals,
        )
        exits = self._expand(v)
        self._rules(exits, one)
        job = exits[:, EXITS.index("job")]
        transfer = exits[:, len(SELF_SUPPORT_EXITS) :]
        other_mix = _normalised(v[self._other_mix], OTHER_KINDS.index("guidance"))
        firm_mix = _normalised(v[self._firm_mix], 0)
        progression = np.zeros((N_GROUPS, N_GROUPS), dtype=bool)
        for here, there in PROGRESSIONS:
            progression[GROUP_INDEX[here], GROUP_INDEX[there]] = True
        share = one("return_to_benefit_share")
        hazards = np.array([one("return_hazard_early"), one("return_hazard_later")])
        season = v[self._season]
        season /= season[:, :52].mean(axis=1, keepdims=True)
        profile = np.zeros((N_GROUPS, N_DURATIONS))
        profile[:, 0] = 1.0
        fields: dict[str, Any] = {name: v[index] for name, index in self._by_kind.items()}
        fields |= {name: v[index] for name, index in self._by_group.items()}
        fields |= {lever.field: _lever_value(lever, v[where]) for lever, where in self._baselines}
        engine = EngineParameters(
            job=job,
            education=exits[:, EXITS.index("education")],
            other=exits[:, EXITS.index("other_self_support")],
            transfer=transfer,
            origin_factor=v[self._origin_factor],
            progression=progression,
            displacement=one("displacement"),
            displaced=v[self._levers["displaced"]],
            diminishing=one("diminishing"),
            diminishing_floor=one("diminishing_floor"),
            early_weeks=round(one("early_weeks")),
            motivation_weeks=round(one("motivation_weeks")),
            newcomer_weeks=round(one("newcomer_weeks")),
            max_meetings=one("max_meetings"),
            ratio_low=one("ratio_low"),
            ratio_high=one("ratio_high"),
            max_start_share=one("max_start_share"),
            return_rate=share * v[self._levers["return_factor"]][:, None] * hazards[None, :],
            pool_leave=one("pool_leave"),
            pool_stage_weeks=(one("pool_stage_weeks_early"), one("pool_stage_weeks_later")),
            season_inflow=season,
            season_job=np.ones((N_GROUPS, len(WEEK_NAMES))),
            season_education=self._education_season(v),
            economy_inflow_sensitivity=v[self._levers["economy_inflow_sensitivity"]],
            economy_job_sensitivity=v[self._levers["economy_job_sensitivity"]],
            inflow_profile=profile,
            stock=stock,
            use_factor=v[self._use_factor],
            firm_use=firm_use,
            firm_mix=firm_mix,
            additional_firm_mix=_normalised(v[self._additional][None, :], 0)[0],
            firm_ceiling=v[self._levers["firm_ceiling"]],
            other_mix=other_mix,
            **fields,
            education_share=other_mix[:, [OTHER_KINDS.index(k) for k in EDUCATION_KINDS]].sum(axis=1),
            firm_places=float(firm_use.sum()),
        )
        check_engine(engine)
        return engine

    def _stock(self, v: Floats) -> Floats:
        total = np.zeros(N_GROUPS)
        split = v[self._levers["split"]]
        for benchmark, groups in BENCHMARK_GROUPS.items():
            where = [GROUP_INDEX[g] for g in groups]
            whole = float(v[self._need(f"benchmark.{benchmark}")])
            weights = split[where] if len(where) > 1 else np.ones(1)
            if weights.sum() <= 0:
                raise _bad("parameters.error.shares", parameter="split", value=float(weights.sum()))
            total[where] = whole * weights / weights.sum()
        people = float(v[self._need("population.people_16_66")])
        for group in OUTSIDE_BENCHMARK:
            total[GROUP_INDEX[group]] = people * float(v[self._need(f"per_population.{group}")])
        own = self._levers["stock"]
        total = np.where(own >= 0, v[own], total)
        shares = self._origin_shares(v)
        weights = shares[None, :] * v[self._over]
        stock = total[:, None] * weights / weights.sum(axis=1, keepdims=True)
        return np.where(self._own_stock >= 0, v[self._own_stock], stock)

    def _origin_shares(self, v: Floats) -> Floats:
        rest = [float(v[self._need(f"population_share.{o}")]) for o in ORIGINS[1:]]
        if sum(rest) >= 1:
            raise _bad("parameters.error.shares", parameter="population_share", value=sum(rest))
        return np.array([1.0 - sum(rest), *rest])

    def _expand(self, v: Floats) -> Floats:
        widths = np.diff([*DURATION_CLASSES, N_DURATIONS])
        return np.repeat(v[self._exits], widths, axis=2)

    def _rules(self, exits: Floats, one: Any) -> None:
        """Writes the rule-bound exits into ``exits`` [G, 16, D]."""
        first = len(SELF_SUPPORT_EXITS)
        here = exits[GROUP_INDEX["sygedagpenge"]]
        to = first + GROUP_INDEX["jobafklaring"]
        start = round(one("rule.sygedagpenge_reassessment_week"))
        weeks = slice(start, start + round(one("rule.sygedagpenge_reassessment_length")))
        here[to, weeks] += _reassessment_rate(
            here.sum(axis=0)[weeks], one("rule.sygedagpenge_reassessment_share")
        )
        here[to, weeks.stop :] += one("rule.sygedagpenge_later_reassessment")
        here = exits[GROUP_INDEX["dagpenge"]]
        expiry, share = one("rule.dagpenge_expiry"), one("rule.dagpenge_expiry_to_kontanthjaelp_share")
        here[first + GROUP_INDEX["kontanthjaelp_jobparat"], -1] += expiry * share
        here[EXITS.index("other_self_support"), -1] += expiry * (1.0 - share)
        for kind, there in (("uddannelsesparat", "jobparat"), ("aktivitetsparat", "aktivitetsparat")):
            here = exits[GROUP_INDEX[f"uddannelseshjaelp_{kind}"]]
            here[first + GROUP_INDEX[f"kontanthjaelp_{there}"]] += one(f"rule.{kind}_turn_30")

    def _education_season(self, v: Floats) -> Floats:
        # The month of each week's middle day in a year of 365 days; week 53 is the last days of December.
        month_of_day = np.repeat(np.arange(12), _DAYS_IN_MONTHS)
        middle = np.minimum(np.arange(len(WEEK_NAMES)) * 7 + 3, 364)
        weeks = v[self._months][month_of_day[middle]]
        weeks = weeks / weeks[:52].mean()
        out = np.ones((N_GROUPS, len(WEEK_NAMES)))
        for kind in ("uddannelsesparat", "aktivitetsparat"):
            out[GROUP_INDEX[f"uddannelseshjaelp_{kind}"]] = weeks
        return out

    def population(self, values: Floats) -> dict[str, float]:
        """Persons aged 16-66 and 18-29, and shares of the former by origin (``danish`` ...)."""
        v = np.concatenate([np.asarray(values, dtype=np.float64), [1.0, 0.0]])
        people = float(v[self._need("population.people_16_66")])
        own = self.position.get("population.people_18_29")
        young = (
            float(v[own]) if own is not None else people * float(v[self._need("per_population.people_18_29")])
        )
        out = {"people_16_66": people, "people_18_29": young}
        out.update({o: float(s) for o, s in zip(ORIGINS, self._origin_shares(v), strict=True)})
        return out


def _normalised(weights: Floats, where_empty: int) -> Floats:
    """Rows that sum to 1; an empty row (a group without offers) has all its weight at ``where_empty``."""
    weights = weights.copy()
    weights[weights.sum(axis=1) <= 0, where_empty] = 1.0
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _reassessment_rate(others: Floats, share: float) -> float:
    """Weekly rate at which ``share`` of those who reach the first week have left to one place after the last.

    ``others`` [weeks] are the competing weekly exits. Solved by bisection; at most what they leave room for.
    """

    def left(rate: float) -> float:
        stay, total = 1.0, 0.0
        for q in others:
            total += stay * rate
            stay *= 1.0 - q - rate
        return total

    low, high = 0.0, max(0.0, 1.0 - float(others.max(initial=0.0)))
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if left(middle) < share else (low, middle)
    return (low + high) / 2.0


def check_engine(engine: EngineParameters) -> None:
    """Checks that hold before any run: probabilities leave room for the largest ratio, stocks are positive.

    Raises BadParameter naming the first group that fails.
    """
    factor = engine.origin_factor.max(axis=1)[:, None]
    rest = engine.other + engine.transfer.sum(axis=1)
    education = engine.education * factor * engine.season_education.max(axis=1)[:, None]
    worst = engine.job * factor * engine.ratio_high + education + rest
    for g, group in enumerate(GROUPS):
        if worst[g].max() >= 1.0:
            week = int(worst[g].argmax())
            raise _bad(
                "parameters.error.exits_too_large",
                group=group,
                week=week,
                value=round(float(worst[g].max()), 3),
            )
        if not (engine.stock[g] > 0).all():
            raise _bad("parameters.error.stock", group=group)
    # Of each origin too: the engine shares the places out by use_factor and caps every segment.
    wanted = engine.use_factor * engine.stock
    use = engine.firm_use
    limit = engine.firm_ceiling * (engine.stock * wanted.sum(axis=1, keepdims=True) / wanted).min(axis=1)
    for g, group in enumerate(GROUPS):
        if use[g] > limit[g] + 1e-9:
            raise _bad(
                "parameters.error.firm_use",
                group=group,
                value=round(float(use[g]), 1),
                limit=round(float(limit[g]), 1),
            )


@lru_cache(maxsize=32)
def _blueprint(ids: tuple[str, ...], lenders: tuple[tuple[str, str], ...]) -> Blueprint:
    return Blueprint(ids, dict(lenders))


def blueprint(ids: Iterable[str], lenders: Mapping[str, str]) -> Blueprint:
    """The blueprint for a set of ids; kept, because all municipalities without a file share one."""
    return _blueprint(tuple(ids), tuple(sorted(lenders.items())))
