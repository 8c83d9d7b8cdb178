"""What would it take: the smallest change of the chosen levers that reaches a goal, or the nearest they get.

The answer is a scenario that has been run like any other: "reached" is what its own run says.
"""

from __future__ import annotations

import datetime
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from model.benchmark import (
    PLACE,
    Area,
    common_dagpenge,
    dagpenge_per_cent,
    dagpenge_rank,
    hundredths,
    population_16_66,
)
from model.budget import baseline_net, budget, net_by_year
from model.domain import GROUP_INDEX, GROUPS, N_GROUPS, OFFER_GROUPS, WEEKS_PER_YEAR
from model.draws import Cancelled, Draws, Progress, check_cancel, draws_for
from model.engine import Prepared, baseline, prepare, run_many, simulate
from model.explanation import FADED, binding_limits
from model.file_problems import shown, suggestion
from model.goal_specs import GoalSpec, IndicatorSpec, national_level_id
from model.goals import QUARTER, IndicatorResult, evaluate_goals, values_at, watch
from model.group_totals import group_totals
from model.levers import HORIZON, LEVER_BY_ID, Lever, bounds, check_group, default, lever_paths, value_text
from model.municipality import Municipality, load_municipality
from model.outcome import Outcome, outcome_from
from model.scenario import Change, Scenario, without_changes
from model.seek_search import DKK, Axis, Index, Measured, Point, Search
from model.sourced import Text
from model.texts import LANGUAGES, group_name, long_date, money, number, percent, text

__all__ = [
    "After",
    "Answer",
    "Cancelled",
    "CannotSeek",
    "Curve",
    "CurvePoint",
    "Flow",
    "Free",
    "Instead",
    "Move",
    "Reading",
    "Wish",
    "curve",
    "find_indicator",
    "seek",
]

Floats = NDArray[np.float64]
InsteadKind = Literal["job_exits", "displacement", "effects", "both"]

_DAGPENGE: Final = frozenset(("dagpenge_rank", "dagpenge_missing", "dagpenge_share"))
_DECIMALS: Final = 6  # of a lever's values, far below any step
_HUNDREDTH: Final = 0.01
_TIE: Final = 1e-9
_MOST_LEVERS: Final = 8
_CURVE_POINTS: Final = 9
# How often the draws may ask for more than before, and by how much of what they lack at the least.
_MARGIN_ROUNDS: Final = 6
_MARGIN_STEP: Final = 0.1
_PERSON: Final = 0.5  # smaller differences in full-time persons are not told
_RATIO: Final = 1e-4  # how exactly the ratio of job exits is found
# Effects whose better end is asked for where nothing else reaches: what offers do afterwards, and the levers' own.
_BETTER_HIGH: Final = (
    "hr_job_after.",
    "hr_education_after.",
    "hr_progression_after.",
    "hr_meeting.",
    "hr_mentor_job.",
    "hr_mentor_education.",
    "hr_partial_return.",
    "hr_motivation.",
    "hr_early.",
)
_BETTER_LOW: Final = ("hr_caseworker.",)


class CannotSeek(ValueError):
    """What is asked for cannot be sought; the message says what would be right."""

    def __init__(self, key: str, **values: Any) -> None:
        self.words = _both(f"error.{key}", **values)
        super().__init__(self.words.en)

    def text(self, language: str) -> str:
        """The message in "da" or "en"."""
        return self.words.get(language)


def _both(key: str, **values: Any) -> Text:
    """A text in both languages; a value may be a function of the language."""
    return Text(
        **{
            language: text(
                f"seek.{key}", language, **{k: v(language) if callable(v) else v for k, v in values.items()}
            )
            for language in LANGUAGES
        }
    )


@dataclass(frozen=True)
class Wish:
    """An indicator and the value that it should reach.

    ``indicator`` is ``goal.indicator`` (as ``stored_results.indicator_key``), a goal's number or id (then its key
    indicator) or an indicator's id. ``target`` in the indicator's unit, by default its own or the national level
    that the scenario holds; ``by`` is the last day that counts, by default the indicator's date or the end.
    """

    indicator: str
    target: float | None = None
    by: datetime.date | None = None


@dataclass(frozen=True)
class Free:
    """A lever that may be moved, in the unit people see; ``weight`` is the price of moving it over its full span."""

    lever: str
    group: str | None = None
    low: float | None = None
    high: float | None = None
    weight: float = 1.0


# --- what is answered ----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Reading:
    """One wish and what the answer's run gives: values at the wish's date, in the indicator's unit."""

    goal: str
    goal_number: int
    indicator: IndicatorResult
    target: float
    by: datetime.date
    week: int
    before: float  # the scenario as it was given
    value: float
    reached: bool
    persons_missing: float | None  # full-time persons too many on dagpenge, where a rank is asked for
    chance: float | None  # share of the draws that reach it

    @property
    def key(self) -> str:
        """``goal.indicator``."""
        return f"{self.goal}.{self.indicator.id}"


