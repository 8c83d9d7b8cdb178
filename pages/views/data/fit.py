"""Draw how the model fits a monthly series: its rates, the fit over the months, what is left over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import streamlit as st

from model.files.problems import FileProblem
from model.imports.limited_process import read_series_limited
from model.imports.monthly import monthly_series, series_name
from model.language.catalogue import month_name, number, percent, short_date
from model.language.messages import Localized
from model.monthly.disclosure import ShownFit
from model.monthly.fit import fit_monthly
from model.monthly.series import MAX_BYTES, Impossible, MonthlySeries, national_dagpenge
from pages.components import persistent_widget
from pages.components.chart_with_table import Row, chart_with_table
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.theme import palette
from pages.components.upload_area import upload_area
from pages.session.session import Session
from pages.views.data import import_figures, month_charts
from pages.views.data.month_charts import Line
from pages.views.data.shared import not_shown, page_text, responsive_table, suppressed_note

_WHICH: Final = "data_series"
NATIONAL: Final = "national"
_OWN: Final = "own"
_READ: Final = "data_series_read"
_SEEN: Final = "data_series_seen"
_LINES: Final = (Line("fitted", "baseline", (6, 4)), Line("stock", "accent", (), 2.75))
_ERRORS: Final = ("normal", "shock", "all")
_MONTHS_BETWEEN_MARKS: Final = 12
_SHORT: Final = 36
_MEGABYTE: Final = 1_000_000
_TYPES: Final = ("csv", "txt")


def draw(session: Session) -> None:
    """Draw the choice of a series, then its fit or what makes it impossible."""
    st.header(page_text(session, "fit"), anchor=False)
    if not session.present:
        st.markdown(escape_markdown(page_text(session, "fit.note")))
    series = choose(session, with_upload=True)
    if series is None:
        return
    try:
        shown = ShownFit(fit_monthly(series))
    except Impossible as error:
        refused(session, error)
        return
    _rates(session, shown)
    _draw(session, shown)
    _errors(session, shown)


# --- which series ---------------------------------------------------------------------------------


def imported_series(session: Session) -> Mapping[str, MonthlySeries | Localized]:
    """Return the series of the file that is read on the part before, by group; empty where it has none."""
    job = session.jobs.get("data-read")
    if job is None or not job.is_ready or not isinstance(job.result, import_figures.Read):
        return {}
    if "data_file" not in session.widget_values:
        return {}
    return monthly_series(job.result.imported, session.municipality, import_figures.chosen_options(session))


def choose(session: Session, *, with_upload: bool) -> MonthlySeries | None:
    """Draw the choice of the series for calibration and back-test; return None where there is none to use."""
    imported = imported_series(session)
    uploaded = _READ in session.widget_values
    options = [NATIONAL, *(f"file:{group}" for group in imported)]
    if with_upload or uploaded:
        options.append(_OWN)

    def name(option: str) -> str:
        """Name a series."""
        if option.startswith("file:"):
            return page_text(
                session, "fit.series.file", group=series_name(option.partition(":")[2], session.language)
            )
        return page_text(session, f"fit.series.{option}")

    if len(options) == 1:
        session.widget_values[_WHICH] = NATIONAL
        return national_dagpenge()
    persistent_widget.restore_value(session, _WHICH, NATIONAL, options)
    st.segmented_control(
        page_text(session, "fit.series"),
        options,
        required=True,
        format_func=name,
        label_visibility="collapsed",
        key=_WHICH,
    )
    which = persistent_widget.store_value(session, _WHICH)
    if which == NATIONAL:
        return national_dagpenge()
    if which == _OWN:
        return _own(session, with_upload=with_upload)
    series = imported[which.partition(":")[2]]
    if not isinstance(series, MonthlySeries):
        st.warning(escape_markdown(series.text(session.language)))
        return None
    return series


def _own(session: Session, *, with_upload: bool) -> MonthlySeries | None:
    """Draw the upload of a series of one's own."""
    if with_upload:
        label = page_text(session, "fit.file")
        most = MAX_BYTES // _MEGABYTE
        file = upload_area(session, "series", label, _TYPES, most, key="data_series_upload")
        st.caption(escape_markdown(page_text(session, "fit.file.note")))
        if file is not None and session.widget_values.get(_SEEN) != file.file_id:
            session.widget_values[_SEEN] = file.file_id
            session.widget_values[_READ] = _series_of(file.getvalue(), file.name)
    read = session.widget_values.get(_READ)
    if isinstance(read, Impossible):
        refused(session, read)
    elif isinstance(read, FileProblem):
        show_problem(read, session.language)
    return read if isinstance(read, MonthlySeries) else None


def _series_of(data: bytes, name: str) -> MonthlySeries | Impossible | FileProblem:
    """Read an uploaded series once, or return why that cannot be done."""
    try:
        return read_series_limited(data, name)
    except (Impossible, FileProblem) as error:
        return error


def refused(session: Session, error: Impossible) -> None:
    """Draw what is impossible, and where."""
    where = page_text(session, "fit.line", n=number(error.line, session.language)) + " " if error.line else ""
    with st.container(border=True):
        st.markdown(f"**{escape_markdown(page_text(session, 'fit.impossible'))}**")
        st.text(where + error.text(session.language))


# --- the fit --------------------------------------------------------------------------------------


def title(session: Session, series: MonthlySeries) -> str:
    """Return the name of a series."""
    if session.widget_values.get(_WHICH, NATIONAL) == NATIONAL:
        return page_text(session, "fit.national")
    if session.widget_values[_WHICH] == _OWN:
        return series.name
    return page_text(
        session,
        "fit.imported",
        group=series_name(series.name, session.language),
        name=session.municipality.name,
    )


