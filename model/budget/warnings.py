"""What a reader of a budget must be warned of: cuts that lead towards pension, and levers without a price."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.calendar import DAYS_A_WEEK, days_in_year
from model.budget.costs import GUIDANCE, PENSION, Volumes, WeeklyPrices, bound_guidance
from model.domain import GROUP_INDEX
from model.language.catalogue import group_name, listed, money, number
from model.language.messages import Message, Phrase, Text, joined
from model.parameters.prices import BudgetParameters
from model.scenario.levers import LEVERS
from model.simulation.outcome import Outcome

Floats = NDArray[np.float64]

# Groups from which people go to permanent support: a saving on their offers is flagged.
TOWARDS_PENSION: Final = ("kontanthjaelp_aktivitetsparat", "jobafklaring", "ressourceforloeb")
# Levers that nobody has priced; a change of one makes the budget say so, and a search with a budget refuses it.
UNPRICED: Final = tuple(lever.id for lever in LEVERS if lever.unpriced is not None)
# Differences below this are rounding, not money (DKK) and not persons.
DKK: Final = 1.0
_PERSONS: Final = 0.5


def unpriced_levers(outcome: Outcome, baseline: Outcome) -> tuple[str, ...]:
    """Return the ids of the levers that differ from the baseline and have no price in any source."""
    return tuple(
        lever
        for lever in UNPRICED
        if not np.array_equal(getattr(outcome.paths, lever), getattr(baseline.paths, lever))
    )


def unpriced_names(levers: Iterable[str]) -> list[Text]:
    """Return what the budget calls levers without a price, by their ids. Raises KeyError for a lever with one."""
    names = {lever.id: lever.unpriced for lever in LEVERS if lever.unpriced is not None}
    return [names[lever] for lever in levers]


def budget_warnings(
    unpriced: tuple[str, ...],
    volumes: Volumes,
    base: Volumes,
    parameters: BudgetParameters,
    prices: WeeklyPrices,
    net_difference: Floats,
) -> tuple[Message, ...]:
    """Return what a reader of a budget must be warned of.

    Arguments: levers that are moved and have no price, what is priced of the run and of its baseline, and the net
    difference [Y, C], DKK.
    """
    warnings = []
    rows = [GROUP_INDEX[group] for group in TOWARDS_PENSION]
    # Fewer offers than the baseline gives to as many people: a smaller group needs fewer, and that is no cut.
    before = np.maximum(base.persons[:, rows], 1e-9)
    expected = base.participants[:, rows] * (volumes.persons[:, rows] / before)[:, :, None]
    cut = expected - volumes.participants[:, rows]  # [P, 3, K]
    fewer = cut.sum(axis=2)[: prices.calendar.n_weeks]
    calendar = prices.calendar
    weekly = cut * (parameters.price_week * prices.index[:, None])[:, None]
    # Replaced guidance that is paid for all the same is no saving.
    bound = bound_guidance(volumes, base.as_reference(), parameters, prices)[:, rows]
    weekly[:, :, GUIDANCE] -= np.minimum(bound, np.maximum(weekly[:, :, GUIDANCE], 0.0))
    saved = float((weekly.sum(axis=(1, 2)) * calendar.share).sum())
    pension = (volumes.persons[:, PENSION] - base.persons[:, PENSION])[: prices.calendar.n_weeks]
    price = prices.rate[0, PENSION] * parameters.foertidspension_new_share
    price *= days_in_year(calendar.years[0]) / DAYS_A_WEEK
    # A saving on offers counts also where other expenditure hides it in the total.
    if fewer.mean(axis=0).sum() > _PERSONS and saved > DKK:
        lost = [TOWARDS_PENSION[i] for i in range(len(rows)) if fewer[:, i].mean() > _PERSONS / len(rows)]
        warnings.append(
            Message(
                "budget.warning.towards_pension",
                persons=Phrase(number, float(fewer.mean(axis=0).sum())),
                groups=Phrase(joined, [Phrase(group_name, g, short=True) for g in lost], separator=", "),
                saved=Phrase(money, saved),
                pension=Phrase(number, float(pension[-1]), decimals=1, signed=True),
                price=Phrase(money, price),
            )
        )
    elif pension[-1] > _PERSONS and net_difference.sum() < -DKK:
        warnings.append(
            Message(
                "budget.warning.more_pensions",
                pension=Phrase(number, float(pension[-1]), decimals=1, signed=True),
                saved=Phrase(money, float(-net_difference.sum())),
            )
        )
    if unpriced:
        warnings.append(Message("budget.warning.unpriced", levers=Phrase(listed, unpriced_names(unpriced))))
    return tuple(warnings)
