"""Test in a browser the faults that were once found by hand: figures and names that say more, or other, than is so."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable
from typing import Any

from model.library.share_link import decode_link, encode_link
from model.scenario.files import load_scenario, write_scenario
from model.scenario.scenario import Scenario
from pages.shell.page import LIBRARY, SEEK
from tests.browser.conftest import FIRST_START, READY, SCENARIO, settle
from tests.browser.explore_page import FIRM_PLACES, figures, slide
from tests.browser.server import Server

# Long work on a busy machine.
PATIENCE = 240_000
NUMBER = re.compile(r"[\u2212-]?[\d.]+(,\d+)?")
CARDS = ".ik-card"


def value(words: str) -> float:
    """Return a Danish number."""
    return float(words.replace("\u2212", "-").replace(".", "").replace(",", "."))


def test_an_axis_has_no_number_twice_and_a_figure_is_the_same_wherever_it_stands(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 300)
    figures(page)
    for card in page.locator(CARDS).all():
        card.click()
        settle(page)
        words = page.locator(f"{READY} .mark-text text").all_text_contents()
        axis = [value(word) for word in words if NUMBER.fullmatch(word)]
        assert len(axis) > 2
        assert len(set(axis)) == len(axis), axis
        shown = card.locator(".ik-scenario").inner_text().strip()
        ends = [word for word in words if word.startswith(("Scenarie ", "Uændret "))]
        assert [end.split(" ", 1)[1] for end in ends] == [shown], "the end of the line"
        assert f"scenarie {shown}" in card.get_attribute("aria-label").replace("nr. ", "")
    (moved,) = re.findall(r"fra [\d,]+ til ([\d,]+)\s%", page.locator(".ik-headline").inner_text())
    assert moved == page.locator(CARDS).nth(2).locator(".ik-scenario").inner_text().strip(), "the sentence"


def test_a_late_change_that_moves_a_goal_is_not_said_to_come_too_late(
    server: Server, visitor: Callable[..., Any]
) -> None:
    plain = Scenario(name="Sent", municipality="ballerup")
    late = plain.with_change("firm_places", 400.0, from_=datetime.date(2024, 3, 4))
    page = visitor(f"{server.url}?s={encode_link(late)}")
    figures(page)
    assert "Bedre" in page.locator(CARDS).nth(2).get_attribute("aria-label")
    assert "Virkningen når ikke" not in page.locator("[data-testid=stMain]").inner_text()


def test_a_file_with_a_foreign_name_leaves_the_library_to_everyone(
    server: Server, visitor: Callable[..., Any]
) -> None:
    folder = server.data / "scenarios"
    folder.mkdir(parents=True, exist_ok=True)
    scenario = load_scenario(SCENARIO)
    foreign = folder / os.fsdecode(b"bl\xe5.yaml")
    for name, path in (("Alles forslag", folder / "alles-forslag.yaml"), ("Blå", foreign)):
        path.write_text(write_scenario(scenario.copy_with(name=name)), encoding="utf-8")
    try:
        for _ in range(2):
            page = visitor(f"{server.url}{LIBRARY.address}", wait=False)
            page.wait_for_selector(".st-key-library-search", timeout=FIRST_START)
            settle(page)
            # What one has saved is everybody's, and said to be.
            page.get_by_text("Scenarier på denne server (alle kan se dem)").wait_for()
            page.get_by_role("heading", name="Alles forslag", exact=True).wait_for()
            assert "bl%e5.yaml" in page.locator("[data-testid=stMain]").inner_text()
            assert page.get_by_text("Der gik noget galt").count() == 0
    finally:
        foreign.unlink()


def test_an_answer_that_is_kept_brings_nobody_elses_words(
    server: Server, visitor: Callable[..., Any]
) -> None:
    plain = load_scenario(SCENARIO)

    def asks(author: str) -> Any:
        """Search with the same levers, under a name and with notes of one's own."""
        own = plain.copy_with(
            name=f"{author} name",
            author=author,
            changes=tuple(change.model_copy(update={"why": f"{author} why"}) for change in plain.changes),
            workshop={"question": f"{author} asked", "decision": f"{author} decided"},
        )
        page = visitor(f"{server.url}{SEEK.address}?s={encode_link(own)}", wait=False)
        page.get_by_role("button", name="Find svaret").wait_for(timeout=FIRST_START)
        settle(page)
        page.get_by_role("button", name="Find svaret").click()
        page.get_by_role("button", name="Brug svaret").wait_for(timeout=PATIENCE)
        settle(page)
        return page

    asks("ALICE")
    page = asks("BOB")
    page.get_by_role("button", name="Brug svaret").click()
    page.locator(".ik-headline").wait_for(timeout=PATIENCE)
    settle(page)
    used = decode_link(re.search(r"[?&]s=([^&]+)", page.url).group(1))
    assert "ALICE" not in used.model_dump_json()
    assert used.author == "BOB"
    assert used.workshop.decision == "BOB decided"
    assert used.changes != plain.changes


def test_a_decimal_comma_is_one_in_an_english_browser(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(f"{server.url}{SEEK.address}", wait=False, locale="en-US")
    money = page.get_by_role("textbox", name="Må højst koste om året (mio. kr.)")
    money.wait_for(timeout=FIRST_START)
    settle(page)
    for typed in ("2,5", "7.5"):
        money.fill(typed)
        money.press("Tab")
        settle(page)
        # The field leaves what was typed; who comes back to the page sees what was read.
        page.get_by_role("link", name="Metode", exact=True).click()
        money.wait_for(state="detached")
        settle(page)
        page.get_by_role("link", name="Hvad skal der til?", exact=True).click()
        money.wait_for(timeout=PATIENCE)
        settle(page)
        assert money.input_value() == typed.replace(".", ","), "and not ten times as much"
