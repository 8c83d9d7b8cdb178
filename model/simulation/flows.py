"""Sum up where people of a target group come from, where they go, how long they stay and what they do meanwhile.

Sums and means of a run's own series, by segment; nothing is modelled here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.disclosure import Mask, SuppressedTable, are_small, suppress_parts, suppress_table
from model.domain import (
    EXIT_INDEX,
    EXITS,
    GROUP_INDEX,
    GROUPS,
    N_FIRM,
    ORIGIN_INDEX,
    ORIGINS,
    STATES,
    WEEKS_PER_YEAR,
)
from model.parameters.register import suppressed_stocks
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

Floats = NDArray[np.float64]

INFLOWS: Final = ("external", "returners", "transfers")
_INFLOW_SERIES: Final = ("inflow_external", "inflow_returners", "inflow_transfers")
# Fleksjob and foertidspension stand alone: permanent support must never look like a success.
PERMANENT: Final = ("fleksjob", "foertidspension")
DESTINATIONS: Final = ("job", "education", "other_self_support", "other_groups", *PERMANENT)
_OTHER_GROUPS: Final = [EXIT_INDEX[g] for g in GROUPS if g not in PERMANENT]
_EXIT_COLUMNS: Final = [
    _OTHER_GROUPS if destination == "other_groups" else [EXIT_INDEX[destination]]
    for destination in DESTINATIONS
]
_MONTHS: Final = 12
_OUTSIDE: Final = 3  # of the destinations, those outside public support
_OVER_52: Final = 3  # refund class: accumulated weeks 52 and more
_LAST: Final = slice(-WEEKS_PER_YEAR, None)


@dataclass(frozen=True)
class Segment:
    """A target group and an origin; None: all of them."""

    group: str | None = None
    origin: str | None = None

    @property
    def groups(self) -> slice:
        """Return the segment's places among the 13 target groups."""
        return _place(GROUP_INDEX, self.group)

    @property
    def origins(self) -> slice:
        """Return the segment's places among the origins."""
        return _place(ORIGIN_INDEX, self.origin)

    def of(self, outcome: Outcome, name: str) -> Floats:
        """Sum a series of the run over the segment, the start in row 0: [T + 1] or [T + 1, n]."""
        if self.origin is None:
            return np.asarray(totals_by_group(outcome).block(name)[:, self.groups].sum(axis=1))
        return np.asarray(outcome.block(name)[:, self.groups, self.origins].sum(axis=(1, 2)))


def _place(index: Mapping[str, int], name: str | None) -> slice:
    """Return the slice that picks one name, or all of them if None."""
    return slice(None) if name is None else slice(index[name], index[name] + 1)


# --- by year ------------------------------------------------------------------------------------


def years_of(outcome: Outcome) -> tuple[int, ...]:
    """Return the budget years of a run: the calendar years of its Mondays, as in the budget."""
    return tuple(int(year) for year in np.unique(_year_of_week(outcome)))


def _year_of_week(outcome: Outcome) -> NDArray[np.int64]:
    """Return the calendar year of each Monday: [T]."""
    return outcome.weeks.astype("datetime64[Y]").astype(np.int64) + 1970


def _by_year(outcome: Outcome, series: Floats) -> Floats:
    """Sum a flow [T, ...] by year: [Y, ...]."""
    first = np.flatnonzero(np.diff(_year_of_week(outcome), prepend=0))
    return np.asarray(np.add.reduceat(series, first, axis=0))


@dataclass(frozen=True, eq=False)
class Flows:
    """Who came and who left in each of Y years, persons a year; stocks in full-time persons.

    start + inflow - outflow = end, also for all groups together, where moves between groups stand on both sides.
    """

    years: tuple[int, ...]
    weeks: NDArray[np.int64]  # [Y] weeks of the run in each year
    start: Floats  # [Y]
    end: Floats  # [Y]
    inflow: Floats  # [Y, 3] by INFLOWS
    outflow: Floats  # [Y, 6] by DESTINATIONS


