"""Where a municipality is heading with no changes: the last published months, the forecast and its bands, in words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.disclosure import are_small
from model.forecast.method import Floats
from model.forecast.panel import panel
from model.forecast.predictive import Prediction, predict
from model.forecast.tried import LONGEST
from model.language.catalogue import number, short_date
from model.language.messages import Message, Phrase
from model.municipality.figures import monthly
from model.municipality.history import SERIES, Benefit

# Months before the last published one that are drawn, and how much of what may come the told band holds.
DRAWN_MONTHS: Final = 36
TOLD_COVERAGE: Final = 0.8
INNER_COVERAGE: Final = 0.5


@dataclass(frozen=True, eq=False)
class Outlook:
    """A municipality's published months and what is expected of the year after them; NaN for what is not shown."""

    prediction: Prediction
    months: NDArray[np.datetime64]  # [T] those before, the last published one too
    published: Floats  # [T]

    def sentence(self) -> Message:
        """Say what is expected a year after the last published month, and how sure that is."""
        one = self.prediction
        low, high = one.band(TOLD_COVERAGE)
        return Message(
            "forecast.outlook",
            benefit=Message(f"forecast.benefit.{one.benefit}"),
            last=Phrase(number, one.last),
            month=Phrase(short_date, _first_day(one.last_month)),
            then=Phrase(number, float(one.central[-1])),
            then_month=Phrase(short_date, _first_day(one.months[-1])),
            low=Phrase(number, float(low[-1])),
            high=Phrase(number, float(high[-1])),
        )


def _first_day(month: np.datetime64) -> datetime.date:
    """Return the first day of a month as what dates are written from."""
    return datetime.date.fromisoformat(f"{month}-01")


@lru_cache(maxsize=256)
def outlook(municipality: str, benefit: Benefit) -> Outlook | None:
    """Return where a municipality by id is heading; None where its figures are too small to be shown.

    Raises KeyError for an unknown municipality.
    """
    one = predict(municipality, benefit, LONGEST)
    series = monthly(*SERIES[benefit])[municipality]
    months = panel(benefit).months[-DRAWN_MONTHS:]
    values = np.array([_figure(series.get(str(month).replace("-", "M"))) for month in months])
    low, _ = one.band(TOLD_COVERAGE)
    if not np.isfinite(values[-1]) or are_small(np.append(low, one.last)).any():
        return None
    return Outlook(one, months, np.where(are_small(values), np.nan, values))


def _figure(value: float | None) -> float:
    """Return a published figure, NaN where there is none."""
    return float("nan") if value is None else value
