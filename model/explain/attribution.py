"""Why: what each changed lever contributes to every indicator and to the budget, in figures and in sentences.

Contributions are Shapley values: what a lever adds, averaged over all orders in which the levers could be moved.
They sum to the total change and do not depend on the order in which anyone lists the levers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.explain import shapley
from model.explain.attribution_sentences import lever_part_label
from model.explain.case_runs import Cancel, Progress, run_cases
from model.explain.coalitions import (
    CoalitionTable,
    differs_from_baseline,
    lever_targets,
    small_coalitions,
    targets_in_coalition,
    with_changes_of,
)
from model.explain.contributions import (
    Attribution,
    BudgetContributions,
    Contributions,
    LeverPart,
    LeverTarget,
)
from model.explain.figures import difference_shown, single_full_stop
from model.explain.interactions import DKK, interactions_of
from model.explain.limits import reasons_for_nothing, shortages
from model.explain.run_comparison import PERSON
from model.files.problems import sanitised, suggestion
from model.goals.evaluate import evaluate_goals
from model.goals.results import (
    PROCESS,
    GoalResult,
    IndicatorResult,
    counts_persons,
    suppress,
    suppressed_indicators,
)
from model.goals.series import NET, PERSONS, indicator_key
from model.language.catalogue import number
from model.language.messages import Localized, LocalizedError, Message, Phrase, joined
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate

Floats = NDArray[np.float64]

# Up to so many levers every coalition is run: 256 runs; above, orders are drawn.
EXACT_UP_TO: Final = 8
# Antithetic pairs make the effects of two levers on one another exact, so that few orders do: with eight pairs the
# standard errors of the shipped scenario of twelve levers are below what is shown. Fewer where runs would be too many.
_PAIRS: Final = 8
_MAX_RUNS: Final = 600
_MIN_PAIRS: Final = 2
_SMALLEST_SHOWN: Final = 0.005  # full-time persons; less is shown as 0.00


class CannotExplain(LocalizedError):
    """There is nothing to explain, or an indicator that is asked for does not exist."""


@dataclass(frozen=True)
class Sampling:
    """When and how orders of the levers are drawn instead of running every coalition."""

    exact_up_to: int = EXACT_UP_TO  # levers; up to so many all 2^n coalitions are run
    pairs: int | None = None  # antithetic pairs of orders; by default 8, fewer where runs would be too many
    seed: int = 1

    def orders(self, levers: int) -> list[tuple[int, ...]]:
        """Draw orders of ``levers`` levers; none where all coalitions are run."""
        if levers <= self.exact_up_to:
            return []
        pairs = self.pairs
        if pairs is None:
            pairs = max(_MIN_PAIRS, min(_PAIRS, _MAX_RUNS // (2 * (levers - 1))))
        return shapley.antithetic_orders(levers, pairs, self.seed)


@dataclass(frozen=True, eq=False)
class _Comparison:
    """A scenario with its run, its baseline and the results of both."""

    municipality: Municipality
    scenario: Scenario
    outcome: Outcome
    base: Outcome
    goals: tuple[GoalResult, ...]

    @cached_property
    def results(self) -> Mapping[str, IndicatorResult]:
        """Return the results by ``goal.indicator``."""
        return {indicator_key(goal, i): i for goal in self.goals for i in goal.indicators}

    @cached_property
    def suppressed(self) -> Collection[str]:
        """Return the indicators whose contributions are not shown."""
        return suppressed_indicators(self.goals)


@dataclass(frozen=True, eq=False)
class _Parts:
    """Contributions [n, M] of n levers to the M columns of a table of coalitions, and their standard errors."""

    table: CoalitionTable
    values: Floats
    errors: Floats

    def persons(self) -> Contributions:
        """Return what each lever adds to the number of persons on support."""
        column = self.table.persons
        return self.table.column(PERSONS, column, float(self.table.start[column]), self.values, self.errors)

    def budget(self) -> BudgetContributions:
        """Return what each lever adds to net expenditure, by budget year and in total."""
        table, years = self.table, self.table.figures.years
        columns = slice(table.net_total - len(years), table.net_total)
        total = table.column(NET, table.net_total, 0.0, self.values, self.errors)
        change = table.gains[-1, columns]
        return BudgetContributions(years, self.values[:, columns], self.errors[:, columns], change, total)

    def indicators(
        self, keys: Iterable[str], results: Mapping[str, IndicatorResult]
    ) -> tuple[dict[str, Contributions], tuple[str, ...]]:
        """Return contributions by indicator, and the indicators that some run has no value of."""
        contributions: dict[str, Contributions] = {}
        undefined = []
        for key in keys:
            own = self.table.indicator(key, self.values, self.errors)
            if own is None:
                undefined.append(key)
            else:
                contributions[key] = own.without_few() if counts_persons(results[key].unit) else own
        return contributions, tuple(undefined)


def attribute(
    municipality: Municipality,
    scenario: Scenario,
    *,
    indicators: Iterable[str] | None = None,
    merge_groups: bool = False,
    sampling: Sampling | None = None,
    executor: Executor | None = None,
    cancel: Cancel | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """Compute what each changed lever of a scenario contributes, against the baseline of the same economy.

    Contributions are Shapley values (Shapley 1953), see :mod:`model.explain.shapley`.

    Arguments: ``indicators`` as "goal.indicator" (default all); ``merge_groups`` takes a lever's target groups as
    one; ``sampling`` when orders are drawn; ``executor``, ``cancel`` and ``progress`` as in
    :func:`model.explain.case_runs.run_cases`.
    Raises CannotExplain where no lever is changed or an indicator is unknown, CancelledError.
    """
    if not scenario.changes:
        raise CannotExplain(Message("why.error.no_changes"))
    base, outcome = baseline(municipality, scenario), simulate(municipality, scenario)
    goals = suppress(evaluate_goals(outcome, base))
    comparison = _Comparison(municipality, scenario, outcome, base, goals)
    keys = _indicator_keys(indicators, comparison.results)
    targets = lever_targets(scenario, merge_groups)
    # A lever that is as in the baseline in every week takes part in no run: it adds exactly nothing.
    active = [i for i, target in enumerate(targets) if differs_from_baseline(target, outcome, base)]
    orders = (sampling or Sampling()).orders(len(active))
    masks = _coalitions(len(active), orders)
    cases = [with_changes_of(scenario, targets_in_coalition([targets[i] for i in active], m)) for m in masks]
    figures = run_cases(municipality, cases, executor=executor, cancel=cancel, progress=progress)
    table = CoalitionTable(figures, masks)
    parts = _parts(table, orders, len(targets), active)
    contributions, undefined = parts.indicators(keys, comparison.results)
    suppressed = comparison.suppressed
    shown_parts = {key: own for key, own in contributions.items() if key not in suppressed}
    return Attribution(
        levers=tuple(_lever_part(comparison, targets, i, parts, contributions) for i in range(len(targets))),
        indicators=MappingProxyType(shown_parts),
        persons=parts.persons(),
        budget=parts.budget(),
        interactions=interactions_of(table, active, goals, shown_parts),
        left_out=tuple(key for key in undefined if key not in suppressed),
        suppressed=tuple(key for key in keys if key in suppressed),
        exact=not orders,
        runs=len(cases),
        orders=len(orders),
        goals=goals,
        outcome=outcome,
        baseline=base,
    )


def _indicator_keys(
    indicators: Iterable[str] | None, results: Mapping[str, IndicatorResult]
) -> tuple[str, ...]:
    """Return the indicators to explain, each once. Raises CannotExplain for an unknown one."""
    if indicators is None:
        return tuple(results)
    keys = tuple(dict.fromkeys(indicators))
    for key in keys:
        if key not in results:
            raise unknown_indicator(key, results)
    return keys


def unknown_indicator(key: str, known: Iterable[str]) -> CannotExplain:
    """Return the error for a figure that is not measured, with the nearest that is."""
    known = tuple(known)
    message = Message("why.error.indicator", name=sanitised(key))
    return CannotExplain(Phrase(joined, [message, Phrase(suggestion, key, known)], separator=""))


def _coalitions(levers: int, orders: Sequence[Sequence[int]]) -> list[int]:
    """List the coalitions to run as bit masks, the empty one first and that of all levers last."""
    if not orders:
        return list(range(1 << levers))
    return sorted({*shapley.coalitions_of(orders), *small_coalitions(levers)})


def _parts(table: CoalitionTable, orders: Sequence[Sequence[int]], levers: int, active: list[int]) -> _Parts:
    """Divide the gains of the coalitions among ``levers`` levers, of which only the ``active`` took part."""
    values = np.zeros((levers, table.gains.shape[1]))
    errors = np.zeros_like(values)
    if orders:
        rows = dict(zip(table.row, table.gains, strict=True))
        values[active], errors[active] = shapley.sampled(rows, orders)
    elif active:
        values[active] = shapley.exact(table.gains)
    return _Parts(table, values, errors)


def _lever_part(
    comparison: _Comparison,
    targets: Sequence[tuple[LeverTarget, ...]],
    i: int,
    parts: _Parts,
    contributions: Mapping[str, Contributions],
) -> LeverPart:
    """Return lever ``i`` with its changes, its label and, where it moves no result, the reason."""
    scenario, part = comparison.scenario, targets[i]
    return LeverPart(
        targets=part,
        changes=tuple(change for change in scenario.changes if change.target in part),
        label=lever_part_label(part, scenario, comparison.municipality),
        no_effect=_reason_for_no_effect(comparison, part, i, parts, contributions),
    )


def _reason_for_no_effect(
    comparison: _Comparison,
    part: tuple[LeverTarget, ...],
    i: int,
    parts: _Parts,
    contributions: Mapping[str, Contributions],
) -> Localized | None:
    """Return why lever ``i`` moves no result, or None where it moves one. More of an activity is no result."""
    results, scenario = comparison.results, comparison.scenario
    persons, net = parts.persons().parts[i], parts.budget().total.parts[i]
    in_steps = {key: abs(c.parts[i]) / results[key].smallest_movement for key, c in contributions.items()}
    moved = [key for key, steps in in_steps.items() if steps >= 1]
    if any(results[key].metric not in PROCESS for key in moved) or abs(persons) >= PERSON:
        return None
    # A suppressed indicator is not named either, though it decides whether the lever moves anything.
    most_steps = max((k for k in moved if not results[k].suppressed), key=lambda k: in_steps[k], default=None)
    alone = simulate(comparison.municipality, with_changes_of(scenario, part))
    others = {change.target for change in scenario.changes} - set(part)
    without = simulate(comparison.municipality, with_changes_of(scenario, others))

    reasons = reasons_for_nothing(alone, comparison.base) or shortages(comparison.outcome, without)
    reason: Localized
    if reasons:
        reason = reasons[0]
    elif most_steps is not None:
        indicator = results[most_steps]
        change = Phrase(indicator.shown_difference, contributions[most_steps].parts[i])
        reason = Message("why.only_done", indicator=indicator.title, n=change)
    elif abs(persons) >= _SMALLEST_SHOWN:
        reason = Message("why.too_little", n=Phrase(number, persons, decimals=2, signed=True))
    else:
        reason = Message("why.nothing_found")
    if abs(net) < DKK:
        return reason
    only_money = Message("why.only_money", amount=difference_shown(NET, net, ()))
    return Phrase(single_full_stop, Phrase(joined, [reason, only_money]))