def flows(outcome: Outcome, segment: Segment) -> Flows:
    """Return inflow by kind and outflow by destination of a segment, year by year."""
    stock = segment.of(outcome, "caseload")
    weeks = _by_year(outcome, np.ones(len(outcome.weeks))).astype(np.int64)
    ends = np.cumsum(weeks)
    return Flows(
        years=years_of(outcome),
        weeks=weeks,
        start=stock[ends - weeks],
        end=stock[ends],
        inflow=_by_year(outcome, _inflow(segment, outcome)),
        outflow=_by_year(outcome, _outflow(segment.of(outcome, "exits")[1:])),
    )


def _inflow(segment: Segment, outcome: Outcome) -> Floats:
    """Return who comes to a segment each week, persons by INFLOWS: [T, 3]."""
    return np.stack([segment.of(outcome, name)[1:] for name in _INFLOW_SERIES], axis=-1)


def _outflow(exits: Floats) -> Floats:
    """Sum exits [..., 16] by DESTINATIONS: [..., 6]."""
    return np.stack([exits[..., columns].sum(axis=-1) for columns in _EXIT_COLUMNS], axis=-1)


@dataclass(frozen=True, eq=False)
class Transfers:
    """Everybody who moved in one year, persons: from outside into the groups, and from the groups to where."""

    year: int
    arrivals: Floats  # [2, G] new, back from a job
    exits: Floats  # [G, 16] by EXITS


def transfers(outcome: Outcome, year: int, origin: str | None = None) -> Transfers:
    """Return all moves of the municipality in ``year``. Raises ValueError for a year that the run does not have."""
    if year not in years_of(outcome):
        raise ValueError(f"the run has no year {year}")
    weeks = np.flatnonzero(_year_of_week(outcome) == year) + 1
    rows = slice(int(weeks[0]), int(weeks[-1]) + 1)
    origins = Segment(None, origin).origins

    def year_sum(name: str) -> Floats:
        return np.asarray(outcome.block(name)[rows, :, origins].sum(axis=(0, 2)))

    return Transfers(year, np.stack([year_sum(name) for name in _INFLOW_SERIES[:2]]), year_sum("exits"))


# --- the last year ------------------------------------------------------------------------------


def states(outcome: Outcome, segment: Segment) -> Floats:
    """Return full-time persons waiting, in an offer and after an offer at the end of each week: [T, 3]."""
    return np.stack([segment.of(outcome, state)[1:] for state in STATES], axis=-1)


def last_year_states(outcome: Outcome, segment: Segment) -> Floats:
    """Return the same as means of the last 52 weeks, as the key figures have them: [3]."""
    return np.asarray(states(outcome, segment)[_LAST].mean(axis=0))


def duration_classes(outcome: Outcome, segment: Segment) -> Floats:
    """Return full-time persons by duration class [7]: mean of the last 52 weeks, at each week's start."""
    return np.asarray(segment.of(outcome, "class_persons")[_LAST].mean(axis=0))


@dataclass(frozen=True)
class KeyFigures:
    """One run of one segment in its last 52 weeks; stocks are means, in full-time persons."""

    now: float  # at the start of the run
    caseload: float
    new_per_month: float
    leaving_per_month: float
    in_offer: float
    firm: float  # in firm-oriented offers
    over_52: float
    mean_weeks: float  # accumulated weeks on public support, top-coded at 104

    @property
    def offer_share(self) -> float:
        """Return the share of the caseload in an offer, 0-1."""
        return self._share(self.in_offer)

    @property
    def firm_share(self) -> float:
        """Return the share of the caseload in a firm-oriented offer, 0-1."""
        return self._share(self.firm)

    @property
    def over_52_share(self) -> float:
        """Return the share of the caseload with 52 accumulated weeks or more, 0-1."""
        return self._share(self.over_52)

    def _share(self, part: float) -> float:
        """Return a part of the caseload as a share, NaN where there is no caseload."""
        return part / self.caseload if self.caseload > 0 else float("nan")


