"""Test that whatever somebody types or pastes is a text that a scenario can hold and a link can carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from model.library.share_link import decode_link, encode_link
from model.scenario.files import read_scenario, write_scenario
from model.scenario.parts import NAME_LENGTH, TEXT_LENGTH, Workshop
from model.scenario.scenario import Scenario
from model.scenario.texts import as_typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Vi tror på det.\r\nMåske.  ", "Vi tror på det.\nMåske."),
        ("a\u000bb\u2028c\td", "a\nb\nc d"),
        ("=1+1", "=1+1"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u200b\u202e\u00a0\ufeff", ""),
        ("x\u202ey\x00\ue000", "xy"),
    ],
)
def test_what_nobody_sees_goes_and_the_words_stay(typed: str, kept: str) -> None:
    assert as_typed(typed) == kept


@given(some.text(alphabet=some.characters(), max_size=300))
def test_every_text_fits_a_scenario_its_file_and_its_link(typed: str) -> None:
    why, author = as_typed(typed), as_typed(typed, NAME_LENGTH, lines=False)
    scenario = Scenario(name="Prøve", municipality="ballerup", author=author, workshop=Workshop(question=why))
    scenario = scenario.with_change("firm_places", 200.0, why=why)
    assert scenario.changes[0].why == why
    assert scenario.author == author
    assert decode_link(encode_link(scenario)) == read_scenario(write_scenario(scenario))
    assert decode_link(encode_link(scenario)).changes[0].why == why


def test_a_text_is_no_longer_than_it_may_be() -> None:
    assert len(as_typed("æ" * 10_000)) == TEXT_LENGTH
    assert as_typed("a b", 2) == "a"
