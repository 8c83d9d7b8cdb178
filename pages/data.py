"""Data: what a municipality's baseline rests on, real figures in, calibration, back-test, the ministry's benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from pages.components import persistent_widget
from pages.session.session import Visit
from pages.shell.active_levers import strip
from pages.shell.page import DATA, show

if TYPE_CHECKING:
    from pages.session.results import Answer

_PARTS: Final = ("town", "fetch", "fit", "backtest", "benchmark")
_PART: Final = "data_part"


def draw(here: Visit, found: Answer) -> None:
    """The part that was chosen."""
    strip(here)
    part = persistent_widget.choice(
        here,
        _PART,
        _PARTS,
        here.words("page_data.part"),
        lambda part: here.words(f"page_data.part.{part}"),
    )
    with st.container(key=f"data-{part}"):
        # Each part is loaded when it is first looked at.
        if part == "fetch":
            from pages.views.data import import_figures

            import_figures.draw(here)
        elif part == "fit":
            from pages.views.data import fit

            fit.draw(here)
        elif part == "backtest":
            from pages.views.data import backtest

            backtest.draw(here)
        elif part == "benchmark":
            from pages.views.data import benchmark

            benchmark.draw(here, found)
        else:
            from pages.views.data import baseline

            baseline.draw(here)


show(DATA, draw)
