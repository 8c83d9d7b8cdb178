"""Steps 2, 4 and 5 of a week in the persons by accumulated week: they leave, grow a week older, and others arrive."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from model.domain import N_ORIGINS
from model.engine.kernel import rows
from model.engine.kernel.inputs import GROUP, SCALAR, RunArrays, RunInputs
from model.engine.kernel.layout import (
    F_DURATION,
    INTERVAL_ROWS,
    LANES,
    LAST_OF_MIX,
    PAD,
    PLAIN,
    POOL_AND_MOVERS,
    RATES,
    STATE_PAD,
    STATES,
    SUMS,
    TOP,
    U_0,
    U_2PAD,
    U_2STATES,
    U_LANES,
    U_MOVERS,
    U_OTHERS,
    U_OTHERS_WEIGHED,
    U_PAD,
    U_STATE,
    U_WEIGHED,
    WEEKS,
    D,
    Floats,
    G,
    Indices,
    M,
    S,
)

Two = tuple[float, float]
Three = tuple[float, float, float]
Five = tuple[float, float, float, float, float]
Ten = tuple[float, float, float, float, float, float, float, float, float, float]


@njit(nogil=True, inline="always")
def begin_and_end(
    waiting: float, inside: float, after: float, ended: float, from_waiting: float, from_after: float
) -> Three:
    """Return those waiting, in an offer and after it when offers have ended and begun."""
    done = inside * ended
    after += done
    go_waiting = waiting * from_waiting
    go_after = after * from_after
    return waiting - go_waiting, inside - done + (go_waiting + go_after), after - go_after


def _week_of(special: bool) -> Callable[..., Two]:
    """Return the week of a group with (``special``) or without a transfer that has hazard ratios of its own.

    Compiled apart, as a choice in the loop would keep it from vector units.
    """

    @njit(nogil=True, inline="always")
    def one(
        states: Floats,
        pool_and_movers: Floats,
        rates: Floats,
        fixed: Floats,
        entering: Floats,
        states_offset: np.uint64,
        pool_offset: np.uint64,
        rates_offset: np.uint64,
        fixed_offset: np.uint64,
        d: int,
        ended: float,
        from_waiting: float,
        from_after: float,
        leaving: Ten,
        ratios: Three,
        pool: Five,
    ) -> Two:
        """Move one of the segment's weeks on; return its persons before, and who enters the pool."""
        (
            job_w,
            job_i,
            job_a,
            enter_a,
            education_w,
            education_i,
            education_a,
            special_w,
            special_i,
            special_a,
        ) = leaving
        ratio_w, ratio_i, ratio_a = ratios
        return_1, return_2, stay_1, stay_2, onward_1 = pool
        x = states[states_offset + d]
        y = states[states_offset + U_STATE + d]
        z = states[states_offset + U_2STATES + d]
        present: float = x + y + z
        x, y, z = begin_and_end(x, y, z, ended, from_waiting, from_after)
        pool_and_movers[pool_offset + U_MOVERS + d] = x
        pool_and_movers[pool_offset + U_OTHERS + d] = y + z
        pool_1 = pool_and_movers[pool_offset + d]
        pool_2 = pool_and_movers[pool_offset + U_PAD + d]
        job = rates[rates_offset + d]
        education = rates[rates_offset + U_PAD + d]
        stay = 1.0 - fixed[fixed_offset + d]
        stay_w = stay - job * job_w - education * education_w
        stay_i = stay - job * job_i - education * education_i
        stay_a = stay - job * job_a - education * education_a
        if special:
            rate = rates[rates_offset + U_2PAD + d]
            stay_w -= rate * special_w
            stay_i -= rate * special_i
            stay_a -= rate * special_a
            pool_and_movers[pool_offset + U_WEIGHED + d] = x * ratio_w
            pool_and_movers[pool_offset + U_OTHERS_WEIGHED + d] = y * ratio_i + z * ratio_a
        states[states_offset + d] = x * stay_w + return_1 * pool_1 + return_2 * pool_2
        states[states_offset + U_STATE + d] = y * stay_i
        states[states_offset + U_2STATES + d] = z * stay_a
        enter: float = entering[fixed_offset + d] * (x * job_w + y * job_i + z * enter_a)
        pool_and_movers[pool_offset + d] = pool_1 * stay_1 + enter
        pool_and_movers[pool_offset + U_PAD + d] = pool_2 * stay_2 + pool_1 * onward_1
        return present, enter

    @njit(**SUMS)
    def week(
        states: Floats,
        pool_and_movers: Floats,
        may_start: Floats,
        rates: Floats,
        fixed: Floats,
        entering: Floats,
        states_offset: np.uint64,
        pool_offset: np.uint64,
        may_offset: np.uint64,
        rates_offset: np.uint64,
        fixed_offset: np.uint64,
        begin: np.uint64,
        middle: np.uint64,
        end: np.uint64,
        offers: Three,
        leaving: Ten,
        ratios: Three,
        pool: Five,
    ) -> Two:
        """Move a segment's weeks [begin, end) on: offers end and begin, then people leave.

        Return persons x weeks, and who enters the pool.

        Those who stay remain in place (they age as the row moves), job leavers enter the pool a week older, those
        after an offer weighed by their ratio of return, returners come back at their weeks; the movers' rows are
        left with who may be transferred. All arrays are flat, and the offsets the segment's first elements. From
        ``middle`` on nobody is new and all may begin an offer.

        ``offers``: share of them that ends, chance to begin one for newcomers and for the others;
        ``leaving``: what multiplies the base rates for a job, for education and of the special transfer
        (``special``: there is one), each for waiting, in an offer, after it; after that of a job, what multiplies
        ``entering`` for those after an offer; ``ratios``: that transfer's
        hazard ratios; ``pool``: rates of return from the two stages, shares that stay in each, share that
        passes on.
        """
        ended, chance_new, chance_old = offers
        weighted = 0.0
        entered = 0.0
        for d in range(begin, middle):
            new = may_start[may_offset + d]
            old = may_start[may_offset + U_PAD + d]
            from_waiting = chance_new * new + chance_old * old
            from_after = chance_old * (new + old)
            present, enter = one(
                states,
                pool_and_movers,
                rates,
                fixed,
                entering,
                states_offset,
                pool_offset,
                rates_offset,
                fixed_offset,
                d,
                ended,
                from_waiting,
                from_after,
                leaving,
                ratios,
                pool,
            )
            weighted += WEEKS[d] * present
            entered += enter
        for d in range(middle, end):
            present, enter = one(
                states,
                pool_and_movers,
                rates,
                fixed,
                entering,
                states_offset,
                pool_offset,
                rates_offset,
                fixed_offset,
                d,
                ended,
                chance_old,
                chance_old,
                leaving,
                ratios,
                pool,
            )
            weighted += WEEKS[d] * present
            entered += enter
        return weighted, entered

    compiled: Callable[..., Two] = week
    return compiled


