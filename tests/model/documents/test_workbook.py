"""Test the workbook, recalculated by LibreOffice."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import Any

import numpy as np
import openpyxl
import pypdf
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
    at = {cell.value: cell.column - 1 for cell in kept["Mål"][1]}

    def column(name: str) -> int:
        return at[text(f"documents.book.column.{name}", "da")]

    assert len(goals) == len(found.rows)
    for row, goal in zip(goals, found.rows, strict=True):
        i = goal.indicator
        if goal.suppressed:
            continue
        assert row[column("before")] == pytest.approx(i.value_baseline)
        assert row[column("after")] == pytest.approx(i.value_scenario)
        assert row[column("difference")] == pytest.approx(i.change, abs=1e-9)
        if i.target is not None:
            assert row[column("missing")] == pytest.approx(i.target - i.value_scenario)
        band = found.band(goal)
        assert band is not None
        assert row[column("chance")] == band.chance
        low, high = row[column("difference_low")], row[column("difference_high")]
        assert (low, high) == pytest.approx(np.quantile(band.difference.ends, (0.05, 0.95)), abs=1e-9)
        assert column("difference_low") == column("difference") + 1, "a difference has its range beside it"
    levers = list(kept["Skydere"].iter_rows(min_row=2, values_only=True))
    assert levers[0][3:6] == (200, 400, 200)
    assert levers[0][6].date() == datetime.date(2021, 3, 1)
    assert levers[0][8] == found.scenario.changes[0].why or levers[1][8] == found.scenario.changes[0].why
    register = list(kept["Antagelser"].iter_rows(min_row=3, values_only=True))
    assert len(register) == len(found.municipality.register)
    assert all(row[7] and row[6] for row in register), "every number has a source and a quality"
    assert any("Jobindsats" in row[7] for row in register)


def test_the_workbook_is_easy_to_read(found: Findings) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(found)))
    assert book.properties.title == found.title
    assert book.properties.keywords == found.hash
    for sheet in book.worksheets[2:]:
        assert sheet.freeze_panes, sheet.title
        assert sheet.print_title_rows, sheet.title
        assert all(sheet.column_dimensions[letter].width >= 6 for letter in "ABC")
    about = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value)
    for words in (found.hash, "Jobindsats", "prognose", found.explanation.headline.text(found.language)):
        assert words in about


@needs_office
def test_the_workbook_prints_on_few_pages(found: Findings, office: Any) -> None:
    printed = pypdf.PdfReader(io.BytesIO(office(workbook(found), "xlsx", "pdf")))
    # About two, charts, levers, goals, two of the budget, persons, assumptions, and the charts' numbers on two.
    assert len(printed.pages) <= 12
    sides = [(page.mediabox.width, page.mediabox.height) for page in printed.pages]
    assert all(width > height for width, height in sides)
    words = "\n".join(page.extract_text() for page in printed.pages)
    moved = [row for row in found.levers if row.change is not None]
    still = next(row for row in found.levers if row.lever.id not in {m.lever.id for m in moved})
    assert moved[0].lever.label.da in words
    assert still.lever.label.da not in words


def test_moved_levers_stand_first_and_the_others_are_folded(found: Findings) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(found)))["Skydere"]
    moved = [row for row in found.levers if row.change is not None]
    for line, row in enumerate(moved, start=2):
        assert sheet.cell(line, 1).value == row.lever.label.da
        assert not sheet.row_dimensions[line].hidden
    rest = range(len(moved) + 3, len(found.levers) + 3)
    assert len(rest) == len(found.levers) - len(moved)
    assert all(sheet.row_dimensions[line].hidden for line in rest)
    assert all(sheet.cell(line, 6).value.startswith("=") for line in rest)


def test_the_charts_draw_every_goal_and_the_budget_with_its_range(found: Findings) -> None:
    made = workbook(found)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        charts = [
            parts.read(name).decode()
            for name in sorted(parts.namelist())
            if re.fullmatch(r"xl/charts/chart\d+\.xml", name)
        ]
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
    shown = [row for row in found.key_rows if not row.suppressed]
    assert len(charts) == len(shown) + 1
    assert drawing.count('descr="') == len(charts), "every chart is told in words too"
    # Two lines of the range, with and without changes, and the number to reach where there is one.
    for row, chart in zip(shown, [c for c in charts if "<c:lineChart>" in c], strict=True):
        assert chart.count("<c:ser>") == (4 if row.indicator.target is None else 5)
    money = next(c for c in charts if "<c:barChart>" in c)
    assert "<c:errBars>" in money
    numbers = sheets(made, values=True)["Tal til figurerne"]
    years = {row[0]: row[1:6] for row in numbers.iter_rows(values_only=True)}
    for year, amount in zip(found.budget.years, found.year_differences, strict=True):
        central, low, high, up, down = years[str(year)]
        assert amount.range is not None
        wanted = [amount.central / 1e6, amount.range.low / 1e6, amount.range.high / 1e6]
        assert [central, low, high] == pytest.approx(wanted)
        assert (up, down) == pytest.approx((max(0, high - central), max(0, central - low)))


def test_the_same_input_gives_the_same_bytes(found: Findings) -> None:
    assert workbook(found) == workbook(found)


def test_texts_from_people_are_never_formulas(everything: Scenario) -> None:
    made = workbook(gather(everything, "da"))
    ours = re.compile(
        r"=(?:SUM\([A-Z]\d+:[A-Z]\d+\)|[A-Z]\d+-[A-Z]\d+|'Budget'!L\d+|'Nettoforskel'![A-Z]\d+/1000000"
        r"|MAX\(0,[A-Z]\d+-[A-Z]\d+\))"
    )
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
