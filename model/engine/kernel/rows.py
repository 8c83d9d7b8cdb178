"""The rows of the kernel's lanes: one line each gives the name, the number of rows, and what they hold.

A constant is where its first row begins in the flat array of lanes, so ``lanes[rows.KEPT + s]`` is segment s's number.
First come the rows of the week's record, then the kernel's own. Rows that are set to zero together stand together.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from model.engine.kernel.layout import (
    FIELD_SIZES,
    INTERVAL_ROWS,
    LANES,
    N_CLASSES,
    N_REFUND,
    NF,
    Floats,
    K,
    M,
    S,
)

# First row and number of rows by name.
ROWS: Final[dict[str, tuple[int, int]]] = {}


def _rows(name: str, size: int = 1) -> np.uint64:
    """Add ``size`` rows after the last one; return where they begin."""
    first = sum(size for _, size in ROWS.values())
    ROWS[name] = first, size
    return np.uint64(first * LANES)


def _field(name: str, part: int = 0) -> np.uint64:
    """Return where a field of the record begins, or one ``part`` of it."""
    return np.uint64((ROWS[name][0] + part) * LANES)


for _name, _size in FIELD_SIZES.items():
    _rows(_name, _size)
CASELOAD = _field("caseload")
WAITING = _field("waiting")
IN_OFFER = _field("in_offer")
AFTER_OFFER = _field("after_offer")
INFLOW = _field("inflow_external")
RETURNERS = _field("inflow_returners")
TRANSFERS_IN = _field("inflow_transfers")
JOB_EXITS = _field("exits")
EDUCATION_EXITS = _field("exits", 1)
OTHER_EXITS = _field("exits", 2)
TRANSFERS_TO = _field("exits", 3)
STARTS = _field("starts")
IN = _field("participants")
REACHED = _field("reached_13")
START_NEW = _field("start_share")
START_OLD = _field("start_share", 1)
START_DUE = _field("start_share", 2)
POOL = _field("pool")

# By kind of offer.
MIX_IN = _rows("mix_in", M * K)  # those in an offer by class of weeks and kind
AFTER = _rows("after", K + 1)  # composition of those after an offer, the last faded
ENDED_KIND = _rows("ended_kind", K)  # offers that end in the week
FROM_BEFORE = _rows("from_before", K)  # who passes from one class of weeks into the next
HR_IN = _rows("hr_in", K)  # raw hazard ratios of a job in an offer
HR_AFTER = _rows("hr_after", K + 1)  # and after it
HRE_IN = _rows("hre_in", K)  # of education
HRE_AFTER = _rows("hre_after", K + 1)
HRP_IN = _rows("hrp_in", K)  # of progression
HRP_AFTER = _rows("hrp_after", K + 1)
RATIO_IN = _rows(
    "ratio_in", K
)  # of a job net of displacement and diminishing returns, times the levers, limited
RATIO_AFTER = _rows("ratio_after", K + 1)
RATIO_IN_EARLY = _rows("ratio_in_early", K)  # the same while the early package holds
RATIO_AFTER_EARLY = _rows("ratio_after_early", K + 1)
END = _rows("end", K)  # weekly rate at which offers end
FADE = _rows("fade", K)  # weekly rate at which effects fade
RETURN_RATIO = _rows("return_ratio", K + 1)  # of leavers for a job after an offer, how many may return
FIRM_MIX = _rows("firm_mix", NF)  # shares of the baseline's firm places
MIX = _rows("mix", K - NF)  # shares of the other offers

# Parameters of the target group, and the segment's firm places at the baseline.
KEPT = _rows("kept")  # share of an offer's gain that displacement leaves
HAS_RETURN_RATIO = _rows("has_return_ratio")  # 1 where some kind of offer has a ratio of return
HAS_EARLY = _rows("has_early")  # 1 where the early package has an effect
PROGRESSION = _rows("progression")  # 1 where the special transfer is a progression
RETURN_1 = _rows("return_1")  # weekly rates of return from the pool, 0-12 weeks away and later
RETURN_2 = _rows("return_2")
ONWARD_1 = _rows("onward_1")  # weekly rates from one stage of the pool to the next
ONWARD_2 = _rows("onward_2")
LEAVE = _rows("leave")  # weekly rate at which those away are counted no more
FIRM_BASE = _rows("firm_base")

# Persons.
FIRM = _rows("firm")  # in a firm-oriented offer
IN_TOTAL = _rows("in_total", M)
AFTER_TOTAL = _rows("after_total")
POOL_1 = _rows("pool_1")  # away 0-12 weeks, 13-51 weeks, longer
POOL_2 = _rows("pool_2")
POOL_3 = _rows("pool_3")
LATE = _rows("late")  # back after a year or more
ENTERING = _rows("entering")  # leavers for a job who may return, weighed by their ratio of return

# What multiplies the base rates, and persons for whom a limit of the hazard ratios binds.
DIMINISHING = _rows("diminishing_factor")
COMMON = _rows("common")  # the levers' common hazard ratio
COMMON_EARLY = _rows("common_early")  # and while the early package holds
BOUND = _rows("bound")
JOB_SCALE = _rows("job_scale")
EDUCATION_SCALE = _rows("education_scale")
SPECIAL_SCALE = _rows("special_scale")

# Mean hazard ratios by state (in an offer also by class of weeks): of a job, of education, of the special transfer.
MEAN_IN = _rows("mean_in", M)
MEAN_IN_EARLY = _rows("mean_in_early", M)
MEAN_AFTER = _rows("mean_after")
MEAN_AFTER_EARLY = _rows("mean_after_early")
# Of a job times the ratio of return.
RETURN_AFTER = _rows("return_after")
RETURN_AFTER_EARLY = _rows("return_after_early")
EDUCATION_IN = _rows("education_in", M)
EDUCATION_AFTER = _rows("education_after")
SPECIAL_WAITING = _rows("special_waiting")
SPECIAL_IN = _rows("special_in", M)
SPECIAL_AFTER = _rows("special_after")

# Offers that end and begin.
ENDED = _rows("ended", M)  # share of the offers
ENDING = _rows("ending")  # persons whose offer ends
PASSING = _rows("passing", M)  # of those in an offer, who passes into the next class of weeks
DUE_MIX = _rows("due_mix", M)  # 1 in the class of the deadline's week
TO_AFTER = _rows("to_after")  # movers who arrive after an offer
MAY_NEW = _rows("may_new", M)  # persons who may begin an offer: newcomers, others who wait, those after one
MAY_OLD = _rows("may_old", M)
MAY_AFTER = _rows("may_after", M)
DUE = _rows("due")  # persons who begin an offer because an earlier deadline is due, taken from those who wait
DUE_NEW = _rows(
    "due_new"
)  # 1 where they would be among the newcomers who may begin one, else among the others
DUE_OLD = _rows("due_old")
OFFERS = _rows("offers")  # full-time places wanted
GIVEN = _rows("given")  # and in firms
NEWCOMER = _rows("newcomer")  # weight of newcomers
BEGUN = _rows("begun")  # offers that begin
SHORT = _rows("short")  # 1 where the limit of starts binds

# Sums over a week's exits: persons by state, then leavers for a job, for education, by the special transfer, and by
# what has one rate for all states.
ALL_WAITING = _rows("all_waiting")
ALL_IN = _rows("all_in", M)
ALL_AFTER = _rows("all_after")
JOB_IN = _rows("job_in", M)
JOB_AFTER = _rows("job_after")
JOB_IN_EARLY = _rows("job_in_early", M)
JOB_AFTER_EARLY = _rows("job_after_early")
LEFT_EDUCATION_IN = _rows("left_education_in", M)
LEFT_EDUCATION_AFTER = _rows("left_education_after")
LEFT_SPECIAL_IN = _rows("left_special_in", M)
LEFT_SPECIAL_AFTER = _rows("left_special_after")
REST_IN = _rows("rest_in", M)
REST_AFTER = _rows("rest_after")
SUMS = np.uint64((ROWS["rest_after"][0] + 1 - ROWS["all_waiting"][0]) * LANES)
N_ROWS: Final = sum(size for _, size in ROWS.values())

# Rows of one interval of weeks: persons by state, who may begin an offer, base rates, the hazard ratio of those
# waiting, whether the early package holds. Signed for plain code, unsigned (U_) for loops over segments.
I_NEW, I_OLD, I_JOB, I_EDUCATION, I_SPECIAL, I_FIXED, I_RATIO, I_EARLY = (
    LANES * row for row in range(3, INTERVAL_ROWS)
)
U_I_IN = np.uint64(LANES)
U_I_AFTER = np.uint64(2 * LANES)
U_I_NEW = np.uint64(I_NEW)
U_I_OLD = np.uint64(I_OLD)
U_I_JOB = np.uint64(I_JOB)
U_I_EDUCATION = np.uint64(I_EDUCATION)
U_I_SPECIAL = np.uint64(I_SPECIAL)
U_I_FIXED = np.uint64(I_FIXED)
U_I_RATIO = np.uint64(I_RATIO)
U_I_EARLY = np.uint64(I_EARLY)

# Rows of exits by duration class: persons, job, education, other; below them persons by refund class.
CLASS_JOB = np.uint64(N_CLASSES * LANES)
CLASS_EDUCATION = np.uint64(2 * N_CLASSES * LANES)
CLASS_OTHER = np.uint64(3 * N_CLASSES * LANES)
REFUND = np.uint64(4 * N_CLASSES * LANES)
N_CLASS_ROWS: Final = 4 * N_CLASSES + N_REFUND


class Lanes:
    """Lanes by the names of their rows, for tests: ``Lanes(array)["kept"]`` is [S], of several rows [n, S]."""

    def __init__(self, lanes: Floats | None = None) -> None:
        self.flat = np.zeros(N_ROWS * LANES) if lanes is None else lanes

    def __getitem__(self, name: str) -> Floats:
        first, size = ROWS[name]
        view = self.flat.reshape(N_ROWS, LANES)[first : first + size, :S]
        return view[0] if size == 1 else view

    def __setitem__(self, name: str, value: Floats | float) -> None:
        self[name][...] = value
