"""Test the levers' paths week by week: exact baselines, phase-in and units by hand."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pytest

from model.domain import GROUP_INDEX
from model.engine.lever_paths import LeverPaths
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.levers import (
    baseline_value,
    bounds,
)
from model.scenario.scenario import Scenario
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.run_paths import build_run_paths
from tests.model.scenario.cases import MUNICIPALITIES, START, WEEKS, targets


@pytest.fixture(scope="module")
def ballerup() -> Municipality:
    return load_municipality("ballerup")


@pytest.fixture(scope="module")
def plain() -> Scenario:
    return Scenario(name="Prøve", municipality="ballerup")


def same(one: LeverPaths, other: LeverPaths) -> bool:
    return all(np.array_equal(series, getattr(other, name)) for name, series in one.series().items())


@pytest.mark.parametrize("name", MUNICIPALITIES)
def test_a_lever_at_its_baseline_value_is_exactly_the_baseline(name: str) -> None:
    municipality = load_municipality(name)
    scenario = Scenario(name="Prøve", municipality=name)
    baseline = build_lever_paths(municipality, None, WEEKS)
    assert same(build_lever_paths(municipality, scenario, WEEKS), baseline)
    for which, group in targets():
        changed = scenario.with_change(
            which.id,
            baseline_value(which, municipality, group),
            group,
            from_=datetime.date(2021, 2, 3),
            phase_in_weeks=30,
        )
        assert same(build_lever_paths(municipality, changed, WEEKS), baseline), (which.id, group)


def test_a_change_counts_from_the_first_monday_on_or_after_its_date(
    ballerup: Municipality, plain: Scenario
) -> None:
    # Monday itself, and the Wednesday before: the week of the Wednesday is still unchanged.
    monday = plain.with_change("firm_places", 300, from_=datetime.date(2021, 1, 18))
    assert build_lever_paths(ballerup, monday, 5).firm_places.tolist() == [200, 200, 300, 300, 300]
    wednesday = plain.with_change("firm_places", 300, from_=datetime.date(2021, 1, 13))
    assert build_lever_paths(ballerup, wednesday, 5).firm_places.tolist() == [200, 200, 300, 300, 300]


def test_phase_in_is_linear_in_days(ballerup: Municipality, plain: Scenario) -> None:
    scenario = plain.with_change("firm_places", 300, from_=datetime.date(2021, 1, 11), phase_in_weeks=4)
    assert build_lever_paths(ballerup, scenario, 8).firm_places.tolist() == [
        200,
        200,
        225,
        250,
        275,
        300,
        300,
        300,
    ]
    # From a Thursday: four days have passed on the first Monday, 4/28 of the way.
    scenario = plain.with_change("firm_places", 300, from_=datetime.date(2021, 1, 7), phase_in_weeks=4)
    expected = [200, 200 + 400 / 28, 200 + 1100 / 28, 200 + 1800 / 28, 200 + 2500 / 28, 300]
    assert build_lever_paths(ballerup, scenario, 6).firm_places == pytest.approx(expected, rel=1e-14)


def test_a_later_change_starts_from_where_the_lever_is(ballerup: Municipality, plain: Scenario) -> None:
    scenario = plain.with_change("firm_places", 300, from_=START, phase_in_weeks=10)
    scenario = scenario.with_change(
        "firm_places", 0, from_=START + datetime.timedelta(weeks=5), phase_in_weeks=5
    )
    path = build_lever_paths(ballerup, scenario, 14).firm_places
    assert path[:6].tolist() == [200, 210, 220, 230, 240, 250]
    assert path[5:11].tolist() == [250, 200, 150, 100, 50, 0]
    assert path[10:].tolist() == [0, 0, 0, 0]


def test_changes_touch_only_their_lever_and_group(ballerup: Municipality, plain: Scenario) -> None:
    baseline = build_lever_paths(ballerup, None, WEEKS)
    for which, group in targets():
        low, high = bounds(which, ballerup)
        values = [{"paid_hours": 100}] if which.scope == "mix" else [low, high]
        for value in values:
            path = build_lever_paths(ballerup, plain.with_change(which.id, value, group), WEEKS)
            for name, before in baseline.series().items():
                found = getattr(path, name).copy()
                if name == which.id:
                    column = (slice(None), GROUP_INDEX[group]) if group else (slice(None),)
                    expected = value["paid_hours"] if which.scope == "mix" else value
                    reached = found[column][-1][-1] if which.scope == "mix" else found[column][-1]
                    assert reached == pytest.approx(expected / which.per_engine_unit, rel=1e-15)
                    found[column] = before[column]
                assert np.array_equal(found, before), (which.id, name)


def test_paths_are_in_engine_units_and_whole_weeks(ballerup: Municipality, plain: Scenario) -> None:
    scenario = plain.with_change("activation_rate", 45, "sho", from_=START)
    scenario = scenario.with_change("first_offer_week", 13, "sho", from_=START, phase_in_weeks=10)
    scenario = scenario.with_change("fleksjob_openings", 225, from_=START)
    path = build_lever_paths(ballerup, scenario, WEEKS)
    sho = GROUP_INDEX["sho"]
    assert path.activation_rate[0, sho] == 0.45
    assert path.fleksjob_openings[0] == 2.25
    assert np.array_equal(path.first_offer_week, np.rint(path.first_offer_week))
    assert (path.first_offer_week[0, sho], path.first_offer_week[-1, sho]) == (4, 13)
    assert not path.activation_rate.flags.writeable


def test_a_mix_phases_in_and_always_adds_up(ballerup: Municipality, plain: Scenario) -> None:
    third = {"private_placement": 33.3, "company_centre": 33.3, "paid_hours": 33.3}
    scenario = plain.with_change("firm_place_mix", third, from_=START, phase_in_weeks=8)
    path = build_lever_paths(ballerup, scenario, 12).firm_place_mix
    assert path.sum(axis=1) == pytest.approx(np.ones(12), rel=1e-12)
    assert path[0].tolist() == ballerup.engine.additional_firm_mix.tolist()
    assert path[-1] == pytest.approx([1 / 3, 0, 0, 1 / 3, 1 / 3])


def test_weeks_and_seasons(ballerup: Municipality, plain: Scenario) -> None:
    path = build_lever_paths(ballerup, plain, 520)
    assert str(path.weeks[0]) == "2021-01-04"
    assert (path.weeks[1:] - path.weeks[:-1] == np.timedelta64(7, "D")).all()
    assert (path.week_of_year.min(), path.week_of_year.max()) == (0, 52)
    assert build_lever_paths(ballerup, plain, 0).firm_places.shape == (0,)


def test_a_run_goes_on_to_new_year_with_the_same_levers(ballerup: Municipality, plain: Scenario) -> None:
    """Four years of 52 weeks end on 29 December 2024: one week more, in which a change still phases in."""
    scenario = plain.with_change("firm_places", 300.0, from_=datetime.date(2024, 12, 2), phase_in_weeks=8)
    paths, longer = build_run_paths(ballerup, scenario, 208), build_lever_paths(ballerup, scenario, 209)
    assert (len(paths.weeks), paths.weeks_to_run) == (208, 209)
    for name, series in longer.series().items():
        assert np.array_equal(paths.to_run(name), series), name
    more = paths.with_levers(firm_places=paths.firm_places + 10)
    assert more.closing is not None
    assert more.closing.firm_places == more.firm_places[-1]
    assert build_run_paths(ballerup, plain, 52).closing is None
    assert build_run_paths(ballerup, plain, 520).weeks_to_run == 522
    summer = dataclasses.replace(ballerup, start=datetime.date(2021, 7, 5))
    assert build_run_paths(summer, None, 208).closing is None
