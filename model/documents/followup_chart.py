"""The chart of a follow-up, on the page and on paper: what was expected as a band, and the months that came.

The wide band, where 8 of 10 municipalities ended, lies behind the narrow one of the assumptions.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pyarrow as pa

from model.documents.axis import TICK_FORMAT
from model.documents.charts import LABEL_GAP, TEXT_SIZE, finished, spread, time_axis, unit_title
from model.documents.palette import Palette
from model.followup.outcome import Followed
from model.followup.words import unit_text
from model.language.catalogue import number, text

_HEIGHTS: Final = {False: 240, True: 560}
_BEFORE: Final = 24  # months before the path that are shown
_MIDDLE: Final = 14  # days after the first: a month's figure stands in its middle
_MARKS: Final = 6  # months between marks of the axis
_ROOM: Final = 0.06  # of the axis below and above the figures
LABELLED: Final = ("expected", "without", "wide")


def followed_chart(
    one: Followed, language: str, palette: Palette, *, present: bool = False
) -> tuple[pa.Table, dict[str, Any]]:
    """Return what is drawn of a series, and the specification."""
    before = list(one.before.items())[-_BEFORE:]
    n, m = len(before), len(one.months)
    known = [value for _, value in before] + [x for one_ in one.months for x in (one_.low, one_.high)]
    known += [x for month in one.months for x in (month.without, month.value) if x is not None]
    known += [x for month in one.months for x in month.wide or ()]
    room = (max(known) - min(known)) * _ROOM or 1.0
    low, high = max(0.0, min(known) - room), max(known) + room
    names = [month for month, _ in before] + [month.month for month in one.months]
    days = np.array([np.datetime64(f"{name}-01", "D") + _MIDDLE for name in names])
    data: dict[str, Any] = {"day": pa.array(days)}
    data["before"] = _floats([*[value for _, value in before], *[None] * m])
    for name in ("expected", "without", "low", "high"):
        data[name] = _floats([None] * n + [getattr(month, name) for month in one.months])
    wide = [month.wide or (None, None) for month in one.months]
    for i, name in enumerate(("wide_low", "wide_high")):
        data[name] = _floats([None] * n + [ends[i] for ends in wide])
    data["came"] = _floats(
        [None] * n + [month.value if month.month >= one.awaited else None for month in one.months]
    )
    # The path's months before the decision are what was, not what came of it.
    data["before"] = _floats(
        [
            *[value for _, value in before],
            *[m_.value if m_.month < one.awaited else None for m_ in one.months],
        ]
    )
    ends = {"expected": one.months[-1].expected, "without": one.months[-1].without}
    labels = {
        name: text(f"followup.chart.{name}", language) + " " + number(value, language, one.decimals)
        for name, value in ends.items()
    }
    if (wide_end := one.months[-1].wide) is not None:
        ends["wide"] = wide_end[1]
        labels["wide"] = text("followup.chart.wide_label", language)
    places = spread(ends, low, high, LABEL_GAP[present])
    for name in LABELLED:
        data[f"label_{name}"] = pa.array([*[None] * (n + m - 1), labels.get(name)], pa.string())
        data[f"at_{name}"] = _floats([*[None] * (n + m - 1), places.get(name)])
    data["edge"] = _floats([low, *[None] * (n + m - 2), high])
    return pa.table(data), followed_spec(unit_text(one, language), one.decimals, language, palette, present)


def _floats(values: list[Any]) -> pa.Array:
    """Return a column of numbers."""
    return pa.array(values, pa.float64())


@lru_cache(maxsize=32)
def followed_spec(unit: str, decimals: int, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the chart of a follow-up, without its figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = time_axis("day", _MARKS)
    step = 10.0**-decimals  # no half persons, no half places

    def y(field: str) -> alt.Y:
        """Return the axis of values for one field."""
        axis = alt.Axis(
            title=None, format=TICK_FORMAT, tickCount=5, tickMinStep=step, domain=False, ticks=False
        )
        return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(zero=False, nice=False))

    def of(field: str) -> alt.Chart:
        """Return a layer with the rows that have a value of a field."""
        return chart.transform_filter(alt.FieldValidPredicate(field=field, valid=True))

    wide = 3 if present else 2
    layers = [
        of("edge").mark_point(opacity=0).encode(y=y("edge")),
        of("wide_low")
        .mark_area(color=palette.baseline, opacity=0.2)
        .encode(x=x, y=y("wide_low"), y2="wide_high:Q"),
        of("low").mark_area(color=palette.accent, opacity=0.16).encode(x=x, y=y("low"), y2="high:Q"),
        of("before").mark_line(color=palette.quiet, strokeWidth=wide / 1.6).encode(x=x, y=y("before")),
        of("without")
        .mark_line(color=palette.baseline, strokeWidth=wide, strokeDash=[6, 4])
        .encode(x=x, y=y("without")),
        of("expected").mark_line(color=palette.accent, strokeWidth=wide * 1.3).encode(x=x, y=y("expected")),
        of("came").mark_line(color=palette.ink, strokeWidth=wide).encode(x=x, y=y("came")),
        of("came")
        .mark_point(color=palette.ink, filled=True, size=size * 5, opacity=1)
        .encode(x=x, y=y("came")),
    ]
    for name, colour in zip(LABELLED, (palette.accent, palette.quiet, palette.quiet), strict=True):
        mark = of(f"at_{name}").mark_text(align="left", dx=8, fontSize=size, fontWeight=600, color=colour)
        layers.append(mark.encode(x=x, y=y(f"at_{name}"), text=f"label_{name}:N"))
    whole = alt.layer(*layers).properties(
        height=_HEIGHTS[present],
        padding={"left": 4, "right": 8, "top": 4, "bottom": 4},
        title=unit_title(unit or " ", palette, size),
    )
    return finished(whole, language, palette, present=present)
