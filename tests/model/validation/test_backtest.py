"""Test the back-test: it cannot see the future, naive forecasts are right by hand, answers repeat."""

from __future__ import annotations

import builtins
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.goals.benchmark import BENEFIT_GROUPS, BenchmarkRow, benchmark_row, published_rows
from model.language.catalogue import LANGUAGES, text
from model.monthly.fit import fit_monthly
from model.monthly.fit_problem import weekly
from model.monthly.series import Impossible, MonthlySeries, national_dagpenge
from model.municipality.municipality import load_municipality
from model.validation.backtest_municipal import MunicipalBacktest, backtest_municipalities
from model.validation.backtest_national import (
    METHODS,
    NAIVE,
    ForecastError,
    backtest_national,
    errors,
    given_index,
    naive_last,
    naive_year,
    national_sentences,
    national_summary,
    starts,
)
from model.validation.country_engine import ECONOMIES
from model.validation.minutes_of_2020 import minutes_of_2020, national_spread
from model.validation.resting_engine import GROUPS, dagpenge_exits
from tests.command_line import called
from tests.folders import MODEL_DATA

SMALL = ("Ballerup", "Læsø", "Aarhus")


def changed_after(series: MonthlySeries, month: str, factor: float = 3.0) -> MonthlySeries:
    """The same series with every later stock and long-term share another."""
    stock = series.stock.copy()
    later = series.months > np.datetime64(month, "M")
    stock[later] *= factor
    share = None if series.long_share is None else np.where(later, 0.01, series.long_share)
    return dataclasses.replace(series, stock=stock, long_share=share)


def tiny() -> MonthlySeries:
    """Thirty months by hand: 100, 101, ..., 129."""
    return MonthlySeries("tiny", np.datetime64("2018-01", "M") + np.arange(30), 100.0 + np.arange(30.0))


# --- the national months -----------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["2018-07", "2020-02", "2020-12"])
def test_later_months_change_nothing(start: str) -> None:
    series = national_dagpenge()
    real, other = (backtest_national(start, series=s) for s in (series, changed_after(series, start)))
    for name in ("model", "naive_last", "naive_year", "index"):
        np.testing.assert_array_equal(getattr(real, name), getattr(other, name))
    assert real.fit.exit_rate == other.fit.exit_rate
    np.testing.assert_array_equal(real.fit.season, other.fit.season)
    assert (real.actual != other.actual).all()


def test_the_given_economy_is_all_that_a_forecast_has_of_the_future() -> None:
    """Fit and naive forecasts stand still; the model moves, and by the index alone."""
    series = national_dagpenge()
    real, other = (
        backtest_national("2020-02", 12, "given", series=s)
        for s in (series, changed_after(series, "2020-02", 1.2))
    )
    assert real.fit.exit_rate == other.fit.exit_rate
    np.testing.assert_array_equal(real.naive_year, other.naive_year)
    assert (real.model != other.model).any()
    np.testing.assert_array_equal(other.model, real.fit.forecast(other.index))


def test_naive_forecasts_by_hand() -> None:
    series = tiny()
    np.testing.assert_array_equal(naive_last(series, 3), [129, 129, 129])
    # The last year is 118, ..., 129; the thirteenth month ahead begins it again.
    np.testing.assert_array_equal(naive_year(series, 14), [*range(118, 130), 118, 119])
    run = backtest_national("2019-12", series=series)
    assert list(run.naive_last) == [123.0] * 6
    assert list(run.naive_year) == [112, 113, 114, 115, 116, 117]
    assert list(run.actual) == [124, 125, 126, 127, 128, 129]
    assert list(run.frame.columns) == [
        "horizon",
        "month",
        "actual",
        "model",
        "naive_last",
        "naive_year",
        "index",
    ]
    assert next(iter(run.frame["month"])) == "2020-01"


def test_naive_year_is_the_same_month_a_year_before() -> None:
    run = backtest_national("2019-06", 12)
    stocks = dict(zip(national_dagpenge().months.astype(str), national_dagpenge().stock, strict=True))
    for month, value in zip(run.months, run.naive_year, strict=True):
        assert value == stocks[str(month - 12)]


def test_errors_by_hand() -> None:
    found = errors(np.array([90.0, 220.0, 5.0]), np.array([100.0, 200.0, 0.0]))
    assert found == ForecastError(
        3, pytest.approx(35 / 3), pytest.approx(10.0), pytest.approx(35 / 300 * 100)
    )


