"""Lay the months since a decision over what was expected, and split the difference into its causes.

The parts of a difference are laid on top of each other in this order, so that they add up:

- *effort*: the run with what was delivered in place of what was decided, less the run as decided.
- *data*: the level that the run began from was later published as another.
- *economy*: how the same benefit moved in the other municipalities together, against how the run expected it to move
  without changes. Level as published times the others' movement is what ``with_country`` of the back-test forecasts.
- *rest*: all that is left, chance included. How much may be chance is kept at the decision: how far months of
  municipalities of that size were from level times the others' movement (:mod:`model.forecast.beside_others`).

A part that cannot be worked out is None and stays in the rest; it is never taken to be nothing.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path as FilePath
from statistics import NormalDist
from typing import Final, Literal, TypedDict

from model.disclosure import is_small
from model.followup.decided import MONTHS_A_YEAR, Decided, Series
from model.followup.freeze import benefit_months
from model.followup.predicted import COVERAGE
from model.followup.told import Told, as_delivered
from model.goals.published_history import whole_line
from model.municipality.figures import FIGURES_FOLDER, NATION, Months, read_monthly
from model.municipality.goal_specs import IndicatorSpec
from model.municipality.history import BENEFITS, SERIES, Benefit
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.texts import without_texts
from model.simulation.simulate import simulate

Place = Literal["below", "inside", "above"]
Source = Literal["published", "own"]
PARTS: Final = ("economy", "data", "effort", "rest")


@dataclass(frozen=True)
class LaidMonth:
    """One month of a series: what was expected and what came; ``value`` None: there is no figure, or a small one."""

    month: str
    without: float
    expected: float
    low: float
    high: float
    value: float | None
    source: Source | None
    hidden: bool = False
    difference: tuple[float, float, float] = (0.0, 0.0, 0.0)  # expected less without: central, low, high
    wide: tuple[float, float] | None = None  # the wide band: within it 8 of 10 municipalities ended
    forecast: float | None = None  # with the decision, as it stood then

    @property
    def ends(self) -> tuple[float, float]:
        """Return the widest band there is, which a figure is held against."""
        return (self.low, self.high) if self.wide is None else self.wide

    def place(self, decimals: int) -> Place | None:
        """Return where the figure lies, as people read it: rounded as it is shown. None where there is none."""
        if self.value is None:
            return None
        value, low, high = (round(x, decimals) for x in (self.value, *self.ends))
        return "below" if value < low else "above" if value > high else "inside"


@dataclass(frozen=True)
class Split:
    """The difference between a month's figure and what was expected, in persons; a part that is not known is None."""

    month: str
    expected: float
    value: float
    economy: float | None
    data: float | None
    effort: float | None
    others: int = 0  # municipalities that the economy is read of
    local: float | None = None  # standard deviation of a municipality's own part, a logarithm

    @property
    def chance(self) -> tuple[float, float] | None:
        """Return between what the rest lies in 8 of 10 municipalities of that size, persons; None: not known."""
        if self.local is None or self.economy is None:
            return None
        level = self.expected + sum(part or 0.0 for part in (self.economy, self.data, self.effort))
        width = NormalDist().inv_cdf(0.5 + COVERAGE / 2) * self.local
        return level * math.expm1(-width), level * math.expm1(width)

    @property
    def difference(self) -> float:
        """Return the figure less what was expected."""
        return self.value - self.expected

    @property
    def rest(self) -> float:
        """Return what the known parts leave of the difference."""
        return self.difference - sum(part or 0.0 for part in (self.economy, self.data, self.effort))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the parts that are not known, and so lie in the rest."""
        return tuple(name for name in PARTS[:-1] if getattr(self, name) is None)

    @cached_property
    def shown(self) -> Mapping[str, int | None]:
        """Return the parts in whole persons: together they are the difference of the figures as they are shown."""
        parts = {name: None if (part := getattr(self, name)) is None else round(part) for name in PARTS[:-1]}
        whole = round(self.value) - round(self.expected)
        return {**parts, "rest": whole - sum(part or 0 for part in parts.values())}


@dataclass(frozen=True)
class Followed:
    """One series of a decision with what came of it."""

    series: Series
    months: tuple[LaidMonth, ...]  # of the whole path
    awaited: str  # the first month after the decision
    before: Mapping[str, float]  # figures of the months before the path and the decision
    spec: IndicatorSpec | None  # of an indicator; None for a benefit

    @property
    def decimals(self) -> int:
        """Return with how many decimals its figures are shown."""
        return 0 if self.spec is None else self.spec.decimals

    @property
    def too_small_to_see(self) -> bool:
        """Return whether the decision moves less than the range is wide, to either side, at the end of the path."""
        last = self.months[-1]
        low, high = last.ends
        return abs(last.difference[0]) < (high - low) / 2.0

    @property
    def ahead(self) -> LaidMonth:
        """Return the month a year into the path, or its last one."""
        return self.months[min(MONTHS_A_YEAR, len(self.months)) - 1]

    @property
    def has_wide_band(self) -> bool:
        """Return whether the wide band was kept at the decision."""
        return any(month.wide is not None for month in self.months)

    @property
    def come(self) -> tuple[LaidMonth, ...]:
        """Return the months after the decision that have a figure."""
        return tuple(one for one in self.months if one.month >= self.awaited and one.value is not None)

    @property
    def latest(self) -> LaidMonth | None:
        """Return the last of them."""
        return self.come[-1] if self.come else None

    @property
    def inside(self) -> int:
        """Return how many of them lie in the band."""
        return sum(one.place(self.decimals) == "inside" for one in self.come)


def published_months(benefit: str, folder: FilePath = FIGURES_FOLDER) -> Mapping[str, Months]:
    """Return the full-time persons on a benefit by municipality and month ("2026-01"), as published.

    A newer file in the folder is read by itself, also by a server that runs on.
    """
    name = _benefit(benefit)
    changed = (folder / f"{SERIES[name][0]}.csv").stat().st_mtime_ns
    return _published(name, folder, changed)


@lru_cache(maxsize=8)
def _published(benefit: Benefit, folder: FilePath, _changed: int) -> Mapping[str, Months]:
    return {
        municipality: {month.replace("M", "-"): value for month, value in months.items()}
        for municipality, months in read_monthly(*SERIES[benefit], folder).items()
        if municipality != NATION
    }


def _benefit(name: str) -> Benefit:
    """Return the benefit of that name. Raises KeyError."""
    for benefit in BENEFITS:
        if benefit == name:
            return benefit
    raise KeyError(name)


def spec_of(decided: Decided, series: Series) -> IndicatorSpec | None:
    """Return the indicator of a series; None for a benefit, and where the municipality no longer has it."""
    goal_id, _, indicator_id = series.id.partition(".")
    goals = municipality_of(decided.scenario).goals
    found = (spec for goal in goals if goal.id == goal_id for spec in goal.indicators)
    return next((spec for spec in found if spec.id == indicator_id), None)


def followed(decided: Decided, series: Series, told: Told, folder: FilePath = FIGURES_FOLDER) -> Followed:
    """Lay all figures that there are over a series' path. Published ones come before the municipality's own."""
    spec = spec_of(decided, series)
    if series.is_indicator:
        values = _observed(decided.scenario.municipality, spec)
        counts = spec is not None and spec.unit == "persons"
    else:
        values = published_months(series.id, folder).get(decided.scenario.municipality, {})
        counts = True
    own = {one.month: one.value for one in told.months if one.series == series.id}
    awaited = decided.awaited(series)
    first = series.first or awaited
    return Followed(
        series=series,
        months=tuple(_laid(series, i, values, own, counts=counts) for i in range(len(series.months))),
        awaited=awaited,
        before={
            month: value
            for month, value in sorted(values.items())
            if month < min(first, awaited) and value is not None and not (counts and is_small(value))
        },
        spec=spec,
    )


def _laid(series: Series, i: int, values: Months, own: Mapping[str, float], *, counts: bool) -> LaidMonth:
    """Return month number i of a path with its figure."""
    assert series.without is not None
    assert series.expected is not None
    assert series.difference is not None
    moved = series.difference
    month = series.months[i]
    value: float | None = values.get(month)
    source: Source | None = None if value is None else "published"
    if value is None and month in own:
        value, source = own[month], "own"
    hidden = counts and value is not None and is_small(value)
    return LaidMonth(
        month=month,
        without=series.without.value[i],
        expected=series.expected.value[i],
        low=series.expected.low[i],
        high=series.expected.high[i],
        value=None if hidden else value,
        source=None if hidden else source,
        hidden=hidden,
        difference=(moved.value[i], moved.low[i], moved.high[i]),
        **_predicted(series, i),
    )


class _Wide(TypedDict, total=False):
    """What a month takes of the forecast that was kept."""

    wide: tuple[float, float]
    forecast: float


def _predicted(series: Series, i: int) -> _Wide:
    """Return what was predicted of month number i of a path; nothing where none was kept."""
    told = series.predicted
    at = None if told is None else told.place_of(series.months[i])
    if told is None or at is None or series.without is None or series.expected is None:
        return {}
    without = series.without.value[i]
    moved = series.expected.value[i] / without if without > 0 else 1.0
    return {"wide": (told.low[at], told.high[at]), "forecast": told.forecast[at] * moved}


def _observed(municipality: str, spec: IndicatorSpec | None) -> Months:
    """Return what was published of an indicator, by month."""
    line = None if spec is None else whole_line(municipality, spec.metric, tuple(spec.groups or ()))
    if line is None:
        return {}
    return {f"{day:%Y-%m}": value for day, value in zip(line.days, line.values, strict=True)}


# --- the split ------------------------------------------------------------------------------------


def split(decided: Decided, one: Followed, told: Told, folder: FilePath = FIGURES_FOLDER) -> Split | None:
    """Split the latest month's difference; None for an indicator, and where no month has come."""
    latest = one.latest
    if latest is None or latest.value is None or one.series.is_indicator:
        return None
    effort = effort_of(decided.scenario, _benefit(one.series.id), latest.month, told)
    planned = latest.expected + (effort or 0.0)
    published = published_months(one.series.id, folder)
    municipality, start = decided.scenario.municipality, one.series.start
    later = None if start is None else _mean(published.get(municipality, {}), start.months)
    data = None if later is None or start is None else planned * (later / start.level - 1.0)
    economy, others = None, 0
    moved = None if start is None else others_movement(published, municipality, start.months, latest.month)
    if moved is not None and start is not None and latest.without > 0:
        ratio, others = moved
        economy = (planned + (data or 0.0)) * (ratio * start.level / latest.without - 1.0)
    return Split(
        *(latest.month, latest.expected, latest.value, economy, data, effort, others),
        local=_local(one.series, latest.month),
    )


