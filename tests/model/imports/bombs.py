"""Make small files that cost a careless reader gigabytes or minutes; each was once uploaded and stopped the server."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

from tests.model.imports.files import workbook

_GOOD = [["Område", "Periode", "Antal personer"], ["Ballerup", "2020", 5]]


def _with_text(name: str, before: bytes, text: bytes, added: bytes = b"") -> bytes:
    """Return a workbook with a text put into one of its parts, ``before`` another; ``added`` is a list of texts."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(_GOOD))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.infolist():
            content = source.read(part)
            if part.filename == name:
                assert content.count(before) == 1, content
                content = content.replace(before, text + before)
            target.writestr(part, content)
        if added:
            target.writestr("xl/sharedStrings.xml", added)
    return out.getvalue()


def nested(depth: int) -> bytes:
    """Return a workbook whose sheet opens ``depth`` elements and closes none: a tree that is never let go."""
    return _with_text("xl/worksheets/sheet1.xml", b"<sheetData>", b"<a>" * depth)


def many_fonts(number: int) -> bytes:
    """Return a workbook with so many fonts in its styles."""
    return _with_text("xl/styles.xml", b"</fonts>", b"<font/>" * number)


def many_names(number: int) -> bytes:
    """Return a workbook with so many defined names."""
    names = b"<definedNames>" + b'<definedName name="a">1</definedName>' * number + b"</definedNames>"
    return _with_text("xl/workbook.xml", b"<definedNames/>", names)


def many_shared_strings(number: int) -> bytes:
    """Return a workbook with so many texts in its list of texts."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/>'
    texts = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + b"<si/>" * number
    return _with_text("[Content_Types].xml", b"</Types>", override, texts + b"</sst>")


def blanks(cells: int, each: int = 3_900) -> bytes:
    """Return a CSV whose figures hold thousands of blanks: patterns with two places for blanks took 83 seconds."""
    head = "Periode;Område;Antal personer\n"
    return (head + "".join(f"2020M01;Ballerup;1{' ' * each}{i}\n" for i in range(cells))).encode()


def labels(number: int) -> bytes:
    """Return a CSV with a new label in every row, as a list from another system has them."""
    head = "Periode;Område;Ydelse;Antal personer\n"
    return (head + "".join(f"2020;Ballerup;Ydelse nummer {i} af mange;{i}\n" for i in range(number))).encode()


def wide_records(rows: int, columns: int = 400) -> bytes:
    """Return JSON whose first record has all columns and the others one: most cells exist only once unfolded."""
    first = {f"felt {i}": i for i in range(columns)}
    return json.dumps([first, *({"felt 0": 1} for _ in range(rows - 1))]).encode()


BOMBS: dict[str, Callable[[], bytes]] = {
    "nested.xlsx": lambda: nested(9_000_000),
    "nested_below_the_caps.xlsx": lambda: nested(3_900_000),
    "styles.xlsx": lambda: many_fonts(3_000_000),
    "names.xlsx": lambda: many_names(600_000),
    "texts.xlsx": lambda: many_shared_strings(3_900_000),
    "blanks.csv": lambda: blanks(240),
    "more_blanks.csv": lambda: blanks(1_200),
    "labels.csv": lambda: labels(12_000),
    "more_labels.csv": lambda: labels(99_000),
    "wide.json": lambda: wide_records(99_000),
    "deep.json": lambda: b"[" * 5_000_000,
    "empty_records.json": lambda: b"[" + b"{}," * 1_600_000 + b"{}]",
    "lists.json": lambda: b"[" + b"[]," * 1_600_000 + b"[]]",
    "digits.csv": lambda: b"Periode;Antal personer\n2020;" + b"1.234" * 900_000 + b"\n",
    "one_cell.csv": lambda: b"Periode;Antal personer\n2020;" + b"1" * 120_000 + b"\n",
    "separators.csv": lambda: b"Periode;Antal personer\n" + b";" * 5_000_000,
    "short_rows.csv": lambda: (
        ("Periode;" + ";".join(f"Antal {i}" for i in range(390)) + "\n").encode() + b"2020;1\n" * 99_000
    ),
    "many_values.csv": lambda: (
        ("Periode;" + ";".join(f"Antal {i}" for i in range(390)) + "\n").encode()
        + b"".join(f"20{i % 90 + 10}M{i % 12 + 1:02d}{';1' * 390}\n".encode() for i in range(1_280))
    ),
    "quotes.csv": lambda: b"Periode;Antal personer\n2020;" + b'"' * 4_000_000,
}
