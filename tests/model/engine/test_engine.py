"""What must hold of the engine: conservation, rest, closed forms, published results, directions, the lever matrix."""

from __future__ import annotations

import dataclasses
import itertools
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.budget.budget import budget
from model.domain import (
    EXIT_INDEX,
    FIRM_KINDS,
    GROUP_INDEX,
    GROUPS,
    KIND_INDEX,
    N_FIRM,
    N_GROUPS,
    N_KINDS,
    N_SEGMENTS,
    OFFER_GROUPS,
)
from model.engine.calibration import CalibrationError, calibrate, calibrate_anew
from model.engine.kernel.layout import FIELDS, N_FIELDS
from model.engine.kernel.run import run_batch
from model.engine.lever_paths import LeverPaths
from model.engine.parameters import EngineParameters
from model.municipality.municipality import load_municipality
from model.scenario.levers import LEVERS, bounds
from model.scenario.parts import Change
from model.scenario.scenario import Scenario
from model.simulation.outcome import Outcome, outcome_from
from model.simulation.run_engine import kernel_paths, prepare, run_many, run_raw
from model.simulation.simulate import simulate
from tests.model.engine.cases import OFFER, ballerup, bare, baseline_paths, moved, no_season

DAGPENGE = GROUP_INDEX["dagpenge"]
AKTIVITETSPARAT = GROUP_INDEX["kontanthjaelp_aktivitetsparat"]
PENSION = GROUP_INDEX["foertidspension"]
GUIDANCE = KIND_INDEX["guidance"]


def run(params: EngineParameters, paths: LeverPaths) -> Outcome:
    record, firm, limits = run_raw(params, paths)
    return outcome_from(record, firm, limits, paths, load_municipality("ballerup"), None)


@cache
def resting() -> tuple[EngineParameters, LeverPaths, Outcome]:
    """Ballerup without season at the baseline."""
    params = no_season(ballerup())
    paths = baseline_paths(params)
    return params, paths, run(params, paths)


def everything_moved(params: EngineParameters, weeks: int = 208) -> LeverPaths:
    """A restless scenario: every lever moves, some up and down again, the economy too."""
    t = np.arange(weeks)
    wave = np.sin(t / 20.0)[:, None]
    paths = baseline_paths(params, weeks)
    mix = np.array([0.4, 0.2, 0.1, 0.2, 0.1])
    return moved(
        paths,
        activation_rate=np.clip(paths.activation_rate * (1.2 + 0.5 * wave), 0.0, 0.9),
        firm_priority=1.0 + 0.8 * wave,
        first_offer_week=np.round(np.clip(paths.first_offer_week + 4 * wave, 0, 20)),
        offer_deadline_week=np.round(26 + 10 * wave),
        newcomer_priority=np.where(t[:, None] > 60, 20.0, 1.0),
        meetings=np.clip(paths.meetings + 2 * wave, 0, 6.5),
        mentor_share=np.clip(paths.mentor_share + 0.2, 0, 1),
        education_share=np.clip(paths.education_share + 0.3 * wave, 0, 1),
        firm_places=200.0 + 250.0 * np.sin(t / 15.0) ** 2,
        firm_place_mix=mix,
        equal_effort=np.clip(t / 100.0, 0, 1),
        caseworker_changes=0.2,
        partial_return=0.4,
        fleksjob_openings=1.5,
        early_package=np.where(t > 30, 0.5, 0.0),
        economy_inflow=np.where(t < 40, 1.18, 1.0),
        economy_job=np.where(t < 40, 0.85, 1.05),
    )


# --- Conservation ------------------------------------------------------------------------------------------------


# In Brøndby and Læsø transfers into several groups are scaled, and not alike.
@pytest.mark.parametrize("municipality", ["ballerup", "broendby", "laesoe"])
@pytest.mark.parametrize("which", ["baseline", "everything moved"])
def test_every_person_is_accounted_for_every_week(which: str, municipality: str) -> None:
    params = load_municipality(municipality).engine
    paths = baseline_paths(params) if which == "baseline" else everything_moved(params)
    outcome = run(params, paths)
    before = outcome.at_week_start("caseload")
    came = outcome.inflow_external + outcome.inflow_returners + outcome.inflow_transfers
    left = outcome.exits.sum(axis=3)
    error = np.abs(outcome.caseload - (before + came - left)) / np.maximum(before, 1.0)
    assert error.max() < 1e-9
    # Whoever moves arrives: transfers out of all groups equal transfers into all groups, origin by origin.
    moved_out = outcome.exits[:, :, :, 3:].sum(axis=1).transpose(0, 2, 1)
    assert np.abs(moved_out - outcome.inflow_transfers).max() < 1e-9
    # States and classes are the same persons.
    persons = outcome.waiting + outcome.in_offer + outcome.after_offer
    assert np.abs(persons / outcome.caseload - 1).max() < 1e-9
    assert np.abs(outcome.refund_class.sum(axis=3) / outcome.caseload - 1).max() < 1e-9
    assert np.abs(outcome.class_persons.sum(axis=3) / before - 1).max() < 1e-9
    # The composition of those in an offer is the state.
    assert np.abs(outcome.participants.sum(axis=3) - outcome.in_offer).max() < 1e-9 * outcome.caseload.max()
    # Exits by class are the exits by destination.
    assert np.abs(outcome.class_job.sum(axis=3) - outcome.exits[..., 0]).max() < 1e-9
    assert np.abs(outcome.class_education.sum(axis=3) - outcome.exits[..., 1]).max() < 1e-9
    assert np.abs(outcome.class_other.sum(axis=3) - outcome.exits[..., 2:].sum(axis=3)).max() < 1e-9


