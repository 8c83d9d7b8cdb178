"""Test the tornado: each family of numbers at its ends."""

from __future__ import annotations

import numpy as np
import pytest

from model.parameters.families import (
    drawables,
    families,
)
from model.uncertainty import fan, tornado
from model.uncertainty.draw_runs import FanOptions
from model.uncertainty.draws import WrongDraws, calibrate_draws
from model.uncertainty.end_values import BUDGET
from model.uncertainty.tornado import TornadoOptions
from tests.model.uncertainty.cases import (
    FAMILIES,
    GUIDANCE_PRICE,
    OVER_52,
    ballerup,
    double,
    near_the_limit,
    of_one,
)


def test_tornado_of_an_indicator() -> None:
    swings = tornado.tornado(ballerup(), double(), OVER_52, options=TornadoOptions(families=FAMILIES))
    by_family = {swing.family.id: swing for swing in swings}
    assert set(by_family) == set(FAMILIES)
    # Under an unchanged economy its sensitivity is without influence, and so are prices.
    for family in ("economy", "prices_other"):
        assert by_family[family].width == 0.0
        assert by_family[family].width_difference == 0.0
    assert by_family["during_guidance"].width > 0
    assert [s.width for s in swings] == sorted((s.width for s in swings), reverse=True)
    central = fan.fan(
        ballerup(), double(), of_one("displacement", 0.3), options=FanOptions(indicators=[OVER_52])
    )
    assert swings[0].central == pytest.approx(central.indicators[OVER_52].central_ends[0], rel=1e-9)
    assert all((swing.low_reach, swing.high_reach) == (1.0, 1.0) for swing in swings)
    # Against the same run made with the family's numbers at their ends.
    both = ("displacement", "displacement_contact")
    assert set(by_family["displacement"].parameters) == set(both)
    draws = calibrate_draws(ballerup(), both, np.array([[0.0, 0.2], [0.7, 0.9]]))
    ends_ = fan.fan(ballerup(), double(), draws, options=FanOptions(indicators=[OVER_52]))
    at_ends = ends_.indicators[OVER_52]
    swing = by_family["displacement"]
    np.testing.assert_allclose([swing.low, swing.high], at_ends.scenario.ends, rtol=1e-9)
    np.testing.assert_allclose(
        [swing.low_difference, swing.high_difference], at_ends.difference.ends, rtol=1e-6
    )


def test_tornado_of_the_budget_finds_the_prices() -> None:
    swings = tornado.tornado(
        ballerup(), double(), BUDGET, options=TornadoOptions(families=FAMILIES, by_difference=True)
    )
    assert swings[0].family.id == "prices_other"
    assert swings[0].low_difference > swings[0].high_difference
    assert GUIDANCE_PRICE in swings[0].parameters


def test_a_tornado_of_what_is_not_there_calibrates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tornado, "calibrate_draws", lambda *_, **__: pytest.fail("calibrated"))
    with pytest.raises(WrongDraws):
        tornado.tornado(ballerup(), double(), "no.such")


def test_an_end_that_cannot_be_run_is_approached_and_says_so() -> None:
    swings = tornado.tornado(near_the_limit(), None, OVER_52, options=TornadoOptions(families=("limits",)))
    (swing,) = swings
    assert swing.low_reach == 1.0
    assert 0 < swing.high_reach < 1
    assert np.isfinite(swing.high)


def test_tilted_families_lean_one_way() -> None:
    varied = drawables(ballerup().register, {})
    family = next(f for f in families() if f.id == "stock_split")
    high = dict(zip([d.id for d in varied], tornado._end(varied, family, 1.0), strict=True))
    split = {d.id: d for d in varied if d.family is family}
    assert high["split.ressourceforloeb"] == split["split.ressourceforloeb"].high
    assert high["split.sygedagpenge"] == split["split.sygedagpenge"].low
    assert high["displacement"] == 0.3
