"""Everything that a document says of one scenario, gathered once: changes, goals, budget, doubt and sources.

The words are sentences in the reader's language; the figures are those that the pages show.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.budget import budget
from model.budget.result import BudgetResult, FunctionFigures
from model.budget.sentences import SMALL_AMOUNT, assumed_prices, budget_headline, millions
from model.domain import MODEL_VERSION
from model.explain.headline import Explanation, explain
from model.explain.most_moved import most_moved
from model.goals.evaluate import evaluate_goals
from model.goals.results import GoalResult, IndicatorResult, published
from model.goals.series import indicator_key
from model.goals.status_text import status_words
from model.language.catalogue import (
    group_name,
    has_text,
    listed,
    long_date,
    name,
    number,
    percent,
    short_date,
    text,
)
from model.municipality.municipality import Municipality
from model.scenario.diff import economy_name, lever_figure, lever_name
from model.scenario.files import input_hash
from model.scenario.levers import LEVER_BY_ID, LEVERS, Lever, Value, baseline_value
from model.scenario.scenario import Change, Scenario, municipality_of
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate

if TYPE_CHECKING:
    from model.uncertainty.fan import Band, Fan

Floats = NDArray[np.float64]

_MOST_CHANGES_NAMED: Final = 4
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
    def hidden(self) -> bool:
        """Whether so few are behind it that its figures are not printed."""
        return self.indicator.hidden

    @property
    def key(self) -> str:
        """The indicator's name in bands and files."""
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

    def say(self, key: str, **values: object) -> str:
        """A text of the documents."""
        return text(f"documents.{key}", self.language, **values)

    @property
    def hash(self) -> str:
        """SHA-256 of all that the figures rest on."""
        return input_hash(self.scenario, self.municipality.key)

    @property
    def title(self) -> str:
        """The scenario's name with its municipality."""
        return self.say("title", name=self.scenario.name, municipality=self.municipality.name)

    @property
    def subtitle(self) -> str:
        """What the documents are about."""
        return self.say("item.subtitle", municipality=self.municipality.name, period=self.period)

    @cached_property
    def origin(self) -> str:
        """One line: with what, when and from which inputs the figures were made."""
        made = "origin" if self.made_on is None else "origin_dated"
        date = {} if self.made_on is None else {"date": long_date(self.made_on, self.language)}
        return self.say(made, version=MODEL_VERSION, hash=self.hash[:12], **date)

    @property
    def period(self) -> str:
        """First and last day."""
        first = long_date(self.scenario.start, self.language)
        return self.say("period", first=first, last=self.last_day)

    @property
    def last_day(self) -> str:
        """The horizon's last day."""
        return long_date(self.scenario.end - datetime.timedelta(days=1), self.language)

    # --- levers -----------------------------------------------------------------------------------

    @cached_property
    def levers(self) -> tuple[LeverRow, ...]:
        """Every lever; those that are changed first, once per change."""
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
        """Each change in words: lever, its value before and after, when, why."""
        said = []
        last: dict[tuple[str, str | None], Value] = {}
        for change in self.scenario.changes:
            which = LEVER_BY_ID[change.lever]
            before = last.get(change.target, baseline_value(which, self.municipality, change.group))
            last[change.target] = change.to
            when = "phased" if change.phase_in_weeks else "from"
            said.append(
                (
                    lever_name(change.lever, change.group, self.language),
                    lever_figure(change.lever, before, self.language, beside=change.to),
                    lever_figure(change.lever, change.to, self.language, beside=before),
                    self.say(when, date=short_date(change.from_, self.language), weeks=change.phase_in_weeks),
                    change.why,
                )
            )
        return tuple(said)

    @property
    def changes_sentence(self) -> str:
        """What the scenario changes, in one sentence."""
        if not self.changes:
            return self.say("changes.none")
        told = [
            self.say("changes.one", lever=lever, before=before, after=after)
            for lever, before, after, _, _ in self.changes[:_MOST_CHANGES_NAMED]
        ]
        rest = len(self.changes) - len(told)
        if rest:
            told.append(self.say("changes.more", n=rest))
        return self.say("changes.sentence", changes=listed(told, self.language))

    # --- goals ------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> tuple[GoalRow, ...]:
        """Every indicator of every goal."""
        return tuple(GoalRow(goal, indicator) for goal in self.goals for indicator in goal.indicators)

    @cached_property
    def key_rows(self) -> tuple[GoalRow, ...]:
        """Each goal's key indicator."""
        return tuple(GoalRow(goal, goal.key) for goal in self.goals)

    @cached_property
    def most_moved(self) -> GoalRow:
        """The indicator that the headline speaks of; the first goal's where nothing moved."""
        found = most_moved(self.goals)
        return GoalRow(*found) if found is not None else self.key_rows[0]

    @cached_property
    def main_rows(self) -> tuple[GoalRow, ...]:
        """Key indicators, and the one that moved most where it is none of them."""
        if any(row.key == self.most_moved.key for row in self.key_rows):
            return self.key_rows
        return (self.most_moved, *self.key_rows)

    def value(self, row: GoalRow, value: float) -> str:
        """A value of an indicator as people read it, unless it is hidden."""
        if row.hidden:
            return text("small_numbers.not_shown", self.language)
        return row.indicator.shown(value, self.language)

    def difference(self, row: GoalRow) -> str:
        """Scenario less baseline as people read it."""
        return "" if row.hidden else row.indicator.shown_change(self.language)

    def target(self, row: GoalRow) -> str:
        """The target in words: a number, or the direction that is wanted."""
        indicator = row.indicator
        if indicator.target is None:
            return self.say(f"target.{indicator.direction}")
        kind = "rank" if indicator.unit == "rank" else indicator.direction
        return self.say(f"target.{kind}_to", target=indicator.shown(indicator.target, self.language))

    def status(self, row: GoalRow) -> str:
        """Where the scenario stands; what rests on an assumption says so."""
        return "" if row.hidden else status_words(row.indicator, self.language)[1]

    def sentence(self, row: GoalRow) -> str:
        """One indicator as a sentence: the text of its picture."""
        indicator = row.indicator
        before, after = (self.value(row, v) for v in (indicator.value_baseline, indicator.value_scenario))
        key = "indicator.same" if before == after else "indicator.moved"
        said = self.say(
            key,
            title=indicator.title.text(self.language),
            before=before,
            after=after,
            change=self.difference(row),
            end=self.last_day,
        )
        if indicator.target is not None:
            target = indicator.shown(indicator.target, self.language)
            said += " " + self.say("indicator.target", target=target)
        if self.range_of(row) is not None:
            said += " " + self.say("indicator.band")
        return f"{said} {self.say('indicator.ends')}"

    # --- budget -----------------------------------------------------------------------------------

    @property
    def budget_sentence(self) -> str:
        """What it costs in all, and how much of that rests on assumed prices."""
        return budget_headline(self.budget, self.budget.net.difference, self.language)

    @property
    def functions(self) -> tuple[FunctionFigures, ...]:
        """The functions of the chart of accounts that the scenario moves by more than rounding in some year."""
        return tuple(
            figures
            for figures in self.budget.by_function.values()
            if np.abs(figures.net.difference).max() >= SMALL_AMOUNT
        )

    @property
    def years_sentence(self) -> str:
        """The net difference of each year: the text of the budget's picture."""
        said = [
            text(
                "page_budget.by_kind.year",
                self.language,
                amount=millions(float(d), self.language, signed=True),
                year=y,
            )
            for d, y in zip(self.budget.net.difference, self.budget.years, strict=True)
        ]
        told = text("page_budget.by_kind.sentence", self.language, years=listed(said, self.language))
        return f"{told} {self.say('budget.picture')}"

    @property
    def year_amounts(self) -> tuple[str, ...]:
        """The net difference of each year in millions."""
        differences = self.budget.net.difference
        return tuple(millions(float(d), self.language, signed=True) for d in differences)

    @property
    def funding(self) -> str:
        """What the amounts mean for funding."""
        total, first = self.budget.total_difference, float(self.budget.net.difference[0])
        if float(np.abs(self.budget.net.difference).max()) < SMALL_AMOUNT:
            return self.say("funding.same")
        if total > 0:
            return self.say("funding.dearer", amount=millions(total, self.language))
        if first > SMALL_AMOUNT:
            return self.say("funding.later", amount=millions(first, self.language), year=self.budget.years[0])
        return self.say("funding.cheaper")

    # --- how sure ---------------------------------------------------------------------------------

    def band(self, row: GoalRow) -> Band | None:
        """The indicator's band, if there is one."""
        return None if self.fan is None else self.fan.indicators.get(row.key)

    def range_of(self, row: GoalRow) -> tuple[float, float] | None:
        """Nine of ten calculations of the scenario's value at the end lie between these."""
        band = self.band(row)
        if band is None or row.hidden:
            return None
        return _ends(band.scenario.ends)

    def range_text(self, row: GoalRow) -> str:
        """The band at the end in words; empty without one."""
        ends = self.range_of(row)
        if ends is None:
            return ""
        low, high = (row.indicator.shown(v, self.language) for v in ends)
        return low if low == high else self.say("range", low=low, high=high)

    def chance_text(self, row: GoalRow) -> str:
        """How often the target is reached; empty where none can be."""
        band = self.band(row)
        if row.hidden or band is None or band.chance is None:
            return ""
        return percent(band.chance, self.language)

    @cached_property
    def uncertainty(self) -> tuple[str, ...]:
        """Honest paragraphs: no forecast, the band, assumed prices, what the model leaves out."""
        said = [self.say("sure.no_forecast")]
        if self.fan is None:
            said.append(self.say("sure.no_band"))
        else:
            said.append(" ".join(self._band_sentences(self.fan)))
        if abs(self.budget.net.difference).max() >= SMALL_AMOUNT and self.budget.share_assumed:
            said.append(self.say("sure.prices", which=assumed_prices(self.budget, self.language)))
        register = Counter(parameter.value.quality for parameter in self.municipality.register)
        total = sum(register.values())
        said.append(
            self.say(
                "sure.assumptions",
                total=number(total, self.language),
                assumed=number(register["assumption"], self.language),
                share=percent(register["assumption"] / total, self.language),
            )
        )
        said.append(self.say("sure.left_out"))
        return tuple(said)

    @property
    def uncertainty_in_short(self) -> tuple[str, ...]:
        """The same for a single page: no forecast and the band, then what the model leaves out."""
        first, second, *_, last = self.uncertainty
        return (f"{first} {second}", last)

    def _band_sentences(self, fan: Fan) -> list[str]:
        said = [self.say("sure.band", count=number(fan.draws.count, self.language))]
        row = self.most_moved
        ends = self.range_of(row)
        if ends is not None:
            low, high = (row.indicator.shown(v, self.language) for v in ends)
            said.append(
                self.say("sure.indicator", title=row.indicator.title.text(self.language), low=low, high=high)
            )
        if fan.budget is not None and self.scenario.changes:
            total = _ends(fan.budget.total_difference.ends)
            low, high = (millions(v, self.language, signed=True) for v in total)
            said.append(self.say("sure.budget", low=low, high=high))
            if total[0] < -SMALL_AMOUNT and total[1] > SMALL_AMOUNT:
                said.append(self.say("sure.either_way"))
        said += self._chances()
        return said

    def _chances(self) -> list[str]:
        """How often the goals that have a number are reached."""
        known = [
            (row.goal.number, band)
            for row in self.key_rows
            if (band := self.band(row)) is not None and band.chance is not None
        ]
        if not known:
            return []
        if all(band.chance == 0 == band.chance_baseline for _, band in known):
            goals = listed([str(n) for n, _ in known], self.language)
            return [self.say("sure.never", goals=goals)]
        chances = [
            self.say(
                "sure.chance",
                number=n,
                share=percent(band.chance, self.language),
                before=percent(band.chance_baseline, self.language),
            )
            for n, band in known
        ]
        return [self.say("sure.chances", chances=listed(chances, self.language))]

    @property
    def not_measured(self) -> tuple[str, ...]:
        """What belongs to the goals and is in no figure."""
        return tuple(
            self.say("not_measured", number=goal.number, what=what.text(self.language))
            for goal in self.goals
            for what in goal.not_measured
        )

    # --- where it comes from ----------------------------------------------------------------------

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The sources that a reader should know of; the whole list is in the workbook."""
        goals = dict.fromkeys(goal.source.text(self.language) for goal in self.goals)
        return (
            self.say("source.jobindsats"),
            *(self.say("source.goals", source=source) for source in _without_parts(goals)),
            self.say("source.rates"),
            self.say("source.studies"),
        )

    @property
    def committee(self) -> str:
        """Who decides, as in the middle of a sentence."""
        return self.say(self.own("committee"))

    def own(self, key: str) -> str:
        """The text's key in the municipality's own words, where there is one."""
        own = f"{key}.{self.municipality.id}"
        return own if has_text(f"documents.{own}", self.language) else key

    @property
    def economy(self) -> str:
        """The named economy, or that it is the scenario's own."""
        return economy_name(self.scenario.economy, self.language)


def _without_parts(sources: Mapping[str, None]) -> list[str]:
    """Sources that differ only in which goal they name ("..., Mål 1") are one."""
    return list(dict.fromkeys(_WHICH_GOAL.sub("", source) for source in sources))


def _ends(values: Floats) -> tuple[float, float]:
    """5 and 95 per cent of the draws that have a value."""
    from model.uncertainty.fan import QUANTILES

    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, (QUANTILES[0], QUANTILES[-1]))
    return float(low), float(high)


def gather(
    scenario: Scenario, language: str, *, made_on: datetime.date | None = None, fan: Fan | None = None
) -> Findings:
    """Runs the model and gathers what documents say. ``fan`` must belong to the same scenario and assumptions.

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
    goals = published(evaluate_goals(after, before))
    amounts = budget(after, before)
    return Findings(
        scenario=scenario,
        municipality=municipality,
        outcome=after,
        baseline=before,
        goals=goals,
        budget=amounts,
        explanation=explain(after, before, goals, amounts, language),
        language=language,
        made_on=made_on,
        fan=fan,
    )
