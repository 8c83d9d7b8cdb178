"""Read dagpenge in per cent of the labour force, municipality by municipality: what goal 2's rank goes by since 2020.

Source: Jobindsats y25i01 (STAR) in ``model/data/figures``, one decimal a month; a mean of twelve months is within about
0.02 of the exact one, so that close neighbours may stand in the other order.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from model.language.catalogue import short_date
from model.language.messages import Message, Phrase
from model.municipality.figures import mean_of, monthly, months_of
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import vintage

_FILE: Final = "unemployment_y25i01"
_MONTHS: Final = 12


@dataclass(frozen=True)
class DagpengeRate:
    """A municipality's published means of the months that starting figures rest on."""

    per_cent: float  # of the labour force
    persons: float  # full-time
    first: str  # month, 2025M02
    last: str

    @property
    def labour_force(self) -> float:
        """Return the persons that the per cent is of."""
        return self.persons / self.per_cent * 100

    def months(self) -> Message:
        """Return from which months it is, in words."""
        first, last = (
            Phrase(short_date, datetime.date(int(month[:4]), int(month[5:]), 1))
            for month in (self.first, self.last)
        )
        return Message("goals.rank.months", first=first, last=last)


@lru_cache(maxsize=4)
def dagpenge_rates(figures: str) -> Mapping[str, DagpengeRate]:
    """Return the published rates of the twelve months that a vintage's dagpenge is the mean of, by name.

    Raises UnknownVintage; KeyError for one whose dagpenge is not from these months.
    """
    per_cent, persons = monthly(_FILE, "dagpengeRate"), monthly(_FILE, "dagpenge")
    rates = {}
    for info in municipalities():
        until = vintage(figures).rows[info.id]["benchmark.dagpenge"].as_of[-7:]
        months = months_of(per_cent[info.id], until, _MONTHS)
        # To hundredths, as the ministry's benchmark: who ties today ties under every common economy.
        rate = round(mean_of(per_cent[info.id], months), 2)
        rates[info.name] = DagpengeRate(rate, mean_of(persons[info.id], months), months[0], months[-1])
    return MappingProxyType(rates)