_week = _week_of(False)
_week_with_special = _week_of(True)


@njit(nogil=True, inline="always")
def _last_alike(intervals: Floats, mix_of: Indices, s: int, j: int, n_intervals: int, alike: bool) -> int:
    """Return the interval after the last of those from ``j`` on whose ratios and mix of offers are those of ``j``."""
    offset = j * INTERVAL_ROWS * LANES + s
    until = j + 1
    while until < n_intervals and mix_of[until] == mix_of[j]:
        if alike:
            until += 1
            continue
        other = until * INTERVAL_ROWS * LANES + s
        if intervals[other + rows.I_RATIO] != intervals[offset + rows.I_RATIO]:
            break
        if intervals[other + rows.I_EARLY] != intervals[offset + rows.I_EARLY]:
            break
        until += 1
    return until


@njit(**SUMS)
def leave_and_age(
    inputs: RunInputs, arrays: RunArrays, week_0: int, n_intervals: int, before: Floats
) -> None:
    """Move all persons on by a week, over the weeks within which one ratio holds.

    Writes who enters the pool into its lane, and persons x weeks into ``before`` [S, N_FIELDS], the record of the
    week's beginning.
    """
    scalar, group, return_rate = inputs.scalar, inputs.group, inputs.return_rate
    rates, fixed, entering, special_kind = inputs.rates, inputs.fixed, inputs.entering, arrays.special_kind
    lanes, states, pool_and_movers = arrays.lanes, arrays.states, arrays.pool_and_movers
    may_start, intervals, edges, all_may = arrays.may_start, arrays.intervals, arrays.edges, arrays.all_may
    mix_of = arrays.mix_of
    leave = scalar[SCALAR.pool_leave]
    onward_1 = 1.0 / scalar[SCALAR.pool_stage_1_weeks]
    onward_2 = 1.0 / scalar[SCALAR.pool_stage_2_weeks]
    for g in range(G):
        return_1 = return_rate[g, 0]
        return_2 = return_rate[g, 1]
        returning = (
            return_1,
            return_2,
            1.0 - return_1 - onward_1,
            1.0 - return_2 - leave - onward_2,
            onward_1,
        )
        alike = group[g, GROUP.hr_early] == 1.0 and group[g, GROUP.hr_motivation] == 1.0
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            lane = np.uint64(s)
            job_scale = lanes[rows.JOB_SCALE + lane]
            education_scale = lanes[rows.EDUCATION_SCALE + lane]
            special_scale = lanes[rows.SPECIAL_SCALE + lane]
            has_ratio = lanes[rows.HAS_RETURN_RATIO + lane] > 0.0
            weighted = 0.0
            entered = 0.0
            j = 0
            while j < n_intervals:
                offset = j * INTERVAL_ROWS * LANES + s
                until = _last_alike(intervals, mix_of, s, j, n_intervals, alike)
                begin = edges[g, j]
                end = edges[g, until] if until < n_intervals else PAD
                mix = mix_of[j] * U_LANES + lane
                special_ratios = (
                    lanes[rows.SPECIAL_WAITING + lane],
                    lanes[rows.SPECIAL_IN + mix],
                    lanes[rows.SPECIAL_AFTER + lane],
                )
                offers = (
                    lanes[rows.ENDED + mix],
                    lanes[rows.START_NEW + lane],
                    lanes[rows.START_OLD + lane],
                )
                is_early = intervals[offset + rows.I_EARLY] > 0.0
                leaving = (
                    job_scale * intervals[offset + rows.I_RATIO],
                    job_scale * lanes[(rows.MEAN_IN_EARLY if is_early else rows.MEAN_IN) + mix],
                    job_scale * lanes[(rows.MEAN_AFTER_EARLY if is_early else rows.MEAN_AFTER) + lane],
                    job_scale * lanes[(rows.RETURN_AFTER_EARLY if is_early else rows.RETURN_AFTER) + lane],
                    education_scale,
                    education_scale * lanes[rows.EDUCATION_IN + mix],
                    education_scale * lanes[rows.EDUCATION_AFTER + lane],
                    special_scale * lanes[rows.SPECIAL_WAITING + lane],
                    special_scale * lanes[rows.SPECIAL_IN + mix],
                    special_scale * lanes[rows.SPECIAL_AFTER + lane],
                )
                states_offset = np.uint64(s * STATES * STATE_PAD + week_0)
                pool_offset = np.uint64(s * POOL_AND_MOVERS)
                may_offset = np.uint64(g * 2 * PAD)
                rates_offset = np.uint64(g * RATES * PAD)
                fixed_offset = np.uint64(s * PAD)
                middle = np.uint64(min(max(begin, all_may[g]), end))
                if special_kind[g] == 0:
                    persons_weeks, enter = _week(
                        states,
                        pool_and_movers,
                        may_start,
                        rates,
                        fixed,
                        entering,
                        states_offset,
                        pool_offset,
                        may_offset,
                        rates_offset,
                        fixed_offset,
                        np.uint64(begin),
                        middle,
                        np.uint64(end),
                        offers,
                        leaving,
                        special_ratios,
                        returning,
                    )
                else:
                    persons_weeks, enter = _week_with_special(
                        states,
                        pool_and_movers,
                        may_start,
                        rates,
                        fixed,
                        entering,
                        states_offset,
                        pool_offset,
                        may_offset,
                        rates_offset,
                        fixed_offset,
                        np.uint64(begin),
                        middle,
                        np.uint64(end),
                        offers,
                        leaving,
                        special_ratios,
                        returning,
                    )
                weighted += persons_weeks
                entered += enter
                j = until
            # Without a ratio all enter who leave: the same sum, to the last bit.
            lanes[rows.ENTERING + lane] = entered if has_ratio else lanes[rows.JOB_EXITS + lane]
            before[s, F_DURATION] = weighted
            for m in range(M - 1):
                inside = states[(s * STATES + 1) * STATE_PAD + week_0 + LAST_OF_MIX[m]]
                lanes[rows.PASSING + np.uint64(m) * U_LANES + lane] = inside
            # Those who left the open class for a job stand one place too far.
            last = s * POOL_AND_MOVERS + D - 1
            pool_and_movers[last - 1] += pool_and_movers[last]
            pool_and_movers[last] = 0.0


