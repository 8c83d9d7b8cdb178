"""What was published of a municipality month by month before the start: caseloads, activation, offers.

Shown beside the model's own course; no input of a run. A month that is not published, or hidden, is a gap. It stands
beside starting figures that are made of the same months, and not beside those of 2020.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from model.disclosure import is_small
from model.domain import GROUPS
from model.language.catalogue import listed, number, percent, short_date
from model.language.messages import Localized, Message, Phrase
from model.municipality.build_vintage import FIRM_LABELS, SYSTEM
from model.municipality.figures import Months, by_label, monthly, period_of

Benefit = Literal["dagpenge", "kontanthjaelp"]
BENEFITS: Final[tuple[Benefit, ...]] = ("dagpenge", "kontanthjaelp")
# The target groups that a published series counts together.
GROUPS_OF: Final[Mapping[Benefit, tuple[str, ...]]] = {"dagpenge": ("dagpenge",), "kontanthjaelp": SYSTEM}
SERIES: Final[Mapping[Benefit, tuple[str, str]]] = {
    "dagpenge": ("unemployment_y25i01", "dagpenge"),
    "kontanthjaelp": ("kontanthjaelp_y60a02", "fullTime"),
}
_ACTIVATION: Final = "activation_kontanthjaelp_y60c07"
_OFFERS: Final = "offers_kontanthjaelp_y60c02"
_PAID_HOURS: Final = "ordinary_hours_kontanthjaelp_y60j01"
_MONTHS: Final = 12

assert {group for groups in GROUPS_OF.values() for group in groups} <= set(GROUPS)


@dataclass(frozen=True)
class PublishedMonths:
    """A published series, month after month without a hole: None where there is no figure."""

    months: tuple[str, ...]  # "2026-01"
    values: tuple[float | None, ...]


def benefit_of(group: str) -> Benefit | None:
    """Return the published series that a target group is part of, None where there is none."""
    return next((benefit for benefit in BENEFITS if group in GROUPS_OF[benefit]), None)


def published_caseload(municipality_id: str, benefit: Benefit) -> PublishedMonths:
    """Return the full-time persons of a benefit by month. Raises KeyError for an unknown municipality."""
    return without_holes(monthly(*SERIES[benefit])[municipality_id])


def without_holes(series: Months) -> PublishedMonths:
    """Return a series with every month from the first with a figure to the last."""
    known = [month for month, value in series.items() if value is not None]
    if not known:
        return PublishedMonths((), ())
    first, last = (_count(month) for month in (min(known), max(known)))
    names = [f"{i // _MONTHS}M{i % _MONTHS + 1:02d}" for i in range(first, last + 1)]
    return PublishedMonths(
        tuple(name.replace("M", "-") for name in names), tuple(series.get(name) for name in names)
    )


def _count(month: str) -> int:
    """Return the months from the year 0 to a month ("2026M01")."""
    return int(month[:4]) * _MONTHS + int(month[5:]) - 1


def _date(month: str) -> datetime.date:
    """Return the first day of a month ("2026M01")."""
    return datetime.date(int(month[:4]), int(month[5:]), 1)


@dataclass(frozen=True)
class YearsRate:
    """The mean activation rate of a year's published months, as a share."""

    months: tuple[str, ...]  # "2026M01", those with a figure
    rate: float

    def name(self, language: str) -> str:
        """Return the year, or its first and last month where it is not a whole one."""
        first, last = self.months[0], self.months[-1]
        if len(self.months) == _MONTHS:
            return first[:4]
        ends = [short_date(_date(month), language) for month in dict.fromkeys((first, last))]
        return "\N{EN DASH}".join(ends)


@lru_cache(maxsize=256)
def activation_by_year(municipality_id: str) -> tuple[YearsRate, ...]:
    """Return the activation rate of the whole kontanthjælp system by year, as the mean of its months.

    Raises KeyError for an unknown municipality.
    """
    years: dict[str, dict[str, float]] = {}
    for month, value in monthly(_ACTIVATION, "degree")[municipality_id].items():
        if value is not None:
            years.setdefault(month[:4], {})[month] = value
    return tuple(
        YearsRate(tuple(sorted(months)), sum(months.values()) / len(months) / 100)
        for _, months in sorted(years.items())
    )


@dataclass(frozen=True)
class OffersInFirms:
    """How many of those activated on kontanthjælp were in firms in one month, persons; one may be in several offers."""

    period: str
    wage_subsidy: float
    placement: float
    activated: float  # in any offer, each once


@lru_cache(maxsize=256)
def offers_in_firms(municipality_id: str) -> OffersInFirms | None:
    """Return those in wage subsidies and placements, and in all offers; None where one of them is hidden."""
    counts = by_label(_OFFERS, "activated")[municipality_id]
    totals = by_label(_OFFERS, "activated_total")[municipality_id]
    subsidy, placement = (counts.get(label) for label in FIRM_LABELS)
    activated = next((total for total in totals.values() if total is not None), None)
    if subsidy is None or placement is None or activated is None:
        return None
    return OffersInFirms(period_of(_OFFERS), subsidy, placement, activated)


@lru_cache(maxsize=256)
def paid_hours(municipality_id: str) -> PublishedMonths:
    """Return the per cent of the kontanthjælp system who have ordinary paid hours, by month: all who have some.

    None where the count behind a month is hidden or small. Raises KeyError for an unknown municipality.
    """
    persons = monthly(_PAID_HOURS, "persons")[municipality_id]
    shares = monthly(_PAID_HOURS, "share")[municipality_id]
    return without_holes(
        {month: share if _is_shown(persons.get(month)) else None for month, share in shares.items()}
    )


def _is_shown(persons: float | None) -> bool:
    """Return whether a share of so many persons may be told."""
    return persons is not None and not is_small(persons)


def paid_hours_note(municipality_id: str) -> Localized | None:
    """Return the last published share with paid hours, and why it is not the model's; None where none is shown."""
    series = paid_hours(municipality_id)
    if not series.months:
        return None
    return Message(
        "history.paid_hours.note",
        month=Phrase(short_date, datetime.date.fromisoformat(f"{series.months[-1]}-01")),
        share=Phrase(number, series.values[-1], decimals=1),
    )


def lever_history(municipality_id: str, lever: str, group: str | None) -> Localized | None:
    """Return in a sentence what was published of what a lever sets, None where nothing was."""
    if lever == "activation_rate" and group in SYSTEM:
        years = [
            Message("history.year", year=Phrase(year.name), share=Phrase(percent, year.rate, decimals=1))
            for year in activation_by_year(municipality_id)
        ]
        return Message("history.activation", years=Phrase(listed, years)) if years else None
    if lever == "firm_places":
        offers = offers_in_firms(municipality_id)
        if offers is None:
            return None
        return Message(
            "history.firm_places",
            month=Phrase(short_date, _date(offers.period)),
            subsidy=Phrase(number, offers.wage_subsidy),
            placement=Phrase(number, offers.placement),
            activated=Phrase(number, offers.activated),
        )
    return None
