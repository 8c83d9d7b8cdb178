"""Taking a scenario along: a visitor moves a lever and downloads what the committee shall read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf

from model.texts import text
from tests.browser.server import Server
from tests.browser.test_explore_browser import FIRM_PLACES, press, slide

# The first file waits for the bands, which takes a while on a busy machine.
PATIENCE = 180_000


def download(page: Any, name: str, folder: Path) -> Path:
    """Presses a button of the dialog and waits for its file."""
    with page.expect_download(timeout=PATIENCE) as waiting:
        page.get_by_role("button", name=name, exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_the_documents_carry_what_is_on_screen(
    server: Server, visitor: Callable[..., Any], tmp_path: Path
) -> None:
    page = visitor(server.url)
    slide(page, FIRM_PLACES, 300, 400)
    headline = page.locator(".ik-headline").inner_text()
    press(page, "Hent")
    item = docx.Document(download(page, text("page_download.item", "da"), tmp_path))
    assert headline in [paragraph.text for paragraph in item.paragraphs]
    assert "gentaget 128 gange" in " ".join(paragraph.text for paragraph in item.paragraphs)
    book = openpyxl.load_workbook(
        download(page, text("page_download.workbook", "da"), tmp_path), data_only=True
    )
    lever = next(iter(book["Håndtag"].iter_rows(min_row=2, values_only=True)))
    assert lever[4] == float(page.locator(FIRM_PLACES).input_value())
    handout = pypdf.PdfReader(download(page, text("page_download.handout", "da"), tmp_path))
    assert len(handout.pages) == 1
    assert download(page, text("page_download.png", "da"), tmp_path).read_bytes()[:4] == b"\x89PNG"
    assert "<svg" in download(page, text("page_download.svg", "da"), tmp_path).read_text(encoding="utf-8")
