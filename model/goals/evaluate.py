"""How a run does on the municipality's goals: catalogue of metrics, indicators with status, side effects.

Nothing here adds indicators up to a score. What the model cannot measure is listed beside what it can.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from model.disclosure import LIMIT, is_small, small_ones
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
    WEEKS_PER_YEAR,
)
from model.engine.kernel.run import FIELD_SIZES, FIELDS
from model.goals.benchmark import Area, ExpectedActual, RankSeries, dagpenge_rank, expected_against_actual
from model.language.catalogue import LANGUAGES, group_name, number, text
from model.language.messages import Text
from model.municipality.goal_specs import (
    Direction,
    GoalSpec,
    IndicatorSpec,
    Unit,
    date_of,
    focus_groups,
    load_goals,
    national_level_id,
)
from model.municipality.goal_specs import national_levels as levels_among
from model.parameters.ids import BENCHMARK_GROUPS
from model.parameters.sourced_value import Quality
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import GroupTotals, group_totals

if TYPE_CHECKING:
    from model.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Status = Literal["reached", "on_the_way", "standing_still", "moving_away", "none"]

QUARTER: Final = 13
YEAR: Final = WEEKS_PER_YEAR
_EPSILON: Final = 1e-9  # rounding of sums, far below any decimal shown
# An indicator that rests on fewer full-time persons than this shows no status.
FEWEST_PERSONS: Final = 20.0
# Units of an indicator that itself counts persons; a qualification is a person who completes one.
_COUNTED: Final = frozenset({"persons", "starts", "qualifications"})
_NEWCOMER_WEEKS: Final = 13  # 85 per cent "inden for 13 uger" (S4)
_EVERY: Final = 4
# Weeks at which the median is looked for, coarse then fine, and the distance between them.
_GRIDS: Final = ((np.arange(0.0, 105.0, 8.0), 8.0), (np.arange(0.0, 9.0), 1.0))

# "Closing the one hardly moves the other": the use of offers comes closer to equal by at least the first
# while the pressure ratio changes by at most the second.
_USE_MOVED: Final = 0.05
_RATIO_STILL: Final = 0.02

# Side effects: worse than the baseline by more than this share or this many full-time persons.
WORSE_SHARE: Final = 0.01
WORSE_PERSONS: Final = 5.0
_ROUNDING: Final = 0.05

PERMANENT: Final = ("fleksjob", "foertidspension")


# --- what a metric gets and gives ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Measure:
    """A metric over a run. Series have T weeks, NaN until their window is full."""

    values: Floats  # [T]
    persons: Floats  # [T] full-time persons that the value rests on
    window: int  # weeks that one value looks back over: 13 or 52
    counts: Floats | None = None  # [T] the absolute number behind a share
    comparator: Floats | None = None  # [T] where the metric brings its own
    title: Text | None = None  # in place of the goal's, where what is measured depends on the municipality
    note: Text | None = None
    parts: tuple[str, ...] = ()  # target groups of the two below
    part_values: Floats | None = None  # [T, n]
    part_persons: Floats | None = None  # [T, n]


class Run:
    """One outcome as the metrics read it: sums over groups and windows of weeks are made once.

    ``baseline`` is the other run, or of it what the rank follows (``benchmark.common_dagpenge``).
    """

    def __init__(
        self,
        outcome: Outcome,
        baseline: Outcome | Floats,
        group_sets: tuple[tuple[str, ...], ...] = (),
        area: Area | None = None,
        peers_stand_still: bool = False,
    ) -> None:
        self.outcome = outcome
        self.baseline = baseline
        self.area = area
        self.peers_stand_still = peers_stand_still
        self.totals: GroupTotals = group_totals(outcome)
        self.weeks = len(outcome.weeks)
        self._kept: dict[Any, Any] = {}
        self._sums: dict[tuple[str, ...], Floats] = {}
        self._add(group_sets)

    def _add(self, group_sets: tuple[tuple[str, ...], ...]) -> None:
        """Running sums over the rows before each, for every set of groups: row i holds rows 0 .. i - 1."""
        if not group_sets:
            return
        member = np.zeros((len(group_sets), len(GROUPS)))
        for row, groups in enumerate(group_sets):
            member[row, _columns(groups)] = 1.0
        rows = np.matmul(member, self.totals.record)
        sums = np.zeros((self.weeks + 2, *rows.shape[1:]))
        # Row after row is several times as fast as a cumulative sum along the first axis.
        for i, row_of_week in enumerate(rows):
            np.add(sums[i], row_of_week, out=sums[i + 1])
        for row, groups in enumerate(group_sets):
            self._sums[groups] = sums[:, row]

    def _sums_of(self, name: str, groups: tuple[str, ...]) -> Floats:
        """Running sums of one series alone, where all of them would be too many."""
        rows = self.totals.block(name)[:, _columns(groups)].sum(axis=1)
        sums = np.zeros((self.weeks + 2, *rows.shape[1:]))
        np.cumsum(rows, axis=0, out=sums[1:])
        return sums

    def keep(self, key: Any, make: Callable[[], Any]) -> Any:
        """``make()`` once per run and key."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def window(self, name: str, groups: tuple[str, ...], weeks: int, *, start: bool = False) -> Floats:
        """Sums of a series over target groups, all origins and each full window of weeks.

        [T - weeks + 1] or [T - weeks + 1, n]; ``start``: a state at the start of the weeks, not at their end.
        """
        if groups in self._sums:
            begin, end = FIELDS[name]
            sums = (
                self._sums[groups][:, begin] if FIELD_SIZES[name] == 1 else self._sums[groups][:, begin:end]
            )
        else:
            sums = self.keep(("sums", name, groups), lambda: self._sums_of(name, groups))
        if self.weeks < weeks:
            return np.zeros((0, *sums.shape[1:]))
        first = 0 if start else 1
        return np.asarray(
            sums[first + weeks : first + self.weeks + 1] - sums[first : first + self.weeks + 1 - weeks]
        )

    def rank(self) -> RankSeries:
        """Goal 2's rank."""
        found: RankSeries = self.keep(
            "rank",
            lambda: dagpenge_rank(
                self.outcome, self.baseline, area=self.area, peers_stand_still=self.peers_stand_still
            ),
        )
        return found


def _columns(groups: tuple[str, ...]) -> list[int]:
    return [GROUP_INDEX[group] for group in groups]


def rolled(series: Floats, weeks: int) -> Floats:
    """Sums over the last ``weeks`` weeks where there are so many: [T - weeks + 1, ...], or empty."""
    if len(series) < weeks:
        return np.zeros((0, *series.shape[1:]))
    total = np.cumsum(series, axis=0)
    out = total[weeks - 1 :].copy()
    out[1:] -= total[:-weeks]
    return out


def ratio(part: Floats, whole: Floats) -> Floats:
    """part / whole, NaN where there is no whole."""
    out = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=out, where=whole > 1e-12)
    return out


