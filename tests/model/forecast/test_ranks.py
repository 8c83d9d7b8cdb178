"""Test the bands of places and the chance of a place: by hand, and over 29 municipalities and 30 starts."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from model.forecast.ranks import (
    chances_of,
    drawn_places,
    labour_force,
    local_spread,
    places,
    predict_place,
    rank_band,
    spread_of_means,
    spread_standing_still,
    year_means,
)
from model.forecast.tried import OURS, tried
from model.goals.benchmark import members
from model.municipality.municipality_list import municipalities

TOP = 10


def area_ids() -> tuple[str, ...]:
    names = members("region_hovedstaden")
    return tuple(info.id for info in municipalities() if info.name in names)


@lru_cache(maxsize=2)
def tried_places(months: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the chance of each place [S, 29, 29 places] on what was known then, and the place that came [S, 29]."""
    runs, area = tried("dagpenge"), area_ids()
    which = [runs.ids.index(name) for name in area]
    measured, people = local_spread(area), labour_force()[which]
    chances, came = [], []
    for start in range(len(runs.starts)):
        rates = runs.forecasts[OURS][start, months - 1, which] / people
        drawn = drawn_places(rates, measured.local(runs.known[start, which])[months - 1], 2048)
        chances.append([chances_of(column, len(area)) for column in drawn.T])
        came.append(places(runs.actual[start, months - 1, which] / people))
    return np.array(chances), np.array(came)


@pytest.mark.parametrize("months", [6, 12])
def test_the_80_per_cent_band_of_places_covers_75_to_85_per_cent(months: int) -> None:
    chances, came = tried_places(months)
    bands = np.array([[rank_band(one, 0.8) for one in start] for start in chances])
    inside = (bands[:, :, 0] <= came) & (came <= bands[:, :, 1])
    assert inside.shape == (30, 29)
    assert 0.75 <= inside.mean() <= 0.85
    # A band of all 29 places would hold everything and say nothing.
    assert (bands[:, :, 1] - bands[:, :, 0] + 1).mean() < 10


@pytest.mark.parametrize("months", [6, 12])
def test_a_chance_of_the_top_ten_is_how_often_it_came(months: int) -> None:
    chances, came = tried_places(months)
    chance, top = chances[:, :, :TOP].sum(axis=2).ravel(), came.ravel() <= TOP
    for low, high in ((0.0, 0.1), (0.1, 0.4), (0.4, 0.7), (0.7, 0.9), (0.9, 1.01)):
        within = (low <= chance) & (chance < high)
        assert within.sum() >= 20, (low, high)
        assert top[within].mean() == pytest.approx(chance[within].mean(), abs=0.15), (low, high)
    # Better by far than giving everyone the same chance.
    assert ((chance - top) ** 2).mean() < 0.4 * top.mean() * (1 - top.mean())


def test_places_share_the_better_one_in_a_tie() -> None:
    assert places(np.array([2.0, 1.0, 2.0, 3.0])).tolist() == [2, 1, 2, 4]


def test_drawn_places_are_those_without_spread_and_even_with_an_endless_one() -> None:
    values = np.array([2.0, 1.0, 3.0])
    assert (drawn_places(values, np.zeros(3), 10) == places(values)).all()
    even = drawn_places(values, np.full(3, 1e6), 6000)
    assert chances_of(even[:, 0], 3) == pytest.approx(np.full(3, 1 / 3), abs=0.03)
    assert (np.sort(even, axis=1) == [1, 2, 3]).all()
    assert (even == drawn_places(values, np.full(3, 1e6), 6000)).all()


def test_a_band_of_places_comes_nearest_to_what_it_promises() -> None:
    chances = np.array([0.05, 0.1, 0.5, 0.2, 0.15])
    assert rank_band(chances, 0.8) == (3, 5)  # 0.85; without the last place 0.70
    assert rank_band(chances, 0.95) == (2, 5)
    assert rank_band(chances, 0.5) == (3, 3)
    assert rank_band(np.array([0.0, 1.0, 0.0]), 0.8) == (2, 2)


def test_a_place_ahead_spreads_with_time() -> None:
    area = area_ids()
    near, far = predict_place("ballerup", area, 1), predict_place("ballerup", area, 24)
    assert near.members == far.members == 29
    assert near.chances.sum() == pytest.approx(1.0)
    assert near.chance_of(29) == pytest.approx(1.0)
    width = [band[1] - band[0] for band in (near.band(0.8), far.band(0.8))]
    assert width[1] > width[0]
    low, high = near.band(0.8)
    assert low <= near.central <= high
    with pytest.raises(KeyError):
        predict_place("aarhus", area)


def test_means_of_a_year_are_those_of_twelve_months() -> None:
    persons = np.arange(14.0)[:, None] * np.array([[1.0, 2.0]])
    assert year_means(persons).tolist() == [[5.5, 11.0], [6.5, 13.0], [7.5, 15.0]]


def test_a_spread_of_known_size_is_measured_as_it_is() -> None:
    rng = np.random.default_rng(5)
    size = np.repeat([50.0, 500.0, 5000.0], 60)
    steps = 0.03 * rng.standard_normal((400, 1)) + np.sqrt(0.01**2 + 1.5 / size) * rng.standard_normal(
        (400, 180)
    )
    means = np.exp(np.cumsum(steps, axis=0))
    measured = spread_standing_still(means, np.repeat(size[None], 400, axis=0), 6, 24)
    # A step every half-year, so that a year has twice the variance and three months half of it.
    assert measured.common[[5, 11]] == pytest.approx(0.03 * np.sqrt([1, 2]), rel=0.15)
    assert measured.counted[[2, 5, 11, 23]] == pytest.approx(1.5 * np.array([0.5, 1, 2, 4]), rel=0.15)
    assert measured.ahead(48).counted[47] == pytest.approx(2 * measured.counted[23])


def test_a_standing_figure_of_the_29_moves_further_the_longer_it_stands() -> None:
    measured = spread_of_means(area_ids())
    local = measured.local(np.array([800.0]))[:, 0]
    assert len(local) == 24
    assert local[23] > local[11] > local[5] > 0.01
    # So small beside what all share that a rank is no lottery: a tenth of the figure in two years.
    assert local[23] < 0.1
