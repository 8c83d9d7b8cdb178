"""Say which starting figures there are, by vintage: ``2020``, the source documents' year, and those made since.

A vintage lies in model/data/vintages: NAME.yaml says from when it is and what its sources are, NAME.csv holds a row
per municipality and parameter, as ``model.municipality.build_vintage`` made it, and NAME.national.yaml, where there is
one, what holds for every municipality on these figures.
"""

from __future__ import annotations

import csv
import datetime
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.files.atomic_write import write_atomically
from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.language.messages import Localized, LocalizedError, Message, Text
from model.municipality.build_vintage import VintageRow
from model.municipality.rules import DATED, FIRST_RULES
from model.parameters.files import load_parameter_file
from model.parameters.sourced_value import Quality, SourcedValue

# Pins the starting figures that the app opens on.
BASELINE_VARIABLE: Final = "INDSATSKOMPAS_BASELINE"
VINTAGES_FOLDER: Final = DATA_FOLDER / "vintages"
# What a scenario without a baseline of its own stands on: files of format 1 mean it.
FIRST: Final = "2020"
_DIGITS: Final = 6


_log = logging.getLogger(__name__)


class UnknownVintage(LocalizedError, LookupError):
    """There are no starting figures of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            Message("parameters.error.unknown_vintage", name=name[:20], known=", ".join(vintage_names()))
        )


class SharedTotal(BaseModel):
    """Target groups whose persons are known together, and from what; how they divide, their own rows say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    groups: tuple[str, ...] = Field(strict=False)
    quality: Quality
    source: str = Field(description="name of one of the head's sources")
    of: str = Field(description="the parameter whose row has the total's date and note")


class VintageHead(BaseModel):
    """What NAME.yaml holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: datetime.date
    default_start: datetime.date
    dated: Text = Field(description="what the figures are from, for beside the municipality's name")
    short: Text = Field(description="the same in a word or two, for a list")
    sources: dict[str, Text]
    notes: dict[str, Text] = {}
    totals: tuple[SharedTotal, ...] = Field(default=(), strict=False)


@dataclass(frozen=True)
class Vintage:
    """The starting figures of one date. ``start`` is the Monday at which they stand."""

    name: str
    start: datetime.date
    default_start: datetime.date  # what a new scenario on these figures begins with
    dated: Localized
    short: Localized
    national: Mapping[
        str, SourcedValue
    ]  # what holds for every municipality on these figures, by parameter id
    rows: Mapping[str, Mapping[str, SourcedValue]]  # by municipality id and parameter id
    danish_sources: Mapping[str, str]
    totals: tuple[SharedTotal, ...] = ()  # what is known of several target groups together
    texts: Mapping[str, Text] = field(default_factory=dict)  # the head's sources and notes, by name


@lru_cache(maxsize=1)
def vintage_names() -> tuple[str, ...]:
    """Return the names of all vintages, the oldest first."""
    return tuple(sorted(path.stem for path in VINTAGES_FOLDER.glob("*.csv")))


def newest_vintage() -> str:
    """Return the name of the newest vintage."""
    return vintage_names()[-1]


def opening_vintage() -> str:
    """Return the name of the figures that the app and the commands open on: the newest, or those that somebody pinned.

    Who runs the app may hold it to one vintage, so that figures do not change under a budget that is being negotiated.
    """
    pinned = os.environ.get(BASELINE_VARIABLE, "")
    if pinned in vintage_names():
        return pinned
    if pinned:
        _log.warning("%s: there are no figures called %s; the newest are used", BASELINE_VARIABLE, pinned)
    return newest_vintage()


def opening_rules() -> str:
    """Return the rules that go with the figures the app opens on."""
    return FIRST_RULES if opening_vintage() == FIRST else DATED


@lru_cache(maxsize=4)
def vintage(name: str) -> Vintage:
    """Return the starting figures of a name. Raises UnknownVintage; FileProblem where a file is wrong."""
    if name not in vintage_names():
        raise UnknownVintage(name)
    head = read_head(name)
    rows: dict[str, dict[str, SourcedValue]] = {}
    with (VINTAGES_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["municipality"], {})[row["parameter"]] = _sourced(row, head)
    return assembled(name, head, rows)


def read_head(name: str, folder: Path = VINTAGES_FOLDER) -> VintageHead:
    """Return what NAME.yaml of a folder says. Raises FileProblem, OSError where there is none."""
    document = load_data_file(folder / f"{name}.yaml")
    try:
        return VintageHead.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, f"{name}.yaml", VintageHead) from None


def assembled(
    name: str,
    head: VintageHead,
    rows: Mapping[str, Mapping[str, SourcedValue]],
    folder: Path = VINTAGES_FOLDER,
) -> Vintage:
    """Return the vintage of a head and its rows, with NAME.national.yaml of the folder. Raises FileProblem."""
    danish = {source.en: source.da for source in head.sources.values()}
    national: Mapping[str, SourcedValue] = {}
    path = folder / f"{name}.national.yaml"
    if path.exists():
        of_all = load_parameter_file(path)
        national, danish = of_all.values, {**danish, **of_all.danish_sources}
    texts = MappingProxyType({**head.notes, **head.sources})
    return Vintage(
        name=name,
        start=head.start,
        default_start=head.default_start,
        dated=head.dated,
        short=head.short,
        national=national,
        rows=rows,
        danish_sources=danish,
        totals=head.totals,
        texts=texts,
    )


def _sourced(row: Mapping[str, str], head: VintageHead) -> SourcedValue:
    """Return a number with its origin. It is the project's own file, which a test reads whole, and is not checked."""
    quality: Any = row["quality"]
    return SourcedValue.model_construct(
        value=float(row["value"]),
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        unit=row["unit"],
        as_of=row["as_of"],
        source=head.sources[row["source"]].en,
        quality=quality,
        label=None,
        note=head.notes[row["note"]] if row["note"] else None,
    )


def as_written(row: VintageRow) -> dict[str, str]:
    """Return a row's cells by heading, as its file has them. Raises ValueError for a comma."""
    return {name: _cell(value) for name, value in asdict(row).items()}


def write_rows(rows: Iterable[VintageRow], path: Path) -> None:
    """Write a vintage's rows as CSV. Raises OSError."""
    names = [column.name for column in fields(VintageRow)]
    lines = [",".join(names)]
    for row in rows:
        lines.append(",".join(as_written(row).values()))
    write_atomically(path, ("\n".join(lines) + "\n").encode())


def _cell(value: object) -> str:
    """Return what a cell holds: numbers with six digits, nothing for no number. Raises ValueError for a comma."""
    cell = "" if value is None else f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)
    if "," in cell:
        raise ValueError(f"a cell with a comma: {cell}")
    return cell
