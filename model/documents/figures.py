"""Everything that a document says of one scenario, gathered once: changes, goals, budget, doubt and sources.

The words are sentences in the reader's language; the figures are those that the pages show.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import SMALL_AMOUNT, Amount, BudgetRanges, total_amount, year_amounts
from model.budget.budget import budget
from model.budget.result import BudgetResult, FunctionFigures
from model.budget.sentences import budget_headline, years_sentence
from model.domain import MODEL_VERSION
from model.explain.headline import Explanation, explain
from model.explain.lever_shares import lever_shares
from model.explain.most_moved import most_moved
from model.goals.evaluate import evaluate_goals
from model.goals.results import GoalResult, IndicatorResult, suppress
from model.goals.series import indicator_key
from model.goals.status_text import status_words
from model.language.catalogue import (
    group_name,
    has_text,
    listed,
    long_date,
    name,
    percent,
    short_date,
    text,
)
from model.language.drawn_range import DrawnRange, range_of_draws
from model.municipality.goal_specs import national_level_id
from model.municipality.municipality import Municipality
from model.municipality.vintages import FIRST, vintage
from model.scenario.diff import economy_name, lever_figure, lever_name, projection_name
from model.scenario.files import input_hash
from model.scenario.levers import LEVER_BY_ID, LEVERS, Lever, Value, baseline_value
from model.scenario.own_assumptions import own_targets
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
from model.uncertainty.band_text import drawn_status, level_ends
from model.uncertainty.bands import Band, Fan

if TYPE_CHECKING:
    from model.documents.beside import Beside

Floats = NDArray[np.float64]

_MOST_CHANGES_NAMED: Final = 4
_FUNDING: Final = {"same": "same", "saves": "cheaper", "either": "either"}
_WHICH_GOAL: Final = re.compile(r", (Mål|Goal) \d+$")


@dataclass(frozen=True)
class LeverRow:
    """One lever of one target group, or one kind of a mix: a number before and after, in the unit people see."""

    lever: Lever
    group: str  # name of the target group or the kind; "" for the whole municipality
    before: float
    after: float
    change: Change | None


@dataclass(frozen=True, eq=False)
class GoalRow:
    """One indicator of one goal."""

    goal: GoalResult
    indicator: IndicatorResult

    @property
    def suppressed(self) -> bool:
        """Return whether so few are behind it that its figures are not printed."""
        return self.indicator.suppressed

    @property
    def key(self) -> str:
        """Return the indicator's name in bands and files."""
        return indicator_key(self.goal, self.indicator)


