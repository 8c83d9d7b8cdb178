"""Test that a parser's complaint is told as what the writer did, and only where putting that right helps."""

from __future__ import annotations

import pytest

from model.files.problems import FileProblem
from model.files.strict_yaml import load


def fault(source: str) -> tuple[int, int, str]:
    """Return line, column and Danish text of the one fault of a text."""
    with pytest.raises(FileProblem) as caught:
        load(source)
    (problem,) = caught.value.problems
    return problem.line, problem.column, problem.da


@pytest.mark.parametrize(
    ("source", "line", "column", "rest"),
    [
        pytest.param(
            "a: 1\nb: aftalt i sag #4711\n  den 3. marts\nc: 2\n", 2, 17, "#4711", id="a text of two lines"
        ),
        pytest.param("b: et\n  to #3 og\n  fire\nc: 2\n", 2, 6, "#3 og", id="a text of three lines"),
        pytest.param("a: [x, y #2, z]\nb: 1\n", 1, 10, "#2, z]", id="a list in brackets"),
        pytest.param("a: {b: sag #2}\nc: 1\n", 1, 12, "#2}", id="braces"),
    ],
)
def test_a_text_that_a_comment_has_cut(source: str, line: int, column: int, rest: str) -> None:
    at_line, at_column, da = fault(source)
    assert (at_line, at_column) == (line, column)
    assert da.startswith(f"»{rest}« er ikke med i teksten")


def test_what_is_left_between_two_versions() -> None:
    for source in ("a: 1\n=======\nb: 2\n", "a:\n  - x\n=======\n  - y\n"):
        line, _, da = fault(source)
        assert line == source[: source.index("=")].count("\n") + 1
        assert "en rest af en fletning" in da


@pytest.mark.parametrize(
    ("source", "line", "text"),
    [
        pytest.param("a: 1  # x\nb: c: d\n", 2, "kolon for meget", id="a comment in the line before"),
        pytest.param("a: c: d  # x\n", 1, "kolon for meget", id="a comment behind the fault"),
        pytest.param("a: 'x #2'\nb\nc: 1\n", 2, "mangler et kolon", id="in quotes"),
    ],
)
def test_a_fault_that_stays_is_told_as_it_is(source: str, line: int, text: str) -> None:
    at_line, _, da = fault(source)
    assert at_line == line
    assert text in da
