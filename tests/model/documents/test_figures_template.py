"""Test that a template which LibreOffice has saved comes back as it was filled in."""

from __future__ import annotations

from collections.abc import Callable

from model.documents.figures_template import figures_template
from model.imports.limited_process import read_export_limited
from model.imports.preview import preview
from model.municipality.municipality import load_municipality
from tests.model.documents.cases import needs_office
from tests.model.imports.templates import DAY, RATE, answer, filled

STOCK = "stock.sygedagpenge"


@needs_office
def test_a_template_saved_by_libreoffice_comes_back(office: Callable[[bytes, str, str], bytes]) -> None:
    ballerup = load_municipality("ballerup")
    answers = {RATE: answer("25 %"), STOCK: answer("=600+40", as_of="marts 2026")}
    data = filled(figures_template(ballerup, "da", DAY), answers)
    found = preview(read_export_limited(office(data, "xlsx", "xlsx"), "skabelon.xlsx"), ballerup)
    # The formula has a result now, and what the template showed is as it was.
    assert {r.parameter: r.after.value for r in found} == {RATE: 0.25, STOCK: 640}
    assert {r.after.as_of for r in found} == {"2025", "2026M03"}
    assert not any("skabelonen" in note.da for note in found.notes)
