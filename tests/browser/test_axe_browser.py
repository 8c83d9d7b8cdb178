"""Whether everybody can use it: axe on every page, light and dark; the keyboard alone; a window of 320 px."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from pages.shell.page import PAGES, Page
from tests.browser.conftest import PATIENCE, arrived, done, link, settle, too_wide
from tests.browser.server import Server

THEMES = ("light", "dark")
FIRM_PLACES = "input[data-lever=firm_places]"
# A session stays under this long a walk with Tab.
MOST_STOPS = 150


@dataclass(frozen=True)
class Own:
    """What axe finds in Streamlit's own elements: the rule, who is concerned, and why it stays."""

    rule: str
    part: str
    reason: str


# The only exceptions. One that is no longer met fails, so that it is taken out.
STREAMLITS_OWN = (
    Own(
        "aria-prohibited-attr",
        "[data-testid=stMultiSelect] [data-tag]",
        "a chosen value is a span with aria-label and no role; its text says the same, and axe only asks to look",
    ),
    Own(
        "aria-hidden-focus",
        "body:has([role=listbox]) [aria-hidden=true]",
        "an open list hides all else from screen readers and keeps the focus; axe only asks to look",
    ),
)

# Violations, and what axe cannot decide. Where it cannot see the ground behind letters (a picture, a gradient, a
# chart), they are measured against the nearest ground that is one colour.
AXE = """async (own) => {
  const found = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], elementRef: true});
  const sight = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => { sight.clearRect(0, 0, 1, 1); sight.fillStyle = colour; sight.fillRect(0, 0, 1, 1);
    return [...sight.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => { for (let e = element; e; e = e.parentElement) {
    const colour = rgba(getComputedStyle(e).backgroundColor); if (colour[3] === 255) return colour; }
    return [255, 255, 255, 255]; };
  const contrast = (element) => { const style = getComputedStyle(element);
    const ink = rgba(element instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink), light(ground(element))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05); };
  const row = (rule, node, why) => ({rule, html: node.html.slice(0, 200), why,
    own: own.filter(([r, part]) => r === rule && node.element.closest(part)).map(([, part]) => part)});
  const rows = found.violations.flatMap((v) => v.nodes.map((node) => row(v.id, node, node.failureSummary)));
  for (const unsure of found.incomplete) for (const node of unsure.nodes) {
    if (unsure.id !== 'color-contrast') rows.push(row(unsure.id, node, node.failureSummary));
    else if (node.element.isConnected && contrast(node.element) < 4.5)
      rows.push(row(unsure.id, node, 'measured: ' + contrast(node.element).toFixed(2)));
  }
  return [rows, found.passes.length];
}"""


def go(page: Any, place: Page) -> None:
    """To another page, as one does with the mouse."""
    page.locator(f"header a[href$='/{place.address}']").first.click()
    page.wait_for_url(re.compile(f"/{place.address}"))
    page.wait_for_timeout(200)
    done(page)


def unfold(page: Any) -> None:
    """Opens all that is folded away."""
    page.evaluate(
        """() => document.querySelectorAll('[data-testid=stExpander] details:not([open]) > summary')
             .forEach((summary) => summary.click())"""
    )
    done(page)


