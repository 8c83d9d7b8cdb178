"""Move levers, press buttons and read results on the explore page, as several browser tests do."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import settle

FIRM_PLACES = "input[data-lever=firm_places]"
# Twice as long as a hand rests before a gesture by keys ends (REST in explore_view/levers.js), in ms.
REST = 900
TOUR = "[data-action=tour]"


def slide(page: Any, lever: str, *values: float, release: bool = True) -> None:
    """Drag a slider with the mouse through some values."""
    box, low, high = _track(page, lever)
    now = float(page.locator(lever).input_value())

    def at(value: float) -> float:
        return box["x"] + 9 + (box["width"] - 18) * (value - low) / (high - low)

    y = box["y"] + box["height"] / 2
    page.mouse.move(at(now), y)
    page.mouse.down()
    for value in values:
        page.mouse.move(at(value), y)
        page.wait_for_timeout(40)
    if release:
        page.mouse.up()
        settle(page)


def _track(page: Any, lever: str) -> tuple[dict[str, float], float, float]:
    slider = page.locator(lever)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    return box, float(slider.get_attribute("min")), float(slider.get_attribute("max"))


# The draws of a municipality, and a scenario's bands over them, on a busy machine.
KNOWN = 240_000


def figures(page: Any) -> dict[str, list[str]]:
    """Return all results on screen, when all is known of them: cards, budget, sentence.

    Ranges and chances come after the figures of the main calculation, and change digits, words and the sentence.
    """
    page.wait_for_function("!document.ikChannel.polling", timeout=KNOWN)
    return {
        "cards": page.locator(".ik-card").evaluate_all(
            "cards => cards.map(c => c.getAttribute('aria-label'))"
        ),
        "budget": page.locator(".ik-year").all_inner_texts(),
        "sentence": page.locator(".ik-headline").all_inner_texts(),
    }


def press(page: Any, name: str) -> None:
    """Press a button of that exact name."""
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def rest(page: Any) -> None:
    """Let the hand rest after a key, which ends the gesture, and wait for the page."""
    page.wait_for_timeout(REST)
    settle(page)


def places(page: Any) -> int:
    """Return where the slider of firm places stands."""
    return int(page.locator(FIRM_PLACES).input_value())
