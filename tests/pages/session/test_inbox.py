"""Test that whatever a line to the server loses, merges or repeats, each entry of the log is done once and in order."""

from __future__ import annotations

import random
from typing import Any

import pytest

from pages.session.inbox import answer, receive
from pages.session.session import Session
from tests.pages.cases import new_visit

pytestmark = pytest.mark.usefixtures("engine")

Log = list[dict[str, Any]]
LEVERS = {"firm_places": (0, 1000, 10), "meetings:dagpenge": (0, 6, 1)}


def log_of(chance: random.Random, length: int, *, undo: bool = True) -> Log:
    """Make a visitor's log of at least that length: gestures, undo and redo, choices, and levers set back."""
    entries: Log = []

    def add(kind: str, **entry: Any) -> None:
        entries.append({"kind": kind, **entry, "seq": len(entries) + 1})

    def gesture() -> None:
        item = chance.choice(list(LEVERS))
        value = 0.0
        for _ in range(chance.randrange(1, 4)):
            value = float(chance.randrange(*LEVERS[item]))
            add("move", id=item, value=value)
        add("end", id=item, value=value)

    while len(entries) < length:
        draw = chance.random()
        if draw < 0.6:
            gesture()
        elif draw < 0.8 and undo:
            add("action", id=chance.choice(["undo", "redo"]))
        elif draw < 0.9:
            add("action", id="assumptions", value=chance.choice(["cautious", "evidence", "strategy"]))
        else:
            add("reset", id="firm_places", to="baseline")
    return entries


def message(log: Log, **more: Any) -> dict[str, Any]:
    return {"client": "window", "session": "here", "log": log, **more}


def done_in_order(log: Log) -> Session:
    session = new_visit()
    for entry in log:
        receive(session, message([entry]))
    return session


def state(session: Session) -> tuple[Any, ...]:
    return session.scenario, session.live, session.history.at, session.history.steps


@pytest.mark.parametrize("seed", range(300))
def test_lost_merged_late_and_repeated_messages_come_to_the_same(seed: int) -> None:
    chance = random.Random(seed)
    log = log_of(chance, 14)
    session = new_visit()
    acknowledged = 0
    sent: list[dict[str, Any]] = []
    for length in range(1, len(log) + 1):
        # Each message holds all that the window knows no acknowledgement of.
        sent.append(message(log[acknowledged:length]))
        if chance.random() < 0.5:
            receive(session, chance.choice(sent[-3:]))  # the others are lost, and this one may come late
            if chance.random() < 0.6:  # and the answer may be lost as well
                acknowledged = session.acknowledged["window"]
    receive(session, message(log[acknowledged:]))
    for late in sent[-3:]:
        assert not receive(session, late), "component state comes again with every run"
    assert state(session) == state(done_in_order(log))
    assert session.acknowledgement == {"session": "here", "client": "window", "seq": len(log)}


@pytest.mark.parametrize("seed", range(100))
def test_a_server_that_starts_again_comes_to_the_same(seed: int) -> None:
    chance = random.Random(1000 + seed)
    log = log_of(chance, 8, undo=False)  # the steps die with the server
    cut = chance.randrange(0, len(log) + 1)
    dead = new_visit()
    receive(dead, message(log[:cut]))
    # A move that has not ended is not in the address: the window keeps it.
    unended = log[cut - 1 : cut] if cut and log[cut - 1]["kind"] == "move" else []
    new = new_visit()
    new.token = "there"
    resent = message([*unended, *log[cut:]], restore=dead.query)
    stale = message(log[max(0, cut - 3) : cut])
    assert not receive(new, stale), "what was done before is not done on top of what it came to"
    receive(new, resent)
    assert not receive(new, resent)
    assert new.scenario == done_in_order(log).scenario


