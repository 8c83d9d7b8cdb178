"""Draw the cards to choose among, the files that hold none, and the form that makes a card of what is on screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st
from pydantic import ValidationError

from model.budget.amounts import MILLION
from model.catalogue.files import BrokenFile, Card
from model.catalogue.measure import QUALITIES, UNITS, Measure, from_scenario
from model.files.problems import FileProblem
from model.files.strict_yaml import Document
from model.files.validation_problems import problems_from
from model.language.typed_numbers import NotANumber, read_number
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.stack_view import card_changes
from pages.session.notices import Notice, both_languages
from pages.session.session import Session
from pages.views.catalogue.deleted import delete_file, deleted_files, undo_line
from pages.views.catalogue.view import MOST_ON, card_lines, catalogue, put_on

_LONGEST: Final = 120


def shelf(session: Session, cards: Sequence[Card], on: Sequence[Card], broken: Sequence[BrokenFile]) -> None:
    """Draw every card with its switch, and below them what cannot be read."""
    st.header(session.text("page_catalogue.cards"), anchor=False)
    undo_line(session)
    full = len(on) >= MOST_ON
    if full:
        st.caption(escape_markdown(session.text("page_catalogue.full", most=MOST_ON)))
    keys = {card.key for card in on}
    for card in cards:
        _card(session, card, is_on=card.key in keys, disabled=full and card.key not in keys)
    deleted_files(session)
    if broken:
        st.subheader(session.text("page_catalogue.broken"), anchor=False)
        for file in broken:
            show_problem(file.problem, session.language)


def _card(session: Session, card: Card, *, is_on: bool, disabled: bool) -> None:
    """Draw one card: its switch, what it changes, and why and from where one click away."""
    widget = f"card-on-{card.key}"
    # The list says what is on; the switch follows it, also after a set is opened.
    st.session_state[widget] = is_on
    with st.container(border=True, key=f"card-{card.key}"):
        st.toggle(
            escape_markdown(card.measure.title),
            key=widget,
            disabled=disabled,
            on_change=lambda: put_on(session, card.key, bool(st.session_state.get(widget))),
        )
        st.caption(escape_markdown(card_changes(session, card)))
        with st.popover(session.text("page_catalogue.why"), type="tertiary"):
            st.markdown(escape_markdown(card.measure.title))
            for line in card_lines(session, card):
                st.markdown(escape_markdown(line))
            if card.own:
                st.button(
                    session.text("page_catalogue.delete"),
                    key=f"card-delete-{card.key}",
                    help=session.text("page_catalogue.delete.help"),
                    on_click=lambda: delete_file(session, card),
                )


def own_card(session: Session) -> None:
    """Draw the form that saves the changes on screen as a card."""
    with st.expander(session.text("page_catalogue.own")):
        scenario = session.scenario
        if not scenario.changes:
            st.markdown(escape_markdown(session.text("page_catalogue.own.nothing")))
            return
        with st.form("catalogue-own", border=False):
            title = st.text_input(session.text("page_catalogue.own.title"), scenario.name, max_chars=_LONGEST)
            reason = st.text_area(session.text("page_catalogue.own.reason"), height=80)
            source = st.text_input(session.text("page_catalogue.own.source"))
            quality = st.selectbox(
                session.text("page_catalogue.own.quality"),
                QUALITIES,
                index=len(QUALITIES) - 1,
                format_func=lambda one: session.text(f"catalogue.quality.{one}"),
            )
            st.caption(escape_markdown(session.text("page_catalogue.own.price")))
            with st.container(horizontal=True):
                price = {
                    name: st.text_input(session.text(f"page_catalogue.own.price.{name}"), key=f"own-{name}")
                    for name in ("value", "low", "high")
                }
                unit = st.selectbox(
                    session.text("page_catalogue.own.price.unit"),
                    UNITS,
                    format_func=lambda one: session.text(f"catalogue.unit.{one}"),
                )
            price_source = st.text_input(session.text("page_catalogue.own.price.source"))
            pressed = st.form_submit_button(session.text("page_catalogue.own.save"))
        if pressed:
            fields = {"title": title, "reason": reason, "source": source, "quality": quality}
            _save(session, fields, price, unit, price_source)


def _save(session: Session, fields: dict[str, str], price: dict[str, str], unit: str, source: str) -> None:
    """Save the card, or say what is wrong; nothing typed is lost."""
    try:
        card = catalogue().save(_measure(session, fields, price, unit, source))
    except FileProblem as problem:
        show_problem(problem, session.language)
        return
    session.notice = Notice("success", both_languages("page_catalogue.own.saved", title=card.measure.title))
    st.rerun()


def _measure(
    session: Session, fields: dict[str, str], price: dict[str, str], unit: str, source: str
) -> Measure:
    """Return the card that was typed. Raises FileProblem."""
    own = None
    if any(cell.strip() for cell in price.values()):
        own = {name: _kroner(cell) for name, cell in price.items()}
        own |= {"unit": unit, "source": source, "quality": "assumption"}
    try:
        return from_scenario(session.scenario, **fields, author=session.scenario.author, price=own)
    except ValidationError as error:
        raise problems_from(error, Document({}), model=Measure) from None


def _kroner(cell: str) -> float | str:
    """Return a number of millions that was typed as kroner; what is no number is left for the reader of cards."""
    try:
        return read_number(cell) * MILLION
    except NotANumber:
        return cell
