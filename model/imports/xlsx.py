"""Excel workbooks (.xlsx) as rows of cells: values only, the first sheet that has a table, guarded against bombs."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from model.files.problems import FileProblem, sanitised
from model.imports.grid import Cell, Grid, TwoTables, refused, table_in
from model.imports.rows import MAX_COLUMNS, MAX_ROWS
from model.language.messages import Localized, Message

_MAX_UNPACKED: Final = 25_000_000
_MAX_PARTS: Final = 2_000
MAX_SHEETS: Final = 20
_MOST_NAMED: Final = 6
MAX_CELLS: Final = 5_000_000
# Of tags a part may have so many: rows of cells many, a list of styles or of defined names few. openpyxl makes an
# object of each of the latter, of some hundred times its bytes.
_MAX_TAGS: Final = 4_000_000
_MAX_TAGS_OF_LISTS: Final = 200_000
_LISTS: Final = ("xl/styles.xml", "xl/workbook.xml", "[content_types].xml")
_CHUNK: Final = 1 << 20
# Empty rows that a sheet may have in one stretch before it counts as ended.
MOST_EMPTY: Final = 2_000
_OLE: Final = b"\xd0\xcf\x11\xe0"
# Zipped files that people take for a workbook that can be read: the beginning of a part's name, and what is told.
_OTHER_KINDS: Final = (
    ("content.xml", "open_document"),
    ("xl/workbook.bin", "binary_excel"),
    ("word/", "office_document"),
    ("ppt/", "office_document"),
    ("index/", "numbers"),
)


def is_workbook(data: bytes) -> bool:
    """Return whether the bytes are a zip (xlsx) or an old Excel file."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def read_workbook(data: bytes, name: str) -> Grid:
    """Return the table of a workbook that :func:`check_workbook` has checked. Raises FileProblem with a reason."""
    try:
        return _first_table(data, name)
    except FileProblem:
        raise
    # The reader answers a broken workbook with any kind of error; the reason helps nobody who uploads one.
    except Exception:
        raise refused("broken_excel", name) from None


