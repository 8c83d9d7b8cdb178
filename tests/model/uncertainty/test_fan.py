"""Test bands: each draw against a run of its own, chances, and one number at a time."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.budget.budget import budget
from model.budget.views import one_more_place
from model.goals.evaluate import GoalEvaluator, evaluate_goals
from model.municipality.municipality import load_municipality
from model.scenario.files import load_scenario, write_scenario
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from model.uncertainty import draw_runs, fan
from model.uncertainty.bands import POSSIBLE, Fan
from model.uncertainty.draw_runs import FanOptions
from model.uncertainty.draws import (
    Cancelled,
    Draws,
    SingleFlightCache,
    WrongDraws,
    calibrate_draws,
    draws_for,
)
from model.uncertainty.end_values import BUDGET, beats, end_values
from model.uncertainty.one_more_place import one_more_place_ranges
from tests.folders import ROOT
from tests.model.uncertainty.cases import COUNT, GUIDANCE_PRICE, OVER_52, SEED, ballerup, double, of_one

PARTICIPATION = "udfordringer_ud_over_ledighed.participation"


@lru_cache(maxsize=1)
def unchanged() -> Scenario:
    return load_scenario(ROOT / "scenarios" / "ballerup" / "uaendret.yaml")


@pytest.fixture(scope="module")
def double_fan(drawn: Draws) -> Fan:
    return fan.fan(ballerup(), double(), drawn)


@pytest.fixture(scope="module")
def assumptions_alone(drawn: Draws) -> Fan:
    return fan.fan(ballerup(), double(), drawn, FanOptions(months_ahead=False))


def test_a_cancelled_fan_leaves_no_baseline_behind() -> None:
    some = of_one("displacement", 0.1, 0.2, 0.3, 0.4)
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        fan.fan(ballerup(), double(), some, cancel=cancel, progress=lambda done, n: cancel.set())
    assert not some.cache["baselines"]._entries
    whole = fan.fan(ballerup(), double(), some, options=FanOptions(indicators=[OVER_52]))
    assert np.isfinite(whole.indicators[OVER_52].scenario.ends).all()
    with pytest.raises(Cancelled):
        end_values(some, [double()], FanOptions([OVER_52]), cancel=cancel)


def test_single_flight_cache_runs_once_and_stores_no_failure() -> None:
    once, made_ = SingleFlightCache(2), []
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


def test_single_flight_cache_lets_a_waiting_thread_cancel() -> None:
    once, inside, leave, cancel = (
        SingleFlightCache(2),
        threading.Event(),
        threading.Event(),
        threading.Event(),
    )

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


def test_each_draw_is_what_a_run_with_its_assumptions_gives(drawn: Draws, assumptions_alone: Fan) -> None:
    """The whole way round by itself: overrides, calibration, one run, goals and budget as the pages have them.

    What the months ahead add to it is in ``test_months_ahead``.
    """
    double_fan = assumptions_alone
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
                    assert band.met[draw] == indicator.reached
        persons = after.caseload[-52:].sum(axis=(1, 2)).mean() - before.caseload[-52:].sum(axis=(1, 2)).mean()
        np.testing.assert_allclose(double_fan.persons[draw], persons, rtol=1e-9, atol=1e-9)
        assert double_fan.budget is not None
        np.testing.assert_allclose(
            double_fan.budget.total_difference.ends[draw], budget(after, before).total_difference, rtol=1e-7
        )


def test_possible_courses_are_the_first_draws_and_keep_no_others(assumptions_alone: Fan) -> None:
    for band in assumptions_alone.indicators.values():
        for line, ends in ((band.possible[0], band.scenario.ends), (band.possible[1], band.baseline.ends)):
            count = min(POSSIBLE, len(ends))
            assert line.shape == (count, len(band.weeks))
            assert line.base is None, "a view would hold all draws of every indicator in memory"
            known = np.isfinite(line[:, -1]) & np.isfinite(ends[:count])
            # A course ends where the draw's own figure does, for those that are told as they stand in the last week.
            if band.spec.metric == "dagpenge_rank":
                np.testing.assert_allclose(line[known, -1], ends[:count][known])


def test_one_more_place_is_the_same_in_each_draw_alone(drawn: Draws) -> None:
    # From the first day on, so that no week has the mix of places of the draw's own baseline.
    at_once = [c.model_copy(update={"from_": double().start, "phase_in_weeks": 0}) for c in double().changes]
    scenario = double().copy_with(changes=tuple(at_once))
    place = one_more_place_ranges(drawn, scenario)
    assert place.differences.shape == (COUNT, 4)
    for draw in (0, COUNT - 1):
        own = load_municipality(
            "ballerup", overrides=dict(zip(drawn.parameters, drawn.values[draw].tolist(), strict=True))
        )
        alone = one_more_place(simulate(own, scenario), baseline(own, scenario))
        np.testing.assert_allclose(place.differences[draw], alone.net, rtol=1e-6, atol=0.1)


def test_the_central_line_is_the_deterministic_run(double_fan: Fan) -> None:
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


def test_bands_are_ordered_and_windows_are_not_filled(double_fan: Fan) -> None:
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
    one = fan.fan(ballerup(), unchanged(), drawn, options=FanOptions(indicators=[OVER_52], with_budget=False))
    for band in (*every.indicators.values(), *one.indicators.values()):
        for level in (band.difference.low, band.difference.median, band.difference.high):
            known = np.isfinite(level)
            assert (level[known] == 0).all(), band.key
        assert (band.difference.ends == 0).all(), band.key
    assert every.budget is not None
    assert (every.budget.difference.ends == 0).all()
    assert one.budget is None


def test_one_indicator_alone_is_what_it_is_among_all(drawn: Draws, double_fan: Fan) -> None:
    for key in (PARTICIPATION, "forsikrede_ledige.rank", "serviceoplevelse.weeks_to_first_offer"):
        one = fan.fan(
            ballerup(), double(), drawn, options=FanOptions(indicators=[key], with_budget=False)
        ).indicators
        assert tuple(one) == (key,)
        whole = double_fan.indicators[key]
        assert one[key].scenario.ends.tobytes() == whole.scenario.ends.tobytes()
        np.testing.assert_array_equal(one[key].low, whole.low)


def test_a_sketch_is_the_fan_over_the_first_draws_and_changes_nothing(drawn: Draws, double_fan: Fan) -> None:
    sketched: list[Fan] = []
    whole = fan.fan(ballerup(), double(), drawn, first_draws=sketched.append)
    first = draws_for(ballerup(), count=COUNT // fan.FIRST_DRAWS_DIVISOR, seed=SEED)
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
    sketched: list[Fan] = []
    one = draws_for(ballerup(), count=1, seed=SEED)
    fan.fan(
        ballerup(),
        double(),
        one,
        options=FanOptions(indicators=(PARTICIPATION,), with_budget=False),
        first_draws=sketched.append,
    )
    assert not sketched


def test_a_baseline_is_run_once_for_all_scenarios(drawn: Draws, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    kernel = draw_runs.run_many

    def counted(prepared: Any, paths: Any, pairs: Any, reduce: Any) -> Any:
        runs.append(len(pairs))
        return kernel(prepared, paths, pairs, reduce)

    monkeypatch.setattr(draw_runs, "run_many", counted)
    fan.fan(ballerup(), double(), drawn, options=FanOptions(indicators=[OVER_52], with_budget=False))
    assert runs[-1] == COUNT
    before = len(runs)
    end_values(drawn, [double(), unchanged(), double()], FanOptions([OVER_52]))
    assert runs[before:] == [3 * COUNT]


def test_end_values_hold_all_scenarios_over_the_same_draws(drawn: Draws, double_fan: Fan) -> None:
    found = end_values(drawn, [unchanged(), double()], FanOptions([OVER_52, "forsikrede_ledige.rank"]))
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


def test_series_end_at_the_values_of_the_results() -> None:
    after, before = simulate(ballerup(), double()), baseline(ballerup(), double())
    evaluator = GoalEvaluator(ballerup().goals)
    values = evaluator.series(after, before)
    ends_ = [i.value_scenario for goal in evaluate_goals(after, before) for i in goal.indicators]
    np.testing.assert_allclose(values.end, ends_, rtol=1e-12)
    with pytest.raises(KeyError):
        evaluator.series(after, before, (("unge", "no_such"),))


def test_a_users_assumption_moves_baseline_and_scenario(
    tmp_path: Path,
) -> None:
    own = (
        double()
        .with_assumption("displacement", 0.1)
        .with_assumption("displacement", 0.6, "Et forsigtigt skøn")
    )
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
    some = calibrate_draws(municipality, ("diminishing",), np.array([[0.1], [0.4]]))
    band = fan.fan(
        municipality, own, some, options=FanOptions(indicators=[OVER_52], with_budget=False)
    ).indicators[OVER_52]
    plain = fan.fan(
        ballerup(),
        double(),
        of_one("diminishing", 0.1, 0.4),
        options=FanOptions(indicators=[OVER_52], with_budget=False),
    ).indicators[OVER_52]
    assert (band.difference.ends != plain.difference.ends).all()


def test_a_price_moves_the_budget_in_proportion_and_nothing_else() -> None:
    some = of_one(GUIDANCE_PRICE, 1500.0, 2500.0, 4500.0)
    found = fan.fan(ballerup(), double(), some, FanOptions(months_ahead=False))
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
        ballerup(),
        double(),
        of_one("displacement", 0.0, 0.2, 0.4, 0.6),
        options=FanOptions(indicators=[key], with_budget=False),
    ).indicators[key]
    ends_ = found.difference.ends
    assert (np.diff(ends_) > 0).all() or (np.diff(ends_) < 0).all()
    inner, outer = np.ptp(ends_[1:3]), np.ptp(ends_)
    assert outer > inner > 0


def with_level(level: float | None) -> Scenario:
    if level is None:
        return double()
    return double().copy_with(
        assumptions=({"parameter": f"national_level.{PARTICIPATION}", "value": level, "why": ""},)
    )


@pytest.mark.parametrize(("level", "chance"), [(0.0, 1.0), (99.0, 0.0), (None, None)])
def test_chance_of_trivial_unreachable_and_unknown_targets(
    drawn: Draws, level: float | None, chance: float | None
) -> None:
    scenario = with_level(level)
    # A level typed in for a goal moves no run: the draws serve.
    assert municipality_of(scenario).key == ballerup().key
    band = fan.fan(
        ballerup(), scenario, drawn, options=FanOptions(indicators=[PARTICIPATION], with_budget=False)
    ).indicators[PARTICIPATION]
    assert band.chance == chance
    assert band.target == level


def test_chance_is_the_share_of_the_draws(drawn: Draws, double_fan: Fan) -> None:
    shares = sorted(double_fan.indicators[PARTICIPATION].scenario.ends)
    level = float(np.mean(shares[1:3]))
    band = fan.fan(
        ballerup(),
        with_level(level),
        drawn,
        options=FanOptions(indicators=[PARTICIPATION], with_budget=False),
    ).indicators[PARTICIPATION]
    assert band.chance == 0.5
    assert band.chance_baseline == 0.0


def test_beats_by_hand() -> None:
    a, b = np.array([1.0, 2.0, 3.0, np.nan]), np.array([2.0, 2.0, 1.0, 0.0])
    assert beats(a, b, "down") == pytest.approx(1 / 3)
    assert beats(a, b, "up") == pytest.approx(1 / 3)
    assert beats(a, a, "up") == 0.0
    # What differs by less than what counts is equal.
    assert beats(np.array([1.0, 2.0, 3.0]), np.array([1.5, 2.0, 5.0]), "down", 1.0) == pytest.approx(1 / 3)
    assert np.isnan(beats(a, b, "watch"))
    assert np.isnan(beats(a[3:], b[3:], "up"))


def test_unknown_indicators_and_other_draws_are_told(drawn: Draws) -> None:
    with pytest.raises(WrongDraws) as told:
        fan.fan(ballerup(), double(), drawn, options=FanOptions(indicators=["forsikrede_ledige.rang"]))
    assert "forsikrede_ledige.rank" in told.value.text("da")
    other = load_municipality("ballerup", overrides={"displacement": 0.5})
    with pytest.raises(WrongDraws, match="other assumptions"):
        fan.fan(other, double(), drawn)
