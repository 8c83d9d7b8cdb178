"""Test that a municipality with figures of its own is marked wherever its name stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from model.municipality.municipality_list import DATA_VARIABLE
from pages.session import scenario_store
from tests.folders import MAIN, ROOT
from tests.pages.cases import Hand, give_ballerup_own_figures, press, the_visit
from tests.pages.data_page import settled, words

pytestmark = pytest.mark.usefixtures("engine")
MARKED = "Ballerup (egne tal)"


@pytest.fixture(autouse=True)
def own_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Ballerup figures of its own."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    give_ballerup_own_figures()


def page(name: str) -> AppTest:
    """Return a new visitor on one of the pages."""
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.run()
    app.switch_page(str(ROOT / "pages" / f"{name}.py"))
    return settled(app)


def test_one_function_marks_it_in_both_languages_and_leaves_the_others() -> None:
    names = [scenario_store.municipality_name("ballerup", language) for language in ("da", "en")]
    assert names == [MARKED, "Ballerup (own figures)"]
    assert scenario_store.municipality_name("odense", "da") == "Odense"
    assert scenario_store.municipality_name("nowhere", "da") == "nowhere"


def test_the_librarys_cards_and_filter() -> None:
    app = page("library")
    choice = app.selectbox(key="library_town")
    assert MARKED in choice.options
    assert "Ballerup" not in choice.options
    assert "Brøndby" in choice.options
    cards = [str(c.value).replace("\\", "") for c in app.caption]
    assert any(card.startswith(MARKED) for card in cards)
    assert not any(card == "Ballerup" or card.startswith("Ballerup ·") for card in cards)


@pytest.mark.parametrize(
    ("name", "heading"),
    [("data", f"{MARKED}: tal fra 2020"), ("method", f"{MARKED} uden ændringer")],
)
def test_the_headings_of_data_and_method(name: str, heading: str) -> None:
    assert heading in words(page(name))


def test_the_dialog_and_the_notice_at_a_change_of_municipality() -> None:
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.run()
    Hand(the_visit(app)).move("firm_places", 400.0)
    press(the_visit(app), "municipality", "odense")
    app.run()
    assert f"Bliv i {MARKED}" in [button.label.replace("\\", "") for button in app.button]
    the_visit(app).choose_municipality("odense")
    notice = the_visit(app).notice
    assert notice is not None
    assert MARKED in notice.words.da
    assert "Ballerup (own figures)" in notice.words.en
