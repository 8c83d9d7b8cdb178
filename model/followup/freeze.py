"""Freeze a scenario: what is expected of it month by month, of the figures that will be published."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.disclosure import is_small
from model.domain import GROUP_INDEX, MODEL_VERSION
from model.followup.decided import Decided, Path, Series, Start, rounded
from model.followup.predicted import predicted_of
from model.goals.evaluate import evaluate_goals
from model.goals.published_history import whole_line
from model.goals.results import suppress
from model.goals.series import indicator_key
from model.language.messages import LocalizedError, Message
from model.municipality.build_vintage import KONTANTHJAELP_REFORM
from model.municipality.figures import monthly, months_of
from model.municipality.history import BENEFITS, GROUPS_OF, SERIES, Benefit
from model.municipality.municipality import Municipality
from model.municipality.vintages import FIRST, vintage
from model.parameters.ids import BENCHMARK_GROUPS
from model.scenario.scenario import Scenario, municipality_of, without_changes
from model.scenario.texts import without_texts
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import totals_by_group
from model.uncertainty.draw_runs import FanOptions, run_over_draws, run_paths
from model.uncertainty.draws import Draws, Progress, draws_for
from model.uncertainty.fan import fan
from model.workshop.meeting_parts import FollowUp

Floats = NDArray[np.float64]
_ENDS: Final = (0.05, 0.95)
_MIDDLE: Final = 3  # days from Monday: a week belongs to the month of its Thursday
_LEAST_WEEKS: Final = 4  # that make a month
_MONTHS: Final = 12
_LEAST_PERSONS: Final = 0.1


class CannotFollow(LocalizedError):
    """A scenario that cannot be followed, and why."""


def check_can_be_followed(scenario: Scenario) -> None:
    """Refuse what no published month can be laid over. Raises CannotFollow."""
    if scenario.baseline == FIRST:
        raise CannotFollow(Message("followup.error.figures"))
    if not scenario.changes:
        raise CannotFollow(Message("followup.error.no_changes"))


def freeze(
    scenario: Scenario,
    decided_on: datetime.date,
    *,
    meeting: str = "",
    decision: str = "",
    follow_ups: Sequence[FollowUp] = (),
    draws: Draws | None = None,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Decided:
    """Return a scenario as decided, with what is expected of it. Raises CannotFollow, Cancelled, TooManyRefused."""
    check_can_be_followed(scenario)
    municipality = municipality_of(scenario)
    plain = without_texts(scenario)
    draws = draws_for(municipality, cancel=cancel, progress=progress) if draws is None else draws
    central = baseline(municipality, plain), simulate(municipality, plain)
    benefits = _benefit_series(municipality, plain, draws, central, cancel, progress)
    indicators = _indicator_series(municipality, plain, draws, central, cancel)
    return Decided(
        decided_on=decided_on,
        model=MODEL_VERSION,
        draws=draws.count,
        meeting=meeting,
        decision=decision,
        follow_ups=tuple(follow_ups),
        scenario=scenario.copy_with(results=None),
        series=(*benefits, *indicators),
    )


# --- months ---------------------------------------------------------------------------------------


def months_of_weeks(weeks: NDArray[np.datetime64]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the whole months of a run's weeks, and for each week the number of its month, -1 where it has none."""
    months = (weeks.astype("datetime64[D]") + _MIDDLE).astype("datetime64[M]")
    names, at, counts = np.unique(months, return_inverse=True, return_counts=True)
    whole = counts >= _LEAST_WEEKS
    number = np.where(whole, np.cumsum(whole) - 1, -1)
    return tuple(str(name) for name in names[whole]), number[at]


def benefit_months(outcome: Outcome, benefit: Benefit) -> tuple[tuple[str, ...], Floats]:
    """Return the mean full-time persons on a benefit in each whole month of a run."""
    months, at = months_of_weeks(outcome.weeks)
    return months, _month_means(_persons(outcome, GROUPS_OF[benefit])[1:], at, len(months))


def _month_means(values: Floats, at: NDArray[np.int64], months: int) -> Floats:
    """Return the mean of weekly values [T] in each month."""
    kept = at >= 0
    sums = np.bincount(at[kept], weights=values[kept], minlength=months)
    return np.asarray(sums / np.bincount(at[kept], minlength=months))


def _persons(outcome: Outcome, groups: Sequence[str]) -> Floats:
    """Return the caseload of some target groups together, the start in front [T + 1]."""
    where = [GROUP_INDEX[group] for group in groups]
    return np.asarray(totals_by_group(outcome).block("caseload")[:, where].sum(axis=1))


def _path(central: Floats, low: Floats, high: Floats) -> Path:
    """Return a path in the digits that are kept."""

    def kept(values: Floats) -> tuple[float, ...]:
        return tuple(rounded(float(value)) for value in values)

    return Path(value=kept(central), low=kept(low), high=kept(high))


# --- benefits -------------------------------------------------------------------------------------


