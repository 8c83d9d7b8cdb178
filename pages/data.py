"""Data: what a municipality's baseline rests on, own targets, real figures in, calibration, back-test, benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from pages.components import persistent_widget
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import DATA, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults

_PARTS: Final = ("town", "towns", "targets", "fetch", "fit", "backtest", "benchmark")
_PART: Final = "data_part"


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw the part that was chosen."""
    active_levers(session)
    part = persistent_widget.persistent_choice(
        session,
        _PART,
        _PARTS,
        session.text("page_data.part"),
        lambda part: session.text(f"page_data.part.{part}"),
    )
    with st.container(key=f"data-{part}"):
        # Each part is loaded when it is first looked at.
        if part == "fetch":
            from pages.views.data import import_figures

            import_figures.draw(session)
        elif part == "towns":
            from pages.views.data import towns

            towns.draw(session)
        elif part == "targets":
            from pages.views.data import targets

            targets.draw(session, results)
        elif part == "fit":
            from pages.views.data import fit

            fit.draw(session)
        elif part == "backtest":
            from pages.views.data import backtest

            backtest.draw(session)
        elif part == "benchmark":
            from pages.views.data import benchmark

            benchmark.draw(session, results)
        else:
            from pages.views.data import baseline

            baseline.draw(session)


show_page(DATA, draw)
