"""Draw rows for the big screen: a name, a bar or mark with its range, a figure, in letters that grow with the window.

They are text and boxes, no picture: what is drawn in pixels keeps its size when a room's screen is larger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import streamlit as st

from model.documents.axis import ends
from pages.components.bar_rows import BarRow, kind_colours
from pages.components.theme import Palette

# So many rows fit below the sentence in the lowest window.
MOST: Final = 8
_FEW: Final = 5  # have more air
_SHORT: Final = 10  # letters of names that need no wide column


@dataclass(frozen=True)
class RoomRow:
    """One row: its place on the rows' common scale, the figure in words, and between what it lies."""

    name: str
    value: str
    ends: str
    at: float | None
    low: float | None
    high: float | None
    colour: str
    start: float | None = None  # where a bar begins; None: a mark alone
    mark: str = ""
    whole: bool = False  # the one main figure


@dataclass(frozen=True)
class RoomLine:
    """A line through all rows: zero, now or the target."""

    at: float
    colour: str
    dashed: bool = False


@dataclass(frozen=True)
class MarkAt:
    """One mark on a row's own scale."""

    at: float
    mark: str
    colour: str


@dataclass(frozen=True)
class MarkRow:
    """A row with a scale of its own: where it stands now, and a mark for each that sets it elsewhere."""

    name: str
    value: str  # between what the marks lie
    beside: str  # where it stands now
    now: float
    marks: tuple[MarkAt, ...]


def mark_rows(rows: Sequence[MarkRow], palette: Palette) -> None:
    """Draw rows of marks, each on its own scale."""
    air = " ik-room-few" if len(rows) <= _FEW else ""
    drawn = []
    for row in rows:
        low, high = ends([], (row.now, *(mark.at for mark in row.marks)))
        span = (high - low) or 1.0
        places = [(row.now, "┆", palette.baseline), *((m.at, m.mark, m.colour) for m in row.marks)]
        track = "".join(
            f'<b style="left:{round(100 * (at - low) / span, 2)}%;color:{colour}">{mark}</b>'
            for at, mark, colour in places
        )
        drawn.append(
            f'<li><span class="ik-room-name">{escape(row.name)}</span>'
            f'<span class="ik-room-track" aria-hidden="true">{track}</span>'
            f'<span class="ik-room-value"><strong>{escape(row.value)}</strong> '
            f"<small>{escape(row.beside)}</small></span></li>"
        )
    st.html(f'<ul class="ik-room ik-room-marks{air}">{"".join(drawn)}</ul>')


def room_rows(rows: Sequence[RoomRow], lines: Sequence[RoomLine] = ()) -> None:
    """Draw the rows on one scale, with lines through all of them."""
    air = " ik-room-few" if len(rows) <= _FEW else " ik-room-many" if len(rows) > MOST else ""
    short = " ik-room-short" if max(len(row.name) for row in rows) <= _SHORT else ""
    st.html(f'<ul class="ik-room{air}{short}">{"".join(_html(rows, lines))}</ul>')


def rows_of_bars(bars: Sequence[BarRow], palette: Palette) -> list[RoomRow]:
    """Return the bars of a waterfall as rows: a label's range stands in brackets behind its figure."""
    colours = dict(zip(kind_colours(palette).domain, kind_colours(palette).range, strict=True))
    return [
        RoomRow(
            *(
                bar.name,
                bar.label.split(" (")[0],
                bar.label.partition(" (")[2].removesuffix(")"),
                bar.end,
                bar.low,
                bar.high,
                colours[bar.kind],
                bar.start,
            ),
            whole=bar.kind == "total",
        )
        for bar in bars
    ]


def _html(rows: Sequence[RoomRow], lines: Sequence[RoomLine]) -> Iterator[str]:
    """Write each row."""
    given = [v for row in rows for v in (row.at, row.low, row.high, row.start) if v is not None]
    low, high = ends([], (*given, *(line.at for line in lines)))
    span = (high - low) or 1.0

    def left(value: float) -> float:
        """Return a place in per cent of the scale."""
        return round(100 * (value - low) / span, 2)

    def box(kind: str, start: float, end: float, colour: str) -> str:
        """Return a box from one place to another."""
        begin, stop = sorted((left(start), left(end)))
        return f'<i class="{kind}" style="left:{begin}%;width:{round(stop - begin, 2)}%;color:{colour}"></i>'

    through = "".join(
        box("ik-room-dashed" if line.dashed else "ik-room-line", line.at, line.at, line.colour)
        for line in lines
    )
    for row in rows:
        drawn = through
        if row.at is not None and row.start is not None:
            drawn += box("ik-room-bar", row.start, row.at, row.colour)
        if row.low is not None and row.high is not None:
            drawn += box("ik-room-whisker", row.low, row.high, row.colour)
        mark = f'<b aria-hidden="true" style="color:{row.colour}">{row.mark}</b> ' if row.mark else ""
        if row.at is not None and row.start is None:
            drawn += f'<b style="left:{left(row.at)}%;color:{row.colour}">{row.mark or "●"}</b>'
        range_ = f" <small>{escape(row.ends)}</small>" if row.ends else ""
        yield (
            f"<li{' class=ik-room-whole' if row.whole else ''}>"
            f'<span class="ik-room-name">{mark}{escape(row.name)}</span>'
            f'<span class="ik-room-track" aria-hidden="true">{drawn}</span>'
            f'<span class="ik-room-value"><strong>{escape(row.value)}</strong>{range_}</span></li>'
        )
