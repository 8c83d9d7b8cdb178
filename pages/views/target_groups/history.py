"""Draw the published months of a benefit before the start, and the run after them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from model.disclosure import is_small
from model.documents.axis import chosen_weeks, thinned
from model.documents.charts import CHART_POINTS, finished, spread, time_axis
from model.domain import GROUP_INDEX, WEEKS_PER_YEAR
from model.language.catalogue import long_date, number, short_date
from model.municipality.history import (
    BENEFITS,
    GROUPS_OF,
    Benefit,
    PublishedMonths,
    benefit_of,
    published_caseload,
)
from model.municipality.vintages import FIRST
from model.parameters.ids import BENCHMARK_GROUPS
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group
from pages.components import sticky_axis
from pages.components.chart_with_table import TEXT_SIZE, Row, chart_with_table, columns
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import Palette, palette
from pages.session.session import Session
from pages.views.target_groups import paid_hours
from pages.views.target_groups.charts import caseload_spec
from pages.views.target_groups.view import GroupView

Floats = NDArray[np.float64]
_MIDDLE: Final = "15"  # a month's mean stands in its middle
_MARKS: Final = 12  # months
_TABLE_WEEKS: Final = 13


@dataclass(frozen=True)
class History:
    """A benefit's published months that end before the run, and the run's weeks."""

    benefit: Benefit
    published: PublishedMonths
    weeks: NDArray[np.datetime64]
    baseline: Floats  # [T]
    scenario: Floats  # [T]

    @property
    def days(self) -> tuple[np.datetime64, ...]:
        """Return where the months stand."""
        return tuple(np.datetime64(f"{month}-{_MIDDLE}", "D") for month in self.published.months)


def benefits_shown(view: GroupView) -> tuple[Benefit, ...]:
    """Return the benefits with published months that a choice is about: both for all, none for an origin."""
    if view.outcome.municipality.vintage == FIRST or view.segment.origin is not None:
        return ()
    if view.segment.group is None:
        return BENEFITS
    benefit = benefit_of(view.segment.group)
    return () if benefit is None else (benefit,)


def history_of(view: GroupView, benefit: Benefit) -> History | None:
    """Return a benefit's months and the run after them; None where a small count could be worked out."""
    runs = [_persons(run, GROUPS_OF[benefit]) for run in (view.baseline, view.outcome)]
    if any(is_small(float(value)) for value in _beside(view, benefit)):
        return None
    all_months = published_caseload(view.outcome.municipality.id, benefit)
    start = view.outcome.weeks[0]
    kept = [
        i for i, month in enumerate(all_months.months) if np.datetime64(f"{month}-{_MIDDLE}", "D") < start
    ]
    if not kept:
        return None
    published = PublishedMonths(
        tuple(all_months.months[i] for i in kept), tuple(all_months.values[i] for i in kept)
    )
    return History(benefit, published, view.outcome.weeks, runs[0][1:], runs[1][1:])


def _persons(run: Outcome, groups: Sequence[str]) -> Floats:
    """Return the caseload of some target groups together, the start in front [T + 1]."""
    where = [GROUP_INDEX[group] for group in groups]
    return np.asarray(totals_by_group(run).block("caseload")[:, where].sum(axis=1))


def _beside(view: GroupView, benefit: Benefit) -> Floats:
    """Return the least count that the benefit's sum shows, and the least of what it leaves of its benchmark group."""
    family = next(groups for groups in BENCHMARK_GROUPS.values() if set(GROUPS_OF[benefit]) <= set(groups))
    rest = [group for group in family if group not in GROUPS_OF[benefit]]
    least = []
    for run in (view.baseline, view.outcome):
        least += [_persons(run, groups).min() for groups in (GROUPS_OF[benefit], rest) if groups]
    return np.array(least)


# --- the chart ------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def history_spec(unit: str, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the chart of a caseload with the published months before it, a thin line with its name."""
    spec = copy.deepcopy(caseload_spec(unit, language, palette, present, _MARKS))
    x = time_axis("week", _MARKS)
    y = alt.Y("published:Q", scale=alt.Scale(zero=False, nice=False))
    label = alt.Y("at_published:Q", scale=alt.Scale(zero=False, nice=False))
    chart = alt.Chart()
    line = chart.mark_line(color=palette.quiet, strokeWidth=2 if present else 1.25).encode(x=x, y=y)
    name = (
        chart.transform_filter(alt.FieldValidPredicate(field="at_published", valid=True))
        .mark_text(align="left", dx=6, dy=-8, fontSize=TEXT_SIZE[present], color=palette.quiet)
        .encode(x=x, y=label, text="label_published:N")
    )
    spec["layer"] += finished(alt.layer(line, name), language, palette, present=present)["layer"]
    return spec


