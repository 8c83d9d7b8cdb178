"""Describe scenario files by a JSON Schema, for editors that complete and check them."""

from __future__ import annotations

import json
from typing import Any, Final

from model.domain import FIRM_KINDS
from model.municipality.rules import RULES
from model.municipality.vintages import vintage_names
from model.scenario.economy import economy_paths
from model.scenario.levers import HORIZON, LEVERS, Lever
from model.scenario.projection import NAMED_PROJECTIONS, STANDS_STILL
from model.scenario.scenario import EVIDENCE, FORMAT, FORMAT_BEFORE, Scenario

SCHEMA_ID: Final = "indsatskompas-scenario-1"


def scenario_schema(language: str = "da") -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file, for editors that complete and check."""
    from model.municipality.municipality_list import municipalities
    from model.parameters.assumption_sets import assumption_sets

    schema = Scenario.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    properties = schema["properties"]
    properties["format"] = {"enum": [FORMAT_BEFORE, FORMAT]}
    properties["baseline"] = {"enum": [int(name) for name in vintage_names()]}
    properties["rules"] = {"enum": list(RULES)}
    properties["municipality"] = {"enum": [info.id for info in municipalities()]}
    properties["years"] |= {"minimum": 1, "maximum": HORIZON.most_years}
    properties["economy"] = {
        "default": properties["economy"]["default"],
        "anyOf": [
            {"enum": [path.id for path in economy_paths()]},
            {"$ref": "#/$defs/OwnEconomy"},
        ],
    }
    properties["projection"] = {
        "default": STANDS_STILL,
        "anyOf": [{"enum": list(NAMED_PROJECTIONS)}, {"$ref": "#/$defs/OwnProjection"}],
    }
    properties["assumption_set"] = {"enum": list(assumption_sets()), "default": EVIDENCE}
    properties["changes"]["maxItems"] = HORIZON.most_changes
    change = definitions["Change"]
    change["properties"]["lever"] = {
        "oneOf": [
            {"const": lever.id, "title": lever.label.text(language), "description": lever.help.text(language)}
            for lever in LEVERS
        ]
    }
    change["properties"]["phase_in_weeks"] |= {"minimum": 0, "maximum": HORIZON.most_phase_in_weeks}
    change["properties"]["to"] = {}
    change["allOf"] = [_lever_rule(lever) for lever in LEVERS]
    schema["required"] = ["format", "name", "municipality"]
    schema["if"] = {"properties": {"format": {"const": FORMAT}}}
    schema["then"] = {"required": ["baseline", "rules"]}
    schema["else"] = {"properties": {"baseline": False, "rules": False}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
    }


def _lever_rule(lever: Lever) -> dict[str, Any]:
    """Return what holds for a change of one lever: bounds of its value, its target groups."""
    numbers = {"minimum": lever.minimum, "maximum": lever.cap or lever.maximum}
    if lever.scope == "mix":
        to: dict[str, Any] = {
            "type": "object",
            "properties": {kind: {"type": "number", **numbers} for kind in FIRM_KINDS},
            "additionalProperties": False,
        }
    else:
        to = {"type": "integer" if lever.integer else "number", **numbers}
    then: dict[str, Any] = {"properties": {"to": to}}
    if lever.scope == "group":
        then["properties"]["group"] = {"enum": list(lever.groups)}
        then["required"] = ["group"]
    else:
        then["properties"]["group"] = False
    return {"if": {"properties": {"lever": {"const": lever.id}}}, "then": then}


def schema_text() -> str:
    """Return the schema as it ships: readable, letters kept, ending in a line break."""
    return json.dumps(scenario_schema(), ensure_ascii=False, indent=1) + "\n"
