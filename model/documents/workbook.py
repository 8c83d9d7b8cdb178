"""The Excel workbook: levers, goals, budget and assumptions; differences and sums are live formulas.

A formula carries the app's value, so that a reader that does not calculate shows the same. Texts from people are
written as texts and never as formulas.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from model.budget.full_year_persons import full_year_persons
from model.budget.result import FunctionFigures
from model.disclosure import suppress_parts
from model.documents.beside import (
    of_same_weeks,
    sentences,
    third,
    third_amount_heads,
    third_amounts,
    third_function,
    third_head,
    third_lever,
    third_money,
    third_of,
    third_persons,
    third_value,
)
from model.documents.book import Book, letter
from model.documents.figures import Findings, GoalRow, LeverRow
from model.documents.uncertainty_text import uncertainty
from model.documents.workbook_charts import charts, draw_charts
from model.domain import GROUPS, MODEL_VERSION
from model.language.catalogue import group_name, number, text
from model.parameters.assumption_sets import assumption_sets
from model.parameters.labels import unit_name
from model.parameters.register import not_shown, suppressed_of
from model.scenario.own_assumptions import own_assumptions, own_targets
from model.scenario.period import period_notes

_WIDE: Final = 90.0


def workbook(findings: Findings) -> bytes:
    """Return the workbook as the bytes of an xlsx file."""
    book = Book(findings)
    _about(book)
    drawn, _ = charts(book)
    _levers(book)
    _goals(book)
    net, total_row = _net(book)
    _persons(book)
    _assumptions(book)
    draw_charts(book, drawn, net, total_row)
    return book.done()


def _about(book: Book) -> None:
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
        *(("beside", words) for words in sentences(findings)),
        ("period", findings.period),
        ("economy", findings.economy),
        ("projection", findings.projection),
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


def _levers(book: Book) -> None:
    """Write the sheet of levers: those that the scenario or the administration's proposal moves stand first."""
    sheet, _ = book.sheet("levers")
    heads = ["lever", "group", "unit", "before", "after", "difference", "from", "phase", "why"]
    labels = [book.label(f"column.{h}") for h in heads]
    widths = [36.0, 34, 26, 12, 12, 12, 13, 13, 56]
    if third(book.findings) is not None:
        labels[-1:-1] = [book.findings.text("beside.column"), book.findings.text("beside.column_from")]
        widths[-1:-1] = [14.0, 16.0]
    book.head(sheet, 0, labels, widths)
    rows = [(lever, third_lever(book.findings, lever)) for lever in book.findings.levers]
    is_moved = [any(one is not None and one.change is not None for one in pair) for pair in rows]
    moved = [pair for pair, moves in zip(rows, is_moved, strict=True) if moves]
    rest = [pair for pair, moves in zip(rows, is_moved, strict=True) if not moves]
    for row, (lever, other) in enumerate(moved, start=1):
        _lever(book, sheet, row, lever, other)
    start = len(moved) + 2
    key = "levers.rest" if moved else "levers.none"
    book.line(sheet, start - 1, 0, book.label(key, n=len(rest)), "bold_line")
    for row, (lever, other) in enumerate(rest, start=start):
        _lever(book, sheet, row, lever, other)
    book.fold(sheet, range(start, start + len(rest)))


def _lever(book: Book, sheet: Any, row: int, lever: LeverRow, other: LeverRow | None) -> None:
    """Write the row of one lever, and where the administration's proposal leaves it (``other``)."""
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
        book.date(sheet, row, 6, change.from_)
        book.number(sheet, row, 7, change.phase_in_weeks, book.forms["whole"])
    if other is not None:
        book.number(sheet, row, 8, other.after, form)
        if other.change is not None:
            book.date(sheet, row, 9, other.change.from_)
    if change is not None:
        book.text(sheet, row, 8 if other is None else 10, change.why)


