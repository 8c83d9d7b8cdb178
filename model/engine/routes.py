"""List the ways from one target group to another: those that are always there, and those that a closed group opens."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.domain import N_GROUPS
from model.engine.calibration import routes_of
from model.engine.parameters import EngineParameters


class Routes(NamedTuple):
    """Routes by target group they lead out of, -1 where there are no more; R routes at most."""

    to: NDArray[np.int64]  # [G, R] target group they lead to
    special: NDArray[np.int64]  # [G, R] as ``routes_of`` says
    via: NDArray[np.int64]  # [G, R] the closed target group that opens them, -1 for the others
    share: NDArray[np.float64]  # [G, R] of those who would have entered it


@lru_cache(maxsize=256)
def all_routes(params: EngineParameters) -> Routes:
    """Return a municipality's routes, those of closed target groups last. Raises CalibrationError as ``routes_of``."""
    to, special = routes_of(params)
    more: list[list[tuple[int, int, float]]] = [[] for _ in range(N_GROUPS)]
    for g in range(N_GROUPS):
        for c in to[g][to[g] >= 0]:
            for h in np.flatnonzero(params.instead[c]):
                if h != g:  # else they stay
                    more[g].append((int(h), int(c), float(params.instead[c, h])))
    width = max(int((to[g] >= 0).sum()) + len(more[g]) for g in range(N_GROUPS))
    width = max(width, to.shape[1])
    fill = ((0, 0), (0, width - to.shape[1]))
    to = np.pad(to, fill, constant_values=-1)
    special = np.pad(special, fill)
    via, share = np.full_like(to, -1), np.ones(to.shape)
    for g in range(N_GROUPS):
        first = int((to[g] >= 0).sum())
        for n, (other, closed, part) in enumerate(more[g], first):
            to[g, n], via[g, n], share[g, n] = other, closed, part
    return Routes(to, special, via, share)
