"""What a search for money asks of the model: goals, limits and persons in figures, and what the draws say."""

from __future__ import annotations

import datetime
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import BudgetRanges, equal_below
from model.budget.budget import budget
from model.budget.result import BudgetResult
from model.explain.persons import PersonChange
from model.explain.run_comparison import PERSON
from model.goals.evaluate import evaluate_goals
from model.goals.results import GoalResult, suppress, tolerance
from model.goals.series import EPSILON
from model.goals.status_text import DrawnStatus
from model.language.catalogue import money
from model.language.drawn_range import range_of_draws
from model.language.messages import Phrase
from model.municipality.goal_specs import GoalSpec, IndicatorSpec
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario, without_changes
from model.seek.answer import CannotSeek, SeekOptions, Target
from model.seek.money import GoalEffect, MoneyOptions
from model.seek.money_search import MoneySearch
from model.seek.offered import decided_levers
from model.seek.problem import SeekProblem, find_indicator, indicator_name
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import persons_on_support
from model.uncertainty.draw_runs import DrawRunner, FanOptions, run_paths
from model.uncertainty.draws import Progress, TooManyRefused, draws_for

Floats = NDArray[np.float64]

_MANY: Final = 200  # levers: all there are
_RANK: Final = "dagpenge_rank"
# What stands for a place in a list: places jump, and most money moves none.
_FOR_RANK: Final = "dagpenge_share"


def followed_indicator(goals: Sequence[GoalSpec], name: str) -> tuple[GoalSpec, IndicatorSpec]:
    """Return the indicator that is followed: for a place in a list the share that decides it. Raises CannotSeek."""
    goal, spec = find_indicator(goals, name)
    if spec.direction == "watch":
        raise CannotSeek("watched", indicator=indicator_name(goal, spec))
    if spec.metric == _RANK:
        spec = next((other for other in goal.indicators if other.metric == _FOR_RANK), spec)
    return goal, spec


class MoneyProblem(SeekProblem):
    """A municipality without changes, the goals to follow, the limits to keep, and the levers that may move."""

    most_levers = _MANY

    def __init__(self, municipality: Municipality, scenario: Scenario, options: MoneyOptions) -> None:
        """Check and translate what is asked. Raises CannotSeek."""
        if not 0 < options.amount < math.inf:
            raise CannotSeek("amount", amount=Phrase(money, options.amount))
        plain = without_changes(scenario)
        last = plain.end - datetime.timedelta(days=1)
        today = suppress(evaluate_goals(baseline(municipality, plain), baseline(municipality, plain)))
        targets, self.left_out = _followed(municipality.goals, options.goals, today, last)
        limits = tuple(_limit(municipality.goals, limit, today, last) for limit in options.limits)
        super().__init__(
            municipality,
            plain,
            (*targets, *limits),
            options.levers or decided_levers(municipality),
            SeekOptions(
                from_=options.from_,
                phase_in_weeks=options.phase_in_weeks,
                costless_levers=options.costless_levers,
            ),
            costs=True,
        )
        self.n_goals, self.n_limits = len(targets), len(limits)

    def slack(self, outcome: Outcome) -> Floats:
        """Return how far goals and limits are met, and the persons on support with a minus [G + L + 1]."""
        return np.append(super().slack(outcome), -persons_on_support(outcome))

    def scales(self) -> Floats:
        """Return what distances are held against [G + L + 1]: what counts as movement."""
        smallest = [constraint.smallest for constraint in self.constraints]
        return np.append(smallest, equal_below(persons_on_support(self.base), PERSON))

    def money_search(
        self, year: int | None, cancel: threading.Event | None, progress: Progress | None
    ) -> MoneySearch:
        """Make the lattice of this problem; ``year`` is the place of the budget year that counts."""
        search = MoneySearch(
            self.axes, self.run_points, self.scales(), None, seed=1, cancel=cancel, progress=progress
        )
        values = self.evaluator.at(self.base, self.base, self.weeks)
        least = [
            max(constraint.smallest, tolerance(constraint.spec.smallest_movement, value))
            for constraint, value in zip(self.constraints, values, strict=True)
        ][: self.n_goals]
        search.prepare(self.n_goals, self.n_limits, year, np.append(least, self.scales()[-1]))
        return search

    @property
    def keys(self) -> tuple[str, ...]:
        """Return ``goal.indicator`` of the goals that are followed."""
        return tuple(f"{c.goal.id}.{c.spec.id}" for c in self.constraints[: self.n_goals])


def _followed(
    goals: Sequence[GoalSpec], asked: Sequence[str], today: Sequence[GoalResult], last: datetime.date
) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """Return what is followed as targets, and the keys that cannot be: too few persons, or no value. Raises CannotSeek.

    The value that a target has moves nothing here: only differences count.
    """
    names = asked or tuple(
        goal.id
        for goal in goals
        if next(i for i in goal.indicators if i.id == goal.key_indicator).direction != "watch"
    )
    targets: dict[str, Target] = {}
    left_out = []
    for name in names:
        goal, spec = followed_indicator(goals, name)
        key = f"{goal.id}.{spec.id}"
        value = _value_today(today, goal.id, spec.id)
        if not math.isfinite(value):
            left_out.append(key)
        else:
            targets[key] = Target(key, value, last)
    if not targets:
        raise CannotSeek("no_goal")
    return tuple(targets.values()), tuple(left_out)


