"""Tell what a new vintage moves against the file that is there."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from model.disclosure import COUNTS, is_small
from model.municipality.build_vintage import WEIGHT, VintageRow
from model.municipality.vintages import as_written

# A weight of the benchmark's kontanthjælp group is in persons.
_PERSONS: Final = COUNTS | {WEIGHT}
_PUBLISHED: Final = ("benchmark", "population")

Key = tuple[str, str]  # municipality, parameter


@dataclass(frozen=True)
class MovedNumber:
    """One number before and after."""

    municipality: str
    parameter: str
    unit: str
    before: float
    after: float

    @property
    def relative(self) -> float:
        """Return the change as a share of the larger of the two, so that it has an end."""
        largest = max(abs(self.before), abs(self.after))
        return (self.after - self.before) / largest if largest else 0.0

    @property
    def suppressed(self) -> bool:
        """Return whether it counts so few persons that it is not shown."""
        if self.unit not in _PERSONS or self.parameter.partition(".")[0] in _PUBLISHED:
            return False
        return is_small(self.before) or is_small(self.after)


@dataclass(frozen=True)
class VintageChanges:
    """How a vintage differs from the one that was there."""

    numbers: int
    moved: tuple[MovedNumber, ...]  # the largest change first
    new: tuple[Key, ...]
    gone: tuple[Key, ...]
    otherwise: int  # of the same value, with another range, date, quality or source

    @property
    def largest_shown(self) -> tuple[MovedNumber, ...]:
        """Return what moved and may be shown, the largest change first."""
        return tuple(one for one in self.moved if not one.suppressed)

    @cached_property
    def is_same(self) -> bool:
        """Return whether the file says the same as before."""
        return not (self.moved or self.new or self.gone or self.otherwise)


def rows_in(path: Path) -> Mapping[Key, Mapping[str, str]]:
    """Return the rows of a vintage's file by municipality and parameter; none where there is no file.

    Raises KeyError where a column is missing.
    """
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["municipality"], row["parameter"]): row for row in csv.DictReader(file)}


def changes_from(before: Mapping[Key, Mapping[str, str]], rows: Iterable[VintageRow]) -> VintageChanges:
    """Return what the rows move against those of a file, number for number as written. Raises ValueError."""
    after = {(row.municipality, row.parameter): as_written(row) for row in rows}
    both = [key for key in after if key in before]
    moved = [
        MovedNumber(*key, after[key]["unit"], float(before[key]["value"]), float(after[key]["value"]))
        for key in both
        if float(before[key]["value"]) != float(after[key]["value"])
    ]
    moved.sort(key=lambda one: (-abs(one.relative), one.municipality, one.parameter))
    differ = sum(dict(before[key]) != after[key] for key in both)
    return VintageChanges(
        numbers=len(after),
        moved=tuple(moved),
        new=tuple(key for key in after if key not in before),
        gone=tuple(key for key in before if key not in after),
        otherwise=differ - len(moved),
    )
