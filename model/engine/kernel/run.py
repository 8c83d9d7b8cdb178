"""The compiled weeks: one run of the model is set up, goes week by week, and is recorded; batches of runs.

Numba compiles the whole kernel as one function, ``run_batch``, and keeps it in a cache beside this file; it releases
the GIL and keeps no state of its own. The steps of a week are those of ``model.engine.reference``, which says them
readably and is held equal to this code; what makes this longer is speed. With states, lanes and intervals laid out for
vector units a run of four years takes half the time of a plain compiled loop over weeks (5.7 to 3.0 ms when measured).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numba import njit

from model import domain
from model.domain import N_ORIGINS
from model.engine.kernel import rows
from model.engine.kernel.ageing import (
    arrive_from_groups,
    arrive_from_outside,
    carry_back,
    leave_and_age,
)
from model.engine.kernel.closing import close_routes, find_closed, move_inflow, move_pools
from model.engine.kernel.exits import end_offers, sum_exits, sum_transfers
from model.engine.kernel.hazards import hazard_ratios
from model.engine.kernel.inputs import (
    GROUP,
    GROUP_COLUMNS,
    PATH_GROUP,
    PATH_MUNICIPAL,
    SCALAR,
    SCALARS,
    KernelParameters,
    KernelPaths,
    KernelStart,
    RunArrays,
    RunInputs,
)
from model.engine.kernel.intervals import count, cut, find_cuts
from model.engine.kernel.layout import (
    F_CLASS,
    F_DURATION,
    F_REFUND,
    FADED,
    FASTMATH,
    INTERVAL_ROWS,
    LANES,
    MOVERS,
    N_CLASSES,
    N_FIELDS,
    N_REFUND,
    NF,
    PAD,
    PART,
    PLAIN,
    POOL_AND_MOVERS,
    RATES,
    STATE_PAD,
    STATES,
    SUMS,
    TOP,
    U_0,
    U_FIELDS,
    U_LANES,
    U_MLANES,
    U_S,
    D,
    Floats,
    G,
    Ints,
    K,
    M,
    S,
)
from model.engine.kernel.starts import begin_offers, start_offers


@njit(**PART)
def _inputs_of(p: KernelParameters, start: KernelStart, paths: KernelPaths, ip: int, il: int) -> RunInputs:
    """Return what one run reads of parameter set ``ip`` and path set ``il``."""
    route_scales = start.route_scales[ip].copy()
    for g in range(G):
        for n in range(p.route_via.shape[2]):
            if p.route_via[ip, g, n] >= 0:
                # Nobody goes this way until a target group is closed.
                route_scales[g * N_ORIGINS : (g + 1) * N_ORIGINS, n] = 0.0
    return RunInputs(
        scalar=p.scalar[ip],
        group=p.group[ip],
        season=p.season[ip],
        return_rate=p.return_rate[ip],
        profile=p.profile[ip],
        use_factor=p.use_factor[ip],
        other_mix=p.other_mix[ip],
        breakpoints=p.breakpoints[ip],
        route_to=p.route_to[ip],
        route_special=p.route_special[ip],
        route_via=p.route_via[ip],
        route_share=p.route_share[ip],
        own_scales=start.route_scales[ip],
        open_fixed=start.fixed[ip],
        entry=paths.entry[il],
        projection=paths.projection[il],
        changes_rules=paths.changes_rules[il],
        scales=start.scales[ip],
        route_scales=route_scales,
        inflow=start.inflow[ip],
        firm_share=start.firm_share[ip],
        offered=start.offered[ip],
        firm_base=start.firm_base[ip],
        rates=start.rates[ip].copy().reshape(G * RATES * PAD),
        fixed=start.fixed[ip].copy().reshape(S * PAD),
        entering=start.entering[ip].copy().reshape(S * PAD),
        routes=start.routes[ip].copy().reshape(G * p.route_to.shape[2] * PAD),
        levers=paths.group[il],
        municipal=paths.municipal[il],
        place_mix=paths.mix[il],
        week_of_year=paths.week_of_year[il],
    )


@njit(**PART)
def _empty_arrays(n_routes: int) -> RunArrays:
    """Return the arrays that one run works on; ``n_routes`` lead out of a target group at most."""
    width = G * n_routes + 5
    return RunArrays(
        lanes=np.zeros(rows.N_ROWS * LANES),
        states=np.zeros(S * STATES * STATE_PAD),
        pool_and_movers=np.zeros(S * POOL_AND_MOVERS),
        may_start=np.zeros(G * 2 * PAD),
        by_class=np.zeros(rows.N_CLASS_ROWS * LANES),
        intervals=np.zeros(D * INTERVAL_ROWS * LANES),
        edges=np.zeros((G, D + 2), dtype=np.int64),
        cuts=np.zeros(G, dtype=np.int64),
        cut_weeks=np.full((G, 4), -1, dtype=np.int64),
        class_of=np.zeros(D, dtype=np.uint64),
        refund_of=np.zeros(D, dtype=np.uint64),
        mix_of=np.zeros(D, dtype=np.uint64),
        mix_ends=np.zeros(M, dtype=np.int64),
        route_rate=np.zeros((G, n_routes, D)),
        constant_rate=np.ones((G, n_routes), dtype=np.bool_),
        special_kind=np.zeros(G, dtype=np.int64),
        all_may=np.zeros(G, dtype=np.int64),
        n_constant=np.zeros(G, dtype=np.int64),
        n_arrivals=np.zeros(G, dtype=np.int64),
        movers_offset=np.full((G, width, N_ORIGINS), np.uint64(MOVERS)),
        route_offset=np.zeros((G, width), dtype=np.uint64),
        moved_share=np.zeros((G, width, N_ORIGINS)),
        gathered=np.full((G, width, N_ORIGINS), -1, dtype=np.int64),
        others=np.zeros(G),
        contacts=np.zeros(G),
        transfers_in=np.zeros(S),
        to_after=np.zeros(S),
        weight=np.zeros(S),
        ceiling=np.zeros(S),
        given=np.zeros(S),
        is_open=np.zeros(S, dtype=np.int64),
    )


@njit(**PART)
def _write_parameters(lanes: Floats, p: KernelParameters, start: KernelStart, ip: int) -> None:
    """Write a target group's parameters and a segment's start into the lanes."""
    scalar, group, return_rate, firm_mix = p.scalar[ip], p.group[ip], p.return_rate[ip], p.firm_mix[ip]
    hr_job, hr_education, hr_progression = p.hr_job[ip], p.hr_education[ip], p.hr_progression[ip]
    end_rate, fade_rate, route_special = p.end_rate[ip], p.fade_rate[ip], p.route_special[ip]
    scales, participants, after = start.scales[ip], start.participants[ip], start.after[ip]
    by_class = start.participants_by_class[ip]
    firm_base, pool_late = start.firm_base[ip], start.pool_late[ip]
    for row in (rows.MEAN_AFTER, rows.MEAN_AFTER_EARLY, rows.EDUCATION_AFTER):
        for i in range(U_0, U_LANES):
            lanes[row + i] = 1.0
    for row in (rows.MEAN_IN, rows.MEAN_IN_EARLY, rows.EDUCATION_IN):
        for i in range(U_0, U_MLANES):
            lanes[row + i] = 1.0
    for g in range(G):
        progression = 0.0
        for n in range(route_special.shape[1]):
            if route_special[g, n] == 1:
                progression = 1.0
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            lane = np.uint64(s)
            lanes[rows.PROGRESSION + lane] = progression
            lanes[rows.SPECIAL_SCALE + lane] = scales[s, 2]
            lanes[rows.KEPT + lane] = 1.0 - scalar[SCALAR.displacement] * group[g, GROUP.displaced]
            lanes[rows.HAS_EARLY + lane] = 1.0 if group[g, GROUP.hr_early] != 1.0 else 0.0
            lanes[rows.RETURN_1 + lane] = return_rate[g, 0]
            lanes[rows.RETURN_2 + lane] = return_rate[g, 1]
            lanes[rows.ONWARD_1 + lane] = 1.0 / scalar[SCALAR.pool_stage_1_weeks]
            lanes[rows.ONWARD_2 + lane] = 1.0 / scalar[SCALAR.pool_stage_2_weeks]
            lanes[rows.LEAVE + lane] = scalar[SCALAR.pool_leave]
            lanes[rows.FIRM_BASE + lane] = firm_base[s]
            lanes[rows.POOL_3 + lane] = pool_late[s]
            for k in range(NF):
                lanes[rows.FIRM_MIX + np.uint64(k * LANES) + lane] = firm_mix[g, k]
            for k in range(K + 1):
                place = np.uint64(k * LANES) + lane
                lanes[rows.AFTER + place] = after[s, k]
                if k == FADED:
                    # The effect is over: the ratio is one before the levers.
                    lanes[rows.HR_AFTER + place] = 1.0
                    lanes[rows.HRE_AFTER + place] = 1.0
                    lanes[rows.HRP_AFTER + place] = 1.0
                    continue
                lanes[rows.HR_IN + place] = hr_job[0, g, k]
                lanes[rows.HR_AFTER + place] = hr_job[1, g, k]
                lanes[rows.HRE_IN + place] = hr_education[0, g, k]
                lanes[rows.HRE_AFTER + place] = hr_education[1, g, k]
                lanes[rows.HRP_IN + place] = hr_progression[0, g, k]
                lanes[rows.HRP_AFTER + place] = hr_progression[1, g, k]
                lanes[rows.END + place] = end_rate[g, k]
                lanes[rows.FADE + place] = fade_rate[g, k]
                lanes[rows.IN + place] = participants[s, k]
                for m in range(M):
                    lanes[rows.MIX_IN + np.uint64(m * K * LANES) + place] = by_class[s, m, k]


@njit(**PART)
def _write_return_ratios(lanes: Floats, return_ratio: Floats) -> None:
    """Write the ratios of return after an offer [G, K + 1], and which target groups have one, into the lanes."""
    for s in range(S):
        lane = np.uint64(s)
        for k in range(K + 1):
            ratio = return_ratio[s // N_ORIGINS, k]
            lanes[rows.RETURN_RATIO + np.uint64(k * LANES) + lane] = ratio
            if ratio != 1.0:
                lanes[rows.HAS_RETURN_RATIO + lane] = 1.0
    for i in range(U_0, U_LANES):
        lanes[rows.RETURN_AFTER + i] = 1.0
        lanes[rows.RETURN_AFTER_EARLY + i] = 1.0


@njit(**PART)
def _write_persons(arrays: RunArrays, persons: Floats) -> None:
    """Write the start's persons [S, START_ROWS, PAD] into the states and the pool."""
    lanes, states, pool_and_movers = arrays.lanes, arrays.states, arrays.pool_and_movers
    for s in range(S):
        lane = np.uint64(s)
        for d in range(D):
            for state in range(STATES):
                states[(s * STATES + state) * STATE_PAD + TOP + d] = persons[s, state, d]
            lanes[rows.POOL_1 + lane] += persons[s, STATES, d]
            lanes[rows.POOL_2 + lane] += persons[s, STATES + 1, d]
            if d > 0:
                pool_and_movers[s * POOL_AND_MOVERS + d - 1] = persons[s, STATES, d]
                pool_and_movers[s * POOL_AND_MOVERS + PAD + d - 1] = persons[s, STATES + 1, d]
        away = lanes[rows.POOL_1 + lane] + lanes[rows.POOL_2 + lane] + lanes[rows.POOL_3 + lane]
        lanes[rows.POOL + lane] = away


