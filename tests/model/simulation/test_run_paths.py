"""Test baselines that follow a projection: they do, and a scenario differs by its effort alone."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from pydantic import ValidationError

from model.domain import GROUP_INDEX
from model.files.problems import FileProblem
from model.forecast.predictive import predict
from model.municipality.history import BENEFITS, GROUPS_OF
from model.scenario.diff import diff
from model.scenario.files import read_scenario, write_scenario
from model.scenario.projection import FORECAST, STANDS_STILL, OwnProjection
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.transfer import transferred
from model.simulation.run_paths import build_run_paths, projected_levels
from model.simulation.simulate import baseline, simulate

PLAIN = Scenario(
    name="prøve", municipality="ballerup", baseline="2026", rules="dated", start=datetime.date(2026, 1, 5)
)
FOLLOWING = PLAIN.copy_with(projection=FORECAST)


def persons(scenario: Scenario, benefit) -> np.ndarray:
    """Return the persons on a benefit by week [T]."""
    outcome = simulate(municipality_of(scenario), scenario)
    groups = [GROUP_INDEX[group] for group in GROUPS_OF[benefit]]
    caseload = np.asarray(outcome.caseload)
    return caseload.reshape(len(caseload), len(GROUP_INDEX), -1).sum(axis=2)[:, groups].sum(axis=1)


@pytest.mark.parametrize("benefit", BENEFITS)
@pytest.mark.parametrize("municipality", ["ballerup", "albertslund", "aarhus"])
def test_the_baseline_has_the_persons_that_the_forecast_says(municipality: str, benefit) -> None:
    scenario = FOLLOWING.copy_with(municipality=municipality)
    paths = build_run_paths(municipality_of(scenario), scenario, scenario.weeks)
    level = projected_levels(municipality_of(scenario), scenario, paths.weeks)[benefit]
    ratio = persons(scenario, benefit) / level
    off = np.abs(ratio / np.median(ratio) - 1.0)
    assert off.max() < 0.01
    assert off.mean() < 0.002


@pytest.mark.parametrize("benefit", BENEFITS)
def test_the_levels_are_the_published_months_and_then_the_forecast(benefit) -> None:
    municipality = municipality_of(FOLLOWING)
    mondays = np.datetime64("2025-12-15", "D") + 7 * np.arange(60)
    level = projected_levels(municipality, FOLLOWING, mondays)[benefit]
    told = predict("ballerup", benefit, 12)
    july = np.argmin(np.abs(mondays - np.datetime64("2026-07-15")).astype(int))
    assert level[july] / level[0] == pytest.approx(told.central[5] / _published(benefit)[-2], rel=0.02)


def _published(benefit) -> np.ndarray:
    from model.forecast.panel import panel

    figures = panel(benefit)
    return figures.persons[:, figures.ids.index("ballerup")]


def test_a_baseline_that_stands_still_is_as_before() -> None:
    municipality = municipality_of(PLAIN)
    paths = build_run_paths(municipality, PLAIN, 208)
    assert (paths.projection == 1.0).all()
    assert paths.run_in is None
    assert PLAIN.key == PLAIN.copy_with(projection=STANDS_STILL).key
    assert FOLLOWING.key != PLAIN.key


def test_what_differs_is_the_effort() -> None:
    standing = PLAIN.with_change("meetings", 6, "dagpenge")
    following = standing.copy_with(projection=FORECAST)
    assert baseline(municipality_of(following), following) is not baseline(
        municipality_of(standing), standing
    )
    moved = [
        persons(s, "dagpenge")[104:] - persons(s.without("meetings", "dagpenge"), "dagpenge")[104:]
        for s in (standing, following)
    ]
    # The season moves the difference a little, as there are more or fewer to meet.
    assert moved[0].mean() < -5
    assert moved[1].mean() == pytest.approx(moved[0].mean(), rel=0.1)
    unmoved = following.without("meetings", "dagpenge")
    assert (persons(unmoved, "dagpenge") == persons(FOLLOWING, "dagpenge")).all()


def test_a_later_start_goes_the_same_way() -> None:
    later = FOLLOWING.copy_with(start=datetime.date(2027, 1, 4))
    weeks = (later.start - FOLLOWING.start).days // 7
    assert persons(later, "dagpenge")[:100] == pytest.approx(
        persons(FOLLOWING, "dagpenge")[weeks : weeks + 100], rel=0.01
    )


def test_an_economy_moves_a_baseline_that_follows_the_forecast() -> None:
    wave = FOLLOWING.copy_with(economy="second_wave")
    assert persons(wave, "dagpenge")[100] > 1.02 * persons(FOLLOWING, "dagpenge")[100]


def test_own_numbers_are_met_and_the_other_benefit_goes_on_as_it_comes() -> None:
    own = OwnProjection.model_validate(
        {"dagpenge": [{"from": "2027-01-04", "persons": 900}, {"from": "2028-01-03", "persons": 800}]}
    )
    scenario = PLAIN.copy_with(projection=own)
    came = persons(scenario, "dagpenge")
    assert came[52] == pytest.approx(900, rel=0.01)
    assert came[104] == pytest.approx(800, rel=0.01)
    assert came[207] == pytest.approx(800, rel=0.01)
    other = persons(scenario, "kontanthjaelp")
    standing = persons(PLAIN, "kontanthjaelp")
    assert other[:8] == pytest.approx(standing[:8], rel=0.02)
    assert other[207] > standing[207], "more on dagpenge, more whose right ends"


def test_figures_of_2020_have_no_months_to_project_from() -> None:
    with pytest.raises(ValidationError, match="no months"):
        Scenario(name="x", municipality="ballerup", projection=FORECAST)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("forecasts", "Mente du »forecast«"),
        ("{dagpenge: [{from: 2027-01-04, persons: -5}]}", "over 0"),
        ("{dagpenge: [{from: 2027-01-04, persons: 5}, {from: 2026-01-05, persons: 6}]}", "rækkefølge"),
    ],
)
def test_a_wrong_projection_is_told(written: str, says: str) -> None:
    text = write_scenario(FOLLOWING).replace("projection: forecast", f"projection: {written}")
    with pytest.raises(FileProblem) as told:
        read_scenario(text)
    assert says in told.value.text("da")
    assert "projection" in told.value.text("da") or "linje" in told.value.text("da")


def test_a_projection_is_written_read_and_told_apart() -> None:
    own = OwnProjection.model_validate({"kontanthjaelp": [{"from": "2027-01-04", "persons": 700}]})
    for scenario in (FOLLOWING, PLAIN.copy_with(projection=own)):
        assert read_scenario(write_scenario(scenario)).projection == scenario.projection
        told = [d.message.text("da") for d in diff(PLAIN, scenario)]
        assert len(told) == 1
        assert told[0].startswith("Uden ændringer")
    assert "projection" not in write_scenario(PLAIN)


def test_own_numbers_stay_in_their_municipality() -> None:
    own = PLAIN.copy_with(projection={"dagpenge": [{"from": "2027-01-04", "persons": 900}]})
    moved = transferred(own, "albertslund", "x", "keep")
    assert moved.scenario.projection == STANDS_STILL
    assert [m.text("da") for m in moved.misfits] == [
        "Dine egne tal for udviklingen uden ændringer er ikke taget med."
    ]
    assert transferred(FOLLOWING, "albertslund", "x", "anew").scenario.projection == FORECAST
