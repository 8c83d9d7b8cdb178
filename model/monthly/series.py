"""Monthly series of one benefit: stocks and, where known, flows; read from CSV and from the shipped tables.

What cannot be (negative stocks, more leaving than there are, gaps, too few months) is refused and named.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from model.files.folders import DATA_FOLDER
from model.files.problems import sanitised
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.language.catalogue import month_name, number, short_date
from model.language.messages import LocalizedError, Message, Phrase
from model.parameters.sourced_value import SourcedValue

Floats = NDArray[np.float64]
Months = NDArray[np.datetime64]

NATIONAL: Final = "Hele landet"
MONTHS_A_YEAR: Final = 12
# A file may hold this much (2 MB): two hundred times the longest series there is.
MAX_BYTES: Final = 2 * 1024 * 1024
# A hundred years: with more, the fit and its charts would hold up other visitors.
MAX_MONTHS: Final = 1_200
_MONTH: Final = re.compile(r"(\d{4})(?:-|M)(\d{2})(?:-01)?")
_NUMBER: Final = re.compile(r"-?\d+(?:[.,]\d+)?")
# 1.021 is a thousand in Danish and a decimal in English.
_AMBIGUOUS: Final = re.compile(r"-?\d{1,3}\.\d{3}")
# As Jobindsats and StatBank write a cell that is hidden, missing or not there.
_HIDDEN: Final = frozenset({"", "*", "-", ".", "..", "x"})
_COLUMNS: Final = ("stock", "inflow", "outflow", "longterm")
# What exports call the columns.
_LABELS: Final = {
    "måned": "month",
    "periode": "month",
    "antal fuldtidspersoner": "stock",
    "fuldtidspersoner": "stock",
    "bestand": "stock",
    "tilgang": "inflow",
    "afgang": "outflow",
    "langtidsledige": "longterm",
}
_NAMED_MONTH: Final = re.compile(r"([a-zæøå]+)\.?\s+(\d{4})")
_ROUNDING: Final = 1e-9


class Impossible(LocalizedError):
    """Input that cannot be fitted; says what is impossible and where."""

    def __init__(self, key: str, *, line: int = 0, **values: object) -> None:
        self.key = key
        self.values = values
        self.line = line
        fields = {name: _shown(value) for name, value in values.items()}
        super().__init__(Message(f"monthly.impossible.{key}", **fields))


def _shown(value: object) -> object:
    """Return an error's value for a message: months as dates, numbers with a decimal where they have one."""
    if isinstance(value, np.datetime64):
        return Phrase(short_date, value.astype("datetime64[D]"))
    if isinstance(value, float | np.floating):
        return Phrase(number, float(value), decimals=0 if float(value).is_integer() else 1)
    return str(value)


class _ParameterFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    values: dict[str, SourcedValue]


@lru_cache(maxsize=1)
def backtest_parameters() -> Mapping[str, SourcedValue]:
    """Load the numbers of the fit and the back-test with their sources. Raises FileProblem."""
    document = load_data_file(DATA_FOLDER / "backtest.yaml")
    try:
        return _ParameterFile.model_validate(document.data).values
    except ValidationError as error:
        raise problems_from(error, document, model=_ParameterFile) from error


def parameter(name: str) -> float:
    """Return the value of one of them."""
    return backtest_parameters()[name].value


@dataclass(frozen=True, eq=False)
class MonthlySeries:
    """n months without gaps. Flows of a month lead from the stock of the month before to its own.

    ``long_share`` is the share of the stock with a year or more on the benefit. Raises Impossible.
    """

    name: str
    months: Months  # [n] datetime64[M]
    stock: Floats  # [n] persons or full-time persons
    inflow: Floats | None = None  # [n], the first is not used
    outflow: Floats | None = None
    long_share: Floats | None = None  # [n] share of the stock, nan where not known

    def __post_init__(self) -> None:
        months = np.array(self.months, dtype="datetime64[M]")
        months.flags.writeable = False
        object.__setattr__(self, "months", months)
        for field in fields(self)[2:]:
            value = getattr(self, field.name)
            if value is not None:
                array = np.array(value, dtype=np.float64)
                if array.shape != months.shape:
                    raise ValueError(f"{field.name} must have one value a month")
                array.flags.writeable = False
                object.__setattr__(self, field.name, array)
        _check(self)

    def __len__(self) -> int:
        return len(self.months)

    @property
    def calendar(self) -> NDArray[np.int64]:
        """Return the months of the year, 0-11: [n]."""
        return calendar_months(self.months)

    def until(self, last: np.datetime64 | str) -> MonthlySeries:
        """Cut the series after a month: all that was known then. Raises Impossible where nothing is left."""
        end = np.asarray(last, dtype="datetime64[M]")[()]
        keep = self.months <= end
        if end > self.months[-1] or not keep.any():
            raise Impossible("outside", month=end, first=self.months[0], last=self.months[-1])
        cut: dict[str, Any] = {
            f.name: None if getattr(self, f.name) is None else getattr(self, f.name)[keep]
            for f in fields(self)[1:]
        }
        return replace(self, **cut)


