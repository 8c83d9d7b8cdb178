"""Test the commands compare and diff."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from model.files.problems import sanitised
from model.language.catalogue import LANGUAGES
from model.municipality.municipality import load_municipality
from tests.command_line import called
from tests.model.cli.cases import BALLERUP, DOUBLE, UNCHANGED, run_json


def test_compare_puts_scenarios_side_by_side() -> None:
    combined = str(BALLERUP / "samlet-forslag.yaml")
    status, out, err = called("compare", "--draws", "0", DOUBLE, combined, UNCHANGED, "--json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert set(answer) == {
        "model_version", "same_municipality", "same_baseline", "notes", "scenarios", "levers", "goals",
        "caseload", "budget",
    }  # fmt: skip
    assert (answer["same_municipality"], answer["same_baseline"], answer["notes"]) == (True, True, [])
    assert [s["file"] for s in answer["scenarios"]] == [DOUBLE, combined, UNCHANGED]
    levers = {(lever["lever"], lever["group"]): lever for lever in answer["levers"]}
    places = levers["firm_places", None]
    assert places["baseline"] == [200, 200, 200]
    assert [[change["to"] for change in changes] for changes in places["changes"]] == [[400], [300, 400], []]
    single = json.loads(run_json(DOUBLE))
    assert answer["scenarios"][0]["input_sha256"] == single["input_sha256"]
    budget = answer["budget"]
    for side in ("baseline", "scenario", "difference"):
        assert budget["net_municipal_dkk"][side][0] == single["budget"]["net_municipal_dkk"][side]
    assert set(budget["net_municipal_dkk"]["difference"][2]) == {0.0}
    goals = load_municipality("ballerup").goals
    assert [(g["goal"], g["indicator"]) for g in answer["goals"]] == [
        (goal.id, indicator.id) for goal in goals for indicator in goal.indicators
    ]
    statuses = {i["id"]: i["status"] for goal in single["goals"] for i in goal["indicators"]}
    for goal in answer["goals"]:
        assert goal["status"][0] == statuses[goal["indicator"]]
        assert goal["baseline"][2] == goal["scenario"][2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_compare_tells_a_person(language: str) -> None:
    status, out, err = called("compare", "--draws", "0", DOUBLE, UNCHANGED, "--language", language)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("A  Dobbelt virksomhedsindsats · Ballerup")
    places = next(line for line in lines if line.startswith(("  Pladser i virksomheder ", "  Firm places ")))
    date = "mar. 2021" if language == "da" else "Mar 2021"
    assert f"400 {'fra' if language == 'da' else 'from'} {date}" in places
    assert "200)" in places
    years = [line.split() for line in lines if re.match(r"20\d\d ", line)]
    assert [line[0] for line in years] == ["2021", "2022", "2023", "2024"]
    assert all(re.fullmatch(r"0[,.]00", line[2]) for line in years)
    assert not any(line.startswith("!") for line in lines)
    assert "{" not in out


def test_compare_says_what_cannot_be_compared(tmp_path: Path) -> None:
    def written(name: str, more: str) -> str:
        path = tmp_path / f"{name}.yaml"
        path.write_text(f"format: 1\nname: {name}\n{more}", encoding="utf-8")
        return str(path)

    plain = written("a", "municipality: ballerup\n")
    other = written("b", "municipality: albertslund\n")
    period = written("c", "municipality: ballerup\nyears: 2\n")
    economy = written("d", "municipality: ballerup\neconomy: second_wave\n")
    assumed = written("e", "municipality: ballerup\nassumption_set: cautious\n")
    for file, words in (
        (other, "forskellige kommuner"),
        (period, "forskellige perioder"),
        (economy, "forskellig konjunktur"),
        (assumed, "forskellige antagelser"),
    ):
        out = called("compare", "--draws", "0", plain, file)[1]
        (note,) = [line for line in out.splitlines() if line.startswith("!")]
        assert words in note
    answer = json.loads(called("compare", "--draws", "0", plain, other, "--json")[1])
    assert (answer["same_municipality"], answer["same_baseline"]) == (False, False)
    only_one = [goal for goal in answer["goals"] if goal["scenario"].count(None) == 1]
    assert only_one
    answer = json.loads(called("compare", "--draws", "0", plain, period, "--json")[1])
    assert answer["budget"]["net_municipal_dkk"]["difference"][1][2:] == [None, None]


def test_compare_takes_two_to_four() -> None:
    for files in ([DOUBLE], [DOUBLE] * 5):
        status, out, err = called("compare", "--draws", "0", *files)
        assert (status, out) == (2, "")
        assert "to 4" in called("compare", "--draws", "0", *files, "--language", "en")[2]
        assert str(len(files)) in err


def test_diff_in_words_and_as_json(tmp_path: Path) -> None:
    changed = tmp_path / "ny.yaml"
    text = Path(DOUBLE).read_text(encoding="utf-8")
    changed.write_text(text.replace("to: 400", "to: 300"), encoding="utf-8")
    expected = {
        "da": "Pladser i virksomheder: 300 i stedet for 400 fuldtidspladser fra 1. marts 2021, "
        "indført over 26 uger.",
        "en": "Firm places: 300 instead of 400 full-time places from 1 March 2021, phased in over 26 weeks.",
    }
    for language in LANGUAGES:
        status, out, err = called("diff", DOUBLE, str(changed), "--language", language)
        assert (status, err) == (0, "")
        heading, *found = out.splitlines()
        assert DOUBLE in heading
        assert found == [f"- {expected[language]}"]
    answer = json.loads(called("diff", DOUBLE, str(changed), "--json")[1])
    assert answer["same"] is False
    (difference,) = answer["differences"]
    assert {k: difference[k] for k in ("kind", "field", "lever", "group", "parameter", "da", "en")} == {
        "kind": "changed", "field": "changes", "lever": "firm_places", "group": None, "parameter": None,
        **expected,
    }  # fmt: skip
    assert (difference["before"]["to"], difference["after"]["to"]) == (400, 300)
    assert difference["after"]["from"] == "2021-03-01"


def test_diff_of_a_scenario_with_itself() -> None:
    assert "det samme scenarie" in called("diff", DOUBLE, DOUBLE)[1]
    answer = json.loads(called("diff", DOUBLE, DOUBLE, "--json")[1])
    assert (answer["same"], answer["differences"]) == (True, [])


@pytest.mark.parametrize("command", ["compare", "diff"])
def test_a_wrong_file_among_several_is_named(tmp_path: Path, command: str) -> None:
    wrong = tmp_path / "forkert.yaml"
    wrong.write_text("format: 1\nname: x\nmunicipality: balerup\n", encoding="utf-8")
    status, out, err = called(command, DOUBLE, str(wrong))
    assert (status, out) == (1, "")
    assert err.startswith(f"{sanitised(wrong)}, linje 3, tegn 1:")
    assert called(command, DOUBLE, str(tmp_path / "ingen.yaml"))[0] == 2