def _local(series: Series, month: str) -> float | None:
    """Return the standard deviation of a municipality's own part in a month; None where none was kept."""
    told = series.predicted
    at = None if told is None else told.place_of(month)
    return None if told is None or at is None else told.local[at]


def _mean(values: Months, months: Sequence[str]) -> float | None:
    """Return the mean of some months; None where one has no figure."""
    known = [value for month in months if (value := values.get(month)) is not None]
    return sum(known) / len(known) if len(known) == len(months) and known else None


def others_movement(
    published: Mapping[str, Months], municipality: str, base: Sequence[str], month: str
) -> tuple[float, int] | None:
    """Return the other municipalities' sum in a month over their mean of the base months, and how many they are.

    Those without a figure in one of the months are left out of both; None where none is left.
    """
    pairs = []
    for other, values in published.items():
        now, before = values.get(month), _mean(values, base)
        if other != municipality and now is not None and before is not None:
            pairs.append((now, before))
    whole = sum(before for _, before in pairs)
    return (sum(now for now, _ in pairs) / whole, len(pairs)) if whole > 0 else None


def effort_of(scenario: Scenario, benefit: Benefit, month: str, told: Told) -> float | None:
    """Return what it means in persons that another effort was delivered than was decided; None where it is not told."""
    delivered = as_delivered(scenario, told)
    if delivered is None:
        return None
    runs = [_run_months(without_texts(one), benefit) for one in (delivered, scenario)]
    if month not in runs[0]:
        return None
    return runs[0][month] - runs[1][month]


@lru_cache(maxsize=32)
def _run_months(scenario: Scenario, benefit: Benefit) -> Mapping[str, float]:
    """Return a scenario's full-time persons on a benefit by month."""
    months, values = benefit_months(simulate(municipality_of(scenario), scenario), benefit)
    return {month: float(value) for month, value in zip(months, values, strict=True)}


def when_told(month: str) -> datetime.date:
    """Return the day that names a month in a text."""
    return datetime.date(int(month[:4]), int(month[5:7]), 1)
