"""Place the ends of an axis, and thin a long series to the weeks that a chart shows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# An axis starts at zero where what moves takes up at least this part of the height then.
_ENOUGH_OF_HEIGHT: Final = 0.25
# Else it shows at least this part of the level, so that a flat line looks flat.
_LEAST_SPAN: Final = 0.12
_MARGIN: Final = 0.25
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_TICKS: Final = 5
# Values that lie within this of each other and of zero are all zero: no figure of the pages is that fine.
_NOTHING: Final = 1e-6
# How charts write the figures beside an axis: without a number of decimals Vega takes as many as the ticks need, so
# that no two of them read the same. The tilde drops zeros at the end: where all values are equal there is no step
# between ticks to take the decimals from, and the axis read "0,000000".
TICK_FORMAT: Final = ",~f"


def ends(series: Iterable[Floats], extra: Iterable[float | None] = ()) -> tuple[float, float]:
    """Return the lowest and the highest value of an axis for some series and single values (None is left out)."""
    parts = [np.asarray(s, dtype=float) for s in series]
    values = np.concatenate([*parts, np.array([e for e in extra if e is not None], dtype=float)])
    values = values[np.isfinite(values)]
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if max(abs(high), abs(low)) < _NOTHING:
        return min(low, 0.0), 1.0
    span = max(high - low, _LEAST_SPAN * max(abs(high), abs(low)), 1e-9)
    if low >= 0 and span >= _ENOUGH_OF_HEIGHT * high:
        return 0.0, _up(high + 0.1 * span, high)
    low, high = low - _MARGIN * span, high + _MARGIN * span
    step = _step(high - low)
    bottom = math.floor(low / step) * step
    return (max(bottom, 0.0) if values.min() >= 0 else bottom), math.ceil(high / step) * step


def ends_around_zero(values: Iterable[float | None], least: float = 1.0) -> tuple[float, float]:
    """Return the ends of an axis of differences: zero is always on it, and some room where nothing differs.

    ``least``: so far from zero the axis reaches at least, to the side that is used; to both where none is.
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    if high - low < _NOTHING:
        return -least, least
    step = _step(max(high - low, least))
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return min(low, -least) if low < 0 else 0.0, max(high, least) if high > 0 else 0.0


def _step(span: float) -> float:
    """Return the step between the ticks of an axis of that span."""
    raw = span / _TICKS
    ten = 10.0 ** math.floor(math.log10(raw))
    return next(s * ten for s in _STEPS if s * ten >= raw * (1 - 1e-9))


def _up(value: float, level: float) -> float:
    """Round up to the next tick."""
    step = _step(max(value, level, 1e-9))
    return math.ceil(value / step - 1e-9) * step


def thinned(series: Floats, points: int) -> list[float | None]:
    """Return at most ``points`` values of a weekly series, the last always among them; None where not defined."""
    chosen = series[chosen_weeks(len(series), points)]
    return [
        None if math.isnan(v) else 0.0 if abs(v) < _NOTHING else float(f"{v:.6g}") for v in chosen.tolist()
    ]


def chosen_weeks(weeks: int, points: int) -> NDArray[np.int64]:
    """Return which weeks a chart of at most ``points`` points draws."""
    every = max(1, -(-(weeks - 1) // (points - 1)))
    # Counted from the end, so that the last week is there.
    return np.arange(weeks - 1, -1, -every)[::-1]
