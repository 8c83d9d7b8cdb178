"""Draw how far off forecasts of the months were, beside the best simple guess: the reader's municipality, then all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
import streamlit as st

from model.disclosure import is_small
from model.forecast.measured import (
    TOLD,
    CoverageRow,
    ErrorRow,
    ahead_text,
    all_shown,
    alone,
    beaten,
    coverage_rows,
    each_cells,
    error_rows,
    error_text,
    halves_told,
    method_name,
    own_rows,
    told,
    told_of_all,
    which_is_shown,
)
from model.forecast.predictive import COVERAGES
from model.forecast.promise import Kept, kept, promise_words
from model.forecast.tried import HORIZONS, LONGEST, METHODS, OURS, Tried, tried, tried_country
from model.language.catalogue import number, percent, short_date
from model.language.messages import Localized
from model.municipality.figures import monthly
from model.municipality.history import BENEFITS, SERIES, Benefit
from model.municipality.municipality_list import municipalities
from model.validation.rates_98 import alphabetical
from pages.components import persistent_widget
from pages.components.chart_with_table import ChartWords, as_csv, columns, figure
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import palette
from pages.session.session import Session
from pages.views.data import forecast_charts
from pages.views.data.shared import not_shown, page_text, responsive_table, suppressed_note

_BENEFIT: Final = "data_ahead_benefit"
_HUNDRED: Final = 100.0
_ROWS_HEIGHT: Final = 420

Rows = list[dict[str, str]]


def draw(session: Session) -> None:
    """Draw one sentence and one picture, what to know of them, the months since, and the tables a click away."""
    st.header(page_text(session, "ahead"), anchor=False)
    chosen = persistent_widget.persistent_choice(
        session,
        _BENEFIT,
        BENEFITS,
        page_text(session, "ahead.benefit"),
        lambda name: session.text(f"forecast.benefit.{name}"),
        widget=st.segmented_control,
    )
    benefit: Benefit = next(name for name in BENEFITS if name == chosen)
    name, own = session.municipality.name, own_rows(benefit, session.municipality.id)
    _pictures(session, benefit, name, own)
    for words in (which_is_shown(benefit), halves_told(benefit)):
        _say(session, words)
    _say_text(session, session.text("forecast.caveat.chosen"))
    _after(session, kept(benefit))
    with st.expander(page_text(session, "ahead.tables")):
        _tables(session, benefit)
    with st.container(horizontal=True, key="data-ahead-files"):
        _files(session, benefit)


def _say(session: Session, words: Localized) -> None:
    """Draw a sentence of the model."""
    _say_text(session, words.text(session.language))


def _say_text(session: Session, words: str) -> None:
    """Draw a sentence."""
    st.markdown(escape_markdown(words))


# --- the picture ----------------------------------------------------------------------------------


def _pictures(session: Session, benefit: Benefit, name: str, own: tuple[ErrorRow, ...] | None) -> None:
    """Draw the sentence and the bars of the municipality on screen, and those of all beside them."""
    runs, everybody = tried(benefit), error_rows(tried(benefit))
    if own is None:
        _say_text(session, page_text(session, "ahead.hidden", name=name))
        _bars(session, "prognose-alle", everybody, _of_all(session), told_of_all(benefit), "")
        return
    _say(session, told(next(row for row in own if row.months_ahead == TOLD), name))
    left, right = columns(session)
    first, last = (
        short_date(month.astype("datetime64[D]"), session.language) for month in runs.starts[[0, -1]]
    )
    mean = page_text(
        session, "ahead.mean", n=number(len(runs.starts), session.language), first=first, last=last
    )
    worse = beaten(own, name)
    with left:
        below = mean if worse is None else f"{mean} {worse.text(session.language)}"
        _bars(session, "prognose-egen", own, name, told(own[-1], name), below)
    with right:
        _bars(session, "prognose-alle", everybody, _of_all(session), told_of_all(benefit), "")


def _of_all(session: Session) -> str:
    """Name all municipalities."""
    return page_text(session, "ahead.all")


def _bars(
    session: Session, key: str, rows: Sequence[ErrorRow], who: str, words: Localized, below: str
) -> None:
    """Draw bars by months ahead; ``below`` stands under them, or else ``words``, which those hear who do not see."""
    language = session.language
    names = (method_name("ours", language), method_name("simple", language))
    spec = forecast_charts.bars_spec(
        names, page_text(session, "ahead.unit", who=who), language, palette(), session.present
    )
    chart = forecast_charts.bars_table(rows, names, language), spec
    said = "; ".join(
        f"{ahead_text(r.months_ahead, language)}: {error_text(r.ours, language)} / {error_text(r.simple, language)}"
        for r in rows
    )
    figure(
        session,
        key,
        chart,
        ChartWords(
            page_text(session, "ahead.chart", who=who),
            below or words.text(language),
            f"{words.text(language)} {names[0]} / {names[1]}: {said}",
        ),
        rows=_error_table(session, rows),
        scenarios=(),  # of what was measured, not of a scenario
        paper=chart,
    )


def _error_table(session: Session, rows: Sequence[ErrorRow], methods: Sequence[str] = METHODS) -> Rows:
    """Return errors by months ahead and method as people read them."""
    language = session.language
    return [
        {
            session.text("forecast.column.ahead"): number(row.months_ahead, language),
            **{method_name(name, language): error_text(row.persons[name], language) for name in methods},
        }
        for row in rows
    ]


# --- the months since -----------------------------------------------------------------------------


def _after(session: Session, found: Kept) -> None:
    """Draw the months after January 2026 beside the forecast that was made then."""
    heading, *words = promise_words(found)
    st.subheader(escape_markdown(heading.text(session.language)), anchor=False)
    _say_text(session, " ".join(sentence.text(session.language) for sentence in words))
    if not len(found.actual):
        return
    rows = _after_rows(session, found, session.municipality.id)
    responsive_table(
        session,
        "prognose-siden",
        page_text(session, "ahead.after.own", name=session.municipality.name),
        list(rows[0]),
        [list(row.values()) for row in rows],
        numbers=range(1, len(rows[0])),
    )
    if any(not_shown(session) in row.values() for row in rows):
        suppressed_note(session)
    language = session.language
    heads = [session.text("forecast.column.ahead"), *(method_name(name, language) for name in METHODS)]
    heads += [session.text("forecast.after.band")]
    errors = {name: found.absolute(name) for name in METHODS}
    covered = found.covered(COVERAGES[1])
    responsive_table(
        session,
        "prognose-siden-alle",
        page_text(session, "ahead.after.all"),
        heads,
        [
            [
                ahead_text(k + 1, language),
                *(error_text(float(errors[name][k]), language) for name in METHODS),
                percent(float(covered[k]), language),
            ]
            for k in range(len(found.actual))
        ],
        numbers=range(1, len(heads)),
    )


def _after_rows(session: Session, found: Kept, municipality: str) -> Rows:
    """Return a municipality's months since January 2026: promised, band, what happened, how far off."""
    language, i = session.language, found.promise.ids.index(municipality)
    low, high = found.promise.bands[COVERAGES[1]]
    rows = []
    for k, month in enumerate(found.months):
        promised, actual = float(found.promise.forecasts[OURS][k, i]), float(found.actual[k, i])
        off = actual - promised
        rows.append(
            {
                page_text(session, "month"): short_date(month.astype("datetime64[D]"), language),
                session.text("forecast.after.promised"): _count(session, promised),
                session.text(
                    "forecast.after.band"
                ): f"{_count(session, low[k, i])}\N{EN DASH}{_count(session, high[k, i])}",
                session.text("forecast.after.actual"): _count(session, actual),
                # With a hidden figure its distance is hidden too: one would tell the other.
                session.text("forecast.after.off"): number(off, language, signed=True)
                if np.isfinite(actual) and not is_small(promised)
                else not_shown(session),
            }
        )
    return rows


