"""The Excel workbook of a comparison: goals, expenditure, how often each is best, and the levers that differ.

Differences and sums are live formulas that carry the app's value; texts from people are never formulas.
"""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from model.documents.comparison import Compared, ComparedGoal
from model.documents.pictures import HASH_LENGTH
from model.documents.sheets import HEAD, INK, new_sheet, new_workbook
from model.domain import GROUP_INDEX, MODEL_VERSION
from model.language.catalogue import text
from model.parameters.assumption_sets import assumption_sets
from model.scenario.diff import lever_name
from model.scenario.files import input_hash
from model.scenario.levers import LEVER_BY_ID, LEVER_INDEX, Lever, Value, baseline_value, value_text
from model.scenario.scenario import municipality_of
from model.uncertainty.end_values import BUDGET

_NO_DATE: Final = datetime.date(2020, 1, 1)
_LONGEST_NAME: Final = 31
_PLAIN: Final[dict[str, Any]] = {"valign": "top", "font_color": INK}
_FORMS: Final[dict[str, dict[str, Any]]] = {
    "title": {**_PLAIN, "bold": True, "font_size": 16},
    "head": {
        "bold": True, "font_color": "#ffffff", "bg_color": HEAD, "text_wrap": True, "valign": "vcenter", "border": 1,
        "border_color": "#ffffff",
    },
    "text": {**_PLAIN, "text_wrap": True},
    "bold": {**_PLAIN, "text_wrap": True, "bold": True},
    "dkk": {**_PLAIN, "num_format": "#,##0"},
    "change": {**_PLAIN, "num_format": "+#,##0;-#,##0;0"},
    "total": {**_PLAIN, "num_format": "+#,##0;-#,##0;0", "bold": True, "top": 1},
    "share": {**_PLAIN, "num_format": "0%"},
}  # fmt: skip


class _Book:
    """A workbook under way."""

    def __init__(self, compared: Compared, made_on: datetime.date | None) -> None:
        self.compared = compared
        self.out = io.BytesIO()
        self.book = new_workbook(self.out)
        made = datetime.datetime.combine(made_on or _NO_DATE, datetime.time())
        self.book.set_properties({"title": self.say("book.title"), "created": made})
        self.forms = {name: self.book.add_format(look) for name, look in _FORMS.items()}
        self._numbers: dict[tuple[int, bool], Any] = {}

    def say(self, key: str, **values: object) -> str:
        """Return a text of the comparison."""
        return self.compared.text(key, **values)

    def sheet(self, key: str, heads: Sequence[str], widths: Sequence[float]) -> Any:
        """Add a sheet with column heads that stay in sight and are repeated on paper."""
        sheet = new_sheet(self.book, self.say(f"book.{key}")[:_LONGEST_NAME])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for column, words in enumerate(heads):
            sheet.write_string(0, column, words, self.forms["head"])
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        return sheet

    def figures(self, decimals: int, *, signed: bool = False) -> Any:
        """Return the format of numbers with so many decimals."""
        key = (decimals, signed)
        if key not in self._numbers:
            form = "#,##0" + ("." + "0" * decimals if decimals else "")
            shown = f"+{form};-{form};{form}" if signed else form
            self._numbers[key] = self.book.add_format({**_PLAIN, "num_format": shown})
        return self._numbers[key]

    def number(self, sheet: Any, row: int, column: int, value: float | None, form: Any) -> None:
        """Write a number; what is not defined is an empty cell."""
        if value is not None and math.isfinite(value):
            sheet.write_number(row, column, value, form)


def comparison_book(compared: Compared, *, made_on: datetime.date | None = None) -> bytes:
    """Return the workbook as the bytes of an xlsx file."""
    book = _Book(compared, made_on)
    _about(book)
    _goals(book)
    _money(book)
    if compared.shares is not None:
        _often(book)
    _levers(book)
    book.book.close()
    return book.out.getvalue()


