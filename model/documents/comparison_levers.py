"""Specify the picture of what each proposal sets the levers to: a dot each, with its mark, beside today's value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import altair as alt
import pyarrow as pa

from model.documents.axis import ends
from model.documents.charts import TEXT_SIZE, finished
from model.documents.comparison_charts import MOST_LABELLED, SHAPES
from model.documents.palette import Palette
from model.language.catalogue import text
from model.scenario.diff import lever_figure, lever_name
from model.workshop.common_ground import LeverSpread

# Heights in pixels of a lever: its name, its dots, the air below.
_NAME: Final = 20.0
_DOTS: Final = 26.0
_AIR: Final = 8.0
# Dots that would hide each other stand so many pixels above each other, at most so many rows.
_APART: Final = 8.0
_ROWS: Final = 3
_NEAR: Final = 0.02  # of the scale
_LABEL: Final = 0.08  # of the scale that a figure takes, also on a phone


def levers_chart(
    spreads: Sequence[LeverSpread],
    names: Sequence[str],
    language: str,
    palette: Palette,
) -> tuple[pa.Table, dict[str, Any]]:
    """Return what is drawn of every lever and the specification; at most eight proposals have a mark of their own."""
    each = _NAME + _DOTS + _AIR
    rows: list[dict[str, Any]] = []
    for place, spread in enumerate(spreads):
        rows += _rows(spread, names, language, place * each)
    spec = _spec(tuple(names), language, palette, each * max(len(spreads), 1))
    return pa.Table.from_pylist(rows, schema=_SCHEMA), spec


_SCHEMA: Final = pa.schema(
    [
        *(("kind", pa.string()), ("name", pa.string()), ("label", pa.string())),
        *(("x", pa.float64()), ("x2", pa.float64()), ("y", pa.float64())),
    ]
)


def _rows(spread: LeverSpread, names: Sequence[str], language: str, top: float) -> list[dict[str, Any]]:
    """Return what is drawn of one lever, from ``top`` pixels on; places from 0 to 1 on its own scale."""
    low, high = ends([], (spread.base, *spread.values))
    line = top + _NAME + 0.75 * _DOTS

    def at(value: float) -> float:
        """Return the place of a value."""
        return (value - low) / (high - low)

    def row(
        kind: str, x: float, y: float, name: str | None = None, label: str | None = None
    ) -> dict[str, Any]:
        return {"kind": kind, "name": name, "x": x, "x2": 1.0, "y": y, "label": label}

    lever, group = spread.target
    today = text("page_workshop.show.today", language, value=lever_figure(lever, spread.base, language))
    rows = [
        row("title", 0.0, top, label=lever_name(lever, group, language)),
        row("note", 1.0, top, label=today),
        row("scale", 0.0, line),
        row("now", at(spread.base), line),
    ]
    taken: list[float] = []
    for name, value in zip(names, spread.values, strict=True):
        if value == spread.base:
            # It stays: a dot on today's mark would look like a proposal.
            continue
        level = min(sum(abs(x - at(value)) < _NEAR for x in taken), _ROWS - 1)
        taken.append(at(value))
        # The figure of each where they are few, else of those that stand alone: more would cover each other.
        near = sum(abs(at(other) - at(value)) < _LABEL for other in spread.values if other != spread.base)
        told = len(names) <= MOST_LABELLED or near == 1
        shown = lever_figure(lever, value, language) if told else ""
        rows.append(row("dot", at(value), line - level * _APART, name, shown))
    return rows


@lru_cache(maxsize=32)
def _spec(names: tuple[str, ...], language: str, palette: Palette, height: float) -> dict[str, Any]:
    """Specify the picture, without its figures."""
    size = TEXT_SIZE[False]
    chart = alt.Chart()
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))

    def only(kind: str) -> alt.Chart:
        """Return the rows of one kind."""
        return chart.transform_filter(f"datum.kind == '{kind}'")

    shown = names[: len(SHAPES)]
    colour = alt.Color(
        "name:N",
        scale=alt.Scale(domain=list(shown), range=list(palette.proposals[: len(shown)])),
        legend=None,
    )
    shape = alt.Shape(
        "name:N", scale=alt.Scale(domain=list(shown), range=list(SHAPES[: len(shown)])), legend=None
    )
    dot = 90
    whole = alt.layer(
        only("title")
        .mark_text(align="left", baseline="top", fontSize=size, color=palette.ink)
        .encode(x=x, y=y, text="label:N"),
        only("note")
        .mark_text(align="right", baseline="top", fontSize=size, color=palette.quiet)
        .encode(x=x, y=y, text="label:N"),
        only("scale").mark_rule(color=palette.grid).encode(x=x, x2="x2:Q", y=y),
        only("now")
        .mark_tick(color=palette.baseline, thickness=2, size=16, orient="vertical")
        .encode(x=x, y=y),
        only("dot")
        .mark_text(baseline="bottom", dy=-0.5 * size, fontSize=0.9 * size, color=palette.ink)
        .encode(x=x, y=y, text="label:N"),
        only("dot").mark_point(filled=True, opacity=1, size=dot).encode(x=x, y=y, color=colour, shape=shape),
    ).properties(height=height, padding={"left": 10, "right": 10, "top": 6, "bottom": 6})
    return finished(whole, language, palette)
