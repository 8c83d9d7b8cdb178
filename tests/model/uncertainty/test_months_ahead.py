"""Test what the months ahead add to levels and ranks, and that they leave the difference alone."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from model.forecast.panel import panel
from model.forecast.predictive import spread
from model.forecast.ranks import year_means
from model.goals.benchmark import PLACE
from model.municipality.history import BENEFITS, Benefit
from model.scenario.files import load_scenario
from model.scenario.projection import OwnProjection
from model.scenario.scenario import municipality_of
from model.simulation.run_paths import build_run_paths
from model.uncertainty import fan as fans
from model.uncertainty import months_ahead
from model.uncertainty.bands import Fan
from model.uncertainty.draw_runs import DrawRunner, FanOptions
from model.uncertainty.draws import Draws, draws_for
from model.uncertainty.end_values import end_values
from model.uncertainty.months_ahead import Level, level_ahead, level_factor, months_since, normal_scores
from tests.folders import ROOT
from tests.model.uncertainty.cases import ballerup, double

RANK = "forsikrede_ledige.rank"
MISSING = "forsikrede_ledige.persons_to_rank_10"
SHARE = "forsikrede_ledige.dagpenge_share"
YOUNG = "unge.young_on_support"
OVER_52 = "forsikrede_ledige.over_52_weeks"
KEYS = (RANK, MISSING, SHARE, YOUNG, OVER_52)


@pytest.fixture(scope="module")
def some() -> Draws:
    return draws_for(ballerup(), count=16, seed=1)


def bands(some: Draws, *, ahead: bool) -> Fan:
    return fans.fan(ballerup(), double(), some, FanOptions(KEYS, with_budget=False, months_ahead=ahead))


@pytest.fixture(scope="module")
def both(some: Draws) -> tuple[Fan, Fan]:
    return bands(some, ahead=True), bands(some, ahead=False)


def test_the_difference_is_untouched(both: tuple[Fan, Fan]) -> None:
    for key in KEYS:
        ahead, alone = (found.indicators[key] for found in both)
        for name in ("central", "low", "lower", "median", "upper", "high", "ends"):
            np.testing.assert_array_equal(getattr(ahead.difference, name), getattr(alone.difference, name))
        np.testing.assert_array_equal(ahead.possible[0], alone.possible[0])
        assert ahead.central_ends == alone.central_ends


def test_levels_say_what_they_hold_and_hold_it(both: tuple[Fan, Fan]) -> None:
    ahead, alone = (found.indicators for found in both)
    assert [ahead[key].holds for key in KEYS] == ["peers", "peers", "months", "months", "assumptions"]
    assert {band.holds for band in alone.values()} == {"assumptions"}
    for key in (RANK, SHARE, YOUNG):
        for name in ("scenario", "baseline"):
            wide, narrow = (getattr(one[key], name) for one in (ahead, alone))
            assert wide.high[-1] - wide.low[-1] > 1.1 * (narrow.high[-1] - narrow.low[-1]), key
    np.testing.assert_array_equal(ahead[OVER_52].scenario.ends, alone[OVER_52].scenario.ends)


def test_the_chance_of_a_rank_and_of_its_distance_are_one(both: tuple[Fan, Fan]) -> None:
    ahead, alone = (found.indicators for found in both)
    # By the assumptions alone nobody comes from place 16 to 10; a few of these draws do, with the scenario or without.
    assert alone[RANK].chance == alone[RANK].chance_baseline == 0.0
    assert 0.0 < (ahead[RANK].chance_baseline or 0.0) < 0.5
    np.testing.assert_array_equal(ahead[RANK].met, ahead[MISSING].met)
    np.testing.assert_array_equal(ahead[RANK].met, ahead[RANK].scenario.ends <= PLACE)
    np.testing.assert_array_equal(ahead[RANK].met, (ahead[MISSING].scenario.ends == 0).astype(float))


def test_end_values_tell_the_same_chance_and_compare_assumptions(some: Draws, both: tuple[Fan, Fan]) -> None:
    found = end_values(some, [double()], FanOptions((RANK,), with_budget=False))[RANK]
    assert found.met is not None
    np.testing.assert_array_equal(found.met[0], both[0].indicators[RANK].met)
    np.testing.assert_array_equal(found.scenario[0], both[1].indicators[RANK].scenario.ends)


def test_without_time_a_rank_is_the_runs_own(
    some: Draws, both: tuple[Fan, Fan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(months_ahead, "months_since", lambda owner, weeks: np.zeros(len(weeks)))
    runner = DrawRunner(some, FanOptions(KEYS, with_budget=False))
    before = runner.baseline(double(), None, None)
    paths = build_run_paths(ballerup(), None, double().weeks)
    peers = months_ahead.peers_ahead(some, paths, before.readings, None)
    assert peers is not None
    ranked = peers.ranked(before.readings)
    assert ranked is not None
    np.testing.assert_array_equal(ranked.rank, before.series(runner.row(RANK)))
    np.testing.assert_allclose(ranked.missing, before.series(runner.row(MISSING)), atol=1e-6)


def test_scores_are_independent_even_and_begin_alike() -> None:
    scores = normal_scores(128, 1)
    assert scores.shape == (128, 99)
    assert np.abs(scores.mean(axis=0)).max() < 0.05
    assert scores.std(axis=0) == pytest.approx(np.ones(99), abs=0.05)
    assert np.abs(np.corrcoef(scores.T) - np.eye(99)).max() < 0.45
    np.testing.assert_array_equal(normal_scores(32, 1), scores[:32])
    assert (normal_scores(32, 2) != scores[:32]).all()


def test_noise_multiplies_a_baseline_that_moves(some: Draws) -> None:
    weeks = np.datetime64(double().start) + 7 * np.arange(104)
    spec = next(s for goal in ballerup().goals for s in goal.indicators if s.metric == "dagpenge_share")
    factor = level_factor(some, spec, weeks)
    assert factor is not None
    course = np.tile(np.linspace(3.0, 2.0, 104), (16, 1))
    moved = level_ahead(spec, 52, Level(course, course[:, -1]), factor, None)
    np.testing.assert_allclose(moved.series / course, factor)
    np.testing.assert_array_equal(moved.ends, moved.series[:, -1])
    assert np.exp(np.log(factor).mean(axis=0)) == pytest.approx(np.ones(104), abs=0.02)
    wide = np.log(factor).std(axis=0)
    assert wide[103] > wide[51] > wide[0]


def test_bands_follow_the_baselines_own_course() -> None:
    still = load_scenario(ROOT / "scenarios" / "ballerup" / "2027-spar-paa-indsatsen.yaml")
    own = OwnProjection.model_validate({"dagpenge": [{"from": "2029-01-01", "persons": 1200.0}]})
    moving = still.copy_with(projection=own)
    drawn = draws_for(municipality_of(still), count=4)
    options = FanOptions((SHARE,), with_budget=False)
    # The same draws: a baseline that is kept with them must not be taken for another.
    first, second = (
        fans.fan(drawn.municipality, one, drawn, options).indicators[SHARE] for one in (still, moving)
    )
    for band in (first, second):
        assert band.baseline.low[-1] < band.baseline.central[-1] < band.baseline.high[-1]
    assert second.baseline.central[-1] > 1.5 * first.baseline.central[-1]
    assert second.baseline.low[-1] > 1.4 * first.baseline.low[-1]


def test_months_are_counted_from_the_starting_figures() -> None:
    weeks = np.array(["2020-12-28", "2021-01-04", "2022-01-03"], dtype="datetime64[D]")
    assert months_since(ballerup(), weeks) == pytest.approx([0.0, 0.0, 11.96], abs=0.01)


@pytest.mark.parametrize("benefit", BENEFITS)
@pytest.mark.parametrize(("months", "least"), [(12, 0.75), (24, 0.7)])
def test_a_figure_that_stands_still_is_in_its_80_per_cent_band(
    benefit: Benefit, months: int, least: float
) -> None:
    # What two years bring was not measured: the variance of one year is taken twice.
    means, measured = year_means(panel(benefit).persons), spread(benefit).ahead(months)
    moved, known = np.log(means[months:] / means[:-months]), means[:-months]
    limit = NormalDist().inv_cdf(0.9) * np.stack([measured.total(one)[-1] for one in known])
    assert moved.shape == (43 - months, 98)
    assert least <= (np.abs(moved) <= limit).mean() <= 0.85