def calendar_months(months: Months) -> NDArray[np.int64]:
    """Return the months of the year, 0-11: [n]."""
    return months.astype("datetime64[M]").astype(np.int64) % MONTHS_A_YEAR


def _check(series: MonthlySeries) -> None:
    """Refuse the first fault in order, signs or balance. Raises Impossible."""
    if not len(series):
        raise Impossible("empty")
    if len(series) > MAX_MONTHS:
        raise Impossible("too_long", months=float(len(series)), most=float(MAX_MONTHS))
    steps = np.diff(series.months.astype(np.int64))
    for i in np.flatnonzero(steps != 1)[:1]:
        key = "gap" if steps[i] > 1 else "order"
        raise Impossible(key, month=series.months[i], then=series.months[i + 1])
    for name in ("stock", "inflow", "outflow"):
        values = getattr(series, name)
        if values is None:
            continue
        first = 0 if name == "stock" else 1
        for i in np.flatnonzero(~np.isfinite(values[first:]))[:1]:
            raise Impossible("missing", column=name, month=series.months[first + i])
        for i in np.flatnonzero(values[first:] < 0)[:1]:
            at = first + i
            raise Impossible("negative", column=name, month=series.months[at], value=float(values[at]))
    if not series.stock.any():
        raise Impossible("nobody")
    _check_flows(series)
    share = series.long_share
    if share is not None:
        for i in np.flatnonzero(np.nan_to_num(share, nan=0.0) > 1.0 + _ROUNDING)[:1]:
            raise Impossible("long_above_stock", month=series.months[i], stock=float(series.stock[i]))
        for i in np.flatnonzero(np.nan_to_num(share, nan=0.0) < 0.0)[:1]:
            raise Impossible("negative", column="longterm", month=series.months[i], value=float(share[i]))


def _check_flows(series: MonthlySeries) -> None:
    """Refuse flows that the stocks cannot have. Raises Impossible."""
    before, after = series.stock[:-1], series.stock[1:]
    came, left = (None if a is None else a[1:] for a in (series.inflow, series.outflow))
    if left is not None:
        there = before + (left * 0.0 if came is None else came)
        # Without a known inflow those who came and left within the month cannot be told from a fault.
        over = left > there * (1 + _ROUNDING) if came is not None else after + left < before - _ROUNDING
        for i in np.flatnonzero(over)[:1]:
            month = series.months[i + 1]
            if came is None:
                raise Impossible("stock_falls_more", month=month, outflow=left[i], fall=before[i] - after[i])
            raise Impossible("outflow_above_stock", month=month, outflow=left[i], there=float(there[i]))
    if came is not None and left is None:
        for i in np.flatnonzero(before + came < after - _ROUNDING)[:1]:
            raise Impossible(
                "stock_rises_more", month=series.months[i + 1], inflow=came[i], rise=after[i] - before[i]
            )
    if came is not None and left is not None:
        miss = before + came - left - after
        limit = parameter("closing_tolerance") * np.maximum(before, after)
        for i in np.flatnonzero(np.abs(miss) > limit)[:1]:
            raise Impossible(
                "does_not_close",
                month=series.months[i + 1],
                expected=float(before[i] + came[i] - left[i]),
                stock=float(after[i]),
            )


# --- reading -------------------------------------------------------------------------------------


def read_csv(source: str, name: str = "") -> MonthlySeries:
    """Read a series from CSV: month (2020-03, 2020M03 or "mar. 2020"), stock, where known inflow, outflow, longterm.

    The columns may also have the Danish names that exports give them (Måned, Antal fuldtidspersoner, Tilgang, Afgang).
    ``longterm`` counts those of the stock with a year or more. Separator comma or semicolon; with semicolons a number
    may have a decimal comma. Raises Impossible, with the line where the fault has one.
    """
    lines = source.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    head = lines.partition("\n")[0]
    separator = ";" if ";" in head else ","
    reader = csv.DictReader(io.StringIO(lines), delimiter=separator)
    try:
        given = {(c or "").strip().lower(): c for c in reader.fieldnames or ()}
        columns = {_LABELS.get(name, name): c for name, c in given.items()}
        for needed in ("month", "stock"):
            if needed not in columns:
                raise Impossible("no_column", line=1, column=needed, found=sanitised(head.strip()) or "-")
        for column in columns:
            if column and column not in ("month", *_COLUMNS):
                raise Impossible(
                    "unknown_column", line=1, column=sanitised(column), known=", ".join(_COLUMNS)
                )
        months: list[np.datetime64] = []
        values: dict[str, list[float]] = {c: [] for c in _COLUMNS if c in columns}
        for row in reader:
            line = reader.line_num
            if None in row or any(v is None for v in row.values()):
                raise Impossible("cells", line=line, number=line)
            months.append(month_from_text(row[columns["month"]], line))
            for column, cells in values.items():
                cells.append(_cell(row[columns[column]], column, months[-1], line, first=len(months) == 1))
    except csv.Error as error:
        raise Impossible("not_csv", line=reader.line_num, why=sanitised(error)) from None
    arrays = {column: np.array(cells) for column, cells in values.items()}
    long_share = None
    if "longterm" in arrays:
        long_share = np.divide(
            arrays["longterm"], arrays["stock"], out=np.zeros(len(months)), where=arrays["stock"] > 0
        )
    return MonthlySeries(
        name=name,
        months=np.array(months, dtype="datetime64[M]"),
        stock=arrays["stock"],
        inflow=arrays.get("inflow"),
        outflow=arrays.get("outflow"),
        long_share=long_share,
    )


