"""Read documents back. Where LibreOffice is missing its tests are skipped and say so; under CI=true they fail."""

from __future__ import annotations

import datetime
import io
import os
import shutil
from typing import Any

import openpyxl
import pytest

from tests.folders import ROOT

DOUBLE = ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml"
MADE_ON = datetime.date(2021, 1, 11)
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
OFFICE_SECONDS = 240
needs_office = pytest.mark.skipif(
    OFFICE is None and os.environ.get("CI") != "true",
    reason="LibreOffice is not installed (apt-get install --no-install-recommends libreoffice-writer libreoffice-calc)",
)


def sheets(content: bytes, *, values: bool) -> dict[str, Any]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=values)
    return {sheet.title: sheet for sheet in book.worksheets}


def words_of(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])
