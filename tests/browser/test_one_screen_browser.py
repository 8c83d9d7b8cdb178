"""Test that the first page is one screen: on a laptop and on the big screen, before, in and after a drag."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from model.goals.results import GoalResult
from model.goals.status_text import chance_count
from model.language.catalogue import catalogue, percent, placeholders, short_date, text
from model.library.share_link import encode_reference
from pages.session.results import scenario_results
from pages.session.session import baseline_scenario
from tests.browser.conftest import READY, settle
from tests.browser.explore_page import FIRM_PLACES, act, figures, press, slide
from tests.browser.server import Server

LAPTOP = {"width": 1366, "height": 650}
ROOMS = [(1280, 720), (1366, 650), (1920, 950), (3840, 2160)]
# What a councillor decides by: the sentence, three levers, the graph, the goals, the money and its range.
SHOWN = [
    ".ik-headline",
    ".ik-warnings summary",
    "input[type=range] >> nth=0",
    "input[type=range] >> nth=1",
    "input[type=range] >> nth=2",
    READY,
    ".ik-card >> nth=0",
    ".ik-card >> nth=4",
    ".ik-total .ik-year-value",
    ".ik-total .ik-year-range",
]


def boxes(page: Any, selectors: list[str]) -> dict[str, dict[str, float]]:
    """Return where some parts stand in the window."""
    return {selector: page.locator(selector).bounding_box() for selector in selectors}


def assert_in_sight(page: Any, selectors: list[str]) -> None:
    window = page.viewport_size
    for selector, box in boxes(page, selectors).items():
        assert box is not None, selector
        assert box["y"] >= 0, selector
        assert box["y"] + box["height"] <= window["height"] + 1, selector
        assert box["x"] + box["width"] <= window["width"] + 1, selector


def scrolled(page: Any) -> float:
    """Return how far the page can be scrolled."""
    page_ = page.locator("[data-testid=stMain]")
    return float(page_.evaluate("main => main.scrollHeight - main.clientHeight"))


def test_a_laptop_shows_all_that_one_decides_by_and_nothing_moves_in_a_drag(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url, **LAPTOP)
    assert_in_sight(page, [*SHOWN, ".ik-try >> nth=0"])
    places = [*SHOWN[:1], *SHOWN[2:-2], ".ik-budget", ".ik-tries"]
    before = boxes(page, places)
    slide(page, FIRM_PLACES, 240, 320, 420, 520, release=False)
    page.wait_for_timeout(600)
    assert boxes(page, places) == before, "nothing changes its place while a lever moves"
    assert_in_sight(page, SHOWN)
    page.mouse.up()
    settle(page)
    figures(page)  # when all is known of them
    assert boxes(page, places) == before
    assert_in_sight(page, SHOWN)


def test_a_laptop_shows_the_administrations_proposal_beside_it_and_nothing_moves(
    server: Server, visitor: Callable[..., Any]
) -> None:
    reference = baseline_scenario("ballerup", "da").with_change("activation_rate", 15.0, "dagpenge")
    page = visitor(f"{server.url}?beside={encode_reference(reference)}", **LAPTOP)
    parts = [*SHOWN, ".ik-their-money", ".ik-try >> nth=0", ".ik-row .ik-third:visible"]
    assert_in_sight(page, parts)
    places = [*SHOWN[:1], *SHOWN[2:-2], *parts[-3:], ".ik-budget", ".ik-their-range"]
    before = boxes(page, places)
    assert before[".ik-budget"]["y"] + before[".ik-budget"]["height"] <= before[".ik-try >> nth=0"]["y"]
    slide(page, FIRM_PLACES, 240, 420, release=False)
    page.wait_for_timeout(600)
    assert boxes(page, places) == before, "nothing changes its place while a lever moves"
    page.mouse.up()
    page.locator(".ik-their-range", has_text="9 af 10").wait_for()
    assert boxes(page, places) == before
    assert_in_sight(page, parts)
    cut = page.locator(".ik-their-line, .ik-their-range").evaluate_all(
        "parts => parts.filter(part => part.scrollWidth > part.clientWidth).length"
    )
    assert cut == 0


def test_a_lever_says_quietly_of_which_years_its_figure_is(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url, **LAPTOP)
    told = page.locator(".ik-row").evaluate_all(
        """rows => rows.map(row => {
          const [foot, line] = [".ik-foot", ".ik-dated"].map(part => row.querySelector(part));
          const [words, room] = [line.querySelector("span"), line].map(part => part.getBoundingClientRect());
          const height = foot.offsetHeight;
          line.style.display = "none";
          const alone = foot.offsetHeight;
          line.style.display = "";
          return {words: line.textContent, height, alone,
            seen: words.top < room.bottom - 4, cut: words.left < room.left - 1};
        })"""
    )
    assert any(row["words"] and row["seen"] for row in told)
    # Words that do not fit stand below the line and are cut off whole: never a part of them is seen.
    assert not any(row["seen"] and row["cut"] for row in told)
    assert all(row["height"] == row["alone"] for row in told), (
        "on the line of the effect, not on one of its own"
    )
    seen = page.locator(".ik-row:has([data-lever='activation_rate:dagpenge']) .ik-dated > span")
    assert any(character.isdigit() for character in seen.text_content())


@pytest.mark.parametrize(("width", "height"), ROOMS)
def test_the_big_screen_is_one_screen(
    server: Server, visitor: Callable[..., Any], width: int, height: int
) -> None:
    page = visitor(server.url, width=width, height=height)
    slide(page, FIRM_PLACES, 320)
    act(page, "present")
    page.locator("html[data-ik-present]").wait_for(state="attached")
    settle(page)
    assert page.locator("input[type=range]").count() == 3
    assert_in_sight(page, SHOWN)
    assert scrolled(page) <= 1
    before = boxes(page, SHOWN[2:8])
    slide(page, FIRM_PLACES, 420, 520, release=False)
    page.wait_for_timeout(600)
    assert boxes(page, SHOWN[2:8]) == before
    page.mouse.up()
    settle(page)
    figures(page)
    assert_in_sight(page, SHOWN)
    assert scrolled(page) <= 1


# Puts words where the rows of goals have theirs and returns what is wider than its place there.
CUT = """([part, words]) => {
  const places = [...document.querySelectorAll(part)];
  const before = places.map((place) => place.textContent);
  const cut = words.filter((word) => {
    places.forEach((place) => (place.textContent = word));
    return places.some((place) => place.scrollWidth > place.clientWidth || !place.clientWidth);
  });
  places.forEach((place, i) => (place.textContent = before[i]));
  return cut;
}"""
# A goal set of its own each, and one of the municipalities that have the product's.
GOAL_SETS = ("ballerup", "albertslund", "broendby", "herlev")


def goals_of_every_set(language: str) -> list[GoalResult]:
    return [g for town in GOAL_SETS for g in scenario_results(baseline_scenario(town, language)).goals]


def statuses(goals: list[GoalResult], language: str) -> list[str]:
    """Return every status that a row of goals may have, with its widest figures."""
    widest = {"percent": 88.8, "rank": 88.0, "ratio": 0.88}
    changes = {g.key.shown_difference(-widest.get(g.key.unit, 888.8), language) for g in goals}
    never, often, always = (chance_count(share, 128, language) for share in (0.0, 0.88, 1.0))
    values = {"change": changes, "better": [often], "worse": [often], "year": ["2028"]}
    values["date"] = [short_date(datetime.date(2028, month, 1), language) for month in range(1, 13)]
    found = []
    for key, words in catalogue(language).items():
        if key.startswith("goals.status."):
            way = 0.01 if key.endswith("hardly") else 0.88
            chances = [never, often] if "may_be" in key else [often, always]
            share = [percent(way, language)] if ".better_" in key else chances
            fields = sorted(placeholders(words))
            for combined in itertools.product(*({**values, "share": share}[field] for field in fields)):
                found.append(text(key, language, **dict(zip(fields, combined, strict=True))))
    return found


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("language", ["da", "en"])
def test_the_big_screen_cuts_no_status(server: Server, visitor: Callable[..., Any], language: str) -> None:
    goals = goals_of_every_set(language)
    page = visitor(f"{server.url}?lang={language}")
    slide(page, FIRM_PLACES, 320)
    act(page, "present")
    page.locator("html[data-ik-present]").wait_for(state="attached")
    settle(page)
    for width, height in ROOMS:
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        assert page.evaluate(CUT, [".ik-card .ik-status > span", statuses(goals, language)]) == [], width
        assert page.evaluate(CUT, [".ik-card .ik-name", [g.short.text(language) for g in goals]]) == [], width


def test_the_big_screen_has_a_way_to_compare(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url, **LAPTOP)
    act(page, "present")
    page.locator("html[data-ik-present]").wait_for(state="attached")
    settle(page)
    press(page, "Sammenlign")
    page.wait_for_url("**/sammenlign*")


def test_the_first_lever_is_a_few_keys_away(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url, **LAPTOP)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Gå til skyderne"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.lever") == "firm_places"


def test_a_phones_first_lever_is_near_the_top(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url, width=390, height=844)
    box = page.locator(FIRM_PLACES).bounding_box()
    assert box["y"] <= 200
    tools = page.locator(".ik-tools > :is(button, details)")
    assert len([tool for tool in tools.all() if tool.is_visible()]) == 3
    act(page, "save")
    page.get_by_role("dialog").wait_for()


def test_the_chart_follows_what_moves_until_a_goal_is_picked(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url)
    title = page.locator(".ik-head-of-chart select option:checked")
    slide(page, FIRM_PLACES, 400)
    named = page.locator(".ik-headline").inner_text()
    assert f"»{title.inner_text()}«" in named, "the chart shows what the sentence names"
    page.locator(".ik-card").nth(1).click()
    settle(page)
    picked = title.inner_text()
    slide(page, FIRM_PLACES, 600)
    assert title.inner_text() == picked


def test_an_example_is_one_press_and_one_step(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    before = figures(page)
    page.locator(".ik-try").first.click()
    settle(page)
    assert page.locator(FIRM_PLACES).input_value() == "300"
    assert figures(page) != before
    press(page, "Fortryd")
    assert figures(page) == before
