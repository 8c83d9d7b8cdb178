"""What a visitor chose on a page is there again when one comes back: Streamlit forgets a widget that is not drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import streamlit as st

from pages.session.session import Session


def restore_value(session: Session, key: str, default: Any, options: Collection[Any] | None = None) -> None:
    """Call before the widget of that key: gives it what was kept, or ``default`` where that is no option now."""
    value = st.session_state.get(key, session.widget_values.get(key, default))
    if options is not None and value is not None and value not in options:
        value = default
    # What the visitor is typing is not overwritten with what the server knows.
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def store_value(session: Session, key: str) -> Any:
    """Call after it: keeps and returns its value."""
    session.widget_values[key] = st.session_state[key]
    return session.widget_values[key]


def persistent_choice(
    session: Session,
    key: str,
    options: Sequence[str],
    label: str,
    shown: Callable[[str], str],
    *,
    widget: Callable[..., Any] = st.pills,
) -> str:
    """One of a few, always one, kept: the parts of a page, or the ways to do a thing. The first where none is kept."""
    restore_value(session, key, options[0], options)
    widget(label, options, required=True, format_func=shown, label_visibility="collapsed", key=key)
    return str(store_value(session, key))
