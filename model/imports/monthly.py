"""Monthly series of a municipality in an import, one for each target group or benefit group of the benchmark."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.imports import vocabulary
from model.imports.aggregation import CannotSum, by_period, collapsed
from model.imports.replacement_builder import ReplacementBuilder
from model.imports.replacements import Choices
from model.imports.rows import Imported, Row, Suppressed
from model.language import catalogue
from model.language.messages import Localized, Message, Text
from model.monthly.series import Impossible, MonthlySeries
from model.municipality.municipality import Municipality


def monthly_series(
    imported: Imported, municipality: Municipality, choices: Choices | None = None
) -> Mapping[str, MonthlySeries | Localized]:
    """Return the stocks by month of each group that the file has months of, or why they make no series.

    Full-time persons where the file has them, else persons. Months that are hidden make a series impossible:
    they are never zero.
    """
    builder = ReplacementBuilder(imported, municipality, choices or Choices())
    rows = [r for r in builder.own_rows() if r.period.kind == "month" and not r.kind and not r.destination]
    measure = "fulltime" if any(r.measure_id == "fulltime" for r in rows) else "persons"
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.measure_id == measure:
            group = builder.group_of(row) or vocabulary.benchmark_of(row.group)
            if group is not None:
                groups.setdefault(group, []).append(row)
    return {group: _series(group, own) for group, own in groups.items()}


def series_name(group: str, language: str) -> str:
    """Return the name of a series' group: a target group, or one of the benchmark's."""
    if catalogue.has_text(f"domain.group.{group}", language):
        return catalogue.group_name(group, language)
    return catalogue.text(f"import.benchmark.{group}", language)


def _series(group: str, rows: list[Row]) -> MonthlySeries | Localized:
    """Return the months of one group as a series, or why they make none."""
    try:
        values = by_period(collapsed(rows, keep=("category",)))
    except CannotSum as error:
        return error.message
    ordered = sorted(values)
    for period in ordered:
        value = values[period]
        if isinstance(value, Suppressed):
            return Message("import.slice.suppressed", period=period.id, mark=value.mark or "–")
    try:
        return MonthlySeries(
            name=group,
            months=np.array([f"{p.start:%Y-%m}" for p in ordered], dtype="datetime64[M]"),
            stock=np.array([float(values[p]) for p in ordered]),
        )
    except Impossible as error:
        return Text(da=error.da, en=error.en)