def test_the_pool_of_returners_is_accounted_for() -> None:
    # All who leave for a job enter; how a ratio of return weighs them is tested with durability.
    params = ballerup(pool_leave=0.0, return_ratio=np.ones((N_GROUPS, N_KINDS)))
    outcome = run(params, everything_moved(params))
    pool = outcome.block("pool")
    change = outcome.exits[..., EXIT_INDEX["job"]] - outcome.inflow_returners
    assert np.abs(pool[1:] - pool[:-1] - change).max() < 1e-9 * pool.max()


def test_first_week_of_the_pool_is_what_the_calibration_left_there() -> None:
    params, _, outcome = resting()
    found = calibrate(params)
    expected = found.pool.sum(axis=(0, 2)) + found.pool_late
    assert np.allclose(outcome.block("pool")[0].reshape(-1), expected, rtol=1e-12)


# --- The baseline sits still -------------------------------------------------------------------------------------


def test_baseline_without_season_does_not_drift() -> None:
    _, _, outcome = resting()
    start = outcome.initial["caseload"]
    assert np.abs(outcome.caseload / start - 1).max() < 1e-9
    assert np.abs(outcome.participants - outcome.initial["participants"]).max() < 1e-8
    share = outcome.refund_class[..., 3] / outcome.caseload
    assert np.abs(share - share[0]).max() < 1e-9


def test_calibration_meets_the_stocks_and_targets() -> None:
    params, _, outcome = resting()
    assert np.allclose(outcome.initial["caseload"], params.stock, rtol=1e-9)
    activation = outcome.in_offer.sum(axis=2) / outcome.caseload.sum(axis=2)
    assert np.allclose(activation[:, OFFER], params.activation_rate[OFFER], rtol=1e-9)
    assert np.allclose(outcome.firm_filled, params.firm_places, rtol=1e-9)


def test_base_rates_are_the_average_observed_exits() -> None:
    """The rate of those waiting is base / m: the group leaves for jobs as the base rate says, whatever its mix."""
    params, _, outcome = resting()
    start = outcome.block("caseload")[0]
    found = calibrate(params)
    persons = (found.waiting + found.in_offer + found.after_offer).reshape(13, 3, -1)
    expected = (persons * params.job[:, None]).sum(axis=2) * params.origin_factor
    assert np.allclose(outcome.exits[0, :, :, 0], expected, rtol=1e-9)
    assert np.allclose(persons.sum(axis=2), start, rtol=1e-9)


def test_baseline_with_season_holds_its_yearly_means() -> None:
    outcome = simulate(load_municipality("ballerup"))
    start = outcome.initial["caseload"].sum(axis=1)
    years = outcome.caseload.sum(axis=2).reshape(4, 52, 13).mean(axis=1)
    assert np.abs(years / start - 1).max() < 0.02
    share = outcome.refund_class[..., 3].sum(axis=2) / outcome.caseload.sum(axis=2)
    yearly = share.reshape(4, 52, 13).mean(axis=1)
    begin = outcome.initial["refund_class"][..., 3].sum(axis=1) / start
    assert np.abs(yearly - begin).max() < 0.005


@pytest.mark.parametrize("name", ["broendby", "albertslund", "koebenhavn", "laesoe"])
def test_other_municipalities_rest_too(name: str) -> None:
    params = no_season(load_municipality(name).engine)
    outcome = run(params, baseline_paths(params, 104))
    start = outcome.initial["caseload"]
    assert np.abs(outcome.caseload - start).max() < 1e-6 * start.max()


@given(
    displacement=st.floats(0, 0.7),
    diminishing=st.floats(0, 0.5),
    share=st.floats(0.0, 1.0),
    scale=st.floats(0.8, 1.25),
)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_assumption_leaves_the_baseline_at_rest(
    displacement: float, diminishing: float, share: float, scale: float
) -> None:
    """A changed assumption recalibrates: same stock, same exits, still at rest."""
    base = no_season(ballerup())
    params = dataclasses.replace(
        base,
        displacement=displacement,
        diminishing=diminishing,
        return_rate=base.return_rate * share,
        hr_job_after=1 + (base.hr_job_after - 1) * scale,
        offer_weeks=base.offer_weeks * scale,
    )
    outcome = run(params, baseline_paths(params, 60))
    assert np.abs(outcome.caseload / params.stock - 1).max() < 1e-8


