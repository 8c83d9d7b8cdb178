"""Test the administration's proposal as a third figure in the documents: Word, Excel, PDF and tables."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pypdf
import pytest

from model.budget.budget import budget
from model.budget.full_year_persons import full_year_persons
from model.documents.beside import (
    third,
    third_amounts,
    third_lever,
    third_money,
    third_of,
    third_value,
    with_reference,
)
from model.documents.committee_item import committee_item
from model.documents.figures import Findings, gather
from model.documents.handout import handout
from model.documents.pictures import budget_picture, line_picture, line_picture_alone
from model.documents.tables import tables
from model.documents.workbook import workbook
from model.domain import GROUPS
from model.language.catalogue import LANGUAGES, group_name, number, text
from model.scenario.levers import LEVER_BY_ID
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from tests.model.documents.cases import MADE_ON, needs_office, sheets, words_of

pytestmark = pytest.mark.usefixtures("engine")
MEETINGS = (LEVER_BY_ID["meetings"].label.text("da"), group_name("dagpenge", "da"))
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
    own = third(held)
    assert own is not None
    for row, told in zip(held.committee_rows, goals.rows[1:], strict=True):
        cell, other = told.cells[at].text, third_of(held, row)
        if other is not None and own.range_text(other):
            assert cell == f"{third_value(held, row)} ({own.range_text(other)})"
        else:
            assert cell == third_value(held, row)
    assert any(row.cells[at].text.endswith(")") for row in goals.rows[1:])
    assert "I parentes står forslaget i ni af ti beregninger." in words
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
    at, own = goals[0].index("Forvaltningen"), third(held)
    low = goals[0].index("Forvaltningen i 9 af 10 beregninger, fra")
    for cells, row in zip(goals[1:], held.rows, strict=True):
        other = third_of(held, row)
        if other is not None:
            assert cells[at] == pytest.approx(other.indicator.value_scenario)
        ends = None if other is None or own is None else own.range_of(other)
        if ends is not None:
            assert cells[low : low + 2] == pytest.approx(ends)
    net = {
        row[1].value: [cell.value for cell in row[2:]] for row in book["Nettoforskel"].iter_rows(min_row=3)
    }
    assert net["Forvaltningens forslag"] == pytest.approx([a.central for a in third_amounts(held)])
    heads = [str(cell.value) for cell in book["Tal til figurerne"][1]]
    assert any(head.endswith("forvaltningens forslag") for head in heads)


def rows_of(sheet: Any, first: int = 1) -> list[dict[str, Any]]:
    """Return a sheet's rows by the heads of its row ``first``."""
    heads, *rows = sheet.iter_rows(min_row=first, values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_workbooks_levers_say_where_it_leaves_each(held: Findings, reference: Scenario) -> None:
    rows = rows_of(sheets(workbook(held), values=True)["Skydere"])
    begin = next(i for i, row in enumerate(rows) if "ikke er flyttet" in str(row["Skyder"]))
    shown = {(row["Skyder"], row["Målgruppe eller type"] or ""): row for row in rows}
    places, meetings = shown["Pladser i virksomheder", ""], shown[MEETINGS]
    assert (places["Forvaltningen"], places["Scenarie"]) == (150.0, 400.0)
    assert meetings["Forvaltningen"] == 2.0
    assert meetings["Scenarie"] == meetings["Uden ændringer"] != 2.0
    assert meetings["Forvaltningens forslag, gælder fra"].date() == reference.changes[-1].from_
    assert rows.index(meetings) < begin, "what only the administration moves is not folded away"
    assert str(places["Begrundelse"]).startswith("Kapaciteten følger"), "the reason is the scenario's"
    untouched = rows[begin + 1]
    assert untouched["Forvaltningen"] == untouched["Uden ændringer"]
    assert untouched["Forvaltningens forslag, gælder fra"] is None


def test_a_lever_in_steps_stands_where_its_last_one_leaves_it(found: Findings, reference: Scenario) -> None:
    later = reference.start + datetime.timedelta(weeks=52)
    again = reference.changes[0].model_copy(update={"from_": later, "to": 180.0})
    steps = reference.copy_with(changes=(*reference.changes, again))
    held = with_reference(found, steps)
    row = next(row for row in held.levers if row.lever.id == "firm_places")
    left = third_lever(held, row)
    assert left is not None
    assert left.change is not None
    assert (left.after, left.change.from_) == (180.0, later)


def test_the_workbook_has_its_amounts_by_function_and_year(held: Findings, double: Scenario) -> None:
    rows = rows_of(sheets(workbook(held), values=True)["Budget"])
    other = third(held)
    assert other is not None
    years = other.budget.years
    for row in rows:
        figures, y = other.budget.by_function[row["Funktion"]], years.index(row["År"])
        for head, part in (("Brutto", figures.gross), ("Refusion", figures.refund), ("Netto", figures.net)):
            assert row[f"{head}, forvaltningens forslag (kr.)"] == pytest.approx(part.scenario[y])
        assert row["Forvaltningens forslag, nettoforskel"] == pytest.approx(figures.net.difference[y])
    sums = [
        sum(row["Forvaltningens forslag, nettoforskel"] for row in rows if row["År"] == year)
        for year in years
    ]
    assert sums == pytest.approx([amount.central for amount in third_amounts(held)[:-1]])


def test_the_workbook_has_its_full_year_persons(held: Findings) -> None:
    sheet = sheets(workbook(held), values=True)["Helårspersoner"]
    rows = rows_of(sheet)
    other = third(held)
    assert other is not None
    counted = full_year_persons(other.outcome)
    shown = 0
    for i, year in enumerate(counted.years):
        for g, group in enumerate(GROUPS):
            row = next(
                row
                for row in rows
                if str(row["Periode"]).strip("*") == str(year) and row["Målgruppe"] == group_name(group, "da")
            )
            if isinstance(row["Scenarie"], float | int):
                shown += 1
                assert row["Forvaltningen"] == pytest.approx(counted.by_year[i][g])
            else:
                assert row["Forvaltningen"] is None, "hidden in one, hidden in all"
    assert shown > len(counted.years)
    words = [str(row["Målgruppe"]) for row in rows]
    assert f"Forvaltningens forslag: {other.persons_sentence}" in words


def test_a_group_that_is_small_with_the_proposal_alone_is_hidden_in_all(
    held: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from model.documents import workbook as module

    other = third(held)
    assert other is not None
    small = GROUPS[0]

    def few(outcome: Any) -> Any:
        """Count as the model does; three persons of one group in the administration's proposal."""
        counted = full_year_persons(outcome)
        if outcome is not other.outcome:
            return counted
        by_year, by_month = counted.by_year.copy(), counted.by_month.copy()
        by_year[:, 0] = by_month[:, 0] = 3.0
        return replace(counted, by_year=by_year, by_month=by_month)

    monkeypatch.setattr(module, "full_year_persons", few)
    rows = rows_of(sheets(workbook(held), values=True)["Helårspersoner"])
    hidden = [row for row in rows if row["Målgruppe"] == group_name(small, "da")]
    assert hidden
    assert all(not isinstance(row["Scenarie"], float | int) for row in hidden)


def test_its_amount_is_told_with_its_range_and_the_word_for_it(held: Findings) -> None:
    said = third_money(held)
    total = third_amounts(held)[-1]
    assert total.range is not None
    assert total.range_shown("da") in said
    assert said in [cell.value for cell in sheets(workbook(held), values=True)["Nettoforskel"]["B"]]


def test_the_handout_is_still_one_page_with_the_third_column(held: Findings) -> None:
    content = handout(held)
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1
    words = pdf_words(content)
    assert "Budgetforslag" in words
    assert "Forvaltningen, 9 af 10 beregninger" in words
    assert "Hvor sikre forslagets tal for målene er, står i regnearket." in words
    total = third_amounts(held)[-1]
    assert number(total.central / 1e6, "da", 1, signed=True) in words


def test_the_tables_have_a_column_for_it(held: Findings, found: Findings) -> None:
    made, plain = tables(held), tables(found)
    levers = {(row["Skyder"], row["Målgruppe eller type"]): row for row in made["skydere"]}
    assert levers["Pladser i virksomheder", ""]["Forvaltningens forslag"] == "150"
    assert levers[MEETINGS]["Forvaltningens forslag"] == "2,00"
    assert levers[MEETINGS]["Forvaltningens forslag, gælder fra"]
    untouched = next(row for row in made["skydere"] if not row["Forvaltningens forslag, gælder fra"])
    assert untouched["Forvaltningens forslag"] == untouched["Uden ændringer"]
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


def test_the_picture_of_money_draws_it_with_its_range_and_says_it(held: Findings, found: Findings) -> None:
    picture = budget_picture(held)
    rows = [row for row in picture.specification["data"]["values"] if row["net"] is not None]
    for row, amount, own in zip(rows, third_amounts(held)[:-1], held.year_differences, strict=True):
        assert amount.range is not None
        assert own.range is not None
        drawn = [row[name] for name in ("beside", "beside_low", "beside_high", "low", "high")]
        ends = (amount.central, amount.range.low, amount.range.high, own.range.low, own.range.high)
        assert drawn == pytest.approx([end / 1e6 for end in ends])
    for field in ("beside", "beside_low", "beside_high", "low"):
        assert f'"field": "{field}"' in json.dumps(picture.specification), "what is there is drawn"
        assert (f'"field": "{field}"' in json.dumps(budget_picture(found).specification)) == (field == "low")
    total = third_amounts(held)[-1].range_shown("da")
    assert "forvaltningens forslag" in picture.says
    assert total in picture.says
    assert "orvaltning" not in budget_picture(found).says


def test_the_workbooks_chart_of_money_has_its_columns_and_marks(held: Findings, found: Findings) -> None:
    def chart(findings: Findings) -> str:
        archive = zipfile.ZipFile(io.BytesIO(workbook(findings)))
        names = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
        texts = [archive.read(name).decode() for name in names]
        return next(words for words in texts if "<c:barChart>" in words)

    assert chart(found).count("<c:ser>") == chart(found).count("<c:errBars>") == 1
    drawn = chart(held)
    assert drawn.count("<c:ser>") == drawn.count("<c:errBars>") == 2
    assert "Forvaltningens forslag" in drawn
    rows = list(sheets(workbook(held), values=True)["Tal til figurerne"].iter_rows(values_only=True))
    begin = next(i for i, row in enumerate(rows) if "Forvaltningens forslag: Forskel (mio. kr.)" in row)
    at = rows[begin].index("Forvaltningens forslag: Forskel (mio. kr.)")
    for row, amount in zip(rows[begin + 1 :], third_amounts(held)[:-1], strict=False):
        assert amount.range is not None
        ends = (amount.central, amount.range.low, amount.range.high)
        assert row[at : at + 3] == pytest.approx([end / 1e6 for end in ends])


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
