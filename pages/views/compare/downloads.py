"""Draw the buttons for the comparison as files; each file is made when it is asked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.compare.jobs import finished_shares
from pages.views.compare.view import ComparisonView

if TYPE_CHECKING:
    from model.documents.comparison import Compared

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloads(session: Session, results: ScenarioResults, view: ComparisonView) -> None:
    """Draw the buttons; without ranges no amount leaves the page, so they wait for the draws."""
    shares = finished_shares(session, results, view)
    if shares is None:
        st.caption(escape_markdown(session.text("page_compare.download.waits")))
        return
    compared = view.with_shares(shares)
    stem = session.text("page_compare.download.name")
    for key, ending, mime, make in (
        ("workbook", "xlsx", _EXCEL, workbook),
        ("sheet", "pdf", "application/pdf", sheet),
    ):
        st.download_button(
            session.text(f"page_compare.download.{key}"),
            data=_later(make, compared),
            file_name=f"{stem}.{ending}",
            mime=mime,
            on_click="ignore",
            key=f"compare-{key}",
            width="stretch",
        )
        st.caption(escape_markdown(session.text(f"page_compare.download.{key}.help")))
    st.caption(escape_markdown(session.text("page_compare.download.charts")))


def _later(make: Callable[[Compared, datetime.date], bytes], compared: Compared) -> Callable[[], bytes]:
    """Return what makes a file when its button is pressed."""
    return lambda: make(compared, datetime.datetime.now().astimezone().date())


def workbook(compared: Compared, made_on: datetime.date) -> bytes:
    """Return the workbook."""
    from model.documents.comparison_book import comparison_book

    return comparison_book(compared, made_on=made_on)


def sheet(compared: Compared, made_on: datetime.date) -> bytes:
    """Return the page of paper."""
    from model.documents.comparison_sheet import comparison_sheet

    return comparison_sheet(compared, made_on=made_on)
