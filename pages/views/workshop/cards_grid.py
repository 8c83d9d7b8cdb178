"""Draw the parties' packages beside each other: which cards each has, and which all have."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from model.catalogue.files import Card
from model.documents.comparison_charts import LETTERS
from model.language.catalogue import listed
from model.workshop.cards import shared_keys
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import palette
from pages.session.session import Session
from pages.views.workshop.proposals import Proposal

_MOST_ROWS: Final = 6


def cards_grid(session: Session, proposals: Sequence[Proposal], marks: Sequence[int | None]) -> None:
    """Draw a row for each card that anybody has, those of most parties first, with each party's own mark."""
    rows = card_rows(proposals)
    if not rows:
        st.info(session.text("page_workshop.show.no_change"))
        return
    # One window of the big screen holds so many rows below each other.
    half = (len(rows) + 1) // 2 if session.present and len(rows) > _MOST_ROWS else len(rows)
    tables = [_table(session, proposals, marks, part) for part in (rows[:half], rows[half:]) if part]
    st.html(f'<div class="ik-cards-pair">{"".join(tables)}</div>')
    st.markdown(escape_markdown(shared_cards_sentence(session, proposals)))
    for proposal in proposals:
        for name in () if proposal.package is None else proposal.package.gone:
            words = session.text("page_workshop.cards.gone_of", party=proposal.name, name=name)
            st.caption(escape_markdown(words))


def _table(
    session: Session,
    proposals: Sequence[Proposal],
    marks: Sequence[int | None],
    rows: Sequence[tuple[Card, tuple[bool, ...]]],
) -> str:
    """Return some of the rows as a table; who has a card is said in words too."""
    look, yes = palette(), session.text("page_workshop.cards.has")
    no = session.text("page_workshop.cards.has_not")
    heads = "".join(f'<th scope="col">{escape(proposal.name)}</th>' for proposal in proposals)
    body = []
    for card, has in rows:
        cells = []
        for owns, mark in zip(has, marks, strict=True):
            colour, sign = ("", "") if mark is None else (look.proposals[mark], LETTERS[mark])
            dot = f'<span aria-hidden="true" style="color:{colour}">{sign}</span>' if owns else ""
            cells.append(f'<td>{dot}<span class="ik-unseen">{escape(yes if owns else no)}</span></td>')
        body.append(f'<tr><th scope="row">{escape(card.measure.title)}</th>{"".join(cells)}</tr>')
    caption = escape(session.text("page_workshop.cards.grid"))
    first = escape(session.text("page_workshop.cards.card"))
    return (
        f'<table class="ik-cards-grid"><caption class="ik-unseen">{caption}</caption>'
        f'<thead><tr><th scope="col">{first}</th>{heads}</tr></thead><tbody>{"".join(body)}</tbody></table>'
    )


def card_rows(proposals: Sequence[Proposal]) -> list[tuple[Card, tuple[bool, ...]]]:
    """Return every card that anybody has, with who has it; those of most parties first."""
    sets = [_cards(proposal) for proposal in proposals]
    every = {card.key: card for cards in sets for card in cards.values()}
    rows = [(card, tuple(key in cards for cards in sets)) for key, card in every.items()]
    return sorted(rows, key=lambda row: (-sum(row[1]), row[0].measure.title))


def shared_cards_sentence(session: Session, proposals: Sequence[Proposal]) -> str:
    """Say which cards all parties have."""
    sets = [_cards(proposal) for proposal in proposals]
    keys = shared_keys([tuple(cards) for cards in sets])
    if len(proposals) < 2 or not keys:
        return session.text("page_workshop.cards.nothing_shared")
    titles = [session.text("catalogue.quoted", title=sets[0][key].measure.title) for key in keys]
    return session.text("page_workshop.cards.shared", list=listed(titles, session.language))


def _cards(proposal: Proposal) -> dict[str, Card]:
    """Return a proposal's cards in order, by their keys."""
    return {} if proposal.package is None else {card.key: card for card in proposal.package.cards}
