"""Every table of a scenario as CSV files in one ZIP: levers, goals, their weeks, budget and assumptions."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Final

from model.documents.beside import (
    of_same_weeks,
    third,
    third_amount_heads,
    third_function,
    third_head,
    third_lever,
    third_of,
    third_value,
)
from model.documents.figures import Findings, GoalRow, LeverRow
from model.files.csv_tables import Row, as_csv
from model.language.catalogue import number, text
from model.parameters.labels import unit_name
from model.parameters.register import not_shown, suppressed_of

# The oldest date that a ZIP can hold: equal tables give equal files.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
_RUNS: Final = ("baseline", "scenario", "difference")


def tables(findings: Findings) -> dict[str, list[Row]]:
    """Return the tables by file name without its ending; a row maps headings to cells as people read them."""
    return {
        findings.text(f"file.{name}"): make(findings)
        for name, make in (
            ("levers", _levers),
            ("goals", _goals),
            ("weeks", _weeks),
            ("budget", _budget),
            ("assumptions", _assumptions),
        )
    }


def csv_archive(findings: Findings) -> bytes:
    """Return the tables as a ZIP of CSV files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables(findings).items():
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", _NO_DATE), as_csv(rows, findings.language))
    return out.getvalue()


def _heads(findings: Findings, names: Sequence[str]) -> list[str]:
    """Return the headings of columns."""
    return [findings.text(f"book.column.{name}") for name in names]


def _table(findings: Findings, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Row]:
    """Return rows with headings."""
    heads = _heads(findings, names)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _levers(findings: Findings) -> list[Row]:
    """Return the table of levers."""
    language = findings.language
    rows = []
    for row in findings.levers:
        which, change = row.lever, row.change
        figures = [number(v, language, which.decimals) for v in (row.before, row.after)]
        rows.append(
            [
                which.label.text(language),
                row.group,
                text(f"levers.unit.{which.unit}", language),
                *figures,
                "" if change is None else change.from_.isoformat(),
                "" if change is None else str(change.phase_in_weeks),
                "" if change is None else change.why,
                *_third_lever(findings, row),
            ]
        )
    names = ("lever", "group", "unit", "before", "after", "from", "phase", "why")
    more = [] if third(findings) is None else [third_head(findings), findings.text("beside.column_from")]
    heads = [*_heads(findings, names), *more]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _third_lever(findings: Findings, row: LeverRow) -> list[str]:
    """Return where the administration's proposal leaves a lever, and from when; empty where none is chosen."""
    other = third_lever(findings, row)
    if other is None:
        return []
    when = "" if other.change is None else other.change.from_.isoformat()
    return [number(other.after, findings.language, row.lever.decimals), when]


def _goals(findings: Findings) -> list[Row]:
    """Return the table of goals."""
    rows = []
    for row in findings.rows:
        indicator = row.indicator
        rows.append(
            [
                str(row.goal.number),
                row.goal.title.text(findings.language),
                indicator.title.text(findings.language),
                findings.value(row, indicator.value_baseline),
                findings.value(row, indicator.value_scenario),
                findings.difference(row),
                findings.target(row),
                findings.status(row),
                *([] if third(findings) is None else [third_value(findings, row)]),
            ]
        )
    names = ("number", "goal", "indicator", "before", "after", "difference", "target", "status")
    heads = [*_heads(findings, names), *([] if third(findings) is None else [third_head(findings)])]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _weeks(findings: Findings) -> list[Row]:
    """Return every indicator week by week."""

    def shown(row: GoalRow, series: str) -> list[str]:
        """Format a value."""
        values = getattr(row.indicator, series)
        return [number(float(v), findings.language, row.indicator.decimals) for v in values]

    columns = {findings.text("book.column.week"): [str(week)[:10] for week in findings.outcome.weeks]}
    for row in findings.rows:
        if row.suppressed:
            continue
        title = findings.text(
            "item.goal_name", number=row.goal.number, title=row.indicator.title.text(findings.language)
        )
        for series, key in (("baseline", "before"), ("scenario", "after")):
            columns[f"{title}, {findings.text(f'book.column.{key}')}"] = shown(row, series)
        other = None if of_same_weeks(findings) is None else third_of(findings, row)
        if other is not None:
            columns[f"{title}, {third_head(findings)}"] = shown(other, "scenario")
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _budget(findings: Findings) -> list[Row]:
    """Return the table of amounts."""
    result, language, other = findings.budget, findings.language, of_same_weeks(findings)
    rows = []
    for figures in result.by_function.values():
        for y, year in enumerate(result.years):
            parts = (figures.gross, figures.refund, figures.net)
            amounts = [getattr(part, run)[y] for run in _RUNS for part in parts]
            if other is not None:
                amounts += third_function(other.budget.by_function[figures.function], y)
            cells = [number(float(amount), language) for amount in amounts]
            rows.append([figures.function, figures.label.text(language), str(year), *cells])
    runs = [text(f"page_budget.run.{run}", language) for run in _RUNS]
    heads = _heads(findings, ("function", "name", "year"))
    heads += [
        findings.text(f"book.column.{what}", run=run) for run in runs for what in ("gross", "refund", "net")
    ]
    heads += [] if other is None else third_amount_heads(findings)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _assumptions(findings: Findings) -> list[Row]:
    """Return the table of all numbers with their sources."""
    language = findings.language
    suppressed = suppressed_of(findings.municipality.register)
    rows = [
        [
            parameter.label(language),
            *(
                (not_shown(language), "", "")
                if parameter.id in suppressed
                else (
                    _exact(v, language)
                    for v in (parameter.value.value, parameter.value.low, parameter.value.high)
                )
            ),
            unit_name(parameter.value.unit, language),
            parameter.value.as_of,
            text(f"domain.quality.{parameter.value.quality}", language),
            parameter.source(language),
            parameter.id,
        ]
        for parameter in findings.municipality.register
    ]
    heads = ("label", "value", "lowest", "highest", "unit", "as_of", "quality", "source", "id")
    return _table(findings, heads, rows)


def _exact(value: float | None, language: str) -> str:
    """Format a number to six significant digits with the language's decimal sign."""
    if value is None:
        return ""
    return f"{value:.6g}".replace(".", "," if language == "da" else ".")