def test_a_given_quarter_holds_the_months_together() -> None:
    """The index of a quarter is its implied inflow over its expected: after three months the errors cancel."""
    run = backtest_national("2019-06", 12, "given")
    keep = 1 - run.fit.exit_rate
    stocks = np.concatenate([[run.fit.series.stock[-1]], run.actual])
    implied = stocks[1:] - keep * stocks[:-1]
    expected = run.fit.expected_inflow(12)
    for begin in range(0, 12, 3):
        part = slice(begin, begin + 3)
        assert run.index[begin] == pytest.approx(implied[part].sum() / expected[part].sum())
        assert len(set(run.index[part])) == 1
    np.testing.assert_array_equal(given_index(run.fit, run.actual), run.index)


def test_starts_that_cannot_be() -> None:
    assert str(starts()[0]) == "2018-07"
    assert str(starts()[-1]) == "2021-11"
    for start, key in (("2017-01", "too_short"), ("2021-12", "nothing_after"), ("2022-05", "outside")):
        with pytest.raises(Impossible) as found:
            backtest_national(start)
        assert found.value.key == key
    with pytest.raises(ValueError, match="economy"):
        backtest_national("2020-02", economy="known")  # type: ignore[arg-type]


def test_national_forecasts_with_the_economy_given_beat_naive_ones() -> None:
    """Mean absolute error at every horizon and in every period; and what the terms let it: not everywhere without."""
    summary = national_summary()
    assert all(r.better("given") for r in summary)
    found = {(r.period, r.horizon): r for r in summary}
    assert all(found["before", h].better("unchanged") for h in (1, 2, 3, 6))
    assert not found["into", 6].better("unchanged")


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_model_does_not_beat_them_is_told(language: str) -> None:
    told_words = " ".join(line.text(language) for line in national_sentences(national_summary()))
    assert "{" not in told_words
    assert ("før chokket 9, 12, 18" if language == "da" else "before the shock 9, 12, 18") in told_words
    values = {name: np.full((1, 1, 3), 5.0) for name in (*ECONOMIES, "naive_year")}
    values |= {"naive_last": np.full((1, 1, 3), 4.0), "given": np.full((1, 1, 3), 3.1)}
    fit = fit_monthly(tiny())
    found = MunicipalBacktest("2020QMAT04", ("2021QMAT04",), ("x",), np.full((1, 1, 3), 3.0), values, fit, {})
    sentences = [line.text(language) for line in found.sentences()]
    assert len(sentences) == 3
    assert "{" not in " ".join(sentences)
    assert ("alle grupper" if language == "da" else "all groups") in sentences[0]
    assert text("goals.benchmark.sygedagpenge", language) in sentences[2]


def test_summary_counts_each_start_once() -> None:
    summary = national_summary()
    by_period: dict[int, dict[str, int]] = {}
    for r in summary:
        by_period.setdefault(r.horizon, {})[r.period] = r.by_method["given"].n
        assert set(r.by_method) == set(METHODS)
    for horizon, counts in by_period.items():
        assert counts["all"] == len(starts()) - horizon + 1
        assert counts["all"] == sum(n for period, n in counts.items() if period != "all")


# --- the municipalities ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def few() -> MunicipalBacktest:
    return backtest_municipalities(names=SMALL)


def rows_with(changes: dict[tuple[str, str], float]) -> dict[tuple[str, str, str], BenchmarkRow]:
    """The published rows with the actual figures of some (municipality, period) times a factor."""
    out = dict(published_rows())
    for (name, period, group), row in published_rows().items():
        factor = changes.get((name, period))
        if factor is not None and group != BENEFIT_GROUPS["total"]:
            out[name, period, group] = dataclasses.replace(
                row, actual_fte=row.actual_fte * factor, actual_pct=row.actual_pct * factor
            )
    return out


def test_a_municipalitys_own_future_changes_nothing_in_its_forecasts(few: MunicipalBacktest) -> None:
    later = rows_with({("Ballerup", "2021QMAT02"): 1.5, ("Ballerup", "2021QMAT04"): 0.4})
    other = backtest_municipalities(names=["Ballerup"], rows=later)
    m = few.names.index("Ballerup")
    for method, values in other.forecasts.items():
        np.testing.assert_allclose(values[:, 0], few.forecasts[method][:, m], rtol=1e-6, err_msg=method)
    assert (other.actual[:, 0] != few.actual[:, m]).all()


