"""The Excel workbook: levers, goals, budget and assumptions; differences and sums are live formulas.

A formula carries the app's value, so that a reader that does not calculate shows the same. Texts from people are
written as texts and never as formulas.
"""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from typing import Any, Final

from model.budget.full_year_persons import full_year_persons
from model.budget.result import FunctionFigures
from model.disclosure import suppress_parts
from model.documents.figures import Findings, GoalRow, LeverRow
from model.documents.sheets import HEAD, INK, LINE, new_sheet, new_workbook
from model.documents.uncertainty_text import uncertainty
from model.domain import GROUPS, MODEL_VERSION
from model.language.catalogue import group_name, text
from model.parameters.assumption_sets import assumption_sets
from model.parameters.labels import unit_name
from model.parameters.register import not_shown, suppressed_of
from model.scenario.own_assumptions import own_assumptions, own_targets
from model.scenario.period import period_notes

# Undated workbooks carry one and the same date, so that equal figures give equal files.
_NO_DATE: Final = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
_DKK: Final = "#,##0"
_DKK_CHANGE: Final = "+#,##0;-#,##0;0"
_LONGEST_NAME: Final = 31
_WIDE: Final = 90.0
_MOST_LINES: Final = 26  # a row can be 409 points high
_BOLD: Final = 0.85  # bold letters are wider


class _Book:
    """A workbook under way."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.out = io.BytesIO()
        self.book = new_workbook(self.out)
        date = findings.made_on
        made = (
            _NO_DATE
            if date is None
            else datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC)
        )
        self.book.set_properties(
            {
                "title": findings.title,
                "subject": findings.text(
                    "item.subtitle",
                    municipality=findings.municipality.label(findings.language),
                    period=findings.period,
                ),
                "author": findings.scenario.author or findings.text("author"),
                "comments": findings.origin,
                "keywords": findings.hash,
                "created": made.replace(tzinfo=None),
            }
        )
        self.book.set_custom_property("Language", _LANGUAGE_TAGS[findings.language])
        self.book.set_custom_property("input_sha256", findings.hash)
        self.forms = {name: self.book.add_format(look) for name, look in _FORMS.items()}
        self._decimals: dict[tuple[int, bool], Any] = {}
        self.widths: dict[str, tuple[float, ...]] = {}
        self.lines: dict[tuple[str, int], int] = {}

    def label(self, key: str, **values: object) -> str:
        """Return a text of the workbook."""
        return self.findings.text(f"book.{key}", **values)

    def sheet(self, key: str) -> tuple[Any, str]:
        """Add a sheet; return it and its name as formulas write it."""
        name = self.label(key)[:_LONGEST_NAME]
        sheet = new_sheet(self.book, name)
        return sheet, "'" + name.replace("'", "''") + "'"

    def figures(self, decimals: int, *, signed: bool = False) -> Any:
        """Return the format of numbers with so many decimals; Excel writes the separators of the reader's country."""
        key = (decimals, signed)
        if key not in self._decimals:
            form = "#,##0" + ("." + "0" * decimals if decimals else "")
            self._decimals[key] = self.book.add_format(
                {**_PLAIN, "num_format": f"+{form};-{form};{form}" if signed else form}
            )
        return self._decimals[key]

    def columns(self, sheet: Any, widths: Sequence[float]) -> None:
        """Set the widths of columns, in letters."""
        self.widths[sheet.name] = tuple(widths)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)

    def head(self, sheet: Any, row: int, heads: Sequence[str], widths: Sequence[float]) -> None:
        """Write a row of column heads that stays in sight and is repeated on paper."""
        self.columns(sheet, widths)
        for column, words in enumerate(heads):
            self.text(sheet, row, column, words, "head")
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)

    def number(self, sheet: Any, row: int, column: int, value: float | None, form: Any) -> None:
        """Write a number; what is not defined is an empty cell."""
        if value is None or not math.isfinite(value):
            sheet.write_blank(row, column, None, self.forms["text"])
        else:
            sheet.write_number(row, column, value, form)

    def formula(self, sheet: Any, row: int, column: int, formula: str, value: float, form: Any) -> None:
        """Write a formula with the value that the app has."""
        sheet.write_formula(row, column, formula, form, value)

    def text(self, sheet: Any, row: int, column: int, words: str, form: str = "text") -> None:
        """Write a text as it stands, never a formula or a link."""
        sheet.write_string(row, column, words, self.forms[form])
        if not self.forms[form].text_wrap:
            return
        # Not every program finds the height of a row with wrapped words by itself.
        width = self.widths[sheet.name][column] * (_BOLD if self.forms[form].bold else 1.0)
        lines = sum(max(1, math.ceil(len(line) / width)) for line in words.split("\n"))
        if lines > self.lines.get((sheet.name, row), 1):
            self.lines[sheet.name, row] = lines
            sheet.set_row(row, LINE * min(lines, _MOST_LINES))

    def done(self) -> bytes:
        """Close the workbook and return its bytes."""
        self.book.close()
        return self.out.getvalue()


