"""Test the committee item, read back and printed by LibreOffice."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn

from model.documents.committee_item import SECTIONS, committee_item
from model.documents.figures import Findings, gather
from model.documents.handout import handout
from model.documents.uncertainty_text import uncertainty, uncertainty_in_short
from model.documents.workbook import workbook
from model.language.catalogue import number, text
from model.scenario.files import load_scenario
from model.scenario.scenario import Scenario
from tests.folders import ROOT
from tests.model.documents.cases import DOUBLE, needs_office, words_of

BROENDBY = ROOT / "scenarios" / "broendby" / "stv-12-til-32.yaml"


def headings(document: Any, level: int = 1) -> list[str]:
    return [p.text for p in document.paragraphs if p.style.name == f"Heading {level}"]


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("path", [DOUBLE, BROENDBY])
def test_the_item_has_the_sections_of_the_minutes(path: Path, language: str) -> None:
    document = docx.Document(io.BytesIO(committee_item(gather(load_scenario(path), language))))
    assert headings(document) == [text(f"documents.item.{section}", language) for section in SECTIONS]
    if language == "da":
        assert headings(document) == [
            "Sammendrag",
            "Baggrund",
            "Sagsfremstilling",
            "Økonomiske konsekvenser og finansiering",
            "Bilag",
            "Beslutningen træffes af",
            "Indstilling",
        ]


def test_the_item_can_be_read_aloud(found: Findings) -> None:
    document = docx.Document(io.BytesIO(committee_item(found)))
    assert document.core_properties.language == "da-DK"
    assert document.core_properties.title == found.title
    assert {e.get(qn("w:val")) for e in document.styles.element.iter(qn("w:lang"))} == {"da-DK"}
    assert len(document.inline_shapes) >= 2
    for shape in document.inline_shapes:
        about = shape._inline.docPr.get("descr")
        assert re.search(r"\d", about), "the picture's text says its figures"
        assert len(about) > 40
    assert len(document.tables) == 3
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))


def test_the_items_figures_are_the_apps(found: Findings) -> None:
    document = docx.Document(io.BytesIO(committee_item(found)))
    words = words_of(document)
    assert found.explanation.headline.text(found.language) in words
    for row in found.key_rows:
        i = row.indicator
        assert i.shown(i.value_baseline, "da") in words
        assert i.shown(i.value_scenario, "da") in words
    states = {row.cells[0].text[:5]: row.cells[-1].text for row in document.tables[1].rows[1:]}
    assert states["Mål 1"] == "Bedre, når ikke målet (6\u00a0% af vejen)"
    assert states["Mål 3"].startswith("Bedre (+")
    budget = {row.cells[0].text: [c.text for c in row.cells[1:]] for row in document.tables[2].rows}
    assert budget["I alt"] == [
        number(v / 1e6, "da", 1, signed=True)
        for v in (*found.budget.net.difference, found.budget.total_difference)
    ]
    # As exact as its range allows.
    assert found.total.shown("da", signed=False) in words
    assert found.hash[:12] in words
    assert "Jobindsats" in words


def test_the_item_is_honest_about_doubt(found: Findings, double: Scenario) -> None:
    words = words_of(docx.Document(io.BytesIO(committee_item(found))))
    assert found.fan is not None
    low, high = found.range_of(found.most_moved)
    assert low < found.most_moved.indicator.value_scenario < high
    for said in (
        "prognose",
        "gentaget 16 gange",
        found.most_moved.indicator.shown(low, "da"),
        found.most_moved.indicator.shown(high, "da"),
        text("domain.percent", "da", number=number(found.budget.share_assumed * 100, "da")),
        "dækker ikke",
        "før budgetgaranti",
    ):
        assert said in words, said
    without = " ".join(uncertainty(gather(double, "da")))
    assert "ikke regnet usikkerhedsbånd" in without
    assert "gentaget" not in without


def test_bands_of_another_scenario_are_refused(found: Findings, double: Scenario) -> None:
    with pytest.raises(ValueError, match="another scenario"):
        gather(double.with_change("firm_places", 210.0), "da", fan=found.fan)


@needs_office
def test_the_item_prints_with_its_charts(found: Findings, office: Any) -> None:
    printed = pypdf.PdfReader(io.BytesIO(office(committee_item(found), "docx", "pdf")))
    words = " ".join(" ".join(page.extract_text().split()) for page in printed.pages)
    # A heading may be named in the text before it; each stands after the one before.
    at = 0
    for section in SECTIONS:
        title = text(f"documents.item.{section}", "da")
        at = words.index(title, at) + len(title)
    # Every page lists the pictures of all.
    assert len({image.data for page in printed.pages for image in page.images}) == 3
    for value in found.budget.net.difference:
        assert number(float(value) / 1e6, "da", 1, signed=True) in words
    assert 3 <= len(printed.pages) <= 6


def test_a_municipality_with_borrowed_goals_says_so(everything: Scenario) -> None:
    words = words_of(docx.Document(io.BytesIO(committee_item(gather(everything, "da")))))
    assert "skabelon" in words
    assert "hvilke egne mål" in words
    assert everything.name in words


def test_no_change_gives_sensible_documents() -> None:
    still = gather(Scenario(name="Uændret", municipality="albertslund"), "da")
    document = docx.Document(io.BytesIO(committee_item(still)))
    assert "Ingen skyder er flyttet" in words_of(document)
    assert "ikke behov for finansiering" in words_of(document)
    assert len(document.inline_shapes) == 1, "no picture of a budget that does not move"
    assert len(pypdf.PdfReader(io.BytesIO(handout(still))).pages) == 1
    assert workbook(still)


def test_a_lever_moved_twice_is_told_step_by_step() -> None:
    steps = gather(load_scenario(ROOT / "scenarios" / "ballerup" / "samlet-forslag.yaml"), "da").changes
    places = [step[1:4] for step in steps if step[0] == "Pladser i virksomheder"]
    assert [step[:2] for step in places] == [("200", "300"), ("300", "400")]
    assert all(step[2].startswith("fra ") for step in places)


def test_an_own_assumption_is_in_every_document_with_its_reason(double: Scenario) -> None:
    own = double.with_assumption("displacement", 0.1, "vi er en lille by")
    findings = gather(own, "da")
    sentence = "0,1 (ellers 0,3): vi er en lille by"
    assert sentence in words_of(docx.Document(io.BytesIO(committee_item(findings))))
    book = openpyxl.load_workbook(io.BytesIO(workbook(findings)))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any(sentence in cell for cell in cells)
    assert "Eget tal. vi er en lille by" in cells
    assert any(sentence in line for line in uncertainty_in_short(findings))
