"""Bands of a scenario, of its baseline and of their difference, all over the same draws.

Bands of a level hold besides the assumptions what the months ahead may bring (:mod:`model.uncertainty.months_ahead`);
those of the difference do not: it moves both alike.

Only what is asked for is kept of each run (a whole one holds 5 MB): weekly series of the indicators and the net cost.
The baseline is run once per draws, weeks and economy and kept with the draws.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.engine.lever_paths import LeverPaths
from model.goals.status import national_levels_of, target_of
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario
from model.uncertainty.bands import POSSIBLE, Band, Fan, budget_band, quantiles_of
from model.uncertainty.draw_runs import (
    DEFAULT_OPTIONS,
    BaselineRuns,
    CentralRuns,
    DrawRunner,
    FanOptions,
    ScenarioRuns,
    check_indicators,
    run_paths,
)
from model.uncertainty.draws import Draws, Progress, WrongDraws, draws_for

Floats = NDArray[np.float64]
FIRST_DRAWS_DIVISOR: Final = 4


def fan(
    municipality: Municipality,
    scenario: Scenario | None,
    draws: Draws | None = None,
    options: FanOptions = DEFAULT_OPTIONS,
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
    first_draws: Callable[[Fan], None] | None = None,
) -> Fan:
    """Compute the bands of a scenario (None: the baseline itself) and its chance of reaching each target.

    Arguments: ``municipality`` with the scenario's assumptions in place (``scenario.municipality_of``); ``draws``
    default to :func:`draws_for`; one indicator alone, without the budget, takes a fraction of the time once the
    baseline is kept. ``progress(done, runs)`` comes from worker threads. ``first_draws`` is given the fan over the
    first draws, one in ``FIRST_DRAWS_DIVISOR``, as soon as they are run (the first points of a Sobol sequence lie as
    evenly as all), for a screen that cannot wait.
    Raises Cancelled, TooManyRefused, WrongDraws for an unknown indicator or for draws made under other assumptions.
    """
    check_indicators(municipality, options.indicators or ())
    if draws is None:
        draws = draws_for(municipality, cancel=cancel, progress=progress)
    if draws.municipality.key != municipality.key:
        raise WrongDraws("municipality")
    runner = DrawRunner(draws, options)
    paths = run_paths(municipality, scenario)
    before = runner.baseline(scenario, cancel, progress)
    central = runner.central(scenario)

    def run(draw_numbers: range) -> ScenarioRuns:
        return runner.runs([paths], [before], cancel, progress, draw_numbers)[0]

    first = draws.count // FIRST_DRAWS_DIVISOR
    if first_draws is None or not first:
        runs = run(range(draws.count))
    else:
        runs = run(range(first))
        first_draws(_fan_of(runner, scenario, paths, before, runs, central))
        runs = runs.with_more(run(range(first, draws.count)))
    return _fan_of(runner, scenario, paths, before, runs, central)


def _fan_of(
    runner: DrawRunner,
    scenario: Scenario | None,
    paths: LeverPaths,
    baseline: BaselineRuns,
    runs: ScenarioRuns,
    central: CentralRuns,
) -> Fan:
    """Compute the fan over as many draws as ``runs`` has."""
    before = baseline.first(len(runs.readings))
    national = national_levels_of(scenario)
    levels = runner.levels(before, runs, paths.weeks)
    levels_before = runner.levels(before, None, paths.weeks)
    bands = {}
    for position, key in enumerate(runner.keys):
        spec = runner.evaluator.spec(runner.names[position])
        (alone, level), (alone_before, level_before) = levels[position], levels_before[position]
        after, base = alone.series, alone_before.series
        bands[key] = Band(
            key=key,
            spec=spec,
            weeks=paths.weeks,
            holds=runner.holds(position),
            scenario=quantiles_of(level.series, central.after.series[position], level.ends, spec),
            baseline=quantiles_of(
                level_before.series, central.before.series[position], level_before.ends, spec
            ),
            difference=quantiles_of(
                after - base,
                central.after.series[position] - central.before.series[position],
                alone.ends - alone_before.ends,
                spec,
            ),
            central_ends=(float(central.after.end[position]), float(central.before.end[position])),
            target=target_of(spec, runner.level(national, position)),
            met=runner.met(position, before, runs.readings, levels[position], national, paths.weeks),
            met_baseline=runner.met(position, before, None, levels_before[position], national, paths.weeks),
            # Copies: a view would keep all draws of every indicator in memory.
            possible=(after[:POSSIBLE].copy(), base[:POSSIBLE].copy()),
        )
    budget = budget_band(before, runs, central) if runs.net.shape[1] else None
    return Fan(runner.draws.summary, scenario, paths.weeks, bands, budget, runs.persons - before.persons)
