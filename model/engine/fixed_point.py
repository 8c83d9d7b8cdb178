"""The compiled rounds that find one origin's baseline at rest.

A *guess* [21, G] holds what the weekly map depends on: chance of starting an offer (newcomers, others), scale of the
transfers into the group, mean hazard ratios (job, education, progression), for each of the three the mean ratio after
an offer and, by class of weeks, in one, and the share of offers that end by class of weeks.
For a given guess the map is linear, so a round pushes unit arrivals
through it, solves the inflow from the stocks, and answers with what the guess implies for itself. :func:`settle`
repeats rounds until guess and answer are the same.

Offers at rest are in ``fixed_point_offers``, compiled together with this.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numba import njit

from model import domain
from model.engine import fixed_point_offers
from model.engine.fixed_point_offers import (
    ENDED,
    LAST_OF_MIX,
    MEAN,
    MIX_OF,
    MIX_OF_FIRST,
    ROWS,
    SCALE,
    START_NEW,
    START_OLD,
    D,
    G,
    Leavers,
    M,
    after_at_rest,
    chances,
    divide,
    mean_of,
    mean_ratios,
    offers_at_rest,
    row_of,
)
from model.engine.kernel.layout import FASTMATH

TOLERANCE = 1e-11
MAX_ROUNDS = 400
# Rounds that the acceleration remembers.
MEMORY = 8
# What the acceleration may make of a mean hazard ratio, and the smallest value that a step is measured against.
LEAST_RATIO, MOST_RATIO = 0.05, 20.0
SMALLEST = 1e-3
# Columns of unit arrivals come in whole vectors.
COLUMNS = 16


@njit(nogil=True, fastmath=FASTMATH)
def _step(given, x, d, to, guess, factors):  # type: ignore[no-untyped-def]
    """Add to ``to`` [3, G, C] where the persons x [3, G, C] at accumulated weeks d are a week later, before starts."""
    job, edu, oth, rho = given.job, given.education, given.other, given.return_with_weeks
    route_to, route_rate, route_kind = given.route_to, given.route_rate, given.route_kind
    ended, in_scale = guess[ENDED + MIX_OF[d + 1 if d + 1 < D else d]], guess[SCALE]
    columns = x.shape[2]
    for g in range(G):
        for r in range(3):
            row = row_of(r, d)
            j = job[g, d] * factors[0, row, g]
            q = j + edu[g, d] * factors[1, row, g] + oth[g, d]
            state = 0 if r == 0 else 2
            for n in range(route_to.shape[1]):
                h = route_to[g, n]
                if h < 0:
                    break
                rate = route_rate[g, n, d] * in_scale[h]
                if route_kind[g, n] == 1:
                    rate *= factors[2, row, g]
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


@njit(nogil=True)
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


@njit(nogil=True)
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


@njit(nogil=True)
def _solve_inflow(given, x, factors, inflow, persons):  # type: ignore[no-untyped-def]
    """Write the external inflow [G] that holds the stocks and the persons [3, G, D]; return the entrants [C]."""
    columns = x.shape[3]
    job = given.job
    stock_per = np.zeros((G, columns))
    leave_per = np.zeros((G, columns))
    for d in range(D):
        for r in range(3):
            for g in range(G):
                weight = job[g, d] * factors[0, row_of(r, d), g]
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


@njit(nogil=True)
def _factors(given, guess):  # type: ignore[no-untyped-def]
    """Return what multiplies the base rates [job, education, progression; row; G]."""
    factors = np.empty((3, ROWS, G))
    for f in range(3):
        for g in range(G):
            own = given.factor[g] if f < 2 else 1.0
            for row in range(ROWS):
                factors[f, row, g] = own * mean_of(guess, f, row, g) / guess[MEAN + f, g]
    return factors


@njit(nogil=True)
def _weigh(given, persons):  # type: ignore[no-untyped-def]
    """Return the weekly base rates weighed by persons [job, education, progression, other; row; G], and persons."""
    job, education, progression, other = given.job, given.education, given.progression, given.other
    weights = np.zeros((4, ROWS, G))
    totals = np.zeros((ROWS, G))
    for r in range(3):
        for g in range(G):
            for d in range(D):
                n, row = persons[r, g, d], row_of(r, d)
                weights[0, row, g] += job[g, d] * n
                weights[1, row, g] += education[g, d] * n
                weights[2, row, g] += progression[g, d] * n
                weights[3, row, g] += other[g, d] * n
                totals[row, g] += n
    return weights, totals


@njit(nogil=True)
def _sum_transfers(given, scale, factors, persons, rest):  # type: ignore[no-untyped-def]
    """Add plain transfers to ``rest`` [ROWS, G], the leavers with one rate for all kinds of offer.

    Returns movers by progression [ROWS, G], and movers into each group [G], in all and into the state after an offer.
    """
    route_to, route_rate, route_kind = given.route_to, given.route_rate, given.route_kind
    moved = np.zeros((ROWS, G))
    into = np.zeros(G)
    into_after = np.zeros(G)
    for g in range(G):
        for n in range(route_to.shape[1]):
            h = route_to[g, n]
            if h < 0:
                break
            for row in range(ROWS):
                first = MIX_OF_FIRST[row - 1] if 0 < row <= M else 0
                last = LAST_OF_MIX[row - 1] if 0 < row <= M else D - 1
                r = 0 if row == 0 else 2 if row == M + 1 else 1
                leaving = 0.0
                for d in range(first, last + 1):
                    leaving += persons[r, g, d] * route_rate[g, n, d]
                leaving *= scale[h]
                if route_kind[g, n] == 1:
                    leaving *= factors[2, row, g]
                    moved[row, g] += leaving
                else:
                    rest[row, g] += leaving
                into[h] += leaving
                if r > 0:
                    into_after[h] += leaving
    return moved, into, into_after


@njit(nogil=True)
def _round(given, guess, response, eligible_unit, inflow, persons, inside, after, answer):  # type: ignore[no-untyped-def]
    """Write what the guess [21, G] implies for itself into ``answer``.

    Also writes the inflow [G], persons [3, G, D], who is in an offer [G, M, K] and after one [G, K + 1]; response
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
    wanted, ended_kind = offers_at_rest(given, totals, leavers, persons, inside, answer)
    restart = chances(given, wanted, eligible_unit, entrants, answer)
    after_at_rest(given, totals, restart, ended_kind, into_after, leavers, after)
    mean_ratios(given, weights, inside, after, answer)
    # Transfers that would overfill a group are scaled down until the external inflow is not negative.
    for g in range(G):
        answer[SCALE, g] = scale[g]
        if into[g] > 0.0 and (inflow[g] < 0.0 or scale[g] < 1.0):
            fitting = scale[g] * divide(max(into[g] + inflow[g], 0.0), into[g], 1.0)
            answer[SCALE, g] = min(max(fitting, 0.0), 1.0)


