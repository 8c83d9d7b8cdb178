"""What a second clock would move at rest, and that one clock with its mean exits stands there too."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import numpy as np
import pytest

from model.domain import GROUP_INDEX, GROUPS, N_DURATIONS, N_GROUPS, N_ORIGINS
from model.engine.calibration import Calibration, calibrate
from model.municipality.municipality import Municipality, load_municipality
from model.validation.known_errors import benefit_gaps
from tests.model.engine import two_clocks
from tests.model.engine.cases import bare
from tests.model.engine.two_clocks import Floats, TwoClocks

DAGPENGE, SICK = GROUP_INDEX["dagpenge"], GROUP_INDEX["sygedagpenge"]


def persons_of(rest: Calibration) -> Floats:
    """Persons by target group and accumulated week [G, D]."""
    by_state = rest.waiting + rest.in_offer + rest.after_offer
    return by_state.reshape(N_GROUPS, N_ORIGINS, N_DURATIONS).sum(axis=1)


def inflow_of(rest: Calibration) -> Floats:
    """External arrivals a week by target group [G]."""
    return rest.inflow.reshape(N_GROUPS, N_ORIGINS).sum(axis=1)


@lru_cache(maxsize=1)
def ballerup() -> tuple[Municipality, Calibration, TwoClocks]:
    municipality = load_municipality("ballerup")
    one = calibrate(municipality.engine)
    return municipality, one, two_clocks.at_rest(municipality.engine, one.transfer_scale)


def test_with_one_rate_for_all_weeks_the_clocks_are_the_same() -> None:
    params = bare(0.05, 0.01, returners=True, pool_leave=0.01)
    one = calibrate(params)
    two = two_clocks.at_rest(params, one.transfer_scale)
    np.testing.assert_allclose(two.by_week, persons_of(one), rtol=1e-9)
    np.testing.assert_allclose(two.inflow, inflow_of(one), rtol=1e-9)


def test_who_comes_back_begins_a_spell() -> None:
    """All leave in the third week of a spell, and whoever has left for a job within a year comes back at once."""
    job = np.zeros((N_GROUPS, N_DURATIONS))
    job[:, 2] = 0.5
    other = np.where(np.arange(N_DURATIONS) < 2, 0.0, 0.5) + np.zeros((N_GROUPS, 1))
    other[:, 3:] = 1.0
    params = bare(0.0, returners=True, job=job, other=other, return_rate=np.full((N_GROUPS, 2), 1.0))
    params = dataclasses.replace(params, pool_leave=0.0)
    two = two_clocks.at_rest(params, np.ones((N_GROUPS, N_ORIGINS)))
    newcomers = two.inflow[DAGPENGE]
    by_week = two.by_week[DAGPENGE] / newcomers
    np.testing.assert_allclose(by_week[:9], [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25], rtol=1e-12)


def test_stocks_are_met() -> None:
    municipality, _, two = ballerup()
    np.testing.assert_allclose(two.by_week.sum(axis=1), municipality.engine.stock.sum(axis=1), rtol=1e-9)
    assert (two.persons > -1e-9).all()
    assert (two.inflow > 0).all()


def test_the_measured_gaps_of_benefits_are_these() -> None:
    """The simulation person by person has offers and chance, this has neither: within half a per cent."""
    municipality, one, two = ballerup()
    shares = municipality.budget.municipal_share
    gap = (
        two_clocks.municipal_share(two.by_week, shares) / two_clocks.municipal_share(persons_of(one), shares)
        - 1
    )
    for group, measured in benefit_gaps().items():
        if group in GROUP_INDEX:
            assert gap[GROUP_INDEX[group]] == pytest.approx(measured, abs=0.005)
    unnamed = [g for g in range(N_GROUPS) if GROUPS[g] not in benefit_gaps()]
    assert (np.abs(gap[unnamed]) < 0.015).all()


def test_one_clock_with_the_mean_exits_stands_where_two_clocks_stand() -> None:
    municipality, one, two = ballerup()
    mean = calibrate(two_clocks.mean_exits(municipality.engine, two))
    shares = municipality.budget.municipal_share
    left = (
        two_clocks.municipal_share(persons_of(mean), shares) / two_clocks.municipal_share(two.by_week, shares)
        - 1
    )
    assert (np.abs(left) < 0.01).all()
    assert abs(left[SICK]) < 0.005
    np.testing.assert_allclose(inflow_of(mean), two.inflow, rtol=0.01, atol=0.05)
    assert inflow_of(one)[SICK] < 0.95 * two.inflow[SICK]