def key_figures(outcome: Outcome, segment: Segment) -> KeyFigures:
    """Return a segment's key figures. For all groups together, moves between groups are neither new nor leaving."""

    def mean(name: str) -> Floats:
        return np.asarray(segment.of(outcome, name)[_LAST].mean(axis=0))

    arriving = _inflow(segment, outcome)[_LAST].sum(axis=0)
    leaving = segment.of(outcome, "exits")[_LAST].sum(axis=0)
    if segment.group is None:
        arriving, leaving = arriving[:2], leaving[: len(EXITS) - len(GROUPS)]
    caseload = float(mean("caseload"))
    return KeyFigures(
        now=float(segment.of(outcome, "caseload")[0]),
        caseload=caseload,
        new_per_month=float(arriving.sum()) / _MONTHS,
        leaving_per_month=float(leaving.sum()) / _MONTHS,
        in_offer=float(mean("in_offer")),
        firm=float(mean("participants")[:N_FIRM].sum()),
        over_52=float(mean("refund_class")[_OVER_52]),
        mean_weeks=float(mean("duration_sum")) / caseload if caseload > 0 else float("nan"),
    )


@dataclass(frozen=True, eq=False)
class Movement:
    """The flows behind the difference in a segment's caseload at the end: sums over the run, scenario less baseline.

    caseload = inflow.sum() - outflow.sum(), exactly.
    """

    caseload: float
    inflow: Floats  # [3] by INFLOWS
    outflow: Floats  # [6] by DESTINATIONS


def movement(outcome: Outcome, baseline: Outcome, segment: Segment) -> Movement:
    """Return which flows the scenario changed, from the start to the last week."""
    runs = flows(outcome, segment), flows(baseline, segment)
    return Movement(
        caseload=float(runs[0].end[-1] - runs[1].end[-1]),
        inflow=np.asarray((runs[0].inflow - runs[1].inflow).sum(axis=0)),
        outflow=np.asarray((runs[0].outflow - runs[1].outflow).sum(axis=0)),
    )


# --- what is too small to be shown --------------------------------------------------------------
# The rule is in model/disclosure.py. It is held over the origins of a group and over the target groups, each with its
# sums; both masks together are used, for what one view suppresses another must not show.


def suppressed_segments(outcome: Outcome, baseline: Outcome) -> tuple[Mask, Mask]:
    """Return the target groups [G], and the segments [G, O], whose caseload is not shown at all.

    A segment is suppressed where it is below the limit in any week of either run, or where it would give away such a
    one: origins add up to their group, and groups to the municipality.
    """
    stocks = [run.block("caseload") for run in (outcome, baseline)]
    cells = [stock[0] for stock in stocks] + [stock[_LAST].mean(axis=0) for stock in stocks]
    cells += [stock.min(axis=0) for stock in stocks]
    groups, origins = cells[0].shape
    # Groups stand beside each other without their origins too.
    alone = suppress_parts(*(cell.sum(axis=1) for cell in cells))
    also = SuppressedTable(np.zeros((groups, origins), bool), alone, np.zeros(origins, bool), whole=False)
    table = suppress_table(*cells, also=also)
    return table.rows, table.cells | table.rows[:, None]


def suppressed_groups(outcome: Outcome, baseline: Outcome) -> Mask:
    """Return the target groups [G] that are not shown beside the benchmark's benefits that they make up."""
    groups, _ = suppressed_segments(outcome, baseline)
    stocks = [run.block("caseload").sum(axis=2) for run in (outcome, baseline)]
    return suppressed_stocks(*_counts_of_stocks(stocks), also=groups)


def suppressed_origins(outcome: Outcome, baseline: Outcome) -> Mask:
    """Return the origins [O], all target groups together, that are not shown."""
    stocks = [run.block("caseload").sum(axis=1) for run in (outcome, baseline)]
    return suppress_parts(*_counts_of_stocks(stocks))


def _counts_of_stocks(stocks: Iterable[Floats]) -> list[Floats]:
    """Return what is shown of stocks [T + 1, P]: at the start, mean of the last year, and the smallest: [P] each."""
    return [count for s in stocks for count in (s[0], s[_LAST].mean(axis=0), s.min(axis=0))]


