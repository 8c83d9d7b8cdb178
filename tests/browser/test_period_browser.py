"""Test in a browser that figures, budget year and rules are chosen in the bar, and that what does not fit is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from model.municipality.municipality import load_municipality
from model.municipality.vintages import newest_vintage
from model.scenario.levers import LEVER_BY_ID, baseline_value
from tests.browser.conftest import eventually, settle
from tests.browser.explore_page import FIRM_PLACES, choose, places, rest
from tests.browser.server import Server, running


@pytest.fixture(scope="module")
def newest(browser: Any, tmp_path_factory: pytest.TempPathFactory, draws: int) -> Iterator[Server]:
    """Run the app as it is installed: on the newest figures."""
    folder = tmp_path_factory.mktemp("newest")
    with running(folder / "data", folder / "server.log", draws=draws) as server:
        yield server


def choice(page: Any, name: str) -> Any:
    return page.locator(f"[data-choice={name}]")


def places_of(figures: str, rules: str) -> float:
    town = load_municipality("ballerup", figures=figures, rules=rules)
    return float(baseline_value(LEVER_BY_ID["firm_places"], town))


def group_names(page: Any) -> str:
    """Return what the levers of all target groups are called."""
    page.locator(".ik-theme").first.click()
    page.locator(".ik-back").wait_for()
    names = str(page.locator(".ik-levers").inner_text())
    page.locator(".ik-back").click()
    page.locator(".ik-theme").first.wait_for()
    return names


def words(page: Any) -> str:
    return str(page.locator("[data-testid=stMain]").inner_text())


def test_the_app_opens_on_today_and_a_negotiator_moves_to_another_time(
    newest: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(newest.url)
    new_name = "Kontanthjælp, uddannelsesparate under 30"
    assert choice(page, "baseline").input_value() == newest_vintage() == "2026"
    assert choice(page, "start").input_value() == "2027-01-04"
    assert choice(page, "rules").input_value() == "dated"
    assert places(page) == places_of("2026", "dated")
    assert "kun er ventet: Beskæftigelsesreformens fase 2" in words(page)
    assert new_name in group_names(page)

    page.locator(FIRM_PLACES).press("ArrowRight")
    rest(page)
    moved = places(page)
    choose(page, "start", "2028-01-03")
    eventually(page, lambda: "2031" in words(page), "the budget's years follow the start")
    eventually(page, lambda: places(page) == moved, "the change goes along")

    choose(page, "rules", "start")
    eventually(page, lambda: "Reglerne står stille" in words(page), "rules that stand still are told")

    choose(page, "baseline", "2020")
    eventually(
        page, lambda: choice(page, "start").input_value() == "2021-01-04", "the start is that of the figures"
    )
    eventually(
        page, lambda: choice(page, "rules").input_value() == "2021-01", "the rules go with the figures"
    )
    eventually(page, lambda: new_name not in group_names(page), "groups have the names of their time")
    choose(page, "start", "2026-01-05")
    eventually(page, lambda: "står stille til starten" in words(page), "old figures are told")

    for _ in range(4):
        page.get_by_role("button", name="Fortryd", exact=True).click()
        settle(page)
    eventually(
        page, lambda: choice(page, "baseline").input_value() == "2026", "undo goes back to the figures"
    )
    eventually(page, lambda: choice(page, "start").input_value() == "2027-01-04", "and to their start")
    eventually(page, lambda: places(page) == moved, "with the change")


def test_a_link_of_the_newest_figures_opens_them_where_others_are_pinned(
    newest: Server, server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(newest.url)
    page.locator(FIRM_PLACES).press("ArrowRight")
    rest(page)
    eventually(page, lambda: "s=" in page.url, "the address holds the scenario")
    query = page.url.partition("?")[2]
    other = visitor(f"{server.url}?{query}")
    assert choice(other, "baseline").input_value() == "2026"
    assert choice(other, "start").input_value() == "2027-01-04"
    assert places(other) == places(page)