def _rates(session: Session, shown: ShownFit) -> None:
    """Draw the rates and notes of a fit."""
    fit, language = shown.fit, session.language
    months = fit.series.months
    st.subheader(
        escape_markdown(
            page_text(
                session,
                "fit.title",
                name=title(session, fit.series),
                first=short_date(months[0], language),
                last=short_date(months[-1], language),
                n=number(len(months), language),
            )
        ),
        anchor=False,
    )
    exits = "; ".join(
        page_text(session, f"fit.exit.{name}", share=percent(rate, language, 1))
        for name, rate in fit.weekly_exits.items()
    )
    top = int(np.argmax(fit.season))
    st.markdown(
        escape_markdown(
            page_text(
                session,
                "fit.said",
                exits=exits,
                level=not_shown(session) if shown.level is None else number(shown.level, language),
                trend=percent(float(np.expm1(fit.trend)), language, 1, signed=True),
                month=_month(session, top),
                season=percent(float(fit.season[top]) - 1, language, signed=True),
            )
        )
    )
    for note in shown.notes:
        st.caption(escape_markdown(note.message.text(language)))
    if shown.any_suppressed:
        suppressed_note(session)


def _month(session: Session, index: int) -> str:
    """Name a month."""
    return month_name(index + 1, session.language)


def step(months: int) -> int:
    """Return the months between the marks of an axis."""
    return 3 if months <= _SHORT else _MONTHS_BETWEEN_MARKS


def figure_of(session: Session, value: float, *, signed: bool = False) -> str:
    """Format a figure of a month; suppress one that is not shown."""
    return number(value, session.language, signed=signed) if np.isfinite(value) else not_shown(session)


def _rows(session: Session, shown: ShownFit) -> list[Row]:
    """List each month's figure, the fit, and what is left over."""
    fit, language = shown.fit, session.language
    stock, fitted, residuals = shown.stock, shown.fitted, shown.residuals
    return [
        {
            page_text(session, "month"): short_date(fit.months[i], language),
            page_text(session, "fit.stock"): figure_of(session, stock[i]),
            page_text(session, "fit.fitted"): figure_of(session, fitted[i]),
            page_text(session, "fit.residual"): figure_of(session, residuals[i], signed=True),
            page_text(session, "fit.index"): figure_of(session, shown.index[i] * 100),
            page_text(session, "fit.in_shock"): page_text(session, "yes") if fit.shock[i] else "–",
        }
        for i in range(len(fit.months))
    ]


def _draw(session: Session, shown: ShownFit) -> None:
    """Draw the fit and what is left over."""
    fit, language, colours = shown.fit, session.language, palette()
    n, error = len(fit.months), shown.error
    stock, fitted, residuals = shown.stock, shown.fitted, shown.residuals
    labels = {"stock": page_text(session, "fit.stock"), "fitted": page_text(session, "fit.fitted")}
    rows = _rows(session, shown)
    chart_with_table(
        session,
        "tilpasning",
        month_charts.table(fit.months, {"fitted": fitted, "stock": stock}, labels),
        month_charts.spec(_LINES, page_text(session, "persons"), language, colours, session.present, step(n)),
        name=page_text(session, "fit.chart"),
        sentence=page_text(
            session,
            "fit.sentence",
            n=number(fit.error["normal"].months, language),
            persons=not_shown(session) if error is None else number(error["normal"].mean_absolute, language),
            pct=not_shown(session)
            if error is None
            else percent(error["normal"].mean_absolute_pct / 100, language, 1),
        )
        + not_zero(session, stock, fitted),
        rows=rows,
        scenarios=(),  # of what was measured, not of a scenario
    )
    if not np.isfinite(residuals).any():
        return
    st.subheader(page_text(session, "fit.residuals"), anchor=False)
    worst = int(np.nanargmax(np.abs(residuals)))
    chart_with_table(
        session,
        "rest",
        month_charts.bars_table(fit.months, residuals, fit.shock.tolist()),
        month_charts.bars_spec(
            page_text(session, "persons"),
            page_text(session, "fit.shock_label"),
            language,
            colours,
            session.present,
            step(n),
        ),
        name=page_text(session, "fit.residuals"),
        sentence=page_text(
            session,
            "fit.residuals.said",
            month=short_date(fit.months[worst], language),
            persons=number(residuals[worst], language, signed=True),
        ),
        rows=rows,
        scenarios=(),  # of what was measured, not of a scenario
    )


def not_zero(session: Session, *series: np.ndarray) -> str:
    """Return a note where the axis does not begin at zero."""
    return " " + page_text(session, "not_zero") if month_charts.low(series) > 0 else ""


def _errors(session: Session, shown: ShownFit) -> None:
    """Draw the errors of the fit."""
    language = session.language
    if shown.error is None:
        # The mean error, beside the months that are shown, would tell one that is not.
        return
    heads = [page_text(session, f"fit.error.{h}") for h in ("months", "n", "persons", "pct")]
    rows = [
        [
            page_text(session, f"fit.error.{name}"),
            number(e.months, language),
            number(e.mean_absolute, language),
            percent(e.mean_absolute_pct / 100, language, 1),
        ]
        for name in _ERRORS
        if (e := shown.error.get(name)) is not None
    ]
    responsive_table(
        session, "afvigelse", page_text(session, "fit.error.caption"), heads, rows, numbers=(1, 2, 3)
    )
