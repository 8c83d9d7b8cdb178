"""Describe files of courses by a JSON Schema, for editors that complete and check them."""

from __future__ import annotations

import json
from typing import Any, Final

from model.municipality.municipality_list import municipalities
from model.municipality.rules import RULES
from model.municipality.vintages import vintage_names
from model.scenario.levers import LEVERS
from model.workshop.course import FIELDS, FORMAT, KINDS, MOST_MINUTES, NEEDED, Course

SCHEMA_ID: Final = "indsatskompas-course-1"


def course_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a course's file."""
    schema = Course.model_json_schema()
    properties, step = schema["properties"], schema["$defs"]["CourseStep"]
    properties["course"] = {"const": FORMAT}
    properties["municipality"] = {"enum": [info.id for info in municipalities()]}
    properties["baseline"] = {"enum": [int(name) for name in vintage_names()]}
    properties["rules"] = {"enum": list(RULES)}
    fields = step["properties"]
    fields["levers"]["items"] = {
        "enum": [
            target
            for lever in LEVERS
            if lever.scope != "mix"
            for target in ([f"{lever.id}:{group}" for group in lever.groups] or [lever.id])
        ]
    }
    fields["minutes"] = {"type": "number", "exclusiveMinimum": 0, "maximum": MOST_MINUTES}
    fields["budget_dkk"] = {"type": "number", "minimum": 0}
    special = sorted(frozenset().union(*FIELDS.values()))
    step["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}}},
            "then": {
                "properties": {name: False for name in special if name not in FIELDS[kind]},
                "required": list(NEEDED.get(kind, ())),
            },
        }
        for kind in KINDS
    ]
    schema["required"] = ["course", *schema["required"]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}


def course_schema_text() -> str:
    """Return the schema as it ships: readable, letters kept, ending in a line break."""
    return json.dumps(course_schema(), ensure_ascii=False, indent=1) + "\n"
