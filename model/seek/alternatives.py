"""What would have to hold instead where a search reaches no goal: job exits, a budget, assumptions at their best."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX, N_GROUPS, OFFER_GROUPS
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario
from model.seek.answer import Alternative, AlternativeKind
from model.seek.answer_at import too_few_to_show
from model.seek.problem import TOLERANCE, SeekProblem
from model.seek.search import LatticePoint, Search
from model.seek.steps import verified
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.outcome import outcome_from
from model.simulation.run_engine import run_many
from model.simulation.simulate import simulate
from model.uncertainty.draws import check_cancel

Floats = NDArray[np.float64]

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
_BETTER_LOW: Final = ("hr_caseworker.", "return_ratio.")
# What displacement takes of the gains of offers, and of contact.
DISPLACEMENT: Final = ("displacement", "displacement_contact")


def alternatives_to(
    problem: SeekProblem, search: Search, best: LatticePoint, cancel: threading.Event | None
) -> tuple[Alternative, ...]:
    """Return what would bring the targets within reach, from the ratio of job exits to effects' high ends.

    Where a larger budget would do, no assumption stands in the way and none is looked into.
    """
    groups = (
        tuple(dict.fromkeys(g for constraint in problem.constraints for g in constraint.spec.groups))
        or OFFER_GROUPS
    )
    alone = needed_ratio(problem, problem.scenario, groups, search.margins, cancel)
    beside = needed_ratio(problem, problem.scenario_at(best.index), groups, search.margins, cancel)
    alternatives = [Alternative("job_exits", alone is not None, alone, beside, groups, None)]
    beyond = [float(point.cost.max()) for point in search.every_point() if point.over and not point.miss]
    if beyond:
        return (*alternatives, Alternative("budget", True, None, None, (), None, min(beyond)))
    search.report(0.92)
    changes = _better_assumptions(problem.municipality)
    kinds: tuple[tuple[AlternativeKind, Mapping[str, float]], ...] = (
        ("displacement", changes[0]),
        ("effects", changes[1]),
        ("both", {**changes[0], **changes[1]}),
    )
    for done, (kind, overrides) in enumerate(kinds):
        if kind == "both" and any(other.reached for other in alternatives if other.kind in dict(kinds)):
            continue
        reached, value = _under_assumptions(problem, search, best, overrides, cancel)
        alternatives.append(Alternative(kind, reached, None, None, (), value))
        search.report(0.92 + 0.02 * (done + 1))
    return tuple(alternatives)


def _better_assumptions(municipality: Municipality) -> tuple[dict[str, float], dict[str, float]]:
    """Return displacement at its lowest, and the effects of offers and levers at the better end of each range."""
    effects: dict[str, float] = {}
    for parameter in municipality.register:
        if parameter.follows or parameter.computed:
            continue
        high, low = parameter.value.high, parameter.value.low
        if parameter.id.startswith(_BETTER_HIGH) and high is not None:
            effects[parameter.id] = high
        elif parameter.id.startswith(_BETTER_LOW) and low is not None:
            effects[parameter.id] = low
    least = {name: municipality.parameter(name).value.low for name in DISPLACEMENT}
    return {name: low or 0.0 for name, low in least.items()}, effects


def _under_assumptions(
    problem: SeekProblem,
    search: Search,
    best: LatticePoint,
    overrides: Mapping[str, float],
    cancel: threading.Event | None,
) -> tuple[bool, float]:
    """Search again under other assumptions.

    Returns whether the same levers reach the targets there, and the first target's value where they come nearest.
    """
    own = problem.municipality
    other = own.under(own.assumption_set, {**own.overrides, **overrides})
    there = SeekProblem(other, problem.scenario, problem.targets, problem.free, problem.options)
    look = there.search(search.budget, cancel, None)
    look.margins = search.margins
    # What was nearest before comes first; a look at all of it only where that is not enough.
    look.points([best.index, *(point.index for point in search.every_point()[:4])])
    best_there = look.every_point()[0]
    if not best_there.good:
        best_there = verified(there, look, look.best(look.screen(), again=True))
    search.runs += look.runs
    outcome = simulate(other, there.scenario_at(best_there.index))
    value = there.evaluator.at(outcome, there.base, there.weeks)[0]
    return best_there.good, math.nan if too_few_to_show(there.results(outcome)[0], value) else value


def needed_ratio(
    problem: SeekProblem,
    scenario: Scenario,
    groups: Sequence[str],
    margins: Floats,
    cancel: threading.Event | None,
) -> float | None:
    """Find by how much the groups' job exits would have to be multiplied from the levers' date on; None if by nothing.

    The factor is net: it comes on top of all effects and nothing is displaced. Between 1 and the highest ratio
    that the model allows.
    """
    municipality = problem.municipality
    weeks = scenario.weeks
    own = build_lever_paths(municipality, scenario, weeks)
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
            # A ratio that takes more people out than there are is none.
            if float(record.min()) < -TOLERANCE:
                return math.nan
            return float(((problem.slack(outcome) - margins) / scales).min())

        slack_of_run = run_many(
            problem.prepared._replace(parameters=parameters), (paths,), ((0, 0),), reduce
        )[0]
        return float(slack_of_run) if isinstance(slack_of_run, float) else math.nan

    from scipy.optimize import brentq

    scales = problem.scales()
    most = float(municipality.engine.ratio_high)
    least = slack(1.0)
    if least >= 0:
        return 1.0
    if not slack(most) >= 0:
        return None
    return float(brentq(slack, 1.0, most, xtol=_RATIO))
