"""Test a lever that moves by itself, without a browser."""

from __future__ import annotations

import math
from typing import Any

import pytest

from model.domain import FIRM_KINDS
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import municipalities
from model.scenario.levers import LEVER_BY_ID, LEVERS, baseline_value, bounds
from pages.session.session import MAIN_VIEW, Session, value_in
from tests.pages.cases import Hand, bar_of, fed, new_visit, press

pytestmark = pytest.mark.usefixtures("engine")
MENTOR = "mentor_share:kontanthjaelp_jobparat"


def form(here: Session) -> dict[str, Any]:
    """Return what the bar offers on the page with the levers."""
    from pages.shell.toolbar import toolbar

    data = toolbar(here, "", levers=True)
    assert data["play"] is not None
    return dict(data["play"])


def offer(here: Session, item: str) -> tuple[float, float]:
    """Return from where to where a lever is offered to move."""
    one = next(one for one in form(here)["levers"] if one["id"] == item)
    return one["from"], one["to"]


def ask(here: Session, item: Any, start: Any, end: Any) -> None:
    press(here, "play", {"item": item, "from": start, "to": end})


# --- what is offered ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("town", [*[info.id for info in municipalities() if info.curated][:3], "aarhus"])
def test_every_lever_is_offered_between_two_values_that_it_has(town: str, language: str) -> None:
    here = new_visit(town, language)
    municipality = load_municipality(town)
    levers = {one["id"]: one for one in form(here)["levers"]}
    assert {item.partition(":")[0] for item in levers} == {one.id for one in LEVERS if one.scope != "mix"}
    for item, one in levers.items():
        name, _, group = item.partition(":")
        lever = LEVER_BY_ID[name]
        low, high = bounds(lever, municipality)
        assert one["from"] == baseline_value(lever, municipality, group or None), "from the baseline"
        assert low <= one["to"] <= high
        assert one["to"] != one["from"], item
        steps = (one["to"] - low) / lever.step
        assert math.isclose(steps, round(steps), abs_tol=1e-6), "to one of the lever's own steps"
        assert one["label"]


def test_the_animation_form_offers_twice_the_places_or_the_last_move(visit: Session) -> None:
    assert form(visit)["chosen"] == "firm_places"
    assert offer(visit, "firm_places") == (200, 400)
    Hand(visit).move("firm_places", 330.0)
    Hand(visit).move(MENTOR, 12.0)
    assert offer(visit, "firm_places") == (200, 330)
    assert offer(visit, MENTOR)[1] == 12
    assert form(visit)["chosen"] == MENTOR, "the lever moved last"
    Hand(visit).move(f"firm_place_mix:{FIRM_KINDS[0]}", 50.0)
    assert form(visit)["chosen"] == MENTOR, "a kind of places drags the others along and is not offered"


def test_a_lever_at_the_end_of_its_slider_is_offered_the_way_back(visit: Session) -> None:
    from pages.session.animation import _suggested

    words = {
        "id": "firm_places",
        "min": 0.0,
        "max": 10.0,
        "step": 1.0,
        "base": baseline_value(LEVER_BY_ID["firm_places"], visit.municipality),
    }
    words["max"] = words["base"]
    assert _suggested(visit.scenario, visit.municipality, words) == (200.0, 160.0)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(0.0, 0.0), (4.4, 4.0), (4.6, 5.0), (4.5, 5.0), (1.2, 1.23), (1.3, 1.23), (99.0, 10.0), (-3.0, 0.0)],
)
def test_a_value_becomes_the_nearest_that_the_slider_has(value: float, wanted: float) -> None:
    from pages.session.animation import on_a_step

    assert on_a_step({"min": 0, "max": 10, "step": 1, "base": 1.23}, value) == wanted


def test_only_the_page_with_the_levers_has_the_form_and_the_tour(visit: Session) -> None:
    assert bar_of(visit)["play"] is None
    assert bar_of(visit)["tour"] is None
    press(visit, "present")
    assert form(visit)["levers"], "the big screen plays"


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_tour_has_three_steps_that_say_which_they_are(language: str) -> None:
    from pages.shell.toolbar import toolbar

    here = new_visit(language=language)
    steps = toolbar(here, "", levers=True)["tour"]["steps"]
    counts = (
        ["Trin 1 af 3", "Trin 2 af 3", "Trin 3 af 3"]
        if language == "da"
        else ["Step 1 of 3", "Step 2 of 3", "Step 3 of 3"]
    )
    assert [step["count"] for step in steps] == counts
    assert all(step["title"] and step["text"] for step in steps)


# --- what is asked for ----------------------------------------------------------------------------


