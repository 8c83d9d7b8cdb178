"""JSON answers as grids: Jobindsats API v2 (Variables and Data, records), v3 (columns and rows), JSON-stat 1 and 2."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Final

from model.files.problems import FileProblem
from model.imports.grid import Cell, Grid, named, refused
from model.imports.rows import MAX_COLUMNS, MAX_ROWS, MAX_VALUES, Suppressed
from model.imports.vocabulary import squeezed

# An answer with so few fields and a sentence among them is a message of the source.
_MOST_MESSAGE_FIELDS: Final = 6
_MOST_MESSAGE: Final = 200
Found = tuple[str, Grid, Mapping[str, str]]
_MOST_DIGITS: Final = 300
# JSON-stat's dimension of contents, as StatBank calls it.
_CONTENTS: Final = ("contentscode", "indhold", "metric")


def _constant(_: str) -> float:
    """Raise ValueError: NaN and the infinities are no numbers."""
    raise ValueError("no number")


def _integer(text: str) -> int:
    """Return a whole number. Raises ValueError where it has too many digits."""
    if len(text) > _MOST_DIGITS:
        raise ValueError("no number")
    return int(text)


def loads(text: str) -> Any:
    """Parse JSON strictly. Raises ValueError."""
    return json.loads(text, parse_constant=_constant, parse_int=_integer)


def read_json(text: str, name: str) -> Found:
    """Return format, grid and the answer's own table, title and date. Raises FileProblem."""
    try:
        data = loads(text)
    except (ValueError, RecursionError):
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
            raise refused("broken_json", name) from None
        return _lines(text, name)
    try:
        return _answer(data, name)
    except FileProblem:
        raise
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, RecursionError, OverflowError):
        raise refused("unknown_json", name) from None


def _lines(text: str, name: str) -> Found:
    """Return the grid of records that stand one in a line. Raises FileProblem."""
    records: list[Mapping[str, Any]] = []
    numbers: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if len(records) >= MAX_ROWS:
            raise refused("too_many_rows", name, most=MAX_ROWS)
        try:
            record = loads(line)
        except (ValueError, RecursionError):
            raise refused("broken_json_line", name, line=number) from None
        if not isinstance(record, dict):
            raise refused("broken_json_line", name, line=number)
        records.append(record)
        numbers.append(number)
    return "jobindsats_v2_records", _records(records, numbers, name), {}


def _answer(data: Any, name: str) -> Found:
    """Return the grid of one of the known forms of an answer. Raises FileProblem."""
    if isinstance(data, dict):
        if data.get("class") == "dataset" or "dataset" in data or {"dimension", "value"} <= set(data):
            return _json_stat(data, name)
        if "columns" in data and "rows" in data:
            about = {
                "table": _of(data, "tableId", "table_id", "id"),
                "updated": _of(data, "updated", "lastUpdated"),
            }
            about["title"] = _of(data, "title", "tableName", "name")
            return "jobindsats_v3_json", _columns_and_rows(data["columns"], data["rows"], name), about
        if "Variables" in data and "Data" in data:
            data = [data]
    if isinstance(data, list) and data and all(isinstance(d, dict) for d in data):
        if "Variables" in data[0] and "Data" in data[0]:
            if len(data) > 1:
                raise refused("many_tables", name)
            answer = data[0]
            about = {
                "table": _of(answer, "TableID", "tableid", "TableId", "table"),
                "title": _of(answer, "TableName", "tablename"),
                "updated": _of(answer, "Updated", "updated"),
            }
            labels = [
                v.get("Label") or v.get("Name") if isinstance(v, dict) else v for v in answer["Variables"]
            ]
            return "jobindsats_v2_json", _columns_and_rows(labels, answer["Data"], name), about
        return "jobindsats_v2_records", _records(data, list(range(1, len(data) + 1)), name), {}
    words = message_in(data)
    raise refused("message", name, message=words) if words else refused("unknown_json", name)


def message_in(data: Any) -> str:
    """Return what an answer without figures says in words, "" where it says nothing: a refused key, an error."""
    if not isinstance(data, dict) or len(data) > _MOST_MESSAGE_FIELDS:
        return ""
    texts = [text for pair in data.items() for text in pair if isinstance(text, str) and " " in text.strip()]
    return squeezed(max(texts, key=len))[:_MOST_MESSAGE] if texts else ""


def _of(data: Mapping[str, Any], *keys: str) -> str:
    """Return what the first of the keys with text or a number holds, "" where none does."""
    return next((squeezed(data[k]) for k in keys if isinstance(data.get(k), str | int)), "")


def _cell(value: Any) -> Cell:
    """Return a value as a cell."""
    if isinstance(value, bool | list | dict):
        return f"{value}"[:40]
    if isinstance(value, float) and not math.isfinite(value):
        return "inf"
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError


