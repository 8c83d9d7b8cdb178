"""Draw the workbook's charts, Excel's own: the course of each goal, and the difference in expenditure per year.

They read a sheet of numbers, so that a reader can change a chart, and they change with its numbers.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import Amount
from model.documents.axis import chosen_weeks, ends, ends_around_zero
from model.documents.beside import (
    of_same_weeks,
    third_amounts,
    third_head,
    third_money,
    third_of,
    third_sentence,
)
from model.documents.book import Book, letter
from model.documents.charts import CHART_POINTS, unit_label
from model.documents.figures import GoalRow
from model.documents.palette import LIGHT
from model.documents.season import season_of
from model.documents.sheets import LINE

Floats = NDArray[np.float64]

_WIDTH, _HEIGHT = 566, 300  # of a chart, pixels
_ACROSS: Final = 2  # charts beside each other
_ON_A_PAGE: Final = 6
_COLUMNS, _ROWS = 9, 16  # cells from one chart to the next; standard cells are 64 by 20 pixels
_FIRST_ROW: Final = 3
_TITLE_HEIGHT: Final = 26.0  # points
_LETTERS: Final = 140  # on a line as wide as the charts
_BAND: Final = "#8fb3d1"
_MONEY_HEADS: Final = ("difference", "low", "high", "up", "down")
# How a line is drawn: colour, width in points, dashes.
_LINES: Final[dict[str, tuple[str, float, str]]] = {
    "low": (_BAND, 1.25, "square_dot"),
    "high": (_BAND, 1.25, "square_dot"),
    "target": (LIGHT.ink, 1.0, "solid"),
    "before": (LIGHT.baseline, 2.0, "dash"),
    "beside": (LIGHT.proposals[1], 2.0, "long_dash_dot"),
    "after": (LIGHT.accent, 2.75, "solid"),
}


def charts(book: Book) -> tuple[Any, str]:
    """Add the sheet of charts, which stands early in the workbook; :func:`draw_charts` fills it."""
    return book.sheet("charts")


def draw_charts(book: Book, sheet: Any, net: str, total_row: int) -> None:
    """Write the numbers behind the charts on a sheet of their own, and draw the charts.

    Arguments: ``sheet`` to draw on; ``net`` the name of the sheet of net differences as formulas write it and
    ``total_row`` its row of sums, counted from 0.
    """
    findings = book.findings
    book.columns(sheet, [8.43] * (_ACROSS * _COLUMNS))
    book.line(sheet, 0, 0, book.label("charts.title"), "title")
    sheet.set_row(0, _TITLE_HEIGHT)
    sheet.merge_range(1, 0, 1, _ACROSS * _COLUMNS - 1, "", book.forms["text"])
    said = f"{findings.budget_sentence} {third_money(findings)}".strip()
    sheet.write_string(1, 0, said, book.forms["text"])
    sheet.set_row(1, LINE * math.ceil(len(said) / _LETTERS))
    numbers, name = book.sheet("chart_numbers")
    shown = [row for row in findings.key_rows if not row.suppressed]
    last = _weeks(book, numbers, shown)
    place = 0
    for i, row in enumerate(shown):
        column = 1 + i * len(_drawn(book))
        _insert(sheet, place, _goal_chart(book, row, name, column, last), third_sentence(findings, row))
        place += 1
    money = _money(book, total_row)
    rows_of_money = _money_numbers(book, numbers, last + 2, net, money)
    words = f"{findings.years_sentence} {third_money(findings)}".strip()
    _insert(sheet, place, _money_chart(book, name, rows_of_money, money), words)
    rows = _FIRST_ROW + _ROWS * (place // _ACROSS + 1)
    note = book.label("charts.note" if findings.fan is not None else "charts.note.no_band")
    book.line(sheet, rows, 0, note)
    sheet.print_area(0, 0, rows, _ACROSS * _COLUMNS - 1)
    sheet.fit_to_pages(1, math.ceil((place + 1) / _ON_A_PAGE))


def _insert(sheet: Any, place: int, chart: Any, words: str) -> None:
    """Put a chart into its place of the sheet, with a text for those who do not see it."""
    row, column = _FIRST_ROW + _ROWS * (place // _ACROSS), _COLUMNS * (place % _ACROSS)
    sheet.insert_chart(row, column, chart, {"description": words, "object_position": 2})


def _drawn(book: Book) -> list[str]:
    """Return the names of the lines of a goal; the administration's proposal is one where there is one."""
    return [line for line in _LINES if line != "beside" or of_same_weeks(book.findings) is not None]


def _line_label(book: Book, line: str) -> str:
    """Return what a line is called."""
    return third_head(book.findings) if line == "beside" else book.label(f"charts.line.{line}")


