"""The baseline that sits still: inflows, start state and pool of returners as the fixed point of the weekly map.

For fixed room rates the baseline is linear in inflow, so a unit inflow is pushed through the weekly matrices once,
the inflow is solved from the stocks, the room rates follow from the composition of offers, and both are repeated
until nothing moves.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.domain import (
    DURATION_CLASSES,
    GROUP_INDEX,
    GROUPS,
    N_DURATIONS,
    N_FIRM,
    N_GROUPS,
    N_KINDS,
    N_ORIGINS,
    N_SEGMENTS,
    ORIGINS,
)
from model.engine.kernel.inputs import GROUP_COLUMNS, SCALARS, KernelParameters, KernelStart
from model.engine.kernel.layout import FASTMATH, PAD, RATES, START_ROWS
from model.engine.parameters import EngineParameters
from model.language.catalogue import group_name, name
from model.language.messages import LocalizedError, Message, Phrase

Floats = NDArray[np.float64]
_log = logging.getLogger(__name__)

G, S, D, K = N_GROUPS, N_SEGMENTS, N_DURATIONS, N_KINDS
TOLERANCE = 1e-11
MAX_ROUNDS = 400
# Rounds that the acceleration remembers, and where the iteration begins (any start ends at the same rest).
MEMORY = 8
FIRST_GUESS_START = 0.02
FIRST_GUESS_ENDED = 0.08
# What the acceleration may make of a mean hazard ratio, and the smallest value that a step is measured against.
LEAST_RATIO, MOST_RATIO = 0.05, 20.0
SMALLEST = 1e-3
# Columns of unit arrivals come in whole vectors.
COLUMNS = 16


class CalibrationError(LocalizedError):
    """The stocks and rates given cannot be at rest together; the message says where and what would help."""


def _cannot_rest(
    key: str, group: int | None = None, origin: int | None = None, **values: object
) -> CalibrationError:
    if group is not None:
        values["group"] = Phrase(group_name, GROUPS[group])
    if origin is not None:
        values["origin"] = Phrase(name, "origin", ORIGINS[origin])
    return CalibrationError(Message(f"calibration.{key}", **values))


@dataclass(frozen=True)
class Scaling:
    """Transfers into one segment that were scaled because they alone would fill it beyond its stock."""

    group: str
    origin: str
    factor: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Start state and derived baseline values; segments S = 39 in the order group x origin, full-time persons."""

    waiting: Floats  # [S, D]
    in_offer: Floats  # [S, D]
    after_offer: Floats  # [S, D]
    participants: Floats  # [S, K] composition of in_offer
    after: Floats  # [S, K + 1] composition of after_offer, the last faded
    pool: Floats  # [2, S, D] away 0-12 and 13-51 weeks, by the weeks that they return with
    pool_late: Floats  # [S] away 52 weeks or more
    inflow: Floats  # [S] external, a week
    mean_job: Floats  # [S] mean hazard ratio of the baseline mix
    mean_education: Floats
    mean_progression: Floats
    firm_share: Floats  # [S] firm-oriented participants / caseload
    offered: Floats  # [S] share with an offer, now or earlier, at the deadline week
    firm_base: Floats  # [S] firm places in use
    transfer_scale: Floats  # [G, O]
    scalings: tuple[Scaling, ...]
    rounds: int


class _Given(NamedTuple):
    """What the compiled rounds of one origin read; names as in the kernel."""

    job: Floats  # [G, D]
    education: Floats
    other: Floats
    progression: Floats  # [G, D] all transfers with hazard ratios of their own
    route_to: NDArray[np.int64]  # [G, R], -1 where none
    route_rate: Floats  # [G, R, D]
    route_kind: NDArray[np.int64]  # [G, R] 1 where progression
    ratios: Floats  # [3, 2, G, K + 1] of job (after displacement and limits), education, progression; during, after
    end_rate: Floats  # [G, K]
    fade_rate: Floats
    rho: Floats  # [G] share of job leavers who return with their weeks
    sigma: Floats  # [G] share who return at zero
    first: NDArray[np.int64]  # [G]
    newcomer_weeks: int
    newcomer_priority: Floats  # [G]
    max_start_share: float
    plain_profile: bool  # all external arrivals at zero weeks
    # Unit arrivals [D, G, C]: external, then (unless plain_profile) those who return at zero; the rest of C is empty.
    source: Floats
    stock: Floats  # [G] of the origin
    factor: Floats  # [G] of the origin, on job and education exits
    participants: Floats  # [G, K] of the origin


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def _step(  # type: ignore[no-untyped-def]
    x, d, to, job, edu, oth, route_to, route_rate, route_kind, in_scale, factors, ended, rho
):
    """Add to ``to`` [3, G, C] where the persons x [3, G, C] at accumulated weeks d are a week later, before starts."""
    columns = x.shape[2]
    for g in range(G):
        for r in range(3):
            j = job[g, d] * factors[0, r, g]
            q = j + edu[g, d] * factors[1, r, g] + oth[g, d]
            room = 0 if r == 0 else 2
            for n in range(route_to.shape[1]):
                h = route_to[g, n]
                if h < 0:
                    break
                rate = route_rate[g, n, d] * in_scale[h]
                if route_kind[g, n] == 1:
                    rate *= factors[2, r, g]
                q += rate
                for c in range(columns):
                    to[room, h, c] += x[r, g, c] * rate
            stay = 1.0 - q
            back = j * rho[g]
            done = stay * ended[g] if r == 1 else 0.0
            for c in range(columns):
                to[r, g, c] += x[r, g, c] * (stay - done)
            for c in range(columns):
                to[0, g, c] += x[r, g, c] * back
            if r == 1:
                for c in range(columns):
                    to[2, g, c] += x[r, g, c] * done


