"""Draw what a visitor sees for whom there is no place yet; the page opens by itself when there is."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.session.session import Session

# How often it is looked whether a place is free, ms: a look costs little, but there may be many who wait.
_LOOK: Final = 4000


def draw_full_house(session: Session) -> None:
    """Say that the house is full, and look again after a while."""
    st.title(session.page_text("full.title"), anchor=False)
    with st.container(border=True, key="full-house"):
        st.markdown(session.page_text("full.text"))
    session.poll_after(_LOOK, _LOOK)
