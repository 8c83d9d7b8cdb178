"""The whole model once more, person by person and with random draws: an independent check on the engine.

Shares no code with ``model.engine.kernel``, ``model.engine.reference`` or ``model.engine.calibration``; it reads only
the parameters, the lever paths and the calibrated start state. One person is one place in parallel arrays:
target group and origin (segment), state with the kind of the present or latest offer, weeks on the spell's
clock and accumulated weeks; those who left for a job stand in a pool with a stage and weeks away. What the
engine averages over a segment (which offers people have had, by accumulated weeks) is here each person's
own, so small differences between the two are expected: model/README.md allows 3 % of a scenario's differences.

Draws come in two forms. ``independent`` is plain Monte Carlo. ``stratified`` (default) sorts the people by
state each week and gives them evenly spread uniforms with a fresh random shift (array-RQMC: L'Ecuyer, Lécot
and Tuffin 2008, Operations Research 56(4)): every single person's draw is still uniform and independent
from week to week, but the sum over people varies far less, so that a few replications tell the difference
between two scenarios.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from model.domain import (
    EXIT_INDEX,
    GROUP_INDEX,
    GROUPS,
    KIND_INDEX,
    KINDS,
    LAST_DURATION,
    MIX_CLASSES,
    N_DURATIONS,
    N_EXITS,
    N_FIRM,
    N_GROUPS,
    N_KINDS,
    N_ORIGINS,
    N_SEGMENTS,
    OFFER_GROUPS,
    REFUND_CLASSES,
    WEEKS_PER_YEAR,
)
from model.engine.lever_paths import LeverPaths
from model.engine.parameters import EngineParameters
from model.parameters.prices import BudgetParameters

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
DrawKind = Literal["stratified", "independent"]

# A person's state and offer in one number: waiting, in an offer of kind k, after one of kind k, effect faded.
WAITING = 0
IN_OFFER = 1
AFTER = IN_OFFER + N_KINDS
FADED = AFTER + N_KINDS
N_PLACES = FADED + 1
# Stages away: 0-12 weeks, 13-51 weeks, longer. Weeks away are counted up to a limit; only their mean is read.
N_STAGES = 3
MOST_WEEKS_AWAY = 2048

GROUP_OF = np.repeat(np.arange(N_GROUPS), N_ORIGINS)
ORIGIN_OF = np.tile(np.arange(N_ORIGINS), N_GROUPS)
REFUND_CLASS_OF = (np.searchsorted(REFUND_CLASSES, np.arange(N_DURATIONS), side="right") - 1).astype(np.int32)
JOB, EDUCATION, OTHER = EXIT_INDEX["job"], EXIT_INDEX["education"], EXIT_INDEX["other_self_support"]
FIRST_TRANSFER = N_EXITS - N_GROUPS
UTILITY, GUIDANCE, COURSE, SCHOOL = (
    KIND_INDEX[k] - N_FIRM for k in ("utility_job", "guidance", "course", "education")
)
# Kinds lose places to additional firm places in this order.
REPLACED_IN_ORDER = (GUIDANCE, UTILITY, COURSE, SCHOOL)
WEEKS_PER_QUARTER = 13
GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True)
class StartState:
    """The calibrated baseline at rest: plain arrays, full-time persons unless said; S=39 segments, D=105."""

    waiting: Floats  # [S, D]
    in_offer: Floats  # [S, D]
    after_offer: Floats  # [S, D]
    composition_in: Floats  # [S, 3, 9] by class of weeks
    composition_after: Floats  # [S, 10], the last one faded
    q1: Floats  # [S, D] left for a job 0-12 weeks ago
    q2: Floats  # [S, D] 13-51 weeks ago
    q3: Floats  # [S] 52 weeks ago or more
    mean_return: Floats  # [S, D] mean ratio of return of the baseline's leavers for a job
    inflow: Floats  # [S] persons a week from outside
    m_job: Floats  # [S] mean hazard ratio at the baseline
    m_education: Floats
    m_progression: Floats
    transfer_scale: Floats  # [G, O] multiplies the transfers into a group
    base_firm_share: Floats  # [S]
    offered0: Floats  # [S]

    @classmethod
    def from_calibration(cls, c: Any) -> StartState:
        """The arrays of the engine's calibration under the names used here."""
        return cls(
            waiting=c.waiting,
            in_offer=c.in_offer,
            after_offer=c.after_offer,
            composition_in=c.participants_by_class,
            composition_after=c.after,
            q1=c.pool[0],
            q2=c.pool[1],
            q3=c.pool_late,
            mean_return=c.mean_return,
            inflow=c.inflow,
            m_job=c.mean_job,
            m_education=c.mean_education,
            m_progression=c.mean_progression,
            transfer_scale=c.transfer_scale,
            base_firm_share=c.firm_share,
            offered0=c.offered,
        )


@dataclass
class People:
    """Persons on public support and persons in the pool of those who left for a job; int32 arrays."""

    segment: Ints
    place: Ints
    spell: Ints  # weeks on the clock that exits follow
    accumulated: Ints  # weeks on the clock that refund follows
    pool_segment: Ints
    pool_stage: Ints  # 0, 1, 2
    pool_accumulated: Ints
    pool_weeks_away: Ints

    def copy(self) -> People:
        return People(*(getattr(self, name).copy() for name in self.__dataclass_fields__))

    def sort(self) -> None:
        """Put people of equal state side by side; they are alike, so their values alone are sorted."""
        code = ((self.segment * N_PLACES + self.place) * N_DURATIONS + self.spell) * N_DURATIONS
        code += self.accumulated
        code.sort()
        rest, self.accumulated = np.divmod(code, np.int32(N_DURATIONS))
        rest, self.spell = np.divmod(rest, np.int32(N_DURATIONS))
        self.segment, self.place = np.divmod(rest, np.int32(N_PLACES))

    def sort_pool(self) -> None:
        """The same for those in the pool."""
        code = (self.pool_segment * N_STAGES + self.pool_stage) * N_DURATIONS + self.pool_accumulated
        code = code * MOST_WEEKS_AWAY + self.pool_weeks_away
        code.sort()
        rest, self.pool_weeks_away = np.divmod(code, np.int32(MOST_WEEKS_AWAY))
        rest, self.pool_accumulated = np.divmod(rest, np.int32(N_DURATIONS))
        self.pool_segment, self.pool_stage = np.divmod(rest, np.int32(N_STAGES))


@dataclass(frozen=True)
class MicroOutcome:
    """Full-time persons (counts divided by the scale), end of week; T weeks, G groups, O origins."""

    caseload: Floats  # [T, G, O]
    waiting: Floats
    in_offer: Floats
    after_offer: Floats
    over_52: Floats  # accumulated weeks 52 and more
    participants: Floats  # [T, G, O, 9]
    refund_class: Floats  # [T, G, O, 4]
    exits: Floats  # [T, G, O, 16]
    starts: Floats  # [T, G, O, 9]
    inflow_external: Floats  # [T, G, O]
    inflow_returners: Floats
    inflow_transfers: Floats
    pool: Floats  # [T, 3] persons by stage away
    mean_weeks_away: Floats  # [T]
    firm_supply: Floats  # [T]
    firm_filled: Floats
    firm_unfilled: Floats
    initial: Mapping[str, Floats]  # the state series before the first week
    people: People | None = field(repr=False)

    def at_week_start(self, name: str) -> Floats:
        """The state series ``name`` with row t as the start of week t."""
        series: Floats = getattr(self, name)
        return np.concatenate([self.initial[name][None], series[:-1]])


