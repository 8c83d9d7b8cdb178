"""All 98 municipalities by what was published of each: the share on dagpenge, and the ministry's benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from model.goals.dagpenge_rates import dagpenge_rates
from model.language.messages import Localized, Message
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import FIRST
from model.validation.published_benchmark import PERIODS, period_label, ranking

Order = Literal["dagpenge", "benchmark", "name"]
ORDERS: Final[tuple[Order, ...]] = ("dagpenge", "benchmark", "name")
# The first starting figures are the mean of 2020.
_FIRST_PERIOD: Final = "2020QMAT04"
_DANISH: Final = str.maketrans({"æ": "{a", "ø": "{b", "å": "{c"})


@dataclass(frozen=True)
class Rates:
    """One municipality: place 1 has the lowest share on dagpenge, and the fewest beside what is expected."""

    id: str
    name: str
    dagpenge: float  # per cent of the labour force; in the figures of 2020 of the 16-66-year-olds
    dagpenge_place: int
    difference: (
        float  # all the benchmark's benefits less what is expected, percentage points of the 16-66-year-olds
    )
    benchmark_place: int


def rates_98(figures: str) -> tuple[Rates, ...]:
    """Return all municipalities with their published rates on a vintage's figures. Raises UnknownVintage."""
    if figures == FIRST:
        shares = {name: row.actual_pct for name, row in ranking("dagpenge", _FIRST_PERIOD)}
    else:
        shares = {name: rate.per_cent for name, rate in dagpenge_rates(figures).items()}
    expected = dict(ranking("total", benchmark_period(figures)))
    return tuple(
        Rates(
            info.id,
            info.name,
            shares[info.name],
            1 + sum(other < shares[info.name] for other in shares.values()),
            expected[info.name].difference_pp,
            expected[info.name].rank,
        )
        for info in municipalities()
    )


def benchmark_period(figures: str) -> str:
    """Return the rolling year of the benchmark that stands beside a vintage's figures."""
    return _FIRST_PERIOD if figures == FIRST else list(PERIODS)[-1]


def measured(figures: str, name: str) -> Localized:
    """Return of what and of when the shares on dagpenge are, in words."""
    if figures == FIRST:
        return Message("benchmark.rates.first")
    return Message("benchmark.rates.since", months=dagpenge_rates(figures)[name].months())


def benchmark_year(figures: str, language: str) -> str:
    """Return of when the benchmark is, in words."""
    return period_label(benchmark_period(figures), language)


def ordered(rates: Sequence[Rates], by: Order) -> list[Rates]:
    """Return municipalities in an order: the lowest share first, the best place first, or by name as in Danish."""
    keys = {
        "dagpenge": lambda r: (r.dagpenge_place, alphabetical(r.name)),
        "benchmark": lambda r: (r.benchmark_place, alphabetical(r.name)),
        "name": lambda r: (0, alphabetical(r.name)),
    }
    return sorted(rates, key=keys[by])


def alphabetical(name: str) -> str:
    """Return what a name is sorted by: æ, ø and å come last, and Aa as two letters a."""
    return name.casefold().translate(_DANISH)
