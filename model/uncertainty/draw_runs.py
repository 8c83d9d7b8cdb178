"""Run scenarios and their baselines in every draw, and keep of each run what is asked for.

A whole run holds 5 MB: only weekly series of the indicators and the net cost are kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.net import BaselineNet, baseline_net, net_by_year
from model.domain import DEFAULT_WEEKS, N_GROUPS, WEEKS_PER_YEAR
from model.engine.lever_paths import LeverPaths
from model.files.problems import suggestion
from model.goals.benchmark import Area
from model.goals.evaluate import GoalEvaluator, IndicatorValues
from model.goals.metric_context import BaselineFigures
from model.goals.status import target_of
from model.language.messages import Phrase
from model.municipality.goal_specs import national_level_id
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario, without_changes
from model.simulation.outcome import Outcome, view_of_run
from model.simulation.run_engine import run_many
from model.simulation.run_paths import build_run_paths
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import persons_on_support
from model.uncertainty.draws import Draws, Progress, SingleFlightCache, WrongDraws, check_cancel
from model.uncertainty.months_ahead import (
    Holds,
    Level,
    PeersAhead,
    holds_of,
    level_ahead,
    level_factor,
    peers_ahead,
)

Floats = NDArray[np.float64]


_MAX_BASELINES: Final = 4
_MAX_SHOWN: Final = 80


def indicator_keys(municipality: Municipality) -> dict[str, tuple[str, str]]:
    """Return goal and indicator id of every indicator by ``goal.indicator``."""
    return {
        f"{goal.id}.{spec.id}": (goal.id, spec.id) for goal in municipality.goals for spec in goal.indicators
    }


def check_indicators(municipality: Municipality, keys: Sequence[str]) -> None:
    """Refuse a key that is none of the municipality's indicators. Raises WrongDraws with the nearest name."""
    every = indicator_keys(municipality)
    for key in keys:
        if key not in every:
            shown = key[:_MAX_SHOWN]
            raise WrongDraws("indicator", given=shown, suggestion=Phrase(suggestion, shown, tuple(every)))


@dataclass(frozen=True)
class FanOptions:
    """Which figures are read of the draws, and how the rank is found."""

    indicators: Sequence[str] | None = None  # by ``goal.indicator``; all if None
    with_budget: bool = True
    area: Area | None = None  # as for ``evaluate_goals``
    peers_stand_still: bool = False
    months_ahead: bool = True  # whether levels hold, besides the assumptions, economy, local noise and peers


DEFAULT_OPTIONS: Final = FanOptions()


@dataclass(frozen=True, eq=False)
class ScenarioRuns:
    """What is kept of one scenario's run in every draw."""

    readings: tuple[IndicatorValues, ...]  # per draw
    net: Floats  # [count, Y], or [count, 0]
    persons: Floats  # [count] full-time persons on support, mean of the last year

    def series(self, position: int) -> Floats:
        """Return the weekly series of indicator number ``position``: [count, T]."""
        return np.stack([reading.series[position] for reading in self.readings])

    def ends(self, position: int) -> Floats:
        """Return indicator number ``position`` at the horizon's end: [count]."""
        return np.array([reading.end[position] for reading in self.readings])

    def with_more(self, runs: ScenarioRuns) -> ScenarioRuns:
        """Join these draws and those of ``runs``."""
        return ScenarioRuns(
            self.readings + runs.readings,
            np.concatenate([self.net, runs.net]),
            np.concatenate([self.persons, runs.persons]),
        )


@dataclass(frozen=True, eq=False)
class BaselineRuns(ScenarioRuns):
    """All indicators and the budget of the baseline in every draw, and what other runs need of it."""

    figures: tuple[BaselineFigures, ...]  # per draw
    peers: PeersAhead | None  # of goal 2's rank; None where the municipality has none

    def first(self, count: int) -> BaselineRuns:
        """Select the first draws alone."""
        return BaselineRuns(
            self.readings[:count],
            self.net[:count],
            self.persons[:count],
            self.figures[:count],
            None if self.peers is None else self.peers.first(count),
        )


