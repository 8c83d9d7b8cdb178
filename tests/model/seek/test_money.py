"""Test searches for money, checked by plain runs of the model and by trying every point."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.budget.budget import budget
from model.goals.evaluate import evaluate_goals
from model.language.catalogue import LANGUAGES
from model.scenario.scenario import Scenario
from model.seek.answer import CannotSeek, FreeLever, Target
from model.seek.money import LimitHeld, MoneyAnswer, MoneyOptions
from model.seek.money_problem import MoneyProblem
from model.seek.money_sentences import limit_sentences, money_limits, money_scenario, money_sentences
from model.seek.offered import RESULTS, decided_levers, levers_that_move
from model.seek.spend import buy, save
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import persons_on_support
from model.uncertainty.draws import Cancelled
from model.uncertainty.fan import fan
from tests.model.seek.cases import BALLERUP, PLACES, PLAIN

RATE = FreeLever("activation_rate", "dagpenge")
MEETINGS = FreeLever("meetings", "dagpenge")
PARTICIPATION = "udfordringer_ud_over_ledighed.participation"


def goal_values(scenario: Scenario) -> dict[str, float]:
    """Return every indicator of a plain run at the end."""
    goals = evaluate_goals(simulate(BALLERUP, scenario), baseline(BALLERUP, scenario))
    return {f"{goal.id}.{i.id}": i.value_scenario for goal in goals for i in goal.indicators}


def check_stated(answer: MoneyAnswer) -> None:
    """Hold what an answer states against a plain run of its scenario."""
    outcome, base = simulate(BALLERUP, answer.scenario), baseline(BALLERUP, answer.scenario)
    values = goal_values(answer.scenario)
    for effect in answer.effects:
        assert effect.indicator.value_scenario == pytest.approx(values[effect.key])
    figures = budget(outcome, base)
    assert [a.central for a in answer.year_amounts] == pytest.approx(list(figures.net.difference))
    assert answer.total_amount.central == pytest.approx(figures.net.difference.sum())
    assert answer.share_assumed == figures.share_assumed
    assert answer.persons.central == pytest.approx(persons_on_support(outcome) - persons_on_support(base))


@lru_cache(maxsize=1)
def five_million() -> MoneyAnswer:
    return buy(BALLERUP, PLAIN, MoneyOptions(5e6))


@lru_cache(maxsize=1)
def three_saved() -> MoneyAnswer:
    return save(BALLERUP, PLAIN, MoneyOptions(3e6, 2022))


def test_five_million_buys_what_a_plain_run_gives() -> None:
    answer = five_million()
    check_stated(answer)
    assert answer.met
    assert len(answer.effects) == 5
    assert 0 < max(a.central for a in answer.year_amounts) <= 5e6 + 1
    assert answer.measured.central == max(a.central for a in answer.year_amounts)
    for one in answer.yields:
        assert 0 < one.amount.central <= 5e6 + 1
        values = goal_values(one.scenario)
        assert len(one.scenario.changes) == 1
        for effect in one.effects:
            assert effect.indicator.value_scenario == pytest.approx(values[effect.key])
            change, low, high = one.per_million(effect)
            assert change * one.amount.central / 1e6 == pytest.approx(effect.indicator.change)
            assert low <= high
    worth = [one.score / one.amount.central for one in answer.yields]
    assert worth == sorted(worth, reverse=True)


def test_the_ranges_are_those_of_every_page() -> None:
    answer = five_million()
    bands = fan(BALLERUP, answer.scenario)
    assert bands.ranges is not None
    drawn = answer.total_amount.range
    assert drawn is not None
    assert (drawn.low, drawn.high) == pytest.approx((bands.ranges.total.low, bands.ranges.total.high))
    for effect in answer.effects:
        ends = bands.indicators[effect.key].difference.ends
        assert effect.range is not None
        assert (effect.range.low, effect.range.high) == pytest.approx(tuple(np.quantile(ends, (0.05, 0.95))))
    persons = answer.persons.range
    assert persons is not None
    assert (persons.low, persons.high) == pytest.approx(tuple(np.quantile(bands.persons, (0.05, 0.95))))


def test_the_curve_of_one_goal_never_falls_and_passes_the_answer() -> None:
    answer = buy(BALLERUP, PLAIN, MoneyOptions(6e6, goals=("3",), draws=0))
    assert [effect.key for effect in answer.effects] == [PARTICIPATION]
    values = [point.effects[0].indicator.value_scenario for point in answer.points]
    assert values == sorted(values)
    assert all(point.cost <= point.budget + 1 for point in answer.points)
    at = next(point for point in answer.points if point.budget == pytest.approx(6e6))
    assert at.scenario.changes == answer.scenario.changes


def test_the_best_mix_of_a_small_case_is_the_best_of_all_points() -> None:
    levers = (
        FreeLever("firm_places", low=200, high=290),
        FreeLever("meetings", "dagpenge", low=1.5, high=4.5),
    )
    answer = buy(BALLERUP, PLAIN, MoneyOptions(4e6, goals=("3", "2"), levers=levers, draws=0))
    problem = MoneyProblem(BALLERUP, PLAIN, MoneyOptions(4e6, goals=("3", "2"), levers=levers))
    search = problem.money_search(None, None, None)
    search.hold_against(4e6, search.alone(range(2)))
    every = search.points(itertools.product(*(range(len(axis.values)) for axis in search.axes)))
    affordable = [point for point in every if search.cost(point) <= 4e6 + 1]
    best = max(map(search.gain, affordable))
    found = {(m.lever, m.group): m.after for m in answer.moves}
    at = next(
        point
        for point in every
        if all(
            axis.values[i] == found[free.lever, free.group]
            for free, axis, i in zip(levers, search.axes, point.index, strict=True)
        )
    )
    assert search.gain(at) == pytest.approx(best)


@settings(max_examples=4, deadline=None)
@given(amount=st.floats(1e6, 6e6), year=st.sampled_from((2021, 2022, 2024)))
def test_a_saving_is_saved_as_a_plain_run_says(amount: float, year: int) -> None:
    levers = (RATE, MEETINGS, FreeLever("mentor_share", "kontanthjaelp_aktivitetsparat"))
    answer = save(BALLERUP, PLAIN, MoneyOptions(amount, year, levers=levers, draws=0))
    check_stated(answer)
    figures = budget(simulate(BALLERUP, answer.scenario), baseline(BALLERUP, answer.scenario))
    saved = -float(figures.net.difference[list(figures.years).index(year)])
    assert answer.met == (saved >= amount - 1)
    assert answer.missing == pytest.approx(max(0.0, amount - saved), abs=1)


@pytest.mark.parametrize("amount", [1.5e6, 3e6])
def test_no_cut_of_one_lever_harms_less(amount: float) -> None:
    """By trying every value of every lever that may move."""
    levers = (RATE, FreeLever("activation_rate", "sygedagpenge"), MEETINGS)
    options = MoneyOptions(amount, 2023, levers=levers, draws=0)
    answer = save(BALLERUP, PLAIN, options)
    assert answer.met
    problem = MoneyProblem(BALLERUP, PLAIN, options)
    search = problem.money_search(2, None, None)
    search.hold_against(amount, search.alone(range(3)))
    own = search.point(
        tuple(
            int(np.searchsorted(axis.values, move.after))
            for axis, move in zip(search.axes, answer.moves, strict=True)
        )
    )
    for lever, axis in enumerate(search.axes):
        for i in range(len(axis.values)):
            index = (*search.origin[:lever], i, *search.origin[lever + 1 :])
            point = search.point(index)
            if -search.cost(point) >= amount - 1:
                assert search.harm(own) <= search.harm(point) + 1e-9


def test_the_mildest_cut_of_a_small_case_is_the_mildest_of_all_points() -> None:
    levers = (
        FreeLever("activation_rate", "dagpenge", low=10, high=25),
        FreeLever("mentor_share", "kontanthjaelp_aktivitetsparat", low=0, high=20),
    )
    options = MoneyOptions(1.5e6, 2022, levers=levers, draws=0)
    answer = save(BALLERUP, PLAIN, options)
    problem = MoneyProblem(BALLERUP, PLAIN, options)
    search = problem.money_search(1, None, None)
    search.hold_against(1.5e6, search.alone(range(2)))
    order = search.saving(1.5e6)
    every = search.points(itertools.product(*(range(len(axis.values)) for axis in search.axes)))
    best = min(every, key=order)
    assert [move.after for move in answer.moves] == [
        axis.values[i] for axis, i in zip(search.axes, best.index, strict=True)
    ]


def test_a_saving_tells_harm_chance_and_what_is_not_known() -> None:
    answer = three_saved()
    check_stated(answer)
    assert answer.met
    assert -answer.measured.central >= 3e6 - 1
    assert answer.measured_year == 2022
    assert answer.chance is not None
    drawn = fan(BALLERUP, answer.scenario).ranges
    assert drawn is not None
    assert answer.chance == pytest.approx(float((drawn.differences[:, 1] <= -3e6 + 1).mean()))
    moved = {(move.lever, move.group) for move in answer.moved}
    assert answer.unseen
    assert not moved & {(move.lever, move.group) for move in answer.unseen}
    assert not {lever for lever, _ in moved} & set(RESULTS)


def test_what_cannot_be_saved_is_told_with_the_most_that_was_found() -> None:
    answer = save(BALLERUP, PLAIN, MoneyOptions(40e6, 2022, levers=(MEETINGS, RATE), draws=0))
    assert not answer.met
    assert 0 < answer.missing < 40e6
    assert "kan ikke spares i 2022" in money_sentences(answer)[0].text("da")
    assert "cannot be saved in 2022" in money_sentences(answer)[0].text("en")


def test_a_limit_is_kept_or_told() -> None:
    levers = (RATE, FreeLever("activation_rate", "sygedagpenge"))
    free = save(BALLERUP, PLAIN, MoneyOptions(2e6, 2022, levers=levers, draws=0))
    key = "serviceoplevelse.offer_within_13_weeks"
    value = next(e for e in free.effects if e.key == key).indicator.value_baseline
    kept = save(
        BALLERUP, PLAIN, MoneyOptions(2e6, 2022, limits=(Target(key, value - 1.0),), levers=levers, draws=0)
    )
    (limit,) = kept.limits
    assert limit.held == (round(goal_values(kept.scenario)[key], 1) >= round(value - 1.0, 1))
    assert kept.met
    asked = MoneyOptions(2e6, 2022, limits=(Target(key, 100.0),), levers=levers, draws=0)
    broken = save(BALLERUP, PLAIN, asked)
    assert not broken.met
    (said,) = [sentence.text("da") for sentence in limit_sentences(broken)]
    assert "holder ikke" in said
    assert "skal mindst være 100\xa0%" in said
    assert "must be at least 100" in limit_sentences(broken)[0].text("en")
    assert said in money_scenario(broken, PLAIN, "Spar 2", "da").description


def test_a_limit_of_ones_own_is_told_as_it_was_set_and_the_broken_one_first() -> None:
    answer = three_saved()
    effect = next(e for e in answer.effects if e.indicator.direction == "down")
    held, broken = LimitHeld(effect, 2.6, True), LimitHeld(effect, 0.1, False)
    first, second = (s.text("da") for s in limit_sentences(replace(answer, limits=(held, broken))))
    assert "holder ikke" in first
    assert "må højst være 0,1" in first
    assert "Grænsen holder i hovedberegningen" in second
    assert "må højst være 2,6" in second


def test_the_search_begins_without_the_scenarios_changes() -> None:
    changed = PLAIN.with_change("firm_places", 400.0)
    options = MoneyOptions(4e6, goals=("3",), levers=(PLACES,), draws=0)
    assert buy(BALLERUP, changed, options).scenario.changes == buy(BALLERUP, PLAIN, options).scenario.changes


def test_the_answer_as_a_scenario_has_its_changes_and_sentences() -> None:
    answer = three_saved()
    own = PLAIN.with_change("firm_places", 400.0).copy_with(author="Bo")
    used = money_scenario(answer, own, "Spar 3", "da")
    assert used.changes == answer.scenario.changes
    assert (used.name, used.author) == ("Spar 3", "Bo")
    assert money_sentences(answer)[0].text("da") in used.description


def test_three_sentences_and_the_limits_in_both_languages() -> None:
    for answer in (five_million(), three_saved()):
        for language in LANGUAGES:
            said = [sentence.text(language) for sentence in money_sentences(answer)]
            assert len(said) == 3
            assert all(said)
            assert all(note.text(language) for note in money_limits(answer))
        assert "9 af 10" in money_sentences(answer)[0 if answer.mode == "save" else 2].text("da")
    assert any("ikke kender skaden" in note.text("da") for note in money_limits(three_saved()))


@pytest.mark.parametrize(
    ("search", "options", "danish"),
    [
        (buy, MoneyOptions(0.0), "over nul"),
        (buy, MoneyOptions(float("nan")), "over nul"),
        (save, MoneyOptions(1e6, 2031), "2031"),
        (buy, MoneyOptions(1e6, goals=("9",)), "kendes ikke"),
        (buy, MoneyOptions(1e6, levers=(FreeLever("equal_effort"),)), "ingen pris"),
        (buy, MoneyOptions(1e6, goals=("4",), levers=(MEETINGS,)), "Ingen af skyderne"),
    ],
)
def test_what_cannot_be_sought_is_told(search, options: MoneyOptions, danish: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CannotSeek) as refused:
        search(BALLERUP, PLAIN, options)
    assert danish in refused.value.text("da")


def test_it_can_be_stopped_and_tells_how_far_it_is() -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        buy(BALLERUP, PLAIN, MoneyOptions(5e6), cancel=cancel)
    told: list[int] = []
    options = MoneyOptions(3e6, goals=("3",), levers=(PLACES,), draws=0)
    buy(BALLERUP, PLAIN, options, progress=lambda done, of: told.append(done))
    assert told == sorted(told)
    assert told[-1] <= 100


def test_levers_offered_have_a_price_and_follow_the_goal() -> None:
    offered = {(free.lever, free.group) for free in decided_levers(BALLERUP)}
    assert ("firm_places", None) in offered
    assert not {lever for lever, _ in offered} & {"equal_effort", "fleksjob_openings", "partial_return"}
    for key, inside, outside in (
        (PARTICIPATION, ("firm_places", None), ("meetings", "sygedagpenge")),
        (
            "unge.education_within_52_weeks",
            ("mentor_share", "uddannelseshjaelp_uddannelsesparat"),
            ("early_package", None),
        ),
    ):
        moving = {(free.lever, free.group) for free in levers_that_move(PLAIN, (key,))}
        assert inside in moving
        assert outside not in moving
