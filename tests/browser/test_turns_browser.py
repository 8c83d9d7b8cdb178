"""Things that are said to the server in the same moment, or right behind one another: all are heard, and what a hand
holds stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.language.catalogue import text
from model.library.share_link import encode_link
from model.scenario.files import load_scenario
from tests.browser.conftest import SCENARIO, done, settle
from tests.browser.server import Server
from tests.browser.test_explore_browser import FIRM_PLACES, figures

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


@pytest.fixture
def page(own: Server, visitor: Callable[..., Any]) -> Any:
    """The first page of an app whose server can stand still, when all work beside it is done."""
    opened = visitor(own.url)
    done(opened)
    return opened


def goes_on(page: Any) -> None:
    """Waits for what a server that stood still has found waiting."""
    page.wait_for_timeout(1000)
    settle(page)


def step(page: Any) -> None:
    """One step of the lever by key, and what follows."""
    page.locator(FIRM_PLACES).press("ArrowRight")
    page.wait_for_timeout(900)
    settle(page)


def pressed(page: Any, action: str, *, last: bool, places: int) -> None:
    """Waits for what a press on ``action`` has come to; ``last``: it has nothing more to do."""
    page.locator(f"[data-action={action}]:{'disabled' if last else 'enabled'}").wait_for()
    settle(page)
    assert page.locator(FIRM_PLACES).input_value() == str(places)


def one_step_of_two_is_taken_back(page: Any) -> None:
    """The last of two steps, and nothing but that: it can be done once more."""
    pressed(page, "redo", last=False, places=210)
    page.locator("[data-action=redo]").click()
    pressed(page, "redo", last=True, places=220)


def test_the_sliders_are_never_taken_down_under_the_hand(own: Server, page: Any) -> None:
    slider = page.locator(FIRM_PLACES)
    page.evaluate("(lever) => { window.held = document.querySelector(lever); }", FIRM_PLACES)
    for places in range(210, 270, 10):
        # A server that is slow to answer finds a run of the whole page and one of the sliders waiting together.
        with own.standing_still():
            page.evaluate("document.ikChannel.resend()")
            page.wait_for_timeout(50)
            slider.press("ArrowRight")
            page.wait_for_timeout(150)
        goes_on(page)
        assert page.evaluate("held.isConnected"), f"taken down at {places}"
        assert slider.input_value() == str(places)
        assert f"{places} i brug" in page.locator(".ik-levers").inner_text()


def test_a_press_does_not_overtake_the_end_of_a_gesture(own: Server, page: Any) -> None:
    step(page)
    with own.standing_still():
        page.locator(FIRM_PLACES).press("ArrowRight")
        page.wait_for_timeout(100)
        page.locator("[data-action=undo]").click()
    goes_on(page)
    one_step_of_two_is_taken_back(page)


def test_what_is_said_again_does_not_come_back_after_undo(own: Server, page: Any) -> None:
    step(page)
    page.locator(FIRM_PLACES).press("ArrowRight")
    page.wait_for_timeout(300)
    with own.standing_still():
        # The end of the gesture is under way; nobody answers, and it is said once more.
        page.wait_for_timeout(400)
        page.locator("[data-action=undo]").click()
        page.wait_for_timeout(6000)
    goes_on(page)
    one_step_of_two_is_taken_back(page)


def test_every_press_during_a_standstill_counts(own: Server, page: Any) -> None:
    for _ in range(3):
        step(page)
    with own.standing_still():
        for _ in range(3):
            page.locator("[data-action=undo]").click()
            page.wait_for_timeout(150)
    goes_on(page)
    pressed(page, "undo", last=True, places=200)


def test_a_press_that_is_said_again_counts_once(own: Server, page: Any) -> None:
    for _ in range(3):
        step(page)
    with own.standing_still():
        page.locator("[data-action=undo]").click()
        # Nobody answers, and it is said once more, and again.
        page.wait_for_timeout(4000)
    goes_on(page)
    pressed(page, "redo", last=False, places=220)


def test_choices_during_a_standstill_are_heard_in_their_order(own: Server, page: Any) -> None:
    choice = page.locator("[data-choice=assumptions]")
    with own.standing_still():
        for i, name in enumerate(("cautious", "strategy", "evidence", "cautious", "strategy")):
            choice.select_option(name)
            page.wait_for_timeout(30 + 7 * i)
    page.wait_for_function("""() => {
             return document.ikChannel.pending.length === 0;
           }""")
    settle(page)
    assert choice.input_value() == "strategy"


def to_budget(page: Any) -> None:
    page.get_by_role("link", name="Budget").click()


def back_from_budget(page: Any) -> None:
    """When the budget's page has come, and all that was under way: the first page again."""
    page.get_by_role("heading", level=1, name=text("page_budget.heading", "da")).wait_for()
    goes_on(page)
    page.get_by_role("link", name="Udforsk").click()
    page.locator(FIRM_PLACES).wait_for()


# Longer than a page that stands still is waited for, and not.
@pytest.mark.parametrize("stands", [300, 12_000])
def test_a_press_that_waits_is_heard_by_the_page_that_comes(own: Server, page: Any, stands: int) -> None:
    for _ in range(3):
        step(page)
    with own.standing_still():
        for _ in range(2):
            page.locator("[data-action=undo]").click()
            page.wait_for_timeout(150)
        to_budget(page)
        page.wait_for_timeout(stands)
    back_from_budget(page)
    pressed(page, "redo", last=False, places=210)


def test_a_press_behind_a_gesture_stays_behind_it_on_the_page_that_comes(own: Server, page: Any) -> None:
    step(page)
    with own.standing_still():
        page.locator(FIRM_PLACES).press("ArrowRight")
        page.wait_for_timeout(700)
        page.locator("[data-action=undo]").click()
        to_budget(page)
        page.wait_for_timeout(300)
    back_from_budget(page)
    one_step_of_two_is_taken_back(page)


def test_figures_that_are_not_yet_of_what_was_chosen_are_said_to_be_under_way(own: Server, page: Any) -> None:
    sign = page.locator(".ik-waits")
    before = figures(page)
    assert not sign.is_visible()
    with own.standing_still():
        page.locator("[data-choice=municipality]").select_option("albertslund")
        sign.get_by_text(text("page.waits", "da")).wait_for()
        page.wait_for_timeout(12_000)
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
    page.wait_for_timeout(5000)
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
