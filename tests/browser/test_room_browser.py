"""Test that Compare, Why and Budget each fill one window of the big screen, in letters that a room can read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.library.library import Library
from model.scenario.files import load_scenario
from pages.session.session import baseline_scenario
from pages.shell.page import BUDGET, COMPARE, WHY
from tests.browser.conftest import FIRST_START, arrived, done, eventually, link, settle
from tests.browser.explore_page import act
from tests.browser.server import Server
from tests.folders import SCENARIOS

ROOMS = [(1280, 720), (1366, 650), (1920, 950)]
SEVEN_LEVERS = SCENARIOS / "ballerup" / "samlet-forslag.yaml"
# Of the window's width: 36 px and 56 px at 1920.
LETTERS, FIGURE = 36 / 1920, 56 / 1920
# The smallest letters of the page's own part, beside the words that are written in them.
SMALLEST = """() => {
  const sizes = [];
  const walk = document.createTreeWalker(document.querySelector('[data-testid=stMain]'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const part = node.parentElement;
    if (!node.data.trim() || !part.checkVisibility() || part.closest('style, script, option, .ik-skip')) continue;
    const box = part.getBoundingClientRect();
    if (box.width > 1 && box.height > 1) sizes.push([parseFloat(getComputedStyle(part).fontSize), node.data.trim()]);
  }
  return sizes.sort((one, other) => one[0] - other[0])[0];
}"""
# What stands below or beside the window, and what is cut within it.
OUTSIDE = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const found = [];
  if (main.scrollHeight > main.clientHeight + 1) found.push('scrolls ' + (main.scrollHeight - main.clientHeight));
  const parts = '.ik-room li, .ik-room-value, .ik-room-head, .ik-room-dots li, .st-key-headline, button';
  for (const part of main.querySelectorAll(parts)) {
    const box = part.getBoundingClientRect(), words = part.innerText;
    if (part.checkVisibility() && (box.bottom > innerHeight + 1 || box.right > innerWidth + 1)) found.push(words);
    if (part.matches('.ik-room-value') && part.scrollWidth > part.clientWidth + 1) found.push('cut: ' + words);
  }
  return found;
}"""


def on_big_screen(page: Any) -> None:
    act(page, "present")
    page.locator("html[data-ik-present]").wait_for(state="attached")
    settle(page)


def assert_a_room_can_read_it(page: Any) -> None:
    for width, height in ROOMS:
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        assert page.evaluate(OUTSIDE) == [], (width, height)
        size, words = page.evaluate(SMALLEST)
        assert size >= LETTERS * width - 0.1, (width, height, words)


def assert_one_main_figure(page: Any) -> None:
    figure = page.locator(".ik-room-whole strong")
    size = figure.evaluate("part => parseFloat(getComputedStyle(part).fontSize)")
    assert size >= FIGURE * page.viewport_size["width"] - 0.1


def test_budget_is_bars_with_ranges_and_one_sentence(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(link(server, BUDGET, scenario=SEVEN_LEVERS), wait=False)
    arrived(page)
    on_big_screen(page)
    eventually(
        page, lambda: page.locator(".ik-room-whisker").count() == 5, "the ranges of four years and all"
    )
    assert_a_room_can_read_it(page)
    assert_one_main_figure(page)
    assert page.locator("[data-testid=stVegaLiteChart], [data-testid=stTable]").count() == 0


def test_why_is_one_waterfall_and_its_sentence(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(link(server, WHY, scenario=SEVEN_LEVERS), wait=False)
    arrived(page)
    on_big_screen(page)
    for what in ("Pengene", "Borgerne"):
        page.get_by_text(what, exact=True).click()
        eventually(page, lambda: page.locator(".ik-room-whisker").count() > 4, "the ranges of the parts")
        assert_a_room_can_read_it(page)
        assert_one_main_figure(page)
        assert page.locator(".ik-room").count() == 1


@pytest.fixture
def eight(server: Server) -> list[str]:
    """Save seven proposals with long names; the eighth is on screen."""
    library = Library(Path(server.data) / "scenarios", SCENARIOS)
    names = [f"Forslag {n} fra udvalget om beskæftigelse" for n in range(7)]
    for n, name in enumerate(names):
        proposal = baseline_scenario("ballerup", "da").with_change("firm_places", 150.0 + 40 * n)
        library.save(
            load_scenario(SEVEN_LEVERS).copy_with(name=name, changes=proposal.changes), expected_hash=None
        )
    return names


def test_compare_shows_eight_proposals_one_thing_at_a_time(
    server: Server, visitor: Callable[..., Any], eight: list[str]
) -> None:
    page = visitor(link(server, COMPARE, scenario=SEVEN_LEVERS), wait=False)
    arrived(page)
    page.get_by_role("button", name="Sammenlign gemte forslag").click()
    # What was compared before may still be there with its verdict.
    names = page.locator(".ik-proposals")
    eventually(page, lambda: all(one in names.inner_text() for one in eight), "the eight proposals")
    page.locator(".st-key-compare-verdict strong").wait_for(timeout=FIRST_START)
    done(page)
    on_big_screen(page)
    assert "»" in page.locator(".st-key-compare-verdict").inner_text()
    assert_a_room_can_read_it(page)
    for name in ("Mål 1", "Mål 5", "Penge", "Hvor ofte bedst?"):
        page.get_by_role("radio", name=name, exact=True).or_(
            page.get_by_role("button", name=name, exact=True)
        ).first.click()
        settle(page)
        assert_a_room_can_read_it(page)
        words = page.locator("[data-testid=stMain]").inner_text()
        assert all(one[:9] in words for one in eight), name
        rows = page.locator(".ik-room li").count()
        assert rows == (0 if "ofte" in name else 8), name
    assert page.locator("[data-testid=stVegaLiteChart], [data-testid=stTable]").count() == 0
