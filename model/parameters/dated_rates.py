"""Give the benefit rates published since the source documents' time, and how all rates are regulated year by year.

They hold under rules by date (``model.municipality.rules``); the rules of 2021 know nothing of them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from model.files.folders import DATA_FOLDER
from model.language.messages import Text
from model.parameters.budget_file import budget_values, years_of
from model.parameters.sourced_value import SourcedValue

RATES_FILE: Final = DATA_FOLDER / "rates.csv"
INDEX: Final = "budget.index.benefits"
REGULATION: Final = "budget.regulation"
# What the reduced sickness rate that takes the place of jobafklaring's from a year on is, over the resource benefit.
REDUCED_SICKNESS: Final = "budget.reduced_sickness_rate"
REDUCED_SICKNESS_FROM: Final = 2027
_REGULATION_SOURCE: Final = (
    "The yearly regulation of benefits as published, read off the rates of dagpenge and kontanthjælp"
)
_INDEX_SOURCE: Final = (
    "Assumption of this project: as published in 2022-2026, 0.15 to 4.5 % a year; 2027 was not found"
)
_SICKNESS_SOURCE: Final = "Assumption of this project: the reduced sickness rate of the reform was not found"
DANISH_SOURCES: Final[Mapping[str, str]] = {
    _REGULATION_SOURCE: "Den årlige satsregulering som offentliggjort, aflæst af satserne for dagpenge og kontanthjælp",
    _INDEX_SOURCE: "Projektets antagelse: som offentliggjort i 2022-2026, 0,15 til 4,5 % om året; 2027 er ikke fundet",
    _SICKNESS_SOURCE: "Projektets antagelse: beskæftigelsesreformens nedsatte sygedagpengesats er ikke fundet",
}
# Published steps, per cent a year.
_STEPS: Final = {2022: 0.15, 2023: 1.95, 2024: 3.20, 2025: 3.60, 2026: 4.50}
FIRST_STEP: Final = min(_STEPS)


@lru_cache(maxsize=1)
def dated_rates() -> Mapping[str, SourcedValue]:
    """Return what rules by date change in the budget, by parameter id: rates, their regulation, the reduced rate."""
    with RATES_FILE.open(encoding="utf-8", newline="") as file:
        rows = {f"budget.rate.{row['rate']}.{row['year']}": _rate(row) for row in csv.DictReader(file)}
    for year, step in _STEPS.items():
        rows[f"{REGULATION}.{year}"] = SourcedValue(
            value=step / 100,
            unit="per year",
            as_of=str(year),
            source=_REGULATION_SOURCE,
            quality="document",
            label=Text(da=f"Satsregulering, {year}", en=f"Regulation of benefits, {year}"),
        )
    rows[INDEX] = SourcedValue(
        value=0.03,
        low=0.01,
        high=0.05,
        unit="per year",
        as_of="2027-",
        source=_INDEX_SOURCE,
        quality="assumption",
        label=Text(
            da="Regulering af ydelser pr. år efter 2026", en="Regulation of benefits per year after 2026"
        ),
    )
    rows[REDUCED_SICKNESS] = SourcedValue(
        value=1.0,
        low=0.8,
        high=1.25,
        unit="factor on the resource benefit",
        as_of=f"{REDUCED_SICKNESS_FROM}-",
        source=_SICKNESS_SOURCE,
        quality="assumption",
        label=Text(
            da="Nedsat sygedagpengesats fra 2027, over ressourceforløbsydelsen",
            en="Reduced sickness rate from 2027, over the resource benefit",
        ),
    )
    return MappingProxyType(rows)


def prices_under(*, dated: bool) -> Mapping[str, SourcedValue]:
    """Return every number of the budget as shipped, under rules by date or under those of 2021."""
    return MappingProxyType({**budget_values(), **dated_rates()}) if dated else budget_values()


def _rate(row: Mapping[str, str]) -> SourcedValue:
    """Return a published rate, named as those of the years before."""
    quality: Any = row["quality"]
    known = years_of(row["rate"], budget_values())
    before = budget_values()[known[max(known)]]
    label = before.label
    if label is not None:
        year = str(max(known))
        label = Text(da=label.da.replace(year, row["year"]), en=label.en.replace(year, row["year"]))
    return SourcedValue(
        value=float(row["value"]),
        unit=row["unit"],
        as_of=row["year"],
        source=row["source"],
        quality=quality,
        label=label,
    )
