"""Test in a browser that the sliders follow the municipality that is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.municipality.municipality import load_municipality
from model.scenario.levers import LEVER_BY_ID, baseline_value, bounds
from tests.browser.conftest import settle
from tests.browser.explore_page import FIRM_PLACES, places, press, rest
from tests.browser.server import Server

CHOICE = "[data-choice=municipality]"


def test_a_levers_range_follows_the_municipality_at_once(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    slider = page.locator(FIRM_PLACES)
    # Some of these switches draw the sliders anew and some leave them in place; the range follows in both.
    for municipality in ("odense", "vejle", "ballerup", "odense", "herlev", "odense"):
        page.locator(CHOICE).select_option(municipality)
        page.wait_for_timeout(1000)
        settle(page, 1.0)
        town, lever = load_municipality(municipality), LEVER_BY_ID["firm_places"]
        assert float(slider.get_attribute("max")) == bounds(lever, town)[1], municipality
        assert places(page) == baseline_value(lever, town), municipality
    before = places(page)
    slider.press("ArrowRight")
    rest(page)
    assert before < places(page) <= before + 10, "one step, from where it stood"


def test_the_choice_stays_where_it_was_until_the_question_is_answered(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url)
    page.locator(FIRM_PLACES).press("ArrowRight")
    rest(page)
    page.locator(CHOICE).select_option("odense")
    page.get_by_role("dialog").wait_for()
    settle(page)
    assert page.locator(CHOICE).input_value() == "ballerup"
    press(page, "Bliv i Ballerup")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.locator(CHOICE).input_value() == "ballerup"
    assert places(page) == 210
    page.locator(CHOICE).select_option("odense")
    page.get_by_text("Tilpas tallene til kommunen").click()
    press(page, "Skift til Odense")
    page.get_by_role("dialog").wait_for(state="hidden")
    settle(page)
    assert page.locator(CHOICE).input_value() == "odense"
    assert places(page) > 1000