class Draws:
    """Uniform numbers for people in sorted order; see the module's text for the two forms."""

    def __init__(self, rng: np.random.Generator, kind: DrawKind) -> None:
        self.rng = rng
        self.stratified = kind == "stratified"
        self._even = np.zeros(0)
        # Fixed random offsets: a fractional number of places becomes a whole one without bias or jitter.
        self.place_offset = _spread(rng, (N_SEGMENTS, N_KINDS))
        self._arrival_offset = _spread(rng, (N_SEGMENTS, N_DURATIONS))
        self._arrivals_so_far = np.zeros((N_SEGMENTS, N_DURATIONS))

    def uniform(self, n: int) -> Floats:
        if not self.stratified:
            return self.rng.random(n)
        if n > self._even.size:
            self._even = (np.arange(2 * n) * GOLDEN) % 1.0
        u = self._even[:n] + self.rng.random()
        return np.subtract(u, 1.0, out=u, where=u >= 1.0)

    def choose(self, chance: Floats) -> NDArray[np.bool_]:
        """Who is chosen, each by a chance of their own."""
        if not self.stratified:
            return self.rng.random(chance.size) < chance
        steps = np.floor(np.cumsum(chance) + self.rng.random())
        return np.diff(steps, prepend=0.0) > 0

    def arrivals(self, expected: Floats) -> NDArray[np.int64]:
        """Whole persons from outside by segment and accumulated weeks."""
        if not self.stratified:
            return self.rng.poisson(expected)
        before = np.floor(self._arrivals_so_far + self._arrival_offset)
        self._arrivals_so_far = self._arrivals_so_far + expected
        return (np.floor(self._arrivals_so_far + self._arrival_offset) - before).astype(np.int64)


