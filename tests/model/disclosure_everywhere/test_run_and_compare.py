"""Test that run and compare give no small count away."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from model.cli.context import json_number
from model.disclosure import LIMIT, is_small
from model.domain import GROUPS
from model.goals.evaluate import evaluate_goals
from model.language.catalogue import LANGUAGES, text
from model.municipality.municipality import load_municipality
from model.scenario.files import write_scenario
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import totals_by_group
from tests.command_line import called
from tests.folders import SCENARIOS
from tests.model.disclosure_everywhere.cases import (
    PENSION,
    YOUNG,
    Small,
    numbers,
    plan,
    rows_are_suppressed,
    secrets,
)

# Ranges over few draws hide the same as over many.
FEW = ("--draws", "16")


def test_the_small_municipalities_have_suppressed_indicators(small: Small) -> None:
    assert PENSION in small.suppressed
    assert is_small(small.results[PENSION].value_baseline)
    assert (YOUNG in small.suppressed) == (small.scenario.municipality == "laesoe")
    assert len(small.suppressed) < len(small.results) / 2
    moved = [key for key in small.suppressed if small.results[key].change]
    assert moved, "a hidden indicator that does not move could not be told by its difference"


def test_few_persons_in_the_baseline_suppress_both_sides() -> None:
    scenario = plan("laesoe")
    municipality = load_municipality("laesoe")
    base = baseline(municipality, scenario)
    goals = evaluate_goals(simulate(municipality, scenario), base)
    one = next(i for goal in goals for i in goal.indicators if f"{goal.id}.{i.id}" == YOUNG)
    assert one.suppressed
    assert one.persons_baseline < LIMIT
    enough = one.__class__(**{**vars(one), "persons": 50.0, "make_parts": None})
    assert enough.suppressed
    assert not one.__class__(**{**vars(enough), "persons_baseline": 50.0}).suppressed


@pytest.mark.parametrize("language", LANGUAGES)
def test_run_and_compare_in_words(small: Small, language: str) -> None:
    for arguments in (("run", small.path, *FEW), ("compare", small.path, small.path, *FEW)):
        status, out, _ = called("--language", language, *arguments)
        assert status == 0
        rows_are_suppressed(out, small, language)
        assert text("disclosure.note", language, limit="5") in out


def test_run_hides_target_groups_in_json_and_what_they_add_up_to(small: Small) -> None:
    answer = json.loads(called("run", small.path, "--json", *FEW)[1])
    base = baseline(small.municipality, small.scenario)
    run = simulate(small.municipality, small.scenario)
    stocks = [totals_by_group(o).block("caseload") for o in (base, run)]
    few = {g for i, g in enumerate(GROUPS) if any(((s[:, i] > 0) & (s[:, i] < LIMIT)).any() for s in stocks)}
    assert few
    every = {"caseload", "inflow", "exits", "in_offer", "over_52_weeks", "baseline_caseload"}
    for name, series in (answer["groups"] | answer["origins"]).items():
        suppressed = set(series.pop("hidden", ()))
        assert name not in few or suppressed == every
        for which, values in series.items():
            assert (set(numbers(values)) == set()) == (which in suppressed)
        for which in every - {"inflow", "exits"} - suppressed:
            parts = [series[which]]
            if which in ("in_offer", "over_52_weeks"):
                parts.append(np.subtract(series["caseload"], series[which]))
            assert not any(is_small(v) for part in parts for v in part), (name, which)
    shown = {name: s for name, s in answer["groups"].items() if s["caseload"][0] is not None}
    assert 2 < len(shown) < len(GROUPS)
    rest = np.sum([o["caseload"] for o in answer["origins"].values()], axis=0)
    rest -= np.sum([s["caseload"] for s in shown.values()], axis=0)
    assert rest.min() >= LIMIT
    assert any(s["in_offer"][0] is None for s in shown.values())
    # What is hidden of those in an offer is never one group alone, nor all too few together.
    if all(origin["in_offer"][0] is not None for origin in answer["origins"].values()):
        known = [s["in_offer"] for s in shown.values() if s["in_offer"][0] is not None]
        left = np.sum([o["in_offer"] for o in answer["origins"].values()], axis=0) - np.sum(known, axis=0)
        assert left.min() >= LIMIT
    for effect in answer["side_effects"]:
        assert (effect["baseline"] is None) == effect.get("hidden", False)
        for side in ("baseline", "scenario"):
            assert effect[side] is None or not is_small(effect[side])
    assert {e["id"] for e in answer["side_effects"] if e.get("hidden")} >= few - {
        "kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat",
        "uddannelseshjaelp_uddannelsesparat", "ressourceforloeb", "dagpenge",
    }  # fmt: skip


def test_compare_in_json(small: Small, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(write_scenario(plan(small.scenario.municipality, meetings=4.0)), encoding="utf-8")
    answer = json.loads(called("compare", small.path, str(other), "--json", *FEW)[1])
    for figures in answer["goals"]:
        key = f"{figures['goal']}.{figures['indicator']}"
        if key in small.suppressed:
            assert figures["hidden"][0]
            assert figures["baseline"][0] is figures["scenario"][0] is None
            assert figures["status"][0] == "none"
        else:
            assert figures["scenario"][0] == json_number(small.results[key].value_scenario)
    told = [
        v
        for key in small.suppressed
        for v in (small.results[key].value_baseline, small.results[key].value_scenario)
    ]
    assert not secrets(told) & set(numbers(answer))


def test_in_ballerup_only_what_is_small_is_hidden() -> None:
    """Of rehabilitation fewer than five are not in an offer; the smallest other group goes with it."""
    path = str(SCENARIOS / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    for arguments in (("compare", path, path, *FEW), ("calibrate", "ballerup")):
        assert '"hidden"' not in called(*arguments, "--json")[1]
    for arguments in (("run", path, *FEW), ("compare", path, path, *FEW), ("calibrate", "ballerup")):
        assert text("disclosure.not_shown", "da") not in called("--language", "da", *arguments)[1]
    answer = json.loads(called("run", path, "--json", *FEW)[1])
    suppressed = {name: s["hidden"] for name, s in answer["groups"].items() if "hidden" in s}
    assert suppressed == {"revalidering": ["in_offer"], "sho": ["in_offer"]}
    assert '"hidden"' not in json.dumps([answer[name] for name in ("origins", "goals", "side_effects")])
