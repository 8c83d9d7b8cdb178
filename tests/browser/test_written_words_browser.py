"""Test in Chromium that a reason and a path of steps are typed, undone, redone, and read by who opens the link."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx

from tests.browser.conftest import PATIENCE, settle
from tests.browser.explore_page import FIRM_PLACES, act, places, press, slide
from tests.browser.server import Server

PENCIL = "Begrundelse og forløb: Pladser i virksomheder"
WHY = "Flere i job. **Også** <b>dem</b> =1+1"


def pencil(page: Any) -> Any:
    return page.get_by_role("button", name=PENCIL)


def dialog(page: Any) -> Any:
    return page.get_by_role("dialog")


def written(page: Any, label: str, words: str, n: int = 0) -> None:
    """Write in the nth field of a label, and go on to the next."""
    field = dialog(page).get_by_label(label).nth(n)
    field.fill(words)
    field.press("Tab")
    settle(page)


def about(page: Any) -> str:
    """Return what the dialog about the scenario says, two presses away."""
    act(page, "about")
    dialog(page).get_by_text("Ændringer og begrundelser").wait_for()
    told = str(dialog(page).inner_text())
    press(page, "Færdig")
    return told


def test_a_reason_and_a_path_go_with_the_proposal(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    assert not pencil(page).is_visible(), "an untouched lever carries no noise"
    slide(page, FIRM_PLACES, 300)
    pencil(page).click()
    dialog(page).wait_for()
    written(page, "Hvorfor?", WHY)
    dialog(page).get_by_role("button", name="Tilføj et trin").click()
    dialog(page).get_by_text("Trin 2", exact=True).wait_for()
    written(page, "Ændringen begynder", "1.1.2040", 1)
    assert dialog(page).get_by_text("Datoen skal ligge mellem").is_visible()
    written(page, "Ændringen begynder", "marts 2023", 1)
    written(page, "Sættes til", "400,0", 1)
    written(page, "Indføres over", "26", 1)
    assert dialog(page).get_by_text("400 fuldtidspladser fra 1. marts 2023, indført over 26 uger.").count()
    press(page, "Brug")
    assert places(page) == 400, "the slider stands where the last step goes"
    assert "2 trin" in pencil(page).inner_text()
    assert page.locator("[data-choice=from] option:checked").text_content() == "forskelligt"
    press(page, "Fortryd")
    assert places(page) == 300
    assert pencil(page).inner_text() == ""
    press(page, "Gentag")
    assert places(page) == 400
    act(page, "about")
    dialog(page).get_by_role("button", name="Skriv eller ret").click()
    written(page, "Hvem har skrevet det?", "Bord 3")
    written(page, "Hvad blev besluttet?", "Vi prøver det.")
    press(page, "Brug")
    settle(page)

    other = visitor(page.url)
    assert "Bord 3" in other.locator(".ik-opened").inner_text()
    told = about(other)
    for words in ("Skrevet af Bord 3.", WHY, "300 → 400", "Vi prøver det."):
        assert words in told
    slide(other, FIRM_PLACES, 500)
    assert "2 trin" in pencil(other).inner_text(), "the slider moves the last step and leaves the first"

    act(page, "download")
    with page.expect_download(timeout=PATIENCE) as got:
        dialog(page).get_by_role("button", name="Sag til udvalget (Word)").click()
    item = docx.Document(io.BytesIO(got.value.path().read_bytes()))
    cells = {cell.text for table in item.tables for row in table.rows for cell in row.cells}
    assert {WHY, "300", "400"} <= cells
    assert any("Vi prøver det." in paragraph.text for paragraph in item.paragraphs)


def test_pressing_beside_the_form_loses_no_word(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 300)
    pencil(page).click()
    dialog(page).get_by_label("Hvorfor?").fill("Skrevet uden at trykke Brug")
    dialog(page).get_by_role("button", name="Close").click()
    dialog(page).wait_for(state="hidden")
    settle(page)
    assert "Skrevet uden at trykke Brug" in about(page)
    press(page, "Fortryd")
    assert pencil(page).get_attribute("title") == PENCIL
