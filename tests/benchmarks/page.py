"""Time the front page in a real browser: how often it redraws in a drag, and how soon after a key.

Run by ``python -m tests.benchmarks --page``. The browser and the server share this machine, and the browser paints
in software; the speed of a plain loop is printed beside, since that is what tells machines and moments apart.
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NoReturn

from tests.browser.conftest import FIRST_START, READY, settle
from tests.browser.server import Server, browsing, running

SLIDER = "input[data-lever=firm_places]"
DRAGS = 5
DRAG_SECONDS = 3.0
MOVES_PER_SECOND = 60  # what a slow mouse reports
KEYS = 40
UNMEASURED_KEYS = 5
BANDS = 8
BAND_SECONDS = 4.0
# Changes of the picture that are closer together than this belong to one redraw (ms).
BURST = 20.0

WATCH = """(() => {
  const Socket = window.WebSocket;
  window.sends = [];
  window.WebSocket = class extends Socket {
    send(data) { window.sends.push(performance.now()); return super.send(data); }
  };
  window.keys = [];
  window.addEventListener('keydown', () => window.keys.push(performance.now()), true);
  window.painted = {chart: [], cards: []};
  window.said = [];
  window.listen = (selector) => new MutationObserver(() => {
    const words = document.querySelector(selector).textContent;
    requestAnimationFrame(() => setTimeout(() => said.push([performance.now(), words])));
  }).observe(document.querySelector(selector), {subtree: true, childList: true, characterData: true});
  window.watch = (name, selector) => new MutationObserver(() => {
    const noted = window.painted[name];
    // What is drawn now is on screen after the next frame.
    requestAnimationFrame(() => setTimeout(() => noted.push(performance.now())));
  }).observe(document.querySelector(selector), {subtree: true, childList: true, attributes: true, characterData: true});
})()"""
FORGET = "() => { for (const list of [sends, keys, said, painted.chart, painted.cards]) list.length = 0; }"
SURE = ".ik-sure"
PRELIMINARY = "Foreløbigt"


def plain_loop() -> float:
    """Return the milliseconds for a million additions: how fast this machine is at this moment."""
    begin = time.perf_counter()
    total = 0
    for i in range(1_000_000):
        total += i
    return (time.perf_counter() - begin) * 1000


def bursts(times: list[float]) -> list[float]:
    """Return the redraws: the last moment of each group of changes."""
    out: list[float] = []
    for moment in times:
        if out and moment - out[-1] <= BURST:
            out[-1] = moment
        else:
            out.append(moment)
    return out


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def drag(page: Any) -> dict[str, float]:
    """Drag back and forth; return redraws a second, and how long after release the picture still moves."""
    slider = page.locator(SLIDER)
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    at = box["x"] + 9 + (box["width"] - 18) * float(slider.input_value()) / float(slider.get_attribute("max"))
    page.mouse.move(at, y)
    page.mouse.down()
    page.wait_for_timeout(400)
    page.evaluate(FORGET)
    begin = time.perf_counter()
    moves = int(DRAG_SECONDS * MOVES_PER_SECOND)
    for i in range(moves):
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.35 * math.sin(2 * math.pi * i / moves)), y)
        time.sleep(max(0.0, begin + (i + 1) / MOVES_PER_SECOND - time.perf_counter()))
    lasted = time.perf_counter() - begin
    released = page.evaluate("performance.now()")
    page.mouse.up()
    page.wait_for_timeout(1500)
    seen = page.evaluate("() => ({chart: painted.chart, cards: painted.cards, sends})")
    result = {"values a second": len([t for t in seen["sends"] if t < released]) / lasted}
    for name in ("cards", "chart"):
        redraws = bursts(seen[name])
        result[f"{name} a second"] = len([t for t in redraws if t < released]) / lasted
        result[f"{name} settled"] = max(0.0, redraws[-1] - released) if redraws else math.nan
    return result


def keys(page: Any) -> list[float]:
    """Return the milliseconds from an arrow key until cards and chart are painted, without the first few."""
    page.locator(SLIDER).focus()
    out = []
    for i in range(KEYS + UNMEASURED_KEYS):
        page.evaluate(FORGET)
        page.keyboard.press("ArrowRight" if i % 40 < 20 else "ArrowLeft")
        page.wait_for_timeout(450)
        seen = page.evaluate("() => ({key: keys[0], all: [...painted.chart, ...painted.cards]})")
        if i >= UNMEASURED_KEYS and seen["all"]:
            out.append(max(seen["all"]) - seen["key"])
    return out


def bands(page: Any) -> tuple[list[float], list[float]]:
    """Return the milliseconds from an arrow key, to a value not seen before, to the band: its sketch, and whole."""
    page.locator(SLIDER).focus()
    sketches, wholes = [], []
    for _ in range(BANDS):
        page.evaluate(FORGET)
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(BAND_SECONDS * 1000)
        key, told = page.evaluate("() => [keys[0], said]")
        # Words without a figure say that it is being worked out; what comes after them is this value's band.
        waiting = [i for i, (_, words) in enumerate(told) if not any(c.isdigit() for c in words)]
        known = told[waiting[-1] + 1 :] if waiting else []
        sketches += [known[0][0] - key] if known else []
        wholes += [moment - key for moment, words in known if PRELIMINARY not in words][:1]
    return sketches, wholes


def first_chart(browser: Any, server: Server) -> float:
    """Return the seconds until a visitor sees the chart."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="da-DK")
    page = context.new_page()
    begin = time.perf_counter()
    page.goto(server.url)
    page.wait_for_selector(READY, timeout=FIRST_START)
    seconds = time.perf_counter() - begin
    context.close()
    return seconds