class Tour:
    """One look after the other with axe, in one window."""

    def __init__(self, page: Any) -> None:
        from axe_playwright_python.base import AXE_SCRIPT

        self.page = page
        self.script = AXE_SCRIPT
        self.ours: list[str] = []
        self.own: set[Own] = set()

    def look(self, where: str) -> None:
        """Runs axe on what is on screen now, once nothing is faded for being worked on."""
        self.page.locator("[data-testid=stMain] [data-stale=true]").first.wait_for(state="detached")
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(self.script)
        rows, passed = self.page.evaluate(AXE, [[own.rule, own.part] for own in STREAMLITS_OWN])
        assert passed > 10, f"axe has looked at nothing: {where}"
        for row in rows:
            known = {own for own in STREAMLITS_OWN if own.rule == row["rule"] and own.part in row["own"]}
            self.own |= known
            if not known:
                self.ours.append(f"{where}: {row['rule']}: {row['html']}\n    {row['why']}")

    @contextmanager
    def dialog(self, opener: str) -> Iterator[Any]:
        """A dialog that a button opens and Escape closes."""
        self.page.locator(opener).first.click()
        dialog = self.page.get_by_role("dialog")
        dialog.wait_for()
        done(self.page)
        yield dialog
        self.page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        done(self.page)

    # --- the pages --------------------------------------------------------------------------------

    def steps(self) -> None:
        """The guided tour, step by step."""
        page = self.page
        page.locator("[data-action=tour]").click()
        for step in range(1, 4):
            page.get_by_role("dialog", name=f"Trin {step} af 3").wait_for()
            settle(page)
            self.look(f"explore, step {step} of the tour")
            page.locator(".ik-tour .ik-primary").click()

    def by_itself(self) -> None:
        """The form for a lever that moves by itself, with and without a way to go, and the lever on its way."""
        page = self.page
        page.locator("[data-menu=play] summary").click()
        settle(page)
        self.look("explore, a lever by itself")
        page.locator("[data-play=to]").fill(page.locator("[data-play=from]").input_value())
        assert page.locator("[data-menu=play] [data-action=play]").is_disabled()
        self.look("explore, a lever by itself, nowhere to go")
        page.locator("[data-play=to]").fill("900")
        page.locator("[data-menu=play] [data-action=play]").click()
        page.wait_for_selector("html[data-ik-playing]", state="attached")
        self.look("explore, a lever on its way")
        page.keyboard.press("Escape")
        page.wait_for_selector("html:not([data-ik-playing])", state="attached")
        done(page)

    def explore(self) -> None:
        page = self.page
        self.look("explore")
        self.steps()
        self.by_itself()
        page.locator(FIRM_PLACES).press("ArrowRight")
        page.wait_for_timeout(900)
        done(page)
        self.look("explore, after a move")
        for menu in ("changes", "reset"):
            page.locator(f"[data-menu={menu}] summary").click()
            page.locator(f"[data-menu={menu}] .ik-entry").first.wait_for()
            self.look(f"explore, the menu {menu}")
            page.keyboard.press("Escape")
        for name, opener in (
            ("save", "[data-action=save]"), ("open", "[data-action=open]"),
            ("download", "[data-action=download]"), ("table", ".ik-table"),
        ):  # fmt: skip
            with self.dialog(opener):
                self.look(f"explore, the dialog {name}")
        page.locator(".st-key-why-turn button").click()
        page.locator(".st-key-words-why-levers, .st-key-numbers-why-levers").wait_for(timeout=PATIENCE)
        done(page)
        self.look("explore, why it moves")

    def parts(self, place: Page) -> None:
        """Each part of a page that has several."""
        choices = self.page.locator("[data-testid=stMain] [data-testid=stButtonGroup]").first.locator(
            "button"
        )
        for i in range(1, choices.count()):
            choices.nth(i).click()
            done(self.page)
            unfold(self.page)
            self.look(f"{place.address}, part {i + 1}")

    def answer(self) -> None:
        """What it takes, found."""
        self.page.locator(".st-key-seek-start button").click()
        self.page.locator(".st-key-seek-use").wait_for(timeout=PATIENCE)
        done(self.page)
        self.look("hvad-skal-der-til, the answer")

    def wrong_number(self) -> None:
        """An assumption that cannot be, and what the page says of it."""
        page = self.page
        field = page.locator(".st-key-assume-which").get_by_role("combobox")
        field.focus()
        field.press("ArrowDown")
        page.locator("[role=option]").first.wait_for()
        self.look("usikkerhed, an open list")
        page.locator("[role=option]").first.click()
        settle(page)
        number = page.locator("[data-testid=stForm] input[type=number]")
        number.fill("-99999")
        number.press("Tab")
        page.locator("[data-testid=stForm] [data-testid=stFormSubmitButton] button").click()
        page.locator("[data-testid=stAlert]").first.wait_for()
        settle(page)
        self.look("usikkerhed, a wrong number")

    def all(self, server: Server) -> None:
        """Everything that can be met on the way."""
        self.explore()
        more: dict[str, Callable[[], None]] = {
            "hvad-skal-der-til": self.answer,
            "usikkerhed": self.wrong_number,
        }
        for place in PAGES[1:]:
            go(self.page, place)
            unfold(self.page)
            self.look(place.address)
            if place.address in ("scenarier", "metode"):
                self.parts(place)
            more.get(place.address, lambda: None)()
        self.page.goto(link(server, query="x&lang=en"))
        arrived(self.page)
        self.page.locator("[data-testid=stAlert]").first.wait_for()
        self.look("explore in English, a broken link")
        self.page.locator("[data-action=present]").click()
        done(self.page)
        self.look("explore on the big screen")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_of_ours(server: Server, visitor: Callable[..., Any], theme: str) -> None:
    # The fixture also fails on any request off the machine during this whole tour.
    page = visitor(link(server), color_scheme=theme)
    tour = Tour(page)
    tour.all(server)
    assert not tour.ours, "\n".join(tour.ours)
    assert tour.own == set(STREAMLITS_OWN), "an exception that is no longer met"


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_a_phone(server: Server, visitor: Callable[..., Any], theme: str) -> None:
    page = visitor(link(server), color_scheme=theme, width=360, height=740)
    tour = Tour(page)
    page.locator(FIRM_PLACES).scroll_into_view_if_needed()
    page.locator(".ik-glance").wait_for(state="visible")
    tour.look("the strip of goals")
    tour.steps()
    page.locator("[data-menu=play] summary").click()
    tour.look("the form of a lever by itself")
    assert not tour.ours, "\n".join(tour.ours)


