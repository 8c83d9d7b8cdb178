"""Exit rates, inflow with season and trend, and the economy's index, fitted to a monthly series.

stock(t) = (1 - exit) stock(t - 1) + level x trend x season x index(t), robust in two regimes: the rates are those of
the normal months, in the months of a shock the index is what the stocks imply.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np

from model.language.catalogue import number, percent, short_date
from model.language.messages import Message, Phrase
from model.monthly.fit_problem import Bools, Era, FitProblem, scales, weekly
from model.monthly.regimes import Settled, find_regimes, runs, settle
from model.monthly.series import (
    MONTHS_A_YEAR,
    Floats,
    Impossible,
    MonthlySeries,
    Months,
    calendar_months,
    parameter,
)
from model.scenario.economy import EconomyPoint, OwnEconomy, economy_bounds

MONTHS_A_QUARTER: Final = 3
ALL, UNDER_YEAR, OVER_YEAR = "all", "under_year", "over_year"
# 95 % of a normal distribution.
_TWO_SIDED_95: Final = 1.96


@dataclass(frozen=True)
class Note:
    """Something a reader must know about a fit: a text of ``monthly.note`` and its values."""

    key: str
    values: Mapping[str, object]

    @property
    def message(self) -> Message:
        """Return the note as one sentence."""
        return Message(f"monthly.note.{self.key}", **{name: _shown(v) for name, v in self.values.items()})


class _Hidden:
    """Stands in a note for a figure that is too small to be shown, or would give such a one away."""


HIDDEN: Final = _Hidden()


def _shown(value: object) -> object:
    """Return a note's value for a message: months as dates, shares in per cent, counts as numbers."""
    if isinstance(value, _Hidden):
        return Message("disclosure.not_shown")
    if isinstance(value, np.datetime64):
        return Phrase(short_date, value.astype("datetime64[D]"))
    if isinstance(value, float):
        return Phrase(percent, value, decimals=1)
    return Phrase(number, value) if isinstance(value, int) else str(value)


@dataclass(frozen=True)
class FitError:
    """Size of the one-month residuals: of the stock's months used, persons and per cent."""

    months: int
    mean_absolute: float
    mean_absolute_pct: float


@dataclass(frozen=True, eq=False)
class MonthlyFit:
    """The fit of a series of n months; arrays [n - 1] belong to the months after the first.

    ``exit_rate`` is a month's probability of leaving; ``exit_by_class`` the same by duration where the long-term share
    is known. ``index`` is implied inflow / expected inflow; ``exit_index`` the same for exits, where flows are known.
    """

    series: MonthlySeries
    exit_rate: float
    exit_range: tuple[float, float]
    exit_by_class: Mapping[str, float]
    level: float  # persons a month at the last month, season 1
    trend: float  # log a year
    season: Floats  # [12] mean 1
    expected: Floats  # [n - 1] persons a month, economy as normal
    implied: Floats  # [n - 1] persons a month that the stocks (or the reported inflow) say came
    index: Floats  # [n - 1]
    exit_index: Floats | None
    fitted: Floats  # [n - 1] stock one month ahead
    shock: Bools  # [n - 1]
    scale: float  # robust standard deviation of the residuals, persons
    eras: tuple[int, ...]  # the months [of n - 1] that begin ordinary eras after the first
    notes: tuple[Note, ...]

    @property
    def months(self) -> Months:
        """Return the months that have a fitted stock: [n - 1]."""
        return self.series.months[1:]

    @property
    def residuals(self) -> Floats:
        """Return stock less fitted stock, persons: [n - 1]."""
        return np.asarray(self.series.stock[1:] - self.fitted)

    @property
    def weekly_exits(self) -> dict[str, float]:
        """Return the weekly probability of leaving by class of duration."""
        return {name: weekly(rate) for name, rate in self.exit_by_class.items()}

    @cached_property
    def error(self) -> Mapping[str, FitError]:
        """Measure the errors one month ahead in the normal months, in the shock's (index 1) and in all."""
        errors = {}
        for name, which in (("normal", ~self.shock), ("shock", self.shock), ("all", self.shock | True)):
            if which.any():
                off = np.abs(self.residuals[which])
                stock = np.maximum(self.series.stock[1:][which], 1.0)
                errors[name] = FitError(
                    int(which.sum()), float(off.mean()), float((off / stock).mean() * 100)
                )
        return MappingProxyType(errors)

    @property
    def index_at_end(self) -> float:
        """Return the mean index of the last months: where the economy stands when a forecast begins."""
        return float(self.index[-round(parameter("index_months")) :].mean())

    def expected_inflow(self, horizon: int) -> Floats:
        """Compute the inflow [horizon] of the months after the series at a normal economy, the trend damped."""
        ahead = np.arange(1, horizon + 1)
        months = calendar_months(self.series.months[-1] + ahead)
        damping = parameter("trend_damping")
        steps = np.cumsum(damping**ahead)
        return np.asarray(self.level * np.exp(self.trend / MONTHS_A_YEAR * steps) * self.season[months])

    def fading_index(self, horizon: int) -> Floats:
        """Return the index [horizon] where nobody knows the economy: today's, fading to 1."""
        fade = parameter("index_fade") ** np.arange(1, horizon + 1)
        return np.asarray(1.0 + (self.index_at_end - 1.0) * fade)

    def forecast(self, index: Floats) -> Floats:
        """Compute the stock [H] of the months after the series under an ``index`` [H] of inflow, 1 = normal."""
        inflow = self.expected_inflow(len(index)) * index
        stock, out = float(self.series.stock[-1]), np.empty(len(index))
        for i, came in enumerate(inflow):
            stock = (1.0 - self.exit_rate) * stock + came
            out[i] = stock
        return np.maximum(out, 0.0)


