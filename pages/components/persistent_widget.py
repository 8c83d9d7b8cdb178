"""What a visitor chose on a page is there again when one comes back: Streamlit forgets a widget that is not drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import streamlit as st

from pages.session.session import Visit


def before(visit: Visit, key: str, default: Any, options: Collection[Any] | None = None) -> None:
    """Call before the widget of that key: gives it what was kept, or ``default`` where that is no option now."""
    value = st.session_state.get(key, visit.kept.get(key, default))
    if options is not None and value is not None and value not in options:
        value = default
    # What the visitor is typing is not overwritten with what the server knows.
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def after(visit: Visit, key: str) -> Any:
    """Call after it: keeps and returns its value."""
    visit.kept[key] = st.session_state[key]
    return visit.kept[key]


def choice(
    visit: Visit,
    key: str,
    options: Sequence[str],
    label: str,
    shown: Callable[[str], str],
    *,
    widget: Callable[..., Any] = st.pills,
) -> str:
    """One of a few, always one, kept: the parts of a page, or the ways to do a thing. The first where none is kept."""
    before(visit, key, options[0], options)
    widget(label, options, required=True, format_func=shown, label_visibility="collapsed", key=key)
    return str(after(visit, key))