@dataclass(frozen=True, eq=False)
class CentralRuns:
    """The deterministic run and its baseline."""

    before: IndicatorValues
    after: IndicatorValues
    before_net: BaselineNet
    after_net: Floats


class DrawRunner:
    """Draws read for some indicators, with the baselines that are kept with them."""

    def __init__(self, draws: Draws, options: FanOptions) -> None:
        self.draws = draws
        goals = draws.municipality.goals
        every = indicator_keys(draws.municipality)
        self.keys = tuple(every if options.indicators is None else dict.fromkeys(options.indicators))
        check_indicators(draws.municipality, self.keys)
        self.evaluator = GoalEvaluator(goals, area=options.area, peers_stand_still=options.peers_stand_still)
        self.names = tuple(every[key] for key in self.keys)
        self._rows = {key: row for row, key in enumerate(every)}
        self._options = options

    def holds(self, position: int) -> Holds:
        """Return what the level of indicator number ``position`` holds."""
        return (
            holds_of(self.evaluator.spec(self.names[position]))
            if self._options.months_ahead
            else "assumptions"
        )

    def row(self, key: str) -> int:
        """Return where a kept baseline has an indicator."""
        return self._rows[key]

    def baseline(
        self, scenario: Scenario | None, cancel: threading.Event | None, progress: Progress | None
    ) -> BaselineRuns:
        """Run the scenario's baseline in every draw, once: it is kept with the draws."""
        weeks = run_weeks(scenario)
        key = (weeks, *((str(scenario.start), scenario.world) if scenario is not None else ()))
        cache: SingleFlightCache = self.draws.cache.setdefault("baselines", SingleFlightCache(_MAX_BASELINES))

        def make() -> BaselineRuns:
            plain = without_changes(scenario) if scenario is not None else None
            paths = build_run_paths(self.draws.municipality, plain, weeks)

            def read(outcome: Outcome, path: int, draw: int) -> tuple[Any, ...]:
                figures = BaselineFigures.of(outcome)
                return self.evaluator.series(outcome, outcome), figures, persons_on_support(outcome)

            results = run_over_draws(self.draws, [paths], read, cancel, progress)
            readings = tuple(one[0] for one in results)
            return BaselineRuns(
                readings=readings,
                net=np.stack([one[1].net.net for one in results]),
                persons=np.array([one[2] for one in results]),
                figures=tuple(one[1] for one in results),
                peers=peers_ahead(self.draws, paths, readings, self._options.area),
            )

        made: BaselineRuns = cache.get(
            (*key, self._options.area, self._options.peers_stand_still), make, cancel
        )
        return made

    def runs(
        self,
        paths: Sequence[LeverPaths],
        befores: Sequence[BaselineRuns],
        cancel: threading.Event | None,
        progress: Progress | None,
        draw_numbers: range | None = None,
    ) -> list[ScenarioRuns]:
        """Run scenarios in every draw, or in those of ``draw_numbers``; one baseline each."""
        count = self.draws.count if draw_numbers is None else len(draw_numbers)
        nothing = np.zeros(0)

        def read(outcome: Outcome, path: int, draw: int) -> tuple[IndicatorValues, Floats, float]:
            before = befores[path]
            figures = before.figures[draw]
            net = net_by_year(outcome, figures.net) if self._options.with_budget else nothing
            series = self.evaluator.series(outcome, figures, self.names)
            return series, net, persons_on_support(outcome)

        results = run_over_draws(self.draws, paths, read, cancel, progress, draw_numbers)
        parts = [results[begin : begin + count] for begin in range(0, len(results), count)]
        return [
            ScenarioRuns(
                readings=tuple(one[0] for one in part),
                net=np.stack([one[1] for one in part]),
                persons=np.array([one[2] for one in part]),
            )
            for part in parts
        ]

    def central(self, scenario: Scenario | None) -> CentralRuns:
        """Run the scenario and its baseline with the central assumptions."""
        municipality = self.draws.municipality
        weeks = run_weeks(scenario)
        before = baseline(municipality, scenario, weeks=weeks)
        after = simulate(municipality, scenario, weeks=weeks)
        net = baseline_net(before)
        return CentralRuns(
            self.evaluator.series(before, before, self.names),
            self.evaluator.series(after, before, self.names),
            net,
            net_by_year(after, net),
        )

    def level(self, levels: Mapping[str, float], position: int) -> float | None:
        """Return the national level that the user has typed in for indicator number ``position``."""
        return levels.get(national_level_id(*self.names[position]))

    def levels(
        self, before: BaselineRuns, runs: ScenarioRuns | None, weeks: NDArray[np.datetime64]
    ) -> tuple[tuple[Level, Level], ...]:
        """Return every indicator's level in each draw, under the assumptions alone and with the months ahead.

        The two are the same where they add nothing; ``runs`` None: the baseline's.
        """
        own, with_months = before if runs is None else runs, self._options.months_ahead
        ranked = before.peers.ranked(own.readings) if with_months and before.peers is not None else None
        levels = []
        for position, key in enumerate(self.keys):
            row = self.row(key) if runs is None else position
            spec = self.evaluator.spec(self.names[position])
            level = Level(own.series(row), own.ends(row))
            factor = level_factor(self.draws, spec, weeks) if with_months else None
            levels.append((level, level_ahead(spec, own.readings[0].windows[row], level, factor, ranked)))
        return tuple(levels)

    def met(
        self,
        position: int,
        before: BaselineRuns,
        after: Sequence[IndicatorValues] | None,
        levels: tuple[Level, Level],
        national: Mapping[str, float],
        weeks: NDArray[np.datetime64],
    ) -> Floats:
        """Return by draw whether indicator number ``position`` meets its target: 1, 0, or NaN where none can be met.

        Arguments: ``after`` None reads the baseline in place of a scenario; ``levels`` as :meth:`levels` has
        them, the second of which counts; ``national`` are the levels that the user has typed in.
        """
        row = self.row(self.keys[position])
        typed, (alone, ahead) = self.level(national, position), levels
        met_by_draw = np.full(len(before.readings), np.nan)
        if target_of(self.evaluator.spec(self.names[position]), typed) is None:
            return met_by_draw
        for draw, base in enumerate(before.readings):
            # A kept baseline has all indicators; the run may have a choice of them.
            own = base.only(row)
            run = own if after is None else after[draw].only(position)
            run = run if ahead is alone else ahead.of(draw, run)
            met = self.evaluator.meets_target(self.names[position], own, run, weeks, typed)
            if met is not None:
                met_by_draw[draw] = met
        return met_by_draw