def _goals(book: Book) -> None:
    """Write the sheet of goals."""
    findings = book.findings
    sheet, _ = book.sheet("goals")
    banded = findings.fan is not None
    heads = ["number", "goal", "indicator", "unit", "before", "after"]
    widths = [9.0, 26, 40, 16, 12, 12]
    heads += ["low", "high", "difference"] if banded else ["difference"]
    heads += ["difference_low", "difference_high"] if banded else []
    if third(findings) is not None:
        heads += ["beside", "beside_low", "beside_high"] if banded else ["beside"]
    heads += ["target", "missing", "status", *(["chance"] if banded else []), "source"]
    widths += [12.0] * (len(heads) - 6 - (3 if banded else 2)) + [24.0, *([14.0] if banded else []), 60.0]
    labels = [
        findings.text(f"beside.column{h.removeprefix('beside')}")
        if h.startswith("beside")
        else book.label(f"column.{h}")
        for h in heads
    ]
    book.head(sheet, 0, labels, widths)
    at = {head: column for column, head in enumerate(heads)}
    for row, goal in enumerate(findings.rows, start=1):
        _goal(book, sheet, row, goal, at)
    sheet.autofilter(0, 0, len(findings.rows), len(heads) - 1)
    # The goals' sources stand on the first sheet; on paper their column would make the letters too small.
    sheet.print_area(0, 0, len(findings.rows), len(heads) - 2)


def _goal(book: Book, sheet: Any, row: int, goal: GoalRow, at: Mapping[str, int]) -> None:
    """Write the row of one indicator; ``at`` are the columns by name."""
    findings, indicator = book.findings, goal.indicator
    language, line = findings.language, row + 1
    form = book.figures(indicator.decimals)
    signed = book.figures(indicator.decimals, signed=True)
    before, after = indicator.value_baseline, indicator.value_scenario
    cell = {head: f"{letter(column)}{line}" for head, column in at.items()}
    book.number(sheet, row, at["number"], goal.goal.number, book.forms["whole"])
    book.text(sheet, row, at["goal"], goal.goal.title.text(language))
    book.text(sheet, row, at["indicator"], indicator.title.text(language))
    book.text(sheet, row, at["unit"], text(f"goals.unit.{indicator.unit}", language, n="").strip())
    if goal.suppressed:
        for head in ("before", "after"):
            book.text(sheet, row, at[head], findings.value(goal, before))
    else:
        book.number(sheet, row, at["before"], before, form)
        book.number(sheet, row, at["after"], after, form)
        if math.isfinite(after - before):
            words = f"={cell['after']}-{cell['before']}"
            book.formula(sheet, row, at["difference"], words, after - before, signed)
    if third(findings) is not None:
        other = third_of(findings, goal)
        if other is None:
            book.text(sheet, row, at["beside"], third_value(findings, goal))
        else:
            book.number(sheet, row, at["beside"], other.indicator.value_scenario, form)
            _third_range(book, sheet, row, other, at)
    if indicator.target is not None:
        book.number(sheet, row, at["target"], indicator.target, form)
        if not goal.suppressed and math.isfinite(after):
            words = f"={cell['target']}-{cell['after']}"
            book.formula(sheet, row, at["missing"], words, indicator.target - after, signed)
    book.text(sheet, row, at["status"], findings.status(goal))
    if findings.fan is not None:
        low, high = findings.range_of(goal) or (None, None)
        book.number(sheet, row, at["low"], low, form)
        book.number(sheet, row, at["high"], high, form)
        band, moved = findings.band(goal), findings.difference_range_of(goal)
        book.number(sheet, row, at["difference_low"], None if moved is None else moved.low, signed)
        book.number(sheet, row, at["difference_high"], None if moved is None else moved.high, signed)
        book.number(sheet, row, at["chance"], None if band is None else band.chance, book.forms["share"])
    source = indicator.comparator_source or goal.goal.source
    book.text(sheet, row, at["source"], source.text(language))


