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
Four = tuple[float, float, float, float]
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

# Columns of one segment's record for one week; ``model.simulation.outcome`` reads them by these names.
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
F_CLASS = FIELDS["class_persons"][0]

# The duration class and the refund class of each week.
_CLASS_OF = (np.searchsorted(np.array(DURATION_CLASSES), np.arange(D), side="right") - 1).astype(np.uint64)
_REFUND_OF = (np.searchsorted(np.array(REFUND_CLASSES), np.arange(D), side="right") - 1).astype(np.uint64)

# Unsigned indices: a signed one may count from the end, and the check for that keeps loops out of vector units.
U_0 = np.uint64(0)
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

# What a segment has one number of stands in lanes, row by row: the segments side by side, padded to whole vectors, so
# that a week's sums are worked out for several segments at once. First the rows of the record, then the kernel's own.
# All lie in one flat array at distances known to the compiler. No division by zero may stop these loops, and a choice
# must be one between two numbers, not between two places: else they are worked out one segment at a time.
LANES = -(-S // 8) * 8
_KIND_ROWS = {
    "after": K + 1,  # composition of the room after an offer
    "ended_kind": K,  # offers that end in the week
    "hr_in": K,  # hazard ratios in an offer and after it: of a job, of education (hre), of progression (hrp)
    "hr_after": K + 1,
    "hre_in": K,
    "hre_after": K + 1,
    "hrp_in": K,
    "hrp_after": K + 1,
    "ratio_in": K,  # the same of a job net of displacement and diminishing returns, times the levers, within the limits
    "ratio_after": K + 1,
    "ratio_in_early": K,  # and while the early package holds
    "ratio_after_early": K + 1,
    "end": K,  # weekly rates at which offers end and effects fade
    "fade": K,
    "firm_mix": NF,
    "mix": K - NF,
}
# By line: parameters of the group and the segment's firm places at the baseline; persons, and those back after a year;
# what multiplies the base rates, and persons for whom a limit binds; mean ratios by room; then the share of offers that
# ends, movers who arrive after an offer, who may begin one (e_), full-time places wanted and in firms, the weight of
# newcomers, 1 where the limit of starts binds.
_SINGLE_ROWS = """
    kept has_early progression return_1 return_2 on_1 on_2 leave firm_base
    firm in_total after_total pool_1 pool_2 pool_3 late
    dim common common_early bound job_scale edu_scale special_scale
    mean_in mean_in_early mean_after mean_after_early edu_in edu_after special_w special_in special_after
    ended to_after e_new e_old e_after offers given newcomer short
"""
# Sums over a week's exits: persons by room, then leavers by room for a job, for education, by the special transfer and
# by what has one rate for all rooms.
_SUM_ROWS = """
    all_w all_in all_after job_in job_after job_in_early job_after_early
    left_edu_in left_edu_after left_special_in left_special_after rest_in rest_after
"""
_OWN_ROWS = _KIND_ROWS | dict.fromkeys([*_SINGLE_ROWS.split(), *_SUM_ROWS.split()], 1)
N_ROWS = N_FIELDS + sum(_OWN_ROWS.values())


def _lane(name: str, part: int = 0) -> np.uint64:
    """Where row ``name`` begins: a field of the record, else one of the kernel's own."""
    if name in FIELDS:
        return np.uint64(LANES * (FIELDS[name][0] + part))
    names = list(_OWN_ROWS)
    before = sum(_OWN_ROWS[other] for other in names[: names.index(name)])
    return np.uint64(LANES * (N_FIELDS + before + part))


U_LANES = np.uint64(LANES)
U_2LANES = np.uint64(2 * LANES)
U_3LANES = np.uint64(3 * LANES)
U_4LANES = np.uint64(4 * LANES)
U_5LANES = np.uint64(5 * LANES)
U_6LANES = np.uint64(6 * LANES)
U_7LANES = np.uint64(7 * LANES)
U_8LANES = np.uint64(8 * LANES)
U_SUMS = np.uint64(len(_SUM_ROWS.split()) * LANES)
U_S = np.uint64(S)
U_FIELDS = np.uint64(N_FIELDS)
U_K = np.uint64(K)
U_K1 = np.uint64(K + 1)
U_NF = np.uint64(NF)
U_FADED = np.uint64(FADED * LANES)
U_CASELOAD = _lane("caseload")
U_WAITING = _lane("waiting")
U_IN_OFFER = _lane("in_offer")
U_AFTER_OFFER = _lane("after_offer")
U_INFLOW = _lane("inflow_external")
U_RETURNERS = _lane("inflow_returners")
U_TRANSFERS_IN = _lane("inflow_transfers")
U_JOB_EXITS = _lane("exits")
U_EDU_EXITS = _lane("exits", 1)
U_OTHER_EXITS = _lane("exits", 2)
U_TRANSFERS_TO = _lane("exits", 3)
U_STARTS = _lane("starts")
U_IN = _lane("participants")
U_REACHED = _lane("reached_13")
U_NEW = _lane("start_share")
U_OLD = _lane("start_share", 1)
U_POOL = _lane("pool")
U_AFTER = _lane("after")
U_ENDED_KIND = _lane("ended_kind")
U_HR_IN = _lane("hr_in")
U_HR_AFTER = _lane("hr_after")
U_HRE_IN = _lane("hre_in")
U_HRE_AFTER = _lane("hre_after")
U_HRP_IN = _lane("hrp_in")
U_HRP_AFTER = _lane("hrp_after")
U_RATIO_IN = _lane("ratio_in")
U_RATIO_AFTER = _lane("ratio_after")
U_RATIO_IN_EARLY = _lane("ratio_in_early")
U_RATIO_AFTER_EARLY = _lane("ratio_after_early")
U_END = _lane("end")
U_FADE = _lane("fade")
U_FIRM_MIX = _lane("firm_mix")
U_MIX = _lane("mix")
U_FIRM = _lane("firm")
U_IN_TOTAL = _lane("in_total")
U_AFTER_TOTAL = _lane("after_total")
U_KEPT = _lane("kept")
U_DIM = _lane("dim")
U_COMMON = _lane("common")
U_COMMON_EARLY = _lane("common_early")
U_BOUND = _lane("bound")
U_HAS_EARLY = _lane("has_early")
U_MEAN_IN = _lane("mean_in")
U_MEAN_IN_EARLY = _lane("mean_in_early")
U_MEAN_AFTER = _lane("mean_after")
U_MEAN_AFTER_EARLY = _lane("mean_after_early")
U_EDU_IN = _lane("edu_in")
U_EDU_AFTER = _lane("edu_after")
U_PROGRESSION = _lane("progression")
U_SPECIAL_W = _lane("special_w")
U_SPECIAL_IN = _lane("special_in")
U_SPECIAL_AFTER = _lane("special_after")
U_JOB_SCALE = _lane("job_scale")
U_EDU_SCALE = _lane("edu_scale")
U_SPECIAL_SCALE = _lane("special_scale")
U_ALL_W = _lane("all_w")
U_ALL_IN = _lane("all_in")
U_ALL_AFTER = _lane("all_after")
U_JOB_IN = _lane("job_in")
U_JOB_AFTER = _lane("job_after")
U_JOB_IN_EARLY = _lane("job_in_early")
U_JOB_AFTER_EARLY = _lane("job_after_early")
U_LEFT_EDU_IN = _lane("left_edu_in")
U_LEFT_EDU_AFTER = _lane("left_edu_after")
U_LEFT_SPECIAL_IN = _lane("left_special_in")
U_LEFT_SPECIAL_AFTER = _lane("left_special_after")
U_REST_IN = _lane("rest_in")
U_REST_AFTER = _lane("rest_after")
U_ENDED = _lane("ended")
U_TO_AFTER = _lane("to_after")
U_RETURN_1 = _lane("return_1")
U_RETURN_2 = _lane("return_2")
U_ON_1 = _lane("on_1")
U_ON_2 = _lane("on_2")
U_LEAVE = _lane("leave")
U_POOL_1 = _lane("pool_1")
U_POOL_2 = _lane("pool_2")
U_POOL_3 = _lane("pool_3")
U_LATE = _lane("late")
U_E_NEW = _lane("e_new")
U_E_OLD = _lane("e_old")
U_E_AFTER = _lane("e_after")
U_OFFERS = _lane("offers")
U_GIVEN = _lane("given")
U_FIRM_BASE = _lane("firm_base")
U_NEWCOMER = _lane("newcomer")
U_SHORT = _lane("short")

# Rows of one piece of the weeks (see ``_cut``): persons by room, who may begin an offer, base rates, the hazard ratio
# of those waiting, whether the early package holds.
PIECE_ROWS = 11
P_NEW, P_OLD, P_JOB, P_EDU, P_SPECIAL, P_FIXED, P_RATIO, P_EARLY = (LANES * row for row in range(3, 11))
U_P_IN = U_LANES
U_P_AFTER = U_2LANES
U_P_NEW = np.uint64(P_NEW)
U_P_OLD = np.uint64(P_OLD)
U_P_JOB = np.uint64(P_JOB)
U_P_EDU = np.uint64(P_EDU)
U_P_SPECIAL = np.uint64(P_SPECIAL)
U_P_FIXED = np.uint64(P_FIXED)
U_P_RATIO = np.uint64(P_RATIO)
U_P_EARLY = np.uint64(P_EARLY)
# Exits by duration class, and below them persons by refund class.
U_CLASS_JOB = np.uint64(N_CLASSES * LANES)
U_CLASS_EDU = np.uint64(2 * N_CLASSES * LANES)
U_CLASS_OTHER = np.uint64(3 * N_CLASSES * LANES)
U_REFUND = np.uint64(4 * N_CLASSES * LANES)

# Fewer are nobody: a share of them would be no number.
SOMEBODY = 1e-300

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


# Numba's own max and min are calls, which keep a loop from vector units.
@njit(cache=True, nogil=True, inline="always")
def _above_zero(value: float) -> float:
    return value if value > 0.0 else 0.0


@njit(cache=True, nogil=True, inline="always")
def _least(value: float, other: float) -> float:
    return value if value < other else other


@njit(cache=True, nogil=True, inline="always")
def _limited(hr: float, kept: float, common: float, low: float, high: float) -> tuple[float, float]:
    """Hazard ratio net of what is not kept, times the levers' common factor: before and within the limits."""
    raw = common * (1.0 + (hr - 1.0) * kept if hr > 1.0 else hr)
    ratio = low if raw < low else raw
    return raw, high if ratio > high else ratio


@njit(cache=True, nogil=True, inline="always")
def _left_by(total: float, progression: float, leavers: Four, rest: float, means: Four) -> Five:
    """How the ``total`` persons of a room leave it by kind of offer: what multiplies a kind's hazard ratios of a job
    without and with the early package, of education and of progression, and the share that stays but for these.

    ``leavers``: for a job without and with the package, for education, by the special transfer;
    ``means``: the room's mean hazard ratios of the same.
    """
    job, job_early, edu, special = leavers
    mean, mean_early, mean_edu, mean_special = means
    share = 1.0 / total if total > SOMEBODY else 0.0
    return (
        job * share / mean if job > 0.0 else 0.0,
        job_early * share / mean_early if job_early > 0.0 else 0.0,
        edu * share / mean_edu if edu > 0.0 else 0.0,
        special * share / mean_special if progression * special > 0.0 else 0.0,
        1.0 - (rest + (1.0 - progression) * special) * share,
    )


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

    @njit(cache=True, nogil=True, inline="always")
    def one(
        rooms: Floats,
        beside: Floats,
        rates: Floats,
        fixed: Floats,
        at: np.uint64,
        bt: np.uint64,
        rt: np.uint64,
        ft: np.uint64,
        d: int,
        ended: float,
        from_waiting: float,
        from_after: float,
        leaving: Nine,
        ratios: Three,
        pool: Five,
    ) -> float:
        """One of the segment's weeks; returns its persons before."""
        job_w, job_i, job_a, edu_w, edu_i, edu_a, spec_w, spec_i, spec_a = leaving
        ratio_w, ratio_i, ratio_a = ratios
        r1, r2, keep1, keep2, on1 = pool
        x = rooms[at + d]
        y = rooms[at + U_ROOM + d]
        z = rooms[at + U_2ROOM + d]
        present: float = x + y + z
        x, y, z = _begin(x, y, z, ended, from_waiting, from_after)
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
        return present

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
        middle: np.uint64,
        end: np.uint64,
        offers: Three,
        leaving: Nine,
        ratios: Three,
        pool: Five,
    ) -> float:
        """One week of a segment's weeks [begin, end): offers end and begin, then people leave. Returns persons x weeks.

        Those who stay remain in place (they age as the row moves), job leavers enter the pool a week older,
        returners come back at their weeks; the movers' rows are left with who may be transferred. All arrays
        are flat, and ``at``, ``bt``, ``st``, ``rt``, ``ft`` the segment's first elements. From ``middle`` on nobody
        is new and all may begin an offer.

        ``offers``: share of them that ends, chance to begin one for newcomers and for the others;
        ``leaving``: what multiplies the base rates for a job, for education and of the special transfer
        (``special``: there is one), each for waiting, in an offer, after it; ``ratios``: that transfer's
        hazard ratios; ``pool``: rates of return from the two stages, shares that stay in each, share that
        passes on.
        """
        ended, p_new, p_old = offers
        weighted = 0.0
        for d in range(begin, middle):
            new = may_start[st + d]
            old = may_start[st + U_PAD + d]
            go_w = p_new * new + p_old * old
            go_a = p_old * (new + old)
            weighted += _WEEKS[d] * one(
                rooms, beside, rates, fixed, at, bt, rt, ft, d, ended, go_w, go_a, leaving, ratios, pool
            )
        for d in range(middle, end):
            weighted += _WEEKS[d] * one(
                rooms, beside, rates, fixed, at, bt, rt, ft, d, ended, p_old, p_old, leaving, ratios, pool
            )
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
def _count(rooms: Floats, at: np.uint64, s: int, g: int, n: int, edges: Ints, pieces: Floats) -> None:
    """Persons of a segment by room in each of the ``n`` pieces that the weeks are cut into."""
    for j in range(n):
        x = 0.0
        y = 0.0
        z = 0.0
        for d in range(np.uint64(edges[g, j]), np.uint64(edges[g, j + 1])):
            x += rooms[at + d]
            y += rooms[at + U_ROOM + d]
            z += rooms[at + U_2ROOM + d]
        row = j * PIECE_ROWS * LANES + s
        pieces[row] = x
        pieces[row + LANES] = y
        pieces[row + 2 * LANES] = z


