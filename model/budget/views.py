"""What the budget page and the documents read besides the budget itself: kinds of expenditure, constant prices,
what one more place costs and gives back, and the refund ladder with the people on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.budget import budget
from model.budget.result import GUIDANCE_COSTS, BudgetResult, Figures
from model.domain import GROUP_INDEX, KINDS, N_FIRM, N_GROUPS, REFUND_CLASSES, WEEKS_PER_YEAR
from model.parameters.prices import BudgetParameters
from model.simulation.outcome import Outcome
from model.simulation.simulate import simulate
from model.simulation.totals_by_group import totals_by_group

Floats = NDArray[np.float64]

# How a politician reads the account: what citizens receive, and what the effort costs.
CATEGORIES: Final = ("benefits", "firm_places", "other_offers", "staff")
# The same with guidance by itself: that less of it is bought is the largest saving of many proposals.
MONEY_KINDS: Final = ("benefits", "guidance", "firm_places", "other_offers", "staff")
PURSES: Final = ("municipality", "state", "citizens")
# Groups on the refund ladder in full; fleksjob and førtidspension have shares of their own for those already there.
_LADDER_GROUPS: Final = tuple(
    g for g in range(N_GROUPS) if g not in (GROUP_INDEX["fleksjob"], GROUP_INDEX["foertidspension"])
)
# Places that are added to see what one costs: enough to stand clear of rounding, few enough to be "one more".
MORE_PLACES: Final = 10.0


def category_of(component: str) -> str:
    """Return the kind of expenditure that a component of the budget belongs to, one of ``CATEGORIES``."""
    what, _, which = component.partition(".")
    if what == "benefit":
        return "benefits"
    if what == "offer":
        return "firm_places" if KINDS.index(which) < N_FIRM else "other_offers"
    return "other_offers" if what == "bound_guidance" else "staff"


def kind_of_money(component: str) -> str:
    """Return the kind of money, one of ``MONEY_KINDS``, that a component belongs to: guidance stands alone here."""
    return "guidance" if component in GUIDANCE_COSTS else category_of(component)


def by_kind_of_money(result: BudgetResult) -> Mapping[str, Figures]:
    """Sum net expenditure by kind of money, DKK per budget year [Y]."""
    return _summed(result, MONEY_KINDS, kind_of_money)


def purses(result: BudgetResult) -> Mapping[str, Floats]:
    """Return who pays more and who gets more than without changes, DKK per budget year [Y], by ``PURSES``.

    The municipality's net and the state's refund are paid; benefits before tax are what citizens receive. What citizens
    earn in a job the model does not know.
    """
    benefits = [
        c.gross.difference for key, c in result.by_component.items() if category_of(key) == "benefits"
    ]
    return {
        "municipality": result.net.difference,
        "state": result.refund.difference,
        "citizens": np.asarray(np.sum(benefits, axis=0)),
    }


def by_category(result: BudgetResult) -> Mapping[str, Figures]:
    """Sum net expenditure by kind, DKK per budget year [Y]."""
    return _summed(result, CATEGORIES, category_of)


def _summed(
    result: BudgetResult, kinds: tuple[str, ...], kind_of: Callable[[str], str]
) -> Mapping[str, Figures]:
    """Sum the components' net expenditure by what ``kind_of`` says they are."""
    figures = {}
    for kind in kinds:
        parts = [c.net for key, c in result.by_component.items() if kind_of(key) == kind]
        figures[kind] = Figures(
            np.sum([part.scenario for part in parts], axis=0),
            np.sum([part.baseline for part in parts], axis=0),
        )
    return figures


def deflator(result: BudgetResult, parameters: BudgetParameters) -> Floats:
    """Return the factors that turn amounts of each budget year into prices of the first, [Y].

    The growth of prices is an assumption.
    """
    first = parameters.price_index(result.years[0])
    return np.array([first / parameters.price_index(year) for year in result.years])


@dataclass(frozen=True, eq=False)
class OneMorePlace:
    """What one more full-time place costs and gives back from the first week on, DKK per place and budget year [Y]."""

    years: tuple[int, ...]
    categories: Mapping[str, Floats]
    filled: float  # of one more place, the share that somebody uses in the last year
    jobs: float  # more exits to a job per place in the last year
    caseload: float  # full-time persons at the end

    @property
    def net(self) -> Floats:
        """Sum all categories, [Y]."""
        return np.asarray(np.sum(list(self.categories.values()), axis=0))


def one_more_place(outcome: Outcome, baseline: Outcome) -> OneMorePlace:
    """Run the scenario again with ten more places from the first week on, and return a tenth of the difference.

    ``outcome`` and ``baseline`` are the scenario's run and its baseline's.
    """
    paths = outcome.paths.with_levers(firm_places=outcome.paths.firm_places + MORE_PLACES)
    more = simulate(outcome.municipality, outcome.scenario, paths=paths)
    before, after = by_category(budget(outcome, baseline)), by_category(budget(more, baseline))
    exits = [totals_by_group(run).last_year("exits")[:, 0].sum() for run in (outcome, more)]
    people = [float(totals_by_group(run).series("caseload")[-1].sum()) for run in (outcome, more)]
    places = [run.firm_places.filled for run in (outcome, more)]
    return OneMorePlace(
        years=budget(outcome, baseline).years,
        categories={key: (after[key].scenario - before[key].scenario) / MORE_PLACES for key in CATEGORIES},
        filled=(places[1] - places[0]) / MORE_PLACES,
        jobs=float(exits[1] - exits[0]) * WEEKS_PER_YEAR / MORE_PLACES,
        caseload=(people[1] - people[0]) / MORE_PLACES,
    )


@dataclass(frozen=True)
class LadderStep:
    """One step of the refund ladder with the people on it (mean of the last year, all benefits that follow it)."""

    first_week: int  # of support, counted from 1
    last_week: int | None
    municipal_share: float
    scenario: float
    baseline: float


def ladder(outcome: Outcome, baseline: Outcome) -> tuple[LadderStep, ...]:
    """Return the steps of the refund ladder: who pays how much of a benefit, and how many stand on each."""
    share = outcome.municipality.budget.municipal_share
    people = [
        totals_by_group(run).last_year("refund_class")[list(_LADDER_GROUPS)].sum(axis=0)
        for run in (outcome, baseline)
    ]
    ends = [*REFUND_CLASSES[1:], None]
    return tuple(
        LadderStep(begin + 1, end, float(share[i]), float(people[0][i]), float(people[1][i]))
        for i, (begin, end) in enumerate(zip(REFUND_CLASSES, ends, strict=True))
    )
