"""What a stack of measures comes to: each alone, what they do to one another, and all together, with ranges.

Interaction is what all do together less the sum of what each does alone. Shares are Shapley values: they sum to what
all do together. A price of a card's own lies beside the model's money; between cards it adds.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import Amount, total_amount
from model.budget.budget import budget
from model.budget.result import BudgetResult
from model.catalogue.stack import Layer, Stack, with_layers
from model.explain.case_runs import run_cases
from model.explain.shapley import exact
from model.goals.evaluate import evaluate_goals
from model.goals.results import GoalResult, IndicatorResult, suppress, tolerance
from model.goals.series import indicator_key
from model.language.drawn_range import DrawnRange, range_of_draws
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.texts import without_texts
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
from model.uncertainty.draw_runs import FanOptions
from model.uncertainty.draws import Draws
from model.uncertainty.end_values import BUDGET, end_values

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

MOST_LAYERS: Final = 12
# All coalitions are run for so many cards: 64 runs.
MOST_SHARED: Final = 6


@dataclass(frozen=True)
class GoalEffect:
    """What one goal's key indicator moves by, in its own unit."""

    goal: GoalResult
    alone: tuple[float, ...]  # by layer
    together: float
    alone_ranges: tuple[DrawnRange | None, ...]
    together_range: DrawnRange | None = None
    total_alone_range: DrawnRange | None = None
    interaction_range: DrawnRange | None = None
    shares: tuple[float, ...] = ()  # by layer; empty where there are too many

    @property
    def indicator(self) -> IndicatorResult:
        """Return the goal's key indicator in the run of all."""
        return self.goal.key

    @property
    def total_alone(self) -> float:
        """Return the sum of what each does alone."""
        return sum(self.alone)

    @property
    def interaction(self) -> float:
        """Return what all do together less the sum of what each does alone."""
        return self.together - self.total_alone

    @property
    def interacts(self) -> bool:
        """Return whether the interaction is movement, and not what the model cannot tell from nothing."""
        least = tolerance(self.indicator.smallest_movement, self.indicator.value_scenario)
        return abs(self.interaction) >= least


@dataclass(frozen=True)
class MoneyEffect:
    """What a stack costs, DKK over the whole run: the model's money with the cards' own prices."""

    alone: tuple[Amount, ...]
    together: Amount
    own: tuple[Amount | None, ...]  # the cards' own prices, which are in ``alone`` and ``together``
    total_alone_range: DrawnRange | None = None
    interaction_range: DrawnRange | None = None
    shares: tuple[float, ...] = ()

    @property
    def total_alone_amount(self) -> Amount:
        """Return the sum of what each costs alone as an amount is told."""
        return replace(self.together, central=self.total_alone, range=self.total_alone_range)

    @property
    def total_alone(self) -> float:
        """Return the sum of what each costs alone."""
        return sum(amount.central for amount in self.alone)

    @property
    def interaction(self) -> float:
        """Return what all cost together less the sum of what each costs alone."""
        return self.together.central - self.total_alone

    @property
    def interaction_amount(self) -> Amount:
        """Return the interaction as an amount is told."""
        together = self.together
        return Amount(self.interaction, together.level, together.years, self.interaction_range)

    @property
    def interacts(self) -> bool:
        """Return whether the interaction is more than what the model can tell from nothing."""
        return self.interaction_amount.kind != "same"


@dataclass(frozen=True, eq=False)
class StackEffects:
    """A stack with all that is told of it."""

    stack: Stack
    municipality: Municipality
    goals: tuple[GoalEffect, ...]
    money: MoneyEffect
    budget: BudgetResult  # of all together, without the cards' own prices
    draws: int = 0

    @property
    def years(self) -> tuple[int, ...]:
        """Return the budget years."""
        return tuple(int(year) for year in self.budget.years)


