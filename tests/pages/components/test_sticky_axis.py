"""Test the ends of an axis: they hold all values and only widen."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from pages.components import sticky_axis


@given(some.lists(some.floats(-1e6, 1e9, allow_nan=False), min_size=1, max_size=60))
def test_an_axis_holds_what_it_shows(values: list[float]) -> None:
    low, high = sticky_axis.ends((np.array(values),))
    assert low <= min(values)
    assert high >= max(values)
    assert low < high


def test_an_axis_only_widens() -> None:
    known: dict[tuple[Any, ...], tuple[float, float]] = {}
    assert sticky_axis.widened(known, ("a",), (0.0, 10.0)) == (0.0, 10.0)
    assert sticky_axis.widened(known, ("a",), (2.0, 8.0)) == (0.0, 10.0)
    assert sticky_axis.widened(known, ("a",), (-1.0, 8.0)) == (-1.0, 10.0)
    assert sticky_axis.ends((np.full(9, np.nan),)) == (0.0, 1.0)


def test_counts_that_move_much_begin_at_zero() -> None:
    assert sticky_axis.ends((np.array([100.0, 200.0]),))[0] == 0
    assert sticky_axis.ends((np.array([100.0, 101.0]),))[0] > 0
