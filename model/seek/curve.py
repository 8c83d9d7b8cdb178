"""Budget against goal: the best that some levers reach within each of a row of budgets."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from model.goals.results import IndicatorResult
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario
from model.seek.answer import Curve, CurvePoint, FreeLever, SeekOptions, Target
from model.seek.answer_at import too_few_to_show
from model.seek.problem import SeekProblem
from model.seek.steps import DEFAULT_OPTIONS, moving_levers, refuse_suppressed
from model.simulation.simulate import simulate
from model.uncertainty.draws import Progress

_CURVE_POINTS: Final = 9


def curve(
    municipality: Municipality,
    scenario: Scenario,
    target: Target,
    levers: Sequence[FreeLever],
    options: SeekOptions = DEFAULT_OPTIONS,
    *,
    points: int = _CURVE_POINTS,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Curve:
    """Compute the best that the free levers reach within each of ``points`` budgets a year.

    From no extra cost to what the best value costs, DKK in the dearest year beyond the baseline; fewer points
    where the best costs nothing. The options' own budget and certainty take no part. Other arguments and errors as
    for :func:`model.seek.seek.seek`.
    """
    options = replace(options, budget_per_year=None, certainty=None)
    problem = SeekProblem(municipality, scenario, (target,), levers, options, costs=True)
    refuse_suppressed(problem, simulate(municipality, problem.scenario))
    search = problem.search(None, cancel, progress)
    search.point(search.origin)
    moving = moving_levers(problem, search)
    front = search.front(moving, max(2, points))
    search.report(1.0)
    curve_points: list[CurvePoint] = []
    indicator: IndicatorResult | None = None
    constraint = problem.constraints[0]
    for amount, point in front:
        best = problem.scenario_at(point.index)
        outcome = simulate(municipality, best)
        indicator = problem.results(outcome)[0]
        value = problem.evaluator.at(outcome, problem.base, problem.weeks)[0]
        suppressed = too_few_to_show(indicator, value)
        curve_points.append(
            CurvePoint(
                amount,
                math.nan if suppressed else value,
                indicator.reached,
                float(point.cost.max()),
                best,
                problem.moves(point.index),
                suppressed,
            )
        )
    if indicator is None:
        indicator = problem.results(simulate(municipality, problem.scenario))[0]
    return Curve(indicator, constraint.target, constraint.by, tuple(curve_points), search.runs)
