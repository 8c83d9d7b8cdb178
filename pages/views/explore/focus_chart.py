"""The chart of the goal in focus. Its specification is written once with Altair and never changes while a slider
moves, so the browser keeps the picture and swaps the figures; all that varies travels as data, the axis's ends too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from model.documents.charts import line_chart
from model.documents.palette import Palette
from pages.session.results import Answer, ends_of
from pages.session.session import Visit

if TYPE_CHECKING:
    from model.uncertainty.fan import Band


def chart_for(
    visit: Visit, found: Answer, palette: Palette, band: Band | None = None
) -> tuple[pa.Table, dict[str, Any], str]:
    """Figures, specification and name of the chart in focus; ``band`` belongs to the scenario on screen."""
    goal = found.goal(visit.goal)
    indicator = found.indicator(visit.goal, visit.indicator)
    table, spec = line_chart(
        indicator,
        band,
        ends_of(visit, found, goal, indicator, band),
        visit.language,
        palette,
        present=visit.present,
    )
    return table, spec, visit.text("chart.name", title=indicator.title.get(visit.language))
