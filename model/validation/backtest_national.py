"""The back-test of national dagpenge: a forecast from an earlier month held against what happened.

The fit sees the months up to the start and no later one. Two naive forecasts stand beside it, with the same error.
Figures of 2025-26 take no part. The 98 municipalities are in ``model.validation.backtest_municipal``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from model.language.catalogue import number
from model.language.messages import Message, Phrase, joined
from model.monthly.fit import MonthlyFit, fit_monthly
from model.monthly.series import (
    MONTHS_A_YEAR,
    Floats,
    Impossible,
    MonthlySeries,
    Months,
    national_dagpenge,
    parameter,
)

if TYPE_CHECKING:
    import pandas as pd

Economy = Literal["given", "unchanged"]
ECONOMIES: Final[tuple[Economy, ...]] = ("given", "unchanged")
# A month's forecasts by name; the two of the model first, then the naive ones.
METHODS: Final = ("given", "unchanged", "naive_last", "naive_year")
NAIVE: Final = ("naive_last", "naive_year")
HORIZONS: Final = (1, 2, 3, 6, 9, 12, 18, 24)
LONGEST: Final = 24
# When a forecast was made and what it had to meet, by the shock that the whole series shows.
PERIODS: Final = ("before", "into", "after", "all")


@dataclass(frozen=True)
class ForecastError:
    """Mean errors of one method over n forecasts: absolute, in per cent, and sum of errors / sum of actuals."""

    n: int
    absolute: float
    pct: float
    weighted_pct: float


def errors(forecast: Floats, actual: Floats) -> ForecastError:
    """Measure errors of forecasts [n] against what happened [n]; what is zero takes no part in the per cent."""
    distance = np.abs(forecast - actual)
    positive = actual > 0
    return ForecastError(
        n=len(actual),
        absolute=float(distance.mean()),
        pct=float((distance[positive] / actual[positive]).mean() * 100),
        weighted_pct=float(distance.sum() / actual.sum() * 100),
    )


@dataclass(frozen=True, eq=False)
class NationalBacktest:
    """One start: H months of forecasts beside what happened, full-time persons."""

    start: np.datetime64  # the last month that was known
    economy: Economy
    fit: MonthlyFit
    months: Months  # [H]
    actual: Floats  # [H]
    model: Floats  # [H]
    naive_last: Floats  # [H]
    naive_year: Floats  # [H]
    index: Floats  # [H] the economy's index that the model was run with

    @property
    def frame(self) -> pd.DataFrame:
        """Return a table: horizon, month, actual, model, naive_last, naive_year, index."""
        import pandas as pd

        return pd.DataFrame(
            {
                "horizon": np.arange(1, len(self.months) + 1),
                "month": self.months.astype(str),
                "actual": self.actual,
                "model": self.model,
                "naive_last": self.naive_last,
                "naive_year": self.naive_year,
                "index": self.index,
            }
        )

    @property
    def errors(self) -> dict[str, ForecastError]:
        """Measure errors over all months by method: model, naive_last, naive_year."""
        return {
            name: errors(getattr(self, name), self.actual) for name in ("model", "naive_last", "naive_year")
        }


def naive_last(series: MonthlySeries, horizon: int) -> Floats:
    """Return the last known stock in every month [horizon]."""
    return np.full(horizon, series.stock[-1])


def naive_year(series: MonthlySeries, horizon: int) -> Floats:
    """Return the stock of the same month in the last known year [horizon]. Raises Impossible under twelve months."""
    if len(series) < MONTHS_A_YEAR:
        raise Impossible("too_short", months=float(len(series)), least=float(MONTHS_A_YEAR))
    return np.resize(series.stock[-MONTHS_A_YEAR:], horizon)


def given_index(fit: MonthlyFit, later: Floats) -> Floats:
    """Return the economy as given to a forecast: the index that the stocks to come, ``later`` [H], imply.

    One mean a quarter. This is knowledge of the future, and of nothing else in it.
    """
    stocks = np.concatenate([[fit.series.stock[-1]], later])
    implied = stocks[1:] - (1.0 - fit.exit_rate) * stocks[:-1]
    expected = fit.expected_inflow(len(later))
    block = round(parameter("given_months"))
    out = np.empty(len(later))
    for begin in range(0, len(later), block):
        part = slice(begin, begin + block)
        out[part] = implied[part].sum() / expected[part].sum()
    return out


def backtest_national(
    start: str | np.datetime64,
    horizon_months: int = LONGEST,
    economy: Economy = "unchanged",
    *,
    series: MonthlySeries | None = None,
) -> NationalBacktest:
    """Forecast a monthly series (default: national dagpenge) from ``start``, the last month that is known.

    ``economy`` "unchanged": nothing of the future is known, the index of the last quarter fades to 1. "given": the
    realised index by quarter. The horizon is cut where the series ends. Raises Impossible where ``start`` leaves too
    few months before it or none after.
    """
    series = national_dagpenge() if series is None else series
    if economy not in ECONOMIES:
        raise ValueError(f"economy must be one of {', '.join(ECONOMIES)}, not {economy!r}")
    known = series.until(start)
    if len(known) == len(series):
        raise Impossible("nothing_after", month=known.months[-1])
    return _run(series, fit_monthly(known), horizon_months, economy)


def _run(series: MonthlySeries, fit: MonthlyFit, horizon: int, economy: Economy) -> NationalBacktest:
    """Forecast so many months after a fit, beside the naive forecasts."""
    known = fit.series
    first = len(known)
    later = series.stock[first : first + horizon]
    h = len(later)
    index = given_index(fit, later) if economy == "given" else fit.fading_index(h)
    return NationalBacktest(
        start=known.months[-1],
        economy=economy,
        fit=fit,
        months=series.months[first : first + h],
        actual=later,
        model=fit.forecast(index),
        naive_last=naive_last(known, h),
        naive_year=naive_year(known, h),
        index=index,
    )


def starts(series: MonthlySeries | None = None) -> Months:
    """List every month that a back-test can start from."""
    series = national_dagpenge() if series is None else series
    return series.months[round(parameter("least_months")) - 1 : -1]


@dataclass(frozen=True)
class HorizonErrors:
    """Errors at one horizon over all starts of a period, by method."""

    period: str
    horizon: int  # months
    by_method: Mapping[str, ForecastError]

    def better(self, method: str) -> bool:
        """Return whether a method of the model beats both naive forecasts (mean absolute error)."""
        own = self.by_method[method].absolute
        return all(own < self.by_method[naive].absolute for naive in NAIVE)


def national_summary(
    series: MonthlySeries | None = None, horizons: Sequence[int] = HORIZONS
) -> tuple[HorizonErrors, ...]:
    """Measure the errors of every start, by period and horizon.

    Periods: "before" the target lies before the first shock month, "into" the start before and the target after it,
    "after" the start after it; the shock is found in the whole series and only sorts the results.
    """
    if series is None:
        return _national_summary(tuple(horizons))
    return _summary(series, horizons)


@lru_cache(maxsize=4)
def _national_summary(horizons: tuple[int, ...]) -> tuple[HorizonErrors, ...]:
    """Measure the errors of the national series, once."""
    return _summary(national_dagpenge(), horizons)


def _summary(series: MonthlySeries, horizons: Sequence[int]) -> tuple[HorizonErrors, ...]:
    """Forecast from every start and gather the errors by period and horizon."""
    whole = fit_monthly(series)
    first_shock = whole.months[whole.shock][0] if whole.shock.any() else series.months[-1] + 1
    cases_by_period: dict[tuple[str, int], list[tuple[float, dict[str, float]]]] = {}
    for start in starts(series):
        fit = fit_monthly(series.until(start))
        runs = {economy: _run(series, fit, max(horizons), economy) for economy in ECONOMIES}
        one = runs["unchanged"]
        for h in horizons:
            if h > len(one.months):
                continue
            row = h - 1
            period = (
                "after" if start >= first_shock else "into" if one.months[row] >= first_shock else "before"
            )
            values: dict[str, float] = {name: float(run.model[row]) for name, run in runs.items()}
            values |= {name: float(getattr(one, name)[row]) for name in NAIVE}
            for name in (period, "all"):
                cases_by_period.setdefault((name, h), []).append((float(one.actual[row]), values))
    out = []
    for period in PERIODS:
        for h in horizons:
            cases = cases_by_period.get((period, h))
            if cases:
                actual = np.array([a for a, _ in cases])
                by_method = {m: errors(np.array([v[m] for _, v in cases]), actual) for m in METHODS}
                out.append(HorizonErrors(period, h, by_method))
    return tuple(out)


def national_sentences(summary: Sequence[HorizonErrors]) -> tuple[Message, ...]:
    """Say what was given, and where the model does not beat both naive forecasts."""
    return (
        Message("backtest.given_national"),
        Message("backtest.unchanged_national"),
        *(_not_better(summary, economy) for economy in ECONOMIES),
        Message("backtest.assumptions"),
    )


def _not_better(summary: Sequence[HorizonErrors], economy: str) -> Message:
    """Name the periods and horizons in which an economy's forecast does not beat both naive ones."""
    worse: dict[str, list[int]] = {}
    for r in summary:
        if r.period != "all" and not r.better(economy):
            worse.setdefault(r.period, []).append(r.horizon)
    if not worse:
        return Message(f"backtest.national.always.{economy}")
    periods = [
        Message(
            f"backtest.national.in.{period}",
            months=Phrase(joined, [Phrase(number, h) for h in horizons], separator=", "),
        )
        for period, horizons in worse.items()
    ]
    return Message(f"backtest.national.not_better.{economy}", where=Phrase(joined, periods, separator="; "))
