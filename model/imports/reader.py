"""A file of figures, whatever it calls itself, as tidy rows: what was recognised, what could not be used and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Final

from model.imports import vocabulary
from model.imports.areas import area_of, names_an_area
from model.imports.grid import Cell, Grid, decode, read_separated, refused
from model.imports.json_answers import read_json
from model.imports.number_parsing import Decimal, Unreadable, evidence, figure, is_figure_or_mark
from model.imports.periods import BadPeriod, Period, is_period, parse_period
from model.imports.rows import (
    MAX_BYTES,
    MAX_UNUSED,
    MAX_VALUES,
    Column,
    Imported,
    Recognised,
    Row,
    SourceOfFile,
    Suppressed,
    Unused,
)
from model.imports.xlsx import is_workbook, read_workbook
from model.language.messages import Localized, Message

_SAMPLE: Final = 400
_MOST_TITLE: Final = 200
_LABELS: Final = ("group", "category", "origin", "age", "sex", "kind", "destination", "duration")
_TABLE_ID: Final = re.compile(
    r"(?<![A-Za-z0-9])(Y\d{2}[A-Z]\d{2}|PTV[A-Z]\d{2}|OTIJ\d{2}|AU[FPLSH]\d{2}|FOLK\d[A-Z]+)(?![A-Za-z0-9])",
    re.I,
)
_UPDATED: Final = re.compile(
    r"(?:opdateret|updated|dato|hentet|udtrukket)\D{0,20}(\d{4}-\d\d-\d\d|\d{1,2}[-./]\d{1,2}[-./]\d{4}"
    r"|\d{1,2}\.? [a-zæøå]+ \d{4})",
    re.I,
)
_STATBANK_HEADINGS: Final = frozenset(("INDHOLD", "TID"))


def read_export(data: bytes, filename: str) -> Imported:
    """Return the figures of an export or an answer; ``filename`` is for messages and may name the table.

    Raises FileProblem, with a reason in both languages, where the file cannot be read at all.
    """
    name = _printable(PurePath(filename.replace("\\", "/")).name)
    if not data.strip():
        raise refused("empty", name)
    if len(data) > MAX_BYTES:
        raise refused("too_large", name, most=MAX_BYTES // 1_000_000)
    about: Mapping[str, str] = {}
    if is_workbook(data):
        grid, format_, encoding, separator = read_workbook(data, name), "excel", "", ""
    else:
        text, encoding = decode(data, name)
        separator = ""
        if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
            format_, grid, about = read_json(text.lstrip("\ufeff"), name)
        elif text.lstrip().startswith("<"):
            raise refused("markup", name)
        else:
            grid, separator = read_separated(text, name)
            format_ = _separated_format(grid)
    return _Reading(grid, name, format_, encoding, separator, about).imported()


def _separated_format(grid: Grid) -> str:
    """Return whether the columns are those of StatBank's CSV or of any."""
    names = {n.upper() for n in grid.header}
    if names >= _STATBANK_HEADINGS:
        return "statbank_csv"
    return "csv"


