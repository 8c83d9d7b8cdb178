"""Test the fit of monthly series: known rates come back, a shock does not move them, bad series are named."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.files.folders import DATA_FOLDER
from model.language.catalogue import LANGUAGES
from model.monthly.disclosure import ShownFit, as_plain
from model.monthly.fit import (
    ALL,
    OVER_YEAR,
    UNDER_YEAR,
    MonthlyFit,
    fit_monthly,
    own_economy,
)
from model.monthly.fit_problem import monthly_prior, weekly
from model.monthly.series import (
    Impossible,
    MonthlySeries,
    backtest_parameters,
    file_bytes,
    month_from_text,
    national_dagpenge,
    parameter,
    read_csv,
    read_csv_bytes,
)
from model.scenario.economy import economy_indices

SEASON = np.array([1.30, 1.10, 0.95, 0.80, 0.95, 0.90, 1.00, 1.10, 0.90, 1.00, 1.00, 1.00])
SEASON = SEASON / SEASON.mean()
EXIT, TREND, LEVEL = 0.2, 0.03, 200.0


def months(n: int, first: str = "2016-01") -> np.ndarray:
    return np.datetime64(first, "M") + np.arange(n)


def made(
    n: int = 60,
    *,
    shock: np.ndarray | None = None,
    noise: float = 0.0,
    seed: int = 1,
    flows: bool = False,
    exits: np.ndarray | None = None,
    start: float = 1000.0,
) -> MonthlySeries:
    """A series by hand: stock(t) = 0.8 stock(t - 1) + 200 x trend x season x shock."""
    rng = np.random.default_rng(seed)
    t = np.arange(n)
    came = LEVEL * np.exp(TREND * t / 12) * SEASON[t % 12]
    came = came * (1.0 if shock is None else shock) * np.exp(noise * rng.standard_normal(n))
    rate = EXIT * (np.ones(n) if exits is None else exits)
    stock, left = np.empty(n), np.zeros(n)
    stock[0] = start
    for i in range(1, n):
        left[i] = rate[i] * stock[i - 1]
        stock[i] = stock[i - 1] - left[i] + came[i]
    return MonthlySeries(
        "made", months(n), stock, inflow=came if flows else None, outflow=left if flows else None
    )


def wave(n: int, first: int, last: int, size: float) -> np.ndarray:
    out = np.ones(n)
    out[first:last] = size
    return out


# --- what is known comes back ----------------------------------------------------------------------


def test_known_rates_season_and_trend_come_back_from_stocks_alone() -> None:
    fit = fit_monthly(made())
    assert fit.exit_rate == pytest.approx(EXIT, abs=0.005)
    assert fit.trend == pytest.approx(TREND, abs=0.001)
    np.testing.assert_allclose(fit.season, SEASON, atol=0.01)
    assert fit.season.mean() == pytest.approx(1.0, abs=1e-12)
    assert fit.level == pytest.approx(LEVEL * np.exp(TREND * 59 / 12), rel=0.02)
    np.testing.assert_allclose(fit.index, 1.0, atol=0.01)
    assert not fit.shock.any()


def test_known_rates_come_back_from_flows() -> None:
    fit = fit_monthly(made(flows=True))
    assert fit.exit_rate == pytest.approx(EXIT, rel=1e-6)
    np.testing.assert_allclose(fit.season, SEASON, atol=0.002)
    assert fit.exit_index is not None
    np.testing.assert_allclose(fit.exit_index, 1.0, rtol=1e-6)
    low, high = fit.exit_range
    assert low < EXIT < high
    assert "stocks_alone" not in {note.key for note in fit.notes}


def test_one_known_flow_gives_the_other() -> None:
    whole = made(flows=True)
    for known in ("inflow", "outflow"):
        half = MonthlySeries("half", whole.months, whole.stock, **{known: getattr(whole, known)})
        assert fit_monthly(half).exit_rate == pytest.approx(fit_monthly(whole).exit_rate, rel=1e-9)


def test_a_shock_does_not_move_the_rates_where_least_squares_does() -> None:
    """Ten months of 80 per cent more inflow: the rates stand, the index is the shock's."""
    shocked = made(shock=wave(60, 34, 44, 1.8))
    fit, plain = fit_monthly(shocked), fit_monthly(shocked, robust=False)
    assert fit.exit_rate == pytest.approx(EXIT, abs=0.005)
    np.testing.assert_allclose(fit.season, SEASON, atol=0.01)
    assert list(np.flatnonzero(fit.shock) + 1) == list(range(34, 44))
    np.testing.assert_allclose(fit.index[33:43], 1.8, atol=0.02)
    assert abs(plain.exit_rate - EXIT) > 0.05
    assert np.abs(plain.season - SEASON).max() > 0.2
    assert {note.key for note in fit.notes} >= {"shock"}


