"""Which assumption moves this goal most: each family of assumptions at its low and its high end, all else central.

A family moves as a whole (``uncertainty.yaml``); an end that cannot be run is approached as far as it can be, and says
so. Both ends of all families are calibrated once per municipality and kept.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.goals.benchmark import Area
from model.municipality.municipality import Municipality
from model.parameters.families import Drawable, Family, drawables, reach
from model.scenario.scenario import Scenario
from model.uncertainty.draw_runs import FanOptions, check_indicators
from model.uncertainty.draws import Draws, Progress, SingleFlightCache, calibrate_draws
from model.uncertainty.end_values import BUDGET, end_values

Floats = NDArray[np.float64]

_MAX_KEPT: Final = 3


@dataclass(frozen=True)
class Swing:
    """One family of assumptions at both ends; levels and differences from the baseline, in the indicator's unit
    (DKK over the whole run for the budget).
    """

    family: Family
    parameters: tuple[str, ...]
    low: float  # the scenario with the family at its low end
    high: float
    central: float
    low_difference: float  # scenario less baseline, both at the low end
    high_difference: float
    central_difference: float
    low_reach: float  # share of the way to the end that could be run; 1 is the end itself
    high_reach: float

    @property
    def width(self) -> float:
        """Return how far the scenario's level moves between the ends and the centre."""
        return _width(self.low, self.high, self.central)

    @property
    def width_difference(self) -> float:
        """Return the same of the difference from the baseline."""
        return _width(self.low_difference, self.high_difference, self.central_difference)


def _width(*values: float) -> float:
    """Return the largest less the smallest of the known values; 0 where none is known."""
    known = [value for value in values if np.isfinite(value)]
    return max(known) - min(known) if known else 0.0


@dataclass(frozen=True, eq=False)
class FamilyEnds:
    """The centre, then both ends of every family, calibrated."""

    draws: Draws
    families: tuple[tuple[Family, tuple[str, ...]], ...]
    reach: tuple[tuple[float, float], ...]


_ends: Final = SingleFlightCache(_MAX_KEPT)


@dataclass(frozen=True)
class TornadoOptions:
    """Which families are moved, by what they are ordered, and how the rank is found."""

    families: Sequence[str] | None = None  # by id; all if None
    by_difference: bool = False  # order by the difference from the baseline in place of the level
    area: Area | None = None  # as for ``evaluate_goals``
    peers_stand_still: bool = False


_DEFAULT_OPTIONS: Final = TornadoOptions()


def tornado(
    municipality: Municipality,
    scenario: Scenario | None,
    indicator: str,
    options: TornadoOptions = _DEFAULT_OPTIONS,
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> tuple[Swing, ...]:
    """Compute every family's swing of an indicator (``goal.indicator``) or of the net cost (``budget``), widest first.

    A family whose numbers stand against one another (``tilt``) leans one way at its low end and the other way at its
    high end. Raises Cancelled, and WrongDraws for an unknown indicator.
    """
    is_budget = indicator == BUDGET
    if not is_budget:
        check_indicators(municipality, (indicator,))
    family_ids = None if options.families is None else tuple(options.families)
    ends: FamilyEnds = _ends.get(
        (municipality.key, family_ids),
        lambda: _calibrated_ends(municipality, family_ids, cancel, progress),
        cancel,
    )
    figures = FanOptions(
        () if is_budget else (indicator,),
        with_budget=is_budget,
        area=options.area,
        peers_stand_still=options.peers_stand_still,
    )
    values = end_values(ends.draws, [scenario], figures, cancel=cancel, progress=progress)[indicator]
    level, difference = values.scenario[0], values.difference[0]
    if is_budget:
        level, difference = level.sum(axis=1), difference.sum(axis=1)
    swings = []
    for i, ((family, parameters), reached) in enumerate(zip(ends.families, ends.reach, strict=True)):
        low, high = 1 + 2 * i, 2 + 2 * i
        swings.append(
            Swing(
                family=family,
                parameters=parameters,
                low=float(level[low]),
                high=float(level[high]),
                central=float(level[0]),
                low_difference=float(difference[low]),
                high_difference=float(difference[high]),
                central_difference=float(difference[0]),
                low_reach=reached[0],
                high_reach=reached[1],
            )
        )
    # Equal widths keep the families' order.
    return tuple(sorted(swings, key=lambda s: -(s.width_difference if options.by_difference else s.width)))


def _calibrated_ends(
    municipality: Municipality,
    family_ids: tuple[str, ...] | None,
    cancel: threading.Event | None,
    progress: Progress | None,
) -> FamilyEnds:
    """Calibrate the centre and both ends of every family, nearer ones where an end cannot be run."""
    varied = drawables(municipality.register, municipality.overrides)
    central = np.array([drawable.central for drawable in varied])
    every = dict.fromkeys(drawable.family for drawable in varied)
    families = tuple(family for family in every if family_ids is None or family.id in family_ids)
    ends = [_end(varied, family, way) for family in families for way in (-1.0, 1.0)]
    tried = [0] * len(ends)
    shares = reach()

    def values_at_end(i: int) -> Floats:
        return np.asarray(central + shares[tried[i]] * (ends[i] - central))

    def nearer(row: int) -> Floats | None:
        i = row - 1
        if i < 0 or tried[i] + 1 >= len(shares):
            return None
        tried[i] += 1
        return values_at_end(i)

    values = np.stack([central, *(values_at_end(i) for i in range(len(ends)))])
    ids = tuple(drawable.id for drawable in varied)
    draws = calibrate_draws(municipality, ids, values, replacement=nearer, cancel=cancel, progress=progress)
    reached = [shares[t] for t in tried]
    members = tuple((family, tuple(d.id for d in varied if d.family is family)) for family in families)
    return FamilyEnds(draws, members, tuple(zip(reached[::2], reached[1::2], strict=True)))


def _end(varied: Sequence[Drawable], family: Family, way: float) -> Floats:
    """Return all numbers central but those of the family, which stand at one end."""
    return np.array(
        [
            drawable.central
            if drawable.family is not family
            else drawable.high
            if drawable.sign * way > 0
            else drawable.low
            for drawable in varied
        ]
    )
