"""What the parts of a difference come to in every draw: by expenditure, payer, target group, newcomer and lever.

A whole is told with its range everywhere; here its parts get theirs, over the same draws.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.calendar import budget_calendar
from model.budget.costs import COMPONENTS, TO_COMPONENT, costs_of, volumes_of, weekly_prices
from model.budget.net import net_by_year
from model.budget.views import MONEY_KINDS, category_of, kind_of_money
from model.explain import shapley
from model.explain.coalitions import targets_in_coalition, with_changes_of
from model.explain.contributions import LeverTarget
from model.explain.newcomers import newcomers_of
from model.scenario.scenario import Scenario, without_changes
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import persons_on_support, totals_by_group
from model.uncertainty.draw_runs import DrawRunner, FanOptions, run_over_draws, run_paths
from model.uncertainty.draws import Draws, Progress

Floats = NDArray[np.float64]

# Up to so many levers every coalition is run in every draw; above, one pair of orders, which is exact for what levers
# do alone and two and two.
_ALL_COALITIONS_UP_TO: Final = 3
# So many runs take some ten seconds on two cores: with many levers they are spread over fewer draws.
_MOST_RUNS: Final = 2_048
_KIND_OF: Final = np.array(
    [[kind_of_money(c) == kind for kind in MONEY_KINDS] for c in COMPONENTS], dtype=float
)
_IS_BENEFIT: Final = np.array([category_of(c) == "benefits" for c in COMPONENTS], dtype=float)


@dataclass(frozen=True, eq=False)
class PartDraws:
    """Differences from the baseline in every draw; DKK per budget year Y, persons as means of the last year."""

    kinds: Floats  # [draws, MONEY_KINDS, Y] net
    purses: Floats  # [draws, PURSES, Y]
    groups: Floats  # [draws, G] full-time persons
    newcomers: dict[int, Floats]  # by weeks: [draws, G, 1 + O] of a hundred new, more in a job


def part_draws(
    draws: Draws,
    scenario: Scenario,
    weeks: Sequence[int] = (),
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> PartDraws:
    """Run a scenario and its baseline in every draw, and return what the parts of the difference come to.

    Arguments: after how many ``weeks`` newcomers are counted. Raises as :func:`fan`.
    """
    runner = DrawRunner(draws, FanOptions(indicators=()))
    before = runner.baseline(scenario, cancel, progress)
    last = max(weeks, default=0)

    def read(outcome: Outcome, _: int, draw: int) -> tuple[Floats, Floats, Floats, Floats]:
        gross, refund = _by_component(outcome, before.figures[draw].net)
        return (
            (gross - refund) @ _KIND_OF,
            np.stack([(gross - refund).sum(axis=1), refund.sum(axis=1), gross @ _IS_BENEFIT], axis=1),
            totals_by_group(outcome).last_year("caseload").copy(),
            newcomers_of(outcome, last).job[list(weeks)],
        )

    paths = [run_paths(draws.municipality, case) for case in (without_changes(scenario), scenario)]
    results = run_over_draws(draws, paths, read, cancel, progress)
    base, after = results[: draws.count], results[draws.count :]

    def difference(part: int) -> Floats:
        return np.stack([b[part] - a[part] for a, b in zip(base, after, strict=True)])

    return PartDraws(
        kinds=difference(0).swapaxes(1, 2),
        purses=difference(1).swapaxes(1, 2),
        groups=difference(2),
        newcomers={
            n: np.stack([b[3][i] - a[3][i] for a, b in zip(base, after, strict=True)])
            for i, n in enumerate(weeks)
        },
    )


def _by_component(outcome: Outcome, before: Any) -> tuple[Floats, Floats]:
    """Return gross and refund of a run by budget year and component [Y, C], priced beside its draw's baseline."""
    parameters = outcome.municipality.budget
    prices = weekly_prices(parameters, budget_calendar(outcome.paths))
    costs = costs_of(volumes_of(outcome), before.reference, parameters, prices, before.opening)
    return costs.gross @ TO_COMPONENT, costs.refund @ TO_COMPONENT


@dataclass(frozen=True, eq=False)
class LeverDraws:
    """What each of n levers adds in every draw: to net expenditure over the run, DKK, and to persons on support."""

    net: Floats  # [draws, n]
    persons: Floats  # [draws, n]


def lever_draws(
    draws: Draws,
    scenario: Scenario,
    levers: Sequence[tuple[LeverTarget, ...]],
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> LeverDraws:
    """Divide the difference among levers (``LeverPart.targets``) in every draw, as ``attribute`` does it in one run.

    With more than three levers contributions come from one antithetic pair of orders, the same in every draw; with
    many, fewer draws are run, and the ranges say how many. Raises as :func:`fan`.
    """
    n = len(levers)
    orders = [] if n <= _ALL_COALITIONS_UP_TO else shapley.antithetic_orders(n, 1, seed=1)
    masks = list(range(1 << n)) if not orders else list(shapley.coalitions_of(orders))
    count = min(draws.count, max(1, _MOST_RUNS // len(masks)))
    runner = DrawRunner(draws, FanOptions(indicators=()))
    before = runner.baseline(scenario, cancel, progress)
    paths = [
        run_paths(draws.municipality, with_changes_of(scenario, targets_in_coalition(levers, mask)))
        for mask in masks
    ]

    def read(outcome: Outcome, _: int, draw: int) -> Floats:
        net = float(net_by_year(outcome, before.figures[draw].net).sum())
        return np.array([net, persons_on_support(outcome)])

    results = run_over_draws(draws, paths, read, cancel, progress, range(count))
    values = np.stack(results).reshape(len(masks), count, 2)
    if orders:
        parts, _ = shapley.sampled(dict(zip(masks, values, strict=True)), orders)
    else:
        parts = shapley.exact(values)
    return LeverDraws(net=parts[:, :, 0].T, persons=parts[:, :, 1].T)
