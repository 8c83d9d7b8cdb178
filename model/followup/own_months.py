"""Read the municipality's own months out of an export that Data's import reads, for a decision that is followed.

Only full-time persons of the tables that the published figures are of count: dagpenge (Y01A02, the same figures as
y25i01's) and the kontanthjælp system (Y60A02).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from model.disclosure import is_small
from model.followup.decided import Decided
from model.followup.told import Told
from model.imports import vocabulary
from model.imports.aggregation import CannotSum, by_period, collapsed
from model.imports.replacement_builder import ReplacementBuilder
from model.imports.replacements import Choices
from model.imports.rows import Imported, Row, Suppressed
from model.municipality.history import BENEFITS, Benefit
from model.scenario.scenario import municipality_of

BENEFIT_OF: Final[Mapping[str, Benefit]] = MappingProxyType({"Y01A02": "dagpenge", "Y60A02": "kontanthjaelp"})
_MEASURE: Final = "fulltime"
_GROUP: Final = "dagpenge"  # of a file that does not say which table it is


def own_months(imported: Imported, decided: Decided) -> Mapping[Benefit, Mapping[str, float]]:
    """Return the months of the decision's municipality in a file, by benefit and month ("2027-01").

    Left out: months that are hidden or small, and breakdowns that make no total.
    """
    builder = ReplacementBuilder(imported, municipality_of(decided.scenario), Choices())
    found: dict[Benefit, list[Row]] = {benefit: [] for benefit in BENEFITS}
    for row in builder.own_rows():
        if row.period.kind != "month" or row.measure_id != _MEASURE or row.kind or row.destination:
            continue
        benefit = _benefit_of(imported.source.table, builder, row)
        if benefit is not None:
            found[benefit].append(row)
    return {benefit: months for benefit, rows in found.items() if rows and (months := _months(rows))}


def _benefit_of(table: str, builder: ReplacementBuilder, row: Row) -> Benefit | None:
    """Return the benefit that a row counts, None for any other."""
    if table:
        known = BENEFIT_OF.get(table)
        # Of a whole table a row of one group among several is no total.
        return known if not row.group or vocabulary.is_total(row.group) or known == _GROUP else None
    return _GROUP if builder.group_of(row) == _GROUP else None


def _months(rows: list[Row]) -> Mapping[str, float]:
    """Return the months of the rows of one benefit."""
    try:
        values = by_period(collapsed(rows))
    except CannotSum:
        return {}
    return {
        f"{period.start:%Y-%m}": float(value)
        for period, value in values.items()
        if not isinstance(value, Suppressed) and not is_small(float(value))
    }


def told_with(
    told: Told, decided: Decided, months: Mapping[Benefit, Mapping[str, float]]
) -> tuple[Told, int]:
    """Return what is told with the months of a decision's own paths after it, and how many those are."""
    taken = 0
    for series in decided.shown:
        for benefit, values in months.items():
            if series.id != benefit:
                continue
            for month in series.months:
                if month in values and month >= decided.awaited(series):
                    told = told.with_month(benefit, month, values[month])
                    taken += 1
    return told, taken