def _spread(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Evenly spread numbers in [0, 1) in random order: each one is uniform, their mean is close to a half."""
    n = shape[0] * shape[1]
    return ((rng.permutation(n) + rng.random(n)) / n).reshape(shape)


def whole_numbers(expected: Floats, offset: float) -> NDArray[np.int64]:
    """Whole numbers whose running sum follows the expected one to within one (unbiased over the offset)."""
    totals = np.floor(np.cumsum(expected.ravel()) + offset)
    return np.diff(totals, prepend=0.0).astype(np.int64).reshape(expected.shape)


def shares_by_week(composition: Floats) -> Floats:
    """Shares of the kinds by accumulated week [S, D, n], of a composition [S, n], or [S, 3, n] by class of weeks.

    All of the last kind where nobody stands.
    """
    if composition.ndim == 3:
        by_week = composition[:, np.searchsorted(MIX_CLASSES, np.arange(N_DURATIONS), side="right") - 1]
    else:
        by_week = np.repeat(composition[:, None], N_DURATIONS, axis=1)
    totals = by_week.sum(axis=2, keepdims=True)
    shares = np.divide(by_week, totals, out=np.zeros_like(by_week), where=totals > 0)
    shares[totals[..., 0] <= 0, -1] = 1.0
    return shares


def draw_people(start: StartState, scale: int, draws: Draws) -> People:
    """People of the start state, ``scale`` for each full-time person; kinds drawn by the weeks' class."""
    segments, places, weeks = [], [], []
    after = start.composition_after
    for state, first, composition in (
        (start.waiting, WAITING, np.ones((N_SEGMENTS, 1))),
        (start.in_offer, IN_OFFER, start.composition_in),
        (start.after_offer, AFTER, after),
    ):
        counts = whole_numbers(state * scale, float(draws.rng.random()))
        segment = np.repeat(np.arange(N_SEGMENTS), counts.sum(axis=1))
        d = np.repeat(np.tile(np.arange(N_DURATIONS), N_SEGMENTS), counts.ravel())
        borders = np.cumsum(shares_by_week(composition), axis=2)
        u = draws.uniform(segment.size)
        kind = (u[:, None] >= borders[segment, d][:, :-1]).sum(axis=1)
        segments.append(segment)
        places.append(first + kind)
        weeks.append(d)
    pool_segments, pool_stages, pool_weeks, pool_away = [], [], [], []
    for stage, (pool, away) in enumerate(
        ((start.q1, 0), (start.q2, 13), (start.q3[:, None] * (np.arange(N_DURATIONS) == 0), 52))
    ):
        counts = whole_numbers(pool * scale, float(draws.rng.random()))
        pool_segments.append(np.repeat(np.arange(N_SEGMENTS), counts.sum(axis=1)))
        pool_weeks.append(np.repeat(np.tile(np.arange(N_DURATIONS), N_SEGMENTS), counts.ravel()))
        pool_stages.append(np.full(counts.sum(), stage))
        pool_away.append(np.full(counts.sum(), away))

    def join(parts: list[NDArray[np.int64]]) -> Ints:
        return np.concatenate(parts).astype(np.int32)

    d = join(weeks)
    return People(
        join(segments),
        join(places),
        d,
        d.copy(),
        join(pool_segments),
        join(pool_stages),
        join(pool_weeks),
        join(pool_away),
    )


# ---- hazard ratios ---------------------------------------------------------------------------------------


def net_of_displacement(ratio: Floats, p: EngineParameters) -> Floats:
    """Take displacement's share off gains of contact; first axis is the group."""
    kept = (1.0 - p.displacement_contact * p.displaced).reshape((-1,) + (1,) * (ratio.ndim - 1))
    return np.where(ratio > 1.0, 1.0 + (ratio - 1.0) * kept, ratio)


def kind_ratios(p: EngineParameters, diminishing: Floats) -> Floats:
    """Job hazard ratio [S, 20] of each place; ``diminishing`` [S] scales the gains of firm-oriented kinds."""
    ratios = np.ones((N_SEGMENTS, N_PLACES))
    firm = np.arange(N_KINDS) < N_FIRM
    for first, raw in ((IN_OFFER, p.hr_job_during), (AFTER, p.hr_job_after)):
        h = raw[GROUP_OF]
        h = np.where(firm & (h > 1.0), 1.0 + (h - 1.0) * diminishing[:, None], h)
        kept = (1.0 - p.displacement * p.displaced[GROUP_OF])[:, None]
        ratios[:, first : first + N_KINDS] = np.where(h > 1.0, 1.0 + (h - 1.0) * kept, h)
    return ratios


def plain_ratios(during: Floats, after: Floats) -> Floats:
    """Hazard ratio [S, 20] of each place for exits without displacement (education, progression)."""
    ratios = np.ones((N_SEGMENTS, N_PLACES))
    ratios[:, IN_OFFER:AFTER] = during[GROUP_OF]
    ratios[:, AFTER:FADED] = after[GROUP_OF]
    return ratios


def return_weights(p: EngineParameters, start: StartState) -> Floats:
    """How many of a leaver for a job may return [S, 20, D]: by the place left, over the mean of the baseline's leavers.

    Who had none of the offers that make jobs last counts more than one, as the rates of return are the mean of all.
    """
    ratio = np.ones((N_SEGMENTS, N_PLACES))
    displaced = (p.displacement * p.displaced)[:, None]
    ratio[:, AFTER:FADED] = (p.return_ratio + displaced * (1.0 - p.return_ratio))[GROUP_OF]
    return ratio[:, :, None] / start.mean_return[:, None, :]


def lever_ratios(p: EngineParameters, paths: LeverPaths, t: int, offered: Floats, offered0: Floats) -> Floats:
    """Job hazard ratio [S, 2, D] of all levers but the offers, for those waiting (0) and all others (1)."""
    d = np.arange(N_DURATIONS)
    meetings = np.minimum(paths.meetings[t], p.max_meetings)
    contact = net_of_displacement(p.hr_meeting ** (meetings - p.meetings), p)
    mentor = net_of_displacement(
        (1 + paths.mentor_share[t] * (p.hr_mentor_job - 1)) / (1 + p.mentor_share * (p.hr_mentor_job - 1)), p
    )
    caseworker = net_of_displacement(
        p.hr_caseworker ** (paths.caseworker_changes[t] - p.caseworker_changes), p
    )
    # A return to one's own job displaces nobody.
    partial = (1 + paths.partial_return[t] * (p.hr_partial_return - 1)) / (
        1 + p.partial_return * (p.hr_partial_return - 1)
    )
    early = net_of_displacement(p.hr_early, p)

    def window(deadline: Floats) -> NDArray[np.bool_]:
        return (d >= deadline[:, None] - p.motivation_weeks) & (d < deadline[:, None])

    now = window(paths.offer_deadline_week[t])[GROUP_OF] * offered[:, None]
    then = window(p.offer_deadline_week)[GROUP_OF] * offered0[:, None]
    gain = (p.hr_motivation - 1.0)[GROUP_OF][:, None]
    motivation = (1.0 + gain * now) / (1.0 + gain * then)
    kept = (1.0 - p.displacement_contact * p.displaced)[GROUP_OF][:, None]
    motivation = np.where(motivation > 1.0, 1.0 + (motivation - 1.0) * kept, motivation)

    bracket = np.empty((N_SEGMENTS, 2, N_DURATIONS))
    bracket[:, 0] = contact[GROUP_OF][:, None] * motivation
    bracket[:, 1] = contact[GROUP_OF][:, None]
    # The early package is only for groups that have it; there it stands in place of the rest.
    share = np.where(p.hr_early != 1.0, paths.early_package[t], 0.0)[GROUP_OF][:, None, None]
    share = share * (d < p.early_weeks)
    bracket = (1.0 - share) * bracket + share * early[GROUP_OF][:, None, None]
    result: Floats = bracket * (mentor * caseworker * partial)[GROUP_OF][:, None, None]
    return result


@dataclass(frozen=True)
class ExitChances:
    """Chances of leaving in a week for each segment, place and week on the clock (D)."""

    job: Floats  # [S, 20, D]
    education: Floats  # [S, 20, D]
    other: Floats  # [S, D]
    transfer: Floats  # [S, to, D], progression before its hazard ratio
    progress: NDArray[np.bool_]  # [S, to]
    progress_ratio: Floats  # [S, 20]
    total: Floats  # [S, 20, D]

    def by_exit(self, segment: Any, place: Any, d: Any) -> Floats:
        """Chances [n, 16] of the 16 exits for n persons."""
        parts = np.empty((len(segment), N_EXITS))
        parts[:, JOB] = self.job[segment, place, d]
        parts[:, EDUCATION] = self.education[segment, place, d]
        parts[:, OTHER] = self.other[segment, d]
        ratio = np.where(self.progress[segment], self.progress_ratio[segment, place][:, None], 1.0)
        parts[:, FIRST_TRANSFER:] = self.transfer[segment, :, d] * ratio
        return parts


class ExitRules:
    """Everyone's chances of leaving, from the levers and the state at the start of the week."""

    def __init__(self, p: EngineParameters, start: StartState) -> None:
        self.p, self.start = p, start
        origin = p.origin_factor.ravel()[:, None]
        self.job = p.job[GROUP_OF] * origin / start.m_job[:, None]
        education = p.education[GROUP_OF] * origin / start.m_education[:, None]
        ratio = plain_ratios(p.hr_education_during, p.hr_education_after)
        self.education = education[:, None, :] * ratio[:, :, None]
        self.transfer = p.transfer[GROUP_OF] * start.transfer_scale.T[ORIGIN_OF][:, :, None]
        self.progress = p.progression[GROUP_OF]
        self.progress_ratio = plain_ratios(p.hr_progression_during, p.hr_progression_after)
        self.progress_ratio = self.progress_ratio / start.m_progression[:, None]
        forward = np.where(self.progress[:, :, None], self.transfer, 0.0).sum(axis=1)
        aside = np.where(self.progress[:, :, None], 0.0, self.transfer).sum(axis=1)
        self.rest = (p.other[GROUP_OF] + aside)[:, None, :] + forward[:, None, :] * self.progress_ratio[
            :, :, None
        ]
        self.firm_share0 = np.maximum(start.base_firm_share, p.diminishing_floor)

    def chances(self, paths: LeverPaths, t: int, firm_share: Floats, offered: Floats) -> ExitChances:
        """``firm_share`` [S]: in firm-oriented offers; ``offered`` [S]: had any offer by the deadline."""
        p = self.p
        week = int(paths.week_of_year[t])
        over = np.maximum(firm_share, self.firm_share0) / self.firm_share0
        levers = lever_ratios(p, paths, t, offered, self.start.offered0)
        ratio = np.empty((N_SEGMENTS, N_PLACES, N_DURATIONS))
        kinds = kind_ratios(p, over**-p.diminishing)
        ratio[:, WAITING] = levers[:, 0]
        np.multiply(kinds[:, IN_OFFER:, None], levers[:, 1:], out=ratio[:, IN_OFFER:])
        np.clip(ratio, p.ratio_low, p.ratio_high, out=ratio)
        job_factor = p.season_job[:, week] * paths.economy_job[t] ** p.economy_job_sensitivity
        job = np.multiply(ratio, (self.job * job_factor[GROUP_OF][:, None])[:, None, :], out=ratio)
        mentor = (1 + paths.mentor_share[t] * (p.hr_mentor_education - 1)) / (
            1 + p.mentor_share * (p.hr_mentor_education - 1)
        )
        education = self.education * (p.season_education[:, week] * mentor)[GROUP_OF][:, None, None]
        total = job + education
        total += self.rest
        transfer = self.transfer
        more = paths.fleksjob_openings[t] / p.fleksjob_openings
        if more != 1.0:
            flex = GROUP_INDEX["fleksjob"]
            before = GROUP_INDEX["ledighedsydelse"]
            rows = np.flatnonzero(np.equal(GROUP_OF, before))
            transfer = transfer.copy()
            transfer[rows, flex] *= more
            total[rows] += (transfer - self.transfer)[rows, flex][:, None, :]
        return ExitChances(
            job, education, p.other[GROUP_OF], transfer, self.progress, self.progress_ratio, total
        )


# ---- offers ----------------------------------------------------------------------------------------------


def share_out(supply: float, weights: Floats, ceilings: Floats) -> Floats:
    """Share places out in proportion to weights, none above its ceiling; the overflow goes to the others."""
    filled = np.zeros_like(weights)
    is_open = (weights > 0) & (ceilings > 0)
    left = supply
    while left > 1e-12 and is_open.any():
        ask = np.where(is_open, weights, 0.0)
        ask = ask * (left / ask.sum())
        room = ceilings - filled
        full = is_open & (ask >= room)
        if not full.any():
            filled += ask
            break
        filled[full] = ceilings[full]
        left -= room[full].sum()
        is_open &= ~full
    return filled


def mix_with_education(mix: Floats, education_share: float) -> Floats:
    """Non-firm offers by kind when courses and education together get ``education_share`` of them."""
    moved = mix.copy()
    now = mix[COURSE] + mix[SCHOOL]
    if now <= 0.0:
        return moved
    moved[[COURSE, SCHOOL]] = mix[[COURSE, SCHOOL]] * (education_share / now)
    rest = education_share - now
    moved[GUIDANCE] = mix[GUIDANCE] - rest
    if moved[GUIDANCE] < 0.0:
        moved[UTILITY] = mix[UTILITY] + moved[GUIDANCE]
        moved[GUIDANCE] = 0.0
    return moved


@dataclass(frozen=True)
class Targets:
    """Places wanted at the end of a week."""

    by_kind: Floats  # [S, 9]
    firm: Floats  # [S]
    supply: float

    def in_use(self, participants: Floats) -> float:
        """Firm places that the ``participants`` [S, 9] of the week's end fill, none twice."""
        return float(np.minimum(self.firm, participants[:, :N_FIRM].sum(axis=1)).sum())


def offer_targets(p: EngineParameters, paths: LeverPaths, t: int, caseload: Floats) -> Targets:
    """Places by kind for ``caseload`` [S] (full-time persons) in week ``t``."""
    n = caseload.reshape(N_GROUPS, N_ORIGINS)
    n_group = n.sum(axis=1, keepdims=True)
    now = np.divide(n, n_group, out=np.zeros_like(n), where=n_group > 0)
    weighted = p.use_factor * p.stock
    totals = weighted.sum(axis=1, keepdims=True)
    then = np.divide(weighted, totals, out=np.zeros_like(weighted), where=totals > 0)
    equal = float(paths.equal_effort[t])
    priority = p.firm_use * paths.firm_priority[t] / p.firm_priority
    weights = (priority[:, None] * ((1.0 - equal) * then + equal * now)).ravel()
    ceilings = (p.firm_ceiling[:, None] * n).ravel()
    supply = float(paths.firm_places[t])
    firm = share_out(supply, weights, ceilings)
    use0 = (p.firm_use[:, None] * then).ravel()

    use = p.use_factor + equal * (1.0 - p.use_factor)
    mean_use = (use * now).sum(axis=1, keepdims=True)
    relative = np.divide(use, mean_use, out=np.zeros_like(use), where=mean_use > 0)
    active = np.minimum(paths.activation_rate[t][:, None] * relative, 1.0).ravel() * caseload

    by_kind = np.zeros((N_SEGMENTS, N_KINDS))
    for s in range(N_SEGMENTS):
        g = GROUP_OF[s]
        if firm[s] <= use0[s]:
            by_kind[s, :N_FIRM] = firm[s] * p.firm_mix[g]
        else:
            by_kind[s, :N_FIRM] = use0[s] * p.firm_mix[g] + (firm[s] - use0[s]) * paths.firm_place_mix[t]
        before, after = max(0.0, active[s] - use0[s]), max(0.0, active[s] - firm[s])
        others = before * mix_with_education(p.other_mix[g], float(paths.education_share[t, g]))
        if after >= before:
            others[GUIDANCE] += after - before
        else:
            to_take = before - after
            for k in REPLACED_IN_ORDER:
                taken = min(others[k], to_take)
                others[k] -= taken
                to_take -= taken
        by_kind[s, N_FIRM:] = others
    return Targets(by_kind, firm, supply)


def start_chances(
    wanted: Floats, old: Floats, new: Floats, weight: Floats, most: float
) -> tuple[Floats, Floats]:
    """Chance of a start for others and for newcomers, [S] each, so that ``wanted`` are expected."""
    size = old + weight * new
    chance = np.divide(wanted, size, out=np.zeros(size.shape), where=size > 0)
    p_new = np.minimum(most, weight * chance)
    bound = weight * chance > most
    rest = np.divide(wanted - most * new, old, out=np.zeros(old.shape), where=old > 0)
    p_old = np.minimum(most, np.where(bound, rest, chance))
    return p_old, p_new


def brought_forward(
    p: EngineParameters,
    paths: LeverPaths,
    t: int,
    offered0: Floats,
    waiting: Floats,
    everybody: Floats,
    wanted: Floats,
) -> tuple[NDArray[np.int64], Floats]:
    """The deadline [S], and how many [S] of those who wait when it comes begin an offer by it.

    ``waiting`` and ``everybody`` [S, D] by weeks, ``wanted`` [S] the starts of the week. By an earlier deadline as
    large a share is to have had an offer as by that of the baseline; not quite all of it happens.
    """
    week = np.minimum(paths.offer_deadline_week[t], LAST_DURATION).astype(np.int64)[GROUP_OF]
    base = np.minimum(p.offer_deadline_week, LAST_DURATION).astype(np.int64)[GROUP_OF]
    rows = np.arange(N_SEGMENTS)
    left, here = waiting[rows, week], everybody[rows, week]
    missing = np.maximum(0.0, left - (1.0 - offered0) * here)
    number = np.minimum(p.deadline_compliance * missing, p.max_start_share * left)
    return week, np.where(week < base, np.minimum(number, wanted), 0.0)


# ---- the simulation --------------------------------------------------------------------------------------


class _Recorder:
    """Collects the series of a run."""

    def __init__(self, weeks: int, scale: int) -> None:
        self.scale = float(scale)
        shape = (weeks, N_GROUPS, N_ORIGINS)
        one = ("caseload", "waiting", "in_offer", "after_offer", "over_52")
        flows = ("inflow_external", "inflow_returners", "inflow_transfers")
        self.series: dict[str, Floats] = {name: np.zeros(shape) for name in one + flows}
        for name, last in (
            ("participants", N_KINDS),
            ("refund_class", 4),
            ("exits", N_EXITS),
            ("starts", N_KINDS),
        ):
            self.series[name] = np.zeros((*shape, last))
        self.series["pool"] = np.zeros((weeks, 3))
        for name in ("mean_weeks_away", "firm_supply", "firm_filled", "firm_unfilled"):
            self.series[name] = np.zeros(weeks)
        self.initial: dict[str, Floats] = {}

    def state(self, people: People) -> dict[str, Floats]:
        places = np.bincount(people.segment * N_PLACES + people.place, minlength=N_SEGMENTS * N_PLACES)
        places = places.reshape(N_GROUPS, N_ORIGINS, N_PLACES) / self.scale
        refund = np.bincount(
            people.segment * 4 + REFUND_CLASS_OF[people.accumulated], minlength=N_SEGMENTS * 4
        ).reshape(N_GROUPS, N_ORIGINS, 4)
        refund = refund / self.scale
        away = people.pool_weeks_away
        return {
            "caseload": places.sum(axis=2),
            "waiting": places[..., WAITING],
            "in_offer": places[..., IN_OFFER:AFTER].sum(axis=2),
            "after_offer": places[..., AFTER:].sum(axis=2),
            "participants": places[..., IN_OFFER:AFTER],
            "refund_class": refund,
            "over_52": refund[..., 3],
            "pool": np.bincount(people.pool_stage, minlength=3) / self.scale,
            "mean_weeks_away": np.array(away.mean() if away.size else 0.0),
        }

    def write(self, t: int, values: Mapping[str, Floats]) -> None:
        for name, value in values.items():
            self.series[name][t] = value

    def flow(self, t: int, name: str, segment: Ints | NDArray[np.int64], other: Ints | None = None) -> None:
        series = self.series[name]
        last = series.shape[3] if series.ndim == 4 else 1
        index = segment if other is None else segment * last + other
        counts = np.bincount(index, minlength=N_SEGMENTS * last) / self.scale
        series[t] = counts.reshape(series.shape[1:])


def simulate_people(
    params: EngineParameters,
    start: StartState,
    paths: LeverPaths,
    *,
    scale: int,
    rng: np.random.Generator,
    second_clock: bool = False,
    draws: DrawKind = "stratified",
    people: People | None = None,
    hold_caseload: Floats | None = None,
) -> MicroOutcome:
    """Simulate the municipality, each full-time person ``scale`` times over, through all weeks of ``paths``.

    ``second_clock``: exits follow weeks in the present spell on the present benefit, so the exit clock
    restarts at 0 for everyone who returns from a job or moves between benefits; the refund clock is
    unchanged (accumulated weeks, 0 after 52 weeks away). ``people`` starts from given people instead of
    drawing them from the start state. ``hold_caseload`` [S] lets as many arrive each week as keep each
    segment at that caseload (season and economy then do not matter): a way to find the inflow that goes
    with another clock.
    """
    p = params
    weeks = len(paths.firm_places)
    dice = Draws(rng, draws)
    people = draw_people(start, scale, dice) if people is None else people.copy()
    record = _Recorder(weeks, scale)
    record.initial = record.state(people)

    rules = ExitRules(p, start)
    ends = np.zeros((N_SEGMENTS, N_PLACES))
    ends[:, IN_OFFER:AFTER] = 1.0 / p.offer_weeks[GROUP_OF]
    ends[:, AFTER:FADED] = 1.0 / p.effect_weeks[GROUP_OF]
    follows = np.arange(N_PLACES, dtype=np.int32)
    follows[IN_OFFER:AFTER] += N_KINDS
    follows[AFTER:FADED] = FADED
    stage_weeks = p.pool_stage_weeks
    weights = return_weights(p, start)
    all_alike = bool((weights == 1.0).all())

    for t in range(weeks):
        week = int(paths.week_of_year[t])
        inflow_factor = p.season_inflow[:, week] * paths.economy_inflow[t] ** p.economy_inflow_sensitivity

        # 1. Everyone's chance of leaving, from the state at the start of the week.
        people.sort()
        places = np.bincount(people.segment * N_PLACES + people.place, minlength=N_SEGMENTS * N_PLACES)
        places = places.reshape(N_SEGMENTS, N_PLACES)
        caseload = places.sum(axis=1)
        firm = places[:, IN_OFFER : IN_OFFER + N_FIRM].sum(axis=1)
        firm_share = np.divide(firm, caseload, out=np.zeros(N_SEGMENTS), where=caseload > 0)
        deadline = np.minimum(paths.offer_deadline_week[t], LAST_DURATION).astype(np.int32)[GROUP_OF]
        due = np.flatnonzero(people.spell == deadline[people.segment])
        due_segment = people.segment[due]
        had = np.bincount(due_segment, weights=people.place[due] != WAITING, minlength=N_SEGMENTS)
        everybody = np.bincount(due_segment, minlength=N_SEGMENTS)
        offered = np.divide(had, everybody, out=np.zeros(N_SEGMENTS), where=everybody > 0)

        chances = rules.chances(paths, t, firm_share, offered)
        if chances.total.max() > 1.0:
            raise ValueError(f"a chance of leaving above 1 in week {t}")

        # 2. Who leaves, and where to.
        cell = (people.segment * N_PLACES + people.place) * N_DURATIONS + people.spell
        u = dice.uniform(cell.size)
        leaves = u < chances.total.ravel()[cell]
        who = np.flatnonzero(leaves)
        s, place, spell, acc = (
            getattr(people, name)[who] for name in ("segment", "place", "spell", "accumulated")
        )
        parts = chances.by_exit(s, place, spell)
        exit_to = (u[who][:, None] >= np.cumsum(parts, axis=1)).sum(axis=1)
        exit_to = np.minimum(exit_to, N_EXITS - 1).astype(np.int32)
        record.flow(t, "exits", s, exit_to)

        stays = np.flatnonzero(~leaves)
        for name in ("segment", "place", "spell", "accumulated"):
            setattr(people, name, getattr(people, name)[stays])

        # 3. Offers end, effects fade.
        over = dice.uniform(stays.size) < ends.ravel()[people.segment * N_PLACES + people.place]
        people.place[over] = follows[people.place[over]]

        # 4. Another week.
        np.minimum(people.spell + 1, LAST_DURATION, out=people.spell)
        np.minimum(people.accumulated + 1, LAST_DURATION, out=people.accumulated)

        # 5. Arrivals: movers between benefits, returners, people from outside.
        acc = np.minimum(acc + 1, LAST_DURATION).astype(np.int32)
        moved = exit_to >= FIRST_TRANSFER
        mover_segment = ((exit_to - FIRST_TRANSFER) * N_ORIGINS + ORIGIN_OF[s]).astype(np.int32)[moved]
        mover_place = np.where(place[moved] == WAITING, WAITING, FADED).astype(np.int32)
        record.flow(t, "inflow_transfers", mover_segment)
        returned_segment, returned_weeks = _pool_week(people, p, stage_weeks, dice)
        record.flow(t, "inflow_returners", returned_segment)
        found_job = exit_to == JOB
        into_pool = np.flatnonzero(found_job)
        if not all_alike:
            weight = weights[s[into_pool], place[into_pool], spell[into_pool]]
            into_pool = np.repeat(into_pool, np.floor(weight + dice.uniform(weight.size)).astype(int))
        n_job = into_pool.size
        people.pool_segment = np.concatenate([people.pool_segment, s[into_pool]])
        people.pool_accumulated = np.concatenate([people.pool_accumulated, acc[into_pool]])
        people.pool_stage = np.concatenate([people.pool_stage, np.zeros(n_job, np.int32)])
        people.pool_weeks_away = np.concatenate([people.pool_weeks_away, np.zeros(n_job, np.int32)])

        if hold_caseload is None:
            expected = (start.inflow * inflow_factor[GROUP_OF] * scale)[:, None] * p.inflow_profile[GROUP_OF]
            new = dice.arrivals(expected)
        else:
            there = np.bincount(people.segment, minlength=N_SEGMENTS)
            there = there + np.bincount(mover_segment, minlength=N_SEGMENTS)
            there = there + np.bincount(returned_segment, minlength=N_SEGMENTS)
            missing = np.maximum(0.0, hold_caseload * scale - there)
            new = np.stack(
                [
                    whole_numbers(missing[i] * p.inflow_profile[GROUP_OF[i]], float(rng.random()))
                    for i in range(N_SEGMENTS)
                ]
            )
        new_segment = np.repeat(np.arange(N_SEGMENTS, dtype=np.int32), new.sum(axis=1))
        new_weeks = np.repeat(np.tile(np.arange(N_DURATIONS, dtype=np.int32), N_SEGMENTS), new.ravel())
        record.flow(t, "inflow_external", new_segment)

        came_segment = np.concatenate([mover_segment, returned_segment, new_segment])
        came_weeks = np.concatenate([acc[moved], returned_weeks, new_weeks])
        came_place = np.zeros(came_segment.size, np.int32)
        came_place[: mover_place.size] = mover_place
        people.segment = np.concatenate([people.segment, came_segment])
        people.place = np.concatenate([people.place, came_place])
        people.accumulated = np.concatenate([people.accumulated, came_weeks])
        people.spell = np.concatenate(
            [people.spell, np.zeros(came_segment.size, np.int32) if second_clock else came_weeks]
        )

        # 6. Offers begin.
        people.sort()
        targets = _start_offers(people, p, paths, t, scale, dice, record, start.offered0)

        state = record.state(people)
        filled = targets.in_use(state["participants"].reshape(N_SEGMENTS, N_KINDS))
        firm_places = {
            "firm_supply": targets.supply,
            "firm_filled": filled,
            "firm_unfilled": targets.supply - filled,
        }
        record.write(t, state | {name: np.array(value) for name, value in firm_places.items()})
    return MicroOutcome(**record.series, initial=record.initial, people=people)


def _pool_week(
    people: People, p: EngineParameters, stage_weeks: tuple[float, float], dice: Draws
) -> tuple[Ints, Ints]:
    """A week in the pool; returns segment and accumulated weeks of those who come back."""
    people.sort_pool()
    stage = people.pool_stage
    back = p.return_rate[GROUP_OF][:, [0, 1, 1]].ravel()
    gone = np.tile([0.0, p.pool_leave, p.pool_leave], N_SEGMENTS)
    onward = np.tile([1.0 / stage_weeks[0], 1.0 / stage_weeks[1], 0.0], N_SEGMENTS)
    borders = np.stack([back, back + gone, back + gone + onward])
    cell = people.pool_segment * N_STAGES + stage
    u = dice.uniform(stage.size)
    step = (u >= borders[0][cell]).astype(np.int8) + (u >= borders[1][cell]) + (u >= borders[2][cell])
    returns, leaves, moves_on = step == 0, step == 1, step == 2
    segment = people.pool_segment[returns]
    weeks = np.where(stage[returns] == 2, 0, people.pool_accumulated[returns]).astype(np.int32)
    people.pool_stage = stage + moves_on
    people.pool_weeks_away = np.minimum(people.pool_weeks_away + 1, MOST_WEEKS_AWAY - 1).astype(np.int32)
    keep = np.flatnonzero(~(returns | leaves))
    for name in ("pool_segment", "pool_stage", "pool_accumulated", "pool_weeks_away"):
        setattr(people, name, getattr(people, name)[keep])
    return segment, weeks


def _start_offers(
    people: People,
    p: EngineParameters,
    paths: LeverPaths,
    t: int,
    scale: int,
    dice: Draws,
    record: _Recorder,
    offered0: Floats,
) -> Targets:
    """Begin offers for the eligible (people are sorted by segment); records the starts."""
    places = np.bincount(people.segment * N_PLACES + people.place, minlength=N_SEGMENTS * N_PLACES)
    places = places.reshape(N_SEGMENTS, N_PLACES)
    targets = offer_targets(p, paths, t, places.sum(axis=1) / scale)
    goal = targets.by_kind * scale
    if dice.stratified:
        goal = np.floor(goal + dice.place_offset)
    wanted = np.maximum(0.0, goal - places[:, IN_OFFER:AFTER])

    free = (people.place == WAITING) | (people.place >= AFTER)
    cell = people.segment * N_DURATIONS + people.spell
    by_week, waits = (
        np.bincount(cell, weights=weights, minlength=N_SEGMENTS * N_DURATIONS).reshape(
            N_SEGMENTS, N_DURATIONS
        )
        for weights in (None, people.place == WAITING)
    )
    deadline, due = brought_forward(p, paths, t, offered0, waits, by_week, wanted.sum(axis=1))
    there = waits[np.arange(N_SEGMENTS), deadline]
    called = (people.place == WAITING) & (people.spell == deadline[people.segment])
    chance = np.divide(due, there, out=np.zeros(N_SEGMENTS), where=there > 0)
    # Nothing is drawn where no deadline is moved, so that such runs keep their draws.
    by_deadline = (
        dice.choose(np.where(called, chance[people.segment], 0.0)) if due.any() else np.zeros(free.size, bool)
    )

    first = paths.first_offer_week[t].astype(np.int32)[GROUP_OF]
    who = np.flatnonzero(free & ~by_deadline & (people.spell >= first[people.segment]))
    segment = people.segment[who]
    newcomer = (people.place[who] == WAITING) & (people.spell[who] < p.newcomer_weeks)
    n_new = np.bincount(segment, weights=newcomer, minlength=N_SEGMENTS)
    n_old = np.bincount(segment, minlength=N_SEGMENTS) - n_new
    p_old, p_new = start_chances(
        wanted.sum(axis=1) - due, n_old, n_new, paths.newcomer_priority[t][GROUP_OF], p.max_start_share
    )
    chosen = dice.choose(np.where(newcomer, p_new[segment], p_old[segment]))
    who = np.sort(np.concatenate([who[chosen], np.flatnonzero(by_deadline)]))
    segment = people.segment[who]

    kind = np.empty(who.size, np.int32)
    borders = np.searchsorted(segment, np.arange(N_SEGMENTS + 1))
    for s in np.flatnonzero(np.diff(borders)):
        n = int(borders[s + 1] - borders[s])
        kind[borders[s] : borders[s + 1]] = _kinds(wanted[s], n, dice)
    people.place[who] = IN_OFFER + kind
    record.flow(t, "starts", segment, kind)
    return targets


def _kinds(wanted: Floats, n: int, dice: Draws) -> NDArray[np.int64]:
    """Kinds for the ``n`` chosen people of a segment, in proportion to the starts wanted."""
    if not dice.stratified:
        return dice.rng.choice(N_KINDS, size=n, p=wanted / wanted.sum())
    counts = whole_numbers(wanted * (n / wanted.sum()), float(dice.rng.random()))
    kinds = np.repeat(np.arange(N_KINDS), counts)
    nth = np.concatenate([np.arange(c) for c in counts])
    # Each kind is spread evenly over the segment's people, who stand in order of weeks.
    return kinds[np.argsort((nth + dice.rng.random(N_KINDS)[kinds]) / counts[kinds])]


# ---- infinitely many people ------------------------------------------------------------------------


def expected_people(params: EngineParameters, start: StartState, paths: LeverPaths) -> MicroOutcome:
    """What ``simulate_people`` tends to when the scale grows without end: counts by cell in place of persons.

    The same chances and the same places, no draws, and so no sampling error: what then differs from the engine
    is what the engine simplifies (it does not know whose offers were which). One clock only.
    """
    p = params
    weeks = len(paths.firm_places)
    rules = ExitRules(p, start)
    weights = return_weights(p, start)
    d = np.arange(N_DURATIONS)
    people = np.zeros((N_SEGMENTS, N_PLACES, N_DURATIONS))
    people[:, WAITING] = start.waiting
    for first, state, composition in (
        (IN_OFFER, start.in_offer, start.composition_in),
        (AFTER, start.after_offer, start.composition_after),
    ):
        shares = shares_by_week(composition)
        people[:, first : first + shares.shape[2]] = shares.transpose(0, 2, 1) * state[:, None, :]
    q1, q2, q3 = start.q1.copy(), start.q2.copy(), start.q3.copy()
    r1, r2 = p.return_rate[GROUP_OF].T
    end1, end2 = (1.0 / stage for stage in p.pool_stage_weeks)
    routes = [(int(g), int(to)) for g, to in np.argwhere(p.transfer.any(axis=2))]
    shape = (weeks + 1, N_SEGMENTS)
    flows = ("inflow_external", "inflow_returners", "inflow_transfers")
    series = {name: np.zeros(shape) for name in ("caseload", "waiting", "in_offer", "after_offer", *flows)}
    for name, last in (
        ("participants", N_KINDS),
        ("refund_class", 4),
        ("exits", N_EXITS),
        ("starts", N_KINDS),
    ):
        series[name] = np.zeros((*shape, last))
    series["pool"] = np.zeros((weeks + 1, N_STAGES))
    for name in ("firm_supply", "firm_filled", "mean_weeks_away"):
        series[name] = np.zeros(weeks + 1)

    def write(t: int) -> None:
        places = people.sum(axis=2)
        series["caseload"][t] = places.sum(axis=1)
        series["waiting"][t] = places[:, WAITING]
        series["in_offer"][t] = places[:, IN_OFFER:AFTER].sum(axis=1)
        series["after_offer"][t] = places[:, AFTER:].sum(axis=1)
        series["participants"][t] = places[:, IN_OFFER:AFTER]
        by_week = people.sum(axis=1)
        for c in range(len(REFUND_CLASSES)):
            series["refund_class"][t, :, c] = by_week[:, np.equal(REFUND_CLASS_OF, c)].sum(axis=1)
        series["pool"][t] = q1.sum(), q2.sum(), q3.sum()

    def a_week_older(cells: Floats) -> Floats:
        older = np.zeros_like(cells)
        older[..., 1:] = cells[..., :-1]
        older[..., -1] += cells[..., -1]
        return older

    write(0)
    for t in range(weeks):
        places = people.sum(axis=2)
        caseload = places.sum(axis=1)
        firm = places[:, IN_OFFER : IN_OFFER + N_FIRM].sum(axis=1)
        firm_share = np.divide(firm, caseload, out=np.zeros(N_SEGMENTS), where=caseload > 0)
        deadline = np.minimum(paths.offer_deadline_week[t], LAST_DURATION).astype(int)[GROUP_OF]
        due = people[np.arange(N_SEGMENTS), :, deadline]
        there = due.sum(axis=1)
        offered = np.divide(there - due[:, WAITING], there, out=np.zeros(N_SEGMENTS), where=there > 0)
        chances = rules.chances(paths, t, firm_share, offered)

        found_job = people * chances.job
        series["exits"][t + 1, :, JOB] = found_job.sum(axis=(1, 2))
        may_return = (found_job * weights).sum(axis=1)
        series["exits"][t + 1, :, EDUCATION] = (people * chances.education).sum(axis=(1, 2))
        series["exits"][t + 1, :, OTHER] = (people.sum(axis=1) * chances.other).sum(axis=1)
        stay = a_week_older(people * (1.0 - chances.total))
        came = np.zeros_like(people)
        for g, to in routes:
            rows, into = (slice(i * N_ORIGINS, (i + 1) * N_ORIGINS) for i in (g, to))
            moved = people[rows] * chances.transfer[rows, to, None, :]
            if p.progression[g, to]:
                moved *= chances.progress_ratio[rows, :, None]
            series["exits"][t + 1, rows, FIRST_TRANSFER + to] = moved.sum(axis=(1, 2))
            moved = a_week_older(moved)
            came[into, WAITING] += moved[:, WAITING]
            came[into, FADED] += moved[:, WAITING + 1 :].sum(axis=1)
        series["inflow_transfers"][t + 1] = came.sum(axis=(1, 2))

        ended = stay[:, IN_OFFER:AFTER] / p.offer_weeks[GROUP_OF][:, :, None]
        faded = stay[:, AFTER:FADED] / p.effect_weeks[GROUP_OF][:, :, None]
        people = stay
        people[:, IN_OFFER:AFTER] -= ended
        people[:, AFTER:FADED] += ended - faded
        people[:, FADED] += faded.sum(axis=1)
        people += came

        back = r1[:, None] * q1 + r2[:, None] * q2
        back[:, 0] += r2 * q3
        people[:, WAITING] += back
        series["inflow_returners"][t + 1] = back.sum(axis=1)
        q3 = q3 * (1 - r2 - p.pool_leave) + (q2 * end2).sum(axis=1)
        q2 = q2 * (1 - r2 - p.pool_leave - end2)[:, None] + q1 * end1
        q1 = q1 * (1 - r1 - end1)[:, None] + a_week_older(may_return)

        week = int(paths.week_of_year[t])
        factor = p.season_inflow[:, week] * paths.economy_inflow[t] ** p.economy_inflow_sensitivity
        new = start.inflow * factor[GROUP_OF]
        people[:, WAITING] += new[:, None] * p.inflow_profile[GROUP_OF]
        series["inflow_external"][t + 1] = new

        places = people.sum(axis=2)
        targets = offer_targets(p, paths, t, places.sum(axis=1))
        wanted = np.maximum(0.0, targets.by_kind - places[:, IN_OFFER:AFTER])
        eligible = d >= paths.first_offer_week[t][GROUP_OF][:, None]
        fresh = eligible & (d < p.newcomer_weeks)
        total = wanted.sum(axis=1)
        deadline, due = brought_forward(
            p, paths, t, start.offered0, people[:, WAITING], people.sum(axis=1), total
        )
        people[np.arange(N_SEGMENTS), WAITING, deadline] -= due
        n_new = (people[:, WAITING] * fresh).sum(axis=1)
        n_old = ((people[:, WAITING] + people[:, AFTER:].sum(axis=1)) * eligible).sum(axis=1) - n_new
        p_old, p_new = start_chances(
            total - due, n_old, n_new, paths.newcomer_priority[t][GROUP_OF], p.max_start_share
        )
        chance = np.where(eligible, p_old[:, None], 0.0)
        begin_after = people[:, AFTER:] * chance[:, None, :]
        begin_waiting = people[:, WAITING] * np.where(fresh, p_new[:, None], chance)
        people[:, AFTER:] -= begin_after
        people[:, WAITING] -= begin_waiting
        begin = begin_waiting + begin_after.sum(axis=1)
        begin[np.arange(N_SEGMENTS), deadline] += due
        share = np.divide(wanted, total[:, None], out=np.zeros_like(wanted), where=total[:, None] > 0)
        people[:, IN_OFFER:AFTER] += share[:, :, None] * begin[:, None, :]
        series["starts"][t + 1] = share * begin.sum(axis=1)[:, None]
        series["firm_supply"][t + 1] = targets.supply
        series["firm_filled"][t + 1] = targets.in_use(people[:, IN_OFFER:AFTER].sum(axis=2))
        write(t + 1)
    series["over_52"] = series["refund_class"][..., -1]
    series["firm_unfilled"] = series["firm_supply"] - series["firm_filled"]
    for name, values in series.items():
        if values.ndim > 1 and values.shape[1] == N_SEGMENTS:
            series[name] = values.reshape(len(values), N_GROUPS, N_ORIGINS, *values.shape[2:])
    rows = {name: values[1:] for name, values in series.items()}
    return MicroOutcome(**rows, initial={name: values[0] for name, values in series.items()}, people=None)


# ---- money -------------------------------------------------------------------------------------------


def spending(
    outcome: Any,
    baseline: Any,
    paths: LeverPaths,
    parameters: BudgetParameters,
    rest: EngineParameters,
    days: Mapping[tuple[int, int], int] | None = None,
) -> dict[str, Floats]:
    """Net spending by component, DKK per calendar year of the weeks' Mondays [Y], by days.

    Components: ``benefit.<group>``, ``offer.<kind>``, ``start.<kind>``, ``bound_guidance``, ``meetings``, ``mentor``,
    ``early_package``, ``continuity``, ``partial_return``. ``baseline`` is the run that the old refund rules and the
    bound guidance refer to; ``rest`` holds its levers.
    ``days``: how many days of a week are paid in a year, by week and year; all by default.
    """
    b = parameters
    dagpenge, flex, pension = (GROUP_INDEX[g] for g in ("dagpenge", "fleksjob", "foertidspension"))
    guidance = KIND_INDEX["guidance"]
    refund = outcome.at_week_start("refund_class").sum(axis=2)  # [T, G, 4]
    refund0 = baseline.at_week_start("refund_class").sum(axis=2)
    inside = outcome.at_week_start("participants").sum(axis=2)  # [T, G, 9]
    inside0 = baseline.at_week_start("participants").sum(axis=2)
    starts = outcome.starts.sum(axis=2)
    years = paths.weeks.astype("datetime64[Y]").astype(int) + 1970
    first_year = int(years[0])
    found: dict[str, Floats] = {}
    days = _days_by_year(paths.weeks) if days is None else days

    def pay(component: str, year: int, amount: float) -> None:
        by_year = found.setdefault(component, np.zeros(int(years[-1]) - first_year + 1))
        by_year[year - first_year] += amount * days[t, year] / 7

    closed = paths.guidance_closed
    missing = np.maximum(0.0, inside0[:, :, guidance] - inside[:, :, guidance])
    for t, year in days:
        rate, level, state = b.weekly_rate(year), b.price_index(year), b.offer_refund(year)
        persons = refund[t].sum(axis=1)
        for g, group in enumerate(GROUPS):
            municipal = float(refund[t, g] @ b.municipal_share)
            before = refund0[t, g].sum()
            if g == flex:
                municipal = b.fleksjob_share * before + float(
                    (refund[t, g] - refund0[t, g]) @ b.municipal_share
                )
            elif g == pension:
                municipal = b.foertidspension_share * before
                municipal += b.foertidspension_new_share * (persons[g] - before)
            pay(f"benefit.{group}", year, municipal * rate[g])
        own = 1.0 - state
        for k, kind in enumerate(KINDS):
            pay(f"offer.{kind}", year, float(inside[t, :, k] @ own) * b.price_week[k] * level)
            if k < N_FIRM:
                pay(f"start.{kind}", year, starts[t, :, k].sum() * b.price_start[k] * level)
        # What was closed down so many weeks ago, and still is, has run out; all else is paid for.
        gone = np.zeros(N_GROUPS)
        if t >= b.bound_weeks:
            gone = np.minimum(closed[t] * missing[t], closed[t - b.bound_weeks] * missing[t - b.bound_weeks])
        pay("bound_guidance", year, float((missing[t] - gone) @ own) * b.price_week[guidance] * level)
        weekly_meetings = float(persons @ paths.meetings[t]) / WEEKS_PER_QUARTER
        pay("meetings", year, weekly_meetings * b.price_meeting * level)
        pay("mentor", year, float((persons * paths.mentor_share[t]) @ own) * b.mentor_week * level)
        more = max(0.0, b.early_package_meetings - paths.meetings[t, dagpenge]) / WEEKS_PER_QUARTER
        in_package = paths.early_package[t] * refund[t, dagpenge, :2].sum()
        pay("early_package", year, in_package * (b.early_package_week + more * b.price_meeting) * level)
        avoided = max(0.0, rest.caseworker_changes - paths.caseworker_changes[t]) / WEEKS_PER_YEAR
        citizens = sum(persons[GROUP_INDEX[group]] for group in OFFER_GROUPS)
        pay("continuity", year, avoided * citizens * b.price_avoided_change * level)
        back = max(0.0, paths.partial_return[t] - rest.partial_return) * persons[GROUP_INDEX["sygedagpenge"]]
        pay("partial_return", year, back * b.partial_return_week * level)
    return found


def _days_by_year(mondays: Any) -> dict[tuple[int, int], int]:
    """Days of every week by week and year."""
    last = int(mondays[-1].astype("datetime64[Y]").astype(int)) + 1970
    found: dict[tuple[int, int], int] = {}
    first: Any = mondays[0].astype(object)
    for t in range(len(mondays)):
        for day in range(7):
            year = (first + datetime.timedelta(days=7 * t + day)).year
            if year <= last:
                found[t, year] = found.get((t, year), 0) + 1
    return found


# ---- two clocks ----------------------------------------------------------------------------------------


def settle_second_clock(
    params: EngineParameters,
    start: StartState,
    paths: LeverPaths,
    *,
    scale: int,
    rng: np.random.Generator,
    average_weeks: int = 2 * WEEKS_PER_YEAR,
) -> tuple[People, StartState]:
    """The baseline at rest when exits follow a clock of their own: people, and the start state with their inflow.

    Runs ``paths`` (baseline levers, whole years, long enough to settle) with as many arrivals as hold every segment at
    its stock; the inflow is the mean of the last ``average_weeks``.
    """
    stock = params.stock.ravel()
    run = simulate_people(params, start, paths, scale=scale, rng=rng, second_clock=True, hold_caseload=stock)
    inflow = run.inflow_external[-average_weeks:].mean(axis=0).ravel()
    people = run.people
    due = people.spell == params.offer_deadline_week.astype(int)[GROUP_OF][people.segment]
    everybody = np.bincount(people.segment[due], minlength=N_SEGMENTS)
    had = np.bincount(people.segment[due & (people.place != WAITING)], minlength=N_SEGMENTS)
    offered = np.where(everybody > 0, had / np.maximum(everybody, 1), start.offered0)
    return people, replace(start, inflow=inflow, offered0=offered)


@dataclass(frozen=True)
class ClockGaps:
    """Two clocks against one at the baseline, both at rest on the same stock; by target group [G]."""

    inflow: Floats  # [2, G] external arrivals a week with one clock and with two
    over_52: Floats  # [2, G] share of the caseload
    caseload: Floats  # relative gap, last year
    caseload_error: Floats
    benefits: Floats  # relative gap of net spending on benefits, last year
    benefits_error: Floats


def clock_gaps(
    params: EngineParameters,
    start: StartState,
    paths: LeverPaths,
    settle: LeverPaths,
    prices: BudgetParameters,
    *,
    scale: int,
    replications: int,
    seed: int,
) -> ClockGaps:
    """How far the model with one clock is from one with two; ``settle`` are the weeks before ``paths`` begin."""

    def figures(outcome: MicroOutcome) -> dict[str, Floats]:
        money = spending(outcome, outcome, paths, prices, params)
        return {
            "caseload": yearly(outcome.caseload.sum(axis=2))[-1],
            "over_52": yearly(outcome.over_52.sum(axis=2))[-1],
            "benefits": np.array([money[f"benefit.{group}"][-1] for group in GROUPS]),
        }

    one = figures(expected_people(params, start, paths))
    two, inflow = [], []
    for replication in range(replications):
        rng = np.random.default_rng([seed, replication])
        people, rest = settle_second_clock(params, start, settle, scale=scale, rng=rng)
        run = simulate_people(params, rest, paths, scale=scale, rng=rng, second_clock=True, people=people)
        two.append(figures(run))
        inflow.append(rest.inflow)

    def gap(name: str) -> tuple[Floats, Floats]:
        gaps = np.stack([found[name] / one[name] - 1.0 for found in two])
        return gaps.mean(axis=0), gaps.std(axis=0, ddof=1) / np.sqrt(replications)

    late = np.mean([found["over_52"] / found["caseload"] for found in two], axis=0)
    came = np.stack([start.inflow, np.mean(inflow, axis=0)]).reshape(2, N_GROUPS, N_ORIGINS).sum(axis=2)
    return ClockGaps(
        came, np.stack([one["over_52"] / one["caseload"], late]), *gap("caseload"), *gap("benefits")
    )


# ---- comparing -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Estimate:
    """Mean over replications and its standard error, for baseline, scenario and their difference."""

    baseline: Floats
    baseline_error: Floats
    scenario: Floats
    scenario_error: Floats
    difference: Floats
    difference_error: Floats


Summary = Callable[[Any], dict[str, Floats]]


def yearly(series: Floats) -> Floats:
    """Means over whole years of 52 weeks, [Y, ...]."""
    years = len(series) // WEEKS_PER_YEAR
    return series[: years * WEEKS_PER_YEAR].reshape(years, WEEKS_PER_YEAR, *series.shape[1:]).mean(axis=1)


def group_summary(outcome: Any) -> dict[str, Floats]:
    """Yearly means [Y, G(, ...)] from an outcome of either model (same attribute names)."""
    refund = outcome.refund_class[..., 3]
    return {
        "caseload": yearly(outcome.caseload.sum(axis=2)),
        "in_offer": yearly(outcome.in_offer.sum(axis=2)),
        "over_52": yearly(refund.sum(axis=2)),
        "exits": yearly(outcome.exits.sum(axis=2)),
        "starts": yearly(outcome.starts.sum(axis=2)),
        "firm_filled": yearly(outcome.firm_filled),
    }


def compare(
    params: EngineParameters,
    start: StartState,
    baseline: LeverPaths,
    scenario: LeverPaths,
    *,
    scale: int,
    replications: int,
    seed: int,
    summary: Summary = group_summary,
    second_clock: bool = False,
    draws: DrawKind = "stratified",
) -> dict[str, Estimate]:
    """Run baseline and scenario on the same seeds; means and standard errors of ``summary``."""
    runs: dict[str, list[dict[str, Floats]]] = {"baseline": [], "scenario": []}
    for replication in range(replications):
        for name, paths in (("baseline", baseline), ("scenario", scenario)):
            rng = np.random.default_rng([seed, replication])
            outcome = simulate_people(
                params, start, paths, scale=scale, rng=rng, second_clock=second_clock, draws=draws
            )
            runs[name].append(summary(outcome))
    return estimates(runs["baseline"], runs["scenario"])


def estimates(baseline: list[dict[str, Floats]], scenario: list[dict[str, Floats]]) -> dict[str, Estimate]:
    """Means and standard errors from summaries of paired runs."""

    def mean_and_error(values: list[Floats]) -> tuple[Floats, Floats]:
        stack = np.stack(values)
        return stack.mean(axis=0), stack.std(axis=0, ddof=1) / np.sqrt(len(values))

    result = {}
    for name in baseline[0]:
        base = [run[name] for run in baseline]
        moved = [run[name] for run in scenario]
        pairs = [b - a for a, b in zip(base, moved, strict=True)]
        result[name] = Estimate(*mean_and_error(base), *mean_and_error(moved), *mean_and_error(pairs))
    return result


def with_path(paths: LeverPaths, **values: Any) -> LeverPaths:
    """Lever paths with some of them replaced by constants or arrays that broadcast to the path's shape."""
    return replace(
        paths, **{name: np.broadcast_to(value, getattr(paths, name).shape) for name, value in values.items()}
    )


def main() -> None:
    """``python -m tests.microsimulation [municipality]``: how far one clock is from two, as a table."""
    from model.engine.calibration import calibrate
    from model.municipality.municipality import load_municipality
    from model.simulation.build_lever_paths import build_lever_paths

    municipality = load_municipality(sys.argv[1] if len(sys.argv) > 1 else "ballerup")
    start = StartState.from_calibration(calibrate(municipality.engine))
    gaps = clock_gaps(
        municipality.engine,
        start,
        build_lever_paths(municipality, None, 4 * WEEKS_PER_YEAR),
        build_lever_paths(municipality, None, 10 * WEEKS_PER_YEAR),
        municipality.budget,
        scale=25,
        replications=4,
        seed=2021,
    )
    print(
        "group, inflow a week (one clock, two), over 52 weeks % (one, two), gap % of caseload and of benefits (s.e.)"
    )
    for g, group in enumerate(GROUPS):
        print(
            f"{group:36}{gaps.inflow[0, g]:8.2f}{gaps.inflow[1, g]:8.2f}"
            f"{100 * gaps.over_52[0, g]:8.1f}{100 * gaps.over_52[1, g]:8.1f}"
            f"{100 * gaps.caseload[g]:8.2f} ({100 * gaps.caseload_error[g]:.2f})"
            f"{100 * gaps.benefits[g]:8.2f} ({100 * gaps.benefits_error[g]:.2f})"
        )


if __name__ == "__main__":
    main()
