"""The ministry's benchmark: expected against actual over the half-years, the rank, and where the scenario puts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from model.goals.benchmark import (
    BASE_PERIOD,
    BENEFIT_GROUPS,
    PERIODS,
    benchmark_places,
    expected_against_actual,
    period_label,
    published_course,
    ranking,
)
from model.language.catalogue import long_date, number
from pages.components import persistent_widget
from pages.components.chart_with_table import figure
from pages.components.escape_markdown import plain
from pages.components.theme import palette
from pages.session.results import runs
from pages.session.session import Visit
from pages.views.data import month_charts
from pages.views.data.fit import not_zero
from pages.views.data.month_charts import Line
from pages.views.data.shared import facts, says

if TYPE_CHECKING:
    from pages.session.results import Answer

_GROUP: Final = "data_benchmark_group"
_YEAR: Final = "data_benchmark_year"
_GROUPS: Final = ("total", *(g for g in BENEFIT_GROUPS if g != "total"))
_LINES: Final = (Line("expected", "baseline", (6, 4)), Line("actual", "accent", (), 2.75))
_HALF_YEAR: Final = 6
_MARKS: Final = tuple(PERIODS.values())


def draw(here: Visit, found: Answer) -> None:
    """Published first, then the scenario, then all 98."""
    st.header(plain(says(here, "bench", name=found.municipality.name)), anchor=False)
    if not here.present:
        st.markdown(plain(says(here, "bench.note")))
    persistent_widget.before(here, _GROUP, _GROUPS[0], _GROUPS)
    st.segmented_control(
        says(here, "bench.group"),
        _GROUPS,
        required=True,
        format_func=lambda g: here.words(f"goals.benchmark.{g}"),
        label_visibility="collapsed",
        key=_GROUP,
    )
    group = persistent_widget.after(here, _GROUP)
    _published(here, found.municipality.name, group)
    _scenario(here, found)
    _ranks(here, found.municipality.name, group)


def _published(here: Visit, name: str, group: str) -> None:
    language = here.language
    course = published_course(name, group)
    months = np.array([year.last_month for year in course], dtype="datetime64[M]")
    expected = np.array([year.row.expected_fte for year in course])
    actual = np.array([year.row.actual_fte for year in course])
    first, last = course[0], course[-1]
    rows = [
        {
            says(here, "bench.year"): period_label(year.period, language),
            says(here, "bench.expected"): number(year.row.expected_fte, language),
            says(here, "bench.actual"): number(year.row.actual_fte, language),
            says(here, "bench.difference"): number(year.row.difference_pp, language, 2, signed=True),
            says(here, "bench.rank"): number(year.row.rank, language),
        }
        for year in course
    ]
    figure(
        here,
        "benchmark",
        month_charts.table(
            months,
            {"expected": expected, "actual": actual},
            {"expected": says(here, "bench.expected"), "actual": says(here, "bench.actual")},
        ),
        month_charts.spec(
            _LINES,
            says(here, "persons"),
            language,
            palette(),
            here.present,
            _HALF_YEAR,
            tuple(PERIODS.values()),
        ),
        name=says(here, "bench.chart"),
        sentence=says(
            here,
            "bench.sentence",
            year=period_label(last.period, language),
            actual=number(last.row.actual_fte, language),
            expected=number(last.row.expected_fte, language),
            rank=number(last.row.rank, language),
            before=number(first.row.rank, language),
            first=period_label(first.period, language).lower(),
        )
        + not_zero(here, expected, actual),
        rows=rows,
    )


def _scenario(here: Visit, found: Answer) -> None:
    language = here.language
    outcome, base = runs(here.scenario)
    last = long_date(outcome.weeks[-1], language)
    st.subheader(plain(says(here, "bench.scenario", date=last)), anchor=False)
    for told in expected_against_actual(outcome, base):
        if told.group == "total":
            st.markdown(plain(told.told(language)))
    heads = [says(here, f"bench.{h}") for h in ("what", "published", "baseline", "with_scenario")]
    rows = [
        [
            here.words(f"goals.benchmark.{place.group}"),
            *(
                [
                    says(
                        here, "bench.place", rank=number(rank, language), of=number(place.members, language)
                    ),
                    says(here, "bench.pp", pp=number(pp, language, 2, signed=True)),
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
    facts(here, "benchmark-scenarie", says(here, "bench.scenario.caption"), heads, rows, numbers=(1, 2, 3))
    st.caption(plain(says(here, "bench.scenario.note", year=period_label(BASE_PERIOD, language).lower())))


def _ranks(here: Visit, name: str, group: str) -> None:
    language, periods = here.language, list(PERIODS)
    with st.expander(says(here, "bench.all")):
        persistent_widget.before(here, _YEAR, periods[-1], periods)
        st.selectbox(
            says(here, "bench.year"),
            periods,
            format_func=lambda p: period_label(p, language),
            key=_YEAR,
            width=320,
        )
        heads = [says(here, f"bench.{h}") for h in ("rank", "town", "expected", "actual", "difference")]
        rows = [
            [
                number(row.rank, language),
                says(here, "all.now", name=town) if town == name else town,
                number(row.expected_fte, language),
                number(row.actual_fte, language),
                number(row.difference_pp, language, 2, signed=True),
            ]
            for town, row in ranking(group, persistent_widget.after(here, _YEAR))
        ]
        facts(here, "benchmark-98", says(here, "bench.all.caption"), heads, rows, numbers=(0, 2, 3, 4))
