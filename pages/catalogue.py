"""Catalogue: measures as cards to lay on top of each other, what each does alone, and all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.shell.page import CATALOGUE, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, _: ScenarioResults) -> None:
    """Draw the list that is on with its effect, and beside it the cards."""
    # Imported once the model is ready: Altair is slow to load, and the page says first that it waits.
    from pages.components.chart_with_table import columns
    from pages.views.catalogue.cards import own_card, shelf
    from pages.views.catalogue.package import package
    from pages.views.catalogue.view import cards_on, offered_cards

    st.markdown(escape_markdown(session.text("page_catalogue.intro")))
    cards, broken = offered_cards(session)
    on = cards_on(session, cards)
    left, right = columns(session)
    with left:
        package(session, cards, on)
    with right:
        shelf(session, cards, on, broken)
        own_card(session)


show_page(CATALOGUE, draw)
