"""Hold the budget's price of the ministry's mix of benefits against the ministry's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.budget.calendar import DAYS_A_WEEK, days_in_year
from model.domain import GROUP_INDEX
from model.language.catalogue import money, percent
from model.language.messages import Localized, Message, Phrase
from model.municipality.vintages import FIRST, vintage
from model.parameters.prices import BudgetParameters
from model.simulation.outcome import Outcome

# The payment factors are solved so that the ministry's mix is priced within this share of its own price.
NEAR_MINISTRY: Final = 0.20
_MINISTRY: Final = "budget.check.ministry_price"


@dataclass(frozen=True)
class MinistryCheck:
    """What the mix of Ballerup's differences costs here, beside the ministry's own price; DKK a year."""

    model: float
    ministry: float
    figures: Localized | None = (
        None  # the date of the municipality's figures, where they are later than the price
    )

    @property
    def ratio(self) -> float:
        """Return model over ministry."""
        return self.model / self.ministry

    @property
    def within(self) -> bool:
        """Return whether the model's price is near enough to the ministry's."""
        return abs(self.ratio - 1.0) <= NEAR_MINISTRY

    @property
    def sentence(self) -> Message:
        """Return the check in a sentence: value, target, and whether it is within the limit.

        On figures of another time than the ministry's price it is a comparison, and the sentence says of which years.
        """
        model, ministry = Phrase(money, round(self.model, -2)), Phrase(money, self.ministry)
        if self.figures is not None:
            return Message("budget.check.later", model=model, ministry=ministry, figures=self.figures)
        return Message(
            "budget.check.within" if self.within else "budget.check.outside",
            model=model,
            ministry=ministry,
            limit=Phrase(percent, NEAR_MINISTRY),
        )


def ministry_check(baseline: Outcome, parameters: BudgetParameters | None = None) -> MinistryCheck:
    """Price 50 fewer on dagpenge, 30 more sick-listed, 230 fewer on kontanthjælp etc. per person and year.

    The two last are spread over their benefits by stock, all over the refund ladder as the baseline's stock
    at rest. Rates are the mean of 2020 and 2021, as the ministry's year runs from July to June; so they are on later
    figures, whose stock alone is of its own time.
    """
    from model.parameters.ids import BENCHMARK_GROUPS

    parameters = baseline.municipality.budget if parameters is None else parameters
    refund = baseline.initial["refund_class"].sum(axis=1)
    stock = refund.sum(axis=1)
    year = parameters.year_of(_MINISTRY)
    rate = sum(parameters.weekly_rate(y) * days_in_year(y) / DAYS_A_WEEK for y in (year, year + 1)) / 2
    net = (refund @ parameters.municipal_share) * rate
    money_saved = persons = 0.0
    for benchmark_group, groups in BENCHMARK_GROUPS.items():
        rows = [GROUP_INDEX[group] for group in groups]
        difference = parameters.number(f"budget.check.mix.{benchmark_group}")
        money_saved += difference * float(net[rows].sum() / stock[rows].sum())
        persons += difference
    figures = baseline.municipality.vintage
    dated = None if figures == FIRST else vintage(figures).dated
    return MinistryCheck(money_saved / persons, parameters.number(_MINISTRY), dated)
