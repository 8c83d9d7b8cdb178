"""Test the form of one lever: reason and steps typed, told where they are wrong, one step of the history each."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.folders import MAIN
from tests.pages.cases import Hand, fed, new_visit, press, the_visit

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def app() -> Any:
    """Return a visitor who has moved the places and pressed their pencil."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.run()
    hand = Hand(the_visit(app))
    hand.move("firm_places", 420.0)
    hand.send("lever", id="firm_places")
    app.run()
    assert not app.exception
    return app


def field(app: Any, where: str, n: int = 0) -> Any:
    """Return the nth field of a kind: from, to, weeks or why."""
    boxes = app.text_area if where == "why" else app.text_input
    return [box for box in boxes if str(box.key).startswith("lever_") and str(box.key).endswith(where)][n]


def steps(app: Any) -> list[tuple[datetime.date, float, int, str]]:
    return [(c.from_, c.to, c.phase_in_weeks, c.why) for c in the_visit(app).scenario.changes]


def test_a_reason_is_one_step_that_can_be_undone(app: Any) -> None:
    visit = the_visit(app)
    start, before = visit.scenario.start, len(visit.history.steps)
    field(app, "why").set_value(" Flere i job.\u200b\nMed **plads** <b>til</b> =1+1\u202e ").run()
    app.button(key="lever_use").click().run()
    assert not app.exception
    assert steps(app) == [(start, 420.0, 0, "Flere i job.\u200b\nMed **plads** <b>til</b> =1+1")]
    assert (visit.dialog, visit.draft, len(visit.history.steps)) == (None, None, before + 1)
    press(visit, "undo")
    assert steps(app) == [(start, 420.0, 0, "")]


def test_a_second_step_is_typed_and_the_slider_moves_it(app: Any) -> None:
    visit = the_visit(app)
    start = visit.scenario.start
    app.button(key="lever_add").click().run()
    assert "2022" in field(app, "from", 1).value
    field(app, "from", 1).set_value("marts 2022").run()
    field(app, "to", 1).set_value("320,0").run()
    field(app, "weeks", 1).set_value("26").run()
    assert any("320" in str(c.value) and "26 uger" in str(c.value) for c in app.caption)
    app.button(key="lever_use").click().run()
    assert not app.exception
    second = datetime.date(2022, 3, 1)
    assert steps(app) == [(start, 420.0, 0, ""), (second, 320.0, 26, "")]
    row = next(i for s in fed(visit)["panel"]["sections"] for i in s["items"] if i["id"] == "firm_places")
    assert (row["value"], row["steps"]) == (320, "2 trin")
    assert "mar. 2022" in row["stepsHint"]
    Hand(visit).move("firm_places", 500.0)
    assert steps(app) == [(start, 420.0, 0, ""), (second, 500.0, 26, "")]


def test_a_step_is_taken_out_again(app: Any) -> None:
    app.button(key="lever_add").click().run()
    app.button(key="lever_remove_0").click().run()
    app.button(key="lever_use").click().run()
    assert [(from_.year, to) for from_, to, _, _ in steps(app)] == [(2022, 420.0)]


