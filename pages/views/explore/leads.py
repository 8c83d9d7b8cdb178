"""Lead from the first page to the pages that explain and compare."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.session.session import Session
from pages.shell.page import COMPARE, WHY, go_to

# The page's own scripts press these too (told.js and the toolbar), by their keys.
_LEADS: Final = (("why", "page_why.open", WHY), ("compare", "page_compare.heading", COMPARE))


def leads(session: Session) -> None:
    """Draw the buttons that lead to the pages Why and Compare."""
    with st.container(key="leads", horizontal=True):
        for name, label, page in _LEADS:
            if st.button(session.text(label), key=f"go-{name}"):
                go_to(page)
