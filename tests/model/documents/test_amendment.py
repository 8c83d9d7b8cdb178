"""The amendment sheet: what budget rules commonly ask for, on one page, readable aloud, with ranges."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from model.catalogue.effects import effects
from model.catalogue.files import SHIPPED_FOLDER, load_measure
from model.catalogue.measure import Measure
from model.catalogue.stack import layer_of_measure, stack
from model.documents.amendment import amendment_sheet, sheet_of
from model.documents.figures import Findings, gather
from model.scenario.scenario import Scenario, municipality_of
from model.uncertainty.draws import draws_for

BASE = Scenario(name="b", municipality="ballerup", baseline="2026", rules="dated")
TOO_MANY = sorted(SHIPPED_FOLDER.glob("*.yaml"))
PRICE = {"value": 2e6, "low": 1e6, "high": 4e6, "unit": "dkk_a_year", "source": "Antagelse"}


def measures(*names: str) -> Iterator[Measure]:
    for name in names:
        yield load_measure(SHIPPED_FOLDER / f"{name}.yaml")


def sheet(*cards: Measure, language: str = "da", count: int = 8) -> bytes:
    made = stack(BASE, [layer_of_measure(card, BASE) for card in cards], "Vores forslag")
    draws = draws_for(municipality_of(BASE), count=count) if count else None
    return sheet_of(effects(made, draws), draws, language)


def opened(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def rows(document: Any) -> dict[str, list[str]]:
    return {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in document.tables[0].rows}


def shown(cell: str) -> float:
    return float(cell.replace("\u2212", "-").replace(",", "."))


@pytest.mark.parametrize("language", ["da", "en"])
def test_it_can_be_read_aloud(language: str) -> None:
    document = opened(
        sheet(*measures("flere-virksomhedspladser", "luk-erstattet-vejledning"), language=language)
    )
    styles = [p.style.name for p in document.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    assert styles == ["Title", *["Heading 1"] * 4]
    (table,) = document.tables
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    tag = {"da": "da-DK", "en": "en-GB"}[language]
    assert document.core_properties.language == tag
    assert {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))} == {tag}


def test_amounts_add_up_and_have_a_range() -> None:
    lines = rows(opened(sheet(*measures("virksomhedspladser-400", "luk-erstattet-vejledning"))))
    assert lines["Funktion"] == ["Budget 2027", "Overslag 2028", "Overslag 2029", "Overslag 2030", "I alt"]
    assert any(name.startswith("5.68.90 ") for name in lines)
    net = [shown(cell) for cell in lines["Netto i alt"]]
    assert net[-1] == pytest.approx(sum(net[:-1]), abs=0.21)
    functions = [cells for name, cells in lines.items() if name[1:2] == "." or name == "Andre funktioner"]
    for year, total in enumerate(net):
        assert sum(shown(cells[year]) for cells in functions) == pytest.approx(total, abs=0.5)
    parts = [lines[name] for name in lines if name.startswith("Heraf")]
    for year, total in enumerate(net):
        assert sum(shown(cells[year]) for cells in parts) == pytest.approx(total, abs=0.11)
    assert all(" til " in cell for cell in lines["9 af 10 beregninger"])


def test_a_cards_own_price_is_in_the_table_and_in_the_total() -> None:
    (plain,) = measures("lige-indsats")
    priced = plain.model_copy(update={"price": Measure.model_validate(
        {"title": "x", "reason": "x", "source": "x", "price": PRICE, "changes": [{"lever": "equal_effort", "to": 9}]}
    ).price})  # fmt: skip
    before, after = rows(opened(sheet(plain))), rows(opened(sheet(priced)))
    own = next(cells for name, cells in after.items() if name.startswith("Kortenes egne priser"))
    assert shown(own[0]) == pytest.approx(2.0, abs=0.05)
    assert shown(after["Netto i alt"][-1]) - shown(before["Netto i alt"][-1]) == pytest.approx(8, abs=0.25)


def test_it_says_what_is_not_known() -> None:
    words = "\n".join(
        p.text for p in opened(sheet(*measures("lige-indsats", "flere-virksomhedspladser"))).paragraphs
    )
    assert "Uden en pris på" in words
    assert "antagne priser" in words
    assert "Der er ikke fundet en regel for formen" in words
    assert "50 flere pladser i virksomheder (antagelse)" in words
    assert "ikke efterprøvet" in words
    bare = "\n".join(p.text for p in opened(sheet(*measures("en-fast-sagsbehandler"), count=0)).paragraphs)
    assert "usikkerhed ikke regnet" in bare
    assert "Det kan ikke siges" in bare


def test_the_scenario_on_screen_makes_one_too(found: Findings, everything: Scenario) -> None:
    words = "\n".join(p.text for p in opened(amendment_sheet(found)).paragraphs)
    assert "Pladser i virksomheder" in words
    assert amendment_sheet(found) == amendment_sheet(found)
    assert opened(amendment_sheet(gather(everything, "da"))).tables


def test_it_prints_on_one_page(office: Any) -> None:
    cards = [card for card in map(load_measure, TOO_MANY) if card.fits("ballerup")][:12]
    for data in (sheet(*cards, count=0), sheet(*cards[:5], count=8)):
        assert len(pypdf.PdfReader(io.BytesIO(office(data, "docx", "pdf"))).pages) == 1
