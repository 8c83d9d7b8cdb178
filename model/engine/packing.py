"""Pack parameter sets and their calibrations into the arrays that the kernel reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.domain import DURATION_CLASSES, N_DURATIONS, N_GROUPS, N_ORIGINS, N_SEGMENTS
from model.engine.calibration import Calibration, net_return_ratios
from model.engine.kernel.inputs import GROUP_COLUMNS, SCALARS, KernelParameters, KernelStart
from model.engine.kernel.layout import PAD, RATES, START_ROWS
from model.engine.parameters import EngineParameters
from model.engine.routes import all_routes

Floats = NDArray[np.float64]

G, S, D = N_GROUPS, N_SEGMENTS, N_DURATIONS


def _breakpoints(params: EngineParameters) -> NDArray[np.int64]:
    """Return [G, D] 1 where an interval of constant rates begins: at the duration classes and the rule-bound weeks."""
    breakpoints = np.zeros((G, D), dtype=bool)
    breakpoints[:, list(DURATION_CLASSES)] = True
    for table in (params.job, params.education, params.other):
        breakpoints[:, 1:] |= np.diff(table, axis=1) != 0
    breakpoints[:, 1:] |= (np.diff(params.transfer, axis=2) != 0).any(axis=1)
    return breakpoints.astype(np.int64)


def kernel_parameters(sets: Sequence[EngineParameters]) -> KernelParameters:
    """Return parameter sets stacked along a leading axis, as the kernel reads them."""
    routes = [all_routes(params) for params in sets]
    width = max(one.to.shape[1] for one in routes)

    def widen(array: NDArray[Any], fill: float) -> NDArray[Any]:
        return np.pad(array, ((0, 0), (0, width - array.shape[1])), constant_values=fill)

    def stack(name: str) -> Floats:
        return np.stack([np.asarray(getattr(params, name), dtype=np.float64) for params in sets])

    def scalar(params: EngineParameters, name: str) -> float:
        if name.startswith("pool_stage_"):
            return float(params.pool_stage_weeks[int(name[len("pool_stage_")]) - 1])
        return float(getattr(params, name))

    return KernelParameters(
        route_to=np.stack([widen(one.to, -1) for one in routes]),
        route_special=np.stack([widen(one.special, 0) for one in routes]),
        route_via=np.stack([widen(one.via, -1) for one in routes]),
        route_share=np.stack([widen(one.share, 1.0) for one in routes]),
        hr_job=np.stack([stack("hr_job_during"), stack("hr_job_after")], axis=1),
        hr_education=np.stack([stack("hr_education_during"), stack("hr_education_after")], axis=1),
        hr_progression=np.stack([stack("hr_progression_during"), stack("hr_progression_after")], axis=1),
        end_rate=1.0 / stack("offer_weeks"),
        fade_rate=1.0 / stack("effect_weeks"),
        return_ratio=np.stack([net_return_ratios(params) for params in sets]),
        group=np.ascontiguousarray(np.stack([stack(name) for name in GROUP_COLUMNS], axis=-1)),
        scalar=np.array([[scalar(params, name) for name in SCALARS] for params in sets]),
        return_rate=stack("return_rate"),
        season=np.stack([stack("season_inflow"), stack("season_job"), stack("season_education")], axis=1),
        profile=stack("inflow_profile"),
        use_factor=stack("use_factor"),
        firm_mix=stack("firm_mix"),
        other_mix=stack("other_mix"),
        breakpoints=np.stack([_breakpoints(params) for params in sets]),
    )


def kernel_start(sets: Sequence[EngineParameters], calibrations: Sequence[Calibration]) -> KernelStart:
    """Return calibrations and the rates that follow from them, stacked along a leading axis."""

    def stack(name: str) -> Floats:
        return np.stack([getattr(calibration, name) for calibration in calibrations])

    count = len(sets)
    width = max(all_routes(params).to.shape[1] for params in sets)
    persons = np.zeros((count, S, START_ROWS, PAD))
    rates = np.zeros((count, G, RATES, PAD))
    scales = np.ones((count, G, N_ORIGINS, RATES))
    fixed = np.zeros((count, G, N_ORIGINS, PAD))
    entering = np.zeros((count, G, N_ORIGINS, PAD))
    routes = np.zeros((count, G, width, PAD))
    route_scales = np.ones((count, G, N_ORIGINS, width))
    for i, (params, c) in enumerate(zip(sets, calibrations, strict=True)):
        for row, part in enumerate((c.waiting, c.in_offer, c.after_offer, c.pool[0], c.pool[1])):
            persons[i, :, row, :D] = part
        rates[i, :, 0, :D] = params.job
        rates[i, :, 1, :D] = params.education
        scales[i, :, :, 0] = params.origin_factor / c.mean_job.reshape(G, N_ORIGINS)
        scales[i, :, :, 1] = params.origin_factor / c.mean_education.reshape(G, N_ORIGINS)
        fixed[i, :, :, :D] = params.other[:, None]
        entering[i, :, :, :D] = params.job[:, None] / c.mean_return.reshape(G, N_ORIGINS, D)
        _write_routes(params, c, rates[i], scales[i], fixed[i], routes[i], route_scales[i])
    return KernelStart(
        persons=persons,
        rates=rates,
        scales=scales.reshape(count, S, RATES),
        fixed=fixed.reshape(count, S, PAD),
        entering=entering.reshape(count, S, PAD),
        routes=routes,
        route_scales=route_scales.reshape(count, S, width),
        participants=stack("participants"),
        participants_by_class=stack("participants_by_class"),
        after=stack("after"),
        pool_late=stack("pool_late"),
        inflow=stack("inflow"),
        firm_share=stack("firm_share"),
        offered=stack("offered"),
        firm_base=stack("firm_base"),
    )


def _write_routes(
    params: EngineParameters,
    calibration: Calibration,
    rates: Floats,
    scales: Floats,
    fixed: Floats,
    routes: Floats,
    route_scales: Floats,
) -> None:
    """Write one set's transfers one by one, plain ones also into ``fixed`` rates, the special one into ``rates``."""
    to, special, via, _ = all_routes(params)
    for g in range(G):
        for n, h in enumerate(to[g]):
            if h < 0:
                break
            if via[g, n] >= 0:
                # As many as would have entered the closed group: nobody while it is open.
                routes[g, n, :D] = params.transfer[g, via[g, n]]
                route_scales[g, :, n] = calibration.transfer_scale[via[g, n]]
                continue
            scale = calibration.transfer_scale[h].copy()
            routes[g, n, :D] = params.transfer[g, h]
            if special[g, n] == 0:
                fixed[g, :, :D] += params.transfer[g, h] * scale[:, None]
            else:
                if special[g, n] == 1:
                    scale /= calibration.mean_progression.reshape(G, N_ORIGINS)[g]
                rates[g, 2, :D] = params.transfer[g, h]
                scales[g, :, 2] = scale
            route_scales[g, :, n] = scale
