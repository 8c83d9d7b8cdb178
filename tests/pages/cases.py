"""What tests of pages share: a visitor, a hand on the sliders, presses of the bar, and what the browser is given."""

from __future__ import annotations

import json
import uuid
from typing import Any

from model.imports.own_files import own_file_hash, save_municipality
from model.imports.preview import preview
from model.imports.reader import read_export
from model.municipality.municipality import load_municipality
from pages.components.theme import LIGHT
from pages.session.history import History, Step
from pages.session.session import Session, baseline_scenario


def new_visit(municipality: str = "ballerup", language: str = "da") -> Session:
    """Return a visitor who has done nothing yet."""
    found = Session(History((Step(baseline_scenario(municipality, "da"), "start"),)), token="here")
    found.language = language
    return found


def give_ballerup_own_figures() -> None:
    """Import figures for Ballerup into the folder of data in use."""
    municipality = load_municipality("ballerup")
    months = [f"2020M{month:02d};Ballerup;811" for month in range(1, 13)]
    table = "\n".join(("Periode;Område;Antal fuldtidspersoner", *months))
    imported = read_export(table.encode(), "Y01A02.csv")
    save_municipality(
        municipality, preview(imported, municipality), expected_hash=own_file_hash(municipality.id)
    )


def the_visit(app: Any) -> Session:
    """Return the visitor of an app in Streamlit's own test runner."""
    found: Session = app.session_state["visit"]
    return found


class Hand:
    """Moves sliders as the browser does."""

    def __init__(self, visit: Session) -> None:
        self.visit = visit
        self.client = uuid.uuid4().hex  # as each browser window has
        self.seq = 0

    def move(self, item: str, *values: float, end: bool = True) -> None:
        for value in values:
            self.send("move", id=item, value=value)
        if end:
            self.send("end", id=item, value=values[-1])

    def send(self, kind: str, **entry: Any) -> None:
        """Send one entry of the log."""
        from pages.session.inbox import receive

        self.seq += 1
        log = [{"kind": kind, "seq": self.seq, **entry}]
        receive(self.visit, {"session": self.visit.token, "client": self.client, "log": log})


def press(visit: Session, action: str, value: Any = None) -> None:
    """Press a button of the bar, or choose in it."""
    Hand(visit).send("action", id=action, value=value)


def bar_of(visit: Session) -> dict[str, Any]:
    """Return what the bar is given on a page without levers."""
    from pages.shell.toolbar import toolbar

    data = toolbar(visit, visit.page_text("heading"))
    json.dumps(data, allow_nan=False)
    return data


def fed(visit: Session) -> dict[str, Any]:
    """Return all that goes to the browser for the scenario on screen."""
    from pages.components.cards import focus_list, result_cards
    from pages.components.focus_chart import focus_chart
    from pages.components.lever_panel import lever_panel
    from pages.session.results import announcement, scenario_results

    found = scenario_results(visit.scenario)
    table, spec, name = focus_chart(visit, found, LIGHT)
    data = {
        "panel": lever_panel(visit, found),
        "board": result_cards(visit, found),
        "list": focus_list(visit, found, "Sikkert"),
        "spoken": announcement(found, visit),
        "chart": name,
    }
    # As it travels: nothing that JSON does not have.
    json.dumps(data, allow_nan=False)
    return {**data, "table": table, "spec": spec, "found": found}
