"""The microsimulation on cases small enough for pen and paper, and the engine against the microsimulation."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from model.budget.budget import budget
from model.domain import (
    EXIT_INDEX,
    GROUP_INDEX,
    GROUPS,
    KIND_INDEX,
    N_DURATIONS,
    N_GROUPS,
    N_KINDS,
    N_ORIGINS,
    N_SEGMENTS,
)
from model.engine.calibration import Calibration, calibrate
from model.engine.lever_paths import LeverPaths, week_of_year
from model.engine.levers import GROUP_LEVERS, MUNICIPAL_LEVERS
from model.engine.parameters import EngineParameters
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.scenario import Scenario
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.outcome import Outcome, outcome_from
from model.simulation.run_engine import run_raw
from model.simulation.simulate import simulate
from tests.model.engine import microsimulation as micro
from tests.model.engine.microsimulation import (
    Floats,
    MicroOutcome,
    StartState,
    expected_people,
    simulate_people,
    spending,
    with_path,
)

DAGPENGE = GROUP_INDEX["dagpenge"]
READY = GROUP_INDEX["kontanthjaelp_jobparat"]
ACTIVITY = GROUP_INDEX["kontanthjaelp_aktivitetsparat"]
SICK = GROUP_INDEX["sygedagpenge"]
JOB = EXIT_INDEX["job"]
PLACEMENT, SUBSIDY, CENTRE = (
    KIND_INDEX[k] for k in ("private_placement", "private_wage_subsidy", "company_centre")
)
GUIDANCE, COURSE = KIND_INDEX["guidance"], KIND_INDEX["course"]
SCALE = 100


def parameters(**values: Any) -> EngineParameters:
    """A municipality in which nothing happens: no exits, no offers, every hazard ratio 1."""
    g, d, k = N_GROUPS, N_DURATIONS, N_KINDS
    plain: dict[str, Any] = {
        **{name: np.zeros((g, d)) for name in ("job", "education", "other")},
        "transfer": np.zeros((g, g, d)),
        "origin_factor": np.ones((g, N_ORIGINS)),
        "progression": np.zeros((g, g), dtype=bool),
        **{
            f"hr_{exit_to}_{when}": np.ones((g, k))
            for exit_to in ("job", "education", "progression")
            for when in ("during", "after")
        },
        "offer_weeks": np.full((g, k), 10.0),
        "effect_weeks": np.full((g, k), 26.0),
        "return_ratio": np.ones((g, k)),
        "displacement": 0.0,
        "displacement_contact": 0.0,
        "displaced": np.ones(g),
        "diminishing": 0.0,
        "diminishing_floor": 0.01,
        **{
            f"hr_{name}": np.ones(g)
            for name in (
                "meeting",
                "mentor_job",
                "mentor_education",
                "caseworker",
                "partial_return",
                "motivation",
                "early",
            )
        },
        "early_weeks": 26,
        "motivation_weeks": 8,
        "deadline_compliance": 0.85,
        "newcomer_weeks": 13,
        "max_meetings": 6.5,
        "ratio_low": 0.2,
        "ratio_high": 2.5,
        "max_start_share": 0.9,
        "return_rate": np.zeros((g, 2)),
        "pool_leave": 0.0,
        "pool_stage_weeks": (13.0, 39.0),
        **{name: np.ones((g, 53)) for name in ("season_inflow", "season_job", "season_education")},
        "economy_inflow_sensitivity": np.ones(g),
        "economy_job_sensitivity": np.ones(g),
        "inflow_profile": np.eye(1, d).repeat(g, axis=0),
        "stock": np.full((g, N_ORIGINS), 100.0),
        "use_factor": np.ones((g, N_ORIGINS)),
        "firm_use": np.zeros(g),
        "firm_mix": np.full((g, 5), 0.2),
        "additional_firm_mix": np.array([0.5, 0.0, 0.0, 0.5, 0.0]),
        "firm_ceiling": np.full(g, 0.4),
        "other_mix": np.tile([0.1, 0.6, 0.2, 0.1], (g, 1)),
        "activation_rate": np.zeros(g),
        "first_offer_week": np.zeros(g),
        "offer_deadline_week": np.full(g, 26.0),
        "newcomer_priority": np.ones(g),
        "meetings": np.ones(g),
        "mentor_share": np.zeros(g),
        "education_share": np.full(g, 0.3),
        "firm_priority": np.ones(g),
        "firm_places": 0.0,
        "caseworker_changes": 0.5,
        "partial_return": 0.2,
        "fleksjob_openings": 1.0,
        "equal_effort": 0.0,
        "early_package": 0.0,
    }
    return EngineParameters(**{**plain, **values})


def baseline_paths(p: EngineParameters, weeks: int) -> LeverPaths:
    """Every lever at its baseline value in every week."""
    mondays = np.datetime64("2021-01-04") + 7 * np.arange(weeks)
    return LeverPaths(
        weeks=mondays,
        week_of_year=week_of_year(mondays),
        **{lever.id: np.tile(getattr(p, lever.field), (weeks, 1)) for lever in GROUP_LEVERS},
        **{lever.id: np.full(weeks, getattr(p, lever.field)) for lever in MUNICIPAL_LEVERS},
        firm_place_mix=np.tile(p.additional_firm_mix, (weeks, 1)),
        guidance_closed=np.full(weeks, 0.5),
        economy_inflow=np.ones(weeks),
        economy_job=np.ones(weeks),
    )


def start_state(waiting: dict[tuple[int, int], float] | None = None, **values: Any) -> StartState:
    """``waiting``: persons by (group, accumulated weeks), danish; everything else empty unless given."""
    empty = np.zeros((N_SEGMENTS, N_DURATIONS))
    by_week = empty.copy()
    for (group, d), persons in (waiting or {}).items():
        by_week[group * N_ORIGINS, d] = persons
    plain: dict[str, Any] = {
        "waiting": by_week,
        "in_offer": empty,
        "after_offer": empty,
        "composition_in": np.zeros((N_SEGMENTS, 3, N_KINDS)),
        "composition_after": np.zeros((N_SEGMENTS, N_KINDS + 1)),
        "q1": empty,
        "q2": empty,
        "q3": np.zeros(N_SEGMENTS),
        "mean_return": np.ones((N_SEGMENTS, N_DURATIONS)),
        "inflow": np.zeros(N_SEGMENTS),
        **{name: np.ones(N_SEGMENTS) for name in ("m_job", "m_education", "m_progression")},
        "transfer_scale": np.ones((N_GROUPS, N_ORIGINS)),
        "base_firm_share": np.zeros(N_SEGMENTS),
        "offered0": np.zeros(N_SEGMENTS),
    }
    return StartState(**{**plain, **values})


def per_group(values: dict[int, Any], otherwise: float, *shape: int) -> Floats:
    result = np.full((N_GROUPS, *shape), otherwise)
    for group, value in values.items():
        result[group] = value
    return result


def at(segment: int, value: float) -> Floats:
    result = np.zeros(N_SEGMENTS)
    result[segment] = value
    return result


def run(
    p: EngineParameters, start: StartState, paths: LeverPaths, seed: int = 1, **kwargs: Any
) -> MicroOutcome:
    return simulate_people(p, start, paths, **{"scale": SCALE, "rng": np.random.default_rng(seed), **kwargs})


# ---- people in and out ---------------------------------------------------------------------------


@pytest.mark.parametrize("draws", ["stratified", "independent"])
def test_constant_exit_rate_has_its_closed_form(draws: micro.DrawKind) -> None:
    q, inflow, n0, weeks = 0.04, 30.0, 400.0, 104
    p = parameters(other=per_group({DAGPENGE: q}, 0.0, N_DURATIONS))
    start = start_state({(DAGPENGE, 0): n0}, inflow=at(0, inflow))
    outcome = run(p, start, baseline_paths(p, weeks), draws=draws)
    t = np.arange(1, weeks + 1)
    expected = n0 * (1 - q) ** t + inflow * (1 - (1 - q) ** t) / q
    # Standard deviation of a count is at most its root; evenly spread draws vary far less.
    tolerance = np.sqrt(expected / SCALE) * (4 if draws == "independent" else 0.4)
    assert np.all(np.abs(outcome.caseload[:, DAGPENGE, 0] - expected) < tolerance)


@pytest.mark.parametrize("draws", ["stratified", "independent"])
def test_littles_law_and_weeks_at_rest(draws: micro.DrawKind) -> None:
    q, inflow = 0.05, 20.0
    p = parameters(job=per_group({DAGPENGE: q}, 0.0, N_DURATIONS))
    d = np.arange(N_DURATIONS)
    at_rest = np.zeros((N_SEGMENTS, N_DURATIONS))
    at_rest[0] = inflow * (1 - q) ** d
    at_rest[0, -1] /= q
    start = start_state(inflow=at(0, inflow))
    outcome = run(p, replace(start, waiting=at_rest), baseline_paths(p, 104), draws=draws)
    tolerance = 0.02 if draws == "independent" else 0.003
    assert outcome.caseload[:, 0, 0].mean() == pytest.approx(inflow / q, rel=tolerance)
    over = (1 - q) ** 52 * inflow / q
    assert outcome.over_52[:, 0, 0].mean() == pytest.approx(over, rel=5 * tolerance)
    first_month = inflow / q * (1 - (1 - q) ** 4)
    assert outcome.refund_class[:, 0, 0, 0].mean() == pytest.approx(first_month, rel=tolerance)
    assert outcome.exits[:, 0, 0, JOB].mean() == pytest.approx(inflow, rel=tolerance)


def test_every_person_is_accounted_for() -> None:
    p = parameters(
        job=np.full((N_GROUPS, N_DURATIONS), 0.03),
        other=np.full((N_GROUPS, N_DURATIONS), 0.01),
        transfer=np.full((N_GROUPS, N_GROUPS, N_DURATIONS), 0.001),
        activation_rate=np.full(N_GROUPS, 0.2),
        return_rate=np.tile([0.02, 0.01], (N_GROUPS, 1)),
        pool_leave=0.01,
    )
    start = start_state({(g, 3 * g): 20.0 for g in range(N_GROUPS)}, inflow=np.full(N_SEGMENTS, 2.0))
    outcome = run(p, start, baseline_paths(p, 60))
    before = outcome.at_week_start("caseload")
    coming = outcome.inflow_external + outcome.inflow_returners + outcome.inflow_transfers
    np.testing.assert_allclose(outcome.caseload, before + coming - outcome.exits.sum(axis=3), atol=1e-9)
    persons = outcome.waiting + outcome.in_offer + outcome.after_offer
    np.testing.assert_allclose(outcome.caseload, persons, atol=1e-9)
    np.testing.assert_allclose(outcome.in_offer, outcome.participants.sum(axis=3), atol=1e-9)
    np.testing.assert_allclose(outcome.caseload, outcome.refund_class.sum(axis=3), atol=1e-9)
    np.testing.assert_allclose(
        outcome.exits[..., 3:].sum(axis=1).swapaxes(1, 2), outcome.inflow_transfers, atol=1e-9
    )


def test_both_forms_of_draws_agree() -> None:
    p = parameters(
        job=per_group({DAGPENGE: 0.04, READY: 0.02}, 0.0, N_DURATIONS),
        activation_rate=per_group({DAGPENGE: 0.2, READY: 0.3}, 0.0),
        hr_job_during=np.full((N_GROUPS, N_KINDS), 0.5),
        return_rate=np.tile([0.02, 0.01], (N_GROUPS, 1)),
    )
    start = start_state({(DAGPENGE, 0): 300.0, (READY, 30): 100.0}, inflow=at(0, 15.0))
    paths = baseline_paths(p, 52)
    means = {}
    for draws, n in (("stratified", 3), ("independent", 6)):
        runs = [run(p, start, paths, seed, draws=draws, scale=30) for seed in range(n)]
        means[draws] = np.array([[r.caseload.sum(), r.in_offer.sum(), r.over_52.sum()] for r in runs])
    even, plain = means["stratified"], means["independent"]
    error = plain.std(axis=0, ddof=1) / np.sqrt(len(plain))
    assert np.all(np.abs(even.mean(axis=0) - plain.mean(axis=0)) < 4 * error + 0.002 * even.mean(axis=0))
    assert np.all(even.std(axis=0, ddof=1)[:2] < plain.std(axis=0, ddof=1)[:2] / 2)


def test_season_and_economy_move_arrivals_and_job_finding() -> None:
    season = np.ones((N_GROUPS, 53))
    season[DAGPENGE, 5:] = 2.0
    p = parameters(
        job=per_group({READY: 0.05}, 0.0, N_DURATIONS),
        season_inflow=season,
        economy_inflow_sensitivity=per_group({DAGPENGE: 2.0}, 1.0),
        economy_job_sensitivity=per_group({READY: 0.5}, 1.0),
    )
    start = start_state({(READY, 0): 1000.0}, inflow=at(0, 10.0))
    paths = with_path(baseline_paths(p, 10), economy_inflow=1.5, economy_job=0.64)
    outcome = run(p, start, paths)
    expected = 10.0 * 1.5**2 * np.where(paths.week_of_year < 5, 1.0, 2.0)
    np.testing.assert_allclose(outcome.inflow_external[:, DAGPENGE, 0], expected, atol=0.03)
    assert outcome.exits[0, READY, 0, JOB] == pytest.approx(1000 * 0.05 * 0.8, abs=0.1)


def test_the_pool_follows_its_three_stages() -> None:
    r1, r2, leave, weeks = 0.03, 0.01, 0.02, 60
    p = parameters(return_rate=np.tile([r1, r2], (N_GROUPS, 1)), pool_leave=leave)
    q1 = np.zeros((N_SEGMENTS, N_DURATIONS))
    q1[READY * N_ORIGINS, 60] = 500.0
    outcome = run(p, start_state(q1=q1), baseline_paths(p, weeks))
    a, b, c = 500.0, 0.0, 0.0
    back, late = np.zeros(weeks), np.zeros(weeks)
    for t in range(weeks):
        back[t], late[t] = r1 * a + r2 * b, r2 * c
        a, b, c = (
            a * (1 - r1 - 1 / 13),
            b * (1 - r2 - leave - 1 / 39) + a / 13,
            c * (1 - r2 - leave) + b / 39,
        )
        np.testing.assert_allclose(outcome.pool[t], [a, b, c], atol=0.5)
    returned = outcome.inflow_returners[:, READY, 0]
    np.testing.assert_allclose(np.cumsum(returned), np.cumsum(back + late), atol=0.4)
    # Those away 52 weeks or more begin again; the others keep their weeks.
    still_over = outcome.refund_class[-1, READY, 0, 3]
    assert still_over == pytest.approx(back.sum() + late[: weeks - 52].sum(), abs=0.4)


def test_movers_keep_their_weeks_and_the_second_clock_restarts_exits_only() -> None:
    transfer = np.zeros((N_GROUPS, N_GROUPS, N_DURATIONS))
    transfer[DAGPENGE, READY, :] = 1.0
    late = np.zeros((N_GROUPS, N_DURATIONS))
    late[READY, 60:] = 0.5
    p = parameters(transfer=transfer, other=late)
    start = start_state({(DAGPENGE, 60): 100.0})
    one = run(p, start, baseline_paths(p, 5))
    two = run(p, start, baseline_paths(p, 5), second_clock=True)
    assert one.caseload[0, READY, 0] == two.caseload[0, READY, 0] == 100.0
    assert two.refund_class[-1, READY, 0, 3] == 100.0
    assert one.caseload[-1, READY, 0] == pytest.approx(100 * 0.5**4, abs=0.1)


def test_movers_who_had_an_offer_arrive_after_it_without_effect() -> None:
    transfer = np.zeros((N_GROUPS, N_GROUPS, N_DURATIONS))
    transfer[ACTIVITY, READY, :] = 0.2
    progression = np.zeros((N_GROUPS, N_GROUPS), dtype=bool)
    progression[ACTIVITY, READY] = True
    p = parameters(
        transfer=transfer,
        progression=progression,
        hr_progression_during=np.full((N_GROUPS, N_KINDS), 2.0),
        job=per_group({READY: 0.1}, 0.0, N_DURATIONS),
        hr_job_after=np.full((N_GROUPS, N_KINDS), 2.0),
        offer_weeks=np.full((N_GROUPS, N_KINDS), 1e9),
    )
    in_offer = np.zeros((N_SEGMENTS, N_DURATIONS))
    in_offer[ACTIVITY * N_ORIGINS, 10] = 300.0
    composition = np.zeros((N_SEGMENTS, 3, N_KINDS))
    composition[ACTIVITY * N_ORIGINS, 0, GUIDANCE] = 300.0
    start = start_state({(ACTIVITY, 10): 300.0}, in_offer=in_offer, composition_in=composition)
    outcome = run(p, replace(start, m_progression=np.full(N_SEGMENTS, 1.25)), baseline_paths(p, 2))
    assert outcome.waiting[0, READY, 0] == pytest.approx(300 * 0.2 / 1.25, abs=0.1)
    assert outcome.after_offer[0, READY, 0] == pytest.approx(300 * 0.4 / 1.25, abs=0.1)
    arrived = outcome.caseload[0, READY, 0]
    assert outcome.exits[1, READY, 0, JOB] == pytest.approx(0.1 * arrived, abs=0.1)


def test_fleksjob_openings_and_scaled_transfers() -> None:
    transfer = np.zeros((N_GROUPS, N_GROUPS, N_DURATIONS))
    waiting, flex = GROUP_INDEX["ledighedsydelse"], GROUP_INDEX["fleksjob"]
    transfer[waiting, flex] = 0.02
    transfer[flex, waiting] = 0.01
    scale = np.ones((N_GROUPS, N_ORIGINS))
    scale[waiting, 0] = 0.5
    p = parameters(transfer=transfer)
    start = start_state({(waiting, 0): 500.0, (flex, 104): 500.0}, transfer_scale=scale)
    outcome = run(p, start, with_path(baseline_paths(p, 1), fleksjob_openings=1.5))
    assert outcome.exits[0, waiting, 0, EXIT_INDEX["fleksjob"]] == pytest.approx(15.0, abs=0.05)
    assert outcome.exits[0, flex, 0, EXIT_INDEX["ledighedsydelse"]] == pytest.approx(2.5, abs=0.05)


# ---- hazard ratios ---------------------------------------------------------------------------


def test_displacement_and_diminishing_returns_take_from_gains_only() -> None:
    during, after = np.ones((N_GROUPS, N_KINDS)), np.ones((N_GROUPS, N_KINDS))
    during[:, PLACEMENT], after[:, PLACEMENT] = 0.8, 1.4
    after[:, GUIDANCE] = 1.4
    p = parameters(
        hr_job_during=during,
        hr_job_after=after,
        displacement=0.3,
        displaced=per_group({SICK: 0.0}, 1.0),
    )
    ratios = micro.kind_ratios(p, np.full(N_SEGMENTS, 0.5))
    dagpenge, sick = ratios[DAGPENGE * N_ORIGINS], ratios[SICK * N_ORIGINS]
    assert dagpenge[micro.WAITING] == dagpenge[micro.FADED] == 1.0
    assert dagpenge[micro.IN_OFFER + PLACEMENT] == 0.8
    assert dagpenge[micro.AFTER + PLACEMENT] == pytest.approx(1 + 0.4 * 0.5 * 0.7)
    assert dagpenge[micro.AFTER + GUIDANCE] == pytest.approx(1 + 0.4 * 0.7)
    assert sick[micro.AFTER + PLACEMENT] == pytest.approx(1 + 0.4 * 0.5)


@pytest.mark.parametrize(
    ("group", "hazard", "lever", "expected"),
    [
        (DAGPENGE, {"hr_meeting": 1.1}, {"meetings": 3.0}, 1 + (1.1**2 - 1) * 0.7),
        (DAGPENGE, {"hr_meeting": 1.1}, {"meetings": 20.0}, 1 + (1.1**5.5 - 1) * 0.7),
        (DAGPENGE, {"hr_meeting": 1.1}, {"meetings": 0.0}, 1 / 1.1),
        (ACTIVITY, {"hr_mentor_job": 1.5}, {"mentor_share": 0.4}, 1 + 0.2 * 0.7),
        (ACTIVITY, {"hr_caseworker": 0.85}, {"caseworker_changes": 1.5}, 0.85),
        (ACTIVITY, {"hr_caseworker": 0.85}, {"caseworker_changes": 0.0}, 1 + (0.85**-0.5 - 1) * 0.7),
        (SICK, {"hr_partial_return": 1.25}, {"partial_return": 0.4}, 1.1 / 1.05),
        (DAGPENGE, {"hr_early": 1.4}, {"early_package": 0.5}, 0.5 + 0.5 * (1 + 0.4 * 0.7)),
        (DAGPENGE, {"hr_meeting": 9.0}, {"meetings": 3.0}, 2.5),
        (DAGPENGE, {"hr_meeting": 0.01}, {"meetings": 3.0}, 0.2),
    ],
)
def test_one_lever_moves_job_exits_by_its_ratio(
    group: int, hazard: dict[str, float], lever: dict[str, float], expected: float
) -> None:
    p = parameters(
        job=np.full((N_GROUPS, N_DURATIONS), 0.1),
        displacement=0.6,  # of offers alone
        displacement_contact=0.3,
        displaced=per_group({SICK: 0.0}, 1.0),
        **{name: per_group({group: value}, 1.0) for name, value in hazard.items()},
    )
    start = start_state({(group, 0): 1000.0})
    paths = with_path(baseline_paths(p, 1), **lever)
    assert run(p, start, paths).exits[0, group, 0, JOB] == pytest.approx(100 * expected, abs=0.03)


def test_early_package_stands_in_place_of_contact_and_ends_at_its_week() -> None:
    p = parameters(
        job=np.full((N_GROUPS, N_DURATIONS), 0.1),
        hr_meeting=per_group({DAGPENGE: 1.2, READY: 1.2}, 1.0),
        hr_early=per_group({DAGPENGE: 1.5}, 1.0),
    )
    paths = with_path(baseline_paths(p, 1), early_package=0.25, meetings=2.0)
    for group, d, expected in (
        (DAGPENGE, 25, 0.75 * 1.2 + 0.25 * 1.5),
        (DAGPENGE, 26, 1.2),
        (READY, 25, 1.2),
    ):
        outcome = run(p, start_state({(group, d): 1000.0}), paths)
        assert outcome.exits[0, group, 0, JOB] == pytest.approx(100 * expected, abs=0.03)


def test_motivation_works_before_the_deadline_on_those_who_wait() -> None:
    p = parameters(
        job=np.full((N_GROUPS, N_DURATIONS), 0.1),
        hr_motivation=per_group({DAGPENGE: 1.2}, 1.0),
        offer_weeks=np.full((N_GROUPS, N_KINDS), 1e9),
    )
    after = np.zeros((N_SEGMENTS, N_DURATIONS))
    composition = np.zeros((N_SEGMENTS, N_KINDS + 1))
    after[0, 13], after[0, 10], composition[0, -1] = 300.0, 500.0, 800.0
    for d, expected in (
        (4, 1.0),
        (5, 1 + 0.2 * 0.75),
        (12, 1 + 0.2 * 0.75),
        (18, 1 / 1.1),
        (25, 1 / 1.1),
        (26, 1.0),
    ):
        start = start_state(
            {(DAGPENGE, d): 400.0, (DAGPENGE, 13): 100.0},
            after_offer=after,
            composition_after=composition,
            offered0=at(0, 0.5),
        )
        outcome = run(p, start, with_path(baseline_paths(p, 1), offer_deadline_week=13.0))
        # At the plain rate: 100 waiting and 300 after an offer at the deadline, 500 after one at 10.
        assert outcome.exits[0, DAGPENGE, 0, JOB] == pytest.approx(40 * expected + 90, abs=0.1)


def test_lock_in_after_effect_and_fading_follow_a_hand_made_recursion() -> None:
    q, during, after, activation, weeks = 0.04, 0.5, 1.5, 0.3, 52
    p = parameters(
        job=np.full((N_GROUPS, N_DURATIONS), q),
        hr_job_during=np.full((N_GROUPS, N_KINDS), during),
        hr_job_after=np.full((N_GROUPS, N_KINDS), after),
        offer_weeks=np.full((N_GROUPS, N_KINDS), 8.0),
        effect_weeks=np.full((N_GROUPS, N_KINDS), 20.0),
        activation_rate=per_group({READY: activation}, 0.0),
    )
    outcome = run(p, start_state({(READY, 0): 1000.0}), baseline_paths(p, weeks))
    w, a, b, f = 1000.0, 0.0, 0.0, 0.0
    for t in range(weeks):
        w, a, b, f = w * (1 - q), a * (1 - q * during), b * (1 - q * after), f * (1 - q)
        w, a, b, f = w, a * 7 / 8, b * 19 / 20 + a / 8, f + b / 20
        starts = activation * (w + a + b + f) - a
        share = starts / (w + b + f)
        w, a, b, f = w * (1 - share), a + starts, b * (1 - share), f * (1 - share)
        assert outcome.waiting[t, READY, 0] == pytest.approx(w, abs=1.0)
        assert outcome.in_offer[t, READY, 0] == pytest.approx(a, abs=0.5)
        assert outcome.after_offer[t, READY, 0] == pytest.approx(b + f, abs=1.0)
        assert outcome.starts[t, READY, 0].sum() == pytest.approx(starts, abs=1.0)


# ---- offers ---------------------------------------------------------------------------


def test_places_are_shared_by_weight_up_to_the_ceilings() -> None:
    weights, ceilings = np.array([1.0, 1.0, 2.0, 0.0]), np.array([10.0, 100.0, 30.0, 100.0])
    np.testing.assert_allclose(micro.share_out(20, weights, ceilings), [5, 5, 10, 0])
    np.testing.assert_allclose(micro.share_out(60, weights, ceilings), [10, 20, 30, 0])
    np.testing.assert_allclose(micro.share_out(500, weights, ceilings), [10, 100, 30, 0])


def municipality_with_offers(**values: Any) -> EngineParameters:
    """Two groups with firm places: 30 of 300 and 10 of 300; one in five and one in ten in an offer."""
    return parameters(
        **{
            "activation_rate": per_group({READY: 0.2, ACTIVITY: 0.1}, 0.0),
            "firm_use": per_group({READY: 30.0, ACTIVITY: 10.0}, 0.0),
            "firm_places": 40.0,
            **values,
        }
    )


def flat_caseload() -> Floats:
    return np.full(N_SEGMENTS, 100.0)


def test_targets_at_the_baseline() -> None:
    p = municipality_with_offers()
    targets = micro.offer_targets(p, baseline_paths(p, 1), 0, flat_caseload())
    np.testing.assert_allclose(targets.by_kind[READY * 3], [2, 2, 2, 2, 2, 1, 6, 2, 1])
    np.testing.assert_allclose(targets.by_kind[ACTIVITY * 3, :5].sum(), 10 / 3)
    np.testing.assert_allclose(
        targets.by_kind.sum(axis=1).reshape(13, 3).sum(axis=1)[[READY, ACTIVITY]], [60, 30]
    )
    assert targets.firm.sum() == pytest.approx(40.0)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        # Danish job-ready: 10 firm places of 20 offers at the baseline; the group has three quarters of them.
        (40 + 20, [4.5, 2, 2, 4.5, 2, 1, 1, 2, 1]),
        (40 + 26, [5.25, 2, 2, 5.25, 2, 0.5, 0, 2, 1]),
        (40 + 32, [6, 2, 2, 6, 2, 0, 0, 1, 1]),
        (40 + 38, [6.75, 2, 2, 6.75, 2, 0, 0, 0, 0.5]),
        (40 + 80, [12, 2, 2, 12, 2, 0, 0, 0, 0]),
        (40 - 20, [1, 1, 1, 1, 1, 1, 11, 2, 1]),
    ],
)
def test_additional_firm_places_replace_guidance_first(places: float, expected: list[float]) -> None:
    p = municipality_with_offers()
    paths = with_path(baseline_paths(p, 1), firm_places=places)
    np.testing.assert_allclose(
        micro.offer_targets(p, paths, 0, flat_caseload()).by_kind[READY * 3], expected, atol=1e-9
    )


def test_unfilled_places_priority_and_mix_of_additional_places() -> None:
    p = municipality_with_offers()
    paths = with_path(baseline_paths(p, 1), firm_places=300.0, firm_place_mix=[0, 1, 0, 0, 0])
    targets = micro.offer_targets(p, paths, 0, flat_caseload())
    assert targets.firm.sum() == pytest.approx(240.0)  # 40 % of two groups of 300
    np.testing.assert_allclose(targets.by_kind[READY * 3, :5], [2, 32, 2, 2, 2])
    priority = with_path(baseline_paths(p, 1), firm_priority=per_group({ACTIVITY: 3.0}, 1.0))
    targets = micro.offer_targets(p, priority, 0, flat_caseload())
    np.testing.assert_allclose(targets.firm.reshape(13, 3).sum(axis=1)[[READY, ACTIVITY]], [20, 20])


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.3, [0.1, 0.6, 0.2, 0.1]),
        (0.6, [0.1, 0.3, 0.4, 0.2]),
        (0.96, [0.04, 0.0, 0.64, 0.32]),
        (0.0, [0.1, 0.9, 0, 0]),
    ],
)
def test_education_share_takes_from_guidance_first(share: float, expected: list[float]) -> None:
    np.testing.assert_allclose(
        micro.mix_with_education(np.array([0.1, 0.6, 0.2, 0.1]), share), expected, atol=1e-12
    )


def test_equal_effort_closes_the_difference_between_origins() -> None:
    use = per_group({READY: [1.2, 1.0, 0.6]}, 1.0, 3)
    p = municipality_with_offers(use_factor=use, firm_use=per_group({READY: 28.0}, 0.0), firm_places=28.0)
    n = np.where(np.arange(N_SEGMENTS) == READY * 3, 200.0, 100.0)
    stock = np.array(p.stock)
    stock[READY, 0] = 200.0
    p = replace(p, stock=stock)
    for equal, factor, firm in (
        (0.0, [1.2, 1.0, 0.6], [0.6, 0.25, 0.15]),
        (0.5, [1.1, 1.0, 0.8], None),
        (1.0, [1, 1, 1], None),
    ):
        targets = micro.offer_targets(p, with_path(baseline_paths(p, 1), equal_effort=equal), 0, n)
        f = np.array(factor)
        people = np.array([200.0, 100.0, 100.0])
        expected = 0.2 * f * 400 / (f @ people) * people
        np.testing.assert_allclose(targets.by_kind.sum(axis=1)[3:6], expected)
        share = np.array(firm) if firm else (1 - equal) * np.array([0.6, 0.25, 0.15]) + equal * people / 400
        np.testing.assert_allclose(targets.firm[3:6], 28 * share)


def test_start_chances_by_hand() -> None:
    def chances(wanted: float, old: float, new: float, weight: float) -> tuple[float, float]:
        p_old, p_new = micro.start_chances(*(np.array([x]) for x in (wanted, old, new, weight)), 0.9)
        return float(p_old[0]), float(p_new[0])

    assert chances(15, 100, 50, 1) == pytest.approx((0.1, 0.1))
    assert chances(15, 100, 50, 4) == pytest.approx((0.05, 0.2))
    assert chances(50, 100, 50, 100) == pytest.approx((0.05, 0.9))
    assert chances(500, 100, 50, 4) == pytest.approx((0.9, 0.9))
    assert chances(10, 0, 0, 4) == (0.0, 0.0)


def test_newcomers_come_first_and_nobody_starts_too_early() -> None:
    p = parameters(
        activation_rate=per_group({DAGPENGE: 0.1}, 0.0), first_offer_week=per_group({DAGPENGE: 5}, 0)
    )
    start = start_state({(DAGPENGE, 3): 100.0, (DAGPENGE, 8): 100.0, (DAGPENGE, 40): 200.0})
    outcome = run(p, start, with_path(baseline_paths(p, 1), newcomer_priority=6.0))
    people = outcome.people
    begun = people.place != micro.WAITING
    assert begun.sum() == 40 * SCALE
    assert (begun & (people.accumulated == 4)).sum() == 0
    assert (begun & (people.accumulated == 9)).sum() == pytest.approx(30 * SCALE, abs=2)


def test_starts_stop_at_nine_in_ten_and_all_kinds_shrink_alike() -> None:
    p = parameters(activation_rate=per_group({READY: 0.9}, 0.0), first_offer_week=per_group({READY: 10}, 0))
    start = start_state({(READY, 0): 100.0, (READY, 20): 100.0})
    outcome = run(p, start, baseline_paths(p, 1))
    np.testing.assert_allclose(outcome.starts[0, READY, 0, 5:], 90 * np.array([0.1, 0.6, 0.2, 0.1]), atol=0.1)


def test_diminishing_returns_begin_above_the_baseline_share() -> None:
    after = np.ones((N_GROUPS, N_KINDS))
    after[:, PLACEMENT] = 1.4
    p = parameters(
        job=np.full((N_GROUPS, N_DURATIONS), 0.1),
        hr_job_after=after,
        diminishing=0.5,
        offer_weeks=np.full((N_GROUPS, N_KINDS), 1e9),
        effect_weeks=np.full((N_GROUPS, N_KINDS), 1e9),
    )
    segment = READY * N_ORIGINS
    in_offer, after_offer = np.zeros((2, N_SEGMENTS, N_DURATIONS))
    in_offer[segment, 20], after_offer[segment, 20] = 400.0, 600.0
    composition_in, composition_after = np.zeros((N_SEGMENTS, N_KINDS)), np.zeros((N_SEGMENTS, N_KINDS + 1))
    composition_in[segment, CENTRE], composition_after[segment, PLACEMENT] = 400.0, 600.0
    for base, shrunk in ((0.1, 0.5), (0.8, 1.0), (0.0, 40**-0.5)):
        start = start_state(
            in_offer=in_offer,
            after_offer=after_offer,
            composition_in=composition_in,
            composition_after=composition_after,
            base_firm_share=at(segment, base),
        )
        exits = run(p, start, baseline_paths(p, 1)).exits[0, READY, 0, JOB]
        assert exits == pytest.approx(40 + 60 * (1 + 0.4 * shrunk), abs=0.05)


def test_the_second_clock_settles_at_the_stock_with_an_inflow_of_its_own() -> None:
    """People leave faster in the first 20 weeks of a spell, and many return: with two clocks more people leave."""
    early = np.where(np.arange(N_DURATIONS) < 20, 0.06, 0.02)
    stock = np.zeros((N_GROUPS, N_ORIGINS))
    stock[READY, 0] = 200.0
    p = parameters(
        job=per_group({READY: early}, 0.0, N_DURATIONS),
        return_rate=np.tile([0.02, 0.02], (N_GROUPS, 1)),
        pool_leave=0.02,
        stock=stock,
    )
    start = start_state({(READY, 10): 200.0})
    paths = baseline_paths(p, 52)
    people, rest = micro.settle_second_clock(
        p, start, baseline_paths(p, 260), scale=SCALE, rng=np.random.default_rng(1)
    )
    outcome = run(p, rest, paths, people=people, second_clock=True)
    assert outcome.caseload[:, READY, 0] == pytest.approx(200.0, rel=0.01)
    arrived = rest.inflow[READY * N_ORIGINS]
    assert outcome.inflow_external[:, READY, 0].mean() == pytest.approx(arrived, abs=0.02)
    # At rest as many come as leave; nobody leaves more slowly than at the late rate.
    back = outcome.inflow_returners[:, READY, 0].mean()
    assert arrived + back == pytest.approx(outcome.exits[:, READY, 0, JOB].mean(), rel=0.01)
    assert (people.spell <= people.accumulated).all()
    assert (people.spell < people.accumulated).any()
    one_clock = run(p, rest, paths, people=replace(people, spell=people.accumulated.copy()))
    assert one_clock.exits[0, READY, 0, JOB] < outcome.exits[0, READY, 0, JOB]


def test_one_clock_is_measured_against_two() -> None:
    town = load_municipality("samsoe")
    start = StartState.from_calibration(calibrate(town.engine))
    paths, settle = (build_lever_paths(town, None, weeks) for weeks in (52, 104))
    gaps = micro.clock_gaps(town.engine, start, paths, settle, town.budget, scale=1, replications=2, seed=1)
    np.testing.assert_allclose(gaps.inflow[0], start.inflow.reshape(N_GROUPS, N_ORIGINS).sum(axis=1))
    assert np.isfinite(gaps.benefits).all()
    assert (gaps.benefits_error > 0).all()


def test_infinitely_many_people_are_the_mean_of_many() -> None:
    p = parameters(
        job=per_group({DAGPENGE: 0.04, READY: 0.02}, 0.0, N_DURATIONS),
        other=np.linspace(0.0, 0.02, N_DURATIONS)[None, :].repeat(N_GROUPS, axis=0),
        activation_rate=per_group({DAGPENGE: 0.2, READY: 0.3}, 0.0),
        hr_job_during=np.full((N_GROUPS, N_KINDS), 0.5),
        hr_job_after=np.linspace(1.0, 2.0, N_KINDS)[None, :].repeat(N_GROUPS, axis=0),
        offer_weeks=np.linspace(4.0, 20.0, N_KINDS)[None, :].repeat(N_GROUPS, axis=0),
        return_rate=np.tile([0.02, 0.01], (N_GROUPS, 1)),
        pool_leave=0.01,
        firm_use=per_group({READY: 10.0}, 0.0),
        firm_places=10.0,
    )
    start = start_state({(DAGPENGE, 0): 300.0, (READY, 30): 100.0}, inflow=at(0, 15.0))
    paths = with_path(baseline_paths(p, 52), newcomer_priority=5.0)
    runs = [run(p, start, paths, seed) for seed in range(4)]
    limit = expected_people(p, start, paths)
    for name in ("caseload", "waiting", "in_offer", "over_52", "inflow_returners"):
        found = np.stack([getattr(r, name)[-26:].mean(axis=0) for r in runs])
        error = found.std(axis=0, ddof=1) / 2
        wanted = getattr(limit, name)[-26:].mean(axis=0)
        allowed = 6 * error + 0.002 * wanted
        np.testing.assert_array_less(np.abs(found.mean(axis=0) - wanted), allowed + 1e-9, err_msg=name)


# ---- the engine ---------------------------------------------------------------------------

# The engine knows which offers people are in by target group, origin and class of weeks, and which they have had by
# target group and origin. What that may cost: 0.1 % of levels and 3 % of a scenario's differences, in every cell.
LEVELS, DIFFERENCES, STANDARD_ERRORS = 0.001, 0.03, 4.0
# Larger and longer runs of people one by one: set these (50, 5 and 104 take five minutes).
PEOPLE_EACH = int(os.environ.get("MICROSIMULATION_SCALE", "8"))
REPLICATIONS = int(os.environ.get("MICROSIMULATION_REPLICATIONS", "3"))
WEEKS = int(os.environ.get("MICROSIMULATION_WEEKS", "52"))
HORIZON = 208
Levers = dict[str, Any]


@lru_cache(maxsize=1)
def ballerup() -> tuple[Municipality, StartState]:
    municipality = load_municipality("ballerup")
    return municipality, StartState.from_calibration(calibrate(municipality.engine))


def more_activation(p: EngineParameters, points: float) -> Floats:
    return np.where(p.activation_rate > 0, p.activation_rate + points, 0.0)


def several(p: EngineParameters) -> Levers:
    return {
        "mentor_share": np.minimum(1.0, p.mentor_share + 0.2),
        "caseworker_changes": 0.1,
        "partial_return": 0.4,
        "early_package": 0.5,
        "fleksjob_openings": 1.5,
        "meetings": p.meetings + 1,
    }


SCENARIOS: dict[str, Callable[[EngineParameters], Levers]] = {
    "firm_places": lambda p: {"firm_places": 400.0},
    "activation": lambda p: {"activation_rate": more_activation(p, 0.1)},
    "meetings": lambda p: {"meetings": p.meetings + 2},
    "newcomers": lambda p: {"newcomer_priority": 60.0},
    "deadline": lambda p: {"offer_deadline_week": np.r_[8.0, p.offer_deadline_week[1:]]},
    "equal_effort": lambda p: {"equal_effort": 1.0},
    "several": several,
    "education": lambda p: {"education_share": np.minimum(1.0, p.education_share + 0.3)},
    "second_wave": lambda p: {},
}


def scenario_paths(name: str, weeks: int) -> LeverPaths:
    municipality, _ = ballerup()
    economy = "second_wave" if name == "second_wave" else "unchanged"
    scenario = Scenario(format=1, name=name, municipality="ballerup", economy=economy)
    levers = {} if name == "baseline" else SCENARIOS[name](municipality.engine)
    return with_path(build_lever_paths(municipality, scenario, weeks), **levers)


ONE_WEEK: dict[str, Callable[[EngineParameters], Levers]] = {
    **{name: levers for name, levers in SCENARIOS.items() if name != "second_wave"},
    "baseline": lambda p: {},
    "economy": lambda p: {"economy_inflow": 1.3, "economy_job": 0.7},
    "no_activation": lambda p: {"activation_rate": 0.0},
    "most_activation": lambda p: {"activation_rate": np.where(p.activation_rate > 0, 0.9, 0.0)},
    "no_firm_places": lambda p: {"firm_places": 0.0},
    "unfilled_firm_places": lambda p: {"firm_places": 2000.0},
    "subsidies_only": lambda p: {"firm_places": 400.0, "firm_place_mix": [0, 1, 0, 0, 0]},
    "half_equal": lambda p: {"firm_places": 300.0, "equal_effort": 0.5},
    "insured_first": lambda p: {"firm_priority": np.r_[5.0, np.ones(N_GROUPS - 1)]},
    "insured_none": lambda p: {"firm_priority": np.r_[0.0, np.ones(N_GROUPS - 1)]},
    "at_once": lambda p: {"first_offer_week": 0.0},
    "deadline_soon": lambda p: {"offer_deadline_week": 13.0},
    "deadline_late": lambda p: {"offer_deadline_week": 104.0},
    "newcomers_only": lambda p: {"newcomer_priority": 400.0, "activation_rate": more_activation(p, 0.3)},
    "no_meetings": lambda p: {"meetings": 0.0},
    "most_meetings": lambda p: {"meetings": 6.5},
    "mentor_for_all": lambda p: {"mentor_share": 1.0},
    "no_mentor": lambda p: {"mentor_share": 0.0},
    "no_education": lambda p: {"education_share": 0.0},
    "only_education": lambda p: {"education_share": 1.0},
    "many_changes": lambda p: {"caseworker_changes": 3.0},
    "no_changes": lambda p: {"caseworker_changes": 0.0},
    "partial_return": lambda p: {"partial_return": 0.6},
    "no_fleksjob": lambda p: {"fleksjob_openings": 0.0},
    "three_times_fleksjob": lambda p: {"fleksjob_openings": 3.0},
    "package_for_all": lambda p: {"early_package": 1.0},
    "package_and_meetings": lambda p: {"early_package": 0.5, "meetings": 5.0, "offer_deadline_week": 13.0},
}


def one_week(params: EngineParameters, calibration: Calibration, paths: LeverPaths) -> Outcome:
    municipality, _ = ballerup()
    return outcome_from(*run_raw(params, paths, calibration), paths, municipality, None)


def assert_same_week(params: EngineParameters, calibration: Calibration, paths: LeverPaths) -> None:
    engine = one_week(params, calibration, paths)
    people = expected_people(params, StartState.from_calibration(calibration), paths)
    for name in (
        "caseload",
        "waiting",
        "in_offer",
        "after_offer",
        "participants",
        "refund_class",
        "exits",
        "starts",
        "inflow_external",
        "inflow_returners",
        "inflow_transfers",
        "firm_filled",
        "firm_unfilled",
    ):
        np.testing.assert_allclose(
            getattr(engine, name), getattr(people, name), rtol=1e-9, atol=1e-9, err_msg=name
        )


@pytest.mark.parametrize("name", ONE_WEEK)
def test_the_engine_s_first_week_is_exact(name: str) -> None:
    """In the first week whose offers were which does not matter yet: nothing is simplified."""
    params = ballerup()[0].engine
    paths = with_path(scenario_paths("baseline", 1), **ONE_WEEK[name](params))
    assert_same_week(params, calibrate(params), paths)


def test_the_engine_s_first_week_with_diminishing_returns_and_binding_limits() -> None:
    params = ballerup()[0].engine
    calibration = calibrate(params)
    paths = scenario_paths("baseline", 1)
    assert_same_week(params, replace(calibration, firm_share=calibration.firm_share / 2), paths)
    steep = replace(params, hr_meeting=np.full(N_GROUPS, 1.5))
    assert_same_week(steep, calibration, with_path(paths, meetings=6.5, mentor_share=1.0, early_package=0.5))
    assert_same_week(steep, calibration, with_path(paths, meetings=0.0, caseworker_changes=3.0))
    # Late first offers: who is free by accumulated weeks depends on the kinds' lengths unless all are alike.
    alike = replace(params, offer_weeks=np.full((N_GROUPS, N_KINDS), 10.0))
    assert_same_week(alike, calibrate(alike), with_path(paths, first_offer_week=52.0))


def engine_summary(outcome: Outcome, baseline: Outcome) -> dict[str, Floats]:
    """Yearly means by group, and net spending per budget year."""
    components = {name: c.net.scenario for name, c in budget(outcome, baseline).by_component.items()}
    return summary(outcome, components)


def people_summary(outcome: MicroOutcome, baseline: MicroOutcome, paths: LeverPaths) -> dict[str, Floats]:
    prices, rest = ballerup()[0].budget, ballerup()[0].engine
    components = spending(outcome, baseline, paths, prices, rest)
    # Three days of January 2021 come before the first Monday: in every run they are the baseline's.
    at_rest = scenario_paths("baseline", len(paths.weeks))
    opening = spending(baseline, baseline, at_rest, prices, rest, {(0, 2021): 3})
    return summary(outcome, {name: amounts + opening[name] for name, amounts in components.items()})


def summary(outcome: Any, components: dict[str, Floats]) -> dict[str, Floats]:
    offers = [v for k, v in components.items() if k.split(".")[0] in ("offer", "start", "bound_guidance")]
    rest = ("meetings", "mentor", "early_package")
    return {
        "caseload": micro.yearly(outcome.caseload.sum(axis=2)),
        "in_offer": micro.yearly(outcome.in_offer.sum(axis=2)),
        "benefits": np.stack([components[f"benefit.{group}"] for group in GROUPS], axis=1),
        "offers": np.sum(offers, axis=0),
        "other": np.stack([components[name] for name in rest], axis=1),
        "spending": np.sum(list(components.values()), axis=0),
    }


@lru_cache(maxsize=32)
def engine_run(name: str, weeks: int) -> Outcome:
    return simulate(ballerup()[0], paths=scenario_paths(name, weeks))


@lru_cache(maxsize=32)
def limit_run(name: str, weeks: int) -> MicroOutcome:
    municipality, start = ballerup()
    return expected_people(municipality.engine, start, scenario_paths(name, weeks))


def engine_says(name: str, weeks: int) -> dict[str, Floats]:
    return engine_summary(engine_run(name, weeks), engine_run("baseline", weeks))


def limit_says(name: str, weeks: int) -> dict[str, Floats]:
    paths = scenario_paths(name, weeks)
    return people_summary(limit_run(name, weeks), limit_run("baseline", weeks), paths)


def test_the_engine_s_baseline_over_four_years() -> None:
    engine, people = engine_says("baseline", HORIZON), limit_says("baseline", HORIZON)
    for name, level in engine.items():
        allowed = LEVELS * level
        np.testing.assert_array_less(np.abs(level - people[name]), allowed + 1e-9, err_msg=name)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_engine_s_scenarios_over_four_years(scenario: str) -> None:
    engine, people = engine_says(scenario, HORIZON), limit_says(scenario, HORIZON)
    engine0, people0 = engine_says("baseline", HORIZON), limit_says("baseline", HORIZON)
    for name in engine:
        wanted = people[name] - people0[name]
        allowed = LEVELS * engine0[name] + DIFFERENCES * np.abs(wanted)
        difference = engine[name] - engine0[name]
        np.testing.assert_array_less(np.abs(difference - wanted), allowed + 1e-9, err_msg=name)


Runs = dict[str, list[dict[str, Floats]]]


@pytest.fixture(scope="module")
def one_by_one() -> Runs:
    """Baseline and scenarios with people drawn one by one, several times on the same seeds."""
    municipality, start = ballerup()
    names = ("baseline", *SCENARIOS)

    def outcome(task: tuple[str, int]) -> MicroOutcome:
        name, replication = task
        rng = np.random.default_rng([2021, replication])
        paths = scenario_paths(name, WEEKS)
        return simulate_people(municipality.engine, start, paths, scale=PEOPLE_EACH, rng=rng)

    tasks = [(name, r) for name in names for r in range(REPLICATIONS)]
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(tasks, pool.map(outcome, tasks), strict=True))
    return {
        name: [
            people_summary(found[name, r], found["baseline", r], scenario_paths(name, WEEKS))
            for r in range(REPLICATIONS)
        ]
        for name in names
    }


def standard_errors(runs: Runs, name: str) -> Floats:
    """Of a mean over the replications; the spread is pooled over scenarios, which have much the same."""
    spread = [np.stack([run[name] for run in found]).var(axis=0, ddof=1) for found in runs.values()]
    return np.sqrt(np.mean(spread, axis=0) / REPLICATIONS)


def test_people_one_by_one_agree_with_the_engine_at_the_baseline(one_by_one: Runs) -> None:
    engine, limit = engine_says("baseline", WEEKS), limit_says("baseline", WEEKS)
    for name, level in engine.items():
        found = np.mean([run[name] for run in one_by_one["baseline"]], axis=0)
        error = STANDARD_ERRORS * standard_errors(one_by_one, name)
        allowed = error + LEVELS * np.abs(level) + 1e-9
        np.testing.assert_array_less(np.abs(found - level), allowed, err_msg=name)
        np.testing.assert_array_less(
            np.abs(found - limit[name]), allowed, err_msg=f"{name}, no sampling error"
        )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_people_one_by_one_agree_with_the_engine(scenario: str, one_by_one: Runs) -> None:
    engine, engine0 = engine_says(scenario, WEEKS), engine_says("baseline", WEEKS)
    for name in engine:
        pairs = zip(one_by_one["baseline"], one_by_one[scenario], strict=True)
        wanted = np.mean([after[name] - before[name] for before, after in pairs], axis=0)
        # Two means; that both have the same seeds helps little once their people differ.
        error = STANDARD_ERRORS * np.sqrt(2.0) * standard_errors(one_by_one, name)
        allowed = error + LEVELS * engine0[name] + DIFFERENCES * np.abs(wanted) + 1e-9
        difference = engine[name] - engine0[name]
        np.testing.assert_array_less(np.abs(difference - wanted), allowed, err_msg=name)
