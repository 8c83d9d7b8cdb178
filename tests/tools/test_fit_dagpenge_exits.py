"""Test that the shipped dagpenge exits are what the fit gives."""

from __future__ import annotations

import numpy as np
import pytest

from model.domain import EXITS, GROUP_INDEX, N_GROUPS, N_ORIGINS
from model.engine.calibration import calibrate
from model.files.folders import DATA_FOLDER
from model.municipality.municipality import load_municipality
from model.parameters.ids import CLASS_NAMES, WEEK_NAMES
from tools.fit_dagpenge_exits import arrivals_by_week, by_week, fit_exits, fit_season, profile

DURATIONS = (DATA_FOLDER / "dagpenge_durations.csv").read_text(encoding="utf-8")
MONTHLY = (DATA_FOLDER / "dagpenge_monthly.csv").read_text(encoding="utf-8")
DAGPENGE = GROUP_INDEX["dagpenge"]


@pytest.fixture(scope="module")
def baseline():
    """Ballerup at rest: persons [G, D] and external inflow [G]."""
    municipality = load_municipality("ballerup")
    start = calibrate(municipality.engine)
    by_state = start.waiting + start.in_offer + start.after_offer
    persons = by_state.reshape(N_GROUPS, N_ORIGINS, -1).sum(axis=1)
    return municipality, persons, start.inflow.reshape(N_GROUPS, N_ORIGINS).sum(axis=1)


def _return_rates(values):
    share = values["return_to_benefit_share"]
    return share * np.array([values["return_hazard_early"], values["return_hazard_later"]])


def _fit(values, arrivals=None):
    return fit_exits(
        DURATIONS,
        MONTHLY,
        expiry_rate=values["rule.dagpenge_expiry"],
        return_rates=_return_rates(values),
        leave=values["pool_leave"],
        restart_weeks=values["pool_stage_weeks_later"],
        arrivals=arrivals,
    )


def test_early_rates_are_those_of_completed_spells_in_full_time_weeks():
    fitted = _fit(load_municipality("ballerup").values)
    # 14,734 spells, of which 3,007 ended in weeks 0-4; 2020 had 0.8088 full-time persons per recipient.
    assert fitted.fulltime_ratio == pytest.approx(0.80878, abs=1e-4)
    expected = 1 - (1 - 3007 / 14734) ** (1 / 5 / fitted.fulltime_ratio)
    assert fitted.rates[0] == pytest.approx(expected, rel=1e-12)


def test_shares_leave_out_those_back_on_dagpenge_and_sum_to_one():
    shares = _fit(load_municipality("ballerup").values).shares
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-12)
    # 64 of the 88.6 per cent who are not back on dagpenge.
    assert shares["job"] == pytest.approx(64 / 88.6, rel=1e-9)


def test_shipped_rates_are_the_fit(baseline):
    municipality, persons, inflow = baseline
    arrivals = arrivals_by_week(persons, municipality.engine.transfer[:, DAGPENGE], inflow[DAGPENGE])
    fitted = _fit(municipality.values, arrivals)
    for to, share in fitted.shares.items():
        shipped = [municipality.values[f"exit.dagpenge.{to}.{name}"] for name in CLASS_NAMES]
        np.testing.assert_allclose(shipped[:5], fitted.rates[:5] * share, rtol=1e-3, atol=1e-6)
        # The late rate hangs on what the other groups send; refit when their rates change.
        np.testing.assert_allclose(shipped[5:], fitted.rates[5:] * share, rtol=0.02, atol=1e-6)


def test_baseline_has_the_published_share_over_a_year(baseline):
    municipality, persons, _ = baseline
    share = persons[DAGPENGE, 52:].sum() / persons[DAGPENGE].sum()
    assert share == pytest.approx(_fit(municipality.values).long_share, abs=0.005)


def test_profile_without_returns_is_the_life_table():
    rates = np.full(105, 0.04)
    stock = profile(rates, 0.7, np.zeros(2), 0.01, 39.0)
    assert stock.sum() == pytest.approx(1 / 0.04, rel=1e-9)
    assert stock[10] == pytest.approx(0.96**10, rel=1e-9)


def test_profile_with_returns_keeps_flows_in_balance():
    rates = by_week(np.array([0.05, 0.05, 0.05, 0.04, 0.04, 0.03, 0.06]))
    first, later, leave = 0.014, 0.006, 0.01
    stock = profile(rates, 0.7, np.array([first, later]), leave, 39.0)
    # Every exit but those who come back must be replaced by the one entrant a week.
    back_early = first / (first + 1 / 13)
    second = (1 / 13) / (first + 1 / 13)
    third = second * (1 / 39) / (later + leave + 1 / 39)
    back = back_early + second * later / (later + leave + 1 / 39) + third * later / (later + leave)
    assert (stock * rates).sum() * (1 - 0.7 * back) == pytest.approx(1.0, rel=1e-9)


def test_shipped_season_is_the_fit(baseline):
    municipality, persons, _ = baseline
    engine = municipality.engine
    exits = engine.job[DAGPENGE] + engine.education[DAGPENGE] + engine.other[DAGPENGE]
    exits = exits + engine.transfer[DAGPENGE].sum(axis=0)
    weekly = (persons[DAGPENGE] * exits).sum() / persons[DAGPENGE].sum()
    fitted = fit_season(MONTHLY, weekly)
    shipped = [municipality.values[f"season_inflow.dagpenge.{name}"] for name in WEEK_NAMES]
    np.testing.assert_allclose(shipped, fitted, atol=0.02)
    assert np.mean(fitted[:52]) == pytest.approx(1.0, abs=1e-12)


def test_season_brings_the_published_months_back():
    """Run a year with the fitted inflow: the monthly stock has the published shape within 1.5 per cent."""
    q = 0.047
    inflow = fit_season(MONTHLY, q)
    stock = 1 / q
    weeks = []
    for week in range(52 * 30):
        stock = stock * (1 - q) + inflow[week % 52]
        weeks.append(stock)
    last = np.array(weeks[-52:])
    index = last / last.mean()
    rows = [line.split(",") for line in MONTHLY.splitlines() if line.startswith("Hele landet,201")]
    months = {(int(p[:4]), int(p[5:])): float(v) for _, p, _, v in rows}
    year = np.array([np.mean([months[y, m] for y in (2017, 2018, 2019)]) for m in range(1, 13)])
    published = year / year.mean()
    at_middle = np.interp((np.arange(12) + 0.5) / 12 * 52, np.arange(1, 53), index)
    np.testing.assert_allclose(at_middle, published, atol=0.015)


def test_every_fitted_destination_is_an_exit():
    assert set(_fit(load_municipality("ballerup").values).shares) <= set(EXITS)
