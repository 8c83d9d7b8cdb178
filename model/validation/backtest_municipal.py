"""The back-test of the 98 municipalities on the engine itself: the year 2020 carried to 2021, three benefit groups.

Dagpenge leaves at a rate fitted to the national months before the start: the shipped rates rest on figures of
2025-26, which take no part here. What the model is told of the economy:

- ``given``: for each benefit group the course of the *other* 97 together over the horizon. A municipality's own
  future is never used.
- ``one_index``: one index, such that dagpenge of the other 97 comes out right; it reaches sickness and social
  assistance through the engine's sensitivities alone.
- ``unchanged``: nothing after the start. The index is that of the national months' fit up to the start, fading.

``naive_last`` is the start's own figure, ``naive_year`` that of the rolling year one year before the target,
``with_country`` the start's figure moved as the other 97 (what ``given`` is told, without the model). The index of
the others is found on an engine with the whole country's mix.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from model.goals.benchmark import BASE_PERIOD, PERIODS, period_label, published_rows
from model.language.catalogue import number
from model.language.messages import Message, Phrase, joined
from model.monthly.fit import MonthlyFit, fit_monthly
from model.monthly.series import Floats, MonthlySeries, national_dagpenge
from model.municipality.municipality_list import municipalities
from model.validation.backtest_national import ForecastError, errors
from model.validation.country_engine import (
    ECONOMIES,
    CountryEngine,
    Published,
    benchmark_row_of,
    others_ratio,
)
from model.validation.resting_engine import GROUPS, HALF_YEAR

if TYPE_CHECKING:
    import pandas as pd


DEFAULT_START: Final = BASE_PERIOD
STARTS: Final = ("2020QMAT02", "2020QMAT04")
NAIVE: Final = ("naive_last", "naive_year")
METHODS: Final = (*ECONOMIES, *NAIVE, "with_country")
_TARGETS: Final = 2  # half a year and a year ahead


@dataclass(frozen=True, eq=False)
class MunicipalBacktest:
    """Forecasts of rolling years for M municipalities, 3 benefit groups and 2 horizons; full-time persons."""

    start: str
    targets: tuple[str, ...]  # [2] rolling years half a year and a year later
    names: tuple[str, ...]  # [M]
    actual: Floats  # [2, M, 3]
    forecasts: Mapping[str, Floats]  # by method, [2, M, 3]; nan where a naive forecast has nothing to go by
    fit: MonthlyFit  # of the national months up to the start
    index: Mapping[str, Floats]  # of the whole country: given [2, 3], one_index and unchanged [2]

    @property
    def frame(self) -> pd.DataFrame:
        """Return a table: municipality, group, period, weeks, actual and one column for each method."""
        import pandas as pd

        h, m, g = self.actual.shape
        shape = np.indices((h, m, g)).reshape(3, -1)
        columns: dict[str, object] = {
            "municipality": np.array(self.names)[shape[1]],
            "group": np.array(GROUPS)[shape[2]],
            "period": np.array(self.targets)[shape[0]],
            "weeks": (shape[0] + 1) * HALF_YEAR,
            "actual": self.actual.ravel(),
        }
        return pd.DataFrame({**columns, **{name: f.ravel() for name, f in self.forecasts.items()}})

    @cached_property
    def errors(self) -> Mapping[tuple[str, str], Mapping[str, ForecastError]]:
        """Compute errors over the municipalities by (target, group) and method, if it has forecasts."""
        by_key = {}
        for h, target in enumerate(self.targets):
            for g, group in enumerate(GROUPS):
                by_key[target, group] = {
                    name: errors(values[h, :, g], self.actual[h, :, g])
                    for name, values in self.forecasts.items()
                    if np.isfinite(values[h, :, g]).all()
                }
        return MappingProxyType(by_key)

    def better_share(self, method: str, than: str, target: str, group: str) -> float:
        """Return the share of the municipalities in which ``method`` is nearer than ``than``; ties count half."""
        cell = self.targets.index(target), slice(None), GROUPS.index(group)
        own, other = (np.abs(self.forecasts[m][cell] - self.actual[cell]) for m in (method, than))
        return float(((own < other) + 0.5 * (own == other)).mean())

    def beats(self, method: str, target: str, group: str) -> bool:
        """Return whether a method's mean absolute error is below that of every naive forecast."""
        by_method = self.errors[target, group]
        return all(
            by_method[method].absolute < by_method[naive].absolute for naive in NAIVE if naive in by_method
        )

    def sentences(self) -> tuple[Message, ...]:
        """Say for each economy in which groups and years it does not beat every naive forecast."""
        return tuple(self._not_better(economy) for economy in ECONOMIES)

    def _not_better(self, economy: str) -> Message:
        """Name the groups and years in which an economy's forecast does not beat every naive one."""
        name = Message(f"backtest.method.{economy}")
        worse = [key for key in self.errors if not self.beats(economy, *key)]
        if not worse:
            return Message("backtest.municipal.always", method=name)
        places = [
            Message(
                "backtest.municipal.in",
                group=Message(f"goals.benchmark.{group}"),
                year=Phrase(_lower_period, target),
                own=Phrase(number, self.errors[target, group][economy].absolute),
                naive=Phrase(number, self.errors[target, group]["naive_last"].absolute),
            )
            for target, group in worse
        ]
        return Message(
            "backtest.municipal.not_better", method=name, where=Phrase(joined, places, separator="; ")
        )


