"""What the readable week (``reference``) records of a state and of a week's exits.

Axes and places as in ``reference``.
"""

from __future__ import annotations

import numpy as np

from model.domain import DURATION_CLASSES, N_DURATIONS, REFUND_CLASSES
from model.engine.parameters import EngineParameters
from model.engine.reference_state import AFTER_OFFER, IN_OFFER, WAITING, Exits, Floats, State

Record = dict[str, Floats]

WEEKS = np.arange(N_DURATIONS)


def stocks(p: EngineParameters, state: State) -> Record:
    """Return the fields of the record that describe a state."""
    by_state = state.persons.sum(axis=3)
    by_week = state.persons.sum(axis=0)
    with_offer = state.persons[1:, :, :, p.newcomer_weeks].sum(axis=0)
    return {
        "caseload": by_state.sum(axis=0),
        "waiting": by_state[WAITING],
        "in_offer": by_state[IN_OFFER],
        "after_offer": by_state[AFTER_OFFER],
        "refund_class": np.add.reduceat(by_week, REFUND_CLASSES, axis=2),
        "duration_sum": by_week @ WEEKS,
        "participants": state.in_kinds.sum(axis=2),
        "reached_13": np.stack([by_week[:, :, p.newcomer_weeks], with_offer], axis=2),
        "pool": state.pool.sum(axis=(0, 3)) + state.pool_late,
    }


def flows(places: Floats, left: Exits) -> Record:
    """Return the fields of the record that count exits, in all and by duration class."""
    ways = [left.job, left.education, left.other, *left.transfers]
    other = left.other + left.transfers.sum(axis=0)
    by_class = {"persons": places, "job": left.job, "education": left.education, "other": other}
    return {"exits": np.stack([way.sum(axis=(0, 3)) for way in ways], axis=2)} | {
        f"class_{name}": np.add.reduceat(part.sum(axis=0), DURATION_CLASSES, axis=2)
        for name, part in by_class.items()
    }
