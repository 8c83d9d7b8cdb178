"""Draws, bands and tornado: each draw against a run of its own, the dependence asked for, nothing half-made kept."""

from __future__ import annotations

import fnmatch
import io
import json
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.budget.budget import budget
from model.cli import main
from model.domain import KINDS, MODEL_VERSION
from model.goals.evaluate import Reader, evaluate_goals
from model.language.catalogue import LANGUAGES
from model.municipality.municipality import Municipality, load_municipality, municipalities
from model.parameters.families import (
    Drawable,
    Family,
    correlation,
    drawables,
    families,
    family_of,
    has_range,
    is_given,
)
from model.scenario.files import load_scenario, write_scenario
from model.scenario.levers import lever_paths
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from model.uncertainty import draws, fan, tornado
from model.uncertainty.draws import Cancelled, Draws, Once, TooManyRefused, WrongDraws, calibrated, draws_for
from model.uncertainty.fan import BUDGET, beats, end_values
from tests.folders import ROOT

DOUBLE = str(ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
PARTICIPATION = "udfordringer_ud_over_ledighed.participation"
OVER_52 = "forsikrede_ledige.over_52_weeks"
COUNT = 4
SEED = 1
GUIDANCE_PRICE = "budget.price.guidance_week"


@lru_cache(maxsize=1)
def double() -> Scenario:
    return load_scenario(DOUBLE)


@lru_cache(maxsize=1)
def unchanged() -> Scenario:
    return load_scenario(ROOT / "scenarios" / "ballerup" / "uaendret.yaml")


@lru_cache(maxsize=1)
def ballerup() -> Municipality:
    return municipality_of(double())


@pytest.fixture(scope="module")
def drawn() -> Draws:
    return draws_for(ballerup(), count=COUNT, seed=SEED)


@pytest.fixture(scope="module")
def double_fan(drawn: Draws) -> fan.Fan:
    return fan.fan(ballerup(), double(), drawn)


def of_one(parameter: str, *values: float) -> Draws:
    """Draws in which one number varies and all others are central."""
    return calibrated(ballerup(), (parameter,), np.array(values)[:, None])


# --- families ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ballerup", "broendby", "albertslund", "aalborg"])
def test_every_uncertain_number_belongs_somewhere(name: str) -> None:
    register = load_municipality(name).register
    found = drawables(register, {})
    ranged = {p.id for p in register if has_range(p)}
    assert {d.id for d in found} == {p for p in ranged if not is_given(p)}
    # A number borrowed from another group or computed from others is moved by what it comes from.
    assert not any(p.follows or p.computed for p in register if p.id in {d.id for d in found})


def test_every_family_has_numbers_and_words() -> None:
    registers = [load_municipality(info.id).register for info in municipalities()[:5]]
    used = {d.family.id for register in registers for d in drawables(register, {})}
    assert used == {family.id for family in families()}
    ids = {p.id for register in registers for p in register}
    for family in families():
        for pattern in family.tilt:
            assert any(fnmatch.fnmatchcase(i, pattern) for i in ids), (family.id, pattern)
        assert all(family.title(language) for language in LANGUAGES)
    titles = [family.title("da") for family in families()]
    assert len(set(titles)) == len(titles)


def test_what_the_issue_names_is_drawn() -> None:
    ids = {d.id for d in drawables(ballerup().register, {})}
    for parameter in (
        "hr_job_after.dagpenge.private_placement",
        "offer_weeks.all.guidance",
        "effect_weeks.all.course",
        "displacement",
        "diminishing",
        "return_to_benefit_share",
        GUIDANCE_PRICE,
        "split.sho",
        "overrepresentation.dagpenge.non_western",
    ):
        assert parameter in ids
    assert all(f"after_{kind}" in {family.id for family in families()} for kind in KINDS)
    # Where a lever stands today is what a scenario moves from.
    assert is_given("activation_rate.dagpenge")
    assert family_of("activation_rate.dagpenge") is None


def test_a_number_that_fits_nowhere_is_an_error() -> None:
    register = ballerup().register
    stray = next(p for p in register if p.id == "displacement")
    with pytest.raises(KeyError, match="belongs to no family"):
        drawables([type(stray)("nowhere", stray.value)], {})


# --- values --------------------------------------------------------------------------------------


def made(low: float, central: float, high: float) -> Drawable:
    return Drawable("x", Family(id="x", patterns=("x",)), 1.0, low, central, high)


def test_values_by_hand() -> None:
    uniform = np.array([[0.0], [0.125], [0.5], [0.875], [1.0]])
    # An eighth of the draws lie below the middle of the lower half of the range: sqrt(2/8) = 1/2.
    found = draws.values_of([made(0.0, 0.3, 0.7)], uniform)[:, 0]
    np.testing.assert_allclose(found, [0.0, 0.15, 0.3, 0.5, 0.7])
    at_end = draws.values_of([made(1.0, 1.0, 3.0)], uniform)[:, 0]
    np.testing.assert_allclose(at_end, [1.0, 1.0, 1.0, 2.0, 3.0])


ends = st.tuples(*[st.floats(-5, 5)] * 3).map(sorted)


@settings(deadline=None)
@given(ends, st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_values_stay_in_their_range_and_rise(range_: list[float], uniform: list[float]) -> None:
    low, central, high = range_
    found = draws.values_of([made(low, central, high)], np.sort(np.array(uniform))[:, None])[:, 0]
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
    narrow = draws.values_of([made(low, central, high)], uniform)
    wide = draws.values_of([made(low - down, central, high + up)], uniform)
    inner, outer = (np.quantile(v, fan.QUANTILES) for v in (narrow, wide))
    assert outer[-1] - outer[0] >= inner[-1] - inner[0] - 1e-9


@lru_cache(maxsize=1)
def many() -> tuple[tuple[str, ...], np.ndarray[Any, Any]]:
    """Values of 1,024 points, not calibrated."""
    varied, columns = draws._varied(ballerup())
    points = draws._Points(varied, columns, SEED, 1024)
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
    short, long = draws.sobol(700, 5, SEED), draws.sobol(700, 6, SEED)
    np.testing.assert_array_equal(short, long[:32])
    # One point in each thirty-second of every dimension.
    assert (np.sort((short * 32).astype(int), axis=0) == np.arange(32)[:, None]).all()
    assert not np.array_equal(short, draws.sobol(700, 5, SEED + 1))


# --- draws ---------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_draws(drawn: Draws) -> None:
    again = draws._make(ballerup(), COUNT, SEED, None, None)
    assert again.values.tobytes() == drawn.values.tobytes()
    for mine, theirs in zip(again.prepared.start, drawn.prepared.start, strict=True):
        assert mine.tobytes() == theirs.tobytes()
    assert draws_for(ballerup(), count=COUNT, seed=SEED) is drawn
    varied, columns = draws._varied(ballerup())
    other = draws._Points(varied, columns, SEED + 1, COUNT).first(COUNT)
    assert not np.array_equal(other, drawn.values)


def test_what_the_user_has_set_is_fixed_and_leaves_the_others_as_they_were() -> None:
    plain, columns = draws._varied(ballerup())
    before = draws._Points(plain, columns, SEED, 8).first(8)
    own = load_municipality("ballerup", overrides={"displacement": 0.5, "hr_job_after.sho.guidance": 1.1})
    varied, columns = draws._varied(own)
    after = draws._Points(varied, columns, SEED, 8).first(8)
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
    varied, columns = draws._varied(municipality)
    values = draws._Points(varied, columns, SEED, 2).first(2)
    sets = draws._Sets(municipality, [d.id for d in varied])
    central = lever_paths(municipality, None, 2)
    for row in values:
        engine = sets.build(row).engine
        for lever in ("activation_rate", "meetings", "mentor_share", "education_share", "first_offer_week"):
            np.testing.assert_allclose(getattr(engine, lever), getattr(central, lever)[0], rtol=1e-12)
        assert engine.firm_places == pytest.approx(central.firm_places[0], rel=1e-12)
        assert engine.displacement != municipality.engine.displacement


@lru_cache(maxsize=1)
def near_the_limit() -> Municipality:
    """Exits in the first weeks so large that some draws leave no room for the largest effect."""
    return load_municipality("ballerup", overrides={"exit.dagpenge.job.w0_4": 0.35})


def test_a_refused_draw_is_replaced_and_counted() -> None:
    municipality = near_the_limit()
    varied, columns = draws._varied(municipality)
    sets = draws._Sets(municipality, [d.id for d in varied])
    points = draws._Points(varied, columns, SEED, 16).first(16)

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
    found = calibrated(ballerup(), ("max_start_share",), given_, another=another)
    assert asked == [1]
    assert found.refused == 1
    assert found.of("max_start_share").tolist() == [0.9, 0.8, 0.7]
    assert given_[1, 0] == 0.01
    alone = of_one("max_start_share", 0.8)
    np.testing.assert_array_equal(found.prepared.start.persons[1], alone.prepared.start.persons[0])


def test_ranges_that_cannot_be_run_are_said_to_be_too_wide() -> None:
    bad = np.array([[0.3], [5.0]])
    with pytest.raises(TooManyRefused) as told:
        calibrated(ballerup(), ("displacement",), bad)
    assert "displacement" in told.value.text("en")
    assert "for vide" in told.value.text("da")


@pytest.mark.parametrize(("count", "seed"), [(0, 1), (draws.MOST_DRAWS + 1, 1), (4, -1)])
def test_counts_and_seeds_that_cannot_be_used(count: int, seed: int) -> None:
    with pytest.raises(WrongDraws) as told:
        draws_for(ballerup(), count=count, seed=seed)
    assert told.value.text("da") != told.value.text("en")


# --- cancel --------------------------------------------------------------------------------------


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


def test_a_cancelled_fan_leaves_no_baseline_behind() -> None:
    some = of_one("displacement", 0.1, 0.2, 0.3, 0.4)
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        fan.fan(ballerup(), double(), some, cancel=cancel, progress=lambda done, n: cancel.set())
    assert not some.kept["baselines"]._kept
    whole = fan.fan(ballerup(), double(), some, indicators=[OVER_52])
    assert np.isfinite(whole.indicators[OVER_52].scenario.ends).all()
    with pytest.raises(Cancelled):
        end_values(some, [double()], [OVER_52], cancel=cancel)


def test_once_makes_a_thing_once_for_all_threads_and_keeps_no_failure() -> None:
    once, made_ = Once(2), []
    begin = threading.Barrier(4)

    def make() -> int:
        made_.append(1)
        return len(made_)

    def ask() -> None:
        begin.wait()
        assert once.get("a", make) == 1

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made_ == [1]
    with pytest.raises(ZeroDivisionError):
        once.get("b", lambda: 1 // 0)
    assert "b" not in once
    assert once.get("b", lambda: 5) == 5
    once.get("c", lambda: 6)
    assert "a" not in once


def test_who_waits_for_another_may_give_up() -> None:
    once, inside, leave, cancel = Once(2), threading.Event(), threading.Event(), threading.Event()

    def slow() -> int:
        inside.set()
        leave.wait()
        return 1

    worker = threading.Thread(target=lambda: once.get("a", slow))
    worker.start()
    inside.wait()
    cancel.set()
    with pytest.raises(Cancelled):
        once.get("a", lambda: 2, cancel)
    leave.set()
    worker.join()
    assert once.get("a", lambda: 2) == 1


# --- fans ----------------------------------------------------------------------------------------


def test_each_draw_is_what_a_run_with_its_assumptions_gives(drawn: Draws, double_fan: fan.Fan) -> None:
    """The whole way round by itself: overrides, calibration, one run, goals and budget as the pages have them."""
    for draw in (0, COUNT - 1):
        own = load_municipality(
            "ballerup", overrides=dict(zip(drawn.parameters, drawn.values[draw].tolist(), strict=True))
        )
        after, before = simulate(own, double()), baseline(own, double())
        for goal in evaluate_goals(after, before):
            for indicator in goal.indicators:
                band = double_fan.indicators[f"{goal.id}.{indicator.id}"]
                np.testing.assert_allclose(
                    band.scenario.ends[draw], indicator.value_scenario, rtol=1e-9, atol=1e-9
                )
                np.testing.assert_allclose(
                    band.baseline.ends[draw], indicator.value_baseline, rtol=1e-9, atol=1e-9
                )
                if band.target is None or indicator.status == "none":
                    assert np.isnan(band.met[draw])
                else:
                    assert band.met[draw] == (indicator.status == "reached")
        assert double_fan.budget is not None
        np.testing.assert_allclose(
            double_fan.budget.total_difference.ends[draw], budget(after, before).total_difference, rtol=1e-7
        )


def test_the_central_line_is_the_deterministic_run(double_fan: fan.Fan) -> None:
    after, before = simulate(ballerup(), double()), baseline(ballerup(), double())
    for goal in evaluate_goals(after, before):
        for indicator in goal.indicators:
            band = double_fan.indicators[f"{goal.id}.{indicator.id}"]
            np.testing.assert_allclose(band.central, indicator.scenario, rtol=1e-12)
            np.testing.assert_allclose(band.baseline.central, indicator.baseline, rtol=1e-12)
            assert band.central_ends[0] == pytest.approx(indicator.value_scenario, rel=1e-12)
    money = budget(after, before)
    assert double_fan.budget is not None
    assert double_fan.budget.years == money.years
    np.testing.assert_allclose(double_fan.budget.difference.central, money.net.difference, rtol=1e-9)
    np.testing.assert_allclose(double_fan.budget.scenario.central, money.net.scenario, rtol=1e-12)


def test_bands_are_ordered_and_windows_are_not_filled(double_fan: fan.Fan) -> None:
    for key, band in double_fan.indicators.items():
        for spread in (band.scenario, band.baseline, band.difference):
            levels = np.stack([spread.low, spread.lower, spread.median, spread.upper, spread.high])
            known = np.isfinite(levels).all(axis=0)
            assert (np.diff(levels[:, known], axis=0) >= 0).all(), key
            # Where the central line has no value yet the band has none, and the other way round at the end.
            assert not known[np.isnan(spread.central)].any(), key
            assert known[-1], key
            assert spread.ends.shape == (COUNT,)
    assert np.isnan(double_fan.indicators[PARTICIPATION].low[:12]).all()
    rank = double_fan.indicators["forsikrede_ledige.rank"].scenario
    assert (rank.median == np.round(rank.median)).all()


def test_a_scenario_without_changes_differs_by_exactly_nothing(drawn: Draws) -> None:
    every = fan.fan(ballerup(), unchanged(), drawn)
    one = fan.fan(ballerup(), unchanged(), drawn, indicators=[OVER_52], with_budget=False)
    for band in (*every.indicators.values(), *one.indicators.values()):
        for level in (band.difference.low, band.difference.median, band.difference.high):
            known = np.isfinite(level)
            assert (level[known] == 0).all(), band.key
        assert (band.difference.ends == 0).all(), band.key
    assert every.budget is not None
    assert (every.budget.difference.ends == 0).all()
    assert one.budget is None


def test_one_indicator_alone_is_what_it_is_among_all(drawn: Draws, double_fan: fan.Fan) -> None:
    for key in (PARTICIPATION, "forsikrede_ledige.rank", "serviceoplevelse.weeks_to_first_offer"):
        one = fan.fan(ballerup(), double(), drawn, indicators=[key], with_budget=False).indicators
        assert tuple(one) == (key,)
        whole = double_fan.indicators[key]
        assert one[key].scenario.ends.tobytes() == whole.scenario.ends.tobytes()
        np.testing.assert_array_equal(one[key].low, whole.low)


def test_a_sketch_is_the_fan_over_the_first_draws_and_changes_nothing(
    drawn: Draws, double_fan: fan.Fan
) -> None:
    sketched: list[fan.Fan] = []
    whole = fan.fan(ballerup(), double(), drawn, sketch=sketched.append)
    first = draws_for(ballerup(), count=COUNT // fan.SKETCH, seed=SEED)
    of_first = fan.fan(ballerup(), double(), first)
    assert len(sketched) == 1
    for found, expected in ((sketched[0], of_first), (whole, double_fan)):
        assert found.budget is not None
        assert expected.budget is not None
        np.testing.assert_array_equal(found.budget.scenario.ends, expected.budget.scenario.ends)
        for key, band in expected.indicators.items():
            for name in ("scenario", "baseline", "difference"):
                for line in ("central", "low", "median", "high", "ends"):
                    np.testing.assert_array_equal(
                        getattr(getattr(found.indicators[key], name), line),
                        getattr(getattr(band, name), line),
                    )
            np.testing.assert_array_equal(found.indicators[key].met, band.met)
            np.testing.assert_array_equal(found.indicators[key].met_baseline, band.met_baseline)


def test_one_draw_has_no_sketch() -> None:
    sketched: list[fan.Fan] = []
    one = draws_for(ballerup(), count=1, seed=SEED)
    fan.fan(ballerup(), double(), one, indicators=(PARTICIPATION,), with_budget=False, sketch=sketched.append)
    assert not sketched


def test_a_baseline_is_run_once_for_all_scenarios(drawn: Draws, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    kernel = fan.run_many

    def counted(prepared: Any, paths: Any, pairs: Any, reduce: Any) -> Any:
        runs.append(len(pairs))
        return kernel(prepared, paths, pairs, reduce)

    monkeypatch.setattr(fan, "run_many", counted)
    fan.fan(ballerup(), double(), drawn, indicators=[OVER_52], with_budget=False)
    assert runs[-1] == COUNT
    before = len(runs)
    end_values(drawn, [double(), unchanged(), double()], [OVER_52])
    assert runs[before:] == [3 * COUNT]


def test_end_values_hold_all_scenarios_over_the_same_draws(drawn: Draws, double_fan: fan.Fan) -> None:
    found = end_values(drawn, [unchanged(), double()], [OVER_52, "forsikrede_ledige.rank"])
    assert set(found) == {OVER_52, "forsikrede_ledige.rank", BUDGET}
    whole = double_fan.indicators[OVER_52]
    np.testing.assert_array_equal(found[OVER_52].scenario[1], whole.scenario.ends)
    np.testing.assert_array_equal(found[OVER_52].difference[0], np.zeros(COUNT))
    np.testing.assert_array_equal(
        found["forsikrede_ledige.rank"].met[1], double_fan.indicators["forsikrede_ledige.rank"].met
    )
    assert double_fan.budget is not None
    assert found[BUDGET].scenario.shape == (2, COUNT, len(double_fan.budget.years))
    np.testing.assert_array_equal(
        found[BUDGET].difference[1].sum(axis=1), double_fan.budget.total_difference.ends
    )


def test_a_reader_reads_what_the_goals_say() -> None:
    after, before = simulate(ballerup(), double()), baseline(ballerup(), double())
    reader = Reader(ballerup().goals)
    readings = reader.read(after, before)
    ends_ = [i.value_scenario for goal in evaluate_goals(after, before) for i in goal.indicators]
    np.testing.assert_allclose(readings.end, ends_, rtol=1e-12)
    with pytest.raises(KeyError):
        Reader(ballerup().goals, (("unge", "no_such"),))


def test_a_users_assumption_is_kept_with_its_reason_and_moves_baseline_and_scenario_alike(
    tmp_path: Path,
) -> None:
    own = double().assuming("displacement", 0.1).assuming("displacement", 0.6, "Et forsigtigt skøn")
    assert [(a.parameter, a.value, a.why) for a in own.assumptions] == [
        ("displacement", 0.6, "Et forsigtigt skøn")
    ]
    path = tmp_path / "own.yaml"
    path.write_text(write_scenario(own), encoding="utf-8")
    assert load_scenario(path).assumptions == own.assumptions
    assert own.without_assumption("displacement").assumptions == ()
    municipality = municipality_of(own)
    assert municipality.engine.displacement == 0.6
    # Anew calibrated, from the same stock: the baseline begins where it did.
    here, there = baseline(municipality, own), baseline(ballerup(), double())
    np.testing.assert_allclose(here.initial["caseload"], there.initial["caseload"], rtol=1e-9)
    some = calibrated(municipality, ("diminishing",), np.array([[0.1], [0.4]]))
    band = fan.fan(municipality, own, some, indicators=[OVER_52], with_budget=False).indicators[OVER_52]
    plain = fan.fan(
        ballerup(), double(), of_one("diminishing", 0.1, 0.4), indicators=[OVER_52], with_budget=False
    ).indicators[OVER_52]
    assert (band.difference.ends != plain.difference.ends).all()


# --- one number at a time ------------------------------------------------------------------------


def test_a_price_moves_the_budget_in_proportion_and_nothing_else() -> None:
    some = of_one(GUIDANCE_PRICE, 1500.0, 2500.0, 4500.0)
    found = fan.fan(ballerup(), double(), some)
    assert found.budget is not None
    low, middle, high = found.budget.total_difference.ends
    # Affine in the price: 1,000 DKK more and 3,000 DKK more.
    assert (high - low) == pytest.approx(3 * (middle - low), rel=1e-9)
    assert low > middle > high  # dearer guidance makes it cheaper to replace
    for band in found.indicators.values():
        for spread in (band.scenario, band.baseline):
            assert len(set(spread.ends.tolist())) == 1 or np.isnan(spread.ends).all(), band.key


def test_wider_displacement_gives_a_wider_band() -> None:
    key = "forsikrede_ledige.over_52_weeks"
    found = fan.fan(
        ballerup(), double(), of_one("displacement", 0.0, 0.2, 0.4, 0.6), indicators=[key], with_budget=False
    ).indicators[key]
    ends_ = found.difference.ends
    assert (np.diff(ends_) > 0).all() or (np.diff(ends_) < 0).all()
    inner, outer = np.ptp(ends_[1:3]), np.ptp(ends_)
    assert outer > inner > 0


# --- chance --------------------------------------------------------------------------------------


def with_level(level: float | None) -> Scenario:
    if level is None:
        return double()
    return double().replaced(
        assumptions=({"parameter": f"national_level.{PARTICIPATION}", "value": level, "why": ""},)
    )


@pytest.mark.parametrize(("level", "chance"), [(0.0, 1.0), (99.0, 0.0), (None, None)])
def test_chance_of_trivial_unreachable_and_unknown_targets(
    drawn: Draws, level: float | None, chance: float | None
) -> None:
    scenario = with_level(level)
    # A level typed in for a goal moves no run: the draws serve.
    assert municipality_of(scenario).key == ballerup().key
    band = fan.fan(ballerup(), scenario, drawn, indicators=[PARTICIPATION], with_budget=False).indicators[
        PARTICIPATION
    ]
    assert band.chance == chance
    assert band.target == level


def test_chance_is_the_share_of_the_draws(drawn: Draws, double_fan: fan.Fan) -> None:
    shares = sorted(double_fan.indicators[PARTICIPATION].scenario.ends)
    level = float(np.mean(shares[1:3]))
    band = fan.fan(
        ballerup(), with_level(level), drawn, indicators=[PARTICIPATION], with_budget=False
    ).indicators[PARTICIPATION]
    assert band.chance == 0.5
    assert band.chance_baseline == 0.0


def test_beats_by_hand() -> None:
    a, b = np.array([1.0, 2.0, 3.0, np.nan]), np.array([2.0, 2.0, 1.0, 0.0])
    assert beats(a, b, "down") == pytest.approx(1 / 3)
    assert beats(a, b, "up") == pytest.approx(1 / 3)
    assert beats(a, a, "up") == 0.0
    assert np.isnan(beats(a, b, "watch"))
    assert np.isnan(beats(a[3:], b[3:], "up"))


def test_unknown_indicators_and_other_draws_are_told(drawn: Draws) -> None:
    with pytest.raises(WrongDraws) as told:
        fan.fan(ballerup(), double(), drawn, indicators=["forsikrede_ledige.rang"])
    assert "forsikrede_ledige.rank" in told.value.text("da")
    other = load_municipality("ballerup", overrides={"displacement": 0.5})
    with pytest.raises(WrongDraws, match="other assumptions"):
        fan.fan(other, double(), drawn)


# --- tornado -------------------------------------------------------------------------------------

FAMILIES = ("displacement", "economy", "prices_other", "during_guidance")


def test_tornado_of_an_indicator() -> None:
    swings = tornado.tornado(ballerup(), double(), OVER_52, families=FAMILIES)
    by_family = {swing.family.id: swing for swing in swings}
    assert set(by_family) == set(FAMILIES)
    # Under an unchanged economy its sensitivity is without influence, and so are prices.
    for family in ("economy", "prices_other"):
        assert by_family[family].width == 0.0
        assert by_family[family].width_difference == 0.0
    assert by_family["during_guidance"].width > 0
    assert [s.width for s in swings] == sorted((s.width for s in swings), reverse=True)
    central = fan.fan(ballerup(), double(), of_one("displacement", 0.3), indicators=[OVER_52])
    assert swings[0].central == pytest.approx(central.indicators[OVER_52].central_ends[0], rel=1e-9)
    assert all((swing.low_reach, swing.high_reach) == (1.0, 1.0) for swing in swings)
    # Against the same run made with the number at its ends.
    ends_ = fan.fan(ballerup(), double(), of_one("displacement", 0.0, 0.7), indicators=[OVER_52])
    at_ends = ends_.indicators[OVER_52]
    swing = by_family["displacement"]
    np.testing.assert_allclose([swing.low, swing.high], at_ends.scenario.ends, rtol=1e-9)
    np.testing.assert_allclose(
        [swing.low_difference, swing.high_difference], at_ends.difference.ends, rtol=1e-6
    )


def test_tornado_of_the_budget_finds_the_prices() -> None:
    swings = tornado.tornado(ballerup(), double(), BUDGET, families=FAMILIES, by_difference=True)
    assert swings[0].family.id == "prices_other"
    assert swings[0].low_difference > swings[0].high_difference
    assert GUIDANCE_PRICE in swings[0].parameters


def test_a_tornado_of_what_is_not_there_calibrates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tornado, "calibrated", lambda *_, **__: pytest.fail("calibrated"))
    with pytest.raises(WrongDraws):
        tornado.tornado(ballerup(), double(), "no.such")


def test_an_end_that_cannot_be_run_is_approached_and_says_so() -> None:
    swings = tornado.tornado(near_the_limit(), None, OVER_52, families=("limits",))
    (swing,) = swings
    assert swing.low_reach == 1.0
    assert 0 < swing.high_reach < 1
    assert np.isfinite(swing.high)


def test_tilted_families_lean_one_way() -> None:
    varied = drawables(ballerup().register, {})
    family = next(f for f in families() if f.id == "stock_split")
    high = dict(zip([d.id for d in varied], tornado._end(varied, family, 1.0), strict=True))
    split = {d.id: d for d in varied if d.family is family}
    assert high["split.ressourceforloeb"] == split["split.ressourceforloeb"].high
    assert high["split.sygedagpenge"] == split["split.sygedagpenge"].low
    assert high["displacement"] == 0.3


# --- command line --------------------------------------------------------------------------------


def called(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main.main(arguments, out, err), out.getvalue(), err.getvalue()


def test_fan_answers_the_same_bytes_in_its_shape(drawn: Draws) -> None:
    arguments = ("fan", DOUBLE, "--draws", str(COUNT), "--seed", str(SEED), "--json")
    status, out, err = called(*arguments)
    assert (status, err) == (0, "")
    draws._draws.clear()
    assert called(*arguments)[1] == out
    answer = json.loads(out)
    assert answer["model_version"] == MODEL_VERSION
    assert answer["draws"]["count"] == COUNT
    assert answer["draws"]["seed"] == SEED
    assert answer["draws"]["refused"] == drawn.refused
    assert answer["draws"]["parameters"] == list(drawn.parameters)
    assert answer["quantiles"] == {"low": 0.05, "lower": 0.25, "median": 0.5, "upper": 0.75, "high": 0.95}
    weeks = len(answer["weeks"])
    for goal in answer["goals"]:
        for indicator in goal["indicators"]:
            for side in ("scenario", "baseline", "difference"):
                spread = indicator[side]
                assert all(len(spread[level]) == weeks for level in ("central", "low", "median", "high"))
                assert len(spread["ends"]) == COUNT
    years = answer["budget"]["years"]
    assert len(answer["budget"]["net_municipal_dkk"]["difference"]["low"]) == len(years)
    assert isinstance(answer["budget"]["total_net_dkk"]["difference"]["median"], float)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fan_for_a_person(language: str) -> None:
    status, out, _ = called("fan", DOUBLE, "--draws", str(COUNT), "--language", language)
    assert status == 0
    assert ("udgangspunkt" if language == "da" else "baseline") in out.lower()
    assert ("tages for givet" if language == "da" else "taken as given") in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fan", DOUBLE, "--draws", "mange"), "helt tal"),
        (("fan", DOUBLE, "--draws", "0"), "mellem 1 og"),
        (("fan", DOUBLE, "--seed", "-3"), "fra 0"),
        (("tornado", DOUBLE, "--goal", "9"), "findes ikke"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], words: str) -> None:
    status, _, err = called(*arguments)
    assert status == main.WRONG_USE
    assert words in err


def test_tornado_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tornado.tornado
    monkeypatch.setattr(tornado, "tornado", lambda *a, **k: real(*a, **k, families=FAMILIES))
    status, out, _ = called("tornado", DOUBLE, "--goal", "2", "--json")
    assert status == 0
    (swings,) = json.loads(out)["of"].values()
    assert {swing["family"] for swing in swings} == set(FAMILIES)
    assert swings[0].keys() >= {"low", "high", "central", "low_difference", "high_reach", "parameters"}
    status, out, _ = called("tornado", DOUBLE, "--goal", "budget", "--by-difference")
    assert status == 0
    assert out.splitlines()[3].strip().startswith("Priser på vejledning")
