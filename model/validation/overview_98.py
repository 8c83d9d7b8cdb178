"""All 98 municipalities beside each other: what each baseline rests on, how many own figures, how still it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from model.files.folders import DATA_FOLDER
from model.goals.benchmark import benchmark_row
from model.municipality.caseload_basis import caseload_basis
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import MunicipalityInfo, municipalities
from model.municipality.own_file import find_own_file
from model.municipality.rules import FIRST_RULES
from model.municipality.vintages import FIRST, vintage
from model.parameters.files import load_parameter_file
from model.parameters.ids import BENCHMARK_GROUPS
from model.parameters.sourced_value import Quality
from model.validation.steady_state import baseline_check

Basis = Literal["own", "documents", "benchmark", "documents_statistics", "statistics"]
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
    recipients: float  # full-time persons in the benchmark's groups together
    known_totals: float | None  # share of all persons whose benefit's total is no assumption; None: not shown
    known_groups: float | None  # ... whose target group's number is none
    drift: float  # largest of any group over four years, share without sign


def basis_of(info: MunicipalityInfo, figures: str = FIRST) -> Basis:
    """Return what a municipality rests on: imported figures first, then its own documents, then what is published.

    Arguments: ``figures`` the vintage; the first is the benchmark's, later ones are of several statistics.
    """
    if info.own and find_own_file(info.id, figures) is not None:
        return "own"
    if figures == FIRST:
        return "documents" if info.curated else "benchmark"
    return "documents_statistics" if info.curated else "statistics"


def own_figures(info: MunicipalityInfo, figures: str = FIRST) -> int:
    """Count the numbers that are the municipality's own; all others are national or assumed. Raises FileProblem."""
    ids: set[str] = set()
    rows = vintage(figures).rows.get(info.id, {})
    if info.curated:
        curated = load_parameter_file(DATA_FOLDER / "municipalities" / f"{info.id}.yaml").values
        ids.update(parameter for parameter in curated if parameter not in rows)
    ids.update(parameter for parameter, row in rows.items() if row.quality != "assumption")
    if info.own:
        path = load_municipality(info.id, figures=figures).own_file
        if path is not None:
            ids.update(load_parameter_file(path).values)
    shared = {"benchmark.dagpenge", "benchmark.sygedagpenge", "benchmark.kontanthjaelp"}
    return len(ids - shared - {"population.people_16_66"}) + _BENCHMARK_FIGURES


def overview(
    *,
    figures: str = FIRST,
    rules: str = FIRST_RULES,
    cancel: threading.Event | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[OverviewRow, ...]:
    """Load every municipality and run its baseline. What is cancelled holds those that were done.

    Arguments: ``figures`` the vintage and ``rules`` which rules hold, for all.
    """
    infos = municipalities()
    rows = []
    for i, info in enumerate(infos):
        if cancel is not None and cancel.is_set():
            break
        rows.append(_row(info, figures, rules))
        if progress is not None:
            progress(i + 1, len(infos))
    return tuple(rows)


def _row(info: MunicipalityInfo, figures: str, rules: str) -> OverviewRow:
    """Load one municipality and run its baseline."""
    municipality = load_municipality(info.id, figures=figures, rules=rules)
    if municipality.own_problem is not None:
        info = replace(info, own=False)
    check = baseline_check(municipality)
    basis = caseload_basis(municipality)
    recipients = benchmark_row(info.name, "total").actual_fte
    if figures != FIRST:
        recipients = sum(
            municipality.parameter(f"benchmark.{group}").value.value for group in BENCHMARK_GROUPS
        )
    return OverviewRow(
        id=info.id,
        name=info.name,
        basis=basis_of(info, figures),
        own_figures=own_figures(info, figures),
        assumed=check.qualities["assumption"],
        numbers=sum(check.qualities.values()),
        recipients=recipients,
        known_totals=_known(basis.share_of_totals()),
        known_groups=_known(basis.share_of_groups()),
        drift=check.worst_drift,
    )


def _known(shares: Mapping[Quality, float | None]) -> float | None:
    """Return the share that is no assumption, None where it is not shown."""
    assumed = shares.get("assumption", 0.0)
    return None if assumed is None else 1.0 - assumed
