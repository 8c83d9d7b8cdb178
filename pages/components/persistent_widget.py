"""Keep what a visitor chose on a page until one comes back: Streamlit forgets a widget that is not drawn.

Streamlit's own ``persist_state="session"`` does not do: where a page forgets a choice, as with a new file to import,
the browser goes on showing the old one and sends it with the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import streamlit as st

from pages.session.session import Session


def restore_value(session: Session, key: str, default: Any, options: Collection[Any] | None = None) -> None:
    """Give the widget of that key, before it is drawn, its last value, or ``default`` where that is no option now."""
    value = st.session_state.get(key, session.widget_values.get(key, default))
    if options is not None and value is not None and value not in options:
        value = default
    # What the visitor is typing is not overwritten with what the server knows.
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def store_value(session: Session, key: str) -> Any:
    """Keep the value of the widget of that key, once it is drawn, and return it."""
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
    """Ask for one of a few, such as the parts of a page, and return it; at first the first one."""
    # A choice that is required can still come as none, from a window that has not drawn it yet: the last one holds.
    known = session.widget_values.get(key)
    last = known if known in options else options[0]
    if st.session_state.get(key) is None:
        st.session_state.pop(key, None)
    restore_value(session, key, last, options)
    widget(label, options, required=True, format_func=shown, label_visibility="collapsed", key=key)
    chosen = st.session_state[key]
    session.widget_values[key] = last if chosen is None else chosen
    return str(session.widget_values[key])
