"""Gather what a comparison of scenarios tells: goals with ranges, amounts by year, who is best, and the verdict.

The page Compare, its pictures, its workbook and its page of paper all read this, so that they tell the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from model.budget.amounts import Amount, equal_below, total_amount, year_amounts
from model.budget.result import BudgetResult
from model.budget.warnings import unpriced_names
from model.goals.results import GoalResult, IndicatorResult, tolerance
from model.goals.series import indicator_key
from model.goals.status_text import chance_count
from model.language.catalogue import listed, number, text
from model.language.drawn_range import DrawnRange, range_decimals
from model.municipality.goal_specs import Direction
from model.scenario.scenario import Scenario
from model.uncertainty.comparison import WinShares
from model.uncertainty.end_values import BUDGET

# What so many of the draws find is told as what is found.
AGREED: Final = 0.9
# More goals than these are told by their number.
_MOST_NAMED: Final = 2


@dataclass(frozen=True, eq=False)
class Side:
    """One of the scenarios: its name in this comparison, and what it comes to."""

    name: str
    scenario: Scenario
    goals: tuple[GoalResult, ...]
    budget: BudgetResult


@dataclass(frozen=True, eq=False)
class ComparedGoal:
    """One indicator in every scenario."""

    goal: GoalResult
    indicators: tuple[IndicatorResult, ...]  # one per scenario
    ranges: tuple[DrawnRange | None, ...]  # of each difference from the baseline; None: not known

    @property
    def first(self) -> IndicatorResult:
        """Return the indicator in the first scenario: its title, baseline and target are those of all."""
        return self.indicators[0]

    @property
    def key(self) -> str:
        """Return the indicator's key."""
        return indicator_key(self.goal, self.first)

    @property
    def suppressed(self) -> bool:
        """Return whether one of the scenarios does not show its figure: a verdict would give it away."""
        return any(indicator.suppressed for indicator in self.indicators)

    def title(self, language: str) -> str:
        """Return the goal's number and the indicator's title."""
        title = self.first.title.text(language)
        return text("page_compare.goal_cell", language, number=self.goal.number, indicator=title)

    def ends(self, side: int) -> tuple[float, float] | None:
        """Return between what a scenario's value lies in nine of ten draws: its baseline and the range's ends."""
        band = self.ranges[side]
        if band is None or not band.is_known or self.suppressed:
            return None
        before = self.indicators[side].value_baseline
        return before + band.low, before + band.high

    def ends_shown(self, side: int, language: str) -> str:
        """Return that range in words, with its unit; empty where there is none."""
        ends = self.ends(side)
        if ends is None:
            return ""
        decimals = range_decimals(*ends, self.first.decimals)
        low, high = (
            text(f"goals.unit.{self.first.unit}", language, n=number(end, language, decimals)) for end in ends
        )
        return low if low == high else text("page_compare.range", language, low=low, high=high)


