"""What would it take: the smallest change of the chosen levers that reaches a goal, or the nearest they get.

The answer is a scenario that has been run like any other: "reached" is what its own run says.
"""

from __future__ import annotations

import datetime
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.budget import budget
from model.disclosure import LIMIT, is_small
from model.domain import GROUP_INDEX, N_GROUPS, OFFER_GROUPS, WEEKS_PER_YEAR
from model.explain.limits import FADED, binding_limits
from model.goals.benchmark import (
    Area,
    dagpenge_per_cent,
    population_16_66,
)
from model.goals.evaluate import evaluate_goals
from model.goals.results import IndicatorResult, counts_persons, suppress
from model.goals.side_effects import watch
from model.language.catalogue import LANGUAGES, number, text
from model.language.messages import Localized, Text
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.levers import HORIZON
from model.scenario.scenario import Scenario
from model.seek.answer import (
    DKK,
    PERSON,
    After,
    Answer,
    CannotSeek,
    Curve,
    CurvePoint,
    Flow,
    Free,
    Instead,
    InsteadKind,
    Move,
    Reading,
    Wish,
    both,
)
from model.seek.problem import (
    TIE,
    Aim,
    InDraws,
    Problem,
    called,
    check_certainty,
    checked_budget,
    find_indicator,
)
from model.seek.search import Point, Search
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.outcome import Outcome, outcome_from
from model.simulation.simulate import baseline, run_many, simulate
from model.simulation.totals_by_group import totals_by_group
from model.uncertainty.draws import Cancelled, Progress, check_cancel, draws_for

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

_CURVE_POINTS: Final = 9
# How often the draws may ask for more than before, and by how much of what they lack at the least.
_MARGIN_ROUNDS: Final = 10
_MARGIN_STEP: Final = 0.1
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
    ``peers_stand_still`` as for ``evaluate_goals``. The budget is that of the central run. ``cancel`` is asked
    between batches of runs, ``progress(done, 100)`` told. The same arguments give the same answer. Raises
    CannotSeek with words for the reader, Cancelled, and with a certainty what :func:`model.uncertainty.draws.draws_for`
    raises.
    """
    limit = checked_budget(budget_per_year)
    check_certainty(certainty)
    asked = (wishes, free, from_, phase_in_weeks, area, peers_stand_still, limit is not None)
    problem = Problem(municipality, scenario, *asked)
    search = problem.search(limit, seed, cancel, progress)
    before = simulate(municipality, problem.scenario)
    for result, aim in zip(problem.results(before), problem.aims, strict=True):
        if result.status == "none":
            raise CannotSeek(
                "no_status",
                indicator=called(aim.goal, aim.spec),
                why=lambda language, r=result: r.status_note.text(language) if r.status_note else "",
            )
    _refuse_hidden(problem, before)
    start = search.point(search.origin)
    draws = None
    if certainty is not None:
        draws = InDraws(problem, draws_for(municipality, seed=seed, cancel=cancel), cancel)
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


def _refuse_hidden(problem: Problem, before: Outcome) -> None:
    """A target above, then below a hidden value would tell where it is. Raises CannotSeek."""
    for result, aim in zip(problem.results(before), problem.aims, strict=True):
        if result.suppressed:
            limit = {language: number(LIMIT, language) for language in LANGUAGES}
            raise CannotSeek(
                "no_status",
                indicator=called(aim.goal, aim.spec),
                why=lambda language, n=limit: text("disclosure.note", language, limit=n[language]),
            )


def _few(result: IndicatorResult, *values: float) -> bool:
    """Whether values of an indicator are not shown: its own are not, or these count too few persons."""
    return result.suppressed or (counts_persons(result.unit) and any(map(is_small, values)))


def _shown_reading(reading: Reading) -> Reading:
    """A wish as it may be shown. How often it is reached, and what it lacks, would give a hidden value away."""
    if reading.persons_missing is not None and is_small(reading.persons_missing):
        reading = replace(reading, persons_missing=None)
    if not _few(reading.indicator, reading.before, reading.value):
        return reading
    nan = math.nan
    return replace(reading, before=nan, value=nan, persons_missing=None, chance=None, hidden=True)


def _chance(slack: Floats) -> float:
    """Share of the draws in which all wishes are met; slack [count, W]."""
    return float((slack >= 0).all(axis=1).mean())


def _sure(
    problem: Problem,
    search: Search,
    best: Point,
    moving: Sequence[int],
    draws: InDraws,
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


def _moving(problem: Problem, search: Search) -> tuple[int, ...]:
    """The levers that make a difference. Raises CannotSeek where none moves what is asked for."""
    moving = search.screen()
    if not moving:
        raise CannotSeek(
            "idle",
            levers=lambda language: ", ".join(m.label(language) for m in problem.moves(search.origin)),
            indicator=called(problem.aims[0].goal, problem.aims[0].spec),
        )
    return moving


def _verified(problem: Problem, search: Search, best: Point) -> Point:
    """The best point whose own run says that it is reached; one that the search took for good may miss by a tie."""
    while best.good:
        outcome = simulate(problem.municipality, problem.at(best.index))
        if all(result.status == "reached" for result in problem.results(outcome)):
            return best
        search.bar(best.index)
        best = search.every_point()[0]
    return best


def _answer(
    problem: Problem,
    search: Search,
    before: Outcome,
    best: Point,
    idle: tuple[int, ...],
    draws: InDraws | None,
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
    values = problem.evaluator.at(outcome, problem.base, problem.weeks)
    old = problem.evaluator.at(before, problem.base, problem.weeks)
    slack = None if draws is None else draws.slack(best.index)
    chance = None if slack is None else _chance(slack)
    readings = tuple(
        _shown_reading(
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
        # Of several wishes together it would still tell of the hidden one.
        chance=None if any(reading.hidden for reading in readings) else chance,
        after=_after(problem, scenario, outcome, values, results),
        limits=tuple(Text(**dict(zip(LANGUAGES, words, strict=True))) for words in limits),
        instead=instead,
        change=best.change,
        side_effects=_side_effects(problem, outcome) if any(move.moved for move in moves) else (),
        runs=search.runs + (0 if draws is None else draws.runs),
    )


def _side_effects(problem: Problem, outcome: Outcome) -> tuple[Localized, ...]:
    """What gets worse than in the baseline: other goals' key indicators, groups that no goal is about, totals."""
    wished = {(aim.goal.id, aim.spec.id) for aim in problem.aims}
    found: list[Localized] = []
    for goal in suppress(evaluate_goals(outcome, problem.base, **problem.rank)):
        key = goal.key
        if (goal.id, key.id) not in wished and key.better is False:
            found.append(
                both(
                    "worse",
                    goal=goal.number,
                    title=key.title.text,
                    value=lambda language, k=key: k.shown(k.value_scenario, language),
                    before=lambda language, k=key: k.shown(k.value_baseline, language),
                )
            )
    return (*found, *watch(outcome, problem.base).warnings)


