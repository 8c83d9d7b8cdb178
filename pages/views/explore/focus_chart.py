"""Draw the chart of the goal in focus: what was published, and the run with and without changes.

Its specification is written once with Altair and never changes while a slider moves, so the browser keeps the picture
and swaps the figures; all that varies travels as data, the axis's ends too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from model.documents.charts import Around, BandLines, Past, line_chart
from model.documents.palette import Palette
from model.documents.season import Floats, season_of
from model.goals.published_history import published_line
from model.goals.results import IndicatorResult
from model.language.catalogue import short_date
from pages.session.bands import shows_level
from pages.session.focus import focus
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.explore.cards import axis_ends

if TYPE_CHECKING:
    from model.uncertainty.bands import Band


def focus_chart(
    session: Session, results: ScenarioResults, palette: Palette, band: Band | None = None
) -> tuple[pa.Table, dict[str, Any], str]:
    """Return figures, specification and name of the chart in focus; ``band`` is of the scenario on screen."""
    goal, indicator = focus(session, results)
    lines = None
    if band is not None:
        lines = band.level_lines() if shows_level(session) else band.difference_lines()
    season = None if session.with_season else season_shown(indicator)
    if season is not None:
        indicator, lines = _without(season, indicator, lines)
    past = _past(session, results, indicator)
    table, spec = line_chart(
        indicator,
        lines,
        axis_ends(session, results, goal, indicator, lines, () if past is None else past.values),
        session.language,
        palette,
        present=session.present,
        around=Around(
            titled=session.present,
            remark="" if season is None else session.page_text("focus.seasonless"),
            past=past,
        ),
    )
    return table, spec, session.page_text("chart.name", title=indicator.title.text(session.language))


def season_shown(indicator: IndicatorResult) -> Floats | None:
    """Return the season of an indicator; None where it has none, and of a place, which is a whole number."""
    return None if indicator.suppressed or indicator.unit == "rank" else season_of(indicator.baseline)


def _without(
    season: Floats, indicator: IndicatorResult, lines: BandLines | None
) -> tuple[IndicatorResult, BandLines | None]:
    """Return an indicator and its band freed of the season."""
    freed = replace(indicator, baseline=indicator.baseline - season, scenario=indicator.scenario - season)
    return freed, None if lines is None else (lines[0] - season, lines[1] - season)


def _past(session: Session, results: ScenarioResults, indicator: IndicatorResult) -> Past | None:
    """Return what was published of the indicator before the start, with the month in which it ends."""
    line = published_line(results.municipality, indicator)
    if line is None or line.last is None:
        return None
    label = session.page_text("chart.published", month=short_date(line.last, session.language))
    return Past(line.days, line.values, label)
