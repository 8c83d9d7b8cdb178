"""The back-test of the 98 municipalities on the engine itself: the year 2020 carried to 2021, three benefit groups.

Also the minutes' dagpenge of 2020. Dagpenge leaves at a rate fitted to the national months before the start: the
shipped rates rest on figures of 2025-26, which take no part here.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from model.domain import GROUP_INDEX, N_GROUPS, N_ORIGINS, SELF_SUPPORT_EXITS, WEEKS_PER_YEAR
from model.engine.calibration import calibrate_anew
from model.engine.kernel.layout import FIELDS
from model.engine.parameters import EngineParameters
from model.goals.benchmark import (
    BASE_PERIOD,
    BENEFIT_GROUPS,
    PERIODS,
    BenchmarkRow,
    period_label,
    published_rows,
)
from model.language.catalogue import number, text
from model.monthly.fit import MonthlyFit, fit_monthly, weekly
from model.monthly.series import MONTHS_A_YEAR, Floats, MonthlySeries, national_dagpenge, parameter
from model.municipality.municipality import Municipality, load_municipality
from model.municipality.municipality_list import municipalities
from model.parameters.ids import BENCHMARK_GROUPS, CLASS_NAMES
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.simulate import run_raw
from model.validation.backtest_national import Error, errors

if TYPE_CHECKING:
    import pandas as pd

GROUPS: Final = tuple(BENCHMARK_GROUPS)
DEFAULT_START: Final = BASE_PERIOD
STARTS: Final = ("2020QMAT02", "2020QMAT04")
# What the model is told of the economy, the most first; then the forecasts that it is held against.
ECONOMIES: Final = ("given", "one_index", "unchanged")
NAIVE: Final = ("naive_last", "naive_year")
METHODS: Final = (*ECONOMIES, *NAIVE, "with_country")
_TARGETS: Final = 2  # half a year and a year ahead
_HALF_YEAR: Final = WEEKS_PER_YEAR // 2
_LOG_STEP: Final = 1e-3
_NEWTON_STEPS: Final = 8
_REFINING_STEPS: Final = 20
_SETTLED: Final = 1e-8
_REFINED: Final = 1e-7
_DAGPENGE: Final = GROUP_INDEX["dagpenge"]
_COLUMNS: Final = [[GROUP_INDEX[g] for g in BENCHMARK_GROUPS[name]] for name in GROUPS]
_WAYS_OUT: Final = (*SELF_SUPPORT_EXITS, *GROUP_INDEX)
_MINUTES: Final = ("ballerup", "2020-02", "2020-03-12")
_DAYS_A_WEEK: Final = 7

Published = Mapping[tuple[str, str, str], BenchmarkRow]


# --- the engine, told of an economy ----------------------------------------------------------------


def dagpenge_exits(fit: MonthlyFit) -> dict[str, float]:
    """The fitted rate in place of the shipped exits from dagpenge, by parameter id, the same in all durations.

    The destinations are of 2025-26 too: an assumed share goes to jobs, all others to self-support otherwise.
    """
    job = parameter("job_share")
    shares = {"job": job, "other_self_support": 1.0 - job}
    rate = weekly(fit.exit_rate)
    return {
        f"exit.dagpenge.{to}.{name}": rate * shares.get(to, 0.0)
        for to in _WAYS_OUT
        for name in CLASS_NAMES
        if to != "dagpenge"
    }


def _without_season(engine: EngineParameters) -> EngineParameters:
    """A rolling year holds each season once: it is left out."""
    flat = np.ones_like(engine.season_inflow)
    return dataclasses.replace(engine, season_inflow=flat, season_job=flat, season_education=flat)


class _Rested:
    """A municipality at rest at the start's rolling year, and how its rolling years move with the economy.

    Economies are logs of an index x: inflow x, job finding 1 / x.
    """

    def __init__(self, municipality: Municipality, engine: EngineParameters) -> None:
        self.engine = _without_season(engine)
        self.calibration = calibrate_anew(self.engine)
        carrier = dataclasses.replace(municipality, engine=self.engine)
        # Paths by number of weeks; the economy is set in each run.
        self._paths = {
            weeks: build_lever_paths(carrier, None, weeks) for weeks in (_HALF_YEAR, WEEKS_PER_YEAR)
        }
        self._at_rest = self.calibration.waiting + self.calibration.in_offer + self.calibration.after_offer

    def by_group(self, logs: Floats, weeks: int) -> Floats:
        """Rolling year ``weeks`` later / at the start, [3], where each benefit group has its own index, logs [3]."""
        own = np.zeros(N_GROUPS)
        for log, columns in zip(logs, _COLUMNS, strict=True):
            own[columns] = log
        # With the index e for all, the sensitivity is the log of the group's own index.
        engine = dataclasses.replace(self.engine, economy_inflow_sensitivity=own, economy_job_sensitivity=own)
        return self._ratios(engine, 1.0, weeks)

    def by_one(self, log: float, weeks: int) -> Floats:
        """The same, [3], where one index reaches the groups through their sensitivities to the economy."""
        return self._ratios(self.engine, log, weeks)

    def _ratios(self, engine: EngineParameters, log: float, weeks: int) -> Floats:
        paths = dataclasses.replace(
            self._paths[weeks],
            economy_inflow=np.full(weeks, np.exp(log)),
            economy_job=np.full(weeks, np.exp(-log)),
        )
        record, _, _ = run_raw(engine, paths, self.calibration)
        begin, _ = FIELDS["caseload"]
        stocks = record[:, :, begin].reshape(weeks + 1, N_GROUPS, N_ORIGINS).sum(axis=2)
        out = np.empty(len(GROUPS))
        for i, columns in enumerate(_COLUMNS):
            own = stocks[:, columns].sum(axis=1)
            # The weeks before the start are the start's own rolling year.
            out[i] = (own[1:].sum() + (WEEKS_PER_YEAR - weeks) * own[0]) / WEEKS_PER_YEAR / own[0]
        return out


def _solved(answer: Callable[[Floats], Floats], wanted: Floats) -> tuple[Floats, Floats]:
    """x [n] at which log ``answer`` (x) is log ``wanted`` [n], by Newton's method, and the slopes [n, n] there."""
    x = np.zeros(len(wanted))
    for _ in range(_NEWTON_STEPS):
        at = np.log(answer(x))
        slopes = np.stack(
            [(np.log(answer(x + _LOG_STEP * unit)) - at) / _LOG_STEP for unit in np.eye(len(x))], axis=1
        )
        miss = np.log(wanted) - at
        if np.abs(miss).max() < _SETTLED:
            break
        x = x + np.linalg.solve(slopes, miss)
    return x, slopes


