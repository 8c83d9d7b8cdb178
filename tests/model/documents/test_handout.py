"""Test the handout: one tagged page."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest

from model.documents.figures import gather
from model.documents.handout import handout
from model.documents.pictures import budget_picture, line_picture
from model.language.catalogue import number
from model.scenario.scenario import Scenario
from tests.model.documents.cases import MADE_ON

TAGS = {"da": "da-DK", "en": "en-GB"}


def tagged(reader: pypdf.PdfReader) -> list[Any]:
    """All elements of the structure tree."""
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop()
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            kid = kid.get_object()
            if isinstance(kid, dict) and "/S" in kid:
                found.append(kid)
                waiting.append(kid)
    return found


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_handout_is_one_tagged_page(double: Scenario, language: str) -> None:
    found = gather(double, language, made_on=MADE_ON)
    reader = pypdf.PdfReader(io.BytesIO(handout(found)))
    assert len(reader.pages) == 1
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == TAGS[language]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == found.title
    elements = tagged(reader)
    kinds = {str(element["/S"]) for element in elements}
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure"} <= kinds
    figures = [element for element in elements if element["/S"] == "/Figure"]
    assert len(figures) == 2
    assert {str(element["/Alt"]) for element in figures} == {
        line_picture(found, found.most_moved).says,
        budget_picture(found).says,
    }
    words = " ".join(reader.pages[0].extract_text().split())
    for value in found.budget.net.difference:
        assert number(float(value) / 1e6, language, 1, signed=True) in words
    for row in found.key_rows:
        assert row.indicator.shown(row.indicator.value_scenario, language).replace("\xa0", " ") in words
    assert found.hash[:12] in words
    assert "Jobindsats" in words


def test_the_handout_stays_one_page_and_shows_texts_as_they_stand(everything: Scenario) -> None:
    reader = pypdf.PdfReader(io.BytesIO(handout(gather(everything, "da"))))
    assert len(reader.pages) == 1
    assert "<b>&" in reader.pages[0].extract_text()
