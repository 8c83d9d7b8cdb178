"""Calibration of a monthly series: what it says of exits, season and level, how near it comes, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import streamlit as st

from model.imports.monthly import monthly_series, series_name
from model.imports.rows import Said
from model.language.catalogue import number, percent, short_date
from model.monthly.disclosure import ShownFit
from model.monthly.fit import fit_monthly
from model.monthly.series import Impossible, MonthlySeries, national_dagpenge, read_csv
from pages.components import persistent_widget
from pages.components.chart_with_table import figure
from pages.components.escape_markdown import plain
from pages.components.theme import palette
from pages.session.session import Visit
from pages.views.data import import_figures, month_charts
from pages.views.data.month_charts import Line
from pages.views.data.shared import facts, hidden_note, not_shown, says

_WHICH: Final = "data_series"
NATIONAL: Final = "national"
_OWN: Final = "own"
_TEXT: Final = "data_series_file"
_SEEN: Final = "data_series_seen"
_LINES: Final = (Line("fitted", "baseline", (6, 4)), Line("stock", "accent", (), 2.75))
_ERRORS: Final = ("normal", "shock", "all")
_MONTHS_BETWEEN_MARKS: Final = 12
_SHORT: Final = 36


def draw(here: Visit) -> None:
    """Which series, then its fit or what makes it impossible."""
    st.header(says(here, "fit"), anchor=False)
    if not here.present:
        st.markdown(plain(says(here, "fit.note")))
    series = choose(here, with_upload=True)
    if series is None:
        return
    try:
        shown = ShownFit(fit_monthly(series))
    except Impossible as error:
        refused(here, error)
        return
    _say(here, shown)
    _draw(here, shown)
    _errors(here, shown)


# --- which series ---------------------------------------------------------------------------------


def found_series(here: Visit) -> Mapping[str, MonthlySeries | Said]:
    """The series of the file that is read on the part before, by group; empty where it has none."""
    job = here.jobs.get("data-read")
    if job is None or not job.is_ready or not isinstance(job.result, import_figures.Read):
        return {}
    if "data_file" not in here.kept:
        return {}
    return monthly_series(job.result.imported, here.municipality, import_figures._choices(here))


def choose(here: Visit, *, with_upload: bool) -> MonthlySeries | None:
    """The series that the parts on calibration and back-test are about; None where there is none to use."""
    imported = found_series(here)
    uploaded = _TEXT in here.kept
    options = [NATIONAL, *(f"file:{group}" for group in imported)]
    if with_upload or uploaded:
        options.append(_OWN)

    def name(option: str) -> str:
        if option.startswith("file:"):
            return says(here, "fit.series.file", group=series_name(option.partition(":")[2], here.language))
        return says(here, f"fit.series.{option}")

    if len(options) == 1:
        here.kept[_WHICH] = NATIONAL
        return national_dagpenge()
    persistent_widget.before(here, _WHICH, NATIONAL, options)
    st.segmented_control(
        says(here, "fit.series"),
        options,
        required=True,
        format_func=name,
        label_visibility="collapsed",
        key=_WHICH,
    )
    which = persistent_widget.after(here, _WHICH)
    if which == NATIONAL:
        return national_dagpenge()
    if which == _OWN:
        return _own(here, with_upload=with_upload)
    series = imported[which.partition(":")[2]]
    if isinstance(series, Said):
        st.warning(plain(series.text(here.language)))
        return None
    return series


def _own(here: Visit, *, with_upload: bool) -> MonthlySeries | None:
    if with_upload:
        file = st.file_uploader(
            says(here, "fit.file"), type=["csv", "txt"], max_upload_size=2, key="data_series_upload"
        )
        st.caption(plain(says(here, "fit.file.note")))
        if file is not None and here.kept.get(_SEEN) != file.file_id:
            here.kept[_SEEN] = file.file_id
            here.kept[_TEXT] = (file.name, file.getvalue())
    if _TEXT not in here.kept:
        return None
    name, data = here.kept[_TEXT]
    try:
        try:
            return read_csv(data.decode("utf-8-sig"), name)
        except UnicodeDecodeError:
            raise Impossible("not_utf8") from None
    except Impossible as error:
        refused(here, error)
        return None


def refused(here: Visit, error: Impossible) -> None:
    """What is impossible, and where."""
    where = says(here, "fit.line", n=number(error.line, here.language)) + " " if error.line else ""
    with st.container(border=True):
        st.markdown(f"**{plain(says(here, 'fit.impossible'))}**")
        st.text(where + error.text(here.language))


# --- the fit --------------------------------------------------------------------------------------


def title(here: Visit, series: MonthlySeries) -> str:
    """What a series is called."""
    if here.kept.get(_WHICH, NATIONAL) == NATIONAL:
        return says(here, "fit.national")
    if here.kept[_WHICH] == _OWN:
        return series.name
    return says(
        here, "fit.imported", group=series_name(series.name, here.language), name=here.municipality.name
    )


def _say(here: Visit, shown: ShownFit) -> None:
    fit, language = shown.fit, here.language
    months = fit.series.months
    st.subheader(
        plain(
            says(
                here,
                "fit.title",
                name=title(here, fit.series),
                first=short_date(months[0], language),
                last=short_date(months[-1], language),
                n=number(len(months), language),
            )
        ),
        anchor=False,
    )
    exits = "; ".join(
        says(here, f"fit.exit.{name}", share=percent(rate, language, 1))
        for name, rate in fit.weekly_exits.items()
    )
    top = int(np.argmax(fit.season))
    st.markdown(
        plain(
            says(
                here,
                "fit.said",
                exits=exits,
                level=not_shown(here) if shown.level is None else number(shown.level, language),
                trend=percent(float(np.expm1(fit.trend)), language, 1, signed=True),
                month=_month(here, top),
                season=percent(float(fit.season[top]) - 1, language, signed=True),
            )
        )
    )
    for note in shown.notes:
        st.caption(plain(note.told(language)))
    if shown.any_hidden:
        hidden_note(here)


def _month(here: Visit, index: int) -> str:
    from model.language.catalogue import month_name

    return month_name(index + 1, here.language)


def step(months: int) -> int:
    """Months between the marks of an axis."""
    return 3 if months <= _SHORT else _MONTHS_BETWEEN_MARKS


def figure_of(here: Visit, value: float, *, signed: bool = False) -> str:
    """A figure of a month, or that it is not shown."""
    return number(value, here.language, signed=signed) if np.isfinite(value) else not_shown(here)


def _draw(here: Visit, shown: ShownFit) -> None:
    fit, language, look = shown.fit, here.language, palette()
    n, error = len(fit.months), shown.error
    stock, fitted, residuals = shown.stock, shown.fitted, shown.residuals
    labels = {"stock": says(here, "fit.stock"), "fitted": says(here, "fit.fitted")}
    rows = [
        {
            says(here, "month"): short_date(fit.months[i], language),
            says(here, "fit.stock"): figure_of(here, stock[i]),
            says(here, "fit.fitted"): figure_of(here, fitted[i]),
            says(here, "fit.residual"): figure_of(here, residuals[i], signed=True),
            says(here, "fit.index"): figure_of(here, shown.index[i] * 100),
            says(here, "fit.in_shock"): says(here, "yes") if fit.shock[i] else "–",
        }
        for i in range(n)
    ]
    figure(
        here,
        "tilpasning",
        month_charts.table(fit.months, {"fitted": fitted, "stock": stock}, labels),
        month_charts.spec(_LINES, says(here, "persons"), language, look, here.present, step(n)),
        name=says(here, "fit.chart"),
        sentence=says(
            here,
            "fit.sentence",
            n=number(fit.error["normal"].months, language),
            persons=not_shown(here) if error is None else number(error["normal"].mean_absolute, language),
            pct=not_shown(here)
            if error is None
            else percent(error["normal"].mean_absolute_pct / 100, language, 1),
        )
        + not_zero(here, stock, fitted),
        rows=rows,
    )
    if not np.isfinite(residuals).any():
        return
    st.subheader(says(here, "fit.residuals"), anchor=False)
    worst = int(np.nanargmax(np.abs(residuals)))
    figure(
        here,
        "rest",
        month_charts.bars_table(fit.months, residuals, fit.shock.tolist()),
        month_charts.bars_spec(
            says(here, "persons"), says(here, "fit.shock_label"), language, look, here.present, step(n)
        ),
        name=says(here, "fit.residuals"),
        sentence=says(
            here,
            "fit.residuals.said",
            month=short_date(fit.months[worst], language),
            persons=number(residuals[worst], language, signed=True),
        ),
        rows=rows,
    )


def not_zero(here: Visit, *series: np.ndarray) -> str:
    """Says so where the axis does not begin at zero."""
    return " " + says(here, "not_zero") if month_charts.low(series) > 0 else ""


def _errors(here: Visit, shown: ShownFit) -> None:
    language = here.language
    if shown.error is None:
        # The mean error, beside the months that are shown, would tell one that is not.
        return
    heads = [says(here, f"fit.error.{h}") for h in ("months", "n", "persons", "pct")]
    rows = [
        [
            says(here, f"fit.error.{name}"),
            number(e.months, language),
            number(e.mean_absolute, language),
            percent(e.mean_absolute_pct / 100, language, 1),
        ]
        for name in _ERRORS
        if (e := shown.error.get(name)) is not None
    ]
    facts(here, "afvigelse", says(here, "fit.error.caption"), heads, rows, numbers=(1, 2, 3))