def _about(book: _Book) -> None:
    """Write the verdict, the scenarios with their check numbers, and how to read the sheets."""
    compared, language = book.compared, book.compared.language
    sheet = new_sheet(book.book, book.say("book.about")[:_LONGEST_NAME])
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, book.say("book.title"), book.forms["title"])
    first = compared.sides[0].scenario
    assumed = assumption_sets()[first.assumption_set]
    lines = [(book.say("book.municipality"), municipality_of(first).label(language))]
    lines += [(book.say("book.verdict"), words) for words in compared.verdict]
    lines += [
        (side.name, input_hash(side.scenario, municipality_of(side.scenario).key)[:HASH_LENGTH])
        for side in compared.sides
    ]
    lines += [
        (
            book.say("book.assumptions"),
            f"{assumed.name.text(language)}. {assumed.description.text(language)}",
        ),
        (book.say("book.reading"), book.say("book.reading.text")),
        (book.say("book.version"), text("documents.picture.source", language, version=MODEL_VERSION)),
    ]
    for row, (head, words) in enumerate(lines, start=2):
        sheet.write_string(row, 0, head, book.forms["bold"])
        sheet.write_string(row, 1, words, book.forms["text"])


def _goals(book: _Book) -> None:
    """Write every indicator: without changes, and of each scenario value, difference and range."""
    compared = book.compared
    heads = [book.say("goal"), book.say("book.unit"), book.say("target"), book.say("today")]
    for side in compared.sides:
        heads += [
            side.name, *(book.say(f"book.column.{key}", name=side.name) for key in ("difference", "low", "high")),
        ]  # fmt: skip
    sheet = book.sheet("goals", heads, [50, 18, 10, 14, *([16] * (len(heads) - 4))])
    for row, goal in enumerate(compared.goals(every=True), start=1):
        _goal(book, sheet, row, goal)
    sheet.autofilter(0, 0, len(compared.goals(every=True)), len(heads) - 1)


def _goal(book: _Book, sheet: Any, row: int, goal: ComparedGoal) -> None:
    """Write the row of one indicator."""
    language, first = book.compared.language, goal.first
    form, signed = book.figures(first.decimals), book.figures(first.decimals, signed=True)
    sheet.write_string(row, 0, goal.title(language), book.forms["text"])
    unit = text(f"goals.unit.{first.unit}", language, n="").strip()
    sheet.write_string(row, 1, unit, book.forms["text"])
    book.number(sheet, row, 2, first.target, form)
    if goal.suppressed:
        hidden = text("disclosure.not_shown", language)
        for column in (3, *(4 + 4 * place for place in range(len(goal.indicators)))):
            sheet.write_string(row, column, hidden, book.forms["text"])
        return
    book.number(sheet, row, 3, first.value_baseline, form)
    for place, indicator in enumerate(goal.indicators):
        column = 4 + 4 * place
        book.number(sheet, row, column, indicator.value_scenario, form)
        if math.isfinite(indicator.change):
            before = f"D{row + 1}" if book.compared.same_economy else repr(indicator.value_baseline)
            formula = f"={xl_col_to_name(column)}{row + 1}-{before}"
            sheet.write_formula(row, column + 1, formula, signed, indicator.change)
        for offset, end in enumerate(goal.ends(place) or (None, None), start=2):
            book.number(sheet, row, column + offset, end, form)


def _money(book: _Book) -> None:
    """Write net expenditure by year, its difference as a formula, the sum, and between what nine of ten draws lie."""
    compared = book.compared
    heads = [book.say("book.scenario"), book.say("book.year")]
    heads += [book.say(f"book.money.{key}") for key in ("before", "after", "difference", "low", "high")]
    sheet = book.sheet("money", heads, [50, 12, 18, 18, 18, 18, 18])
    row = 1
    for place, side in enumerate(compared.sides):
        start, net = row, side.budget.net
        for i, (year, amount) in enumerate(zip(compared.years, compared.year_amounts[place], strict=True)):
            sheet.write_string(row, 0, side.name, book.forms["text"])
            sheet.write_string(row, 1, str(year), book.forms["text"])
            book.number(sheet, row, 2, float(net.baseline[i]), book.forms["dkk"])
            book.number(sheet, row, 3, float(net.scenario[i]), book.forms["dkk"])
            formula = f"=D{row + 1}-C{row + 1}"
            sheet.write_formula(row, 4, formula, book.forms["change"], amount.central)
            _ends(book, sheet, row, amount.range)
            row += 1
        sheet.write_string(row, 0, side.name, book.forms["bold"])
        sheet.write_string(row, 1, book.say("budget.total"), book.forms["bold"])
        total = compared.totals[place]
        sheet.write_formula(row, 4, f"=SUM(E{start + 1}:E{row})", book.forms["total"], total.central)
        _ends(book, sheet, row, total.range)
        row += 2
    for side, amount in zip(compared.sides, compared.totals, strict=True):
        if side.scenario.changes:
            words = book.say(
                "budget.sentence", name=side.name, amount=amount.clause().text(compared.language)
            )
            sheet.write_string(row, 0, words)
            row += 1


