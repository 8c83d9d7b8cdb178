"""Measure what municipalities ask since 2022: shares with a ceiling, budget persons, in work after N weeks.

More metrics of the catalogue (:mod:`model.goals.metrics`), with the same conventions; none is tied to a municipality.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from model.budget.amounts import MILLION, equal_below
from model.budget.net import saved_in_year
from model.budget.warnings import unpriced_levers, unpriced_names
from model.domain import (
    DURATION_CLASSES,
    EXIT_INDEX,
    EXITS,
    GROUP_INDEX,
    GROUPS,
    KIND_INDEX,
    OFFER_GROUPS,
)
from model.goals.metric_catalogue import groups_of, metric
from model.goals.metric_context import Measure, MetricContext, group_columns
from model.goals.series import QUARTER, YEAR, Floats, ratio, rolling_sums
from model.language.catalogue import listed
from model.language.messages import Localized, Message, Phrase, joined
from model.municipality.goal_specs import IndicatorSpec
from model.parameters.ids import BENCHMARK_GROUPS
from model.simulation.outcome import Outcome

IN_BENCHMARK: Final = tuple(group for groups in BENCHMARK_GROUPS.values() for group in groups)
_DAYS: Final = 365.0
_QUARTERS: Final = 2  # in the half year of the rules on meetings
# What counts as øvrig vejledning og opkvalificering: ordinary education is its own kind.
_GUIDANCE: Final = ("guidance", "course")


@metric
def support_share(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure full-time persons in per cent of the 16-66-year-olds, 52-week mean; the benchmark's groups if none named.

    Fleksjob and førtidspension are not among the benchmark's groups. Count: persons.
    """
    persons = context.window("caseload", groups_of(spec, IN_BENCHMARK), YEAR) / YEAR
    people = float(context.outcome.municipality.population["people_16_66"])
    return context.measure(YEAR, 100 * persons / people, persons, persons)


@metric
def budget_persons(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure budget persons (helårspersoner): the mean of 52 weeks of the target groups.

    The persons of a week are those at its start, whom the budget pays. By month and calendar year they are in
    ``model.budget.full_year_persons``.
    """
    persons = context.window("caseload", groups_of(spec, GROUPS), YEAR, start=True) / YEAR
    return context.measure(YEAR, persons, persons)


@metric
def in_work_after(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the per cent of new arrivals who have left for a job and not come back ``weeks`` weeks after arriving.

    At the quarter's rates of exit by duration class, week by week from accumulated week 0, and at the model's rates
    of return from a job. Who leaves for education, other self-support or another benefit is not in work; nor is who
    comes back and leaves once more.
    """
    groups = groups_of(spec, ("dagpenge",))
    weeks = spec.weeks or YEAR
    at_risk = context.window("class_persons", groups, QUARTER)
    job = context.window("class_job", groups, QUARTER)
    left = job + sum(context.window(f"class_{way}", groups, QUARTER) for way in ("education", "other"))
    class_of = np.searchsorted(np.array(DURATION_CLASSES), np.arange(weeks), side="right") - 1
    hazard = np.minimum(_share(left, at_risk), 1.0)[:, class_of]
    to_job = np.minimum(_share(job, at_risk), 1.0)[:, class_of]
    still = np.cumprod(np.concatenate([np.ones((len(hazard), 1)), 1.0 - hazard[:, :-1]], axis=1), axis=1)
    away = not_returned(context, groups, weeks)[::-1]  # who leaves in the last week cannot have come back
    values = 100 * (still * to_job * away).sum(axis=1)
    return context.measure(QUARTER, values, at_risk.sum(axis=1) / QUARTER)


def _share(part: Floats, whole: Floats) -> Floats:
    """Divide ``part`` by ``whole``, 0 where there is no whole."""
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 1e-9)


def not_returned(context: MetricContext, groups: tuple[str, ...], weeks: int) -> Floats:
    """Return the share of those who left for a job that have not come back 0, 1 .. weeks - 1 weeks later: [weeks].

    The engine's two stages of the pool, and the weeks after them; groups are weighted by their job exits in the run.
    """
    engine = context.outcome.municipality.engine
    columns = group_columns(groups)
    weights = context.totals.series("class_job")[:, columns].sum(axis=(0, 2))
    weights = weights / weights.sum() if weights.sum() > 0 else np.full(len(columns), 1 / len(columns))
    early, later = engine.return_rate[columns, 0], engine.return_rate[columns, 1]
    on_1, on_2 = (1.0 / stage for stage in engine.pool_stage_weeks)
    first, second, third = (np.full(len(columns), share) for share in (1.0, 0.0, 0.0))
    back = np.zeros(len(columns))
    share = np.empty(weeks)
    for week in range(weeks):
        share[week] = 1.0 - float(weights @ back)
        back = back + early * first + later * (second + third)
        third = third * (1.0 - later - engine.pool_leave) + second * on_2
        second = second * (1.0 - later - engine.pool_leave - on_2) + first * on_1
        first = first * (1.0 - early - on_1)
    return share


