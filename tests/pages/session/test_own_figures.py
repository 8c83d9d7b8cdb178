"""Test that a visitor is told when somebody else changes the figures under the page, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.imports.removal import remove_own_file
from model.municipality.municipality_list import DATA_VARIABLE
from pages.session.notices import Notice, both_languages
from pages.session.own_figures import tell_of_others_figures
from pages.session.session import Session, baseline_scenario
from tests.pages.cases import give_ballerup_own_figures

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))


def told(session: Session) -> str:
    """Return what a run of the page tells, and let the visitor have read it."""
    tell_of_others_figures(session)
    words = "" if session.notice is None else session.notice.words.da
    session.notice = None
    return words


def test_an_import_and_a_removal_by_another_are_told_once_each(visit: Session) -> None:
    assert told(visit) == ""
    give_ballerup_own_figures()
    assert "lagt andre tal ind for Ballerup" in told(visit)
    assert told(visit) == ""
    remove_own_file("ballerup")
    assert "fjernet kommunens egne tal for Ballerup" in told(visit)
    assert told(visit) == ""


def test_who_does_it_is_told_what_he_did_and_not_that_another_has(visit: Session) -> None:
    assert told(visit) == ""
    give_ballerup_own_figures()
    visit.figures_changed()
    assert told(visit) == ""


def test_another_municipality_and_one_that_is_opened_now_are_no_news(visit: Session) -> None:
    visit.open(baseline_scenario("brondby", "da"))
    assert told(visit) == ""
    give_ballerup_own_figures()
    assert told(visit) == ""
    visit.open(baseline_scenario("ballerup", "da"))
    assert told(visit) == ""


def test_what_was_to_be_told_is_told_below(visit: Session) -> None:
    told(visit)
    give_ballerup_own_figures()
    visit.notice = Notice("success", both_languages("page.save.done", name="Mit"))
    tell_of_others_figures(visit)
    assert visit.notice is not None
    assert visit.notice.kind == "warning"
    assert "Mit" in visit.notice.more[-1].da


def test_changes_that_do_not_fit_are_put_aside_and_can_be_had_back(
    visit: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(visit)
    visit.set_scenario(visit.scenario.with_change("firm_places", 300.0))
    monkeypatch.setattr(Session, "figures_changed", lambda self: False)
    give_ballerup_own_figures()
    tell_of_others_figures(visit)
    assert visit.notice is not None
    assert "Fortryd" in visit.notice.more[0].da


def test_every_page_looks(visit: Session) -> None:
    from streamlit.testing.v1 import AppTest

    from tests.folders import MAIN

    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.run()
    give_ballerup_own_figures()
    app.run()
    assert len(app.warning) == 1
    assert "Ballerup" in str(app.warning[0].value)
    app.run()
    assert not app.warning
