"""Name the assumptions that are worth asking a room about: those that move what a scenario changes most.

The tornado moves a family of assumptions at a time; a room is asked about single numbers. So of each of the widest
families the one number is named that alone moves the scenario's difference most between its ends.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.municipality.municipality import Municipality
from model.parameters.families import Drawable, drawables, reach
from model.scenario.scenario import Scenario
from model.uncertainty.draw_runs import FanOptions
from model.uncertainty.draws import Progress, calibrate_draws
from model.uncertainty.end_values import BUDGET, end_values
from model.uncertainty.tornado import Swing, TornadoOptions, tornado
from model.workshop.course import MOST_BELIEFS

Floats = NDArray[np.float64]
# A family that moves the difference by less than this share of what the first one does is not worth a room's time.
_LEAST_SHARE: Final = 0.05


@dataclass(frozen=True)
class Named:
    """One assumption: its family's swing, and how far it alone moves the difference between its ends."""

    parameter: str
    swing: Swing
    width: float


def named_assumptions(
    municipality: Municipality,
    scenario: Scenario,
    figure: str,
    most: int = MOST_BELIEFS,
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> tuple[Named, ...]:
    """Return the main number of each of the families that move a figure's difference most, widest family first.

    ``figure`` is ``goal.indicator`` or ``budget``. None where nothing moves it. Raises as :func:`tornado`.
    """
    options = TornadoOptions(by_difference=True)
    swings = tornado(municipality, scenario, figure, options, cancel=cancel, progress=progress)[:most]
    if not swings or not swings[0].width_difference > 0.0:
        return ()
    widest = swings[0].width_difference
    swings = tuple(swing for swing in swings if swing.width_difference >= _LEAST_SHARE * widest)
    varied = drawables(municipality.register, municipality.overrides)
    members = [one for swing in swings for one in varied if one.family.id == swing.family.id]
    widths = _widths_alone(municipality, scenario, figure, varied, members, cancel=cancel, progress=progress)
    found = []
    for swing in swings:
        main = max(swing.parameters, key=lambda one: widths[one])
        found.append(Named(main, swing, widths[main]))
    return tuple(found)


def _widths_alone(
    municipality: Municipality,
    scenario: Scenario,
    figure: str,
    varied: Sequence[Drawable],
    members: Sequence[Drawable],
    **work: Any,
) -> dict[str, float]:
    """Return by id how far each number alone moves the difference between its ends, all others central."""
    central = np.array([one.central for one in varied])
    place = {one.id: i for i, one in enumerate(varied)}
    ends = [(place[one.id], end) for one in members for end in (one.low, one.high)]
    tried = [0] * len(ends)
    shares = reach()

    def values_at(i: int) -> Floats:
        """Return all numbers central but one, which stands as near its end as it has been let."""
        values, (column, end) = central.copy(), ends[i]
        values[column] += shares[tried[i]] * (end - central[column])
        return values

    def nearer(row: int) -> Floats | None:
        """Return the next nearer point for an end that cannot be run."""
        i = row - 1
        if i < 0 or tried[i] + 1 >= len(shares):
            return None
        tried[i] += 1
        return values_at(i)

    points = np.stack([central, *(values_at(i) for i in range(len(ends)))])
    ids = tuple(one.id for one in varied)
    draws = calibrate_draws(municipality, ids, points, replacement=nearer, **work)
    is_budget = figure == BUDGET
    options = FanOptions(() if is_budget else (figure,), with_budget=is_budget)
    difference = end_values(draws, [scenario], options, **work)[figure].difference[0]
    if is_budget:
        difference = difference.sum(axis=1)
    out = {}
    for i, one in enumerate(members):
        three = difference[[0, 1 + 2 * i, 2 + 2 * i]]
        known = three[np.isfinite(three)]
        out[one.id] = float(known.max() - known.min()) if len(known) else 0.0
    return out
