"""Test the printed sheets of a meeting: read back, one page per table and step, nothing that gives the answer away."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pypdf
import pytest

from model.documents.workshop_graph import blank_graph
from model.documents.workshop_sheets import _Sheets, workshop_sheets
from model.language.catalogue import text
from model.workshop.course import Course
from model.workshop.course_files import SCENARIOS, load_course
from tests.folders import ROOT
from tests.model.documents.test_handout import tagged

SHORT = ROOT / "workshops" / "ballerup-30.yaml"
HOSTILE = "<script>alert(1)</script> {=1+1}"
EVERY_KIND: Mapping[str, Any] = {
    "course": 1,
    "title": HOSTILE,
    "municipality": "ballerup",
    "baseline": "2026",
    "rules": "dated",
    "steps": [
        {
            "id": "plads",
            "kind": "guess",
            "title": "Plads",
            "scenario": "ballerup/2027-spar-paa-indsatsen.yaml",
            "goal": "forsikrede_ledige",
        },
        {
            "id": "kort",
            "kind": "build",
            "title": "Kort",
            "instrument": "cards",
            "cards": ["flere-fleksjob", "shipped/faerre-samtaler.yaml"],
            "budget_dkk": 0.0,
        },
        {
            "id": "tro",
            "kind": "beliefs",
            "title": "Tro",
            "assumptions": ["displacement", "hr_meeting.dagpenge"],
        },
    ],
}


def pages(content: bytes) -> list[str]:
    """The words of each page."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


@pytest.mark.parametrize("language", ["da", "en"])
def test_each_table_has_a_page_of_each_step_that_asks(language: str) -> None:
    content = workshop_sheets(load_course(SHORT), language, ("", "Bord ved vinduet"))
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    assert reader.trailer["/Root"]["/Lang"] == {"da": "da-DK", "en": "en-GB"}[language]
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()
    kinds = [str(element["/S"]) for element in tagged(reader)]
    assert {"/H1", "/P", "/Table", "/TH", "/TD", "/Figure"} <= set(kinds)
    guess, guess_named, build, build_named = pages(content)
    assert "Bord ved vinduet" in guess_named
    assert "Bord ved vinduet" in build_named
    assert "vinduet" not in guess + build
    for words in ("first", "second"):
        assert text(f"workshop_paper.guess.{words}", language) in guess
    assert {"da": "10 mio. kr.", "en": "DKK 10m"}[language].replace("\xa0", " ") in build
    assert {"da": "0 til 1.000", "en": "0 to 1,000"}[language] in build


def test_cards_and_beliefs_are_on_their_sheets() -> None:
    course = Course.model_validate(EVERY_KIND)
    guess, cards, beliefs = pages(workshop_sheets(course, "da", ("",)))
    assert HOSTILE in guess  # as text
    assert "To samtaler på et halvt år på dagpenge" in cards
    assert cards.count("☐") == 2
    assert text("workshop_paper.build.limit_none", "da", years="4 år") in cards
    assert beliefs.count("kilderne siger") == 2
    assert "0,0 til 0,7" in beliefs


def test_the_graph_does_not_give_the_answer_away() -> None:
    for course in (load_course(SHORT), Course.model_validate(EVERY_KIND)):
        step = next(step for step in course.steps if step.kind == "guess")
        indicator, weeks = _Sheets(course, "da", SCENARIOS)._indicator(step)
        nothing = replace(indicator, scenario=indicator.baseline, value_scenario=indicator.value_baseline)
        assert blank_graph(indicator, None, weeks, "da") == blank_graph(nothing, None, weeks, "da")


def test_a_small_figure_is_not_drawn() -> None:
    course = load_course(SHORT)
    indicator, weeks = _Sheets(course, "da", SCENARIOS)._indicator(course.steps[1])
    few = replace(indicator, persons=3.0)
    assert few.suppressed
    drawn = blank_graph(few, None, weeks, "da")
    assert "<circle" not in drawn.svg
    assert "nan" not in drawn.svg
    assert text("workshop_paper.graph.none", "da") in drawn.says


def test_a_course_that_asks_nothing_says_so() -> None:
    plain = {**EVERY_KIND, "steps": [{"id": "tekst", "kind": "text", "title": "Velkommen"}]}
    (only,) = pages(workshop_sheets(Course.model_validate(plain), "da"))
    assert text("workshop_paper.nothing", "da") in only
