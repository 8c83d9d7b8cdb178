"""The compiled week loop: stocks by room, segment and accumulated week, one week at a time, for a batch of runs.

Compiled once by Numba and cached beside this file; releases the GIL, keeps no state of its own, and is driven by
``model.engine`` (batches over threads). The steps of a week: hazard ratios, exits, offers end, ageing, arrivals,
starts, record.
"""

from __future__ import annotations

from collections.abc import Callable
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
Indices = NDArray[np.uint64]  # unsigned: see below
Three = tuple[float, float, float]
Five = tuple[float, float, float, float, float]
Nine = tuple[float, float, float, float, float, float, float, float, float]

G = N_GROUPS
S = N_SEGMENTS
D = N_DURATIONS
K = N_KINDS
NF = N_FIRM
FADED = K  # index of the tenth composition class of those after an offer: effect over
# Rows of persons are padded so that all rows of a segment lie at distances known to the compiler.
PAD = 112
ROWS = 5  # waiting, in_offer, after_offer, pool 0-12 weeks away, pool 13-51 weeks away
RATES = 3  # job, education, special transfers; the fixed ones differ by segment

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
N_CLASSES = len(DURATION_CLASSES)
N_REFUND = len(REFUND_CLASSES)

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

# The column of a week's duration class in the first of the four blocks by class, which lie side by side.
_CLASS_FIELD = F_CLASS + np.searchsorted(np.array(DURATION_CLASSES), np.arange(D), side="right") - 1
_CLASS_FIELD = _CLASS_FIELD.astype(np.uint64)
_REFUND_BOUNDS = np.array([*REFUND_CLASSES, D], dtype=np.int64)

# Unsigned indices: a signed one may count from the end, and the check for that keeps loops out of vector units.
U_0 = np.uint64(0)
U_JOB = np.uint64(F_CLASS_JOB - F_CLASS)
U_EDU = np.uint64(F_CLASS_EDU - F_CLASS)
U_OTHER = np.uint64(F_CLASS_OTHER - F_CLASS)
U_PAD = np.uint64(PAD)
U_2PAD = np.uint64(2 * PAD)
_WEEKS = np.arange(PAD, dtype=np.float64)

# A room's row holds its D weeks somewhere in ROOM_PAD places: ageing moves the place of week 0 down by one instead of
# the persons up, and only now and then they are carried back to the top. Places after the last week hold 0.
ROOMS = 3
ROOM_PAD = 240
TOP = ROOM_PAD - PAD
U_ROOM = np.uint64(ROOM_PAD)
U_2ROOM = np.uint64(2 * ROOM_PAD)
# Beside the rooms stands what does not age in place, all of a segment's rows at known distances, so that the loops
# have few arrays that might overlap: the pool's two stages, from week 1 on as leavers enter a week older, and the
# movers: waiting, all others, and the same two weighed by the ratios of the special transfer.
MOVERS = 2 * PAD
BESIDE = MOVERS + 4 * PAD
U_MOVERS = np.uint64(MOVERS)
U_OTHERS = np.uint64(MOVERS + PAD)
U_WEIGHED = np.uint64(MOVERS + 2 * PAD)
U_OTHERS_WEIGHED = np.uint64(MOVERS + 3 * PAD)

# Sums may be reordered and fused (vector units); nothing else of IEEE arithmetic is given up.
FASTMATH = {"reassoc", "contract", "nsz"}


class KernelParameters(NamedTuple):
    """Parameter sets, leading axis = set. Scalars are packed in ``scalar`` (see SCALARS)."""

    route_to: Ints  # [P, G, R] destination groups of transfers, -1 where none
    route_special: (
        Ints  # [P, G, R] 0 plain, 1 progression (hazard ratios of its own), 2 ledighedsydelse to fleksjob
    )
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
    begins: Ints  # [P, G, D] 1 where an interval of constant rates begins


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
_C_DISPLACED, _C_MEETING, _C_MENTOR_JOB, _C_MENTOR_EDU, _C_CASEWORKER, _C_PARTIAL, _C_MOTIVATION, _C_EARLY = (
    range(8)
)
_C_ECON_IN, _C_ECON_JOB, _C_USE, _C_CEILING, _C_MEETINGS, _C_MENTOR, _C_EDUSHARE, _C_PRIORITY, _C_DEADLINE = (
    range(8, 17)
)
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
    """Calibrated start states and the rates that follow from them, leading axis = parameter set."""

    persons: Floats  # [P, S, ROWS, PAD]
    rates: Floats  # [P, G, RATES, PAD] weekly base probabilities: job, education, special transfers
    scales: Floats  # [P, S, RATES] on them: origin factor over mean ratio, scale of transfers
    fixed: Floats  # [P, S, PAD] weekly probabilities of other self-support and plain transfers
    routes: Floats  # [P, G, R, PAD] the transfers one by one
    route_scales: Floats  # [P, S, R] on them
    participants: Floats  # [P, S, K]
    after: Floats  # [P, S, K + 1]
    pool_late: Floats  # [P, S]
    inflow: Floats  # [P, S] a week
    firm_share: Floats  # [P, S] firm-oriented participants / caseload at the baseline
    offered: Floats  # [P, S] share with an offer at the deadline week at the baseline
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
(_L_ACTIVATION, _L_PRIORITY, _L_FIRST, _L_DEADLINE, _L_NEWCOMER, _L_MEETINGS, _L_MENTOR, _L_EDUSHARE) = range(
    8
)
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


@njit(cache=True, nogil=True, inline="always")
def _begin(
    x: float, y: float, z: float, ended: float, from_waiting: float, from_after: float
) -> tuple[float, float, float]:
    """Waiting, in an offer, after it (x, y, z) when offers have ended and begun."""
    done = y * ended
    z += done
    go_w = x * from_waiting
    go_a = z * from_after
    return x - go_w, y - done + (go_w + go_a), z - go_a


