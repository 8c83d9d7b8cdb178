"""The Excel template of a municipality: what each number is now, and empty cells for one's own, with its source.

What comes back is read by :mod:`model.imports.template_reader`: the columns are known by their headings, the rows by
the parameter's name, the workbook by its mark.
"""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from typing import Any, Final

from model.documents.sheets import HEAD, INK, LINE, new_sheet, new_workbook
from model.domain import MODEL_VERSION
from model.imports.template_preview import figures_mark, settable
from model.imports.template_rows import ANSWERS, COLUMNS, mark_of
from model.imports.typed_figures import MAX_NOTE, MAX_SOURCE
from model.language.catalogue import long_date, number, text
from model.municipality.municipality import DEFAULT_SET, Municipality
from model.parameters.assumption_sets import assumption_sets
from model.parameters.register import QUALITIES, area_of, looked_up, not_shown, shown, suppressed_of
from model.parameters.sourced_value import Parameter

_ANSWER_HEAD: Final = "#7a4b00"
_ANSWER: Final = "#fff7d6"
_GREY: Final = "#5b6670"
# What a municipality knows better than anybody; the rest stands on a sheet of its own.
_OWN_AREAS: Final = ("people", "exits", "offers", "money")
_HEADING: Final = 2  # the row of the headings, counted from 0
_WIDTHS: Final = {
    "area": 17.0, "label": 46.0, "unit": 20.0, "now": 11.0, "now_range": 20.0, "value": 12.0, "low": 11.0, "high": 11.0,
    "as_of": 14.0, "quality": 14.0, "source": 40.0, "note": 26.0, "now_as_of": 12.0, "now_quality": 13.0,
    "now_source": 60.0, "parameter": 44.0,
}  # fmt: skip
_WRAPPED: Final = ("area", "label", "unit", "now_source")
_PRINTED: Final = COLUMNS.index("note")  # what the numbers are now by source is for the screen
_BASE: Final[dict[str, Any]] = {"valign": "top", "font_color": INK, "border": 1, "border_color": "#c9d1d8"}
_HEADED: Final[dict[str, Any]] = {
    **_BASE, "bold": True, "font_color": "#ffffff", "text_wrap": True, "valign": "vcenter",
}  # fmt: skip
_FORMS: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 16, "font_color": INK},
    "bold": {"bold": True, "valign": "top", "font_color": INK},
    "plain": {"text_wrap": True, "valign": "top", "font_color": INK},
    "mark": {"font_color": _GREY, "font_size": 8},
    "head": {**_HEADED, "bg_color": HEAD},
    "answer_head": {**_HEADED, "bg_color": _ANSWER_HEAD},
    "text": {**_BASE, "text_wrap": True},
    "number": {**_BASE},
    "range": {**_BASE, "indent": 1},
    "id": {**_BASE, "font_color": _GREY},
    "answer": {**_BASE, "bg_color": _ANSWER, "locked": False},
    # As text, so that no program makes a date of "marts 2026" or a formula of what begins with "=".
    "answer_text": {**_BASE, "bg_color": _ANSWER, "locked": False, "num_format": "@", "text_wrap": True},
}  # fmt: skip


def figures_template(municipality: Municipality, language: str, made_on: datetime.date) -> bytes:
    """Return the template of a municipality (central assumptions) as the bytes of an xlsx file.

    Small counts are not shown. Equal figures of one day give equal bytes.
    """
    return _Template(municipality, language, made_on).made()


