"""Test the dialog about the scenario: who wrote it and why is read, what the meeting said is written."""

from __future__ import annotations

from typing import Any

import pytest

from model.library.share_link import encode_link
from tests.folders import MAIN
from tests.pages.cases import Hand, bar_of, new_visit, press, the_visit

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def app() -> Any:
    """Return a visitor with a lever moved who has asked about the scenario."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.run()
    Hand(the_visit(app)).move("firm_places", 420.0)
    press(the_visit(app), "about")
    app.run()
    assert not app.exception
    return app


def test_what_is_written_is_one_step_and_read_by_the_next(app: Any) -> None:
    visit = the_visit(app)
    before = len(visit.history.steps)
    app.text_input(key="about_author").set_value("Bord 3").run()
    for note in ("question", "expectation", "findings", "decision"):
        app.text_area(key=f"about_{note}").set_value(f"{note}: **<b>x</b>**\u202e").run()
    app.button(key="about_use").click().run()
    assert not app.exception
    scenario = visit.scenario
    assert (scenario.author, len(visit.history.steps)) == ("Bord 3", before + 1)
    assert scenario.workshop is not None
    assert scenario.workshop.decision == "decision: **<b>x</b>**"
    labels = [entry["label"] for menu in bar_of(visit)["menus"] for entry in menu["entries"]]
    assert any("Tekst ændret" in label for label in labels), "the list of changes says that it was words"
    link = encode_link(scenario)
    press(visit, "undo")
    assert (visit.scenario.author, visit.scenario.workshop) == ("", None)
    # Another visitor opens the link.
    other = new_visit()
    other.restore({"s": link})
    assert other.scenario.workshop == scenario.workshop
    assert "Bord 3" in bar_of(other)["opened"]


def test_who_and_why_are_read_where_they_are_written(app: Any) -> None:
    visit = the_visit(app)
    visit.dialog = None
    written = visit.scenario.with_change("firm_places", 420.0, why="Fordi <b>vi</b> tror det")
    visit.set_scenario(written.copy_with(author="Bord 3"))
    app.run()
    press(visit, "about")
    app.run()
    told = "\n".join(str(m.value) for m in [*app.markdown, *app.caption])
    plain = told.replace("\\", "")
    assert "Skrevet af Bord 3." in plain
    assert "200 → 420" in plain
    assert "Fordi <b>vi</b> tror det" in plain
    assert "<b>" not in told, "nobody's words are read as HTML"
    assert not [box for box in app.text_area if str(box.key).startswith("about_")]
    app.button(key="about_edit").click().run()
    assert app.text_input(key="about_author").value == "Bord 3"


def test_unchanged_texts_are_no_step(app: Any) -> None:
    before = the_visit(app).history
    app.button(key="about_use").click().run()
    assert the_visit(app).history == before
    assert the_visit(app).dialog is None
