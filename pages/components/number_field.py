"""Draw a field for a number that reads a decimal comma and a decimal point in any browser's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from model.language.catalogue import number
from model.language.messages import LocalizedError, Message, Phrase
from model.language.typed_numbers import NotANumber, number_text, read_number
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session

_LENGTH: Final = 24  # characters


@dataclass(frozen=True)
class NumberEntry:
    """What stands in a field: a number, None where it is empty, or what is wrong with it."""

    value: float | None = None
    problem: LocalizedError | None = None


def number_entry(text: str, *, minimum: float | None = None, optional: bool = False) -> NumberEntry:
    """Return what a text says; an empty one is a number only where it is ``optional``."""
    if not text.strip():
        return NumberEntry(problem=None if optional else NotANumber(Message("domain.number.empty")))
    try:
        value = read_number(text)
    except NotANumber as problem:
        return NumberEntry(problem=problem)
    if minimum is not None and value < minimum:
        return NumberEntry(problem=NotANumber(Message("domain.number.low", low=Phrase(number, minimum))))
    return NumberEntry(value)


def number_field(
    session: Session,
    label: str,
    value: float | None,
    key: str,
    *,
    minimum: float | None = None,
    optional: bool = False,
    **more: Any,
) -> NumberEntry:
    """Draw a field that holds ``value`` and, below it, what is wrong with what the visitor has written.

    ``more`` goes to ``st.text_input`` (help, placeholder, on_change); ``field_entry`` reads the field in a callback.
    """
    text = st.text_input(
        label, value=number_text(value, session.language), key=key, max_chars=_LENGTH, **more
    )
    entry = number_entry(text or "", minimum=minimum, optional=optional)
    if entry.problem is not None:
        st.error(escape_markdown(entry.problem.text(session.language)))
    return entry


def field_entry(key: str, *, minimum: float | None = None, optional: bool = False) -> NumberEntry:
    """Return what stands in a field that is drawn."""
    return number_entry(st.session_state.get(key) or "", minimum=minimum, optional=optional)
