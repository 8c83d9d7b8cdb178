"""The range of an indicator in words: of the difference that a scenario makes, and of the level it comes to.

The digits follow the range: no 18.6 with a range of 64.
"""

from __future__ import annotations

import numpy as np

from model.goals.results import IndicatorResult, tolerance
from model.goals.series import EPSILON
from model.goals.status_text import DrawnStatus
from model.language.catalogue import number, text
from model.language.drawn_range import range_decimals, range_of_draws
from model.uncertainty.bands import Band


def difference_ends(band: Band, indicator: IndicatorResult, language: str) -> str:
    """Return between what the difference from the baseline lies in nine of ten draws: "+1 til +4"; "" where hidden."""
    ends = range_of_draws(band.difference.ends)
    if indicator.suppressed or not ends.is_known:
        return ""
    return ends.signed_ends(language, indicator.decimals)


def level_ends(band: Band, indicator: IndicatorResult, language: str) -> tuple[str, str] | None:
    """Return between what the scenario's value lies in nine of ten draws, with units; None where hidden."""
    ends = range_of_draws(band.scenario.ends)
    if indicator.suppressed or not ends.is_known:
        return None
    decimals = range_decimals(ends.low, ends.high, indicator.decimals)
    first, last = (
        text(f"goals.unit.{indicator.unit}", language, n=number(end, language, decimals))
        for end in (ends.low, ends.high)
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