def _missing(problem: Problem, outcome: Outcome, aim: Aim) -> float | None:
    """Full-time persons on dagpenge above what the rank takes."""
    if aim.spec.metric != "dagpenge_rank":
        return None
    beyond = float(dagpenge_per_cent(outcome)[aim.week]) - aim.limit
    return max(0.0, beyond) * population_16_66(problem.municipality.name) / 100


def _budget_binds(search: Search, best: Point) -> bool:
    """Whether a point beyond the budget would be better."""
    beyond = [point for point in search.every_point() if point.over]
    return any((p.miss, p.change) < (best.miss, best.change) for p in beyond)


def _after(
    problem: Problem,
    scenario: Scenario,
    outcome: Outcome,
    values: tuple[float, ...],
    results: Sequence[IndicatorResult],
) -> After:
    """A year after the last date: the run is prolonged by a year where the horizon ends before."""
    base = problem.base
    week = max(aim.week for aim in problem.aims)
    on = week + WEEKS_PER_YEAR
    years = min(-(-(on + 1) // WEEKS_PER_YEAR), HORIZON.most_years)
    if years > scenario.years:
        longer = scenario.copy_with(years=years)
        outcome = simulate(problem.municipality, longer)
        base = baseline(problem.municipality, longer)
    on = min(on, len(outcome.weeks) - 1)
    then = (on,) * len(problem.aims)
    later = problem.evaluator.at(outcome, base, then)
    late_base = problem.evaluator.at(base, base, then)
    early_base = problem.evaluator.at(problem.base, problem.base, problem.weeks)
    gains = [
        (aim.sign * (now - was), aim.sign * (year - late))
        for aim, now, was, year, late in zip(problem.aims, values, early_base, later, late_base, strict=True)
    ]
    still = [
        aim.sign * (round(value, aim.spec.decimals) - aim.target) >= -TIE
        for aim, value in zip(problem.aims, later, strict=True)
    ]
    smallest = [aim.spec.smallest_movement for aim in problem.aims]
    return After(
        date=scenario.start + datetime.timedelta(weeks=on + 1, days=-1),
        values=tuple(
            math.nan if _few(result, now, year) else year
            for result, now, year in zip(results, values, later, strict=True)
        ),
        still_reached=tuple(still),
        fading=tuple(
            gain >= least and after < FADED * gain
            for (gain, after), least in zip(gains, smallest, strict=True)
        ),
        flows=_flows(problem, outcome, base, on),
    )


def _flows(problem: Problem, outcome: Outcome, base: Outcome, last: int) -> tuple[Flow, ...]:
    """In and out of the wishes' target groups in the 52 weeks to ``last``; without any, of those that changed."""
    groups = {group for aim in problem.aims for group in aim.spec.groups}
    year = slice(max(0, last + 1 - WEEKS_PER_YEAR), last + 1)
    if not groups:
        means = [totals_by_group(o).series("caseload")[year].mean(axis=0) for o in (outcome, base)]
        groups = {g for g in OFFER_GROUPS if abs((means[0] - means[1])[GROUP_INDEX[g]]) >= PERSON}
    found = []
    for group in sorted(groups, key=GROUP_INDEX.__getitem__):
        figures: list[float] = []
        for run in (outcome, base):
            totals, g = totals_by_group(run), GROUP_INDEX[group]
            inflow = sum(
                float(totals.series(f"inflow_{source}")[year, g].sum())
                for source in ("external", "returners", "transfers")
            )
            figures += [inflow, float(totals.series("exits")[year, g].sum())]
        found.append(Flow(group, *figures))
    return tuple(found)


# --- what would have to hold instead -------------------------------------------------------------


def _instead(
    problem: Problem,
    asked: tuple[Any, ...],
    search: Search,
    best: Point,
    seed: int,
    cancel: threading.Event | None,
) -> tuple[Instead, ...]:
    """What would bring the wishes within reach, from the ratio of job exits to effects' high ends.

    Where a larger budget would do, no assumption stands in the way and none is looked into.
    """
    groups = tuple(dict.fromkeys(g for aim in problem.aims for g in aim.spec.groups)) or OFFER_GROUPS
    alone = _needed_ratio(problem, problem.scenario, groups, search.margins, cancel)
    beside = _needed_ratio(problem, problem.at(best.index), groups, search.margins, cancel)
    found = [Instead("job_exits", alone is not None, alone, beside, groups, None)]
    beyond = [float(point.cost.max()) for point in search.every_point() if point.over and not point.miss]
    if beyond:
        return (*found, Instead("budget", True, None, None, (), None, min(beyond)))
    search.tell(0.92)
    changes = _better_assumptions(problem.municipality)
    kinds: tuple[tuple[InsteadKind, Mapping[str, float]], ...] = (
        ("displacement", changes[0]),
        ("effects", changes[1]),
        ("both", {**changes[0], **changes[1]}),
    )
    for done, (kind, overrides) in enumerate(kinds):
        if kind == "both" and any(instead.reached for instead in found if instead.kind in dict(kinds)):
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
    problem: Problem,
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
    there = Problem(other, problem.scenario, *asked)
    look = there.search(search.budget, seed, cancel, None)
    look.margins = search.margins
    # What was nearest before comes first; a look at all of it only where that is not enough.
    look.points([best.index, *(point.index for point in search.every_point()[:4])])
    found = look.every_point()[0]
    if not found.good:
        found = _verified(there, look, look.best(look.screen(), again=True))
    search.runs += look.runs
    outcome = simulate(other, there.at(found.index))
    value = there.evaluator.at(outcome, there.base, there.weeks)[0]
    return found.good, math.nan if _few(there.results(outcome)[0], value) else value


def _needed_ratio(
    problem: Problem,
    scenario: Scenario,
    groups: Sequence[str],
    margins: Floats,
    cancel: threading.Event | None,
) -> float | None:
    """By how much the groups' job exits would have to be multiplied, from the levers' date on; None if by nothing.

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
            if float(record.min()) < -TIE:
                return math.nan
            return float(((problem.slack(outcome) - margins) / scales).min())

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
    problem = Problem(
        municipality, scenario, (wish,), free, from_, phase_in_weeks, area, peers_stand_still, True
    )
    _refuse_hidden(problem, simulate(municipality, problem.scenario))
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
        value = problem.evaluator.at(outcome, problem.base, problem.weeks)[0]
        hidden = _few(indicator, value)
        found.append(
            CurvePoint(
                amount,
                math.nan if hidden else value,
                indicator.status == "reached",
                float(point.cost.max()),
                best,
                problem.moves(point.index),
                hidden,
            )
        )
    if indicator is None:
        indicator = problem.results(simulate(municipality, problem.scenario))[0]
    return Curve(indicator, aim.target, aim.by, tuple(found), search.runs)
