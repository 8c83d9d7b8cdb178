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
from model.goals.drawn_range import DrawnRange
from pages.components.chart_with_table import TEXT_SIZE, finished
from pages.components.theme import Palette

_STEP: Final = {False: 34, True: 64}
_LABEL_WIDTH: Final = {False: 150, True: 420}
_KINDS: Final = ("card", "sum", "interaction", "total")
_SCHEMA: Final = pa.schema(
    [
        ("name", pa.string()),
        ("kind", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("label", pa.string()),
        ("label_at", pa.float64()),
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
        # Two cards may have one title: the number in front keeps them apart.
        name = f"{at}. {row.name}" if kind == "card" else row.name
        low, high = (None, None) if ends is None or not ends.is_known else (ends.low, ends.high)
        right = max(v for v in (value, high, 0.0) if v is not None)
        for column, cell in zip(columns, (name, kind, value, low, high, row.shown, right), strict=True):
            column.append(cell)
    return pa.table(columns, schema=_SCHEMA), bars_spec(unit, *look)


@lru_cache(maxsize=32)
def bars_spec(unit: str, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the chart, without its figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    y = alt.Y(
        "name:N",
        sort=None,
        axis=alt.Axis(
            title=None, labelLimit=_LABEL_WIDTH[present], domain=False, ticks=False, labelPadding=8
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
    labels = chart.mark_text(align="left", dx=8, fontSize=size, color=palette.ink).encode(
        x="label_at:Q", y=y, text="label:N"
    )
    whole = alt.layer(bars, zero, under, range_, *ends, labels).properties(
        height={"step": _STEP[present]},
        padding={"left": 4, "right": 200 if present else 76, "top": 4, "bottom": 4},
        title=unit_title(unit, palette, size),
    )
    return finished(whole, language, palette, present=present)