def _refined(
    answer: Callable[[Floats], Floats], wanted: Floats, near: Floats, x: Floats, slopes: Floats
) -> Floats:
    """The same for a ``wanted`` [n] close to ``near``, which x [n] answers, with the ``slopes`` there throughout."""
    miss = np.log(wanted) - np.log(near)
    for _ in range(_REFINING_STEPS):
        x = x + np.linalg.solve(slopes, miss)
        miss = np.log(wanted) - np.log(answer(x))
        if np.abs(miss).max() < _REFINED:
            break
    return x


# --- the 98 ----------------------------------------------------------------------------------------


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
        """Columns municipality, group, period, weeks, actual and one for each method."""
        import pandas as pd

        h, m, g = self.actual.shape
        shape = np.indices((h, m, g)).reshape(3, -1)
        columns: dict[str, object] = {
            "municipality": np.array(self.names)[shape[1]],
            "group": np.array(GROUPS)[shape[2]],
            "period": np.array(self.targets)[shape[0]],
            "weeks": (shape[0] + 1) * _HALF_YEAR,
            "actual": self.actual.ravel(),
        }
        return pd.DataFrame({**columns, **{name: f.ravel() for name, f in self.forecasts.items()}})

    @cached_property
    def errors(self) -> Mapping[tuple[str, str], Mapping[str, Error]]:
        """Errors over the municipalities by (target, group) and method; methods without forecasts are left out."""
        found = {}
        for h, target in enumerate(self.targets):
            for g, group in enumerate(GROUPS):
                found[target, group] = {
                    name: errors(values[h, :, g], self.actual[h, :, g])
                    for name, values in self.forecasts.items()
                    if np.isfinite(values[h, :, g]).all()
                }
        return MappingProxyType(found)

    def better_share(self, method: str, than: str, target: str, group: str) -> float:
        """Share of the municipalities in which ``method`` is nearer than ``than``; ties count half."""
        at = self.targets.index(target), slice(None), GROUPS.index(group)
        own, other = (np.abs(self.forecasts[m][at] - self.actual[at]) for m in (method, than))
        return float(((own < other) + 0.5 * (own == other)).mean())

    def beats(self, method: str, target: str, group: str) -> bool:
        """Whether a method's mean absolute error is below that of every naive forecast."""
        found = self.errors[target, group]
        return all(found[method].absolute < found[naive].absolute for naive in NAIVE if naive in found)

    def told(self, language: str) -> tuple[str, ...]:
        """One sentence for each economy: in which groups and years it does not beat every naive forecast."""
        return tuple(self._not_beaten(economy, language) for economy in ECONOMIES)

    def _not_beaten(self, economy: str, language: str) -> str:
        name = text(f"backtest.method.{economy}", language)
        worse = [key for key in self.errors if not self.beats(economy, *key)]
        if not worse:
            return text("backtest.municipal.always", language, method=name)
        listed = "; ".join(
            text(
                "backtest.municipal.in",
                language,
                group=text(f"goals.benchmark.{group}", language),
                year=period_label(target, language).lower(),
                own=number(self.errors[target, group][economy].absolute, language),
                naive=number(self.errors[target, group]["naive_last"].absolute, language),
            )
            for target, group in worse
        )
        return text("backtest.municipal.not_better", language, method=name, where=listed)


