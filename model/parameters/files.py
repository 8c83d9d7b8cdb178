"""Read parameter files, ``model/data/*.yaml`` and a municipality's own, into numbers with sources by parameter id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.domain import OFFER_GROUPS
from model.files.folders import DATA_FOLDER
from model.files.problems import FileProblem, Problem, suggestion
from model.files.strict_yaml import DATA_BYTES, DATA_NODES, Document, load_data_file, load_file
from model.files.validation_problems import problems_from, wording
from model.language.messages import Message, Phrase, Text, joined
from model.parameters.ids import (
    CLASS_NAMES,
    MONTH_NAMES,
    TABLES,
    WEEK_NAMES,
    BadParameter,
    check_bounds,
    id_fault,
)
from model.parameters.own_format import NewerFormat, check_own_format, number_today, table_today
from model.parameters.price_bounds import check_price, known_prices
from model.parameters.sourced_value import Quality, SourcedValue

# A municipality's own file may also hold numbers of the budget; the shipped ones have budget.yaml to themselves.
BUDGET_TABLE: Final = "budget"
# Later files win where two give the same id; a municipality's own file comes last.
PARAMETER_FILES: Final = ("effects.yaml", "flows.yaml", "exits.yaml", "offers.yaml", "national.yaml")
_LISTS: Final = {len(CLASS_NAMES): CLASS_NAMES, len(MONTH_NAMES): MONTH_NAMES, len(WEEK_NAMES): WEEK_NAMES}


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
        """Turn a number, ``[value, low, high]`` or a list of values into the row's full form."""
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
        """Check that a row holds one value or several, and that its spread goes both ways."""
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
    format: int | None = None  # of a municipality's own file
    municipality: MunicipalityHeader | None = None
    sources: dict[str, Text | str] = {}
    notes: dict[str, Text] = {}
    defaults: _Defaults
    nearest: dict[str, str] = {}
    tables: list[_TableModel]


@dataclass(frozen=True)
class ParameterFile:
    """What one file holds: values by id, whose priors a group without its own takes, and a municipality's head."""

    values: Mapping[str, SourcedValue]
    fallback_group: Mapping[str, str]
    municipality: MunicipalityHeader | None
    danish_sources: Mapping[str, str]  # by the English text that the values carry


def read_parameters(document: Document) -> ParameterFile:
    """Check a parsed file and expand its tables. Raises FileProblem with line and column of every fault."""
    try:
        check_own_format(document)
    except NewerFormat as error:
        fault = document.problem(("format",), error.message.da, error.message.en)
        raise FileProblem((fault,), document.name) from None
    try:
        model = _FileModel.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, document.name) from error
    problems = _fallback_problems(document, model)
    values: dict[str, SourcedValue] = {}
    own = model.municipality is not None
    tables = (*TABLES, "scalars", *((BUDGET_TABLE,) if own else ()))
    for t, table in enumerate(model.tables):
        name = table_today(table.table, own=own)
        if name not in tables:
            problems.append(_unknown(document, ("tables", t, "table"), table.table, tables))
            continue
        for key, row in table.rows.items():
            path = ("tables", t, "rows", key)
            faults = _reference_faults(row, table, model)
            if faults:
                problems.extend(_unknown(document, path, *fault) for fault in faults)
                continue
            stem = key if name == "scalars" else f"{name}.{key}"
            for suffix, number in (row.values or {"": row.value or 0.0}).items():
                parameter = number_today(f"{stem}.{suffix}" if suffix else stem, own=own)
                problem = _add_value(values, parameter, number, (row, table, model), (document, path))
                if problem is not None:
                    problems.append(problem)
    if problems:
        raise FileProblem(problems, document.name)
    danish = {s.en: s.da for s in model.sources.values() if isinstance(s, Text)}
    return ParameterFile(values, dict(model.nearest), model.municipality, danish)


