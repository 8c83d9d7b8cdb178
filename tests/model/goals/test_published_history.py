"""Test what the first page's graph shows of the months before the start."""

from __future__ import annotations

import csv
import datetime
from typing import Any

import pytest

from model.files.folders import DATA_FOLDER
from model.goals.benchmark import default_area, members, rank_of
from model.goals.dagpenge_rates import dagpenge_rates
from model.goals.evaluate import evaluate_goals
from model.goals.published_history import PublishedLine, _means, published_line
from model.municipality.municipality import load_municipality
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline

pytestmark = pytest.mark.usefixtures("engine")


def line_of(
    municipality: str, metric: str, figures: str = "2026", groups: tuple[str, ...] = ()
) -> PublishedLine | None:
    rules = "dated" if figures == "2026" else "2021-01"
    start = datetime.date(2027, 1, 4) if figures == "2026" else datetime.date(2021, 1, 4)
    scenario = Scenario(name="x", municipality=municipality, baseline=figures, rules=rules, start=start)
    town = municipality_of(scenario)
    run = baseline(town, scenario)
    found = [
        i for goal in evaluate_goals(run, run) for i in goal.indicators
        if i.metric == metric and (not groups or i.groups == groups)
    ]  # fmt: skip
    return published_line(town, found[0])


def published(municipality: str, column: str) -> dict[str, float]:
    """Read the file anew, by month."""
    path = DATA_FOLDER / "figures" / "unemployment_y25i01.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["municipality"] == municipality]
    return {row["month"]: float(row[column]) for row in rows if row[column]}


def test_the_line_ends_with_the_rank_that_the_model_starts_from() -> None:
    line = line_of("ballerup", "dagpenge_rank")
    assert line is not None
    assert line.last == datetime.date(2026, 1, 31)
    rates = dagpenge_rates("2026")
    area = members(default_area("Ballerup"))
    others = [[rate.per_cent for name, rate in rates.items() if name in area and name != "Ballerup"]]
    import numpy as np

    assert line.values[-1] == rank_of(np.array([rates["Ballerup"].per_cent]), np.array(others))[0]
    assert all(1 <= place <= len(area) for place in line.values)


def test_a_months_figure_is_the_mean_of_the_twelve_behind_it() -> None:
    line = line_of("ballerup", "dagpenge_share")
    assert line is not None
    months = published("ballerup", "dagpengeRate")
    for day, value in zip(line.days, line.values, strict=True):
        last = day.year * 12 + day.month - 1
        behind = [f"{i // 12}M{i % 12 + 1:02d}" for i in range(last - 11, last + 1)]
        assert value == pytest.approx(sum(months[month] for month in behind) / 12)
    assert line.days[0] == datetime.date(2022, 7, 31), "the first month with twelve published ones"


def test_a_missing_month_leaves_a_gap() -> None:
    series: dict[str, Any] = {f"2022-{i:02d}": 1.0 for i in range(1, 13)}
    series |= {f"2023-{i:02d}": 1.0 for i in range(1, 13)}
    assert len(_means(series)) == 13
    series["2022-12"] = None
    assert list(_means(series)) == ["2023-12"], "no mean over a month that is not there"


def test_full_year_persons_have_the_months_of_their_benefit() -> None:
    line = line_of("odense", "budget_persons", groups=("dagpenge",))
    assert line is not None
    months = published("odense", "dagpenge")
    last = sorted(months)[-12:]
    assert line.values[-1] == pytest.approx(sum(months[month] for month in last) / 12)
    sick = line_of("odense", "budget_persons", groups=("sygedagpenge", "jobafklaring"))
    assert sick is None, "what is not published by month has no line"


def test_figures_of_2020_have_no_line() -> None:
    assert line_of("ballerup", "dagpenge_rank", "2020") is None
    assert load_municipality("ballerup").vintage == "2020"