def words(language: str) -> tuple[str, ...]:
    """What each column of the municipalities' back-test knows, in sentences."""
    keys = (*ECONOMIES, "with_country", "naive", "rates")
    return tuple(text(f"backtest.municipal.words.{key}", language) for key in keys)


def backtest_municipalities(
    start: str = DEFAULT_START,
    *,
    names: Sequence[str] | None = None,
    rows: Published | None = None,
    series: MonthlySeries | None = None,
    progress: Callable[[int, int], None] | None = None,
    executor: Executor | None = None,
) -> MunicipalBacktest:
    """Carries the rolling year ``start`` half a year and a year ahead in every municipality, with its own engine.

    What the model is told of the economy:

    - ``given``: for each benefit group the course of the *other* 97 together over the horizon. A municipality's own
      future is never used.
    - ``one_index``: one index, such that dagpenge of the other 97 comes out right; it reaches sickness and social
      assistance through the engine's sensitivities alone.
    - ``unchanged``: nothing after the start. The index is that of the national months' fit up to the start, fading.

    ``naive_last`` is the start's own figure, ``naive_year`` that of the rolling year one year before the target,
    ``with_country`` the start's figure moved as the other 97 (what ``given`` is told, without the model).
    The index of the others is found on an engine with the whole country's mix. ``rows`` and ``series`` replace the
    shipped figures, ``names`` picks municipalities by name. Raises KeyError for an unknown name.
    """
    if start not in STARTS:
        raise ValueError(f"start must be one of {', '.join(STARTS)}, not {start!r}")
    rows = published_rows() if rows is None else rows
    series = national_dagpenge() if series is None else series
    everyone = [info.name for info in municipalities()]
    chosen = everyone if names is None else [name for name in everyone if name in set(names)]
    if names is not None and len(chosen) != len(set(names)):
        raise KeyError(", ".join(sorted(set(names) - set(chosen))))
    periods = list(PERIODS)
    at = periods.index(start)
    targets = tuple(periods[at + 1 : at + 1 + _TARGETS])
    actual = {
        period: np.array([[_row(rows, n, period, g).actual_fte for g in GROUPS] for n in everyone])
        for period in periods
    }
    fit = fit_monthly(series.until(PERIODS[start]))
    country = _Country(rows, start, fit, actual[start].sum(axis=0), everyone)
    index = country.index(actual, targets)
    which = [everyone.index(name) for name in chosen]

    def one(i: int) -> Floats:
        return country.forecast(everyone[i], i, actual, targets)

    if executor is not None:
        found = _collected(executor, one, which, progress)
    else:
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            found = _collected(pool, one, which, progress)
    ratios = np.stack(found, axis=2)  # [economy, target, M, group]
    base = actual[start][which]
    forecasts = {economy: ratios[e] * base for e, economy in enumerate(ECONOMIES)}
    forecasts["naive_last"] = np.stack([base] * len(targets))
    forecasts["naive_year"] = np.stack(
        [
            actual[periods[at + h - 1]][which] if at + h - 1 >= 0 else np.full_like(base, np.nan)
            for h in range(len(targets))
        ]
    )
    forecasts["with_country"] = np.stack([base * _others(actual[t], actual[start])[which] for t in targets])
    return MunicipalBacktest(
        start=start,
        targets=targets,
        names=tuple(chosen),
        actual=np.stack([actual[t][which] for t in targets]),
        forecasts=MappingProxyType(forecasts),
        fit=fit,
        index=MappingProxyType(index),
    )