@dataclass(frozen=True)
class Move:
    """One lever of the answer, in the unit people see."""

    lever: str
    group: str | None
    before: float
    after: float
    low: float
    high: float

    @property
    def moved(self) -> bool:
        """Whether the answer moves it."""
        return self.after != self.before

    @property
    def at_bound(self) -> Literal["low", "high"] | None:
        """The bound that it is moved to, if it is."""
        if not self.moved:
            return None
        return "high" if self.after >= self.high else "low" if self.after <= self.low else None

    def label(self, language: str) -> str:
        """Name of the lever, with the target group."""
        name = LEVER_BY_ID[self.lever].label.get(language)
        return f"{name}, {group_name(self.group, language, short=True)}" if self.group else name

    def shown(self, value: float, language: str) -> str:
        """A value with its unit."""
        return value_text(LEVER_BY_ID[self.lever], value, language)


@dataclass(frozen=True)
class Flow:
    """A target group in the year after the date: full-time persons in and out, and the same in the baseline."""

    group: str
    inflow: float
    outflow: float
    baseline_inflow: float
    baseline_outflow: float

    @property
    def exceeds(self) -> bool:
        """Whether more come than leave, by more than the baseline's own difference."""
        own = self.inflow - self.outflow
        return own >= _PERSON and own - (self.baseline_inflow - self.baseline_outflow) >= _PERSON


@dataclass(frozen=True, eq=False)
class After:
    """What happens after the date: a year on (the run is prolonged for it), or as far as a run can go."""

    date: datetime.date
    values: tuple[float, ...]  # per wish
    still_reached: tuple[bool, ...]
    fading: tuple[bool, ...]  # the gain over the baseline is clearly smaller than at the date
    flows: tuple[Flow, ...]


@dataclass(frozen=True)
class Instead:
    """An assumption that would have to hold: a net ratio of job exits, or effects at the end of their range."""

    kind: InsteadKind
    reached: bool
    factor: float | None  # job exits: needed with no lever moved
    factor_beside: float | None  # the same on top of the answer's levers
    groups: tuple[str, ...]
    value: float | None  # of the first wish under it


@dataclass(frozen=True, eq=False)
class Answer:
    """What it takes, or the nearest it gets. Amounts in DKK, difference from the baseline."""

    reached: bool
    needed: bool  # False: the scenario reaches it as it is
    scenario: Scenario
    readings: tuple[Reading, ...]
    moves: tuple[Move, ...]
    idle: tuple[Move, ...]  # free levers that move nothing of what is asked for
    years: tuple[int, ...]
    cost: tuple[float, ...]
    cost_total: float
    share_assumed: float
    budget_per_year: float | None
    budget_binds: bool
    certainty: float | None
    chance: float | None  # share of the draws that reach all wishes
    after: After
    limits: tuple[Text, ...]  # of the model: ceilings, unfilled places, starts
    instead: tuple[Instead, ...]
    side_effects: tuple[Text, ...]  # what gets worse than in the baseline
    change: float  # weighted, 1 = a lever of weight 1 over its full span
    runs: int

    @property
    def binding(self) -> tuple[Text, ...]:
        """What stands in the way of more: levers at their bounds, the budget, the model's limits."""
        found = [
            _both(
                f"binding.{move.at_bound}",
                lever=move.label,
                value=lambda language, m=move: m.shown(m.after, language),
            )
            for move in self.moves
            if move.at_bound is not None
        ]
        if self.budget_binds:
            found.append(_both("binding.budget", amount=lambda lang: money(self.budget_per_year, lang)))
        return (*found, *self.limits)

    def told(self, language: str) -> tuple[str, ...]:
        """The answer in sentences."""
        return tuple(_told(self, language))


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """The most that a budget reaches. ``cost`` is the dearest year's, DKK beyond the baseline."""

    budget: float
    value: float
    reached: bool
    cost: float
    scenario: Scenario
    moves: tuple[Move, ...]


@dataclass(frozen=True, eq=False)
class Curve:
    """Budget a year against the first wish; a larger budget never reaches less."""

    indicator: IndicatorResult
    target: float
    by: datetime.date
    points: tuple[CurvePoint, ...]
    runs: int


# --- what is asked for ---------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Aim:
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
        return float(dagpenge_per_cent(outcome)[self.week]) if self.spec.metric in _DAGPENGE else value

    @property
    def smallest(self) -> float:
        """The smallest movement that counts, in the reading's unit: hundredths of a per cent under a rank."""
        return _HUNDREDTH if self.spec.metric in _DAGPENGE else self.spec.smallest_movement

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
            name=shown(wanted),
            nearest=lambda language: suggestion(wanted, known, language),
        )
    pairs = [(g, spec) for g in goals for spec in g.indicators if spec.id == name]
    if len(pairs) == 1:
        return pairs[0]
    known = [*(g.id for g in goals), *(f"{g.id}.{spec.id}" for g in goals for spec in g.indicators)]
    known += [spec.id for g in goals for spec in g.indicators]
    raise CannotSeek(
        "goal", name=shown(name), n=len(goals), nearest=lambda language: suggestion(name, known, language)
    )


