"""Bands of a scenario, of its baseline and of their difference, all over the same draws.

Only what is asked for is kept of each run (a whole one holds 5 MB): weekly series of the indicators and the net cost.
The baseline is run once per draws, weeks and economy and kept with the draws.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.net import BaselineNet, baseline_net, net_by_year
from model.domain import DEFAULT_WEEKS, N_GROUPS, N_ORIGINS, WEEKS_PER_YEAR
from model.engine.lever_paths import LeverPaths
from model.files.problems import suggestion
from model.goals.benchmark import Area, common_dagpenge
from model.goals.evaluate import GoalEvaluator, IndicatorValues
from model.goals.status import national_levels_of, target_of
from model.municipality.goal_specs import Direction, IndicatorSpec, national_level_id
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario, without_changes
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, run_many, simulate
from model.uncertainty.draws import (
    DEFAULT_COUNT,
    DEFAULT_SEED,
    Draws,
    Once,
    Progress,
    WrongDraws,
    check_cancel,
    draws_for,
)

Floats = NDArray[np.float64]

QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
BUDGET: Final = "budget"
SKETCH: Final = 4
_MOST_BASELINES: Final = 4
_LONGEST_SHOWN: Final = 80


@dataclass(frozen=True, eq=False)
class Spread:
    """One quantity over the draws: n is T weeks, Y budget years, or nothing (a single figure)."""

    central: Floats  # [n] the deterministic run
    low: Floats  # [n] 5 per cent of the draws lie below
    lower: Floats  # [n] 25 per cent
    median: Floats  # [n]
    upper: Floats  # [n] 75 per cent
    high: Floats  # [n] 95 per cent
    ends: Floats  # [count] per draw: at the horizon's end, or in total


@dataclass(frozen=True, eq=False)
class Band:
    """One indicator of a scenario and of its baseline over the same draws. A week in which some draw has no value
    (its window is not full) is NaN.
    """

    key: str
    spec: IndicatorSpec
    weeks: NDArray[np.datetime64]  # [T]
    scenario: Spread  # [T]
    baseline: Spread
    difference: Spread  # scenario less baseline, draw by draw
    central_ends: tuple[float, float]  # of the central run at the horizon's end: scenario, baseline
    target: float | None
    met: Floats  # [count] 1 where the scenario meets its target by its date, 0 where not, NaN where none can be
    met_baseline: Floats

    @property
    def chance(self) -> float | None:
        """Share of the draws in which the scenario meets its target by its date; None where there is none."""
        return _share(self.met)

    @property
    def chance_baseline(self) -> float | None:
        """The same of the baseline."""
        return _share(self.met_baseline)

    @property
    def central(self) -> Floats:
        """The scenario's deterministic line [T]."""
        return self.scenario.central

    @property
    def low(self) -> Floats:
        """The scenario's 5 per cent quantile [T]."""
        return self.scenario.low

    @property
    def median(self) -> Floats:
        """The scenario's median [T]."""
        return self.scenario.median

    @property
    def high(self) -> Floats:
        """The scenario's 95 per cent quantile [T]."""
        return self.scenario.high


@dataclass(frozen=True, eq=False)
class BudgetBand:
    """Net municipal expenditure, DKK, over the same draws: per budget year [Y] and over the whole run []."""

    years: tuple[int, ...]
    scenario: Spread
    baseline: Spread
    difference: Spread
    total_scenario: Spread
    total_baseline: Spread
    total_difference: Spread


@dataclass(frozen=True, eq=False)
class Fan:
    """Scenario and baseline over the same draws."""

    draws: Draws
    scenario: Scenario | None
    weeks: NDArray[np.datetime64]
    indicators: Mapping[str, Band]  # by ``goal.indicator``
    budget: BudgetBand | None  # None where it was not asked for


