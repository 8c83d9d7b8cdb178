"""Compute what the path of a lever draws in its form: its steps, and where in time and value each may be dragged to."""

from __future__ import annotations

import datetime
from typing import Any, Final

from model.language.catalogue import long_date, text
from model.scenario.levers import baseline_value, bounds
from model.scenario.scenario import Scenario, municipality_of
from pages.session.lever_draft import LeverDraft, Reading

_MONTHS: Final = 12
_QUARTERS: Final = (1, 4, 7, 10)
_LOCALES: Final = {"da": "da-DK", "en": "en-GB"}


def lever_path_data(
    scenario: Scenario, draft: LeverDraft, reading: Reading, words: dict[str, str], language: str
) -> dict[str, Any]:
    """Return what the browser draws; ``words`` has the chart's name, its unit and what stands behind a value."""
    municipality = municipality_of(scenario)
    low, high = bounds(draft.lever, municipality)
    numbers = {step.key: n for n, step in enumerate(draft.steps, start=1)}
    return {
        **words,
        "token": draft.token,
        "locale": _LOCALES[language],
        "base": baseline_value(draft.lever, municipality, draft.group),
        "min": low,
        "max": high,
        "step": draft.lever.step,
        "days": (scenario.end - scenario.start).days,
        "years": [
            {"day": (date - scenario.start).days, "label": str(date.year)}
            for date in _month_starts(scenario)
            if date.month == 1 or date == scenario.start
        ],
        "stops": [
            {
                **_place(date, scenario, language),
                "quarter": date.month in _QUARTERS,
            }
            for date in _month_starts(scenario)
        ],
        "steps": [
            {
                **_place(change.from_, scenario, language),
                "key": key,
                "weeks": change.phase_in_weeks,
                "to": change.to,
                "label": text("page_lever.path.handle", language, n=numbers[key]),
            }
            for key, change in reading.steps.items()
        ],
    }


def _place(date: datetime.date, scenario: Scenario, language: str) -> dict[str, Any]:
    """Return a day as the browser takes it: counted from the start, for the log, and in words."""
    return {
        "day": (date - scenario.start).days,
        "date": date.isoformat(),
        "words": long_date(date, language),
    }


def _month_starts(scenario: Scenario) -> list[datetime.date]:
    """Return the first day of the run and of each month after it."""
    first = scenario.start.year * _MONTHS + scenario.start.month
    last = scenario.end.year * _MONTHS + scenario.end.month
    months = (datetime.date(i // _MONTHS, i % _MONTHS + 1, 1) for i in range(first, last))
    return [scenario.start, *(date for date in months if scenario.start < date < scenario.end)]
