"""Documents: the workbook recalculated by LibreOffice, the committee item read back and printed, the handout tagged.

Where LibreOffice is missing its tests are skipped and say so; under ``CI=true`` they fail.
"""

from __future__ import annotations

import datetime
import io
import math
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import numpy as np
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn

from model.cli import main
from model.documents.committee_item import SECTIONS, committee_item
from model.documents.figures import Findings, gather
from model.documents.handout import handout
from model.documents.pictures import budget_picture, line_picture
from model.documents.tables import csv_archive, tables
from model.documents.workbook import workbook
from model.language.catalogue import money, number, text
from model.municipality.municipality import load_municipality
from model.scenario.files import input_hash, load_scenario
from model.scenario.levers import LEVERS, bounds
from model.scenario.scenario import Scenario, municipality_of
from model.uncertainty.fan import fan
from tests.folders import ROOT

DOUBLE = ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml"
BROENDBY = ROOT / "scenarios" / "broendby" / "stv-12-til-32.yaml"
MADE_ON = datetime.date(2021, 1, 11)
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
OFFICE_SECONDS = 240
TAGS = {"da": "da-DK", "en": "en-GB"}
POISON = "424242.4242"

needs_office = pytest.mark.skipif(
    OFFICE is None and os.environ.get("CI") != "true",
    reason="LibreOffice is not installed (apt-get install --no-install-recommends libreoffice-writer libreoffice-calc)",
)


@pytest.fixture(scope="module")
def double() -> Scenario:
    return load_scenario(DOUBLE)


@pytest.fixture(scope="module")
def found(double: Scenario) -> Findings:
    """A shipped scenario with its bands, in Danish."""
    bands = fan(municipality_of(double), double, count=16)
    return gather(double, "da", made_on=MADE_ON, fan=bands)


@pytest.fixture(scope="module")
def everything() -> Scenario:
    """All levers at their top in a municipality with borrowed goals, with texts that mean harm."""
    municipality = load_municipality("herlev")
    scenario = Scenario(
        name="=1+1 <b>&\"'alt",
        municipality="herlev",
        description='@SUM(A1)\n=HYPERLINK("http://x")',
        author="+cmd|' /C calc'!A0",
    )
    for lever in LEVERS:
        if lever.scope == "mix":
            continue
        for group in lever.groups if lever.scope == "group" else (None,):
            scenario = scenario.with_change(lever.id, bounds(lever, municipality)[1], group, why="=2+2")
    return scenario


@pytest.fixture
def office(tmp_path: Path) -> Callable[[bytes, str, str], bytes]:
    """LibreOffice in a profile of its own that always recalculates workbooks."""
    assert OFFICE is not None, "LibreOffice is not installed"
    user = tmp_path / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
        '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>',
        encoding="utf-8",
    )

    def convert(content: bytes, ending: str, to: str) -> bytes:
        source, out = tmp_path / f"given.{ending}", tmp_path / "out"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        subprocess.run(
            [OFFICE, profile, "--headless", "--convert-to", to, "--outdir", str(out), str(source)],
            check=True,
            capture_output=True,
            timeout=OFFICE_SECONDS,
        )
        return (out / f"given.{to}").read_bytes()

    return convert


# --- the workbook ---------------------------------------------------------------------------------


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


def sheets(content: bytes, *, values: bool) -> dict[str, Any]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=values)
    return {sheet.title: sheet for sheet in book.worksheets}


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
        if goal.hidden:
            continue
        assert row[4] == pytest.approx(i.value_baseline)
        assert row[5] == pytest.approx(i.value_scenario)
        assert row[6] == pytest.approx(i.change, abs=1e-9)
        if i.target is not None:
            assert row[8] == pytest.approx(i.target - i.value_scenario)
        band = found.band(goal)
        assert band is not None
        assert row[12] == band.chance
    levers = list(kept["Håndtag"].iter_rows(min_row=2, values_only=True))
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
    for words in (found.hash, "Jobindsats", "prognose", found.explanation.headline):
        assert words in about


def test_texts_from_people_are_never_formulas(everything: Scenario) -> None:
    made = workbook(gather(everything, "da"))
    ours = re.compile(r"=(?:SUM\([A-Z]\d+:[A-Z]\d+\)|[A-Z]\d+-[A-Z]\d+|'Budget'!L\d+)")
    for where, formula in formulas(made).items():
        assert ours.fullmatch(formula), (where, formula)
    kept = sheets(made, values=False)
    whys = {row[8] for row in kept["Håndtag"].iter_rows(min_row=2, values_only=True)}
    assert "=2+2" in whys
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert not any("externalLink" in name or "hyperlink" in name.lower() for name in parts.namelist())


# --- the committee item ---------------------------------------------------------------------------


def headings(document: Any, level: int = 1) -> list[str]:
    return [p.text for p in document.paragraphs if p.style.name == f"Heading {level}"]


