"""Test by Hypothesis that exports read back as written, and that a suppressed cell is never a number."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from model.files.problems import FileProblem
from model.imports.periods import Period, month, quarter, rolling_year, year
from model.imports.reader import read_export
from model.imports.rows import Suppressed
from model.language.catalogue import month_name

AREAS = (
    "Ballerup",
    "Brøndby",
    "Høje-Taastrup",
    "Ærø",
    "Aarhus",
    "København",
    "Hele landet",
    "RAR Hovedstaden",
)
# RAR areas are not in the list of municipalities and stay as they are written.
AREA_FORMS = (str, lambda a: f"{a} ", lambda a: a if a.startswith("RAR") else a.upper())
ORIGINS = (
    "Dansk",
    "Indvandrere fra vestlige lande",
    "Efterkommere fra ikke-vestlige lande",
    "Herkomst i alt",
)
# Name in the file, name as it is read, decimals that may be written.
MEASURES = (
    ("Antal personer", "Antal personer", (0,)),
    ("Antal: Antal fuldtidspersoner", "Antal fuldtidspersoner", (0, 1)),
    ("Andel: Fuldtidspersoner i pct. af befolkningen", "Fuldtidspersoner i pct. af befolkningen", (1, 2)),
    ("Gnsn. varighed af afsluttede forløb (uger)", "Gnsn. varighed af afsluttede forløb (uger)", (1, 3)),
)  # fmt: skip
MARKS = ("*", "-", "..", "•", "0*", "x", "<5", "", ".", "–")
LONE = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")


def forms(period: Period):
    """Labels of a period that can mean nothing else."""
    y, m = period.end.year, period.end.month
    if period.rolling:
        first = period.start
        a, b = (first.month + 2) // 3, m // 3
        return [
            f"{y}QMAT{b:02d}",
            f"{a}. kvt. {first.year} - {b}. kvt. {y}",
            f"{a}. kvartal {first.year} til {b}. kvartal {y}",
        ]
    if period.kind == "month":
        name = month_name(m, "da")
        english = month_name(m, "en")
        return [
            f"{y}M{m:02d}",
            f"{y}-{m:02d}",
            f"{name} {y}",
            f"{name[:3].capitalize()} {y}",
            f"{english} {y}",
        ]
    if period.kind == "quarter":
        return [
            f"{y}Q{m // 3}",
            f"{y}K{m // 3}",
            f"{m // 3}. kvt. {y}",
            f"{m // 3}. kvartal {y}",
            f"Q{m // 3} {y}",
        ]
    return [str(y), f"År {y}", f"{y}Y01"]


years = st.integers(2010, 2030)
periods = st.one_of(
    st.builds(month, years, st.integers(1, 12)),
    st.builds(quarter, years, st.integers(1, 4)),
    st.builds(lambda y, q: rolling_year(y, 3 * q), years, st.integers(1, 4)),
    st.builds(year, years),
)


@dataclass(frozen=True)
class Style:
    """How one file writes its figures."""

    decimal: str
    thousands: str

    def write(self, value: float, decimals: int) -> str:
        text = f"{abs(value):,.{decimals}f}"
        text = text.replace(",", "\0").replace(".", self.decimal).replace("\0", self.thousands)
        return ("-" if value < 0 else "") + text


styles = st.sampled_from(
    [Style(",", "."), Style(",", ""), Style(",", " "), Style(",", "\u00a0"), Style(".", ","), Style(".", "")]
)


DANISH = st.sampled_from([Style(",", "."), Style(",", ""), Style(",", " "), Style(",", "\u00a0")])


@st.composite
def exports(draw, styles=styles):
    """Names of the columns, rows of written cells, and what each figure is: {(row, column): value or mark}."""
    style = draw(styles)
    measures = draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=4, unique=True))
    keys = draw(
        st.lists(
            st.tuples(periods, st.sampled_from(AREAS), st.sampled_from(ORIGINS)),
            min_size=1,
            max_size=8,
            unique=True,
        )
    )
    rows, meant = [], []
    for period, area, origin in keys:
        cells, values = [], []
        for _, _, decimals in measures:
            if draw(st.integers(0, 4)) == 0:
                mark = draw(st.sampled_from(MARKS))
                cells.append(mark)
                values.append(mark)
            else:
                places = draw(st.sampled_from(decimals))
                number = draw(st.integers(-10_000_000, 10_000_000)) / 10**places
                cells.append(style.write(number, places))
                values.append(round(number, places))
        rows.append(
            [draw(st.sampled_from(forms(period))), draw(st.sampled_from(AREA_FORMS))(area), origin, *cells]
        )
        meant.append(((period, area, origin), values))
    header = ["Periode", draw(st.sampled_from(["Område", "Kommune"])), "Herkomst", *(m[0] for m in measures)]
    return header, rows, meant, [m[1] for m in measures]


def check(imported, exported, *, lines_from: int):
    """Every written cell is read as it was meant, or told of where it can be read in two ways."""
    _, rows, meant, names = exported
    read = {(r.period, r.area, r.origin, r.measure): r.value for r in imported.table}
    told = {(u.line, u.column) for u in imported.unused}
    for number, (row, ((period, area, origin), values)) in enumerate(zip(rows, meant, strict=True)):
        for name, cell, value in zip(names, row[3:], values, strict=True):
            found = read.pop((period, area, origin, name), None)
            if isinstance(value, str):
                assert isinstance(found, Suppressed), (cell, found)
                assert found.mark == value
            elif found is None:
                assert LONE.fullmatch(str(cell)), cell
                assert (number + lines_from, name) in told
            else:
                assert found == value, (cell, found)
    assert not read


def check_read_back(content: bytes, name: str, exported, *, lines_from: int):
    """As :func:`check`; a file in which every figure can be read in two ways is refused as a whole."""
    _, rows, _, _ = exported
    try:
        imported = read_export(content, name)
    except FileProblem:
        if all(LONE.fullmatch(str(cell)) for row in rows for cell in row[3:]):
            return None
        raise
    check(imported, exported, lines_from=lines_from)
    return imported


SLOW = settings(
    max_examples=60,
    report_multiple_bugs=False,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@SLOW
@given(
    exports(),
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\r\n", "\n"]),
    st.integers(0, 2),
)
def test_csv_reads_back(exported, separator, encoding, quoting, end, titles):
    header, rows, _, _ = exported
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=end)
    writer.writerows([["Jobindsats.dk, udtræk"]] * titles)
    writer.writerows([header, *rows])
    content = out.getvalue().encode(encoding)
    imported = check_read_back(content, "x.csv", exported, lines_from=titles + 2)
    assert imported is None or imported.recognised.separator == separator


@SLOW
@given(exports(DANISH), st.booleans())
def test_json_answers_read_back(exported, version_3):
    header, rows, _, _ = exported
    if version_3:
        answer = {"columns": header, "rows": rows}
    else:
        answer = [{"Variables": [{"Name": n, "Label": n} for n in header], "Data": rows}]
    check_read_back(json.dumps(answer, ensure_ascii=False).encode(), "x.json", exported, lines_from=1)


@SLOW
@given(exports(DANISH))
def test_records_of_numbers_read_back(exported):
    """As the raw v2 sample: whole numbers as numbers, the rest as text; Jobindsats' API has a decimal comma."""
    header, rows, meant, _ = exported
    records = []
    for row, (_, values) in zip(rows, meant, strict=True):
        cells = [
            int(v) if isinstance(v, float) and v.is_integer() else c
            for c, v in zip(row[3:], values, strict=True)
        ]
        records.append(dict(zip(header, [*row[:3], *cells], strict=True)))
    text = "\n".join(json.dumps(r, ensure_ascii=False) for r in records)
    if len(records) == 1:
        text = f"[{text}]"
    check_read_back(text.encode(), "x.jsonl", exported, lines_from=1)