def test_a_stock_that_transfers_alone_would_overfill_scales_them_and_says_so() -> None:
    params = no_season(ballerup())
    stock = params.stock.copy()
    stock[GROUP_INDEX["jobafklaring"]] *= 0.4
    params = dataclasses.replace(params, stock=stock)
    found = calibrate(params)
    assert {s.group for s in found.scalings} >= {"jobafklaring"}
    assert all(0 < s.factor < 1 for s in found.scalings)
    outcome = run(params, baseline_paths(params, 104))
    assert np.abs(outcome.caseload / stock - 1).max() < 1e-7


def test_impossible_activation_is_refused_by_name() -> None:
    rate = np.array(ballerup().activation_rate)
    rate[DAGPENGE] = 0.97
    with pytest.raises(CalibrationError) as refused:
        calibrate(ballerup(activation_rate=rate, offer_weeks=np.full((13, 9), 1.2)))
    assert refused.value.text("da").startswith("Dagpenge (forsikrede ledige): aktiveringsgraden")
    assert refused.value.text("en").startswith(
        "Unemployment benefit (insured unemployed): the activation rate"
    )


# --- No change is the baseline -----------------------------------------------------------------------------------


def test_a_scenario_without_change_is_exactly_the_baseline() -> None:
    municipality = load_municipality("ballerup")
    plain = simulate(municipality)
    empty = simulate(municipality, Scenario(format=1, name="Uændret", municipality="ballerup"))
    assert np.array_equal(plain.record, empty.record)


@pytest.mark.parametrize(
    "lever", [lever for lever in LEVERS if lever.scope != "path"], ids=lambda lever: lever.id
)
def test_a_lever_set_to_its_baseline_value_is_exactly_the_baseline(lever) -> None:  # type: ignore[no-untyped-def]
    from model.scenario.levers import baseline_value

    municipality = load_municipality("ballerup")
    group = lever.groups[0] if lever.scope == "group" else None
    change = Change(
        lever=lever.id,
        group=group,
        to=baseline_value(lever, municipality, group),
        **{"from": "2021-02-01"},
        phase_in_weeks=9,
    )
    scenario = Scenario(format=1, name="Samme", municipality="ballerup", changes=(change,))
    assert np.array_equal(simulate(municipality).record, simulate(municipality, scenario).record)


def test_the_batch_is_the_same_engine() -> None:
    params = ballerup()
    cautious = ballerup(displacement=0.5)
    paths = [baseline_paths(params), everything_moved(params)]
    pairs = [(0, 0), (1, 1), (0, 1), (1, 0)]
    prepared = prepare([params, cautious])
    many = run_many(prepared, paths, pairs, lambda b, record, firm: record[:, :, 0].copy(), chunk=3)
    for (s, q), caseload in zip(pairs, many, strict=True):
        single = run_raw((params, cautious)[s], paths[q])[0][:, :, 0]
        assert np.array_equal(single, caseload)


def test_calibrations_in_threads_are_those_made_alone() -> None:
    """``prepare`` calibrates on all cores; the same bytes come out as one after the other, in the sets' order."""
    sets = [ballerup(displacement=0.05 * i) for i in range(6)]
    calibrate.cache_clear()
    together = prepare([*sets, sets[0]])
    alone = prepare(sets, [calibrate_anew(params) for params in sets])
    for name, array in together.start._asdict().items():
        assert array[:6].tobytes() == getattr(alone.start, name).tobytes(), name
        assert array[6].tobytes() == array[0].tobytes(), name


def test_the_kernel_writes_every_field_of_the_record() -> None:
    """Callers hand over memory as it comes: what stood in it before must not show."""
    params = ballerup()
    paths = everything_moved(params)
    packed, start = prepare((params,))
    zero = np.zeros(1, dtype=np.int64)
    records = []
    for rubbish in (0.0, np.nan):
        record = np.full((1, 209, N_SEGMENTS, N_FIELDS), rubbish)
        firm = np.full((1, 208, 4), rubbish)
        limits = np.full((1, 2, len(GROUPS)), 7, dtype=np.int64)
        run_batch(packed, start, kernel_paths((paths,)), zero, zero, 208, record, firm, limits)
        records.append((record, firm, limits))
    for clean, dirty in zip(*records, strict=True):
        assert clean.tobytes() == dirty.tobytes()


# --- Closed forms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", [0.01, 0.05, 0.2])
def test_constant_exit_rate_gives_the_closed_form(q: float) -> None:
    """caseload(t) = N0 (1-q)^t + inflow (1-(1-q)^t)/q, with the inflow raised by a half to leave rest."""
    params = bare(q)
    raised = 1.5
    outcome = run(params, moved(baseline_paths(params), economy_inflow=raised))
    t = np.arange(1, 209)[:, None, None]
    n0 = params.stock
    inflow = n0 * q * raised
    expected = n0 * (1 - q) ** t + inflow * (1 - (1 - q) ** t) / q
    assert np.abs(outcome.caseload / expected - 1).max() < 1e-10


