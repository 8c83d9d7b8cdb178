"""Compute what the administration's proposal comes to on the page Budget: its amounts with their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from model.budget.amounts import Amount, BudgetRanges, in_prices, total_amount, year_amounts
from model.language.catalogue import text
from pages.session.reference import reference_name
from pages.session.results import ScenarioResults

if TYPE_CHECKING:
    from pages.components.chart_with_table import Row
    from pages.views.budget.view import BudgetView


@dataclass(frozen=True, eq=False)
class ThirdBudget:
    """The administration's proposal beside a scenario, in the prices of the page."""

    view: BudgetView
    results: ScenarioResults
    ranges: BudgetRanges | None  # in current prices; None: not computed (yet)

    @property
    def name(self) -> str:
        """Return what it is called beside the scenario."""
        return reference_name(self.view.session)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Return its net difference of each budget year."""
        return in_prices(
            year_amounts(self.results.budget, self.ranges), np.asarray(self.view.factor), self.ranges
        )

    @cached_property
    def total(self) -> Amount:
        """Return its net difference of all years."""
        ranges = None if self.ranges is None else self.ranges.times(self.view.factor)
        return replace(
            total_amount(self.results.budget, ranges),
            central=sum(amount.central for amount in self.amounts),
            level=sum(amount.level for amount in self.amounts),
        )

    def sentence(self) -> str:
        """Return what it costs or saves in all, with the range and the words that the range allows."""
        amount = self.total.clause().text(self.view.language)
        return self.view.text_of("third", name=self.name, amount=amount)

    def in_chart(self) -> str:
        """Return the same for below a chart, with how it is drawn there."""
        amount = self.total.clause().text(self.view.language)
        return self.view.text_of("columns.reference", name=self.name, amount=amount)

    def cells(self, amount: Amount) -> Row:
        """Return the columns of one year or of all: the amount, equal as equal, and its range where it is known."""
        ends = amount.signed_ends(self.view.language)
        head = self.view.text_of("third.range", name=self.name)
        return {self.name: self.view.label_of(amount), **({head: ends} if ends else {})}

    def rows(self, head: str, columns: Sequence[str]) -> list[Row]:
        """Return the rows below the sums of a table: the amounts, and between what they lie where that is known."""
        amounts = dict(zip(columns, (*self.amounts, self.total), strict=True))
        rows: list[Row] = [
            {head: self.name, **{column: self.view.label_of(amount) for column, amount in amounts.items()}}
        ]
        if self.total.range is not None:
            ends = {column: amount.signed_ends(self.view.language) for column, amount in amounts.items()}
            rows.append({head: text("documents.beside.range_row", self.view.language), **ends})
        return rows
