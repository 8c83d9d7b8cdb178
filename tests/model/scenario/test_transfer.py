"""Test how a scenario's changes are carried over to another municipality."""

from __future__ import annotations

import pytest

from model.municipality.municipality import load_municipality
from model.scenario.levers import LEVER_BY_ID, LEVERS, baseline_value, bounds
from model.scenario.scenario import Scenario
from model.scenario.transfer import METHODS, Method, transferred

PLACES = LEVER_BY_ID["firm_places"]


def scenario(municipality: str = "ballerup", places: float = 400.0) -> Scenario:
    """Return twice Ballerup's places and a share."""
    return (
        Scenario(name="Dobbelt", municipality=municipality, economy="second_wave", years=3)
        .with_change("firm_places", places, why="Som drøftet")
        .with_change("activation_rate", 33.0, "dagpenge")
    )


@pytest.mark.parametrize("method", METHODS)
def test_economy_and_period_come_along_and_the_name_does_not(method: Method) -> None:
    moved = transferred(scenario(), "odense", "Uden ændringer", method).scenario
    assert (moved.municipality, moved.name) == ("odense", "Uden ændringer")
    assert (moved.economy, moved.years) == ("second_wave", 3)
    assert bool(moved.changes) == (method != "anew")


def test_places_follow_the_baselines_and_shares_stay() -> None:
    before, after = (baseline_value(PLACES, load_municipality(name)) for name in ("ballerup", "odense"))
    moved = transferred(scenario(places=2 * before), "odense", "x", "scale")
    places, share = moved.scenario.changes
    assert abs(places.to - 2 * after) <= PLACES.step / 2
    assert places.to % PLACES.step == 0
    assert places.why == "Som drøftet"
    assert share.to == 33
    assert not moved.misfits


def test_a_lever_at_its_baseline_is_scaled_to_the_other_baseline() -> None:
    before = baseline_value(PLACES, load_municipality("ballerup"))
    moved = transferred(scenario(places=before), "odense", "x", "scale")
    assert moved.scenario.changes[0].to == baseline_value(PLACES, load_municipality("odense"))


def test_a_number_beyond_the_range_is_set_to_its_end_and_told() -> None:
    high = bounds(PLACES, load_municipality("ballerup"))[1]
    moved = transferred(scenario("odense", 5000.0), "ballerup", "x", "keep")
    assert moved.scenario.changes[0].to == high
    (misfit,) = moved.misfits
    assert misfit.da == (
        "Pladser i virksomheder: 5.000 fuldtidspladser ligger uden for det mulige i Ballerup. "
        "Den er sat til 1.000 fuldtidspladser."
    )
    assert "5,000" in misfit.en


def test_own_assumptions_stay_behind_and_that_is_told() -> None:
    own = scenario().with_assumption("displacement", 0.5)
    for method in METHODS:
        moved = transferred(own, "odense", "x", method)
        assert not moved.scenario.assumptions
        assert len(moved.misfits) == (method != "anew")


def test_levers_whose_range_follows_the_municipality_are_numbers_of_it() -> None:
    assert {lever.id for lever in LEVERS if lever.cap_per_baseline is not None} == {"firm_places"}
    assert {lever.id for lever in LEVERS if lever.unit == "places"} == {"firm_places"}
