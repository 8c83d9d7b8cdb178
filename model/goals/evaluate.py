"""Evaluate a run on the municipality's goals: every indicator beside its baseline, with its status.

Nothing here adds indicators up to a score. What the model cannot measure is listed beside what it can.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUPS, OFFER_GROUPS
from model.goals.benchmark import Area
from model.goals.build_results import IndicatorEnds, IndicatorResults, ends_of, goal_result
from model.goals.metric_context import BaselineFigures, Measure, MetricContext
from model.goals.metrics import METRICS
from model.goals.results import GoalResult
from model.goals.series import Floats, value_at_week
from model.goals.status import StatusRule, national_levels_of, target_of
from model.municipality.goal_specs import GoalSpec, IndicatorSpec, load_goals, national_level_id
from model.simulation.outcome import Outcome

# Goal and indicator id.
Key = tuple[str, str]

_MAX_EVALUATORS: Final = 64
# Metrics that hang on where the peers of a rank stand.
RANKED: Final = frozenset({"dagpenge_rank", "dagpenge_missing"})


@dataclass(frozen=True)
class EndFigure:
    """An indicator in figures: at the horizon's end, and at its target date where that lies before it."""

    end: float
    at_target: float | None
    persons: float = math.inf  # full-time persons that the end rests on


@dataclass(frozen=True, eq=False)
class IndicatorValues:
    """Some indicators of one run in figures, n of them, small enough to keep for every draw."""

    series: Floats  # [n, T] NaN until the window is full
    start: Floats  # [n] mean of the first year
    end: Floats  # [n] at the horizon's end
    persons: Floats  # [n] full-time persons that the end rests on
    windows: tuple[int, ...]  # [n] weeks that one value looks back over
    ranked: Floats | None = (
        None  # [2, T] the per cent a rank goes by, and what its peers follow; None without a rank
    )

    def only(self, row: int) -> IndicatorValues:
        """Return the figures of one indicator alone, by its place."""
        pick = slice(row, row + 1)
        return IndicatorValues(
            self.series[pick],
            self.start[pick],
            self.end[pick],
            self.persons[pick],
            self.windows[pick],
            self.ranked,
        )


@dataclass(frozen=True, eq=False)
class _Measured:
    """All indicators of a run, goal after goal."""

    measures: tuple[Measure, ...]
    ends: IndicatorEnds


