"""Exports and answers as they come: what is read, what is told, what is refused."""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.files.problems import FileProblem
from model.imports.periods import month, quarter, rolling_year
from model.imports.reader import read_export
from model.imports.rows import MAX_COLUMNS, Suppressed
from model.parameters.files import DATA_FOLDER
from tests.folders import DATA


def found(imported, **where):
    """The only row that fits."""
    rows = [r for r in imported.table if all(getattr(r, k) == v for k, v in where.items())]
    assert len(rows) == 1, rows
    return rows[0]


def reason(problem, language="da"):
    return problem.value.text(language)


# --- v2: the raw answer as it was delivered ---


@pytest.fixture(scope="module")
def sample():
    path = DATA / "jobindsats_v2_y30r21_sample.jsonl"
    return read_export(path.read_bytes(), path.name)


def test_the_raw_v2_answer_imports_as_it_is(sample):
    assert sample.unused == ()
    assert len(sample.areas) == 98
    assert sample.periods == (rolling_year(2020, 6), rolling_year(2020, 12))
    assert {r.group for r in sample.table} == {
        "Ydelsesgrupper i alt",
        "A-dagpenge mv.",
        "Sygedagpenge mv.",
        "Kontanthjælp mv.",
    }
    assert (sample.source.publisher, sample.source.table) == ("Jobindsats", "Y30R21")
    assert sample.recognised.format == "jobindsats_v2_records"


