"""Where the peers of a rank go while a baseline follows a projection: each its own forecast.

A common economy moves all alike and no rank. A municipality whose forecast rises more than its peers' falls behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model.goals.series import mean_of_year
from model.municipality.municipality_list import municipalities
from model.simulation.run_paths import forecast_levels

Floats = NDArray[np.float64]


def peer_courses(names: Sequence[str], mondays: NDArray[np.datetime64]) -> Floats:
    """Return what their forecasts move peers (by name) by, means of a year: [T, n], 1 as their figures."""
    return _peer_courses(tuple(names), mondays[0], len(mondays))


@lru_cache(maxsize=16)
def _peer_courses(names: tuple[str, ...], first: np.datetime64, weeks: int) -> Floats:
    """Return the peers' courses from a Monday on, kept."""
    id_of = {info.name: info.id for info in municipalities()}
    mondays = first + np.arange(weeks) * np.timedelta64(7, "D")
    levels = forecast_levels([id_of[name] for name in names], "dagpenge", mondays)
    courses = np.stack([mean_of_year(level, 1.0) for level in levels.T], axis=1)
    courses.flags.writeable = False
    return courses
