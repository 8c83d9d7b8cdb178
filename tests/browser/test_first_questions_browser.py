"""Test the questions of somebody who is here for the first time: how few presses lead to an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.library.share_link import encode_link
from model.scenario.files import load_scenario
from model.scenario.tries import tries
from tests.browser.conftest import eventually, settle
from tests.browser.explore_page import FIRM_PLACES, figures, slide
from tests.browser.server import Server
from tests.folders import SCENARIOS

# A search, and the draws behind the figures of its answer, on a busy machine.
PATIENCE = 240_000
AMOUNT = "5,5"


class Presses:
    """A visitor who counts what is pressed and typed."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0

    def press(self, part: Any) -> None:
        part.click()
        settle(self.page)
        self.count += 1

    def write(self, part: Any, words: str) -> None:
        part.fill(words)
        part.press("Enter")
        settle(self.page)
        self.count += 1

    def go(self, name: str) -> None:
        self.press(self.page.get_by_role("link", name=name, exact=True))


def words(page: Any) -> str:
    return str(page.locator("[data-testid=stMain]").inner_text())


@pytest.mark.parametrize(
    ("mode", "field", "said"),
    [
        ("Bedst for pengene", "Beløb om året (mio. kr.)", "Det giver hver million"),
        ("Spar med mindst skade", "Spar (mio. kr.)", "Hver skyder for sig"),
    ],
)
def test_what_an_amount_buys_and_which_saving_harms_least(
    server: Server, visitor: Callable[..., Any], mode: str, field: str, said: str
) -> None:
    page = visitor(server.url)
    before = figures(page)
    hand = Presses(page)
    hand.go("Hvad skal der til?")
    hand.press(page.get_by_text(mode, exact=True))
    hand.write(page.get_by_role("textbox", name=field), AMOUNT)
    hand.press(page.get_by_role("button", name="Find svaret"))
    assert hand.count <= 4
    use = page.get_by_role("button", name="Brug svaret")
    use.wait_for(timeout=PATIENCE)
    eventually(page, lambda: said in words(page), f"what stands below the answer: {said}")
    # An amount that is not a whole number was read as it was written, and the answer has ranges.
    assert "5,5 mio. kr." in words(page)
    assert "beregninger" in words(page)
    use.click()
    page.locator(".ik-headline").wait_for(timeout=PATIENCE)
    settle(page)
    assert figures(page) != before
    page.get_by_role("button", name="Fortryd", exact=True).click()
    settle(page)
    assert figures(page) == before


def test_why_is_a_press_away(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 400)
    hand = Presses(page)
    hand.press(page.locator(".ik-why"))
    page.wait_for_url("**/hvorfor*")
    assert hand.count == 1
    page.get_by_text("Af 100 nye", exact=False).first.wait_for(timeout=PATIENCE)
    assert "Pladser i virksomheder" in words(page)


def test_who_wrote_a_scenario_stands_at_the_top_of_its_link(
    server: Server, visitor: Callable[..., Any]
) -> None:
    scenario = load_scenario(SCENARIOS / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    page = visitor(f"{server.url}?s={encode_link(scenario)}")
    assert scenario.name in page.locator(".ik-opened").inner_text()


def test_which_of_five_proposals_is_two_presses_away(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 500)
    hand = Presses(page)
    hand.go("Sammenlign")
    hand.press(page.get_by_role("button", name="Sammenlign eksempler (4)"))
    assert hand.count == 2
    compared = ["Scenariet på skærmen", *(_sentence(one.label.da) for one in tries())]
    assert len(compared) == 5
    names = page.locator(".ik-proposals")
    eventually(page, lambda: all(name in names.inner_text() for name in compared), "the five proposals")
    said = page.locator(".st-key-compare-verdict strong")
    said.wait_for(timeout=PATIENCE)
    assert any(f"»{name}« er" in said.inner_text() for name in compared), "the verdict names a proposal"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
