"""Compute the first screen of the page Budget: columns per year with whiskers, and the chance of saving so much."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.budget.amounts import MILLION, Amount, BudgetRanges
from model.budget.sentences import years_sentence
from model.documents.axis import ends_around_zero
from model.goals.status_text import chance_count
from model.language.catalogue import number, years_text
from pages.components.theme import Palette
from pages.views.budget.charts import columns_spec, dots_spec
from pages.views.budget.view import BudgetView

Floats = NDArray[np.float64]

_DAYS_A_YEAR: Final = 365.25
# So many years have room for their ranges beside each other; more have them in the table alone.
_RANGES_UNTIL: Final = 5
# So many dots stand for the draws, on so many places.
DOTS: Final = 20
_PLACES: Final = 16
# The slider goes as far as nearly all draws do, in at most so many steps, and over at least so much a year.
_STEPS: Final = 20
_NEARLY_ALL: Final = 0.99
_NICE: Final = (1.0, 2.0, 5.0, 10.0)
_LEAST_SPAN: Final = 0.5  # million DKK


def columns(view: BudgetView, palette: Palette) -> dict[str, Any]:
    """Return the chart of the net difference of each budget year with its range."""
    years = [str(year) for year in view.result.years]
    ranges = [amount.range for amount in view.amounts]
    low = [None if one is None else one.low / MILLION for one in ranges]
    high = [None if one is None else one.high / MILLION for one in ranges]
    central = [_shown_as(amount) for amount in view.amounts]
    third = view.third
    marks = _marks(() if third is None else third.amounts, len(years))
    bottom, top = ends_around_zero([*central, *low, *high, *(place for mark in marks for place in mark)])
    few = len(years) <= _RANGES_UNTIL
    table = pa.table(
        {
            "year": pa.array(years),
            "amount": pa.array(central, pa.float64()),
            "low": pa.array(low, pa.float64()),
            "high": pa.array(high, pa.float64()),
            "kind": pa.array([colour_of(amount) for amount in view.amounts]),
            "label": pa.array([view.label_of(amount) for amount in view.amounts]),
            "ends": pa.array([amount.signed_ends(view.language) if few else "" for amount in view.amounts]),
            **{
                name: pa.array(places, pa.float64())
                for name, places in zip(
                    ("reference", "reference_low", "reference_high"), zip(*marks, strict=True), strict=True
                )
            },
            "bottom": pa.array([bottom] * len(years), pa.float64()),
            "top": pa.array([top] * len(years), pa.float64()),
        }
    )
    beside = [None] * (len(years) + 1) if third is None else [*third.amounts, third.total]
    rows = [
        {
            view.text_of("year"): name,
            view.text_of("category.net"): view.net_cell(amount),
            **view.range_cell(amount),
            **({} if third is None or other is None else third.cells(other)),
        }
        for name, amount, other in zip(
            (*years, view.text_of("total")), (*view.amounts, view.total), beside, strict=True
        )
    ]
    said = years_sentence(view.result.years, view.amounts, view.language)
    return {
        "table": table,
        "spec": columns_spec(view.text_of("columns.unit"), view.language, palette, view.session.present),
        "name": view.text_of("columns.name"),
        "sentence": said if third is None else f"{said} {third.in_chart()}",
        "rows": rows,
    }


def _marks(amounts: Sequence[Amount], years: int) -> list[tuple[float | None, float | None, float | None]]:
    """Return where the administration's proposal and the ends of its range stand each year; nothing without one."""
    if not amounts:
        return [(None, None, None)] * years
    ranges = [
        (None, None) if a.range is None else (a.range.low / MILLION, a.range.high / MILLION) for a in amounts
    ]
    return [(_shown_as(a), low, high) for a, (low, high) in zip(amounts, ranges, strict=True)]


def _shown_as(amount: Amount) -> float:
    """Return an amount in millions, nothing where it is told as nothing and has no range."""
    return 0.0 if amount.kind == "same" and amount.range is None else amount.central / MILLION


