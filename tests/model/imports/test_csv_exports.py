"""Test CSV files: encodings, separators, decimal marks and headings."""

from __future__ import annotations

import csv
import io

import pytest

from model.imports.periods import month, rolling_year
from model.imports.reader import read_export
from model.imports.rows import Suppressed
from tests.model.imports.files import found

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
    suppressed = [r for r in imported.table if r.origin.startswith("Indvandrere")]
    assert len(suppressed) == 3
    assert all(r.value == Suppressed("*", "hidden") for r in suppressed)


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
    assert [(r.period.id, r.value) for r in imported.table] == [
        ("2020M09", 5),
        # Two figures for one place: neither is known, and what is summed without them would be too small.
        ("2020M11", Suppressed("", "missing")),
    ]
    assert all(u.why.da and u.why.en and u.why.da != u.why.en for u in imported.unused)


def test_a_breakdown_that_is_not_known_holds_for_the_rows_below_its_label():
    rows = ["Industri;Ballerup;Ledighedsydelse;2020;107", ";Ballerup;Ressourceforløb;2020;163"]
    text = "\n".join(
        ["Branche;Område;Ydelse;Periode;Antal fuldtidspersoner", *rows, rows[1].replace("163", "1")]
    )
    imported = read_export(text.encode(), "x.csv")
    assert {dict(row.other)["Branche"] for row in imported.table} == {"Industri"}
