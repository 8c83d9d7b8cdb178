"""Draw named bars one under another, each with its range: the parts of a waterfall, or rows that all begin at zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import altair as alt
import pyarrow as pa

from model.documents.axis import TICK_FORMAT, ends_around_zero
from model.documents.charts import TEXT_SIZE, finished, unit_title
from model.language.drawn_range import DrawnRange
from pages.components.theme import Palette

Kind = Literal["down", "up", "either", "total"]
KINDS: Final[tuple[Kind, ...]] = ("down", "up", "either", "total")
_ROW: Final = {False: 42, True: 104}
# What the axis and the unit above need.
_AROUND: Final = {False: 64, True: 150}


@dataclass(frozen=True)
class BarRow:
    """One bar from ``start`` to ``end`` with its range from ``low`` to ``high``, all in the axis' unit."""

    name: str
    label: str  # its figure and range in words, at the right end of the row
    start: float
    end: float
    low: float | None
    high: float | None
    kind: Kind


def kind_colours(palette: Palette) -> alt.Scale:
    """Return the colours of less, more, either or equal, and the whole. The label's sign says the same."""
    return alt.Scale(
        domain=list(KINDS),
        range=[palette.accent, palette.categories[1], palette.baseline, palette.ink],
    )


def kind_of(told: str) -> Kind:
    """Return the colour of what is told of an amount or of persons: saved, fewer; costs, more; else either or equal."""
    if told in ("saves", "lower", "fewer"):
        return "down"
    return "up" if told in ("costs", "higher", "more") else "either"


def waterfall(
    parts: Sequence[tuple[str, str, float, DrawnRange | None, Kind]], unit: float = 1.0
) -> list[BarRow]:
    """Put parts end to end: each begins where the one before it ends. The last is the whole, which begins at zero.

    Arguments: per part its name, its label, its figure, its range (None: not known yet) and its colour; the figures are
    shown in ``unit`` (1e6 for millions).
    """
    rows, at = [], 0.0
    for i, (name, label, value, drawn, kind) in enumerate(parts):
        whole = i == len(parts) - 1
        start = 0.0 if whole else at
        rows.append(
            BarRow(
                name,
                label,
                start / unit,
                (start + value) / unit,
                None if drawn is None else (start + drawn.low) / unit,
                None if drawn is None else (start + drawn.high) / unit,
                "total" if whole else kind,
            )
        )
        at += value
    return rows


def bar_rows(
    rows: Sequence[BarRow], unit: str, language: str, palette: Palette, *, present: bool
) -> tuple[pa.Table, dict[str, Any]]:
    """Return what is drawn of the rows, in their order, and the specification."""
    places = [value for row in rows for value in (row.start, row.end, row.low, row.high)]
    left, right = ends_around_zero(places, least=1e-3)
    table = pa.table(
        {
            "name": pa.array([row.name for row in rows]),
            "order": pa.array(range(len(rows)), pa.int64()),
            "label": pa.array([row.label for row in rows]),
            "start": pa.array([row.start for row in rows], pa.float64()),
            "end": pa.array([row.end for row in rows], pa.float64()),
            "low": pa.array([row.low for row in rows], pa.float64()),
            "high": pa.array([row.high for row in rows], pa.float64()),
            "kind": pa.array([row.kind for row in rows]),
            "left": pa.array([left] * len(rows), pa.float64()),
            "right": pa.array([right] * len(rows), pa.float64()),
        }
    )
    return table, bar_rows_spec(unit, len(rows), language, palette, present)


@lru_cache(maxsize=64)
def bar_rows_spec(unit: str, rows: int, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the rows, without their figures."""
    size, row = TEXT_SIZE[present], _ROW[present]
    # The words stand above their bar, so that a narrow screen keeps its width for the bars.
    above, below = -0.24 * row, 0.16 * row
    thick = 4 if present else 2
    chart = alt.Chart()
    y = alt.Y("order:O", axis=None, scale=alt.Scale(padding=0))
    axis = alt.Axis(title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False)

    def x(field: str) -> alt.X:
        """Return the axis of values for one field."""
        return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(nice=False))

    known = chart.transform_filter("datum.low != null")
    layers = [
        chart.mark_point(opacity=0, size=0).encode(x=x("left")),
        chart.mark_point(opacity=0, size=0).encode(x=x("right")),
        chart.mark_bar(height=0.36 * row, yOffset=below, opacity=0.85).encode(
            y=y, x=x("start"), x2="end:Q", color=alt.Color("kind:N", scale=kind_colours(palette), legend=None)
        ),
        chart.mark_rule(color=palette.quiet).encode(x=alt.datum(0)),
        known.mark_rule(color=palette.quiet, strokeWidth=thick, yOffset=below).encode(
            y=y, x=x("low"), x2="high:Q"
        ),
        *(
            known.mark_tick(color=palette.quiet, thickness=thick, size=0.24 * row, yOffset=below).encode(
                y=y, x=x(end)
            )
            for end in ("low", "high")
        ),
        chart.mark_text(
            align="left",
            dy=above,
            fontSize=size,
            color=palette.ink,
            limit=alt.ExprRef(f"width - {0.62 * size:.1f} * length(datum.label) - {size}"),
        ).encode(y=y, x=alt.value(0), text="name:N"),
        chart.mark_text(align="right", dy=above, fontSize=size, fontWeight=600, color=palette.ink).encode(
            y=y, x=alt.value("width"), text="label:N"
        ),
    ]
    whole = alt.layer(*layers).properties(
        height=row * rows + _AROUND[present],
        title=unit_title(unit, palette, size),
        padding={"left": 4, "right": 4, "top": 4, "bottom": 4},
    )
    return finished(whole, language, palette, present=present)