@njit(**PART, fastmath=FASTMATH)
def _gather_routes(inputs: RunInputs, arrays: RunArrays) -> None:
    """Order the routes by destination: those with one rate for all weeks first, three at a time, the others by two.

    Routes that fill up the last of these move nobody.
    """
    route_to, route_special, routes = inputs.route_to, inputs.route_special, inputs.routes
    constant_rate, n_constant, n_arrivals = arrays.constant_rate, arrays.n_constant, arrays.n_arrivals
    n_routes = route_to.shape[1]
    for g in range(G):
        for n in range(n_routes):
            arrays.special_kind[g] = max(arrays.special_kind[g], route_special[g, n])
            offset = (g * n_routes + n) * PAD
            for d in range(D):
                if routes[offset + d] != routes[offset]:
                    constant_rate[g, n] = False
    for one_rate in (True, False):
        for g in range(G):
            for n in range(n_routes):
                h = route_to[g, n]
                if h < 0:
                    break
                if constant_rate[g, n] != one_rate:
                    continue
                offset = (g * n_routes + n) * PAD
                row = 0 if route_special[g, n] == 0 else 2
                m = n_arrivals[h]
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    arrays.movers_offset[h, m, o] = s * POOL_AND_MOVERS + MOVERS + row * PAD
                    arrays.moved_share[h, m, o] = inputs.route_scales[s, n] * (
                        routes[offset] if one_rate else 1.0
                    )
                    arrays.gathered[h, m, o] = s * n_routes + n
                arrays.route_offset[h, m] = offset
                n_arrivals[h] += 1
        at_once = 3 if one_rate else 2
        for h in range(G):
            n_arrivals[h] += (
                -n_arrivals[h] % at_once if one_rate else (n_constant[h] - n_arrivals[h]) % at_once
            )
            if one_rate:
                n_constant[h] = n_arrivals[h]


