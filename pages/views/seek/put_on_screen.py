"""Make the answer of a search the scenario on screen."""

from __future__ import annotations

from typing import NoReturn

from model.scenario.scenario import Scenario
from pages.session.notices import Notice, both_languages
from pages.session.session import Session
from pages.shell.page import EXPLORE, go_to


def put_on_screen(session: Session, scenario: Scenario) -> NoReturn:
    """Make a scenario the one on screen, as one step that can be undone, and go to the first page with it."""
    session.set_scenario(scenario)
    session.notice = Notice("success", both_languages("page.seek_used"))
    go_to(EXPLORE)
