"""Data: what a municipality's baseline rests on, real figures in, calibration, back-test, the ministry's benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from pages.components import kept
from pages.components.page import DATA, show
from pages.components.strip import strip
from pages.components.visit import Visit

if TYPE_CHECKING:
    from pages.components.results import Answer

_PARTS: Final = ("town", "fetch", "fit", "backtest", "benchmark")
_PART: Final = "data_part"


def draw(here: Visit, found: Answer) -> None:
    """The part that was chosen."""
    strip(here)
    part = kept.choice(
        here,
        _PART,
        _PARTS,
        here.words("page_data.part"),
        lambda part: here.words(f"page_data.part.{part}"),
    )
    with st.container(key=f"data-{part}"):
        # Each part is loaded when it is first looked at.
        if part == "fetch":
            from pages.components import data_fetch

            data_fetch.draw(here)
        elif part == "fit":
            from pages.components import data_fit

            data_fit.draw(here)
        elif part == "backtest":
            from pages.components import data_backtest

            data_backtest.draw(here)
        elif part == "benchmark":
            from pages.components import data_benchmark

            data_benchmark.draw(here, found)
        else:
            from pages.components import data_town

            data_town.draw(here)


show(DATA, draw)
