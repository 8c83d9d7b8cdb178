"""What the compiled rounds of ``fixed_point`` read, and offers at rest: who is in one, begins one, has had one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.domain import MIX_CLASSES, N_DURATIONS, N_GROUPS, N_KINDS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

G, D, K = N_GROUPS, N_DURATIONS, N_KINDS

# Classes of weeks within which one mix of offers holds: the class of each week, the last week of each class.
M = len(MIX_CLASSES)
MIX_OF = np.searchsorted(np.array(MIX_CLASSES), np.arange(D), side="right") - 1
MIX_OF_FIRST = np.array(MIX_CLASSES)
LAST_OF_MIX = np.array([*(week - 1 for week in MIX_CLASSES[1:]), D - 1])
# Rows of a guess: see above.
START_NEW, START_OLD, SCALE, MEAN, AFTER, INSIDE, ENDED = 0, 1, 2, 3, 6, 9, 9 + 3 * M
N_GUESSES = ENDED + M
# Where somebody stands: waiting, in an offer by class of weeks, after one.
ROWS = M + 2


class FixedPointInputs(NamedTuple):
    """What the compiled rounds of one origin read; names as in the kernel."""

    job: Floats  # [G, D]
    education: Floats
    other: Floats
    progression: Floats  # [G, D] all transfers with hazard ratios of their own
    route_to: Ints  # [G, R], -1 where none
    route_rate: Floats  # [G, R, D]
    route_kind: Ints  # [G, R] 1 where progression
    ratios: Floats  # [3, 2, G, K + 1] of job (after displacement and limits), education, progression; during, after
    end_rate: Floats  # [G, K]
    fade_rate: Floats
    return_with_weeks: Floats  # [G] share of job leavers who return with their weeks
    return_at_zero: Floats  # [G] share who return at zero
    first: Ints  # [G]
    newcomer_weeks: int
    newcomer_priority: Floats  # [G]
    max_start_share: float
    plain_profile: bool  # all external arrivals at zero weeks
    # Unit arrivals [D, G, C]: external, then (unless plain_profile) those who return at zero; the rest of C is empty.
    source: Floats
    stock: Floats  # [G] of the origin
    factor: Floats  # [G] of the origin, on job and education exits
    participants: Floats  # [G, K] of the origin


@njit(nogil=True, inline="always")
def row_of(r, d):  # type: ignore[no-untyped-def]
    """Return where those of state r at accumulated weeks d stand."""
    return 0 if r == 0 else 1 + MIX_OF[d] if r == 1 else M + 1


@njit(nogil=True)
def divide(top, bottom, otherwise):  # type: ignore[no-untyped-def]
    """Return top / bottom, ``otherwise`` where the bottom is not positive."""
    return top / bottom if bottom > 0.0 else otherwise


@njit(nogil=True, inline="always")
def mean_of(guess, f, row, g):  # type: ignore[no-untyped-def]
    """Return the guessed mean hazard ratio of a row."""
    if row == 0:
        return 1.0
    return guess[AFTER + f, g] if row == M + 1 else guess[INSIDE + f * M + row - 1, g]


class Leavers(NamedTuple):
    """What the persons who leave in a week follow from; rows: waiting, in an offer by class of weeks, after it."""

    weights: Floats  # [4, ROWS, G] weekly base rates weighed by persons: job, education, progression, other
    factors: Floats  # [3, ROWS, G] what multiplies the base rates of job, education, progression
    guess: Floats  # [21, G]
    rest: Floats  # [ROWS, G] leavers a week with one rate for all kinds of offer
    moved: Floats  # [ROWS, G] movers a week by progression
    ratios: Floats  # [3, 2, G, K + 1]


@njit(nogil=True, inline="always")
def _exits_of(i, row, g, leavers):  # type: ignore[no-untyped-def]
    """Return the persons a week who would leave a row of group g if all had had kind i of offer."""
    weights, factors, guess, ratios = leavers.weights, leavers.factors, leavers.guess, leavers.ratios
    rest, moved = leavers.rest, leavers.moved
    after = 1 if row == M + 1 else 0
    exits = rest[row, g] + moved[row, g] * ratios[2, after, g, i] / mean_of(guess, 2, row, g)
    exits += weights[0, row, g] * factors[0, row, g] * ratios[0, after, g, i] / mean_of(guess, 0, row, g)
    exits += weights[1, row, g] * factors[1, row, g] * ratios[1, after, g, i] / mean_of(guess, 1, row, g)
    return exits


@njit(nogil=True)
def _passing(given, guess, factors, persons):  # type: ignore[no-untyped-def]
    """Return of those who stay in an offer [M, G] the share that passes into the next class of weeks."""
    scale = guess[SCALE]
    share = np.zeros((M, G))
    for g in range(G):
        for m in range(M - 1):
            staying = 0.0
            last = 0.0
            for d in range(MIX_OF_FIRST[m], LAST_OF_MIX[m] + 1):
                q = given.job[g, d] * factors[0, 1 + m, g] + given.education[g, d] * factors[1, 1 + m, g]
                q += given.other[g, d]
                for n in range(given.route_to.shape[1]):
                    h = given.route_to[g, n]
                    if h < 0:
                        break
                    rate = given.route_rate[g, n, d] * scale[h]
                    q += rate * factors[2, 1 + m, g] if given.route_kind[g, n] == 1 else rate
                last = persons[1, g, d] * (1.0 - q)
                staying += last
            share[m, g] = divide(last, staying, 0.0)
    return share


@njit(nogil=True)
def _starters(given, guess, persons):  # type: ignore[no-untyped-def]
    """Return who begins an offer in a week by class of weeks [M, G], from those who stand beside one after it."""
    starters = np.zeros((M, G))
    for g in range(G):
        old = guess[START_OLD, g]
        for d in range(given.first[g], D):
            new = guess[START_NEW, g] if d < given.newcomer_weeks else old
            begun = persons[0, g, d] * divide(new, 1.0 - new, 0.0)
            starters[MIX_OF[d], g] += begun + persons[2, g, d] * divide(old, 1.0 - old, 0.0)
    return starters


@njit(nogil=True)
def offers_at_rest(given, totals, leavers, persons, inside, answer):  # type: ignore[no-untyped-def]
    """Return the offers that begin [G] and, by kind, end in a week [G, K]; answer with the share that ends.

    Writes those in an offer by class of weeks and kind, ``inside`` [G, M, K]. The kinds stand at their targets, so what
    begins is what leaves and ends; all who begin in a week begin the same mix.
    """
    participants, end_rate = given.participants, given.end_rate
    passing = _passing(given, leavers.guess, leavers.factors, persons)
    starters = _starters(given, leavers.guess, persons)
    wanted = np.zeros(G)
    ended_kind = np.zeros((G, K))
    ended = np.zeros((M, G))
    ending = np.zeros((M, G))
    unit = np.zeros(M)
    left = np.zeros(M)
    for g in range(G):
        for i in range(K):
            whole = 0.0
            from_before = 0.0
            for m in range(M):
                # Of one starter for each that begins; what is left passes on and ends.
                remain = 1.0 - _exits_of(i, 1 + m, g, leavers) * divide(1.0, totals[1 + m, g], 0.0)
                stay = 1.0 - end_rate[g, i]
                unit[m] = (starters[m, g] + stay * from_before) / (
                    1.0 - stay * remain * (1.0 - passing[m, g])
                )
                left[m] = remain * unit[m] * (1.0 - passing[m, g]) + from_before
                from_before = remain * unit[m] * passing[m, g]
                whole += unit[m]
            size = divide(participants[g, i], whole, 0.0)
            wanted[g] += participants[g, i]
            for m in range(M):
                inside[g, m, i] = size * unit[m]
                wanted[g] -= size * left[m] * (1.0 - end_rate[g, i])
                ended_kind[g, i] += size * left[m] * end_rate[g, i]
                ended[m, g] += size * left[m] * end_rate[g, i]
                ending[m, g] += size * left[m]
    for g in range(G):
        for m in range(M):
            answer[ENDED + m, g] = divide(ended[m, g], ending[m, g], 0.0)
    return wanted, ended_kind


@njit(nogil=True)
def chances(given, wanted, eligible_unit, entrants, answer):  # type: ignore[no-untyped-def]
    """Answer with the weekly chance of starting an offer, newcomers and others, as the kernel draws them.

    Returns the persons who start anew after an offer [G].
    """
    priority, cap = given.newcomer_priority, given.max_start_share
    restart = np.zeros(G)
    eligible = np.zeros(3)
    for g in range(G):
        for e in range(3):
            eligible[e] = 0.0
            for c in range(entrants.shape[0]):
                eligible[e] += eligible_unit[e, g, c] * entrants[c]
            eligible[e] = max(eligible[e], 0.0)
        others = eligible[1] + eligible[2]
        weight = priority[g]
        chance = divide(wanted[g], weight * eligible[0] + others, 0.0)
        answer[START_NEW, g] = weight * chance
        answer[START_OLD, g] = chance
        if weight * chance > cap:
            answer[START_NEW, g] = cap
            answer[START_OLD, g] = divide(max(wanted[g] - cap * eligible[0], 0.0), others, 0.0)
        restart[g] = answer[START_OLD, g] * eligible[2]
    return restart


@njit(nogil=True)
def after_at_rest(given, totals, restart, ended_kind, arriving, leavers, after):  # type: ignore[no-untyped-def]
    """Write the composition ``after`` [G, K + 1] an offer: what ends comes in; exits, fading, new offers take out."""
    fade_rate = given.fade_rate
    for g in range(G):
        total = totals[M + 1, g]
        stay = 1.0 - divide(restart[g], total + restart[g], 0.0)
        each = divide(1.0, total, 0.0)
        faded = 0.0
        for i in range(K + 1):
            exits = _exits_of(i, M + 1, g, leavers)
            remain = 1.0 - each * exits
            if i < K:
                kinds = stay * ended_kind[g, i] / (1.0 - stay * remain * (1.0 - fade_rate[g, i]))
                faded += kinds * remain * fade_rate[g, i]
                after[g, i] = kinds
            else:
                after[g, K] = divide(stay * (faded + arriving[g]), 1.0 - stay * remain, 0.0)
        if total <= 0.0:
            after[g] = 0.0


@njit(nogil=True)
def mean_ratios(given, weights, inside, after, answer):  # type: ignore[no-untyped-def]
    """Answer with the mean hazard ratios of those in an offer by class of weeks, after one, and of the group."""
    ratios = given.ratios
    for g in range(G):
        for f in range(3):
            top = weights[f, 0, g]
            whole = weights[f, 0, g]
            for row in range(1, ROWS):
                kinds = after[g] if row == M + 1 else inside[g, row - 1]
                persons = 0.0
                weighed = 0.0
                for i in range(kinds.shape[0]):
                    persons += kinds[i]
                    weighed += kinds[i] * ratios[f, 1 if row == M + 1 else 0, g, i]
                mean = divide(weighed, persons, 1.0)
                answer[AFTER + f if row == M + 1 else INSIDE + f * M + row - 1, g] = mean
                top += weights[f, row, g] * mean
                whole += weights[f, row, g]
            answer[MEAN + f, g] = divide(top, whole, 1.0)
