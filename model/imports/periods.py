"""Periods in every form that exports write them: 2020M09, 3. kvt. 2020, 4. kvt. 2020 - 3. kvt. 2021, dates.

A label that can mean two things ("02/03/2020", "sep-20") is refused with both readings, never guessed.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from model.imports.vocabulary import normalised

Kind = Literal["year", "half", "quarter", "month", "week", "day"]
_MONTHS_OF: Final = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_FIRST_YEAR: Final = 1950
_LAST_YEAR: Final = 2100
_MONTHS: Final = {
    **{
        name: i
        for names in (
            ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august"),
            ("january", "february", "march", "april", "may", "june", "july", "august"),
        )
        for i, name in enumerate(names, 1)
    },
    "september": 9, "oktober": 10, "october": 10, "november": 11, "december": 12,
    "jan": 1, "feb": 2, "febr": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9,
    "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_NAME: Final = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_Y: Final = r"(?P<y>\d{4})"
_QUARTER_WORD: Final = r"(?:kvartal|kvt|kv|k|quarter|qtr|q)"
_HALF_WORD: Final = r"(?:halvår|halvaar|hå|half-year|half year|half)"


class BadPeriod(ValueError):
    """A label that is no period, or that can mean two (``readings``)."""

    def __init__(self, label: str, readings: tuple[str, ...] = ()) -> None:
        self.label = label
        self.readings = readings
        super().__init__(label)


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A stretch of time: its first and last day. ``rolling``: a year that ends elsewhere than in December."""

    end: datetime.date
    start: datetime.date
    kind: Kind
    rolling: bool = False

    @property
    def id(self) -> str:
        """Return the label as API and StatBank write it: 2020, 2020H1, 2020Q3, 2020M09, 2020U27, 2020QMAT04."""
        y, m = self.end.year, self.end.month
        if self.rolling:
            return f"{y}QMAT{m // 3:02d}" if m % 3 == 0 else f"{y}MMAT{m:02d}"
        if self.kind == "year":
            return str(y)
        if self.kind == "half":
            return f"{y}H{m // 6}"
        if self.kind == "quarter":
            return f"{y}Q{m // 3}"
        if self.kind == "month":
            return f"{y}M{m:02d}"
        if self.kind == "week":
            iso = self.start.isocalendar()
            return f"{iso.year}U{iso.week:02d}"
        return self.start.isoformat()

    @property
    def months(self) -> int:
        """Return the length in whole months, 0 for weeks and days."""
        return _MONTHS_OF.get(self.kind, 0)

    def __str__(self) -> str:
        return self.id


def _month_end(year: int, month: int) -> datetime.date:
    """Return the last day of a month."""
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return following - datetime.timedelta(days=1)


