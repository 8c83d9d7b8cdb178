"""Say which numbers are the budget's, under whatever rules, and within which bounds each of them must lie."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Final

from model.parameters.dated_rates import prices_under
from model.parameters.ids import bad_parameter
from model.parameters.sourced_value import SourcedValue

# What a number of the budget may be, by unit.
_BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "share": (0.0, 1.0),
    "per year": (-0.5, 0.5),
    "weeks": (0.0, 520.0),
    "full-time persons": (-1e6, 1e6),
}
_BOUNDS_OF_AMOUNTS: Final = (0.0, 1e8)


def known_prices() -> Mapping[str, SourcedValue]:
    """Return every number of the budget as shipped, those of rules by date with them."""
    return prices_under(dated=True)


def is_price(parameter: str) -> bool:
    """Return whether a number is the budget's: a rate, a price or a share of it."""
    return parameter.startswith("budget.")


def price_bounds(parameter: str) -> tuple[float, float]:
    """Return the lowest and the highest value of a number of the budget, by its unit; KeyError for no such id."""
    return _BOUNDS.get(known_prices()[parameter].unit, _BOUNDS_OF_AMOUNTS)


def check_price(parameter: str, value: float) -> None:
    """Raise BadParameter where a number of the budget is none, or outside what its unit allows."""
    low, high = price_bounds(parameter)
    if not (isfinite(value) and low <= value <= high):
        raise bad_parameter("parameters.error.bounds", parameter=parameter, value=value, low=low, high=high)