@pytest.mark.parametrize(
    ("where", "typed", "told"),
    [
        ("from", "1.1.2040", "Datoen skal ligge mellem 4. januar 2021 og"),
        ("from", "i morgen", "er ikke en dato"),
        ("to", "1.000", "kan læses på to måder"),
        ("to", "-5", "skal være mellem 0 og 1000"),
        ("to", "2,5", "skal være et helt tal"),
        ("weeks", "209", "fra 0 til 208"),
        ("weeks", "1,5", "helt antal uger"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_changed(app: Any, where: str, typed: str, told: str) -> None:
    before = the_visit(app).history
    field(app, where).set_value(typed).run()
    app.button(key="lever_use").click().run()
    assert not app.exception
    assert any(told in str(e.value).replace("\\", "") for e in app.error)
    assert the_visit(app).history == before
    assert the_visit(app).dialog == "lever"


def test_two_steps_on_one_day_are_told(app: Any) -> None:
    app.button(key="lever_add").click().run()
    field(app, "from", 1).set_value("januar 2021").run()
    assert any("samme dag" in str(e.value) for e in app.error)


def test_leaving_without_changing_changes_nothing(app: Any) -> None:
    before = the_visit(app).history
    field(app, "why").set_value("Nej").run()
    app.button(key="lever_cancel").click().run()
    assert the_visit(app).history == before


def test_dismissing_the_form_keeps_what_was_written(app: Any) -> None:
    from pages.shell.lever_dialog import _keep

    visit = the_visit(app)
    draft = visit.draft
    assert draft is not None
    first = draft.steps[0]
    draft.steps[0] = type(first)(first.key, first.to, {**first.texts, "why": "Skrevet"})
    draft.edited = True
    _keep(visit, draft)
    assert visit.scenario.changes[0].why == "Skrevet"
    assert (visit.dialog, visit.draft) == (None, None)


@pytest.mark.parametrize("item", ["", "nothing", "activation_rate", "activation_rate:nobody"])
def test_there_is_no_form_of_what_is_no_slider(item: str) -> None:
    visit = new_visit()
    Hand(visit).send("lever", id=item)
    assert (visit.dialog, visit.draft) == (None, None)


def test_a_mix_of_places_has_dates_and_a_reason() -> None:
    from pages.session.lever_draft import read_draft

    visit = new_visit()
    hand = Hand(visit)
    hand.move("firm_place_mix:private_placement", 80.0)
    mix = visit.scenario.changes[0].to
    hand.send("lever", id="firm_place_mix:private_placement")
    draft = visit.draft
    assert draft is not None
    texts = {**draft.steps[0].texts, "from": "1.6.2021", "why": "Flere private"}
    read = read_draft(draft, visit.scenario, lambda _, where: texts[where])
    assert read.changes is not None
    change = read.changes[0]
    assert (change.to, change.from_, change.why) == (mix, datetime.date(2021, 6, 1), "Flere private")


def test_a_hand_that_passes_the_baseline_keeps_date_and_reason() -> None:
    visit = new_visit()
    date = datetime.date(2022, 3, 1)
    visit.set_scenario(visit.scenario.with_change("firm_places", 300.0, from_=date, why="Derfor"))
    base = new_visit().value("firm_places")
    Hand(visit).move("firm_places", base, 100.0)
    change = visit.scenario.changes[0]
    assert (change.to, change.from_, change.why) == (100.0, date, "Derfor")


def drawn(app: Any, n: int = 0, **entry: Any) -> None:
    """Let go of a step's point on the chart."""
    visit = the_visit(app)
    Hand(visit).send("step", **{"token": visit.draft.token, "step": visit.draft.steps[n].key, **entry})
    app.run()
    assert not app.exception


def test_a_step_that_is_drawn_is_typed_and_one_step_of_the_history(app: Any) -> None:
    visit = the_visit(app)
    year, before = visit.scenario.start.year, len(visit.history.steps)
    drawn(app, **{"from": f"{year + 1}-04-01", "to": 260.0})
    assert (field(app, "from").value, field(app, "to").value) == (f"1. april {year + 1}", "260")
    # What is typed after it counts, and what is drawn after that again.
    field(app, "to").set_value("300").run()
    drawn(app, **{"from": f"{year + 1}-07-01", "to": 310.0})
    assert (field(app, "from").value, field(app, "to").value) == (f"1. juli {year + 1}", "310")
    assert len(visit.history.steps) == before, "the form is not used yet"
    app.button(key="lever_use").click().run()
    assert steps(app) == [(datetime.date(year + 1, 7, 1), 310.0, 0, "")]
    assert len(visit.history.steps) == before + 1
    press(visit, "undo")
    assert steps(app) == [(visit.scenario.start, 420.0, 0, "")]


@pytest.mark.parametrize(
    "entry",
    [
        {"from": "1999-01-01", "to": 260.0},
        {"from": "2021-04-01", "to": -10.0},
        {"from": "2021-04-01", "to": 1e9},
        {"from": "i dag", "to": 260.0},
        {"from": "2021-04-01", "to": 260.0, "token": "another"},
        {"from": "2021-04-01", "to": 260.0, "step": 77},
    ],
)
def test_what_cannot_be_drawn_changes_no_field(app: Any, entry: dict[str, Any]) -> None:
    shown = [field(app, where).value for where in ("from", "to", "weeks")]
    drawn(app, **entry)
    assert [field(app, where).value for where in ("from", "to", "weeks")] == shown


def test_the_chart_has_every_step_and_where_it_may_begin(app: Any) -> None:
    from pages.components.lever_path_chart import lever_path_data
    from pages.session.lever_draft import read_draft

    visit = the_visit(app)
    draft, scenario = visit.draft, visit.history.current
    reading = read_draft(draft, scenario, lambda step, where: draft.steps[0].texts[where])
    data = lever_path_data(scenario, draft, reading, {"alt": "x"}, "da")
    (step,) = data["steps"]
    assert (step["key"], step["day"], step["to"], step["weeks"]) == (draft.steps[0].key, 0, 420.0, 0)
    stops = data["stops"]
    assert stops[0]["date"] == scenario.start.isoformat()
    assert all(stop["date"].endswith("-01") for stop in stops[1:])
    assert len(stops) == 12 * scenario.years
    assert sum(stop["quarter"] for stop in stops) == 4 * scenario.years
    assert all(0 <= stop["day"] < data["days"] for stop in stops)
    assert data["min"] <= data["base"] <= data["max"]
