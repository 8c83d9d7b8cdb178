"""Tables as CSV files that a Danish or an English spreadsheet opens; no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Final

Row = Mapping[str, str]
# What begins a formula, also behind spaces.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
# A number with its sign and unit; nothing in it can be calculated further.
_AMOUNT: Final = re.compile(r"[-+]?\d[\d.,]*(?: [^=+@|!-]*)?")


def as_csv(rows: Sequence[Row], language: str) -> bytes:
    """Return rows as a CSV that a Danish or an English spreadsheet opens; no cell is taken for a formula."""
    out = io.StringIO()
    heads = list(rows[0]) if rows else []
    writer = csv.writer(out, delimiter=";" if language == "da" else ",", lineterminator="\r\n")
    writer.writerow([_harmless(head) for head in heads])
    writer.writerows([_harmless(row.get(head, "")) for head in heads] for row in rows)
    # Half a character, as a broken file name leaves it, is no reason to have no table.
    return out.getvalue().encode("utf-8-sig", "replace")


def text_cell(words: str) -> str:
    """Return words that no spreadsheet takes for a formula."""
    return f"'{words}" if words.lstrip(" ").startswith(_FORMULA) else words


def _harmless(cell: str) -> str:
    """Mark text that a spreadsheet would calculate as text; numbers keep their sign."""
    words = cell.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", " ")
    return words if _AMOUNT.fullmatch(words) else text_cell(words)
