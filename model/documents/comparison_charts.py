"""Specify the pictures of a comparison: goals as dots with whiskers, money as bars, and how often each is best.

Every goal has a scale of its own, so what is drawn are places from 0 to 1 on it; the figures stand beside the marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import altair as alt
import pyarrow as pa

from model.budget.amounts import MILLION
from model.documents.axis import ends
from model.documents.charts import TEXT_SIZE, finished, unit_title
from model.documents.comparison import Compared, ComparedGoal, known
from model.documents.palette import Palette
from model.language.catalogue import number, text

# Marks of the proposals, in their order; LETTERS are the same marks in a line of text.
SHAPES: Final = (
    "circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left",
)  # fmt: skip
LETTERS: Final = "●■▲◆✚▼▶◀"
# Heights in pixels: a goal's title, its marks (each at most, all together at most), and the air below.
_TITLE: Final = 17.0
_MARK: Final = 15.0
_MARKS: Final = 40.0
_AIR: Final = 5.0
_FEWEST_MARKS: Final = 2
_NOTE_ROOM: Final = 215  # pixels of the longest figures beside a title
# So many proposals have their figures beside their marks; more stand too close.
MOST_LABELLED: Final = 3
_MOST_AMOUNTS: Final = 2
# Amounts that all lie within this have an axis of this height, in millions: no tick of "0,000000".
_LEAST_AXIS: Final = 1.0
_AMOUNT_TICKS: Final = ",.1~f"
DOTS: Final = 20
# A figure stands to the right of a mark up to here on the scale, then to its left.
_LABEL_UNTIL: Final = 0.85
_OFTEN: Final = 46.0
_ROW: Final = pa.schema(
    [
        ("kind", pa.string()), ("name", pa.string()), ("x", pa.float64()), ("x2", pa.float64()), ("y", pa.float64()),
        ("y2", pa.float64()), ("label", pa.string()),
    ]
)  # fmt: skip
Drawn = tuple[str, str | None, float | None, float | None, float | None, float | None, str | None]


def goals_chart(
    compared: Compared, palette: Palette, *, legend: bool = False
) -> tuple[pa.Table, dict[str, Any]]:
    """Return what is drawn of every goal, a row each, and the specification. ``legend``: for a picture on its own."""
    drawn, rows = compared.drawn, []
    lines = max(len(drawn), _FEWEST_MARKS)
    each = min(_MARK, _MARKS / lines)
    height = _TITLE + each * lines + _AIR
    goals = compared.goals()
    for place, goal in enumerate(goals):
        rows += _goal_rows(compared, goal, place * height, each)
    names = tuple(compared.sides[side].name for side in drawn)
    marks = text("page_compare.mark.legend", compared.language)
    sizes = each, height * len(goals)
    return _table(rows), _goals_spec(names, marks, compared.language, palette, sizes, legend)


def _goal_rows(compared: Compared, goal: ComparedGoal, top: float, each: float) -> list[Drawn]:
    """Return what is drawn of one goal, from ``top`` pixels on."""
    language, first = compared.language, goal.first

    def note(words: str) -> Drawn:
        """Return the words beside the title."""
        return ("note", None, 1.0, None, top, None, words)

    rows: list[Drawn] = [("title", None, 0.0, None, top, None, goal.title(language))]
    if goal.suppressed:
        return [*rows, note(text("disclosure.not_shown", language))]
    spans = [goal.ends(side) for side in compared.drawn]
    values = [goal.indicators[side].value_scenario for side in compared.drawn]
    around = [first.value_baseline, *values, *(end for span in spans if span for end in span)]
    low, high = ends([], (*around, first.target))

    def at(value: float) -> float | None:
        """Return the place of a value on the goal's own scale."""
        return known((value - low) / (high - low))

    start = top + _TITLE
    end = start + each * max(len(compared.drawn), _FEWEST_MARKS)
    rows.append(("scale", None, 0.0, 1.0, end, None, None))
    said = [text("page_compare.mark.now_value", language, value=first.shown(first.value_baseline, language))]
    rows.append(("now", None, at(first.value_baseline), None, start, end, None))
    if first.target is not None:
        said.append(text("page_compare.mark.target_value", language, value=first.shown_target(language)))
        rows.append(("target", None, at(first.target), None, start, end, None))
    rows.append(note(" · ".join(said)))
    for line, (side, span) in enumerate(zip(compared.drawn, spans, strict=True)):
        value, name = goal.indicators[side].value_scenario, compared.sides[side].name
        if first.shown(value, language) == first.shown(first.value_baseline, language):
            # What reads the same stands at the same place.
            value = first.value_baseline
        y = start + each * (line + 0.5)
        right = at(value)
        if span is not None:
            rows.append(("whisker", name, at(span[0]), at(span[1]), y, None, None))
            right = max(right or 0.0, at(span[1]) or 0.0)
        rows.append(("dot", name, at(value), None, y, None, None))
        if len(compared.drawn) <= MOST_LABELLED:
            # Beside the whisker where there is room; else on its other side.
            kind = "value" if (right or 0.0) < _LABEL_UNTIL else "value_left"
            left = min(at(value) or 0.0, (at(span[0]) or 0.0) if span else 1.0)
            x = right if kind == "value" else left
            rows.append((kind, name, x, None, y, None, first.shown(value, language)))
    return rows


