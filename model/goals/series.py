"""Read weekly series: windows of weeks, means of what is known, and the keys that figures are kept by."""

from __future__ import annotations

import datetime
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from model.domain import WEEKS_PER_YEAR

Floats = NDArray[np.float64]

QUARTER: Final = 13  # weeks
YEAR: Final = WEEKS_PER_YEAR
EPSILON: Final = 1e-9  # rounding of sums, far below any decimal shown

# Keys of the two figures of a run that belong to no goal.
PERSONS: Final = "persons_on_support"
NET: Final = "net_difference_dkk"


class HasId(Protocol):
    """A goal or an indicator, as specification or as result."""

    @property
    def id(self) -> str:
        """Return the id that files use."""
        ...


def indicator_key(goal: HasId, indicator: HasId) -> str:
    """Return the key under which files and tables keep an indicator, for instance ``unge.young_on_support``."""
    return f"{goal.id}.{indicator.id}"


def rolling_sums(series: Floats, weeks: int) -> Floats:
    """Sum a series [T, ...] over each full window of weeks: [T - weeks + 1, ...], or empty where T is smaller."""
    if len(series) < weeks:
        return np.zeros((0, *series.shape[1:]))
    total = np.cumsum(series, axis=0)
    sums = total[weeks - 1 :].copy()
    sums[1:] -= total[:-weeks]
    return sums


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide ``part`` by ``whole``, NaN where there is no whole."""
    quotient = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=quotient, where=whole > 1e-12)
    return quotient


def pad_front(values: Floats, weeks: int) -> Floats:
    """Put NaN in front of windowed values [n, ...], so that there is one value per week: [weeks, ...]."""
    missing = weeks - len(values)
    return np.concatenate([np.full((missing, *values.shape[1:]), np.nan), values]) if missing else values


def known_means(values: Floats) -> Floats:
    """Return the mean of each row [n, T] over the values that are known: [n], NaN where none is."""
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    missing = np.isnan(values)
    if not missing.any():
        return np.asarray(values.mean(axis=1))
    return ratio(np.where(missing, 0.0, values).sum(axis=1), (~missing).sum(axis=1).astype(np.float64))


def end_means(values: Floats) -> Floats:
    """Return the mean of the last 52 weeks of each row [n, T], of what is known of them: [n]."""
    return known_means(values[:, -YEAR:])


def value_at_week(values: Floats, window: int, week: int) -> float:
    """Return the value that counts at ``week`` (0 .. T - 1) of weekly values [T].

    A figure over a year (``window``) counts as it is, a quarterly one as the mean of the 52 weeks up to the week.
    """
    if window == YEAR:
        return float(values[week])
    return float(known_means(values[None, max(0, week + 1 - YEAR) : week + 1])[0])


def date_of_week(week: np.datetime64) -> datetime.date:
    """Return the date of a Monday of a run."""
    date: datetime.date = week.astype("datetime64[D]").item()
    return date


def mean_of_year(series: Floats, start: float) -> Floats:
    """Return the mean of the 52 weeks up to and with each week: [T]; the start stands for weeks before the run."""
    filled = np.concatenate([np.full(WEEKS_PER_YEAR, start), series])
    total = np.concatenate([[0.0], np.cumsum(filled)])
    return np.asarray(
        (total[WEEKS_PER_YEAR + 1 :] - total[1 : len(series) + 1]) / WEEKS_PER_YEAR, dtype=np.float64
    )
