"""Colours and letters, once: pages, charts and documents read them here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FONT: Final = "IBM Plex Sans, sans-serif"


@dataclass(frozen=True)
class Palette:
    """What charts need to know; components take the rest from the theme's own variables."""

    ground: str
    ink: str
    quiet: str
    grid: str
    accent: str
    baseline: str
    # Parts of a whole that have no colour of their own, in their order.
    categories: tuple[str, ...]
    # Proposals side by side, in their order; a mark of its own tells each of them too.
    proposals: tuple[str, ...]


LIGHT: Final = Palette(
    "#ffffff",
    "#0b1620",
    "#46525e",
    "#dfe5ea",
    "#0b4f83",
    "#5b6773",
    ("#0b4f83", "#c2701c", "#8a94a0", "#3d8b5a", "#9160b5"),
    ("#0b4f83", "#c2701c", "#2e7d4f", "#8b4fb0", "#b3323c", "#00808a", "#7a5c1e", "#c2408a"),
)
DARK: Final = Palette(
    "#12181f",
    "#eef2f6",
    "#c0cad4",
    "#2c3742",
    "#8ec5f2",
    "#a9b6c3",
    ("#8ec5f2", "#f5b66b", "#7d8a97", "#7fd6a1", "#d0a8ec"),
    ("#8ec5f2", "#f5b66b", "#7fd6a1", "#d0a8ec", "#ff9b9b", "#6fd3d6", "#d8c06a", "#f2a3d0"),
)
