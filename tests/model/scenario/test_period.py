"""Scenario files of format 2, and a scenario on other figures, with another start, under other rules."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from model.files.problems import FileProblem
from model.library.share_link import decode_link, encode_link
from model.scenario.economy import OwnEconomy
from model.scenario.file_warnings import range_warnings
from model.scenario.files import load_scenario, read_scenario, write_scenario
from model.scenario.period import first_monday, of_one_time, on_figures, possible_starts, starting_at
from model.scenario.scenario import Scenario, municipality_of, possible_years
from model.scenario.transfer import transferred
from tests.model.scenario.cases import SHIPPED

HEAD = "format: 2\nname: Prøve\nmunicipality: ballerup\n"
NEW = HEAD + "baseline: 2026\nrules: dated\n"
JANUARY_2027 = datetime.date(2027, 1, 4)


def of_2026(**more: Any) -> Scenario:
    """Ballerup on the figures of 2026."""
    return Scenario(name="Prøve", municipality="ballerup", baseline="2026", rules="dated", **more)


def test_a_file_of_format_2_says_its_figures_and_rules() -> None:
    scenario = read_scenario(NEW + "start: 2028-01-03\nyears: 2\n")
    assert (scenario.baseline, scenario.rules, scenario.format) == ("2026", "dated", 2)
    assert scenario.start == datetime.date(2028, 1, 3)
    text = write_scenario(scenario)
    assert "format: 2\n" in text
    assert "baseline: 2026\n" in text
    assert read_scenario(text) == scenario
    assert decode_link(encode_link(scenario)) == scenario


def test_a_file_without_a_start_begins_where_new_scenarios_do() -> None:
    assert read_scenario(NEW).start == JANUARY_2027
    assert of_2026().start == JANUARY_2027


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_of_format_1_means_the_figures_of_2020(path: Any) -> None:
    scenario = load_scenario(path)
    if path.read_text(encoding="utf-8").splitlines()[1] == "format: 1":
        assert (scenario.baseline, scenario.rules, scenario.format) == ("2020", "2021-01", 1)
        assert "baseline:" not in write_scenario(scenario)
    else:
        assert (scenario.baseline, scenario.format) == ("2026", 2)


@pytest.mark.parametrize(
    ("text", "da", "line"),
    [
        (HEAD + "rules: dated\n", "»baseline« mangler", 1),
        (HEAD + "baseline: 2026\n", "»rules« mangler", 1),
        (HEAD.replace("2\n", "1\n") + "baseline: 2026\n", "hører til format 2", 4),
        (HEAD + "baseline: 1999\nrules: dated\n", "ingen tal, der hedder »1999«", 4),
        (HEAD + "baseline: 2026\nrules: altid\n", "ingen regler, der hedder »altid«", 5),
        (NEW + "start: 2021-01-04\n", "skal starten ligge mellem 2026-01-05", 6),
        (NEW + "start: 2027-01-05\n", "skal være en mandag", 6),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, da: str, line: int) -> None:
    with pytest.raises(FileProblem) as caught:
        read_scenario(text)
    (problem,) = caught.value.problems
    assert da in problem.da
    assert problem.line == line


def test_budget_years_begin_on_their_first_monday() -> None:
    assert [first_monday(year) for year in (2021, 2026, 2027, 2028)] == [
        datetime.date(2021, 1, 4),
        datetime.date(2026, 1, 5),
        datetime.date(2027, 1, 4),
        datetime.date(2028, 1, 3),
    ]
    starts = possible_starts(of_2026())
    assert starts[0] == datetime.date(2026, 1, 5)
    assert JANUARY_2027 in starts
    assert all(start.weekday() == 0 for start in starts)


def test_another_start_takes_changes_and_economy_along() -> None:
    economy = OwnEconomy.model_validate(
        {"inflow": [{"from": datetime.date(2027, 3, 1), "index": 110}]}, by_alias=True
    )
    scenario = of_2026(economy=economy).with_change("firm_places", 200, from_=datetime.date(2027, 3, 1))
    moved = starting_at(scenario, datetime.date(2028, 1, 3))
    assert moved.changes[0].from_ == datetime.date(2028, 2, 28)
    assert isinstance(moved.economy, OwnEconomy)
    assert moved.economy.inflow[0].from_ == datetime.date(2028, 2, 28)
    assert starting_at(moved, scenario.start) == scenario
    with pytest.raises(ValidationError):
        starting_at(scenario, datetime.date(2021, 1, 4))


def test_other_figures_come_with_their_rules_and_start() -> None:
    old = Scenario(name="Prøve", municipality="ballerup").with_change(
        "firm_places", 300, from_=datetime.date(2021, 3, 1)
    )
    new = on_figures(old, "2026")
    assert (new.baseline, new.rules, new.start) == ("2026", "dated", JANUARY_2027)
    assert (new.changes[0].from_ - new.start) == (old.changes[0].from_ - old.start)
    assert on_figures(new, "2020") == old


def test_years_and_municipality_go_with_the_figures() -> None:
    scenario = of_2026().with_change("firm_places", 200)
    there = transferred(scenario, "odense", "Prøve", "scale").scenario
    assert (there.baseline, there.rules, there.start) == ("2026", "dated", JANUARY_2027)
    assert municipality_of(there).vintage == "2026"
    assert list(possible_years(scenario)) == list(range(1, 11))


def test_an_assumption_is_held_against_the_figures_that_it_is_of() -> None:
    own = of_2026().with_assumption("budget.reduced_sickness_rate", 2.0)
    assert range_warnings(own)
    assert municipality_of(own).budget.number("budget.reduced_sickness_rate") == 2.0


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({}, True),
        ({"years": 2}, True),
        ({"start": datetime.date(2028, 1, 3)}, False),
        ({"rules": "start"}, False),
        ({"baseline": "2020", "rules": "2021-01", "start": datetime.date(2021, 1, 4)}, False),
    ],
)
def test_scenarios_of_one_time_can_be_compared(other: dict[str, Any], same: bool) -> None:
    fields = {"name": "Anden", "municipality": "ballerup", "baseline": "2026", "rules": "dated", **other}
    assert of_one_time(of_2026(), Scenario(**fields)) == same


def test_figures_that_stand_still_can_be_compared_from_any_start() -> None:
    plain = Scenario(name="x", municipality="ballerup")
    assert of_one_time(plain, starting_at(plain, datetime.date(2024, 1, 1)))