def _benefit_series(
    municipality: Municipality,
    scenario: Scenario,
    draws: Draws,
    central: tuple[Outcome, Outcome],
    cancel: threading.Event | None,
    progress: Progress | None,
) -> list[Series]:
    """Return the full-time persons on each benefit that is published monthly, without and with the scenario."""

    def read(outcome: Outcome, path: int, draw: int) -> Floats:
        return np.stack([benefit_months(outcome, benefit)[1] for benefit in BENEFITS])

    paths = [run_paths(municipality, run) for run in (without_changes(scenario), scenario)]
    results = run_over_draws(draws, paths, read, cancel, progress)
    drawn = np.stack(results).reshape(2, draws.count, len(BENEFITS), -1)
    three = np.concatenate([drawn, drawn[1:] - drawn[:1]])  # without, expected, difference
    low, high = np.quantile(three, _ENDS, axis=1)  # [3, benefits, months]
    series = []
    for number, benefit in enumerate(BENEFITS):
        if _gives_small_counts_away(central, benefit):
            series.append(Series(id=benefit, hidden=True))
            continue
        months, before = benefit_months(central[0], benefit)
        after = benefit_months(central[1], benefit)[1]
        without, expected, difference = (
            _path(line, low[i, number], high[i, number])
            for i, line in enumerate((before, after, after - before))
        )
        start = start_of(municipality, benefit)
        ratios = drawn[1, :, number] / np.maximum(drawn[0, :, number], _LEAST_PERSONS)
        series.append(
            Series(
                id=benefit,
                start=start,
                first=months[0],
                without=without,
                expected=expected,
                difference=difference,
                predicted=predicted_of(municipality.id, benefit, months, ratios, start),
            )
        )
    return series


def _gives_small_counts_away(runs: Sequence[Outcome], benefit: Benefit) -> bool:
    """Return whether the benefit's sum, or what it leaves of its benchmark group, is a small count in some week."""
    family = next(groups for groups in BENCHMARK_GROUPS.values() if set(GROUPS_OF[benefit]) <= set(groups))
    rest = [group for group in family if group not in GROUPS_OF[benefit]]
    least = [
        float(_persons(run, groups).min()) for run in runs for groups in (GROUPS_OF[benefit], rest) if groups
    ]
    return any(is_small(value) for value in least)


def start_of(municipality: Municipality, benefit: Benefit) -> Start | None:
    """Return where the run of a municipality begins, and the published months behind it; None where there are none."""
    published = monthly(*SERIES[benefit])[municipality.id]
    until = f"{vintage(municipality.vintage).start:%YM%m}"
    first = KONTANTHJAELP_REFORM if benefit == "kontanthjaelp" else ""
    months = months_of(published, until, _MONTHS, first)
    level = float(_persons(simulate(municipality, None, weeks=1), GROUPS_OF[benefit])[0])
    if not months or not level > 0:
        return None
    return Start(level=rounded(level), months=tuple(month.replace("M", "-") for month in months))


# --- indicators -----------------------------------------------------------------------------------


def observable(municipality: Municipality, runs: tuple[Outcome, Outcome]) -> Mapping[str, bool]:
    """Return the indicators of which figures are published, by key, and whether small counts hide each."""
    before, after = runs
    return {
        indicator_key(goal, indicator): indicator.suppressed
        for goal in suppress(evaluate_goals(after, before))
        for indicator in goal.indicators
        if whole_line(municipality.id, indicator.metric, indicator.groups) is not None
    }


def _indicator_series(
    municipality: Municipality,
    scenario: Scenario,
    draws: Draws,
    central: tuple[Outcome, Outcome],
    cancel: threading.Event | None,
) -> list[Series]:
    """Return the indicators that can be observed, at the end of each month: they are means of the year behind it."""
    keys = observable(municipality, central)
    shown = [key for key, hidden in keys.items() if not hidden]
    series = [Series(id=key, hidden=True) for key, hidden in keys.items() if hidden]
    if not shown:
        return series
    # As the benefits' own bands above: what a decision is held against are its assumptions.
    options = FanOptions(indicators=shown, with_budget=False, months_ahead=False)
    bands = fan(municipality, scenario, draws, options, cancel=cancel).indicators
    for key in shown:
        band = bands[key]
        months, at = months_of_weeks(band.weeks)
        last = np.array([np.flatnonzero(at == number)[-1] for number in range(len(months))])
        runs = (band.baseline, band.scenario, band.difference)
        lines = [(run.central[last], run.low[last], run.high[last]) for run in runs]
        known = np.isfinite(np.stack([line for run in lines for line in run])).all(axis=0)
        if not known.any():
            continue
        first = int(np.flatnonzero(known)[0])
        without, expected, difference = (_path(*(line[first:] for line in run)) for run in lines)
        series.append(
            Series(id=key, first=months[first], without=without, expected=expected, difference=difference)
        )
    return series
