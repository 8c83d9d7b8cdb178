"""The command line: the shape of its answers, the same bytes twice, exit status, both languages."""

from __future__ import annotations

import io
import json
import math
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model import cli
from model.domain import EXITS, GROUPS, MODEL_VERSION, ORIGINS
from model.engine import simulate
from model.municipality import load_municipality
from model.scenario_files import load_scenario, scenario_files, schema_text
from model.texts import LANGUAGES

ROOT = Path(__file__).parent.parent
BALLERUP = ROOT / "scenarios" / "ballerup"
DOUBLE = str(BALLERUP / "dobbelt-virksomhedsindsats.yaml")
UNCHANGED = str(BALLERUP / "uaendret.yaml")


def called(*arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and errors of one command."""
    out, err = io.StringIO(), io.StringIO()
    return cli.main(arguments, out, err), out.getvalue(), err.getvalue()


@lru_cache(maxsize=4)
def run_json(path: str) -> str:
    status, out, err = called("run", path, "--json")
    assert (status, err) == (0, "")
    return out


@pytest.fixture(scope="module")
def double() -> dict[str, Any]:
    return json.loads(run_json(DOUBLE))


# --- run -----------------------------------------------------------------------------------------


def test_run_answers_the_agreed_shape(double: dict[str, Any]) -> None:
    assert set(double) == {
        "scenario",
        "municipality",
        "model_version",
        "input_sha256",
        "weeks",
        "groups",
        "origins",
        "firm_places",
        "goals",
        "budget",
        "warnings",
    }
    assert double["scenario"] == "Dobbelt virksomhedsindsats"
    assert double["municipality"] == "ballerup"
    assert double["model_version"] == MODEL_VERSION
    assert len(double["input_sha256"]) == 64
    assert (double["weeks"][0], len(double["weeks"])) == ("2021-01-04", 208)
    assert set(double["groups"]) == set(GROUPS)
    assert set(double["origins"]) == set(ORIGINS)
    for population in (*double["groups"].values(), *double["origins"].values()):
        assert set(population) == {
            "caseload",
            "inflow",
            "exits",
            "in_offer",
            "over_52_weeks",
            "baseline_caseload",
        }
        assert set(population["exits"]) == set(EXITS)
        assert {len(v) for k, v in population.items() if k != "exits"} == {208}
        assert {len(v) for v in population["exits"].values()} == {208}
    assert {len(v) for v in double["firm_places"].values()} == {208}
    assert set(double["firm_places"]) == {"filled", "unfilled"}
    assert [goal["id"] for goal in double["goals"]] == [g.id for g in load_municipality("ballerup").goals]
    for goal in double["goals"]:
        assert set(goal) == {"id", "indicators"}
        for indicator in goal["indicators"]:
            assert set(indicator) == {
                "id",
                "unit",
                "baseline",
                "scenario",
                "target",
                "comparator",
                "status",
                "reached_on",
            }
            assert len(indicator["baseline"]) == len(indicator["scenario"]) == 208
            assert indicator["status"] in ("reached", "on_the_way", "standing_still", "moving_away", "none")
    budget = double["budget"]
    assert set(budget) == {"years", "net_municipal_dkk", "by_function"}
    for figures in (budget["net_municipal_dkk"], *budget["by_function"].values()):
        assert set(figures) == {"baseline", "scenario", "difference"}
        assert {len(v) for v in figures.values()} == {len(budget["years"])}
    assert all(isinstance(warning, str) for warning in double["warnings"])


def test_run_answers_the_engines_figures(double: dict[str, Any]) -> None:
    outcome = simulate(load_municipality("ballerup"), load_scenario(DOUBLE))
    for i, group in enumerate(GROUPS):
        answered = double["groups"][group]
        assert answered["caseload"] == pytest.approx(outcome.caseload[:, i].sum(axis=1), rel=1e-8, abs=1e-9)
        for j, destination in enumerate(EXITS):
            exits = outcome.exits[:, i, :, j].sum(axis=1)
            assert answered["exits"][destination] == pytest.approx(exits, rel=1e-8, abs=1e-9)
    total = outcome.caseload.sum(axis=(1, 2))
    assert np.sum([double["origins"][o]["caseload"] for o in ORIGINS], axis=0) == pytest.approx(
        total, rel=1e-7
    )
    places = double["firm_places"]
    assert np.add(places["filled"], places["unfilled"]) == pytest.approx(outcome.paths.firm_places, rel=1e-7)


def test_what_comes_in_and_goes_out_is_what_the_caseload_moves(double: dict[str, Any]) -> None:
    for population in double["groups"].values():
        gone = np.sum(list(population["exits"].values()), axis=0)
        moved = np.diff(population["caseload"])
        assert moved == pytest.approx((np.array(population["inflow"]) - gone)[1:], abs=1e-5)


def test_the_same_input_gives_the_same_bytes() -> None:
    first = run_json(DOUBLE)
    run_json.cache_clear()
    assert run_json(DOUBLE) == first
    assert (
        first
        == json.dumps(json.loads(first), sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"
    )


def test_the_same_input_gives_the_same_bytes_in_a_new_process() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "model", "run", DOUBLE, "--json"], capture_output=True, cwd=ROOT, check=True
    )
    assert run.stdout.decode("utf-8") == run_json(DOUBLE)
    assert run.stderr == b""


def test_numbers_have_nine_significant_digits_and_no_nan() -> None:
    def numbers(value: Any) -> Any:
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for inner in value:
                yield from numbers(inner)
        elif isinstance(value, float):
            yield value

    found = list(numbers(json.loads(run_json(DOUBLE))))
    assert len(found) > 10_000
    assert all(math.isfinite(x) and float(f"{x:.9g}") == x for x in found)
    assert re.search(r"[\[,:]-0\.0[,\]}]", run_json(DOUBLE)) is None


def test_no_change_moves_nothing_and_costs_nothing() -> None:
    plain = json.loads(run_json(UNCHANGED))
    for population in plain["groups"].values():
        assert population["caseload"] == population["baseline_caseload"]
    assert set(plain["budget"]["net_municipal_dkk"]["difference"]) == {0.0}
    for goal in plain["goals"]:
        for indicator in goal["indicators"]:
            assert indicator["baseline"] == indicator["scenario"]


def test_the_hash_sees_the_scenario_and_not_its_comments_or_results(tmp_path: Path) -> None:
    text = Path(DOUBLE).read_text(encoding="utf-8")
    same, other = tmp_path / "same.yaml", tmp_path / "other.yaml"
    saved = "results:\n  model_version: 0.0.1\n  baseline_sha256: ab\n"
    same.write_text("# anden bemærkning\n" + text + saved, encoding="utf-8")
    other.write_text(text.replace("to: 400", "to: 401"), encoding="utf-8")
    key = "x" * 64
    hashes = [cli.input_hash(load_scenario(p), key) for p in (DOUBLE, same, other)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert cli.input_hash(load_scenario(DOUBLE), "y" * 64) != hashes[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_run_tells_a_person_goals_and_budget(language: str) -> None:
    status, out, err = called("run", DOUBLE, "--language", language)
    assert (status, err) == (0, "")
    goals = load_municipality("ballerup").goals
    for goal in goals:
        assert goal.title.get(language) in out
    assert ("Udgangspunkt" in out) == (language == "da")
    assert ("Baseline" in out) == (language == "en")
    assert "2021" in out
    assert "{" not in out
    assert "nan" not in out.lower().split()


@pytest.mark.parametrize("path", scenario_files(ROOT / "scenarios"), ids=lambda path: path.stem)
def test_every_shipped_scenario_moves_something(path: Path) -> None:
    scenario = load_scenario(path)
    plain = json.loads(run_json(str(path)))
    moved = any(p["caseload"] != p["baseline_caseload"] for p in plain["groups"].values())
    assert moved == bool(scenario.changes)
    run_json.cache_clear()


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "validate"])
def test_a_wrong_scenario_is_status_1_with_file_line_and_words(tmp_path: Path, command: str) -> None:
    path = tmp_path / "forkert.yaml"
    path.write_text("format: 1\nname: x\nmunicipality: balerup\n", encoding="utf-8")
    for language, words in (
        ("da", "linje 3, tegn 1: Kommunen"),
        ("en", "line 3, column 1: The municipality"),
    ):
        status, out, err = called(command, str(path), "--language", language)
        assert status == 1
        assert words in out + err
    status, out, _ = called(command, str(path), "--json")
    assert status == 1
    answer = json.loads(out)
    (problem,) = answer["problems"] if command == "run" else answer["files"][0]["problems"]
    assert (problem["line"], problem["column"], problem["path"]) == (3, 1, ["municipality"])
    assert problem["da"] != problem["en"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "findes-ikke.yaml"),
        ("run", str(BALLERUP)),
        ("run", "\x00"),
        ("validate", "findes-ikke"),
        ("parameters", "atlantis"),
        ("parameters", "ballerup", "--assumption-set", "nej"),
    ],
)
def test_what_is_not_there_is_status_2(arguments: tuple[str, ...]) -> None:
    status, out, err = called(*arguments)
    assert (status, out) == (2, "")
    assert err
    status, out, _ = called(*arguments, "--json")
    assert status == 2
    assert json.loads(out)["error"]


@pytest.mark.parametrize(
    "arguments", [(), ("nej",), ("run",), ("run", "a", "b"), ("run", "a", "--nej"), ("--language", "sv")]
)
def test_wrong_use_is_status_2_in_the_readers_language(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    for language, words in (("da", "Forkert brug"), ("en", "Wrong use")):
        with pytest.raises(SystemExit) as caught:
            cli.main(["--language", language, *arguments])
        assert caught.value.code == 2
        assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "words"), [("da", "regn et scenarie igennem"), ("en", "run a scenario")]
)
def test_help_is_in_the_readers_language(
    language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["--help"], ["run", "--help"]):
        with pytest.raises(SystemExit) as caught:
            cli.main([*arguments, "--language", language])
        assert caught.value.code == 0
        assert words in capsys.readouterr().out


# --- the others ----------------------------------------------------------------------------------


def test_validate_a_folder(tmp_path: Path) -> None:
    assert called("validate", str(ROOT / "scenarios"))[0] == 0
    (tmp_path / "god.yaml").write_text("format: 1\nname: x\nmunicipality: ballerup\n", encoding="utf-8")
    (tmp_path / "dårlig.yaml").write_text("format: 9\n", encoding="utf-8")
    status, out, _ = called("validate", str(tmp_path))
    assert status == 1
    assert "1 i orden, 1 med fejl." in out
    status, out, _ = called("validate", str(tmp_path), "--json")
    checks = json.loads(out)["files"]
    assert status == 1
    assert {Path(c["file"]).name: c["valid"] for c in checks} == {"god.yaml": True, "dårlig.yaml": False}


def test_validate_an_empty_folder_is_wrong_use(tmp_path: Path) -> None:
    assert called("validate", str(tmp_path))[0] == 2


def test_parameters_have_source_and_quality() -> None:
    status, out, _ = called("parameters", "ballerup", "--json")
    answer = json.loads(out)
    register = load_municipality("ballerup").register
    assert status == 0
    assert [p["id"] for p in answer["parameters"]] == [p.id for p in register]
    for parameter in answer["parameters"]:
        assert parameter["unit"]
        assert parameter["source"]
        assert parameter["quality"] in ("document", "statistic", "study", "derived", "assumption")
        if parameter["quality"] == "assumption":
            assert parameter["low"] <= parameter["value"] <= parameter["high"]
    status, out, _ = called("parameters", "ballerup")
    lines = out.splitlines()
    assert len(lines) == len(register) + 1
    assert {line.count("\t") for line in lines} == {5}


def test_municipalities() -> None:
    status, out, _ = called("municipalities", "--json")
    answer = json.loads(out)["municipalities"]
    assert status == 0
    assert len(answer) == 98
    assert {m["id"] for m in answer if m["curated"]} == {"ballerup", "broendby", "albertslund"}
    assert len(called("municipalities")[1].splitlines()) == 98


def test_schema_is_the_one_that_ships() -> None:
    assert called("schema") == (0, schema_text(), "")
    assert called("schema", "--json")[1] == schema_text()


def test_options_hold_before_and_after_the_command() -> None:
    after, before = called("municipalities", "--json"), called("--json", "municipalities")
    assert after == before
    assert called("--language", "en", "municipalities")[1] != called("municipalities")[1]


def test_a_reader_that_closes_early_is_no_error() -> None:
    run = subprocess.run(
        f'"{sys.executable}" -m model parameters ballerup | head -1',
        shell=True,
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    assert run.stderr == b""


def test_nothing_heavy_is_imported_for_light_commands() -> None:
    program = "import sys, model.cli; print(sorted({'numba', 'pandas', 'streamlit'} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert run.stdout.strip() == "[]"
