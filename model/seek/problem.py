"""What a search for a goal asks of the model: targets in figures, levers as lattices, runs of points and of draws."""

from __future__ import annotations

import datetime
import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from model.budget.net import baseline_net, net_by_year
from model.budget.warnings import UNPRICED
from model.domain import N_GROUPS
from model.files.problems import sanitised, suggestion
from model.goals.benchmark import (
    PLACE,
    common_dagpenge,
    dagpenge_per_cent,
    dagpenge_rank,
    hundredths,
    people_of_rank,
)
from model.goals.evaluate import GoalEvaluator
from model.goals.metric_context import BaselineFigures
from model.goals.results import MONEY, IndicatorResult
from model.goals.series import QUARTER
from model.language.catalogue import listed, long_date, money, number
from model.language.messages import Message, Phrase
from model.municipality.goal_specs import TYPED_IN, GoalSpec, IndicatorSpec, national_level_id
from model.municipality.municipality import Municipality
from model.scenario.levers import HORIZON, LEVER_BY_ID, Lever, baseline_value, bounds, check_group
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, without_changes
from model.seek.answer import CannotSeek, FreeLever, LeverMove, SeekOptions, Target
from model.seek.search import Index, LeverAxis, PointFigures, Search
from model.simulation.outcome import Outcome, outcome_from
from model.simulation.run_engine import Prepared, prepare, run_many
from model.simulation.run_paths import build_run_paths
from model.simulation.simulate import baseline, simulate
from model.uncertainty.draws import Draws, Progress, check_cancel

Floats = NDArray[np.float64]
_Read = TypeVar("_Read")

DAGPENGE: Final = frozenset(("dagpenge_rank", "dagpenge_missing", "dagpenge_share"))
_DECIMALS: Final = 6  # of a lever's values, far below any step
_HUNDREDTH: Final = 0.01
TOLERANCE: Final = 1e-9
_MAX_LEVERS: Final = 8


@dataclass(frozen=True, eq=False)
class TargetConstraint:
    """A target in figures: met where ``sign`` x (reading - ``limit``) is 0 or more."""

    goal: GoalSpec
    spec: IndicatorSpec  # with the target's target and date in it
    target: float
    by: datetime.date
    week: int
    sign: float
    limit: float

    def reading(self, outcome: Outcome, value: float) -> float:
        """Return what the search follows: the value, or under a rank the unrounded share that decides it."""
        return float(dagpenge_per_cent(outcome)[self.week]) if self.spec.metric in DAGPENGE else value

    @property
    def smallest(self) -> float:
        """Return the smallest movement that counts, in the reading's unit: hundredths of a per cent under a rank."""
        return _HUNDREDTH if self.spec.metric in DAGPENGE else self.spec.smallest_movement

    def slack(self, outcome: Outcome, value: float, limit: float | None = None) -> float:
        """Return how much more than met, in the reading's unit; ``limit`` in place of the central run's."""
        return self.sign * (self.reading(outcome, value) - (self.limit if limit is None else limit))


def find_indicator(goals: Sequence[GoalSpec], name: str) -> tuple[GoalSpec, IndicatorSpec]:
    """Find the indicator that a target names. Raises CannotSeek with the nearest name."""
    which, _, rest = name.strip().partition(".")
    goal = next((g for g in goals if which in (g.id, str(g.number))), None)
    if goal is not None:
        indicator_id = rest or goal.key_indicator
        spec = next((spec for spec in goal.indicators if spec.id == indicator_id), None)
        if spec is not None:
            return goal, spec
        known = [spec.id for spec in goal.indicators]
        raise CannotSeek(
            "indicator",
            goal=goal.number,
            name=sanitised(indicator_id),
            nearest=Phrase(suggestion, indicator_id, known),
        )
    pairs = [(g, spec) for g in goals for spec in g.indicators if spec.id == name]
    if len(pairs) == 1:
        return pairs[0]
    known = [*(g.id for g in goals), *(f"{g.id}.{spec.id}" for g in goals for spec in g.indicators)]
    known += [spec.id for g in goals for spec in g.indicators]
    raise CannotSeek("goal", name=sanitised(name), n=len(goals), nearest=Phrase(suggestion, name, known))


