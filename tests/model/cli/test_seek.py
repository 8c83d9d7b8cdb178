"""Test the command seek."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.scenario.files import load_scenario
from tests.command_line import called
from tests.folders import ROOT
from tests.model.seek.cases import twenty
from tests.remembered import remembering

UNCHANGED = str(ROOT / "scenarios" / "ballerup" / "uaendret.yaml")


def test_seek_on_the_command_line_tells_and_saves(tmp_path: Path) -> None:
    path = tmp_path / "svar.yaml"
    command = ("seek", UNCHANGED, "--goal", "3=20", "--lever", "firm_places", "--budget", "15000000")
    status, out, err = called(*command, "--save", str(path))
    assert (status, err) == (0, "")
    assert "Det kan nås." in out
    assert "fra 200 til 400 fuldtidspladser" in out
    saved = load_scenario(path)
    assert saved.changes == twenty().scenario.changes
    assert saved.name == "Uændret indsats: hvad skal der til"
    assert "fra 200 til 400" in saved.description
    assert called(*command, "--save", str(path))[0] == 2  # an existing file is not written over
    assert load_scenario(path) == saved


def test_seek_as_json_has_the_agreed_shape() -> None:
    status, out, _ = called("seek", UNCHANGED, "--goal", "3=20", "--lever", "firm_places=200:390", "--json")
    answer = json.loads(out)
    assert status == 0
    assert set(answer) == {
        "municipality",
        "model_version",
        "input_sha256",
        "reached",
        "needed",
        "goals",
        "levers",
        "idle",
        "change",
        "budget",
        "certainty",
        "chance",
        "after",
        "binding",
        "side_effects",
        "instead",
        "runs",
        "answer",
    }
    assert answer["reached"] is False
    assert answer["levers"][0]["at_bound"] == "high"
    assert answer["goals"][0]["value"] < 20
    assert answer["answer"]["changes"][0]["to"] == 390


def test_the_curve_on_the_command_line() -> None:
    command = ("seek", UNCHANGED, "--goal", "3=20", "--lever", "firm_places=200:450", "--curve")
    with remembering("model.seek.curve", "curve", "model.cli.seek"):
        status, out, _ = called(*command, "--language", "en")
        points = json.loads(called(*command, "--json")[1])["points"]
    assert status == 0
    assert "the target is 20.0" in out
    assert [p["value"] for p in points] == sorted(p["value"] for p in points)


@pytest.mark.parametrize(
    ("arguments", "danish"),
    [
        (("--goal", "3=mange", "--lever", "firm_places"), "et tal"),
        (("--goal", "3=20", "--lever", "firm_places=5"), "med grænser"),
        (("--goal", "3=20", "--lever", "firm_places", "--by", "i morgen"), "en dato"),
        (("--goal", "3=20", "--lever", "firm_places", "--seed", "-1"), "helt tal"),
        (("--goal", "3=20", "--goal", "2", "--lever", "firm_places", "--curve"), "netop ét"),
        (
            (
                "--goal",
                "3=20",
            ),
            "fra 1 til 8 skydere",
        ),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], danish: str) -> None:
    status, out, err = called("seek", UNCHANGED, *arguments)
    assert (status, out) == (2, "")
    assert danish in err


def test_an_amount_and_a_saving_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "spar.yaml"
    levers = ("--lever", "activation_rate.dagpenge", "--lever", "activation_rate.sygedagpenge")
    cut = (
        "seek",
        UNCHANGED,
        "--cut",
        "2000000",
        "--year",
        "2022",
        "--limit",
        "3",
        "--limit",
        "5=0,55",
        "--draws",
        "0",
        *levers,
    )
    with remembering("model.seek.spend", "save", "model.cli.seek_money"):
        status, out, err = called(*cut, "--save", str(path))
        answer = json.loads(called(*cut, "--json")[1])
    assert (status, err) == (0, "")
    assert "Der kan spares" in out
    assert answer["met"] is False  # the second limit is below what it is today
    assert answer["mode"] == "save"
    saved = answer["budget"]["amounts"][answer["budget"]["years"].index(2022)]["difference"]
    assert saved <= -2e6 + 1
    assert answer["limits"][0]["held"] is True
    assert answer["limits"][1]["limit"] == 0.55
    assert "0,55" in next(line for line in out.splitlines() if "holder ikke" in line)
    assert [c.lever for c in load_scenario(path).changes] == [m["lever"] for m in answer["levers"]]
    spend = ("seek", UNCHANGED, "--spend", "5000000", "--goal", "3", "--lever", "firm_places", "--draws", "0")
    with remembering("model.seek.spend", "buy", "model.cli.seek_money"):
        status, out, _ = called(*spend, "--language", "en")
        answer = json.loads(called(*spend, "--json")[1])
    assert status == 0
    assert "Each lever alone for the amount" in out
    assert [goal["indicator"] for goal in answer["goals"]] == ["participation"]
    assert 0 < max(amount["difference"] for amount in answer["budget"]["amounts"]) <= 5e6 + 1
    values = [point["goals"][0]["value"] for point in answer["curve"]]
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("arguments", "danish"),
    [
        (("--spend", "5000000", "--cut", "5000000"), "enten --spend eller --cut"),
        (("--year", "2022"), "hører til --cut"),
        (("--cut", "5000000", "--year", "2050"), "ikke med i beregningen"),
        (("--spend", "mange"), "et tal"),
    ],
)
def test_wrong_questions_of_money_are_told(arguments: tuple[str, ...], danish: str) -> None:
    status, out, err = called("seek", UNCHANGED, *arguments)
    assert (status, out) == (2, "")
    assert danish in err
