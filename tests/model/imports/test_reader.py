"""Test that what cannot be read says why, whatever bytes come."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.files.problems import FileProblem
from model.imports.reader import read_export
from model.imports.rows import MAX_COLUMNS, Suppressed
from tests.model.imports.files import reason, workbook


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        for i in range(3):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", b"0" * 90_000_000)
    return out.getvalue()


def other_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hi")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "tom"),
        (b" \r\n ", "tom"),
        (b"x" * 20_000_001, "for stor"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x01" * 5, "hverken tekst"),
        (b"\xff\xfe\x00", "hverken tekst"),
        (b"\x81\x8d\x8f\x90", "hverken tekst"),
        (b"<!doctype html><html></html>", "webside"),
        (b"hej med dig", "ingen tabel"),
        (b"a;b;c\n1;2;3\n", "ingen tabel"),
        (b"Periode;Omr\xe5de;Antal personer\n", "ingen rækker"),
        ("Område;Antal personer\nBallerup;5\n".encode(), "perioder"),
        ("Periode;Område\n2020;Ballerup\n".encode(), "tal"),
        ("Periode;Område;Antal personer\n2020M44;Ballerup;5\n".encode(), "Intet"),
        (b'Periode;Kommune;Antal personer\n2020;"Ballerup;5\n' + b"2020;Ballerup;5\n" * 20_000, "anførselstegn"),
        (b"{", "ikke hel"),
        (b"[", "ikke hel"),
        (b"{}", "ikke et svar"),
        (b"[]", "ikke et svar"),
        (b"[1, 2]", "ikke et svar"),
        (b'{"columns": 5, "rows": 6}', "ikke et svar"),
        (b'{"columns": ["Periode"], "rows": [1]}', "ikke et svar"),
        (b'{"columns": ["Periode", "Antal personer"], "rows": [["2020"]]}', "2"),
        (b'[{"Variables": [], "Data": []}, {"Variables": [], "Data": []}]', "flere tabeller"),
        (b'{"dataset": {"dimension": {"id": ["a"], "size": [99999999], "a": {}}, "value": []}}', "for mange"),
        (b'{"dataset": {"dimension": {"id": ["a"], "size": [2], "a": {"category": {"index": ["x"]}}}, "value": []}}',
         "ikke et svar"),
        (b'{"a": NaN}', "ikke hel"),
        (b"[" * 100_000, "ikke hel"),
        (b'{"a": ' + b"9" * 5000 + b"}", "ikke hel"),
        (b'{"a": 1}\n{"b"', "hel post"),
        (b"PK\x03\x04garbage", "ikke hel"),
        (other_zip(), "ikke en Excel"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "gamle Excel"),
        (("Periode;Område;" + ";".join(f"k{i}" for i in range(MAX_COLUMNS)) + "\n").encode(), "for mange kolonner"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(data, words):
    with pytest.raises(FileProblem) as caught:
        read_export(data, "../../etc/passwd")
    assert words in reason(caught)
    assert "/" not in reason(caught).split(":")[0]
    assert reason(caught, "en") != reason(caught)


def test_a_zip_bomb_is_not_unpacked():
    with pytest.raises(FileProblem) as caught:
        read_export(bomb(), "x.xlsx")
    assert "pakkes ud" in reason(caught)


def test_a_directory_that_lies_about_sizes():
    data = bytearray(workbook([["Område", "Periode", "Antal personer"], ["Ballerup", "2020", 5]]))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1).to_bytes(4, "little")
    with pytest.raises(FileProblem):
        read_export(bytes(data), "x.xlsx")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(FileProblem):
        read_export(data, "x")


@given(st.text(alphabet=';,\t"\n\r .-*0123456789abPeriodeOmrådeBallerup', max_size=300))
def test_any_text_below_a_real_heading(text):
    try:
        imported = read_export(("Periode;Område;Antal personer\n" + text).encode(), "x.csv")
    except FileProblem:
        return
    assert all(isinstance(r.value, float | Suppressed) for r in imported.table)