@dataclass(frozen=True, eq=False)
class Findings:
    """One scenario beside its baseline, in one language ("da" or "en")."""

    scenario: Scenario
    municipality: Municipality
    outcome: Outcome
    baseline: Outcome
    goals: tuple[GoalResult, ...]
    budget: BudgetResult
    explanation: Explanation
    language: str
    made_on: datetime.date | None
    fan: Fan | None
    beside: Beside | None = None  # the administration's proposal, where one is chosen

    def text(self, key: str, **values: object) -> str:
        """Return a text of the documents."""
        return text(f"documents.{key}", self.language, **values)

    @property
    def hash(self) -> str:
        """Compute the SHA-256 of all that the figures rest on."""
        return input_hash(self.scenario, self.municipality.key)

    @property
    def title(self) -> str:
        """Return the scenario's name with its municipality."""
        return self.text(
            "title", name=self.scenario.name, municipality=self.municipality.label(self.language)
        )

    @property
    def subtitle(self) -> str:
        """Return what the documents are about."""
        return self.text(
            "item.subtitle", municipality=self.municipality.label(self.language), period=self.period
        )

    @cached_property
    def origin(self) -> str:
        """Return in one line with what, when and from which inputs the figures were made."""
        made = "origin" if self.made_on is None else "origin_dated"
        date = {} if self.made_on is None else {"date": long_date(self.made_on, self.language)}
        return self.text(made, version=MODEL_VERSION, hash=self.hash[:12], **date)

    @property
    def period(self) -> str:
        """Return the first and the last day, and the starting figures where they are not the first."""
        first = long_date(self.scenario.start, self.language)
        if self.scenario.baseline == FIRST:
            return self.text("period", first=first, last=self.last_day)
        figures = vintage(self.scenario.baseline).dated.text(self.language)
        return self.text("period.figures", first=first, last=self.last_day, figures=figures)

    @property
    def last_day(self) -> str:
        """Return the horizon's last day."""
        return long_date(self.scenario.end - datetime.timedelta(days=1), self.language)

    # --- levers -----------------------------------------------------------------------------------

    @cached_property
    def levers(self) -> tuple[LeverRow, ...]:
        """List every lever; those that are changed first, once per change."""
        rows: list[LeverRow] = []
        for which in LEVERS:
            for group in which.groups if which.scope == "group" else (None,):
                base = baseline_value(which, self.municipality, group)
                changes = [c for c in self.scenario.changes if c.target == (which.id, group)]
                for change in changes or (None,):
                    rows += self._lever_rows(which, group, base, change)
        return tuple(sorted(rows, key=lambda row: row.change is None))

    def _lever_rows(
        self, which: Lever, group: str | None, base: Value, change: Change | None
    ) -> list[LeverRow]:
        """List a lever's changes, or its baseline where it has none."""
        after = base if change is None else change.to
        if isinstance(base, Mapping) or isinstance(after, Mapping):
            assert isinstance(base, Mapping)
            assert isinstance(after, Mapping)
            kinds = [(kind, float(base[kind]), float(after.get(kind, 0.0))) for kind in base]
            return [LeverRow(which, name("kind", k, self.language), b, a, change) for k, b, a in kinds]
        whom = "" if group is None else group_name(group, self.language)
        return [LeverRow(which, whom, float(base), float(after), change)]

    @cached_property
    def changes(self) -> tuple[tuple[str, str, str, str, str], ...]:
        """List each change in words: lever, its value before and after, when, why."""
        rows = []
        last: dict[tuple[str, str | None], Value] = {}
        for change in self.scenario.changes:
            which = LEVER_BY_ID[change.lever]
            before = last.get(change.target, baseline_value(which, self.municipality, change.group))
            last[change.target] = change.to
            when = "phased" if change.phase_in_weeks else "from"
            rows.append(
                (
                    lever_name(change.lever, change.group, self.language),
                    lever_figure(change.lever, before, self.language, beside=change.to),
                    lever_figure(change.lever, change.to, self.language, beside=before),
                    self.text(
                        when, date=short_date(change.from_, self.language), weeks=change.phase_in_weeks
                    ),
                    change.why,
                )
            )
        return tuple(rows)

    @property
    def changes_sentence(self) -> str:
        """Return what the scenario changes, in one sentence."""
        if not self.changes:
            return self.text("changes.none")
        changes = [
            self.text("changes.one", lever=lever, before=before, after=after)
            for lever, before, after, _, _ in self.changes[:_MOST_CHANGES_NAMED]
        ]
        rest = len(self.changes) - len(changes)
        if rest:
            changes.append(self.text("changes.more", n=rest))
        return self.text("changes.sentence", changes=listed(changes, self.language))

    # --- goals ------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> tuple[GoalRow, ...]:
        """List every indicator of every goal."""
        return tuple(GoalRow(goal, indicator) for goal in self.goals for indicator in goal.indicators)

    @cached_property
    def key_rows(self) -> tuple[GoalRow, ...]:
        """List each goal's key indicator."""
        return tuple(GoalRow(goal, goal.key) for goal in self.goals)

    @cached_property
    def most_moved(self) -> GoalRow:
        """Return the indicator of the headline; the first goal's where nothing moved."""
        moved = most_moved(self.goals)
        return GoalRow(*moved) if moved is not None else self.key_rows[0]

    @cached_property
    def main_rows(self) -> tuple[GoalRow, ...]:
        """List the key indicators, and the one that moved most where it is none of them."""
        if any(row.key == self.most_moved.key for row in self.key_rows):
            return self.key_rows
        return (self.most_moved, *self.key_rows)

    @cached_property
    def committee_rows(self) -> tuple[GoalRow, ...]:
        """List the main rows, and the indicators whose targets the municipality has set itself."""
        shown = {row.key for row in self.main_rows}
        own = {one.parameter for one in own_targets(self.scenario)}
        asked = (row for row in self.rows if national_level_id(row.goal.id, row.indicator.id) in own)
        return (*self.main_rows, *(row for row in asked if row.key not in shown))

    def value(self, row: GoalRow, value: float) -> str:
        """Format a value of an indicator, unless it is hidden."""
        if row.suppressed:
            return text("disclosure.not_shown", self.language)
        return row.indicator.shown(value, self.language)

    def difference(self, row: GoalRow) -> str:
        """Format scenario less baseline."""
        return "" if row.suppressed else row.indicator.shown_change(self.language)

    def target(self, row: GoalRow) -> str:
        """Return the target in words: a number, or the direction to go."""
        indicator = row.indicator
        if indicator.target is None:
            return self.text(f"target.{indicator.direction}")
        kind = "rank" if indicator.unit == "rank" else indicator.direction
        return self.text(f"target.{kind}_to", target=indicator.shown_target(self.language))

    def status(self, row: GoalRow) -> str:
        """Return where the scenario stands, with a mark on what rests on an assumption."""
        if row.suppressed:
            return ""
        drawn = drawn_status(self.band(row), row.indicator)
        return status_words(row.indicator, self.language, drawn)[1]

    def sentence(self, row: GoalRow) -> str:
        """Describe one indicator in a sentence: the text of its picture."""
        indicator = row.indicator
        before, after = (self.value(row, v) for v in (indicator.value_baseline, indicator.value_scenario))
        key = "indicator.same" if before == after else "indicator.moved"
        sentence = self.text(
            key,
            title=indicator.title.text(self.language),
            before=before,
            after=after,
            change=self.difference(row),
            end=self.last_day,
        )
        if indicator.target is not None:
            target = indicator.shown_target(self.language)
            sentence += " " + self.text("indicator.target", target=target)
        if self.range_of(row) is not None:
            sentence += " " + self.text("indicator.band")
        return f"{sentence} {self.text('indicator.ends')}"

    # --- budget -----------------------------------------------------------------------------------

    @property
    def budget_sentence(self) -> str:
        """Return what it costs in all, and how much of that rests on assumed prices."""
        return budget_headline(self.budget, self.year_differences, self.total).text(self.language)

    @property
    def functions(self) -> tuple[FunctionFigures, ...]:
        """List the functions of the chart of accounts that the scenario moves by more than rounding in some year."""
        return tuple(
            figures
            for figures in self.budget.by_function.values()
            if np.abs(figures.net.difference).max() >= SMALL_AMOUNT
        )

    @property
    def persons_sentence(self) -> str:
        """Return how many more or fewer are on public support in all, with the range."""
        return self.explanation.persons_sentence.text(self.language)

    @property
    def years_sentence(self) -> str:
        """Return the net difference of each year: the text of the budget's picture."""
        sentence = years_sentence(self.budget.years, self.year_differences, self.language)
        return f"{sentence} {self.text('budget.picture')}"

    @property
    def year_amounts(self) -> tuple[str, ...]:
        """List the net difference of each year in millions."""
        return tuple(amount.shown(self.language) for amount in self.year_differences)

    @cached_property
    def year_differences(self) -> tuple[Amount, ...]:
        """Return the net difference of each budget year as it is told."""
        return year_amounts(self.budget, self.ranges)

    @cached_property
    def total(self) -> Amount:
        """Return the net difference over the whole run as it is told."""
        return total_amount(self.budget, self.ranges)

    @property
    def ranges(self) -> BudgetRanges | None:
        """Return the ranges of the budget's differences over the draws; None without a band."""
        return None if self.fan is None else self.fan.ranges

    @property
    def funding(self) -> str:
        """Return what the amounts mean for funding."""
        total, first = self.total, self.year_differences[0]
        if total.kind in ("lower", "higher"):
            return self.text("funding.unknown")
        if total.kind == "costs":
            amount = total.shown(self.language, signed=False)
            return self.text("funding.dearer", amount=amount, range=total.range_shown(self.language))
        if first.kind == "costs":
            return self.text(
                "funding.later",
                amount=first.shown(self.language, signed=False),
                range=first.range_shown(self.language),
                year=self.budget.years[0],
            )
        return self.text(f"funding.{_FUNDING[total.kind]}")

    # --- how sure ---------------------------------------------------------------------------------

    def band(self, row: GoalRow) -> Band | None:
        """Return the indicator's band, if there is one."""
        return None if self.fan is None else self.fan.indicators.get(row.key)

    def range_of(self, row: GoalRow) -> tuple[float, float] | None:
        """Return the 5 and 95 per cent quantiles of the scenario's value at the end."""
        band = self.band(row)
        if band is None or row.suppressed:
            return None
        ends = range_of_draws(band.scenario.ends)
        return ends.low, ends.high

    def difference_range_of(self, row: GoalRow) -> DrawnRange | None:
        """Return between what the difference from the baseline lies in nine of ten draws; None where hidden."""
        band = self.band(row)
        if band is None or row.suppressed:
            return None
        return range_of_draws(band.difference.ends)

    def range_text(self, row: GoalRow) -> str:
        """Return the band at the end in words; empty without one."""
        band = self.band(row)
        ends = None if band is None else level_ends(band, row.indicator, self.language)
        if ends is None:
            return ""
        low, high = ends
        return low if low == high else self.text("range", low=low, high=high)

    def chance_text(self, row: GoalRow) -> str:
        """Return how often the target is reached; empty where none can be."""
        band = self.band(row)
        if row.suppressed or band is None or band.chance is None:
            return ""
        return percent(band.chance, self.language)

    @property
    def not_measured(self) -> tuple[str, ...]:
        """List what belongs to the goals and is in no figure."""
        return tuple(
            self.text("not_measured", number=goal.number, what=what.text(self.language))
            for goal in self.goals
            for what in goal.not_measured
        )

    # --- where it comes from ----------------------------------------------------------------------

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """List the sources that a reader should know of; the whole list is in the workbook."""
        goals = dict.fromkeys(goal.source.text(self.language) for goal in self.goals)
        return (
            self.text("source.jobindsats"),
            *(self.text("source.goals", source=source) for source in _without_parts(goals)),
            self.text("source.rates"),
            self.text("source.studies"),
        )

    @property
    def committee(self) -> str:
        """Return who decides, as in the middle of a sentence."""
        return self.text(self.own("committee"))

    def own(self, key: str) -> str:
        """Return the text's key in the municipality's own words, where there is one."""
        own = f"{key}.{self.municipality.id}"
        return own if has_text(f"documents.{own}", self.language) else key

    @property
    def economy(self) -> str:
        """Return the name of the economy, or that it is the scenario's own."""
        return economy_name(self.scenario.economy, self.language)

    def background(self) -> str:
        """Return in a sentence or two the period, the economy, and what happens with no changes."""
        told = {"period": self.period, "economy": self.economy, "projection": self.projection}
        return self.text("item.background.period", **told)

    @property
    def projection(self) -> str:
        """Return what the baseline does: stands still, follows the forecast, or the scenario's own numbers."""
        return projection_name(self.scenario.projection, self.language)