def _collected(
    pool: Executor,
    one: Callable[[int], Floats],
    which: Sequence[int],
    progress: Callable[[int, int], None] | None,
) -> list[Floats]:
    out = []
    for done, found in enumerate(pool.map(one, which), start=1):
        out.append(found)
        if progress is not None:
            progress(done, len(which))
    return out


def _row(rows: Published, name: str, period: str, group: str) -> BenchmarkRow:
    return rows[name, period, BENEFIT_GROUPS[group]]


def _others(later: Floats, before: Floats) -> Floats:
    """[M, 3] how all municipalities but the row's own moved together."""
    return np.asarray((later.sum(axis=0) - later) / (before.sum(axis=0) - before))


class _Country:
    """The engine with the whole country's mix, on which the economy's index is found, and the others' engines."""

    def __init__(
        self, rows: Published, start: str, fit: MonthlyFit, total: Floats, everyone: Sequence[str]
    ) -> None:
        self.rows, self.start, self.fit = rows, start, fit
        self.exits = dagpenge_exits(fit)
        self.template = load_municipality(next(i.id for i in municipalities() if not i.curated))
        people = sum(self._people(name) for name in everyone)
        share = self._people(self.template.name) / people
        self.rested = _Rested(
            self.template,
            self.template.engine_with(
                {
                    **self.exits,
                    **{f"benchmark.{g}": float(v) for g, v in zip(GROUPS, total * share, strict=True)},
                }
            ),
        )
        self._solutions: dict[tuple[str, int, bytes], tuple[Floats, Floats]] = {}

    def _people(self, name: str) -> float:
        row = _row(self.rows, name, self.start, "dagpenge")
        return row.actual_fte / row.actual_pct * 100

    def _engine(self, name: str) -> tuple[Municipality, EngineParameters]:
        info = next(i for i in municipalities() if i.name == name)
        own = {f"benchmark.{g}": _row(self.rows, name, self.start, g).actual_fte for g in GROUPS}
        changes = {**self.exits, **own, "population.people_16_66": self._people(name)}
        # Those without a file of their own differ in these figures alone.
        municipality = load_municipality(info.id) if info.curated else self.template
        return municipality, municipality.engine_with(changes)

    def _solve(self, economy: str, weeks: int, wanted: Floats) -> tuple[Floats, Floats]:
        key = economy, weeks, wanted.tobytes()
        if key not in self._solutions:
            if economy == "given":
                self._solutions[key] = _solved(lambda x: self.rested.by_group(x, weeks), wanted)
            else:
                self._solutions[key] = _solved(lambda x: self.rested.by_one(float(x[0]), weeks)[:1], wanted)
        return self._solutions[key]

    def solve_all(
        self, actual: Mapping[str, Floats], targets: Sequence[str]
    ) -> dict[tuple[str, int], Floats]:
        """Logs of the whole country's index by economy and horizon."""
        out = {}
        for h, target in enumerate(targets):
            weeks = (h + 1) * _HALF_YEAR
            moved = actual[target].sum(axis=0) / actual[self.start].sum(axis=0)
            out["given", h] = self._solve("given", weeks, moved)[0]
            out["one_index", h] = self._solve("one_index", weeks, moved[:1])[0]
            out["unchanged", h] = self._solve("unchanged", weeks, np.array([self.foreseen(h)]))[0]
        return out

    def foreseen(self, h: int) -> float:
        """The national rolling year after h + 1 half-years / that of the start, by the months' fit alone."""
        months = (h + 1) * MONTHS_A_YEAR // 2
        ahead = self.fit.forecast(self.fit.fading_index(months))
        known = self.fit.series.stock[-MONTHS_A_YEAR:]
        return float(np.concatenate([known, ahead])[-MONTHS_A_YEAR:].mean() / known.mean())

    def index(self, actual: Mapping[str, Floats], targets: Sequence[str]) -> dict[str, Floats]:
        """Indices of the whole country: given [2, 3], the others [2]."""
        found = self.solve_all(actual, targets)
        return {
            economy: np.exp(np.squeeze(np.stack([found[economy, h] for h in range(len(targets))])))
            for economy in ECONOMIES
        }

    def forecast(self, name: str, i: int, actual: Mapping[str, Floats], targets: Sequence[str]) -> Floats:
        """[economy, target, 3] target's rolling year / start's, of the municipality in row ``i``."""
        rested = _Rested(*self._engine(name))
        out = np.empty((len(ECONOMIES), len(targets), len(GROUPS)))
        for h, target in enumerate(targets):
            weeks = (h + 1) * _HALF_YEAR
            whole = actual[target].sum(axis=0) / actual[self.start].sum(axis=0)
            others = _others(actual[target], actual[self.start])[i]
            logs = _refined(
                lambda x, weeks=weeks: self.rested.by_group(x, weeks),  # type: ignore[misc]
                others,
                whole,
                *self._solve("given", weeks, whole),
            )
            out[0, h] = rested.by_group(logs, weeks)
            one = _refined(
                lambda x, weeks=weeks: self.rested.by_one(float(x[0]), weeks)[:1],  # type: ignore[misc]
                others[:1],
                whole[:1],
                *self._solve("one_index", weeks, whole[:1]),
            )
            out[1, h] = rested.by_one(float(one[0]), weeks)
            foreseen, _ = self._solve("unchanged", weeks, np.array([self.foreseen(h)]))
            out[2, h] = rested.by_one(float(foreseen[0]), weeks)
        return out


