"""An outcome summed over origins, once: what the budget, the goals and the explanation all read."""

from __future__ import annotations

from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from model.domain import WEEKS_PER_YEAR
from model.engine.kernel.layout import FIELD_SIZES, FIELDS
from model.simulation.outcome import STOCK_SERIES, Outcome

Floats = NDArray[np.float64]


class GroupTotals:
    """All series of a run by target group; T weeks, G = 13 groups."""

    def __init__(self, outcome: Outcome) -> None:
        self._by_origin = outcome.record
        self._blocks: dict[str, Floats] = {}
        self._last_year: Floats | None = None

    @cached_property
    def record(self) -> Floats:
        """Return all series side by side, the start in row 0: [T + 1, G, N_FIELDS]."""
        return _over_origins(self._by_origin)

    def block(self, name: str) -> Floats:
        """Return series ``name`` with the start in row 0: [T + 1, G] or [T + 1, G, n]."""
        begin, end = FIELDS[name]
        if "record" in self.__dict__:
            return self.record[:, :, begin] if FIELD_SIZES[name] == 1 else self.record[:, :, begin:end]
        # A draw is asked for a few series only.
        if name not in self._blocks:
            self._blocks[name] = _over_origins(self._by_origin[:, :, :, begin:end])
        block = self._blocks[name]
        return block[:, :, 0] if FIELD_SIZES[name] == 1 else block

    def series(self, name: str) -> Floats:
        """Return series ``name`` at the end of (a stock) or during (a flow) each week: [T, G] or [T, G, n]."""
        return self.block(name)[1:]

    def last_year(self, name: str) -> Floats:
        """Return the mean of a series over the last 52 weeks (or all, if fewer): [G] or [G, n]."""
        if self._last_year is None:
            self._last_year = self.record[1:][-WEEKS_PER_YEAR:].mean(axis=0)
        begin, end = FIELDS[name]
        return self._last_year[:, begin] if FIELD_SIZES[name] == 1 else self._last_year[:, begin:end]

    def at_week_start(self, name: str) -> Floats:
        """Return a stock at the start of each week: [T, G] or [T, G, n]. Raises KeyError for a flow."""
        if name not in STOCK_SERIES:
            raise KeyError(f"{name} is a flow, it has no value at the start of a week")
        return self.block(name)[:-1]


def _over_origins(record: Floats) -> Floats:
    # Adding the three origins is several times faster than a sum over a strided axis.
    """Sum a record [T + 1, G, 3, n] over the origins: [T + 1, G, n]."""
    total: Floats = record[:, :, 0] + record[:, :, 1]
    total += record[:, :, 2]
    return total


_known: WeakKeyDictionary[Outcome, GroupTotals] = WeakKeyDictionary()


def totals_by_group(outcome: Outcome) -> GroupTotals:
    """Return the totals of a run, kept as long as the run itself is."""
    totals = _known.get(outcome)
    if totals is None:
        totals = _known[outcome] = GroupTotals(outcome)
    return totals


def persons_on_support(outcome: Outcome) -> float:
    """Return the full-time persons on public support, mean of the last 52 weeks (or all, if fewer)."""
    # Only the one series is summed: a run that is known for nothing else would sum all of them.
    return float(totals_by_group(outcome).series("caseload")[-WEEKS_PER_YEAR:].sum(axis=1).mean())
