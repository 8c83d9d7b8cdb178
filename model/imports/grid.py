"""Bytes into a grid of cells: encoding, separator, quoting, and the row that names the columns.

Titles above the table, notes below it, headings in two rows and periods that stand beside each other are all found
by what the cells hold.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from model.files.problems import FileProblem, Problem
from model.imports.number_parsing import is_figure_or_mark
from model.imports.periods import is_period
from model.imports.rows import MAX_COLUMNS, MAX_ROWS, Suppressed
from model.imports.table_catalogue import across_of, is_heading, names_measure_column
from model.imports.vocabulary import column_role, normalised, squeezed
from model.language.messages import Localized, Message

Cell = str | int | float | Suppressed | None

_SEPARATORS: Final = (";", "\t", ",", "|")
_LOOK_AT: Final = 60
_HEADER_WITHIN: Final = 60
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8 (BOM)"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_TITLE_PARTS: Final = 2
# How sure a row of names is that is known only by the data below it.
_BY_CONTENT: Final = 0.5
# Words of a heading that may name a measure and its period: "Regnskab i 1.000 kr. 4. kvt. 2020".
_MOST_WORDS: Final = 12


def refused(key: str, name: str, *, line: int = 0, **values: object) -> FileProblem:
    """Return the problem of a file that cannot be read at all, with the reason ``import.error.KEY``."""
    message = Message(f"import.error.{key}", **values)
    return FileProblem((Problem(line, 0, (), message.da, message.en),), name)


class TwoTables(FileProblem):
    """A table with another one above or below it: neither may be taken for what the file holds."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(refused("two_tables", name, line=line).problems, name)


@dataclass(frozen=True)
class Grid:
    """Named columns and their cells; ``lines`` has each row's line in the file.

    ``prefixes`` holds what stood before ": " in a column's name (or in the heading above it), "" where nothing did.
    """

    header: tuple[str, ...]
    prefixes: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    lines: tuple[int, ...]
    around: tuple[str, ...]  # titles above the table and notes below it
    notes: tuple[Localized, ...] = ()


# --- Text ---


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text and the name of its encoding. Raises FileProblem for what is no text."""
    for bom, codec, label in _BOMS:
        if data.startswith(bom):
            try:
                return _checked(data.decode(codec), name), label
            except UnicodeDecodeError:
                raise refused("not_text", name) from None
    if b"\x00" in data[:4096]:
        return _checked(_utf16_without_mark(data, name), name), "UTF-16"
    try:
        return _checked(data.decode("utf-8"), name), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return _checked(data.decode("cp1252"), name), "Windows-1252"
    except UnicodeDecodeError:
        raise refused("not_text", name) from None


def _utf16_without_mark(data: bytes, name: str) -> str:
    """Return the text of UTF-16 without a byte order mark. Raises FileProblem."""
    sample = data[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    codec = "utf-16-le" if odd > even else "utf-16-be"
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise refused("not_text", name) from None


def _checked(text: str, name: str) -> str:
    """Return the text. Raises FileProblem where control characters show that it is none."""
    control = sum(1 for c in text[:20_000] if ord(c) < 32 and c not in "\t\r\n\f\v")
    if "\x00" in text or control > 2:
        raise refused("not_text", name)
    return text


# --- Separated text ---


def read_separated(text: str, name: str) -> tuple[Grid, str]:
    """Return the grid of a CSV text and the separator that it was read with. Raises FileProblem."""
    asked = re.match(r"sep=(.)\r?\n", text)
    if asked is not None:
        body, first = text[asked.end() :], 2
    else:
        body, first = text, 1
    separators = _SEPARATORS if asked is None else (asked[1],)
    best: tuple[float, str] | None = None
    for separator in separators:
        sample = _parsed(body, separator, name, most=_LOOK_AT)
        score = _score([cells for _, cells in sample])
        if score > 0 and (best is None or score > best[0]):
            best = (score, separator)
    if best is None:
        raise refused("no_columns", name)
    rows = _parsed(body, best[1], name, most=None)
    return table_in([cells for _, cells in rows], [first - 1 + n for n, _ in rows], name), best[1]


def _parsed(text: str, separator: str, name: str, most: int | None) -> list[tuple[int, list[Cell]]]:
    """Return the records of a text with their lines, at most ``most``. Raises FileProblem."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    out: list[tuple[int, list[Cell]]] = []
    started = 1
    try:
        for cells in reader:
            if len(out) > MAX_ROWS + _HEADER_WITHIN:
                raise refused("too_many_rows", name, most=MAX_ROWS)
            if len(cells) > MAX_COLUMNS:
                raise refused("too_many_columns", name, line=started, most=MAX_COLUMNS)
            out.append((started, list(cells)))
            started = reader.line_num + 1
            if most is not None and len(out) >= most:
                break
    except csv.Error:
        raise refused("broken_csv", name, line=started) from None
    return out


