"""Put the administration's proposal beside both runs on the page Target groups: a third figure where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from model.language.catalogue import long_date, text
from model.scenario.scenario import Scenario
from pages.session.reference import reference_note, reference_of_same_weeks
from pages.session.session import Session
from pages.views.target_groups.pairs import Pair

if TYPE_CHECKING:
    from pages.views.target_groups.view import GroupView, Row


def third_scenario(session: Session) -> Scenario | None:
    """Return the proposal as it is run beside the scenario on screen; None where it cannot be."""
    results = reference_of_same_weeks(session)
    return None if results is None else results.scenario


def third_head(view: GroupView) -> str:
    """Return the head of its column."""
    return text("documents.beside.column", view.session.language)


def note(view: GroupView) -> str:
    """Return in a sentence where the proposal stands on the page, or why it does not; empty where none is chosen."""
    session = view.session
    if session.reference is None:
        return ""
    if view.beside is not None:
        return view.text("third.shown")
    why_not = reference_note(session)
    if why_not is not None:
        return why_not
    if third_scenario(session) is not None:
        return view.text("third.hidden")
    return view.text("third.other_start", date=long_date(session.reference.start, session.language))


def caseload_words(view: GroupView) -> str:
    """Return where the caseload ends in the proposal, after the sentence of its chart; empty where it is not drawn."""
    if view.beside is None:
        return ""
    return view.text("third.caseload", n=view.n(view.beside.after.caseload))


def with_third_tiles(view: GroupView, items: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return key figures with those of the proposal at the end of their notes."""
    if view.beside is None:
        return items
    told = []
    for item, other in zip(items, view.beside.tiles()["items"], strict=True):
        hidden = view.not_shown in (item["after"], other["after"])
        value = view.not_shown if hidden else f"{other['after']} {other['unit']}".strip()
        said = view.session.page_text("chart.reference", value=value)
        told.append(
            {
                **item,
                "note": " · ".join(filter(None, (item["note"], said))),
                "spoken": f"{item['spoken'].rstrip('.')}. {said}.",
            }
        )
    return told


def with_third_pairs(view: GroupView, pairs: list[Pair], others: Sequence[Pair]) -> list[Pair]:
    """Return pairs with the proposal's figure, found by its label; one that is hidden in either is in both."""
    by_label = {pair.label: pair for pair in others}
    return [_with_third(view, pair, by_label.get(pair.label)) for pair in pairs]


def _with_third(view: GroupView, pair: Pair, other: Pair | None) -> Pair:
    """Return a pair with the proposal's figure; one that nobody has there is nought."""
    if pair.suppressed or (other is not None and other.suppressed):
        return replace(pair, third_text=view.not_shown)
    if other is None:
        return replace(pair, third=0.0, third_text=view.n(0.0))
    return replace(pair, third=other.after, third_text=other.figures[1])


def with_third_rows(view: GroupView, rows: list[Row], others: Sequence[Row], own: str) -> list[Row]:
    """Return rows of a table with the proposal's column, from its own table; ``own``: the column of a table's run."""
    return [
        {
            **row,
            third_head(view): view.not_shown if view.not_shown in (row[own], other[own]) else other[own],
        }
        for row, other in zip(rows, others, strict=True)
    ]


def third_cell(view: GroupView, pair: Pair, other: Pair | None) -> Row:
    """Return the proposal's cell of a row; no cell where none stands beside the scenario."""
    if view.beside is None:
        return {}
    return {third_head(view): _with_third(view, pair, other).third_text}


def third_course(view: GroupView) -> Any:
    """Return the proposal's caseload in every week; None where it is not drawn."""
    other = view.beside
    return None if other is None else other.segment.of(other.outcome, "caseload")[1:]