class SeekProblem:
    """A municipality and a scenario with what is asked for and what may be moved, and how points are run."""

    most_levers: int = _MAX_LEVERS

    def __init__(
        self,
        municipality: Municipality,
        scenario: Scenario,
        targets: Sequence[Target],
        levers: Sequence[FreeLever],
        options: SeekOptions,
        *,
        costs: bool = False,
    ) -> None:
        """Check and translate what is asked; ``costs`` also where the options name no budget. Raises CannotSeek."""
        _check_budget(options.budget_per_year)
        _check_certainty(options.certainty)
        _check_costless(options.costless_levers)
        self.municipality = municipality
        self.scenario = scenario.copy_with(results=None)
        self.targets = tuple(targets)
        self.options = options
        self.rank: dict[str, Any] = {"area": options.area, "peers_stand_still": options.peers_stand_still}
        self.base = baseline(municipality, scenario)
        self.base_net = baseline_net(self.base)
        self.prepared: Prepared = _prepared(municipality.key, _UnhashedMunicipality(municipality))
        self.costs = costs or options.budget_per_year is not None
        self.from_ = _checked_start(scenario, options.from_)
        self.phase_in_weeks = _checked_phase(options.phase_in_weeks)
        if not targets:
            raise CannotSeek("no_goal")
        self.constraints = tuple(self._constraint(target) for target in targets)
        self.free = _checked_levers(municipality, levers, self.most_levers)
        if self.costs or any(constraint.spec.metric in MONEY for constraint in self.constraints):
            _check_prices(self.free, options.costless_levers)
        self.axes = tuple(self._axis(which) for which in self.free)
        self.goals = tuple(
            constraint.goal.model_copy(
                update={"indicators": (constraint.spec,), "key_indicator": constraint.spec.id}
            )
            for constraint in self.constraints
        )
        self.evaluator = GoalEvaluator(self.goals, **self.rank)
        self.weeks = tuple(constraint.week for constraint in self.constraints)

    def _constraint(self, target: Target) -> TargetConstraint:
        """Translate a target into figures. Raises CannotSeek for one that cannot be sought."""
        goal, spec = find_indicator(self.municipality.goals, target.indicator)
        name = indicator_name(goal, spec)
        if spec.direction == "watch":
            raise CannotSeek("watched", indicator=name)
        value = spec.target if target.target is None else float(target.target)
        if value is None and spec.comparator in TYPED_IN:
            levels = {a.parameter: a.value for a in self.scenario.assumptions}
            value = levels.get(national_level_id(goal.id, spec.id))
        if value is None:
            raise CannotSeek("no_target", indicator=name)
        if not math.isfinite(value):
            raise CannotSeek("target", indicator=name)
        by, week = self._date(target.by, spec)
        spec = spec.model_copy(
            update={
                "target": value,
                "target_weeks": max(week, 1),
                "comparator": "fixed",
                "every_year": False,
            }
        )
        sign = 1.0 if spec.direction == "up" else -1.0
        limit = value - sign * 0.5 * 10.0**-spec.decimals + sign * TOLERANCE
        if spec.metric in DAGPENGE:
            limit = self.dagpenge_limit(spec.metric, value, week, common_dagpenge(self.base))
        return TargetConstraint(goal, spec, value, by, week, sign, limit)

    def _date(self, by: datetime.date | None, spec: IndicatorSpec) -> tuple[datetime.date, int]:
        """Return the last day that counts and its week: the last whole week up to it. Raises CannotSeek."""
        start, last = self.scenario.start, self.scenario.weeks - 1
        end = self.scenario.end - datetime.timedelta(days=1)
        if by is None:
            week = last if spec.target_weeks is None else min(spec.target_weeks, last)
            return start + datetime.timedelta(weeks=week + 1, days=-1), week
        week = ((by - start).days + 1) // 7 - 1
        if by > end or week < QUARTER - 1:
            first = start + datetime.timedelta(weeks=QUARTER, days=-1)
            raise CannotSeek(
                "date",
                date=Phrase(long_date, by),
                first=Phrase(long_date, first),
                last=Phrase(long_date, end),
            )
        if by < self.from_:
            raise CannotSeek(
                "date_before_change",
                date=Phrase(long_date, by),
                start=Phrase(long_date, self.from_),
            )
        return by, week

    def dagpenge_limit(self, metric: str, target: float, week: int, common: Floats) -> float:
        """Return the highest unrounded per cent on dagpenge that still meets a target: a rank, persons or per cent.

        ``common`` is what the peers follow, the baseline's dagpenge recipients [T + 1].
        """
        half = 0.5 - TOLERANCE
        if metric == "dagpenge_share":
            return (float(hundredths(target)) + half) / 100
        place = max(1, math.floor(target)) if metric == "dagpenge_rank" else PLACE
        limit = float(dagpenge_rank(self.base, common, place=place, **self.rank).threshold[week])
        if metric == "dagpenge_missing":
            limit += (target + 0.5) / people_of_rank(self.municipality) * 100
            return (math.floor(limit * 100 + TOLERANCE) + half) / 100
        return (float(hundredths(limit)) + half) / 100

    def _axis(self, which: FreeLever) -> LeverAxis:
        """List the values that a free lever may take: its steps, its bounds and where it stands."""
        lever = LEVER_BY_ID[which.lever]
        least, most = bounds(lever, self.municipality)
        low, high = (least if which.low is None else which.low), (most if which.high is None else which.high)
        now = self.present(which)
        first, last = math.ceil(low / lever.step - TOLERANCE), math.floor(high / lever.step + TOLERANCE)
        steps = [round(i * lever.step, _DECIMALS) + 0.0 for i in range(first, last + 1)]
        values = np.unique(np.round([*steps, low, high, now], _DECIMALS))
        return LeverAxis(
            values, int(np.searchsorted(values, round(now, _DECIMALS))), which.weight, most - least
        )

    def present(self, which: FreeLever) -> float:
        """Return the lever's value at the end of the scenario as it was given."""
        change = self.scenario.change_of(which.lever, which.group)
        if change is not None:
            return float(change.to)
        return float(baseline_value(LEVER_BY_ID[which.lever], self.municipality, which.group))

    # --- running

    def scenario_at(self, index: Index) -> Scenario:
        """Return the scenario with the free levers at a point; one at its present value is left as it is."""
        changes = list(self.scenario.changes)
        for which, axis, i in zip(self.free, self.axes, index, strict=True):
            if i == axis.origin:
                continue
            target = (which.lever, which.group)
            changes = [c for c in changes if c.target != target or c.from_ < self.from_]
            data = {
                "lever": which.lever,
                "group": which.group,
                "to": float(axis.values[i]),
                "from": self.from_,
            }
            changes.append(Change.model_validate({**data, "phase_in_weeks": self.phase_in_weeks}))
        return self.scenario.copy_with(changes=tuple(changes))

    def run_points(self, indices: Sequence[Index], pool: ThreadPoolExecutor) -> list[PointFigures]:
        """Run every point once, in the threads of ``pool``."""
        paths = [
            build_run_paths(self.municipality, self.scenario_at(index), self.scenario.weeks)
            for index in indices
        ]
        limits = np.full((2, N_GROUPS), -1, dtype=np.int64)

        def reduce(b: int, record: Floats, firm: Floats) -> PointFigures:
            outcome = outcome_from(record, firm, limits, paths[b], self.municipality, None)
            cost = net_by_year(outcome, self.base_net) - self.base_net.net if self.costs else np.zeros(0)
            return PointFigures(self.slack(outcome), cost)

        pairs = [(0, i) for i in range(len(paths))]
        figures = run_many(self.prepared, paths, pairs, reduce, executor=pool)
        return [m for m in figures if isinstance(m, PointFigures)]

    def slack(self, outcome: Outcome) -> Floats:
        """Return how far each target is met [W]."""
        values = self.evaluator.at(outcome, self.base, self.weeks)
        slack = [constraint.slack(outcome, v) for constraint, v in zip(self.constraints, values, strict=True)]
        return np.array(slack, dtype=np.float64)

    def scales(self) -> Floats:
        """Return what a distance is held against [W]: the scenario's own distance, at least the smallest movement."""
        own = np.abs(self.slack(simulate(self.municipality, self.scenario)))
        smallest = [constraint.smallest for constraint in self.constraints]
        return np.asarray(np.maximum(np.nan_to_num(own), smallest), dtype=np.float64)

    def search(
        self,
        budget_per_year: float | None,
        cancel: threading.Event | None,
        progress: Progress | None,
    ) -> Search:
        """Make the lattice of this problem."""
        return Search(
            self.axes,
            self.run_points,
            self.scales(),
            budget_per_year,
            seed=self.options.seed,
            cancel=cancel,
            progress=progress,
        )

    def moves(self, index: Index) -> tuple[LeverMove, ...]:
        """List the free levers at a point."""
        return tuple(
            LeverMove(
                which.lever,
                which.group,
                float(axis.values[axis.origin]),
                float(axis.values[i]),
                float(axis.values[0]),
                float(axis.values[-1]),
            )
            for which, axis, i in zip(self.free, self.axes, index, strict=True)
        )

    def results(self, outcome: Outcome) -> tuple[IndicatorResult, ...]:
        """Return the targets' indicators of a run with their status, as every page evaluates them."""
        goals = self.evaluator.results(outcome, self.base, {})
        return tuple(goal.indicators[0] for goal in goals)


