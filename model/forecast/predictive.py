"""Predictive bands: how far from its forecast a municipality's month has been, and so may be.

The error of a forecast is in two parts, both as logarithms: what all municipalities share (the economy, rules, how
figures are counted), and what is a municipality's own. The own part is larger where there are fewer persons. Both are
measured on forecasts from earlier months (:mod:`model.forecast.tried`), by months ahead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Final

import numpy as np

from model.forecast.method import MONTHS_A_YEAR, Floats
from model.forecast.panel import panel
from model.forecast.simple import simple_forecasts
from model.forecast.tried import LONGEST, OURS, Tried, forecast_panel, tried
from model.municipality.history import Benefit

COVERAGES: Final = (0.5, 0.8, 0.9)
_ROUNDS: Final = 20
_LEAST_VARIANCE: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Spread:
    """Standard deviations of a forecast's error by months ahead 1..H, logarithms.

    The variance of a municipality's own part is ``own + counted / persons``.
    """

    common: Floats  # [H] standard deviation of what all share
    own: Floats  # [H] variance whatever the size
    counted: Floats  # [H] variance times persons

    def ahead(self, months: int) -> Spread:
        """Return the same for ``months`` ahead: beyond the longest one measured variances grow (assumed)."""
        steps, longest = np.arange(1, months + 1), len(self.common)
        i = np.minimum(steps, longest) - 1
        grown = np.maximum(steps / longest, 1.0)
        return Spread(self.common[i] * np.sqrt(grown), self.own[i] * grown, self.counted[i] * grown)

    def at(self, months: Floats) -> Spread:
        """Return the same at any time ahead [T], in months: from nothing at 0 on a straight line between months."""
        most = max(1, math.ceil(float(months.max(initial=0.0))))
        grown, whole = self.ahead(most), np.arange(most + 1)
        common, own, counted = (
            np.interp(months, whole, [0.0, *column]) for column in (grown.common**2, grown.own, grown.counted)
        )
        return Spread(np.sqrt(common), own, counted)

    def local(self, persons: Floats) -> Floats:
        """Return the standard deviation of the own part [H, M] of municipalities with so many persons [M]."""
        return np.asarray(np.sqrt(self.own[:, None] + self.counted[:, None] / np.maximum(persons, 1.0)))

    def total(self, persons: Floats) -> Floats:
        """Return the standard deviation of the whole error [H, M] of municipalities with so many persons [M]."""
        return np.asarray(np.sqrt(self.common[:, None] ** 2 + self.local(persons) ** 2))


def spread_of(runs: Tried, within: Sequence[int] | None = None) -> Spread:
    """Measure the spread of the errors of forecasts that were tried.

    ``within``: places of the municipalities of an area; what they share is then the area's, and the own part is what
    moves them past each other in a rank.
    """
    which = list(range(len(runs.ids))) if within is None else list(within)
    errors, size = runs.log_errors[:, :, which], runs.known[:, which].mean(axis=0)
    known = np.isfinite(errors)
    weights = np.where(known, size, 0.0)
    shared = (np.where(known, errors, 0.0) * weights).sum(axis=2) / np.maximum(weights.sum(axis=2), 1.0)
    shared = np.where(known.any(axis=2), shared, np.nan)
    variance = np.nanmean((errors - shared[:, :, None]) ** 2, axis=0)  # [H, M]
    own, counted = np.array([by_size(v, size) for v in variance]).T
    return Spread(np.sqrt(np.nanmean(shared**2, axis=0)), own, counted)


def by_size(variance: Floats, size: Floats) -> Floats:
    """Fit variance [M] = own + counted / size [M], neither below zero, each counting by its own precision."""
    columns = np.stack([np.ones_like(size), 1.0 / np.maximum(size, 1.0)], axis=1)
    weights, fit = np.ones_like(variance), np.array([float(variance.mean()), 0.0])
    for _ in range(_ROUNDS):
        solved = np.linalg.lstsq(columns * weights[:, None], variance * weights, rcond=None)[0]
        fit = np.maximum(solved, _LEAST_VARIANCE)
        weights = 1.0 / (columns @ fit)
    return np.asarray(fit)


@lru_cache(maxsize=2)
def spread(benefit: Benefit) -> Spread:
    """Return the spread of the shipped forecasts of a benefit, measured once."""
    return spread_of(tried(benefit))


@dataclass(frozen=True, eq=False)
class Prediction:
    """A municipality's forecast of the months after the last published one, full-time persons."""

    benefit: Benefit
    municipality: str
    last_month: np.datetime64
    last: float  # its figure
    months: Floats  # [H] datetime64[M]
    central: Floats  # [H]
    deviation: Floats  # [H] standard deviation of the whole error, logarithm
    methods: tuple[str, ...]  # [H] ours, or the simple forecast that is better

    def band(self, coverage: float) -> tuple[Floats, Floats]:
        """Return low and high [H] that a share ``coverage`` of figures to come is within."""
        z = NormalDist().inv_cdf(0.5 + coverage / 2)
        return self.central * np.exp(-z * self.deviation), self.central * np.exp(z * self.deviation)


@lru_cache(maxsize=8)
def _predictions(benefit: Benefit, horizon: int) -> tuple[Floats, tuple[str, ...]]:
    """Forecast all municipalities from the last published month: what is shown [horizon, M], and by which method."""
    figures, runs = panel(benefit), tried(benefit)
    ours = forecast_panel(figures, benefit, horizon)
    simple = simple_forecasts(figures.persons, LONGEST)
    methods = tuple(runs.shown(min(h, LONGEST)) for h in range(1, horizon + 1))
    # Beyond a year a simple forecast stands as it stood in the same month of its year.
    rows = [
        ours[h] if method == OURS else simple[method][h % MONTHS_A_YEAR] for h, method in enumerate(methods)
    ]
    return np.stack(rows), methods


def predicted(benefit: Benefit, horizon: int = LONGEST) -> Floats:
    """Return what is shown of all municipalities so many months ahead [horizon, M], persons."""
    return _predictions(benefit, horizon)[0]


def predict(municipality: str, benefit: Benefit, horizon: int = LONGEST) -> Prediction:
    """Forecast a municipality by id (``ballerup``) so many months ahead. Raises KeyError for an unknown one."""
    figures = panel(benefit)
    if municipality not in figures.ids:
        raise KeyError(municipality)
    i = figures.ids.index(municipality)
    values, methods = _predictions(benefit, horizon)
    size = figures.persons[-MONTHS_A_YEAR:].mean(axis=0)[i : i + 1]
    last = figures.months[-1]
    return Prediction(
        benefit,
        municipality,
        last,
        float(figures.persons[-1, i]),
        last + np.arange(1, horizon + 1),
        values[:, i],
        spread(benefit).ahead(horizon).total(size)[:, 0],
        methods,
    )


def coverage_of(runs: Tried, measured: Spread, coverage: float) -> Floats:
    """Return the share of municipalities and starts [H] whose figure was within the band of a spread."""
    z = NormalDist().inv_cdf(0.5 + coverage / 2)
    # A band is as wide as the figure known at the start makes it.
    limit = np.stack([z * measured.total(known) for known in runs.known])  # [S, H, M]
    errors = runs.log_errors
    inside = np.where(np.isfinite(errors), np.abs(errors) <= limit, np.nan)
    return np.asarray(np.nanmean(inside, axis=(0, 2)))
