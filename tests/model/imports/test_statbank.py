"""Test StatBank's CSV and JSON-stat."""

from __future__ import annotations

import json

import pytest

from model.imports.periods import quarter
from model.imports.reader import read_export
from model.imports.rows import Suppressed
from tests.model.imports.files import found, json_stat


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
