"""Small numbers hidden on the way out: counts below a limit, and as many others as it takes not to give them away.

The reader is assumed to know every published figure, that counts are not negative and that totals are sums. A hidden
count must then still have room: what is left possible for it is at least as wide as "below the limit" itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Full-time persons; the limit that Danish statistics and the interface design use for a published count.
LIMIT: Final = 5.0
# Rounding of the engine; a count that is exactly nothing says nothing of anybody.
_NOTHING: Final = 1e-9
DEFAULT_LIMIT: Final = LIMIT
_NEAR: Final = 1e-7


@dataclass(frozen=True)
class Relation:
    """A total and its parts, as places in a list of counts."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class MaskedTable:
    """A table with what must not leave the app taken out: NaN in the figures, True in the masks.

    ``cells`` [R] or [R, C]; ``row_totals`` [R] (empty for one dimension), ``column_totals`` [C] (empty for one),
    ``total`` scalar.
    """

    cells: Floats
    row_totals: Floats
    column_totals: Floats
    total: float
    hidden: Mask
    hidden_row_totals: Mask
    hidden_column_totals: Mask
    hidden_total: bool

    @property
    def any_hidden(self) -> bool:
        """Whether anything is taken out."""
        return bool(
            self.hidden.any()
            or self.hidden_row_totals.any()
            or self.hidden_column_totals.any()
            or self.hidden_total
        )


def hide(cells: ArrayLike, limit: float = DEFAULT_LIMIT) -> MaskedTable:
    """Counts in one or two dimensions, published with their totals (rows, columns, all).

    ``cells`` [R] or [R, C], not negative. NaN is a count that is hidden or unknown already: it stays hidden, and
    totals over it too. Raises ValueError for other shapes, for negative or infinite counts and for a limit of 0 or
    less.
    """
    counts = np.asarray(cells, dtype=np.float64)
    if counts.ndim not in (1, 2):
        raise ValueError(f"one or two dimensions, not {counts.ndim}")
    rows, columns = counts.shape if counts.ndim == 2 else (counts.size, 1)
    table = counts.reshape(rows, columns)
    n = table.size
    flat = [table.ravel()]
    relations: list[Relation] = []
    place = np.arange(n).reshape(rows, columns)
    if counts.ndim == 2:
        flat += [table.sum(axis=1), table.sum(axis=0)]
        relations += [Relation(n + r, tuple(place[r].tolist())) for r in range(rows)]
        relations += [Relation(n + rows + c, tuple(place[:, c].tolist())) for c in range(columns)]
        whole = n + rows + columns
        relations.append(Relation(whole, tuple(range(n, n + rows))))
        relations.append(Relation(whole, tuple(range(n + rows, whole))))
    else:
        whole = n
        relations.append(Relation(whole, tuple(range(n))))
    values = np.concatenate([*flat, [table.sum()]])
    mask = hide_related(values, relations, limit)
    shown = np.where(mask, np.nan, values)
    split = n if counts.ndim == 1 else n + rows
    return MaskedTable(
        cells=shown[:n].reshape(counts.shape),
        row_totals=shown[n:split],
        column_totals=shown[split:whole],
        total=float(shown[whole]),
        hidden=mask[:n].reshape(counts.shape),
        hidden_row_totals=mask[n:split],
        hidden_column_totals=mask[split:whole],
        hidden_total=bool(mask[whole]),
    )


def hide_related(values: ArrayLike, relations: Iterable[Relation], limit: float = DEFAULT_LIMIT) -> Mask:
    """Which of some counts must be hidden when they are published together; ``relations`` say which are sums.

    ``values`` [N], totals among them. For tables with subtotals or more dimensions. Raises ValueError.
    """
    counts = np.asarray(values, dtype=np.float64)
    if not limit > 0:
        raise ValueError("the limit must be above 0")
    if (counts < 0).any() or np.isinf(counts).any():
        raise ValueError("counts are finite and not negative")
    sums = tuple(relations)
    hidden = ~(counts >= limit)  # NaN too
    safe = np.zeros(counts.size, dtype=bool)
    # Hiding more only widens what is possible: a count that is safe once stays so.
    while True:
        safe |= _alone(hidden, sums)
        waiting = np.flatnonzero(hidden & ~safe)
        if waiting.size == 0:
            return hidden
        i = int(waiting[0])
        if _room(i, counts, hidden, sums) >= limit:
            safe[i] = True
            continue
        more = _also(i, counts, hidden, sums)
        if more is None:
            safe[i] = True  # nothing published is left that could give it away
        else:
            hidden[more] = True


def _alone(hidden: Mask, sums: Sequence[Relation]) -> Mask:
    """Hidden counts that no relation with a published figure touches."""
    out = hidden.copy()
    for relation in sums:
        members = [relation.total, *relation.parts]
        if not hidden[members].all():
            out[members] = False
    return out


