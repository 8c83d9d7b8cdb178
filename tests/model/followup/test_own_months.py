"""Test which months of an export are taken as a municipality's own."""

from __future__ import annotations

import pytest

from model.followup.own_months import own_months, told_with
from model.followup.told import Told
from model.imports.reader import read_export
from tests.model.followup.test_decided_files import decided


def read(lines: list[str], name: str = "y01a02.csv") -> object:
    head = "Område;Periode;Antal fuldtidspersoner"
    return own_months(read_export("\n".join([head, *lines]).encode(), name), decided())


def test_the_municipalitys_months_are_taken_and_no_others() -> None:
    lines = [
        "Ballerup;2026M11;650,5",
        "Ballerup;2027M01;701,5",
        "Furesø;2027M01;300,0",
        "Ballerup;2027M02;3",
        "Ballerup;2027M03;*",
        "Ballerup;2027;690",
    ]
    assert read(lines) == {"dagpenge": {"2026-11": 650.5, "2027-01": 701.5}}


@pytest.mark.parametrize(("name", "benefit"), [("y01a02.csv", "dagpenge"), ("y60a02.csv", "kontanthjaelp")])
def test_the_table_says_which_benefit_it_is(name: str, benefit: str) -> None:
    assert read(["Ballerup;2027M01;701"], name) == {benefit: {"2027-01": 701.0}}


@pytest.mark.parametrize("name", ["y07a02.csv", "figures.csv"])
def test_another_table_and_one_that_is_not_known_give_nothing(name: str) -> None:
    assert read(["Ballerup;2027M01;701"], name) == {}


def test_only_months_of_the_path_after_the_decision_are_told() -> None:
    made = decided()
    months = {
        "dagpenge": {"2026-11": 650.0, "2027-01": 701.0, "2035-01": 9.0},
        "kontanthjaelp": {"2027-01": 800.0},
    }
    told, taken = told_with(Told(), made, months)  # type: ignore[arg-type]
    assert taken == 1
    assert [(m.series, m.month, m.value) for m in told.months] == [("dagpenge", "2027-01", 701.0)]
