"""PC-Axis files (PX) as grids: statements KEYWORD("variable")=values; and the figures row by row after DATA=.

A reader of its own: the kept-up library, pyaxis, takes a file's path (or a web address), loads pandas and requests,
which the process that reads uploads must not, and fails on a mark with a blank or on "DATA=" in a note. Every pattern
here takes time in proportion to the text. Format: PC-Axis file format, SCB, 2013.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from model.imports.grid import Cell, Grid, named, refused
from model.imports.rows import MAX_VALUES
from model.imports.vocabulary import squeezed

_HEAD: Final = re.compile(r"\s*([A-Z][A-Z0-9_-]*)\s*(\[[^\]\"=;]*\])?\s*")
_STRING: Final = re.compile(r'\s*"([^"]*)"\s*')
_BARE: Final = re.compile(r'[^",;]+')
_FIGURE: Final = re.compile(r'"([^"]*)"|([^\s,;"]+)|(;)|(")')
_NUMBER: Final = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?(?:[eE][-+]?\d{1,3})?")
_BLANKS: Final = re.compile(r"\s*")
# Stands between a variable and its value, where a statement is about one value.
_BETWEEN: Final = "\0"
# Statements that say what the figures are: two that differ leave it open.
_OF_TABLE: Final = ("STUB", "HEADING", "VALUES", "CONTVARIABLE")
_MOST_STATEMENTS: Final = 20_000
_MOST_VALUES: Final = 100_000  # of one statement
# Labels beside one figure count as little as this many of it.
_LABELS_PER_VALUE: Final = 10
_UPDATED: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\s.*)?")


class _Broken(ValueError):
    """The text is no PX at a place in it."""

    def __init__(self, at: int) -> None:
        self.at = at
        super().__init__(at)


@dataclass
class _Statements:
    """What stands before the figures, in the file's main language: values by keyword and variable ("" for none)."""

    values: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    data_at: int = -1

    def all(self, keyword: str, variable: str = "") -> list[str]:
        """Return the values of a keyword, none where it is not there."""
        return self.values.get((keyword, variable), [])

    def first(self, keyword: str) -> str:
        """Return the first value of a keyword on one line, "" where it is not there."""
        return squeezed(next(iter(self.all(keyword)), ""))


def read_px(text: str, name: str) -> tuple[Grid, Mapping[str, str]]:
    """Return the table of a PX file, one row for each figure, and its id, title, date and publisher.

    Raises FileProblem where it is broken, has other figures than its variables have values, or is too large.
    """
    try:
        statements = _statements(text)
        columns = _columns(statements, name)
        count = math.prod(len(labels) for labels in columns.values())
        cells = _figures(text, statements.data_at, count, name)
    except _Broken as error:
        raise refused("broken_px", name, line=text.count("\n", 0, error.at) + 1) from None
    rows = tuple((*labels, cell) for labels, cell in zip(product(*columns.values()), cells, strict=True))
    contents = statements.first("CONTVARIABLE")
    header, prefixes = named(
        [*("INDHOLD_NAVN" if variable == contents else variable for variable in columns), "INDHOLD"]
    )
    about = {
        "table": statements.first("MATRIX"),
        "title": statements.first("TITLE") or statements.first("DESCRIPTION"),
        "updated": _UPDATED.sub(r"\1-\2-\3", statements.first("LAST-UPDATED")),
        "publisher": statements.first("SOURCE"),
    }
    around = tuple(text for text in (statements.first("CONTENTS"),) if text)
    return Grid(header, prefixes, rows, tuple(range(1, len(rows) + 1)), around), about


def _statements(text: str) -> _Statements:
    """Return all statements up to the figures. Raises _Broken."""
    found, at = _Statements(), 0
    for _ in range(_MOST_STATEMENTS):
        head = _HEAD.match(text, at)
        if head is None:
            raise _Broken(at)
        keyword, language = head[1], head[2]
        variable, at = _variable(text, head.end())
        if text[at : at + 1] != "=":
            raise _Broken(at)
        if keyword == "DATA":
            found.data_at = at + 1
            return found
        values, at = _values(text, at + 1)
        if language is not None:
            continue
        if found.values.setdefault((keyword, variable), values) != values and keyword in _OF_TABLE:
            raise _Broken(at)
    raise _Broken(at)


def _variable(text: str, at: int) -> tuple[str, int]:
    """Return the variable (and its value) that a keyword is about, "" for none, and where it ends. Raises _Broken."""
    if text[at : at + 1] != "(":
        return "", at
    names, at = [], at + 1
    while True:
        string = _STRING.match(text, at)
        if string is None:
            raise _Broken(at)
        names.append(squeezed(string[1]))
        at = string.end()
        if text[at : at + 1] == ")":
            blanks = _BLANKS.match(text, at + 1)
            return _BETWEEN.join(names), blanks.end() if blanks else at + 1
        if text[at : at + 1] != ",":
            raise _Broken(at)
        at += 1


def _values(text: str, at: int) -> tuple[list[str], int]:
    """Return the values of a statement and where the next begins; strings without a comma between are one."""
    values: list[list[str]] = []
    joins = False
    while at < len(text) and len(values) <= _MOST_VALUES:
        string = _STRING.match(text, at)
        if string is not None:
            if not joins:
                values.append([])
            values[-1].append(string[1])
            joins, at = True, string.end()
            continue
        mark = text[at]
        if mark == ";":
            return ["".join(parts) for parts in values], at + 1
        if mark == ",":
            joins, at = False, at + 1
            continue
        bare = _BARE.match(text, at)
        if bare is None:
            raise _Broken(at)
        if bare[0].strip():
            values.append([bare[0].strip()])
        joins, at = False, bare.end()
    raise _Broken(at)


def _columns(statements: _Statements, name: str) -> dict[str, list[str]]:
    """Return the labels of each variable, those of the stub first. Raises FileProblem, _Broken."""
    variables = [squeezed(variable) for variable in (*statements.all("STUB"), *statements.all("HEADING"))]
    labels = [statements.all("VALUES", variable) for variable in variables]
    # Figures with their keys beside them, left out where there are none: a form that StatBank does not write.
    has_keys = any(keyword == "KEYS" for keyword, _ in statements.values)
    if not variables or len(set(variables)) != len(variables) or not all(labels) or has_keys:
        raise _Broken(statements.data_at)
    count = math.prod(map(len, labels))
    if count > MAX_VALUES or count * len(variables) > _LABELS_PER_VALUE * MAX_VALUES:
        raise refused("too_many_values", name, most=MAX_VALUES)
    return {
        variable: [squeezed(label) for label in own] for variable, own in zip(variables, labels, strict=True)
    }


def _figures(text: str, at: int, count: int, name: str) -> list[Cell]:
    """Return the figures and marks after DATA=, as many as there must be. Raises FileProblem, _Broken."""
    cells: list[Cell] = []
    for token in _tokens(text, at):
        if len(cells) == count:
            raise refused("px_count", name, n=count)
        cells.append(token)
    if len(cells) != count:
        raise refused("px_count", name, n=count)
    return cells


def _tokens(text: str, at: int) -> Iterator[Cell]:
    """Yield numbers and marks up to the semicolon. Raises _Broken where there is none: the file is cut off."""
    for match in _FIGURE.finditer(text, at):
        if match[3]:
            return
        if match[4]:
            raise _Broken(match.start())
        if match[1] is not None:
            yield match[1]
        else:
            # A point is always the decimal one here.
            yield float(match[2]) if _NUMBER.fullmatch(match[2]) else match[2]
    raise _Broken(len(text))
