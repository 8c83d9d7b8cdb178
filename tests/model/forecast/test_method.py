"""Test the forecast of months: what is known exactly comes out exactly, and nothing of the future is seen."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.forecast.method import MONTHS_A_YEAR, Floats, forecast, pool_of
from model.forecast.panel import filled, panel
from model.forecast.rules import forecast_parameters, forecast_rule
from model.forecast.simple import simple_forecasts
from model.forecast.tried import forecast_panel, try_forecasts

RULE = dataclasses.replace(
    forecast_rule("dagpenge"), discount=1.0, pooled_share=1.0, own_years=0.0, own_half=0.0
)
# A season in logarithms with mean 0, December the lowest.
SEASON = np.array([0.08, 0.06, 0.02, -0.02, -0.05, -0.04, 0.03, 0.05, 0.0, -0.02, -0.04, -0.07])


def months(count: int, first: str = "2021-01") -> np.ndarray:
    return np.datetime64(first, "M") + np.arange(count)


def seasonal(count: int, level: float = 1000.0, season: Floats = SEASON) -> Floats:
    """Return months from January on with this season and no trend."""
    return level * np.exp(season[np.arange(count) % MONTHS_A_YEAR])


def alone(persons: Floats, horizon: int = 12, rule=RULE) -> Floats:
    """Forecast one series that is its own country."""
    when = months(len(persons))
    return forecast(persons[:, None], when, persons, when, rule, horizon)[:, 0]


@pytest.mark.parametrize("known", [24, 30, 41])
def test_a_pure_season_is_forecast_exactly(known: int) -> None:
    persons = seasonal(known + 12)
    assert alone(persons[:known]) == pytest.approx(persons[known:], rel=1e-9)


def test_a_municipality_of_other_season_than_the_country_is_forecast_by_its_own() -> None:
    own = np.roll(SEASON, 3)
    persons = np.stack([seasonal(48, 1e6), seasonal(48, 1e6), seasonal(48, 500.0, own - own.mean())], axis=1)
    when, known = months(48), 36
    ahead = forecast(persons[:known], when[:known], persons[:known].sum(axis=1), when[:known], RULE, 12)
    assert ahead[:, 2] == pytest.approx(persons[known:, 2], rel=0.01)
    # With no weight on what is its own it goes with the country.
    deaf = dataclasses.replace(RULE, own_years=1e9)
    ahead = forecast(persons[:known], when[:known], persons[:known].sum(axis=1), when[:known], deaf, 12)
    assert np.abs(ahead[:, 2] / persons[known:, 2] - 1).max() > 0.05


def test_a_trend_fades() -> None:
    persons = seasonal(48) * np.exp(0.01 * np.arange(48))
    rule = dataclasses.replace(RULE, trend_share=1.0, damping=0.5)
    ahead = alone(persons, 12, rule) / seasonal(60)[48:] / np.exp(0.47)
    # A step of 1 % that halves each month adds up to 1 %.
    assert ahead[0] == pytest.approx(np.exp(0.005), rel=1e-3)
    assert ahead[-1] == pytest.approx(np.exp(0.01), rel=1e-3)


@pytest.mark.parametrize("size", [-0.35, 0.5])
def test_a_break_counts_in_the_level_and_in_nothing_else(size: float) -> None:
    persons = seasonal(60)
    persons[40:] *= np.exp(size)  # for good
    noise = np.exp(np.random.default_rng(1).normal(0.0, 0.004, 60))
    known = 44
    when = months(known)
    found = pool_of((persons * noise)[:known], when, RULE, 12)
    assert np.flatnonzero(found.breaks).tolist() == [39]
    assert alone((persons * noise)[:known]) == pytest.approx(persons[known : known + 12], rel=0.03)
    # A rule that sees no break draws the step into season and trend.
    blind = dataclasses.replace(RULE, break_limit=1e9)
    worse = alone((persons * noise)[:known], 12, blind)
    assert np.abs(worse / persons[known : known + 12] - 1).max() > 0.05


def test_a_break_that_is_over_leaves_no_trace() -> None:
    noise = np.exp(np.random.default_rng(2).normal(0.0, 0.004, 72))
    calm, shaken = seasonal(72) * noise, seasonal(72) * noise
    shaken[30:36] *= 1.6
    assert alone(shaken[:60]) == pytest.approx(alone(calm[:60]), rel=0.02)


def test_the_breaks_of_dagpenge_are_found_and_end() -> None:
    figures = panel("dagpenge")
    found = pool_of(figures.country, figures.country_months, forecast_rule("dagpenge"), 12).breaks
    broken = figures.country_months[1:][found]
    assert np.datetime64("2020-04") in broken
    assert len(broken) <= 12, "months after the shock count again"
    assert not (broken > np.datetime64("2022-08")).any()


def test_the_refugees_of_2022_are_a_break_in_kontanthjaelp_and_the_reform_of_2025_is_none_in_its_total() -> (
    None
):
    # On 1 July 2025 benefits were merged: who is counted changed hands within the system. The total moved by -2.3 % as
    # in every July (-2.4 to -2.8 %), so there is nothing to find; those of April and May 2022 came from Ukraine.
    figures = panel("kontanthjaelp")
    found = pool_of(figures.country, figures.country_months, forecast_rule("kontanthjaelp"), 12).breaks
    broken = figures.country_months[1:][found].astype(str).tolist()
    assert broken == ["2022-04", "2022-05"]


@pytest.mark.parametrize("benefit", ["dagpenge", "kontanthjaelp"])
def test_no_forecast_sees_what_came_after_its_start(benefit) -> None:
    figures, start = panel(benefit), np.datetime64("2023-11")
    later = figures.months > start
    other = dataclasses.replace(
        figures,
        persons=np.where(later[:, None], figures.persons * 3.0, figures.persons),
        country=np.where(figures.country_months > start, figures.country * 3.0, figures.country),
    )
    runs = [try_forecasts(one, benefit, first=start, last=start) for one in (figures, other)]
    for name in runs[0].forecasts:
        np.testing.assert_array_equal(runs[0].forecasts[name], runs[1].forecasts[name])
    assert (runs[1].actual == 3.0 * runs[0].actual).all()


def test_a_name_or_an_order_does_not_matter() -> None:
    figures = panel("dagpenge")
    turned = dataclasses.replace(figures, ids=figures.ids[::-1], persons=figures.persons[:, ::-1].copy())
    np.testing.assert_allclose(
        forecast_panel(turned, "dagpenge", 12)[:, ::-1], forecast_panel(figures, "dagpenge", 12), rtol=1e-9
    )


@given(st.floats(0.1, 10.0))
def test_twice_the_persons_are_forecast_as_twice_as_many(factor: float) -> None:
    persons = seasonal(36, 5000.0)
    assert alone(persons * factor) == pytest.approx(alone(persons) * factor, rel=1e-9)


def test_the_simple_forecasts_are_what_their_names_say() -> None:
    persons = np.stack([np.arange(1.0, 31.0), np.full(30, 7.0)], axis=1)
    made = simple_forecasts(persons, 3)
    assert made["last"].tolist() == [[30, 7]] * 3
    assert made["last_year"].tolist() == [[19, 7], [20, 7], [21, 7]]
    assert made["shape"][:, 0] == pytest.approx([30 * 19 / 18, 30 * 20 / 18, 30 * 21 / 18])
    # Each as the other moved.
    assert made["others"][:, 0].tolist() == [30, 30, 30]
    assert made["others"][:, 1] == pytest.approx([7 * 19 / 18, 7 * 20 / 18, 7 * 21 / 18])
    with pytest.raises(ValueError, match="13 months ahead"):
        simple_forecasts(persons, 13)


def test_a_gap_moves_as_the_others() -> None:
    nan = float("nan")
    persons = np.array([[nan, 100.0, 50.0], [10.0, 110.0, 50.0], [nan, 120.0, 60.0], [nan, nan, 66.0]])
    out = filled(persons)
    assert np.isfinite(out).all()
    assert out[2, 0] == pytest.approx(10 * 180 / 160)
    assert out[3, 1] == pytest.approx(120 * 1.1)
    assert out[3, 0] == pytest.approx(10 * 180 / 160 * 1.1)
    assert out[0, 0] == pytest.approx(10 * 150 / 160)


def test_every_number_of_a_forecast_has_a_range_and_a_source() -> None:
    for benefit in ("dagpenge", "kontanthjaelp"):
        for name, value in forecast_parameters(benefit).items():
            assert value.quality == "assumption", name
            assert value.low is not None, name