def test_its_figures_equal_the_shipped_benchmark(sample):
    names = {
        "Forventet antal": "expected_fte",
        "Faktisk antal": "actual_fte",
        "Forskel mellem forventet og faktisk antal": "difference_fte",
        "Forventet andel (pct.)": "expected_pct",
        "Faktisk andel (pct.)": "actual_pct",
        "Forskel mellem forventet og faktisk andel (pct. point)": "difference_pp",
        "Placering på benchmarkranglisten": "rank",
    }
    published = {}
    with (DATA_FOLDER / "benchmark_y30r21.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for column in names.values():
                key = (row["municipality"], row["period"], row["benefit_group"], column)
                published[key] = float(row[column])
    read = {(r.area, r.period.id, r.group, names[r.measure]): r.value for r in sample.table}
    assert len(read) == 98 * 4 * 2 * 7
    assert read == {k: v for k, v in published.items() if k[1] in ("2020QMAT02", "2020QMAT04")}


def test_v2_json_with_variables_and_data():
    answer = [
        {
            "TableID": "y01a02",
            "TableName": "A-dagpenge",
            "Variables": [
                {"Name": "Area", "Label": "Area"},
                {"Name": "Period", "Label": "Periode"},
                {"Name": "m1", "Label": "Antal: Antal personer"},
                {"Name": "m2", "Label": "Antal: Antal fuldtidspersoner"},
                {"Name": "m3", "Label": "Andel: Fuldtidspersoner i pct. af arbejdsstyrken 16-66 år"},
            ],
            "Data": [["Ballerup", "2020M09", 1087, 921, "3,75"], ["Dragør", "2020M09", "*", "*", "*"]],
        }
    ]
    imported = read_export(json.dumps(answer).encode(), "svar.json")
    assert imported.recognised.format == "jobindsats_v2_json"
    assert imported.source.table == "Y01A02"
    row = found(imported, area="Ballerup", measure="Antal fuldtidspersoner")
    assert (row.value, row.period, row.unit, row.line) == (921, month(2020, 9), "full-time persons", 1)
    pct = found(imported, area="Ballerup", measure="Fuldtidspersoner i pct. af arbejdsstyrken 16-66 år")
    assert pct.value == 3.75
    assert pct.measure_id == "pct_labour_force"
    for row in imported.table:
        if row.area == "Dragør":
            assert row.value == Suppressed("*", "hidden")


V3 = {
    "tableId": "y36a02",
    "columns": ["Periode", "Kommune", "Visitationskategori", "Antal personer", "Antal fuldtidspersoner"],
    "rows": [
        ["2020M09", "Ballerup", "Jobparat", "245", "201,4"],
        ["2020M09", "Ballerup", "Aktivitetsparat", 1021, "1.021,0"],
        ["2020M09", "Uoplyst område", "Jobparat", "3", "2"],
        ["2020M09", "Ballerup", "Visitationskategori i alt", None, "-"],
    ],
}


def test_the_apis_own_decimal_mark_is_told_where_nothing_else_shows_it():
    answer = {
        "columns": ["Periode", "Kommune", "Gnsn. varighed (uger)"],
        "rows": [["2020", "Ballerup", "1.021"]],
    }
    imported = read_export(json.dumps(answer).encode(), "y07a07.json")
    assert found(imported, area="Ballerup").value == 1021
    assert any("decimalkomma" in n.da for n in imported.recognised.notes)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_v3_json(bom):
    imported = read_export(bom + json.dumps(V3).encode(), "y36a02.json")
    assert imported.recognised.format == "jobindsats_v3_json"
    assert imported.source.table == "Y36A02"
    assert found(imported, category="Jobparat", measure="Antal fuldtidspersoner").value == 201.4
    assert found(imported, category="Aktivitetsparat", measure="Antal fuldtidspersoner").value == 1021
    assert (
        found(imported, category="Visitationskategori i alt", measure="Antal personer").value.why == "missing"
    )
    assert (
        found(imported, category="Visitationskategori i alt", measure="Antal fuldtidspersoner").value.why
        == "nil"
    )
    assert [(u.line, "Uoplyst område" in u.why.da) for u in imported.unused] == [(3, True)]


def test_v3_rows_as_objects():
    answer = {
        "columns": [
            {"id": "p", "label": "Periode"},
            {"id": "k", "label": "Kommune"},
            {"id": "m", "label": "Antal personer"},
        ],
        "rows": [{"p": "2020Q3", "k": "Ballerup", "m": 12}],
    }
    imported = read_export(json.dumps(answer).encode(), "a.json")
    assert found(imported, area="Ballerup").value == 12
    assert imported.periods == (quarter(2020, 3),)


# --- CSV of API and web site ---

CSV = (
    "Periode;Område;Herkomst;Antal personer;Antal fuldtidspersoner;Fuldtidspersoner i pct. af befolkningen 16-66 år\r\n"
    "2020M09;Ballerup;Dansk;1.021;845,5;2,75\r\n"
    '2020M09;"Ballerup";"Indvandrere fra ikke-vestlige lande";*;*;*\r\n'
    "2020M10;Ballerup;Dansk;998;830,0;2,70\r\n"
)


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 (BOM)"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16"),
     ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")],
)  # fmt: skip
def test_csv_in_every_encoding(encoding, shown):
    imported = read_export(CSV.encode(encoding), "Y01A02 Ballerup.csv")
    assert imported.recognised.encoding == shown
    assert imported.recognised.separator == ";"
    assert imported.recognised.decimal == ","
    assert imported.source.table == "Y01A02"
    assert imported.source.publisher == "Jobindsats"
    assert found(imported, period=month(2020, 9), origin="Dansk", measure="Antal personer").value == 1021
    assert (
        found(imported, period=month(2020, 9), origin="Dansk", measure="Antal fuldtidspersoner").value
        == 845.5
    )
    hidden = [r for r in imported.table if r.origin.startswith("Indvandrere")]
    assert len(hidden) == 3
    assert all(r.value == Suppressed("*", "hidden") for r in hidden)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_every_separator(separator):
    rows = list(csv.reader(io.StringIO(CSV), delimiter=";"))
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    imported = read_export(out.getvalue().encode(), "x.csv")
    assert imported.recognised.separator == separator
    assert found(imported, period=month(2020, 10), measure="Antal fuldtidspersoner").value == 830


def test_excels_own_line_that_names_the_separator():
    assert (
        read_export(("sep=;\r\n" + CSV).encode(), "x.csv").table
        == read_export(("\r\n" + CSV).encode(), "x.csv").table
    )


def test_a_web_export_with_titles_above_and_notes_below():
    text = (
        "Jobindsats.dk;;;\n"
        "Y07A02 Sygedagpenge: antal;;;\n"
        ";;;\n"
        ";;Antal;Antal\n"
        "Område;Periode;Antal personer;Antal fuldtidspersoner\n"
        "Ballerup;4. kvt. 2020 - 3. kvt. 2021;1.210;700\n"
        ";3. kvt. 2020 - 2. kvt. 2021;1.190;690\n"
        "Brøndby;4. kvt. 2020 - 3. kvt. 2021;1.050,0;..\n"
        ";3. kvt. 2020 - 2. kvt. 2021;-;610\n"
        ";;;\n"
        "Kilde: Jobindsats.dk, Styrelsen for Arbejdsmarked og Rekruttering. Opdateret 15-11-2021;;;\n"
    )
    imported = read_export(text.encode("cp1252"), "eksport.csv")
    assert imported.source.table == "Y07A02"
    assert imported.source.updated == "2021-11-15"
    assert imported.source.publisher == "Jobindsats"
    row = found(imported, area="Ballerup", period=rolling_year(2021, 6), measure="Antal personer")
    assert row.value == 1190
    assert row.line == 7
    assert (
        found(
            imported, area="Brøndby", period=rolling_year(2021, 9), measure="Antal fuldtidspersoner"
        ).value.mark
        == ".."
    )
    assert any("Område" in n.da for n in imported.recognised.notes)


