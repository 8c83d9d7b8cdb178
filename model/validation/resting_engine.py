"""An engine at rest at the start's rolling year, told of an economy: how its rolling years move."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Final

import numpy as np

from model.domain import GROUP_INDEX, N_GROUPS, N_ORIGINS, SELF_SUPPORT_EXITS, WEEKS_PER_YEAR
from model.engine.calibration import calibrate_anew
from model.engine.kernel.layout import FIELDS
from model.engine.parameters import EngineParameters
from model.monthly.fit import MonthlyFit
from model.monthly.fit_problem import weekly
from model.monthly.series import Floats, parameter
from model.municipality.municipality import Municipality
from model.parameters.ids import BENCHMARK_GROUPS, CLASS_NAMES
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.run_engine import run_raw

GROUPS: Final = tuple(BENCHMARK_GROUPS)
HALF_YEAR: Final = WEEKS_PER_YEAR // 2
_LOG_STEP: Final = 1e-3
_NEWTON_STEPS: Final = 8
_REFINING_STEPS: Final = 20
_SETTLED: Final = 1e-8
_REFINED: Final = 1e-7
_COLUMNS: Final = [[GROUP_INDEX[g] for g in BENCHMARK_GROUPS[name]] for name in GROUPS]
_WAYS_OUT: Final = (*SELF_SUPPORT_EXITS, *GROUP_INDEX)


def dagpenge_exits(fit: MonthlyFit) -> dict[str, float]:
    """Return the fitted rate in place of the shipped exits from dagpenge, by parameter id, for all durations.

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


def without_season(engine: EngineParameters) -> EngineParameters:
    """Return the engine without seasons: a rolling year holds each season once."""
    flat = np.ones_like(engine.season_inflow)
    return dataclasses.replace(engine, season_inflow=flat, season_job=flat, season_education=flat)


class RestingEngine:
    """A municipality at rest at the start's rolling year, and how its rolling years move with the economy.

    Economies are logs of an index x: inflow x, job finding 1 / x.
    """

    def __init__(self, municipality: Municipality, engine: EngineParameters) -> None:
        self.engine = without_season(engine)
        self.calibration = calibrate_anew(self.engine)
        carrier = dataclasses.replace(municipality, engine=self.engine)
        # Paths by number of weeks; the economy is set in each run.
        self._paths = {
            weeks: build_lever_paths(carrier, None, weeks) for weeks in (HALF_YEAR, WEEKS_PER_YEAR)
        }
        self._at_rest = self.calibration.waiting + self.calibration.in_offer + self.calibration.after_offer

    def by_group(self, logs: Floats, weeks: int) -> Floats:
        """Run under an own index for each benefit group, logs [3]: rolling year ``weeks`` later / at the start, [3]."""
        own = np.zeros(N_GROUPS)
        for log, columns in zip(logs, _COLUMNS, strict=True):
            own[columns] = log
        # With the index e for all, the sensitivity is the log of the group's own index.
        engine = dataclasses.replace(self.engine, economy_inflow_sensitivity=own, economy_job_sensitivity=own)
        return self._ratios(engine, 1.0, weeks)

    def by_one(self, log: float, weeks: int) -> Floats:
        """Run under one index that reaches the groups through their sensitivities: the same ratios, [3]."""
        return self._ratios(self.engine, log, weeks)

    def _ratios(self, engine: EngineParameters, log: float, weeks: int) -> Floats:
        """Run the weeks and return each benefit group's rolling year at the end / at the start, [3]."""
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


def solved_logs(answer: Callable[[Floats], Floats], goal: Floats) -> tuple[Floats, Floats]:
    """Solve log ``answer`` (x) = log ``goal`` [n] by Newton's method; return x [n] and the slopes [n, n] there."""
    x = np.zeros(len(goal))
    for _ in range(_NEWTON_STEPS):
        log_answer = np.log(answer(x))
        slopes = np.stack(
            [(np.log(answer(x + _LOG_STEP * unit)) - log_answer) / _LOG_STEP for unit in np.eye(len(x))],
            axis=1,
        )
        miss = np.log(goal) - log_answer
        if np.abs(miss).max() < _SETTLED:
            break
        x = x + np.linalg.solve(slopes, miss)
    return x, slopes


def refined_logs(
    answer: Callable[[Floats], Floats], goal: Floats, near: Floats, x: Floats, slopes: Floats
) -> Floats:
    """Solve the same for a ``goal`` [n] close to ``near``, which x [n] answers, with its ``slopes`` throughout."""
    miss = np.log(goal) - np.log(near)
    for _ in range(_REFINING_STEPS):
        x = x + np.linalg.solve(slopes, miss)
        miss = np.log(goal) - np.log(answer(x))
        if np.abs(miss).max() < _REFINED:
            break
    return x