@njit(**SUMS)
def arrive_from_outside(inputs: RunInputs, arrays: RunArrays, week_0: int) -> None:
    """Add those who are new and those back after a year away. Week 0 stands one place lower from now on."""
    profile, lanes, states = inputs.profile, arrays.lanes, arrays.states
    for g in range(G):
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            first = s * STATES * STATE_PAD + week_0 - 1
            inflow = lanes[rows.INFLOW + np.uint64(s)]
            states[first] = lanes[rows.LATE + np.uint64(s)]
            states[first + STATE_PAD] = 0.0
            states[first + 2 * STATE_PAD] = 0.0
            if profile[g, 0] == 1.0:
                states[first] += inflow
            else:
                for d in range(D):
                    states[first + d] += inflow * profile[g, d]


@njit(**SUMS)
def _arrive(
    states: Floats,
    pool_and_movers: Floats,
    routes: Floats,
    states_offset: np.uint64,
    movers_1: np.uint64,
    route_1: np.uint64,
    scale_1: float,
    movers_2: np.uint64,
    route_2: np.uint64,
    scale_2: float,
) -> None:
    """Add movers by two routes: those waiting to those waiting, all others to those after an offer.

    At ``movers`` the row of those waiting, all others in the next row; ``scale`` multiplies the rates of ``route``.
    """
    for d in range(U_0, U_PAD):
        rate_1 = routes[route_1 + d] * scale_1
        rate_2 = routes[route_2 + d] * scale_2
        states[states_offset + d] += (
            pool_and_movers[movers_1 + d] * rate_1 + pool_and_movers[movers_2 + d] * rate_2
        )
        states[states_offset + U_2STATES + d] += (
            pool_and_movers[movers_1 + U_PAD + d] * rate_1 + pool_and_movers[movers_2 + U_PAD + d] * rate_2
        )


