"""Tell how far off forecasts were: errors by months ahead, what bands covered, one municipality beside all.

Pages and commands draw the same rows and say the same sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np

from model.disclosure import is_small
from model.forecast.method import Floats
from model.forecast.predictive import COVERAGES, coverage_of, spread, spread_of
from model.forecast.simple import SIMPLE
from model.forecast.tried import HORIZONS, LONGEST, METHODS, OURS, Tried, tried
from model.language.catalogue import listed, number, text
from model.language.messages import Localized, Message, Phrase
from model.municipality.figures import Months, monthly
from model.municipality.history import SERIES, Benefit

# The months ahead that the first sentence tells: half a year.
TOLD: Final = 6
_ONE_DECIMAL_BELOW: Final = 10.0


@dataclass(frozen=True)
class ErrorRow:
    """Mean absolute errors so many months ahead, by method."""

    months_ahead: int
    persons: Mapping[str, float]
    per_cent: Mapping[str, float]  # of the start's figure

    @property
    def best_simple(self) -> str:
        """Return the simple forecast with the smallest error in persons."""
        return min(SIMPLE, key=lambda name: self.persons[name])

    @property
    def simple(self) -> float:
        """Return the error of the best simple forecast, persons."""
        return self.persons[self.best_simple]

    @property
    def ours(self) -> float:
        """Return the error of our forecast, persons."""
        return self.persons[OURS]

    @property
    def is_beaten(self) -> bool:
        """Return whether a simple forecast was nearer, by what a reader is shown."""
        return _rounded(self.simple) < _rounded(self.ours)


@dataclass(frozen=True)
class CoverageRow:
    """The share of figures that were within a band [horizons of HORIZONS]."""

    coverage: float  # what the band promises
    same: tuple[float, ...]  # on the starts that it was measured on
    earlier: tuple[float, ...]  # the earlier half of the starts, by a band measured on the later half
    later: tuple[float, ...]  # the later half, by a band measured on the earlier


def error_rows(runs: Tried, horizons: tuple[int, ...] = HORIZONS) -> tuple[ErrorRow, ...]:
    """Return the errors of forecasts that were tried, one row per horizon."""
    return tuple(
        ErrorRow(
            h,
            MappingProxyType({name: float(runs.absolute[name][h - 1]) for name in METHODS}),
            MappingProxyType({name: float(runs.per_cent[name][h - 1]) for name in METHODS}),
        )
        for h in horizons
    )


def alone(runs: Tried, municipality: str) -> Tried:
    """Return the forecasts of one municipality. Raises ValueError for an unknown one."""
    i = runs.ids.index(municipality)
    one = slice(i, i + 1)
    return Tried(
        runs.ids[one],
        runs.starts,
        runs.known[:, one],
        runs.actual[:, :, one],
        MappingProxyType({name: f[:, :, one] for name, f in runs.forecasts.items()}),
    )


def own_rows(benefit: Benefit, municipality: str) -> tuple[ErrorRow, ...] | None:
    """Return the errors of one municipality, None where one of its months is small or hidden.

    A mean of differences would tell such a month. Raises KeyError for an unknown municipality.
    """
    if not all_shown(monthly(*SERIES[benefit])[municipality]):
        return None
    return error_rows(alone(tried(benefit), municipality))


def all_shown(series: Months) -> bool:
    """Return whether every month of a published series may be shown."""
    return all(value is not None and not is_small(value) for value in series.values())


@lru_cache(maxsize=2)
def coverage_rows(benefit: Benefit) -> tuple[CoverageRow, ...]:
    """Return what the bands of a benefit covered: on the starts they were measured on, and on the other half."""
    runs, measured = tried(benefit), spread(benefit)
    first = np.arange(len(runs.starts)) < len(runs.starts) // 2
    early, late = runs.of(first), runs.of(~first)
    by_early, by_late = spread_of(early), spread_of(late)
    return tuple(
        CoverageRow(
            coverage,
            _at_horizons(coverage_of(runs, measured, coverage)),
            _at_horizons(coverage_of(early, by_late, coverage)),
            _at_horizons(coverage_of(late, by_early, coverage)),
        )
        for coverage in COVERAGES
    )


def _at_horizons(shares: Floats) -> tuple[float, ...]:
    """Pick the horizons that are told of all [H]."""
    return tuple(float(shares[h - 1]) for h in HORIZONS)


# --- in words --------------------------------------------------------------------------------------


def _rounded(persons: float) -> float:
    """Round an error as a reader is shown it."""
    return round(persons, 1 if persons < _ONE_DECIMAL_BELOW else 0)


def error_text(persons: float, language: str) -> str:
    """Format a mean error in persons: small ones with a decimal."""
    return number(persons, language, 1 if persons < _ONE_DECIMAL_BELOW else 0)


def ahead_text(months: int, language: str) -> str:
    """Return so many months in words."""
    return text("forecast.ahead.one" if months == 1 else "forecast.ahead.many", language, n=months)


def method_name(name: str, language: str) -> str:
    """Name a method as tables do."""
    return text(f"forecast.method.{name}", language)


def each_cells(rows: tuple[ErrorRow, ...], language: str) -> list[str]:
    """Return forecast and best simple guess by months ahead, as lists of municipalities show them."""
    return [
        text(
            "forecast.each.cell",
            language,
            ours=error_text(row.ours, language),
            simple=error_text(row.simple, language),
        )
        for row in rows
    ]


def told(row: ErrorRow, who: str) -> Localized:
    """Return one sentence of how far off the forecast of ``who`` was beside the best simple one."""
    key = "same" if _rounded(row.ours) == _rounded(row.simple) else "differs"
    return Message(
        f"forecast.told.{key}",
        name=who,
        months=Phrase(ahead_text, row.months_ahead),
        ours=Phrase(error_text, row.ours),
        simple=Phrase(error_text, row.simple),
    )


def told_of_all(benefit: Benefit) -> Localized:
    """Return one sentence of how far off the forecasts of all municipalities were, by months ahead."""
    rows = error_rows(tried(benefit))
    return Message(
        "forecast.told.all",
        months=Phrase(listed, [str(row.months_ahead) for row in rows]),
        ours=Phrase(listed, [Phrase(error_text, row.ours) for row in rows]),
        simple=Phrase(listed, [Phrase(error_text, row.simple) for row in rows]),
    )


def beaten(rows: tuple[ErrorRow, ...], who: str) -> Localized | None:
    """Return in a sentence where a simple forecast was nearer for one municipality, None where nowhere."""
    where = [
        Message(
            "forecast.beaten.at",
            months=Phrase(ahead_text, row.months_ahead),
            simple=Phrase(error_text, row.simple),
            ours=Phrase(error_text, row.ours),
            method=Phrase(method_name, row.best_simple),
        )
        for row in rows
        if row.is_beaten
    ]
    return Message("forecast.beaten", name=who, where=Phrase(listed, where)) if where else None


def which_is_shown(benefit: Benefit) -> Localized:
    """Say whether a simple forecast is shown at any of the twelve months ahead."""
    runs = tried(benefit)
    simple = [h for h in range(1, LONGEST + 1) if runs.shown(h) != OURS]
    if not simple:
        return Message("forecast.shown.ours")
    return Message("forecast.shown.simple", months=Phrase(listed, [str(h) for h in simple]))


def halves_told(benefit: Benefit) -> Localized:
    """Say what the 80 per cent band covered, and how far that was from its promise on the other half of the starts."""
    row = next(row for row in coverage_rows(benefit) if row.coverage == COVERAGES[1])
    other = (*row.earlier, *row.later)
    return Message(
        "forecast.halves",
        low=round(100 * min(row.same)),
        high=round(100 * max(row.same)),
        least=round(100 * min(other)),
        most=round(100 * max(other)),
    )


def caveats() -> tuple[Localized, ...]:
    """Return what must be known of the test: how it was chosen, what a band holds, what comes next."""
    return tuple(Message(f"forecast.caveat.{key}") for key in ("chosen", "others", "in_band", "not_in_band"))