def _count(session: Session, persons: float) -> str:
    """Format persons; a small count, or one that is not known, is not shown."""
    hidden = not np.isfinite(persons) or is_small(persons)
    return not_shown(session) if hidden else number(persons, session.language)


# --- tables and files -----------------------------------------------------------------------------


def _tables(session: Session, benefit: Benefit) -> None:
    """Draw the errors of every method, what the bands covered, the country, and each municipality."""
    language = session.language
    runs, country = tried(benefit), tried_country(benefit)
    _errors(session, "prognose-fejl", session.text("forecast.errors"), runs, METHODS)
    st.caption(escape_markdown(session.text("forecast.caveat.others")))
    heads = [session.text("forecast.coverage.short"), *(ahead_text(h, language) for h in HORIZONS)]
    responsive_table(
        session,
        "prognose-baand",
        session.text("forecast.coverage.two"),
        heads,
        [_coverage_cells(band, language) for band in coverage_rows(benefit)],
        numbers=range(1, len(heads)),
    )
    st.caption(
        escape_markdown(
            f"{session.text('forecast.caveat.in_band')} {session.text('forecast.caveat.not_in_band')}"
        )
    )
    first = short_date(country.starts[0].astype("datetime64[D]"), language)
    of_country = [name for name in METHODS if name != "others"]
    _errors(session, "prognose-landet", session.text("forecast.country", first=first), country, of_country)
    with st.container(key="data-ahead-each", height=_ROWS_HEIGHT):
        heads = [page_text(session, "back.town"), *(ahead_text(h, language) for h in HORIZONS)]
        responsive_table(
            session,
            "prognose-kommuner",
            session.text("forecast.each"),
            heads,
            list(_each(session, benefit)),
            numbers=range(1, len(heads)),
            csv=False,  # the file below has every method and month
        )


