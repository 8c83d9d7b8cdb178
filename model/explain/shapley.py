"""Shapley values of a game in plain arrays: exact over all coalitions, or from random orders of the players.

A coalition is a bit mask, player i is bit i. Source of the rule: Shapley (1953); of the sampling in antithetic pairs
of orders: Mitchell, Cooper, Frank and Holmes (2022).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def exact(values: Floats) -> Floats:
    """Compute contributions [n, M] from the values [2^n, M] of all coalitions, row = bit mask.

    They sum to ``values[-1] - values[0]``; a player who never changes anything gets exactly 0 (Shapley 1953).
    Raises ValueError where the rows are not all coalitions of a number of players.
    """
    n = len(values).bit_length() - 1
    if len(values) != 1 << n:
        raise ValueError(f"{len(values)} rows are not all coalitions of a number of players")
    masks = np.arange(1 << n)
    sizes = np.bitwise_count(masks).astype(np.int64)
    out = np.zeros((n, *values.shape[1:]))
    if not n:
        return out
    weights = np.array([math.factorial(s) * math.factorial(n - s - 1) / math.factorial(n) for s in range(n)])
    for player in range(n):
        without = masks[(masks >> player) & 1 == 0]
        gains = values[without | (1 << player)] - values[without]
        out[player] = np.tensordot(weights[sizes[without]], gains, axes=1)
    return out


def antithetic_orders(n: int, pairs: int, seed: int) -> list[tuple[int, ...]]:
    """Draw ``2 * pairs`` random orders of n players; every second is the one before it read backwards."""
    generator = np.random.default_rng(seed)
    out: list[tuple[int, ...]] = []
    for _ in range(pairs):
        order = tuple(int(player) for player in generator.permutation(n))
        out += [order, order[::-1]]
    return out


def coalitions_of(orders: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """List every coalition that is met when the players come in these orders; each once, in ascending order."""
    coalitions = {0}
    for order in orders:
        mask = 0
        for player in order:
            mask |= 1 << player
            coalitions.add(mask)
    return tuple(sorted(coalitions))


def sampled(values: Mapping[int, Floats], orders: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
    """Estimate contributions [n, M] and their standard errors [n, M] from antithetic pairs of orders.

    ``values`` holds [M] for each of ``coalitions_of(orders)``. What a player adds in an order telescopes, so
    contributions sum to the total whatever the sample; nothing is rescaled. The error is that of the mean over
    pairs; one pair alone has none to give (NaN). Source: Mitchell, Cooper, Frank and Holmes (2022).
    """
    n, pairs = len(orders[0]), len(orders) // 2
    gains = np.zeros((pairs, n, *np.shape(values[0])))
    for i, order in enumerate(orders):
        mask, before = 0, values[0]
        for player in order:
            mask |= 1 << player
            gains[i // 2, player] += 0.5 * (values[mask] - before)
            before = values[mask]
    mean = gains.mean(axis=0)
    if pairs < 2:
        return mean, np.full_like(mean, np.nan)
    return mean, gains.std(axis=0, ddof=1) / math.sqrt(pairs)
