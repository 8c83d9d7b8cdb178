"""What is told of the change in the number on public support: its size and its range over the draws.

The rule is that of amounts (``model.budget.amounts``): no size without its range, no direction where the range crosses
zero, and "almost unchanged" for what is inside what the model can tell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import equal_below
from model.explain.run_comparison import PERSON, RunComparison, figure, message
from model.language.catalogue import number, text
from model.language.drawn_range import DrawnRange, range_of_draws
from model.language.messages import Localized, Phrase

Kind = Literal["same", "nearly_same", "fewer", "more", "either"]


@dataclass(frozen=True)
class PersonChange:
    """A difference from the baseline in full-time persons on public support, mean of the last year."""

    central: float
    level: float  # the baseline's
    range: DrawnRange | None = None  # None: not computed (yet)

    def with_draws(self, differences: NDArray[np.float64]) -> PersonChange:
        """Return the same with its range over the differences of the draws [draws]."""
        return replace(self, range=range_of_draws(differences))

    @cached_property
    def kind(self) -> Kind:
        """Return what may be said of it."""
        ends = (self.central,) if self.range is None else (self.range.low, self.central, self.range.high)
        if all(abs(end) < PERSON for end in ends):
            return "same"
        if all(abs(end) < equal_below(self.level, PERSON) for end in ends):
            return "nearly_same"
        if self.range is not None and self.range.low <= -PERSON and self.range.high >= PERSON:
            return "either"
        return "fewer" if self.central < 0 else "more"

    def clause(self) -> Localized:
        """Return the change as a part of a sentence: no capital, no full stop."""
        if self.kind == "same":
            return message("people.same")
        words = {
            "n": figure(abs(self.central)),
            "middle": Phrase(_counted, self.central),
            "range": Phrase(self.range_shown),
        }
        key = f"people.{self.kind}"
        if self.range is None:
            key += "_alone"
        elif self.kind == "nearly_same" and abs(self.central) < PERSON:
            key += "_none"
        return message(key, **words)

    def range_shown(self, language: str) -> str:
        """Return the range with what it counts: "9 af 10 beregninger: 2 til 12 flere"; empty where there is none."""
        if self.range is None:
            return ""
        return self.range.words(self._ends_shown(self.range, language), language)

    def _ends_shown(self, ends: DrawnRange, language: str) -> str:
        """Return the ends of the range in words: "2 til 12 flere", or "fra 3 færre til 20 flere"."""
        low, high = (_counted(end, language) for end in (ends.low, ends.high))
        if low == high:
            return low
        if ends.low <= -PERSON and ends.high >= PERSON:
            return text("budget.amount.ends", language, low=low, high=high)
        near, far = sorted((abs(ends.low), abs(ends.high)))
        word = "fewer" if ends.low <= -PERSON else "more"
        return text(
            f"explain.people.ends_{word}", language, low=number(near, language), high=number(far, language)
        )


def person_change(comparison: RunComparison) -> PersonChange:
    """Return the change in the number on public support, mean of the last year, without a range."""
    return PersonChange(
        central=float(comparison.change("caseload").sum()),
        level=float(comparison.mean("caseload", comparison.base).sum()),
    )


def _counted(change: float, language: str) -> str:
    """Return a change in words: "6 flere", "3 færre", "uændret"."""
    if abs(change) < PERSON:
        return text("explain.people.none", language)
    key = "people.counted_fewer" if change < 0 else "people.counted_more"
    return message(key, n=figure(abs(change))).text(language)