def _lower_period(period: str, language: str) -> str:
    """Return the name of a rolling year for the middle of a sentence."""
    return period_label(period, language).lower()


def column_notes() -> tuple[Message, ...]:
    """Say what each column of the municipalities' back-test knows."""
    keys = (*ECONOMIES, "with_country", "naive", "rates")
    return tuple(Message(f"backtest.municipal.words.{key}") for key in keys)


def backtest_municipalities(
    start: str = DEFAULT_START,
    *,
    names: Sequence[str] | None = None,
    rows: Published | None = None,
    series: MonthlySeries | None = None,
    progress: Callable[[int, int], None] | None = None,
    executor: Executor | None = None,
) -> MunicipalBacktest:
    """Carry the rolling year ``start`` half a year and a year ahead in every municipality, with its own engine.

    What each method knows of the economy stands in the module's docstring. ``rows`` and ``series`` replace the shipped
    figures, ``names`` picks municipalities by name. Raises KeyError for an unknown name, ValueError for another start.
    """
    if start not in STARTS:
        raise ValueError(f"start must be one of {', '.join(STARTS)}, not {start!r}")
    rows = published_rows() if rows is None else rows
    series = national_dagpenge() if series is None else series
    everyone = [info.name for info in municipalities()]
    chosen = _chosen(everyone, names)
    periods = list(PERIODS)
    first = periods.index(start)
    targets = tuple(periods[first + 1 : first + 1 + _TARGETS])
    actual = {
        period: np.array(
            [[benchmark_row_of(rows, n, period, g).actual_fte for g in GROUPS] for n in everyone]
        )
        for period in periods
    }
    fit = fit_monthly(series.until(PERIODS[start]))
    country = CountryEngine(rows, start, fit, actual[start].sum(axis=0), everyone)
    index = country.index(actual, targets)
    numbers = [everyone.index(name) for name in chosen]

    def ratios_of(i: int) -> Floats:
        return country.forecast(everyone[i], i, actual, targets)

    if executor is not None:
        results = _collected(executor, ratios_of, numbers, progress)
    else:
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            results = _collected(pool, ratios_of, numbers, progress)
    ratios = np.stack(results, axis=2)  # [economy, target, M, group]
    base = actual[start][numbers]
    forecasts = {economy: ratios[e] * base for e, economy in enumerate(ECONOMIES)}
    forecasts |= _naive_forecasts(actual, periods, first, targets, numbers)
    return MunicipalBacktest(
        start=start,
        targets=targets,
        names=tuple(chosen),
        actual=np.stack([actual[t][numbers] for t in targets]),
        forecasts=MappingProxyType(forecasts),
        fit=fit,
        index=MappingProxyType(index),
    )


def _chosen(everyone: Sequence[str], names: Sequence[str] | None) -> list[str]:
    """Return the municipalities that are asked for, in the order of all. Raises KeyError for an unknown name."""
    if names is None:
        return list(everyone)
    chosen = [name for name in everyone if name in set(names)]
    if len(chosen) != len(set(names)):
        raise KeyError(", ".join(sorted(set(names) - set(chosen))))
    return chosen


def _naive_forecasts(
    actual: Mapping[str, Floats],
    periods: Sequence[str],
    first: int,
    targets: Sequence[str],
    numbers: Sequence[int],
) -> dict[str, Floats]:
    """Return the forecasts without a model, [2, M, 3]: by the last figure, the year before, and the country.

    Arguments: persons [98, 3] by rolling year; ``first`` is the start's place among the ``periods``.
    """
    start = actual[periods[first]]
    base = start[numbers]
    earlier = [first + h - 1 for h in range(len(targets))]
    return {
        "naive_last": np.stack([base] * len(targets)),
        "naive_year": np.stack(
            [actual[periods[i]][numbers] if i >= 0 else np.full_like(base, np.nan) for i in earlier]
        ),
        "with_country": np.stack([base * others_ratio(actual[t], start)[numbers] for t in targets]),
    }


def _collected(
    pool: Executor,
    ratios_of: Callable[[int], Floats],
    numbers: Sequence[int],
    progress: Callable[[int, int], None] | None,
) -> list[Floats]:
    """Run every municipality in a pool, in order, and report how many are done."""
    out = []
    for done, ratios in enumerate(pool.map(ratios_of, numbers), start=1):
        out.append(ratios)
        if progress is not None:
            progress(done, len(numbers))
    return out


@lru_cache(maxsize=2)
def shipped_backtest(start: str = DEFAULT_START) -> MunicipalBacktest:
    """Run :func:`backtest_municipalities` on the shipped figures, once."""
    return backtest_municipalities(start)
