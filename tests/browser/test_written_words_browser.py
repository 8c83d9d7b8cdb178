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
FOLLOWED = "before => ![undefined, before].includes(document.querySelector('[role=dialog] input')?.value)"
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


def fields(page: Any) -> tuple[str, float]:
    """Return the first step as it is typed: from when, and to what."""
    settle(page)
    date, value = (
        dialog(page).get_by_label(label).first.input_value() for label in ("Ændringen begynder", "Sættes til")
    )
    return date, float(value.replace(".", "").replace(",", "."))


def test_a_step_is_drawn_by_hand_and_by_keys_and_typed(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 300)
    pencil(page).click()
    knob = dialog(page).locator(".ik-path-knob")
    knob.wait_for()
    settle(page)
    opened = fields(page)
    assert opened[1] == 300

    def drag(right: float, up: float) -> None:
        box = knob.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + right / 2, y - up / 2)
        page.mouse.move(x + right, y - up)
        assert fields(page) == before, "the fields wait until the hand lets go"
        page.mouse.up()
        page.wait_for_function(FOLLOWED, arg=before[0])

    before = opened
    drag(150, 20)
    date, value = drawn = fields(page)
    assert date.startswith("1. "), "at the beginning of a month"
    assert value > 300
    assert value % 10 == 0, "by the lever's own step"
    # The keyboard goes on where the hand was.
    page.wait_for_function("document.activeElement.classList.contains('ik-path-handle')")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(FOLLOWED, arg=date)
    later, more = fields(page)
    assert more == value + 20
    assert later.startswith("1. ")
    assert later != drawn[0]
    # Out of the window is the end of the chart, not beyond the run.
    before = later, more
    drag(5000, 0)
    assert dialog(page).get_by_text("Datoen skal ligge mellem").count() == 0
    # What is typed stands on the chart.
    written(page, "Sættes til", "250")
    page.wait_for_function(
        "document.querySelector('.ik-path-handle').getAttribute('aria-valuenow') === '250'"
    )
    press(page, "Brug")
    assert places(page) == 250
    press(page, "Fortryd")
    assert places(page) == 300, "all of it is one step"
