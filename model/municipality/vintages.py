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
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from model.files.atomic_write import write_atomically
from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.language.messages import Localized, LocalizedError, Message, Text
from model.municipality.build_vintage import VintageRow
from model.municipality.rules import DATED, FIRST_RULES
from model.parameters.files import load_parameter_file
from model.parameters.sourced_value import SourcedValue

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


class _Head(BaseModel):
    """What NAME.yaml holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: datetime.date
    default_start: datetime.date
    dated: Text = Field(description="what the figures are from, for beside the municipality's name")
    short: Text = Field(description="the same in a word or two, for a list")
    sources: dict[str, Text]
    notes: dict[str, Text] = {}


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
    head = _Head.model_validate(load_data_file(VINTAGES_FOLDER / f"{name}.yaml").data)
    rows: dict[str, dict[str, SourcedValue]] = {}
    with (VINTAGES_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["municipality"], {})[row["parameter"]] = _sourced(row, head)
    danish = {source.en: source.da for source in head.sources.values()}
    national: Mapping[str, SourcedValue] = {}
    path = VINTAGES_FOLDER / f"{name}.national.yaml"
    if path.exists():
        of_all = load_parameter_file(path)
        national, danish = of_all.values, {**danish, **of_all.danish_sources}
    return Vintage(name, head.start, head.default_start, head.dated, head.short, national, rows, danish)


def _sourced(row: Mapping[str, str], head: _Head) -> SourcedValue:
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


def write_rows(rows: Iterable[VintageRow], path: Path) -> None:
    """Write a vintage's rows as CSV. Raises OSError."""
    names = [field.name for field in fields(VintageRow)]
    lines = [",".join(names)]
    for row in rows:
        lines.append(",".join(_cell(value) for value in asdict(row).values()))
    write_atomically(path, ("\n".join(lines) + "\n").encode())


def _cell(value: object) -> str:
    """Return what a cell holds: numbers with six digits, nothing for no number. Raises ValueError for a comma."""
    cell = "" if value is None else f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)
    if "," in cell:
        raise ValueError(f"a cell with a comma: {cell}")
    return cell
