"""Test that the parts of a difference sum to the whole in every draw, and are those of the central run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.budget.budget import budget
from model.budget.views import MONEY_KINDS, PURSES, by_kind_of_money, purses
from model.domain import N_GROUPS, N_ORIGINS
from model.explain.attribution import attribute
from model.explain.coalitions import lever_targets
from model.explain.newcomers import newcomers_of
from model.parameters.families import drawables
from model.simulation.simulate import baseline, simulate
from model.uncertainty import part_draws as part_draws_module
from model.uncertainty.draw_runs import FanOptions
from model.uncertainty.draws import Draws
from model.uncertainty.fan import fan
from model.uncertainty.part_draws import lever_draws, part_draws
from tests.model.uncertainty.cases import ballerup, double, of_one

pytestmark = pytest.mark.usefixtures("engine")


def central() -> Draws:
    """One draw that is the central run."""
    value = next(
        drawable.central for drawable in drawables(ballerup().register, {}) if drawable.id == "displacement"
    )
    return of_one("displacement", value)


def test_the_parts_sum_to_the_whole_in_every_draw(drawn: Draws) -> None:
    whole = fan(ballerup(), double(), drawn, FanOptions(indicators=()))
    assert whole.ranges is not None
    parts = part_draws(drawn, double(), (26,))
    np.testing.assert_allclose(parts.kinds.sum(axis=1), whole.ranges.differences, atol=1.0)
    np.testing.assert_allclose(parts.purses[:, 0], whole.ranges.differences, atol=1.0)
    np.testing.assert_allclose(parts.groups.sum(axis=1), whole.persons, atol=1e-6)
    assert parts.newcomers[26].shape == (drawn.count, N_GROUPS, 1 + N_ORIGINS)


def test_with_the_central_numbers_they_are_those_of_the_central_run() -> None:
    scenario = double()
    base, outcome = baseline(ballerup(), scenario), simulate(ballerup(), scenario)
    parts, result = part_draws(central(), scenario, (13, 52)), budget(outcome, base)
    by_kind = by_kind_of_money(result)
    for i, kind in enumerate(MONEY_KINDS):
        np.testing.assert_allclose(parts.kinds[0, i], by_kind[kind].difference, atol=1.0)
    for i, purse in enumerate(PURSES):
        np.testing.assert_allclose(parts.purses[0, i], purses(result)[purse], atol=1.0)
    for weeks, told in parts.newcomers.items():
        expected = newcomers_of(outcome, weeks).job[-1] - newcomers_of(base, weeks).job[-1]
        np.testing.assert_allclose(told[0], expected, atol=1e-6)


def test_what_levers_add_sums_to_the_whole_and_is_what_one_run_gives() -> None:
    scenario = double()
    targets = lever_targets(scenario, merge_groups=False)
    told = lever_draws(central(), scenario, targets)
    exact = attribute(ballerup(), scenario)
    assert told.net.sum() == pytest.approx(exact.budget.total.change, abs=5.0)
    assert told.persons.sum() == pytest.approx(exact.persons.change, abs=1e-6)
    # Within a twentieth of the largest: one pair of orders leaves out what three levers do together.
    near = 0.05 * max(map(abs, exact.budget.total.parts))
    np.testing.assert_allclose(told.net[0], exact.budget.total.parts, atol=near)
    near = 0.05 * max(map(abs, exact.persons.parts))
    np.testing.assert_allclose(told.persons[0], exact.persons.parts, atol=near)


def test_a_sketch_and_the_rest_of_the_draws_are_all_of_them(drawn: Draws) -> None:
    first, rest = range(drawn.count // 4), range(drawn.count // 4, drawn.count)
    whole = part_draws(drawn, double(), (26,))
    halves = [part_draws(drawn, double(), (26,), draw_numbers=numbers) for numbers in (first, rest)]
    joined = halves[0].with_more(halves[1])
    for name in ("kinds", "purses", "groups"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(whole, name))
    np.testing.assert_array_equal(joined.newcomers[26], whole.newcomers[26])
    targets = lever_targets(double(), merge_groups=False)
    every = lever_draws(drawn, double(), targets)
    some, more = (lever_draws(drawn, double(), targets, draw_numbers=numbers) for numbers in (first, rest))
    np.testing.assert_allclose(some.with_more(more).net, every.net, atol=1e-3)
    np.testing.assert_allclose(some.with_more(more).persons, every.persons, atol=1e-9)
    assert len(some.net) == len(first)


def test_no_baseline_is_run_twice(drawn: Draws, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    run = part_draws_module.run_over_draws

    def counted(*arguments: Any) -> list[Any]:
        results = run(*arguments)
        runs.append(len(results))
        return results

    targets = lever_targets(double(), merge_groups=False)
    lever_draws(drawn, double(), targets)  # the baseline of the draws is run
    part_draws(drawn, double(), (13,))
    monkeypatch.setattr(part_draws_module, "run_over_draws", counted)
    part_draws(drawn, double().with_change("meetings", 1.0, group="dagpenge"), (13,))
    lever_draws(drawn, double(), targets[:1])
    assert runs == [drawn.count, drawn.count], "the scenario; and the one coalition that has a lever"
