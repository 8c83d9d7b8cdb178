"""Test which answers of the server get the notice of a connection that never comes, and that it is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import streamlit

from pages.shell.connection_notice import ConnectionNotice, with_notice
from tests.coroutines import run_coroutine

INDEX = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
BROWSER = [(b"accept", b"text/html,application/xhtml+xml,*/*;q=0.8"), (b"accept-encoding", b"gzip")]
HTML = (b"content-type", b"text/html; charset=utf-8")


class Served:
    """An app that answers one page in pieces, and remembers what it was asked."""

    def __init__(self, body: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> None:
        self.body, self.headers, self.status = (
            body,
            [*headers, (b"content-length", str(len(body)).encode())],
            status,
        )
        self.asked: dict[bytes, bytes] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked = dict(scope["headers"])
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        for at in range(0, len(self.body), 1000):
            piece = self.body[at : at + 1000]
            more = at + 1000 < len(self.body)
            await send({"type": "http.response.body", "body": piece, "more_body": more})


def answer(
    app: Served, *headers: tuple[bytes, bytes], method: str = "GET"
) -> tuple[dict[bytes, bytes], bytes]:
    """Return the headers and the body of the answer to a request."""
    sent: list[Any] = []

    async def ask() -> None:
        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": "/", "headers": list(headers)}
        await ConnectionNotice(app)(scope, lambda: None, send)

    run_coroutine(ask())
    assert [m["type"] for m in sent[:2]] == ["http.response.start", "http.response.body"]
    return dict(sent[0]["headers"]), b"".join(m["body"] for m in sent[1:])


def test_streamlits_own_page_gets_it_and_stays_as_it_is() -> None:
    page = with_notice(INDEX)
    head, _, rest = INDEX.partition(b"</head>")
    assert page.startswith(head)
    assert page.endswith(rest)
    assert page.count(b"new ConnectionNotice(") == 1
    added = page[len(head) : -len(rest)].decode()
    assert added.count("</script>") == added.count("<script>") == 1
    texts = json.loads(added.partition("new ConnectionNotice(")[2].partition(");")[0])
    for language, word in (("da", "forbindelse"), ("en", "connection")):
        assert word in texts[language]["title"]
        listed = " ".join(texts[language]["list"])
        assert all(name in listed for name in ("{address}", "Upgrade", "Connection", "Host", "docs/proxy.md"))


def test_a_browser_gets_the_notice_whole_and_never_an_old_one() -> None:
    app = Served(
        INDEX, HTML, (b"etag", b'"x"'), (b"last-modified", b"yesterday"), (b"cache-control", b"no-cache")
    )
    headers, body = answer(app, *BROWSER, (b"if-none-match", b'"x"'), (b"host", b"h"))
    assert body == with_notice(INDEX)
    assert headers == {
        b"content-type": HTML[1],
        b"cache-control": b"no-cache",
        b"content-length": str(len(body)).encode(),
    }
    assert set(app.asked) == {b"accept", b"host"}, "neither packed, nor 'not modified'"


@pytest.mark.parametrize(
    ("app", "headers", "method"),
    [
        (Served(INDEX, HTML), [(b"accept", b"*/*")], "GET"),
        (Served(INDEX, HTML), BROWSER, "POST"),
        (Served(b"{}", (b"content-type", b"application/json")), BROWSER, "GET"),
        (Served(INDEX, HTML, status=404), BROWSER, "GET"),
        (Served(b"<html><head></head>Sag til udvalget</html>", HTML, (b"x", b"y")), BROWSER, "GET"),
    ],
)
def test_all_else_is_sent_on_as_it_is(app: Served, headers: Any, method: str) -> None:
    told, body = answer(app, *headers, method=method)
    assert body == app.body
    assert told == dict(app.headers)
