"""Test that small months are suppressed and cannot be worked out from what stands beside them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from model.disclosure import LIMIT, is_small
from model.language.catalogue import LANGUAGES, text
from model.monthly.disclosure import ShownFit, as_plain, suppressed_months
from model.monthly.fit import fit_monthly
from model.monthly.series import MonthlySeries, national_dagpenge, read_csv
from model.validation.backtest_national import ECONOMIES, METHODS, backtest_national, starts
from model.validation.shown_backtest import ShownBacktest
from tests.command_line import called

FIRST = np.datetime64("2017-01", "M")
# One month of three persons, one of nobody; all else is large enough.
STOCKS = [12, 11, 13, 12, 10, 9, 9, 10, 12, 13, 13, 12, 13, 12, 11, 12, 11, 10, 9, 9, 11, 12, 14, 13,
          14, 13, 12, 11, 3, 10, 12, 13, 12, 13, 15, 14, 13, 12, 14, 13, 0, 11, 12, 13, 13, 14, 15, 14]  # fmt: skip
SMALL = STOCKS.index(3)


def series_of(stocks: list[float], **more: Any) -> MonthlySeries:
    months = FIRST + np.arange(len(stocks))
    return MonthlySeries("Lille", months, np.array(stocks, dtype=float), **more)


@pytest.fixture(scope="module")
def small() -> MonthlySeries:
    return series_of(list(map(float, STOCKS)))


@pytest.fixture(scope="module")
def shown(small: MonthlySeries) -> ShownFit:
    return ShownFit(fit_monthly(small))


def csv_of(series: MonthlySeries) -> str:
    rows = zip(series.months, series.stock, strict=True)
    return "\n".join(["month,stock", *(f"{month},{stock:g}" for month, stock in rows)]) + "\n"


@pytest.fixture(scope="module")
def file(small: MonthlySeries, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("series") / "lille.csv"
    path.write_text(csv_of(small), encoding="utf-8")
    return path


# --- which months ---------------------------------------------------------------------------------


def test_a_small_month_is_hidden_and_nobody_is_no_secret(small: MonthlySeries) -> None:
    suppressed = suppressed_months(small)
    assert suppressed[SMALL]
    assert not suppressed[STOCKS.index(0)]
    assert suppressed.sum() > 1, "the year's sum would tell a month that is hidden alone"


@settings(max_examples=60, deadline=None)
@given(some.lists(some.one_of(some.just(0.0), some.floats(0.5, 30.0)), min_size=1, max_size=40).filter(any))
def test_no_sum_of_a_year_tells_a_small_month(stocks: list[float]) -> None:
    suppressed = suppressed_months(series_of(stocks))
    counts = np.array(stocks)
    few = (counts > 0) & (counts < LIMIT)
    assert suppressed[few].all()
    assert not suppressed[counts == 0].any()
    assert few.any() or not suppressed.any()
    for first in range(max(1, len(counts) - 11)):
        year = slice(first, first + 12)
        if few[year].any() and counts[year].sum() >= LIMIT and (counts[year] > 0).sum() > few[year].sum():
            # Who knows the sum knows that of the hidden months: each may be anything up to it.
            assert counts[year][suppressed[year]].sum() >= LIMIT - 1e-6


def test_nothing_is_hidden_of_the_whole_country() -> None:
    fit = fit_monthly(national_dagpenge())
    answer = as_plain(ShownFit(fit))
    assert "hidden" not in json.dumps(answer)
    assert not ShownFit(fit).any_suppressed
    assert [m["stock"] for m in answer["months"]] == fit.series.stock[1:].tolist()
    assert [m["residual"] for m in answer["months"]] == fit.residuals.tolist()
    assert answer["error"]["all"]["mean_absolute"] == fit.error["all"].mean_absolute
    assert answer["inflow_a_month"] == fit.level
    assert ShownFit(fit).notes == fit.notes


# --- the fit --------------------------------------------------------------------------------------


def test_what_is_made_from_a_hidden_month_is_hidden(small: MonthlySeries, shown: ShownFit) -> None:
    """Stock and its fit, and next month's: each of them, with the rates, would give the month back."""
    suppressed = suppressed_months(small)
    q = shown.fit.exit_rate
    for i in range(len(shown.fit.months)):
        if suppressed[i + 1]:
            for array in (shown.stock, shown.fitted, shown.residuals, shown.index):
                assert np.isnan(array[i])
        if suppressed[i]:
            # Without the mask the month before is what is left of the fit when the inflow is taken off.
            back = (shown.fit.fitted[i] - shown.fit.expected[i]) / (1 - q)
            assert back == pytest.approx(small.stock[i])
            assert np.isnan([shown.fitted[i], shown.residuals[i], shown.index[i]]).all()
    kept = ~shown.suppressed
    assert kept.sum() > len(kept) / 2
    np.testing.assert_array_equal(shown.fitted[kept], shown.fit.fitted[kept])
    np.testing.assert_array_equal(
        shown.stock[~shown.stock_suppressed], small.stock[1:][~shown.stock_suppressed]
    )
    assert shown.error is None
    assert shown.any_suppressed


