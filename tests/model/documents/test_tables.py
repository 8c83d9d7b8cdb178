"""Test tables, pictures, and that equal figures give equal files."""

from __future__ import annotations

import io
import math
import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from model.cli import main
from model.documents.committee_item import committee_item
from model.documents.figures import Findings, gather
from model.documents.handout import handout
from model.documents.pictures import line_picture, line_picture_alone
from model.documents.tables import csv_archive, tables
from model.documents.workbook import workbook
from model.language.catalogue import number
from model.scenario.files import input_hash, load_scenario
from model.scenario.scenario import Scenario, municipality_of
from tests.model.documents.cases import DOUBLE, MADE_ON, sheets


def test_every_table_comes_as_csv(found: Findings) -> None:
    with zipfile.ZipFile(io.BytesIO(csv_archive(found))) as archive:
        files = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert set(files) == {"skydere.csv", "maal.csv", "forloeb.csv", "budget.csv", "antagelser.csv"}
    assert len(files["forloeb.csv"].splitlines()) == len(found.outcome.weeks) + 1
    net = number(float(next(iter(found.budget.by_function.values())).net.scenario[0]), "da")
    assert net.replace("\u2212", "-") in files["budget.csv"]
    assert "Jobindsats" in files["antagelser.csv"]
    assert "20,1 %" in files["maal.csv"]


def test_csv_cells_of_people_are_texts(everything: Scenario) -> None:
    rows = tables(gather(everything, "da"))["skydere"]
    assert any(row["Begrundelse"] == "=2+2" for row in rows)
    with zipfile.ZipFile(io.BytesIO(csv_archive(gather(everything, "da")))) as archive:
        written = archive.read("skydere.csv").decode("utf-8-sig")
    assert "'=2+2" in written
    assert not re.search(r"(^|;)=", written, re.MULTILINE)


def test_a_chart_comes_as_png_and_svg(found: Findings) -> None:
    picture = line_picture(found, found.most_moved)
    assert picture.png[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.svg.startswith("<svg")
    assert picture.says in picture.svg
    assert "Scenarie 20,1" in picture.svg
    assert "jan. 2022" in picture.svg


def test_a_chart_that_is_taken_along_says_where_it_comes_from(found: Findings) -> None:
    picture, plain = line_picture_alone(found, found.most_moved), line_picture(found, found.most_moved)
    lines = " ".join(re.findall(r"<(?:text|tspan)[^>]*>([^<]+)</", picture.svg))
    for words in ("Ballerup", found.scenario.name, "Jobindsats.dk", found.hash[:12]):
        assert words in lines, words
    (width, height), (plain_width, plain_height) = (
        (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big"))
        for png in (picture.png, plain.png)
    )
    assert height > plain_height
    assert width <= plain_width * 1.05, "no line is wider than the chart"


def test_few_persons_are_hidden(found: Findings) -> None:
    from dataclasses import replace

    row = found.most_moved
    assert not row.suppressed
    small = replace(row, indicator=replace(row.indicator, persons=4.9))
    assert small.suppressed
    assert found.value(small, 20.0) == "vises ikke"
    assert found.range_text(small) == ""
    assert "20" not in found.sentence(small).replace("2024", "")


def test_equal_figures_give_equal_files(double: Scenario) -> None:
    first, second = (gather(double, "en", made_on=MADE_ON) for _ in range(2))
    for make in (workbook, committee_item, handout, csv_archive):
        assert make(first) == make(second), make.__name__


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pdf"])
def test_the_command_writes_each_document(ending: str, tmp_path: Path) -> None:
    target, out, err = tmp_path / f"x.{ending}", io.StringIO(), io.StringIO()
    asked = ["report", str(DOUBLE), "--to", str(target), "--draws", "0", "--json"]
    assert main.main(asked, out, err) == 0
    import json

    answer = json.loads(out.getvalue())
    scenario = load_scenario(DOUBLE)
    assert answer["bytes"] == target.stat().st_size
    assert answer["input_sha256"] == input_hash(scenario, municipality_of(scenario).key)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "x.odt"], "skal slutte på"),
        (["--to", "nowhere/x.pdf"], "findes ikke"),
        (["--to", str(DOUBLE)], "selve scenariefilen"),
        (["--to", "x.pdf", "--date", "11.1.2021"], "11.1.2021"),
        (["--to", "x.pdf", "--draws", "mange"], "mange"),
        (["--to", "x.pdf", "--draws", "-3"], "-3"),
    ],
)
def test_the_command_says_what_is_wrong(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out, err = io.StringIO(), io.StringIO()
    assert main.main(["report", str(DOUBLE), *arguments], out, err) == 2
    assert said in err.getvalue()
    assert not list(tmp_path.iterdir())


def test_figures_are_finite_or_left_out(found: Findings) -> None:
    for sheet in sheets(workbook(found), values=True).values():
        for row in sheet.iter_rows(values_only=True):
            assert all(not isinstance(v, float) or math.isfinite(v) for v in row)


def test_no_file_has_a_small_figure_of_a_small_island() -> None:
    """Læsø: four young people are behind some figures, and the register has groups of two or three."""
    from model.parameters.register import suppressed_of

    island = Scenario(name="lille", municipality="laesoe")
    few = gather(island, "da")
    assert [row.indicator.id for row in few.rows if row.suppressed]
    for row in few.rows:
        if row.suppressed:
            assert not np.isfinite(row.indicator.scenario).any()
            assert few.value(row, row.indicator.value_scenario) == "vises ikke"
            assert few.difference(row) == ""
    suppressed = suppressed_of(few.municipality.register)
    assert "stock.sho" in suppressed
    csv = {row["Navn i modellen"]: row for row in tables(few)["antagelser"]}
    assert {key for key, row in csv.items() if row["Værdi"] == "vises ikke"} == suppressed
    assert not any(row["Laveste"] or row["Højeste"] for key, row in csv.items() if key in suppressed)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(few)))["Antagelser"]
    written = {row[-1].value: [cell.value for cell in row[1:4]] for row in sheet.iter_rows(min_row=2)}
    assert all(written[key] == ["vises ikke", None, None] for key in suppressed)
