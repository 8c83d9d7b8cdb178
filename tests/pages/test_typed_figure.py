"""Test typing a number on the method page: what is wrong at its field, before and after, saved and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model.imports.own_files import own_file_hash
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import DATA_VARIABLE
from tests.folders import MAIN, ROOT
from tests.pages.cases import the_visit

pytestmark = pytest.mark.usefixtures("engine")
RATE = "activation_rate.dagpenge"
GOOD = {"value": "25 %", "as_of": "marts 2026", "source": "Ledelsesinformation, marts 2026"}


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the visitor an empty folder of own figures."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))


def opened(parameter: str = RATE, language: str = "da") -> AppTest:
    """Return a visitor of the list of all numbers who has chosen one of them to type."""
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.run()
    visit = the_visit(app)
    visit.language = language
    visit.widget_values |= {
        "method_part": "register",
        "method_typed_open": True,
        "method_typed": parameter,
    }
    app.switch_page(str(ROOT / "pages" / "method.py"))
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, button: str) -> AppTest:
    app.button(key=f"method_typed_{button}").click()
    return run(app)


def type_in(app: AppTest, parameter: str = RATE, quality: str | None = "statistic", **fields: str) -> AppTest:
    for field, words in fields.items():
        app.text_input(key=f"method_typed_{field}_{parameter}").set_value(words)
    if quality is not None:
        app.selectbox(key=f"method_typed_quality_{parameter}").set_value(quality)
    return press(app, "preview")


def words(app: AppTest) -> str:
    elements: list[Any] = [*app.markdown, *app.caption, *app.warning, *app.error]
    return "\n".join(str(e.value).replace("\\", "") for e in elements)


def test_before_and_after_saved_taken_back_and_back_again() -> None:
    app = type_in(opened(), **GOOD)
    assert "Fra 0,2 til 0,25" in words(app)
    assert "Kilde: Ledelsesinformation, marts 2026" in words(app)
    assert "Modellen kan regne med tallet." in words(app)
    assert own_file_hash("ballerup") is None
    press(app, "save")
    assert load_municipality("ballerup").parameter(RATE).value.value == 0.25
    assert "Nu: 0,25" in words(app)
    press(app, "remove")
    assert own_file_hash("ballerup") is None
    assert "Nu: 0,2 (" in words(app)
    press(app, "undo_do")
    assert load_municipality("ballerup").parameter(RATE).value.value == 0.25


def test_each_fault_stands_at_its_field_in_the_readers_language() -> None:
    app = type_in(opened(), quality=None, value="45", low="x", as_of="sep-20")
    assert len(app.error) == 5
    assert "skriv 0,45" in words(app)
    assert "method_typed_save" not in [button.key for button in app.button]
    english = type_in(opened(language="en"), quality=None, value="45")
    assert "type 0.45" in words(english)


def test_what_can_hardly_be_right_is_asked_about() -> None:
    stock = "stock.sygedagpenge"
    app = type_in(opened(stock), stock, **{**GOOD, "value": "20 000"})
    assert "over 20 gange" in words(app)
    assert "method_typed_save" not in [button.key for button in app.button]
    app.checkbox(key="method_typed_right").check()
    run(app)
    press(app, "save")
    assert load_municipality("ballerup").parameter(stock).value.value == 20000


def test_a_number_that_the_model_cannot_run_on_is_not_saved() -> None:
    # More places in firms than the ceiling of the group allows.
    places = "firm_use.sygedagpenge"
    app = type_in(opened(places), places, **{**GOOD, "value": "119"})
    assert "Modellen kan ikke regne med tallet." in words(app)
    assert "method_typed_save" not in [button.key for button in app.button]


def test_what_is_worked_out_is_not_offered() -> None:
    app = opened()
    options = app.selectbox(key="method_typed").options
    assert not any("Virksomhedspladser i alt" in option for option in options)
    assert "kan ikke skrives ind" in words(app)


def test_a_save_of_another_is_told_and_not_overwritten() -> None:
    app, other = type_in(opened(), **GOOD), type_in(opened(), **{**GOOD, "value": "30 %"})
    press(other, "save")
    press(app, "save")
    notice = the_visit(app).shown_notice or the_visit(app).notice
    assert notice is not None
    assert "En anden har gemt" in notice.words.da
    assert load_municipality("ballerup").parameter(RATE).value.value == 0.3
