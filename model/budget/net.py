"""Net expenditure alone, for draws and sweeps that run a budget thousands of times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.budget.calendar import budget_calendar
from model.budget.costs import BaselineReference, Costs, Opening, Volumes, costs_of, volumes_of, weekly_prices
from model.simulation.outcome import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BaselineNet:
    """A baseline's net per budget year and what other runs' budgets need of it: small enough for every draw."""

    years: tuple[int, ...]
    net: Floats  # [Y] DKK
    reference: BaselineReference
    opening: Opening


def baseline_net(baseline_outcome: Outcome) -> BaselineNet:
    """Compute baseline net expenditure per year at the run's prices, for :func:`net_by_year`."""
    volumes = volumes_of(baseline_outcome)
    reference = volumes.as_reference()
    costs = _costs(baseline_outcome, volumes, reference)
    years = budget_calendar(baseline_outcome.paths).years
    return BaselineNet(years, costs.net, reference, costs.opening)


def net_by_year(outcome: Outcome, base: BaselineNet) -> Floats:
    """Compute net expenditure per budget year [Y], DKK, as ``budget`` has it and nothing else: for draws and sweeps."""
    return _costs(outcome, volumes_of(outcome), base.reference, base.opening).net


def _costs(
    outcome: Outcome, volumes: Volumes, reference: BaselineReference, opening: Opening | None = None
) -> Costs:
    """Price a run at the prices of its municipality."""
    parameters = outcome.municipality.budget
    prices = weekly_prices(parameters, budget_calendar(outcome.paths))
    return costs_of(volumes, reference, parameters, prices, opening)