_LANGUAGE_TAGS: Final = {"da": "da-DK", "en": "en-GB"}
_PLAIN: Final[dict[str, Any]] = {"valign": "top", "font_color": INK}
_FORMS: Final[dict[str, dict[str, Any]]] = {
    "title": {**_PLAIN, "bold": True, "font_size": 16},
    "head": {
        "bold": True, "font_color": "#ffffff", "bg_color": HEAD, "text_wrap": True, "valign": "vcenter", "border": 1,
        "border_color": "#ffffff",
    },
    "text": {**_PLAIN, "text_wrap": True},
    "bold": {**_PLAIN, "text_wrap": True, "bold": True},
    "dkk": {**_PLAIN, "num_format": _DKK},
    "change": {**_PLAIN, "num_format": _DKK_CHANGE},
    "total": {**_PLAIN, "num_format": _DKK_CHANGE, "bold": True, "top": 1},
    "total_text": {**_PLAIN, "bold": True, "top": 1},
    "whole": {**_PLAIN, "num_format": "0", "align": "center"},
    "share": {**_PLAIN, "num_format": "0%"},
    "date": {**_PLAIN, "num_format": "yyyy-mm-dd", "align": "center"},
    "any": {**_PLAIN, "num_format": "General"},
}  # fmt: skip


def workbook(findings: Findings) -> bytes:
    """Return the workbook as the bytes of an xlsx file."""
    book = _Book(findings)
    _about(book)
    _levers(book)
    _goals(book)
    _net(book)
    _persons(book)
    _assumptions(book)
    return book.done()


def _about(book: _Book) -> None:
    """Write the sheet with name, period, assumptions and caveats."""
    findings, language = book.findings, book.findings.language
    sheet, _ = book.sheet("about")
    book.columns(sheet, (28, _WIDE))
    book.text(sheet, 0, 0, findings.title, "title")
    chosen = assumption_sets()[findings.scenario.assumption_set]
    made_on = [] if findings.made_on is None else [("made_on", findings.made_on.isoformat())]
    workshop = findings.scenario.workshop
    notes = [] if workshop is None else [(note, words) for note, words in workshop if words]
    lines = [
        ("scenario", findings.scenario.name),
        ("municipality", findings.municipality.label(findings.language)),
        *([("author", findings.scenario.author)] if findings.scenario.author else []),
        ("description", findings.scenario.description),
        *notes,
        ("headline", findings.explanation.headline.text(findings.language)),
        ("period", findings.period),
        ("economy", findings.economy),
        ("set", f"{chosen.name.text(language)}. {chosen.description.text(language)}"),
        *(("targets", own.sentence().text(language)) for own in own_targets(findings.scenario)),
        *(("assumptions", own.sentence().text(language)) for own in own_assumptions(findings.scenario)),
        ("version", MODEL_VERSION),
        ("hash", findings.hash),
        *made_on,
        ("reading", book.label("about.reading.text")),
        *(("sure", words) for words in uncertainty(findings)),
        *(("rests_on", note.text(language)) for note in period_notes(findings.scenario)),
        *(("sources", words) for words in findings.sources),
    ]
    before = ""
    for row, (key, words) in enumerate(lines, start=2):
        if key != before:
            book.text(sheet, row, 0, book.label(f"about.{key}"), "bold")
        book.text(sheet, row, 1, words)
        before = key


