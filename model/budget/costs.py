"""Price what a run uses by days: benefits by the refund ladder, offers, starts, meetings, mentors, early package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.calendar import BudgetCalendar, budget_calendar
from model.domain import (
    FIRM_KINDS,
    GROUP_INDEX,
    GROUPS,
    KIND_INDEX,
    KINDS,
    N_GROUPS,
    N_KINDS,
    OFFER_GROUPS,
    REFUND_CLASSES,
    WEEKS_PER_YEAR,
)
from model.parameters.budget_file import budget_file
from model.parameters.prices import BudgetParameters
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

Floats = NDArray[np.float64]

DAGPENGE: Final = GROUP_INDEX["dagpenge"]
_FLEKSJOB: Final = GROUP_INDEX["fleksjob"]
_SICK: Final = GROUP_INDEX["sygedagpenge"]
_WITH_CASEWORKER: Final = [GROUP_INDEX[group] for group in OFFER_GROUPS]
PENSION: Final = GROUP_INDEX["foertidspension"]
# Groups whose offers the state may refund (``BudgetParameters.offer_refund``).
_REFUNDED: Final = (GROUP_INDEX["ressourceforloeb"],)
GUIDANCE: Final = KIND_INDEX["guidance"]
_WAGE_SUBSIDY: Final = KIND_INDEX["private_wage_subsidy"]
_WEEKS_PER_QUARTER: Final = 13

_OFFERS_INSURED: Final = "5.68.91"
_OFFERS_OTHERS: Final = "5.68.90"
_WAGE_SUBSIDIES: Final = "5.58.81"
_ADMINISTRATION: Final = "6.45.53"


@dataclass(frozen=True, eq=False)
class BaselineReference:
    """What a baseline decides in another run's budget: what is bound and what follows marginal rules."""

    fleksjob: Floats  # [P] persons
    fleksjob_refund: Floats  # [P, 4] the same by refund class
    pensions: Floats  # [P] persons
    guidance: Floats  # [P, G] participants
    guidance_closed: Floats  # [P] share of the replaced guidance
    caseworker_changes: Floats  # [P] per citizen and year
    partial_return: Floats  # [P] share of the sick-listed


@dataclass(frozen=True, eq=False)
class Volumes:
    """Persons and starts of one run that are priced, all groups, in the parts P of a :class:`BudgetCalendar`."""

    persons: Floats  # [P, G] at the start of the week
    refund: Floats  # [P, G, 4] the same by refund class
    participants: Floats  # [P, G, K] at the start of the week
    starts: Floats  # [P, G, K]
    meetings: Floats  # [P, G] a week
    mentees: Floats  # [P, G]
    early: Floats  # [P] persons in the early package
    normal_meetings: Floats  # [P] meetings a quarter on dagpenge outside the package
    guidance_closed: Floats  # [P] share of the replaced guidance
    caseworker_changes: Floats  # [P] per citizen and year
    partial_return: Floats  # [P] share of the sick-listed

    def as_reference(self) -> BaselineReference:
        """Copy what another run's budget needs of a baseline, so that the rest can go."""
        return BaselineReference(
            self.persons[:, _FLEKSJOB].copy(),
            self.refund[:, _FLEKSJOB].copy(),
            self.persons[:, PENSION].copy(),
            self.participants[:, :, GUIDANCE].copy(),
            self.guidance_closed,
            self.caseworker_changes,
            self.partial_return,
        )


def volumes_of(outcome: Outcome) -> Volumes:
    """Read what is priced of a run: its weeks, those that close its last year, and again those that New Year cuts."""
    cut = budget_calendar(outcome.paths).cut
    weeks = [_volumes_of(part) for part in (outcome, outcome.closing) if part is not None]
    return Volumes(
        **{
            name: np.concatenate([*(getattr(part, name) for part in weeks), series[cut]])
            for name, series in vars(weeks[0]).items()
        }
    )


