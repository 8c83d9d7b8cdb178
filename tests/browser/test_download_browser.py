"""Test the download dialog: move a lever and download every document."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf

from model.documents.pictures import HASH_LENGTH
from model.domain import MODEL_VERSION
from model.language.catalogue import text
from model.library.share_link import decode_link
from model.municipality.municipality import load_municipality
from model.scenario.files import input_hash
from model.uncertainty.draws import DEFAULT_COUNT
from tests.browser.conftest import settle
from tests.browser.explore_page import FIRM_PLACES, figures, press, slide, unfold
from tests.browser.server import Server

# The first file waits for the bands, which takes a while on a busy machine.
# Documents say how many calculations there are behind them.
DRAWS = DEFAULT_COUNT
PATIENCE = 180_000


def download(page: Any, name: str, folder: Path) -> Path:
    """Press a button of the dialog and wait for its file."""
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
    (headline,) = figures(page)["sentence"]
    press(page, "Hent")
    item = docx.Document(download(page, text("page_download.item", "da"), tmp_path))
    # The documents tell persons and money in the same paragraph; on screen the amount stands beside the sentence.
    what = headline.split("%", 1)[0]
    assert any(paragraph.text.startswith(what) for paragraph in item.paragraphs)
    assert "gentaget 128 gange" in " ".join(paragraph.text for paragraph in item.paragraphs)
    book = openpyxl.load_workbook(
        download(page, text("page_download.workbook", "da"), tmp_path), data_only=True
    )
    lever = next(iter(book["Skydere"].iter_rows(min_row=2, values_only=True)))
    assert lever[4] == float(page.locator(FIRM_PLACES).input_value())
    handout = pypdf.PdfReader(download(page, text("page_download.handout", "da"), tmp_path))
    assert len(handout.pages) == 1
    assert download(page, text("page_download.png", "da"), tmp_path).read_bytes()[:4] == b"\x89PNG"
    drawn = download(page, text("page_download.svg", "da"), tmp_path).read_text(encoding="utf-8")
    assert "<svg" in drawn
    # A picture says of which municipality and scenario it is, by which check number, and where it comes from.
    scenario = decode_link(re.search(r"[?&]s=([^&]+)", page.url).group(1))
    number = input_hash(scenario, load_municipality("ballerup").key)[:HASH_LENGTH]
    source = text("documents.picture.source", "da", version=MODEL_VERSION)
    for told in ("Ballerup", scenario.name, number, source):
        assert told in drawn, told


def test_escape_closes_the_dialog_after_a_file_and_while_one_is_made(
    server: Server, visitor: Callable[..., Any], tmp_path: Path
) -> None:
    page = visitor(server.url)
    dialog = page.get_by_role("dialog")
    tables = page.get_by_role("button", name=text("page_download.tables", "da"), exact=True)

    def escape() -> None:
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        settle(page)
        assert page.evaluate("document.activeElement.parentElement.dataset.menu") == "share"

    press(page, "Hent")
    download(page, text("page_download.tables", "da"), tmp_path)
    page.wait_for_function("() => document.activeElement.closest('.st-key-download-tables')")
    # The same key makes the file once more.
    with page.expect_download(timeout=PATIENCE):
        page.keyboard.press("Enter")
    settle(page)
    escape()

    press(page, "Hent")
    tables.focus()
    page.evaluate(
        """() => { const button = document.activeElement;
             // A disabled button loses the focus; the page gives it to the dialog a moment later, and before the end.
             const look = () => {
               const role = document.activeElement.getAttribute('role');
               if (role === 'dialog' || !button.disabled) window.busy = role;
               else requestAnimationFrame(look); };
             new MutationObserver(look).observe(button, {attributeFilter: ['disabled']}); }"""
    )
    page.keyboard.press("Enter")
    page.wait_for_function("() => window.busy !== undefined")
    assert page.evaluate("window.busy") == "dialog", "the dialog holds the focus"
    escape()


def test_escape_closes_every_dialog_after_something_was_pressed_in_it(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = visitor(server.url)
    dialog = page.get_by_role("dialog")

    def save() -> None:
        dialog.get_by_label("Navn").fill("Et navn")
        dialog.get_by_label("Navn").press("Tab")
        settle(page)
        with page.expect_download():
            dialog.get_by_role("button", name=text("page.save.download", "da"), exact=True).click()

    def choose() -> None:
        dialog.get_by_role("combobox").click()
        page.locator("[role=option]").first.click()

    def upload() -> None:
        with page.expect_file_chooser() as waiting:
            dialog.locator("[data-testid=stFileUploader] button").first.click()
        waiting.value.set_files(
            {"name": "forkert.yaml", "mimeType": "application/yaml", "buffer": b"format: 1\n"}
        )
        dialog.get_by_text("forkert.yaml").first.wait_for()
        settle(page)
        dialog.locator("[data-testid=stFileUploader] button").last.click()

    def cell() -> None:
        dialog.locator("td").first.click()

    for opener, act in (
        (".ik-button[data-action=save]", save),
        ("[data-action=open]", choose),
        ("[data-action=open]", upload),
        (".ik-table", cell),
    ):
        unfold(page.locator(opener))
        page.locator(opener).click()
        dialog.wait_for()
        settle(page)
        act()
        settle(page)
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        settle(page)