@njit(**SUMS)
def _arrive_at_one_rate(
    states: Floats,
    pool_and_movers: Floats,
    states_offset: np.uint64,
    movers_1: np.uint64,
    rate_1: float,
    movers_2: np.uint64,
    rate_2: float,
    movers_3: np.uint64,
    rate_3: float,
) -> None:
    """Add movers as :func:`_arrive` does, by three routes whose rates are the same in all weeks."""
    for d in range(U_0, U_PAD):
        states[states_offset + d] += (
            pool_and_movers[movers_1 + d] * rate_1
            + pool_and_movers[movers_2 + d] * rate_2
            + pool_and_movers[movers_3 + d] * rate_3
        )
        states[states_offset + U_2STATES + d] += (
            pool_and_movers[movers_1 + U_PAD + d] * rate_1
            + pool_and_movers[movers_2 + U_PAD + d] * rate_2
            + pool_and_movers[movers_3 + U_PAD + d] * rate_3
        )


@njit(**SUMS)
def arrive_from_groups(routes: Floats, arrays: RunArrays, week_0: int) -> None:
    """Add the movers from other target groups, some routes at a time; the last two weeks become one open class."""
    states, pool_and_movers = arrays.states, arrays.pool_and_movers
    movers_offset, route_offset, share = arrays.movers_offset, arrays.route_offset, arrays.moved_share
    n_constant, n_arrivals = arrays.n_constant, arrays.n_arrivals
    for g in range(G):
        for m in range(0, n_constant[g], 3):
            for o in range(N_ORIGINS):
                _arrive_at_one_rate(
                    states,
                    pool_and_movers,
                    np.uint64((g * N_ORIGINS + o) * STATES * STATE_PAD + week_0),
                    movers_offset[g, m, o],
                    share[g, m, o],
                    movers_offset[g, m + 1, o],
                    share[g, m + 1, o],
                    movers_offset[g, m + 2, o],
                    share[g, m + 2, o],
                )
        for m in range(n_constant[g], n_arrivals[g], 2):
            for o in range(N_ORIGINS):
                _arrive(
                    states,
                    pool_and_movers,
                    routes,
                    np.uint64((g * N_ORIGINS + o) * STATES * STATE_PAD + week_0),
                    movers_offset[g, m, o],
                    route_offset[g, m],
                    share[g, m, o],
                    movers_offset[g, m + 1, o],
                    route_offset[g, m + 1],
                    share[g, m + 1, o],
                )
        for o in range(N_ORIGINS):
            for state in range(STATES):
                last = ((g * N_ORIGINS + o) * STATES + state) * STATE_PAD + week_0 + D - 1
                states[last - 1] += states[last]
                states[last] = 0.0


@njit(**PLAIN)
def carry_back(states: Floats) -> None:
    """Carry rows that have moved all the way down back to the top."""
    for row in range(S * STATES):
        first = row * STATE_PAD
        for d in range(PAD):
            states[first + TOP + d] = states[first + d]