class _Problem:
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
        self.scenario = scenario.replaced(results=None)
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
        self.wanted = tuple((aim.spec, aim.week) for aim in self.aims)

    def _aim(self, wish: Wish) -> _Aim:
        goal, spec = find_indicator(self.municipality.goals, wish.indicator)
        words = _called(goal, spec)
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
        limit = target - sign * 0.5 * 10.0**-spec.decimals + sign * _TIE
        if spec.metric in _DAGPENGE:
            limit = self.dagpenge_limit(spec.metric, target, week, common_dagpenge(self.base))
        return _Aim(goal, spec, target, by, week, sign, limit)

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
        half = 0.5 - _TIE
        if metric == "dagpenge_share":
            return (float(hundredths(target)) + half) / 100
        place = max(1, math.floor(target)) if metric == "dagpenge_rank" else PLACE
        limit = float(dagpenge_rank(self.base, common, place=place, **self.rank).threshold[week])
        if metric == "dagpenge_missing":
            limit += (target + 0.5) / population_16_66(self.municipality.name) * 100
            return (math.floor(limit * 100 + _TIE) + half) / 100
        return (float(hundredths(limit)) + half) / 100

    def _axis(self, which: Free) -> Axis:
        lever = LEVER_BY_ID[which.lever]
        least, most = bounds(lever, self.municipality)
        low, high = (least if which.low is None else which.low), (most if which.high is None else which.high)
        now = self.present(which)
        first, last = math.ceil(low / lever.step - _TIE), math.floor(high / lever.step + _TIE)
        steps = [round(i * lever.step, _DECIMALS) + 0.0 for i in range(first, last + 1)]
        values = np.unique(np.round([*steps, low, high, now], _DECIMALS))
        return Axis(values, int(np.searchsorted(values, round(now, _DECIMALS))), which.weight, most - least)

    def present(self, which: Free) -> float:
        """The lever's value at the end of the scenario as it was given."""
        change = self.scenario.change_of(which.lever, which.group)
        if change is not None:
            return float(change.to)
        return float(default(LEVER_BY_ID[which.lever], self.municipality, which.group))

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
        return self.scenario.replaced(changes=tuple(changes))

    def measure(self, indices: Sequence[Index], pool: ThreadPoolExecutor) -> list[Measured]:
        """One run per point."""
        paths = [lever_paths(self.municipality, self.at(index), self.scenario.weeks) for index in indices]
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
        values = values_at(outcome, self.base, self.wanted, **self.rank)
        slack = [aim.slack(outcome, v) for aim, v in zip(self.aims, values, strict=True)]
        return np.array(slack, dtype=np.float64)

    def scales(self) -> Floats:
        """What a distance is held against: the scenario's own distance, at least the smallest movement."""
        own = np.abs(self.slack(simulate(self.municipality, self.scenario)))
        smallest = [aim.smallest for aim in self.aims]
        return np.maximum(np.nan_to_num(own), smallest)

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
        found = evaluate_goals(outcome, self.base, goals=self.goals, national_levels={}, **self.rank)
        return tuple(goal.indicators[0] for goal in found)


class _InDraws:
    """How far the wishes are met in every draw of the assumptions, the peers following each draw's own baseline."""

    def __init__(self, problem: _Problem, draws: Draws, cancel: threading.Event | None) -> None:
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
            values = values_at(outcome, common, problem.wanted, **problem.rank)
            limits = [
                problem.dagpenge_limit(aim.spec.metric, aim.target, aim.week, common)
                if aim.spec.metric in _DAGPENGE
                else aim.limit
                for aim in problem.aims
            ]
            every = zip(problem.aims, values, limits, strict=True)
            slack = [aim.slack(outcome, value, limit) for aim, value, limit in every]
            return np.array(slack, dtype=np.float64)

        return np.stack(self._over_draws(self._problem.at(index), read))

    def _over_draws(self, scenario: Scenario, read: Callable[[Outcome, int], Floats]) -> list[Floats]:
        draws, problem = self._draws, self._problem
        paths = lever_paths(problem.municipality, scenario, scenario.weeks)

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


def _called(goal: GoalSpec, spec: IndicatorSpec) -> Callable[[str], str]:
    return lambda language: text("seek.indicator", language, goal=goal.number, title=spec.title.get(language))


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


def _checked_budget(amount: float | None) -> float | None:
    if amount is not None and not 0 <= amount < math.inf:
        raise CannotSeek("budget", amount=lambda language: money(amount, language))
    return amount


