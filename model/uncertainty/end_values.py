"""What many scenarios come to over the same draws, and in how many of them one is better than another."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.goals.status import national_levels_of
from model.municipality.goal_specs import Direction
from model.scenario.scenario import Scenario
from model.uncertainty.draw_runs import DEFAULT_OPTIONS, DrawRunner, FanOptions, run_paths
from model.uncertainty.draws import Draws, Progress

Floats = NDArray[np.float64]


BUDGET: Final = "budget"


@dataclass(frozen=True, eq=False)
class EndValue:
    """What S scenarios come to, draw by draw: [S, count], the budget's per year [S, count, Y].

    Under the assumptions alone, for scenarios to be held against each other; ``met`` is of the level with the months
    ahead, as a band's.
    """

    scenario: Floats
    baseline: Floats
    met: Floats | None = None  # [S, count] as ``Band.met``; None for the budget

    @property
    def difference(self) -> Floats:
        """Return scenario less its own baseline."""
        return self.scenario - self.baseline


def end_values(
    draws: Draws,
    scenarios: Sequence[Scenario | None],
    options: FanOptions = DEFAULT_OPTIONS,
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Mapping[str, EndValue]:
    """Compute what many scenarios come to over the same draws.

    Returns every indicator's value at the horizon's end [S, count] by ``goal.indicator``, and under ``budget`` the
    net cost per year [S, count, Y], DKK.

    All scenarios must have the draws' municipality and assumptions and the same number of years; those with the same
    start and economy share a baseline. Raises as :func:`fan`, ValueError where the years differ.
    """
    runner = DrawRunner(draws, options)
    befores = [runner.baseline(scenario, cancel, progress) for scenario in scenarios]
    paths = [run_paths(draws.municipality, scenario) for scenario in scenarios]
    runs = runner.runs(paths, befores, cancel, progress)
    levels = [
        runner.levels(before, run, path.weeks) for before, run, path in zip(befores, runs, paths, strict=True)
    ]
    values = {}
    for position, key in enumerate(runner.keys):
        row = runner.row(key)
        values[key] = EndValue(
            np.stack([run.ends(position) for run in runs]),
            np.stack([before.ends(row) for before in befores]),
            np.stack(
                [
                    runner.met(
                        position,
                        before,
                        run.readings,
                        level[position],
                        national_levels_of(scenario),
                        path.weeks,
                    )
                    for scenario, before, run, level, path in zip(
                        scenarios, befores, runs, levels, paths, strict=True
                    )
                ]
            ),
        )
    if options.with_budget:
        values[BUDGET] = EndValue(
            np.stack([run.net for run in runs]), np.stack([before.net for before in befores])
        )
    return values


def beats(values_a: Floats, values_b: Floats, direction: Direction, least: float = 0.0) -> float:
    """Return the share of the draws in which A is better than B, both [count] over the same draws.

    ``direction`` is the indicator's; for the budget it is "down". Values that differ by less than ``least`` (in their
    unit) are equal. Draws in which either has no value count for
    neither; NaN where none is left, and where the indicator is only watched.
    """
    known = np.isfinite(values_a) & np.isfinite(values_b)
    if direction == "watch" or not known.any():
        return float("nan")
    gain = values_a[known] - values_b[known]
    if direction == "down":
        gain = -gain
    return float(((gain > 0) & (gain >= least)).mean())
