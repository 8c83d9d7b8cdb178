"""Copy, rename, compare, delete and restore the files of the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from model.files.problems import FileProblem
from model.library.library import Broken, Entry
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.session import scenario_store
from pages.session.follow import follow
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
from pages.shell.dialogs import close
from pages.views.library.view import page_text

PART: Final = "library_part"
FROM: Final = "library_from"
TO: Final = "library_to"
TARGET: Final = "library_target"
UNDO: Final = "library_undo"
SCREEN: Final = "screen"  # stands for the scenario on screen where a file's key may stand
RENAME: Final = "rename"
NAME_LENGTH: Final = 80


def notify(session: Session, kind: str, key: str, **values: object) -> None:
    """Leave a notice in both languages for the next run."""
    session.notice = Notice(kind, both_languages(f"page_library.{key}", **values))


def perform(session: Session, entry: Entry, action: str) -> None:
    """Do what was chosen in the menu of an entry."""
    if action == "rename":
        session.widget_values[TARGET] = entry.key
        session.dialog = RENAME
        st.rerun()
    elif action == "compare":
        # The widgets of the other part are not drawn now: the stored values are what they will begin with.
        session.widget_values.update({FROM: entry.key, TO: SCREEN, PART: "compare"})
        for key in (FROM, TO, PART):
            st.session_state.pop(key, None)
        st.rerun()
    elif action == "reference":
        session.reference = entry.scenario
        notify(session, "success", "reference", name=entry.scenario.name)
        st.rerun()
    elif action == "follow":
        follow(session, entry.scenario)
        st.rerun()
    elif action == "copy":
        attempt(session, lambda: copy(session, entry))
    elif action == "delete":
        attempt(session, lambda: delete(session, entry))


def attempt(session: Session, action: Callable[[], None]) -> None:
    """Do it and draw the page anew; what fails leaves a notice and changes nothing."""
    session.widget_values.pop(UNDO, None)
    try:
        action()
    except FileProblem as error:
        session.notice = problem_notice(error)
    st.rerun()


def problem_notice(error: FileProblem) -> Notice:
    """Return a notice about a file that is wrong."""
    return Notice("warning", problem_text(error))


def copy(session: Session, entry: Entry) -> None:
    """Copy an entry under a name of its own."""
    duplicate, _ = scenario_store.library().duplicate(
        entry, page_text(session, "copy_name", name=entry.scenario.name)
    )
    notify(session, "success", "copied", name=duplicate.name)


def delete(session: Session, entry: Entry | Broken) -> None:
    """Move an entry to the bin and remember it for the line with undo."""
    binned = scenario_store.library().delete(entry, scenario_store.now())
    session.deleted(entry.path)
    name = entry.scenario.name if isinstance(entry, Entry) else entry.name
    session.widget_values[UNDO] = (binned.key, name)
    notify(session, "success", "deleted", name=name)


def restore(session: Session, key: str, name: str) -> None:
    """Restore a deleted file."""
    file = scenario_store.library().restore(key)
    back = next((e for e in scenario_store.library().listing()[0] if e.own and e.path.name == file), None)
    notify(session, "success", "restored", name=back.scenario.name if back else name)


def undo_line(session: Session) -> None:
    """Draw what was deleted last and the button that restores it, until something else is done with the files."""
    if UNDO not in session.widget_values:
        return
    key, name = session.widget_values[UNDO]
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="library-undo"):
        st.markdown(escape_markdown(page_text(session, "deleted", name=name)))
        if st.button(page_text(session, "deleted.undo"), type="primary", key="library_undo_do"):
            attempt(session, lambda: restore(session, key, name))


def rename_dialog(session: Session, entries: Sequence[Entry]) -> None:
    """Draw the dialog that renames an entry."""
    entry = next((e for e in entries if e.key == session.widget_values.get(TARGET)), None)
    if entry is None:
        close(session)
        st.warning(page_text(session, "gone"))
        return

    @st.dialog(page_text(session, "rename.title"), on_dismiss=lambda: close(session))
    def dialog() -> None:
        """Draw name and buttons; rename on the press."""
        name = st.text_input(
            page_text(session, "rename.name"),
            value=entry.scenario.name,
            max_chars=NAME_LENGTH,
            key="rename_name",
        )
        with st.container(horizontal=True):
            pressed = st.button(page_text(session, "rename.button"), type="primary", key="rename_do")
            if st.button(page_text(session, "rename.cancel"), key="rename_cancel"):
                close(session)
                st.rerun()
        if pressed:
            try:
                session.widget_values.pop(UNDO, None)
                renamed = scenario_store.rename(session, entry, name)
                notify(session, "success", "renamed", name=renamed.name)
            except FileProblem as error:
                show_problem(error, session.language)
            else:
                close(session)
                st.rerun()

    dialog()
