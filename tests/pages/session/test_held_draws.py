"""Test that visits hold no draws themselves: what all of them hold stays within one limit, and is made again alike."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

from model.uncertainty import draws as draws_module
from model.uncertainty.array_bytes import array_bytes
from model.uncertainty.draws import Draws, SingleFlightCache, draws_for, held_bytes
from pages.session.certainty import Certainty, certainty_job
from pages.session.held_draws import HeldDraws
from pages.session.history import History, Step
from pages.session.jobs import BANDS
from pages.session.results import scenario_results
from pages.session.session import Session, baseline_scenario

pytestmark = pytest.mark.usefixtures("engine")
COUNT = 8
TOWNS = ("ballerup", "herlev", "broendby", "samsoe", "albertslund")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> SingleFlightCache:
    """Return what is kept, empty, with room for the draws of two municipalities and a little more."""
    municipality = scenario_results(baseline_scenario("ballerup", "da")).municipality
    one = held_bytes(draws_module.calibrate_draws(municipality, (), np.zeros((COUNT, 0))))
    found = SingleFlightCache(64, held_bytes, 3.5 * one)
    monkeypatch.setattr(draws_module, "_draws", found)
    return found


def band_on_screen(town: str, places: float = 300.0) -> tuple[Session, Certainty]:
    """Return a visit with its band, as :func:`live_band` has it."""
    scenario = baseline_scenario(town, "da").with_change("firm_places", places)
    visit = Session(History((Step(scenario, "start"),)), token=town)
    results = scenario_results(scenario)
    draws_for(results.municipality, count=COUNT)
    job = certainty_job(visit, results, HeldDraws(results.municipality, COUNT), None)
    assert job.done.wait(60)
    assert job.error is None
    return visit, job.result


def alive() -> list[Draws]:
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, Draws) and one.count == COUNT]


def test_many_municipalities_on_screen_hold_no_more_than_the_limit(kept: SingleFlightCache) -> None:
    before = {id(one) for one in alive()}
    visits = [band_on_screen(town) for town in TOWNS]
    held = [one for one in alive() if id(one) not in before]
    assert {one.municipality.id for one in held} == {one.municipality.id for one in kept.kept()}
    assert 1 <= len(held) <= 3, "the oldest have gone, though their visits are still there"
    assert held[-1].municipality.id == TOWNS[-1]
    certainty = [found for _, found in visits]
    assert array_bytes([found.fan for found in certainty]) < held_bytes(held[0])


def test_what_had_to_go_is_made_again_alike(kept: SingleFlightCache) -> None:
    _, first = band_on_screen(TOWNS[0])
    for town in TOWNS[1:]:
        band_on_screen(town)
    held = HeldDraws(first.fan.draws.municipality, COUNT)
    assert held.municipality.key not in {one.municipality.key for one in kept.kept()}
    BANDS._kept.clear()
    _, again = band_on_screen(TOWNS[0])
    assert again is not first
    assert again.fan.ranges is not None
    assert first.fan.ranges is not None
    np.testing.assert_array_equal(again.fan.ranges.differences, first.fan.ranges.differences)
    assert held.draws() is held.draws()


def test_a_visit_holds_the_number_of_its_draws_alone() -> None:
    from pages.session.bands import _drawing

    municipality = scenario_results(baseline_scenario("ballerup", "da")).municipality
    made: Any = _drawing(municipality)(None, lambda *_: None)  # type: ignore[arg-type]
    assert isinstance(made, HeldDraws)
    assert made.count == draws_for(municipality).count


def test_the_latest_is_kept_whatever_it_weighs_and_the_oldest_go_first() -> None:
    cache = SingleFlightCache(3, len, 10)
    for name in ("aaa", "bbbb", "cc"):
        cache.get(name, lambda name=name: name)
    cache.get("aaa", lambda: pytest.fail("it is kept"))
    cache.get("ddddd", lambda: "ddddd")
    assert cache.kept() == ["cc", "aaa", "ddddd"]
    cache.get("e" * 11, lambda: "e" * 11)
    assert cache.kept() == ["e" * 11]
