"""Suppress small months of a series and of its fit, and the figures that would reveal them.

The fit itself reads every month; only what stands in tables, charts and files is masked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from model.disclosure import Mask, are_small, is_small, suppress_sums
from model.monthly.fit import HIDDEN, FitError, MonthlyFit, Note
from model.monthly.series import MONTHS_A_YEAR, Floats, MonthlySeries


def suppressed_months(series: MonthlySeries) -> Mask:
    """Find the months whose stock is not shown: [n].

    A year's mean or sum stands elsewhere, so in every twelve months in a row a small one has room.
    """
    stock = series.stock
    suppressed = are_small(stock)
    if not suppressed.any():
        return suppressed
    for first in range(max(1, len(stock) - MONTHS_A_YEAR + 1)):
        year = slice(first, first + MONTHS_A_YEAR)
        if suppressed[year].any():
            suppressed[year] = _with_feasible_width(stock[year], suppressed[year])
    return suppressed


def _with_feasible_width(counts: Floats, suppressed: Mask) -> Mask:
    """Find what is hidden of some counts [P] whose sum may be known."""
    parts = len(counts)
    arcs = [(0, 1)] * parts + [(1, 0)]
    values = np.append(counts, counts.sum())[None]
    suppressed_with_sum = suppress_sums(arcs, values, sums=(parts,), also=np.append(suppressed, False))
    return np.asarray(suppressed_with_sum[:parts])


def _small_flows(series: MonthlySeries) -> Mask:
    """Find the months whose reported inflow or outflow is too small: [n]; the first month's are not used."""
    small = np.zeros(len(series), dtype=np.bool_)
    for flow in (series.inflow, series.outflow):
        if flow is not None:
            small |= are_small(flow)
    small[0] = False
    return small


@dataclass(frozen=True, eq=False)
class ShownFit:
    """A fit as it may be shown: arrays [n - 1] with NaN where a figure is hidden."""

    fit: MonthlyFit

    @cached_property
    def _of_stock(self) -> Mask:
        """Find the months whose stock is hidden: [n]."""
        return suppressed_months(self.fit.series)

    @property
    def stock_suppressed(self) -> Mask:
        """Return the months after the first whose stock is hidden: [n - 1]."""
        return self._of_stock[1:]

    @cached_property
    def suppressed(self) -> Mask:
        """Find the months of which nothing that is computed is shown: [n - 1].

        The fitted stock and the index of a month are made from its own stock and from the month's before.
        """
        few = self._of_stock[1:] | self._of_stock[:-1] | are_small(self.fit.fitted)
        return np.asarray(few | _small_flows(self.fit.series)[1:])

    @property
    def any_suppressed(self) -> bool:
        """Return whether anything is hidden."""
        return bool(self.suppressed.any()) or self.level is None

    @property
    def stock(self) -> Floats:
        """Return the stock, persons: [n - 1]."""
        return np.where(self.stock_suppressed, np.nan, self.fit.series.stock[1:])

    @property
    def fitted(self) -> Floats:
        """Return the fitted stock one month ahead, persons: [n - 1]."""
        return np.where(self.suppressed, np.nan, self.fit.fitted)

    @property
    def residuals(self) -> Floats:
        """Return stock less fitted stock, persons: [n - 1]."""
        return np.where(self.suppressed, np.nan, self.fit.residuals)

    @property
    def index(self) -> Floats:
        """Return the index of the inflow, 1 = normal: [n - 1]."""
        return np.where(self.suppressed, np.nan, self.fit.index)

    @property
    def exit_index(self) -> Floats | None:
        """Return the index of the exits [n - 1]; None where no flows are known."""
        return None if self.fit.exit_index is None else np.where(self.suppressed, np.nan, self.fit.exit_index)

    @property
    def level(self) -> float | None:
        """Return persons a month at the last month; None where they are too few to be shown."""
        return None if is_small(self.fit.level) else self.fit.level

    @property
    def error(self) -> Mapping[str, FitError] | None:
        """Return the fit's errors; None where they, beside the months that are shown, would reveal a hidden one."""
        return None if self.suppressed.any() else self.fit.error

    @property
    def notes(self) -> tuple[Note, ...]:
        """List what a reader must know; of a shock with a hidden month not how large it is."""
        return tuple(self._note(note) for note in self.fit.notes)

    def _note(self, note: Note) -> Note:
        """Return a note without the size of a shock that holds a hidden month."""
        if "off" not in note.values:
            return note
        first, last = (np.datetime64(str(note.values[end]), "M") for end in ("first", "last"))
        within = (self.fit.months >= first) & (self.fit.months <= last)
        if not (within & self.suppressed).any():
            return note
        return replace(note, values={**note.values, "off": HIDDEN})


def as_plain(shown: ShownFit) -> dict[str, Any]:
    """Return a fit as ``calibrate --json`` answers it. What is hidden is None, and its month says so."""
    fit, error, exits = shown.fit, shown.error, shown.exit_index
    return {
        "series": fit.series.name,
        "first": str(fit.series.months[0]),
        "last": str(fit.series.months[-1]),
        "exit_monthly": fit.exit_rate,
        "exit_monthly_range": list(fit.exit_range),
        "exit_weekly_by_class": fit.weekly_exits,
        "inflow_a_month": shown.level,
        "trend_a_year": float(np.expm1(fit.trend)),
        "eras": [str(fit.months[begins]) for begins in fit.eras],
        "season": fit.season.tolist(),
        "error": None
        if error is None
        else {
            name: {
                "months": e.months,
                "mean_absolute": e.mean_absolute,
                "mean_absolute_pct": e.mean_absolute_pct,
            }
            for name, e in error.items()
        },
        "months": [
            {
                "month": str(month),
                "stock": _known(shown.stock[i]),
                "fitted": _known(shown.fitted[i]),
                "residual": _known(shown.residuals[i]),
                "index": _known(shown.index[i]),
                "exit_index": None if exits is None else _known(exits[i]),
                "shock": bool(fit.shock[i]),
                **({"hidden": True} if shown.suppressed[i] else {}),
            }
            for i, month in enumerate(fit.months)
        ],
    }


def _known(value: float) -> float | None:
    """Return a number, or None where it is hidden."""
    return float(value) if np.isfinite(value) else None


__all__ = ["ShownFit", "as_plain", "suppressed_months"]