def test_noise_and_shock_together_leave_the_rates_within_their_range() -> None:
    fit = fit_monthly(made(shock=wave(60, 40, 50, 2.0), noise=0.02, start=1400.0))
    low, high = fit.exit_range
    assert low < EXIT < high
    assert set(range(39, 49)) <= set(np.flatnonzero(fit.shock))


def test_a_shock_of_the_exits_shows_in_their_index() -> None:
    fit = fit_monthly(made(flows=True, exits=wave(60, 40, 48, 0.6)))
    assert fit.exit_rate == pytest.approx(EXIT, rel=1e-4)
    assert fit.exit_index is not None
    np.testing.assert_allclose(fit.exit_index[39:47], 0.6, atol=1e-3)


def test_one_odd_month_is_no_shock() -> None:
    fit = fit_monthly(made(shock=wave(60, 40, 41, 1.6), flows=True))
    assert not fit.shock.any()
    assert fit.exit_rate == pytest.approx(EXIT, rel=1e-3)


def test_a_shock_that_is_over_lets_the_later_months_in_again() -> None:
    """Two waves far apart are two shocks; months between and after count as normal."""
    fit = fit_monthly(made(72, shock=wave(72, 30, 34, 1.7) * wave(72, 50, 55, 0.5)))
    assert list(np.flatnonzero(fit.shock) + 1) == [*range(30, 34), *range(50, 55)]
    assert [note.key for note in fit.notes if note.key.startswith("shock")] == ["shock", "shock"]


OTHER_SEASON = np.roll(SEASON, 5)


def to_2026(
    *, noise: float = 0.0, seed: int = 1, after: float = 1.0, broken: str = "2025-07"
) -> MonthlySeries:
    """A series from 2016 to January 2026 by hand: a shock from March 2020, after it another season and level.

    From the month ``broken`` on the inflow is 1.25 times as large. The exits are ``EXIT`` before the shock, ``after``
    times as many after it.
    """
    rng = np.random.default_rng(seed)
    at = months(121)
    stock = np.empty(len(at))
    stock[0] = 1000.0
    for i in range(1, len(at)):
        later = at[i] >= np.datetime64("2021-04")
        came = LEVEL * (0.8 * OTHER_SEASON[i % 12] if later else SEASON[i % 12])
        came *= np.exp(noise * rng.standard_normal())
        if np.datetime64("2020-03") <= at[i] < np.datetime64("2021-04"):
            came *= 1.9 - 0.05 * ((at[i] - np.datetime64("2020-03")).astype(int) % 7)
        if at[i] >= np.datetime64(broken):
            came *= 1.25
        stock[i] = stock[i - 1] * (1 - EXIT * (after if later else 1.0)) + came
    return MonthlySeries("to 2026", at, stock)