def _check_certainty(certainty: float | None) -> None:
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
                name=shown(which.lever),
                nearest=lambda language, w=which: suggestion(w.lever, LEVER_BY_ID, language),
            )
        if lever.scope == "mix":
            raise CannotSeek("mix", lever=lever.label.get)
        wrong = check_group(lever, which.group)
        if wrong is not None:
            raise CannotSeek("as_told", words=lambda language, w=wrong: w[LANGUAGES.index(language)])
        if (which.lever, which.group) in seen:
            raise CannotSeek("lever_twice", lever=lever.label.get)
        seen.add((which.lever, which.group))
        _check_range(municipality, lever, which)
    return tuple(free)


def _check_range(municipality: Municipality, lever: Lever, which: Free) -> None:
    least, most = bounds(lever, municipality)
    low, high = (least if which.low is None else which.low), (most if which.high is None else which.high)
    if not (least <= low < high <= most):  # NaN fails too
        raise CannotSeek(
            "range",
            lever=lever.label.get,
            low=lambda language: number(low, language, 2),
            high=lambda language: number(high, language, 2),
            least=lambda language: number(least, language),
            most=lambda language: number(most, language),
        )
    if not 0 < which.weight < math.inf:
        raise CannotSeek("weight", lever=lever.label.get)


# --- seeking -------------------------------------------------------------------------------------