@metric
def work_after_leaving(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the per cent of the quarter's leavers who went to ``destinations`` and are still away ``weeks`` later.

    Leavers are all who leave the target groups, to another benefit too. Who came back from a job and left once more is
    not counted. The model follows nobody into education or other self-support: who went there stays there.
    """
    leavers, of_job, _ = _leavers(context, spec)
    destinations = spec.destinations or ("job",)
    gone = np.zeros(len(leavers))
    for destination in destinations:
        exits = leavers[:, EXIT_INDEX[destination]]
        gone = gone + exits * (of_job if destination == "job" else 1.0)
    return context.measure(QUARTER, 100 * ratio(gone, leavers.sum(axis=1)), leavers.sum(axis=1))


@metric
def again_on_support(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the per cent of the quarter's leavers who are or have been on support again within ``weeks`` weeks.

    They went to another benefit at once, or came back from a job. Nobody comes back in the model from education or
    other self-support: the figure is the lowest possible.
    """
    leavers, of_job, groups = _leavers(context, spec)
    elsewhere = [EXIT_INDEX[name] for name in EXITS if name in GROUP_INDEX and name not in groups]
    again = leavers[:, elsewhere].sum(axis=1) + leavers[:, EXIT_INDEX["job"]] * (1.0 - of_job)
    return context.measure(QUARTER, 100 * ratio(again, leavers.sum(axis=1)), leavers.sum(axis=1))


def _leavers(context: MetricContext, spec: IndicatorSpec) -> tuple[Floats, float, tuple[str, ...]]:
    """Return who leaves in each quarter by destination, the share of job leavers still away then, and the groups.

    Moves between the groups are no exits.
    """
    groups = groups_of(spec, OFFER_GROUPS)
    exits = context.window("exits", groups, QUARTER).copy()
    exits[:, [EXIT_INDEX[group] for group in groups if group in EXIT_INDEX]] = 0.0
    weeks = spec.weeks or YEAR
    return exits, float(not_returned(context, groups, weeks + 1)[weeks]), groups


@metric
def meetings_in_half_year(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the highest per cent that can have had the meetings of their first half year: the rules of 75 per cent.

    The rule asks for so many meetings (the indicator's factor) of each; the model knows the mean alone. With a mean of
    m meetings in two quarters at most m / factor of a group can have had them (Markov), here weighted by caseload.
    Assumption: those in their first half year have as many as the others. Count: persons.
    """
    groups = groups_of(spec, OFFER_GROUPS)
    columns = group_columns(groups)
    asked = spec.factor.value if spec.factor else 1.0
    caseload = context.totals.at_week_start("caseload")[:, columns]
    persons = rolling_sums(caseload, QUARTER)
    held = rolling_sums(context.outcome.paths.meetings[:, columns] * caseload, QUARTER)
    reached = np.minimum(_QUARTERS * held / asked, persons)
    whole = persons.sum(axis=1)
    counts = reached.sum(axis=1) / QUARTER
    return context.measure(QUARTER, 100 * ratio(reached.sum(axis=1), whole), whole / QUARTER, counts)


@metric
def guidance_and_mentor_dkk(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure DKK a year on guidance, courses and mentors per full-time person, 52-week mean, prices of ``year``.

    Persons are those of the target groups at the start of each week, as in the budget; prices are the municipality's,
    indexed to the year; without a year they are at the level of the prices.
    """
    groups = groups_of(spec, OFFER_GROUPS)
    prices, paths = context.outcome.municipality.budget, context.outcome.paths
    columns = group_columns(groups)
    persons = context.totals.at_week_start("caseload")[:, columns]
    within = context.totals.at_week_start("participants")[:, columns].sum(axis=1)
    spent = (paths.mentor_share[:, columns] * persons).sum(axis=1) * prices.mentor_week
    for kind in _GUIDANCE:
        spent = spent + within[:, KIND_INDEX[kind]] * prices.price_week[KIND_INDEX[kind]]
    index = 1.0 if spec.year is None else prices.price_index(spec.year)
    mean = rolling_sums(persons.sum(axis=1), YEAR) / YEAR
    a_year = rolling_sums(spent, YEAR) / YEAR * index * _DAYS / 7
    return context.measure(YEAR, ratio(a_year, mean), mean)


@metric
def saved_per_year(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure by how many mio. DKK the net expenditure of a year lies below the baseline's, as the budget has it.

    The year up to each week's end; prices of each day's year. Equal is what the budget calls so. Moved levers that
    nobody has priced are named before what is counted.
    """
    base = context.baseline_net()
    is_baseline = context.outcome is context.baseline
    saved = np.zeros(context.weeks) if is_baseline else saved_in_year(context.outcome, base) / MILLION
    persons = context.window("caseload", groups_of(spec, GROUPS), YEAR) / YEAR
    measure = context.measure(YEAR, saved[YEAR - 1 :], persons)
    level = _DAYS / 7 * float(base.weekly.mean()) if len(base.weekly) else 0.0
    return replace(measure, note=_unpriced_note(context, spec), equal_below=equal_below(level) / MILLION)


def _unpriced_note(context: MetricContext, spec: IndicatorSpec) -> Localized | None:
    """Return which moved levers have no price, with the indicator's own note; None where all have one."""
    if not isinstance(context.baseline, Outcome) or context.outcome is context.baseline:
        return None
    unpriced = unpriced_levers(context.outcome, context.baseline)
    if not unpriced:
        return None
    told = Message("budget.warning.unpriced", levers=Phrase(listed, unpriced_names(unpriced)))
    return Phrase(joined, [told] if spec.note is None else [told, spec.note])
