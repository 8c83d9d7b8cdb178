"""The chart of the goal in focus. Its specification is written once with Altair and never changes while a slider
moves, so the browser keeps the picture and swaps the figures; all that varies travels as data, the axis's ends too.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.goals import GoalResult, IndicatorResult
from model.texts import month_name, number
from pages.components.look import FONT, Palette
from pages.components.results import Answer, _rows, ends_of, thinned, unit_label
from pages.components.visit import Visit

if TYPE_CHECKING:
    from model.fan import Band

Floats = NDArray[np.float64]

# Every fourth week of four years: what the eye sees at this size, at half the browser's work of every second.
CHART_POINTS: Final = 53
_SIZES: Final = {False: (13, 15, 300), True: (36, 38, 760)}  # text, title, height; ordinary and big screen
_LABEL_ROOM: Final = {False: 8, True: 16}
# Labels at the ends of lines keep this part of the axis between them.
_LABEL_GAP: Final = 0.085
_DAYS: Final = {
    "da": ("søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"),
    "en": ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
}


@lru_cache(maxsize=128)
def specification(
    title: str, unit: str, decimals: int, language: str, palette: Palette, present: bool, half_years: int
) -> dict[str, Any]:
    """The Vega-Lite specification as plain data. Equal arguments give the very same object."""
    size, title_size, height = _SIZES[present]
    x = alt.X(
        "week:T",
        axis=alt.Axis(
            title=None, format="%b %Y", grid=False, labelOverlap="greedy", labelPadding=6, tickSize=5,
            tickCount={"interval": "month", "step": half_years},
        ),
    )  # fmt: skip

    def y(field: str) -> alt.Y:
        return alt.Y(
            f"{field}:Q",
            axis=alt.Axis(
                title=None, format=f",.{decimals}f", tickCount=5, domain=False, ticks=False, labelPadding=8
            ),
            scale=alt.Scale(zero=False, nice=False),
        )

    chart = alt.Chart()
    known = alt.FieldValidPredicate
    edges = chart.transform_filter(known(field="edge", valid=True)).mark_point(opacity=0, size=0)
    edges = edges.encode(x=x, y=y("edge"))
    band = chart.transform_filter("datum.band_high != null").mark_area(color=palette.accent, opacity=0.16)
    band = band.encode(x=x, y=y("band_low"), y2="band_high:Q")
    lines = [
        chart.mark_line(color=palette.ink, strokeWidth=1.25).encode(x=x, y=y("target")),
        chart.mark_line(color=palette.baseline, strokeWidth=2, strokeDash=[6, 4]).encode(
            x=x, y=y("baseline")
        ),
        chart.mark_line(color=palette.accent, strokeWidth=4 if present else 2.75).encode(
            x=x, y=y("scenario")
        ),
    ]
    ends = chart.transform_filter(known(field="at_scenario", valid=True))
    labels = [
        ends.mark_text(align="left", dx=8, fontSize=size, fontWeight=weight, color=colour).encode(
            x=x, y=y(f"at_{name}"), text=f"label_{name}:N"
        )
        for name, colour, weight in (
            ("target", palette.ink, 400),
            ("baseline", palette.quiet, 400),
            ("scenario", palette.accent, 600),
        )
    ]
    note = (
        chart.transform_filter(known(field="edge_note", valid=True))
        .mark_text(align="left", baseline="bottom", dy=-4, fontSize=size - 1, color=palette.quiet)
        .encode(x=x, y=y("edge_note"), text="note:N")
    )
    whole = alt.layer(edges, band, *lines, *labels, note).properties(
        height=height,
        title=alt.TitleParams(
            text=title, subtitle=unit or " ", anchor="start", fontSize=title_size, fontWeight=600, offset=14,
            color=palette.ink, subtitleColor=palette.quiet, subtitleFontSize=size, frame="group",
        ),
        padding={"left": 4, "right": _LABEL_ROOM[present], "top": 4, "bottom": 4},
    )  # fmt: skip
    spec: dict[str, Any] = whole.to_dict()
    for part in (spec, *spec["layer"]):
        part.pop("data", None)  # it comes with every run, not with the specification
    spec.pop("datasets", None)
    spec["config"] = config(language, palette, size)
    return spec


def config(language: str, palette: Palette, size: int) -> dict[str, Any]:
    """What all charts have in common: letters, colours of axes, and how numbers and months are written."""
    return {
        "font": FONT,
        "background": "transparent",
        "mark": {"aria": False},
        "view": {"stroke": None},
        "axis": {
            "labelColor": palette.quiet, "labelFontSize": size, "gridColor": palette.grid, "domainColor": palette.quiet,
            "tickColor": palette.quiet, "labelFont": FONT, "titleColor": palette.quiet, "titleFontSize": size,
            "titleFontWeight": 400, "labelSeparation": 14,
        },
        "header": {"labelColor": palette.ink, "labelFontSize": size, "labelFontWeight": 600, "title": None},
        "legend": {"labelColor": palette.ink, "labelFontSize": size, "title": None, "orient": "top", "labelLimit": 0},
        "locale": _locale(language),
    }  # fmt: skip


def _locale(language: str) -> dict[str, Any]:
    months = [month_name(month, language) for month in range(1, 13)]
    short = [name[:3] + ("." if language == "da" and len(name) > 3 else "") for name in months]
    days = list(_DAYS[language])
    decimal, thousands = (",", ".") if language == "da" else (".", ",")
    return {
        "number": {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]},
        "time": {
            "dateTime": "%d.%m.%Y %H:%M", "date": "%d.%m.%Y", "time": "%H:%M", "periods": ["", ""], "days": days,
            "shortDays": [day[:3] for day in days], "months": months, "shortMonths": short,
        },
    }  # fmt: skip


def figures(
    visit: Visit, found: Answer, goal: GoalResult, indicator: IndicatorResult, band: Band | None
) -> pa.Table:
    """What the chart draws, at most 53 rows: lines, ends of the axis, labels and where they stand."""
    rows = _rows(len(indicator.weeks), CHART_POINTS)
    n = len(rows)
    low, high = ends_of(visit, found, goal, indicator, band)
    baseline = thinned(indicator.baseline, CHART_POINTS)
    scenario = thinned(indicator.scenario, CHART_POINTS)
    target = indicator.target
    last = {"scenario": _last(scenario), "baseline": _last(baseline), "target": target}
    same = indicator.shown(indicator.scenario[-1], "da") == indicator.shown(indicator.baseline[-1], "da")

    def labelled(kind: str, value: float | None) -> str | None:
        if value is None or (kind == "baseline" and same):
            return None
        shown = number(value, visit.language, indicator.decimals)
        key = "chart.same" if kind == "scenario" and same else f"chart.{kind}"
        return visit.text(key, value=shown)

    labels = {kind: labelled(kind, value) for kind, value in last.items()}
    places = spread(
        {kind: v for kind, v in last.items() if labels[kind] is not None and v is not None}, low, high
    )

    def at_end(value: Any) -> list[Any]:
        return [None] * (n - 1) + [value]

    edge: list[float | None] = [None] * n
    edge[0], edge[-1] = low, high
    note: list[str | None] = [None] * n
    note[0] = visit.text("chart.not_zero") if low > 0 else " "
    columns: dict[str, pa.Array] = {
        "week": pa.array(indicator.weeks[rows]),
        "baseline": pa.array(baseline, pa.float64()),
        "scenario": pa.array(scenario, pa.float64()),
        "target": pa.array([target] * n, pa.float64()),
        "band_low": pa.array(_of_band(band.scenario.low if band else None, n), pa.float64()),
        "band_high": pa.array(_of_band(band.scenario.high if band else None, n), pa.float64()),
        "edge": pa.array(edge, pa.float64()),
        "note": pa.array(note, pa.string()),
        "edge_note": pa.array([high, *[None] * (n - 1)], pa.float64()),
    }
    for kind in last:
        columns[f"label_{kind}"] = pa.array(at_end(labels[kind] or ""), pa.string())
        columns[f"at_{kind}"] = pa.array(at_end(places.get(kind, low)), pa.float64())
    return pa.table(columns)


def _of_band(series: Floats | None, n: int) -> list[float | None]:
    """An end of the band as the chart draws it; nothing where there is none yet."""
    return [None] * n if series is None else thinned(series, CHART_POINTS)


def _last(values: list[float | None]) -> float | None:
    return next((v for v in reversed(values) if v is not None and not math.isnan(v)), None)


def spread(wanted: dict[str, float], low: float, high: float) -> dict[str, float]:
    """Places of labels near their lines that do not cover each other: pushed apart from the middle outwards."""
    gap = _LABEL_GAP * (high - low)
    order = sorted(wanted, key=lambda kind: wanted[kind])
    placed = [min(max(wanted[kind], low), high) for kind in order]
    for _ in range(len(placed)):
        for i in range(1, len(placed)):
            short = gap - (placed[i] - placed[i - 1])
            if short > 0:
                placed[i - 1] -= short / 2
                placed[i] += short / 2
    shift = max(0.0, low - placed[0]) if placed else 0.0
    return {kind: place + shift for kind, place in zip(order, placed, strict=True)}


def chart_for(
    visit: Visit, found: Answer, palette: Palette, band: Band | None = None
) -> tuple[pa.Table, dict[str, Any], str]:
    """Figures, specification and name of the chart in focus; ``band`` belongs to the scenario on screen."""
    goal = found.goal(visit.goal)
    indicator = found.indicator(visit.goal, visit.indicator)
    language = visit.language
    years = len(indicator.weeks) / 52
    spec = specification(
        indicator.title.get(language),
        unit_label(indicator, language),
        indicator.decimals,
        language,
        palette,
        visit.present,
        6 if years <= 5 else 12,
    )
    return (
        figures(visit, found, goal, indicator, band),
        spec,
        visit.text("chart.name", title=indicator.title.get(language)),
    )