def _volumes_of(outcome: Outcome) -> Volumes:
    """Read what is priced of the weeks of one outcome."""
    totals = totals_by_group(outcome)
    refund = totals.at_week_start("refund_class")
    paths = outcome.paths
    persons = refund.sum(axis=2)
    return Volumes(
        persons=persons,
        refund=refund,
        participants=totals.at_week_start("participants"),
        starts=totals.series("starts"),
        meetings=paths.meetings / _WEEKS_PER_QUARTER * persons,
        mentees=paths.mentor_share * persons,
        early=paths.early_package * refund[:, DAGPENGE, :2].sum(axis=1),
        normal_meetings=paths.meetings[:, DAGPENGE],
        guidance_closed=paths.guidance_closed,
        caseworker_changes=paths.caseworker_changes,
        partial_return=paths.partial_return,
    )


@dataclass(frozen=True, eq=False)
class Opening:
    """What the days of January before the first Monday cost in the baseline, and so in every run beside it."""

    gross: Floats  # [C]
    refund: Floats  # [C]


@dataclass(frozen=True, eq=False)
class Costs:
    """Gross and refund by year and column; the columns are listed by ``_columns``."""

    gross: Floats  # [Y, C]
    refund: Floats  # [Y, C]
    weekly_net: Floats  # [T] of whole weeks
    opening: Opening

    @property
    def net(self) -> Floats:
        """Return net expenditure by year [Y]."""
        return np.asarray((self.gross - self.refund).sum(axis=1))


@dataclass(frozen=True)
class _CostColumn:
    component: str
    function: str


def _cost_columns() -> tuple[_CostColumn, ...]:
    """Name the columns of ``Costs``: benefits by group, offers by kind, and so on."""
    benefits = budget_file().benefits
    columns = [_CostColumn(f"benefit.{group}", benefits[group].function) for group in GROUPS]
    for payer in (_OFFERS_INSURED, _OFFERS_OTHERS):
        for kind in KINDS:
            subsidy = kind == KINDS[_WAGE_SUBSIDY] and payer == _OFFERS_OTHERS
            columns.append(_CostColumn(f"offer.{kind}", _WAGE_SUBSIDIES if subsidy else payer))
    columns += [_CostColumn(f"start.{kind}", _ADMINISTRATION) for kind in FIRM_KINDS]
    columns += [_CostColumn("bound_guidance", payer) for payer in (_OFFERS_INSURED, _OFFERS_OTHERS)]
    columns.append(_CostColumn("meetings", _ADMINISTRATION))
    columns += [_CostColumn("mentor", payer) for payer in (_OFFERS_INSURED, _OFFERS_OTHERS)]
    columns.append(_CostColumn("early_package", _OFFERS_INSURED))
    columns += [_CostColumn(component, _ADMINISTRATION) for component in ("continuity", "partial_return")]
    return tuple(columns)


# Where each kind of expenditure stands among the columns.
_BENEFITS: Final = slice(0, N_GROUPS)
_OFFERS_TO_INSURED: Final = slice(_BENEFITS.stop, _BENEFITS.stop + N_KINDS)
_OFFERS_TO_OTHERS: Final = slice(_OFFERS_TO_INSURED.stop, _OFFERS_TO_INSURED.stop + N_KINDS)
_STARTS: Final = slice(_OFFERS_TO_OTHERS.stop, _OFFERS_TO_OTHERS.stop + len(FIRM_KINDS))
_BOUND: Final = _STARTS.stop  # of the insured, then of all others
_MEETINGS: Final = _BOUND + 2
_MENTOR: Final = _MEETINGS + 1  # of the insured, then of all others
_EARLY_PACKAGE: Final = _MENTOR + 2
_CONTINUITY: Final = _EARLY_PACKAGE + 1
_PARTIAL_RETURN: Final = _CONTINUITY + 1

COLUMNS: Final = _cost_columns()
COMPONENTS: Final = tuple(dict.fromkeys(column.component for column in COLUMNS))
FUNCTIONS: Final = tuple(sorted({column.function for column in COLUMNS}))
TO_COMPONENT: Final = np.array(
    [[column.component == c for c in COMPONENTS] for column in COLUMNS], dtype=float
)
TO_FUNCTION: Final = np.array([[column.function == f for f in FUNCTIONS] for column in COLUMNS], dtype=float)


