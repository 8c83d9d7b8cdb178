"""Test a municipality's own file that is broken: its line is named, and all else works."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from model.files.problems import FileProblem
from model.imports.own_files import own_file_hash, save_municipality
from model.imports.preview import preview
from model.imports.reader import read_export
from model.imports.removal import remove_own_file
from model.library.share_link import encode_link
from model.municipality.municipality import load_municipality, own_problem, own_problems, shipped_municipality
from model.municipality.municipality_list import municipalities
from model.municipality.own_file import OwnFileProblem, own_files_must_be_right, own_municipality_file
from model.scenario.scenario import Scenario
from model.validation.overview_98 import basis_of, own_figures
from pages.shell.page import PAGES
from tests.command_line import called
from tests.folders import MAIN, ROOT
from tests.pages.data_page import started

pytestmark = pytest.mark.usefixtures("engine")
SCRIPTS = tuple(Path(page.file).stem for page in PAGES)
DATA = "Periode;Område;Ydelsesgruppe;Antal fuldtidspersoner\n2020;Albertslund;Ledighedsydelse;96,0\n"


_OPENED: list[Any] = []


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path))
    yield tmp_path
    # What the pages have asked for beside themselves must not outlive the test.
    while _OPENED:
        _OPENED.pop().session_state["visit"].leave()


def saved() -> Path:
    """A good own file of Albertslund, as the program writes it."""
    municipality = load_municipality("albertslund")
    found = preview(read_export(DATA.encode(), "a.csv"), municipality)
    return save_municipality(municipality, found, expected_hash=None).path


def line_of(path: Path, words: str) -> int:
    return next(i for i, line in enumerate(path.read_text().splitlines(), 1) if words in line)


def replaced(old: str, new: str) -> Callable[[Path], int]:
    """Puts ``new`` for ``old``; answers the line where the fault then is."""

    def do(path: Path) -> int:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return line_of(path, new.splitlines()[-1]) if new else 0

    return do


def written(data: bytes) -> Callable[[Path], int]:
    def do(path: Path) -> int:
        path.write_bytes(data)
        return 0

    return do


def a_folder(path: Path) -> int:
    path.unlink()
    path.mkdir()
    return 0


# What somebody does to the file, and a word of the message in Danish and English.
BROKEN: dict[str, tuple[Callable[[Path], int], str, str]] = {
    "no number": (replaced("value: 96.0", "value: mange"), "tal", "number"),
    "decimal comma": (replaced("value: 96.0", "value: 96,0"), "tal", "number"),
    "negative": (replaced("value: 96.0", "value: -96.0"), "", ""),
    "unknown group": (replaced("ledighedsydelse:", "ledigedsydelse:"), "ledighedsydelse", "ledighedsydelse"),
    "unknown table": (replaced("table: stock", "table: stok"), "stock", "stock"),
    "unknown key": (replaced("as_of:", "asof:"), "as_of", "as_of"),
    "missing key": (replaced("  start: '2021-01-04'\n", ""), "start", "start"),
    "no such day": (replaced("2021-01-04", "2021-13-45"), "", ""),
    "another municipality": (replaced("id: albertslund", "id: ballerup"), "albertslund", "albertslund"),
    "not yaml": (written(b"tables: [1, 2\n  - {\n"), "", ""),
    "empty": (written(b""), "", ""),
    "a list": (written(b"- 1\n- 2\n"), "", ""),
    "wrong encoding": (written("navn: Måløv æøå\n".encode("latin-1")), "UTF-8", "UTF-8"),
    "zeros": (written(bytes(4096)), "", ""),
    "ten megabytes": (written(b"# " + b"x" * 10_000_000), "stor", "large"),
    "cannot rest": (replaced("value: 96.0", "value: 0.0"), "", ""),
    "a folder": (a_folder, "mappe", "folder"),
}
LINES = ("no number", "decimal comma", "negative", "unknown group", "unknown table", "another municipality")


@pytest.mark.parametrize("kind", BROKEN)
def test_the_shipped_figures_stand_and_the_file_and_line_are_named(kind: str) -> None:
    shipped = shipped_municipality("albertslund")
    path = saved()
    assert load_municipality("albertslund").key != shipped.key
    do, danish, english = BROKEN[kind]
    line = do(path)
    found = load_municipality("albertslund")
    assert (found.key, found.own_file) == (shipped.key, None)
    assert load_municipality("albertslund") is found, "kept, like any other"
    problem = found.own_problem
    assert problem is not None
    assert problem.name == "albertslund.yaml"
    assert danish.lower() in problem.text("da").lower()
    assert english.lower() in problem.text("en").lower()
    if kind in LINES:
        # Where figures are wrong, the row that they stand in.
        at = line - 1 if kind == "negative" else line
        assert f"albertslund.yaml, linje {at}, tegn" in problem.text("da")
        assert f"albertslund.yaml, line {at}, column" in problem.text("en")
    assert own_problems() == (problem,)
    with own_files_must_be_right(), pytest.raises(OwnFileProblem):
        load_municipality("albertslund")
    # The others are as they were, and the list is whole.
    assert len(municipalities()) == 98
    assert own_problem("ballerup") is None
    infos = {info.id: info for info in municipalities()}
    assert own_figures(infos["albertslund"]) > 4
    assert basis_of(infos["ballerup"]) == "documents"


def test_mended_it_counts_again() -> None:
    path = saved()
    good = path.read_text()
    own = load_municipality("albertslund").key
    path.write_text(good.replace("96.0", "mange"))
    assert load_municipality("albertslund").own_problem is not None
    path.write_text(good + "# mended\n")
    assert load_municipality("albertslund").key == own


def test_saving_over_a_broken_file_is_refused_and_removing_it_is_not() -> None:
    path = saved()
    path.write_text("tables: nonsense\n")
    municipality = load_municipality("albertslund")
    found = preview(read_export(DATA.encode(), "a.csv"), municipality)
    with pytest.raises(FileProblem):
        save_municipality(municipality, found, expected_hash=own_file_hash("albertslund"))
    assert path.read_text() == "tables: nonsense\n"
    assert remove_own_file("albertslund") == b"tables: nonsense\n"
    assert load_municipality("albertslund").own_problem is None


def test_an_unreadable_file_is_not_taken_for_none() -> None:
    path = saved()
    a_folder(path)
    assert own_file_hash("albertslund") not in (None, "")


# --- the command line -----------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("da", "linje"), ("en", "line")])
def test_commands_refuse_it_by_name_and_line(tmp_path: Path, language: str, words: str) -> None:
    path = saved()
    line = BROKEN["no number"][0](path)
    status, out, err = called("parameters", "albertslund", "--language", language)
    assert (status, out) == (2, "")
    assert f"albertslund.yaml, {words} {line}" in err
    scenario = tmp_path / "s.yaml"
    scenario.write_text("format: 1\nname: x\nmunicipality: albertslund\n")
    status, out, err = called("run", str(scenario), "--draws", "0", "--json", "--language", language)
    assert status == 2
    assert json.loads(out)["problems"][0]["line"] == line
    # Others run, and the list opens.
    assert called("parameters", "ballerup")[0] == 0
    status, out, err = called("municipalities", "--language", language)
    assert status == 0
    assert len(out.splitlines()) == 98
    assert f"albertslund.yaml, {words} {line}" in err


# --- the pages ------------------------------------------------------------------------------------


def opened(page: str, language: str = "da") -> Any:
    scenario = Scenario(name="Flere pladser", municipality="albertslund").with_change("firm_places", 150.0)
    return at_page(page, s=encode_link(scenario), lang=language)


def at_page(page: str, **query: str) -> Any:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=120)
    _OPENED.append(app)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    app.switch_page(str(ROOT / "pages" / f"{page}.py"))
    return app.run()


def said(app: Any) -> str:
    parts = (*app.markdown, *app.caption, *app.warning, *app.header, *app.text)
    return "\n".join(str(e.value) for e in parts).replace("\\", "")


@pytest.mark.parametrize(
    ("page", "language"), [*((script, "da") for script in SCRIPTS), ("explore", "en"), ("data", "en")]
)
def test_every_page_opens_tells_and_keeps_the_levers(page: str, language: str) -> None:
    path = saved()
    line = BROKEN["no number"][0](path)
    app = opened(page, language)
    assert not app.exception
    assert not app.error
    words = "linje" if language == "da" else "line"
    assert f"albertslund.yaml, {words} {line}" in said(app)
    visit = app.session_state["visit"]
    assert visit.scenario.municipality == "albertslund"
    assert visit.value("firm_places") == 150.0


@pytest.mark.parametrize(
    "kind", ["no such day", "wrong encoding", "ten megabytes", "cannot rest", "a folder"]
)
def test_the_data_page_shows_every_kind_and_the_way_out(kind: str) -> None:
    path = saved()
    BROKEN[kind][0](path)
    app = opened("data")
    assert not app.exception
    assert not app.error
    assert "Egne tal for Albertslund kan ikke bruges" in said(app)
    if kind != "a folder":
        app.button(key="data_remove").click().run()
        assert not app.exception
        assert not own_municipality_file("albertslund").exists()
        assert "kan ikke bruges" not in said(app)


def test_another_municipalitys_broken_file_is_named_beside_the_list() -> None:
    path = saved()
    BROKEN["unknown key"][0](path)
    app = started("towns")
    _OPENED.append(app)
    assert not app.exception
    assert "Filen albertslund.yaml kan ikke bruges" in said(app)
    assert "Egne tal for" not in said(app)


def test_it_breaks_while_it_is_open() -> None:
    path = saved()
    app = opened("explore")
    assert "kan ikke bruges" not in said(app)
    before = app.session_state["visit"].scenario
    path.write_text("x")
    app.run()
    assert not app.exception
    assert not app.error
    assert "kan ikke bruges" in said(app)
    assert app.session_state["visit"].scenario == before
