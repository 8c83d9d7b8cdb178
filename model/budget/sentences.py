"""What a budget comes to in plain sentences, for the budget page and the documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from model.budget.amounts import SMALL_AMOUNT, Amount
from model.budget.result import BudgetResult
from model.language.catalogue import listed, month_name, number, percent, text
from model.language.messages import Localized, Message, Phrase, joined

_MILLION: Final = 1e6
_MAX_NAMED: Final = 3


def millions(dkk: float, language: str, *, signed: bool = False) -> str:
    """Return an amount in millions with one decimal, whatever its size, so that the years can be compared."""
    return text("domain.money.million", language, number=number(dkk / _MILLION, language, 1, signed=signed))


def budget_headline(result: BudgetResult, years: Sequence[Amount], total: Amount) -> Localized:
    """Describe what a scenario costs in all, how that turns over the years, and when it has paid for itself.

    ``years`` and ``total`` are the net difference per budget year and in all, in the prices that the reader has chosen.
    Where the range of the total crosses zero nothing is said of when it has paid for itself: it may never.
    """
    sentences: list[Localized] = [Phrase(as_sentence, total.clause())]
    first, last = years[0], years[-1]
    settled = {first.kind, last.kind} == {"saves", "costs"}
    if settled:
        sentences.append(
            Message(
                f"page_budget.headline.{'turn_saves' if first.kind == 'costs' else 'turn_costs'}",
                first=Phrase(first.shown, signed=False),
                first_ends=Phrase(first.ends_shown),
                first_year=result.years[0],
                last=Phrase(last.shown, signed=False),
                last_ends=Phrase(last.ends_shown),
                last_year=result.years[-1],
            )
        )
    when = result.break_even()
    if when is not None and total.kind == "saves":
        date = when.astype(object)
        month = Phrase(joined, [Phrase(month_name, date.month), str(date.year)])
        sentences.append(Message("page_budget.break_even", month=month))
    elif first.kind == "costs" and total.kind == "costs":
        sentences.append(Message("page_budget.no_break_even", year=result.years[-1]))
    if total.kind != "same":
        sentences.append(Message("page_budget.assumed", share=Phrase(percent, result.share_assumed)))
    return Phrase(joined, sentences)


def as_sentence(clause: str, language: str) -> str:
    """Return a clause as a sentence. For ``Phrase``: the same in any language."""
    return clause[:1].upper() + clause[1:] + "."


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