def effects(
    stack: Stack,
    draws: Draws | None = None,
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> StackEffects:
    """Compute what a stack comes to; with the municipality's ``draws`` also the ranges.

    Raises ValueError for more than MOST_LAYERS layers, and as ``end_values``.
    """
    count = len(stack.layers)
    if not 0 < count <= MOST_LAYERS:
        raise ValueError(f"{count} layers; from 1 to {MOST_LAYERS} can be stacked")
    municipality = municipality_of(stack.base)
    cases = [without_texts(with_layers(stack, [i])) for i in range(count)]
    cases.append(without_texts(stack.scenario))
    before = baseline(municipality, stack.base)
    figures = [_figures(municipality, case, before) for case in cases]
    own = tuple(_own_price(layer, stack.base, figures[-1][1]) for layer in stack.layers)
    made = StackEffects(
        stack,
        municipality,
        _goal_effects([goals for goals, _ in figures]),
        _money([money for _, money in figures], stack.layers, own),
        figures[-1][1],
    )
    made = _with_shares(made, municipality)
    return made if draws is None else _with_ranges(made, cases, draws, cancel, progress)


def _figures(
    municipality: Municipality, case: Scenario, before: Outcome
) -> tuple[tuple[GoalResult, ...], BudgetResult]:
    """Run one case: its goals, and its budget."""
    outcome = simulate(municipality, case) if case.changes else before
    return suppress(evaluate_goals(outcome, before)), budget(outcome, before)


def _goal_effects(by_case: Sequence[tuple[GoalResult, ...]]) -> tuple[GoalEffect, ...]:
    """Return each goal's effects; what is too small to be shown in one case is shown in none."""
    *singles, together = by_case
    made = []
    for at, goal in enumerate(together):
        if any(goals[at].key.suppressed for goals in by_case):
            hidden = next(goals[at] for goals in by_case if goals[at].key.suppressed)
            made.append(GoalEffect(hidden, (), float("nan"), ()))
            continue
        alone = tuple(goals[at].key.change for goals in singles)
        made.append(GoalEffect(goal, alone, goal.key.change, (None,) * len(alone)))
    return tuple(made)


def _own_price(layer: Layer, base: Scenario, result: BudgetResult) -> Amount | None:
    """Return a card's own price over the run; None where it has none."""
    if layer.price is None:
        return None
    years = own_price_by_year(layer, base, tuple(int(y) for y in result.years))
    value, low, high = (float(sum(ends)) for ends in zip(*years, strict=True))
    return Amount(value, 0.0, len(years), DrawnRange(low, high, 0))


def own_price_by_year(
    layer: Layer, base: Scenario, years: Sequence[int]
) -> tuple[tuple[float, float, float], ...]:
    """Return a card's own price per budget year, DKK: value, low, high; from its first step on, in days of the year."""
    price, first = layer.price, layer.begins
    if price is None or first is None:
        return ((0.0, 0.0, 0.0),) * len(years)
    shares = []
    for year in years:
        begin = max(first, datetime.date(year, 1, 1))
        end = min(base.end, datetime.date(year + 1, 1, 1))
        if price.unit == "dkk_once":
            shares.append(float(year == max(first.year, years[0])))
        else:
            length = (datetime.date(year + 1, 1, 1) - datetime.date(year, 1, 1)).days
            shares.append(max(0, (end - begin).days) / length)
    return tuple((price.value * s, price.low * s, price.high * s) for s in shares)


def _money(
    by_case: Sequence[BudgetResult], layers: Sequence[Layer], own: tuple[Amount | None, ...]
) -> MoneyEffect:
    """Return the money's effects of the central runs, own prices included."""
    *singles, together = by_case
    priced = frozenset(lever for layer in layers if layer.price for lever in layer.levers)
    alone = []
    for result, layer, price in zip(singles, layers, own, strict=True):
        amount = _less_unpriced(total_amount(result), layer.levers if layer.price else frozenset())
        alone.append(_plus(amount, [price]))
    return MoneyEffect(tuple(alone), _plus(_less_unpriced(total_amount(together), priced), list(own)), own)


def with_own_prices(
    years: Sequence[Amount],
    total: Amount,
    layers: Sequence[Layer],
    base: Scenario,
    budget_years: Sequence[int],
) -> tuple[tuple[Amount, ...], Amount]:
    """Return the amounts of the budget years, and of all of them, with the layers' own prices added."""
    by_layer = [own_price_by_year(layer, base, budget_years) for layer in layers if layer.price is not None]
    priced = frozenset(lever for layer in layers if layer.price is not None for lever in layer.levers)

    def price(ends: Sequence[tuple[float, float, float]]) -> Amount:
        """Return a price in one year, or the sum of several, as an amount."""
        value, low, high = (sum(one[at] for one in ends) for at in range(3))
        return Amount(value, 0.0, 1, DrawnRange(low, high, 0))

    made = tuple(
        _plus(_less_unpriced(amount, priced), [price([layer[at]]) for layer in by_layer])
        for at, amount in enumerate(years)
    )
    return made, _plus(_less_unpriced(total, priced), [price(layer) for layer in by_layer])


def own_prices(layers: Sequence[Layer], base: Scenario, years: Sequence[int]) -> NDArray[np.float64]:
    """Return the layers' own prices together, DKK [Y, 3]: value, low, high of each budget year."""
    by_layer = [own_price_by_year(layer, base, years) for layer in layers]
    every: Floats = np.asarray(by_layer, dtype=np.float64).reshape(len(by_layer), len(years), 3)
    return np.asarray(every.sum(axis=0))


def with_own_price(result: BudgetResult, layers: Sequence[Layer], base: Scenario) -> BudgetResult:
    """Return a scenario's budget with its cards' own prices in the net; by function and component it is as it was."""
    priced = frozenset(lever for layer in layers if layer.price is not None for lever in layer.levers)
    if not any(layer.price is not None for layer in layers):
        return result
    value = own_prices(layers, base, tuple(int(year) for year in result.years))[:, 0]
    return replace(
        result,
        gross=replace(result.gross, scenario=result.gross.scenario + value),
        net=replace(result.net, scenario=result.net.scenario + value),
        unpriced=tuple(lever for lever in result.unpriced if lever not in priced),
    )


def _less_unpriced(amount: Amount, priced: frozenset[str]) -> Amount:
    """Return an amount without the levers that a card of their own has priced among those nobody has."""
    return replace(amount, unpriced=tuple(lever for lever in amount.unpriced if lever not in priced))


def _plus(amount: Amount, prices: Sequence[Amount | None]) -> Amount:
    """Return an amount with prices added: their ends to its ends, which is the widest that can be."""
    known = [price for price in prices if price is not None]
    central = amount.central + sum(price.central for price in known)
    drawn = amount.range
    if drawn is not None:
        low = drawn.low + sum(price.range.low for price in known if price.range)
        high = drawn.high + sum(price.range.high for price in known if price.range)
        drawn = DrawnRange(low, high, drawn.draws)
    return replace(amount, central=central, range=drawn)


def _with_shares(made: StackEffects, municipality: Municipality) -> StackEffects:
    """Return the effects with each layer's share of what all do together, where there are few enough."""
    count = len(made.stack.layers)
    if count > MOST_SHARED:
        return made
    masks = range(1 << count)
    cases = [
        without_texts(with_layers(made.stack, [i for i in range(count) if mask >> i & 1])) for mask in masks
    ]
    figures = run_cases(municipality, cases)
    ends = exact(figures.ends - figures.ends[0])
    net = exact(figures.net.sum(axis=1, keepdims=True))[:, 0]
    columns = {f"{goal}.{indicator}": at for at, (goal, indicator) in enumerate(figures.keys)}
    goals = tuple(
        effect
        if not effect.alone
        else replace(
            effect, shares=tuple(ends[:, columns[indicator_key(effect.goal, effect.indicator)]].tolist())
        )
        for effect in made.goals
    )
    own = [0.0 if price is None else price.central for price in made.money.own]
    shares = tuple(float(share) + price for share, price in zip(net, own, strict=True))
    return replace(made, goals=goals, money=replace(made.money, shares=shares))


def _with_ranges(
    made: StackEffects,
    cases: Sequence[Scenario],
    draws: Draws,
    cancel: threading.Event | None,
    progress: Progress | None,
) -> StackEffects:
    """Return the effects with their ranges over the draws, each single effect and all together in the same draws."""
    keys = {indicator_key(e.goal, e.indicator): e for e in made.goals if e.alone}
    values = end_values(draws, cases, FanOptions(tuple(keys)), cancel=cancel, progress=progress)
    goals = []
    for effect in made.goals:
        if not effect.alone:
            goals.append(effect)
            continue
        difference = values[indicator_key(effect.goal, effect.indicator)].difference
        goals.append(
            replace(
                effect,
                alone_ranges=tuple(range_of_draws(row) for row in difference[:-1]),
                together_range=range_of_draws(difference[-1]),
                total_alone_range=range_of_draws(difference[:-1].sum(axis=0)),
                interaction_range=range_of_draws(difference[-1] - difference[:-1].sum(axis=0)),
            )
        )
    money = values[BUDGET].difference.sum(axis=2)
    own = made.money.own

    def ranged(amount: Amount, row: Floats, prices: Sequence[Amount | None]) -> Amount:
        """Return an amount with its range; its central value has the prices already."""
        plain = replace(amount, central=0.0, range=range_of_draws(row))
        return replace(_plus(plain, prices), central=amount.central)

    alone = tuple(ranged(a, row, [p]) for a, row, p in zip(made.money.alone, money, own, strict=False))
    return replace(
        made,
        goals=tuple(goals),
        money=replace(
            made.money,
            alone=alone,
            together=ranged(made.money.together, money[-1], list(own)),
            total_alone_range=ranged(made.money.together, money[:-1].sum(axis=0), list(own)).range,
            interaction_range=range_of_draws(money[-1] - money[:-1].sum(axis=0)),
        ),
        draws=draws.count,
    )
