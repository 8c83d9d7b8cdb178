"""Pairs of levers that do more, or less, together than the sum of what each does alone."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from model.domain import GROUPS
from model.explain.coalitions import MAX_LEVERS_IN_PAIRS, CoalitionTable
from model.explain.contributions import Contributions, Interaction
from model.explain.most_moved import most_moved
from model.explain.run_comparison import PERSON
from model.goals.results import GoalResult
from model.goals.series import NET, PERSONS, indicator_key
from model.language.catalogue import group_name
from model.language.messages import Message, Phrase, joined

DKK: Final = 10_000.0  # smaller amounts over the whole run are not reported
_REST_SHARE: Final = 0.05  # of what two levers do each alone: a smaller rest between them is not reported
_MAX_INTERACTIONS: Final = 3
_MAX_GROUPS: Final = 3  # target groups named in one sentence


def interactions_of(
    table: CoalitionTable,
    numbers: Sequence[int],
    goals: tuple[GoalResult, ...],
    contributions: Mapping[str, Contributions],
) -> tuple[Interaction, ...]:
    """Return pairs of levers that do more or less together than each alone: persons, money and what moved most.

    Arguments: ``numbers`` says for each lever of the table which of all levers it is.
    """
    if len(numbers) > MAX_LEVERS_IN_PAIRS:
        return ()
    moved = most_moved(goals)
    keys = {PERSONS: PERSON, NET: DKK}
    if moved is not None and indicator_key(*moved) in contributions:
        keys[indicator_key(*moved)] = moved[1].smallest_movement
    candidates = []
    for key, smallest in keys.items():
        column = table.position(key)
        for i, j in itertools.combinations(range(len(numbers)), 2):
            one, two, both = (table.row[mask] for mask in (1 << i, 1 << j, 1 << i | 1 << j))
            alone = float(table.gains[one, column]), float(table.gains[two, column])
            together = float(table.gains[both, column])
            rest = abs(together - sum(alone))
            whole = abs(alone[0]) + abs(alone[1])
            if rest < max(smallest, _REST_SHARE * whole):
                continue
            reason = _interaction_reason(table, one, two, both) if weaker_together(alone, together) else None
            interaction = Interaction(key, numbers[i], numbers[j], alone, together, reason)
            candidates.append((rest / (whole + smallest), interaction))
    # The same two levers are reported once, where it matters most.
    candidates.sort(key=lambda candidate: -candidate[0])
    reported: dict[tuple[int, int], Interaction] = {}
    for _, interaction in candidates:
        reported.setdefault((interaction.first, interaction.second), interaction)
    return tuple(reported.values())[:_MAX_INTERACTIONS]


def weaker_together(alone: tuple[float, float], together: float) -> bool:
    """Return whether two levers that pull the same way still do so together, but by less."""
    return alone[0] * alone[1] > 0 and 0 <= together / sum(alone) < 1


def _interaction_reason(table: CoalitionTable, one: int, two: int, both: int) -> Message | None:
    """Return why two levers give less together, as far as the runs show it; arguments are rows of the table."""
    offers = table.figures.in_offer - table.figures.in_offer[0]
    if min(offers[one], offers[two]) >= PERSON and offers[both] < offers[one] + offers[two] - PERSON:
        return Message("why.together.same_offers")
    fewer = table.figures.persons[0] - table.figures.persons
    helped = np.minimum(fewer[one], fewer[two])
    shared = [GROUPS[g] for g in np.argsort(-helped)[:_MAX_GROUPS] if helped[g] >= PERSON]
    if not shared:
        return None
    names = [Phrase(group_name, group, short=True) for group in shared]
    return Message("why.together.same_groups", groups=Phrase(joined, names, separator=", "))
