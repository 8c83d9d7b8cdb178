"""What the readable week (``reference``) does with those who may not enter a target group that is closed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.domain import GROUP_INDEX, INSTEAD_OF_CLOSED
from model.engine.reference_state import Floats, Setting, State


def to_open_groups(setting: Setting, t: int, persons: Floats) -> Floats:
    """Return persons [G, ...] with those of closed target groups in the ones in their place (rules by date).

    The rule sets are in ``model/data/rules``; which group takes the place of a closed one is an assumption
    (``model.domain.INSTEAD_OF_CLOSED``).
    """
    out = persons.copy()
    for group, other in INSTEAD_OF_CLOSED.items():
        g = GROUP_INDEX[group]
        moved = persons[g] * (1.0 - setting.paths.entry[t, g])
        out[g] -= moved
        out[GROUP_INDEX[other]] += moved
    return out


def without_closed_pools(setting: Setting, t: int, state: State) -> State:
    """Return the state in which those who left a closed target group for a job come back to the one in its place."""
    pool = np.stack([to_open_groups(setting, t, stage) for stage in state.pool])
    return replace(state, pool=pool, pool_late=to_open_groups(setting, t, state.pool_late))