def file_bytes(path: Path) -> bytes:
    """Return what a file holds, of one that is too large no more than shows it. Raises OSError."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def read_csv_bytes(data: bytes, name: str) -> MonthlySeries:
    """Read a series as :func:`read_csv` does, from the bytes of a file in UTF-8. Raises Impossible."""
    if len(data) > MAX_BYTES:
        raise Impossible("too_large", limit=float(MAX_BYTES))
    try:
        return read_csv(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        raise Impossible("not_utf8") from None


def month_from_text(cell: str, line: int = 0) -> np.datetime64:
    """Read a month written as 2020-03, 2020M03 or by its Danish or English name. Raises Impossible."""
    named = _NAMED_MONTH.fullmatch(cell.strip().casefold())
    number = None if named is None else _month_numbers().get(named[1])
    if named is not None and number is not None:
        return np.datetime64(f"{named[2]}-{number:02d}", "M")
    match = _MONTH.fullmatch(cell.strip())
    if match is None or not 1 <= int(match[2]) <= MONTHS_A_YEAR:
        raise Impossible("not_a_month", line=line, value=sanitised(cell))
    return np.datetime64(f"{match[1]}-{match[2]}", "M")


@lru_cache(maxsize=1)
def _month_numbers() -> dict[str, int]:
    """Return the months by their names and by the usual abbreviations, of three or four letters."""
    names = {
        month_name(m, language).casefold(): m
        for language in ("da", "en")
        for m in range(1, MONTHS_A_YEAR + 1)
    }
    return {form: m for name, m in names.items() for form in (name, name[:3], name[:4])}


def _cell(cell: str, column: str, month: np.datetime64, line: int, *, first: bool) -> float:
    """Read one figure of a month. Raises Impossible for a hidden or an ambiguous one."""
    given = cell.strip()
    if given.casefold() in _HIDDEN:
        # The first month's flows lead from a stock that is not in the series.
        if first and column in ("inflow", "outflow"):
            return 0.0
        if column == "longterm":
            return math.nan
        raise Impossible("hidden", line=line, column=column, month=month, value=given or "-")
    if not _NUMBER.fullmatch(given):
        raise Impossible("not_a_number", line=line, column=column, month=month, value=sanitised(given))
    if _AMBIGUOUS.fullmatch(given):
        raise Impossible("ambiguous", line=line, column=column, month=month, value=given)
    return float(given.replace(",", "."))


@lru_cache(maxsize=1)
def national_dagpenge() -> MonthlySeries:
    """Load full-time persons on dagpenge, all of Denmark, August 2016 to December 2021, with the long-term share.

    Source: Jobindsats y01a02 and y25i09 (persons), in ``model/data``.
    """
    return national_from(
        (DATA_FOLDER / "dagpenge_monthly.csv").read_text(encoding="utf-8"),
        (DATA_FOLDER / "dagpenge_longterm_monthly.csv").read_text(encoding="utf-8"),
    )


def national_from(monthly_csv: str, longterm_csv: str) -> MonthlySeries:
    """Read the national series from the two tables as they ship."""
    rows = [row for row in csv.DictReader(monthly_csv.splitlines()) if row["area"] == NATIONAL]
    long = {
        row["period"]: float(row["longterm_persons"])
        for row in csv.DictReader(longterm_csv.splitlines())
        if row["area"] == NATIONAL
    }
    return MonthlySeries(
        name=NATIONAL,
        months=np.array([month_from_text(row["period"]) for row in rows], dtype="datetime64[M]"),
        stock=np.array([float(row["fulltime"]) for row in rows]),
        long_share=np.array([long.get(row["period"], math.nan) / float(row["persons"]) for row in rows]),
    )
