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


def held(key: str, value: str) -> str:
    """Return the key of a field that saves itself and shows what a file holds, to be drawn under that key.

    It is another field whenever the file has got its value from elsewhere: what the browser still says of the one
    before, which nobody has typed there since, would else be taken for typed and undo what the file has (``is_typed``).
    """
    seen = f"{key}-seen"
    last, times = st.session_state.get(seen, (value, 0))
    if last != value and st.session_state.get(_numbered(key, times)) != value:
        times += 1
    st.session_state[seen] = (value, times)
    drawn = _numbered(key, times)
    if drawn not in st.session_state:
        st.session_state[drawn] = value
        st.session_state[f"{drawn}-given"] = value
    return drawn


def is_typed(key: str, drawn: str) -> bool:
    """Return whether what the browser says of a field was typed there, and is not only what the field was given.

    Arguments: the key that ``held`` was asked for, and the one under which the field was drawn.
    """
    _, times = st.session_state.get(f"{key}-seen", ("", 0))
    if drawn == _numbered(key, times):
        return True
    return bool(st.session_state.get(drawn) != st.session_state.get(f"{drawn}-given"))


def _numbered(key: str, times: int) -> str:
    """Return the key of the field that stands there after the value has come from elsewhere so many times."""
    return f"{key}-{times}" if times else key
