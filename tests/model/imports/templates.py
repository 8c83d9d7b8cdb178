"""Fill in templates as planners do: small ones in the true form, and the true one."""

from __future__ import annotations

import datetime
import io

import openpyxl

from model.imports.preview import preview
from model.imports.reader import read_export
from model.imports.template_preview import figures_mark
from model.imports.template_rows import COLUMNS, mark_of
from model.language.catalogue import text

DAY = datetime.date(2026, 11, 30)
SOURCE = "Ledelsesinformation, marts 2026"
RATE = "activation_rate.dagpenge"


def answer(value, **more):
    """What is filled in for one number."""
    return {"value": value, "as_of": "2025", "quality": "Statistik", "source": SOURCE} | more


def mark(municipality):
    return mark_of(municipality.id, DAY, figures_mark(municipality))


def small(municipality, answers, *, columns=COLUMNS, language="da", title="Tal", marks=None):
    """A workbook of a template's form with one row for each (parameter, answer); columns in any order."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in marks if marks is not None else [mark(municipality)]:
        sheet.append([row])
    sheet.append([])
    sheet.append([text(f"template.column.{c}", language) for c in columns])
    register = {p.id: p for p in municipality.register}
    for parameter, fields in answers:
        known = register.get(parameter)
        row = {"parameter": parameter, "label": "x", "now": known and known.value.value, **fields}
        sheet.append([None if row.get(c) is None else row[c] for c in columns])
    return book


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(data, answers):
    """The true template with answers by parameter; every other cell stays."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    left = dict(answers)
    for sheet in book.worksheets[1:]:
        places = {cell.value: cell.column for cell in sheet[3]}
        names = {c: places[text(f"template.column.{c}", "da")] for c in COLUMNS}
        for line in range(4, sheet.max_row + 1):
            fields = left.pop(sheet.cell(line, names["parameter"]).value, {})
            for field, value in fields.items():
                sheet.cell(line, names[field]).value = value
    assert not left
    return saved(book)


def result(data, municipality, choices=None):
    return preview(read_export(data, "skabelon.xlsx"), municipality, choices)
