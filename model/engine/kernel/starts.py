"""Step 6 of a week: firm places are shared out, then each segment's offers begin."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from model.domain import N_ORIGINS
from model.engine.kernel import rows
from model.engine.kernel.ageing import begin_and_end
from model.engine.kernel.inputs import GROUP, LEVER, MUNICIPAL, SCALAR, RunArrays, RunInputs
from model.engine.kernel.layout import (
    INTERVAL_ROWS,
    LANE_LOOP,
    LANES,
    MIX_OF,
    N_REFUND,
    NF,
    PAD,
    PLAIN,
    STATE_PAD,
    STATES,
    SUMS,
    U_0,
    U_2LANES,
    U_3LANES,
    U_4LANES,
    U_5LANES,
    U_6LANES,
    U_7LANES,
    U_8LANES,
    U_K,
    U_K1,
    U_LANES,
    U_M,
    U_MLANES,
    D,
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


# Numba's own max and min are calls, which keep a loop from vector units.
@njit(nogil=True, inline="always")
def _above_zero(value: float) -> float:
    return value if value > 0.0 else 0.0


@njit(nogil=True, inline="always")
def _least(value: float, other: float) -> float:
    return value if value < other else other


@njit(**PLAIN)
def _share_out(places: float, weight: Floats, ceiling: Floats, given: Floats, is_open: Ints) -> float:
    """Share ``places`` over the segments by weight up to each ceiling; return what nobody can use."""
    left = places
    for s in range(S):
        given[s] = 0.0
        is_open[s] = 1 if weight[s] > 0.0 and ceiling[s] > 0.0 else 0
    for _ in range(S):
        total = 0.0
        for s in range(S):
            if is_open[s] == 1:
                total += weight[s]
        if total <= 0.0 or left <= 0.0:
            break
        # Whoever's share of the rest passes its ceiling is filled and closed; then the rest is shared anew.
        closed = False
        rest = left
        for s in range(S):
            if is_open[s] == 1 and rest * weight[s] / total >= ceiling[s]:
                given[s] = ceiling[s]
                left -= ceiling[s]
                is_open[s] = 0
                closed = True
        if not closed:
            for s in range(S):
                if is_open[s] == 1:
                    given[s] = left * weight[s] / total
            left = 0.0
            break
    return max(left, 0.0)


def _may_start_of(m: int) -> Callable[..., None]:
    """Return the function for class ``m`` of the mix of offers; compiled apart, so that all distances are known."""
    mix = np.uint64(m * LANES)

    @njit(**LANE_LOOP)
    def sum_class(lanes: Floats, intervals: Floats, begin: int, end: int) -> None:
        for j in range(begin, end):
            offset = np.uint64(j * INTERVAL_ROWS * LANES)
            for s in range(U_0, U_LANES):
                x = intervals[offset + s]
                y = intervals[offset + rows.U_I_IN + s]
                z = intervals[offset + rows.U_I_AFTER + s]
                new = intervals[offset + rows.U_I_NEW + s]
                old = intervals[offset + rows.U_I_OLD + s]
                lanes[rows.CASELOAD + s] += x + y + z
                lanes[rows.IN_OFFER + s] += y
                lanes[rows.AFTER_OFFER + s] += z
                ending = lanes[rows.ENDED + mix + s] * y
                lanes[rows.ENDING + s] += ending
                lanes[rows.MAY_NEW + mix + s] += new * x
                lanes[rows.MAY_OLD + mix + s] += old * x
                lanes[rows.MAY_AFTER + mix + s] += (new + old) * (z + ending)

    compiled: Callable[..., None] = sum_class
    return compiled


_may_start_0, _may_start_1, _may_start_2 = (_may_start_of(m) for m in range(M))


@njit(**LANE_LOOP)
def _who_may_start(lanes: Floats, intervals: Floats, mix_ends: Ints) -> None:
    """Sum the caseload and who may begin an offer over the intervals.

    The composition after an offer is kept equal to the state, so that rounding cannot drift.
    """
    for i in range(rows.CASELOAD, rows.CASELOAD + U_4LANES):
        lanes[i] = 0.0
    for i in range(rows.MAY_NEW, rows.MAY_NEW + np.uint64(3) * U_MLANES):
        lanes[i] = 0.0
    for i in range(rows.ENDING, rows.ENDING + U_LANES):
        lanes[i] = 0.0
    _may_start_0(lanes, intervals, 0, mix_ends[0])
    _may_start_1(lanes, intervals, mix_ends[0], mix_ends[1])
    _may_start_2(lanes, intervals, mix_ends[1], mix_ends[2])
    for s in range(U_0, U_LANES):
        total = 0.0
        for k in range(U_0, U_K1):
            total += lanes[rows.AFTER + k * U_LANES + s]
        after = lanes[rows.AFTER_OFFER + s] + lanes[rows.ENDING + s]
        scale = after / total if total > 0.0 else 1.0
        for k in range(U_0, U_K1):
            lanes[rows.AFTER + k * U_LANES + s] *= scale


@njit(**PLAIN)
def _mix_of(other_mix: Floats, g: int, share: float, base: float) -> Four:
    """Return the shares of utility jobs, guidance, courses and education among a group's other offers.

    With the lever's ``share`` of education and courses where ``base`` was the baseline's.
    """
    utility = other_mix[g, 0]
    guidance = other_mix[g, 1]
    course = other_mix[g, 2]
    education = other_mix[g, 3]
    if share != base:
        if base > 0.0:
            course *= share / base
            education *= share / base
        else:
            course = share
        guidance -= share - base
        if guidance < 0.0:
            utility = max(0.0, utility + guidance)
            guidance = 0.0
    return utility, guidance, course, education


@njit(**SUMS)
def _demand(inputs: RunInputs, arrays: RunArrays, t: int) -> None:
    """Write the wanted offers and their mix, and the weights and ceilings by which segments get firm places."""
    group, levers, firm_base, use_factor = inputs.group, inputs.levers, inputs.firm_base, inputs.use_factor
    other_mix, lanes, weight, ceiling = inputs.other_mix, arrays.lanes, arrays.weight, arrays.ceiling
    equal = inputs.municipal[t, MUNICIPAL.equal_effort]
    for g in range(G):
        n_group = 0.0
        use_sum = 0.0
        norm = 0.0
        for o in range(N_ORIGINS):
            caseload = lanes[rows.CASELOAD + np.uint64(g * N_ORIGINS + o)]
            use = use_factor[g, o]
            n_group += caseload
            norm += (use + equal * (1.0 - use)) * caseload
            use_sum += firm_base[g * N_ORIGINS + o]
        base = group[g, GROUP.firm_priority]
        priority = levers[t, g, LEVER.firm_priority] / base if base > 0.0 else 0.0
        utility, guidance, course, education = _mix_of(
            other_mix, g, levers[t, g, LEVER.education_share], group[g, GROUP.education_share]
        )
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            lane = np.uint64(s)
            caseload = lanes[rows.CASELOAD + lane]
            base = firm_base[s]
            if equal > 0.0 and n_group > 0.0:
                base = (1.0 - equal) * base + equal * use_sum * caseload / n_group
            weight[s] = base * priority
            ceiling[s] = group[g, GROUP.firm_ceiling] * caseload
            use = use_factor[g, o]
            rate = 0.0
            if norm > 0.0:
                rate = levers[t, g, LEVER.activation_rate] * (use + equal * (1.0 - use)) * n_group / norm
            lanes[rows.OFFERS + lane] = min(rate, 1.0) * caseload
            lanes[rows.NEWCOMER + lane] = levers[t, g, LEVER.newcomer_priority]
            lanes[rows.MIX + lane] = utility
            lanes[rows.MIX + U_LANES + lane] = guidance
            lanes[rows.MIX + U_2LANES + lane] = course
            lanes[rows.MIX + U_3LANES + lane] = education


@njit(**PLAIN)
def _find_due(inputs: RunInputs, arrays: RunArrays, t: int, week_0: int) -> bool:
    """Write who waits and is due an offer by a deadline earlier than the baseline's; return whether anybody may be.

    As ``reference.due_offers``: up to the share that has had one by the baseline's deadline.
    """
    lanes, states, scalar = arrays.lanes, arrays.states, inputs.scalar
    somebody = False
    for g in range(G):
        deadline = min(int(inputs.levers[t, g, LEVER.offer_deadline_week]), D - 1)
        earlier = deadline < min(int(inputs.group[g, GROUP.offer_deadline_week]), D - 1)
        somebody = somebody or earlier
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            lane = np.uint64(s)
            lanes[rows.DUE + lane] = 0.0
            lanes[rows.START_DUE + lane] = 0.0
            if not earlier:
                continue
            place = s * STATES * STATE_PAD + week_0 + deadline
            waiting = states[place]
            with_offer = states[place + STATE_PAD] + states[place + 2 * STATE_PAD]
            total = waiting + with_offer
            if waiting <= 0.0 or lanes[rows.ENDED + MIX_OF[deadline] * U_LANES + lane] >= 1.0:
                continue
            share = scalar[SCALAR.deadline_compliance] * max(inputs.offered[s] - with_offer / total, 0.0)
            share = min(share / (1.0 - with_offer / total), scalar[SCALAR.max_start_share])
            lanes[rows.DUE + lane] = share * waiting
            for m in range(U_0, U_M):
                lanes[rows.DUE_MIX + m * U_LANES + lane] = 1.0 if m == MIX_OF[deadline] else 0.0
            lanes[rows.DUE_NEW + lane] = arrays.may_start[g * 2 * PAD + deadline]
            lanes[rows.DUE_OLD + lane] = arrays.may_start[(g * 2 + 1) * PAD + deadline]
    return somebody


@njit(**PLAIN)
def _begin_due(inputs: RunInputs, arrays: RunArrays, t: int, week_0: int, n_intervals: int) -> None:
    """Move those who are due from waiting into an offer, in the states and in the sums by interval.

    The share of offers that ends is taken from both later on, so that so many more are put in and fewer after one.
    """
    lanes, states, intervals = arrays.lanes, arrays.states, arrays.intervals
    for g in range(G):
        deadline = min(int(inputs.levers[t, g, LEVER.offer_deadline_week]), D - 1)
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            lane = np.uint64(s)
            due = lanes[rows.DUE + lane]
            if due <= 0.0:
                continue
            inside = due / (1.0 - lanes[rows.ENDED + MIX_OF[deadline] * U_LANES + lane])
            place = s * STATES * STATE_PAD + week_0 + deadline
            lanes[rows.START_DUE + lane] = due / states[place]
            states[place] -= due
            states[place + STATE_PAD] += inside
            states[place + 2 * STATE_PAD] -= inside - due
            for j in range(n_intervals):
                if arrays.edges[g, j] <= deadline < arrays.edges[g, j + 1]:
                    offset = j * INTERVAL_ROWS * LANES + s
                    intervals[offset] -= due
                    intervals[offset + LANES] += inside
                    intervals[offset + 2 * LANES] -= inside - due


@njit(**LANE_LOOP)
def _begin_by_kind(lanes: Floats, place_mix: Five, max_start: float) -> None:
    """Write the offers that begin by kind, and the chances to begin one for newcomers and for the others.

    Firm-oriented offers first, the rest by the group's mix in the order of replacement: firm places above the
    baseline's replace guidance first, then utility jobs, courses, education; below it guidance fills.
    """
    m0, m1, m2, m3, m4 = place_mix
    for s in range(U_0, U_LANES):
        offers = lanes[rows.OFFERS + s]
        firm = lanes[rows.GIVEN + s]
        base = lanes[rows.FIRM_BASE + s]
        own = _least(firm, base)
        more = _above_zero(firm - base)
        t0 = own * lanes[rows.FIRM_MIX + s] + more * m0
        t1 = own * lanes[rows.FIRM_MIX + U_LANES + s] + more * m1
        t2 = own * lanes[rows.FIRM_MIX + U_2LANES + s] + more * m2
        t3 = own * lanes[rows.FIRM_MIX + U_3LANES + s] + more * m3
        t4 = own * lanes[rows.FIRM_MIX + U_4LANES + s] + more * m4
        planned = _above_zero(offers - base)
        wanted = _above_zero(offers - firm)
        utility = planned * lanes[rows.MIX + s]
        guidance = planned * lanes[rows.MIX + U_LANES + s] + _above_zero(wanted - planned)
        course = planned * lanes[rows.MIX + U_2LANES + s]
        education = planned * lanes[rows.MIX + U_3LANES + s]
        cut = _above_zero(planned - wanted)
        take = _least(cut, guidance)
        guidance -= take
        cut -= take
        take = _least(cut, utility)
        utility -= take
        cut -= take
        take = _least(cut, course)
        course -= take
        cut -= take
        education -= _least(cut, education)
        b0 = _above_zero(t0 - lanes[rows.IN + s])
        b1 = _above_zero(t1 - lanes[rows.IN + U_LANES + s])
        b2 = _above_zero(t2 - lanes[rows.IN + U_2LANES + s])
        b3 = _above_zero(t3 - lanes[rows.IN + U_3LANES + s])
        b4 = _above_zero(t4 - lanes[rows.IN + U_4LANES + s])
        b5 = _above_zero(utility - lanes[rows.IN + U_5LANES + s])
        b6 = _above_zero(guidance - lanes[rows.IN + U_6LANES + s])
        b7 = _above_zero(course - lanes[rows.IN + U_7LANES + s])
        b8 = _above_zero(education - lanes[rows.IN + U_8LANES + s])
        whole = b0 + b1 + b2 + b3 + b4 + b5 + b6 + b7 + b8
        due = _least(lanes[rows.DUE + s], whole)
        lanes[rows.DUE + s] = due
        wanted = whole - due

        newcomer = lanes[rows.NEWCOMER + s]
        may_new = -due * lanes[rows.DUE_NEW + s]
        may_old = -due * lanes[rows.DUE_OLD + s]
        may_after = 0.0
        for m in range(U_0, U_M):
            may_new += lanes[rows.MAY_NEW + m * U_LANES + s]
            may_old += lanes[rows.MAY_OLD + m * U_LANES + s]
            may_after += lanes[rows.MAY_AFTER + m * U_LANES + s]
        may_old += may_after
        pull = newcomer * may_new + may_old
        chance_old = wanted / pull if pull > 0.0 else 0.0
        chance_new = newcomer * chance_old
        rest = _above_zero((wanted - max_start * may_new) / may_old) if may_old > 0.0 else 0.0
        chance_old = rest if chance_new > max_start else chance_old
        chance_new = _least(chance_new, max_start)
        # Weights below one: the rest falls to the newcomers.
        rest = _least(max_start, (wanted - max_start * may_old) / may_new) if may_new > 0.0 else 0.0
        chance_new = rest if chance_old > max_start else chance_new
        chance_old = _least(chance_old, max_start)
        begun = chance_new * may_new + chance_old * may_old + due
        short = begun < whole * (1.0 - 1e-9)
        share = begun / whole if short else 1.0
        lanes[rows.SHORT + s] = 1.0 if short else 0.0
        lanes[rows.START_NEW + s] = chance_new
        lanes[rows.START_OLD + s] = chance_old
        lanes[rows.STARTS + s] = b0 * share
        lanes[rows.STARTS + U_LANES + s] = b1 * share
        lanes[rows.STARTS + U_2LANES + s] = b2 * share
        lanes[rows.STARTS + U_3LANES + s] = b3 * share
        lanes[rows.STARTS + U_4LANES + s] = b4 * share
        lanes[rows.STARTS + U_5LANES + s] = b5 * share
        lanes[rows.STARTS + U_6LANES + s] = b6 * share
        lanes[rows.STARTS + U_7LANES + s] = b7 * share
        lanes[rows.STARTS + U_8LANES + s] = b8 * share
        total = 0.0
        for k in range(U_0, U_K1):
            total += lanes[rows.AFTER + k * U_LANES + s]
        stay_share = 1.0 - chance_old * may_after / total if total > 0.0 else 1.0
        for k in range(U_0, U_K1):
            lanes[rows.AFTER + k * U_LANES + s] *= stay_share
        lanes[rows.BEGUN + s] = begun


def _begin_in_of(m: int) -> Callable[..., None]:
    """Return the function for class ``m`` of the mix of offers; compiled apart, so that all distances are known."""
    mix = np.uint64(m * LANES)
    kinds = np.uint64(int(rows.MIX_IN) + m * K * LANES)

    @njit(**LANE_LOOP)
    def begin(lanes: Floats) -> None:
        """Put those who begin an offer into it: all begin the same kinds, in whatever week they are."""
        for s in range(U_0, U_LANES):
            begun = lanes[rows.BEGUN + s]
            each = 1.0 / begun if begun > 0.0 else 0.0
            own = lanes[rows.DUE + s] * lanes[rows.DUE_MIX + mix + s]
            new = lanes[rows.MAY_NEW + mix + s] - own * lanes[rows.DUE_NEW + s]
            old = lanes[rows.MAY_OLD + mix + s] - own * lanes[rows.DUE_OLD + s]
            others = lanes[rows.START_OLD + s] * (old + lanes[rows.MAY_AFTER + mix + s])
            portion = each * (own + lanes[rows.START_NEW + s] * new + others)
            for k in range(U_0, U_K):
                starts = portion * lanes[rows.STARTS + k * U_LANES + s]
                lanes[kinds + k * U_LANES + s] += starts
                lanes[rows.IN + k * U_LANES + s] += starts

    compiled: Callable[..., None] = begin
    return compiled


_begin_in_0, _begin_in_1, _begin_in_2 = (_begin_in_of(m) for m in range(M))


@njit(**SUMS)
def start_offers(
    inputs: RunInputs, arrays: RunArrays, t: int, week_0: int, n_intervals: int, firm: Floats, limits: Ints
) -> None:
    """Share out the firm places and write each segment's starts; note where their limit binds first.

    ``week_0``: the place of week 0 in the rows of states; ``firm`` [4]: places, those filled, those left, those above
    all ceilings.
    """
    lanes, given = arrays.lanes, arrays.given
    _who_may_start(lanes, arrays.intervals, arrays.mix_ends)
    _demand(inputs, arrays, t)
    places = inputs.municipal[t, MUNICIPAL.firm_places]
    above_ceilings = _share_out(places, arrays.weight, arrays.ceiling, given, arrays.is_open)
    for s in range(S):
        lane = np.uint64(s)
        lanes[rows.GIVEN + lane] = given[s]
        lanes[rows.OFFERS + lane] = max(lanes[rows.OFFERS + lane], given[s])
    mix = inputs.place_mix
    new_places = (mix[t, 0], mix[t, 1], mix[t, 2], mix[t, 3], mix[t, 4])
    some_due = _find_due(inputs, arrays, t, week_0)
    _begin_by_kind(lanes, new_places, inputs.scalar[SCALAR.max_start_share])
    _begin_in_0(lanes)
    _begin_in_1(lanes)
    _begin_in_2(lanes)
    if some_due:
        _begin_due(inputs, arrays, t, week_0, n_intervals)
    in_firm = 0.0
    for s in range(S):
        lane = np.uint64(s)
        g = s // N_ORIGINS
        if lanes[rows.SHORT + lane] > 0.0 and limits[1, g] < 0 and lanes[rows.CASELOAD + lane] > 1e-9:
            limits[1, g] = t
        for k in range(NF):
            in_firm += lanes[rows.IN + np.uint64(k * LANES) + lane]
    firm[0] = places
    firm[1] = min(in_firm, places)
    firm[2] = places - firm[1]
    firm[3] = above_ceilings


def _begin_offers_of(m: int) -> Callable[..., None]:
    """Return the function for class ``m`` of the mix of offers; compiled apart, so that all distances are known."""
    mix = np.uint64(m * LANES)

    @njit(**SUMS)
    def begin_class(
        lanes: Floats, intervals: Floats, by_class: Floats, refund_of: Indices, begin: int, end: int
    ) -> None:
        for j in range(begin, end):
            offset = np.uint64(j * INTERVAL_ROWS * LANES)
            refund_offset = rows.REFUND + refund_of[j] * U_LANES
            for s in range(U_0, U_LANES):
                new = intervals[offset + rows.U_I_NEW + s] * lanes[rows.START_NEW + s]
                old = lanes[rows.START_OLD + s]
                x, y, z = begin_and_end(
                    intervals[offset + s],
                    intervals[offset + rows.U_I_IN + s],
                    intervals[offset + rows.U_I_AFTER + s],
                    lanes[rows.ENDED + mix + s],
                    new + intervals[offset + rows.U_I_OLD + s] * old,
                    (intervals[offset + rows.U_I_NEW + s] + intervals[offset + rows.U_I_OLD + s]) * old,
                )
                intervals[offset + s] = x
                intervals[offset + rows.U_I_IN + s] = y
                intervals[offset + rows.U_I_AFTER + s] = z
                by_class[refund_offset + s] += x + y + z
                lanes[rows.CASELOAD + s] += x + y + z
                lanes[rows.WAITING + s] += x
                lanes[rows.IN_OFFER + s] += y
                lanes[rows.AFTER_OFFER + s] += z

    compiled: Callable[..., None] = begin_class
    return compiled


_begin_offers_0, _begin_offers_1, _begin_offers_2 = (_begin_offers_of(m) for m in range(M))


@njit(**SUMS)
def begin_offers(
    lanes: Floats, intervals: Floats, by_class: Floats, refund_of: Indices, mix_ends: Ints
) -> None:
    """End and begin offers in the sums by interval (in the states themselves when the next week begins)."""
    for i in range(rows.REFUND, rows.REFUND + np.uint64(N_REFUND * LANES)):
        by_class[i] = 0.0
    for i in range(rows.CASELOAD, rows.CASELOAD + U_4LANES):
        lanes[i] = 0.0
    _begin_offers_0(lanes, intervals, by_class, refund_of, 0, mix_ends[0])
    _begin_offers_1(lanes, intervals, by_class, refund_of, mix_ends[0], mix_ends[1])
    _begin_offers_2(lanes, intervals, by_class, refund_of, mix_ends[1], mix_ends[2])
