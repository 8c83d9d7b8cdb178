"""Specify the chart of the page Why that is its own: a hundred newcomers by what has become of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt

from pages.components.chart_with_table import TEXT_SIZE, finished
from pages.components.theme import Palette

# What may have become of a newcomer, in the order of the bar.
WAYS: Final = ("job", "education", "other", "still")
_ROW: Final = {False: 54, True: 130}
_AROUND: Final = {False: 76, True: 220}
# A part narrower than this has no room for its figure.
_LEAST: Final = 4.0


@lru_cache(maxsize=32)
def hundred_spec(
    ways: tuple[str, ...], rows: int, language: str, palette: Palette, present: bool
) -> dict[str, Any]:
    """Specify the bars of a hundred newcomers, without their figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    colours = [palette.accent, palette.categories[3], palette.categories[2], palette.grid]
    colour = alt.Color(
        "way:N",
        scale=alt.Scale(domain=list(ways), range=colours),
        legend=alt.Legend(orient="top", columns=2, symbolType="square", symbolSize=size**2 / 2),
    )
    y = alt.Y("run:N", sort=None, axis=None, scale=alt.Scale(padding=0))
    x = alt.X("start:Q", axis=None, scale=alt.Scale(domain=[0, 100], nice=False))
    below = 0.14 * _ROW[present]
    bars = chart.mark_bar(height=0.5 * _ROW[present], yOffset=below).encode(
        y=y, x=x, x2="end:Q", color=colour
    )
    middle = chart.transform_calculate(middle="(datum.start + datum.end) / 2").transform_filter(
        f"datum.end - datum.start >= {_LEAST}"
    )
    dark = {"condition": {"test": f"datum.way == '{ways[0]}'", "value": palette.ground}, "value": palette.ink}
    figures = middle.mark_text(fontSize=size, fontWeight=600, dy=below).encode(
        y=y, x="middle:Q", text="label:N", color=dark
    )
    names = (
        chart.transform_filter("datum.start == 0")
        .mark_text(align="left", dy=-0.26 * _ROW[present], fontSize=size, color=palette.ink)
        .encode(y=y, x=alt.value(0), text="run:N")
    )
    whole = alt.layer(bars, figures, names).properties(
        height=_ROW[present] * rows + _AROUND[present],
        padding={"left": 4, "right": 4, "top": 4, "bottom": 4},
    )
    return finished(whole, language, palette, present=present)
