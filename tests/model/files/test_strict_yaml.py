"""Test the YAML reader: it takes plain data only, and names the line of a fault in both languages."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from model.files.problems import FileProblem
from model.files.strict_yaml import (
    DATA_BYTES,
    DATA_NODES,
    MAX_DEPTH,
    Document,
    load,
    load_data_file,
    load_file,
)
from model.files.validation_problems import bilingual_error, problems_from
from tests.folders import MODEL_DATA
from tests.model.files.hostile_yaml import BROKEN_YAML


@pytest.mark.parametrize("case", BROKEN_YAML)
def test_broken_yaml_is_one_message_with_its_line(case: str) -> None:
    expected = BROKEN_YAML[case]
    with pytest.raises(FileProblem) as caught:
        load(expected.content, "fil.yaml")
    (problem,) = caught.value.problems
    assert problem.line == expected.line
    assert expected.da in problem.da
    assert expected.en in problem.en
    line = expected.line
    assert caught.value.text("da").startswith(f"fil.yaml, linje {line}" if line else "fil.yaml: ")
    assert caught.value.text("en").startswith(f"fil.yaml, line {line}" if line else "fil.yaml: ")
    assert "\n" not in caught.value.text("da")


def test_utf8_with_and_without_mark_keeps_danish_letters() -> None:
    assert load("å: Ærø\n".encode()).data == {"å": "Ærø"}
    assert load("å: Ærø\n".encode("utf-8-sig")).data == {"å": "Ærø"}
    assert load("\ufeffå: Ærø\n").data == {"å": "Ærø"}


def test_line_ends_of_windows_and_old_mac_are_read() -> None:
    assert load("a: 1\r\nb: 2\rc: 3\n").data == {"a": 1, "b": 2, "c": 3}


TEXTS = """
    no yes on off y n True TRUE Null 12:30 1:20:30 0751 0o17 0x1F 1_000 2021-03-01 2026-02-31
    .nan .inf -.inf nan inf .5 5. 1,5 = 1e999 + 1.2.3
