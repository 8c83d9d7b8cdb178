"""The model's drawing in figures: who stands in which room, and who comes and goes in the run's first year."""

from __future__ import annotations

from dataclasses import dataclass

from model.domain import EXIT_INDEX, GROUP_INDEX, SELF_SUPPORT_EXITS, WEEKS_PER_YEAR
from model.group_totals import group_totals
from model.outcome import Outcome


@dataclass(frozen=True)
class RoomFlows:
    """Full-time persons: means of the year for rooms, sums of the year for flows.

    For all groups together nobody comes from or goes to another group; ``moved_within`` are the moves between them.
    """

    group: str | None
    weeks: int
    waiting: float
    in_offer: float
    after_offer: float
    new: float
    returners: float
    from_groups: float
    job: float
    education: float
    other_self_support: float
    to_groups: float
    moved_within: float
    starts: float
    change: float  # of the caseload over the year

    @property
    def caseload(self) -> float:
        """Everyone in the three rooms."""
        return self.waiting + self.in_offer + self.after_offer


def room_flows(outcome: Outcome, group: str | None = None) -> RoomFlows:
    """Figures of one target group, or of all, for the first 52 weeks (or all, if fewer). KeyError: no such group."""
    totals = group_totals(outcome)
    weeks = min(WEEKS_PER_YEAR, len(outcome.weeks))
    chosen = slice(None) if group is None else slice(GROUP_INDEX[group], GROUP_INDEX[group] + 1)

    def summed(name: str) -> float:
        return float(totals.series(name)[:weeks, chosen].sum())

    def mean(name: str) -> float:
        return summed(name) / weeks

    exits = totals.series("exits")[:weeks, chosen].sum(axis=(0, 1))
    transfers = float(exits[len(SELF_SUPPORT_EXITS) :].sum())
    caseload = totals.block("caseload")[:, chosen].sum(axis=1)
    return RoomFlows(
        group=group,
        weeks=weeks,
        waiting=mean("waiting"),
        in_offer=mean("in_offer"),
        after_offer=mean("after_offer"),
        new=summed("inflow_external"),
        returners=summed("inflow_returners"),
        from_groups=0.0 if group is None else summed("inflow_transfers"),
        job=float(exits[EXIT_INDEX["job"]]),
        education=float(exits[EXIT_INDEX["education"]]),
        other_self_support=float(exits[EXIT_INDEX["other_self_support"]]),
        to_groups=0.0 if group is None else transfers,
        moved_within=transfers if group is None else 0.0,
        starts=summed("starts"),
        change=float(caseload[weeks] - caseload[0]),
    )
