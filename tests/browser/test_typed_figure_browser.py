"""Test a planner who types one number with its source, and one who fills in the template."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.conftest import FIRST_START, settle
from tests.browser.data_page import SLOW, at_data_page, part
from tests.browser.server import Server
from tests.model.imports.templates import answer, filled

RATE = "Aktiveringsgrad, Dagpenge (forsikrede ledige)"


def test_one_number_is_typed_seen_saved_and_taken_back(server: Server, visitor: Callable[..., Any]) -> None:
    # A decimal comma is read in a browser of any language.
    page = visitor(f"{server.url}metode", wait=False, locale="en-US")
    page.wait_for_selector(".ik-states svg text", timeout=FIRST_START)
    settle(page)
    page.get_by_text("Alle tal", exact=True).first.click()
    settle(page)
    page.get_by_text("Skriv et tal selv, med dets kilde").click()
    settle(page)
    page.get_by_role("combobox", name="Hvilket tal?").click()
    page.keyboard.type(RATE)
    page.get_by_role("option", name=RATE).click()
    settle(page)
    page.get_by_label("Nyt tal").fill("0,25")
    page.get_by_role("button", name="Vis før og efter").click()
    settle(page)
    page.get_by_text("Skriv, hvor tallet kommer fra, for eksempel").wait_for()
    page.get_by_label("Hvornår gælder tallet?").fill("marts 2026")
    page.get_by_label("Hvor kommer tallet fra?").fill("Kommunens ledelsesinformation, marts 2026")
    page.get_by_role("combobox", name="Hvad slags tal er det?").click()
    page.get_by_role("option", name="Statistik").click()
    page.get_by_role("button", name="Vis før og efter").click()
    page.get_by_text("Fra 0,2 til 0,25").wait_for(timeout=SLOW)
    own = server.data / "municipalities" / "ballerup.yaml"
    assert not own.exists()
    page.get_by_role("button", name="Gem tallet for Ballerup").click()
    page.get_by_text("Tallet er gemt som eget tal for Ballerup.").wait_for(timeout=SLOW)
    settle(page)
    assert "Kommunens ledelsesinformation, marts 2026" in own.read_text(encoding="utf-8")
    assert page.get_by_label("Nyt tal").input_value() == ""
    page.get_by_role("button", name="Brug det medfølgende tal igen").click()
    page.get_by_text("Det medfølgende tal gælder igen for Ballerup.").wait_for(timeout=SLOW)
    assert not own.exists()


def test_the_template_is_fetched_filled_in_mended_and_used(
    server: Server, visitor: Callable[..., Any], tmp_path: Path
) -> None:
    page = at_data_page(server, visitor, "broendby")
    part(page, "Importér tal")
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent skabelon for Brøndby (Excel)").click()
    assert download.value.suggested_filename == "broendby-skabelon.xlsx"
    template = Path(download.value.path()).read_bytes()
    file = tmp_path / "vores tal.xlsx"
    file.write_bytes(filled(template, {"activation_rate.dagpenge": answer("mange")}))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("»mange« er ikke et tal").wait_for(timeout=SLOW)
    assert page.get_by_text("Arket »Kommunens tal«, celle F").count() == 1
    page.get_by_role("button", name="Læg filen væk").click()
    settle(page)
    file.write_bytes(filled(template, {"activation_rate.dagpenge": answer("25 %")}))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("Rækker med et nyt tal: 1.").wait_for(timeout=SLOW)
    assert "0,2\t0,25" in page.get_by_role("row", name=RATE).inner_text()
    page.get_by_role("button", name="Brug tallene for Brøndby").click()
    page.get_by_role("heading", name="Egne tal for Brøndby").wait_for(timeout=SLOW)
    assert (server.data / "municipalities" / "broendby.yaml").exists()