def _week_of(special: bool) -> Callable[..., float]:
    """The week of a group with (``special``) or without a transfer that has hazard ratios of its own: compiled apart,
    as a choice in the loop would keep it from vector units.
    """

    @njit(cache=True, nogil=True, fastmath=FASTMATH)
    def week(
        rooms: Floats,
        beside: Floats,
        may_start: Floats,
        rates: Floats,
        fixed: Floats,
        at: np.uint64,
        bt: np.uint64,
        st: np.uint64,
        rt: np.uint64,
        ft: np.uint64,
        begin: np.uint64,
        end: np.uint64,
        offers: Three,
        leaving: Nine,
        ratios: Three,
        pool: Five,
    ) -> float:
        """One week of a segment's weeks [begin, end): offers end and begin, then people leave. Returns persons x weeks.

        Those who stay remain in place (they age as the row moves), job leavers enter the pool a week older,
        returners come back at their weeks; the movers' rows are left with who may be transferred. All arrays
        are flat, and ``at``, ``bt``, ``st``, ``rt``, ``ft`` the segment's first elements.

        ``offers``: share of them that ends, chance to begin one for newcomers and for the others;
        ``leaving``: what multiplies the base rates for a job, for education and of the special transfer
        (``special``: there is one), each for waiting, in an offer, after it; ``ratios``: that transfer's
        hazard ratios; ``pool``: rates of return from the two stages, shares that stay in each, share that
        passes on.
        """
        ended, p_new, p_old = offers
        job_w, job_i, job_a, edu_w, edu_i, edu_a, spec_w, spec_i, spec_a = leaving
        ratio_w, ratio_i, ratio_a = ratios
        r1, r2, keep1, keep2, on1 = pool
        weighted = 0.0
        for d in range(begin, end):
            x = rooms[at + d]
            y = rooms[at + U_ROOM + d]
            z = rooms[at + U_2ROOM + d]
            weighted += _WEEKS[d] * (x + y + z)
            new = may_start[st + d]
            old = may_start[st + U_PAD + d]
            x, y, z = _begin(x, y, z, ended, p_new * new + p_old * old, p_old * (new + old))
            beside[bt + U_MOVERS + d] = x
            beside[bt + U_OTHERS + d] = y + z
            b1 = beside[bt + d]
            b2 = beside[bt + U_PAD + d]
            job = rates[rt + d]
            edu = rates[rt + U_PAD + d]
            stay = 1.0 - fixed[ft + d]
            stay_w = stay - job * job_w - edu * edu_w
            stay_i = stay - job * job_i - edu * edu_i
            stay_a = stay - job * job_a - edu * edu_a
            if special:
                spec = rates[rt + U_2PAD + d]
                stay_w -= spec * spec_w
                stay_i -= spec * spec_i
                stay_a -= spec * spec_a
                beside[bt + U_WEIGHED + d] = x * ratio_w
                beside[bt + U_OTHERS_WEIGHED + d] = y * ratio_i + z * ratio_a
            rooms[at + d] = x * stay_w + r1 * b1 + r2 * b2
            rooms[at + U_ROOM + d] = y * stay_i
            rooms[at + U_2ROOM + d] = z * stay_a
            beside[bt + d] = b1 * keep1 + job * (x * job_w + y * job_i + z * job_a)
            beside[bt + U_PAD + d] = b2 * keep2 + b1 * on1
        return weighted

    return week


_week = _week_of(False)
_week_with_special = _week_of(True)


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def _arrive(
    rooms: Floats,
    beside: Floats,
    routes: Floats,
    at: np.uint64,
    mt1: np.uint64,
    rt1: np.uint64,
    scale1: float,
    mt2: np.uint64,
    rt2: np.uint64,
    scale2: float,
) -> None:
    """Movers by two routes arrive in the rooms at ``at``: from waiting (the row at ``mt``) in waiting, all others (the
    row after it) after an offer. ``scale`` multiplies the rates of the route at ``rt``.
    """
    for d in range(U_0, U_PAD):
        rate1 = routes[rt1 + d] * scale1
        rate2 = routes[rt2 + d] * scale2
        rooms[at + d] += beside[mt1 + d] * rate1 + beside[mt2 + d] * rate2
        rooms[at + U_2ROOM + d] += beside[mt1 + U_PAD + d] * rate1 + beside[mt2 + U_PAD + d] * rate2


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def _arrive_evenly(
    rooms: Floats,
    beside: Floats,
    at: np.uint64,
    mt1: np.uint64,
    rate1: float,
    mt2: np.uint64,
    rate2: float,
    mt3: np.uint64,
    rate3: float,
) -> None:
    """As :func:`_arrive`, by three routes whose rates are the same in all weeks."""
    for d in range(U_0, U_PAD):
        rooms[at + d] += beside[mt1 + d] * rate1 + beside[mt2 + d] * rate2 + beside[mt3 + d] * rate3
        rooms[at + U_2ROOM + d] += (
            beside[mt1 + U_PAD + d] * rate1
            + beside[mt2 + U_PAD + d] * rate2
            + beside[mt3 + U_PAD + d] * rate3
        )


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def _count(
    rooms: Floats,
    at: np.uint64,
    g: int,
    s: int,
    n: int,
    fine: Indices,
    part_of: Indices,
    refund_of: Indices,
    parts: Floats,
    refund: Floats,
) -> None:
    """Persons of a segment by room and part of the weeks, and over all rooms by refund class (see ``_cut``)."""
    x = 0.0
    y = 0.0
    z = 0.0
    total = 0.0
    for j in range(n):
        part = part_of[g, j]
        c = refund_of[g, j]
        if j > 0:
            if part_of[g, j - 1] != part:
                x = 0.0
                y = 0.0
                z = 0.0
            if refund_of[g, j - 1] != c:
                total = 0.0
        here_x = 0.0
        here_y = 0.0
        here_z = 0.0
        for d in range(fine[g, j], fine[g, j + 1]):
            here_x += rooms[at + d]
            here_y += rooms[at + U_ROOM + d]
            here_z += rooms[at + U_2ROOM + d]
        x += here_x
        y += here_y
        z += here_z
        total += here_x + here_y + here_z
        parts[s, 0, part] = x
        parts[s, 1, part] = y
        parts[s, 2, part] = z
        refund[s, c] = total


@njit(cache=True, nogil=True)
def _carry_back(rooms: Floats) -> None:
    """Rows that have moved all the way down begin at the top again."""
    for row in range(S * ROOMS):
        at = row * ROOM_PAD
        for d in range(PAD):
            rooms[at + TOP + d] = rooms[at + d]


@njit(cache=True, nogil=True)
def _kind_ratios(
    hr: Floats,
    g: int,
    dim: float,
    kept: float,
    common: float,
    low: float,
    high: float,
    v: int,
    ratios: Floats,
    raw: Floats,
) -> bool:
    """Job hazard ratios by kind, net and times the levers' ``common`` factor: ``ratios`` [2, v, K + 1] in an offer and
    after it, ``raw`` before the limits. Returns whether a limit binds.
    """
    for room in range(2):
        for k in range(K):
            shrink = kept * dim if k < NF else kept
            h = hr[room, g, k]
            net = 1.0 + (h - 1.0) * shrink if h > 1.0 else h
            raw[room, v, k] = net * common
            ratios[room, v, k] = _clip(net * common, low, high)
    raw[1, v, FADED] = common
    ratios[1, v, FADED] = _clip(common, low, high)
    clipped = ratios[1, v, FADED] != common
    for k in range(K):
        clipped = clipped or ratios[0, v, k] != raw[0, v, k] or ratios[1, v, k] != raw[1, v, k]
    return bool(clipped)


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def _room_means(
    hr: Floats,
    g: int,
    s: int,
    in_kinds: Floats,
    after_kinds: Floats,
    in_total: float,
    after_total: float,
) -> tuple[float, float]:
    """Mean hazard ratio of those in an offer and of those after it; 1 where nobody is."""
    mean_in = 0.0
    mean_after = after_kinds[s, FADED]
    for k in range(K):
        mean_in += hr[0, g, k] * in_kinds[s, k]
        mean_after += hr[1, g, k] * after_kinds[s, k]
    return (
        mean_in / in_total if in_total > 0.0 else 1.0,
        mean_after / after_total if after_total > 0.0 else 1.0,
    )


