"""Test which fields the engine's parameters have."""

from __future__ import annotations

import dataclasses

from model.engine.levers import ENGINE_LEVERS
from model.engine.parameters import EngineParameters, with_lever_fields
from tests.model.engine.cases import ballerup


def test_each_lever_has_a_field_whether_the_class_names_it_or_not() -> None:
    class Named:
        stock: float
        meetings: float

    fields = list(with_lever_fields(Named).__annotations__)
    assert fields[:2] == ["stock", "meetings"]
    assert len(fields) == len(set(fields))
    assert set(fields) == {"stock", *(lever.field for lever in ENGINE_LEVERS)}


def test_the_baseline_of_a_lever_is_its_field() -> None:
    parameters = ballerup()
    assert {lever.field for lever in ENGINE_LEVERS} <= {f.name for f in dataclasses.fields(EngineParameters)}
    assert parameters.baseline_of("meetings") is parameters.meetings
    assert parameters.baseline_of("firm_places") == parameters.firm_places
