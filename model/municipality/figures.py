"""Read the published figures of model/data/figures: all 98 municipalities, month by month, as they were collected.

What each file is and where it was found stands in model/data/README.md. A small count that the publisher hides is an
empty cell, and None here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from model.files.folders import DATA_FOLDER

FIGURES_FOLDER: Final = DATA_FOLDER / "figures"
# The nation's row in files of Jobindsats.
NATION: Final = "national"
TOTAL_AGE: Final = "Age, total"

Months = Mapping[str, float | None]  # by month, "2026M01"


@lru_cache(maxsize=32)
def monthly(name: str, column: str, folder: Path = FIGURES_FOLDER) -> Mapping[str, Months]:
    """Return one column of a monthly file by municipality id ("national": the nation) and month.

    Read once. Raises as :func:`read_monthly`.
    """
    return read_monthly(name, column, folder)


def read_monthly(name: str, column: str, folder: Path = FIGURES_FOLDER) -> Mapping[str, Months]:
    """Read what :func:`monthly` returns, as the file is now.

    Raises KeyError for a column that the file does not have, OSError where there is no such file.
    """
    series: dict[str, dict[str, float | None]] = {}
    for row in read_rows(folder / f"{name}.csv"):
        series.setdefault(row["municipality"], {})[row["month"]] = _number(row[column])
    return series


@lru_cache(maxsize=32)
def by_label(name: str, column: str, folder: Path = FIGURES_FOLDER) -> Mapping[str, Months]:
    """Return one column of a file of a single period by municipality id and label. Raises as :func:`monthly`."""
    labels: dict[str, dict[str, float | None]] = {}
    for row in read_rows(folder / f"{name}.csv"):
        labels.setdefault(row["municipality"], {})[row["label"]] = _number(row[column])
    return labels


@lru_cache(maxsize=8)
def inhabitants(folder: Path = FIGURES_FOLDER) -> Mapping[str, Mapping[str, float]]:
    """Return the inhabitants of all ages (StatBank FOLK1AM) by municipality's name and month."""
    people: dict[str, dict[str, float]] = {}
    for row in read_rows(folder / "population_folk1am.csv", ";"):
        if row["ALDER"] == TOTAL_AGE:
            people.setdefault(row["OMRÅDE"], {})[row["TID"]] = float(row["INDHOLD"])
    return people


@lru_cache(maxsize=8)
def benchmark_of_2022(folder: Path = FIGURES_FOLDER) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return the benchmark's rows of the newest half-year found, as text, by municipality's name and benefit group."""
    rows = list(read_rows(folder / "benchmark_y30r21_2022.csv"))
    newest = max(row["period"] for row in rows)
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for row in rows:
        if row["period"] == newest:
            found.setdefault(row["municipality"], {})[row["benefit_group"]] = row
    return found


@lru_cache(maxsize=8)
def period_of(name: str, folder: Path = FIGURES_FOLDER) -> str:
    """Return the period of a file that has a single one, the last where it has several."""
    return max(row["period"] for row in read_rows(folder / f"{name}.csv"))


def months_of(series: Months, until: str, most: int, first: str = "") -> tuple[str, ...]:
    """Return the latest months with a figure up to ``until``, at most ``most`` of them and none before ``first``."""
    known = sorted(m for m, value in series.items() if value is not None and first <= m <= until)
    return tuple(known[-most:])


def mean_of(series: Months, months: tuple[str, ...]) -> float:
    """Return the mean of some months, all of which have a figure. Raises ZeroDivisionError for no month."""
    return sum(series[month] or 0.0 for month in months) / len(months)


def read_rows(path: Path, delimiter: str = ",") -> Iterator[Mapping[str, str]]:
    """Yield the rows of a file, by heading. Raises OSError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def _number(cell: str) -> float | None:
    """Return a cell's number, None where it is empty."""
    return float(cell) if cell else None