def _full(values: Floats, weeks: int) -> Floats:
    """NaN in front of a rolled series so that it has one value per week."""
    missing = weeks - len(values)
    return np.concatenate([np.full((missing, *values.shape[1:]), np.nan), values]) if missing else values


def _measure(
    run: Run, window: int, values: Floats, persons: Floats, counts: Floats | None = None, **more: Any
) -> Measure:
    weeks = run.weeks
    return Measure(
        _full(values, weeks),
        _full(persons, weeks),
        window,
        None if counts is None else _full(counts, weeks),
        **more,
    )


def _groups(spec: IndicatorSpec, default: tuple[str, ...]) -> tuple[str, ...]:
    return spec.groups or default


# --- the catalogue ------------------------------------------------------------------------------

Metric = Callable[[Run, IndicatorSpec], Measure]
METRICS: Final[dict[str, Metric]] = {}


def _metric(function: Metric) -> Metric:
    METRICS[function.__name__] = function
    return function


@_metric
def offer_within_13_weeks(run: Run, spec: IndicatorSpec) -> Measure:
    """Per cent of those who reach 13 accumulated weeks that are or have been in an offer; quarter."""
    reached = run.window("reached_13", _groups(spec, OFFER_GROUPS), QUARTER)
    return _measure(run, QUARTER, 100 * ratio(reached[:, 1], reached[:, 0]), reached[:, 0], reached[:, 1])


@_metric
def weeks_to_first_offer(run: Run, spec: IndicatorSpec) -> Measure:
    """Weeks until half of new arrivals who stay have had an offer, if the quarter's chances of starting last.

    The group's weekly chance is 0 before its earliest week, then that of newcomers until week 13, then that
    of the others; groups are weighted by arrivals from outside. At most 104 weeks.
    """
    groups = _groups(spec, OFFER_GROUPS)
    persons = run.window("caseload", groups, QUARTER) / QUARTER
    if not len(persons):
        return _measure(run, QUARTER, persons, persons)
    columns = _columns(groups)
    # A quarter's mean moves slowly: every fourth week is worked out, and the last.
    weeks = np.unique(np.append(np.arange(0, len(persons), _EVERY), len(persons) - 1))
    p = (rolled(_chances(run.outcome), QUARTER) / QUARTER)[weeks][:, columns]
    hazard = -np.log1p(-np.minimum(p, 1.0 - 1e-12))
    arrivals = run.totals.series("inflow_external") + run.totals.series("inflow_returners")
    arrived = rolled(arrivals, QUARTER)[weeks][:, columns]
    first = run.outcome.paths.first_offer_week[weeks + QUARTER - 1][:, columns, None]
    later = np.maximum(first, _NEWCOMER_WEEKS)
    as_newcomer = np.maximum(_NEWCOMER_WEEKS - first, 0.0)
    half = 0.5 * arrived.sum(axis=1)

    def waiting(at: Floats) -> Floats:
        """Arrivals still without an offer at weeks ``at`` [T' or 1, points]: [T', points]."""
        at = at[:, None, :]
        waited = hazard[:, :, :1] * np.clip(at - first, 0.0, as_newcomer) + hazard[:, :, 1:] * np.maximum(
            at - later, 0.0
        )
        found: Floats = np.matmul(arrived[:, None, :], np.exp(-waited))[:, 0]
        return found

    # A coarse grid first, then a fine one within the interval found, then a straight line.
    low = np.zeros(len(half))
    for points, step in _GRIDS:
        at = low[:, None] + points
        left = waiting(at)
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
    return _measure(run, QUARTER, values, persons)


def _chances(outcome: Outcome) -> Floats:
    """Weekly chance of starting an offer, newcomers and others, mean over those waiting: [T, G, 2]."""
    weight = outcome.waiting
    share = outcome.start_share * weight[..., None]
    whole = weight[:, :, 0] + weight[:, :, 1] + weight[:, :, 2]
    total = share[:, :, 0] + share[:, :, 1] + share[:, :, 2]
    chances: Floats = np.divide(
        total, whole[..., None], out=np.zeros_like(total), where=whole[..., None] > 1e-9
    )
    return chances


@_metric
def starts_per_quarter(run: Run, spec: IndicatorSpec) -> Measure:
    """Offers of the named kinds started in the quarter, in per cent of the mean caseload; count: offers."""
    groups = _groups(spec, OFFER_GROUPS)
    kinds = [KIND_INDEX[kind] for kind in spec.kinds or FIRM_KINDS]
    started = run.window("starts", groups, QUARTER)[:, kinds].sum(axis=1)
    persons = run.window("caseload", groups, QUARTER, start=True) / QUARTER
    return _measure(run, QUARTER, 100 * ratio(started, persons), persons, started)


@_metric
def exits_per_quarter(run: Run, spec: IndicatorSpec) -> Measure:
    """Exits to the named destinations in the quarter, in per cent of the mean caseload; count: persons."""
    groups = _groups(spec, OFFER_GROUPS)
    left = _exits(run, groups, spec, QUARTER)
    persons = run.window("caseload", groups, QUARTER, start=True) / QUARTER
    return _measure(run, QUARTER, 100 * ratio(left, persons), persons, left)


@_metric
def exits_per_year(run: Run, spec: IndicatorSpec) -> Measure:
    """Full-time persons who left to the named destinations in 52 weeks, times the indicator's factor."""
    groups = _groups(spec, GROUPS)
    left = _exits(run, groups, spec, YEAR)
    persons = run.window("caseload", groups, YEAR, start=True) / YEAR
    return _measure(run, YEAR, left * (spec.factor.value if spec.factor else 1.0), persons)


@_metric
def transfers_per_year_share(run: Run, spec: IndicatorSpec) -> Measure:
    """Moves to the named target groups in 52 weeks, in per cent of the mean caseload; count: persons."""
    groups = _groups(spec, GROUPS)
    left = _exits(run, groups, spec, YEAR)
    persons = run.window("caseload", groups, YEAR, start=True) / YEAR
    return _measure(run, YEAR, 100 * ratio(left, persons), persons, left)


def _exits(run: Run, groups: tuple[str, ...], spec: IndicatorSpec, weeks: int) -> Floats:
    where = [EXIT_INDEX[destination] for destination in spec.destinations]
    return np.asarray(run.window("exits", groups, weeks)[:, where].sum(axis=1))


@_metric
def meetings(run: Run, spec: IndicatorSpec) -> Measure:
    """Individual meetings per citizen and quarter: the lever, weighted by caseload."""
    groups = _groups(spec, OFFER_GROUPS)
    columns = _columns(groups)
    caseload = run.totals.at_week_start("caseload")[:, columns]
    held = rolled((run.outcome.paths.meetings[:, columns] * caseload).sum(axis=1), QUARTER)
    persons = run.window("caseload", groups, QUARTER, start=True)
    return _measure(run, QUARTER, ratio(held, persons), persons / QUARTER, held / QUARTER)


