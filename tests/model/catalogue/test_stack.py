"""Laying cards on top of each other: which counts, what adds, and that a stack is nothing but a scenario."""

from __future__ import annotations

import datetime
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.catalogue.effects import MOST_LAYERS, effects, own_price_by_year
from model.catalogue.stack import Stack, layer_of_scenario, stack
from model.goals.evaluate import evaluate_goals
from model.scenario.files import load_scenario
from model.scenario.levers import LEVER_BY_ID, baseline_value
from model.scenario.scenario import municipality_of
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.simulate import baseline, simulate
from tests.folders import ROOT
from tests.model.catalogue.cases import BASE, layer, stacked

SET = {"lever": "firm_places", "to": 300, "phase_in_weeks": 26}
ADD = {"lever": "firm_places", "add": 50, "phase_in_weeks": 13}
PLACES = baseline_value(LEVER_BY_ID["firm_places"], municipality_of(BASE))


def _course(made: Stack) -> np.ndarray:
    """Return the firm places week by week."""
    scenario = made.scenario
    return build_lever_paths(municipality_of(scenario), scenario, scenario.weeks).firm_places


def test_a_single_measure_is_that_measure() -> None:
    scenario = load_scenario(ROOT / "scenarios/ballerup/samlet-forslag.yaml")
    alone = stack(scenario, [layer_of_scenario(scenario)])
    assert alone.scenario.key == scenario.key
    assert alone.conflicts == ()


def test_the_last_that_sets_a_lever_counts_and_it_is_told() -> None:
    one, other = layer("A", SET), layer("B", {"lever": "firm_places", "to": 250})
    first, last = stacked(other, one), stacked(one, other)
    assert [c.to for c in first.scenario.changes] == [300]
    assert [c.to for c in last.scenario.changes] == [250]
    assert [c.kind for c in last.conflicts] == ["replaced"]
    assert "»B« ligger sidst og tæller; »A« tæller ikke" in last.conflicts[0].message.da


def test_order_matters_nowhere_else() -> None:
    layers = [
        layer("A", SET),
        layer("B", ADD),
        layer("C", {"lever": "firm_places", "add": -20, "after_weeks": 30}),
        layer("D", {"lever": "meetings", "group": "dagpenge", "to": 3}),
        layer("E", {"lever": "meetings", "group": "dagpenge", "add": 1}),
    ]
    keys = {stacked(*order).scenario.key for order in itertools.permutations(layers)}
    assert len(keys) == 1
    assert {c.kind for c in stacked(*layers).conflicts} == {"adds", "added_to_set"}


def test_the_course_is_the_sum_of_what_is_set_and_what_is_added() -> None:
    both = _course(stacked(layer("A", SET), layer("B", ADD)))
    alone = _course(stacked(layer("A", SET))), _course(stacked(layer("B", ADD)))
    assert np.allclose(both - PLACES, (alone[0] - PLACES) + (alone[1] - PLACES), atol=0.5)


steps = st.tuples(st.integers(-30, 60).filter(bool), st.integers(0, 80), st.integers(0, 60), st.booleans())


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, min_size=1, max_size=4))
def test_additions_and_a_set_value_make_the_exact_course(
    given_steps: list[tuple[int, int, int, bool]],
) -> None:
    layers, expected = [], np.full(BASE.weeks, PLACES)
    weeks = np.arange(BASE.weeks)
    jumps = set()
    for i, (amount, after, phase, _) in enumerate(given_steps):
        change = {"lever": "firm_places", "add": amount, "after_weeks": after, "phase_in_weeks": phase}
        layers.append(layer(f"K{i}", change))
        share = np.clip((weeks - after) / phase, 0, 1) if phase else (weeks >= after).astype(float)
        expected = expected + amount * share
        if not phase:
            jumps.add(after)
    course = _course(stacked(*layers))
    # In the week of a jump on which a slope begins, the jump goes to the slope's second week. Places are whole.
    free = [week for week in range(BASE.weeks) if week not in jumps]
    assert np.allclose(course[free], expected[free], atol=1.01)


def test_beyond_the_scale_is_cut_and_told() -> None:
    made = stacked(
        layer("A", {"lever": "equal_effort", "add": 80}), layer("B", {"lever": "equal_effort", "add": 70})
    )
    assert [c.to for c in made.scenario.changes] == [100]
    assert [c.kind for c in made.conflicts] == ["adds", "clipped"]


def test_what_begins_after_the_years_is_left_out_and_told() -> None:
    made = stacked(layer("A", {**SET, "after_weeks": BASE.weeks}))
    assert made.scenario.changes == ()
    assert [c.kind for c in made.conflicts] == ["outside_period"]


def test_a_stack_is_its_scenario_and_interaction_is_the_rest() -> None:
    made = stacked(
        layer("A", SET),
        layer("B", {"lever": "early_package", "to": 60}),
        layer("C", {"lever": "guidance_closed", "to": 100}),
    )
    found = effects(made)
    town = municipality_of(BASE)
    before = baseline(town, BASE)
    goals = evaluate_goals(simulate(town, made.scenario), before)
    for effect, goal in zip(found.goals, goals, strict=True):
        assert effect.together == pytest.approx(goal.key.change, abs=1e-12)
        assert effect.interaction == pytest.approx(effect.together - sum(effect.alone))
        assert sum(effect.shares) == pytest.approx(effect.together, abs=1e-9)
    money = found.money
    assert money.interaction == pytest.approx(money.together.central - sum(a.central for a in money.alone))
    assert sum(money.shares) == pytest.approx(money.together.central)
    # Closing what the places replace saves nothing alone, and a lot beside them.
    assert money.alone[2].central == pytest.approx(0)
    assert money.shares[2] < -1e6
    assert money.interacts


def test_one_card_has_no_interaction() -> None:
    found = effects(stacked(layer("A", SET)))
    assert found.money.interaction == 0.0
    assert all(effect.interaction == 0.0 for effect in found.goals)


def test_a_price_of_its_own_is_added_with_its_range_and_prices_the_lever() -> None:
    price = {"value": 2e6, "low": 1e6, "high": 4e6, "unit": "dkk_a_year", "source": "Antagelse"}
    change = {"lever": "equal_effort", "to": 100, "after_weeks": 26}
    plain = effects(stacked(layer("A", change)))
    priced = effects(stacked(layer("A", change, price=price)))
    assert plain.money.together.unpriced == ("equal_effort",)
    assert priced.money.together.unpriced == ()
    # Two years less half a year.
    extra = priced.money.together.central - plain.money.together.central
    assert extra == pytest.approx(3e6, rel=0.01)


def test_a_price_once_falls_in_the_year_of_the_first_step() -> None:
    price = {"value": 5, "low": 4, "high": 9, "unit": "dkk_once", "source": "Antagelse"}
    one = layer("A", {"lever": "equal_effort", "to": 100, "after_weeks": 60}, price=price)
    assert own_price_by_year(one, BASE, (2021, 2022)) == ((0.0, 0.0, 0.0), (5.0, 4.0, 9.0))
    assert one.begins == BASE.start + datetime.timedelta(weeks=60)


def test_too_many_cards_are_refused() -> None:
    with pytest.raises(ValueError, match="from 1 to"):
        effects(stacked(*[layer(f"K{i}", ADD) for i in range(MOST_LAYERS + 1)]))
