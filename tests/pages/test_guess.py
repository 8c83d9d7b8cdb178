"""Test a step of guessing as a facilitator and tables meet it, in Streamlit's own test runner."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.goals.results import suppress
from model.municipality.municipality_list import DATA_VARIABLE
from model.workshop.answers import Guess
from model.workshop.course import AGAIN, CourseStep
from model.workshop.course_files import load_course
from model.workshop.meeting import Meeting
from model.workshop.meetings import Seat, begin, join
from pages.session.guess import GuessFrame, guess_frame
from pages.session.link import FACILITATOR, SEAT
from pages.views.workshop.guess_view import yearly
from tests.folders import MAIN, ROOT
from tests.pages.cases import Hand
from tests.pages.test_decisions import texts

pytestmark = pytest.mark.usefixtures("engine")

PATIENCE = 240.0
# Numbers that stand nowhere else on the page.
GUESSES = (7.3, 11.7, 13.1)


class Room:
    """A meeting at its guess with three tables, and a way to look at it as somebody who has a secret."""

    def __init__(self) -> None:
        self.meeting: Meeting
        self.meeting, self.secret = begin(load_course(ROOT / "workshops" / "ballerup-30.yaml"))
        self.meeting.go(0, 1)
        self.step: CourseStep = self.meeting.step
        self.seats: list[Seat] = [join(self.meeting, f"Nordlys {i}") for i in range(3)]

    def guess(self, table: int, low: float, high: float | None = None) -> None:
        answer = Guess(low=low, high=low if high is None else high)
        self.meeting.save_guess(self.step, self.seats[table].table.id, answer)

    def open(self, secret: str, which: str) -> Any:
        from streamlit.testing.v1 import AppTest

        app = AppTest.from_file(str(MAIN), default_timeout=120)
        app.query_params[which] = secret
        app.run()
        app.switch_page(str(ROOT / "pages" / "workshop.py")).run()
        assert not app.exception
        return app

    def facilitator(self) -> Any:
        return self.open(self.secret, FACILITATOR)

    def device(self, table: int) -> Any:
        return self.open(self.seats[table].address, SEAT)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return Room()


def graphs(app: Any) -> list[dict[str, Any]]:
    """Return what the graphs of the page were given, from above."""
    return [
        json.loads(json.loads(one.proto.json)["json"])
        for one in app.get("bidi_component")
        if one.proto.component_name == "indsatskompas.guess_axis"
    ]


def graph(app: Any) -> dict[str, Any]:
    (only,) = graphs(app)
    return only


def listed(app: Any) -> str:
    """Return the words of the page, the list of the tables among them."""
    return texts(app).replace("\\", "")


def settled(app: Any) -> dict[str, Any]:
    """Wait for the run's range, and return the graph with it."""
    app.run()
    assert app.session_state["visit"].jobs["meeting-guess"].done.wait(PATIENCE)
    return graph(app.run())


def send(app: Any, low: float, high: float | None = None, **other: Any) -> Any:
    """Send a guess as the graph of the page does."""
    entry = {**graphs(app)[-1]["send"], "low": low, "high": low if high is None else high, **other}
    Hand(app.session_state["visit"]).send("guess", **entry)
    app.run()
    assert not app.exception
    return app


def test_the_answer_is_not_in_the_browser_before_it_is_shown(room: Room) -> None:
    frame = guess_frame(room.meeting, room.step)
    run = yearly(frame.indicator, frame.indicator.scenario)
    secrets = {f"{value:.6g}" for value in run if value == value}
    secrets |= {f"{value:.6g}" for value in frame.indicator.scenario[-60:]}
    secrets |= {
        frame.indicator.shown(frame.indicator.value_scenario, "da"),
        f"{GUESSES[0]:g}",
        f"{GUESSES[1]:g}",
    }
    room.guess(0, GUESSES[0])
    room.guess(1, GUESSES[1])
    for close in (False, True):
        if close:
            room.meeting.close(room.step)
        for app in (room.facilitator(), room.device(2)):
            told = (
                json.dumps(graphs(app), ensure_ascii=False) + texts(app) + str([t.value for t in app.table])
            )
            assert graph(app)["reveal"] is None
            assert not [secret for secret in secrets if secret in told]
    room.meeting.close(room.step, shown=True)
    told = json.dumps(settled(room.facilitator()), ensure_ascii=False)
    assert len([secret for secret in secrets if secret in told]) >= 40, "it is looked for as it would be sent"