def test_periods_beside_each_other():
    text = (
        "Antal fuldtidspersoner på sygedagpenge\n"
        "Område;Sep 2020;Okt 2020;Nov 2020;Dec 2020\n"
        "Ballerup;701;1.012;*;698,5\n"
        "Hele landet;61.234,5;61.000;60.500;60.250\n"
    )
    imported = read_export(text.encode(), "x.csv")
    assert found(imported, area="Ballerup", period=month(2020, 10)).value == 1012
    assert found(imported, area="Ballerup", period=month(2020, 11)).value == Suppressed("*", "hidden")
    assert found(imported, area="Hele landet", period=month(2020, 9)).value == 61234.5
    assert {r.measure_id for r in imported.table} == {"fulltime"}


def test_periods_beside_each_other_under_two_measures():
    text = (
        ";Antal personer;;Antal fuldtidspersoner;\n"
        "Område;Sep 2020;Okt 2020;Sep 2020;Okt 2020\n"
        "Ballerup;1.201;1.212;701,5;*\n"
    )
    imported = read_export(text.encode(), "x.csv")
    assert {(r.measure, r.period.id): r.number for r in imported.table} == {
        ("Antal personer", "2020M09"): 1201,
        ("Antal personer", "2020M10"): 1212,
        ("Antal fuldtidspersoner", "2020M09"): 701.5,
        ("Antal fuldtidspersoner", "2020M10"): None,
    }
    assert imported.unused == ()


def test_columns_without_telling_names_are_known_by_their_content():
    text = "a;b;c;d\n2020M09;Ballerup;Dansk;12,5\n2020M10;Brøndby;Vestlig;13\n"
    imported = read_export(text.encode(), "x.csv")
    row = found(imported, area="Ballerup")
    assert (row.period, row.origin, row.value) == (month(2020, 9), "Dansk", 12.5)
    assert [c.role for c in imported.recognised.columns] == ["period", "area", "origin", "measure"]


def test_a_prefix_stays_where_two_names_would_become_one():
    text = "Periode;Område;Mænd: Antal personer;Kvinder: Antal personer\n2020;Ballerup;5;7\n"
    imported = read_export(text.encode(), "x.csv")
    assert imported.measures == ("Mænd: Antal personer", "Kvinder: Antal personer")


def test_ambiguous_figures_are_told_row_by_row():
    text = (
        "Periode;Område;Gnsn. varighed af afsluttede forløb (uger);Antal personer\n"
        "2020;Ballerup;1.021;1.021\n2020;Brøndby;12;7\n"
    )
    imported = read_export(text.encode(), "x.csv")
    assert [(u.line, u.column) for u in imported.unused] == [
        (2, "Gnsn. varighed af afsluttede forløb (uger)")
    ]
    assert "1.021" in imported.unused[0].why.da
    assert found(imported, area="Ballerup", measure="Antal personer").value == 1021
    assert any("Antal personer" in n.en for n in imported.recognised.notes)


def test_two_decimal_marks_in_one_column():
    text = "Periode;Område;Andel\n2020;Ballerup;1,5\n2020;Brøndby;1.5\n2020;Dragør;1.021\n"
    imported = read_export(text.encode(), "x.csv")
    assert {r.area: r.value for r in imported.table} == {"Ballerup": 1.5, "Brøndby": 1.5}
    assert any(u.line == 4 for u in imported.unused)


def test_rows_that_cannot_be_used_are_told_with_their_line():
    text = (
        "Periode;Område;Antal personer\n2020M09;Ballerup;5\n2020M19;Ballerup;5\n02/03/2020;Ballerup;5\n;Ballerup;5\n"
        "2020M10;Ukendt kommune;5\n2020M10;;5\n2020M10;Ballerup;mange\n2020M09;Ballerup;5\n"
        "2020M11;Ballerup;5\n2020M11;Ballerup;6\n"
    )
    imported = read_export(text.encode(), "x.csv")
    assert [u.line for u in imported.unused] == [3, 4, 5, 6, 7, 8, 9, 11]
    assert [(r.period.id, r.value) for r in imported.table] == [("2020M09", 5)]
    assert all(u.why.da and u.why.en and u.why.da != u.why.en for u in imported.unused)


