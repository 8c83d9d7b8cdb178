"""Test what an average newcomer meets: by hand, and against a cohort led through the readable engine."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from model.domain import DURATION_CLASSES, GROUP_INDEX, N_DURATIONS, N_GROUPS, N_ORIGINS
from model.engine import reference
from model.engine.calibration import calibrate
from model.engine.reference_closing import without_closed_pools
from model.engine.reference_state import AFTER_OFFER, IN_OFFER, PLACES, WAITING, Setting, State
from model.explain.newcomers import (
    ExitsByDuration,
    NewcomerChange,
    newcomers,
    newcomers_of,
    shown_segments,
)
from model.language.drawn_range import DrawnRange
from model.scenario.files import load_scenario
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.simulate import baseline, simulate
from tests.folders import ROOT

pytestmark = pytest.mark.usefixtures("engine")
N_CLASSES = len(DURATION_CLASSES)
NEW = np.tile(np.eye(N_DURATIONS)[0], (N_GROUPS, 1))
DAGPENGE = (-1, GROUP_INDEX["dagpenge"], 0)


def exits_of(job: float, education: float = 0.0, other: float = 0.0) -> ExitsByDuration:
    """Everybody leaves with the same chance, whatever the weeks."""
    persons = np.full((N_GROUPS, N_ORIGINS, N_CLASSES), 1000.0)
    return ExitsByDuration(persons, np.stack([share * persons for share in (job, education, other)]))


def test_a_constant_chance_is_a_geometric_law() -> None:
    cohort = newcomers(exits_of(0.02, 0.01, 0.03), NEW, 26)
    stays = (1 - 0.06) ** 26
    assert cohort.still[DAGPENGE] == pytest.approx(100 * stays)
    assert cohort.job[DAGPENGE] == pytest.approx(100 * (1 - stays) * 0.02 / 0.06)
    np.testing.assert_allclose(cohort.job + cohort.education + cohort.other + cohort.still, 100.0)


def test_the_last_class_is_open() -> None:
    old = np.tile(np.eye(N_DURATIONS)[-2], (N_GROUPS, 1))
    assert newcomers(exits_of(0.1), old, 3).still[DAGPENGE] == pytest.approx(100 * 0.9**3)


def test_the_chance_follows_the_weeks_on_support() -> None:
    exits = exits_of(0.0)
    exits.left[0, :, :, 1] = 1000.0  # everybody with five to thirteen weeks
    assert newcomers(exits, NEW, 5).job[DAGPENGE] == 0.0
    assert newcomers(exits, NEW, 6).job[DAGPENGE] == pytest.approx(100.0)
    later = np.tile(np.eye(N_DURATIONS)[20], (N_GROUPS, 1))
    assert newcomers(exits, later, 90).job[DAGPENGE] == 0.0, "who begins with twenty weeks"


def test_nobody_in_a_class_leaves_nobody() -> None:
    nobody = np.zeros((N_GROUPS, N_ORIGINS, N_CLASSES))
    assert newcomers(ExitsByDuration(nobody, np.stack([nobody] * 3)), NEW, 10).still[DAGPENGE] == 100.0


def test_all_origins_are_weighed_by_their_persons() -> None:
    exits = exits_of(0.0)
    exits.persons[:, 1:] = 0.0
    exits.left[0, :, 0] = 20.0
    cohort = newcomers(exits, NEW, 13)
    assert cohort.job[-1, 0, 0] == cohort.job[-1, 0, 1] == pytest.approx(100 * (1 - 0.98**13))


@lru_cache(maxsize=1)
def double() -> Scenario:
    return load_scenario(ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml")


def tagged_cohorts(scenario: Scenario | None, weeks: int, every: int) -> Any:
    """Lead newcomers of each segment through the readable engine, state by state: in a job after ``weeks`` [G, O].

    Cohorts begin ``every`` so many weeks in the last year; what they meet is each week's own, in waiting, in an offer
    and after one apart. Nothing of the record is used.
    """
    municipality = municipality_of(double())
    p = municipality.engine
    paths = build_lever_paths(municipality, scenario, 208)
    setting = Setting(p, calibrate(p), paths)
    rest = setting.rest
    shape = (N_GROUPS, N_ORIGINS)
    state = State(
        np.stack(
            [
                getattr(rest, name).reshape(*shape, N_DURATIONS)
                for name in ("waiting", "in_offer", "after_offer")
            ]
        ),
        rest.participants_by_class.reshape(*shape, reference.N_MIXES, -1),
        rest.after.reshape(*shape, -1),
        rest.pool.reshape(2, *shape, N_DURATIONS),
        rest.pool_late.reshape(shape),
    )
    begins = list(range(208 - 52, 208 - weeks + 1, every))
    cohorts = {begin: (np.zeros((3, *shape, N_DURATIONS)), np.zeros(shape)) for begin in begins}
    for t in range(208):
        state = without_closed_pools(setting, t, state)
        places = reference.by_place(state)
        left = reference.exits(setting, t, places, reference.hazard_ratios(setting, t, state))
        ended = reference.end_offers(p, state, places, left)[2]

        def share(part: Any, of: Any = places) -> Any:
            return np.stack(
                [reference._ratio(part[place].sum(axis=0), of[place].sum(axis=0)) for place in PLACES]
            )

        to_job, gone = share(left.job), share(left.total)
        state, record, _, _ = reference.week(setting, t, state)
        chance_new, chance_old, _ = np.moveaxis(record["start_share"], 2, 0)
        first = np.minimum(paths.first_offer_week[t].astype(int), N_DURATIONS - 1)[:, None]
        new = ((first <= reference.WEEKS) & (p.newcomer_weeks > reference.WEEKS)).astype(float)[:, None]
        old = ((first <= reference.WEEKS) & (p.newcomer_weeks <= reference.WEEKS)).astype(float)[:, None]
        for begin, (persons, in_job) in cohorts.items():
            if not begin <= t < begin + weeks:
                continue
            if t == begin:
                persons[WAITING] = 100.0 * p.inflow_profile[:, None]
            in_job += (persons * to_job).sum(axis=(0, 3))
            persons[:] = np.stack([reference._older(part) for part in persons * (1.0 - gone)])
            done = persons[IN_OFFER] * ended[..., reference.MIX_OF]
            persons[IN_OFFER] -= done
            persons[AFTER_OFFER] += done
            begun = persons[WAITING] * (chance_new[..., None] * new + chance_old[..., None] * old)
            again = persons[AFTER_OFFER] * chance_old[..., None] * (new + old)
            persons[WAITING] -= begun
            persons[AFTER_OFFER] -= again
            persons[IN_OFFER] += begun + again
    return np.mean([in_job for _, in_job in cohorts.values()], axis=0)


def test_a_newcomer_meets_what_a_cohort_of_the_readable_engine_meets() -> None:
    scenario = double()
    town = municipality_of(scenario)
    runs = [baseline(town, scenario), simulate(town, scenario)]
    told = [newcomers_of(run, 26).job[-1, :, 1:] for run in runs]
    exact = [tagged_cohorts(case, 26, 13) for case in (None, scenario)]
    shown = shown_segments(runs[1], runs[0])[:, 1:]
    assert shown.any()
    # The mean chance of a duration class stands for each of its weeks, and the year's mean for each season.
    assert np.abs(told[0] - exact[0])[shown].max() < 1.0
    assert np.abs((told[1] - told[0]) - (exact[1] - exact[0]))[shown].max() < 0.02
    assert np.abs(exact[1] - exact[0])[shown].max() > 0.1, "the scenario moves somebody"


def test_small_groups_and_groups_without_newcomers_are_not_shown() -> None:
    scenario = double()
    town = municipality_of(scenario)
    shown = shown_segments(simulate(town, scenario), baseline(town, scenario))
    assert shown.shape == (N_GROUPS, 1 + N_ORIGINS)
    assert shown[GROUP_INDEX["dagpenge"]].all()
    new = baseline(town, scenario).block("inflow_external")[-52:].sum(axis=0)
    few = (new > 0) & (new < 5)
    assert few.any()
    assert not shown[:, 1:][few].any()
    assert not shown[:, 1:][new == 0].any()


def test_equal_is_equal_and_a_range_across_zero_is_either() -> None:
    def change(after: float, low: float, high: float) -> str:
        return NewcomerChange(50.0, after, DrawnRange(low, high, 128)).kind

    assert change(50.02, 0.0, 0.04) == "same"
    assert change(50.3, 0.1, 0.6) == "more"
    assert change(49.7, -0.6, 0.0) == "fewer"
    assert change(50.1, -0.2, 0.6) == "either"
    assert NewcomerChange(50.0, 50.0).kind == "same"
