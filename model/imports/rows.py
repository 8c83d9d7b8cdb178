"""What an import gives: tidy rows, what was recognised and why, and what could not be used, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from model.imports.own_tables import OwnTable
from model.imports.periods import Period
from model.imports.template_rows import FilledTemplate
from model.language import catalogue
from model.language.messages import Localized

# A file may hold this much (5 MB), on the page and on the command line; the server takes as much and no more
# (``maxUploadSize`` in .streamlit/config.toml). What is read of it is limited in limited_child.py as well.
MAX_BYTES: Final = 5 * 1024 * 1024
MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 400
MAX_VALUES: Final = 500_000
MAX_CELL_CHARACTERS: Final = 400
# Of each kind so many unused rows are told one by one, the rest as a number.
MAX_UNUSED: Final = 200

Why = Literal["hidden", "nil", "missing", "marked"]


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A cell that holds a mark and no number. It is never zero.

    ``why``: hidden (small number), nil ("-": none, or too few to show), missing (".." and empty cells) or marked
    (a number with a mark beside it).
    """

    mark: str
    why: Why

    def __float__(self) -> float:
        raise TypeError("a suppressed cell has no number")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. Labels stand as in the file; "" where the file has no such column.

    ``measure`` is the column's name without its prefix, ``measure_id`` the vocabulary's id for it ("" where it
    has none), ``line`` the line of the file (the row of the sheet, the number of the record).
    """

    measure: str
    measure_id: str
    area: str
    period: Period
    group: str
    category: str
    origin: str
    age: str
    sex: str
    kind: str
    destination: str
    duration: str
    other: tuple[tuple[str, str], ...]
    value: float | Suppressed
    unit: str
    line: int

    @property
    def number(self) -> float | None:
        """Return the figure, None where it is suppressed."""
        return None if isinstance(self.value, Suppressed) else self.value


@dataclass(frozen=True)
class Unused:
    """What could not be used: a line of the file (0: the whole file), a column ("" for all) and why."""

    line: int
    column: str
    why: Localized


@dataclass(frozen=True)
class Column:
    """A column and the role it was given: period, area, group, origin, ..., measure; and why."""

    name: str
    role: str
    why: Localized


@dataclass(frozen=True)
class Recognised:
    """How the file was read: format, encoding, separator, decimal mark, columns, and sentences on all of it."""

    format: str
    encoding: str
    separator: str
    decimal: str
    columns: tuple[Column, ...]
    notes: tuple[Localized, ...]
    own: OwnTable | None = None  # the kept reading that it was read by


@dataclass(frozen=True)
class SourceOfFile:
    """Where the figures come from, as far as the file itself says."""

    publisher: str  # "Jobindsats", "Danmarks Statistik" or ""
    table: str  # table id in capitals, "" where the file does not say
    title: str
    updated: str  # ISO date or what the file says, "" where it does not
    filename: str

    def text(self, language: str, periods: str) -> str:
        """Return the source as the register shows it."""
        from model.imports.table_catalogue import table

        known = table(self.table)
        name = known.name(language) if known else self.title
        parts = [" ".join(p for p in (self.publisher, self.table) if p), name, periods]
        if self.updated:
            parts.append(catalogue.text("import.source.updated", language, date=self.updated))
        parts = [p for p in parts if p]
        if not self.publisher and not self.table:
            parts.append(catalogue.text("import.source.file", language, name=self.filename))
        return ", ".join(parts)


@dataclass(frozen=True)
class Imported:
    """A file as figures."""

    table: tuple[Row, ...]
    recognised: Recognised
    unused: tuple[Unused, ...]
    source: SourceOfFile
    left_out: Mapping[str, int]  # unused rows beyond those that are told one by one, by Danish reason
    template: FilledTemplate | None = None  # what is filled in, where the file is a template and no export

    @property
    def areas(self) -> tuple[str, ...]:
        """Return the areas in the order of the file."""
        return tuple(dict.fromkeys(row.area for row in self.table))

    @property
    def periods(self) -> tuple[Period, ...]:
        """Return the periods, sorted."""
        return tuple(sorted({row.period for row in self.table}))

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the measures in the order of the file."""
        return tuple(dict.fromkeys(row.measure for row in self.table))
