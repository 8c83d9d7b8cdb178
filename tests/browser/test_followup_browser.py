"""Test that a decision is followed: it is kept though the page is loaded anew, and figures are laid over it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, arrived, done, settle, too_wide
from tests.browser.server import Server
from tests.browser.test_library_browser import library, menu

NAME = "2027: flere pladser i virksomheder"
_LONGEST = 180  # seconds for the calculations on a busy machine


def test_a_scenario_is_followed_and_a_month_laid_over_it(server: Server, visitor: Callable[..., Any]) -> None:
    page = library(visitor, server)
    menu(page, NAME, "Følg op på det")
    # Whoever asked for it leaves at once: it is kept all the same.
    page.goto(f"{server.url}opfoelgning")
    arrived(page)
    until = time.monotonic() + _LONGEST
    while not list((server.data / "decided").glob("*.yaml")) and time.monotonic() < until:
        time.sleep(0.5)
    (file,) = (server.data / "decided").glob("*.yaml")
    frozen = file.read_bytes()
    page.reload()
    arrived(page)
    expect(page.get_by_role("heading", name=NAME)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("de første er dem for januar 2027")).to_be_visible()
    assert too_wide(page) == []

    page.get_by_text("Tilføj egne måneder").click()
    page.get_by_label("Dagpenge, fuldtidspersoner").fill("900")
    page.get_by_role("button", name="Gem månedens tal").click()
    done(page)
    page.get_by_text("Dagpenge", exact=True).first.click()
    settle(page)
    outside = page.get_by_text("Det er uden for det ventede: over det brede bånd")
    expect(outside).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Hvorfor blev det anderledes?")).to_be_visible()
    assert file.read_bytes() == frozen

    with page.expect_download(timeout=PATIENCE) as taken:
        page.get_by_role("button", name="Hent én side til udvalget").click()
    assert taken.value.suggested_filename == f"{file.stem}.docx"
