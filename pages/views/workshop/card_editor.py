"""Draw a party's package: its cards in order, what they come to, and the cards to choose among."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from model.catalogue.effects import MOST_LAYERS
from model.catalogue.files import Card
from model.catalogue.sentences import price_text, source_text, unpriced_text
from model.workshop.cards import Package, moved, offered, package, toggled
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from pages.components.chart_with_table import columns
from pages.components.escape_markdown import escape_markdown
from pages.components.stack_view import card_changes
from pages.session.card_draft import change_cards, is_locked
from pages.session.session import Session
from pages.views.workshop.package_effect import package_effect


def card_editor(session: Session, meeting: Meeting, step: CourseStep, table: str) -> dict[str, Any]:
    """Draw the package beside the cards. Return what the bar of the money shows.

    Each change is kept in the meeting's files at once; what is handed in or closed can only be read.
    """
    known = meeting.cards()
    answer = meeting.answer(step, table)
    keys = meeting.cards_of(step, table) or ()
    made = package(meeting.base(), keys, known)
    locked = is_locked(meeting, step, answer)
    left, right = columns(session)
    with left:
        st.subheader(session.text("page_workshop.cards.own"), anchor=False)
        if answer is None and made.cards and not locked:
            st.caption(session.text("page_workshop.cards.goes_on"))
        _order(session, meeting, step, table, made, locked=locked)
        money = package_effect(session, made, step.budget_dkk, f"cards-{table}")
    with right:
        cards, _ = offered(step.cards, known)
        st.subheader(session.text("page_workshop.cards.offered"), anchor=False)
        if len(made.cards) >= MOST_LAYERS:
            st.caption(escape_markdown(session.text("page_catalogue.full", most=MOST_LAYERS)))
        _shelf(session, meeting, step, table, cards, made, locked=locked)
    return money


def _order(
    session: Session, meeting: Meeting, step: CourseStep, table: str, made: Package, *, locked: bool
) -> None:
    """List the cards that are in, in order, each with what moves it or takes it out."""
    for name in made.gone:
        st.warning(escape_markdown(session.text("page_workshop.cards.gone", name=name)))
    if not made.cards:
        st.markdown(session.text("page_workshop.cards.none"))
    for at, card in enumerate(made.cards):
        with st.container(horizontal=True, vertical_alignment="center", key=f"in-{table}-{card.key}"):
            st.markdown(escape_markdown(f"{at + 1}. {card.measure.title}"))
            if locked:
                continue
            actions = [
                *(["up"] if at else []),
                *(["down"] if at + 1 < len(made.cards) else []),
                "off",
            ]
            pressed = st.menu_button(
                session.text("page_catalogue.move"),
                actions,
                format_func=lambda action: session.text(f"page_catalogue.move.{action}"),
                key=f"move-{table}-{card.key}",
            )
        if pressed:
            move_card(session, meeting, step, table, card.key, str(pressed))
            st.rerun()
    for conflict in made.stack.conflicts:
        st.warning(escape_markdown(conflict.message.text(session.language)))


def move_card(
    session: Session, meeting: Meeting, step: CourseStep, table: str, key: str, action: str
) -> None:
    """Move a card up or down, or take it out."""
    if action == "off":
        change_cards(session, meeting, step, table, lambda keys: toggled(keys, key, on=False))
    else:
        by = -1 if action == "up" else 1
        change_cards(session, meeting, step, table, lambda keys: moved(keys, key, by))


def _shelf(
    session: Session,
    meeting: Meeting,
    step: CourseStep,
    table: str,
    cards: Sequence[Card],
    made: Package,
    *,
    locked: bool,
) -> None:
    """Draw every card that the step offers with its switch, its reason and its price."""
    inside = {card.key for card in made.cards}
    full = len(inside) >= MOST_LAYERS

    def switch(key: str, widget: str) -> None:
        """Put a card in last, or take it out."""
        on = bool(st.session_state.get(widget))
        change_cards(session, meeting, step, table, lambda keys: toggled(keys, key, on=on))

    for card in cards:
        widget = f"card-{table}-{card.key}"
        # The files say what is in; the switch follows them.
        st.session_state[widget] = card.key in inside
        with st.container(border=True, gap=None, key=f"offered-{table}-{card.key}"):
            st.toggle(
                f"**{escape_markdown(card.measure.title)}**",
                key=widget,
                disabled=locked or (full and card.key not in inside),
                on_change=switch,
                args=(card.key, widget),
            )
            st.markdown(escape_markdown(card.measure.reason))
            st.caption(escape_markdown(f"{card_changes(session, card)}. {_price(session, card)}"))
            with st.popover(session.text("page_workshop.cards.source"), type="tertiary"):
                st.markdown(escape_markdown(source_text(card.measure, session.language)))


def _price(session: Session, card: Card) -> str:
    """Return a card's own price, that nobody has priced it, or that the model does."""
    measure = card.measure
    if measure.price is not None:
        return session.text("page_catalogue.price", price=price_text(measure.price, session.language))
    return unpriced_text(measure, session.language) or session.text("page_catalogue.price.model")
