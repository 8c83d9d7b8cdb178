"""Look at values as they stand in a file: a point between thousands, and a text that ends in a comment.

YAML reads both without a word: ``3.000`` is three, and of ``Forslag #2`` the rest is a comment. What was meant is
asked; that is for whoever knows the fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.files.merge_conflict import split_lines
from model.files.problems import Path
from model.files.strict_yaml import Document

# A point before exactly three digits, the first group not 0: as thousands are written in Danish.
_THOUSANDS: Final = re.compile(r"(?<![\w.+-])[-+]?[1-9][0-9]{0,2}\.[0-9]{3}$")
# The same in text that was to be a number, with any sign between the groups.
_GROUPED: Final = re.compile(r"([-+]?[1-9][0-9]{0,2}(?:[. _'’][0-9]{3})+)(?:,([0-9]+))?")
_COMMENT: Final = re.compile(r"(\s+)(#.*)")
_QUOTES: Final = ("'", '"')


@dataclass(frozen=True)
class Thousands:
    """A number of the file that may be thousands: as it is written, as it was read, and without the point."""

    path: Path
    written: str
    value: float
    meant: int


@dataclass(frozen=True)
class TrailingComment:
    """A comment behind a plain value: its place, its text with the sign, and the blanks in front of it."""

    path: Path
    line: int
    column: int
    text: str
    blanks: str


def thousands(document: Document) -> Iterator[Thousands]:
    """Yield the numbers of a document that are written with a point before exactly three digits."""
    lines = split_lines(document.source)
    for path, (line, column) in document.ends.items():
        value = _value(document, path)
        if not isinstance(value, float) or column == 1:
            continue
        written = _THOUSANDS.search(lines[line - 1][: column - 1])
        if written:
            yield Thousands(path, written.group(), value, int(written.group().replace(".", "")))


def grouped_number(text: str) -> str | None:
    """Return a number without the signs between its thousands: ``1.400,50`` is 1400.50; None where it has none."""
    grouped = _GROUPED.fullmatch(text.strip())
    if grouped is None:
        return None
    whole = re.sub(r"[. _'’]", "", grouped.group(1))
    return f"{whole}.{grouped.group(2)}" if grouped.group(2) else whole


def trailing_comments(document: Document) -> Iterator[TrailingComment]:
    """Yield the comments that stand in one line with a plain value, or with a name that has none."""
    if "#" not in document.source:
        return
    lines = split_lines(document.source)
    for path, (line, column) in document.ends.items():
        content = lines[line - 1]
        # A block of text ends at the beginning of a line; what stands behind a quote has been set apart on purpose.
        if column == 1 or content[column - 2] in _QUOTES:
            continue
        comment = _COMMENT.match(content, column - 1)
        if comment:
            blanks, text = comment.groups()
            yield TrailingComment(path, line, comment.start(2) + 1, text.rstrip(), blanks)


def _value(document: Document, path: Path) -> object:
    """Return the value at a path."""
    value = document.data
    for step in path:
        value = value[step]
    return value