def test_littles_law_at_rest() -> None:
    """Caseload = inflow x mean duration, the mean of a geometric spell being 1/q weeks."""
    q = 0.04
    params = bare(q * 0.7, q * 0.3)
    outcome = run(params, baseline_paths(params, 52))
    inflow = outcome.inflow_external + outcome.inflow_returners + outcome.inflow_transfers
    assert np.allclose(outcome.caseload, inflow / q, rtol=1e-9)


def test_littles_law_with_durations() -> None:
    """With exits that fall with duration the mean is the sum of the survival curve."""
    q = np.interp(np.arange(105), [0, 26, 104], [0.08, 0.03, 0.01])
    params = bare(0.0, job=np.tile(q, (13, 1)))
    outcome = run(params, baseline_paths(params, 52))
    survival = np.concatenate([[1.0], np.cumprod(1 - q[:-1])])
    mean_duration = survival[:-1].sum() + survival[-1] / q[-1]
    assert np.allclose(outcome.caseload, outcome.inflow_external * mean_duration, rtol=1e-9)


def test_returners_by_hand() -> None:
    """One cohort's share back: stage by stage, r1/(r1+1/13) and on."""
    params = bare(0.05, returners=True, pool_leave=0.01)
    outcome = run(params, baseline_paths(params, 52))
    first = 0.01 / (0.01 + 1 / 13)
    on = (1 / 13) / (0.01 + 1 / 13)
    second = 0.01 / (0.01 + 0.01 + 1 / 39)
    on_again = (1 / 39) / (0.01 + 0.01 + 1 / 39)
    late = 0.01 / (0.01 + 0.01)
    share = first + on * (second + on_again * late)
    assert np.allclose(outcome.inflow_returners, outcome.exits[..., 0] * share, rtol=1e-9)


def test_returners_keep_their_clock_for_a_year() -> None:
    """With returners at their weeks more people stand beyond 52 weeks than with a clock that starts anew."""
    kept = bare(0.05, 0.01, returners=True)
    found = calibrate(kept)
    x = found.waiting[0]
    q = 0.06
    # By hand: in d+1 come stayers and those of the same week who are back with their clock.
    rho = 0.01 / (0.01 + 1 / 13) + (1 / 13) / (0.01 + 1 / 13) * 0.01 / (0.01 + 0.01 + 1 / 39)
    assert np.allclose(x[1:104] / x[:103], 1 - q + 0.05 * rho, rtol=1e-9)


def test_graversen_and_van_ours_median_falls_from_14_to_11_and_a_half_weeks() -> None:
    """Weekly exit rate ln 2 / 14, 72 % of it to jobs; a ratio of 1.30 on job exits for all, no displacement."""
    q = np.log(2) / 14
    hr = np.ones(13)
    hr[DAGPENGE] = 1.30
    params = bare(0.72 * q, 0.28 * q, hr_meeting=hr)
    after = moved(baseline_paths(params, 60), meetings=params.meetings + 1.0)
    outcome = run(params, after)
    rate = outcome.exits[-1, DAGPENGE, 0].sum() / outcome.at_week_start("caseload")[-1, DAGPENGE, 0]
    # Continuous time, as the study's hazard model: median = ln 2 / hazard.
    assert np.log(2) / q == pytest.approx(14.0)
    assert np.log(2) / rate == pytest.approx(11.5, abs=0.05)


# --- Mechanisms, by hand -----------------------------------------------------------------------------------------


def test_contact_gains_are_reduced_by_displacement_and_losses_are_not() -> None:
    params, paths, rest = resting()
    q = rest.exits[0, DAGPENGE, 0, 0]
    up = run(params, moved(paths, meetings=params.meetings + 1.0))
    gain = up.exits[0, DAGPENGE, 0, 0] / q
    hr = params.hr_meeting[DAGPENGE]
    assert params.displacement_contact == pytest.approx(0.5)
    assert gain == pytest.approx(1 + (hr - 1) * 0.5, rel=1e-9)
    # What offers displace takes nothing from contact.
    other = dataclasses.replace(params, displacement=0.6)
    more = run(other, moved(paths, meetings=params.meetings + 1.0)).exits[0, DAGPENGE, 0, 0]
    assert more / run(other, paths).exits[0, DAGPENGE, 0, 0] == pytest.approx(gain, rel=1e-9)
    down = run(params, moved(paths, meetings=np.maximum(params.meetings - 1.0, 0.0)))
    less = min(1.0, params.meetings[DAGPENGE])
    assert down.exits[0, DAGPENGE, 0, 0] / q == pytest.approx(hr**-less, rel=1e-9)


