"""What a budget comes to in plain sentences, for the budget page and the documents."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.result import BudgetResult
from model.language.catalogue import listed, month_name, number, percent, text
from model.language.messages import Localized, Message, Phrase, joined

Floats = NDArray[np.float64]

# Amounts below this are rounding, DKK.
SMALL_AMOUNT: Final = 50_000.0
_MILLION: Final = 1e6
_MAX_NAMED: Final = 3


def millions(dkk: float, language: str, *, signed: bool = False) -> str:
    """Return an amount in millions with one decimal, whatever its size, so that the years can be compared."""
    return text("domain.money.million", language, number=number(dkk / _MILLION, language, 1, signed=signed))


def budget_headline(result: BudgetResult, difference: Floats) -> Localized:
    """Describe what a scenario costs in all, how that turns over the years, and when it has paid for itself.

    ``difference``: net difference per budget year [Y], DKK in the prices that the reader has chosen.
    """
    years, total = result.years, float(difference.sum())
    first, last = float(difference[0]), float(difference[-1])
    if np.abs(difference).max() < SMALL_AMOUNT:
        return Message("page_budget.headline.same")
    direction = "dearer" if total > 0 else "cheaper"
    amount = Phrase(millions, abs(total))
    sentences = [Message(f"page_budget.headline.{direction}", amount=amount, years=len(years))]
    if min(abs(first), abs(last)) >= SMALL_AMOUNT and first * last < 0:
        sentences.append(
            Message(
                f"page_budget.headline.{'turn_saves' if first > 0 else 'turn_costs'}",
                first=Phrase(millions, abs(first)),
                first_year=years[0],
                last=Phrase(millions, abs(last)),
                last_year=years[-1],
            )
        )
    when = result.break_even()
    if when is not None:
        date = when.astype(object)
        month = Phrase(joined, [Phrase(month_name, date.month), str(date.year)])
        sentences.append(Message("page_budget.break_even", month=month))
    elif first > SMALL_AMOUNT and total > SMALL_AMOUNT:
        sentences.append(Message("page_budget.no_break_even", year=years[-1]))
    sentences.append(Message("page_budget.assumed", share=Phrase(percent, result.share_assumed)))
    return Phrase(joined, sentences)


def assumed_prices(result: BudgetResult) -> Message:
    """Describe how much of the difference rests on assumed prices, and on which."""
    costs = [(abs(float(c.net.difference.sum())), c.label) for c in result.by_component.values() if c.assumed]
    costs.sort(key=lambda cost: cost[0], reverse=True)
    named = [label for amount, label in costs[:_MAX_NAMED] if amount >= SMALL_AMOUNT]
    if not named or not result.share_assumed:
        return Message("page_budget.assumptions.none")
    return Message(
        "page_budget.assumptions.sentence",
        years=len(result.years),
        share=Phrase(percent, result.share_assumed),
        list=Phrase(listed, named),
    )
