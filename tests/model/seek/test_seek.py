"""Test searches on the model, checked by runs of their own."""

from __future__ import annotations

import dataclasses
import datetime
import re
import threading
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.budget.budget import budget
from model.cli.seek import json_answer
from model.domain import GROUP_INDEX
from model.engine.calibration import calibrate
from model.goals.evaluate import evaluate_goals
from model.language.catalogue import LANGUAGES
from model.municipality.municipality import load_municipality
from model.scenario.scenario import Scenario, canonical_json, municipality_of
from model.seek.answer import CannotSeek, FreeLever, SeekAnswer, SeekOptions, Target
from model.seek.curve import curve
from model.seek.seek import seek
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.outcome import outcome_from
from model.simulation.run_engine import run_raw
from model.simulation.simulate import baseline, simulate
from model.uncertainty.draw_runs import FanOptions
from model.uncertainty.draws import Cancelled, draws_for
from model.uncertainty.fan import fan
from tests.model.seek.cases import BALLERUP, PLACES, PLAIN, in_words, twenty

PARTICIPATION = "udfordringer_ud_over_ledighed.participation"
PRIORITY = FreeLever("firm_priority", "kontanthjaelp_aktivitetsparat")
CONTACT = (FreeLever("meetings", "dagpenge"), FreeLever("early_package"))

END_OF_2023 = datetime.date(2023, 12, 31)


def reached(answer: SeekAnswer, target: float, name: str = PARTICIPATION) -> bool:
    """Whether the answer, run as any scenario, reaches the target with the goals' own rule."""
    goal, indicator = name.split(".")
    outcome = simulate(BALLERUP, answer.scenario)
    found = next(g for g in evaluate_goals(outcome, baseline(BALLERUP, answer.scenario)) if g.id == goal)
    result = found.indicator(indicator)
    value = round(result.value_scenario, result.decimals)
    return value >= target if result.direction == "up" else value <= target


@settings(max_examples=6, deadline=None)
@given(target=st.floats(10.5, 30.0))
def test_the_answer_is_the_smallest_step_that_reaches_the_target(target: float) -> None:
    answer = seek(BALLERUP, PLAIN, [Target("3", target)], [PLACES])
    assert answer.reached
    assert reached(answer, target)
    (move,) = answer.moves
    less = dataclasses.replace(answer, scenario=PLAIN.with_change("firm_places", move.after - 10))
    assert move.after % 10 == 0
    assert not reached(less, target)


def test_twenty_per_cent_within_fifteen_million_a_year() -> None:
    answer = twenty()
    assert answer.reached
    assert reached(answer, 20.0)
    assert [(m.lever, m.before, m.after) for m in answer.moves] == [("firm_places", 200.0, 400.0)]
    outcome, base = simulate(BALLERUP, answer.scenario), baseline(BALLERUP, answer.scenario)
    figures = budget(outcome, base)
    assert answer.cost == pytest.approx(figures.net.difference)
    assert max(answer.cost) <= 15e6
    assert answer.cost_total == pytest.approx(sum(answer.cost))
    assert answer.share_assumed == figures.share_assumed
    assert answer.after.date == datetime.date(2025, 12, 28)
    assert answer.after.still_reached == (True,)
    assert {flow.group for flow in answer.after.flows} == {
        "kontanthjaelp_aktivitetsparat",
        "ressourceforloeb",
    }


def test_two_levers_on_the_model_against_trying_every_point() -> None:
    places, priority = (
        FreeLever("firm_places", low=200, high=320),
        FreeLever(*dataclasses.astuple(PRIORITY)[:2], low=1, high=2),
    )
    answer = seek(BALLERUP, PLAIN, [Target("3", 17)], [places, priority])
    least = min(
        (p - 200) / 1000 + (w - 1) / 5
        for p in range(200, 321, 10)
        for w in np.arange(1, 2.01, 0.1)
        if reached(
            dataclasses.replace(
                answer,
                scenario=PLAIN.with_change("firm_places", float(p)).with_change(
                    "firm_priority", round(float(w), 1), PRIORITY.group
                ),
            ),
            17,
        )
    )
    assert answer.reached
    assert answer.change == pytest.approx(least)


