"""Sum up the model's state diagram: who is in which state, and who comes and goes in the run's first year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from model.disclosure import suppress_table
from model.domain import EXIT_INDEX, GROUP_INDEX, GROUPS, SELF_SUPPORT_EXITS, WEEKS_PER_YEAR
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

# Parts that add up to a sum, for each target group and over the groups.
_SUMS: Final = {
    "caseload": ("waiting", "in_offer", "after_offer"),
    "arrivals": ("new", "returners", "from_groups"),
    "exits": ("job", "education", "other_self_support", "to_groups"),
}


@dataclass(frozen=True)
class StateFlows:
    """Full-time persons: means of the year for states, sums of the year for flows.

    For all groups together nobody comes from or goes to another group; ``moved_within`` are the moves between them.
    ``suppressed`` names the figures that are not shown (see model/disclosure.py).
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
    suppressed: frozenset[str] = frozenset()

    @property
    def caseload(self) -> float:
        """Return everyone in the three states."""
        return self.waiting + self.in_offer + self.after_offer

    @property
    def arrivals(self) -> float:
        """Return everyone who comes."""
        return self.new + self.returners + self.from_groups

    @property
    def exits(self) -> float:
        """Return everyone who goes."""
        return self.job + self.education + self.other_self_support + self.to_groups


def state_flows(outcome: Outcome, group: str | None = None) -> StateFlows:
    """Return the figures of one target group, or of all, for the first 52 weeks (or all, if fewer)."""
    by_group = [_flows(outcome, each) for each in GROUPS]
    return replace(_flows(outcome, group), suppressed=_suppressed(by_group, group))


def _suppressed(by_group: list[StateFlows], group: str | None) -> frozenset[str]:
    """Return the names of figures that are too small, or would give away one that is, in any group."""
    names: set[str] = set()
    for total, parts in {**_SUMS, "starts_of_all": ("starts",)}.items():
        table = np.array([[getattr(flows, part) for part in parts] for flows in by_group])
        # Moves between the groups are no part of what all of them together show.
        inside = [i for i, part in enumerate(parts) if not part.endswith("_groups")]
        masks = suppress_table(table, inner=inside if len(inside) < len(parts) else ())
        mask = masks.columns if group is None else masks.cells[GROUP_INDEX[group]]
        whole = masks.whole if group is None else masks.rows[GROUP_INDEX[group]]
        if group is None and total in ("arrivals", "exits"):
            whole = masks.inner
            if mask[len(inside) :].any():
                names.add("moved_within")
        names |= {part for part, is_suppressed in zip(parts, mask, strict=True) if is_suppressed}
        if whole:
            names.add(total)
    return frozenset(names)


def _flows(outcome: Outcome, group: str | None) -> StateFlows:
    """Return the figures of one target group, or of all, with nothing suppressed."""
    totals = totals_by_group(outcome)
    weeks = min(WEEKS_PER_YEAR, len(outcome.weeks))
    chosen = slice(None) if group is None else slice(GROUP_INDEX[group], GROUP_INDEX[group] + 1)

    def summed(name: str) -> float:
        return float(totals.series(name)[:weeks, chosen].sum())

    def mean(name: str) -> float:
        return summed(name) / weeks

    exits = totals.series("exits")[:weeks, chosen].sum(axis=(0, 1))
    transfers = float(exits[len(SELF_SUPPORT_EXITS) :].sum())
    caseload = totals.block("caseload")[:, chosen].sum(axis=1)
    return StateFlows(
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