@njit(cache=True, nogil=True)
def _carry_back(rooms: Floats) -> None:
    """Rows that have moved all the way down begin at the top again."""
    for row in range(S * ROOMS):
        at = row * ROOM_PAD
        for d in range(PAD):
            rooms[at + TOP + d] = rooms[at + d]


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


@njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def _totals(w: Floats) -> None:
    """Persons in an offer, in one of a firm, and after one; nobody is bound by a limit yet."""
    for s in range(U_0, U_LANES):
        firm = 0.0
        for k in range(U_0, U_NF):
            firm += w[U_IN + k * U_LANES + s]
        inside = firm
        for k in range(U_NF, U_K):
            inside += w[U_IN + k * U_LANES + s]
        after = 0.0
        for k in range(U_0, U_K1):
            after += w[U_AFTER + k * U_LANES + s]
        w[U_BOUND + s] = 0.0
        w[U_FIRM + s] = firm
        w[U_IN_TOTAL + s] = inside
        w[U_AFTER_TOTAL + s] = after


def _ratios_of(after: bool, early: bool) -> Callable[..., None]:
    """Job hazard ratios by kind in an offer or ``after`` it, and their mean, for weeks with (``early``) or without the
    early package: compiled apart, so that all distances are known.
    """
    kinds = U_K1 if after else U_K
    hr_at = U_HR_AFTER if after else U_HR_IN
    persons_at = U_AFTER if after else U_IN
    total_at = U_AFTER_TOTAL if after else U_IN_TOTAL
    common_at = U_COMMON_EARLY if early else U_COMMON
    if after:
        ratio_at = U_RATIO_AFTER_EARLY if early else U_RATIO_AFTER
        mean_at = U_MEAN_AFTER_EARLY if early else U_MEAN_AFTER
    else:
        ratio_at = U_RATIO_IN_EARLY if early else U_RATIO_IN
        mean_at = U_MEAN_IN_EARLY if early else U_MEAN_IN

    @njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
    def ratios(w: Floats, low: float, high: float) -> None:
        """Ratios net of displacement and diminishing returns, times the levers' common factor, within the limits.

        Adds to U_BOUND where a limit binds for somebody.
        """
        for s in range(U_0, U_LANES):
            kept = w[U_KEPT + s]
            dimmed = kept * w[U_DIM + s]
            common = w[common_at + s]
            bound = 0.0
            top = 0.0
            for k in range(U_0, kinds):
                raw, ratio = _limited(
                    w[hr_at + k * U_LANES + s], dimmed if k < U_NF else kept, common, low, high
                )
                persons = w[persons_at + k * U_LANES + s]
                w[ratio_at + k * U_LANES + s] = ratio
                top += ratio * persons
                bound += persons if ratio != raw else 0.0
            total = w[total_at + s]
            w[mean_at + s] = top / total if total > 0.0 else 1.0
            w[U_BOUND + s] += bound * w[U_HAS_EARLY + s] if early else bound

    return ratios


