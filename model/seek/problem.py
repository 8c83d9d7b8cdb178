"""What a search for a goal asks of the model: wishes in figures, levers as lattices, runs of points and of draws."""

from __future__ import annotations

import datetime
import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.net import baseline_net, net_by_year
from model.domain import N_GROUPS
from model.files.problems import sanitised, suggestion
from model.goals.benchmark import (
    PLACE,
    Area,
    common_dagpenge,
    dagpenge_per_cent,
    dagpenge_rank,
    hundredths,
    population_16_66,
)
from model.goals.evaluate import GoalEvaluator
from model.goals.results import IndicatorResult
from model.goals.series import QUARTER
from model.language.catalogue import long_date, money, number, text
from model.municipality.goal_specs import GoalSpec, IndicatorSpec, national_level_id
from model.municipality.municipality import Municipality
from model.scenario.levers import HORIZON, LEVER_BY_ID, Lever, baseline_value, bounds, check_group
from model.scenario.scenario import Change, Scenario, without_changes
from model.seek.answer import (
    CannotSeek,
    Free,
    Move,
    Wish,
)
from model.seek.search import Axis, Index, Measured, Search
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.outcome import Outcome, outcome_from
from model.simulation.simulate import Prepared, baseline, prepare, run_many, simulate
from model.uncertainty.draws import Draws, Progress, check_cancel

Floats = NDArray[np.float64]

DAGPENGE: Final = frozenset(("dagpenge_rank", "dagpenge_missing", "dagpenge_share"))
_DECIMALS: Final = 6  # of a lever's values, far below any step
_HUNDREDTH: Final = 0.01
TIE: Final = 1e-9
_MOST_LEVERS: Final = 8


@dataclass(frozen=True, eq=False)
class Aim:
    """A wish in figures: met where ``sign`` x (reading - ``limit``) is 0 or more."""

    goal: GoalSpec
    spec: IndicatorSpec  # with the wish's target and date in it
    target: float
    by: datetime.date
    week: int
    sign: float
    limit: float

    def reading(self, outcome: Outcome, value: float) -> float:
        """What the search follows: the value, or under a rank the share that decides it, before it is rounded."""
        return float(dagpenge_per_cent(outcome)[self.week]) if self.spec.metric in DAGPENGE else value

    @property
    def smallest(self) -> float:
        """The smallest movement that counts, in the reading's unit: hundredths of a per cent under a rank."""
        return _HUNDREDTH if self.spec.metric in DAGPENGE else self.spec.smallest_movement

    def slack(self, outcome: Outcome, value: float, limit: float | None = None) -> float:
        """How much more than met, in the reading's unit; ``limit`` in place of the central run's."""
        return self.sign * (self.reading(outcome, value) - (self.limit if limit is None else limit))


def find_indicator(goals: Sequence[GoalSpec], name: str) -> tuple[GoalSpec, IndicatorSpec]:
    """The indicator that a wish names. Raises CannotSeek with the nearest name."""
    which, _, rest = name.strip().partition(".")
    goal = next((g for g in goals if which in (g.id, str(g.number))), None)
    if goal is not None:
        wanted = rest or goal.key_indicator
        found = next((spec for spec in goal.indicators if spec.id == wanted), None)
        if found is not None:
            return goal, found
        known = [spec.id for spec in goal.indicators]
        raise CannotSeek(
            "indicator",
            goal=goal.number,
            name=sanitised(wanted),
            nearest=lambda language: suggestion(wanted, known, language),
        )
    pairs = [(g, spec) for g in goals for spec in g.indicators if spec.id == name]
    if len(pairs) == 1:
        return pairs[0]
    known = [*(g.id for g in goals), *(f"{g.id}.{spec.id}" for g in goals for spec in g.indicators)]
    known += [spec.id for g in goals for spec in g.indicators]
    raise CannotSeek(
        "goal", name=sanitised(name), n=len(goals), nearest=lambda language: suggestion(name, known, language)
    )