@njit(cache=True, nogil=True)
def _begin(to, d, first, newcomer_weeks, p_new, p_old, eligible):  # type: ignore[no-untyped-def]
    """Starts among the persons ``to`` [3, G, C] at accumulated weeks d; eligible [3, G, C] counts who could."""
    e = 0 if d < newcomer_weeks else 1
    for g in range(G):
        if d < first[g]:
            continue
        p = p_new[g] if d < newcomer_weeks else p_old[g]
        for c in range(to.shape[2]):
            w = to[0, g, c]
            a = to[2, g, c]
            eligible[e, g, c] += w
            eligible[2, g, c] += a
            to[0, g, c] = w * (1.0 - p)
            to[2, g, c] = a * (1.0 - p_old[g])
            to[1, g, c] += w * p + a * p_old[g]


@njit(cache=True, nogil=True)
def _respond(k, guess, factors, x, eligible):  # type: ignore[no-untyped-def]
    """Persons at rest x [D, 3, G, C] for arrivals ``source`` [D, G, C] in waiting, and who was eligible [3, G, C]."""
    job, edu, oth = k.job, k.education, k.other
    route_to, route_rate, route_kind = k.route_to, k.route_rate, k.route_kind
    rho, first, newcomer_weeks = k.rho, k.first, k.newcomer_weeks
    source = k.source
    columns = source.shape[2]
    p_new, p_old, ended, scale = guess[0], guess[1], guess[2], guess[3]
    x[:] = 0.0
    eligible[:] = 0.0
    for d in range(D - 1):
        x[d, 0] += source[d]
        _begin(x[d], d, first, newcomer_weeks, p_new, p_old, eligible)
        _step(x[d], d, x[d + 1], job, edu, oth, route_to, route_rate, route_kind, scale, factors, ended, rho)
    # The open class feeds itself: solve (I - T) x = what comes in, T including the starts.
    d = D - 1
    n = 3 * G
    unit = np.zeros((3, G, n))
    for r in range(3):
        for g in range(G):
            unit[r, g, r * G + g] = 1.0
    image = np.zeros((3, G, n))
    _step(unit, d, image, job, edu, oth, route_to, route_rate, route_kind, scale, factors, ended, rho)
    before = image.copy()
    scratch = np.zeros((3, G, n))
    _begin(image, d, first, newcomer_weeks, p_new, p_old, scratch)
    enter = x[d].copy()
    enter[0] += source[d]
    incoming = enter.copy()
    scratch2 = np.zeros((3, G, columns))
    _begin(incoming, d, first, newcomer_weeks, p_new, p_old, scratch2)
    # LAPACK answers column by column; the reshape below needs rows.
    solved = np.ascontiguousarray(
        np.linalg.solve(np.eye(n) - image.reshape(n, n), incoming.reshape(n, columns))
    )
    x[d] = solved.reshape(3, G, columns)
    # Eligible in the open class: all who stand there before the starts.
    full = enter.reshape(n, columns) + before.reshape(n, n) @ solved
    _begin(full.reshape(3, G, columns).copy(), d, first, newcomer_weeks, p_new, p_old, eligible)