_ratios_in = _ratios_of(False, False)
_ratios_after = _ratios_of(True, False)
_ratios_in_early = _ratios_of(False, True)
_ratios_after_early = _ratios_of(True, True)


@njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def _other_ratios(w: Floats, openings: float) -> None:
    """Mean hazard ratios of education and of the special transfer: progression's own, else the ``openings`` of flexible
    jobs, which hold for all rooms.
    """
    for s in range(U_0, U_LANES):
        inside = w[U_IN_TOTAL + s]
        after = w[U_AFTER_TOTAL + s]
        edu_in = 0.0
        special_in = 0.0
        for k in range(U_0, U_K):
            persons = w[U_IN + k * U_LANES + s]
            edu_in += persons * w[U_HRE_IN + k * U_LANES + s]
            special_in += persons * w[U_HRP_IN + k * U_LANES + s]
        edu_after = 0.0
        special_after = 0.0
        for k in range(U_0, U_K1):
            persons = w[U_AFTER + k * U_LANES + s]
            edu_after += persons * w[U_HRE_AFTER + k * U_LANES + s]
            special_after += persons * w[U_HRP_AFTER + k * U_LANES + s]
        progression = w[U_PROGRESSION + s]
        w[U_EDU_IN + s] = edu_in / inside if inside > 0.0 else 1.0
        w[U_EDU_AFTER + s] = edu_after / after if after > 0.0 else 1.0
        special_in = special_in / inside if inside > 0.0 else 1.0
        special_after = special_after / after if after > 0.0 else 1.0
        w[U_SPECIAL_W + s] = 1.0 if progression > 0.0 else openings
        w[U_SPECIAL_IN + s] = special_in if progression > 0.0 else openings
        w[U_SPECIAL_AFTER + s] = special_after if progression > 0.0 else openings


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def _exits(w: Floats, pieces: Floats, by_class: Floats, n: int, class_of: Indices) -> None:
    """Who leaves in the week, by destination, room and duration class, from the sums by piece."""
    for i in range(U_0, np.uint64(4 * N_CLASSES * LANES)):
        by_class[i] = 0.0
    for i in range(U_JOB_EXITS, U_JOB_EXITS + U_3LANES):
        w[i] = 0.0
    for i in range(U_ALL_W, U_ALL_W + U_SUMS):
        w[i] = 0.0
    for j in range(n):
        at = np.uint64(j * PIECE_ROWS * LANES)
        ct = class_of[j] * U_LANES
        for s in range(U_0, U_LANES):
            pw = pieces[at + s]
            pi = pieces[at + U_P_IN + s]
            pa = pieces[at + U_P_AFTER + s]
            early = pieces[at + U_P_EARLY + s]
            edu = pieces[at + U_P_EDU + s] * w[U_EDU_SCALE + s]
            spec = pieces[at + U_P_SPECIAL + s] * w[U_SPECIAL_SCALE + s]
            fix = pieces[at + U_P_FIXED + s]
            job = pieces[at + U_P_JOB + s] * w[U_JOB_SCALE + s]
            ratio_in = early * w[U_MEAN_IN_EARLY + s] + (1.0 - early) * w[U_MEAN_IN + s]
            ratio_after = early * w[U_MEAN_AFTER_EARLY + s] + (1.0 - early) * w[U_MEAN_AFTER + s]
            job_i = job * ratio_in * pi
            job_a = job * ratio_after * pa
            out_job = job * pieces[at + U_P_RATIO + s] * pw + job_i + job_a
            edu_i = edu * w[U_EDU_IN + s] * pi
            edu_a = edu * w[U_EDU_AFTER + s] * pa
            out_edu = edu * pw + edu_i + edu_a
            spec_i = spec * w[U_SPECIAL_IN + s] * pi
            spec_a = spec * w[U_SPECIAL_AFTER + s] * pa
            present = pw + pi + pa
            out_other = fix * present + spec * w[U_SPECIAL_W + s] * pw + spec_i + spec_a
            by_class[ct + s] += present
            by_class[ct + U_CLASS_JOB + s] += out_job
            by_class[ct + U_CLASS_EDU + s] += out_edu
            by_class[ct + U_CLASS_OTHER + s] += out_other
            w[U_ALL_W + s] += pw
            w[U_ALL_IN + s] += pi
            w[U_ALL_AFTER + s] += pa
            w[U_JOB_EXITS + s] += out_job
            w[U_EDU_EXITS + s] += out_edu
            w[U_OTHER_EXITS + s] += out_other
            w[U_JOB_IN + s] += (1.0 - early) * job_i
            w[U_JOB_AFTER + s] += (1.0 - early) * job_a
            w[U_JOB_IN_EARLY + s] += early * job_i
            w[U_JOB_AFTER_EARLY + s] += early * job_a
            w[U_LEFT_EDU_IN + s] += edu_i
            w[U_LEFT_EDU_AFTER + s] += edu_a
            w[U_LEFT_SPECIAL_IN + s] += spec_i
            w[U_LEFT_SPECIAL_AFTER + s] += spec_a
            w[U_REST_IN + s] += fix * pi
            w[U_REST_AFTER + s] += fix * pa


@njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def _compose(w: Floats) -> None:
    """Composition of the two rooms after the exits; offers end, effects fade, leavers enter the pool and leave it."""
    for s in range(U_0, U_LANES):
        progression = w[U_PROGRESSION + s]
        c0, c1, c2, c3, c4 = _left_by(
            w[U_IN_TOTAL + s],
            progression,
            (
                w[U_JOB_IN + s],
                w[U_JOB_IN_EARLY + s],
                w[U_LEFT_EDU_IN + s],
                w[U_LEFT_SPECIAL_IN + s],
            ),
            w[U_REST_IN + s],
            (w[U_MEAN_IN + s], w[U_MEAN_IN_EARLY + s], w[U_EDU_IN + s], w[U_SPECIAL_IN + s]),
        )
        left_all = 0.0
        ended_all = 0.0
        for k in range(U_0, U_K):
            left = w[U_IN + k * U_LANES + s] * (
                c4
                - c0 * w[U_RATIO_IN + k * U_LANES + s]
                - c1 * w[U_RATIO_IN_EARLY + k * U_LANES + s]
                - c2 * w[U_HRE_IN + k * U_LANES + s]
                - c3 * w[U_HRP_IN + k * U_LANES + s]
            )
            ended = left * w[U_END + k * U_LANES + s]
            left_all += left
            ended_all += ended
            w[U_IN + k * U_LANES + s] = left - ended
            w[U_ENDED_KIND + k * U_LANES + s] = ended
        w[U_ENDED + s] = ended_all / left_all if left_all > 0.0 else 0.0

        c0, c1, c2, c3, c4 = _left_by(
            w[U_AFTER_TOTAL + s],
            progression,
            (
                w[U_JOB_AFTER + s],
                w[U_JOB_AFTER_EARLY + s],
                w[U_LEFT_EDU_AFTER + s],
                w[U_LEFT_SPECIAL_AFTER + s],
            ),
            w[U_REST_AFTER + s],
            (w[U_MEAN_AFTER + s], w[U_MEAN_AFTER_EARLY + s], w[U_EDU_AFTER + s], w[U_SPECIAL_AFTER + s]),
        )
        faded = w[U_TO_AFTER + s]
        for k in range(U_0, U_K):
            left = w[U_AFTER + k * U_LANES + s] * (
                c4
                - c0 * w[U_RATIO_AFTER + k * U_LANES + s]
                - c1 * w[U_RATIO_AFTER_EARLY + k * U_LANES + s]
                - c2 * w[U_HRE_AFTER + k * U_LANES + s]
                - c3 * w[U_HRP_AFTER + k * U_LANES + s]
            )
            gone = left * w[U_FADE + k * U_LANES + s]
            faded += gone
            w[U_AFTER + k * U_LANES + s] = left - gone + w[U_ENDED_KIND + k * U_LANES + s]
        left = w[U_AFTER + U_FADED + s] * (
            c4 - c0 * w[U_RATIO_AFTER + U_FADED + s] - c1 * w[U_RATIO_AFTER_EARLY + U_FADED + s] - c2 - c3
        )
        w[U_AFTER + U_FADED + s] = left + faded

        r1 = w[U_RETURN_1 + s]
        r2 = w[U_RETURN_2 + s]
        on1 = w[U_ON_1 + s]
        on2 = w[U_ON_2 + s]
        leave = w[U_LEAVE + s]
        pool1 = w[U_POOL_1 + s]
        pool2 = w[U_POOL_2 + s]
        pool3 = w[U_POOL_3 + s]
        late = r2 * pool3
        w[U_LATE + s] = late
        w[U_RETURNERS + s] = r1 * pool1 + r2 * pool2 + late
        pool3 = pool3 * (1.0 - r2 - leave) + pool2 * on2
        pool2 = pool2 * (1.0 - r2 - leave - on2) + pool1 * on1
        pool1 = pool1 * (1.0 - r1 - on1) + w[U_JOB_EXITS + s]
        w[U_POOL_1 + s] = pool1
        w[U_POOL_2 + s] = pool2
        w[U_POOL_3 + s] = pool3
        w[U_POOL + s] = pool1 + pool2 + pool3


@njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def _who_may_start(w: Floats, pieces: Floats, n: int) -> None:
    """Caseload and who may begin an offer, from the sums by piece; the composition after an offer is kept equal to the
    room, so that rounding cannot drift.
    """
    for i in range(U_CASELOAD, U_CASELOAD + U_4LANES):
        w[i] = 0.0
    for i in range(U_E_NEW, U_E_NEW + U_3LANES):
        w[i] = 0.0
    for j in range(n):
        at = np.uint64(j * PIECE_ROWS * LANES)
        for s in range(U_0, U_LANES):
            x = pieces[at + s]
            y = pieces[at + U_P_IN + s]
            z = pieces[at + U_P_AFTER + s]
            new = pieces[at + U_P_NEW + s]
            old = pieces[at + U_P_OLD + s]
            w[U_CASELOAD + s] += x + y + z
            w[U_IN_OFFER + s] += y
            w[U_AFTER_OFFER + s] += z
            w[U_E_NEW + s] += new * x
            w[U_E_OLD + s] += old * x
            w[U_E_AFTER + s] += (new + old) * (z + w[U_ENDED + s] * y)
    for s in range(U_0, U_LANES):
        total = 0.0
        for k in range(U_0, U_K1):
            total += w[U_AFTER + k * U_LANES + s]
        room = w[U_AFTER_OFFER + s] + w[U_ENDED + s] * w[U_IN_OFFER + s]
        scale = room / total if total > 0.0 else 1.0
        for k in range(U_0, U_K1):
            w[U_AFTER + k * U_LANES + s] *= scale


@njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def _starts(w: Floats, place_mix: Five, max_start: float) -> None:
    """Offers wanted by kind, firm-oriented first, the rest by the group's mix in the order of replacement, and the
    chances to begin one that follow for newcomers and for the others.

    Firm places above the baseline's replace guidance first, then utility jobs, courses, education; below it guidance
    fills.
    """
    m0, m1, m2, m3, m4 = place_mix
    for s in range(U_0, U_LANES):
        offers = w[U_OFFERS + s]
        firm = w[U_GIVEN + s]
        base = w[U_FIRM_BASE + s]
        own = _least(firm, base)
        more = _above_zero(firm - base)
        t0 = own * w[U_FIRM_MIX + s] + more * m0
        t1 = own * w[U_FIRM_MIX + U_LANES + s] + more * m1
        t2 = own * w[U_FIRM_MIX + U_2LANES + s] + more * m2
        t3 = own * w[U_FIRM_MIX + U_3LANES + s] + more * m3
        t4 = own * w[U_FIRM_MIX + U_4LANES + s] + more * m4
        planned = _above_zero(offers - base)
        wanted = _above_zero(offers - firm)
        utility = planned * w[U_MIX + s]
        guidance = planned * w[U_MIX + U_LANES + s] + _above_zero(wanted - planned)
        course = planned * w[U_MIX + U_2LANES + s]
        education = planned * w[U_MIX + U_3LANES + s]
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
        b0 = _above_zero(t0 - w[U_IN + s])
        b1 = _above_zero(t1 - w[U_IN + U_LANES + s])
        b2 = _above_zero(t2 - w[U_IN + U_2LANES + s])
        b3 = _above_zero(t3 - w[U_IN + U_3LANES + s])
        b4 = _above_zero(t4 - w[U_IN + U_4LANES + s])
        b5 = _above_zero(utility - w[U_IN + U_5LANES + s])
        b6 = _above_zero(guidance - w[U_IN + U_6LANES + s])
        b7 = _above_zero(course - w[U_IN + U_7LANES + s])
        b8 = _above_zero(education - w[U_IN + U_8LANES + s])
        wanted = b0 + b1 + b2 + b3 + b4 + b5 + b6 + b7 + b8

        newcomer = w[U_NEWCOMER + s]
        e_new = w[U_E_NEW + s]
        e_after = w[U_E_AFTER + s]
        e_old = w[U_E_OLD + s] + e_after
        pull = newcomer * e_new + e_old
        p_old = wanted / pull if pull > 0.0 else 0.0
        p_new = newcomer * p_old
        rest = _above_zero((wanted - max_start * e_new) / e_old) if e_old > 0.0 else 0.0
        p_old = rest if p_new > max_start else p_old
        p_new = _least(p_new, max_start)
        # Weights below one: the rest falls to the newcomers.
        rest = _least(max_start, (wanted - max_start * e_old) / e_new) if e_new > 0.0 else 0.0
        p_new = rest if p_old > max_start else p_new
        p_old = _least(p_old, max_start)
        begun = p_new * e_new + p_old * e_old
        short = begun < wanted * (1.0 - 1e-9)
        share = begun / wanted if short else 1.0
        w[U_SHORT + s] = 1.0 if short else 0.0
        w[U_NEW + s] = p_new
        w[U_OLD + s] = p_old
        w[U_STARTS + s] = b0 * share
        w[U_STARTS + U_LANES + s] = b1 * share
        w[U_STARTS + U_2LANES + s] = b2 * share
        w[U_STARTS + U_3LANES + s] = b3 * share
        w[U_STARTS + U_4LANES + s] = b4 * share
        w[U_STARTS + U_5LANES + s] = b5 * share
        w[U_STARTS + U_6LANES + s] = b6 * share
        w[U_STARTS + U_7LANES + s] = b7 * share
        w[U_STARTS + U_8LANES + s] = b8 * share
        total = 0.0
        for k in range(U_0, U_K1):
            total += w[U_AFTER + k * U_LANES + s]
        keep = 1.0 - p_old * e_after / total if total > 0.0 else 1.0
        for k in range(U_0, U_K1):
            w[U_AFTER + k * U_LANES + s] *= keep
        for k in range(U_0, U_K):
            w[U_IN + k * U_LANES + s] += w[U_STARTS + k * U_LANES + s]


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def _begin_offers(w: Floats, pieces: Floats, by_class: Floats, n: int, refund_of: Indices) -> None:
    """Offers end and begin in the sums by piece (in the rooms themselves at the start of the next week)."""
    for i in range(U_REFUND, U_REFUND + np.uint64(N_REFUND * LANES)):
        by_class[i] = 0.0
    for i in range(U_CASELOAD, U_CASELOAD + U_4LANES):
        w[i] = 0.0
    for j in range(n):
        at = np.uint64(j * PIECE_ROWS * LANES)
        ct = U_REFUND + refund_of[j] * U_LANES
        for s in range(U_0, U_LANES):
            new = pieces[at + U_P_NEW + s] * w[U_NEW + s]
            old = w[U_OLD + s]
            x, y, z = _begin(
                pieces[at + s],
                pieces[at + U_P_IN + s],
                pieces[at + U_P_AFTER + s],
                w[U_ENDED + s],
                new + pieces[at + U_P_OLD + s] * old,
                (pieces[at + U_P_NEW + s] + pieces[at + U_P_OLD + s]) * old,
            )
            pieces[at + s] = x
            pieces[at + U_P_IN + s] = y
            pieces[at + U_P_AFTER + s] = z
            by_class[ct + s] += x + y + z
            w[U_CASELOAD + s] += x + y + z
            w[U_WAITING + s] += x
            w[U_IN_OFFER + s] += y
            w[U_AFTER_OFFER + s] += z