@pytest.mark.parametrize(("noise", "after"), [(0.0, 1.0), (0.02, 1.0), (0.02, 0.8)])
def test_a_shock_ends_though_level_and_season_never_return(noise: float, after: float) -> None:
    """A year of shock, then four years at another level and season, then a reform: thirteen months are the shock."""
    series = to_2026(noise=noise, after=after)
    before_reform = fit_monthly(series.until("2025-06"))
    shock = [str(m) for m in before_reform.months[before_reform.shock]]
    assert shock[0] == "2020-03"
    assert 12 <= len(shock) <= 15
    assert set(shock) <= {str(m) for m in np.arange("2020-03", "2021-07", dtype="datetime64[M]")}
    assert len(before_reform.eras) == 1
    np.testing.assert_allclose(before_reform.season, OTHER_SEASON, atol=0.02 if noise == 0 else 0.12)
    assert before_reform.exit_rate == pytest.approx(EXIT * after, abs=0.01 if noise == 0 else 0.04)
    ahead = before_reform.forecast(np.ones(6))
    truth = to_2026(after=after) if noise == 0 else series
    # Without the reform, which nobody knew: what the last year's course says.
    np.testing.assert_allclose(ahead, truth.stock[102:108], rtol=0.03)


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_a_reform_s_level_is_the_ordinary_one_after_a_quarter(noise: float) -> None:
    """Till then it is a shock that has not ended."""
    series = to_2026(noise=noise)
    fit, early = fit_monthly(series), fit_monthly(series.until("2025-08"))
    assert str(fit.months[fit.eras[-1]]) == "2025-07"
    assert not fit.shock[-12:].any()
    assert [note.key for note in fit.notes if note.key.startswith(("shock", "era"))] == [
        "shock",
        "era_season",
        "era",
    ]
    assert early.shock[-2:].all()
    assert "shock_open" in {note.key for note in early.notes}
    assert fit.level == pytest.approx(1.25 * 0.8 * LEVEL, rel=0.02 if noise == 0 else 0.12)
    np.testing.assert_allclose(fit.season, OTHER_SEASON, atol=0.02 if noise == 0 else 0.12)
    np.testing.assert_allclose(fit.index[-7:], 1.0, atol=0.02 if noise == 0 else 0.08)
    assert as_plain(ShownFit(fit))["eras"][-1] == "2025-07"


def test_a_level_that_no_rule_explains_counts_as_ordinary_after_fifteen_months() -> None:
    """A year of 2020 and 2021 looked like a new level and was none."""
    series = to_2026(broken="2024-11")
    early, later = fit_monthly(series.until("2025-06")), fit_monthly(series)
    assert "2024-11" not in {str(early.months[begins]) for begins in early.eras}
    assert not later.shock[-15:].any()
    assert str(later.months[later.eras[-1]]) == "2024-11"


