"""Test the rank of goal 2 and the benchmark against the published figures."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from model.domain import GROUP_INDEX
from model.engine.kernel.layout import FIELDS
from model.goals.benchmark import (
    BENEFIT_GROUPS,
    PERIODS,
    benchmark_places,
    benchmark_row,
    dagpenge_rank,
    default_area,
    expected_against_actual,
    mean_of_year,
    members,
    peers,
    period_label,
    population_16_66,
    published_course,
    rank_of,
    ranking,
    threshold,
)
from model.municipality.municipality import load_municipality
from model.simulation.simulate import simulate
from tests.builders import Builder, municipality


@pytest.mark.parametrize(
    ("value", "rank"), [(2.67, 16), (2.51, 14), (2.45, 14), (2.40, 13), (2.36, 10), (1.0, 1), (9.0, 29)]
)
def test_ranks_of_ballerup_in_region_hovedstaden(value: float, rank: int) -> None:
    assert rank_of(value, peers("Ballerup", "region_hovedstaden")) == rank


def test_areas() -> None:
    assert [len(members(area)) for area in ("region_hovedstaden", "hovedstadskommuner", "all")] == [
        29,
        24,
        98,
    ]
    assert default_area("Ballerup") == default_area("Bornholm") == "region_hovedstaden"
    assert default_area("Greve") == "hovedstadskommuner"
    assert default_area("Aarhus") == "all"
    assert rank_of(2.67, peers("Ballerup", "hovedstadskommuner")) == 12


def test_published_figures_agree_with_the_committee_minutes() -> None:
    # S4: 160 fewer than expected (rank 7), dagpenge -20 (28), sickness +90 (85), kontanthjælp -240 (3).
    for group, difference, rank in (
        ("total", -160, 7),
        ("dagpenge", -20, 28),
        ("sygedagpenge", 90, 85),
        ("kontanthjaelp", -240, 3),
    ):
        row = benchmark_row("Ballerup", group, "2020QMAT02")
        assert row.actual_fte - row.expected_fte == difference
        assert row.rank == rank
    assert population_16_66("Ballerup") == pytest.approx(30_712, abs=1)
    with pytest.raises(KeyError):
        benchmark_row("Ballerup", "dagpenge", "2019QMAT02")


def test_threshold_is_the_highest_value_of_the_place() -> None:
    others = peers("Ballerup", "region_hovedstaden")
    assert threshold(others) == pytest.approx(2.36)
    assert rank_of(threshold(others), others) == 10
    assert rank_of(threshold(others) + 0.01, others) > 10
    assert threshold(np.array([1.0, 2.0]), 10) == 2.0


def test_ties_share_the_better_place_and_two_decimals_decide() -> None:
    others = np.array([2.0, 2.5, 2.5, 3.0])
    assert rank_of(2.5, others) == 2
    assert rank_of(2.504, others) == 2
    assert rank_of(2.506, others) == 4
    assert list(rank_of(np.array([1.0, 3.0]), np.stack([others, others]))) == [1, 4]


def test_mean_of_year_fills_the_first_year_with_the_start() -> None:
    series = np.full(60, 30.0)
    mean = mean_of_year(series, 82.0)
    assert mean[0] == pytest.approx((51 * 82 + 30) / 52)
    assert mean[50] == pytest.approx((82 + 51 * 30) / 52)
    assert mean[51:] == pytest.approx(np.full(9, 30.0))


def test_baseline_at_rest_ranks_16_and_misses_95_persons() -> None:
    base = Builder().persons(820.0).outcome()
    series = dagpenge_rank(base, base)
    assert (series.value == 2.67).all()
    assert (series.rank == 16).all()
    assert series.members == 29
    assert series.missing == pytest.approx(np.full(208, 0.31 * 307.12), abs=0.01)


def test_enough_persons_fewer_reach_rank_ten_after_a_year() -> None:
    base = Builder().persons(820.0).outcome()
    path = np.full(209, 724.7)
    path[0] = 820.0
    series = dagpenge_rank(Builder().persons(path).outcome(), base)
    assert series.rank[51] == 10
    assert series.missing[51] == 0
    assert series.rank[0] == 16
    assert series.missing[40] > 0


def test_a_common_economy_moves_no_rank_unless_peers_stand_still() -> None:
    worse = np.full(209, 984.0)
    worse[0] = 820.0
    run = Builder().persons(worse).outcome()
    base = Builder().persons(worse).outcome()
    assert dagpenge_rank(run, base).rank[-1] == 16
    still = dagpenge_rank(run, base, peers_stand_still=True)
    assert still.value[-1] == 3.20
    assert still.rank[-1] == 21  # Vallensbæk has 3.10, Frederiksberg 3.25


def test_outside_the_region_all_98_are_peers() -> None:
    owner = municipality(name="Aarhus")
    run = Builder(60).persons(6000.0).outcome(owner)
    series = dagpenge_rank(run, run)
    assert series.area == "all"
    assert series.members == 98


def test_expected_against_actual() -> None:
    base = Builder(104).persons(820.0).persons(870.0, "sygedagpenge").persons(1230.0, "sho").outcome()
    run = Builder(104).persons(800.0).persons(870.0, "sygedagpenge").persons(1230.0, "sho").outcome()
    rows = {row.group: row for row in expected_against_actual(run, base)}
    assert rows["dagpenge"].expected == 850
    assert rows["dagpenge"].difference == pytest.approx(-50)
    assert rows["sygedagpenge"].difference == pytest.approx(60)
    assert rows["kontanthjaelp"].difference == pytest.approx(-210)
    assert rows["total"].expected == 3100
    assert rows["total"].difference == pytest.approx(-200)
    assert rows["total"].published_rank == 5
    assert rows["dagpenge"].title.da == "Dagpenge"
    assert (
        rows["dagpenge"].sentence("da").startswith("Dagpenge: 50 fuldtidspersoner under det, rammevilkårene")
    )
    assert (
        rows["sygedagpenge"]
        .sentence("en")
        .startswith("Sickness benefit and job clarification: 60 full-time persons above")
    )
    assert rows["dagpenge"].sentence("da").endswith("(800 mod 850).")


# --- the published half-years and places among the 98 ----------------------------------------------


def test_the_published_course_of_ballerup() -> None:
    course = published_course("Ballerup")
    assert [year.period for year in course] == list(PERIODS)
    assert [year.row.rank for year in course] == [7, 5, 2, 2]
    assert [year.row.actual_fte - year.row.expected_fte for year in course] == [-160, -180, -250, -240]
    assert [str(year.last_month) for year in course] == [
        "2020-06-01",
        "2020-12-01",
        "2021-06-01",
        "2021-12-01",
    ]
    assert course[0].label("da") == "Året til og med jun. 2020"
    assert period_label("2021QMAT04", "en") == "Year to Dec 2021"
    with pytest.raises(KeyError):
        period_label("2019QMAT04", "da")


def test_every_rank_of_the_ministry_goes_by_its_difference() -> None:
    for group in BENEFIT_GROUPS:
        for period in PERIODS:
            order = ranking(group, period)
            assert [row.rank for _, row in order] == list(range(1, 99))
            differences = [row.difference_pp for _, row in order]
            assert differences == sorted(differences)


def test_at_rest_a_municipality_keeps_its_published_place() -> None:
    for name in ("ballerup", "gladsaxe", "laesoe"):
        at_rest = simulate(load_municipality(name), weeks=104)
        for place in benchmark_places(at_rest, at_rest):
            assert place.members == 98
            assert place.baseline_pp == pytest.approx(place.published_pp, abs=0.03)
            assert abs(place.baseline_rank - place.published_rank) <= 6
            assert (place.scenario_rank, place.scenario_pp) == (place.baseline_rank, place.baseline_pp)


def test_fewer_persons_move_the_place_by_their_share_of_the_population() -> None:
    base = simulate(load_municipality("ballerup"), weeks=104)
    record = base.record.copy()
    begin, _ = FIELDS["caseload"]
    dagpenge = GROUP_INDEX["dagpenge"]
    record[1:, dagpenge, :, begin] *= 0.9
    fewer = dataclasses.replace(base, record=record)
    places = {p.group: p for p in benchmark_places(fewer, base)}
    moved = 0.1 * base.caseload[-52:, dagpenge].sum(axis=1).mean() / population_16_66("Ballerup") * 100
    for group in ("dagpenge", "total"):
        assert places[group].scenario_pp == pytest.approx(places[group].baseline_pp - moved)
        assert places[group].scenario_rank < places[group].baseline_rank
    assert places["sygedagpenge"].scenario_rank == places["sygedagpenge"].baseline_rank