def _third_range(book: Book, sheet: Any, row: int, other: GoalRow, at: Mapping[str, int]) -> None:
    """Write between what the administration's proposal lies, where the sheet has ranges and its are known."""
    run = third(book.findings)
    ends = None if run is None or "beside_low" not in at else run.range_of(other)
    if ends is not None:
        form = book.figures(other.indicator.decimals)
        for head, end in zip(("beside_low", "beside_high"), ends, strict=True):
            book.number(sheet, row, at[head], end, form)


def _net(book: Book) -> tuple[str, int]:
    """Write net differences by function and year; each cell reads the sheet with the amounts.

    Return the sheet's name as formulas write it, and the row of its sums.
    """
    result, language = book.findings.budget, book.findings.language
    sheet, here = book.sheet("net")
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
    end = letter(1 + len(years))
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
        at = letter(column)
        book.formula(sheet, row, column, f"=SUM({at}{first}:{at}{last})", value, book.forms["total"])
    total_row, row = row, _net_third(book, sheet, _net_ranges(book, sheet, row + 1))
    if book.findings.ranges is not None:
        book.text(sheet, row, 1, book.label("net.ranges.note"))
    book.text(sheet, row + 1, 1, result.note.text(language))
    book.text(sheet, row + 2, 1, book.findings.budget_sentence)
    if third_money(book.findings):
        book.text(sheet, row + 3, 1, third_money(book.findings))
    _amounts(book, amounts, functions)
    return here, total_row


def _net_ranges(book: Book, sheet: Any, row: int) -> int:
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


def _net_third(book: Book, sheet: Any, row: int) -> int:
    """Write below what the administration's proposal costs by year and in all, with its range; return the next row."""
    amounts = third_amounts(book.findings)
    if not amounts:
        return row
    book.text(sheet, row, 1, third_head(book.findings), "bold")
    for column, amount in enumerate(amounts, start=2):
        book.number(sheet, row, column, amount.central, book.forms["change"])
    row += 1
    if any(amount.range is None for amount in amounts):
        return row
    for end in ("low", "high"):
        book.text(sheet, row, 1, book.label(f"net.{end}"))
        for column, amount in enumerate(amounts, start=2):
            book.number(sheet, row, column, getattr(amount.range, end), book.forms["change"])
        row += 1
    return row


def _amounts(book: Book, sheet: Any, functions: Sequence[FunctionFigures]) -> None:
    """Write gross, refund and net of baseline and scenario, one row per function and year."""
    years, language = book.findings.budget.years, book.findings.language
    runs = {run: text(f"page_budget.run.{run}", language) for run in ("baseline", "scenario", "difference")}
    heads = [book.label(f"column.{h}") for h in ("function", "name", "year")]
    heads += [
        book.label(f"column.{what}", run=words)
        for words in runs.values()
        for what in ("gross", "refund", "net")
    ]
    other = of_same_weeks(book.findings)
    heads += [] if other is None else third_amount_heads(book.findings)
    book.head(sheet, 0, heads, (12, 44, 8, *[15] * (len(heads) - 3)))
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
            if other is not None:
                _third_amounts(book, sheet, row, other.budget.by_function[function.function], y)
    sheet.autofilter(0, 0, row, len(heads) - 1)


def _difference(book: Book, sheet: Any, row: int, column: int, value: float) -> None:
    """Write a formula: scenario, three columns to the left, less baseline, three columns before that."""
    scenario, baseline = letter(column - 3), letter(column - 6)
    book.formula(sheet, row, column, f"={scenario}{row + 1}-{baseline}{row + 1}", value, book.forms["change"])


