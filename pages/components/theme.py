"""Define the colours once: the same goal has the same colour everywhere, light and dark."""

from __future__ import annotations

from typing import Final

import streamlit as st

from model.documents.palette import DARK, FONT, LIGHT, Palette

__all__ = ["DARK", "FONT", "LIGHT", "Palette", "goal_colour", "palette"]

# Goal 1, 2, 3 ...: one hue each, the same strength, readable on both grounds.
_GOALS: Final = ("#2f7fb8", "#c2701c", "#3d8b5a", "#9160b5", "#b5484d", "#5c7f1f", "#2b8a8a", "#8a6d3b")


def palette() -> Palette:
    """Return the visitor's palette, light unless the browser asks for dark."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def goal_colour(number: int) -> str:
    """Return the colour of goal 1, 2, 3 ..."""
    return _GOALS[(number - 1) % len(_GOALS)]
