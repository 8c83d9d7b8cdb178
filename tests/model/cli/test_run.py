"""Test the command run: the shape of its answer, the same bytes twice, both languages."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from model.cli.context import json_amounts
from model.domain import EXITS, GROUPS, MODEL_VERSION, ORIGINS
from model.goals.results import Status
from model.language.catalogue import LANGUAGES
from model.municipality.municipality import load_municipality
from model.scenario.files import input_hash, load_scenario, scenario_files
from model.simulation.simulate import simulate
from tests.command_line import called
from tests.folders import ROOT
from tests.model.cli.cases import DOUBLE, UNCHANGED, run_json


@pytest.fixture(scope="module")
def double() -> dict[str, Any]:
    return json.loads(run_json(DOUBLE))


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
        "persons_on_support",
        "side_effects",
        "benchmark",
        "stored",
        "warnings",
        "headline",
        "draws",
    }
    assert double["scenario"] == "Dobbelt virksomhedsindsats"
    assert double["municipality"] == "ballerup"
    assert double["model_version"] == MODEL_VERSION
    assert len(double["input_sha256"]) == 64
    assert (double["weeks"][0], len(double["weeks"])) == ("2021-01-04", 208)
    assert set(double["groups"]) == set(GROUPS)
    assert set(double["origins"]) == set(ORIGINS)
    for population in (*double["groups"].values(), *double["origins"].values()):
        assert set(population) - {"hidden"} == {
            "caseload",
            "inflow",
            "exits",
            "in_offer",
            "over_52_weeks",
            "baseline_caseload",
        }
        assert set(population["exits"]) == set(EXITS)
        assert {len(v) for k, v in population.items() if k not in ("exits", "hidden")} == {208}
        assert {len(v) for v in population["exits"].values()} == {208}
    assert {len(double["firm_places"][name]) for name in ("filled", "unfilled")} == {208}
    assert set(double["firm_places"]) == {"filled", "unfilled", "last_year"}
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
                "share_of_way",
                "reached_in",
                "difference_range",
                "chance",
                "chance_baseline",
                "better_chance",
                "worse_chance",
            }
            assert len(indicator["baseline"]) == len(indicator["scenario"]) == 208
            assert indicator["status"] in get_args(Status)
    budget = dict(double["budget"])
    assert set(budget) == {
        "years", "days", "net_municipal_dkk", "difference_range_dkk", "guidance_saved_dkk", "by_function",
    }  # fmt: skip
    assert budget["difference_range_dkk"] is None, "without draws"
    assert double["draws"] is None
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
        [sys.executable, "-m", "model", "run", DOUBLE, "--draws", "0", "--json"],
        capture_output=True,
        cwd=ROOT,
        check=True,
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
    # Other results in place of the shipped ones.
    same.write_text("# anden bemærkning\n" + text[: text.index("results:\n")] + saved, encoding="utf-8")
    other.write_text(text.replace("to: 400", "to: 401"), encoding="utf-8")
    key = "x" * 64
    hashes = [input_hash(load_scenario(p), key) for p in (DOUBLE, same, other)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert input_hash(load_scenario(DOUBLE), "y" * 64) != hashes[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_run_tells_a_person_goals_and_budget(language: str) -> None:
    status, out, err = called("run", DOUBLE, "--draws", "0", "--language", language)
    assert (status, err) == (0, "")
    goals = load_municipality("ballerup").goals
    for goal in goals:
        assert goal.title.text(language) in out
    assert ("Uden ændr." in out) == (language == "da")
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


def test_the_noise_of_equal_sums_is_no_amount() -> None:
    # What two processes leave of the same difference: it must not make their answers differ.
    assert json_amounts([5.6e-09, -1.9e-09, 0.004, 0.006, -1234.5]) == [0.0, 0.0, 0.0, 0.006, -1234.5]
    assert not any(math.copysign(1.0, value) < 0 for value in json_amounts([-1e-9]))
