"""How the kernel lays out its arrays: sizes, the week's record, padded rows of weeks, lanes of segments.

A *segment* is a target group and an origin. What a segment has by accumulated week stands in a padded row of weeks.
What it has one number of stands in *lanes*: one row per number, one column per segment, the columns padded to whole
vectors, so that loops over segments are vectorised. ``rows`` names the rows of lanes.

Two rules make loops fit for vector units. Indices are unsigned: a signed one may count from the end of an array, and
the check for that cannot be vectorised. Distances between rows are constants that the compiler knows.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.domain import (
    DURATION_CLASSES,
    MIX_CLASSES,
    N_DURATIONS,
    N_EXITS,
    N_FIRM,
    N_GROUPS,
    N_KINDS,
    N_SEGMENTS,
    REFUND_CLASSES,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Indices = NDArray[np.uint64]

G: Final = N_GROUPS
S: Final = N_SEGMENTS
D: Final = N_DURATIONS
K: Final = N_KINDS
NF: Final = N_FIRM
N_CLASSES: Final = len(DURATION_CLASSES)
N_REFUND: Final = len(REFUND_CLASSES)
M: Final = len(MIX_CLASSES)

# Columns of one segment's record for one week; ``model.simulation.outcome`` reads them by these names.
FIELD_SIZES = {
    "caseload": 1,
    "waiting": 1,
    "in_offer": 1,
    "after_offer": 1,
    "refund_class": 4,
    "duration_sum": 1,
    "inflow_external": 1,
    "inflow_returners": 1,
    "inflow_transfers": 1,
    "exits": N_EXITS,
    "starts": K,
    "participants": K,
    "class_persons": 7,
    "class_job": 7,
    "class_education": 7,
    "class_other": 7,
    "reached_13": 2,
    "start_share": 3,
    "pool": 1,
}


def _fields() -> dict[str, tuple[int, int]]:
    """Return the first column of each field and the one after its last."""
    ends = np.cumsum(list(FIELD_SIZES.values())).tolist()
    return {name: (end - FIELD_SIZES[name], end) for name, end in zip(FIELD_SIZES, ends, strict=True)}


FIELDS = _fields()
N_FIELDS: Final = sum(FIELD_SIZES.values())
F_REFUND: Final = FIELDS["refund_class"][0]
F_DURATION: Final = FIELDS["duration_sum"][0]
F_CLASS: Final = FIELDS["class_persons"][0]

# The duration class of each week, and the refund class: the steps of the state's reimbursement since 2016 by weeks of
# accumulated support (STAR: weeks 1-4, 5-26, 27-52, later), counted across benefits.
CLASS_OF = (np.searchsorted(np.array(DURATION_CLASSES), np.arange(D), side="right") - 1).astype(np.uint64)
# The class of each week within which one mix of kinds of offers holds; the last week of each class but the open one.
MIX_OF = (np.searchsorted(np.array(MIX_CLASSES), np.arange(D), side="right") - 1).astype(np.uint64)
LAST_OF_MIX: Final = tuple(week - 1 for week in MIX_CLASSES[1:])
REFUND_OF = (np.searchsorted(np.array(REFUND_CLASSES), np.arange(D), side="right") - 1).astype(np.uint64)

# A row of weeks is padded to PAD places, so that all rows of a segment lie at known distances.
PAD: Final = 112
START_ROWS: Final = 5  # waiting, in an offer, after an offer, away 0-12 weeks, away 13-51 weeks
RATES: Final = 3  # job, education, special transfer; the fixed rates differ by segment
WEEKS = np.arange(PAD, dtype=np.float64)

# The three states: waiting, in an offer, after an offer. A state's row holds its D weeks somewhere in STATE_PAD places:
# ageing moves the place of week 0 down by one instead of the persons up, and only now and then they are carried back to
# TOP. Places after the last week hold 0.
STATES: Final = 3
STATE_PAD: Final = 240
TOP: Final = STATE_PAD - PAD
# What does not age in place stands apart, all of a segment's rows in one array, so that loops have few arrays that
# might overlap: the two stages of the pool, from week 1 on as leavers enter a week older, and the movers: those
# waiting, all others, and the same two weighed by the ratios of the special transfer.
MOVERS: Final = 2 * PAD
POOL_AND_MOVERS: Final = MOVERS + 4 * PAD

# Columns of lanes, and the weeks' rows in an array of intervals (see ``intervals``).
LANES: Final = -(-S // 8) * 8
INTERVAL_ROWS: Final = 11

# A hazard ratio has faded in the last of those after an offer.
FADED: Final = K
# Fewer are nobody: a share of them would be no number.
MIN_PERSONS: Final = 1e-300
# Sums may be reordered and fused (vector units); nothing else of IEEE arithmetic is given up.
FASTMATH: Final = {"reassoc", "contract", "nsz"}
# How Numba compiles the kernel's parts: without what only calls from Python need. For a function that takes tuples of
# arrays that is most of its code (the kernel compiles in 28 seconds instead of 38).
PART: Final[dict[str, Any]] = {"nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
# The parts of a week allocate nothing, so arrays need no reference counts. Counting them whenever tuples of arrays are
# handed from part to part took 8 % of a run.
PLAIN: Final = PART | {"_nrt": False}
SUMS: Final = PLAIN | {"fastmath": FASTMATH}
# Loops over lanes; tests may call them. A division by zero must not stop such a loop, nor may it choose between two
# places: a choice is between two numbers. Else segments are worked out one at a time.
LANE_LOOP: Final[dict[str, Any]] = {
    "nogil": True,
    "_nrt": False,
    "fastmath": FASTMATH,
    "error_model": "numpy",
}

U_0 = np.uint64(0)
U_S = np.uint64(S)
U_K = np.uint64(K)
U_K1 = np.uint64(K + 1)
U_NF = np.uint64(NF)
U_M = np.uint64(M)
U_FIELDS = np.uint64(N_FIELDS)
U_PAD = np.uint64(PAD)
U_2PAD = np.uint64(2 * PAD)
U_STATE = np.uint64(STATE_PAD)
U_2STATES = np.uint64(2 * STATE_PAD)
U_MOVERS = np.uint64(MOVERS)
U_OTHERS = np.uint64(MOVERS + PAD)
U_WEIGHED = np.uint64(MOVERS + 2 * PAD)
U_OTHERS_WEIGHED = np.uint64(MOVERS + 3 * PAD)
U_LANES = np.uint64(LANES)
U_2LANES = np.uint64(2 * LANES)
U_MLANES = np.uint64(M * LANES)
U_3LANES = np.uint64(3 * LANES)
U_4LANES = np.uint64(4 * LANES)
U_5LANES = np.uint64(5 * LANES)
U_6LANES = np.uint64(6 * LANES)
U_7LANES = np.uint64(7 * LANES)
U_8LANES = np.uint64(8 * LANES)
