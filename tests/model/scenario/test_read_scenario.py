"""Test reading scenario files: hostile and generated ones give one message or a scenario."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model.files.problems import FileProblem
from model.scenario import files as files
from model.scenario.files import read_scenario
from model.scenario.scenario import (
    Scenario,
)
from tests.model.files.hostile_yaml import HOSTILE_FILES, change
from tests.model.scenario.cases import SHIPPED, tricky, words


@pytest.mark.parametrize("case", HOSTILE_FILES)
def test_a_hostile_scenario_is_one_message_with_its_line(case: str) -> None:
    expected = HOSTILE_FILES[case]
    with pytest.raises(FileProblem) as caught:
        read_scenario(expected.content, "fil.yaml")
    (problem,) = caught.value.problems
    assert problem.line == expected.line
    assert expected.da in problem.da
    assert expected.en in problem.en
    assert problem.da != problem.en


def test_several_faults_are_all_told() -> None:
    source = change(lever="firm_plces") + "yeers: 4\nauthor: 5\n"
    with pytest.raises(FileProblem) as caught:
        read_scenario(source)
    assert [p.line for p in caught.value.problems] == [5, 8, 9]


def read(source: str | bytes) -> str:
    """The message in Danish, or nothing where the file is good; anything else raised fails the test."""
    try:
        read_scenario(source, "x.yaml")
    except FileProblem as problem:
        return problem.text("da")
    return ""


values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        words,
        tricky,
        st.dates(),
        st.sampled_from(
            ["firm_places", "meetings", "dagpenge", "second_wave", "ballerup", 400, "2021-03-01"]
        ),
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.one_of(words, st.sampled_from(["lever", "to", "from", "inflow", "why"])), inner, max_size=4
        )
    ),
    max_leaves=12,
)

fields = st.dictionaries(
    st.one_of(st.sampled_from([*Scenario.model_fields, "from"]), words), values, max_size=6
)


@settings(deadline=None, max_examples=150)
@given(fields, st.booleans())
@example({"changes": [{"lever": "firm_place_mix", "to": {"paid_hours": {}}, "from": "2021-03-01"}]}, True)
@example({"changes": [{"lever": ["a"], "to": 1, "from": "2021-03-01", "group": {}}]}, True)
@example({"results": {"model_version": "1", "baseline_sha256": "x", "figures": {"a": 1e300}}}, True)
def test_generated_fields_are_a_scenario_or_a_file_problem(plain: dict[str, Any], with_head: bool) -> None:
    head = {"format": 1, "name": "Prøve", "municipality": "ballerup"} if with_head else {}
    read(yaml.safe_dump({**head, **plain}, allow_unicode=True))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_damaged_files_are_a_scenario_or_a_file_problem(data: st.DataObject) -> None:
    source = SHIPPED[data.draw(st.integers(0, len(SHIPPED) - 1))].read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source)))
        cut = data.draw(st.integers(0, 12))
        piece = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b"\n", b": ", b"- ", b"&a ", b"\t", b"'"]))
        )
        source = source[:at] + piece + source[at + cut :]
    read(source)
