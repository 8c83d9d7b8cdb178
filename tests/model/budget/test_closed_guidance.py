"""Test that replaced guidance is saved where it is closed down, when that has run out, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.budget.amounts import Amount, total_amount
from model.budget.budget import budget
from model.budget.result import BudgetResult
from model.budget.sentences import budget_headline, closed_guidance
from model.domain import KIND_INDEX
from model.explain.attribution import attribute
from model.explain.attribution_sentences import attribution_sentences
from model.explain.limits import limits
from model.language.drawn_range import DrawnRange
from model.municipality.municipality import load_municipality
from model.parameters.prices import budget_parameters
from model.scenario.levers import LEVER_BY_ID, baseline_value
from model.scenario.scenario import Scenario
from model.simulation.simulate import baseline, simulate
from model.uncertainty.draws import calibrate_draws
from model.uncertainty.fan import fan
from tests.builders import Builder

GUIDANCE = KIND_INDEX["guidance"]
PRICE = 2500.0
YEARS = 3
WEEKS = 52 * YEARS
GROUP = "kontanthjaelp_jobparat"
MORE_PLACES = Scenario(name="p", municipality="ballerup", years=4).with_change("firm_places", 400)


def index(year: int) -> float:
    return budget_parameters().price_index(year)


def priced(closed: Any = None, *, now: Any = 6.0, before: float = 10.0) -> BudgetResult:
    """Three years in which places replace guidance of a group, with a share of it closed down; None: as it is."""
    levers = {} if closed is None else {"guidance_closed": closed}
    run = Builder(WEEKS, **levers).set("participants", now, GROUP, part=GUIDANCE).outcome()
    return budget(run, Builder(WEEKS).set("participants", before, GROUP, part=GUIDANCE).outcome())


def test_what_is_not_closed_is_saved_in_no_year() -> None:
    result = priced(0.0)
    assert result.net.difference == pytest.approx(np.zeros(YEARS), abs=1e-6)
    assert result.guidance_saved == pytest.approx(np.zeros(YEARS), abs=1e-6)


def test_what_is_closed_is_saved_when_its_year_of_notice_is_over() -> None:
    saved = -priced(1.0).weekly_net.difference
    assert saved[:52] == pytest.approx(np.zeros(52), abs=1e-6)
    assert saved[52] == pytest.approx(4 * PRICE * index(2022))
    assert saved[53:104] == pytest.approx(np.full(51, saved[53]), rel=0.02)
    assert saved[-1] == pytest.approx(4 * PRICE * index(2023))


@pytest.mark.parametrize("share", [0.25, 0.6, 0.95])
def test_the_saving_goes_up_in_proportion_to_what_is_closed(share: float) -> None:
    assert priced(share).guidance_saved == pytest.approx(share * priced(1.0).guidance_saved)


def test_unmoved_what_is_not_bound_today_is_saved_and_nothing_more_ever() -> None:
    saved = -priced().weekly_net.difference
    assert saved[:52] == pytest.approx(np.zeros(52), abs=1e-6)
    assert saved[52:] == pytest.approx(-priced(1.0).weekly_net.difference[52:] / 2)


def test_guidance_that_is_closed_later_is_paid_for_from_then_on() -> None:
    later = np.where(np.arange(WEEKS) < 30, 0.0, 1.0)
    saved = -priced(later).weekly_net.difference
    assert saved[:82] == pytest.approx(np.zeros(82), abs=1e-6)
    assert saved[82:] == pytest.approx(-priced(1.0).weekly_net.difference[82:])


def test_replaced_guidance_that_comes_back_costs_what_it_did() -> None:
    volume = np.full(WEEKS + 1, 10.0)
    volume[:30] = 4.0
    result = priced(1.0, now=volume)
    bound = result.by_component["bound_guidance"].net.difference
    assert bound == pytest.approx([30 * 6 * PRICE * index(2021), 0, 0])
    assert result.net.difference == pytest.approx(np.zeros(YEARS), abs=1e-6)


def test_more_guidance_than_before_is_neither_bound_nor_closed() -> None:
    for closed in (0.0, 1.0):
        result = priced(closed, now=14.0)
        assert not result.by_component["bound_guidance"].net.scenario.any()
        assert (result.guidance_saved < 0).all()


def test_the_baseline_s_share_is_what_the_budget_leaves_unbound_and_the_baseline_does_not_move() -> None:
    lever = LEVER_BY_ID["guidance_closed"]
    for bound, closed in ((None, 50.0), (0.2, 80.0), (1.0, 0.0)):
        town = load_municipality("ballerup", overrides={} if bound is None else {"budget.bound_share": bound})
        assert baseline_value(lever, town) == pytest.approx(closed)
        assert town.engine == load_municipality("ballerup").engine
    town = load_municipality("ballerup")
    plain = Scenario(name="p", municipality="ballerup", years=2)
    for to in (0, 100):
        alone = plain.with_change("guidance_closed", to)
        run, rest = simulate(town, alone), baseline(town, alone)
        np.testing.assert_array_equal(run.record, rest.record)
        np.testing.assert_array_equal(budget(run, rest).net.scenario, budget(rest, rest).net.scenario)


def test_places_instead_of_guidance_save_more_the_more_is_closed() -> None:
    town = load_municipality("ballerup")
    saved = []
    for closed in (0, 25, 100):
        run = simulate(town, MORE_PLACES.with_change("guidance_closed", closed))
        saved.append(float(budget(run, baseline(town, MORE_PLACES)).guidance_saved.sum()))
    assert saved[0] < saved[1] < saved[2]
    assert saved[1] - saved[0] == pytest.approx((saved[2] - saved[0]) / 4)


def test_moved_alone_it_has_no_effect_and_the_reason_is_there() -> None:
    town = load_municipality("ballerup")
    alone = Scenario(name="p", municipality="ballerup", years=2).with_change("guidance_closed", 100)
    reasons = [limit.da for limit in limits(simulate(town, alone), baseline(town, alone))]
    assert "Der er ingen erstattet vejledning at lukke ned." in reasons
    (part,) = attribute(town, alone).levers
    assert part.no_effect is not None
    assert part.no_effect.en == "There is no replaced guidance to close down."
    both = MORE_PLACES.with_change("guidance_closed", 100)
    assert all("lukke ned" not in limit.da for limit in limits(simulate(town, both), baseline(town, both)))


def test_the_share_is_drawn_while_it_is_not_decided() -> None:
    town = load_municipality("ballerup")
    draws = calibrate_draws(town, ["budget.bound_share"], np.array([[0.0], [0.5], [0.8]]))
    open_, decided = (
        fan(town, scenario, draws).ranges
        for scenario in (MORE_PLACES, MORE_PLACES.with_change("guidance_closed", 70))
    )
    assert open_ is not None
    assert decided is not None
    low, middle, high = open_.differences.sum(axis=1)
    assert low < middle < high  # the more is bound, the less is saved
    totals = decided.differences.sum(axis=1)
    assert totals == pytest.approx(np.full(3, totals[0]))


# --- sentences ------------------------------------------------------------------------------------


def amount(central: float, low: float, high: float) -> Amount:
    return Amount(central, 700e6, YEARS, DrawnRange(low, high, 128))


def test_the_sentence_tells_how_much_is_closed_down() -> None:
    result = priced(1.0, now=0.0, before=100.0)
    closed = float(result.guidance_saved.sum()) / 1e6
    told = closed_guidance(result, amount(-20e6, -30e6, -10e6))
    assert told is not None
    shown = f"{closed:.1f}".replace(".", ",")
    assert told.da.replace("\u00a0", " ") == (
        f"Besparelsen er, at vejledning for {shown} mio. kr. lukkes ned; det, der ikke lukkes, spares ikke."
    )
    assert told.en.startswith("The saving is that guidance for DKK")


@pytest.mark.parametrize(
    "total", [amount(-40e6, -60e6, -20e6), amount(5e6, 2e6, 9e6), amount(-5e6, -20e6, 9e6)]
)
def test_where_the_amount_is_more_than_the_closing_the_sentence_is_of_a_part(total: Amount) -> None:
    told = closed_guidance(priced(1.0, now=0.0, before=100.0), total)
    assert told is not None
    assert told.da.startswith("Heri indgår, at vejledning for ")


def test_the_amount_closed_down_is_in_the_reader_s_prices() -> None:
    result, total = priced(1.0, now=0.0, before=100.0), amount(-20e6, -30e6, -10e6)
    current, constant = (closed_guidance(result, total, factors) for factors in (None, np.full(YEARS, 0.5)))
    assert current is not None
    assert constant is not None
    assert constant.da != current.da


@pytest.mark.parametrize("closed", [0.0, None])
def test_no_sentence_where_nothing_is_saved_on_guidance(closed: float | None) -> None:
    result = priced(closed, now=6.0 if closed is not None else 10.0)
    assert closed_guidance(result, amount(-20e6, -30e6, -10e6)) is None


def test_a_little_less_guidance_since_fewer_need_it_is_not_worth_a_sentence() -> None:
    town = load_municipality("ballerup")
    scenario = Scenario(name="p", municipality="ballerup", years=4).with_change("meetings", 4, "dagpenge")
    result = budget(simulate(town, scenario), baseline(town, scenario))
    assert result.guidance_saved.sum() > 0
    assert closed_guidance(result, total_amount(result)) is None


def test_page_command_and_reasons_hold_the_sentence() -> None:
    town = load_municipality("ballerup")
    scenario = MORE_PLACES.with_change("guidance_closed", 100)
    result = budget(simulate(town, scenario), baseline(town, scenario))
    total = total_amount(result)
    told = closed_guidance(result, total)
    assert told is not None
    assert told.da in budget_headline(result, [total] * 4, total).da
    assert told.da in [line.da for line in attribution_sentences(attribute(town, scenario))]
