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
from model.explain.run_comparison import PERSON, RunComparison, figure, message
from model.goals.results import GoalResult, IndicatorResult
from model.goals.side_effects import side_effects
from model.language.catalogue import money
from model.language.messages import Localized, Message, Phrase, joined
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
    """What moved and why, what limits it, and what to be warned of, in sentences."""

    headline: Localized
    limits: tuple[Localized, ...]
    warnings: tuple[Localized, ...]


def explain(
    outcome: Outcome, baseline: Outcome, goals: tuple[GoalResult, ...], budget: BudgetResult
) -> Explanation:
    """Explain a run: the headline, what limits it and what to be warned of.

    Arguments: a run and its baseline over the same weeks, and what ``evaluate_goals`` and ``budget`` made of them.
    """
    comparison = RunComparison(outcome, baseline)
    if not _any_lever_moved(comparison):
        return Explanation(_unchanged(comparison), tuple(changes_without_effect(comparison)), ())
    worse = [effect.warning for effect in side_effects(outcome, baseline) if effect.warning is not None]
    warnings: tuple[Localized, ...] = (
        *budget.warnings,
        *worse[:_MAX_SIDE_EFFECTS],
        *ratio_limits(comparison),
    )
    return Explanation(_headline(comparison, goals, budget), limits(outcome, baseline), warnings)


def _any_lever_moved(comparison: RunComparison) -> bool:
    """Return whether any lever differs from the baseline in any week."""
    skipped = ("weeks", "week_of_year")
    return any(
        not np.array_equal(value, getattr(comparison.base.paths, name))
        for name, value in vars(comparison.run.paths).items()
        if name not in skipped
    )


def _unchanged(comparison: RunComparison) -> Message:
    """Describe a run without changed levers; the economy, which both share, may still move everything."""
    paths = comparison.run.paths
    if (paths.economy_inflow == 1).all() and (paths.economy_job == 1).all():
        return message("unchanged")
    start = float(totals_by_group(comparison.base).block("caseload")[0].sum())
    change = float(comparison.mean("caseload", comparison.base).sum()) - start
    key = "unchanged_economy_fewer" if change < 0 else "unchanged_economy_more"
    return message(key, n=figure(abs(change)))


def _headline(comparison: RunComparison, goals: tuple[GoalResult, ...], budget: BudgetResult) -> Message:
    """Name what moved most, its causes, the change in persons on support and the cost."""
    people, cost = _people_message(comparison), _cost_message(budget)
    most = most_moved(goals, lambda indicator: has_cause(comparison, indicator))
    if most is None:
        causes = causes_of(comparison, None)
        key = "nothing_moves_although" if causes else "nothing_moves"
        return message(key, causes=_listed_causes(causes), people=Phrase(_capitalised, people), money=cost)
    goal, indicator = most
    causes = causes_of(comparison, indicator)
    verb = {True: "better", False: "worse", None: "moves"}[indicator.better]
    return message(
        "headline_because" if causes else "headline",
        goal=figure(goal.number),
        indicator=indicator.title,
        verb=message(f"verb.{verb}"),
        before=_value_before(indicator),
        after=Phrase(indicator.shown, indicator.value_scenario),
        count=_count_message(indicator),
        causes=Phrase(_capitalised, _listed_causes(causes)),
        people=people if causes else Phrase(_capitalised, people),
        money=cost,
    )


def _listed_causes(causes: list[Localized]) -> Phrase:
    """Join causes by the word for "and"."""
    return Phrase(joined, causes, separator=message("and"))


def _capitalised(sentence: str, language: str) -> str:
    """Return a sentence with a capital; for ``Phrase``: the same in any language."""
    return sentence[:1].upper() + sentence[1:]


def _value_before(indicator: IndicatorResult) -> Phrase:
    """Return the baseline's value, without the unit that follows after the scenario's."""
    if indicator.unit == "rank":
        return Phrase(indicator.shown, indicator.value_baseline)
    return figure(indicator.value_baseline, indicator.decimals)


def _count_message(indicator: IndicatorResult) -> Message | str:
    """Return the change in the absolute number behind a share, as in " (+58 fuldtidspersoner)"; else nothing."""
    kind = _COUNTS.get(indicator.metric)
    if kind is None or indicator.count_scenario is None or indicator.count_baseline is None:
        return ""
    if is_small(indicator.count_scenario) or is_small(indicator.count_baseline):
        return ""
    change = indicator.count_scenario - indicator.count_baseline
    return message(f"count.{kind}", change=figure(change, signed=True))


def _people_message(comparison: RunComparison) -> Message:
    """Return the change in the number on public support, mean of the last year."""
    change = float(comparison.change("caseload").sum())
    if abs(change) < PERSON:
        return message("people.same")
    return message("people.fewer" if change < 0 else "people.more", n=figure(abs(change)))


def _cost_message(budget: BudgetResult) -> Message:
    """Return what the scenario costs or saves over the whole run."""
    total = budget.total_difference
    base = float(np.abs(budget.net.baseline).sum())
    if abs(total) < 1e-5 * base or base == 0:
        return message("money.same")
    key = "saves" if total < 0 else "costs"
    # Single kroner would promise more than a model can know.
    amount = Phrase(money, round(abs(total) / _THOUSAND) * _THOUSAND)
    return message(f"money.{key}", amount=amount, years=figure(len(budget.years)))
