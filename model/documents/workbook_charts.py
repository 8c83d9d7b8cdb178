"""Draw the workbook's charts, Excel's own: the course of each goal, and the difference in expenditure per year.

They read a sheet of numbers, so that a reader can change a chart, and they change with its numbers.
"""

from __future__ import annotations

import datetime
import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.documents.axis import chosen_weeks, ends, ends_around_zero
from model.documents.beside import of_same_weeks, third_head, third_of, third_sentence
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
    sheet.write_string(1, 0, findings.budget_sentence, book.forms["text"])
    sheet.set_row(1, LINE * math.ceil(len(findings.budget_sentence) / _LETTERS))
    numbers, name = book.sheet("chart_numbers")
    shown = [row for row in findings.key_rows if not row.suppressed]
    last = _weeks(book, numbers, shown)
    place = 0
    for i, row in enumerate(shown):
        column = 1 + i * len(_drawn(book))
        _insert(sheet, place, _goal_chart(book, row, name, column, last), third_sentence(findings, row))
        place += 1
    money = _money_numbers(book, numbers, last + 2, net, total_row)
    _insert(sheet, place, _money_chart(book, name, money), findings.years_sentence)
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


def _money_numbers(book: Book, sheet: Any, start: int, net: str, total_row: int) -> tuple[int, int]:
    """Write the difference per year with its range in millions; return the first and the last row."""
    findings = book.findings
    heads = ["year", "difference", "low", "high", "up", "down"]
    for column, head in enumerate(heads):
        book.text(sheet, start, column, book.label(f"charts.money.{head}"), "head")
    signed = book.figures(1, signed=True)
    form = book.figures(1)
    for i, (year, amount) in enumerate(zip(findings.budget.years, findings.year_differences, strict=True)):
        row, line, there = start + 1 + i, start + 2 + i, letter(2 + i)
        book.text(sheet, row, 0, str(year))
        central = amount.central / 1e6
        book.formula(sheet, row, 1, f"={net}!{there}{total_row + 1}/1000000", central, signed)
        if amount.range is None:
            continue
        low, high = amount.range.low / 1e6, amount.range.high / 1e6
        book.formula(sheet, row, 2, f"={net}!{there}{total_row + 2}/1000000", low, signed)
        book.formula(sheet, row, 3, f"={net}!{there}{total_row + 3}/1000000", high, signed)
        # The central run can lie outside what nine of ten draws lie between.
        book.formula(sheet, row, 4, f"=MAX(0,D{line}-B{line})", max(0.0, high - central), form)
        book.formula(sheet, row, 5, f"=MAX(0,B{line}-C{line})", max(0.0, central - low), form)
    return start + 1, start + len(findings.budget.years)


def _money_chart(book: Book, name: str, rows: tuple[int, int]) -> Any:
    """Return the chart of the difference in net expenditure per year, with what nine of ten draws lie between."""
    findings, (first, last) = book.findings, (rows[0] + 1, rows[1] + 1)
    chart = book.book.add_chart({"type": "column"})
    amounts = findings.year_differences
    spans = [(a.central / 1e6, a.range.low / 1e6, a.range.high / 1e6) for a in amounts if a.range]
    series: dict[str, Any] = {
        "name": book.label("charts.money.series"),
        "categories": f"={name}!$A${first}:$A${last}",
        "values": f"={name}!$B${first}:$B${last}",
        "fill": {"color": LIGHT.accent},
        "gap": 120,
    }
    if findings.ranges is not None:
        series["y_error_bars"] = {
            "type": "custom",
            "plus_values": f"={name}!$E${first}:$E${last}",
            "minus_values": f"={name}!$F${first}:$F${last}",
            "plus_data": [max(0.0, high - central) for central, _, high in spans],
            "minus_data": [max(0.0, central - low) for central, low, _ in spans],
            "line": {"color": LIGHT.ink, "width": 1.5},
        }
    chart.add_series(series)
    _dress(chart, book.label("charts.money.title"))
    chart.set_legend({"none": True})
    chart.set_x_axis({"label_position": "low"})
    # Neither Excel nor LibreOffice makes room for the marks by itself.
    bottom, top = ends_around_zero(
        [end for span in spans for end in span] or [a.central / 1e6 for a in amounts]
    )
    chart.set_y_axis({"min": bottom, "max": top, "num_format": _signed(_axis_format(top - bottom)), **_GRID})
    return chart
