"""Test writing scenario files: canonical, comments in their place, the same scenario back."""

from __future__ import annotations

import datetime
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain import FIRM_KINDS
from model.scenario import files as files
from model.scenario.files import read_scenario, scenario_hash, write_scenario
from model.scenario.levers import LEVERS
from model.scenario.parts import Assumption, Workshop
from model.scenario.scenario import Scenario
from tests.model.scenario.cases import COMMENTED, full, tricky, words


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Scenarios with any lever, dates anywhere in the horizon and texts that YAML finds hard."""
    texts = st.one_of(words, tricky)
    fields: dict[str, Any] = {
        "name": draw(texts),
        "municipality": draw(st.sampled_from(["ballerup", "broendby", "koebenhavn"])),
        "description": draw(st.one_of(st.just(""), texts, st.lists(texts, min_size=2).map("\n".join))),
        "years": draw(st.integers(1, 10)),
        "economy": draw(st.sampled_from(["unchanged", "recovery", "second_wave"])),
    }
    scenario = Scenario(**fields)
    for _ in range(draw(st.integers(0, 5))):
        lever = draw(st.sampled_from(LEVERS))
        if lever.scope == "mix":
            share = draw(st.floats(0, 100))
            to: Any = {draw(st.sampled_from(FIRM_KINDS[:2])): share, FIRM_KINDS[2]: 100 - share}
        elif lever.integer:
            to = draw(st.integers(int(lever.minimum), int(lever.maximum)))
        else:
            to = draw(st.floats(lever.minimum, lever.maximum))
        days = draw(st.integers(0, scenario.weeks * 7 - 1))
        scenario = scenario.with_change(
            lever.id,
            to,
            draw(st.sampled_from(lever.groups)) if lever.groups else None,
            from_=scenario.start + datetime.timedelta(days=days),
            phase_in_weeks=draw(st.integers(0, 100)),
            why=draw(st.one_of(st.just(""), texts)),
        )
    if draw(st.booleans()):
        scenario = scenario.copy_with(
            workshop=Workshop(question=draw(texts), decision=draw(texts)),
            assumptions=(
                Assumption(parameter="displacement", value=draw(st.floats(0, 0.7)), why=draw(texts)),
            ),
        )
    return scenario


@settings(deadline=None, max_examples=60)
@given(scenarios())
def test_round_trip_is_exact_and_writing_canonical(scenario: Scenario) -> None:
    text = write_scenario(scenario)
    back = read_scenario(text)
    assert back == scenario
    assert write_scenario(back) == text
    assert back.key == scenario.key
    assert scenario_hash(back) == scenario_hash(scenario)


@settings(deadline=None, max_examples=40)
@given(scenarios())
def test_other_readers_of_yaml_see_the_same_texts(scenario: Scenario) -> None:
    plain = yaml.safe_load(write_scenario(scenario))
    assert plain["name"] == scenario.name
    assert [c.get("why", "") for c in plain["changes"]] == [c.why for c in scenario.changes]
    assert [c["from"] for c in plain["changes"]] == [c.from_ for c in scenario.changes]


def test_a_full_scenario_comes_back_whole() -> None:
    scenario = full()
    text = write_scenario(scenario)
    assert read_scenario(text) == scenario
    assert "to: 400\n" in text
    assert "c: 0\n" in text
    assert "æøå" in text
    assert text.endswith("\n")


def test_the_order_of_changes_does_not_matter() -> None:
    one = (
        Scenario(name="x", municipality="ballerup")
        .with_change("meetings", 2, "sho")
        .with_change("firm_places", 300)
    )
    other = (
        Scenario(name="x", municipality="ballerup")
        .with_change("firm_places", 300)
        .with_change("meetings", 2, "sho")
    )
    assert one == other
    assert hash(one) == hash(other)
    more = write_scenario(one.with_change("meetings", 3, "sho"))
    assert len(set(more.splitlines()) ^ set(write_scenario(one).splitlines())) == 2


def test_comments_keep_their_place() -> None:
    scenario = read_scenario(COMMENTED)
    assert write_scenario(scenario, COMMENTED) == COMMENTED
    earlier = scenario.with_change("equal_effort", 50)
    text = write_scenario(earlier, COMMENTED)
    assert read_scenario(text) == earlier
    lines = text.splitlines()
    at = lines.index("  - lever: meetings  # håndtaget")
    assert lines[at - 2 : at] == ["  # to linjer", "  # om samtaler"]
    assert write_scenario(earlier, text) == text


def test_comments_of_what_is_gone_go_to_the_end() -> None:
    scenario = read_scenario(COMMENTED).without("meetings", "dagpenge")
    text = write_scenario(scenario, COMMENTED)
    assert read_scenario(text) == scenario
    for comment in (
        "# to linjer",
        "# om samtaler",
        "# håndtaget",
        "# hver anden uge",
        "# nederst",
        "# Øverst",
    ):
        assert text.count(comment) == 1
    assert write_scenario(scenario, text) == text


def test_a_previous_text_that_cannot_be_read_is_no_obstacle() -> None:
    assert write_scenario(full(), "# x\n\t[") == write_scenario(full())


comment_lines = st.sampled_from(["# x", "  # æ: 1", "\t# tab", "#"])


@settings(deadline=None, max_examples=60)
@given(scenarios(), st.lists(st.tuples(st.integers(0, 60), comment_lines), max_size=5))
def test_comments_never_change_a_scenario(scenario: Scenario, put: list[tuple[int, str]]) -> None:
    lines = write_scenario(scenario).splitlines()
    for at, comment in put:
        lines.insert(min(at, len(lines)), comment)
    previous = "\n".join(lines) + "\n"
    text = write_scenario(scenario, previous)
    assert read_scenario(text) == scenario
    assert write_scenario(scenario, text) == text
