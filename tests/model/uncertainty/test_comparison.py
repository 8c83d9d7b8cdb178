"""Test comparing scenarios over the same draws and under each named set of assumptions."""

from __future__ import annotations

import threading

import pytest

from model.municipality.municipality import load_municipality
from model.scenario.scenario import Scenario
from model.uncertainty.comparison import by_assumption_set, over_draws
from model.uncertainty.draws import Cancelled, draws_for
from model.uncertainty.end_values import BUDGET

DRAWS = 6


def scenario(places: float | None = None, meetings: float | None = None) -> Scenario:
    found = Scenario(name="x", municipality="ballerup")
    if places is not None:
        found = found.with_change("firm_places", places)
    if meetings is not None:
        found = found.with_change("meetings", meetings, "dagpenge")
    return found


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    """Ballerup's participation (more is better) and place in the capital area (lower is better)."""
    goals = load_municipality("ballerup").goals
    every = {f"{goal.id}.{spec.id}": spec for goal in goals for spec in goal.indicators}
    chosen = {
        key: spec.direction
        for key, spec in every.items()
        if spec.metric in ("participation", "dagpenge_rank")
    }
    assert sorted(set(chosen.values())) == ["down", "up"]
    return chosen


@pytest.fixture(scope="module")
def draws():
    return draws_for(load_municipality("ballerup"), count=DRAWS, seed=3)


def test_more_places_take_more_part_in_every_draw(draws, keys) -> None:
    found = over_draws(draws, [scenario(), scenario(places=400.0)], keys)
    part = next(key for key, direction in keys.items() if direction == "up")
    assert found[part].better[1, 0] == 1.0
    assert found[part].better[0, 1] == 0.0
    assert found[part].low[0] == found[part].high[0] == 0.0, "nothing moved is no difference in any draw"
    assert found[part].low[1] > 0.05
    assert found[part].chance == (None, None), "no national level, no chance"


def test_a_scenario_beats_itself_in_no_draw(draws, keys) -> None:
    twice = [scenario(places=300.0), scenario(places=300.0)]
    for sure in over_draws(draws, twice, keys).values():
        assert set(sure.better.values()) == {0.0}


def test_the_cost_is_better_when_lower(draws, keys) -> None:
    found = over_draws(draws, [scenario(), scenario(meetings=6.0), scenario(places=250.0)], keys)[BUDGET]
    assert set(found.better) == {(a, b) for a in range(3) for b in range(3) if a != b}
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert found.better[a, b] + found.better[b, a] == pytest.approx(1.0)


def test_verdicts_under_each_set(keys) -> None:
    private = {"private_placement": 70, "company_centre": 30}
    more = scenario(places=400.0).with_change("firm_place_mix", private)
    found = by_assumption_set([scenario(), more], keys)
    assert tuple(found) == ("evidence", "cautious", "strategy")
    part = next(key for key, direction in keys.items() if direction == "up")
    place = next(key for key, direction in keys.items() if direction == "down")
    for verdicts in found.values():
        assert verdicts[part].best == 1
        assert verdicts[part].differences[0] == 0.0
        assert verdicts[place].differences[1] <= 0.0
    costs = [verdicts[BUDGET].differences[1] for verdicts in found.values()]
    assert len(set(costs)) == 3, "the sets give different costs"


def test_equals_have_no_winner(keys) -> None:
    found = by_assumption_set([scenario(), scenario()], keys)
    assert all(verdict.best is None for verdicts in found.values() for verdict in verdicts.values())


def test_it_can_be_stopped(draws, keys) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        by_assumption_set([scenario(), scenario(places=300.0)], keys, cancel=cancel)
    with pytest.raises(Cancelled):
        over_draws(draws, [scenario(places=333.0), scenario(places=334.0)], keys, cancel=cancel)
