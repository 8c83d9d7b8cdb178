"""Draw what the caseload at the start rests on, counted in persons."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import streamlit as st

from model.language.catalogue import listed, number, percent
from model.municipality.caseload_basis import CaseloadBasis, basis_sentences, caseload_basis
from model.municipality.municipality import Municipality
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.views.data.shared import not_shown, page_text, quality, responsive_table, suppressed_note

_COLUMNS: Final = ("benefit", "persons", "share", "total", "split", "as_of")


@lru_cache(maxsize=8)
def basis_of(municipality: Municipality) -> CaseloadBasis:
    """Return what a municipality's caseload rests on."""
    return caseload_basis(municipality)


def draw(session: Session, municipality: Municipality) -> None:
    """Draw the totals with what is known of them and of their split, and the shares of persons in words."""
    basis = basis_of(municipality)
    st.markdown(escape_markdown(page_text(session, "rests.note")))
    heads = [session.text(f"vintage.basis.{column}") for column in _COLUMNS]
    responsive_table(
        session,
        f"persons-{municipality.id}",
        page_text(session, "rests.caption"),
        heads,
        rows(session, basis),
        numbers=(1, 2),
    )
    for sentence in basis_sentences(basis):
        st.markdown(escape_markdown(sentence.text(session.language)))
    if any(basis.suppressed):
        suppressed_note(session)


def rows(session: Session, basis: CaseloadBasis) -> list[list[Any]]:
    """List the totals: persons, their share of all, what total and split are known from, and when."""
    language = session.language
    table: list[list[Any]] = []
    for total, hidden in zip(basis.totals, basis.suppressed, strict=True):
        splits = listed([quality(session, name) for name in total.splits], language)
        known = [quality(session, total.quality), total.source.text(language)]
        if total.note is not None:
            known.append(total.note.text(language))
        table.append(
            [
                total.name.text(language),
                not_shown(session) if hidden else number(total.persons, language),
                not_shown(session) if hidden else percent(total.persons / basis.persons, language),
                known,
                splits or session.text("vintage.basis.whole"),
                total.as_of,
            ]
        )
    return table
