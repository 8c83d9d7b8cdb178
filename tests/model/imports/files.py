"""Make exports and archives for the tests of the reader."""

from __future__ import annotations

import io


def found(imported, **where):
    """The only row that fits."""
    rows = [r for r in imported.table if all(getattr(r, k) == v for k, v in where.items())]
    assert len(rows) == 1, rows
    return rows[0]


def reason(problem, language="da"):
    return problem.value.text(language)


def workbook(rows, title="Data", before=()):
    import openpyxl

    book = openpyxl.Workbook()
    first = book.active
    for name in before:
        first.title = name
        first.append(["Forklaring"])
        first = book.create_sheet()
    first.title = title
    for row in rows:
        first.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


V3 = {
    "tableId": "y36a02",
    "columns": ["Periode", "Kommune", "Visitationskategori", "Antal personer", "Antal fuldtidspersoner"],
    "rows": [
        ["2020M09", "Ballerup", "Jobparat", "245", "201,4"],
        ["2020M09", "Ballerup", "Aktivitetsparat", 1021, "1.021,0"],
        ["2020M09", "Uoplyst område", "Jobparat", "3", "2"],
        ["2020M09", "Ballerup", "Visitationskategori i alt", None, "-"],
    ],
}


def json_stat(version):
    dimension = {
        "OMRÅDE": {"label": "område",
            "category": {"index": {"151": 0, "153": 1}, "label": {"151": "Ballerup", "153": "Brøndby"}}},
        "HERKOMST": {"label": "herkomst",
            "category": {"index": ["1", "2"], "label": {"1": "Personer med dansk oprindelse",
                                                         "2": "Ikke-vestlige lande"}}},
        "Tid": {"label": "tid", "category": {"index": {"2020M09": 0}, "label": {"2020M09": "2020M09"}}},
        "ContentsCode": {"label": "Indhold", "category": {"index": {"AUF01": 0}, "label": {"AUF01": "Fuldtidsledige"}}},
    }  # fmt: skip
    ids, size = ["OMRÅDE", "HERKOMST", "Tid", "ContentsCode"], [2, 2, 1, 1]
    about = {
        "label": "Fuldtidsledige efter område",
        "source": "Danmarks Statistik",
        "updated": "2021-01-14T07:00:00Z",
    }
    value, status = [821.5, 0, None, 77], {"1": "x", "2": ".."}
    if version == 1:
        return {
            "dataset": {
                **about,
                "dimension": {**dimension, "id": ids, "size": size},
                "value": value,
                "status": status,
            }
        }
    return {"version": "2.0", "class": "dataset", **about, "id": ids, "size": size, "dimension": dimension,
            "value": {str(i): v for i, v in enumerate(value) if v is not None}, "status": status}  # fmt: skip
