"""The status of an indicator in words, the same on pages, in documents and on the command line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from model.goals.results import IndicatorResult
from model.language.catalogue import number, percent, short_date, text

# A target that is reached in fewer of the draws than this is one that may be reached.
_LIKELY: Final = 0.5
_SMALLEST_SHARE: Final = 0.01
# Statuses that compare with the baseline. What is reached has its chance, and effort is not a result.
_BESIDE_BASELINE: Final = frozenset({"better", "better_in_time", "same", "worse"})
# What so many of the draws agree on is told as what is.
_AGREED: Final = 0.9
# Where they do not agree, what happens in fewer of them than this is not told.
_RARE: Final = 0.05
# The phrases for a share of the draws, between none and all: each with the share that it ends before.
_PHRASES: Final = ((0.1, "hardly"), (0.45, "minority"), (0.55, "half"), (0.9, "most"), (1.0, "nearly"))


@dataclass(frozen=True)
class DrawnStatus:
    """What the draws say of an indicator beside its baseline, as shares (0-1) of the draws."""

    draws: int
    chance: float | None  # that meet the target; None where there is none
    better: float  # better than the baseline by at least what counts as movement
    worse: float


def status_words(
    indicator: IndicatorResult, language: str, drawn: DrawnStatus | None = None
) -> tuple[str, str]:
    """Return an indicator's status as the components' key and in words.

    Arguments: ``drawn`` is what the draws say; None where it is not known yet. An assumed target earns no tick, and one
    that is met in fewer than half of the draws no green. Better or worse is what nine of ten draws agree on.
    """
    status = indicator.status
    if status == "reached":
        return _reached(indicator, language, drawn)
    if status in _BESIDE_BASELINE and drawn is not None and (unsure := _unsure(drawn, language)) is not None:
        return unsure
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


def _reached(indicator: IndicatorResult, language: str, drawn: DrawnStatus | None) -> tuple[str, str]:
    """Return the words of a target that the central run meets, with the chance where it is known."""
    shape = "reached_assumed" if indicator.assumed else "reached"
    if drawn is not None and drawn.chance is not None:
        if drawn.chance < _LIKELY:
            shape = "may_be_reached"
        share = chance_count(drawn.chance, drawn.draws, language)
        return shape, text(f"goals.status.{shape}_chance", language, share=share)
    if indicator.reached_on is None:
        return shape, text(f"goals.status.{shape}", language)
    since = short_date(indicator.reached_on, language)
    return shape, text(f"goals.status.{shape}_since", language, date=since)


def _unsure(drawn: DrawnStatus, language: str) -> tuple[str, str] | None:
    """Return the status where the draws do not agree whether it is better, equal or worse; None where they do."""
    shares = {"better": drawn.better, "same": 1.0 - drawn.better - drawn.worse, "worse": drawn.worse}
    if max(shares.values()) >= _AGREED:
        return None
    possible = {name for name, share in shares.items() if share > _RARE}
    if {"better", "worse"} <= possible:
        status = "better_or_worse"
    else:
        status = "same_or_better" if "better" in possible else "same_or_worse"
    better, worse = (chance_count(share, drawn.draws, language) for share in (drawn.better, drawn.worse))
    return status, text(f"goals.status.{status}", language, better=better, worse=worse)


def chance_count(chance: float | None, draws: int, language: str) -> str:
    """Return a share (0-1) of the draws as people count: "87 af 100", "ingen af 128", "alle 128"; "" for None."""
    if chance is None:
        return ""
    if math.isclose(chance, 0.0, abs_tol=1e-12):
        return text("goals.chance.none", language, n=number(draws, language))
    if math.isclose(chance, 1.0):
        return text("goals.chance.all", language, n=number(draws, language))
    # Neither none nor all of a hundred, where it is some of them.
    hundred = min(max(round(100 * chance), 1), 99)
    return text("goals.chance.some", language, n=number(hundred, language))


def chance_words(chance: float | None, draws: int, language: str) -> str:
    """Return a share (0-1) of the draws in one of seven phrases, with its number: "de fleste beregninger (87 af 100)".

    "" for None. They are phrases of how many calculations, not of how probable it is: the draws hold the uncertain
    assumptions alone.
    """
    count = chance_count(chance, draws, language)
    if chance is None:
        return ""
    if math.isclose(chance, 0.0, abs_tol=1e-12) or math.isclose(chance, 1.0):
        return text("goals.chance.words.exact", language, share=count)
    phrase = next(name for end, name in _PHRASES if chance < end)
    return text(f"goals.chance.words.{phrase}", language, share=count)