def test_the_heavier_lever_is_left_alone() -> None:
    places, priority = (
        FreeLever("firm_places", low=200, high=320),
        dataclasses.replace(PRIORITY, low=1, high=4),
    )
    light = seek(BALLERUP, PLAIN, [Target("3", 14)], [places, dataclasses.replace(priority, weight=20.0)])
    heavy = seek(BALLERUP, PLAIN, [Target("3", 14)], [dataclasses.replace(places, weight=20.0), priority])
    assert [move.moved for move in light.moves] == [True, False]
    assert [move.moved for move in heavy.moves] == [False, True]


def test_savings_to_find_by_a_lever_that_has_a_price() -> None:
    """What it finds is what the budget says of its last year; levers without a price would save for nothing."""
    plain = Scenario.model_validate(
        {"name": "n", "municipality": "odense", "baseline": "2026", "rules": "dated", "start": "2027-01-04"}
    )
    town = municipality_of(plain)
    wish = Target("5.saved_per_year", 20)
    answer = seek(town, plain, [wish], [FreeLever("activation_rate", "dagpenge")])
    assert answer.reached
    money = budget(simulate(town, answer.scenario), baseline(town, answer.scenario)).net.difference[-1]
    assert -money / 1e6 == pytest.approx(answer.readings[0].value, abs=0.01)
    assert -money / 1e6 >= 19.95
    with pytest.raises(CannotSeek, match="Flex job openings"):
        seek(town, plain, [wish], [FreeLever("fleksjob_openings")])


def test_a_goal_that_is_reached_already_needs_no_change() -> None:
    answer = seek(BALLERUP, PLAIN, [Target("3", 9)], [PLACES])
    assert answer.reached
    assert not answer.needed
    assert answer.scenario.changes == ()
    assert "intet" not in in_words(answer, "da")[0]
    assert "ikke ændres noget" in in_words(answer, "da")[0]
    assert "Nothing needs to change" in in_words(answer, "en")[0]


@lru_cache(maxsize=1)
def rank_ten() -> SeekAnswer:
    return seek(BALLERUP, PLAIN, [Target("2", by=END_OF_2023)], CONTACT)


def test_rank_ten_by_2023_is_out_of_reach_of_meetings() -> None:
    answer = rank_ten()
    assert not answer.reached
    (reading,) = answer.readings
    assert reading.target == 10
    assert (reading.before, reading.by) == (16.0, END_OF_2023)
    assert 10 < reading.value < 16
    assert reading.indicator.scenario[155] == reading.value  # the week that ends on 31 December 2023
    assert [(move.lever, move.at_bound) for move in answer.moves] == [
        ("meetings", "high"),
        ("early_package", "high"),
    ]
    assert reading.persons_missing == pytest.approx(37, abs=3)
    for language in LANGUAGES:
        told = "\n".join(in_words(answer, language))
        assert ("kan ikke nås" if language == "da" else "cannot be reached") in told
        assert len(answer.binding) == 2


def test_the_reported_ratio_of_job_exits_reaches_rank_ten() -> None:
    """Checked apart from the search: all job exits of dagpenge times the ratio, the start state as it was."""
    instead = next(i for i in rank_ten().alternatives if i.kind == "job_exits")
    assert instead.groups == ("dagpenge",)
    assert instead.factor is not None
    assert 1.15 < instead.factor < 1.30
    assert instead.factor_beside is not None
    assert 1.0 < instead.factor_beside < instead.factor
    paths = build_lever_paths(BALLERUP, PLAIN, 208)
    base = baseline(BALLERUP, PLAIN)

    def rank(ratio: float) -> float:
        season = BALLERUP.engine.season_job.copy()
        season[GROUP_INDEX["dagpenge"]] *= ratio
        engine = dataclasses.replace(BALLERUP.engine, season_job=season)
        raw = run_raw(engine, paths, calibrate(BALLERUP.engine))
        outcome = outcome_from(*raw, paths, BALLERUP, PLAIN)
        found = next(g for g in evaluate_goals(outcome, base) if g.number == 2)
        return float(found.indicator("rank").scenario[155])

    assert rank(instead.factor + 0.001) <= 10
    assert rank(instead.factor - 0.002) > 10


