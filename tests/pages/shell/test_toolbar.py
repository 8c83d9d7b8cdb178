"""Test the toolbar: its buttons, choices, list of changes and replay."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from model.library.share_link import decode_link
from model.municipality.municipality_list import DATA_VARIABLE
from pages.session.session import Session, baseline_scenario
from tests.pages.cases import Hand, bar_of, fed, give_ballerup_own_figures, new_visit, press

pytestmark = pytest.mark.usefixtures("engine")


def entries(visit: Session, menu: str) -> list[dict[str, Any]]:
    return next(m["entries"] for m in bar_of(visit)["menus"] if m["id"] == menu)


def disabled(visit: Session) -> set[str]:
    return {b["id"] for b in bar_of(visit)["buttons"] if b["disabled"]}


def test_the_bars_buttons(visit: Session) -> None:
    assert disabled(visit) == {"undo", "redo"}
    Hand(visit).move("firm_places", 400.0)
    moved = visit.scenario
    assert disabled(visit) == {"redo"}
    press(visit, "undo")
    assert not visit.scenario.changes
    assert disabled(visit) == {"undo"}
    press(visit, "redo")
    assert visit.scenario == moved
    press(visit, "reset", "baseline")
    assert not visit.scenario.changes
    press(visit, "undo")
    assert visit.scenario == moved
    press(visit, "language")
    assert bar_of(visit)["heading"] == "What does the effort change?"
    press(visit, "present")
    assert visit.present
    assert {b["id"] for b in bar_of(visit)["buttons"]} == {"undo", "redo", "present"}
    press(visit, "save")
    assert visit.dialog == "save"


@pytest.mark.parametrize(
    "action",
    [
        None,
        {},
        {"id": "no such thing"},
        {"id": "municipality", "value": "atlantis"},
        {"id": "assumptions", "value": "wishful"},
        {"id": "economy", "value": {"inflow": []}},
        {"id": "years", "value": "0"},
        {"id": "years", "value": "11"},
        {"id": "years", "value": "many"},
        {"id": "from", "value": "mixed"},
        {"id": "from", "value": None},
        {"id": "phase_in", "value": "10000000000"},
        {"id": "phase_in", "value": "-4"},
        {"id": "step", "value": "x"},
        {"id": "step", "value": 10_000},
        {"id": "replay"},
    ],
)
def test_what_the_bar_does_not_offer_does_nothing(visit: Session, action: dict[str, Any] | None) -> None:
    Hand(visit).move("firm_places", 400.0)
    before = visit.scenario
    Hand(visit).send("action", **(action or {}))
    assert visit.scenario == before


def test_choices_are_one_step_each_and_can_be_undone(visit: Session) -> None:
    Hand(visit).move("firm_places", 300.0)
    start = visit.scenario
    press(visit, "assumptions", "cautious")
    press(visit, "economy", "second_wave")
    press(visit, "years", "10")
    press(visit, "from", "2022-01-01")
    press(visit, "phase_in", "26")
    press(visit, "municipality", "albertslund")
    assert visit.dialog == "municipality"
    visit.choose_municipality("albertslund", "keep")
    scenario = visit.scenario
    assert (scenario.assumption_set, scenario.economy, scenario.municipality) == (
        "cautious", "second_wave", "albertslund",
    )  # fmt: skip
    assert scenario.years == 10
    change = scenario.changes[0]
    assert (change.from_, change.phase_in_weeks) == (datetime.date(2022, 1, 1), 26)
    for choice in bar_of(visit)["choices"]:
        assert choice["value"] in {option["value"] for option in choice["options"]}
    for _ in range(6):
        press(visit, "undo")
    assert visit.scenario == start


def test_years_ahead_move_all_that_names_the_period(visit: Session) -> None:
    Hand(visit).move("firm_places", 300.0)
    for years, one in (("10", "10 år"), ("1", "1 år")):
        press(visit, "years", years)
        data = fed(visit)
        cells = data["board"]["budget"]["years"]
        assert cells[-1]["label"] == f"{one} i alt"
        assert len(cells) == int(years) + 1
        assert f"over {one} (" in data["spoken"]
        assert decode_link(parse_qs(visit.query)["s"][0]).years == int(years)
    assert [e["label"] for e in entries(visit, "changes")][-3:-2] == ["Regner 10 år frem"]
    press(visit, "language")
    assert "over 1 year (" in fed(visit)["spoken"]


def test_only_periods_in_which_all_changes_begin_are_offered(visit: Session) -> None:
    def offered() -> list[str]:
        choice = next(c for c in bar_of(visit)["choices"] if c["id"] == "years")
        return [option["value"] for option in choice["options"]]

    assert offered() == [str(n) for n in range(1, 11)]
    Hand(visit).move("firm_places", 300.0)
    press(visit, "from", "2022-06-01")
    assert offered()[0] == "2"
    press(visit, "years", "1")
    assert visit.scenario.years == 4
    press(visit, "years", "2")
    assert visit.scenario.years == 2


def test_the_list_of_changes_goes_back_to_any_of_them(visit: Session) -> None:
    assert [e["id"] for e in entries(visit, "changes")] == ["reset"], (
        "what is not there cannot be gone back to"
    )
    hand = Hand(visit)
    for places in (300.0, 350.0, 400.0):
        hand.move("firm_places", places)
    steps = [e for e in entries(visit, "changes") if e["id"] == "step"]
    assert len(steps) == 4
    assert "200 → 300" in steps[1]["label"]
    assert steps[-1]["current"]
    press(visit, "step", 1)
    assert visit.scenario.change_of("firm_places").to == 300
    assert visit.history.can_redo


def test_the_last_move_can_be_played_again(visit: Session) -> None:
    assert not [e for e in entries(visit, "changes") if e["id"] == "replay"]
    Hand(visit).move("partial_return", 30.0)
    assert [e for e in entries(visit, "changes") if e["id"] == "replay"]
    press(visit, "replay")
    assert visit.animation is not None
    assert (visit.animation.item, visit.animation.end) == ("partial_return", 30.0)
    assert visit.view == "sick", "the panel turns to the lever"
    move = fed(visit)["panel"]["replay"]
    assert move["to"] == 30
    Hand(visit).send("animated", token=move["token"])
    assert fed(visit)["panel"]["replay"] is None, "once"


def test_a_file_of_different_dates_says_so(visit: Session) -> None:
    scenario = baseline_scenario("ballerup", "da").with_change("firm_places", 300.0)
    visit.open(scenario.with_change("firm_places", 400.0, from_=datetime.date(2022, 3, 7), phase_in_weeks=10))
    values = {c["id"]: c["value"] for c in bar_of(visit)["choices"]}
    assert (values["from"], values["phase_in"]) == ("mixed", "mixed")
    press(visit, "from", "2022-01-01")
    assert len({c.from_ for c in visit.scenario.changes}) == 2, "what is told year by year is left alone"


def test_own_figures_show_beside_the_municipalitys_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))

    def labels() -> dict[str, str]:
        """Return the names of the municipalities that can be chosen, by id."""
        choice = next(c for c in bar_of(new_visit())["choices"] if c["id"] == "municipality")
        return {option["value"]: option["label"] for option in choice["options"]}

    assert labels()["ballerup"] == "Ballerup"
    give_ballerup_own_figures()
    assert labels()["ballerup"] == "Ballerup (egne tal)"
    assert labels()["odense"] == "Odense"
