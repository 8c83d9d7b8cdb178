"""Test that searches give no small count away."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from model.disclosure import is_small
from model.goals.evaluate import evaluate_goals
from model.goals.results import suppressed_indicators
from model.language.catalogue import LANGUAGES, text
from model.municipality.municipality import load_municipality
from model.scenario.files import write_scenario
from model.scenario.scenario import Scenario, municipality_of
from model.seek.answer import CannotSeek, Curve, FreeLever, Target
from model.seek.curve import curve
from model.seek.seek import seek
from model.simulation.simulate import baseline, simulate
from tests.command_line import called
from tests.model.disclosure_everywhere.cases import plan
from tests.remembered import remembering


def strong_contact(scenario: Scenario) -> Scenario:
    """Assume that meetings displace nobody, so that they reach small counts whatever the central estimate is."""
    return scenario.with_assumption("displacement_contact", 0.0, "To reach small counts")


def test_seek_refuses_what_is_hidden_to_begin_with(tmp_path: Path) -> None:
    """A target above, then below it, would find it out."""
    scenario = strong_contact(plan("samsoe", meetings=6.5)).with_change("early_package", 100)
    scenario = scenario.with_change("activation_rate", 6, "dagpenge")
    municipality = municipality_of(scenario)
    gap = Target("forsikrede_ledige.persons_to_rank_10", 1.0)
    base = baseline(municipality, scenario)
    goals = evaluate_goals(simulate(municipality, scenario), base)
    assert "forsikrede_ledige.persons_to_rank_10" in suppressed_indicators(goals)
    for search in (
        lambda: seek(municipality, scenario, [gap], [FreeLever("firm_places")]),
        lambda: curve(municipality, scenario, gap, [FreeLever("firm_places")]),
    ):
        with pytest.raises(CannotSeek) as refused:
            search()
        for language in LANGUAGES:
            assert text("disclosure.note", language, limit="5") in refused.value.text(language)
    path = tmp_path / "samsoe.yaml"
    path.write_text(write_scenario(scenario), encoding="utf-8")
    asked = ("--goal", "forsikrede_ledige.persons_to_rank_10=1", "--lever", "firm_places")
    for more in ((), ("--json",), ("--curve",)):
        status, out, _ = called("seek", str(path), *asked, *more)
        assert status == 2
        assert not set(re.findall(r"\d+[.,]\d+", out))


@pytest.fixture(scope="module")
def found_small(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, tuple[str, ...]]:
    """A search that ends at a small count: the distance to rank 10, from 9 persons to the few that are left."""
    path = tmp_path_factory.mktemp("seek") / "samsoe.yaml"
    path.write_text(write_scenario(strong_contact(plan("samsoe"))), encoding="utf-8")
    asked = ("--goal", "forsikrede_ledige.persons_to_rank_10=2", "--lever", "meetings.dagpenge")
    return str(path), (*asked, "--lever", "early_package", "--lever", "activation_rate.dagpenge")


def test_seek_that_ends_at_a_small_count_does_not_tell_it(
    found_small: tuple[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path, asked = found_small
    saved = tmp_path / "answer.yaml"
    with remembering("model.seek.seek", "seek", "model.cli.seek"):
        answer = json.loads(called("seek", path, *asked, "--json", "--save", str(saved))[1])
        _, out, _ = called("--language", "en", "seek", path, *asked)
    (reading,) = answer["goals"]
    assert reading["hidden"]
    assert [reading[name] for name in ("value", "before", "chance", "persons_missing")] == [None] * 4
    assert answer["after"]["values"] == [None]
    assert all(one["value"] is None for one in answer["instead"])
    # It was looked for all the same, and the answer is the scenario that was found.
    assert any(move["after"] != move["before"] for move in answer["levers"])
    scenario = json.loads(json.dumps(answer["answer"]))
    assert scenario["changes"]
    run = json.loads(called("run", str(saved), "--draws", "0", "--json")[1])
    goal = next(g for g in run["goals"] if g["id"] == "forsikrede_ledige")
    gap = next(i for i in goal["indicators"] if i["id"] == "persons_to_rank_10")
    assert gap["hidden"]
    line = next(line for line in out.splitlines() if "“Distance to rank 10”" in line)
    assert line.count("not shown") == 2
    assert "“Distance to rank 10”: not shown" in saved.read_text(
        encoding="utf-8"
    ) or "vises ikke" in saved.read_text(encoding="utf-8")


@dataclass(frozen=True)
class SmallCurve:
    """A curve with small points: as it was found, as JSON, and in words."""

    found: Curve
    answer: dict[str, Any]
    words: str


@pytest.fixture(scope="module")
def small_curve(found_small: tuple[str, tuple[str, ...]]) -> SmallCurve:
    """One search for the command in both its forms and for the page."""
    path, asked = found_small
    with remembering("model.seek.curve", "curve", "model.cli.seek") as search:
        answer = json.loads(called("seek", path, *asked, "--curve", "--json")[1])
        _, words, _ = called("--language", "en", "seek", path, *asked, "--curve")
    (found,) = search.answers.values()
    return SmallCurve(found, answer, words)


def test_a_curve_hides_its_small_points(small_curve: SmallCurve) -> None:
    answer = small_curve.answer
    values = [point["value"] for point in answer["points"]]
    assert None in values
    assert any(value is not None for value in values)
    for point in answer["points"]:
        assert (point["value"] is None) == point.get("hidden", False)
        assert point["value"] is None or not is_small(point["value"])
    assert small_curve.words.count("not shown") == values.count(None)


def test_seek_hides_small_flows_of_a_group() -> None:
    municipality = load_municipality("samsoe")
    scenario = plan("samsoe")
    wish = Target("udfordringer_ud_over_ledighed.return", 17.0)
    answer = seek(municipality, scenario, [wish], [FreeLever("firm_places")])
    flows = {flow.group: flow for flow in answer.after.flows}
    few = {g for g, f in flows.items() if is_small(f.inflow) or is_small(f.outflow)}
    assert few
    assert all(flows[group].suppressed for group in few)
    from model.cli.seek import json_answer

    for flow in json_answer(answer, municipality)["after"]["flows"]:
        assert (flow["inflow"] is None) == (flow["outflow"] is None) == flows[flow["group"]].suppressed


@pytest.mark.usefixtures("engine")
def test_the_seek_page_draws_a_curve_with_hidden_points(small_curve: SmallCurve) -> None:
    from pages.components.theme import LIGHT
    from pages.views.seek.charts import curve_chart as drawn
    from tests.pages.cases import new_visit

    found = small_curve.found
    parts = drawn(new_visit("samsoe"), found, LIGHT)
    suppressed = [point.suppressed for point in found.points]
    assert 0 < sum(suppressed) < len(suppressed)
    assert [value is None for value in parts["table"]["value"].to_pylist()] == suppressed
    assert [not label for label in parts["table"]["label"].to_pylist()] == suppressed
    assert [text("disclosure.not_shown", "da") in row.values() for row in parts["rows"]] == suppressed
