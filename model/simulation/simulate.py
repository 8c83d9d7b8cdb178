"""Runs of the flow model: a scenario on a municipality, and the baseline that it is compared with."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.domain import DEFAULT_WEEKS
from model.engine.lever_paths import LeverPaths
from model.files.process_lock import one_process_at_a_time
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.scenario import Scenario, without_changes
from model.simulation.outcome import Outcome, outcome_from
from model.simulation.run_engine import run_raw
from model.simulation.run_paths import build_run_paths

Floats = NDArray[np.float64]


def simulate(
    municipality: Municipality,
    scenario: Scenario | None = None,
    *,
    weeks: int | None = None,
    paths: LeverPaths | None = None,
) -> Outcome:
    """Run ``scenario`` (None: the baseline) on ``municipality``.

    ``weeks`` defaults to the scenario's years of 52 weeks; ``paths`` replaces the scenario's own lever paths.
    """
    if paths is None:
        if weeks is None:
            weeks = scenario.years * 52 if scenario is not None else DEFAULT_WEEKS
        paths = build_run_paths(municipality, scenario, weeks)
    record, firm, limits = run_raw(municipality.engine, paths)
    return outcome_from(record, firm, limits, paths, municipality, scenario)


# Each holds 7 MB, and is run again in the time of any other run.
_MOST_BASELINES: Final = 12


@lru_cache(maxsize=_MOST_BASELINES)
def _baseline(municipality_key: str, weeks: int, start: str, world: str, holder: _Holder) -> Outcome:
    """Run a baseline, kept by what it depends on."""
    return simulate(holder.municipality, holder.scenario, weeks=weeks)


class _Holder:
    """Carries objects past the cache without taking part in its key."""

    def __init__(self, municipality: Municipality, scenario: Scenario | None) -> None:
        self.municipality = municipality
        self.scenario = scenario

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder)


def baseline(
    municipality: Municipality, scenario: Scenario | None = None, *, weeks: int | None = None
) -> Outcome:
    """Return the baseline that ``scenario`` is compared with: all the same but the levers. Kept (12 latest)."""
    plain = without_changes(scenario) if scenario is not None else None
    if weeks is None:
        weeks = scenario.years * 52 if scenario is not None else DEFAULT_WEEKS
    start = str(scenario.start) if scenario is not None else ""
    world = scenario.world if scenario is not None else ""
    return _baseline(municipality.key, weeks, start, world, _Holder(municipality, plain))


_warm = threading.Event()
_warming = threading.Lock()


@contextlib.contextmanager
def _one_compiling() -> Iterator[None]:
    """Let one process of this user compile, and the others wait for what it leaves in the cache.

    Where the system has no such lock, or no place for it, each compiles for itself.
    """
    with contextlib.ExitStack() as held:
        # Windows has neither users' numbers nor links that others leave, and no such lock.
        if hasattr(os, "getuid"):
            path = Path(tempfile.gettempdir()) / f"indsatskompas-compile-{os.getuid()}"
            with contextlib.suppress(OSError):
                held.enter_context(one_process_at_a_time(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW))
        yield


def warm_up(municipality: Municipality | None = None) -> None:
    """Compile the kernel, or load it from its cache; the first time after an install takes about a minute."""
    with _warming:
        if _warm.is_set():
            return
        with _one_compiling():
            simulate(municipality or load_municipality("ballerup"), weeks=2)
            _warm.set()
