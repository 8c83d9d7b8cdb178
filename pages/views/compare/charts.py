"""Specify the chart of the page Compare: all scenarios and the baseline of one indicator."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt

from model.documents.axis import TICK_FORMAT
from model.documents.charts import time_axis, unit_title
from pages.components.chart_with_table import TEXT_SIZE, finished
from pages.components.theme import Palette

_DASHES: Final = ([1, 0], [10, 3], [2, 2], [8, 3, 2, 3], [14, 4], [4, 2], [12, 2, 2, 2, 2, 2], [1, 3])
_HEIGHTS: Final = {False: 320, True: 700}


@lru_cache(maxsize=32)
def lines_spec(
    lines: tuple[str, ...], unit: str, language: str, palette: Palette, present: bool
) -> dict[str, Any]:
    """Specify the chart of all scenarios, without its figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = time_axis("week", 6)
    y = alt.Y(
        "value:Q",
        axis=alt.Axis(title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False),
        scale=alt.Scale(zero=False),
    )
    colours = [palette.baseline, *palette.proposals[: len(lines) - 1]]
    dashes = [[6, 4], *_DASHES][: len(lines)]
    colour = alt.Color("line:N", scale=alt.Scale(domain=list(lines), range=colours), legend=None)
    drawn = chart.mark_line(strokeWidth=4 if present else 2.5).encode(
        x=x,
        y=y,
        color=colour,
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=list(lines), range=dashes), legend=None),
    )
    labels = (
        chart.transform_filter("datum.label != null")
        .mark_text(align="left", dx=8, fontSize=size, fontWeight=600)
        .encode(x=x, y=alt.Y("label_at:Q"), text="label:N", color=colour)
    )
    whole = alt.layer(drawn, labels).properties(
        height=_HEIGHTS[present],
        padding={"left": 4, "right": 8, "top": 8, "bottom": 4},
        title=unit_title(unit, palette, size),
    )
    return finished(whole, language, palette, present=present)