def _weeks(book: Book, sheet: Any, shown: list[GoalRow]) -> int:
    """Write the weekly numbers of the goals, one column a line; return the last row."""
    findings = book.findings
    heads, widths = [book.label("column.week")], [14.0]
    for row in shown:
        title = f"{row.goal.number}. {row.indicator.title.text(findings.language)}"
        heads += [f"{title}: {_line_label(book, line).lower()}" for line in _drawn(book)]
        widths += [17.0] * len(_drawn(book))
    book.head(sheet, 0, heads, widths)
    sheet.repeat_columns(0)
    sheet.fit_to_pages(2, 0)
    weeks = findings.outcome.weeks
    chosen = chosen_weeks(len(weeks), CHART_POINTS)
    for line, week in enumerate(chosen.tolist(), start=1):
        day = datetime.datetime.fromisoformat(str(weeks[week].astype("datetime64[D]")))
        sheet.write_datetime(line, 0, day, book.forms["date"])
    for i, row in enumerate(shown):
        form = book.figures(max(1, row.indicator.decimals))
        for offset, values in enumerate(_lines(book, row).values(), start=1 + i * len(_drawn(book))):
            for line, week in enumerate(chosen.tolist(), start=1):
                book.number(sheet, line, offset, float(values[week]), form)
    return len(chosen)


def _lines(book: Book, row: GoalRow) -> dict[str, Floats]:
    """Return the lines of one goal by name [T] each, without what the baseline does every year at the same time."""
    indicator, band = row.indicator, book.findings.band(row)
    season = None if indicator.unit == "rank" else season_of(indicator.baseline)
    wave = np.zeros(len(indicator.baseline)) if season is None else season
    nothing = np.full(len(indicator.baseline), np.nan)
    low, high = (nothing, nothing) if band is None else band.difference_lines()
    target = nothing if indicator.target is None else np.full(len(nothing), indicator.target)
    other = third_of(book.findings, row)
    lines = {
        "low": low - wave,
        "high": high - wave,
        "target": target,
        "before": indicator.baseline - wave,
        "beside": nothing if other is None else other.indicator.scenario - wave,
        "after": indicator.scenario - wave,
    }
    return {line: lines[line] for line in _drawn(book)}


def _goal_chart(book: Book, row: GoalRow, name: str, column: int, last: int) -> Any:
    """Return the chart of one goal: without changes, scenario, number to reach, and nine of ten draws."""
    language, indicator = book.findings.language, row.indicator
    lines = _lines(book, row)
    chart = book.book.add_chart({"type": "line"})
    for offset, (line, values) in enumerate(lines.items()):
        if not np.isfinite(values).any():
            continue
        colour, width, dash = _LINES[line]
        at = letter(column + offset)
        chart.add_series(
            {
                "name": _line_label(book, line),
                "categories": f"={name}!$A$2:$A${last + 1}",
                "values": f"={name}!${at}$2:${at}${last + 1}",
                "line": {"color": colour, "width": width, "dash_type": dash},
                "marker": {"type": "none"},
            }
        )
    unit = unit_label(indicator, language)
    title = f"{row.goal.number}. {indicator.title.text(language)}"
    _dress(chart, f"{title} ({unit})" if unit else title)
    bottom, top = ends(lines.values())
    chart.set_x_axis({"date_axis": True, "num_format": "yyyy", "major_unit": 1, "major_unit_type": "years"})
    # The best place of a rank is the first, and stands at the top.
    rank = indicator.unit == "rank"
    chart.set_y_axis(
        {
            "min": max(bottom, 1.0) if rank else bottom,
            "max": top,
            "reverse": rank,
            # The axis of time stays at the bottom.
            **({"crossing": "max"} if rank else {}),
            "num_format": _axis_format(top - bottom),
            **_GRID,
        }
    )
    chart.show_blanks_as("gap")
    return chart


def _axis_format(span: float) -> str:
    """Return how the numbers of an axis are written: with decimals only where its steps need them."""
    return "#,##0" if span >= 4 else "#,##0.0" if span >= 0.4 else "#,##0.00"


def _signed(form: str) -> str:
    """Return a format of numbers with their signs."""
    return f"+{form};-{form};0"


_GRID: Final[dict[str, Any]] = {
    "major_gridlines": {"visible": True, "line": {"color": LIGHT.grid}},
    "line": {"none": True},
}


def _dress(chart: Any, title: str) -> None:
    """Set what all charts have in common: size, title, legend."""
    chart.set_size({"width": _WIDTH, "height": _HEIGHT})
    chart.set_title(
        {"name": title, "overlay": False, "name_font": {"size": 11, "bold": True, "color": LIGHT.ink}}
    )
    chart.set_legend({"position": "bottom", "font": {"size": 9}})


