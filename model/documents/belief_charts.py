"""Specify the picture of what the tables believe: a line and a dot each, without names, beside the model's range."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import altair as alt
import pyarrow as pa

from model.documents.axis import ends
from model.documents.charts import TEXT_SIZE, finished
from model.documents.palette import Palette
from model.language.catalogue import number, text
from model.parameters.sourced_value import Parameter
from model.scenario.levers import decimals_of
from model.workshop.answers import Belief

# Heights in pixels: the assumption's name, each line, the air below.
_NAME: Final = 20.0
_LINE: Final = 9.0
_AIR: Final = 14.0
_SCHEMA: Final = pa.schema(
    [
        *(("kind", pa.string()), ("label", pa.string()), ("x", pa.float64()), ("x2", pa.float64())),
        *(("y", pa.float64()), ("y2", pa.float64())),
    ]
)


def beliefs_chart(
    parameters: Sequence[Parameter],
    beliefs: Sequence[Sequence[Belief]],
    language: str,
    palette: Palette,
    *,
    present: bool = False,
) -> tuple[pa.Table, dict[str, Any]]:
    """Return what is drawn of each assumption and the specification. ``beliefs``: those of each table."""
    larger = TEXT_SIZE[present] / TEXT_SIZE[False]
    rows: list[dict[str, Any]] = []
    top = 0.0
    for parameter in parameters:
        own = sorted(
            (belief for of_table in beliefs for belief in of_table if belief.parameter == parameter.id),
            key=lambda belief: (belief.likely, belief.low, belief.high),
        )
        rows += _rows(parameter, own, language, top, larger)
        top += (_NAME + _LINE * max(len(own), 1) + _AIR) * larger
    return pa.Table.from_pylist(rows, schema=_SCHEMA), _spec(
        language, palette, present, max(top, 1.0), larger
    )


def _rows(
    parameter: Parameter, beliefs: Sequence[Belief], language: str, top: float, larger: float
) -> list[dict[str, Any]]:
    """Return what is drawn of one assumption, from ``top`` pixels on; places from 0 to 1 on its own scale."""
    sourced = parameter.value
    model = [sourced.value, *(end for end in (sourced.low, sourced.high) if end is not None)]
    told = [end for belief in beliefs for end in (belief.low, belief.likely, belief.high)]
    low, high = ends([], (*model, *told))
    first = top + _NAME * larger
    last = first + _LINE * larger * max(len(beliefs), 1)

    def at(value: float) -> float:
        """Return the place of a value."""
        return (value - low) / (high - low)

    def row(kind: str, x: float, y: float, **more: Any) -> dict[str, Any]:
        return {"kind": kind, "label": None, "x": x, "x2": None, "y": y, "y2": None, **more}

    decimals = decimals_of(sourced.value)
    note = text("page_workshop.beliefs.model", language, value=number(sourced.value, language, decimals))
    rows = [
        row("title", 0.0, top, label=parameter.label(language)),
        row("note", 1.0, top, label=note),
        row("range", at(min(model)), first, x2=at(max(model)), y2=last),
        row("model", at(sourced.value), first, y2=last),
    ]
    for place, belief in enumerate(beliefs):
        y = first + (place + 0.5) * _LINE * larger
        rows.append(row("line", at(belief.low), y, x2=at(belief.high)))
        rows.append(row("dot", at(belief.likely), y))
    return rows


@lru_cache(maxsize=32)
def _spec(language: str, palette: Palette, present: bool, height: float, larger: float) -> dict[str, Any]:
    """Specify the picture, without its figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))

    def only(kind: str) -> alt.Chart:
        """Return the rows of one kind."""
        return chart.transform_filter(f"datum.kind == '{kind}'")

    title: dict[str, Any] = {"baseline": "top", "fontSize": size}
    whole = alt.layer(
        only("range").mark_rect(color=palette.grid, opacity=0.6).encode(x=x, x2="x2:Q", y=y, y2="y2:Q"),
        only("model").mark_rule(color=palette.baseline, strokeWidth=2 * larger).encode(x=x, y=y, y2="y2:Q"),
        only("line").mark_rule(color=palette.accent, strokeWidth=1.5 * larger).encode(x=x, x2="x2:Q", y=y),
        only("dot")
        .mark_point(color=palette.accent, filled=True, opacity=1, size=60 * larger**2)
        .encode(x=x, y=y),
        only("title").mark_text(align="left", color=palette.ink, **title).encode(x=x, y=y, text="label:N"),
        only("note").mark_text(align="right", color=palette.quiet, **title).encode(x=x, y=y, text="label:N"),
    ).properties(height=height, padding={"left": 10, "right": 10, "top": 6, "bottom": 6})
    return finished(whole, language, palette, present=present)