# --- StatBank ---


def test_statbank_csv():
    text = (
        '"OMRÅDE";"YDELSESTYPE";"KØN";"TID";"INDHOLD"\n'
        '"Ballerup";"Nettoledige dagpengemodtagere";"I alt";"2020M09";821,5\n'
        '"151 Ballerup";"Aktiverede dagpengemodtagere";"I alt";"2020M09";..\n'
        '"000 Hele landet";"I alt";"I alt";"2020K3";131234,0\n'
        '"998 Ukendt";"I alt";"I alt";"2020M09";4\n'
    )
    imported = read_export(text.encode("utf-8-sig"), "AUF01.csv")
    assert imported.recognised.format == "statbank_csv"
    assert (imported.source.publisher, imported.source.table) == ("Danmarks Statistik", "AUF01")
    assert found(imported, group="Nettoledige dagpengemodtagere").value == 821.5
    assert found(imported, group="Aktiverede dagpengemodtagere").value == Suppressed("..", "missing")
    assert found(imported, area="Hele landet").period == quarter(2020, 3)
    assert len(imported.unused) == 1


def test_statbank_csv_in_english():
    text = (
        "OMRÅDE;YDELSESTYPE;TID;INDHOLD\nBallerup;Gross unemployed;2020M09;821.5\n"
        "All Denmark;Gross unemployed;2020Q3;1234.125\n"
    )
    imported = read_export(text.encode(), "AUF01.csv")
    assert found(imported, area="Ballerup").value == 821.5
    assert found(imported, area="Hele landet").value == 1234.125


def json_stat(version):
    dimension = {
        "OMRÅDE": {"label": "område",
            "category": {"index": {"151": 0, "153": 1}, "label": {"151": "Ballerup", "153": "Brøndby"}}},
        "HERKOMST": {"label": "herkomst",
            "category": {"index": ["1", "2"], "label": {"1": "Personer med dansk oprindelse",
                                                         "2": "Ikke-vestlige lande"}}},
        "Tid": {"label": "tid", "category": {"index": {"2020M09": 0}, "label": {"2020M09": "2020M09"}}},
        "ContentsCode": {"label": "Indhold", "category": {"index": {"AUF01": 0}, "label": {"AUF01": "Fuldtidsledige"}}},
    }  # fmt: skip
    ids, size = ["OMRÅDE", "HERKOMST", "Tid", "ContentsCode"], [2, 2, 1, 1]
    about = {
        "label": "Fuldtidsledige efter område",
        "source": "Danmarks Statistik",
        "updated": "2021-01-14T07:00:00Z",
    }
    value, status = [821.5, 0, None, 77], {"1": "x", "2": ".."}
    if version == 1:
        return {
            "dataset": {
                **about,
                "dimension": {**dimension, "id": ids, "size": size},
                "value": value,
                "status": status,
            }
        }
    return {"version": "2.0", "class": "dataset", **about, "id": ids, "size": size, "dimension": dimension,
            "value": {str(i): v for i, v in enumerate(value) if v is not None}, "status": status}  # fmt: skip


@pytest.mark.parametrize("version", [1, 2])
def test_json_stat(version):
    imported = read_export(json.dumps(json_stat(version)).encode(), "auf01.json")
    assert imported.recognised.format == "json_stat"
    assert (imported.source.publisher, imported.source.table) == ("Danmarks Statistik", "AUF01")
    assert imported.source.updated == "2021-01-14"
    values = {(r.area, r.origin): r.value for r in imported.table}
    assert values == {
        ("Ballerup", "Personer med dansk oprindelse"): 821.5,
        ("Ballerup", "Ikke-vestlige lande"): Suppressed("x", "hidden"),
        ("Brøndby", "Personer med dansk oprindelse"): Suppressed("..", "missing"),
        ("Brøndby", "Ikke-vestlige lande"): 77,
    }
    assert {r.measure_id for r in imported.table} == {"fulltime"}


# --- Excel ---


def workbook(rows, title="Data", before=()):
    import openpyxl

    book = openpyxl.Workbook()
    first = book.active
    for name in before:
        first.title = name
        first.append(["Forklaring"])
        first = book.create_sheet()
    first.title = title
    for row in rows:
        first.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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


