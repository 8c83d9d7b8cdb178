"""Hold what a deadline of the first offer does: offers are brought forward, with their threat and their lock-in."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from model.domain import GROUP_INDEX, N_GROUPS, N_ORIGINS, WEEKS_PER_YEAR
from model.engine.calibration import calibrate
from model.engine.kernel.layout import FIELDS, Floats
from model.engine.lever_paths import LeverPaths
from model.engine.parameters import EngineParameters
from model.simulation.run_engine import run_raw
from tests.model.engine.cases import ballerup, baseline_paths, moved, no_season

DAGPENGE = GROUP_INDEX["dagpenge"]
EARLIER = (25, 20, 16, 13, 10, 8)


def ballerup_where(offers_work: bool, **changes: Any) -> EngineParameters:
    """Ballerup without seasons; unless ``offers_work``, no offer itself changes anybody's way out."""
    params = no_season(ballerup())
    names = (
        "hr_job_during",
        "hr_job_after",
        "hr_education_during",
        "hr_education_after",
        "return_ratio",
    )
    neutral = {} if offers_work else {name: np.ones_like(getattr(params, name)) for name in names}
    return dataclasses.replace(params, **neutral, **changes)


def with_deadline(params: EngineParameters, week: int) -> LeverPaths:
    paths = baseline_paths(params)
    deadline = paths.offer_deadline_week.copy()
    deadline[:, DAGPENGE] = week
    return moved(paths, offer_deadline_week=deadline)


def last_year(params: EngineParameters, paths: LeverPaths, field: str) -> Floats:
    """Return a field of dagpenge by origin [O] or [O, n], as the last year's mean."""
    record, _, _ = run_raw(params, paths)
    begin, end = FIELDS[field]
    by_group = record.reshape(len(record), N_GROUPS, N_ORIGINS, -1)
    return np.asarray(by_group[-WEEKS_PER_YEAR:, DAGPENGE, :, begin:end].mean(axis=0))


def test_a_deadline_is_met_by_as_many_as_that_of_today() -> None:
    # The record tells who has had an offer at the end of the newcomers' weeks, which is where the deadline is put.
    whole = ballerup_where(offers_work=True, deadline_compliance=1.0)
    half = dataclasses.replace(whole, deadline_compliance=0.5)
    today = calibrate(whole).offered.reshape(N_GROUPS, N_ORIGINS)[DAGPENGE]
    shares = []
    for params, week in ((whole, 26), (half, whole.newcomer_weeks), (whole, whole.newcomer_weeks)):
        reached = last_year(params, with_deadline(params, week), "reached_13")
        shares.append(reached[:, 1] / reached[:, 0])
    before, some, met = shares
    assert (before < some).all()
    assert (some < met).all()
    # Those who then still wait have the week's ordinary chance, as all others; a share of means is nearly a mean share.
    chance = last_year(whole, with_deadline(whole, whole.newcomer_weeks), "start_share")[:, 1]
    np.testing.assert_allclose(met, today + (1.0 - today) * chance, rtol=1e-3)


@pytest.mark.parametrize("week", EARLIER)
def test_offers_brought_forward_take_the_place_of_later_ones(week: int) -> None:
    params = ballerup_where(offers_work=True)
    before = last_year(params, baseline_paths(params), "in_offer").sum()
    caseload = last_year(params, with_deadline(params, week), "caseload").sum()
    after = last_year(params, with_deadline(params, week), "in_offer").sum()
    assert after / caseload == pytest.approx(
        before / last_year(params, baseline_paths(params), "caseload").sum(), rel=1e-3
    )


def test_the_threat_of_an_earlier_deadline_is_not_weaker() -> None:
    params = ballerup_where(offers_work=False, deadline_compliance=1.0)
    persons = [last_year(params, with_deadline(params, week), "caseload").sum() for week in (26, *EARLIER)]
    assert (np.diff(persons) < 0).all(), np.round(persons, 3)


def test_the_lock_in_comes_forward_with_the_offers() -> None:
    strong = ballerup_where(offers_work=True, hr_motivation=np.ones(N_GROUPS))
    persons = {week: last_year(strong, with_deadline(strong, week), "caseload").sum() for week in (26, 13)}
    neutral = ballerup_where(offers_work=False, hr_motivation=np.ones(N_GROUPS))
    same = [last_year(neutral, with_deadline(neutral, week), "caseload").sum() for week in (26, 13)]
    assert persons[13] > persons[26] + 0.1
    assert same[0] == pytest.approx(same[1], rel=1e-9)


def test_a_week_earlier_moves_little_and_todays_moves_nothing() -> None:
    params = ballerup_where(offers_work=True)
    today, _, _ = run_raw(params, baseline_paths(params))
    same, _, _ = run_raw(params, with_deadline(params, 26))
    assert np.array_equal(today, same)
    now = last_year(params, baseline_paths(params), "caseload").sum()
    week_earlier = last_year(params, with_deadline(params, 25), "caseload").sum()
    assert abs(week_earlier - now) < 0.1
    assert week_earlier != now
