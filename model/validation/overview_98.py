"""All 98 municipalities beside each other: what each baseline rests on, how many own figures, how still it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from model.files.folders import DATA_FOLDER
from model.goals.benchmark import benchmark_row
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import MunicipalityInfo, municipalities
from model.parameters.files import load_parameter_file
from model.validation.steady_state import baseline_check

Basis = Literal["own", "documents", "benchmark"]
# Dagpenge, sickness, social assistance and the number of 16-66-year-olds, from the ministry's benchmark.
_BENCHMARK_FIGURES: Final = 4


@dataclass(frozen=True)
class OverviewRow:
    """One municipality: what it rests on, figures that are its own, numbers that are assumed, and its drift."""

    id: str
    name: str
    basis: Basis
    own_figures: int
    assumed: int
    numbers: int
    recipients: float  # full-time persons in the benchmark's groups together, as published
    drift: float  # largest of any group over four years, share without sign


def basis_of(info: MunicipalityInfo) -> Basis:
    """Return what a municipality rests on: imported figures first, then its own documents, then the benchmark alone."""
    return "own" if info.own else "documents" if info.curated else "benchmark"


def own_figures(info: MunicipalityInfo) -> int:
    """Count the numbers that are the municipality's own; all others are national or assumed. Raises FileProblem."""
    ids: set[str] = set()
    if info.curated:
        ids.update(load_parameter_file(DATA_FOLDER / "municipalities" / f"{info.id}.yaml").values)
    if info.own:
        path = load_municipality(info.id).own_file
        if path is not None:
            ids.update(load_parameter_file(path).values)
    shared = {"benchmark.dagpenge", "benchmark.sygedagpenge", "benchmark.kontanthjaelp"}
    return len(ids - shared - {"population.people_16_66"}) + _BENCHMARK_FIGURES


def overview(
    *, cancel: threading.Event | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[OverviewRow, ...]:
    """Load every municipality and run its baseline. What is cancelled holds those that were done."""
    infos = municipalities()
    rows = []
    for i, info in enumerate(infos):
        if cancel is not None and cancel.is_set():
            break
        municipality = load_municipality(info.id)
        if municipality.own_problem is not None:
            info = replace(info, own=False)
        figures = own_figures(info)
        check = baseline_check(municipality)
        rows.append(
            OverviewRow(
                id=info.id,
                name=info.name,
                basis=basis_of(info),
                own_figures=figures,
                assumed=check.qualities["assumption"],
                numbers=sum(check.qualities.values()),
                recipients=benchmark_row(info.name, "total").actual_fte,
                drift=check.worst_drift,
            )
        )
        if progress is not None:
            progress(i + 1, len(infos))
    return tuple(rows)
