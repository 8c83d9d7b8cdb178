"""Test that the keyboard alone is enough, and that every page states its language and fits 320 px."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pages.shell.page import PAGES
from tests.browser.conftest import arrived, done, link, settle, too_wide
from tests.browser.explore_page import FIRM_PLACES, rest
from tests.browser.server import Server

# A session stays under this long a walk with Tab.
MOST_STOPS = 150


def test_every_page_says_its_language_and_fits_320_px(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(link(server), width=320, height=640)
    for place in PAGES:
        for language in ("da", "en"):
            page.goto(link(server, place, f"&lang={language}"))
            arrived(page)
            assert page.evaluate("document.documentElement.lang") == language, place.address
            assert page.locator("h1").count() == 1, place.address
            assert too_wide(page) == [], (place.address, language)


def stop(page: Any) -> str | None:
    """Return what has the focus: the first of its lasting marks, else its name; None for the page itself."""
    return page.evaluate(
        """() => { const e = document.activeElement;
          if (!e || e === document.body || e === document.documentElement) return null;
          for (const mark of ['data-action', 'data-choice', 'data-lever', 'data-goal', 'href'])
            if (e.hasAttribute(mark)) return mark + '=' + e.getAttribute(mark);
          if (e.parentElement.dataset.menu) return 'data-menu=' + e.parentElement.dataset.menu;
          const key = (e.closest('[class*="st-key-"]')?.getAttribute('class') || '').match(/st-key-[^ ]+/);
          return [key?.[0] ?? '', e.tagName, e.getAttribute('aria-label') || e.textContent.slice(0, 40)].join(' '); }"""
    )


def shows_focus(page: Any) -> bool:
    """Return whether one sees the focus: the picture around the element is another one without it."""
    box = page.evaluate(
        """() => { const b = document.activeElement.getBoundingClientRect();
          const left = Math.max(0, b.left - 8), top = Math.max(0, b.top - 8);
          return {x: left, y: top, width: Math.min(innerWidth, b.right + 8) - left,
                  height: Math.min(innerHeight, b.bottom + 8) - top}; }"""
    )
    if box["width"] <= 0 or box["height"] <= 0:
        return False
    focused = page.screenshot(clip=box, animations="disabled")
    page.evaluate("() => { window.left = document.activeElement; window.left.blur(); }")
    without = page.screenshot(clip=box, animations="disabled")
    page.evaluate("() => window.left.focus({preventScroll: true, focusVisible: true})")
    return bool(focused != without)


def walk(page: Any) -> tuple[list[str], list[str]]:
    """Return all stops of a walk with Tab until it leaves the page, and those where the focus is not seen."""
    stops: list[str] = []
    unseen: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = stop(page)
        if at is None:
            return stops, unseen
        stops.append(at)
        if not shows_focus(page):
            unseen.append(at)
    return stops, unseen


WALKS = {
    "udforsk": ("href=", "data-action=save", "data-menu=changes", "data-menu=share", "data-menu=premises",
                "data-choice=municipality", "data-lever=firm_places", "data-choice=indicator", "st-key-go-why"),
    "hvad-skal-der-til": ("href=", "data-action=save", "data-menu=premises", "st-key-seek-indicator",
                          "st-key-seek-levers", "st-key-seek-budget", "st-key-seek-certainty", "st-key-seek-start"),
    "scenarier": ("href=", "data-menu=share", "st-key-library_part", "st-key-library_search", "st-key-go-open-"),
}  # fmt: skip


@pytest.mark.parametrize("address", WALKS)
def test_tab_reaches_the_bar_and_the_page_and_shows_where_it_is(
    server: Server, visitor: Callable[..., Any], address: str
) -> None:
    place = next(place for place in PAGES if place.address == address)
    page = visitor(link(server, place), wait=False)
    arrived(page)
    stops, unseen = walk(page)
    positions = []
    for wanted in WALKS[address]:
        at = next((i for i, name in enumerate(stops) if name.startswith(wanted)), None)
        assert at is not None, f"Tab does not reach {wanted}: {stops}"
        positions.append(at)
    assert positions[0] < positions[1] < positions[-1], "names of the pages, bar, page"
    assert unseen == [], "the focus cannot be seen"


def test_a_scenario_is_changed_and_saved_with_keys_alone(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)

    def tab_to(name: str, key: str = "Tab") -> None:
        for _ in range(MOST_STOPS):
            page.keyboard.press(key)
            if (stop(page) or "").startswith(name):
                return
        raise AssertionError(f"{key} does not reach {name}")

    tab_to("data-lever=firm_places")
    page.keyboard.press("ArrowRight")
    rest(page)
    done(page)
    assert page.locator(FIRM_PLACES).input_value() == "210"
    assert stop(page) == "data-lever=firm_places", "the focus stays where one works"

    # Back to the bar: a menu opens, closes, and gives the focus back.
    tab_to("data-menu=changes", "Shift+Tab")
    page.keyboard.press("Enter")
    assert page.locator("[data-menu=changes]").get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert page.locator("[data-menu=changes]").get_attribute("open") is None
    assert stop(page) == "data-menu=changes"

    # A dialog takes the focus and keeps it.
    page.locator(".ik-button[data-action=save]").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    settle(page)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("() => !!document.activeElement.closest('[role=dialog]')"), stop(page)
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