def suppressed_weekly(outcome: Outcome, baseline: Outcome, *, by_origin: bool = False) -> tuple[Mask, Mask]:
    """Return whose persons in an offer, and with 52 weeks or more, are not shown week by week: target groups [G] each.

    ``by_origin``: origins [O] in their place. Suppressed where they, or the rest of the caseload, are small in any
    week.
    """
    few = (suppressed_origins if by_origin else suppressed_groups)(outcome, baseline)
    over = 1 if by_origin else 2

    def suppressed(name: str, column: int | None) -> Mask:
        small, figures = np.zeros((len(few), 2), dtype=np.bool_), []
        for run in (outcome, baseline):
            part = run.block(name) if column is None else run.block(name)[..., column]
            both = np.stack([part, np.maximum(run.block("caseload") - part, 0.0)], axis=-1).sum(axis=over)[1:]
            small |= are_small(both).any(axis=0)
            figures += [both[0], both[_LAST].mean(axis=0), both.min(axis=0)]
        also = SuppressedTable(small | few[:, None], few, np.zeros(2, dtype=np.bool_), whole=False)
        return suppress_table(*figures, also=also).cells[:, 0]

    return suppressed("in_offer", None), suppressed("refund_class", _OVER_52)


def is_suppressed(outcome: Outcome, baseline: Outcome, segment: Segment) -> bool:
    """Return whether a segment's figures are too small, or would give away one that is."""
    groups, cells = suppressed_segments(outcome, baseline)
    if segment.group is None:
        return False
    group = GROUP_INDEX[segment.group]
    return bool(groups[group] if segment.origin is None else cells[group, ORIGIN_INDEX[segment.origin]])


def _masked(segment: Segment, *runs: Floats, outer: int = 0) -> Mask:
    """Return the mask [P] of a segment's parts, given the parts [G, O, P] of all segments in each run.

    ``outer``: so many parts at the end are moves between groups, which all groups together do not show or count.
    """
    inner = runs[0].shape[-1] - outer
    by_group = suppress_table(
        *(run[:, segment.origins].sum(axis=1) for run in runs), inner=range(inner) if outer else ()
    )
    if segment.group is None and outer:
        by_origin = suppress_table(*(run[..., :inner].sum(axis=0) for run in runs))
        one = by_origin.columns if segment.origin is None else by_origin.cells[ORIGIN_INDEX[segment.origin]]
        # What is not shown needs no mark.
        return np.concatenate([one | by_group.columns[:inner], by_group.columns[inner:]])
    by_origin = suppress_table(*(run[segment.groups].sum(axis=0) for run in runs))
    one = by_origin.columns if segment.origin is None else by_origin.cells[ORIGIN_INDEX[segment.origin]]
    other = by_group.columns if segment.group is None else by_group.cells[GROUP_INDEX[segment.group]]
    return np.asarray(one | other)


def _split(part: Floats, whole: Floats) -> Floats:
    """Stack a part [G, O] and the rest: [G, O, 2]."""
    return np.stack([part, np.maximum(whole - part, 0.0)], axis=-1)


def _last_year(run: Outcome, name: str) -> Floats:
    """Return the mean of a series over the last 52 weeks: [G, O] or [G, O, n]."""
    return np.asarray(run.block(name)[_LAST].mean(axis=0))


def suppressed_flows(outcome: Outcome, baseline: Outcome, segment: Segment) -> tuple[Mask, Mask]:
    """Return which yearly sums are not shown: inflow [Y, 3] and outflow [Y, 6]."""
    inflow, outflow = [], []
    for run in (outcome, baseline):
        arriving = np.stack([run.block(name)[1:] for name in _INFLOW_SERIES], axis=-1)
        inflow.append(_by_year(run, arriving))
        outflow.append(_by_year(run, _outflow(run.block("exits")[1:])))
    masks = [
        np.stack([_masked(segment, *of_year, outer=outer) for of_year in zip(*of_runs, strict=True)])
        for of_runs, outer in ((inflow, 1), (outflow, len(DESTINATIONS) - _OUTSIDE))
    ]
    return masks[0], masks[1]


