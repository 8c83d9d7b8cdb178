"""What a run costs the municipality per budget year and function: gross, refund, net, against the baseline.

Full-time persons at the start of each week, times the benefit's rate, times the municipality's share by
accumulated week; offers, starts, meetings and mentors by price. Figures are before budgetgaranti,
equalisation and tax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from model.budget.calendar import BudgetCalendar, budget_calendar
from model.budget.costs import (
    COMPONENTS,
    FUNCTIONS,
    TO_COMPONENT,
    TO_FUNCTION,
    Costs,
    Volumes,
    WeeklyPrices,
    costs_of,
    volumes_of,
    weekly_prices,
)
from model.budget.labels import component_label
from model.budget.ministry_check import ministry_check
from model.budget.result import Amounts, BudgetResult, ComponentFigures, Figures, FunctionFigures
from model.budget.warnings import DKK, budget_warnings, unpriced_levers
from model.domain import KIND_INDEX
from model.language.messages import Localized, Message, Phrase, joined
from model.parameters.budget_file import budget_file
from model.parameters.prices import BudgetParameters
from model.simulation.outcome import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _PricedRun:
    """What is priced of one run, and what it costs."""

    volumes: Volumes
    costs: Costs


# A baseline's budget is asked for on every move of a slider: kept as long as the baseline is.
_baselines: WeakKeyDictionary[Outcome, tuple[BudgetParameters, _PricedRun]] = WeakKeyDictionary()


def budget(
    outcome: Outcome, baseline_outcome: Outcome, parameters: BudgetParameters | None = None
) -> BudgetResult:
    """Compute the budget of a run beside that of its baseline.

    Arguments: two outcomes over the same weeks; ``parameters`` default to the municipality's own.
    Returns DKK per budget year, by days of the calendar year, current prices of that year.
    Raises ValueError where the weeks differ.
    """
    calendar = budget_calendar(outcome.paths)
    if not np.array_equal(calendar.mondays, budget_calendar(baseline_outcome.paths).mondays):
        raise ValueError("scenario and baseline must cover the same weeks")
    parameters = outcome.municipality.budget if parameters is None else parameters
    prices = weekly_prices(parameters, calendar)
    base = _priced_baseline(baseline_outcome, parameters, prices)
    run = base
    if outcome is not baseline_outcome:
        volumes = volumes_of(outcome)
        run = _PricedRun(
            volumes, costs_of(volumes, base.volumes.as_reference(), parameters, prices, base.costs.opening)
        )
    gross = Figures(run.costs.gross, base.costs.gross)
    refund = Figures(run.costs.refund, base.costs.refund)
    components = Amounts(_mapped(gross, TO_COMPONENT), _mapped(refund, TO_COMPONENT))
    assumed = assumed_components(parameters)
    unpriced = () if outcome is baseline_outcome else unpriced_levers(outcome, baseline_outcome)
    return BudgetResult(
        years=calendar.years,
        days=calendar.days,
        whole=calendar.whole,
        weeks=calendar.mondays,
        gross=Figures(gross.scenario.sum(axis=1), gross.baseline.sum(axis=1)),
        refund=Figures(refund.scenario.sum(axis=1), refund.baseline.sum(axis=1)),
        net=Figures(
            (gross.scenario - refund.scenario).sum(axis=1), (gross.baseline - refund.baseline).sum(axis=1)
        ),
        by_function=_by_function(gross, refund),
        by_component=_by_component(components, assumed),
        weekly_net=Figures(run.costs.weekly_net, base.costs.weekly_net),
        share_assumed=_share_assumed(components, assumed),
        unpriced=unpriced,
        warnings=()
        if outcome is baseline_outcome
        else budget_warnings(
            unpriced,
            run.volumes,
            base.volumes,
            parameters,
            prices,
            gross.difference - refund.difference,
        ),
        note=_note(calendar, parameters),
        make_ministry_check=lambda: ministry_check(baseline_outcome, parameters),
    )


def _priced_baseline(outcome: Outcome, parameters: BudgetParameters, prices: WeeklyPrices) -> _PricedRun:
    """Price a baseline, once as long as it is kept and the parameters are the same."""
    cached = _baselines.get(outcome)
    if cached is not None and cached[0] is parameters:
        return cached[1]
    volumes = volumes_of(outcome)
    priced = _PricedRun(volumes, costs_of(volumes, volumes.as_reference(), parameters, prices))
    _baselines[outcome] = parameters, priced
    return priced


def _note(calendar: BudgetCalendar, parameters: BudgetParameters) -> Localized:
    """Describe what the amounts are before, and which years the run covers only in part."""
    short = [
        Message("budget.short_year", year=year, days=days)
        for year, days, whole in zip(calendar.years, calendar.days, calendar.whole, strict=True)
        if not whole
    ]
    return Phrase(joined, [Message("budget.note", rates=str(parameters.rates_until)), *short])


def _mapped(figures: Figures, mapping: Floats) -> Figures:
    """Sum columns [Y, C] as a mapping [C, n] of zeros and ones says: [Y, n]."""
    return Figures(figures.scenario @ mapping, figures.baseline @ mapping)


def _column(figures: Figures, i: int) -> Figures:
    """Return one column [Y] of figures [Y, n]."""
    return Figures(figures.scenario[:, i], figures.baseline[:, i])


def _by_component(amounts: Amounts, assumed: NDArray[np.bool_]) -> dict[str, ComponentFigures]:
    """Divide amounts [Y, n] by component, with names and whether the price is assumed [n]."""
    return {
        component: ComponentFigures(
            _column(amounts.gross, i),
            _column(amounts.refund, i),
            component,
            component_label(component),
            bool(assumed[i]),
        )
        for i, component in enumerate(COMPONENTS)
    }


def _by_function(gross: Figures, refund: Figures) -> dict[str, FunctionFigures]:
    """Sum amounts [Y, C] by function of the chart of accounts."""
    gross, refund = _mapped(gross, TO_FUNCTION), _mapped(refund, TO_FUNCTION)
    functions = budget_file().functions
    return {
        function: FunctionFigures(
            _column(gross, i),
            _column(refund, i),
            function,
            functions[function].name,
            functions[function].quality,
        )
        for i, function in enumerate(FUNCTIONS)
    }


def _share_assumed(components: Amounts, assumed: NDArray[np.bool_]) -> float:
    """Return the share (0-1) of the absolute net difference that rests on assumed prices [n]."""
    moved = np.abs(components.gross.difference - components.refund.difference).sum(axis=0)
    total = float(moved.sum())
    return float(moved[assumed].sum()) / total if total > DKK else 0.0


# Which numbers decide whether a component's price is an assumption.
_PRICE_IDS: Final = {
    "benefit.fleksjob": "budget.rate.fleksloentilskud.2020",
    "benefit.foertidspension": "budget.payment_factor.foertidspension",
    "bound_guidance": "budget.price.guidance_week",
    "meetings": "budget.price.meeting",
    "mentor": "budget.price.mentor_hour",
    "early_package": "budget.price.early_package_week",
    "continuity": "budget.price.avoided_caseworker_change",
    "partial_return": "budget.price.partial_return_week",
}


def assumed_components(parameters: BudgetParameters) -> NDArray[np.bool_]:
    """Return whether each component's price is an assumption, in the order of ``COMPONENTS``."""
    flags = []
    for component in COMPONENTS:
        what, _, which = component.partition(".")
        if component in _PRICE_IDS:
            flags.append(parameters.values[_PRICE_IDS[component]].quality == "assumption")
        elif what in ("offer", "start"):
            flags.append(parameters.assumed_kind[KIND_INDEX[which]])
        else:
            flags.append(False)
    return np.array(flags)