def test_sick_listed_return_to_their_own_job_without_displacement() -> None:
    params, paths, rest = resting()
    sick = GROUP_INDEX["sygedagpenge"]
    moved_run = run(params, moved(paths, partial_return=params.partial_return + 0.2))
    hr = params.hr_partial_return[sick]
    p0 = params.partial_return
    expected = (1 + (p0 + 0.2) * (hr - 1)) / (1 + p0 * (hr - 1))
    assert moved_run.exits[0, sick, 0, 0] / rest.exits[0, sick, 0, 0] == pytest.approx(expected, rel=1e-9)
    # Nobody else is touched in that week.
    others = [g for g in range(13) if params.hr_partial_return[g] == 1.0]
    assert np.allclose(moved_run.exits[0, others], rest.exits[0, others], rtol=1e-12)


def test_fleksjob_openings_scale_that_exit_alone() -> None:
    params, paths, rest = resting()
    ly, fleks = GROUP_INDEX["ledighedsydelse"], EXIT_INDEX["fleksjob"]
    out = run(params, moved(paths, fleksjob_openings=2.0))
    assert np.allclose(out.exits[0, ly, :, fleks], 2 * rest.exits[0, ly, :, fleks], rtol=1e-9)
    changed = np.abs(out.exits[0] - rest.exits[0]) > 1e-9
    changed[ly, :, fleks] = False
    assert not changed.any()


def test_effects_fade() -> None:
    """When all offers stop, those after an offer become like those who wait: the composition fades at 1/length."""
    params, paths, rest = resting()
    stopped = run(params, moved(paths, activation_rate=0.0, firm_places=0.0))
    with_effect = dataclasses.replace(params, hr_job_after=np.ones_like(params.hr_job_after) * 1.0)
    flat = run(with_effect, moved(baseline_paths(with_effect), activation_rate=0.0, firm_places=0.0))
    # After four years no trace of the effects is left in the ratio of job exits to people of each class.
    rate = stopped.class_job[-1, DAGPENGE, :, 0] / stopped.class_persons[-1, DAGPENGE, :, 0]
    found = calibrate(params)
    expected = (
        params.job[DAGPENGE, 0] * params.origin_factor[DAGPENGE] / found.mean_job.reshape(13, 3)[DAGPENGE]
    )
    assert np.allclose(rate, expected, rtol=1e-3)
    assert flat.caseload.shape == rest.caseload.shape


def test_replacement_in_order_guidance_utility_course_education() -> None:
    """Firm places above the baseline replace guidance first, then utility jobs, courses, education."""
    params, paths, _ = resting()
    found = calibrate(params)
    base = found.participants.reshape(13, 3, 9)
    order = [KIND_INDEX[k] for k in ("guidance", "utility_job", "course", "education")]
    g, o = AKTIVITETSPARAT, 0
    others = base[g, o, order]
    priority = np.zeros(13)
    priority[g] = 1.0
    ceiling = np.full(13, 1.0)
    open_params = dataclasses.replace(params, firm_ceiling=ceiling)
    share = base[g, o, :N_FIRM].sum() / base[g, :, :N_FIRM].sum()
    for step in range(1, 4):
        # Enough extra places to use up the first `step` kinds and half of the next.
        extra = others[:step].sum() + 0.5 * others[step]
        places = (base[g, o, :N_FIRM].sum() + extra) / share
        out = run(open_params, moved(paths, firm_places=places, firm_priority=priority))
        # At rest after the old offers have ended; the targets are met on the caseload of the end.
        now = out.participants[-1, g, o]
        scale = out.caseload[-1, g, o] / params.stock[g, o]
        assert np.allclose(now[order[:step]], 0.0, atol=0.6), step
        assert now[order[step]] == pytest.approx(0.5 * others[step], abs=0.6 + abs(scale - 1) * others.sum())
        for later in order[step + 1 :]:
            assert now[later] == pytest.approx(base[g, o, later], abs=0.6 + abs(scale - 1) * others.sum())


def test_below_the_baseline_guidance_fills() -> None:
    params, paths, rest = resting()
    out = run(params, moved(paths, firm_places=params.firm_places / 2))
    end = out.participants[-1].sum(axis=(0, 1))
    base = rest.participants[-1].sum(axis=(0, 1))
    assert end[:N_FIRM].sum() == pytest.approx(params.firm_places / 2, rel=1e-3)
    assert end[GUIDANCE] - base[GUIDANCE] == pytest.approx(params.firm_places / 2, rel=0.05)
    for kind in ("utility_job", "course", "education"):
        assert end[KIND_INDEX[kind]] == pytest.approx(base[KIND_INDEX[kind]], rel=0.02)


def test_more_firm_places_leave_total_activation_unchanged() -> None:
    """As long as no target group has more places than offers: a tenth more."""
    params, paths, rest = resting()
    out = run(params, moved(paths, firm_places=1.1 * params.firm_places))
    assert out.participants[-1, :, :, :N_FIRM].sum() == pytest.approx(1.1 * params.firm_places, rel=1e-6)
    before = rest.in_offer[-1].sum() / rest.caseload[-1, OFFER].sum()
    after = out.in_offer[-1].sum() / out.caseload[-1, OFFER].sum()
    assert after == pytest.approx(before, abs=0.004)


