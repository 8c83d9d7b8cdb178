"""Test PC-Axis files: forms that StatBank writes, hostile ones, and that time and memory follow the file's size."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.files.problems import FileProblem
from model.imports.limited_process import read_export_limited
from model.imports.own_tables import NO_TABLES
from model.imports.preview import preview
from model.imports.px import read_px
from model.imports.reader import read_export
from model.imports.replacements import Choices
from model.imports.rows import MAX_BYTES, Imported, Suppressed
from model.imports.vocabulary import squeezed
from model.municipality.municipality import Municipality
from tests.folders import ROOT

PLAIN = (ROOT / "tests" / "data" / "exports" / "AUF01.px").read_text(encoding="utf-8")
# As StatBank's files are laid out: quoted marks, labels over lines, joined texts, a second language, the date.
RICH = """CHARSET="ANSI";
AXIS-VERSION="2013";
CODEPAGE="iso-8859-15";
LANGUAGE="da";
LANGUAGES="da","en";
CREATION-DATE="20210114 09:00";
DECIMALS=0;
SHOWDECIMALS=0;
MATRIX="AUF01";
COPYRIGHT=YES;
SUBJECT-CODE="";
TITLE="Fuldtidsledige efter område, "
"ydelsestype og tid; foreløbig";
TITLE[en]="Full-time unemployed by region, type of benefit and time";
CONTENTS="Fuldtidsledige";
UNITS="Antal";
STUB="område","ydelsestype";
HEADING="tid";
VALUES("område")="Ballerup",
"Brøndby";
VALUES[en]("region")="Ballerup","Brøndby";
VALUES("ydelsestype")="Nettoledige dagpengemodtagere","Aktiverede dagpengemodtagere";
VALUES("tid")="2020M11","2020M12";
TIMEVAL("tid")=TLIST(M1),"202011","202012";
CODES("område")="151","153";
LAST-UPDATED="20210114 08:00";
SOURCE="Danmarks Statistik";
NOTE="DATA=1; er ikke tal";
DATA=
821.5 "..."
77 -
"- " ..
1.234 5 ;
"""


def read(text: str, name: str = "AUF01.px") -> Imported:
    return read_export(text.encode(), name)


def values(imported: Imported) -> dict[tuple[str, ...], object]:
    return {(r.area, r.group, r.period.id): r.value for r in imported.table}


def test_the_export_as_it_was_seen() -> None:
    imported = read(PLAIN)
    assert imported.recognised.format == "px"
    assert (imported.source.publisher, imported.source.table) == ("Danmarks Statistik", "AUF01")
    assert values(imported) == {
        ("Ballerup", "", "2020M01"): 820,
        ("Ballerup", "", "2020M02"): 830,
        ("Brøndby", "", "2020M01"): 700,
        ("Brøndby", "", "2020M02"): 710,
    }
    assert {r.measure_id for r in imported.table} == {"fulltime"}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_statbanks_layout(encoding: str, line_end: str) -> None:
    imported = read_export(RICH.replace("\n", line_end).encode(encoding), "2021114.px")
    assert values(imported) == {
        ("Ballerup", "Nettoledige dagpengemodtagere", "2020M11"): 821.5,
        ("Ballerup", "Nettoledige dagpengemodtagere", "2020M12"): Suppressed("...", "missing"),
        ("Ballerup", "Aktiverede dagpengemodtagere", "2020M11"): 77,
        ("Ballerup", "Aktiverede dagpengemodtagere", "2020M12"): Suppressed("-", "nil"),
        ("Brøndby", "Nettoledige dagpengemodtagere", "2020M11"): Suppressed("-", "nil"),
        ("Brøndby", "Nettoledige dagpengemodtagere", "2020M12"): Suppressed("..", "missing"),
        # A point is the decimal one in PX, also before three digits in a column that counts.
        ("Brøndby", "Aktiverede dagpengemodtagere", "2020M11"): 1.234,
        ("Brøndby", "Aktiverede dagpengemodtagere", "2020M12"): 5,
    }
    source = imported.source
    assert (source.publisher, source.table, source.updated) == ("Danmarks Statistik", "AUF01", "2021-01-14")
    assert source.title == "Fuldtidsledige efter område, ydelsestype og tid; foreløbig"


def test_a_variable_of_contents_names_the_figures() -> None:
    text = PLAIN.replace(
        'VALUES("tid")', 'CONTVARIABLE="indhold";\nVALUES("indhold")="Antal fuldtidspersoner";\nVALUES("tid")'
    )
    imported = read(text.replace('HEADING="tid"', 'HEADING="indhold","tid"'), "x.px")
    assert {(r.measure, r.measure_id) for r in imported.table} == {("Antal fuldtidspersoner", "fulltime")}


def test_px_gives_what_json_stat_and_csv_give(ballerup: Municipality) -> None:
    areas, times = ("Ballerup", "Brøndby"), [f"2020M{m:02d}" for m in range(1, 13)]
    figures = [800 + 7 * i for i in range(24)]
    names = ",".join(f'"{t}"' for t in times)
    px = PLAIN.replace('"2020M01","2020M02"', names).replace("820 830\n700 710", " ".join(map(str, figures)))
    stat = {
        "class": "dataset", "source": "Danmarks Statistik", "label": "Fuldtidsledige", "id": ["OMRÅDE", "Tid"],
        "size": [2, 12], "value": figures, "extension": {"px": {"tableid": "AUF01"}},
        "dimension": {
            "OMRÅDE": {"label": "område", "category": {"index": list(areas), "label": {a: a for a in areas}}},
            "Tid": {"label": "tid", "category": {"index": times, "label": {t: t for t in times}}},
        },
    }  # fmt: skip
    csv = "OMRÅDE;TID;INDHOLD\n" + "".join(
        f"{a};{t};{f}\n" for (a, t), f in zip(itertools.product(areas, times), figures, strict=True)
    )
    read_as = [read(px), read(json.dumps(stat), "AUF01.json"), read(csv, "AUF01.csv")]
    assert values(read_as[0]) == values(read_as[1]) == values(read_as[2])
    found = [preview(r, ballerup, Choices(group="dagpenge")) for r in read_as]
    assert [[(x.parameter, x.after.value) for x in f] for f in found] == [
        [("stock.dagpenge", sum(figures[:12]) / 12)]
    ] * 3


def test_through_the_limited_process() -> None:
    imported = read_export_limited(PLAIN.encode("cp1252"), "AUF01.px", NO_TABLES)
    assert [r.value for r in imported.table] == [820, 830, 700, 710]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("700 710;", "700;", "de 4 tal"),
        ("700 710;", "700 710 720;", "de 4 tal"),
        # Cut off: the last figure may be a part of one.
        ("700 710;", "700 71", "ikke hel"),
        ("700 710;", '700 "71;', "ikke hel"),
        ('VALUES("tid")="2020M01","2020M02";', "", "ikke hel"),
        ('VALUES("tid")="2020M01","2020M02";', 'VALUES("tid")=;', "ikke hel"),
        ('VALUES("tid")=', 'VALUES("tid")="2020M03","2020M04";\nVALUES("tid")=', "ikke hel"),
        ('HEADING="tid"', 'HEADING="område"', "ikke hel"),
        ('STUB="område";\nHEADING="tid";', "", "ikke hel"),
        ('UNITS="antal"', 'UNITS "antal"', "ikke hel"),
        ('UNITS="antal"', 'KEYS("område")=VALUES', "ikke hel"),
        ('UNITS="antal";', 'UNITS="antal;', "ikke hel"),
        ("DATA=", "TALLENE=", "ikke hel"),
        ("820 830", "8,20 830", "de 4 tal"),
    ],
)
def test_what_is_not_whole_is_refused(old: str, new: str, reason: str) -> None:
    assert old in PLAIN
    with pytest.raises(FileProblem) as caught:
        read(PLAIN.replace(old, new))
    assert reason in caught.value.text("da")


def test_a_broken_place_is_named_by_its_line() -> None:
    with pytest.raises(FileProblem) as caught:
        read(PLAIN.replace('UNITS="antal"', 'UNITS "antal"'))
    assert "linje 5" in caught.value.text("da")


def test_a_cell_that_is_no_number_is_told_and_not_used() -> None:
    imported = read(PLAIN.replace("820 830", "820 8x3"))
    assert values(imported).get(("Ballerup", "", "2020M02")) is None
    assert any("8x3" in u.why.da for u in imported.unused)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_table_reads_back_as_written(data: st.DataObject) -> None:
    """Labels may hold semicolons, brackets, equals signs and the word DATA."""
    label = st.text(
        st.characters(exclude_characters='"\x00', exclude_categories=("C", "Z")), min_size=1, max_size=8
    )
    variables = data.draw(st.lists(label, min_size=1, max_size=3, unique=True))
    members = [data.draw(st.lists(label, min_size=1, max_size=4, unique=True)) for _ in variables]
    stub = data.draw(st.integers(0, len(variables)))
    cells = [
        data.draw(st.sampled_from(["1", "0.5", "-3", '".."', "-", '"DATA=;"', "1234567"]))
        for _ in itertools.product(*members)
    ]
    blank = data.draw(st.sampled_from([" ", "\n", "\t", "  \r\n"]))
    listed = [",".join(f'"{text}"' for text in texts) for texts in (variables[:stub], variables[stub:])]
    text = 'NOTE="DATA=5;"\n"more";\n'
    text += f"STUB={listed[0]};" * bool(stub) + f"HEADING={listed[1]};" * (stub < len(variables))
    for variable, own in zip(variables, members, strict=True):
        text += f'VALUES("{variable}")=' + f",{blank}".join(f'"{text}"' for text in own) + ";\n"
    grid, _ = read_px(f"{text}DATA={blank}{blank.join(cells)}{blank};\n", "x.px")
    assert [row[:-1] for row in grid.rows] == [
        tuple(grid_label(text) for text in row) for row in itertools.product(*members)
    ]
    plain = [cell.strip('"') for cell in cells]
    assert [f"{c:g}" if isinstance(c, float) else c for c in (row[-1] for row in grid.rows)] == [
        f"{float(p):g}" if p not in ("..", "-", "DATA=;") else p for p in plain
    ]


def grid_label(text: str) -> str:
    """Return a label as the reader writes it."""
    return squeezed(text)


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_damaged_file_is_refused_or_read_and_never_breaks(dice: random.Random) -> None:
    text = list(dice.choice((PLAIN, RICH)))
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(text))
        text[at : at + dice.randint(0, 3)] = dice.choice(
            ['"', ";", "(", ")", "=", ",", "[", "DATA=", "\n", ""]
        )
    try:
        read("".join(text))
    except FileProblem:
        return


MOST = MAX_BYTES - 2_000
HEAD = 'CHARSET="ANSI";\n'
# Texts of the largest size that take squared time or memory where one is careless.
HOSTILE: dict[str, Callable[[], str]] = {
    "joined": lambda: f"{HEAD}NOTE=" + '"a"' * (MOST // 3) + ";DATA=1;",
    "statements": lambda: HEAD + "A=1;" * (MOST // 4),
    "members": lambda: HEAD + 'STUB="a";VALUES("a")=' + '"a",' * (MOST // 4) + '"a";DATA=1;',
    "variables": lambda: HEAD + "STUB=" + ",".join(f'"v{i}"' for i in range(90_000)) + ";DATA=1;",
    "blanks": lambda: f"{HEAD}NOTE= " + " " * MOST + ";DATA=1;",
    "quotes": lambda: HEAD + 'A="' * (MOST // 3),
    "brackets": lambda: HEAD + "A[" * (MOST // 2),
    "open": lambda: HEAD + "A(" * (MOST // 2),
    "figures": lambda: PLAIN.replace("820 830", "1 " * (MOST // 2)),
    "product": lambda: f"{HEAD}STUB={numbered('v', 60)};{values_of(60, 'a', 'b')}DATA=1;",
    "wide": lambda: (
        f"{HEAD}STUB={numbered('v', 390)};{values_of(389, 'a')}"
        f'VALUES("v389")={numbered("", 90_000)};DATA={"1 " * 90_000};'
    ),
}


def numbered(stem: str, count: int) -> str:
    """Return so many texts in quotes, a comma between them."""
    return ",".join(f'"{stem}{i}"' for i in range(count))


def values_of(count: int, *members: str) -> str:
    """Return the statements of so many variables with the same members."""
    listed = ",".join(f'"{member}"' for member in members)
    return "".join(f'VALUES("v{i}")={listed};' for i in range(count))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time(name: str) -> None:
    text = HOSTILE[name]()
    assert len(text) <= MAX_BYTES
    before = time.process_time()
    with pytest.raises(FileProblem):
        read(text, "x.px")
    # The limit of the process that reads uploads is 5 s; careless code takes minutes.
    assert time.process_time() - before < 5.0
