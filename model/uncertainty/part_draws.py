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
from model.uncertainty.draw_runs import DrawRunner, FanOptions, run_over_draws, run_paths, run_weeks
from model.uncertainty.draws import Draws, Progress, SingleFlightCache

Floats = NDArray[np.float64]

# Up to so many levers every coalition is run in every draw; above, one pair of orders, which is exact for what levers
# do alone and two and two.
_ALL_COALITIONS_UP_TO: Final = 3
# So many runs take some ten seconds on two cores: with many levers they are spread over fewer draws.
_MOST_RUNS: Final = 2_048
_MOST_BASELINES: Final = 8
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

    def with_more(self, more: PartDraws) -> PartDraws:
        """Join these draws and those of ``more``."""
        return PartDraws(
            np.concatenate([self.kinds, more.kinds]),
            np.concatenate([self.purses, more.purses]),
            np.concatenate([self.groups, more.groups]),
            {n: np.concatenate([drawn, more.newcomers[n]]) for n, drawn in self.newcomers.items()},
        )


def part_draws(
    draws: Draws,
    scenario: Scenario,
    weeks: Sequence[int] = (),
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
    draw_numbers: range | None = None,
) -> PartDraws:
    """Run a scenario and its baseline in every draw, and return what the parts of the difference come to.

    Arguments: after how many ``weeks`` newcomers are counted, and the draws that are run, all by default. What the
    baseline comes to is kept with the draws: the next scenario runs its own half alone. Raises as :func:`fan`.
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

    def run(case: Scenario) -> list[Any]:
        """Run a scenario in the draws."""
        paths = [run_paths(draws.municipality, case)]
        return run_over_draws(draws, paths, read, cancel, progress, draw_numbers)

    plain = without_changes(scenario)
    kept: SingleFlightCache = draws.cache.setdefault("part_baselines", SingleFlightCache(_MOST_BASELINES))
    key = (run_weeks(plain), str(plain.start), plain.world, tuple(weeks), draw_numbers)
    base, after = kept.get(key, lambda: run(plain), cancel), run(scenario)

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

    def with_more(self, more: LeverDraws) -> LeverDraws:
        """Join these draws and those of ``more``."""
        return LeverDraws(np.concatenate([self.net, more.net]), np.concatenate([self.persons, more.persons]))


def lever_draw_count(draws: Draws, n: int) -> int:
    """Return in how many draws n levers are told apart: all, or with many levers fewer."""
    return min(draws.count, max(1, _MOST_RUNS // len(_coalitions(n)[0])))


def _coalitions(n: int) -> tuple[list[int], list[Any]]:
    """Return the coalitions of n levers that are run, the empty one first, and the orders that they are of, if any."""
    if n <= _ALL_COALITIONS_UP_TO:
        return list(range(1 << n)), []
    orders = shapley.antithetic_orders(n, 1, seed=1)
    return sorted({0, *shapley.coalitions_of(orders)}), orders


def lever_draws(
    draws: Draws,
    scenario: Scenario,
    levers: Sequence[tuple[LeverTarget, ...]],
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
    draw_numbers: range | None = None,
) -> LeverDraws:
    """Divide the difference among levers (``LeverPart.targets``) in every draw, as ``attribute`` does it in one run.

    With more than three levers contributions come from one antithetic pair of orders, the same in every draw; with
    many, fewer draws are run (:func:`lever_draw_count`), and the ranges say how many. ``draw_numbers``: the draws
    that are run. Raises as :func:`fan`.
    """
    masks, orders = _coalitions(len(levers))
    numbers = range(lever_draw_count(draws, len(levers))) if draw_numbers is None else draw_numbers
    runner = DrawRunner(draws, FanOptions(indicators=()))
    before = runner.baseline(scenario, cancel, progress)
    # No lever at all is the baseline, which is run already.
    paths = [
        run_paths(draws.municipality, with_changes_of(scenario, targets_in_coalition(levers, mask)))
        for mask in masks[1:]
    ]

    def read(outcome: Outcome, _: int, draw: int) -> Floats:
        net = float(net_by_year(outcome, before.figures[draw].net).sum())
        return np.array([net, persons_on_support(outcome)])

    results = run_over_draws(draws, paths, read, cancel, progress, numbers)
    none = [[float(before.figures[d].net.net.sum()), float(before.persons[d])] for d in numbers]
    values = np.concatenate([none, np.stack(results)]).reshape(len(masks), len(numbers), 2)
    if orders:
        parts, _ = shapley.sampled(dict(zip(masks, values, strict=True)), orders)
    else:
        parts = shapley.exact(values)
    return LeverDraws(net=parts[:, :, 0].T, persons=parts[:, :, 1].T)
