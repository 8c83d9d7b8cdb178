"""Compute what the page Catalogue shows: which cards there are and are on, and what they come to, in words and rows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

from model.catalogue.effects import MOST_LAYERS, StackEffects
from model.catalogue.files import BrokenFile, Card, Catalogue, own_folder
from model.catalogue.sentences import EffectRow, goal_rows, money_rows, price_text, source_text, unpriced_text
from model.catalogue.stack import Stack, layer_of_measure, stack
from model.language.catalogue import listed
from model.scenario.parts import NAME_LENGTH, TEXT_LENGTH
from model.scenario.scenario import without_changes
from pages.components.chart_with_table import Row
from pages.components.stack_view import with_ends
from pages.session.session import Session

ON: Final = "catalogue_on"  # keys of the cards that are on, in order
NAME: Final = "catalogue_name"  # of the set that was opened or saved last
MOST_ON: Final = MOST_LAYERS


def catalogue() -> Catalogue:
    """Return the visitors' own cards and those that ship."""
    return Catalogue(own_folder())


def offered_cards(session: Session) -> tuple[list[Card], tuple[BrokenFile, ...]]:
    """Return the cards that fit the municipality on screen, its own first, and the visitors' files that hold none."""
    cards, broken = catalogue().cards()
    town = session.scenario.municipality
    fitting = [card for card in cards if card.measure.fits(town)]
    fitting.sort(key=lambda card: (not card.own, card.measure.municipality != town, card.measure.title))
    return fitting, broken


def cards_on(session: Session, cards: Sequence[Card]) -> list[Card]:
    """Return the cards that are on, in their order; what is no longer there is left out."""
    by_key = {card.key: card for card in cards}
    return [by_key[key] for key in session.widget_values.get(ON, ()) if key in by_key][:MOST_ON]


def put_on(session: Session, key: str, on: bool) -> None:
    """Lay a card last, or take it off."""
    keys = [k for k in session.widget_values.get(ON, ()) if k != key]
    session.widget_values[ON] = (*keys, key) if on else tuple(keys)


def move(session: Session, key: str, by: int) -> None:
    """Move a card up or down in the order."""
    keys = list(session.widget_values.get(ON, ()))
    at = keys.index(key) if key in keys else -1
    if at < 0 or not 0 <= at + by < len(keys):
        return
    keys[at], keys[at + by] = keys[at + by], keys[at]
    session.widget_values[ON] = tuple(keys)


def stacked(session: Session, cards: Sequence[Card]) -> Stack:
    """Lay the cards on the baseline of the scenario on screen, under its period, economy and assumptions."""
    base = without_changes(session.scenario)
    titles = [card.measure.title for card in cards]
    name = session.widget_values.get(NAME) or session.text(
        "catalogue.name", titles=listed(titles, session.language) if titles else "-"
    )
    lines = [f"{at}. {title}" for at, title in enumerate(titles, start=1)]
    layers = [layer_of_measure(card.measure, base, card.key) for card in cards]
    return stack(
        base,
        layers,
        textwrap.shorten(str(name), NAME_LENGTH, placeholder=" ..."),
        "\n".join(lines)[:TEXT_LENGTH],
    )


def summary_table(session: Session, found: StackEffects) -> list[Row]:
    """Return one row for money and one per goal: the sum, the interaction and the total with its range."""
    every = [(session.text("page_catalogue.money"), money_rows(found, session.language))]
    for effect in found.goals:
        title = session.text(
            "page_catalogue.goal",
            number=effect.goal.number,
            title=effect.indicator.title.text(session.language),
        )
        if unit := effect.indicator.difference_unit(session.language):
            title = session.text("page_catalogue.in_unit", title=title, unit=unit)
        every.append((title, goal_rows(found, effect, session.language)))
    return [_summary(session, name, rows) for name, rows in every]


def _summary(session: Session, name: str, rows: Sequence[EffectRow]) -> Row:
    """Return the row of one figure."""
    by_kind = {row.kind: row for row in rows}
    total = by_kind.get("total")
    out = {session.text("page_catalogue.column.figure"): name}
    if total is None:
        hidden = session.text("disclosure.not_shown")
        return {**out, session.text("page_catalogue.column.together"): hidden}
    out[session.text("page_catalogue.column.together")] = with_ends(session, total.bare, total.ends)
    for kind in ("sum", "interaction"):
        if kind in by_kind:
            out[session.text(f"page_catalogue.column.{kind}")] = with_ends(
                session, by_kind[kind].bare, by_kind[kind].ends
            )
    return out


def card_lines(session: Session, card: Card) -> list[str]:
    """Return what a card says of itself: its reason, source and price."""
    measure, language = card.measure, session.language
    lines = [measure.reason, session.text("page_catalogue.source", source=source_text(measure, language))]
    if measure.price is not None:
        lines.append(session.text("page_catalogue.price", price=price_text(measure.price, language)))
    else:
        lines.append(unpriced_text(measure, language) or session.text("page_catalogue.price.model"))
    lines += [change.why for change in measure.changes if change.why]
    return lines
