"""The range of an indicator in words: of the difference that a scenario makes, and of the level it comes to.

The digits follow the range: no 18.6 with a range of 64.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from model.goals.results import IndicatorResult, tolerance
from model.goals.series import EPSILON
from model.goals.status_text import DrawnStatus
from model.language.catalogue import number, text
from model.uncertainty.bands import Band, Floats

# The range that is told: nine of ten draws.
LOW, HIGH = 0.05, 0.95
# A range is told in at most so many steps of its last digit.
_MAX_STEPS: Final = 50


def ends_of_draws(values: Floats) -> tuple[float, float]:
    """Return the 5 and 95 per cent quantiles of the draws that have a value [count]; NaN where none has."""
    known = values[np.isfinite(values)]
    if not len(known):
        return math.nan, math.nan
    low, high = (float(q) for q in np.quantile(known, (LOW, HIGH)))
    return low, high


def range_decimals(low: float, high: float, decimals: int) -> int:
    """Return the decimals that a range allows, at most those of the figure."""
    while decimals > 0 and (high - low) * 10**decimals > _MAX_STEPS:
        decimals -= 1
    return decimals


def difference_ends(band: Band, indicator: IndicatorResult, language: str) -> str:
    """Return between what the difference from the baseline lies in nine of ten draws: "+1 til +4"; "" where hidden."""
    low, high = ends_of_draws(band.difference.ends)
    if indicator.suppressed or not math.isfinite(low):
        return ""
    decimals = range_decimals(low, high, indicator.decimals)
    first, last = (number(end, language, decimals, signed=True) for end in (low, high))
    return first if first == last else text("budget.amount.between", language, low=first, high=last)


def level_ends(band: Band, indicator: IndicatorResult, language: str) -> tuple[str, str] | None:
    """Return between what the scenario's value lies in nine of ten draws, with units; None where hidden."""
    low, high = ends_of_draws(band.scenario.ends)
    if indicator.suppressed or not math.isfinite(low):
        return None
    decimals = range_decimals(low, high, indicator.decimals)
    first, last = (
        text(f"goals.unit.{indicator.unit}", language, n=number(end, language, decimals))
        for end in (low, high)
    )
    return first, last


def drawn_status(band: Band | None, indicator: IndicatorResult) -> DrawnStatus | None:
    """Return what the draws say of an indicator's status; None without draws, or where none has a value."""
    if band is None:
        return None
    ends = band.difference.ends[np.isfinite(band.difference.ends)]
    if not len(ends) or indicator.direction == "watch":
        return DrawnStatus(len(band.difference.ends), band.chance, 0.0, 0.0)
    least = tolerance(indicator.smallest_movement, indicator.value_baseline) - EPSILON
    gains = ends if indicator.direction == "up" else -ends
    return DrawnStatus(
        draws=len(band.difference.ends),
        chance=band.chance,
        better=float((gains >= least).mean()),
        worse=float((gains <= -least).mean()),
    )
