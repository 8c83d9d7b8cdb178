"""Test the target groups page against the model, and that small numbers stay suppressed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from model.domain import GROUPS, ORIGINS
from model.goals.side_effects import watch
from model.language.catalogue import number
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.levers import LEVERS, bounds
from model.simulation import flows as fl
from pages.session.history import History, Step
from pages.session.session import Session, baseline_scenario
from pages.views.target_groups.flow_diagram import FlowDiagram
from tests.folders import ROOT
from tests.pages.cases import the_visit

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    found = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    found.run()
    found.switch_page("pages/target_groups.py")
    found.run()
    assert not found.exception
    return found


def component(app: Any, name: str) -> dict[str, Any]:
    """Return what a component of the page was given."""
    for found in app.get("bidi_component"):
        if found.proto.component_name == f"indsatskompas.{name}":
            return json.loads(json.loads(found.proto.json)["json"])
    raise AssertionError(f"no {name} on the page")


def charts(app: Any) -> dict[str, Any]:
    return {chart.proto.alt: chart.proto for chart in app.get("vega_lite_chart")}


def data_of(proto: Any) -> dict[str, list[Any]]:
    return pa.ipc.open_stream(proto.data.data).read_all().to_pydict()


def checked(app: Any) -> Any:
    app.run()
    assert not app.exception
    assert not app.error
    return app


def words_of(app: Any) -> str:
    return " ".join(str(e.value) for e in (*app.markdown, *app.caption, *app.info)).replace("\\", "")


def view(visit: Session) -> Any:
    from pages.views.target_groups.view import group_view

    return group_view(visit, visit.scenario)


def new_visit(municipality: str = "ballerup", group: str | None = None, origin: str | None = None) -> Session:
    found = Session(History((Step(baseline_scenario(municipality, "da"), "start"),)), token="here")
    found.target_group, found.origin = group, origin
    return found


# --- whole runs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("municipality", "language"),
    [("ballerup", "da"), ("ballerup", "en"), ("broendby", "da"), ("albertslund", "da"), ("laesoe", "en")],
)
def test_every_group_and_origin_is_drawn(app: Any, municipality: str, language: str) -> None:
    visit = the_visit(app)
    visit.language = language
    visit.choose_municipality(municipality)
    visit.set_scenario(visit.scenario.with_change("caseworker_changes", 0.2))
    for group, origin in ((None, None), ("dagpenge", None), ("sho", "western"), ("fleksjob", "danish")):
        visit.target_group, visit.origin = group, origin
        checked(app)
        assert len(app.header) >= 3
        suppressed = view(visit).suppressed
        assert bool(app.info) == suppressed
        assert len(charts(app)) == (0 if suppressed else 4 + (not states_suppressed(visit)))


def states_suppressed(visit: Session) -> bool:
    found = view(visit)
    return bool(fl.suppressed_states(found.outcome, found.baseline, found.segment).any())


@pytest.mark.parametrize("end", [0, 1])
def test_all_levers_at_their_ends(app: Any, end: int) -> None:
    visit = the_visit(app)
    scenario, municipality = visit.scenario, load_municipality("ballerup")
    for lever in LEVERS:
        if lever.scope == "mix":
            continue
        for group in lever.groups if lever.scope == "group" else (None,):
            scenario = scenario.with_change(lever.id, bounds(lever, municipality)[end], group)
    visit.open(scenario)
    for group in (None, "sygedagpenge", "revalidering"):
        visit.target_group = group
        checked(app)


def test_present_mode_shows_charts_and_no_explanations(app: Any) -> None:
    the_visit(app).present = True
    checked(app)
    assert len(charts(app)) == 5
    assert component(app, "flow_diagram")["links"]


def test_the_choice_is_kept_in_the_visit(app: Any) -> None:
    app.selectbox(key="target_group_da").set_value("sygedagpenge")
    checked(app)
    assert the_visit(app).target_group == "sygedagpenge"
    app.switch_page("pages/explore.py")
    app.run()
    app.switch_page("pages/target_groups.py")
    checked(app)
    assert app.selectbox(key="target_group_da").value == "sygedagpenge"
    assert "Sygedagpenge" in words_of(app)
    the_visit(app).language = "en"
    checked(app)
    assert app.selectbox(key="target_group_en").value == "sygedagpenge"


def test_specifications_do_not_change_with_the_figures(app: Any) -> None:
    visit = the_visit(app)
    visit.target_group = "dagpenge"
    before = charts(checked(app))
    visit.set_scenario(visit.scenario.with_change("meetings", 6.0, "dagpenge"))
    after = charts(checked(app))
    assert before.keys() == after.keys()
    for name in before:
        assert before[name].spec == after[name].spec
        assert before[name].id == after[name].id
        assert before[name].data.data != after[name].data.data


def test_the_year_chosen_is_the_year_shown(app: Any) -> None:
    the_visit(app).flow_year = 2022
    checked(app)
    assert any("2022" in head.value for head in app.header)
    the_visit(app).flow_year = 1999
    checked(app)
    assert any("2024" in head.value for head in app.header), "a year that the run does not have: the last"


# --- figures --------------------------------------------------------------------------------------


def test_figures_on_the_page_are_the_models(app: Any) -> None:
    visit = the_visit(app)
    visit.set_scenario(visit.scenario.with_change("meetings", 6.0, "dagpenge"))
    visit.target_group = "dagpenge"
    checked(app)
    from pages.session.results import runs

    run, base = runs(visit.scenario)
    segment = fl.Segment("dagpenge")
    after, before = fl.key_figures(run, segment), fl.key_figures(base, segment)
    tile = component(app, "key_figures")["items"][0]
    assert (tile["before"], tile["after"]) == (number(before.caseload, "da"), number(after.caseload, "da"))
    assert tile["change"].startswith(
        number(round(after.caseload) - round(before.caseload), "da", signed=True)
    )
    moved = fl.movement(run, base, segment)
    assert f"{number(moved.outflow[0], 'da')} flere går i job" in words_of(app)

    drawn = {name: data_of(chart) for name, chart in charts(app).items()}
    found = fl.flows(run, segment)
    inflow = next(data for name, data in drawn.items() if "tilgang" in name)
    np.testing.assert_allclose(inflow["scenario"], found.inflow[-1])
    outflow = next(data for name, data in drawn.items() if "afgang" in name)
    np.testing.assert_allclose(outflow["scenario"], found.outflow[-1][found.outflow[-1] > 0])
    states = next(data for name, data in drawn.items() if "venter" in name)
    # One figure has one value: at the line's end as on the tile, not the last week's.
    assert states["label_3"][-1] == f"Uden ændringer {number(before.caseload, 'da')}"
    assert states["label_1"][-1] == f"I tilbud {number(after.in_offer, 'da')}"
    np.testing.assert_allclose(states["top_2"][-1], run.caseload[-1, 0].sum(), rtol=1e-5)

    flow = component(app, "flow_diagram")
    job = next(link for link in flow["links"] if link["id"] == "in:dagpenge>to:job")
    assert job["value"] == pytest.approx(found.outflow[-1, 0], abs=0.01)
    assert flow["focus"] == "in:dagpenge"


def test_the_watch_says_what_the_model_watches(app: Any) -> None:
    visit = the_visit(app)
    scenario = visit.scenario
    for group in ("sygedagpenge", "jobafklaring"):
        scenario = scenario.with_change("activation_rate", 60.0, group)
    visit.set_scenario(scenario)
    checked(app)
    found = view(visit)
    expected = watch(found.outcome, found.baseline)
    assert len(expected.warnings) > 1
    assert f"{len(expected.warnings)} advarsler" in words_of(app)
    rows = found.side_effect_rows()
    assert len(rows) == len(expected.side_effects)
    assert [row["Vurdering"].startswith("▲") for row in rows] == [e.worse for e in expected.side_effects]
    for row, group in zip(found.benchmark_rows(), expected.benchmark, strict=True):
        assert row["Forventet"] == number(group.expected, "da")
        assert row["Forskel"] == number(group.difference, "da", signed=True)


def test_differences_are_those_of_the_written_figures() -> None:
    found = view(new_visit())
    assert found.compared(409.94, 408.06) == ("409,9", "408,1", "−1,8")
    assert found.compared(17.26, 17.23, 1) == ("17,2", "17,2", ""), "too little to be written"
    assert found.compared(3235.1, 3225.7) == ("3.235", "3.226", "−9")
    assert found.compared(2.0, 8.0) == ("2,0", "8,0", "+6,0")


def test_no_lever_no_difference() -> None:
    found = view(new_visit(group="dagpenge"))
    assert all(item["change"] == "uændret" for item in found.tiles()["items"])
    assert "Ingen skydere er flyttet" in found.sentence()
    assert found.outcome is found.baseline


# --- small numbers --------------------------------------------------------------------------------


def test_a_small_segment_is_not_shown(app: Any) -> None:
    visit = the_visit(app)
    visit.target_group, visit.origin = "sho", "western"
    checked(app)
    assert "vises ikke" in app.info[0].value
    assert not charts(app)
    assert not [c for c in app.get("bidi_component") if c.proto.component_name == "indsatskompas.key_figures"]


@pytest.mark.parametrize("municipality", ["ballerup", "laesoe"])
def test_no_small_flow_reaches_the_browser(municipality: str) -> None:
    for group in (None, *GROUPS):
        for origin in (None, *ORIGINS):
            found = view(new_visit(municipality, group, origin))
            if found.suppressed:
                continue
            for pair in (*found.inflow(), *found.outflow(), *found.durations()):
                assert pair.after == 0 or pair.after >= 5
                assert pair.before == 0 or pair.before >= 5
    data = FlowDiagram(found).data()
    assert all(min(link["value"], link["base"]) >= 5 for link in data["links"])
    for node in data["nodes"]:
        if node["column"] != 1:
            if "vises ikke" in node["label"]:
                assert "vises ikke" in node["said"]
                continue
            total = float(node["label"].rpartition(" ")[2].replace(".", ""))
            assert total >= 5


def test_hidden_bars_say_so() -> None:
    found = view(new_visit(group="revalidering"))
    suppressed = [pair for pair in found.outflow() if pair.suppressed]
    assert suppressed
    assert {pair.text for pair in suppressed} == {"vises ikke"}, "one mark, whichever of them is small"
    assert all((pair.before, pair.after) == (0.0, 0.0) for pair in suppressed)


def test_a_flow_diagram_has_ends_for_all_its_ribbons() -> None:
    data = FlowDiagram(view(new_visit("broendby"))).data()
    ids = {node["id"] for node in data["nodes"]}
    assert all({link["from"], link["to"]} <= ids for link in data["links"])
    column = {node["id"]: node["column"] for node in data["nodes"]}
    assert all(column[link["to"]] == column[link["from"]] + 1 for link in data["links"])


def test_a_small_state_is_suppressed_in_words_and_table() -> None:
    from pages.views.target_groups.charts import state_figures

    visit = new_visit(group="sygedagpenge")
    visit.set_scenario(visit.scenario.with_change("activation_rate", 60.0, "sygedagpenge"))
    found = view(visit)
    after_offer = fl.states(found.outcome, found.segment)[-1, 2]
    assert 0 < after_offer < 5, "this scenario leaves few after an offer"
    table, rows, values = state_figures(found)
    assert values["after_offer"] == "vises ikke"
    assert list(values.values()).count("vises ikke") > 1, "else it could be worked out from the total"
    assert rows[-1]["Efter tilbud"] == "vises ikke"
    assert table["top_2"].to_pylist()[-1] is None, "the area would tell it"