def test_small_flows_hide_their_index_and_not_the_stock() -> None:
    stock = np.linspace(200.0, 247.0, 48)
    outflow = np.full(48, 12.0)
    inflow = outflow + np.diff(stock, prepend=stock[0] - 1)
    outflow[30], inflow[30] = 3.0, 3.0 + stock[30] - stock[29]
    found = ShownFit(fit_monthly(series_of(stock.tolist(), inflow=inflow, outflow=outflow)))
    assert found.exit_index is not None
    assert np.flatnonzero(np.isnan(found.exit_index)).tolist() == [29]
    assert np.isnan(found.index[29])
    assert not np.isnan(found.stock).any()
    assert found.error is None


def test_a_shock_with_a_hidden_month_does_not_tell_its_size(shown: ShownFit) -> None:
    shocks = [note for note in shown.fit.notes if "off" in note.values]
    touched = [
        note
        for note in shocks
        if (
            (shown.fit.months >= note.values["first"])
            & (shown.fit.months <= note.values["last"])
            & shown.suppressed
        ).any()
    ]
    assert touched
    masked = [note for note in shown.notes if "off" in note.values]
    for note, before in zip(masked, shocks, strict=True):
        for language in LANGUAGES:
            hides = text("disclosure.not_shown", language) in note.message.text(language)
            assert hides == (before in touched)
            assert hides or note.message.text(language) == before.message.text(language)