@njit(cache=True, nogil=True)
def _share_out(places: float, weight: Floats, ceiling: Floats, given: Floats, is_open: Ints) -> float:
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
def _target(
    offers: float,
    firm: float,
    firm_base: float,
    firm_mix: Floats,
    place_mix: Floats,
    other_mix: Floats,
    t: int,
    g: int,
    education_share: float,
    base_share: float,
    out: Floats,
    mix: Floats,
) -> None:
    """Places by kind [K] for one segment: firm-oriented first, the rest by the group's mix in the order of replacement.

    ``offers`` and ``firm`` in full-time places; firm places above ``firm_base`` replace guidance first, then utility
    jobs, courses, education; below it guidance fills.
    """
    for k in range(NF):
        out[k] = min(firm, firm_base) * firm_mix[g, k] + max(firm - firm_base, 0.0) * place_mix[t, k]
    # other_mix: utility_job, guidance, course, education
    for k in range(4):
        mix[k] = other_mix[g, k]
    if education_share != base_share:
        if base_share > 0.0:
            mix[2] *= education_share / base_share
            mix[3] *= education_share / base_share
        else:
            mix[2] = education_share
        mix[1] -= education_share - base_share
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
def baseline_kinds(offers: float, firm: float, firm_mix: Floats, other_mix: Floats, out: Floats) -> None:
    """Places by kind [K] of one segment at the baseline: ``firm`` and the rest of ``offers`` in the group's mixes."""
    mix = np.zeros(4)
    _target(
        offers,
        firm,
        firm,
        firm_mix.reshape(1, NF),
        np.zeros((1, NF)),
        other_mix.reshape(1, 4),
        0,
        0,
        0.0,
        0.0,
        out,
        mix,
    )


@njit(cache=True, nogil=True)
def _cut(
    begins: Ints,
    g: int,
    deadline: int,
    base_deadline: int,
    motivation_weeks: int,
    early: int,
    first: int,
    newcomer: int,
    edges: Ints,
    fine: Indices,
    part_of: Indices,
    refund_of: Indices,
    inside: Indices,
    zone: Ints,
    may_start: Floats,
    rates: Floats,
    fixed: Floats,
    routes: Floats,
    class_at: Indices,
    rate_at: Floats,
    fixed_at: Floats,
    route_at: Floats,
) -> tuple[int, int, int]:
    """Cuts a group's weeks where a rate or a ratio changes (``edges``) and also where the refund class or the chance
    of an offer does (``fine``); returns how many wide intervals, fine ones and parts there are.

    ``fine`` intervals lie in parts (``part_of``) in which a rate, a ratio and the chance of an offer hold, and in
    refund classes (``refund_of``). The parts lie ``inside`` wide intervals; ``zone`` says who may begin an offer there
    (0 nobody, 1 newcomers, 2 the others), as ``may_start`` does of each week. ``class_at`` and the other ``_at`` are
    left with the duration class and the base rates of the wide intervals. ``deadline`` and ``early`` are -1 where they
    change nothing.
    """
    n = 0
    m = 0
    q = 0
    c = 0
    for d in range(D):
        cut = begins[g, d] == 1 or d == early
        if deadline >= 0:
            cut = cut or d == deadline or d == deadline - motivation_weeks
            cut = cut or d == base_deadline or d == base_deadline - motivation_weeks
        if cut:
            edges[g, n] = d
            class_at[g, n] = _CLASS_FIELD[d]
            for r in range(RATES):
                rate_at[g, r, n] = rates[(g * RATES + r) * PAD + d]
            for o in range(N_ORIGINS):
                fixed_at[g * N_ORIGINS + o, n] = fixed[(g * N_ORIGINS + o) * PAD + d]
            for r in range(route_at.shape[1]):
                route_at[g, r, n] = routes[(g * route_at.shape[1] + r) * PAD + d]
            n += 1
        refund_cut = d == _REFUND_BOUNDS[c + 1]
        if refund_cut:
            c += 1
        z = 0 if d < first else (1 if d < newcomer else 2)
        if cut or d in (first, newcomer):
            inside[g, q] = n - 1
            zone[g, q] = z
            q += 1
        if cut or refund_cut or d in (first, newcomer):
            fine[g, m] = d
            part_of[g, m] = q - 1
            refund_of[g, m] = c
            m += 1
        may_start[g * 2 * PAD + d] = 1.0 if z == 1 else 0.0
        may_start[(g * 2 + 1) * PAD + d] = 1.0 if z == 2 else 0.0
    edges[g, n] = D
    fine[g, m] = D
    return n, m, q


