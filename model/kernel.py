"""The compiled week loop: stocks by room, segment and accumulated week, one week at a time, for a batch of runs.

Compiled once by Numba and cached beside this file; releases the GIL, keeps no state of its own, and is driven by
``model.engine`` (batches over threads). The order of the steps is that of ``model/data/method`` and the README:
hazard ratios, exits, offers end, ageing, arrivals, starts, record.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.domain import (
    DURATION_CLASSES,
    N_DURATIONS,
    N_EXITS,
    N_FIRM,
    N_GROUPS,
    N_KINDS,
    N_ORIGINS,
    N_SEGMENTS,
    REFUND_CLASSES,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

G = N_GROUPS
O = N_ORIGINS  # noqa: E741 - the model text's own letter for origins
S = N_SEGMENTS
D = N_DURATIONS
K = N_KINDS
NF = N_FIRM
FADED = K  # index of the tenth composition class of those after an offer: effect over
MAX_INTERVALS = 40

# Columns of one segment's record for one week; ``model.outcome`` reads them by these names.
FIELD_SIZES = {
    "caseload": 1,
    "waiting": 1,
    "in_offer": 1,
    "after_offer": 1,
    "refund_class": 4,
    "duration_sum": 1,
    "inflow_external": 1,
    "inflow_returners": 1,
    "inflow_transfers": 1,
    "exits": N_EXITS,
    "starts": K,
    "participants": K,
    "class_persons": 7,
    "class_job": 7,
    "class_education": 7,
    "class_other": 7,
    "reached_13": 2,
    "start_share": 2,
    "pool": 1,
}
FIELDS: dict[str, tuple[int, int]] = {}
_at = 0
for _name, _size in FIELD_SIZES.items():
    FIELDS[_name] = (_at, _at + _size)
    _at += _size
N_FIELDS = _at

F_REFUND = FIELDS["refund_class"][0]
F_DURATION = FIELDS["duration_sum"][0]
F_INFLOW = FIELDS["inflow_external"][0]
F_RETURN = FIELDS["inflow_returners"][0]
F_TRANSFER = FIELDS["inflow_transfers"][0]
F_EXITS = FIELDS["exits"][0]
F_STARTS = FIELDS["starts"][0]
F_PARTICIPANTS = FIELDS["participants"][0]
F_CLASS = FIELDS["class_persons"][0]
F_CLASS_JOB = FIELDS["class_job"][0]
F_CLASS_EDU = FIELDS["class_education"][0]
F_CLASS_OTHER = FIELDS["class_other"][0]
F_REACHED = FIELDS["reached_13"][0]
F_SHARE = FIELDS["start_share"][0]
F_POOL = FIELDS["pool"][0]

_CLASS_OF = np.searchsorted(np.array(DURATION_CLASSES), np.arange(D), side="right").astype(np.int64) - 1
_REFUND_OF = np.searchsorted(np.array(REFUND_CLASSES), np.arange(D), side="right").astype(np.int64) - 1

# Sums may be reordered and fused (vector units); nothing else of IEEE arithmetic is given up.
_FASTMATH = {"reassoc", "contract", "nsz"}


class KernelParameters(NamedTuple):
    """Parameter sets, leading axis = set. Scalars are packed in ``scalar`` (see SCALARS)."""

    job: Floats  # [P, G, D]
    education: Floats
    other: Floats
    origin_factor: Floats  # [P, G, O]
    route_to: Ints  # [P, G, R] destination groups of transfers, -1 where none
    route_rate: Floats  # [P, G, R, D]
    route_progression: Ints  # [P, G, R] 1 where the transfer has hazard ratios of its own
    route_fleksjob: Ints  # [P, G, R] 1 for ledighedsydelse to fleksjob
    hr_job: Floats  # [P, 2, G, K] during, after
    hr_education: Floats
    hr_progression: Floats
    end_rate: Floats  # [P, G, K] 1 / offer weeks
    fade_rate: Floats  # [P, G, K] 1 / effect weeks
    group: Floats  # [P, G, GROUP_COLUMNS]
    scalar: Floats  # [P, SCALARS]
    return_rate: Floats  # [P, G, 2]
    season: Floats  # [P, 3, G, 53] inflow, job, education
    profile: Floats  # [P, G, D] external arrivals by accumulated weeks
    use_factor: Floats  # [P, G, O]
    firm_mix: Floats  # [P, G, 5]
    other_mix: Floats  # [P, G, 4]
    base_bounds: Ints  # [P, G, D] 1 where an interval of constant rates begins


GROUP_COLUMNS = (
    "displaced",
    "hr_meeting",
    "hr_mentor_job",
    "hr_mentor_education",
    "hr_caseworker",
    "hr_partial_return",
    "hr_motivation",
    "hr_early",
    "economy_inflow_sensitivity",
    "economy_job_sensitivity",
    "firm_use",
    "firm_ceiling",
    "meetings",
    "mentor_share",
    "education_share",
    "firm_priority",
    "offer_deadline_week",
)
SCALARS = (
    "displacement",
    "diminishing",
    "diminishing_floor",
    "early_weeks",
    "motivation_weeks",
    "newcomer_weeks",
    "max_meetings",
    "ratio_low",
    "ratio_high",
    "max_start_share",
    "pool_leave",
    "pool_stage_1_weeks",
    "pool_stage_2_weeks",
    "caseworker_changes",
    "partial_return",
    "fleksjob_openings",
)
_C_DISPLACED, _C_MEETING, _C_MENTOR_JOB, _C_MENTOR_EDU, _C_CASEWORKER, _C_PARTIAL, _C_MOTIVATION, _C_EARLY = range(8)
_C_ECON_IN, _C_ECON_JOB, _C_USE, _C_CEILING, _C_MEETINGS, _C_MENTOR, _C_EDUSHARE, _C_PRIORITY, _C_DEADLINE = range(8, 17)
(
    _S_DISPLACEMENT,
    _S_DIMINISHING,
    _S_FLOOR,
    _S_EARLY_WEEKS,
    _S_MOTIVATION_WEEKS,
    _S_NEWCOMER,
    _S_MAX_MEETINGS,
    _S_LOW,
    _S_HIGH,
    _S_MAX_START,
    _S_LEAVE,
    _S_STAGE1,
    _S_STAGE2,
    _S_CASEWORKER,
    _S_PARTIAL,
    _S_FLEKS,
) = range(16)


class KernelStart(NamedTuple):
    """Calibrated start states, leading axis = parameter set."""

    rooms: Floats  # [P, 3, S, D]
    participants: Floats  # [P, S, K]
    after: Floats  # [P, S, K + 1]
    pool: Floats  # [P, 2, S, D]
    pool_late: Floats  # [P, S]
    inflow: Floats  # [P, S] a week
    mean_ratio: Floats  # [P, 3, S] job, education, progression
    firm_share: Floats  # [P, S] firm-oriented participants / caseload at the baseline
    offered: Floats  # [P, S] share with an offer at the deadline week at the baseline
    transfer_scale: Floats  # [P, G, O] on transfers into the segment
    firm_base: Floats  # [P, S] firm places in use at the baseline


class KernelPaths(NamedTuple):
    """Lever paths, leading axis = path set."""

    group: Floats  # [L, T, G, 8] in the order of PATH_GROUP
    municipal: Floats  # [L, T, 8] in the order of PATH_MUNICIPAL
    mix: Floats  # [L, T, 5]
    week_of_year: Ints  # [L, T]


PATH_GROUP = (
    "activation_rate",
    "firm_priority",
    "first_offer_week",
    "offer_deadline_week",
    "newcomer_priority",
    "meetings",
    "mentor_share",
    "education_share",
)
PATH_MUNICIPAL = (
    "firm_places",
    "equal_effort",
    "caseworker_changes",
    "partial_return",
    "fleksjob_openings",
    "early_package",
    "economy_inflow",
    "economy_job",
)
(_L_ACTIVATION, _L_PRIORITY, _L_FIRST, _L_DEADLINE, _L_NEWCOMER, _L_MEETINGS, _L_MENTOR, _L_EDUSHARE) = range(8)
(_M_PLACES, _M_EQUAL, _M_CASEWORKER, _M_PARTIAL, _M_FLEKS, _M_EARLY, _M_ECON_IN, _M_ECON_JOB) = range(8)


@njit(cache=True, nogil=True, inline="always")
def _net(ratio: float, kept: float) -> float:
    """Hazard ratio after displacement: gains shrink to the share that is kept, losses do not."""
    if ratio > 1.0:
        return 1.0 + (ratio - 1.0) * kept
    return ratio


@njit(cache=True, nogil=True, inline="always")
def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


@njit(cache=True, nogil=True, fastmath=_FASTMATH)
def _interval_sums(room: Floats, bounds: Ints, n: int, out: Floats) -> None:
    """Sum of one room's persons over each interval of accumulated weeks."""
    for j in range(n):
        total = 0.0
        for d in range(bounds[j], bounds[j + 1]):
            total += room[d]
        out[j] = total