class ConstraintsInDraws:
    """How far the targets are met in every draw of the assumptions, the peers following each draw's own baseline."""

    def __init__(self, problem: SeekProblem, draws: Draws, cancel: threading.Event | None) -> None:
        self._problem = problem
        self._draws = draws
        self._cancel = cancel
        self._limits = np.full((2, N_GROUPS), -1, dtype=np.int64)
        self.runs = 0
        self._baselines: list[BaselineFigures] = self._over_draws(
            without_changes(problem.scenario), lambda outcome, draw: BaselineFigures.of(outcome)
        )

    def slack(self, index: Index) -> Floats:
        """Return how far each target is met in each draw at a point [count, W]."""

        def read(outcome: Outcome, draw: int) -> Floats:
            problem, base = self._problem, self._baselines[draw]
            values = problem.evaluator.at(outcome, base, problem.weeks)
            limits = [
                problem.dagpenge_limit(
                    constraint.spec.metric, constraint.target, constraint.week, base.dagpenge
                )
                if constraint.spec.metric in DAGPENGE
                else constraint.limit
                for constraint in problem.constraints
            ]
            every = zip(problem.constraints, values, limits, strict=True)
            slack = [constraint.slack(outcome, value, limit) for constraint, value, limit in every]
            return np.array(slack, dtype=np.float64)

        return np.stack(self._over_draws(self._problem.scenario_at(index), read))

    def _over_draws(self, scenario: Scenario, read: Callable[[Outcome, int], _Read]) -> list[_Read]:
        """Run a scenario in every draw and read each run."""
        draws, problem = self._draws, self._problem
        paths = build_run_paths(problem.municipality, scenario, scenario.weeks)

        def reduce(draw: int, record: Floats, firm: Floats) -> _Read:
            check_cancel(self._cancel)
            outcome = outcome_from(record, firm, self._limits, paths, draws.municipalities[draw], None)
            return read(outcome, draw)

        self.runs += draws.count
        results = run_many(draws.prepared, [paths], [(draw, 0) for draw in range(draws.count)], reduce)
        return cast("list[_Read]", results)


