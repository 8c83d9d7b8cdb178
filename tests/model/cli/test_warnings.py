"""Test what the commands ask about a file that can be used: printed with its line, status 0."""

from __future__ import annotations

import json

from tests.command_line import called
from tests.folders import DATA

FOLDER = DATA / "yaml_by_hand"
THOUSANDS = FOLDER / "thousands-assumption.yaml"


def test_validate_asks_and_the_file_stays_good() -> None:
    status, out, err = called("validate", THOUSANDS)
    assert (status, err) == (0, "")
    head, first, second, *_ = out.splitlines()
    assert head == f"{THOUSANDS}: i orden, men se efter her:"
    assert "linje 8, tegn 5: 3.000 er læst som 3 (tre). Mente du 3000?" in first
    assert "Det kendte spænd er 1.500 til 4.500." in second
    assert "1 i orden, 0 med fejl.\nFiler med noget, der skal ses efter: 1.\n" in out
    english = called("validate", THOUSANDS, "--language", "en")[1]
    assert "good, but check this:" in english
    assert "3.000 was read as 3 (three). Did you mean 3000?" in english
    assert "Files with something to check: 1." in english


def test_validate_answers_a_machine_with_the_questions() -> None:
    status, out, _ = called("validate", THOUSANDS, "--json")
    (file,) = json.loads(out)["files"]
    assert status == 0
    assert file["valid"] is True
    assert file["problems"] == []
    assert [(w["line"], w["column"], w["path"]) for w in file["warnings"]] == [
        (8, 5, ["assumptions", 0, "value"])
    ] * 2
    assert json.loads(called("validate", FOLDER / "ok.yaml", "--json")[1])["files"][0]["warnings"] == []


def test_commands_that_run_a_file_ask_on_standard_error() -> None:
    for command in (
        ["run"],
        ["run", "--json"],
        ["compare", FOLDER / "ok.yaml"],
        ["sweep", "--over", "firm_places=400:400:1"],
    ):
        status, out, err = called(command[0], *command[1:], THOUSANDS)
        assert status == 0, (out, err)
        assert err.startswith(
            "Se efter: thousands-assumption.yaml, linje 8, tegn 5: 3.000 er læst som 3 (tre)."
        )
        assert err.count("Se efter:") == 2
