"""Test the dialog that asks what becomes of the changes in another municipality."""

from __future__ import annotations

from typing import Any

import pytest

from tests.folders import MAIN
from tests.pages.cases import Hand, press, the_visit

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def app() -> Any:
    """Return a visitor with twice Ballerup's places who has chosen Odense."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.run()
    Hand(the_visit(app)).move("firm_places", 400.0)
    press(the_visit(app), "municipality", "odense")
    app.run()
    assert not app.exception
    return app


def places(app: Any) -> float | None:
    """Return what firm places are changed to in the municipality on screen."""
    change = the_visit(app).scenario.change_of("firm_places")
    return None if change is None else change.to


def test_the_first_answer_begins_anew_and_can_be_undone(app: Any) -> None:
    assert app.radio(key="municipality_method").value == "anew"
    assert the_visit(app).scenario.municipality == "ballerup"
    app.button(key="municipality_go").click().run()
    assert not app.exception
    assert the_visit(app).scenario.municipality == "odense"
    assert places(app) is None
    press(the_visit(app), "undo")
    assert (the_visit(app).scenario.municipality, places(app)) == ("ballerup", 400)


@pytest.mark.parametrize(("method", "after"), [("keep", 400.0), ("scale", 2170.0)])
def test_numbers_are_shown_before_they_are_kept_or_scaled(app: Any, method: str, after: float) -> None:
    app.radio(key="municipality_method").set_value(method).run()
    shown = f"{after:,.0f}".replace(",", ".")
    assert any(shown in str(m.value).replace("\\", "") for m in app.markdown)
    app.button(key="municipality_go").click().run()
    assert the_visit(app).scenario.municipality == "odense"
    assert places(app) == after


def test_staying_changes_nothing(app: Any) -> None:
    app.button(key="municipality_stay").click().run()
    visit = the_visit(app)
    assert (visit.dialog, visit.asked_municipality) == (None, None)
    assert (visit.scenario.municipality, places(app)) == ("ballerup", 400)