def test_calibrate_in_json(file: Path, small: MonthlySeries, shown: ShownFit) -> None:
    answer = json.loads(called("calibrate", str(file), "--json")[1])["fit"]
    for i, month in enumerate(answer["months"]):
        assert (month["stock"] is None) == bool(shown.stock_suppressed[i])
        assert month["stock"] is None or month["stock"] == small.stock[i + 1]
        computed = [month[name] for name in ("fitted", "residual", "index")]
        assert (computed == [None] * 3) == month.get("hidden", False) == bool(shown.suppressed[i])
        assert month["stock"] is None or not is_small(month["stock"])
        assert month["fitted"] is None or not is_small(month["fitted"])
    assert answer["error"] is None
    assert answer["inflow_a_month"] is None or not is_small(answer["inflow_a_month"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_calibrate_in_words(file: Path, shown: ShownFit, language: str) -> None:
    word = text("disclosure.not_shown", language)
    _, out, _ = called("--language", language, "calibrate", str(file))
    table = [line for line in out.splitlines() if re.match(r"\w+\.? 20\d\d( \*)?\s{4,}", line)]
    assert len(table) == len(shown.fit.months)
    for line, no_stock, suppressed in zip(table, shown.stock_suppressed, shown.suppressed, strict=True):
        assert line.count(word) == 3 * bool(suppressed) + bool(no_stock)
    assert text("disclosure.note", language, limit="5") in out


# --- the back-test --------------------------------------------------------------------------------


def shown_backtest(series: MonthlySeries, start: Any) -> ShownBacktest:
    given, unchanged = (backtest_national(start, economy=e, series=series) for e in ECONOMIES)
    return ShownBacktest(series, given, unchanged)


def test_no_start_tells_a_hidden_month(small: MonthlySeries) -> None:
    suppressed = {small.months[i] for i in np.flatnonzero(suppressed_months(small))}
    met = {"actual": 0, "naive_last": 0, "naive_year": 0, "given": 0, "shown": 0}
    for start in starts(small):
        found = shown_backtest(small, start)
        for i, month in enumerate(found.given.months):
            if month in suppressed:
                met["actual"] += 1
                assert np.isnan(found.actual[i])
                assert found.errors_suppressed
            elif not np.isnan(found.actual[i]):
                assert found.actual[i] == small.stock[small.months == month][0]
            before = month - 12 * (1 + i // 12)
            if before in suppressed:
                met["naive_year"] += 1
                assert np.isnan(found.method("naive_year")[i])
        if start in suppressed:
            met["naive_last"] += 1
            assert np.isnan(found.method("naive_last")).all()
        # A forecast's first step begins from the start's own stock, its economy from the months just before.
        if any(start - back in suppressed for back in range(4)):
            assert np.isnan(found.method("unchanged")).all()
            assert np.isnan(found.method("given")).all()
        elif suppressed & set(found.given.months):
            met["given"] += 1
            assert np.isnan(found.method("given")).all()
            assert not np.isnan(found.method("unchanged")).all()
        else:
            met["shown"] += 1
        for name in METHODS:
            values = found.method(name)
            assert not any(is_small(v) for v in values[np.isfinite(values)])
    assert all(met.values()), met


def test_the_whole_country_is_shown_as_it_is() -> None:
    series = national_dagpenge()
    found = shown_backtest(series, "2020-02")
    assert not found.any_suppressed
    np.testing.assert_array_equal(found.actual, found.given.actual)
    np.testing.assert_array_equal(found.method("given"), found.given.model)
    np.testing.assert_array_equal(found.method("naive_year"), found.given.naive_year)


# --- the data page --------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("part", ["fit", "backtest"])
def test_the_data_page_and_its_files(
    part: str, small: MonthlySeries, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Charts and tables of the page, as they are handed to the browser and to the CSV file."""
    from model.language.catalogue import short_date
    from pages.views.data import backtest, fit
    from tests.pages.data_page import facts, started, words

    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path))
    drawn: dict[str, tuple[Any, list[dict[str, str]]]] = {}
    for module in (fit, backtest):
        real = module.chart_with_table

        def recorded(here: Any, key: str, table: Any, spec: Any, *, _real: Any = real, **more: Any) -> None:
            drawn[key] = (table, more["rows"])
            _real(here, key, table, spec, **more)

        monkeypatch.setattr(module, "chart_with_table", recorded)
    kept = {
        "data_series_read": read_csv(csv_of(small), "lille.csv"),
        "data_series": "own",
        "data_start": "2019-03",
    }
    app = started(part, kept)
    assert not app.error
    assert text("disclosure.note", "da", limit="5") in words(app)
    word = text("disclosure.not_shown", "da")
    suppressed = suppressed_months(small)
    dates = {short_date(small.months[i].astype("datetime64[D]"), "da") for i in np.flatnonzero(suppressed)}
    assert drawn
    for table, rows in drawn.values():
        met = 0
        for row in rows:
            month, *cells = row.values()
            if month in dates:
                met += 1
                assert word in cells
        assert met
        columns = {name: table[name].to_pylist() for name in table.column_names}
        for name in {"stock", "actual", "fitted"} & columns.keys():
            at = {m.isoformat()[:7]: v for m, v in zip(columns["month"], columns[name], strict=True)}
            assert not any(v is not None and is_small(v) for v in at.values())
            for i in np.flatnonzero(suppressed):
                assert at.get(str(small.months[i])) is None
    if part == "fit":
        assert word in words(app)
        assert "afvigelse" not in facts(app)
    else:
        # Mean errors over all starts would tell the months.
        assert "data-summary" not in the_jobs(app)


def the_jobs(app: Any) -> dict[str, Any]:
    from tests.pages.cases import the_visit

    return the_visit(app).jobs


def test_a_series_without_small_months_stands_as_before() -> None:
    series = read_csv(csv_of(series_of([float(v) + 40 for v in STOCKS])), "stor")
    fit = fit_monthly(series)
    shown = ShownFit(fit)
    assert not shown.suppressed.any()
    np.testing.assert_array_equal(shown.residuals, fit.residuals)
    assert shown.error == fit.error