@given(places=st.floats(0, 2500), equal=st.floats(0, 1))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_filled_and_unfilled_places_are_the_lever_and_ceilings_hold(places: float, equal: float) -> None:
    params, _, _ = resting()
    out = run(params, moved(baseline_paths(params, 104), firm_places=places, equal_effort=equal))
    assert np.allclose(out.firm_filled + out.firm_unfilled, places)
    assert (out.firm_filled >= 0).all()
    assert (out.firm_unfilled >= -1e-9).all()
    firm = out.participants[-1, :, :, :N_FIRM].sum(axis=2)
    ceiling = params.firm_ceiling[:, None] * out.caseload[-1]
    # Offers that run on while the caseload falls may stand a little above.
    assert (firm <= ceiling * 1.02 + 1e-6).all()


def test_places_that_no_group_can_take_are_unfilled() -> None:
    params, paths, _ = resting()
    out = run(params, moved(paths, firm_places=3000.0))
    top = (
        params.firm_ceiling[:, None] * out.caseload[-1] * (calibrate(params).firm_base.reshape(13, 3) > 0)
    ).sum()
    assert out.firm_filled[-1] == pytest.approx(top, rel=0.01)
    assert out.firm_unfilled[-1] == pytest.approx(3000 - top, rel=0.01)
    assert out.firm[-1, 3] == pytest.approx(3000 - top, rel=0.01)


def test_activation_follows_the_lever_and_never_passes_it() -> None:
    params, paths, _ = resting()
    target = np.where(OFFER, 0.5, 0.0)
    out = run(params, moved(paths, activation_rate=np.maximum(target, paths.activation_rate)))
    rate = out.in_offer.sum(axis=2) / out.caseload.sum(axis=2)
    wanted = np.maximum(target, params.activation_rate)
    assert (rate <= wanted + 1e-9).all()
    # Short sickness spells end before enough of them reach the first offer week: that is said, not hidden.
    met = out.start_cap_weeks == -1
    assert np.allclose(rate[-1][met], wanted[met], atol=1e-6)
    assert [GROUPS[g] for g in np.flatnonzero(~met)] in ([], ["sygedagpenge"])


def test_newcomers_with_weight_start_sooner() -> None:
    params, paths, rest = resting()
    shares = []
    for weight in (1.0, 20.0, 60.0, 150.0):
        out = run(params, moved(paths, newcomer_priority=weight))
        reached = out.reached_13[-13:, DAGPENGE].sum(axis=(0, 1))
        shares.append(reached[1] / reached[0])
        assert out.in_offer[-1, DAGPENGE].sum() / out.caseload[-1, DAGPENGE].sum() == pytest.approx(
            params.activation_rate[DAGPENGE], rel=1e-6
        )
    assert np.all(np.diff(shares) > 0)
    assert shares[-1] > shares[0] + 0.2
    assert rest is not None


def test_equal_effort_closes_the_difference_in_use_of_offers() -> None:
    params, paths, rest = resting()
    gap = []
    for effort in (0.0, 0.5, 1.0):
        out = run(params, moved(paths, equal_effort=effort))
        use = out.in_offer[-1] / out.caseload[-1]
        gap.append(use[AKTIVITETSPARAT, 0] - use[AKTIVITETSPARAT, 2])
    assert gap[0] > 0.01
    assert gap[1] == pytest.approx(gap[0] / 2, rel=0.05)
    assert gap[2] == pytest.approx(0.0, abs=1e-6)
    assert rest is not None


def test_diminishing_returns_only_above_the_baseline() -> None:
    base = no_season(ballerup())
    steep = dataclasses.replace(base, diminishing=0.5)
    flat = dataclasses.replace(base, diminishing=0.0)
    more = {"firm_places": 2 * base.firm_places}
    less = {"firm_places": 0.5 * base.firm_places}
    job = {}
    for name, params in (("steep", steep), ("flat", flat)):
        for direction, levers in (("more", more), ("less", less)):
            job[name, direction] = run(params, moved(baseline_paths(params), **levers)).exits[..., 0].sum()
    assert job["steep", "more"] < job["flat", "more"]
    assert job["steep", "less"] == pytest.approx(job["flat", "less"], rel=1e-12)


