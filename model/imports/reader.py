"""A file of figures, whatever it calls itself, as tidy rows: what was recognised, what could not be used and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import PurePath
from typing import Final

from model.imports import vocabulary
from model.imports.areas import area_of
from model.imports.column_roles import (
    ACCOUNT_ROLES,
    BREAKDOWNS,
    FIGURES,
    NAMING,
    joined_period,
    label_of,
    roles_of,
)
from model.imports.grid import Cell, Grid, decode, read_separated, refused
from model.imports.json_answers import read_json
from model.imports.number_parsing import Decimal, Unreadable, evidence, figure, is_figure_or_mark
from model.imports.own_tables import NO_TABLES, OwnColumn, OwnTables
from model.imports.periods import BadPeriod, Period, month, parse_period
from model.imports.px import read_px
from model.imports.rows import (
    MAX_BYTES,
    MAX_UNUSED,
    MAX_VALUES,
    Imported,
    Recognised,
    Row,
    SourceOfFile,
    Suppressed,
    Unused,
)
from model.imports.table_catalogue import (
    across_of,
    counts,
    is_heading,
    measure_of,
    table,
    table_with,
    unit_of,
)
from model.imports.template_reader import read_template
from model.imports.template_rows import MARK, MARK_TEXT
from model.imports.vocabulary import normalised
from model.imports.xlsx import check_workbook, is_workbook, read_workbook
from model.language.messages import Localized, Message

_MOST_TITLE: Final = 200
_TABLE_ID: Final = re.compile(
    r"(?<![A-Za-z0-9])(Y\d{2}[A-Z]\d{2}|PTV[A-Z]\d{2}|OTIJ\d{2}|AU[FPLSHK]\d{2}|FOLK\d[A-Z]+|(?:REGK|BUDK)\d{1,3})(?![A-Za-z0-9])",
    re.I,
)
_UPDATED: Final = re.compile(
    r"(?:opdateret|updated|dato|hentet|udtrukket)\D{0,20}(\d{4}-\d\d-\d\d|\d{1,2}[-./]\d{1,2}[-./]\d{4}"
    r"|\d{1,2}\.? [a-zæøå]+ \d{4})",
    re.I,
)
_PX: Final = re.compile(r"(?:CHARSET|AXIS-VERSION|CODEPAGE|LANGUAGE|CREATION-DATE|DECIMALS)\s*=", re.I)
_STATBANK_HEADINGS: Final = frozenset(("INDHOLD", "TID"))


def read_export(data: bytes, filename: str, own_tables: OwnTables = NO_TABLES) -> Imported:
    """Return the figures of an export or an answer.

    Arguments: what the file holds, its name (for messages; it may name the table), and the readings that are kept.

    Raises FileProblem, with a reason in both languages, where the file cannot be read at all.
    """
    contents = _contents(data, filename)
    return contents.imported(own_tables) if isinstance(contents, _Reading) else contents


def header_of(data: bytes, filename: str) -> tuple[str, ...]:
    """Return the labels of a file's columns, also where they are not known. Raises FileProblem."""
    contents = _contents(data, filename)
    if not isinstance(contents, _Reading):
        raise refused("template_column", contents.source.filename)
    return contents.grid.header