@njit(cache=True, nogil=True)
def _begins(begins: Ints, cut_at: Ints, motivation_weeks: int, g: int, d: int) -> bool:
    """Whether a rate, a ratio or the chance of an offer of the group changes at week ``d``."""
    deadline = cut_at[g, 0]
    base = cut_at[g, 1]
    return bool(
        begins[g, d] == 1
        or d in (deadline, deadline - motivation_weeks, base, base - motivation_weeks)
        or d in (cut_at[g, 2], cut_at[g, 3])
    )


@njit(cache=True, nogil=True)
def _cut(
    begins: Ints,
    cut_at: Ints,
    motivation_weeks: int,
    newcomer: int,
    class_of: Indices,
    refund_of: Indices,
    edges: Ints,
    cuts: Ints,
    may_start: Floats,
    rates: Floats,
    fixed: Floats,
    routes: Floats,
    route_at: Floats,
    pieces: Floats,
) -> int:
    """Cuts the weeks of all groups into pieces within which a group's rates, ratios and chance of an offer hold.

    Returns how many there are.

    Piece j lies in one duration class (``class_of``) and one refund class (``refund_of``), the same for all groups;
    group g's weeks in it are [edges[g, j], edges[g, j + 1]), often none. ``cut_at`` [G, 4]: by group the weeks of the
    lever's and the baseline's deadline, up to which the early package runs (-1 where they change nothing), and of the
    first offer. ``may_start`` is left with the weeks in which newcomers and others may begin one, ``pieces`` and
    ``route_at`` with the base rates and who may begin; the hazard ratios in ``pieces`` are no longer theirs.
    """
    n = 0
    d0 = 0
    while d0 < D:
        # A cell ends where a class or the newcomers' weeks do; all groups have as many pieces in it as the one with
        # most cuts.
        d1 = d0 + 1
        while (
            d1 < D and d1 != newcomer and _CLASS_OF[d1] == _CLASS_OF[d0] and _REFUND_OF[d1] == _REFUND_OF[d0]
        ):
            d1 += 1
        most = 1
        for g in range(G):
            here = 0
            for d in range(d0, d1):
                if d == d0 or _begins(begins, cut_at, motivation_weeks, g, d):
                    edges[g, n + here] = d
                    here += 1
            cuts[g] = here
            most = max(most, here)
        for g in range(G):
            for j in range(cuts[g], most + 1):
                edges[g, n + j] = d1
        for j in range(n, n + most):
            class_of[j] = _CLASS_OF[d0]
            refund_of[j] = _REFUND_OF[d0]
        n += most
        d0 = d1
    for g in range(G):
        first = cut_at[g, 3]
        for d in range(D):
            may_start[g * 2 * PAD + d] = 1.0 if first <= d < newcomer else 0.0
            may_start[(g * 2 + 1) * PAD + d] = 1.0 if d >= max(first, newcomer) else 0.0
        for j in range(n):
            d = min(edges[g, j], D - 1)
            for r in range(route_at.shape[1]):
                route_at[g, r, j] = routes[(g * route_at.shape[1] + r) * PAD + d]
            for o in range(N_ORIGINS):
                s = g * N_ORIGINS + o
                at = j * PIECE_ROWS * LANES + s
                pieces[at + P_NEW] = may_start[g * 2 * PAD + d]
                pieces[at + P_OLD] = may_start[(g * 2 + 1) * PAD + d]
                pieces[at + P_JOB] = rates[g * RATES * PAD + d]
                pieces[at + P_EDU] = rates[(g * RATES + 1) * PAD + d]
                pieces[at + P_SPECIAL] = rates[(g * RATES + 2) * PAD + d]
                pieces[at + P_FIXED] = fixed[s * PAD + d]
                pieces[at + P_EARLY] = 1.0 if d < cut_at[g, 2] else 0.0
    return n


@njit(cache=True, nogil=True)
def _write(lanes: Floats, at: np.uint64, field: np.uint64, count: np.uint64, recorded: Floats) -> None:
    """``count`` rows of lanes from ``at`` on into a week's record from ``field`` on."""
    for s in range(U_0, U_S):
        for k in range(U_0, count):
            recorded[s * U_FIELDS + field + k] = lanes[at + k * U_LANES + s]


