"""Test the page Why: its waterfalls end where the whole is, and newcomers are told as they are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.budget.views import MONEY_KINDS
from model.documents.palette import LIGHT
from model.domain import GROUP_INDEX, GROUPS, N_GROUPS
from model.explain.attribution import attribute
from model.explain.newcomers import shown_segments
from model.language.catalogue import group_name
from model.library.share_link import encode_link
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.files import load_scenario
from model.scenario.scenario import Scenario
from model.simulation.flows import suppressed_groups
from model.uncertainty.part_draws import LeverDraws, PartDraws
from pages.session.history import History, Step
from pages.session.session import DRAWS_PART, Session, baseline_scenario
from tests.folders import MAIN, ROOT

pytestmark = pytest.mark.usefixtures("engine")
DOUBLE = ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml"
DRAWS = 101


def why_of(scenario: Scenario, parts: Any = None) -> Any:
    from pages.session.results import scenario_results
    from pages.views.why.jobs import Parts
    from pages.views.why.view import WhyView

    visit = Session(History((Step(scenario, "start"),)), token="here")
    return WhyView(visit, scenario_results(scenario), parts or Parts(None, None))


def assert_adds_up(chart: dict[str, Any], whole: float) -> None:
    table = chart["table"]
    starts, ends = (np.array(table.column(name).to_pylist()) for name in ("start", "end"))
    np.testing.assert_allclose(starts[1:-1], ends[:-2], err_msg="each begins where the one before it ends")
    assert starts[0] == starts[-1] == 0.0
    assert ends[-1] == pytest.approx(whole)
    assert ends[-2] == pytest.approx(whole, abs=0.3), "but for what is too small to be drawn"


def test_the_waterfalls_end_at_the_whole() -> None:
    scenario = load_scenario(DOUBLE)
    view = why_of(scenario)
    results = view.results
    shares = attribute(results.municipality, scenario)
    money, persons = results.budget.total_difference / 1e6, results.explanation.persons.central
    assert_adds_up(view.money_by_kind(LIGHT), money)
    assert_adds_up(view.money_by_lever(shares, LIGHT), money)
    assert_adds_up(view.persons_by_lever(shares, LIGHT), persons)
    assert_adds_up(view.persons_by_group(LIGHT), persons)


def test_every_part_has_its_range_and_equal_is_told_as_equal() -> None:
    from pages.views.why.jobs import Parts

    scenario = load_scenario(DOUBLE)
    plain = why_of(scenario)
    shares = attribute(plain.results.municipality, scenario)
    n = len(shares.levers)
    spread = np.linspace(-1.0, 1.0, DRAWS)
    levers = LeverDraws(
        np.array(shares.budget.total.parts) + 3e6 * spread[:, None],
        np.array(shares.persons.parts) + 0.01 * spread[:, None],
    )
    kinds = np.zeros((DRAWS, len(MONEY_KINDS), 4))
    kinds[:, 0] = spread[:, None] * 1e6
    parts = PartDraws(kinds, np.zeros((DRAWS, 3, 4)), np.zeros((DRAWS, N_GROUPS)), {})
    view = why_of(scenario, Parts(levers, parts))
    chart = view.money_by_lever(shares, LIGHT)["table"]
    for low, end, high in zip(
        *(chart.column(c).to_pylist()[:n] for c in ("low", "end", "high")), strict=True
    ):
        assert low == pytest.approx(end - 2.7, abs=0.01)
        assert high == pytest.approx(end + 2.7, abs=0.01)
    assert all("til" in label for label in chart.column("label").to_pylist()[:n])
    # The draws of the kinds say nothing here, so that the range is held open by the central figure alone.
    by_kind = view.money_by_kind(LIGHT)
    assert {row["9 af 10 beregninger"] != "" for row in by_kind["rows"][:-1]} == {True}
    nobody = why_of(baseline_scenario("ballerup", "da").with_change("firm_places", 136.0), Parts(None, parts))
    assert nobody._persons("x", 0.0, np.zeros(DRAWS), 1000.0).label == "lige (0,0)"
    assert nobody._money("x", 10.0, np.zeros(DRAWS), 1e9).label.startswith("lige (")


def test_small_target_groups_are_not_named() -> None:
    from pages.session.results import runs

    scenario = baseline_scenario("laesoe", "da").with_change("activation_rate", 60.0, "dagpenge")
    view = why_of(scenario)
    hidden = suppressed_groups(*runs(scenario))
    assert hidden.any()
    named = view.persons_by_group(LIGHT)["table"].column("name").to_pylist()
    assert not {group_name(GROUPS[g], "da") for g in np.flatnonzero(hidden)} & set(named)


def test_newcomers_are_told_with_their_range_and_small_groups_not_at_all() -> None:
    from pages.session.results import runs, scenario_results
    from pages.views.why.jobs import WEEKS, Parts
    from pages.views.why.newcomer import NewcomerView

    scenario = load_scenario(DOUBLE)
    visit = Session(History((Step(scenario, "start"),)), token="here")
    results = scenario_results(scenario)
    alone = NewcomerView(visit, results, Parts(None, None))
    assert "usikkerhed ikke regnet" in alone.sentence("dagpenge", None, 26)
    more = np.linspace(0.1, 0.5, DRAWS)[:, None, None] * np.ones((DRAWS, N_GROUPS, 4))
    parts = PartDraws(
        np.zeros((DRAWS, 5, 4)), np.zeros((DRAWS, 3, 4)), more[..., 0], dict.fromkeys(WEEKS, more)
    )
    told = NewcomerView(visit, results, Parts(None, parts)).sentence("dagpenge", None, 26)
    assert told.startswith("Dagpenge (forsikrede ledige): Af 100 nye er 5")
    assert "9 af 10 beregninger: +0,1 til +0,5" in told
    shown = shown_segments(*runs(scenario))
    assert len(alone.table(26)) == shown[shown[:, 0]].sum()
    assert alone.groups == [g for g in GROUPS if shown[GROUP_INDEX[g], 0]]
    bars = alone.hundred("dagpenge", 26, LIGHT)["table"]
    assert bars.column("end").to_pylist()[3::4] == pytest.approx([100.0, 100.0])


@pytest.mark.parametrize(("municipality", "language"), [("ballerup", "da"), ("laesoe", "en")])
def test_the_page_runs(
    municipality: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    scenario = baseline_scenario(municipality, language).with_change("meetings", 3.0, "dagpenge")
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["s"] = encode_link(scenario)
    app.query_params["lang"] = language
    app.run()
    app.switch_page(str(ROOT / "pages" / "why.py")).run()
    assert not app.exception
    assert not app.error


def test_a_sketch_of_every_part_comes_before_the_whole_and_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from model.municipality.municipality import load_municipality
    from pages.session.held_draws import HeldDraws
    from pages.session.jobs import STUDIES, Job
    from pages.session.results import scenario_results
    from pages.views.why.jobs import Parts, parts_job

    scenario = load_scenario(DOUBLE)
    visit = Session(History((Step(scenario, "start"),)), token="here")
    draws = visit.jobs[DRAWS_PART] = Job("draws", result=HeldDraws(load_municipality("ballerup"), 16))
    draws.done.set()
    works: list[Any] = []
    monkeypatch.setattr(STUDIES, "request", lambda key, work, *_: works.append(work))
    parts_job(visit, scenario_results(scenario))
    told: list[Parts] = []
    whole = works[0](threading.Event(), lambda done, of, sketch=None: told.append(sketch))
    assert [part.sketched for part in told] == [0.25, 0.25, 0.25]
    assert told[1].levers is not None
    assert told[1].parts is not None
    assert len(told[1].levers.net) == len(told[1].parts.kinds) == 4
    assert whole.sketched is None
    assert len(whole.levers.net) == len(whole.parts.kinds) == 16