def _table(rows: Sequence[Drawn]) -> pa.Table:
    """Return rows as the table that a chart draws."""
    return pa.table([list(column) for column in zip(*rows, strict=True)], schema=_ROW)


def _colour(names: Sequence[str], palette: Palette, legend: alt.Legend | None) -> alt.Color:
    """Return the colour of each drawn scenario."""
    colours = list(palette.proposals[: len(names)])
    return alt.Color("name:N", scale=alt.Scale(domain=list(names), range=colours), legend=legend)


def _legend(size: int) -> alt.Legend:
    """Return the legend of a picture that is taken along: each name in full on a line of its own."""
    return alt.Legend(orient="top", columns=1, labelLimit=0, symbolSize=size * 8, symbolStrokeWidth=0)


@lru_cache(maxsize=64)
def _goals_spec(
    names: tuple[str, ...],
    marks: str,
    language: str,
    palette: Palette,
    sizes: tuple[float, float],
    legend: bool,
) -> dict[str, Any]:
    """Specify the picture of the goals, without its figures.

    ``sizes``: height of a mark's line and of the whole.
    """
    each, height = sizes
    size = TEXT_SIZE[False]
    chart = alt.Chart()
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], reverse=True))
    colour = _colour(names, palette, _legend(size) if legend else None)
    shape = alt.Shape(
        "name:N",
        scale=alt.Scale(domain=list(names), range=list(SHAPES[: len(names)])),
        legend=_legend(size) if legend else None,
    )

    def of(kind: str) -> alt.Chart:
        """Return the chart of one kind of rows."""
        return chart.transform_filter(f"datum.kind == '{kind}'")

    # Where the picture is narrow a title gives way to the figures at its right.
    room: Any = {"limit": alt.ExprRef(f"width - {_NOTE_ROOM}")}
    words: Any = {"baseline": "top", "fontSize": size, "dy": 1}
    layers = [
        of("scale").mark_rule(color=palette.grid, strokeWidth=1).encode(x=x, x2="x2:Q", y=y),
        of("now")
        .mark_rule(color=palette.baseline, strokeWidth=2, strokeDash=[4, 3])
        .encode(x=x, y=y, y2="y2:Q"),
        of("target").mark_rule(color=palette.ink, strokeWidth=2.5).encode(x=x, y=y, y2="y2:Q"),
        of("whisker").mark_rule(strokeWidth=max(1.5, each / 7)).encode(x=x, x2="x2:Q", y=y, color=colour),
        of("dot")
        .mark_point(filled=True, size=max(42.0, (each * 0.72) ** 2), opacity=1)
        .encode(x=x, y=y, color=colour, shape=shape),
        of("title")
        .mark_text(align="left", fontWeight=600, color=palette.ink, **words, **room)
        .encode(x=x, y=y, text="label:N"),
        of("note").mark_text(align="right", color=palette.quiet, **words).encode(x=x, y=y, text="label:N"),
    ]
    if len(names) <= MOST_LABELLED:
        beside: Any = {"baseline": "middle", "fontSize": size - 1, "color": palette.ink}
        layers += [
            of("value").mark_text(align="left", dx=7, **beside).encode(x=x, y=y, text="label:N"),
            of("value_left").mark_text(align="right", dx=-7, **beside).encode(x=x, y=y, text="label:N"),
        ]
    whole = alt.layer(*layers).properties(
        height=round(height), padding={"left": 8, "right": 8, "top": 2, "bottom": 2},
        **({"title": unit_title(marks, palette, size)} if legend else {}),
    )  # fmt: skip
    return finished(whole, language, palette)


