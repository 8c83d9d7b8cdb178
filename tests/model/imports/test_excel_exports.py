"""Test Excel exports, also hostile ones."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest

from model.files.problems import FileProblem
from model.imports.reader import read_export
from model.imports.rows import MAX_COLUMNS, Suppressed
from tests.model.imports.files import found, reason, workbook


def test_an_excel_export():
    data = workbook(
        [
            ["Y12A02 Jobafklaringsforløb", None, None, None],
            [],
            ["Område", "Periode", "Antal personer", "Antal fuldtidspersoner"],
            ["Ballerup", "2020M09", 190, 185.5],
            ["Brøndby", datetime.date(2020, 9, 1), "*", "1.021,5"],
            ["Dragør", 2020, None, "-"],
        ],
        before=["Læs mig"],
    )
    imported = read_export(data, "eksport.xlsx")
    assert imported.recognised.format == "excel"
    assert imported.source.table == "Y12A02"
    assert found(imported, area="Ballerup", measure="Antal fuldtidspersoner").value == 185.5
    assert found(imported, area="Brøndby", measure="Antal fuldtidspersoner").value == 1021.5
    assert found(imported, area="Brøndby", measure="Antal personer").value == Suppressed("*", "hidden")
    assert found(imported, area="Dragør", measure="Antal personer").value.why == "missing"
    assert found(imported, area="Brøndby", measure="Antal personer").line == 5
    assert any("Data" in n.da for n in imported.recognised.notes)


def test_formula_cells_are_read_as_their_stored_values():
    data = workbook(
        [["Område", "Periode", "Antal personer"], ["Ballerup", "2020", "=2+3"], ["Brøndby", "2020", 4]]
    )
    old, new = io.BytesIO(data), io.BytesIO()
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<f>2+3</f><v></v>", b"<f>2+3</f><v>5</v>").replace(
                    b"<f>2+3</f><v />", b"<f>2+3</f><v>5</v>"
                )
            target.writestr(part, content)
    imported = read_export(new.getvalue(), "x.xlsx")
    assert found(imported, area="Ballerup").value == 5
    assert any("formler" in n.da for n in imported.recognised.notes)


def test_a_formula_without_a_stored_value_is_missing_and_not_zero():
    data = workbook(
        [["Område", "Periode", "Antal personer"], ["Ballerup", "2020", "=2+3"], ["Brøndby", "2020", 4]]
    )
    assert found(read_export(data, "x.xlsx"), area="Ballerup").value == Suppressed("", "missing")


def test_a_hostile_cell_far_away_does_not_fill_the_memory():
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Område", "Periode", "Antal personer"], ["Ballerup", "2020", 5]):
        sheet.append(row)
    sheet.cell(1_048_576, 16_384, 1)
    out = io.BytesIO()
    book.save(out)
    assert found(read_export(out.getvalue(), "x.xlsx"), area="Ballerup").value == 5


def test_a_figure_beyond_the_last_column_is_refused():
    wide = [None] * MAX_COLUMNS + [1]
    with pytest.raises(FileProblem) as caught:
        read_export(
            workbook([["Område", "Periode", "Antal personer"], ["Ballerup", "2020", 5], wide]), "x.xlsx"
        )
    assert "for mange kolonner" in reason(caught)


def repacked(data, name, change):
    """A workbook with one part rewritten."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.infolist():
            content = source.read(part)
            target.writestr(part, change(content) if part.filename == name else content)
    return out.getvalue()


HEADER = ["Område", "Periode", "Antal fuldtidspersoner"]


def book_of(sheets):
    """A workbook of sheets by name: rows, and whether it is hidden."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, (rows, hidden) in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if hidden else "visible"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_with_two_tables_is_refused_whatever_others_there_are():
    two = [HEADER, ["Ballerup", "2020", 820], [], HEADER, ["Ballerup", "2020", 410]]
    other = [HEADER, ["Ballerup", "2020", 999]]
    for hidden in (True, False):
        with pytest.raises(FileProblem) as caught:
            read_export(book_of({"Tal": (two, False), "Gammelt": (other, hidden)}), "y01a02.xlsx")
        assert "en tabel mere" in reason(caught)


def test_the_sheets_that_are_not_read_are_named():
    rows = [HEADER, ["Ballerup", "2020", 820]]
    data = book_of({"Læs mig": ([["Til dig"]], False), "2020": (rows, False), "2019": (rows, False)})
    notes = " ".join(note.da for note in read_export(data, "y01a02.xlsx").recognised.notes)
    assert "arket »2020«" in notes
    assert "andre ark er ikke læst: Læs mig, 2019." in notes


def packed(*parts):
    """A zip of parts that hold next to nothing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in parts:
            archive.writestr(part, "<a/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("mimetype", "content.xml", "META-INF/manifest.xml"), "OpenDocument-regneark (.ods)"),
        (("[Content_Types].xml", "xl/workbook.bin"), "(.xlsb)"),
        (("[Content_Types].xml", "word/document.xml"), "Word eller PowerPoint"),
        (("Index/Document.iwa",), "Numbers"),
        (("tal.csv",), "Pak den ud først"),
        (("[Content_Types].xml", "xl/workbook.xml", "word/"), "ikke hel"),
    ],
)
def test_another_kind_of_file_is_called_what_it_is(parts, told):
    with pytest.raises(FileProblem) as caught:
        read_export(packed(*parts), "tal.xlsx")
    assert told in reason(caught)


def test_entities_that_grow_without_end_are_refused():
    data = workbook([["Område", "Periode", "Antal personer"], ["Ballerup", "2020", 5]])
    lol = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY l0 "lol">{lol}]>'.encode()
    body = b"<v>&l9;</v>"
    hostile = repacked(data, "xl/worksheets/sheet1.xml", lambda c: head + c.replace(b"<v>5</v>", body))
    with pytest.raises(FileProblem):
        read_export(hostile, "x.xlsx")


def test_a_file_of_the_machine_is_not_read_into_a_cell(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("4711")
    data = workbook([["Område", "Periode", "Antal personer"], ["Ballerup", "2020", 5]])
    head = f'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY x SYSTEM "file://{secret}">]>'.encode()
    hostile = repacked(
        data, "xl/worksheets/sheet1.xml", lambda c: head + c.replace(b"<v>5</v>", b"<v>&x;</v>")
    )
    try:
        imported = read_export(hostile, "x.xlsx")
    except FileProblem:
        return
    assert all(r.number != 4711 for r in imported.table)
