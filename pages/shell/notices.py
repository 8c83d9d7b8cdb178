"""Draw what stands around every page: style, notices, and what is shown after an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from pages.components import mount
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import palette
from pages.session.faults import note_fault
from pages.session.session import Session


def _style(name: str) -> str:
    return "<style>" + mount.minified((mount.FRONTEND / name).read_text(encoding="utf-8")) + "</style>"


_STYLE: Final = _style("page.css")
_READING: Final = _style("reading.css")
# Below the row of page names, where there is one.
_BELOW_NAVIGATION: Final = (
    '<style>[data-testid="stMainBlockContainer"] { padding-top: 3rem !important; }</style>'
)


def inject_style(pages: int, *, reading: bool) -> None:
    """Add the style sheets of the page.

    ``pages`` is how many there are to choose from; ``reading`` whether there are texts and tables to read.
    """
    look = palette()
    # The components' own colours (--st-...) are not known outside them.
    colours = f"<style>:root {{ --ik-ground: {look.ground}; --ik-quiet: {look.quiet}; }}</style>"
    st.html(_STYLE + (_READING if reading else "") + colours + (_BELOW_NAVIGATION if pages > 1 else ""))


def show_notice(session: Session) -> None:
    """Show what a button or a link led to, until the visitor does something else.

    A page that waits for something runs again by itself; its notice stays. A success floats above the page for a few
    seconds, and is told once.
    """
    notice, is_new = session.notice, session.notice is not session.shown_notice
    if notice is not None and not is_new and not session.polled:
        notice = session.notice = None
    session.shown_notice = notice
    if notice is None:
        return
    words = "\n\n".join(escape_markdown(line.text(session.language)) for line in (notice.words, *notice.more))
    if notice.kind == "error":
        st.error(words)
    elif notice.kind == "warning":
        st.warning(words)
    elif is_new:
        st.toast(words)


def draw_guarded(session: Session, draw: Callable[[], None]) -> None:
    """Draw, and write what goes wrong to the log and to the page in plain words, never as a traceback."""
    try:
        draw()
    except Exception as error:
        st.error(session.page_text("error", id=note_fault("a page failed", error)))
