"""What the compare page says of two to four scenarios: levers, goals, budget, and how sure the verdict is."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import numpy as np
import pyarrow as pa

from model.documents.axis import chosen_weeks, thinned
from model.documents.charts import CHART_POINTS, spread, time_axis, unit_label, unit_title
from model.domain import GROUP_INDEX
from model.goals.series import indicator_key
from model.language.catalogue import listed, long_date, number, percent, short_date
from model.scenario.diff import lever_figure, lever_name
from model.scenario.levers import LEVER_BY_ID, LEVER_INDEX, Value, decimals_of, default
from model.scenario.scenario import Change, Scenario
from pages.components.chart_with_table import TEXT_SIZE, Row, finished
from pages.components.theme import Palette
from pages.session.results import ScenarioResults, scenario_results, target_text
from pages.session.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from model.goals.evaluate import GoalResult, IndicatorResult
    from model.uncertainty.comparison import Sure, Verdict

FEWEST: Final = 2
MOST: Final = 4
LETTERS: Final = "ABCD"
_HEIGHTS: Final = {False: 320, True: 700}


@dataclass(frozen=True, eq=False)
class Column:
    """One of the scenarios: its letter, its name on this page, and what the model answers."""

    letter: str
    name: str
    answer: ScenarioResults

    @property
    def scenario(self) -> Scenario:
        """The scenario under the common assumptions."""
        return self.answer.scenario


class ComparisonView:
    """Scenarios side by side in the visitor's language."""

    def __init__(self, session: Session, scenarios: Sequence[tuple[str, Scenario]]) -> None:
        self.session = session
        self.language = session.language
        self.sides = tuple(
            Column(LETTERS[i], name, scenario_results(scenario, session.language))
            for i, (name, scenario) in enumerate(scenarios)
        )

    def _say(self, key: str, **values: object) -> str:
        return self.session.text(f"page_compare.{key}", **values)

    def head(self, side: Column) -> str:
        """A scenario's column."""
        return self._say("letter", letter=side.letter, name=side.name)

    @property
    def same_economy(self) -> bool:
        """Whether all are held against the same baseline."""
        return len({repr(side.scenario.economy) for side in self.sides}) == 1

    # --- levers -----------------------------------------------------------------------------------

    def levers(self) -> Sequence[Row]:
        """Levers that are not set alike in all."""
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
            row = {self._say("lever"): lever_name(*target, self.language)}
            bases = [
                default(LEVER_BY_ID[target[0]], side.answer.municipality, target[1]) for side in self.sides
            ]
            shown = [base for base, changes in zip(bases, settings, strict=True) if not changes]
            finest = max([*shown, *(c.to for one in settings for c in one)], key=decimals_of)
            for side, base, changes in zip(self.sides, bases, settings, strict=True):
                row[self.head(side)] = self._setting(target[0], base, changes, finest)
            rows.append(row)
        return rows

    def _setting(self, lever: str, base: Value, changes: Sequence[Change], beside: Value) -> str:
        if not changes:
            value = lever_figure(lever, base, self.language, beside)
            return self._say("lever_as_today", value=value)
        return "; ".join(
            self._say(
                "lever_cell",
                value=lever_figure(lever, change.to, self.language, beside),
                date=short_date(change.from_, self.language),
            )
            for change in changes
        )

    # --- goals ------------------------------------------------------------------------------------

    def _indicators(self, *, every: bool) -> list[tuple[GoalResult, int]]:
        """Goals with the number of an indicator in each: the key one, or all."""
        found = []
        for goal in self.sides[0].answer.goals:
            for at, indicator in enumerate(goal.indicators):
                if every or indicator.id == goal.key.id:
                    found.append((goal, at))
        return found

    def _of(self, side: Column, goal: GoalResult, at: int) -> IndicatorResult:
        return next(g for g in side.answer.goals if g.id == goal.id).indicators[at]

    def goals(self, *, every: bool = False) -> Sequence[Row]:
        """What each comes to at the end."""
        rows = []
        for goal, at in self._indicators(every=every):
            first = goal.indicators[at]
            row = {
                self._say("goal"): self._say(
                    "goal_cell", number=goal.number, indicator=first.title.text(self.language)
                )
            }
            if self.same_economy:
                row[self._say("today")] = first.shown(first.value_baseline, self.language)
            for side in self.sides:
                indicator = self._of(side, goal, at)
                row[self.head(side)] = self._say(
                    "cell",
                    value=indicator.shown(indicator.value_scenario, self.language),
                    change=number(indicator.change, self.language, indicator.decimals, signed=True),
                )
            row[self._say("target")] = target_text(self.session, first, "documents")
            rows.append(row)
        return rows

    def directions(self) -> dict[str, Any]:
        """Indicators that a verdict is given on: those that should go up or down, and are shown."""
        return {
            indicator_key(goal, goal.indicators[at]): goal.indicators[at].direction
            for goal, at in self._indicators(every=False)
            if goal.indicators[at].direction != "watch" and not self._hidden(goal, at)
        }

    def _hidden(self, goal: GoalResult, at: int) -> bool:
        """Whether a verdict would tell figures that one of the scenarios does not show."""
        return any(self._of(side, goal, at).hidden for side in self.sides)

    def titles(self) -> dict[str, str]:
        """What those indicators are called."""
        found = {}
        for goal, at in self._indicators(every=False):
            title = goal.indicators[at].title.text(self.language)
            found[indicator_key(goal, goal.indicators[at])] = self._say(
                "goal_cell", number=goal.number, indicator=title
            )
        return found

    # --- the chart --------------------------------------------------------------------------------

    def chart(self, key: str, look: Palette) -> dict[str, Any]:
        """All scenarios and the baseline of one indicator."""
        goal, at = next(
            (goal, at)
            for goal, at in self._indicators(every=True)
            if indicator_key(goal, goal.indicators[at]) == key
        )
        found = [self._of(side, goal, at) for side in self.sides]
        first = found[0]
        weeks = first.weeks
        chosen = chosen_weeks(len(weeks), CHART_POINTS)
        every = list(weeks[chosen])
        columns: dict[str, list[Any]] = {"week": [], "line": [], "value": [], "label_at": [], "label": []}
        lines = [(side.letter, indicator.scenario) for side, indicator in zip(self.sides, found, strict=True)]
        lines.insert(0, (self._say("today"), first.baseline))
        finite = np.concatenate([series[np.isfinite(series)] for _, series in lines])
        # Labels of lines that end together stand apart.
        places = spread({name: float(series[-1]) for name, series in lines}, finite.min(), finite.max())
        for name, series in lines:
            values = thinned(series, CHART_POINTS)
            shown = number(series[-1], self.language, first.decimals)
            for i, (week, value) in enumerate(zip(every, values, strict=True)):
                columns["week"].append(week)
                columns["line"].append(name)
                columns["value"].append(value)
                columns["label_at"].append(places[name])
                columns["label"].append(f"{name} {shown}" if i == len(every) - 1 else None)
        title = first.title.text(self.language)
        told = [
            self._say("chart.value", letter=side.letter, value=i.shown(i.value_scenario, self.language))
            for side, i in zip(self.sides, found, strict=True)
        ]
        rows = [
            {
                self.session.page_text("table.week"): long_date(week, self.language),
                **{name: number(series[i], self.language, first.decimals) for name, series in lines},
            }
            for week, i in zip(every, chosen, strict=True)
        ]
        return {
            "table": pa.table({**columns, "week": pa.array(np.array(columns["week"], "datetime64[D]"))}),
            "spec": _spec(
                tuple(name for name, _ in lines),
                unit_label(first, self.language) or " ",
                first.decimals,
                self.language,
                look,
                self.session.present,
            ),
            "name": self._say("chart.name", title=title),
            "sentence": self._say(
                "chart.sentence",
                title=title,
                end=long_date(weeks[-1], self.language),
                values=", ".join(told),
                before=first.shown(first.value_baseline, self.language),
            )
            + (f" {self.session.page_text('chart.not_zero')}." if finite.min() > 0 else ""),
            "rows": rows,
        }

    # --- budget -----------------------------------------------------------------------------------

    def budget(self, sure: Mapping[str, Sure] | None = None) -> Sequence[Row]:
        """Difference per year and in all, and the band of the total where it is known."""
        head = self._say("budget.year")
        years = self.sides[0].answer.budget.years
        rows: list[dict[str, str]] = []
        for i, year in enumerate(years):
            row = {head: str(year)}
            for side in self.sides:
                row[self.head(side)] = self._million(float(side.answer.budget.net.difference[i]))
            rows.append(row)
        total = {head: self._say("budget.total")}
        for side in self.sides:
            total[self.head(side)] = self._million(side.answer.budget.total_difference)
        rows.append(total)
        if sure is not None:
            band = {head: self._say("budget.band")}
            for i, side in enumerate(self.sides):
                low, high = sure["budget"].low[i], sure["budget"].high[i]
                band[self.head(side)] = self._say(
                    "budget.range", low=self._million(low), high=self._million(high)
                )
            rows.append(band)
        return rows

    def _million(self, dkk: float) -> str:
        return number(dkk / 1e6, self.language, 1, signed=True)

    # --- how sure ---------------------------------------------------------------------------------

    def sure(self, found: Mapping[str, Sure]) -> Sequence[Row]:
        """How often each beats each, on every goal and on cost."""
        rows = []
        for key, title in {**self.titles(), "budget": self._say("sure.cost")}.items():
            if key not in found:
                continue
            row = {self._say("sure.what"): title}
            for a, b in itertools.combinations(range(len(self.sides)), 2):
                names = LETTERS[a], LETTERS[b]
                row[self._say("sure.pair", a=names[0], b=names[1])] = self._say(
                    "sure.cell",
                    a=names[0],
                    share_a=percent(found[key].better[a, b], self.language),
                    b=names[1],
                    share_b=percent(found[key].better[b, a], self.language),
                )
            chances = [
                f"{side.letter} {percent(chance, self.language)}"
                for side, chance in zip(self.sides, found[key].chance, strict=True)
                if chance is not None
            ]
            row[self._say("sure.chance")] = ", ".join(chances)
            rows.append(row)
        return rows

    def verdicts(self, found: Mapping[str, Mapping[str, Verdict]], names: Mapping[str, str]) -> Sequence[Row]:
        """The best under each set of assumptions."""
        rows = []
        few = {
            indicator_key(goal, goal.indicators[at])
            for goal, at in self._indicators(every=False)
            if self._hidden(goal, at)
        }
        for key, title in {**self.titles(), "budget": self._say("sure.cost")}.items():
            row = {self._say("sure.what"): title}
            for name, verdicts in found.items():
                verdict = verdicts.get(key)
                if verdict is None:
                    not_shown = self.session.text("small_numbers.not_shown")
                    row[names[name]] = not_shown if key in few else self._say("verdict.watch")
                    continue
                letter = self._say("verdict.equal") if verdict.best is None else LETTERS[verdict.best]
                changes = "; ".join(
                    f"{side.letter} {self._change(key, change)}"
                    for side, change in zip(self.sides, verdict.differences, strict=True)
                )
                row[names[name]] = self._say("verdict.cell", letter=letter, changes=changes)
            rows.append(row)
        return rows

    def _change(self, key: str, change: float) -> str:
        if key == "budget":
            return self._million(change)
        decimals = next(
            goal.indicators[at].decimals
            for goal, at in self._indicators(every=False)
            if indicator_key(goal, goal.indicators[at]) == key
        )
        return number(change, self.language, decimals, signed=True)

    def turns(self, found: Mapping[str, Mapping[str, Verdict]]) -> str:
        """Whether the verdict holds under all sets, or where it changes."""
        titles = {**self.titles(), "budget": self._say("sure.cost")}
        turning = [
            title
            for key, title in titles.items()
            if len({verdicts[key].best for verdicts in found.values() if key in verdicts}) > 1
        ]
        if not turning:
            return self._say("verdict.all")
        return self._say("verdict.some", list=listed(turning, self.language))


