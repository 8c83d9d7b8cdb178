"""What is too small is hidden, and nobody can find it by subtraction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import array_shapes, arrays

from model.small_numbers import LIMIT, hidden_parts, hidden_table

COUNTS = some.one_of(some.just(0.0), some.floats(0.01, 60.0))


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [
        ([10.0, 20.0, 30.0], []),
        ([3.0, 20.0, 30.0], [0, 1]),  # the smallest other goes with it
        ([3.0, 4.0, 30.0], [0, 1]),  # together 7, and two of them
        ([1.0, 2.0, 30.0], [0, 1, 2]),  # together 3: the sum would still be too small
        ([0.0, 20.0, 30.0], []),  # nobody is no secret
        ([0.0, 3.0, 30.0], [1, 2]),
        ([4.0], [0]),
        ([], []),
    ],
)
def test_parts_of_a_total(parts: list[float], hidden: list[int]) -> None:
    assert np.flatnonzero(hidden_parts(np.array(parts))).tolist() == hidden


def test_what_is_small_in_one_run_is_hidden_in_both() -> None:
    run, base = np.array([4.0, 50.0, 60.0]), np.array([9.0, 50.0, 60.0])
    assert hidden_parts(run, base).tolist() == hidden_parts(base, run).tolist() == [True, True, False]
    assert not hidden_parts(base).any()


def test_a_cell_is_protected_along_its_row_and_its_column() -> None:
    table = np.array([[3.0, 20.0, 30.0], [40.0, 25.0, 35.0], [50.0, 60.0, 70.0]])
    hidden = hidden_table(table)
    assert hidden[0].sum() == 2
    assert hidden[:, 0].sum() >= 2
    assert hidden.tolist() == [[True, True, False], [True, True, False], [False, False, False]]


@settings(max_examples=200, deadline=None)
@given(arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=7), elements=COUNTS))
def test_no_line_gives_a_small_count_away(table: np.ndarray) -> None:
    hidden = hidden_table(table)
    assert hidden[(table > 0) & (table < LIMIT)].all()
    assert not hidden[table == 0].any()
    for axis in (0, 1):
        if table.shape[axis] == 1:
            continue
        lines = zip(np.moveaxis(table, axis, -1), np.moveaxis(hidden, axis, -1), strict=True)
        for line, mask in lines:
            if not mask.any():
                continue
            everything = mask.sum() == (line > 0).sum()
            assert everything or (mask.sum() >= 2 and line[mask].sum() >= LIMIT)
