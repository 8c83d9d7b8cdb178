"""What a scenario moves, why and at what cost in two plain sentences, and what limits it; all from the run.

The first names the indicator that moved most relative to its target or baseline, the second the mechanism that the
run shows, the change in the number on public support and the cost. Nothing is written that the run does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from model.budget.result import BudgetResult
from model.disclosure import is_small
from model.explain.causes import causes_of, has_cause
from model.explain.limits import limits, ratio_limits
from model.explain.most_moved import most_moved
from model.explain.no_effect import changes_without_effect
from model.explain.run_comparison import PERSON, RunComparison
from model.goals.results import GoalResult, IndicatorResult
from model.goals.side_effects import side_effects
from model.language.catalogue import money
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

_THOUSAND: Final = 1_000.0
_MAX_SIDE_EFFECTS: Final = 3
# How the absolute number behind a share is told: persons at a time, or per quarter or year.
_COUNTS: Final = {
    "participation": "stock",
    "over_52_weeks": "stock",
    "per_100_young": "stock",
    "ledighedsydelse_share": "stock",
    "offer_within_13_weeks": "quarter",
    "exits_per_quarter": "quarter",
    "transfers_per_year_share": "year",
}


@dataclass(frozen=True)
class Explanation:
    """What moved and why, what limits it, and what to be warned of; sentences in one language."""

    headline: str
    limits: tuple[str, ...]
    warnings: tuple[str, ...]


def explain(
    outcome: Outcome,
    baseline: Outcome,
    goals: tuple[GoalResult, ...],
    budget: BudgetResult,
    language: str,
) -> Explanation:
    """The sentence, its limits and its warnings in "da" or "en".

    Arguments: a run and its baseline over the same weeks, and what ``evaluate_goals`` and ``budget`` made of them.
    """
    comparison = RunComparison(outcome, baseline, language)
    if not _any_lever_moved(comparison):
        return Explanation(_unchanged(comparison), tuple(changes_without_effect(comparison)), ())
    warnings = [warning.text(language) for warning in budget.warnings]
    worse = [effect.warning for effect in side_effects(outcome, baseline) if effect.warning is not None]
    warnings += [warning.text(language) for warning in worse[:_MAX_SIDE_EFFECTS]]
    warnings += ratio_limits(comparison)
    return Explanation(
        _headline(comparison, goals, budget), limits(outcome, baseline, language), tuple(warnings)
    )


def _any_lever_moved(comparison: RunComparison) -> bool:
    skipped = ("weeks", "week_of_year")
    return any(
        not np.array_equal(value, getattr(comparison.base.paths, name))
        for name, value in vars(comparison.run.paths).items()
        if name not in skipped
    )


def _unchanged(comparison: RunComparison) -> str:
    """No lever differs from the baseline; the economy, which both share, may still move everything."""
    paths = comparison.run.paths
    if (paths.economy_inflow == 1).all() and (paths.economy_job == 1).all():
        return comparison.says("unchanged")
    start = float(totals_by_group(comparison.base).block("caseload")[0].sum())
    change = float(comparison.mean("caseload", comparison.base).sum()) - start
    key = "unchanged_economy_fewer" if change < 0 else "unchanged_economy_more"
    return comparison.says(key, n=comparison.n(abs(change)))


def _headline(comparison: RunComparison, goals: tuple[GoalResult, ...], budget: BudgetResult) -> str:
    people, cost = _people(comparison), _money(comparison, budget)
    most = most_moved(goals, lambda indicator: has_cause(comparison, indicator))
    if most is None:
        causes = causes_of(comparison, None)
        key = "nothing_moves_although" if causes else "nothing_moves"
        joined = comparison.says("and").join(causes)
        return comparison.says(key, causes=joined, people=_capital(people), money=cost)
    goal, indicator = most
    causes = causes_of(comparison, indicator)
    verb = {True: "better", False: "worse", None: "moves"}[indicator.better]
    return comparison.says(
        "headline_because" if causes else "headline",
        goal=comparison.n(goal.number),
        indicator=indicator.title.text(comparison.language),
        verb=comparison.says(f"verb.{verb}"),
        before=_before(comparison, indicator),
        after=indicator.shown(indicator.value_scenario, comparison.language),
        count=_count(comparison, indicator),
        causes=_capital(comparison.says("and").join(causes)),
        people=people if causes else _capital(people),
        money=cost,
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _before(comparison: RunComparison, indicator: IndicatorResult) -> str:
    """The baseline's value, without the unit that follows after the scenario's."""
    if indicator.unit == "rank":
        return indicator.shown(indicator.value_baseline, comparison.language)
    return comparison.n(indicator.value_baseline, indicator.decimals)


def _count(comparison: RunComparison, indicator: IndicatorResult) -> str:
    """The change in the absolute number behind a share: " (+58 fuldtidspersoner)"."""
    kind = _COUNTS.get(indicator.metric)
    if kind is None or indicator.count_scenario is None or indicator.count_baseline is None:
        return ""
    if is_small(indicator.count_scenario) or is_small(indicator.count_baseline):
        return ""
    change = indicator.count_scenario - indicator.count_baseline
    return comparison.says(f"count.{kind}", change=comparison.n(change, signed=True))


def _people(comparison: RunComparison) -> str:
    """The change in the number on public support, mean of the last year."""
    change = float(comparison.change("caseload").sum())
    if abs(change) < PERSON:
        return comparison.says("people.same")
    return comparison.says("people.fewer" if change < 0 else "people.more", n=comparison.n(abs(change)))


def _money(comparison: RunComparison, budget: BudgetResult) -> str:
    total = budget.total_difference
    base = float(np.abs(budget.net.baseline).sum())
    if abs(total) < 1e-5 * base or base == 0:
        return comparison.says("money.same")
    years = len(budget.years)
    key = "saves" if total < 0 else "costs"
    # Single kroner would promise more than a model can know.
    amount = money(round(abs(total) / _THOUSAND) * _THOUSAND, comparison.language)
    return comparison.says(f"money.{key}", amount=amount, years=comparison.n(years))
