"""Test what forecasts promise: no worse than the simple ones, and bands that hold what they say."""

from __future__ import annotations

import numpy as np
import pytest

from model.forecast.panel import panel
from model.forecast.predictive import COVERAGES, coverage_of, predict, spread, spread_of
from model.forecast.simple import SIMPLE
from model.forecast.tried import HORIZONS, METHODS, OURS, Tried, tried, tried_country

BENEFITS = ("dagpenge", "kontanthjaelp")


@pytest.mark.parametrize("benefit", BENEFITS)
def test_98_municipalities_from_30_starts_are_tried(benefit) -> None:
    runs = tried(benefit)
    assert len(runs.ids) == 98
    assert (str(runs.starts[0]), str(runs.starts[-1]), len(runs.starts)) == ("2022-08", "2025-01", 30)
    assert np.isfinite(runs.actual).all()


@pytest.mark.parametrize("benefit", BENEFITS)
def test_ours_is_no_worse_than_the_best_simple_one_at_every_horizon(benefit) -> None:
    runs = tried(benefit)
    for errors in (runs.absolute, runs.per_cent):
        for h in HORIZONS:
            assert errors[OURS][h - 1] < min(errors[name][h - 1] for name in SIMPLE), h
        assert errors[OURS].sum() < 0.97 * min(errors[name].sum() for name in SIMPLE)


def test_ours_is_no_worse_for_the_country_since_2017() -> None:
    runs = tried_country("dagpenge")
    assert str(runs.starts[0]) == "2017-08"
    for h in HORIZONS:
        assert runs.absolute[OURS][h - 1] < min(runs.absolute[name][h - 1] for name in SIMPLE), h


@pytest.mark.parametrize("benefit", BENEFITS)
@pytest.mark.parametrize("months", [6, 12])
def test_the_80_per_cent_band_covers_75_to_85_per_cent_of_municipalities(benefit, months: int) -> None:
    covered = coverage_of(tried(benefit), spread(benefit), 0.8)[months - 1]
    assert 0.75 <= covered <= 0.85


@pytest.mark.parametrize("benefit", BENEFITS)
def test_bands_of_small_and_large_municipalities_cover_alike(benefit) -> None:
    runs, measured = tried(benefit), spread(benefit)
    order = np.argsort(runs.known.mean(axis=0))
    for part in np.array_split(order, 4):
        few = Tried(
            tuple(runs.ids[i] for i in part), runs.starts, runs.known[:, part], runs.actual[:, :, part],
            {name: f[:, :, part] for name, f in runs.forecasts.items()},
        )  # fmt: skip
        covered = coverage_of(few, measured, 0.8)
        assert (np.abs(covered[[5, 11]] - 0.8) < 0.1).all(), covered


@pytest.mark.parametrize("benefit", BENEFITS)
def test_a_band_measured_on_half_of_the_starts_is_held_against_the_other_half(benefit) -> None:
    # Thirty starts a month apart are a few independent ones: the halves differ, and the page says by how much.
    runs = tried(benefit)
    first = np.arange(len(runs.starts)) < len(runs.starts) // 2
    covered = [coverage_of(runs.of(~fit), spread_of(runs.of(fit)), 0.8)[[5, 11]] for fit in (first, ~first)]
    assert (np.array(covered) > 0.55).all()
    assert (np.array(covered) < 0.96).all()


def test_errors_of_known_size_are_measured_as_they_are() -> None:
    rng = np.random.default_rng(3)
    persons = np.repeat([40.0, 400.0, 4000.0], 40)
    common, own, counted = 0.05, 0.02**2, 0.9
    shape = (400, 12, len(persons))
    errors = common * rng.standard_normal(shape[:2])[:, :, None]
    errors = errors + np.sqrt(own + counted / persons) * rng.standard_normal(shape)
    known = np.repeat(persons[None], shape[0], axis=0)
    flat = np.repeat(known[:, None], 12, axis=1)
    runs = Tried(
        tuple(map(str, range(len(persons)))), np.arange(shape[0]), known, flat * np.exp(errors),
        dict.fromkeys(METHODS, flat),
    )  # fmt: skip
    measured = spread_of(runs)
    assert measured.common == pytest.approx(np.full(12, common), rel=0.15)
    assert measured.counted == pytest.approx(np.full(12, counted), rel=0.1)
    assert measured.own.mean() == pytest.approx(own, rel=0.15)
    for coverage in COVERAGES:
        assert coverage_of(runs, measured, coverage) == pytest.approx(np.full(12, coverage), abs=0.03)


def test_a_simple_forecast_is_shown_where_it_is_better() -> None:
    good = tried("dagpenge")
    spoilt = Tried(
        good.ids, good.starts, good.known, good.actual, {**good.forecasts, OURS: good.forecasts[OURS] * 1.5}
    )
    assert {spoilt.shown(h) for h in HORIZONS} <= set(SIMPLE)
    assert [good.shown(h) for h in HORIZONS] == [OURS] * len(HORIZONS)


@pytest.mark.parametrize("benefit", BENEFITS)
def test_a_prediction_begins_where_the_published_months_end(benefit) -> None:
    one = predict("ballerup", benefit, 24)
    figures = panel(benefit)
    assert one.last_month == figures.months[-1]
    assert one.months[0] == one.last_month + 1
    assert one.last == figures.persons[-1, figures.ids.index("ballerup")]
    low, high = one.band(0.8)
    assert (low < one.central).all()
    assert (one.central < high).all()
    wide = high / low
    assert wide[23] > wide[11] > wide[0]
    inner_low, inner_high = one.band(0.5)
    assert (low < inner_low).all()
    assert (inner_high < high).all()
    with pytest.raises(KeyError):
        predict("andeby", benefit)
