"""Titles and differences of the figures that are explained: indicators, persons on support, net expenditure."""

from __future__ import annotations

import math
from typing import Final

from model.goals.results import GoalResult, IndicatorResult
from model.goals.series import NET, PERSONS, indicator_key
from model.language.catalogue import money, number, text

_THOUSAND: Final = 1_000.0


def single_full_stop(sentence: str) -> str:
    """A sentence in which an abbreviation before a full stop brings no second one."""
    return sentence.replace("..", ".")


def figure_title(key: str, goals: tuple[GoalResult, ...], language: str, *, inside: bool = False) -> str:
    """Name of a figure: an indicator with its goal, the persons, the money; ``inside`` a sentence."""
    area = "why.inside" if inside else "why.figure"
    if key in (PERSONS, NET):
        return text(f"{area}.{key}", language)
    goal, indicator = _indicator_of(key, goals)
    return text(area, language, goal=number(goal.number, language), indicator=indicator.title.text(language))


def difference_shown(
    key: str, value: float, goals: tuple[GoalResult, ...], language: str, *, unit: bool = True
) -> str:
    """A difference in one figure with its sign, and with a decimal so that small shares can be seen.

    Money always has its unit, since that depends on the size.
    """
    if key == NET:
        # Single kroner would promise more than a model can know.
        whole = value if math.isnan(value) else round(value / _THOUSAND) * _THOUSAND
        return money(whole, language, signed=True)
    decimals = _decimals(key, goals)
    n = number(value, language, decimals, signed=True)
    if not unit:
        return n
    if key == PERSONS:
        return text("goals.unit.persons", language, n=n)
    return _indicator_of(key, goals)[1].shown_difference(value, language, decimals)


def _decimals(key: str, goals: tuple[GoalResult, ...]) -> int:
    return 1 if key == PERSONS else max(_indicator_of(key, goals)[1].decimals, 1)


def _indicator_of(key: str, goals: tuple[GoalResult, ...]) -> tuple[GoalResult, IndicatorResult]:
    return next((g, i) for g in goals for i in g.indicators if indicator_key(g, i) == key)