def absent(what: str) -> NoReturn:
    """End without a measurement."""
    sys.exit(f"{what} is missing: the page is not measured.")


def main() -> None:
    """Measure, and print a table."""
    folder = Path(tempfile.mkdtemp(prefix="indsatskompas-"))
    with browsing(absent) as browser, running(folder / "data", folder / "log") as server:
        cold, warm = first_chart(browser, server), first_chart(browser, server)
        page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="da-DK").new_page()
        page.add_init_script(WATCH)
        page.goto(server.url)
        page.wait_for_selector(READY, timeout=FIRST_START)
        settle(page, 1.0)
        # The first move brings what it moves most into the chart, which is drawn anew; from then on it stays.
        page.locator(SLIDER).press("ArrowRight")
        page.wait_for_timeout(1000)
        settle(page, 1.0)
        page.evaluate(f"() => {{ watch('cards', '.ik-cards'); watch('chart', '{READY}'); }}")
        loops = [plain_loop()]
        drags = []
        for _ in range(DRAGS):
            drags.append(drag(page))
            loops.append(plain_loop())
        latencies = keys(page)
        loops.append(plain_loop())
        page.evaluate(f"() => listen('{SURE}')")
        page.wait_for_timeout(BAND_SECONDS * 1000)
        sketches, wholes = bands(page)
        loops.append(plain_loop())
    median = {name: statistics.median(d[name] for d in drags) for name in drags[0]}
    rows = [
        ("first chart, first visitor after start (kernel cached)", f"{cold:.1f} s", "at most 5 s"),
        ("first chart, next visitor", f"{warm:.1f} s", ""),
        ("drag: cards redrawn", f"{median['cards a second']:.1f} a second", "at least 12"),
        ("drag: chart redrawn", f"{median['chart a second']:.1f} a second", "at least 12"),
        ("drag: values sent", f"{median['values a second']:.1f} a second", ""),
        ("release to last redraw of cards", f"{median['cards settled']:.0f} ms", "at most 200 ms"),
        ("release to last redraw of chart", f"{median['chart settled']:.0f} ms", "at most 200 ms"),
        (
            "key to cards and chart painted, median",
            f"{statistics.median(latencies):.0f} ms",
            "at most 180 ms",
        ),
        ("key to cards and chart painted, 95 %", f"{percentile(latencies, 0.95):.0f} ms", "at most 300 ms"),
        (
            f"key to the band's sketch, median of {len(sketches)}",
            f"{statistics.median(sketches):.0f} ms" if sketches else "not seen",
            "at most 1,000 ms",
        ),
        (
            f"key to the whole band, median of {len(wholes)}",
            f"{statistics.median(wholes):.0f} ms" if wholes else "not seen",
            "",
        ),
        (
            "a million additions, meanwhile",
            f"{statistics.median(loops):.0f} ms ({min(loops):.0f}-{max(loops):.0f})",
            "",
        ),
    ]
    print(f"\nThe front page, {DRAGS} drags of {DRAG_SECONDS:.0f} s and {len(latencies)} keys\n")
    for name, value, wanted in rows:
        print(f"{name:<58}{value:>22}   {wanted}")


if __name__ == "__main__":
    main()
