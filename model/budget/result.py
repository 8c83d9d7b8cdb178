"""What a budget answers: amounts in the scenario and in the baseline, by budget year, function and component."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.ministry_check import MinistryCheck
from model.language.messages import Localized, Message, Text
from model.parameters.sourced_value import Quality

Floats = NDArray[np.float64]

# What guidance costs: what is in use, and what is replaced but paid for all the same.
GUIDANCE_COSTS: Final = ("offer.guidance", "bound_guidance")
# An expense below this share of what is saved in the end is none.
_NO_EXPENSE: Final = 0.01


@dataclass(frozen=True, eq=False)
class Figures:
    """The same figure in the scenario and in the baseline, DKK per budget year [Y] or per week [W]."""

    scenario: Floats
    baseline: Floats

    @property
    def difference(self) -> Floats:
        """Return scenario less baseline; above zero costs more."""
        return self.scenario - self.baseline


@dataclass(frozen=True, eq=False)
class Amounts:
    """Gross expenditure, state refund and the municipality's net, DKK per budget year [Y]."""

    gross: Figures
    refund: Figures

    @property
    def net(self) -> Figures:
        """Return gross less refund."""
        return Figures(self.gross.scenario - self.refund.scenario, self.gross.baseline - self.refund.baseline)


@dataclass(frozen=True, eq=False)
class FunctionFigures(Amounts):
    """One function of the chart of accounts."""

    function: str
    label: Text
    quality: Quality


@dataclass(frozen=True, eq=False)
class ComponentFigures(Amounts):
    """One kind of expenditure: a group's benefit, an offer kind, starts, meetings and so on."""

    component: str
    label: Message
    assumed: bool  # its price is an assumption


@dataclass(frozen=True, eq=False)
class BudgetResult:
    """Y budget years (those of the Mondays, paid by days) and W weeks. Amounts in DKK of their year.

    W counts the run's weeks and those that close its last year.
    """

    years: tuple[int, ...]
    days: tuple[int, ...]  # of each year that the run covers
    whole: tuple[bool, ...]  # whether these are all days of the year
    weeks: NDArray[np.datetime64]
    gross: Figures
    refund: Figures
    net: Figures
    by_function: Mapping[str, FunctionFigures]
    by_component: Mapping[str, ComponentFigures]
    weekly_net: Figures
    share_assumed: float  # of the absolute difference, 0-1
    unpriced: tuple[str, ...]  # ids of the moved levers that nobody has priced
    warnings: tuple[Message, ...]
    note: Localized
    make_ministry_check: Callable[[], MinistryCheck]

    @cached_property
    def ministry_check(self) -> MinistryCheck:
        """Return the external check: this budget's price of the ministry's mix beside the ministry's own."""
        return self.make_ministry_check()

    @property
    def total_difference(self) -> float:
        """Return the net difference from the baseline over the whole run, DKK."""
        return float(self.net.difference.sum())

    @property
    def guidance_saved(self) -> Floats:
        """Return what guidance costs less than in the baseline, because it is closed down, DKK per budget year [Y]."""
        costs = [self.by_component[component].net.difference for component in GUIDANCE_COSTS]
        return np.asarray(0.0 - np.sum(costs, axis=0))

    def break_even(self) -> np.datetime64 | None:
        """Return the Monday of the week in which the scenario has paid for itself: an expense first, a saving after it.

        None where it costs nothing first or never pays.
        """
        total = np.cumsum(self.weekly_net.difference)
        if not len(total) or total[-1] >= 0 or total.max() <= _NO_EXPENSE * -total[-1]:
            return None
        return np.datetime64(self.weeks[int(np.flatnonzero(total >= 0)[-1]) + 1], "D")
