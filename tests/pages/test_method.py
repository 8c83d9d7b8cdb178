"""Test the method page: the diagram's figures, the register, and every part."""

from __future__ import annotations

import csv
import datetime
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from model.disclosure import LIMIT
from model.domain import GROUPS, MODEL_VERSION
from model.municipality.municipality import load_municipality
from model.parameters.assumption_sets import assumption_sets
from model.parameters.register import looked_up, shown, suppressed_of
from model.scenario.scenario import Scenario
from model.simulation.simulate import baseline
from model.simulation.state_flows import StateFlows, state_flows
from model.validation.known_errors import measured_with
from pages.components.chart_with_table import as_csv
from pages.session.history import History, Step
from pages.session.session import Session, baseline_scenario
from pages.views.method import prose_parts, view
from tests.folders import MAIN, ROOT
from tests.pages.cases import the_visit

pytestmark = pytest.mark.usefixtures("engine")
PARTS = ("model", "register", "sets", "limits", "accessibility", "sources")


def started(scenario: Scenario, language: str = "da") -> Any:
    """Return a visitor on the method page."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.run()
    visit = the_visit(app)
    visit.history, visit.language = History((Step(scenario, "start"),)), language
    app.switch_page(str(ROOT / "pages" / "method.py"))
    return checked(app.run())


def checked(app: Any) -> Any:
    assert not app.exception
    assert not app.error
    return app


def component(app: Any, name: str) -> list[dict[str, Any]]:
    """Return what the page gives a component of its own."""
    found = [c.proto for c in app.get("bidi_component") if c.proto.component_name == f"indsatskompas.{name}"]
    return [json.loads(json.loads(p.json)["json"]) for p in found]


def words(app: Any) -> str:
    return "\n".join(str(e.value) for e in (*app.markdown, *app.caption, *app.subheader, *app.header))


def read(here: Session, said: str) -> float:
    return 0.0 if said == "0" else float(said.replace(".", ""))


def visitor(municipality: str = "ballerup", language: str = "da", **fields: Any) -> Session:
    return Session(
        History((Step(baseline_scenario(municipality, language), "start"),)),
        token="here",
        language=language,
        **fields,
    )


# --- every part, everywhere -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("municipality", "language"),
    [("ballerup", "da"), ("ballerup", "en"), ("broendby", "da"), ("albertslund", "da"), ("samsoe", "en")],
)
def test_every_part_runs(municipality: str, language: str) -> None:
    app = started(baseline_scenario(municipality, language), language)
    for part in PARTS:
        app.session_state["method_part"] = part
        checked(app.run())
        assert f"Indsatskompas version {MODEL_VERSION}" in words(app).replace("\\", "")


def test_every_group_and_the_big_screen() -> None:
    app = started(baseline_scenario("samsoe", "da"))
    for group in GROUPS:
        app.selectbox(key="method_group").set_value(group)
        checked(app.run())
    the_visit(app).present = True
    (data,) = component(checked(app.run()), "state_diagram")
    assert data["present"]


def test_an_extreme_scenario_under_other_assumptions() -> None:
    scenario = baseline_scenario("ballerup", "da").copy_with(assumption_set="strategy")
    app = started(scenario.with_change("firm_places", 800.0))
    assert "trækkes 0" in words(app), "the numbers are those of the assumptions on screen"


# --- the drawing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [None, "dagpenge", "sygedagpenge", "fleksjob"])
def test_the_drawing_shows_the_runs_figures(group: str | None) -> None:
    scenario = baseline_scenario("ballerup", "da")
    app = started(scenario.with_change("firm_places", 400.0))
    if group:
        app.selectbox(key="method_group").set_value(group)
        checked(app.run())
    (data,) = component(app, "state_diagram")
    base = baseline(load_municipality("ballerup"), scenario)
    found = state_flows(base, group)
    here = the_visit(app)
    for state, key in zip(data["states"], ("waiting", "in_offer", "after_offer"), strict=True):
        value = getattr(found, key)
        assert state["figure"] == view.persons(here, found, key)
        if key not in found.suppressed:
            assert value >= 5 or value == 0
            assert read(here, state["figure"]) == pytest.approx(value, abs=0.5001)
    arrivals = ["new", "returners"] + (["from_groups"] if group else [])
    exits = ["job", "education", "other_self_support"] + (["to_groups"] if group else [])
    for side, keys in (("arrivals", arrivals), ("exits", exits)):
        assert [a["figure"] for a in data[side]] == [view.persons(here, found, k) for k in keys]
    thickest = max((*data["arrivals"], *data["exits"]), key=lambda a: a["share"])
    assert thickest["share"] == 1.0
    assert data["alt"].replace("\xa0", " ") in words(app).replace("\\", "").replace("\xa0", " ")


def test_small_counts_are_hidden_in_figures_shares_and_thickness() -> None:
    flows = StateFlows("sho", 52, 3.0, 0.0, 40.0, 100.0, 4.9, 0.0, 5.0, 0.001, 0.0, 80.0, 0.0, 12.0, 0.0)
    flows = replace(
        flows, suppressed=frozenset({"waiting", "after_offer", "returners", "education", "job", "new"})
    )
    here = visitor()
    data = view.drawing(here, flows, load_municipality("ballerup"), 2021)
    assert [r["figure"] for r in data["states"]] == ["vises ikke", "0", "vises ikke"]
    assert [r["share"] for r in data["states"]] == ["", "", ""]
    assert [a["figure"] for a in data["arrivals"]] == ["vises ikke", "vises ikke", "0"]
    assert [a["figure"] for a in data["exits"]] == ["vises ikke", "vises ikke", "0", "80"]
    shares = {data[side][i]["share"] for side in ("arrivals", "exits") for i in (0, 1)}
    assert len(shares) == 1, "thickness tells nothing"
    cells = [cell for row in view.rows(here, flows) for cell in row.values()]
    assert "3" not in cells
    assert "vises ikke" in cells
    assert not {"3", "40", "100"} & set(cells)
    json.dumps(data, allow_nan=False)


@pytest.mark.parametrize("municipality", ["ballerup", "laesoe"])
def test_no_group_gives_away_what_another_hides(municipality: str) -> None:
    """Group after group on the page: their figures add up to those of all groups, which are shown too."""
    base = baseline(load_municipality(municipality))
    found = {group: state_flows(base, group) for group in (None, *GROUPS)}
    for flows in found.values():
        for key in (
            "waiting",
            "in_offer",
            "after_offer",
            "caseload",
            "new",
            "job",
            "exits",
            "arrivals",
            "starts",
        ):
            assert key in flows.suppressed or not 1e-9 < getattr(flows, key) < LIMIT, (flows.group, key)
    for key in ("waiting", "in_offer", "after_offer", "new", "returners", "job", "education"):
        suppressed = [g for g in GROUPS if key in found[g].suppressed]
        small = [g for g in suppressed if getattr(found[g], key) < LIMIT]
        if small and key not in found[None].suppressed:
            assert sum(getattr(found[g], key) for g in suppressed) >= LIMIT - 1e-6
    if municipality == "laesoe":
        assert found["sho"].suppressed


def test_an_empty_group_is_drawn() -> None:
    flows = StateFlows("sho", 52, *([0.0] * 13))
    data = view.drawing(visitor(), flows, load_municipality("ballerup"), 2021)
    assert all(a["share"] == 0 for a in (*data["arrivals"], *data["exits"]))
    assert data["starts"] == "Gruppen har ingen tilbud."


# --- the register ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_register_on_screen_is_the_models(language: str) -> None:
    app = started(baseline_scenario("ballerup", language), language)
    app.session_state["method_part"] = "register"
    checked(app.run())
    register = looked_up(load_municipality("ballerup").register)
    seen: list[list[Any]] = []
    while True:
        (data,) = component(app, "responsive_table")
        assert len(data["rows"]) <= 50
        seen += data["rows"]
        if app.button(key="method_next").disabled:
            break
        app.button(key="method_next").click()
        checked(app.run())
    assert len(seen) == len(register) > 1600
    suppressed = suppressed_of(register)
    for row, parameter in zip(seen, register, strict=True):
        expected = shown(parameter, language, suppressed=parameter.id in suppressed)
        assert row[0][0] == expected.name
        assert row[1:5] == [expected.value, expected.range, expected.unit, expected.quality]
        assert expected.source in row[5]


def test_search_starts_at_the_first_page_and_survives_a_page_switch() -> None:
    app = started(baseline_scenario("ballerup", "da"))
    app.session_state["method_part"] = "register"
    app.run()
    app.button(key="method_next").click().run()
    app.text_input(key="method_search").set_value("foertidspension").run()
    (data,) = component(checked(app), "responsive_table")
    assert data["rows"]
    assert "1 til" in data["caption"]
    chosen = looked_up(load_municipality("ballerup").register, "førtidspension")
    assert data["rows"][0][0][0] == chosen[0].label("da")
    app.switch_page(str(ROOT / "pages" / "library.py")).run()
    app.switch_page(str(ROOT / "pages" / "method.py")).run()
    assert app.text_input(key="method_search").value == "foertidspension"
    app.text_input(key="method_search").set_value("<script> ( .* \u0000").run()
    assert "Intet tal passer" in words(checked(app))


def test_filters_are_the_models() -> None:
    app = started(baseline_scenario("ballerup", "da"))
    app.session_state["method_part"] = "register"
    app.run()
    app.selectbox(key="method_quality").set_value("document").run()
    (data,) = component(checked(app), "responsive_table")
    register = load_municipality("ballerup").register
    assert len(data["rows"]) == sum(p.value.quality == "document" for p in register)
    assert {row[4] for row in data["rows"]} == {"Dokument"}


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_file_holds_every_number_with_all_its_digits(language: str) -> None:
    register = load_municipality("laesoe").register
    data = as_csv(view.csv_rows(visitor("laesoe", language), register), language)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";" if language == "da" else ","))
    by_id = {row[0].lstrip("'"): row for row in rows[1:]}
    assert by_id.keys() == {p.id for p in register}
    suppressed = suppressed_of(register)
    assert suppressed
    for parameter in register:
        said = by_id[parameter.id][3]
        if parameter.id in suppressed:
            assert (said, by_id[parameter.id][4]) == ("vises ikke" if language == "da" else "not shown", "")
            continue
        plain = said.replace(".", "").replace(",", ".") if language == "da" else said.replace(",", "")
        assert float(plain) == pytest.approx(parameter.value.value, rel=1e-8, abs=1e-12)


# --- words and sets -------------------------------------------------------------------------------


@pytest.mark.parametrize("assumption_set", list(assumption_sets()))
@pytest.mark.parametrize("language", ["da", "en"])
def test_at_most_twelve_paragraphs_each_with_what_it_leaves_out(language: str, assumption_set: str) -> None:
    found = view.paragraphs(visitor(language=language), load_municipality("ballerup", assumption_set))
    assert 9 <= len(found) <= 12
    for heading, text, leaves in found:
        assert heading
        assert len(text) < 420, "short"
        assert leaves.startswith(("Ikke med: ", "Leaves out: "))


def test_the_words_hold_the_models_numbers() -> None:
    here = visitor()
    said = {h: t.replace("\xa0", " ") for h, t, _ in view.paragraphs(here, load_municipality("ballerup"))}
    assert "30 %" in said["Fortrængning"]
    assert "84 %" in said["Aftagende udbytte"]
    assert all(share in said["Refusionstrappen"] for share in ("20 %", "60 %", "70 %", "80 %"))
    own = load_municipality("ballerup", overrides={"displacement": 0.45})
    said = {h: t.replace("\xa0", " ") for h, t, _ in view.paragraphs(here, own)}
    assert "45 %" in said["Fortrængning"]


def test_what_a_set_changes_is_what_the_model_takes() -> None:
    assert view.changed_by(load_municipality("ballerup"), "evidence") == ()
    plain = load_municipality("ballerup")
    for name in ("cautious", "strategy"):
        other = load_municipality("ballerup", name)
        pairs = view.changed_by(load_municipality("ballerup"), name)
        assert {after.id for _, after in pairs} == {
            k for k, v in other.values.items() if v != plain.values[k]
        }
        assert "displacement" in {after.id for _, after in pairs}


def test_the_limits_tell_with_which_version_they_were_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    measured, _ = measured_with()

    def caption(version: str) -> str:
        """Return what the page tells where the gaps were measured with a version."""
        monkeypatch.setattr(prose_parts, "measured_with", lambda: (version, datetime.date(2026, 11, 1)))
        app = started(baseline_scenario("ballerup", "da"))
        app.session_state["method_part"] = "limits"
        return next(str(c.value) for c in checked(app.run()).caption if "Målt" in str(c.value))

    assert "november 2026 med modelversion" in caption(measured)
    assert "ikke målt igen" in caption("0.0.1")
    assert f"Modellen er nu {MODEL_VERSION}" in caption("0.0.1").replace("\\", "")
    assert "ikke målt igen" not in caption(MODEL_VERSION)
