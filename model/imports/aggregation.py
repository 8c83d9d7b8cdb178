"""Sums and means of imported rows: one municipality, one dimension kept, totals where the file has them.

A sum that holds a suppressed cell is itself suppressed, and a year with a suppressed month has no mean.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from model.domain import ORIGINS
from model.imports import vocabulary
from model.imports.periods import Period
from model.imports.rows import Row, Suppressed
from model.language.messages import LocalizedError, Message

ROLES: Final = ("category", "origin", "age", "sex", "kind", "destination", "duration")
_SEXES: Final = (frozenset(("mænd", "kvinder")), frozenset(("men", "women")), frozenset(("mand", "kvinde")))
_MONTHS_PER_YEAR: Final = 12
_LAST_SURE_DAY: Final = 28
# Periods that make up a year together, longest first, and their number.
_PARTS: Final = (("half", 2), ("quarter", 4), ("month", 12))


class CannotSum(LocalizedError):
    """Rows that make no total: why."""


@dataclass(frozen=True)
class Reference:
    """The periods that a figure is the mean (or sum) of, and whether they make up a whole year."""

    periods: tuple[Period, ...]
    whole_year: bool


def reference(periods: Iterable[Period], year_end: datetime.date) -> Reference | None:
    """Return the year that ends at ``year_end``; where the file has it not, its latest year or period."""
    known = set(periods)
    if not known:
        return None
    ends = [year_end, *sorted({p.end for p in known}, reverse=True)]
    for end in ends:
        year_periods = _year_ending(known, end)
        if year_periods:
            return Reference(year_periods, True)
    last = max(known, key=lambda p: (p.end, p.months))
    return Reference((last,), False)


def _year_ending(known: set[Period], end: datetime.date) -> tuple[Period, ...]:
    """Return the periods that make up the year ending then, the whole year or its parts; none if they do not."""
    whole = [p for p in known if p.end == end and p.months == _MONTHS_PER_YEAR]
    if whole:
        return (min(whole, key=lambda p: p.rolling),)
    after = end + datetime.timedelta(days=1)
    # A day may be the 29th of February; ends of months are not.
    start = datetime.date(after.year - 1, after.month, min(after.day, _LAST_SURE_DAY))
    for kind, number in _PARTS:
        inside = sorted(p for p in known if p.kind == kind and start <= p.start and p.end <= end)
        if len(inside) == number:
            return tuple(inside)
    return ()


def add(values: Iterable[float | Suppressed]) -> float | Suppressed:
    """Return the sum; suppressed where one of the cells is."""
    total = 0.0
    for value in values:
        if isinstance(value, Suppressed):
            return value
        total += value
    return total


def collapsed(rows: Sequence[Row], keep: Iterable[str] = ()) -> list[Row]:
    """Return the rows that stand for all of every dimension that is not kept. Raises CannotSum.

    Two sexes and three origins are left for the caller to add up; other dimensions need a total of their own.
    """
    kept_labels = set(keep)
    out = list(rows)
    for role in ROLES:
        if role not in kept_labels:
            out = _all_of(out, role, lambda row, r=role: getattr(row, r))
    names = dict.fromkeys(name for row in out for name, _ in row.other)
    for name in names:
        out = _all_of(out, name, lambda row, n=name: dict(row.other).get(n, ""))
    return out


def _all_of(rows: list[Row], role: str, label: object) -> list[Row]:
    """Return the rows that stand for all of one dimension. Raises CannotSum."""
    of = {id(row): label(row) for row in rows}  # type: ignore[operator]
    labels = set(of.values())
    if labels <= {""}:
        return rows
    # A lone member of a breakdown that is not known is never taken for the whole.
    column = "" if role in ROLES else role
    totals = [row for row in rows if of[id(row)] == "" or vocabulary.is_total(of[id(row)], column)]
    if any(of[id(row)] for row in totals):
        return [row for row in totals if of[id(row)]]
    folded = frozenset(vocabulary.normalised(text) for text in labels)
    if role == "sex" and folded in _SEXES:
        return rows
    known = {vocabulary.origin_of(text) for text in labels if not vocabulary.is_unknown(text)}
    if role == "origin" and known == set(ORIGINS):
        return [row for row in rows if not vocabulary.is_unknown(of[id(row)])]
    raise CannotSum(Message("import.slice.no_total", labels=", ".join(sorted(labels)[:4])))


def by_period(rows: Iterable[Row]) -> dict[Period, float | Suppressed]:
    """Return sums by period."""
    parts: dict[Period, list[float | Suppressed]] = {}
    for row in rows:
        parts.setdefault(row.period, []).append(row.value)
    return {period: add(values) for period, values in parts.items()}


def mean(values: Mapping[Period, float | Suppressed], when: Reference) -> float:
    """Return the mean over the reference's periods. Raises CannotSum where one is missing or suppressed."""
    numbers = [_number(values, period) for period in when.periods]
    return sum(numbers) / len(numbers)


def total(values: Mapping[Period, float | Suppressed], when: Reference) -> float:
    """Return the sum over the reference's periods. Raises CannotSum where one is missing or suppressed."""
    return sum(_number(values, period) for period in when.periods)


def _number(values: Mapping[Period, float | Suppressed], period: Period) -> float:
    """Return a period's figure. Raises CannotSum where it is missing or suppressed."""
    value = values.get(period)
    if value is None:
        raise CannotSum(Message("import.slice.missing_period", period=period.id))
    if isinstance(value, Suppressed):
        raise CannotSum(Message("import.slice.suppressed", period=period.id, mark=value.mark or "–"))
    return value


def share_of_year(when: Reference) -> float:
    """Return the length of the reference in years."""
    days = sum((p.end - p.start).days + 1 for p in when.periods)
    return days / 365.25