class _Reading:
    """One file on its way from cells to rows; every step adds to what is known of it."""

    def __init__(
        self, grid: Grid, name: str, format_: str, encoding: str, separator: str, about: Mapping[str, str]
    ) -> None:
        self.grid, self.name, self.format = grid, name, format_
        self.encoding, self.separator, self.about = encoding, separator, about
        self.notes: list[Localized] = list(grid.notes)
        self.unused: list[Unused] = []
        self.left_out: Counter[str] = Counter()
        self.columns: list[Column] = []
        self.roles: list[str] = []

    def imported(self) -> Imported:
        """Return the file as figures. Raises FileProblem where nothing can be used."""
        self._give_roles()
        source = self._source()
        decimals, shown = self._decimals()
        rows = self._rows(decimals)
        rows = self._without_repeats(rows)
        if not rows:
            first = next((u for u in self.unused), None)
            reason = (
                Message("import.error.no_rows")
                if first is None
                else Message("import.error.nothing_usable_because", reason=first.why)
            )
            raise refused("nothing_usable", self.name, reason=reason, line=first.line if first else 0)
        recognised = Recognised(
            self.format, self.encoding, self.separator, shown, tuple(self.columns), tuple(self.notes)
        )
        return Imported(tuple(rows), recognised, tuple(self.unused), source, dict(self.left_out))

    # --- columns ---

    def _cells(self, column: int) -> list[Cell]:
        """Return the cells of a column."""
        return [row[column] for row in self.grid.rows]

    def _sample(self, column: int) -> list[str]:
        """Return the first labels of a column."""
        out = []
        for row in self.grid.rows:
            cell = row[column]
            text = "" if cell is None or isinstance(cell, Suppressed) else _label(cell)
            if text.strip():
                out.append(text)
                if len(out) >= _SAMPLE:
                    break
        return out

    def _give_roles(self) -> None:
        """Give every column a role and note why. Raises FileProblem without period or figures."""
        periods = [i for i, n in enumerate(self.grid.header) if is_period(n)]
        taken: set[str] = set()
        roles: list[tuple[str, Localized]] = []
        wide = len(periods) >= 1 and not any(vocabulary.column_role(n) == "period" for n in self.grid.header)
        for i, name in enumerate(self.grid.header):
            if wide and i in periods:
                roles.append(("wide", Message("import.column.wide")))
                continue
            role, why = self._role(i, name, taken)
            if role in ("period", "area", "measure_name", *_LABELS):
                if role in taken:
                    role, why = "other", Message("import.column.second", role=role)
                taken.add(role)
            roles.append((role, why))
        if "period" not in taken and not wide:
            raise refused("no_period", self.name)
        if not any(role in ("measure", "value", "wide") for role, _ in roles):
            raise refused("no_figures", self.name)
        for i, (role, why) in enumerate(roles):
            self.roles.append(role)
            self.columns.append(Column(self.grid.header[i], "measure" if role == "value" else role, why))

    def _role(self, i: int, name: str, taken: set[str]) -> tuple[str, Localized]:
        """Return the role of a column and why: by its name, else by what it holds."""
        by_name = vocabulary.column_role(name)
        sample = self._sample(i)
        if vocabulary.measure_of(name) is not None and self._figures(i):
            return "measure", Message("import.column.measure_name")
        if by_name == "value":
            return "value", Message("import.column.name")
        # A column called "år" may hold figures; one called "periode" with labels that nobody knows is still one.
        if by_name is not None and (
            by_name != "period" or _share(sample, is_period) > 0 or not self._figures(i)
        ):
            return by_name, Message("import.column.name")
        # Names that say nothing: what do the cells hold?
        if "period" not in taken and sample and _share(sample, is_period) >= 0.9 and not self._numbers(i):
            return "period", Message("import.column.content")
        if "area" not in taken and sample and _share(sample, names_an_area) >= 0.5:
            return "area", Message("import.column.content")
        if self._figures(i):
            return "measure", Message("import.column.figures")
        tests: tuple[tuple[str, Callable[[str], object]], ...] = (
            ("origin", vocabulary.origin_of),
            ("group", vocabulary.group_of),
            ("kind", vocabulary.kinds_of),
        )
        for role, test in tests:
            if role not in taken and sample and _share(sample, test) >= 0.5:
                return role, Message("import.column.content")
        return "other", Message("import.column.label")

    def _numbers(self, i: int) -> bool:
        """Return whether a column has cells that are numbers and no text."""
        return any(isinstance(c, int | float) for c in self._cells(i)[:_SAMPLE])

    def _figures(self, i: int) -> bool:
        """Return whether most cells that hold anything hold figures or marks."""
        cells = [c for c in self._cells(i)[:_SAMPLE] if c is not None and c != ""]
        if not cells:
            return vocabulary.measure_of(self.grid.header[i]) is not None
        good = sum(1 for c in cells if isinstance(c, Suppressed) or is_figure_or_mark(c))
        return good * 2 > len(cells)

    def _decimals(self) -> tuple[dict[int, Decimal | None], str]:
        """Return the decimal mark of each column of figures, and of the file as it is shown."""
        places = [i for i, r in enumerate(self.roles) if r in ("measure", "value", "wide")]
        own = {i: evidence(self._cells(i)) for i in places}
        settled = {mark for marks in own.values() if len(marks) == 1 for mark in marks}
        common: Decimal | None = next(iter(settled)) if len(settled) == 1 else None
        if common is None and not settled and self.format.startswith("jobindsats"):
            common = ","
            if any(self._lone(i) for i in places):
                self.notes.append(Message("import.note.decimal_of_format"))
        out: dict[int, Decimal | None] = {}
        for i, marks in own.items():
            if len(marks) > 1:
                self._add_unused(
                    0, self.grid.header[i], Message("import.column.two_decimals", column=self.grid.header[i])
                )
            out[i] = next(iter(marks)) if len(marks) == 1 else common if not marks else None
        if len(settled) > 1:
            self.notes.append(Message("import.note.two_decimals"))
        shown = common or ""
        if common is None and not settled:
            lone = [self.grid.header[i] for i in places if self._lone(i) and self._counts(i)]
            if lone:
                self.notes.append(Message("import.note.thousands_by_kind", columns=", ".join(lone[:6])))
        return out, shown

    def _lone(self, i: int) -> bool:
        """Return whether a column has figures that its own cells leave open how to read."""
        return any(
            isinstance(c, str)
            and isinstance(figure(c, None, counts=False), Unreadable)
            and is_figure_or_mark(c)
            for c in self._cells(i)
        )

    def _counts(self, i: int) -> bool:
        """Return whether a column counts whole persons."""
        if self.roles[i] == "measure":
            return vocabulary.counts(self.grid.header[i])
        above = self.grid.prefixes[i] if self.roles[i] == "wide" else ""
        return vocabulary.counts(above or self._value_measure())

    # --- rows ---

    def _value_measure(self) -> str:
        """Return what a column called "value" holds: what the titles say, or the table's name."""
        for text in (self.about.get("title", ""), *self.grid.around):
            if text and (vocabulary.measure_of(text) is not None or vocabulary.counts(text)):
                return text
        table = self._table_id()
        known = vocabulary.entries().tables.get(table)
        if known is not None:
            return known.da
        return (
            self.about.get("title", "")
            or (self.grid.around[0] if self.grid.around else "")
            or table
            or "INDHOLD"
        )

    def _rows(self, decimals: Mapping[int, Decimal | None]) -> list[Row]:
        """Return the rows of figures; lines without a known period or area go to the unused."""
        column = {
            role: i for i, role in enumerate(self.roles) if role not in ("measure", "value", "wide", "other")
        }
        others = [i for i, role in enumerate(self.roles) if role == "other"]
        places = [i for i, role in enumerate(self.roles) if role in ("measure", "value", "wide")]
        wide_periods = {i: self._period(0, self.grid.header[i]) for i in places if self.roles[i] == "wide"}
        value_name = self._value_measure() if any(self.roles[i] != "measure" for i in places) else ""
        if len(places) * len(self.grid.rows) > MAX_VALUES:
            raise refused("too_many_values", self.name, most=MAX_VALUES)
        out: list[Row] = []
        for cells, line in zip(self.grid.rows, self.grid.lines, strict=True):
            labels = {role: _label(cells[i]) for role, i in column.items()}
            period = self._period(line, labels["period"]) if "period" in labels else None
            if "period" in labels and period is None:
                continue
            area = ""
            if "area" in labels:
                known = area_of(labels["area"])
                if known is None:
                    key = "row.unknown_area" if labels["area"].strip() else "row.no_area"
                    self._add_unused(line, "", Message(f"import.{key}", area=labels["area"][:60]))
                    continue
                area = known
            more = tuple((self.grid.header[i], _label(cells[i])) for i in others)
            for i in places:
                own_period = wide_periods[i] if self.roles[i] == "wide" else period
                if own_period is None:
                    continue
                measure = self.grid.header[i]
                if self.roles[i] != "measure":
                    above = self.grid.prefixes[i] if self.roles[i] == "wide" else ""
                    measure = labels.get("measure_name") or above or value_name
                value = self._value(cells[i], decimals[i], measure, i, line)
                if value is None:
                    continue
                out.append(
                    Row(
                        measure=measure,
                        measure_id=vocabulary.measure_of(measure) or "",
                        area=area,
                        period=own_period,
                        value=value,
                        unit=vocabulary.unit_of(measure),
                        line=line,
                        other=more,
                        **{role: labels.get(role, "") for role in _LABELS},
                    )
                )
        return out

    def _value(
        self, cell: Cell, decimal: Decimal | None, measure: str, column: int, line: int
    ) -> float | Suppressed | None:
        """Return the figure of a cell; one that cannot be read goes to the unused."""
        if isinstance(cell, Suppressed):
            return cell
        value = figure(cell, decimal, counts=vocabulary.counts(measure))
        if isinstance(value, Unreadable):
            self._add_unused(line, self.grid.header[column], value.why)
            return None
        return value

    def _period(self, line: int, label: str) -> Period | None:
        """Return the period of a label; a line without one goes to the unused."""
        try:
            return parse_period(label)
        except BadPeriod as error:
            if error.readings:
                why = Message(
                    "import.row.two_periods", period=label[:60], readings=" / ".join(error.readings)
                )
            elif not label.strip():
                why = Message("import.row.no_period")
            else:
                why = Message("import.row.bad_period", period=label[:60])
            self._add_unused(line, "", why)
            return None

    def _without_repeats(self, rows: Sequence[Row]) -> list[Row]:
        """Return each figure once; where two of one place differ neither is used."""
        first: dict[tuple[object, ...], Row] = {}
        bad: set[tuple[object, ...]] = set()
        for row in rows:
            key = (row.measure, row.area, row.period, row.other, *(getattr(row, role) for role in _LABELS))
            earlier = first.setdefault(key, row)
            if earlier is row:
                continue
            if earlier.value == row.value:
                self._add_unused(row.line, row.measure, Message("import.row.repeated", line=earlier.line))
            else:
                self._add_unused(row.line, row.measure, Message("import.row.contradicts", line=earlier.line))
                bad.add(key)
        return [row for key, row in first.items() if key not in bad]

    # --- what is told ---

    def _add_unused(self, line: int, column: str, why: Localized) -> None:
        """Note a line that cannot be used; beyond so many, only count it by its reason."""
        if len(self.unused) < MAX_UNUSED:
            self.unused.append(Unused(line, column, why))
        else:
            self.left_out[why.da] += 1

    def _table_id(self) -> str:
        """Return the table's id, from the answer, the file's name or its titles."""
        given = self.about.get("table", "")
        for text in (given, self.name, self.about.get("title", ""), *self.grid.around, *self.grid.prefixes):
            match = _TABLE_ID.search(text.replace("_", " "))
            if match is not None:
                return match[1].upper()
        return given.upper()[:20]

    def _source(self) -> SourceOfFile:
        """Return where the figures come from, as far as the file says."""
        around = " \n".join(self.grid.around)
        table = self._table_id()
        publisher = self._publisher(table, around)
        updated = self.about.get("updated", "")
        if not updated:
            match = _UPDATED.search(around)
            if match is not None:
                updated = _date(match[1])
        title = self.about.get("title", "") or next(iter(self.grid.around), "")
        return SourceOfFile(
            publisher, _printable(table), _printable(title), _printable(updated[:30]), self.name
        )

    def _publisher(self, table: str, around: str) -> str:
        """Return who publishes the table."""
        if self.format.startswith("jobindsats") or "jobindsats" in around.casefold():
            return "Jobindsats"
        stated = (self.about.get("publisher", "") + around).casefold()
        if (
            self.format in ("statbank_csv", "json_stat")
            or "danmarks statistik" in stated
            or "statbank" in stated
        ):
            return "Danmarks Statistik"
        if table.startswith(("Y", "PTV", "OTIJ")):
            return "Jobindsats"
        return "Danmarks Statistik" if table else ""


def _share(cells: Iterable[str], test: Callable[[str], object]) -> float:
    """Return the share of cells that pass a test."""
    cells = list(cells)
    return sum(1 for c in cells if test(c)) / len(cells) if cells else 0.0


def _label(cell: Cell) -> str:
    """Return a cell as a label."""
    if cell is None or isinstance(cell, Suppressed):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return vocabulary.squeezed(cell)


def _printable(text: str) -> str:
    """Return what a file says of itself on one line, nothing in it that does not print."""
    return "".join(c for c in text[:_MOST_TITLE] if c.isprintable())


def _date(text: str) -> str:
    """Return a date as its period's id, else as it stands."""
    try:
        return parse_period(text).id
    except BadPeriod:
        return text
