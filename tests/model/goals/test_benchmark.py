"""Test the rank of goal 2 and the benchmark against the published figures."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from model.budget.budget import budget
from model.budget.ministry_check import ministry_check
from model.domain import GROUP_INDEX
from model.engine.kernel.layout import FIELDS
from model.goals.benchmark import (
    BENEFIT_GROUPS,
    PERIODS,
    basis,
    benchmark_places,
    benchmark_row,
    dagpenge_rank,
    default_area,
    expected_against_actual,
    members,
    peers,
    people_of_rank,
    period_label,
    population_16_66,
    published_course,
    rank_of,
    ranking,
    rows_at,
    threshold,
)
from model.goals.dagpenge_rates import dagpenge_rates
from model.goals.evaluate import evaluate_goals
from model.goals.series import mean_of_year
from model.municipality.municipality import load_municipality
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
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


# --- figures since the first ----------------------------------------------------------------------


def on_2026(name: str, start: str = "2027-01-04", **changes: float) -> Outcome:
    """Return a run on the figures of 2026, one lever per keyword moved from the start."""
    plan = Scenario(name="prøve", municipality=name, baseline="2026", rules="dated", start=start)  # type: ignore[arg-type]
    for lever, value in changes.items():
        plan = plan.with_change(lever, value)
    return simulate(municipality_of(plan), plan)


def test_ranks_of_the_figures_of_2026_by_hand() -> None:
    # Ballerup's rates of the twelve months as Jobindsats has them, and those of the nearest.
    rates = dagpenge_rates("2026")
    months = [2.6, 2.5, 2.4, 2.4, 2.4, 2.4, 2.6, 2.5, 2.5, 2.5, 2.3, 2.7]
    persons = [675, 649, 638, 629, 638, 626, 678, 672, 662, 652, 608, 702]
    ballerup = rates["Ballerup"]
    assert ballerup.per_cent == round(sum(months) / 12, 2) == 2.48
    assert ballerup.labour_force == pytest.approx(sum(persons) / 12 / 0.0248)
    assert (ballerup.first, ballerup.last) == ("2025M02", "2026M01")
    assert ballerup.months().da == "feb. 2025 til jan. 2026"
    others = peers("Ballerup", "region_hovedstaden", "2026")
    assert len(others) == 28
    assert list(others[:2]) == [1.35, 1.66]  # Allerød, Dragør
    assert rank_of(2.48, others) == sum(rates[n].per_cent < 2.48 for n in members("region_hovedstaden")) + 1
    assert threshold(others) == rates["Tårnby"].per_cent == 2.0


@pytest.mark.parametrize("start", ["2026-01-05", "2027-01-04"])
@pytest.mark.parametrize("name", ["ballerup", "broendby", "aarhus"])
def test_at_rest_a_municipality_keeps_its_published_rank_of_2026(name: str, start: str) -> None:
    run = on_2026(name, start)
    series = dagpenge_rank(run, run)
    rates = dagpenge_rates("2026")
    own = rates[run.municipality.name].per_cent
    now = rank_of(own, peers(run.municipality.name, series.area, "2026"))
    # In most weeks; hundredths of what all have moved by may meet (Ballerup 2.48, Herlev 2.475).
    assert np.median(series.rank) == now
    assert np.abs(series.rank - now).max() <= 1
    assert series.value[-1] == pytest.approx(own, abs=0.05)
    assert people_of_rank(run.municipality) == rates[run.municipality.name].labour_force


def test_the_own_value_moves_as_the_model_moves_its_caseload() -> None:
    base = on_2026("ballerup")
    record = base.record.copy()
    begin, _ = FIELDS["caseload"]
    record[1:, GROUP_INDEX["dagpenge"], :, begin] *= 0.8
    fewer = dataclasses.replace(base, record=record)
    before, after = dagpenge_rank(base, base), dagpenge_rank(fewer, base)
    assert after.value[60] == pytest.approx(0.8 * before.value[60], abs=0.01)
    assert after.rank[-1] < before.rank[-1]
    # Persons to the tenth place: the distance in per cent of the labour force, not of the 16-66-year-olds.
    gap = after.value[-1] - after.threshold[-1]
    assert after.missing[-1] == pytest.approx(max(0.0, gap) * people_of_rank(base.municipality) / 100)
    # The first weeks look back on the published months, not on the January in which the run starts.
    assert before.value[0] == pytest.approx(2.48, abs=0.011)


def test_a_run_of_2026_never_says_2020() -> None:
    run = on_2026("ballerup", firm_places=120)
    base = baseline(run.municipality, run.scenario)
    (goal,) = (g for g in evaluate_goals(run, base) if g.id == "forsikrede_ledige")
    for indicator in goal.indicators[:3]:
        assert indicator.comparator_source is not None
        assert "y25i01" in indicator.comparator_source.da
        for words in (indicator.title, indicator.comparator_source, indicator.note):
            assert words is None or "2020" not in words.da + words.en
            assert words is None or "16-66" not in words.da + words.en
    note = goal.indicators[0].note
    assert note is not None
    assert "feb. 2025 til jan. 2026" in note.da
    assert "29 kommuner i Region Hovedstaden" in note.da


def test_what_is_expected_in_2026_is_that_of_2022_moved_as_all_have_moved() -> None:
    rows = rows_at("2026")
    names = members("all")
    for group in ("dagpenge", "sygedagpenge", "kontanthjaelp"):
        then = {name: benchmark_row(name, group, "2022QMAT04") for name in names}
        factor = sum(rows[group][n].actual_fte for n in names) / sum(row.actual_fte for row in then.values())
        for name in ("Ballerup", "Læsø", "Aarhus"):
            assert rows[group][name].expected_fte == pytest.approx(then[name].expected_fte * factor)
        assert sorted(row.rank for row in rows[group].values())[0] == 1
    # Nobody has published the sick-listed since: they stand as they were.
    assert rows["sygedagpenge"]["Ballerup"].expected_fte == 890
    run = on_2026("ballerup")
    found = {row.group: row for row in expected_against_actual(run, run)}
    assert (found["total"].published_rank, found["total"].published_period) == (2, "2022QMAT04")
    for group in BENEFIT_GROUPS:
        assert found[group].expected / found[group].baseline == pytest.approx(
            rows[group]["Ballerup"].expected_fte / rows[group]["Ballerup"].actual_fte, rel=1e-3
        )
    words = basis(run.municipality)
    assert "dec. 2022" in words.da
    assert "vores skøn" in words.da
    assert basis(load_municipality("ballerup")).da == "Ministeriets benchmark, året til og med dec. 2020."


def test_the_ministrys_price_says_its_years_on_later_figures() -> None:
    run = on_2026("ballerup")
    said = ministry_check(run).sentence
    assert "juli 2020 til juni 2021" in said.da
    assert "satser fra 2020 og 2021" in said.da
    assert "tal fra januar 2026" in said.da
    assert "2021-12" not in said.en
    note = budget(run, run).note.da
    assert "Ydelsessatser efter 2026" in note
    assert "Ydelsessatser efter 2021" in budget(*[baseline(load_municipality("ballerup"))] * 2).note.da
