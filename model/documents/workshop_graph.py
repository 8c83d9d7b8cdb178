"""Draw a graph to be drawn on with a pen: the indicator's own axis and what is known before the start, no answer."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from model.documents.charts import unit_label
from model.documents.paper import escaped
from model.goals.published_history import PublishedLine
from model.goals.results import IndicatorResult, without_small
from model.language.catalogue import number, text
from model.workshop.reveal import GuessAxis, guess_axis

WIDTH: Final = 720
HEIGHT: Final = 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 30, 34
_LETTERS: Final = 15
_INK: Final = "#000000"
_GRID: Final = "#b4b4b4"
_MOST_DECIMALS: Final = 3
# Years before the start that are drawn.
_MOST_PAST: Final = 4
# At least so much stands before the start, so that the first value is no part of the axis.
_LEAD_IN: Final = datetime.timedelta(days=180)

Points = list[tuple[datetime.date, float]]


@dataclass(frozen=True)
class BlankGraph:
    """A graph to draw on: the drawing, and what it says to those who do not see it."""

    svg: str
    says: str


def blank_graph(
    indicator: IndicatorResult, past: PublishedLine | None, weeks: int, language: str
) -> BlankGraph:
    """Return the graph of one indicator from some years before the start to the end of the run.

    It has the screen's own axis, what was published, and so many ``weeks`` without changes. Figures that are too small
    to be shown are not on it.
    """
    title = indicator.title.text(language)
    published, known = _published(indicator, past), _first_weeks(indicator, weeks)
    axis = guess_axis(indicator, [value for _, value in published], weeks)
    start = _start_of(indicator)
    begins = known[-1][0] if known else start
    first = min([start - _LEAD_IN, *(day for day, _ in published)])
    drawing = _Drawing(axis, first, indicator.last_day)
    parts = [*_grid(drawing, indicator, language), *_start(drawing, begins, language)]
    parts += [_line(drawing, published, "2.5"), _line(drawing, known, "2.5")]
    shown = text("workshop_paper.graph.none", language)
    if last := (known or published)[-1:]:
        (day, value), shown = last[0], indicator.shown(last[0][1], language)
        x, y = drawing.x(day), drawing.y(value)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{_INK}"/>')
        parts.append(_label(x - 8, y - 12, shown, "end", bold=True))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )
    ends = [indicator.shown(end, language) for end in (axis.low, axis.high)]
    says = text(
        "workshop_paper.graph", language,
        title=title, low=ends[0], high=ends[1], value=shown, first=drawing.first.year, last=drawing.last.year,
    )  # fmt: skip
    return BlankGraph(svg, says)


def _published(indicator: IndicatorResult, past: PublishedLine | None) -> Points:
    """Return what was published in the last years before the start."""
    if past is None or indicator.suppressed:
        return []
    since = datetime.date(_start_of(indicator).year - _MOST_PAST, 1, 1)
    values = without_small(np.array(past.values), indicator.unit)
    return [(d, float(v)) for d, v in zip(past.days, values, strict=True) if d >= since and math.isfinite(v)]


def _first_weeks(indicator: IndicatorResult, weeks: int) -> Points:
    """Return the first weeks without changes, as far as they are known."""
    if indicator.suppressed:
        return []
    values = without_small(indicator.baseline[:weeks], indicator.unit)
    days = indicator.weeks[:weeks].astype("datetime64[D]").tolist()
    return [(day, float(value)) for day, value in zip(days, values, strict=True) if math.isfinite(value)]


def _start_of(indicator: IndicatorResult) -> datetime.date:
    """Return the first day of the run."""
    start: datetime.date = indicator.weeks[0].astype("datetime64[D]").item()
    return start


@dataclass(frozen=True)
class _Drawing:
    """Where a value and a day stand on the paper."""

    axis: GuessAxis
    first: datetime.date
    last: datetime.date

    def x(self, day: datetime.date) -> float:
        """Return how far to the right a day stands."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """Return how far down a value stands; a place on a list counts downwards like any number."""
        share = (value - self.axis.low) / (self.axis.high - self.axis.low)
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def _grid(drawing: _Drawing, indicator: IndicatorResult, language: str) -> Iterator[str]:
    """Yield the lines of values and years with their figures, and the unit above."""
    right = WIDTH - _RIGHT
    ticks = drawing.axis.marks
    decimals = next(
        (d for d in range(_MOST_DECIMALS) if all(abs(v - round(v, d)) < 1e-9 for v in ticks)), _MOST_DECIMALS
    )
    for value in ticks:
        y = drawing.y(value)
        yield f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{_GRID}" stroke-width="1"/>'
        yield _label(_LEFT - 8, y + 5, number(value, language, decimals), "end")
    for year in range(drawing.first.year, drawing.last.year + 1):
        begin, end = datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1)
        x = drawing.x(begin)
        if begin >= drawing.first:
            yield (
                f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{HEIGHT - _BOTTOM}" '
                f'stroke="{_GRID}" stroke-width="1"/>'
            )
        middle = drawing.x(max(begin, drawing.first)) + drawing.x(min(end, drawing.last))
        if (min(end, drawing.last) - max(begin, drawing.first)).days > 180:
            yield _label(middle / 2, HEIGHT - _BOTTOM + 22, str(year), "middle")
    unit = unit_label(indicator, language)
    if unit:
        yield _label(_LEFT - 8, _TOP - 14, unit, "start")


def _start(drawing: _Drawing, start: datetime.date, language: str) -> Iterator[str]:
    """Yield the line at which the drawing begins."""
    x = drawing.x(start)
    yield (
        f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{HEIGHT - _BOTTOM}" stroke="{_INK}" '
        'stroke-width="1.5" stroke-dasharray="5 4"/>'
    )
    yield _label(x + 6, _TOP - 8, text("workshop_paper.graph.start", language), "start", bold=True)


def _line(drawing: _Drawing, points: Points, width: str) -> str:
    """Return a line through points; nothing for one point or none."""
    if len(points) < 2:
        return ""
    places = " ".join(f"{drawing.x(day):.1f},{drawing.y(value):.1f}" for day, value in points)
    return f'<polyline points="{places}" fill="none" stroke="{_INK}" stroke-width="{width}"/>'


def _label(x: float, y: float, words: str, anchor: str, *, bold: bool = False) -> str:
    """Return words on the drawing."""
    weight = 600 if bold else 400
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{_LETTERS}" font-weight="{weight}" '
        f"font-family=\"'IBM Plex Sans', 'Liberation Sans', sans-serif\" fill=\"{_INK}\">{escaped(words)}</text>"
    )
