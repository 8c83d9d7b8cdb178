"""What each column of a table holds: period, area, a breakdown, a measure, or nothing that is known.

A column is known by its whole label; where that says nothing, by its cells, if each of them is a known member of one
breakdown. Nothing is taken from a word inside a word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from model.files.problems import FileProblem
from model.imports import vocabulary
from model.imports.areas import is_municipality, names_an_area
from model.imports.grid import Cell, Grid, refused
from model.imports.number_parsing import is_figure_or_mark
from model.imports.own_tables import OwnTable
from model.imports.periods import BadPeriod, is_period, month_number, parse_period
from model.imports.rows import Column, Suppressed
from model.imports.table_catalogue import across_of, is_heading, is_unused, measure_of, table
from model.language.messages import Localized, Message, Phrase

BREAKDOWNS: Final = ("group", "category", "origin", "age", "sex", "kind", "destination", "duration")
# Of accounts; their labels stand in a row by these names.
ACCOUNT_ROLES: Final = ("function", "dranst", "art")
# Says of a column of values what they are.
NAMING: Final = ("measure_name", "price_unit")
FIGURES: Final = frozenset(("measure", "value", "wide", "across"))
# Columns that are left out because another one holds the same, or because they are known to mean nothing here.
LEFT_OUT: Final = frozenset(("second_period", "second_area", "unused", "part_of_period"))
_SAMPLE: Final = 400
_YEAR_LABELS: Final = frozenset(("år", "year", "årstal"))
_PART_LABELS: Final = {"måned": "month", "month": "month", "kvartal": "quarter", "quarter": "quarter"}
_PERIODS_BY_CONTENT: Final = 0.9
_AREAS_BY_CONTENT: Final = 0.5


@dataclass(frozen=True)
class ColumnRoles:
    """The role of each column and why; ``parts``: the columns of year and of month or quarter, where these are two."""

    roles: tuple[str, ...]
    columns: tuple[Column, ...]
    parts: tuple[int, int] | None
    own: OwnTable | None = None  # the kept reading that it was read by

    def place(self, role: str) -> int | None:
        """Return the column of a role, None where no column has it."""
        return self.roles.index(role) if role in self.roles else None

    def places(self, *roles: str) -> list[int]:
        """Return the columns that have one of the roles."""
        return [i for i, role in enumerate(self.roles) if role in roles]


def roles_of(grid: Grid, table_id: str, name: str, own: OwnTable | None = None) -> ColumnRoles:
    """Return the roles of a table's columns.

    Arguments: the table, the id of the published table that it is ("" where not known), the file's name for messages,
    and how a reader has said that it is to be read, which goes before all else.
    Raises FileProblem where there is no period or no column of figures.
    """
    return _Roles(grid, table_id, name, own).found()


class _Roles:
    """The columns of one table on their way to their roles."""

    def __init__(self, grid: Grid, table_id: str, name: str, own: OwnTable | None) -> None:
        self.grid, self.table_id, self.name, self.own = grid, table_id, name, own
        self.parts = self._period_parts()

    def found(self) -> ColumnRoles:
        """Return the roles. Raises FileProblem without period or figures."""
        header = self.grid.header
        periods = [i for i, label in enumerate(header) if is_period(label)]
        wide = bool(periods) and not any(vocabulary.column_role(label) == "period" for label in header)
        area, period = self._area(), None if wide else self._period()
        taken: set[str] = set()
        roles: list[tuple[str, Localized]] = []
        for i, label in enumerate(header):
            if wide and i in periods:
                roles.append(("wide", Message("import.column.wide")))
                continue
            role, why = self._role(i, label, area, period, taken)
            if role in (*BREAKDOWNS, *ACCOUNT_ROLES, *NAMING):
                if role in taken:
                    role, why = "other", Message("import.column.second", role=role)
                taken.add(role)
            if wide and role in FIGURES:
                role, why = "unused", Message("import.column.no_period")
            roles.append((role, why))
        given = [role for role, _ in roles]
        if not wide and "period" not in given:
            raise refused("no_period", self.name)
        if not FIGURES & set(given):
            raise self._no_figures(given)
        columns = tuple(
            Column(label, "measure" if role in ("value", "across") else role, why)
            for label, (role, why) in zip(header, roles, strict=True)
        )
        return ColumnRoles(tuple(given), columns, self.parts, self.own)

    def _no_figures(self, roles: Sequence[str]) -> FileProblem:
        """Return the problem of a table in which no column is a measure of the model."""
        known = table(self.table_id)
        unused = [label for label, role in zip(self.grid.header, roles, strict=True) if role == "unused"]
        if known is None or not unused:
            return refused("no_figures", self.name)
        title = Phrase(known.name)
        return refused(
            "other_figures", self.name, table=self.table_id, title=title, columns=", ".join(unused)
        )

    # --- what the cells hold ---

    def _cells(self, column: int) -> list[Cell]:
        """Return the cells of a column."""
        return [row[column] for row in self.grid.rows]

    def _sample(self, column: int) -> list[str]:
        """Return the first labels of a column."""
        labels = (label_of(cell) for cell in self._cells(column))
        return [label for label in labels if label.strip()][:_SAMPLE]

    def _holds_numbers(self, column: int) -> bool:
        """Return whether a column has cells that are numbers and no text."""
        return any(isinstance(cell, int | float) for cell in self._cells(column)[:_SAMPLE])

    def _holds_figures(self, column: int) -> bool:
        """Return whether most cells that hold anything hold figures or marks."""
        cells = [cell for cell in self._cells(column)[:_SAMPLE] if cell is not None and cell != ""]
        if not cells:
            return measure_of(self.grid.header[column]) is not None
        good = sum(1 for cell in cells if isinstance(cell, Suppressed) or is_figure_or_mark(cell))
        return good * 2 > len(cells)

    # --- area and period ---

    def _area(self) -> int | None:
        """Return the column of areas: of several the one that names most municipalities."""
        stated = self._stated("area")
        if stated is not None:
            return stated
        named = [i for i, n in enumerate(self.grid.header) if vocabulary.column_role(n) == "area"]
        if not named:
            return next(
                (
                    i
                    for i, label in enumerate(self.grid.header)
                    if vocabulary.column_role(label) is None
                    and share_of(self._sample(i), names_an_area) >= _AREAS_BY_CONTENT
                ),
                None,
            )
        return max(named, key=lambda i: (share_of(self._sample(i), is_municipality), -i))

    def _stated(self, role: str) -> int | None:
        """Return the column that the reader has said to be of a role, None where none is."""
        if self.own is None:
            return None
        columns = [self.own.column(label) for label in self.grid.header]
        return next((i for i, column in enumerate(columns) if column and column.role == role), None)

    def _period_parts(self) -> tuple[int, int] | None:
        """Return the columns of year and of month or quarter, where the period stands in two columns."""
        labels = [vocabulary.normalised(label) for label in self.grid.header]
        year = next((i for i, label in enumerate(labels) if label in _YEAR_LABELS), None)
        part = next((i for i, label in enumerate(labels) if label in _PART_LABELS), None)
        if year is None or part is None:
            return None
        kind = _PART_LABELS[labels[part]]
        years, parts = self._sample(year), self._sample(part)
        if not years or not all(len(label) == 4 and label.isdigit() for label in years):
            return None
        return (year, part) if parts and all(part_number(label, kind) for label in parts) else None

    def _period(self) -> int | None:
        """Return the column of periods: by its label, else by its cells."""
        stated = self._stated("period")
        if stated is not None:
            return stated
        if self.parts is not None:
            return self.parts[0]
        by_label = [
            i
            for i, label in enumerate(self.grid.header)
            if vocabulary.column_role(label) == "period"
            and (share_of(self._sample(i), is_period) > 0 or not self._holds_figures(i))
        ]
        if by_label:
            return by_label[0]
        return next((i for i in range(len(self.grid.header)) if self._reads_as_periods(i)), None)

    def _reads_as_periods(self, column: int) -> bool:
        """Return whether the cells of a column are periods, written as text."""
        sample = self._sample(column)
        return bool(sample) and (
            share_of(sample, is_period) >= _PERIODS_BY_CONTENT and not self._holds_numbers(column)
        )

    def _repeats_period(self, column: int, period: int) -> bool:
        """Return whether every cell of a column is a part of its row's period, or holds it: a time stamp, a year."""
        for row in self.grid.rows:
            try:
                one, other = parse_period(label_of(row[column])), parse_period(label_of(row[period]))
            except BadPeriod:
                return False
            if max(one.start, other.start) > min(one.end, other.end):
                return False
        return True

    # --- one column ---

    def _role(
        self, i: int, label: str, area: int | None, period: int | None, taken: set[str]
    ) -> tuple[str, Localized]:
        """Return the role of a column and why."""
        stated = None if self.own is None else self.own.column(label)
        if stated is not None:
            return stated.role, Message("import.column.stated")
        by_label = vocabulary.column_role(label)
        if self.parts is not None and i == self.parts[1]:
            return "part_of_period", Message("import.column.part_of_period")
        if i == period:
            named = by_label == "period"
            return "period", Message("import.column.name" if named else "import.column.content")
        if i == area:
            return "area", Message("import.column.name" if by_label == "area" else "import.column.content")
        if by_label == "area":
            return "second_area", Message("import.column.second_area")
        if self._holds_figures(i):
            known = self._figures_role(i, label)
            if known is not None:
                return known
        if by_label is not None and by_label != "period":
            return by_label, Message("import.column.name")
        if period is not None and self.parts is None and self._repeats_period(i, period):
            return "second_period", Message("import.column.second_period")
        if self._holds_figures(i):
            return "measure", Message("import.column.figures")
        return self._breakdown(i, taken)

    def _figures_role(self, i: int, label: str) -> tuple[str, Localized] | None:
        """Return the role of a column of figures by its label, None where that says nothing."""
        if is_unused(label, self.table_id):
            return "unused", Message("import.column.unused")
        above = self.grid.prefixes[i]
        if across_of(above) is not None:
            return "across", Message("import.column.measure_name")
        if measure_of(label, self.table_id) is not None and (not above or is_heading(above)):
            return "measure", Message("import.column.measure_name")
        if vocabulary.column_role(label) == "value":
            return "value", Message("import.column.name")
        return None

    def _breakdown(self, i: int, taken: set[str]) -> tuple[str, Localized]:
        """Return the breakdown whose members a column's cells are, each of them; else a breakdown of its own."""
        sample = self._sample(i)
        tests: tuple[tuple[str, Callable[[str], object]], ...] = (
            ("origin", vocabulary.origin_of),
            ("group", vocabulary.group_of),
            ("kind", vocabulary.kinds_of),
        )
        members = [label for label in sample if not vocabulary.is_total(label)]
        for role, test in tests:
            if role not in taken and members and all(map(test, members)):
                return role, Message("import.column.content")
        return "other", Message("import.column.label")


def label_of(cell: Cell) -> str:
    """Return a cell as a label."""
    if cell is None or isinstance(cell, Suppressed):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return vocabulary.squeezed(cell)


def share_of(labels: Sequence[str], test: Callable[[str], object]) -> float:
    """Return the share of labels that pass a test."""
    return sum(1 for label in labels if test(label)) / len(labels) if labels else 0.0


def part_number(label: str, kind: str) -> int | None:
    """Return the number of a month or quarter that is written without its year, None where it is none."""
    if kind == "month":
        return month_number(label)
    digits = vocabulary.normalised(label).removesuffix("kvartal").removesuffix("kvt").strip(" .qk")
    return int(digits) if digits in ("1", "2", "3", "4") else None


def joined_period(year: str, part: str, column: str) -> str:
    """Return the label of a period whose year and month or quarter stand in two columns."""
    kind = _PART_LABELS[vocabulary.normalised(column)]
    number = part_number(part, kind)
    if number is None or not year:
        return ""
    return f"{year}M{number:02d}" if kind == "month" else f"{year}Q{number}"