def _without_parts(sources: Mapping[str, None]) -> list[str]:
    """List sources without those that differ only in which goal they name ("..., Mål 1")."""
    return list(dict.fromkeys(_WHICH_GOAL.sub("", source) for source in sources))


def gather(
    scenario: Scenario, language: str, *, made_on: datetime.date | None = None, fan: Fan | None = None
) -> Findings:
    """Run the model and gather what documents hold. ``fan`` must belong to the same scenario and assumptions.

    Raises ValueError for a fan of another scenario.
    """
    municipality = municipality_of(scenario)
    if fan is not None and (
        fan.draws.municipality.key != municipality.key
        or fan.scenario is None
        or fan.scenario.key != scenario.key
    ):
        raise ValueError("the bands belong to another scenario")
    before = baseline(municipality, scenario)
    after = simulate(municipality, scenario) if scenario.changes else before
    goals = suppress(evaluate_goals(after, before))
    amounts = budget(after, before)
    explanation = explain(after, before, goals, amounts, lever_shares(municipality, scenario))
    return Findings(
        scenario=scenario,
        municipality=municipality,
        outcome=after,
        baseline=before,
        goals=goals,
        budget=amounts,
        explanation=explanation if fan is None else explanation.with_ranges(fan.ranges, fan.persons),
        language=language,
        made_on=made_on,
        fan=fan,
    )
