"""Net expenditure alone, for draws and sweeps that run a budget thousands of times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.budget.costs import BaselineReference, Volumes, costs_of, volumes_of, weekly_prices, years_of_weeks
from model.simulation.outcome import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BaselineNet:
    """A baseline's net per budget year and what other runs' budgets need of it: small enough for every draw."""

    years: tuple[int, ...]
    net: Floats  # [Y] DKK
    reference: BaselineReference


def baseline_net(baseline_outcome: Outcome) -> BaselineNet:
    """Compute baseline net expenditure per year at the run's prices, for :func:`net_by_year`."""
    volumes = volumes_of(baseline_outcome)
    reference = volumes.as_reference()
    years, net = _net_by_year(baseline_outcome, volumes, reference)
    return BaselineNet(years, net, reference)


def net_by_year(outcome: Outcome, base: BaselineNet) -> Floats:
    """Compute net expenditure per budget year [Y], DKK, as ``budget`` has it and nothing else: for draws and sweeps."""
    return _net_by_year(outcome, volumes_of(outcome), base.reference)[1]


def _net_by_year(
    outcome: Outcome, volumes: Volumes, reference: BaselineReference
) -> tuple[tuple[int, ...], Floats]:
    """Price a run: its budget years and its net expenditure [Y], DKK."""
    parameters = outcome.municipality.budget
    year_of_week, first = years_of_weeks(outcome.weeks)
    costs = costs_of(volumes, reference, parameters, weekly_prices(parameters, year_of_week), first)
    years = tuple(int(year) for year in year_of_week[first])
    return years, (costs.gross - costs.refund).sum(axis=1)
