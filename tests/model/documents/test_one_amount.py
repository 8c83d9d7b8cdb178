"""Test that page, Word item, workbook, handout and command line tell one amount with one range, and no more."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest

from model.budget.amounts import Amount
from model.documents.committee_item import committee_item
from model.documents.figures import gather
from model.documents.handout import handout
from model.documents.workbook import workbook
from model.scenario.files import load_scenario
from model.scenario.scenario import municipality_of
from model.uncertainty.draws import draws_for
from model.uncertainty.fan import fan
from pages.components.cards import result_cards
from pages.session.certainty import Certainty, with_certainty
from pages.session.results import scenario_results
from pages.session.session import Session
from tests.command_line import called
from tests.folders import SCENARIOS
from tests.model.documents.cases import words_of
from tests.pages.cases import new_visit

pytestmark = pytest.mark.usefixtures("engine")
DRAWS = 16
FILES = sorted(SCENARIOS.rglob("*.yaml"))
# A verb that promises: it may stand only where nine of ten draws agree on the sign.
PROMISE = re.compile(r"kommunen sparer|det koster kommunen")


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", words.replace("\N{NO-BREAK SPACE}", " "))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_one_amount_has_one_range_wherever_it_is_told(path: Path) -> None:
    scenario = load_scenario(path)
    municipality = municipality_of(scenario)
    bands = fan(municipality, scenario, draws_for(municipality, count=DRAWS))
    findings = gather(scenario, "da", fan=bands)
    clause = plain(findings.total.clause().da)
    low, high = findings.total.range.low, findings.total.range.high  # type: ignore[union-attr]
    told: dict[str, str] = {
        "Word": plain(words_of(docx.Document(io.BytesIO(committee_item(findings))))),
        "workbook": _cells(workbook(findings)),
        "handout": plain(
            " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(handout(findings))).pages)
        ),
    }
    status, out, _ = called("run", path, "--draws", DRAWS, "--json")
    assert status == 0
    answer: dict[str, Any] = json.loads(out)
    told["command line"] = plain(answer["headline"])
    for where, words in told.items():
        if scenario.changes:
            assert clause.lower() in words.lower(), where
    told["page"] = plain(_page(findings.explanation, bands, scenario))
    if scenario.changes:
        # The page has the amount beside the sentence: number, verb and range, and what it leaves out.
        for part in (findings.total.range_shown("da"), *_without_price(findings.total)):
            assert plain(part) in told["page"]
    for where, words in told.items():
        if low < -50_000 and high > 50_000:
            assert not PROMISE.search(words), where
    total = answer["budget"]["difference_range_dkk"]["total"]
    assert total == pytest.approx([low, high], rel=1e-8, abs=1e-6)
    assert answer["budget"]["difference_range_dkk"]["verdict"] == findings.total.kind


def _cells(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return plain(
        " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    )


def _page(explanation: Any, bands: Any, scenario: Any) -> str:
    visit: Session = new_visit(scenario.municipality)
    visit.open(scenario)
    results = with_certainty(scenario_results(scenario), Certainty(bands, explanation))
    board = result_cards(visit, results)
    total = board["budget"]["years"][-1]
    parts = [board["headline"], *total["value"], total["word"], total["range"], board["budget"]["share"]]
    return " ".join(parts)


def _without_price(total: Amount) -> list[str]:
    """Return what the page says of levers that nobody has priced."""
    return ["Uden en pris på"] if total.unpriced else []
