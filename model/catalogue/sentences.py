"""Cards and what a stack of them comes to in words: one row per card, the sum, the interaction and the total."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from model.budget.amounts import MILLION, Amount
from model.catalogue.effects import GoalEffect, StackEffects
from model.catalogue.measure import Measure, MeasureChange, Price
from model.catalogue.stack import signed_value
from model.language.catalogue import listed, number, text
from model.language.drawn_range import DrawnRange
from model.language.messages import Localized, Message, Phrase
from model.scenario.diff import lever_name, lever_value
from model.scenario.levers import LEVER_BY_ID

RowKind = Literal["card", "sum", "interaction", "total"]


@dataclass(frozen=True)
class EffectRow:
    """One line of a stack's effect on one figure, as people read it; what is not known or not defined is empty."""

    kind: RowKind
    name: str
    shown: str  # with its unit
    bare: str  # without
    ends: str = ""
    share: str = ""  # of what all do together


def money_rows(found: StackEffects, language: str) -> list[EffectRow]:
    """Return what each card costs alone, the sum, the interaction and the total, in millions with ranges."""
    money = found.money
    decimals = money.together.decimals

    def row(kind: RowKind, name: str, amount: Amount, share: float | None) -> EffectRow:
        """Return one line."""
        part = "" if share is None else number(share / MILLION, language, decimals, signed=True)
        bare = number(amount.central / MILLION, language, amount.decimals, signed=True)
        return EffectRow(kind, name, amount.shown(language), bare, amount.signed_ends(language), part)

    rows = []
    for at, (layer, amount) in enumerate(zip(found.stack.layers, money.alone, strict=True)):
        name = text("catalogue.row.unpriced", language, title=layer.title) if amount.unpriced else layer.title
        rows.append(row("card", name, amount, money.shares[at] if money.shares else None))
    if len(rows) > 1:
        rows.append(row("sum", _name("sum", language), money.total_alone_amount, None))
        between = row("interaction", _name("interaction", language), money.interaction_amount, None)
        rows.append(between if money.interacts else _equal(between, language))
    total = money.together.central if money.shares else None
    rows.append(row("total", _name("total", language), money.together, total))
    return rows


def goal_rows(found: StackEffects, effect: GoalEffect, language: str) -> list[EffectRow]:
    """Return what each card moves one goal by alone, the sum, the interaction and the total; none where hidden."""
    if not effect.alone:
        return []
    indicator = effect.indicator

    def row(
        kind: RowKind, name: str, value: float, drawn: DrawnRange | None, share: float | None = None
    ) -> EffectRow:
        """Return one line, its value as exact as the indicator."""
        ends = "" if drawn is None or not drawn.is_known else drawn.signed_ends(language, indicator.decimals)
        part = "" if share is None else number(share, language, max(indicator.decimals, 1), signed=True)
        bare = number(value, language, indicator.decimals, signed=True)
        return EffectRow(kind, name, indicator.shown_difference(value, language), bare, ends, part)

    rows = []
    for at, layer in enumerate(found.stack.layers):
        share = effect.shares[at] if effect.shares else None
        rows.append(row("card", layer.title, effect.alone[at], effect.alone_ranges[at], share))
    if len(rows) > 1:
        rows.append(row("sum", _name("sum", language), effect.total_alone, effect.total_alone_range))
        name = _name("interaction", language)
        between = row("interaction", name, effect.interaction, effect.interaction_range)
        rows.append(between if effect.interacts else _equal(between, language))
    total = effect.together if effect.shares else None
    rows.append(row("total", _name("total", language), effect.together, effect.together_range, total))
    return rows


def _equal(row: EffectRow, language: str) -> EffectRow:
    """Return a line whose figure the model cannot tell from nothing."""
    return replace(row, shown=text("catalogue.equal", language), bare=text("catalogue.equal", language))


def _name(kind: str, language: str) -> str:
    """Return the name of a line that is no card."""
    return text(f"catalogue.row.{kind}", language)


def interaction_sentence(found: StackEffects) -> Localized:
    """Return whether the cards cost less or more together than one by one."""
    if len(found.stack.layers) < 2:
        return Message("catalogue.interaction.one")
    amount = found.money.interaction_amount
    values = {
        "amount": Phrase(amount.shown, signed=False),
        "range": Phrase(amount.range_shown),
    }
    kind = amount.kind
    if kind in ("lower", "higher"):
        kind = "saves" if kind == "lower" else "costs"
    if kind == "same":
        return Message("catalogue.interaction.same", range=Phrase(amount.range_shown))
    return Message(f"catalogue.interaction.{kind}", **values)


def unpriced_text(measure: Measure, language: str) -> str:
    """Return which of a card's levers nobody has priced, where the card has no price either; else empty."""
    names = [
        LEVER_BY_ID[lever].label
        for lever in dict.fromkeys(change.lever for change in measure.changes)
        if LEVER_BY_ID[lever].unpriced is not None
    ]
    if measure.price is not None or not names:
        return ""
    return text(
        "catalogue.unpriced", language, levers=listed([one.text(language) for one in names], language)
    )


def price_text(price: Price, language: str) -> str:
    """Return a card's own price with its range and unit."""
    return text(
        "catalogue.price",
        language,
        unit=text(f"catalogue.unit.{price.unit}", language),
        **{name: _millions(getattr(price, name), language) for name in ("value", "low", "high")},
        source=price.source,
    )


def _millions(dkk: float, language: str) -> str:
    """Return an amount in millions."""
    return text("domain.money.million", language, number=number(dkk / MILLION, language, 2))


def change_text(change: MeasureChange, language: str) -> str:
    """Return one change of a card in words: lever, how much, when."""
    lever = lever_name(change.lever, change.group, language)
    if change.add is not None:
        words = text(
            "catalogue.change.add",
            language,
            lever=lever,
            value=signed_value(change.lever, change.add, language),
        )
    else:
        words = text(
            "catalogue.change.to", language, lever=lever, value=lever_value(change.lever, change.to, language)
        )
    when = [
        text(f"catalogue.change.{key}", language, weeks=weeks)
        for key, weeks in (("after", change.after_weeks), ("phase", change.phase_in_weeks))
        if weeks
    ]
    return ", ".join([words, *when])


def source_text(measure: Measure, language: str) -> str:
    """Return a card's source, with its quality in front."""
    quality = text(f"catalogue.quality.{measure.quality}", language)
    return text("catalogue.source", language, quality=quality, source=measure.source)
