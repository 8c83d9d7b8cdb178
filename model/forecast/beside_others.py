"""How much a municipality's months move by themselves, once what all the others did is known.

A level, taken as the mean of some months, is moved as the others together turned out to move. What is left is the
municipality's own: its season, its firms, chance. A follow-up holds what is left of a difference against it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from model.forecast.method import MONTHS_A_YEAR, Floats
from model.forecast.panel import Panel, panel
from model.forecast.predictive import Spread, by_size
from model.forecast.tried import FIRST_START, LAST_START, LONGEST, starts_of
from model.municipality.history import Benefit

_LEAST: Final = 1.0


def errors_beside_others(figures: Panel, base: int) -> tuple[Floats, Floats]:
    """Return the logarithm of what came over the level moved as the others moved [S, H, M], and the levels [S, M].

    The level is the mean of the ``base`` months that end with a start; a month that has not come yet is NaN.
    """
    persons = figures.persons
    at = np.searchsorted(figures.months, starts_of(figures, FIRST_START, LAST_START))
    levels = np.stack([persons[s + 1 - base : s + 1].mean(axis=0) for s in at])  # [S, M]
    errors = np.full((len(at), LONGEST, persons.shape[1]), np.nan)
    for row, s in enumerate(at):
        later = persons[s + 1 : s + 1 + LONGEST]  # [h, M]
        others = later.sum(axis=1, keepdims=True) - later
        moved = levels[row] * others / (levels[row].sum() - levels[row])
        errors[row, : len(later)] = np.log(np.maximum(later, _LEAST) / np.maximum(moved, _LEAST))
    return errors, levels


@lru_cache(maxsize=8)
def spread_beside_others(benefit: Benefit, base: int = MONTHS_A_YEAR) -> Spread:
    """Return the spread of a municipality's own part by months ahead; what all share is known and has none.

    Arguments: the months that the level is the mean of. Raises ValueError for none or more than a year of them.
    """
    if not 1 <= base <= MONTHS_A_YEAR:
        raise ValueError(f"a level is the mean of 1 to {MONTHS_A_YEAR} months, not {base}")
    errors, levels = errors_beside_others(panel(benefit), base)
    size = levels.mean(axis=0)
    own, counted = np.array([by_size(v, size) for v in np.nanmean(errors**2, axis=0)]).T
    return Spread(np.zeros(LONGEST), own, counted)
