"""The readable week (``model.engine.reference``) and the compiled kernel compute the same numbers."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.domain import N_GROUPS, N_ORIGINS
from model.engine import reference
from model.engine.calibration import Calibration, CalibrationError, calibrate
from model.engine.kernel.layout import FIELDS
from model.engine.lever_paths import LeverPaths
from model.engine.parameters import EngineParameters
from model.municipality.municipality import load_municipality
from model.scenario.files import load_scenario
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.run_engine import run_raw
from tests.model.engine.cases import ballerup, bare, baseline_paths, moved

TOLERANCE = 1e-9
SCENARIOS = sorted(Path("scenarios").glob("*/*.yaml"))
# Flows of a week; the record of the start has none.
STOCKS = {
    "caseload", "waiting", "in_offer", "after_offer", "refund_class", "duration_sum", "participants", "reached_13",
    "pool",
}  # fmt: skip


def assert_same(params: EngineParameters, paths: LeverPaths, rest: Calibration | None = None) -> None:
    """Every field of every week, the firm places and the limits, relative to one person or the value."""
    record, firm, limits = run_raw(params, paths, rest)
    records, reference_firm, reference_limits = reference.run(params, rest or calibrate(params), paths)
    assert len(records) == len(record)
    record = record.reshape(len(record), N_GROUPS, N_ORIGINS, -1)
    for t, of_week in enumerate(records):
        assert set(of_week) == (STOCKS if t == 0 else set(FIELDS))
        for name, value in of_week.items():
            begin, end = FIELDS[name]
            kernel = record[t, :, :, begin:end].reshape(value.shape)
            np.testing.assert_allclose(kernel, value, TOLERANCE, TOLERANCE, err_msg=f"{name}, week {t - 1}")
    np.testing.assert_allclose(firm, reference_firm, TOLERANCE, TOLERANCE)
    np.testing.assert_array_equal(limits, reference_limits)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_shipped_scenario_runs_the_same(path: Path) -> None:
    scenario = load_scenario(path)
    municipality = load_municipality(scenario.municipality)
    weeks = 208 if path.stem == "samlet-forslag" else 6
    assert_same(municipality.engine, build_lever_paths(municipality, scenario, weeks))


@pytest.mark.parametrize("town", ["ballerup", "koebenhavn", "laesoe"])
def test_a_baseline_runs_the_same(town: str) -> None:
    municipality = load_municipality(town)
    assert_same(municipality.engine, build_lever_paths(municipality, None, 60))


def test_a_baseline_that_follows_a_projection_runs_the_same() -> None:
    municipality = load_municipality("ballerup")
    paths = build_lever_paths(municipality, None, 60)
    path = np.exp(np.random.default_rng(4).normal(0.0, 0.4, (60, N_GROUPS)))
    assert_same(municipality.engine, dataclasses.replace(paths, projection=path))


@pytest.mark.parametrize("returners", [False, True])
def test_a_bare_world_runs_the_same(returners: bool) -> None:
    params = bare(0.03, 0.01, returners=returners)
    assert_same(params, baseline_paths(params, 60))


def random_parameters(random: np.random.Generator) -> EngineParameters:
    """Ballerup with every array of effects, rates and mixes stirred, so that no two target groups are alike."""
    base = ballerup()

    def stirred(name: str, spread: float = 0.3) -> Any:
        value = np.asarray(getattr(base, name))
        return value * np.exp(random.normal(0.0, spread, value.shape))

    fields = {
        name: stirred(name)
        for name in (
            "hr_job_during", "hr_job_after", "hr_education_during", "hr_education_after", "hr_progression_during",
            "hr_progression_after", "hr_meeting", "hr_mentor_job", "hr_mentor_education", "hr_caseworker",
            "hr_partial_return", "hr_early", "hr_motivation", "origin_factor", "use_factor", "season_job",
            "season_education", "season_inflow", "return_rate", "economy_job_sensitivity",
            "economy_inflow_sensitivity", "pool_leave",
        )
    }  # fmt: skip
    fields |= {name: stirred(name, 0.05) for name in ("job", "education", "other", "transfer")}
    for name in ("firm_mix", "other_mix", "additional_firm_mix"):
        mix = stirred(name)
        fields[name] = mix / np.maximum(mix.sum(axis=-1, keepdims=True), 1e-300)
    fields["education_share"] = fields["other_mix"][:, 2:].sum(axis=1)
    fields["offer_weeks"] = np.maximum(stirred("offer_weeks"), 1.0)
    fields["effect_weeks"] = np.maximum(stirred("effect_weeks"), 1.0)
    fields["return_ratio"] = random.uniform(0.0, 1.0, base.return_ratio.shape)
    if random.random() < 0.5:
        fields["inflow_profile"] = random.dirichlet(np.r_[20.0, np.full(104, 0.05)], N_GROUPS)
    fields["meetings"] = random.uniform(0.0, 8.0, N_GROUPS)
    fields["mentor_share"] = random.uniform(0.0, 0.5, N_GROUPS)
    fields["newcomer_priority"] = random.uniform(0.2, 5.0, N_GROUPS)
    fields["firm_priority"] = random.uniform(0.0, 2.0, N_GROUPS)
    fields["first_offer_week"] = random.integers(0, 30, N_GROUPS).astype(float)
    fields["offer_deadline_week"] = random.integers(4, 105, N_GROUPS).astype(float)
    fields |= {
        "displacement": random.uniform(0.0, 0.7),
        "displacement_contact": random.uniform(0.0, 0.9),
        "displaced": random.uniform(0.0, 1.0, N_GROUPS),
        "diminishing": random.uniform(0.0, 1.0),
        "diminishing_floor": random.uniform(0.001, 0.1),
        "early_weeks": int(random.integers(1, 60)),
        "motivation_weeks": int(random.integers(1, 20)),
        "deadline_compliance": random.uniform(0.0, 1.0),
        "newcomer_weeks": int(random.integers(1, 40)),
        "max_meetings": random.uniform(2.0, 10.0),
        "ratio_low": random.uniform(0.0, 0.5),
        "ratio_high": random.uniform(1.5, 4.0),
        "pool_stage_weeks": (random.uniform(5.0, 20.0), random.uniform(20.0, 60.0)),
        "caseworker_changes": random.uniform(0.0, 1.0),
        "partial_return": random.uniform(0.0, 0.4),
        "fleksjob_openings": random.uniform(0.5, 2.0),
        "max_start_share": random.uniform(0.5, 0.95),
    }
    fields["pool_leave"] = float(fields["pool_leave"])
    return dataclasses.replace(base, **fields)


def random_levers(random: np.random.Generator, params: EngineParameters, weeks: int) -> LeverPaths:
    """Levers that stand for some weeks and then jump to anything that they may be, far from the baseline too."""

    def steps(low: float, high: float, *shape: int, whole: bool = False) -> Any:
        values = random.uniform(low, high, (4, *shape))
        values = np.rint(values) if whole else values
        return values[np.sort(random.integers(0, 4, weeks))]

    levers = {
        "activation_rate": steps(0.0, 0.9, N_GROUPS),
        "firm_priority": steps(0.0, 5.0, N_GROUPS),
        "first_offer_week": steps(0, 104, N_GROUPS, whole=True),
        "offer_deadline_week": steps(4, 104, N_GROUPS, whole=True),
        "newcomer_priority": steps(0.2, 60.0, N_GROUPS),
        "meetings": steps(0.0, 6.5, N_GROUPS),
        "mentor_share": steps(0.0, 1.0, N_GROUPS),
        "education_share": steps(0.0, 1.0, N_GROUPS),
        "firm_places": steps(0.0, 1500.0),
        "equal_effort": steps(0.0, 1.0),
        "caseworker_changes": steps(0.0, 3.0),
        "partial_return": steps(0.0, 0.6),
        "fleksjob_openings": steps(0.0, 3.0),
        "early_package": steps(0.0, 1.0) * random.integers(0, 2),
        "economy_inflow": steps(0.7, 1.4),
        "economy_job": steps(0.7, 1.4),
    }
    mix = random.dirichlet(np.ones(5), 4)[np.sort(random.integers(0, 4, weeks))]
    return moved(baseline_paths(params, weeks), firm_place_mix=mix, **levers)


@pytest.mark.parametrize("seed", range(12))
def test_random_parameters_and_levers_run_the_same(seed: int) -> None:
    random = np.random.default_rng(seed)
    weeks = 52 if seed == 0 else 12
    for _ in range(40):
        params = random_parameters(random)
        try:
            rest = calibrate(params)
        except CalibrationError:
            continue
        assert_same(params, random_levers(random, params, weeks), rest)
        return
    pytest.fail("no parameters that can be at rest")
