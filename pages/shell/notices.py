"""What stands around every page: style, notices, and who catches errors."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import streamlit as st

from pages.components import mount
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import palette
from pages.session.session import Session

_log = logging.getLogger("indsatskompas.pages")
_STYLE: Final = "<style>" + (mount.FRONTEND / "page.css").read_text(encoding="utf-8") + "</style>"
# Below the row of page names, where there is one.
_BELOW_NAVIGATION: Final = (
    '<style>[data-testid="stMainBlockContainer"] { padding-top: 3.25rem !important; }</style>'
)


def inject_style(pages: int) -> None:
    """The style sheet of the pages; ``pages``: how many there are to choose from."""
    look = palette()
    # The components' own colours (--st-...) are not known outside them.
    colours = f"<style>:root {{ --ik-ground: {look.ground}; --ik-quiet: {look.quiet}; }}</style>"
    st.html(_STYLE + colours + (_BELOW_NAVIGATION if pages > 1 else ""))


def show_notice(session: Session) -> None:
    """Says once what a button or a link came to."""
    said, session.notice = session.notice, None
    if said is None:
        return
    words = "\n\n".join(escape_markdown(line.text(session.language)) for line in (said.words, *said.more))
    if said.kind == "success":
        st.toast(words)
    elif said.kind == "error":
        st.error(words)
    else:
        st.warning(words)


def draw_guarded(session: Session, draw: Callable[[], None]) -> None:
    """Draws; what goes wrong is written to the log and said in plain words, never as a traceback."""
    try:
        draw()
    except Exception:
        _log.exception("a page failed")
        st.error(session.page_text("error"))
