"""Suppress small months of a back-test, and the figures that would reveal them.

The back-test itself reads every month; only what stands in tables, charts and files is masked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from model.disclosure import Mask, are_small
from model.monthly.disclosure import suppressed_months
from model.monthly.series import MONTHS_A_YEAR, Floats, MonthlySeries
from model.validation.backtest_national import ECONOMIES, NAIVE, NationalBacktest

# A forecast begins from the last stock and from the index of these months.
_BEGINNING: Final = 4


@dataclass(frozen=True, eq=False)
class ShownBacktest:
    """The forecasts of one start as they may be shown, persons: arrays [H] with NaN where a figure is hidden."""

    series: MonthlySeries
    given: NationalBacktest
    unchanged: NationalBacktest

    @cached_property
    def _suppressed(self) -> Mask:
        """Find the months whose stock is hidden: [n]."""
        return suppressed_months(self.series)

    @property
    def _known(self) -> int:
        """Return how many months were known."""
        return len(self.given.fit.series)

    @property
    def known(self) -> Floats:
        """Return the stock up to the start: [k]."""
        return np.where(self._suppressed, np.nan, self.series.stock)[: self._known]

    @property
    def actual(self) -> Floats:
        """Return what happened: [H]."""
        return np.where(self._suppressed, np.nan, self.series.stock)[self._known :][: len(self.given.months)]

    def method(self, name: str) -> Floats:
        """Return one method's forecasts [H]: ``given``, ``unchanged``, ``naive_last`` or ``naive_year``."""
        suppressed, k, h = self._suppressed, self._known, len(self.given.months)
        if name in NAIVE:
            values = getattr(self.given, name)
            before = (
                np.repeat(suppressed[k - 1], h) if name == "naive_last" else _same_month(suppressed[:k], h)
            )
        else:
            # The economy as given is made from what happened, and every forecast from the months before it.
            ahead = suppressed[k : k + h].any() if name == "given" else False
            values = (self.given if name == "given" else self.unchanged).model
            before = np.repeat(suppressed[k - _BEGINNING : k].any() or ahead, h)
        return np.where(before | are_small(values), np.nan, values)

    @property
    def any_suppressed(self) -> bool:
        """Return whether anything is hidden."""
        return self.errors_suppressed or bool(np.isnan(self.known).any())

    @property
    def errors_suppressed(self) -> bool:
        """Return whether the errors over all months would reveal a month that is hidden."""
        methods = (self.method(name) for name in (*ECONOMIES, *NAIVE))
        return any(np.isnan(values).any() for values in (self.actual, *methods))


def _same_month(suppressed: Mask, months: int) -> Mask:
    """Repeat the last year's months over a horizon."""
    return np.resize(suppressed[-MONTHS_A_YEAR:], months)
