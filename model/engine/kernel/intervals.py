"""Intervals of weeks within which a target group's rates, hazard ratios and chance of an offer hold.

Sums over them replace sums over weeks. Interval j lies in one duration class and one refund class, the same for all
groups; group g's weeks in it are [edges[g, j], edges[g, j + 1]), often none.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from model.domain import N_ORIGINS
from model.engine.kernel import rows
from model.engine.kernel.inputs import GROUP, LEVER, MUNICIPAL, SCALAR, RunArrays, RunInputs
from model.engine.kernel.layout import (
    CLASS_OF,
    INTERVAL_ROWS,
    LANES,
    MIX_OF,
    PAD,
    PLAIN,
    RATES,
    REFUND_OF,
    STATE_PAD,
    STATES,
    SUMS,
    U_2STATES,
    U_STATE,
    D,
    Floats,
    G,
    Ints,
)


@njit(**SUMS)
def find_cuts(inputs: RunInputs, cut_weeks: Ints, t: int, t_next: int) -> bool:
    """Write the weeks at which levers cut the intervals after week ``t``; return whether any has moved.

    By group: the deadline of the lever and of the baseline, the end of the early package (each -1 where it changes
    nothing), and the first offer.
    """
    group, levers, municipal = inputs.group, inputs.levers, inputs.municipal
    moved = False
    for g in range(G):
        deadline = -1
        base_deadline = -1
        early_week = -1
        if group[g, GROUP.hr_motivation] != 1.0:
            deadline = min(int(levers[t_next, g, LEVER.offer_deadline_week]), D - 1)
            base_deadline = min(int(group[g, GROUP.offer_deadline_week]), D - 1)
        if group[g, GROUP.hr_early] != 1.0 and municipal[t_next, MUNICIPAL.early_package] > 0.0:
            early_week = int(inputs.scalar[SCALAR.early_weeks])
        first = min(int(levers[max(t, 0), g, LEVER.first_offer_week]), D - 1)
        for i, week in enumerate((deadline, base_deadline, early_week, first)):
            moved = moved or cut_weeks[g, i] != week
            cut_weeks[g, i] = week
    return moved


@njit(**PLAIN)
def _is_edge(breakpoints: Ints, cut_weeks: Ints, motivation_weeks: int, g: int, d: int) -> bool:
    """Return whether a rate, a ratio or the chance of an offer of the group changes at week ``d``."""
    deadline = cut_weeks[g, 0]
    base = cut_weeks[g, 1]
    return bool(
        breakpoints[g, d] == 1
        or d in (deadline, deadline - motivation_weeks, base, base - motivation_weeks)
        or d in (cut_weeks[g, 2], cut_weeks[g, 3])
    )


@njit(**PLAIN)
def cut(inputs: RunInputs, arrays: RunArrays) -> int:
    """Cut the weeks of all groups into intervals; return how many there are.

    Writes their edges and classes, the weeks in which newcomers and others may begin an offer, and by interval the base
    rates and who may begin. The hazard ratios of the intervals are no longer theirs.
    """
    edges, cuts, cut_weeks = arrays.edges, arrays.cuts, arrays.cut_weeks
    newcomer_weeks = int(inputs.scalar[SCALAR.newcomer_weeks])
    motivation_weeks = int(inputs.scalar[SCALAR.motivation_weeks])
    n = 0
    d0 = 0
    while d0 < D:
        # A cell ends where a class or the newcomers' weeks do; all groups have as many intervals in it as the one with
        # most cuts.
        d1 = d0 + 1
        while (
            d1 < D
            and d1 != newcomer_weeks
            and CLASS_OF[d1] == CLASS_OF[d0]
            and REFUND_OF[d1] == REFUND_OF[d0]
            and MIX_OF[d1] == MIX_OF[d0]
        ):
            d1 += 1
        most = 1
        for g in range(G):
            count = 0
            for d in range(d0, d1):
                if d == d0 or _is_edge(inputs.breakpoints, cut_weeks, motivation_weeks, g, d):
                    edges[g, n + count] = d
                    count += 1
            cuts[g] = count
            most = max(most, count)
        for g in range(G):
            for j in range(cuts[g], most + 1):
                edges[g, n + j] = d1
        for j in range(n, n + most):
            arrays.class_of[j] = CLASS_OF[d0]
            arrays.refund_of[j] = REFUND_OF[d0]
            arrays.mix_of[j] = MIX_OF[d0]
            arrays.mix_ends[MIX_OF[d0]] = j + 1
        n += most
        d0 = d1
    for g in range(G):
        _fill(inputs, arrays, g, n, newcomer_weeks)
    return n


@njit(**PLAIN)
def _fill(inputs: RunInputs, arrays: RunArrays, g: int, n: int, newcomer_weeks: int) -> None:
    """Write a group's base rates and who may begin an offer, by week and by interval."""
    may_start, intervals, route_rate = arrays.may_start, arrays.intervals, arrays.route_rate
    rates, fixed, routes = inputs.rates, inputs.fixed, inputs.routes
    first = arrays.cut_weeks[g, 3]
    n_routes = route_rate.shape[1]
    for d in range(D):
        may_start[g * 2 * PAD + d] = 1.0 if first <= d < newcomer_weeks else 0.0
        may_start[(g * 2 + 1) * PAD + d] = 1.0 if d >= max(first, newcomer_weeks) else 0.0
    for j in range(n):
        d = min(arrays.edges[g, j], D - 1)
        for r in range(n_routes):
            route_rate[g, r, j] = routes[(g * n_routes + r) * PAD + d]
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            offset = j * INTERVAL_ROWS * LANES + s
            intervals[offset + rows.I_NEW] = may_start[g * 2 * PAD + d]
            intervals[offset + rows.I_OLD] = may_start[(g * 2 + 1) * PAD + d]
            intervals[offset + rows.I_JOB] = rates[g * RATES * PAD + d]
            intervals[offset + rows.I_EDUCATION] = rates[(g * RATES + 1) * PAD + d]
            intervals[offset + rows.I_SPECIAL] = rates[(g * RATES + 2) * PAD + d]
            intervals[offset + rows.I_FIXED] = fixed[s * PAD + d]
            intervals[offset + rows.I_EARLY] = 1.0 if d < arrays.cut_weeks[g, 2] else 0.0


@njit(**SUMS)
def _count(states: Floats, first: np.uint64, s: int, g: int, n: int, edges: Ints, intervals: Floats) -> None:
    """Sum the persons of a segment by state in each of the ``n`` intervals."""
    for j in range(n):
        x = 0.0
        y = 0.0
        z = 0.0
        for d in range(np.uint64(edges[g, j]), np.uint64(edges[g, j + 1])):
            x += states[first + d]
            y += states[first + U_STATE + d]
            z += states[first + U_2STATES + d]
        row = j * INTERVAL_ROWS * LANES + s
        intervals[row] = x
        intervals[row + LANES] = y
        intervals[row + 2 * LANES] = z


@njit(**SUMS)
def count(states: Floats, week_0: int, n_intervals: int, edges: Ints, intervals: Floats) -> None:
    """Sum all persons by state and interval."""
    for g in range(G):
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            first = np.uint64(s * STATES * STATE_PAD + week_0)
            _count(states, first, s, g, n_intervals, edges, intervals)
