"""Runs of the engine: one parameter set and one path, or many of both at once on the same kernel."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.domain import N_GROUPS, N_SEGMENTS
from model.engine.calibration import Calibration, calibrate, calibrate_anew
from model.engine.kernel.inputs import PATH_GROUP, PATH_MUNICIPAL, KernelParameters, KernelPaths, KernelStart
from model.engine.kernel.layout import N_FIELDS
from model.engine.kernel.run import run_batch
from model.engine.lever_paths import LeverPaths
from model.engine.packing import kernel_parameters, kernel_start
from model.engine.parameters import EngineParameters

Floats = NDArray[np.float64]


def kernel_paths(paths: Sequence[LeverPaths]) -> KernelPaths:
    """Stack lever paths along a leading axis, as the kernel reads them."""
    return KernelPaths(
        group=np.stack([np.stack([p.to_run(name) for name in PATH_GROUP], axis=-1) for p in paths]),
        municipal=np.stack([np.stack([p.to_run(name) for name in PATH_MUNICIPAL], axis=-1) for p in paths]),
        mix=np.stack([p.to_run("firm_place_mix") for p in paths]),
        week_of_year=np.stack([p.to_run("week_of_year") for p in paths]),
        entry=np.stack([p.to_run("entry") for p in paths]),
        projection=np.stack([p.to_run("projection") for p in paths]),
        changes_rules=np.array([p.changes_rules for p in paths], dtype=np.int64),
    )


@lru_cache(maxsize=64)
def _prepared(params: EngineParameters) -> Prepared:
    """Return one parameter set with its calibration, packed and kept."""
    return prepare((params,))


def run_raw(
    params: EngineParameters, paths: LeverPaths, calibration: Calibration | None = None
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Run once and return plain arrays: record [T + 1, S, N_FIELDS], firm [T, 4], limits [2, G].

    Where ``paths`` have closing weeks, T counts them; weeks before the start are run and left out.
    ``calibration`` replaces the parameters' own start (for tests and back-tests).
    """
    if calibration is None:
        packed, start = _prepared(params)
    else:
        packed, start = prepare((params,), (calibration,))
    weeks = paths.weeks_to_run
    record = np.empty((1, weeks + 1, N_SEGMENTS, N_FIELDS))
    firm = np.empty((1, weeks, 4))
    limits = np.zeros((1, 2, N_GROUPS), dtype=np.int64)
    zero = np.zeros(1, dtype=np.int64)
    run_batch(packed, start, kernel_paths((paths,)), zero, zero, weeks, record, firm, limits)
    before = paths.weeks_before
    # What held back before the start and goes on is met in the first week.
    first = np.where(limits[0] >= 0, np.maximum(limits[0] - before, 0), -1)
    return record[0, before:], firm[0, before:], first


class Prepared(NamedTuple):
    """Parameter sets with their calibrations as the kernel reads them: made once, run with many lever paths."""

    parameters: KernelParameters
    start: KernelStart


def prepare(sets: Sequence[EngineParameters], calibrations: Sequence[Calibration] | None = None) -> Prepared:
    """Calibrate (unless given, on all cores) and pack parameter sets for :func:`run_many`."""
    if calibrations is None:
        calibrations = _calibrate_all(sets)
    return Prepared(kernel_parameters(sets), kernel_start(sets, calibrations))


def _calibrate_all(sets: Sequence[EngineParameters]) -> list[Calibration]:
    """Calibrate in the order of ``sets``, equal ones once. The rounds release the GIL.

    Many are drawn: nobody asks for one of them alone, and they would hold 120 MB and put what is asked for out of the
    calibrations that are kept.
    """
    distinct = list(dict.fromkeys(sets))
    if len(distinct) == 1:
        return [calibrate(distinct[0])] * len(sets)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        calibration_of = dict(zip(distinct, pool.map(calibrate_anew, distinct), strict=True))
    return [calibration_of[params] for params in sets]


def run_many(
    prepared: Prepared,
    paths: Sequence[LeverPaths],
    pairs: Sequence[tuple[int, int]],
    reduce: Callable[[int, Floats, Floats], object],
    *,
    executor: Executor | None = None,
    chunk: int = 2,
) -> list[object]:
    """Run ``pairs`` of (parameter set, lever paths) over all cores, and return what ``reduce`` makes of each.

    ``reduce(b, record [T + 1, S, N_FIELDS], firm [T, 4])``, T with the paths' closing weeks, is called in the worker
    and must copy what it keeps: the record is used again. All paths must have the same number of weeks. Results come
    in the order of ``pairs``. Default executor: a thread pool, as the kernel releases the GIL.
    """
    packed, start = prepared
    stacked = kernel_paths(paths)
    weeks, before = paths[0].weeks_to_run, paths[0].weeks_before
    if any((p.weeks_to_run, p.weeks_before) != (weeks, before) for p in paths):
        raise ValueError(
            "all lever paths of a batch must have the same number of weeks, before the start too"
        )
    index = np.array(pairs, dtype=np.int64).reshape(-1, 2)

    buffers = threading.local()

    def work(begin: int) -> list[object]:
        part = np.ascontiguousarray(index[begin : begin + chunk].T)
        if not hasattr(buffers, "record"):
            # One record per worker, used again: fresh pages cost more than the runs that fill them.
            buffers.record = np.empty((chunk, weeks + 1, N_SEGMENTS, N_FIELDS))
        count = part.shape[1]
        record = buffers.record[:count]
        firm = np.empty((count, weeks, 4))
        limits = np.zeros((count, 2, N_GROUPS), dtype=np.int64)
        run_batch(packed, start, stacked, part[0], part[1], weeks, record, firm, limits)
        return [reduce(begin + b, record[b, before:], firm[b, before:]) for b in range(count)]

    begins = range(0, len(index), chunk)
    if executor is not None:
        parts = list(executor.map(work, begins))
    else:
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            parts = list(pool.map(work, begins))
    return [item for part in parts for item in part]