class _Template:
    """A template under way."""

    def __init__(self, municipality: Municipality, language: str, made_on: datetime.date) -> None:
        self.municipality, self.language, self.made_on = municipality, language, made_on
        self.mark = mark_of(municipality.id, made_on, figures_mark(municipality))
        self.suppressed = suppressed_of(municipality.register)
        self.out = io.BytesIO()
        self.book = new_workbook(self.out)
        created = datetime.datetime.combine(made_on, datetime.time())
        self.book.set_properties({"title": self.label("title", name=municipality.name), "created": created})
        self.forms = {name: self.book.add_format(look) for name, look in _FORMS.items()}

    def label(self, key: str, **values: object) -> str:
        """Return a text of the template."""
        return text(f"template.{key}", self.language, **values)

    def made(self) -> bytes:
        """Write all sheets and return the workbook."""
        parameters = looked_up(settable(self.municipality))
        own = [p for p in parameters if _is_own(p)]
        self._guide(len(own), len(parameters) - len(own))
        self._sheet("own", own)
        self._sheet("others", [p for p in parameters if not _is_own(p)])
        self.book.close()
        return self.out.getvalue()

    def _guide(self, own: int, others: int) -> None:
        """Write how the template is filled in, for whom and when it was made, and on which figures."""
        sheet = new_sheet(self.book, self.label("sheet.guide"))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        sheet.write_string(0, 0, self.label("title", name=self.municipality.name), self.forms["title"])
        n_own = sum(p.value.quality != "assumption" for p in self.municipality.register)
        lines = [
            ("made_on", long_date(self.made_on, self.language)),
            (
                "figures",
                self.label(
                    "figures.text",
                    name=self.municipality.label(self.language),
                    version=MODEL_VERSION,
                    central=assumption_sets()[DEFAULT_SET].name.text(self.language),
                    mark=self.mark.rsplit(" ", 1)[1],
                    known=number(n_own, self.language),
                    n=number(len(self.municipality.register), self.language),
                ),
            ),
            ("how", self.label("how.1", sheet=self.label("sheet.own"))),
            *(("how", self.label(f"how.{i}")) for i in range(2, 7)),
            (
                "sheets",
                self.label("sheets.own", sheet=self.label("sheet.own"), n=number(own, self.language)),
            ),
            (
                "sheets",
                self.label(
                    "sheets.others", sheet=self.label("sheet.others"), n=number(others, self.language)
                ),
            ),
            *(("qualities", self._quality(quality)) for quality in QUALITIES),
            ("back", self.label("back.text")),
            ("hidden", self.label("hidden.text", mark=not_shown(self.language))),
        ]
        before = ""
        for row, (key, words) in enumerate(lines, start=2):
            if key != before:
                sheet.write_string(row, 0, self.label(key), self.forms["bold"])
            sheet.write_string(row, 1, words, self.forms["plain"])
            sheet.set_row(row, LINE * max(1, math.ceil(len(words) / 95)))
            before = key
        sheet.write_string(len(lines) + 3, 1, self.mark, self.forms["mark"])
        sheet.protect()

    def _quality(self, quality: str) -> str:
        """Return a quality's name and what it means."""
        name = text(f"domain.quality.{quality}", self.language)
        meaning = text(f"typed.quality.{quality}", self.language)
        return text("typed.quality", self.language, name=name, meaning=meaning)

    def _sheet(self, key: str, parameters: Sequence[Parameter]) -> None:
        """Write a sheet of numbers."""
        sheet = new_sheet(self.book, self.label(f"sheet.{key}"))
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        last = _HEADING + max(1, len(parameters))
        sheet.write_string(0, 0, self.label("sheet_title", name=self.municipality.name), self.forms["bold"])
        sheet.write_string(0, len(COLUMNS) - 1, self.mark, self.forms["mark"])
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, _WIDTHS[column])
            form = self.forms["answer_head" if column in ANSWERS else "head"]
            sheet.write_string(_HEADING, place, self.label(f"column.{column}"), form)
        sheet.set_row(_HEADING, 2 * LINE)
        for row, parameter in enumerate(parameters, start=_HEADING + 1):
            self._row(sheet, row, parameter)
        self._validate(sheet, last)
        sheet.autofilter(_HEADING, 0, last, len(COLUMNS) - 1)
        sheet.freeze_panes(_HEADING + 1, COLUMNS.index("label") + 1)
        sheet.repeat_rows(_HEADING)
        sheet.print_area(0, 0, last, _PRINTED)
        sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})

    def _row(self, sheet: Any, row: int, parameter: Parameter) -> None:
        """Write one number as it is now, and the empty cells beside it."""
        few = parameter.id in self.suppressed
        now = shown(parameter, self.language, suppressed=few)
        words = {
            "area": now.area,
            "label": now.name,
            "unit": now.unit,
            "now": now.value,
            "now_range": now.range,
            "now_as_of": now.as_of,
            "now_quality": now.quality,
            "now_source": now.source,
            "parameter": parameter.id,
        }
        lines = 1
        for place, column in enumerate(COLUMNS):
            if column in ANSWERS:
                number_or_text = "answer" if column in ("value", "low", "high") else "answer_text"
                sheet.write_blank(row, place, None, self.forms[number_or_text])
            elif column == "now" and not few:
                sheet.write_number(row, place, parameter.value.value, self.forms["number"])
            else:
                form = {"parameter": "id", "now_range": "range"}.get(column, "text")
                sheet.write_string(row, place, words[column], self.forms[form])
            if column in _WRAPPED:
                lines = max(lines, math.ceil(len(words[column]) / (_WIDTHS[column] - 2)))
        # Not every program finds the height of a row with wrapped words by itself.
        sheet.set_row(row, LINE * lines)

    def _validate(self, sheet: Any, last: int) -> None:
        """Offer the qualities as a list, and tell at a cell what may stand in it."""
        first = _HEADING + 1
        qualities = [text(f"domain.quality.{quality}", self.language) for quality in QUALITIES]
        place = COLUMNS.index("quality")
        title, message = self.label("choose_quality"), self.label("choose_quality.text")
        sheet.data_validation(
            first,
            place,
            last,
            place,
            {"validate": "list", "source": qualities, "error_title": title, "error_message": message},
        )
        for column, most in (("source", MAX_SOURCE), ("note", MAX_NOTE)):
            place = COLUMNS.index(column)
            rule = {"validate": "length", "criteria": "<=", "value": most}
            sheet.data_validation(
                first, place, last, place, {**rule, "error_message": self.label("too_long", most=most)}
            )


def _is_own(parameter: Parameter) -> bool:
    """Return whether a number is one that a municipality has figures of, and not borrowed from another."""
    borrowed = bool(parameter.follows) and not parameter.id.startswith("stock.")
    return area_of(parameter.id) in _OWN_AREAS and not borrowed