@dataclass(frozen=True)
class _Money:
    """Differences per year as one series of columns: the scenario's, or the administration's proposal's."""

    name: str
    amounts: Sequence[Amount]
    net_row: (
        int  # of the sheet of net differences, counted from 0; the ends of its range stand in the next two
    )
    column: int  # the first of its numbers on the sheet behind the charts
    colour: str

    @property
    def spans(self) -> list[tuple[float, float, float]]:
        """Return central, low and high of each year in millions; empty without ranges."""
        return [(a.central / 1e6, a.range.low / 1e6, a.range.high / 1e6) for a in self.amounts if a.range]


def _money(book: Book, total_row: int) -> list[_Money]:
    """List what the chart of money shows."""
    findings = book.findings
    others = third_amounts(findings)[:-1]
    name = _line_label(book, "after") if others else book.label("charts.money.series")
    shown = [_Money(name, findings.year_differences, total_row, 1, LIGHT.accent)]
    if others:
        row = total_row + (1 if findings.ranges is None else 3)
        column = 1 + len(_MONEY_HEADS)
        shown.append(_Money(third_head(findings), others, row, column, LIGHT.proposals[1]))
    return shown


def _money_numbers(book: Book, sheet: Any, start: int, net: str, shown: Sequence[_Money]) -> tuple[int, int]:
    """Write the differences per year with their ranges in millions; return the first and the last row."""
    years = book.findings.budget.years
    book.text(sheet, start, 0, book.label("charts.money.year"), "head")
    for i, year in enumerate(years):
        book.text(sheet, start + 1 + i, 0, str(year))
    for one in shown:
        for column, head in enumerate(_MONEY_HEADS, start=one.column):
            words = book.label(f"charts.money.{head}")
            book.text(sheet, start, column, words if one is shown[0] else f"{one.name}: {words}", "head")
        for i, amount in enumerate(one.amounts):
            _money_row(book, sheet, start + 1 + i, f"{net}!{letter(2 + i)}", one, amount)
    return start + 1, start + len(years)


def _money_row(book: Book, sheet: Any, row: int, there: str, one: _Money, amount: Amount) -> None:
    """Write the numbers of one year; ``there`` is its column on the sheet of net differences."""
    signed, form = book.figures(1, signed=True), book.figures(1)
    central = amount.central / 1e6
    at = [f"{letter(one.column + offset)}{row + 1}" for offset in range(3)]
    line = one.net_row + 1
    book.formula(sheet, row, one.column, f"={there}{line}/1000000", central, signed)
    if amount.range is None:
        return
    low, high = amount.range.low / 1e6, amount.range.high / 1e6
    book.formula(sheet, row, one.column + 1, f"={there}{line + 1}/1000000", low, signed)
    book.formula(sheet, row, one.column + 2, f"={there}{line + 2}/1000000", high, signed)
    # The central run can lie outside what nine of ten draws lie between.
    book.formula(sheet, row, one.column + 3, f"=MAX(0,{at[2]}-{at[0]})", max(0.0, high - central), form)
    book.formula(sheet, row, one.column + 4, f"=MAX(0,{at[0]}-{at[1]})", max(0.0, central - low), form)


def _money_chart(book: Book, name: str, rows: tuple[int, int], shown: Sequence[_Money]) -> Any:
    """Return the chart of the difference in net expenditure per year, with what nine of ten draws lie between."""
    first, last = rows[0] + 1, rows[1] + 1
    chart = book.book.add_chart({"type": "column"})

    def cells(column: int) -> str:
        """Return the years' cells of a column as formulas write them."""
        return f"={name}!${letter(column)}${first}:${letter(column)}${last}"

    for one in shown:
        series: dict[str, Any] = {
            "name": one.name,
            "categories": cells(0),
            "values": cells(one.column),
            "fill": {"color": one.colour},
            "gap": 120,
        }
        if one.spans:
            series["y_error_bars"] = {
                "type": "custom",
                "plus_values": cells(one.column + 3),
                "minus_values": cells(one.column + 4),
                "plus_data": [max(0.0, high - central) for central, _, high in one.spans],
                "minus_data": [max(0.0, central - low) for central, low, _ in one.spans],
                "line": {"color": LIGHT.ink, "width": 1.5},
            }
        chart.add_series(series)
    _dress(chart, book.label("charts.money.title"))
    if len(shown) == 1:
        chart.set_legend({"none": True})
    chart.set_x_axis({"label_position": "low"})
    # Neither Excel nor LibreOffice makes room for the marks by itself.
    places = [end for one in shown for span in one.spans for end in span]
    places += [amount.central / 1e6 for one in shown for amount in one.amounts]
    bottom, top = ends_around_zero(places)
    chart.set_y_axis({"min": bottom, "max": top, "num_format": _signed(_axis_format(top - bottom)), **_GRID})
    return chart