class _UnhashedMunicipality:
    """Carries a municipality past a cache whose key is its hash."""

    def __init__(self, municipality: Municipality) -> None:
        self.municipality = municipality

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _UnhashedMunicipality)


@lru_cache(maxsize=8)
def _prepared(key: str, held: _UnhashedMunicipality) -> Prepared:
    """Calibrate a municipality's baseline, once per key."""
    return prepare((held.municipality.engine,))


def indicator_name(goal: GoalSpec, spec: IndicatorSpec) -> Message:
    """Return the name of an indicator with its goal's number."""
    return Message("seek.indicator", goal=goal.number, title=spec.title)


def _checked_start(scenario: Scenario, from_: datetime.date | None) -> datetime.date:
    """Return the day on which the levers change. Raises CannotSeek for a day outside the scenario."""
    if from_ is None:
        return scenario.start
    end = scenario.end - datetime.timedelta(days=1)
    if not scenario.start <= from_ <= end:
        raise CannotSeek(
            "from",
            date=Phrase(long_date, from_),
            first=Phrase(long_date, scenario.start),
            last=Phrase(long_date, end),
        )
    return from_


def _checked_phase(weeks: int) -> int:
    """Return the weeks to phase in. Raises CannotSeek for too few or too many."""
    if not 0 <= weeks <= HORIZON.most_phase_in_weeks:
        raise CannotSeek("phase", n=weeks, most=HORIZON.most_phase_in_weeks)
    return weeks


