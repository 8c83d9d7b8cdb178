"""Test the explore page as a new visitor meets it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import READY, comes_back, settle, too_wide
from tests.browser.explore_page import FIRM_PLACES, choose, figures, press, rest, slide, unfold
from tests.browser.server import Server


def test_a_new_visitor_doubles_the_firm_places(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    assert page.evaluate("document.documentElement.lang") == "da"
    assert page.locator(FIRM_PLACES).input_value() == "200"
    assert page.locator(".ik-card").count() == 5
    before = figures(page)

    page.evaluate(
        """() => { window.redraws = 0;
             new MutationObserver(() => window.redraws++).observe(document.querySelector('.ik-cards'),
               {subtree: true, attributes: true, characterData: true, childList: true}); }"""
    )
    slide(page, FIRM_PLACES, *range(210, 401, 10), release=False)
    page.wait_for_timeout(300)
    during = page.evaluate("window.redraws")
    assert during >= 3, "the cards are redrawn while the slider is dragged"
    page.mouse.up()
    settle(page)

    assert page.locator(FIRM_PLACES).input_value() == "400"
    after = figures(page)
    assert after["cards"] != before["cards"]
    assert after["budget"] != before["budget"]
    assert "vejledning" in after["sentence"][0]
    assert "400 i brug" in page.locator(".ik-levers").inner_text()

    press(page, "Fortryd")
    assert page.locator(FIRM_PLACES).input_value() == "200"
    assert figures(page) == before
    press(page, "Gentag")
    assert page.locator(FIRM_PLACES).input_value() == "400"
    assert figures(page) == after


def test_one_drag_is_one_step(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    length = page.evaluate("history.length")
    slide(page, FIRM_PLACES, *range(220, 501, 20))
    slide(page, FIRM_PLACES, 450, 400, 350)
    press(page, "Fortryd")
    assert page.locator(FIRM_PLACES).input_value() == "500"
    press(page, "Fortryd")
    assert page.locator(FIRM_PLACES).input_value() == "200"
    assert page.get_by_role("button", name="Fortryd", exact=True).is_disabled()
    assert page.evaluate("history.length") == length, "Back still leaves the page"


def test_keys_move_by_the_levers_own_steps_and_end_as_one_step(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url)
    slider = page.locator(FIRM_PLACES)
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    rest(page)
    assert slider.input_value() == "230"
    assert "uden ændringer 200" in slider.get_attribute("aria-valuetext")
    page.keyboard.press("Home")
    rest(page)
    assert slider.input_value() == "0"
    press(page, "Fortryd")
    assert slider.input_value() == "230"
    press(page, "Fortryd")
    assert slider.input_value() == "200"


def test_the_charts_stay_while_a_slider_moves(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    # The first move brings what it moves most into the chart.
    slide(page, FIRM_PLACES, 220)
    page.evaluate(f"() => {{ window.chart = document.querySelector('{READY}'); }}")
    slide(page, FIRM_PLACES, *range(240, 401, 20))
    assert page.evaluate(f"() => window.chart === document.querySelector('{READY}')")
    ticks = ".mark-text.role-axis-label text"
    labels = page.locator(f"{READY} {ticks}").all_text_contents()
    slide(page, FIRM_PLACES, 420, 440)
    assert page.locator(f"{READY} {ticks}").all_text_contents() == labels, "the axis stays"


def test_never_more_than_one_unanswered_value(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    page.evaluate(
        """() => { window.open_values = 0; window.most = 0;
             const send = WebSocket.prototype.send;
             WebSocket.prototype.send = function (data) {
               // Looking again for the band is no value of a slider: nothing waits for an answer then.
               const value = data.byteLength > 200 && document.ikChannel.pending.length > 0;
               if (value) window.most = Math.max(window.most, ++window.open_values);
               return send.call(this, data); };
             // An answer shows on the board.
             new MutationObserver(() => { window.open_values = 0; }).observe(
               document.querySelector('.ik-results'), {subtree: true, attributes: true, characterData: true}); }"""
    )
    slide(page, FIRM_PLACES, *range(210, 601, 5))
    assert page.evaluate("window.most") <= 2, "a value waits for the answer to the one before"


def test_saving_writes_a_file_that_opens_again_with_the_same_figures(
    server: Server, visitor: Callable[..., Any]
) -> None:
    name = f"Flere pladser æøå {time.time_ns()}"
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 300, 400)
    wanted = figures(page)
    press(page, "Gem")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Navn").fill(name)
    dialog.get_by_label("Navn").press("Tab")
    settle(page)
    dialog.get_by_role("button", name="Gem", exact=True).click()
    dialog.wait_for(state="detached")
    settle(page)
    assert name in page.locator(".ik-opened").inner_text()
    files = list(Path(server.data).rglob("*.yaml"))
    assert any(name in file.read_text(encoding="utf-8") for file in files)

    # Another visitor opens it.
    other = visitor(server.url)
    press(other, "Åbn")
    dialog = other.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    other.get_by_role("option", name=re.compile(re.escape(name))).click()
    settle(other)
    dialog.get_by_role("button", name="Åbn", exact=True).click()
    dialog.wait_for(state="detached")
    settle(other)
    assert other.locator(FIRM_PLACES).input_value() == "400"
    assert figures(other) == wanted

    # Back to what was saved, said on the button.
    slide(other, FIRM_PLACES, 500)
    other.locator("[data-menu=changes] summary").click()
    other.get_by_role("button", name=f"Tilbage til gemt »{name}«", exact=True).click()
    settle(other)
    assert figures(other) == wanted


def test_an_upload_and_a_broken_upload(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    press(page, "Åbn")
    upload = page.locator("input[type=file]")
    upload.set_input_files(
        {
            "name": "forkert.yaml",
            "mimeType": "application/yaml",
            "buffer": b"format: 1\nname: <b>x</b>\nmunicipality: balerup\n",
        }
    )
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("forkert.yaml, linje 3").wait_for()
    assert "Mente du" in dialog.inner_text()
    upload.set_input_files(
        {
            "name": "god.yaml",
            "mimeType": "application/yaml",
            "buffer": (
                b"format: 1\nname: '**Fed** <img src=x onerror=alert(1)> ![x](http://example.org/x.png)'\n"
                b"municipality: ballerup\nchanges:\n  - lever: firm_places\n    to: 320\n    from: 2021-01-04\n"
            ),
        }
    )
    dialog.wait_for(state="detached")
    settle(page)
    assert page.locator(FIRM_PLACES).input_value() == "320"
    # What people write is shown as it stands.
    assert "**Fed** <img" in page.locator(".ik-opened").inner_text()
    assert page.locator("img[src='x']").count() == 0


def test_the_link_opens_the_same_scenario(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 300, 350)
    wanted = figures(page)
    assert "s=1." in page.url
    other = visitor(page.url)
    assert other.locator(FIRM_PLACES).input_value() == "350"
    assert figures(other) == wanted
    other.reload()
    other.wait_for_selector(READY)
    settle(other)
    assert figures(other) == wanted


def test_a_broken_link_shows_the_baseline_and_says_so(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url + "?s=1.nonsense")
    assert page.locator(FIRM_PLACES).input_value() == "200"
    assert "Linket er ikke helt" in page.locator("[data-testid=stAlert]").inner_text()


def test_nothing_is_lost_when_the_server_starts_again(own: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(own.url)
    slide(page, FIRM_PLACES, 300, 400)
    wanted = figures(page)
    slide(page, FIRM_PLACES, 500)
    press(page, "Fortryd")
    comes_back(page, own, own.stop)
    assert figures(page) == wanted
    slide(page, FIRM_PLACES, 420)
    assert page.locator(FIRM_PLACES).input_value() == "420"
    assert figures(page) != wanted


def test_language_and_big_screen(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    press(page, "English")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "lang=en" in page.url
    assert page.locator("h1").inner_text() == "What does the effort change?"
    press(page, "Dansk")
    assert page.evaluate("document.documentElement.lang") == "da"

    page.set_viewport_size({"width": 1920, "height": 1080})
    press(page, "Storskærm")
    page.wait_for_timeout(500)
    small = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] *')]
             .filter((e) => e.checkVisibility())
             .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
             .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 36).map((e) => e.textContent.slice(0, 40))"""
    )
    assert small == []
    large = page.evaluate(
        """() => [...document.querySelectorAll('.ik-scenario, .ik-year-value')]
             .filter((e) => e.checkVisibility()).map((e) => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(large) >= 56
    press(page, "Almindelig")
    assert page.locator(".ik-premises").is_visible()


def test_choices_and_the_list_of_changes(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 300)
    slide(page, FIRM_PLACES, 400)
    wanted = figures(page)
    choose(page, "assumptions", "cautious")
    settle(page)
    assert figures(page) != wanted
    choose(page, "from", "2022-01-01")
    settle(page)
    choose(page, "phase_in", "26")
    settle(page)
    page.locator("[data-menu=changes] summary").click()
    entries = page.locator("[data-menu=changes] .ik-entry[data-action=step]").all_inner_texts()
    assert entries[0] == "Uden ændringer"
    assert "200 → 300" in entries[1]
    assert entries[-1].endswith("(vises nu)")
    page.locator("[data-menu=changes] .ik-entry").nth(2).click()
    settle(page)
    assert figures(page) == wanted
    page.locator("[data-choice=municipality]").select_option("albertslund")
    page.get_by_role("dialog").wait_for()
    press(page, "Skift til Albertslund")
    page.get_by_role("dialog").wait_for(state="hidden")
    settle(page)
    assert page.locator("[data-choice=municipality]").input_value() == "albertslund"
    assert not page.locator("[data-menu=changes]").get_attribute("open")
    press(page, "Fortryd")
    assert figures(page) == wanted


def test_the_last_move_is_played_again(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 300, 400)
    wanted = figures(page)
    page.locator("[data-menu=changes] summary").click()
    page.get_by_role("button", name="Vis sidste ændring igen").click()
    page.wait_for_timeout(1200)
    assert 200 <= float(page.locator(FIRM_PLACES).input_value()) < 400, "it is on its way"
    page.wait_for_timeout(2500)
    settle(page)
    assert figures(page) == wanted
    press(page, "Fortryd")
    assert page.locator(FIRM_PLACES).input_value() == "200", "playing it again is no step"


def test_narrow_screens_do_not_overflow(server: Server, visitor: Callable[..., Any]) -> None:
    for width in (360, 768, 1024):
        page = visitor(server.url, width=width, height=740)
        slide(page, FIRM_PLACES, 300)
        wide = page.evaluate(
            """() => [...document.querySelectorAll('[data-testid=stMain] *')]
                 .filter((e) => e.checkVisibility() && !e.closest('.st-key-voice'))
                 .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                 .map((e) => e.tagName + '.' + e.className).slice(0, 5)"""
        )
        assert wide == [], width


@pytest.mark.parametrize(("width", "query"), [(320, "?lang=en"), (360, "")])
def test_a_phone_shows_the_goals_while_a_lever_is_dragged(
    server: Server, visitor: Callable[..., Any], width: int, query: str
) -> None:
    page = visitor(server.url + query, width=width, height=740)
    strip = page.locator(".ik-glance")
    # In the middle, as one moves what one wants to drag: at the window's foot it would lie behind the strip.
    page.locator(FIRM_PLACES).evaluate("lever => lever.scrollIntoView({block: 'center'})")
    strip.wait_for(state="visible")
    before = strip.inner_text()
    slide(page, FIRM_PLACES, 260, 320, 380, release=False)
    page.wait_for_function("before => document.querySelector('.ik-glance').innerText !== before", arg=before)
    page.mouse.up()
    settle(page)
    assert strip.get_attribute("aria-hidden") == "true", "the cards say it"
    assert strip.locator(":is(a, button, [tabindex])").count() == 0
    assert strip.locator("b").all_inner_texts()[:5] == page.locator(".ik-scenario").all_text_contents()
    total = page.locator(".ik-year.ik-total .ik-year-value").text_content()
    assert total in strip.locator(".ik-glance-budget").inner_text()
    cut = "all => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
    assert strip.locator("div").evaluate_all(cut) == []
    assert too_wide(page) == []

    # A lever that has the focus is not behind it.
    for lever in page.locator("input[type=range]").all():
        lever.focus()
        page.wait_for_timeout(50)
        box, foot = lever.bounding_box(), strip.bounding_box()
        assert box is not None
        assert foot is None or box["y"] + box["height"] <= foot["y"] + 1

    page.locator(".ik-card").first.scroll_into_view_if_needed()
    strip.wait_for(state="hidden")


def test_only_a_phone_has_the_strip_of_goals(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    page.set_viewport_size({"width": 1366, "height": 300})
    page.wait_for_timeout(300)
    assert not page.locator(".ik-glance").is_visible()


def test_all_levers_are_a_click_away(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)
    seen = set(_levers(page))
    for theme in page.locator(".ik-theme > span:first-child").all_inner_texts():
        page.locator(".ik-theme", has_text=theme).click()
        settle(page)
        seen |= set(_levers(page))
        page.locator(".ik-back").click()
        settle(page)
    from model.scenario.levers import LEVERS

    assert {lever.id for lever in LEVERS} <= {item.partition(":")[0] for item in seen}


def _levers(page: Any) -> list[str]:
    return list(page.locator("input[type=range]").evaluate_all("all => all.map(i => i.dataset.lever)"))


def test_ten_years_ahead_are_chosen_in_the_bar(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url, width=1366, height=768)
    years = page.locator("[data-choice=years]")
    assert years.input_value() == "4"
    unfold(years)
    slide(page, FIRM_PLACES, 300)
    four = figures(page)
    years.select_option("10")
    settle(page)
    assert "10 år i alt" in page.locator(".ik-budget").inner_text()
    assert "10 år frem" in page.locator(".ik-line").inner_text(), "what is not as usual is told in the bar"
    ticks = page.locator(f"{READY} .mark-text.role-axis-label text").all_text_contents()
    assert any("2030" in tick for tick in ticks)
    assert not too_wide(page)
    bar = page.locator(".ik-choices").bounding_box()
    for box in (choice.bounding_box() for choice in page.locator(".ik-choices .ik-choice").all()):
        assert bar["x"] <= box["x"]
        assert box["x"] + box["width"] <= bar["x"] + bar["width"] + 1

    # The link opens on a phone with the same period.
    phone = visitor(page.url, width=390, height=844)
    assert phone.locator("[data-choice=years]").input_value() == "10"
    assert not too_wide(phone)
    press(page, "Fortryd")
    assert years.input_value() == "4"
    assert figures(page) == four
