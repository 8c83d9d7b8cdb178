"""Test the goal files."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.domain import GROUPS, OFFER_GROUPS
from model.goals.evaluate import evaluate_goals
from model.goals.metrics import METRICS
from model.municipality.goal_specs import (
    GOALS_FOLDER,
    focus_groups,
    has_goals,
    load_goals,
)
from tests.model.goals.cases import AP, YOUNG, crowd, spec


@pytest.mark.parametrize("path", sorted(GOALS_FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_goal_files(path: Path) -> None:
    goals = load_goals(path.stem)
    for one in goals:
        assert one.quote
        assert one.source
        for indicator in one.indicators:
            assert indicator.metric in METRICS, indicator.metric
    run = crowd().outcome()
    for result in evaluate_goals(run, run, goals=goals):
        for shown in result.indicators:
            assert shown.baseline.shape == (60,)


def test_ballerups_goals() -> None:
    goals = load_goals("ballerup")
    assert [one.title.da for one in goals] == [
        "Serviceoplevelse",
        "Forsikrede ledige",
        "Borgere med udfordringer ud over ledighed",
        "Unge borgere",
        "Borgere med ikke-vestlig baggrund",
    ]
    assert focus_groups(goals) == {"dagpenge", AP, "ressourceforloeb", *YOUNG}
    assert [len(one.not_measured) for one in goals] == [2, 0, 0, 1, 1]
    assert load_goals("aarhus") is load_goals("ballerup")
    assert has_goals("ballerup")
    assert not has_goals("aarhus")
    assert set(OFFER_GROUPS) < set(GROUPS)


def test_bad_indicators_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown target group dagpeng"):
        spec("persons", groups=["dagpeng"])
    with pytest.raises(ValueError, match="needs a target"):
        spec("persons", comparator="rank")
    with pytest.raises(ValueError, match="no target of its own"):
        spec("persons", target=3)
