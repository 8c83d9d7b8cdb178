"""Share what the browser tests of the data page need: its parts, and how a visitor comes there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.conftest import FIRST_START, settle
from tests.browser.server import Server

# The 98 baselines are run beside the page.
SLOW = 120_000


def at_data_page(
    server: Server, visitor: Callable[..., Any], municipality: str = "", language: str = "da", **options: Any
) -> Any:
    """Open the data page as a new visitor, with a municipality's baseline on screen."""
    from urllib.parse import urlencode

    from model.library.share_link import encode_link
    from pages.session.session import baseline_scenario

    query = {"s": encode_link(baseline_scenario(municipality, language))} if municipality else {}
    if language != "da":
        query["lang"] = language
    page = visitor(f"{server.url}data?{urlencode(query)}", wait=False, **options)
    page.wait_for_selector(".st-key-data-town", timeout=FIRST_START)
    settle(page)
    return page


def part(page: Any, name: str) -> None:
    """Choose a part of the page, or one of a row of choices in it."""
    page.get_by_role("radio", name=name, exact=True).or_(
        page.get_by_role("button", name=name, exact=True)
    ).first.click()
    settle(page)
