"""Starting figures by vintage: what they hold, and that they are right."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from model.domain import GROUP_INDEX, N_GROUPS
from model.municipality import vintages
from model.municipality.build_vintage import build_rows, latest_month
from model.municipality.figures import NATION, mean_of, monthly, months_of
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import FIRST, UnknownVintage, newest_vintage, vintage, vintage_names
from model.parameters.sourced_value import SourcedValue
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.run_engine import run_raw
from model.simulation.simulate import simulate

SYSTEM = (
    "kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_uddannelsesparat",
    "uddannelseshjaelp_aktivitetsparat", "sho",
)  # fmt: skip
DRIFT = 1e-9


def test_there_are_two_and_the_app_opens_on_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    assert vintage_names() == (FIRST, "2026")
    monkeypatch.delenv(vintages.BASELINE_VARIABLE)
    assert (vintages.opening_vintage(), vintages.opening_rules()) == (newest_vintage(), "dated")
    monkeypatch.setenv(vintages.BASELINE_VARIABLE, "2020")
    assert (vintages.opening_vintage(), vintages.opening_rules()) == ("2020", "2021-01")
    monkeypatch.setenv(vintages.BASELINE_VARIABLE, "1848")
    assert vintages.opening_vintage() == newest_vintage()
    with pytest.raises(UnknownVintage, match="1848"):
        vintage("1848")


@pytest.mark.parametrize("name", vintage_names())
def test_every_row_is_a_number_with_its_origin(name: str) -> None:
    for of_town in vintage(name).rows.values():
        for row in of_town.values():
            SourcedValue.model_validate(row.model_dump())


def test_the_shipped_rows_are_those_that_the_figures_give() -> None:
    shipped = vintage("2026").rows
    rows = list(build_rows(latest_month()))
    assert {row.municipality for row in rows} == set(shipped) == {info.id for info in municipalities()}
    for row in rows:
        number = shipped[row.municipality][row.parameter]
        assert number.value == pytest.approx(row.value, rel=1e-5)
        assert (number.quality, number.as_of) == (row.quality, row.as_of)


@pytest.mark.parametrize(
    ("file", "column", "groups", "first"),
    [
        ("unemployment_y25i01", "dagpenge", ("dagpenge",), ""),
        ("kontanthjaelp_y60a02", "fullTime", SYSTEM, "2025M07"),
    ],
)
def test_the_98_sum_to_the_nation(file: str, column: str, groups: tuple[str, ...], first: str) -> None:
    """Nobody is counted twice, nobody is left out: within 1 per cent of what is published for the nation."""
    series = monthly(file, column)[NATION]
    published = mean_of(series, months_of(series, latest_month(), 12, first))
    places = [GROUP_INDEX[group] for group in groups]
    towns = [load_municipality(info.id, figures="2026", rules="dated") for info in municipalities()]
    whole = sum(float(town.engine.stock[places].sum()) for town in towns)
    # The weights of the kontanthjælp group share a total that holds the groups of 2022 too.
    assert whole == pytest.approx(published, rel=0.01)


def test_the_baselines_stand_still_where_no_rule_changes() -> None:
    """Without the seasons, which move it within the year, no target group of the 98 drifts in four years."""
    flat = {name: np.ones((N_GROUPS, 53)) for name in ("season_inflow", "season_job", "season_education")}
    for info in municipalities():
        municipality = load_municipality(info.id, figures="2026", rules="2021-01")
        engine = dataclasses.replace(municipality.engine, **flat)
        record, _, _ = run_raw(engine, build_lever_paths(municipality, None, 208))
        stock = record[:, :, 0].reshape(209, N_GROUPS, -1).sum(axis=2)
        assert np.abs(stock / stock[0] - 1).max() < DRIFT, info.id


def test_figures_of_another_name_give_another_municipality() -> None:
    old, new = load_municipality("ballerup"), load_municipality("ballerup", figures="2026", rules="dated")
    assert old.key != new.key
    assert (old.vintage, old.start.year) == ("2020", 2021)
    assert (new.vintage, new.start.year) == ("2026", 2026)
    assert new.parameter("benchmark.dagpenge").value.value == pytest.approx(652.4, abs=0.1)
    assert new.under().key == new.key


def test_a_later_start_begins_where_the_year_before_has_led() -> None:
    """The run to January 2027 from a year earlier, cut at the start, is the run that starts there."""
    whole = Scenario(
        name="x", municipality="ballerup", baseline="2026", rules="dated", start="2026-01-05", years=3
    )
    later = whole.copy_with(start="2027-01-04", years=2)
    town = municipality_of(whole)
    long, short = simulate(town, whole), simulate(town, later)
    np.testing.assert_allclose(long.block("caseload")[52:156], short.block("caseload")[:104], rtol=1e-12)
    np.testing.assert_allclose(long.firm_filled[52:156], short.firm_filled[:104], rtol=1e-12)
