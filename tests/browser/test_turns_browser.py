"""Things that are said to the server in the same moment, or right behind one another: all are heard, and what a hand
holds stays where it is.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from model.scenario_files import load_scenario
from model.share_link import encode_link
from tests.browser.conftest import SCENARIO, done, settle
from tests.browser.server import Server, running
from tests.browser.test_explore_browser import FIRM_PLACES

# Longer than a part of the page waits before it looks for news, so that its look is due when the page wakes.
STUNNED = 1500
STUN = (
    f"setTimeout(() => {{ const at = performance.now(); while (performance.now() - at < {STUNNED}); }}, 50)"
)


@pytest.mark.parametrize("places", [231.0, 239.0])
def test_a_press_is_drawn_though_the_page_looks_for_its_band_in_the_same_moment(
    server: Server, visitor: Callable[..., Any], places: float
) -> None:
    # A scenario that no other test asks about, so that its band has to be made.
    scenario = load_scenario(SCENARIO).with_change("firm_places", places)
    page = visitor(f"{server.url}?s={encode_link(scenario)}", wait=False)
    save = page.locator("[data-action=save]")
    save.wait_for()
    save.focus()
    page.evaluate(STUN)
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for(timeout=10_000)


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


@pytest.fixture
def stopped(browser: Any, visitor: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A page and how to let its server stand still."""
    with running(tmp_path / "data", tmp_path / "server.log") as own:
        page = visitor(own.url)
        done(page)
        assert own.process is not None
        pid = own.process.pid

        @contextmanager
        def still() -> Iterator[Any]:
            os.kill(pid, signal.SIGSTOP)
            try:
                yield page
            finally:
                os.kill(pid, signal.SIGCONT)
            page.wait_for_timeout(1000)
            settle(page)

        yield still


def taken_back_and_done_again(page: Any, after: str, before: str) -> None:
    """Waits for the undo that was pressed, and redoes it."""
    slider, redo = page.locator(FIRM_PLACES), page.locator("[data-action=redo]")
    page.locator("[data-action=redo]:enabled").wait_for()
    settle(page)
    assert slider.input_value() == after
    redo.click()
    page.locator("[data-action=redo]:disabled").wait_for()
    settle(page)
    assert slider.input_value() == before


def test_a_press_does_not_overtake_the_end_of_a_gesture(stopped: Callable[..., Any]) -> None:
    with stopped() as page:
        pass
    slider = page.locator(FIRM_PLACES)
    slider.press("ArrowRight")
    page.wait_for_timeout(900)
    settle(page)
    with stopped():
        slider.press("ArrowRight")
        page.wait_for_timeout(100)
        page.locator("[data-action=undo]").click()
    # One step is taken back, not two.
    taken_back_and_done_again(page, after="210", before="220")


def test_what_is_said_again_does_not_come_back_after_undo(stopped: Callable[..., Any]) -> None:
    with stopped() as page:
        pass
    slider = page.locator(FIRM_PLACES)
    slider.press("ArrowRight")
    page.wait_for_timeout(900)
    settle(page)
    slider.press("ArrowRight")
    page.wait_for_timeout(300)
    with stopped():
        # The end of the gesture is under way; nobody answers, and it is said once more.
        page.wait_for_timeout(400)
        page.locator("[data-action=undo]").click()
        page.wait_for_timeout(6000)
    taken_back_and_done_again(page, after="210", before="220")
