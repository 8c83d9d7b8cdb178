"""Forecasts from many earlier months held against what happened: all municipalities, ours and the simple ones.

What each forecast sees ends with its start. The errors are what predictive bands are made of
(:mod:`model.forecast.predictive`) and what decides whether ours or a simple forecast is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.forecast.method import MONTHS_A_YEAR, Floats, forecast
from model.forecast.panel import Panel, panel
from model.forecast.rules import forecast_rule
from model.forecast.simple import SIMPLE, simple_forecasts
from model.municipality.history import Benefit

OURS: Final = "ours"
METHODS: Final = (OURS, *SIMPLE)
HORIZONS: Final = (1, 3, 6, 12)
LONGEST: Final = MONTHS_A_YEAR
# Starts from the first month with a year before it to the last with a year after it, when this was set.
FIRST_START: Final = np.datetime64("2022-08", "M")
LAST_START: Final = np.datetime64("2025-01", "M")


@dataclass(frozen=True, eq=False)
class Tried:
    """Forecasts of M municipalities from S starts, H = 12 months ahead; full-time persons."""

    ids: tuple[str, ...]
    starts: NDArray[np.datetime64]  # [S] the last month that was known
    known: Floats  # [S, M] its figure
    actual: Floats  # [S, H, M] nan where it has not come yet
    forecasts: Mapping[str, Floats]  # by method [S, H, M]

    @cached_property
    def absolute(self) -> Mapping[str, Floats]:
        """Return the mean absolute error by method and months ahead [H], persons."""
        return MappingProxyType(
            {name: np.nanmean(np.abs(f - self.actual), axis=(0, 2)) for name, f in self.forecasts.items()}
        )

    @cached_property
    def per_cent(self) -> Mapping[str, Floats]:
        """Return the mean absolute error by method and months ahead [H], in per cent of the start's figure."""
        size = np.maximum(self.known, 1.0)[:, None]
        return MappingProxyType(
            {
                name: 100 * np.nanmean(np.abs(f - self.actual) / size, axis=(0, 2))
                for name, f in self.forecasts.items()
            }
        )

    def best_simple(self, months_ahead: int) -> str:
        """Return the simple forecast with the smallest mean absolute error so many months ahead."""
        return min(SIMPLE, key=lambda name: float(self.absolute[name][months_ahead - 1]))

    def shown(self, months_ahead: int) -> str:
        """Return the forecast that is shown so many months ahead: ours, or the simple one that is better."""
        simple, i = self.best_simple(months_ahead), months_ahead - 1
        return OURS if self.absolute[OURS][i] <= self.absolute[simple][i] else simple

    @property
    def log_errors(self) -> Floats:
        """Return the logarithm of what happened over what is shown [S, H, M]."""
        shown = np.stack([self.forecasts[self.shown(h + 1)][:, h] for h in range(LONGEST)], axis=1)
        return np.asarray(np.log(np.maximum(self.actual, 1.0) / np.maximum(shown, 1.0)))

    def of(self, which: NDArray[np.bool_]) -> Tried:
        """Return the same of some starts alone [S]."""
        return Tried(
            self.ids,
            self.starts[which],
            self.known[which],
            self.actual[which],
            MappingProxyType({name: f[which] for name, f in self.forecasts.items()}),
        )


def starts_of(figures: Panel, first: np.datetime64, last: np.datetime64) -> NDArray[np.datetime64]:
    """Return the months from ``first`` to ``last`` that have at least a year before and a month after them."""
    months = figures.months
    usable = months[MONTHS_A_YEAR - 1 : -1]
    return np.asarray(usable[(usable >= first) & (usable <= last)])


def try_forecasts(
    figures: Panel, benefit: Benefit, *, first: np.datetime64 = FIRST_START, last: np.datetime64 = LAST_START
) -> Tried:
    """Forecast every municipality from every start, ours and the simple ones, each on what was known then."""
    starts = starts_of(figures, first, last)
    made: dict[str, list[Floats]] = {name: [] for name in METHODS}
    actual = np.full((len(starts), LONGEST, len(figures.ids)), np.nan)
    for s, start in enumerate(starts):
        known = figures.until(start)
        made[OURS].append(forecast_panel(known, benefit, LONGEST))
        for name, values in simple_forecasts(known.persons, LONGEST).items():
            made[name].append(values)
        later = figures.persons[len(known.months) : len(known.months) + LONGEST]
        actual[s, : len(later)] = later
    at = np.searchsorted(figures.months, starts)
    return Tried(
        figures.ids,
        starts,
        figures.persons[at],
        actual,
        MappingProxyType({name: np.stack(values) for name, values in made.items()}),
    )


def forecast_panel(figures: Panel, benefit: Benefit, horizon: int) -> Floats:
    """Forecast all municipalities of a panel, [horizon, M] persons."""
    return forecast(
        figures.persons, figures.months, figures.country, figures.country_months, forecast_rule(benefit), horizon
    )  # fmt: skip


def country_panel(benefit: Benefit) -> Panel:
    """Return the country's own months as a panel of one, as far back as they reach."""
    figures = panel(benefit)
    return Panel(
        ("national",), figures.country_months, figures.country[:, None].copy(), figures.country_months, figures.country
    )  # fmt: skip


@lru_cache(maxsize=2)
def tried(benefit: Benefit) -> Tried:
    """Forecast the shipped months of all municipalities from every start, once."""
    return try_forecasts(panel(benefit), benefit)


@lru_cache(maxsize=2)
def tried_country(benefit: Benefit) -> Tried:
    """Forecast the country's months from every start since 2017, once."""
    return try_forecasts(country_panel(benefit), benefit, first=np.datetime64("2017-08", "M"))
