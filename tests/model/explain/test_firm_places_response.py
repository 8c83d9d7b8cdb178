"""Hold the response to places in firms: one direction from none to a thousand, or a sentence that says why not."""

from __future__ import annotations

import numpy as np
import pytest

from model.budget.budget import budget
from model.explain.limits import limits
from model.municipality.municipality import load_municipality
from model.scenario.scenario import Scenario
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import totals_by_group

PLACES = range(0, 1001, 25)
# Smaller steps than these are rounding at a thousandth of what 25 places do.
ROUNDING_PERSONS = 1e-3
ROUNDING_DKK = 1e3


@pytest.mark.parametrize("town", ["ballerup", "broendby", "albertslund"])
def test_more_places_pull_one_way_until_guidance_runs_out(town: str) -> None:
    owner = load_municipality(town)
    # What is bound is paid for on: places that replace it cost from today's use on, whatever their mix.
    plain = Scenario(name="pladser", municipality=town).with_change("guidance_closed", 100)
    base = baseline(owner, plain)
    persons, net, told = [], [], []
    for places in PLACES:
        run = simulate(owner, plain.with_change("firm_places", places))
        persons.append(float(totals_by_group(run).last_year("caseload").sum()))
        net.append(budget(run, base).total_difference)
        told.append(any("Vejledningen slipper op" in limit.text("da") for limit in limits(run, base)))
    beyond = np.array(told[1:])
    for values, rounding in ((persons, ROUNDING_PERSONS), (net, ROUNDING_DKK)):
        steps = np.diff(values)
        first = np.sign(steps[0])
        assert (first * steps[~beyond] > -rounding).all(), np.round(steps, 3)
    assert not beyond[0]
    assert beyond[-1]


def test_additional_places_have_the_mix_of_the_places_in_use() -> None:
    for town in ("ballerup", "broendby", "albertslund", "laesoe"):
        engine = load_municipality(town).engine
        by_kind = engine.firm_use @ engine.firm_mix
        np.testing.assert_allclose(engine.additional_firm_mix * engine.firm_places, by_kind, rtol=1e-12)
