"""Specify the chart of the page Catalogue: a bar with its range per card, the sum, the interaction and the total."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import altair as alt
import pyarrow as pa

from model.catalogue.sentences import EffectRow
from model.documents.axis import TICK_FORMAT
from model.documents.charts import unit_title
from model.language.drawn_range import DrawnRange
from pages.components.chart_with_table import TEXT_SIZE, finished
from pages.components.theme import Palette

_STEP: Final = {False: 42, True: 96}
_LABEL_WIDTH: Final = {False: 170, True: 480}
_KINDS: Final = ("card", "sum", "interaction", "total")
_SCHEMA: Final = pa.schema(
    [
        ("at", pa.int64()),
        ("name", pa.string()),
        ("kind", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
    ]
)


def bars_chart(
    rows: Sequence[EffectRow],
    drawn: Sequence[tuple[str, float, DrawnRange | None]],
    unit: str,
    look: tuple[str, Palette, bool],
) -> tuple[pa.Table, dict[str, Any]]:
    """Return what is drawn and the specification; ``look`` is language, palette and whether on the big screen."""
    columns: list[list[Any]] = [[] for _ in _SCHEMA]
    for at, (row, (kind, value, ends)) in enumerate(zip(rows, drawn, strict=True), start=1):
        # Two cards may have one title: the number in front keeps them apart. The figure stands below the name.
        name = f"{at}. {row.name}" if kind == "card" else row.name
        figure = f"{row.bare} ({row.ends})" if row.ends and row.ends != row.bare else row.bare
        low, high = (None, None) if ends is None or not ends.is_known else (ends.low, ends.high)
        for column, cell in zip(columns, (at, f"{name}\n{figure}", kind, value, low, high), strict=True):
            column.append(cell)
    return pa.table(columns, schema=_SCHEMA), bars_spec(unit, *look)


@lru_cache(maxsize=32)
def bars_spec(unit: str, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the chart, without its figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    y = alt.Y(
        "name:N",
        sort=alt.EncodingSortField(field="at", op="min", order="ascending"),
        axis=alt.Axis(
            title=None,
            labelLimit=_LABEL_WIDTH[present],
            labelExpr="split(datum.label, '\\n')",
            domain=False,
            ticks=False,
            labelPadding=8,
        ),
    )
    axis = alt.Axis(title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False)
    colours = [palette.accent, palette.categories[2], palette.categories[1], palette.ink]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(_KINDS), range=colours), legend=None)
    bars = chart.mark_bar(height={"band": 0.6}).encode(x=alt.X("value:Q", axis=axis), y=y, color=colour)
    zero = chart.mark_rule(color=palette.quiet).encode(x=alt.datum(0))
    # The range is drawn over the bar on a wider rule of the ground, so that it is seen on every colour.
    under = chart.mark_rule(strokeWidth=5, color=palette.ground).encode(x="low:Q", x2="high:Q", y=y)
    range_ = chart.mark_rule(strokeWidth=2, color=palette.quiet).encode(x="low:Q", x2="high:Q", y=y)
    ends = [
        chart.mark_tick(thickness=2, size=10, color=palette.quiet).encode(x=f"{end}:Q", y=y)
        for end in ("low", "high")
    ]
    whole = alt.layer(bars, zero, under, range_, *ends).properties(
        height={"step": _STEP[present]},
        padding={"left": 4, "right": 12, "top": 4, "bottom": 4},
        title=unit_title(unit, palette, size),
    )
    return finished(whole, language, palette, present=present)
