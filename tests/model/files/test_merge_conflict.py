"""Test that the marks of a merge are noticed wherever they stand, and a line of equals signs alone is not."""

from __future__ import annotations

import time

import pytest

from model.files.merge_conflict import Conflict, MergeConflict, find_conflicts
from model.files.strict_yaml import load, load_file
from tests.folders import DATA

TWO = "<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> anna\n"


def marked(text: str, indent: str = "") -> str:
    """Two versions of a text, as git writes them, behind an indentation."""
    return "".join(indent + line + "\n" for line in TWO.replace("A", text).splitlines())


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("a: 1\n" + marked("b: 2") + "c: 3\n", 2, id="between the names"),
        pytest.param("a: 1\nb: 'x\n" + marked("y") + "  z'\n", 3, id="in single quotes"),
        pytest.param('a: 1\nb: "x\n' + marked("y") + '  z"\n', 3, id="in double quotes"),
        pytest.param("a: 1\nb: |\n" + marked("y", "  ") + "  z\n", 3, id="in a block of text"),
        pytest.param("a: 1\nb: >-\n" + marked("y", "    "), 3, id="in a folded block"),
        pytest.param("a: 1\nb: x " + TWO.replace("\n", " ") + "y\n", 2, id="folded into one line"),
        pytest.param("a: 1\r\n" + marked("b: 2").replace("\n", "\r\n"), 2, id="line ends of Windows"),
        pytest.param("a: 1\n# x\n" + marked("# y"), 3, id="between comments"),
    ],
)
def test_a_conflict_is_told_at_its_first_line(source: str, line: int) -> None:
    with pytest.raises(MergeConflict) as caught:
        load(source, "fil.yaml")
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (line, 1)
    assert problem.da.startswith("git kunne ikke flette to udgaver")
    assert problem.en.startswith("git could not merge two versions")


def test_a_conflict_names_both_versions() -> None:
    with pytest.raises(MergeConflict) as caught:
        load("a: 1\n<<<<<<< HEAD\nb: 1\nc: 1\n||||||| 1a2b\nb: 0\n=======\n>>>>>>> anna\n")
    (problem,) = caught.value.problems
    assert "Den ene står i linje 3 til 4, den anden har slettet linjerne." in problem.da
    assert "One stands in lines 3 to 4, the other has deleted the lines." in problem.en


def test_every_conflict_is_told() -> None:
    with pytest.raises(MergeConflict) as caught:
        load("a: 1\n" + marked("b: 2") + "c: 3\n" + marked("d: 4"))
    assert [problem.line for problem in caught.value.problems] == [2, 8]


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "||||||| 1a2b", ">>>>>>> anna", "<<<<<<<"])
def test_what_is_left_of_a_conflict_is_told(mark: str) -> None:
    with pytest.raises(MergeConflict) as caught:
        load(f"a: 'x\n{mark}\n  y'\n")
    (problem,) = caught.value.problems
    assert problem.line == 2
    assert "en rest af en fletning" in problem.da
    assert "left of a merge" in problem.en


@pytest.mark.parametrize(
    "text",
    [
        "Overskrift\n=======\nTekst",
        "pil >>>>>>> frem",
        "<<<<<<<<<<<<<<",
        "a<<<<<<< b ======= c >>>>>>>d",
        "=======\n<<<<<<< bagefter",
    ],
)
def test_a_text_with_such_signs_is_no_conflict(text: str) -> None:
    source = "a: |-\n" + "".join(f"  {line}\n" for line in text.split("\n"))
    assert load(source).data == {"a": text}


def test_equals_signs_alone_at_the_beginning_of_a_line_are_text() -> None:
    assert load("a: 'Overskrift\n=======\n  Tekst'\n").data == {"a": "Overskrift ======= Tekst"}


def test_the_files_of_planners_are_told_at_their_line() -> None:
    for name, conflict in {
        "conflict": Conflict(10, None, 12, 14),
        "conflict-diff3": Conflict(10, 12, 14, 16),
        "conflict-name": Conflict(2, None, 4, 6),
        "conflict-in-headline": Conflict(13, None, 15, 17),
    }.items():
        path = DATA / "yaml_by_hand" / f"{name}.yaml"
        assert find_conflicts(path.read_text(encoding="utf-8")) == (conflict,)
        with pytest.raises(MergeConflict):
            load_file(path)


def test_a_file_full_of_marks_is_read_in_no_time() -> None:
    begin = time.perf_counter()
    for mark in ("<<<<<<< ", "======= ", "<<<<<<<\n", "<<<<<<< ======= "):
        find_conflicts(mark * 30_000)
    assert time.perf_counter() - begin < 10