def test_the_room_sees_how_many_have_answered(room: Room) -> None:
    room.guess(0, 9)
    app = room.facilitator()
    assert graph(app)["status"] == "1 af 3 har svaret"
    assert "Nordlys 0: gættet" in listed(app)
    assert "Nordlys 1: intet svar endnu" in listed(app)
    room.guess(1, 9)
    room.meeting.close(room.step)
    assert graph(app.run())["status"] == "Lukket. 2 af 3 har svaret"


def test_a_table_guesses_changes_its_mind_and_finds_it_again(room: Room) -> None:
    app = room.device(0)
    assert graph(app)["own"] is None
    assert graph(send(app, 9.5))["own"] == [9.5, 9.5]
    assert graph(send(app, 8, 11.5))["own"] == [8, 11.5]
    again = graph(room.device(0))
    assert (again["own"], again["mode"]) == ([8, 11.5], "guess")
    assert graph(room.device(1))["own"] is None, "a table sees only its own"


def test_no_table_guesses_for_another(room: Room) -> None:
    send(room.device(0), 9.5, table=room.seats[1].table.id)
    assert set(room.meeting.answers(room.step)) == {room.seats[0].table.id}


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 850, "high": 850},
        {"low": 9, "high": 8},
        {"low": "9"},
        {"low": True},
        {"low": float("nan")},
        {"high": None},
    ],
)
def test_what_is_no_guess_is_not_kept_and_that_is_told(room: Room, wrong: dict[str, Any]) -> None:
    app = room.device(0)
    Hand(app.session_state["visit"]).send("guess", **{**graph(app)["send"], "low": 9, "high": 9, **wrong})
    app.run()
    assert not app.exception
    assert not room.meeting.answers(room.step)
    assert any("kunne ikke gemmes" in str(one.value) for one in app.warning)


def test_a_guess_that_arrives_after_the_step_is_told_to_be_lost(room: Room) -> None:
    app = room.device(0)
    room.meeting.go(1, 2)
    send(app, 9)
    assert not room.meeting.answers(room.step)
    assert any("Mødet er gået videre" in str(one.value) for one in app.warning)


def test_closed_is_closed_for_who_has_guessed(room: Room) -> None:
    app = send(room.device(0), 9.5)
    room.meeting.close(room.step)
    assert graph(app.run())["mode"] == "locked"
    assert "Der er lukket. Jeres gæt er 9,5" in graph(app)["status"]
    send(app, 8.3)
    answer = room.meeting.answer(room.step, room.seats[0].table.id)
    assert answer is not None
    assert answer.guess == Guess(low=9.5, high=9.5)
    assert any("lukket" in str(one.value) for one in app.warning)


def test_a_late_table_guesses_before_it_sees(room: Room) -> None:
    room.guess(0, GUESSES[0])
    room.meeting.close(room.step, shown=True)
    app = room.device(2)
    assert graph(app)["mode"] == "guess"
    assert graph(app)["reveal"] is None
    assert "mærket som sent" in graph(app)["status"]
    send(app, GUESSES[2])
    seen = settled(app)
    assert seen["mode"] == "shown"
    assert [(spot["late"], spot["own"]) for spot in seen["reveal"]["rounds"][0]["spots"]] == [
        (False, False),
        (True, True),
    ]
    send(app, 8.3)
    late = room.meeting.answer(room.step, room.seats[2].table.id)
    assert late is not None
    assert late.guess == Guess(low=GUESSES[2], high=GUESSES[2]), "the answer cannot be copied"


def test_the_reveal_has_all_guesses_no_names_and_the_run_with_its_range(room: Room) -> None:
    room.guess(2, GUESSES[0])
    room.guess(0, GUESSES[1], 14)
    room.meeting.close(room.step, shown=True)
    seen = settled(room.facilitator())
    told = seen["reveal"]
    assert "Nordlys" not in json.dumps(seen)
    assert [(s["low"], s["high"]) for s in told["rounds"][0]["spots"]] == [
        (GUESSES[0], GUESSES[0]),
        (GUESSES[1], 14),
    ]
    indicator = guess_frame(room.meeting, room.step).indicator
    run = told["run"]
    assert run["value"] == pytest.approx(indicator.value_scenario, rel=1e-5)
    assert run["line"][-1][1] == pytest.approx(indicator.value_scenario, rel=1e-5), (
        "the line comes to the figure"
    )
    assert run["range"][0] < run["value"] < run["range"][1]
    assert indicator.shown(indicator.value_scenario, "da") in told["sentence"]
    assert "ni af ti beregninger" in told["sentence"]
    for words in ("Gættene går fra 7,3", "Uden ændringer", "usikre antagelser", "forskellen er"):
        assert words in told["note"]


