"""Import small tables for Ballerup, for the tests of replacements."""

from __future__ import annotations

from model.imports.reader import read_export

YEAR = [f"2020M{m:02d}" for m in range(1, 13)]


def imported(header, rows, name="x.csv"):
    lines = [";".join(header), *(";".join(map(str, r)) for r in rows)]
    return read_export("\n".join(lines).encode(), name)


def caseload(values, name="Y01A02.csv", area="Ballerup", periods=YEAR):
    """Full-time persons by month."""
    return imported(
        ("Periode", "Område", "Antal fuldtidspersoner"),
        [(p, area, v) for p, v in zip(periods, values, strict=True)],
        name,
    )


def by_id(found):
    return {r.parameter: r for r in found}


def reasons(found, language="da"):
    return " | ".join(f"{n.what.text(language)}: {n.why.text(language)}" for n in found.not_used)


ORIGINS = (("Herkomst i alt", 640), ("Dansk", 430), ("Indvandrere fra vestlige lande", 40),
           ("Efterkommere fra vestlige lande", 10), ("Indvandrere fra ikke-vestlige lande", 130),
           ("Efterkommere fra ikke-vestlige lande", 30))  # fmt: skip


def with_origins(**replaced):
    rows = [
        ("2020", "Ballerup", o, replaced.get(o.split()[0] if o != "Dansk" else "Dansk", v))
        for o, v in ORIGINS
    ]
    return imported(("Periode", "Område", "Herkomst", "Antal fuldtidspersoner"), rows, "Y07A02.csv")
