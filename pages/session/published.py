"""Say what stands before the run in the chart: the published months, and the time between that is not drawn."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Final

from model.goals.published_history import PublishedLine, published_line
from model.goals.results import IndicatorResult
from model.language.catalogue import short_date
from model.municipality.vintages import vintage
from pages.session.results import ScenarioResults
from pages.session.session import Session

# A shorter time between the last published month and the start is no hole in the picture.
_GAP: Final = datetime.timedelta(days=92)


def published_until(results: ScenarioResults, indicator: IndicatorResult) -> PublishedLine | None:
    """Return what was published of an indicator before the start; None where nothing was."""
    line = published_line(results.municipality, indicator)
    return None if line is None or line.last is None else line


def gap_dates(
    session: Session, results: ScenarioResults, line: PublishedLine | None
) -> Mapping[str, str] | None:
    """Return the months around the time that is not drawn: the last published, the run's first, and its figures'.

    None where nothing was published before the start, or where the run follows at once.
    """
    scenario = results.scenario
    if line is None or line.last is None or scenario.start - line.last < _GAP:
        return None
    dates = {
        "published": line.last,
        "start": scenario.start,
        "figures": vintage(scenario.baseline).start,
    }
    return {name: short_date(date, session.language) for name, date in dates.items()}


def gap_sentence(session: Session, results: ScenarioResults, indicator: IndicatorResult) -> str:
    """Return a sentence about the time that is not drawn, for who does not see the chart; "" where there is none."""
    dates = gap_dates(session, results, published_until(results, indicator))
    return "" if dates is None else session.page_text("chart.gap", **dates)
