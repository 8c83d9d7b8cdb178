"""Draw where the municipality is heading with no changes: published months, the forecast, and how sure it is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pyarrow as pa
import streamlit as st

from model.documents.axis import TICK_FORMAT
from model.documents.charts import TEXT_SIZE, finished, unit_title
from model.documents.palette import Palette
from model.forecast.outlook import INNER_COVERAGE, TOLD_COVERAGE, Outlook, outlook
from model.language.catalogue import number, short_date
from model.municipality.history import BENEFITS, Benefit
from model.municipality.vintages import FIRST
from model.scenario.projection import FORECAST, STANDS_STILL
from pages.components.chart_with_table import ChartWords, columns, figure
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import palette
from pages.session.session import Session
from pages.views.explore.own_projection import draw_own_projection

_HEIGHT: Final = {False: 240, True: 560}
_CHART_ROWS: Final = ("month", "persons", "low", "high", "inner_low", "inner_high", "part")


def draw_outlook(session: Session) -> None:
    """Draw both benefits, and offer to let the figures with no changes follow the forecast or stand still."""
    scenario = session.history.current
    if scenario.baseline == FIRST:
        return
    shown = {benefit: outlook(scenario.municipality, benefit) for benefit in BENEFITS}
    st.header(session.text("page.outlook"), anchor=False)
    for one in shown.values():
        if one is not None:
            st.markdown(escape_markdown(one.sentence().text(session.language)))
    for column, (benefit, one) in zip(columns(session), shown.items(), strict=True):
        with column:
            if one is None:
                st.caption(
                    session.text("page.outlook.hidden", benefit=session.text(f"forecast.benefit.{benefit}"))
                )
            else:
                _draw_one(session, benefit, one)
    st.markdown(escape_markdown(session.text(f"page.outlook.{_state(scenario.projection)}")))
    _offer(session, scenario.projection != STANDS_STILL)
    draw_own_projection(session)


def _state(projection: object) -> str:
    """Return which of the three things happens with no changes."""
    return str(projection) if projection in (FORECAST, STANDS_STILL) else "own"


def _offer(session: Session, follows: bool) -> None:
    """Offer the other of standing still and following the forecast."""
    other = STANDS_STILL if follows else FORECAST
    if st.button(session.text(f"page.outlook.press.{other}"), key="outlook-press"):
        session.set_scenario(session.history.current.copy_with(projection=other))
        st.rerun()


def _draw_one(session: Session, benefit: Benefit, one: Outlook) -> None:
    """Draw one benefit's months with their bands."""
    language = session.language
    name = session.text(f"forecast.benefit.{benefit}")
    spec = _spec(name, session.text("page.outlook.unit"), language, palette(), session.present)
    figure(
        session,
        f"outlook-{benefit}",
        (_table(one), spec),
        ChartWords(
            session.text("page.outlook.chart", benefit=name),
            session.text("page.outlook.legend"),
            alt=one.sentence().text(language),
        ),
        rows=_rows(session, one),
        scenarios=(),
        paper=(_table(one), spec),
    )


def _table(one: Outlook) -> pa.Table:
    """Return what is drawn: published months, then the forecast from the last of them on."""
    told = one.prediction
    low, high = told.band(TOLD_COVERAGE)
    inner_low, inner_high = told.band(INNER_COVERAGE)
    published = [
        {"month": str(month), "persons": float(value), "part": "published"}
        for month, value in zip(one.months, one.published, strict=True)
        if np.isfinite(value)
    ]
    # The line and its bands begin in the last published figure.
    ahead = [_point(str(told.last_month), *([told.last] * 5))]
    ahead += [
        _point(str(month), *map(float, values))
        for month, *values in zip(told.months, told.central, low, high, inner_low, inner_high, strict=True)
    ]
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in _CHART_ROWS} for row in [*published, *ahead]]
    )


def _point(
    month: str, persons: float, low: float, high: float, inner_low: float, inner_high: float
) -> dict[str, Any]:
    """Return a month of the forecast as a row."""
    return {
        "month": month,
        "persons": persons,
        "low": low,
        "high": high,
        "inner_low": inner_low,
        "inner_high": inner_high,
        "part": "forecast",
    }


def _rows(session: Session, one: Outlook) -> list[dict[str, str]]:
    """Return the figures as people read them: the forecast's months, with what 8 of 10 are within."""
    language, told = session.language, one.prediction
    low, high = told.band(TOLD_COVERAGE)
    names = [session.text(f"page.outlook.column.{name}") for name in ("month", "persons", "low", "high")]
    first = (told.last_month, told.last, told.last, told.last)
    cells = [first, *zip(told.months, told.central, low, high, strict=True)]
    return [
        dict(
            zip(
                names,
                [
                    short_date(month.astype("datetime64[D]").astype(object), language),
                    *(number(float(v), language) for v in values),
                ],
                strict=True,
            )
        )
        for month, *values in cells
    ]


@lru_cache(maxsize=16)
def _spec(name: str, unit: str, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the line of months, the forecast's dashed one and its two bands, without the figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = alt.X(
        "month:T",
        axis=alt.Axis(title=None, format="%Y", tickCount="year", grid=False, labelPadding=6),
    )
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y(
        "persons:Q",
        scale=scale,
        axis=alt.Axis(title=None, format=TICK_FORMAT, tickCount=4, domain=False, ticks=False),
    )
    ahead = chart.transform_filter("datum.part == 'forecast'")
    bands = [
        ahead.mark_area(color=palette.accent, opacity=opacity).encode(
            x=x, y=alt.Y(f"{low}:Q", scale=scale), y2=f"{high}:Q"
        )
        for low, high, opacity in (("low", "high", 0.18), ("inner_low", "inner_high", 0.22))
    ]
    past = (
        chart.transform_filter("datum.part == 'published'")
        .mark_line(color=palette.ink, strokeWidth=2)
        .encode(x=x, y=y)
    )
    line = ahead.mark_line(color=palette.accent, strokeWidth=2.5, strokeDash=[6, 4]).encode(x=x, y=y)
    whole = alt.layer(*bands, past, line).properties(
        height=_HEIGHT[present],
        title=unit_title(f"{name}, {unit}", palette, size),
        padding={"left": 4, "right": 8, "top": 4, "bottom": 4},
    )
    return finished(whole, language, palette, present=present)
