"""Test the command set: show, save and take back one typed number."""

from __future__ import annotations

import json

import pytest

from model.municipality.municipality import load_municipality
from tests.command_line import called
from tests.model.imports.templates import answer, filled

RATE = "activation_rate.dagpenge"
GOOD = ("set", "ballerup", RATE, "25 %", "--source", "Ledelsesinformation", "--as-of", "marts 2026")


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path / "data"))


def test_before_and_after_is_shown_and_nothing_saved():
    status, out, err = called(*GOOD)
    assert (status, err) == (0, "")
    assert "0,2 (0,14 - 0,28), Antagelse -> 0,25, Statistik" in out
    assert load_municipality("ballerup").own_file is None


def test_saved_and_taken_back():
    status, out, _ = called(*GOOD, "--save", "--note", "Talt op")
    assert status == 0
    assert "Gemt i" in out
    value = load_municipality("ballerup").parameter(RATE).value
    assert (value.value, value.as_of, value.source) == (0.25, "2026M03", "Ledelsesinformation")
    assert called("set", "ballerup", RATE, "--remove")[0] == 0
    assert load_municipality("ballerup").own_file is not None
    status, out, _ = called("set", "ballerup", RATE, "--remove", "--save")
    assert status == 0
    assert "Det medfølgende gælder igen" in out
    assert load_municipality("ballerup").own_file is None
    assert called("set", "ballerup", RATE, "--remove", "--save")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("set", "ballerup", RATE, "45", "--as-of", "2025"), ("VALUE: En andel", "--source: ")),
        (("set", "ballerup", RATE), ("--remove",)),
        (("set", "ballerup", "activation_rate.dagpeng", "1"), ("PARAMETER: ", "Mente du")),
        (("set", "ballerop", RATE, "1"), ("Mente du »Ballerup«",)),
        ((*GOOD, "--quality", "assumption"), ("--low: En antagelse",)),
    ],
)
def test_wrong_use_names_the_option(arguments, words):
    status, out, err = called(*arguments, "--save")
    assert (status, out) == (2, "")
    assert all(word in err for word in words)


def test_what_can_hardly_be_right_is_not_saved():
    arguments = ("set", "ballerup", "stock.sygedagpenge", "99999", "--source", "Taelling", "--as-of", "2025")
    status, out, _ = called(*arguments, "--save")
    assert status == 1
    assert "indbyggere" in out
    assert load_municipality("ballerup").own_file is None


def test_json():
    status, out, _ = called(*GOOD, "--json")
    plain = json.loads(out)
    assert status == 0
    assert [r["id"] for r in plain["preview"]["replacements"]] == [RATE]
    assert plain["saved"] is None


def test_the_template_is_written_filled_in_and_read_back(tmp_path):
    target = tmp_path / "ballerup.xlsx"
    status, out, _ = called("template", "ballerup", "--to", target, "--date", "2026-11-30")
    assert status == 0
    assert str(target) in out
    target.write_bytes(filled(target.read_bytes(), {RATE: answer("25 %")}))
    status, out, _ = called("import", target, "--municipality", "ballerup", "--save")
    assert status == 0
    assert "Rækker med et nyt tal: 1." in out
    assert load_municipality("ballerup").parameter(RATE).value.value == 0.25
    target.write_bytes(filled(target.read_bytes(), {RATE: answer("mange")}))
    status, out, err = called("import", target, "--municipality", "ballerup", "--save")
    assert (status, out) == (1, "")
    assert "»mange« er ikke et tal" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("template", "ballerup", "--to", "x.csv"), ".xlsx"),
        (("template", "ballerup", "--to", "nowhere/x.xlsx"), "nowhere"),
        (("template", "ballerup", "--to", "x.xlsx", "--date", "i går"), "i går"),
        (("template", "ballerop"), "Ballerup"),
    ],
)
def test_a_template_that_cannot_be_written_says_why(arguments, words):
    status, out, err = called(*arguments)
    assert (status, out) == (2, "")
    assert words in err
