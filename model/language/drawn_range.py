"""Between what a difference lies in nine of ten draws, and how it is written, be it money, persons or shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.language.catalogue import number, text

Floats = NDArray[np.float64]

# The range that is told: nine of ten draws.
LOW, HIGH = 0.05, 0.95
# A range is told in at most so many steps of its last digit: no 18.6 with a range of 64.
_MAX_STEPS: Final = 50
# A range over fewer draws says over how many.
ENOUGH_DRAWS: Final = 100


@dataclass(frozen=True)
class DrawnRange:
    """Between what a difference lies in nine of ten draws, in its own unit (money in DKK)."""

    low: float
    high: float
    draws: int

    @property
    def is_known(self) -> bool:
        """Return whether any draw has a value."""
        return math.isfinite(self.low)

    def words(self, ends: str, language: str) -> str:
        """Return the ends, which are given in words, with what they count: "9 af 10 beregninger: fra ... til ..."."""
        if self.draws >= ENOUGH_DRAWS:
            return text("budget.amount.range", language, ends=ends)
        # A sketch, or a run that was asked for few.
        return text("budget.amount.range_of_few", language, draws=number(self.draws, language), ends=ends)

    def signed_ends(self, language: str, decimals: int, unit: float = 1.0) -> str:
        """Return the ends with their signs, in as many decimals as the range allows: "−45 til +19".

        Arguments: the decimals that the figure itself has, and the unit to show it in (1e6 for millions).
        """
        low, high = self.low / unit, self.high / unit
        allowed = range_decimals(low, high, decimals)
        first, last = (number(end, language, allowed, signed=True) for end in (low, high))
        return first if first == last else text("budget.amount.between", language, low=first, high=last)


def range_decimals(low: float, high: float, decimals: int) -> int:
    """Return the decimals that a range allows, at most those of the figure."""
    while decimals > 0 and (high - low) * 10**decimals > _MAX_STEPS:
        decimals -= 1
    return decimals


def range_of_draws(values: Floats) -> DrawnRange:
    """Return between what nine of ten draws lie, of those [draws] that have a value; NaN where none has."""
    known = values[np.isfinite(values)]
    if not len(known):
        return DrawnRange(math.nan, math.nan, len(values))
    low, high = (float(q) for q in np.quantile(known, (LOW, HIGH)))
    return DrawnRange(low, high, len(values))