def _levers(book: _Book) -> None:
    """Write the sheet of levers."""
    sheet, _ = book.sheet("levers")
    heads = ("lever", "group", "unit", "before", "after", "difference", "from", "phase", "why")
    book.head(sheet, 0, [book.label(f"column.{h}") for h in heads], (38, 50, 30, 14, 14, 14, 14, 14, 60))
    for row, lever in enumerate(book.findings.levers, start=1):
        _lever(book, sheet, row, lever)
    sheet.autofilter(0, 0, len(book.findings.levers), len(heads) - 1)


def _lever(book: _Book, sheet: Any, row: int, lever: LeverRow) -> None:
    """Write the row of one lever."""
    which, change = lever.lever, lever.change
    form = book.figures(which.decimals)
    book.text(sheet, row, 0, which.label.text(book.findings.language), "bold" if change else "text")
    book.text(sheet, row, 1, lever.group)
    book.text(sheet, row, 2, text(f"levers.unit.{which.unit}", book.findings.language))
    book.number(sheet, row, 3, lever.before, form)
    book.number(sheet, row, 4, lever.after, form)
    book.formula(
        sheet,
        row,
        5,
        f"=E{row + 1}-D{row + 1}",
        lever.after - lever.before,
        book.figures(which.decimals, signed=True),
    )
    if change is not None:
        sheet.write_datetime(
            row, 6, datetime.datetime.combine(change.from_, datetime.time()), book.forms["date"]
        )
        book.number(sheet, row, 7, change.phase_in_weeks, book.forms["whole"])
        book.text(sheet, row, 8, change.why)


def _goals(book: _Book) -> None:
    """Write the sheet of goals."""
    findings = book.findings
    sheet, _ = book.sheet("goals")
    heads = [
        "number",
        "goal",
        "indicator",
        "unit",
        "before",
        "after",
        "difference",
        "target",
        "missing",
        "status",
    ]
    widths = [9.0, 28, 44, 18, 14, 14, 14, 14, 16, 26]
    if findings.fan is not None:
        heads += ["low", "high", "chance"]
        widths += [16, 16, 20]
    heads.append("source")
    widths.append(60)
    book.head(sheet, 0, [book.label(f"column.{h}") for h in heads], widths)
    for row, goal in enumerate(findings.rows, start=1):
        _goal(book, sheet, row, goal, len(heads))
    sheet.autofilter(0, 0, len(findings.rows), len(heads) - 1)


def _goal(book: _Book, sheet: Any, row: int, goal: GoalRow, columns: int) -> None:
    """Write the row of one indicator."""
    findings, indicator = book.findings, goal.indicator
    language, line = findings.language, row + 1
    form = book.figures(indicator.decimals)
    signed = book.figures(indicator.decimals, signed=True)
    book.number(sheet, row, 0, goal.goal.number, book.forms["whole"])
    book.text(sheet, row, 1, goal.goal.title.text(language))
    book.text(sheet, row, 2, indicator.title.text(language))
    book.text(sheet, row, 3, text(f"goals.unit.{indicator.unit}", language, n="").strip())
    before, after = indicator.value_baseline, indicator.value_scenario
    if goal.suppressed:
        for column in (4, 5):
            book.text(sheet, row, column, findings.value(goal, before))
    else:
        book.number(sheet, row, 4, before, form)
        book.number(sheet, row, 5, after, form)
        if math.isfinite(after - before):
            book.formula(sheet, row, 6, f"=F{line}-E{line}", after - before, signed)
    if indicator.target is not None:
        book.number(sheet, row, 7, indicator.target, form)
        if not goal.suppressed and math.isfinite(after):
            book.formula(sheet, row, 8, f"=H{line}-F{line}", indicator.target - after, signed)
    book.text(sheet, row, 9, findings.status(goal))
    if findings.fan is not None:
        low, high = findings.range_of(goal) or (None, None)
        book.number(sheet, row, 10, low, form)
        book.number(sheet, row, 11, high, form)
        band = findings.band(goal)
        book.number(sheet, row, 12, None if band is None else band.chance, book.forms["share"])
    source = indicator.comparator_source or goal.goal.source
    book.text(sheet, row, columns - 1, source.text(language))