def _third_amounts(book: Book, sheet: Any, row: int, function: FunctionFigures, year: int) -> None:
    """Write behind one function and year what the administration's proposal comes to."""
    gross, refund, net, difference = third_function(function, year)
    book.number(sheet, row, 12, gross, book.forms["dkk"])
    book.number(sheet, row, 13, refund, book.forms["dkk"])
    book.formula(sheet, row, 14, f"=M{row + 1}-N{row + 1}", net, book.forms["dkk"])
    # No formula: in an economy of its own it is held against the expenditure without changes in that economy.
    book.number(sheet, row, 15, difference, book.forms["change"])


def _persons(book: Book) -> None:
    """Write the budget's full-year persons by target group, year and month; small groups are in no row."""
    findings, language = book.findings, book.findings.language
    sheet, _ = book.sheet("persons")
    other = of_same_weeks(findings)
    runs = [findings.baseline, findings.outcome, *([] if other is None else [other.outcome])]
    counted = [full_year_persons(run) for run in runs]
    before = counted[0]
    periods = [(str(year) if whole else f"{year}*", [run.by_year[i] for run in counted])
               for i, (year, whole) in enumerate(zip(before.years, before.whole, strict=True))]  # fmt: skip
    periods += [
        (f"{month:%Y-%m}", [run.by_month[i] for run in counted]) for i, month in enumerate(before.months)
    ]
    # A group that is small in one of them is shown of none.
    hidden = suppress_parts(*(run for _, each in periods for run in each))
    labels = [book.label(f"column.{h}") for h in ("period", "benefit", "before", "after", "difference")]
    labels += [] if other is None else [findings.text("beside.column")]
    book.head(sheet, 0, labels, (12, 56, *[16] * (len(labels) - 2)))
    row, form, signed = 0, book.figures(1), book.figures(1, signed=True)
    months = len(before.years) * len(GROUPS) + 1
    for period, (base, run, *rest) in periods:
        if row == months - 1:
            row += 1
            book.line(sheet, row, 1, book.label("persons.months"), "bold_line")
        for g, (group, small) in enumerate(zip(GROUPS, hidden, strict=True)):
            row += 1
            old, new = float(base[g]), float(run[g])
            book.text(sheet, row, 0, period)
            book.text(sheet, row, 1, group_name(group, language))
            if small:
                book.text(sheet, row, 2, not_shown(language))
                continue
            book.number(sheet, row, 2, old, form)
            book.number(sheet, row, 3, new, form)
            book.formula(sheet, row, 4, f"=D{row + 1}-C{row + 1}", new - old, signed)
            for third_run in rest:
                book.number(sheet, row, 5, float(third_run[g]), form)
    book.fold(sheet, range(months + 1, row + 1))
    sheet.fit_to_pages(1, 1)
    book.text(sheet, row + 2, 1, book.label("persons.note"))
    book.text(sheet, row + 3, 1, findings.persons_sentence)
    if other is not None:
        book.text(sheet, row + 4, 1, third_persons(findings))


def _assumptions(book: Book) -> None:
    """Write the sheet of all numbers with their sources."""
    findings, language = book.findings, book.findings.language
    sheet, _ = book.sheet("assumptions")
    suppressed = suppressed_of(findings.municipality.register)
    own = {
        one.parameter: text("domain.assumption.own_source", language, why=one.why).strip()
        for one in own_assumptions(findings.scenario)
    }
    heads = ("label", "value", "lowest", "highest", "unit", "as_of", "quality", "source", "id")
    register = findings.municipality.register
    changed = sum(parameter.id in own for parameter in register)
    key = "assumptions.changed" if changed else "assumptions.note"
    book.line(sheet, 0, 0, book.label(key, n=number(len(register), language)), "bold_line")
    book.head(sheet, 1, [book.label(f"column.{h}") for h in heads], (56, 14, 14, 14, 26, 16, 18, 70, 44))
    # What the scenario changes stands first, and alone on paper.
    for row, parameter in enumerate(sorted(register, key=lambda p: p.id not in own), start=2):
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
    sheet.autofilter(1, 0, len(register) + 1, len(heads) - 1)
    sheet.print_area(0, 0, 1 + changed, len(heads) - 1)
