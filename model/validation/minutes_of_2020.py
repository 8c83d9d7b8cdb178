"""The minutes' dagpenge of 2020: Ballerup, 12 March to 25 November, as the engine has it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

import numpy as np

from model.domain import GROUP_INDEX, N_GROUPS, N_ORIGINS
from model.engine.calibration import calibrate_anew
from model.engine.kernel.layout import FIELDS
from model.engine.parameters import EngineParameters
from model.monthly.fit import fit_monthly
from model.monthly.series import Floats, MonthlySeries, national_dagpenge, parameter
from model.municipality.municipality import Municipality, load_municipality
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.run_engine import run_raw
from model.validation.resting_engine import dagpenge_exits, without_season

_MUNICIPALITY: Final = "ballerup"
_LAST_KNOWN_MONTH: Final = "2020-02"
_FIRST_DAY: Final = "2020-03-12"
_DAGPENGE: Final = GROUP_INDEX["dagpenge"]
_DAYS_A_WEEK: Final = 7


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
    """Compute outflow and end stock from stock 796 and the inflow of 1,986, spread by the national months.

    The national months of 2020 are given; exit rates are not fitted to the minutes. The minutes count registrations,
    the model full-time persons: the gap is reported, not tuned away. ``rates`` is "fitted" or "shipped", ValueError
    for another.
    """
    series = national_dagpenge() if series is None else series
    municipality = load_municipality(_MUNICIPALITY)
    weeks = round(parameter("minutes_weeks"))
    start, reported = parameter("minutes_stock"), parameter("minutes_inflow")
    run = _DagpengeRun(municipality, _with_stock(_engine(municipality, rates, series), start), weeks)
    unchanged = run.flows(np.ones(weeks))
    exit_rate = unchanged.first_outflow / start
    # What the minutes call inflow holds returners and movers too; they are the model's own.
    share = national_spread(series, _FIRST_DAY, weeks, exit_rate)
    external = np.maximum(reported * share - unchanged.inner_inflow / weeks, 0.0)
    flows = run.flows(external / run.external_inflow)
    return MinutesCheck(
        rates=rates,
        weekly_exit=float(exit_rate),
        inflow=flows.inflow,
        reported_inflow=reported,
        outflow=flows.outflow,
        reported_outflow=parameter("minutes_outflow"),
        end=flows.end,
        reported_end=parameter("minutes_end_stock"),
    )


def _engine(municipality: Municipality, rates: str, series: MonthlySeries) -> EngineParameters:
    """Return the engine with the rates asked for. Raises ValueError for unknown rates."""
    if rates == "shipped":
        return municipality.engine
    if rates == "fitted":
        return municipality.engine_with(dagpenge_exits(fit_monthly(series.until(_LAST_KNOWN_MONTH))))
    raise ValueError(f"rates must be fitted or shipped, not {rates!r}")


def _with_stock(engine: EngineParameters, persons: float) -> EngineParameters:
    """Return the engine without seasons, with so many on dagpenge and an economy that moves their inflow alone."""
    stock = engine.stock.copy()
    stock[_DAGPENGE] *= persons / stock[_DAGPENGE].sum()
    only_dagpenge = np.zeros(N_GROUPS)
    only_dagpenge[_DAGPENGE] = 1.0
    return dataclasses.replace(without_season(engine), stock=stock, economy_inflow_sensitivity=only_dagpenge)


@dataclass(frozen=True)
class _Flows:
    """Persons on dagpenge who come and leave over a run."""

    inflow: float
    inner_inflow: float  # all but the external
    outflow: float
    first_outflow: float  # of the first week
    end: float  # stock


class _DagpengeRun:
    """A municipality whose inflow to dagpenge follows a weekly index."""

    def __init__(self, municipality: Municipality, engine: EngineParameters, weeks: int) -> None:
        self._engine = engine
        self._weeks = weeks
        self._calibration = calibrate_anew(engine)
        self._paths = build_lever_paths(dataclasses.replace(municipality, engine=engine), None, weeks)

    @property
    def external_inflow(self) -> float:
        """Return the external inflow a week at rest."""
        return float(self._calibration.inflow.reshape(N_GROUPS, N_ORIGINS)[_DAGPENGE].sum())

    def flows(self, index: Floats) -> _Flows:
        """Run the weeks under an index [weeks] of the external inflow."""
        paths = dataclasses.replace(self._paths, economy_inflow=index)
        record, _, _ = run_raw(self._engine, paths, self._calibration)
        rows = record.reshape(self._weeks + 1, N_GROUPS, N_ORIGINS, -1)[:, _DAGPENGE].sum(axis=1)

        def of(field: str) -> Floats:
            begin, end = FIELDS[field]
            return np.asarray(rows[1:, begin:end].sum(axis=1))

        inner = float((of("inflow_returners") + of("inflow_transfers")).sum())
        outflow = of("exits")
        return _Flows(
            inflow=inner + float(of("inflow_external").sum()),
            inner_inflow=inner,
            outflow=float(outflow.sum()),
            first_outflow=float(outflow[0]),
            end=float(of("caseload")[-1]),
        )


def national_spread(series: MonthlySeries, first_day: str, weeks: int, weekly_exit: float) -> Floats:
    """Return weekly shares [weeks] of an inflow from ``first_day``, as the national stocks by month imply it.

    A week's inflow is its end stock less what is left of its first at ``weekly_exit``; a month's stock stands at its
    middle, weeks between are interpolated.
    """
    middle = (series.months.astype("datetime64[D]") + 14).astype(np.float64)
    days = np.datetime64(first_day, "D") + _DAYS_A_WEEK * np.arange(weeks + 1)
    stock = np.interp(days.astype("datetime64[D]").astype(np.float64), middle, series.stock)
    inflow = np.maximum(stock[1:] - (1.0 - weekly_exit) * stock[:-1], 0.0)
    return np.asarray(inflow / inflow.sum())
