"""Draw the published share of kontanthjælp recipients with paid hours: a history that the run does not go on from."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pyarrow as pa
import streamlit as st

from model.documents.axis import TICK_FORMAT
from model.documents.charts import time_axis, unit_title
from model.language.catalogue import number, short_date
from model.municipality.history import paid_hours
from pages.components.chart_with_table import TEXT_SIZE, chart_with_table, finished
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import Palette, palette
from pages.session.session import Session
from pages.views.target_groups.view import GroupView

_HEIGHT: Final = {False: 200, True: 500}
_MARKS: Final = 12  # months
_MIDDLE: Final = "15"  # a month's share stands in its middle


@lru_cache(maxsize=16)
def paid_hours_spec(unit: str, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the line of the published share, from zero."""
    y = alt.Y(
        "share:Q",
        axis=alt.Axis(
            title=None, format=TICK_FORMAT, tickCount=5, labelOverlap=False, domain=False, ticks=False
        ),
        scale=alt.Scale(zero=True),
    )
    line = (
        alt.Chart()
        .mark_line(color=palette.quiet, strokeWidth=2 if present else 1.25)
        .encode(x=time_axis("month", _MARKS), y=y)
        .properties(
            title=unit_title(unit, palette, TEXT_SIZE[present]), height=_HEIGHT[present], width="container"
        )
    )
    return finished(line, language, palette, present=present)


def draw(session: Session, view: GroupView) -> None:
    """Draw the share of the months before the start; nothing where none is shown."""
    language = session.language
    series = paid_hours(view.outcome.municipality.id)
    every = [
        (np.datetime64(f"{month}-{_MIDDLE}", "D"), value)
        for month, value in zip(series.months, series.values, strict=True)
    ]
    months = [(day, value) for day, value in every if day < view.outcome.weeks[0]]
    known = [(day, value) for day, value in months if value is not None]
    if not known:
        return
    heads = [session.text(f"history.paid_hours.{column}") for column in ("month", "share")]
    st.subheader(escape_markdown(session.text("history.paid_hours")), anchor=False)
    chart_with_table(
        session,
        "history-paid-hours",
        pa.table(
            {
                "month": pa.array(np.array([day for day, _ in months])),
                "share": pa.array([value for _, value in months], pa.float64()),
            }
        ),
        paid_hours_spec(session.text("history.paid_hours.unit"), language, palette(), session.present),
        name=session.text("history.paid_hours.name"),
        sentence=session.text(
            "history.paid_hours.sentence",
            first=short_date(known[0][0], language),
            last=short_date(known[-1][0], language),
            from_=number(known[0][1], language, 1),
            to=number(known[-1][1], language, 1),
        ),
        rows=[
            dict(zip(heads, (short_date(day, language), number(value, language, 1)), strict=True))
            for day, value in months
        ],
    )
