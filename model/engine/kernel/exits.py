"""Steps 2 and 3 of a week: who leaves and where to, offers end, effects fade; all in sums over intervals of weeks.

The persons by accumulated week leave in ``ageing``; here are the sums that the record and the composition need.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from model.domain import N_ORIGINS
from model.engine.kernel import rows
from model.engine.kernel.inputs import RunArrays, RunInputs
from model.engine.kernel.layout import FADED as FADED_ROW
from model.engine.kernel.layout import (
    INTERVAL_ROWS,
    LANE_LOOP,
    LANES,
    MIN_PERSONS,
    N_CLASSES,
    SUMS,
    U_0,
    U_3LANES,
    U_K,
    U_LANES,
    U_M,
    Floats,
    G,
    Indices,
    Ints,
    K,
    M,
    S,
)

Four = tuple[float, float, float, float]
Five = tuple[float, float, float, float, float]
_FADED = np.uint64(FADED_ROW * LANES)


@njit(nogil=True, inline="always")
def _left_by(total: float, progression: float, leavers: Four, rest: float, means: Four) -> Five:
    """Return how the ``total`` persons of a state leave it by kind of offer.

    What multiplies a kind's hazard ratios of a job without and with the early package, of education and of progression,
    and the share that stays but for these.

    ``leavers``: for a job without and with the package, for education, by the special transfer;
    ``means``: the state's mean hazard ratios of the same.
    """
    job, job_early, education, special = leavers
    mean, mean_early, mean_education, mean_special = means
    share = 1.0 / total if total > MIN_PERSONS else 0.0
    return (
        job * share / mean if job > 0.0 else 0.0,
        job_early * share / mean_early if job_early > 0.0 else 0.0,
        education * share / mean_education if education > 0.0 else 0.0,
        special * share / mean_special if progression * special > 0.0 else 0.0,
        1.0 - (rest + (1.0 - progression) * special) * share,
    )


def _sum_exits_of(m: int) -> Callable[..., None]:
    """Return the function for class ``m`` of the mix of offers; compiled apart, so that all distances are known."""
    mix = np.uint64(m * LANES)

    @njit(**SUMS)
    def sum_class(
        lanes: Floats, intervals: Floats, by_class: Floats, class_of: Indices, begin: int, end: int
    ) -> None:
        for j in range(begin, end):
            offset = np.uint64(j * INTERVAL_ROWS * LANES)
            class_offset = class_of[j] * U_LANES
            for s in range(U_0, U_LANES):
                waiting = intervals[offset + s]
                inside = intervals[offset + rows.U_I_IN + s]
                after = intervals[offset + rows.U_I_AFTER + s]
                early = intervals[offset + rows.U_I_EARLY + s]
                education = intervals[offset + rows.U_I_EDUCATION + s] * lanes[rows.EDUCATION_SCALE + s]
                special = intervals[offset + rows.U_I_SPECIAL + s] * lanes[rows.SPECIAL_SCALE + s]
                fixed = intervals[offset + rows.U_I_FIXED + s]
                job = intervals[offset + rows.U_I_JOB + s] * lanes[rows.JOB_SCALE + s]
                ratio_in = (
                    early * lanes[rows.MEAN_IN_EARLY + mix + s]
                    + (1.0 - early) * lanes[rows.MEAN_IN + mix + s]
                )
                ratio_after = (
                    early * lanes[rows.MEAN_AFTER_EARLY + s] + (1.0 - early) * lanes[rows.MEAN_AFTER + s]
                )
                job_in = job * ratio_in * inside
                job_after = job * ratio_after * after
                out_job = job * intervals[offset + rows.U_I_RATIO + s] * waiting + job_in + job_after
                education_in = education * lanes[rows.EDUCATION_IN + mix + s] * inside
                education_after = education * lanes[rows.EDUCATION_AFTER + s] * after
                out_education = education * waiting + education_in + education_after
                special_in = special * lanes[rows.SPECIAL_IN + mix + s] * inside
                special_after = special * lanes[rows.SPECIAL_AFTER + s] * after
                present = waiting + inside + after
                out_other = (
                    fixed * present
                    + special * lanes[rows.SPECIAL_WAITING + s] * waiting
                    + special_in
                    + special_after
                )
                by_class[class_offset + s] += present
                by_class[class_offset + rows.CLASS_JOB + s] += out_job
                by_class[class_offset + rows.CLASS_EDUCATION + s] += out_education
                by_class[class_offset + rows.CLASS_OTHER + s] += out_other
                lanes[rows.ALL_WAITING + s] += waiting
                lanes[rows.ALL_IN + mix + s] += inside
                lanes[rows.ALL_AFTER + s] += after
                lanes[rows.JOB_EXITS + s] += out_job
                lanes[rows.EDUCATION_EXITS + s] += out_education
                lanes[rows.OTHER_EXITS + s] += out_other
                lanes[rows.JOB_IN + mix + s] += (1.0 - early) * job_in
                lanes[rows.JOB_AFTER + s] += (1.0 - early) * job_after
                lanes[rows.JOB_IN_EARLY + mix + s] += early * job_in
                lanes[rows.JOB_AFTER_EARLY + s] += early * job_after
                lanes[rows.LEFT_EDUCATION_IN + mix + s] += education_in
                lanes[rows.LEFT_EDUCATION_AFTER + s] += education_after
                lanes[rows.LEFT_SPECIAL_IN + mix + s] += special_in
                lanes[rows.LEFT_SPECIAL_AFTER + s] += special_after
                lanes[rows.REST_IN + mix + s] += fixed * inside
                lanes[rows.REST_AFTER + s] += fixed * after

    compiled: Callable[..., None] = sum_class
    return compiled


_sum_exits_0, _sum_exits_1, _sum_exits_2 = (_sum_exits_of(m) for m in range(M))


@njit(**SUMS)
def sum_exits(lanes: Floats, intervals: Floats, by_class: Floats, class_of: Indices, mix_ends: Ints) -> None:
    """Sum who leaves in the week, by destination, state and duration class, over the intervals."""
    for i in range(U_0, np.uint64(4 * N_CLASSES * LANES)):
        by_class[i] = 0.0
    for i in range(rows.JOB_EXITS, rows.JOB_EXITS + U_3LANES):
        lanes[i] = 0.0
    for i in range(rows.ALL_WAITING, rows.ALL_WAITING + rows.SUMS):
        lanes[i] = 0.0
    _sum_exits_0(lanes, intervals, by_class, class_of, 0, mix_ends[0])
    _sum_exits_1(lanes, intervals, by_class, class_of, mix_ends[0], mix_ends[1])
    _sum_exits_2(lanes, intervals, by_class, class_of, mix_ends[1], mix_ends[2])


@njit(**SUMS)
def sum_transfers(inputs: RunInputs, arrays: RunArrays, n_intervals: int) -> None:
    """Sum who moves to another target group, and take them out of the other exits."""
    route_to, route_special, route_scales = inputs.route_to, inputs.route_special, inputs.route_scales
    lanes, intervals, route_rate = arrays.lanes, arrays.intervals, arrays.route_rate
    constant_rate, transfers_in, to_after = arrays.constant_rate, arrays.transfers_in, arrays.to_after
    mix_of = arrays.mix_of
    for s in range(S):
        transfers_in[s] = 0.0
        to_after[s] = 0.0
    for i in range(rows.TRANSFERS_TO, rows.TRANSFERS_TO + np.uint64(G * LANES)):
        lanes[i] = 0.0
    for g in range(G):
        for n in range(route_to.shape[1]):
            h = route_to[g, n]
            if h < 0:
                break
            rate = route_rate[g, n, 0]
            for o in range(N_ORIGINS):
                s = g * N_ORIGINS + o
                lane = np.uint64(s)
                own = route_special[g, n] != 0
                ratio_waiting = lanes[rows.SPECIAL_WAITING + lane] if own else 1.0
                ratio_after = lanes[rows.SPECIAL_AFTER + lane] if own else 1.0
                if constant_rate[g, n]:
                    moved_waiting = rate * lanes[rows.ALL_WAITING + lane]
                    moved_in = 0.0
                    for m in range(U_0, U_M):
                        ratio_in = lanes[rows.SPECIAL_IN + m * U_LANES + lane] if own else 1.0
                        moved_in += rate * ratio_in * lanes[rows.ALL_IN + m * U_LANES + lane]
                    moved_after = rate * lanes[rows.ALL_AFTER + lane]
                else:
                    moved_waiting = 0.0
                    moved_in = 0.0
                    moved_after = 0.0
                    for j in range(n_intervals):
                        offset = j * INTERVAL_ROWS * LANES + s
                        moved_waiting += route_rate[g, n, j] * intervals[offset]
                        ratio_in = lanes[rows.SPECIAL_IN + mix_of[j] * U_LANES + lane] if own else 1.0
                        moved_in += route_rate[g, n, j] * ratio_in * intervals[offset + LANES]
                        moved_after += route_rate[g, n, j] * intervals[offset + 2 * LANES]
                moved_after = route_scales[s, n] * (moved_in + ratio_after * moved_after)
                moved = route_scales[s, n] * ratio_waiting * moved_waiting + moved_after
                # Two routes lead to one group where a third is closed.
                lanes[rows.TRANSFERS_TO + np.uint64(h * LANES) + lane] += moved
                lanes[rows.OTHER_EXITS + lane] -= moved
                transfers_in[h * N_ORIGINS + o] += moved
                to_after[h * N_ORIGINS + o] += moved_after
    for s in range(S):
        lane = np.uint64(s)
        lanes[rows.OTHER_EXITS + lane] = max(lanes[rows.OTHER_EXITS + lane], 0.0)
        lanes[rows.TRANSFERS_IN + lane] = transfers_in[s]
        lanes[rows.TO_AFTER + lane] = to_after[s]


def _end_offers_of(m: int) -> Callable[..., None]:
    """Return the function for class ``m`` of the mix of offers; compiled apart, so that all distances are known."""
    mix = np.uint64(m * LANES)
    kinds = np.uint64(int(rows.MIX_IN) + m * K * LANES)
    first = m == 0

    @njit(**LANE_LOOP)
    def end_class(lanes: Floats) -> None:
        for s in range(U_0, U_LANES):
            job_share, early_share, education_share, special_share, stay_share = _left_by(
                lanes[rows.IN_TOTAL + mix + s],
                lanes[rows.PROGRESSION + s],
                (
                    lanes[rows.JOB_IN + mix + s],
                    lanes[rows.JOB_IN_EARLY + mix + s],
                    lanes[rows.LEFT_EDUCATION_IN + mix + s],
                    lanes[rows.LEFT_SPECIAL_IN + mix + s],
                ),
                lanes[rows.REST_IN + mix + s],
                (
                    lanes[rows.MEAN_IN + mix + s],
                    lanes[rows.MEAN_IN_EARLY + mix + s],
                    lanes[rows.EDUCATION_IN + mix + s],
                    lanes[rows.SPECIAL_IN + mix + s],
                ),
            )
            staying = 0.0
            for k in range(U_0, U_K):
                left = lanes[kinds + k * U_LANES + s] * (
                    stay_share
                    - job_share * lanes[rows.RATIO_IN + k * U_LANES + s]
                    - early_share * lanes[rows.RATIO_IN_EARLY + k * U_LANES + s]
                    - education_share * lanes[rows.HRE_IN + k * U_LANES + s]
                    - special_share * lanes[rows.HRP_IN + k * U_LANES + s]
                )
                lanes[kinds + k * U_LANES + s] = left
                staying += left
            # Who passes into the next class of weeks takes the mix along.
            passing = lanes[rows.PASSING + mix + s] / staying if staying > MIN_PERSONS else 0.0
            left_all = 0.0
            ended_all = 0.0
            for k in range(U_0, U_K):
                left = lanes[kinds + k * U_LANES + s]
                on = passing * left
                left -= on
                if not first:
                    left += lanes[rows.FROM_BEFORE + k * U_LANES + s]
                lanes[rows.FROM_BEFORE + k * U_LANES + s] = on
                ended = left * lanes[rows.END + k * U_LANES + s]
                left_all += left
                ended_all += ended
                lanes[kinds + k * U_LANES + s] = left - ended
                if first:
                    lanes[rows.IN + k * U_LANES + s] = left - ended
                    lanes[rows.ENDED_KIND + k * U_LANES + s] = ended
                else:
                    lanes[rows.IN + k * U_LANES + s] += left - ended
                    lanes[rows.ENDED_KIND + k * U_LANES + s] += ended
            lanes[rows.ENDED + mix + s] = ended_all / left_all if left_all > 0.0 else 0.0

    compiled: Callable[..., None] = end_class
    return compiled


_end_offers_0, _end_offers_1, _end_offers_2 = (_end_offers_of(m) for m in range(M))


@njit(**LANE_LOOP)
def end_offers(lanes: Floats) -> None:
    """Write the composition of the two states after the exits: offers end, effects fade; and move the pool on."""
    _end_offers_0(lanes)
    _end_offers_1(lanes)
    _end_offers_2(lanes)
    for s in range(U_0, U_LANES):
        progression = lanes[rows.PROGRESSION + s]
        job_share, early_share, education_share, special_share, stay_share = _left_by(
            lanes[rows.AFTER_TOTAL + s],
            progression,
            (
                lanes[rows.JOB_AFTER + s],
                lanes[rows.JOB_AFTER_EARLY + s],
                lanes[rows.LEFT_EDUCATION_AFTER + s],
                lanes[rows.LEFT_SPECIAL_AFTER + s],
            ),
            lanes[rows.REST_AFTER + s],
            (
                lanes[rows.MEAN_AFTER + s],
                lanes[rows.MEAN_AFTER_EARLY + s],
                lanes[rows.EDUCATION_AFTER + s],
                lanes[rows.SPECIAL_AFTER + s],
            ),
        )
        faded = lanes[rows.TO_AFTER + s]
        for k in range(U_0, U_K):
            left = lanes[rows.AFTER + k * U_LANES + s] * (
                stay_share
                - job_share * lanes[rows.RATIO_AFTER + k * U_LANES + s]
                - early_share * lanes[rows.RATIO_AFTER_EARLY + k * U_LANES + s]
                - education_share * lanes[rows.HRE_AFTER + k * U_LANES + s]
                - special_share * lanes[rows.HRP_AFTER + k * U_LANES + s]
            )
            gone = left * lanes[rows.FADE + k * U_LANES + s]
            faded += gone
            lanes[rows.AFTER + k * U_LANES + s] = left - gone + lanes[rows.ENDED_KIND + k * U_LANES + s]
        left = lanes[rows.AFTER + _FADED + s] * (
            stay_share
            - job_share * lanes[rows.RATIO_AFTER + _FADED + s]
            - early_share * lanes[rows.RATIO_AFTER_EARLY + _FADED + s]
            - education_share
            - special_share
        )
        lanes[rows.AFTER + _FADED + s] = left + faded

        return_1 = lanes[rows.RETURN_1 + s]
        return_2 = lanes[rows.RETURN_2 + s]
        onward_1 = lanes[rows.ONWARD_1 + s]
        onward_2 = lanes[rows.ONWARD_2 + s]
        leave = lanes[rows.LEAVE + s]
        pool_1 = lanes[rows.POOL_1 + s]
        pool_2 = lanes[rows.POOL_2 + s]
        pool_3 = lanes[rows.POOL_3 + s]
        late = return_2 * pool_3
        lanes[rows.LATE + s] = late
        lanes[rows.RETURNERS + s] = return_1 * pool_1 + return_2 * pool_2 + late
        pool_3 = pool_3 * (1.0 - return_2 - leave) + pool_2 * onward_2
        pool_2 = pool_2 * (1.0 - return_2 - leave - onward_2) + pool_1 * onward_1
        pool_1 = pool_1 * (1.0 - return_1 - onward_1) + lanes[rows.ENTERING + s]
        lanes[rows.POOL_1 + s] = pool_1
        lanes[rows.POOL_2 + s] = pool_2
        lanes[rows.POOL_3 + s] = pool_3
        lanes[rows.POOL + s] = pool_1 + pool_2 + pool_3