def test_a_forecast_given_nothing_ignores_the_future(few: MunicipalBacktest) -> None:
    """All 98 municipalities and all later months another: "unchanged" and the naive forecasts stand still."""
    everyone = {name for name, _, _ in published_rows()}
    later = rows_with({(name, p): 1.3 for name in everyone for p in ("2021QMAT02", "2021QMAT04")})
    series = changed_after(national_dagpenge(), "2020-12")
    other = backtest_municipalities(names=SMALL, rows=later, series=series)
    for method in ("unchanged", "naive_last", "naive_year"):
        np.testing.assert_array_equal(other.forecasts[method], few.forecasts[method], err_msg=method)
    assert (other.forecasts["given"] > few.forecasts["given"] * 1.05).all()


def test_naive_forecasts_of_the_municipalities_by_hand(few: MunicipalBacktest) -> None:
    m = few.names.index("Ballerup")
    assert list(few.forecasts["naive_last"][0, m]) == [820, 870, 1230]
    assert list(few.forecasts["naive_year"][0, m]) == [700, 850, 1210]
    assert list(few.forecasts["naive_year"][1, m]) == [820, 870, 1230]
    assert list(few.actual[1, m]) == [720, 840, 1070]
    # Dagpenge of the other 97: 108,480 - 820 in 2020, 90,480 - 720 in 2021.
    assert few.forecasts["with_country"][1, m, 0] == pytest.approx(820 * (90_480 - 720) / (108_480 - 820))


def test_the_given_course_is_met_by_the_whole_countrys_mix(few: MunicipalBacktest) -> None:
    """A municipality of the country's mix moves as the others did; each stays within a few per cent of it."""
    ratio = few.forecasts["given"] / few.forecasts["with_country"]
    np.testing.assert_allclose(ratio, 1.0, atol=0.03)


def test_an_engine_at_rest_that_is_told_nothing_moved_stands_still() -> None:
    """Every municipality's figures the same in all years and a flat national series: the last figure comes back."""
    rows = dict(published_rows())
    for (name, period, group), row in published_rows().items():
        rows[name, period, group] = dataclasses.replace(
            published_rows()[name, "2020QMAT04", group], rank=row.rank
        )
    found = backtest_municipalities(names=["Ballerup", "Læsø"], rows=rows)
    for economy in ("given", "one_index"):
        np.testing.assert_allclose(found.forecasts[economy], found.forecasts["naive_last"], rtol=2e-3)


def test_the_other_95_differ_in_their_figures_alone() -> None:
    """The short way to an engine is the engine that the app opens."""
    from model.validation.country_engine import CountryEngine

    names = sorted({name for name, _, _ in published_rows()})
    total = np.array([sum(benchmark_row(n, g).actual_fte for n in names) for g in GROUPS])
    fit = fit_monthly(national_dagpenge().until("2020-12"))
    country = CountryEngine(published_rows(), "2020QMAT04", fit, total, names)
    country.exits = {}
    for name in ("Gladsaxe", "Læsø", "Ballerup"):
        assert country._engine(name)[1].key == load_municipality(name).engine.key


def test_each_start_has_its_own_targets() -> None:
    found = backtest_municipalities("2020QMAT02", names=["Ballerup"])
    assert found.targets == ("2020QMAT04", "2021QMAT02")
    assert np.isnan(found.forecasts["naive_year"][0]).all()
    assert list(found.forecasts["naive_year"][1, 0]) == [700, 850, 1210]
    assert "naive_year" not in found.errors["2020QMAT04", "dagpenge"]
    with pytest.raises(ValueError, match="start"):
        backtest_municipalities("2021QMAT04")
    with pytest.raises(KeyError):
        backtest_municipalities(names=["Atlantis"])


def test_better_share_counts_ties_half() -> None:
    values = {"a": np.array([[[1.0] * 3, [5.0] * 3]]), "b": np.array([[[1.0] * 3, [9.0] * 3]])}
    fit = fit_monthly(tiny())
    found = MunicipalBacktest("s", ("t",), ("x", "y"), np.full((1, 2, 3), 2.0), values, fit, {})
    assert found.better_share("a", "b", "t", "dagpenge") == pytest.approx(0.75)
    frame = found.frame
    assert list(frame["municipality"]) == ["x"] * 3 + ["y"] * 3
    assert list(frame["a"]) == [1.0] * 3 + [5.0] * 3


@pytest.fixture(scope="module")
def everything() -> dict[str, Any]:
    """All of the back-test, as the command answers it to a machine."""
    status, out, err = called("backtest", "--json")
    assert (status, err) == (0, "")
    answer: dict[str, Any] = json.loads(out)
    return answer