@_metric
def caseworker_changes(run: Run, spec: IndicatorSpec) -> Measure:
    """Changes of caseworker per citizen and year: the lever."""
    persons = run.window("caseload", _groups(spec, OFFER_GROUPS), QUARTER) / QUARTER
    return _measure(run, QUARTER, rolled(run.outcome.paths.caseworker_changes, QUARTER) / QUARTER, persons)


@_metric
def places_filled(run: Run, spec: IndicatorSpec) -> Measure:
    """Full-time firm places in use, mean of the quarter."""
    return _places(run, run.outcome.firm_filled)


@_metric
def places_unfilled(run: Run, spec: IndicatorSpec) -> Measure:
    """Full-time firm places that nobody uses, mean of the quarter."""
    return _places(run, run.outcome.firm_unfilled)


def _places(run: Run, places: Floats) -> Measure:
    persons = run.window("caseload", OFFER_GROUPS, QUARTER) / QUARTER
    return _measure(run, QUARTER, rolled(places, QUARTER) / QUARTER, persons)


@_metric
def dagpenge_rank_metric(run: Run, spec: IndicatorSpec) -> Measure:
    """Rank in dagpenge recipients per 16-66-year-old, 1 is lowest; 52-week mean."""
    measure = _of_rank(run, run.rank().rank, None)
    area = run.rank().area
    if area == "region_hovedstaden":
        return measure
    return replace(measure, title=_note(f"goals.rank.{area}"), note=_note(f"goals.rank.{area}.note"))


@_metric
def dagpenge_missing(run: Run, spec: IndicatorSpec) -> Measure:
    """Full-time dagpenge recipients above what rank 10 takes; 52-week mean."""
    return _of_rank(run, run.rank().missing, None)


@_metric
def dagpenge_share(run: Run, spec: IndicatorSpec) -> Measure:
    """Full-time dagpenge recipients in per cent of the 16-66-year-olds; 52-week mean.

    The start stands for weeks before the run. Its comparator is the threshold of rank 10.
    """
    return _of_rank(run, run.rank().value, run.rank().threshold)


METRICS["dagpenge_rank"] = METRICS.pop("dagpenge_rank_metric")


def _of_rank(run: Run, values: Floats, comparator: Floats | None) -> Measure:
    persons = run.totals.series("caseload")[:, GROUP_INDEX["dagpenge"]]
    return Measure(values, persons, YEAR, comparator=comparator)


@_metric
def over_52_weeks(run: Run, spec: IndicatorSpec) -> Measure:
    """Per cent with 52 accumulated weeks or more (week 53 and on of the refund ladder); quarter's mean."""
    groups = _groups(spec, GROUPS)
    classes = run.window("refund_class", groups, QUARTER) / QUARTER
    persons = classes.sum(axis=1)
    return _measure(run, QUARTER, 100 * ratio(classes[:, 3], persons), persons, classes[:, 3])


@_metric
def participation(run: Run, spec: IndicatorSpec) -> Measure:
    """Per cent of the caseload in offers of the named kinds (firm-oriented if none); quarter's mean."""
    groups = _groups(spec, OFFER_GROUPS)
    kinds = [KIND_INDEX[kind] for kind in spec.kinds or FIRM_KINDS]
    within = run.window("participants", groups, QUARTER)[:, kinds].sum(axis=1) / QUARTER
    persons = run.window("caseload", groups, QUARTER) / QUARTER
    return _measure(run, QUARTER, 100 * ratio(within, persons), persons, within)


@_metric
def participants(run: Run, spec: IndicatorSpec) -> Measure:
    """Full-time persons in offers of the named kinds; quarter's mean."""
    share = participation(run, spec)
    assert share.counts is not None
    return Measure(share.counts, share.persons, QUARTER)


@_metric
def persons(run: Run, spec: IndicatorSpec) -> Measure:
    """Full-time persons in the target groups; quarter's mean."""
    caseload = run.window("caseload", _groups(spec, GROUPS), QUARTER) / QUARTER
    return _measure(run, QUARTER, caseload, caseload)


# Weeks of each duration class that lie within the first 52.
_WEEKS_IN_YEAR: Final = tuple(
    max(0, min(upper, YEAR) - lower)
    for lower, upper in zip(DURATION_CLASSES, (*DURATION_CLASSES[1:], YEAR), strict=True)
)


@_metric
def leaves_within_52_weeks(run: Run, spec: IndicatorSpec) -> Measure:
    """Per cent of a cohort that would leave to the named destinations within 52 weeks at the quarter's rates.

    A period life table by duration class: in a class of n weeks with weekly rates h (all exits) and w
    (wanted), w/h x (1 - (1 - h)^n) of those who enter it leave as wanted.
    """
    groups = _groups(spec, GROUPS)
    at_risk = run.window("class_persons", groups, QUARTER)
    wanted = sum(run.window(f"class_{destination}", groups, QUARTER) for destination in spec.destinations)
    left = sum(run.window(f"class_{way}", groups, QUARTER) for way in ("job", "education", "other"))
    some = at_risk > 1e-9
    hazard = np.divide(left, at_risk, out=np.zeros_like(at_risk), where=some)
    want = np.divide(wanted, left, out=np.zeros_like(at_risk), where=some & (left > 1e-12))
    stay = (1.0 - np.minimum(hazard, 1.0)) ** np.array(_WEEKS_IN_YEAR)
    enter = np.cumprod(np.concatenate([np.ones((len(stay), 1)), stay[:, :-1]], axis=1), axis=1)
    values = 100 * (enter * want * (1.0 - stay)).sum(axis=1)
    return _measure(run, QUARTER, values, at_risk.sum(axis=1) / QUARTER)


@_metric
def per_100_young(run: Run, spec: IndicatorSpec) -> Measure:
    """Full-time persons in the target groups per 100 of the 18-29-year-olds; quarter's mean."""
    caseload = run.window("caseload", _groups(spec, GROUPS), QUARTER) / QUARTER
    young = float(run.outcome.municipality.population["people_18_29"])
    return _measure(run, QUARTER, 100 * caseload / young, caseload, caseload)


@_metric
def ledighedsydelse_share(run: Run, spec: IndicatorSpec) -> Measure:
    """Per cent of all visited to fleksjob that are on ledighedsydelse; quarter's mean."""
    waiting = run.window("caseload", ("ledighedsydelse",), QUARTER) / QUARTER
    everyone = run.window("caseload", ("ledighedsydelse", "fleksjob"), QUARTER) / QUARTER
    return _measure(run, QUARTER, 100 * ratio(waiting, everyone), everyone, waiting)


# Differences between origins: what S0 asks of goal 5.


def _by_origin(run: Run) -> tuple[Floats, Floats]:
    """Mean caseload of the quarter, all 13 groups, and the 16-66-year-olds, by origin: [T', O], [O]."""

    def make() -> tuple[Floats, Floats]:
        caseload = run.outcome.caseload.sum(axis=1)
        population = run.outcome.municipality.population
        people = np.array([population[origin] for origin in ORIGINS]) * population["people_16_66"]
        return rolled(caseload, QUARTER) / QUARTER, people

    found: tuple[Floats, Floats] = run.keep("by_origin", make)
    return found


