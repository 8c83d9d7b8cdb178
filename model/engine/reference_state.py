"""What the readable week (``reference``) works on: where everybody stands, a run's setting, hazard ratios and exits.

Axes and places as in ``reference``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.domain import N_GROUPS, N_KINDS, N_ORIGINS
from model.engine.calibration import Calibration
from model.engine.lever_paths import LeverPaths
from model.engine.parameters import EngineParameters

Floats = NDArray[np.float64]

STATES = 3
WAITING, IN_OFFER, AFTER_OFFER = range(STATES)
# The places that make up each state.
PLACES = (slice(0, 1), slice(1, 1 + N_KINDS), slice(1 + N_KINDS, 2 + 2 * N_KINDS))


@dataclass(frozen=True)
class State:
    """Where everybody stands when a week begins; full-time persons."""

    persons: Floats  # [3, G, O, D] waiting, in an offer, after an offer
    in_kinds: Floats  # [G, O, M, K] those in an offer by class of weeks and its kind
    after_kinds: Floats  # [G, O, K + 1] those after an offer by its kind; the last: its effect has faded
    pool: Floats  # [2, G, O, D] left for a job 0-12 and 13-51 weeks ago, by the weeks they would return with
    pool_late: Floats  # [G, O] left for a job 52 weeks ago or more


@dataclass(frozen=True)
class Setting:
    """What holds for the whole run."""

    params: EngineParameters
    rest: Calibration  # the baseline at rest
    paths: LeverPaths

    def of_rest(self, name: str) -> Floats:
        """Return a value of the baseline at rest by target group and origin [G, O]."""
        value: Floats = getattr(self.rest, name).reshape(N_GROUPS, N_ORIGINS)
        return value


class Ratios(NamedTuple):
    """Hazard ratios of a week, relative to somebody who waits at the baseline."""

    job: Floats  # [C, G, O, D]
    education: Floats  # [C, G, 1, 1]
    progression: Floats  # [C, G, 1, 1] of transfers to a target group that is closer to work
    bound: NDArray[np.bool_]  # [G] the limits held somebody's ratio back


class Exits(NamedTuple):
    """Who leaves in a week, from each place: [C, G, O, D], of transfers [G to, C, G from, O, D]."""

    job: Floats
    education: Floats
    other: Floats
    transfers: Floats

    @property
    def total(self) -> Floats:
        """All who leave [C, G, O, D]."""
        out: Floats = self.job + self.education + self.other + self.transfers.sum(axis=0)
        return out