def _ends(book: _Book, sheet: Any, row: int, band: Any) -> None:
    """Write the ends of a range of amounts; what the draws say does not add up, so these are no sums."""
    if band is not None:
        book.number(sheet, row, 5, band.low, book.forms["change"])
        book.number(sheet, row, 6, band.high, book.forms["change"])


def _often(book: _Book) -> None:
    """Write how often each scenario is best; equal is what is left, as a formula."""
    compared = book.compared
    assert compared.shares is not None
    heads = [book.say("sure.what"), *(side.name for side in compared.sides), book.say("often.equal")]
    heads += [book.say("book.chance", name=side.name) for side in compared.sides]
    sheet = book.sheet("often", heads, [50, *([18] * (len(heads) - 1))])
    last = xl_col_to_name(len(compared.sides))
    for row, (key, title) in enumerate(compared.told, start=1):
        found = compared.shares[key]
        sheet.write_string(row, 0, title, book.forms["text"])
        for column, share in enumerate(found.first, start=1):
            book.number(sheet, row, column, share, book.forms["share"])
        column = len(compared.sides) + 1
        formula = f"=1-SUM(B{row + 1}:{last}{row + 1})"
        sheet.write_formula(row, column, formula, book.forms["share"], found.equal)
        if key != BUDGET:
            for place, chance in enumerate(found.chance, start=column + 1):
                book.number(sheet, row, place, chance, book.forms["share"])


def _levers(book: _Book) -> None:
    """Write the levers that a scenario moves: the value without changes, and each scenario's last one."""
    compared, language = book.compared, book.compared.language
    heads = [book.say("lever"), book.say("book.unit"), book.say("today")]
    for side in compared.sides:
        heads += [side.name, book.say("book.column.difference", name=side.name)]
    sheet = book.sheet("levers", heads, [50, 24, 14, *([16] * (len(heads) - 3))])
    targets = {change.target for side in compared.sides for change in side.scenario.changes}
    ordered = sorted(targets, key=lambda t: (LEVER_INDEX[t[0]], GROUP_INDEX.get(t[1] or "", -1)))
    for row, target in enumerate(ordered, start=1):
        which = LEVER_BY_ID[target[0]]
        signed = book.figures(which.decimals, signed=True)
        sheet.write_string(row, 0, lever_name(*target, language), book.forms["text"])
        sheet.write_string(row, 1, text(f"levers.unit.{which.unit}", language), book.forms["text"])
        base = baseline_value(which, municipality_of(compared.sides[0].scenario), target[1])
        _value(book, sheet, (row, 2), which, base)
        for place, side in enumerate(compared.sides):
            column = 3 + 2 * place
            change = side.scenario.change_of(*target)
            value = base if change is None else change.to
            _value(book, sheet, (row, column), which, value)
            if isinstance(value, (int, float)) and isinstance(base, (int, float)):
                formula = f"={xl_col_to_name(column)}{row + 1}-C{row + 1}"
                sheet.write_formula(row, column + 1, formula, signed, float(value) - float(base))


def _value(book: _Book, sheet: Any, cell: tuple[int, int], which: Lever, value: Value) -> None:
    """Write what a lever is set to: a number, or a mix in words."""
    row, column = cell
    if isinstance(value, (int, float)):
        sheet.write_number(row, column, float(value), book.figures(which.decimals))
    else:
        sheet.write_string(row, column, value_text(which, value, book.compared.language), book.forms["text"])