def published(table: str, column: str, place: str = "national") -> MonthlySeries:
    """Months of a place as they are published, from 2021-08 on."""
    with (DATA_FOLDER / "figures" / f"{table}.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["municipality"] == place]
    return MonthlySeries(
        place,
        np.array([month_from_text(row["month"]) for row in rows]),
        np.array([float(row[column]) for row in rows]),
    )


def test_the_national_shock_of_2020_ends_within_two_years() -> None:
    """A series to 2024 counted 58 of 100 months as shock, as level and season never came back to those of 2019."""
    old, new = national_dagpenge(), published("unemployment_y25i01", "dagpenge")
    known = new.months > old.months[-1]
    np.testing.assert_array_equal(new.stock[~known], old.stock[-(~known).sum() :])
    whole = MonthlySeries(
        "joined",
        np.concatenate([old.months, new.months[known]]),
        np.concatenate([old.stock, new.stock[known]]),
    )
    before = fit_monthly(whole.until("2020-02"))
    for until in ("2024-12", "2026-01"):
        fit = fit_monthly(whole.until(until))
        in_shock = fit.months[fit.shock]
        assert str(in_shock[0]) == "2020-03"
        assert in_shock[-1] < np.datetime64("2022-03")
        assert len(in_shock) < 24
        # The months since are described as well as those before the shock.
        recent = fit.residuals[-24:] / fit.series.stock[-24:]
        assert np.abs(recent).mean() < 1.5 * before.error["normal"].mean_absolute_pct / 100
    alone = fit_monthly(published("kontanthjaelp_y60a02", "fullTime"))
    assert not alone.shock.any()


def test_the_national_fit_finds_the_epidemic_and_leaves_it_out() -> None:
    series = national_dagpenge()
    before, whole = fit_monthly(series.until("2020-02")), fit_monthly(series)
    assert str(whole.months[whole.shock][0]) == "2020-03"
    assert whole.exit_rate == pytest.approx(before.exit_rate, rel=0.01)
    assert fit_monthly(series, robust=False).exit_rate < 0.8 * before.exit_rate
    assert whole.error["normal"].mean_absolute_pct < 1.0 < whole.error["shock"].mean_absolute_pct


def test_residuals_are_stock_less_fitted_and_the_errors_their_means() -> None:
    fit = fit_monthly(made(noise=0.03))
    np.testing.assert_allclose(fit.fitted + fit.residuals, fit.series.stock[1:])
    np.testing.assert_allclose(
        fit.fitted, (1 - fit.exit_rate) * fit.series.stock[:-1] + fit.expected, rtol=1e-9
    )
    assert fit.error["all"].mean_absolute == pytest.approx(np.abs(fit.residuals).mean())
    assert fit.error["all"].months == 59


def test_exits_by_duration_give_the_whole_and_the_share_over_a_year() -> None:
    """A life table by hand: those under a year leave at u, those over at v; its mean rate and long share come back."""
    u, v = 0.22, 0.04
    under = (1 - (1 - u) ** 12) / u
    over = (1 - u) ** 12 / v
    share = over / (under + over)
    q = 1 / (under + over)
    series = made(flows=True)
    fit = fit_monthly(MonthlySeries("x", series.months, series.stock * 1.0, long_share=np.full(60, share)))
    # The same equations at the fitted whole rate.
    found = fit.exit_by_class
    assert (1 - share) * found[UNDER_YEAR] + share * found[OVER_YEAR] == pytest.approx(found[ALL])
    assert share * found[OVER_YEAR] == pytest.approx(found[ALL] * (1 - found[UNDER_YEAR]) ** 12, rel=1e-6)
    from model.monthly.fit import _by_class

    by_hand = _by_class(q, np.full(60, share), np.zeros(59, dtype=bool))
    assert by_hand[UNDER_YEAR] == pytest.approx(u, rel=1e-6)
    assert by_hand[OVER_YEAR] == pytest.approx(v, rel=1e-6)


def test_no_classes_where_no_rates_go_with_the_share() -> None:
    series = made()
    fit = fit_monthly(MonthlySeries("x", series.months, series.stock, long_share=np.full(60, 0.999)))
    assert set(fit.exit_by_class) == {ALL}
    assert "no_classes" in {note.key for note in fit.notes}


def test_weekly_rates_as_monthly_ones_and_the_prior() -> None:
    assert 1 - (1 - weekly(0.2)) ** (52 / 12) == pytest.approx(0.2)
    assert (1 - weekly(monthly_prior())) ** 14 == pytest.approx(0.5)


# --- a forecast ------------------------------------------------------------------------------------


def test_a_forecast_of_a_made_series_is_what_it_does_next() -> None:
    whole = made(84)
    fit = fit_monthly(whole.until("2020-12"))
    ahead = fit.forecast(np.ones(24))
    # The trend is damped in a forecast, three per cent a year in the series: within that.
    np.testing.assert_allclose(ahead, whole.stock[60:], rtol=0.05)
    np.testing.assert_allclose(ahead[:3], whole.stock[60:63], rtol=0.005)


def test_todays_index_fades_to_one() -> None:
    fit = fit_monthly(made(shock=wave(60, 54, 60, 1.5)))
    fading = fit.fading_index(24)
    assert fit.index_at_end == pytest.approx(1.5, abs=0.02)
    fade = parameter("index_fade")
    np.testing.assert_allclose(fading, 1 + (fit.index_at_end - 1) * fade ** np.arange(1, 25))
    assert fading[-1] == pytest.approx(1.0, abs=0.01)


# --- as a scenario's economy ---------------------------------------------------------------------


def test_the_index_becomes_a_path_that_a_scenario_takes() -> None:
    fit = fit_monthly(made(flows=True, shock=wave(60, 48, 51, 1.5), exits=wave(60, 48, 54, 0.8)))
    path = own_economy(fit, "2020-01")
    assert [str(p.from_) for p in path.inflow] == ["2020-02-01", "2020-05-01", "2020-08-01", "2020-11-01"]
    assert [p.index for p in path.inflow] == pytest.approx([150, 100, 100, 100], abs=0.5)
    assert [p.index for p in path.job_finding] == pytest.approx([80, 80, 100, 100], abs=0.5)
    inflow, job = economy_indices(path, datetime.date(2020, 1, 6), 40)
    assert inflow.max() == pytest.approx(1.5, abs=0.02)
    assert job.min() == pytest.approx(0.8, abs=0.01)
    assert own_economy(fit_monthly(made()), "2020-01").job_finding == ()


def test_a_path_that_cannot_be_is_named() -> None:
    fit = fit_monthly(made(shock=wave(60, 48, 54, 9.0)))
    for first, key in (("2020-01", "index_beyond"), ("2025-01", "outside")):
        with pytest.raises(Impossible) as found:
            own_economy(fit, first)
        assert found.value.key == key
        assert "{" not in found.value.da


# --- what cannot be --------------------------------------------------------------------------------


def refused(key: str, **columns: object) -> Impossible:
    n = len(columns.get("stock", np.zeros(30)))  # type: ignore[arg-type]
    with pytest.raises(Impossible) as found:
        MonthlySeries("x", columns.pop("months", months(n)), **columns)  # type: ignore[arg-type]
    assert found.value.key == key
    for language in LANGUAGES:
        assert "{" not in found.value.text(language)
    assert found.value.da != found.value.en
    return found.value


def test_impossible_series_are_named() -> None:
    stock = np.full(30, 100.0)
    bad = stock.copy()
    bad[5] = -3
    assert "jun. 2016" in refused("negative", stock=bad).da
    gap = months(30).copy()
    gap[10:] += 1
    assert "Oct 2016" in refused("gap", months=gap, stock=stock).en
    twice = months(30).copy()
    twice[10:] -= 1
    refused("order", months=twice, stock=stock)
    refused("nobody", stock=np.zeros(30))
    unknown = stock.copy()
    unknown[3] = np.nan
    refused("missing", stock=unknown)
    refused("empty", months=np.array([], dtype="datetime64[M]"), stock=np.array([]))
    refused("long_above_stock", stock=stock, long_share=np.full(30, 1.2))
    with pytest.raises(ValueError, match="one value a month"):
        MonthlySeries("x", months(3), np.zeros(4))


def test_impossible_flows_are_named() -> None:
    stock, ten = np.full(30, 100.0), np.full(30, 10.0)
    many = ten.copy()
    many[7] = 120.0
    assert "120" in refused("outflow_above_stock", stock=stock, inflow=ten, outflow=many).da
    falls = stock.copy()
    falls[20:] = 60.0
    refused("stock_falls_more", stock=falls, outflow=ten)
    rises = stock.copy()
    rises[20:] = 140.0
    refused("stock_rises_more", stock=rises, inflow=ten)
    refused("does_not_close", stock=rises, inflow=ten, outflow=ten)
    refused("negative", stock=stock, inflow=-ten, outflow=ten)


def test_a_short_series_is_refused_and_a_month_more_is_not() -> None:
    with pytest.raises(Impossible, match="23 months"):
        fit_monthly(made(23))
    assert {"short"} <= {note.key for note in fit_monthly(made(24)).notes}


def test_until_is_what_was_known_then() -> None:
    series = made()
    cut = series.until("2018-03")
    assert len(cut) == 27
    np.testing.assert_array_equal(cut.stock, series.stock[:27])
    for outside in ("2015-12", "2021-01"):
        with pytest.raises(Impossible) as found:
            series.until(outside)
        assert found.value.key == "outside"


# --- files -----------------------------------------------------------------------------------------


def csv_of(series: MonthlySeries, separator: str = ",", decimal: str = ".") -> str:
    columns = ["stock"] + (["inflow", "outflow"] if series.inflow is not None else [])
    lines = [separator.join(["month", *columns])]
    for i, month in enumerate(series.months):
        cells = [f"{getattr(series, c)[i]:.1f}".replace(".", decimal) for c in columns]
        lines.append(separator.join([str(month), *cells]))
    return "\n".join(lines) + "\n"


def test_csv_comes_back_in_both_manners() -> None:
    series = made(flows=True)
    plain = read_csv(csv_of(series))
    danish = read_csv("\ufeff" + csv_of(series, ";", ",").replace("\n", "\r\n"))
    for found in (plain, danish):
        np.testing.assert_allclose(found.stock, series.stock, atol=0.06)
        assert found.inflow is not None
        assert str(found.months[0]) == "2016-01"
    np.testing.assert_array_equal(plain.stock, danish.stock)


@pytest.mark.parametrize(
    ("source", "key", "line"),
    [
        ("", "no_column", 1),
        ("month,people\n2020-01,5\n", "no_column", 1),
        ("month,stock,colour\n2020-01,5,6\n", "unknown_column", 1),
        ("month,stock\n2020-13,5\n", "not_a_month", 2),
        ("month,stock\njanuary,5\n", "not_a_month", 2),
        ("month,stock\n2020-01,many\n", "not_a_number", 2),
        ("month,stock\n2020-01,1e3\n", "not_a_number", 2),
        ("month,stock\n2020-01,inf\n", "not_a_number", 2),
        ("month,stock\n2020-01,5\n2020M02,*\n", "hidden", 3),
        ("month,stock\n2020-01,5\n2020M02,\n", "hidden", 3),
        ("month,stock\n2020-01,1.021\n", "ambiguous", 2),
        ("month,stock\n2020-01,5,6\n", "cells", 2),
        ("month,stock\n2020-01\n", "cells", 2),
        ("month,stock\n", "empty", 0),
        ("month,stock\n2020-01,-5\n", "negative", 0),
    ],
)
def test_faulty_csv_is_refused_with_its_line(source: str, key: str, line: int) -> None:
    with pytest.raises(Impossible) as found:
        read_csv(source)
    assert (found.value.key, found.value.line) == (key, line)
    assert found.value.da != found.value.en


def test_files_that_are_no_csv(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes("month,stock\n2020-01,æ\n".encode("latin-1"))
    with pytest.raises(Impossible) as found:
        read_csv_bytes(file_bytes(file), file.stem)
    assert found.value.key == "not_utf8"
    file.write_bytes(b"month,stock\n" + b"2020-01,5\n" * 300_000)
    with pytest.raises(Impossible) as found:
        read_csv_bytes(file_bytes(file), file.stem)
    assert found.value.key == "too_large"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_series_or_says_why_not(source: str) -> None:
    said = ""
    try:
        found = read_csv("month,stock\n" + source)
    except Impossible as error:
        said = error.da and error.en
    assert said or len(found) > 0


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0.0, 1e6), min_size=24, max_size=60),
    st.floats(1e-3, 1e6),
)
def test_any_stocks_are_fitted_with_finite_figures(stocks: list[float], one: float) -> None:
    fit = fit_monthly(MonthlySeries("x", months(len(stocks)), np.array([one, *stocks[1:]])))
    assert 0.0 < fit.exit_rate < 1.0
    for values in (fit.season, fit.index, fit.fitted, fit.forecast(fit.fading_index(12))):
        assert np.isfinite(values).all()
    assert fit.season.mean() == pytest.approx(1.0)


# --- what is told ----------------------------------------------------------------------------------


def test_the_same_series_gives_the_same_answer() -> None:
    one, two = (as_plain(ShownFit(fit_monthly(national_dagpenge()))) for _ in range(2))
    assert one == two


def test_notes_are_told_in_both_languages() -> None:
    fits: list[MonthlyFit] = [
        fit_monthly(national_dagpenge()),
        fit_monthly(made(24)),
        fit_monthly(made(shock=wave(60, 34, 44, 1.8))),
    ]
    for fit in fits:
        for note in fit.notes:
            told = [note.message.text(language) for language in LANGUAGES]
            assert told[0] != told[1]
            assert not any("{" in words for words in told)


def test_every_number_of_the_fit_has_unit_source_and_quality() -> None:
    for name, value in backtest_parameters().items():
        assert value.unit, name
        assert value.source, name
    assert month_from_text("2020M03") == np.datetime64("2020-03")