@lru_cache(maxsize=2)
def shipped_backtest(start: str = DEFAULT_START) -> MunicipalBacktest:
    """:func:`backtest_municipalities` on the shipped figures, kept."""
    return backtest_municipalities(start)


# --- the minutes' dagpenge of 2020 -------------------------------------------------------------------


@dataclass(frozen=True)
class MinutesCheck:
    """Ballerup's dagpenge, 12 March to 25 November 2020, as the engine has it beside the minutes; persons."""

    rates: str  # "fitted" to the national months before the start, or "shipped" (2025-26: no part of a back-test)
    weekly_exit: float
    inflow: float
    reported_inflow: float
    outflow: float
    reported_outflow: float
    end: float
    reported_end: float


def minutes_of_2020(rates: str = "fitted", *, series: MonthlySeries | None = None) -> MinutesCheck:
    """From stock 796 and the inflow of 1,986 spread by the national months: the model's own outflow and end stock.

    The national months of 2020 are given; exit rates are not fitted to the minutes. The minutes count registrations,
    the model full-time persons: the gap is reported, not tuned away. ``rates`` is "fitted" or "shipped".
    """
    series = national_dagpenge() if series is None else series
    name, known, first_day = _MINUTES
    municipality = load_municipality(name)
    if rates == "fitted":
        engine = municipality.engine_with(dagpenge_exits(fit_monthly(series.until(known))))
    elif rates == "shipped":
        engine = municipality.engine
    else:
        raise ValueError(f"rates must be fitted or shipped, not {rates!r}")
    weeks = round(parameter("minutes_weeks"))
    start, reported = parameter("minutes_stock"), parameter("minutes_inflow")
    stock = engine.stock.copy()
    stock[_DAGPENGE] *= start / stock[_DAGPENGE].sum()
    only_dagpenge = np.zeros(N_GROUPS)
    only_dagpenge[_DAGPENGE] = 1.0
    engine = dataclasses.replace(
        _without_season(engine), stock=stock, economy_inflow_sensitivity=only_dagpenge
    )
    calibration = calibrate_anew(engine)
    paths = build_lever_paths(dataclasses.replace(municipality, engine=engine), None, weeks)

    def flows(index: Floats) -> tuple[float, float, float, float, float]:
        """Inflow in all and but for the external, outflow, outflow of the first week, end stock."""
        record, _, _ = run_raw(engine, dataclasses.replace(paths, economy_inflow=index), calibration)
        rows = record.reshape(weeks + 1, N_GROUPS, N_ORIGINS, -1)[:, _DAGPENGE].sum(axis=1)

        def of(field: str) -> Floats:
            begin, end = FIELDS[field]
            return np.asarray(rows[1:, begin:end].sum(axis=1))

        inner = float((of("inflow_returners") + of("inflow_transfers")).sum())
        out = of("exits")
        return (
            inner + float(of("inflow_external").sum()),
            inner,
            float(out.sum()),
            float(out[0]),
            float(of("caseload")[-1]),
        )

    _, inner, _, first_exits, _ = flows(np.ones(weeks))
    exit_rate = first_exits / start
    external = calibration.inflow.reshape(N_GROUPS, N_ORIGINS)[_DAGPENGE].sum()
    # What the minutes call inflow holds returners and movers too; they are the model's own.
    share = national_spread(series, first_day, weeks, exit_rate)
    came, _, left, _, end = flows(np.maximum(reported * share - inner / weeks, 0.0) / external)
    return MinutesCheck(
        rates=rates,
        weekly_exit=float(exit_rate),
        inflow=came,
        reported_inflow=reported,
        outflow=left,
        reported_outflow=parameter("minutes_outflow"),
        end=end,
        reported_end=parameter("minutes_end_stock"),
    )


def national_spread(series: MonthlySeries, first_day: str, weeks: int, weekly_exit: float) -> Floats:
    """Weekly shares [weeks] of an inflow from ``first_day``, as the national stocks by month imply it.

    A week's inflow is its end stock less what is left of its first at ``weekly_exit``; a month's stock stands at its
    middle, weeks between are interpolated.
    """
    middle = (series.months.astype("datetime64[D]") + 14).astype(np.float64)
    days = np.datetime64(first_day, "D") + _DAYS_A_WEEK * np.arange(weeks + 1)
    stock = np.interp(days.astype("datetime64[D]").astype(np.float64), middle, series.stock)
    inflow = np.maximum(stock[1:] - (1.0 - weekly_exit) * stock[:-1], 0.0)
    return np.asarray(inflow / inflow.sum())