def _chosen(spec: IndicatorSpec) -> NDArray[np.bool_]:
    """The named origins (all if none), as a mask over origins."""
    chosen = np.zeros(N_ORIGINS, dtype=bool)
    chosen[[ORIGIN_INDEX[origin] for origin in spec.origins or ORIGINS]] = True
    return chosen


@_metric
def pressure(run: Run, spec: IndicatorSpec) -> Measure:
    """Support pressure: recipients of all 13 benefits in per cent of the origin's 16-66-year-olds."""
    caseload, people = _by_origin(run)
    chosen = _chosen(spec)
    persons = caseload[:, chosen].sum(axis=1)
    return _measure(run, QUARTER, 100 * ratio(persons, people[chosen].sum()), persons, persons)


def _pressures(run: Run, spec: IndicatorSpec) -> tuple[Floats, Floats, Floats]:
    caseload, people = _by_origin(run)
    chosen = _chosen(spec)
    own, others = caseload[:, chosen].sum(axis=1), caseload[:, ~chosen].sum(axis=1)
    return ratio(own, people[chosen].sum()), ratio(others, people[~chosen].sum()), np.minimum(own, others)


@_metric
def pressure_ratio(run: Run, spec: IndicatorSpec) -> Measure:
    """Support pressure of the origin over that of all others; quarter."""
    own, others, persons = _pressures(run, spec)
    return _measure(run, QUARTER, ratio(own, others), persons)


@_metric
def pressure_gap(run: Run, spec: IndicatorSpec) -> Measure:
    """Support pressure of the origin less that of all others, percentage points; quarter."""
    own, others, persons = _pressures(run, spec)
    return _measure(run, QUARTER, 100 * (own - others), persons)


def _split(run: Run, name: str, groups: tuple[str, ...], spec: IndicatorSpec, kinds: list[int]) -> Floats:
    """Quarter's mean of a series for the named origin and for all others: [T', n groups, 2]."""
    origin = ORIGIN_INDEX[spec.origins[0]]

    def make() -> Floats:
        own = run.outcome.block(name)[1:, :, origin]
        everyone = run.totals.series(name)
        if kinds:
            # Adding columns is several times as fast as a sum over the last, short axis.
            own = sum((own[:, :, kind] for kind in kinds[1:]), own[:, :, kinds[0]])
            everyone = sum((everyone[:, :, kind] for kind in kinds[1:]), everyone[:, :, kinds[0]])
        return rolled(np.stack([own, everyone - own], axis=2), QUARTER) / QUARTER

    found: Floats = run.keep((name, origin, tuple(kinds)), make)
    return found if groups == GROUPS else found[:, _columns(groups)]


@_metric
def duration_gap(run: Run, spec: IndicatorSpec) -> Measure:
    """Mean weeks on support of the stock, top-coded at 104: the origin less all others in each target group.

    The value is the mean over target groups weighted by the origin's caseload; parts are the groups.
    """
    groups = _groups(spec, GROUPS)
    caseload = _split(run, "caseload", groups, spec, [])
    mean = ratio(_split(run, "duration_sum", groups, spec, []), caseload)
    gap = mean[:, :, 0] - mean[:, :, 1]
    return _within_groups(run, groups, gap, caseload, _weighted(gap, caseload[:, :, 0]))


@_metric
def offer_use_ratio(run: Run, spec: IndicatorSpec) -> Measure:
    """Use of offers of the named kinds by the origin over that of all others within each target group.

    The value is the origin's participants over those it would have at the others' use, target group by target
    group; parts are the groups.
    """
    groups = _groups(spec, OFFER_GROUPS)
    kinds = [KIND_INDEX[kind] for kind in spec.kinds or FIRM_KINDS]
    caseload = _split(run, "caseload", groups, spec, [])
    within = _split(run, "participants", groups, spec, kinds)
    use = ratio(within, caseload)
    expected = np.where(np.isnan(use[:, :, 1]), 0.0, use[:, :, 1]) * caseload[:, :, 0]
    counted = np.where(np.isnan(use[:, :, 1]), 0.0, within[:, :, 0])
    whole = ratio(counted.sum(axis=1), expected.sum(axis=1))
    return _within_groups(run, groups, ratio(use[:, :, 0], np.nan_to_num(use[:, :, 1])), caseload, whole)


def _weighted(values: Floats, weights: Floats) -> Floats:
    known = ~np.isnan(values)
    return ratio((np.where(known, values, 0.0) * weights).sum(axis=1), (weights * known).sum(axis=1))


def _within_groups(
    run: Run, groups: tuple[str, ...], values: Floats, caseload: Floats, whole: Floats
) -> Measure:
    """A comparison of two origins by target group; it rests on the smaller of the two."""
    both = caseload.sum(axis=1).min(axis=1)
    return _measure(
        run,
        QUARTER,
        whole,
        both,
        parts=groups,
        part_values=_full(values, run.weeks),
        part_persons=_full(caseload.min(axis=2), run.weeks),
    )


# --- results ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class IndicatorResult:
    """One indicator of a run beside its baseline. Weekly arrays have T values, NaN where not defined."""

    id: str
    title: Text
    unit: Unit
    decimals: int
    direction: Direction
    weeks: NDArray[np.datetime64]
    baseline: Floats
    scenario: Floats
    value_start: float  # baseline, mean of the first year
    value_baseline: float  # at the horizon's end: mean of the last 52 weeks, or the last 52-week figure
    value_scenario: float
    count_baseline: float | None  # the absolute number behind a share, at the horizon's end
    count_scenario: float | None
    persons: float  # full-time persons that the scenario's value rests on, at the horizon's end
    persons_baseline: float  # the same of the baseline's value
    target: float | None
    target_date: datetime.date | None
    comparator: Floats | None  # weekly
    comparator_quality: Quality | None
    comparator_source: Text | None
    status: Status
    reached_on: datetime.date | None
    assumed: bool  # the status rests on an assumed comparator: no tick
    note: Text | None  # what it counts
    status_note: Text | None  # why there is no status, or what to know about it
    smallest_movement: float
    metric: str
    groups: tuple[str, ...]
    make_parts: Callable[[], tuple[IndicatorResult, ...]] | None = None
    withheld: bool = False  # its figures are taken out, see published()

    @property
    def hidden(self) -> bool:
        """Whether its figures must not be shown: too few are behind them, or they count too few."""
        counted = (self.value_baseline, self.value_scenario) if counts_persons(self.unit) else ()
        few = self.persons < LIMIT or self.persons_baseline < LIMIT
        return self.withheld or few or any(is_small(value) for value in counted)

    @cached_property
    def parts(self) -> tuple[IndicatorResult, ...]:
        """The same indicator by target group, where the goal asks for it; made when first asked for."""
        return self.make_parts() if self.make_parts is not None else ()

    @property
    def change(self) -> float:
        """Scenario less baseline at the horizon's end, in the indicator's unit."""
        return self.value_scenario - self.value_baseline

    @property
    def moved(self) -> bool:
        """Whether the change is at least the smallest movement that counts."""
        return bool(abs(self.change) >= self.smallest_movement - _EPSILON)

    @property
    def better(self) -> bool | None:
        """Whether the scenario is better than the baseline; None where it stands still or is only watched."""
        if self.direction == "watch" or not self.moved:
            return None
        return (self.change > 0) == (self.direction == "up")

    def shown(self, value: float, language: str) -> str:
        """A value of this indicator as people read it: ``2,67 %``, ``nr. 16``."""
        if self.withheld and not math.isfinite(value):
            return text("small_numbers.not_shown", language)
        return text(f"goals.unit.{self.unit}", language, n=number(value, language, self.decimals))

    def shown_change(self, language: str) -> str:
        """The change as people read it, with its sign; differences of per cent are percentage points."""
        return self.shown_difference(self.change, language)

    def shown_difference(self, difference: float, language: str, decimals: int | None = None) -> str:
        """Any difference in this indicator as people read it, with its sign."""
        unit = {"percent": "points", "rank": "places_of_rank"}.get(self.unit, self.unit)
        n = number(difference, language, self.decimals if decimals is None else decimals, signed=True)
        return text(f"goals.unit.{unit}", language, n=n)


