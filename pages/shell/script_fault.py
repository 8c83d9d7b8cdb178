"""Say what stopped a run outside the guarded part of a page; Streamlit's own words are English."""

from __future__ import annotations

import streamlit as st

from model.language.catalogue import LANGUAGES, text
from pages.session.faults import note_fault


def tell_fault(error: Exception) -> bool:
    """Log an error and show its number in the visitor's language; return that nothing else need be shown."""
    number = note_fault("a run failed", error)
    st.error(text("page.error", _language(), id=number))
    return True


def _language() -> str:
    """Return the visit's language; that of the first where the visit itself could not be made."""
    try:
        # Heavy, and perhaps what failed.
        from pages.session.session import current_session

        return current_session().language
    except Exception:
        return LANGUAGES[0]