# --- money ----------------------------------------------------------------------------------------


def money_chart(
    compared: Compared, palette: Palette, height: float, *, legend: bool = False
) -> tuple[pa.Table, dict[str, Any]]:
    """Return what is drawn of the net difference per year and scenario, bars with whiskers, and the specification."""
    drawn = compared.drawn
    years, names, amounts, lows, highs, labels = [], [], [], [], [], []
    for side in drawn:
        for year, amount in zip(compared.years, compared.year_amounts[side], strict=True):
            years.append(str(year))
            names.append(compared.sides[side].name)
            amounts.append(amount.central / MILLION)
            band = amount.range
            lows.append(amount.central / MILLION if band is None else band.low / MILLION)
            highs.append(amount.central / MILLION if band is None else band.high / MILLION)
            short = number(amount.central / MILLION, compared.language, amount.decimals, signed=True)
            labels.append(short if len(drawn) <= _MOST_AMOUNTS else None)
    if not drawn:
        years, names = [str(year) for year in compared.years], [None] * len(compared.years)  # type: ignore[list-item]
        amounts = lows = highs = [0.0] * len(compared.years)
        labels = [None] * len(compared.years)
    low, high = amount_axis([*lows, *amounts], [*highs, *amounts])
    edge = [low, high, *[None] * (len(years) - 2)]
    table = pa.table(
        {
            "year": years, "name": pa.array(names, pa.string()), "amount": amounts, "low": lows, "high": highs,
            # Above the bar, be it a cost or a saving: on the bar it could not be read.
            "top": [max(end, 0.0) for end in highs],
            "label": pa.array(labels, pa.string()), "edge": pa.array(edge[: len(years)], pa.float64()),
        }
    )  # fmt: skip
    side_names = tuple(compared.sides[side].name for side in drawn)
    unit = text("page_compare.money.unit", compared.language)
    spec = _money_spec(side_names, unit, compared.language, palette, round(height), legend)
    return table, spec


