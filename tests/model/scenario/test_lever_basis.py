"""Test of which years a lever's baseline is said to be."""

from __future__ import annotations

import pytest

from model.municipality.municipality import Municipality, municipality_on
from model.municipality.vintages import vintage
from model.scenario.lever_basis import LeverBasis, lever_basis
from model.scenario.levers import LEVER_BY_ID, LEVERS


def of_2026() -> Municipality:
    return municipality_on(vintage("2026"), "ballerup")


@pytest.mark.parametrize(
    ("lever", "group", "expected"),
    [
        ("activation_rate", "dagpenge", LeverBasis(2020, 2020, True)),
        ("activation_rate", "kontanthjaelp_jobparat", LeverBasis(2025, 2026, True)),
        ("offer_deadline_week", "dagpenge", LeverBasis(2015, 2015, False)),
        ("guidance_closed", None, LeverBasis(2015, 2015, False)),
        ("caseworker_changes", None, LeverBasis(2017, 2017, False)),
        # Most of the places are of 2026, those of dagpenge and the sick of 2013-2014.
        ("firm_places", None, LeverBasis(2013, 2026, True)),
        ("firm_place_mix", None, LeverBasis(2020, 2020, True)),
    ],
)
def test_a_baseline_has_the_years_of_its_numbers(lever: str, group: str | None, expected: LeverBasis) -> None:
    assert lever_basis(LEVER_BY_ID[lever], of_2026(), group) == expected


@pytest.mark.parametrize("lever", ["firm_priority", "newcomer_priority", "equal_effort", "fleksjob_openings"])
def test_what_a_lever_is_measured_by_has_no_year(lever: str) -> None:
    row = LEVER_BY_ID[lever]
    assert lever_basis(row, of_2026(), "dagpenge" if row.groups else None) is None


def test_every_other_lever_has_one() -> None:
    town = of_2026()
    without = {
        lever.id
        for lever in LEVERS
        if all(lever_basis(lever, town, group) is None for group in (lever.groups or (None,)))
    }
    assert without == {"firm_priority", "newcomer_priority", "equal_effort", "fleksjob_openings"}


def test_years_are_short() -> None:
    assert LeverBasis(2015, 2015, False).years == "2015"
    assert LeverBasis(2013, 2026, True).years == "2013\N{EN DASH}26"
    assert LeverBasis(1999, 2001, True).years == "1999\N{EN DASH}2001"