@njit(cache=True, nogil=True)
def _solve_inflow(k, x, factors, inflow, persons):  # type: ignore[no-untyped-def]
    """External inflow [G] from the stocks, the persons [3, G, D] that it sustains; returns the entrants [C]."""
    columns = x.shape[3]
    job = k.job
    stock_per = np.zeros((G, columns))
    leave_per = np.zeros((G, columns))
    for d in range(D):
        for r in range(3):
            for g in range(G):
                weight = job[g, d] * factors[0, r, g]
                for c in range(columns):
                    stock_per[g, c] += x[d, r, g, c]
                    leave_per[g, c] += weight * x[d, r, g, c]
    at = 0 if k.plain_profile else G
    # Those who return at zero are entrants too: v = sigma (J u + J0 v).
    own = np.eye(G)
    of_new = np.zeros((G, G))
    for g in range(G):
        for c in range(G):
            own[g, c] -= k.sigma[g] * leave_per[g, at + c]
            of_new[g, c] = k.sigma[g] * leave_per[g, c]
    to_late = np.ascontiguousarray(np.linalg.solve(own, of_new))
    length = stock_per[:, :G].copy()
    for g in range(G):
        for h in range(G):
            for c in range(G):
                length[g, c] += stock_per[g, at + h] * to_late[h, c]
    inflow[:] = np.linalg.solve(length, k.stock)
    entrants = np.zeros(columns)
    for g in range(G):
        entrants[g] = inflow[g]
    for g in range(G):
        for c in range(G):
            entrants[at + g] += to_late[g, c] * inflow[c]
    for d in range(D):
        for r in range(3):
            for g in range(G):
                total = 0.0
                for c in range(columns):
                    total += x[d, r, g, c] * entrants[c]
                persons[r, g, d] = max(total, 0.0)
    return entrants


@njit(cache=True, nogil=True)
def _divide(top, bottom, otherwise):  # type: ignore[no-untyped-def]
    """top / bottom, ``otherwise`` where the bottom is not positive."""
    return top / bottom if bottom > 0.0 else otherwise


