"""Test the data page: preview a file, use it, remove it; a key does not stay in its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.conftest import settle
from tests.browser.data_page import SLOW, at_data_page, part
from tests.browser.server import Server
from tests.recorded_source import KEY, Fault, fulltime_persons, recorded_source

FILE = """Periode;Område;Ydelsesgruppe;Antal fuldtidspersoner
2020;Albertslund;Ledighedsydelse;96,0
engang;Albertslund;Fleksjob;1
"""


def test_a_file_is_seen_used_and_taken_away(
    server: Server, visitor: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "albertslund.csv"
    file.write_text(FILE, encoding="utf-8")
    page = at_data_page(server, visitor, "albertslund")
    part(page, "Importér tal")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("heading", name="Det ville filen ændre for Albertslund").wait_for(timeout=SLOW)
    row = page.get_by_role("row", name="Ledighedsydelse")
    assert "96" in row.inner_text()
    assert "Antagelse → Statistik" in row.inner_text()
    page.get_by_text("Én række eller celle kunne ikke bruges").wait_for()
    own = server.data / "municipalities" / "albertslund.yaml"
    assert not own.exists()
    page.get_by_role("button", name="Brug tallene for Albertslund").click()
    page.get_by_role("heading", name="Egne tal for Albertslund").wait_for(timeout=SLOW)
    assert own.exists()
    page.get_by_text("Ydelserne: hvad antallet hviler på").wait_for(timeout=SLOW)
    settle(page)
    assert page.locator("[data-choice=municipality] option:checked").inner_text() == "Albertslund (egne tal)"
    page.get_by_role("button", name="Gå tilbage til de medfølgende tal").click()
    page.get_by_role("heading", name="Egne tal for Albertslund").wait_for(state="detached", timeout=SLOW)
    assert not own.exists()


def test_the_key_is_gone_from_its_field_and_not_in_the_address(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page = at_data_page(server, visitor)
    part(page, "Importér tal")
    part(page, "Én tabel fra kilden")
    page.get_by_label("Din nøgle (token) til Jobindsats").fill("hemmelig nøgle")
    page.get_by_role("button", name="Importér tallene", exact=True).click()
    page.get_by_text("Nøglen er tom eller har tegn").wait_for(timeout=SLOW)
    assert page.get_by_label("Din nøgle (token) til Jobindsats").input_value() == ""
    assert "hemmelig" not in page.url
    assert "hemmelig" not in page.content()
    assert b"hemmelig" not in server.log.read_bytes()


def test_a_table_that_nobody_has_described_is_read_as_one_says_and_by_itself_the_next_time(
    server: Server, visitor: Callable[..., Any], tmp_path: Path
) -> None:
    def upload(name: str, people: int) -> Any:
        file = tmp_path / name
        file.write_text(
            "Hvornår;Sted;Branche;Ydelse;Ledige ialt\n"
            f"2020;Albertslund;Alle;DP-modtagere;{people}\n2020;Albertslund;Industri;DP-modtagere;100\n",
            encoding="utf-8",
        )
        page = at_data_page(server, visitor, "albertslund")
        part(page, "Importér tal")
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("heading", name=f"{name}: det står der i filen").wait_for(timeout=SLOW)
        settle(page)
        return page

    def say(question: str, answer: str) -> None:
        field = page.get_by_role("combobox", name=question)
        field.click()
        # Typing opens the list where the click came before the page listened.
        field.fill(answer)
        page.get_by_role("option", name=answer, exact=True).click()

    page = upload("vores.csv", 777)
    say("Kolonnen »Branche«", "brug kun rækkerne med »Alle«")
    say("Kolonnen »Ledige ialt«", "fuldtidspersoner")
    say("»DP-modtagere« i filen er målgruppen", "Dagpenge (forsikrede ledige)")
    page.get_by_role("button", name="Læs filen sådan, og husk det").click()
    page.get_by_text("Tabellen er læst, som du tidligere har sagt.").wait_for(timeout=SLOW)
    settle(page)
    assert "777" in page.get_by_role("row", name="Dagpenge (forsikrede ledige)").first.inner_text()
    # Another visitor's next file of the same kind.
    page = upload("naeste.csv", 790)
    page.get_by_text("Tabellen er læst, som du tidligere har sagt.").wait_for(timeout=SLOW)
    settle(page)
    assert "790" in page.get_by_role("row", name="Dagpenge (forsikrede ledige)").first.inner_text()


def test_one_press_fetches_all_tables_and_one_uses_them(server: Server, visitor: Callable[..., Any]) -> None:
    with recorded_source(fulltime_persons("vejle", growth=1.04), server.source_port) as source:
        source.faults["y01a02"] = Fault(503, times=1)  # the answer is a second late: there is time to stop
        page = at_data_page(server, visitor, "vejle")
        part(page, "Importér tal")
        part(page, "Alle tabeller på én gang")
        page.get_by_label("Jeres nøgle (token) til Jobindsats").fill(KEY)
        page.get_by_role("button", name="Importér alle tal").click()
        page.get_by_role("button", name="Stop importen").click(timeout=SLOW)
        page.get_by_text("Importen er stoppet.").wait_for(timeout=SLOW)
        assert page.get_by_label("Jeres nøgle (token) til Jobindsats").input_value() == ""
        page.get_by_label("Jeres nøgle (token) til Jobindsats").fill(KEY)
        page.get_by_role("button", name="Importér alle tal").click()
        page.get_by_role("heading", name="13 af 24 tabeller er brugt").wait_for(timeout=SLOW)
        page.get_by_text(
            re.compile(r"er [\d.]+ antagelser nu\. Med de importerede tal er [\d.]+ antagelser")
        ).wait_for()
        assert "Tabellen findes ikke dér" in page.get_by_role("row", name="Y38A02").inner_text()
        assert KEY not in page.content()
    own = server.data / "municipalities" / "vejle.yaml"
    assert not own.exists()
    page.get_by_role("button", name="Brug tallene for Vejle").click()
    page.get_by_role("heading", name="Egne tal for Vejle").wait_for(timeout=SLOW)
    kept = b"".join(path.read_bytes() for path in server.data.rglob("*") if path.is_file())
    own.unlink()
    assert KEY.encode() not in kept + server.log.read_bytes()
