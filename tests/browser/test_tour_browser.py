"""Test the guided tour as a first-time visitor meets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.conftest import READY, settle
from tests.browser.explore_page import TOUR, figures, places, rest
from tests.browser.server import Server

BOX = ".ik-tour"


def test_the_tour_goes_through_three_steps_by_keyboard(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    assert page.locator(BOX).count() == 0, "it is offered, not forced"
    page.locator(TOUR).focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="Trin 1 af 3")
    assert box.is_visible()
    assert page.locator(".ik-ring").count() == 2
    assert page.evaluate("document.activeElement.closest('.ik-tour') !== null")

    # The page stays in use, and what is framed comes next.
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.lever") == "firm_places":
            break
    before = figures(page)
    page.keyboard.press("ArrowRight")
    rest(page)
    assert places(page) == 210
    assert figures(page) != before
    assert box.is_visible()

    page.locator(f"{BOX} .ik-primary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Trin 2 af 3").wait_for()
    assert page.locator(f"{BOX} [role=status]").inner_text().startswith("Trin 2 af 3")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Trin 3 af 3").wait_for()
    page.keyboard.press("Enter")
    assert page.locator(f"{BOX}, .ik-ring").count() == 0
    assert page.evaluate("document.activeElement.dataset.action") == "tour", "the focus is where it was"


def test_declining_the_tour_is_remembered(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    page.get_by_text("Første gang her?").wait_for()
    page.locator("[data-action=tour-no]").click()
    for _ in range(2):
        assert not page.get_by_text("Første gang her?").is_visible()
        assert page.locator(TOUR).inner_text() == "Rundvisning"
        page.reload()
        page.wait_for_selector(READY)
        settle(page)
    page.locator(TOUR).click()
    page.get_by_role("dialog", name="Trin 1 af 3").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(f"{BOX}, .ik-ring").count() == 0
    page.locator(TOUR).click()
    page.get_by_role("button", name="Spring over").click()
    assert page.locator(f"{BOX}, .ik-ring").count() == 0


def test_the_box_covers_nothing_it_speaks_of_and_fits_a_phone(
    server: Server, visitor: Callable[..., Any]
) -> None:
    for width, height in ((1366, 768), (360, 740)):
        page = visitor(server.url, width=width, height=height)
        page.locator(TOUR).click()
        for step in range(3):
            page.wait_for_timeout(200)
            box = page.locator(BOX).bounding_box()
            assert box["x"] >= 0, (width, step)
            assert box["x"] + box["width"] <= width, (width, step)
            assert box["y"] + box["height"] <= height, (width, step)
            ring = page.locator(".ik-ring").first.bounding_box()
            below = box["y"] >= ring["y"] + ring["height"] - 1
            beside = box["x"] + box["width"] <= ring["x"] + 12
            assert below or beside, (width, step, box, ring)
            page.locator(f"{BOX} .ik-primary").click()