def _errors(session: Session, key: str, caption: str, runs: Tried, methods: Sequence[str]) -> None:
    """Draw a table of errors by months ahead, with per cent under the persons."""
    language = session.language
    heads = [session.text("forecast.column.ahead"), *(method_name(name, language) for name in methods)]
    rows: list[list[str | Sequence[str]]] = [
        [
            ahead_text(row.months_ahead, language),
            *(
                [error_text(row.persons[n], language), percent(row.per_cent[n] / _HUNDRED, language, 1)]
                for n in methods
            ),
        ]
        for row in error_rows(runs)
    ]
    responsive_table(session, key, caption, heads, rows, numbers=range(1, len(heads)))


def _coverage_cells(band: CoverageRow, language: str) -> list[str | list[str]]:
    """Return the row of one band: by months ahead what it covered, and below it what on the halves."""
    cells: list[str | list[str]] = [percent(band.coverage, language)]
    for same, *halves in zip(band.same, band.earlier, band.later, strict=True):
        ends = f"{number(_HUNDRED * min(halves), language)}\N{EN DASH}{percent(max(halves), language)}"
        cells.append([percent(same, language), ends])
    return cells


def _each(session: Session, benefit: Benefit) -> Sequence[Sequence[str]]:
    """Return forecast and best simple guess of every municipality by months ahead, that on screen first."""
    language, mine = session.language, session.municipality.id
    table = []
    for info in sorted(municipalities(), key=lambda info: (info.id != mine, alphabetical(info.name))):
        name = page_text(session, "all.now", name=info.name) if info.id == mine else info.name
        rows = own_rows(benefit, info.id)
        cells = [not_shown(session)] * len(HORIZONS) if rows is None else each_cells(rows, language)
        table.append([name, *cells])
    return table


def _files(session: Session, benefit: Benefit) -> None:
    """Draw the buttons for all errors and for the forecast that was kept, as files."""
    for key, rows in (("prognose-fejl-98", _all_errors), ("prognose-gemt", _promised)):
        st.download_button(
            page_text(session, f"ahead.file.{key}"),
            data=partial(_file, session, benefit, rows),
            file_name=f"{key}-{benefit}.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"csv-{key}",
        )


def _file(session: Session, benefit: Benefit, rows: Callable[[Session, Benefit], Rows]) -> bytes:
    """Return a table as a file, made when it is asked for."""
    return as_csv(rows(session, benefit), session.language)


def _all_errors(session: Session, benefit: Benefit) -> Rows:
    """Return the errors of every municipality, method and month ahead; hidden ones are not shown."""
    runs, figures, rows = tried(benefit), monthly(*SERIES[benefit]), []
    names: Mapping[str, str] = {info.id: info.name for info in municipalities()}
    hidden = {method_name(name, session.language): not_shown(session) for name in METHODS}
    for i in runs.ids:
        found = _error_table(session, error_rows(alone(runs, i), tuple(range(1, LONGEST + 1))))
        shown = all_shown(figures[i])
        rows += [
            {page_text(session, "back.town"): names[i], **row, **({} if shown else hidden)} for row in found
        ]
    return rows


def _promised(session: Session, benefit: Benefit) -> Rows:
    """Return the forecast that was made from January 2026, with its bands."""
    made = kept(benefit).promise
    names: Mapping[str, str] = {info.id: info.name for info in municipalities()}
    rows = []
    for m, i in enumerate(made.ids):
        for h, month in enumerate(made.months):
            row = {
                page_text(session, "back.town"): names[i],
                page_text(session, "month"): str(month),
                session.text("forecast.after.promised"): _count(session, float(made.forecasts[OURS][h, m])),
            }
            for coverage in COVERAGES:
                share = percent(coverage, session.language)
                for end, values in zip(("low", "high"), made.bands[coverage], strict=True):
                    row[page_text(session, f"ahead.file.{end}", share=share)] = _count(session, values[h, m])
            rows.append(row)
    return rows
