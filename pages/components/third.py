"""Compute what the first page shows of the administration's proposal beside the scenario: money, levers, indicators."""

from __future__ import annotations

from typing import Any

from model.budget.amounts import SMALL_AMOUNT, total_amount
from model.goals.results import IndicatorResult
from model.language.catalogue import long_date, number, text
from model.scenario.levers import decimals_of
from pages.session.reference import (
    reference_indicator,
    reference_note,
    reference_of_same_weeks,
    reference_ranges,
    reference_results,
)
from pages.session.session import Session


def third_name(session: Session) -> str:
    """Return what the administration's proposal is called where there is little room."""
    return text("documents.beside.column", session.language)


def third_money(session: Session) -> dict[str, str] | None:
    """Return what the proposal costs or saves in all, as the row of money takes it, or why that is not told.

    None where none is chosen.
    """
    if session.reference is None:
        return None
    parts = {
        "name": third_name(session),
        "value": "",
        "word": "",
        "range": "",
        "note": third_left_out(session),
    }
    results = reference_of_same_weeks(session)
    if results is None:
        return parts
    language = session.language
    amount = total_amount(results.budget, reference_ranges(session))
    nothing = abs(amount.central) < SMALL_AMOUNT
    word = text(f"budget.amount.word.{amount.kind}", language)
    return {
        **parts,
        "value": session.page_text("budget.zero") if nothing else amount.shown(language),
        # A lever without a price is told beside the amount.
        "word": session.page_text("third.unpriced", word=word) if amount.unpriced else word,
        "range": "" if nothing and amount.kind == "same" else amount.range_shown(language),
    }


def third_left_out(session: Session) -> str:
    """Return why the chosen proposal has no line in the chart and no amount; empty where it has both."""
    if session.reference is None:
        return ""
    why_not = reference_note(session)
    if why_not is not None:
        return why_not
    if reference_of_same_weeks(session) is not None:
        return ""
    return session.page_text("third.other_start", date=long_date(session.reference.start, session.language))


def third_of_point(session: Session, goal: str, indicator: IndicatorResult) -> str:
    """Return an indicator's value in the proposal, or that it is not shown; empty where none is to be told."""
    if reference_results(session) is None:
        return ""
    third = None if indicator.suppressed else reference_indicator(session, goal, indicator.id)
    value = (
        text("disclosure.not_shown", session.language)
        if third is None
        else third.shown(third.value_scenario, session.language)
    )
    return session.page_text("chart.reference", value=value)


def third_sentence(session: Session, goal: str, indicator: IndicatorResult) -> str:
    """Return where the indicator ends in the proposal, after the sentence of its chart; empty where it is not told."""
    third = None if indicator.suppressed else reference_indicator(session, goal, indicator.id)
    if third is None:
        return ""
    value = third.shown(third.value_scenario, session.language)
    return text("documents.beside.value", session.language, value=value)


def third_of_lever(session: Session, value: float | None, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the mark of a lever that the proposal moves to ``value``, and its words; ``facts``: the slider's own.

    The words stand where the years of the baseline's figure do; those are then told under the question mark.
    """
    if value is None or value == facts["base"]:
        return {"third": None, "thirdSpoken": ""}
    shown = number(value, session.language, decimals_of(value)) + str(facts["suffix"])
    hint = session.page_text("third.lever_hint", value=shown)
    return {
        "third": value,
        "thirdSpoken": session.page_text("third.lever_spoken", value=shown),
        "dated": session.page_text("third.lever", value=shown),
        "datedHint": " ".join(filter(None, (hint, facts["datedHint"]))),
        "help": " ".join(filter(None, (facts["help"], facts["datedHint"], hint))),
    }
