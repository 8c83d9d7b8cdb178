"""Test the workbook, recalculated by LibreOffice."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest

from model.budget.full_year_persons import full_year_persons
from model.documents.figures import Findings, gather
from model.documents.workbook import workbook
from model.domain import GROUPS
from model.language.catalogue import group_name, text
from model.scenario.scenario import Scenario
from tests.model.documents.cases import needs_office, sheets

POISON = "424242.4242"


def poisoned(content: bytes) -> bytes:
    """The workbook with another value behind every formula."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for part in before.infolist():
            data = before.read(part)
            if part.filename.startswith("xl/worksheets/"):
                data = re.sub(rb"(</f><v>)[^<]*(</v>)", rb"\g<1>" + POISON.encode() + rb"\g<2>", data)
            after.writestr(part, data)
    return out.getvalue()


def formulas(content: bytes) -> dict[tuple[str, str], str]:
    return {
        (name, cell.coordinate): cell.value
        for name, sheet in sheets(content, values=False).items()
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@needs_office
@pytest.mark.parametrize("language", ["da", "en"])
def test_the_workbooks_formulas_give_the_apps_figures(double: Scenario, language: str, office: Any) -> None:
    found = gather(double, language)
    made = workbook(found)
    live = formulas(made)
    assert len(live) > 300
    kept = sheets(made, values=True)
    bad = poisoned(made)
    spoiled = sheets(bad, values=True)
    assert all(spoiled[name][cell].value == float(POISON) for name, cell in live)
    again = sheets(office(bad, "xlsx", "xlsx"), values=True)
    for name, cell in live:
        assert again[name][cell].value == pytest.approx(kept[name][cell].value, rel=1e-9, abs=1e-6), (
            name,
            cell,
        )

    # The very figures of the app, found by what stands beside them.
    net = again[text("documents.book.net", language)]
    rows = {row[0].value: row for row in net.iter_rows(min_row=3)}
    for function, figures in found.budget.by_function.items():
        shown = [cell.value for cell in rows[function][2:]]
        wanted = [*figures.net.difference, figures.net.difference.sum()]
        assert shown == pytest.approx(wanted, abs=1e-3)
    total = text("documents.book.column.total", language)
    sums = next(row for row in net.iter_rows(min_row=3) if row[1].value == total)
    assert sums[-1].value == pytest.approx(found.budget.total_difference, abs=1e-3)
    assert sums[2].value == pytest.approx(found.budget.net.difference[0], abs=1e-3)


def test_the_workbook_carries_the_apps_values(found: Findings) -> None:
    kept = sheets(workbook(found), values=True)
    goals = list(kept["Mål"].iter_rows(min_row=2, values_only=True))
    assert len(goals) == len(found.rows)
    for row, goal in zip(goals, found.rows, strict=True):
        i = goal.indicator
        if goal.suppressed:
            continue
        assert row[4] == pytest.approx(i.value_baseline)
        assert row[5] == pytest.approx(i.value_scenario)
        assert row[6] == pytest.approx(i.change, abs=1e-9)
        if i.target is not None:
            assert row[8] == pytest.approx(i.target - i.value_scenario)
        band = found.band(goal)
        assert band is not None
        assert row[12] == band.chance
    levers = list(kept["Skydere"].iter_rows(min_row=2, values_only=True))
    assert levers[0][3:6] == (200, 400, 200)
    assert levers[0][6].date() == datetime.date(2021, 3, 1)
    assert levers[0][8] == found.scenario.changes[0].why or levers[1][8] == found.scenario.changes[0].why
    register = list(kept["Antagelser"].iter_rows(min_row=2, values_only=True))
    assert len(register) == len(found.municipality.register)
    assert all(row[7] and row[6] for row in register), "every number has a source and a quality"
    assert any("Jobindsats" in row[7] for row in register)


def test_the_workbook_is_easy_to_read(found: Findings) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(found)))
    assert book.properties.title == found.title
    assert book.properties.keywords == found.hash
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes, sheet.title
        assert sheet.print_title_rows, sheet.title
        assert all(sheet.column_dimensions[letter].width >= 6 for letter in "ABC")
    about = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value)
    for words in (found.hash, "Jobindsats", "prognose", found.explanation.headline.text(found.language)):
        assert words in about


def test_texts_from_people_are_never_formulas(everything: Scenario) -> None:
    made = workbook(gather(everything, "da"))
    ours = re.compile(r"=(?:SUM\([A-Z]\d+:[A-Z]\d+\)|[A-Z]\d+-[A-Z]\d+|'Budget'!L\d+)")
    for where, formula in formulas(made).items():
        assert ours.fullmatch(formula), (where, formula)
    kept = sheets(made, values=False)
    whys = {row[8] for row in kept["Skydere"].iter_rows(min_row=2, values_only=True)}
    assert "=2+2" in whys
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert not any("externalLink" in name or "hyperlink" in name.lower() for name in parts.namelist())


def test_full_year_persons_hide_the_same_small_groups_in_every_period() -> None:
    plan = Scenario(
        name="lille", municipality="laesoe", baseline="2026", rules="dated", start=datetime.date(2027, 1, 4)
    )
    found = gather(plan, "da")
    sheet = sheets(workbook(found), values=True)[text("documents.book.persons", "da")]
    rows = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]]
    before = full_year_persons(found.baseline)
    assert len(rows) == len(GROUPS) * (len(before.years) + len(before.months))
    shown = {row[1] for row in rows if isinstance(row[2], int | float)}
    hidden = {row[1] for row in rows if isinstance(row[2], str)}
    assert hidden
    assert shown
    assert not shown & hidden
    small = {
        g for i, g in enumerate(GROUPS) if ((before.by_month[:, i] > 0) & (before.by_month[:, i] < 5)).any()
    }
    names = {group_name(group, "da") for group in small}
    assert names <= hidden
    assert len(hidden) != 1  # a lone one could be worked out from the total
    year, benefit, old = rows[0][:3]
    assert (year, benefit) == ("2027", group_name("dagpenge", "da"))
    assert old == pytest.approx(before.by_year[0, 0])
