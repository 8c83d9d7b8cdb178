"""Test the history of a session: undo, redo and its length."""

from __future__ import annotations

from pages.session.history import MOST_STEPS, History, Step
from pages.session.session import baseline_scenario


def test_history_goes_back_and_forth_and_forgets_what_was_undone() -> None:
    states = [
        baseline_scenario("ballerup", "da").with_change("firm_places", 200.0 + 10 * i) for i in range(1, 4)
    ]
    history = History((Step(baseline_scenario("ballerup", "da"), "start"),))
    for state in states:
        history = history.append(state)
    assert history.current == states[-1]
    assert history.undo().current == states[1]
    assert history.undo().undo().undo().undo().current == baseline_scenario("ballerup", "da")
    assert history.undo().redo() == history
    assert history.redo() == history
    other = history.undo().append(states[0])
    assert not other.can_redo
    assert history.append(states[-1]) is history, "the same state again is no step"
    assert history.go_to(1).current == states[0]
    assert history.go_to(99) == history


def test_history_is_bounded_and_keeps_the_latest() -> None:
    base = baseline_scenario("ballerup", "da")
    history = History((Step(base, "start"),))
    for i in range(MOST_STEPS + 20):
        history = history.append(base.with_change("firm_places", float(i % 2 * 100 + i)))
    assert len(history.steps) == MOST_STEPS
    assert history.can_undo
    assert not history.can_redo
