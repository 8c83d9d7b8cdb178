"""Draw a graph to be drawn on with a pen: the indicator's own axis and what is known before the start, no answer."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from model.documents.axis import ends
from model.documents.charts import unit_label
from model.documents.paper import escaped
from model.goals.published_history import PublishedLine
from model.goals.results import IndicatorResult
from model.language.catalogue import number, text

WIDTH: Final = 720
HEIGHT: Final = 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 30, 34
_LETTERS: Final = 15
_INK: Final = "#000000"
_GRID: Final = "#b4b4b4"
_TICKS: Final = 6
_MOST_DECIMALS: Final = 3
# How far the axis goes beyond what is known, so that no end of it gives the answer away.
_ROOM: Final = (0.5, 1.6)
_BEYOND: Final = 0.6
# Years before the start that are drawn.
_MOST_PAST: Final = 4
# At least so much stands before the start, so that the first value is no part of the axis.
_LEAD_IN: Final = datetime.timedelta(days=180)


@dataclass(frozen=True)
class BlankGraph:
    """A graph to draw on: the drawing, and what it says to those who do not see it."""

    svg: str
    says: str


def blank_graph(indicator: IndicatorResult, past: PublishedLine | None, language: str) -> BlankGraph:
    """Return the graph of one indicator from some years before the start to the end of the run."""
    title = indicator.title.text(language)
    first, last = guess_axis(indicator, past)
    days, values = _known(indicator, past)
    start: datetime.date = indicator.weeks[0].astype("datetime64[D]").item()
    drawing = _Drawing(first, last, min(days[0], start - _LEAD_IN), indicator.last_day)
    parts = [*_grid(drawing, indicator, language), *_start(drawing, start, language)]
    points = " ".join(f"{drawing.x(d):.1f},{drawing.y(v):.1f}" for d, v in zip(days, values, strict=True))
    if len(days) > 1:
        parts.append(f'<polyline points="{points}" fill="none" stroke="{_INK}" stroke-width="2.5"/>')
    at, value = drawing.x(days[-1]), drawing.y(values[-1])
    parts.append(f'<circle cx="{at:.1f}" cy="{value:.1f}" r="5" fill="{_INK}"/>')
    shown = indicator.shown(values[-1], language)
    parts.append(_label(at - 8, value - 12, shown, "end", bold=True))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )
    low, high = (indicator.shown(end, language) for end in (first, last))
    says = text(
        "workshop_paper.graph", language,
        title=title, low=low, high=high, value=shown, first=drawing.first.year, last=drawing.last.year,
    )  # fmt: skip
    return BlankGraph(svg, says)


def guess_axis(indicator: IndicatorResult, past: PublishedLine | None) -> tuple[float, float]:
    """Return the ends of the axis on which a guess is drawn: wide enough for guesses far from the run."""
    before, after = indicator.value_baseline, indicator.value_scenario
    known = np.array([*(past.values if past else ()), indicator.value_start, before, after])
    known = known[np.isfinite(known)]
    if indicator.suppressed or not known.size:
        return 0.0, 1.0
    extra = [before * part for part in _ROOM] + [after + _BEYOND * (after - before)]
    low, high = ends([known], [value for value in extra if math.isfinite(value)])
    return low, high


def _known(
    indicator: IndicatorResult, past: PublishedLine | None
) -> tuple[tuple[datetime.date, ...], tuple[float, ...]]:
    """Return what is drawn before anybody draws: what was published, else the value at the start alone."""
    start: datetime.date = indicator.weeks[0].astype("datetime64[D]").item()
    if past is None:
        return (start,), (indicator.value_start,)
    since = datetime.date(start.year - _MOST_PAST, 1, 1)
    kept = [(d, v) for d, v in zip(past.days, past.values, strict=True) if d >= since]
    if not kept:
        return (start,), (indicator.value_start,)
    return tuple(day for day, _ in kept), tuple(value for _, value in kept)


@dataclass(frozen=True)
class _Drawing:
    """Where a value and a day stand on the paper."""

    low: float
    high: float
    first: datetime.date
    last: datetime.date

    def x(self, day: datetime.date) -> float:
        """Return how far to the right a day stands."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """Return how far down a value stands; a place on a list counts downwards like any number."""
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def _grid(drawing: _Drawing, indicator: IndicatorResult, language: str) -> Iterator[str]:
    """Yield the lines of values and years with their figures, and the unit above."""
    right = WIDTH - _RIGHT
    ticks = [float(v) for v in np.linspace(drawing.low, drawing.high, _TICKS)]
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


def _label(x: float, y: float, words: str, anchor: str, *, bold: bool = False) -> str:
    """Return words on the drawing."""
    weight = 600 if bold else 400
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{_LETTERS}" font-weight="{weight}" '
        f"font-family=\"'IBM Plex Sans', 'Liberation Sans', sans-serif\" fill=\"{_INK}\">{escaped(words)}</text>"
    )