def _fallback_problems(document: Document, model: _FileModel) -> list[Problem]:
    """Return the groups under ``nearest`` that do not exist, and those that lead in a circle."""
    problems = [
        _unknown(document, ("nearest", group), name, OFFER_GROUPS)
        for group, other in model.nearest.items()
        for name in (group, other)
        if name not in OFFER_GROUPS
    ]
    for group in model.nearest:
        chain = [group]
        while chain[-1] in model.nearest and model.nearest[chain[-1]] not in chain:
            chain.append(model.nearest[chain[-1]])
        if chain[-1] in model.nearest:
            message = Message("parameters.error.circle", group=group)
            problems.append(document.problem(("nearest", group), message.da, message.en))
    return problems


def _add_value(
    values: dict[str, SourcedValue],
    parameter: str,
    number: float,
    origin: tuple[_RowModel, _TableModel, _FileModel],
    place: tuple[Document, tuple[str | int, ...]],
) -> Problem | None:
    """Add one number to ``values``, or return what is wrong with it; ``place`` is where it stands."""
    document, path = place
    is_price = table_of(parameter) == BUDGET_TABLE
    fault = _price_fault(parameter) if is_price else id_fault(parameter)
    if fault is not None:
        return _unknown(document, path, *fault)
    if parameter in values:
        twice = Message("parameters.error.twice", parameter=parameter)
        return document.problem(path, twice.da, twice.en)
    try:
        values[parameter] = _sourced(number, *origin)
        check = check_price if is_price else check_bounds
        check(parameter, values[parameter].value)
    except ValidationError as error:
        first = error.errors()[0]
        reason = first.get("ctx", {}).get("error")
        da, en = wording(first) if reason is None else (str(reason), str(reason))
        return document.problem(path, f"»{parameter}«: {da}", f"“{parameter}”: {en}")
    except BadParameter as error:
        return document.problem(path, error.da, error.en)
    return None


def table_of(parameter: str) -> str:
    """Return the table that a parameter stands in: the first part of its id; ``scalars`` for ids of one word."""
    return parameter.split(".")[0] if "." in parameter else "scalars"


def _price_fault(parameter: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the id and the known ones, where the budget has no number of that id."""
    return None if parameter in known_prices() else (parameter, tuple(known_prices()))


def _reference_faults(
    row: _RowModel, table: _TableModel, model: _FileModel
) -> list[tuple[str, tuple[str, ...]]]:
    """Return notes that the file does not have, and sources that look like a key but are none of its."""
    out = []
    if row.note is not None and row.note not in model.notes:
        out.append((row.note, tuple(model.notes)))
    source = row.source or table.source or model.defaults.source
    if " " not in source and source not in model.sources:
        out.append((source, tuple(model.sources)))
    return out


def _unknown(document: Document, path: Sequence[str | int], word: str, known: Iterable[str]) -> Problem:
    """Return the problem of a name that does not exist, with the nearest that does."""
    nearest = Phrase(suggestion, word, tuple(known))
    message = Phrase(joined, [Message("parameters.error.unknown_name", name=word), nearest], separator="")
    return document.problem(path, message.da, message.en)


def _sourced(number: float, row: _RowModel, table: _TableModel, model: _FileModel) -> SourcedValue:
    """Return one number with its origin: the row's own, else the table's, else the file's."""
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


def load_parameter_file(path: Path) -> ParameterFile:
    """Read one parameter file. Raises FileProblem."""
    if path.is_relative_to(DATA_FOLDER):
        return read_parameters(load_data_file(path))
    return read_parameters(load_file(path, max_bytes=DATA_BYTES, max_nodes=DATA_NODES))


@lru_cache(maxsize=1)
def national_parameters() -> ParameterFile:
    """Return the files that hold for every municipality, merged."""
    values: dict[str, SourcedValue] = {}
    fallback_group: dict[str, str] = {}
    danish: dict[str, str] = {}
    for name in PARAMETER_FILES:
        file = load_parameter_file(DATA_FOLDER / name)
        values.update(file.values)
        fallback_group.update(file.fallback_group)
        danish.update(file.danish_sources)
    return ParameterFile(values, fallback_group, None, danish)
