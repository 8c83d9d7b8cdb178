"""Run the point where a search ended, and gather what its answer says: targets, cost, the year after, side effects."""

from __future__ import annotations

import datetime
import math
import threading
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import BudgetRanges, total_amount, year_amounts
from model.budget.budget import budget
from model.disclosure import is_small
from model.domain import GROUP_INDEX, OFFER_GROUPS, WEEKS_PER_YEAR
from model.explain.limits import FADED, binding_limits
from model.goals.benchmark import dagpenge_per_cent, people_of_rank
from model.goals.evaluate import evaluate_goals
from model.goals.results import IndicatorResult, counts_persons, suppress
from model.goals.side_effects import watch
from model.language.messages import Localized, Message, Phrase
from model.scenario.levers import HORIZON
from model.scenario.scenario import Scenario
from model.seek.answer import DKK, PERSON, After, Alternative, Flow, SeekAnswer, TargetReading
from model.seek.problem import TOLERANCE, ConstraintsInDraws, SeekProblem, TargetConstraint
from model.seek.search import LatticePoint, Search
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import totals_by_group
from model.uncertainty.draw_runs import FanOptions
from model.uncertainty.draws import TooManyRefused
from model.uncertainty.fan import fan

Floats = NDArray[np.float64]


def too_few_to_show(result: IndicatorResult, *values: float) -> bool:
    """Return whether values of an indicator are not shown: its own are not, or these count too few persons."""
    return result.suppressed or (counts_persons(result.unit) and any(map(is_small, values)))


def shown_reading(reading: TargetReading) -> TargetReading:
    """Suppress what may not be shown of a target.

    How often it is reached, and what it lacks, would give a hidden value away.
    """
    if reading.persons_missing is not None and is_small(reading.persons_missing):
        reading = replace(reading, persons_missing=None)
    if not too_few_to_show(reading.indicator, reading.before, reading.value):
        return reading
    nan = math.nan
    return replace(reading, before=nan, value=nan, persons_missing=None, chance=None, suppressed=True)


def share_met(slack: Floats) -> float:
    """Return the share of the draws in which all targets are met; slack [count, W]."""
    return float((slack >= 0).all(axis=1).mean())


@dataclass(frozen=True, eq=False)
class SearchResult:
    """Where a search ended."""

    problem: SeekProblem
    search: Search
    before: Outcome  # the scenario as it was given
    best: LatticePoint
    draws: ConstraintsInDraws | None  # where a certainty is asked for
    unused: tuple[int, ...] = ()  # free levers that move nothing of what is asked for
    cancel: threading.Event | None = None


def answer_at(
    search_result: SearchResult, *, needed: bool = True, alternatives: tuple[Alternative, ...] = ()
) -> SeekAnswer:
    """Run the best point as any other scenario and describe it; ``needed`` False: the scenario reaches it as it is.

    The range of its cost is that of the draws of every page and document, whatever the options' seed.
    """
    problem, search, best, options = (
        search_result.problem,
        search_result.search,
        search_result.best,
        search_result.problem.options,
    )
    scenario = problem.scenario_at(best.index)
    outcome = simulate(problem.municipality, scenario)
    figures = budget(outcome, problem.base)
    costless = tuple(lever for lever in figures.unpriced if lever in options.costless_levers)
    priced = replace(figures, unpriced=tuple(lever for lever in figures.unpriced if lever not in costless))
    ranges = _cost_ranges(problem, scenario, search_result.cancel)
    moves = problem.moves(best.index)
    within = search.budget is None or float(figures.net.difference.max()) - search.budget <= DKK
    slack = None if search_result.draws is None else search_result.draws.slack(best.index)
    chance = None if slack is None else share_met(slack)
    readings = _readings(search_result, outcome, slack)
    certain = chance is None or chance >= (options.certainty or 0.0)
    return SeekAnswer(
        reached=within and all(reading.reached for reading in readings) and certain,
        needed=needed,
        scenario=scenario,
        readings=readings,
        moves=moves,
        unused=tuple(moves[i] for i in search_result.unused),
        years=figures.years,
        year_amounts=year_amounts(priced, ranges),
        total_amount=total_amount(priced, ranges),
        costless=costless,
        share_assumed=figures.share_assumed,
        budget_per_year=search.budget,
        budget_binds=_budget_binds(search, best),
        certainty=options.certainty,
        # Of several targets together it would still tell of the hidden one.
        chance=None if any(reading.suppressed for reading in readings) else chance,
        after=_after(problem, scenario, outcome),
        limits=binding_limits(outcome, problem.base),
        alternatives=alternatives,
        change=best.change,
        side_effects=_side_effects(problem, outcome) if any(move.moved for move in moves) else (),
        runs=search.runs + (0 if search_result.draws is None else search_result.draws.runs),
    )


def _readings(
    search_result: SearchResult, outcome: Outcome, slack: Floats | None
) -> tuple[TargetReading, ...]:
    """Return what the answer's run gives for each target, as it may be shown; ``slack`` [count, W] of the draws."""
    problem = search_result.problem
    values = problem.evaluator.at(outcome, problem.base, problem.weeks)
    old = problem.evaluator.at(search_result.before, problem.base, problem.weeks)
    rows = zip(problem.constraints, problem.results(outcome), values, old, strict=True)
    return tuple(
        shown_reading(
            TargetReading(
                goal=constraint.goal.id,
                goal_number=constraint.goal.number,
                indicator=result,
                target=constraint.target,
                by=constraint.by,
                week=constraint.week,
                before=before,
                value=value,
                reached=result.reached,
                persons_missing=_persons_missing(problem, outcome, constraint),
                chance=None if slack is None else share_met(slack[:, i : i + 1]),
            )
        )
        for i, (constraint, result, value, before) in enumerate(rows)
    )


