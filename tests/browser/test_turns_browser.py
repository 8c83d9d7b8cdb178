"""Things that are said to the server in the same moment, or right behind one another: all are heard, and what a hand
holds stays where it is.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.scenario_files import load_scenario
from model.share_link import encode_link
from pages.components.page import UNCERTAINTY
from tests.browser.conftest import BUSY, SCENARIO, done, settle
from tests.browser.server import Server, running
from tests.browser.test_explore_browser import FIRM_PLACES

# Longer than a part of the page waits before it looks for news, so that its look is due when the page wakes.
STUNNED = 1500
STUN = (
    f"setTimeout(() => {{ const at = performance.now(); while (performance.now() - at < {STUNNED}); }}, 50)"
)


def unasked(server: Server, places: float, address: str = "") -> str:
    """Address of a page with a scenario that no other test asks about, so that its band has to be made."""
    scenario = load_scenario(SCENARIO).with_change("firm_places", places)
    return f"{server.url}{address}?s={encode_link(scenario)}"


def press_when_it_wakes(page: Any, selector: str) -> None:
    page.locator(selector).focus()
    page.evaluate(STUN)
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("places", [231.0, 233.0, 239.0])
def test_a_press_is_drawn_though_the_page_looks_for_its_band_in_the_same_moment(
    server: Server, visitor: Callable[..., Any], places: float
) -> None:
    page = visitor(unasked(server, places), wait=False)
    page.locator("[data-action=save]").wait_for()
    press_when_it_wakes(page, "[data-action=save]")
    page.get_by_role("dialog").wait_for(timeout=10_000)


def test_a_choice_is_drawn_though_the_page_waits_for_its_answer(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(unasked(server, 241.0, UNCERTAINTY.address), wait=False)
    page.locator(BUSY).first.wait_for()
    press_when_it_wakes(page, "[data-action=present]")
    page.locator("html[data-ik-present]").wait_for(state="attached", timeout=10_000)


def test_a_slider_and_a_button_in_the_same_moment_are_both_heard(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url)
    page.evaluate(
        """(lever) => {
          const slider = document.querySelector(lever);
          slider.value = 300;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          document.querySelector("[data-action=save]").click();
        }""",
        FIRM_PLACES,
    )
    page.get_by_role("dialog").wait_for(timeout=10_000)
    page.keyboard.press("Escape")
    done(page)
    page.locator(FIRM_PLACES).press("ArrowRight")
    page.wait_for_timeout(900)
    settle(page)
    assert page.locator(FIRM_PLACES).input_value() == "310"
    assert "310 i brug" in page.locator(".ik-levers").inner_text()


def test_the_sliders_are_never_taken_down_under_the_hand(
    browser: Any, visitor: Callable[..., Any], tmp_path: Path
) -> None:
    with running(tmp_path / "data", tmp_path / "server.log") as own:
        page = visitor(own.url)
        done(page)
        assert own.process is not None
        slider = page.locator(FIRM_PLACES)
        page.evaluate("(lever) => { window.held = document.querySelector(lever); }", FIRM_PLACES)
        for step in range(1, 7):
            # A server that is slow to answer finds a run of the whole page and one of the sliders waiting together.
            os.kill(own.process.pid, signal.SIGSTOP)
            try:
                page.evaluate("document.dispatchEvent(new CustomEvent('ik-unanswered'))")
                page.wait_for_timeout(50)
                slider.press("ArrowRight")
                page.wait_for_timeout(150)
            finally:
                os.kill(own.process.pid, signal.SIGCONT)
            page.wait_for_timeout(1200)
            settle(page)
            assert page.evaluate("held.isConnected"), f"taken down at step {step}"
            assert slider.input_value() == str(200 + 10 * step)
            assert f"{200 + 10 * step} i brug" in page.locator(".ik-levers").inner_text()
