"""Test that own figures outlive a new version of the program: an older file is read, a newer one is told."""

from __future__ import annotations

import pytest

from model.files.problems import FileProblem
from model.files.strict_yaml import load
from model.imports.own_files import municipality_text
from model.municipality.municipality import load_municipality
from model.parameters import own_format
from model.parameters.files import read_parameters
from model.parameters.own_format import OWN_FORMAT

HEAD = "municipality: {id: ballerup, name: Ballerup, start: 2020-01-01}\n"
FILE = """{head}defaults: {{as_of: "2020", quality: statistic, source: Jobindsats y01a02}}
tables:
  - table: {table}
    unit: persons
    rows: {{dagpenge.danish: 700}}
  - {{table: scalars, unit: share, rows: {{{scalar}: {{value: 0.3, low: 0.1, high: 0.5}}}}}}
"""


def text(head: str = HEAD, table: str = "stock", scalar: str = "displacement") -> str:
    return FILE.format(head=head, table=table, scalar=scalar)


def test_what_is_written_says_its_format_first() -> None:
    written = municipality_text(load_municipality("ballerup"), ())
    assert written.splitlines()[1] == f"format: {OWN_FORMAT}"


def test_a_file_from_before_there_was_a_format_is_read() -> None:
    assert read_parameters(load(text())).values == read_parameters(load(text(f"format: 1\n{HEAD}"))).values


@pytest.mark.parametrize(
    ("written", "words"),
    [("99", "nyere udgave"), ("0", "skal være 1"), ("true", "skal være 1"), ("x", "skal være 1")],
)
def test_a_newer_format_is_told_alone_and_with_its_line(written: str, words: str) -> None:
    with pytest.raises(FileProblem) as told:
        read_parameters(load(text(f"format: {written}\nnew_field: 1\n{HEAD}"), "ballerup.yaml"))
    (problem,) = told.value.problems
    assert words in problem.da
    assert problem.line == 1


def test_a_renamed_table_and_a_renamed_number_keep_their_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_format, "RENAMED", {"persons": "stock", "crowding": "displacement"})
    old = read_parameters(load(text(table="persons", scalar="crowding"))).values
    assert old == read_parameters(load(text())).values
    with pytest.raises(FileProblem, match="persons"):
        read_parameters(load(text(head="", table="persons")))


def test_a_name_that_was_never_known_is_told_with_its_line() -> None:
    with pytest.raises(FileProblem) as told:
        read_parameters(load(text(table="stocks"), "ballerup.yaml"))
    assert "stocks" in told.value.text("da")
    assert "Mente du »stock«?" in told.value.text("da")


def test_a_field_that_is_too_short_is_told_in_words() -> None:
    with pytest.raises(FileProblem) as told:
        read_parameters(load(text().replace('"2020"', '"220"'), "ballerup.yaml"))
    assert "»as_of« skal have mindst 4 tegn" in told.value.text("da")


def test_names_in_the_list_of_renamed_ones_are_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    from model.parameters.ids import TABLES, id_fault

    for old, new in own_format.RENAMED.items():
        assert old not in TABLES
        assert new in TABLES or id_fault(new) is None
