"""Test what was published before the start: holes stay holes, years are means, hidden offers are not told."""

from __future__ import annotations

import csv

import pytest

from model.municipality.figures import FIGURES_FOLDER
from model.municipality.history import (
    GROUPS_OF,
    activation_by_year,
    benefit_of,
    lever_history,
    offers_in_firms,
    paid_hours,
    paid_hours_note,
    published_caseload,
    without_holes,
)
from model.municipality.municipality_list import municipalities


def cells(name: str, municipality: str, column: str) -> dict[str, str]:
    with (FIGURES_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {r["month"]: r[column] for r in csv.DictReader(file) if r["municipality"] == municipality}


def test_hidden_and_missing_months_are_gaps():
    series = without_holes({"2025M11": 7.0, "2025M12": None, "2026M03": 9.0, "2026M04": None})
    assert series.months == ("2025-11", "2025-12", "2026-01", "2026-02", "2026-03")
    assert series.values == (7.0, None, None, None, 9.0)
    assert without_holes({"2025M11": None}).months == ()


@pytest.mark.parametrize(
    ("benefit", "name", "column"),
    [("dagpenge", "unemployment_y25i01", "dagpenge"), ("kontanthjaelp", "kontanthjaelp_y60a02", "fullTime")],
)
def test_caseload_is_the_files_own(benefit, name, column):
    own = cells(name, "ballerup", column)
    series = published_caseload("ballerup", benefit)
    assert (series.months[0], series.months[-1]) == ("2021-08", "2026-01")
    assert series.values == tuple(float(own[month.replace("-", "M")]) for month in series.months)


def test_target_groups_of_a_series():
    assert benefit_of("dagpenge") == "dagpenge"
    assert {benefit_of(group) for group in GROUPS_OF["kontanthjaelp"]} == {"kontanthjaelp"}
    assert benefit_of("sygedagpenge") is None
    # The ressourceforløb of the benchmark's group are in no published month.
    assert benefit_of("ressourceforloeb") is None


def test_activation_of_a_year_is_the_mean_of_its_months():
    own = cells("activation_kontanthjaelp_y60c07", "ballerup", "degree")
    years = activation_by_year("ballerup")
    assert [year.name("en") for year in years] == [
        "Aug 2021–Dec 2021",
        "2022",
        "2023",
        "2024",
        "2025",
        "Jan 2026",
    ]
    of_2023 = [float(value) for month, value in own.items() if month.startswith("2023")]
    assert years[2].rate == pytest.approx(sum(of_2023) / 12 / 100)
    assert years[-1].rate == pytest.approx(float(own["2026M01"]) / 100)


def test_levers_tell_what_was_published():
    said = lever_history("ballerup", "activation_rate", "sho").da.replace("\N{NO-BREAK SPACE}", " ")
    assert "jan. 2026: 21,2 %" in said
    assert "y60c07" in said
    assert (
        "43 persons in wage subsidies and 64 in placements in firms; 396 were"
        in lever_history("ballerup", "firm_places", None).en
    )
    for lever, group in (("activation_rate", "dagpenge"), ("meetings", "sho"), ("motivation", None)):
        assert lever_history("ballerup", lever, group) is None


def test_hidden_offers_are_not_told():
    hidden = [info.id for info in municipalities() if offers_in_firms(info.id) is None]
    assert "laesoe" in hidden
    assert all(lever_history(name, "firm_places", None) is None for name in hidden)
    assert len(hidden) < 20


def test_paid_hours_are_the_files_shares_without_small_counts():
    name = "ordinary_hours_kontanthjaelp_y60j01"
    shares, series = cells(name, "ballerup", "share"), paid_hours("ballerup")
    assert series.months[-1] == "2026-01"
    assert series.values == tuple(float(shares[month.replace("-", "M")]) for month in series.months)
    assert series.values[-1] == 10.3
    persons, shown = cells(name, "samsoe", "persons"), paid_hours("samsoe")
    for month, value in zip(shown.months, shown.values, strict=True):
        count = persons.get(month.replace("-", "M"))
        assert (value is None) == (not count or float(count) < 5)
    # The file has shares where the count is hidden, and counts of four.
    assert cells(name, "samsoe", "share")["2026M01"] == "10.5"
    assert shown.months[-1] < "2025-11"


def test_the_note_on_paid_hours_says_what_differs():
    note = paid_hours_note("ballerup")
    assert note is not None
    assert "10,3 %" in note.text("da")
    assert "y60j01" in note.text("da")
    assert "kun dem, der er i kommunens tilbud" in note.text("da")
    assert "10.3 %" in note.text("en")
