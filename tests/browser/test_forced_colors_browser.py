"""Test what is drawn where the visitor has chosen the colours, as Windows' contrast themes do."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from tests.browser.conftest import arrived
from tests.browser.server import Server


def picture(part: Any) -> Any:
    """Return a part of the page as an array of rows, columns and colours."""
    return np.asarray(Image.open(io.BytesIO(part.screenshot())).convert("RGB"))


def drawn(image: Any, box: Any = np.s_[:, :]) -> float:
    """Return the share of the pixels in a box that are not of the ground, the commonest colour of the picture."""
    colours, counts = np.unique(image.reshape(-1, 3), axis=0, return_counts=True)
    return float((image[box] != colours[counts.argmax()]).any(axis=2).mean())


def test_tracks_arrows_and_the_chosen_goals_frame_are_drawn(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url, forced_colors="active")
    tracks = page.locator(".ik-track")
    assert tracks.count() > 3
    for place in range(4):
        track = picture(tracks.nth(place))
        middle = len(track) // 2
        assert drawn(track, np.s_[middle - 1 : middle + 1]) > 0.9

    page.locator("[data-menu=premises] summary").click()
    for place in range(page.locator(".ik-bar .ik-choice select").count()):
        choice = picture(page.locator(".ik-bar .ik-choice select").nth(place))
        assert drawn(choice, np.s_[6:-6, -20:-3]) > 0.02
    page.keyboard.press("Escape")

    chosen, other = (
        page.locator(".ik-card[aria-pressed=true]"),
        page.locator(".ik-card[aria-pressed=false]").first,
    )
    frames = [
        card.evaluate(
            "card => { const look = getComputedStyle(card); return [look.outlineStyle, look.outlineWidth]; }"
        )
        for card in (chosen, other)
    ]
    assert frames[0] == ["solid", "3px"]
    assert frames[1][0] == "none"
    right = np.s_[20:-20, -3:-1]
    assert drawn(picture(chosen), right) == 1.0
    assert drawn(picture(other), right) == 0.0

    marks = page.locator(".ik-point").evaluate_all(
        "points => points.map((p) => [p.ariaPressed, getComputedStyle(p).borderLeftColor])"
    )
    assert len({colour for pressed, colour in marks if pressed == "true"}) == 1
    assert {c for p, c in marks if p == "true"}.isdisjoint(c for p, c in marks if p == "false")

    page.goto(f"{server.url}budget")
    arrived(page)
    segments = page.locator("[data-testid=stButtonGroup] [role=radio]")
    widths = segments.evaluate_all(
        "all => all.map((one) => [one.ariaChecked, getComputedStyle(one).borderTopWidth])"
    )
    assert sorted(widths) == [["false", "1px"], ["true", "3px"]]
