"""How much of each change every lever brings, for the sentence that names a cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from model.explain.attribution import attribute
from model.explain.case_runs import Cancel
from model.goals.series import NET
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario

# A lever is named as the cause where it brings at least this part of the change.
_MAIN_PART: Final = 0.5


@dataclass(frozen=True)
class LeverPart:
    """What one lever adds to a figure, in the figure's unit."""

    lever: str
    value: float


@dataclass(frozen=True)
class LeverShares:
    """What each lever adds to each figure (its Shapley value), by the figure's key and the lever's id."""

    parts: Mapping[str, Mapping[str, float]]

    def main_lever(self, key: str) -> str | None:
        """Return the lever that brings most of a figure's change; None where none brings half of it."""
        part = self.main_part(key)
        return None if part is None else part.lever

    def main_part(self, key: str) -> LeverPart | None:
        """Return what the lever that brings most of a figure's change adds; None where none brings half of it."""
        parts = self.parts.get(key)
        if not parts:
            return None
        change = sum(parts.values())
        lever = max(parts, key=lambda lever: parts[lever] * change)
        if not change or parts[lever] * change < _MAIN_PART * change * change:
            return None
        return LeverPart(lever, parts[lever])


def moved_levers(scenario: Scenario | None) -> tuple[str, ...]:
    """List the ids of the levers that a scenario changes."""
    return tuple(dict.fromkeys(change.lever for change in scenario.changes)) if scenario is not None else ()


def lever_shares(
    municipality: Municipality, scenario: Scenario, *, cancel: Cancel | None = None
) -> LeverShares | None:
    """Compute what each lever, its target groups as one, adds to every figure; None where fewer than two are moved.

    Raises as :func:`model.explain.attribution.attribute`.
    """
    if len(moved_levers(scenario)) < 2:
        return None
    attribution = attribute(municipality, scenario, merge_groups=True, cancel=cancel)
    levers = [part.lever for part in attribution.levers]
    figures = {
        key: attribution.figure(key).parts for key in (*attribution.indicators, attribution.persons.key, NET)
    }
    return LeverShares({key: dict(zip(levers, parts, strict=True)) for key, parts in figures.items()})
