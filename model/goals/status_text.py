"""The status of an indicator in words, the same on pages and in documents."""

from __future__ import annotations

from model.goals.results import IndicatorResult
from model.language.catalogue import short_date, text


def status_words(indicator: IndicatorResult, language: str) -> tuple[str, str]:
    """Return an indicator's status as the components' key and in words; an assumed target earns no tick."""
    if indicator.status == "reached":
        shape = "reached_assumed" if indicator.assumed else "reached"
        if indicator.reached_on is None:
            return shape, text(f"page.status.{shape}", language)
        since = short_date(indicator.reached_on, language)
        return shape, text(f"page.status.{shape}_since", language, date=since)
    if indicator.status == "none":
        better = {True: "better", False: "worse", None: "none"}[indicator.better]
        return "none", text(f"page.status.{better}", language)
    return indicator.status, text(f"page.status.{indicator.status}", language)
