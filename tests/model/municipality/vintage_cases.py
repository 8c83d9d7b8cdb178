"""Write copies of the published figures that a test may change."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from model.municipality.figures import FIGURES_FOLDER

Rows = list[dict[str, str]]


def copied(to: Path) -> Path:
    """Copy all files of figures to a new folder."""
    return Path(shutil.copytree(FIGURES_FOLDER, to))


def rewrite(folder: Path, name: str, change: Callable[[Rows], Rows], delimiter: str = ",") -> None:
    """Write a file of a folder anew with its rows changed; columns are those of the first row."""
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = change(list(csv.DictReader(file, delimiter=delimiter)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def add_month(folder: Path, name: str, month: str, column: str, by: float) -> None:
    """Append a month to a monthly file: the last month's row of every area, with one column moved by ``by``."""

    def change(rows: Rows) -> Rows:
        last = max(row["month"] for row in rows)
        new = [
            row | {"month": month, column: str(float(row[column]) + by)}
            for row in rows
            if row["month"] == last
        ]
        return rows + new

    rewrite(folder, name, change)
