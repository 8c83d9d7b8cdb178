"""The months of all municipalities and of the country, as forecasts read them: full-time persons without gaps."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.forecast.method import Floats
from model.municipality.figures import Months, monthly
from model.municipality.history import SERIES, Benefit
from model.municipality.municipality_list import municipalities

COUNTRY: Final = "national"
# The country's dagpenge reach further back than the municipalities': five more years of season.
_LONGER: Final[Mapping[Benefit, tuple[str, str]]] = {"dagpenge": ("national_dagpenge_y01a02", "fullTime")}


@dataclass(frozen=True, eq=False)
class Panel:
    """T months of M municipalities, and P months of the country that end with the same one; full-time persons."""

    ids: tuple[str, ...]  # [M]
    months: NDArray[np.datetime64]  # [T] datetime64[M]
    persons: Floats  # [T, M]
    country_months: NDArray[np.datetime64]  # [P]
    country: Floats  # [P]

    def __post_init__(self) -> None:
        for name in ("months", "persons", "country_months", "country"):
            getattr(self, name).flags.writeable = False

    def until(self, month: np.datetime64) -> Panel:
        """Return what was known when ``month`` was the last published one. Raises KeyError for an unknown month."""
        if month not in self.months:
            raise KeyError(str(month))
        return dataclasses.replace(
            self,
            months=self.months[self.months <= month],
            persons=self.persons[self.months <= month],
            country_months=self.country_months[self.country_months <= month],
            country=self.country[self.country_months <= month],
        )


def month_of(name: str) -> np.datetime64:
    """Return a month as files name it ("2026M01")."""
    return np.datetime64(name.replace("M", "-"), "M")


@lru_cache(maxsize=2)
def panel(benefit: Benefit) -> Panel:
    """Load the shipped months of a benefit. Source: Jobindsats y25i01, y60a02 and, for the country, y01a02 (STAR)."""
    series = monthly(*SERIES[benefit])
    names = sorted(series[COUNTRY])
    ids = tuple(info.id for info in municipalities())
    persons = np.array([[_value(series[i], name) for i in ids] for name in names])
    country = sorted(monthly(*_LONGER.get(benefit, SERIES[benefit]))[COUNTRY].items())
    until = {name: value for name, value in country if value is not None and name <= names[-1]}
    return Panel(
        ids,
        np.array([month_of(name) for name in names]),
        filled(persons),
        np.array([month_of(name) for name in until]),
        np.array(list(until.values())),
    )


def _value(series: Months, month: str) -> float:
    """Return a month's figure, NaN where none is published or it is hidden."""
    value = series.get(month)
    return float("nan") if value is None else value


def filled(persons: Floats) -> Floats:
    """Fill months without a figure as the others moved from the last one that has: [T, M], NaN where there is none.

    Months before a municipality's first figure move back from it.
    """
    known = np.isfinite(persons)
    if known.all():
        return persons
    out = persons.copy()
    for t in range(1, len(out)):
        _move(out, persons, t - 1, t)
    for t in range(len(out) - 2, -1, -1):
        _move(out, persons, t + 1, t)
    return out


def _move(out: Floats, published: Floats, known: int, missing: int) -> None:
    """Give the figures that ``missing`` lacks the level of the row ``known``, moved as those that have both."""
    both = np.asarray(np.isfinite(published[known] + published[missing]), dtype=bool)
    base = published[known, both].sum()
    ratio = published[missing, both].sum() / base if base > 0 else 1.0
    gaps = ~np.isfinite(out[missing]) & np.isfinite(out[known])
    out[missing, gaps] = out[known, gaps] * ratio
