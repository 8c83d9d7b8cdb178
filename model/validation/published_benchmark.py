"""The ministry's benchmark of all 98 municipalities as it was published, 2020 to 2022: shown, no input of a run.

The four half-years of ``model.goals.benchmark`` are what goals and back-tests rest on; the two of 2022 are in
model/data/figures. Nothing newer by municipality was found.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from model.goals.benchmark import BENEFIT_GROUPS, BenchmarkRow, members, published_rows
from model.goals.benchmark import PERIODS as FIRST_PERIODS
from model.language.catalogue import short_date, text
from model.municipality.figures import FIGURES_FOLDER, read_rows

FILE: Final = "benchmark_y30r21_2022.csv"
# Rolling years, half a year apart, and the last month of each.
PERIODS: Final[Mapping[str, str]] = MappingProxyType(
    {**FIRST_PERIODS, "2022QMAT02": "2022-06", "2022QMAT04": "2022-12"}
)


@lru_cache(maxsize=1)
def _rows() -> Mapping[tuple[str, str, str], BenchmarkRow]:
    """Return every published row by municipality, rolling year and benefit group (the ministry's name of it)."""
    rows = dict(published_rows())
    for row in read_rows(FIGURES_FOLDER / FILE):
        rows[row["municipality"], row["period"], row["benefit_group"]] = BenchmarkRow(
            expected_fte=float(row["expected_fte"]),
            actual_fte=float(row["actual_fte"]),
            expected_pct=float(row["expected_pct"]),
            actual_pct=float(row["actual_pct"]),
            difference_pp=float(row["difference_pp"]),
            rank=int(row["rank"]),
        )
    return rows


@dataclass(frozen=True)
class PublishedYear:
    """A municipality's published figures of one rolling year."""

    period: str
    row: BenchmarkRow

    @property
    def last_month(self) -> datetime.date:
        """Return the first day of the year's last month."""
        return datetime.date.fromisoformat(f"{PERIODS[self.period]}-01")

    def label(self, language: str) -> str:
        """Return which year it is in words: the twelve months up to and with its last."""
        return period_label(self.period, language)


def period_label(period: str, language: str) -> str:
    """Return a rolling year in words. Raises KeyError for an unknown one."""
    last = datetime.date.fromisoformat(f"{PERIODS[period]}-01")
    return text("benchmark.year_to", language, month=short_date(last, language))


def published_course(municipality: str, group: str = "total") -> tuple[PublishedYear, ...]:
    """Return a municipality's expected, actual and rank (by name) over the published half-years, oldest first."""
    rows, label = _rows(), BENEFIT_GROUPS[group]
    return tuple(PublishedYear(period, rows[municipality, period, label]) for period in PERIODS)


def ranking(group: str, period: str) -> tuple[tuple[str, BenchmarkRow], ...]:
    """Return all 98 municipalities with their figures of a rolling year, by the ministry's rank."""
    rows, label = _rows(), BENEFIT_GROUPS[group]
    listed = [(name, rows[name, period, label]) for name in members("all")]
    return tuple(sorted(listed, key=lambda item: (item[1].rank, item[0])))
