"""Test the command import: read, compare, save."""

from __future__ import annotations

import json

import pytest

from model.municipality.municipality import load_municipality
from tests.command_line import called
from tests.folders import DATA

SAMPLE = DATA / "jobindsats_v2_y30r21_sample.jsonl"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path / "data"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "Y07A02.csv"
    rows = "".join(f"2020M{m:02d};Ballerup;6{m:02d},0\n" for m in range(1, 13))
    path.write_text(
        "Periode;Område;Antal fuldtidspersoner\n" + rows + "2020M13;Ballerup;5\n", encoding="cp1252"
    )
    return path


def test_what_a_file_holds():
    status, out, err = called("import", SAMPLE)
    assert (status, err) == (0, "")
    assert "Antal tal: 5.488. Antal områder: 98. Perioder: 2020QMAT02 til 2020QMAT04." in out
    assert "Ydelsesgrupper: målgruppe (kendt på navnet)" in out


def test_before_and_after(file):
    status, out, _ = called("import", file, "--municipality", "ballerup")
    assert status == 0
    assert "linje 14: »2020M13« er ikke en periode" in out
    assert "606,5, Statistik" in out
    assert load_municipality("ballerup").own_file is None


def test_save_and_use(file):
    status, out, _ = called("import", file, "--municipality", "Ballerup", "--save", "--language", "en")
    assert status == 0
    assert "Saved in" in out
    assert load_municipality("ballerup").parameter("stock.sygedagpenge").value.value == 606.5
    assert called("import", file, "--municipality", "ballerup", "--save")[0] == 0


def test_json(file):
    status, out, _ = called("import", file, "--municipality", "ballerup", "--json")
    plain = json.loads(out)
    assert status == 0
    assert plain["file"]["table"] == "Y07A02"
    assert plain["file"]["unused"][0]["line"] == 14
    assert [r["id"] for r in plain["preview"]["replacements"]] == ["stock.sygedagpenge"]
    assert plain["preview"]["replacements"][0]["before"]["quality"] == "assumption"
    assert plain["saved"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--save",), "--municipality"),
        (("--municipality", "balerup"), "Ballerup"),
        (("--municipality", "ballerup", "--group", "sygedagpeng"), "sygedagpenge"),
        (("--municipality", "ballerup", "--until", "snart"), "2023M12"),
    ],
)
def test_wrong_use(file, arguments, words):
    status, _, err = called("import", file, *arguments)
    assert status == 2
    assert words in err


def test_a_file_that_cannot_be_read(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"hej")
    status, _, err = called("import", path)
    assert (status, "ingen tabel" in err) == (1, True)
    status, out, _ = called("import", path, "--json")
    assert json.loads(out)["problems"][0]["da"].startswith("Der er ingen tabel")
    assert called("import", tmp_path / "none.csv")[0] == 2
