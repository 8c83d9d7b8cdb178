"""Test the administration's proposal as a third figure in the documents: Word, Excel, PDF and tables."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pypdf
import pytest

from model.budget.budget import budget
from model.documents.beside import third, third_amounts, third_of, third_value, with_reference
from model.documents.committee_item import committee_item
from model.documents.figures import Findings, gather
from model.documents.handout import handout
from model.documents.pictures import line_picture, line_picture_alone
from model.documents.tables import tables
from model.documents.workbook import workbook
from model.language.catalogue import LANGUAGES, number, text
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from tests.model.documents.cases import MADE_ON, needs_office, sheets, words_of

pytestmark = pytest.mark.usefixtures("engine")
WHOSE = "Forvaltningens forslag er »Budgetforslag«, skrevet af Centerchefen."


@pytest.fixture(scope="module")
def reference(double: Scenario) -> Scenario:
    """Fewer places than the scenario has, under assumptions of its own."""
    changed = double.copy_with(
        name="Budgetforslag", author="Centerchefen", changes=(), assumption_set="cautious"
    )
    return changed.with_change("firm_places", 150.0).with_change("meetings", 2.0, "dagpenge")


@pytest.fixture(scope="module")
def held(found: Findings, reference: Scenario) -> Findings:
    return with_reference(found, reference)


def pdf_words(content: bytes) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text().split())


def test_its_figures_are_those_of_its_own_run_under_the_scenarios_assumptions(
    held: Findings, double: Scenario, reference: Scenario
) -> None:
    common = reference.copy_with(assumption_set=double.assumption_set, assumptions=double.assumptions)
    town = municipality_of(common)
    own = budget(simulate(town, common), baseline(town, common))
    amounts = third_amounts(held)
    assert [amount.central for amount in amounts] == [*own.net.difference, own.total_difference]
    assert all(amount.range is not None for amount in amounts), "no amount without its range"
    shown = [third_of(held, row) for row in held.rows]
    assert any(one is not None for one in shown)
    assert all((one is None) == row.suppressed for one, row in zip(shown, held.rows, strict=True))


def test_a_figure_that_is_hidden_in_one_is_not_told_of_the_other(held: Findings) -> None:
    row, other = held.key_rows[0], third(held)
    assert other is not None
    assert held.beside is not None
    assert third_of(held, row) is not None
    hidden = replace(row, indicator=replace(row.indicator, blanked=True))
    goal = other.key_rows[0].goal
    blank = replace(goal, indicators=tuple(replace(one, blanked=True) for one in goal.indicators))
    less = replace(
        held, beside=replace(held.beside, findings=replace(other, goals=(blank, *other.goals[1:])))
    )
    for findings, asked in ((held, hidden), (less, row)):
        assert third_of(findings, asked) is None
        assert third_value(findings, asked) == text("disclosure.not_shown", "da")


def test_word_has_the_third_column_and_its_amounts(held: Findings, found: Findings) -> None:
    item = docx.Document(io.BytesIO(committee_item(held)))
    words = words_of(item)
    assert WHOSE in words
    assert "Det ændrer: " in words
    assert "»Pladser i virksomheder« fra" in words
    goals = next(t for t in item.tables if t.rows[0].cells[0].text == "Indikator")
    at = [cell.text for cell in goals.rows[0].cells].index("Forvaltningen")
    assert [row.cells[at].text for row in goals.rows[1:]] == [
        third_value(held, r) for r in held.committee_rows
    ]
    money = next(t for t in item.tables if t.rows[0].cells[0].text == "Funktion")
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in money.rows}
    wanted = [number(a.central / 1e6, "da", 1, signed=True) for a in third_amounts(held)]
    assert rows["Forvaltningens forslag"] == wanted
    assert rows["Forvaltningen, 9 af 10 beregninger"] == [a.signed_ends("da") for a in third_amounts(held)]
    assert "orvaltningens forslag" not in words_of(docx.Document(io.BytesIO(committee_item(found))))


def test_the_workbook_has_it_on_the_sheets_of_goals_amounts_and_charts(held: Findings) -> None:
    book = sheets(workbook(held), values=True)
    about = [cell.value for row in book["Om"].iter_rows() for cell in row]
    assert WHOSE in about
    goals = [[cell.value for cell in row] for row in book["Mål"].iter_rows()]
    at = goals[0].index("Forvaltningen")
    for cells, row in zip(goals[1:], held.rows, strict=True):
        other = third_of(held, row)
        if other is not None:
            assert cells[at] == pytest.approx(other.indicator.value_scenario)
    net = {
        row[1].value: [cell.value for cell in row[2:]] for row in book["Nettoforskel"].iter_rows(min_row=3)
    }
    assert net["Forvaltningens forslag"] == pytest.approx([a.central for a in third_amounts(held)])
    heads = [str(cell.value) for cell in book["Tal til figurerne"][1]]
    assert any(head.endswith("forvaltningens forslag") for head in heads)


def test_the_handout_is_still_one_page_with_the_third_column(held: Findings) -> None:
    content = handout(held)
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1
    words = pdf_words(content)
    assert "Budgetforslag" in words
    assert "Forvaltningen, 9 af 10 beregninger" in words
    total = third_amounts(held)[-1]
    assert number(total.central / 1e6, "da", 1, signed=True) in words


def test_the_tables_have_a_column_for_it(held: Findings, found: Findings) -> None:
    made, plain = tables(held), tables(found)
    assert [row["Forvaltningens forslag"] for row in made["maal"]] == [
        third_value(held, r) for r in held.rows
    ]
    assert "Forvaltningens forslag, nettoforskel" in made["budget"][0]
    assert any(head.endswith(", Forvaltningens forslag") for head in made["forloeb"][0])
    assert not any("orvaltning" in head for rows in plain.values() for head in rows[0])


def test_the_picture_draws_the_third_line_and_says_it(held: Findings) -> None:
    row = held.most_moved
    picture = line_picture(held, row)
    assert any(point.get("reference") is not None for point in picture.specification["data"]["values"])
    assert f"Med forvaltningens forslag er det {third_value(held, row)}." in picture.says
    assert any("Budgetforslag" in line for line in line_picture_alone(held, row).origin)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_compared_is_told_and_left_out(
    double: Scenario, reference: Scenario, language: str
) -> None:
    plain = gather(double, language, made_on=MADE_ON)
    other = with_reference(plain, reference.copy_with(years=2))
    assert third(other) is None
    assert other.beside is not None
    assert "Budgetforslag" in other.beside.why_not
    words = words_of(docx.Document(io.BytesIO(committee_item(other))))
    assert other.beside.why_not in words
    assert plain.text("beside.column") not in [
        cell.text
        for table in docx.Document(io.BytesIO(committee_item(other))).tables
        for cell in table.rows[0].cells
    ]
    assert "Budgetforslag" in pdf_words(handout(other))
    assert other.beside.why_not in [
        c.value for s in sheets(workbook(other), values=True).values() for c in s["B"]
    ]
    assert [list(rows[0]) for rows in tables(other).values()] == [
        list(rows[0]) for rows in tables(plain).values()
    ]


def test_without_one_the_documents_are_as_before(found: Findings) -> None:
    same = with_reference(found, None)
    assert same is found
    assert third_amounts(same) == ()


def test_a_start_of_its_own_lays_no_courses_together(double: Scenario, reference: Scenario) -> None:
    """Figures of 2020 stand still, so goals can be compared; years and weeks cannot."""
    from model.scenario.period import possible_starts, starting_at

    later = next(start for start in possible_starts(reference) if start > reference.start)
    held = with_reference(gather(double, "da"), starting_at(reference, later))
    assert third(held) is not None
    assert third_amounts(held) == ()
    made = tables(held)
    assert "Forvaltningens forslag" in made["maal"][0]
    assert not any("orvaltning" in head for head in (*made["budget"][0], *made["forloeb"][0]))
    committee_item(held), workbook(held), handout(held)


@needs_office
def test_the_workbook_calculates_to_the_same_with_it(held: Findings, office) -> None:  # type: ignore[no-untyped-def]
    content = workbook(held)
    written = sheets(content, values=True)
    counted = sheets(office(content, "xlsx", "xlsx"), values=True)
    for name, sheet in written.items():
        for row, other in zip(sheet.iter_rows(), counted[name].iter_rows(), strict=False):
            for cell, twin in zip(row, other, strict=False):
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    assert twin.value == pytest.approx(cell.value, rel=1e-6, abs=1e-6), (
                        name,
                        cell.coordinate,
                    )