@njit(cache=True, nogil=True)
def _round(k, guess, x, eligible_unit, inflow, persons, after, answer):  # type: ignore[no-untyped-def]
    """What the guess [13, G] implies for itself (``answer``), with the inflow [G], persons [3, G, D] and composition
    after an offer [G, K + 1] that go with it; x [D, 3, G, C] and eligible_unit [3, G, C] are for its own use.
    """
    scale = guess[3]
    factors = np.empty((3, 3, G))  # [job, education, progression; room; G] on the base rates
    for f in range(3):
        for g in range(G):
            own = k.factor[g] if f < 2 else 1.0
            factors[f, 0, g] = own / guess[4 + f, g]
            for r in range(1, 3):
                factors[f, r, g] = own * guess[6 + 2 * f + r, g] / guess[4 + f, g]
    _respond(k, guess, factors, x, eligible_unit)
    entrants = _solve_inflow(k, x, factors, inflow, persons)

    # Weekly rates weighed by persons: [job, education, progression, other; room; G].
    weights = np.zeros((4, 3, G))
    for r in range(3):
        for g in range(G):
            for d in range(D):
                n = persons[r, g, d]
                weights[0, r, g] += k.job[g, d] * n
                weights[1, r, g] += k.education[g, d] * n
                weights[2, r, g] += k.progression[g, d] * n
                weights[3, r, g] += k.other[g, d] * n
    rest = weights[3].copy()
    moved = np.zeros((3, G))  # by progression
    into = np.zeros(G)
    into_after = np.zeros(G)
    for g in range(G):
        for n in range(k.route_to.shape[1]):
            h = k.route_to[g, n]
            if h < 0:
                break
            for r in range(3):
                leaving = 0.0
                for d in range(D):
                    leaving += persons[r, g, d] * k.route_rate[g, n, d]
                leaving *= scale[h]
                if k.route_kind[g, n] == 1:
                    leaving *= factors[2, r, g]
                    moved[r, g] += leaving
                else:
                    rest[r, g] += leaving
                into[h] += leaving
                if r > 0:
                    into_after[h] += leaving

    for g in range(G):
        room_total = np.zeros(3)
        for r in range(3):
            for d in range(D):
                room_total[r] += persons[r, g, d]
        # In an offer: the kinds stand at their targets, so the starts are what leaves and ends.
        wanted = 0.0
        left_all = 0.0
        ended_all = 0.0
        ended_kind = np.zeros(K)
        each = _divide(1.0, room_total[1], 0.0)
        for i in range(K):
            exits = rest[1, g] + moved[1, g] * k.ratios[2, 0, g, i] / guess[11, g]
            exits += weights[0, 1, g] * factors[0, 1, g] * k.ratios[0, 0, g, i] / guess[7, g]
            exits += weights[1, 1, g] * factors[1, 1, g] * k.ratios[1, 0, g, i] / guess[9, g]
            left = k.participants[g, i] * (1.0 - each * exits)
            ended_kind[i] = left * k.end_rate[g, i]
            wanted += k.participants[g, i] - left + ended_kind[i]
            left_all += left
            ended_all += ended_kind[i]

        # Weekly chance of starting an offer, newcomers and others, as the kernel draws them.
        eligible = np.zeros(3)
        for e in range(3):
            for c in range(entrants.shape[0]):
                eligible[e] += eligible_unit[e, g, c] * entrants[c]
            eligible[e] = max(eligible[e], 0.0)
        others = eligible[1] + eligible[2]
        weight = k.newcomer_priority[g]
        cap = k.max_start_share
        chance = _divide(wanted, weight * eligible[0] + others, 0.0)
        answer[0, g] = weight * chance
        answer[1, g] = chance
        if weight * chance > cap:
            answer[0, g] = cap
            answer[1, g] = _divide(max(wanted - cap * eligible[0], 0.0), others, 0.0)
        answer[2, g] = _divide(ended_all, left_all, 0.0)

        # After an offer: what ends comes in; exits, fading and new offers take out.
        restart = answer[1, g] * eligible[2]
        stay = 1.0 - _divide(restart, room_total[2] + restart, 0.0)
        each = _divide(1.0, room_total[2], 0.0)
        faded = 0.0
        for i in range(K + 1):
            exits = rest[2, g] + moved[2, g] * k.ratios[2, 1, g, i] / guess[12, g]
            exits += weights[0, 2, g] * factors[0, 2, g] * k.ratios[0, 1, g, i] / guess[8, g]
            exits += weights[1, 2, g] * factors[1, 2, g] * k.ratios[1, 1, g, i] / guess[10, g]
            remain = 1.0 - each * exits
            if i < K:
                kinds = stay * ended_kind[i] / (1.0 - stay * remain * (1.0 - k.fade_rate[g, i]))
                faded += kinds * remain * k.fade_rate[g, i]
                after[g, i] = kinds
            else:
                after[g, K] = _divide(stay * (faded + into_after[g]), 1.0 - stay * remain, 0.0)
        if room_total[2] <= 0.0:
            after[g] = 0.0

        # Mean hazard ratios of the two rooms and of the group.
        in_total = 0.0
        after_total = 0.0
        for i in range(K):
            in_total += k.participants[g, i]
        for i in range(K + 1):
            after_total += after[g, i]
        for f in range(3):
            top_in = 0.0
            top_after = 0.0
            for i in range(K):
                top_in += k.participants[g, i] * k.ratios[f, 0, g, i]
            for i in range(K + 1):
                top_after += after[g, i] * k.ratios[f, 1, g, i]
            mean_in = _divide(top_in, in_total, 1.0)
            mean_after = _divide(top_after, after_total, 1.0)
            answer[7 + 2 * f, g] = mean_in
            answer[8 + 2 * f, g] = mean_after
            top = weights[f, 0, g] + weights[f, 1, g] * mean_in + weights[f, 2, g] * mean_after
            answer[4 + f, g] = _divide(top, weights[f, 0, g] + weights[f, 1, g] + weights[f, 2, g], 1.0)

        # Transfers that would overfill a group are scaled down until the external inflow is not negative.
        answer[3, g] = scale[g]
        if into[g] > 0.0 and (inflow[g] < 0.0 or scale[g] < 1.0):
            fitting = scale[g] * _divide(max(into[g] + inflow[g], 0.0), into[g], 1.0)
            answer[3, g] = min(max(fitting, 0.0), 1.0)


@njit(cache=True, nogil=True)
def _furthest(step, value):  # type: ignore[no-untyped-def]
    """Largest step relative to its value; not a number where any step is not."""
    worst = 0.0
    for i in range(step.size):
        moved = abs(step[i]) / max(abs(value[i]), SMALLEST)
        if not moved <= worst:
            worst = moved
    return worst


