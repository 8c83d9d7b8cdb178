"""Test that proposals are run as each table believes, and that what depends on belief is told from what does not."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from model.goals.series import indicator_key
from model.parameters.ids import UnknownParameter
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, municipality_of
from model.uncertainty.end_values import BUDGET
from model.workshop.answers import Belief
from model.workshop.beliefs import Robustness, as_believed, parameters_of, robustness
from model.workshop.course_files import base_scenario, load_course
from model.workshop.meeting import with_changes
from tests.folders import ROOT

pytestmark = pytest.mark.usefixtures("engine")
START = datetime.date(2027, 1, 4)


def belief(parameter: str, likely: float) -> Belief:
    ends = {"low": max(likely - 0.05, 0.0), "likely": likely, "high": likely + 0.05}
    return Belief.model_validate({"parameter": parameter, **ends})


@pytest.fixture(scope="module")
def base() -> Scenario:
    return base_scenario(load_course(ROOT / "workshops" / "ballerup-30.yaml"), "base")


def proposal(base: Scenario, lever: str, to: Any, group: str | None = None) -> Scenario:
    change = Change.model_validate({"lever": lever, "group": group, "to": to, "from": START})
    return with_changes(base, (change,))


def test_a_belief_takes_the_place_of_the_models_number(base: Scenario) -> None:
    believed = as_believed(base, [belief("displacement", 0.0)])
    values = {parameter.id: parameter.value.value for parameter in municipality_of(believed).register}
    assert values["displacement"] == 0.0


def test_the_verdict_of_a_view_is_that_of_a_run_under_it(base: Scenario) -> None:
    from pages.session.results import scenario_results

    proposals = [proposal(base, "firm_places", 300), proposal(base, "firm_places", 200)]
    own = {"t1": [belief("displacement", 0.0)], "t2": [belief("displacement", 0.9)]}
    verdicts, found = robustness(proposals, own, {})
    assert {view for view in verdicts if view.startswith("t")} == {"t1", "t2"}
    for table, beliefs in own.items():
        results = [scenario_results(as_believed(one, beliefs)) for one in proposals]
        assert verdicts[table][BUDGET].differences == pytest.approx(
            tuple(one.budget.total_difference for one in results)
        )
        goal = results[0].goals[2]
        key = indicator_key(goal, goal.key)
        assert key not in verdicts[table], "only what was asked for, and the budget"
    assert [one.key for one in found] == [BUDGET]


def test_what_is_best_in_every_view_is_told_from_what_is_not() -> None:
    assert Robustness("a", {"t1": 0, "set:evidence": 0}).always == 0
    assert Robustness("a", {"t1": 0, "set:evidence": 1}).always is None
    assert Robustness("a", {"t1": 0, "set:evidence": None}).always is None
    assert Robustness("a", {"t1": None, "set:evidence": None}).never_told
    assert not Robustness("a", {"t1": 0, "set:evidence": None}).never_told


def test_an_unknown_assumption_is_told_with_the_nearest(base: Scenario) -> None:
    with pytest.raises(UnknownParameter) as caught:
        parameters_of(municipality_of(base), ("displacment",))
    assert "displacement" in caught.value.text("da")