def fit_monthly(series: MonthlySeries, *, robust: bool = True) -> MonthlyFit:
    """Fit exit rate, season, trend and index to a series of at least 24 months.

    The rates come from the ordinary months. They grow from the first two years: a month whose residual is beyond
    ``shock_limit`` robust standard deviations, together with the next, begins a shock; three months within end it, or
    a new era with a level of its own (``regimes``); repeated until the months stand. Stocks alone tell exits from
    inflow only because inflow is season and trend in ordinary months; the literature's median spell is a weak
    expectation. ``robust`` False is ordinary least squares on all months, for comparison.

    Raises Impossible where the series is too short.
    """
    least = round(parameter("least_months"))
    if len(series) < least:
        raise Impossible("too_short", months=float(len(series)), least=float(least))
    if robust:
        return _result(series, find_regimes(series))
    return _result(series, settle(FitProblem(series), np.ones(len(series) - 1, dtype=bool), robust=False))


def _result(series: MonthlySeries, found: Settled) -> MonthlyFit:
    """Read a fit from the parameters and slopes of its solution; exits, level and season are the last era's."""
    problem, x, slopes, shock = found.problem, found.x, found.slopes, ~found.keep
    q, came = problem.exit_and_inflow(x)
    level, trend, logs = problem.at_end(x)
    season = np.exp(logs)
    mean = float(season.mean())
    before, after = series.stock[:-1], series.stock[1:]
    expected = came * problem.size
    implied = after - (1.0 - q) * before if problem.inflow is None else problem.inflow * problem.size
    exit_index = None if problem.outflow is None else _over(problem.outflow * problem.size, q * before)
    fitted = (1.0 - q) * before + expected
    # Of the last era's exits: their log odds are a sum where it has exits of its own.
    last = problem.by_exit[-1]
    off = float(np.sqrt(last @ np.linalg.pinv(slopes.T @ slopes) @ last)) * _TWO_SIDED_95
    low, high = (float(1.0 / (1.0 + np.exp(-(last @ x + d)))) for d in (-off, off))
    exit_rate = float(q[-1])
    by_class = _by_class(exit_rate, series.long_share, shock)
    fit = MonthlyFit(
        series=series,
        exit_rate=exit_rate,
        exit_range=(low, high),
        exit_by_class=MappingProxyType(by_class),
        level=float(np.exp(level) * problem.size * mean),
        trend=trend,
        season=season / mean,
        expected=expected,
        implied=implied,
        index=_over(implied, expected),
        exit_index=exit_index,
        fitted=fitted,
        shock=shock,
        scale=float(scales((after - fitted)[None] / problem.size, ~shock)[0] * problem.size),
        eras=tuple(era.begins for era in problem.eras),
        notes=(),
    )
    object.__setattr__(fit, "notes", _notes(fit, problem))
    return fit


def _over(top: Floats, bottom: Floats) -> Floats:
    """Divide [n] by [n]; 1 where there is nothing to divide by."""
    return np.divide(top, bottom, out=np.ones_like(top), where=bottom > 0)