def run_weeks(scenario: Scenario | None) -> int:
    """Return the number of weeks that a scenario, or without one the baseline, is run over."""
    return scenario.years * WEEKS_PER_YEAR if scenario is not None else DEFAULT_WEEKS


def run_paths(municipality: Municipality, scenario: Scenario | None) -> LeverPaths:
    """Build the lever paths of a scenario over its weeks."""
    return build_run_paths(municipality, scenario, run_weeks(scenario))


def run_over_draws(
    draws: Draws,
    paths: Sequence[LeverPaths],
    read: Callable[[Outcome, int, int], Any],
    cancel: threading.Event | None,
    progress: Progress | None,
    draw_numbers: range | None = None,
) -> list[Any]:
    """Run every lever path p in every draw, or in ``draw_numbers``, and ``read(outcome, p, draw)`` in that order."""
    check_cancel(cancel)
    pairs = [(draw, p) for p in range(len(paths)) for draw in draw_numbers or range(draws.count)]
    municipalities = draws.municipalities
    no_limits = np.zeros((2, N_GROUPS), dtype=np.int64)
    done = 0
    counting = threading.Lock()

    def reduce(at: int, record: Floats, firm: Floats) -> Any:
        nonlocal done
        check_cancel(cancel)
        draw, p = pairs[at]
        outcome = view_of_run(record, firm, no_limits, paths[p], municipalities[draw], None)
        reading = read(outcome, p, draw)
        if progress is not None:
            with counting:
                done += 1
                progress(done, len(pairs))
        return reading

    return run_many(draws.prepared, paths, pairs, reduce)
