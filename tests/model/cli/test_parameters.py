"""Test that the register as the command parameters exports it gives the engine and the budget their input again."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from model.municipality.municipality import Municipality, load_municipality
from model.parameters.budget_file import budget_values
from model.parameters.build_arrays import array_builder
from model.parameters.prices import BudgetParameters, budget_parameters
from model.parameters.register import suppressed_counts
from model.parameters.sourced_value import Quality, SourcedValue
from tests.command_line import called

TOWNS = ("ballerup", "broendby", "albertslund", "samsoe")


def exported(town: str, assumption_set: str) -> list[dict[str, Any]]:
    status, out, err = called("parameters", town, "--assumption-set", assumption_set, "--json")
    assert (status, err) == (0, "")
    rows: list[dict[str, Any]] = json.loads(out)["parameters"]
    return rows


def assert_same_budget(one: BudgetParameters, other: BudgetParameters) -> None:
    for field in fields(BudgetParameters):
        if field.name not in ("values", "_rates"):
            assert np.array_equal(getattr(one, field.name), getattr(other, field.name)), field.name
    assert {k: v.value for k, v in one.values.items()} == {k: v.value for k, v in other.values.items()}
    for year in (2020, 2021, 2030):
        assert np.array_equal(one.weekly_rate(year), other.weekly_rate(year))


@pytest.mark.parametrize("assumption_set", ["evidence", "cautious", "strategy"])
@pytest.mark.parametrize("town", TOWNS)
def test_the_exported_register_rebuilds_the_engines_input(town: str, assumption_set: str) -> None:
    """Every cell is listed: no rule of whose value a cell takes is needed, only what is not computed."""
    municipality: Municipality = load_municipality(town, assumption_set)
    rows = exported(town, assumption_set)
    # Hidden are only the persons of small target groups, which the engine works out itself.
    hidden = [row["id"] for row in rows if row.get("hidden")]
    assert all(name.startswith("stock.") for name in hidden)
    assert not hidden or town == "samsoe"
    given = {row["id"]: row["value"] for row in rows if not row["computed"]}
    assert not set(hidden).intersection(given)
    values = {name: value for name, value in given.items() if name not in budget_values()}
    builder = array_builder(values, {})
    vector = np.array([values[name] for name in builder.ids])
    engine = builder.build(vector)
    for field in fields(engine):
        again, own = getattr(engine, field.name), getattr(municipality.engine, field.name)
        assert np.array_equal(again, own), field.name
    assert builder.population(vector) == dict(municipality.population)
    prices = {name: given[name] for name in budget_values()}
    assert_same_budget(budget_parameters(prices), municipality.budget)


def test_every_cell_by_origin_is_listed() -> None:
    rows = {row["id"]: row for row in exported("ballerup", "evidence")}
    assert rows["origin_factor.dagpenge.danish"]["follows"] == "origin_factor.all.danish"
    assert rows["origin_factor.dagpenge.danish"]["value"] == rows["origin_factor.all.danish"]["value"]
    assert rows["firm_use.sygedagpenge"]["value"] == 6
    assert rows["firm_use.revalidering"]["value"] == 3


def places(quality: Quality, value: float) -> SourcedValue:
    ends = (0.0, 2 * value) if quality == "assumption" else (None, None)
    return SourcedValue(
        value=value,
        low=ends[0],
        high=ends[1],
        unit="full-time places",
        as_of="2020",
        source="a test",
        quality=quality,
    )


def test_observed_places_of_few_are_hidden_with_what_would_tell_them() -> None:
    known = {
        "firm_use.sygedagpenge": places("statistic", 3.0),
        "firm_use.dagpenge": places("statistic", 40.0),
    }
    assumed = {"firm_use.revalidering": places("assumption", 3.0), "firm_use.sho": places("assumption", 9.0)}
    assert suppressed_counts(assumed.items()) == frozenset()
    suppressed = suppressed_counts((known | assumed).items())
    assert "firm_use.sygedagpenge" in suppressed
    assert len(suppressed) > 1  # their sum is shown
    # Before and after an import side by side: what is hidden after it is hidden before it too.
    before = {"firm_use.sygedagpenge": places("assumption", 6.0)}
    assert "firm_use.sygedagpenge" in suppressed_counts(before.items(), known.items())


def test_places_that_are_a_share_of_a_hidden_stock_are_hidden() -> None:
    stock = places("statistic", 3.0).model_copy(update={"unit": "full-time persons"})
    register = {"stock.sho": stock, "firm_use.sho": places("assumption", 0.5)}
    assert suppressed_counts(register.items()).issuperset(register)
    derived = stock.model_copy(update={"quality": "assumption"})
    assert "firm_use.sho" not in suppressed_counts({**register, "stock.sho": derived}.items())
