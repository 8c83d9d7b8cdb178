"""What runs for every visit: the look of the window, the navigation, and the page that was asked for."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from pages.session.session import current_session
from pages.shell import notices, startup
from pages.shell.page import PAGES

HERE = Path(__file__).parent

logging.getLogger("indsatskompas").setLevel(logging.INFO)


def main() -> None:
    """Draws the page that was asked for."""
    st.set_page_config(
        page_title="Indsatskompas",
        page_icon=str(HERE / "static" / "icon.png"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    startup.start()
    session = current_session()
    root = HERE.parents[1]
    pages = [
        st.Page(root / p.file, title=session.text(p.name), url_path=p.address, default=p is PAGES[0])
        for p in PAGES
    ]
    notices.inject_style(len(pages))
    st.navigation(pages, position="top").run()


main()
