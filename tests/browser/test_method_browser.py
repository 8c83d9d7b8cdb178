"""Test the method page: the diagram, looking a number up, and a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.conftest import FIRST_START, settle
from tests.browser.server import Server

DRAWING = ".ik-states svg text"


def method(visitor: Callable[..., Any], server: Server, **options: Any) -> Any:
    page = visitor(f"{server.url}metode", wait=False, **options)
    page.wait_for_selector(DRAWING, timeout=FIRST_START)
    settle(page)
    return page


def part(page: Any, name: str) -> None:
    page.get_by_text(name, exact=True).first.click()
    settle(page)


def test_the_drawing_follows_the_group_and_says_what_it_shows(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = method(visitor, server)
    whole = page.locator(DRAWING).all_text_contents()
    assert "i job" in whole
    picture = page.get_by_role("img", name="Alle målgrupper i Ballerup")
    assert picture.count() == 1
    page.get_by_role("combobox", name="Målgruppe").click()
    page.get_by_role("option", name="Sygedagpenge", exact=True).click()
    settle(page)
    assert page.get_by_role("img", name="Sygedagpenge i Ballerup").count() == 1
    assert page.locator(DRAWING).all_text_contents() != whole
    assert "til anden ydelse" in " ".join(page.locator(DRAWING).all_text_contents())


def test_looking_a_number_up(server: Server, visitor: Callable[..., Any]) -> None:
    page = method(visitor, server)
    part(page, "Alle tal")
    table = page.get_by_role("table")
    assert table.get_by_role("row").count() == 51
    field = page.get_by_label("Søg i navne, kilder og noter")
    field.press_sequentially("fortraengning", delay=60)
    page.wait_for_timeout(600)
    settle(page)
    assert field.input_value() == "fortraengning", "no letter is lost while the page follows"
    assert table.get_by_role("rowheader", name="Fortrængning").count() >= 1
    assert table.get_by_role("row").count() < 51
    with page.expect_download() as download:
        page.locator(".st-key-method_csv button").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) > 1600
    assert lines[0].startswith("Navn i filer;Hvad;")


def test_a_phone_and_the_big_screen(server: Server, visitor: Callable[..., Any]) -> None:
    page = method(visitor, server, width=360, height=740)
    for name in ("Modellen", "Alle tal", "Antagelsessæt", "Forbehold", "Tilgængelighed", "Kilder og licens"):
        part(page, name)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 360, name
    big = method(visitor, server, width=1920, height=1080)
    big.get_by_role("button", name="Storskærm").click()
    settle(big)
    sizes = big.locator(DRAWING).evaluate_all("all => all.map(t => parseFloat(getComputedStyle(t).fontSize))")
    assert min(sizes) >= 36
    assert big.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 1920