@dataclass(frozen=True, eq=False)
class GoalResult:
    """One goal: its indicators side by side, never a score."""

    id: str
    number: int
    title: Text
    quote: str
    quote_in_english: str
    source: Text
    focus_groups: tuple[str, ...]
    indicators: tuple[IndicatorResult, ...]
    key_indicator: str
    not_measured: tuple[Text, ...]

    @property
    def key(self) -> IndicatorResult:
        """The indicator that a small card shows first."""
        return next(i for i in self.indicators if i.id == self.key_indicator)

    def indicator(self, indicator_id: str) -> IndicatorResult:
        """One indicator by id. Raises KeyError."""
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        raise KeyError(indicator_id)


def counts_persons(unit: str) -> bool:
    """Whether an indicator in this unit itself counts persons, so that a small value is one that is not shown."""
    return unit in _COUNTED


def without_small(values: Any, unit: str) -> Floats:
    """Figures of an indicator with NaN where they are small counts; all of them in a unit that counts nobody."""
    array = np.asarray(values, dtype=np.float64)
    if not counts_persons(unit):
        return array
    return np.where(small_ones(array), np.nan, array)


def hidden_indicators(goals: Sequence[GoalResult]) -> frozenset[str]:
    """The indicators, as ``goal.indicator``, whose figures must not be shown."""
    return frozenset(f"{goal.id}.{i.id}" for goal in goals for i in goal.indicators if i.hidden)


def published(goals: Sequence[GoalResult]) -> tuple[GoalResult, ...]:
    """The goals as they may be shown and leave the app: figures that are hidden are NaN, and without a status."""
    return tuple(
        replace(goal, indicators=tuple(_published(i) for i in goal.indicators))
        if any(i.hidden or i.make_parts for i in goal.indicators)
        else goal
        for goal in goals
    )


def _published(indicator: IndicatorResult) -> IndicatorResult:
    make_parts = indicator.make_parts
    if make_parts is not None:
        indicator = replace(indicator, make_parts=lambda: tuple(_published(part) for part in make_parts()))
    if not indicator.hidden or indicator.withheld:
        return indicator
    nothing, nan = np.full_like(indicator.scenario, np.nan), float("nan")
    return replace(
        indicator,
        baseline=nothing,
        scenario=nothing,
        value_start=nan,
        value_baseline=nan,
        value_scenario=nan,
        count_baseline=None,
        count_scenario=None,
        comparator=None if indicator.comparator is None else nothing,
        status="none",
        reached_on=None,
        status_note=Text(**{k: text("small_numbers.note", k, limit=number(LIMIT, k)) for k in LANGUAGES}),
        make_parts=None,
        withheld=True,
    )


@dataclass(frozen=True, eq=False)
class _Ends:
    """A run's indicators in figures, in their order."""

    start: Floats
    end: Floats
    count: Floats
    persons: Floats


@dataclass(frozen=True, eq=False)
class _Measured:
    measures: tuple[Measure, ...]
    ends: _Ends


def _ends(measures: tuple[Measure, ...]) -> _Ends:
    """What every indicator stands at in the beginning and at the end."""
    values = np.stack([measure.values for measure in measures])
    counts = np.full(len(measures), np.nan)
    counted = [i for i, measure in enumerate(measures) if measure.counts is not None]
    if counted:
        counts[counted] = _end_means(np.stack([c for c in (m.counts for m in measures) if c is not None]))
    year = np.array([measure.window == YEAR for measure in measures])
    # The first full year of windows, so that no season counts twice; yearly figures are that already.
    start = _means(values[:, QUARTER - 1 : QUARTER - 1 + YEAR])
    for i in np.flatnonzero(year):
        known = values[i][~np.isnan(values[i])]
        start[i] = known[0] if len(known) else np.nan
    return _Ends(
        start,
        np.where(year, values[:, -1], _end_means(values)),
        counts,
        _end_means(np.stack([measure.persons for measure in measures])),
    )


def _end_means(values: Floats) -> Floats:
    """Mean of the last 52 weeks of each row, of what is known of them."""
    return _means(values[:, -YEAR:])


def _means(values: Floats) -> Floats:
    """Mean of each row over the values that are known; NaN where none is."""
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    missing = np.isnan(values)
    if not missing.any():
        return np.asarray(values.mean(axis=1))
    return ratio(np.where(missing, 0.0, values).sum(axis=1), (~missing).sum(axis=1).astype(np.float64))


class _Plan:
    """A set of goals, compared by identity: comparing their contents on every run would cost milliseconds."""

    def __init__(self, goals: tuple[GoalSpec, ...]) -> None:
        self.goals = goals
        self.specs = tuple(spec for goal in goals for spec in goal.indicators)
        named = {spec.groups for spec in self.specs if spec.groups}
        self.group_sets = tuple(sorted(named | {GROUPS, OFFER_GROUPS}))


_MOST_PLANS: Final = 64
_plans: dict[int, _Plan] = {}


def _plan(goals: tuple[GoalSpec, ...]) -> _Plan:
    # A plan holds its goals, so that their identity stays theirs.
    found = _plans.get(id(goals))
    if found is None:
        if len(_plans) >= _MOST_PLANS:
            _plans.clear()
        found = _plans[id(goals)] = _Plan(goals)
    return found


_kept_baselines: WeakKeyDictionary[Outcome, dict[Any, _Measured]] = WeakKeyDictionary()


