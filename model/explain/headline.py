"""What a scenario moves, why and at what cost in a few plain sentences, and what limits it; all from the run.

The first names the indicator that moved most relative to its target or baseline, the next the mechanism that the run
shows, the change in the number on public support and the cost. Nothing is written that the run does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import Amount, BudgetRanges, total_amount
from model.budget.result import BudgetResult
from model.disclosure import is_small
from model.explain.causes import cause_of_lever, causes_of, has_cause
from model.explain.lever_shares import LeverPart, LeverShares, moved_levers
from model.explain.limits import limits, ratio_limits
from model.explain.most_moved import most_moved
from model.explain.no_effect import changes_without_effect
from model.explain.persons import PersonChange, person_change
from model.explain.run_comparison import RunComparison, figure, message
from model.goals.results import GoalResult, IndicatorResult
from model.goals.series import NET, indicator_key
from model.goals.side_effects import side_effects
from model.language.messages import Localized, Message, Phrase, joined
from model.scenario.levers import LEVER_BY_ID
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

Floats = NDArray[np.float64]

_MAX_SIDE_EFFECTS: Final = 3
# What a room reads before the next move.
_MOST_WORDS: Final = 30
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

    what_and_why: tuple[Localized, ...]  # what moved; then what moved it, where a cause is known
    moved: tuple[str, str] | None  # ids of the goal and the indicator that are named
    tells_amounts: bool  # whether a lever is moved, so that persons and money are told
    amount: Amount
    persons: PersonChange
    money_part: LeverPart | None  # the lever that brings most of the amount, where several are moved
    limits: tuple[Localized, ...]
    warnings: tuple[Localized, ...]

    @property
    def headline(self) -> Localized:
        """Return the sentences, with the amount and the change in persons as they are known."""
        if not self.tells_amounts:
            return Phrase(joined, list(self.what_and_why), separator=" ")
        clause = self.amount.clause()
        # An amount of which not even the sign is known has no cause.
        if self.money_part is not None and self.amount.kind not in ("same", "either"):
            part = replace(self.amount, central=self.money_part.value)
            lever = LEVER_BY_ID[self.money_part.lever].label
            clause = message("mostly_by", amount=clause, lever=lever, part=Phrase(part.shown))
        told = [self.persons_sentence, message("sentence", words=Phrase(_capitalised, clause))]
        return Phrase(joined, [*self.what_and_why, *told], separator=" ")

    def short_headline(self, language: str) -> str:
        """Return what moved, why, and the change in persons, as whole sentences of at most thirty words together.

        For where the amount stands beside it. The first sentence is there however long it is.
        """
        sentences = [*self.what_and_why, *([self.persons_sentence] if self.tells_amounts else [])]
        first, *others = (sentence.text(language) for sentence in sentences)
        for sentence in others:
            if len(f"{first} {sentence}".split()) <= _MOST_WORDS:
                first = f"{first} {sentence}"
        return first

    @property
    def persons_sentence(self) -> Localized:
        """Return the change in the number on public support, with its range, as a sentence."""
        return message("sentence", words=Phrase(_capitalised, self.persons.clause()))

    def with_ranges(self, ranges: BudgetRanges | None, persons: Floats) -> Explanation:
        """Return the same with ranges over the draws: of the amount, and of the differences in persons [draws]."""
        amount = self.amount if ranges is None else replace(self.amount, range=ranges.total)
        return replace(self, amount=amount, persons=self.persons.with_draws(persons))


def explain(
    outcome: Outcome,
    baseline: Outcome,
    goals: tuple[GoalResult, ...],
    budget: BudgetResult,
    shares: LeverShares | None = None,
) -> Explanation:
    """Explain a run: the headline, what limits it and what to be warned of.

    Arguments: a run and its baseline over the same weeks, what ``evaluate_goals`` and ``budget`` made of them, and what
    each lever adds where several are moved: without it no cause is named then, since it may be another.
    """
    comparison = RunComparison(outcome, baseline)
    amount, persons = total_amount(budget), person_change(comparison)
    if not _any_lever_moved(comparison):
        unchanged = _unchanged(comparison)
        idle = tuple(changes_without_effect(comparison))
        return Explanation((unchanged,), None, False, amount, persons, None, idle, ())
    worse = [effect.warning for effect in side_effects(outcome, baseline) if effect.warning is not None]
    warnings: tuple[Localized, ...] = (
        *budget.warnings,
        *worse[:_MAX_SIDE_EFFECTS],
        *ratio_limits(comparison),
    )
    moved, what_and_why = _what_and_why(comparison, goals, shares)
    return Explanation(
        what_and_why=what_and_why,
        moved=moved,
        tells_amounts=True,
        amount=amount,
        persons=persons,
        money_part=None if shares is None else shares.main_part(NET),
        limits=limits(outcome, baseline),
        warnings=warnings,
    )


def _any_lever_moved(comparison: RunComparison) -> bool:
    """Return whether any lever differs from the baseline in any week."""
    skipped = ("weeks", "week_of_year")
    return any(
        not np.array_equal(value, getattr(comparison.base.paths, name))
        for name, value in comparison.run.paths.series().items()
        if name not in skipped
    )


def _unchanged(comparison: RunComparison) -> Message:
    """Describe a run without changed levers; the economy, which both share, may still move everything."""
    paths = comparison.run.paths
    is_still = bool((paths.economy_inflow == 1).all() and (paths.economy_job == 1).all())
    if is_still and (paths.projection == 1).all():
        return message("unchanged")
    if is_still:
        return message("unchanged_projection")
    start = float(totals_by_group(comparison.base).block("caseload")[0].sum())
    change = float(comparison.mean("caseload", comparison.base).sum()) - start
    key = "unchanged_economy_fewer" if change < 0 else "unchanged_economy_more"
    return message(key, n=figure(abs(change)))


def _what_and_why(
    comparison: RunComparison, goals: tuple[GoalResult, ...], shares: LeverShares | None
) -> tuple[tuple[str, str] | None, tuple[Localized, ...]]:
    """Return the ids of what moved most, and that with its causes in sentences."""
    several = len(moved_levers(comparison.run.scenario)) > 1
    most = most_moved(goals, lambda indicator: has_cause(comparison, indicator))
    if most is None:
        causes = [] if several else causes_of(comparison, None)
        key = "nothing_moves_although" if causes else "nothing_moves"
        return None, (message(key, causes=_listed_causes(causes)),)
    goal, indicator = most
    causes = _causes_of_indicator(comparison, indicator, indicator_key(goal, indicator), several, shares)
    verb = {True: "better", False: "worse", None: "moves"}[indicator.better]
    what = message(
        "headline",
        goal=figure(goal.number),
        indicator=indicator.title,
        verb=message(f"verb.{verb}"),
        before=_value_before(indicator),
        after=Phrase(indicator.shown, indicator.value_scenario),
        count=_count_message(indicator),
    )
    why = [message("sentence", words=Phrase(_capitalised, _listed_causes(causes)))] if causes else []
    return (goal.id, indicator.id), (what, *why)


def _causes_of_indicator(
    comparison: RunComparison,
    indicator: IndicatorResult,
    key: str,
    several: bool,
    shares: LeverShares | None,
) -> list[Localized]:
    """Return what moved an indicator: where several levers are moved, what the lever does that brings most of it."""
    if not several:
        return causes_of(comparison, indicator)
    lever = None if shares is None else shares.main_lever(key)
    return [] if lever is None else cause_of_lever(comparison, lever, indicator)


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
