"""Test what is frozen of a scenario: months, ranges, where the run began, and what is hidden."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from model.followup.decided import Decided
from model.followup.freeze import (
    CannotFollow,
    benefit_months,
    check_can_be_followed,
    freeze,
    months_of_weeks,
)
from model.followup.outcome import effort_of
from model.followup.told import Told
from model.municipality.history import published_caseload
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import simulate
from model.uncertainty.draws import draws_for
from model.workshop.meeting_parts import FollowUp

pytestmark = pytest.mark.usefixtures("engine")
DAY = datetime.date(2026, 11, 30)


def scenario(municipality: str = "ballerup") -> Scenario:
    return Scenario(name="x", municipality=municipality, baseline="2026", rules="dated", years=2).with_change(
        "activation_rate", 60.0, group="dagpenge"
    )


def frozen(of: Scenario) -> Decided:
    draws = draws_for(municipality_of(of), count=8)
    return freeze(of, DAY, follow_ups=[FollowUp(who="A", figure="B", when="C")], draws=draws)


@pytest.fixture(scope="module")
def ballerup(engine: object) -> Decided:
    return frozen(scenario())


def test_a_week_belongs_to_the_month_of_its_thursday_and_half_months_are_left_out() -> None:
    weeks = np.datetime64("2027-01-25", "D") + 7 * np.arange(8)  # Thursdays 28 January to 18 March
    months, at = months_of_weeks(weeks)
    assert months == ("2027-02",)
    assert at.tolist() == [-1, 0, 0, 0, 0, -1, -1, -1]


def test_every_published_figure_is_frozen_with_its_range(ballerup: Decided) -> None:
    assert {one.id for one in ballerup.series} == {
        "dagpenge",
        "kontanthjaelp",
        "forsikrede_ledige.rank",
        "forsikrede_ledige.dagpenge_share",
    }
    assert ballerup.shown[0].id == "dagpenge"
    assert ballerup.first_awaited == "2027-01"
    dagpenge = ballerup.shown[0]
    assert dagpenge.months == tuple(f"{year}-{month:02d}" for year in (2027, 2028) for month in range(1, 13))
    assert dagpenge.expected is not None
    months, values = benefit_months(simulate(municipality_of(scenario()), scenario()), "dagpenge")
    assert months == dagpenge.months
    assert dagpenge.expected.value == pytest.approx(tuple(values), rel=1e-5)


def test_the_start_is_that_of_the_run_and_of_the_months_behind_it(ballerup: Decided) -> None:
    start = ballerup.shown[0].start
    assert start is not None
    published = published_caseload("ballerup", "dagpenge")
    by_month = dict(zip(published.months, published.values, strict=True))
    assert start.months[-1] == "2026-01"
    assert len(start.months) == 12
    mean = sum(by_month[month] or 0.0 for month in start.months) / 12
    assert start.level == pytest.approx(mean, rel=1e-3)


def test_who_follows_what_is_kept(ballerup: Decided) -> None:
    assert ballerup.follow_ups == (FollowUp(who="A", figure="B", when="C"),)
    assert Decided.model_validate(ballerup.plain()) == ballerup


def test_small_counts_are_not_kept() -> None:
    small = frozen(scenario("laesoe"))
    hidden = {one.id for one in small.series if one.hidden}
    assert hidden
    for one in small.series:
        if one.hidden:
            assert one.plain() == {"id": one.id, "hidden": True}


def test_the_effort_as_delivered_is_the_run_with_it_less_the_run_as_decided() -> None:
    decided = scenario()
    told = Told().with_delivered(("activation_rate", "dagpenge"), 40.0)
    assert effort_of(decided, "dagpenge", "2028-06", Told()) is None
    less = effort_of(decided, "dagpenge", "2028-06", told)
    same = effort_of(decided, "dagpenge", "2028-06", told.with_delivered(("activation_rate", "dagpenge"), 60))
    assert same == 0.0
    assert less is not None
    assert less != 0.0
    town = municipality_of(decided)
    delivered = decided.without("activation_rate", "dagpenge").with_change(
        "activation_rate", 40.0, group="dagpenge"
    )
    ends = [
        dict(zip(*benefit_months(simulate(town, one), "dagpenge"), strict=True))["2028-06"]
        for one in (delivered, decided)
    ]
    assert less == pytest.approx(ends[0] - ends[1])


def test_what_cannot_be_followed_is_refused_in_words() -> None:
    plain = Scenario(name="x", municipality="ballerup", baseline="2026", rules="dated")
    with pytest.raises(CannotFollow) as refused:
        check_can_be_followed(plain)
    assert "ændrer intet" in refused.value.text("da")
    old = Scenario(name="x", municipality="ballerup").with_change("firm_places", 200)
    with pytest.raises(CannotFollow) as refused:
        check_can_be_followed(old)
    assert "2020" in refused.value.text("da")
