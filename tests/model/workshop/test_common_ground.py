"""Test what proposals are said to share: no further than any goes, and nothing that one leaves or turns round."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.scenario.parts import Change
from model.scenario.scenario import Scenario
from model.workshop.common_ground import lever_spreads, shared_changes
from model.workshop.course import Course
from model.workshop.course_files import base_scenario, load_course
from model.workshop.meeting import with_changes
from tests.folders import ROOT

START = datetime.date(2027, 1, 4)


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT / "workshops" / "ballerup-30.yaml")


def change(lever: str, to: float, group: str | None = None, **more: Any) -> Change:
    return Change.model_validate({"lever": lever, "group": group, "to": to, "from": START, **more})


def proposals(course: Course, *changes: list[Change]) -> list[Scenario]:
    return [with_changes(base_scenario(course, f"{i}"), one) for i, one in enumerate(changes)]


def test_the_smallest_movement_is_shared(course: Course) -> None:
    made = proposals(
        course,
        [change("firm_places", 300, phase_in_weeks=13), change("meetings", 2.0, "dagpenge")],
        [
            change("firm_places", 200, **{"from": datetime.date(2027, 7, 5)}),
            change("meetings", 1.0, "dagpenge"),
        ],
    )
    (shared,) = shared_changes(made)
    assert (shared.lever, shared.to) == ("firm_places", 200)
    assert shared.from_ == datetime.date(2027, 7, 5)
    assert shared.phase_in_weeks == 13


def test_what_one_proposal_leaves_is_not_shared(course: Course) -> None:
    made = proposals(course, [change("firm_places", 300)], [change("activation_rate", 30, "dagpenge")])
    assert shared_changes(made) == ()
    assert [spread.target[0] for spread in lever_spreads(made)] == ["firm_places", "activation_rate"]
    assert shared_changes([]) == ()


def test_a_change_to_todays_value_moves_nothing(course: Course) -> None:
    (spread,) = lever_spreads(proposals(course, [change("firm_places", 300)]))
    made = proposals(course, [change("firm_places", spread.base)], [change("meetings", 2.0, "dagpenge")])
    assert [one.target[0] for one in lever_spreads(made)] == ["meetings"]


@given(st.lists(st.integers(0, 600), min_size=1, max_size=8))
def test_no_proposal_goes_less_far_than_what_is_shared(values: list[int]) -> None:
    course = load_course(ROOT / "workshops" / "ballerup-30.yaml")
    made = proposals(course, *([change("firm_places", value)] for value in values))
    shared = shared_changes(made)
    spreads = lever_spreads(made)
    if not spreads:
        assert not shared, "nothing is moved"
        return
    base = spreads[0].base
    if not shared:
        assert min(values) <= base <= max(values)
        return
    to = float(shared[0].to)
    assert to in values
    assert all((value - base) * (to - base) > 0 and abs(value - base) >= abs(to - base) for value in values)
