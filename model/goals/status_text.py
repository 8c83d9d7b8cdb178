"""The status of an indicator in words, the same on pages, in documents and on the command line."""

from __future__ import annotations

import math
from typing import Final

from model.goals.results import IndicatorResult
from model.language.catalogue import number, percent, short_date, text

# A target that is reached in fewer of the draws than this is one that may be reached.
_LIKELY: Final = 0.5
_SMALLEST_SHARE: Final = 0.01


def status_words(
    indicator: IndicatorResult, language: str, chance: float | None = None, draws: int = 0
) -> tuple[str, str]:
    """Return an indicator's status as the components' key and in words.

    Arguments: ``chance`` is the share (0-1) of ``draws`` in which the target is met; None where it is not known yet. An
    assumed target earns no tick, and one that is met in fewer than half of the draws no green.
    """
    status = indicator.status
    if status == "reached":
        return _reached(indicator, language, chance, draws)
    if status in ("reached_anyway", "effort_reached"):
        return status, text(f"goals.status.{status}", language)
    if status == "better_in_time":
        return status, text("goals.status.better_in_time", language, year=indicator.reached_in)
    if status == "better" and indicator.share_of_way is not None:
        share = indicator.share_of_way
        shown = percent(max(share, _SMALLEST_SHARE), language)
        key = "goals.status.better_short" if share >= _SMALLEST_SHARE else "goals.status.better_hardly"
        return status, text(key, language, share=shown)
    if status in ("better", "worse") and indicator.target is None:
        size = indicator.shown_change(language)
        return status, text(f"goals.status.{status}_by", language, change=size)
    return status, text(f"goals.status.{status}", language)


def _reached(indicator: IndicatorResult, language: str, chance: float | None, draws: int) -> tuple[str, str]:
    """Return the words of a target that the central run meets, with the chance where it is known."""
    shape = "reached_assumed" if indicator.assumed else "reached"
    if chance is not None:
        if chance < _LIKELY:
            shape = "may_be_reached"
        return shape, text(
            f"goals.status.{shape}_chance", language, share=chance_words(chance, draws, language)
        )
    if indicator.reached_on is None:
        return shape, text(f"goals.status.{shape}", language)
    since = short_date(indicator.reached_on, language)
    return shape, text(f"goals.status.{shape}_since", language, date=since)


def chance_words(chance: float | None, draws: int, language: str) -> str:
    """Return a share (0-1) of the draws as people count: "87 af 100", "ingen af 128", "alle 128"; "" for None."""
    if chance is None:
        return ""
    if math.isclose(chance, 0.0):
        return text("goals.chance.none", language, n=number(draws, language))
    if math.isclose(chance, 1.0):
        return text("goals.chance.all", language, n=number(draws, language))
    # Neither none nor all of a hundred, where it is some of them.
    hundred = min(max(round(100 * chance), 1), 99)
    return text("goals.chance.some", language, n=number(hundred, language))
