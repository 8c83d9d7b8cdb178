"""Jobs after education, courses and wage subsidies last longer: what that moves, and that the baseline is not moved."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from model.domain import EXIT_INDEX, GROUP_INDEX, GROUPS, KIND_INDEX, N_GROUPS, N_KINDS, WEEKS_PER_YEAR
from model.engine import reference
from model.engine.calibration import Calibration, calibrate
from model.engine.kernel.layout import FIELDS
from model.engine.parameters import EngineParameters
from model.engine.reference_state import Exits, Setting
from model.municipality.municipality import load_municipality
from model.simulation.run_engine import run_raw
from tests.model.engine.cases import ballerup, bare, baseline_paths, moved, no_season

YEARS = 10
EDUCATION = KIND_INDEX["education"]
LASTING = [KIND_INDEX[kind] for kind in ("private_wage_subsidy", "course", "education")]
NONE = np.ones((N_GROUPS, N_KINDS))
Floats = NDArray[np.float64]


def with_ratio(ratio: Floats | float, **changes: float) -> EngineParameters:
    """Ballerup without seasons, with a ratio of return after the three kinds, or given for all."""
    if isinstance(ratio, float):
        by_kind = NONE.copy()
        by_kind[:, LASTING] = ratio
        ratio = by_kind
    return no_season(ballerup(return_ratio=ratio, **changes))


def field(record: Floats, name: str) -> Floats:
    """One number of the record by week and target group [T + 1, G]."""
    values: Floats = record[:, :, FIELDS[name][0]].reshape(len(record), N_GROUPS, -1).sum(axis=2)
    return values


@lru_cache(maxsize=16)
def gain_by_group(params: EngineParameters, points: float) -> Floats:
    """Persons fewer than at the baseline [Y, G], with ``points`` more of the other offers in education for good."""
    paths = baseline_paths(params, YEARS * WEEKS_PER_YEAR)
    share = np.where(params.activation_rate > 0, params.education_share + points, params.education_share)
    runs = (run_raw(params, p)[0] for p in (paths, moved(paths, education_share=np.clip(share, 0.0, 1.0))))
    base, more = (field(record, "caseload")[1:] for record in runs)
    return (base - more).reshape(YEARS, WEEKS_PER_YEAR, N_GROUPS).mean(axis=1)


def gain(params: EngineParameters, points: float) -> Floats:
    """Persons fewer than at the baseline in all [Y]."""
    return gain_by_group(params, points).sum(axis=1)


def arrays(calibration: Calibration) -> dict[str, Floats]:
    """A calibration's arrays by name."""
    values = {field.name: getattr(calibration, field.name) for field in dataclasses.fields(calibration)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


@pytest.mark.parametrize("town", ["ballerup", "koebenhavn", "laesoe"])
def test_the_baseline_at_rest_is_the_same_to_the_last_bit(town: str) -> None:
    params = load_municipality(town).engine
    assert (params.return_ratio[:, LASTING] < 1.0).any()
    with_it, without = (
        arrays(calibrate(params)),
        arrays(calibrate(dataclasses.replace(params, return_ratio=NONE))),
    )
    assert (without.pop("mean_return") == 1.0).all()
    assert with_it.pop("mean_return").min() < 1.0
    for name, value in with_it.items():
        np.testing.assert_array_equal(value, without[name], err_msg=name)


@pytest.mark.parametrize("ratio", [0.0, 0.4])
def test_the_baseline_sits_still(ratio: float) -> None:
    params = with_ratio(ratio)
    record, _, _ = run_raw(params, baseline_paths(params, YEARS * WEEKS_PER_YEAR))
    for name in ("caseload", "pool", "duration_sum"):
        values = field(record, name)
        np.testing.assert_allclose(values, np.broadcast_to(values[0], values.shape), rtol=1e-9, err_msg=name)


def test_with_a_ratio_of_one_all_who_leave_for_a_job_may_return() -> None:
    params = with_ratio(1.0)
    setting = Setting(params, calibrate(params), baseline_paths(params, 1))
    job = np.random.default_rng(1).uniform(0.0, 9.0, (2 + 2 * N_KINDS, N_GROUPS, 3, 105))
    left = Exits(job, job, job, job[None])
    np.testing.assert_array_equal(reference.possible_returners(setting, left), job.sum(axis=0))


def test_the_pool_takes_the_share_of_those_after_an_offer() -> None:
    """In a bare world: who leaves after an offer enters the pool by the ratio, who leaves otherwise as a whole."""
    ratio = 0.25
    params = bare(0.05, returners=True, pool_leave=0.0, return_ratio=np.full((N_GROUPS, N_KINDS), ratio))
    paths = moved(
        baseline_paths(params, 30), activation_rate=np.where(params.stock.sum(axis=1) > 0, 0.5, 0.0)
    )
    record, _, _ = run_raw(params, paths)
    dagpenge = GROUP_INDEX["dagpenge"]
    exits = record[:, :, FIELDS["exits"][0] + EXIT_INDEX["job"]].reshape(len(record), N_GROUPS, -1)
    pool, came, after, everybody = (
        field(record, name)[:, dagpenge] for name in ("pool", "inflow_returners", "after_offer", "caseload")
    )
    entered = pool[1:] - pool[:-1] + came[1:]
    left = exits.sum(axis=2)[1:, dagpenge]
    # Effects fade (26 weeks on average), and with them the ratio: between the two.
    share = after[:-1] / everybody[:-1]
    assert (entered <= left * (1.0 + 1e-12)).all()
    assert (entered >= left * (1.0 - (1.0 - ratio) * share) * (1.0 - 1e-12)).all()
    assert entered[-1] < 0.95 * left[-1]


def test_more_education_gains_more_the_longer_jobs_last() -> None:
    prior = no_season(ballerup())
    without, with_it, most = (
        gain(p, 0.2) for p in (with_ratio(NONE), prior, with_ratio(0.4, displacement=0.0))
    )
    late = slice(5, YEARS)
    assert (with_it[late] > without[late] + 0.5).all()
    assert (most[late] > with_it[late] + 0.5).all()
    # It shows with time: what durability adds grows from year to year.
    assert (np.diff(with_it - without) > 0.0).all()


def test_the_gain_shows_after_some_years_at_the_strong_end_and_never_without() -> None:
    without, most = gain(with_ratio(NONE), 0.2), gain(with_ratio(0.4, displacement=0.0), 0.2)
    assert most[7] > most[1] + 1.0
    assert without[7] < without[1] - 1.0


def test_the_gain_of_the_insured_grows_by_the_prior() -> None:
    insured = GROUP_INDEX["dagpenge"]
    without, with_it = (gain_by_group(p, 0.2)[:, insured] for p in (with_ratio(NONE), no_season(ballerup())))
    assert with_it[7] > with_it[1] + 0.3
    assert with_it[7] - with_it[1] > without[7] - without[1] + 0.3


def test_less_education_loses_what_more_gains() -> None:
    prior, none = no_season(ballerup()), with_ratio(NONE)
    assert (gain(prior, -0.05)[5:] < gain(none, -0.05)[5:]).all()


def test_displacement_takes_its_share_of_durability() -> None:
    added = [
        gain(with_ratio(0.5, displacement=share), 0.2) - gain(with_ratio(NONE, displacement=share), 0.2)
        for share in (0.0, 0.3, 0.7)
    ]
    assert (np.diff(added, axis=0) < 0.0).all()
    undone = dataclasses.replace(with_ratio(0.5), displacement=1.0, displaced=np.ones(N_GROUPS))
    assert (calibrate(undone).mean_return == 1.0).all()


def test_the_prior_is_of_the_three_kinds_and_its_range_includes_no_effect() -> None:
    municipality = load_municipality("ballerup")
    others = [k for k in range(N_KINDS) if k not in LASTING]
    assert (municipality.engine.return_ratio[:, others] == 1.0).all()
    rows = {p.id: p.value for p in municipality.register if p.id.startswith("return_ratio.all.")}
    assert len(rows) == len(LASTING)
    for value in rows.values():
        assert value.quality == "assumption"
        assert value.low is not None
        assert value.low < value.value < value.high == 1.0
    education = municipality.engine.return_ratio[:, EDUCATION]
    assert all(education[GROUPS.index(g)] == 1.0 for g in ("fleksjob", "foertidspension"))
