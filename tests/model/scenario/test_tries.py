"""Test the examples that the first page offers: they fit every municipality and move something."""

from __future__ import annotations

import numpy as np
import pytest

from model.scenario.levers import LEVER_BY_ID, bounds
from model.scenario.period import on_figures
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.tries import tried, tries
from model.simulation.simulate import baseline, simulate

TOWNS = ("ballerup", "albertslund", "odense", "laesoe", "koebenhavn")


def plain(municipality: str, figures: str) -> Scenario:
    scenario = Scenario(name="x", municipality=municipality)
    return scenario if figures == "2020" else on_figures(scenario, figures)


@pytest.mark.parametrize("figures", ["2020", "2026"])
@pytest.mark.parametrize("municipality", TOWNS)
def test_every_example_fits(municipality: str, figures: str) -> None:
    start = plain(municipality, figures)
    for example in tries():
        scenario = tried(start, example.id)
        assert scenario.changes, example.id
        assert all(change.from_ == scenario.start for change in scenario.changes)
        for change in scenario.changes:
            low, high = bounds(LEVER_BY_ID[change.lever], municipality_of(scenario))
            assert low <= change.to <= high
        assert tried(scenario, example.id) == scenario, "it stands in place of what was there"


@pytest.mark.usefixtures("engine")
def test_every_example_moves_something() -> None:
    start = plain("ballerup", "2026")
    town = municipality_of(start)
    before = baseline(town, start)
    for example in tries():
        after = simulate(town, tried(start, example.id))
        assert not np.allclose(after.block("caseload"), before.block("caseload"), atol=1e-3), example.id


def test_an_example_that_nobody_knows_is_none() -> None:
    with pytest.raises(KeyError):
        tried(plain("ballerup", "2020"), "no_such")
