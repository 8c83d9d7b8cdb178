"""Draw the back-test: that of the forecasts first, and behind it that of the engine from an earlier month."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import streamlit as st

from model.goals.benchmark import period_label
from model.language.catalogue import number, percent, short_date
from model.monthly.disclosure import suppressed_months
from model.monthly.series import Impossible, MonthlySeries
from model.validation.backtest_municipal import METHODS as MUNICIPAL_METHODS
from model.validation.backtest_municipal import MunicipalBacktest, column_notes, shipped_backtest
from model.validation.backtest_national import (
    METHODS,
    NAIVE,
    PERIODS,
    HorizonErrors,
    NationalBacktest,
    backtest_national,
    national_sentences,
    national_summary,
    starts,
)
from model.validation.country_engine import ECONOMIES
from model.validation.resting_engine import GROUPS
from model.validation.shown_backtest import ShownBacktest
from pages.components import persistent_widget
from pages.components.chart_with_table import chart_with_table
from pages.components.escape_markdown import escape_markdown
from pages.components.job_progress import show_when_done
from pages.components.theme import palette
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Session
from pages.views.data import forecasts, month_charts
from pages.views.data.fit import choose, figure_of, not_zero, refused, step, title
from pages.views.data.month_charts import Line
from pages.views.data.shared import not_shown, page_text, responsive_table, suppressed_note

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


def draw(session: Session) -> None:
    """Draw how far off forecasts were, and behind it the engine's own back-test from 2020."""
    forecasts.draw(session)
    with st.expander(page_text(session, "back.older")):
        _of_the_engine(session)


def _of_the_engine(session: Session) -> None:
    """Draw the engine's back-test of a monthly series, then that of the 98 municipalities."""
    if not session.present:
        st.markdown(escape_markdown(page_text(session, "back.note")))
    series = choose(session, with_upload=False)
    if series is not None:
        try:
            _one(session, series)
            # Mean errors over all starts would tell the months that are hidden.
            if not suppressed_months(series).any():
                show_when_done(
                    session,
                    "summary",
                    lambda: _summary_job(session, series),
                    lambda summary: _summary(session, summary),
                )
        except Impossible as error:
            refused(session, error)
    st.header(page_text(session, "back.all"), anchor=False)
    st.markdown(escape_markdown(page_text(session, "back.all.note")))
    show_when_done(
        session,
        "towns",
        lambda: _municipalities_job(session),
        lambda backtest: _municipalities(session, backtest),
    )


# --- one series -----------------------------------------------------------------------------------


