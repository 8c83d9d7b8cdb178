"""Test a budget negotiator's journey: read a cost, search for a goal, save the answer, compare."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from model.library.share_link import encode_link
from model.scenario.files import load_scenario
from model.uncertainty.draws import DEFAULT_COUNT
from tests.browser.conftest import settle
from tests.browser.explore_page import figures
from tests.browser.server import ROOT, Server

# A journey with all draws that the app makes; its figures are shares of them.
DRAWS = DEFAULT_COUNT
DOUBLE = ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml"
# Long work on a busy machine.
PATIENCE = 240_000

WORDS = {
    "da": {
        "budget": "Budget",
        "seek": "Hvad skal der til?",
        "compare": "Sammenlign",
        "indicator": "Indikator",
        "choice": "3. Deltagelse",
        "target": "Mindst (%)",
        "budget_field": "Må højst koste om året (mio. kr.)",
        "find": "Find svaret",
        "reached": "Målet kan nås",
        "use": "Brug svaret",
        "save": "Gem",
        "name": "Navn",
        "saved": "Scenariet er gemt",
        "choose": "Forslag, der sammenlignes (to til otte)",
        "change": "Vælg forslag",
        "sure": "Hvor ofte er hvert forslag bedst?",
        "verdict": "Konklusionen",
    },
    "en": {
        "budget": "Budget",
        "seek": "What would it take?",
        "compare": "Compare",
        "indicator": "Indicator",
        "choice": "3. Participatio",
        "target": "At least (%)",
        "budget_field": "May cost a year at most (DKK m)",
        "find": "Find the answer",
        "reached": "The goal can be reached",
        "use": "Use the answer",
        "save": "Save",
        "name": "Name",
        "saved": "The scenario is saved",
        "choose": "Proposals to compare (two to eight)",
        "change": "Choose proposals",
        "sure": "How often is each proposal best?",
        "verdict": "The conclusion",
    },
}


def choose(page: Any, label: str, option: str) -> None:
    """Pick an option of a select box or a list of several by typing."""
    field = page.get_by_role("combobox", name=re.compile(re.escape(label)))
    field.click()
    field.fill(option)
    page.get_by_role("option").filter(has_text=option).first.click()
    settle(page)


def told(sentence: str) -> tuple[str, str]:
    """Return the amount of a sentence in millions, and the words of its range; that of persons comes before it."""
    amount = re.search(r"([\d.,]+)\smio|DKK\s([\d.,]+)m", sentence)
    assert amount, sentence
    ends = re.search(r"(?:beregninger|calculations): ([^)]*)\)", sentence[amount.end() :])
    assert ends, sentence
    return amount.group(1) or amount.group(2), ends.group(1)


def total_of(tile: str) -> tuple[str, str]:
    """Return the amount of the first page's total in millions, and the words of its range."""
    amount = re.search(r"[+\u2212]?([\d.,]+)\s*(?:mio|m\b)", tile.replace("\n", " "))
    assert amount, tile
    ends = re.search(r"(?:beregninger|calculations): (.*)", tile)
    assert ends, tile
    return amount.group(1), ends.group(1).strip()


@pytest.mark.parametrize("language", ["da", "en"])
def test_from_a_proposals_cost_to_a_comparison(
    server: Server, visitor: Callable[..., Any], language: str
) -> None:
    words = WORDS[language]
    link = encode_link(load_scenario(DOUBLE))
    page = visitor(f"{server.url}?s={link}" + ("&lang=en" if language == "en" else ""))

    # The cost per year, with the amount and the range that the first page tells.
    (total,) = (words for words in figures(page)["budget"] if "i alt" in words or "in all" in words)
    amount, ends = total_of(total)
    page.get_by_role("link", name=words["budget"], exact=True).click()
    page.locator(".st-key-headline").filter(has_text=ends).wait_for(timeout=PATIENCE)
    settle(page)
    assert told(page.locator(".st-key-headline").inner_text()) == (amount, ends)
    page.locator("[data-testid=stExpander]").filter(has=page.locator(".st-key-numbers-budget-years")).click()
    rows = page.locator(".st-key-numbers-budget-years tbody tr")
    rows.nth(4).wait_for(timeout=PATIENCE)
    assert rows.count() == 5

    # What brings participation to 20 per cent within fifteen million a year?
    page.get_by_role("link", name=words["seek"], exact=True).click()
    page.get_by_role("button", name=words["find"]).wait_for(timeout=PATIENCE)
    settle(page)
    page.locator("[data-menu=changes] summary").click()
    page.locator("[data-menu=changes] [data-action=reset]").first.click()
    settle(page)
    choose(page, words["indicator"], words["choice"])
    target = page.get_by_role("textbox", name=words["target"])
    target.fill("20")
    target.press("Tab")
    settle(page)
    money = page.get_by_role("textbox", name=words["budget_field"])
    money.fill("15")
    money.press("Tab")
    settle(page)
    page.get_by_role("button", name=words["find"]).click()
    page.get_by_role("heading", name=words["reached"]).wait_for(timeout=PATIENCE)
    settle(page)
    cost = page.locator(".st-key-numbers-seek-cost tbody td:nth-last-child(2)").all_inner_texts()
    years = [float(amount.replace("\u2212", "-").replace(",", ".")) for amount in cost[:4]]
    assert max(years) <= 15.0

    # The answer is kept as a scenario of one's own.
    page.get_by_role("button", name=words["use"]).click()
    page.locator(".ik-headline").wait_for(timeout=PATIENCE)
    settle(page)
    page.locator(".ik-button[data-action=save]").click()
    page.get_by_role("textbox", name=words["name"], exact=True).wait_for()
    name = f"Svar {language}"
    page.get_by_role("textbox", name=words["name"], exact=True).fill(name)
    page.get_by_role("textbox", name=words["name"], exact=True).press("Tab")
    settle(page)
    page.get_by_role("dialog").get_by_role("button", name=words["save"], exact=True).click()
    page.get_by_text(words["saved"]).first.wait_for(timeout=PATIENCE)

    # Beside the proposal it is read on every goal, on cost, and on how sure that is.
    page.get_by_role("link", name=words["compare"], exact=True).click()
    page.get_by_role("button", name=words["change"]).click(timeout=PATIENCE)
    page.get_by_role("combobox", name=re.compile(re.escape(words["choose"]))).wait_for(timeout=PATIENCE)
    settle(page)
    choose(page, words["choose"], "Dobbelt virksomhedsindsats")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("heading", name=words["sure"]).wait_for(timeout=PATIENCE)
    page.get_by_text(words["verdict"]).last.wait_for(timeout=PATIENCE)
    page.locator("[class*=-compare-verdicts] table").wait_for(state="attached", timeout=PATIENCE)
    heads = page.locator("[class*=-compare-goals] th").all_text_contents()
    assert any("Dobbelt virksomhedsindsats" in head for head in heads), heads
    shares = page.locator("[class*=-compare-often] tbody tr").all_text_contents()
    assert len(shares) == 6
    assert all(re.search(r"(100|128)", row) for row in shares)
