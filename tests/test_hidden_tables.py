"""What leaves the app: counts below the limit are hidden, and the rest does not give them away."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.small_numbers import Relation, hide, hide_related

# Cells that the brute force tries; larger tables are checked by hand below.
_MOST = 5


def possible(table, most):
    """For each hidden cell the values that some whole, non-negative table with the same published figures has.

    Written for the tests alone: it tries all tables, cell by cell, up to a bound.
    """
    cells = table.cells.reshape(table.cells.shape[0], -1)
    rows, columns = cells.shape
    known = ~np.isnan(cells)
    two = table.cells.ndim == 2
    row_totals = table.row_totals if two else np.full(rows, np.nan)
    column_totals = table.column_totals if two else np.array([table.total])
    seen: dict[tuple[int, int], set[int]] = {}
    hidden = [(r, c) for r in range(rows) for c in range(columns) if not known[r, c]]

    def rows_of(r):
        """All ways to fill one row."""
        free = [c for c in range(columns) if not known[r, c]]
        fixed = int(np.nansum(cells[r]))
        for way in itertools.product(range(most + 1), repeat=len(free)):
            if np.isnan(row_totals[r]) or fixed + sum(way) == row_totals[r]:
                yield dict(zip(free, way, strict=True))

    ways = [list(rows_of(r)) for r in range(rows)]
    base = np.nansum(cells, axis=0)
    reached: list[dict[tuple[int, ...], list[tuple[int, ...]]]] = []
    # Forward over the rows by the column sums so far, so that not every combination is written out.
    states = {tuple(int(b) for b in base): None}
    for r in range(rows):
        step: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        for state in states:
            for w, way in enumerate(ways[r]):
                new = tuple(s + way.get(c, 0) for c, s in enumerate(state))
                if all(np.isnan(t) or s <= t for s, t in zip(new, column_totals, strict=True)):
                    step.setdefault(new, []).append((w, *state))
        reached.append(step)
        states = dict.fromkeys(step)
    good = {
        s
        for s in states
        if all(np.isnan(t) or a == t for a, t in zip(s, column_totals, strict=True))
        and (np.isnan(table.total) or sum(s) == table.total)
    }
    assert good, "the true table itself must be possible"
    for r in range(rows - 1, -1, -1):
        before = set()
        for state in good:
            for w, *earlier in reached[r][state]:
                before.add(tuple(earlier))
                for c, v in ways[r][w].items():
                    seen.setdefault((r, c), set()).add(v)
        good = before
    assert set(seen) == set(hidden)
    return seen


def check(counts, limit=5):
    counts = np.asarray(counts, dtype=float)
    table = hide(counts, limit)
    assert table.hidden[counts < limit].all()
    assert np.isnan(table.cells[table.hidden]).all()
    assert np.array_equal(table.cells[~table.hidden], counts[~table.hidden])
    if table.hidden.any() and counts.max() <= _MOST and counts.size <= 9:
        found = possible(table, _MOST)
        if min(map(len, found.values())) < 2:
            # A companion that takes what another gives up may grow beyond the first bound.
            found = possible(table, 3 * _MOST)
        for cell, values in found.items():
            assert len(values) > 1, (cell, table)
    for total, hidden in (
        (counts.sum(axis=1) if counts.ndim == 2 else np.array([]), table.hidden_row_totals),
        (counts.sum(axis=0) if counts.ndim == 2 else np.array([]), table.hidden_column_totals),
    ):
        assert hidden[total < limit].all()
    return table


def test_nothing_small_nothing_hidden():
    table = check([[10, 20], [30, 5]])
    assert not table.any_hidden
    assert (table.total, table.row_totals.tolist()) == (65, [30, 35])


def test_one_small_cell_takes_the_next_smallest_with_it():
    table = check([3, 40, 12, 7])
    assert table.hidden.tolist() == [True, False, False, True]
    assert table.total == 62


def test_two_small_cells_that_the_total_would_give_away():
    # 0 + 0: both would be known to be 0.
    table = check([0, 0, 30])
    assert table.hidden.tolist() == [True, True, True]


def test_in_two_dimensions_a_rectangle_is_hidden():
    table = check([[3, 20, 30], [20, 9, 40], [25, 50, 11]])
    assert table.hidden.sum() == 4
    assert table.hidden[0, 0]
    assert (table.hidden.sum(axis=0) != 1).all()
    assert (table.hidden.sum(axis=1) != 1).all()
    assert not table.hidden_total


def test_a_small_total_is_hidden_too():
    table = check([[1, 2], [50, 60]])
    assert table.hidden_row_totals[0]
    assert np.isnan(table.row_totals[0])


def test_a_single_cell_hides_its_total():
    table = check([3])
    assert table.hidden.all()
    assert table.hidden_total


def test_what_is_unknown_stays_hidden():
    table = hide([np.nan, 20, 30])
    assert table.hidden[0]
    assert table.hidden_total


def test_the_limit_can_be_set():
    assert not hide([3, 40], limit=3).any_hidden
    assert hide([9, 40], limit=10).hidden.all()
    with pytest.raises(ValueError, match="limit"):
        hide([3, 40], limit=0)


@pytest.mark.parametrize("bad", [[-1, 5], [np.inf, 1], np.zeros((2, 2, 2))])
def test_what_is_no_table_of_counts(bad):
    with pytest.raises(ValueError, match=r"counts|dimensions"):
        hide(bad)


def test_full_time_persons_need_not_be_whole():
    table = hide([4.9, 5.0, 300.5])
    assert table.hidden.tolist() == [True, True, False]


def test_subtotals():
    # 0-3 parts, 4 and 5 subtotals, 6 the total.
    values = [2, 30, 40, 50, 32, 90, 122]
    relations = [Relation(4, (0, 1)), Relation(5, (2, 3)), Relation(6, (4, 5))]
    hidden = hide_related(values, relations)
    assert hidden.tolist() == [True, True, False, False, False, False, False]
    # Both parts of a small subtotal are small: another subtotal goes with it.
    values = [2, 2, 40, 50, 4, 90, 94]
    hidden = hide_related(values, relations)
    assert hidden[[0, 1, 4]].all()
    assert hidden[5] or hidden[6]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, _MOST), min_size=1, max_size=4), st.integers(2, 3))
def test_brute_force_in_one_dimension(counts, limit):
    check(counts, limit)


@settings(max_examples=20, deadline=None)
@given(
    st.tuples(st.integers(2, 3), st.integers(2, 3)).flatmap(
        lambda s: st.lists(
            st.lists(st.integers(0, _MOST), min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0]
        )
    ),
    st.integers(2, 3),
)
def test_brute_force_in_two_dimensions(counts, limit):
    check(counts, limit)


@settings(max_examples=4, deadline=None)
@given(st.lists(st.lists(st.floats(0, 40), min_size=3, max_size=3), min_size=13, max_size=13))
def test_target_groups_by_origin(counts):
    counts = np.array(counts)
    table = hide(counts)
    assert table.hidden[counts < 5].all()
    for lines, totals in (
        (table.hidden, table.hidden_row_totals),
        (table.hidden.T, table.hidden_column_totals),
    ):
        for line, total in zip(lines, totals, strict=True):
            assert total or line.sum() != 1
