"""Test the goal files."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from model.domain import GROUPS, OFFER_GROUPS
from model.goals.evaluate import evaluate_goals
from model.goals.metrics import METRICS
from model.municipality.goal_specs import (
    GOALS_FOLDER,
    PRODUCT_FOLDER,
    focus_groups,
    goal_years,
    goals_basis,
    has_goals,
    load_goals,
)
from model.municipality.municipality import load_municipality
from model.scenario.scenario import Assumption, Scenario, municipality_of
from model.simulation.simulate import simulate
from tests.builders import municipality
from tests.model.goals.cases import AP, YOUNG, crowd, spec


@pytest.mark.parametrize("path", sorted(GOALS_FOLDER.rglob("*.yaml")), ids=lambda path: path.stem)
def test_goal_files(path: Path) -> None:
    # The product's set is what a municipality without goals of its own has on figures of that name.
    product = path.parent == PRODUCT_FOLDER
    goals = load_goals("aarhus", path.stem) if product else load_goals(path.stem)
    for one in goals:
        assert one.quote
        assert one.source
        for indicator in one.indicators:
            assert indicator.metric in METRICS, indicator.metric
    engine = SimpleNamespace(
        return_rate=np.full((len(GROUPS), 2), 0.01), pool_leave=0.01, pool_stage_weeks=(13.0, 39.0)
    )
    run = crowd().outcome(municipality(engine=engine))
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


def test_whose_goals_are_shown_goes_by_municipality_and_figures() -> None:
    assert goals_basis("ballerup") == goals_basis("ballerup", "2026") == "own"
    assert (goals_basis("aarhus"), goals_basis("aarhus", "2026")) == ("template", "product")
    assert load_goals("ballerup", "2026") == load_goals("ballerup")
    product = load_goals("aarhus", "2026")
    assert product is load_goals("roedovre", "2026")
    assert not {one.id for one in product} & {one.id for one in load_goals("ballerup")}
    years = [goal_years(name, "2026") for name in ("ballerup", "broendby", "albertslund", "aarhus")]
    assert years == ["2020", "2018-2019", "2020-2022", "2026"]
    # Nobody could take it for a municipality's: it names no one as its source.
    for one in product:
        assert "ikke kommunens" in one.source.da
        assert "not the municipality's" in one.source.en
        assert "allerup" not in one.source.da + one.quote
    limit = next(i for one in product for i in one.indicators if i.metric == "guidance_and_mentor_dkk")
    assert (limit.target, limit.comparator_quality, limit.direction) == (10602, "assumption", "watch")
    loaded = load_municipality("aarhus", figures="2026", rules="dated")
    assert loaded.goals is product
    assert loaded.goals_are_template


def test_a_ceiling_typed_in_is_an_assumption_of_the_scenario() -> None:
    own = "national_level.forsoergelse.support_share"
    plan = Scenario(name="loft", municipality="roedovre", baseline="2026", rules="dated", start="2027-01-04")  # type: ignore[arg-type]
    plan = plan.copy_with(assumptions=(Assumption(parameter=own, value=7.0, why="Budget 2027"),))
    town = municipality_of(plan)
    run = simulate(town, plan)
    (goal,) = (one for one in evaluate_goals(run, run) if one.id == "forsoergelse")
    assert goal.key.target == 7.0
    assert goal.key.status == "same"
    assert not goal.key.assumed


def test_bad_indicators_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown target group dagpeng"):
        spec("persons", groups=["dagpeng"])
    with pytest.raises(ValueError, match="needs a target"):
        spec("persons", comparator="rank")
    with pytest.raises(ValueError, match="no target of its own"):
        spec("persons", target=3)
