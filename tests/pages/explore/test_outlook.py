"""Test the part of Explore that tells where the municipality is heading with no changes."""

from __future__ import annotations

from typing import Any

import pytest

from model.scenario.projection import FORECAST, STANDS_STILL, OwnProjection
from pages.session.actions import perform
from pages.session.session import Session
from tests.pages.cases import new_visit


def page() -> None:
    """Draw the part alone."""
    import streamlit as st

    from pages.views.explore.outlook import draw_outlook

    draw_outlook(st.session_state["visit"])


def visit_of_today() -> Session:
    """Return a visitor on the figures of 2026."""
    visit = new_visit()
    perform(visit, {"id": "baseline", "value": "2026"})
    return visit


@pytest.fixture
def app() -> Any:
    from streamlit.testing.v1 import AppTest

    made = AppTest.from_function(page, default_timeout=60)
    made.session_state["visit"] = visit_of_today()
    return made.run()


def test_both_benefits_are_told_with_their_range(app: Any) -> None:
    assert not app.exception
    said = [words.value for words in app.markdown[:2]]
    assert [words.split(":")[0].rstrip("\\") for words in said] == ["Dagpenge", "Kontanthjælp i alt"]
    assert all("8 af 10 gange mellem" in words for words in said)


def test_a_press_lets_the_figures_follow_the_forecast_and_another_lets_them_stand(app: Any) -> None:
    visit = app.session_state["visit"]
    for wanted in (FORECAST, STANDS_STILL):
        app.button(key="outlook-press").click().run()
        assert visit.history.current.projection == wanted
    assert visit.history.can_undo


def test_figures_of_2020_have_no_forecast(app: Any) -> None:
    visit = app.session_state["visit"]
    perform(visit, {"id": "baseline", "value": "2020"})
    assert visit.history.current.baseline == "2020"
    app.run()
    assert not app.header
    assert not app.button


def test_changing_to_the_figures_of_2020_stands_still() -> None:
    visit = visit_of_today()
    perform(visit, {"id": "projection", "value": FORECAST})
    assert visit.history.current.projection == FORECAST
    perform(visit, {"id": "baseline", "value": "2020"})
    assert (visit.history.current.baseline, visit.history.current.projection) == ("2020", STANDS_STILL)


def test_own_numbers_are_followed_and_wrong_ones_told(app: Any) -> None:
    visit = app.session_state["visit"]
    before = visit.history.current
    app.text_input(key="outlook-own-dagpenge-2027").input("otte").run()
    press(app)
    assert app.error
    assert visit.history.current == before
    app.text_input(key="outlook-own-dagpenge-2027").input("")
    press(app)
    assert [error.value for error in app.error] == ["Skriv mindst ét tal\\."]
    app.text_input(key="outlook-own-dagpenge-2027").input("812,5")
    app.text_input(key="outlook-own-kontanthjaelp-2028").input("700")
    press(app)
    own = visit.history.current.projection
    assert isinstance(own, OwnProjection)
    assert [(p.from_.isoformat(), p.persons) for p in own.dagpenge] == [("2027-07-01", 812.5)]
    assert [(p.from_.isoformat(), p.persons) for p in own.kontanthjaelp] == [("2028-07-01", 700)]
    assert app.text_input(key="outlook-own-dagpenge-2027").value == "812,5"
    app.button(key="outlook-press").click().run()
    assert visit.history.current.projection == STANDS_STILL


def press(app: Any) -> None:
    """Send the form."""
    next(b for b in app.button if b.label == "Lad tallene følge vores egne").click().run()
