"""Draw the chart of the goal in focus.

Its specification is written once with Altair and never changes while a slider moves, so the browser keeps the picture
and swaps the figures; all that varies travels as data, the axis's ends too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from model.documents.charts import line_chart
from model.documents.palette import Palette
from pages.session.bands import shows_level
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.explore.cards import axis_ends

if TYPE_CHECKING:
    from model.uncertainty.bands import Band


def focus_chart(
    session: Session, results: ScenarioResults, palette: Palette, band: Band | None = None
) -> tuple[pa.Table, dict[str, Any], str]:
    """Return figures, specification and name of the chart in focus; ``band`` is of the scenario on screen."""
    goal = results.goal(session.goal)
    indicator = results.indicator(session.goal, session.indicator)
    lines = None
    if band is not None:
        lines = band.level_lines() if shows_level(session) else band.difference_lines()
    table, spec = line_chart(
        indicator,
        lines,
        axis_ends(session, results, goal, indicator, lines),
        session.language,
        palette,
        present=session.present,
    )
    return table, spec, session.page_text("chart.name", title=indicator.title.text(session.language))