def _also(i: int, counts: Floats, hidden: Mask, sums: Sequence[Relation]) -> int | None:
    """The next count to hide beside ``i``, the smallest that helps; None where all that could help is hidden.

    First a companion in a line where ``i`` stands alone, then the corner that closes a rectangle of hidden counts,
    then any part of its lines, then their totals, then whatever else is published.
    """
    own = [r for r in sums if i in r.parts]
    alone = [r for r in own if hidden[list(r.parts)].sum() == 1 and not hidden[r.total]]
    corners = [p for p in range(counts.size) if not hidden[p] and _crossed(p, hidden, sums)]
    for relation in alone:
        found = [p for p in relation.parts if not hidden[p]]
        if found:
            return min(found, key=lambda p: (p not in corners, counts[p], p))
    if corners:
        return min(corners, key=lambda p: (counts[p], p))
    for places in (
        [p for r in own for p in r.parts],
        [p for r in sums if r.total == i for p in r.parts],
        [r.total for r in own],
        [p for r in sums if hidden[list(r.parts)].any() for p in (*r.parts, r.total)],
    ):
        found = [p for p in places if not hidden[p]]
        if found:
            return min(found, key=lambda p: (counts[p], p))
    return None


def _crossed(place: int, hidden: Mask, sums: Sequence[Relation]) -> bool:
    """Whether a count lies in two or more sums and each of them has a hidden part already."""
    own = [r for r in sums if place in r.parts]
    return len(own) > 1 and all(hidden[list(r.parts)].any() for r in own)


def _room(i: int, counts: Floats, hidden: Mask, sums: Sequence[Relation]) -> float:
    """Width of what count ``i`` may be, given all that is published: infinite where nothing bounds it."""
    from scipy.optimize import linprog  # takes a while to import

    unknown = np.flatnonzero(hidden)
    column = {int(u): k for k, u in enumerate(unknown)}
    left, right = [], []
    for relation in sums:
        members = [(p, 1.0) for p in relation.parts] + [(relation.total, -1.0)]
        row = np.zeros(unknown.size)
        known = 0.0
        for place, sign in members:
            if hidden[place]:
                row[column[place]] += sign
            else:
                known += sign * counts[place]
        if row.any():
            left.append(row)
            right.append(-known)
    if not left:
        return float("inf")
    ends = []
    for sign in (1.0, -1.0):
        goal = np.zeros(unknown.size)
        goal[column[i]] = sign
        found = linprog(goal, A_eq=np.array(left), b_eq=np.array(right), bounds=(0, None), method="highs")
        if found.status == 3:  # unbounded
            return float("inf")
        if found.status != 0:
            return 0.0  # no answer: hide more
        ends.append(sign * float(found.fun))
    return ends[1] - ends[0] + _NEAR


def hidden_parts(*runs: Floats, limit: float = LIMIT) -> Mask:
    """Which parts of a total are not shown: [P] for one or more runs [P] that stand side by side.

    A part that is small in any run is hidden in all of them, since their difference is shown too.
    """
    mask: Mask = hidden_table(*(np.asarray(run, dtype=float)[None, :] for run in runs), limit=limit)[0]
    return mask


def hidden_table(*runs: Floats, limit: float = LIMIT) -> Mask:
    """Which cells of a table with sums at the end of rows and columns are not shown: [R, C] for runs [R, C].

    A row or column alone (R or C is 1) has a sum in the other direction only.
    """
    stack = np.stack([np.asarray(run, dtype=float) for run in runs])
    present = np.asarray((stack > _NOTHING).any(axis=0))
    # Exactly nothing in one run is shown as such; the other run decides.
    size = np.where(stack > _NOTHING, stack, np.inf).min(axis=0)
    hidden: Mask = present & (size < limit)
    lines = [(i, slice(None)) for i in range(size.shape[0])] if size.shape[1] > 1 else []
    lines += [(slice(None), j) for j in range(size.shape[1])] if size.shape[0] > 1 else []  # type: ignore[misc]
    changed = True
    while changed:
        changed = False
        for line in lines:
            changed |= _complete(hidden, size, present, line, limit)
    return hidden


def _complete(hidden: Mask, size: Floats, present: Mask, line: tuple[int | slice, ...], limit: float) -> bool:
    """Hides more of one row or column until its hidden part cannot be found by subtraction; whether it did."""
    mask = hidden[line]  # a view
    sizes, open_ = size[line], present[line] & ~hidden[line]
    changed = False
    while mask.any() and open_.any() and (mask.sum() < 2 or sizes[mask].sum() < limit):
        at = int(np.where(open_, sizes, np.inf).argmin())
        mask[at] = True
        open_[at] = False
        changed = True
    return changed