@njit(**PLAIN)
def _write(lanes: Floats, first: np.uint64, field: np.uint64, count: np.uint64, recorded: Floats) -> None:
    """Write ``count`` rows of lanes from ``first`` on into a week's record from ``field`` on."""
    for s in range(U_0, U_S):
        for k in range(U_0, count):
            recorded[s * U_FIELDS + field + k] = lanes[first + k * U_LANES + s]


@njit(**SUMS)
def _record(arrays: RunArrays, week_0: int, newcomer_weeks: int, recorded: Floats) -> None:
    """Write the week's record [S x N_FIELDS], with those who have reached the end of the newcomers' weeks."""
    lanes, states, may_start = arrays.lanes, arrays.states, arrays.may_start
    for g in range(G):
        may_offset = g * 2 * PAD + newcomer_weeks
        new = may_start[may_offset]
        old = may_start[may_offset + PAD]
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            lane = np.uint64(s)
            place = s * STATES * STATE_PAD + week_0 + newcomer_weeks
            x = states[place]
            y = states[place + STATE_PAD] + states[place + 2 * STATE_PAD]
            lanes[rows.REACHED + lane] = x + y
            lanes[rows.REACHED + U_LANES + lane] = y + x * (
                lanes[rows.START_NEW + lane] * new + lanes[rows.START_OLD + lane] * old
            )
    _write(lanes, U_0, U_0, U_FIELDS, recorded)
    _write(arrays.by_class, U_0, np.uint64(F_CLASS), np.uint64(4 * N_CLASSES), recorded)
    _write(arrays.by_class, rows.REFUND, np.uint64(F_REFUND), np.uint64(N_REFUND), recorded)