@dataclass(frozen=True, eq=False)
class Compared:
    """Scenarios side by side. ``shares`` is None until the draws are run."""

    sides: tuple[Side, ...]
    language: str
    shares: Mapping[str, WinShares] | None = None

    def text(self, key: str, **values: object) -> str:
        """Return a text of the comparison."""
        return text(f"page_compare.{key}", self.language, **values)

    @cached_property
    def same_economy(self) -> bool:
        """Return whether all are compared with the same baseline."""
        return len({side.scenario.world for side in self.sides}) == 1

    @cached_property
    def drawn(self) -> tuple[int, ...]:
        """Return the places of the scenarios that have a mark of their own; without changes is a mark already."""
        return tuple(
            place for place, side in enumerate(self.sides) if side.scenario.changes or not self.same_economy
        )

    @cached_property
    def marks(self) -> tuple[int | None, ...]:
        """Return which mark and colour each scenario has; None for without changes."""
        return tuple(
            self.drawn.index(place) if place in self.drawn else None for place in range(len(self.sides))
        )

    def goals(self, *, every: bool = False) -> tuple[ComparedGoal, ...]:
        """Return the goals' key indicators, or all indicators."""
        rows = []
        for goal in self.sides[0].goals:
            for place, indicator in enumerate(goal.indicators):
                if not every and indicator.id != goal.key.id:
                    continue
                of_all = tuple(
                    next(g for g in side.goals if g.id == goal.id).indicators[place] for side in self.sides
                )
                rows.append(ComparedGoal(goal, of_all, self._ranges(indicator_key(goal, indicator))))
        return tuple(rows)

    def _ranges(self, key: str) -> tuple[DrawnRange | None, ...]:
        """Return the range of a figure's difference in each scenario."""
        found = None if self.shares is None else self.shares.get(key)
        if found is None:
            return (None,) * len(self.sides)
        return tuple(
            DrawnRange(low, high, found.draws) for low, high in zip(found.low, found.high, strict=True)
        )

    def judged(self) -> tuple[ComparedGoal, ...]:
        """Return the goals that a verdict is given on: watched for more than their course, and shown."""
        return tuple(goal for goal in self.goals() if goal.first.direction != "watch" and not goal.suppressed)

    def directions(self) -> dict[str, Direction]:
        """Return the indicators that a verdict is given on, with their directions: up or down, and shown."""
        return {goal.key: goal.first.direction for goal in self.judged()}

    def least(self) -> dict[str, float]:
        """Return below what two scenarios are equal: by indicator in its unit, and for the budget in DKK."""
        steps = {
            goal.key: tolerance(goal.first.smallest_movement, goal.first.value_baseline)
            for goal in self.goals()
        }
        return {**steps, BUDGET: equal_below(float(self.sides[0].budget.net.baseline.sum()))}

    # --- money ------------------------------------------------------------------------------------

    @property
    def years(self) -> tuple[int, ...]:
        """Return the budget years, which all have."""
        return tuple(self.sides[0].budget.years)

    @cached_property
    def year_amounts(self) -> tuple[tuple[Amount, ...], ...]:
        """Return each scenario's net difference by budget year as it is told."""
        amounts = []
        for place, side in enumerate(self.sides):
            of_years = year_amounts(side.budget)
            if self.shares is not None and (bands := self.shares[BUDGET].years):
                of_years = tuple(
                    replace(amount, range=band) for amount, band in zip(of_years, bands[place], strict=True)
                )
            amounts.append(of_years)
        return tuple(amounts)

    @cached_property
    def totals(self) -> tuple[Amount, ...]:
        """Return each scenario's net difference over all years, with its range where it is known."""
        amounts = (total_amount(side.budget) for side in self.sides)
        return tuple(
            replace(amount, range=band) for amount, band in zip(amounts, self._ranges(BUDGET), strict=True)
        )

    @cached_property
    def unpriced(self) -> tuple[str, ...]:
        """Return the ids of the levers that a scenario moves and nobody has priced."""
        return tuple(dict.fromkeys(lever for side in self.sides for lever in side.budget.unpriced))

    # --- who is best ------------------------------------------------------------------------------

    def best(self, key: str) -> int | None:
        """Return the scenario that nine of ten draws find better than every other; None where none is."""
        found = None if self.shares is None else self.shares.get(key)
        if found is None or (key == BUDGET and self.unpriced):
            return None
        place = max(range(len(self.sides)), key=lambda side: found.first[side])
        return place if found.first[place] >= AGREED else None

    def is_equal(self, key: str) -> bool:
        """Return whether nine of ten draws find none better than every other by what the model can tell."""
        found = None if self.shares is None else self.shares.get(key)
        if found is None:
            return False
        return found.equal >= AGREED and all(share <= 1.0 - AGREED for share in found.better.values())

    @cached_property
    def told(self) -> tuple[tuple[str, str], ...]:
        """Return keys and titles of what a verdict is given on: the goals that are no mere watching, and the cost."""
        shares = self.shares or {}
        goals = [(row.key, row.title(self.language)) for row in self.goals() if row.key in shares]
        return (*goals, (BUDGET, self.text("sure.cost")))

    @cached_property
    def verdict(self) -> tuple[str, ...]:
        """Return the verdict in at most two sentences; empty until the draws are run."""
        if self.shares is None:
            return ()
        rows = [row for row in self.goals() if row.key in self.shares]
        winners = {place: [r for r in rows if self.best(r.key) == place] for place in range(len(self.sides))}
        cheapest = self.best(BUDGET)
        equal = [row for row in rows if self.is_equal(row.key)]
        settled = {row.key for of_one in winners.values() for row in of_one} | {row.key for row in equal}
        unsettled = [row for row in rows if row.key not in settled]
        if len(equal) == len(rows) and self.is_equal(BUDGET):
            return (self.text("verdict.all_equal"),)
        clauses = [] if cheapest is None else [self._cheapest(cheapest, winners[cheapest], len(rows))]
        clauses += [
            self.text("verdict.best", name=self.sides[place].name, list=self._named(won, len(rows)))
            for place, won in winners.items()
            if won and place != cheapest
        ]
        rest = [self._open_cost()] if cheapest is None else []
        rest += [self.text("verdict.equal_on", list=self._numbers(equal))] if equal else []
        rest += [self.text("verdict.open_on", list=self._numbers(unsettled))] if unsettled else []
        return tuple(_sentence(parts) for parts in (clauses, rest) if parts)

    def _cheapest(self, place: int, won: Sequence[ComparedGoal], of: int) -> str:
        """Return who is cheapest, in how many draws, and what it is best on besides."""
        assert self.shares is not None
        found, name = self.shares[BUDGET], self.sides[place].name
        count = chance_count(found.first[place], found.draws, self.language)
        if not won:
            return self.text("verdict.cheapest", name=name, count=count)
        return self.text("verdict.cheapest_and_best", name=name, count=count, list=self._named(won, of))

    def _open_cost(self) -> str:
        """Return what there is to say of the cost where nobody is cheapest for sure."""
        assert self.shares is not None
        found = self.shares[BUDGET]
        if self.unpriced:
            names = [name.text(self.language) for name in unpriced_names(self.unpriced)]
            return self.text("verdict.unpriced", levers=listed(names, self.language))
        if self.is_equal(BUDGET):
            return self.text("verdict.cost_equal")
        place = max(range(len(self.sides)), key=lambda side: found.first[side])
        count = chance_count(found.first[place], found.draws, self.language)
        return self.text("verdict.cost_open", name=self.sides[place].name, count=count)

    def _named(self, rows: Sequence[ComparedGoal], of: int) -> str:
        """Return goals in words; many by their numbers, and all of them as all."""
        if len(rows) == of > 1:
            return self.text("verdict.every_goal", n=of)
        if len(rows) > _MOST_NAMED:
            return self._numbers(rows)
        titles = [
            self.text(
                "verdict.goal", number=row.goal.number, title=_small(row.goal.title.text(self.language))
            )
            for row in rows
        ]
        return listed(titles, self.language)

    def _numbers(self, rows: Sequence[ComparedGoal]) -> str:
        """Return goals by their numbers."""
        numbers = listed([str(row.goal.number) for row in rows], self.language)
        return self.text("verdict.goal_numbers", list=numbers)


def _small(words: str) -> str:
    """Return words as they stand inside a sentence."""
    return words[:1].lower() + words[1:]


def _sentence(parts: Sequence[str]) -> str:
    """Return clauses as one sentence."""
    words = "; ".join(parts)
    return words[:1].upper() + words[1:] + "."


def known(value: float) -> float | None:
    """Return a value as a chart draws it; None where there is none."""
    return value if math.isfinite(value) else None
