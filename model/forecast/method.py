"""The forecast of monthly figures: season, level and a damped trend, with the country behind each municipality.

A municipality's month is worked on as a logarithm, so that all is in shares of its level:

- **Breaks.** In the country's series a month whose step is far from that month's usual step is a break (March 2020,
  July 2025). It counts in the level and in nothing else; months after it count again, so that a break ends by itself.
- **Season.** The country's mean step of each calendar month, older years counting less, plus the municipality's own
  difference from the others, drawn towards none where it has few persons or few years.
- **Level.** The last months without season, the last one most.
- **Trend.** The country's mean step of the last months without season and breaks, part of it, fading month by month.

The idea is exponential smoothing with additive season and damped trend (Gardner 1985; Hyndman & Athanasopoulos,
*Forecasting: Principles and Practice*, 3rd ed., chapter 8), here with a country's season as what is expected of each
municipality. Libraries fit each series alone and need two whole years of it; see ``tests/benchmarks/forecasts.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

MONTHS_A_YEAR: Final = 12
# Of a normal distribution: the median absolute residual to its standard deviation.
_MAD_TO_SD: Final = 1.4826
_ROUNDS: Final = 3
# Below so many persons a logarithm says nothing.
_LEAST: Final = 3.0


@dataclass(frozen=True)
class ForecastRule:
    """What the forecast of one benefit is made with; see ``model/data/forecast.yaml`` for unit and source of each."""

    discount: float  # what a step counts when it is a year older
    break_limit: float  # robust standard deviations
    pooled_share: float  # of the country's season that is used
    own_half: float  # persons x years at which the own season counts half
    own_years: float  # years of own months at which it counts half, however large the municipality
    smoothing: float  # what the last month counts in the level
    trend_months: float
    trend_share: float
    damping: float  # of the trend, a month


@dataclass(frozen=True)
class Pool:
    """The country's months: what is expected of each municipality."""

    season: Floats  # [12] log, mean 0
    trend: Floats  # [n] the part of the trend that is used at each forecast month, summed, log
    breaks: Bools  # [P - 1] which steps are breaks
    count: Floats  # [12] steps that each calendar month's mean rests on


def calendar(months: NDArray[np.datetime64]) -> Ints:
    """Return the calendar month of each, 0 = January."""
    return months.astype("datetime64[M]").astype(np.int64) % MONTHS_A_YEAR


def logs(persons: Floats) -> Floats:
    """Return logarithms of persons, the smallest counts lifted so that they have one."""
    return np.log(np.maximum(persons, _LEAST))


def mean_steps(steps: Floats, month: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Return the weighted mean step [12, ...] into each calendar month, and the weight it rests on [12].

    Arguments: steps [n, ...] and the month [n] that each leads into. A month without any has mean 0 and weight 0.
    """
    means, count = np.zeros((MONTHS_A_YEAR, *steps.shape[1:])), np.zeros(MONTHS_A_YEAR)
    for m in range(MONTHS_A_YEAR):
        weight = np.where(month == m, weights, 0.0)
        count[m] = weight.sum()
        if count[m] > 0:
            means[m] = np.tensordot(weight, steps, 1) / count[m]
    return means, count


def levels_of(steps: Floats) -> Floats:
    """Return the season [12, ...] with mean 0 whose steps these are, once their mean (the trend) is taken out."""
    season = np.cumsum(steps - steps.mean(axis=0), axis=0)
    return np.asarray(season - season.mean(axis=0))


def _median(steps: Floats) -> float:
    """Return the median, 0 of none."""
    return float(np.median(steps)) if len(steps) else 0.0


def find_breaks(steps: Floats, month: Ints, weights: Floats, limit: float) -> Bools:
    """Find the steps [n] that are far from their calendar month's usual one, in robust standard deviations of all.

    Usual is the median at first, which one break among few years does not move, then the mean of what is no break.
    """
    usual = np.ones(len(steps), bool)
    for turn in range(_ROUNDS):
        if turn == 0:
            middle = np.array([_median(steps[month == m]) for m in range(MONTHS_A_YEAR)])
        else:
            middle, _count = mean_steps(steps, month, weights * usual)
        off = steps - middle[month]
        off = off - np.median(off)
        spread = _MAD_TO_SD * float(np.median(np.abs(off)))
        usual = np.abs(off) <= limit * spread if spread > 0 else usual
    return ~usual


def pool_of(persons: Floats, months: NDArray[np.datetime64], rule: ForecastRule, horizon: int) -> Pool:
    """Estimate the country's season, breaks and trend of its months up to now; persons [P], months [P]."""
    steps, month = np.diff(logs(persons)), calendar(months)[1:]
    age = np.arange(len(steps) - 1, -1, -1) / MONTHS_A_YEAR
    weights = rule.discount**age
    breaks = find_breaks(steps, month, weights, rule.break_limit)
    means, count = mean_steps(steps, month, weights * ~breaks)
    season = levels_of(means) * rule.pooled_share
    last = slice(len(steps) - round(rule.trend_months), None)
    without_season = (steps - (season[month] - season[month - 1]))[last][~breaks[last]]
    step = float(without_season.mean()) * rule.trend_share if len(without_season) else 0.0
    return Pool(season, step * np.cumsum(rule.damping ** np.arange(1, horizon + 1)), breaks, count)


def own_season(persons: Floats, month: Ints, breaks: Bools, rule: ForecastRule) -> Floats:
    """Return each municipality's own difference [12, M] from the others' season, drawn towards none.

    Arguments: persons [T, M], the calendar month [T], which steps [T - 1] are breaks of the country.
    """
    others = persons.sum(axis=1, keepdims=True) - persons
    steps = np.diff(logs(persons) - logs(others), axis=0)
    age = np.arange(len(steps) - 1, -1, -1) / MONTHS_A_YEAR
    means, count = mean_steps(steps, month[1:], rule.discount**age * ~breaks)
    years = float(np.median(count))
    size = persons[-MONTHS_A_YEAR:].mean(axis=0)
    share = years / (years + rule.own_years + rule.own_half / np.maximum(size, 1.0))
    return np.asarray(levels_of(means) * share)


def smoothed(levels: Floats, smoothing: float) -> Floats:
    """Return the level [M] of the months [T, M] without season, the last one counting most."""
    level = levels[0]
    for value in levels[1:]:
        level = level + smoothing * (value - level)
    return np.asarray(level)


def forecast(
    persons: Floats, months: NDArray[np.datetime64], pool: Floats, pool_months: NDArray[np.datetime64],
    rule: ForecastRule, horizon: int,
) -> Floats:  # fmt: skip
    """Forecast the months after the last, [horizon, M] persons.

    Arguments: persons [T, M] of ``months`` [T] without gaps; the country's persons [P] of ``pool_months`` [P], which
    end with the same month and may begin earlier. With one municipality alone (M = 1) its season is the country's.
    """
    country = pool_of(pool, pool_months, rule, horizon)
    month = calendar(months)
    season = country.season[:, None]
    if persons.shape[1] > 1:
        season = season + own_season(persons, month, country.breaks[-(len(months) - 1) :], rule)
    level = smoothed((logs(persons) - season[month])[-2 * MONTHS_A_YEAR :], rule.smoothing)
    ahead = (month[-1] + np.arange(1, horizon + 1)) % MONTHS_A_YEAR
    return np.asarray(np.exp(level + country.trend[:, None] + season[ahead]))
