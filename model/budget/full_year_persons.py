"""Count budget persons (helårspersoner) by target group, month and year: what a budget multiplies with a price."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.budget.calendar import DAYS_A_WEEK, budget_calendar
from model.budget.costs import volumes_of
from model.simulation.outcome import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FullYearPersons:
    """Mean persons of the days of each period that a run covers; G = 13 target groups.

    A week's persons are those at its start, whom the budget pays, on each of its days; the days of January before the
    first Monday have those of the first week. Twelve months, weighted by their days, are the year.
    """

    months: tuple[datetime.date, ...]  # [M] the first of each
    by_month: Floats  # [M, G]
    years: tuple[int, ...]  # [Y]
    by_year: Floats  # [Y, G]
    whole: tuple[bool, ...]  # [Y] whether the run covers all days of the year


def full_year_persons(outcome: Outcome) -> FullYearPersons:
    """Return the budget persons of a run, its closing weeks with it."""
    calendar = budget_calendar(outcome.paths)
    persons = volumes_of(outcome).persons[: calendar.n_weeks]
    start = calendar.mondays[0]
    first = start - np.timedelta64(round(calendar.opening * DAYS_A_WEEK), "D")
    last = start + np.timedelta64(calendar.n_weeks * DAYS_A_WEEK, "D")
    days = np.arange(first, min(last, np.datetime64(f"{calendar.years[-1] + 1}-01-01")))
    week = np.maximum((days - start).astype(np.int64), 0) // DAYS_A_WEEK
    months, by_month = _means(days.astype("datetime64[M]"), persons[week])
    years, by_year = _means(days.astype("datetime64[Y]"), persons[week])
    return FullYearPersons(
        months=tuple(month.astype("datetime64[D]").item() for month in months),
        by_month=by_month,
        years=tuple(int(str(year)) for year in years),
        by_year=by_year,
        whole=calendar.whole,
    )


def _means(period_of_day: NDArray[np.datetime64], persons: Floats) -> tuple[NDArray[np.datetime64], Floats]:
    """Return the periods [n] and the mean persons over the days of each [n, G]."""
    periods, row = np.unique(period_of_day, return_inverse=True)
    sums = np.zeros((len(periods), persons.shape[1]))
    np.add.at(sums, row, persons)
    return periods, sums / np.bincount(row)[:, None]