def test_alternatives_agree_with_runs_of_their_own() -> None:
    instead = {i.kind: i for i in rank_ten().alternatives}
    without = load_municipality("ballerup", overrides={"displacement": 0.0})
    answer = seek(without, PLAIN, [Target("2", by=END_OF_2023)], CONTACT)
    assert instead["displacement"].reached == answer.reached


def test_a_binding_budget_names_the_amount_that_suffices() -> None:
    answer = seek(BALLERUP, PLAIN, [Target("3", 20)], [PLACES], SeekOptions(budget_per_year=2e6))
    assert not answer.reached
    assert answer.budget_binds
    assert max(answer.cost) <= 2e6 + 1
    assert any("Budgettet" in words.da and "2,0" in words.da for words in answer.binding)
    needed = next(i.amount for i in answer.alternatives if i.kind == "budget")
    assert needed is not None
    assert needed > 2e6
    assert seek(BALLERUP, PLAIN, [Target("3", 20)], [PLACES], SeekOptions(budget_per_year=needed)).reached


def test_several_wishes_at_once_are_all_reached() -> None:
    answer = seek(BALLERUP, PLAIN, [Target("3", 14), Target("2", 15)], [PLACES, CONTACT[0]])
    assert [reading.reached for reading in answer.readings] == [True, True]
    assert answer.reached
    assert reached(answer, 14)
    assert reached(answer, 15, "forsikrede_ledige.rank")
    assert all(move.moved for move in answer.moves)


def test_a_search_replaces_changes_of_free_levers_only() -> None:
    begin = PLAIN.with_change("firm_places", 250.0, from_=datetime.date(2022, 1, 3)).with_change(
        "partial_return", 30.0
    )
    answer = seek(
        BALLERUP,
        begin,
        [Target("3", 20)],
        [PLACES],
        SeekOptions(from_=datetime.date(2021, 3, 1), phase_in_weeks=26),
    )
    assert answer.reached
    assert answer.moves[0].before == 250.0
    changes = {(c.lever, c.from_, c.phase_in_weeks) for c in answer.scenario.changes}
    assert changes == {("partial_return", PLAIN.start, 0), ("firm_places", datetime.date(2021, 3, 1), 26)}
    assert reached(answer, 20)


def test_chance_under_a_certainty_equals_the_fans() -> None:
    level = {"parameter": f"national_level.{PARTICIPATION}", "value": 20.0}
    begin = Scenario.model_validate({"name": "x", "municipality": "ballerup", "assumptions": [level]})
    municipality = municipality_of(begin)
    plain = seek(municipality, begin, [Target("3")], [PLACES])
    sure = seek(municipality, begin, [Target("3")], [PLACES], SeekOptions(certainty=0.8))
    assert sure.reached
    assert sure.chance is not None
    assert sure.chance >= 0.8
    assert sure.moves[0].after > plain.moves[0].after
    counted = fan(
        municipality,
        sure.scenario,
        draws_for(municipality),
        options=FanOptions(indicators=[PARTICIPATION], with_budget=False),
    )
    assert counted.indicators[PARTICIPATION].chance == sure.chance
    assert "80" in "\n".join(in_words(sure, "da"))


def test_the_curve_never_falls_and_stays_within_its_budgets() -> None:
    found = curve(BALLERUP, PLAIN, Target("3", 20), [FreeLever("firm_places", low=200, high=500)], points=5)
    budgets = [point.budget for point in found.points]
    values = [point.value for point in found.points]
    assert len(found.points) == 5
    assert budgets == sorted(budgets)
    assert values == sorted(values)
    assert values[-1] > values[0]
    for point in found.points:
        figures = budget(simulate(BALLERUP, point.scenario), baseline(BALLERUP, point.scenario))
        assert float(figures.net.difference.max()) <= point.budget + 1
        assert point.reached == (round(point.value, 1) >= 20)


