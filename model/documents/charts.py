"""The charts of pages and documents, specified once with Altair: colours, letters, how numbers are written.

A specification holds no figures: what varies travels as a table, the ends of the axis too.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import altair as alt
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.budget.amounts import Amount, year_amounts
from model.budget.result import BudgetResult
from model.budget.views import CATEGORIES, by_category
from model.documents.axis import TICK_FORMAT, chosen_weeks, thinned
from model.documents.palette import FONT, Palette
from model.domain import WEEKS_PER_YEAR
from model.goals.results import IndicatorResult
from model.language.catalogue import month_name, number, text
from model.scenario.levers import decimals_of

Floats = NDArray[np.float64]
BandLines = tuple[Floats, Floats]


@dataclass(frozen=True)
class Past:
    """What was published before the start: a value per day, and the words that mark the last of them."""

    days: tuple[datetime.date, ...]
    values: tuple[float, ...]
    label: str


@dataclass(frozen=True)
class Around:
    """What stands around the lines of a chart beside its unit."""

    titled: bool = True
    remark: str = ""  # what to know of the lines, after the unit
    past: Past | None = None  # what was published before the start, drawn in front of it


_PLAIN: Final = Around()
_MONTHS: Final = 12  # of a year


MILLION: Final = 1e6
# Every fourth week of four years: what the eye sees at this size, at half the browser's work of every second.
CHART_POINTS: Final = 53
_SIZES: Final = (13, 15, 262)  # of a line chart: text, title, height
# On the big screen letters are as large as the page's (one rem in page.css), and the page gives the height.
_ROOM_TEXT: Final = "clamp(0.01875 * windowSize()[0], 18, 72)"
_LABEL_ROOM: Final = {False: 8, True: 16}
# Labels at the ends of lines keep this part of the axis between them.
_LABEL_GAP: Final = {False: 0.085, True: 0.2}
_DAYS: Final = {
    "da": ("søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"),
    "en": ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
}
TEXT_SIZE: Final = {False: 13, True: 36}  # ordinary and big screen
# A tick every half year up to so many years, then every year.
_HALF_YEARS_UNTIL: Final = 5
_KINDS_HEIGHTS: Final = {False: 300, True: 620}
_AMOUNT_SIZE: Final = {False: 13, True: 56}  # the year's amount, read first


def time_axis(field: str, months: int, **more: Any) -> alt.X:
    """Return the axis of time: a mark and a date every ``months``, or every second date where they would meet."""
    where = more or {"tickCount": {"interval": "month", "step": months}}
    return alt.X(
        f"{field}:T",
        axis=alt.Axis(
            title=None, format="%b %Y", grid=False, labelOverlap="parity", labelPadding=6, tickSize=5, **where
        ),
    )


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
    whole = alt.layer(edges, band, *_now(chart, x, size, palette), *lines, *labels, note).properties(
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
    """Return target, published months, baseline and scenario, the latter ``width`` wide."""
    past = chart.transform_filter(alt.FieldValidPredicate(field="history", valid=True))
    return [
        chart.mark_line(color=palette.ink, strokeWidth=1.25).encode(x=x, y=y("target")),
        past.mark_line(color=palette.baseline, strokeWidth=2.25).encode(x=x, y=y("history")),
        chart.mark_line(color=palette.baseline, strokeWidth=2, strokeDash=[6, 4]).encode(
            x=x, y=y("baseline")
        ),
        chart.mark_line(color=palette.accent, strokeWidth=width).encode(x=x, y=y("scenario")),
    ]


def _now(
    chart: alt.Chart, x: alt.X, size: int | alt.ExprRef, palette: Palette
) -> tuple[alt.Chart, alt.Chart]:
    """Return the mark between what was published and what is calculated: a thin line, and the month in words."""
    marked = chart.transform_filter("datum.now != null")
    rule = marked.mark_rule(color=palette.quiet, strokeWidth=1, strokeDash=[2, 3]).encode(x=x)
    words = marked.mark_text(
        align="right", baseline="top", dx=-6, dy=2, fontSize=size, color=palette.quiet
    ).encode(x=x, y=alt.value(0), text="now:N")
    return rule, words


def _end_labels(palette: Palette) -> tuple[tuple[str, Literal[400, 600], str], ...]:
    """Return name, weight and colour of the labels at the ends of the lines."""
    return (
        ("target", 400, palette.ink),
        ("baseline", 400, palette.quiet),
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
    return line_table(indicator, band, axis, language, past, present=present), spec


def with_last_year(unit: str, language: str) -> str:
    """Return a chart's unit, and what the figures at the ends of its lines are: those of the cards beside it."""
    return " · ".join(part for part in (unit, text("page.chart.last_year", language)) if part.strip())


