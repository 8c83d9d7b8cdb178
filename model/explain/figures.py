"""Titles and differences of the figures that are explained: indicators, persons on support, net expenditure."""

from __future__ import annotations

import math
from typing import Final

from model.budget.amounts import MILLION
from model.goals.results import GoalResult, IndicatorResult
from model.goals.series import NET, PERSONS, indicator_key
from model.language.catalogue import money, number, text
from model.language.drawn_range import DrawnRange, range_decimals
from model.language.messages import Localized, Message, Phrase

_THOUSAND: Final = 1_000.0


def single_full_stop(sentence: str, language: str) -> str:
    """Return a sentence in which an abbreviation before a full stop brings no second one. For ``Phrase``."""
    return sentence.replace("..", ".")


def why_message(key: str, **values: object) -> Phrase:
    """Return a sentence of ``why`` with one full stop at its end."""
    return Phrase(single_full_stop, Message(f"why.{key}", **values))


def figure_title(key: str, goals: tuple[GoalResult, ...], *, inside: bool = False) -> Message:
    """Return the name of a figure: an indicator with its goal, the persons, the money; ``inside`` a sentence."""
    area = "why.inside" if inside else "why.figure"
    if key in (PERSONS, NET):
        return Message(f"{area}.{key}")
    goal, indicator = _indicator_of(key, goals)
    return Message(area, goal=Phrase(number, goal.number), indicator=indicator.title)


def difference_shown(
    key: str,
    value: float,
    goals: tuple[GoalResult, ...],
    *,
    unit: bool = True,
    within: DrawnRange | None = None,
) -> Localized:
    """Return a difference in one figure with its sign, and with a decimal so that small shares can be seen.

    Money always has its unit, since that depends on the size. A figure that is told with its range, ``within``, has no
    more decimals than the range allows.
    """
    if key == NET and within is not None:
        decimals = range_decimals(within.low / MILLION, within.high / MILLION, 1)
        return Message(
            "domain.money.million", number=Phrase(number, value / MILLION, decimals=decimals, signed=True)
        )
    if key == NET:
        # Single kroner would promise more than a model can know.
        whole = value if math.isnan(value) else round(value / _THOUSAND) * _THOUSAND
        return Phrase(money, whole, signed=True)
    decimals = 1 if key == PERSONS else max(_indicator_of(key, goals)[1].decimals, 1)
    if within is not None:
        decimals = range_decimals(within.low, within.high, decimals)
    n = Phrase(number, value, decimals=decimals, signed=True)
    if not unit:
        return n
    if key == PERSONS:
        return Message("goals.unit.persons", n=n)
    return Phrase(_indicator_of(key, goals)[1].shown_difference, value, decimals=decimals)


def range_shown(
    key: str, drawn: DrawnRange, goals: tuple[GoalResult, ...], language: str, *, unit: bool = True
) -> str:
    """Return between what a difference in one figure lies: "+1 til +4", "−45 til +19 mio. kr."."""
    if key == NET:
        millions = drawn.signed_ends(language, 1, MILLION)
        return text("domain.money.million", language, number=millions) if unit else millions
    return drawn.signed_ends(language, 1 if key == PERSONS else max(_indicator_of(key, goals)[1].decimals, 1))


def _indicator_of(key: str, goals: tuple[GoalResult, ...]) -> tuple[GoalResult, IndicatorResult]:
    """Return the indicator of a key, with its goal."""
    return next((g, i) for g in goals for i in g.indicators if indicator_key(g, i) == key)
