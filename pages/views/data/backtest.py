"""How near the model would have come: forecasts from an earlier month beside what happened and two naive ones."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import streamlit as st

from model.goals.benchmark import period_label
from model.language.catalogue import number, percent, short_date
from model.monthly.disclosure import ShownBacktest, hidden_months
from model.monthly.series import Impossible, MonthlySeries
from model.validation.backtest_municipal import ECONOMIES, GROUPS, MunicipalBacktest, shipped_backtest, words
from model.validation.backtest_municipal import METHODS as MUNICIPAL_METHODS
from model.validation.backtest_national import (
    METHODS,
    NAIVE,
    PERIODS,
    HorizonErrors,
    NationalBacktest,
    backtest_national,
    national_summary,
    starts,
    told,
)
from pages.components import persistent_widget
from pages.components.chart_with_table import figure
from pages.components.escape_markdown import plain
from pages.components.job_progress import when_ready
from pages.components.theme import palette
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Visit
from pages.views.data import month_charts
from pages.views.data.fit import choose, figure_of, not_zero, refused, step, title
from pages.views.data.month_charts import Line
from pages.views.data.shared import facts, hidden_note, not_shown, says

_START: Final = "data_start"
_ERRORS_OF: Final = "data_period_of"
_GROUP: Final = "data_backtest_group"
_TARGET: Final = "data_backtest_target"
_FIRST: Final = "2020-02"  # the last month before the shock: what people ask about first
_BEFORE: Final = 12
_LINES: Final = (
    Line("naive_year", "2", (2, 3)),
    Line("naive_last", "2", (8, 4)),
    Line("unchanged", "1", (), 2.0),
    Line("given", "accent", (), 2.75),
    Line("actual", "ink", (), 2.0),
)


def draw(here: Visit) -> None:
    """A monthly series first, then the 98 municipalities."""
    st.header(says(here, "back"), anchor=False)
    if not here.present:
        st.markdown(plain(says(here, "back.note")))
    series = choose(here, with_upload=False)
    if series is not None:
        try:
            _one(here, series)
            # Mean errors over all starts would tell the months that are hidden.
            if not hidden_months(series).any():
                when_ready(
                    here, "summary", lambda: _summary_job(here, series), lambda found: _summary(here, found)
                )
        except Impossible as error:
            refused(here, error)
    st.header(says(here, "back.all"), anchor=False)
    st.markdown(plain(says(here, "back.all.note")))
    when_ready(here, "towns", lambda: _towns_job(here), lambda found: _towns(here, found))


# --- one series -----------------------------------------------------------------------------------


def _one(here: Visit, series: MonthlySeries) -> None:
    language = here.language
    months = [str(m) for m in starts(series)]
    if not months:
        raise Impossible("too_short", months=float(len(series)), least=float(len(series) + 1))
    persistent_widget.before(here, _START, _FIRST if _FIRST in months else months[len(months) // 2], months)
    st.select_slider(
        says(here, "back.start"),
        months,
        format_func=lambda m: short_date(np.datetime64(m), language),
        key=_START,
    )
    start = persistent_widget.after(here, _START)
    given = backtest_national(start, economy="given", series=series)
    unchanged = backtest_national(start, economy="unchanged", series=series)
    st.subheader(
        plain(says(here, "back.title", name=title(here, series), month=short_date(given.start, language))),
        anchor=False,
    )
    _chart(here, series, given, unchanged)


def _chart(here: Visit, series: MonthlySeries, given: NationalBacktest, unchanged: NationalBacktest) -> None:
    language = here.language
    shown = ShownBacktest(series, given, unchanged)
    known, few = shown.known, not_shown(here)
    first = min(_BEFORE, len(known))
    months = np.concatenate([series.until(given.start).months[-first:], given.months])
    blank = np.full(first - 1, np.nan)
    last = known[-1:]

    def ahead(values: Any) -> Any:
        return np.concatenate([blank, last, values])

    values = {
        **{name: ahead(shown.method(name)) for name in ("naive_year", "naive_last", "unchanged", "given")},
        "actual": np.concatenate([known[-first:], shown.actual]),
    }
    names = {kind: here.words(f"backtest.method.{kind}") for kind in values}
    off = {"given": given.errors["model"], "unchanged": unchanged.errors["model"]}
    off |= {name: given.errors[name] for name in NAIVE}
    sentence = says(
        here,
        "back.sentence",
        n=number(len(given.months), language),
        **{
            kind: few if shown.errors_hidden else percent(e.weighted_pct / 100, language, 1)
            for kind, e in off.items()
        },
    )
    rows = [
        {
            says(here, "month"): short_date(month, language),
            **{names[kind]: figure_of(here, float(v[first + i])) for kind, v in reversed(values.items())},
        }
        for i, month in enumerate(given.months)
    ]
    figure(
        here,
        "efterproevning",
        month_charts.table(months, values, names),
        month_charts.spec(
            _LINES, says(here, "persons"), language, palette(), here.present, step(len(months))
        ),
        name=says(here, "back.chart"),
        sentence=f"{says(here, 'back.legend')} {sentence}" + not_zero(here, *values.values()),
        rows=rows,
    )
    if shown.any_hidden:
        hidden_note(here)


def _summary_job(here: Visit, series: MonthlySeries) -> Job:
    def work(cancel: threading.Event, progress: Progress) -> Any:
        return national_summary(series)

    key = ("summary", series.name, series.months.tobytes(), series.stock.tobytes())
    here.jobs["data-summary"] = STUDIES.ask(key, work, before=here.jobs.get("data-summary"))
    return here.jobs["data-summary"]


def _summary(here: Visit, found: Sequence[HorizonErrors]) -> None:
    language = here.language
    st.subheader(says(here, "back.errors"), anchor=False)
    there = [p for p in PERIODS if any(r.period == p for r in found)]
    persistent_widget.before(here, _ERRORS_OF, "all", there)
    st.segmented_control(
        says(here, "back.errors.of"),
        there,
        required=True,
        format_func=lambda p: here.words(f"backtest.period.{p}"),
        label_visibility="collapsed",
        key=_ERRORS_OF,
    )
    period = persistent_widget.after(here, _ERRORS_OF)
    heads = [
        says(here, "back.horizon"),
        says(here, "back.cases"),
        *(here.words(f"backtest.method.{m}") for m in METHODS),
    ]
    rows = []
    for r in (r for r in found if r.period == period):
        # Only those that know nothing of the future are in the race.
        best = min((m for m in METHODS if m != "given"), key=lambda m: r.by_method[m].absolute)
        cells: list[str | list[str]] = []
        for method in METHODS:
            shown = percent(r.by_method[method].pct / 100, language, 1)
            cells.append([shown, says(here, "back.best")] if method == best else shown)
        rows.append([number(r.horizon, language), number(r.by_method["given"].n, language), *cells])
    facts(
        here,
        "fejl-pr-afstand",
        says(here, "back.errors.caption"),
        heads,
        rows,
        numbers=tuple(range(1, len(heads))),
    )
    for sentence in told(found, language):
        st.markdown(plain(sentence))


# --- the 98 ---------------------------------------------------------------------------------------


def _towns_job(here: Visit) -> Job:
    def work(cancel: threading.Event, progress: Progress) -> Any:
        return shipped_backtest()

    here.jobs["data-towns"] = STUDIES.ask(("backtest-98",), work, before=here.jobs.get("data-towns"))
    return here.jobs["data-towns"]


def _towns(here: Visit, found: MunicipalBacktest) -> None:
    language = here.language
    for sentence in found.told(language):
        st.markdown(plain(sentence))
    heads = [says(here, "back.group"), says(here, "back.year")]
    heads += [here.words(f"backtest.method.{m}") for m in MUNICIPAL_METHODS]
    rows = []
    for (target, group), by_method in found.errors.items():
        cells = []
        for method in MUNICIPAL_METHODS:
            error = by_method.get(method)
            cells.append(
                "–"
                if error is None
                else [number(error.absolute, language), percent(error.weighted_pct / 100, language, 1)]
            )
        rows.append([here.words(f"goals.benchmark.{group}"), period_label(target, language), *cells])
    facts(
        here,
        "fejl-98-kommuner",
        says(here, "back.all.caption"),
        heads,
        rows,
        numbers=tuple(range(2, len(heads))),
    )
    with st.expander(says(here, "back.given")):
        for sentence in words(language):
            st.markdown(plain(sentence))
    _each(here, found)


def _each(here: Visit, found: MunicipalBacktest) -> None:
    language = here.language
    st.subheader(says(here, "back.each"), anchor=False)
    persistent_widget.before(here, _GROUP, GROUPS[0], GROUPS)
    persistent_widget.before(here, _TARGET, found.targets[-1], found.targets)
    with st.container(horizontal=True, key="data-each"):
        st.selectbox(
            says(here, "back.group"),
            GROUPS,
            format_func=lambda g: here.words(f"goals.benchmark.{g}"),
            key=_GROUP,
        )
        st.selectbox(
            says(here, "back.year"),
            found.targets,
            format_func=lambda t: period_label(t, language),
            key=_TARGET,
        )
    group, target = persistent_widget.after(here, _GROUP), persistent_widget.after(here, _TARGET)
    h, g = found.targets.index(target), GROUPS.index(group)
    actual = found.actual[h, :, g]
    methods = (*ECONOMIES, "naive_last")
    heads = [says(here, "back.town"), here.words("backtest.method.actual")]
    heads += [here.words(f"backtest.method.{m}") for m in methods]
    rows = []
    for i, name in enumerate(found.names):
        cells: list[str | list[str]] = []
        for method in methods:
            value = float(found.forecasts[method][h, i, g])
            off = number(value - float(actual[i]), language, signed=True)
            cells.append([number(value, language), says(here, "back.off", off=off)])
        own = says(here, "all.now", name=name) if name == here.municipality.name else name
        rows.append([own, number(float(actual[i]), language), *cells])
    st.markdown(
        plain(
            says(
                here,
                "back.each.said",
                share=percent(found.better_share("given", "naive_last", target, group), language),
                blind=percent(found.better_share("unchanged", "naive_last", target, group), language),
            )
        )
    )
    with st.container(key="data-each-town", height=520):
        facts(
            here,
            "efterproevning-kommuner",
            says(here, "back.each.caption"),
            heads,
            rows,
            numbers=tuple(range(1, len(heads))),
        )
