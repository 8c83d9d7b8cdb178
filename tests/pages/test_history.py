"""Test the published months before the start on the page Target groups, and beside the levers."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from model.municipality.build_vintage import SYSTEM
from model.municipality.history import published_caseload
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import DATA_VARIABLE
from model.municipality.vintages import BASELINE_VARIABLE
from model.scenario.scenario import Scenario
from model.simulation import flows as fl
from pages.session.history import History as Steps
from pages.session.history import Step
from pages.session.results import runs
from pages.session.session import Session, baseline_scenario
from pages.session.sliders import slider_facts
from pages.views.target_groups import history
from pages.views.target_groups.view import GroupView

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(autouse=True)
def on_2026(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    monkeypatch.setenv(BASELINE_VARIABLE, "2026")


def view(
    group: str | None,
    municipality: str = "ballerup",
    origin: str | None = None,
    scenario: Scenario | None = None,
) -> GroupView:
    scenario = scenario or baseline_scenario(municipality, "da")
    session = Session(history=Steps((Step(scenario, "start"),)), token="t")
    return GroupView(session, fl.Segment(group, origin), *runs(scenario))


def test_each_choice_shows_the_series_it_is_about() -> None:
    assert history.benefits_shown(view(None)) == ("dagpenge", "kontanthjaelp")
    assert history.benefits_shown(view("dagpenge")) == ("dagpenge",)
    assert history.benefits_shown(view("sho")) == ("kontanthjaelp",)
    assert history.benefits_shown(view("sygedagpenge")) == ()
    assert history.benefits_shown(view("dagpenge", origin="western")) == ()


def test_no_months_beside_the_figures_of_2020(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BASELINE_VARIABLE, "2020")
    assert history.benefits_shown(view(None)) == ()


def test_months_end_before_the_start_and_the_run_is_the_models() -> None:
    shown = view(
        "kontanthjaelp_jobparat",
        scenario=baseline_scenario("ballerup", "da").with_change("firm_places", 200.0),
    )
    found = history.history_of(shown, "kontanthjaelp")
    assert found is not None
    assert (found.published.months[0], found.published.months[-1]) == ("2021-08", "2026-01")
    assert found.days[-1] < found.weeks[0]
    whole = sum(fl.Segment(group).of(shown.outcome, "caseload")[1:] for group in SYSTEM)
    assert found.scenario == pytest.approx(whole)
    assert found.scenario != pytest.approx(found.baseline)


def test_a_start_among_the_months_shows_those_before_it() -> None:
    scenario = baseline_scenario("ballerup", "da").model_copy(update={"start": datetime.date(2026, 1, 5)})
    found = history.history_of(view("dagpenge", scenario=scenario), "dagpenge")
    assert found is not None
    assert found.published.months[-1] == "2025-12"


def test_what_is_drawn_has_gaps_where_months_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    series = published_caseload("ballerup", "dagpenge")
    with_gap = replace(series, values=(*series.values[:3], None, *series.values[4:]))
    monkeypatch.setattr(history, "published_caseload", lambda *_: with_gap)
    shown = view("dagpenge")
    found = history.history_of(shown, "dagpenge")
    assert found is not None
    table, rows, said = history.figures(shown.session, found)
    drawn: dict[str, list[Any]] = table.to_pydict()
    months = len(found.published.months)
    assert drawn["published"][:months] == list(with_gap.values)
    assert drawn["published"][3] is None
    assert set(drawn["published"][months:]) == {None}
    assert set(drawn["scenario"][:months]) == {None}
    assert None not in drawn["scenario"][months:]
    assert drawn["week"] == sorted(drawn["week"])
    assert min(drawn["edge"][0], *(v for v in with_gap.values if v is not None)) == drawn["edge"][0]
    assert list(rows[3].values())[1] == "–"
    assert said["to"] == "702"


def test_a_small_remainder_is_not_given_away() -> None:
    # Læsø has fewer than five in ressourceforløb, ledighedsydelse and revalidering together.
    assert history.history_of(view("sho", "laesoe"), "kontanthjaelp") is None
    assert history.history_of(view("dagpenge", "laesoe"), "dagpenge") is not None


def test_the_page_draws_them(tmp_path: Path) -> None:
    from streamlit.testing.v1 import AppTest

    from tests.folders import ROOT

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.switch_page("pages/target_groups.py")
    app.run()
    assert not app.exception
    names = [chart.proto.alt for chart in app.get("vega_lite_chart")]
    assert sum("offentliggjort før starten" in name for name in names) == 2
    said = "\n".join(str(caption.value) for caption in app.caption).replace("\\", "").replace("\xa0", " ")
    assert "Jobindsats y25i01" in said
    assert "Jobindsats y60a02" in said
    assert (
        names.count("Andel af kontanthjælpsmodtagere med lønnede timer, offentliggjort måned for måned") == 1
    )
    assert "10,3 % til sidst. Kilde: Jobindsats y60j01" in said
    assert "Derfor fortsætter beregningen ikke denne linje." in said


def test_levers_tell_what_was_published_beside_these_figures_alone() -> None:
    now = load_municipality("ballerup", figures="2026", rules="dated")
    assert "y60c07" in slider_facts(now, "activation_rate:sho", "da")["help"]
    assert "y60c02" in slider_facts(now, "firm_places", "da")["help"]
    assert "y60c07" not in slider_facts(now, "activation_rate:dagpenge", "da")["help"]
    then = load_municipality("ballerup")
    assert "y60c07" not in slider_facts(then, "activation_rate:sho", "da")["help"]