def _cost_ranges(
    problem: SeekProblem, scenario: Scenario, cancel: threading.Event | None
) -> BudgetRanges | None:
    """Return the net differences over the draws; None where too many of them cannot be run."""
    try:
        return fan(
            problem.municipality, scenario, options=FanOptions(indicators=(), with_budget=True), cancel=cancel
        ).ranges
    except TooManyRefused:
        return None


def _side_effects(problem: SeekProblem, outcome: Outcome) -> tuple[Localized, ...]:
    """List what gets worse than in the baseline: other goals' key indicators, groups without a goal, totals."""
    asked_for = {(constraint.goal.id, constraint.spec.id) for constraint in problem.constraints}
    effects: list[Localized] = []
    for goal in suppress(evaluate_goals(outcome, problem.base, **problem.rank)):
        key = goal.key
        if (goal.id, key.id) not in asked_for and key.better is False:
            effects.append(
                Message(
                    "seek.worse",
                    goal=goal.number,
                    title=key.title,
                    value=Phrase(key.shown, key.value_scenario),
                    before=Phrase(key.shown, key.value_baseline),
                )
            )
    return (*effects, *watch(outcome, problem.base).warnings)


def _persons_missing(problem: SeekProblem, outcome: Outcome, constraint: TargetConstraint) -> float | None:
    """Return the full-time persons on dagpenge above what the rank takes."""
    if constraint.spec.metric != "dagpenge_rank":
        return None
    beyond = float(dagpenge_per_cent(outcome)[constraint.week]) - constraint.limit
    return max(0.0, beyond) * people_of_rank(problem.municipality) / 100


def _budget_binds(search: Search, best: LatticePoint) -> bool:
    """Return whether a point beyond the budget would be better."""
    beyond = [point for point in search.every_point() if point.over]
    return any((p.miss, p.change) < (best.miss, best.change) for p in beyond)


def _after(problem: SeekProblem, scenario: Scenario, outcome: Outcome) -> After:
    """Return what holds a year after the last date: the run is prolonged where the horizon ends before."""
    values = problem.evaluator.at(outcome, problem.base, problem.weeks)
    results = problem.results(outcome)
    base = problem.base
    week = max(constraint.week for constraint in problem.constraints)
    on = week + WEEKS_PER_YEAR
    years = min(-(-(on + 1) // WEEKS_PER_YEAR), HORIZON.most_years)
    if years > scenario.years:
        longer = scenario.copy_with(years=years)
        outcome = simulate(problem.municipality, longer)
        base = baseline(problem.municipality, longer)
    on = min(on, len(outcome.weeks) - 1)
    then = (on,) * len(problem.constraints)
    later = problem.evaluator.at(outcome, base, then)
    late_base = problem.evaluator.at(base, base, then)
    early_base = problem.evaluator.at(problem.base, problem.base, problem.weeks)
    gains = [
        (constraint.sign * (now - was), constraint.sign * (year - late))
        for constraint, now, was, year, late in zip(
            problem.constraints, values, early_base, later, late_base, strict=True
        )
    ]
    still = [
        constraint.sign * (round(value, constraint.spec.decimals) - constraint.target) >= -TOLERANCE
        for constraint, value in zip(problem.constraints, later, strict=True)
    ]
    smallest = [constraint.spec.smallest_movement for constraint in problem.constraints]
    return After(
        date=scenario.start + datetime.timedelta(weeks=on + 1, days=-1),
        values=tuple(
            math.nan if too_few_to_show(result, now, year) else year
            for result, now, year in zip(results, values, later, strict=True)
        ),
        still_reached=tuple(still),
        fading=tuple(
            gain >= least and after < FADED * gain
            for (gain, after), least in zip(gains, smallest, strict=True)
        ),
        flows=_flows(problem, outcome, base, on),
    )


def _flows(problem: SeekProblem, outcome: Outcome, base: Outcome, last: int) -> tuple[Flow, ...]:
    """Count in and out of the targets' groups in the 52 weeks to ``last``; without any, of the groups that changed."""
    groups = {group for constraint in problem.constraints for group in constraint.spec.groups}
    year = slice(max(0, last + 1 - WEEKS_PER_YEAR), last + 1)
    if not groups:
        means = [totals_by_group(o).series("caseload")[year].mean(axis=0) for o in (outcome, base)]
        groups = {g for g in OFFER_GROUPS if abs((means[0] - means[1])[GROUP_INDEX[g]]) >= PERSON}
    flows = []
    for group in sorted(groups, key=GROUP_INDEX.__getitem__):
        figures: list[float] = []
        for run in (outcome, base):
            totals, g = totals_by_group(run), GROUP_INDEX[group]
            inflow = sum(
                float(totals.series(f"inflow_{source}")[year, g].sum())
                for source in ("external", "returners", "transfers")
            )
            figures += [inflow, float(totals.series("exits")[year, g].sum())]
        flows.append(Flow(group, *figures))
    return tuple(flows)
