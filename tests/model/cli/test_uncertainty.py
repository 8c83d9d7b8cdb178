"""Test the commands fan and tornado."""

from __future__ import annotations

import json

import pytest

from model.cli import main
from model.domain import MODEL_VERSION
from model.language.catalogue import LANGUAGES
from model.uncertainty import draws
from model.uncertainty.draws import draws_for
from model.uncertainty.tornado import TornadoOptions, tornado
from tests.command_line import called
from tests.model.uncertainty.cases import COUNT, DOUBLE, FAMILIES, SEED, ballerup


def test_fan_answers_the_same_bytes_in_its_shape() -> None:
    drawn = draws_for(ballerup(), count=COUNT, seed=SEED)
    arguments = ("fan", DOUBLE, "--draws", str(COUNT), "--seed", str(SEED), "--json")
    status, out, err = called(*arguments)
    assert (status, err) == (0, "")
    draws._draws.clear()
    assert called(*arguments)[1] == out
    answer = json.loads(out)
    assert answer["model_version"] == MODEL_VERSION
    assert answer["draws"]["count"] == COUNT
    assert answer["draws"]["seed"] == SEED
    assert answer["draws"]["refused"] == drawn.refused
    assert answer["draws"]["parameters"] == list(drawn.parameters)
    assert answer["quantiles"] == {"low": 0.05, "lower": 0.25, "median": 0.5, "upper": 0.75, "high": 0.95}
    weeks = len(answer["weeks"])
    for goal in answer["goals"]:
        for indicator in goal["indicators"]:
            for side in ("scenario", "baseline", "difference"):
                spread = indicator[side]
                assert all(len(spread[level]) == weeks for level in ("central", "low", "median", "high"))
                assert len(spread["ends"]) == COUNT
    years = answer["budget"]["years"]
    assert len(answer["budget"]["net_municipal_dkk"]["difference"]["low"]) == len(years)
    assert isinstance(answer["budget"]["total_net_dkk"]["difference"]["median"], float)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fan_for_a_person(language: str) -> None:
    status, out, _ = called("fan", DOUBLE, "--draws", str(COUNT), "--language", language)
    assert status == 0
    assert ("uden ændr." if language == "da" else "baseline") in out.lower()
    assert ("tages for givet" if language == "da" else "taken as given") in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fan", DOUBLE, "--draws", "mange"), "helt tal"),
        (("fan", DOUBLE, "--draws", "0"), "mellem 1 og"),
        (("fan", DOUBLE, "--seed", "-3"), "fra 0"),
        (("tornado", DOUBLE, "--goal", "9"), "findes ikke"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], words: str) -> None:
    status, _, err = called(*arguments)
    assert status == main.WRONG_USE
    assert words in err


def test_tornado_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    few = TornadoOptions(families=FAMILIES)
    monkeypatch.setattr("model.cli.uncertainty.tornado", lambda *a, **k: tornado(*a, **k, options=few))
    status, out, _ = called("tornado", DOUBLE, "--goal", "2", "--json")
    assert status == 0
    (swings,) = json.loads(out)["of"].values()
    assert {swing["family"] for swing in swings} == set(FAMILIES)
    assert swings[0].keys() >= {"low", "high", "central", "low_difference", "high_reach", "parameters"}
    status, out, _ = called("tornado", DOUBLE, "--goal", "budget", "--by-difference")
    assert status == 0
    assert out.splitlines()[3].strip().startswith("Priser på vejledning")
