"""Step 1 of a week: hazard ratios from the offers people are in or have had, and from the levers.

An offer works by lock-in (lower exits during it) and afterwards (higher, until the effect fades), its deadline by
motivation in the weeks before it (Rosholm and Svarer). The sizes are parameters: ``model/data/effects.yaml`` says from
which study each is.
"""

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
    PAD,
    STATE_PAD,
    STATES,
    SUMS,
    U_0,
    U_K,
    U_K1,
    U_LANES,
    U_NF,
    Floats,
    G,
    Ints,
    K,
    M,
)


@njit(nogil=True, inline="always")
def net(ratio: float, kept: float) -> float:
    """Return a hazard ratio after displacement: gains shrink to the share that is kept, losses do not.

    That some of the jobs are taken from others: Gautier et al. 2018, IFAU 2019; how many is an assumption.
    """
    if ratio > 1.0:
        return 1.0 + (ratio - 1.0) * kept
    return ratio


@njit(nogil=True, inline="always")
def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


@njit(nogil=True, inline="always")
def _limited(hr: float, kept: float, common: float, low: float, high: float) -> tuple[float, float]:
    """Return a hazard ratio net of what is not kept times the levers' common factor: before and within the limits."""
    raw = common * (1.0 + (hr - 1.0) * kept if hr > 1.0 else hr)
    ratio = low if raw < low else raw
    return raw, high if ratio > high else ratio


@njit(**LANE_LOOP)
def _totals(lanes: Floats) -> None:
    """Sum those in an offer of a firm, and after one; nobody is bound by a limit yet."""
    for s in range(U_0, U_LANES):
        firm = 0.0
        for k in range(U_0, U_NF):
            firm += lanes[rows.IN + k * U_LANES + s]
        after = 0.0
        for k in range(U_0, U_K1):
            after += lanes[rows.AFTER + k * U_LANES + s]
        lanes[rows.BOUND + s] = 0.0
        lanes[rows.FIRM + s] = firm
        lanes[rows.AFTER_TOTAL + s] = after


def _ratios_in_of(early: bool) -> Callable[..., None]:
    """Return the function for those in an offer, with (``early``) or without the early package.

    Compiled apart, so that all distances are known.
    """
    common_offset = rows.COMMON_EARLY if early else rows.COMMON
    ratio_offset = rows.RATIO_IN_EARLY if early else rows.RATIO_IN

    @njit(**LANE_LOOP)
    def ratios(lanes: Floats, low: float, high: float) -> None:
        """Write job hazard ratios by kind, net of displacement and diminishing returns, limited.

        Adds to row BOUND where a limit binds for somebody.
        """
        for s in range(U_0, U_LANES):
            kept = lanes[rows.KEPT + s]
            diminished = kept * lanes[rows.DIMINISHING + s]
            common = lanes[common_offset + s]
            bound = 0.0
            for k in range(U_0, U_K):
                raw, ratio = _limited(
                    lanes[rows.HR_IN + k * U_LANES + s], diminished if k < U_NF else kept, common, low, high
                )
                lanes[ratio_offset + k * U_LANES + s] = ratio
                bound += lanes[rows.IN + k * U_LANES + s] if ratio != raw else 0.0
            lanes[rows.BOUND + s] += bound * lanes[rows.HAS_EARLY + s] if early else bound

    compiled: Callable[..., None] = ratios
    return compiled


def _ratios_after_of(early: bool) -> Callable[..., None]:
    """Return the function for those after an offer, as :func:`_ratios_in_of` does."""
    common_offset = rows.COMMON_EARLY if early else rows.COMMON
    ratio_offset = rows.RATIO_AFTER_EARLY if early else rows.RATIO_AFTER
    mean_offset = rows.MEAN_AFTER_EARLY if early else rows.MEAN_AFTER
    return_offset = rows.RETURN_AFTER_EARLY if early else rows.RETURN_AFTER

    @njit(**LANE_LOOP)
    def ratios(lanes: Floats, low: float, high: float) -> None:
        """Write the ratios as for those in an offer, also the mean of these times the ratios of return."""
        for s in range(U_0, U_LANES):
            kept = lanes[rows.KEPT + s]
            diminished = kept * lanes[rows.DIMINISHING + s]
            common = lanes[common_offset + s]
            bound = 0.0
            top = 0.0
            returning = 0.0
            for k in range(U_0, U_K1):
                raw, ratio = _limited(
                    lanes[rows.HR_AFTER + k * U_LANES + s],
                    diminished if k < U_NF else kept,
                    common,
                    low,
                    high,
                )
                persons = lanes[rows.AFTER + k * U_LANES + s]
                lanes[ratio_offset + k * U_LANES + s] = ratio
                top += ratio * persons
                returning += ratio * persons * lanes[rows.RETURN_RATIO + k * U_LANES + s]
                bound += persons if ratio != raw else 0.0
            total = lanes[rows.AFTER_TOTAL + s]
            lanes[mean_offset + s] = top / total if total > 0.0 else 1.0
            lanes[return_offset + s] = returning / total if total > 0.0 else 1.0
            lanes[rows.BOUND + s] += bound * lanes[rows.HAS_EARLY + s] if early else bound

    compiled: Callable[..., None] = ratios
    return compiled