def words_of(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


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
    assert found.explanation.headline in words
    for row in found.key_rows:
        i = row.indicator
        assert i.shown(i.value_baseline, "da") in words
        assert i.shown(i.value_scenario, "da") in words
    states = {row.cells[0].text[:5]: row.cells[-1].text for row in document.tables[1].rows[1:]}
    assert states["Mål 1"] == "På vej"
    assert states["Mål 3"] == "Bedre end uændret"
    budget = {row.cells[0].text: [c.text for c in row.cells[1:]] for row in document.tables[2].rows}
    assert budget["I alt"] == [
        number(v / 1e6, "da", 1, signed=True)
        for v in (*found.budget.net.difference, found.budget.total_difference)
    ]
    assert money(found.budget.total_difference, "da") in words
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
    without = " ".join(gather(double, "da").uncertainty)
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
    assert "ikke ændret på noget håndtag" in words_of(document)
    assert "ikke behov for finansiering" in words_of(document)
    assert len(document.inline_shapes) == 1, "no picture of a budget that does not move"
    assert len(pypdf.PdfReader(io.BytesIO(handout(still))).pages) == 1
    assert workbook(still)


def test_a_lever_moved_twice_is_told_step_by_step() -> None:
    steps = gather(load_scenario(ROOT / "scenarios" / "ballerup" / "samlet-forslag.yaml"), "da").changes
    places = [step[1:4] for step in steps if step[0] == "Pladser i virksomheder"]
    assert [step[:2] for step in places] == [("200", "300"), ("300", "400")]
    assert all(step[2].startswith("fra ") for step in places)


# --- the handout ----------------------------------------------------------------------------------


def tagged(reader: pypdf.PdfReader) -> list[Any]:
    """All elements of the structure tree."""
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop()
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            kid = kid.get_object()
            if isinstance(kid, dict) and "/S" in kid:
                found.append(kid)
                waiting.append(kid)
    return found


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_handout_is_one_tagged_page(double: Scenario, language: str) -> None:
    found = gather(double, language, made_on=MADE_ON)
    reader = pypdf.PdfReader(io.BytesIO(handout(found)))
    assert len(reader.pages) == 1
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == TAGS[language]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == found.title
    elements = tagged(reader)
    kinds = {str(element["/S"]) for element in elements}
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure"} <= kinds
    figures = [element for element in elements if element["/S"] == "/Figure"]
    assert len(figures) == 2
    assert {str(element["/Alt"]) for element in figures} == {
        line_picture(found, found.most_moved).says,
        budget_picture(found).says,
    }
    words = " ".join(reader.pages[0].extract_text().split())
    for value in found.budget.net.difference:
        assert number(float(value) / 1e6, language, 1, signed=True) in words
    for row in found.key_rows:
        assert row.indicator.shown(row.indicator.value_scenario, language).replace("\xa0", " ") in words
    assert found.hash[:12] in words
    assert "Jobindsats" in words


def test_the_handout_stays_one_page_and_shows_texts_as_they_stand(everything: Scenario) -> None:
    reader = pypdf.PdfReader(io.BytesIO(handout(gather(everything, "da"))))
    assert len(reader.pages) == 1
    assert "<b>&" in reader.pages[0].extract_text()


# --- tables, pictures, the same twice -------------------------------------------------------------


def test_every_table_comes_as_csv(found: Findings) -> None:
    with zipfile.ZipFile(io.BytesIO(csv_archive(found))) as archive:
        files = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert set(files) == {"haandtag.csv", "maal.csv", "forloeb.csv", "budget.csv", "antagelser.csv"}
    assert len(files["forloeb.csv"].splitlines()) == len(found.outcome.weeks) + 1
    net = number(float(next(iter(found.budget.by_function.values())).net.scenario[0]), "da")
    assert net.replace("\u2212", "-") in files["budget.csv"]
    assert "Jobindsats" in files["antagelser.csv"]
    assert "20,1 %" in files["maal.csv"]


def test_csv_cells_of_people_are_texts(everything: Scenario) -> None:
    rows = tables(gather(everything, "da"))["haandtag"]
    assert any(row["Begrundelse"] == "=2+2" for row in rows)
    with zipfile.ZipFile(io.BytesIO(csv_archive(gather(everything, "da")))) as archive:
        written = archive.read("haandtag.csv").decode("utf-8-sig")
    assert "'=2+2" in written
    assert not re.search(r"(^|;)=", written, re.MULTILINE)


def test_a_chart_comes_as_png_and_svg(found: Findings) -> None:
    picture = line_picture(found, found.most_moved)
    assert picture.png[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.svg.startswith("<svg")
    assert picture.says in picture.svg
    assert "Scenarie 20,1" in picture.svg
    assert "jan. 2022" in picture.svg


def test_few_persons_are_hidden(found: Findings) -> None:
    from dataclasses import replace

    row = found.most_moved
    assert not row.hidden
    small = replace(row, indicator=replace(row.indicator, persons=4.9))
    assert small.hidden
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
    from model.parameters.register import hidden_of

    island = Scenario(name="lille", municipality="laesoe")
    few = gather(island, "da")
    assert [row.indicator.id for row in few.rows if row.hidden]
    for row in few.rows:
        if row.hidden:
            assert not np.isfinite(row.indicator.scenario).any()
            assert few.value(row, row.indicator.value_scenario) == "vises ikke"
            assert few.difference(row) == ""
    hidden = hidden_of(few.municipality.register)
    assert "stock.sho" in hidden
    csv = {row["Navn i modellen"]: row for row in tables(few)["antagelser"]}
    assert {key for key, row in csv.items() if row["Værdi"] == "vises ikke"} == hidden
    assert not any(row["Laveste"] or row["Højeste"] for key, row in csv.items() if key in hidden)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(few)))["Antagelser"]
    written = {row[-1].value: [cell.value for cell in row[1:4]] for row in sheet.iter_rows(min_row=2)}
    assert all(written[key] == ["vises ikke", None, None] for key in hidden)
