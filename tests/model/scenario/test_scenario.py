"""Test the scenario in memory: checks, keys and what is left without changes."""

from __future__ import annotations

import datetime

import pytest
from pydantic import ValidationError

from model.scenario import files as files
from model.scenario.levers import HORIZON
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, municipality_of, without_changes
from tests.model.scenario.cases import MARCH, full


def test_a_scenario_in_python_is_checked_as_a_file_is() -> None:
    scenario = Scenario(name="Prøve", municipality="ballerup")
    for wrong in (("firm_places", -1, None), ("nej", 1, None), ("meetings", 2, None), ("meetings", 2, "nej")):
        with pytest.raises(ValidationError):
            scenario.with_change(wrong[0], wrong[1], wrong[2])
    with pytest.raises(ValidationError):
        scenario.with_change("firm_places", 300, from_=datetime.date(2031, 1, 1))
    with pytest.raises(ValidationError):
        scenario.name = "Andet"  # type: ignore[misc]


def test_the_key_sees_what_moves_results_and_nothing_else() -> None:
    scenario = full()
    assert scenario.key == scenario.copy_with(name="Andet", description="", results=None, workshop=None).key
    assert scenario.key == scenario.with_change("meetings", 6.5, "dagpenge", from_=MARCH, why="fordi").key
    others = [
        scenario.with_change("meetings", 6.4, "dagpenge", from_=MARCH),
        scenario.without("meetings", "dagpenge"),
        scenario.copy_with(years=5),
        scenario.copy_with(economy="recovery"),
        scenario.copy_with(assumptions=()),
        scenario.copy_with(municipality="broendby"),
        scenario.copy_with(assumption_set="cautious"),
    ]
    assert len({scenario.key, *(other.key for other in others)}) == len(others) + 1


def test_without_changes_keeps_what_the_baseline_shares() -> None:
    plain = without_changes(full().copy_with(economy="recovery", years=6))
    assert plain.changes == ()
    assert (plain.economy, plain.years, len(plain.assumptions)) == ("recovery", 6, 1)
    assert municipality_of(plain).overrides == {"displacement": 0.5}


def test_without_can_take_one_change_or_all_of_a_lever() -> None:
    scenario = full().with_change("firm_places", 500, from_=datetime.date(2022, 1, 3))
    assert scenario.without("firm_places").change_of("firm_places") is None
    kept = scenario.without("firm_places", from_=datetime.date(2022, 1, 3)).change_of("firm_places")
    assert kept is not None
    assert kept.to == 400


def test_change_takes_whole_numbers_as_numbers() -> None:
    made = Change.model_validate({"lever": "firm_places", "to": 400, "from": MARCH})
    assert type(made.to) is float
    assert HORIZON.start.weekday() == 0