@njit(nogil=True)
def _furthest(step, value):  # type: ignore[no-untyped-def]
    """Return the largest step relative to its value; not a number where any step is not."""
    worst = 0.0
    for i in range(step.size):
        moved = abs(step[i]) / max(abs(value[i]), SMALLEST)
        if not moved <= worst:
            worst = moved
    return worst


def _sources() -> int:
    """Return a number that differs when anything differs that is compiled: Numba's cache looks at this file alone."""
    digest = hashlib.sha256()
    for module in (fixed_point_offers, domain):
        digest.update(Path(str(module.__file__)).read_bytes())
    return int.from_bytes(digest.digest()[:7], "big") + 1


def _compiled(sources: int) -> Callable[..., tuple[int, float]]:
    """Return :func:`settle`, in Numba's cache for these ``sources``: what a function closes over is its key."""

    @njit(cache=True, nogil=True)
    def settle(given, guess, inflow, persons, inside, after):  # type: ignore[no-untyped-def]
        """Repeat the rounds from ``guess`` until nothing moves (Anderson's acceleration).

        Leaves guess [21, G], inflow [G], persons [3, G, D], inside [G, M, K] and after [G, K + 1] as of the last round.
        Returns how many rounds it took, 0 where they did not settle, and how much still moved.
        """
        assert sources > 0
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
            _round(given, guess, x, eligible, inflow, persons, inside, after, answer)
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
                low, high = (0.0, 1.0) if i < MEAN or i >= ENDED else (LEAST_RATIO, MOST_RATIO)
                for g in range(G):
                    guess[i, g] = min(max(guess[i, g], low), high)
        guess[:] = answer
        return 0, moved

    compiled: Callable[..., tuple[int, float]] = settle
    return compiled


settle: Final = _compiled(_sources())
