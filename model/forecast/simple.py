"""The simple forecasts that stand beside ours: last value, last year's value, last year's shape, as the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from model.forecast.method import MONTHS_A_YEAR, Floats

SIMPLE: Final = ("last", "last_year", "shape", "others")


def simple_forecasts(persons: Floats, horizon: int) -> Mapping[str, Floats]:
    """Return the simple forecasts of the months after the last, [horizon, M] each; persons [T, M], T over 12.

    - ``last``: the last month's figure.
    - ``last_year``: the same month's figure a year before.
    - ``shape``: the last month's figure, moved as the municipality itself moved in the same months a year before.
    - ``others``: the last month's figure, moved as all the other municipalities together moved a year before. (How they
      will move is not known; moved as they *turned out to*, it is no forecast.)

    ``shape`` and ``others`` are the last figure where T is 12. Raises ValueError for a horizon above a year or for
    fewer than twelve months.
    """
    known = len(persons)
    if not 0 < horizon <= MONTHS_A_YEAR or known < MONTHS_A_YEAR:
        raise ValueError(f"{known} months cannot be forecast {horizon} months ahead")
    last = persons[-1]
    out = {
        "last": np.repeat(last[None], horizon, axis=0),
        "last_year": persons[known - MONTHS_A_YEAR : known - MONTHS_A_YEAR + horizon],
    }
    if known == MONTHS_A_YEAR:
        return out | dict.fromkeys(("shape", "others"), out["last"])
    before = persons[known - 1 - MONTHS_A_YEAR]
    others = persons.sum(axis=1, keepdims=True) - persons
    step = slice(known - MONTHS_A_YEAR, known - MONTHS_A_YEAR + horizon)
    out["shape"] = last * persons[step] / np.maximum(before, 1.0)
    # With one series alone there are no others: then as it moved itself.
    many = persons.shape[1] > 1
    out["others"] = last * others[step] / others[known - 1 - MONTHS_A_YEAR] if many else out["shape"]
    return out
