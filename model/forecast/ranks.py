"""Ranks to come: between which places a municipality will stand in an area, and its chance of a place.

What all of an area share moves no rank. What moves one is each municipality's own part, so that it is measured within
the area (:func:`model.forecast.predictive.spread_of`), and drawn for all of the area at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from model.forecast.method import MONTHS_A_YEAR, Floats, Ints
from model.forecast.panel import panel
from model.forecast.predictive import Spread, by_size, predicted, spread_of
from model.forecast.tried import LONGEST, tried
from model.municipality.figures import monthly

_RATE: Final = ("unemployment_y25i01", "dagpengeRate")
# A chance is within about half a percentage point of the exact one.
_DRAWS: Final = 8192
_SEED: Final = 1
# Rolling years two years apart are the longest step that the shipped months show often enough (19 starts).
LONGEST_OF_MEANS: Final = 24


def places(values: Floats) -> Ints:
    """Return the place of each value [..., M] among the M, 1 is lowest; ties share the better place."""
    below = values[..., None, :] < values[..., :, None]
    return np.asarray(below.sum(axis=-1) + 1, dtype=np.int64)


def drawn_places(values: Floats, deviations: Floats, draws: int = _DRAWS) -> Ints:
    """Draw the places [draws, M] of values [M] whose logarithms have these standard deviations [M], reproducibly."""
    z = np.random.default_rng(_SEED).standard_normal((draws, len(values)))
    # Sorted, because comparing all with all would take M times the memory.
    order = np.argsort(np.log(values) + deviations * z, axis=1)
    drawn = np.empty_like(order)
    np.put_along_axis(drawn, order, np.arange(1, len(values) + 1)[None], axis=1)
    return np.asarray(drawn, dtype=np.int64)


def chances_of(drawn: Ints, members: int) -> Floats:
    """Return the chance of each place [members] of places drawn [draws]."""
    return np.bincount(drawn, minlength=members + 1)[1:] / len(drawn)


def rank_band(chances: Floats, coverage: float) -> tuple[int, int]:
    """Return the first and last place of a band whose chance is near to ``coverage``; chances [places].

    Places are whole, so that a band between quantiles holds too much: the outer place with the smaller chance is left
    out as long as that brings the band's chance nearer.
    """
    low, high, held = 0, len(chances) - 1, float(chances.sum())
    while low < high:
        outer = min(chances[low], chances[high])
        if abs(held - outer - coverage) > abs(held - coverage):
            break
        if chances[low] <= chances[high]:
            low += 1
        else:
            high -= 1
        held -= float(outer)
    return low + 1, high + 1


@dataclass(frozen=True, eq=False)
class PlaceAhead:
    """Where a municipality will stand so many months ahead."""

    months_ahead: int
    members: int
    central: int  # by the forecasts themselves
    chances: Floats  # [members] of each place

    def band(self, coverage: float) -> tuple[int, int]:
        """Return the first and last place of the band."""
        return rank_band(self.chances, coverage)

    def chance_of(self, place: int) -> float:
        """Return the chance of that place or a better one."""
        return float(self.chances[:place].sum())


def labour_force() -> Floats:
    """Return the persons [98] that dagpenge is published in per cent of, mean of the last twelve months."""
    figures, rates = panel("dagpenge"), monthly(*_RATE)
    known = []
    for name in figures.ids:
        values = [value for value in list(rates[name].values())[-MONTHS_A_YEAR:] if value is not None]
        known.append(sum(values) / len(values))
    return np.asarray(figures.persons[-MONTHS_A_YEAR:].mean(axis=0) / np.array(known) * 100)


@lru_cache(maxsize=8)
def local_spread(area: tuple[str, ...]) -> Spread:
    """Return the spread of forecasts of dagpenge within an area, by ids in the panel's order; measured once."""
    ids = panel("dagpenge").ids
    return spread_of(tried("dagpenge"), within=[ids.index(name) for name in area])


def predict_place(municipality: str, area: Sequence[str], months_ahead: int = LONGEST) -> PlaceAhead:
    """Forecast the place in dagpenge in per cent of the labour force among an area (ids, the municipality among them).

    Raises KeyError for a municipality that is not in the area.
    """
    figures = panel("dagpenge")
    members = tuple(name for name in figures.ids if name in set(area))
    if municipality not in members:
        raise KeyError(municipality)
    which, own = [figures.ids.index(name) for name in members], members.index(municipality)
    rates = predicted("dagpenge", months_ahead)[-1, which] / labour_force()[which]
    size = figures.persons[-MONTHS_A_YEAR:, which].mean(axis=0)
    deviations = local_spread(members).ahead(months_ahead).local(size)[-1]
    drawn = drawn_places(rates, deviations)
    return PlaceAhead(
        months_ahead, len(members), int(places(rates)[own]), chances_of(drawn[:, own], len(members))
    )


# --- means of a year, which goals go by ----------------------------------------------------------


def year_means(persons: Floats) -> Floats:
    """Return the mean of each twelve months in a row: [T - 11, M]."""
    total = np.concatenate([np.zeros((1, persons.shape[1])), np.cumsum(persons, axis=0)])
    return np.asarray((total[MONTHS_A_YEAR:] - total[:-MONTHS_A_YEAR]) / MONTHS_A_YEAR)


def spread_standing_still(means: Floats, size: Floats, every: int, longest: int) -> Spread:
    """Measure how far figures have moved from where they stood, by months 1 .. ``longest``.

    Arguments: means [T, M] ``every`` so many months, of municipalities with so many persons [T, M]. Between two steps
    variances lie on a straight line, before the first on one from nothing.
    """
    steps = range(1, longest // every + 1)
    rows = []
    for step in steps:
        moved, weights = np.log(means[step:] / means[:-step]), size[:-step]
        shared = (moved * weights).sum(axis=1) / weights.sum(axis=1)
        variance = ((moved - shared[:, None]) ** 2).mean(axis=0)
        rows.append((float((shared**2).mean()), *by_size(variance, weights.mean(axis=0))))
    at = [0, *(step * every for step in steps)]
    common, own, counted = (
        np.interp(np.arange(1, longest + 1), at, [0.0, *column]) for column in np.array(rows).T
    )
    return Spread(np.sqrt(common), own, counted)


@lru_cache(maxsize=8)
def spread_of_means(area: tuple[str, ...]) -> Spread:
    """Return how far the twelve months' means of dagpenge within an area (ids) have moved, by months 1 .. 24."""
    figures = panel("dagpenge")
    means = year_means(figures.persons[:, [figures.ids.index(name) for name in area]])
    return spread_standing_still(means, means, 1, LONGEST_OF_MEANS)