@njit(**SUMS)
def _count_weeks(states: Floats, week_0: int, recorded: Floats) -> None:
    """Write persons x weeks into the record [S, N_FIELDS] of the last week, which no next week counts."""
    for s in range(S):
        weighted = 0.0
        for state in range(STATES):
            for d in range(D):
                weighted += d * states[(s * STATES + state) * STATE_PAD + week_0 + d]
        recorded[s, F_DURATION] = weighted


@njit(**SUMS)
def _go_through_weeks(
    inputs: RunInputs, arrays: RunArrays, weeks: int, record: Floats, firm_record: Floats, limits: Ints
) -> None:
    """Go through ``weeks`` weeks, one step after the other, and record each; the first record is the start as it is."""
    lanes, intervals, by_class = arrays.lanes, arrays.intervals, arrays.by_class
    newcomer_weeks = int(inputs.scalar[SCALAR.newcomer_weeks])
    limits[:, :] = -1
    week_0 = TOP  # the place of week 0 in the rows of states
    n_intervals = 0
    cut_again = True
    for t in range(-1, weeks):
        if t >= 0:
            if week_0 == 0:
                carry_back(arrays.states)
                week_0 = TOP
            if inputs.changes_rules:
                move_pools(inputs, arrays, t)
                if find_closed(inputs, t):
                    close_routes(inputs, arrays, t, n_intervals)
            hazard_ratios(inputs, arrays, t, week_0, n_intervals, cut_again, limits)
            if inputs.changes_rules:
                move_inflow(inputs, arrays, t)
            sum_exits(lanes, intervals, by_class, arrays.class_of, arrays.mix_ends)
            leave_and_age(inputs, arrays, week_0, n_intervals, record[t])
            sum_transfers(inputs, arrays, n_intervals)
            end_offers(lanes)
            arrive_from_outside(inputs, arrays, week_0)
        # The weeks are cut where rates and ratios will hold in the next week, and counted.
        cut_again = find_cuts(inputs, arrays.cut_weeks, t, min(t + 1, weeks - 1)) or n_intervals == 0
        if cut_again:
            n_intervals = cut(inputs, arrays)
        for g in range(G):
            # All may begin an offer and nobody is new from here on, up to a whole vector.
            arrays.all_may[g] = (max(newcomer_weeks, arrays.cut_weeks[g, 3]) + 3) // 4 * 4
        if t >= 0:
            arrive_from_groups(inputs.routes, arrays, week_0)
            week_0 -= 1
        count(arrays.states, week_0, n_intervals, arrays.edges, intervals)
        if t >= 0:
            start_offers(inputs, arrays, t, week_0, n_intervals, firm_record[t], limits)
        begin_offers(lanes, intervals, by_class, arrays.refund_of, arrays.mix_ends)
        _record(arrays, week_0, newcomer_weeks, record[t + 1].reshape(S * N_FIELDS))
    _count_weeks(arrays.states, week_0, record[weeks])