def _limit(
    goals: Sequence[GoalSpec], limit: Target, today: Sequence[GoalResult], last: datetime.date
) -> Target:
    """Return a limit with its value, today's where it has none. Raises CannotSeek."""
    goal, spec = find_indicator(goals, limit.indicator)
    value = _value_today(today, goal.id, spec.id)
    if not math.isfinite(value):
        raise CannotSeek("no_target", indicator=indicator_name(goal, spec))
    return Target(f"{goal.id}.{spec.id}", value if limit.target is None else limit.target, limit.by or last)


def _value_today(today: Sequence[GoalResult], goal_id: str, indicator_id: str) -> float:
    """Return an indicator's value without changes at the end; NaN where it may not be shown."""
    goal = next(goal for goal in today if goal.id == goal_id)
    return float(goal.indicator(indicator_id).value_baseline)


# --- figures of an answer -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ScenarioFigures:
    """What one scenario comes to: goals, persons and the budget, each with its range over the draws."""

    scenario: Scenario
    goals: tuple[GoalResult, ...]
    budget: BudgetResult
    ranges: BudgetRanges | None
    persons: PersonChange
    gains: dict[str, Floats]  # differences over the draws [count] by ``goal.indicator``

    def effect(self, key: str) -> GoalEffect:
        """Return what it does to a goal. Raises KeyError."""
        goal_id, _, indicator_id = key.partition(".")
        goal = next(goal for goal in self.goals if goal.id == goal_id)
        indicator, drawn = goal.indicator(indicator_id), self.gains.get(key)
        if drawn is None:
            return GoalEffect(goal.id, goal.number, indicator)
        known = drawn[np.isfinite(drawn)] * (-1.0 if indicator.direction == "down" else 1.0)
        least = tolerance(indicator.smallest_movement, indicator.value_baseline) - EPSILON
        better, worse = ((known >= least).mean(), (known <= -least).mean()) if len(known) else (0.0, 0.0)
        status = DrawnStatus(len(drawn), None, float(better), float(worse))
        return GoalEffect(goal.id, goal.number, indicator, range_of_draws(drawn), status)


def figures_of(
    problem: MoneyProblem,
    scenarios: Sequence[Scenario],
    keys: Sequence[str],
    options: MoneyOptions,
    cancel: threading.Event | None,
    progress: Progress | None,
) -> list[ScenarioFigures]:
    """Run scenarios as any other, centrally and in every draw, and read the indicators ``keys``."""
    municipality, base = problem.municipality, problem.base
    drawn = _over_draws(problem, scenarios, keys, options.draws, cancel, progress)
    found = []
    for scenario, (gains, net, persons) in zip(scenarios, drawn, strict=True):
        outcome = simulate(municipality, scenario)
        level = persons_on_support(base)
        change = PersonChange(persons_on_support(outcome) - level, level)
        figures = budget(outcome, base)
        costless = problem.options.costless_levers
        figures = replace(figures, unpriced=tuple(u for u in figures.unpriced if u not in costless))
        found.append(
            ScenarioFigures(
                scenario,
                suppress(evaluate_goals(outcome, base)),
                figures,
                None if net is None else BudgetRanges(net),
                change if persons is None else change.with_draws(persons),
                gains,
            )
        )
    return found


def _over_draws(
    problem: MoneyProblem,
    scenarios: Sequence[Scenario],
    keys: Sequence[str],
    count: int | None,
    cancel: threading.Event | None,
    progress: Progress | None,
) -> list[tuple[dict[str, Floats], Floats | None, Floats | None]]:
    """Return per scenario the differences of indicators, net expenditure and persons over the draws of every page.

    Nothing where none are asked for, or where too many of them cannot be run.
    """
    nothing: list[tuple[dict[str, Floats], Floats | None, Floats | None]] = [({}, None, None)] * len(
        scenarios
    )
    if count == 0:
        return nothing
    try:
        if count is None:
            draws = draws_for(problem.municipality, cancel=cancel)
        else:
            draws = draws_for(problem.municipality, count=count, cancel=cancel)
    except TooManyRefused:
        return nothing
    runner = DrawRunner(draws, FanOptions(indicators=tuple(keys)))
    before = runner.baseline(problem.scenario, cancel, None)
    paths = [run_paths(problem.municipality, scenario) for scenario in scenarios]
    runs = runner.runs(paths, [before] * len(paths), cancel, progress)
    return [
        (
            {key: one.ends(i) - before.ends(runner.row(key)) for i, key in enumerate(runner.keys)},
            one.net - before.net,
            one.persons - before.persons,
        )
        for one in runs
    ]
