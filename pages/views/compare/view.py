"""Compute what the page Compare shows: levers, goals, budget, and how certain the verdict is."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.budget.amounts import MILLION, Amount, equal_below, total_amount
from model.documents.axis import chosen_weeks, thinned
from model.documents.charts import CHART_POINTS, spread, unit_label, with_last_year
from model.domain import GROUP_INDEX
from model.goals.results import GoalResult, IndicatorResult, tolerance
from model.goals.series import indicator_key
from model.goals.status_text import chance_count
from model.language.catalogue import listed, long_date, number, short_date
from model.language.drawn_range import DrawnRange
from model.scenario.diff import lever_figure, lever_name
from model.scenario.levers import LEVER_BY_ID, LEVER_INDEX, Value, baseline_value, decimals_of
from model.scenario.parts import Change
from model.scenario.scenario import Scenario
from model.uncertainty.comparison import Verdict, WinShares
from model.uncertainty.end_values import BUDGET
from pages.components.chart_with_table import Row
from pages.components.theme import Palette
from pages.session.results import ScenarioResults, scenario_results, target_text
from pages.session.session import Session
from pages.views.compare.charts import lines_spec

Floats = NDArray[np.float64]

FEWEST: Final = 2
MOST: Final = 4
LETTERS: Final = "ABCD"
# What so many of the draws find is told as what is found.
_AGREED: Final = 0.9


@dataclass(frozen=True, eq=False)
class Column:
    """One of the scenarios: its letter, its name on this page, and its results."""

    letter: str
    name: str
    results: ScenarioResults

    @property
    def scenario(self) -> Scenario:
        """Return the scenario under the common assumptions."""
        return self.results.scenario


class ComparisonView:
    """Scenarios side by side in the visitor's language."""

    def __init__(self, session: Session, scenarios: Sequence[tuple[str, Scenario]]) -> None:
        self.session = session
        self.language = session.language
        self.sides = tuple(
            Column(LETTERS[i], name, scenario_results(scenario))
            for i, (name, scenario) in enumerate(scenarios)
        )

    def _text(self, key: str, **values: object) -> str:
        """Return a text of the page."""
        return self.session.text(f"page_compare.{key}", **values)

    def head(self, side: Column) -> str:
        """Return the heading of a scenario's column."""
        return self._text("letter", letter=side.letter, name=side.name)

    @property
    def same_economy(self) -> bool:
        """Return whether all are compared with the same baseline."""
        return len({repr(side.scenario.economy) for side in self.sides}) == 1

    @property
    def scenarios(self) -> list[Scenario]:
        """Return the scenarios under the common assumptions."""
        return [side.scenario for side in self.sides]

    # --- levers -----------------------------------------------------------------------------------

    def levers(self) -> Sequence[Row]:
        """List the levers that are not set alike in all."""
        targets = {change.target for side in self.sides for change in side.scenario.changes}
        ordered = sorted(targets, key=lambda t: (LEVER_INDEX[t[0]], GROUP_INDEX.get(t[1] or "", -1)))
        rows = []
        for target in ordered:
            settings = [[c for c in side.scenario.changes if c.target == target] for side in self.sides]
            if all(
                [(c.to, c.from_, c.phase_in_weeks) for c in one]
                == [(c.to, c.from_, c.phase_in_weeks) for c in settings[0]]
                for one in settings
            ):
                continue
            row = {self._text("lever"): lever_name(*target, self.language)}
            bases = [
                baseline_value(LEVER_BY_ID[target[0]], side.results.municipality, target[1])
                for side in self.sides
            ]
            shown = [base for base, changes in zip(bases, settings, strict=True) if not changes]
            finest = max([*shown, *(c.to for one in settings for c in one)], key=decimals_of)
            for side, base, changes in zip(self.sides, bases, settings, strict=True):
                row[self.head(side)] = self._setting(target[0], base, changes, finest)
            rows.append(row)
        return rows

    def _setting(self, lever: str, base: Value, changes: Sequence[Change], beside: Value) -> str:
        """Format what a scenario sets a lever to."""
        if not changes:
            value = lever_figure(lever, base, self.language, beside)
            return self._text("lever_as_today", value=value)
        return "; ".join(
            self._text(
                "lever_cell",
                value=lever_figure(lever, change.to, self.language, beside),
                date=short_date(change.from_, self.language),
            )
            for change in changes
        )

    # --- goals ------------------------------------------------------------------------------------

    def _indicators(self, *, every: bool) -> list[tuple[GoalResult, int]]:
        """List goals with the place of an indicator in each: the key one, or all."""
        return [
            (goal, place)
            for goal in self.sides[0].results.goals
            for place, indicator in enumerate(goal.indicators)
            if every or indicator.id == goal.key.id
        ]

    def _of(self, side: Column, goal: GoalResult, place: int) -> IndicatorResult:
        """Return an indicator's result in one scenario."""
        return next(g for g in side.results.goals if g.id == goal.id).indicators[place]

    def goals(self, *, every: bool = False) -> Sequence[Row]:
        """List what each scenario comes to at the end."""
        rows = []
        for goal, place in self._indicators(every=every):
            first = goal.indicators[place]
            row = {
                self._text("goal"): self._text(
                    "goal_cell", number=goal.number, indicator=first.title.text(self.language)
                )
            }
            if self.same_economy:
                row[self._text("today")] = first.shown(first.value_baseline, self.language)
            for side in self.sides:
                indicator = self._of(side, goal, place)
                row[self.head(side)] = self._text(
                    "cell",
                    value=indicator.shown(indicator.value_scenario, self.language),
                    change=number(indicator.change, self.language, indicator.decimals, signed=True),
                )
            row[self._text("target")] = target_text(self.session, first, "documents")
            rows.append(row)
        return rows

    def directions(self) -> dict[str, Any]:
        """Return the indicators that a verdict is given on, with their directions: up or down, and shown."""
        return {
            indicator_key(goal, goal.indicators[place]): goal.indicators[place].direction
            for goal, place in self._indicators(every=False)
            if goal.indicators[place].direction != "watch" and not self._suppressed(goal, place)
        }

    def least(self) -> dict[str, float]:
        """Return below what two scenarios are equal: by indicator in its unit, and for the budget in DKK."""
        indicators = {
            indicator_key(goal, goal.indicators[place]): goal.indicators[place]
            for goal, place in self._indicators(every=False)
        }
        steps = {key: tolerance(i.smallest_movement, i.value_baseline) for key, i in indicators.items()}
        return {**steps, BUDGET: equal_below(float(self.sides[0].results.budget.net.baseline.sum()))}

    def _suppressed(self, goal: GoalResult, place: int) -> bool:
        """Return whether a verdict would give away figures that one of the scenarios does not show."""
        return any(self._of(side, goal, place).suppressed for side in self.sides)

    def titles(self) -> dict[str, str]:
        """Return the titles of the key indicators."""
        titles = {}
        for goal, place in self._indicators(every=False):
            title = goal.indicators[place].title.text(self.language)
            titles[indicator_key(goal, goal.indicators[place])] = self._text(
                "goal_cell", number=goal.number, indicator=title
            )
        return titles

    # --- the chart --------------------------------------------------------------------------------

    def chart(self, key: str, palette: Palette) -> dict[str, Any]:
        """Return the chart of all scenarios and the baseline of one indicator."""
        goal, place = next(
            (goal, place)
            for goal, place in self._indicators(every=True)
            if indicator_key(goal, goal.indicators[place]) == key
        )
        indicators = [self._of(side, goal, place) for side in self.sides]
        first = indicators[0]
        weeks = first.weeks
        chosen = chosen_weeks(len(weeks), CHART_POINTS)
        every = list(weeks[chosen])
        lines = [
            (side.letter, indicator.scenario) for side, indicator in zip(self.sides, indicators, strict=True)
        ]
        lines.insert(0, (self._text("today"), first.baseline))
        figures = {side.letter: i.value_scenario for side, i in zip(self.sides, indicators, strict=True)}
        figures[self._text("today")] = first.value_baseline
        lowest = np.concatenate([series[np.isfinite(series)] for _, series in lines]).min()
        title = first.title.text(self.language)
        values_text = [
            self._text("chart.value", letter=side.letter, value=i.shown(i.value_scenario, self.language))
            for side, i in zip(self.sides, indicators, strict=True)
        ]
        rows = [
            {
                self.session.page_text("table.week"): long_date(week, self.language),
                **{name: number(series[i], self.language, first.decimals) for name, series in lines},
            }
            for week, i in zip(every, chosen, strict=True)
        ]
        return {
            "table": self._lines_table(lines, figures, first),
            "spec": lines_spec(
                tuple(name for name, _ in lines),
                with_last_year(unit_label(first, self.language), self.language),
                self.language,
                palette,
                self.session.present,
            ),
            "name": self._text("chart.name", title=title),
            "sentence": self._text(
                "chart.sentence",
                title=title,
                end=long_date(first.last_day, self.language),
                values=", ".join(values_text),
                before=first.shown(first.value_baseline, self.language),
            )
            + (f" {self.session.page_text('chart.not_zero')}." if lowest > 0 else ""),
            "rows": rows,
        }

    def _lines_table(
        self, lines: Sequence[tuple[str, Floats]], figures: Mapping[str, float], indicator: IndicatorResult
    ) -> pa.Table:
        """Return what the chart draws: a row per line and drawn week, with the last year's figure at the line's end."""
        weeks = list(indicator.weeks[chosen_weeks(len(indicator.weeks), CHART_POINTS)])
        columns: dict[str, list[Any]] = {"week": [], "line": [], "value": [], "label_at": [], "label": []}
        finite = np.concatenate([series[np.isfinite(series)] for _, series in lines])
        # Labels of lines that end together stand apart.
        places = spread({name: float(series[-1]) for name, series in lines}, finite.min(), finite.max())
        for name, series in lines:
            label = f"{name} {number(figures[name], self.language, indicator.decimals)}"
            columns["week"] += weeks
            columns["line"] += [name] * len(weeks)
            columns["value"] += thinned(series, CHART_POINTS)
            columns["label_at"] += [places[name]] * len(weeks)
            columns["label"] += [*[None] * (len(weeks) - 1), label]
        return pa.table({**columns, "week": pa.array(np.array(columns["week"], "datetime64[D]"))})

    # --- budget -----------------------------------------------------------------------------------

    def budget(self, shares: Mapping[str, WinShares] | None = None) -> Sequence[Row]:
        """List the difference per year and in all, and the band of the total where it is known."""
        head = self._text("budget.year")
        years = self.sides[0].results.budget.years
        rows: list[dict[str, str]] = []
        for i, year in enumerate(years):
            row = {head: str(year)}
            for side in self.sides:
                row[self.head(side)] = self._million(float(side.results.budget.net.difference[i]))
            rows.append(row)
        totals = self._totals(shares)
        central = {
            self.head(side): number(one.central / MILLION, self.language, one.decimals, signed=True)
            for side, one in zip(self.sides, totals, strict=True)
        }
        rows.append({head: self._text("budget.total"), **central})
        if shares is not None:
            ends = {
                self.head(s): one.signed_ends(self.language)
                for s, one in zip(self.sides, totals, strict=True)
            }
            rows.append({head: self._text("budget.band"), **ends})
        return rows

    def _totals(self, shares: Mapping[str, WinShares] | None) -> Sequence[Amount]:
        """Return each scenario's net difference over all years, with its range where it is known."""
        amounts = [total_amount(side.results.budget) for side in self.sides]
        if shares is None:
            return amounts
        cost = shares[BUDGET]
        ranges = (DrawnRange(*ends, cost.draws) for ends in zip(cost.low, cost.high, strict=True))
        return [replace(one, range=band) for one, band in zip(amounts, ranges, strict=True)]

    def amount_sentences(self, shares: Mapping[str, WinShares]) -> Sequence[str]:
        """List what each scenario with changes costs or saves, in the sentence that all pages have."""
        sentences = []
        for side, amount in zip(self.sides, self._totals(shares), strict=True):
            if side.scenario.changes:
                clause = amount.clause().text(self.language)
                sentences.append(self._text("budget.sentence", letter=side.letter, amount=clause))
        return sentences

    def _million(self, dkk: float) -> str:
        """Format an amount in millions."""
        return number(dkk / 1e6, self.language, 1, signed=True)

    # --- how sure ---------------------------------------------------------------------------------

    def win_shares(self, shares: Mapping[str, WinShares]) -> Sequence[Row]:
        """List how often each scenario beats each, on every goal and on cost."""
        rows = []
        for key, title in {**self.titles(), BUDGET: self._text("sure.cost")}.items():
            if key not in shares:
                continue
            row = {self._text("sure.what"): title}
            for a, b in itertools.combinations(range(len(self.sides)), 2):
                names = LETTERS[a], LETTERS[b]
                row[self._text("sure.pair", a=names[0], b=names[1])] = self._text(
                    "sure.cell",
                    a=names[0],
                    share_a=chance_count(shares[key].better[a, b], shares[key].draws, self.language),
                    b=names[1],
                    share_b=chance_count(shares[key].better[b, a], shares[key].draws, self.language),
                )
            chances = [
                f"{side.letter} {chance_count(chance, shares[key].draws, self.language)}"
                for side, chance in zip(self.sides, shares[key].chance, strict=True)
                if chance is not None
            ]
            row[self._text("sure.chance")] = ", ".join(chances)
            rows.append(row)
        return rows

    def conclusions(self, shares: Mapping[str, WinShares]) -> Sequence[str]:
        """List in sentences what nine of ten draws agree on, what they do not, and what is equal."""
        names = {
            indicator_key(goal, goal.indicators[place]): self._text("sure.goal", number=goal.number)
            for goal, place in self._indicators(every=False)
        }
        names[BUDGET] = self._text("sure.net")
        by_result: dict[str, list[str]] = {}
        for key, name in names.items():
            if key in shares:
                by_result.setdefault(self._conclusion(key, shares[key]), []).append(name)
        sentences = [
            self._text("sure.best", letter=letter, list=listed(by_result[letter], self.language))
            for letter in LETTERS
            if letter in by_result
        ]
        return sentences + [
            self._text(key, list=listed(by_result[key], self.language))
            for key in ("sure.open", "sure.equal")
            if key in by_result
        ]

    def _conclusion(self, key: str, shares: WinShares) -> str:
        """Return the letter of the scenario that nine of ten draws find better than each other, or a text's key."""
        count = len(self.sides)
        for a in range(count):
            if all(shares.better[a, b] >= _AGREED for b in range(count) if b != a):
                # What is cheapest is not known where something has no price.
                return "sure.open" if key == BUDGET and self._unpriced() else LETTERS[a]
        if all(share <= 1.0 - _AGREED for share in shares.better.values()):
            return "sure.equal"
        return "sure.open"

    def _unpriced(self) -> bool:
        """Return whether a scenario moves a lever that nobody has priced."""
        return any(side.results.budget.unpriced for side in self.sides)

    def verdicts(
        self, by_set: Mapping[str, Mapping[str, Verdict]], names: Mapping[str, str]
    ) -> Sequence[Row]:
        """List the best scenario under each set of assumptions."""
        rows = []
        few = {
            indicator_key(goal, goal.indicators[place])
            for goal, place in self._indicators(every=False)
            if self._suppressed(goal, place)
        }
        for key, title in {**self.titles(), BUDGET: self._text("sure.cost")}.items():
            row = {self._text("sure.what"): title}
            for name, verdicts in by_set.items():
                verdict = verdicts.get(key)
                if verdict is None:
                    not_shown = self.session.text("disclosure.not_shown")
                    row[names[name]] = not_shown if key in few else self._text("verdict.watch")
                    continue
                letter = self._text("verdict.equal") if verdict.best is None else LETTERS[verdict.best]
                changes = "; ".join(
                    f"{side.letter} {self._change(key, change)}"
                    for side, change in zip(self.sides, verdict.differences, strict=True)
                )
                row[names[name]] = self._text("verdict.cell", letter=letter, changes=changes)
            rows.append(row)
        return rows

    def _change(self, key: str, change: float) -> str:
        """Format an indicator's change, or the budget's."""
        if key == BUDGET:
            return self._million(change)
        decimals = next(
            goal.indicators[place].decimals
            for goal, place in self._indicators(every=False)
            if indicator_key(goal, goal.indicators[place]) == key
        )
        return number(change, self.language, decimals, signed=True)

    def verdict_sentence(self, by_set: Mapping[str, Mapping[str, Verdict]]) -> str:
        """Return whether the verdict holds under all sets, or where it changes."""
        titles = {**self.titles(), BUDGET: self._text("sure.cost")}
        turning = [
            title
            for key, title in titles.items()
            if len({verdicts[key].best for verdicts in by_set.values() if key in verdicts}) > 1
        ]
        if not turning:
            return self._text("verdict.all")
        return self._text("verdict.some", list=listed(turning, self.language))