@njit(cache=True, nogil=True, fastmath=FASTMATH)
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
    """One run of ``weeks`` weeks into record [T + 1, S, N_FIELDS], firm_record [T, 4] and limits [2, G]."""
    # Taken out of their tuples once: every look into a tuple costs a counted reference.
    scalar = p.scalar[ip]
    group = p.group[ip]
    season = p.season[ip]
    return_rate = p.return_rate[ip]
    use_factor = p.use_factor[ip]
    begins = p.begins[ip]
    route_to = p.route_to[ip]
    route_special = p.route_special[ip]
    profile = p.profile[ip]
    firm_mix = p.firm_mix[ip]
    other_mix = p.other_mix[ip]
    hr_job = p.hr_job[ip]
    hr_education = p.hr_education[ip]
    hr_progression = p.hr_progression[ip]
    end_rate = p.end_rate[ip]
    fade_rate = p.fade_rate[ip]
    inflow_base = start.inflow[ip]
    firm_share_base = start.firm_share[ip]
    offered_base = start.offered[ip]
    firm_base = start.firm_base[ip]
    levers = paths.group[il]
    municipal = paths.municipal[il]
    place_mix = paths.mix[il]
    week_of_year = paths.week_of_year[il]
    low = scalar[_S_LOW]
    high = scalar[_S_HIGH]
    early_weeks = int(scalar[_S_EARLY_WEEKS])
    motivation_weeks = int(scalar[_S_MOTIVATION_WEEKS])
    newcomer_weeks = int(scalar[_S_NEWCOMER])
    max_start = scalar[_S_MAX_START]
    leave = scalar[_S_LEAVE]
    on1 = 1.0 / scalar[_S_STAGE1]
    on2 = 1.0 / scalar[_S_STAGE2]
    n_routes = route_to.shape[1]

    rooms = np.zeros(S * ROOMS * ROOM_PAD)
    beside = np.zeros(S * BESIDE)
    may_start = np.zeros(G * 2 * PAD)
    persons = start.persons[ip]
    rates = start.rates[ip].copy().reshape(G * RATES * PAD)
    fixed = start.fixed[ip].copy().reshape(S * PAD)
    scales = start.scales[ip]
    route_scales = start.route_scales[ip]
    routes = start.routes[ip].copy().reshape(G * n_routes * PAD)
    in_kinds = start.participants[ip].copy()
    after_kinds = start.after[ip].copy()
    pool1_sum = np.zeros(S)
    pool2_sum = np.zeros(S)
    pool3 = start.pool_late[ip].copy()

    edges = np.zeros((G, D + 1), dtype=np.int64)
    n_edges = np.zeros(G, dtype=np.int64)
    fine_edges = np.zeros((G, D + 1), dtype=np.uint64)
    part_of = np.zeros((G, D), dtype=np.uint64)
    refund_of = np.zeros((G, D), dtype=np.uint64)
    n_parts = np.zeros(G, dtype=np.int64)
    n_fine = np.zeros(G, dtype=np.int64)
    inside = np.zeros((G, D), dtype=np.uint64)
    class_at = np.zeros((G, D), dtype=np.uint64)
    rate_at = np.zeros((G, RATES, D))
    fixed_at = np.zeros((S, D))
    route_at = np.zeros((G, n_routes, D))
    zone = np.zeros((G, D), dtype=np.int64)
    built_for = np.full((G, 3), -2, dtype=np.int64)
    sums = np.zeros((S, ROOMS, D))
    parts = np.zeros((S, ROOMS, D))
    refund = np.zeros((S, N_REFUND))
    interval_job = np.zeros((3, D))
    interval_ratio = np.zeros(D)
    interval_early = np.zeros(D, dtype=np.int64)
    caseload = np.zeros(S)
    ended_kinds = np.zeros(K)
    common = np.zeros(2)
    ratios = np.ones((2, 2, K + 1))
    raw_ratios = np.ones((2, 2, K + 1))
    ended_share = np.zeros(S)
    transfers_in = np.zeros(S)
    to_after = np.zeros(S)
    weight = np.zeros(S)
    ceiling = np.zeros(S)
    given = np.zeros(S)
    is_open = np.zeros(S, dtype=np.int64)
    target = np.zeros(K)
    mix = np.zeros(4)
    starts = np.zeros(K)
    eligible = np.zeros((S, 3))
    share_new = np.zeros(S)
    share_old = np.zeros(S)

    # Most routes have one rate for all weeks.
    even = np.zeros((G, n_routes), dtype=np.int64)
    for g in range(G):
        for n in range(n_routes):
            at = (g * n_routes + n) * PAD
            even[g, n] = 1
            for d in range(D):
                if routes[at + d] != routes[at]:
                    even[g, n] = 0
    # Routes by destination, so that a week's arrivals are gathered rather than sent out; the even ones first.
    n_even = np.zeros(G, dtype=np.int64)
    n_from = np.zeros(G, dtype=np.int64)
    route_in = np.zeros((G, G * n_routes), dtype=np.int64)
    for kind in range(2):
        for g in range(G):
            for n in range(n_routes):
                h = route_to[g, n]
                if h < 0:
                    break
                if even[g, n] == 1 - kind:
                    route_in[h, n_from[h]] = g * n_routes + n
                    n_from[h] += 1
                    n_even[h] += 1 - kind

    has_education = np.zeros(G, dtype=np.int64)
    for g in range(G):
        for d in range(D):
            if rates[(g * RATES + 1) * PAD + d] > 0.0:
                has_education[g] = 1

    limits[:, :] = -1
    off = TOP  # the place of week 0 in the rows of rooms
    for s in range(S):
        for d in range(D):
            for room in range(ROOMS):
                rooms[(s * ROOMS + room) * ROOM_PAD + off + d] = persons[s, room, d]
            pool1_sum[s] += persons[s, ROOMS, d]
            pool2_sum[s] += persons[s, ROOMS + 1, d]
            if d > 0:
                beside[s * BESIDE + d - 1] = persons[s, ROOMS, d]
                beside[s * BESIDE + PAD + d - 1] = persons[s, ROOMS + 1, d]

    for t in range(-1, weeks):
        # In one sweep, so that the lines are at hand when the week's fields are written here and there.
        for s in range(S):
            for k in range(N_FIELDS):
                record[t + 1, s, k] = 0.0
        if t >= 0:
            if off == 0:
                _carry_back(rooms)
                off = TOP
            woy = week_of_year[t]
            early = municipal[t, _M_EARLY]
            for s in range(S):
                transfers_in[s] = 0.0
                to_after[s] = 0.0
            for g in range(G):
                kept = 1.0 - scalar[_S_DISPLACEMENT] * group[g, _C_DISPLACED]
                hr = group[g, _C_MEETING]
                extra = min(levers[t, g, _L_MEETINGS], scalar[_S_MAX_MEETINGS]) - min(
                    group[g, _C_MEETINGS], scalar[_S_MAX_MEETINGS]
                )
                contact = _net(hr**extra, kept) if extra != 0.0 and hr != 1.0 else 1.0
                share = levers[t, g, _L_MENTOR]
                base = group[g, _C_MENTOR]
                mentor_job = 1.0
                mentor_edu = 1.0
                if share != base:
                    gain = group[g, _C_MENTOR_JOB] - 1.0
                    mentor_job = _net((1.0 + share * gain) / (1.0 + base * gain), kept)
                    gain = group[g, _C_MENTOR_EDU] - 1.0
                    mentor_edu = (1.0 + share * gain) / (1.0 + base * gain)
                hr = group[g, _C_CASEWORKER]
                extra = municipal[t, _M_CASEWORKER] - scalar[_S_CASEWORKER]
                caseworker = _net(hr**extra, kept) if extra != 0.0 and hr != 1.0 else 1.0
                gain = group[g, _C_PARTIAL] - 1.0
                share = municipal[t, _M_PARTIAL]
                partial = 1.0
                if share != scalar[_S_PARTIAL] and gain != 0.0:
                    partial = (1.0 + share * gain) / (1.0 + scalar[_S_PARTIAL] * gain)
                others = mentor_job * caseworker * partial
                has_early = early > 0.0 and group[g, _C_EARLY] != 1.0
                early_ratio = _net(group[g, _C_EARLY], kept)
                motivation_gain = group[g, _C_MOTIVATION] - 1.0
                deadline = min(int(levers[t, g, _L_DEADLINE]), D - 1)
                base_deadline = min(int(group[g, _C_DEADLINE]), D - 1)
                index = municipal[t, _M_ECON_IN]
                in_factor = season[0, g, woy]
                if index != 1.0:
                    in_factor *= index ** group[g, _C_ECON_IN]
                index = municipal[t, _M_ECON_JOB]
                job_factor = season[1, g, woy]
                if index != 1.0:
                    job_factor *= index ** group[g, _C_ECON_JOB]
                edu_factor = season[2, g, woy] * mentor_edu
                special_kind = 0
                for n in range(n_routes):
                    special_kind = max(special_kind, route_special[g, n])
                fleks = municipal[t, _M_FLEKS] / scalar[_S_FLEKS]
                r1 = return_rate[g, 0]
                r2 = return_rate[g, 1]
                keep1 = 1.0 - r1 - on1
                keep2 = 1.0 - r2 - leave - on2
                n_int = n_edges[g]
                common[0] = others * contact
                common[1] = others * ((1.0 - early) * contact + early * early_ratio)
                ratios_dim = -1.0  # none computed for this group and week yet
                clipped = False
                varies = has_early or motivation_gain != 0.0
                returning = (r1, r2, keep1, keep2, on1)
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    at = s * ROOMS * ROOM_PAD + off
                    bt = s * BESIDE
                    rt = g * RATES * PAD
                    ft = s * PAD
                    st = g * 2 * PAD
                    job_scale = job_factor * scales[s, 0]
                    edu_scale = edu_factor * scales[s, 1]

                    # 1. Hazard ratios, from the state at the start of the week
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
                        x0 = max(firm_share_base[s], scalar[_S_FLOOR])
                        # A hair above the baseline is rounding, not diminishing returns.
                        if x > x0 * (1.0 + 1e-12):
                            dim = (x / x0) ** (-scalar[_S_DIMINISHING])
                    if dim != ratios_dim:
                        ratios_dim = dim
                        clipped = False
                        for v in range(2 if has_early else 1):
                            clip_v = _kind_ratios(
                                hr_job, g, dim, kept, common[v], low, high, v, ratios, raw_ratios
                            )
                            clipped = clipped or clip_v
                    bind = False
                    if clipped:
                        for v in range(2 if has_early else 1):
                            for k in range(K):
                                bind = bind or (
                                    ratios[0, v, k] != raw_ratios[0, v, k] and in_kinds[s, k] > 0.0
                                )
                            for k in range(K + 1):
                                bind = bind or (
                                    ratios[1, v, k] != raw_ratios[1, v, k] and after_kinds[s, k] > 0.0
                                )
                    mean_in0 = 1.0
                    mean_in1 = 1.0
                    mean_after0 = 1.0
                    mean_after1 = 1.0
                    for v in range(2 if has_early else 1):
                        top = 0.0
                        for k in range(K):
                            top += ratios[0, v, k] * in_kinds[s, k]
                        m1 = top / in_total if in_total > 0.0 else 1.0
                        top = 0.0
                        for k in range(K + 1):
                            top += ratios[1, v, k] * after_kinds[s, k]
                        m2 = top / after_total if after_total > 0.0 else 1.0
                        if v == 0:
                            mean_in0 = m1
                            mean_after0 = m2
                        else:
                            mean_in1 = m1
                            mean_after1 = m2
                    edu_in = 1.0
                    edu_after = 1.0
                    if has_education[g] == 1:
                        edu_in, edu_after = _room_means(
                            hr_education, g, s, in_kinds, after_kinds, in_total, after_total
                        )
                    special_in = 1.0
                    special_after = 1.0
                    if special_kind == 1:
                        special_in, special_after = _room_means(
                            hr_progression, g, s, in_kinds, after_kinds, in_total, after_total
                        )
                    ratio_w = 1.0
                    ratio_i = special_in
                    ratio_a = special_after
                    if special_kind != 1:
                        ratio_w = fleks
                        ratio_i = fleks
                        ratio_a = fleks
                    special_w = ratio_w * scales[s, 2]
                    special_i_rate = ratio_i * scales[s, 2]
                    special_a_rate = ratio_a * scales[s, 2]

                    # 2. Exits and 4. ageing, over the weeks within which one ratio holds
                    p_new = share_new[s]
                    p_old = share_old[s]
                    offered = 0.0
                    if motivation_gain != 0.0:
                        new = may_start[st + deadline]
                        old = may_start[st + PAD + deadline]
                        x, y, z = _begin(
                            rooms[at + deadline],
                            rooms[at + ROOM_PAD + deadline],
                            rooms[at + 2 * ROOM_PAD + deadline],
                            ended_share[s],
                            p_new * new + p_old * old,
                            p_old * (new + old),
                        )
                        if x + y + z > 0.0:
                            offered = (y + z) / (x + y + z)
                    v = 0
                    raw = others * contact
                    r = _clip(raw, low, high)
                    bind = bind or (r != raw and not varies)
                    for j in range(n_int):
                        if varies:
                            d0 = edges[g, j]
                            v = 1 if has_early and d0 < early_weeks else 0
                            motivation = 1.0
                            if motivation_gain != 0.0:
                                now = deadline - motivation_weeks <= d0 < deadline
                                before = base_deadline - motivation_weeks <= d0 < base_deadline
                                if now or before:
                                    top = 1.0 + motivation_gain * offered if now else 1.0
                                    bottom = 1.0 + motivation_gain * offered_base[s] if before else 1.0
                                    motivation = _net(top / bottom, kept)
                            bracket = contact * motivation
                            if v == 1:
                                bracket = (1.0 - early) * bracket + early * early_ratio
                            raw = others * bracket
                            r = _clip(raw, low, high)
                            bind = bind or r != raw
                        interval_early[j] = v
                        interval_ratio[j] = r
                        interval_job[0, j] = job_scale * r
                        interval_job[1, j] = job_scale * (mean_in1 if v == 1 else mean_in0)
                        interval_job[2, j] = job_scale * (mean_after1 if v == 1 else mean_after0)
                    if bind and limits[0, g] < 0 and caseload[s] > 0.0:
                        limits[0, g] = t
                    ei = edu_scale * edu_in
                    ea = edu_scale * edu_after
                    offers = (ended_share[s], p_new, p_old)
                    special_ratios = (ratio_w, ratio_i, ratio_a)
                    weighted = 0.0
                    j = 0
                    while j < n_int:
                        until = j + 1
                        while (
                            until < n_int
                            and interval_ratio[until] == interval_ratio[j]
                            and interval_early[until] == interval_early[j]
                        ):
                            until += 1
                        end = edges[g, until] if until < n_int else PAD
                        leaving = (
                            interval_job[0, j],
                            interval_job[1, j],
                            interval_job[2, j],
                            edu_scale,
                            ei,
                            ea,
                            special_w,
                            special_i_rate,
                            special_a_rate,
                        )
                        if special_kind == 0:
                            weighted += _week(
                                rooms,
                                beside,
                                may_start,
                                rates,
                                fixed,
                                np.uint64(at),
                                np.uint64(bt),
                                np.uint64(st),
                                np.uint64(rt),
                                np.uint64(ft),
                                np.uint64(edges[g, j]),
                                np.uint64(end),
                                offers,
                                leaving,
                                special_ratios,
                                returning,
                            )
                        else:
                            weighted += _week_with_special(
                                rooms,
                                beside,
                                may_start,
                                rates,
                                fixed,
                                np.uint64(at),
                                np.uint64(bt),
                                np.uint64(st),
                                np.uint64(rt),
                                np.uint64(ft),
                                np.uint64(edges[g, j]),
                                np.uint64(end),
                                offers,
                                leaving,
                                special_ratios,
                                returning,
                            )
                        j = until
                    record[t, s, F_DURATION] = weighted
                    # Those who left the open class for a job stand one place too far.
                    beside[bt + D - 2] += beside[bt + D - 1]
                    beside[bt + D - 1] = 0.0

                    job_exits = 0.0
                    edu_exits = 0.0
                    other_exits = 0.0
                    job_i0 = 0.0
                    job_i1 = 0.0
                    job_a0 = 0.0
                    job_a1 = 0.0
                    edu_i = 0.0
                    edu_a = 0.0
                    special_i = 0.0
                    special_a = 0.0
                    rest_i = 0.0
                    rest_a = 0.0
                    all_w = 0.0
                    all_i = 0.0
                    all_a = 0.0
                    for j in range(n_int):
                        pw = sums[s, 0, j]
                        pi = sums[s, 1, j]
                        pa = sums[s, 2, j]
                        all_w += pw
                        all_i += pi
                        all_a += pa
                        job = rate_at[g, 0, j]
                        edu = rate_at[g, 1, j]
                        fix = fixed_at[s, j]
                        spec = rate_at[g, 2, j]
                        ji = job * interval_job[1, j] * pi
                        ja = job * interval_job[2, j] * pa
                        out_job = job * interval_job[0, j] * pw + ji + ja
                        job_exits += out_job
                        column = class_at[g, j]
                        present = pw + pi + pa
                        record[t + 1, s, column] += present
                        record[t + 1, s, column + U_JOB] += out_job
                        out_other = fix * present
                        rest_i += fix * pi
                        rest_a += fix * pa
                        if edu != 0.0:
                            e2 = edu * ei * pi
                            e3 = edu * ea * pa
                            out_edu = edu * edu_scale * pw + e2 + e3
                            edu_exits += out_edu
                            record[t + 1, s, column + U_EDU] += out_edu
                            edu_i += e2
                            edu_a += e3
                        if spec != 0.0:
                            si = spec * special_i_rate * pi
                            sa = spec * special_a_rate * pa
                            out_other += spec * special_w * pw + si + sa
                            if special_kind == 1:
                                special_i += si
                                special_a += sa
                            else:
                                rest_i += si
                                rest_a += sa
                        record[t + 1, s, column + U_OTHER] += out_other
                        other_exits += out_other
                        if interval_early[j] == 1:
                            job_i1 += ji
                            job_a1 += ja
                        else:
                            job_i0 += ji
                            job_a0 += ja
                    record[t + 1, s, F_EXITS] = job_exits
                    record[t + 1, s, F_EXITS + 1] = edu_exits
                    for n in range(n_routes):
                        h = route_to[g, n]
                        if h < 0:
                            break
                        moved_w = 0.0
                        moved_a = 0.0
                        if even[g, n] == 1:
                            moved_w = route_at[g, n, 0] * all_w
                            if route_special[g, n] == 0:
                                moved_a = route_at[g, n, 0] * (all_i + all_a)
                            else:
                                moved_w *= ratio_w
                                moved_a = route_at[g, n, 0] * (ratio_i * all_i + ratio_a * all_a)
                        elif route_special[g, n] == 0:
                            for j in range(n_int):
                                moved_w += route_at[g, n, j] * sums[s, 0, j]
                                moved_a += route_at[g, n, j] * (sums[s, 1, j] + sums[s, 2, j])
                        else:
                            for j in range(n_int):
                                moved_w += route_at[g, n, j] * sums[s, 0, j]
                                moved_a += route_at[g, n, j] * (
                                    ratio_i * sums[s, 1, j] + ratio_a * sums[s, 2, j]
                                )
                            moved_w *= ratio_w
                        moved_w *= route_scales[s, n]
                        moved_a *= route_scales[s, n]
                        record[t + 1, s, F_EXITS + 3 + h] = moved_w + moved_a
                        transfers_in[h * N_ORIGINS + o] += moved_w + moved_a
                        to_after[h * N_ORIGINS + o] += moved_a
                        other_exits -= moved_w + moved_a
                    record[t + 1, s, F_EXITS + 2] = max(other_exits, 0.0)

                    # 2b. Composition of the two rooms after the exits, 3. offers end and effects fade
                    ended_share[s] = 0.0
                    if in_total > 0.0:
                        c0 = job_i0 / (in_total * mean_in0)
                        c1 = job_i1 / (in_total * mean_in1) if has_early else 0.0
                        c2 = edu_i / (in_total * edu_in) if edu_i > 0.0 else 0.0
                        c3 = special_i / (in_total * special_in) if special_i > 0.0 else 0.0
                        c4 = 1.0 - rest_i / in_total
                        left_all = 0.0
                        ended_all = 0.0
                        for k in range(K):
                            left = in_kinds[s, k] * (
                                c4
                                - c0 * ratios[0, 0, k]
                                - c1 * ratios[0, 1, k]
                                - c2 * hr_education[0, g, k]
                                - c3 * hr_progression[0, g, k]
                            )
                            ended = left * end_rate[g, k]
                            left_all += left
                            ended_all += ended
                            in_kinds[s, k] = left - ended
                            ended_kinds[k] = ended
                        if left_all > 0.0:
                            ended_share[s] = ended_all / left_all
                    else:
                        for k in range(K):
                            ended_kinds[k] = 0.0
                    if after_total > 0.0:
                        c0 = job_a0 / (after_total * mean_after0)
                        c1 = job_a1 / (after_total * mean_after1) if has_early else 0.0
                        c2 = edu_a / (after_total * edu_after) if edu_a > 0.0 else 0.0
                        c3 = special_a / (after_total * special_after) if special_a > 0.0 else 0.0
                        c4 = 1.0 - rest_a / after_total
                        faded = 0.0
                        for k in range(K):
                            left = after_kinds[s, k] * (
                                c4
                                - c0 * ratios[1, 0, k]
                                - c1 * ratios[1, 1, k]
                                - c2 * hr_education[1, g, k]
                                - c3 * hr_progression[1, g, k]
                            )
                            gone = left * fade_rate[g, k]
                            faded += gone
                            after_kinds[s, k] = left - gone + ended_kinds[k]
                        left = after_kinds[s, FADED] * (
                            c4 - c0 * ratios[1, 0, FADED] - c1 * ratios[1, 1, FADED] - c2 - c3
                        )
                        after_kinds[s, FADED] = left + faded
                    else:
                        for k in range(K):
                            after_kinds[s, k] = ended_kinds[k]

                    # 5. Arrivals from outside: new, and back after a year away. Week 0 stands one place lower now.
                    inflow = inflow_base[s] * in_factor
                    late = r2 * pool3[s]
                    record[t + 1, s, F_INFLOW] = inflow
                    record[t + 1, s, F_RETURN] = r1 * pool1_sum[s] + r2 * pool2_sum[s] + late
                    pool3[s] = pool3[s] * (1.0 - r2 - leave) + pool2_sum[s] * on2
                    pool2_sum[s] = pool2_sum[s] * keep2 + pool1_sum[s] * on1
                    pool1_sum[s] = pool1_sum[s] * keep1 + job_exits
                    rooms[at - 1] = late
                    rooms[at - 1 + ROOM_PAD] = 0.0
                    rooms[at - 1 + 2 * ROOM_PAD] = 0.0
                    if profile[g, 0] == 1.0:
                        rooms[at - 1] += inflow
                    else:
                        for d in range(D):
                            rooms[at - 1 + d] += inflow * profile[g, d]

            # 5b. Movers arrive, some routes at a time; the last two weeks become one open class
            for g in range(G):
                for m in range(0, n_even[g], 3):
                    i1 = route_in[g, m]
                    i2 = route_in[g, m + 1] if m + 1 < n_even[g] else i1
                    i3 = route_in[g, m + 2] if m + 2 < n_even[g] else i1
                    from1 = i1 // n_routes
                    from2 = i2 // n_routes
                    from3 = i3 // n_routes
                    n1 = i1 - from1 * n_routes
                    n2 = i2 - from2 * n_routes
                    n3 = i3 - from3 * n_routes
                    row1 = 0 if route_special[from1, n1] == 0 else 2
                    row2 = 0 if route_special[from2, n2] == 0 else 2
                    row3 = 0 if route_special[from3, n3] == 0 else 2
                    rate1 = routes[i1 * PAD]
                    rate2 = routes[i2 * PAD] if m + 1 < n_even[g] else 0.0
                    rate3 = routes[i3 * PAD] if m + 2 < n_even[g] else 0.0
                    for o in range(N_ORIGINS):
                        _arrive_evenly(
                            rooms,
                            beside,
                            np.uint64((g * N_ORIGINS + o) * ROOMS * ROOM_PAD + off),
                            np.uint64((from1 * N_ORIGINS + o) * BESIDE + MOVERS + row1 * PAD),
                            rate1 * route_scales[from1 * N_ORIGINS + o, n1],
                            np.uint64((from2 * N_ORIGINS + o) * BESIDE + MOVERS + row2 * PAD),
                            rate2 * route_scales[from2 * N_ORIGINS + o, n2],
                            np.uint64((from3 * N_ORIGINS + o) * BESIDE + MOVERS + row3 * PAD),
                            rate3 * route_scales[from3 * N_ORIGINS + o, n3],
                        )
                for m in range(n_even[g], n_from[g], 2):
                    i1 = route_in[g, m]
                    i2 = route_in[g, m + 1] if m + 1 < n_from[g] else i1
                    paired = 1.0 if m + 1 < n_from[g] else 0.0
                    from1 = i1 // n_routes
                    from2 = i2 // n_routes
                    n1 = i1 - from1 * n_routes
                    n2 = i2 - from2 * n_routes
                    row1 = 0 if route_special[from1, n1] == 0 else 2
                    row2 = 0 if route_special[from2, n2] == 0 else 2
                    for o in range(N_ORIGINS):
                        _arrive(
                            rooms,
                            beside,
                            routes,
                            np.uint64((g * N_ORIGINS + o) * ROOMS * ROOM_PAD + off),
                            np.uint64((from1 * N_ORIGINS + o) * BESIDE + MOVERS + row1 * PAD),
                            np.uint64(i1 * PAD),
                            route_scales[from1 * N_ORIGINS + o, n1],
                            np.uint64((from2 * N_ORIGINS + o) * BESIDE + MOVERS + row2 * PAD),
                            np.uint64(i2 * PAD),
                            route_scales[from2 * N_ORIGINS + o, n2] * paired,
                        )
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    record[t + 1, s, F_TRANSFER] = transfers_in[s]
                    after_kinds[s, FADED] += to_after[s]
                    for room in range(ROOMS):
                        last = (s * ROOMS + room) * ROOM_PAD + off + D - 1
                        rooms[last - 1] += rooms[last]
                        rooms[last] = 0.0
            off -= 1

        # The weeks are cut where rates and ratios will hold in the next week, and counted.
        t_next = min(t + 1, weeks - 1)
        for g in range(G):
            deadline = -1
            early_week = -1
            if group[g, _C_MOTIVATION] != 1.0:
                deadline = min(int(levers[t_next, g, _L_DEADLINE]), D - 1)
            if group[g, _C_EARLY] != 1.0 and municipal[t_next, _M_EARLY] > 0.0:
                early_week = early_weeks
            first = min(int(levers[max(t, 0), g, _L_FIRST]), D - 1)
            if built_for[g, 0] != deadline or built_for[g, 1] != early_week or built_for[g, 2] != first:
                built_for[g, 0] = deadline
                built_for[g, 1] = early_week
                built_for[g, 2] = first
                n_edges[g], n_fine[g], n_parts[g] = _cut(
                    begins,
                    g,
                    deadline,
                    min(int(group[g, _C_DEADLINE]), D - 1),
                    motivation_weeks,
                    early_week,
                    first,
                    newcomer_weeks,
                    edges,
                    fine_edges,
                    part_of,
                    refund_of,
                    inside,
                    zone,
                    may_start,
                    rates,
                    fixed,
                    routes,
                    class_at,
                    rate_at,
                    fixed_at,
                    route_at,
                )
            for o in range(N_ORIGINS):
                s = g * N_ORIGINS + o
                at = s * ROOMS * ROOM_PAD + off
                w_new = 0.0
                w_old = 0.0
                a_open = 0.0
                i_open = 0.0
                waiting = 0.0
                in_offer = 0.0
                after = 0.0
                _count(rooms, np.uint64(at), g, s, n_fine[g], fine_edges, part_of, refund_of, parts, refund)
                for j in range(n_parts[g]):
                    x = parts[s, 0, j]
                    y = parts[s, 1, j]
                    z = parts[s, 2, j]
                    waiting += x
                    in_offer += y
                    after += z
                    if zone[g, j] > 0:
                        a_open += z
                        i_open += y
                        if zone[g, j] == 1:
                            w_new += x
                        else:
                            w_old += x
                caseload[s] = waiting + in_offer + after
                if t >= 0:
                    ended = ended_share[s]
                    eligible[s, 0] = w_new
                    eligible[s, 1] = w_old
                    eligible[s, 2] = a_open + ended * i_open
                    # The composition is kept equal to the room, so that rounding cannot drift.
                    total = 0.0
                    for k in range(K + 1):
                        total += after_kinds[s, k]
                    if total > 0.0:
                        scale = (after + ended * in_offer) / total
                        for k in range(K + 1):
                            after_kinds[s, k] *= scale

        if t >= 0:
            # 6. Firm places are shared out, then each segment's starts
            equal = municipal[t, _M_EQUAL]
            for g in range(G):
                n_group = 0.0
                use_sum = 0.0
                for o in range(N_ORIGINS):
                    n_group += caseload[g * N_ORIGINS + o]
                    use_sum += firm_base[g * N_ORIGINS + o]
                base = group[g, _C_PRIORITY]
                priority = levers[t, g, _L_PRIORITY] / base if base > 0.0 else 0.0
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    base = firm_base[s]
                    if equal > 0.0 and n_group > 0.0:
                        base = (1.0 - equal) * base + equal * use_sum * caseload[s] / n_group
                    weight[s] = base * priority
                    ceiling[s] = group[g, _C_CEILING] * caseload[s]
            places = municipal[t, _M_PLACES]
            above_ceilings = _share_out(places, weight, ceiling, given, is_open)

            in_firm = 0.0
            for g in range(G):
                newcomer = levers[t, g, _L_NEWCOMER]
                activation = levers[t, g, _L_ACTIVATION]
                n_group = 0.0
                norm = 0.0
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    f = use_factor[g, o]
                    n_group += caseload[s]
                    norm += (f + equal * (1.0 - f)) * caseload[s]
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    act = 0.0
                    if norm > 0.0:
                        f = use_factor[g, o]
                        act = activation * (f + equal * (1.0 - f)) * n_group / norm
                    offers = max(min(act, 1.0) * caseload[s], given[s])
                    wanted = 0.0
                    p_new = 0.0
                    p_old = 0.0
                    if offers > 0.0:
                        _target(
                            offers,
                            given[s],
                            firm_base[s],
                            firm_mix,
                            place_mix,
                            other_mix,
                            t,
                            g,
                            levers[t, g, _L_EDUSHARE],
                            group[g, _C_EDUSHARE],
                            target,
                            mix,
                        )
                        for k in range(K):
                            starts[k] = max(0.0, target[k] - in_kinds[s, k])
                            wanted += starts[k]
                    if wanted > 0.0:
                        e_new = eligible[s, 0]
                        e_old = eligible[s, 1] + eligible[s, 2]
                        pull = newcomer * e_new + e_old
                        if pull > 0.0:
                            p_new = newcomer * wanted / pull
                            p_old = wanted / pull
                            if p_new > max_start:
                                p_new = max_start
                                p_old = max(0.0, (wanted - max_start * e_new) / e_old) if e_old > 0.0 else 0.0
                            if p_old > max_start:
                                p_old = max_start
                                # Weights below one: the rest falls to the newcomers.
                                p_new = (
                                    min(max_start, (wanted - max_start * e_old) / e_new)
                                    if e_new > 0.0
                                    else 0.0
                                )
                        begun = p_new * e_new + p_old * e_old
                        if begun < wanted * (1.0 - 1e-9):
                            if limits[1, g] < 0 and caseload[s] > 1e-9:
                                limits[1, g] = t
                            for k in range(K):
                                starts[k] *= begun / wanted
                        after_total = 0.0
                        for k in range(K + 1):
                            after_total += after_kinds[s, k]
                        if after_total > 0.0:
                            keep = 1.0 - p_old * eligible[s, 2] / after_total
                            for k in range(K + 1):
                                after_kinds[s, k] *= keep
                        for k in range(K):
                            in_kinds[s, k] += starts[k]
                            record[t + 1, s, F_STARTS + k] = starts[k]
                    for k in range(NF):
                        in_firm += in_kinds[s, k]
                    share_new[s] = p_new
                    share_old[s] = p_old
            firm_record[t, 0] = places
            firm_record[t, 1] = min(in_firm, places)
            firm_record[t, 2] = places - firm_record[t, 1]
            firm_record[t, 3] = above_ceilings

        # 7. Offers end and begin (in the rooms themselves at the start of the next week); the state is recorded
        # (t = -1: the start as it is), with the sums over the weeks within which one rate and one ratio will hold.
        for g in range(G):
            for o in range(N_ORIGINS):
                s = g * N_ORIGINS + o
                at = s * ROOMS * ROOM_PAD + off
                ended = ended_share[s]
                waiting = 0.0
                in_offer = 0.0
                after = 0.0
                sum_w = 0.0
                sum_i = 0.0
                sum_a = 0.0
                for j in range(n_parts[g]):
                    x = parts[s, 0, j]
                    y = parts[s, 1, j]
                    z = parts[s, 2, j]
                    done = y * ended
                    z += done
                    y -= done
                    if zone[g, j] > 0:
                        go_w = x * (share_new[s] if zone[g, j] == 1 else share_old[s])
                        go_a = z * share_old[s]
                        x -= go_w
                        z -= go_a
                        y += go_w + go_a
                    wide = inside[g, j]
                    if j > 0 and inside[g, j - 1] != wide:
                        sum_w = 0.0
                        sum_i = 0.0
                        sum_a = 0.0
                    sum_w += x
                    sum_i += y
                    sum_a += z
                    sums[s, 0, wide] = sum_w
                    sums[s, 1, wide] = sum_i
                    sums[s, 2, wide] = sum_a
                    waiting += x
                    in_offer += y
                    after += z
                for c in range(N_REFUND):
                    record[t + 1, s, F_REFUND + c] = refund[s, c]
                caseload[s] = waiting + in_offer + after
                record[t + 1, s, 0] = caseload[s]
                record[t + 1, s, 1] = waiting
                record[t + 1, s, 2] = in_offer
                record[t + 1, s, 3] = after
                x = rooms[at + newcomer_weeks]
                y = rooms[at + ROOM_PAD + newcomer_weeks] + rooms[at + 2 * ROOM_PAD + newcomer_weeks]
                st = g * 2 * PAD + newcomer_weeks
                begun = x * (share_new[s] * may_start[st] + share_old[s] * may_start[st + PAD])
                record[t + 1, s, F_REACHED] = x + y
                record[t + 1, s, F_REACHED + 1] = y + begun
                for k in range(K):
                    record[t + 1, s, F_PARTICIPANTS + k] = in_kinds[s, k]
                record[t + 1, s, F_SHARE] = share_new[s]
                record[t + 1, s, F_SHARE + 1] = share_old[s]
                record[t + 1, s, F_POOL] = pool1_sum[s] + pool2_sum[s] + pool3[s]

    # Persons x weeks are counted when a week begins; the last one's are still to come.
    for s in range(S):
        weighted = 0.0
        for room in range(ROOMS):
            for d in range(D):
                weighted += d * rooms[(s * ROOMS + room) * ROOM_PAD + off + d]
        record[weeks, s, F_DURATION] = weighted


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
    """Runs b = 0..B-1 with parameter set ``parameter_set[b]`` and lever paths ``path_set[b]``.

    Fills every place of record [B, T + 1, S, N_FIELDS], firm_record [B, T, 4] (supply, filled, unfilled, above all
    ceilings) and limits [B, 2, G] (first week in which the hazard-ratio limit, the start limit bound; -1 for never).
    """
    for b in range(parameter_set.shape[0]):
        _run(p, start, paths, parameter_set[b], path_set[b], weeks, record[b], firm_record[b], limits[b])