def _means_in_of(m: int) -> Callable[..., None]:
    """Return the function for those in an offer in class ``m`` of its mix; compiled apart as the others are."""
    mix = np.uint64(m * LANES)
    kinds = np.uint64(int(rows.MIX_IN) + m * K * LANES)

    @njit(**LANE_LOOP)
    def means(lanes: Floats, fleksjob_ratio: float) -> None:
        """Write how many they are, and their mean hazard ratios of a job, of education and of the special transfer."""
        for s in range(U_0, U_LANES):
            inside = 0.0
            job = 0.0
            education = 0.0
            special = 0.0
            for k in range(U_0, U_K):
                persons = lanes[kinds + k * U_LANES + s]
                inside += persons
                job += persons * lanes[rows.RATIO_IN + k * U_LANES + s]
                education += persons * lanes[rows.HRE_IN + k * U_LANES + s]
                special += persons * lanes[rows.HRP_IN + k * U_LANES + s]
            special = special / inside if inside > 0.0 else 1.0
            lanes[rows.IN_TOTAL + mix + s] = inside
            lanes[rows.MEAN_IN + mix + s] = job / inside if inside > 0.0 else 1.0
            lanes[rows.EDUCATION_IN + mix + s] = education / inside if inside > 0.0 else 1.0
            own = lanes[rows.PROGRESSION + s] > 0.0
            lanes[rows.SPECIAL_IN + mix + s] = special if own else fleksjob_ratio

    compiled: Callable[..., None] = means
    return compiled


def _means_in_early_of(m: int) -> Callable[..., None]:
    """Return the function of :func:`_means_in_of` for a job while the early package holds."""
    mix = np.uint64(m * LANES)
    kinds = np.uint64(int(rows.MIX_IN) + m * K * LANES)

    @njit(**LANE_LOOP)
    def means(lanes: Floats) -> None:
        for s in range(U_0, U_LANES):
            job = 0.0
            for k in range(U_0, U_K):
                job += lanes[kinds + k * U_LANES + s] * lanes[rows.RATIO_IN_EARLY + k * U_LANES + s]
            inside = lanes[rows.IN_TOTAL + mix + s]
            lanes[rows.MEAN_IN_EARLY + mix + s] = job / inside if inside > 0.0 else 1.0

    compiled: Callable[..., None] = means
    return compiled


_means_in_0, _means_in_1, _means_in_2 = (_means_in_of(m) for m in range(M))
_means_in_early_0, _means_in_early_1, _means_in_early_2 = (_means_in_early_of(m) for m in range(M))
_ratios_in = _ratios_in_of(False)
_ratios_after = _ratios_after_of(False)
_ratios_in_early = _ratios_in_of(True)
_ratios_after_early = _ratios_after_of(True)


@njit(**LANE_LOOP)
def _other_ratios(lanes: Floats, fleksjob_ratio: float) -> None:
    """Write the mean hazard ratios of education and of the special transfer.

    The latter are progression's own; else the openings of flexible jobs, which hold for all states.
    """
    for s in range(U_0, U_LANES):
        after = lanes[rows.AFTER_TOTAL + s]
        progression = lanes[rows.PROGRESSION + s]
        education_after = 0.0
        special_after = 0.0
        for k in range(U_0, U_K1):
            persons = lanes[rows.AFTER + k * U_LANES + s]
            education_after += persons * lanes[rows.HRE_AFTER + k * U_LANES + s]
            special_after += persons * lanes[rows.HRP_AFTER + k * U_LANES + s]
        lanes[rows.EDUCATION_AFTER + s] = education_after / after if after > 0.0 else 1.0
        special_after = special_after / after if after > 0.0 else 1.0
        lanes[rows.SPECIAL_WAITING + s] = 1.0 if progression > 0.0 else fleksjob_ratio
        lanes[rows.SPECIAL_AFTER + s] = special_after if progression > 0.0 else fleksjob_ratio


@njit(nogil=True, inline="always")
def _diminishing_factor(firm: float, caseload: float, base: float, diminishing: float) -> float:
    """Return what is left of a firm offer's gain where a larger share is in one than ``base``, the baseline's."""
    if caseload > 0.0 and diminishing > 0.0:
        share = firm / caseload
        # A hair above the baseline is rounding, not diminishing returns.
        if share > base * (1.0 + 1e-12):
            return float((share / base) ** (-diminishing))
    return 1.0