def _ending(year: int, month: int, kind: Kind) -> Period:
    """Return the period of a kind that ends with a month."""
    first = year * 12 + month - _MONTHS_OF[kind]
    start = datetime.date(first // 12, first % 12 + 1, 1)
    return Period(_month_end(year, month), start, kind, rolling=kind == "year" and month != 12)


def month(year: int, number: int) -> Period:
    """Return a calendar month."""
    return _ending(year, number, "month")


def quarter(year: int, number: int) -> Period:
    """Return a quarter, 1-4."""
    return _ending(year, number * 3, "quarter")


def half(year: int, number: int) -> Period:
    """Return a half-year, 1 or 2."""
    return _ending(year, number * 6, "half")


def year(number: int) -> Period:
    """Return a calendar year."""
    return _ending(number, 12, "year")


def rolling_year(end_year: int, end_month: int) -> Period:
    """Return the twelve months that end with a month, in December too."""
    return Period(
        _month_end(end_year, end_month),
        _ending(end_year, end_month, "year").start,
        "year",
        rolling=True,
    )


def week(iso_year: int, number: int) -> Period:
    """Return an ISO week."""
    monday = datetime.date.fromisocalendar(iso_year, number, 1)
    return Period(monday + datetime.timedelta(days=6), monday, "week")


def day(date: datetime.date) -> Period:
    """Return one day."""
    return Period(date, date, "day")


_FORMS: Final[Sequence[tuple[str, re.Pattern[str]]]] = tuple(
    (form, re.compile(pattern))
    for form, pattern in (
        ("qmat", rf"{_Y}\s*[qk]mat\s*0?(?P<n>[1-4])"),
        ("mmat", rf"{_Y}\s*mmat\s*(?P<n>0[1-9]|1[0-2])"),
        ("year", rf"(?:år(?:et)?\s*|hele\s+(?:året\s+)?|year\s*)?{_Y}(?:\s*(?:y|å)\s*(?:0?1)?)?"),
        ("half", rf"{_Y}\s*h\s*0?(?P<n>[12])"),
        ("half", rf"(?P<n>[12])(?:\.|st|nd)?\s*{_HALF_WORD}\.?\s*{_Y}"),
        ("half", rf"{_Y}\s*,?\s*(?P<n>[12])\.?\s*{_HALF_WORD}"),
        ("quarter", rf"{_Y}\s*[-]?\s*[qk]\s*0?(?P<n>[1-4])"),
        ("quarter", rf"[qk]\s*(?P<n>[1-4])\s*[-]?\s*{_Y}"),
        ("quarter", rf"(?P<n>[1-4])(?:\.|st|nd|rd|th)?\s*{_QUARTER_WORD}\.?\s*{_Y}"),
        ("quarter", rf"{_Y}\s*,?\s*(?P<n>[1-4])\.?\s*{_QUARTER_WORD}"),
        ("month", rf"{_Y}\s*m\s*(?P<n>0?[1-9]|1[0-2])"),
        ("month", rf"{_Y}[-/](?P<n>0[1-9]|1[0-2])"),
        ("month", rf"{_Y}(?P<n>0[1-9]|1[0-2])"),
        ("month", rf"(?P<n>0?[1-9]|1[0-2])[-/.]{_Y}"),
        ("name", rf"{_NAME}\.?,?\s*[-]?\s*{_Y}"),
        ("name", rf"{_Y}\s*[-]?\s*{_NAME}"),
        ("week", rf"{_Y}\s*[-]?\s*[uw]\s*(?P<n>[0-5]?\d)"),
        ("week", rf"(?:uge|week)\s*(?P<n>[0-5]?\d)\s*,?\s*{_Y}"),
        ("week", rf"{_Y}\s*,?\s*(?:uge|week)\s*(?P<n>[0-5]?\d)"),
        ("iso", rf"{_Y}-(?P<m>\d\d)-(?P<d>\d\d)(?:[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?z?)?"),
        ("iso", rf"{_Y}(?P<m>\d\d)(?P<d>\d\d)"),
        ("iso", rf"{_Y}m(?P<m>\d\d)d(?P<d>\d\d)"),
        ("iso", rf"(?P<d>\d{{1,2}})[-.](?P<m>\d{{1,2}})[-.]{_Y}"),
        ("slash", rf"(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})/{_Y}"),
        ("dayname", rf"(?P<d>\d{{1,2}})\.?\s*{_NAME}\.?\s*{_Y}"),
        ("short", rf"{_NAME}\.?\s*[-' ]?\s*(?P<yy>\d\d)"),
    )
)
_RANGE: Final = re.compile(r"\s+(?:-|til|to)\s+|\s*(?<=\d{4})-(?=\d\.)")


@lru_cache(maxsize=4096)
def parse_period(label: str) -> Period:
    """Return the period of a label. Raises BadPeriod where it is none or can mean two."""
    text = normalised(label)
    if not text or len(text) > 60:
        raise BadPeriod(label)
    ends = _RANGE.split(text)
    if len(ends) == 2:
        return _span(label, ends[0], ends[1])
    try:
        period = _single(text)
    except BadPeriod as error:
        raise BadPeriod(label, error.readings) from None
    except ValueError:
        raise BadPeriod(label) from None
    if period is None:
        raise BadPeriod(label)
    return period


def _single(text: str) -> Period | None:
    """Return the period of a label with one end, None where it is none. Raises BadPeriod, ValueError."""
    for form, pattern in _FORMS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        parts = match.groupdict()
        if form == "short":
            raise BadPeriod(text, _two_readings(parts))
        number = int(parts["y"])
        if not _FIRST_YEAR <= number <= _LAST_YEAR:
            continue
        period = _of_form(form, number, parts)
        if period is not None:
            return period
    return None


def _of_form(form: str, number: int, parts: dict[str, str | None]) -> Period | None:
    """Return the period of a label whose form is known, None where its number is none of the form's."""
    n = int(parts.get("n") or 0)
    if form == "year":
        return year(number)
    if form in ("qmat", "mmat"):
        return rolling_year(number, n * 3 if form == "qmat" else n)
    if form == "half":
        return half(number, n)
    if form == "quarter":
        return quarter(number, n)
    if form == "month":
        return month(number, n)
    if form == "name":
        return month(number, _MONTHS[parts["name"] or ""])
    if form == "week":
        return week(number, n)
    if form == "dayname":
        return day(datetime.date(number, _MONTHS[parts["name"] or ""], int(parts["d"] or 0)))
    m, d = int(parts["m"] or 0), int(parts["d"] or 0)
    if form == "slash" and m <= 12 and d <= 12 and m != d:
        raise BadPeriod("", (f"{d}. {_month_name(m)} {number}", f"{m}. {_month_name(d)} {number}"))
    if form == "slash" and m > 12 >= d:
        m, d = d, m
    return day(datetime.date(number, m, d))


def _month_name(number: int) -> str:
    """Return the name of a month, 1-12, that labels use."""
    return next(name for name, n in _MONTHS.items() if n == number)


def _two_readings(parts: dict[str, str | None]) -> tuple[str, ...]:
    """Return both readings of a label like "02/03/2020" or "sep-20"."""
    name, yy = parts["name"] or "", int(parts["yy"] or 0)
    readings = [f"{name} 20{yy:02d}"]
    if 1 <= yy <= 31:
        readings.append(f"{yy}. {name}")
    return tuple(readings)


def _span(label: str, first: str, last: str) -> Period:
    """Return the period of two ends, "4. kvt. 2020 - 3. kvt. 2021"; twelve months are a (rolling) year."""
    try:
        a, b = _single(first), _single(last)
    except ValueError:
        raise BadPeriod(label) from None
    if a is None or b is None or a.end > b.end or a.rolling or b.rolling:
        raise BadPeriod(label)
    months = (b.end.year - a.start.year) * 12 + b.end.month - a.start.month + 1
    if a.start.day != 1 or b.end != _month_end(b.end.year, b.end.month):
        raise BadPeriod(label)
    if months == 12:
        return rolling_year(b.end.year, b.end.month)
    for kind, length in _MONTHS_OF.items():
        if months == length and b.end.month % length == 0:
            return _ending(b.end.year, b.end.month, kind)  # type: ignore[arg-type]
    raise BadPeriod(label)


def month_number(label: str) -> int | None:
    """Return the number of a month that is written without its year ("Januar", "01"), None where it is none."""
    text = normalised(label)
    if text in _MONTHS:
        return _MONTHS[text]
    return int(text) if text.isdigit() and 1 <= int(text) <= 12 else None


def is_period(label: object) -> bool:
    """Return whether a label is a period or could be one."""
    return _is_period(str(label))


@lru_cache(maxsize=4096)
def _is_period(label: str) -> bool:
    """Return whether a label is a period, remembered: what is none is asked for as often, and takes longest."""
    try:
        parse_period(label)
    except BadPeriod as error:
        return bool(error.readings)
    return True


def period_text(periods: Iterable[Period]) -> str:
    """Return periods as a source names them: one by its id, several by the first and the last."""
    ordered = sorted(set(periods))
    if not ordered:
        return ""
    return ordered[0].id if len(ordered) == 1 else f"{ordered[0].id} - {ordered[-1].id}"
