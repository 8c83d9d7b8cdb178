"""Specify the charts of the page Target groups: caseload, states, and pairs of bars."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.disclosure import suppress_parts
from model.documents.axis import TICK_FORMAT, chosen_weeks, thinned
from model.documents.charts import CHART_POINTS, spread, time_axis, unit_title, with_last_year
from model.documents.line_chart import line_spec
from model.domain import STATES
from model.language.catalogue import long_date
from model.simulation.flows import last_year_states, states
from pages.components import sticky_axis
from pages.components.chart_with_table import TEXT_SIZE, Row, finished
from pages.components.theme import Palette
from pages.views.target_groups.pairs import Pair
from pages.views.target_groups.third import third_course, third_head
from pages.views.target_groups.view import GroupView

Floats = NDArray[np.float64]

_HEIGHT: Final = {False: 260, True: 700}
_STEP: Final = {False: 46, True: 130}
# Bars take this part of the width, so that the figures beside them have room.
_BAR_PART: Final = 0.55
# From light to dark: waiting, in an offer, after an offer.
_SHADES: Final = (0.22, 0.8, 0.48)
_TABLE_WEEKS: Final = 4
_LONG: Final = 5  # years; above, the axis has a mark a year


# --- caseload -----------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def caseload_spec(unit: str, language: str, palette: Palette, present: bool, months: int) -> dict[str, Any]:
    """Specify the line chart of the goals without its title, which the section's heading has."""
    spec = copy.deepcopy(line_spec(" ", unit, language, palette, present, months))
    spec["title"] = {
        **spec["title"],
        "text": with_last_year(unit, language),
        "fontWeight": 400,
        "fontSize": TEXT_SIZE[present],
        "offset": 10,
    }
    del spec["title"]["subtitle"]
    spec["title"]["color"] = palette.quiet
    spec["height"] = _HEIGHT[present]
    return spec


def months_between_marks(view: GroupView) -> int:
    """Return the months between the marks of a time axis."""
    return 12 if len(view.outcome.weeks) / 52 > _LONG else 6


def caseload(view: GroupView) -> tuple[pa.Table, Sequence[Row], dict[str, str]]:
    """Return figures, rows and the sentence's values of the caseload in both runs."""
    after = view.segment.of(view.outcome, "caseload")[1:]
    before = view.segment.of(view.baseline, "caseload")[1:]
    weeks = view.outcome.weeks
    drawn_weeks = chosen_weeks(len(weeks), CHART_POINTS)
    n = len(drawn_weeks)
    key = (view.outcome.municipality.id, "target_group", view.segment.group, view.segment.origin)
    third = third_course(view)
    series = (before, after) if third is None else (before, after, third)
    low, high = sticky_axis.widened(view.session.scales, key, sticky_axis.ends(series))
    # The last year's means, as the tile above has them; a label stands at the height of the line's last week.
    shown = {"scenario": view.n(view.after.caseload), "baseline": view.n(view.before.caseload)}
    same = shown["scenario"] == shown["baseline"]
    labels = {
        "scenario": view.session.page_text(
            "chart.same" if same else "chart.scenario", value=shown["scenario"]
        ),
        "baseline": "" if same else view.session.page_text("chart.baseline", value=shown["baseline"]),
        "target": "",
        "reference": ""
        if view.beside is None
        else view.session.page_text("chart.reference", value=view.n(view.beside.after.caseload)),
    }
    last = {"scenario": float(after[-1])} | ({} if same else {"baseline": float(before[-1])})
    last |= {} if third is None else {"reference": float(third[-1])}
    places = spread(last, low, high)
    first: list[Any] = [None] * (n - 1)
    columns = {
        "week": pa.array(weeks[drawn_weeks]),
        "baseline": pa.array(thinned(before, CHART_POINTS), pa.float64()),
        "scenario": pa.array(thinned(after, CHART_POINTS), pa.float64()),
        "target": pa.array([None] * n, pa.float64()),
        "reference": pa.array([None] * n if third is None else thinned(third, CHART_POINTS), pa.float64()),
        "edge": pa.array([low, *[None] * (n - 2), high], pa.float64()),
        "note": pa.array([view.session.page_text("chart.not_zero") if low > 0 else " ", *first], pa.string()),
        "edge_note": pa.array([high, *first], pa.float64()),
    }
    for kind, label in labels.items():
        columns[f"label_{kind}"] = pa.array([*first, label], pa.string())
        columns[f"at_{kind}"] = pa.array([*first, places.get(kind, low)], pa.float64())
    rows = [
        {
            view.session.page_text("table.week"): long_date(weeks[i], view.session.language),
            view.text("table.baseline"): view.n(before[i], 1),
            view.text("table.scenario"): view.n(after[i], 1),
            **({} if third is None else {third_head(view): view.n(third[i], 1)}),
        }
        for i in _table_weeks(len(weeks))
    ]
    values = {
        "segment": view.title,
        "now": view.n(view.before.now),
        "before": shown["baseline"],
        "after": shown["scenario"],
    }
    return pa.table(columns), rows, values


