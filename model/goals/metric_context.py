"""Give metrics a run to read: sums over target groups and windows of weeks, made once per run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.budget.net import BaselineNet, kept_baseline_net
from model.domain import GROUP_INDEX, GROUPS
from model.engine.kernel.layout import FIELD_SIZES, FIELDS
from model.goals.benchmark import Area, RankSeries, common_dagpenge, dagpenge_rank
from model.goals.series import Floats, pad_front
from model.language.messages import Localized
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import GroupTotals, totals_by_group


@dataclass(frozen=True, eq=False)
class BaselineFigures:
    """What the indicators of another run need of a baseline: small enough for every draw."""

    dagpenge: Floats  # [T + 1] recipients, which the peers of a rank follow
    net: BaselineNet

    @classmethod
    def of(cls, outcome: Outcome) -> BaselineFigures:
        """Copy them from a baseline, so that the rest can go."""
        return cls(common_dagpenge(outcome).copy(), kept_baseline_net(outcome))


@dataclass(frozen=True, eq=False)
class GroupParts:
    """A metric by target group, where it compares within each."""

    groups: tuple[str, ...]  # n of them
    values: Floats  # [T, n]
    persons: Floats  # [T, n] full-time persons that each value rests on


@dataclass(frozen=True, eq=False)
class Measure:
    """A metric over a run. Series have T weeks, NaN until their window is full."""

    values: Floats  # [T]
    persons: Floats  # [T] full-time persons that the value rests on
    window: int  # weeks that one value looks back over: 13 or 52
    counts: Floats | None = None  # [T] the absolute number behind a share
    comparator: Floats | None = None  # [T] where the metric brings its own
    title: Localized | None = (
        None  # in place of the goal's, where what is measured depends on the municipality
    )
    note: Localized | None = None
    comparator_source: Localized | None = None
    parts: GroupParts | None = None
    equal_below: float = 0.0  # a smaller movement is none, where that depends on the run


class MetricContext:
    """One outcome as the metrics read it.

    ``baseline`` is the other run, or what is kept of it.
    ``group_sets`` are sets of target groups whose running sums are made in advance, all series at once: faster where
    many indicators are read, and other in the last bits than sums made one by one.
    """

    def __init__(
        self,
        outcome: Outcome,
        baseline: Outcome | BaselineFigures,
        group_sets: tuple[tuple[str, ...], ...] = (),
        area: Area | None = None,
        peers_stand_still: bool = False,
    ) -> None:
        self.outcome = outcome
        self.baseline = baseline
        self.area = area
        self.peers_stand_still = peers_stand_still
        self.totals: GroupTotals = totals_by_group(outcome)
        self.weeks = len(outcome.weeks)
        self._cache: dict[Any, Any] = {}
        self._running_sums: dict[tuple[str, ...], Floats] = {}
        self._add_running_sums(group_sets)

    def _add_running_sums(self, group_sets: tuple[tuple[str, ...], ...]) -> None:
        """Sum all series over the rows before each, for every set of groups: row i sums rows 0 .. i - 1."""
        if not group_sets:
            return
        member = np.zeros((len(group_sets), len(GROUPS)))
        for row, groups in enumerate(group_sets):
            member[row, group_columns(groups)] = 1.0
        rows = np.matmul(member, self.totals.record)
        sums = np.zeros((self.weeks + 2, *rows.shape[1:]))
        # Row after row is several times as fast as a cumulative sum along the first axis.
        for i, row_of_week in enumerate(rows):
            np.add(sums[i], row_of_week, out=sums[i + 1])
        for row, groups in enumerate(group_sets):
            self._running_sums[groups] = sums[:, row]

    def _running_sums_of(self, name: str, groups: tuple[str, ...]) -> Floats:
        """Make the running sums of one series alone, where all of them would be too many."""
        rows = self.totals.block(name)[:, group_columns(groups)].sum(axis=1)
        sums = np.zeros((self.weeks + 2, *rows.shape[1:]))
        np.cumsum(rows, axis=0, out=sums[1:])
        return sums

    def cached(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return ``make()``, called once per run and key."""
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]

    def window(self, name: str, groups: tuple[str, ...], weeks: int, *, start: bool = False) -> Floats:
        """Sum a series over target groups, all origins and each full window of weeks.

        Returns [T - weeks + 1] or [T - weeks + 1, n]. ``start``: a state at the start of the weeks, not at their end.
        """
        if groups in self._running_sums:
            begin, end = FIELDS[name]
            of_all = self._running_sums[groups]
            sums = of_all[:, begin] if FIELD_SIZES[name] == 1 else of_all[:, begin:end]
        else:
            sums = self.cached(("sums", name, groups), lambda: self._running_sums_of(name, groups))
        if self.weeks < weeks:
            return np.zeros((0, *sums.shape[1:]))
        first = 0 if start else 1
        return np.asarray(
            sums[first + weeks : first + self.weeks + 1] - sums[first : first + self.weeks + 1 - weeks]
        )

    def rank(self) -> RankSeries:
        """Return the municipality's rank in dagpenge, week by week."""
        base = self.baseline
        series: RankSeries = self.cached(
            "rank",
            lambda: dagpenge_rank(
                self.outcome,
                base if isinstance(base, Outcome) else base.dagpenge,
                area=self.area,
                peers_stand_still=self.peers_stand_still,
            ),
        )
        return series

    def baseline_net(self) -> BaselineNet:
        """Return what the baseline costs, priced once as long as it is kept."""
        base = self.baseline
        return kept_baseline_net(base) if isinstance(base, Outcome) else base.net

    def measure(
        self,
        window: int,
        values: Floats,
        persons: Floats,
        counts: Floats | None = None,
        parts: GroupParts | None = None,
    ) -> Measure:
        """Make a measure of windowed series [T - window + 1] by putting NaN before the first full window."""
        return Measure(
            pad_front(values, self.weeks),
            pad_front(persons, self.weeks),
            window,
            None if counts is None else pad_front(counts, self.weeks),
            parts=parts,
        )


def group_columns(groups: tuple[str, ...]) -> list[int]:
    """Return the places of target groups among the 13."""
    return [GROUP_INDEX[group] for group in groups]
