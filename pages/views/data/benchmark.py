"""Draw the ministry's benchmark: what was published, the scenario, and the ranks of all 98."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from model.goals.benchmark import (
    BENEFIT_GROUPS,
    basis,
    benchmark_places,
    expected_against_actual,
    period_of,
)
from model.language.catalogue import long_date, number
from model.validation.published_benchmark import PERIODS, period_label, published_course, ranking
from pages.components import persistent_widget
from pages.components.chart_with_table import chart_with_table
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import palette
from pages.session.results import ScenarioResults, runs
from pages.session.session import Session
from pages.views.data import month_charts
from pages.views.data.fit import not_zero
from pages.views.data.month_charts import Line
from pages.views.data.shared import page_text, responsive_table

_GROUP: Final = "data_benchmark_group"
_YEAR: Final = "data_benchmark_year"
_GROUPS: Final = ("total", *(g for g in BENEFIT_GROUPS if g != "total"))
_LINES: Final = (Line("expected", "baseline", (6, 4)), Line("actual", "accent", (), 2.75))
_HALF_YEAR: Final = 6


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw what was published, then the scenario, then all 98."""
    st.header(
        escape_markdown(page_text(session, "bench", name=results.municipality.label(session.language))),
        anchor=False,
    )
    if not session.present:
        st.markdown(escape_markdown(page_text(session, "bench.note")))
    persistent_widget.restore_value(session, _GROUP, _GROUPS[0], _GROUPS)
    st.segmented_control(
        page_text(session, "bench.group"),
        _GROUPS,
        required=True,
        format_func=lambda g: session.text(f"goals.benchmark.{g}"),
        label_visibility="collapsed",
        key=_GROUP,
    )
    group = persistent_widget.store_value(session, _GROUP)
    _published(session, results.municipality.name, group)
    _scenario(session, results)
    _ranks(session, results.municipality.name, group)


def _published(session: Session, name: str, group: str) -> None:
    """Draw expected and actual figures of each published year."""
    language = session.language
    course = published_course(name, group)
    months = np.array([year.last_month for year in course], dtype="datetime64[M]")
    expected = np.array([year.row.expected_fte for year in course])
    actual = np.array([year.row.actual_fte for year in course])
    first, last = course[0], course[-1]
    rows = [
        {
            page_text(session, "bench.year"): period_label(year.period, language),
            page_text(session, "bench.expected"): number(year.row.expected_fte, language),
            page_text(session, "bench.actual"): number(year.row.actual_fte, language),
            page_text(session, "bench.difference"): number(year.row.difference_pp, language, 2, signed=True),
            page_text(session, "bench.rank"): number(year.row.rank, language),
        }
        for year in course
    ]
    chart_with_table(
        session,
        "benchmark",
        month_charts.table(
            months,
            {"expected": expected, "actual": actual},
            {"expected": page_text(session, "bench.expected"), "actual": page_text(session, "bench.actual")},
        ),
        month_charts.spec(
            _LINES,
            page_text(session, "persons"),
            language,
            palette(),
            session.present,
            _HALF_YEAR,
            tuple(PERIODS.values()),
        ),
        name=page_text(session, "bench.chart"),
        sentence=page_text(
            session,
            "bench.sentence",
            year=period_label(last.period, language),
            actual=number(last.row.actual_fte, language),
            expected=number(last.row.expected_fte, language),
            rank=number(last.row.rank, language),
            before=number(first.row.rank, language),
            first=period_label(first.period, language).lower(),
        )
        + not_zero(session, expected, actual),
        rows=rows,
        scenarios=(),  # of what was measured, not of a scenario
    )


def _scenario(session: Session, results: ScenarioResults) -> None:
    """Draw expected against actual in the scenario."""
    language = session.language
    outcome, base = runs(session.scenario)
    last = long_date(outcome.weeks[-1], language)
    st.subheader(escape_markdown(page_text(session, "bench.scenario", date=last)), anchor=False)
    for result in expected_against_actual(outcome, base):
        if result.group == "total":
            st.markdown(escape_markdown(result.sentence(language)))
    year = period_of(results.municipality)[:4]
    heads = [
        page_text(session, f"bench.{h}", **({"year": year} if h == "published" else {}))
        for h in ("what", "published", "baseline", "with_scenario")
    ]
    rows = [
        [
            session.text(f"goals.benchmark.{place.group}"),
            *(
                [
                    page_text(
                        session,
                        "bench.place",
                        rank=number(rank, language),
                        of=number(place.members, language),
                    ),
                    page_text(session, "bench.pp", pp=number(pp, language, 2, signed=True)),
                ]
                for rank, pp in (
                    (place.published_rank, place.published_pp),
                    (place.baseline_rank, place.baseline_pp),
                    (place.scenario_rank, place.scenario_pp),
                )
            ),
        ]
        for place in benchmark_places(outcome, base)
    ]
    responsive_table(
        session,
        "benchmark-scenarie",
        page_text(session, "bench.scenario.caption"),
        heads,
        rows,
        numbers=(1, 2, 3),
    )
    st.caption(
        escape_markdown(
            page_text(session, "bench.scenario.note", basis=basis(results.municipality).text(language))
        )
    )


def _ranks(session: Session, name: str, group: str) -> None:
    """Draw the ranks of all 98."""
    language, periods = session.language, list(PERIODS)
    with st.expander(page_text(session, "bench.all")):
        persistent_widget.restore_value(session, _YEAR, periods[-1], periods)
        st.selectbox(
            page_text(session, "bench.year"),
            periods,
            format_func=lambda p: period_label(p, language),
            key=_YEAR,
            width=320,
        )
        heads = [
            page_text(session, f"bench.{h}") for h in ("rank", "town", "expected", "actual", "difference")
        ]
        rows = [
            [
                number(row.rank, language),
                page_text(session, "all.now", name=town) if town == name else town,
                number(row.expected_fte, language),
                number(row.actual_fte, language),
                number(row.difference_pp, language, 2, signed=True),
            ]
            for town, row in ranking(group, persistent_widget.store_value(session, _YEAR))
        ]
        responsive_table(
            session,
            "benchmark-98",
            page_text(session, "bench.all.caption"),
            heads,
            rows,
            numbers=(0, 2, 3, 4),
        )