@lru_cache(maxsize=32)
def _spec(
    lines: tuple[str, ...], unit: str, decimals: int, language: str, look: Palette, present: bool
) -> dict[str, Any]:
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = time_axis("week", 6)
    y = alt.Y(
        "value:Q",
        axis=alt.Axis(title=None, format=f",.{decimals}f", tickCount=5, domain=False, ticks=False),
        scale=alt.Scale(zero=False),
    )
    colours = [look.baseline, *look.categories[: len(lines) - 1]]
    dashes = [[6, 4], [1, 0], [10, 3], [2, 2], [8, 3, 2, 3]][: len(lines)]
    colour = alt.Color("line:N", scale=alt.Scale(domain=list(lines), range=colours), legend=None)
    drawn = chart.mark_line(strokeWidth=4 if present else 2.5).encode(
        x=x,
        y=y,
        color=colour,
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=list(lines), range=dashes), legend=None),
    )
    labels = (
        chart.transform_filter("datum.label != null")
        .mark_text(align="left", dx=8, fontSize=size, fontWeight=600)
        .encode(x=x, y=alt.Y("label_at:Q"), text="label:N", color=colour)
    )
    whole = alt.layer(drawn, labels).properties(
        height=_HEIGHTS[present],
        padding={"left": 4, "right": 8, "top": 8, "bottom": 4},
        title=unit_title(unit, look, size),
    )
    return finished(whole, language, look, present=present)
