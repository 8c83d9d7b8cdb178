"""What all proposals share: offered as a start to which the room adds. No mean of political proposals is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.domain import GROUP_INDEX
from model.scenario.levers import LEVER_BY_ID, LEVER_INDEX, baseline_value
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, municipality_of

Target = tuple[str, str | None]


@dataclass(frozen=True)
class LeverSpread:
    """One lever with what each proposal sets it to, in the unit people see; one that leaves it is at ``base``."""

    target: Target
    base: float
    values: tuple[float, ...]

    @property
    def shared(self) -> float | None:
        """Return the value that all go at least as far as; None where one stays or goes the other way."""
        if all(value > self.base for value in self.values):
            return min(self.values)
        if all(value < self.base for value in self.values):
            return max(self.values)
        return None


def lever_spreads(proposals: Sequence[Scenario]) -> tuple[LeverSpread, ...]:
    """List the levers that any proposal moves, with what each sets them to at last; mixes of places are left out."""
    if not proposals:
        return ()
    municipality = municipality_of(proposals[0])
    targets = {
        change.target
        for proposal in proposals
        for change in proposal.changes
        if not isinstance(change.to, Mapping)
    }
    found = []
    for lever, group in sorted(targets, key=lambda t: (LEVER_INDEX[t[0]], GROUP_INDEX.get(t[1] or "", -1))):
        base = float(baseline_value(LEVER_BY_ID[lever], municipality, group))
        values = tuple(_last(proposal, (lever, group), base) for proposal in proposals)
        # A change to today's value moves nothing.
        if any(value != base for value in values):
            found.append(LeverSpread((lever, group), base, values))
    return tuple(found)


def _last(proposal: Scenario, target: Target, base: float) -> float:
    """Return what a proposal sets a lever to at last."""
    change = proposal.change_of(*target)
    return base if change is None or isinstance(change.to, Mapping) else float(change.to)


def shared_changes(proposals: Sequence[Scenario]) -> tuple[Change, ...]:
    """Return the changes that every proposal has in common: each lever as far as all go, from when the last begins.

    It is phased in over the longest of the proposals' times. A lever that one leaves, or moves the other way, is not
    among them.
    """
    changes = []
    for spread in lever_spreads(proposals):
        if spread.shared is None:
            continue
        own = [change for p in proposals if (change := p.change_of(*spread.target)) is not None]
        lever, group = spread.target
        changes.append(
            Change.model_validate(
                {
                    "lever": lever,
                    "group": group,
                    "to": spread.shared,
                    "from": max(change.from_ for change in own),
                    "phase_in_weeks": max(change.phase_in_weeks for change in own),
                }
            )
        )
    return tuple(changes)
