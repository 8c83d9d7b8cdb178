"""Test that a table nobody has described is read as a reader says, and by itself the next time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.files.problems import FileProblem
from model.imports.limited_process import read_export_limited
from model.imports.own_tables import (
    OwnColumn,
    OwnTable,
    column_from,
    own_tables,
    own_tables_folder,
    save_own_table,
)
from model.imports.preview import preview
from model.imports.reader import header_of, read_export
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import DATA_VARIABLE
from tests.command_line import called

HEADER = ("Hvornår", "Sted", "Branche", "Ydelse i systemet", "Ledige ialt", "Noget andet")
FILE = "\n".join(
    (
        ";".join(HEADER),
        "2020;Ballerup;Alle brancher;DP-modtagere;777;5",
        "2020;Ballerup;Industri;DP-modtagere;100;5",
        "2020;Ballerup;Alle brancher;SDP-modtagere;700;5",
    )
).encode()
READING = OwnTable(
    header=HEADER,
    columns={
        "Ledige ialt": OwnColumn(role="measure", measure="fulltime"),
        "Branche": OwnColumn(role="only", member="Alle brancher"),
        "Ydelse i systemet": OwnColumn(
            role="group", members={"DP-modtagere": "dagpenge", "SDP-modtagere": "sygedagpenge"}
        ),
        "Noget andet": OwnColumn(role="unused"),
    },
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return own_tables_folder()


def stocks(data: bytes = FILE) -> dict[str, float]:
    """Return what a file would replace with the kept readings."""
    imported = read_export(data, "vores.csv", own_tables())
    return {r.parameter: r.after.value for r in preview(imported, load_municipality("ballerup"))}


def test_what_nobody_has_described_is_not_used() -> None:
    assert header_of(FILE, "vores.csv") == HEADER
    assert stocks() == {}


def test_what_was_said_is_read_and_read_by_itself_the_next_time(folder: Path) -> None:
    path = save_own_table(READING)
    assert path.parent == folder
    assert own_tables().tables == (READING,)
    assert stocks() == {"stock.dagpenge": 777, "stock.sygedagpenge": 700}
    lines = FILE.decode().splitlines()
    # The same columns in another order, of another month.
    order = [4, 0, 2, 1, 5, 3]
    other = "\n".join(";".join(line.split(";")[i] for i in order) for line in lines).encode()
    assert stocks(other) == {"stock.dagpenge": 777, "stock.sygedagpenge": 700}
    # Another column makes it another table.
    assert stocks("\n".join(f"{line};Mere" for line in lines).encode()) == {}


def test_a_reading_is_kept_once_and_the_last_counts(folder: Path) -> None:
    save_own_table(READING)
    save_own_table(READING.model_copy(update={"columns": {"Noget andet": OwnColumn(role="unused")}}))
    assert len(list(folder.glob("*.yaml"))) == 1
    assert stocks() == {}


def test_a_file_that_cannot_be_read_is_told_and_leaves_the_others(folder: Path) -> None:
    save_own_table(READING)
    (folder / "anden.yaml").write_text("header: [A, B]\ncolumns:\n  A: {role: konge}\n", encoding="utf-8")
    (folder / "bombe.yaml").write_text("&a [*a, *a]", encoding="utf-8")
    told = [problem.text("da") for problem in own_tables().broken]
    assert len(told) == 2
    assert any("anden.yaml" in line for line in told)
    assert stocks() == {"stock.dagpenge": 777, "stock.sygedagpenge": 700}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Findes ikke=unused", "Kolonnerne er: Hvornår"),
        ("Ledige ialt", "Kolonnerne er: Hvornår"),
        ("Ledige ialt=konge", "skal slutte med en af"),
        ("Ledige ialt=measure", "skal slutte med en af"),
        ("Ledige ialt=measure:konge", "fulltime, persons"),
    ],
)
def test_a_column_that_cannot_be_so_is_told(text: str, reason: str) -> None:
    with pytest.raises(FileProblem) as caught:
        column_from(text, HEADER)
    assert reason in caught.value.text("da")


def test_a_label_with_an_equals_sign_and_a_colon_in_what_is_said() -> None:
    assert column_from("A=B=only:I alt: alle", ("A=B",)) == (
        "A=B",
        OwnColumn(role="only", member="I alt: alle"),
    )


def test_the_command_reads_and_keeps(tmp_path: Path) -> None:
    path = tmp_path / "vores.csv"
    path.write_bytes("Hvornår;Sted;Ledige ialt\n2020;Ballerup;777\n".encode())
    ask = ("import", path, "--municipality", "ballerup", "--json")
    said = ("--column", "Ledige ialt=measure:fulltime", "--group", "dagpenge")

    def found(*options: str) -> dict[str, float]:
        replaced = json.loads(called(*ask, *options)[1])["preview"]["replacements"]
        return {row["id"]: row["after"]["value"] for row in replaced}

    assert found() == {}
    assert found(*said) == {"stock.dagpenge": 777}
    assert found() == {}, "nothing is kept unasked"
    assert found(*said, "--keep-reading") == {"stock.dagpenge": 777}
    assert found() == {"stock.dagpenge": 777}
    status, _, err = called("import", path, "--keep-reading")
    assert status != 0
    assert "--column" in err


def test_a_kept_reading_goes_to_the_process_that_reads_files() -> None:
    save_own_table(READING)
    limited = read_export_limited(FILE, "vores.csv", own_tables())
    assert limited == read_export(FILE, "vores.csv", own_tables())
    assert limited.recognised.own == READING
