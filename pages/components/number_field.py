"""Draw a field for a number that reads a decimal comma and a decimal point in any browser's language."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from model.language.catalogue import number
from model.language.messages import LocalizedError, Message, Phrase
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session

_LENGTH: Final = 24  # characters
_MOST_DECIMALS: Final = 6
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_BLANKS: Final = "[ \u00a0\u2007\u2009\u202f]"
_PLAIN: Final = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_BLANK_GROUPS: Final = re.compile(rf"[-+]?[1-9]\d{{0,2}}(?:{_BLANKS}\d{{3}})+(?:[.,]\d+)?")
_MARKED_GROUPS: Final = re.compile(
    r"[-+]?[1-9]\d{0,2}(?:(\.\d{3})+(,\d+)|(,\d{3})+(\.\d+)|(\.\d{3}){2,}|(,\d{3}){2,})"
)
_EITHER: Final = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_MOST: Final = 1e15


class NotANumber(LocalizedError):
    """A text that is no number, or that is one number in Danish and another in English."""


def read_number(text: str) -> float:
    """Return the number that a text is, with comma or point before the decimals and blanks between thousands.

    Raises NotANumber, which says what would be right. ``1.000`` is a thousand to one reader and one to another: it is
    refused.
    """
    written = text.strip().translate(_DASHES)
    if _EITHER.fullmatch(written):
        whole, decimals = re.split("[.,]", written)
        one_decimal = Phrase(number, float(whole), decimals=1)
        values = {"text": text.strip(), "thousand": whole + decimals, "decimal": one_decimal}
        raise NotANumber(Message("page.number.either", **values))
    if _BLANK_GROUPS.fullmatch(written):
        written = re.sub(_BLANKS, "", written)
    elif _MARKED_GROUPS.fullmatch(written):
        marks = [c for c in written if c in ".,"]
        written = written.replace(marks[0], "").replace(",", ".")
    if not _PLAIN.fullmatch(written):
        raise NotANumber(Message("page.number.none", text=text.strip()))
    value = float(written.replace(",", "."))
    if not abs(value) < _MOST:
        raise NotANumber(Message("page.number.large"))
    return value + 0.0


def number_text(value: float | None, language: str) -> str:
    """Return a number as it stands in a field: no thousands marks, and only the decimals that it has."""
    if value is None or not math.isfinite(value):
        return ""
    decimals = next((d for d in range(_MOST_DECIMALS) if abs(value - round(value, d)) < 1e-9), _MOST_DECIMALS)
    text = f"{value + 0.0:.{decimals}f}"
    if _EITHER.fullmatch(text):
        text += "0"  # 1,234 could be a thousand
    return text.replace(".", "," if language == "da" else ".")


@dataclass(frozen=True)
class NumberEntry:
    """What stands in a field: a number, None where it is empty, or what is wrong with it."""

    value: float | None = None
    problem: LocalizedError | None = None


def number_entry(text: str, *, minimum: float | None = None, optional: bool = False) -> NumberEntry:
    """Return what a text says; an empty one is a number only where it is ``optional``."""
    if not text.strip():
        return NumberEntry(problem=None if optional else NotANumber(Message("page.number.empty")))
    try:
        value = read_number(text)
    except NotANumber as problem:
        return NumberEntry(problem=problem)
    if minimum is not None and value < minimum:
        return NumberEntry(problem=NotANumber(Message("page.number.low", low=Phrase(number, minimum))))
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
