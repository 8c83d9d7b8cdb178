"""Charts for paper: the same specifications as on the pages, drawn to PNG and SVG without a browser."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import pyarrow as pa
import vl_convert

from model.documents.axis import ends
from model.documents.beside import (
    of_same_weeks,
    third_amounts,
    third_in_picture,
    third_of,
    third_sentence,
)
from model.documents.charts import kinds_chart
from model.documents.figures import Findings, GoalRow
from model.documents.line_chart import Around, line_chart
from model.documents.palette import LIGHT
from model.domain import MODEL_VERSION
from model.language.catalogue import text
from model.municipality.municipality import Municipality
from model.scenario.files import input_hash
from model.scenario.scenario import Scenario, municipality_of

# Lines in a committee item, besides the budget.
_MOST_LINES: Final = 2
VEGA_LITE: Final = "6.4"
WIDTH: Final = 600
_LABEL_GAP: Final = 14
# On paper 160 mm wide this gives about 200 dots per inch.
_SCALE: Final = 2.0
# Letters of the lines below a picture: size beside the axis's letters, at least, and their mean width beside that.
_SMALLER: Final = 0.85
_SMALLEST: Final = 11
_LETTER: Final = 0.52
_FEWEST_LETTERS: Final = 40
HASH_LENGTH: Final = 12
# What the renderer brings with it; the pages' own letters are not installed on a server.
_FONT: Final = "Liberation Sans, Arial, sans-serif"


@dataclass(frozen=True, eq=False)
class Picture:
    """One chart: its name, what it says in a sentence, and the drawing."""

    title: str
    says: str
    specification: dict[str, Any]
    has_title: bool = True  # whether the drawing itself bears its name
    origin: tuple[str, ...] = ()  # what a drawing that is taken along says below it of where it comes from

    @cached_property
    def png(self) -> bytes:
        """Draw the picture as PNG."""
        return bytes(vl_convert.vegalite_to_png(self._drawn, vl_version=VEGA_LITE, scale=_SCALE))

    @cached_property
    def svg(self) -> str:
        """Draw the picture as SVG with its sentence as title."""
        drawn = str(vl_convert.vegalite_to_svg(self._drawn, vl_version=VEGA_LITE))
        head, mark, rest = drawn.partition(">")
        return f'{head} role="img"{mark}<title>{_escaped(self.says)}</title>{rest}'

    @property
    def _drawn(self) -> dict[str, Any]:
        """Return the specification with the lines of its origin below it."""
        return self.specification if not self.origin else _with_lines_below(self.specification, self.origin)


def origin_lines(municipality: Municipality, scenarios: Sequence[Scenario], language: str) -> tuple[str, ...]:
    """Return what a picture says of its origin: municipality, scenarios with their check numbers, and the source."""

    def say(key: str, **values: object) -> str:
        """Return a text of the documents."""
        return text(f"documents.picture.{key}", language, **values)

    named = [
        say(
            "scenario",
            name=scenario.name,
            hash=input_hash(scenario, municipality_of(scenario).key)[:HASH_LENGTH],
        )
        for scenario in scenarios
    ]
    source = say("source", version=MODEL_VERSION)
    return municipality.label(language), *named, source


def _with_lines_below(specification: Mapping[str, Any], lines: Sequence[str]) -> dict[str, Any]:
    """Return a specification with small lines of text below the drawing, broken to its width."""
    of_page = ("config", "background", "padding")
    inner = {key: value for key, value in specification.items() if key not in of_page}
    axis = specification["config"]["axis"]
    size = max(_SMALLEST, round(axis["labelFontSize"] * _SMALLER))
    width = max(_FEWEST_LETTERS, int(specification.get("width", WIDTH) / (size * _LETTER)))
    broken = [part for line in lines for part in textwrap.wrap(line, width) or [""]]
    below = {
        "text": broken, "orient": "bottom", "anchor": "start", "fontSize": size, "fontWeight": 400,
        "font": _FONT, "color": axis["labelColor"], "offset": size,
    }  # fmt: skip
    outer = {key: specification[key] for key in of_page if key in specification}
    return {**outer, "title": below, "vconcat": [inner]}


def line_picture(findings: Findings, row: GoalRow, *, width: int = WIDTH) -> Picture:
    """Draw one indicator week by week: baseline, scenario, target, the band and the third line where there are any."""
    indicator, band = row.indicator, findings.band(row)
    lines = None
    if band is not None:
        lines = band.difference_lines() if findings.scenario.changes else band.level_lines()
    other = None if of_same_weeks(findings) is None else third_of(findings, row)
    third = None if other is None else other.indicator
    courses = [indicator.baseline, indicator.scenario, *([] if third is None else [third.scenario])]
    axis = ends([*courses, *(lines or ())], (indicator.target,))
    around = Around(reference=third)
    table, spec = line_chart(indicator, lines, axis, findings.language, LIGHT, around=around)
    title = indicator.title.text(findings.language)
    return Picture(title, third_sentence(findings, row), on_paper(spec, table, width))


def line_picture_alone(findings: Findings, row: GoalRow) -> Picture:
    """Draw one indicator for a file of its own, which says where it comes from."""
    other = of_same_weeks(findings)
    drawn = (findings.scenario, *([] if other is None else [other.scenario]))
    origin = origin_lines(findings.municipality, drawn, findings.language)
    return replace(line_picture(findings, row), origin=origin)


def budget_picture(findings: Findings, *, width: int = WIDTH) -> Picture:
    """Draw the difference in net expenditure per year by kind, and the administration's proposal beside it."""
    table, spec = kinds_chart(
        findings.budget,
        findings.language,
        LIGHT,
        amounts=findings.year_differences,
        beside=third_amounts(findings)[:-1],
    )
    title = findings.text("budget.title")
    ranges = "" if findings.ranges is None else findings.text("budget.picture.ranges")
    says = " ".join(filter(None, (findings.years_sentence, ranges, third_in_picture(findings))))
    return Picture(title, says, on_paper(spec, table, width), has_title=False)


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
