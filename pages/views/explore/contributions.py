"""Lead from the first page to the page Why."""

from __future__ import annotations

import streamlit as st

from pages.session.session import Session
from pages.shell.page import WHY, go_to


def why_button(session: Session) -> None:
    """Draw the button that leads to the page Why."""
    with st.container(key="why"):
        if st.button(session.text("page_why.open"), key="go-why"):
            go_to(WHY)
