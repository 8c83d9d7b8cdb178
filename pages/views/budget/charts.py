"""Specify the charts of the page Budget: columns per year with whiskers, the draws as dots, the refund ladder."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt

from model.documents.axis import TICK_FORMAT
from model.documents.charts import TEXT_SIZE, beside_marks, finished, unit_title, whiskers
from pages.components.theme import Palette

LADDER_END: Final = 104
_LADDER_HEIGHTS: Final = {False: 260, True: 560}
_COLUMN_HEIGHTS: Final = {False: 215, True: 560}
_AMOUNT_SIZE: Final = {False: 17, True: 56}  # the year's amount, read first
_DOT: Final = {False: 200, True: 1300}  # square points
_DOT_ROW: Final = {False: 18, True: 46}
# What is saved, what is spent, and what may be either: the sign at the amount says the same.
KINDS: Final = ("saves", "costs", "either")


def colours(palette: Palette) -> alt.Scale:
    """Return the colours of savings, costs and what may be either."""
    return alt.Scale(domain=list(KINDS), range=[palette.accent, palette.categories[1], palette.baseline])


@lru_cache(maxsize=16)
def columns_spec(unit: str, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the columns of the net difference per year with their whiskers, without their figures."""
    size, amount = TEXT_SIZE[present], _AMOUNT_SIZE[present]
    chart = alt.Chart()
    x = alt.X(
        "year:N",
        axis=alt.Axis(title=None, labelAngle=0, ticks=False, domain=False, labelPadding=8),
        scale=alt.Scale(paddingInner=0.35, paddingOuter=0.2),
    )
    axis = alt.Axis(title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False)
    y = alt.Y("amount:Q", axis=axis, scale=alt.Scale(zero=True, nice=False))
    thick = 4 if present else 2
    layers = [
        chart.mark_point(opacity=0, size=0).encode(x=x, y="bottom:Q"),
        chart.mark_point(opacity=0, size=0).encode(x=x, y="top:Q"),
        chart.mark_bar(opacity=0.85).encode(
            x=x, y=y, color=alt.Color("kind:N", scale=colours(palette), legend=None)
        ),
        chart.mark_rule(color=palette.quiet).encode(y=alt.datum(0)),
        *whiskers(chart, x, ("low", "high"), thick, color=palette.ink),
        # The administration's proposal, where one is chosen.
        *beside_marks(chart, x, ("reference", "reference_low", "reference_high"), thick, palette),
        # The figures stand in a row above the columns, where no whisker covers them.
        chart.mark_text(
            baseline="bottom", dy=-size - 8, fontSize=amount, fontWeight=600, color=palette.ink
        ).encode(x=x, y=alt.value(0), text="label:N"),
        chart.mark_text(baseline="bottom", dy=-4, fontSize=size, color=palette.quiet).encode(
            x=x, y=alt.value(0), text="ends:N"
        ),
    ]
    title = unit_title(unit, palette, size)
    title.offset = size + amount + 14
    whole = alt.layer(*layers).properties(
        height=_COLUMN_HEIGHTS[present], padding={"left": 4, "right": 8, "top": 4, "bottom": 4}, title=title
    )
    return finished(whole, language, palette, present=present)


@lru_cache(maxsize=16)
def dots_spec(unit: str, rows: int, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the draws as dots in ``rows`` rows, those that save enough in colour, without their figures."""
    chart = alt.Chart()
    x = alt.X(
        "place:Q",
        axis=alt.Axis(title=unit, format=TICK_FORMAT, tickCount=5, grid=False),
        scale=alt.Scale(zero=False, nice=False, padding=4),
    )
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[0.4, rows + 0.6]))
    dots = chart.transform_filter("datum.row != null").mark_circle(size=_DOT[present], opacity=1)
    enough = alt.Color(
        "enough:N",
        scale=alt.Scale(domain=["yes", "no"], range=[palette.accent, palette.grid]),
        legend=None,
    )
    layers = [
        dots.encode(x=x, y=y, color=enough),
        # An outline for those without colour, so that they are seen on any ground.
        chart.transform_filter("datum.enough == 'no'")
        .mark_point(size=_DOT[present], color=palette.quiet, strokeWidth=1)
        .encode(x=x, y=y),
        chart.mark_point(opacity=0, size=0).encode(x=x),
        chart.transform_filter("datum.line != null")
        .mark_rule(color=palette.ink, strokeWidth=4 if present else 2)
        .encode(x="line:Q"),
    ]
    whole = alt.layer(*layers).properties(
        height=_DOT_ROW[present] * (max(rows, 3) + 3), padding={"left": 4, "right": 8, "top": 4, "bottom": 4}
    )
    return finished(whole, language, palette, present=present)


@lru_cache(maxsize=16)
def ladder_spec(unit: str, axis: str, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the chart of the refund ladder, without its figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = alt.X(
        "week:Q",
        axis=alt.Axis(title=axis, values=[0, 4, 26, 52, 78, 104], grid=False, format=".0f"),
        scale=alt.Scale(domain=[0, LADDER_END], nice=False),
    )
    y = alt.Y(
        "share:Q",
        axis=alt.Axis(title=None, tickCount=5, domain=False, ticks=False),
        scale=alt.Scale(domain=[0, 100]),
    )
    area = chart.mark_area(
        interpolate="step-after",
        color=palette.accent,
        opacity=0.18,
        line={"color": palette.accent, "strokeWidth": 2.5},
    ).encode(x=x, y=y)
    labels = (
        chart.transform_filter("datum.label != null")
        .mark_text(align="left", baseline="bottom", dx=5, dy=-5, fontSize=size, color=palette.ink)
        .encode(x=alt.X("label_week:Q"), y=y, text="label:N")
    )
    whole = alt.layer(area, labels).properties(
        height=_LADDER_HEIGHTS[present], title=unit_title(unit, palette, size)
    )
    return finished(whole, language, palette, present=present)