@njit(cache=True, nogil=True, fastmath=_FASTMATH)
def _range_sum(room: Floats, begin: int, end: int) -> float:
    total = 0.0
    for d in range(begin, end):
        total += room[d]
    return total


@njit(cache=True, nogil=True, fastmath=_FASTMATH)
def _shift(
    w: Floats, i: Floats, a: Floats, w2: Floats, i2: Floats, a2: Floats, q1: Floats, q2: Floats,
    begin: int, end: int, stay_w: float, stay_i: float, stay_a: float, ended: float,
    job_w: float, job_i: float, job_a: float, r1: float, r2: float, keep1: float, keep2: float, on1: float,
) -> None:
    """Stayers of one interval age by a week, job leavers enter the pool, returners come back at their weeks."""
    for d in range(begin, end):
        x = w[d]
        y = i[d]
        z = a[d]
        b1 = q1[d + 1]
        b2 = q2[d + 1]
        w2[d + 1] = x * stay_w + r1 * b1 + r2 * b2
        i2[d + 1] = y * (stay_i * (1.0 - ended))
        a2[d + 1] = z * stay_a + y * (stay_i * ended)
        q1[d + 1] = b1 * keep1 + (x * job_w + y * job_i + z * job_a)
        q2[d + 1] = b2 * keep2 + b1 * on1


