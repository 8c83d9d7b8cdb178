"""Test that assumptions which cannot be run are refused with a sentence, never with a traceback."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.budget.budget import budget
from model.files.problems import FileProblem
from model.goals.evaluate import evaluate_goals
from model.municipality.municipality import load_municipality
from model.parameters.budget_file import budget_values
from model.parameters.ids import RULES, SCALARS, TABLES
from model.parameters.prices import budget_parameters
from model.scenario.files import read_scenario
from model.scenario.scenario import municipality_of
from model.simulation.simulate import baseline, simulate
from tests.command_line import called

OWN = {p.id: p.value for p in load_municipality("ballerup").register if not p.follows and not p.computed}
SHARES = ("budget.share.kontanthjaelp_provider", "budget.share.kontanthjaelp_under_30")


def scenario_text(assumptions: dict[str, float]) -> str:
    rows = "".join(
        f"  - parameter: {name}\n    value: {value!r}\n    why: prøve\n"
        for name, value in assumptions.items()
    )
    return f"format: 1\nname: prøve\nmunicipality: ballerup\nassumptions:\n{rows}"


def ends(parameter: str) -> list[float]:
    """The ends of what a number may be and of its known range, zero, and what lies beyond."""
    head, _, rest = parameter.partition(".")
    value = OWN[parameter]
    known = [x for x in (value.low, value.high) if x is not None]
    if parameter in budget_values():
        return [*known, 0.0, 0.5, 0.9, 1.0, -1.0, 1e9]
    if not rest:
        low, high = SCALARS[parameter]
    elif head == "rule":
        low, high = RULES[rest]
    else:
        low, high = TABLES[head].low, TABLES[head].high
    return [*known, low, high, low - 1.0, high * 2.0 + 1.0, 0.0]


@st.composite
def odd_assumptions(draw: st.DrawFn) -> dict[str, float]:
    # A table first, else the hundreds of exits would crowd out the rest.
    tables = sorted({name.rpartition(".")[0] or name for name in OWN})
    found = {}
    for _ in range(draw(st.integers(1, 4))):
        table = draw(st.sampled_from(tables))
        parameter = draw(st.sampled_from([n for n in OWN if (n.rpartition(".")[0] or n) == table]))
        found[parameter] = float(draw(st.sampled_from(ends(parameter))))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(assumptions=odd_assumptions())
def test_odd_assumptions_run_or_are_refused_in_words(assumptions: dict[str, float]) -> None:
    try:
        scenario = read_scenario(scenario_text(assumptions))
    except FileProblem:
        return
    municipality = municipality_of(scenario)
    before, after = (
        baseline(municipality, scenario),
        simulate(municipality, scenario.with_change("firm_places", 300)),
    )
    assert np.isfinite(after.caseload).all()
    assert after.caseload.min() >= -1e-9
    assert np.isfinite(budget(after, before).net.scenario).all()
    evaluate_goals(after, before)


@pytest.mark.parametrize("command", ["validate", "run"])
def test_shares_that_contradict_each_other_are_named_with_their_sum(tmp_path: Path, command: str) -> None:
    path = tmp_path / "andele.yaml"
    path.write_text(scenario_text(dict.fromkeys(SHARES, 0.9)), encoding="utf-8")
    for language, sentence in (
        ("da", f"Andelene {SHARES[0]} og {SHARES[1]} er 1,80 tilsammen"),
        ("en", f"The shares {SHARES[0]} and {SHARES[1]} are 1.80 together"),
    ):
        status, out, err = called(command, str(path), "--language", language)
        assert status != 0
        assert sentence in out + err
        assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("budget.price.meeting", -1.0), ("budget.share.other_actors", 1.5), ("budget.index.prices", 3.0)],
)
def test_numbers_of_the_budget_have_bounds(parameter: str, value: float) -> None:
    with pytest.raises(FileProblem, match=parameter):
        read_scenario(scenario_text({parameter: value}))


@pytest.mark.parametrize("table", ["season_inflow.dagpenge", "season_education_month.uddannelseshjaelp"])
def test_a_season_of_nothing_is_refused(table: str) -> None:
    with pytest.raises(FileProblem, match=table):
        read_scenario(scenario_text({name: 0.0 for name in OWN if name.startswith(f"{table}.")}))


def test_groups_that_nobody_leaves_are_refused() -> None:
    groups = ("fleksjob", "foertidspension")
    exits = {name: 0.0 for name in OWN if name.startswith(tuple(f"exit.{group}." for group in groups))}
    with pytest.raises(FileProblem, match=r"nobody leaves after two years|ingen kommer videre fra"):
        read_scenario(scenario_text(exits))


def test_shares_may_fill_the_whole() -> None:
    """0.7 and 0.3 sum to 1, in binary a hair beside it."""
    rates = budget_parameters({SHARES[0]: 0.7, SHARES[1]: 0.3}).weekly_rate(2021)
    assert np.isfinite(rates).all()