def _measured(
    outcome: Outcome, baseline: Outcome, plan: _Plan, area: Area | None, peers_stand_still: bool
) -> _Measured:
    """All indicators of a run, goal after goal; a baseline's are kept as long as the baseline is."""
    kept = _kept_baselines.setdefault(outcome, {}) if outcome is baseline else {}
    key = (plan, area, peers_stand_still)
    if key not in kept:
        run = Run(outcome, baseline, plan.group_sets, area, peers_stand_still)
        measures = tuple(METRICS[spec.metric](run, spec) for spec in plan.specs)
        kept[key] = _Measured(measures, _ends(measures))
    return kept[key]


def evaluate_goals(
    outcome: Outcome,
    baseline_outcome: Outcome,
    *,
    goals: tuple[GoalSpec, ...] | None = None,
    national_levels: Mapping[str, float] | None = None,
    area: Area | None = None,
    peers_stand_still: bool = False,
) -> tuple[GoalResult, ...]:
    """The municipality's goals, each with its indicators and their status.

    Arguments: two outcomes over the same weeks, the baseline under the same economy; ``goals`` default to the
    municipality's; ``national_levels`` by indicator id, typed in by the user (no source gives them), default to
    the scenario's own assumptions; ``area`` and ``peers_stand_still`` for the rank. Raises ValueError where the
    weeks differ, KeyError for a metric that the catalogue does not have.
    """
    if not np.array_equal(outcome.weeks, baseline_outcome.weeks):
        raise ValueError("scenario and baseline must cover the same weeks")
    if goals is None:
        goals = load_goals(outcome.municipality.id)
    plan = _plan(goals)
    before = _measured(baseline_outcome, baseline_outcome, plan, area, peers_stand_still)
    after = _measured(outcome, baseline_outcome, plan, area, peers_stand_still)
    levels = national_levels_of(outcome) if national_levels is None else national_levels
    found, at = [], 0
    for goal in goals:
        indicators = []
        for spec in goal.indicators:
            level = levels.get(national_level_id(goal.id, spec.id), levels.get(spec.id))
            indicators.append(_indicator(spec, before, after, at, outcome.weeks, level))
            at += 1
        found.append(
            GoalResult(
                goal.id,
                goal.number,
                goal.title,
                goal.quote,
                goal.quote_in_english,
                goal.source,
                goal.focus_groups,
                _with_use_note(tuple(indicators)),
                goal.key_indicator,
                goal.not_measured,
            )
        )
    return tuple(found)


def indicator_series(
    outcome: Outcome,
    baseline_outcome: Outcome,
    spec: IndicatorSpec,
    *,
    area: Area | None = None,
    peers_stand_still: bool = False,
) -> Floats:
    """One indicator's weekly values [T] and nothing else: for bands and draws, several times as fast as all goals."""
    return METRICS[spec.metric](Run(outcome, baseline_outcome, (), area, peers_stand_still), spec).values


def values_at(
    outcome: Outcome,
    baseline_outcome: Outcome | Floats,
    wanted: Sequence[tuple[IndicatorSpec, int]],
    *,
    area: Area | None = None,
    peers_stand_still: bool = False,
) -> tuple[float, ...]:
    """What indicators stand at in given weeks (0 .. T - 1), as their status reads them: for searches.

    A yearly figure is that of the week, a quarterly one the mean of the 52 weeks to it.
    """
    run = Run(outcome, baseline_outcome, (), area, peers_stand_still)
    measures = [METRICS[spec.metric](run, spec) for spec, _ in wanted]
    return tuple(
        _value_at(measure.values, measure.window, week)
        for measure, (_, week) in zip(measures, wanted, strict=True)
    )