"""


@pytest.mark.parametrize("text", [*TEXTS.split(), "2021-03-01 12:00:00", "9" * 5000, "0x" + "f" * 200])
def test_scalars_that_look_like_other_types_stay_text(text: str) -> None:
    assert load(f"a: {text}\n").data == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-3", -3),
        ("+4", 4),
        ("400", 400),
        ("999999999999999", 999999999999999),
        ("0.5", 0.5),
        ("-1.25", -1.25),
        ("1e3", 1000.0),
        ("1.5e-07", 1.5e-07),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_numbers_truth_and_nothing(text: str, value: object) -> None:
    found = load(f"a: {text}\n").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_quotes_make_text_of_everything() -> None:
    assert load("a: '1'\nb: \"true\"\nc: ''\nd: |\n  5\n").data == {
        "a": "1",
        "b": "true",
        "c": "",
        "d": "5\n",
    }


def test_keys_are_always_text() -> None:
    assert load("1: a\ntrue: b\nnull: c\non: d\n2021: e\n").data == {
        "1": "a", "true": "b", "null": "c", "on": "d", "2021": "e",
    }  # fmt: skip


def test_every_value_knows_its_place() -> None:
    document = load("a: 1\nb:\n  - x: 1\n    y: 2\n  - [p, q]\n")
    assert document.position(("a",)) == (1, 1)
    assert document.position(("b", 0, "y")) == (4, 5)
    assert document.position(("b", 1, 1)) == (5, 9)
    # What is not there has its nearest ancestor's place.
    assert document.position(("b", 0, "z", 4)) == (3, 5)
    assert document.position(()) == (1, 1)


def test_depth_limit_is_where_it_says() -> None:
    inner = MAX_DEPTH - 1
    assert load("[" * inner + "1" + "]" * inner).data
    with pytest.raises(FileProblem):
        load("[" * (inner + 1) + "1" + "]" * (inner + 1))


def test_limits_can_be_larger_for_our_own_data() -> None:
    source = "a: " + "x " * 5_000 + "\n" + "".join(f"k{i}: {i}\n" for i in range(11_000))
    with pytest.raises(FileProblem):
        load(source)
    assert len(load(source, max_bytes=10**7, max_nodes=10**6).data) == 11_001


def test_missing_file_and_folder_are_problems(tmp_path) -> None:
    with pytest.raises(FileProblem, match="does not exist"):
        load_file(tmp_path / "nej.yaml")
    with pytest.raises(FileProblem, match="folder"):
        load_file(tmp_path)


def test_a_large_file_is_not_read_whole(tmp_path) -> None:
    path = tmp_path / "stor.yaml"
    with path.open("wb") as file:
        file.truncate(10**10)  # sparse
    with pytest.raises(FileProblem, match="too large"):
        load_file(path)


yaml_like = st.text(
    alphabet=st.one_of(
        st.sampled_from(list(" \n\t\r:-[]{},&*!|>'\"%@`#?=~<.0123456789abtrfnulexøU\\\x00\ufeff\u2028\x85")),
        st.characters(),
    ),
    max_size=120,
)


def plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(type(k) is str and plain(v) for k, v in value.items())
    if isinstance(value, list):
        return all(plain(v) for v in value)
    return value is None or type(value) in (str, int, bool) or (type(value) is float and math.isfinite(value))


def read(source: str | bytes) -> FileProblem | None:
    """Plain data gives None, a problem itself; anything else raised or returned fails the test."""
    try:
        document = load(source, "x.yaml")
    except FileProblem as problem:
        return problem
    assert plain(document.data)
    return None


@settings(deadline=None)
@given(st.one_of(yaml_like, st.binary(max_size=200)))
@example("\x85")
@example("? a\n: b")
@example("a: >\n \n\tb")
def test_anything_is_plain_data_or_a_file_problem(source: str | bytes) -> None:
    problem = read(source)
    if problem is not None:
        assert problem.problems
        assert problem.text("da")
        assert problem.text("en")


# --- pydantic's errors in words ------------------------------------------------------------------


class Point(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    week: int = Field(ge=0, le=520)
    index: float = 1.0
    label: str = Field(default="x", min_length=1, max_length=3)
    day: datetime.date | None = None
    flag: bool = False


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    points: list[Point] = []
    by_name: dict[str, Point] = {}
    maybe: Point | None = None


def explained(source: str) -> FileProblem:
    document = load(source, "ting.yaml")
    with pytest.raises(ValidationError) as caught:
        Thing.model_validate(document.data)
    return problems_from(caught.value, document, model=Thing)


@pytest.mark.parametrize(
    ("source", "line", "da", "en"),
    [
        ("points: []\n", 1, "»name« mangler.", "“name” is missing."),
        ("name: a\npints: []\n", 2, "»pints« kendes ikke her. Mente du »points«?", "Did you mean “points”?"),
        ("name: a\npoints:\n  - week: 1\n    indx: 2\n", 4, "Mente du »index«?", "Did you mean “index”?"),
        ("name: a\nmaybe:\n  wek: 1\n  week: 2\n", 3, "Mente du »week«?", "Did you mean “week”?"),
        (
            "name: a\nby_name:\n  p:\n    week: 1\n    lable: x\n",
            5,
            "Mente du »label«?",
            "Did you mean “label”?",
        ),
        ("name: 5\n", 1, "»name« skal være tekst; her står 5.", "“name” must be text; here it is 5."),
        ("name: no\npoints:\n  - week: 12:30\n", 3, "et helt tal; her står »12:30«", "a whole number"),
        ("name: a\npoints:\n  - week: 1.5\n", 3, "et helt tal", "a whole number"),
        ("name: a\npoints:\n  - week: 900\n", 3, "højst 520; her står 900", "at most 520; here it is 900"),
        ("name: a\npoints:\n  - week: -1\n", 3, "mindst 0; her står -1", "at least 0; here it is -1"),
        (
            "name: a\npoints:\n  - week: 1\n    index: 0,5\n",
            4,
            "Skriv decimaler med punktum.",
            "Write decimals with a point.",
        ),
        ("name: a\npoints:\n  - week: 1\n    label: abcd\n", 4, "højst have 3 tegn", "at most 3 characters"),
        ("name: a\npoints:\n  - week: 1\n    label: ''\n", 4, "mindst 1 tegn", "at least 1 character"),
        ("name: a\npoints:\n  - week: 1\n    flag: on\n", 4, "true eller false", "true or false"),
        ("name: a\npoints:\n  - week: 1\n    day: i går\n", 4, "en dato", "a date"),
        ("name: a\npoints:\n  week: 1\n", 2, "en liste", "a list"),
        ("name: a\npoints:\n  - x\n", 3, "»points 1« skal være navne", "“points 1” must be names"),
        ("- a\n", 1, "navne med kolon", "names with a colon"),
    ],
)
def test_pydantic_errors_are_told_in_words_with_their_line(source: str, line: int, da: str, en: str) -> None:
    problem = explained(source)
    assert len(problem.problems) == 1
    assert problem.problems[0].line == line
    assert da in problem.problems[0].da
    assert en in problem.problems[0].en


def test_all_faults_are_listed_in_the_order_of_the_file() -> None:
    problem = explained("points:\n  - week: x\n  - week: 999\nnmae: a\n")
    assert [p.line for p in problem.problems] == [1, 2, 3, 4]


def test_bilingual_errors_and_errors_of_unknown_types() -> None:
    def refuse(_: str) -> str:
        raise bilingual_error("Nej.", "No.")

    class Model(BaseModel):
        a: Annotated[str, AfterValidator(refuse)] = "x"
        b: complex = 0j

    document = load("a: x\nb: y\n")
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(document.data)
    first, second = problems_from(caught.value, document).problems
    assert (first.da, first.en, first.line) == ("Nej.", "No.", 1)
    assert "»b«" in second.da
    assert second.line == 2


def test_data_from_no_file_has_no_lines() -> None:
    with pytest.raises(ValidationError) as caught:
        Thing.model_validate({})
    assert problems_from(caught.value, Document({})).text("da") == "»name« mangler."


# --- the project's own files ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", sorted(MODEL_DATA.rglob("*.yaml")), ids=lambda path: str(path.relative_to(MODEL_DATA))
)
def test_the_quick_reader_finds_what_the_slow_one_finds(path: Path) -> None:
    quick, slow = load_data_file(path), load_file(path, max_bytes=DATA_BYTES, max_nodes=DATA_NODES)
    assert quick.data == slow.data
    assert quick.positions == slow.positions
    assert quick.ends == slow.ends


# Shipped data may hold more bytes and more values.
@pytest.mark.parametrize("case", sorted(BROKEN_YAML.keys() - {"300_kb", "too_many_values"}))
def test_the_quick_reader_refuses_what_the_slow_one_refuses(tmp_path: Path, case: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(BROKEN_YAML[case].content)
    with pytest.raises(FileProblem) as slow:
        load_file(path, max_bytes=DATA_BYTES, max_nodes=DATA_NODES)
    with pytest.raises(FileProblem) as quick:
        load_data_file(path)
    assert quick.value.text("da") == slow.value.text("da")
