"""Test that the live band always belongs to the line on screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from model.uncertainty.fan import FIRST_DRAWS_DIVISOR
from pages.session.focus import focus
from pages.session.jobs import BANDS, Job
from pages.session.live_band import band_so_far, live_band
from pages.session.results import scenario_results
from pages.session.session import BAND_PART, Session
from tests.pages.cases import Hand, new_visit

pytestmark = pytest.mark.usefixtures("engine")
PATIENCE = 240.0
LOOK = 0.02


def looks(visit: Session) -> Iterator[Any]:
    """List what the page is given, look after look, until there is nothing more to wait for."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = scenario_results(visit.scenario)
        known = live_band(visit, found)
        if known.band is not None:
            _, indicator = focus(visit, found)
            np.testing.assert_array_equal(known.band.central, indicator.scenario)
        yield known
        if known.again is None:
            return
        time.sleep(LOOK)
    raise AssertionError("the band did not come")


def last(visit: Session) -> Any:
    """Return what the page is left with."""
    *_, known = looks(visit)
    return known


def test_the_band_is_that_of_the_line_on_screen(visit: Session, draws: int) -> None:
    assert last(visit).band is not None
    # A hand that moves on, then goes to another goal, then back to a value that has been seen.
    hand = Hand(visit)
    for value, phase in ((250.0, "move"), (300.0, "move"), (300.0, "end"), (400.0, "end")):
        hand.send(phase, id="firm_places", value=value)
        first = next(looks(visit))
        assert first.band is None or value == 300.0
    seen = [known.band for known in looks(visit) if known.band is not None]
    assert len(seen[-1].met) == draws
    assert {len(band.met) for band in seen} <= {draws // FIRST_DRAWS_DIVISOR, draws}
    for goal in [goal.id for goal in scenario_results(visit.scenario).goals][:3]:
        visit.goal = goal
        assert last(visit).band is not None
    visit.undo()
    assert last(visit).band is not None


def test_what_is_superseded_is_stopped(visit: Session) -> None:
    last(visit)
    hand = Hand(visit)
    hand.send("move", id="firm_places", value=510.0)
    next(looks(visit))
    job = visit.band
    assert job is not None
    hand.send("move", id="firm_places", value=520.0)
    next(looks(visit))
    assert job.is_stopped
    assert BANDS.existing(job.key) is None
    assert last(visit).band is not None


def test_what_the_card_does_not_show_has_no_band() -> None:
    small = new_visit("laesoe")
    found = scenario_results(small.scenario)
    suppressed = [(goal.id, i.id) for goal in found.goals for i in goal.indicators if i.suppressed]
    assert suppressed
    for small.goal, small.indicator in suppressed[:3]:
        for known in looks(small):
            assert known.band is None
            assert known.words == ""
        assert known.certainty is not None, "the budget's range and the goals' chances are known all the same"


def test_a_look_sees_each_part_of_a_band_once_and_nothing_where_none_came() -> None:
    visit, job = new_visit(), Job("of the first")
    seen = [band_so_far(visit)]

    def look() -> bool:
        """Return whether a look finds what the one before did not."""
        seen.append(band_so_far(visit))
        return seen[-1] != seen[-2]

    assert not look()
    visit.jobs[BAND_PART] = job
    assert look()
    job.progress = (1, 4)
    assert not look(), "how far it is is not shown"
    for sketch in ("of the first draws", "of all draws"):
        job.sketch = sketch
        assert look()
        assert not look()
    job.result = "whole"
    job.done.set()
    assert look()
    assert not look()
    left = visit.jobs[BAND_PART] = Job("of the second")
    assert look()
    left.cancel.set()
    left.done.set()
    assert not look(), "what was left brings nothing to show"