@njit(cache=True, nogil=True)
def _settle(k, guess, inflow, persons, after):  # type: ignore[no-untyped-def]
    """Repeats the rounds from ``guess`` until nothing moves (Anderson's acceleration).

    Leaves guess [13, G], inflow [G], persons [3, G, D] and after [G, K + 1] as of the last round; returns how many
    rounds it took, 0 where they did not settle, and how much still moved.
    """
    size = guess.size
    x = np.zeros((D, 3, G, k.source.shape[2]))
    eligible = np.zeros((3, G, k.source.shape[2]))
    answer = np.empty(guess.shape)
    answers = np.zeros((MEMORY + 1, size))
    steps = np.zeros((MEMORY + 1, size))
    kept = 0
    best = np.inf
    moved = np.inf
    for rounds in range(1, MAX_ROUNDS + 1):
        before = inflow.copy()
        _round(k, guess, x, eligible, inflow, persons, after, answer)
        step = (answer - guess).reshape(size)
        moved = max(_furthest(step, answer.reshape(size)), _furthest(inflow - before, before))
        if moved < TOLERANCE:
            guess[:] = answer
            return rounds, moved
        if moved > 10 * best:
            kept = 0
        best = min(best, moved)
        if kept > MEMORY:
            for i in range(MEMORY):
                answers[i] = answers[i + 1]
                steps[i] = steps[i + 1]
            kept = MEMORY
        answers[kept] = answer.reshape(size)
        steps[kept] = step
        kept += 1
        guess[:] = answer
        if kept > 1:
            slope = np.empty((size, kept - 1))
            for i in range(kept - 1):
                slope[:, i] = step - steps[i]
            weight = np.linalg.lstsq(slope, step, 1e-12)[0]
            mixed = guess.reshape(size)
            for i in range(kept - 1):
                mixed -= weight[i] * (answers[kept - 1] - answers[i])
        # Shares stay shares and ratios positive, whatever the extrapolation says.
        for i in range(guess.shape[0]):
            low, high = (0.0, 1.0) if i < 4 else (LEAST_RATIO, MOST_RATIO)
            for g in range(G):
                guess[i, g] = min(max(guess[i, g], low), high)
    guess[:] = answer
    return 0, moved


