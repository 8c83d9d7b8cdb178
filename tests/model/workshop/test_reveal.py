"""Test what is guessed on: the axis tells nothing of the run, and the spread of guesses nothing of who guessed."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.goals.evaluate import evaluate_goals
from model.goals.results import IndicatorResult
from model.municipality.municipality import load_municipality
from model.simulation.simulate import baseline
from model.workshop.answers import Guess
from model.workshop.course import AGAIN, CourseStep
from model.workshop.course_files import load_course
from model.workshop.meeting import Meeting, Refused
from model.workshop.meetings import begin
from model.workshop.reveal import WEEKS, guess_axis, known_weeks, may_guess, rounds, spread, widened
from tests.folders import ROOT

COURSE = ROOT / "workshops" / "ballerup-30.yaml"


def point(value: float) -> Guess:
    return Guess(low=value, high=value)


@pytest.fixture
def meeting(tmp_path: Path) -> Meeting:
    found, _ = begin(load_course(COURSE), folder=tmp_path)
    found.go(0, 1)
    for name in ("Bord 1", "Bord 2", "Bord 3"):
        found.add_table(name)
    return found


@pytest.fixture
def step(meeting: Meeting) -> CourseStep:
    assert meeting.step.kind == "guess"
    return meeting.step


@pytest.fixture(scope="module")
def indicators() -> list[IndicatorResult]:
    run = baseline(load_municipality("ballerup"))
    return [
        indicator
        for goal in evaluate_goals(run, run)
        for indicator in goal.indicators
        if not indicator.suppressed
    ]


def test_the_axis_does_not_follow_the_run_that_is_guessed_at(indicators: list[IndicatorResult]) -> None:
    for indicator in indicators:
        far = replace(
            indicator,
            scenario=indicator.scenario * 40,
            value_scenario=indicator.value_scenario * 40,
            baseline=np.concatenate([indicator.baseline[:WEEKS], indicator.baseline[WEEKS:] * 40]),
            value_baseline=indicator.value_baseline * 40,
        )
        assert guess_axis(far, (), WEEKS) == guess_axis(indicator, (), WEEKS), indicator.id


def test_the_axis_has_room_on_both_sides_of_what_is_known(indicators: list[IndicatorResult]) -> None:
    for indicator in indicators:
        axis = guess_axis(indicator, (), WEEKS)
        known = indicator.baseline[:WEEKS]
        known = known[np.isfinite(known)]
        least = {"rank": 1.0}.get(indicator.unit, 0.0)
        assert axis.low <= known.min(), indicator.id
        assert axis.low >= least or known.min() < 0 or axis.low < 0
        if indicator.unit == "percent":
            assert axis.low == 0.0
            assert axis.most <= 100.0
        assert axis.high == 100.0 or axis.high >= 1.5 * known.max(), indicator.id
        assert 2 <= len(axis.marks) <= 9, (indicator.id, axis.marks)
        assert axis.step >= 10.0**-indicator.decimals * 0.999
        assert axis.least <= axis.low
        assert axis.most >= axis.high


def test_what_lies_far_beyond_the_axis_is_no_guess(indicators: list[IndicatorResult]) -> None:
    axis = guess_axis(next(i for i in indicators if i.id == "participation"), (), WEEKS)
    assert axis.holds(point(8.5))
    assert axis.holds(point(axis.high + 1)), "somebody may think further than the axis"
    assert not axis.holds(point(850))
    assert not axis.holds(point(-1))
    assert not axis.holds(Guess(low=5, high=101))
    assert widened(axis, [5.0]) == (axis.low, axis.high)
    assert widened(axis, [axis.high + 3, float("nan")]) == (axis.low, axis.high + 3)


def test_a_year_without_changes_is_shown_and_what_comes_before_a_later_change(
    meeting: Meeting, step: CourseStep, indicators: list[IndicatorResult]
) -> None:
    scenario = meeting.scenario(step)
    assert scenario is not None
    begins = np.datetime64(scenario.start)
    weeks = begins + 7 * np.arange(208)
    indicator = replace(indicators[0], weeks=weeks)
    assert known_weeks(indicator, scenario) == WEEKS
    change = scenario.changes[0]
    later = change.model_copy(update={"from_": scenario.start + datetime.timedelta(weeks=100)})
    assert known_weeks(indicator, scenario.copy_with(changes=(later,))) == 100


def test_the_spread_is_in_order_of_the_guesses_not_of_the_tables(meeting: Meeting, step: CourseStep) -> None:
    for table, guess in (("t3", point(7)), ("t1", point(12)), ("t2", Guess(low=8, high=10))):
        meeting.save_guess(step, table, guess)
    spots = spread(meeting.answers(step), own="t2")
    assert [(spot.low, spot.high) for spot in spots] == [(7, 7), (8, 10), (12, 12)]
    assert [spot.own for spot in spots] == [False, True, False]


def test_a_late_table_may_correct_itself_until_it_could_have_seen_the_answer(
    meeting: Meeting, step: CourseStep
) -> None:
    meeting.save_guess(step, "t1", point(7))
    meeting.close(step)
    assert not may_guess(meeting, step, meeting.answer(step, "t1"))
    meeting.save_guess(step, "t2", point(8))
    meeting.save_guess(step, "t2", point(9))
    late = meeting.answer(step, "t2")
    assert late is not None
    assert late.late
    assert may_guess(meeting, step, late)
    meeting.close(step, shown=True)
    assert not may_guess(meeting, step, late)
    with pytest.raises(Refused):
        meeting.save_guess(step, "t2", point(8.3))
    assert may_guess(meeting, step, meeting.answer(step, "t3"))
    meeting.save_guess(step, "t3", point(8.3))
    assert [spot.late for spot in spread(meeting.answers(step))] == [False, True, True]


def test_a_second_guess_stands_beside_the_first(meeting: Meeting, step: CourseStep) -> None:
    meeting.save_guess(step, "t1", point(7))
    assert rounds(meeting, step) == (step.id,)
    meeting.close(step)
    meeting.ask_again(step)
    meeting.save_guess(step, "t1", point(9))
    assert rounds(meeting, step) == (step.id, step.id + AGAIN)
    told = [[s.low for s in spread(meeting.answers(step, round_=one))] for one in rounds(meeting, step)]
    assert told == [[7], [9]]
