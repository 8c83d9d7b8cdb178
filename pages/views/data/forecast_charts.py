"""Specify the bars of the back-test: how far off the forecast was by months ahead, beside the best simple guess."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import altair as alt
import pyarrow as pa

from model.documents.axis import TICK_FORMAT
from model.documents.charts import unit_title
from model.forecast.measured import ErrorRow, error_text
from model.language.catalogue import number, text
from pages.components.chart_with_table import TEXT_SIZE, finished
from pages.components.theme import Palette

_HEIGHT: Final = {False: 260, True: 620}


def bars_table(rows: Sequence[ErrorRow], names: tuple[str, str], language: str) -> pa.Table:
    """Return what is drawn; ``names`` are those of the forecast and of the best simple guess."""
    bars = [
        {
            "order": row.months_ahead,
            "ahead": number(row.months_ahead, language),
            "method": name,
            "value": value,
            "label": error_text(value, language),
        }
        for row in rows
        for name, value in zip(names, (row.ours, row.simple), strict=True)
    ]
    return pa.Table.from_pylist(bars)


@lru_cache(maxsize=16)
def bars_spec(
    names: tuple[str, str], unit: str, language: str, palette: Palette, present: bool
) -> dict[str, Any]:
    """Specify two bars by months ahead with their figures above them, without the figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = alt.X(
        "ahead:N",
        sort=alt.EncodingSortField(field="order", op="min", order="ascending"),
        axis=alt.Axis(
            title=text("forecast.column.ahead", language),
            labelAngle=0,
            ticks=False,
            domain=False,
            labelPadding=8,
        ),
        scale=alt.Scale(paddingInner=0.25),
    )
    offset = alt.XOffset("method:N", sort=list(names))
    y = alt.Y(
        "value:Q", axis=alt.Axis(title=None, format=TICK_FORMAT, tickCount=4, domain=False, ticks=False)
    )
    colour = alt.Color(
        "method:N",
        scale=alt.Scale(domain=list(names), range=[palette.accent, palette.categories[2]]),
        legend=alt.Legend(orient="top", symbolType="square", symbolSize=size**2 / 2),
    )
    bars = chart.mark_bar().encode(x=x, xOffset=offset, y=y, color=colour)
    figures = chart.mark_text(baseline="bottom", dy=-3, fontSize=size, color=palette.ink).encode(
        x=x, xOffset=offset, y=y, text="label:N"
    )
    whole = alt.layer(bars, figures).properties(
        height=_HEIGHT[present],
        title=unit_title(unit, palette, size),
        padding={"left": 4, "right": 4, "top": 4, "bottom": 4},
    )
    return finished(whole, language, palette, present=present)
