"""Specify the charts of the page Data: lines over months with labels at their ends, and bars of the residuals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.documents.axis import TICK_FORMAT
from model.documents.charts import spread, time_axis
from pages.components import sticky_axis
from pages.components.chart_with_table import TEXT_SIZE, finished
from pages.components.theme import Palette

Floats = NDArray[np.float64]
Months = NDArray[np.datetime64]

_HEIGHT: Final = {False: 300, True: 700}
_BARS: Final = {False: 170, True: 420}
_LABEL_ROOM: Final = {False: 8, True: 16}


@dataclass(frozen=True)
class Line:
    """One line: the palette's word for its colour, and its dashes (empty: solid)."""

    kind: str
    colour: str  # "accent", "ink", "baseline" or the number of a category
    dash: tuple[int, ...] = ()
    width: float = 2.0

    def drawn_in(self, palette: Palette) -> str:
        """Return its colour on this ground."""
        if self.colour.isdigit():
            return palette.categories[int(self.colour)]
        return str(getattr(palette, self.colour))


def _months(step: int, marks: Sequence[str] = ()) -> alt.X:
    """Return the axis of months."""
    named = [alt.DateTime(year=int(m[:4]), month=int(m[5:7]), date=1, utc=True) for m in marks]
    return time_axis("month", step, **({"values": named} if named else {}))


@lru_cache(maxsize=64)
def spec(
    lines: tuple[Line, ...],
    unit: str,
    language: str,
    palette: Palette,
    present: bool,
    step: int,
    marks: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Specify lines with direct labels."""
    size = TEXT_SIZE[present]
    x = _months(step, marks)
    axis = alt.Axis(title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False, labelPadding=8)

    def y(field: str) -> alt.Y:
        """Return the axis of values for one field."""
        return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(zero=False, nice=False))

    chart = alt.Chart()
    valid = alt.FieldValidPredicate
    edges = chart.transform_filter(valid(field="edge", valid=True)).mark_point(opacity=0, size=0)
    layers: list[Any] = [edges.encode(x=x, y=y("edge"))]
    for line in lines:
        width = line.width * (1.6 if present else 1.0)
        layers.append(
            chart.mark_line(
                color=line.drawn_in(palette), strokeWidth=width, strokeDash=list(line.dash) or [1, 0]
            ).encode(x=x, y=y(line.kind))
        )
    for line in lines:
        ends = chart.transform_filter(valid(field=f"at_{line.kind}", valid=True))
        layers.append(
            ends.mark_text(
                align="left", dx=8, fontSize=size, fontWeight=600 if line.width > 2 else 400,
                color=palette.ink if line.colour.isdigit() else line.drawn_in(palette),
            ).encode(x=x, y=y(f"at_{line.kind}"), text=f"label_{line.kind}:N")
        )  # fmt: skip
    whole = alt.layer(*layers).properties(
        height=_HEIGHT[present],
        title=alt.TitleParams(
            text=unit, anchor="start", fontSize=size, fontWeight=400, offset=10, color=palette.quiet, frame="group"
        ),
        padding={"left": 4, "right": _LABEL_ROOM[present], "top": 4, "bottom": 4},
    )  # fmt: skip
    return finished(whole, language, palette, present=present)


def table(months: Months, values: Mapping[str, Floats], labels: Mapping[str, str]) -> pa.Table:
    """Return the figures of :func:`spec`: ``values`` by line, each [n], nan where a line has nothing."""
    series = list(values.values())
    bottom, high = sticky_axis.ends(series, ())
    n = len(months)
    none: list[Any] = [None] * (n - 1)
    last = {
        kind: float(v[np.isfinite(v)][-1])
        for kind, v in values.items()
        if np.isfinite(v).any() and labels.get(kind)
    }
    places = spread(last, bottom, high)
    columns: dict[str, Any] = {
        "month": pa.array(months.astype("datetime64[D]")),
        "edge": pa.array([bottom, *[None] * (n - 2), high] if n > 1 else [bottom], pa.float64()),
    }
    for kind, v in values.items():
        columns[kind] = pa.array([float(f) if np.isfinite(f) else None for f in v], pa.float64())
        columns[f"label_{kind}"] = pa.array([*none, labels.get(kind, "")], pa.string())
        columns[f"at_{kind}"] = pa.array([*none, places.get(kind)], pa.float64())
    return pa.table(columns)


def low(series: Sequence[Floats]) -> float:
    """Return where the axis of these lines begins."""
    return sticky_axis.ends(series, ())[0]


@lru_cache(maxsize=16)
def bars_spec(
    unit: str, shock: str, language: str, palette: Palette, present: bool, step: int
) -> dict[str, Any]:
    """Specify one bar a month over and under zero; months out of the ordinary are pale and named."""
    size = TEXT_SIZE[present]
    x = _months(step)
    axis = alt.Axis(
        title=None, format=f"+{TICK_FORMAT}", tickCount=4, domain=False, ticks=False, labelPadding=8
    )
    chart = alt.Chart()
    bars = chart.mark_bar(size=5 if not present else 10).encode(
        x=x,
        y=alt.Y("residual:Q", axis=axis),
        color=alt.condition("datum.shock", alt.value(palette.categories[1]), alt.value(palette.accent)),
    )
    zero = chart.mark_rule(color=palette.quiet).encode(y=alt.datum(0))
    note = (
        chart.transform_filter(alt.FieldValidPredicate(field="note", valid=True))
        .mark_text(align="right", dx=-6, baseline="middle", fontSize=size, color=palette.ink)
        .encode(x=x, y="note_at:Q", text=alt.value(shock))
    )
    whole = alt.layer(zero, bars, note).properties(
        height=_BARS[present],
        title=alt.TitleParams(
            text=unit, anchor="start", fontSize=size, fontWeight=400, offset=10, color=palette.quiet, frame="group"
        ),
        padding={"left": 4, "right": _LABEL_ROOM[present], "top": 4, "bottom": 4},
    )  # fmt: skip
    return finished(whole, language, palette, present=present)


def bars_table(months: Months, residuals: Floats, shock: Sequence[bool]) -> pa.Table:
    """Return the figures of :func:`bars_spec`; the name of the shock stands before its largest bar."""
    marked = np.flatnonzero(np.asarray(shock) & np.isfinite(residuals))
    largest = int(marked[np.abs(residuals[marked]).argmax()]) if marked.size else -1
    n = len(months)
    return pa.table(
        {
            "month": pa.array(months.astype("datetime64[D]")),
            "residual": pa.array([float(r) if np.isfinite(r) else None for r in residuals], pa.float64()),
            "shock": pa.array(list(map(bool, shock))),
            "note": pa.array([1.0 if i == largest else None for i in range(n)], pa.float64()),
            "note_at": pa.array(
                [float(residuals[i]) * 0.85 if i == largest else None for i in range(n)], pa.float64()
            ),
        }
    )
