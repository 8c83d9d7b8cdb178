"""Leaving a page over a slow line while something is under way: one comes where one wanted to, with everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.language.catalogue import text
from model.library.share_link import encode_link
from model.scenario.files import load_scenario
from pages.shell.page import DATA, PAGES, UNCERTAINTY
from tests.browser.conftest import BUSY, SCENARIO, arrived, link, settle
from tests.browser.data_page import SLOW
from tests.browser.server import Server

# Every answer of the server comes this late, ms: the page looks for its band meanwhile, and a gesture ends.
LATE = 700
SLOW_LINE = """(() => {
  const Real = window.WebSocket;
  window.sent = [];
  window.WebSocket = class extends Real {
    addEventListener(name, heard, ...rest) {
      const late = (event) => setTimeout(() => heard.call(this, event), window.late || 0);
      super.addEventListener(name, name === 'message' ? late : heard, ...rest);
    }
    set onmessage(heard) { this.addEventListener('message', heard); }
    send(message) { window.sent.push(performance.now()); super.send(message); }
  };
  window.addEventListener('click', () => (window.asked = performance.now()), true);
})()"""


def slow_from_now(page: Any) -> None:
    page.evaluate(f"window.late = {LATE}")


def stays(page: Any, heading: str) -> None:
    """The page comes and is still there when all that was under way has come."""
    page.get_by_role("heading", level=1, name=heading).wait_for()
    page.wait_for_timeout(4 * LATE)
    settle(page)
    shown = page.locator("body").inner_text()
    assert page.get_by_role("heading", level=1, name=heading).is_visible(), shown[:300]


def kept_silent(page: Any) -> None:
    """Between the click on the link and the page nothing was sent but what asks for it."""
    said = page.evaluate(f"sent.filter((at) => at >= asked && at < asked + {LATE}).length")
    assert said == 1, "the page that was left went on talking"


def changes(page: Any) -> str:
    page.locator("[data-menu=changes] summary").click()
    return str(page.locator("[data-menu=changes] .ik-sheet").inner_text())


# At once, so that the gesture has not ended; and when it has, and the band is being made.
@pytest.mark.parametrize("after", [0, 650])
def test_a_page_is_left_while_a_lever_moves(server: Server, visitor: Callable[..., Any], after: int) -> None:
    page = visitor(link(server))
    page.add_init_script(SLOW_LINE)
    page.reload()
    arrived(page)
    places = page.locator("[data-lever=firm_places]")
    before = places.input_value()
    slow_from_now(page)
    places.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(after)
    reached = places.input_value()
    assert reached != before
    page.get_by_role("link", name="Målgrupper").click()
    stays(page, "Hvem kommer, hvem går, og hvor længe bliver de?")
    kept_silent(page)
    assert f"→ {reached}" in changes(page)


def test_a_page_is_left_by_back_while_a_lever_moves(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(link(server))
    page.add_init_script(SLOW_LINE)
    page.goto(link(server, PAGES[1]))
    arrived(page)
    page.get_by_role("link", name="Udforsk").click()
    page.locator("[data-lever=firm_places]").wait_for()
    settle(page)
    slow_from_now(page)
    page.locator("[data-lever=firm_places]").focus()
    page.keyboard.press("ArrowLeft")
    reached = page.locator("[data-lever=firm_places]").input_value()
    page.wait_for_timeout(60)
    page.go_back()
    stays(page, "Hvem kommer, hvem går, og hvor længe bliver de?")
    assert f"→ {reached}" in changes(page)


def test_a_page_is_left_while_it_waits_for_its_answer(server: Server, visitor: Callable[..., Any]) -> None:
    # A scenario that nobody else asks of, for an answer that is known already is not awaited.
    alone = load_scenario(SCENARIO).with_change("firm_places", 237.0)
    page = visitor(link(server))
    page.add_init_script(SLOW_LINE)
    page.goto(f"{server.url}{UNCERTAINTY.address}?s={encode_link(alone)}")
    page.locator(BUSY).first.wait_for()
    slow_from_now(page)
    page.get_by_role("link", name="Målgrupper").click()
    stays(page, "Hvem kommer, hvem går, og hvor længe bliver de?")
    kept_silent(page)


# At once, and when the page has looked for its answer a time or two.
@pytest.mark.parametrize("after", [0, 600])
def test_a_page_that_waits_is_left_by_one_of_its_buttons(
    own: Server, visitor: Callable[..., Any], after: int
) -> None:
    # A server that has just started has the baselines of all municipalities still to run.
    page = visitor(own.url)
    page.add_init_script(SLOW_LINE)
    page.goto(own.url + DATA.address)
    page.locator(".st-key-data-town").locator(BUSY).first.wait_for(timeout=SLOW)
    page.wait_for_timeout(after)
    slow_from_now(page)
    page.get_by_role("button", name=text("page_data.rest.register", "da")).click()
    stays(page, text("page_method.heading", "da"))
    kept_silent(page)