def test_the_ratio_limit_binds_and_names_group_and_week() -> None:
    params, paths, _ = resting()
    strong = dataclasses.replace(params, hr_meeting=np.where(np.arange(13) == DAGPENGE, 2.0, 1.0))
    changed = moved(
        baseline_paths(strong), meetings=np.where(np.arange(208)[:, None] >= 10, 6.5, paths.meetings)
    )
    out = run(strong, changed)
    assert out.limit_weeks[DAGPENGE] == 10
    assert (np.delete(out.limit_weeks, DAGPENGE) == -1).all()
    found = calibrate(strong)
    base = params.job[DAGPENGE, 0] * params.origin_factor[DAGPENGE, 0]
    waiting_rate = base / found.mean_job.reshape(13, 3)[DAGPENGE, 0] * 2.5
    rate = out.class_job[12, DAGPENGE, 0, 0] / out.class_persons[12, DAGPENGE, 0, 0]
    # Every kind stands at the limit, so the whole class leaves at exactly 2.5 times the base.
    assert rate == pytest.approx(waiting_rate, rel=1e-3)
    assert rate <= waiting_rate * (1 + 1e-9)


@pytest.mark.parametrize("ratio", ["hr_job_during", "hr_job_after"])
def test_the_ratio_limit_is_told_where_it_binds_for_one_kind_of_offer_alone(ratio: str) -> None:
    params = no_season(ballerup())
    contact = np.where(np.arange(13) == DAGPENGE, 1.5, 1.0)
    taken = calibrate(params).participants.reshape(13, 3, 9)[DAGPENGE].sum(axis=0)
    # Fewer meetings leave those waiting far above the limit, but not a kind that keeps people from work.
    meetings = np.where(np.arange(208)[:, None] >= 10, 0.2, params.meetings)
    for kind in (int(taken.argmax()), int(taken.argmin())):
        ratios = getattr(params, ratio).copy()
        ratios[DAGPENGE, kind] = 0.22
        weak = dataclasses.replace(params, hr_meeting=contact, **{ratio: ratios})
        out = run(weak, moved(baseline_paths(weak), meetings=meetings))
        assert out.limit_weeks[DAGPENGE] == (10 if taken[kind] > 0 else -1), kind
        assert (np.delete(out.limit_weeks, DAGPENGE) == -1).all()
    assert taken.min() == 0


def test_early_package_stands_in_place_of_contact_never_on_top() -> None:
    params, paths, _ = resting()
    package = run(params, moved(paths, early_package=1.0))
    both = run(
        params, moved(paths, early_package=1.0, meetings=np.where(np.arange(13) == 0, 6.5, params.meetings))
    )
    # In the weeks of the package (class 0-4) more meetings change nothing, later they do.
    assert both.class_job[0, DAGPENGE, 0, 0] == pytest.approx(package.class_job[0, DAGPENGE, 0, 0], rel=1e-12)
    assert both.class_job[0, DAGPENGE, 0, 4] > package.class_job[0, DAGPENGE, 0, 4]


def test_motivation_follows_the_share_offered_by_the_deadline() -> None:
    params = no_season(ballerup(hr_motivation=np.where(np.arange(13) == DAGPENGE, 1.2, 1.0)))
    paths = baseline_paths(params)
    rest = run(params, paths)
    early = run(params, moved(paths, newcomer_priority=100.0))
    window = 2  # weeks 14-26 hold most of the eight weeks before week 26
    # More are offered a place by the deadline, so those still waiting leave sooner.
    assert early.reached_13[-1, DAGPENGE, 0, 1] > rest.reached_13[-1, DAGPENGE, 0, 1]
    no_effect = no_season(ballerup(hr_motivation=np.ones(13)))
    base0 = run(no_effect, baseline_paths(no_effect))
    early0 = run(no_effect, moved(baseline_paths(no_effect), newcomer_priority=100.0))

    def rate(out: Outcome) -> float:
        return float(out.class_job[-1, DAGPENGE, 0, window] / out.class_persons[-1, DAGPENGE, 0, window])

    assert rate(early) / rate(rest) > rate(early0) / rate(base0)


# --- Directions --------------------------------------------------------------------------------------------------


def test_guidance_alone_raises_the_caseload_in_every_quarter_of_the_first_year() -> None:
    params, paths, rest = resting()
    rate = np.where(OFFER, np.minimum(params.activation_rate + 0.10, 0.9), 0.0)
    share = np.array(params.education_share)
    out = run(
        params,
        moved(
            paths,
            activation_rate=rate,
            education_share=share * params.activation_rate / np.where(OFFER, rate, 1.0),
        ),
    )
    difference = (out.caseload - rest.caseload)[:52].sum(axis=(1, 2)).reshape(4, 13).mean(axis=1)
    assert (difference > 0).all()


def test_private_firm_places_instead_of_guidance_lower_the_caseload() -> None:
    params, paths, rest = resting()
    only_private = np.array([1.0 if k == "private_placement" else 0.0 for k in FIRM_KINDS])
    out = run(params, moved(paths, firm_places=2 * params.firm_places, firm_place_mix=only_private))
    assert out.caseload[-52:].sum() < rest.caseload[-52:].sum()


# --- The matrix of levers ----------------------------------------------------------------------------------------