def amount_axis(lows: Sequence[float], highs: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis of amounts in millions: zero is on it, and it is never so short that ticks repeat."""
    low, high = min([0.0, *lows]), max([0.0, *highs])
    if high - low < _LEAST_AXIS:
        return -_LEAST_AXIS, _LEAST_AXIS
    margin = 0.08 * (high - low)
    # Room for the figures above the bars, also where all of them go down.
    return (low - margin if low < 0 else 0.0), high + margin


@lru_cache(maxsize=64)
def _money_spec(
    names: tuple[str, ...], unit: str, language: str, palette: Palette, height: int, legend: bool
) -> dict[str, Any]:
    """Specify the bars of money, without their figures."""
    size = TEXT_SIZE[False]
    chart = alt.Chart()
    x = alt.X(
        "year:N",
        axis=alt.Axis(title=None, labelAngle=0, ticks=False, domain=False, labelPadding=6),
        scale=alt.Scale(paddingInner=0.18, paddingOuter=0.08),
    )
    offset = alt.XOffset("name:N", scale=alt.Scale(domain=list(names), paddingInner=0.1))
    y_axis = alt.Axis(title=None, format=_AMOUNT_TICKS, tickCount=5, domain=False, ticks=False)

    def y(field: str) -> alt.Y:
        """Return the axis of amounts for one field."""
        return alt.Y(f"{field}:Q", axis=y_axis, scale=alt.Scale(zero=True, nice=False))

    colour = _colour(names, palette, _legend(size) if legend else None)
    edges = chart.transform_filter(alt.FieldValidPredicate(field="edge", valid=True))
    layers = [
        edges.mark_point(opacity=0, size=0).encode(x=x, y=y("edge")),
        chart.mark_bar(opacity=0.85).encode(x=x, xOffset=offset, y=y("amount"), color=colour),
        chart.mark_rule(color=palette.ink, strokeWidth=1.5).encode(
            x=x, xOffset=offset, y=y("low"), y2="high:Q"
        ),
        chart.mark_rule(color=palette.quiet).encode(y=alt.datum(0)),
    ]
    if 0 < len(names) <= _MOST_AMOUNTS:
        labels = chart.transform_filter("datum.label != null").mark_text(
            baseline="bottom", dy=-4, fontSize=size, fontWeight=600, color=palette.ink
        )
        layers.append(labels.encode(x=x, xOffset=offset, y=y("top"), text="label:N"))
    whole = alt.layer(*layers).properties(
        height=height,
        padding={"left": 4, "right": 4, "top": 2, "bottom": 2},
        title=unit_title(unit, palette, size),
    )
    return finished(whole, language, palette)


# --- how often ------------------------------------------------------------------------------------


def often_chart(
    compared: Compared, palette: Palette, *, legend: bool = False
) -> tuple[pa.Table, dict[str, Any]]:
    """Return how often each scenario is best, by goal and on money, and the specification."""
    rows: list[Drawn] = []
    told = compared.told
    equal = text("page_compare.often.equal", compared.language)
    for place, (key, title) in enumerate(told):
        assert compared.shares is not None
        found = compared.shares[key]
        top = place * _OFTEN
        rows.append(("title", None, 0.0, None, top, None, title))
        first = found.first
        # Equal stands between the two of a pair; behind the last of many.
        parts = [(side.name, share) for side, share in zip(compared.sides, first, strict=True)]
        parts.insert(1 if len(parts) == _FEWEST_MARKS else len(parts), (equal, found.equal))
        rows += _bars(parts, top)
    names = (*(side.name for side in compared.sides), equal)
    marks = (*compared.marks, None)
    spec = _often_spec(names, marks, compared.language, palette, (round(_OFTEN * len(told)), legend))
    return _table(rows), spec


_LEAST_LABELLED: Final = 0.06


def _bars(parts: Sequence[tuple[str, float]], top: float) -> list[Drawn]:
    """Return the parts of one bar, with their hundredths where there is room for them."""
    rows: list[Drawn] = []
    done = 0.0
    for name, share in parts:
        if share <= 0.0:
            continue
        label = str(round(100 * share)) if share >= _LEAST_LABELLED else None
        rows.append(("bar", name, done, done + share, top + _TITLE, top + _TITLE + 20, None))
        rows.append(("share", name, done + share / 2, None, top + _TITLE + 10, None, label))
        done += share
    return rows


def twentieths(shares: Sequence[float]) -> list[int]:
    """Return how many of twenty each share is; they add up to twenty, what is left goes to the largest remainders."""
    whole = [int(share * DOTS + 1e-9) for share in shares]
    order = sorted(range(len(shares)), key=lambda i: whole[i] - shares[i] * DOTS)
    for i in order[: DOTS - sum(whole)]:
        whole[i] += 1
    return whole


@lru_cache(maxsize=64)
def _often_spec(
    names: tuple[str, ...],
    marks: tuple[int | None, ...],
    language: str,
    palette: Palette,
    looks: tuple[int, bool],
) -> dict[str, Any]:
    """Specify the bars of how often each is best, without their figures.

    ``marks``: which mark each name has, None for without changes and, last, for equal. ``looks``: the height, and
    whether there is a legend.
    """
    height, legend = looks
    size = TEXT_SIZE[False]
    chart = alt.Chart()
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], reverse=True))
    colours = [palette.baseline if mark is None else palette.proposals[mark] for mark in marks[:-1]]
    colours.append(palette.grid)
    shown = _legend(size) if legend else None
    colour = alt.Color("name:N", scale=alt.Scale(domain=list(names), range=colours), legend=shown)
    title = chart.transform_filter("datum.kind == 'title'").mark_text(
        align="left", baseline="top", dy=1, fontSize=size, fontWeight=600, color=palette.ink
    )
    layers = [title.encode(x=x, y=y, text="label:N")]
    bars = chart.transform_filter("datum.kind == 'bar'").mark_bar(stroke=palette.ground, strokeWidth=1)
    light = f"datum.name == '{_quoted(names[-1])}'"
    shares = chart.transform_filter("datum.kind == 'share' && datum.label != null").mark_text(
        fontSize=size, fontWeight=600
    )
    ink = alt.condition(light, alt.value(palette.ink), alt.value(palette.ground))
    layers += [
        bars.encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=colour),
        shares.encode(x=x, y=y, text="label:N", color=ink),
    ]
    whole = alt.layer(*layers).properties(
        height=height, padding={"left": 8, "right": 8, "top": 2, "bottom": 2}
    )
    return finished(whole, language, palette)


def _quoted(words: str) -> str:
    """Return words as they stand in an expression of Vega."""
    return words.replace("\\", "\\\\").replace("'", "\\'")