@njit(**SUMS)
def _lever_ratios(inputs: RunInputs, arrays: RunArrays, t: int, early: float) -> None:
    """Write what the levers, season and economy multiply the base rates with, and the inflow."""
    scalar, group, season = inputs.scalar, inputs.group, inputs.season
    levers, municipal, scales = inputs.levers, inputs.municipal, inputs.scales
    firm_share, inflow = inputs.firm_share, inputs.inflow
    lanes, others, contacts = arrays.lanes, arrays.others, arrays.contacts
    week_of_year = inputs.week_of_year[t]
    for g in range(G):
        kept = 1.0 - scalar[SCALAR.displacement_contact] * group[g, GROUP.displaced]
        hr = group[g, GROUP.hr_meeting]
        extra = min(levers[t, g, LEVER.meetings], scalar[SCALAR.max_meetings]) - min(
            group[g, GROUP.meetings], scalar[SCALAR.max_meetings]
        )
        contact = net(hr**extra, kept) if extra != 0.0 and hr != 1.0 else 1.0
        share = levers[t, g, LEVER.mentor_share]
        base = group[g, GROUP.mentor_share]
        mentor_job = 1.0
        mentor_education = 1.0
        if share != base:
            gain = group[g, GROUP.hr_mentor_job] - 1.0
            mentor_job = net((1.0 + share * gain) / (1.0 + base * gain), kept)
            gain = group[g, GROUP.hr_mentor_education] - 1.0
            mentor_education = (1.0 + share * gain) / (1.0 + base * gain)
        hr = group[g, GROUP.hr_caseworker]
        extra = municipal[t, MUNICIPAL.caseworker_changes] - scalar[SCALAR.caseworker_changes]
        caseworker = net(hr**extra, kept) if extra != 0.0 and hr != 1.0 else 1.0
        gain = group[g, GROUP.hr_partial_return] - 1.0
        share = municipal[t, MUNICIPAL.partial_return]
        partial = 1.0
        if share != scalar[SCALAR.partial_return] and gain != 0.0:
            partial = (1.0 + share * gain) / (1.0 + scalar[SCALAR.partial_return] * gain)
        index = municipal[t, MUNICIPAL.economy_inflow]
        inflow_factor = season[0, g, week_of_year] * inputs.projection[t, g]
        if index != 1.0:
            inflow_factor *= index ** group[g, GROUP.economy_inflow_sensitivity]
        index = municipal[t, MUNICIPAL.economy_job]
        job_factor = season[1, g, week_of_year] / inputs.projection[t, g]
        if index != 1.0:
            job_factor *= index ** group[g, GROUP.economy_job_sensitivity]
        education_factor = season[2, g, week_of_year] * mentor_education
        others[g] = mentor_job * caseworker * partial
        contacts[g] = contact
        common = others[g] * contact
        bracket = (1.0 - early) * contact + early * net(group[g, GROUP.hr_early], kept)
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            lane = np.uint64(s)
            lanes[rows.COMMON + lane] = common
            lanes[rows.COMMON_EARLY + lane] = others[g] * bracket
            lanes[rows.JOB_SCALE + lane] = job_factor * scales[s, 0]
            lanes[rows.EDUCATION_SCALE + lane] = education_factor * scales[s, 1]
            lanes[rows.INFLOW + lane] = inflow[s] * inflow_factor
            lanes[rows.DIMINISHING + lane] = _diminishing_factor(
                lanes[rows.FIRM + lane],
                lanes[rows.CASELOAD + lane],
                max(firm_share[s], scalar[SCALAR.diminishing_floor]),
                scalar[SCALAR.diminishing],
            )


@njit(**SUMS)
def _offered_by(
    lanes: Floats, states: Floats, may_start: Floats, g: int, s: int, week_0: int, deadline: int
) -> float:
    """Return the share of a segment that is in or after an offer at the week of the ``deadline``."""
    lane = np.uint64(s)
    offset = s * STATES * STATE_PAD + week_0 + deadline
    new = may_start[g * 2 * PAD + deadline]
    old = may_start[(g * 2 + 1) * PAD + deadline]
    x, y, z = begin_and_end(
        states[offset],
        states[offset + STATE_PAD],
        states[offset + 2 * STATE_PAD],
        lanes[rows.ENDED + MIX_OF[deadline] * U_LANES + lane],
        lanes[rows.START_NEW + lane] * new + lanes[rows.START_OLD + lane] * old,
        lanes[rows.START_OLD + lane] * (new + old),
    )
    return (y + z) / (x + y + z) if x + y + z > 0.0 else 0.0


