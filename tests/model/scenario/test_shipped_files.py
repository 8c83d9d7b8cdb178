"""Test the scenario files that ship and the schema that describes them."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from model.municipality.municipality_list import municipalities
from model.scenario import files as files
from model.scenario.files import file_name, load_scenario, read_scenario, write_scenario
from model.scenario.scenario import (
    to_dict,
)
from model.scenario.schema import scenario_schema, schema_text
from tests.model.files.hostile_yaml import BROKEN_SCENARIOS, HEAD, change
from tests.model.scenario.cases import MARCH, SCENARIOS, SHIPPED


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_shipped_scenario_is_valid_canonical_and_told(path: Path) -> None:
    scenario = load_scenario(path)
    text = path.read_text(encoding="utf-8")
    assert write_scenario(scenario, text) == text
    assert scenario.municipality == path.parent.name
    assert file_name(path.stem) == path.name
    assert scenario.description
    assert scenario.author
    assert all(c.why for c in scenario.changes)
    assert max(len(line) for line in text.splitlines()) <= 110


def test_ballerup_has_the_scenarios_that_were_promised() -> None:
    found = {path.stem for path in SHIPPED if path.parent.name == "ballerup"}
    assert found >= {
        "uaendret",
        "dobbelt-virksomhedsindsats",
        "fra-vejledning-til-virksomhed",
        "tidlige-tilbud",
        "ungeindsats",
        "lige-indsats",
        "mentor-og-loennede-timer",
        "sygemeldte-tidligt",
        "intensive-samtaler",
        "anden-boelge",
        "opsving",
        "samlet-forslag",
    }


def test_the_example_of_the_design_is_read_as_meant() -> None:
    scenario = load_scenario(SCENARIOS / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    places = scenario.change_of("firm_places")
    assert places is not None
    assert (places.to, places.from_, places.phase_in_weeks) == (400, MARCH, 26)
    assert (scenario.start, scenario.years, scenario.weeks) == (datetime.date(2021, 1, 4), 4, 208)


def test_the_shipped_schema_is_the_models_own() -> None:
    assert (SCENARIOS / "scenario.schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_schema_takes_what_we_take_and_refuses_what_we_refuse(language: str) -> None:
    schema = scenario_schema(language)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in SHIPPED:
        plain = json.loads(json.dumps(to_dict(load_scenario(path)), default=str))
        assert list(validator.iter_errors(plain)) == []
    for case in (
        "unknown_key", "unknown_lever", "no_group", "a_group_too_many", "rate_above_its_limit", "half_a_place"
    ):  # fmt: skip
        plain = yaml.load(BROKEN_SCENARIOS[case].content, yaml.BaseLoader)
        for entry in plain.get("changes", ()):
            entry["to"] = float(entry["to"])
        plain["format"] = 1
        assert not validator.is_valid(plain), case


def test_all_municipalities_can_be_named() -> None:
    for info in municipalities():
        assert read_scenario(HEAD.replace("ballerup", info.id)).municipality == info.id


def test_values_a_large_municipality_needs_are_read_there_only() -> None:
    source = change(to=4000)
    assert read_scenario(source.replace("ballerup", "koebenhavn")).changes[0].to == 4000