def test_the_same_question_gives_the_same_bytes() -> None:
    def bytes_of() -> str:
        free = [dataclasses.replace(PLACES, low=200, high=350), dataclasses.replace(PRIORITY, low=1, high=3)]
        answer = seek(BALLERUP, PLAIN, [Target("3", 16)], free, SeekOptions(seed=7))
        return canonical_json(json_answer(answer, BALLERUP))

    assert bytes_of() == bytes_of()


def test_cancelled_before_and_on_the_way_it_stops_and_leaves_nothing() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        seek(BALLERUP, PLAIN, [Target("3", 20)], [PLACES, PRIORITY], cancel=stop)
    stop = threading.Event()
    told: list[int] = []

    def progress(done: int, of: int) -> None:
        told.append(done)
        if done >= 20:
            stop.set()

    before = threading.active_count()
    with pytest.raises(Cancelled):
        seek(BALLERUP, PLAIN, [Target("3", 20)], [PLACES, PRIORITY], cancel=stop, progress=progress)
    assert threading.active_count() == before
    assert told[-1] < 60  # it did not go on to the end


def test_progress_goes_forward_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    seek(BALLERUP, PLAIN, [Target("3", 15)], [PLACES], progress=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1] == (100, 100)


@pytest.mark.parametrize(
    ("wishes", "free", "more", "danish"),
    [
        ([], [PLACES], {}, "mindst ét mål"),
        ([Target("9")], [PLACES], {}, "»9« kendes ikke"),
        ([Target("participatoin", 20)], [PLACES], {}, "Mente du »participation«"),
        ([Target("3.retrun", 20)], [PLACES], {}, "Mente du »return«"),
        ([Target("3.to_pension", 5)], [PLACES], {}, "ingen retning"),
        ([Target("3")], [PLACES], {}, "intet tal at nå"),
        ([Target("3", float("nan"))], [PLACES], {}, "skal være et tal"),
        ([Target("3", 20, datetime.date(2031, 1, 1))], [PLACES], {}, "1. januar 2031"),
        ([Target("3", 20, datetime.date(2021, 2, 1))], [PLACES], {}, "et helt kvartal"),
        (
            [Target("3", 20, datetime.date(2022, 1, 2))],
            [PLACES],
            {"from_": datetime.date(2023, 1, 2)},
            "flyttes først",
        ),
        ([Target("3", 20)], [PLACES], {"from_": datetime.date(2020, 1, 6)}, "scenariets periode"),
        ([Target("3", 20)], [PLACES], {"phase_in_weeks": -1}, "mellem 0 og 208"),
        ([Target("3", 20)], [PLACES], {"budget_per_year": -1.0}, "nul eller mere"),
        ([Target("3", 20)], [PLACES], {"certainty": 80.0}, "mellem 0 og 1"),
        ([Target("3", 20)], [], {}, "fra 1 til 8"),
        ([Target("3", 20)], [FreeLever("firm_place")], {}, "Mente du »firm_places«"),
        ([Target("3", 20)], [FreeLever("firm_place_mix")], {}, "fordeling"),
        ([Target("3", 20)], [FreeLever("meetings")], {}, "skal have en målgruppe"),
        ([Target("3", 20)], [FreeLever("meetings", "dagpeng")], {}, "Mente du »dagpenge«"),
        ([Target("3", 20)], [PLACES, PLACES], {}, "to gange"),
        ([Target("3", 20)], [FreeLever("firm_places", low=500, high=300)], {}, "500,00 til 300,00"),
        ([Target("3", 20)], [FreeLever("firm_places", weight=0.0)], {}, "større end nul"),
        ([Target("2")], [FreeLever("mentor_share", "uddannelseshjaelp_aktivitetsparat")], {}, "flytter ikke"),
    ],
)
def test_questions_that_cannot_be_searched(
    wishes: list[Target], free: list[FreeLever], more: dict[str, Any], danish: str
) -> None:
    with pytest.raises(CannotSeek) as caught:
        seek(BALLERUP, PLAIN, wishes, free, SeekOptions(**more))
    assert danish in caught.value.text("da")
    assert caught.value.text("en") != caught.value.text("da")
    assert not re.search(r"[{}]", caught.value.text("en"))
