"""What was published of an indicator month by month before the start, as the mean of the twelve months behind it.

The indicators are means of a year too, so the two can stand in one chart. Shown only; no input of a run. Only beside
starting figures that are made of the same months, and not beside those of 2020.
Source: Jobindsats y25i01 and y60a02 (STAR), in ``model/data/figures``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model.goals.benchmark import default_area, hundredths, members, rank_of
from model.goals.results import IndicatorResult
from model.municipality.figures import Months, monthly
from model.municipality.history import GROUPS_OF, published_caseload, without_holes
from model.municipality.municipality import Municipality
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import FIRST

_RATES = "unemployment_y25i01", "dagpengeRate"
_YEAR = 12


@dataclass(frozen=True)
class PublishedLine:
    """Published means of twelve months; each stands at the end of its last month."""

    days: tuple[datetime.date, ...]
    values: tuple[float, ...]

    @property
    def last(self) -> datetime.date | None:
        """Return the day of the last value."""
        return self.days[-1] if self.days else None


@lru_cache(maxsize=512)
def whole_line(municipality_id: str, metric: str, groups: tuple[str, ...]) -> PublishedLine | None:
    """Return all that was published of an indicator; None where nothing was that counts the same."""
    if metric == "dagpenge_rank":
        return _ranks(municipality_id)
    if metric == "dagpenge_share":
        return _line(_means(monthly(*_RATES)[municipality_id]))
    if metric == "budget_persons":
        benefit = next((name for name, counted in GROUPS_OF.items() if set(counted) == set(groups)), None)
        if benefit is None:
            return None
        published = published_caseload(municipality_id, benefit)
        return _line(_means(dict(zip(published.months, published.values, strict=True))))
    return None


def published_line(municipality: Municipality, indicator: IndicatorResult) -> PublishedLine | None:
    """Return what was published of an indicator before the start; None where nothing was that counts the same."""
    if municipality.vintage == FIRST or indicator.suppressed:
        return None
    line = whole_line(municipality.id, indicator.metric, indicator.groups)
    if line is None:
        return None
    start = indicator.weeks[0].astype("datetime64[D]").item()
    kept = [(day, value) for day, value in zip(line.days, line.values, strict=True) if day < start]
    return PublishedLine(tuple(day for day, _ in kept), tuple(value for _, value in kept)) if kept else None


def _means(series: Months) -> Mapping[str, float]:
    """Return by month ("2026-01") the mean of it and the eleven before it, where all twelve are published."""
    whole = without_holes({month.replace("-", "M"): value for month, value in series.items()})
    means = {}
    for i in range(_YEAR - 1, len(whole.months)):
        window = whole.values[i - _YEAR + 1 : i + 1]
        known = [value for value in window if value is not None]
        if len(known) == _YEAR:
            means[whole.months[i]] = sum(known) / _YEAR
    return means


def _ranks(municipality_id: str) -> PublishedLine | None:
    """Return a municipality's place among those of its area, month by month; ties share the better place."""
    names = {info.id: info.name for info in municipalities()}
    area = members(default_area(names[municipality_id]))
    means = {town: _means(series) for town, series in monthly(*_RATES).items() if names.get(town) in area}
    months = sorted(set.intersection(*(set(series) for series in means.values())))
    others = [town for town in means if town != municipality_id]
    places = {}
    for month in months:
        own = _hundredth(np.array([means[municipality_id][month]]))
        beside = _hundredth(np.array([[means[town][month] for town in others]]))
        places[month] = float(rank_of(own, beside)[0])
    return _line(places)


def _hundredth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to the hundredths by which the rank goes."""
    return hundredths(values) / 100


def _line(values: Mapping[str, float]) -> PublishedLine | None:
    if not values:
        return None
    days = tuple(_month_end(month) for month in values)
    return PublishedLine(days, tuple(values.values()))


def _month_end(month: str) -> datetime.date:
    """Return the last day of a month ("2026-01")."""
    year, number = int(month[:4]), int(month[5:])
    following = datetime.date(year + number // _YEAR, number % _YEAR + 1, 1)
    return following - datetime.timedelta(days=1)