def _by_class(exit_rate: float, long_share: Floats | None, shock: Bools) -> dict[str, float]:
    """Solve for monthly exits under a year and over it that give the whole's rate and the share over a year.

    With s the share over a year: (1 - s) u + s v = q, and those who pass the year, q (1 - u)^12 of the stock, are
    those who leave the long class, s v. Only "all" where the share is not known or no such rates exist.
    """
    if long_share is None:
        return {ALL: exit_rate}
    known = long_share[1:][~shock]
    known = known[np.isfinite(known)]
    if not known.size or not 0.0 < known.mean() < 1.0:
        return {ALL: exit_rate}
    s, q = float(known.mean()), exit_rate

    def miss(u: float) -> float:
        return u * (1.0 - s) + q * (1.0 - u) ** MONTHS_A_YEAR - q

    # The miss is convex and zero at u = 0, so beyond its lowest point it has one root, if it falls at first.
    slope = MONTHS_A_YEAR * q / (1.0 - s)
    if slope <= 1.0 or miss(min(1.0, q / (1.0 - s))) < 0.0:
        return {ALL: exit_rate}
    low, high = 1.0 - slope ** (-1.0 / (MONTHS_A_YEAR - 1)), min(1.0, q / (1.0 - s))
    for _ in range(100):
        middle = (low + high) / 2.0
        low, high = (middle, high) if miss(middle) < 0.0 else (low, middle)
    under = (low + high) / 2.0
    return {ALL: q, UNDER_YEAR: under, OVER_YEAR: max(0.0, (q - under * (1.0 - s)) / s)}


def _notes(fit: MonthlyFit, problem: FitProblem) -> tuple[Note, ...]:
    """List what a reader must know, most important first."""
    notes: list[Note] = []
    low, high = fit.exit_range
    if problem.outflow is None:
        notes.append(Note("stocks_alone", {"low": weekly(low), "high": weekly(high)}))
    for first, last in runs(fit.shock):
        key = "shock_open" if last == len(fit.shock) - 1 else "shock"
        key += "_month" if first == last else ""
        mean = float(fit.implied[first : last + 1].sum() / fit.expected[first : last + 1].sum() - 1.0)
        notes.append(
            Note(
                key,
                {
                    "first": fit.months[first],
                    "last": fit.months[last],
                    "months": last - first + 1,
                    "off": mean,
                },
            )
        )
    for begins in fit.eras:
        own = Era(begins, own_season=True) in problem.eras
        notes.append(Note("era_season" if own else "era", {"first": fit.months[begins]}))
    negative = np.flatnonzero(fit.implied < 0.0)
    if negative.size:
        notes.append(
            Note("negative_inflow", {"month": fit.months[negative[0]], "months": int(negative.size)})
        )
    if len(fit.series) < 3 * MONTHS_A_YEAR:
        notes.append(Note("short", {"months": len(fit.series)}))
    if fit.series.long_share is not None and UNDER_YEAR not in fit.exit_by_class:
        notes.append(Note("no_classes", {}))
    elif UNDER_YEAR in fit.exit_by_class:
        notes.append(Note("classes", {}))
    return tuple(notes)


def own_economy(fit: MonthlyFit, first: np.datetime64 | str) -> OwnEconomy:
    """Return the economy that a series shows from a month on, as a scenario's path: one point a quarter, 100 = normal.

    A point stands at its quarter's middle month; job finding has points only where the flows are known, else the
    index of inflow holds both. Raises Impossible where nothing is left or the index is beyond what a path may hold.
    """
    begin = np.asarray(first, dtype="datetime64[M]")[()]
    if begin > fit.months[-1]:
        raise Impossible("outside", month=begin, first=fit.months[0], last=fit.months[-1])
    at = int(np.searchsorted(fit.months, begin))
    inflow, job_finding = [], []
    for i in range(at, len(fit.months), MONTHS_A_QUARTER):
        part = slice(i, min(i + MONTHS_A_QUARTER, len(fit.months)))
        middle = fit.months[part][(part.stop - i) // 2]
        inflow.append(_point(middle, fit.implied[part].sum() / fit.expected[part].sum()))
        if fit.exit_index is not None:
            job_finding.append(_point(middle, fit.exit_index[part].mean()))
    return OwnEconomy(inflow=tuple(inflow), job_finding=tuple(job_finding))


def _point(month: np.datetime64, index: float) -> EconomyPoint:
    """Return one point of the path. Raises Impossible beyond what a path may hold."""
    value = round(float(index) * 100.0, 1)
    low, high = economy_bounds()
    if not low <= value <= high:
        raise Impossible("index_beyond", month=month, index=value, low=low, high=high)
    return EconomyPoint.model_validate({"from": datetime.date.fromisoformat(f"{month}-01"), "index": value})
