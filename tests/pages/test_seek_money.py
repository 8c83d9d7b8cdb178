"""Test the questions of money on the page What would it take, in Streamlit's own test runner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.budget.budget import budget
from model.municipality.municipality_list import DATA_VARIABLE
from model.simulation.simulate import baseline, simulate
from pages.session.questions import FurtherGoal, GoalLimit, MoneyQuestion, Question
from pages.session.session import Session, baseline_scenario
from tests.folders import MAIN
from tests.pages.test_decisions import opened, settled, texts

pytestmark = pytest.mark.usefixtures("engine")

LEVERS = ("activation_rate:dagpenge", "activation_rate:sygedagpenge")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return AppTest.from_file(str(MAIN), default_timeout=120)


def asked(app: Any, mode: str, question: MoneyQuestion) -> Session:
    """Open the page, choose a mode, and fill in what is folded away."""
    opened(app, baseline_scenario("ballerup", "da"), "seek")
    visit: Session = app.session_state["visit"]
    visit.money[mode] = question
    app.radio(key="seek-mode").set_value(mode).run()
    return visit


def test_a_saving_is_found_in_three_presses_and_put_on_screen_as_one_step(app: Any) -> None:
    asked(app, "save", MoneyQuestion(levers=LEVERS))
    app.text_input(key="seek-million-save").set_value("2,5").run()
    app.button(key="seek-start-save").click().run()
    settled(app)
    assert "Der kan spares" in texts(app)
    steps = len(app.session_state["visit"].history.steps)
    app.button(key="go-seek-money-use").click().run()
    visit: Session = app.session_state["visit"]
    scenario = visit.scenario
    assert len(visit.history.steps) == steps + 1
    assert {change.lever for change in scenario.changes} == {"activation_rate"}
    figures = budget(simulate(visit.municipality, scenario), baseline(visit.municipality, scenario))
    assert float(figures.net.difference[0]) <= -2.5e6 + 1
    visit.undo()
    assert not visit.scenario.changes


KEY = "udfordringer_ud_over_ledighed.participation"


def test_a_limit_is_set_with_a_comma_and_the_answer_says_it(app: Any) -> None:
    visit = asked(app, "save", MoneyQuestion(million=1.0, levers=LEVERS))
    app.multiselect(key="seek-save-limits").set_value([KEY]).run()
    assert visit.money["save"].limits == (GoalLimit(KEY),)
    field = f"seek-limit-{KEY}"
    assert "mindst" in app.text_input(key=field).label
    assert app.text_input(key=field).placeholder.startswith("som uden ændringer: ")
    app.text_input(key=field).set_value("99,5").run()
    assert visit.money["save"].limits == (GoalLimit(KEY, 99.5),)
    app.button(key="seek-start-save").click().run()
    settled(app)
    assert "Grænsen holder ikke" in texts(app)
    assert "mindst være 99,5" in texts(app) or "mindst være 100" in texts(app)


def test_a_limit_that_cannot_be_read_is_told_and_asks_nothing(app: Any) -> None:
    visit = asked(app, "save", MoneyQuestion(million=1.0, levers=LEVERS, limits=(GoalLimit(KEY, 15.0),)))
    field = f"seek-limit-{KEY}"
    assert app.text_input(key=field).value == "15"
    app.text_input(key=field).set_value("mange").run()
    app.button(key="seek-start-save").click().run()
    assert "save" not in visit.sought_money
    assert app.error
    assert "kan ikke læses" in app.warning[-1].value
    app.text_input(key=field).set_value("").run()
    assert visit.money["save"].limits == (GoalLimit(KEY),)


def test_what_an_amount_buys_is_told_with_its_curve(app: Any) -> None:
    question = MoneyQuestion(goals=("udfordringer_ud_over_ledighed.participation",), levers=("firm_places",))
    asked(app, "buy", question)
    app.text_input(key="seek-million-buy").set_value("5.0").run()
    app.button(key="seek-start-buy").click().run()
    settled(app)
    told = texts(app).replace("\\", "")
    assert "For 5,0" in told
    assert "I det dyreste år" in told
    assert not app.exception


@pytest.mark.parametrize(("typed", "says"), [("", "Skriv et beløb"), ("1.000", "to måder"), ("fem", "fem")])
def test_without_an_amount_nothing_is_searched_for(app: Any, typed: str, says: str) -> None:
    asked(app, "buy", MoneyQuestion())
    app.text_input(key="seek-million-buy").set_value(typed).run()
    app.button(key="seek-start-buy").click().run()
    assert any(says in str(one.value) for one in (*app.error, *app.warning))
    assert not app.session_state["visit"].sought_money
    assert "seek-money" not in app.session_state["visit"].jobs


def test_levers_offered_follow_the_goal(app: Any) -> None:
    opened(app, baseline_scenario("ballerup", "da"), "seek")
    app.selectbox(key="seek-indicator").set_value("unge.education_within_52_weeks").run()
    offered = app.multiselect(key="seek-levers").options
    assert any("mentor" in name and "udd" in name for name in offered)
    assert not any("Samtaler" in name and "sygedagpenge" in name for name in offered)


def test_several_goals_are_sought_together(app: Any) -> None:
    opened(app, baseline_scenario("ballerup", "da"), "seek")
    visit: Session = app.session_state["visit"]
    goal = "udfordringer_ud_over_ledighed.participation"
    more = (FurtherGoal("serviceoplevelse.firm_starts", 0.1, 2024),)
    visit.question = Question(goal, 14.0, 2024, ("firm_places",), more=more)
    app.run()
    app.text_input(key="seek-target-2-serviceoplevelse.firm_starts").set_value("2,5").run()
    assert visit.question.more[0].target == 2.5
    app.button(key="seek-start").click().run()
    settled(app)
    told = texts(app).replace("\\", "")
    assert "Mål 1," in told
    assert "Mål 3," in told
    app.button(key="seek-goal-away-2").click().run()
    assert not app.session_state["visit"].question.more
    app.button(key="seek-goal-more").click().run()
    assert len(app.session_state["visit"].question.more) == 1
