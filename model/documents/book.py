"""Write sheets and cells of a scenario's workbook: formats, heads, widths, how a sheet lies on paper.

A formula carries the app's value, so that a reader that does not calculate shows the same. Texts from people are
written as texts and never as formulas.
"""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from model.documents.figures import Findings
from model.documents.sheets import HEAD, INK, LINE, new_sheet, new_workbook

# Undated workbooks carry one and the same date, so that equal figures give equal files.
_NO_DATE: Final = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
_DKK: Final = "#,##0"
_DKK_CHANGE: Final = "+#,##0;-#,##0;0"
_LONGEST_NAME: Final = 31
_LONGEST_FOOTER: Final = 90
_MOST_LINES: Final = 26  # a row can be 409 points high
_BOLD: Final = 0.85  # bold letters are wider


class Book:
    """A workbook under way: its sheets, formats and cells."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.out = io.BytesIO()
        self.book = new_workbook(self.out)
        date = findings.made_on
        made = (
            _NO_DATE
            if date is None
            else datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC)
        )
        self.book.set_properties(
            {
                "title": findings.title,
                "subject": findings.text(
                    "item.subtitle",
                    municipality=findings.municipality.label(findings.language),
                    period=findings.period,
                ),
                "author": findings.scenario.author or findings.text("author"),
                "comments": findings.origin,
                "keywords": findings.hash,
                "created": made.replace(tzinfo=None),
            }
        )
        self.book.set_custom_property("Language", _LANGUAGE_TAGS[findings.language])
        self.book.set_custom_property("input_sha256", findings.hash)
        self.forms = {name: self.book.add_format(look) for name, look in _FORMS.items()}
        self._decimals: dict[tuple[int, bool], Any] = {}
        self.widths: dict[str, tuple[float, ...]] = {}
        self.lines: dict[tuple[str, int], int] = {}

    def label(self, key: str, **values: object) -> str:
        """Return a text of the workbook."""
        return self.findings.text(f"book.{key}", **values)

    def sheet(self, key: str) -> tuple[Any, str]:
        """Add a sheet; return it and its name as formulas write it."""
        name = self.label(key)[:_LONGEST_NAME]
        sheet = new_sheet(self.book, name)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        # An ampersand begins a code in a footer, and Excel takes 255 letters.
        title = self.findings.title[:_LONGEST_FOOTER].replace("&", "&&")
        sheet.set_footer(f"&L{title}&R{self.label('page')}")
        return sheet, "'" + name.replace("'", "''") + "'"

    def figures(self, decimals: int, *, signed: bool = False) -> Any:
        """Return the format of numbers with so many decimals; Excel writes the separators of the reader's country."""
        key = (decimals, signed)
        if key not in self._decimals:
            form = "#,##0" + ("." + "0" * decimals if decimals else "")
            self._decimals[key] = self.book.add_format(
                {**_PLAIN, "num_format": f"+{form};-{form};{form}" if signed else form}
            )
        return self._decimals[key]

    def columns(self, sheet: Any, widths: Sequence[float]) -> None:
        """Set the widths of columns, in letters."""
        self.widths[sheet.name] = tuple(widths)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)

    def head(self, sheet: Any, row: int, heads: Sequence[str], widths: Sequence[float]) -> None:
        """Write a row of column heads that stays in sight and is repeated on paper."""
        self.columns(sheet, widths)
        for column, words in enumerate(heads):
            self.text(sheet, row, column, words, "head")
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)

    def number(self, sheet: Any, row: int, column: int, value: float | None, form: Any) -> None:
        """Write a number; what is not defined is an empty cell."""
        if value is None or not math.isfinite(value):
            sheet.write_blank(row, column, None, self.forms["text"])
        else:
            sheet.write_number(row, column, value, form)

    def date(self, sheet: Any, row: int, column: int, day: datetime.date) -> None:
        """Write a date."""
        midnight = datetime.datetime.combine(day, datetime.time())
        sheet.write_datetime(row, column, midnight, self.forms["date"])

    def formula(self, sheet: Any, row: int, column: int, formula: str, value: float, form: Any) -> None:
        """Write a formula with the value that the app has."""
        sheet.write_formula(row, column, formula, form, value)

    def text(self, sheet: Any, row: int, column: int, words: str, form: str = "text") -> None:
        """Write a text as it stands, never a formula or a link."""
        sheet.write_string(row, column, words, self.forms[form])
        if not self.forms[form].text_wrap:
            return
        # Not every program finds the height of a row with wrapped words by itself.
        width = self.widths[sheet.name][column] * (_BOLD if self.forms[form].bold else 1.0)
        lines = sum(max(1, math.ceil(len(line) / width)) for line in words.split("\n"))
        if lines > self.lines.get((sheet.name, row), 1):
            self.lines[sheet.name, row] = lines
            sheet.set_row(row, LINE * min(lines, _MOST_LINES))

    def line(self, sheet: Any, row: int, column: int, words: str, form: str = "line") -> None:
        """Write a text on one line that runs on over the empty cells beside it."""
        sheet.write_string(row, column, words, self.forms[form])

    def fold(self, sheet: Any, rows: range) -> None:
        """Fold rows away behind a plus sign at the row before them; folded rows are not printed."""
        sheet.outline_settings(True, False, True, False)
        for row in rows:
            height = LINE * min(self.lines.get((sheet.name, row), 1), _MOST_LINES)
            sheet.set_row(row, height, None, {"level": 1, "hidden": True})
        if rows:
            before = rows[0] - 1
            height = LINE * min(self.lines.get((sheet.name, before), 1), _MOST_LINES)
            sheet.set_row(before, height, None, {"collapsed": True})

    def done(self) -> bytes:
        """Close the workbook and return its bytes."""
        self.book.close()
        return self.out.getvalue()


_LANGUAGE_TAGS: Final = {"da": "da-DK", "en": "en-GB"}
_PLAIN: Final[dict[str, Any]] = {"valign": "top", "font_color": INK}
_FORMS: Final[dict[str, dict[str, Any]]] = {
    "title": {**_PLAIN, "bold": True, "font_size": 16},
    "head": {
        "bold": True, "font_color": "#ffffff", "bg_color": HEAD, "text_wrap": True, "valign": "vcenter", "border": 1,
        "border_color": "#ffffff",
    },
    "text": {**_PLAIN, "text_wrap": True},
    "line": _PLAIN,
    "bold_line": {**_PLAIN, "bold": True},
    "bold": {**_PLAIN, "text_wrap": True, "bold": True},
    "dkk": {**_PLAIN, "num_format": _DKK},
    "change": {**_PLAIN, "num_format": _DKK_CHANGE},
    "total": {**_PLAIN, "num_format": _DKK_CHANGE, "bold": True, "top": 1},
    "total_text": {**_PLAIN, "bold": True, "top": 1},
    "whole": {**_PLAIN, "num_format": "0", "align": "center"},
    "share": {**_PLAIN, "num_format": "0%"},
    "date": {**_PLAIN, "num_format": "yyyy-mm-dd", "align": "center"},
    "any": {**_PLAIN, "num_format": "General"},
}  # fmt: skip


def letter(column: int) -> str:
    """Return the name of a column counted from 0."""
    return str(xl_col_to_name(column))
