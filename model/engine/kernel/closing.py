"""What happens when the rules close a target group: its routes lead elsewhere, nobody arrives, nobody comes back to it.

Those who would have moved into it go where ``route_share`` says, and the rest stay where they are. Who is new, or comes
back from a job, goes to the target group that ``model.domain.INSTEAD_OF_CLOSED`` names. Nobody is lost on the way.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from model.domain import GROUPS, INSTEAD_OF_CLOSED, N_ORIGINS
from model.engine.kernel import rows
from model.engine.kernel.inputs import RunArrays, RunInputs
from model.engine.kernel.layout import INTERVAL_ROWS, LANES, PAD, PLAIN, POOL_AND_MOVERS, SUMS, D, Floats, G

# Each target group's place for those who may not enter it: itself where it is never closed.
INSTEAD = np.array([GROUPS.index(INSTEAD_OF_CLOSED.get(group, group)) for group in GROUPS])


@njit(**PLAIN)
def find_closed(inputs: RunInputs, t: int) -> bool:
    """Return whether other target groups are closed in week ``t`` than in the week before, or than at rest."""
    for g in range(G):
        before = 1.0 if t == 0 else inputs.entry[t - 1, g]
        if inputs.entry[t, g] != before:
            return True
    return False


@njit(**PLAIN)
def _factor(inputs: RunInputs, t: int, g: int, n: int) -> float:
    """Return which share of a route's movers goes by it: those let in, or the share of those sent this way."""
    closed = inputs.route_via[g, n]
    if closed >= 0:
        return float(inputs.route_share[g, n] * (1.0 - inputs.entry[t, closed]))
    return float(inputs.entry[t, inputs.route_to[g, n]])


@njit(**SUMS)
def close_routes(inputs: RunInputs, arrays: RunArrays, t: int, n_intervals: int) -> None:
    """Scale all routes as the rules of week ``t`` have it, and with them who leaves [S x PAD] and who arrives."""
    own_scales, route_scales, fixed = inputs.own_scales, inputs.route_scales, inputs.fixed
    route_to, route_special, routes = inputs.route_to, inputs.route_special, inputs.routes
    n_routes = route_to.shape[1]
    for g in range(G):
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            for d in range(D):
                fixed[s * PAD + d] = inputs.open_fixed[s, d]
        for n in range(n_routes):
            if route_to[g, n] < 0:
                break
            factor = _factor(inputs, t, g, n)
            own = 1.0 if inputs.route_via[g, n] < 0 else 0.0
            for o in range(N_ORIGINS):
                s = g * N_ORIGINS + o
                route_scales[s, n] = own_scales[s, n] * factor
                if route_special[g, n] != 0:
                    continue
                changed = own_scales[s, n] * (factor - own)
                for d in range(D):
                    fixed[s * PAD + d] += changed * routes[(g * n_routes + n) * PAD + d]
    for g in range(G):
        for j in range(n_intervals):
            d = min(arrays.edges[g, j], D - 1)
            for o in range(N_ORIGINS):
                s = g * N_ORIGINS + o
                arrays.intervals[j * INTERVAL_ROWS * LANES + s + rows.I_FIXED] = fixed[s * PAD + d]
    for h in range(G):
        for m in range(arrays.n_arrivals[h]):
            for o in range(N_ORIGINS):
                place = arrays.gathered[h, m, o]
                if place >= 0:
                    s, n = place // n_routes, place % n_routes
                    rate = routes[(s // N_ORIGINS * n_routes + n) * PAD] if m < arrays.n_constant[h] else 1.0
                    arrays.moved_share[h, m, o] = route_scales[s, n] * rate


@njit(**SUMS)
def move_pools(inputs: RunInputs, arrays: RunArrays, t: int) -> None:
    """Let those who left a closed target group for a job come back, if they do, to the one in its place."""
    lanes, pool = arrays.lanes, arrays.pool_and_movers
    for g in range(G):
        closed = 1.0 - inputs.entry[t, g]
        h = INSTEAD[g]
        if closed <= 0.0 or h == g:
            continue
        for o in range(N_ORIGINS):
            s, to = g * N_ORIGINS + o, h * N_ORIGINS + o
            for row in (rows.POOL_1, rows.POOL_2, rows.POOL_3, rows.POOL):
                _move(lanes, int(row) + s, int(row) + to, closed)
            for stage in range(2):
                for d in range(PAD):
                    first = s * POOL_AND_MOVERS + stage * PAD + d
                    _move(pool, first, to * POOL_AND_MOVERS + stage * PAD + d, closed)


@njit(**SUMS)
def move_inflow(inputs: RunInputs, arrays: RunArrays, t: int) -> None:
    """Let those who are new to a closed target group arrive in the one in its place."""
    for g in range(G):
        closed = 1.0 - inputs.entry[t, g]
        h = INSTEAD[g]
        if closed <= 0.0 or h == g:
            continue
        for o in range(N_ORIGINS):
            inflow = int(rows.INFLOW)
            _move(arrays.lanes, inflow + g * N_ORIGINS + o, inflow + h * N_ORIGINS + o, closed)


@njit(**PLAIN)
def _move(array: Floats, of: int, to: int, share: float) -> None:
    """Move a share of one place's persons to another place."""
    moved = array[of] * share
    array[of] -= moved
    array[to] += moved
