"""Suppress small counts of persons in everything that is shown or leaves the app: the one rule.

A count above nothing and below the limit is suppressed, and as many others as it takes not to give it away.

The rule:

- What counts persons (full-time persons, persons, starts, full-time places) and is above 0 and below ``LIMIT`` is not
  shown. Zero counts are shown. A part that is small in one of two runs beside each other is suppressed in both, for
  their difference is shown too.
- The reader is assumed to know every figure that is shown, that counts are not negative and that sums are sums. What
  is then still possible for a small count must be at least as wide as the limit itself. Other parts, the smallest
  first, and at last sums are suppressed until it is.
- What is suppressed because it is small and what is suppressed beside it bear the same mark: two marks would narrow
  down what is possible.
- Shares, bars and differences that a suppressed count could be worked out from go with it.
- Published figures (the ministry's benchmark, parameters with a public source) are shown.
- A municipality's own file holds its own figures as they were imported, for it must be usable; the page says so
  beside its button. The engine reads it as it is.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Full-time persons; the limit that Danish statistics and the interface design use for a published count.
LIMIT: Final = 5.0
# Units of which a small count could be about persons that one knows.
COUNTS: Final = frozenset(("full-time persons", "persons", "full-time places", "starts"))
# Rounding of the engine; smaller counts are zero.
_NOTHING: Final = 1e-9
_NEAR: Final = 1e-7
# A sum is suppressed only where no part of it helps.
_SUM_COSTS: Final = 1e9


def is_small(value: float, limit: float = LIMIT) -> bool:
    """Return whether a count, or a difference of counts, is above nothing and below the limit."""
    return _NOTHING < abs(value) < limit


def are_small(values: Floats, limit: float = LIMIT) -> Mask:
    """Apply :func:`is_small` to every count of an array; what is not known is not small."""
    size = np.abs(values)
    return np.asarray((size > _NOTHING) & (size < limit))


@dataclass(frozen=True, eq=False)
class SuppressedTable:
    """Masks of a table and its sums, True where suppressed: cells [R, C], sums of rows [R] and columns [C]."""

    cells: Mask
    rows: Mask
    columns: Mask
    whole: bool
    inner: bool = False  # the sum of the inner columns


def suppress_parts(*runs: Floats, limit: float = LIMIT) -> Mask:
    """Return which parts of a total are not shown: [P] for one or more runs [P] that stand side by side."""
    return suppress_parts_and_total(*runs, limit=limit)[0]


def suppress_parts_and_total(*runs: Floats, limit: float = LIMIT) -> tuple[Mask, bool]:
    """Return what :func:`suppress_parts` does, and whether the total is not shown."""
    stack = _stack(runs, 1)
    n = stack.shape[1]
    values = np.concatenate([stack, stack.sum(axis=1, keepdims=True)], axis=1)
    mask = suppress_sums([(0, 1)] * n + [(1, 0)], values, sums=(n,), limit=limit)
    return mask[:n], bool(mask[n])


def suppress_table(
    *runs: Floats, also: SuppressedTable | None = None, inner: Sequence[int] = (), limit: float = LIMIT
) -> SuppressedTable:
    """Return what of a table with sums at the end of rows and columns is not shown, for runs [R, C].

    ``also``: what is suppressed already. ``inner``: columns whose sum over all rows is shown beside the
    whole. Raises ValueError for other shapes and for negative or infinite counts.
    """
    stack = _stack(runs, 2)
    _, rows, columns = stack.shape
    n = rows * columns
    # Nodes where the sums of rows begin, and where those of columns end.
    first, last = rows + columns, rows + columns + 1
    arcs = [(r, rows + c) for r in range(rows) for c in range(columns)]
    own = frozenset(inner)
    arcs += [(first, r) for r in range(rows)]
    arcs += [(rows + c, last + 1 if c in own else last) for c in range(columns)]
    arcs += [(last, first), (last + 1, last)]
    values = np.concatenate(
        [
            stack.reshape(len(stack), n),
            stack.sum(axis=2),
            stack.sum(axis=1),
            stack.sum(axis=(1, 2))[:, None],
            stack[:, :, sorted(own)].sum(axis=(1, 2))[:, None],
        ],
        axis=1,
    )
    before = None
    if also is not None:
        before = np.concatenate([also.cells.ravel(), also.rows, also.columns, [also.whole, also.inner]])
    mask = suppress_sums(arcs, values, sums=range(n, len(arcs)), also=before, limit=limit)
    return SuppressedTable(
        cells=mask[:n].reshape(rows, columns),
        rows=mask[n : n + rows],
        columns=mask[n + rows : n + rows + columns],
        whole=bool(mask[-2]),
        inner=bool(mask[-1]),
    )


def suppress_sums(
    arcs: Sequence[tuple[int, int]],
    values: Floats,
    *,
    sums: Iterable[int] = (),
    also: Mask | None = None,
    limit: float = LIMIT,
) -> Mask:
    """Return which of N counts that are shown together are suppressed: [N].

    Parts and sums as a circulation: count i flows along ``arcs[i]`` (from, to), and at every node as much comes as
    goes. ``values`` [runs, N]; ``sums``: the counts that are suppressed last; ``also`` [N]: what is suppressed
    already. Raises ValueError for a limit of 0 and for negative or infinite counts.
    """
    if not limit > 0:
        raise ValueError("the limit must be above 0")
    if not np.isfinite(values).all() or (values < -_NOTHING).any():
        raise ValueError("counts are finite and not negative")
    present = values > _NOTHING
    small = present & (values < limit)
    suppressed: Mask = np.asarray(small.any(axis=0))
    if also is not None:
        suppressed = suppressed | also
    cost = np.where(present, values, np.inf).min(axis=0, initial=np.inf)
    cost[list(sums)] += _SUM_COSTS
    small_counts = [(run, int(i)) for run in range(len(values)) for i in np.flatnonzero(small[run])]
    networks = [_FlowNetwork(arcs, run) for run in values]
    for network in networks:
        network.open(np.flatnonzero(suppressed))
    # Suppressing more only widens what is possible: a count that is covered once stays so.
    for run, i in small_counts:
        while networks[run].feasible_width(i, limit) < limit - _NEAR:
            more = networks[run].cheapest_cover(i, suppressed, cost, limit)
            suppressed[more] = True
            for network in networks:
                network.open(more)
    return suppressed


def _stack(runs: Sequence[Floats], dimensions: int) -> Floats:
    """Stack runs of so many dimensions. Raises ValueError for other shapes."""
    arrays = [np.asarray(run, dtype=np.float64) for run in runs]
    if not arrays or any(a.ndim != dimensions for a in arrays):
        raise ValueError(f"tables of {dimensions} dimensions")
    return np.stack(arrays)


class _FlowNetwork:
    """One run's counts as flows. A suppressed one can be larger without end, and smaller down to nothing."""

    def __init__(self, arcs: Sequence[tuple[int, int]], values: Floats) -> None:
        self._arcs = arcs
        self._values = [max(float(v), 0.0) for v in values]
        nodes = max((max(arc) for arc in arcs), default=-1) + 1
        # By node: (count, the other end, +1 along the arc or -1 against it)
        self._all: list[list[tuple[int, int, int]]] = [[] for _ in range(nodes)]
        for i, (tail, head) in enumerate(arcs):
            self._all[tail].append((i, head, 1))
            self._all[head].append((i, tail, -1))
        self._open: list[list[tuple[int, int, int]]] = [[] for _ in range(nodes)]
        self._opened: set[int] = set()

    def open(self, counts: Iterable[int]) -> None:
        """Let these counts vary from now on: they are suppressed."""
        for i in map(int, counts):
            if i not in self._opened:
                self._opened.add(i)
                tail, head = self._arcs[i]
                self._open[tail].append((i, head, 1))
                self._open[head].append((i, tail, -1))

    def feasible_width(self, i: int, limit: float) -> float:
        """Return the width of what suppressed count ``i`` may be, or ``limit`` where it is at least that."""
        tail, head = self._arcs[i]
        up = self._most(head, tail, i, limit)
        if up >= limit:
            return limit
        return up + self._most(tail, head, i, min(self._values[i], limit - up))

    def _most(self, source: int, sink: int, without: int, enough: float) -> float:
        """Return how much more can flow from ``source`` to ``sink`` through suppressed counts, up to ``enough``."""
        pushed: dict[int, float] = {}
        total = 0.0
        while total < enough:
            back = self._shortest(source, sink, without, pushed)
            if back is None:
                break
            path, node = [], sink
            while node != source:
                i, before, sign = back[node]
                path.append((i, sign))
                node = before
            step = min([enough - total, *(self._left(i, sign, pushed) for i, sign in path)])
            for i, sign in path:
                pushed[i] = pushed.get(i, 0.0) + sign * step
            total += step
        return total

    def _left(self, i: int, sign: int, pushed: dict[int, float]) -> float:
        """Return by how much count ``i`` can still grow (``sign`` 1) or shrink (-1)."""
        return float("inf") if sign > 0 else self._values[i] + pushed.get(i, 0.0)

    def _shortest(
        self, source: int, sink: int, without: int, pushed: dict[int, float]
    ) -> dict[int, tuple[int, int, int]] | None:
        """Return the shortest open path as the step that leads to each node, None where there is none."""
        back: dict[int, tuple[int, int, int]] = {source: (-1, -1, 0)}
        queue = deque([source])
        while queue:
            node = queue.popleft()
            for i, other, sign in self._open[node]:
                if i == without or other in back or self._left(i, sign, pushed) <= _NOTHING:
                    continue
                back[other] = (i, node, sign)
                if other == sink:
                    return back
                queue.append(other)
        return None

    def cheapest_cover(self, i: int, suppressed: Mask, cost: Floats, limit: float) -> list[int]:
        """Return the cheapest counts that, suppressed beside ``i``, let it vary by the limit."""
        source, sink = self._arcs[i][1], self._arcs[i][0]
        best = {source: 0.0}
        back: dict[int, tuple[int, int]] = {}
        heap = [(0.0, source)]
        while heap:
            so_far, node = heapq.heappop(heap)
            if node == sink:
                break
            if so_far > best[node]:
                continue
            for j, other, sign in self._all[node]:
                if j == i or (sign < 0 and self._values[j] < limit) or not np.isfinite(cost[j]):
                    continue
                new = so_far + (0.0 if suppressed[j] else float(cost[j]))
                if new < best.get(other, np.inf):
                    best[other] = new
                    back[other] = (j, node)
                    heapq.heappush(heap, (new, other))
        # A count above nothing lies on a circle of such counts, so there is always a way.
        cover, node = [], sink
        while node != source:
            j, node = back[node]
            if not suppressed[j]:
                cover.append(j)
        return cover
