"""Read and write a number as a person types it, with a decimal comma or a decimal point in any language."""

from __future__ import annotations

import datetime
import math
import re
from typing import Final

from model.language.catalogue import number
from model.language.messages import LocalizedError, Message, Phrase

# What a field of a form or a cell of a workbook can hold.
Entry = str | int | float | bool | datetime.date | None

_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_BLANKS: Final = "[ \u00a0\u2007\u2009\u202f]"
_PLAIN: Final = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_BLANK_GROUPS: Final = re.compile(rf"[-+]?[1-9]\d{{0,2}}(?:{_BLANKS}\d{{3}})+(?:[.,]\d+)?")
_MARKED_GROUPS: Final = re.compile(
    r"[-+]?[1-9]\d{0,2}(?:(\.\d{3})+(,\d+)|(,\d{3})+(\.\d+)|(\.\d{3}){2,}|(,\d{3}){2,})"
)
EITHER: Final = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_MOST: Final = 1e15
_MOST_DECIMALS: Final = 6


def number_text(value: float | None, language: str) -> str:
    """Return a number as it stands in a field: no thousands marks, and only the decimals that it has."""
    if value is None or not math.isfinite(value):
        return ""
    decimals = next((d for d in range(_MOST_DECIMALS) if abs(value - round(value, d)) < 1e-9), _MOST_DECIMALS)
    text = f"{value + 0.0:.{decimals}f}"
    if EITHER.fullmatch(text):
        text += "0"  # 1,234 could be a thousand
    return text.replace(".", "," if language == "da" else ".")


class NotANumber(LocalizedError):
    """A text that is no number, or that is one number in Danish and another in English."""


def read_number(text: str) -> float:
    """Return the number that a text is, with comma or point before the decimals and blanks between thousands.

    Raises NotANumber, which says what would be right. ``1.000`` is a thousand to one reader and one to another: it is
    refused.
    """
    written = text.strip().translate(_DASHES)
    if EITHER.fullmatch(written):
        whole, decimals = re.split("[.,]", written)
        # With another number of decimals than three it can be read in one way only.
        places = 1 if decimals == "000" else 4
        decimal = Phrase(number, float(f"{whole}.{decimals}"), decimals=places)
        values = {"text": text.strip(), "thousand": whole + decimals, "decimal": decimal}
        raise NotANumber(Message("domain.number.either", **values))
    if _BLANK_GROUPS.fullmatch(written):
        written = re.sub(_BLANKS, "", written)
    elif _MARKED_GROUPS.fullmatch(written):
        marks = [c for c in written if c in ".,"]
        written = written.replace(marks[0], "").replace(",", ".")
    if not _PLAIN.fullmatch(written):
        raise NotANumber(Message("domain.number.none", text=text.strip()))
    value = float(written.replace(",", "."))
    if not abs(value) < _MOST:
        raise NotANumber(Message("domain.number.large"))
    return value + 0.0
