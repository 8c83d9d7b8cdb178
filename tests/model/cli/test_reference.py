"""Test the option ``--reference`` of run and report: the administration's proposal beside the scenario."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pytest

from model.scenario.files import load_scenario, write_scenario
from model.scenario.scenario import Scenario
from tests.command_line import called
from tests.model.cli.cases import DOUBLE, UNCHANGED, run_json
from tests.model.documents.cases import words_of


def write(path: Path, scenario: Scenario) -> None:
    path.write_text(write_scenario(scenario), encoding="utf-8")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "forvaltningen.yaml"
    scenario = load_scenario(DOUBLE).copy_with(name="Budgetforslag", author="Centerchefen", results=None)
    write(path, scenario.with_change("firm_places", 150.0))
    return path


def test_run_answers_the_proposal_as_its_own_run(other: Path) -> None:
    status, out, _ = called("run", DOUBLE, "--draws", "0", "--json", "--reference", str(other))
    assert status == 0
    answer = json.loads(out)
    held = answer.pop("reference")
    assert answer == json.loads(run_json(DOUBLE)), "all else is as before"
    alone = json.loads(called("run", str(other), "--draws", "0", "--json")[1])
    assert (held["scenario"], held["author"], held["why_not"]) == ("Budgetforslag", "Centerchefen", None)
    assert held["goals"] == alone["goals"]
    assert held["budget"] == alone["budget"]


def test_run_tells_it_to_people(other: Path) -> None:
    status, out, _ = called("run", DOUBLE, "--draws", "0", "--reference", str(other), "--language", "da")
    assert status == 0
    assert "Forvaltningens forslag er »Budgetforslag«, skrevet af Centerchefen." in out
    assert "Forvaltningen" in out.partition("Begge er regnet")[2]


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kort.yaml"
    write(path, load_scenario(UNCHANGED).copy_with(name="Kort", years=2, results=None))
    status, out, _ = called("run", DOUBLE, "--draws", "0", "--json", "--reference", str(path))
    held = json.loads(out)["reference"]
    assert status == 0
    assert "Kort" in held["why_not"]
    assert "goals" not in held
    assert "Kort" in called("run", DOUBLE, "--draws", "0", "--reference", str(path))[1]


def test_a_file_that_is_wrong_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = str(tmp_path / "ikke-her.yaml")
    status, _, err = called("run", DOUBLE, "--draws", "0", "--reference", missing)
    assert (status, "ikke-her.yaml" in err) == (2, True)
    wrong = tmp_path / "forkert.yaml"
    monkeypatch.chdir(tmp_path)
    wrong.write_text("format: 1\nname: x\nmunicipality: ingen\n", encoding="utf-8")
    status, _, err = called("run", DOUBLE, "--draws", "0", "--reference", wrong.name)
    assert (status, "forkert.yaml, linje 3" in err) == (1, True), err


def test_report_writes_it(other: Path, tmp_path: Path) -> None:
    target = tmp_path / "sag.docx"
    asked = ("report", DOUBLE, "--to", str(target), "--draws", "0", "--language", "da")
    assert called(*asked, "--reference", str(other))[0] == 0
    words = words_of(docx.Document(io.BytesIO(target.read_bytes())))
    assert "Forvaltningens forslag er »Budgetforslag«" in words
