"""Charts for paper: the same specifications as on the pages, drawn to PNG and SVG without a browser."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pyarrow as pa
import vl_convert

from model.documents.axis import ends
from model.documents.charts import kinds_chart, line_chart
from model.documents.figures import Findings, GoalRow
from model.documents.palette import LIGHT

# Lines in a committee item, besides the budget.
_MOST_LINES: Final = 2
VEGA_LITE: Final = "6.4"
WIDTH: Final = 600
_LABEL_GAP: Final = 14
# On paper 160 mm wide this gives about 200 dots per inch.
_SCALE: Final = 2.0
# What the renderer brings with it; the pages' own letters are not installed on a server.
_FONT: Final = "Liberation Sans, Arial, sans-serif"


@dataclass(frozen=True, eq=False)
class Picture:
    """One chart: its name, what it says in a sentence, and the drawing."""

    title: str
    says: str
    specification: dict[str, Any]
    has_title: bool = True  # whether the drawing itself bears its name

    @cached_property
    def png(self) -> bytes:
        """Draw the picture as PNG."""
        return bytes(vl_convert.vegalite_to_png(self.specification, vl_version=VEGA_LITE, scale=_SCALE))

    @cached_property
    def svg(self) -> str:
        """Draw the picture as SVG with its sentence as title."""
        drawn = str(vl_convert.vegalite_to_svg(self.specification, vl_version=VEGA_LITE))
        head, mark, rest = drawn.partition(">")
        return f'{head} role="img"{mark}<title>{_escaped(self.says)}</title>{rest}'


def line_picture(findings: Findings, row: GoalRow, *, width: int = WIDTH) -> Picture:
    """Draw one indicator week by week: baseline, scenario, target, and the band where there is one."""
    indicator, band = row.indicator, findings.band(row)
    lines = None
    if band is not None:
        lines = band.difference_lines() if findings.scenario.changes else band.level_lines()
    axis = ends([indicator.baseline, indicator.scenario, *(lines or ())], (indicator.target,))
    table, spec = line_chart(indicator, lines, axis, findings.language, LIGHT)
    title = indicator.title.text(findings.language)
    return Picture(title, findings.sentence(row), on_paper(spec, table, width))


def budget_picture(findings: Findings, *, width: int = WIDTH) -> Picture:
    """Draw the difference in net expenditure per year by kind."""
    table, spec = kinds_chart(findings.budget, findings.language, LIGHT)
    title = findings.text("budget.title")
    return Picture(title, findings.years_sentence, on_paper(spec, table, width), has_title=False)


def pictures(findings: Findings) -> tuple[Picture, ...]:
    """Return the charts of a committee item: what moved most, other key indicators that moved, the budget."""
    shown = [findings.most_moved]
    shown += [row for row in findings.key_rows if row.key != findings.most_moved.key and row.indicator.moved][
        : _MOST_LINES - 1
    ]
    return tuple(line_picture(findings, row) for row in shown if not row.suppressed)


def on_paper(
    spec: Mapping[str, Any], table: pa.Table, width: int = WIDTH, ground: str = LIGHT.ground
) -> dict[str, Any]:
    """Return a page's specification with its figures, a width and a ground of its own, drawn without a browser."""
    config = {**spec["config"], "background": ground, "font": _FONT}
    config["axis"] = {**config["axis"], "labelFont": _FONT, "labelSeparation": _LABEL_GAP}
    rows = [{key: _local(value) for key, value in row.items()} for row in _rows(table)]
    return {**spec, "config": config, "width": width, "data": {"values": rows}}


def _local(value: Any) -> Any:
    """Return the locale that the drawing library takes."""
    # A date alone would be read as midnight at Greenwich.
    return value.isoformat() + "T00:00:00" if isinstance(value, datetime.date) else value


def _rows(table: pa.Table) -> Sequence[dict[str, Any]]:
    """Return a table as rows."""
    rows: Sequence[dict[str, Any]] = table.to_pylist()
    return rows


def _escaped(words: str) -> str:
    """Escape a text for XML."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
