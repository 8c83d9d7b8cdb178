"""The charts of pages and documents, specified once with Altair: colours, letters, how numbers are written.

A specification holds no figures: what varies travels as a table, the ends of the axis too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.budget.amounts import Amount, year_amounts
from model.budget.result import BudgetResult
from model.budget.views import CATEGORIES, by_category
from model.documents.axis import TICK_FORMAT
from model.documents.palette import FONT, Palette
from model.goals.results import IndicatorResult
from model.language.catalogue import month_name, number, text

Floats = NDArray[np.float64]
BandLines = tuple[Floats, Floats]


MILLION: Final = 1e6
# Every fourth week of four years: what the eye sees at this size, at half the browser's work of every second.
CHART_POINTS: Final = 53
# Labels at the ends of lines keep this part of the axis between them.
LABEL_GAP: Final = {False: 0.085, True: 0.2}
_DAYS: Final = {
    "da": ("søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"),
    "en": ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
}
TEXT_SIZE: Final = {False: 13, True: 36}  # ordinary and big screen
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


def spread(
    places: dict[str, float], low: float, high: float, apart: float = LABEL_GAP[False]
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
def kinds_spec(
    kinds: tuple[str, ...], language: str, palette: Palette, present: bool, beside: bool = False
) -> dict[str, Any]:
    """Specify the bars of the net difference per year by kind, without their figures.

    ``beside``: the administration's proposal is drawn too, as diamonds with their ranges to the right of the bars.
    """
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
    thick = 4 if present else 2
    marks = [
        *whiskers(net, x, ("low", "high"), thick, color=palette.ink),
        net.mark_tick(color=palette.ink, thickness=thick + 1, size=120 if present else 44).encode(
            x=x, y=alt.Y("net:Q")
        ),
    ]
    if beside:
        marks += beside_marks(net, x, ("beside", "beside_low", "beside_high"), thick, palette)
    # The amounts stand in a row above the bars, where no bar and no narrow screen covers them.
    labels = net.mark_text(
        baseline="bottom", dy=-4, fontSize=_AMOUNT_SIZE[present], fontWeight=600, color=palette.ink
    ).encode(x=x, y=alt.value(0), text="label:N")
    whole = alt.layer(bars, zero, *marks, labels).properties(
        height=_KINDS_HEIGHTS[present],
        padding={"left": 4, "right": 8, "top": 4, "bottom": 4},
        title=unit_title(
            text(f"page_budget.by_kind.{'unit_beside' if beside else 'unit'}", language), palette, size
        ),
    )
    return finished(whole, language, palette, present=present)


def beside_marks(
    chart: alt.Chart, x: alt.X, fields: tuple[str, str, str], thick: int, palette: Palette
) -> list[alt.Chart]:
    """Specify the administration's proposal in a chart of bars: a diamond and its range, to the right of the middle.

    ``fields`` are its figure and the ends of its range. It has no colour: those of the bars all mean something.
    """
    middle, low, high = fields
    right = alt.ExprRef("bandwidth('x') * 0.38")
    third = chart.transform_filter(f"datum.{middle} != null")
    diamond = third.mark_point(
        shape="diamond",
        filled=True,
        opacity=1,
        size=60 * thick,
        color=palette.ground,
        stroke=palette.ink,
        xOffset=right,
    ).encode(x=x, y=f"{middle}:Q")
    return [*whiskers(third, x, (low, high), thick, color=palette.ink, xOffset=right), diamond]


def whiskers(chart: alt.Chart, x: alt.X, ends: tuple[str, str], thick: int, **look: Any) -> list[alt.Chart]:
    """Specify the line between the two ends of a range, where there is one, and a stroke across each end."""
    low, high = ends
    known = chart.transform_filter(f"datum.{low} != null")
    line = known.mark_rule(strokeWidth=thick, **look).encode(x=x, y=f"{low}:Q", y2=f"{high}:Q")
    return [
        line,
        *(known.mark_tick(thickness=thick, size=7 * thick, **look).encode(x=x, y=f"{end}:Q") for end in ends),
    ]


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
    beside: Sequence[Amount] = (),
    present: bool = False,
) -> tuple[pa.Table, dict[str, Any]]:
    """Return what is drawn of the net difference per year by kind, and the specification.

    ``factor`` [Y] turns amounts into other prices; ``amounts`` are the net differences of the years as they are told,
    by default without ranges; ``beside`` those of the administration's proposal, in the prices that are shown.
    """
    told = year_amounts(result) if amounts is None else amounts
    parts = by_category(result)
    factors = np.broadcast_to(factor, (len(result.years),))
    names = tuple(text(f"page_budget.category.{category}", language) for category in CATEGORIES)
    rows: list[dict[str, Any]] = []
    for i, year in enumerate(result.years):
        for category, name in zip(CATEGORIES, names, strict=True):
            part = float(parts[category].difference[i] * factors[i]) / MILLION
            rows.append({"year": str(year), "kind": name, "amount": part})
        net = float(result.net.difference[i] * factors[i]) / MILLION
        row = {
            "year": str(year),
            "net": net,
            "label": number(net, language, told[i].decimals, signed=True),
            **_ends(told[i], "low", "high"),
        }
        if beside:
            row |= {
                "beside": beside[i].central / MILLION,
                **_ends(beside[i], "beside_low", "beside_high"),
            }
        rows.append(row)
    spec = kinds_spec(names, language, palette, present, bool(beside))
    return pa.Table.from_pylist(rows, schema=_KINDS), spec


def _ends(amount: Amount, low: str, high: str) -> dict[str, float]:
    """Return the ends of an amount's range in millions by these names; nothing where it has none."""
    if amount.range is None:
        return {}
    return {low: amount.range.low / MILLION, high: amount.range.high / MILLION}


_KINDS: Final = pa.schema(
    [
        ("year", pa.string()),
        ("kind", pa.string()),
        *((figure, pa.float64()) for figure in ("amount", "net", "low", "high")),
        *((figure, pa.float64()) for figure in ("beside", "beside_low", "beside_high")),
        ("label", pa.string()),
    ]
)
