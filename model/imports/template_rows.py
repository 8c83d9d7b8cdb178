"""What a filled template holds: rows with a parameter and the cells that somebody has filled in, not checked yet."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from model.language.typed_numbers import Entry

# A template is known by this text in a cell, whatever its name and its sheets are called.
MARK: Final = "indsatskompas-skabelon"
FORM: Final = 1
MARK_TEXT: Final = re.compile(
    rf"{MARK} (?P<form>\d{{1,3}}) (?P<municipality>[a-z][a-z-]{{0,40}}) (?P<made>\d{{4}}-\d\d-\d\d)"
    r" (?P<figures>[0-9a-f]{12})"
)
# Columns that are filled in, by the field of a typed number that they hold.
ANSWERS: Final = ("value", "low", "high", "as_of", "quality", "source", "note")
# Columns that tell what the number is now; the last is known again by its name.
PRESENT: Final = (
    "area",
    "label",
    "unit",
    "now",
    "now_range",
    "now_as_of",
    "now_quality",
    "now_source",
    "parameter",
)
COLUMNS: Final = (*PRESENT[:5], *ANSWERS, *PRESENT[5:])


def mark_of(municipality: str, made_on: datetime.date, figures: str) -> str:
    """Return the text that a template is known by."""
    return f"{MARK} {FORM} {municipality} {made_on.isoformat()} {figures}"


@dataclass(frozen=True)
class FilledRow:
    """A row in which something is filled in: where it stands, its parameter, the number that it showed, its cells.

    ``letters``: the column of each field that the sheet has; ``formulas``: fields with a formula without a result.
    """

    sheet: str
    line: int
    parameter: str
    shown: Entry
    cells: Mapping[str, Entry]
    letters: Mapping[str, str]
    formulas: tuple[str, ...] = ()

    def address(self, field: str) -> str:
        """Return the address of a field's cell, of the row alone where the sheet has no such column."""
        return f"{self.letters.get(field, '')}{self.line}"


@dataclass(frozen=True)
class FilledTemplate:
    """A template as it came back: for which municipality, made when and on which figures, and its filled rows."""

    municipality: str
    made_on: str
    figures: str
    rows: tuple[FilledRow, ...]
    sheets: tuple[str, ...]  # that were read
