"""Draw the cards that are on, in order, with what they come to, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st
from pydantic import ValidationError

from model.catalogue.effects import StackEffects
from model.catalogue.files import Card, CardSet, StoredSet
from model.catalogue.of_scenario import with_cards
from model.catalogue.sentences import interaction_sentence
from model.catalogue.stack import Stack
from model.files.problems import FileProblem
from model.files.strict_yaml import Document
from model.files.validation_problems import problems_from
from model.language.catalogue import listed
from pages.components.chart_with_table import table
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.stack_view import bars_figure, figure_choice
from pages.session.notices import Notice, both_languages
from pages.session.session import Session
from pages.session.stacks import WORD, sheet, stack_job
from pages.views.catalogue.deleted import delete_file
from pages.views.catalogue.view import NAME, ON, catalogue, move, put_on, stacked, summary_table

_POLL: Final = 400  # ms


def package(session: Session, cards: Sequence[Card], on: Sequence[Card]) -> None:
    """Draw the list, its meetings, its effect, and the buttons."""
    st.header(session.text("page_catalogue.package"), anchor=False)
    if not on:
        st.markdown(escape_markdown(session.text("page_catalogue.none")))
        sets(session, cards, on)
        return
    made = stacked(session, on)
    _order(session, on)
    for conflict in made.conflicts:
        st.warning(escape_markdown(conflict.message.text(session.language)))
    _effect(session, made)
    with st.container(horizontal=True):
        _buttons(session, made)
    sets(session, cards, on)


def _buttons(session: Session, made: Stack) -> None:
    """Draw what makes the package the scenario, and what takes it along as an amendment sheet."""
    st.button(
        session.text("page_catalogue.apply"),
        type="primary",
        key="catalogue-apply",
        help=session.text("page_catalogue.apply.help"),
        disabled=not made.scenario.changes,
        on_click=lambda: apply(session, made),
    )
    st.download_button(
        session.text("page_catalogue.sheet"),
        data=lambda: sheet(session, made),
        file_name=f"{session.text('page_catalogue.sheet.name')}.docx",
        mime=WORD,
        on_click="ignore",
        key="catalogue-sheet",
        disabled=not made.scenario.changes,
    )


def apply(session: Session, made: Stack) -> None:
    """Make the stack the scenario on screen, as one step that can be undone."""
    session.set_scenario(with_cards(made))
    session.notice = Notice("success", both_languages("page_catalogue.applied"))


def _order(session: Session, on: Sequence[Card]) -> None:
    """Draw the cards that are on, each with what moves it or takes it off."""
    for at, card in enumerate(on):
        with st.container(horizontal=True, vertical_alignment="center", key=f"on-{card.key}"):
            st.markdown(escape_markdown(f"{at + 1}. {card.measure.title}"))
            actions = ["off"]
            if at + 1 < len(on):
                actions.insert(0, "down")
            if at:
                actions.insert(0, "up")
            pressed = st.menu_button(
                session.text("page_catalogue.move"),
                actions,
                format_func=lambda action: session.text(f"page_catalogue.move.{action}"),
                key=f"move-{card.key}",
            )
        if pressed:
            if pressed == "off":
                put_on(session, card.key, False)
            else:
                move(session, card.key, -1 if pressed == "up" else 1)
            st.rerun()


def _effect(session: Session, made: Stack) -> None:
    """Draw what the stack comes to; ranges follow when the draws are run."""
    job = stack_job(session, made)
    if job.is_failed:
        st.error(session.page_text("job.failed"))
        return
    found: StackEffects | None = job.result if job.is_ready else job.sketch
    if not job.is_ready:
        session.poll_after(_POLL, _POLL)
    if found is None:
        st.caption(session.page_text("job.start"))
        return
    words = found.money.together.clause().text(session.language)
    st.subheader(escape_markdown(f"{words[:1].upper()}{words[1:]}."), anchor=False)
    if len(made.layers) > 1:
        st.markdown(escape_markdown(interaction_sentence(found).text(session.language)))
    if not job.is_ready:
        st.caption(session.text("page_catalogue.waiting"))
    what = figure_choice(session, found)
    bars_figure(session, found, what)
    table(summary_table(session, found), "catalogue-summary", session)
    st.caption(escape_markdown(session.text("page_catalogue.note")))


# --- sets -----------------------------------------------------------------------------------------


def sets(session: Session, cards: Sequence[Card], on: Sequence[Card]) -> None:
    """Draw what opens and saves a list of cards."""
    with st.expander(session.text("page_catalogue.sets")):
        st.caption(escape_markdown(session.text("page_catalogue.sets.note")))
        found, broken = catalogue().sets()
        if found:
            by_key = {one.key: one for one in found}
            chosen = st.selectbox(
                session.text("page_catalogue.sets.which"),
                list(by_key),
                format_func=lambda key: by_key[key].cards.name,
                key="catalogue-set",
            )
            with st.container(horizontal=True):
                if st.button(session.text("page_catalogue.sets.open"), key="catalogue-set-open"):
                    open_set(session, cards, by_key[chosen])
                    st.rerun()
                st.button(
                    session.text("page_catalogue.sets.delete"),
                    key="catalogue-set-delete",
                    help=session.text("page_catalogue.delete.help"),
                    on_click=lambda: delete_file(session, by_key[chosen]),
                )
        if on:
            with st.form("catalogue-set-form", border=False):
                name = st.text_input(
                    session.text("page_catalogue.sets.name"),
                    str(session.widget_values.get(NAME, "")),
                    max_chars=100,
                )
                pressed = st.form_submit_button(session.text("page_catalogue.sets.save"))
            if pressed:
                _save(session, name, on)
        for file in broken:
            show_problem(file.problem, session.language)


def open_set(session: Session, cards: Sequence[Card], stored: StoredSet) -> None:
    """Lay the cards of a set, in its order; those that are not there, or do not fit, are told."""
    known = {card.key for card in cards}
    keys = tuple(key for key in stored.cards.cards if key in known)
    missing = [key.rpartition("/")[2] for key in stored.cards.cards if key not in known]
    session.widget_values[ON] = keys
    session.widget_values[NAME] = stored.cards.name
    if missing:
        words = both_languages("page_catalogue.sets.missing", cards=listed(missing, "da"))
        session.notice = Notice("warning", words)
    else:
        session.notice = Notice(
            "success", both_languages("page_catalogue.sets.opened", name=stored.cards.name)
        )


def _save(session: Session, name: str, on: Sequence[Card]) -> None:
    """Save the list under a name, or say what is wrong."""
    try:
        try:
            made = CardSet(name=name, cards=tuple(card.key for card in on))
        except ValidationError as error:
            raise problems_from(error, Document({}), model=CardSet) from None
        catalogue().save_set(made)
    except FileProblem as problem:
        show_problem(problem, session.language)
        return
    session.widget_values[NAME] = made.name
    session.notice = Notice("success", both_languages("page_catalogue.sets.saved", name=made.name))
    st.rerun()