@njit(cache=True, nogil=True)
def _lay_out(
    w: Floats,
    scalar: Floats,
    group: Floats,
    hr_job: Floats,
    hr_education: Floats,
    hr_progression: Floats,
    end_rate: Floats,
    fade_rate: Floats,
    return_rate: Floats,
    firm_mix: Floats,
    route_special: Ints,
    scales: Floats,
    participants: Floats,
    after: Floats,
    pool_late: Floats,
    firm_base: Floats,
) -> None:
    """Writes a group's parameters and a segment's start into the lanes of ``w``."""
    for row in (U_MEAN_IN, U_MEAN_IN_EARLY, U_MEAN_AFTER, U_MEAN_AFTER_EARLY, U_EDU_IN, U_EDU_AFTER):
        for i in range(U_0, U_LANES):
            w[row + i] = 1.0
    for g in range(G):
        progression = 0.0
        for n in range(route_special.shape[1]):
            if route_special[g, n] == 1:
                progression = 1.0
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            lane = np.uint64(s)
            w[U_PROGRESSION + lane] = progression
            w[U_SPECIAL_SCALE + lane] = scales[s, 2]
            w[U_KEPT + lane] = 1.0 - scalar[_S_DISPLACEMENT] * group[g, _C_DISPLACED]
            w[U_HAS_EARLY + lane] = 1.0 if group[g, _C_EARLY] != 1.0 else 0.0
            w[U_RETURN_1 + lane] = return_rate[g, 0]
            w[U_RETURN_2 + lane] = return_rate[g, 1]
            w[U_ON_1 + lane] = 1.0 / scalar[_S_STAGE1]
            w[U_ON_2 + lane] = 1.0 / scalar[_S_STAGE2]
            w[U_LEAVE + lane] = scalar[_S_LEAVE]
            w[U_FIRM_BASE + lane] = firm_base[s]
            w[U_POOL_3 + lane] = pool_late[s]
            for k in range(NF):
                w[U_FIRM_MIX + np.uint64(k * LANES) + lane] = firm_mix[g, k]
            for k in range(K + 1):
                at = np.uint64(k * LANES) + lane
                w[U_AFTER + at] = after[s, k]
                if k == FADED:
                    # The effect is over: the ratio is one before the levers.
                    w[U_HR_AFTER + at] = 1.0
                    w[U_HRE_AFTER + at] = 1.0
                    w[U_HRP_AFTER + at] = 1.0
                    continue
                w[U_HR_IN + at] = hr_job[0, g, k]
                w[U_HR_AFTER + at] = hr_job[1, g, k]
                w[U_HRE_IN + at] = hr_education[0, g, k]
                w[U_HRE_AFTER + at] = hr_education[1, g, k]
                w[U_HRP_IN + at] = hr_progression[0, g, k]
                w[U_HRP_AFTER + at] = hr_progression[1, g, k]
                w[U_END + at] = end_rate[g, k]
                w[U_FADE + at] = fade_rate[g, k]
                w[U_IN + at] = participants[s, k]