def test_axe_sees_what_is_wrong(server: Server, visitor: Callable[..., Any]) -> None:
    tour = Tour(visitor(link(server)))
    tour.page.evaluate(
        """() => { document.querySelector('.ik-heading').style.color = '#aaa';
             document.querySelector('[data-choice=municipality]').style.color = '#aaa';
             document.querySelector('.ik-choice select').closest('label').querySelector('span').remove();
             document.documentElement.removeAttribute('lang'); }"""
    )
    tour.look("spoilt")
    rules = {line.split(": ")[1] for line in tour.ours}
    assert rules >= {"color-contrast", "select-name", "html-has-lang"}
    assert sum("measured" in line for line in tour.ours) == 1


# --- language and small windows -------------------------------------------------------------------


def test_every_page_says_its_language_and_fits_320_px(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(link(server), width=320, height=640)
    for place in PAGES:
        for language in ("da", "en"):
            page.goto(link(server, place, f"&lang={language}"))
            arrived(page)
            assert page.evaluate("document.documentElement.lang") == language, place.address
            assert page.locator("h1").count() == 1, place.address
            assert too_wide(page) == [], (place.address, language)


# --- the keyboard alone ---------------------------------------------------------------------------


def stop(page: Any) -> str | None:
    """What has the focus: the first of its lasting marks, else its name; None for the page itself."""
    return page.evaluate(
        """() => { const e = document.activeElement;
          if (!e || e === document.body || e === document.documentElement) return null;
          for (const mark of ['data-action', 'data-choice', 'data-lever', 'data-goal', 'href'])
            if (e.hasAttribute(mark)) return mark + '=' + e.getAttribute(mark);
          if (e.parentElement.dataset.menu) return 'data-menu=' + e.parentElement.dataset.menu;
          const key = (e.closest('[class*="st-key-"]')?.getAttribute('class') || '').match(/st-key-[^ ]+/);
          return [key?.[0] ?? '', e.tagName, e.getAttribute('aria-label') || e.textContent.slice(0, 40)].join(' '); }"""
    )


def shows_focus(page: Any) -> bool:
    """Whether one sees it: the picture around the element is another one without focus."""
    box = page.evaluate(
        """() => { const b = document.activeElement.getBoundingClientRect();
          const left = Math.max(0, b.left - 8), top = Math.max(0, b.top - 8);
          return {x: left, y: top, width: Math.min(innerWidth, b.right + 8) - left,
                  height: Math.min(innerHeight, b.bottom + 8) - top}; }"""
    )
    if box["width"] <= 0 or box["height"] <= 0:
        return False
    focused = page.screenshot(clip=box, animations="disabled")
    page.evaluate("() => { window.left = document.activeElement; window.left.blur(); }")
    without = page.screenshot(clip=box, animations="disabled")
    page.evaluate("() => window.left.focus({preventScroll: true, focusVisible: true})")
    return bool(focused != without)


def walk(page: Any) -> tuple[list[str], list[str]]:
    """All stops of a walk with Tab until it leaves the page, and those where the focus cannot be seen."""
    stops: list[str] = []
    unseen: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = stop(page)
        if at is None:
            return stops, unseen
        stops.append(at)
        if not shows_focus(page):
            unseen.append(at)
    return stops, unseen


WALKS = {
    "udforsk": ("href=", "data-action=save", "data-menu=reset", "data-choice=municipality",
                "data-lever=firm_places", "data-action=link", "st-key-why-turn"),
    "hvad-skal-der-til": ("href=", "data-action=save", "data-choice=phase_in", "st-key-seek-indicator",
                          "st-key-seek-levers", "st-key-seek-budget", "st-key-seek-certainty", "st-key-seek-start"),
    "scenarier": ("href=", "data-action=open", "st-key-library_part", "st-key-library_search", "st-key-go-open-"),
}  # fmt: skip


@pytest.mark.parametrize("address", WALKS)
def test_tab_reaches_the_bar_and_the_page_and_shows_where_it_is(
    server: Server, visitor: Callable[..., Any], address: str
) -> None:
    place = next(place for place in PAGES if place.address == address)
    page = visitor(link(server, place), wait=False)
    arrived(page)
    stops, unseen = walk(page)
    positions = []
    for wanted in WALKS[address]:
        at = next((i for i, name in enumerate(stops) if name.startswith(wanted)), None)
        assert at is not None, f"Tab does not reach {wanted}: {stops}"
        positions.append(at)
    assert positions[0] < positions[1] < positions[-1], "names of the pages, bar, page"
    assert unseen == [], "the focus cannot be seen"


def test_a_scenario_is_changed_and_saved_with_keys_alone(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(server.url)

    def tab_to(name: str, key: str = "Tab") -> None:
        for _ in range(MOST_STOPS):
            page.keyboard.press(key)
            if (stop(page) or "").startswith(name):
                return
        raise AssertionError(f"{key} does not reach {name}")

    tab_to("data-lever=firm_places")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(900)
    done(page)
    assert page.locator(FIRM_PLACES).input_value() == "210"
    assert stop(page) == "data-lever=firm_places", "the focus stays where one works"

    # Back to the bar: a menu opens, closes, and gives the focus back.
    tab_to("data-menu=changes", "Shift+Tab")
    page.keyboard.press("Enter")
    assert page.locator("[data-menu=changes]").get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert page.locator("[data-menu=changes]").get_attribute("open") is None
    assert stop(page) == "data-menu=changes"

    # A dialog takes the focus and keeps it.
    page.locator("[data-action=save]").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    settle(page)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("() => !!document.activeElement.closest('[role=dialog]')"), stop(page)
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
