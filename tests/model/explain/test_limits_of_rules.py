"""Levers that reach fewer people under the rules of the time say so, where they are moved and there alone."""

from __future__ import annotations

import pytest

from model.explain.limits import limits
from model.municipality.rules import rule_sets
from model.scenario.levers import LEVER_BY_ID
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate

A_KASSE = "A-kassen holder samtalerne"
SICK = "er ude af kommunens opfølgning"


@pytest.mark.parametrize(
    ("lever", "group", "to", "told"),
    [
        ("early_package", None, 40, A_KASSE),
        ("meetings", "dagpenge", 3, A_KASSE),
        ("meetings", "kontanthjaelp_jobparat", 3, ""),
        ("partial_return", None, 25, SICK),
        ("firm_places", None, 150, ""),
    ],
)
@pytest.mark.parametrize(("figures", "rules"), [("2026", "dated"), ("2020", "2021-01")])
def test_a_narrowed_lever_is_told(
    figures: str, rules: str, lever: str, group: str | None, to: float, told: str
) -> None:
    plain = Scenario(name="x", municipality="ballerup", baseline=figures, rules=rules)
    scenario = plain.with_change(lever, to, group)
    municipality = municipality_of(scenario)
    run, base = simulate(municipality, scenario), baseline(municipality, scenario)
    words = " ".join(limit.text("da") for limit in limits(run, base))
    for sentence in (A_KASSE, SICK):
        assert (sentence in words) == (sentence == told and rules == "dated")
        assert words.count(sentence) <= 1


def test_rules_narrow_levers_that_exist() -> None:
    for narrowed in (n for one in rule_sets() for n in one.narrows):
        lever = LEVER_BY_ID[narrowed.lever]
        assert (narrowed.group is None) == (lever.scope != "group")
