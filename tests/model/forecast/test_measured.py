"""Test what is said of forecasts' errors: the rows are the errors, and the sentences say the rows."""

from __future__ import annotations

import json

import numpy as np
import pytest

from model.forecast import measured
from model.forecast.measured import (
    ErrorRow,
    alone,
    beaten,
    coverage_rows,
    error_rows,
    halves_told,
    own_rows,
    told,
    told_of_all,
    which_is_shown,
)
from model.forecast.predictive import coverage_of, spread, spread_of
from model.forecast.simple import SIMPLE
from model.forecast.tried import HORIZONS, METHODS, OURS, Tried, tried
from model.municipality.figures import monthly
from model.municipality.history import BENEFITS, SERIES
from tests.command_line import called


def row(months: int, ours: float, last: float) -> ErrorRow:
    persons = {OURS: ours, "last": last, "last_year": 99.0, "shape": 99.0, "others": 99.0}
    return ErrorRow(months, persons, persons)


@pytest.mark.parametrize("benefit", BENEFITS)
def test_a_municipalitys_rows_are_its_errors(benefit) -> None:
    runs = tried(benefit)
    i = runs.ids.index("ballerup")
    rows = own_rows(benefit, "ballerup")
    assert rows is not None
    for r in rows:
        for name in METHODS:
            by_hand = np.abs(
                runs.forecasts[name][:, r.months_ahead - 1, i] - runs.actual[:, r.months_ahead - 1, i]
            )
            assert r.persons[name] == pytest.approx(by_hand.mean())
    # All municipalities weigh alike in the mean of all.
    means = np.mean([[r.ours for r in error_rows(alone(runs, name))] for name in runs.ids], axis=0)
    assert means == pytest.approx([r.ours for r in error_rows(runs)])
    with pytest.raises(KeyError):
        own_rows(benefit, "andeby")


@pytest.mark.parametrize("value", [None, 3.0])
def test_the_errors_of_a_municipality_with_a_hidden_or_small_month_are_not_told(
    value: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = monthly(*SERIES["dagpenge"])
    figures = {**real, "ballerup": {**real["ballerup"], "2024M05": value}}
    monkeypatch.setattr(measured, "monthly", lambda *_: figures)
    assert own_rows("dagpenge", "ballerup") is None
    assert own_rows("dagpenge", "herlev") is not None


def test_sentences_say_the_rows() -> None:
    said = told(row(6, 40.4, 46.6), "Ballerup").da
    assert said == (
        "Ballerup: 6 måneder frem ramte prognosen i gennemsnit 40 personer ved siden af, det bedste enkle gæt 47."
    )
    assert "1 måned frem" in told(row(1, 3.21, 3.4), "Samsø").da
    assert "3,2 personer" in told(row(1, 3.21, 3.4), "Samsø").da
    assert "lige godt" in told(row(6, 39.9, 40.1), "Ballerup").da


def test_where_a_simple_guess_was_nearer_for_one_is_said() -> None:
    rows = (row(1, 10.0, 12.0), row(6, 39.9, 40.1), row(12, 65.0, 56.0))
    said = beaten(rows, "Ballerup")
    assert said is not None
    assert "12 måneder frem (»Sidste tal«, 56 mod 65)" in said.da
    assert " 6 måneder" not in said.da
    assert beaten(rows[:2], "Ballerup") is None


def test_all_98_are_told_by_months_ahead() -> None:
    said = told_of_all("dagpenge").da
    assert "1, 3, 6 og 12 måneder frem: prognosen 22, 35, 44 og 55 personer" in said


def test_it_is_said_where_a_simple_forecast_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "bedre end hvert enkelt gæt" in which_is_shown("dagpenge").da
    good = tried("dagpenge")
    worse = good.forecasts[OURS].copy()
    worse[:, 4] *= 3.0
    spoilt = Tried(good.ids, good.starts, good.known, good.actual, {**good.forecasts, OURS: worse})
    monkeypatch.setattr(measured, "tried", lambda _: spoilt)
    assert which_is_shown("dagpenge").da.startswith("Et enkelt gæt er bedre her, målt i måneder frem: 5.")


@pytest.mark.parametrize("benefit", BENEFITS)
def test_coverage_is_told_on_the_same_and_on_the_other_half(benefit) -> None:
    runs = tried(benefit)
    eighty = next(r for r in coverage_rows(benefit) if r.coverage == 0.8)
    assert eighty.same == pytest.approx([coverage_of(runs, spread(benefit), 0.8)[h - 1] for h in HORIZONS])
    early = np.arange(30) < 15
    later = coverage_of(runs.of(~early), spread_of(runs.of(early)), 0.8)
    assert eighty.later == pytest.approx([later[h - 1] for h in HORIZONS])
    ends = [round(100 * f(f(eighty.earlier), f(eighty.later))) for f in (min, max)]
    assert f"{ends[0]}–{ends[1]} %" in halves_told(benefit).da.replace("\xa0", " ")


# --- the command -----------------------------------------------------------------------------------


def test_the_command_prints_all_of_it() -> None:
    status, out, err = called("backtest", "--all")
    assert (status, err) == (0, "")
    assert out.startswith("Dagpenge. " + told_of_all("dagpenge").da)
    for benefit in BENEFITS:
        assert halves_told(benefit).da in out
        assert which_is_shown(benefit).da in out
    assert out.count("Aabenraa") == out.count("Ærø") == len(BENEFITS)
    assert "Ingen endnu" in out


def test_the_command_answers_a_machine_alike() -> None:
    one, two = (called("backtest", "--all", "--json") for _ in range(2))
    assert one == two
    answer = json.loads(one[1])["forecasts"]
    for benefit in BENEFITS:
        found = answer[benefit]
        assert len(found["starts"]) == 30
        assert len(found["municipalities"]) == 98
        assert [e["months_ahead"] for e in found["errors"]] == list(HORIZONS)
        for error in found["errors"]:
            assert error["shown"] == OURS
            assert error["persons"][OURS] < min(error["persons"][name] for name in SIMPLE)
        assert [c["promised"] for c in found["coverage"]] == [0.5, 0.8, 0.9]
        assert found["after"]["months"] == []
    assert answer["dagpenge"]["country"]["first_start"] == "2017-08"


def test_one_municipality_alone() -> None:
    status, out, _err = called("backtest", "--all", "--municipality", "Ballerup")
    rows = own_rows("dagpenge", "ballerup")
    assert rows is not None
    assert status == 0
    assert told(rows[2], "Ballerup").da in out
    assert "Aabenraa" not in out
    assert called("backtest", "--all", "--municipality", "x")[0] == 2


def test_what_was_promised_is_not_written_again() -> None:
    status, out, err = called("backtest", "--freeze")
    assert (status, out) == (2, "")
    assert "2026M01.csv findes allerede" in err
