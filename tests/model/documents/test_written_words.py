"""Test that documents say who wrote a proposal and why, what the meeting asked and what it decided."""

from __future__ import annotations

import io

import docx
import openpyxl
import pypdf
import pytest

from model.documents.committee_item import committee_item
from model.documents.figures import gather
from model.documents.handout import handout
from model.documents.workbook import workbook
from model.scenario.parts import Workshop
from model.scenario.scenario import Scenario

WHY = "Vi **tror** på <b>flere</b> pladser"
NOTES = Workshop(
    question="=1+1 eller *mål 3*?",
    expectation="Vi ventede flere.",
    findings="Det kom først i år 2.",
    decision="Vi gør det <i>ikke</i>.",
)


@pytest.fixture(scope="module")
def written() -> Scenario:
    """Return a proposal with a path of two steps, each with its reason, and all that a meeting can write."""
    scenario = Scenario(name="Bordets forslag", municipality="ballerup", author="Bord 3 & 4", workshop=NOTES)
    later = scenario.start.replace(year=scenario.start.year + 1)
    scenario = scenario.with_change("firm_places", 250.0, why=WHY)
    return scenario.with_change("firm_places", 300.0, from_=later, phase_in_weeks=26, why="Resten " * 100)


def test_the_committee_item_has_all_of_it(written: Scenario) -> None:
    document = docx.Document(io.BytesIO(committee_item(gather(written, "da"))))
    told = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in ("Skrevet af Bord 3 & 4.", *(words for _, words in NOTES)):
        assert words in told
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert WHY in cells
    assert ("Resten " * 100).strip() in cells, "the second step has its own reason"
    assert {"250", "300"} <= set(cells)


def test_the_workbook_has_all_of_it_and_no_formula(written: Scenario) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(gather(written, "da"))))
    about = [cell for row in book["Om"].iter_rows() for cell in row if cell.value]
    told = {str(cell.value) for cell in about}
    assert {"Bord 3 & 4", *(words for _, words in NOTES)} <= told
    assert all(cell.data_type == "s" for cell in about)
    steps = list(book["Skydere"].iter_rows(min_row=2, max_row=3, values_only=True))
    assert [(row[4], row[7], row[8]) for row in steps] == [
        (250, 0, WHY),
        (300, 26, ("Resten " * 100).strip()),
    ]


def test_the_handout_says_it_in_short_on_one_page(written: Scenario) -> None:
    reader = pypdf.PdfReader(io.BytesIO(handout(gather(written, "da"))))
    assert len(reader.pages) == 1
    told = " ".join(reader.pages[0].extract_text().split())
    for words in ("Skrevet af Bord 3 & 4.", WHY, NOTES.question, NOTES.decision):
        assert words in told
    assert told.count("Resten") < 50