def check_workbook(data: bytes, name: str, mark: bytes) -> bool:
    """Return whether a text stands in any part of a workbook.

    Everything is unpacked once and counted: what the directory says of sizes may be a lie. Raises FileProblem for an
    old or broken workbook and for one that holds too much.
    """
    if data.startswith(_OLE):
        raise refused("old_excel", name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS or sum(p.file_size for p in parts) > _MAX_UNPACKED:
                raise _bomb(name)
            _refuse_other_kinds([p.filename.lower() for p in parts], name)
            left, is_marked = _MAX_UNPACKED, False
            for part in parts:
                size, holds = _checked_size(archive, part, left, name, mark)
                left -= size
                is_marked = is_marked or holds
    except FileProblem:
        raise
    except Exception:
        raise refused("broken_excel", name) from None
    return is_marked


def _refuse_other_kinds(parts: Sequence[str], name: str) -> None:
    """Raise FileProblem, with what the file is, where its parts (lower case) are those of no xlsx workbook."""
    for start, key in _OTHER_KINDS:
        if any(part.startswith(start) for part in parts) and "xl/workbook.xml" not in parts:
            raise refused(key, name)
    if not {"xl/workbook.xml", "[content_types].xml"} & set(parts):
        raise refused("not_excel", name)


def _checked_size(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, name: str, mark: bytes
) -> tuple[int, bool]:
    """Return the bytes of a part, unpacked, and whether the mark stands in it.

    Raises FileProblem for more bytes than are left and for too many tags.
    """
    size = tags = 0
    holds, tail = False, b""
    lists = part.filename.lower() in _LISTS or part.filename.lower().endswith(".rels")
    most = _MAX_TAGS_OF_LISTS if lists else _MAX_TAGS
    for chunk in _chunks(archive, [part]):
        size += len(chunk)
        tags += chunk.count(b"<")
        if size > left:
            raise _bomb(name)
        if tags > most:
            raise refused("too_many_tags", name, part=sanitised(part.filename), most=most)
        holds = holds or mark in tail + chunk
        tail = chunk[-len(mark) :]
    return size, holds


def _bomb(name: str) -> FileProblem:
    """Return the problem of a workbook that holds too much once it is unpacked."""
    return refused("bomb", name, most=_MAX_UNPACKED // 1_000_000)


def _first_table(data: bytes, name: str) -> Grid:
    """Return the table of the first sheet that has one. Raises FileProblem."""
    import openpyxl  # takes a second to import

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        problem: FileProblem | None = None
        # What is hidden was put away: it is read where no visible sheet has a table.
        visible = [t for t in book.sheetnames if getattr(book[t], "sheet_state", "visible") == "visible"]
        titles = [*visible, *(t for t in book.sheetnames if t not in visible)]
        for title in titles[:MAX_SHEETS]:
            sheet = book[title]
            if not hasattr(sheet, "iter_rows"):
                continue
            rows, lines = _rows(sheet, name)
            if not rows:
                continue
            try:
                grid = table_in(rows, lines, name)
            except TwoTables:
                # What another sheet holds, a hidden one perhaps, is not what this one shows.
                raise
            except FileProblem as error:
                problem = problem or error
                continue
            notes: tuple[Localized, ...] = (*grid.notes, Message("import.note.sheet", sheet=title[:60]))
            others = [other[:60] for other in titles if other != title]
            if others:
                shown = ", ".join(others[:_MOST_NAMED]) + (" ..." if len(others) > _MOST_NAMED else "")
                notes = (*notes, Message("import.note.other_sheets", sheets=shown))
            if title not in visible:
                notes = (*notes, Message("import.note.hidden_sheet", sheet=title[:60]))
            if _has_formulas(data):
                notes = (*notes, Message("import.note.formulas"))
            return Grid(grid.header, grid.prefixes, grid.rows, grid.lines, grid.around, notes)
        raise problem or refused("no_columns", name)
    finally:
        book.close()


def _rows(sheet: Any, name: str) -> tuple[list[list[Cell]], list[int]]:
    """Return the rows of a sheet that hold anything, and their numbers. Raises FileProblem for too many."""
    # The size that a sheet states may be wrong or hostile; the cells are counted instead.
    sheet.reset_dimensions()
    rows: list[list[Cell]] = []
    lines: list[int] = []
    empty = unfolded = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        values = [_value(cell) for cell in row]
        # A lone cell far to the right fills its row with empty ones.
        unfolded += len(values)
        if unfolded > MAX_CELLS:
            raise _bomb(name)
        if any(v is not None for v in values[MAX_COLUMNS:]):
            raise refused("too_many_columns", name, line=number, most=MAX_COLUMNS)
        cells = [_cell(v) for v in values[:MAX_COLUMNS]]
        if all(c is None for c in cells):
            empty += 1
            if empty > MOST_EMPTY:
                break
            continue
        empty = 0
        rows.append(cells)
        lines.append(number)
        if len(rows) > MAX_ROWS + MOST_EMPTY:
            raise refused("too_many_rows", name, most=MAX_ROWS)
    return rows, lines


def _value(cell: Any) -> Any:
    """Return what a workbook shows in a cell: a share that is shown as per cent is a number of per cent."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in str(cell.number_format):
        return float(Decimal(repr(value)) * 100)
    return value


def _cell(value: Any) -> Cell:
    """Return a workbook's value as a cell."""
    if value is None or isinstance(value, int | float | str):
        return str(value) if isinstance(value, bool) else value
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def _has_formulas(data: bytes) -> bool:
    """Return whether a sheet holds formulas."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [part for part in archive.infolist() if part.filename.startswith("xl/worksheets/")]
        for sheet in sheets:
            tail = b""
            for chunk in _chunks(archive, [sheet]):
                if b"<f>" in tail + chunk or b"<f " in tail + chunk:
                    return True
                tail = chunk[-4:]
    return False


def _chunks(archive: zipfile.ZipFile, parts: Iterable[zipfile.ZipInfo]) -> Iterator[bytes]:
    """Yield what the parts hold, unpacked a piece at a time."""
    for part in parts:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
