"""Residuals, slopes and least squares of the fit of a monthly series, in one or more ordinary eras.

An era begins where a shock has ended or a break has moved the level for good: it has a level of its own and, where it
is long enough to tell, exits, a trend and a season of its own.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.domain import WEEKS_PER_YEAR
from model.monthly.series import MONTHS_A_YEAR, Floats, MonthlySeries, parameter

Bools = NDArray[np.bool_]

WEEKS_A_MONTH: Final = WEEKS_PER_YEAR / MONTHS_A_YEAR
# Of a normal distribution: the median absolute residual to its standard deviation.
_MAD_TO_SD: Final = 1.4826
# A series that fits takes ten or twenty; one that cannot be fitted must not take for ever.
EVALUATIONS: Final = 200
# Columns of the parameters: log odds of the exit, log level, trend a year, eleven logs of the season; then by era the
# log of its level over the first and, where it has a season of its own, its log odds of the exit, its trend and eleven
# logs of the season less the first's.
EXIT, LEVEL, TREND, SEASON = 0, 1, 2, 3
SEASON_COLUMNS: Final = MONTHS_A_YEAR - 1
FIRST_COLUMNS: Final = SEASON + SEASON_COLUMNS


class Era(NamedTuple):
    """An ordinary era after the first: it lasts until the next begins."""

    begins: int  # the month, of those after the series' first
    own_season: bool

    @property
    def columns(self) -> int:
        """Return how many parameters it has."""
        return 3 + SEASON_COLUMNS if self.own_season else 1


def weekly(monthly: float) -> float:
    """Return the weekly probability that gives the monthly one."""
    return float(1.0 - (1.0 - monthly) ** (1.0 / WEEKS_A_MONTH))


def monthly_prior() -> float:
    """Return a month's probability of leaving that a median spell of the literature means."""
    return float(1.0 - 0.5 ** (WEEKS_A_MONTH / parameter("exit_median_weeks")))


def whole_season(logs: Floats) -> Floats:
    """Return the logs of twelve months [12] of those of eleven: together they are nothing."""
    return np.append(logs, -logs.sum())


class FitProblem:
    """Residuals and their slopes for one series of n + 1 months, in shares of the mean stock."""

    def __init__(self, series: MonthlySeries, eras: tuple[Era, ...] = ()) -> None:
        self.series, self.eras = series, eras
        self.size = float(series.stock.mean())
        self.before = series.stock[:-1] / self.size
        self.after = series.stock[1:] / self.size
        n = len(self.before)
        years = np.arange(n) / MONTHS_A_YEAR
        self.years = years - float(years.mean())
        # The twelfth month's log is minus the sum of the others.
        at = series.calendar[1:]
        dummies = np.where(at[:, None] == SEASON_COLUMNS, -1.0, at[:, None] == np.arange(SEASON_COLUMNS))
        nothing = np.zeros((n, 1))
        by_inflow = [nothing, np.ones((n, 1)), self.years[:, None], dummies]
        by_exit = [np.ones((n, 1)), np.zeros((n, FIRST_COLUMNS - 1))]
        for i, era in enumerate(eras):
            # A short era's level comes on top of the one before; one with a season of its own begins anew.
            end = min([later.begins for later in eras[i + 1 :] if later.own_season] + [n])
            inside = ((np.arange(n) >= era.begins) & (np.arange(n) < end))[:, None]
            own = [np.ones((n, 1)), nothing, self._since(era)[:, None], dummies]
            by_inflow.append(inside * np.hstack(own) if era.own_season else inside)
            by_exit.append(inside * (np.arange(era.columns) == 1))
        # What multiplies the parameters in the log of inflow and in the log odds of the exit: [n, columns].
        self.by_inflow = np.hstack(by_inflow).astype(np.float64)
        self.by_exit = np.hstack(by_exit).astype(np.float64)
        self.inflow, self.outflow = _flows(series, self.size)
        prior = monthly_prior()
        self.prior_exit = float(np.log(prior / (1 - prior)))
        start = np.zeros(self.columns)
        start[EXIT], start[LEVEL] = self.prior_exit, np.log(prior)
        if self.inflow is not None and self.outflow is not None:
            share = np.clip(self.outflow.mean() / self.before.mean(), 0.01, 0.99)
            start[EXIT] = np.log(share / (1 - share))
            start[LEVEL] = np.log(max(float(self.inflow.mean()), 1e-6))
        self.start = start
        self.weights = self._weights()

    @property
    def columns(self) -> int:
        """Return how many parameters there are."""
        return int(self.by_inflow.shape[1])

    def at_end(self, x: Floats) -> tuple[float, float, Floats]:
        """Return the log of the level at the last month, the trend and the logs of the season [12], of the last era.

        A short era has the season and the trend of the one before.
        """
        trend, season = float(x[TREND]), x[SEASON:FIRST_COLUMNS]
        at = FIRST_COLUMNS
        for era in self.eras:
            if era.own_season:
                trend = float(x[TREND] + x[at + 2])
                season = x[SEASON:FIRST_COLUMNS] + x[at + 3 : at + era.columns]
            at += era.columns
        logs = whole_season(season)
        return float(self.by_inflow[-1] @ x - logs[self.series.calendar[-1]]), trend, logs

    def _since(self, era: Era) -> Floats:
        """Return the years [n] since an era's first month."""
        return np.asarray(self.years - self.years[min(era.begins, len(self.years) - 1)])

    def _weights(self) -> Floats:
        """Return one over the standard deviation expected beforehand of each parameter [columns]."""
        by_season = np.full(SEASON_COLUMNS, 1.0 / parameter("season_uncertainty"))
        # Known flows need no expectation of the exits.
        exits = 1.0 / parameter("exit_uncertainty") if self.outflow is None else 0.0
        trend = 1.0 / parameter("trend_uncertainty")
        weights = [np.array([exits, 0.0, trend]), by_season]
        for era in self.eras:
            own = [np.array([0.0, exits, trend]), by_season]
            weights.extend(own if era.own_season else [np.zeros(1)])
        return np.concatenate(weights)

    def exit_and_inflow(self, x: Floats) -> tuple[Floats, Floats]:
        """Return the months' probabilities of leaving [n] and the inflow [n] of some parameters."""
        exits = 1.0 / (1.0 + np.exp(-(self.by_exit @ x)))
        return exits, np.exp(np.clip(self.by_inflow @ x, -50.0, 50.0))

    def residuals(self, x: Floats) -> Floats:
        """Compute the residuals of the stock, or of inflow and outflow where they are known: [R, n]."""
        q, came = self.exit_and_inflow(x)
        if self.inflow is None or self.outflow is None:
            return ((1.0 - q) * self.before + came - self.after)[None]
        return np.stack([came - self.inflow, q * self.before - self.outflow])

    def slopes(self, x: Floats) -> Floats:
        """Compute the slopes of the residuals: [R, n, columns]."""
        q, came = self.exit_and_inflow(x)
        of_inflow = came[:, None] * self.by_inflow
        of_exit = (q * (1.0 - q) * self.before)[:, None] * self.by_exit
        if self.inflow is None:
            return (of_inflow - of_exit)[None]
        return np.stack([of_inflow, of_exit])

    def priors(self, x: Floats) -> tuple[Floats, Floats]:
        """Return what is expected beforehand: residuals [k] and slopes [k, columns]."""
        off = x.copy()
        off[EXIT] -= self.prior_exit
        return off * self.weights, np.diag(self.weights)


