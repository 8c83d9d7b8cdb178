"""Test that a chart's labels tell the same figures as the cards and texts beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.documents.axis import ends
from model.documents.line_chart import line_chart, line_table
from model.documents.palette import LIGHT
from model.goals.evaluate import evaluate_goals
from model.language.catalogue import number, text
from model.scenario.files import load_scenario, scenario_files
from model.scenario.scenario import municipality_of
from model.simulation.simulate import baseline, simulate
from tests.folders import ROOT

SCENARIOS = [path for path in scenario_files(ROOT / "scenarios") if path.parent.name == "ballerup"]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_labels_at_the_lines_ends_are_the_cards_figures(path: Path) -> None:
    scenario = load_scenario(path)
    municipality = municipality_of(scenario)
    goals = evaluate_goals(simulate(municipality, scenario), baseline(municipality, scenario))
    compared = 0
    for indicator in (i for goal in goals for i in goal.indicators if not i.suppressed):
        axis = ends([indicator.baseline, indicator.scenario], (indicator.target,))
        last = line_table(indicator, None, axis, "da").to_pylist()[-1]
        shown = number(indicator.value_scenario, "da", indicator.decimals)
        if shown == text("domain.missing_number", "da"):
            continue
        assert last["label_scenario"].rpartition(" ")[2] == shown, indicator.id
        compared += 1
    assert compared > 20


def test_a_chart_says_what_the_figures_at_its_lines_are() -> None:
    scenario = load_scenario(SCENARIOS[0])
    municipality = municipality_of(scenario)
    run = baseline(municipality, scenario)
    indicator = evaluate_goals(run, run)[0].key
    _, spec = line_chart(indicator, None, (0.0, 1.0), "da", LIGHT)
    assert text("page.chart.last_year", "da") in spec["title"]["subtitle"]
    assert indicator.last_day == scenario.end.fromordinal(scenario.end.toordinal() - 1)
