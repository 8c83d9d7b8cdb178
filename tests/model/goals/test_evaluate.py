"""Test the evaluation of goals on real municipalities."""

from __future__ import annotations

import numpy as np
import pytest

from model.goals.evaluate import GoalEvaluator, evaluate_goals, goal_evaluator
from model.goals.metrics import METRICS
from model.goals.side_effects import side_effects
from model.municipality.municipality import load_municipality
from model.simulation.simulate import baseline
from tests.builders import Builder
from tests.model.goals.cases import UP_TO_32, goal, share_path, spec


def test_weeks_must_agree() -> None:
    with pytest.raises(ValueError, match="same weeks"):
        evaluate_goals(Builder(52).outcome(), Builder(104).outcome())


def test_values_for_draws_are_the_same_figures() -> None:
    run, base = share_path(12.0, 24.0).outcome(), share_path(12.0, 12.0).outcome()
    goals = goal(UP_TO_32, spec("persons", id="two"))
    full = evaluate_goals(run, base, goals=goals)[0]
    evaluator = GoalEvaluator(goals)
    ends = {key: figure.end for key, figure in evaluator.figures(run, base).items()}
    assert ends == {("goal", i.id): i.value_scenario for i in full.indicators}
    series = evaluator.series(run, base, (("goal", UP_TO_32.id),)).series
    np.testing.assert_allclose(series, full.indicators[0].scenario[None])
    np.testing.assert_allclose(evaluator.at(run, base, (207, 207)), [*ends.values()])


def test_a_baseline_is_measured_once() -> None:
    calls = []
    base, run = share_path(10.0, 10.0).outcome(), share_path(10.0, 20.0).outcome()
    goals = goal(UP_TO_32)
    original = METRICS["participation"]
    try:
        METRICS["participation"] = lambda *given: (calls.append(1), original(*given))[1]
        for _ in range(3):
            evaluate_goals(run, base, goals=goals)
    finally:
        METRICS["participation"] = original
    assert len(calls) == 4  # three runs, one baseline


def test_parts_of_a_metric_without_groups_are_refused() -> None:
    run = share_path(10.0, 20.0).outcome()
    result = evaluate_goals(run, run, goals=goal(spec("persons", by_group=True)))[0]
    with pytest.raises(ValueError, match="by_group"):
        _ = result.indicators[0].parts


def test_evaluator_is_kept_by_goals_and_options() -> None:
    goals = goal(UP_TO_32)
    assert goal_evaluator(goals) is goal_evaluator(goals)
    assert goal_evaluator(goals) is not goal_evaluator(goals, peers_stand_still=True)


@pytest.mark.parametrize("name", ["ballerup", "broendby", "albertslund", "aarhus", "laesoe"])
def test_a_baseline_at_rest_stands_still_on_every_indicator(name: str) -> None:
    run = baseline(load_municipality(name))
    for result in evaluate_goals(run, run):
        for indicator in result.indicators:
            assert np.isfinite(indicator.value_scenario), indicator.id
            for one in (indicator, *indicator.parts):
                assert one.status in ("same", "reached_anyway", "none"), one.id
                assert not one.moved
    assert not any(effect.worse for effect in side_effects(run, run))


def test_ballerup_today() -> None:
    run = baseline(load_municipality("ballerup"))
    goals = {result.id: result for result in evaluate_goals(run, run)}
    rank = goals["forsikrede_ledige"]
    assert rank.key.value_baseline == 16
    assert rank.indicator("persons_to_rank_10").value_baseline == pytest.approx(95, abs=1)
    assert rank.indicator("dagpenge_share").value_baseline == pytest.approx(2.67, abs=0.011)
    participation = goals["udfordringer_ud_over_ledighed"].key
    assert 9 < participation.value_baseline < 11
    assert participation.status == "same"
    pressure_ = goals["ikke_vestlig_baggrund"].key
    assert 1.5 < pressure_.value_baseline < 2.2
    assert pressure_.assumed
