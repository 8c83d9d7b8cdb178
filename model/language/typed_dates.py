"""Read a date as a person types it: 1.3.2028, 1. marts 2028, marts 2028, 2028-03-01 or a year."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from model.language.catalogue import LANGUAGES, month_name
from model.language.messages import LocalizedError, Message

_LEAST_LETTERS: Final = 3  # of a month's name
_CENTURY: Final = 2000
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?",
        r"(?P<day>\d{1,2})\s*[-./ ]\s*(?P<month>\d{1,2})\s*[-./ ]\s*(?P<year>\d{4}|\d{2})",
        r"(?P<month>\d{1,2})\s*[-./ ]\s*(?P<year>\d{4})",
        r"(?:(?P<day>\d{1,2})\.?\s*)?(?P<name>[^\W\d_]+)\.?\s*(?P<year>\d{4})",
        r"(?P<name>[^\W\d_]+)\.?\s+(?P<day>\d{1,2})\s*,?\s+(?P<year>\d{4})",
        r"(?P<year>\d{4})",
    )
)


class NotADate(LocalizedError):
    """A text that is no date."""


@dataclass(frozen=True)
class TypedDate:
    """A date, and whether the person named the day; else it is the first of the month or of the year."""

    date: datetime.date
    exact: bool

    def within(self, first: datetime.date) -> datetime.date:
        """Return the date; of a month or year that ``first`` lies in, without a day, ``first`` itself."""
        same = (self.date.year, self.date.month) == (first.year, first.month)
        return max(self.date, first) if same and not self.exact else self.date


def read_date(text: str) -> TypedDate:
    """Return the date that a text is; the day stands before the month.

    Raises NotADate, which says what would be right.
    """
    written = " ".join(text.split()).casefold()
    if not written:
        raise NotADate(Message("domain.date.empty"))
    for pattern in _PATTERNS:
        match = pattern.fullmatch(written)
        if match is None:
            continue
        parts = match.groupdict()
        month = _month_of(parts["name"]) if parts.get("name") else int(parts.get("month") or 1)
        year = int(parts["year"])
        day = parts.get("day")
        try:
            date = datetime.date(year if year >= 100 else _CENTURY + year, month, int(day or 1))
        except ValueError:
            continue
        return TypedDate(date, exact=day is not None)
    raise NotADate(Message("domain.date.none", text=text.strip()))


def _month_of(name: str) -> int:
    """Return the number of the month that a word names or begins, in either language; 0 for none."""
    if len(name) < _LEAST_LETTERS:
        return 0
    return next((number for number, names in _months() if any(one.startswith(name) for one in names)), 0)


@lru_cache(maxsize=1)
def _months() -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return the months' names in all languages, by number."""
    return tuple(
        (month, tuple(month_name(month, language).casefold() for language in LANGUAGES))
        for month in range(1, 13)
    )