def _flows(series: MonthlySeries, size: float) -> tuple[Floats | None, Floats | None]:
    """Return inflow and outflow [n - 1] in shares of ``size``; one that is not reported follows from the stocks."""
    step = np.diff(series.stock)
    came, left = (None if a is None else a[1:] for a in (series.inflow, series.outflow))
    if came is None and left is None:
        return None, None
    if came is None and left is not None:
        came = step + left
    if left is None and came is not None:
        left = came - step
    assert came is not None
    assert left is not None
    return came / size, left / size


def solve(
    problem: FitProblem,
    x: Floats,
    scale: Floats,
    keep: Bools,
    *,
    robust: bool,
    evaluations: int = EVALUATIONS,
) -> tuple[Floats, Floats]:
    """Fit the months ``keep`` [n] by least squares, each row in its own ``scale`` [R]: x and the slopes there."""
    from scipy.optimize import least_squares

    limit = parameter("robust_limit") if robust else np.inf

    def squashed(r: Floats) -> Floats:
        if not robust:
            return r
        # The square root of soft-L1 loss: linear in small residuals, a root of large ones.
        return np.asarray(np.sign(r) * np.sqrt(2.0 * (np.sqrt(1.0 + (r / limit) ** 2) - 1.0)) * limit)

    def squashed_slope(r: Floats) -> Floats:
        if not robust:
            return np.ones_like(r)
        size = np.abs(r)
        bottom = np.sqrt(1.0 + (r / limit) ** 2) * np.abs(squashed(r))
        return np.asarray(np.divide(size, bottom, out=np.ones_like(r), where=size > 1e-6))

    def function(x: Floats) -> Floats:
        r = (problem.residuals(x) / scale[:, None])[:, keep].ravel()
        return np.concatenate([squashed(r), problem.priors(x)[0]])

    def jacobian(x: Floats) -> Floats:
        r = (problem.residuals(x) / scale[:, None])[:, keep].ravel()
        j = (problem.slopes(x) / scale[:, None, None])[:, keep].reshape(-1, problem.columns)
        return np.concatenate([j * squashed_slope(r)[:, None], problem.priors(x)[1]])

    solution = least_squares(function, x, jac=jacobian, method="lm", max_nfev=evaluations)
    return np.asarray(solution.x), jacobian(solution.x)


def scales(residuals: Floats, keep: Bools) -> Floats:
    """Estimate robust standard deviations [R] of the months kept."""
    middle = _MAD_TO_SD * np.median(np.abs(residuals[:, keep]), axis=1)
    return np.maximum(middle, parameter("least_scale"))