@dataclass(frozen=True, eq=False)
class EndValue:
    """What S scenarios come to, draw by draw: [S, count], the budget's per year [S, count, Y]."""

    scenario: Floats
    baseline: Floats
    met: Floats | None = None  # [S, count] as ``Band.met``; None for the budget

    @property
    def difference(self) -> Floats:
        """Scenario less its own baseline."""
        return self.scenario - self.baseline


def indicator_keys(municipality: Municipality) -> dict[str, tuple[str, str]]:
    """Goal and indicator id of every indicator by ``goal.indicator``."""
    return {
        f"{goal.id}.{spec.id}": (goal.id, spec.id) for goal in municipality.goals for spec in goal.indicators
    }


def check_indicators(municipality: Municipality, keys: Sequence[str]) -> None:
    """Raises WrongDraws, with the nearest name, for a key that is none of the municipality's indicators."""
    every = indicator_keys(municipality)
    for key in keys:
        if key not in every:
            shown = key[:_LONGEST_SHOWN]
            raise WrongDraws("indicator", given=shown, suggestion=partial(suggestion, shown, every))


def fan(
    municipality: Municipality,
    scenario: Scenario | None,
    draws: Draws | None = None,
    *,
    count: int = DEFAULT_COUNT,
    seed: int = DEFAULT_SEED,
    indicators: Sequence[str] | None = None,
    with_budget: bool = True,
    area: Area | None = None,
    peers_stand_still: bool = False,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
    sketch: Callable[[Fan], None] | None = None,
) -> Fan:
    """Bands of ``scenario`` (None: the baseline itself) and its chance of reaching each target.

    Arguments: ``municipality`` with the scenario's assumptions in place (``scenario.municipality_of``); ``draws``
    default to :func:`draws_for`; ``indicators`` by ``goal.indicator``, all if None: one alone, without the budget,
    takes a fraction of the time once the baseline is kept. ``progress(done, runs)`` comes from worker threads.
    ``sketch`` is given the fan over the first draws, one in ``SKETCH``, as soon as they are run (the first points of a
    Sobol sequence lie as evenly as all), for a screen that cannot wait.
    Raises Cancelled, TooManyRefused, WrongDraws for an unknown indicator or for draws made under other assumptions.
    """
    check_indicators(municipality, indicators or ())
    if draws is None:
        draws = draws_for(municipality, count=count, seed=seed, cancel=cancel, progress=progress)
    if draws.municipality.key != municipality.key:
        raise WrongDraws("municipality")
    view = _View(draws, indicators, area, peers_stand_still)
    paths = _paths(municipality, scenario)
    before = view.baseline(scenario, cancel, progress)
    central = view.central(scenario)

    def run(which: range) -> _Runs:
        return view.runs([paths], [before], with_budget, cancel, progress, which)[0]

    first = draws.count // SKETCH
    if sketch is None or not first:
        runs = run(range(draws.count))
    else:
        runs = run(range(first))
        sketch(_fan(view, scenario, paths, before, runs, central))
        runs = runs.with_more(run(range(first, draws.count)))
    return _fan(view, scenario, paths, before, runs, central)


def _fan(
    view: _View,
    scenario: Scenario | None,
    paths: LeverPaths,
    baseline: _Baseline,
    runs: _Runs,
    central: _Central,
) -> Fan:
    """The fan over as many draws as ``runs`` has."""
    before = baseline.first(len(runs.readings))
    levels = national_levels_of(scenario)
    bands = {}
    for at, key in enumerate(view.keys):
        row = view.row(key)
        spec = view.evaluator.spec(view.names[at])
        bands[key] = Band(
            key=key,
            spec=spec,
            weeks=paths.weeks,
            scenario=_spread(runs.series(at), central.after.series[at], runs.ends(at), spec),
            baseline=_spread(before.series(row), central.before.series[at], before.ends(row), spec),
            difference=_spread(
                runs.series(at) - before.series(row),
                central.after.series[at] - central.before.series[at],
                runs.ends(at) - before.ends(row),
                spec,
            ),
            central_ends=(float(central.after.end[at]), float(central.before.end[at])),
            target=target_of(spec, view.level(levels, at)),
            met=view.met(at, before, runs.readings, levels, paths.weeks),
            met_baseline=view.met(at, before, None, levels, paths.weeks),
        )
    budget = _budget_band(before, runs, central) if runs.net.shape[1] else None
    return Fan(view.draws, scenario, paths.weeks, bands, budget)


