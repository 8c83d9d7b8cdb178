"""Specify the charts of the page Uncertainty: bands over time, and the tornado."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pyarrow as pa

from model.documents.axis import TICK_FORMAT, chosen_weeks, thinned
from model.documents.charts import CHART_POINTS, time_axis
from model.uncertainty.bands import Quantiles
from pages.components.chart_with_table import TEXT_SIZE, finished
from pages.components.theme import Palette

_HEIGHTS: Final = {False: 280, True: 640}
_WEEK: Final = time_axis("week", 6)
_ROW: Final = {False: 42, True: 108}


def bands_table(weeks: Any, spreads: dict[str, Quantiles], *, target: float | None) -> pa.Table:
    """Return one row per week and line, thinned for the screen."""
    names = ("low", "lower", "central", "upper", "high")
    columns: dict[str, list[Any]] = {name: [] for name in (*names, "line", "target")}
    shown = list(weeks[chosen_weeks(len(weeks), CHART_POINTS)])
    every: list[Any] = []
    for line, spread in spreads.items():
        every += shown
        for name in names:
            columns[name] += thinned(getattr(spread, name), CHART_POINTS)
        columns["line"] += [line] * len(shown)
        columns["target"] += [target] * len(shown)
    return pa.table(
        {
            "week": pa.array(np.array(every, "datetime64[D]")),
            "line": pa.array(columns["line"], pa.string()),
            **{name: pa.array(columns[name], pa.float64()) for name in (*names, "target")},
        }
    )


@lru_cache(maxsize=64)
def fan_spec(
    unit: str, names: tuple[str, str, str], language: str, palette: Palette, present: bool
) -> dict[str, Any]:
    """Specify the chart of bands over time, without its figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = _WEEK

    def y(field: str) -> alt.Y:
        """Return the axis of values for one field."""
        return _value(field)

    scenario, baseline = _of_line("scenario"), _of_line("baseline")
    layers = [
        scenario.mark_area(color=palette.accent, opacity=0.14).encode(x=x, y=y("low"), y2="high:Q"),
        scenario.mark_area(color=palette.accent, opacity=0.2).encode(x=x, y=y("lower"), y2="upper:Q"),
        *(
            baseline.mark_line(color=palette.baseline, strokeWidth=1, strokeDash=[2, 3]).encode(
                x=x, y=y(field)
            )
            for field in ("low", "high")
        ),
        baseline.mark_line(color=palette.baseline, strokeWidth=2, strokeDash=[6, 4]).encode(
            x=x, y=y("central")
        ),
        chart.transform_filter("datum.target != null")
        .mark_line(color=palette.ink, strokeWidth=1.25)
        .encode(x=x, y=y("target")),
        scenario.mark_line(color=palette.accent, strokeWidth=4 if present else 2.75).encode(
            x=x, y=y("central")
        ),
    ]
    layers += _end_labels(names, palette, size)
    whole = alt.layer(*layers).properties(
        height=_HEIGHTS[present],
        padding={"left": 4, "right": 8, "top": 4, "bottom": 4},
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


def _end_labels(names: tuple[str, str, str], palette: Palette, size: int) -> list[alt.Chart]:
    """Return the names of baseline and scenario at the ends of their lines, and the target's over its line."""

    def last_of(line: str, condition: str = "") -> alt.Chart:
        """Return a layer with the last week of a line alone."""
        chart = _of_line(line).transform_joinaggregate(last="max(week)")
        return chart.transform_filter("datum.week == datum.last" + condition)

    labels = []
    for line, name, colour, dy in (
        ("baseline", names[0], palette.quiet, 8),
        ("scenario", names[1], palette.accent, -8),
    ):
        if name:
            mark = last_of(line).mark_text(
                align="left", dx=8, dy=dy, fontSize=size, fontWeight=600, color=colour
            )
            labels.append(mark.encode(x=_WEEK, y=_value("central"), text=alt.value(name)))
    if names[2]:
        mark = (
            last_of("scenario", " && datum.target != null")
            .transform_calculate(label=f"'{names[2]}'")
            .mark_text(align="right", baseline="bottom", dy=-4, fontSize=size, color=palette.ink)
        )
        labels.append(mark.encode(x=_WEEK, y=_value("target"), text="label:N"))
    return labels


def _of_line(line: str) -> alt.Chart:
    """Return a layer with the rows of one line."""
    return alt.Chart().transform_filter(f"datum.line == '{line}'")


def _value(field: str) -> alt.Y:
    """Return the axis of values for one field."""
    axis = alt.Axis(title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False)
    return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(zero=False))


@lru_cache(maxsize=64)
def tornado_spec(unit: str, bars: int, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the chart of the tornado, without its figures."""
    size = TEXT_SIZE[present]
    row = _ROW[present]
    # The name stands above its bar, so that a narrow screen keeps its width for the bars, and nearer to it than the
    # next name does.
    above, below = -0.24 * row, 0.16 * row
    chart = alt.Chart()
    y = alt.Y("family:N", sort=alt.EncodingSortField(field="order"), axis=None, scale=alt.Scale(padding=0))

    def x(field: str) -> alt.X:
        """Return the axis of values for one field."""
        return alt.X(
            f"{field}:Q",
            scale=alt.Scale(zero=False, padding=60),
            axis=alt.Axis(title=None, format=TICK_FORMAT, tickCount=5),
        )

    layers = [
        chart.mark_bar(color=palette.accent, opacity=0.75, height=0.36 * row, yOffset=below).encode(
            y=y, x=x("left"), x2="right:Q"
        ),
        chart.mark_tick(color=palette.ink, thickness=2, size=0.5 * row, yOffset=below).encode(
            y=y, x=x("central")
        ),
        chart.mark_text(align="left", dy=above, fontSize=size, color=palette.quiet).encode(
            y=y, x=alt.value(0), text="family:N"
        ),
        chart.mark_text(align="right", dx=-6, dy=below, fontSize=size, color=palette.ink).encode(
            y=y, x=x("left"), text="label_left:N"
        ),
        chart.mark_text(align="left", dx=6, dy=below, fontSize=size, color=palette.ink).encode(
            y=y, x=x("right"), text="label_right:N"
        ),
    ]
    whole = alt.layer(*layers).properties(
        height=row * bars,
        title=alt.TitleParams(
            text=unit, anchor="start", fontSize=size, fontWeight=400, color=palette.quiet, offset=size
        ),
    )
    return finished(whole, language, palette, present=present)
