"""Test the chance of the top ten by standing still: history must bear it out, two years ahead."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from model.forecast.panel import panel
from model.forecast.predictive import Spread
from model.forecast.ranks import drawn_places, labour_force, places, year_means
from model.goals.benchmark import PLACE, members, peers
from model.goals.rank_spread import rank_spread, rolling_years, standing
from model.municipality.municipality_list import municipalities

AREA = "region_hovedstaden"
TWO_YEARS = 24


def monthly_means() -> tuple[np.ndarray, np.ndarray]:
    """Return per cent and persons of the 29, means of twelve months, one month apart."""
    names = members(AREA)
    which = [i for i, info in enumerate(municipalities()) if info.name in names]
    persons = year_means(panel("dagpenge").persons)[:, which]
    return persons / labour_force()[which] * 100, persons


HISTORY = {"2020": (rolling_years(AREA), 6), "2026": (monthly_means(), 1)}


def tried(figures: str, measured: Spread) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield of each start: places then, the chance of the top ten in two years, whether it came."""
    (rates, persons), every = HISTORY[figures]
    for start in range(len(rates) - TWO_YEARS // every):
        deviations = measured.local(persons[start])[TWO_YEARS - 1]
        chance = (drawn_places(rates[start], deviations, 2048) <= PLACE).mean(axis=0)
        yield places(rates[start]), chance, places(rates[start + TWO_YEARS // every]) <= PLACE


@pytest.mark.parametrize(("figures", "starts"), [("2020", 2), ("2026", 19)])
def test_who_stands_still_reaches_the_top_ten_as_often_as_the_chance_says(figures: str, starts: int) -> None:
    then, chance, came = (np.array(a) for a in zip(*tried(figures, rank_spread(figures, AREA)), strict=True))
    assert then.shape == (starts, 29)
    outside = then > PLACE
    assert chance[outside].mean() == pytest.approx(came[outside].mean(), abs=0.03)
    # As far outside as Ballerup stands, which assumptions alone call none of all.
    as_far = (then >= 14) & (then <= 23)
    assert came[as_far].mean() > 0.1
    assert chance[as_far].mean() == pytest.approx(came[as_far].mean(), abs=0.08)
    for low, high in ((0.0, 0.1), (0.1, 0.4), (0.4, 0.7), (0.7, 1.01)):
        within = (low <= chance) & (chance < high)
        assert came[within].mean() == pytest.approx(chance[within].mean(), abs=0.2), (low, high)
    # Nearer to what came than that all stay where they stand, which assumptions alone say, and than one chance for all.
    error = ((chance - came) ** 2).mean()
    assert error < 0.9 * (~outside != came).mean()
    assert error < 0.6 * came.mean() * (1 - came.mean())


def test_of_40_that_stood_as_far_outside_12_were_in_the_top_ten_within_two_years() -> None:
    rates, _ = rolling_years(AREA)
    each = places(rates)
    starts = [(each[i], each[i + 1 : i + 5].min(axis=0)) for i in range(4)]
    stood = sum(((then >= 14) & (then <= 23)).sum() for then, _ in starts)
    reached = sum(((then >= 14) & (then <= 23) & (best <= PLACE)).sum() for then, best in starts)
    assert (reached, stood) == (12, 40)


def test_standing_has_the_peers_with_their_persons() -> None:
    for figures in ("2020", "2026"):
        others = standing(members(AREA) - {"Ballerup"}, figures)
        assert others.per_cent.tolist() == peers("Ballerup", AREA, figures).tolist()
        # København is the largest by far.
        assert others.persons.max() > 5 * np.median(others.persons)


@pytest.mark.parametrize("figures", ["2020", "2026"])
@pytest.mark.parametrize("area", ["region_hovedstaden", "hovedstadskommuner", "all"])
def test_the_spread_grows_from_nothing_and_beyond_two_years(figures: str, area: str) -> None:
    months = np.array([0.0, 0.5, 6.0, 12.0, 24.0, 48.0])
    local = rank_spread(figures, area).at(months).local(np.array([800.0]))[:, 0]
    assert local[0] == 0.0
    assert (np.diff(local) > 0).all()
    assert local[5] == pytest.approx(local[4] * np.sqrt(2))