def end_values(
    draws: Draws,
    scenarios: Sequence[Scenario | None],
    indicators: Sequence[str] | None = None,
    *,
    with_budget: bool = True,
    area: Area | None = None,
    peers_stand_still: bool = False,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Mapping[str, EndValue]:
    """What many scenarios come to over the same draws: every indicator's value at the horizon's end [S, count] by
    ``goal.indicator``, and under ``budget`` the net cost per year [S, count, Y], DKK.

    All scenarios must have the draws' municipality and assumptions and the same number of years; those with the same
    start and economy share a baseline. Raises as :func:`fan`, ValueError where the years differ.
    """
    view = _View(draws, indicators, area, peers_stand_still)
    befores = [view.baseline(scenario, cancel, progress) for scenario in scenarios]
    paths = [_paths(draws.municipality, scenario) for scenario in scenarios]
    runs = view.runs(paths, befores, with_budget, cancel, progress)
    found = {}
    for at, key in enumerate(view.keys):
        row = view.row(key)
        found[key] = EndValue(
            np.stack([run.ends(at) for run in runs]),
            np.stack([before.ends(row) for before in befores]),
            np.stack(
                [
                    view.met(at, before, run.readings, national_levels_of(scenario), path.weeks)
                    for scenario, before, run, path in zip(scenarios, befores, runs, paths, strict=True)
                ]
            ),
        )
    if with_budget:
        found[BUDGET] = EndValue(
            np.stack([run.net for run in runs]), np.stack([before.net for before in befores])
        )
    return found


def beats(values_a: Floats, values_b: Floats, direction: Direction) -> float:
    """Share of the draws in which A is strictly better than B, both [count] over the same draws.

    ``direction`` is the indicator's; for the budget it is "down". Draws in which either has no value count for
    neither; NaN where none is left, and where the indicator is only watched.
    """
    known = np.isfinite(values_a) & np.isfinite(values_b)
    if direction == "watch" or not known.any():
        return float("nan")
    gain = values_a[known] - values_b[known]
    return float(((gain > 0) if direction == "up" else (gain < 0)).mean())


# --- runs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Runs:
    """What is kept of one scenario's run in every draw."""

    readings: tuple[IndicatorValues, ...]  # per draw
    net: Floats  # [count, Y], or [count, 0]

    def series(self, at: int) -> Floats:
        """Indicator ``at``: [count, T]."""
        return np.stack([reading.series[at] for reading in self.readings])

    def ends(self, at: int) -> Floats:
        """Indicator ``at`` at the horizon's end: [count]."""
        return np.array([reading.end[at] for reading in self.readings])

    def with_more(self, runs: _Runs) -> _Runs:
        """These draws and then those."""
        return _Runs(self.readings + runs.readings, np.concatenate([self.net, runs.net]))


@dataclass(frozen=True, eq=False)
class _Baseline(_Runs):
    """All indicators and the budget of the baseline in every draw, and what other runs need of it."""

    common: tuple[Floats, ...]  # per draw [T + 1]: what the rank follows
    nets: tuple[BaselineNet, ...]

    def first(self, count: int) -> _Baseline:
        """The first draws alone."""
        return _Baseline(self.readings[:count], self.net[:count], self.common[:count], self.nets[:count])


@dataclass(frozen=True, eq=False)
class _Central:
    """The deterministic run and its baseline."""

    before: IndicatorValues
    after: IndicatorValues
    before_net: BaselineNet
    after_net: Floats


class _View:
    """Draws read for some indicators."""

    def __init__(
        self, draws: Draws, indicators: Sequence[str] | None, area: Area | None, peers_stand_still: bool
    ) -> None:
        self.draws = draws
        goals = draws.municipality.goals
        every = indicator_keys(draws.municipality)
        self.keys = tuple(every) if indicators is None else tuple(dict.fromkeys(indicators))
        check_indicators(draws.municipality, self.keys)
        self.evaluator = GoalEvaluator(goals, area=area, peers_stand_still=peers_stand_still)
        self.names = tuple(every[key] for key in self.keys)
        self._rows = {key: at for at, key in enumerate(every)}
        self._options = (area, peers_stand_still)

    def row(self, key: str) -> int:
        """Where a kept baseline has an indicator."""
        return self._rows[key]

    def baseline(
        self, scenario: Scenario | None, cancel: threading.Event | None, progress: Progress | None
    ) -> _Baseline:
        """The scenario's baseline in every draw, run once and kept with the draws."""
        weeks = _weeks(scenario)
        which = (weeks, *((str(scenario.start), repr(scenario.economy)) if scenario is not None else ()))
        kept: Once = self.draws.kept.setdefault("baselines", Once(_MOST_BASELINES))

        def make() -> _Baseline:
            plain = without_changes(scenario) if scenario is not None else None
            paths = build_lever_paths(self.draws.municipality, plain, weeks)

            def read(outcome: Outcome, path: int, draw: int) -> tuple[IndicatorValues, Floats, BaselineNet]:
                common = common_dagpenge(outcome).copy()
                return self.evaluator.series(outcome, common), common, baseline_net(outcome)

            found = _over_draws(self.draws, [paths], read, cancel, progress)
            return _Baseline(
                readings=tuple(one[0] for one in found),
                net=np.stack([one[2].net for one in found]),
                common=tuple(one[1] for one in found),
                nets=tuple(one[2] for one in found),
            )

        made: _Baseline = kept.get((*which, *self._options), make, cancel)
        return made

    def runs(
        self,
        paths: Sequence[LeverPaths],
        befores: Sequence[_Baseline],
        with_budget: bool,
        cancel: threading.Event | None,
        progress: Progress | None,
        which: range | None = None,
    ) -> list[_Runs]:
        """Scenarios in every draw, or in those of ``which``; one baseline each."""
        count = self.draws.count if which is None else len(which)
        nothing = np.zeros(0)

        def read(outcome: Outcome, path: int, draw: int) -> tuple[IndicatorValues, Floats]:
            before = befores[path]
            net = net_by_year(outcome, before.nets[draw]) if with_budget else nothing
            return self.evaluator.series(outcome, before.common[draw], self.names), net

        found = _over_draws(self.draws, paths, read, cancel, progress, which)
        parts = [found[begin : begin + count] for begin in range(0, len(found), count)]
        return [_Runs(tuple(one[0] for one in part), np.stack([one[1] for one in part])) for part in parts]

    def central(self, scenario: Scenario | None) -> _Central:
        """The one deterministic run, with the central assumptions."""
        municipality = self.draws.municipality
        weeks = _weeks(scenario)
        before = baseline(municipality, scenario, weeks=weeks)
        after = simulate(municipality, scenario, weeks=weeks)
        net = baseline_net(before)
        return _Central(
            self.evaluator.series(before, before, self.names),
            self.evaluator.series(after, before, self.names),
            net,
            net_by_year(after, net),
        )

    def level(self, levels: Mapping[str, float], at: int) -> float | None:
        """The national level that the user has typed in for indicator ``at``."""
        return levels.get(national_level_id(*self.names[at]))

    def met(
        self,
        at: int,
        before: _Baseline,
        after: Sequence[IndicatorValues] | None,
        levels: Mapping[str, float],
        weeks: NDArray[np.datetime64],
    ) -> Floats:
        """1 or 0 per draw as indicator ``at`` meets its target (``after`` None: the baseline's), NaN where none."""
        row = self.row(self.keys[at])
        level = self.level(levels, at)
        found = np.full(len(before.readings), np.nan)
        if target_of(self.evaluator.spec(self.names[at]), level) is None:
            return found
        for draw, base in enumerate(before.readings):
            # A kept baseline has all indicators; the run may have a choice of them.
            own = base.only(row)
            run = own if after is None else after[draw].only(at)
            met = self.evaluator.meets_target(self.names[at], own, run, weeks, level)
            if met is not None:
                found[draw] = met
        return found


def _weeks(scenario: Scenario | None) -> int:
    return scenario.years * WEEKS_PER_YEAR if scenario is not None else DEFAULT_WEEKS


def _paths(municipality: Municipality, scenario: Scenario | None) -> LeverPaths:
    return build_lever_paths(municipality, scenario, _weeks(scenario))


def _over_draws(
    draws: Draws,
    paths: Sequence[LeverPaths],
    read: Callable[[Outcome, int, int], Any],
    cancel: threading.Event | None,
    progress: Progress | None,
    which: range | None = None,
) -> list[Any]:
    """``read(outcome, p, draw)`` of every lever path p in every draw, or in those of ``which``, in that order."""
    check_cancel(cancel)
    pairs = [(draw, p) for p in range(len(paths)) for draw in which or range(draws.count)]
    municipalities = draws.municipalities
    no_limits = np.zeros((2, N_GROUPS), dtype=np.int64)
    done = 0
    counting = threading.Lock()

    def reduce(at: int, record: Floats, firm: Floats) -> Any:
        nonlocal done
        check_cancel(cancel)
        draw, p = pairs[at]
        shaped = record.reshape(record.shape[0], N_GROUPS, N_ORIGINS, record.shape[-1])
        found = read(Outcome(shaped, firm, no_limits, paths[p], municipalities[draw], None), p, draw)
        if progress is not None:
            with counting:
                done += 1
                progress(done, len(pairs))
        return found

    return run_many(draws.prepared, paths, pairs, reduce)


# --- bands --------------------------------------------------------------------------------------


def _spread(values: Floats, central: Floats, ends: Floats, spec: IndicatorSpec | None = None) -> Spread:
    """Quantiles over the draws of ``values`` [count, n]; a place of rank stays one that some draw has."""
    method: Any = "inverted_cdf" if spec is not None and spec.unit == "rank" else "linear"
    known = np.isfinite(values).all(axis=0)
    quantiles = np.full((len(QUANTILES), *values.shape[1:]), np.nan)
    if known.any():
        quantiles[:, known] = np.quantile(values[:, known], QUANTILES, axis=0, method=method)
    low, lower, median, upper, high = quantiles
    return Spread(central, low, lower, median, upper, high, ends)


def _budget_band(before: _Baseline, runs: _Runs, central: _Central) -> BudgetBand:
    def per_year(values: Floats, middle: Floats) -> Spread:
        return _spread(values, middle, values.sum(axis=1))

    def total(values: Floats, middle: Floats) -> Spread:
        ends = values.sum(axis=1)
        low, lower, median, upper, high = (np.asarray(q) for q in np.quantile(ends, QUANTILES))
        return Spread(np.asarray(middle.sum()), low, lower, median, upper, high, ends)

    figures = (
        (runs.net, central.after_net),
        (before.net, central.before_net.net),
        (runs.net - before.net, central.after_net - central.before_net.net),
    )
    yearly = [per_year(*pair) for pair in figures]
    totals = [total(*pair) for pair in figures]
    return BudgetBand(central.before_net.years, *yearly, *totals)


def _share(met: Floats) -> float | None:
    known = met[np.isfinite(met)]
    return float(known.mean()) if len(known) else None
