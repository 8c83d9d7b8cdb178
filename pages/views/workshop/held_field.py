"""Give a field what a file holds, without taking from anybody what is being typed."""

from __future__ import annotations

import streamlit as st


def hold(key: str, value: str) -> None:
    """Put a file's value into a field before it is drawn: at first, and whenever the file has another one."""
    seen = f"{key}-seen"
    if st.session_state.get(seen) != value:
        st.session_state[seen] = value
        st.session_state[key] = value
    elif key not in st.session_state:
        st.session_state[key] = value
