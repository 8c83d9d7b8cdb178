"""What is told of an amount: its size, its range over the draws, and whether it is saved, spent, both or neither.

Every page, document and command asks here, so that one amount has one sentence. No amount is called a saving or a cost
without its range, and one whose range crosses zero is called neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from model.budget.result import BudgetResult
from model.budget.warnings import unpriced_names as names_without_price
from model.language.catalogue import listed, number, text, years_text
from model.language.drawn_range import DrawnRange, range_decimals, range_of_draws
from model.language.messages import Localized, Message, Phrase

Floats = NDArray[np.float64]

MILLION: Final = 1e6
# Amounts below this are rounding, DKK.
SMALL_AMOUNT: Final = 50_000.0
# A difference below this share of the expenditure it is a difference of is inside what the model can tell.
EQUAL_SHARE: Final = 0.001
_MAX_NAMED: Final = 2

Kind = Literal["same", "saves", "costs", "either", "lower", "higher"]


def equal_below(level: float, least: float = SMALL_AMOUNT) -> float:
    """Return below what two figures are equal, where ``level`` is the whole that they are a part of.

    Arguments: the level and, for rounding, what is nothing by itself, both in DKK or both in persons.
    """
    return max(least, EQUAL_SHARE * abs(level))


@dataclass(frozen=True)
class Amount:
    """A net difference from the baseline, DKK; above zero costs more."""

    central: float
    level: float  # the baseline's net expenditure in the same time
    years: int
    range: DrawnRange | None = None  # None: not computed (yet)
    unpriced: tuple[str, ...] = ()  # ids of moved levers that nobody has priced

    @cached_property
    def kind(self) -> Kind:
        """Return what may be said of it. "lower" and "higher" are of the central run alone: nothing is sure of them."""
        ends = (self.central,) if self.range is None else (self.range.low, self.central, self.range.high)
        if all(abs(end) < equal_below(self.level) for end in ends):
            return "same"
        if self.range is None:
            return "lower" if self.central < 0 else "higher"
        if self.range.low < -SMALL_AMOUNT and self.range.high > SMALL_AMOUNT:
            return "either"
        if self.unpriced and self.central < 0:
            # A saving by a lever that nobody has priced is none.
            return "lower"
        return "saves" if self.central < 0 else "costs"

    @property
    def decimals(self) -> int:
        """Return the decimals of a million that its range allows."""
        if self.range is None:
            return 1
        return range_decimals(self.range.low / MILLION, self.range.high / MILLION, 1)

    def shown(self, language: str, *, signed: bool = True) -> str:
        """Return the amount of the central run in millions, as exact as its range allows."""
        value = self.central if signed else abs(self.central)
        n = number(value / MILLION, language, self.decimals, signed=signed)
        return text("domain.money.million", language, number=n)

    def ends_shown(self, language: str) -> str:
        """Return the ends of the range in words, in millions: "45 sparet til 19 dyrere"; empty where there is none."""
        if self.range is None:
            return ""
        low, high = (self._end(end, language) for end in (self.range.low, self.range.high))
        return low if low == high else text("budget.amount.ends", language, low=low, high=high)

    def signed_ends(self, language: str) -> str:
        """Return the ends of the range for a table, in millions: "−45 til +19"; empty where there is none."""
        if self.range is None:
            return ""
        return self.range.signed_ends(language, 1, MILLION)

    def range_shown(self, language: str) -> str:
        """Return the range with what it counts: "9 af 10 beregninger: fra 45 sparet til 19 dyrere"."""
        if self.range is None:
            return text("budget.amount.no_range", language)
        return self.range.words(self.ends_shown(language), language)

    def _end(self, dkk: float, language: str) -> str:
        """Return one end of the range, in millions without the unit."""
        n = number(abs(dkk) / MILLION, language, self.decimals)
        if n == number(0.0, language, self.decimals):
            return number(0.0, language)
        return text("budget.amount.saved" if dkk < 0 else "budget.amount.dearer", language, n=n)

    def clause(self) -> Localized:
        """Return the amount as a part of a sentence: no capital, no full stop."""
        amount = Phrase(self.shown, signed=False)
        values: dict[str, object] = {
            "amount": amount,
            "years": Phrase(years_text, self.years),
            "range": Phrase(self.range_shown),
        }
        if self.kind == "same" and not self.unpriced:
            small = abs(self.central) < SMALL_AMOUNT
            return Message(
                "budget.amount.same" if small else "budget.amount.nearly_same",
                **{**values, "amount": Phrase(self.shown)},
            )
        if self.unpriced:
            values["levers"] = self.unpriced_names()
            kind = self.kind
            if kind == "same":
                values["amount"] = Phrase(self.shown)
            elif kind in ("saves", "costs"):
                kind = "lower" if self.central < 0 else "higher"
            return Message(f"budget.amount.unpriced_{kind}", **values)
        if self.kind == "either":
            values["middle"] = Message(
                "budget.amount.middle_saved" if self.central < 0 else "budget.amount.middle_dearer",
                amount=amount,
            )
        return Message(f"budget.amount.{self.kind}", **values)

    def unpriced_names(self) -> Localized:
        """Return the levers without a price by name; more than two by their number, since a sentence is short."""
        if len(self.unpriced) > _MAX_NAMED:
            return Message("budget.amount.several_levers", n=Phrase(number, len(self.unpriced)))
        return Phrase(listed, names_without_price(self.unpriced))


@dataclass(frozen=True, eq=False)
class BudgetRanges:
    """Net differences of the draws per budget year [draws, Y], DKK."""

    differences: Floats

    def times(self, factors: Floats) -> BudgetRanges:
        """Return the same in other prices: one factor per budget year [Y]."""
        return BudgetRanges(self.differences * factors)

    def of_year(self, year: int) -> DrawnRange:
        """Return the range of one budget year, by its place."""
        return range_of_draws(self.differences[:, year])

    @property
    def total(self) -> DrawnRange:
        """Return the range of all years together."""
        return range_of_draws(self.differences.sum(axis=1))

    def a_year(self, years: float) -> Floats:
        """Return the mean of a year in every draw [draws], DKK; ``years`` is how many the run covers."""
        return np.asarray(self.differences.sum(axis=1) / years)

    def chance_of_saving(self, least: float, years: float) -> float:
        """Return the share of the draws (0-1) in which at least so much is saved a year, DKK, over the whole run.

        Below zero: in which it costs at most so much. At zero what is told as nothing is nothing: no dearer.
        """
        highest = -least if least else SMALL_AMOUNT / years
        return float((self.a_year(years) <= highest).mean())


def total_amount(result: BudgetResult, ranges: BudgetRanges | None = None) -> Amount:
    """Return the net difference over the whole run as it is told."""
    return Amount(
        central=result.total_difference,
        level=float(result.net.baseline.sum()),
        years=len(result.years),
        range=None if ranges is None else ranges.total,
        unpriced=result.unpriced,
    )


def year_amounts(result: BudgetResult, ranges: BudgetRanges | None = None) -> tuple[Amount, ...]:
    """Return the net difference of each budget year as it is told."""
    return tuple(
        Amount(
            central=float(difference),
            level=float(level),
            years=1,
            range=None if ranges is None else ranges.of_year(year),
            unpriced=result.unpriced,
        )
        for year, (difference, level) in enumerate(
            zip(result.net.difference, result.net.baseline, strict=True)
        )
    )


def in_prices(amounts: Sequence[Amount], factors: Floats, ranges: BudgetRanges | None) -> tuple[Amount, ...]:
    """Return the amounts of the budget years in other prices: one factor per year [Y]."""
    changed = None if ranges is None else ranges.times(factors)
    return tuple(
        replace(
            amount,
            central=amount.central * float(factor),
            level=amount.level * float(factor),
            range=None if changed is None else changed.of_year(year),
        )
        for year, (amount, factor) in enumerate(zip(amounts, factors, strict=True))
    )