@njit(**SUMS)
def _waiting_ratios(
    inputs: RunInputs, arrays: RunArrays, g: int, s: int, week_0: int, early: float, n_intervals: int
) -> bool:
    """Write the ratios of those who wait where they differ by interval; return whether a limit binds.

    They do where a deadline of the first offer motivates, or the early package has an effect.
    """
    scalar, group, intervals, edges = inputs.scalar, inputs.group, arrays.intervals, arrays.edges
    low = scalar[SCALAR.ratio_low]
    high = scalar[SCALAR.ratio_high]
    early_weeks = int(scalar[SCALAR.early_weeks])
    motivation_weeks = int(scalar[SCALAR.motivation_weeks])
    has_early = early > 0.0 and group[g, GROUP.hr_early] != 1.0
    motivation_gain = group[g, GROUP.hr_motivation] - 1.0
    kept = 1.0 - scalar[SCALAR.displacement_contact] * group[g, GROUP.displaced]
    early_ratio = net(group[g, GROUP.hr_early], kept)
    deadline = arrays.cut_weeks[g, 0]
    base_deadline = arrays.cut_weeks[g, 1]
    offered = 0.0
    if motivation_gain != 0.0:
        offered = _offered_by(arrays.lanes, arrays.states, arrays.may_start, g, s, week_0, deadline)
    bound = False
    for j in range(n_intervals):
        d0 = edges[g, j]
        bracket = arrays.contacts[g]
        if motivation_gain != 0.0:
            now = deadline - motivation_weeks <= d0 < deadline
            before = base_deadline - motivation_weeks <= d0 < base_deadline
            if now or before:
                top = 1.0 + motivation_gain * offered if now else 1.0
                bottom = 1.0 + motivation_gain * inputs.offered[s] if before else 1.0
                bracket *= net(top / bottom, kept)
        if has_early and d0 < early_weeks:
            bracket = (1.0 - early) * bracket + early * early_ratio
        raw = arrays.others[g] * bracket
        ratio = _clip(raw, low, high)
        bound = bound or ratio != raw
        intervals[j * INTERVAL_ROWS * LANES + rows.I_RATIO + s] = ratio
    return bound


@njit(**SUMS)
def hazard_ratios(
    inputs: RunInputs,
    arrays: RunArrays,
    t: int,
    week_0: int,
    n_intervals: int,
    cut_again: bool,
    limits: Ints,
) -> None:
    """Write the week's hazard ratios by state, kind and interval; note where a limit binds first.

    ``week_0``: the place of week 0 in the rows of states; ``cut_again``: the intervals are not those of last week.
    """
    scalar, group = inputs.scalar, inputs.group
    lanes, intervals = arrays.lanes, arrays.intervals
    low = scalar[SCALAR.ratio_low]
    high = scalar[SCALAR.ratio_high]
    early = inputs.municipal[t, MUNICIPAL.early_package]
    _totals(lanes)
    _lever_ratios(inputs, arrays, t, early)
    fleksjob_ratio = inputs.municipal[t, MUNICIPAL.fleksjob_openings] / scalar[SCALAR.fleksjob_openings]
    _ratios_in(lanes, low, high)
    _ratios_after(lanes, low, high)
    _means_in_0(lanes, fleksjob_ratio)
    _means_in_1(lanes, fleksjob_ratio)
    _means_in_2(lanes, fleksjob_ratio)
    if early > 0.0:
        _ratios_in_early(lanes, low, high)
        _ratios_after_early(lanes, low, high)
        _means_in_early_0(lanes)
        _means_in_early_1(lanes)
        _means_in_early_2(lanes)
    _other_ratios(lanes, fleksjob_ratio)
    for g in range(G):
        varies = (early > 0.0 and group[g, GROUP.hr_early] != 1.0) or group[g, GROUP.hr_motivation] != 1.0
        raw = arrays.others[g] * arrays.contacts[g]
        ratio = _clip(raw, low, high)
        for o in range(N_ORIGINS):
            s = g * N_ORIGINS + o
            bound = lanes[rows.BOUND + np.uint64(s)] > 0.0
            if varies:
                bound = _waiting_ratios(inputs, arrays, g, s, week_0, early, n_intervals) or bound
            else:
                bound = bound or ratio != raw
                # Nothing to do in most weeks.
                for j in range(0 if intervals[rows.I_RATIO + s] == ratio and not cut_again else n_intervals):
                    intervals[j * INTERVAL_ROWS * LANES + rows.I_RATIO + s] = ratio
            if bound and limits[0, g] < 0 and lanes[rows.CASELOAD + np.uint64(s)] > 0.0:
                limits[0, g] = t
