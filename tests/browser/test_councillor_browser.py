"""Test a councillor's meeting: move a lever, read cost and reasons, lose nothing when the server is killed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import READY, comes_back, settle
from tests.browser.explore_page import FIRM_PLACES, figures, press, rest, slide
from tests.browser.server import Server

# Long work on a busy machine.
PATIENCE = 240_000

WORDS = {
    "da": {
        "query": "",
        "goals": "Hvad flytter indsatsen?",
        "guidance": "vejledning",
        "sure": "beregninger",
        "groups": "Målgrupper",
        "explore": "Udforsk",
        "present": "Storskærm",
        "ordinary": "Almindelig",
        "undo": "Fortryd",
    },
    "en": {
        "query": "?lang=en",
        "goals": "What does the effort change?",
        "guidance": "guidance",
        "sure": "calculations",
        "groups": "Target groups",
        "explore": "Explore",
        "present": "Big screen",
        "ordinary": "Ordinary view",
        "undo": "Undo",
    },
}


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_meeting_in_which_the_server_is_killed(
    own: Server, visitor: Callable[..., Any], language: str
) -> None:
    words = WORDS[language]
    page = visitor(own.url + words["query"])
    assert page.locator("h1").inner_text() == words["goals"]
    start = figures(page)

    # Twice the places in firms: goals, budget and the sentence follow, and so does how sure it is.
    slide(page, FIRM_PLACES, 300, 400)
    doubled = figures(page)
    assert doubled["cards"] != start["cards"]
    assert doubled["budget"] != start["budget"]
    assert words["guidance"] in doubled["sentence"][0]
    page.locator(".ik-sure").filter(has_text=words["sure"]).wait_for(timeout=PATIENCE)

    # Why?
    page.locator(".st-key-go-why button").click()
    page.locator(".st-key-figure-why-money").wait_for(timeout=PATIENCE)
    settle(page)

    # Who is it? And back, with nothing lost.
    page.get_by_role("link", name=words["groups"], exact=True).click()
    page.locator("h1").filter(has_not_text=words["goals"]).wait_for(timeout=PATIENCE)
    settle(page)
    page.get_by_role("link", name=words["explore"], exact=True).click()
    page.wait_for_selector(READY, timeout=PATIENCE)
    settle(page)
    assert figures(page) == doubled

    # For the whole room.
    press(page, words["present"])
    assert page.locator(".ik-card").count() == 5
    press(page, words["ordinary"])

    # The server dies in the middle of an edit. What the hand has done is still there when it is back, and the
    # first key after that shows what a fresh visitor sees at the same value.
    page.locator(FIRM_PLACES).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    comes_back(page, own, own.kill)
    assert page.locator(FIRM_PLACES).input_value() == "430"
    page.locator(FIRM_PLACES).focus()
    page.keyboard.press("ArrowRight")
    rest(page)
    assert page.locator(FIRM_PLACES).input_value() == "440"
    after = figures(page)
    assert after != doubled
    fresh = visitor(page.url)
    assert fresh.locator(FIRM_PLACES).input_value() == "440"
    assert figures(fresh) == after

    # Back to where the meeting began.
    page.locator("[data-menu=changes] summary").click()
    page.locator("[data-menu=changes] [data-action=reset]").first.click()
    settle(page)
    assert figures(page) == start
    press(page, words["undo"])
    assert figures(page) == after
