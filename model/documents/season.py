"""Take the season out of weekly series for a chart: what the baseline does every year at the same time."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.domain import WEEKS_PER_YEAR

Floats = NDArray[np.float64]

# A season smaller than this part of the level is none: the line is drawn as it is.
_LEAST: Final = 0.005


def season_of(baseline: Floats) -> Floats | None:
    """Return the season of a weekly series [T], with a mean of zero over a year; None where it has none.

    It is what is left of the series beside its 52-week mean, averaged over the years for each week of the year. The
    scenario's line is freed of the same season, so that the difference between the two stays as it is.
    """
    weeks = len(baseline)
    known = np.isfinite(baseline)
    if weeks < 2 * WEEKS_PER_YEAR or not known.any():
        return None
    first = int(np.argmax(known))
    series = baseline[first:]
    if not np.isfinite(series).all() or len(series) < 2 * WEEKS_PER_YEAR:
        return None
    half = WEEKS_PER_YEAR // 2
    # The mean of a year around each week, the first and the last of 53 at half weight.
    weights = np.full(WEEKS_PER_YEAR + 1, 1.0 / WEEKS_PER_YEAR)
    weights[[0, -1]] /= 2
    around = np.convolve(series, weights, mode="valid")
    left = series[half : half + len(around)] - around
    week = (np.arange(weeks) - first) % WEEKS_PER_YEAR
    inner = week[first + half : first + half + len(around)]
    pattern = np.array([left[inner == w].mean() for w in range(WEEKS_PER_YEAR)])
    pattern -= pattern.mean()
    level = float(np.abs(series).mean())
    if np.abs(pattern).max() <= _LEAST * max(level, 1e-12):
        return None
    return np.asarray(pattern[week])
