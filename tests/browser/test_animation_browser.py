"""Test a lever that moves by itself, as a meeting watches it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.uncertainty.draws import DEFAULT_COUNT
from tests.browser.conftest import comes_back, settle
from tests.browser.explore_page import FIRM_PLACES, TOUR, figures, places, press, slide
from tests.browser.server import Server

# A lever moves while the bands of where it was are made: they take their time.
DRAWS = DEFAULT_COUNT
FORM = "[data-menu=play]"

# Ten seconds, and time for a busy machine.
ARRIVED = 40_000


def let_go(page: Any, lever: str | None = None, to: str | None = None) -> None:
    """Open the form, fill in lever and end where given, and start."""
    page.locator(f"{FORM} summary").click()
    if lever is not None:
        page.locator("[data-play=lever]").select_option(lever)
    if to is not None:
        page.locator("[data-play=to]").fill(to)
    page.locator(f"{FORM} [data-action=play]").click()
    page.wait_for_selector("html[data-ik-playing]", state="attached")


def stopped(page: Any) -> None:
    """Wait until nothing moves by itself."""
    page.wait_for_selector("html:not([data-ik-playing])", state="attached", timeout=ARRIVED)
    settle(page)


def wait_for_places(page: Any, least: int) -> None:
    """Wait until the slider of firm places has come that far."""
    page.wait_for_function(
        "([lever, least]) => Number(document.querySelector(lever).value) >= least",
        arg=[FIRM_PLACES, least],
        timeout=ARRIVED,
    )


def wait_for_figures(page: Any, expected: dict[str, list[str]]) -> None:
    """Wait until the cards show what is expected, and check all figures then."""
    page.wait_for_function(
        """expected => JSON.stringify([...document.querySelectorAll('.ik-card')]
             .map((card) => card.getAttribute('aria-label'))) === JSON.stringify(expected)""",
        arg=expected["cards"],
        timeout=ARRIVED,
    )
    settle(page)
    assert figures(page) == expected


def test_a_lever_moves_by_itself_and_ends_as_if_it_had_been_dragged(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url)
    before = figures(page)
    page.evaluate(
        """(lever) => { window.values = new Set(); window.cards = new Set();
             const look = () => { window.values.add(Number(document.querySelector(lever).value));
               window.cards.add(document.querySelectorAll('.ik-scenario')[2].textContent); };
             window.began = performance.now(); setInterval(look, 30); }""",
        FIRM_PLACES,
    )
    let_go(page)
    stopped(page)
    assert sorted(page.evaluate("[...window.values]")) == list(range(200, 401, 10)), "the lever's own steps"
    assert len(page.evaluate("[...window.cards]")) >= 10, "the goals follow on the way"
    assert page.evaluate("performance.now() - window.began") > 9_000
    assert places(page) == 400
    moved = figures(page)
    assert page.evaluate("document.activeElement.dataset.lever") == "firm_places"

    other = visitor(server.url)
    slide(other, FIRM_PLACES, 300, 400)
    assert figures(other) == moved

    press(page, "Fortryd")
    assert places(page) == 200
    assert figures(page) == before
    assert page.get_by_role("button", name="Fortryd", exact=True).is_disabled(), "one step"


def test_it_stops_at_once_and_stays_where_it_is(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)

    def by_button() -> None:
        page.locator(".ik-levers .ik-stop:visible").click()

    def by_key() -> None:
        page.keyboard.press("Escape")

    def by_hand() -> None:
        page.locator("input[data-lever='activation_rate:dagpenge']").focus()
        page.keyboard.press("Shift")
        assert page.locator("html[data-ik-playing]").count() == 1
        page.locator("input[data-lever='activation_rate:dagpenge']").dispatch_event("pointerdown")

    for stop in (by_button, by_key, by_hand):
        let_go(page)
        wait_for_places(page, 230)
        stop()
        stopped(page)
        at = places(page)
        assert 230 <= at < 400
        page.wait_for_timeout(1200)  # many steps long: a lever that had not stopped would have moved on
        assert places(page) == at
        page.mouse.move(1, 1)
        press(page, "Fortryd")
        assert places(page) == 200
        assert page.get_by_role("button", name="Fortryd", exact=True).is_disabled(), "one step"


def test_undo_while_it_moves_takes_back_the_whole_move(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 300)
    wanted = figures(page)
    let_go(page, to="500")
    wait_for_places(page, 330)
    press(page, "Fortryd")
    stopped(page)
    assert places(page) == 300
    assert figures(page) == wanted


def test_animation_opens_the_levers_panel_and_takes_few_steps_with_reduced_motion(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url, reduced_motion="reduce")
    page.evaluate(
        """() => { window.values = new Set();
             setInterval(() => { const e = document.querySelector("input[data-lever=partial_return]");
               if (e) window.values.add(e.value); }, 30); }"""
    )
    let_go(page, "partial_return")
    page.locator("input[data-lever=partial_return]").wait_for()
    stopped(page)
    assert 2 <= len(page.evaluate("[...window.values]")) <= 6


def test_a_server_that_falls_silent_midway_is_made_up_for(own: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(own.url)
    slide(page, FIRM_PLACES, 300, 400)
    wanted = figures(page)
    press(page, "Fortryd")
    let_go(page)
    wait_for_places(page, 230)
    with own.standing_still():
        page.wait_for_timeout(6_000)  # the silence itself
        assert places(page) < 400, "it waits for the goals to follow"
    stopped(page)
    wait_for_figures(page, wanted)
    assert places(page) == 400


def test_a_server_that_is_killed_midway_leaves_the_lever_where_it_was(
    own: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(own.url)
    let_go(page)
    wait_for_places(page, 250)

    def gone() -> None:
        own.kill()
        page.wait_for_timeout(7_000)  # time for all that was answered before to be drawn
        waits = places(page)
        page.wait_for_timeout(4_000)  # the silence itself
        assert places(page) == waits < 350, "it does not go on while the goals stand still"

    comes_back(page, own, gone)
    stopped(page)
    at = places(page)
    assert 250 <= at < 350
    page.wait_for_timeout(2_000)  # many steps long: a lever that went on would have moved
    settle(page)
    assert places(page) == at
    assert f"{at} i brug" in page.locator(".ik-levers").inner_text()
    # The address follows when the whole page has run.
    page.wait_for_function("location.search.includes('s=')")
    other = visitor(page.url)
    assert places(other) == at
    assert figures(other) == figures(page)

    # One step, and all of it in use again.
    page.locator("[data-menu=changes] summary").click()
    steps = page.locator("[data-menu=changes] [data-action=step]").all_inner_texts()
    assert len(steps) == 2
    assert f"200 → {at}" in steps[1]
    page.keyboard.press("Escape")
    assert not page.locator("[data-action=stop]").is_visible()
    let_go(page, to="400")
    stopped(page)
    assert places(page) == 400
    press(page, "Fortryd")
    assert places(page) == at


def test_a_start_is_never_lost_while_the_band_is_made(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    for wait in (500, 600, 700, 800, 900, 1000, 1100, 700, 800, 900):
        # The run that carries the start is often broken off by a look for the band, which comes a while after a key.
        page.locator(FIRM_PLACES).press("ArrowRight")
        page.wait_for_timeout(wait)  # the start meets the look, or comes just before or after it
        start = places(page)
        let_go(page, to="900")
        wait_for_places(page, start + 10)
        page.keyboard.press("Escape")
        stopped(page)


def test_the_big_screen_shows_the_lever_first_and_large(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url, width=1920, height=1080)
    press(page, "Storskærm")
    assert page.locator(TOUR).count() == 0 or not page.locator(TOUR).is_visible()
    let_go(page, "mentor_share:kontanthjaelp_jobparat", "22")
    first = page.locator(".ik-levers input[type=range]").first
    page.wait_for_function(
        "() => document.querySelector('.ik-levers input[type=range]').dataset.lever.startsWith('mentor')"
    )
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.ik-stop, [data-action=stop], .ik-levers .ik-label, .ik-value')]
             .filter((e) => e.checkVisibility()).map((e) => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert len(sizes) >= 4
    assert min(sizes) >= 36
    stopped(page)
    assert first.input_value() == "22"
    tops = page.locator(".ik-tools > *:visible").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().top)"
    )
    assert max(tops) - min(tops) < 4, "the bar stays one row"


def test_the_ends_are_read_with_a_comma_and_with_a_point_in_an_english_browser(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url, locale="en-GB")
    page.locator(f"{FORM} summary").click()
    page.locator("[data-play=lever]").select_option("meetings:dagpenge")
    start, end = page.locator(f"{FORM} [data-action=play]"), page.locator("[data-play=to]")
    for text in ("fem", "1.000", "1,000", ""):
        end.fill(text)
        assert start.is_disabled(), text
        assert "2,5" in page.locator(f"{FORM} [role=status]").inner_text()
    for text, reached in (("2,5", 2.5), ("3.5", 3.5)):
        page.locator("[data-play=from]").fill("2")
        end.fill(text)
        start.click()
        page.wait_for_selector("html[data-ik-playing]", state="attached")
        stopped(page)
        slider = page.locator("input[data-lever='meetings:dagpenge']")
        assert float(slider.input_value()) == reached
        page.locator(f"{FORM} summary").click()
        page.locator("[data-play=lever]").select_option("meetings:dagpenge")
