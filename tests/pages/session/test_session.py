"""Test what a session makes of moves, addresses and what a page shows whose server has started again."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from model.scenario.files import load_scenario
from model.scenario.levers import LEVER_BY_ID, baseline_value
from pages.session.session import Session
from tests.folders import ROOT
from tests.pages.cases import Hand, new_visit, press

pytestmark = pytest.mark.usefixtures("engine")


def test_a_drag_is_one_step_and_undo_restores(visit: Session) -> None:
    hand = Hand(visit)
    before = visit.scenario
    hand.move("firm_places", *range(210, 401, 10), end=False)
    assert visit.scenario.change_of("firm_places").to == 400
    assert len(visit.history.steps) == 1, "the step comes when the slider is let go"
    hand.send("end", id="firm_places", value=400)
    assert len(visit.history.steps) == 2
    visit.undo()
    assert visit.scenario == before
    visit.redo()
    assert visit.scenario.change_of("firm_places").to == 400


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "no_such_lever", "value": 1.0},
        {"id": "firm_places", "value": float("nan")},
        {"id": "firm_places", "value": 1e300},
        {"id": "firm_places", "value": "many"},
        {"id": "activation_rate:fleksjob", "value": 10.0},
        {"id": "firm_place_mix:nothing", "value": 10.0},
        {"value": 300.0},
        {"id": "firm_places"},
        {"id": "firm_places", "value": float("inf")},
        {"id": "firm_places", "value": -1e9},
        {"id": ["firm_places"], "value": 300.0},
        {"id": "firm_places", "value": [300]},
    ],
)
def test_nonsense_from_a_browser_moves_nothing_and_says_so(visit: Session, broken: dict[str, Any]) -> None:
    before = visit.scenario
    for kind in ("move", "end"):
        Hand(visit).send(kind, **broken)
        assert visit.scenario == before
        assert visit.live is None, "the sliders go back to where the server has them"
        assert visit.notice is not None
        visit.notice = None


def test_back_at_the_baselines_value_a_lever_is_no_change(visit: Session) -> None:
    hand = Hand(visit)
    hand.move("activation_rate:dagpenge", 30.0)
    assert visit.scenario.changes
    base = baseline_value(LEVER_BY_ID["activation_rate"], visit.municipality, "dagpenge")
    hand.move("activation_rate:dagpenge", base)
    assert not visit.scenario.changes


def test_moving_a_lever_keeps_its_date_and_its_reason(visit: Session) -> None:
    file = load_scenario(ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    visit.open(file)
    Hand(visit).move("firm_places", 350.0)
    before, after = file.change_of("firm_places"), visit.scenario.change_of("firm_places")
    assert after.to == 350
    assert (after.from_, after.phase_in_weeks, after.why) == (before.from_, before.phase_in_weeks, before.why)


def test_dates_hold_for_what_is_changed_and_what_will_be(visit: Session) -> None:
    hand = Hand(visit)
    hand.move("firm_places", 300.0)
    visit.retime(from_=datetime.date(2021, 6, 7))
    visit.retime(phase_in_weeks=13)
    hand.move("meetings:dagpenge", 3.0)
    assert {(c.from_, c.phase_in_weeks) for c in visit.scenario.changes} == {(datetime.date(2021, 6, 7), 13)}
    for _ in range(3):
        visit.undo()
    assert {(c.from_, c.phase_in_weeks) for c in visit.scenario.changes} == {(visit.scenario.start, 0)}


def test_reset_of_one_lever_and_of_all_can_be_undone(visit: Session) -> None:
    hand = Hand(visit)
    hand.move("firm_places", 300.0)
    hand.move("meetings:dagpenge", 3.0)
    full = visit.scenario
    visit.reset("firm_places")
    assert [c.lever for c in visit.scenario.changes] == ["meetings"]
    visit.undo()
    assert visit.scenario == full
    visit.reset()
    assert not visit.scenario.changes
    visit.undo()
    assert visit.scenario == full


def test_reset_to_what_was_saved(visit: Session) -> None:
    hand = Hand(visit)
    saved = load_scenario(ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    visit.open(saved)
    hand.move("firm_places", 250.0)
    hand.move("meetings:dagpenge", 3.0)
    visit.reset("firm_places", "saved")
    assert visit.scenario.change_of("firm_places") == saved.change_of("firm_places")
    assert visit.scenario.change_of("meetings", "dagpenge") is not None
    visit.reset(to="saved")
    assert visit.scenario == saved


def test_another_municipality_keeps_the_numbers_where_that_is_chosen(visit: Session) -> None:
    Hand(visit).move("activation_rate:dagpenge", 30.0)
    visit.choose_municipality("broendby", "keep")
    assert visit.scenario.municipality == "broendby"
    assert visit.scenario.change_of("activation_rate", "dagpenge").to == 30
    visit.undo()
    assert visit.scenario.municipality == "ballerup"


def test_another_municipality_is_asked_about_where_there_are_changes(visit: Session) -> None:
    press(visit, "municipality", "broendby")
    assert (visit.scenario.municipality, visit.dialog) == ("broendby", None)
    Hand(visit).move("firm_places", 300.0)
    before = visit.scenario
    press(visit, "municipality", "odense")
    assert visit.scenario is before, "nothing is carried along in silence"
    assert visit.asked_municipality == "odense"
    visit.choose_municipality("odense")
    assert visit.scenario.municipality == "odense"
    assert not visit.scenario.changes
    visit.undo()
    assert visit.scenario == before


def test_what_does_not_fit_the_other_municipality_is_told(visit: Session) -> None:
    visit.choose_municipality("odense")
    Hand(visit).move("firm_places", 5000.0)
    visit.choose_municipality("ballerup", "keep")
    assert visit.scenario.change_of("firm_places").to == 1000
    assert visit.notice is not None
    assert visit.notice.kind == "warning"
    assert "5.000" in visit.notice.more[0].da
    assert "1.000" in visit.notice.more[0].da


def test_the_address_holds_scenario_and_language(visit: Session) -> None:
    assert visit.query == ""
    Hand(visit).move("firm_places", 400.0)
    visit.language = "en"
    other = new_visit()
    assert other.recover(visit.query)
    assert other.scenario == visit.scenario
    assert other.language == "en"
    assert not other.recover(visit.query), "it shows that already"
    assert other.recover("lang=en")
    assert not other.scenario.changes
    Hand(other).move("firm_places", 300.0)
    assert not other.recover(visit.query), "work is not overwritten"


@pytest.mark.parametrize("marks", [".", ")", '">', "»", "%3E"])
def test_an_address_with_a_mark_of_the_mail_at_its_end_is_opened(visit: Session, marks: str) -> None:
    Hand(visit).move("firm_places", 400.0)
    link = {key: values[0] for key, values in parse_qs(visit.query).items()}
    for address in ({"s": link["s"] + marks}, {"s": link["s"], "lang": "en" + marks}):
        other = new_visit()
        other.restore(address)
        assert other.scenario == visit.scenario
        assert other.language == ("en" if "lang" in address else "da")
        assert other.notice is None


def test_what_a_hand_holds_is_not_overwritten(visit: Session) -> None:
    Hand(visit).move("firm_places", 400.0)
    back = new_visit()
    Hand(back).move("meetings:dagpenge", 3.0, end=False)
    assert not back.recover(visit.query)
    assert back.value("meetings", "dagpenge") == 3


@pytest.mark.parametrize("link", ["1.", "1.x", "9.abc", "x" * 100_000, "1." + "A" * 500, "☃", "1.eJw="])
def test_a_broken_link_leaves_the_baseline_and_says_so(visit: Session, link: str) -> None:
    visit.restore({"s": link})
    assert not visit.scenario.changes
    assert visit.notice is not None
