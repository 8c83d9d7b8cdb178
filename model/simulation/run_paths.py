"""Build the paths of a run: the levers, and what lets the baseline follow its projection.

A projection says how many are on dagpenge and in the kontanthjælp system, week by week. The inflow from outside is
multiplied, and job finding divided, by what makes the baseline have as many, with no lever moved and the economy
unchanged. The scenario has the same path, so that what differs is the effort. It is found by running the baseline: one
run tells what a push in one week leaves in the weeks after it, and a few more take away what is still missing.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX, N_GROUPS, N_ORIGINS
from model.engine.kernel.layout import FIELDS
from model.engine.lever_paths import LeverPaths
from model.forecast.panel import panel
from model.forecast.predictive import predict
from model.municipality.history import BENEFITS, GROUPS_OF, Benefit
from model.municipality.municipality import Municipality
from model.municipality.vintages import FIRST
from model.scenario.projection import STANDS_STILL, OwnProjection
from model.scenario.scenario import Scenario
from model.simulation.build_lever_paths import build_standing_paths, lever_series, start_of
from model.simulation.run_engine import run_raw

Floats = NDArray[np.float64]

# Weeks of published months that a run with a projection begins with, so that its start is where the months are.
RUN_IN_WEEKS: Final = 26
_DAYS_A_WEEK: Final = 7
_MONTHS_A_YEAR: Final = 12
_EASING_WEEKS: Final = 8
_MARK: Final = 0.01  # push in the run that tells what one leaves
_ROUNDS: Final = 6
_NEAR_ENOUGH: Final = 5e-4  # of the level
# No week's inflow is more than so many times the baseline's, or less; logarithm. A steeper step is met later.
_MOST: Final = 2.0
_LEAST_PERSONS: Final = 0.1
_FIGURES_OF: Final[Mapping[Benefit, tuple[int, ...]]] = {
    benefit: tuple(GROUP_INDEX[group] for group in GROUPS_OF[benefit]) for benefit in BENEFITS
}


def build_run_paths(municipality: Municipality, scenario: Scenario | None, weeks: int) -> LeverPaths:
    """Build the paths of a run that is priced: ``weeks`` Mondays, those that close its last year, those before it."""
    paths = build_standing_paths(municipality, scenario, weeks)
    if scenario is None or scenario.projection == STANDS_STILL or municipality.vintage == FIRST:
        return paths
    return with_projection(paths, municipality, scenario)


def with_projection(paths: LeverPaths, municipality: Municipality, scenario: Scenario) -> LeverPaths:
    """Return the paths with what lets the baseline follow the scenario's projection."""
    start = start_of(municipality, scenario)
    run_in = _with_published_weeks(paths.run_in, municipality)
    path = _projection_path(
        municipality.key,
        start,
        len(paths.weeks),
        repr(scenario.projection),
        _Holder(municipality, scenario, dataclasses.replace(paths, run_in=run_in)),
    )
    before, main = len(run_in.weeks), len(run_in.weeks) + len(paths.weeks)
    closing = paths.closing
    levels = projected_levels(municipality, scenario, paths.weeks)
    return dataclasses.replace(
        paths,
        projected_dagpenge=levels.get("dagpenge", np.ones(len(paths.weeks))),
        run_in=dataclasses.replace(run_in, projection=path[:before]),
        projection=path[before:main],
        closing=None if closing is None else dataclasses.replace(closing, projection=path[main:]),
    )


def _with_published_weeks(run_in: LeverPaths | None, municipality: Municipality) -> LeverPaths:
    """Return the weeks before the start with those of the published months before them, all as at the baseline."""
    first = municipality.start - datetime.timedelta(weeks=RUN_IN_WEEKS)
    # The figures are of those whom the rules of the time let in: nothing closes while they lead up to them.
    everyone = {"entry": np.ones((RUN_IN_WEEKS, N_GROUPS))}
    published = LeverPaths(**{**lever_series(municipality, None, RUN_IN_WEEKS, first), **everyone})
    if run_in is None:
        return published
    series: dict[str, Any] = {
        name: np.concatenate([values, getattr(run_in, name)]) for name, values in published.series().items()
    }
    return LeverPaths(**series)


class _Holder:
    """Carries objects past the cache without taking part in its key."""

    def __init__(self, municipality: Municipality, scenario: Scenario, paths: LeverPaths) -> None:
        self.municipality = municipality
        self.scenario = scenario
        self.paths = paths

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder)


@lru_cache(maxsize=64)
def _projection_path(key: str, start: datetime.date, weeks: int, projection: str, holder: _Holder) -> Floats:
    """Find the path [weeks_to_run, G], kept by what they depend on."""
    plain = holder.scenario.copy_with(changes=(), assumptions=(), economy="unchanged", cards=(), results=None)
    standing = build_standing_paths(holder.municipality, plain, weeks)
    base = dataclasses.replace(standing, run_in=holder.paths.run_in)
    targets = projected_levels(holder.municipality, holder.scenario, base.to_run("weeks"))
    path = _Solver(holder.municipality, base).solve(targets)
    path.flags.writeable = False
    return path