def _table_weeks(weeks: int) -> NDArray[np.int64]:
    """Return the weeks that the table shows."""
    return chosen_weeks(weeks, max(2, weeks // _TABLE_WEEKS))


# --- states --------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def state_spec(unit: str, language: str, palette: Palette, present: bool, months: int) -> dict[str, Any]:
    """Specify three areas one upon the other, their names beside them, and the baseline's total as a dashed line."""
    size = TEXT_SIZE[present]
    x = time_axis("week", months)

    def y(field: str) -> alt.Y:
        """Return the axis of values for one field."""
        axis = alt.Axis(
            title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False, labelPadding=8
        )
        return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(zero=True, nice=False))

    chart = alt.Chart()
    areas = [
        chart.mark_area(
            color=palette.accent, opacity=shade, line={"color": palette.ground, "strokeWidth": 1}
        ).encode(x=x, y=y(f"top_{i}"), y2=f"top_{i - 1}:Q" if i else alt.datum(0))
        for i, shade in enumerate(_SHADES)
    ]
    total = chart.mark_line(color=palette.ink, strokeWidth=2, strokeDash=[6, 4]).encode(x=x, y=y("baseline"))
    edge = chart.transform_filter(alt.FieldValidPredicate(field="edge", valid=True))
    ends = chart.transform_filter(alt.FieldValidPredicate(field="at_0", valid=True))
    labels = [
        ends.mark_text(align="left", dx=8, fontSize=size, fontWeight=500, color=palette.ink).encode(
            x=x, y=y(f"at_{i}"), text=f"label_{i}:N"
        )
        for i in range(len(STATES) + 1)
    ]
    whole = alt.layer(
        edge.mark_point(opacity=0, size=0).encode(x=x, y=y("edge")), *areas, total, *labels
    ).properties(
        height=_HEIGHT[present],
        padding={"left": 4, "right": 20, "top": 4, "bottom": 4},
        title=unit_title(with_last_year(unit, language), palette, size),
    )
    return finished(whole, language, palette, present=present)


def state_figures(view: GroupView) -> tuple[pa.Table, Sequence[Row], dict[str, str]]:
    """Return figures, rows and the sentence's values of the three states in the scenario."""
    by_state = states(view.outcome, view.segment)
    before = view.segment.of(view.baseline, "caseload")[1:]
    weeks = view.outcome.weeks
    drawn_weeks = chosen_weeks(len(weeks), CHART_POINTS)
    first: list[Any] = [None] * (len(drawn_weeks) - 1)
    top = np.cumsum(by_state, axis=1)
    key = (view.outcome.municipality.id, "states", view.segment.group, view.segment.origin)
    _, high = sticky_axis.widened(view.session.scales, key, (0.0, float(max(top.max(), before.max())) * 1.1))
    names = [view.text(f"state.{state}") for state in STATES]

    def shown(figures: Floats, *also: Floats, decimals: int = 0) -> list[str]:
        """Format three figures, suppressing small ones, those of ``also``, and what would give them away."""
        return [
            view.not_shown if suppressed else view.n(value, decimals)
            for value, suppressed in zip(figures, suppress_parts(figures, *also), strict=True)
        ]

    # The last year's means, as the tiles have them; a label stands at the height of its area's last week.
    last = shown(last_year_states(view.outcome, view.segment), by_state[-1])
    middle = {
        str(i): float(top[-1, i] - by_state[-1, i] / 2) for i in range(len(STATES)) if by_state[-1, i] > 1e-9
    }
    middle[str(len(STATES))] = max(float(before[-1]), float(top[-1, -1]))
    places = spread(middle, 0.0, high)
    labels = [view.text("state.label", state=names[i], n=last[i]) for i in range(len(STATES))]
    labels.append(view.text("state.label", state=view.text("state.baseline"), n=view.n(view.before.caseload)))
    columns: dict[str, Any] = {
        "week": pa.array(weeks[drawn_weeks]),
        "baseline": pa.array(thinned(before, CHART_POINTS), pa.float64()),
        "edge": pa.array([*first, high], pa.float64()),
    }
    # An area is a figure too: weeks in which a step is hidden have none.
    few = np.array([suppress_parts(by_state[week]).any() for week in drawn_weeks])
    for i in range(len(STATES)):
        drawn = thinned(top[:, i], CHART_POINTS)
        columns[f"top_{i}"] = pa.array(
            [None if h else v for v, h in zip(drawn, few, strict=True)], pa.float64()
        )
    for i, label in enumerate(labels):
        columns[f"at_{i}"] = pa.array([*first, places.get(str(i), 0.0)], pa.float64())
        columns[f"label_{i}"] = pa.array([*first, label if str(i) in middle else ""], pa.string())
    rows = [
        {
            view.session.page_text("table.week"): long_date(weeks[w], view.session.language),
            **dict(zip(names, shown(by_state[w], decimals=1), strict=True)),
            view.text("state.baseline"): view.n(before[w], 1),
        }
        for w in _table_weeks(len(weeks))
    ]
    return pa.table(columns), rows, dict(zip(STATES, last, strict=True))


# --- pairs of bars ------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def pairs_spec(language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify rows of a name, the scenario's bar with its figures, and the baseline's narrow bar below."""
    size = TEXT_SIZE[present]
    unit = size / TEXT_SIZE[False]
    y = alt.Y("order:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))

    def x(field: str) -> alt.X:
        """Return the axis of values for one field."""
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(zero=True, nice=False))

    chart = alt.Chart()
    bars = [
        chart.mark_bar(color=palette.accent, height=11 * unit, yOffset=5 * unit).encode(x=x("scenario"), y=y),
        chart.mark_bar(color=palette.baseline, height=4 * unit, yOffset=14 * unit).encode(
            x=x("baseline"), y=y
        ),
    ]
    third = chart.transform_filter(alt.FieldValidPredicate(field="third", valid=True)).mark_point(
        shape="diamond", size=70 * unit**2, yOffset=5 * unit, filled=True, fill=palette.ground,
        stroke=palette.proposals[1], strokeWidth=2 * unit, opacity=1,
    ).encode(x=x("third"), y=y)  # fmt: skip
    names = chart.mark_text(align="left", dx=0, dy=-9 * unit, fontSize=size, color=palette.quiet).encode(
        x=alt.value(0), y=y, text="name:N"
    )
    figures = chart.mark_text(
        align="left", dx=9 * unit, dy=6 * unit, fontSize=size, fontWeight=500, color=palette.ink
    ).encode(x=x("end"), y=y, text="label:N")
    edge = chart.mark_point(opacity=0, size=0).encode(x=x("edge"), y=y)
    whole = alt.layer(edge, *bars, third, names, figures).properties(height=alt.Step(_STEP[present]))
    return finished(whole, language, palette, present=present)


def pairs_table(pairs: Sequence[Pair], high: float | None = None) -> pa.Table:
    """Return what the bars draw; ``high``: the largest value that another chart beside it shares the scale with."""
    high = max([pair.high for pair in pairs] + ([high] if high else [])) or 1.0
    return pa.table(
        {
            "order": pa.array(range(len(pairs)), pa.int64()),
            "name": pa.array([pair.label for pair in pairs], pa.string()),
            "baseline": pa.array([pair.before for pair in pairs], pa.float64()),
            "scenario": pa.array([pair.after for pair in pairs], pa.float64()),
            "third": pa.array([pair.third for pair in pairs], pa.float64()),
            "end": pa.array([pair.high for pair in pairs], pa.float64()),
            "label": pa.array([pair.text for pair in pairs], pa.string()),
            "edge": pa.array([high / _BAR_PART] * len(pairs), pa.float64()),
        }
    )
