"""Test draws: values by hand, dependence between numbers, replaced draws, cancelling."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.engine.calibration import calibrate
from model.municipality.municipality import load_municipality
from model.parameters.families import (
    Drawable,
    Family,
    correlation,
    drawables,
)
from model.simulation.build_lever_paths import build_lever_paths
from model.uncertainty import draw_points, draws
from model.uncertainty.bands import QUANTILES
from model.uncertainty.draws import Cancelled, Draws, TooManyRefused, WrongDraws, calibrate_draws, draws_for
from tests.model.uncertainty.cases import COUNT, GUIDANCE_PRICE, SEED, ballerup, near_the_limit, of_one


def made(low: float, central: float, high: float) -> Drawable:
    return Drawable("x", Family(id="x", patterns=("x",)), 1.0, low, central, high)


def test_values_by_hand() -> None:
    uniform = np.array([[0.0], [0.125], [0.5], [0.875], [1.0]])
    # An eighth of the draws lie below the middle of the lower half of the range: sqrt(2/8) = 1/2.
    found = draw_points.values_of([made(0.0, 0.3, 0.7)], uniform)[:, 0]
    np.testing.assert_allclose(found, [0.0, 0.15, 0.3, 0.5, 0.7])
    at_end = draw_points.values_of([made(1.0, 1.0, 3.0)], uniform)[:, 0]
    np.testing.assert_allclose(at_end, [1.0, 1.0, 1.0, 2.0, 3.0])


ends = st.tuples(*[st.floats(-5, 5)] * 3).map(sorted)


@settings(deadline=None)
@given(ends, st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_values_stay_in_their_range_and_rise(range_: list[float], uniform: list[float]) -> None:
    low, central, high = range_
    found = draw_points.values_of([made(low, central, high)], np.sort(np.array(uniform))[:, None])[:, 0]
    assert (found >= low - 1e-12).all()
    assert (found <= high + 1e-12).all()
    assert (np.diff(found) >= -1e-12).all()
    below = np.sort(np.array(uniform)) < 0.5
    assert (found[below] <= central + 1e-12).all()
    assert (found[~below] >= central - 1e-12).all()


@settings(deadline=None)
@given(ends, st.floats(0, 2), st.floats(0, 2))
def test_a_wider_range_gives_a_wider_band(range_: list[float], down: float, up: float) -> None:
    low, central, high = range_
    uniform = np.linspace(0.01, 0.99, 33)[:, None]
    narrow = draw_points.values_of([made(low, central, high)], uniform)
    wide = draw_points.values_of([made(low - down, central, high + up)], uniform)
    inner, outer = (np.quantile(v, QUANTILES) for v in (narrow, wide))
    assert outer[-1] - outer[0] >= inner[-1] - inner[0] - 1e-9


@lru_cache(maxsize=1)
def many() -> tuple[tuple[str, ...], np.ndarray[Any, Any]]:
    """Values of 1,024 points, not calibrated."""
    varied, columns = draws._varied_parameters(ballerup())
    points = draw_points.PointSequence(varied, columns, SEED, 1024)
    return tuple(d.id for d in varied), points.first(1024)


def test_half_of_the_draws_lie_on_each_side_of_the_central_value() -> None:
    ids, values = many()
    varied = drawables(ballerup().register, {})
    assert tuple(d.id for d in varied) == ids
    inside = [at for at, d in enumerate(varied) if d.low < d.central < d.high]
    below = np.array([(values[:, at] < varied[at].central).mean() for at in inside])
    # 1,024 points and some 600 numbers: one standard error is 0.016, of the mean far less.
    assert abs(below - 0.5).max() < 0.07
    assert below.mean() == pytest.approx(0.5, abs=0.01)


def rank_correlation(a: str, b: str) -> float:
    ids, values = many()
    ranks = [values[:, ids.index(i)].argsort().argsort() for i in (a, b)]
    return float(np.corrcoef(*ranks)[0, 1])


def test_a_family_moves_together_and_a_cluster_less_so() -> None:
    within, between = (value.value for value in correlation())

    def spearman(normal: float) -> float:
        return 6 / np.pi * float(np.arcsin(normal / 2))

    one = "hr_job_after.dagpenge.private_placement"
    same_family = "hr_progression_after.all.private_placement"
    same_cluster = "hr_job_after.dagpenge.paid_hours"
    elsewhere = GUIDANCE_PRICE
    assert rank_correlation(one, same_family) == pytest.approx(spearman(within), abs=0.08)
    assert rank_correlation(one, same_cluster) == pytest.approx(spearman(between), abs=0.1)
    assert rank_correlation(one, elsewhere) == pytest.approx(0.0, abs=0.1)
    # What shares out a whole leans one way together.
    assert rank_correlation("split.ressourceforloeb", "split.sygedagpenge") == pytest.approx(
        -spearman(within), abs=0.08
    )


def test_the_sequence_is_balanced_and_longer_ones_begin_with_shorter() -> None:
    short, long = draw_points.sobol(700, 5, SEED), draw_points.sobol(700, 6, SEED)
    np.testing.assert_array_equal(short, long[:32])
    # One point in each thirty-second of every dimension.
    assert (np.sort((short * 32).astype(int), axis=0) == np.arange(32)[:, None]).all()
    assert not np.array_equal(short, draw_points.sobol(700, 5, SEED + 1))


def test_the_same_seed_gives_the_same_draws(drawn: Draws) -> None:
    again = draws._make(ballerup(), COUNT, SEED, None, None)
    assert again.values.tobytes() == drawn.values.tobytes()
    for mine, theirs in zip(again.prepared.start, drawn.prepared.start, strict=True):
        assert mine.tobytes() == theirs.tobytes()
    assert draws_for(ballerup(), count=COUNT, seed=SEED) is drawn
    varied, columns = draws._varied_parameters(ballerup())
    other = draw_points.PointSequence(varied, columns, SEED + 1, COUNT).first(COUNT)
    assert not np.array_equal(other, drawn.values)


def test_a_users_own_value_is_not_drawn_and_moves_no_other_draw() -> None:
    plain, columns = draws._varied_parameters(ballerup())
    before = draw_points.PointSequence(plain, columns, SEED, 8).first(8)
    own = load_municipality("ballerup", overrides={"displacement": 0.5, "hr_job_after.sho.guidance": 1.1})
    varied, columns = draws._varied_parameters(own)
    after = draw_points.PointSequence(varied, columns, SEED, 8).first(8)
    ids = [d.id for d in varied]
    assert "displacement" not in ids
    assert "hr_job_after.sho.guidance" not in ids
    kept = [i for i, d in enumerate(plain) if d.id != "displacement"]
    assert [plain[i].id for i in kept] == ids
    np.testing.assert_array_equal(after, before[:, kept])


def test_an_assumption_set_moves_the_centre() -> None:
    cautious = {d.id: d for d in drawables(load_municipality("ballerup", "cautious").register, {})}
    assert cautious["displacement"].central == 0.5
    assert cautious["hr_job_after.dagpenge.private_placement"].central == 1.0


@pytest.mark.parametrize("name", ["ballerup", "aalborg"])
def test_a_draw_leaves_the_levers_where_they_stand(name: str) -> None:
    municipality = load_municipality(name)
    varied, columns = draws._varied_parameters(municipality)
    values = draw_points.PointSequence(varied, columns, SEED, 2).first(2)
    sets = draws._SetBuilder(municipality, [d.id for d in varied])
    central = build_lever_paths(municipality, None, 2)
    for row in values:
        engine = sets.build(row).engine
        for lever in ("activation_rate", "meetings", "mentor_share", "education_share", "first_offer_week"):
            np.testing.assert_allclose(getattr(engine, lever), getattr(central, lever)[0], rtol=1e-12)
        assert engine.firm_places == pytest.approx(central.firm_places[0], rel=1e-12)
        assert engine.displacement != municipality.engine.displacement


def test_a_refused_draw_is_replaced_and_counted() -> None:
    municipality = near_the_limit()
    varied, columns = draws._varied_parameters(municipality)
    sets = draws._SetBuilder(municipality, [d.id for d in varied])
    points = draw_points.PointSequence(varied, columns, SEED, 16).first(16)

    def runs(row: Any) -> bool:
        try:
            sets.build(row)
        except ValueError:
            return False
        return True

    fits = np.array([runs(row) for row in points])
    assert 0 < (~fits).sum() < 8
    found = draws_for(municipality, count=16, seed=SEED)
    assert found.refused >= (~fits).sum()
    assert found.values.shape == (16, len(varied))
    np.testing.assert_array_equal(found.values[fits], points[fits])
    assert all(runs(row) for row in found.values)
    assert not any((found.values[i] == points[i]).all() for i in np.flatnonzero(~fits))


def test_a_draw_that_cannot_be_calibrated_is_replaced_where_it_stood() -> None:
    asked = []

    def another(row: int) -> Any:
        asked.append(row)
        return np.array([0.8])

    given_ = np.array([[0.9], [0.01], [0.7]])  # at 1 per cent a week no group can start its offers
    found = calibrate_draws(ballerup(), ("max_start_share",), given_, replacement=another)
    assert asked == [1]
    assert found.refused == 1
    assert found.of("max_start_share").tolist() == [0.9, 0.8, 0.7]
    assert given_[1, 0] == 0.01
    alone = of_one("max_start_share", 0.8)
    np.testing.assert_array_equal(found.prepared.start.persons[1], alone.prepared.start.persons[0])


def test_ranges_that_cannot_be_run_are_said_to_be_too_wide() -> None:
    bad = np.array([[0.3], [5.0]])
    with pytest.raises(TooManyRefused) as told:
        calibrate_draws(ballerup(), ("displacement",), bad)
    assert "displacement" in told.value.text("en")
    assert "for vide" in told.value.text("da")


@pytest.mark.parametrize(("count", "seed"), [(0, 1), (draws.MAX_DRAWS + 1, 1), (4, -1)])
def test_counts_and_seeds_that_cannot_be_used(count: int, seed: int) -> None:
    with pytest.raises(WrongDraws) as told:
        draws_for(ballerup(), count=count, seed=seed)
    assert told.value.text("da") != told.value.text("en")


def test_cancelled_draws_stop_and_leave_nothing() -> None:
    cancel, seen = threading.Event(), []

    def progress(done: int, count: int) -> None:
        seen.append((done, count))
        cancel.set()

    count = 3 * draws.CHUNK
    with pytest.raises(Cancelled):
        draws_for(ballerup(), count=count, seed=SEED + 7, cancel=cancel, progress=progress)
    assert seen == [(draws.CHUNK, count)]
    assert not draws.are_ready(ballerup(), count, SEED + 7)


def test_draws_leave_alone_what_is_kept_of_calibrations() -> None:
    calibrate(ballerup().engine)
    before = calibrate.cache_info()
    values = np.array([[0.7], [0.8], [0.9]])
    calibrate_draws(ballerup(), ("max_start_share",), values)
    assert calibrate.cache_info() == before, "128 draws would put all else out of it, and hold 60 MB"
