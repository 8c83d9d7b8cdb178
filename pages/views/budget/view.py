"""Compute what the page Budget shows: its sentences, its charts and its tables, from the model's budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.budget.amounts import Amount, BudgetRanges, in_prices
from model.budget.result import Figures
from model.budget.sentences import assumed_prices, budget_headline, years_sentence
from model.budget.views import (
    CATEGORIES,
    LadderStep,
    OneMorePlace,
    by_category,
    deflator,
    ladder,
    one_more_place,
)
from model.documents.charts import kinds_chart
from model.language.catalogue import money, number, percent, text, years_text
from model.language.drawn_range import DrawnRange
from model.simulation.outcome import Outcome
from pages.components.chart_with_table import Row
from pages.components.theme import Palette
from pages.session.reference import reference_of_same_weeks
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.budget.charts import LADDER_END, ladder_spec
from pages.views.budget.third import ThirdBudget

Floats = NDArray[np.float64]

# A place used less than this is not used; fewer jobs a year than this are none.
_UNUSED: Final = 0.005
_FEW_JOBS: Final = 0.05
# One more place is told in steps of so many kroner, and its range in at most so many steps.
_CROWNS: Final = (100.0, 1_000.0, 10_000.0)
_MAX_STEPS: Final = 50
_THOUSAND: Final = 1_000.0
_NARROW_WEEKS: Final = 12


class BudgetView:
    """The budget of one scenario in the visitor's language and prices."""

    def __init__(
        self,
        session: Session,
        results: ScenarioResults,
        outcome: Outcome,
        baseline: Outcome,
        place_ranges: BudgetRanges | None = None,
        third_ranges: BudgetRanges | None = None,
    ) -> None:
        self.session = session
        self.language = session.language
        self.results = results
        self.result = results.budget
        self.outcome, self.baseline = outcome, baseline
        self._place_ranges, self._third_ranges = place_ranges, third_ranges
        self.factor: Floats = (
            deflator(self.result, outcome.municipality.budget)
            if session.constant_prices
            else np.ones(len(self.result.years))
        )

    def text_of(self, key: str, **values: object) -> str:
        """Return a text of the page."""
        return self.session.text(f"page_budget.{key}", **values)

    def _million(self, dkk: float) -> str:
        """Format signed millions without the unit, which the head of the table has."""
        return number(dkk / 1e6, self.language, 1, signed=True)

    @cached_property
    def difference(self) -> Floats:
        """Return the net difference per year in the chosen prices, DKK."""
        return np.asarray(self.result.net.difference * self.factor)

    # --- sentences --------------------------------------------------------------------------------

    def headline(self) -> str:
        """Return what it costs in all, how that turns over the years, and when it has paid for itself."""
        return budget_headline(self.result, self.amounts, self.total, self.factor).text(self.language)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Return the net differences of the years in the chosen prices, with their ranges where they are known."""
        return in_prices(self.results.year_amounts, self.factor, self.ranges)

    @cached_property
    def total(self) -> Amount:
        """Return the net difference of all years in the chosen prices."""
        total = self.results.total_amount
        if not self.session.constant_prices:
            return total
        return replace(
            total,
            central=sum(amount.central for amount in self.amounts),
            level=sum(amount.level for amount in self.amounts),
            range=None if self.ranges is None else self.ranges.times(self.factor).total,
        )

    @property
    def ranges(self) -> BudgetRanges | None:
        """Return the ranges of the differences over the draws, where they are known."""
        return None if self.results.fan is None else self.results.fan.ranges

    @property
    def third(self) -> ThirdBudget | None:
        """Return what the administration's proposal comes to; None where none is chosen, or it cannot be compared."""
        found = reference_of_same_weeks(self.session)
        return None if found is None else ThirdBudget(self, found, self._third_ranges)

    def price_note(self) -> str:
        """Return in which prices the amounts are."""
        if self.session.constant_prices:
            return self.text_of("prices.note.constant", year=self.result.years[0])
        return self.text_of("prices.note.current", rates=self.results.municipality.budget.rates_until)

    def assumed(self) -> str:
        """Return how much rests on assumed prices, and on which."""
        return assumed_prices(self.result).text(self.language)

    # --- by kind of expenditure -------------------------------------------------------------------

    def kinds(self, palette: Palette) -> dict[str, Any]:
        """Return the chart of the difference per year, split into kinds of expenditure."""
        parts = by_category(self.result)
        third = self.third
        names = {category: self.text_of(f"category.{category}") for category in (*CATEGORIES, "net")}
        amounts = {category: parts[category].difference * self.factor for category in CATEGORIES}
        others = [None] * (len(self.amounts) + 1) if third is None else [*third.amounts, third.total]
        columns = zip(
            (*map(str, self.result.years), self.text_of("total")),
            [*zip(*amounts.values(), strict=True), [values.sum() for values in amounts.values()]],
            (*self.amounts, self.total),
            others,
            strict=True,
        )
        rows = [
            {
                self.text_of("year"): name,
                **{names[c]: self._million(float(value)) for c, value in zip(amounts, values, strict=True)},
                names["net"]: self.net_cell(amount),
                **self.range_cell(amount),
                **({} if third is None or other is None else third.cells(other)),
            }
            for name, values, amount, other in columns
        ]
        table, spec = kinds_chart(
            self.result,
            self.language,
            palette,
            self.factor,
            amounts=self.amounts,
            beside=() if third is None else third.amounts,
            present=self.session.present,
        )
        said = years_sentence(self.result.years, self.amounts, self.language)
        return {
            "table": table,
            "spec": spec,
            "name": self.text_of("by_kind.name"),
            "sentence": said if third is None else f"{said} {third.in_chart()}",
            "rows": rows,
        }

    def net_cell(self, amount: Amount) -> str:
        """Format a net difference in signed millions, as exact as its range allows."""
        return number(amount.central / 1e6, self.language, amount.decimals, signed=True)

    def label_of(self, amount: Amount) -> str:
        """Format a net difference where it stands alone: equal is told as equal."""
        return self.text_of("columns.same") if amount.kind == "same" else self.net_cell(amount)

    def range_cell(self, amount: Amount) -> Row:
        """Return the column of a net difference's range; none where it is not known."""
        ends = amount.signed_ends(self.language)
        return {text("budget.amount.range_row", self.language): ends} if ends else {}

    # --- tables -----------------------------------------------------------------------------------

    def years(self) -> Sequence[Row]:
        """List gross, refund and net per year: scenario, and difference from the baseline."""
        columns: list[tuple[str, Floats]] = []
        for what, figures in (
            ("gross", self.result.gross),
            ("refund", self.result.refund),
            ("net", self.result.net),
        ):
            columns.append((self._column(what, "scenario"), figures.scenario * self.factor))
            columns.append((self._column(what, "difference"), figures.difference * self.factor))
        net = self._column("net", "difference")
        rows: list[Row] = [
            {
                self._head(): year,
                **{head: self._cell(head, values[i]) for head, values in columns},
                net: self.net_cell(self.amounts[i]),
            }
            for i, year in enumerate(self._year_names())
        ]
        rows.append(
            {
                self._head(): self.text_of("total"),
                **{head: self._cell(head, values.sum()) for head, values in columns},
                net: self.net_cell(self.total),
            }
        )
        return rows

    def _head(self) -> str:
        """Return the heading of the years."""
        return f"{self.text_of('year')} ({self.text_of('million')})"

    def _column(self, what: str, run: str) -> str:
        """Return the heading of a column."""
        return self.text_of("column", what=self.text_of(what), run=self.text_of(f"run.{run}"))

    def _cell(self, head: str, dkk: float) -> str:
        """Format an amount, signed in a column of differences."""
        signed = head.endswith(self.text_of("run.difference"))
        return number(float(dkk) / 1e6, self.language, 1, signed=signed)

    def _year_names(self) -> list[str]:
        """Name the years, with a mark on one that is not whole."""
        return [
            str(year) if whole else self.text_of("short_year", year=year, days=days)
            for year, days, whole in zip(self.result.years, self.result.days, self.result.whole, strict=True)
        ]

    def functions(self) -> Sequence[Row]:
        """List the net difference by function of the chart of accounts and year."""
        head = f"{self.text_of('function')} ({self.text_of('million')}, {self.text_of('net').lower()})"
        return [
            self._across(head, f"{function} {figures.label.text(self.language)}", figures.net)
            for function, figures in self.result.by_function.items()
        ] + self._total_rows(head)

    def components(self) -> Sequence[Row]:
        """List the net difference by expenditure, and whether its price is assumed."""
        head = f"{self.text_of('expense')} ({self.text_of('million')}, {self.text_of('net').lower()})"
        rows = []
        for cost in self.result.by_component.values():
            price = self.text_of("price.assumed" if cost.assumed else "price.known")
            row = self._across(head, cost.label.text(self.language), cost.net)
            rows.append({**row, self.text_of("price"): price})
        return rows + [{**row, self.text_of("price"): ""} for row in self._total_rows(head)]

    def _total_rows(self, head: str) -> list[Row]:
        """Return the net difference per year and in all, and below it between what it lies, where that is known."""
        years = [str(year) for year in self.result.years]
        columns = dict(zip((*years, self.text_of("total")), (*self.amounts, self.total), strict=True))
        nets = {name: self.net_cell(amount) for name, amount in columns.items()}
        rows: list[Row] = [{head: self.text_of("total"), **nets}]
        if self.total.range is not None:
            ends = {name: amount.signed_ends(self.language) for name, amount in columns.items()}
            rows.append({head: text("budget.amount.range_row", self.language), **ends})
        return rows if self.third is None else [*rows, *self.third.rows(head, list(columns))]

    def parts_note(self) -> str:
        """Return what the parts of the tables are, where a range stands below their total; empty elsewhere."""
        return "" if self.total.range is None else self.text_of("parts_note")

    def _across(self, head: str, label: str, figures: Figures) -> Row:
        """Return a row of differences per year and in all."""
        amounts = figures.difference * self.factor
        years = {
            str(year): self._million(float(d)) for year, d in zip(self.result.years, amounts, strict=True)
        }
        return {head: label, **years, self.text_of("total"): self._million(float(amounts.sum()))}

    # --- one more place ---------------------------------------------------------------------------

    @cached_property
    def _one(self) -> OneMorePlace:
        """Compute what one more place brings."""
        return one_more_place(self.outcome, self.baseline)

    def place_sentence(self) -> str:
        """Describe what one more place costs, whether it is used, and what it does for jobs."""
        one = self._one
        if one.filled < _UNUSED:
            use, jobs = self.text_of("place.unused"), ""
        else:
            use = self.text_of("place.used", share=percent(min(one.filled, 1.0), self.language))
            word = "same" if abs(one.jobs) < _FEW_JOBS else "more" if one.jobs > 0 else "fewer"
            count = {} if word == "same" else {"jobs": number(abs(one.jobs), self.language, 2)}
            jobs = self.text_of(f"place.jobs_{word}", **count)
        cost = self.text_of(f"place.{self._place_kind}", **self._place_words)
        return " ".join(part for part in (cost, use, jobs) if part)

    @cached_property
    def _place_total(self) -> float:
        """Return what one more place costs in all in the chosen prices, DKK."""
        return float((self._one.net * self.factor).sum())

    @cached_property
    def _place_range(self) -> DrawnRange | None:
        """Return between what that lies, where it is known."""
        return None if self._place_ranges is None else self._place_ranges.times(self.factor).total

    @property
    def _place_kind(self) -> str:
        """Return what may be said of the cost of one more place."""
        told = self._place_range
        if told is not None and told.low < -_CROWNS[0] and told.high > _CROWNS[0]:
            return "either"
        return "saves" if self._place_total < 0 else "costs"

    @property
    def _place_words(self) -> dict[str, str]:
        """Return the cost of one more place, its years and its range in words."""
        told = self._place_range
        word = "budget.amount.saved" if self._place_total < 0 else "budget.amount.dearer"
        amount = money(_rounded(abs(self._place_total), self._place_range), self.language)
        return {
            "amount": amount,
            "middle": text(word, self.language, n=amount),
            "years": years_text(len(self._one.years), self.language),
            "range": text("budget.amount.no_range", self.language)
            if told is None
            else told.words(
                text("budget.amount.ends", self.language, low=self._end(told.low), high=self._end(told.high)),
                self.language,
            ),
        }

    def _end(self, dkk: float) -> str:
        """Return one end of the range of one more place in words."""
        amount = _rounded(abs(dkk), self._place_range)
        if not amount:
            return money(0.0, self.language)
        word = "budget.amount.saved" if dkk < 0 else "budget.amount.dearer"
        return text(word, self.language, n=money(amount, self.language))

    def place(self) -> Sequence[Row]:
        """List one more place by kind of expenditure and year, in kroner."""
        one = self._one
        head = self.text_of("expense")

        def row(label: str, amounts: Floats) -> Row:
            """Return one row."""
            per_year = {str(y): self._crowns(float(a)) for y, a in zip(one.years, amounts, strict=True)}
            return {head: label, **per_year, self.text_of("total"): self._crowns(float(amounts.sum()))}

        rows = [row(self.text_of(f"category.{c}"), one.categories[c] * self.factor) for c in CATEGORIES]
        if self._place_ranges is None:
            return [*rows, row(self.text_of("category.net"), one.net * self.factor)]
        return [*rows, *self._place_net_rows(head, self._place_ranges.times(self.factor))]

    def _place_net_rows(self, head: str, ranges: BudgetRanges) -> list[Row]:
        """Return the net cost of one more place per year and in all, as exact as its range, and below it the range."""
        net = self._one.net * self.factor
        columns = (*map(str, self._one.years), self.text_of("total"))
        told = [*(ranges.of_year(i) for i in range(len(net))), ranges.total]
        amounts = [
            self._crowns(_rounded(float(amount), one))
            for amount, one in zip((*net, net.sum()), told, strict=True)
        ]
        ends = [
            text("budget.thousand", self.language, number=one.signed_ends(self.language, 0, _THOUSAND))
            for one in told
        ]
        return [
            {head: self.text_of("category.net"), **dict(zip(columns, amounts, strict=True))},
            {head: text("budget.amount.range_row", self.language), **dict(zip(columns, ends, strict=True))},
        ]

    def _crowns(self, dkk: float) -> str:
        """Format an amount in kroner."""
        return money(round(dkk, -2), self.language, signed=True, in_full=True)

    # --- the refund ladder ------------------------------------------------------------------------

    def ladder(self, palette: Palette) -> dict[str, Any]:
        """Return the chart of the municipality's share by weeks on support, with the people on each step."""
        steps = ladder(self.outcome, self.baseline)
        columns: dict[str, list[Any]] = {"week": [], "share": [], "label_week": [], "label": []}
        for step in steps:
            columns["week"].append(float(step.first_week - 1))
            columns["share"].append(100.0 * step.municipal_share)
            # The first step is too narrow for its words: they stand to its right.
            narrow = step.last_week is not None and step.last_week - step.first_week < _NARROW_WEEKS
            columns["label_week"].append(float((narrow and step.last_week) or step.first_week - 1))
            columns["label"].append(
                self.text_of(
                    "ladder.label",
                    share=percent(step.municipal_share, self.language),
                    people=number(step.scenario, self.language),
                )
            )
        columns["week"].append(float(LADDER_END))
        columns["share"].append(columns["share"][-1])
        columns["label_week"].append(None)
        columns["label"].append(None)
        people = {
            run: self.text_of("ladder.people", run=self.text_of(f"run.{run}"))
            for run in ("baseline", "scenario")
        }
        rows = [
            {
                self.text_of("ladder.step"): self._step_weeks(s),
                self.text_of("ladder.share"): percent(s.municipal_share, self.language),
                people["baseline"]: number(s.baseline, self.language),
                people["scenario"]: number(s.scenario, self.language),
            }
            for s in steps
        ]
        top = steps[-1]
        return {
            "table": pa.table(columns),
            "spec": ladder_spec(
                self.text_of("ladder.unit"),
                self.text_of("ladder.axis"),
                self.language,
                palette,
                self.session.present,
            ),
            "name": self.text_of("ladder.name"),
            "sentence": self.text_of(
                "ladder.sentence",
                over=number(top.scenario, self.language),
                before=number(top.baseline, self.language),
                share=percent(top.municipal_share, self.language),
            ),
            "rows": rows,
        }

    def _step_weeks(self, step: LadderStep) -> str:
        """Name the weeks of a step."""
        if step.last_week is None:
            return self.text_of("ladder.open", first=step.first_week)
        return self.text_of("ladder.weeks", first=step.first_week, last=step.last_week)


def _rounded(dkk: float, within: DrawnRange | None) -> float:
    """Round kroner to hundreds, or as coarsely as their range asks for."""
    width = 0.0 if within is None else within.high - within.low
    step = next((step for step in _CROWNS if width <= _MAX_STEPS * step), _CROWNS[-1])
    return round(dkk / step) * step