def seek(
    municipality: Municipality,
    scenario: Scenario,
    wishes: Sequence[Wish],
    free: Sequence[Free],
    *,
    budget_per_year: float | None = None,
    certainty: float | None = None,
    from_: datetime.date | None = None,
    phase_in_weeks: int = 0,
    area: Area | None = None,
    peers_stand_still: bool = False,
    seed: int = 1,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Answer:
    """The smallest weighted change of the free levers that reaches all wishes, or the nearest to it.

    Arguments: ``scenario`` is where the search begins, ``budget_per_year`` the most that any budget year may cost
    net beyond the baseline (DKK); the levers change at ``from_`` (the start by default) and phase in;
    ``certainty`` the share of the draws that must reach all wishes (None: the central run alone); ``area`` and
    ``peers_stand_still`` as for ``evaluate_goals``. ``cancel()`` is asked between batches, ``progress(0..1)`` told.
    The same arguments give the same answer. Raises CannotSeek with words for the reader, Cancelled.
    """
    limit = _checked_budget(budget_per_year)
    _check_certainty(certainty)
    asked = (wishes, free, from_, phase_in_weeks, area, peers_stand_still, limit is not None)
    problem = _Problem(municipality, scenario, *asked)
    search = problem.search(limit, seed, cancel, progress)
    before = simulate(municipality, problem.scenario)
    for result, aim in zip(problem.results(before), problem.aims, strict=True):
        if result.status == "none":
            raise CannotSeek(
                "no_status",
                indicator=_called(aim.goal, aim.spec),
                why=lambda language, r=result: r.status_note.get(language) if r.status_note else "",
            )
    start = search.point(search.origin)
    draws = None
    if certainty is not None:
        draws = _InDraws(problem, draws_for(municipality, seed=seed, cancel=cancel), cancel)
    if start.good and (draws is None or _chance(draws.slack(start.index)) >= (certainty or 0.0)):
        return _answer(problem, search, before, start, (), draws, certainty, needed=False)
    moving = _moving(problem, search)
    best = _verified(problem, search, search.best(moving))
    if draws is not None and best.good:
        best = _sure(problem, search, best, moving, draws, (certainty or 0.0))
    idle = tuple(i for i in range(len(problem.free)) if i not in moving)
    instead = () if best.good else _instead(problem, asked, search, best, seed, cancel)
    search.tell(1.0)
    return _answer(problem, search, before, best, idle, draws, certainty, instead=instead)


def _chance(slack: Floats) -> float:
    """Share of the draws in which all wishes are met; slack [count, W]."""
    return float((slack >= 0).all(axis=1).mean())


def _sure(
    problem: _Problem,
    search: Search,
    best: Point,
    moving: Sequence[int],
    draws: _InDraws,
    certainty: float,
) -> Point:
    """The best point that meets the wishes in so many of the draws, or the nearest.

    The draws tell how much more than the target the central run must have; with that the search goes on.
    """
    for turn in range(_MARGIN_ROUNDS):
        slack = draws.slack(best.index)
        if _chance(slack) >= certainty or not best.good:
            break
        # Several wishes are not missed in the same draws: each is asked for more surely, turn by turn.
        share = (1.0 - certainty) / (1.0 + turn * (len(problem.aims) > 1))
        short = -np.quantile(slack, share, axis=0, method="lower")
        more = np.maximum(best.slack + short, search.margins + _MARGIN_STEP * np.abs(short))
        search.margins = np.where(short > 0, more, search.margins)
        best = _verified(problem, search, search.best(moving, again=True))
    return best


def _moving(problem: _Problem, search: Search) -> tuple[int, ...]:
    """The levers that make a difference. Raises CannotSeek where none moves what is asked for."""
    moving = search.screen()
    if not moving:
        raise CannotSeek(
            "idle",
            levers=lambda language: ", ".join(m.label(language) for m in problem.moves(search.origin)),
            indicator=_called(problem.aims[0].goal, problem.aims[0].spec),
        )
    return moving


def _verified(problem: _Problem, search: Search, best: Point) -> Point:
    """The best point whose own run says that it is reached; one that the search took for good may miss by a tie."""
    while best.good:
        outcome = simulate(problem.municipality, problem.at(best.index))
        if all(result.status == "reached" for result in problem.results(outcome)):
            return best
        search.bar(best.index)
        best = search.every_point()[0]
    return best


def _answer(
    problem: _Problem,
    search: Search,
    before: Outcome,
    best: Point,
    idle: tuple[int, ...],
    draws: _InDraws | None,
    certainty: float | None,
    *,
    needed: bool = True,
    instead: tuple[Instead, ...] = (),
) -> Answer:
    scenario = problem.at(best.index)
    outcome = simulate(problem.municipality, scenario)
    results = problem.results(outcome)
    figures = budget(outcome, problem.base)
    moves = problem.moves(best.index)
    within = search.budget is None or float(figures.net.difference.max()) - search.budget <= DKK
    values = values_at(outcome, problem.base, problem.wanted, **problem.rank)
    old = values_at(before, problem.base, problem.wanted, **problem.rank)
    slack = None if draws is None else draws.slack(best.index)
    chance = None if slack is None else _chance(slack)
    readings = tuple(
        Reading(
            goal=aim.goal.id,
            goal_number=aim.goal.number,
            indicator=result,
            target=aim.target,
            by=aim.by,
            week=aim.week,
            before=was,
            value=value,
            reached=result.status == "reached",
            persons_missing=_missing(problem, outcome, aim),
            chance=None if slack is None else _chance(slack[:, i : i + 1]),
        )
        for i, (aim, result, value, was) in enumerate(zip(problem.aims, results, values, old, strict=True))
    )
    limits = zip(*(binding_limits(outcome, problem.base, language) for language in LANGUAGES), strict=True)
    return Answer(
        reached=within
        and all(reading.reached for reading in readings)
        and (chance is None or chance >= (certainty or 0.0)),
        needed=needed,
        scenario=scenario,
        readings=readings,
        moves=moves,
        idle=tuple(moves[i] for i in idle),
        years=figures.years,
        cost=tuple(float(x) for x in figures.net.difference),
        cost_total=figures.total_difference,
        share_assumed=figures.share_assumed,
        budget_per_year=search.budget,
        budget_binds=_budget_binds(search, best),
        certainty=certainty,
        chance=chance,
        after=_after(problem, scenario, outcome, values),
        limits=tuple(Text(**dict(zip(LANGUAGES, words, strict=True))) for words in limits),
        instead=instead,
        change=best.change,
        side_effects=_side_effects(problem, outcome) if any(move.moved for move in moves) else (),
        runs=search.runs + (0 if draws is None else draws.runs),
    )


def _side_effects(problem: _Problem, outcome: Outcome) -> tuple[Text, ...]:
    """What gets worse than in the baseline: other goals' key indicators, groups that no goal is about, totals."""
    wished = {(aim.goal.id, aim.spec.id) for aim in problem.aims}
    found = []
    for goal in evaluate_goals(outcome, problem.base, **problem.rank):
        key = goal.key
        if (goal.id, key.id) not in wished and key.better is False:
            found.append(
                _both(
                    "worse",
                    goal=goal.number,
                    title=key.title.get,
                    value=lambda language, k=key: k.shown(k.value_scenario, language),
                    before=lambda language, k=key: k.shown(k.value_baseline, language),
                )
            )
    return (*found, *watch(outcome, problem.base).warnings)


def _missing(problem: _Problem, outcome: Outcome, aim: _Aim) -> float | None:
    """Full-time persons on dagpenge above what the rank takes."""
    if aim.spec.metric != "dagpenge_rank":
        return None
    beyond = float(dagpenge_per_cent(outcome)[aim.week]) - aim.limit
    return max(0.0, beyond) * population_16_66(problem.municipality.name) / 100


def _budget_binds(search: Search, best: Point) -> bool:
    """Whether a point beyond the budget would be better."""
    beyond = [point for point in search.every_point() if point.over]
    return any((p.miss, p.change) < (best.miss, best.change) for p in beyond)


def _after(problem: _Problem, scenario: Scenario, outcome: Outcome, values: tuple[float, ...]) -> After:
    """A year after the last date: the run is prolonged by a year where the horizon ends before."""
    base = problem.base
    week = max(aim.week for aim in problem.aims)
    on = week + WEEKS_PER_YEAR
    years = min(-(-(on + 1) // WEEKS_PER_YEAR), HORIZON.most_years)
    if years > scenario.years:
        longer = scenario.replaced(years=years)
        outcome = simulate(problem.municipality, longer)
        base = baseline(problem.municipality, longer)
    on = min(on, len(outcome.weeks) - 1)
    then = tuple((aim.spec, on) for aim in problem.aims)
    later = values_at(outcome, base, then, **problem.rank)
    late_base = values_at(base, base, then, **problem.rank)
    early_base = values_at(problem.base, problem.base, problem.wanted, **problem.rank)
    gains = [
        (aim.sign * (now - was), aim.sign * (year - late))
        for aim, now, was, year, late in zip(problem.aims, values, early_base, later, late_base, strict=True)
    ]
    still = [
        aim.sign * (round(value, aim.spec.decimals) - aim.target) >= -_TIE
        for aim, value in zip(problem.aims, later, strict=True)
    ]
    smallest = [aim.spec.smallest_movement for aim in problem.aims]
    return After(
        date=scenario.start + datetime.timedelta(weeks=on + 1, days=-1),
        values=later,
        still_reached=tuple(still),
        fading=tuple(
            gain >= least and after < FADED * gain
            for (gain, after), least in zip(gains, smallest, strict=True)
        ),
        flows=_flows(problem, outcome, base, on),
    )


def _flows(problem: _Problem, outcome: Outcome, base: Outcome, last: int) -> tuple[Flow, ...]:
    """In and out of the wishes' target groups in the 52 weeks to ``last``; without any, of those that changed."""
    groups = {group for aim in problem.aims for group in aim.spec.groups}
    year = slice(max(0, last + 1 - WEEKS_PER_YEAR), last + 1)
    if not groups:
        means = [group_totals(o).series("caseload")[year].mean(axis=0) for o in (outcome, base)]
        groups = {g for g in OFFER_GROUPS if abs((means[0] - means[1])[GROUP_INDEX[g]]) >= _PERSON}
    found = []
    for group in sorted(groups, key=GROUP_INDEX.__getitem__):
        figures: list[float] = []
        for run in (outcome, base):
            totals, g = group_totals(run), GROUP_INDEX[group]
            inflow = sum(
                float(totals.series(f"inflow_{source}")[year, g].sum())
                for source in ("external", "returners", "transfers")
            )
            figures += [inflow, float(totals.series("exits")[year, g].sum())]
        found.append(Flow(group, *figures))
    return tuple(found)


# --- what would have to hold instead -------------------------------------------------------------


def _instead(
    problem: _Problem,
    asked: tuple[Any, ...],
    search: Search,
    best: Point,
    seed: int,
    cancel: threading.Event | None,
) -> tuple[Instead, ...]:
    """Which assumptions would bring the wishes within reach, from the ratio of job exits to effects' high ends."""
    groups = tuple(dict.fromkeys(g for aim in problem.aims for g in aim.spec.groups)) or OFFER_GROUPS
    alone = _needed_ratio(problem, problem.scenario, groups, cancel)
    beside = _needed_ratio(problem, problem.at(best.index), groups, cancel)
    found = [Instead("job_exits", alone is not None, alone, beside, groups, None)]
    search.tell(0.92)
    changes = _better_assumptions(problem.municipality)
    kinds: tuple[tuple[InsteadKind, Mapping[str, float]], ...] = (
        ("displacement", changes[0]),
        ("effects", changes[1]),
        ("both", {**changes[0], **changes[1]}),
    )
    for done, (kind, overrides) in enumerate(kinds):
        if kind == "both" and any(instead.reached for instead in found[1:]):
            continue
        reached, value = _under(problem, asked, search, best, overrides, seed, cancel)
        found.append(Instead(kind, reached, None, None, (), value))
        search.tell(0.92 + 0.02 * (done + 1))
    return tuple(found)


def _better_assumptions(municipality: Municipality) -> tuple[dict[str, float], dict[str, float]]:
    """Displacement at its lowest; what offers and levers do at the better end of each range."""
    effects: dict[str, float] = {}
    for parameter in municipality.register:
        if parameter.follows or parameter.computed:
            continue
        high, low = parameter.value.high, parameter.value.low
        if parameter.id.startswith(_BETTER_HIGH) and high is not None:
            effects[parameter.id] = high
        elif parameter.id.startswith(_BETTER_LOW) and low is not None:
            effects[parameter.id] = low
    least = municipality.parameter("displacement").value.low
    return {"displacement": 0.0 if least is None else least}, effects


def _under(
    problem: _Problem,
    asked: tuple[Any, ...],
    search: Search,
    best: Point,
    overrides: Mapping[str, float],
    seed: int,
    cancel: threading.Event | None,
) -> tuple[bool, float]:
    """Whether the same levers reach it under other assumptions, and the first wish's value where they come nearest."""
    own = problem.municipality
    other = load_municipality(own.id, own.assumption_set, {**own.overrides, **overrides})
    there = _Problem(other, problem.scenario, *asked)
    look = there.search(search.budget, seed, cancel, None)
    # What was nearest before comes first; a look at all of it only where that is not enough.
    look.points([best.index, *(point.index for point in search.every_point()[:4])])
    found = look.every_point()[0]
    if not found.good:
        found = _verified(there, look, look.best(look.screen(), again=True))
    search.runs += look.runs
    outcome = simulate(other, there.at(found.index))
    return found.good, values_at(outcome, there.base, there.wanted, **there.rank)[0]


def _needed_ratio(
    problem: _Problem, scenario: Scenario, groups: Sequence[str], cancel: threading.Event | None
) -> float | None:
    """By how much the groups' job exits would have to be multiplied, from the levers' date on; None if by nothing.

    The factor is net: it comes on top of all effects and nothing is displaced. Between 1 and the highest ratio
    that the model allows.
    """
    municipality = problem.municipality
    weeks = scenario.weeks
    own = lever_paths(municipality, scenario, weeks)
    # One season "week" for every week of the run, so that the factor may begin at a date.
    paths = replace(own, week_of_year=np.arange(weeks))
    season = problem.prepared.parameters.season[:, :, :, own.week_of_year]
    rows = [GROUP_INDEX[group] for group in groups]
    days = 7.0 * np.arange(weeks) - (problem.from_ - scenario.start).days
    begun = np.clip(days / (7.0 * problem.phase_in_weeks), 0.0, 1.0) if problem.phase_in_weeks else days >= 0
    limits = np.full((2, N_GROUPS), -1, dtype=np.int64)

    def slack(ratio: float) -> float:
        check_cancel(cancel)
        moved = season.copy()
        moved[:, 1, rows] *= 1.0 + (ratio - 1.0) * begun
        parameters = problem.prepared.parameters._replace(season=moved)

        def reduce(b: int, record: Floats, firm: Floats) -> float:
            outcome = outcome_from(record, firm, limits, own, municipality, None)
            return float((problem.slack(outcome) / scales).min()) if float(record.min()) > -_TIE else math.nan

        found = run_many(problem.prepared._replace(parameters=parameters), (paths,), ((0, 0),), reduce)[0]
        return float(found) if isinstance(found, float) else math.nan

    from scipy.optimize import brentq

    scales = problem.scales()
    most = float(municipality.engine.ratio_high)
    least = slack(1.0)
    if least >= 0:
        return 1.0
    if not slack(most) >= 0:
        return None
    return float(brentq(slack, 1.0, most, xtol=_RATIO))


# --- budget against goal -------------------------------------------------------------------------


def curve(
    municipality: Municipality,
    scenario: Scenario,
    wish: Wish,
    free: Sequence[Free],
    *,
    points: int = _CURVE_POINTS,
    from_: datetime.date | None = None,
    phase_in_weeks: int = 0,
    area: Area | None = None,
    peers_stand_still: bool = False,
    seed: int = 1,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Curve:
    """Budget a year against goal: the best that the free levers reach within each of ``points`` budgets.

    From no extra cost to what the best value costs, DKK in the dearest year beyond the baseline; fewer points
    where the best costs nothing. Other arguments and errors as for :func:`seek`.
    """
    problem = _Problem(
        municipality, scenario, (wish,), free, from_, phase_in_weeks, area, peers_stand_still, True
    )
    search = problem.search(None, seed, cancel, progress)
    search.point(search.origin)
    moving = _moving(problem, search)
    front = search.front(moving, max(2, points))
    search.tell(1.0)
    found: list[CurvePoint] = []
    indicator: IndicatorResult | None = None
    aim = problem.aims[0]
    for amount, point in front:
        best = problem.at(point.index)
        outcome = simulate(municipality, best)
        indicator = problem.results(outcome)[0]
        value = values_at(outcome, problem.base, problem.wanted, **problem.rank)[0]
        found.append(
            CurvePoint(
                amount,
                value,
                indicator.status == "reached",
                float(point.cost.max()),
                best,
                problem.moves(point.index),
            )
        )
    if indicator is None:
        indicator = problem.results(simulate(municipality, problem.scenario))[0]
    return Curve(indicator, aim.target, aim.by, tuple(found), search.runs)


# --- in words ------------------------------------------------------------------------------------


def _told(answer: Answer, language: str) -> list[str]:
    def says(key: str, **values: Any) -> str:
        return text(f"seek.{key}", language, **values)

    out = []
    if not answer.needed:
        out.append(says("told.nothing_needed"))
    else:
        out.append(says("told.reached" if answer.reached else "told.out_of_reach"))
    out += [_told_reading(reading, answer, language) for reading in answer.readings]
    if answer.chance is not None:
        shares = percent(answer.chance, language), percent(answer.certainty or 0.0, language)
        out.append(says("told.chance", share=shares[0], asked=shares[1]))
    moved = [move for move in answer.moves if move.moved]
    if answer.needed:
        out += _told_moves(answer, moved, language)
    for move in answer.idle:
        out.append(says("told.idle", lever=move.label(language)))
    if answer.needed and moved:
        out.append(_told_cost(answer, language))
    if answer.reached:
        out += _told_after(answer, language)
    if answer.side_effects:
        out.append(says("told.side_effects"))
        out += [f"- {words.get(language)}" for words in answer.side_effects]
    if answer.binding and answer.needed:
        out.append(says("told.binding"))
        out += [f"- {words.get(language)}" for words in answer.binding]
    out += [words for instead in answer.instead for words in _told_instead(instead, answer, language)]
    return out


def _told_reading(reading: Reading, answer: Answer, language: str) -> str:
    indicator = reading.indicator
    key = "up" if indicator.direction == "up" else "down"
    said = text(
        f"seek.told.reading_{key}" if answer.needed else f"seek.told.reading_now_{key}",
        language,
        goal=reading.goal_number,
        title=indicator.title.get(language),
        value=indicator.shown(reading.value, language),
        before=indicator.shown(reading.before, language),
        target=indicator.shown(reading.target, language),
        date=long_date(reading.by, language),
    )
    if reading.persons_missing:
        n = number(math.ceil(reading.persons_missing), language)
        said += " " + text("seek.told.persons_missing", language, n=n)
    return said


def _told_moves(answer: Answer, moved: Sequence[Move], language: str) -> list[str]:
    if not moved:
        return [text("seek.told.no_move", language)]
    found = []
    for move in moved:
        change = answer.scenario.change_of(move.lever, move.group)
        assert change is not None
        found.append(
            text(
                "seek.told.move_phased" if change.phase_in_weeks else "seek.told.move",
                language,
                lever=move.label(language),
                before=number(move.before, language, LEVER_BY_ID[move.lever].decimals),
                after=move.shown(move.after, language),
                date=long_date(change.from_, language),
                weeks=number(change.phase_in_weeks, language),
            )
        )
    return found


def _told_cost(answer: Answer, language: str) -> str:
    dearest = int(np.argmax(answer.cost))
    key = "cost" if answer.cost[dearest] > DKK else "saves_every_year"
    return text(
        f"seek.told.{key}",
        language,
        year=str(answer.years[dearest]),
        most=money(answer.cost[dearest], language),
        total=money(answer.cost_total, language, signed=True),
        years=number(len(answer.years), language),
        share=percent(answer.share_assumed, language),
    )


def _told_after(answer: Answer, language: str) -> list[str]:
    after, found = answer.after, []
    for i, reading in enumerate(answer.readings):
        key = "after_fades" if after.fading[i] else "after_holds" if after.still_reached[i] else "after_lost"
        if after.fading[i] and after.still_reached[i]:
            key = "after_fades_but_holds"
        found.append(
            text(
                f"seek.told.{key}",
                language,
                title=reading.indicator.title.get(language),
                value=reading.indicator.shown(after.values[i], language),
                date=long_date(after.date, language),
            )
        )
    for flow in after.flows:
        if flow.exceeds:
            found.append(
                text(
                    "seek.told.inflow",
                    language,
                    group=group_name(flow.group, language, short=True),
                    inflow=number(flow.inflow, language),
                    outflow=number(flow.outflow, language),
                    date=long_date(after.date, language),
                )
            )
    if not any(flow.exceeds for flow in after.flows):
        found.append(text("seek.told.no_inflow", language, date=long_date(after.date, language)))
    return found


def _told_instead(instead: Instead, answer: Answer, language: str) -> list[str]:
    if instead.kind == "job_exits":
        if instead.factor is None:
            return []
        groups = [GROUPS[GROUP_INDEX[g]] for g in instead.groups]
        everyone = len(groups) == len(OFFER_GROUPS)
        names = ", ".join(group_name(g, language, short=True) for g in groups)
        who = text("seek.told.all_groups", language) if everyone else names
        key = "ratio" if instead.factor_beside is None else "ratio_beside"
        ratios = [number(ratio, language, 2) for ratio in (instead.factor, instead.factor_beside)]
        return [text(f"seek.told.{key}", language, groups=who, ratio=ratios[0], beside=ratios[1])]
    reading = answer.readings[0]
    value = reading.indicator.shown(math.nan if instead.value is None else instead.value, language)
    verb = "enough" if instead.reached else "not_enough"
    return [text(f"seek.told.{instead.kind}_{verb}", language, value=value)]
