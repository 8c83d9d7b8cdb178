"""Test that a chart's labels tell the same figures as the cards and texts beside it."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from model.documents.axis import ends
from model.documents.line_chart import Around, Past, Possible, line_chart, line_table
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


def drawn_weeks() -> np.ndarray:
    scenario = load_scenario(SCENARIOS[0])
    run = baseline(municipality_of(scenario), scenario)
    return evaluate_goals(run, run)[0].key.weeks


def drawn_with(around: Around) -> pa.Table:
    scenario = load_scenario(SCENARIOS[0])
    town = municipality_of(scenario)
    after, before = simulate(town, scenario), baseline(town, scenario)
    indicator = evaluate_goals(after, before)[0].key
    return line_table(indicator, None, (0.0, 100.0), "da", around)


def test_published_months_stand_before_the_run_and_change_nothing_of_it() -> None:
    days = (datetime.date(2019, 11, 30), datetime.date(2019, 12, 31))
    alone, both = drawn_with(Around()), drawn_with(Around(past=Past(days, (20.0, 21.0), "til dec. 2019")))
    assert both.slice(2).equals(alone)
    first = both.slice(0, 2).to_pylist()
    assert [row["history"] for row in first] == [20.0, 21.0]
    assert [row["now"] for row in first] == [None, "til dec. 2019"]
    assert all(row["scenario"] is None and row["edge"] is None for row in first)
    assert alone.column("history").null_count == alone.num_rows


def test_the_time_without_figures_is_shaded_and_explained() -> None:
    days = (datetime.date(2019, 11, 30), datetime.date(2019, 12, 31))
    words = "regnes fra jan. 2021\nud fra tal fra jan. 2020"
    plain = drawn_with(Around(past=Past(days, (20.0, 21.0), "til dec. 2019")))
    assert plain.column("calculated").null_count == plain.column("calculated_from").null_count == len(plain)
    table = drawn_with(Around(past=Past(days, (20.0, 21.0), "til dec. 2019", words)))
    rows = table.to_pylist()
    assert [row["calculated"] for row in rows[:4]] == [None, None, words, None]
    # From the last published day to the first week that is drawn, and nowhere else.
    assert [row["calculated_from"] for row in rows] == [None, rows[2]["week"], *[None] * (len(rows) - 2)]
    moved = ("calculated", "calculated_from")
    assert table.drop_columns(list(moved)).equals(plain.drop_columns(list(moved)))


def test_the_words_of_the_time_without_figures_give_way_to_a_possible_course() -> None:
    days, weeks = (datetime.date(2019, 12, 31),), len(drawn_weeks())
    possible = Possible(np.full(weeks, 7.0), np.full(weeks, 6.0), "muligt forløb 1 af 10")
    table = drawn_with(
        Around(past=Past(days, (20.0,), "til dec. 2019", "regnes fra jan. 2021"), possible=possible)
    )
    assert table.column("calculated").null_count == len(table)
    assert table.column("calculated_from").null_count == len(table) - 1


def test_a_possible_course_and_a_reference_are_lines_of_their_own() -> None:
    scenario = load_scenario(SCENARIOS[0])
    town = municipality_of(scenario)
    run = simulate(town, scenario)
    other = evaluate_goals(run, baseline(town, scenario))[0].key
    weeks = len(other.weeks)
    possible = Possible(np.full(weeks, 7.0), np.full(weeks, 6.0), "muligt forløb 1 af 10")
    table = drawn_with(Around(possible=possible, reference=other))
    assert set(table.column("possible").to_pylist()) == {7.0}
    assert set(table.column("possible_baseline").to_pylist()) == {6.0}
    assert table.column("possible_label").to_pylist()[0] == possible.label
    assert table.column("reference").null_count < table.num_rows
    assert table.to_pylist()[-1]["label_reference"].startswith("Forvaltningen")
    none = drawn_with(Around())
    assert none.column("possible").null_count == none.column("reference").null_count == none.num_rows