def _contents(data: bytes, filename: str) -> _Reading | Imported:
    """Return the table of a file before anything is recognised in it, or a filled template. Raises FileProblem."""
    name = _printable(PurePath(filename.replace("\\", "/")).name)
    if not data.strip():
        raise refused("empty", name)
    if len(data) > MAX_BYTES:
        raise refused("too_large", name, most=MAX_BYTES // 1_000_000)
    about: Mapping[str, str] = {}
    if is_workbook(data):
        if check_workbook(data, name, MARK.encode()):
            return _template(data, name)
        grid, format_, encoding, separator = read_workbook(data, name), "excel", "", ""
    else:
        text, encoding = decode(data, name)
        if MARK_TEXT.search(text):
            raise refused("template_text", name)
        separator = ""
        if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
            format_, grid, about = read_json(text.lstrip("\ufeff"), name)
        elif text.lstrip().startswith("<"):
            raise refused("markup", name)
        elif _PX.match(text.lstrip("\ufeff \t\r\n")):
            grid, about = read_px(text.lstrip("\ufeff"), name)
            format_ = "px"
        else:
            grid, separator = read_separated(text, name)
            format_ = _separated_format(grid)
    return _Reading(grid, name, format_, encoding, separator, about)


def _template(data: bytes, name: str) -> Imported:
    """Return a filled template: no figures of an export, but what somebody has typed. Raises FileProblem."""
    template = read_template(data, name)
    recognised = Recognised("template", "", "", "", (), ())
    source = SourceOfFile("", "", "", template.made_on, name)
    return Imported((), recognised, (), source, {}, template)


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
        self.table = self._table_id()

    def imported(self, own_tables: OwnTables) -> Imported:
        """Return the file as figures. Raises FileProblem where nothing can be used."""
        own = own_tables.of(self.grid.header)
        self.columns = roles_of(self.grid, self.table, self.name, own)
        if own is not None:
            self.notes.append(Message("import.note.own_table"))
        source = self._source()
        decimals, shown = self._decimals()
        rows = self._rows(decimals)
        rows = self._without_repeats(self._as_months(rows))
        if not rows:
            first = next((u for u in self.unused), None)
            reason = (
                Message("import.error.no_rows")
                if first is None
                else Message("import.error.nothing_usable_because", reason=first.why)
            )
            raise refused("nothing_usable", self.name, reason=reason, line=first.line if first else 0)
        recognised = Recognised(
            self.format, self.encoding, self.separator, shown, self.columns.columns, tuple(self.notes), own
        )
        return Imported(tuple(rows), recognised, tuple(self.unused), source, dict(self.left_out))

    # --- figures ---

    def _cells(self, column: int) -> list[Cell]:
        """Return the cells of a column."""
        return [row[column] for row in self.grid.rows]

    def _decimals(self) -> tuple[dict[int, Decimal | None], str]:
        """Return the decimal mark of each column of figures, and of the file as it is shown."""
        places = self.columns.places(*FIGURES)
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
        return counts(self._measure(i, {})[0])

    # --- rows ---

    @cached_property
    def _value_label(self) -> str:
        """Return what a column called "value" holds: the table's measure, or what the titles say as a whole."""
        for text in (self.about.get("title", ""), *self.grid.around):
            if text and measure_of(text, self.table) is not None:
                return text
        if self._titled is not None:
            return self._titled[0]
        known = table(self.table)
        if known is not None:
            return known.da
        titles = (self.about.get("title", ""), *self.grid.around, self.table, "INDHOLD")
        return next(text for text in titles if text)

    @cached_property
    def _titled(self) -> tuple[str, str] | None:
        """Return measure and group of a title that is both and nothing else: "Antal fuldtidspersoner på sygedagpenge".

        A title that says more ("... under 30 år") may be of a part of them only.
        """
        for title in (self.about.get("title", ""), *self.grid.around):
            measure, _, group = title.partition(" på ")
            if measure_of(measure, self.table) is not None and vocabulary.group_of(group) is not None:
                return measure, group
        return None

    def _measure(self, column: int, labels: Mapping[str, str]) -> tuple[str, str]:
        """Return the label of a column's measure and the id of the measure, "" where it is none that is known."""
        role, label, above = self.columns.roles[column], self.grid.header[column], self.grid.prefixes[column]
        stated = self._stated(column)
        if stated is not None and stated.measure:
            return label, stated.measure
        if role == "across":
            known = across_of(above)
            assert known is not None
            return above, known[0]
        if role != "measure":
            named = labels.get("price_unit") or labels.get("measure_name")
            label = named or (above if role == "wide" else "") or self._value_label
            of_table = table(self.table)
            lone = of_table.kind.value if of_table is not None else ""
            if lone:
                return label, lone
        elif above and not is_heading(above):
            # Under a heading that is not known ("Kvinder") a measure may be of a part only.
            return label if label.startswith(f"{above}: ") else f"{above}: {label}", ""
        return label, measure_of(label, self.table) or ""

    def _rows(self, decimals: Mapping[int, Decimal | None]) -> list[Row]:
        """Return the rows of figures; lines without a known period or area go to the unused."""
        roles = self.columns.roles
        places = self.columns.places(*FIGURES)
        wide_periods = {i: self._period(0, self.grid.header[i]) for i in self.columns.places("wide")}
        if len(places) * len(self.grid.rows) > MAX_VALUES:
            raise refused("too_many_values", self.name, most=MAX_VALUES)
        named = {role: i for i, role in enumerate(roles) if role in (*BREAKDOWNS, *NAMING, "area")}
        others = {i: self.grid.header[i] for i in self.columns.places("other")}
        others |= {i: roles[i] for i in self.columns.places(*ACCOUNT_ROLES)}
        out: list[Row] = []
        for cells, line in zip(self.grid.rows, self.grid.lines, strict=True):
            if self._is_left_out(cells):
                continue
            labels = self._labels(cells, named)
            period = None
            if not wide_periods:
                period = self._period(line, self._period_label(cells))
                if period is None:
                    continue
            area = self._area(line, labels)
            if area is None:
                continue
            more = tuple((name, label_of(cells[i])) for i, name in others.items())
            for i in places:
                own_period = wide_periods[i] if roles[i] == "wide" else period
                measure, measure_id = self._measure(i, labels)
                value = self._value(cells[i], decimals[i], measure, i, line)
                if value is None or own_period is None:
                    continue
                own = {role: labels.get(role, "") for role in BREAKDOWNS}
                if roles[i] != "measure" and self._titled is not None and "group" not in labels:
                    own["group"] = self._titled[1]
                if roles[i] == "across":
                    own |= self._class_of(i)
                out.append(
                    Row(
                        measure=measure,
                        measure_id=measure_id,
                        area=area,
                        period=own_period,
                        value=value,
                        unit=unit_of(measure_id),
                        line=line,
                        other=more,
                        **own,
                    )
                )
        return out

    def _stated(self, column: int) -> OwnColumn | None:
        """Return what the reader has said of a column, None where nothing was."""
        own = self.columns.own
        return None if own is None else own.column(self.grid.header[column])

    def _is_left_out(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row is of another member than the one that the reader has chosen of a breakdown."""
        for i in self.columns.places("only"):
            stated = self._stated(i)
            if stated is not None and normalised(label_of(cells[i])) != normalised(stated.member):
                return True
        return False

    def _labels(self, cells: Sequence[Cell], named: Mapping[str, int]) -> dict[str, str]:
        """Return a row's labels by role; a group that the reader has named is the target group."""
        labels = {role: label_of(cells[i]) for role, i in named.items()}
        stated = self._stated(named["group"]) if "group" in named else None
        if stated is not None:
            labels["group"] = stated.members.get(labels["group"], labels["group"])
        return labels

    def _class_of(self, column: int) -> dict[str, str]:
        """Return the class that one of several columns side by side is about, by its breakdown."""
        known = across_of(self.grid.prefixes[column])
        assert known is not None
        return {known[1]: self.grid.header[column]}

    def _period_label(self, cells: Sequence[Cell]) -> str:
        """Return the label of a row's period, joined where year and month stand in two columns."""
        if self.columns.parts is not None:
            year, part = self.columns.parts
            return joined_period(label_of(cells[year]), label_of(cells[part]), self.grid.header[part])
        place = self.columns.place("period")
        return "" if place is None else label_of(cells[place])

    def _area(self, line: int, labels: Mapping[str, str]) -> str | None:
        """Return a row's area, "" where the file has none; a line of an unknown one goes to the unused."""
        if "area" not in labels:
            return ""
        known = area_of(labels["area"])
        if known is None:
            key = "row.unknown_area" if labels["area"].strip() else "row.no_area"
            self._add_unused(line, "", Message(f"import.{key}", area=labels["area"][:60]))
        return known

    def _as_months(self, rows: list[Row]) -> list[Row]:
        """Return rows whose periods are all the first of several months as rows of these months.

        Excel turns "jan. 2020" into such a day.
        """
        periods = {row.period for row in rows}
        if len(periods) < 2 or any(p.kind != "day" or p.start.day != 1 for p in periods):
            return rows
        self.notes.append(Message("import.note.first_days"))
        return [replace(row, period=month(row.period.start.year, row.period.start.month)) for row in rows]

    def _value(
        self, cell: Cell, decimal: Decimal | None, measure: str, column: int, line: int
    ) -> float | Suppressed | None:
        """Return the figure of a cell; one that cannot be read goes to the unused."""
        if isinstance(cell, Suppressed):
            return cell
        value = figure(cell, decimal, counts=counts(measure))
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
        """Return each figure once; where two of one place differ neither is known."""
        first: dict[tuple[object, ...], Row] = {}
        bad: set[tuple[object, ...]] = set()
        for row in rows:
            key = (row.measure, row.area, row.period, row.other, *(getattr(row, role) for role in BREAKDOWNS))
            earlier = first.setdefault(key, row)
            if earlier is row:
                continue
            if earlier.value == row.value:
                self._add_unused(row.line, row.measure, Message("import.row.repeated", line=earlier.line))
            else:
                self._add_unused(row.line, row.measure, Message("import.row.contradicts", line=earlier.line))
                bad.add(key)
        # A figure that is not known stays in its place: what is summed without it would be too small.
        unknown = Suppressed("", "missing")
        return [replace(row, value=unknown) if key in bad else row for key, row in first.items()]

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
        return given.upper()[:20] or table_with(self.grid.header)

    def _source(self) -> SourceOfFile:
        """Return where the figures come from, as far as the file says."""
        around = " \n".join(self.grid.around)
        publisher = self._publisher(self.table, around)
        updated = self.about.get("updated", "")
        if not updated:
            match = _UPDATED.search(around)
            if match is not None:
                updated = _date(match[1])
        title = self.about.get("title", "") or next(iter(self.grid.around), "")
        return SourceOfFile(
            publisher, _printable(self.table), _printable(title), _printable(updated[:30]), self.name
        )

    def _publisher(self, table_id: str, around: str) -> str:
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
        if table_id.startswith(("Y", "PTV", "OTIJ")):
            return "Jobindsats"
        return "Danmarks Statistik" if table_id else ""


def _printable(text: str) -> str:
    """Return what a file says of itself on one line, nothing in it that does not print."""
    return "".join(c for c in text[:_MOST_TITLE] if c.isprintable())


def _date(text: str) -> str:
    """Return a date as its period's id, else as it stands."""
    try:
        return parse_period(text).id
    except BadPeriod:
        return text
