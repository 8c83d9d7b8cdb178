"""What is predicted of a decision: the forecast as it stood, with all that moves a municipality's months.

The frozen path and its band hold what is uncertain of the effort. Real months are moved by more: the economy, and what
is a municipality's own. How far they have been from forecasts is measured (:mod:`model.forecast.predictive`), so the
wide band lies around the forecast times what the decision does to the run, draw by draw. A baseline that stands still
is no forecast, and its path may lie at the edge of the wide band.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.followup.decided import Predicted, Start, month_count, rounded
from model.forecast.beside_others import spread_beside_others
from model.forecast.method import MONTHS_A_YEAR
from model.forecast.panel import panel
from model.forecast.predictive import predict
from model.municipality.history import Benefit

Floats = NDArray[np.float64]
# Within the wide band ended 8 of 10.
COVERAGE: Final = 0.8
_ENDS: Final = (0.5 - COVERAGE / 2, 0.5 + COVERAGE / 2)
_POINTS: Final = 64  # of the error of a forecast, equally likely


def predicted_of(
    municipality: str, benefit: Benefit, months: Sequence[str], ratios: Floats, start: Start | None
) -> Predicted | None:
    """Return what is predicted of the months of a path; None where all of them were published already.

    Arguments: a municipality's id, the path's months [T], with the decision over without it in each draw [draws, T],
    and where the run began.
    """
    figures = panel(benefit)
    until = str(figures.months[-1])
    known = month_count(until)
    after = [number for number, month in enumerate(months) if month_count(month) > known]
    if not after:
        return None
    ahead = np.array([month_count(months[number]) - known for number in after])
    told = predict(municipality, benefit, int(ahead[-1]))
    forecast, deviation = told.central[ahead - 1], told.deviation[ahead - 1]
    z = np.array([NormalDist().inv_cdf((k + 0.5) / _POINTS) for k in range(_POINTS)])
    # Every draw of the effort with every error of the forecast [draws, points, months]: the two are independent.
    factors = ratios[:, None, after] * np.exp(z[None, :, None] * deviation)
    low, high = forecast * np.quantile(factors, _ENDS, axis=(0, 1))
    # What the others do is known from the months on that the run's level is the mean of.
    base, since = (
        (MONTHS_A_YEAR, known) if start is None else (len(start.months), month_count(start.months[-1]))
    )
    steps = np.array([month_count(months[number]) - since for number in after])
    size = figures.persons[-MONTHS_A_YEAR:, figures.ids.index(municipality)].mean(keepdims=True)
    local = spread_beside_others(benefit, base).ahead(int(steps[-1])).local(size)[steps - 1, 0]
    kept = {"forecast": forecast, "low": low, "high": high, "local": local}
    return Predicted(
        until=until,
        first=months[after[0]],
        **{name: tuple(rounded(float(value)) for value in values) for name, values in kept.items()},
    )
