"""Check the published figures before a vintage is made of them: files, columns, municipalities, months.

What is wrong is told in words, with the file; nothing is made of files with a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.language.catalogue import listed
from model.language.messages import Message, Phrase
from model.municipality.build_vintage import IN_STATBANK, KONTANTHJAELP_REFORM, OFFER_LABELS
from model.municipality.figures import NATION, TOTAL_AGE, monthly, months_of, read_rows
from model.municipality.municipality_list import municipalities

Row = Mapping[str, str]
_MONTH: Final = re.compile(r"\d{4}M(0[1-9]|1[0-2])")
_MOST_NAMES: Final = 5
_YEAR_OF_BENCHMARK: Final = ("2022M01", "2022M12")
_BENCHMARK_GROUPS: Final = ("Ydelsesgrupper i alt", "Sygedagpenge mv.", "Kontanthjælp mv.")
_VISITATION: Final = ("Jobparat", "Aktivitetsparat", "Uddannelsesparat", "Åbenlys uddannelsesparat")


@dataclass(frozen=True)
class _Expected:
    """What one file must hold: its key columns, a number, and the members that every municipality has."""

    name: str
    key: tuple[str, ...]  # the municipality's column first
    numbers: tuple[str, ...]
    members: tuple[str, ...] = ()  # of the last key column; () for months, which differ
    by_id: bool = True  # municipalities by id and the nation, else by name
    may_hide: bool = True  # an empty cell is a hidden count
    delimiter: str = ","
    only: tuple[str, str] = ("", "")  # the rows that count, as column and member

    @property
    def file(self) -> str:
        """Return the file's name."""
        return f"{self.name}.csv"

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that must be there."""
        return (*self.key, *self.numbers)

    def names(self) -> dict[str, str]:
        """Return every municipality's name by what the file calls it."""
        if self.by_id:
            return {NATION: NATION} | {info.id: info.name for info in municipalities()}
        if self.delimiter == ";":
            return {IN_STATBANK.get(info.name, info.name): info.name for info in municipalities()}
        return {info.name: info.name for info in municipalities()}


ACTIVATION: Final = _Expected("activation_kontanthjaelp_y60c07", ("municipality", "month"), ("degree",))
_UNEMPLOYMENT: Final = _Expected("unemployment_y25i01", ("municipality", "month"), ("dagpenge",))
_KONTANTHJAELP: Final = _Expected("kontanthjaelp_y60a02", ("municipality", "month"), ("fullTime",))
_OTHERS: Final = (
    _Expected(
        "kontanthjaelp_visitation_y60a02", ("municipality", "period", "label"), ("fullTime",), _VISITATION
    ),
    _Expected(
        "offers_kontanthjaelp_y60c02", ("municipality", "period", "label"), ("activated",), OFFER_LABELS
    ),
    _Expected(
        "benchmark_y30r21_2022",
        ("municipality", "period", "benefit_group"),
        ("actual_fte", "actual_pct"),
        _BENCHMARK_GROUPS,
        by_id=False,
        may_hide=False,
    ),
    _Expected(
        "population_folk1am",
        ("OMRÅDE", "ALDER", "TID"),
        ("INDHOLD",),
        by_id=False,
        may_hide=False,
        delimiter=";",
        only=("ALDER", TOTAL_AGE),
    ),
)


def is_month(words: str) -> bool:
    """Return whether a text is a month as the figures write it: 2026M01."""
    return _MONTH.fullmatch(words) is not None


def faults_of_files(folder: Path, *, activation_only: bool) -> tuple[Message, ...]:
    """Return what is wrong with the files of a folder, whatever the months; ``activation_only`` reads one of them."""
    expected = (ACTIVATION,) if activation_only else (_UNEMPLOYMENT, _KONTANTHJAELP, ACTIVATION, *_OTHERS)
    return tuple(fault for one in expected for fault in _faults_of_file(one, folder))


def _faults_of_file(expected: _Expected, folder: Path) -> Iterator[Message]:
    """Yield what is wrong with one file: nothing more is said of a file that lacks a column."""
    path = folder / expected.file
    if not path.is_file():
        yield Message("vintage.fault.no_file", file=expected.file)
        return
    try:
        rows = list(read_rows(path, expected.delimiter))
    except UnicodeDecodeError:
        yield Message("vintage.fault.not_utf8", file=expected.file)
        return
    absent = [column for column in expected.columns if not rows or column not in rows[0]]
    if absent:
        yield Message("vintage.fault.no_column", file=expected.file, columns=Phrase(listed, absent))
        return
    column, member = expected.only
    numbered = [(i, row) for i, row in enumerate(rows, 2) if not column or row[column] == member]
    yield from _faults_of_rows(expected, numbered)
    yield from _faults_of_members(expected, [row for _, row in numbered])