def indicator_values(
    outcome: Outcome,
    baseline_outcome: Outcome,
    *,
    goals: tuple[GoalSpec, ...] | None = None,
    area: Area | None = None,
    peers_stand_still: bool = False,
) -> dict[tuple[str, str], float]:
    """Every indicator's value at the horizon's end by goal and indicator id: what draws and sweeps compare."""
    plan = _plan(load_goals(outcome.municipality.id) if goals is None else goals)
    ends = _measured(outcome, baseline_outcome, plan, area, peers_stand_still).ends.end
    names = [(goal.id, spec.id) for goal in plan.goals for spec in goal.indicators]
    return dict(zip(names, ends.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Readings:
    """Some indicators of one run in figures, n of them, small enough to keep for every draw."""

    series: Floats  # [n, T] NaN until the window is full
    start: Floats  # [n] mean of the first year
    end: Floats  # [n] at the horizon's end
    persons: Floats  # [n] full-time persons that the end rests on
    windows: tuple[int, ...]  # [n] weeks that one value looks back over


class Reader:
    """Reads the same indicators from many runs: figures only, no texts, no status.

    An indicator is read in the same way whichever others are asked for, to the last bit, so that the readings of two
    equal runs never differ.
    """

    def __init__(
        self,
        goals: tuple[GoalSpec, ...],
        keys: tuple[tuple[str, str], ...] | None = None,
        *,
        area: Area | None = None,
        peers_stand_still: bool = False,
    ) -> None:
        """``keys``: goal and indicator ids (all if None). Raises KeyError for one that the goals do not have."""
        every = {(goal.id, spec.id): spec for goal in goals for spec in goal.indicators}
        self.keys = tuple(every) if keys is None else keys
        self.specs = tuple(every[key] for key in self.keys)
        self._area = area
        self._stand_still = peers_stand_still

    def read(self, outcome: Outcome, baseline: Outcome | Floats) -> Readings:
        """The indicators of a run; ``baseline`` as :class:`Run` takes it."""
        run = Run(outcome, baseline, (), self._area, self._stand_still)
        measures = [METRICS[spec.metric](run, spec) for spec in self.specs]
        if not measures:
            none = np.zeros(0)
            return Readings(np.zeros((0, run.weeks)), none, none, none, ())
        ends = [_ends((measure,)) for measure in measures]
        return Readings(
            np.stack([measure.values for measure in measures]),
            np.concatenate([end.start for end in ends]),
            np.concatenate([end.end for end in ends]),
            np.concatenate([end.persons for end in ends]),
            tuple(measure.window for measure in measures),
        )

    def meets_target(
        self, at: int, before: Readings, after: Readings, weeks: NDArray[np.datetime64], level: float | None
    ) -> bool | None:
        """Whether indicator ``at`` of a run meets its target by its date, by the rule that gives it its status.

        ``level``: the national level where the user has typed one in. None where there is no target, or where the
        indicator can have no status.
        """
        spec = self.specs[at]
        target = target_of(spec, level)
        if target is None:
            return None
        last = len(weeks) - 1
        figures = _Figures(
            spec,
            target,
            float(before.start[at]),
            float(before.end[at]),
            float(after.end[at]),
            float(after.persons[at]),
            after.series[at],
            after.windows[at],
            last if spec.target_weeks is None else min(spec.target_weeks, last),
            last,
        )
        status = figures.status()[0]
        return None if status == "none" else status == "reached"


def target_of(spec: IndicatorSpec, level: float | None) -> float | None:
    """An indicator's target: its own, or the national level ``level`` where it is compared with that."""
    return float(level) if spec.comparator == "national" and level is not None else spec.target


def national_levels_of(outcome_or_scenario: Outcome | Scenario | None) -> Mapping[str, float]:
    """National levels among the assumptions of a scenario (or of a run's), by id."""
    scenario = (
        outcome_or_scenario.scenario if isinstance(outcome_or_scenario, Outcome) else outcome_or_scenario
    )
    if scenario is None or not scenario.assumptions:
        return {}
    return levels_among(scenario.municipality, {a.parameter: a.value for a in scenario.assumptions})


@dataclass(frozen=True)
class EndFigure:
    """An indicator in figures: at the horizon's end, and at its target date where that lies before it."""

    end: float
    at_target: float | None
    persons: float = math.inf  # full-time persons that the end rests on


def indicator_figures(
    outcome: Outcome,
    baseline_outcome: Outcome,
    *,
    goals: tuple[GoalSpec, ...] | None = None,
    area: Area | None = None,
    peers_stand_still: bool = False,
) -> dict[tuple[str, str], EndFigure]:
    """Every indicator by goal and indicator id, at the horizon's end and at its own target date."""
    plan = _plan(load_goals(outcome.municipality.id) if goals is None else goals)
    found = _measured(outcome, baseline_outcome, plan, area, peers_stand_still)
    last = len(outcome.weeks) - 1
    names = [(goal.id, spec.id) for goal in plan.goals for spec in goal.indicators]
    figures = {}
    ends, persons = found.ends.end.tolist(), found.ends.persons.tolist()
    for name, spec, measure, end, behind in zip(
        names, plan.specs, found.measures, ends, persons, strict=True
    ):
        early = spec.target_weeks is not None and spec.target_weeks < last
        at_target = _value_at(measure.values, measure.window, spec.target_weeks or last) if early else None
        figures[name] = EndFigure(end, at_target, behind)
    return figures


def _value_at(values: Floats, window: int, week: int) -> float:
    """The value that counts at ``week``: a yearly figure itself, a quarterly one over 52 weeks to it."""
    if window == YEAR:
        return float(values[week])
    return float(_means(values[None, max(0, week + 1 - YEAR) : week + 1])[0])


def _indicator(
    spec: IndicatorSpec,
    before: _Measured,
    after: _Measured,
    at: int,
    weeks: NDArray[np.datetime64],
    level: float | None,
) -> IndicatorResult:
    """Indicator ``at`` of the run, with its parts if the goal asks for them."""
    base, run = before.measures[at], after.measures[at]
    last = len(weeks) - 1
    target, quality, source = target_of(spec, level), spec.comparator_quality, spec.comparator_source
    if spec.comparator == "national" and level is not None:
        quality = "assumption"
        source = _note("goals.note.typed_in")
    target_week = last if spec.target_weeks is None else min(spec.target_weeks, last)
    comparator = run.comparator
    if comparator is None and target is not None:
        comparator = np.full(len(weeks), target)
    same: dict[str, Any] = {
        "unit": spec.unit,
        "decimals": spec.decimals,
        "direction": spec.direction,
        "weeks": weeks,
        "target": target,
        "target_date": None if spec.target_weeks is None else date_of(spec.target_weeks, _date(weeks[0])),
        "comparator": comparator,
        "comparator_quality": quality,
        "comparator_source": source,
        "assumed": quality == "assumption",
        "note": run.note or spec.note,
        "smallest_movement": spec.smallest_movement,
        "metric": spec.metric,
    }

    def result(
        i: int,
        ends: tuple[_Ends, _Ends],
        values: tuple[Floats, Floats],
        name: str,
        title: Text,
        groups: tuple[str, ...],
        make_parts: Callable[[], tuple[IndicatorResult, ...]] | None,
    ) -> IndicatorResult:
        old, new = ends
        figures = _Figures(
            spec,
            target,
            float(old.start[i]),
            float(old.end[i]),
            float(new.end[i]),
            float(new.persons[i]),
            values[1],
            run.window,
            target_week,
            last,
        )
        status, since, note = figures.status()
        counts = float(old.count[i]), float(new.count[i])
        return IndicatorResult(
            id=name,
            title=title,
            baseline=values[0],
            scenario=values[1],
            value_start=figures.start,
            value_baseline=figures.baseline,
            value_scenario=figures.scenario,
            count_baseline=None if np.isnan(counts[0]) else counts[0],
            count_scenario=None if np.isnan(counts[1]) else counts[1],
            persons=figures.persons,
            persons_baseline=float(old.persons[i]),
            status=status,
            reached_on=None if since is None else _date(weeks[since]),
            status_note=_note(note) if note else None,
            groups=groups,
            make_parts=make_parts,
            **same,
        )

    def parts() -> tuple[IndicatorResult, ...]:
        one, two = _part_measures(base), _part_measures(run)
        ends = _ends(one), _ends(two)
        found = []
        for i, group in enumerate(run.parts):
            if not np.isnan(ends[1].end[i]):
                values = one[i].values, two[i].values
                found.append(
                    result(i, ends, values, f"{spec.id}.{group}", _group_title(group), (group,), None)
                )
        return tuple(found)

    ends = before.ends, after.ends
    values = base.values, run.values
    title = run.title or spec.title
    return result(at, ends, values, spec.id, title, spec.groups, parts if spec.by_group else None)


def _part_measures(measure: Measure) -> tuple[Measure, ...]:
    """A comparison's target groups as measures of their own."""
    assert measure.part_values is not None
    assert measure.part_persons is not None
    return tuple(
        Measure(measure.part_values[:, i], measure.part_persons[:, i], measure.window)
        for i in range(len(measure.parts))
    )


@dataclass(frozen=True, eq=False)
class _Figures:
    """What decides the status of one indicator."""

    spec: IndicatorSpec
    target: float | None
    start: float
    baseline: float
    scenario: float
    persons: float
    values: Floats  # [T] weekly, scenario
    window: int
    target_week: int
    last: int

    @property
    def sign(self) -> float:
        return 1.0 if self.spec.direction == "up" else -1.0

    def at(self, week: int) -> float:
        """The value that counts at ``week``; at the end the one that the card shows."""
        return self.scenario if week == self.last else _value_at(self.values, self.window, week)

    def meets(self, value: float) -> bool:
        """Whether the value as shown reaches the target."""
        assert self.target is not None
        return bool(self.sign * (round(value, self.spec.decimals) - self.target) >= -_EPSILON)

    def gap(self, value: float) -> float:
        assert self.target is not None
        return max(0.0, self.sign * (self.target - value))

    def status(self) -> tuple[Status, int | None, str | None]:
        """Status, the week since which it is reached, and the key of a note on it."""
        spec, still = self.spec, self.spec.smallest_movement
        if spec.direction == "watch":
            return "none", None, None
        if spec.comparator == "national" and self.target is None:
            return "none", None, "goals.note.national_unknown"
        if not np.isfinite(self.scenario) or not np.isfinite(self.start):
            return "none", None, "goals.note.too_short"
        if self.persons < FEWEST_PERSONS:
            return "none", None, "goals.note.few_persons"
        if self.target is None:
            return _by_change(self.sign * (self.scenario - self.baseline), still), None, None
        value = self.at(self.target_week)
        if self.meets(value):
            return "reached", self.reached_since(), None
        narrower = self.gap(self.start) - self.gap(value)
        if spec.every_year and narrower >= still - _EPSILON:
            ends = range(YEAR, self.target_week + 2, YEAR)
            gaps = [self.gap(self.start), *(self.gap(self.at(end - 1)) for end in ends)]
            if not all(later < earlier for earlier, later in itertools.pairwise(gaps)):
                return "standing_still", None, "goals.note.not_every_year"
        return _by_change(narrower, still), None, None

    def reached_since(self) -> int | None:
        """The week from which the weekly values meet the target to the end; None where the last does not.

        Week 0 where the start meets it already.
        """
        assert self.target is not None
        if self.meets(self.start):
            return 0
        values = np.round(self.values[: self.target_week + 1], self.spec.decimals)
        missed = np.flatnonzero(~(self.sign * (values - self.target) >= -_EPSILON))
        since = int(missed[-1]) + 1 if len(missed) else 0
        return since if since <= self.target_week else None


def _by_change(gain: float, still: float) -> Status:
    if abs(gain) < still - _EPSILON:
        return "standing_still"
    return "on_the_way" if gain > 0 else "moving_away"


def _date(week: np.datetime64) -> datetime.date:
    found: datetime.date = week.astype("datetime64[D]").item()
    return found


_titles: dict[str, Text] = {}


def _group_title(group: str) -> Text:
    if group not in _titles:
        _titles[group] = Text(da=group_name(group, "da"), en=group_name(group, "en"))
    return _titles[group]


_notes: dict[str, Text] = {}


def _note(key: str) -> Text:
    if key not in _notes:
        _notes[key] = Text(da=text(key, "da"), en=text(key, "en"))
    return _notes[key]


def _with_use_note(indicators: tuple[IndicatorResult, ...]) -> tuple[IndicatorResult, ...]:
    """Says so where a more equal use of offers hardly moves the gap between origins."""
    by_metric = {indicator.metric: indicator for indicator in indicators}
    use, pressures = by_metric.get("offer_use_ratio"), by_metric.get("pressure_ratio")
    if use is None or pressures is None:
        return indicators
    closer = abs(use.value_baseline - 1) - abs(use.value_scenario - 1)
    if not (closer >= _USE_MOVED and abs(pressures.change) <= _RATIO_STILL):
        return indicators

    def said(language: str) -> str:
        return text(
            "goals.note.use_hardly_moves",
            language,
            use=use.shown(use.value_scenario, language),
            before=number(pressures.value_baseline, language, pressures.decimals),
            after=number(pressures.value_scenario, language, pressures.decimals),
        )

    noted = replace(use, status_note=Text(**{language: said(language) for language in LANGUAGES}))
    return tuple(noted if indicator is use else indicator for indicator in indicators)


# --- side effects -------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class SideEffect:
    """A target group outside the focus groups, or a municipality-wide total: mean of the last 52 weeks."""

    id: str
    title: Text
    baseline: float  # full-time persons
    scenario: float
    worse: bool
    warning: Text | None

    @property
    def difference(self) -> float:
        """Scenario less baseline, full-time persons."""
        return self.scenario - self.baseline

    @property
    def hidden(self) -> bool:
        """Whether the persons are too few to be shown in one of the two runs."""
        return is_small(self.baseline) or is_small(self.scenario)


def side_effects(
    outcome: Outcome, baseline: Outcome, goals: tuple[GoalSpec, ...] | None = None
) -> tuple[SideEffect, ...]:
    """What gets worse elsewhere: target groups that no goal is about, sygedagpenge first, and totals.

    Worse is more full-time persons than the baseline by more than 1 per cent or 5 persons. More people in
    fleksjob count as worse only as far as ledighedsydelse does not fall by as many: a job found is none.
    """
    goals = load_goals(outcome.municipality.id) if goals is None else goals
    focus = focus_groups(goals)
    run = group_totals(outcome).last_year("caseload")
    base = group_totals(baseline).last_year("caseload")
    outside = sorted(
        (g for g in GROUPS if g not in focus), key=lambda g: (g != "sygedagpenge", GROUP_INDEX[g])
    )
    found = []
    for group in outside:
        at = GROUP_INDEX[group]
        more = float(run[at] - base[at])
        from_waiting = 0.0
        if group == "fleksjob":
            waiting = GROUP_INDEX["ledighedsydelse"]
            from_waiting = max(0.0, float(base[waiting] - run[waiting]))
        found.append(
            _side_effect(group, _group_title(group), float(base[at]), float(run[at]), more, from_waiting)
        )
    long = [float(group_totals(o).last_year("refund_class")[:, 3].sum()) for o in (baseline, outcome)]
    counted = _columns(tuple(g for groups in BENCHMARK_GROUPS.values() for g in groups))
    for name, before, after in (
        ("total", float(base.sum()), float(run.sum())),
        ("benchmark", float(base[counted].sum()), float(run[counted].sum())),
        ("over_52_weeks", long[0], long[1]),
    ):
        found.append(_side_effect(name, _note(f"goals.total.{name}"), before, after, after - before))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Watch:
    """What is watched beside the goals: side effects, and the ministry's benchmark, expected against actual."""

    side_effects: tuple[SideEffect, ...]
    benchmark: tuple[ExpectedActual, ...]

    @property
    def warnings(self) -> tuple[Text, ...]:
        """The side effects' warnings."""
        return tuple(effect.warning for effect in self.side_effects if effect.warning is not None)


def watch(outcome: Outcome, baseline: Outcome, goals: tuple[GoalSpec, ...] | None = None) -> Watch:
    """Side effects of a run and how it stands against what the benchmark expects of the municipality."""
    return Watch(side_effects(outcome, baseline, goals), expected_against_actual(outcome, baseline))


def _side_effect(
    name: str, title: Text, before: float, after: float, more: float, from_waiting: float = 0.0
) -> SideEffect:
    """``from_waiting``: as many fewer wait for what the group has got, and do not count as worse."""
    counted = more - from_waiting
    worse = counted > _ROUNDING and (counted > WORSE_PERSONS or counted > WORSE_SHARE * before)
    warning = None
    if worse:
        key = "goals.warning.worse_from_waiting" if from_waiting > _ROUNDING else "goals.warning.worse"
        if is_small(before) or is_small(after):
            key = "goals.warning.worse_hidden"
        said = {
            language: text(
                key,
                language,
                what=title.text(language),
                more=number(more, language, 1 if more < 10 else 0),
                waiting=number(from_waiting, language, 1 if from_waiting < 10 else 0),
                before=number(before, language),
                after=number(after, language),
            )
            for language in LANGUAGES
        }
        warning = Text(**said)
    return SideEffect(name, title, before, after, worse, warning)
