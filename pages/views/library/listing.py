"""Draw the scenarios of the library as cards, one's own first, and the files that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import streamlit as st

from model.library.library import Broken, Entry, search
from model.library.stored_results import stored_amount
from pages.components import persistent_widget
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.scenario_labels import equal, name_and_place
from pages.session import scenario_store
from pages.session.session import Session
from pages.shell.page import EXPLORE, go_to
from pages.views.library.actions import (
    attempt,
    delete,
    perform,
)
from pages.views.library.pictures import ORDERS, money_picture, ordered, reaches
from pages.views.library.view import changes_text, count_text, facts, page_text, shortened

_SEARCH: Final = "library_search"
_MUNICIPALITY: Final = "library_town"
_ORDER: Final = "library_order"
_CARDS: Final = "library_shown"
_ALL: Final = ""
_PAUSE: Final = "400ms"  # a search is made when the typing pauses
_PER_PAGE: Final = 12
_ACTIONS: Final = ("follow", "copy", "rename", "compare", "reference", "delete")


def listing(session: Session, entries: Sequence[Entry], broken: Sequence[Broken]) -> None:
    """Draw search, one's own scenarios, the shipped ones and the broken files."""

    def name(municipality_id: str) -> str:
        """Return a municipality's name in the visitor's language."""
        return scenario_store.municipality_name(municipality_id, session.language)

    municipality_ids = [
        _ALL,
        *sorted({e.scenario.municipality for e in entries}, key=name),
    ]
    persistent_widget.restore_value(session, _SEARCH, "")
    persistent_widget.restore_value(session, _MUNICIPALITY, _ALL, municipality_ids)
    persistent_widget.restore_value(session, _ORDER, ORDERS[0], ORDERS)
    with st.container(horizontal=True, key="library-search"):
        st.text_input(
            page_text(session, "search"),
            placeholder=page_text(session, "search.placeholder"),
            max_chars=120,
            type="search",
            live=_PAUSE,
            key=_SEARCH,
        )
        st.selectbox(
            page_text(session, "order"),
            ORDERS,
            format_func=lambda order: page_text(session, f"order.{order}"),
            key=_ORDER,
        )
        st.selectbox(
            page_text(session, "town"),
            municipality_ids,
            format_func=lambda id_: name(id_) if id_ else page_text(session, "town.all"),
            key=_MUNICIPALITY,
        )
    query = persistent_widget.store_value(session, _SEARCH)
    municipality = persistent_widget.store_value(session, _MUNICIPALITY)
    found = search(entries, query, municipality or None)
    alike = equal({e.key: name_and_place(session, e) for e in entries})
    matches = ordered(found, persistent_widget.store_value(session, _ORDER), session.scenario.municipality)
    own, shipped = [e for e in matches if e.own], [e for e in matches if not e.own]
    reach = reaches(entries)
    st.markdown(count_text(session, "found", len(matches)) if matches else page_text(session, "found.none"))
    if own or not (query or municipality):
        st.header(page_text(session, "own"), anchor=False)
    if own:
        _cards(session, own, "own", alike, reach)
    elif not (query or municipality):
        st.markdown(page_text(session, "own.none"))
    if shipped:
        st.header(page_text(session, "shipped"), anchor=False)
        st.caption(page_text(session, "shipped.note"))
        _cards(session, shipped, "shipped", alike, reach)
    _broken(session, [b for b in broken if b.own])
    binned = scenario_store.library().deleted()
    if binned:
        st.caption(count_text(session, "bin.there", len(binned)))


def _cards(
    session: Session, entries: Sequence[Entry], kind: str, alike: frozenset[str], reach: Mapping[str, float]
) -> None:
    """Draw a page of cards, and a button for more.

    Arguments: ``alike`` the keys of those whose names are equal, ``reach`` the ends of the pictures by municipality.
    """
    shown_cards = session.widget_values.setdefault(f"{_CARDS}_{kind}", _PER_PAGE)
    with st.container(key=f"library-{kind}"):
        for entry in entries[:shown_cards]:
            _card(session, entry, reach, with_file=entry.key in alike)
    left = len(entries) - shown_cards
    if left > 0 and st.button(page_text(session, "more", n=left), key=f"library_more_{kind}"):
        session.widget_values[f"{_CARDS}_{kind}"] = shown_cards + _PER_PAGE
        st.rerun()


def _card(session: Session, entry: Entry, reach: Mapping[str, float], *, with_file: bool) -> None:
    """Draw one entry with its buttons, and with its file where another has the same name."""
    scenario = entry.scenario
    with st.container(border=True, key=f"card-{entry.key}"):
        st.subheader(escape_markdown(scenario.name), anchor=False)
        st.caption(escape_markdown(facts(session, entry, with_file=with_file)))
        amount = stored_amount(scenario)
        if amount is not None and scenario.changes:
            st.html(money_picture(session, amount, reach[scenario.municipality]))
        if scenario.description:
            st.markdown(escape_markdown(shortened(scenario.description)))
        st.markdown(escape_markdown(changes_text(session, scenario)))
        if scenario.results is not None and scenario.results.headline:
            st.caption(escape_markdown(page_text(session, "headline", headline=scenario.results.headline)))
        with st.container(horizontal=True):
            if st.button(page_text(session, "open"), key=f"go-open-{entry.key}"):
                scenario_store.open_entry(session, entry)
                go_to(EXPLORE)
            st.download_button(
                page_text(session, "download"),
                data=lambda: entry.path.read_bytes(),
                file_name=entry.path.name,
                mime="application/yaml",
                on_click="ignore",
                key=f"file-{entry.key}",
            )
            actions = _ACTIONS if entry.own else ("follow", "copy", "compare", "reference")
            pressed = st.menu_button(
                page_text(session, "actions"),
                actions,
                format_func=lambda action: page_text(session, f"action.{action}"),
                key=f"more-{entry.key}",
            )
        if pressed:
            perform(session, entry, str(pressed))


def _broken(session: Session, broken: Sequence[Broken]) -> None:
    """Draw the files that cannot be read, with what is wrong."""
    if not broken:
        return
    st.header(page_text(session, "broken"), anchor=False)
    st.caption(page_text(session, "broken.note"))
    for file in broken:
        show_problem(file.problem, session.language)
        with st.container(horizontal=True):
            st.download_button(
                page_text(session, "download"),
                data=file.path.read_bytes,
                file_name=file.name,
                mime="application/yaml",
                on_click="ignore",
                key=f"file-{file.key}",
            )
            if st.button(page_text(session, "action.delete"), key=f"delete-{file.key}"):
                attempt(session, partial(delete, session, file))
