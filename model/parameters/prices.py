"""Prices, benefit rates and municipal shares of the budget: each number with its origin, and arrays of them.

The numbers live in ``model/data/budget.yaml``; a user's own figures replace them by parameter id.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX, GROUPS, KIND_INDEX, KINDS, N_GROUPS, N_KINDS
from model.language.catalogue import group_name, listed, number
from model.language.messages import Phrase
from model.parameters.budget_file import budget_file, years_of
from model.parameters.dated_rates import (
    FIRST_STEP,
    INDEX,
    REDUCED_SICKNESS,
    REDUCED_SICKNESS_FROM,
    REGULATION,
)
from model.parameters.ids import bad_parameter
from model.parameters.price_bounds import check_price
from model.parameters.sourced_value import SourcedValue

Floats = NDArray[np.float64]

_MONTHS_PER_YEAR: Final = 12
_LADDER: Final = ("weeks_1_4", "weeks_5_26", "weeks_27_52", "weeks_53")
# Ids of the municipality's share of a benefit by refund class.
MUNICIPAL_SHARES: Final = tuple(f"budget.municipal_share.{step}" for step in _LADDER)
# Carries the first year without state refund of running costs of offers in resource courses.
_OFFER_REFUND_ENDS: Final = "budget.offer_refund.ressourceforloeb_2022"
# Carries the price level of all prices.
_PRICE_LEVEL: Final = "budget.price.guidance_week"

# Shares that sum to 1 in decimals may be a hair above it.
_ROUNDING: Final = 1e-9

# Own outreach and other actors share these kinds of places.
_OUTREACH_KINDS: Final = ("private_placement", "private_wage_subsidy", "paid_hours")


@dataclass(frozen=True, eq=False)
class BudgetParameters:
    """Numbers of one municipality's budget. G = 13 target groups, K = 9 offer kinds; arrays are read-only.

    Rates are DKK per full-time person and week (a monthly one: twelve months over the days of
    the year), prices are at the 2020 level.
    """

    values: Mapping[str, SourcedValue]
    municipal_share: Floats  # [4] by refund class
    fleksjob_share: float  # of the stock at the baseline; changes follow the ladder
    foertidspension_share: float  # of the stock at the baseline
    foertidspension_new_share: float  # of changes
    price_week: Floats  # [K] DKK per participant and week
    price_start: Floats  # [K] DKK per start
    price_meeting: float
    mentor_week: float  # DKK per mentee and week
    early_package_week: float  # DKK per person and week beyond the meetings
    early_package_meetings: float  # a quarter
    price_avoided_change: float  # DKK per change of caseworker avoided
    partial_return_week: (
        float  # DKK per week and sick-listed person with a partial return beyond the baseline
    )
    bound_share: float
    bound_weeks: int
    assumed_kind: tuple[bool, ...]  # [K] whether the price of the kind is an assumption
    _rates: dict[int, Floats] = field(default_factory=dict, repr=False)

    def number(self, parameter: str) -> float:
        """Return a parameter's value by id. Raises KeyError for an unknown id."""
        return self.values[parameter].value

    def year_of(self, parameter: str) -> int:
        """Return the first year that a parameter holds for."""
        return int(self.values[parameter].as_of[:4])

    def weekly_rate(self, year: int) -> Floats:
        """Return DKK per full-time person and week in ``year`` [G], after the average-payment factor."""
        if year not in self._rates:
            rates = np.array([self._rate_of(group, year) for group in GROUPS])
            rates.flags.writeable = False
            self._rates[year] = rates
        return self._rates[year]

    def price_index(self, year: int) -> float:
        """Return the price level of ``year`` relative to 2020: not published, so an assumed growth."""
        return float((1 + self.number("budget.index.prices")) ** (year - self.year_of(_PRICE_LEVEL)))

    def offer_refund(self, year: int) -> Floats:
        """Return the State's share of the running costs of offers in ``year`` [G]."""
        refund = np.zeros(N_GROUPS)
        suffix = "2021" if year < self.year_of(_OFFER_REFUND_ENDS) else "2022"
        share = self.number(f"budget.offer_refund.ressourceforloeb_{suffix}")
        refund[GROUP_INDEX["ressourceforloeb"]] = share
        return refund

    def _rate_of(self, group: str, year: int) -> float:
        """Return a group's benefit in DKK per week in ``year``, its rates weighted by their shares."""
        benefit = budget_file().benefits[group]
        shares = [self.number(part.share) if part.share else 0.0 for part in benefit.parts]
        shares[0] = 1.0 - sum(shares)
        if shares[0] < -_ROUNDING:
            raise bad_parameter(
                "parameters.error.budget_shares",
                parameters=Phrase(listed, [part.share for part in benefit.parts if part.share]),
                value=Phrase(number, 1.0 - shares[0], decimals=2),
                group=Phrase(group_name, group),
            )
        rate = 0.0
        for part, share in zip(benefit.parts, shares, strict=True):
            weight = self.number(part.extra) if part.extra else share
            rate += weight * self._published(part.rate, year)
        return rate * self.number(benefit.factor) * self._reduction(group, year)

    def _reduction(self, group: str, year: int) -> float:
        """Return what the reduced sickness rate is over the resource benefit, for those whom rules by date give it."""
        if group != "jobafklaring" or year < REDUCED_SICKNESS_FROM or REDUCED_SICKNESS not in self.values:
            return 1.0
        return self.number(REDUCED_SICKNESS)

    def _published(self, rate: str, year: int) -> float:
        """Return DKK per week in ``year``: as published; else the nearest year's indexed, or the last one's regulated.

        Rules by date come with the published steps of regulation; those of 2021 with an index alone.
        """
        years = years_of(rate, self.values)
        nearest = min(years, key=lambda known: (abs(known - year), known))
        if self._has_steps:
            nearest = max((known for known in years if known <= year), default=nearest)
        value = self.values[years[nearest]]
        weekly = value.value * (_months_a_week(year) if value.unit == "DKK/month" else 1.0)
        if self._has_steps and nearest < year:
            return float(weekly * self._regulated(nearest, year))
        return float(weekly * (1 + self.number(INDEX)) ** (year - nearest))

    @property
    def rates_until(self) -> int:
        """Return the last year whose rates are published, or regulated by a published step."""
        steps = [int(k.rsplit(".", 1)[1]) for k in self.values if k.startswith(f"{REGULATION}.")]
        return max(steps, default=FIRST_STEP - 1)

    @property
    def _has_steps(self) -> bool:
        """Return whether published steps of regulation are among the numbers."""
        return f"{REGULATION}.{FIRST_STEP}" in self.values

    def _regulated(self, before: int, year: int) -> float:
        """Return what benefits have been raised by from one year to a later one: by published steps where they are."""
        factor = 1.0
        for y in range(before + 1, year + 1):
            step = self.values.get(f"{REGULATION}.{y}")
            factor *= 1.0 + (self.number(INDEX) if step is None else step.value)
        return factor


