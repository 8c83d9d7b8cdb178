"""Say what a proposal is and costs, and how far its table is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from model.budget.amounts import SMALL_AMOUNT
from model.budget.limit import Limit, limit_shown
from model.language.catalogue import number, years_text
from model.municipality.municipality import Municipality
from model.scenario.levers import decimals_of
from model.scenario.parts import Change
from model.workshop.answers import Answer
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.session.sliders import item_of, part_value, slider_facts

State = Literal["none", "draft", "handed_in"]


def state_of(answer: Answer | None) -> State:
    """Return how far a table is with its proposal."""
    if answer is None or answer.draft is None:
        return "none"
    return "handed_in" if answer.handed_in else "draft"


def state_words(session: Session, answer: Answer | None, closed: bool) -> str:
    """Return how far a table is, for the room."""
    state = state_of(answer)
    return session.text(f"page_workshop.build.{'closed' if closed else 'state'}.{state}")


def changes_in_words(session: Session, town: Municipality, changes: Iterable[Change]) -> str:
    """Return what a proposal changes in one line: "Pladser i virksomheder 136 → 200 · ..."; its words where nothing."""
    parts = []
    for change in changes:
        facts = slider_facts(town, item_of(change.lever, change.group), session.language, alone=True)
        before, after = float(facts["base"]), part_value(change.to, "")
        shown = [number(value, session.language, decimals_of(before, after)) for value in (before, after)]
        parts.append(f"{facts['label']} {' → '.join(shown)}{facts['suffix']}")
    return " · ".join(parts) or session.text("page_workshop.build.no_changes")


def lever_words(session: Session, town: Municipality, item: str, *, today: bool = False) -> str:
    """Return a slider's name, with its value of today where that is asked for."""
    facts = slider_facts(town, item, session.language, alone=True)
    if not today:
        return str(facts["label"])
    value = number(facts["base"], session.language, decimals_of(facts["base"])) + str(facts["suffix"])
    return session.text("page_workshop.build.today", name=facts["label"], value=value)


def values_in_order(
    town: Municipality, items: Sequence[str], changes: Iterable[Change], language: str
) -> str:
    """Return where each of the sliders stands in a proposal: "200 · 20 % · 1,2"."""
    moved = {item_of(change.lever, change.group): part_value(change.to, "") for change in changes}
    parts = []
    for item in items:
        facts = slider_facts(town, item, language, alone=True)
        value = moved.get(item, float(facts["base"]))
        parts.append(number(value, language, decimals_of(value)) + str(facts["suffix"]))
    return " · ".join(parts)


def limit_words(session: Session, most: float) -> str:
    """Return the most that a proposal may cost: more than today, over all years."""
    if most == 0:
        return session.text("page_workshop.build.limit.nothing")
    return session.text("page_workshop.build.limit.words", amount=limit_shown(most, session.language))


def money(session: Session, results: ScenarioResults, most: float | None) -> dict[str, Any]:
    """Return what a proposal costs with its range and, where there is a limit, the bar that fills up to it."""
    language, amount = session.language, results.total_amount
    nothing = abs(amount.central) < SMALL_AMOUNT
    years = years_text(len(results.budget.years), language)
    limit = None if most is None else Limit(most, amount)
    changed = bool(results.scenario.changes)
    told = changed and not (nothing and amount.kind == "same")
    unpriced = ""
    if amount.unpriced and limit is None:
        unpriced = session.page_text("budget.unpriced", levers=amount.unpriced_names().text(language))
    return {
        "label": session.text("page_workshop.build.money", years=years),
        "value": session.page_text("budget.zero") if nothing else amount.shown(language),
        "word": session.text(f"budget.amount.word.{amount.kind}") if changed else "",
        "range": amount.range_shown(language) if told else "",
        "limit": ""
        if most is None
        else session.text("page_workshop.build.limit_is", words=limit_words(session, most)),
        "sentence": unpriced
        if limit is None
        else limit.sentence().text(language)
        if changed
        else session.text("page_workshop.build.unused"),
        "state": "none" if limit is None else limit.state,
        "bar": None if limit is None else _bar(limit),
    }


def _bar(limit: Limit) -> dict[str, float | None]:
    """Return where the amount, its range and the limit stand on the bar."""
    drawn = limit.amount.range
    return {
        "at": limit.at(limit.amount.central),
        "low": None if drawn is None else limit.at(drawn.low),
        "high": None if drawn is None else limit.at(drawn.high),
        "most": limit.at(limit.most),
    }