def _net(book: _Book) -> None:
    """Write net differences by function and year; each cell reads the sheet with the amounts."""
    result, language = book.findings.budget, book.findings.language
    sheet, _ = book.sheet("net")
    amounts, name = book.sheet("budget")
    functions, years = list(result.by_function.values()), result.years
    heads = [
        book.label("column.function"),
        book.label("column.name"),
        *map(str, years),
        book.label("column.total"),
    ]
    book.text(sheet, 0, 0, book.label("net.title"), "title")
    book.head(sheet, 1, heads, (12, 60, *[16] * len(years), 16))
    first, last = 3, 2 + len(functions)
    end = _letter(1 + len(years))
    for i, function in enumerate(functions):
        row = 2 + i
        book.text(sheet, row, 0, function.function)
        book.text(sheet, row, 1, function.label.text(language))
        for y in range(len(years)):
            there = f"={name}!L{2 + i * len(years) + y}"
            book.formula(sheet, row, 2 + y, there, float(function.net.difference[y]), book.forms["change"])
        total = float(function.net.difference.sum())
        book.formula(
            sheet, row, 2 + len(years), f"=SUM(C{row + 1}:{end}{row + 1})", total, book.forms["total"]
        )
    row = 2 + len(functions)
    book.text(sheet, row, 0, "", "total_text")
    book.text(sheet, row, 1, book.label("column.total"), "total_text")
    sums = [*(float(d) for d in result.net.difference), result.total_difference]
    for column, value in enumerate(sums, start=2):
        letter = _letter(column)
        book.formula(sheet, row, column, f"=SUM({letter}{first}:{letter}{last})", value, book.forms["total"])
    row = _net_ranges(book, sheet, row + 1)
    book.text(sheet, row + 1, 1, result.note.text(language))
    book.text(sheet, row + 2, 1, book.findings.budget_sentence)
    _amounts(book, amounts, functions)


def _net_ranges(book: _Book, sheet: Any, row: int) -> int:
    """Write below what nine of ten draws lie between, by year and in all; return the next row."""
    findings = book.findings
    if findings.ranges is None:
        return row
    amounts = (*findings.year_differences, findings.total)
    for end in ("low", "high"):
        book.text(sheet, row, 1, book.label(f"net.{end}"))
        for column, amount in enumerate(amounts, start=2):
            book.number(sheet, row, column, getattr(amount.range, end), book.forms["change"])
        row += 1
    return row


def _amounts(book: _Book, sheet: Any, functions: Sequence[FunctionFigures]) -> None:
    """Write gross, refund and net of baseline and scenario, one row per function and year."""
    years, language = book.findings.budget.years, book.findings.language
    runs = {run: text(f"page_budget.run.{run}", language) for run in ("baseline", "scenario", "difference")}
    heads = [book.label(f"column.{h}") for h in ("function", "name", "year")]
    heads += [
        book.label(f"column.{what}", run=words)
        for words in runs.values()
        for what in ("gross", "refund", "net")
    ]
    book.head(sheet, 0, heads, (12, 44, 8, *[16] * 9))
    row = 0
    for function in functions:
        for y, year in enumerate(years):
            row += 1
            book.text(sheet, row, 0, function.function)
            book.text(sheet, row, 1, function.label.text(language))
            book.number(sheet, row, 2, year, book.forms["whole"])
            parts = (function.gross, function.refund)
            for column, part in enumerate(parts, start=3):
                book.number(sheet, row, column, float(part.baseline[y]), book.forms["dkk"])
                book.number(sheet, row, column + 3, float(part.scenario[y]), book.forms["dkk"])
                _difference(book, sheet, row, column + 6, float(part.difference[y]))
            line = row + 1
            net = function.net
            book.formula(sheet, row, 5, f"=D{line}-E{line}", float(net.baseline[y]), book.forms["dkk"])
            book.formula(sheet, row, 8, f"=G{line}-H{line}", float(net.scenario[y]), book.forms["dkk"])
            _difference(book, sheet, row, 11, float(net.difference[y]))
    sheet.autofilter(0, 0, row, len(heads) - 1)


