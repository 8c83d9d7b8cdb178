"""``python -m tests.screenshots FOLDER``: a picture of every page in every look, for somebody to look at.

Beside the pictures it says what a machine can see: pages that scroll sideways, letters too small for the big screen,
errors in the console. The folder lies outside the repository; nothing is written in it. ``--readme`` instead makes
the one picture that README shows, docs/screenshot.png.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from PIL import Image

from model.language.catalogue import text
from pages.shell.page import PAGES, Page
from tests.browser.conftest import FIRST_START, PATIENCE, arrived, done, link, too_wide
from tests.browser.server import ROOT, Server, browsing, running

# Parts that the browser still fetches, and the words that stand where a band is on its way.
PENDING = """(soon) => document.querySelector('[data-testid=stSkeleton]') !== null
  || document.querySelector('[data-testid=stMain]').textContent.includes(soon)"""
# Asked by Streamlit under every address but the first, and not there: its way to find where the app lives.
PROBES = "/_stcore/"
# Chromium draws no higher picture well.
HIGHEST = 12_000
NARROWEST = 320
# What eight metres take, in pixels at 1920 x 1080.
SMALLEST_FIGURE = 56
SMALLEST_TEXT = 36
FIGURES = ".ik-scenario, .ik-year-value, .ik-tile-value, .st-key-headline p"


@dataclass(frozen=True)
class Look:
    """How a page is looked at; ``whole`` also shows what lies below the window."""

    width: int = 1440
    height: int = 900
    language: str = "da"
    scheme: str = "light"
    present: bool = False
    whole: bool = True


LOOKS = {
    "da": Look(),
    "en": Look(language="en"),
    "dark": Look(scheme="dark"),
    "present": Look(1920, 1080, present=True),
    "laptop": Look(1366, 768, whole=False),
    "phone": Look(360, 780),
}

# The picture in README: the first page on a small laptop, less the browser's own bars.
README_PICTURE = ROOT / "docs" / "screenshot.png"
# What the pictures show: a proposal of today.
SHOWN = ROOT / "scenarios" / "ballerup" / "2027-flere-virksomhedspladser.yaml"
README_LOOK = Look(1366, 650, whole=False)
README_COLOURS = 128

# Letters as they are drawn, also those in a picture that is drawn larger or smaller than it says. What is there only
# for screen readers does not count.
LETTERS = """([figures, figure, text]) => {
  const small = new Map(), SEEN = {visibilityProperty: true, opacityProperty: true};
  const walk = document.createTreeWalker(document.querySelector('[data-testid=stApp]'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const words = node.textContent.trim(), of = node.parentElement;
    if (!words || of.closest('style, script, title, desc, option') || !of.checkVisibility(SEEN)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect(), clip = of.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || clip.width < 2 || clip.height < 2 || box.right < 0) continue;
    const drawn = of instanceof SVGElement ? Math.hypot(of.getScreenCTM()?.a ?? 1, of.getScreenCTM()?.b ?? 0) : 1;
    const size = parseFloat(getComputedStyle(of).fontSize) * drawn;
    const least = of.closest(figures) ? figure : text;
    if (size >= least - 0.5) continue;
    const where = of.closest('[class*=st-key-]')?.getAttribute('class').match(/st-key-[^ ]+/)?.[0] ?? '';
    const own = of.getAttribute('class')?.split(' ').pop() ?? '';
    const what = [Math.round(size), where, of.tagName.toLowerCase(), own].join(' ');
    if (!small.has(what)) small.set(what, words.slice(0, 40));
  }
  for (const field of document.querySelectorAll('[data-testid=stApp] :is(input, textarea)')) {
    const size = parseFloat(getComputedStyle(field).fontSize), box = field.getBoundingClientRect();
    if (size < text - 0.5 && box.width > 20 && box.height > 8 && field.checkVisibility(SEEN))
      small.set(Math.round(size) + ' input', field.value || field.placeholder);
  }
  return [...small].map(([what, words]) => what + ': ' + words);
}"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures; return 1 where a machine can see that something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where the pictures go, outside the repository")
    parser.add_argument("--pages", default=",".join(place.address for place in PAGES))
    parser.add_argument("--looks", default=",".join(LOOKS))
    parser.add_argument("--readme", action="store_true", help="only make docs/screenshot.png anew")
    options = parser.parse_args(arguments)
    if options.readme == (options.folder is not None):
        parser.error("give either a folder or --readme")
    places = [place for place in PAGES if place.address in options.pages.split(",")]
    known = {p.address for p in PAGES} | set(LOOKS)
    unknown = {*options.pages.split(","), *options.looks.split(",")} - known
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if options.readme:
        pictures = [("readme", PAGES[0], README_LOOK, README_PICTURE)]
    else:
        folder = options.folder.resolve()
        if folder.is_relative_to(ROOT):
            parser.error(f"the folder lies in the repository: {folder}")
        pictures = [
            (name, place, LOOKS[name], folder / f"{name}-{place.address}.png")
            for name in options.looks.split(",")
            for place in places
        ]
    return 1 if _make(pictures) else 0