def _check_budget(amount: float | None) -> None:
    """Refuse a budget that is negative or no number. Raises CannotSeek."""
    if amount is not None and not 0 <= amount < math.inf:
        raise CannotSeek("budget", amount=Phrase(money, amount))


def _check_certainty(certainty: float | None) -> None:
    """Refuse a certainty outside 0-1. Raises CannotSeek."""
    if certainty is not None and not 0 < certainty < 1:
        raise CannotSeek("certainty", given=Phrase(number, certainty, decimals=2))


def _checked_levers(
    municipality: Municipality, free: Sequence[FreeLever], most: int
) -> tuple[FreeLever, ...]:
    """Return the levers that may be moved. Raises CannotSeek for unknown ones, two of a kind or none."""
    if not 1 <= len(free) <= most:
        raise CannotSeek("how_many_levers", most=most)
    seen = set()
    for free_lever in free:
        lever = LEVER_BY_ID.get(free_lever.lever)
        if lever is None:
            raise CannotSeek(
                "lever",
                name=sanitised(free_lever.lever),
                nearest=Phrase(suggestion, free_lever.lever, tuple(LEVER_BY_ID)),
            )
        if lever.scope == "mix":
            raise CannotSeek("mix", lever=lever.label)
        wrong = check_group(lever, free_lever.group)
        if wrong is not None:
            raise CannotSeek("as_written", words=wrong)
        if (free_lever.lever, free_lever.group) in seen:
            raise CannotSeek("lever_twice", lever=lever.label)
        seen.add((free_lever.lever, free_lever.group))
        _check_range(municipality, lever, free_lever)
    return tuple(free)


def _check_prices(free: Sequence[FreeLever], costless: Sequence[str]) -> None:
    """Refuse levers without a price where money decides: they would look free. Raises CannotSeek with their names."""
    unpriced = dict.fromkeys(f.lever for f in free if f.lever in UNPRICED and f.lever not in costless)
    if unpriced:
        labels = [LEVER_BY_ID[lever].label for lever in unpriced]
        raise CannotSeek("unpriced", levers=Phrase(listed, labels))


def _check_costless(levers: Sequence[str]) -> None:
    """Refuse a lever that is said to cost nothing and has a price, or is none. Raises CannotSeek."""
    for name in levers:
        if name not in LEVER_BY_ID:
            nearest = Phrase(suggestion, name, tuple(LEVER_BY_ID))
            raise CannotSeek("lever", name=sanitised(name), nearest=nearest)
        if name not in UNPRICED:
            raise CannotSeek("priced", lever=LEVER_BY_ID[name].label)


def _check_range(municipality: Municipality, lever: Lever, free_lever: FreeLever) -> None:
    """Refuse bounds that a lever does not have, and a weight that is no price. Raises CannotSeek."""
    least, most = bounds(lever, municipality)
    low, high = (
        (least if free_lever.low is None else free_lever.low),
        (most if free_lever.high is None else free_lever.high),
    )
    if not (least <= low < high <= most):  # NaN fails too
        raise CannotSeek(
            "range",
            lever=lever.label,
            low=Phrase(number, low, decimals=2),
            high=Phrase(number, high, decimals=2),
            least=Phrase(number, least),
            most=Phrase(number, most),
        )
    if not 0 < free_lever.weight < math.inf:
        raise CannotSeek("weight", lever=lever.label)