def _extremes() -> list[tuple[str, Scenario]]:
    municipality = load_municipality("ballerup")

    def change(lever, end: int, group: str | None) -> Change:  # type: ignore[no-untyped-def]
        value = bounds(lever, municipality)[end]
        to = {"private_wage_subsidy": 100} if lever.scope == "mix" else value
        return Change(lever=lever.id, group=group, to=to, **{"from": "2021-01-04"})

    cases = []
    for end, word in ((0, "min"), (1, "max")):
        everything = []
        for lever in LEVERS:
            groups = lever.groups if lever.scope == "group" else (None,)
            alone = tuple(change(lever, end, group) for group in groups)
            everything.extend(alone)
            cases.append((f"{lever.id} at {word}", alone))
        cases.append((f"all at {word}", tuple(everything)))
    return [
        (name, Scenario(format=1, name=name, municipality="ballerup", changes=changes))
        for name, changes in cases
    ]


@pytest.mark.parametrize(("name", "scenario"), _extremes(), ids=[name for name, _ in _extremes()])
def test_lever_matrix_stays_finite_and_non_negative(name: str, scenario: Scenario) -> None:
    outcome = simulate(load_municipality("ballerup"), scenario)
    assert np.isfinite(outcome.record).all(), name
    assert outcome.record.min() > -1e-9, name
    before = outcome.at_week_start("caseload")
    came = outcome.inflow_external + outcome.inflow_returners + outcome.inflow_transfers
    error = np.abs(outcome.caseload - (before + came - outcome.exits.sum(axis=3))) / np.maximum(before, 1.0)
    assert error.max() < 1e-9, name
    rate = outcome.in_offer.sum(axis=2) / outcome.caseload.sum(axis=2)
    assert rate.max() <= 1.0 + 1e-9


@given(
    seed=st.integers(0, 2**31),
    economy=st.tuples(st.floats(0.3, 2.0), st.floats(0.3, 1.8)),
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_levers_never_lose_a_person(seed: int, economy: tuple[float, float]) -> None:
    params = ballerup()
    rng = np.random.default_rng(seed)
    weeks = 80
    shape = (weeks, 13)
    jump = rng.integers(1, weeks, 6)
    paths = baseline_paths(params, weeks)
    steps = np.searchsorted(np.sort(jump), np.arange(weeks))

    def stairs(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, (7, 13))[steps]

    paths = moved(
        paths,
        activation_rate=np.where(OFFER, stairs(0, 0.9), 0.0),
        firm_priority=stairs(0, 5),
        first_offer_week=np.round(stairs(0, 52)),
        offer_deadline_week=np.round(stairs(4, 104)),
        newcomer_priority=stairs(1, 400),
        meetings=stairs(0, 6.5),
        mentor_share=stairs(0, 1),
        education_share=stairs(0, 1),
        firm_places=stairs(0, 1000)[:, 0],
        equal_effort=stairs(0, 1)[:, 0],
        caseworker_changes=stairs(0, 3)[:, 0],
        partial_return=stairs(0, 0.6)[:, 0],
        fleksjob_openings=stairs(0, 3)[:, 0],
        early_package=stairs(0, 1)[:, 0],
        economy_inflow=economy[0],
        economy_job=economy[1],
    )
    outcome = run(params, paths)
    assert outcome.caseload.shape[1:] == (13, 3)
    assert shape[1] == 13
    assert outcome.record.min() > -1e-9
    before = outcome.at_week_start("caseload")
    came = outcome.inflow_external + outcome.inflow_returners + outcome.inflow_transfers
    error = np.abs(outcome.caseload - (before + came - outcome.exits.sum(axis=3))) / np.maximum(before, 1.0)
    assert error.max() < 1e-9
    assert np.abs(outcome.participants.sum(axis=3) - outcome.in_offer).max() < 1e-7


# --- Permanent support --------------------------------------------------------------------------------------------


def test_moving_people_to_foertidspension_raises_municipal_benefit_spending() -> None:
    """Permanent support never looks like a saving: faster awards cost the municipality more in benefits."""
    params = no_season(ballerup())
    transfer = np.array(params.transfer)
    transfer[GROUP_INDEX["ressourceforloeb"], PENSION] *= 2
    # The start and inflow of the old rates, so that the faster award is a change and not a new baseline.
    faster = dataclasses.replace(params, transfer=transfer)
    found = calibrate(params)
    paths = baseline_paths(params)
    municipality = load_municipality("ballerup")
    before = outcome_from(*run_raw(params, paths, found), paths, municipality, None)
    after = outcome_from(*run_raw(faster, paths, found), paths, municipality, None)
    assert after.caseload[-1, PENSION].sum() > before.caseload[-1, PENSION].sum() + 10
    result = budget(after, before)
    benefits = sum(
        (part.net.difference for name, part in result.by_component.items() if name.startswith("benefit")),
        start=np.zeros(len(result.years)),
    )
    assert (benefits[1:] > 0).all(), benefits


def test_fields_cover_the_record_without_overlap() -> None:
    spans = sorted(FIELDS.values())
    assert spans[0][0] == 0
    assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))
    assert set(OFFER_GROUPS) < set(GROUPS)
