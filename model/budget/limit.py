"""Hold a proposal's money against the most that it may cost: how much of it is used, and whether it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from model.budget.amounts import MILLION, SMALL_AMOUNT, Amount
from model.language.catalogue import number, text
from model.language.messages import Localized, Message
from model.scenario.levers import decimals_of

# "main": the main calculation alone, while the range is not known; "either": some keep it, some do not.
State = Literal[
    "within", "within_main", "all", "all_main", "either", "either_over", "over", "over_main", "unpriced"
]
# The bar goes on behind the limit, so that what is over it is seen: so many times the limit.
_WHOLE: Final = 1.25


@dataclass(frozen=True)
class Limit:
    """The most that a proposal may cost more than today over all years, DKK, and what it costs; saving uses nothing."""

    most: float
    amount: Amount

    @property
    def state(self) -> State:
        """Return what may be said of it. An amount that rounding hides is neither over the limit nor below it."""
        if self.amount.unpriced:
            # What nobody has priced may take up what is left, or give more.
            return "unpriced"
        drawn, main = self.amount.range, self.amount.central
        if drawn is None:
            return "over_main" if self._over(main) else "all_main" if self._all(main) else "within_main"
        low, high = min(drawn.low, main), max(drawn.high, main)
        if self._over(low):
            return "over"
        if self._over(high):
            return "either_over" if self._over(main) else "either"
        return "all" if self._all(low) and self._all(high) else "within"

    def _over(self, dkk: float) -> bool:
        return dkk > self.most + SMALL_AMOUNT

    def _all(self, dkk: float) -> bool:
        return self.most > 0 and abs(dkk - self.most) <= SMALL_AMOUNT

    def sentence(self) -> Localized:
        """Return the state as a sentence."""
        if self.state == "unpriced":
            return Message("budget.limit.unpriced", levers=self.amount.unpriced_names())
        return Message(f"budget.limit.{self.state}")

    def at(self, dkk: float) -> float:
        """Return where an amount stands on the bar, from 0 to 1; a limit of nothing is told by a bar of a million."""
        return round(min(max(dkk / (self.most * _WHOLE or MILLION), 0.0), 1.0), 4)


def limit_shown(most: float, language: str) -> str:
    """Return a limit in millions, with the decimals that it has."""
    n = number(most / MILLION, language, decimals_of(most / MILLION))
    return text("domain.money.million", language, number=n)
