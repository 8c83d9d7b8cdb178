"""Compute what the page Compare shows in words: levers, goals, budget, and how certain the verdict is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.budget.amounts import MILLION
from model.documents.axis import chosen_weeks, thinned
from model.documents.charts import CHART_POINTS, spread, unit_label, with_last_year
from model.documents.comparison import Compared, Side
from model.domain import GROUP_INDEX
from model.goals.results import IndicatorResult
from model.goals.status_text import chance_count
from model.language.catalogue import listed, long_date, number, short_date
from model.scenario.diff import lever_figure, lever_name
from model.scenario.levers import LEVER_BY_ID, LEVER_INDEX, Value, baseline_value, decimals_of
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, municipality_of
from model.uncertainty.comparison import Verdict, WinShares
from model.uncertainty.end_values import BUDGET
from pages.components.chart_with_table import Row
from pages.components.theme import Palette
from pages.session.results import scenario_results, target_text
from pages.session.session import Session
from pages.views.compare.charts import lines_spec

Floats = NDArray[np.float64]

FEWEST: Final = 2
MOST: Final = 8
# A line's label holds so many letters of a name.
_LABEL_LENGTH: Final = 26


class ComparisonView:
    """Scenarios side by side in the visitor's language; ``shares`` once the draws are run."""

    def __init__(self, session: Session, scenarios: Sequence[tuple[str, Scenario]]) -> None:
        self.session = session
        self.language = session.language
        sides = []
        for name, (_, scenario) in zip(apart([name for name, _ in scenarios]), scenarios, strict=True):
            results = scenario_results(scenario)
            sides.append(Side(name, scenario, results.goals, results.budget))
        self.compared = Compared(tuple(sides), session.language)

    @property
    def sides(self) -> tuple[Side, ...]:
        """Return the scenarios with their names and results."""
        return self.compared.sides

    def with_shares(self, shares: Mapping[str, WinShares] | None) -> Compared:
        """Return the comparison with what the draws say, or without."""
        return Compared(self.sides, self.language, shares)

    def _text(self, key: str, **values: object) -> str:
        """Return a text of the page."""
        return self.session.text(f"page_compare.{key}", **values)

    @property
    def same_economy(self) -> bool:
        """Return whether all are compared with the same baseline."""
        return self.compared.same_economy

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
                baseline_value(LEVER_BY_ID[target[0]], municipality_of(side.scenario), target[1])
                for side in self.sides
            ]
            shown = [base for base, changes in zip(bases, settings, strict=True) if not changes]
            finest = max([*shown, *(c.to for one in settings for c in one)], key=decimals_of)
            for side, base, changes in zip(self.sides, bases, settings, strict=True):
                row[side.name] = self._setting(target[0], base, changes, finest)
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

    def goals(self, compared: Compared, *, every: bool = False) -> Sequence[Row]:
        """List what each scenario comes to at the end, with its range where it is known."""
        rows = []
        for goal in compared.goals(every=every):
            first = goal.first
            row = {self._text("goal"): goal.title(self.language)}
            if self.same_economy:
                row[self._text("today")] = first.shown(first.value_baseline, self.language)
            for place in compared.drawn:
                side, indicator = self.sides[place], goal.indicators[place]
                cell = self._text(
                    "cell",
                    value=indicator.shown(indicator.value_scenario, self.language),
                    change=number(indicator.change, self.language, indicator.decimals, signed=True),
                )
                band = goal.ends_shown(place, self.language)
                row[side.name] = self._text("cell_range", cell=cell, range=band) if band else cell
            row[self._text("target")] = target_text(self.session, first, "documents")
            rows.append(row)
        return rows

    def titles(self) -> dict[str, str]:
        """Return the titles of the key indicators."""
        return {goal.key: goal.title(self.language) for goal in self.compared.goals()}

    # --- week by week -----------------------------------------------------------------------------

    def chart(self, key: str, palette: Palette) -> dict[str, Any]:
        """Return the chart of all scenarios and the baseline of one indicator."""
        goal = next(goal for goal in self.compared.goals() if goal.key == key)
        first, drawn = goal.first, self.compared.drawn
        chosen = chosen_weeks(len(first.weeks), CHART_POINTS)
        lines = [(self._text("today"), first.baseline)]
        lines += [(self.sides[place].name, goal.indicators[place].scenario) for place in drawn]
        figures = {self.sides[place].name: goal.indicators[place].value_scenario for place in drawn}
        figures[self._text("today")] = first.value_baseline
        lowest = np.concatenate([series[np.isfinite(series)] for _, series in lines]).min(initial=np.inf)
        title = first.title.text(self.language)
        values_text = [
            self._text("chart.value", name=side.name, value=i.shown(i.value_scenario, self.language))
            for side, i in zip(self.sides, goal.indicators, strict=True)
        ]
        rows = [
            {
                self.session.page_text("table.week"): long_date(first.weeks[i], self.language),
                **{name: number(series[i], self.language, first.decimals) for name, series in lines},
            }
            for i in chosen
        ]
        unit = with_last_year(unit_label(first, self.language), self.language)
        names = tuple(name for name, _ in lines)
        return {
            "table": self._lines_table(lines, figures, first),
            "spec": lines_spec(names, unit, self.language, palette, self.session.present),
            "name": self._text("chart.name", title=title),
            "sentence": self._text(
                "chart.sentence",
                title=title,
                end=long_date(first.last_day, self.language),
                values=", ".join(values_text),
                before=first.shown(first.value_baseline, self.language),
            )
            + (f" {self.session.page_text('chart.not_zero')}." if 0 < lowest < np.inf else ""),
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
            label = f"{shortened(name)} {number(figures[name], self.language, indicator.decimals)}"
            columns["week"] += weeks
            columns["line"] += [name] * len(weeks)
            columns["value"] += thinned(series, CHART_POINTS)
            columns["label_at"] += [places[name]] * len(weeks)
            columns["label"] += [*[None] * (len(weeks) - 1), label]
        return pa.table({**columns, "week": pa.array(np.array(columns["week"], "datetime64[D]"))})

    # --- budget -----------------------------------------------------------------------------------

    def budget(self, compared: Compared) -> Sequence[Row]:
        """List the difference per year and in all, with ranges where they are known."""
        head = self._text("budget.year")
        rows: list[Row] = []
        for place, year in enumerate([*map(str, compared.years), self._text("budget.total")]):
            row = {head: year}
            for side in compared.drawn:
                name = self.sides[side].name
                amounts = (*compared.year_amounts[side], compared.totals[side])
                amount = amounts[place]
                shown = number(amount.central / MILLION, self.language, amount.decimals, signed=True)
                band = amount.signed_ends(self.language)
                row[name] = self._text("cell_range", cell=shown, range=band) if band else shown
            rows.append(row)
        return rows

    def amount_sentences(self, compared: Compared) -> Sequence[str]:
        """List what each scenario with changes costs or saves, in the sentence that all pages have."""
        return [
            self._text("budget.sentence", name=side.name, amount=amount.clause().text(self.language))
            for side, amount in zip(self.sides, compared.totals, strict=True)
            if side.scenario.changes
        ]

    # --- how sure ---------------------------------------------------------------------------------

    def often(self, compared: Compared) -> Sequence[Row]:
        """List how often each scenario is best, on every goal and on cost, and how often each reaches the target."""
        rows = []
        for key, title in compared.told:
            assert compared.shares is not None
            found = compared.shares[key]
            row = {self._text("sure.what"): title}
            for side, share in zip(self.sides, found.first, strict=True):
                row[side.name] = chance_count(share, found.draws, self.language)
            row[self._text("often.equal")] = chance_count(found.equal, found.draws, self.language)
            chances = [
                self._text(
                    "chart.value", name=side.name, value=chance_count(chance, found.draws, self.language)
                )
                for side, chance in zip(self.sides, found.chance, strict=True)
                if chance is not None
            ]
            row[self._text("sure.chance")] = "; ".join(chances)
            rows.append(row)
        return rows

    def often_sentence(self, compared: Compared) -> str:
        """Say the picture of how often each is best."""
        parts = []
        for row in self.often(compared):
            title, *shares = list(row.items())[:-1]
            parts.append(f"{title[1]}: " + ", ".join(f"{name} {share}" for name, share in shares))
        return "; ".join(parts) + "."

    def goals_sentence(self, compared: Compared) -> str:
        """Say the picture of the goals."""
        parts = []
        for row in self.goals(compared):
            title, *values = row.items()
            parts.append(f"{title[1]}: " + ", ".join(f"{name} {value}" for name, value in values))
        return "; ".join(parts) + "."

    def verdicts(
        self, by_set: Mapping[str, Mapping[str, Verdict]], names: Mapping[str, str]
    ) -> Sequence[Row]:
        """List the best scenario under each set of assumptions."""
        goals = {goal.key: goal for goal in self.compared.goals()}
        rows = []
        for key, title in {**self.titles(), BUDGET: self._text("sure.cost")}.items():
            row = {self._text("sure.what"): title}
            for name, verdicts in by_set.items():
                verdict = verdicts.get(key)
                if verdict is None:
                    hidden = goals[key].suppressed
                    row[names[name]] = (
                        self.session.text("disclosure.not_shown") if hidden else self._text("verdict.watch")
                    )
                    continue
                best = self._text("verdict.equal") if verdict.best is None else self.sides[verdict.best].name
                indicator = None if key == BUDGET else goals[key].first
                changes = "; ".join(
                    self._text("chart.value", name=side.name, value=self._change(indicator, change))
                    for side, change in zip(self.sides, verdict.differences, strict=True)
                    if side.scenario.changes
                )
                row[names[name]] = self._text("verdict.cell", best=best, changes=changes) if changes else best
            rows.append(row)
        return rows

    def _change(self, indicator: IndicatorResult | None, change: float) -> str:
        """Format an indicator's change, or the budget's in millions."""
        if indicator is None:
            return number(change / MILLION, self.language, 1, signed=True)
        return number(change, self.language, indicator.decimals, signed=True)

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


def shortened(name: str, length: int = _LABEL_LENGTH) -> str:
    """Return a name that fits beside a line."""
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"


def apart(names: Sequence[str]) -> list[str]:
    """Return the names with a number behind those that are there already: a chart tells its parts by their names."""
    count: Counter[str] = Counter()
    told = []
    for name in names:
        count[name] += 1
        told.append(name if count[name] == 1 else f"{name} ({count[name]})")
    return told
