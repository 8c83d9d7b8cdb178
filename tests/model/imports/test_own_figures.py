"""Test a municipality's own figures: series of months, undoing an import, the overview of the 98."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.files.problems import FileProblem
from model.imports.monthly import monthly_series, series_name
from model.imports.own_files import save_municipality
from model.imports.preview import preview
from model.imports.reader import read_export
from model.imports.removal import remove_own_file, restore_own_file
from model.monthly.series import MonthlySeries
from model.municipality.municipality import load_municipality, shipped_municipality
from model.municipality.municipality_list import municipalities
from model.municipality.own_file import own_municipality_file
from model.validation.overview_98 import own_figures

HEAD = "Periode;Område;Ydelsesgruppe;Antal fuldtidspersoner\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path))
    return tmp_path


def months(cells: list[str], group: str = "Ledighedsydelse") -> bytes:
    lines = [f"2020M{i:02d};Ballerup;{group};{cell}" for i, cell in enumerate(cells, 1)]
    return (HEAD + "\n".join(lines)).encode()


def test_months_of_a_group_become_a_series() -> None:
    cells = [f"{100 + i},0" for i in range(12)]
    found = monthly_series(read_export(months(cells), "a.csv"), shipped_municipality("ballerup"))
    series = found["ledighedsydelse"]
    assert isinstance(series, MonthlySeries)
    assert str(series.months[0]) == "2020-01"
    np.testing.assert_array_equal(series.stock, np.arange(100.0, 112.0))
    assert series_name("ledighedsydelse", "da") == "Ledighedsydelse"


def test_a_hidden_month_is_no_zero() -> None:
    found = monthly_series(
        read_export(months(["100,0", "*", "101,0"]), "a.csv"), shipped_municipality("ballerup")
    )
    assert not isinstance(found["ledighedsydelse"], MonthlySeries)
    assert "ikke nul" in found["ledighedsydelse"].da


def test_other_municipalities_months_are_not_ours() -> None:
    found = monthly_series(read_export(months(["100,0"] * 12), "a.csv"), shipped_municipality("broendby"))
    assert found == {}


def saved() -> bytes:
    data = f"{HEAD}2020;Ballerup;Ledighedsydelse;140,0\n".encode()
    municipality = load_municipality("ballerup")
    save_municipality(municipality, preview(read_export(data, "a.csv"), municipality), expected_hash=None)
    return own_municipality_file("ballerup").read_bytes()


def test_removed_and_put_back_byte_for_byte() -> None:
    before = load_municipality("ballerup").key
    data = saved()
    with_own = load_municipality("ballerup").key
    assert with_own != before
    assert shipped_municipality("ballerup").key == before
    assert remove_own_file("ballerup") == data
    assert load_municipality("ballerup").key == before
    restore_own_file("ballerup", data)
    assert load_municipality("ballerup").key == with_own


def test_newer_figures_are_not_overwritten_by_undo() -> None:
    data = saved()
    with pytest.raises(FileProblem):
        restore_own_file("ballerup", b"older")
    assert own_municipality_file("ballerup").read_bytes() == data


def test_nothing_to_remove_is_said() -> None:
    with pytest.raises(FileProblem):
        remove_own_file("ballerup")


def test_own_figures_are_counted() -> None:
    infos = {info.id: info for info in municipalities()}
    assert own_figures(infos["samsoe"]) == 4, "the benchmark's alone"
    before = own_figures(infos["ballerup"])
    assert before > 4
    saved()
    assert own_figures({i.id: i for i in municipalities()}["ballerup"]) == before + 1