def _routes(params: EngineParameters) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Destinations of transfers [G, R], -1 where none, and their kind: 0 plain, 1 progression, 2 to a flex job."""
    used = params.transfer.max(axis=2) > 0.0
    used &= ~np.eye(G, dtype=bool)
    width = max(1, int(used.sum(axis=1).max()))
    to = np.full((G, width), -1, dtype=np.int64)
    special = np.zeros((G, width), dtype=np.int64)
    fleks = (GROUP_INDEX["ledighedsydelse"], GROUP_INDEX["fleksjob"])
    for g in range(G):
        for n, h in enumerate(np.flatnonzero(used[g])):
            to[g, n] = h
            special[g, n] = 1 if params.progression[g, h] else 2 if (g, int(h)) == fleks else 0
        if np.count_nonzero(special[g]) > 1:
            raise _cannot_rest("two_ways", g)
    return to, special


def _breakpoints(params: EngineParameters) -> NDArray[np.int64]:
    """[G, D] 1 where an interval of constant rates begins: at the duration classes and the rule-bound weeks."""
    begins = np.zeros((G, D), dtype=bool)
    begins[:, list(DURATION_CLASSES)] = True
    for table in (params.job, params.education, params.other):
        begins[:, 1:] |= np.diff(table, axis=1) != 0
    begins[:, 1:] |= (np.diff(params.transfer, axis=2) != 0).any(axis=1)
    return begins.astype(np.int64)


def kernel_parameters(sets: Sequence[EngineParameters]) -> KernelParameters:
    """Parameter sets stacked along a leading axis, as the kernel reads them."""
    routes = [_routes(params) for params in sets]
    width = max(to.shape[1] for to, _ in routes)

    def widen(array: NDArray[np.int64], fill: int) -> NDArray[np.int64]:
        return np.pad(array, ((0, 0), (0, width - array.shape[1])), constant_values=fill)

    def stack(name: str) -> Floats:
        return np.stack([np.asarray(getattr(params, name), dtype=np.float64) for params in sets])

    def scalar(params: EngineParameters, name: str) -> float:
        if name.startswith("pool_stage_"):
            return float(params.pool_stage_weeks[int(name[len("pool_stage_")]) - 1])
        return float(getattr(params, name))

    return KernelParameters(
        route_to=np.stack([widen(to, -1) for to, _ in routes]),
        route_special=np.stack([widen(special, 0) for _, special in routes]),
        hr_job=np.stack([stack("hr_job_during"), stack("hr_job_after")], axis=1),
        hr_education=np.stack([stack("hr_education_during"), stack("hr_education_after")], axis=1),
        hr_progression=np.stack([stack("hr_progression_during"), stack("hr_progression_after")], axis=1),
        end_rate=1.0 / stack("offer_weeks"),
        fade_rate=1.0 / stack("effect_weeks"),
        group=np.ascontiguousarray(np.stack([stack(name) for name in GROUP_COLUMNS], axis=-1)),
        scalar=np.array([[scalar(params, name) for name in SCALARS] for params in sets]),
        return_rate=stack("return_rate"),
        season=np.stack([stack("season_inflow"), stack("season_job"), stack("season_education")], axis=1),
        profile=stack("inflow_profile"),
        use_factor=stack("use_factor"),
        firm_mix=stack("firm_mix"),
        other_mix=stack("other_mix"),
        breakpoints=np.stack([_breakpoints(params) for params in sets]),
    )


def kernel_start(sets: Sequence[EngineParameters], calibrations: Sequence[Calibration]) -> KernelStart:
    """Calibrations and the rates that follow from them, stacked along a leading axis."""

    def stack(name: str) -> Floats:
        return np.stack([getattr(calibration, name) for calibration in calibrations])

    count = len(sets)
    width = max(_routes(params)[0].shape[1] for params in sets)
    persons = np.zeros((count, S, START_ROWS, PAD))
    rates = np.zeros((count, G, RATES, PAD))
    scales = np.ones((count, G, N_ORIGINS, RATES))
    fixed = np.zeros((count, G, N_ORIGINS, PAD))
    routes = np.zeros((count, G, width, PAD))
    route_scales = np.ones((count, G, N_ORIGINS, width))
    for i, (params, c) in enumerate(zip(sets, calibrations, strict=True)):
        for row, part in enumerate((c.waiting, c.in_offer, c.after_offer, c.pool[0], c.pool[1])):
            persons[i, :, row, :D] = part
        rates[i, :, 0, :D] = params.job
        rates[i, :, 1, :D] = params.education
        scales[i, :, :, 0] = params.origin_factor / c.mean_job.reshape(G, N_ORIGINS)
        scales[i, :, :, 1] = params.origin_factor / c.mean_education.reshape(G, N_ORIGINS)
        fixed[i, :, :, :D] = params.other[:, None]
        to, special = _routes(params)
        for g in range(G):
            for n, h in enumerate(to[g]):
                if h < 0:
                    break
                scale = c.transfer_scale[h].copy()
                routes[i, g, n, :D] = params.transfer[g, h]
                if special[g, n] == 0:
                    fixed[i, g, :, :D] += params.transfer[g, h] * scale[:, None]
                else:
                    if special[g, n] == 1:
                        scale /= c.mean_progression.reshape(G, N_ORIGINS)[g]
                    rates[i, g, 2, :D] = params.transfer[g, h]
                    scales[i, g, :, 2] = scale
                route_scales[i, g, :, n] = scale
    return KernelStart(
        persons=persons,
        rates=rates,
        scales=scales.reshape(count, S, RATES),
        fixed=fixed.reshape(count, S, PAD),
        routes=routes,
        route_scales=route_scales.reshape(count, S, width),
        participants=stack("participants"),
        after=stack("after"),
        pool_late=stack("pool_late"),
        inflow=stack("inflow"),
        firm_share=stack("firm_share"),
        offered=stack("offered"),
        firm_base=stack("firm_base"),
    )


def _net_ratios(params: EngineParameters) -> tuple[Floats, Floats]:
    """Job hazard ratios at the baseline after displacement and limits: during [G, K], after [G, K + 1]."""
    kept = (1.0 - params.displacement * params.displaced)[:, None]
    during = params.hr_job_during
    after = params.hr_job_after
    during = np.where(during > 1.0, 1.0 + (during - 1.0) * kept, during)
    after = np.where(after > 1.0, 1.0 + (after - 1.0) * kept, after)
    after = np.concatenate([after, np.ones((G, 1))], axis=1)
    return np.clip(during, params.ratio_low, params.ratio_high), np.clip(
        after, params.ratio_low, params.ratio_high
    )


def _baseline_targets(params: EngineParameters) -> tuple[Floats, Floats]:
    """Places by kind [G, O, K] and firm places in use [G, O] at the baseline."""
    use = params.use_factor * params.stock
    share = np.divide(use, use.sum(axis=1, keepdims=True), out=np.zeros_like(use), where=use > 0)
    firm = params.firm_use[:, None] * share
    act = np.minimum(
        1.0,
        params.activation_rate[:, None]
        * share
        * params.stock.sum(axis=1, keepdims=True)
        / np.where(params.stock > 0, params.stock, 1.0),
    )
    offers = np.maximum(act * params.stock, firm)
    targets = np.zeros((G, N_ORIGINS, K))
    for g in range(G):
        for o in range(N_ORIGINS):
            # As the kernel's starts at the baseline: firm-oriented offers first, the rest in the group's mix.
            targets[g, o, :N_FIRM] = firm[g, o] * params.firm_mix[g]
            targets[g, o, N_FIRM:] = max(0.0, offers[g, o] - firm[g, o]) * params.other_mix[g]
    above = (firm > params.firm_ceiling[:, None] * params.stock * (1 + 1e-9)).any(axis=1)
    if above.any():
        raise _cannot_rest("over_ceiling", int(above.argmax()))
    return targets, firm


@lru_cache(maxsize=256)
def calibrate(params: EngineParameters) -> Calibration:
    """The fixed point for these parameters; kept for parameters of equal content.

    Raises
    ------
    CalibrationError
        Where no inflow can hold the stocks at rest, or the iteration does not settle.
    """
    return calibrate_anew(params)


def calibrate_anew(params: EngineParameters) -> Calibration:
    """As :func:`calibrate`, without looking at or filling the cache."""
    targets, firm = _baseline_targets(params)
    shared = _Shared.of(params)
    origins = [_Origin(shared, o, np.ascontiguousarray(targets[:, o])) for o in range(N_ORIGINS)]
    rounds = max(origin.settle() for origin in origins)
    return _result(params, origins, firm, rounds)


@dataclass(frozen=True, eq=False)
class _Shared:
    """What the three origins' fixed points have in common; names as in the kernel."""

    params: EngineParameters
    given: _Given  # with the stock, factor and participants of no origin yet
    on: tuple[float, float]  # weekly, from stage to stage of the pool
    out: tuple[Floats, Floats, Floats]  # [G] weekly, out of each stage

    @classmethod
    def of(cls, params: EngineParameters) -> _Shared:
        during, after = _net_ratios(params)
        ratios = np.ones((3, 2, G, K + 1))
        ratios[0, 0, :, :K], ratios[0, 1] = during, after
        ratios[1, 0, :, :K], ratios[1, 1, :, :K] = params.hr_education_during, params.hr_education_after
        ratios[2, 0, :, :K], ratios[2, 1, :, :K] = params.hr_progression_during, params.hr_progression_after
        route_to, special = _routes(params)
        route_rate = np.zeros((*route_to.shape, D))
        for g in range(G):
            for n, h in enumerate(route_to[g]):
                if h >= 0:
                    route_rate[g, n] = params.transfer[g, h]
        r1, r2 = params.return_rate[:, 0], params.return_rate[:, 1]
        on1, on2 = 1.0 / params.pool_stage_weeks[0], 1.0 / params.pool_stage_weeks[1]
        out1, out2, out3 = r1 + on1, r2 + params.pool_leave + on2, r2 + params.pool_leave
        late = np.divide(r2, out3, out=np.zeros(G), where=out3 > 0)
        plain = bool((params.inflow_profile[:, 0] == 1.0).all())
        source = np.zeros((D, G, COLUMNS if plain else 2 * COLUMNS))
        at = 0 if plain else G
        source[0, :, at : at + G] = np.eye(G)
        if not plain:
            for g in range(G):
                source[:, g, g] = params.inflow_profile[g]
        given = _Given(
            job=params.job,
            education=params.education,
            other=params.other,
            progression=np.where(params.progression[:, :, None], params.transfer, 0.0).sum(axis=1),
            route_to=route_to,
            route_rate=route_rate,
            route_kind=(special == 1).astype(np.int64),
            ratios=ratios,
            end_rate=1.0 / params.offer_weeks,
            fade_rate=1.0 / params.effect_weeks,
            rho=r1 / out1 + on1 / out1 * r2 / out2,
            sigma=on1 / out1 * on2 / out2 * late,
            first=np.minimum(params.first_offer_week, D - 1).astype(np.int64),
            newcomer_weeks=params.newcomer_weeks,
            newcomer_priority=params.newcomer_priority,
            max_start_share=params.max_start_share,
            plain_profile=plain,
            source=source,
            stock=np.zeros(G),
            factor=np.ones(G),
            participants=np.zeros((G, K)),
        )
        return cls(params=params, given=given, on=(on1, on2), out=(out1, out2, out3))