# --- hostile input ---


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        for i in range(3):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", b"0" * 90_000_000)
    return out.getvalue()


def other_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hi")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "tom"),
        (b" \r\n ", "tom"),
        (b"x" * 20_000_001, "for stor"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x01" * 5, "hverken tekst"),
        (b"\xff\xfe\x00", "hverken tekst"),
        (b"\x81\x8d\x8f\x90", "hverken tekst"),
        (b"<!doctype html><html></html>", "webside"),
        (b"hej med dig", "ingen tabel"),
        (b"a;b;c\n1;2;3\n", "ingen tabel"),
        (b"Periode;Omr\xe5de;Antal personer\n", "ingen rækker"),
        ("Område;Antal personer\nBallerup;5\n".encode(), "perioder"),
        ("Periode;Område\n2020;Ballerup\n".encode(), "tal"),
        ("Periode;Område;Antal personer\n2020M44;Ballerup;5\n".encode(), "Intet"),
        (b'Periode;Kommune;Antal personer\n2020;"Ballerup;5\n' + b"2020;Ballerup;5\n" * 20_000, "anførselstegn"),
        (b"{", "ikke hel"),
        (b"[", "ikke hel"),
        (b"{}", "ikke et svar"),
        (b"[]", "ikke et svar"),
        (b"[1, 2]", "ikke et svar"),
        (b'{"columns": 5, "rows": 6}', "ikke et svar"),
        (b'{"columns": ["Periode"], "rows": [1]}', "ikke et svar"),
        (b'{"columns": ["Periode", "Antal personer"], "rows": [["2020"]]}', "2"),
        (b'[{"Variables": [], "Data": []}, {"Variables": [], "Data": []}]', "flere tabeller"),
        (b'{"dataset": {"dimension": {"id": ["a"], "size": [99999999], "a": {}}, "value": []}}', "for mange"),
        (b'{"dataset": {"dimension": {"id": ["a"], "size": [2], "a": {"category": {"index": ["x"]}}}, "value": []}}',
         "ikke et svar"),
        (b'{"a": NaN}', "ikke hel"),
        (b"[" * 100_000, "ikke hel"),
        (b'{"a": ' + b"9" * 5000 + b"}", "ikke hel"),
        (b'{"a": 1}\n{"b"', "hel post"),
        (b"PK\x03\x04garbage", "ikke hel"),
        (other_zip(), "ikke en Excel"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "gamle Excel"),
        (("Periode;Område;" + ";".join(f"k{i}" for i in range(MAX_COLUMNS)) + "\n").encode(), "for mange kolonner"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(data, words):
    with pytest.raises(FileProblem) as caught:
        read_export(data, "../../etc/passwd")
    assert words in reason(caught)
    assert "/" not in reason(caught).split(":")[0]
    assert reason(caught, "en") != reason(caught)


def test_a_zip_bomb_is_not_unpacked():
    with pytest.raises(FileProblem) as caught:
        read_export(bomb(), "x.xlsx")
    assert "pakkes ud" in reason(caught)


def test_a_directory_that_lies_about_sizes():
    data = bytearray(workbook([["Område", "Periode", "Antal personer"], ["Ballerup", "2020", 5]]))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1).to_bytes(4, "little")
    with pytest.raises(FileProblem):
        read_export(bytes(data), "x.xlsx")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(FileProblem):
        read_export(data, "x")


@given(st.text(alphabet=';,\t"\n\r .-*0123456789abPeriodeOmrådeBallerup', max_size=300))
def test_any_text_below_a_real_heading(text):
    try:
        imported = read_export(("Periode;Område;Antal personer\n" + text).encode(), "x.csv")
    except FileProblem:
        return
    assert all(isinstance(r.value, float | Suppressed) for r in imported.table)


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


def test_v3_csv():
    text = (
        "\ufeffPeriode;Kommune;Visitationskategori;Antal: Antal personer;Antal: Antal fuldtidspersoner\n"
        "2020M09;Ballerup;Jobparat;245;201,4\n2020M09;Dragør;Jobparat;*;*\n"
    )
    imported = read_export(text.encode(), "y36a02.csv")
    assert (imported.source.publisher, imported.source.table) == ("Jobindsats", "Y36A02")
    assert found(imported, area="Ballerup", measure="Antal fuldtidspersoner").value == 201.4
    assert [r.value for r in imported.table if r.area == "Dragør"] == [Suppressed("*", "hidden")] * 2
