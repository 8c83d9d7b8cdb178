"""What tests of the page of meetings share: a course of two build steps, and a visit that sits at a table."""

from __future__ import annotations

from typing import Any

from model.workshop.course import Course
from model.workshop.course_files import read_course
from model.workshop.meeting import Meeting
from model.workshop.meetings import begin
from pages.session.link import SEAT
from pages.session.session import Session
from pages.shell.page import WORKSHOP
from tests.folders import MAIN, ROOT
from tests.pages.cases import new_visit

BUILD = """
course: 1
title: Prøve
municipality: ballerup
baseline: 2026
rules: dated
steps:
  - {id: byg, kind: build, title: Byg, levers: [firm_places, 'activation_rate:dagpenge'], budget_dkk: 10000000}
  - {id: snak, kind: text, title: Snak}
  - {id: videre, kind: build, title: Byg videre, levers: ['meetings:dagpenge'], previous: byg}
"""


def course() -> Course:
    """Return the course."""
    return read_course(BUILD)


def begun() -> tuple[Meeting, str]:
    """Begin a meeting in the folder of data in use. Return it with the facilitator's secret."""
    return begin(course())


def sitting(address: str) -> Session:
    """Return a new visit at a table, as after a reload."""
    visit = new_visit()
    visit.seat = address
    return visit


def opened(**query: str) -> Any:
    """Return Streamlit's own test runner on the page of meetings, opened by an address."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(str(ROOT / WORKSHOP.file))
    return app


def at_table(address: str) -> Any:
    """Return a table's device."""
    return opened(**{SEAT: address})