def colour_of(amount: Amount) -> str:
    """Return what the colour of an amount says: saved, spent, or either or nothing."""
    return {"saves": "saves", "lower": "saves", "costs": "costs", "higher": "costs"}.get(
        amount.kind, "either"
    )


class Chance:
    """How many of the draws save at least so much a year, in the prices that the reader has chosen."""

    def __init__(self, view: BudgetView, ranges: BudgetRanges) -> None:
        self.view = view
        self.ranges = ranges.times(view.factor)
        self.years = float(np.sum(view.result.days)) / _DAYS_A_YEAR
        self.saved: Floats = -self.ranges.a_year(self.years) / MILLION
        ends = np.quantile(self.saved, (1.0 - _NEARLY_ALL, _NEARLY_ALL))
        low, high = min(float(ends[0]), 0.0), max(float(ends[1]), 0.0)
        step = _nice(max(high - low, _LEAST_SPAN) / _STEPS)
        self._first, self._last = math.floor(low / step), math.ceil(high / step)
        self._step = step

    @property
    def options(self) -> list[float]:
        """Return what may be asked for, million DKK a year: below zero for what it may cost at most."""
        return [round(i * self._step, 6) for i in range(self._first, self._last + 1)]

    def option_label(self, least: float) -> str:
        """Return what a place of the slider asks for."""
        if not least:
            return self.view.text_of("chance.option.none")
        word = "saves" if least > 0 else "costs"
        return self.view.text_of(
            f"chance.option.{word}", n=number(abs(least), self.view.language, _decimals(least))
        )

    def sentence(self, least: float) -> str:
        """Return in how many draws at least so much is saved a year, or it costs at most so much, in millions."""
        chance = self.ranges.chance_of_saving(least * MILLION, self.years)
        word = "none" if not least else "saves" if least > 0 else "costs"
        n = number(abs(least), self.view.language, _decimals(least))
        return self.view.text_of(
            f"chance.{word}",
            share=chance_count(chance, len(self.saved), self.view.language),
            **({} if not least else {"n": n}),
        )

    def note(self) -> str:
        """Return what a year is, and that a lever has no price where that is so."""
        notes = [
            self.view.text_of(
                "chance.note",
                years=years_text(len(self.view.result.years), self.view.language),
                each=number(100 / DOTS, self.view.language),
            )
        ]
        if self.view.result.unpriced:
            notes.append(self.view.text_of("chance.unpriced"))
        return " ".join(notes)

    def dots(self, least: float, palette: Palette) -> dict[str, Any]:
        """Return the chart of the draws as dots, those in colour that save enough."""
        quantiles = np.quantile(self.saved, (np.arange(DOTS) + 0.5) / DOTS)
        # The axis is the slider's, so that a dot keeps its place while the slider moves.
        left, right = self.options[0], self.options[-1]
        width = (right - left) / _PLACES
        place = np.clip(np.floor((quantiles - left) / width), 0, _PLACES - 1).astype(int)
        row = [int((place[:i] == p).sum()) + 1 for i, p in enumerate(place)]
        columns = {
            "place": [*(left + (place + 0.5) * width).tolist(), left, right],
            "row": [*row, None, None],
            "enough": [*("yes" if value >= least else "no" for value in quantiles), None, None],
            "line": [*[None] * DOTS, least, None],
        }
        return {
            "table": pa.table(columns),
            "spec": dots_spec(
                self.view.text_of("chance.axis"),
                max(row),
                self.view.language,
                palette,
                self.view.session.present,
            ),
            "name": self.view.text_of("chance.name"),
        }


def _nice(step: float) -> float:
    """Return the next step that people count in."""
    ten = 10.0 ** math.floor(math.log10(step))
    return next(nice * ten for nice in _NICE if nice * ten >= step * (1 - 1e-9))


def _decimals(millions: float) -> int:
    """Return the decimals that a place of the slider needs."""
    return next(d for d in range(4) if d == 3 or math.isclose(millions, round(millions, d), abs_tol=1e-9))
