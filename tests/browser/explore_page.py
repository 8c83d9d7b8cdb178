"""Move levers, press buttons and read results on the explore page, as several browser tests do."""

from __future__ import annotations

import re
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
    """Press a button of that exact name; where it stands in a menu of the bar, open the menu first."""
    folded = page.locator(".ik-menu:not([open]) button").filter(has_text=re.compile(f"^{re.escape(name)}$"))
    if folded.count():
        unfold(folded.first)
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def act(page: Any, action: str) -> None:
    """Press what does an action of the bar, also where it stands in a menu."""
    buttons = page.locator(f"[data-action={action}]")
    button = next((one for one in buttons.all() if one.is_visible()), buttons.last)
    unfold(button)
    button.click()


def choose(page: Any, choice: str, value: str) -> None:
    """Choose from a list of the bar, also where it stands among the premises."""
    select = page.locator(f"[data-choice={choice}]")
    unfold(select)
    select.select_option(value)


def unfold(part: Any) -> None:
    """Open the menu of the bar that holds a part, if it is in one that is closed."""
    menu = part.locator("xpath=ancestor::details[contains(@class, 'ik-menu')]")
    if menu.count() and menu.get_attribute("open") is None:
        menu.locator("summary").click()


def rest(page: Any) -> None:
    """Let the hand rest after a key, which ends the gesture, and wait for the page."""
    page.wait_for_timeout(REST)
    settle(page)


def places(page: Any) -> int:
    """Return where the slider of firm places stands."""
    return int(page.locator(FIRM_PLACES).input_value())
