"""How sure an answer is: draws over all uncertain numbers, bands of scenario, baseline and difference, tornado.

What other modules use of ``draws``, ``fan`` and ``tornado`` in one place.
"""

from __future__ import annotations

from model.draws import Cancelled, Draws, TooManyRefused, WrongDraws, are_ready, draws_for
from model.fan import BUDGET, Band, BudgetBand, EndValue, Fan, Spread, beats, end_values, fan
from model.tornado import Swing, tornado

__all__ = [
    "BUDGET",
    "Band",
    "BudgetBand",
    "Cancelled",
    "Draws",
    "EndValue",
    "Fan",
    "Spread",
    "Swing",
    "TooManyRefused",
    "WrongDraws",
    "are_ready",
    "beats",
    "draws_for",
    "end_values",
    "fan",
    "tornado",
]