@dataclass(frozen=True, eq=False)
class WeeklyPrices:
    """Rates and prices a week, in every part of a week that lies in one budget year, and the calendar of the parts."""

    rate: Floats  # [P, G]
    index: Floats  # [P]
    offer_refund: Floats  # [P, G]
    calendar: BudgetCalendar


def weekly_prices(parameters: BudgetParameters, calendar: BudgetCalendar) -> WeeklyPrices:
    """Look up rates and prices of every part of a run's weeks."""
    years, row = np.unique(calendar.year, return_inverse=True)
    return WeeklyPrices(
        rate=np.stack([parameters.weekly_rate(int(year)) for year in years])[row],
        index=np.array([parameters.price_index(int(year)) for year in years])[row],
        offer_refund=np.stack([parameters.offer_refund(int(year)) for year in years])[row],
        calendar=calendar,
    )


def costs_of(
    volumes: Volumes,
    baseline: BaselineReference,
    parameters: BudgetParameters,
    prices: WeeklyPrices,
    opening: Opening | None = None,
) -> Costs:
    """Price one run: gross and refund by budget year and column.

    A week costs its persons at its start, a seventh each day, at the prices of the year that the day lies in.
    Arguments: ``baseline`` decides what is bound and what follows marginal rules; ``opening`` is the baseline's, None
    where this is the baseline. Returns DKK.
    """
    calendar = prices.calendar
    bound = bound_guidance(volumes, baseline, parameters, prices)
    gross = np.zeros((len(prices.index), len(COLUMNS)))
    refund = np.zeros_like(gross)
    _price_benefits(gross, refund, volumes, baseline, parameters, prices)
    _price_offers(gross, refund, volumes, parameters, prices)
    mentor = volumes.mentees * parameters.mentor_week * prices.index[:, None]
    for amounts, column in ((bound, _BOUND), (mentor, _MENTOR)):
        gross[:, column] = amounts[:, DAGPENGE]
        gross[:, column + 1] = amounts.sum(axis=1) - amounts[:, DAGPENGE]
        refund[:, column + 1] = (amounts * prices.offer_refund).sum(axis=1)
    gross[:, _MEETINGS] = volumes.meetings.sum(axis=1) * parameters.price_meeting * prices.index
    # The package stands in place of the normal meetings of the first half year.
    more = np.maximum(parameters.early_package_meetings - volumes.normal_meetings, 0.0) / _WEEKS_PER_QUARTER
    package = parameters.early_package_week + more * parameters.price_meeting
    gross[:, _EARLY_PACKAGE] = volumes.early * package * prices.index
    _price_outcomes(gross, volumes, baseline, parameters, prices)
    if opening is None:
        opening = Opening(gross[0] * calendar.opening, refund[0] * calendar.opening)
    gross_by_year, refund_by_year = calendar.by_year @ gross, calendar.by_year @ refund
    gross_by_year[0] += opening.gross
    refund_by_year[0] += opening.refund
    weekly_net = np.bincount(calendar.week, (gross.sum(axis=1) - refund.sum(axis=1)) * calendar.share)
    return Costs(gross_by_year, refund_by_year, weekly_net.astype(np.float64), opening)


def _price_benefits(
    gross: Floats,
    refund: Floats,
    volumes: Volumes,
    baseline: BaselineReference,
    parameters: BudgetParameters,
    prices: WeeklyPrices,
) -> None:
    """Fill in the benefits [T, G]: persons times rate, and the state's share by accumulated weeks."""
    ladder = parameters.municipal_share
    gross[:, _BENEFITS] = volumes.persons * prices.rate
    municipal = (volumes.refund @ ladder) * prices.rate
    # Old flex jobs and pensions have the state's old, higher share; what comes or goes follows today's rules.
    change = volumes.refund[:, _FLEKSJOB] - baseline.fleksjob_refund
    municipal[:, _FLEKSJOB] = prices.rate[:, _FLEKSJOB] * (
        parameters.fleksjob_share * baseline.fleksjob + change @ ladder
    )
    pensions = baseline.pensions
    municipal[:, PENSION] = prices.rate[:, PENSION] * (
        parameters.foertidspension_share * pensions
        + parameters.foertidspension_new_share * (volumes.persons[:, PENSION] - pensions)
    )
    refund[:, _BENEFITS] = gross[:, _BENEFITS] - municipal