def test_municipal_forecasts_with_the_economy_given_beat_naive_ones(
    everything: dict[str, Any],
) -> None:
    """Half a year ahead the country's dagpenge did not move (108,480 to 108,520): standing still is hard to beat."""
    found = everything["municipalities"]
    assert len(found["municipalities"]) == 98
    assert len(found["errors"]) == 6
    worse = []
    for row in found["errors"]:
        methods = {name: error["mean_absolute"] for name, error in row["methods"].items()}
        assert all(error["n"] == 98 for error in row["methods"].values())
        if methods["given"] >= min(methods[name] for name in NAIVE):
            worse.append((row["target"], row["group"]))
    assert worse == [("2021QMAT02", "dagpenge")]


def test_dagpenge_a_year_ahead_beats_naive_forecasts_with_nothing_given(
    everything: dict[str, Any],
) -> None:
    row = next(
        r
        for r in everything["municipalities"]["errors"]
        if (r["target"], r["group"]) == ("2021QMAT04", "dagpenge")
    )
    methods = row["methods"]
    assert methods["unchanged"]["mean_absolute"] < 0.5 * methods["naive_last"]["mean_absolute"]


def test_the_whole_answer_holds_the_national_months_and_the_minutes(everything: dict[str, Any]) -> None:
    assert all(row["given_beats_naive"] for row in everything["national"])
    assert [row["rates"] for row in everything["minutes_2020"]] == ["fitted", "shipped"]
    assert everything["minutes_2020"][0]["reported_outflow"] == 1761


# --- figures of 2025-26 take no part -----------------------------------------------------------------


