"""Test the command that shows what became of decisions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.cli.main import GOOD, WRONG_SCENARIO, WRONG_USE, main
from model.followup.decided_files import keep, save_told
from model.followup.told import Told
from model.municipality.municipality_list import DATA_VARIABLE
from tests.model.followup.test_decided_files import decided
from tests.model.followup.test_predicted import with_wide

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return tmp_path / "decided"


def test_the_list_names_decisions_and_warns_of_what_is_none(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["followup", "list"]) == GOOD
    assert "Ingen beslutning" in capsys.readouterr().out
    kept = keep(decided(), folder=folder)
    (folder / "broken.yaml").write_text("what: 1\n", encoding="utf-8")
    assert main(["followup", "list", "--json"]) == GOOD
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert [one["file"] for one in answer["decisions"]] == [str(kept.path)]
    assert answer["decisions"][0]["first_awaited"] == "2027-01"
    assert answer["broken"] == [str(folder / "broken.yaml")]
    assert "broken.yaml" in said.err or "what" in said.err


def test_one_is_shown_in_words_and_for_a_machine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = keep(decided(), folder=folder)
    save_told(kept, Told().with_month("dagpenge", "2027-01", 700))
    assert main(["followup", "show", kept.path.name]) == GOOD
    words = capsys.readouterr().out
    assert "over beregningernes bånd" in words
    assert "Konjunkturen: kendes ikke" in words
    assert main(["followup", "show", str(kept.path), "--json"]) == GOOD
    series = json.loads(capsys.readouterr().out)["series"]
    assert [one["id"] for one in series] == ["dagpenge"]
    assert series[0]["months"] == [
        {
            "hidden": False,
            "month": "2027-01",
            "place": "above",
            "source": "own",
            "value": 700,
            "ends": [665, 685],
        }
    ]
    assert series[0]["band"] == "assumptions"
    assert series[0]["split"]["economy"] is None
    assert series[0]["split"]["chance"] is None
    assert series[0]["split"]["difference"] == pytest.approx(25.0)


def test_the_wide_band_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = keep(with_wide(), folder=folder)
    save_told(kept, Told().with_month("dagpenge", "2027-01", 700))
    assert main(["followup", "show", kept.path.name]) == GOOD
    said = capsys.readouterr().out
    assert "Det er som ventet." in said
    assert "Uden ændringer står antallet stille" in said
    assert main(["followup", "show", kept.path.name, "--json"]) == GOOD
    answer = json.loads(capsys.readouterr().out)
    assert answer["series"][0]["band"] == "predicted"
    month = answer["series"][0]["months"][0]
    assert (month["place"], month["ends"]) == ("inside", [600, 760.4])
    assert answer["decided"]["series"][0]["predicted"]["until"] == "2026-01"


def test_what_is_asked_wrongly_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["followup", "look"]) == WRONG_USE
    assert main(["followup", "show"]) == WRONG_USE
    assert main(["followup", "show", "none.yaml"]) == WRONG_USE
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("what: 1\n", encoding="utf-8")
    assert main(["followup", "show", "broken.yaml"]) == WRONG_SCENARIO
    assert capsys.readouterr().err
