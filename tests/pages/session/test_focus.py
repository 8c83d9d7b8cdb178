"""Test which goal the chart shows: what moves, until one is picked."""

from __future__ import annotations

import pytest

from pages.session.focus import focus
from pages.session.results import scenario_results
from pages.session.session import Session
from tests.pages.cases import Hand, new_visit

pytestmark = pytest.mark.usefixtures("engine")


def shown(visit: Session) -> tuple[str, str]:
    goal, indicator = focus(visit, scenario_results(visit.scenario))
    return goal.id, indicator.id


def named(visit: Session) -> tuple[str, str] | None:
    return scenario_results(visit.scenario).explanation.moved


def test_the_chart_shows_what_the_sentence_names() -> None:
    visit = new_visit("ballerup")
    first = scenario_results(visit.scenario).goals[0]
    assert shown(visit) == (first.id, first.key.id), "nothing moves yet"
    Hand(visit).move("firm_places", 400.0)
    assert shown(visit) == named(visit)
    # Another lever moves another goal most, and the chart follows.
    visit.undo()
    Hand(visit).move("meetings:dagpenge", 6.0)
    assert shown(visit) == named(visit)


def test_it_stays_while_a_gesture_lasts() -> None:
    visit = new_visit("ballerup")
    hand = Hand(visit)
    hand.move("activation_rate:dagpenge", 18.0, end=False)
    during = shown(visit)
    assert during == named(visit)
    others = set()
    for value in (9.0, 27.0, 60.0):
        hand.move("activation_rate:dagpenge", value, end=False)
        assert shown(visit) == during
        others.add(named(visit))
    assert others - {during}, "what moves most has changed meanwhile"
    hand.send("end", id="activation_rate:dagpenge", value=60.0)
    assert shown(visit) == named(visit), "the next step is followed anew"


def test_what_was_picked_stays() -> None:
    visit = new_visit("ballerup")
    hand = Hand(visit)
    hand.move("firm_places", 400.0)
    other = next(g for g in scenario_results(visit.scenario).goals if g.id != shown(visit)[0])
    hand.send("focus", to=other.id)
    hand.move("firm_places", 600.0)
    assert shown(visit) == (other.id, other.key.id)
    hand.send("indicator", to=other.indicators[1].id)
    hand.move("firm_places", 700.0)
    assert shown(visit) == (other.id, other.indicators[1].id)


def test_an_indicator_of_the_followed_goal_can_be_picked() -> None:
    visit = new_visit("ballerup")
    hand = Hand(visit)
    hand.move("firm_places", 400.0)
    goal, _ = focus(visit, scenario_results(visit.scenario))
    hand.send("indicator", to=goal.indicators[-1].id)
    assert shown(visit) == (goal.id, goal.indicators[-1].id)