def _months_a_week(year: int) -> float:
    """Return the months that a week of ``year`` is, so that the days of the year come to twelve."""
    return _MONTHS_PER_YEAR * 7 / (366 if isleap(year) else 365)


def budget_parameters(
    overrides: Mapping[str, float] | None = None, rows: Mapping[str, SourcedValue] | None = None
) -> BudgetParameters:
    """Return the budget's parameters, a user's own numbers in place of the shipped ones.

    Arguments: ``overrides`` by parameter id; ids that are not the budget's are left alone. ``rows``: a municipality's
    numbers with their origin, where these are not the shipped ones. Raises BadParameter where a number is outside what
    can be (:func:`check_price`), or the shares of a group's rates sum to more than 1.
    """
    values = dict(budget_file().values if rows is None else rows)
    for parameter, value in (overrides or {}).items():
        if parameter in values:
            check_price(parameter, float(value))
            values[parameter] = values[parameter].model_copy(update={"value": float(value)})

    def price(name: str) -> float:
        """Return a user's number, else the shipped one."""
        return values[f"budget.{name}"].value

    actors = price("share.other_actors")
    week = {
        "private_placement": (1 - actors) * price("price.own_outreach_week")
        + actors * price("price.other_actors_week"),
        "private_wage_subsidy": price("price.wage_subsidy_week"),
        "public_placement": price("price.municipal_workplace_week"),
        "company_centre": price("price.company_centre_week"),
        "paid_hours": price("price.paid_hours_week"),
        "utility_job": price("price.utility_job_week"),
        "guidance": price("price.guidance_week"),
        "course": price("price.course_week"),
        "education": price("price.education_week"),
    }
    outreach = price("price.start_own_outreach")
    start = dict.fromkeys(KINDS, 0.0)
    for kind in _OUTREACH_KINDS:
        # Another actor finds the place within its weekly price.
        start[kind] = outreach * (1 - actors) if kind == "private_placement" else outreach
    start["public_placement"] = price("price.start_municipal_workplace")
    start["company_centre"] = price("price.start_company_centre")
    parameters = BudgetParameters(
        values=MappingProxyType(values),
        municipal_share=_frozen([values[share].value for share in MUNICIPAL_SHARES]),
        fleksjob_share=price("municipal_share.fleksjob"),
        foertidspension_share=price("municipal_share.foertidspension"),
        foertidspension_new_share=price("municipal_share.foertidspension_new"),
        price_week=_frozen([week[kind] for kind in KINDS]),
        price_start=_frozen([start[kind] for kind in KINDS]),
        price_meeting=price("price.meeting"),
        mentor_week=price("price.mentor_hour") * price("mentor_hours"),
        early_package_week=price("price.early_package_week"),
        early_package_meetings=price("early_package.meetings"),
        price_avoided_change=price("price.avoided_caseworker_change"),
        partial_return_week=price("price.partial_return_week"),
        bound_share=price("bound_share"),
        bound_weeks=round(price("bound_weeks")),
        assumed_kind=tuple(values[name].quality == "assumption" for name in _PRICE_OF_KIND),
    )
    parameters.weekly_rate(parameters.year_of(_PRICE_LEVEL))  # raises here, not in the middle of a run
    return parameters


# The parameter that decides the quality of a kind's price.
_PRICE_OF_KIND: Final = tuple(
    {
        "private_placement": "budget.price.start_own_outreach",
        "private_wage_subsidy": "budget.price.wage_subsidy_week",
        "public_placement": "budget.price.municipal_workplace_week",
        "company_centre": "budget.price.company_centre_week",
        "paid_hours": "budget.price.paid_hours_week",
        "utility_job": "budget.price.utility_job_week",
        "guidance": "budget.price.guidance_week",
        "course": "budget.price.course_week",
        "education": "budget.price.education_week",
    }[kind]
    for kind in KINDS
)
assert len(_PRICE_OF_KIND) == N_KINDS == len(KIND_INDEX)


def _frozen(numbers: list[float]) -> Floats:
    """Return a read-only array."""
    array = np.array(numbers, dtype=np.float64)
    array.flags.writeable = False
    return array