class GoalEvaluator:
    """Evaluates the indicators of the same goals, run after run.

    ``area`` and ``peers_stand_still`` are for the rank in dagpenge (``benchmark.dagpenge_rank``). Two goals may have
    the same id, as two targets for one indicator have in a search. Every method raises KeyError for a metric that the
    catalogue does not have.
    """

    def __init__(
        self, goals: tuple[GoalSpec, ...], *, area: Area | None = None, peers_stand_still: bool = False
    ) -> None:
        self.goals = goals
        self.keys: tuple[Key, ...] = tuple((goal.id, spec.id) for goal in goals for spec in goal.indicators)
        self.specs = tuple(spec for goal in goals for spec in goal.indicators)
        self._spec_by_key = dict(zip(self.keys, self.specs, strict=True))
        self._area = area
        self._peers_stand_still = peers_stand_still
        named = {spec.groups for spec in self.specs if spec.groups}
        self._group_sets = tuple(sorted(named | {GROUPS, OFFER_GROUPS}))

    def spec(self, key: Key) -> IndicatorSpec:
        """Return the specification of an indicator by goal and indicator id. Raises KeyError."""
        return self._spec_by_key[key]

    def results(
        self, outcome: Outcome, baseline: Outcome, national_levels: Mapping[str, float] | None = None
    ) -> tuple[GoalResult, ...]:
        """Return each goal with its indicators and their status; arguments as for :func:`evaluate_goals`."""
        if not np.array_equal(outcome.weeks, baseline.weeks):
            raise ValueError("scenario and baseline must cover the same weeks")
        before, after = self._measured(baseline, baseline), self._measured(outcome, baseline)
        levels = national_levels_of(outcome) if national_levels is None else national_levels
        results, row = [], 0
        for goal in self.goals:
            indicators = []
            for spec in goal.indicators:
                level = levels.get(national_level_id(goal.id, spec.id), levels.get(spec.id))
                measures = before.measures[row], after.measures[row]
                builder = IndicatorResults(spec, *measures, outcome.weeks, level)
                indicators.append(builder.result(before.ends.only(row), after.ends.only(row)))
                row += 1
            results.append(goal_result(goal, tuple(indicators)))
        return tuple(results)

    def figures(self, outcome: Outcome, baseline: Outcome) -> dict[Key, EndFigure]:
        """Return every indicator's value at the horizon's end and at its own target date, with no text or status."""
        measured = self._measured(outcome, baseline)
        last_week = len(outcome.weeks) - 1
        figures = {}
        ends, persons = measured.ends.end.tolist(), measured.ends.persons.tolist()
        for key, spec, measure, end, rests_on in zip(
            self.keys, self.specs, measured.measures, ends, persons, strict=True
        ):
            week = spec.target_weeks
            at_target = None
            if week is not None and week < last_week:
                at_target = value_at_week(measure.values, measure.window, week or last_week)
            figures[key] = EndFigure(end, at_target, rests_on)
        return figures

    def series(
        self, outcome: Outcome, baseline: Outcome | BaselineFigures, keys: Sequence[Key] | None = None
    ) -> IndicatorValues:
        """Return some indicators (all if None) week by week, for bands and draws.

        ``baseline`` as :class:`MetricContext` takes it. An indicator is read in the same way whichever others are
        asked for, to the last bit, so that two equal runs never differ. Raises KeyError for one that no goal has.
        """
        specs = self.specs if keys is None else tuple(self.spec(key) for key in keys)
        context, measures = self._measures_one_by_one(outcome, baseline, specs)
        if not measures:
            none = np.zeros(0)
            return IndicatorValues(np.zeros((0, len(outcome.weeks))), none, none, none, ())
        ends = [ends_of((measure,)) for measure in measures]
        return IndicatorValues(
            np.stack([measure.values for measure in measures]),
            np.concatenate([end.start for end in ends]),
            np.concatenate([end.end for end in ends]),
            np.concatenate([end.persons for end in ends]),
            tuple(measure.window for measure in measures),
            _ranked(context) if RANKED.intersection(spec.metric for spec in specs) else None,
        )

    def at(
        self, outcome: Outcome, baseline: Outcome | BaselineFigures, weeks: Sequence[int]
    ) -> tuple[float, ...]:
        """Return what every indicator stands at in its week (0 .. T - 1), as its status reads it: for searches.

        A yearly figure is that of the week, a quarterly one the mean of the 52 weeks up to it.
        """
        return tuple(
            value_at_week(measure.values, measure.window, week)
            for measure, week in zip(
                self._measures_one_by_one(outcome, baseline, self.specs)[1], weeks, strict=True
            )
        )

    def meets_target(
        self,
        key: Key,
        before: IndicatorValues,
        after: IndicatorValues,
        weeks: NDArray[np.datetime64],
        level: float | None,
    ) -> bool | None:
        """Return whether a run meets an indicator's target by its date, by the rule that gives the status.

        Arguments: ``before`` and ``after`` hold that indicator alone, of the baseline and of the run; ``level`` is the
        national level where the user has typed one in. None where there is no target, or can be no status.
        """
        spec = self.spec(key)
        target = target_of(spec, level)
        if target is None:
            return None
        last_week = len(weeks) - 1
        return StatusRule(
            spec=spec,
            target=target,
            start=float(before.start[0]),
            baseline=float(before.end[0]),
            scenario=float(after.end[0]),
            persons=float(after.persons[0]),
            baseline_values=before.series[0],
            values=after.series[0],
            weeks=weeks,
            window=after.windows[0],
            target_week=last_week if spec.target_weeks is None else min(spec.target_weeks, last_week),
            smallest=spec.smallest_movement,
        ).is_met()

    def _measures_one_by_one(
        self, outcome: Outcome, baseline: Outcome | BaselineFigures, specs: Sequence[IndicatorSpec]
    ) -> tuple[MetricContext, list[Measure]]:
        """Measure some indicators without sums in advance."""
        context = MetricContext(outcome, baseline, (), self._area, self._peers_stand_still)
        return context, [METRICS[spec.metric](context, spec) for spec in specs]

    def _measured(self, outcome: Outcome, baseline: Outcome) -> _Measured:
        """Measure all indicators of a run; a baseline's are kept as long as the baseline is."""
        kept = _baselines.setdefault(outcome, {}) if outcome is baseline else {}
        if self not in kept:
            context = MetricContext(outcome, baseline, self._group_sets, self._area, self._peers_stand_still)
            measures = tuple(METRICS[spec.metric](context, spec) for spec in self.specs)
            kept[self] = _Measured(measures, ends_of(measures))
        return kept[self]


def _ranked(context: MetricContext) -> Floats:
    """Return the per cent that the rank goes by, and what its peers follow: [2, T]."""
    rank = context.rank()
    return np.stack([rank.value, rank.common])


_baselines: WeakKeyDictionary[Outcome, dict[GoalEvaluator, _Measured]] = WeakKeyDictionary()
_evaluators: dict[tuple[int, Area | None, bool], GoalEvaluator] = {}


def goal_evaluator(
    goals: tuple[GoalSpec, ...], *, area: Area | None = None, peers_stand_still: bool = False
) -> GoalEvaluator:
    """Return the evaluator of a set of goals, the same one for the same tuple.

    Goals are compared by identity: comparing their contents on every run would cost milliseconds.
    """
    # An evaluator holds its goals, so that their identity stays theirs.
    key = (id(goals), area, peers_stand_still)
    evaluator = _evaluators.get(key)
    if evaluator is None:
        if len(_evaluators) >= _MAX_EVALUATORS:
            _evaluators.clear()
        evaluator = GoalEvaluator(goals, area=area, peers_stand_still=peers_stand_still)
        _evaluators[key] = evaluator
    return evaluator


def evaluate_goals(
    outcome: Outcome,
    baseline_outcome: Outcome,
    *,
    goals: tuple[GoalSpec, ...] | None = None,
    national_levels: Mapping[str, float] | None = None,
    area: Area | None = None,
    peers_stand_still: bool = False,
) -> tuple[GoalResult, ...]:
    """Return the municipality's goals, each with its indicators and their status.

    Arguments: two outcomes over the same weeks, the baseline under the same economy; ``goals`` default to the
    municipality's; ``national_levels`` by indicator id, typed in by the user (no source gives them), default to
    the scenario's own assumptions; ``area`` and ``peers_stand_still`` for the rank. Raises ValueError where the
    weeks differ, KeyError for a metric that the catalogue does not have.
    """
    goals = load_goals(outcome.municipality.id, outcome.municipality.vintage) if goals is None else goals
    evaluator = goal_evaluator(goals, area=area, peers_stand_still=peers_stand_still)
    return evaluator.results(outcome, baseline_outcome, national_levels)
