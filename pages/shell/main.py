"""Run every visit: the look of the window, the navigation, and the page that was asked for."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Final

import streamlit as st

from model.domain import MODEL_VERSION
from pages.components import mount
from pages.session import inbox
from pages.session.admission import ADMISSION
from pages.session.session import Session, current_session
from pages.shell import notices, startup
from pages.shell.full_house import draw_full_house
from pages.shell.page import PAGES

HERE = Path(__file__).parent
_CHANNEL: Final = "channel-mount"
_VERSION: Final = f'<p class="ik-version">Indsatskompas {MODEL_VERSION}</p>'


def main() -> None:
    """Draw the page that was asked for."""
    st.set_page_config(
        page_title="Indsatskompas",
        page_icon=str(HERE / "static" / "icon.png"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    startup.start()
    session = current_session()
    root = HERE.parents[1]
    # A page of Streamlit's looks for its file; they serve again. Each run takes copies in hand: one that is broken off
    # may run beside the next, and a page can be drawn once.
    made = session.navigation.get(session.language)
    if made is None:
        made = session.navigation[session.language] = [
            st.Page(root / p.file, title=session.text(p.name), url_path=p.address, default=p is PAGES[0])
            for p in PAGES
        ]
    pages = [copy.copy(one) for one in made]
    session.poll = None
    session.waits.clear()
    # A meeting under way goes before the limit.
    meets = bool(session.seat or session.facilitator or session.present)
    admitted = ADMISSION.admits(session.connection, always=meets)
    # A table's device shows its meeting and nothing else.
    page = st.navigation(pages, position="top" if admitted and not session.seat else "hidden")
    notices.inject_style(1 if session.seat else len(pages), reading=page is not pages[0])
    # The channel stands before what pages draw, so that it stays where it is, and is drawn when the page is.
    end = st.container(key="channel")
    if admitted:
        page.run()
    else:
        draw_full_house(session)
    if not session.seat and not session.present:
        # What whoever reports a fault is asked for; the room's screen and a table's device have no use for it.
        st.html(_VERSION)
    # Only a run that came to its end knows what the page no longer waits for.
    session.leave_unasked()
    with end:
        _draw_channel(session, page.url_path)


def _draw_channel(session: Session, page: str) -> None:
    """Answer the browser's log; its next message is done before the next run."""

    def receive() -> bool:
        return inbox.receive(session, (st.session_state.get(_CHANNEL) or {}).get("message"))

    def on_message() -> None:
        # A message with nothing new in it asks whether something is ready: the page runs, but nobody did anything.
        session.polled = not receive()

    session.polled = False
    mount.channel(key=_CHANNEL, data=inbox.answer(session, page), on_message_change=on_message)
    # A message that came while the channel was not drawn, as when a page was left for another, has called nothing.
    if receive():
        st.rerun()


main()
