"""What a budget comes to in plain sentences, for the budget page and the documents."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.result import BudgetResult
from model.language.catalogue import listed, month_name, number, percent, text

Floats = NDArray[np.float64]

# Amounts below this are rounding, DKK.
SMALL_AMOUNT: Final = 50_000.0
_MILLION: Final = 1e6
_MAX_NAMED: Final = 3


def millions(dkk: float, language: str, *, signed: bool = False) -> str:
    """An amount in millions with one decimal, whatever its size, so that the years can be compared."""
    return text("domain.money.million", language, number=number(dkk / _MILLION, language, 1, signed=signed))


def budget_headline(result: BudgetResult, difference: Floats, language: str) -> str:
    """What it costs in all, how that turns over the years, and when it has paid for itself.

    ``difference``: net difference per budget year [Y], DKK in the prices that the reader has chosen.
    """

    def sentence(key: str, **values: object) -> str:
        return text(f"page_budget.{key}", language, **values)

    years, total = result.years, float(difference.sum())
    first, last = float(difference[0]), float(difference[-1])
    if np.abs(difference).max() < SMALL_AMOUNT:
        return sentence("headline.same")
    word = "dearer" if total > 0 else "cheaper"
    sentences = [sentence(f"headline.{word}", amount=millions(abs(total), language), years=len(years))]
    if min(abs(first), abs(last)) >= SMALL_AMOUNT and first * last < 0:
        sentences.append(
            sentence(
                "headline.turn_saves" if first > 0 else "headline.turn_costs",
                first=millions(abs(first), language),
                first_year=years[0],
                last=millions(abs(last), language),
                last_year=years[-1],
            )
        )
    when = result.break_even()
    if when is not None:
        date = when.astype(object)
        sentences.append(sentence("break_even", month=f"{month_name(date.month, language)} {date.year}"))
    elif first > SMALL_AMOUNT and total > SMALL_AMOUNT:
        sentences.append(sentence("no_break_even", year=years[-1]))
    sentences.append(sentence("assumed", share=percent(result.share_assumed, language)))
    return " ".join(sentences)


def assumed_prices(result: BudgetResult, language: str) -> str:
    """How much of the difference rests on assumed prices, and on which."""
    costs = [
        (abs(float(c.net.difference.sum())), c.label.text(language))
        for c in result.by_component.values()
        if c.assumed
    ]
    named = [label for amount, label in sorted(costs, reverse=True)[:_MAX_NAMED] if amount >= SMALL_AMOUNT]
    if not named or not result.share_assumed:
        return text("page_budget.assumptions.none", language)
    return text(
        "page_budget.assumptions.sentence",
        language,
        years=len(result.years),
        share=percent(result.share_assumed, language),
        list=listed(named, language),
    )
