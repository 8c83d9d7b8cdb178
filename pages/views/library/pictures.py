"""Draw what a scenario costs as a small bar with its range, from the results in its file, and sort by it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from html import escape
from typing import Final, Literal

from model.budget.amounts import MILLION, Amount
from model.library.library import Entry
from model.library.stored_results import stored_amount
from pages.components.theme import palette
from pages.session.session import Session
from pages.views.library.view import page_text

Order = Literal["newest", "name", "cost"]
ORDERS: Final[tuple[Order, ...]] = ("newest", "name", "cost")
_LEAST: Final = MILLION  # what a picture reaches to at least, DKK
_DANISH: Final = str.maketrans({"æ": "{a", "ø": "{b", "å": "{c"})


def ordered(entries: Iterable[Entry], order: Order, municipality: str) -> list[Entry]:
    """Return entries in an order, those of the municipality on screen first.

    The newest come as the library lists them: the last saved first. Of what has no stored cost, none comes first.
    """
    listed = list(entries)
    if order == "name":
        listed.sort(key=lambda e: e.scenario.name.casefold().translate(_DANISH))
    elif order == "cost":
        listed.sort(key=_cost)
    return sorted(listed, key=lambda e: e.scenario.municipality != municipality)


def _cost(entry: Entry) -> float:
    """Return what an entry costs by its file, DKK; what is not known comes last."""
    amount = stored_amount(entry.scenario)
    return math.inf if amount is None else amount.central


def reaches(entries: Iterable[Entry]) -> Mapping[str, float]:
    """Return how far from zero the pictures of each municipality reach, DKK: cards beside each other share a scale."""
    ends: dict[str, float] = {}
    for entry in entries:
        amount, town = stored_amount(entry.scenario), entry.scenario.municipality
        if amount is not None and amount.range is not None:
            far = max(abs(end) for end in (amount.central, amount.range.low, amount.range.high))
            ends[town] = max(ends.get(town, _LEAST), far)
    return ends


def money_picture(session: Session, amount: Amount, reach: float) -> str:
    """Return the picture of an amount: a bar from zero in the middle, a line over its range, and both in words."""
    assert amount.range is not None
    look, language = palette(), session.language
    words = page_text(session, "money", clause=amount.clause().text(language))

    def part(low: float, high: float, height: str, top: str, colour: str) -> str:
        """Return a bar between two amounts."""
        left, right = (50 + 50 * max(-1.0, min(1.0, end / reach)) for end in (low, high))
        return (
            f'<div style="position:absolute;left:{left:.2f}%;width:{max(right - left, 0.4):.2f}%;'
            f'top:{top};height:{height};background:{colour}"></div>'
        )

    low, high = sorted((0.0, amount.central))
    parts = (
        part(low, high, "0.75rem", "0.125rem", look.accent),
        part(amount.range.low, amount.range.high, "0.125rem", "0.4375rem", look.ink),
        part(0.0, 0.0, "1rem", "0", look.quiet),
    )
    sides = (page_text(session, "money.saves"), page_text(session, "money.costs"))
    return (
        f'<div style="color:{look.quiet};font-size:0.875rem">'
        f'<div aria-hidden="true" style="max-width:26rem;display:flex;justify-content:space-between">'
        f"<span>{escape(sides[0])}</span><span>{escape(sides[1])}</span></div>"
        f'<div aria-hidden="true" style="max-width:26rem;position:relative;height:1rem;background:{look.grid}">'
        f"{''.join(parts)}</div>"
        f'<div style="color:{look.ink}">{escape(words)}</div></div>'
    )
