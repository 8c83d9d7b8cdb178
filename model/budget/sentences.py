"""What a budget comes to in plain sentences, for the budget page and the documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import SMALL_AMOUNT, Amount
from model.budget.result import BudgetResult
from model.language.catalogue import listed, month_name, number, percent, text, years_text
from model.language.messages import Localized, Message, Phrase, joined

Floats = NDArray[np.float64]

_MILLION: Final = 1e6
_MAX_NAMED: Final = 3
# Guidance that is a smaller part of all that moves is not worth a sentence: a smaller group needs a little less.
_WORTH_A_SENTENCE: Final = 0.05


def millions(dkk: float, language: str, *, signed: bool = False) -> str:
    """Return an amount in millions with one decimal, whatever its size, so that the years can be compared."""
    return text("domain.money.million", language, number=number(dkk / _MILLION, language, 1, signed=signed))


def budget_headline(
    result: BudgetResult, years: Sequence[Amount], total: Amount, factors: Floats | None = None
) -> Localized:
    """Describe what a scenario costs in all, how that turns over the years, and when it has paid for itself.

    ``years`` and ``total`` are the net difference per budget year and in all, in the prices that the reader has chosen:
    ``factors`` [Y] of the current ones. Where the range of the total crosses zero nothing is said of when it has paid
    for itself: it may never.
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
    guidance = closed_guidance(result, total, factors)
    if guidance is not None:
        sentences.append(guidance)
    if total.kind != "same":
        sentences.append(Message("page_budget.assumed", share=Phrase(percent, result.share_assumed)))
    return Phrase(joined, sentences)


def closed_guidance(result: BudgetResult, total: Amount, factors: Floats | None = None) -> Message | None:
    """Describe how much of an amount is guidance that is closed down; None where that is little or nothing.

    Arguments: the ``total`` as it is told, and the factors [Y] that turn current prices into those of the reader.
    """
    moved = sum(float(np.abs(cost.net.difference).sum()) for cost in result.by_component.values())
    if result.guidance_saved.sum() < max(SMALL_AMOUNT, _WORTH_A_SENTENCE * moved):
        return None
    saved = float((result.guidance_saved * (1.0 if factors is None else factors)).sum())
    whole = total.kind in ("saves", "lower") and saved >= -total.central
    return Message(f"budget.guidance_closed.{'whole' if whole else 'part'}", amount=Phrase(millions, saved))


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
        years=Phrase(years_text, len(result.years)),
        share=Phrase(percent, result.share_assumed),
        list=Phrase(listed, named),
    )


def years_sentence(years: Sequence[int], amounts: Sequence[Amount], language: str) -> str:
    """Return the net difference of each budget year in one sentence, with its range where that is known."""
    parts = []
    for year, amount in zip(years, amounts, strict=True):
        ends = amount.ends_shown(language)
        key = "page_budget.by_kind.year_range" if ends else "page_budget.by_kind.year"
        parts.append(text(key, language, amount=amount.shown(language), year=year, ends=ends))
    sentence = text("page_budget.by_kind.sentence", language, years=listed(parts, language))
    if all(amount.range is None for amount in amounts):
        return sentence
    return f"{sentence} {text('page_budget.by_kind.ranges', language)}"