@njit(cache=True, nogil=True, fastmath=_FASTMATH)
def _transfer(
    w: Floats, i: Floats, a: Floats, to_w: Floats, to_a: Floats, begin: int, end: int,
    rate_w: float, rate_i: float, rate_a: float,
) -> None:
    """Movers of one interval arrive a week older: from waiting in waiting, all others after an offer."""
    for d in range(begin, end):
        to_w[d + 1] += w[d] * rate_w
        to_a[d + 1] += i[d] * rate_i + a[d] * rate_a


@njit(cache=True, nogil=True, fastmath=_FASTMATH)
def _begin_offers(w: Floats, i: Floats, a: Floats, begin: int, end: int, from_w: float, from_a: float) -> None:
    for d in range(begin, end):
        x = w[d] * from_w
        y = a[d] * from_a
        w[d] -= x
        a[d] -= y
        i[d] += x + y


@njit(cache=True, nogil=True, fastmath=_FASTMATH)
def _add(to: Floats, what: Floats, n: int) -> None:
    for d in range(n):
        to[d] += what[d]


@njit(cache=True, nogil=True, fastmath=_FASTMATH)
def _duration_sum(w: Floats, i: Floats, a: Floats) -> float:
    total = 0.0
    for d in range(D):
        total += d * (w[d] + i[d] + a[d])
    return total


@njit(cache=True, nogil=True)
def _kind_ratios(
    kinds: Floats, after_kinds: Floats, dim: float, kept: float, ratio_in: Floats, ratio_after: Floats
) -> None:
    """Net job hazard ratios by kind, in an offer [K] and after it [K + 1], before the levers' common factor."""
    for k in range(K):
        h = kinds[k]
        if h > 1.0:
            gain = (h - 1.0) * (dim if k < NF else 1.0)
            h = _net(1.0 + gain, kept)
        ratio_in[k] = h
        h = after_kinds[k]
        if h > 1.0:
            gain = (h - 1.0) * (dim if k < NF else 1.0)
            h = _net(1.0 + gain, kept)
        ratio_after[k] = h
    ratio_after[FADED] = 1.0


@njit(cache=True, nogil=True)
def _room_mean(shares: Floats, ratio: Floats, n: int, common: float, low: float, high: float, out: Floats) -> float:
    """Mean total ratio of a room, clipped kind by kind; the clipped ratios in ``out``."""
    total = 0.0
    weighted = 0.0
    for k in range(n):
        r = _clip(ratio[k] * common, low, high)
        out[k] = r
        total += shares[k]
        weighted += shares[k] * r
    return weighted / total if total > 0.0 else out[n - 1]


@njit(cache=True, nogil=True)
def _limit_binds(shares: Floats, ratio: Floats, n: int, common: float, low: float, high: float) -> bool:
    for k in range(n):
        r = ratio[k] * common
        if shares[k] > 0.0 and (r > high or r < low):
            return True
    return False


@njit(cache=True, nogil=True)
def _share_out(
    places: float, weight: Floats, ceiling: Floats, given: Floats, is_open: Ints
) -> float:
    """Water-fill ``places`` over the segments by weight up to each ceiling; returns what nobody can use."""
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


@njit(cache=True, nogil=True)
def target_kinds(
    offers: float, firm: float, firm_base: float, firm_mix: Floats, place_mix: Floats, other_mix: Floats,
    education_share: float, base_share: float, out: Floats, mix: Floats,
) -> None:
    """Places by kind [K] for one segment: firm-oriented first, the rest by the group's mix in the order of replacement.

    ``offers`` and ``firm`` in full-time places; firm places above ``firm_base`` replace guidance first, then utility
    jobs, courses, education; below it guidance fills.
    """
    for k in range(NF):
        if firm <= firm_base:
            out[k] = firm * firm_mix[k]
        else:
            out[k] = firm_base * firm_mix[k] + (firm - firm_base) * place_mix[k]
    # other_mix: utility_job, guidance, course, education
    for k in range(4):
        mix[k] = other_mix[k]
    if education_share != base_share:
        if base_share > 0.0:
            mix[2] = other_mix[2] * (education_share / base_share)
            mix[3] = other_mix[3] * (education_share / base_share)
        else:
            mix[2] = education_share
            mix[3] = 0.0
        mix[1] = other_mix[1] - (education_share - base_share)
        if mix[1] < 0.0:
            mix[0] = max(0.0, mix[0] + mix[1])
            mix[1] = 0.0
    planned = max(0.0, offers - firm_base)
    wanted = max(0.0, offers - firm)
    for k in range(4):
        out[NF + k] = planned * mix[k]
    if wanted > planned:
        out[NF + 1] += wanted - planned
    elif wanted < planned:
        cut = planned - wanted
        for step in range(4):
            k = 1 if step == 0 else (0 if step == 1 else step)
            take = min(cut, out[NF + k])
            out[NF + k] -= take
            cut -= take


