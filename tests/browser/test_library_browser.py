"""Test the library: two visitors of one name, delete and undo after a reload, a broken file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.language.catalogue import text
from model.scenario.files import load_scenario
from tests.browser.conftest import FIRST_START, SCENARIO, settle
from tests.browser.server import Server

PLACES = "input[data-lever=firm_places]"
GONE = "Slettet imens"


def library(visitor: Callable[..., Any], server: Server, **options: Any) -> Any:
    page = visitor(f"{server.url}scenarier", wait=False, **options)
    page.wait_for_selector(".st-key-library-search", timeout=FIRST_START)
    settle(page)
    return page


def menu(page: Any, name: str, action: str) -> None:
    """Choose in the menu of a card."""
    heading = page.get_by_role("heading", name=name, exact=True)
    page.locator("[class*=st-key-card-]", has=heading).get_by_role("button", name="Mere").click()
    page.get_by_role("menuitem", name=action).or_(page.get_by_role("option", name=action)).first.click()
    settle(page)


def save_as(page: Any, name: str) -> None:
    page.get_by_role("button", name="Gem", exact=True).click()
    field = page.get_by_role("dialog").get_by_label("Navn")
    field.fill(name)
    # Straight from typing to the button, as one does.
    page.get_by_role("dialog").get_by_role("button", name="Gem", exact=True).click()
    settle(page)


def test_two_people_save_the_same_name(server: Server, visitor: Callable[..., Any]) -> None:
    first, second = visitor(server.url), visitor(server.url)
    for page, steps in ((first, 3), (second, 8)):
        page.locator(PLACES).focus()
        for _ in range(steps):
            page.keyboard.press("ArrowRight")
        settle(page)
    mine = second.locator(PLACES).input_value()
    assert mine != first.locator(PLACES).input_value()
    save_as(first, "Vores fælles forslag")
    assert first.get_by_role("dialog").count() == 0
    save_as(second, "Vores fælles forslag")
    told = second.get_by_role("dialog").inner_text()
    assert "allerede et scenarie med det navn" in told
    assert "Vores fælles forslag 2" in told
    second.keyboard.press("Escape")
    settle(second)
    assert second.locator(PLACES).input_value() == mine, "the second keeps the work"
    save_as(second, "Vores fælles forslag 2")
    names = sorted(p.name for p in (server.data / "scenarios").glob("vores*.yaml"))
    assert names == ["vores-fælles-forslag-2.yaml", "vores-fælles-forslag.yaml"]


def test_copy_rename_delete_and_undo_after_a_reload(server: Server, visitor: Callable[..., Any]) -> None:
    page = library(visitor, server)
    menu(page, "Intensive samtaler", "Lav en kopi")
    menu(page, "Kopi af Intensive samtaler", "Omdøb")
    field = page.get_by_role("dialog").get_by_label("Nyt navn")
    field.fill("Samtaler på prøve")
    page.get_by_role("dialog").get_by_role("button", name="Omdøb").click()
    settle(page)
    assert page.get_by_role("heading", name="Samtaler på prøve", exact=True).count() == 1
    menu(page, "Samtaler på prøve", "Slet")
    assert page.get_by_role("heading", name="Samtaler på prøve", exact=True).count() == 0
    undo = page.get_by_role("button", name="Fortryd sletningen")
    undo.wait_for()

    page.reload()
    page.wait_for_selector(".st-key-library-search", timeout=FIRST_START)
    settle(page)
    page.get_by_text("Slettede", exact=True).click()
    settle(page)
    page.get_by_role("button", name="Gendan").first.click()
    settle(page)
    assert (server.data / "scenarios" / "samtaler-på-prøve.yaml").exists()


def test_a_file_with_a_fault_and_all_scenarios_as_one_file(
    server: Server, visitor: Callable[..., Any], tmp_path: Path
) -> None:
    page = library(visitor, server)
    menu(page, "Opsving", "Lav en kopi")
    page.get_by_text("Importér og hent", exact=True).click()
    settle(page)
    bad = "format: 1\nname: Fejl\nmunicipality: ballerup\nyears: fire\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "fejl.yaml", "mimeType": "application/yaml", "buffer": bad.encode()}
    )
    settle(page)
    told = page.locator("[data-testid=stMain]").inner_text()
    assert "linje 4" in told
    assert "years: fire" in told
    with page.expect_download() as download:
        page.locator(".st-key-library_export button").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert "kopi-af-opsving.yaml" in archive.namelist()


def test_a_phone_without_sideways_scrolling(server: Server, visitor: Callable[..., Any]) -> None:
    page = library(visitor, server, width=360, height=740)
    for part in ("Alle scenarier", "Forskelle i ord", "Importér og hent", "Slettede"):
        page.get_by_text(part, exact=True).first.click()
        settle(page)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 360, part


def test_a_choice_after_a_press_that_led_nowhere_is_heard(
    server: Server, visitor: Callable[..., Any]
) -> None:
    file = server.data / "scenarios" / "taget-vaek.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SCENARIO.read_text("utf-8").replace(load_scenario(SCENARIO).name, GONE), "utf-8")
    page = library(visitor, server)
    card = page.locator("[class*=st-key-card-]", has=page.get_by_role("heading", name=GONE, exact=True))
    card.wait_for()
    # Somebody else has deleted it meanwhile.
    file.unlink()
    card.get_by_role("button", name="Åbn", exact=True).click()
    card.wait_for(state="detached")
    before = page.url
    page.locator("[data-choice=municipality]").select_option("albertslund")
    page.wait_for_function("before => location.href !== before", arg=before)
    settle(page)
    assert page.locator("[data-choice=municipality]").input_value() == "albertslund"
    assert page.locator("h1").inner_text() == text("page_library.heading", "da")