def _price_offers(
    gross: Floats, refund: Floats, volumes: Volumes, parameters: BudgetParameters, prices: WeeklyPrices
) -> None:
    """Fill in offers and starts [T, K]: the insured unemployed, then all others, of whom some carry a refund."""
    index = prices.index[:, None]
    weekly = parameters.price_week * index
    insured = volumes.participants[:, DAGPENGE] * weekly
    everyone = volumes.participants.sum(axis=1) * weekly
    refunded = np.zeros_like(insured)
    for group in _REFUNDED:
        refunded += volumes.participants[:, group] * prices.offer_refund[:, group, None] * weekly
    gross[:, _OFFERS_TO_INSURED] = insured
    gross[:, _OFFERS_TO_OTHERS] = everyone - insured
    refund[:, _OFFERS_TO_OTHERS] = refunded
    firm = len(FIRM_KINDS)
    gross[:, _STARTS] = volumes.starts[:, :, :firm].sum(axis=1) * parameters.price_start[:firm] * index


def _price_outcomes(
    gross: Floats,
    volumes: Volumes,
    baseline: BaselineReference,
    parameters: BudgetParameters,
    prices: WeeklyPrices,
) -> None:
    """Fill in what better results than the baseline's take: changes of caseworker avoided, partial returns beyond it.

    Both prices are assumptions of this project. Worse results save nothing.
    """
    avoided = np.maximum(baseline.caseworker_changes - volumes.caseworker_changes, 0.0) / WEEKS_PER_YEAR
    citizens = volumes.persons[:, _WITH_CASEWORKER].sum(axis=1)
    gross[:, _CONTINUITY] = avoided * citizens * parameters.price_avoided_change * prices.index
    more = np.maximum(volumes.partial_return - baseline.partial_return, 0.0)
    gross[:, _PARTIAL_RETURN] = (
        more * volumes.persons[:, _SICK] * parameters.partial_return_week * prices.index
    )


def bound_guidance(
    volumes: Volumes, baseline: BaselineReference, parameters: BudgetParameters, prices: WeeklyPrices
) -> Floats:
    """Price replaced guidance that is paid for all the same [P, G], DKK a week: all but what is closed down.

    What was closed ``bound_weeks`` ago and still is costs nothing. Where the lever is not moved, the closed share is
    what the parameters leave unbound, so that draws vary it; where it is moved, it is decided.
    """
    weeks, delay = prices.calendar.n_weeks, parameters.bound_weeks
    decided = volumes.guidance_closed != baseline.guidance_closed
    share = np.where(decided, volumes.guidance_closed, 1.0 - parameters.bound_share)[:weeks, None]
    fewer = np.maximum(baseline.guidance[:weeks] - volumes.participants[:weeks, :, GUIDANCE], 0.0)
    closed = share * fewer
    saved = np.zeros_like(closed)
    saved[delay:] = np.minimum(closed[delay:], closed[: max(weeks - delay, 0)])
    price = parameters.price_week[GUIDANCE]
    return np.asarray((fewer - saved)[prices.calendar.week] * price * prices.index[:, None])


def person_week_net(parameters: BudgetParameters, year: int) -> Floats:
    """Return what one full-time person and week costs net by group and refund class, DKK [G, 4].

    The shares are those of the refund ladder (STAR, refusionsreformen; ``model/data/budget.yaml``).
    """
    shares = np.repeat(parameters.municipal_share[None, :], N_GROUPS, axis=0)
    shares[PENSION] = parameters.foertidspension_new_share
    return parameters.weekly_rate(year)[:, None] * shares


def spell_share(parameters: BudgetParameters, weeks: int) -> float:
    """Return the municipal share (0-1) of the benefit over one person's unbroken spell of ``weeks``."""

    step = np.searchsorted(np.array(REFUND_CLASSES), np.arange(weeks), side="right") - 1
    return float(parameters.municipal_share[step].mean())