def _score(rows: list[list[Cell]]) -> float:
    """Return how well a separator fits: names that are known in one row, then rows of equal width."""
    widths = Counter(len(r) for r in rows if len(r) > 1)
    if not widths:
        return 0.0
    width, count = widths.most_common(1)[0]
    header = _header_at(rows)
    if header is None:
        return 0.0
    return header[1] * 10.0 + count / len(rows) + width / 1000.0


# --- The table in a sheet ---


def _text(cell: Cell) -> str:
    """Return a cell as text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _header_score(cells: Sequence[Cell]) -> float:
    """Return how much a row looks like the names of columns: known names count 1, periods less."""
    names = [squeezed(_text(c)) for c in cells]
    filled = [n for n in names if n]
    if len(filled) < 2:
        return 0.0
    known = sum(1.0 for n in filled if _is_known(n))
    periods = sum(1 for n in filled if is_period(n))
    # A row of data has periods too, but hardly more than one or two.
    if known == 0 and periods < 3:
        return 0.0
    figures = sum(1 for n in filled if not is_period(n) and is_figure_or_mark(n))
    if figures * 2 > len(filled):
        return 0.0
    return known + 0.6 * (periods if periods >= 2 else 0)


def _is_known(name: str) -> bool:
    """Return whether a column's label is known, with or without what stands before its colon."""
    prefix, rest = _stripped(name)
    labels = (name, rest)
    return any(column_role(n) is not None or names_measure_column(n) for n in labels) or (
        prefix != "" and across_of(prefix) is not None
    )


def _header_at(rows: Sequence[Sequence[Cell]]) -> tuple[int, float] | None:
    """Return the row that names the columns and how sure that is: by its names, else by the rows below."""
    scores = [_header_score(r) for r in rows[:_HEADER_WITHIN]]
    if scores and max(scores) > 0:
        return scores.index(max(scores)), max(scores)
    for i, (cells, below) in enumerate(pairwise(rows[:_HEADER_WITHIN])):
        names = [n for n in map(squeezed, map(_text, cells)) if n]
        data = [t for t in map(squeezed, map(_text, below)) if t]
        if len(names) < 2 or len(data) < 2 or any(is_period(n) or is_figure_or_mark(n) for n in names):
            continue
        periods = [t for t in data if is_period(t)]
        if periods and any(is_figure_or_mark(t) for t in data if t != periods[0]):
            return i, _BY_CONTENT
    return None


def table_in(rows: Sequence[Sequence[Cell]], lines: Sequence[int], name: str) -> Grid:
    """Return the table among the rows of a sheet and what stands around it. Raises FileProblem."""
    header_place = _header_at(rows)
    if header_place is None:
        raise refused("no_columns", name)
    header_row = header_place[0]
    width = _width(rows[header_row])
    if sum(1 for row in rows[:header_row] if _is_data(row, width)) >= 2:
        # What stands above is a table of its own, whose names are less known than these.
        raise TwoTables(name, lines[header_row])
    above = _group_row(rows, header_row, width)
    header, prefixes = _names(rows[header_row], above, width)
    around = [squeezed(" ".join(_text(c) for c in r if _text(c))) for r in rows[:header_row]]
    body: list[tuple[Cell, ...]] = []
    body_lines: list[int] = []
    for row, line in zip(rows[header_row + 1 :], lines[header_row + 1 :], strict=True):
        cells = tuple(row[:width]) + (None,) * (width - len(row))
        filled = [c for c in row if _text(c).strip()]
        if not filled:
            continue
        if body and _header_score(row) >= 2:
            raise TwoTables(name, line)
        if len(filled) == 1 and width > _TITLE_PARTS and not is_figure_or_mark(filled[0]):
            around.append(squeezed(_text(filled[0])))
            continue
        body.append(cells)
        body_lines.append(line)
    if not body:
        raise refused("no_rows", name)
    if len(body) > MAX_ROWS:
        raise refused("too_many_rows", name, most=MAX_ROWS)
    body, filled_down = _filled_down(header, body)
    notes = (Message("import.note.filled_down", columns=", ".join(filled_down)),) if filled_down else ()
    return Grid(header, prefixes, tuple(body), tuple(body_lines), tuple(a for a in around if a), notes)


def _is_data(cells: Sequence[Cell], width: int) -> bool:
    """Return whether a row is as wide as a table and has figures: no title."""
    filled = [squeezed(_text(cell)) for cell in cells if _text(cell).strip()]
    return len(filled) > 2 and len(filled) >= width - 1 and any(map(is_figure_or_mark, filled))