@njit(cache=True, nogil=True)
def _run(
    p: KernelParameters, start: KernelStart, paths: KernelPaths, ip: int, il: int, weeks: int,
    record: Floats, firm_record: Floats, limits: Ints,
) -> None:
    """One run of ``weeks`` weeks into record [T + 1, S, N_FIELDS], firm_record [T, 4] and limits [2, G]."""
    scalar = p.scalar[ip]
    low = scalar[_S_LOW]
    high = scalar[_S_HIGH]
    early_weeks = int(scalar[_S_EARLY_WEEKS])
    motivation_weeks = int(scalar[_S_MOTIVATION_WEEKS])
    newcomer_weeks = int(scalar[_S_NEWCOMER])
    max_start = scalar[_S_MAX_START]
    leave = scalar[_S_LEAVE]
    on1 = 1.0 / scalar[_S_STAGE1]
    on2 = 1.0 / scalar[_S_STAGE2]
    n_routes = p.route_to.shape[2]

    room = start.rooms[ip].copy()
    nxt = np.zeros((3, S, D))
    arrivals = np.zeros((2, S, D))
    in_kinds = start.participants[ip].copy()
    after_kinds = start.after[ip].copy()
    pool1 = start.pool[ip, 0].copy()
    pool2 = start.pool[ip, 1].copy()
    pool3 = start.pool_late[ip].copy()
    pool1_sum = np.zeros(S)
    pool2_sum = np.zeros(S)

    bounds = np.zeros((G, MAX_INTERVALS + 1), dtype=np.int64)
    n_bounds = np.zeros(G, dtype=np.int64)
    built_for = np.full(G, -1, dtype=np.int64)
    sums = np.zeros((S, 3, MAX_INTERVALS))

    caseload = np.zeros(S)
    ratio_in = np.zeros(K)
    ratio_after = np.zeros(K + 1)
    total_in = np.zeros((2, K))
    total_after = np.zeros((2, K + 1))
    edu_in = np.zeros(K)
    edu_after = np.zeros(K + 1)
    prog_in = np.zeros(K)
    prog_after = np.zeros(K + 1)
    job_in_room = np.zeros((3, 2))
    edu_room = np.zeros(3)
    prog_room = np.zeros(3)
    room_total = np.zeros(3)
    transfers_in = np.zeros(S)
    to_after = np.zeros(S)
    weight = np.zeros(S)
    ceiling = np.zeros(S)
    given = np.zeros(S)
    is_open = np.zeros(S, dtype=np.int64)
    target = np.zeros(K)
    mix = np.zeros(4)
    starts = np.zeros(K)
    stay = np.zeros((MAX_INTERVALS, 3))
    job_rate = np.zeros((MAX_INTERVALS, 3))
    eligible = np.zeros((S, 3))

    limits[:, :] = -1
    for s in range(S):
        pool1_sum[s] = _range_sum(pool1[s], 0, D)
        pool2_sum[s] = _range_sum(pool2[s], 0, D)

    for t in range(-1, weeks):
        if t >= 0:
            levers = paths.group[il, t]
            municipal = paths.municipal[il, t]
            woy = paths.week_of_year[il, t]
            arrivals[:, :, :] = 0.0
            transfers_in[:] = 0.0
            to_after[:] = 0.0
            early = municipal[_M_EARLY]
            for g in range(G):
                col = p.group[ip, g]
                kept = 1.0 - scalar[_S_DISPLACEMENT] * col[_C_DISPLACED]
                meetings = min(levers[g, _L_MEETINGS], scalar[_S_MAX_MEETINGS])
                extra = meetings - min(col[_C_MEETINGS], scalar[_S_MAX_MEETINGS])
                contact = 1.0
                if extra != 0.0 and col[_C_MEETING] != 1.0:
                    contact = _net(col[_C_MEETING] ** extra, kept)
                share = levers[g, _L_MENTOR]
                base = col[_C_MENTOR]
                mentor_job = 1.0
                mentor_edu = 1.0
                if share != base:
                    gain = col[_C_MENTOR_JOB] - 1.0
                    mentor_job = _net((1.0 + share * gain) / (1.0 + base * gain), kept)
                    gain = col[_C_MENTOR_EDU] - 1.0
                    mentor_edu = (1.0 + share * gain) / (1.0 + base * gain)
                caseworker = 1.0
                extra = municipal[_M_CASEWORKER] - scalar[_S_CASEWORKER]
                if extra != 0.0 and col[_C_CASEWORKER] != 1.0:
                    caseworker = _net(col[_C_CASEWORKER] ** extra, kept)
                gain = col[_C_PARTIAL] - 1.0
                partial = 1.0
                if municipal[_M_PARTIAL] != scalar[_S_PARTIAL] and gain != 0.0:
                    partial = (1.0 + municipal[_M_PARTIAL] * gain) / (1.0 + scalar[_S_PARTIAL] * gain)
                others = mentor_job * caseworker * partial
                has_early = early > 0.0 and col[_C_EARLY] != 1.0
                early_ratio = _net(col[_C_EARLY], kept)
                has_motivation = col[_C_MOTIVATION] != 1.0
                deadline = min(int(levers[g, _L_DEADLINE]), D - 1)
                base_deadline = min(int(col[_C_DEADLINE]), D - 1)
                in_factor = p.season[ip, 0, g, woy] * municipal[_M_ECON_IN] ** col[_C_ECON_IN]
                job_factor = p.season[ip, 1, g, woy] * municipal[_M_ECON_JOB] ** col[_C_ECON_JOB]
                edu_factor = p.season[ip, 2, g, woy]
                fleks = municipal[_M_FLEKS] / scalar[_S_FLEKS]
                r1 = p.return_rate[ip, g, 0]
                r2 = p.return_rate[ip, g, 1]
                keep1 = 1.0 - r1 - on1
                keep2 = 1.0 - r2 - leave - on2
                n_int = n_bounds[g]
                edge = bounds[g]

                for o in range(O):
                    s = g * O + o
                    rec = record[t + 1, s]
                    w = room[0, s]
                    i = room[1, s]
                    a = room[2, s]

                    # 1. Hazard ratios
                    firm = 0.0
                    in_total = 0.0
                    for k in range(K):
                        in_total += in_kinds[s, k]
                        if k < NF:
                            firm += in_kinds[s, k]
                    after_total = 0.0
                    for k in range(K + 1):
                        after_total += after_kinds[s, k]
                    dim = 1.0
                    if caseload[s] > 0.0 and scalar[_S_DIMINISHING] > 0.0:
                        x = firm / caseload[s]
                        x0 = max(start.firm_share[ip, s], scalar[_S_FLOOR])
                        # A hair above the baseline is rounding, not diminishing returns.
                        if x > x0 * (1.0 + 1e-12):
                            dim = (x / x0) ** (-scalar[_S_DIMINISHING])
                    _kind_ratios(p.hr_job[ip, 0, g], p.hr_job[ip, 1, g], dim, kept, ratio_in, ratio_after)
                    offered = 0.0
                    if has_motivation:
                        at = w[deadline] + i[deadline] + a[deadline]
                        if at > 0.0:
                            offered = (i[deadline] + a[deadline]) / at
                    n_variants = 2 if has_early else 1
                    mean_in0 = 1.0
                    mean_in1 = 1.0
                    mean_after0 = 1.0
                    mean_after1 = 1.0
                    for v in range(n_variants):
                        bracket = contact if v == 0 else (1.0 - early) * contact + early * early_ratio
                        common = others * bracket
                        m1 = _room_mean(in_kinds[s], ratio_in, K, common, low, high, total_in[v])
                        m2 = _room_mean(after_kinds[s], ratio_after, K + 1, common, low, high, total_after[v])
                        if v == 0:
                            mean_in0 = m1
                            mean_after0 = m2
                        else:
                            mean_in1 = m1
                            mean_after1 = m2
                        if limits[0, g] < 0 and caseload[s] > 0.0:
                            bind = common > high or common < low
                            bind = bind or _limit_binds(in_kinds[s], ratio_in, K, common, low, high)
                            bind = bind or _limit_binds(after_kinds[s], ratio_after, K + 1, common, low, high)
                            if bind:
                                limits[0, g] = t
                    mean_edu_in = _room_mean(in_kinds[s], p.hr_education[ip, 0, g], K, 1.0, 0.0, 1e9, edu_in)
                    mean_prog_in = _room_mean(in_kinds[s], p.hr_progression[ip, 0, g], K, 1.0, 0.0, 1e9, prog_in)
                    ratio = p.hr_education[ip, 1, g]
                    weighted = after_kinds[s, FADED]
                    for k in range(K):
                        edu_after[k] = ratio[k]
                        weighted += ratio[k] * after_kinds[s, k]
                    edu_after[FADED] = 1.0
                    mean_edu_after = weighted / after_total if after_total > 0.0 else 1.0
                    ratio = p.hr_progression[ip, 1, g]
                    weighted = after_kinds[s, FADED]
                    for k in range(K):
                        prog_after[k] = ratio[k]
                        weighted += ratio[k] * after_kinds[s, k]
                    prog_after[FADED] = 1.0
                    mean_prog_after = weighted / after_total if after_total > 0.0 else 1.0

                    # 2. Exits, interval by interval of constant rates
                    job_scale = p.origin_factor[ip, g, o] * job_factor / start.mean_ratio[ip, 0, s]
                    edu_scale = p.origin_factor[ip, g, o] * edu_factor * mentor_edu / start.mean_ratio[ip, 1, s]
                    prog_scale = 1.0 / start.mean_ratio[ip, 2, s]
                    for r in range(3):
                        edu_room[r] = 0.0
                        prog_room[r] = 0.0
                        room_total[r] = 0.0
                        job_in_room[r, 0] = 0.0
                        job_in_room[r, 1] = 0.0
                    for j in range(n_int):
                        d0 = edge[j]
                        base_job = p.job[ip, g, d0] * job_scale
                        base_edu = p.education[ip, g, d0] * edu_scale
                        base_other = p.other[ip, g, d0]
                        v = 1 if has_early and d0 < early_weeks else 0
                        motivation = 1.0
                        if has_motivation:
                            gain = col[_C_MOTIVATION] - 1.0
                            now = deadline - motivation_weeks <= d0 < deadline
                            before = base_deadline - motivation_weeks <= d0 < base_deadline
                            if now or before:
                                top = 1.0 + gain * offered if now else 1.0
                                bottom = 1.0 + gain * start.offered[ip, s] if before else 1.0
                                motivation = _net(top / bottom, kept)
                        bracket = contact * motivation
                        if v == 1:
                            bracket = (1.0 - early) * bracket + early * early_ratio
                        jw = base_job * _clip(others * bracket, low, high)
                        ji = base_job * (mean_in1 if v == 1 else mean_in0)
                        ja = base_job * (mean_after1 if v == 1 else mean_after0)
                        ew = base_edu
                        ei = base_edu * mean_edu_in
                        ea = base_edu * mean_edu_after
                        qw = jw + ew + base_other
                        qi = ji + ei + base_other
                        qa = ja + ea + base_other
                        sw = sums[s, 0, j]
                        si = sums[s, 1, j]
                        sa = sums[s, 2, j]
                        c = _CLASS_OF[d0]
                        persons = sw + si + sa
                        other_exits = base_other * persons
                        rec[F_EXITS + 2] += other_exits
                        for n in range(n_routes):
                            h = p.route_to[ip, g, n]
                            if h < 0:
                                break
                            rate = p.route_rate[ip, g, n, d0] * start.transfer_scale[ip, h, o]
                            if rate == 0.0:
                                continue
                            tw = rate
                            ti = rate
                            ta = rate
                            if p.route_progression[ip, g, n] == 1:
                                tw = rate * prog_scale
                                ti = tw * mean_prog_in
                                ta = tw * mean_prog_after
                                prog_room[1] += ti * si
                                prog_room[2] += ta * sa
                            elif p.route_fleksjob[ip, g, n] == 1:
                                tw = rate * fleks
                                ti = tw
                                ta = tw
                            qw += tw
                            qi += ti
                            qa += ta
                            dest = h * O + o
                            moved_w = tw * sw
                            moved_a = ti * si + ta * sa
                            other_exits += moved_w + moved_a
                            rec[F_EXITS + 3 + h] += moved_w + moved_a
                            transfers_in[dest] += moved_w + moved_a
                            to_after[dest] += moved_a
                            end = min(edge[j + 1], D - 1)
                            _transfer(w, i, a, arrivals[0, dest], arrivals[1, dest], d0, end, tw, ti, ta)
                            if edge[j + 1] == D:
                                arrivals[0, dest, D - 1] += w[D - 1] * tw
                                arrivals[1, dest, D - 1] += i[D - 1] * ti + a[D - 1] * ta
                        job_exits = jw * sw + ji * si + ja * sa
                        edu_exits = ew * sw + ei * si + ea * sa
                        rec[F_EXITS] += job_exits
                        rec[F_EXITS + 1] += edu_exits
                        rec[F_CLASS + c] += persons
                        rec[F_CLASS_JOB + c] += job_exits
                        rec[F_CLASS_EDU + c] += edu_exits
                        rec[F_CLASS_OTHER + c] += other_exits
                        job_in_room[1, v] += ji * si
                        job_in_room[2, v] += ja * sa
                        edu_room[1] += ei * si
                        edu_room[2] += ea * sa
                        room_total[1] += qi * si
                        room_total[2] += qa * sa
                        stay[j, 0] = 1.0 - qw
                        stay[j, 1] = 1.0 - qi
                        stay[j, 2] = 1.0 - qa
                        job_rate[j, 0] = jw
                        job_rate[j, 1] = ji
                        job_rate[j, 2] = ja

                    # 2b. Composition of the two rooms after the exits, 3. offers end and effects fade
                    ended_share = 0.0
                    if in_total > 0.0:
                        rest = room_total[1] - job_in_room[1, 0] - job_in_room[1, 1] - edu_room[1] - prog_room[1]
                        c0 = job_in_room[1, 0] / (in_total * mean_in0)
                        c1 = job_in_room[1, 1] / (in_total * mean_in1)
                        c2 = edu_room[1] / (in_total * mean_edu_in)
                        c3 = prog_room[1] / (in_total * mean_prog_in)
                        c4 = rest / in_total
                        left_all = 0.0
                        ended_all = 0.0
                        for k in range(K):
                            loss = c0 * total_in[0, k] + c2 * edu_in[k] + c3 * prog_in[k] + c4
                            if has_early:
                                loss += c1 * total_in[1, k]
                            left = in_kinds[s, k] * (1.0 - loss)
                            ended = left * p.end_rate[ip, g, k]
                            left_all += left
                            ended_all += ended
                            in_kinds[s, k] = left - ended
                            target[k] = ended  # borrowed until the starts
                        if left_all > 0.0:
                            ended_share = ended_all / left_all
                    else:
                        for k in range(K):
                            target[k] = 0.0
                    if after_total > 0.0:
                        rest = room_total[2] - job_in_room[2, 0] - job_in_room[2, 1] - edu_room[2] - prog_room[2]
                        c0 = job_in_room[2, 0] / (after_total * mean_after0)
                        c1 = job_in_room[2, 1] / (after_total * mean_after1)
                        c2 = edu_room[2] / (after_total * mean_edu_after)
                        c3 = prog_room[2] / (after_total * mean_prog_after)
                        c4 = rest / after_total
                        faded = 0.0
                        for k in range(K + 1):
                            loss = c0 * total_after[0, k] + c2 * edu_after[k] + c3 * prog_after[k] + c4
                            if has_early:
                                loss += c1 * total_after[1, k]
                            left = after_kinds[s, k] * (1.0 - loss)
                            if k < K:
                                gone = left * p.fade_rate[ip, g, k]
                                faded += gone
                                after_kinds[s, k] = left - gone
                            else:
                                after_kinds[s, k] = left + faded
                    for k in range(K):
                        after_kinds[s, k] += target[k]

                    # 4. Ageing, with returners at their own weeks and job leavers into the pool
                    w2 = nxt[0, s]
                    i2 = nxt[1, s]
                    a2 = nxt[2, s]
                    q1 = pool1[s]
                    q2 = pool2[s]
                    w2[0] = 0.0
                    i2[0] = 0.0
                    a2[0] = 0.0
                    leavers = rec[F_EXITS]
                    for j in range(n_int):
                        end = min(edge[j + 1], D - 1)
                        if edge[j] < end:
                            _shift(
                                w, i, a, w2, i2, a2, q1, q2, edge[j], end, stay[j, 0], stay[j, 1], stay[j, 2],
                                ended_share, job_rate[j, 0], job_rate[j, 1], job_rate[j, 2], r1, r2, keep1, keep2, on1,
                            )
                        if edge[j + 1] == D:
                            x = w[D - 1]
                            y = i[D - 1]
                            z = a[D - 1]
                            w2[D - 1] += x * stay[j, 0]
                            i2[D - 1] += y * stay[j, 1] * (1.0 - ended_share)
                            a2[D - 1] += z * stay[j, 2] + y * stay[j, 1] * ended_share
                            q1[D - 1] += x * job_rate[j, 0] + y * job_rate[j, 1] + z * job_rate[j, 2]

                    # 5. Arrivals from outside
                    inflow = start.inflow[ip, s] * in_factor
                    late = r2 * pool3[s]
                    returners = r1 * pool1_sum[s] + r2 * pool2_sum[s] + late
                    new_late = pool3[s] * (1.0 - r2 - leave) + pool2_sum[s] * on2
                    pool2_sum[s] = pool2_sum[s] * keep2 + pool1_sum[s] * on1
                    pool1_sum[s] = pool1_sum[s] * keep1 + leavers
                    pool3[s] = new_late
                    rec[F_INFLOW] = inflow
                    rec[F_RETURN] = returners
                    rec[F_POOL] = pool1_sum[s] + pool2_sum[s] + pool3[s]
                    w2[0] += late
                    for d in range(D):
                        x = p.profile[ip, g, d]
                        if x > 0.0:
                            w2[d] += inflow * x

            room, nxt = nxt, room

            # 5b. Movers arrive; who may begin an offer
            for g in range(G):
                first = min(int(levers[g, _L_FIRST]), D - 1)
                split = max(first, min(newcomer_weeks, D))
                for o in range(O):
                    s = g * O + o
                    record[t + 1, s, F_TRANSFER] = transfers_in[s]
                    if transfers_in[s] != 0.0:
                        _add(room[0, s], arrivals[0, s], D)
                        _add(room[2, s], arrivals[1, s], D)
                        after_kinds[s, FADED] += to_after[s]
                    w_early = _range_sum(room[0, s], 0, first)
                    w_new = _range_sum(room[0, s], first, split)
                    w_old = _range_sum(room[0, s], split, D)
                    a_early = _range_sum(room[2, s], 0, first)
                    a_el = _range_sum(room[2, s], first, D)
                    in_now = 0.0
                    for k in range(K):
                        in_now += in_kinds[s, k]
                    eligible[s, 0] = w_new
                    eligible[s, 1] = w_old
                    eligible[s, 2] = a_el
                    caseload[s] = w_early + w_new + w_old + a_early + a_el + in_now
                    # The composition is kept equal to the room, so that rounding cannot drift.
                    total = 0.0
                    for k in range(K + 1):
                        total += after_kinds[s, k]
                    if total > 0.0:
                        scale = (a_early + a_el) / total
                        for k in range(K + 1):
                            after_kinds[s, k] *= scale

            # 6. Firm places are shared out, then each segment's starts
            equal = municipal[_M_EQUAL]
            for g in range(G):
                col = p.group[ip, g]
                n_group = 0.0
                use_sum = 0.0
                for o in range(O):
                    n_group += caseload[g * O + o]
                    use_sum += start.firm_base[ip, g * O + o]
                priority = levers[g, _L_PRIORITY] / col[_C_PRIORITY] if col[_C_PRIORITY] > 0.0 else 0.0
                for o in range(O):
                    s = g * O + o
                    base = start.firm_base[ip, s]
                    if equal > 0.0 and n_group > 0.0:
                        base = (1.0 - equal) * base + equal * use_sum * caseload[s] / n_group
                    weight[s] = base * priority
                    ceiling[s] = col[_C_CEILING] * caseload[s]
            above_ceilings = _share_out(municipal[_M_PLACES], weight, ceiling, given, is_open)

            in_firm = 0.0
            for g in range(G):
                col = p.group[ip, g]
                first = min(int(levers[g, _L_FIRST]), D - 1)
                split = max(first, min(newcomer_weeks, D))
                priority_new = levers[g, _L_NEWCOMER]
                n_group = 0.0
                norm = 0.0
                for o in range(O):
                    s = g * O + o
                    f = p.use_factor[ip, g, o]
                    n_group += caseload[s]
                    norm += (f + equal * (1.0 - f)) * caseload[s]
                for o in range(O):
                    s = g * O + o
                    rec = record[t + 1, s]
                    act = 0.0
                    if norm > 0.0:
                        f = p.use_factor[ip, g, o]
                        act = levers[g, _L_ACTIVATION] * (f + equal * (1.0 - f)) * n_group / norm
                    offers = max(min(act, 1.0) * caseload[s], given[s])
                    wanted = 0.0
                    p_new = 0.0
                    p_old = 0.0
                    for k in range(K):
                        starts[k] = 0.0
                    if offers > 0.0:
                        target_kinds(
                            offers, given[s], start.firm_base[ip, s], p.firm_mix[ip, g], paths.mix[il, t],
                            p.other_mix[ip, g], levers[g, _L_EDUSHARE], col[_C_EDUSHARE], target, mix,
                        )
                        for k in range(K):
                            starts[k] = max(0.0, target[k] - in_kinds[s, k])
                            wanted += starts[k]
                    if wanted > 0.0:
                        e_new = eligible[s, 0]
                        e_old = eligible[s, 1] + eligible[s, 2]
                        pull = priority_new * e_new + e_old
                        if pull > 0.0:
                            lam = wanted / pull
                            p_new = priority_new * lam
                            p_old = lam
                            if p_new > max_start:
                                p_new = max_start
                                p_old = max(0.0, (wanted - max_start * e_new) / e_old) if e_old > 0.0 else 0.0
                            if p_old > max_start:
                                p_old = max_start
                                # Weights below one: the rest falls to the newcomers.
                                p_new = min(max_start, (wanted - max_start * e_old) / e_new) if e_new > 0.0 else 0.0
                        begun = p_new * e_new + p_old * e_old
                        if begun < wanted * (1.0 - 1e-9):
                            if limits[1, g] < 0 and caseload[s] > 1e-9:
                                limits[1, g] = t
                            for k in range(K):
                                starts[k] *= begun / wanted
                        if begun > 0.0:
                            _begin_offers(room[0, s], room[1, s], room[2, s], first, split, p_new, p_old)
                            _begin_offers(room[0, s], room[1, s], room[2, s], split, D, p_old, p_old)
                            after_total = 0.0
                            for k in range(K + 1):
                                after_total += after_kinds[s, k]
                            if after_total > 0.0:
                                keep = 1.0 - p_old * eligible[s, 2] / after_total
                                for k in range(K + 1):
                                    after_kinds[s, k] *= keep
                        for k in range(K):
                            in_kinds[s, k] += starts[k]
                    for k in range(K):
                        rec[F_STARTS + k] = starts[k]
                        if k < NF:
                            in_firm += in_kinds[s, k]
                    rec[F_SHARE] = p_new
                    rec[F_SHARE + 1] = p_old
            firm_record[t, 0] = municipal[_M_PLACES]
            firm_record[t, 1] = min(in_firm, municipal[_M_PLACES])
            firm_record[t, 2] = municipal[_M_PLACES] - firm_record[t, 1]
            firm_record[t, 3] = above_ceilings

        # 7. Record the state, and the sums that next week's exits need
        for g in range(G):
            col = p.group[ip, g]
            t_next = min(t + 1, weeks - 1)
            deadline = min(int(paths.group[il, t_next, g, _L_DEADLINE]), D - 1)
            if built_for[g] != deadline:
                built_for[g] = deadline
                n = 0
                base_deadline = min(int(col[_C_DEADLINE]), D - 1)
                moves = col[_C_MOTIVATION] != 1.0
                for d in range(D):
                    begins = p.base_bounds[ip, g, d] == 1
                    if moves:
                        begins = begins or d == deadline or d == deadline - motivation_weeks
                        begins = begins or d == base_deadline or d == base_deadline - motivation_weeks
                    if begins:
                        bounds[g, n] = d
                        n += 1
                bounds[g, n] = D
                n_bounds[g] = n
            n_int = n_bounds[g]
            for o in range(O):
                s = g * O + o
                rec = record[t + 1, s]
                waiting = 0.0
                in_offer = 0.0
                after = 0.0
                for r in range(3):
                    _interval_sums(room[r, s], bounds[g], n_int, sums[s, r])
                for j in range(n_int):
                    x = sums[s, 0, j]
                    y = sums[s, 1, j]
                    z = sums[s, 2, j]
                    waiting += x
                    in_offer += y
                    after += z
                    rec[F_REFUND + _REFUND_OF[bounds[g, j]]] += x + y + z
                caseload[s] = waiting + in_offer + after
                rec[0] = caseload[s]
                rec[1] = waiting
                rec[2] = in_offer
                rec[3] = after
                rec[F_DURATION] = _duration_sum(room[0, s], room[1, s], room[2, s])
                rec[F_REACHED] = room[0, s, newcomer_weeks] + room[1, s, newcomer_weeks] + room[2, s, newcomer_weeks]
                rec[F_REACHED + 1] = room[1, s, newcomer_weeks] + room[2, s, newcomer_weeks]
                for k in range(K):
                    rec[F_PARTICIPANTS + k] = in_kinds[s, k]
                if t < 0:
                    rec[F_POOL] = pool1_sum[s] + pool2_sum[s] + pool3[s]


@njit(cache=True, nogil=True)
def run_batch(
    p: KernelParameters, start: KernelStart, paths: KernelPaths, parameter_set: Ints, path_set: Ints, weeks: int,
    record: Floats, firm_record: Floats, limits: Ints,
) -> None:
    """Runs b = 0..B-1 with parameter set ``parameter_set[b]`` and lever paths ``path_set[b]``.

    Fills record [B, T + 1, S, N_FIELDS] (must be zero), firm_record [B, T, 4] (supply, filled, unfilled, above all ceilings) and
    limits [B, 2, G] (first week in which the hazard-ratio limit, the start limit bound; -1 for never).
    """
    for b in range(parameter_set.shape[0]):
        _run(p, start, paths, parameter_set[b], path_set[b], weeks, record[b], firm_record[b], limits[b])