def test_without_its_range_the_run_is_not_shown(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.session.jobs import Job

    room.guess(0, 9)
    room.meeting.close(room.step, shown=True)
    monkeypatch.setattr("pages.views.workshop.guess_view.range_job", lambda *_: Job("never"))
    told = graph(room.facilitator())["reveal"]
    assert told["run"] is None
    assert told["sentence"] == ""
    assert "på vej" in told["note"]
    assert len(told["rounds"][0]["spots"]) == 1


def test_the_second_guess_is_beside_the_first(room: Room) -> None:
    room.guess(0, GUESSES[0])
    room.guess(1, GUESSES[1])
    lead = room.facilitator()
    visit = lead.session_state["visit"]
    Hand(visit).send("meeting", id="close", step=1)
    assert "again" in buttons(lead.run()), "before the answer is seen a second guess is worth most"
    Hand(visit).send("meeting", id="again", step=1)
    lead.run()
    device = room.device(0)
    data = graph(device)
    assert (data["own"], data["first"], data["mode"]) == (None, [GUESSES[0]] * 2, "guess")
    send(device, 9)
    assert graph(lead.run())["status"] == "1 af 3 har svaret"
    assert set(room.meeting.answers(room.step, round_=room.step.id + AGAIN)) == {room.seats[0].table.id}
    room.meeting.close(room.step, shown=True)
    told = settled(lead)["reveal"]["rounds"]
    assert [[spot["low"] for spot in one["spots"]] for one in told] == [list(GUESSES[:2]), [9]]
    assert [one["label"] for one in told] == ["1. gæt", "2. gæt"]


def buttons(app: Any) -> list[str]:
    """Return what can be pressed in the bar."""
    bars = [
        one for one in app.get("bidi_component") if one.proto.component_name == "indsatskompas.meeting_bar"
    ]
    return [button["id"] for button in json.loads(json.loads(bars[0].proto.json)["json"])["buttons"]]


def test_the_facilitator_types_in_for_a_table_and_it_does_not_stay_on_screen(room: Room) -> None:
    table, _ = room.meeting.add_table("Uden skærm")
    app = room.facilitator()
    assert len(graphs(app)) == 1

    def chosen() -> Any:
        return next(one for one in app.selectbox if one.key.startswith("guess-for"))

    chosen().set_value(table.id).run()
    assert len(graphs(app)) == 2
    send(app, GUESSES[1])
    answer = room.meeting.answer(room.step, table.id)
    assert answer is not None
    assert answer.guess == Guess(low=GUESSES[1], high=GUESSES[1])
    assert len(graphs(app)) == 1, "the field is put away"
    assert chosen().value is None
    assert "Uden skærm: gættet" in listed(app)
    chosen().set_value(table.id).run()
    assert graphs(app)[1]["own"] is None, "what was guessed is not shown again"
    assert f"{GUESSES[1]:g}" not in json.dumps(graphs(app)) + texts(app)


def test_the_facilitator_begins_anew_and_no_guess_is_deleted(room: Room) -> None:
    device = send(room.device(0), GUESSES[0])
    room.meeting.close(room.step, shown=True)
    app = room.facilitator()
    app.button(key="guess-clear").click().run()
    assert graph(app)["reveal"] is None
    assert graph(app)["status"] == "0 af 3 har svaret"
    data = graph(device.run())
    assert (data["own"], data["mode"], data["reveal"]) == (None, "guess", None)
    aside = list((room.meeting.folder / ".bin").rglob("t1.yaml"))
    assert len(aside) == 1
    assert f"{GUESSES[0]:g}" in aside[0].read_text(encoding="utf-8")


def test_what_counts_too_few_is_neither_shown_nor_guessed_at(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = room.device(0)

    def of_few(meeting: Meeting, step: CourseStep) -> GuessFrame:
        frame = guess_frame(meeting, step)
        goal = frame.results.goal(frame.goal)
        few = suppress((replace(goal, indicators=tuple(replace(i, persons=3.0) for i in goal.indicators)),))[
            0
        ]
        return replace(frame, indicator=few.indicator(frame.indicator.id))

    for module in ("pages.views.workshop.guess", "pages.session.guess"):
        monkeypatch.setattr(f"{module}.guess_frame", of_few)
    send(device, 9)
    assert not room.meeting.answers(room.step)
    room.meeting.close(room.step, shown=True)
    for app in (room.facilitator(), room.device(0)):
        assert not graphs(app)
        assert "Antal under 5 vises ikke" in " ".join(str(info.value) for info in app.info)
