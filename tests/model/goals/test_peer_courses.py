"""Test ranks while a baseline follows a projection: each peer goes its own way, and the economy stays common."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from model.goals.benchmark import dagpenge_rank, named_peers, peers
from model.goals.peer_courses import peer_courses
from model.scenario.projection import FORECAST
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from model.uncertainty import months_ahead
from model.uncertainty.draw_runs import DrawRunner, FanOptions
from model.uncertainty.draws import draws_for
from model.uncertainty.fan import fan

RANK = "forsikrede_ledige.rank"
START = datetime.date(2026, 1, 5)
PLAIN = Scenario(name="x", municipality="ballerup", baseline="2026", rules="dated", start=START)


def ranks(scenario: Scenario) -> np.ndarray:
    municipality = municipality_of(scenario)
    return np.asarray(dagpenge_rank(simulate(municipality, scenario), baseline(municipality, scenario)).rank)


def test_who_goes_on_above_the_others_falls_behind_them() -> None:
    own = PLAIN.copy_with(projection={"dagpenge": [{"from": "2026-07-01", "persons": 1200}]})
    assert ranks(own)[-1] > ranks(PLAIN)[-1] + 3
    few = PLAIN.copy_with(projection={"dagpenge": [{"from": "2026-07-01", "persons": 300}]})
    assert ranks(few)[-1] < 5


def test_a_common_economy_moves_no_rank_on_the_way() -> None:
    following = PLAIN.copy_with(projection=FORECAST)
    moved = np.abs(ranks(following.copy_with(economy="recovery")) - ranks(following))
    assert np.median(moved) <= 1


def test_peers_go_where_their_forecasts_say_from_where_they_stand() -> None:
    names, per_cent = named_peers("Ballerup", "region_hovedstaden", "2026")
    assert (np.diff(per_cent) >= 0).all()
    np.testing.assert_array_equal(per_cent, peers("Ballerup", "region_hovedstaden", "2026"))
    courses = peer_courses(names, np.datetime64("2026-01-05") + 7 * np.arange(104))
    assert courses.shape == (104, len(names))
    assert courses[0] == pytest.approx(np.ones(len(names)), abs=0.03)
    assert courses[-1].std() > 0.01, "they do not all go the same way"


def test_the_place_to_reach_is_that_of_the_peers_own_forecasts() -> None:
    following = PLAIN.copy_with(projection=FORECAST)
    municipality = municipality_of(following)
    run = simulate(municipality, following)
    found = dagpenge_rank(run, run)
    names, figures = named_peers("Ballerup", "region_hovedstaden", "2026")
    assert found.common == pytest.approx(np.ones(len(run.weeks)), abs=0.02), "no economy moves them alike"
    others = np.sort(figures * peer_courses(names, run.weeks) * found.common[:, None], axis=1)
    tenth = np.rint(others[:, 9] * 100) / 100
    np.testing.assert_allclose(found.threshold, tenth, atol=1e-9)
    standing = np.sort(figures)[9]
    assert np.abs(tenth - standing).max() > 0.02, "and they do move"


def test_without_time_the_draws_ranks_are_the_runs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(months_ahead, "months_since", lambda owner, weeks: np.zeros(len(weeks)))
    following = PLAIN.copy_with(projection=FORECAST, years=2)
    drawn = draws_for(municipality_of(following), count=4, seed=2)
    runner = DrawRunner(drawn, FanOptions((RANK,), with_budget=False))
    before = runner.baseline(following, None, None)
    assert before.peers is not None
    ranked = before.peers.ranked(before.readings)
    assert ranked is not None
    own = before.series(runner.row(RANK))
    np.testing.assert_array_equal(ranked.rank, own)


def test_the_range_of_the_rank_is_around_the_rank_that_is_shown() -> None:
    own = PLAIN.copy_with(projection={"dagpenge": [{"from": "2026-07-01", "persons": 1200}]})
    municipality = municipality_of(own)
    drawn = draws_for(municipality, count=16, seed=1)
    band = fan(municipality, own, drawn, FanOptions((RANK,), with_budget=False))
    level = band.indicators[RANK].scenario
    assert level.low[-1] <= ranks(own)[-1] <= level.high[-1]
