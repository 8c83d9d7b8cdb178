"""Compute what the page Uncertainty shows: bands of the level and of the difference, chances, the tornado."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from model.budget.amounts import total_amount
from model.documents.axis import chosen_weeks
from model.documents.charts import CHART_POINTS, unit_label
from model.goals.results import GoalResult, IndicatorResult
from model.goals.series import indicator_key
from model.goals.status_text import chance_count, chance_words
from model.language.catalogue import long_date, number
from model.language.drawn_range import range_decimals, range_of_draws
from model.uncertainty.band_text import level_ends
from model.uncertainty.bands import Band, Fan, Quantiles
from model.uncertainty.draws import SingleFlightCache
from model.uncertainty.tornado import Swing
from pages.components.chart_with_table import Row
from pages.components.theme import Palette
from pages.session.bands import level_sentence
from pages.session.results import ScenarioResults, indicator_sentence, target_text
from pages.session.session import Session
from pages.views.uncertainty.charts import bands_table, fan_spec, tornado_spec

_BARS: Final = 10
_NOTHING: Final = 1e-9
# What is drawn of a fan that is on screen; it goes with the fan.
_MOST_DRAWN: Final = 16
_drawn: Final[WeakKeyDictionary[Fan, SingleFlightCache]] = WeakKeyDictionary()
_drawn_lock: Final = threading.Lock()


class UncertaintyView:
    """One scenario's fan in the visitor's language."""

    def __init__(self, session: Session, results: ScenarioResults, fan: Fan) -> None:
        self.session = session
        self.results = results
        self.fan = fan
        self.language = session.language

    def _text(self, key: str, **values: object) -> str:
        """Return a text of the page."""
        return self.session.text(f"page_sure.{key}", **values)

    @property
    def suppressed(self) -> str:
        """Return why the indicator in focus is not shown; empty where it is."""
        note = self._shown.status_note if self._shown.suppressed else None
        return note.text(self.language) if note else ""

    @property
    def _shown(self) -> IndicatorResult:
        """Return the indicator in focus."""
        return self.results.indicator(self.session.goal, self.session.indicator)

    @property
    def _band(self) -> Band:
        """Return the band of the indicator in focus."""
        return self.fan.indicators[indicator_key(self.results.goal(self.session.goal), self._shown)]

    def _once(self, part: str, palette: Palette, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what ``make`` gives, made once for all who look at the same fan in the same way."""
        session = self.session
        with _drawn_lock:
            drawn = _drawn.setdefault(self.fan, SingleFlightCache(_MOST_DRAWN))
        indicator = indicator_key(self.results.goal(session.goal), self._shown)
        shown: dict[str, Any] = drawn.get(
            (part, indicator, self.language, palette, session.present, session.level_band), make
        )
        return shown

    # --- bands ------------------------------------------------------------------------------------

    def level(self, palette: Palette) -> dict[str, Any]:
        """Return the chart of scenario and baseline with their bands, and the target."""
        return self._once("level", palette, lambda: self._level(palette))

    def _level(self, palette: Palette) -> dict[str, Any]:
        band, indicator = self._band, self._shown
        title = indicator.title.text(self.language)
        return {
            "table": bands_table(
                band.weeks, {"scenario": band.scenario, "baseline": band.baseline}, target=band.target
            ),
            "spec": fan_spec(
                unit_label(indicator, self.language),
                (
                    self._text("line.baseline"),
                    self._text("line.scenario"),
                    self._text("line.target", target=indicator.shown_target(self.language)),
                ),
                self.language,
                palette,
                self.session.present,
            ),
            "name": self._text("level.name", title=title),
            "sentence": f"{indicator_sentence(self.session, indicator)} "
            f"{level_sentence(self.session, indicator, band)}{self._zero(band)}",
            "rows": self._rows(band, band.scenario, signed=False),
        }

    def _zero(self, band: Band) -> str:
        """Return a note where the axis begins above zero."""
        lowest = min(float(np.nanmin(spread.low)) for spread in (band.scenario, band.baseline))
        target = lowest if band.target is None else band.target
        return f" {self.session.page_text('chart.not_zero')}." if min(lowest, target) > 0 else ""

    def difference(self, palette: Palette) -> dict[str, Any]:
        """Return the chart of the difference from the baseline with its band."""
        return self._once("difference", palette, lambda: self._difference(palette))

    def _difference(self, palette: Palette) -> dict[str, Any]:
        band, indicator = self._band, self._shown
        return {
            "table": bands_table(band.weeks, {"scenario": band.difference}, target=0.0),
            "spec": fan_spec(
                self._text("difference.unit", unit=self._difference_unit()),
                ("", self._text("line.scenario"), ""),
                self.language,
                palette,
                self.session.present,
            ),
            "name": self._text("difference.name", title=indicator.title.text(self.language)),
            "sentence": self._difference_sentence(band, indicator),
            "rows": self._rows(band, band.difference, signed=True),
        }

    def _difference_unit(self) -> str:
        """Return the unit of a difference: that of percentages is percentage points."""
        unit = unit_label(self._shown, self.language)
        return self._text("points") if unit == "%" else unit

    def _difference_sentence(self, band: Band, indicator: IndicatorResult) -> str:
        """Return the difference at the end with its range, and how certain its sign is."""
        if not self.session.scenario.changes:
            return self._text("difference.none")
        ends = band.difference.ends[np.isfinite(band.difference.ends)]
        # The last year's figure of each draw, as the cards and the sentence below the chart have it.
        told = range_of_draws(band.difference.ends)
        decimals = range_decimals(told.low, told.high, indicator.decimals)
        up = band.central_ends[0] >= band.central_ends[1]
        share = float((ends > 0).mean() if up else (ends < 0).mean()) if len(ends) else float("nan")

        def shown(value: float) -> str:
            """Format a difference."""
            return indicator.shown_difference(value, self.language, decimals)

        return self._text(
            "difference.sentence",
            low=shown(told.low),
            high=shown(told.high),
            sign=self._text(
                "difference.sure_up" if up else "difference.sure_down",
                share=chance_words(share, len(ends), self.language),
            ),
        )

    def _rows(self, band: Band, spread: Quantiles, *, signed: bool) -> list[Row]:
        """List the quantiles of each drawn week."""
        decimals = self._shown.decimals
        return [
            {
                self._text("week"): long_date(band.weeks[i], self.language),
                **{
                    self._text(name): number(
                        float(getattr(spread, name)[i]), self.language, decimals, signed=signed
                    )
                    for name in ("low", "lower", "central", "upper", "high")
                },
            }
            for i in chosen_weeks(len(band.weeks), CHART_POINTS)
        ]

    # --- chances and cost -------------------------------------------------------------------------

    def chances(self) -> list[Row]:
        """List the chance of every indicator that has a target."""
        rows = []
        for goal in self.results.goals:
            for indicator in goal.indicators:
                band = self.fan.indicators[indicator_key(goal, indicator)]
                if band.chance is None or band.chance_baseline is None or indicator.suppressed:
                    continue
                rows.append(self._chance(goal, indicator, band))
        return rows

    def _chance(self, goal: GoalResult, indicator: IndicatorResult, band: Band) -> Row:
        """Return one row of the table of chances."""
        ends = level_ends(band, indicator, self.language)
        return {
            self._text("chance.indicator"): self._text(
                "indicator_item", number=goal.number, indicator=indicator.title.text(self.language)
            ),
            self._text("chance.target"): target_text(self.session, indicator, "documents"),
            self._text("chance.baseline"): chance_count(band.chance_baseline, len(band.met), self.language),
            self._text("chance.scenario"): chance_count(band.chance, len(band.met), self.language),
            self._text("chance.band"): ""
            if ends is None
            else self._text("chance.range", low=ends[0], high=ends[1]),
        }

    def cost(self) -> str:
        """Return the sentence about the difference of net expenditure and its band."""
        ranges = self.fan.ranges
        assert ranges is not None
        clause = total_amount(self.results.budget, ranges).clause().text(self.language)
        totals = ranges.differences.sum(axis=1)
        return self._text(
            "budget.sentence",
            amount=clause[:1].upper() + clause[1:],
            share=chance_words(float((totals < 0).mean()), len(totals), self.language),
        )

    # --- tornado ----------------------------------------------------------------------------------

    def tornado(
        self, swings: Sequence[Swing], palette: Palette, *, by_difference: bool
    ) -> dict[str, Any] | None:
        """Return the chart of the families of assumptions that move the indicator most; None where none does."""
        indicator = self._shown
        ends = _tornado_ends(swings, self.language, by_difference=by_difference)
        if not ends:
            return None
        # One decimal more than the card: a family's part is often below the card's last one.
        decimals = indicator.decimals + 1

        def shown(value: float) -> str:
            """Format an end."""
            return number(value, self.language, decimals, signed=by_difference)

        columns = {
            "family": [row.family for row in ends],
            "order": list(range(len(ends))),
            "low": [row.low for row in ends],
            "high": [row.high for row in ends],
            "left": [min(row.low, row.high) for row in ends],
            "right": [max(row.low, row.high) for row in ends],
            "label_left": [shown(min(row.low, row.high)) for row in ends],
            "label_right": [shown(max(row.low, row.high)) for row in ends],
            "central": [row.central for row in ends],
        }
        rows = [
            {
                self._text("tornado.row"): row.family,
                self._text("tornado.low"): shown(row.low),
                self._text("central"): shown(row.central),
                self._text("tornado.high"): shown(row.high),
            }
            for row in ends
        ]
        unit = unit_label(indicator, self.language)
        if by_difference:
            unit = self._text("difference.unit", unit=self._difference_unit())
        unit_text = self._text("tornado.unit", unit=unit)
        return {
            "table": pa.table(columns),
            "spec": tornado_spec(unit_text, len(ends), self.language, palette, self.session.present),
            "name": self._text("tornado.name", title=indicator.title.text(self.language)),
            "sentence": self._text(
                "tornado.sentence", first=ends[0].family, low=shown(ends[0].low), high=shown(ends[0].high)
            ),
            "rows": rows,
        }


class _TornadoEnds(NamedTuple):
    """What a family of assumptions makes of the indicator at its low end, high end and centre."""

    family: str
    low: float
    high: float
    central: float


def _tornado_ends(swings: Sequence[Swing], language: str, *, by_difference: bool) -> list[_TornadoEnds]:
    """List the families that move the indicator, widest first, at most so many as the chart has bars."""
    suffix = "_difference" if by_difference else ""
    ends = [
        _TornadoEnds(
            swing.family.title(language),
            *(getattr(swing, f"{end}{suffix}") for end in ("low", "high", "central")),
        )
        for swing in swings
    ]
    return [row for row in ends if max(row[1:]) - min(row[1:]) > _NOTHING][:_BARS]