def projected_levels(
    municipality: Municipality, scenario: Scenario, mondays: NDArray[np.datetime64]
) -> Mapping[Benefit, Floats]:
    """Return what the projection says, week by week, as shares of the level that the figures rest on: [T] by benefit.

    A benefit that stands still is left out. The level is the mean of the last twelve published months.
    """
    own = scenario.projection if isinstance(scenario.projection, OwnProjection) else None
    levels: dict[Benefit, Floats] = {}
    for benefit in BENEFITS:
        if own is None:
            levels[benefit] = _forecast_level(municipality.id, benefit, mondays)
        elif points := own.points(benefit):
            months, values = _published(municipality.id, benefit)
            later = np.array([np.datetime64(p.from_, "D") for p in points])
            # A number for a day that is published already takes the months' place.
            kept = _middle(months) < later[0]
            days = np.concatenate([_middle(months)[kept], later])
            persons = np.concatenate([values[kept], [p.persons for p in points]])
            levels[benefit] = _by_week(days, persons, mondays) / _level(values)
    return levels


def forecast_levels(ids: Sequence[str], benefit: Benefit, mondays: NDArray[np.datetime64]) -> Floats:
    """Return what the forecast says of municipalities by id, by week, as shares of their figures' level: [T, n]."""
    return np.stack([_forecast_level(one, benefit, mondays) for one in ids], axis=1)


def _forecast_level(municipality: str, benefit: Benefit, mondays: NDArray[np.datetime64]) -> Floats:
    """Return what the forecast says of one municipality, as shares of its figures' level: [T]."""
    months, values = _published(municipality, benefit)
    told = predict(municipality, benefit, _months_between(months[-1], mondays[-1]) + 2)
    days, persons = _middle(np.concatenate([months, told.months])), np.concatenate([values, told.central])
    return _by_week(days, persons, mondays) / _level(values)


def _level(published: Floats) -> float:
    """Return the level that the figures rest on: the mean of the last twelve published months."""
    return float(published[-_MONTHS_A_YEAR:].mean())


def _by_week(days: NDArray[np.datetime64], persons: Floats, mondays: NDArray[np.datetime64]) -> Floats:
    """Return persons on each Monday [T], on straight lines between the days."""
    return np.asarray(np.interp(mondays.astype("datetime64[D]").astype(float), days.astype(float), persons))


def _published(municipality: str, benefit: Benefit) -> tuple[NDArray[np.datetime64], Floats]:
    """Return the published months of a municipality by id and its persons."""
    figures = panel(benefit)
    return figures.months, figures.persons[:, figures.ids.index(municipality)]


def _months_between(first: np.datetime64, last: np.datetime64) -> int:
    """Return how many months a date is after a month."""
    return int((last.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(int))


def _middle(months: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Return the day in the middle of each month, which its mean stands for."""
    return months.astype("datetime64[M]").astype("datetime64[D]") + 14


class _Solver:
    """Finds the path that lets a baseline have the persons that a projection says."""

    def __init__(self, municipality: Municipality, paths: LeverPaths) -> None:
        self.engine = municipality.engine
        # The whole run is one here: nothing is left out of what is read back.
        series: dict[str, Any] = {name: paths.to_run(name) for name in paths.series()}
        self.paths = LeverPaths(**series)
        self.weeks = len(self.paths.weeks)

    def caseloads(self, logs: Floats) -> Mapping[Benefit, Floats]:
        """Run with some paths [T, G], logarithms, and return the persons [T + 1] of each benefit."""
        record, _, _ = run_raw(self.engine, dataclasses.replace(self.paths, projection=np.exp(logs)))
        by_group = record.reshape(self.weeks + 1, N_GROUPS, N_ORIGINS, -1).sum(axis=2)
        persons = by_group[:, :, FIELDS["caseload"][0]]
        return {benefit: persons[:, list(groups)].sum(axis=1) for benefit, groups in _FIGURES_OF.items()}

    def solve(self, levels: Mapping[Benefit, Floats]) -> Floats:
        """Return the path [T, G] whose run has ``levels`` [T] times the persons of the standing baseline's start."""
        logs = np.zeros((self.weeks, N_GROUPS))
        standing = self.caseloads(logs)
        # From the mean of a year, where the engine begins, to the months in some weeks and not at once.
        eased = np.minimum(np.arange(1, self.weeks + 1) / _EASING_WEEKS, 1.0)
        wanted = {b: standing[b][0] * (1.0 + (level - 1.0) * eased) for b, level in levels.items()}
        marks = {benefit: self._mark(benefit, standing) for benefit in levels}
        came = standing
        for _ in range(_ROUNDS):
            missing = {b: np.log(wanted[b] / np.maximum(came[b][1:], _LEAST_PERSONS)) for b in levels}
            if all(np.abs(gap).max() <= _NEAR_ENOUGH for gap in missing.values()):
                break
            for benefit, gap in missing.items():
                columns = list(_FIGURES_OF[benefit])
                more = logs[:, columns] + _pushes(gap, marks[benefit])[:, None]
                logs[:, columns] = np.clip(more, -_MOST, _MOST)
            came = self.caseloads(logs)
        return np.exp(logs)

    def _mark(self, benefit: Benefit, standing: Mapping[Benefit, Floats]) -> Floats:
        """Return what a push in one week moves the persons by after 1..T weeks, both in logarithms: [T]."""
        logs = np.zeros((self.weeks, N_GROUPS))
        logs[0, list(_FIGURES_OF[benefit])] = _MARK
        return np.asarray(np.log(self.caseloads(logs)[benefit] / standing[benefit])[1:] / _MARK)


def _pushes(gap: Floats, mark: Floats) -> Floats:
    """Return how hard each week [T] is pushed to close ``gap`` [T] at its end, where one push leaves ``mark`` [T]."""
    out, moved = np.zeros_like(gap), np.zeros_like(gap)
    for week, wanted in enumerate(gap):
        out[week] = (wanted - moved[week]) / mark[0]
        moved[week:] += out[week] * mark[: len(gap) - week]
    return out
