"""The compiled rounds that find one origin's baseline at rest.

A *guess* [13, G] holds what the weekly map depends on: chance of starting an offer (newcomers, others), share of offers
that end, scale of the transfers into the group, mean hazard ratios (job, education, progression), and the mean ratio in
an offer and after it for each of the three. For a given guess the map is linear, so a round pushes unit arrivals
through it, solves the inflow from the stocks, and answers with what the guess implies for itself. :func:`settle`
repeats rounds until guess and answer are the same.

Numba looks at this file alone when it decides whether its cache is current, so all that is compiled together stands
here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.domain import N_DURATIONS, N_GROUPS, N_KINDS
from model.engine.kernel.layout import FASTMATH

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

G, D, K = N_GROUPS, N_DURATIONS, N_KINDS
TOLERANCE = 1e-11
MAX_ROUNDS = 400
# Rounds that the acceleration remembers.
MEMORY = 8
# What the acceleration may make of a mean hazard ratio, and the smallest value that a step is measured against.
LEAST_RATIO, MOST_RATIO = 0.05, 20.0
SMALLEST = 1e-3
# Columns of unit arrivals come in whole vectors.
COLUMNS = 16
# Rows of a guess: see above.
N_GUESSES = 13
START_NEW, START_OLD, ENDED, SCALE, MEAN, BY_STATE = 0, 1, 2, 3, 4, 7


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


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def _step(given, x, d, to, guess, factors):  # type: ignore[no-untyped-def]
    """Add to ``to`` [3, G, C] where the persons x [3, G, C] at accumulated weeks d are a week later, before starts."""
    job, edu, oth, rho = given.job, given.education, given.other, given.return_with_weeks
    route_to, route_rate, route_kind = given.route_to, given.route_rate, given.route_kind
    ended, in_scale = guess[ENDED], guess[SCALE]
    columns = x.shape[2]
    for g in range(G):
        for r in range(3):
            j = job[g, d] * factors[0, r, g]
            q = j + edu[g, d] * factors[1, r, g] + oth[g, d]
            state = 0 if r == 0 else 2
            for n in range(route_to.shape[1]):
                h = route_to[g, n]
                if h < 0:
                    break
                rate = route_rate[g, n, d] * in_scale[h]
                if route_kind[g, n] == 1:
                    rate *= factors[2, r, g]
                q += rate
                for c in range(columns):
                    to[state, h, c] += x[r, g, c] * rate
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
    """Start offers among the persons ``to`` [3, G, C] at accumulated weeks d; eligible [3, G, C] counts who could."""
    e = 0 if d < newcomer_weeks else 1
    for g in range(G):
        if d < first[g]:
            continue
        p = p_new[g] if d < newcomer_weeks else p_old[g]
        for c in range(to.shape[2]):
            waiting = to[0, g, c]
            after = to[2, g, c]
            eligible[e, g, c] += waiting
            eligible[2, g, c] += after
            to[0, g, c] = waiting * (1.0 - p)
            to[2, g, c] = after * (1.0 - p_old[g])
            to[1, g, c] += waiting * p + after * p_old[g]


@njit(cache=True, nogil=True)
def _respond(given, guess, factors, x, eligible):  # type: ignore[no-untyped-def]
    """Write the persons at rest x [D, 3, G, C] for unit arrivals in waiting, and who was ``eligible`` [3, G, C]."""
    first, newcomer_weeks, source = given.first, given.newcomer_weeks, given.source
    columns = source.shape[2]
    p_new, p_old = guess[START_NEW], guess[START_OLD]
    x[:] = 0.0
    eligible[:] = 0.0
    for d in range(D - 1):
        x[d, 0] += source[d]
        _begin(x[d], d, first, newcomer_weeks, p_new, p_old, eligible)
        _step(given, x[d], d, x[d + 1], guess, factors)
    # The open class feeds itself: solve (I - T) x = what comes in, T including the starts.
    d = D - 1
    n = 3 * G
    unit = np.zeros((3, G, n))
    for r in range(3):
        for g in range(G):
            unit[r, g, r * G + g] = 1.0
    image = np.zeros((3, G, n))
    _step(given, unit, d, image, guess, factors)
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
def _solve_inflow(given, x, factors, inflow, persons):  # type: ignore[no-untyped-def]
    """Write the external inflow [G] that holds the stocks and the persons [3, G, D]; return the entrants [C]."""
    columns = x.shape[3]
    job = given.job
    stock_per = np.zeros((G, columns))
    leave_per = np.zeros((G, columns))
    for d in range(D):
        for r in range(3):
            for g in range(G):
                weight = job[g, d] * factors[0, r, g]
                for c in range(columns):
                    stock_per[g, c] += x[d, r, g, c]
                    leave_per[g, c] += weight * x[d, r, g, c]
    at = 0 if given.plain_profile else G
    # Those who return at zero are entrants too: v = sigma (J u + J0 v).
    own = np.eye(G)
    of_new = np.zeros((G, G))
    for g in range(G):
        for c in range(G):
            own[g, c] -= given.return_at_zero[g] * leave_per[g, at + c]
            of_new[g, c] = given.return_at_zero[g] * leave_per[g, c]
    to_late = np.ascontiguousarray(np.linalg.solve(own, of_new))
    length = stock_per[:, :G].copy()
    for g in range(G):
        for h in range(G):
            for c in range(G):
                length[g, c] += stock_per[g, at + h] * to_late[h, c]
    inflow[:] = np.linalg.solve(length, given.stock)
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
    """Return top / bottom, ``otherwise`` where the bottom is not positive."""
    return top / bottom if bottom > 0.0 else otherwise


@njit(cache=True, nogil=True)
def _factors(given, guess):  # type: ignore[no-untyped-def]
    """Return what multiplies the base rates [job, education, progression; state; G]."""
    factors = np.empty((3, 3, G))
    for f in range(3):
        for g in range(G):
            own = given.factor[g] if f < 2 else 1.0
            factors[f, 0, g] = own / guess[MEAN + f, g]
            for r in range(1, 3):
                factors[f, r, g] = own * guess[BY_STATE - 1 + 2 * f + r, g] / guess[MEAN + f, g]
    return factors


@njit(cache=True, nogil=True)
def _weigh(given, persons):  # type: ignore[no-untyped-def]
    """Return the weekly base rates weighed by persons [job, education, progression, other; state; G], and persons."""
    job, education, progression, other = given.job, given.education, given.progression, given.other
    weights = np.zeros((4, 3, G))
    totals = np.zeros((3, G))
    for r in range(3):
        for g in range(G):
            for d in range(D):
                n = persons[r, g, d]
                weights[0, r, g] += job[g, d] * n
                weights[1, r, g] += education[g, d] * n
                weights[2, r, g] += progression[g, d] * n
                weights[3, r, g] += other[g, d] * n
                totals[r, g] += n
    return weights, totals


class Leavers(NamedTuple):
    """What the persons who leave in a week follow from; of states, waiting, in an offer and after it."""

    weights: Floats  # [4, 3, G] weekly base rates weighed by persons: job, education, progression, other
    factors: Floats  # [3, 3, G] what multiplies the base rates of job, education, progression
    guess: Floats  # [13, G]
    rest: Floats  # [3, G] leavers a week with one rate for all kinds of offer
    moved: Floats  # [3, G] movers a week by progression
    ratios: Floats  # [3, 2, G, K + 1]


@njit(cache=True, nogil=True)
def _sum_transfers(given, scale, factors, persons, rest):  # type: ignore[no-untyped-def]
    """Add plain transfers to ``rest`` [3, G], the leavers with one rate for all kinds of offer.

    Returns movers by progression [3, G], and movers into each group [G], in all and into the state after an offer.
    """
    route_to, route_rate, route_kind = given.route_to, given.route_rate, given.route_kind
    moved = np.zeros((3, G))
    into = np.zeros(G)
    into_after = np.zeros(G)
    for g in range(G):
        for n in range(route_to.shape[1]):
            h = route_to[g, n]
            if h < 0:
                break
            for r in range(3):
                leaving = 0.0
                for d in range(D):
                    leaving += persons[r, g, d] * route_rate[g, n, d]
                leaving *= scale[h]
                if route_kind[g, n] == 1:
                    leaving *= factors[2, r, g]
                    moved[r, g] += leaving
                else:
                    rest[r, g] += leaving
                into[h] += leaving
                if r > 0:
                    into_after[h] += leaving
    return moved, into, into_after


@njit(cache=True, nogil=True, inline="always")
def _exits_of(i, r, g, leavers):  # type: ignore[no-untyped-def]
    """Return the persons a week who would leave state r of group g if all had had kind i of offer."""
    weights, factors, guess, ratios = leavers.weights, leavers.factors, leavers.guess, leavers.ratios
    rest, moved = leavers.rest, leavers.moved
    exits = rest[r, g] + moved[r, g] * ratios[2, r - 1, g, i] / guess[BY_STATE + 3 + r, g]
    exits += weights[0, r, g] * factors[0, r, g] * ratios[0, r - 1, g, i] / guess[BY_STATE - 1 + r, g]
    exits += weights[1, r, g] * factors[1, r, g] * ratios[1, r - 1, g, i] / guess[BY_STATE + 1 + r, g]
    return exits


@njit(cache=True, nogil=True)
def _offers_at_rest(given, totals, leavers, answer):  # type: ignore[no-untyped-def]
    """Return the offers that begin [G] and, by kind, end in a week [G, K]; answer with the share that ends.

    The kinds stand at their targets, so what begins is what leaves and ends.
    """
    participants, end_rate = given.participants, given.end_rate
    wanted = np.zeros(G)
    ended_kind = np.zeros((G, K))
    for g in range(G):
        left_all = 0.0
        ended_all = 0.0
        each = _divide(1.0, totals[1, g], 0.0)
        for i in range(K):
            exits = _exits_of(i, 1, g, leavers)
            left = participants[g, i] * (1.0 - each * exits)
            ended_kind[g, i] = left * end_rate[g, i]
            wanted[g] += participants[g, i] - left + ended_kind[g, i]
            left_all += left
            ended_all += ended_kind[g, i]
        answer[ENDED, g] = _divide(ended_all, left_all, 0.0)
    return wanted, ended_kind


@njit(cache=True, nogil=True)
def _chances(given, wanted, eligible_unit, entrants, answer):  # type: ignore[no-untyped-def]
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
        chance = _divide(wanted[g], weight * eligible[0] + others, 0.0)
        answer[START_NEW, g] = weight * chance
        answer[START_OLD, g] = chance
        if weight * chance > cap:
            answer[START_NEW, g] = cap
            answer[START_OLD, g] = _divide(max(wanted[g] - cap * eligible[0], 0.0), others, 0.0)
        restart[g] = answer[START_OLD, g] * eligible[2]
    return restart


@njit(cache=True, nogil=True)
def _after_at_rest(given, totals, restart, ended_kind, arriving, leavers, after):  # type: ignore[no-untyped-def]
    """Write the composition ``after`` [G, K + 1] an offer: what ends comes in; exits, fading, new offers take out."""
    fade_rate = given.fade_rate
    for g in range(G):
        total = totals[2, g]
        stay = 1.0 - _divide(restart[g], total + restart[g], 0.0)
        each = _divide(1.0, total, 0.0)
        faded = 0.0
        for i in range(K + 1):
            exits = _exits_of(i, 2, g, leavers)
            remain = 1.0 - each * exits
            if i < K:
                kinds = stay * ended_kind[g, i] / (1.0 - stay * remain * (1.0 - fade_rate[g, i]))
                faded += kinds * remain * fade_rate[g, i]
                after[g, i] = kinds
            else:
                after[g, K] = _divide(stay * (faded + arriving[g]), 1.0 - stay * remain, 0.0)
        if total <= 0.0:
            after[g] = 0.0


@njit(cache=True, nogil=True)
def _mean_ratios(given, weights, after, answer):  # type: ignore[no-untyped-def]
    """Answer with the mean hazard ratios of the two states with offers and of the group."""
    participants, ratios = given.participants, given.ratios
    for g in range(G):
        in_total = 0.0
        after_total = 0.0
        for i in range(K):
            in_total += participants[g, i]
        for i in range(K + 1):
            after_total += after[g, i]
        for f in range(3):
            top_in = 0.0
            top_after = 0.0
            for i in range(K):
                top_in += participants[g, i] * ratios[f, 0, g, i]
            for i in range(K + 1):
                top_after += after[g, i] * ratios[f, 1, g, i]
            mean_in = _divide(top_in, in_total, 1.0)
            mean_after = _divide(top_after, after_total, 1.0)
            answer[BY_STATE + 2 * f, g] = mean_in
            answer[BY_STATE + 1 + 2 * f, g] = mean_after
            top = weights[f, 0, g] + weights[f, 1, g] * mean_in + weights[f, 2, g] * mean_after
            whole = weights[f, 0, g] + weights[f, 1, g] + weights[f, 2, g]
            answer[MEAN + f, g] = _divide(top, whole, 1.0)


@njit(cache=True, nogil=True)
def _round(given, guess, response, eligible_unit, inflow, persons, after, answer):  # type: ignore[no-untyped-def]
    """Write what the guess [13, G] implies for itself into ``answer``.

    Also writes the inflow [G], persons [3, G, D] and composition after an offer [G, K + 1] that go with it; response
    [D, 3, G, C] and eligible_unit [3, G, C] are for its own use.
    """
    scale = guess[SCALE]
    factors = _factors(given, guess)
    _respond(given, guess, factors, response, eligible_unit)
    entrants = _solve_inflow(given, response, factors, inflow, persons)
    weights, totals = _weigh(given, persons)
    rest = weights[3].copy()
    moved, into, into_after = _sum_transfers(given, scale, factors, persons, rest)
    leavers = Leavers(weights, factors, guess, rest, moved, given.ratios)
    wanted, ended_kind = _offers_at_rest(given, totals, leavers, answer)
    restart = _chances(given, wanted, eligible_unit, entrants, answer)
    _after_at_rest(given, totals, restart, ended_kind, into_after, leavers, after)
    _mean_ratios(given, weights, after, answer)
    # Transfers that would overfill a group are scaled down until the external inflow is not negative.
    for g in range(G):
        answer[SCALE, g] = scale[g]
        if into[g] > 0.0 and (inflow[g] < 0.0 or scale[g] < 1.0):
            fitting = scale[g] * _divide(max(into[g] + inflow[g], 0.0), into[g], 1.0)
            answer[SCALE, g] = min(max(fitting, 0.0), 1.0)


@njit(cache=True, nogil=True)
def _furthest(step, value):  # type: ignore[no-untyped-def]
    """Return the largest step relative to its value; not a number where any step is not."""
    worst = 0.0
    for i in range(step.size):
        moved = abs(step[i]) / max(abs(value[i]), SMALLEST)
        if not moved <= worst:
            worst = moved
    return worst


@njit(cache=True, nogil=True)
def settle(given, guess, inflow, persons, after):  # type: ignore[no-untyped-def]
    """Repeat the rounds from ``guess`` until nothing moves (Anderson's acceleration).

    Leaves guess [13, G], inflow [G], persons [3, G, D] and after [G, K + 1] as of the last round. Returns how many
    rounds it took, 0 where they did not settle, and how much still moved.
    """
    size = guess.size
    x = np.zeros((D, 3, G, given.source.shape[2]))
    eligible = np.zeros((3, G, given.source.shape[2]))
    answer = np.empty(guess.shape)
    answers = np.zeros((MEMORY + 1, size))
    steps = np.zeros((MEMORY + 1, size))
    kept = 0
    best = np.inf
    moved = np.inf
    for rounds in range(1, MAX_ROUNDS + 1):
        before = inflow.copy()
        _round(given, guess, x, eligible, inflow, persons, after, answer)
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
