"""Test the page Compare in Streamlit's own test runner."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from model.language.catalogue import text
from model.scenario.files import load_scenario
from model.scenario.period import on_figures
from model.scenario.scenario import Scenario
from pages.session import scenario_store
from pages.session.reference import reference_note, reference_results
from pages.session.session import Session, baseline_scenario
from tests.pages.cases import new_visit
from tests.pages.test_decisions import DOUBLE, app, opened, settled, texts

pytestmark = pytest.mark.usefixtures("engine")
__all__ = ["app"]


def kept(name: str, places: float) -> str:
    """Save a proposal among one's own and return its key in the choice."""
    proposal = baseline_scenario("ballerup", "da").with_change("firm_places", places).copy_with(name=name)
    scenario_store.library().save(proposal, expected_hash=None)
    return next(str(e.path) for e in scenario_store.library().listing()[0] if e.scenario.name == name)


def on_screen(places: float = 200.0) -> Scenario:
    return baseline_scenario("ballerup", "da").with_change("firm_places", places)


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_verdict_and_both_pictures_come_before_all_tables(app: Any, language: str) -> None:
    opened(app, on_screen(), "compare", language)
    said = [str(m.value) for m in app.markdown]
    assert any({"da": "mål", "en": "goal"}[language] in words for words in said if words.startswith("**"))
    assert any(text("page_compare.on_screen", language) in str(html.proto) for html in app.get("html"))
    assert len(app.get("vega_lite_chart")) == 4, "goals, money, how often, week by week"
    verdicts = app.table[-3].value
    assert not any(str(head).startswith(("A:", "B:")) for table in app.table for head in table.value.columns)
    assert len(verdicts.columns) == 4


def test_eight_proposals_are_compared_and_taken_along(app: Any) -> None:
    from pages.views.compare.choice import chosen_scenarios, offered_scenarios
    from pages.views.compare.downloads import sheet, workbook
    from pages.views.compare.jobs import finished_shares
    from pages.views.compare.view import MOST, ComparisonView

    keys = [kept(f"Forslag {n}", 150.0 + 9 * n) for n in range(6)]
    opened(app, on_screen(), "compare")
    visit: Session = app.session_state["visit"]
    app.multiselect(key="compared").set_value(["screen", "baseline", *keys]).run()
    settled(app)
    view = ComparisonView(visit, chosen_scenarios(visit, offered_scenarios(visit))[0])
    assert len(view.sides) == MOST == 8
    from pages.session.results import scenario_results

    compared = view.with_shares(finished_shares(visit, scenario_results(visit.scenario), view))
    assert compared.verdict
    assert str(" ".join(compared.verdict))[:30] in texts(app)
    import datetime

    day = datetime.date(2027, 1, 4)
    book = openpyxl.load_workbook(io.BytesIO(workbook(compared, day)))
    heads = [cell.value for cell in book["Mål"][1]]
    assert all(f"Forslag {n}" in heads for n in range(6))
    assert len(pypdf.PdfReader(io.BytesIO(sheet(compared, day))).pages) == 1


def test_one_press_compares_ones_own_proposals_or_the_examples(app: Any) -> None:
    for n in range(5):
        kept(f"Forslag {n}", 150.0 + 9 * n)
    opened(app, on_screen(), "compare")
    visit: Session = app.session_state["visit"]
    for label, count in (("Sammenlign gemte forslag (5)", 6), ("Sammenlign eksempler (4)", 5)):
        next(b for b in app.button if b.label == label).click().run()
        settled(app)
        assert not app.exception
        assert len(visit.compared) == count
        assert list(app.multiselect(key="compared").value) == list(visit.compared)
    assert "Halvt så mange virksomhedspladser til" in [
        str(head) for table in app.table for head in table.value.columns
    ]


def test_a_ninth_proposal_is_told_and_left_out(app: Any) -> None:
    keys = [kept(f"Forslag {n}", 150.0 + 9 * n) for n in range(7)]
    opened(app, on_screen(), "compare")
    app.session_state["visit"].compared = ("screen", "baseline", *keys)
    app.multiselect(key="compared").set_value(["screen", "baseline", *keys]).run()
    assert any("De første 8 vises" in w.value for w in app.warning)
    assert "Forslag 6" not in [str(head) for table in app.table for head in table.value.columns]
    assert "Forslag 5" in [str(head) for table in app.table for head in table.value.columns]


