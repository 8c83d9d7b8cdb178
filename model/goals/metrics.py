"""Measure indicators: the catalogue of metrics that goals choose from.

A metric is a function of a run and an indicator's specification that returns weekly values. T' is the number of weeks
with a full window: T - 12 for a quarter. Shares are in per cent, persons full-time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.domain import (
    DURATION_CLASSES,
    EXIT_INDEX,
    FIRM_KINDS,
    GROUP_INDEX,
    GROUPS,
    KIND_INDEX,
    N_ORIGINS,
    OFFER_GROUPS,
    ORIGIN_INDEX,
    ORIGINS,
)
from model.goals import metrics_2026
from model.goals.dagpenge_rates import dagpenge_rates
from model.goals.metric_catalogue import METRICS, groups_of, metric
from model.goals.metric_context import GroupParts, Measure, MetricContext, group_columns
from model.goals.series import QUARTER, YEAR, Floats, pad_front, ratio, rolling_sums
from model.language.catalogue import number
from model.language.messages import Localized, Message, Phrase, joined
from model.municipality.goal_specs import IndicatorSpec
from model.municipality.history import paid_hours_note
from model.municipality.vintages import FIRST
from model.simulation.outcome import Outcome

_NEWCOMER_WEEKS: Final = 13  # 85 per cent "inden for 13 uger" (S4)
_EVERY: Final = 4  # weeks
__all__ = ["METRICS", "metrics_2026"]
# Weeks at which the median is looked for, coarse then fine, and the distance between them.
_GRIDS: Final = ((np.arange(0.0, 105.0, 8.0), 8.0), (np.arange(0.0, 9.0), 1.0))


@metric
def offer_within_13_weeks(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the per cent of those who reach 13 accumulated weeks that are or have been in an offer; quarter."""
    reached = context.window("reached_13", groups_of(spec, OFFER_GROUPS), QUARTER)
    return context.measure(QUARTER, 100 * ratio(reached[:, 1], reached[:, 0]), reached[:, 0], reached[:, 1])