def unit_label(indicator: IndicatorResult, language: str) -> str:
    """Return the unit alone, for an axis: "%", "fuldtidspersoner", "" for a ratio."""
    return text(f"goals.unit.{indicator.unit}", language, n="").strip()


def config(language: str, palette: Palette, size: int) -> dict[str, Any]:
    """Return what all charts have in common: letters, colours of axes, and how numbers and months are written."""
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
    """Return names of months and days and the separators of numbers."""
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


def line_table(
    indicator: IndicatorResult,
    band: BandLines | None,
    axis: tuple[float, float],
    language: str,
    past: Past | None = None,
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
    last = {"scenario": _last(scenario), "baseline": _last(baseline), "target": indicator.target}
    labels = _labels(indicator, language)
    places = spread(
        {kind: v for kind, v in last.items() if labels[kind] is not None and v is not None},
        low,
        high,
        _LABEL_GAP[present],
    )

    def at_end(value: Any) -> list[Any]:
        """Return a column with a value in its last row alone."""
        return [None] * (n - 1) + [value]

    edge: list[float | None] = [None] * n
    edge[0], edge[-1] = low, high
    note: list[str | None] = [None] * n
    note[0] = text("page.chart.not_zero", language) if low > 0 else " "
    columns: dict[str, pa.Array] = {
        "week": pa.array(indicator.weeks[rows]),
        "baseline": pa.array(baseline, pa.float64()),
        "scenario": pa.array(scenario, pa.float64()),
        "target": pa.array([indicator.target] * n, pa.float64()),
        "band_low": pa.array(_of_band(band[0] if band else None, n), pa.float64()),
        "band_high": pa.array(_of_band(band[1] if band else None, n), pa.float64()),
        "edge": pa.array(edge, pa.float64()),
        "note": pa.array(note, pa.string()),
        "edge_note": pa.array([high, *[None] * (n - 1)], pa.float64()),
    }
    for kind in last:
        columns[f"label_{kind}"] = pa.array(at_end(labels[kind] or ""), pa.string())
        columns[f"at_{kind}"] = pa.array(at_end(places.get(kind, low)), pa.float64())
    columns["history"] = pa.nulls(n, pa.float64())
    columns["now"] = pa.nulls(n, pa.string())
    table = pa.table(columns)
    return table if past is None or not past.days else pa.concat_tables([_past_rows(past, table), table])


def _labels(indicator: IndicatorResult, language: str) -> dict[str, str | None]:
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
    }
    return {kind: labelled(kind, value) for kind, value in figures.items()}


