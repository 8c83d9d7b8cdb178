"""Read a filled template: known by its mark, its columns by their names, wherever they stand."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from model.files.problems import FileProblem, sanitised
from model.imports.grid import refused
from model.imports.rows import MAX_COLUMNS, MAX_ROWS
from model.imports.template_rows import (
    ANSWERS,
    COLUMNS,
    FORM,
    MARK_TEXT,
    FilledRow,
    FilledTemplate,
)
from model.imports.vocabulary import normalised
from model.imports.xlsx import MAX_CELLS, MAX_SHEETS, MOST_EMPTY
from model.language.catalogue import LANGUAGES, text
from model.language.messages import Message
from model.language.typed_numbers import Entry

# Mark and headings stand at the top; a reader may have put some lines of his own above them.
_TOP: Final = 60
_MAX_TEXT: Final = 2_000  # characters of a cell
_MAX_FILLED: Final = 5_000  # rows
# A share in per cent with so many decimals cannot be taken for thousands.
_PER_CENT: Final = "{:.10f} %"


@dataclass(frozen=True)
class _Line:
    """One row of a sheet: its number and its cells."""

    number: int
    cells: Sequence[Any]


def read_template(data: bytes, name: str) -> FilledTemplate:
    """Return a workbook that holds a template's mark as what is filled in. Raises FileProblem.

    The workbook has been checked by :func:`model.imports.xlsx.check_workbook`.
    """
    import openpyxl  # takes a second to import

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        try:
            return _Reader(data, name).template(book)
        finally:
            book.close()
    except FileProblem:
        raise
    # The reader answers a broken workbook with any kind of error; the reason helps nobody who uploads one.
    except Exception:
        raise refused("broken_excel", name) from None


class _Reader:
    """One template on its way from sheets to filled rows."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data, self.name = data, name
        self.marks: set[tuple[str, str, str]] = set()
        self.rows: list[FilledRow] = []
        self.sheets: list[str] = []

    def template(self, book: Any) -> FilledTemplate:
        """Return what all sheets hold. Raises FileProblem."""
        for title in book.sheetnames[:MAX_SHEETS]:
            if hasattr(book[title], "iter_rows"):
                self._read_sheet(book, title)
        if not self.marks:
            raise refused("template_no_mark", self.name)
        if len(self.marks) > 1:
            raise refused("template_two_marks", self.name)
        if not self.sheets:
            value, parameter = (Message(f"template.column.{c}") for c in ("value", "parameter"))
            raise refused("template_no_columns", self.name, value=value, parameter=parameter)
        municipality, made_on, figures = next(iter(self.marks))
        return FilledTemplate(municipality, made_on, figures, tuple(self.rows), tuple(self.sheets))

    def _read_sheet(self, book: Any, title: str) -> None:
        """Read the mark and the filled rows of a sheet; one without headings has none."""
        places: dict[str, int] | None = None
        lines = _lines(book[title], self.name)
        for line in lines:
            if line.number <= _TOP:
                self._note_mark(line)
            if places is None:
                if line.number > _TOP:
                    break
                places = self._heading(line, title)
            else:
                self._note_row(line, title, places)

    def _note_mark(self, line: _Line) -> None:
        """Note the mark of a template that a row holds. Raises FileProblem for one of another form."""
        for cell in line.cells:
            match = MARK_TEXT.fullmatch(cell.value.strip()) if isinstance(cell.value, str) else None
            if match is None:
                continue
            if int(match["form"]) != FORM:
                raise refused("template_form", self.name, form=match["form"])
            self.marks.add((match["municipality"], match["made"], match["figures"]))

    def _heading(self, line: _Line, title: str) -> dict[str, int] | None:
        """Return the places of the columns that a row names, None where it is no heading. Raises FileProblem."""
        names = _column_names()
        places: dict[str, int] = {}
        for place, cell in enumerate(line.cells):
            column = names.get(normalised(cell.value)) if isinstance(cell.value, str) else None
            if column is None:
                continue
            if column in places:
                raise refused(
                    "template_twice", self.name, sheet=sanitised(title), column=sanitised(cell.value)
                )
            places[column] = place
        if not {"parameter", "value"} <= places.keys():
            return None
        self.sheets.append(title)
        return places

    def _note_row(self, line: _Line, title: str, places: dict[str, int]) -> None:
        """Note a row in which something is filled in."""

        def cell(column: str) -> Any:
            """Return the cell of a column, None where the row has none."""
            place = places.get(column)
            return line.cells[place] if place is not None and place < len(line.cells) else None

        formulas = {field for field in ANSWERS if _is_formula(cell(field))}
        results = self._results(title, line.number) if formulas else ()
        entries: dict[str, Entry] = {}
        for field in ANSWERS:
            one = cell(field)
            if field in formulas:
                one = results[places[field]] if places[field] < len(results) else None
            entry = _entry(one)
            if entry is not None:
                entries[field] = entry
        empty = tuple(field for field in ANSWERS if field in formulas and field not in entries)
        if not entries and not empty:
            return
        if len(self.rows) >= _MAX_FILLED:
            raise refused("too_many_rows", self.name, most=_MAX_FILLED)
        self.rows.append(
            FilledRow(
                sheet=title,
                line=line.number,
                parameter=str(_entry(cell("parameter")) or "").strip(),
                shown=_entry(cell("now")),
                cells=entries,
                letters={field: _letter(places[field]) for field in COLUMNS if field in places},
                formulas=empty,
            )
        )

    def _results(self, title: str, number: int) -> Sequence[Any]:
        """Return the cells of a row with what its formulas came to when the workbook was saved."""
        if not hasattr(self, "_with_results"):
            import openpyxl

            book = openpyxl.load_workbook(io.BytesIO(self.data), read_only=True, data_only=True)
            self._with_results = {
                sheet.title: {line.number: line.cells for line in _lines(sheet, self.name)}
                for sheet in book.worksheets
                if hasattr(sheet, "iter_rows")
            }
            book.close()
        return self._with_results.get(title, {}).get(number, ())


def _lines(sheet: Any, name: str) -> Iterator[_Line]:
    """Yield the rows of a sheet that hold anything. Raises FileProblem for too many."""
    # The size that a sheet states may be wrong or hostile; the cells are counted instead.
    sheet.reset_dimensions()
    empty = unfolded = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        unfolded += len(row)
        if unfolded > MAX_CELLS:
            raise refused("bomb_cells", name, most=MAX_CELLS)
        if number > MAX_ROWS:
            raise refused("too_many_rows", name, most=MAX_ROWS)
        cells = row[:MAX_COLUMNS]
        if all(cell.value is None for cell in cells):
            empty += 1
            if empty > MOST_EMPTY:
                return
            continue
        empty = 0
        yield _Line(number, cells)


def _column_names() -> dict[str, str]:
    """Return the columns of a template by their headings in either language."""
    return {
        normalised(text(f"template.column.{column}", language)): column
        for language in LANGUAGES
        for column in COLUMNS
    }


def _is_formula(cell: Any) -> bool:
    """Return whether a cell holds a formula."""
    return cell is not None and getattr(cell, "data_type", "") == "f"


def _entry(cell: Any) -> Entry:
    """Return what a cell holds; a number that is shown as per cent as such a text, an empty text as nothing."""
    value = None if cell is None else cell.value
    if isinstance(value, str):
        return value[:_MAX_TEXT] if value.strip() else None
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if "%" in str(cell.number_format):
            return _PER_CENT.format(Decimal(repr(value)) * 100)
        return value
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    return str(value)[:_MAX_TEXT]


def _letter(place: int) -> str:
    """Return the name of a column counted from 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
