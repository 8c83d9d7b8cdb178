"""How far municipalities move past each other in the rank of goal 2, measured where the rank's own figures are from.

- On figures since 2020 the rank goes by means of twelve months: how far those of an area have moved from where they
  stood, over 1 to 24 months (Jobindsats y25i01, 2021M08 on).
- On those of 2020 it goes by the ministry's rolling years: the same over six published half-years, 2020QMAT02 to
  2022QMAT04. It is the movement of what the rank goes by, actual per cent, and not of actual less expected: from two
  years before, 5 of 37 that stood below the top ten of the capital region were in it, where the first gives 12 %, the
  second 10 %.

What all of an area share is left out: it moves no rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from model.forecast.predictive import Spread
from model.forecast.ranks import spread_of_means, spread_standing_still
from model.goals.benchmark import Area, benchmark_row, members
from model.goals.dagpenge_rates import dagpenge_rates
from model.goals.series import Floats
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import FIRST

ROLLING_YEARS: Final = ("2020QMAT02", "2020QMAT04", "2021QMAT02", "2021QMAT04", "2022QMAT02", "2022QMAT04")
_HALF_YEAR: Final = 6
_LONGEST: Final = 24


@dataclass(frozen=True, eq=False)
class Standing:
    """Where n municipalities stand in dagpenge, lowest first."""

    per_cent: Floats  # [n] of what goal 2 goes by
    persons: Floats  # [n] full-time
    names: tuple[str, ...]  # [n]


def standing(names: frozenset[str], figures: str) -> Standing:
    """Return where municipalities (by name) stand on starting figures. Raises UnknownVintage."""
    if figures == FIRST:
        published = {name: benchmark_row(name) for name in names}
        rows = [(row.actual_pct, row.actual_fte, name) for name, row in published.items()]
    else:
        rates = dagpenge_rates(figures)
        rows = [(rates[name].per_cent, rates[name].persons, name) for name in names]
    per_cent, persons, named = zip(*sorted(rows), strict=True)
    return Standing(np.array(per_cent), np.array(persons), named)


def rolling_years(area: Area) -> tuple[Floats, Floats]:
    """Return the per cent and the persons [6, n] on dagpenge in the benchmark's rolling years, members by name."""
    names = sorted(members(area))
    rows = [[benchmark_row(name, "dagpenge", period) for name in names] for period in ROLLING_YEARS]
    return (
        np.array([[row.actual_pct for row in year] for year in rows]),
        np.array([[row.actual_fte for row in year] for year in rows]),
    )


@lru_cache(maxsize=8)
def rank_spread(figures: str, area: Area) -> Spread:
    """Return how far the municipalities of an area move, by months 1 .. 24, on starting figures."""
    if figures == FIRST:
        return spread_standing_still(*rolling_years(area), _HALF_YEAR, _LONGEST)
    names = members(area)
    return spread_of_means(tuple(info.id for info in municipalities() if info.name in names))