def _ratio(top: Floats, bottom: Floats, otherwise: float = 0.0) -> Floats:
    """top / bottom, ``otherwise`` where the bottom is not positive."""
    return np.divide(top, bottom, out=np.full_like(bottom, otherwise), where=bottom > 0)


class _Origin:
    """The fixed point of one origin.

    The guess is [13, G]: chance of starting an offer (newcomers, others), share of offers that end, scale of the
    transfers into the group, mean hazard ratio (job, education, progression), and the mean ratio in an offer and
    after it for each of the three.
    """

    P_NEW, P_OLD, ENDED, SCALE, MEAN, ROOM = 0, 1, 2, 3, slice(4, 7), slice(7, 13)

    def __init__(self, shared: _Shared, o: int, target: Floats) -> None:
        self.shared = shared
        params = shared.params
        self.participants = target  # [G, K]
        self.given = shared.given._replace(
            stock=np.ascontiguousarray(params.stock[:, o]),
            factor=np.ascontiguousarray(params.origin_factor[:, o]),
            participants=target,
        )
        self.guess = np.ones((13, G))
        offered = params.activation_rate > 0
        self.guess[self.P_NEW] = self.guess[self.P_OLD] = np.where(offered, FIRST_GUESS_START, 0.0)
        self.guess[self.ENDED] = FIRST_GUESS_ENDED
        self.inflow = np.zeros(G)
        self.persons = np.zeros((3, G, D))
        self.after = np.zeros((G, K + 1))

    def settle(self) -> int:
        """Repeats the rounds until nothing moves; returns how many it took."""
        rounds, moved = _settle(self.given, self.guess, self.inflow, self.persons, self.after)
        if rounds == 0:
            _check_starts(self.shared.params, self.guess[[self.P_NEW, self.P_OLD]].max(axis=0))
            _log.warning("a baseline still moves by %.1e after %d rounds", moved, MAX_ROUNDS)
            raise _cannot_rest("unsettled", rounds=MAX_ROUNDS)
        return int(rounds)

    @property
    def job_exits(self) -> Floats:
        """Persons a week who leave for a job [G, D]."""
        room = self.guess[self.ROOM].reshape(3, 2, G)[0]
        by_room = np.concatenate([np.ones((1, G)), room]) / self.guess[self.MEAN][0]
        exits: Floats = (
            self.shared.params.job * (self.given.factor * by_room)[:, :, None] * self.persons
        ).sum(0)
        return exits