@njit(**PART, fastmath=FASTMATH)
def _run(
    p: KernelParameters,
    start: KernelStart,
    paths: KernelPaths,
    ip: int,
    il: int,
    weeks: int,
    record: Floats,
    firm_record: Floats,
    limits: Ints,
) -> None:
    """Run ``weeks`` weeks into record [T + 1, S, N_FIELDS], firm_record [T, 4] and limits [2, G]."""
    inputs = _inputs_of(p, start, paths, ip, il)
    arrays = _empty_arrays(p.route_to.shape[2])
    _write_parameters(arrays.lanes, p, start, ip)
    _write_return_ratios(arrays.lanes, p.return_ratio[ip])
    _write_persons(arrays, start.persons[ip])
    _gather_routes(inputs, arrays)
    _go_through_weeks(inputs, arrays, weeks, record, firm_record, limits)


def _sources() -> int:
    """Return a number that differs when anything differs that is compiled into the kernel.

    Numba's cache looks at the file of the cached function alone, but the kernel has several, and constants from the
    levers' data and from ``model.domain``.
    """
    columns = (PATH_GROUP, PATH_MUNICIPAL, GROUP_COLUMNS, SCALARS)
    digest = hashlib.sha256(repr(columns).encode())
    for path in (*sorted(Path(__file__).parent.glob("*.py")), Path(domain.__file__)):
        digest.update(path.read_bytes())
    return int.from_bytes(digest.digest()[:7], "big") + 1


def _compiled(sources: int) -> Callable[..., None]:
    """Return :func:`run_batch`, in Numba's cache for these ``sources``: what a function closes over is its key."""

    @njit(cache=True, nogil=True)
    def run_batch(
        p: KernelParameters,
        start: KernelStart,
        paths: KernelPaths,
        parameter_set: Ints,
        path_set: Ints,
        weeks: int,
        record: Floats,
        firm_record: Floats,
        limits: Ints,
    ) -> None:
        """Run b = 0..B-1 with parameter set ``parameter_set[b]`` and lever paths ``path_set[b]``.

        Fills every place of record [B, T + 1, S, N_FIELDS], firm_record [B, T, 4] (supply, filled, unfilled, above all
        ceilings) and limits [B, 2, G] (first week in which the hazard-ratio limit, the start limit bound; -1: never).
        """
        assert sources > 0
        for b in range(parameter_set.shape[0]):
            _run(p, start, paths, parameter_set[b], path_set[b], weeks, record[b], firm_record[b], limits[b])

    compiled: Callable[..., None] = run_batch
    return compiled


run_batch: Final = _compiled(_sources())