def test_a_restarted_server_asks_for_the_log_and_keeps_what_was_done_since() -> None:
    before = done_in_order([{"seq": 1, "kind": "end", "id": "firm_places", "value": 400.0}])
    new = new_visit()
    new.token = "there"
    assert answer(new, "")["acknowledged"] is None, "so the window sends what it has"
    assert receive(new, message([], restore=before.query))
    assert new.scenario == before.scenario
    assert answer(new, "")["acknowledged"] == {"session": "there", "client": "window", "seq": 0}
    reset = {"seq": 2, "kind": "reset", "id": "firm_places", "to": "baseline"}
    receive(new, {**message([reset]), "session": "there"})
    assert not new.scenario.changes
    assert not receive(new, message([], restore=before.query)), "work is not overwritten"
    assert not new.scenario.changes


@pytest.mark.parametrize(
    "nonsense",
    [None, {}, [], "x", {"log": 7}, {"log": None}, {"session": "there", "log": [], "restore": 7}],
)
def test_what_is_no_message_is_left_alone(visit: Session, nonsense: Any) -> None:
    assert not receive(visit, nonsense)
    assert visit.acknowledgement is None


@pytest.mark.parametrize(
    "entry",
    [
        None, "x", 7, [], {}, {"seq": None, "kind": "table"}, {"seq": "9", "kind": "table"},
        {"seq": 9.5, "kind": "table"}, {"seq": 0, "kind": "table"}, {"seq": 1}, {"seq": 1, "kind": "no such"},
        {"seq": 1, "kind": ["table"]}, {"seq": 1, "kind": "action"}, {"seq": 1, "kind": "animated"},
    ],
)  # fmt: skip
def test_an_entry_that_means_nothing_does_nothing(visit: Session, entry: Any) -> None:
    before = state(visit)
    receive(visit, message([entry]))
    assert state(visit) == before
    assert visit.dialog is None
    assert visit.notice is None


def test_an_entry_that_fails_does_not_stop_the_next(visit: Session, caplog: pytest.LogCaptureFixture) -> None:
    log = [{"seq": 1, "kind": "reset"}, {"seq": 2, "kind": "table"}]
    assert receive(visit, message(log))
    assert visit.notice is not None
    assert visit.notice.kind == "error"
    (logged,) = [record for record in caplog.records if record.exc_info]
    assert f"fejl {logged.getMessage().rpartition(' ')[2]}." in visit.notice.words.da
    assert visit.dialog == "table"


def test_every_window_counts_for_itself(visit: Session) -> None:
    move = {"seq": 7, "kind": "end", "id": "firm_places", "value": 250.0}
    receive(visit, message([move]))
    receive(visit, {**message([{**move, "seq": 1, "value": 260.0}]), "client": "another"})
    assert visit.value("firm_places") == 260
    assert visit.acknowledgement == {"session": "here", "client": "another", "seq": 1}


def test_a_press_ends_the_gesture_before_it(visit: Session) -> None:
    log = [
        {"seq": 1, "kind": "move", "id": "firm_places", "value": 300.0},
        {"seq": 2, "kind": "action", "id": "undo"},
    ]
    receive(visit, message(log))
    assert not visit.scenario.changes
    assert visit.history.can_redo


def test_what_is_looked_at_follows_the_log(visit: Session) -> None:
    goal = {"seq": 1, "kind": "focus", "to": "g3"}
    indicator = {"seq": 2, "kind": "indicator", "to": "i"}
    receive(visit, message([goal, indicator, {"seq": 3, "kind": "view", "to": "places"}]))
    assert (visit.goal, visit.indicator, visit.view) == ("g3", "i", "places")
    receive(visit, message([{**goal, "seq": 4, "to": None}]))
    assert (visit.goal, visit.indicator) == ("g3", None)


def test_the_soonest_poll_counts(visit: Session) -> None:
    assert answer(visit, "budget")["poll"] is None
    visit.poll_after(700, 150)
    visit.poll_after(400, 400)
    assert answer(visit, "budget")["poll"] == (400, 150)
