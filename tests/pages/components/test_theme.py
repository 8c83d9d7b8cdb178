"""Test colours: style sheets name the theme's only, and what is read stands out from its ground in both themes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from pages.components.theme import DARK, LIGHT, Palette, goal_colour
from tests.folders import ROOT

SHEETS = sorted((ROOT / "pages").rglob("*.css"))
THEMES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
# WCAG 2.1 AA: letters, and parts that are no letters.
READABLE, VISIBLE = 4.5, 3.0
LETTERS = (
    "textColor",
    "linkColor",
    "primaryColor",
    "grayTextColor",
    "redTextColor",
    "greenTextColor",
    "orangeTextColor",
)
GROUNDS = ("backgroundColor", "secondaryBackgroundColor")
# Streamlit draws captions in the letters' colour at this strength.
CAPTION = 0.6


def channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def mixed(colour: str, ground: str, strength: float) -> str:
    pairs = zip(channels(colour), channels(ground), strict=True)
    return "#" + "".join(f"{round(strength * a + (1 - strength) * b):02x}" for a, b in pairs)


def luminance(colour: str) -> float:
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (c / 255 for c in channels(colour))
    ]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_each_of_eight_goals_has_a_colour_of_its_own() -> None:
    assert len({goal_colour(n) for n in range(1, 9)}) == 8


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_style_sheet_takes_its_colours_from_the_theme(sheet: Path) -> None:
    """Only shadows are black everywhere; what takes its colour from the theme is right in the dark too."""
    rules = re.sub(r"/\*.*?\*/|box-shadow:[^;]*;?", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(
        r"#[0-9a-f]{3,8}\b(?=[^{}]*[;}])|\b(?:rgba?|hsla?)\(|:\s*(?:white|black)\b", rules, re.I
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_can_be_read_on_every_ground(theme: str) -> None:
    colours = THEMES[theme]
    for ground in (colours[name] for name in GROUNDS):
        for name in LETTERS:
            assert contrast(colours[name], ground) >= READABLE, (name, ground)
        assert contrast(mixed(colours["textColor"], ground, CAPTION), ground) >= READABLE, ground
    assert contrast(colours["borderColor"], colours["backgroundColor"]) >= VISIBLE


@pytest.mark.parametrize(("theme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_charts_have_the_colours_of_the_theme_and_can_be_read(theme: str, palette: Palette) -> None:
    assert palette.ground == THEMES[theme]["backgroundColor"]
    assert palette.ink == THEMES[theme]["textColor"]
    assert palette.accent == THEMES[theme]["primaryColor"]
    for colour in (palette.ink, palette.quiet, palette.accent, palette.baseline):
        assert contrast(colour, palette.ground) >= READABLE, colour
    for goal in range(1, 9):
        assert contrast(goal_colour(goal), palette.ground) >= VISIBLE, goal
