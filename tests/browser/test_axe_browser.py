"""Test every page with axe: in light everything that can be met, in dark two pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pages.shell.page import PAGES, Page
from tests.browser.conftest import PATIENCE, READY, arrived, done, link, settle
from tests.browser.explore_page import FIRM_PLACES, rest
from tests.browser.explore_page import unfold as in_menu
from tests.browser.server import Server

# In the dark two pages are looked at: the one of our own parts, and the one with most of Streamlit's. Colours of all
# others come from the theme, whose contrasts test_theme.py computes in both themes.
IN_THE_DARK = ("usikkerhed",)


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
# chart), they are measured against the nearest ground that is one colour: in a chart the shape that is drawn below.
AXE = """async (own) => {
  const found = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], elementRef: true});
  const sight = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => { sight.clearRect(0, 0, 1, 1); sight.fillStyle = colour; sight.fillRect(0, 0, 1, 1);
    return [...sight.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const under = (letters) => { const box = letters.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    return [...letters.ownerSVGElement.querySelectorAll('path, rect')].filter((shape) => {
      const at = shape.getBoundingClientRect(), style = getComputedStyle(shape);
      return shape.compareDocumentPosition(letters) & Node.DOCUMENT_POSITION_FOLLOWING
        && at.left <= x && x <= at.right && at.top <= y && y <= at.bottom
        && style.fill !== 'none' && style.fillOpacity * style.opacity > 0.99;
    }).map((shape) => rgba(getComputedStyle(shape).fill)).filter((colour) => colour[3] === 255).pop(); };
  const ground = (element) => { const shape = element.ownerSVGElement && under(element); if (shape) return shape;
    for (let e = element; e; e = e.parentElement) {
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
    """Go to another page, as one does with the mouse."""
    page.locator(f"header a[href$='/{place.address}']").first.click()
    page.wait_for_url(re.compile(f"/{place.address}"))
    page.wait_for_timeout(200)
    done(page)


def unfold(page: Any) -> None:
    """Open all that is folded away."""
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
        """Run axe on what is on screen now, once nothing is faded for being worked on."""
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
        """Open a dialog by a button, and close it by Escape after the block."""
        button = self.page.locator(opener).first
        in_menu(button)
        button.click()
        dialog = self.page.get_by_role("dialog")
        dialog.wait_for()
        done(self.page)
        yield dialog
        self.page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        done(self.page)

    # --- the pages --------------------------------------------------------------------------------

    def steps(self) -> None:
        """Look at the guided tour, step by step."""
        page = self.page
        page.locator("[data-action=tour]").click()
        for step in range(1, 4):
            page.get_by_role("dialog", name=f"Trin {step} af 3").wait_for()
            settle(page)
            self.look(f"explore, step {step} of the tour")
            page.locator(".ik-tour .ik-primary").click()

    def by_itself(self) -> None:
        """Look at the form for a lever that moves by itself, also with no way to go, and at the lever on its way."""
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
        rest(page)
        done(page)
        self.look("explore, after a move")
        for menu in ("changes", "share", "premises"):
            page.locator(f"[data-menu={menu}] summary").click()
            page.locator(f"[data-menu={menu}] .ik-sheet").wait_for()
            self.look(f"explore, the menu {menu}")
            page.keyboard.press("Escape")
        for name, opener in (
            ("save", ".ik-button[data-action=save]"), ("open", "[data-action=open]"),
            ("download", "[data-action=download]"), ("table", ".ik-table"),
        ):  # fmt: skip
            with self.dialog(opener):
                self.look(f"explore, the dialog {name}")

    def parts(self, place: Page) -> None:
        """Look at each part of a page that has several."""
        choices = self.page.locator("[data-testid=stMain] [data-testid=stButtonGroup]").first.locator(
            "button"
        )
        for i in range(1, choices.count()):
            choices.nth(i).click()
            done(self.page)
            unfold(self.page)
            self.look(f"{place.address}, part {i + 1}")

    def answer(self) -> None:
        """Look at the answer to what it takes."""
        self.page.locator(".st-key-seek-start button").click()
        self.page.locator(".st-key-go-seek-use").wait_for(timeout=PATIENCE)
        done(self.page)
        self.look("hvad-skal-der-til, the answer")

    def open_list(self, field: str) -> None:
        """Open a list by the keyboard; a press that the page loses while it draws is made again, as one would."""
        tornado = self.page.locator(f".st-key-figure-sure-tornado {READY}")
        tornado.first.wait_for(timeout=PATIENCE)
        done(self.page)
        box = self.page.locator(field).get_by_role("combobox")
        option = self.page.locator("[role=option]").first
        for _ in range(4):
            box.press("ArrowDown")
            self.page.wait_for_timeout(1000)
            if option.is_visible():
                return
        option.wait_for()

    def wrong_number(self) -> None:
        """Look at what the page shows of an assumption that cannot be."""
        page = self.page
        self.open_list(".st-key-assume-which")
        self.look("usikkerhed, an open list")
        page.locator("[role=option]").first.click()
        settle(page)
        number = page.locator("[data-testid=stForm] input").first
        number.fill("-99999")
        number.press("Tab")
        page.locator("[data-testid=stForm] [data-testid=stFormSubmitButton] button").click()
        page.locator("[data-testid=stAlert]").first.wait_for()
        settle(page)
        self.look("usikkerhed, a wrong number")

    def light(self, server: Server) -> None:
        """Look at everything that can be met on the way."""
        self.explore()
        self.pages(PAGES[1:])
        self.page.goto(link(server, query="x&lang=en"))
        arrived(self.page)
        self.page.locator("[data-testid=stAlert]").first.wait_for()
        self.look("explore in English, a broken link")
        self.page.locator("[data-action=present]").click()
        done(self.page)
        self.look("explore on the big screen")

    def dark(self) -> None:
        """Look at the first page and one more."""
        self.explore()
        self.pages(page for page in PAGES if page.address in IN_THE_DARK)

    def pages(self, pages: Iterable[Page]) -> None:
        """Look at other pages, with all that is folded away and their parts."""
        more: dict[str, Callable[[], None]] = {
            "hvad-skal-der-til": self.answer,
            "usikkerhed": self.wrong_number,
        }
        for place in pages:
            go(self.page, place)
            unfold(self.page)
            self.look(place.address)
            if place.address in ("scenarier", "metode"):
                self.parts(place)
            more.get(place.address, lambda: None)()


def test_axe_finds_nothing_on_any_page(server: Server, visitor: Callable[..., Any]) -> None:
    # The fixture also fails on any request off the machine during this whole tour.
    tour = Tour(visitor(link(server), color_scheme="light"))
    tour.light(server)
    assert not tour.ours, "\n".join(tour.ours)
    assert tour.own == set(STREAMLITS_OWN), "an exception that is no longer met"


def test_axe_finds_nothing_in_the_dark(server: Server, visitor: Callable[..., Any]) -> None:
    tour = Tour(visitor(link(server), color_scheme="dark"))
    tour.dark()
    assert not tour.ours, "\n".join(tour.ours)


def test_axe_finds_nothing_on_a_phone(server: Server, visitor: Callable[..., Any]) -> None:
    page = visitor(link(server), width=360, height=740)
    tour = Tour(page)
    # The strip comes once a lever is above the window's foot, which it covers.
    page.locator(FIRM_PLACES).evaluate("lever => lever.scrollIntoView({ block: 'center' })")
    page.locator(".ik-glance").wait_for(state="visible")
    tour.look("the strip of goals")
    tour.steps()
    page.locator("[data-menu=premises] summary").click()
    tour.look("what the figures rest on")
    assert not tour.ours, "\n".join(tour.ours)


def test_axe_sees_what_is_wrong(server: Server, visitor: Callable[..., Any]) -> None:
    tour = Tour(visitor(link(server)))
    tour.page.evaluate(
        """() => { document.querySelector('.ik-headline').style.color = '#aaa';
             document.querySelector('[data-choice=municipality]').style.color = '#aaa';
             document.querySelector('.ik-choice select').removeAttribute('title');
             document.querySelector('.ik-choice select').closest('label').querySelector('span').remove();
             document.documentElement.removeAttribute('lang'); }"""
    )
    tour.look("spoilt")
    rules = {line.split(": ")[1] for line in tour.ours}
    assert rules >= {"color-contrast", "select-name", "html-has-lang"}
    assert sum("measured" in line for line in tour.ours) == 1