@dataclass(frozen=True, eq=False)
class SuppressedTransfers:
    """The moves of a year that are not shown, and those of their sums, which stand at the ends of the diagram."""

    arrivals: Mask  # [2, G]
    of_arrivals: Mask  # [2] all who are new, all who are back from a job
    exits: Mask  # [G, 16]
    of_groups: Mask  # [G] all who leave a group
    of_exits: Mask  # [16] all who go to a destination


def suppressed_transfers(of_run: Transfers, of_baseline: Transfers) -> SuppressedTransfers:
    """Return what of a year's moves is too small, or would give away what is."""
    both = (of_run, of_baseline)
    exits = suppress_table(*(t.exits for t in both))
    n = len(EXITS) - len(GROUPS)
    # New, back from a job, from other groups: three parts of a group's inflow, and the third stands in both tables.
    parts = [np.concatenate([t.arrivals, t.exits[:, n:].sum(axis=0)[None, :]]) for t in both]
    third = np.zeros(parts[0].shape, bool)
    third[2] = exits.columns[n:]
    also = SuppressedTable(third, np.zeros(3, bool), np.zeros(len(GROUPS), bool), whole=False)
    arrivals = suppress_table(*parts, also=also)
    more = exits.columns.copy()
    more[n:] |= arrivals.cells[2]
    exits = suppress_table(*(t.exits for t in both), also=replace(exits, columns=more))
    return SuppressedTransfers(
        arrivals=arrivals.cells[:2],
        of_arrivals=arrivals.rows[:2],
        exits=exits.cells,
        of_groups=exits.rows,
        of_exits=exits.columns,
    )


def suppressed_states(outcome: Outcome, baseline: Outcome, segment: Segment) -> Mask:
    """Return which of the three states are not shown for the last year: [3]."""
    runs = [np.stack([_last_year(run, state) for state in STATES], axis=-1) for run in (outcome, baseline)]
    return _masked(segment, *runs)


def suppressed_durations(outcome: Outcome, baseline: Outcome, segment: Segment) -> Mask:
    """Return which duration classes are not shown: [7]."""
    return _masked(segment, *(_last_year(run, "class_persons") for run in (outcome, baseline)))


def in_offer_suppressed(outcome: Outcome, baseline: Outcome, segment: Segment) -> bool:
    """Return whether the number in an offer is not shown: it, or the rest of the caseload, is too small."""
    return bool(_masked(segment, *(_in_offer(run) for run in (outcome, baseline)))[0])


def _in_offer(run: Outcome) -> Floats:
    """Return who is in an offer, and the rest, in the last year: [G, O, 2]."""
    return _split(_last_year(run, "in_offer"), _last_year(run, "caseload"))


def over_52_suppressed(outcome: Outcome, baseline: Outcome, segment: Segment) -> bool:
    """Return whether the number with 52 accumulated weeks or more is not shown."""

    def split(run: Outcome) -> Floats:
        classes = _last_year(run, "refund_class")  # [G, O, 4]
        return _split(classes[..., _OVER_52], classes.sum(axis=-1))

    return bool(_masked(segment, split(outcome), split(baseline))[0])


def suppressed_offers(outcome: Outcome, baseline: Outcome, group: str | None) -> tuple[Mask, Mask]:
    """Return which origins' numbers in offers, and in firm-oriented offers, are not shown, of a group: [O] each."""

    def firm(run: Outcome) -> Floats:
        kinds = _last_year(run, "participants")[..., :N_FIRM].sum(axis=-1)
        return _split(kinds, _last_year(run, "caseload"))

    masks = [
        np.array(
            [
                _masked(Segment(group, origin), *(of(run) for run in (outcome, baseline)))[0]
                for origin in ORIGINS
            ]
        )
        for of in (_in_offer, firm)
    ]
    return masks[0], masks[1]
