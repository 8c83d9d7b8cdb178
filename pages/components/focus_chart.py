"""Draw the chart of the goal in focus: what was published, and the run with and without changes.

Its specification is written once with Altair and never changes while a slider moves, so the browser keeps the picture
and swaps the figures; all that varies travels as data, the axis's ends too.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from model.documents.charts import BandLines
from model.documents.line_chart import Around, Past, Possible, line_chart
from model.documents.palette import Palette
from model.documents.season import Floats, season_of
from model.goals.results import IndicatorResult
from model.language.catalogue import short_date
from pages.components.cards import axis_ends
from pages.components.third import third_left_out
from pages.session.bands import shows_level
from pages.session.focus import focus
from pages.session.published import gap_dates, gap_sentence, published_until
from pages.session.reference import reference_indicator
from pages.session.results import ScenarioResults
from pages.session.session import Session

if TYPE_CHECKING:
    from model.uncertainty.bands import Band


# Seconds that a possible course is shown: long enough for a room to take it in.
_EACH: Final = 1.0


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
    # The axis has room for every course before the first is shown.
    shown = () if band is None or session.possible_from is None else tuple(np.concatenate(band.possible))
    left_out = third_left_out(session)
    third = None if left_out or indicator.suppressed else reference_indicator(session, goal.id, indicator.id)
    if third is not None:
        third = replace(third, scenario=third.scenario - (0.0 if season is None else season))
        shown = (*shown, third.scenario)
    within = () if past is None else past.values
    table, spec = line_chart(
        indicator,
        lines,
        axis_ends(session, results, goal, indicator, lines, within, shown),
        session.language,
        palette,
        present=session.present,
        around=Around(
            titled=session.present,
            remark="" if season is None else session.page_text("focus.seasonless"),
            past=past,
            possible=_possible(session, band, season),
            reference=third,
        ),
    )
    name = session.page_text("chart.name", title=indicator.title.text(session.language))
    return table, spec, " ".join(filter(None, (name, gap_sentence(session, results, indicator), left_out)))


def season_shown(indicator: IndicatorResult) -> Floats | None:
    """Return the season of an indicator; None where it has none, and of a place, which is a whole number."""
    return None if indicator.suppressed or indicator.unit == "rank" else season_of(indicator.baseline)


def _without(
    season: Floats, indicator: IndicatorResult, lines: BandLines | None
) -> tuple[IndicatorResult, BandLines | None]:
    """Return an indicator and its band freed of the season."""
    freed = replace(indicator, baseline=indicator.baseline - season, scenario=indicator.scenario - season)
    return freed, None if lines is None else (lines[0] - season, lines[1] - season)


def _possible(session: Session, band: Band | None, season: Floats | None) -> Possible | None:
    """Return the possible course whose second it is, and have the page run again for the next."""
    if session.possible_from is None or band is None:
        return None
    scenario, baseline = band.possible
    number_ = int((time.monotonic() - session.possible_from) / _EACH)
    if number_ >= len(scenario):
        session.possible_from = None
        return None
    session.poll_after(round(1000 * _EACH), round(1000 * _EACH))
    taken = 0.0 if season is None else season
    label = session.page_text("chart.possible", n=number_ + 1, of=len(scenario))
    return Possible(scenario[number_] - taken, baseline[number_] - taken, label)


def _past(session: Session, results: ScenarioResults, indicator: IndicatorResult) -> Past | None:
    """Return what was published of the indicator before the start, with the month in which it ends."""
    line = published_until(results, indicator)
    if line is None:
        return None
    gap = gap_dates(session, results, line)
    label = session.page_text("chart.published", month=short_date(line.last, session.language))
    return Past(
        line.days, line.values, label, "" if gap is None else session.page_text("chart.calculated", **gap)
    )