@metric
def weeks_to_first_offer(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the weeks until half of new arrivals who stay have had an offer, at the quarter's chances of starting.

    A group's weekly chance p is 0 before its earliest week, then that of newcomers until week 13, then that of the
    others, with what an earlier deadline adds when it comes; the share still without an offer is exp(-sum of
    -log(1 - p)). Groups are weighted by arrivals from outside. At most 104 weeks.
    """
    groups = groups_of(spec, OFFER_GROUPS)
    persons = context.window("caseload", groups, QUARTER) / QUARTER
    if not len(persons):
        return context.measure(QUARTER, persons, persons)
    columns = group_columns(groups)
    # A quarter's mean moves slowly: every fourth week is worked out, and the last.
    weeks = np.unique(np.append(np.arange(0, len(persons), _EVERY), len(persons) - 1))
    p = (rolling_sums(_chances(context.outcome), QUARTER) / QUARTER)[weeks][:, columns]
    hazard = -np.log1p(-np.minimum(p, 1.0 - 1e-12))
    arrivals = context.totals.series("inflow_external") + context.totals.series("inflow_returners")
    arrived = rolling_sums(arrivals, QUARTER)[weeks][:, columns]
    first = context.outcome.paths.first_offer_week[weeks + QUARTER - 1][:, columns, None]
    deadline = context.outcome.paths.offer_deadline_week[weeks + QUARTER - 1][:, columns, None]
    later = np.maximum(first, _NEWCOMER_WEEKS)
    as_newcomer = np.maximum(_NEWCOMER_WEEKS - first, 0.0)
    half = 0.5 * arrived.sum(axis=1)

    def still_waiting(after: Floats) -> Floats:
        """Count arrivals still without an offer ``after`` so many weeks [T' or 1, points]: [T', points]."""
        after = after[:, None, :]
        waited = hazard[:, :, :1] * np.clip(after - first, 0.0, as_newcomer)
        waited = waited + hazard[:, :, 1:2] * np.maximum(after - later, 0.0)
        waited = waited + hazard[:, :, 2:] * np.clip(after - deadline, 0.0, 1.0)
        persons: Floats = np.matmul(arrived[:, None, :], np.exp(-waited))[:, 0]
        return persons

    # A coarse grid first, then a fine one within the interval that holds the median, then a straight line.
    low = np.zeros(len(half))
    for points, step in _GRIDS:
        left = still_waiting(low[:, None] + points)
        passed = np.minimum((left > half[:, None]).sum(axis=1), len(points) - 1)
        low = low + step * np.maximum(passed - 1, 0)
    rows = np.arange(len(half))
    above, below = left[rows, np.maximum(passed - 1, 0)], left[rows, passed]
    # Straight on the logarithm, which is exact for one group.
    tiny = 1e-300
    fall = np.log(np.maximum(above, tiny)) - np.log(np.maximum(below, tiny))
    part = np.divide(
        np.log(np.maximum(above, tiny)) - np.log(np.maximum(half, tiny)),
        fall,
        out=np.ones_like(half),
        where=fall > 0,
    )
    high = low + step * np.clip(part, 0.0, 1.0)
    values = np.interp(np.arange(len(persons)), weeks, np.where(half > 0, high, np.nan))
    return context.measure(QUARTER, values, persons)


def _chances(outcome: Outcome) -> Floats:
    """Return the weekly chance of starting an offer as ``start_share`` has it, mean over those waiting: [T, G, 3]."""
    weight = outcome.waiting
    share = outcome.start_share * weight[..., None]
    whole = weight[:, :, 0] + weight[:, :, 1] + weight[:, :, 2]
    total = share[:, :, 0] + share[:, :, 1] + share[:, :, 2]
    chances: Floats = np.divide(
        total, whole[..., None], out=np.zeros_like(total), where=whole[..., None] > 1e-9
    )
    return chances


@metric
def starts_per_quarter(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure starts of offers of the named kinds in the quarter, in per cent of the mean caseload; count: offers."""
    groups = groups_of(spec, OFFER_GROUPS)
    kinds = [KIND_INDEX[kind] for kind in spec.kinds or FIRM_KINDS]
    started = context.window("starts", groups, QUARTER)[:, kinds].sum(axis=1)
    persons = context.window("caseload", groups, QUARTER, start=True) / QUARTER
    return context.measure(QUARTER, 100 * ratio(started, persons), persons, started)


@metric
def exits_per_quarter(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure exits to the named destinations in the quarter, in per cent of the mean caseload; count: persons."""
    groups = groups_of(spec, OFFER_GROUPS)
    left = _exits(context, groups, spec, QUARTER)
    persons = context.window("caseload", groups, QUARTER, start=True) / QUARTER
    return context.measure(QUARTER, 100 * ratio(left, persons), persons, left)


@metric
def exits_per_year(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure full-time persons who left to the named destinations in 52 weeks, times the indicator's factor."""
    groups = groups_of(spec, GROUPS)
    left = _exits(context, groups, spec, YEAR)
    persons = context.window("caseload", groups, YEAR, start=True) / YEAR
    return context.measure(YEAR, left * (spec.factor.value if spec.factor else 1.0), persons)


@metric
def transfers_per_year_share(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure moves to the named target groups in 52 weeks, in per cent of the mean caseload; count: persons."""
    groups = groups_of(spec, GROUPS)
    left = _exits(context, groups, spec, YEAR)
    persons = context.window("caseload", groups, YEAR, start=True) / YEAR
    return context.measure(YEAR, 100 * ratio(left, persons), persons, left)


def _exits(context: MetricContext, groups: tuple[str, ...], spec: IndicatorSpec, weeks: int) -> Floats:
    """Sum exits from target groups to the named destinations over each window of weeks: [T']."""
    columns = [EXIT_INDEX[destination] for destination in spec.destinations]
    return np.asarray(context.window("exits", groups, weeks)[:, columns].sum(axis=1))


@metric
def meetings(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure individual meetings per citizen and quarter: the lever's path, weighted by caseload."""
    groups = groups_of(spec, OFFER_GROUPS)
    columns = group_columns(groups)
    caseload = context.totals.at_week_start("caseload")[:, columns]
    held = rolling_sums((context.outcome.paths.meetings[:, columns] * caseload).sum(axis=1), QUARTER)
    persons = context.window("caseload", groups, QUARTER, start=True)
    return context.measure(QUARTER, ratio(held, persons), persons / QUARTER, held / QUARTER)


@metric
def caseworker_changes(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure changes of caseworker per citizen and year: the lever's path, mean of the quarter."""
    persons = context.window("caseload", groups_of(spec, OFFER_GROUPS), QUARTER) / QUARTER
    return context.measure(
        QUARTER, rolling_sums(context.outcome.paths.caseworker_changes, QUARTER) / QUARTER, persons
    )


@metric
def places_filled(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure full-time firm places in use, mean of the quarter."""
    return _places(context, context.outcome.firm_filled)


@metric
def places_unfilled(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure full-time firm places that nobody uses, mean of the quarter."""
    return _places(context, context.outcome.firm_unfilled)


def _places(context: MetricContext, places: Floats) -> Measure:
    """Measure the quarter's mean of weekly numbers of places [T]."""
    persons = context.window("caseload", OFFER_GROUPS, QUARTER) / QUARTER
    return context.measure(QUARTER, rolling_sums(places, QUARTER) / QUARTER, persons)


@metric
def dagpenge_rank(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the rank in dagpenge recipients per 16-66-year-old, 1 is lowest; 52-week mean.

    On figures since the first it goes by the labour force (``benchmark.people_of_rank``), and the note says from when.
    """
    measure = _of_rank(context, context.rank().rank, None)
    area, months = context.rank().area, _months_of_rank(context)
    title = None if area == "region_hovedstaden" else Message(f"goals.rank.{area}")
    note: Localized | None = None
    if months is not None:
        note = Message("goals.rank.note", area=Message(f"goals.rank.{area}.of_rates"), months=months)
    elif title is not None:
        note = Message(f"goals.rank.{area}.note")
    return replace(measure, title=title, note=note)


@metric
def dagpenge_missing(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure full-time dagpenge recipients above what rank 10 takes; 52-week mean."""
    return _of_rank(context, context.rank().missing, None)


@metric
def dagpenge_share(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure full-time dagpenge recipients in per cent of the 16-66-year-olds; 52-week mean.

    On figures since the first in per cent of the labour force. The start stands for weeks before the context. Its
    comparator is the threshold of rank 10.
    """
    measure = _of_rank(context, context.rank().value, context.rank().threshold)
    if _months_of_rank(context) is None:
        return measure
    return replace(measure, title=Message("goals.rank.share"))


def _months_of_rank(context: MetricContext) -> Message | None:
    """Return the months that the rank's figures are from, in words; None for the benchmark's of 2020."""
    owner = context.outcome.municipality
    return None if owner.vintage == FIRST else dagpenge_rates(owner.vintage)[owner.name].months()


def _of_rank(context: MetricContext, values: Floats, comparator: Floats | None) -> Measure:
    """Make a measure of one of the rank's weekly series [T]; it rests on the dagpenge recipients."""
    persons = context.totals.series("caseload")[:, GROUP_INDEX["dagpenge"]]
    months = _months_of_rank(context)
    source = None if months is None else Message("goals.rank.source", months=months)
    return Measure(values, persons, YEAR, comparator=comparator, comparator_source=source)


@metric
def over_52_weeks(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the per cent with 52 accumulated weeks or more (week 53 and on of the refund ladder); quarter's mean."""
    groups = groups_of(spec, GROUPS)
    classes = context.window("refund_class", groups, QUARTER) / QUARTER
    persons = classes.sum(axis=1)
    return context.measure(QUARTER, 100 * ratio(classes[:, 3], persons), persons, classes[:, 3])


@metric
def participation(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the per cent of the caseload in offers of the named kinds (firm-oriented if none); quarter's mean."""
    within, persons = _participants_and_caseload(context, spec)
    measure = context.measure(QUARTER, 100 * ratio(within, persons), persons, within)
    return replace(measure, note=_paid_hours_note(context, spec))


def _participants_and_caseload(context: MetricContext, spec: IndicatorSpec) -> tuple[Floats, Floats]:
    """Return full-time persons in offers of the named kinds, and all of their target groups: [T'] each."""
    groups = groups_of(spec, OFFER_GROUPS)
    kinds = [KIND_INDEX[kind] for kind in spec.kinds or FIRM_KINDS]
    within = context.window("participants", groups, QUARTER)[:, kinds].sum(axis=1) / QUARTER
    return within, context.window("caseload", groups, QUARTER) / QUARTER


@metric
def participants(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure full-time persons in offers of the named kinds; quarter's mean."""
    within, persons = _participants_and_caseload(context, spec)
    return replace(context.measure(QUARTER, within, persons), note=_paid_hours_note(context, spec))


def _paid_hours_note(context: MetricContext, spec: IndicatorSpec) -> Localized | None:
    """Return what is published of paid hours beside an indicator of them alone, on figures that it is published for."""
    owner = context.outcome.municipality
    if spec.kinds != ("paid_hours",) or owner.vintage == FIRST:
        return None
    told = paid_hours_note(owner.id)
    return told if told is None or spec.note is None else Phrase(joined, [spec.note, told])


@metric
def persons(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure full-time persons in the target groups; quarter's mean."""
    caseload = context.window("caseload", groups_of(spec, GROUPS), QUARTER) / QUARTER
    return context.measure(QUARTER, caseload, caseload)


# Weeks of each duration class that lie within the first 52.
_WEEKS_IN_YEAR: Final = tuple(
    max(0, min(upper, YEAR) - lower)
    for lower, upper in zip(DURATION_CLASSES, (*DURATION_CLASSES[1:], YEAR), strict=True)
)


@metric
def leaves_within_52_weeks(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the per cent of a cohort that leave to the named destinations within 52 weeks at the quarter's rates.

    A period life table by duration class: in a class of n weeks with weekly rates h (all exits) and w
    (wanted), w/h x (1 - (1 - h)^n) of those who enter it leave as wanted.
    """
    groups = groups_of(spec, GROUPS)
    at_risk = context.window("class_persons", groups, QUARTER)
    wanted = sum(context.window(f"class_{destination}", groups, QUARTER) for destination in spec.destinations)
    left = sum(context.window(f"class_{way}", groups, QUARTER) for way in ("job", "education", "other"))
    some = at_risk > 1e-9
    hazard = np.divide(left, at_risk, out=np.zeros_like(at_risk), where=some)
    want = np.divide(wanted, left, out=np.zeros_like(at_risk), where=some & (left > 1e-12))
    stay = (1.0 - np.minimum(hazard, 1.0)) ** np.array(_WEEKS_IN_YEAR)
    enter = np.cumprod(np.concatenate([np.ones((len(stay), 1)), stay[:, :-1]], axis=1), axis=1)
    values = 100 * (enter * want * (1.0 - stay)).sum(axis=1)
    return context.measure(QUARTER, values, at_risk.sum(axis=1) / QUARTER)


@metric
def per_100_young(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure full-time persons in the target groups per 100 of the 18-29-year-olds; quarter's mean."""
    caseload = context.window("caseload", groups_of(spec, GROUPS), QUARTER) / QUARTER
    young = float(context.outcome.municipality.population["people_18_29"])
    return replace(
        context.measure(QUARTER, 100 * caseload / young, caseload, caseload), note=_young_note(context, spec)
    )


def _young_note(context: MetricContext, spec: IndicatorSpec) -> Localized | None:
    """Return from when the number of 18-29-year-olds is where the figures are newer: none of 2026 has ages."""
    owner = context.outcome.municipality
    if owner.vintage == FIRST:
        return None
    known = next((p.value for p in owner.register if p.id == "population.people_18_29"), None)
    if known is None or known.low is None or known.high is None:
        return None
    told = Message(
        "goals.note.young_of_before",
        people=Phrase(number, known.value),
        low=Phrase(number, known.low),
        high=Phrase(number, known.high),
        as_of=known.as_of,
    )
    return told if spec.note is None else Phrase(joined, [spec.note, told])


@metric
def ledighedsydelse_share(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the per cent of all visited to fleksjob that are on ledighedsydelse; quarter's mean."""
    waiting = context.window("caseload", ("ledighedsydelse",), QUARTER) / QUARTER
    everyone = context.window("caseload", ("ledighedsydelse", "fleksjob"), QUARTER) / QUARTER
    return context.measure(QUARTER, 100 * ratio(waiting, everyone), everyone, waiting)


# Differences between origins: what S0 asks of goal 5.


def _by_origin(context: MetricContext) -> tuple[Floats, Floats]:
    """Return the quarter's mean caseload, all 13 groups, and the 16-66-year-olds, by origin: [T', O], [O]."""

    def make() -> tuple[Floats, Floats]:
        caseload = context.outcome.caseload.sum(axis=1)
        population = context.outcome.municipality.population
        people = np.array([population[origin] for origin in ORIGINS]) * population["people_16_66"]
        return rolling_sums(caseload, QUARTER) / QUARTER, people

    caseload_and_people: tuple[Floats, Floats] = context.cached("by_origin", make)
    return caseload_and_people


def _chosen(spec: IndicatorSpec) -> NDArray[np.bool_]:
    """Return the named origins (all if none) as a mask over origins: [O]."""
    chosen = np.zeros(N_ORIGINS, dtype=bool)
    chosen[[ORIGIN_INDEX[origin] for origin in spec.origins or ORIGINS]] = True
    return chosen


@metric
def pressure(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure support pressure: recipients of all 13 benefits in per cent of the origin's 16-66-year-olds."""
    caseload, people = _by_origin(context)
    chosen = _chosen(spec)
    persons = caseload[:, chosen].sum(axis=1)
    return context.measure(QUARTER, 100 * ratio(persons, people[chosen].sum()), persons, persons)


def _pressures(context: MetricContext, spec: IndicatorSpec) -> tuple[Floats, Floats, Floats]:
    """Return the pressure of the named origins, that of all others, and the smaller of the two caseloads: [T'] each."""
    caseload, people = _by_origin(context)
    chosen = _chosen(spec)
    own, others = caseload[:, chosen].sum(axis=1), caseload[:, ~chosen].sum(axis=1)
    return ratio(own, people[chosen].sum()), ratio(others, people[~chosen].sum()), np.minimum(own, others)


@metric
def pressure_ratio(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the support pressure of the origin over that of all others; quarter."""
    own, others, persons = _pressures(context, spec)
    return context.measure(QUARTER, ratio(own, others), persons)


@metric
def pressure_gap(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the support pressure of the origin less that of all others, percentage points; quarter."""
    own, others, persons = _pressures(context, spec)
    return context.measure(QUARTER, 100 * (own - others), persons)


def _split(
    context: MetricContext, name: str, groups: tuple[str, ...], spec: IndicatorSpec, kinds: list[int]
) -> Floats:
    """Return the quarter's mean of a series for the named origin and for all others: [T', n groups, 2]."""
    origin = ORIGIN_INDEX[spec.origins[0]]

    def make() -> Floats:
        own = context.outcome.block(name)[1:, :, origin]
        everyone = context.totals.series(name)
        if kinds:
            # Adding columns is several times as fast as a sum over the last, short axis.
            own = sum((own[:, :, kind] for kind in kinds[1:]), own[:, :, kinds[0]])
            everyone = sum((everyone[:, :, kind] for kind in kinds[1:]), everyone[:, :, kinds[0]])
        return rolling_sums(np.stack([own, everyone - own], axis=2), QUARTER) / QUARTER

    means: Floats = context.cached((name, origin, tuple(kinds)), make)
    return means if groups == GROUPS else means[:, group_columns(groups)]


@metric
def duration_gap(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the gap in mean weeks on support of the stock, top-coded at 104, between the origin and all others.

    The value is the mean of the gaps within target groups, weighted by the origin's caseload; parts are the groups.
    """
    groups = groups_of(spec, GROUPS)
    caseload = _split(context, "caseload", groups, spec, [])
    mean = ratio(_split(context, "duration_sum", groups, spec, []), caseload)
    gap = mean[:, :, 0] - mean[:, :, 1]
    return _within_groups(context, groups, gap, caseload, _weighted(gap, caseload[:, :, 0]))


@metric
def offer_use_ratio(context: MetricContext, spec: IndicatorSpec) -> Measure:
    """Measure the use of offers of the named kinds by the origin over that of all others within each target group.

    The value is the origin's participants over those it would have at the others' use, target group by target
    group; parts are the groups.
    """
    groups = groups_of(spec, OFFER_GROUPS)
    kinds = [KIND_INDEX[kind] for kind in spec.kinds or FIRM_KINDS]
    caseload = _split(context, "caseload", groups, spec, [])
    within = _split(context, "participants", groups, spec, kinds)
    use = ratio(within, caseload)
    expected = np.where(np.isnan(use[:, :, 1]), 0.0, use[:, :, 1]) * caseload[:, :, 0]
    counted = np.where(np.isnan(use[:, :, 1]), 0.0, within[:, :, 0])
    whole = ratio(counted.sum(axis=1), expected.sum(axis=1))
    return _within_groups(context, groups, ratio(use[:, :, 0], np.nan_to_num(use[:, :, 1])), caseload, whole)


def _weighted(values: Floats, weights: Floats) -> Floats:
    """Return the mean of the known values [T', n] by weights [T', n]: [T']."""
    known = ~np.isnan(values)
    return ratio((np.where(known, values, 0.0) * weights).sum(axis=1), (weights * known).sum(axis=1))


def _within_groups(
    context: MetricContext, groups: tuple[str, ...], values: Floats, caseload: Floats, whole: Floats
) -> Measure:
    """Make a measure of a comparison of two origins by target group; it rests on the smaller of the two.

    Arguments: ``values`` [T', n] by target group, ``caseload`` [T', n, 2] of both, ``whole`` [T'] over all groups.
    """
    both = caseload.sum(axis=1).min(axis=1)
    return context.measure(
        QUARTER,
        whole,
        both,
        parts=GroupParts(
            groups, pad_front(values, context.weeks), pad_front(caseload.min(axis=2), context.weeks)
        ),
    )
