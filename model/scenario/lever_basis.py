"""Say of which years a lever's baseline is and whether it is assumed: a lever of 2026 may stand on a figure of 2015."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from model.municipality.municipality import Municipality
from model.parameters.sourced_value import Parameter
from model.scenario.levers import Lever

# What a computed baseline is computed from: rows of these tables, of the lever's target group where it has one.
_COMPUTED_FROM: Final[Mapping[str, str]] = {
    "firm_places": "firm_use",
    "firm_place_mix": "firm_mix",
    "education_share": "other_mix",
}
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d")


@dataclass(frozen=True)
class LeverBasis:
    """What a lever's baseline rests on: its first and last year, and whether any of it is an assumption."""

    first: int
    last: int
    is_assumed: bool

    @property
    def years(self) -> str:
        """Return the years in short: "2015", "2013-14" with a dash."""
        if self.first == self.last:
            return str(self.first)
        same_century = self.first // 100 == self.last // 100
        return (
            f"{self.first}\N{EN DASH}{self.last % 100:02d}"
            if same_century
            else f"{self.first}\N{EN DASH}{self.last}"
        )


def lever_basis(lever: Lever, municipality: Municipality, group: str | None = None) -> LeverBasis | None:
    """Return what a lever's baseline rests on; None where it is a measure by definition."""
    rows = [row.value for row in _rows(lever, municipality, group)]
    years = [int(year) for row in rows for year in _YEAR.findall(row.as_of)]
    if not years:
        return None
    return LeverBasis(min(years), max(years), any(row.quality == "assumption" for row in rows))


def _rows(lever: Lever, municipality: Municipality, group: str | None) -> Iterable[Parameter]:
    """Return the numbers of the register that a baseline is made of."""
    table = _COMPUTED_FROM.get(lever.id)
    if table is not None:
        beginning = f"{table}." if group is None else f"{table}.{group}."
        # What counts for nothing does not date the sum.
        return [row for row in municipality.register if row.id.startswith(beginning) and row.value.value]
    name = lever.engine.one_less or (lever.id if group is None else f"{lever.id}.{group}")
    found = [row for row in municipality.register if row.id == name]
    # Derived without a range: a measure by definition, as "as today" is.
    return [row for row in found if row.value.quality != "derived" or row.value.low is not None]
