"""Test that views of the budget add up to the budget itself."""

from __future__ import annotations

import numpy as np
import pytest

from model.budget.budget import budget
from model.budget.views import CATEGORIES, by_category, category_of, deflator, ladder, one_more_place
from model.domain import GROUP_INDEX, KINDS
from model.municipality.municipality import load_municipality
from model.scenario.files import load_scenario
from model.simulation.simulate import baseline, simulate


@pytest.fixture(scope="module")
def double():
    scenario = load_scenario("scenarios/ballerup/dobbelt-virksomhedsindsats.yaml")
    municipality = load_municipality("ballerup")
    return simulate(municipality, scenario), baseline(municipality, scenario)


def test_categories_add_up_to_the_net(double) -> None:
    result = budget(*double)
    found = by_category(result)
    assert tuple(found) == CATEGORIES
    total = np.sum([figures.difference for figures in found.values()], axis=0)
    np.testing.assert_allclose(total, result.net.difference, atol=1e-3)
    assert {category_of(component) for component in result.by_component} == set(CATEGORIES)


def test_each_offer_kind_is_where_people_look_for_it() -> None:
    firm = [kind for kind in KINDS if category_of(f"offer.{kind}") == "firm_places"]
    assert firm == [
        "private_placement",
        "private_wage_subsidy",
        "public_placement",
        "company_centre",
        "paid_hours",
    ]
    assert category_of("bound_guidance") == "other_offers"
    assert category_of("meetings") == category_of("start.company_centre") == category_of("mentor") == "staff"


def test_constant_prices_deflate_all_years_but_the_first(double) -> None:
    outcome, base = double
    parameters = outcome.municipality.budget
    factor = deflator(budget(outcome, base), parameters)
    growth = 1 + parameters.number("budget.index.prices")
    np.testing.assert_allclose(factor, growth ** -np.arange(4.0))


def test_one_more_place_is_a_tenth_of_ten(double) -> None:
    outcome, base = double
    one = one_more_place(outcome, base)
    more = load_scenario("scenarios/ballerup/dobbelt-virksomhedsindsats.yaml")
    assert one.years == budget(outcome, base).years
    assert 0.9 < one.filled <= 1.0 + 1e-9, "Ballerup's groups are far from their ceilings"
    # Ten places straight through the ordinary way: the scenario's own lever, ten higher from the first day.
    at_baseline = simulate(outcome.municipality, None)
    plain = one_more_place(at_baseline, at_baseline)
    ten = simulate(
        outcome.municipality,
        more.copy_with(changes=()).with_change("firm_places", 210.0, from_=more.start, phase_in_weeks=0),
    )
    expected = budget(ten, at_baseline).net.difference / 10.0
    np.testing.assert_allclose(plain.net, expected, rtol=1e-9, atol=1e-6)


def test_places_that_nobody_can_use_cost_nothing_more(double) -> None:
    outcome, base = double
    paths = outcome.paths.with_levers(firm_places=np.full_like(outcome.paths.firm_places, 5_000.0))
    full = simulate(outcome.municipality, outcome.scenario, paths=paths)
    assert full.firm_unfilled[-1] > 100
    one = one_more_place(full, base)
    assert abs(one.filled) < 1e-9
    assert np.abs(one.net).max() < 1e-3


def test_the_ladder_holds_everyone_but_flex_jobs_and_pensions(double) -> None:
    outcome, base = double
    steps = ladder(outcome, base)
    assert [(s.first_week, s.last_week) for s in steps] == [(1, 4), (5, 26), (27, 52), (53, None)]
    assert [s.municipal_share for s in steps] == [0.2, 0.6, 0.7, 0.8]
    on_it = [g for g in range(13) if g not in (GROUP_INDEX["fleksjob"], GROUP_INDEX["foertidspension"])]
    caseload = outcome.caseload[-52:, on_it].sum(axis=(1, 2)).mean()
    assert sum(s.scenario for s in steps) == pytest.approx(caseload, rel=1e-9)
