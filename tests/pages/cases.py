"""What tests of pages share: a visitor, a hand on the sliders, presses of the bar, and what the browser is given."""

from __future__ import annotations

import json
import uuid
from typing import Any

from pages.components.theme import LIGHT
from pages.session.history import History, Step
from pages.session.session import Visit, baseline_scenario


def new_visit(municipality: str = "ballerup", language: str = "da") -> Visit:
    """A visitor who has done nothing yet."""
    found = Visit(History((Step(baseline_scenario(municipality, "da"), "start"),)), token="here")
    found.language = language
    return found


def the_visit(app: Any) -> Visit:
    """The visitor of an app in Streamlit's own test runner."""
    found: Visit = app.session_state["visit"]
    return found


class Hand:
    """Moves sliders as the browser does."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.client = uuid.uuid4().hex  # as each panel of sliders has
        self.seq = 0

    def move(self, item: str, *values: float, end: bool = True) -> None:
        for value in values:
            self.send(item, value, "move")
        if end:
            self.send(item, values[-1], "end")

    def send(self, item: str, value: float, phase: str, **more: Any) -> None:
        self.seq += 1
        self.visit.gesture(
            {
                "session": "here",
                "client": self.client,
                "seq": self.seq,
                "id": item,
                "value": value,
                "phase": phase,
                **more,
            }
        )


def press(visit: Visit, action: str, value: Any = None) -> None:
    """Presses a button of the bar, or chooses in it."""
    from pages.session.results import answer
    from pages.shell.toolbar import act

    act(visit, answer(visit.history.now, visit.language), {"id": action, "value": value})


def bar_of(visit: Visit) -> dict[str, Any]:
    """What the bar is given on a page without levers."""
    from pages.session.results import answer
    from pages.shell.toolbar import bar

    data = bar(visit, answer(visit.scenario, visit.language), visit.text("heading"))
    json.dumps(data, allow_nan=False)
    return data


def fed(visit: Visit) -> dict[str, Any]:
    """All that goes to the browser for the scenario on screen."""
    from pages.session.results import answer, board, focus_list, spoken
    from pages.views.explore.focus_chart import chart_for
    from pages.views.explore.lever_panel import panel

    found = answer(visit.scenario, visit.language)
    table, spec, name = chart_for(visit, found, LIGHT)
    data = {
        "panel": panel(visit, found),
        "board": board(visit, found),
        "list": focus_list(visit, found, "Sikkert"),
        "spoken": spoken(found, visit),
        "chart": name,
    }
    # As it travels: nothing that JSON does not have.
    json.dumps(data, allow_nan=False)
    return {**data, "table": table, "spec": spec, "found": found}
