"""Test that contributions and sentences give no small count away."""

from __future__ import annotations

import json
import re

import pytest

from model.disclosure import is_small
from model.explain.case_runs import run_cases
from model.explain.headline import explain
from model.goals.evaluate import evaluate_goals
from model.goals.results import suppress
from model.goals.side_effects import side_effects
from model.language.catalogue import LANGUAGES, text
from model.municipality.municipality import load_municipality
from model.scenario.scenario import Scenario
from model.simulation.simulate import baseline, simulate
from tests.command_line import called
from tests.model.disclosure_everywhere.cases import Small, numbers, rows_are_suppressed, secrets


def contributions(small: Small, keys: set[str]) -> list[float]:
    """What each lever alone, and all but each, gives to some indicators: nothing of it may be told."""
    cases = [small.scenario.copy_with(changes=())]
    for i in range(len(small.scenario.changes)):
        cases.append(small.scenario.copy_with(changes=small.scenario.changes[i : i + 1]))
        cases.append(
            small.scenario.copy_with(changes=small.scenario.changes[:i] + small.scenario.changes[i + 1 :])
        )
    cases.append(small.scenario)
    measured = run_cases(small.municipality, cases)
    at = [k for k, key in enumerate(measured.keys) if ".".join(key) in keys]
    ends = measured.ends[:, at]
    return [*ends.ravel(), *(ends - ends[0]).ravel()]


def test_why_in_json_tells_no_contribution_to_what_is_hidden(small: Small) -> None:
    answer = json.loads(called("why", small.path, "--json")[1])
    assert set(answer["hidden"]) == small.suppressed
    assert {key for key, figure in answer["indicators"].items() if figure is None} == small.suppressed
    assert set(answer["indicators"]) == set(small.results)
    assert not small.suppressed & set(answer["mechanisms"])
    assert not small.suppressed & {pair["figure"] for pair in answer["together"]}
    assert not secrets(contributions(small, small.suppressed)) & set(numbers(answer["indicators"]))
    for key, figure in answer["indicators"].items():
        if figure is not None:
            assert figure["scenario"] == pytest.approx(small.results[key].value_scenario)


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_in_words(small: Small, language: str) -> None:
    _, out, _ = called("--language", language, "why", small.path)
    rows_are_suppressed(out, small, language)
    sentences = out.partition("[1]")[0].splitlines()
    for key in small.suppressed:
        said = [line for line in sentences if f"“{small.results[key].title.text(language)}”" in line]
        said += [line for line in sentences if f"»{small.results[key].title.text(language)}«" in line]
        assert len(said) == 1
        assert said[0].startswith(text("why.suppressed", language, indicators="").rstrip(" ."))


def test_no_sentence_tells_the_count_behind_a_share_that_is_small() -> None:
    municipality = load_municipality("laesoe")
    scenario = Scenario(name="x", municipality="laesoe", years=2).with_change("firm_places", 12)
    base, run = baseline(municipality, scenario), simulate(municipality, scenario)
    goals = suppress(evaluate_goals(run, base))
    key = next(i for goal in goals for i in goal.indicators if i.metric == "participation")
    assert key.count_baseline is not None
    assert is_small(key.count_baseline)
    from model.budget.budget import budget

    for language in LANGUAGES:
        headline = explain(run, base, goals, budget(run, base)).headline.text(language)
        counted = text("explain.count.stock", language, change="#").partition("#")[2]
        assert counted.strip(" )") not in headline.partition(":")[0]
        assert not re.search(r"\(\+\d", headline)


def test_a_warning_of_a_small_group_has_no_figures() -> None:
    municipality = load_municipality("laesoe")
    scenario = Scenario(name="x", municipality="laesoe", years=4).with_change("fleksjob_openings", 0)
    base, run = baseline(municipality, scenario), simulate(municipality, scenario)
    for effect in side_effects(run, base):
        assert effect.suppressed == (is_small(effect.baseline) or is_small(effect.scenario))
        if effect.suppressed and effect.warning is not None:
            assert not re.search(r"\d", effect.warning.da + effect.warning.en)