class Problem:
    """A municipality and a scenario with what is wished for and what may be moved, and how points are run."""

    def __init__(
        self,
        municipality: Municipality,
        scenario: Scenario,
        wishes: Sequence[Wish],
        free: Sequence[Free],
        from_: datetime.date | None,
        phase_in_weeks: int,
        area: Area | None,
        peers_stand_still: bool,
        costs: bool,
    ) -> None:
        self.municipality = municipality
        self.scenario = scenario.copy_with(results=None)
        self.rank: dict[str, Any] = {"area": area, "peers_stand_still": peers_stand_still}
        self.base = baseline(municipality, scenario)
        self.base_net = baseline_net(self.base)
        self.prepared: Prepared = _prepared(municipality.key, _Held(municipality))
        self.costs = costs
        self.from_ = _checked_start(scenario, from_)
        self.phase_in_weeks = _checked_phase(phase_in_weeks)
        if not wishes:
            raise CannotSeek("no_goal")
        self.aims = tuple(self._aim(wish) for wish in wishes)
        self.free = _checked_levers(municipality, free)
        self.axes = tuple(self._axis(which) for which in self.free)
        self.goals = tuple(
            aim.goal.model_copy(update={"indicators": (aim.spec,), "key_indicator": aim.spec.id})
            for aim in self.aims
        )
        self.evaluator = GoalEvaluator(self.goals, **self.rank)
        self.weeks = tuple(aim.week for aim in self.aims)

    def _aim(self, wish: Wish) -> Aim:
        goal, spec = find_indicator(self.municipality.goals, wish.indicator)
        words = called(goal, spec)
        if spec.direction == "watch":
            raise CannotSeek("watched", indicator=words)
        target = spec.target if wish.target is None else float(wish.target)
        if target is None and spec.comparator == "national":
            levels = {a.parameter: a.value for a in self.scenario.assumptions}
            target = levels.get(national_level_id(goal.id, spec.id))
        if target is None:
            raise CannotSeek("no_target", indicator=words)
        if not math.isfinite(target):
            raise CannotSeek("target", indicator=words)
        by, week = self._date(wish.by, spec)
        spec = spec.model_copy(
            update={
                "target": target,
                "target_weeks": max(week, 1),
                "comparator": "fixed",
                "every_year": False,
            }
        )
        sign = 1.0 if spec.direction == "up" else -1.0
        limit = target - sign * 0.5 * 10.0**-spec.decimals + sign * TIE
        if spec.metric in DAGPENGE:
            limit = self.dagpenge_limit(spec.metric, target, week, common_dagpenge(self.base))
        return Aim(goal, spec, target, by, week, sign, limit)

    def _date(self, by: datetime.date | None, spec: IndicatorSpec) -> tuple[datetime.date, int]:
        """The last day that counts and its week: the last whole week up to it."""
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
                date=lambda language: long_date(by, language),
                first=lambda language: long_date(first, language),
                last=lambda language: long_date(end, language),
            )
        if by < self.from_:
            raise CannotSeek(
                "date_before_change",
                date=lambda language: long_date(by, language),
                start=lambda language: long_date(self.from_, language),
            )
        return by, week

    def dagpenge_limit(self, metric: str, target: float, week: int, common: Floats) -> float:
        """The highest unrounded per cent on dagpenge that still meets a target: a rank, persons or per cent.

        ``common`` is what the peers follow, the baseline's dagpenge recipients [T + 1].
        """
        half = 0.5 - TIE
        if metric == "dagpenge_share":
            return (float(hundredths(target)) + half) / 100
        place = max(1, math.floor(target)) if metric == "dagpenge_rank" else PLACE
        limit = float(dagpenge_rank(self.base, common, place=place, **self.rank).threshold[week])
        if metric == "dagpenge_missing":
            limit += (target + 0.5) / population_16_66(self.municipality.name) * 100
            return (math.floor(limit * 100 + TIE) + half) / 100
        return (float(hundredths(limit)) + half) / 100

    def _axis(self, which: Free) -> Axis:
        lever = LEVER_BY_ID[which.lever]
        least, most = bounds(lever, self.municipality)
        low, high = (least if which.low is None else which.low), (most if which.high is None else which.high)
        now = self.present(which)
        first, last = math.ceil(low / lever.step - TIE), math.floor(high / lever.step + TIE)
        steps = [round(i * lever.step, _DECIMALS) + 0.0 for i in range(first, last + 1)]
        values = np.unique(np.round([*steps, low, high, now], _DECIMALS))
        return Axis(values, int(np.searchsorted(values, round(now, _DECIMALS))), which.weight, most - least)

    def present(self, which: Free) -> float:
        """The lever's value at the end of the scenario as it was given."""
        change = self.scenario.change_of(which.lever, which.group)
        if change is not None:
            return float(change.to)
        return float(baseline_value(LEVER_BY_ID[which.lever], self.municipality, which.group))

    # --- running

    def at(self, index: Index) -> Scenario:
        """The scenario with the free levers at a point; one at its present value is left as it is."""
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

    def measure(self, indices: Sequence[Index], pool: ThreadPoolExecutor) -> list[Measured]:
        """One run per point."""
        paths = [
            build_lever_paths(self.municipality, self.at(index), self.scenario.weeks) for index in indices
        ]
        limits = np.full((2, N_GROUPS), -1, dtype=np.int64)

        def reduce(b: int, record: Floats, firm: Floats) -> Measured:
            outcome = outcome_from(record, firm, limits, paths[b], self.municipality, None)
            cost = net_by_year(outcome, self.base_net) - self.base_net.net if self.costs else np.zeros(0)
            return Measured(self.slack(outcome), cost)

        pairs = [(0, i) for i in range(len(paths))]
        found = run_many(self.prepared, paths, pairs, reduce, executor=pool)
        return [m for m in found if isinstance(m, Measured)]

    def slack(self, outcome: Outcome) -> Floats:
        """How far each wish is met [W]."""
        values = self.evaluator.at(outcome, self.base, self.weeks)
        slack = [aim.slack(outcome, v) for aim, v in zip(self.aims, values, strict=True)]
        return np.array(slack, dtype=np.float64)

    def scales(self) -> Floats:
        """What a distance is held against: the scenario's own distance, at least the smallest movement."""
        own = np.abs(self.slack(simulate(self.municipality, self.scenario)))
        smallest = [aim.smallest for aim in self.aims]
        return np.asarray(np.maximum(np.nan_to_num(own), smallest), dtype=np.float64)

    def search(
        self,
        budget_per_year: float | None,
        seed: int,
        cancel: threading.Event | None,
        progress: Progress | None,
    ) -> Search:
        """The lattice of this problem."""
        return Search(
            self.axes,
            self.measure,
            self.scales(),
            budget_per_year,
            seed=seed,
            cancel=cancel,
            progress=progress,
        )

    def moves(self, index: Index) -> tuple[Move, ...]:
        """The free levers at a point."""
        return tuple(
            Move(
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
        """The wished indicators of a run with their status, as every page evaluates them."""
        found = self.evaluator.results(outcome, self.base, {})
        return tuple(goal.indicators[0] for goal in found)


class InDraws:
    """How far the wishes are met in every draw of the assumptions, the peers following each draw's own baseline."""

    def __init__(self, problem: Problem, draws: Draws, cancel: threading.Event | None) -> None:
        self._problem = problem
        self._draws = draws
        self._cancel = cancel
        self._limits = np.full((2, N_GROUPS), -1, dtype=np.int64)
        self.runs = 0
        self._common = self._over_draws(
            without_changes(problem.scenario), lambda outcome, draw: common_dagpenge(outcome).copy()
        )

    def slack(self, index: Index) -> Floats:
        """[count, W] at a point."""

        def read(outcome: Outcome, draw: int) -> Floats:
            problem, common = self._problem, self._common[draw]
            values = problem.evaluator.at(outcome, common, problem.weeks)
            limits = [
                problem.dagpenge_limit(aim.spec.metric, aim.target, aim.week, common)
                if aim.spec.metric in DAGPENGE
                else aim.limit
                for aim in problem.aims
            ]
            every = zip(problem.aims, values, limits, strict=True)
            slack = [aim.slack(outcome, value, limit) for aim, value, limit in every]
            return np.array(slack, dtype=np.float64)

        return np.stack(self._over_draws(self._problem.at(index), read))

    def _over_draws(self, scenario: Scenario, read: Callable[[Outcome, int], Floats]) -> list[Floats]:
        draws, problem = self._draws, self._problem
        paths = build_lever_paths(problem.municipality, scenario, scenario.weeks)

        def reduce(draw: int, record: Floats, firm: Floats) -> Floats:
            check_cancel(self._cancel)
            outcome = outcome_from(record, firm, self._limits, paths, draws.municipalities[draw], None)
            return read(outcome, draw)

        self.runs += draws.count
        found = run_many(draws.prepared, [paths], [(draw, 0) for draw in range(draws.count)], reduce)
        return [one for one in found if isinstance(one, np.ndarray)]


class _Held:
    """Carries a municipality past a cache whose key is its hash."""

    def __init__(self, municipality: Municipality) -> None:
        self.municipality = municipality

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)


@lru_cache(maxsize=8)
def _prepared(key: str, held: _Held) -> Prepared:
    return prepare((held.municipality.engine,))


def called(goal: GoalSpec, spec: IndicatorSpec) -> Callable[[str], str]:
    return lambda language: text(
        "seek.indicator", language, goal=goal.number, title=spec.title.text(language)
    )


def _checked_start(scenario: Scenario, from_: datetime.date | None) -> datetime.date:
    if from_ is None:
        return scenario.start
    end = scenario.end - datetime.timedelta(days=1)
    if not scenario.start <= from_ <= end:
        raise CannotSeek(
            "from",
            date=lambda language: long_date(from_, language),
            first=lambda language: long_date(scenario.start, language),
            last=lambda language: long_date(end, language),
        )
    return from_


def _checked_phase(weeks: int) -> int:
    if not 0 <= weeks <= HORIZON.most_phase_in_weeks:
        raise CannotSeek("phase", n=weeks, most=HORIZON.most_phase_in_weeks)
    return weeks


def checked_budget(amount: float | None) -> float | None:
    if amount is not None and not 0 <= amount < math.inf:
        raise CannotSeek("budget", amount=lambda language: money(amount, language))
    return amount


def check_certainty(certainty: float | None) -> None:
    if certainty is not None and not 0 < certainty < 1:
        raise CannotSeek("certainty", given=lambda language: number(certainty, language, 2))


def _checked_levers(municipality: Municipality, free: Sequence[Free]) -> tuple[Free, ...]:
    if not 1 <= len(free) <= _MOST_LEVERS:
        raise CannotSeek("how_many_levers", most=_MOST_LEVERS)
    seen = set()
    for which in free:
        lever = LEVER_BY_ID.get(which.lever)
        if lever is None:
            raise CannotSeek(
                "lever",
                name=sanitised(which.lever),
                nearest=lambda language, w=which: suggestion(w.lever, LEVER_BY_ID, language),
            )
        if lever.scope == "mix":
            raise CannotSeek("mix", lever=lever.label.text)
        wrong = check_group(lever, which.group)
        if wrong is not None:
            raise CannotSeek("as_told", words=wrong.text)
        if (which.lever, which.group) in seen:
            raise CannotSeek("lever_twice", lever=lever.label.text)
        seen.add((which.lever, which.group))
        _check_range(municipality, lever, which)
    return tuple(free)


def _check_range(municipality: Municipality, lever: Lever, which: Free) -> None:
    least, most = bounds(lever, municipality)
    low, high = (least if which.low is None else which.low), (most if which.high is None else which.high)
    if not (least <= low < high <= most):  # NaN fails too
        raise CannotSeek(
            "range",
            lever=lever.label.text,
            low=lambda language: number(low, language, 2),
            high=lambda language: number(high, language, 2),
            least=lambda language: number(least, language),
            most=lambda language: number(most, language),
        )
    if not 0 < which.weight < math.inf:
        raise CannotSeek("weight", lever=lever.label.text)