def _width(cells: Sequence[Cell]) -> int:
    """Return how many cells of a row are in use."""
    return max((i + 1 for i, c in enumerate(cells) if _text(c).strip()), default=0)


def _group_row(rows: Sequence[Sequence[Cell]], header_row: int, width: int) -> tuple[str, ...] | None:
    """Return the headings right above the names, each standing for the columns up to the next one."""
    if header_row == 0:
        return None
    cells = [squeezed(_text(c)) for c in rows[header_row - 1][:width]]
    cells += [""] * (width - len(cells))
    places = [i for i, c in enumerate(cells) if c]
    if not places or places[0] == 0 or len(places) >= width:
        return None
    out, now = [], ""
    for cell in cells:
        now = cell or now
        out.append(now)
    return tuple(out)


def _stripped(name: str) -> tuple[str, str]:
    """Return prefix and name of a column: "Forventet og faktisk antal ...: Faktisk antal"."""
    prefix, mark, rest = name.partition(": ")
    return (prefix, rest) if mark and rest.strip() else ("", name)


def _measure_and_period(name: str) -> tuple[str, str] | None:
    """Return measure and period of a name that holds both and nothing else ("Regnskab 2020 (1.000 kr.)"), or None."""
    words = name.split()
    if not 1 < len(words) <= _MOST_WORDS or not any(c.isdigit() for c in name):
        return None
    for first, last in combinations(range(len(words) + 1), 2):
        rest = " ".join((*words[:first], *words[last:])).strip(" ,")
        if names_measure_column(rest) and is_period(period := " ".join(words[first:last])):
            return rest, period
    return None


def _names(
    cells: Sequence[Cell], above: tuple[str, ...] | None, width: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the columns without their prefixes, and the prefixes."""
    full = [squeezed(_text(c)) for c in cells[:width]]
    return named(full, above)


def named(full: Sequence[str], above: Sequence[str] | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return names without their prefixes, and the prefixes; where two would be equal the whole name stays.

    Where no column is one of periods, a measure with its period behind is the prefix of that period.
    """
    parts = [_stripped(n) for n in full]
    if above is not None:
        parts = [(p or a if n else p, n or a) for (p, n), a in zip(parts, above, strict=True)]
    if not any(column_role(n) == "period" for _, n in parts):
        # Under "Kvinder" a measure is of a part only, and stays one that is not known.
        parts = [((not p or is_heading(p)) and _measure_and_period(n)) or (p, n) for p, n in parts]
    short = Counter(normalised(n) for _, n in parts)
    names, prefixes = [], []
    for i, (prefix, name) in enumerate(parts):
        # Periods beside each other stand once for each measure; the measure is their prefix.
        keep = short[normalised(name)] > 1 and prefix and not is_period(name)
        names.append(f"{prefix}: {name}" if keep else name or f"#{i + 1}")
        prefixes.append(prefix)
    seen: Counter[str] = Counter()
    for i, name in enumerate(names):
        seen[name] += 1
        if seen[name] > 1 and not is_period(name):
            names[i] = f"{name} ({seen[name]})"
    return tuple(names), tuple(prefixes)


def _holds_words(rows: Sequence[Sequence[Cell]], column: int) -> bool:
    """Return whether all that stands in a column are words: a breakdown, whatever it is called."""
    return not any(is_figure_or_mark(row[column]) for row in rows if _text(row[column]).strip())


def _filled_down(
    header: tuple[str, ...], rows: list[tuple[Cell, ...]]
) -> tuple[list[tuple[Cell, ...]], tuple[str, ...]]:
    """Repeat labels that stand once for the rows below them (merged cells); name the columns."""
    labels = [
        i
        for i, name in enumerate(header)
        if _text(rows[0][i]).strip()
        and (column_role(name) not in (None, "value") or _holds_words(rows, i))
        and any(not _text(r[i]).strip() for r in rows)
    ]
    # One that is empty nearly everywhere but in the first row is merged; a label column with a few gaps is broken.
    merged = [i for i in labels if sum(1 for r in rows if not _text(r[i]).strip()) * 3 >= len(rows)]
    if not merged:
        return rows, ()
    out = []
    # In the order of the columns: a new label ends those of the columns to its right, which stand last.
    last: dict[int, Cell] = {}
    for row in rows:
        cells = list(row)
        for i in merged:
            if _text(cells[i]).strip():
                while last and next(reversed(last)) >= i:
                    last.popitem()
                last[i] = cells[i]
            elif i in last:
                cells[i] = last[i]
        out.append(tuple(cells))
    return out, tuple(header[i] for i in merged)
