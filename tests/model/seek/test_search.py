"""Test the search on closed forms where the optimum is known."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.scenario.scenario import Scenario
from model.seek.search import Index, LeverAxis, PointFigures, Search
from model.seek.steps import verified
from tests.model.seek.cases import BALLERUP, PLAIN


def axis(n: int, origin: int = 0, weight: float = 1.0) -> LeverAxis:
    """A lever with the values 0 .. n - 1."""
    return LeverAxis(np.arange(float(n)), origin, weight, float(n - 1))


def on(
    axes: Sequence[LeverAxis],
    slack: Callable[[Any], float],
    cost: Callable[[Any], float] = lambda x: 0.0,
    limit: float | None = None,
) -> Search:
    """A search where what a run gives is a formula of the levers' values."""

    def measure(indices: Sequence[Index], pool: ThreadPoolExecutor) -> list[PointFigures]:
        found = []
        for index in indices:
            x = [float(a.values[i]) for a, i in zip(axes, index, strict=True)]
            found.append(PointFigures(np.array([slack(x)]), np.array([cost(x)])))
        return found

    start = abs(slack([float(a.values[a.origin]) for a in axes]))
    search = Search(axes, measure, np.array([start or 1.0]), limit, seed=1)
    search.point(search.origin)
    return search


def best(search: Search) -> tuple[float, ...]:
    return tuple(float(x) for x in search.best(search.screen()).index)


def test_one_lever_stops_where_the_wish_begins_to_hold() -> None:
    assert best(on([axis(101, 10)], lambda x: x[0] - 37.0)) == (37.0,)
    assert best(on([axis(101, 90)], lambda x: 37.0 - x[0])) == (37.0,)


class Ruled:
    """A question whose runs say another thing than the search's distances: reached from so many places on."""

    municipality = BALLERUP

    def __init__(self, reached_from: float) -> None:
        self.reached_from = reached_from

    def scenario_at(self, index: Index) -> Scenario:
        return PLAIN.with_change("firm_places", 200.0 + index[0])

    def results(self, outcome: Any) -> list[Any]:
        places = float(outcome.paths.firm_places[-1])
        return [SimpleNamespace(reached=places >= self.reached_from)]


def test_what_a_run_of_its_own_does_not_bear_out_is_no_answer() -> None:
    search = on([axis(101, 10)], lambda x: x[0] - 37.0)
    found = search.best(search.screen())
    assert verified(Ruled(237.0), search, found).index == (37,)  # type: ignore[arg-type]
    borne_out = verified(Ruled(240.0), search, found)  # type: ignore[arg-type]
    assert borne_out.good
    assert borne_out.index[0] >= 40
    never = verified(Ruled(1e9), search, found)  # type: ignore[arg-type]
    assert not never.good


def test_one_lever_with_thousands_of_values_is_closed_in_on() -> None:
    search = on([axis(5001, 1000)], lambda x: x[0] - 3456.0)
    assert best(search) == (3456.0,)
    assert search.runs < 150


@pytest.mark.parametrize(("origin", "nearest"), [(0, 30.0), (100, 50.0), (35, 35.0)])
def test_one_lever_is_not_taken_to_be_monotone(origin: int, nearest: float) -> None:
    assert best(on([axis(101, origin)], lambda x: 1.0 - ((x[0] - 40.0) / 10.0) ** 2)) == (nearest,)


def test_of_two_levers_the_cheaper_is_moved_and_weights_decide_which() -> None:
    def slack(x: Any) -> float:
        return float(2.0 * x[0] + x[1] - 60.0)

    assert best(on([axis(101), axis(101)], slack)) == (30.0, 0.0)
    assert best(on([axis(101, weight=3.0), axis(101)], slack)) == (0.0, 60.0)


def test_levers_are_shared_where_each_does_less_and_less() -> None:
    # sqrt(a) + sqrt(b) = 10 with equal weights: a = b = 25.
    assert best(on([axis(101), axis(101)], lambda x: x[0] ** 0.5 + x[1] ** 0.5 - 10.0)) == (25.0, 25.0)


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.tuples(st.integers(4, 40), st.integers(4, 40)),
    slopes=st.tuples(st.floats(0.1, 5), st.floats(0.1, 5)),
    powers=st.tuples(st.sampled_from([0.4, 0.7, 1.0, 1.3]), st.sampled_from([0.4, 0.7, 1.0, 1.3])),
    weights=st.tuples(st.sampled_from([0.5, 1.0, 3.0]), st.sampled_from([0.5, 1.0, 3.0])),
    share=st.floats(0.1, 0.9),
)
def test_two_levers_against_trying_every_point(
    sizes: Any, slopes: Any, powers: Any, weights: Any, share: float
) -> None:
    def given_by(x: Any) -> float:
        return float(sum(c * v**e for c, v, e in zip(slopes, x, powers, strict=True)))

    target = share * given_by([n - 1.0 for n in sizes])
    axes = [axis(n, 0, w) for n, w in zip(sizes, weights, strict=True)]
    search = on(axes, lambda x: given_by(x) - target)
    found = search.best(search.screen())
    every = itertools.product(*(range(n) for n in sizes))
    least = min(
        sum(a.change(i) for a, i in zip(axes, index, strict=True))
        for index in every
        if given_by(index) >= target
    )
    assert found.good
    # A few per cent on rugged cases would be no lie, as the answer is verified; here none is needed.
    assert found.change <= least * 1.02 + 1e-9


def test_a_budget_is_kept_and_the_nearest_lies_on_it() -> None:
    def search(wish: float, limit: float) -> Search:
        levers = [axis(101), axis(101)]
        return on(levers, lambda x: x[0] + x[1] - wish, lambda x: 10.0 * x[0] + 30.0 * x[1], limit)

    # 100 of the cheap one (1000 DKK) and 20 of the dear one (600 DKK) are exactly the wish.
    exact = search(120, 1600)
    found = exact.best(exact.screen())
    assert (found.good, found.index) == (True, (100, 20))
    # One more than the money buys, or less money than it takes: one short of the wish, within the budget.
    for wish, limit in ((121, 1600), (120, 1590)):
        short = search(wish, limit)
        found = short.best(short.screen())
        assert (found.good, found.over, sum(found.index)) == (False, 0.0, wish - 1)


def test_out_of_reach_helpful_levers_stand_at_their_bounds() -> None:
    search = on([axis(21, 5), axis(21, 5), axis(21, 5)], lambda x: x[0] - 2.0 * x[2] - 100.0)
    assert search.screen() == (0, 2)
    assert best(search) == (20.0, 5.0, 0.0)


def test_a_lever_that_works_only_beside_another_is_found() -> None:
    search = on([axis(21), axis(21)], lambda x: x[0] * (1.0 + x[1]) - 60.0)
    assert search.screen() == (0, 1)
    a, b = best(search)
    assert a * (1 + b) >= 60


def test_no_lever_moves_it() -> None:
    assert on([axis(21)], lambda x: -1.0).screen() == ()