def _one(session: Session, series: MonthlySeries) -> None:
    """Draw the choice of a start and the forecasts from it. Raises Impossible."""
    language = session.language
    months = [str(m) for m in starts(series)]
    if not months:
        raise Impossible("too_short", months=float(len(series)), least=float(len(series) + 1))
    persistent_widget.restore_value(
        session, _START, _FIRST if _FIRST in months else months[len(months) // 2], months
    )
    st.select_slider(
        page_text(session, "back.start"),
        months,
        format_func=lambda m: short_date(np.datetime64(m), language),
        key=_START,
    )
    start = persistent_widget.store_value(session, _START)
    given = backtest_national(start, economy="given", series=series)
    unchanged = backtest_national(start, economy="unchanged", series=series)
    st.subheader(
        escape_markdown(
            page_text(
                session, "back.title", name=title(session, series), month=short_date(given.start, language)
            )
        ),
        anchor=False,
    )
    _chart(session, series, given, unchanged)


def _chart(
    session: Session, series: MonthlySeries, given: NationalBacktest, unchanged: NationalBacktest
) -> None:
    """Draw the forecasts from one start beside what happened."""
    language = session.language
    shown = ShownBacktest(series, given, unchanged)
    known, few = shown.known, not_shown(session)
    first = min(_BEFORE, len(known))
    months = np.concatenate([series.until(given.start).months[-first:], given.months])
    blank = np.full(first - 1, np.nan)
    last = known[-1:]

    def ahead(values: Any) -> Any:
        """Return a series of the months after the start, joined to the last known month."""
        return np.concatenate([blank, last, values])

    values = {
        **{name: ahead(shown.method(name)) for name in ("naive_year", "naive_last", "unchanged", "given")},
        "actual": np.concatenate([known[-first:], shown.actual]),
    }
    names = {kind: session.text(f"backtest.method.{kind}") for kind in values}
    off = {"given": given.errors["model"], "unchanged": unchanged.errors["model"]}
    off |= {name: given.errors[name] for name in NAIVE}
    sentence = page_text(
        session,
        "back.sentence",
        n=number(len(given.months), language),
        **{
            kind: few if shown.errors_suppressed else percent(e.weighted_pct / 100, language, 1)
            for kind, e in off.items()
        },
    )
    rows = [
        {
            page_text(session, "month"): short_date(month, language),
            **{names[kind]: figure_of(session, float(v[first + i])) for kind, v in reversed(values.items())},
        }
        for i, month in enumerate(given.months)
    ]
    chart_with_table(
        session,
        "efterproevning",
        month_charts.table(months, values, names),
        month_charts.spec(
            _LINES, page_text(session, "persons"), language, palette(), session.present, step(len(months))
        ),
        name=page_text(session, "back.chart"),
        sentence=f"{page_text(session, 'back.legend')} {sentence}" + not_zero(session, *values.values()),
        rows=rows,
        scenarios=(),  # of what was measured, not of a scenario
    )
    if shown.any_suppressed:
        suppressed_note(session)


def _summary_job(session: Session, series: MonthlySeries) -> Job:
    """Compute the mean errors over all starts, or return the job that does."""

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Compute the mean errors."""
        return national_summary(series)

    key = ("summary", series.name, series.months.tobytes(), series.stock.tobytes())
    return session.ask(STUDIES, "data-summary", key, work)


def _summary(session: Session, summary: Sequence[HorizonErrors]) -> None:
    """Draw the mean errors by distance and period."""
    language = session.language
    st.subheader(page_text(session, "back.errors"), anchor=False)
    periods = [p for p in PERIODS if any(r.period == p for r in summary)]
    persistent_widget.restore_value(session, _ERRORS_OF, "all", periods)
    st.segmented_control(
        page_text(session, "back.errors.of"),
        periods,
        required=True,
        format_func=lambda p: session.text(f"backtest.period.{p}"),
        label_visibility="collapsed",
        key=_ERRORS_OF,
    )
    period = persistent_widget.store_value(session, _ERRORS_OF)
    heads = [
        page_text(session, "back.horizon"),
        page_text(session, "back.cases"),
        *(session.text(f"backtest.method.{m}") for m in METHODS),
    ]
    rows = []
    for r in (r for r in summary if r.period == period):
        # Only those that know nothing of the future are in the race.
        best = min((m for m in METHODS if m != "given"), key=lambda m: r.by_method[m].absolute)
        cells: list[str | list[str]] = []
        for method in METHODS:
            shown = percent(r.by_method[method].pct / 100, language, 1)
            cells.append([shown, page_text(session, "back.best")] if method == best else shown)
        rows.append([number(r.horizon, language), number(r.by_method["given"].n, language), *cells])
    responsive_table(
        session,
        "fejl-pr-afstand",
        page_text(session, "back.errors.caption"),
        heads,
        rows,
        numbers=tuple(range(1, len(heads))),
    )
    for sentence in national_sentences(summary):
        st.markdown(escape_markdown(sentence.text(language)))


# --- the 98 ---------------------------------------------------------------------------------------


def _municipalities_job(session: Session) -> Job:
    """Run the back-test of the 98 municipalities, or return the job that does."""

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Run the back-test."""
        return shipped_backtest()

    return session.ask(STUDIES, "data-towns", ("backtest-98",), work)


def _municipalities(session: Session, backtest: MunicipalBacktest) -> None:
    """Draw the mean errors of the 98 municipalities by year and group."""
    language = session.language
    for sentence in backtest.sentences():
        st.markdown(escape_markdown(sentence.text(language)))
    heads = [page_text(session, "back.group"), page_text(session, "back.year")]
    heads += [session.text(f"backtest.method.{m}") for m in MUNICIPAL_METHODS]
    rows = []
    for (target, group), by_method in backtest.errors.items():
        cells = []
        for method in MUNICIPAL_METHODS:
            error = by_method.get(method)
            cells.append(
                "–"
                if error is None
                else [number(error.absolute, language), percent(error.weighted_pct / 100, language, 1)]
            )
        rows.append([session.text(f"goals.benchmark.{group}"), period_label(target, language), *cells])
    responsive_table(
        session,
        "fejl-98-kommuner",
        page_text(session, "back.all.caption"),
        heads,
        rows,
        numbers=tuple(range(2, len(heads))),
    )
    with st.expander(page_text(session, "back.given")):
        for note in column_notes():
            st.markdown(escape_markdown(note.text(language)))
    with st.expander(page_text(session, "back.each")):
        _each(session, backtest)


def _each(session: Session, backtest: MunicipalBacktest) -> None:
    """Draw forecast and outcome of every municipality for a group and a year."""
    language = session.language
    persistent_widget.restore_value(session, _GROUP, GROUPS[0], GROUPS)
    persistent_widget.restore_value(session, _TARGET, backtest.targets[-1], backtest.targets)
    with st.container(horizontal=True, key="data-each"):
        st.selectbox(
            page_text(session, "back.group"),
            GROUPS,
            format_func=lambda g: session.text(f"goals.benchmark.{g}"),
            key=_GROUP,
        )
        st.selectbox(
            page_text(session, "back.year"),
            backtest.targets,
            format_func=lambda t: period_label(t, language),
            key=_TARGET,
        )
    group, target = (
        persistent_widget.store_value(session, _GROUP),
        persistent_widget.store_value(session, _TARGET),
    )
    h, g = backtest.targets.index(target), GROUPS.index(group)
    actual = backtest.actual[h, :, g]
    methods = (*ECONOMIES, "naive_last")
    heads = [page_text(session, "back.town"), session.text("backtest.method.actual")]
    heads += [session.text(f"backtest.method.{m}") for m in methods]
    rows = []
    for i, name in enumerate(backtest.names):
        cells: list[str | list[str]] = []
        for method in methods:
            value = float(backtest.forecasts[method][h, i, g])
            off = number(value - float(actual[i]), language, signed=True)
            cells.append([number(value, language), page_text(session, "back.off", off=off)])
        own = page_text(session, "all.now", name=name) if name == session.municipality.name else name
        rows.append([own, number(float(actual[i]), language), *cells])
    st.markdown(
        escape_markdown(
            page_text(
                session,
                "back.each.said",
                share=percent(backtest.better_share("given", "naive_last", target, group), language),
                blind=percent(backtest.better_share("unchanged", "naive_last", target, group), language),
            )
        )
    )
    with st.container(key="data-each-town", height=520):
        responsive_table(
            session,
            "efterproevning-kommuner",
            page_text(session, "back.each.caption"),
            heads,
            rows,
            numbers=tuple(range(1, len(heads))),
        )