def test_the_same_proposal_is_shown_once(app: Any) -> None:
    key = kept("Tvilling", 200.0)
    opened(app, on_screen(), "compare")
    app.multiselect(key="compared").set_value(["screen", "baseline", key]).run()
    settled(app)
    assert any("Tvilling" in w.value and "to gange" in w.value for w in app.warning)
    assert "Tvilling" not in [str(head) for table in app.table for head in table.value.columns]


def test_the_administrations_proposal_stands_beside_mine(app: Any) -> None:
    key = kept("Forvaltningen", 160.0)
    opened(app, on_screen(), "compare")
    app.selectbox(key="compare-reference").set_value(key).run()
    settled(app)
    visit: Session = app.session_state["visit"]
    assert visit.reference is not None
    assert visit.reference.name == "Forvaltningen"
    heads = [[str(head) for head in table.value.columns] for table in app.table]
    goals = next(columns for columns in heads if "Uden ændringer" in columns and len(columns) == 5)
    assert [goals[2], goals[3][:14]] == ["Scenariet på skærmen", "Forvaltningen "], goals
    visit.undo()
    assert visit.reference is not None, "undo is of levers"


def test_a_reference_of_another_place_or_time_is_not_used_and_told() -> None:
    visit = new_visit()
    visit.set_scenario(on_screen())
    assert reference_results(visit) is None
    assert reference_note(visit) is None
    visit.reference = on_screen(160.0).copy_with(name="Forvaltningen")
    found = reference_results(visit)
    assert found is not None
    assert found.scenario.change_of("firm_places", None).to == 160.0  # type: ignore[union-attr]
    for other in (
        baseline_scenario("herlev", "da").copy_with(name="Anden by"),
        on_screen().copy_with(name="Kort", years=2),
        on_figures(load_scenario(DOUBLE), "2026").copy_with(name="Ny"),
    ):
        visit.reference = other
        assert reference_results(visit) is None
        assert other.name in str(reference_note(visit))


def test_the_library_names_the_administrations_proposal(app: Any) -> None:
    del app  # whose folder of data it is
    from pages.views.library.actions import perform

    key = kept("Forvaltningen", 160.0)
    entry = next(e for e in scenario_store.library().listing()[0] if str(e.path) == key)
    visit = new_visit()
    perform(visit, entry, "reference")
    assert visit.reference == entry.scenario
    assert visit.notice is not None
    assert "Forvaltningen" in visit.notice.words.text("da")


def test_the_big_screen_has_one_thing_at_a_time_and_no_table(app: Any) -> None:
    opened(app, on_screen(), "compare")
    visit: Session = app.session_state["visit"]
    visit.present = True
    app.run()
    settled(app)

    def drawn() -> str:
        return " ".join(html.proto.body for html in app.get("html") if html.proto.body.startswith("<ul"))

    assert any(str(m.value).startswith("**") for m in app.markdown), "the conclusion comes first"
    assert 'class="ik-room"' not in drawn()
    app.button_group(key="compare-view").set_value("money").run()
    assert "ik-room-whisker" in drawn()
    assert not any(str(m.value).startswith("**") for m in app.markdown)
    assert not app.get("vega_lite_chart")
    assert not app.table


def test_compare_one_of_other_years_is_taken_out_and_said(app: Any, tmp_path: Path) -> None:
    short = baseline_scenario("ballerup", "da").copy_with(name="Kort", years=2)
    scenario_store.library().save(short, expected_hash=None)
    opened(app, load_scenario(DOUBLE), "compare")
    visit: Session = app.session_state["visit"]
    key = next(str(e.path) for e in scenario_store.library().listing()[0] if e.scenario.name == "Kort")
    visit.compared = ("screen", "baseline", key)
    app.multiselect(key="compared").set_value(list(visit.compared)).run()
    settled(app)
    assert any("Kort" in w.value and "2" in w.value for w in app.warning)


def test_compare_one_of_another_time_is_taken_out_and_said(app: Any) -> None:
    """Draws of one time's figures say nothing of a scenario on another's."""
    old = load_scenario(DOUBLE)
    opened(app, on_figures(old.copy_with(name="I dag"), "2026"), "compare")
    visit: Session = app.session_state["visit"]
    key = next(str(e.path) for e in scenario_store.library().listing()[0] if e.scenario == old)
    visit.compared = ("screen", "baseline", key)
    app.multiselect(key="compared").set_value(list(visit.compared)).run()
    settled(app)
    assert any("tal fra 2020" in w.value and "taget ud" in w.value for w in app.warning)
    heads = [str(head) for table in app.table for head in table.value.columns]
    assert old.name not in heads
