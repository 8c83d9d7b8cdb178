"""Test that what is told of the time left is known, honest and at rest."""

from __future__ import annotations

import itertools

import pytest

from pages.components.time_left import TimeLeft, seconds_left, time_left_text
from pages.session.jobs import Job
from tests.pages.cases import new_visit


def test_nothing_is_told_before_it_is_known() -> None:
    assert seconds_left(Job("not begun")) is None
    work = TimeLeft([(10.0, 0.0)])
    assert work.tell(11.0, 0.5) is None, "a second says nothing"
    work = TimeLeft([(10.0, 0.0)])
    assert work.tell(20.0, 0.01) is None, "a hundredth of the work says nothing"


def test_what_is_told_is_what_the_work_so_far_says_not_the_wait_before_it() -> None:
    work = TimeLeft([(100.0, 0.0)])
    # A quarter in ten seconds: thirty are left, however long it waited for its turn.
    assert work.tell(110.0, 0.25) == 30


def test_even_work_is_told_ever_shorter_and_not_at_every_look() -> None:
    work, told = TimeLeft([(0.0, 0.0)]), []
    for tenth in range(1, 600):
        wobble = 0.004 * (-1) ** tenth
        told.append(work.tell(tenth / 10, min(1.0, max(work.share, tenth / 600 + wobble))))
    known = [one for one in told if one is not None]
    assert known == sorted(known, reverse=True)
    changes = sum(one != other for one, other in itertools.pairwise(known))
    assert changes <= 16
    for tenth, one in enumerate(told, start=1):
        if one is not None:
            left = 60 - tenth / 10
            assert left - 12 <= one <= left + 16


def test_work_that_slows_down_for_good_is_told_as_longer() -> None:
    work = TimeLeft([(0.0, 0.0)])
    assert work.tell(10.0, 0.5) == 10
    assert work.tell(12.0, 0.5) == 10, "a stop for a moment is no news"
    for second in range(13, 60):
        told = work.tell(float(second), 0.5 + (second - 12) / 240)
    # At the pace of the last half a minute it is a minute and more.
    assert told is not None
    assert 60 <= told <= 120


def test_a_second_part_of_the_work_begins_anew() -> None:
    work = TimeLeft([(0.0, 0.0)])
    assert work.tell(10.0, 0.9) is not None
    assert work.tell(11.0, 0.05) is None


@pytest.mark.parametrize(
    ("seconds", "danish", "english"),
    [
        (5, "Få sekunder endnu.", "A few seconds left."),
        (20, "Omkring 20 sekunder endnu.", "About 20 seconds left."),
        (60, "Omkring et minut endnu.", "About a minute left."),
        (90, "Omkring halvandet minut endnu.", "About a minute and a half left."),
        (180, "Omkring 3 minutter endnu.", "About 3 minutes left."),
    ],
)
def test_it_is_told_in_words(seconds: int, danish: str, english: str) -> None:
    visit = new_visit()
    for visit.language, words in (("da", danish), ("en", english)):
        assert time_left_text(visit, seconds) == words