def _check_starts(params: EngineParameters, start: Floats) -> None:
    """Refuses a baseline in which more must start an offer each week than may; ``start`` [G] is their share."""
    if (start > params.max_start_share + 1e-12).any():
        raise _cannot_rest("too_many_starts", int(start.argmax()))


def _result(params: EngineParameters, origins: Sequence[_Origin], firm: Floats, rounds: int) -> Calibration:
    """The calibration that the settled origins make up; refuses what cannot be at rest."""
    guess = np.stack([origin.guess for origin in origins], axis=-1)  # [13, G, O]
    inflow = np.stack([origin.inflow for origin in origins], axis=-1)
    x = np.stack([origin.persons for origin in origins], axis=2)  # [3, G, O, D]
    participants = np.stack([origin.participants for origin in origins], axis=1)
    if (inflow < -1e-9).any():
        g, o = np.unravel_index(int(inflow.argmin()), inflow.shape)
        raise _cannot_rest("too_many_return", int(g), int(o))
    _check_starts(params, guess[[_Origin.P_NEW, _Origin.P_OLD]].max(axis=(0, 2)))
    stock = x.sum(axis=(0, 3))
    deadline = np.minimum(params.offer_deadline_week, D - 1).astype(np.int64)
    at = np.stack([x[:, g, :, deadline[g]] for g in range(G)], axis=1)  # [3, G, O]
    leavers = np.zeros((G, N_ORIGINS, D))
    exits = np.stack([origin.job_exits for origin in origins], axis=1)
    leavers[:, :, 1:] = exits[:, :, :-1]
    leavers[:, :, -1] += exits[:, :, -1]
    shared = origins[0].shared
    away = leavers / shared.out[0][:, None, None]
    longer = away * shared.on[0] / shared.out[1][:, None, None]
    late = _ratio(longer.sum(axis=2) * shared.on[1], np.repeat(shared.out[2][:, None], N_ORIGINS, axis=1))
    scale, mean = guess[_Origin.SCALE], guess[_Origin.MEAN]
    arrays = {
        "waiting": x[0].reshape(S, D),
        "in_offer": x[1].reshape(S, D),
        "after_offer": x[2].reshape(S, D),
        "participants": participants.reshape(S, K),
        "after": np.stack([origin.after for origin in origins], axis=1).reshape(S, K + 1),
        "pool": np.stack([away, longer]).reshape(2, S, D),
        "pool_late": late.reshape(S),
        "inflow": np.maximum(inflow, 0.0).reshape(S),
        "mean_job": mean[0].reshape(S),
        "mean_education": mean[1].reshape(S),
        "mean_progression": mean[2].reshape(S),
        "firm_share": _ratio(participants[:, :, :N_FIRM].sum(axis=2), stock).reshape(S),
        "offered": _ratio(at[1] + at[2], at.sum(axis=0)).reshape(S),
        "firm_base": firm.reshape(S),
        "transfer_scale": scale,
    }
    frozen = {}
    for field, value in arrays.items():
        array = np.ascontiguousarray(value)
        array.flags.writeable = False
        frozen[field] = array
    scalings = tuple(
        Scaling(GROUPS[g], ORIGINS[o], float(scale[g, o]))
        for g in range(G)
        for o in range(N_ORIGINS)
        if scale[g, o] < 1.0 - 1e-9
    )
    return Calibration(**frozen, scalings=scalings, rounds=rounds)
