"""Net expenditure alone, for draws and sweeps that run a budget thousands of times."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from model.budget.calendar import DAYS_A_WEEK, budget_calendar
from model.budget.costs import BaselineReference, Costs, Opening, Volumes, costs_of, volumes_of, weekly_prices
from model.simulation.outcome import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BaselineNet:
    """A baseline's net per budget year and what other runs' budgets need of it: small enough for every draw."""

    years: tuple[int, ...]
    net: Floats  # [Y] DKK
    weekly: Floats  # [W] DKK, the closing weeks with them
    reference: BaselineReference
    opening: Opening


def baseline_net(baseline_outcome: Outcome) -> BaselineNet:
    """Compute baseline net expenditure per year at the run's prices, for :func:`net_by_year`."""
    volumes = volumes_of(baseline_outcome)
    reference = volumes.as_reference()
    costs = _costs(baseline_outcome, volumes, reference)
    years = budget_calendar(baseline_outcome.paths).years
    return BaselineNet(years, costs.net, costs.weekly_net, reference, costs.opening)


_kept: WeakKeyDictionary[Outcome, BaselineNet] = WeakKeyDictionary()


def kept_baseline_net(baseline_outcome: Outcome) -> BaselineNet:
    """Return :func:`baseline_net`, computed once as long as the baseline is kept."""
    net = _kept.get(baseline_outcome)
    if net is None:
        net = _kept[baseline_outcome] = baseline_net(baseline_outcome)
    return net


def net_by_year(outcome: Outcome, base: BaselineNet) -> Floats:
    """Compute net expenditure per budget year [Y], DKK, as ``budget`` has it and nothing else: for draws and sweeps."""
    return _costs(outcome, volumes_of(outcome), base.reference, base.opening).net


def saved_in_year(outcome: Outcome, base: BaselineNet) -> Floats:
    """Compute by how much net expenditure lies below the baseline's in the year up to each week's end [T], DKK.

    A year by its days, of which those before the first Monday are the same in both runs. Where the run closes its last
    budget year, the last week's figure is that year's, as ``budget`` has it.
    """
    calendar = budget_calendar(outcome.paths)
    less = base.weekly - _costs(outcome, volumes_of(outcome), base.reference, base.opening).weekly_net
    closed, weeks = calendar.n_weeks, len(outcome.weeks)
    day = DAYS_A_WEEK * np.arange(closed + 1.0)  # on which each week begins, and the last one ends
    day[-1] = day[-2] + DAYS_A_WEEK * calendar.share[closed - 1]
    ends = DAYS_A_WEEK * np.arange(1.0, weeks + 1)
    if calendar.whole[-1]:
        ends[-1] = day[-1]
    begins = _a_year_before(calendar.mondays[0], ends)
    saved = np.concatenate([[0.0], np.cumsum(less)])
    return np.asarray(np.interp(ends, day, saved) - np.interp(begins, day, saved))


def _a_year_before(start: np.datetime64, days: Floats) -> Floats:
    """Return the same date a year earlier; dates as days from ``start``."""
    date = start + days.astype("timedelta64[D]")
    month = date.astype("datetime64[M]")
    before = (month - 12).astype("datetime64[D]") + (date - month.astype("datetime64[D]"))
    return np.asarray((before - start) / np.timedelta64(1, "D"))


def _costs(
    outcome: Outcome, volumes: Volumes, reference: BaselineReference, opening: Opening | None = None
) -> Costs:
    """Price a run at the prices of its municipality."""
    parameters = outcome.municipality.budget
    prices = weekly_prices(parameters, budget_calendar(outcome.paths))
    return costs_of(volumes, reference, parameters, prices, opening)