def _difference(book: _Book, sheet: Any, row: int, column: int, value: float) -> None:
    """Write a formula: scenario, three columns to the left, less baseline, three columns before that."""
    scenario, baseline = _letter(column - 3), _letter(column - 6)
    book.formula(sheet, row, column, f"={scenario}{row + 1}-{baseline}{row + 1}", value, book.forms["change"])


def _persons(book: _Book) -> None:
    """Write the budget's full-year persons by target group, year and month; small groups are in no row."""
    findings, language = book.findings, book.findings.language
    sheet, _ = book.sheet("persons")
    before, after = full_year_persons(findings.baseline), full_year_persons(findings.outcome)
    periods = [(str(year) if whole else f"{year}*", before.by_year[i], after.by_year[i])
               for i, (year, whole) in enumerate(zip(before.years, before.whole, strict=True))]  # fmt: skip
    periods += [
        (f"{month:%Y-%m}", before.by_month[i], after.by_month[i]) for i, month in enumerate(before.months)
    ]
    hidden = suppress_parts(*(run for _, *runs in periods for run in runs))
    heads = ("period", "benefit", "before", "after", "difference")
    book.head(sheet, 0, [book.label(f"column.{h}") for h in heads], (12, 56, 16, 16, 16))
    row, form, signed = 0, book.figures(1), book.figures(1, signed=True)
    for period, base, run in periods:
        for group, small, old, new in zip(GROUPS, hidden, base.tolist(), run.tolist(), strict=True):
            row += 1
            book.text(sheet, row, 0, period)
            book.text(sheet, row, 1, group_name(group, language))
            if small:
                book.text(sheet, row, 2, not_shown(language))
                continue
            book.number(sheet, row, 2, old, form)
            book.number(sheet, row, 3, new, form)
            book.formula(sheet, row, 4, f"=D{row + 1}-C{row + 1}", new - old, signed)
    sheet.autofilter(0, 0, row, len(heads) - 1)
    book.text(sheet, row + 2, 1, book.label("persons.note"))


def _assumptions(book: _Book) -> None:
    """Write the sheet of all numbers with their sources."""
    findings, language = book.findings, book.findings.language
    sheet, _ = book.sheet("assumptions")
    suppressed = suppressed_of(findings.municipality.register)
    own = {
        one.parameter: text("domain.assumption.own_source", language, why=one.why).strip()
        for one in own_assumptions(findings.scenario)
    }
    heads = ("label", "value", "lowest", "highest", "unit", "as_of", "quality", "source", "id")
    book.head(sheet, 0, [book.label(f"column.{h}") for h in heads], (56, 14, 14, 14, 26, 16, 18, 70, 44))
    for row, parameter in enumerate(findings.municipality.register, start=1):
        value = parameter.value
        book.text(sheet, row, 0, parameter.label(language))
        if parameter.id in suppressed:
            book.text(sheet, row, 1, not_shown(language))
        else:
            for column, figure in enumerate((value.value, value.low, value.high), start=1):
                book.number(sheet, row, column, figure, book.forms["any"])
        book.text(sheet, row, 4, unit_name(value.unit, language))
        book.text(sheet, row, 5, value.as_of)
        book.text(sheet, row, 6, text(f"domain.quality.{value.quality}", language))
        book.text(sheet, row, 7, own.get(parameter.id) or parameter.source(language))
        book.text(sheet, row, 8, parameter.id)
    sheet.autofilter(0, 0, len(findings.municipality.register), len(heads) - 1)


def _letter(column: int) -> str:
    """Return the name of a column counted from 0; at most 26 are in use."""
    return chr(ord("A") + column)
