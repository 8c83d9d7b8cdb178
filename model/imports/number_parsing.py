"""Figures as exports write them: decimal comma or point, thousands, marks for what is hidden.

Which mark is the decimal one is settled by evidence: the column's own cells, then the file's other columns, then the
format. A lone separator before three digits is thousands only where the column counts persons; elsewhere it is
refused. A mark is never read as zero.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from model.imports.rows import MAX_CELL_CHARACTERS, Suppressed, Why
from model.language.messages import Localized, Message

Decimal = Literal[",", "."]

_MARKS: Final[dict[str, Why]] = {
    "*": "hidden", "**": "hidden", "***": "hidden", "•": "hidden", "●": "hidden", "·": "hidden", "x": "hidden",
    "#": "hidden",
    "-": "nil", "--": "nil",
    "": "missing", ".": "missing", "..": "missing", "...": "missing", "…": "missing", ":": "missing",
    "n/a": "missing", "na": "missing", "nan": "missing", "null": "missing", "none": "missing",
    "i.a.": "missing", "ia": "missing", "?": "missing",
}  # fmt: skip
_LESS_THAN: Final = re.compile(r"(?:<|≤|under |færre end |mindre end )\s*=?\s*\d+")
_MARKED: Final = re.compile(r"[-+]?\d[\d.,]*\s*[*•●#]+|[*•●#]+\s*\d[\d.,]*|[(\[]\d[\d.,]*[)\]]")
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_BLANKS: Final = re.compile(r"[\s\u00a0\u2007\u2009\u202f\u200b'’]+")
# Blanks stand between thousands and behind a sign, nowhere else.
_BLANK_GROUPS: Final = re.compile(r"[-+]? ?[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?|[-+] [\d.,]+")
_DIGITS: Final = r"[-+]?\d{1,15}"
_PLAIN: Final = re.compile(_DIGITS)
_GROUPS: Final = {
    ",": re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?"),
    ".": re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"),
}
_SIMPLE: Final = {",": re.compile(r"[-+]?\d*,\d+"), ".": re.compile(r"[-+]?\d*\.\d+(?:[eE][-+]?\d{1,3})?")}
_LONE: Final = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_MOST: Final = 1e15
# A figure or a mark is never longer than this, its blanks squeezed.
_MOST_CHARACTERS: Final = 100
_BARE: Final = re.compile(r"[-+]?[\d.,]+")
# The last of the unit words may stand behind a figure.
_UNIT_BEHIND: Final = re.compile(r" ?(?:%|pct\.?|procent|kr\.?|uger)$")


@dataclass(frozen=True)
class Unreadable:
    """A cell that is neither a figure nor a known mark, and why."""

    why: Localized


def mark_of(text: str) -> Suppressed | None:
    """Return the mark that a cell holds instead of a figure, or None."""
    # No mark begins and ends with a digit, and most cells do.
    if text[:1].isdigit() and text[-1:].isdigit():
        return None
    # Blanks are squeezed before any pattern sees them: two parts of one that both take blanks take squared time.
    single = " ".join(text.split())
    bare = single.translate(_DASHES)
    why = _MARKS.get(bare.casefold())
    if why is not None:
        return Suppressed(single, why)
    if len(bare) > _MOST_CHARACTERS:
        return None
    if _LESS_THAN.fullmatch(bare.casefold()):
        return Suppressed(single, "hidden")
    if _MARKED.fullmatch(bare):
        # "0*" is how some tables print a hidden cell; any other figure with a mark is marked.
        zero = not any(c in "123456789" for c in bare)
        return Suppressed(single, "hidden" if zero else "marked")
    return None


def _bare(text: str) -> str:
    """Return a cell without its unit, blanks and long dashes."""
    if _BARE.fullmatch(text):
        return text
    squeezed = _BLANKS.sub(" ", text.strip().casefold())
    single = _UNIT_BEHIND.sub("", squeezed).strip().translate(_DASHES)
    return single.replace(" ", "") if _BLANK_GROUPS.fullmatch(single) else single


def evidence(cells: Iterable[object]) -> frozenset[Decimal]:
    """Return the decimal marks that at least one cell can only be read with."""
    settled: set[Decimal] = set()
    marks: tuple[Decimal, Decimal] = (",", ".")
    for cell in cells:
        if not isinstance(cell, str) or len(cell) > MAX_CELL_CHARACTERS:
            continue
        if "," not in cell and "." not in cell:
            continue
        bare = _bare(cell)
        fits = [m for m in marks if _SIMPLE[m].fullmatch(bare) or _GROUPS[m].fullmatch(bare)]
        if len(fits) == 1:
            settled.add(fits[0])
    return frozenset(settled)


def figure(cell: object, decimal: Decimal | None, *, counts: bool) -> float | Suppressed | Unreadable:
    """Return the figure of one cell.

    ``decimal`` is the mark that evidence has settled, None where nothing has; ``counts`` whether the column counts
    whole persons.
    """
    if cell is None:
        return Suppressed("", "missing")
    if isinstance(cell, bool):
        return Unreadable(Message("import.cell.not_number", cell=str(cell).lower()))
    if isinstance(cell, int | float):
        return _finite(float(cell)) if abs(cell) <= _MOST else Unreadable(Message("import.cell.too_large"))
    if not isinstance(cell, str):
        return Unreadable(Message("import.cell.not_number", cell=str(cell)[:40]))
    if len(cell) > MAX_CELL_CHARACTERS:
        return Unreadable(Message("import.cell.too_long"))
    mark = mark_of(cell)
    if mark is not None:
        return mark
    bare = _bare(cell)
    if _PLAIN.fullmatch(bare):
        return float(bare)
    if decimal is None and _LONE.fullmatch(bare):
        if counts:
            return float(bare.replace(",", "").replace(".", ""))
        return Unreadable(Message("import.cell.ambiguous", cell=cell.strip()))
    decimals: tuple[Decimal, ...] = (decimal,) if decimal is not None else (",", ".")
    for mark_ in decimals:
        if _SIMPLE[mark_].fullmatch(bare) or _GROUPS[mark_].fullmatch(bare):
            thousands = "." if mark_ == "," else ","
            return _finite(float(bare.replace(thousands, "").replace(mark_, ".")))
    if decimal is not None and (_SIMPLE["."].fullmatch(bare) or _SIMPLE[","].fullmatch(bare)):
        return Unreadable(Message("import.cell.other_decimal", cell=cell.strip(), decimal=decimal))
    return Unreadable(Message("import.cell.not_number", cell=cell.strip()[:40]))


def _finite(value: float) -> float | Unreadable:
    """Return a figure that is finite and not too large."""
    if not math.isfinite(value) or abs(value) > _MOST:
        return Unreadable(Message("import.cell.too_large"))
    return value + 0.0


def is_figure_or_mark(cell: object) -> bool:
    """Return whether a cell could stand in a column of figures, with any decimal mark; not empty ones."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return False
    if isinstance(cell, str):
        if mark_of(cell) is not None or _LONE.fullmatch(_bare(cell)):
            return True
        return not isinstance(figure(cell, None, counts=False), Unreadable)
    return isinstance(cell, int | float) and not isinstance(cell, bool)
