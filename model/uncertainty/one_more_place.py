"""Between what the cost of one more place in a firm lies over the draws."""

from __future__ import annotations

import threading

from model.budget.amounts import BudgetRanges
from model.budget.views import MORE_PLACES
from model.scenario.scenario import Scenario
from model.uncertainty.draw_runs import DrawRunner, FanOptions, run_paths
from model.uncertainty.draws import Draws, Progress


def one_more_place_ranges(
    draws: Draws,
    scenario: Scenario | None,
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> BudgetRanges:
    """Run a scenario with and without ten more places in every draw, and return a tenth of the differences.

    The places are the same as those of ``model.budget.views.one_more_place``. Raises as :func:`fan`.
    """
    runner = DrawRunner(draws, FanOptions(indicators=()))
    before = runner.baseline(scenario, cancel, progress)
    paths = run_paths(draws.municipality, scenario)
    more = paths.with_levers(firm_places=paths.firm_places + MORE_PLACES)
    without, with_more = runner.runs([paths, more], [before, before], cancel, progress)
    return BudgetRanges((with_more.net - without.net) / MORE_PLACES)