@settings(SLOW, max_examples=12)
@given(exports(), st.integers(0, 2))
def test_workbooks_read_back(exported, titles):
    import openpyxl

    header, rows, meant, _ = exported
    book = openpyxl.Workbook()
    for _ in range(titles):
        book.active.append(["Jobindsats.dk, udtræk"])
    book.active.append(header)
    for row, (_, values) in zip(rows, meant, strict=True):
        book.active.append(
            [*row[:3], *(v if isinstance(v, float) else c for c, v in zip(row[3:], values, strict=True))]
        )
    out = io.BytesIO()
    book.save(out)
    check_read_back(out.getvalue(), "x.xlsx", exported, lines_from=titles + 2)


@SLOW
@given(
    st.lists(st.sampled_from(AREAS), min_size=1, max_size=5, unique=True),
    st.integers(2, 8),
    st.lists(st.one_of(st.integers(0, 5000), st.sampled_from(MARKS)), min_size=40, max_size=40),
    styles,
)
def test_periods_beside_each_other_read_back(areas, n, values, style):
    months = [month(2020, m + 1) for m in range(n)]
    lines = ["Antal fuldtidspersoner", "Område;" + ";".join(forms(m)[i % 5] for i, m in enumerate(months))]
    meant = {}
    for a, area in enumerate(areas):
        cells = values[a * 8 : a * 8 + n]
        # A line with nothing but a name is a heading or a note.
        if any(cell != "" for cell in cells):
            meant.update({(area, m): v for m, v in zip(months, cells, strict=True)})
        lines.append(f"{area};" + ";".join(v if isinstance(v, str) else style.write(v, 0) for v in cells))
    assume(meant)
    imported = read_export("\n".join(lines).encode(), "x.csv")
    read = {(r.area, r.period): r.value for r in imported.table}
    assert {k: v.mark if isinstance(v, Suppressed) else v for k, v in read.items()} == meant
