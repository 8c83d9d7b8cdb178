"""Test that an invisible character that is in the way is named at its own place, and one within a text is let be."""

from __future__ import annotations

import time
import unicodedata

import pytest

from model.files.invisible_characters import named
from model.files.problems import FileProblem
from model.files.strict_yaml import MAX_BYTES, load
from model.scenario.files import read_scenario
from tests.model.files.hostile_yaml import HEAD, change

NO_BREAK = "\u00a0"
INVISIBLE = {
    "no-break space": NO_BREAK,
    "narrow no-break space": "\u202f",
    "figure space": "\u2007",
    "ideographic space": "\u3000",
    "soft hyphen": "\u00ad",
    "zero-width space": "\u200b",
    "zero-width non-joiner": "\u200c",
    "zero-width joiner": "\u200d",
    "left-to-right mark": "\u200e",
    "right-to-left override": "\u202e",
    "pop directional isolate": "\u2069",
    "word joiner": "\u2060",
    "variation selector": "\ufe0f",
    "byte order mark": "\ufeff",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "next line": "\u0085",
}
each_character = pytest.mark.parametrize("character", INVISIBLE.values(), ids=INVISIBLE)


def fault(source: str) -> tuple[int, int, str, str]:
    """Return line, column and texts of the one fault of a scenario file."""
    with pytest.raises(FileProblem) as caught:
        read_scenario(source, "fil.yaml")
    (problem,) = caught.value.problems
    return problem.line, problem.column, problem.da, problem.en


@each_character
@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        pytest.param(change(to="?400"), 6, 9, id="before a number"),
        pytest.param(change(to="400?"), 6, 12, id="behind a number"),
        pytest.param(change(to="4?00"), 6, 10, id="in a number"),
        pytest.param(change(to="12?.5", lever="meetings", group="dagpenge"), 6, 11, id="in a decimal number"),
        pytest.param(change(lever="firm_places?"), 5, 23, id="behind an id"),
        pytest.param(change(**{"from": "2021-03-01?"}), 7, 21, id="behind a date"),
        pytest.param(change().replace("    to:", "    ?to:"), 6, 5, id="at the end of an indentation"),
        pytest.param(change().replace("    to:", "?   to:"), 6, 1, id="at the beginning of an indentation"),
        pytest.param(change().replace("    to:", "  ? to:"), 6, 3, id="in an indentation"),
        pytest.param(change().replace("to: ", "to?: "), 6, 7, id="behind a name"),
        pytest.param(change().replace("to: ", "to:?"), 6, 8, id="behind a colon"),
        pytest.param(change().replace("- lever", "-?lever"), 5, 4, id="behind a dash"),
        pytest.param(HEAD.replace("ballerup", "balle?rup"), 3, 20, id="in a municipality"),
        pytest.param(HEAD + "start: '2021-?01-04'\n", 4, 14, id="between quotes"),
    ],
)
def test_what_is_in_the_way_is_named_at_its_place(
    source: str, line: int, column: int, character: str
) -> None:
    if "12?.5" in source:
        source = source.replace("12?.5", "2?.5")
        column -= 1
    at_line, at_column, da, en = fault(source.replace("?", character))
    code = f"U+{ord(character):04X}"
    assert (at_line, at_column) == (line, column)
    assert da.startswith("Her står et usynligt tegn: ")
    assert en.startswith("There is an invisible character here: ")
    assert code in da
    assert code in en


@pytest.mark.parametrize("character", [*map(chr, range(0x2000, 0x2010)), NO_BREAK, "\u00ad", "\u200d\ufe0f"])
def test_a_text_may_hold_it(character: str) -> None:
    # Some are written as another of the same look: that is Unicode's composition.
    text = unicodedata.normalize("NFC", f"100{character}% af målet")
    for source in (
        HEAD.replace("Prøve", text),
        HEAD.replace("Prøve", f'"{text}"'),
        HEAD + f"description: |\n  {text}\n  {text}\n",
        HEAD + f"author: {text}  # {text}\n",
        change(why=text),
    ):
        scenario = read_scenario(source)
        texts = (scenario.name, scenario.description, scenario.author, *(c.why for c in scenario.changes))
        assert any(text in value for value in texts)


def test_another_fault_beside_it_is_told_as_it_is() -> None:
    source = change(to=4000, why=f"100{NO_BREAK}%")
    assert "mellem 0 og 1000" in fault(source)[2]
    assert "kolon" in fault(HEAD + f"description: 100{NO_BREAK}%\nauthor: a: b\n")[2]
    assert "højst have 120 tegn" in fault(HEAD.replace("Prøve", f"a{NO_BREAK}b" * 60))[2]


def test_every_line_of_a_page_copied_from_the_web_is_not_needed_to_tell() -> None:
    source = change().replace("    ", NO_BREAK * 4)
    assert fault(source)[:2] == (6, 1)


def test_faults_of_several_values_are_each_told() -> None:
    with pytest.raises(FileProblem) as caught:
        read_scenario(change(phase_in_weeks="2\u200b6", **{"from": f"2021-{NO_BREAK}03-01"}))
    assert [(p.line, p.column) for p in caught.value.problems] == [(7, 16), (8, 22)]


def test_a_name_that_nobody_can_see_is_none() -> None:
    assert fault(HEAD.replace("Prøve", "\u200b\u2060"))[:2] == (2, 7)


def test_each_has_a_name_in_both_languages() -> None:
    for character in INVISIBLE.values():
        da, en = named(character)
        assert da != en
        assert f"(U+{ord(character):04X})" in da


def test_a_large_file_of_them_is_refused_in_no_time() -> None:
    begin = time.perf_counter()
    line = f"  a{NO_BREAK}: {NO_BREAK}\n"
    for source in (
        "a: b\n" + line * 9_000 + "c",
        f"a: {NO_BREAK * 10}\n" * 8_000,
        NO_BREAK * (MAX_BYTES // 2),
    ):
        with pytest.raises(FileProblem):
            load(source + "\n]: x: y\n")
    assert time.perf_counter() - begin < 60