def test_no_file_of_2025_26_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening the table of durations fails the back-test; it does not open it."""
    real_open, real_io = builtins.open, io.open

    def guarded(file: Any, *arguments: Any, **options: Any) -> Any:
        if "dagpenge_durations" in str(file):
            raise AssertionError("the back-test reads figures of 2025-26")
        return real_open(file, *arguments, **options)

    monkeypatch.setattr(builtins, "open", guarded)
    monkeypatch.setattr(io, "open", guarded)
    with pytest.raises(AssertionError):
        (MODEL_DATA / "dagpenge_durations.csv").read_text(encoding="utf-8")
    backtest_national("2020-02")
    backtest_municipalities(names=["Ballerup"])
    minutes_of_2020()
    assert real_io is not None


@pytest.mark.parametrize("name", ["Ballerup", "Gladsaxe"])
def test_no_shipped_exit_from_dagpenge_is_left_in_the_back_test(name: str) -> None:
    """The shipped exits rest on 2025-26: whatever they are, the engine of the back-test is the same."""
    fit = fit_monthly(national_dagpenge().until("2020-12"))
    changes = dagpenge_exits(fit)
    municipality = load_municipality(name)
    shipped = [p for p in municipality.values if p.startswith("exit.dagpenge.")]
    assert shipped
    assert set(shipped) <= set(changes) | {p.rsplit(".", 1)[0] for p in changes}
    other = load_municipality(name, overrides=dict.fromkeys(shipped, 0.001))
    assert other.engine.key != municipality.engine.key
    assert other.engine_with(changes).key == municipality.engine_with(changes).key
    engine = municipality.engine_with(changes)
    left = engine.job[0] + engine.education[0] + engine.other[0] + engine.transfer[0].sum(axis=0)
    np.testing.assert_allclose(left[:104], weekly(fit.exit_rate))


# --- the minutes of 2020 -----------------------------------------------------------------------------


def test_the_minutes_of_2020_are_reported_and_not_tuned() -> None:
    check = minutes_of_2020()
    assert (check.reported_inflow, check.reported_outflow, check.reported_end) == (1986, 1761, 1021)
    assert check.inflow == pytest.approx(1986, rel=0.05)
    assert check.end == pytest.approx(796 + check.inflow - check.outflow, rel=1e-9)
    assert 1400 < check.outflow < 2100
    # The rate is that of the months before: nothing of 2020 moves it.
    fit = fit_monthly(national_dagpenge().until("2020-02"))
    assert check.weekly_exit == pytest.approx(weekly(fit.exit_rate), rel=0.03)
    with pytest.raises(ValueError, match="rates"):
        minutes_of_2020("tuned")


def test_the_national_months_spread_the_inflow() -> None:
    share = national_spread(national_dagpenge(), "2020-03-12", 37, 0.05)
    assert share.sum() == pytest.approx(1.0)
    assert (share >= 0).all()
    # March to May 2020 brought most.
    assert share[:8].mean() > 1.3 * share[8:].mean()


# --- the command line --------------------------------------------------------------------------------


def test_backtest_of_a_start_answers_the_same_bytes_twice() -> None:
    one, two = (called("backtest", "--start", "2020-03", "--json") for _ in range(2))
    assert one == two
    status, out, err = one
    assert (status, err) == (0, "")
    given, unchanged = (json.loads(out)["national_start"][e] for e in ("given", "unchanged"))
    assert given["months"][0] == "2020-04"
    assert given["actual"][0] == 117610
    assert given["errors"]["model"]["mean_absolute"] < unchanged["errors"]["model"]["mean_absolute"]
    assert set(given["errors"]) == {"model", *NAIVE}


def test_backtest_of_a_municipality_answers_the_same_bytes_twice() -> None:
    one, two = (called("backtest", "--municipality", "ballerup", "--json") for _ in range(2))
    assert one == two
    answer = json.loads(one[1])["municipality"]
    assert [m["name"] for m in answer["municipalities"]] == ["Ballerup"]
    assert answer["municipalities"][0]["actual"] == [[850, 930, 1180], [720, 840, 1070]]
    assert set(answer["municipalities"][0]["forecasts"]) >= {*ECONOMIES, *NAIVE}


@pytest.mark.parametrize("language", LANGUAGES)
def test_backtest_for_a_person(language: str) -> None:
    for arguments in (("--start", "2020-03"), ("--municipality", "ballerup")):
        status, out, err = called("backtest", *arguments, "--language", language)
        assert (status, err) == (0, "")
        assert "{" not in out
        assert ("Konjunktur givet" if language == "da" else "Economy given") in out


@pytest.mark.parametrize(
    "arguments",
    [("--start", "2030-01"), ("--start", "march"), ("--start", "2016-12"), ("--municipality", "x")],
)
def test_backtest_that_cannot_be_is_wrong_use(arguments: tuple[str, str]) -> None:
    status, out, err = called("backtest", *arguments)
    assert status == 2
    assert out == ""
    assert len(err.splitlines()) == 1


def test_calibrate_fits_a_file(tmp_path: Path) -> None:
    file = tmp_path / "egen.csv"
    series = national_dagpenge()
    lines = [f"{m},{s:.0f}" for m, s in zip(series.months, series.stock, strict=True)]
    file.write_text("\n".join(["month,stock", *lines]), encoding="utf-8")
    status, out, err = called("calibrate", str(file), "--json")
    assert (status, err) == (0, "")
    own, nation = (json.loads(called("calibrate", a, "--json")[1])["fit"] for a in (str(file), "hele-landet"))
    assert own["exit_monthly"] == nation["exit_monthly"]
    assert own["months"] == nation["months"]
    assert out == called("calibrate", str(file), "--json")[1]
    for language in LANGUAGES:
        status, out, _ = called("calibrate", str(file), "--language", language)
        assert status == 0
        assert "{" not in out


def test_calibrate_names_what_is_impossible(tmp_path: Path) -> None:
    file = tmp_path / "umulig.csv"
    file.write_text("month,stock\n2020-01,5\n2020-03,6\n", encoding="utf-8")
    status, out, err = called("calibrate", str(file))
    assert (status, out) == (1, "")
    assert "mangler måneder efter jan. 2020" in err
    file.write_text("month,stock\n2020-01,*\n", encoding="utf-8")
    assert "linje 2" in called("calibrate", str(file))[2]
    problems = json.loads(called("calibrate", str(file), "--json")[1])["problems"]
    assert problems[0]["line"] == 2
    assert called("calibrate", str(tmp_path / "ingen.csv"))[0] == 2
    assert called("calibrate", str(tmp_path))[0] == 2
    assert called("calibrate", "atlantis")[0] == 2


def test_calibrate_shows_a_municipalitys_baseline() -> None:
    status, out, err = called("calibrate", "gladsaxe", "--json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert answer["groups"][0]["quality"] == "statistic"
    assert answer["groups"][0]["stock"] == 1200
    assert all(abs(g["drift"]) < 0.02 for g in answer["groups"])
    assert answer["qualities"]["assumption"] > 0
    for language in LANGUAGES:
        assert "{" not in called("calibrate", "gladsaxe", "--language", language)[1]
