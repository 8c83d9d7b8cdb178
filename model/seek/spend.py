"""What does an amount buy, and which saving harms least: the two searches for money."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from model.budget.amounts import SMALL_AMOUNT, total_amount, year_amounts
from model.budget.sentences import millions
from model.language.catalogue import listed
from model.language.messages import Phrase
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario
from model.seek.answer import CannotSeek
from model.seek.money import LeverYield, LimitHeld, Mode, MoneyAnswer, MoneyOptions, MoneyPoint
from model.seek.money_problem import MoneyProblem, ScenarioFigures, figures_of
from model.seek.money_search import Alone, MoneySearch
from model.seek.search import LatticePoint
from model.uncertainty.draws import Progress

_TOLD: Final = 8  # levers that are told with their ranges
_POINTS: Final = 7  # of the curve, from nothing to twice the amount
_FREE_TOLD: Final = 3
# Share of the time, and so of the progress, that the search takes, measured on two cores; the rest are the draws.
_SEARCHED: Final[dict[Mode, float]] = {"buy": 0.36, "save": 0.6}
_WHOLE: Final = 100


def buy(
    municipality: Municipality,
    scenario: Scenario,
    options: MoneyOptions,
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> MoneyAnswer:
    """Find what an amount a year buys: each lever alone, the best mix, and what other amounts reach.

    The search begins without the scenario's changes. The same arguments give the same answer. Raises CannotSeek with a
    message for the reader, and Cancelled.
    """
    problem = MoneyProblem(municipality, scenario, options)
    search = problem.money_search(None, cancel, _part(progress, 0.0, _SEARCHED["buy"]))
    tried = search.alone(range(len(problem.axes)))
    search.hold_against(options.amount, tried)
    bought, free = search.purchases(options.amount, tried)
    if options.levers:  # what the user names is in the mix, and be it free
        bought, free = [*bought, *free], []
    if not bought:
        raise CannotSeek("buys_nothing", amount=_amount(options.amount))
    budgets = [float(b) for b in np.linspace(0.0, 2.0 * options.amount, _POINTS)]
    best, *curve = search.mix(bought, options.amount, [options.amount, *budgets])
    alone = [*bought[:_TOLD], *free[:_FREE_TOLD]]
    points = [best, *(one.point for one in alone), *curve]
    figures = _figures(problem, points, options, cancel, progress)
    n = 1 + len(alone)
    yields = _yields(problem, alone, figures[1:n], None)
    dearest = [max(0.0, search.cost(point)) for point in curve]
    told = len(bought[:_TOLD])
    answer = _answer(problem, search, best, figures[0], options, yields[:told])
    return replace(
        answer,
        free=tuple(yields[told:]),
        points=tuple(
            MoneyPoint(budget, cost, one.scenario, tuple(map(one.effect, problem.keys)))
            for budget, cost, one in zip(budgets, dearest, figures[n:], strict=True)
        ),
    )


def save(
    municipality: Municipality,
    scenario: Scenario,
    options: MoneyOptions,
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> MoneyAnswer:
    """Find the cut that saves an amount in a year and harms least; arguments and errors as for :func:`buy`.

    Harm is what goals lose and how many more are on support. A lever that moves nothing that the model sees is left
    alone unless it is named: its harm is unknown, not none. Where the amount cannot be saved, the most that was found.
    """
    problem = MoneyProblem(municipality, scenario, options)
    year = _place_of(options.year, problem)
    search = problem.money_search(year, cancel, _part(progress, 0.0, _SEARCHED["save"]))
    tried = search.alone(range(len(problem.axes)))
    unseen = [lever for lever, points in tried.items() if not any(map(search.is_seen, points))]
    could = [lever for lever in unseen if min(map(search.cost, tried[lever])) <= -SMALL_AMOUNT]
    unseen_points = {lever: tried[lever] for lever in could}
    if not options.levers:
        search.leave_out(unseen)
        tried = {lever: points for lever, points in tried.items() if lever not in unseen}
    search.hold_against(options.amount, tried)
    cuts = search.cuts(options.amount, tried)
    if not cuts:
        raise CannotSeek("saves_nothing", year=str(options.year), amount=_amount(options.amount))
    best = search.least_harm(cuts, options.amount)
    alone = cuts[:_TOLD]
    figures = _figures(problem, [best, *(one.point for one in alone)], options, cancel, progress)
    ends = {lever: min(unseen_points[lever], key=search.cost).index for lever in could}
    answer = _answer(problem, search, best, figures[0], options, _yields(problem, alone, figures[1:], year))
    return replace(answer, unseen=tuple(problem.moves(index)[lever] for lever, index in ends.items()))


def _part(progress: Progress | None, begin: float, share: float) -> Progress | None:
    """Return a progress that tells a part of the whole."""
    if progress is None:
        return None

    def told(done: int, of: int) -> None:
        progress(round(_WHOLE * (begin + share * done / max(of, 1))), _WHOLE)

    return told


def _amount(dkk: float) -> Phrase:
    """Return an amount as a phrase."""
    return Phrase(millions, dkk)


def _place_of(year: int | None, problem: MoneyProblem) -> int:
    """Return the place of a budget year. Raises CannotSeek for one that the run does not cover."""
    years = list(problem.base_net.years)
    if year not in years:
        raise CannotSeek("year", year=str(year), years=Phrase(listed, [str(one) for one in years]))
    return years.index(year)


def _figures(
    problem: MoneyProblem,
    points: Sequence[LatticePoint],
    options: MoneyOptions,
    cancel: threading.Event | None,
    progress: Progress | None,
) -> list[ScenarioFigures]:
    """Run points as scenarios, each once."""
    indices = list(dict.fromkeys(point.index for point in points))
    limits = [f"{c.goal.id}.{c.spec.id}" for c in problem.constraints[problem.n_goals :]]
    keys = tuple(dict.fromkeys((*problem.keys, *limits)))
    scenarios = [problem.scenario_at(index) for index in indices]
    searched = _SEARCHED["buy" if options.year is None else "save"]
    told = _part(progress, searched, 1.0 - searched)
    found = dict(zip(indices, figures_of(problem, scenarios, keys, options, cancel, told), strict=True))
    return [found[point.index] for point in points]


def _yields(
    problem: MoneyProblem, alone: Sequence[Alone], figures: Sequence[ScenarioFigures], year: int | None
) -> list[LeverYield]:
    """Describe what each lever does alone."""
    yields = []
    for one, of in zip(alone, figures, strict=True):
        amounts = year_amounts(of.budget, of.ranges)
        amount = amounts[year] if year is not None else max(amounts, key=lambda a: a.central)
        effects = tuple(map(of.effect, problem.keys))
        move = problem.moves(one.point.index)[one.way.lever]
        yields.append(LeverYield(move, of.scenario, amount, effects, of.persons, one.score))
    return yields


def _answer(
    problem: MoneyProblem,
    search: MoneySearch,
    best: LatticePoint,
    figures: ScenarioFigures,
    options: MoneyOptions,
    yields: Sequence[LeverYield],
) -> MoneyAnswer:
    """Describe the answer with the figures of its own run."""
    amounts = year_amounts(figures.budget, figures.ranges)
    saves = search.year is not None
    chance = None
    if saves and figures.ranges is not None:
        drawn = figures.ranges.differences[:, search.year]
        chance = float((drawn <= -options.amount + 1.0).mean())
    limits = tuple(
        LimitHeld(figures.effect(f"{c.goal.id}.{c.spec.id}"), c.target, bool(best.slack[i] >= 0))
        for i, c in enumerate(problem.constraints[problem.n_goals :], problem.n_goals)
    )
    cost = search.cost(best)
    within = -cost >= options.amount - 1.0 if saves else cost <= options.amount + 1.0
    return MoneyAnswer(
        mode="save" if saves else "buy",
        asked=options.amount,
        year=options.year if saves else None,
        scenario=figures.scenario,
        moves=problem.moves(best.index),
        effects=tuple(map(figures.effect, problem.keys)),
        persons=figures.persons,
        years=figures.budget.years,
        year_amounts=amounts,
        total_amount=total_amount(figures.budget, figures.ranges),
        share_assumed=figures.budget.share_assumed,
        yields=tuple(yields),
        limits=limits,
        left_out=problem.left_out,
        chance=chance,
        met=within and all(limit.held for limit in limits),
        runs=search.runs,
    )
