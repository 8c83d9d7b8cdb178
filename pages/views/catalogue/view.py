"""Compute what the page Catalogue shows: which cards there are and are on, and what they come to, in words and rows."""

from __future__ import annotations

import textwrap
import threading
from collections.abc import Sequence
from typing import Final

from model.budget.amounts import MILLION
from model.catalogue.effects import MOST_LAYERS, GoalEffect, StackEffects, effects
from model.catalogue.files import BrokenFile, Card, Catalogue, own_folder
from model.catalogue.sentences import (
    EffectRow,
    change_text,
    goal_rows,
    money_rows,
    price_text,
    source_text,
    unpriced_text,
)
from model.catalogue.stack import Stack, layer_of_measure, stack
from model.language.catalogue import listed
from model.language.drawn_range import DrawnRange
from model.scenario.parts import NAME_LENGTH, TEXT_LENGTH
from model.scenario.scenario import without_changes
from pages.components.chart_with_table import Row
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Session

ON: Final = "catalogue_on"  # keys of the cards that are on, in order
NAME: Final = "catalogue_name"  # of the set that was opened or saved last
MONEY: Final = "money"
MOST_ON: Final = MOST_LAYERS
_JOB: Final = "stack"


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


def stack_job(session: Session, made: Stack, part: str = _JOB) -> Job:
    """Return the work on a stack, begun before or now: its sketch has no ranges yet, its result has."""
    content = repr([(layer.title, layer.steps, layer.price) for layer in made.layers])
    key = ("stack", session.municipality.key, made.base.key, content)
    municipality = session.municipality

    def work(cancel: threading.Event, progress: Progress) -> object:
        from model.uncertainty.draws import draws_for

        progress(0, 1, effects(made))
        draws = draws_for(municipality, cancel=cancel, progress=progress)
        return effects(made, draws, cancel=cancel, progress=progress)

    return session.ask(STUDIES, part, key, work, stays=part != _JOB)


def effect_rows(session: Session, found: StackEffects, what: str) -> list[EffectRow]:
    """Return the lines of money, or of a goal by its id."""
    if what == MONEY:
        return money_rows(found, session.language)
    return goal_rows(found, goal_effect(found, what), session.language)


def goal_effect(found: StackEffects, goal: str) -> GoalEffect:
    """Return the effect on a goal."""
    return next(effect for effect in found.goals if effect.goal.id == goal)


def effect_table(session: Session, rows: Sequence[EffectRow]) -> list[Row]:
    """Return the lines as a table; a column that nothing is known of is left out."""
    heads = {
        "card": [row.name for row in rows],
        "alone": [row.shown for row in rows],
        "range": [row.ends for row in rows],
        "share": [row.share for row in rows],
    }
    known = {key: cells for key, cells in heads.items() if any(cells)}
    return [
        {session.text(f"page_catalogue.column.{key}"): cells[at] for key, cells in known.items()}
        for at in range(len(rows))
    ]


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
    out[session.text("page_catalogue.column.together")] = _with_ends(session, total.bare, total.ends)
    for kind in ("sum", "interaction"):
        if kind in by_kind:
            out[session.text(f"page_catalogue.column.{kind}")] = _with_ends(
                session, by_kind[kind].bare, by_kind[kind].ends
            )
    return out


def _with_ends(session: Session, shown: str, ends: str) -> str:
    """Return a figure with its range behind it."""
    if not ends or ends == shown:
        return shown
    return session.text("page_catalogue.with_range", shown=shown, ends=ends)


def bars(found: StackEffects, what: str) -> list[tuple[str, float, DrawnRange | None]]:
    """Return what the chart draws: kind, value and range of each line, money in millions."""
    if what == MONEY:
        money = found.money
        drawn: list[tuple[str, float, DrawnRange | None]] = [
            ("card", amount.central / MILLION, _millions(amount.range)) for amount in money.alone
        ]
        if len(drawn) > 1:
            drawn.append(("sum", money.total_alone / MILLION, _millions(money.total_alone_range)))
            drawn.append(("interaction", money.interaction / MILLION, _millions(money.interaction_range)))
        drawn.append(("total", money.together.central / MILLION, _millions(money.together.range)))
        return drawn
    effect = goal_effect(found, what)
    drawn = [("card", value, ends) for value, ends in zip(effect.alone, effect.alone_ranges, strict=True)]
    if len(drawn) > 1:
        drawn.append(("sum", effect.total_alone, effect.total_alone_range))
        drawn.append(("interaction", effect.interaction, effect.interaction_range))
    drawn.append(("total", effect.together, effect.together_range))
    return drawn


def _millions(drawn: DrawnRange | None) -> DrawnRange | None:
    """Return a range of money in millions."""
    return None if drawn is None else DrawnRange(drawn.low / MILLION, drawn.high / MILLION, drawn.draws)


def bars_sentence(session: Session, rows: Sequence[EffectRow]) -> str:
    """Return the chart in words."""
    cards = [
        session.text("page_catalogue.one", name=row.name, shown=_with_ends(session, row.shown, row.ends))
        for row in rows
    ]
    return session.text("page_catalogue.sentence", lines="; ".join(cards))


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


def card_changes(session: Session, card: Card) -> str:
    """Return a card's changes in one line, with what to know of it: that it is an assumption, that it has no price."""
    shown = "; ".join(change_text(change, session.language) for change in card.measure.changes)
    marks = []
    if card.measure.quality == "assumption":
        marks.append(session.text("page_catalogue.mark.assumption"))
    if unpriced_text(card.measure, session.language):
        marks.append(session.text("page_catalogue.mark.unpriced"))
    if not marks:
        return shown
    return session.text("page_catalogue.marked", changes=shown, marks=", ".join(marks))
