"""Which counts are too small to be shown, and which others must be hidden with them so that no total gives them away.

One rule for every table: a count above zero and below the limit is hidden, and so are its smallest neighbours in the
same row and column until what is hidden there is at least two counts that together reach the limit.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Full-time persons; the limit that Danish statistics and the interface design use for a published count.
LIMIT: Final = 5.0
# Rounding of the engine; a count that is exactly nothing says nothing of anybody.
_NOTHING: Final = 1e-9


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