def _records(records: Sequence[Mapping[str, Any]], lines: Sequence[int], name: str) -> Grid:
    """Return the grid of records with named fields. Raises FileProblem."""
    if len(records) > MAX_ROWS:
        raise refused("too_many_rows", name, most=MAX_ROWS)
    full = list(dict.fromkeys(key for record in records for key in record))
    if not full:
        raise refused("no_columns", name)
    if len(full) > MAX_COLUMNS:
        raise refused("too_many_columns", name, most=MAX_COLUMNS)
    header, prefixes = named([squeezed(k) for k in full])
    rows = tuple(tuple(_cell(record.get(key)) for key in full) for record in records)
    return Grid(header, prefixes, rows, tuple(lines), ())


def _columns_and_rows(columns: Any, data: Any, name: str) -> Grid:
    """Return the grid of an answer that lists its columns apart from its rows. Raises FileProblem."""
    labels = [
        _of(c, "label", "Label", "name", "Name", "title", "id") if isinstance(c, dict) else squeezed(c)
        for c in columns
    ]
    if len(data) > MAX_ROWS:
        raise refused("too_many_rows", name, most=MAX_ROWS)
    if len(labels) > MAX_COLUMNS:
        raise refused("too_many_columns", name, most=MAX_COLUMNS)
    if not data or not labels:
        raise refused("no_rows", name)
    rows, lines = [], []
    keys = [c.get("id", c.get("name")) if isinstance(c, dict) else c for c in columns]
    for number, record in enumerate(data, 1):
        cells = [record.get(k) for k in keys] if isinstance(record, dict) else list(record)
        if len(cells) != len(labels):
            raise refused("uneven_row", name, line=number, n=len(cells), wanted=len(labels))
        rows.append(tuple(_cell(c) for c in cells))
        lines.append(number)
    header, prefixes = named(labels)
    return Grid(header, prefixes, tuple(rows), tuple(lines), ())


# --- JSON-stat ---


def _json_stat(data: Mapping[str, Any], name: str) -> Found:
    """Return the grid of a JSON-stat answer. Raises FileProblem or ValueError."""
    dataset = data.get("dataset", data)
    dimension = dataset["dimension"]
    # Version 1 keeps order and sizes inside "dimension".
    ids = list(dataset.get("id") or dimension["id"])
    sizes = [int(n) for n in (dataset.get("size") or dimension["size"])]
    if len(ids) != len(sizes) or not ids or len(ids) > MAX_COLUMNS or min(sizes) < 0:
        raise refused("unknown_json", name)
    if math.prod(sizes) > MAX_VALUES:
        raise refused("too_many_values", name, most=MAX_VALUES)
    categories = [_categories(dimension[i], size) for i, size in zip(ids, sizes, strict=True)]
    values, status = dataset["value"], dataset.get("status")
    header = []
    for i in ids:
        label = squeezed(dimension[i].get("label") or i)
        header.append(
            "INDHOLD_NAVN" if i.casefold() in _CONTENTS else i if i.isupper() or i == "Tid" else label
        )
    rows: list[tuple[Cell, ...]] = []
    total = math.prod(sizes)
    for number, labels in zip(range(total), product(*categories), strict=True):
        value = values.get(str(number)) if isinstance(values, dict) else values[number]
        mark = _status(status, number)
        cell: Cell = _cell(value)
        # A hidden cell may come as 0 with a mark; a mark beside another figure (preliminary, say) leaves it.
        if value is None or (value == 0 and mark is not None and mark.why != "marked"):
            cell = mark if mark is not None else Suppressed("", "missing")
        rows.append((*labels, cell))
    if not rows:
        raise refused("no_rows", name)
    grid_header, prefixes = named([*(h.upper() if h == "Tid" else h for h in header), "INDHOLD"])
    about = {
        "title": _of(dataset, "label"),
        "updated": _of(dataset, "updated")[:10],
        "table": "",
        "publisher": _of(dataset, "source"),
    }
    extension = dataset.get("extension")
    if isinstance(extension, dict) and isinstance(extension.get("px"), dict):
        about["table"] = _of(extension["px"], "tableid", "matrix")
    return "json_stat", Grid(grid_header, prefixes, tuple(rows), tuple(range(1, len(rows) + 1)), ()), about


def _categories(dimension: Mapping[str, Any], size: int) -> list[str]:
    """Return the labels of a dimension in the order of its values. Raises ValueError."""
    category = dimension["category"]
    index, labels = category.get("index"), category.get("label") or {}
    if index is None:
        codes = list(labels)
    elif isinstance(index, dict):
        codes = sorted(index, key=lambda code: int(index[code]))
    else:
        codes = [str(code) for code in index]
    if len(codes) != size:
        raise ValueError
    return [squeezed(labels.get(code, code)) for code in codes]


def _status(status: Any, number: int) -> Suppressed | None:
    """Return the mark of a value whose status is not empty."""
    from model.imports.number_parsing import mark_of

    code = status
    if isinstance(status, dict):
        code = status.get(str(number))
    elif isinstance(status, list):
        code = status[number] if number < len(status) else None
    if not isinstance(code, str) or not code.strip():
        return None
    return mark_of(code) or Suppressed(code.strip()[:20], "marked")
