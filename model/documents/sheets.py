"""Share what the Excel files have in common: how a workbook is written, its colours, how a sheet lies on paper."""

from __future__ import annotations

from typing import Any, BinaryIO, Final

import xlsxwriter

INK: Final = "#0b1620"
HEAD: Final = "#0b4f83"
LINE: Final = 15.0  # height of a line of text, points
_A4: Final = 9


def new_workbook(out: BinaryIO) -> Any:
    """Return a workbook that is written to ``out``; texts from people stay texts, whatever they look like."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    return xlsxwriter.Workbook(out, options)


def new_sheet(book: Any, name: str) -> Any:
    """Add a sheet without gridlines, as wide as a landscape page of A4 when it is printed."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    return sheet
