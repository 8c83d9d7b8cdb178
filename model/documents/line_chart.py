"""The line chart of one indicator: what was published, the run with and without changes, the target and a band.

Its specification holds no figures: what varies travels as a table, the ends of the axis too.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import altair as alt
import numpy as np
import pyarrow as pa

from model.documents.axis import TICK_FORMAT, chosen_weeks, thinned
from model.documents.charts import (
    CHART_POINTS,
    LABEL_GAP,
    BandLines,
    Floats,
    finished,
    spread,
    time_axis,
    unit_label,
    unit_title,
    with_last_year,
)
from model.documents.palette import Palette
from model.domain import WEEKS_PER_YEAR
from model.goals.results import IndicatorResult
from model.language.catalogue import number, text
from model.scenario.levers import decimals_of

_SIZES: Final = (13, 15, 299)  # of a line chart: text, title, height
# On the big screen letters are as large as the page's (one rem in page.css), and the page gives the height.
_ROOM_TEXT: Final = "clamp(0.01875 * windowSize()[0], 18, 72)"
_LABEL_ROOM: Final = {False: 8, True: 16}
# A tick every half year up to so many years, then every year.
_HALF_YEARS_UNTIL: Final = 5


@dataclass(frozen=True)
class Past:
    """What was published before the start: a value per day, and the words that mark the last of them.

    Where some time lies between them and the run, ``calculated`` says from when the run is and on what it rests: that
    time is shaded.
    """

    days: tuple[datetime.date, ...]
    values: tuple[float, ...]
    label: str  # of two lines, as ``calculated`` is: side by side they need little room
    calculated: str = ""


@dataclass(frozen=True)
class Possible:
    """One possible course: the scenario [T] and its baseline [T] in one of the draws, and the words that say so."""

    scenario: Floats
    baseline: Floats
    label: str


@dataclass(frozen=True)
class Around:
    """What stands around the lines of a chart beside its unit."""

    titled: bool = True
    remark: str = ""  # what to know of the lines, after the unit
    past: Past | None = None  # what was published before the start, drawn in front of it
    possible: Possible | None = None  # drawn over the lines
    reference: IndicatorResult | None = (
        None  # the same indicator in the administration's proposal, as a third line
    )


_PLAIN: Final = Around()
_MONTHS: Final = 12  # of a year


@lru_cache(maxsize=128)
def line_spec(
    title: str, unit: str, language: str, palette: Palette, present: bool, half_years: int
) -> dict[str, Any]:
    """Specify the chart of one indicator as plain data; equal arguments give the very same object.

    Without a ``title`` the unit stands alone above it.
    """
    room = alt.ExprRef(expr=_ROOM_TEXT)
    size, title_size = (room, room) if present else _SIZES[:2]
    x = time_axis("week", half_years)

    def y(field: str) -> alt.Y:
        """Return the axis of values for one field."""
        return alt.Y(
            f"{field}:Q",
            axis=alt.Axis(
                title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False, labelPadding=8
            ),
            scale=alt.Scale(zero=False, nice=False),
        )

    chart = alt.Chart()
    known = alt.FieldValidPredicate
    edges = chart.transform_filter(known(field="edge", valid=True)).mark_point(opacity=0, size=0)
    edges = edges.encode(x=x, y=y("edge"))
    band = chart.transform_filter("datum.band_high != null").mark_area(color=palette.accent, opacity=0.16)
    band = band.encode(x=x, y=y("band_low"), y2="band_high:Q")
    lines = _lines(chart, x, y, palette, 4 if present else 2.75)
    ends = chart.transform_filter(known(field="at_scenario", valid=True))
    labels = [
        ends.mark_text(align="left", dx=8, fontSize=size, fontWeight=weight, color=colour).encode(
            x=x, y=y(f"at_{name}"), text=f"label_{name}:N"
        )
        for name, weight, colour in _end_labels(palette)
    ]
    note = (
        chart.transform_filter(known(field="edge_note", valid=True))
        .mark_text(align="left", baseline="bottom", dy=-4, fontSize=size, color=palette.quiet)
        .encode(x=x, y=y("edge_note"), text="note:N")
    )
    which = chart.transform_filter("datum.possible_label != null").mark_text(
        align="right", baseline="bottom", dy=-6, fontSize=size, fontWeight=600, color=palette.ink
    )
    which = which.encode(x=alt.value("width"), y=alt.value("height"), text="possible_label:N")
    whole = alt.layer(edges, band, *_now(chart, x, size, palette), *lines, *labels, note, which).properties(
        height=_SIZES[2],
        title=alt.TitleParams(
            text=title, subtitle=unit, anchor="start", fontSize=title_size,
            fontWeight=600, offset=4 if present else 14, color=palette.ink, subtitleColor=palette.quiet,
            subtitleFontSize=size, frame="group",
        )
        if title
        else unit_title(unit, palette, size),
        padding={"left": 4, "right": _LABEL_ROOM[present], "top": 4, "bottom": 4},
    )  # fmt: skip
    spec = finished(whole, language, palette, present=present)
    if present:
        letters = {"expr": _ROOM_TEXT}
        spec["config"]["axis"] |= {"labelFontSize": letters, "titleFontSize": letters}
    return spec


def _lines(
    chart: alt.Chart, x: alt.X, y: Callable[[str], alt.Y], palette: Palette, width: float
) -> list[alt.Chart]:
    """Return target, published months, baseline, scenario (``width`` wide) and a possible course of both."""
    known = alt.FieldValidPredicate
    past = chart.transform_filter(known(field="history", valid=True))
    drawn = chart.transform_filter(known(field="possible", valid=True))
    return [
        chart.mark_line(color=palette.ink, strokeWidth=1.25).encode(x=x, y=y("target")),
        past.mark_line(color=palette.baseline, strokeWidth=2.25).encode(x=x, y=y("history")),
        chart.mark_line(color=palette.baseline, strokeWidth=2, strokeDash=[6, 4]).encode(
            x=x, y=y("baseline")
        ),
        chart.transform_filter(known(field="reference", valid=True))
        .mark_line(color=palette.proposals[1], strokeWidth=2, strokeDash=[2, 3])
        .encode(x=x, y=y("reference")),
        chart.mark_line(color=palette.accent, strokeWidth=width).encode(x=x, y=y("scenario")),
        drawn.mark_line(color=palette.ink, strokeWidth=1.5, strokeDash=[6, 4]).encode(
            x=x, y=y("possible_baseline")
        ),
        drawn.mark_line(color=palette.ink, strokeWidth=width * 0.75).encode(x=x, y=y("possible")),
    ]


def _now(chart: alt.Chart, x: alt.X, size: int | alt.ExprRef, palette: Palette) -> tuple[alt.Chart, ...]:
    """Return what stands between the published and the calculated: a thin line, a light field and words beside them.

    The words stand at the bottom, where an axis has room below its lines.
    """
    marked = chart.transform_filter("datum.now != null")
    rule = marked.mark_rule(color=palette.quiet, strokeWidth=1, strokeDash=[2, 3]).encode(x=x)
    field = chart.transform_filter("datum.calculated_from != null")
    field = field.mark_rect(color=palette.quiet, opacity=0.1).encode(x=x, x2="calculated_from:T")

    # The first of two lines stands above the second, which stands on the axis.
    up = alt.ExprRef(expr=f"-6 - {size.expr}") if isinstance(size, alt.ExprRef) else -6 - size

    def words(name: str, align: Literal["left", "right"]) -> alt.Chart:
        """Return words that stand beside a place of the axis."""
        mark = chart.transform_filter(f"datum.{name} != null").mark_text(
            align=align, baseline="bottom", dx=-6 if align == "right" else 6, dy=up, lineBreak="\n",
            fontSize=size, color=palette.quiet,
        )  # fmt: skip
        drawn: alt.Chart = mark.encode(x=x, y=alt.value("height"), text=f"{name}:N")
        return drawn

    return field, rule, words("now", "right"), words("calculated", "left")


def _end_labels(palette: Palette) -> tuple[tuple[str, Literal[400, 600], str], ...]:
    """Return name, weight and colour of the labels at the ends of the lines."""
    return (
        ("target", 400, palette.ink),
        ("baseline", 400, palette.quiet),
        ("reference", 400, palette.proposals[1]),
        ("scenario", 600, palette.accent),
    )


def line_chart(
    indicator: IndicatorResult,
    band: BandLines | None,
    axis: tuple[float, float],
    language: str,
    palette: Palette,
    *,
    present: bool = False,
    around: Around = _PLAIN,
) -> tuple[pa.Table, dict[str, Any]]:
    """Return what is drawn of one indicator beside its baseline and target, and the specification (a shared object).

    ``band`` holds the lower and upper line of nine of ten draws [T] each, or is None; ``axis``: lowest and highest
    value shown.
    """
    past = around.past
    years = len(indicator.weeks) / WEEKS_PER_YEAR + (0 if past is None else len(past.days) / _MONTHS)
    unit = with_last_year(unit_label(indicator, language), language)
    spec = line_spec(
        indicator.title.text(language) if around.titled else "",
        " · ".join(part for part in (unit, around.remark) if part),
        language,
        palette,
        present,
        6 if years <= _HALF_YEARS_UNTIL else 12,
    )
    return line_table(indicator, band, axis, language, around, present=present), spec


def line_table(
    indicator: IndicatorResult,
    band: BandLines | None,
    axis: tuple[float, float],
    language: str,
    around: Around = _PLAIN,
    *,
    present: bool = False,
) -> pa.Table:
    """Return what the chart draws: lines in at most 53 rows, ends of the axis, labels and where they stand.

    The months before the start are rows of their own, before the others.
    """
    rows = chosen_weeks(len(indicator.weeks), CHART_POINTS)
    n = len(rows)
    low, high = axis
    baseline = thinned(indicator.baseline, CHART_POINTS)
    scenario = thinned(indicator.scenario, CHART_POINTS)
    third = None if around.reference is None else thinned(around.reference.scenario, CHART_POINTS)
    last = {
        "scenario": _last(scenario),
        "baseline": _last(baseline),
        "target": indicator.target,
        "reference": None if third is None else _last(third),
    }
    labels = _labels(indicator, language, around.reference)
    places = spread(
        {kind: v for kind, v in last.items() if labels[kind] is not None and v is not None},
        *axis,
        LABEL_GAP[present],
    )

    edge: list[float | None] = [None] * n
    edge[0], edge[-1] = low, high
    note: list[str | None] = [None] * n
    note[0] = text("page.chart.not_zero", language) if low > 0 else " "
    columns: dict[str, pa.Array] = {
        "week": pa.array(indicator.weeks[rows]),
        "baseline": pa.array(baseline, pa.float64()),
        "scenario": pa.array(scenario, pa.float64()),
        "target": pa.array([indicator.target] * n, pa.float64()),
        "reference": pa.array([None] * n if third is None else third, pa.float64()),
        "band_low": pa.array(_of_band(band[0] if band else None, n), pa.float64()),
        "band_high": pa.array(_of_band(band[1] if band else None, n), pa.float64()),
        "edge": pa.array(edge, pa.float64()),
        "note": pa.array(note, pa.string()),
        "edge_note": pa.array([high, *[None] * (n - 1)], pa.float64()),
    }
    # Labels stand in the last row alone.
    before = [None] * (n - 1)
    for kind in last:
        columns[f"label_{kind}"] = pa.array([*before, labels[kind] or ""], pa.string())
        columns[f"at_{kind}"] = pa.array([*before, places.get(kind, low)], pa.float64())
    columns |= _possible(around.possible, n)
    return _with_past(columns, around)


def _with_past(columns: dict[str, pa.Array], around: Around) -> pa.Table:
    """Return the run's columns as a table, with the published months in rows of their own before it."""
    n, past = len(columns["week"]), around.past
    # A possible course has its own words at the bottom, for the second that it is shown.
    calculated = None if past is None or around.possible is not None else past.calculated or None
    columns |= {
        "history": pa.nulls(n, pa.float64()),
        "now": pa.nulls(n, pa.string()),
        "calculated_from": pa.nulls(n, columns["week"].type),
        "calculated": pa.array([calculated, *[None] * (n - 1)], pa.string()),
    }
    table = pa.table(columns)
    return table if past is None or not past.days else pa.concat_tables([_past_rows(past, table), table])


