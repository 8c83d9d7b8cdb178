"""Specify the chart of the page What would it take: the best that each budget reaches."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt
import pyarrow as pa

from model.budget.sentences import millions
from model.documents.axis import TICK_FORMAT
from model.documents.charts import unit_label
from model.language.catalogue import number
from model.seek.answer import Curve, CurvePoint
from pages.components.chart_with_table import TEXT_SIZE, Row, finished
from pages.components.theme import Palette
from pages.session.session import Session

_HEIGHTS: Final = {False: 300, True: 640}


def curve_chart(session: Session, curve: Curve, palette: Palette) -> dict[str, Any]:
    """Return the chart of the best that each budget reaches."""
    indicator, language, points = curve.indicator, session.language, curve.points
    decimals = indicator.decimals
    unit, axis = unit_label(indicator, language), session.text("page_seek.curve.budget")
    labels = ["" if point.suppressed else number(point.value, language, decimals) for point in points]
    columns = {
        "budget": [point.budget / 1e6 for point in points],
        "value": pa.array([None if point.suppressed else point.value for point in points], pa.float64()),
        "target": [curve.target] * len(points),
        "label": labels,
    }
    return {
        "table": pa.table(columns),
        "spec": _curve_spec(unit, axis, language, palette, session.present),
        "name": session.text("page_seek.curve.name", title=indicator.title.text(language)),
        "sentence": _curve_sentence(session, curve),
        "rows": _curve_rows(session, curve),
    }


def _value_text(session: Session, curve: Curve, point: CurvePoint) -> str:
    """Format the value that a budget reaches; suppress a small one."""
    if point.suppressed:
        return session.text("disclosure.not_shown")
    return curve.indicator.shown(point.value, session.language)


def _curve_sentence(session: Session, curve: Curve) -> str:
    """Describe what the smallest and the largest budget reach."""
    first, last = curve.points[0], curve.points[-1]
    if len(curve.points) == 1:
        return session.text("page_seek.curve.one", value=_value_text(session, curve, last))
    return session.text(
        "page_seek.curve.sentence",
        low=millions(first.budget, session.language),
        first=_value_text(session, curve, first),
        high=millions(last.budget, session.language),
        last=_value_text(session, curve, last),
    )


def _curve_rows(session: Session, curve: Curve) -> list[Row]:
    """List each budget with the value that it reaches and the levers that reach it."""
    language = session.language
    return [
        {
            session.text("page_seek.curve.row_budget"): number(point.budget / 1e6, language, 1),
            session.text("page_seek.curve.value"): _value_text(session, curve, point),
            session.text("page_seek.curve.levers"): "; ".join(
                f"{move.label(language)}: {move.shown(move.after, language)}"
                for move in point.moves
                if move.moved
            ),
        }
        for point in curve.points
    ]


@lru_cache(maxsize=32)
def _curve_spec(unit: str, axis: str, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the curve, without its figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = alt.X("budget:Q", axis=alt.Axis(title=axis, grid=False, format=TICK_FORMAT, tickCount=6))

    def y(field: str) -> alt.Y:
        """Return the axis of values for one field."""
        return alt.Y(
            f"{field}:Q",
            axis=alt.Axis(title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False),
            scale=alt.Scale(zero=False, padding=20),
        )

    layers = [
        chart.mark_line(color=palette.ink, strokeWidth=1.25).encode(x=x, y=y("target")),
        chart.mark_line(
            color=palette.accent, strokeWidth=2.75, point=alt.OverlayMarkDef(color=palette.accent, size=60)
        ).encode(x=x, y=y("value")),
        chart.mark_text(align="center", dy=-12, fontSize=size, color=palette.ink).encode(
            x=x, y=y("value"), text="label:N"
        ),
    ]
    whole = alt.layer(*layers).properties(
        height=_HEIGHTS[present],
        title=alt.TitleParams(
            text=unit or " ",
            anchor="start",
            frame="group",
            fontSize=size,
            fontWeight=400,
            color=palette.quiet,
        ),
    )
    return finished(whole, language, palette, present=present)