def figures(session: Session, history: History) -> tuple[pa.Table, Sequence[Row], dict[str, str]]:
    """Return what is drawn, the rows of the table, and the values of the sentence."""
    language, published = session.language, history.published
    weeks = chosen_weeks(len(history.weeks), CHART_POINTS)
    n, m = len(weeks), len(published.months)
    known = np.array([value for value in published.values if value is not None])
    low, high = sticky_axis.widened(
        session.scales,
        (session.municipality.id, "history", history.benefit),
        sticky_axis.ends((known, history.baseline, history.scenario)),
    )
    last_year = [float(run[-WEEKS_PER_YEAR:].mean()) for run in (history.baseline, history.scenario)]
    before, after = (number(value, language) for value in last_year)
    same = before == after
    labels = {
        "scenario": session.page_text("chart.same" if same else "chart.scenario", value=after),
        "baseline": "" if same else session.page_text("chart.baseline", value=before),
        "target": "",
    }
    ends = {"scenario": float(history.scenario[-1])}
    if not same:
        ends["baseline"] = float(history.baseline[-1])
    places = spread(ends, low, high)

    def after_months(values: Sequence[Any]) -> list[Any]:
        """Return a column of the weeks."""
        return [*[None] * m, *values]

    def first(value: Any) -> list[Any]:
        """Return a column with a value in its first row alone."""
        return [value, *[None] * (m + n - 1)]

    columns_: dict[str, Any] = {
        "week": pa.array(np.concatenate([np.array(history.days), history.weeks[weeks]])),
        "published": pa.array([*published.values, *[None] * n], pa.float64()),
        "baseline": pa.array(after_months(thinned(history.baseline, CHART_POINTS)), pa.float64()),
        "scenario": pa.array(after_months(thinned(history.scenario, CHART_POINTS)), pa.float64()),
        "target": pa.array([None] * (m + n), pa.float64()),
        "edge": pa.array([low, *[None] * (m + n - 2), high], pa.float64()),
        "note": pa.array(first(session.page_text("chart.not_zero") if low > 0 else " "), pa.string()),
        "edge_note": pa.array(first(high), pa.float64()),
        "label_published": pa.array(first(session.text("history.label")), pa.string()),
        "at_published": pa.array(first(low), pa.float64()),
    }
    for kind, label in labels.items():
        columns_[f"label_{kind}"] = pa.array([*[None] * (m + n - 1), label], pa.string())
        columns_[f"at_{kind}"] = pa.array([*[None] * (m + n - 1), places.get(kind, low)], pa.float64())
    said = {
        "first": short_date(history.days[0], language),
        "last": short_date(history.days[-1], language),
        "from_": number(float(known[0]), language),
        "to": number(float(known[-1]), language),
    }
    return pa.table(columns_), _rows(session, history), said


def _rows(session: Session, history: History) -> list[Row]:
    """List the published months, then every thirteenth week of the run."""
    language = session.language
    heads = [session.text(f"history.{column}") for column in ("month", "published")]
    heads += [session.text(f"page_groups.table.{column}") for column in ("baseline", "scenario")]
    cells = [
        (short_date(day, language), number(value, language), "", "")
        for day, value in zip(history.days, history.published.values, strict=True)
    ]
    cells += [
        (
            long_date(history.weeks[i], language),
            "",
            number(history.baseline[i], language),
            number(history.scenario[i], language),
        )
        for i in range(0, len(history.weeks), _TABLE_WEEKS)
    ]
    return [dict(zip(heads, row, strict=True)) for row in cells]


def draw(session: Session, view: GroupView) -> None:
    """Draw the published months of the benefits that the choice is about, and the run after them."""
    shown = [found for benefit in benefits_shown(view) if (found := history_of(view, benefit)) is not None]
    if not shown:
        return
    st.header(escape_markdown(session.text("history.title")), anchor=False)
    places = columns(session) if len(shown) == len(BENEFITS) else [st.container()]
    for place, history in zip(places, shown, strict=True):
        with place:
            st.subheader(escape_markdown(session.text(f"history.{history.benefit}")), anchor=False)
            data, rows, said = figures(session, history)
            chart_with_table(
                session,
                f"history-{history.benefit}",
                data,
                history_spec(
                    session.text("domain.unit.persons"), session.language, palette(), session.present
                ),
                name=session.text(f"history.name.{history.benefit}"),
                sentence=session.text(f"history.sentence.{history.benefit}", **said),
                rows=rows,
            )
    if any(history.benefit == "kontanthjaelp" for history in shown):
        paid_hours.draw(session, view)
