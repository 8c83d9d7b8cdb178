"""Test that a page opens though a mail has glued a mark to the end of its address."""

from __future__ import annotations

from typing import Any

import pytest

from pages.shell.page import PAGES
from pages.shell.page_address import PageAddress
from tests.coroutines import run_coroutine


def opened(path: str, query: bytes = b"", accept: bytes = b"text/html") -> str:
    """Return where a browser is sent that asks for an address; "" where it stays."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        sent.append({"headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept", accept)]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": headers}
    run_coroutine(PageAddress(app)(scope, lambda: None, send))
    return dict(sent[0]["headers"]).get(b"location", b"").decode()


@pytest.mark.parametrize("marks", [".", ",", ")", '">', "»", ").", " "])
def test_marks_behind_a_page_are_cut_off(marks: str) -> None:
    for page in PAGES[1:]:
        assert opened(f"/{page.address}{marks}") == page.address
    assert opened(f"/kompas/budget{marks}", b"s=1.x&embed=true") == "budget?s=1.x&embed=true"
    assert opened(f"/{marks}", b"lang=en") == "./?lang=en"


def test_the_first_page_opens_by_its_name() -> None:
    first = PAGES[0].address
    assert opened(f"/{first}", b"s=1.x") == opened(f"/{first}.", b"s=1.x") == "./?s=1.x"
    assert opened(f"/kompas/{first}") == "./"


def test_all_else_stays_where_it_is() -> None:
    for page in PAGES[1:]:
        assert opened(f"/{page.address}") == ""
    for path in ("/", "/budget/", "/index.html", "/static/js/index.D-_.js", "/no_such_page"):
        assert opened(path) == ""
    assert opened("/budget.", accept=b"*/*") == ""