def test_a_move_goes_to_the_panel_once_and_changes_nothing_by_itself(visit: Session) -> None:
    before = visit.scenario
    ask(visit, "firm_places", 200, 400)
    assert visit.view == MAIN_VIEW
    move = fed(visit)["panel"]["replay"]
    assert (move["id"], move["from"], move["to"], move["seconds"]) == ("firm_places", 200, 400, 10)
    assert fed(visit)["panel"]["replay"] == move, "until the sliders have it: a run may be broken off"
    assert visit.scenario == before
    assert not visit.history.can_undo
    hand = Hand(visit)
    hand.send("move", id="firm_places", value=210.0)
    assert fed(visit)["panel"]["replay"] == move, "a hand's value that was under way"
    hand.send("animated", token="another")
    assert fed(visit)["panel"]["replay"] == move
    hand.send("animated", token=move["token"])
    assert fed(visit)["panel"]["replay"] is None, "once"


@pytest.mark.parametrize("another", [Session.undo, Session.redo, Session.reset])
def test_a_move_that_was_not_taken_is_off_when_something_else_is_on_screen(
    visit: Session, another: Any
) -> None:
    Hand(visit).move("firm_places", 330.0)
    ask(visit, "firm_places", 200, 400)
    assert visit.animation is not None
    another(visit)
    assert visit.animation is None


def test_the_panel_turns_to_the_lever_and_stays_where_it_is_shown(visit: Session) -> None:
    def shown() -> list[str]:
        return [item["id"] for section in fed(visit)["panel"]["sections"] for item in section["items"]]

    ask(visit, MENTOR, 2, 20)
    assert visit.view == "support"
    assert MENTOR in shown()
    visit.view = "activation"
    ask(visit, "activation_rate:dagpenge", 20, 40)
    assert visit.view == "activation", "the lever is here too"
    ask(visit, "firm_places", 200, 400)
    assert visit.view == MAIN_VIEW
    press(visit, "present")
    ask(visit, MENTOR, 2, 20)
    assert visit.view == MAIN_VIEW
    assert shown()[0] == MENTOR, "the big screen shows it first"
    first = shown()
    for value in (2.0, 3.0, 20.0):
        Hand(visit).send("move", id=MENTOR, value=value)
        assert shown() == first, "and the levers keep their places while it moves"
    press(visit, "present")
    assert visit.last_animated is None


def test_values_become_the_levers_own(visit: Session) -> None:
    ask(visit, "firm_places", -50, 5_000_000)
    assert (visit.animation.start, visit.animation.end) == (0, 1000)  # type: ignore[union-attr]
    ask(visit, "firm_places", 203.0, 396.2)
    assert (visit.animation.start, visit.animation.end) == (200, 400)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "asked",
    [
        None, "firm_places", [], {}, {"item": "firm_places"},
        {"item": "no such lever", "from": 1, "to": 2},
        {"item": ["firm_places"], "from": 1, "to": 2},
        {"item": "activation_rate:nobody", "from": 1, "to": 2},
        {"item": "activation_rate", "from": 1, "to": 2},
        {"item": f"firm_place_mix:{FIRM_KINDS[0]}", "from": 0, "to": 50},
        {"item": "firm_places", "from": None, "to": 400},
        {"item": "firm_places", "from": "200", "to": "400"},
        {"item": "firm_places", "from": True, "to": False},
        {"item": "firm_places", "from": 200, "to": math.nan},
        {"item": "firm_places", "from": 200, "to": math.inf},
        {"item": "firm_places", "from": 200, "to": 10**400},
        {"item": "firm_places", "from": 200, "to": 200},
        {"item": "firm_places", "from": 201, "to": 203},
    ],
)  # fmt: skip
def test_what_is_not_offered_is_left_alone(visit: Session, asked: Any) -> None:
    press(visit, "play", asked)
    assert visit.animation is None
    assert visit.view == MAIN_VIEW
    assert visit.last_animated is None


# --- what comes of it -----------------------------------------------------------------------------


def test_the_way_there_is_one_step_and_the_end_is_as_if_set_at_once(visit: Session) -> None:
    direct = new_visit()
    Hand(direct).move("firm_places", 400.0)
    ask(visit, "firm_places", 200, 400)
    Hand(visit).move("firm_places", *(float(v) for v in range(200, 401, 10)))
    assert visit.scenario == direct.scenario
    assert fed(visit)["board"] == fed(direct)["board"]
    assert len(visit.history.steps) == 2
    visit.undo()
    assert visit.scenario == new_visit().scenario


def test_leaving_the_page_midway_keeps_what_was_reached_as_a_step(visit: Session) -> None:
    Hand(visit).move("firm_places", 200.0, 280.0, end=False)
    assert visit.live is not None
    visit.keep()
    assert visit.live is None
    assert value_in(visit.history.current, visit.municipality, "firm_places", None) == 280
    visit.undo()
    assert not visit.scenario.changes
