"""Test a slow server and a slow line: what was done is drawn, waiting is shown, and the page asked for comes.

That no entry is lost, done twice or overtaken is tested without a browser in ``tests/pages/session/test_inbox.py``, and
when the browser sends in ``test_channel_browser.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.language.catalogue import text
from pages.shell.page import PAGES
from tests.browser.conftest import arrived, done, link, settle
from tests.browser.data_page import SLOW
from tests.browser.explore_page import FIRM_PLACES, figures, rest
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
    """Check that the page comes and is still there when all that was under way has come."""
    page.get_by_role("heading", level=1, name=heading).wait_for()
    page.wait_for_timeout(4 * LATE)  # what could still take the page away: some answers of the slow line
    settle(page)
    shown = page.locator("body").inner_text()
    assert page.get_by_role("heading", level=1, name=heading).is_visible(), shown[:300]


def kept_silent(page: Any) -> None:
    """Check that between the click and the page nothing was sent but what asks for it."""
    said = page.evaluate(f"sent.filter((at) => at >= asked && at < asked + {LATE}).length")
    assert said == 1, "the page that was left went on talking"


def changes(page: Any) -> str:
    page.locator("[data-menu=changes] summary").click()
    return str(page.locator("[data-menu=changes] .ik-sheet").inner_text())


@pytest.fixture
def page(own: Server, visitor: Callable[..., Any]) -> Any:
    """Open the first page of an app whose server can stand still, and wait for all work beside it."""
    opened = visitor(own.url)
    done(opened)
    return opened


def goes_on(page: Any) -> None:
    """Wait for all that came while the server stood still."""
    page.wait_for_timeout(1000)  # nothing on the page tells that a halted server has read what waited for it
    settle(page)


def step(page: Any) -> None:
    """Move the lever one step by key, and wait for what follows."""
    page.locator(FIRM_PLACES).press("ArrowRight")
    rest(page)


def test_a_slider_and_a_button_in_the_same_moment_are_both_heard(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url)
    page.evaluate(
        """(lever) => {
          const slider = document.querySelector(lever);
          slider.value = 300;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          document.querySelector(".ik-button[data-action=save]").click();
        }""",
        FIRM_PLACES,
    )
    page.get_by_role("dialog").wait_for(timeout=10_000)
    page.keyboard.press("Escape")
    done(page)
    step(page)
    assert page.locator(FIRM_PLACES).input_value() == "310"
    assert "310 i brug" in page.locator(".ik-levers").inner_text()


def test_the_sliders_are_never_taken_down_under_the_hand(own: Server, page: Any) -> None:
    slider = page.locator(FIRM_PLACES)
    page.evaluate("(lever) => { window.held = document.querySelector(lever); }", FIRM_PLACES)
    for places in range(210, 270, 10):
        # A server that is slow to answer finds a run of the whole page and one of the sliders waiting together.
        with own.standing_still():
            page.evaluate("document.ikChannel.resend()")
            page.wait_for_timeout(50)  # the hand takes its time: two messages, not one
            slider.press("ArrowRight")
            page.wait_for_timeout(150)
        goes_on(page)
        assert page.evaluate("held.isConnected"), f"taken down at {places}"
        assert slider.input_value() == str(places)
        assert f"{places} i brug" in page.locator(".ik-levers").inner_text()


def test_figures_that_are_not_yet_of_what_was_chosen_are_said_to_be_under_way(own: Server, page: Any) -> None:
    sign = page.locator(".ik-waits")
    before = figures(page)
    assert not sign.is_visible()
    with own.standing_still():
        page.locator("[data-choice=municipality]").select_option("albertslund")
        sign.get_by_text(text("page.waits", "da")).wait_for()
        page.wait_for_timeout(12_000)  # the silence itself
        assert sign.is_visible(), "for as long as nobody answers"
        assert figures(page) == before
    sign.wait_for(state="hidden")
    assert figures(page) != before
    with own.standing_still():
        page.locator(FIRM_PLACES).press("ArrowRight")
        sign.get_by_text(text("page.waits", "da")).wait_for()
    sign.wait_for(state="hidden")


def test_a_lost_connection_is_told_in_the_reader_s_words(own: Server, visitor: Callable[..., Any]) -> None:
    # The name in README's address; Streamlit then also says how a server is started.
    page = visitor(own.url.replace("127.0.0.1", "localhost"))
    done(page)
    step(page)
    own.kill()
    told, sign = page.get_by_role("dialog"), page.locator(".ik-waits")
    told.get_by_text(text("page.lost.words", "da")).wait_for()
    page.wait_for_timeout(
        5000
    )  # time for Streamlit to write its own words over ours, were they not kept away
    words = told.inner_text()
    assert words.split("\n")[0] == text("page.lost", "da")
    assert "streamlit" not in words.lower()
    page.keyboard.press("Escape")
    told.wait_for(state="hidden")
    sign.get_by_text(text("page.lost", "da")).wait_for()
    # What cannot be heard is not shown as chosen.
    page.locator("[data-choice=municipality]").select_option("albertslund")
    assert page.locator("[data-choice=municipality]").input_value() == "ballerup"
    own.start()
    sign.wait_for(state="hidden", timeout=60_000)
    settle(page)
    assert page.locator(FIRM_PLACES).input_value() == "210"


def test_a_page_is_left_while_a_lever_moves(server: Server, visitor: Callable[..., Any]) -> None:
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
    page.wait_for_timeout(60)  # the hand goes from the key to Back
    page.go_back()
    stays(page, "Hvem kommer, hvem går, og hvor længe bliver de?")
    assert f"→ {reached}" in changes(page)


def test_a_page_that_waits_is_left_by_one_of_its_buttons(own: Server, visitor: Callable[..., Any]) -> None:
    # After a move the first page asks again and again for the band, which is being worked out.
    page = visitor(own.url)
    page.add_init_script(SLOW_LINE)
    page.goto(link(own))
    page.locator(".ik-why").wait_for(timeout=SLOW)
    # Looked at with every frame, since the words may stand for half a second only; and with a value that no test before
    # has asked this server for, since a band that is known is not waited for.
    page.locator("[data-lever=firm_places]").press("End")
    waits = "() => document.querySelector('.ik-sure').textContent.startsWith('Usikkerheden')"
    page.wait_for_function(waits, timeout=SLOW)
    slow_from_now(page)
    page.locator(".ik-why").click()
    stays(page, text("page_why.heading", "da"))
    kept_silent(page)
