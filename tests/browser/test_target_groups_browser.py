"""Test the target groups page: choose a group, read its figures, walk through the flow diagram."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.library.share_link import encode_link
from model.scenario.scenario import Scenario
from tests.browser.conftest import FIRST_START, settle
from tests.browser.explore_page import act
from tests.browser.server import Server

TILE = ".ik-tile"


def opened(server: Server, visitor: Callable[..., Any], **options: Any) -> Any:
    """Open the page with more meetings for dagpenge, over the first page, as visitors do."""
    scenario = Scenario(name="x", municipality="ballerup").with_change("meetings", 6.0, "dagpenge")
    page = visitor(f"{server.url}?s={encode_link(scenario)}", **options)
    page.get_by_role("link", name="Målgrupper").click()
    page.wait_for_selector(TILE, timeout=FIRST_START)
    settle(page)
    return page


def choose(page: Any, group: str) -> None:
    page.get_by_label("Målgruppe", exact=True).click()
    page.get_by_role("option", name=group, exact=True).click()
    page.get_by_text(f"{group}:").first.wait_for()
    settle(page)


def test_choose_a_group_and_follow_its_people(server: Server, visitor: Callable[..., Any]) -> None:
    page = opened(server, visitor)
    everybody = page.locator(TILE).first.inner_text()
    page.evaluate("window.kept = document.querySelector('.ik-flow svg')")
    choose(page, "Dagpenge (forsikrede ledige)")
    assert page.locator(TILE).first.inner_text() != everybody
    assert "går i job" in page.get_by_text("Dagpenge (forsikrede ledige):").first.inner_text()

    said = page.locator(".ik-flow-said")
    assert said.inner_text().startswith("Dagpenge"), "the chosen group is lit from the start"
    assert page.evaluate("window.kept === document.querySelector('.ik-flow svg')"), "the drawing is kept"
    node = page.locator(".ik-flow-node[tabindex='0']")
    assert node.count() == 1, "one tab stop"
    node.focus()
    page.keyboard.press("ArrowDown")
    assert said.inner_text().startswith("Kontanthjælp, jobparate")
    page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("Job")
    assert "Flest fra" in said.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == said.inner_text()


def test_a_ribbon_is_as_wide_as_its_flow(server: Server, visitor: Callable[..., Any]) -> None:
    page = opened(server, visitor)
    high = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('[data-kind=node]')].map(
             (n) => [n.dataset.id, +n.querySelector('rect').getAttribute('height')]))"""
    )
    shown = page.locator("[data-kind=node]").evaluate_all(
        "nodes => Object.fromEntries(nodes.map(n => [n.dataset.id, n.textContent]))"
    )

    def number(node: str) -> float:
        return float(shown[node].rpartition(" ")[2].replace(".", ""))

    ratio = number("to:job") / number("to:other_self_support")
    assert abs(high["to:job"] / high["to:other_self_support"] / ratio - 1) < 0.1


def test_a_small_segment_is_not_shown_and_the_way_back_is_open(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = opened(server, visitor)
    choose(page, "Selvforsørgelses- og hjemrejseydelse")
    page.get_by_text("Vestlig", exact=True).first.click()
    page.get_by_text("Tallene vises ikke").wait_for()
    settle(page)
    assert page.locator(TILE).count() == 0
    page.get_by_text("Alle", exact=True).first.click()
    page.locator(TILE).first.wait_for()
    settle(page)
    assert page.locator(TILE).count() == 6


def test_the_choice_survives_another_page_and_another_language(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = opened(server, visitor)
    choose(page, "Sygedagpenge")
    before = page.locator(TILE).first.inner_text()
    page.get_by_role("link", name="Udforsk").click()
    page.wait_for_selector(".ik-card")
    settle(page)
    page.get_by_role("link", name="Målgrupper").click()
    page.wait_for_selector(TILE)
    settle(page)
    assert page.locator(TILE).first.inner_text() == before
    act(page, "language")
    settle(page)
    page.get_by_text("Sickness benefit:").first.wait_for()


def test_a_phone_does_not_scroll_sideways(server: Server, visitor: Callable[..., Any]) -> None:
    page = opened(server, visitor, width=1366)
    page.set_viewport_size({"width": 360, "height": 740})
    settle(page)
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 360
    outside = page.evaluate(
        """() => { const edge = document.querySelector('.ik-flow').getBoundingClientRect().right;
             return [...document.querySelectorAll('.ik-flow-node text')].filter((t) =>
               getComputedStyle(t).visibility !== 'hidden' && t.getBoundingClientRect().right > edge + 2
             ).map((t) => t.textContent); }"""
    )
    assert outside == []