def _faults_of_rows(expected: _Expected, rows: Sequence[tuple[int, Row]]) -> Iterator[Message]:
    """Yield cells that are no number, months that are none, and rows that stand twice; by line of the file."""
    seen: dict[tuple[str, ...], int] = {}
    for line, row in rows:
        for column in expected.numbers:
            cell = row[column] or ""
            if not (_is_number(cell) or (not cell and expected.may_hide)):
                yield Message(
                    "vintage.fault.no_number", file=expected.file, line=line, column=column, cell=cell[:20]
                )
        if not expected.members and not is_month(row[expected.key[-1]] or ""):
            cell = (row[expected.key[-1]] or "")[:20]
            yield Message("vintage.fault.not_a_month", file=expected.file, line=line, cell=cell)
        key = tuple(row[column] or "" for column in expected.key)
        if key in seen:
            yield Message("vintage.fault.twice", file=expected.file, line=line, first=seen[key])
        seen[key] = line


def _is_number(cell: str) -> bool:
    """Return whether a cell is a number that is not below zero."""
    try:
        return 0.0 <= float(cell) < float("inf")
    except ValueError:
        return False


def _faults_of_members(expected: _Expected, rows: Sequence[Row]) -> Iterator[Message]:
    """Yield the municipalities that a file lacks, and the labels that some municipality has not."""
    municipality, *_, last = expected.key
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row[municipality], set()).add(row[last])
    names = expected.names()
    gone = [name for key, name in names.items() if key not in found]
    if gone:
        yield _about(gone, "no_municipality", expected.file)
    for member in expected.members:
        # Of offers a municipality may lack a kind: the publisher hides it.
        must = names if expected.key[-1] != "label" or member in _VISITATION else (NATION,)
        without = [names[key] for key in must if key in found and member not in found[key]]
        if without:
            yield _about(without, "no_member", expected.file, member=member)


def _about(names: Sequence[str], key: str, file: str, **values: object) -> Message:
    """Return a fault of some municipalities: how many, and the names of the first."""
    shown = Phrase(listed, list(names[:_MOST_NAMES]))
    return Message(f"vintage.fault.{key}", file=file, n=len(names), names=shown, **values)


def faults_of_months(folder: Path, until: str, *, activation_only: bool) -> tuple[Message, ...]:
    """Return where figures are lacking for a vintage whose last month is ``until``. The files themselves are right."""
    return tuple(_faults_of_months(folder, until, activation_only))


def _faults_of_months(folder: Path, until: str, activation_only: bool) -> Iterator[Message]:
    """Yield the files that lack the month, and the municipalities without a month to take."""
    needed: Iterable[tuple[_Expected, str, str]] = ((ACTIVATION, "", until),)
    if not activation_only:
        needed = (
            (_UNEMPLOYMENT, "", until),
            (_KONTANTHJAELP, KONTANTHJAELP_REFORM, until),
            (_KONTANTHJAELP, *_YEAR_OF_BENCHMARK),
            (ACTIVATION, KONTANTHJAELP_REFORM, until),
        )
    for expected, first, last in needed:
        series = monthly(expected.name, expected.numbers[0], folder)
        nation = [month for month, value in series[NATION].items() if value is not None]
        if last not in nation:
            newest = max(nation, default="-")
            yield Message("vintage.fault.no_month", file=expected.file, month=last, newest=newest)
            continue
        names = expected.names()
        without = [name for key, name in names.items() if not months_of(series[key], last, 1, first)]
        if without:
            yield _about(without, "no_months", expected.file, first=first, last=last)


def gaps(folder: Path, until: str, *, activation_only: bool) -> tuple[Message, ...]:
    """Return which municipalities lack the last month itself: their means go to an earlier month."""
    told = []
    for expected in (ACTIVATION,) if activation_only else (_UNEMPLOYMENT, _KONTANTHJAELP, ACTIVATION):
        series = monthly(expected.name, expected.numbers[0], folder)
        without = [name for key, name in expected.names().items() if series[key].get(until) is None]
        if without:
            told.append(_about(without, "gap", expected.file, month=until))
    return tuple(told)
