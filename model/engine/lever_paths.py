"""The levers week by week, in engine units (shares, not per cent)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LeverPaths:
    """One value per week t = 0..T-1; G = 13 target groups, 5 firm-oriented kinds. All arrays read-only."""

    weeks: NDArray[np.datetime64]  # [T] Mondays, datetime64[D]
    week_of_year: NDArray[np.int64]  # [T] 0..52
    activation_rate: Floats  # [T, G] share of the caseload
    firm_priority: Floats  # [T, G] weight
    first_offer_week: Floats  # [T, G] whole weeks
    offer_deadline_week: Floats  # [T, G] whole weeks
    newcomer_priority: Floats  # [T, G] weight
    meetings: Floats  # [T, G] a quarter
    mentor_share: Floats  # [T, G] share
    education_share: Floats  # [T, G] share of non-firm offers
    firm_places: Floats  # [T] full-time places
    firm_place_mix: Floats  # [T, 5] shares of the additional places
    equal_effort: Floats  # [T] share of the difference that is closed
    caseworker_changes: Floats  # [T] per citizen and year
    partial_return: Floats  # [T] share of the sick-listed
    fleksjob_openings: Floats  # [T] index, 1 = baseline
    early_package: Floats  # [T] share
    economy_inflow: Floats  # [T] index, 1 = unchanged
    economy_job: Floats  # [T] index

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            dtype: Any = {"weeks": "datetime64[D]", "week_of_year": np.int64}.get(field.name, np.float64)
            value = np.array(value, dtype=dtype, order="C")
            value.flags.writeable = False
            object.__setattr__(self, field.name, value)


def week_of_year(weeks: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Season index 0..52 of each Monday: whole weeks since 1 January of its year."""
    days = weeks.astype("datetime64[D]")
    new_year = days.astype("datetime64[Y]").astype("datetime64[D]")
    index: NDArray[np.int64] = (days - new_year).astype(np.int64) // 7
    return index