def _past_rows(past: Past, table: pa.Table) -> pa.Table:
    """Return the rows of the published months, in the columns of the run's; the last has the mark of "now"."""
    rows = len(past.days)
    filled = {
        "week": pa.array(np.array(past.days, dtype="datetime64[D]")).cast(table["week"].type),
        "history": pa.array(past.values, pa.float64()),
        "now": pa.array([None] * (rows - 1) + [past.label], pa.string()),
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


def spread(
    places: dict[str, float], low: float, high: float, apart: float = _LABEL_GAP[False]
) -> dict[str, float]:
    """Return places of labels near their lines that do not cover each other: pushed apart from the middle outwards.

    Labels keep ``apart`` of the axis between them.
    """
    gap = apart * (high - low)
    order = sorted(places, key=lambda kind: places[kind])
    placed = [min(max(places[kind], low), high) for kind in order]
    for _ in range(len(placed)):
        for i in range(1, len(placed)):
            short = gap - (placed[i] - placed[i - 1])
            if short > 0:
                placed[i - 1] -= short / 2
                placed[i] += short / 2
    shift = max(0.0, low - placed[0]) if placed else 0.0
    return {kind: place + shift for kind, place in zip(order, placed, strict=True)}


def finished(
    chart: alt.TopLevelMixin, language: str, palette: Palette, *, present: bool = False
) -> dict[str, Any]:
    """Return an Altair chart as plain data without its figures, in the style that all charts share.

    Make it once per language, palette and size (``lru_cache``): building Altair's objects is slow.
    """
    spec: dict[str, Any] = chart.to_dict()
    _without_data(spec)
    spec.pop("datasets", None)
    spec["config"] = config(language, palette, TEXT_SIZE[present])
    return spec


def _without_data(part: Any) -> None:
    """Remove the figures from a specification."""
    if isinstance(part, dict):
        part.pop("data", None)
        for inner in part.values():
            _without_data(inner)
    elif isinstance(part, list):
        for inner in part:
            _without_data(inner)


@lru_cache(maxsize=16)
def kinds_spec(kinds: tuple[str, ...], language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the bars of the net difference per year by kind, without their figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = alt.X("year:N", axis=alt.Axis(title=None, labelAngle=0, ticks=False, domain=False, labelPadding=8))
    y_axis = alt.Axis(title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False)
    bars = (
        chart.transform_filter("datum.kind != null")
        .mark_bar(size=90 if present else 32)
        .encode(
            x=x,
            y=alt.Y("sum(amount):Q", stack="zero", axis=y_axis),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(kinds), range=list(palette.categories)),
                legend=alt.Legend(
                    orient="top",
                    columns=2,
                    symbolType="square",
                    symbolSize=size**2 / 2,
                    offset=_AMOUNT_SIZE[present] * 2,
                ),
            ),
            order=alt.Order("kind:N"),
        )
    )
    zero = chart.mark_rule(color=palette.quiet).encode(y=alt.datum(0))
    net = chart.transform_filter("datum.label != null")
    marks = net.mark_tick(
        color=palette.ink, thickness=4 if present else 3, size=120 if present else 44
    ).encode(x=x, y=alt.Y("net:Q"))
    # The amounts stand in a row above the bars, where no bar and no narrow screen covers them.
    labels = net.mark_text(
        baseline="bottom", dy=-4, fontSize=_AMOUNT_SIZE[present], fontWeight=600, color=palette.ink
    ).encode(x=x, y=alt.value(0), text="label:N")
    whole = alt.layer(bars, zero, marks, labels).properties(
        height=_KINDS_HEIGHTS[present],
        padding={"left": 4, "right": 8, "top": 4, "bottom": 4},
        title=unit_title(text("page_budget.by_kind.unit", language), palette, size),
    )
    return finished(whole, language, palette, present=present)


def unit_title(unit: str, palette: Palette, size: int | alt.ExprRef) -> alt.TitleParams:
    """Return the unit as the small title above an axis."""
    return alt.TitleParams(
        text=unit, anchor="start", frame="group", fontSize=size, fontWeight=400, color=palette.quiet
    )


def kinds_chart(
    result: BudgetResult,
    language: str,
    palette: Palette,
    factor: Floats | float = 1.0,
    *,
    amounts: Sequence[Amount] | None = None,
    present: bool = False,
) -> tuple[pa.Table, dict[str, Any]]:
    """Return what is drawn of the net difference per year by kind, and the specification.

    ``factor`` [Y] turns amounts into other prices; ``amounts`` are the net differences of the years as they are told,
    by default without ranges.
    """
    told = year_amounts(result) if amounts is None else amounts
    parts = by_category(result)
    factors = np.broadcast_to(factor, (len(result.years),))
    names = tuple(text(f"page_budget.category.{category}", language) for category in CATEGORIES)
    rows: list[tuple[str, str | None, float | None, float | None, str | None]] = []
    for i, year in enumerate(result.years):
        for category, name in zip(CATEGORIES, names, strict=True):
            rows.append(
                (str(year), name, float(parts[category].difference[i] * factors[i]) / MILLION, None, None)
            )
        net = float(result.net.difference[i] * factors[i]) / MILLION
        rows.append((str(year), None, None, net, number(net, language, told[i].decimals, signed=True)))
    columns = [list(column) for column in zip(*rows, strict=True)]
    return pa.table(columns, schema=_KINDS), kinds_spec(names, language, palette, present)


_KINDS: Final = pa.schema(
    [
        ("year", pa.string()),
        ("kind", pa.string()),
        ("amount", pa.float64()),
        ("net", pa.float64()),
        ("label", pa.string()),
    ]
)
