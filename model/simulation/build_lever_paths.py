"""Build each lever's path week by week from a scenario's changes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.domain import FIRM_KINDS, GROUP_INDEX
from model.engine.lever_paths import LeverPaths, week_of_year
from model.municipality.municipality import Municipality
from model.municipality.rules import AS_AT_START, DATED, entry_by_week
from model.municipality.vintages import FIRST
from model.scenario.economy import UNCHANGED, economy_indices
from model.scenario.levers import LEVER_BY_ID, LEVERS, Floats, baseline_array, to_engine
from model.scenario.parts import Change
from model.scenario.scenario import Scenario

_DAYS_A_WEEK: Final = 7
# A run that ends nearer to New Year than this is run on to it.
_CLOSING_DAYS: Final = 28
_GROUP_LEVERS: Final = tuple(lever for lever in LEVERS if lever.scope == "group")
_MUNICIPAL_LEVERS: Final = tuple(lever for lever in LEVERS if lever.scope == "municipality")
# Paths of these are rounded to whole weeks, since a duration class is a whole week.
_WHOLE_WEEKS: Final = frozenset(lever.id for lever in LEVERS if lever.engine.whole)
_MIX_LEVERS: Final = tuple(lever for lever in LEVERS if lever.scope == "mix")


@lru_cache(maxsize=32)
def _calendar(start: datetime.date, weeks: int) -> tuple[NDArray[np.datetime64], NDArray[np.int64], Floats]:
    """Return Mondays [T], week of the year [T] and days since the start [T]."""
    days = np.arange(weeks, dtype=np.int64) * _DAYS_A_WEEK
    mondays = np.datetime64(start, "D") + days
    return mondays, week_of_year(mondays), days.astype(np.float64)


def build_lever_paths(municipality: Municipality, scenario: Scenario | None, weeks: int) -> LeverPaths:
    """Build every lever's path in engine units, for ``weeks`` Mondays from the start.

    The start is the scenario's, or the municipality's where there is none. A change phases in linearly from
    the value that the lever had at its date. A lever that is not changed, or is set to its baseline value,
    has exactly the engine's own value in every week.
    """
    return LeverPaths(**lever_series(municipality, scenario, weeks))


def build_standing_paths(municipality: Municipality, scenario: Scenario | None, weeks: int) -> LeverPaths:
    """Build the paths of a run whose baseline stands still: ``weeks`` Mondays, those that close its last year, and
    those from a vintage's figures to its start.
    """
    start = start_of(municipality, scenario)
    closing = closing_weeks(start, weeks)
    series = lever_series(municipality, scenario, weeks + closing)
    return LeverPaths(
        **{name: values[:weeks] for name, values in series.items()},
        closing=LeverPaths(**{name: values[weeks:] for name, values in series.items()}) if closing else None,
        run_in=_run_in(municipality, start),
    )


def _run_in(municipality: Municipality, start: datetime.date) -> LeverPaths | None:
    """Return the weeks from a vintage's figures to a later start: the effort as it is, under the rules of the time.

    The first vintage stands still until any start, as it always has.
    """
    weeks = (start - municipality.start).days // _DAYS_A_WEEK
    if municipality.vintage == FIRST or weeks <= 0:
        return None
    series = lever_series(municipality, None, weeks)
    # What happened before the start happened, also where the rules are to stand still from then on.
    dated = DATED if municipality.rules == AS_AT_START else municipality.rules
    return LeverPaths(**{**series, "entry": entry_by_week(dated, series["weeks"], municipality.start)})


def closing_weeks(start: datetime.date, weeks: int) -> int:
    """Return how many weeks a run of ``weeks`` goes on to reach New Year, 0 where that is four weeks away or more.

    Years of 52 weeks fall behind the calendar by a day or two each, ten years by up to 13 days.
    """
    last_day = start + datetime.timedelta(days=weeks * _DAYS_A_WEEK - 1)
    missing = (datetime.date(last_day.year, 12, 31) - last_day).days
    return -(-missing // _DAYS_A_WEEK) if weeks and missing < _CLOSING_DAYS else 0


def start_of(municipality: Municipality, scenario: Scenario | None) -> datetime.date:
    """Return the Monday on which a run begins."""
    return scenario.start if scenario is not None else municipality.start


def lever_series(
    municipality: Municipality, scenario: Scenario | None, weeks: int, start: datetime.date | None = None
) -> dict[str, Any]:
    """Build the fields of ``LeverPaths`` for ``weeks`` Mondays; a longer run begins with the same values.

    ``start`` replaces the first Monday, for weeks before the figures.
    """
    start = start or start_of(municipality, scenario)
    mondays, season_week, days = _calendar(start, weeks)
    paths: dict[str, Any] = {}
    for lever in _GROUP_LEVERS:
        base = baseline_array(lever, municipality)
        column = np.empty((weeks, base.size))
        column[:] = base
        paths[lever.id] = column
    for lever in _MUNICIPAL_LEVERS:
        paths[lever.id] = np.full(weeks, baseline_array(lever, municipality))
    for lever in _MIX_LEVERS:
        mix = np.empty((weeks, len(FIRM_KINDS)))
        mix[:] = baseline_array(lever, municipality)
        paths[lever.id] = mix

    by_target: dict[tuple[str, str | None], list[Change]] = {}
    for change in scenario.changes if scenario is not None else ():
        by_target.setdefault((change.lever, change.group), []).append(change)
    for (lever_id, group), changes in by_target.items():
        which = LEVER_BY_ID[lever_id]
        steps = [
            (
                (change.from_ - start).days,
                change.phase_in_weeks * _DAYS_A_WEEK,
                to_engine(which, municipality, change.to, group),
            )
            for change in sorted(changes, key=lambda c: c.from_)
        ]
        series = paths[lever_id]
        if group is not None:
            series = series[:, GROUP_INDEX[group]]
        _apply(series, days, steps)
    for lever_id in _WHOLE_WEEKS:
        np.rint(paths[lever_id], out=paths[lever_id])

    inflow, job_finding = economy_indices(
        scenario.economy if scenario is not None else UNCHANGED, start, weeks
    )
    calendar = {
        "weeks": mondays,
        "week_of_year": season_week,
        "entry": entry_by_week(municipality.rules, mondays, start),
    }
    return {**calendar, "economy_inflow": inflow, "economy_job": job_finding, **paths}


def lever_path(
    municipality: Municipality, scenario: Scenario, lever: str, group: str | None = None, kind: str = ""
) -> tuple[NDArray[np.datetime64], Floats]:
    """Return the scenario's Mondays [T] and a lever's value in each, in the unit people see; ``kind`` is of a mix."""
    which = LEVER_BY_ID[lever]
    series = lever_series(municipality, scenario, scenario.weeks)
    values = series[which.id]
    if group is not None:
        values = values[:, GROUP_INDEX[group]]
    if which.scope == "mix":
        values = values[:, FIRM_KINDS.index(kind)]
    return series["weeks"], values * which.per_engine_unit


def _apply(series: Floats, days: Floats, steps: Sequence[tuple[int, int, Any]]) -> None:
    """Write steps (day, days of phase-in, target) into a series [T] or [T, n] that holds the baseline."""
    if not len(series):
        return
    value: Any = series[0].copy() if series.ndim > 1 else float(series[0])
    before: tuple[int, int, Any, Any] | None = None
    for day, phase, target in steps:
        if before is not None:
            value = _value_at(day, *before)
        first = int(np.searchsorted(days, day))
        if first < len(series):
            _fill(series, days, first, day, phase, value, target)
        before = (day, phase, value, target)


def _fill(series: Floats, days: Floats, first: int, day: int, phase: int, value: Any, target: Any) -> None:
    """Write one step into a series from week ``first`` on: a straight line from ``value``, then ``target``."""
    last = first if phase == 0 else min(int(np.searchsorted(days, day + phase)), len(series))
    if last > first:
        progress = (days[first:last] - day) / phase
        if series.ndim > 1:
            progress = progress[:, None]
        series[first:last] = value + (target - value) * progress
    series[last:] = target


def _value_at(when: int, day: int, phase: int, value: Any, target: Any) -> Any:
    """Return the value at the day ``when`` of a step that began at ``day``."""
    if when >= day + phase:
        return target
    return value + (target - value) * ((when - day) / phase)