@njit(cache=True, nogil=True)
def _mix_of(other_mix: Floats, g: int, share: float, base: float) -> Four:
    """Shares of utility jobs, guidance, courses and education among a group's other offers, with the lever's ``share``
    of education and courses where ``base`` was the baseline's.
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
    other_mix = p.other_mix[ip]
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

    w = np.zeros(N_ROWS * LANES)
    by_class = np.zeros((4 * N_CLASSES + N_REFUND) * LANES)
    pieces = np.zeros(D * PIECE_ROWS * LANES)
    edges = np.zeros((G, D + 2), dtype=np.int64)
    cuts = np.zeros(G, dtype=np.int64)
    class_of = np.zeros(D, dtype=np.uint64)
    refund_of = np.zeros(D, dtype=np.uint64)
    route_at = np.zeros((G, n_routes, D))
    cut_at = np.full((G, 4), -1, dtype=np.int64)
    n_pieces = 0
    anew = True  # whether the pieces have been cut anew since the last week
    transfers_in = np.zeros(S)
    to_after = np.zeros(S)
    weight = np.zeros(S)
    ceiling = np.zeros(S)
    given = np.zeros(S)
    is_open = np.zeros(S, dtype=np.int64)
    others = np.zeros(G)
    contacts = np.zeros(G)
    all_may = np.zeros(G, dtype=np.int64)
    _lay_out(
        w,
        scalar,
        group,
        p.hr_job[ip],
        p.hr_education[ip],
        p.hr_progression[ip],
        p.end_rate[ip],
        p.fade_rate[ip],
        return_rate,
        p.firm_mix[ip],
        route_special,
        scales,
        start.participants[ip],
        start.after[ip],
        start.pool_late[ip],
        firm_base,
    )

    # Most routes have one rate for all weeks.
    even = np.ones((G, n_routes), dtype=np.bool_)
    for g in range(G):
        for n in range(n_routes):
            at = (g * n_routes + n) * PAD
            for d in range(D):
                if routes[at + d] != routes[at]:
                    even[g, n] = False
    # Routes by destination, so that a week's arrivals are gathered rather than sent out: those with one rate
    # first, three at a time, then the others by two. Routes that fill up the last of these move nobody.
    n_even = np.zeros(G, dtype=np.int64)
    n_from = np.zeros(G, dtype=np.int64)
    movers_at = np.full((G, G * n_routes + 5, N_ORIGINS), np.uint64(MOVERS))
    route_row = np.zeros((G, G * n_routes + 5), dtype=np.uint64)
    moved_share = np.zeros((G, G * n_routes + 5, N_ORIGINS))
    for one_rate in (True, False):
        for g in range(G):
            for n in range(n_routes):
                h = route_to[g, n]
                if h < 0:
                    break
                if even[g, n] != one_rate:
                    continue
                route = (g * n_routes + n) * PAD
                row = 0 if route_special[g, n] == 0 else 2
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    movers_at[h, n_from[h], o] = s * BESIDE + MOVERS + row * PAD
                    moved_share[h, n_from[h], o] = route_scales[s, n] * (routes[route] if one_rate else 1.0)
                route_row[h, n_from[h]] = route
                n_from[h] += 1
        at_once = 3 if one_rate else 2
        for h in range(G):
            n_from[h] += -n_from[h] % at_once if one_rate else (n_even[h] - n_from[h]) % at_once
            if one_rate:
                n_even[h] = n_from[h]
    special_kinds = np.zeros(G, dtype=np.int64)
    for g in range(G):
        for n in range(n_routes):
            special_kinds[g] = max(special_kinds[g], route_special[g, n])

    limits[:, :] = -1
    off = TOP  # the place of week 0 in the rows of rooms
    for s in range(S):
        for d in range(D):
            for room in range(ROOMS):
                rooms[(s * ROOMS + room) * ROOM_PAD + off + d] = persons[s, room, d]
            w[U_POOL_1 + np.uint64(s)] += persons[s, ROOMS, d]
            w[U_POOL_2 + np.uint64(s)] += persons[s, ROOMS + 1, d]
            if d > 0:
                beside[s * BESIDE + d - 1] = persons[s, ROOMS, d]
                beside[s * BESIDE + PAD + d - 1] = persons[s, ROOMS + 1, d]
        at_lane = np.uint64(s)
        w[U_POOL + at_lane] = w[U_POOL_1 + at_lane] + w[U_POOL_2 + at_lane] + w[U_POOL_3 + at_lane]

    for t in range(-1, weeks):
        recorded = record[t + 1].reshape(S * N_FIELDS)
        if t >= 0:
            if off == 0:
                _carry_back(rooms)
                off = TOP
            woy = week_of_year[t]
            early = municipal[t, _M_EARLY]

            # 1. Hazard ratios, from the state at the start of the week
            _totals(w)
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
                index = municipal[t, _M_ECON_IN]
                in_factor = season[0, g, woy]
                if index != 1.0:
                    in_factor *= index ** group[g, _C_ECON_IN]
                index = municipal[t, _M_ECON_JOB]
                job_factor = season[1, g, woy]
                if index != 1.0:
                    job_factor *= index ** group[g, _C_ECON_JOB]
                edu_factor = season[2, g, woy] * mentor_edu
                others[g] = mentor_job * caseworker * partial
                contacts[g] = contact
                common = others[g] * contact
                bracket = (1.0 - early) * contact + early * _net(group[g, _C_EARLY], kept)
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    lane = np.uint64(s)
                    w[U_COMMON + lane] = common
                    w[U_COMMON_EARLY + lane] = others[g] * bracket
                    w[U_JOB_SCALE + lane] = job_factor * scales[s, 0]
                    w[U_EDU_SCALE + lane] = edu_factor * scales[s, 1]
                    w[U_INFLOW + lane] = inflow_base[s] * in_factor
                    dim = 1.0
                    caseload = w[U_CASELOAD + lane]
                    if caseload > 0.0 and scalar[_S_DIMINISHING] > 0.0:
                        x = w[U_FIRM + lane] / caseload
                        x0 = max(firm_share_base[s], scalar[_S_FLOOR])
                        # A hair above the baseline is rounding, not diminishing returns.
                        if x > x0 * (1.0 + 1e-12):
                            dim = (x / x0) ** (-scalar[_S_DIMINISHING])
                    w[U_DIM + lane] = dim
            _ratios_in(w, low, high)
            _ratios_after(w, low, high)
            if early > 0.0:
                _ratios_in_early(w, low, high)
                _ratios_after_early(w, low, high)
            fleks = municipal[t, _M_FLEKS] / scalar[_S_FLEKS]
            _other_ratios(w, fleks)
            for g in range(G):
                has_early = early > 0.0 and group[g, _C_EARLY] != 1.0
                motivation_gain = group[g, _C_MOTIVATION] - 1.0
                varies = has_early or motivation_gain != 0.0
                contact = contacts[g]
                raw = others[g] * contact
                ratio = _clip(raw, low, high)
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    lane = np.uint64(s)
                    bound = w[U_BOUND + lane] > 0.0
                    if varies:
                        kept = w[U_KEPT + lane]
                        early_ratio = _net(group[g, _C_EARLY], kept)
                        deadline = cut_at[g, 0]
                        base_deadline = cut_at[g, 1]
                        offered = 0.0
                        if motivation_gain != 0.0:
                            at = s * ROOMS * ROOM_PAD + off + deadline
                            new = may_start[g * 2 * PAD + deadline]
                            old = may_start[(g * 2 + 1) * PAD + deadline]
                            x, y, z = _begin(
                                rooms[at],
                                rooms[at + ROOM_PAD],
                                rooms[at + 2 * ROOM_PAD],
                                w[U_ENDED + lane],
                                w[U_NEW + lane] * new + w[U_OLD + lane] * old,
                                w[U_OLD + lane] * (new + old),
                            )
                            if x + y + z > 0.0:
                                offered = (y + z) / (x + y + z)
                        for j in range(n_pieces):
                            d0 = edges[g, j]
                            bracket = contact
                            if motivation_gain != 0.0:
                                now = deadline - motivation_weeks <= d0 < deadline
                                before = base_deadline - motivation_weeks <= d0 < base_deadline
                                if now or before:
                                    top = 1.0 + motivation_gain * offered if now else 1.0
                                    bottom = 1.0 + motivation_gain * offered_base[s] if before else 1.0
                                    bracket *= _net(top / bottom, kept)
                            if has_early and d0 < early_weeks:
                                bracket = (1.0 - early) * bracket + early * early_ratio
                            raw = others[g] * bracket
                            ratio = _clip(raw, low, high)
                            bound = bound or ratio != raw
                            pieces[j * PIECE_ROWS * LANES + P_RATIO + s] = ratio
                    else:
                        bound = bound or ratio != raw
                        # Nothing to do in most weeks.
                        for j in range(0 if pieces[P_RATIO + s] == ratio and not anew else n_pieces):
                            pieces[j * PIECE_ROWS * LANES + P_RATIO + s] = ratio
                    if bound and limits[0, g] < 0 and w[U_CASELOAD + lane] > 0.0:
                        limits[0, g] = t

            # 2. Exits and 4. ageing, over the weeks within which one ratio holds
            _exits(w, pieces, by_class, n_pieces, class_of)
            for g in range(G):
                r1 = return_rate[g, 0]
                r2 = return_rate[g, 1]
                returning = (r1, r2, 1.0 - r1 - on1, 1.0 - r2 - leave - on2, on1)
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    lane = np.uint64(s)
                    bt = s * BESIDE
                    job_scale = w[U_JOB_SCALE + lane]
                    edu_scale = w[U_EDU_SCALE + lane]
                    special_scale = w[U_SPECIAL_SCALE + lane]
                    special_ratios = (
                        w[U_SPECIAL_W + lane],
                        w[U_SPECIAL_IN + lane],
                        w[U_SPECIAL_AFTER + lane],
                    )
                    offers = (w[U_ENDED + lane], w[U_NEW + lane], w[U_OLD + lane])
                    weighted = 0.0
                    j = 0
                    while j < n_pieces:
                        at = j * PIECE_ROWS * LANES + s
                        until = j + 1
                        if group[g, _C_EARLY] == 1.0 and group[g, _C_MOTIVATION] == 1.0:
                            until = n_pieces
                        while until < n_pieces:
                            other = until * PIECE_ROWS * LANES + s
                            if pieces[other + P_RATIO] != pieces[at + P_RATIO]:
                                break
                            if pieces[other + P_EARLY] != pieces[at + P_EARLY]:
                                break
                            until += 1
                        last = edges[g, until] if until < n_pieces else PAD
                        is_early = pieces[at + P_EARLY] > 0.0
                        leaving = (
                            job_scale * pieces[at + P_RATIO],
                            job_scale * w[(U_MEAN_IN_EARLY if is_early else U_MEAN_IN) + lane],
                            job_scale * w[(U_MEAN_AFTER_EARLY if is_early else U_MEAN_AFTER) + lane],
                            edu_scale,
                            edu_scale * w[U_EDU_IN + lane],
                            edu_scale * w[U_EDU_AFTER + lane],
                            special_scale * w[U_SPECIAL_W + lane],
                            special_scale * w[U_SPECIAL_IN + lane],
                            special_scale * w[U_SPECIAL_AFTER + lane],
                        )
                        if special_kinds[g] == 0:
                            weighted += _week(
                                rooms,
                                beside,
                                may_start,
                                rates,
                                fixed,
                                np.uint64(s * ROOMS * ROOM_PAD + off),
                                np.uint64(bt),
                                np.uint64(g * 2 * PAD),
                                np.uint64(g * RATES * PAD),
                                np.uint64(s * PAD),
                                np.uint64(edges[g, j]),
                                np.uint64(min(max(edges[g, j], all_may[g]), last)),
                                np.uint64(last),
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
                                np.uint64(s * ROOMS * ROOM_PAD + off),
                                np.uint64(bt),
                                np.uint64(g * 2 * PAD),
                                np.uint64(g * RATES * PAD),
                                np.uint64(s * PAD),
                                np.uint64(edges[g, j]),
                                np.uint64(min(max(edges[g, j], all_may[g]), last)),
                                np.uint64(last),
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

            for s in range(S):
                transfers_in[s] = 0.0
                to_after[s] = 0.0
            for g in range(G):
                for n in range(n_routes):
                    h = route_to[g, n]
                    if h < 0:
                        break
                    rate = route_at[g, n, 0]
                    for o in range(N_ORIGINS):
                        s = g * N_ORIGINS + o
                        lane = np.uint64(s)
                        own = route_special[g, n] != 0
                        ratio_w = w[U_SPECIAL_W + lane] if own else 1.0
                        ratio_i = w[U_SPECIAL_IN + lane] if own else 1.0
                        ratio_a = w[U_SPECIAL_AFTER + lane] if own else 1.0
                        if even[g, n]:
                            moved_w = rate * w[U_ALL_W + lane]
                            moved_i = rate * w[U_ALL_IN + lane]
                            moved_a = rate * w[U_ALL_AFTER + lane]
                        else:
                            moved_w = 0.0
                            moved_i = 0.0
                            moved_a = 0.0
                            for j in range(n_pieces):
                                at = j * PIECE_ROWS * LANES + s
                                moved_w += route_at[g, n, j] * pieces[at]
                                moved_i += route_at[g, n, j] * pieces[at + LANES]
                                moved_a += route_at[g, n, j] * pieces[at + 2 * LANES]
                        moved_a = route_scales[s, n] * (ratio_i * moved_i + ratio_a * moved_a)
                        moved = route_scales[s, n] * ratio_w * moved_w + moved_a
                        w[U_TRANSFERS_TO + np.uint64(h * LANES) + lane] = moved
                        w[U_OTHER_EXITS + lane] -= moved
                        transfers_in[h * N_ORIGINS + o] += moved
                        to_after[h * N_ORIGINS + o] += moved_a
            for s in range(S):
                lane = np.uint64(s)
                w[U_OTHER_EXITS + lane] = max(w[U_OTHER_EXITS + lane], 0.0)
                w[U_TRANSFERS_IN + lane] = transfers_in[s]
                w[U_TO_AFTER + lane] = to_after[s]

            # 2b. Composition of the two rooms after the exits, 3. offers end and effects fade, those in work move on
            _compose(w)

            # 5. Arrivals from outside: new, and back after a year away. Week 0 stands one place lower now.
            for g in range(G):
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    at = s * ROOMS * ROOM_PAD + off
                    inflow = w[U_INFLOW + np.uint64(s)]
                    rooms[at - 1] = w[U_LATE + np.uint64(s)]
                    rooms[at - 1 + ROOM_PAD] = 0.0
                    rooms[at - 1 + 2 * ROOM_PAD] = 0.0
                    if profile[g, 0] == 1.0:
                        rooms[at - 1] += inflow
                    else:
                        for d in range(D):
                            rooms[at - 1 + d] += inflow * profile[g, d]

        # The weeks are cut where rates and ratios will hold in the next week, and counted.
        t_next = min(t + 1, weeks - 1)
        cut_again = n_pieces == 0
        for g in range(G):
            deadline = -1
            base_deadline = -1
            early_week = -1
            if group[g, _C_MOTIVATION] != 1.0:
                deadline = min(int(levers[t_next, g, _L_DEADLINE]), D - 1)
                base_deadline = min(int(group[g, _C_DEADLINE]), D - 1)
            if group[g, _C_EARLY] != 1.0 and municipal[t_next, _M_EARLY] > 0.0:
                early_week = early_weeks
            first = min(int(levers[max(t, 0), g, _L_FIRST]), D - 1)
            for i, week in enumerate((deadline, base_deadline, early_week, first)):
                cut_again = cut_again or cut_at[g, i] != week
                cut_at[g, i] = week
        anew = cut_again
        if cut_again:
            n_pieces = _cut(
                begins,
                cut_at,
                motivation_weeks,
                newcomer_weeks,
                class_of,
                refund_of,
                edges,
                cuts,
                may_start,
                rates,
                fixed,
                routes,
                route_at,
                pieces,
            )
        # 5b. Movers arrive, some routes at a time; the last two weeks become one open class; all are counted.
        for g in range(G):
            for m in range(0, n_even[g] if t >= 0 else 0, 3):
                for o in range(N_ORIGINS):
                    _arrive_evenly(
                        rooms,
                        beside,
                        np.uint64((g * N_ORIGINS + o) * ROOMS * ROOM_PAD + off),
                        movers_at[g, m, o],
                        moved_share[g, m, o],
                        movers_at[g, m + 1, o],
                        moved_share[g, m + 1, o],
                        movers_at[g, m + 2, o],
                        moved_share[g, m + 2, o],
                    )
            for m in range(n_even[g], n_from[g] if t >= 0 else 0, 2):
                for o in range(N_ORIGINS):
                    _arrive(
                        rooms,
                        beside,
                        routes,
                        np.uint64((g * N_ORIGINS + o) * ROOMS * ROOM_PAD + off),
                        movers_at[g, m, o],
                        route_row[g, m],
                        moved_share[g, m, o],
                        movers_at[g, m + 1, o],
                        route_row[g, m + 1],
                        moved_share[g, m + 1, o],
                    )
            # The week from which all may begin an offer and nobody is new, up to a whole vector.
            all_may[g] = (max(newcomer_weeks, cut_at[g, 3]) + 3) // 4 * 4
            for o in range(N_ORIGINS):
                s = g * N_ORIGINS + o
                at = s * ROOMS * ROOM_PAD + off
                if t >= 0:
                    for room in range(ROOMS):
                        last = at + room * ROOM_PAD + D - 1
                        rooms[last - 1] += rooms[last]
                        rooms[last] = 0.0
                    at -= 1
                _count(rooms, np.uint64(at), s, g, n_pieces, edges, pieces)
        if t >= 0:
            off -= 1

        if t >= 0:
            # 6. Firm places are shared out, then each segment's starts
            _who_may_start(w, pieces, n_pieces)
            equal = municipal[t, _M_EQUAL]
            for g in range(G):
                n_group = 0.0
                use_sum = 0.0
                norm = 0.0
                for o in range(N_ORIGINS):
                    caseload = w[U_CASELOAD + np.uint64(g * N_ORIGINS + o)]
                    f = use_factor[g, o]
                    n_group += caseload
                    norm += (f + equal * (1.0 - f)) * caseload
                    use_sum += firm_base[g * N_ORIGINS + o]
                base = group[g, _C_PRIORITY]
                priority = levers[t, g, _L_PRIORITY] / base if base > 0.0 else 0.0
                utility, guidance, course, education = _mix_of(
                    other_mix, g, levers[t, g, _L_EDUSHARE], group[g, _C_EDUSHARE]
                )
                for o in range(N_ORIGINS):
                    s = g * N_ORIGINS + o
                    lane = np.uint64(s)
                    caseload = w[U_CASELOAD + lane]
                    base = firm_base[s]
                    if equal > 0.0 and n_group > 0.0:
                        base = (1.0 - equal) * base + equal * use_sum * caseload / n_group
                    weight[s] = base * priority
                    ceiling[s] = group[g, _C_CEILING] * caseload
                    f = use_factor[g, o]
                    act = 0.0
                    if norm > 0.0:
                        act = levers[t, g, _L_ACTIVATION] * (f + equal * (1.0 - f)) * n_group / norm
                    w[U_OFFERS + lane] = min(act, 1.0) * caseload
                    w[U_NEWCOMER + lane] = levers[t, g, _L_NEWCOMER]
                    w[U_MIX + lane] = utility
                    w[U_MIX + U_LANES + lane] = guidance
                    w[U_MIX + U_2LANES + lane] = course
                    w[U_MIX + U_3LANES + lane] = education
            places = municipal[t, _M_PLACES]
            above_ceilings = _share_out(places, weight, ceiling, given, is_open)
            for s in range(S):
                lane = np.uint64(s)
                w[U_GIVEN + lane] = given[s]
                w[U_OFFERS + lane] = max(w[U_OFFERS + lane], given[s])
            new_places = (
                place_mix[t, 0],
                place_mix[t, 1],
                place_mix[t, 2],
                place_mix[t, 3],
                place_mix[t, 4],
            )
            _starts(w, new_places, scalar[_S_MAX_START])
            in_firm = 0.0
            for s in range(S):
                lane = np.uint64(s)
                g = s // N_ORIGINS
                if w[U_SHORT + lane] > 0.0 and limits[1, g] < 0 and w[U_CASELOAD + lane] > 1e-9:
                    limits[1, g] = t
                for k in range(NF):
                    in_firm += w[U_IN + np.uint64(k * LANES) + lane]
            firm_record[t, 0] = places
            firm_record[t, 1] = min(in_firm, places)
            firm_record[t, 2] = places - firm_record[t, 1]
            firm_record[t, 3] = above_ceilings

        # 7. Offers end and begin; the state is recorded (t = -1: the start as it is).
        _begin_offers(w, pieces, by_class, n_pieces, refund_of)
        for g in range(G):
            at = g * 2 * PAD + newcomer_weeks
            new = may_start[at]
            old = may_start[at + PAD]
            for o in range(N_ORIGINS):
                s = g * N_ORIGINS + o
                lane = np.uint64(s)
                at = s * ROOMS * ROOM_PAD + off + newcomer_weeks
                x = rooms[at]
                y = rooms[at + ROOM_PAD] + rooms[at + 2 * ROOM_PAD]
                w[U_REACHED + lane] = x + y
                w[U_REACHED + U_LANES + lane] = y + x * (w[U_NEW + lane] * new + w[U_OLD + lane] * old)
        _write(w, U_0, U_0, U_FIELDS, recorded)
        _write(by_class, U_0, np.uint64(F_CLASS), np.uint64(4 * N_CLASSES), recorded)
        _write(by_class, U_REFUND, np.uint64(F_REFUND), np.uint64(N_REFUND), recorded)

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