def _possible(possible: Possible | None, n: int) -> dict[str, pa.Array]:
    """Return the columns of a possible course in ``n`` rows; empty ones where none is shown."""
    lines = (None, None) if possible is None else (possible.scenario, possible.baseline)
    label = None if possible is None else possible.label
    return {
        "possible": pa.array(_of_band(lines[0], n), pa.float64()),
        "possible_baseline": pa.array(_of_band(lines[1], n), pa.float64()),
        "possible_label": pa.array([label, *[None] * (n - 1)], pa.string()),
    }


def _labels(
    indicator: IndicatorResult, language: str, reference: IndicatorResult | None
) -> dict[str, str | None]:
    """Return the labels at the ends of the lines, None where one would repeat another.

    A label stands at the last week's height and tells the last year's figure, as the goals' rows do.
    """
    same = indicator.shown(indicator.value_scenario, "da") == indicator.shown(indicator.value_baseline, "da")

    def labelled(kind: str, value: float | None) -> str | None:
        """Return the label of one line."""
        if value is None or not math.isfinite(value) or (kind == "baseline" and same):
            return None
        shown = number(value, language, decimals_of(value) if kind == "target" else indicator.decimals)
        key = "chart.same" if kind == "scenario" and same else f"chart.{kind}"
        return text(f"page.{key}", language, value=shown)

    figures = {
        "scenario": indicator.value_scenario,
        "baseline": indicator.value_baseline,
        "target": indicator.target,
        "reference": None if reference is None else reference.value_scenario,
    }
    return {kind: labelled(kind, value) for kind, value in figures.items()}


def _past_rows(past: Past, table: pa.Table) -> pa.Table:
    """Return the rows of the published months, in the columns of the run's; the last has the mark of "now"."""
    rows = len(past.days)
    start = table["week"][0].as_py() if past.calculated else None
    filled = {
        "week": pa.array(np.array(past.days, dtype="datetime64[D]")).cast(table["week"].type),
        "history": pa.array(past.values, pa.float64()),
        "now": pa.array([None] * (rows - 1) + [past.label], pa.string()),
        "calculated_from": pa.array([None] * (rows - 1) + [start], table["week"].type),
    }
    return pa.table(
        [filled.get(field.name, pa.nulls(rows, field.type)) for field in table.schema], schema=table.schema
    )


def _of_band(series: Floats | None, n: int) -> list[float | None]:
    """Return an end of the band as the chart draws it; nothing where there is none yet."""
    return [None] * n if series is None else thinned(series, CHART_POINTS)


def _last(values: list[float | None]) -> float | None:
    """Return the last value that is defined."""
    return next((v for v in reversed(values) if v is not None and not math.isnan(v)), None)
