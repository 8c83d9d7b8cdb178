"""Test that small counts are suppressed and cannot be worked out from what is shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.optimize import linprog

from model.disclosure import (
    LIMIT,
    SuppressedTable,
    is_small,
    suppress_parts,
    suppress_parts_and_total,
    suppress_sums,
    suppress_table,
)

COUNTS = some.one_of(some.just(0.0), some.floats(0.01, 60.0))


def room(counts: np.ndarray, mask: np.ndarray, sums: list[tuple[int, list[int]]], i: int) -> float:
    """Width of what a hidden count may be for somebody who knows all that is shown, by linear programming.

    Written for the tests alone, without the rule's own network: ``sums`` are (total, its parts).
    """
    suppressed = np.flatnonzero(mask)
    left, right = [], []
    for total, parts in sums:
        row = np.zeros(len(counts))
        row[parts], row[total] = 1.0, -1.0
        left.append(row[suppressed])
        right.append(-float(row[~mask] @ counts[~mask]))
    ends = []
    for sign in (1.0, -1.0):
        goal = np.where(suppressed == i, sign, 0.0)
        found = linprog(goal, A_eq=np.array(left), b_eq=np.array(right), bounds=(0, None))
        if found.status == 3:
            return float("inf")
        assert found.status == 0, found.message
        ends.append(sign * float(found.fun))
    return ends[1] - ends[0]


def flat(
    table: np.ndarray, suppressed: SuppressedTable, inner: Sequence[int] = ()
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, list[int]]]]:
    rows, columns = table.shape
    n = table.size
    place = np.arange(n).reshape(rows, columns)
    counts = np.concatenate([table.ravel(), table.sum(axis=1), table.sum(axis=0), [table.sum()]])
    mask = np.concatenate([suppressed.cells.ravel(), suppressed.rows, suppressed.columns, [suppressed.whole]])
    sums = [(n + r, place[r].tolist()) for r in range(rows)]
    sums += [(n + rows + c, place[:, c].tolist()) for c in range(columns)]
    sums += [(n + rows + columns, list(range(n, n + rows)))]
    if inner:
        counts, mask = np.append(counts, table[:, list(inner)].sum()), np.append(mask, suppressed.inner)
        sums += [(len(counts) - 1, [n + rows + c for c in inner])]
    return counts, mask, sums


def check(table: np.ndarray, suppressed: SuppressedTable, inner: Sequence[int] = ()) -> None:
    counts, mask, sums = flat(table, suppressed, inner)
    small = (counts > 0) & (counts < LIMIT)
    assert mask[small].all()
    for i in np.flatnonzero(small):
        assert room(counts, mask, sums, i) >= LIMIT - 1e-5, (i, counts, mask)


@pytest.mark.parametrize(
    ("parts", "suppressed", "total"),
    [
        ([10.0, 20.0, 30.0], [], False),
        ([3.0, 20.0, 30.0], [0, 1], False),  # the smallest other goes with it
        ([3.0, 4.0, 30.0], [0, 1], False),  # together 7: each may be anything from 0 to 7
        ([1.0, 2.0, 30.0], [0, 1, 2], False),  # together 3: the sum would still be too small
        ([0.0, 20.0, 30.0], [], False),  # nobody is no secret
        ([0.0, 3.0, 30.0], [1, 2], False),
        ([4.9, 5.0, 300.5], [0, 1], False),  # full-time persons need not be whole
        ([4.0], [0], True),
        ([1.0, 2.0], [0, 1], True),
        ([0.0, 0.0], [], False),
        ([], [], False),
    ],
)
def test_parts_of_a_total(parts: list[float], suppressed: list[int], total: bool) -> None:
    mask, whole = suppress_parts_and_total(np.array(parts))
    assert (np.flatnonzero(mask).tolist(), whole) == (suppressed, total)
    assert suppress_parts(np.array(parts)).tolist() == mask.tolist()


def test_what_is_small_in_one_run_is_hidden_in_both() -> None:
    run, base = np.array([4.0, 50.0, 60.0]), np.array([9.0, 50.0, 60.0])
    assert suppress_parts(run, base).tolist() == suppress_parts(base, run).tolist() == [True, True, False]
    assert not suppress_parts(base).any()


def test_a_cell_is_protected_along_its_row_and_its_column() -> None:
    table = np.array([[3.0, 20.0, 30.0], [40.0, 25.0, 35.0], [50.0, 60.0, 70.0]])
    found = suppress_table(table)
    assert found.cells.tolist() == [[True, True, False], [True, True, False], [False, False, False]]
    assert not any([found.rows.any(), found.columns.any(), found.whole])


def test_pairs_of_two_in_each_line_may_still_be_too_narrow() -> None:
    """Two hidden in each row and column, but the 1 beside the 4 can be nothing outside 0 to 5 by a margin of 4."""
    table = np.array([[1.0, 1.0, 50.0], [1.0, 1.0, 50.0], [50.0, 50.0, 50.0]])
    found = suppress_table(table)
    assert found.cells.sum() > 4
    check(table, found)


def test_a_small_sum_is_hidden_with_its_parts() -> None:
    table = np.array([[1.0, 2.0], [50.0, 60.0]])
    found = suppress_table(table)
    assert found.rows.tolist()[0]
    assert found.cells[0].all()
    check(table, found)


def test_subtotals_as_a_network() -> None:
    # Two parts of each of two groups: counts 0-3, their sums 4 and 5, the whole 6. Node 0 is where all begins.
    arcs = [(1, 3), (1, 3), (2, 3), (2, 3), (0, 1), (0, 2), (3, 0)]
    sums = (4, 5, 6)
    found = suppress_sums(arcs, np.array([[2.0, 30, 40, 50, 32, 90, 122]]), sums=sums)
    assert found.tolist() == [True, True, False, False, False, False, False]
    # Both parts of a small subtotal are small: another subtotal goes with it, or a part on each side.
    found = suppress_sums(arcs, np.array([[2.0, 2, 40, 50, 4, 90, 94]]), sums=sums)
    assert found[[0, 1, 4]].all()
    assert found[5] or found[6]


def test_what_is_hidden_already_stays_hidden() -> None:
    table = np.full((2, 2), 50.0)
    before = SuppressedTable(np.eye(2, dtype=bool), np.zeros(2, bool), np.zeros(2, bool), whole=False)
    assert suppress_table(table, also=before).cells.tolist() == [[True, False], [False, True]]


def test_what_is_small() -> None:
    assert [is_small(v) for v in (0.0, 1e-12, 0.1, -3.0, 4.99, 5.0, -5.0)] == [
        False, False, True, True, True, False, False,
    ]  # fmt: skip
    assert not is_small(4.0, limit=3.0)


@pytest.mark.parametrize("bad", [[[-1.0, 5.0]], [[np.inf, 1.0]], [[np.nan, 1.0]], np.zeros((2, 2, 2)), [1.0]])
def test_what_is_no_table_of_counts(bad: object) -> None:
    with pytest.raises(ValueError, match=r"counts|dimensions"):
        suppress_table(np.asarray(bad))


def test_a_limit_of_nothing_is_no_limit() -> None:
    with pytest.raises(ValueError, match="limit"):
        suppress_parts(np.array([3.0, 40.0]), limit=0.0)
    assert not suppress_parts(np.array([3.0, 40.0]), limit=3.0).any()


@settings(max_examples=150, deadline=None)
@given(arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=5), elements=COUNTS))
def test_no_table_gives_a_small_count_away(table: np.ndarray) -> None:
    found = suppress_table(table)
    assert not found.cells[table == 0].any()
    check(table, found)


@settings(max_examples=100, deadline=None)
@given(
    arrays(float, some.tuples(some.integers(1, 4), some.just(4)), elements=COUNTS),
    some.integers(1, 3),
)
def test_nor_does_a_sum_of_some_columns(table: np.ndarray, inner: int) -> None:
    found = suppress_table(table, inner=range(inner))
    check(table, found, range(inner))


@settings(max_examples=60, deadline=None)
@given(some.data(), array_shapes(min_dims=2, max_dims=2, max_side=4))
def test_nor_do_two_runs_beside_each_other(data: some.DataObject, shape: tuple[int, int]) -> None:
    runs = [data.draw(arrays(float, shape, elements=COUNTS)) for _ in range(2)]
    found = suppress_table(*runs)
    for run in runs:
        check(run, found)


@settings(max_examples=100, deadline=None)
@given(some.lists(COUNTS, max_size=7))
def test_no_list_of_parts_gives_a_small_count_away(parts: list[float]) -> None:
    counts = np.array([*parts, sum(parts)])
    mask, total = suppress_parts_and_total(np.array(parts))
    everything = np.append(mask, total)
    sums = [(len(parts), list(range(len(parts))))]
    for i in np.flatnonzero((counts > 0) & (counts < LIMIT)):
        assert room(counts, everything, sums, i) >= LIMIT - 1e-5


@settings(max_examples=100, deadline=None)
@given(arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=5), elements=some.floats(5.0, 90.0)))
def test_nothing_is_hidden_without_reason(table: np.ndarray) -> None:
    found = suppress_table(table)
    assert not any([found.cells.any(), found.rows.any(), found.columns.any(), found.whole])
