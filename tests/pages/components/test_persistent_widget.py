"""Test choices that are kept: one that comes back as none is the last one."""

from __future__ import annotations

import pytest
import streamlit as st

from pages.components import persistent_widget
from pages.components.persistent_widget import persistent_choice
from tests.pages.cases import new_visit

OPTIONS = ("levers", "goals", "money")


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return what Streamlit keeps of widgets."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    monkeypatch.setattr(persistent_widget.st, "session_state", kept)
    return kept


def ask(visit, state, comes: object = ...) -> str:
    """Draw the choice; ``comes`` is what the browser sends of it while it is drawn."""

    def widget(label: str, options: object, *, key: str, **_: object) -> None:
        if comes is not ...:
            state[key] = comes

    return persistent_choice(visit, "which", OPTIONS, "Which", str, widget=widget)


def test_at_first_it_is_the_first(state: dict[str, object]) -> None:
    assert ask(new_visit(), state) == "levers"


def test_a_choice_is_kept(state: dict[str, object]) -> None:
    visit = new_visit()
    assert ask(visit, state, "money") == "money"
    state.clear()  # the page was left
    assert ask(visit, state) == "money"


def test_none_is_no_choice_neither_now_nor_later(state: dict[str, object]) -> None:
    visit = new_visit()
    assert ask(visit, state, None) == "levers"
    assert ask(visit, state) == "levers"
    assert ask(visit, state, "goals") == "goals"
    assert ask(visit, state, None) == "goals"
    assert ask(visit, state) == "goals"
