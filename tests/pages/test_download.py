"""Test the download dialog: every page offers it, and files are made from the scenario on screen."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from model.language.catalogue import LANGUAGES, text
from pages.session.actions import perform
from pages.session.history import History, Step
from pages.session.session import KEY, Session, baseline_scenario
from pages.shell import download_dialog
from pages.shell.toolbar import toolbar
from tests.folders import MAIN

pytestmark = pytest.mark.usefixtures("engine")
PATIENCE = 240.0
CHOICES = ("item", "amendment", "workbook", "handout", "tables", "png", "svg")


def visit_of(municipality: str, language: str) -> Session:
    scenario = baseline_scenario(municipality, "da").with_change("firm_places", 150.0)
    found = Session(History((Step(scenario, "start"),)), token="here")
    found.language = language
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bar_opens_the_dialog(language: str) -> None:
    visit = visit_of("ballerup", language)
    shown = toolbar(visit, "x")
    menu = next(m for m in shown["menus"] if m["id"] == "share")
    entry = next(e for e in menu["entries"] if e["id"] == "download")
    assert entry["label"] == {"da": "Hent", "en": "Download"}[language]
    assert "share" in shown["order"]
    perform(visit, {"id": "download"})
    assert visit.dialog == "download"


@pytest.mark.parametrize(
    ("municipality", "language"), [("ballerup", "da"), ("albertslund", "en"), ("herlev", "da")]
)
def test_the_dialog_offers_every_kind(municipality: str, language: str) -> None:
    visit = visit_of(municipality, language)
    visit.dialog = "download"
    app = AppTest.from_file(str(MAIN), default_timeout=PATIENCE)
    app.session_state[KEY] = visit
    app.run()
    assert not app.exception
    labels = {button.label for button in app.get("download_button")}
    assert {text(f"page_download.{choice}", language) for choice in CHOICES} <= labels


def test_what_is_handed_out_is_the_scenario_on_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.session.jobs import Job
    from pages.session.reference import reference_results
    from pages.session.results import scenario_results

    # The bands themselves are tested elsewhere; a job that failed leaves them out.
    job = Job("none", error=ValueError("none"))
    job.done.set()
    monkeypatch.setattr(download_dialog, "fan_job", lambda session, results, part, stays: job)
    visit = visit_of("ballerup", "da")
    found = scenario_results(visit.scenario)

    def made(make: Any) -> Any:
        return download_dialog._later(make, visit, found)()

    book = openpyxl.load_workbook(io.BytesIO(made(download_dialog.workbook)), data_only=True)
    total = list(book["Nettoforskel"].iter_rows(values_only=True))
    row = next(r for r in total if r[1] == "I alt")
    assert row[6] == pytest.approx(found.budget.total_difference, abs=1e-3)
    with zipfile.ZipFile(io.BytesIO(made(download_dialog.committee_item))) as parts:
        assert b"ikke regnet usikkerhedsb" in parts.read("word/document.xml")
    assert made(download_dialog.handout)[:5] == b"%PDF-"
    assert zipfile.is_zipfile(io.BytesIO(made(download_dialog.tables)))
    # The administration's proposal, with the figures that the pages show beside it.
    visit.reference = visit.scenario.copy_with(name="Forvaltningen").with_change("firm_places", 180.0)
    third = reference_results(visit)
    assert third is not None
    book = openpyxl.load_workbook(io.BytesIO(made(download_dialog.workbook)), data_only=True)
    rows = {r[1]: r[2:] for r in book["Nettoforskel"].iter_rows(values_only=True)}
    wanted = [*third.budget.net.difference, third.budget.total_difference]
    assert rows["Forvaltningens forslag"] == pytest.approx(wanted)


def test_the_same_levers_under_another_name_keep_their_own_words() -> None:
    from pages.session.results import scenario_results

    scenario = visit_of("ballerup", "da").scenario
    first = scenario_results(scenario.copy_with(name="Mit", description="Mine ord"))
    again = scenario_results(scenario.copy_with(name="Dit", description="Dine ord"))
    assert (first.scenario.name, again.scenario.name) == ("Mit", "Dit")
    assert again.scenario.description == "Dine ord"
    assert again.budget is first.budget, "nothing is calculated twice"


def test_file_names_are_safe() -> None:
    assert download_dialog._stem("../../etc/passwd") not in ("", "..")
    for name in ("Dobbelt virksomhedsindsats", "../../x", 'æøå: "?', "."):
        stem = download_dialog._stem(name)
        assert stem
        assert not set(stem) & set('/\\:"?<>|')


@pytest.mark.parametrize("colours", ["LIGHT", "DARK"])
def test_every_chart_of_a_page_can_be_taken_along(colours: str) -> None:
    from model.documents import palette
    from model.documents.pictures import Picture, on_paper
    from pages.session.results import runs, scenario_results
    from pages.views.budget.view import BudgetView

    visit, look = visit_of("ballerup", "da"), getattr(palette, colours)
    view = BudgetView(visit, scenario_results(visit.scenario), *runs(visit.scenario))
    for parts in (view.kinds(look), view.ladder(look)):
        drawn = Picture(
            parts["name"], parts["sentence"], on_paper(parts["spec"], parts["table"], ground=look.ground)
        )
        assert drawn.png[:4] == b"\x89PNG"
        assert look.ground in drawn.svg
        assert "<text" in drawn.svg
