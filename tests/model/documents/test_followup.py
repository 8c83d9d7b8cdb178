"""Test the follow-up as a document: it says what the page says, and is one page of words and a chart."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from model.documents.followup import followup_document
from model.followup.told import Told
from tests.model.followup.test_decided_files import decided
from tests.model.followup.test_outcome import BASE, figures
from tests.model.followup.test_predicted import with_wide

pytestmark = pytest.mark.usefixtures("engine")


def words(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_it_says_from_when_figures_are_awaited(tmp_path: Path) -> None:
    said = words(followup_document(decided(), Told(), "dagpenge", "da", folder=figures(tmp_path, BASE, BASE)))
    assert "de første er dem for januar 2027" in said
    assert "Hvorfor blev det anderledes?" not in said
    assert "Jobcenteret" in said
    assert "Vi gør det." in said


def test_it_has_the_parts_of_the_difference(tmp_path: Path) -> None:
    folder = figures(tmp_path, {**BASE, "2027M01": 700.0}, {**BASE, "2027M01": 99.0})
    said = words(followup_document(decided(), Told(), "dagpenge", "da", folder=folder))
    assert "over beregningernes bånd" in said
    assert "Konjunkturen" in said
    assert "kendes ikke" in said
    assert "+25" in said


def test_it_has_the_wide_band_and_what_may_be_chance(tmp_path: Path) -> None:
    base = {"2025M12": 652.417, "2026M01": 652.417}
    folder = figures(tmp_path, {**base, "2027M01": 640.0}, {**base, "2027M01": 652.417})
    said = words(followup_document(with_wide(), Told(), "dagpenge", "da", folder=folder))
    assert "Det er som ventet." in said
    assert "600 til 760. Så nær prognosen endte 8 af 10 kommuner." in said
    assert "Bredt, gråt bånd" in said
    assert "Prognosen ved beslutningen ligger +20" in said
    assert "Kan være tilfældigt" in said


def test_what_is_hidden_has_no_document(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        followup_document(decided(), Told(), "kontanthjaelp", "da", folder=figures(tmp_path, BASE, BASE))
