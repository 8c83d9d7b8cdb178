"""What would it take: the smallest change of the chosen levers that reaches a goal, or the nearest they get.

The answer is a scenario that has been run like any other: "reached" is what its own run says.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario
from model.seek.alternatives import alternatives_to
from model.seek.answer import FreeLever, SeekAnswer, SeekOptions, Target
from model.seek.answer_at import SearchResult, answer_at, share_met
from model.seek.problem import ConstraintsInDraws, SeekProblem
from model.seek.search import LatticePoint, Search
from model.seek.steps import (
    DEFAULT_OPTIONS,
    moving_levers,
    refuse_suppressed,
    refuse_without_status,
    verified,
)
from model.simulation.simulate import simulate
from model.uncertainty.draws import Progress, draws_for

Floats = NDArray[np.float64]
# How often the draws may ask for more than before, and by how much of what they lack at the least.
_MARGIN_ROUNDS: Final = 10
_MARGIN_STEP: Final = 0.1


def seek(
    municipality: Municipality,
    scenario: Scenario,
    targets: Sequence[Target],
    levers: Sequence[FreeLever],
    options: SeekOptions = DEFAULT_OPTIONS,
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> SeekAnswer:
    """Find the smallest weighted change of the free levers that reaches all targets, or the nearest to it.

    Arguments: ``scenario`` is where the search begins; ``cancel`` is asked between batches of runs,
    ``progress(done, 100)`` called. The same arguments give the same answer. Raises CannotSeek with a message for the
    reader, Cancelled, and with a certainty what :func:`model.uncertainty.draws.draws_for` raises.
    """
    problem = SeekProblem(municipality, scenario, targets, levers, options)
    search = problem.search(problem.options.budget_per_year, cancel, progress)
    before = simulate(municipality, problem.scenario)
    refuse_without_status(problem, before)
    refuse_suppressed(problem, before)
    start = search.point(search.origin)
    certainty = options.certainty
    draws = None
    if certainty is not None:
        draws = ConstraintsInDraws(problem, draws_for(municipality, seed=options.seed, cancel=cancel), cancel)
    if start.good and (draws is None or share_met(draws.slack(start.index)) >= (certainty or 0.0)):
        return answer_at(SearchResult(problem, search, before, start, draws, cancel=cancel), needed=False)
    moving = moving_levers(problem, search)
    best = verified(problem, search, search.best(moving))
    if draws is not None and best.good:
        best = _certain(problem, search, best, moving, draws)
    unused = tuple(i for i in range(len(problem.free)) if i not in moving)
    alternatives = () if best.good else alternatives_to(problem, search, best, cancel)
    search.report(1.0)
    search_result = SearchResult(problem, search, before, best, draws, unused, cancel)
    return answer_at(search_result, alternatives=alternatives)


def _certain(
    problem: SeekProblem,
    search: Search,
    best: LatticePoint,
    moving: Sequence[int],
    draws: ConstraintsInDraws,
) -> LatticePoint:
    """Return the best point that meets the targets in so many of the draws as is asked for, or the nearest.

    The draws say how much more than the target the central run must have; with that the search goes on.
    """
    certainty = problem.options.certainty or 0.0
    for turn in range(_MARGIN_ROUNDS):
        slack = draws.slack(best.index)
        if share_met(slack) >= certainty or not best.good:
            break
        # Several targets are not missed in the same draws: each is asked for more surely, turn by turn.
        share = (1.0 - certainty) / (1.0 + turn * (len(problem.constraints) > 1))
        short = -np.quantile(slack, share, axis=0, method="lower")
        more = np.maximum(best.slack + short, search.margins + _MARGIN_STEP * np.abs(short))
        search.margins = np.where(short > 0, more, search.margins)
        best = verified(problem, search, search.best(moving, again=True))
    return best
