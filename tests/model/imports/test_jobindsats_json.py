"""Test answers of Jobindsats's programming interface."""

from __future__ import annotations

import csv
import json

import pytest

from model.files.folders import DATA_FOLDER
from model.imports.periods import month, quarter, rolling_year
from model.imports.reader import read_export
from model.imports.rows import Suppressed
from tests.folders import DATA
from tests.model.imports.files import V3, found


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


def test_v3_csv():
    text = (
        "\ufeffPeriode;Kommune;Visitationskategori;Antal: Antal personer;Antal: Antal fuldtidspersoner\n"
        "2020M09;Ballerup;Jobparat;245;201,4\n2020M09;Dragør;Jobparat;*;*\n"
    )
    imported = read_export(text.encode(), "y36a02.csv")
    assert (imported.source.publisher, imported.source.table) == ("Jobindsats", "Y36A02")
    assert found(imported, area="Ballerup", measure="Antal fuldtidspersoner").value == 201.4
    assert [r.value for r in imported.table if r.area == "Dragør"] == [Suppressed("*", "hidden")] * 2
