"""Draw what deletes one's own cards and sets, the line that undoes it, and the deleted ones, which can be had back."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Final

import streamlit as st

from model.catalogue.deleted import DeletedFile, bring_back, delete, deleted
from model.catalogue.files import OWN, Card, StoredSet
from model.files.problems import FileProblem
from model.language.catalogue import long_date, time_of_day
from pages.components.escape_markdown import escape_markdown
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
from pages.views.catalogue.view import ON, catalogue

# The file that was deleted last, until something else is done.
UNDO: Final = "catalogue_undo"
# Whether the card that was deleted last was on, and where: undoing lays it there again.
_WAS_ON: Final = "catalogue_undo_on"


def delete_file(session: Session, what: Card | StoredSet) -> None:
    """Delete a card or a set, and leave what undoes it."""
    try:
        gone = delete(catalogue(), what, datetime.datetime.now().astimezone())
    except FileProblem as problem:
        session.notice = Notice("warning", problem_text(problem))
        return
    on = tuple(session.widget_values.get(ON, ()))
    session.widget_values[_WAS_ON] = on
    session.widget_values[ON] = tuple(key for key in on if key != what.key)
    session.widget_values[UNDO] = gone


def undo_line(session: Session) -> None:
    """Draw what was deleted last and the button that brings it back."""
    gone = session.widget_values.get(UNDO)
    if not isinstance(gone, DeletedFile):
        return
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="catalogue-undo"):
        st.markdown(escape_markdown(session.text("page_catalogue.deleted", name=gone.title)))
        st.button(
            session.text("page_catalogue.deleted.undo"),
            type="primary",
            key="catalogue-undo-do",
            on_click=lambda: _undo(session, gone),
        )


def deleted_files(session: Session) -> None:
    """Draw the deleted cards and sets, folded, each with a button that brings it back; nothing where none are."""
    files = deleted(catalogue())
    if not files:
        return
    with st.expander(session.text("page_catalogue.deleted.all")):
        for file in files:
            local = file.deleted.astimezone()
            when = session.text(
                "page_catalogue.deleted.when",
                date=long_date(local.date(), session.language),
                time=time_of_day(local, session.language),
            )
            with st.container(horizontal=True, vertical_alignment="center", key=f"deleted-{file.key}"):
                kind = session.text(
                    f"page_catalogue.deleted.{'set' if file.is_set else 'card'}", name=file.title
                )
                st.markdown(escape_markdown(kind) + "  \n" + escape_markdown(when))
                st.button(
                    session.text("page_catalogue.deleted.back"),
                    key=f"back-{file.key}",
                    on_click=_back(session, file),
                )


def _back(session: Session, file: DeletedFile) -> Callable[[], None]:
    """Return what brings one file back."""

    def back() -> None:
        _bring_back(session, file)

    return back


def _undo(session: Session, gone: DeletedFile) -> None:
    """Bring back what was deleted last, and lay it where it was unless the list is another by now."""
    on, now = session.widget_values.get(_WAS_ON, ()), tuple(session.widget_values.get(ON, ()))
    if _bring_back(session, gone) and now == tuple(key for key in on if key != f"{OWN}/{gone.name}"):
        session.widget_values[ON] = on


def _bring_back(session: Session, file: DeletedFile) -> bool:
    """Bring a file back, or say why not."""
    session.widget_values.pop(UNDO, None)
    try:
        bring_back(catalogue(), file)
    except FileProblem as problem:
        session.notice = Notice("warning", problem_text(problem))
        return False
    session.notice = Notice("success", both_languages("page_catalogue.deleted.is_back", name=file.title))
    return True