def _make(pictures: Sequence[tuple[str, Page, Look, Path]]) -> int:
    """Make pictures of (name, page, look, file); print what is wrong with each and return how much it is."""
    problems = 0
    with (
        tempfile.TemporaryDirectory() as data,
        running(Path(data) / "data", Path(data) / "log") as server,
        browsing(_missing) as browser,
    ):
        _warm(browser, server)
        for name, place, look, path in pictures:
            path.parent.mkdir(parents=True, exist_ok=True)
            wrong = picture(browser, server, place, look, path)
            if look is README_LOOK:
                _shrink(path)
            problems += len(wrong)
            print(f"{name} {place.address}: {'; '.join(wrong) or 'good'}", flush=True)
    return problems


def _shrink(path: Path) -> None:
    """Reduce a picture to a palette of colours, a third of its size, with no difference that one sees."""
    with Image.open(path) as image:
        few = image.convert("RGB").quantize(
            README_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    few.save(path, optimize=True)


def _missing(what: str) -> NoReturn:
    sys.exit(f"{what} is missing: see the two commands at the top of README.md")


def _warm(browser: Any, server: Server) -> None:
    """Let the very first start compile the model; the pictures come after it."""
    page = browser.new_page()
    page.goto(server.url)
    page.locator(".ik-bar h1").wait_for(timeout=FIRST_START)
    page.close()


def picture(browser: Any, server: Server, place: Page, look: Look, path: Path) -> list[str]:
    """Take one picture of one page, as a new visitor sees it; return what is wrong with it."""
    context = browser.new_context(
        bypass_csp=True,  # Playwright waits for functions by evaluating texts
        viewport={"width": look.width, "height": look.height},
        locale="da-DK",
        color_scheme=look.scheme,
    )
    wrong: list[str] = []
    try:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        page.on("console", lambda said: wrong.extend(_told(said)))
        page.goto(link(server, place, f"&lang={look.language}", SHOWN))
        arrived(page)
        if look.present:
            page.locator("[data-action=present]").click()
            page.wait_for_selector("html[data-ik-present]", state="attached")
        _settled(page, look)
        if look.present:
            limits = [FIGURES, SMALLEST_FIGURE, SMALLEST_TEXT]
            wrong += [f"small: {what}" for what in page.evaluate(LETTERS, limits)]
        wrong += [
            f"says: {said}" for said in page.locator("[data-testid=stAlertContentError]").all_inner_texts()
        ]
        wrong += [f"sideways at {look.width} px: {what}" for what in too_wide(page)]
        if look.whole:
            page.set_viewport_size({"width": look.width, "height": min(_height(page, look.height), HIGHEST)})
            _settled(page, look)
        # Ranges and chances come after the figures of the main calculation.
        page.wait_for_function("!document.ikChannel?.polling", timeout=FIRST_START)
        page.screenshot(path=path, animations="disabled")
        if look is LOOKS["phone"]:
            page.set_viewport_size({"width": NARROWEST, "height": look.height})
            done(page)
            wrong += [f"sideways at {NARROWEST} px: {what}" for what in too_wide(page)]
    finally:
        context.close()
    return wrong


def _told(said: Any) -> list[str]:
    if said.type != "error" or PROBES in said.location.get("url", ""):
        return []
    return [f"console: {said.text} {said.location.get('url', '')}"]


def _settled(page: Any, look: Look) -> None:
    """Wait for all that comes after the page itself: parts, bands, studies."""
    done(page)
    page.wait_for_function(
        f"(soon) => !({PENDING})(soon)", arg=text("page.sure.soon", look.language), timeout=PATIENCE
    )
    done(page)


def _height(page: Any, least: int) -> int:
    whole = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll('[data-testid=stMain], [data-testid=stAppViewContainer]')]
             .map((part) => part.scrollHeight))"""
    )
    return max(least, whole + 20)


if __name__ == "__main__":
    sys.exit(main())
