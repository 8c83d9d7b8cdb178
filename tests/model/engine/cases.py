"""Parameters and lever paths for the engine's tests: the real Ballerup varied, and a bare world of one exit rate."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from model.domain import GROUP_INDEX, N_DURATIONS, N_GROUPS, N_KINDS, N_ORIGINS, OFFER_GROUPS
from model.engine.lever_paths import LeverPaths
from model.engine.levers import GROUP_LEVERS, MUNICIPAL_LEVERS
from model.engine.parameters import EngineParameters
from model.municipality.municipality import load_municipality
from model.simulation.build_lever_paths import build_lever_paths

G, D, K = N_GROUPS, N_DURATIONS, N_KINDS
OFFER = np.array([g in OFFER_GROUPS for g in GROUP_INDEX])
OFFER_INDEX = np.flatnonzero(OFFER)


def ballerup(**changes: Any) -> EngineParameters:
    """Ballerup's parameters with some replaced."""
    return dataclasses.replace(load_municipality("ballerup").engine, **changes)


def no_season(params: EngineParameters) -> EngineParameters:
    """The same without seasons."""
    one = np.ones((G, 53))
    return dataclasses.replace(params, season_inflow=one, season_job=one, season_education=one)


def baseline_paths(params: EngineParameters, weeks: int = 208) -> LeverPaths:
    """All levers at the baseline of ``params`` for ``weeks`` weeks."""
    plain = build_lever_paths(load_municipality("ballerup"), None, weeks)
    by_group = {lever.id: np.tile(params.baseline_of(lever.field), (weeks, 1)) for lever in GROUP_LEVERS}
    municipal = {lever.id: np.full(weeks, params.baseline_of(lever.field)) for lever in MUNICIPAL_LEVERS}
    mix = np.tile(params.additional_firm_mix, (weeks, 1))
    return dataclasses.replace(plain, firm_place_mix=mix, **by_group, **municipal)


def moved(paths: LeverPaths, **levers: Any) -> LeverPaths:
    """``paths`` with levers replaced: a number, an array over groups, or an array over weeks (and groups)."""
    changes = {}
    for name, value in levers.items():
        now = getattr(paths, name)
        changes[name] = np.broadcast_to(np.asarray(value, dtype=np.float64), now.shape).copy()
    return dataclasses.replace(paths, **changes)


def bare(
    job_rate: float,
    other_rate: float = 0.0,
    *,
    stock: float = 1000.0,
    returners: bool = False,
    **changes: Any,
) -> EngineParameters:
    """A world in which everybody leaves at one constant weekly rate and no offer, transfer or season exists."""
    zero = np.zeros((G, D))
    one = np.ones((G, K))
    ones = np.ones(G)
    fields: dict[str, Any] = {
        "job": np.full((G, D), job_rate),
        "education": zero,
        "other": np.full((G, D), other_rate),
        "transfer": np.zeros((G, G, D)),
        "origin_factor": np.ones((G, N_ORIGINS)),
        "progression": np.zeros((G, G), dtype=bool),
        "offer_weeks": np.full((G, K), 8.0),
        "effect_weeks": np.full((G, K), 26.0),
        "return_ratio": one,
        "displacement": 0.0,
        "displacement_contact": 0.0,
        "displaced": ones,
        "diminishing": 0.0,
        "return_rate": np.full((G, 2), 0.01) if returners else np.zeros((G, 2)),
        "inflow_profile": np.eye(1, D).repeat(G, axis=0),
        "stock": np.full((G, N_ORIGINS), stock / N_ORIGINS),
        "use_factor": np.ones((G, N_ORIGINS)),
        "firm_use": np.zeros(G),
        "firm_places": 0.0,
        "activation_rate": np.zeros(G),
        "first_offer_week": np.zeros(G),
        "economy_inflow_sensitivity": ones,
        "economy_job_sensitivity": ones,
        "hr_motivation": ones,
    }
    for kind in ("job", "education", "progression"):
        fields[f"hr_{kind}_during"] = one
        fields[f"hr_{kind}_after"] = one
    return no_season(dataclasses.replace(ballerup(), **(fields | changes)))
