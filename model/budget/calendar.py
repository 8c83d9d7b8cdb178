"""Divide the weeks of a run by days among the budget years, so that a year's sum depends on no run's length."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.engine.lever_paths import LeverPaths

DAYS_A_WEEK: Final = 7


@dataclass(frozen=True, eq=False)
class BudgetCalendar:
    """The parts of W weeks in Y budget years: all weeks, then what New Year cuts off of some. Read-only.

    Days of January before the first Monday, the opening, are the baseline's: nothing has changed yet. Years are those
    of the Mondays: days of a later one at the end of the last week are left out.
    """

    mondays: NDArray[np.datetime64]  # [W], the closing weeks with them
    years: tuple[int, ...]  # [Y]
    days: tuple[int, ...]  # [Y] that the run covers, with the opening
    opening: float  # days before the first Monday, over seven
    week: NDArray[np.int64]  # [P] position among the W weeks
    year: NDArray[np.int64]  # [P]
    share: NDArray[np.float64]  # [P] days over seven
    by_year: NDArray[np.float64]  # [Y, P] the share in the part's own year, else 0

    @property
    def n_weeks(self) -> int:
        """Return W."""
        return len(self.mondays)

    @property
    def cut(self) -> NDArray[np.int64]:
        """Return the weeks that New Year cuts, of which a second part follows after all weeks [P - W]."""
        return self.week[len(self.mondays) :]

    @property
    def whole(self) -> tuple[bool, ...]:
        """Return whether the run covers all days of each year."""
        return tuple(days == days_in_year(year) for year, days in zip(self.years, self.days, strict=True))


def days_in_year(year: int) -> int:
    """Return 365, or 366 in a leap year."""
    return (datetime.date(year + 1, 1, 1) - datetime.date(year, 1, 1)).days


def budget_calendar(paths: LeverPaths) -> BudgetCalendar:
    """Return the calendar of a run, with the weeks that close its last year."""
    start: datetime.date = paths.weeks[0].astype(object)
    return _calendar(start, paths.weeks_to_run - paths.weeks_before)


@lru_cache(maxsize=64)
def _calendar(start: datetime.date, weeks: int) -> BudgetCalendar:
    """Divide ``weeks`` from a Monday on."""
    mondays = [start + datetime.timedelta(days=DAYS_A_WEEK * week) for week in range(weeks)]
    last_year = mondays[-1].year
    parts: list[tuple[int, int, int]] = []  # week, year, days
    cut_off: list[tuple[int, int, int]] = []
    since_new_year = (start - datetime.date(start.year, 1, 1)).days
    opening = since_new_year if since_new_year < DAYS_A_WEEK else 0
    for week, monday in enumerate(mondays):
        before_new_year = min(DAYS_A_WEEK, (datetime.date(monday.year + 1, 1, 1) - monday).days)
        parts.append((week, monday.year, before_new_year))
        if before_new_year < DAYS_A_WEEK and monday.year < last_year:
            cut_off.append((week, monday.year + 1, DAYS_A_WEEK - before_new_year))
    parts += cut_off
    week_of, year_of, days = (np.array(column, dtype=np.int64) for column in zip(*parts, strict=True))
    years = np.unique(year_of)
    by_year = np.where(year_of == years[:, None], days, 0)
    calendar = BudgetCalendar(
        mondays=np.array(mondays, dtype="datetime64[D]"),
        years=tuple(years.tolist()),
        days=tuple((by_year.sum(axis=1) + opening * (years == start.year)).tolist()),
        opening=opening / DAYS_A_WEEK,
        week=week_of,
        year=year_of,
        share=days / DAYS_A_WEEK,
        by_year=by_year / DAYS_A_WEEK,
    )
    for array in vars(calendar).values():
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    return calendar
