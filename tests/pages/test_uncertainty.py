"""Test the page Uncertainty with many visitors: what is the same for all is made once, and everything asked at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from model.documents.palette import DARK, LIGHT
from model.scenario.files import load_scenario
from model.uncertainty.bands import Fan
from model.uncertainty.draws import draws_for
from model.uncertainty.fan import fan
from pages.session import results as results_module
from pages.session.history import History, Step
from pages.session.jobs import STUDIES
from pages.session.results import ScenarioResults, scenario_results
from pages.session.session import Session
from pages.views.uncertainty import own_assumption, sections
from pages.views.uncertainty.view import UncertaintyView
from tests.folders import ROOT

pytestmark = pytest.mark.usefixtures("engine")
DOUBLE = load_scenario(ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
TOGETHER = 10


def visit(language: str = "da") -> Session:
    """Return a visitor who has opened the link."""
    opened = Session(History((Step(DOUBLE, "opened"),)), token=f"visit-{language}")
    opened.language = language
    return opened


@pytest.fixture(scope="module")
def answer(engine: None) -> tuple[ScenarioResults, Fan]:
    results = scenario_results(DOUBLE)
    draws = draws_for(results.municipality, count=8)
    return results, fan(results.municipality, DOUBLE, draws)


def test_what_all_draw_of_one_fan_is_made_once(answer: tuple[ScenarioResults, Fan]) -> None:
    results, bands = answer

    def level(_: int) -> dict[str, Any]:
        return UncertaintyView(visit(), results, bands).level(LIGHT)

    with ThreadPoolExecutor(TOGETHER) as pool:
        made = list(pool.map(level, range(TOGETHER)))
    assert all(one is made[0] for one in made)


def test_what_is_drawn_differently_is_made_anew(answer: tuple[ScenarioResults, Fan]) -> None:
    results, bands = answer
    first = UncertaintyView(visit(), results, bands).level(LIGHT)
    assert UncertaintyView(visit(), results, bands).difference(LIGHT) is not first
    assert UncertaintyView(visit(), results, bands).level(DARK)["spec"] != first["spec"]
    assert UncertaintyView(visit("en"), results, bands).level(LIGHT)["sentence"] != first["sentence"]
    other, large = visit(), visit()
    large.present = True
    goal = results.goals[1]
    other.goal, other.indicator = goal.id, goal.key.id
    assert UncertaintyView(other, results, bands).level(LIGHT)["name"] != first["name"]
    assert UncertaintyView(large, results, bands).level(LIGHT)["spec"] != first["spec"]


def test_ten_who_open_one_link_wait_for_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = DOUBLE.with_change("firm_places", 187)
    begun = []
    together = threading.Barrier(TOGETHER)
    simulate = results_module.simulate

    def counted(*arguments: Any) -> Any:
        begun.append(arguments)
        return simulate(*arguments)

    def opened(_: int) -> ScenarioResults:
        together.wait()
        return scenario_results(scenario)

    monkeypatch.setattr(results_module, "simulate", counted)
    with ThreadPoolExecutor(TOGETHER) as pool:
        found = list(pool.map(opened, range(TOGETHER)))
    assert len(begun) == 1
    assert all(one is found[0] for one in found)


def test_all_that_the_page_waits_for_is_asked_for_at_once(answer: tuple[ScenarioResults, Fan]) -> None:
    results, _ = answer
    opened = visit()
    try:
        sections.ask_all(opened, results)
        asked = [opened.jobs[part] for part in ("fan", "tornado")]
        assert [job.key[0] for job in asked if isinstance(job.key, tuple)] == ["fan", "tornado"]
        assert all(job.is_ready or job in [e.job for e in STUDIES._under_way.values()] for job in asked)
    finally:
        opened.leave()


def test_labels_are_made_once_for_a_language(answer: tuple[ScenarioResults, Fan]) -> None:
    results, _ = answer
    danish = own_assumption._offered(visit(), results.municipality)
    assert own_assumption._offered(visit(), results.municipality) is danish
    english = own_assumption._offered(visit("en"), results.municipality)
    assert english[0] != danish[0]
    assert english[1].keys() == danish[1].keys()
