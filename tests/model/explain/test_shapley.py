"""Test Shapley values against all orders one by one, and by the properties that define them."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.explain.shapley import antithetic_orders, coalitions_of, exact, sampled

Floats = NDArray[np.float64]


def games(most: int = 5) -> st.SearchStrategy[Floats]:
    """Random games of up to ``most`` players with two figures; nothing is won by nobody."""
    number = st.floats(-1e6, 1e6)

    def table(n: int) -> st.SearchStrategy[Floats]:
        rows = st.lists(st.tuples(number, number), min_size=(1 << n) - 1, max_size=(1 << n) - 1)
        return rows.map(lambda found: np.array([(0.0, 0.0), *found]).reshape(1 << n, 2))

    return st.integers(1, most).flatmap(table)


def by_all_orders(values: Floats) -> Floats:
    """The definition: what each player adds, averaged over every order."""
    n = len(values).bit_length() - 1
    out = np.zeros((n, values.shape[1]))
    orders = list(permutations(range(n)))
    for order in orders:
        mask = 0
        for player in order:
            out[player] += values[mask | 1 << player] - values[mask]
            mask |= 1 << player
    return out / len(orders)


def test_a_game_worked_by_hand() -> None:
    """A alone 6, B alone 2, both 10: A adds 6 or 8, B 2 or 4."""
    assert exact(np.array([[0.0], [6.0], [2.0], [10.0]])).ravel().tolist() == [7.0, 3.0]


def test_gloves() -> None:
    """One left glove (player 0), two right ones: a pair is worth 1. Textbook: 2/3, 1/6, 1/6."""
    worth = [[float(mask & 1 and mask & 6 != 0)] for mask in range(8)]
    assert exact(np.array(worth)).ravel() == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-15)


def test_no_players_and_a_wrong_number_of_rows() -> None:
    assert exact(np.zeros((1, 3))).shape == (0, 3)
    with pytest.raises(ValueError, match="not all coalitions"):
        exact(np.zeros((3, 1)))


@settings(max_examples=60, deadline=None)
@given(games())
def test_exact_is_the_mean_over_all_orders(values: Floats) -> None:
    scale = 1e-9 * np.abs(values).max() + 1e-300
    assert np.abs(exact(values) - by_all_orders(values)).max() <= scale


@settings(max_examples=60, deadline=None)
@given(games(6))
def test_contributions_sum_to_the_total(values: Floats) -> None:
    total = exact(values).sum(axis=0)
    assert np.abs(total - values[-1]).max() <= 1e-9 * max(1.0, np.abs(values).max())


@settings(max_examples=60, deadline=None)
@given(games(), st.randoms(use_true_random=False))
def test_the_order_of_players_does_not_matter(values: Floats, random: object) -> None:
    n = len(values).bit_length() - 1
    new_place = list(range(n))
    random.shuffle(new_place)  # type: ignore[attr-defined]
    shuffled = np.empty_like(values)
    for mask in range(len(values)):
        moved = sum(1 << new_place[i] for i in range(n) if mask >> i & 1)
        shuffled[moved] = values[mask]
    scale = 1e-9 * max(1.0, np.abs(values).max())
    assert np.abs(exact(shuffled)[new_place] - exact(values)).max() <= scale


@settings(max_examples=60, deadline=None)
@given(games(4), st.integers(0, 3))
def test_a_player_who_changes_nothing_gets_exactly_nothing(values: Floats, place: int) -> None:
    n = len(values).bit_length()
    place = min(place, n - 1)
    masks = np.arange(1 << n)
    low = (1 << place) - 1
    with_null = values[(masks >> (place + 1) << place) | (masks & low)]
    assert (exact(with_null)[place] == 0.0).all()
    orders = antithetic_orders(n, 3, seed=1)
    mean, error = sampled({m: with_null[m] for m in coalitions_of(orders)}, orders)
    assert (mean[place] == 0.0).all()
    assert (error[place] == 0.0).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=6))
def test_symmetric_players_get_equal_shares(worth: list[float]) -> None:
    """Players 0 and 1 may be swapped: a coalition's worth depends on how many of them it has, and on player 2."""
    values = np.array([[0.0 if not m else worth[(m & 1) + (m >> 1 & 1) + 3 * (m >> 2)]] for m in range(8)])
    found = exact(values).ravel()
    assert abs(found[0] - found[1]) <= 1e-9 * max(1.0, max(map(abs, worth)))


@settings(max_examples=40, deadline=None)
@given(games(5), st.integers(0, 2**31), st.integers(1, 5))
def test_any_sample_of_orders_sums_to_the_total(values: Floats, seed: int, pairs: int) -> None:
    n = len(values).bit_length() - 1
    orders = antithetic_orders(n, pairs, seed)
    mean, _ = sampled({m: values[m] for m in coalitions_of(orders)}, orders)
    assert np.abs(mean.sum(axis=0) - values[-1]).max() <= 1e-9 * max(1.0, np.abs(values).max())


def test_orders_come_in_pairs_and_the_seed_decides() -> None:
    orders = antithetic_orders(9, 4, seed=7)
    assert len(orders) == 8
    for one, two in zip(orders[::2], orders[1::2], strict=True):
        assert one == two[::-1]
        assert sorted(one) == list(range(9))
    assert orders == antithetic_orders(9, 4, seed=7)
    assert orders != antithetic_orders(9, 4, seed=8)


def test_a_sample_comes_near_the_exact_within_its_error() -> None:
    values = np.random.default_rng(3).normal(size=(1 << 6, 40))
    values[0] = 0.0
    orders = antithetic_orders(6, 200, seed=1)
    mean, error = sampled({m: values[m] for m in coalitions_of(orders)}, orders)
    off = np.abs(mean - exact(values)) / error
    # 240 errors of a normal law: about 4.6 % above two, none above five.
    assert (off > 2).mean() < 0.10
    assert off.max() < 5


def test_two_orders_alone_have_no_error_to_give() -> None:
    orders = antithetic_orders(3, 1, seed=1)
    _, error = sampled({m: np.array([float(m)]) for m in coalitions_of(orders)}, orders)
    assert np.isnan(error).all()
