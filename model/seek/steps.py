"""Steps that a search for a goal and a curve of budgets share."""

from __future__ import annotations

from typing import Final

from model.disclosure import LIMIT
from model.language.catalogue import number
from model.language.messages import Message, Phrase, joined
from model.seek.answer import CannotSeek, SeekOptions
from model.seek.problem import SeekProblem, indicator_name
from model.seek.search import LatticePoint, Search
from model.simulation.outcome import Outcome
from model.simulation.simulate import simulate

DEFAULT_OPTIONS: Final = SeekOptions()


def refuse_without_status(problem: SeekProblem, before: Outcome) -> None:
    """Refuse an indicator that the scenario cannot be held against. Raises CannotSeek."""
    for result, constraint in zip(problem.results(before), problem.constraints, strict=True):
        if result.status == "none":
            raise CannotSeek(
                "no_status",
                indicator=indicator_name(constraint.goal, constraint.spec),
                why=result.status_note or "",
            )


def refuse_suppressed(problem: SeekProblem, before: Outcome) -> None:
    """Refuse a hidden value: a target above, then below it would reveal it. Raises CannotSeek."""
    for result, constraint in zip(problem.results(before), problem.constraints, strict=True):
        if result.suppressed:
            raise CannotSeek(
                "no_status",
                indicator=indicator_name(constraint.goal, constraint.spec),
                why=Message("disclosure.note", limit=Phrase(number, LIMIT)),
            )


def moving_levers(problem: SeekProblem, search: Search) -> tuple[int, ...]:
    """Return the levers that make a difference. Raises CannotSeek where none moves what is asked for."""
    moving = search.screen()
    if not moving:
        labels = [Phrase(move.label) for move in problem.moves(search.origin)]
        raise CannotSeek(
            "idle",
            levers=Phrase(joined, labels, separator=", "),
            indicator=indicator_name(problem.constraints[0].goal, problem.constraints[0].spec),
        )
    return moving


def verified(problem: SeekProblem, search: Search, best: LatticePoint) -> LatticePoint:
    """Return the best point whose own run reaches the targets; one that the search took for good may miss by a tie."""
    while best.good:
        outcome = simulate(problem.municipality, problem.scenario_at(best.index))
        if all(result.reached for result in problem.results(outcome)):
            return best
        search.exclude(best.index)
        best = search.every_point()[0]
    return best
